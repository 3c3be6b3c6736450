//! Questions about the Rust code around a span: ranges, strings and small enums out, no tree types.
//!
//! Every range is one of bytes of the file on disk, BOM and CRs included. A range that is not within
//! the file, or that cuts a character, is answered with nothing, as is a file that cannot be parsed.
//! Macro arguments that read as expressions are part of the tree (see `mask.rs`), so that
//! `println!("{}", s)` is a call with the argument `s`.
//!
//! Architecture Invariant: the only module that knows the syntax library, and it only reads.

mod bindings;
mod blocks;
mod bodies;
mod calls;
mod captures;
mod destination;
mod edits;
mod exprs;
mod generics;
mod items;
mod lifetimes;
mod mask;
mod origins;
mod patterns;
mod scopes;
#[cfg(test)]
mod tests;
mod tree;
mod types;
mod uses;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::source::{Source, Sources};

pub use bindings::{Binding, BindingKind};
pub use blocks::{AsyncBlock, Block, Closure, Let, Loop, LoopKind, Statement, StatementKind};
pub use bodies::{closed_bodies, emptied};
pub use calls::{Call, CallKind};
pub use captures::FormatCapture;
pub use destination::Destination;
pub use edits::Generic;
pub use exprs::{Expr, ExprKind};
pub use generics::{Binder, Bound, GenericItem, GenericList};
pub use items::{Adt, AdtKind, Field, Function, Impl, Item, ItemKind, Param, SelfParam, Trait};
pub use lifetimes::{Alias, Callable, Elided, ElidedKind, Scope, ScopeKind};
pub use patterns::{Match, MatchKind};
pub use tree::holds;
pub use types::{TypeKind, TypeRef};
pub use uses::{Use, UseKind};

/// So many trees are kept at once; a log of a whole monorepo names more files than memory should hold.
const MOST_PARSED: usize = 512;

/// The reader's files, parsed when first asked for.
#[derive(Debug, Default)]
pub struct Files {
    /// Their texts.
    pub sources: Sources,
    parsed: RefCell<HashMap<String, Rc<File>>>,
}

impl Files {
    /// Parses the files of these sources.
    pub fn new(sources: Sources) -> Files {
        Files { sources, parsed: RefCell::default() }
    }

    /// The file of a span, if the span still means its text.
    pub fn of(&self, span: &Span) -> Option<Rc<File>> {
        Some(self.parse(self.sources.of(span)?))
    }

    /// The file of this name.
    pub fn get(&self, name: &str) -> Option<Rc<File>> {
        Some(self.parse(self.sources.get(name)?))
    }

    /// The files of the crate that declare a type of this name, this one first.
    pub fn crate_files_declaring(&self, name: &str, ty: &str) -> Vec<Rc<File>> {
        let mut files: Vec<Rc<File>> = Vec::new();
        for keyword in ["struct", "enum", "union"] {
            for file in self.crate_files_with(name, &format!("{keyword} {ty}")) {
                if !files.iter().any(|known| Rc::ptr_eq(known, &file)) {
                    files.push(file);
                }
            }
        }
        files
    }

    /// The files of the crate that hold a word, this one first: reads all, parses only these.
    pub fn crate_files_with(&self, name: &str, word: &str) -> Vec<Rc<File>> {
        let holding = self.sources.crate_sources_with(name, word).into_iter();
        holding.map(|source| self.parse(source)).filter(|file| file.is_readable()).collect()
    }

    /// A source that was replaced since (an editor's text) is parsed anew.
    fn parse(&self, source: Rc<Source>) -> Rc<File> {
        let known = self.parsed.borrow().get(&source.name).cloned();
        if let Some(known) = known.filter(|known| Rc::ptr_eq(&known.source, &source)) {
            return known;
        }
        let file = Rc::new(File::new(source));
        if self.parsed.borrow().len() >= MOST_PARSED {
            self.parsed.borrow_mut().clear();
        }
        self.parsed.borrow_mut().insert(file.source.name.clone(), file.clone());
        file
    }
}

/// One parsed file.
pub struct File {
    /// Its text as it is on disk.
    pub source: Rc<Source>,
    tree: mask::Masked,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("name", &self.source.name).finish_non_exhaustive()
    }
}

impl File {
    /// Parses a source. What no parser should be asked to read (brackets nested thousands deep)
    /// becomes a file that answers every question with nothing.
    pub fn new(source: Rc<Source>) -> File {
        let tree = mask::parse(&source.text);
        File { source, tree }
    }

    /// The code of a range; empty where the range is not within the file.
    pub fn text(&self, range: Range<usize>) -> &str {
        self.source.text.get(range).unwrap_or_default()
    }

    /// Whether there is a tree to ask.
    pub fn is_readable(&self) -> bool {
        self.tree.readable
    }

    /// Whether the parser found mistakes in the file; around them answers may be wrong.
    pub fn has_errors(&self) -> bool {
        !self.tree.readable || self.tree.errors > 0
    }
}

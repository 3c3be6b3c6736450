//! Questions about the Rust code around a span: ranges, strings and small enums out, no tree types.
//!
//! Architecture Invariant: the only module that knows the syntax library, and it only reads.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::source::{Source, Sources};

/// The reader's files, parsed when first asked for.
#[derive(Debug, Default)]
pub struct Files {
    /// Their texts.
    pub sources: Sources,
}

impl Files {
    /// Parses the files of these sources.
    pub fn new(sources: Sources) -> Files {
        Files { sources }
    }

    /// The file of a span, if the span still means its text.
    pub fn of(&self, span: &Span) -> Option<Rc<File>> {
        let source = self.sources.of(span)?;
        Some(Rc::new(File { source }))
    }
}

/// One parsed file.
#[derive(Debug)]
pub struct File {
    /// Its text as it is on disk.
    pub source: Rc<Source>,
}

impl File {
    /// The code of a range; empty where the range is not within the file.
    pub fn text(&self, range: Range<usize>) -> &str {
        self.source.text.get(range).unwrap_or_default()
    }
}

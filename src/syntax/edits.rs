//! Where an edit may be made, and what to write where.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{SyntaxKind, SyntaxToken};

use super::File;
use super::bindings::{Binding, BindingKind};
use super::blocks::StatementKind;
use super::items::{Adt, Function, Impl, Trait};
use super::tree::{bytes, code_range, holds, next_code, previous_code, token_range};

/// What can declare lifetimes and types of its own.
pub trait Generic {
    /// `<'a, T>`.
    fn generics(&self) -> Option<Range<usize>>;
    /// Where `<'a>` is written if there are none.
    fn generics_insert(&self) -> usize;
}

impl Generic for Function {
    fn generics(&self) -> Option<Range<usize>> {
        self.generics.clone()
    }
    fn generics_insert(&self) -> usize {
        self.name_range.end
    }
}

impl Generic for Impl {
    fn generics(&self) -> Option<Range<usize>> {
        self.generics.clone()
    }
    fn generics_insert(&self) -> usize {
        self.impl_token.end
    }
}

impl Generic for Adt {
    fn generics(&self) -> Option<Range<usize>> {
        self.generics.clone()
    }
    fn generics_insert(&self) -> usize {
        self.name_range.end
    }
}

impl Generic for Trait {
    fn generics(&self) -> Option<Range<usize>> {
        self.generics.clone()
    }
    fn generics_insert(&self) -> usize {
        self.name_range.end
    }
}

impl File {
    /// Whether code of this range may be changed by what the tree says: not in the definition of a
    /// macro, in an attribute, in macro arguments that could not be read, or in code with a mistake.
    pub fn is_editable(&self, range: Range<usize>) -> bool {
        use SyntaxKind::{ATTR, ERROR, MACRO_DEF, MACRO_RULES, TOKEN_TREE};
        self.tree.readable
            && self.tree_range(&range).is_some()
            && !self
                .climb(&range)
                .any(|node| matches!(node.kind(), ATTR | ERROR | MACRO_DEF | MACRO_RULES | TOKEN_TREE))
            && !self.is_hidden(&range)
    }

    /// Whether a range is within the definition of a macro: an edit would change every call of it.
    pub fn in_macro_definition(&self, range: Range<usize>) -> bool {
        self.climb(&range).any(|node| matches!(node.kind(), SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF))
    }

    /// Whether a range is within an attribute, such as a derive.
    pub fn in_attribute(&self, range: Range<usize>) -> bool {
        self.climb(&range).any(|node| node.kind() == SyntaxKind::ATTR)
    }

    /// Whether a range is within macro arguments that could not be read: only tokens are known.
    pub fn in_unread_macro(&self, range: Range<usize>) -> bool {
        let mut nodes = self.climb(&range);
        let in_tokens = nodes.any(|node| node.kind() == SyntaxKind::TOKEN_TREE);
        self.is_hidden(&range)
            || (in_tokens && !self.in_macro_definition(range.clone()) && !self.in_attribute(range))
    }

    fn is_hidden(&self, range: &Range<usize>) -> bool {
        self.tree.hidden.iter().any(|hidden| holds(hidden, range))
    }

    /// The first word of a range, white space and comments skipped.
    pub fn first_token_of(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut tokens = self.tokens(&range).filter(|token| !token.kind().is_trivia());
        tokens.next().map(|token| token_range(&token))
    }

    /// The next word that begins at or after a byte.
    pub fn token_after(&self, at: usize) -> Option<Range<usize>> {
        let token = self.token_at(at)?;
        let begins_here = usize::from(token.text_range().start()) >= at && !token.kind().is_trivia();
        let token = if begins_here { Some(token) } else { next_code(&token) };
        token.map(|token| token_range(&token))
    }

    /// The last word that ends at or before a byte.
    pub fn token_before(&self, at: usize) -> Option<Range<usize>> {
        let token = match at.checked_sub(1).map(|last| self.source.text.floor_char_boundary(last)) {
            Some(last) => self.token_at(last)?,
            None => return None,
        };
        let ends_here = usize::from(token.text_range().end()) <= at && !token.kind().is_trivia();
        let token = if ends_here { Some(token) } else { previous_code(&token) };
        token.map(|token| token_range(&token))
    }

    /// Where the `;` is, if that is the next word after a byte.
    pub fn semicolon_after(&self, at: usize) -> Option<usize> {
        self.token_after(at).filter(|range| self.text(range.clone()) == ";").map(|range| range.start)
    }

    /// Where the `,` is, if that is the next word after a byte.
    pub fn comma_after(&self, at: usize) -> Option<usize> {
        self.token_after(at).filter(|range| self.text(range.clone()) == ",").map(|range| range.start)
    }

    /// The first word of a range that is this keyword.
    pub fn keyword_in(&self, range: Range<usize>, keyword: &str) -> Option<Range<usize>> {
        let mut tokens = self.tokens(&range);
        tokens
            .find(|token| token.kind().is_keyword(ra_ap_syntax::Edition::CURRENT) && token.text() == keyword)
            .map(|token| token_range(&token))
    }

    /// Where the innermost statement around a range begins, with its attributes: a statement to come
    /// before it is written there.
    pub fn statement_start(&self, range: Range<usize>) -> Option<usize> {
        let start = self.statement_at(range.clone())?.range.start;
        let statement = self.climb(&range).find(|node| {
            code_range(node).start == start
                && node.parent().is_some_and(|list| list.kind() == SyntaxKind::STMT_LIST)
        })?;
        let mut tokens = std::iter::successors(statement.first_token(), SyntaxToken::next_token);
        tokens.find(|token| !token.kind().is_trivia()).map(|token| token.text_range().start().into())
    }

    /// What to write where to put a statement before the innermost one around a range, on a line of
    /// its own.
    pub fn statement_before(&self, range: Range<usize>, code: &str) -> Option<(usize, String)> {
        let at = self.statement_start(range)?;
        Some((at, format!("{code}{}{}", self.source.line_end(), self.indent_at(at))))
    }

    /// What to write where to put a statement after the innermost one around a range, on a line of
    /// its own. Nothing where that one is the value of its block.
    pub fn statement_after(&self, range: Range<usize>, code: &str) -> Option<(usize, String)> {
        let statement = self.statement_at(range)?;
        if statement.kind == StatementKind::Tail {
            return None;
        }
        let indent = self.indent_at(statement.range.start);
        Some((statement.range.end, format!("{}{indent}{code}", self.source.line_end())))
    }

    /// The white space that the line of a byte begins with.
    pub fn indent_at(&self, at: usize) -> &str {
        self.source.indent_of(self.source.line_of(at))
    }

    /// What to write where to declare a lifetime: after the lifetimes that are there, before types.
    pub fn lifetime_insert(&self, of: &impl Generic, lifetime: &str) -> (usize, String) {
        let Some(generics) = of.generics() else {
            return (of.generics_insert(), format!("<{lifetime}>"));
        };
        let list = self.climb(&generics).find_map(ast::GenericParamList::cast);
        let last = list.iter().flat_map(ast::GenericParamList::lifetime_params).last();
        if let Some(last) = last {
            return (bytes(last.syntax().text_range()).end, format!(", {lifetime}"));
        }
        let is_empty = list.is_none_or(|list| list.generic_params().next().is_none());
        let separator = if is_empty { "" } else { ", " };
        (generics.start + 1, format!("{lifetime}{separator}"))
    }

    /// A lifetime that nothing around a byte declares: `'a`, `'b` and so on.
    pub fn fresh_lifetime(&self, at: usize) -> String {
        let mut taken = Vec::new();
        for node in self.climb(&(at..at)) {
            let lists = node.children().filter_map(ast::GenericParamList::cast);
            let params = lists.flat_map(|list| list.lifetime_params().collect::<Vec<_>>());
            taken.extend(params.filter_map(|param| Some(param.lifetime()?.text().to_string())));
        }
        let letters = ('a'..='z').map(|letter| format!("'{letter}"));
        letters.into_iter().find(|name| !taken.contains(name)).unwrap_or_else(|| "'fresh".to_owned())
    }

    /// What to write where to make a variable mutable: nothing where it is, for `ref x` and constants,
    /// and where other alternatives of the pattern would have to change too. For `&self` this makes
    /// `&mut self`.
    pub fn mut_insert(&self, binding: &Binding) -> Option<(usize, String)> {
        let of_item = matches!(binding.kind, BindingKind::Static | BindingKind::Const);
        if binding.mutable || binding.by_ref || of_item {
            return None;
        }
        if binding.kind == BindingKind::SelfParam {
            let has_mut = self.keyword_in(binding.pattern.clone(), "mut").is_some();
            return (!has_mut).then(|| (binding.name_range.start, "mut ".to_owned()));
        }
        let same = self.bindings_in_pattern(binding.pattern.clone());
        let once = same.iter().filter(|other| other.name == binding.name).count() == 1;
        once.then(|| (binding.name_range.start, "mut ".to_owned()))
    }

    /// What to write where to derive a trait: into the list that is there, or as a new line.
    pub fn derive_insert(&self, adt: &Adt, name: &str) -> (usize, String) {
        let Some(list) = &adt.derive_list else {
            let indent = self.indent_at(adt.range.start);
            return (adt.range.start, format!("#[derive({name})]{}{indent}", self.source.line_end()));
        };
        let text = self.text(list.clone());
        let end = list.start + text.trim_end().len();
        let separator = match text.trim_end() {
            "" => "",
            text if text.ends_with(',') => " ",
            _ => ", ",
        };
        (end, format!("{separator}{name}"))
    }
}

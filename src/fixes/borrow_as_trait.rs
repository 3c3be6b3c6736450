//! Lets a method take and give what its trait says, or the trait say what the method does.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::retype::makes_a_value;
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::File;

/// A receiver, a parameter's type or a result's type of a method that differs from its trait's.
pub struct Unlike {
    /// The file of the method.
    pub file: Rc<File>,
    /// What the method has there.
    pub here: Range<usize>,
    /// The same place in the trait, if it is one of the crate's.
    pub there: Option<(Rc<File>, Range<usize>)>,
    /// What the trait says.
    pub expected: Type,
    /// What the method says.
    pub found: Type,
}

impl Unlike {
    /// Finds both places; rustc names the trait's in a note.
    pub fn of(case: &Case, span: &Span, expected: Type, found: Type) -> Option<Unlike> {
        let file = case.file(span).filter(|_| !span.in_macro())?;
        let note = case.diagnostic.note("type in trait");
        let there = note.and_then(|note| note.labels.iter().find(|label| label.primary)).and_then(|label| {
            let file = case.file(&label.span).filter(|_| !label.span.in_macro())?;
            Some((file, label.span.range()))
        });
        Some(Unlike { file, here: span.range(), there, expected, found })
    }

    /// Whether it is about `self`.
    pub fn is_receiver(&self) -> bool {
        let function = self.file.function_at(self.here.clone());
        let receiver = function.and_then(|function| function.self_param);
        receiver.is_some_and(|receiver| {
            receiver.range.start <= self.here.start && self.here.end <= receiver.range.end
        })
    }

    /// Whether it is about what the method gives back.
    pub fn is_result(&self) -> bool {
        let function = self.file.function_at(self.here.clone());
        function.and_then(|function| function.return_type).is_some_and(|ty| ty.start <= self.here.start)
    }

    /// The method as the trait has it.
    pub fn as_in_trait(&self, case: &Case) -> Option<Fix> {
        let (file, here) = (&self.file, self.here.clone());
        let edit = rewritten(file, here.clone(), &self.expected, &self.found).or_else(|| {
            // The trait's own words, or rustc's where it is not one of the crate's.
            let plain = |text: &str| !text.contains("Self") && !text.contains('\'');
            let told = self.there.as_ref().map(|(there, range)| there.text(range.clone()).to_owned());
            let told = told.filter(|text| plain(text)).or_else(|| suggested(case, &here))?;
            Some(Edit::replace(&file.source, here.clone(), told))
        })?;
        let function = file.function_at(here.clone())?;
        let fix = Fix::new("write-as-in-trait", Cost::signature(self.deed()), vec![edit]);
        let said = apply_one(file, here.clone(), &fix.edits);
        let doubtful = self.borrows_what_it_makes();
        file.is_editable(here)
            .then(|| fix.with("function", function.name).with("instead", said).doubtful_if(doubtful))
    }

    /// The trait as the method has it.
    pub fn as_in_method(&self) -> Option<Fix> {
        let (there, range) = self.there.as_ref()?;
        let edit = rewritten(there, range.clone(), &self.found, &self.expected).or_else(|| {
            let text = self.file.text(self.here.clone());
            let plain = !text.contains("Self") && !text.contains('\'');
            plain.then(|| Edit::replace(&there.source, range.clone(), text))
        })?;
        let function = there.function_at(range.clone())?;
        let fix = Fix::new("write-into-trait", Cost::signature(self.deed()), vec![edit]);
        let said = apply_one(there, range.clone(), &fix.edits);
        there
            .is_editable(range.clone())
            .then(|| fix.with("function", function.name).with("instead", said))
            .map(|fix| fix.doubtful_if(!self.borrows_what_it_makes()))
    }

    /// Whether the trait asks for a reference where the method makes a value.
    fn borrows_what_it_makes(&self) -> bool {
        let function = self.file.function_at(self.here.clone());
        let makes = || function.is_some_and(|function| makes_a_value(&self.file, &function));
        self.is_result() && self.expected.depth() > self.found.depth() && makes()
    }

    fn deed(&self) -> Deed {
        if self.is_result() { Deed::Restructure } else { Deed::Annotate }
    }
}

/// What stands in a range after an edit within it.
fn apply_one(file: &File, range: Range<usize>, edits: &[Edit]) -> String {
    let text = file.text(range.clone());
    let Some(edit) = edits.first() else { return text.to_owned() };
    let before = file.text(range.start..edit.byte_start);
    let after = file.text(edit.byte_end..range.end);
    format!("{before}{}{after}", edit.replacement)
}

/// The type that rustc would write.
fn suggested(case: &Case, here: &Range<usize>) -> Option<String> {
    let edits = case.diagnostic.suggestions.iter().filter_map(|suggestion| match &suggestion.edits[..] {
        [(span, text)] if span.range() == *here => Some(text.clone()),
        _ => None,
    });
    edits.into_iter().find(|text| !text.contains(['{', '\'']))
}

/// The smallest edit that brings what is written from one form of borrowing to another: `&`, `mut`
/// put in or taken away.
fn rewritten(file: &File, range: Range<usize>, wanted: &Type, there: &Type) -> Option<Edit> {
    let text = file.text(range.clone());
    let receiver = matches!(text, "self" | "mut self" | "&self" | "&mut self");
    let written = Type::parse(text);
    // The reader may have another name for the type.
    let named = |ty: &Type| ty.peeled().name().map(str::to_owned);
    let same = receiver || named(&written) == named(there) || named(&written).is_some_and(|it| it == "Self");
    if !same || !receiver && written.depth() != there.depth() {
        return None;
    }
    match (wanted, there) {
        (Type::Reference { mutable: true, .. }, Type::Reference { mutable: false, .. }) => {
            let at = text.find(|c: char| c != '&' && !c.is_whitespace())?;
            let lifetime = text[at..].starts_with('\'').then(|| text[at..].find(' ')).flatten();
            Some(Edit::insert(&file.source, range.start + at + lifetime.map_or(0, |end| end + 1), "mut "))
        }
        (Type::Reference { mutable: false, .. }, Type::Reference { mutable: true, .. }) => {
            let at = range.start + text.find("mut ")?;
            Some(Edit::delete(&file.source, at..at + 4))
        }
        (Type::Reference { mutable, inner }, other) if other.depth() == 0 && inner.fits(other) => {
            if text == "mut self" {
                return None;
            }
            Some(Edit::insert(&file.source, range.start, if *mutable { "&mut " } else { "&" }))
        }
        (other, Type::Reference { inner, .. }) if other.depth() == 0 && inner.fits(other) => {
            let rest = text.strip_prefix('&')?.trim_start();
            let rest = match rest.strip_prefix('\'') {
                Some(named) => named.split_once(' ')?.1.trim_start(),
                None => rest,
            };
            let rest = rest.strip_prefix("mut ").unwrap_or(rest);
            Some(Edit::delete(&file.source, range.start..range.end - rest.len()))
        }
        _ => None,
    }
}

//! Answers to the errors that a first edit has caused: types that no longer fit by one reference.
//!
//! They are never shown by themselves: together with the edit before them they are one fix. Where
//! rustc suggests an answer it is tried as well; these are those that it does not suggest.

use std::rc::Rc;

use crate::diagnostic::{Label, quoted};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{ExprKind, File, StatementKind};

/// What may follow an edit that has led to this error.
pub fn follow_ups(case: &Case) -> Vec<Fix> {
    let Some(label) = case.diagnostic.primary().filter(|label| !label.span.in_macro()) else {
        return Vec::new();
    };
    let Some(file) = case.file(&label.span).filter(|file| file.is_editable(label.span.range())) else {
        return Vec::new();
    };
    match case.diagnostic.code.as_deref() {
        Some("E0308") => fits_expected(case, &file, label),
        Some("E0277") if case.diagnostic.message.contains("size for values") => deref_once_more(&file, label),
        _ => Vec::new(),
    }
}

/// ``expected `T`, found `&T` ``: the value behind the reference, or the type of its name.
fn fits_expected(case: &Case, file: &Rc<File>, label: &Label) -> Vec<Fix> {
    let Some((expected, found)) = expected_found(case, label) else { return Vec::new() };
    let mut fixes = Vec::new();
    let range = label.span.range();
    let is_path = file
        .expr_exactly(range.clone())
        .is_some_and(|expr| matches!(expr.kind, ExprKind::Path | ExprKind::Field | ExprKind::MethodCall));
    // The annotation of a local that got another type.
    let name = file.text(range.clone()).to_owned();
    if let Some(binding) = file.binding(&name, range.start)
        && let Some(StatementKind::Let(statement)) =
            file.statement_at(binding.pattern.clone()).map(|statement| statement.kind)
        && let Some(ty) = statement.ty
        && !expected.contains(['{', '?'])
    {
        let edit = Edit::replace(&file.source, ty, expected.clone());
        fixes.push(Fix::new("annotate-as-needed", Cost::local(Deed::Annotate), vec![edit]));
    }
    if found == format!("&{expected}") && is_path {
        let edit = Edit::insert(&file.source, range.start, "*");
        fixes.push(Fix::new("read-through", Cost::local(Deed::Annotate), vec![edit]));
        let edit = Edit::insert(&file.source, range.end, ".clone()");
        fixes.push(Fix::new("clone-reference", Cost::local(Deed::Clone), vec![edit]));
    }
    if expected == format!("&{found}") || expected.strip_prefix("&mut ") == Some(found.as_str()) {
        let reference = if expected.starts_with("&mut ") { "&mut " } else { "&" };
        let edit = Edit::insert(&file.source, range.start, reference);
        fixes.push(Fix::new("lend-as-needed", Cost::local(Deed::Borrow), vec![edit]));
    }
    fixes
}

/// ``expected `V`, found `&V` ``, also with words before the types (``expected type parameter `V` ``).
fn expected_found(case: &Case, label: &Label) -> Option<(String, String)> {
    let texts = std::iter::once(label.text.as_str());
    let notes = case.diagnostic.notes.iter().map(|note| note.text.as_str());
    for text in texts.chain(notes) {
        let Some(rest) = text.strip_prefix("expected ") else { continue };
        let Some((expected, found)) = rest.split_once("found ") else { continue };
        if let (Some(expected), Some(found)) = (quoted(expected).first(), quoted(found).first()) {
            return Some(((*expected).to_owned(), (*found).to_owned()));
        }
    }
    None
}

/// `&*x` of a reference to a box is a reference to the box: `&**x`.
fn deref_once_more(file: &Rc<File>, label: &Label) -> Vec<Fix> {
    let text = file.text(label.span.range());
    let Some(at) = text.find('*').filter(|_| text.trim_start_matches('&').starts_with('*')) else {
        return Vec::new();
    };
    let edit = Edit::insert(&file.source, label.span.byte_start + at, "*");
    vec![Fix::new("deref-once-more", Cost::local(Deed::Annotate), vec![edit])]
}

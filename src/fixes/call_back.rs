//! Brings a function that is called by another one, and what it is called with, together.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use super::convert_value::append;
use super::derive_trait::is_copied;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{ExprKind, File};

/// Lets the function or closure take what it is called with: rustc knows where its parameter is.
pub fn retype_callback(case: &Case, wanted: &Type, there: &Type) -> Option<Fix> {
    let words = [
        "consider adjusting the signature so it borrows its argument*",
        "consider adjusting the signature so it does not borrow its argument*",
    ];
    let matching = |text: &str| words.iter().any(|pattern| crate::diagnostic::fits(pattern, text));
    let suggestion = case.diagnostic.suggestions.iter().find(|it| matching(&it.text))?;
    let mut edits = Vec::new();
    for (span, text) in &suggestion.edits {
        let file = case.file(span).filter(|file| file.is_editable(span.range()))?;
        edits.push(Edit::replace(&file.source, span.range(), text.as_str()));
    }
    let deed = if wanted.depth() > there.depth() { Deed::Borrow } else { Deed::Annotate };
    Some(Fix::new("take-as-called", Cost::signature(deed), edits))
}

/// `.map(length)` -> `.map(|it| length(&it))`, `.map(|it| length(*it))`, `.map(|it| length(it.clone()))`.
pub fn wrap_callback(
    case: &Case,
    file: &Rc<File>,
    callback: Range<usize>,
    wanted: &Type,
    there: &Type,
) -> Option<Fix> {
    let path = file.expr_exactly(callback.clone()).is_some_and(|it| it.kind == ExprKind::Path);
    if !path || !file.is_editable(callback.clone()) {
        return None;
    }
    let (given, taken) = (wanted.depth(), there.depth());
    let copied = is_copied(case, there);
    let (argument, deed) = match taken.cmp(&given) {
        Ordering::Greater => (format!("{}it", "&".repeat(taken - given)), Deed::Borrow),
        Ordering::Less if copied => (format!("{}it", "*".repeat(given - taken)), Deed::Annotate),
        Ordering::Less if given == 1 => ("it.clone()".to_owned(), Deed::Clone),
        _ => return None,
    };
    let code = format!("|it| {}({argument})", file.text(callback.clone()));
    let edit = Edit::replace(&file.source, callback, code.clone());
    Some(Fix::new("wrap-in-closure", Cost::local(deed), vec![edit]).with("instead", code))
}

/// `names.iter().map(length)` -> `names.iter().cloned().map(length)`.
pub fn copy_items_first(
    case: &Case,
    file: &Rc<File>,
    callback: Range<usize>,
    wanted: &Type,
    there: &Type,
) -> Option<Fix> {
    if wanted.depth() != there.depth() + 1 || matches!(wanted, Type::Reference { mutable: true, .. }) {
        return None;
    }
    let (call, _) = file.call_with_argument(callback)?;
    let takes_items = ["map", "filter_map", "flat_map", "for_each", "and_then", "fold", "unwrap_or_else"];
    let receiver = call.receiver.filter(|_| takes_items.contains(&call.name.as_str()))?;
    let copied = is_copied(case, there);
    let (name, deed) = if copied { (".copied()", Deed::Annotate) } else { (".cloned()", Deed::Clone) };
    append("copy-items", deed, file, receiver, name)
}

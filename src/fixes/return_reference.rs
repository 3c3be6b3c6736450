//! Lets a method return a reference to a part of `self` instead of the part.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::reference_uses::value_suits_reference;
use crate::rule::Case;
use crate::syntax::{CallKind, File, StatementKind};

/// `fn name(&self) -> String { self.name }` -> `-> &str { &self.name }`, if the place is all that the
/// method returns, its type is the method's, and all calls in the crate do with a reference.
pub fn return_reference(case: &Case, file: &File, place: Range<usize>, ty: &str) -> Option<Fix> {
    let function = file.function_at(place.clone())?;
    let receiver = function.self_param.clone().filter(|receiver| receiver.reference)?;
    let returned = function.return_type.clone()?;
    let block = file.block_of(function.body.clone()?)?;
    let of_self =
        file.field_path(place.clone()).is_some_and(|path| path.first().is_some_and(|root| root == "self"));
    let is_tail = block
        .statements
        .last()
        .is_some_and(|last| last.kind == StatementKind::Tail && last.expr == Some(place.clone()));
    let only_way_out = !file.contains_jump(block.range);
    let lent_by_self = receiver.lifetime.is_none() && !function.in_trait && !function.in_trait_impl;
    if !of_self || !is_tail || !only_way_out || !lent_by_self || function.is_async {
        return None;
    }
    let written = file.text(returned.clone());
    let written = written.strip_prefix("->").map_or(written, str::trim_start);
    let start = returned.end - written.len();
    if written != ty || !file.is_editable(returned.clone()) || !file.is_editable(place.clone()) {
        return None;
    }
    let mut suits = true;
    for other in case.files.crate_files_with(&file.source.name, &function.name) {
        for call in other.calls_named(&function.name) {
            suits &= call.kind == CallKind::Macro || value_suits_reference(case, &other, call.range);
        }
    }
    let (new_type, new_value) = by_reference(ty, file.text(place.clone()));
    let edits = vec![
        Edit::replace(&file.source, start..returned.end, &new_type),
        Edit::replace(&file.source, place, new_value),
    ];
    let fix = Fix::new("return-reference", Cost::signature(Deed::Borrow), edits);
    Some(fix.with("function", function.name).with("new_type", new_type).doubtful_if(!suits))
}

/// `&str` for `String`, `&[T]` for `Vec<T>`, `Option<&T>` for `Option<T>`.
fn by_reference(ty: &str, place: &str) -> (String, String) {
    let inner = |name: &str| ty.strip_prefix(name).and_then(|rest| rest.strip_suffix('>'));
    if ty == "String" {
        ("&str".to_owned(), format!("&{place}"))
    } else if let Some(item) = inner("Vec<") {
        (format!("&[{item}]"), format!("&{place}"))
    } else if inner("Option<") == Some("String") {
        ("Option<&str>".to_owned(), format!("{place}.as_deref()"))
    } else if let Some(item) = inner("Option<Box<").and_then(|item| item.strip_suffix('>')) {
        (format!("Option<&{item}>"), format!("{place}.as_deref()"))
    } else if let Some(item) = inner("Option<") {
        (format!("Option<&{item}>"), format!("{place}.as_ref()"))
    } else {
        (format!("&{ty}"), format!("&{place}"))
    }
}

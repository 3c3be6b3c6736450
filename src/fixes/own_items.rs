//! Lets a list own what each round of a loop adds, instead of references to one value.

use super::copy_out::{Kind, is_slice, kind_of};
use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::TypeKind;

/// Methods that add an item to a list.
const ADDS: &[&str] = &["insert", "push", "push_back", "push_front"];

/// `lines.push(line.clone())` and `Vec<String>` for `lines.push(&line)` and `Vec<&str>`. Each item then
/// keeps the value of its round, where references would all see the last one.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.next_round())?;
    let list = conflict.holder.clone()?;
    let borrow = conflict.borrow.span.range();
    let (call, argument) = file.call_with_argument(borrow.clone())?;
    let to_list = call.receiver.clone().is_some_and(|receiver| file.text(receiver) == list);
    let argument = call.args.get(argument)?.clone();
    let place = crate::conflict::bare(file, argument.clone());
    if !to_list || !ADDS.contains(&call.name.as_str()) || place == argument || !file.is_place(place.clone()) {
        return None;
    }
    let (copy, deed) = match kind_of(file, place.clone()) {
        _ if is_slice(file, place.clone()) => (".to_owned()", Deed::Clone),
        Kind::Copied => ("", Deed::Restructure),
        _ => (".clone()", Deed::Clone),
    };
    let mut edits = vec![Edit::replace(&file.source, argument, format!("{}{copy}", file.text(place)))];
    // The list's type, where it is written.
    let declared = file.binding(&list, call.range.start)?.let_?;
    if let Some(ty) = declared.ty.clone() {
        let item = file.type_refs(ty).into_iter().find_map(|ty| match ty.kind {
            TypeKind::Reference { inner, .. } => Some((ty.range, inner)),
            _ => None,
        });
        let (range, inner) = item?;
        let owned = match file.text(inner) {
            "str" => "String".to_owned(),
            slice if slice.starts_with('[') => format!("Vec<{}>", slice.trim_matches(['[', ']'])),
            other => other.to_owned(),
        };
        edits.push(Edit::replace(&file.source, range, owned));
    }
    let cost = Cost::local(deed).changed();
    file.is_editable(call.range).then(|| Fix::new("own-items", cost, edits).with("list", list))
}

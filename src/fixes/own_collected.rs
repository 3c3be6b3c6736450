//! Brings the items of an iterator and those of the collection that is made of them together.

use std::ops::Range;
use std::rc::Rc;

use super::adjust_reference::{behind_reference, direct_parts, lend, read_through};
use super::convert_value::{append, clone, to_owned};
use super::derive_trait::is_copied;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::types::Type;
use crate::mismatch::{Difference, Mismatch, difference};
use crate::rule::Case;
use crate::syntax::{Destination, ExprKind, File};

/// Copies of the items before they are collected, by the types of both.
pub fn own_items(file: &File, collect: Range<usize>, mismatch: &Mismatch) -> Option<Fix> {
    let (name, deed) = copying(mismatch)?;
    append("copy-items", deed, file, file.call_at(collect)?.receiver?, name)
}

/// The same for items that are given to `extend` or its kind: `&more` -> `more.iter().cloned()`.
pub fn own_given_items(file: &File, given: Range<usize>, mismatch: &Mismatch, lent: bool) -> Option<Fix> {
    let (name, deed) = copying(mismatch)?;
    let place = behind_reference(file, given.clone()).unwrap_or(given.clone());
    let call = if lent { format!(".iter(){name}") } else { name.to_owned() };
    let mut fix = append("copy-given-items", deed, file, place.clone(), &call)?;
    if given.start < place.start {
        fix.edits.insert(0, Edit::delete(&file.source, given.start..place.start));
    }
    Some(fix)
}

fn copying(mismatch: &Mismatch) -> Option<(&'static str, Deed)> {
    let text = mismatch.expected_type.name() == Some("String");
    Some(match mismatch.difference {
        Difference::ValueWanted { .. } if mismatch.expected_type.is_copied() => (".copied()", Deed::Annotate),
        Difference::ValueWanted { depth: 1 } => (".cloned()", Deed::Clone),
        Difference::OwnedWanted if text => (".map(str::to_string)", Deed::Clone),
        Difference::OwnedWanted => (".map(ToOwned::to_owned)", Deed::Clone),
        _ => return None,
    })
}

/// `.map(|(k, v)| (k, v))` -> `.map(|(k, v)| (k.clone(), *v))`, where the items are tuples that a closure
/// makes.
pub fn own_parts(case: &Case, file: &Rc<File>, collect: Range<usize>, mismatch: &Mismatch) -> Option<Fix> {
    let (Type::Tuple(wanted), Type::Tuple(there)) = (&mismatch.expected_type, &mismatch.found_type) else {
        return None;
    };
    let mapped = file.call_at(collect)?.receiver?;
    let call = file.call_at(mapped.clone()).filter(|call| call.range == mapped && call.name == "map")?;
    let closure = file.closure_at(call.args.first()?.clone())?;
    let ends = file.returned_by(closure.body);
    let [end] = ends.as_slice() else { return None };
    let tuple = file.expr_exactly(end.clone()).filter(|it| it.kind == ExprKind::Tuple)?;
    let parts = direct_parts(file, tuple.range);
    let mut edits = Vec::new();
    let mut deed = Deed::Annotate;
    let apart = parts.into_iter().zip(wanted.iter().zip(there)).filter(|(_, (a, b))| !a.fits(b));
    for (part, (a, b)) in apart {
        let copied = is_copied(case, a);
        let fix = match difference(a, b)? {
            Difference::ValueWanted { depth } if copied => read_through(file, part, depth)?,
            Difference::ValueWanted { .. } => clone(file, part)?,
            Difference::OwnedWanted => to_owned(file, part, a)?,
            Difference::ReferenceWanted { mutable: false, .. } => lend(case, file, part, false)?,
            Difference::ViewOfReferenceWanted => {
                append("lend-with-method", Deed::Borrow, file, part, ".as_str()")?
            }
            _ => return None,
        };
        deed = deed.max(fix.cost.deed);
        edits.extend(fix.edits);
    }
    let fix = Fix::new("own-parts", Cost::local(deed), edits);
    Some(fix.with("code", file.text(end.clone())))
}

/// Lets the declared collection hold references, as the items are.
pub fn hold_references(file: &File, collect: Range<usize>, mismatch: &Mismatch) -> Option<Fix> {
    let call = file.call_at(collect)?;
    let Some(Destination::Let(declared)) = file.destination(call.range) else { return None };
    let ty = declared.ty?;
    let inside = file
        .type_refs(ty.clone())
        .into_iter()
        .map(|ty| ty.range)
        .find(|range| *range != ty && Type::parse(file.text(range.clone())) == mismatch.expected_type)?;
    let edit = Edit::replace(&file.source, inside.clone(), mismatch.found.clone());
    let fix = Fix::new("change-annotation", Cost::local(Deed::Annotate), vec![edit]);
    file.is_editable(inside).then(|| fix.with("new_type", &mismatch.found).doubtful_if(true))
}

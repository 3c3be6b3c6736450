//! Walks over the items themselves, where a loop over numbers borrows one item in each round and
//! keeps it: an iterator hands out each item once, and Rust knows that.

use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, LoopKind};

use super::statements::fresh;

/// `for item in v.iter_mut() { found.push(item) }` for `for i in 0..v.len() { found.push(&mut v[i]) }`.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.next_round())?;
    let place = crate::conflict::bare(file, conflict.borrow.span.range());
    let item = file.parents(place.clone()).into_iter().find(|e| e.kind == ExprKind::Index)?;
    let borrow = file.parents(item.range.clone()).into_iter().find(|e| e.range != item.range)?;
    let around = file.loop_at(item.range.clone()).filter(|around| around.kind == LoopKind::For)?;
    let (header, pattern) = (around.header.clone()?, around.pattern.clone()?);
    let text = file.text(place.clone());
    let all = file.text(header.clone()) == format!("0..{text}.len()");
    // The number is used for this item alone.
    let number = file.text(pattern.clone());
    let binding = file.bindings_in_pattern(pattern.clone()).into_iter().next()?;
    let once = file.uses_of(&binding).len() == 1;
    let mutable = matches!(borrow.kind, ExprKind::Ref { mutable: true });
    let other_uses = file.text(around.body.clone()).matches(text).count() == 1;
    let whole = file.text(item.range.clone()) == format!("{text}[{number}]");
    if !all || !once || !mutable || !other_uses || !whole || !file.is_editable(around.range.clone()) {
        return None;
    }
    let name = fresh(file, item.range.clone(), "item")?;
    let edits = vec![
        Edit::replace(&file.source, pattern.start..header.end, format!("{name} in {text}.iter_mut()")),
        Edit::replace(&file.source, borrow.range, name),
    ];
    Some(Fix::new("walk-over-items", Cost::local(Deed::Restructure), edits))
}

//! Takes a field out of its struct, works with it, and puts it back: nothing is copied.

use super::copy_out::{field_types, runs_first};
use super::statements::{fresh, line_after, line_before};
use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, StatementKind};

/// Types that have an empty value to leave behind.
pub(super) const HAS_EMPTY: &[&str] =
    &["Vec<", "HashMap<", "BTreeMap<", "HashSet<", "BTreeSet<", "VecDeque<", "String", "Option<"];

/// `let name = take(&mut self.name); self.write(&name); self.name = name;` for `self.write(&self.name);`.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file =
        conflict.file.as_deref().filter(|_| conflict.part_and_whole() && conflict.captured.is_none())?;
    let call = conflict.in_one_call()?;
    let callee = conflict.clashing()?;
    let borrow = conflict.borrow.span.range();
    let argument = call.args.iter().find(|arg| arg.start <= borrow.start && borrow.end <= arg.end)?;
    let place = crate::conflict::bare(file, borrow);
    let statement = file.statement_at(argument.clone())?;
    // A statement that is nothing but this call, so that the field comes back on every path.
    let alone = statement.kind == StatementKind::Expr && statement.expr == Some(call.range.clone());
    let is_field = file.expr_exactly(place.clone()).is_some_and(|e| e.kind == ExprKind::Field);
    if !alone || !is_field || !runs_first(file, &statement.range, &place) {
        return None;
    }
    let path = file.text(place.clone());
    let field = path.rsplit('.').next()?;
    let types = field_types(file, field);
    let has_empty = types.iter().all(|ty| HAS_EMPTY.iter().any(|start| ty.starts_with(start)));
    // Once only: the rest of the call would find it empty.
    let once = file.text(call.range.clone()).matches(path).count() == 1;
    if types.is_empty() || !has_empty || !once {
        return None;
    }
    let name = fresh(file, place.clone(), field)?;
    let edits = vec![
        line_before(file, &statement.range, &format!("let {name} = std::mem::take(&mut {path});"))?,
        line_after(file, &statement.range, &format!("{path} = {name};"))?,
        Edit::replace(&file.source, place, name),
    ];
    let cost = Cost::local(Deed::Take);
    let untouched = callee.leaves_alone(&conflict.lent, &conflict.place);
    Some(Fix::new("take-and-put-back", if untouched { cost } else { cost.changed() }, edits))
}

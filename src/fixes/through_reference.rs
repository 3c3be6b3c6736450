//! Uses the mutable reference that exists already, instead of asking its owner again.

use super::statements::mentions;
use crate::conflict::{Conflict, Still};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, File};
use std::ops::Range;

/// `*pen = text` for `name = text`, where `let pen = &mut name;`.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file =
        conflict.file.as_deref().filter(|_| conflict.still == Still::Used && !conflict.next_round())?;
    let holder = conflict.holder.clone()?;
    let let_ = conflict.borrow_let().filter(|let_| let_.name.as_ref() == Some(&holder))?;
    let init = let_.init.clone()?;
    let place = crate::conflict::bare(file, init.clone());
    let whole = file.text(init.clone()).starts_with("&mut ") && file.is_place(place.clone());
    let target = target(conflict, file)?;
    // Exactly what the reference refers to, or something in it.
    let (lent, used) = (file.text(place), file.text(target.clone()));
    if !whole || lent != used || conflict.clash_captured.is_some() || conflict.captured.is_some() {
        return None;
    }
    // The reference itself is no argument of what goes through it.
    let statement = file.statement_at(conflict.clash.span.range())?;
    let given =
        file.call_around(conflict.clash.span.range()).filter(|call| holds(&statement.range, &call.range));
    if given.is_some_and(|call| mentions(file, call.parens, std::slice::from_ref(&holder))) {
        return None;
    }
    // The reference is still the same one, and is not given away by the new use.
    let range = target.clone();
    let capture = file.format_capture_at(range.clone());
    let followed = file.parents(range.clone()).into_iter().find(|e| e.range != range);
    let through_dot = followed.is_some_and(|e| {
        matches!(e.kind, ExprKind::Field | ExprKind::MethodCall | ExprKind::Index)
            && e.range.start == range.start
    });
    let clash = conflict.clash.span.range();
    let (range, new) = match () {
        _ if capture.is_some() => (range, holder),
        _ if through_dot => (range, holder),
        // `&mut name` as an argument lends on what the reference has.
        _ if file.text(clash.clone()).starts_with("&mut ") && bare_argument(file, &clash) => (clash, holder),
        _ if file.text(clash.clone()).starts_with('&') => (range, format!("*{holder}")),
        _ => (range, format!("*{holder}")),
    };
    if capture.is_none() && !file.is_editable(range.clone()) {
        return None;
    }
    Some(Fix::new(
        "use-the-reference",
        Cost::local(Deed::Restructure),
        vec![Edit::replace(&file.source, range, new)],
    ))
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The place that the clash names.
fn target(conflict: &Conflict, file: &File) -> Option<Range<usize>> {
    let range = conflict.clash.span.range();
    let expr = file.expr_exactly(range.clone());
    let head = match expr.map(|e| e.kind) {
        // `x = 1`, `x += 1`: what is left of the sign.
        Some(ExprKind::Assign | ExprKind::CompoundAssign | ExprKind::Binary) => {
            file.exprs_in(range.clone())
                .into_iter()
                .find(|e| e.range.start == range.start && e.range != range)?
                .range
        }
        Some(ExprKind::Match) => return None,
        _ => conflict.clash_place()?,
    };
    // `let tail = &mut name;` wants a second reference, which would meet the first again.
    let wants_reference = conflict.clash_let().is_some() && file.text(range).starts_with("&mut ");
    (!wants_reference).then_some(head)
}

fn bare_argument(file: &File, clash: &Range<usize>) -> bool {
    file.call_with_argument(clash.clone()).is_some()
}

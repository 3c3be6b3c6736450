//! Gives a function a variable of its own with a constant's value, so that it can be changed.

use std::ops::Range;

use super::move_owner_outward::fresh_name;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{File, Use, UseKind};

/// Where the function around a place uses a constant.
pub fn uses_in_function(file: &File, name: &str, at: Range<usize>) -> Vec<Use> {
    let Some(function) = file.function_at(at) else { return Vec::new() };
    let Some(body) = function.body.clone() else { return Vec::new() };
    let own = |used: &Use| {
        file.function_at(used.range.clone()).is_some_and(|around| around.range == function.range)
    };
    file.uses(name, body).into_iter().filter(own).collect()
}

/// `let mut limits = LIMITS;` before the first statement that needs it, and that name from there on.
pub fn change_a_copy(file: &File, name: &str, change: Range<usize>) -> Option<Fix> {
    let uses = uses_in_function(file, name, change.clone());
    let first = uses.first()?;
    let last = uses.last()?;
    // A name that a macro hides, or that a format string holds, is not replaced.
    if uses.iter().any(|used| matches!(used.kind, UseKind::Unread)) {
        return None;
    }
    // The statement before which the new name is declared: the innermost block that has all uses.
    let around = file.statements_around(first.range.clone());
    let start = around.iter().find_map(|statement| {
        let block = file.block_at(statement.range.clone())?;
        let holds = block.range.start <= first.range.start && last.range.end <= block.range.end;
        let own = block.statements.iter().any(|known| known.range == statement.range);
        (holds && own).then_some(statement.range.clone())
    })?;
    let local = fresh_name(file, &name.to_lowercase(), change.start);
    let (at, code) = file.statement_before(start, &format!("let mut {local} = {name};"))?;
    let mut edits = vec![Edit::insert(&file.source, at, code)];
    for used in &uses {
        if !matches!(used.kind, UseKind::Capture) && !file.is_editable(used.range.clone()) {
            return None;
        }
        edits.push(Edit::replace(&file.source, used.range.clone(), local.clone()));
    }
    let cost = Cost::local(Deed::Restructure).changed();
    Some(Fix::new("change-a-copy", cost, edits).with("new_name", local))
}

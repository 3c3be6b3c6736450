//! All ways out of two borrows that clash: the candidates of each deed, and ideas for the rest.

use super::{
    bind_head, copy_out, end_borrow_earlier, hoist_read, inline_call, look_up_twice, own_items,
    pass_to_closure, relax_lifetime, retain, snapshot_loop, take_and_put_back, through_reference, two_items,
    walk_over_items,
};
use crate::conflict::{Conflict, Still};
use crate::diagnostic::Role;
use crate::fix::Fix;

/// The candidates, and at least one idea.
pub fn ways_out(conflict: &Conflict) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if conflict.editable() {
        fixes.extend(relax_lifetime::ways(conflict));
        fixes.extend(hoist_read::ways(conflict));
        fixes.extend(end_borrow_earlier::ways(conflict));
        fixes.extend(copy_out::ways(conflict));
        fixes.extend(through_reference::ways(conflict));
        fixes.extend(two_items::ways(conflict));
        fixes.extend(look_up_twice::ways(conflict));
        fixes.extend(snapshot_loop::ways(conflict));
        fixes.extend(inline_call::ways(conflict));
        fixes.extend(pass_to_closure::ways(conflict));
        fixes.extend(take_and_put_back::ways(conflict));
        fixes.extend(retain::ways(conflict));
        fixes.extend(own_items::ways(conflict));
        fixes.extend(bind_head::ways(conflict));
        fixes.extend(walk_over_items::ways(conflict));
    }
    fixes.extend(ideas(conflict));
    fixes
}

fn ideas(conflict: &Conflict) -> Vec<Fix> {
    let mut ideas = Vec::new();
    let file = conflict.file.as_deref();
    if snapshot_loop::removes_in_loop(conflict) {
        ideas.push(Fix::idea("keep-with-retain"));
    } else if conflict.still == Still::Walked && conflict.reads_first() {
        ideas.push(Fix::idea("collect-then-change"));
    } else if conflict.still == Still::Walked {
        // Where a method lends all, the list is the field that it looks at.
        let field = conflict.other_field().map(|(_, field)| field);
        let list = field.unwrap_or_else(|| conflict.lent.clone());
        if list != "self" {
            ideas.push(Fix::idea("walk-by-numbers").with("lent", list));
        }
    }
    if let (Some(look_up), Some(file)) = (entry_look_up(conflict), file) {
        ideas.push(
            Fix::idea("entry-api")
                .with("map", &conflict.lent)
                .with("key", file.text(look_up).trim_start_matches('&')),
        );
    }
    let closures = conflict.captured.is_some() || conflict.clash_captured.is_some();
    let threads = conflict.still == Still::Demanded;
    if conflict.temporary().is_some() {
        ideas.push(Fix::idea("bind-before-the-body"));
    }
    if closures && threads {
        ideas.push(Fix::idea("one-part-for-each-thread"));
    } else if closures && conflict.in_one_call().is_none() {
        ideas.push(Fix::idea("closure-gets-it"));
    } else if closures {
        ideas.push(Fix::idea("collect-then-change"));
    }
    if conflict.captured.is_some() && conflict.clash_captured.is_some() && !threads {
        ideas.push(Fix::idea("keep-state-in-cell"));
    }
    if conflict.next_round()
        && (conflict.holder.is_some() || conflict.borrow.role == Role::BorrowedInPreviousRound)
    {
        ideas.push(Fix::idea("own-in-each-round"));
    }
    if conflict.part_and_whole() {
        ideas.push(Fix::idea("ask-for-the-field"));
    }
    let rounds = conflict.next_round() || conflict.borrow.span.line_start >= conflict.clash.span.line_start;
    ideas.push(Fix::idea(if rounds { "end-it-first" } else { "one-after-the-other" }));
    ideas
}

/// The key of `map.get(key)`, where an `insert` clashes with it.
fn entry_look_up(conflict: &Conflict) -> Option<std::ops::Range<usize>> {
    let first = conflict.method_on(conflict.borrow)?;
    let second = conflict.method_on(conflict.clash)?;
    let look_up = ["get", "get_mut", "contains_key"].contains(&first.name.as_str());
    let fills = ["insert", "entry"].contains(&second.name.as_str());
    let key = first.args.first()?.clone();
    (look_up && fills && conflict.lent == conflict.place).then_some(key)
}

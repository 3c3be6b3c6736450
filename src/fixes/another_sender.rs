//! Another sender of a channel: the first one is dropped after its last use, or the receiver waits for it.

use std::ops::Range;

use super::statements::{block_with, line_after};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Binding, Block, Expr, ExprKind, File, Statement, StatementKind, Use, UseKind, holds};

/// Functions that make a channel, whose first end sends.
const CHANNELS: &[&str] = &["channel", "sync_channel", "unbounded_channel", "unbounded", "bounded"];
/// Ends that send; the receiver of each waits until the last of them is gone.
const SENDERS: &[&str] = &["Sender", "SyncSender", "UnboundedSender"];

/// Methods that call a closure again and again before they return, or when their result is asked.
const REPEATING: &[&str] = &["filter_map", "flat_map", "for_each", "map", "try_for_each"];

/// What becomes of the first sender once the other has been given away.
enum First {
    /// It is given away too, or dropped before anything can wait for it.
    Gone,
    /// It has to be dropped, by this edit.
    Dropped(Edit),
    /// It may stay.
    Unclear,
}

/// Whether a type is that of a sender, and not one that the crate declares under such a name.
pub fn is_sender(case: &Case, ty: &str) -> bool {
    let declared = |name: &str| {
        let file = case.diagnostic.primary().map(|primary| primary.span.file.as_str());
        file.is_some_and(|file| !case.files.crate_files_declaring(file, name).is_empty())
    };
    sender_in(ty).is_some_and(|name| !declared(name))
}

fn sender_in(ty: &str) -> Option<&str> {
    let path = ty.split('<').next()?;
    path.rsplit("::").next().filter(|name| SENDERS.contains(name))
}

/// Fixes for a sender that was given away: where it is only lent instead, it stays longer than it
/// would have, and the receiver may wait for it.
pub fn mind_longer_life(case: &Case, ty: Option<&str>, fixes: &mut [Fix]) {
    if !ty.is_some_and(|ty| is_sender(case, ty)) {
        return;
    }
    for fix in fixes {
        if fix.cost.deed <= Deed::Borrow {
            fix.cost = fix.cost.changed();
        }
    }
}

/// Whether a variable can be seen to hold a sender.
pub fn holds_sender(file: &File, binding: &Binding) -> bool {
    if let Some(ty) = &binding.ty {
        return sender_in(file.text(ty.clone())).is_some_and(|name| file.adt_named(name).is_none());
    }
    let init = binding.let_.as_ref().and_then(|of| of.init.clone());
    let call =
        init.clone().and_then(|init| file.call_at(init)).filter(|call| Some(&call.range) == init.as_ref());
    let first = file.bindings_in_pattern(binding.pattern.clone()).into_iter().next();
    let makes_channel = |name: &str| CHANNELS.contains(&name) && file.functions_named(name).is_empty();
    call.is_some_and(|call| makes_channel(&call.name))
        && first.is_some_and(|first| first.name_range == binding.name_range)
}

/// The edits that clone a sender, told as what they are, with the one that drops the first sender.
pub fn another_sender(file: &File, taken: &Range<usize>, name: &str, mut edits: Vec<Edit>) -> Fix {
    let before = edits.len();
    let binding = file.binding(name, taken.start);
    let cost = let_first_go(file, taken, binding.as_ref(), &mut edits, Cost::local(Deed::Share));
    let id = if edits.len() > before { "sender-dropped-later" } else { "another-sender" };
    Fix::new(id, cost, edits).with("place", name)
}

/// Adds the edit that drops the first sender, if it needs one. Where it may stay, the receiver may
/// wait for it: no longer the same program.
pub fn let_first_go(
    file: &File,
    taken: &Range<usize>,
    sender: Option<&Binding>,
    edits: &mut Vec<Edit>,
    cost: Cost,
) -> Cost {
    match sender.and_then(|sender| what_becomes_of(file, taken, sender)) {
        Some(First::Gone) => cost,
        Some(First::Dropped(edit)) => {
            edits.push(edit);
            cost
        }
        Some(First::Unclear) | None => cost.changed(),
    }
}

/// Looks behind the place where the other sender is given away, and behind what does it again.
fn what_becomes_of(file: &File, taken: &Range<usize>, binding: &Binding) -> Option<First> {
    let around = file.parents(taken.clone()).into_iter();
    let mut again = around.filter(|expr| is_repeated(file, expr) && !holds(&expr.range, &binding.name_range));
    let giving = again.next_back().map_or_else(|| taken.clone(), |expr| expr.range);
    let uses = file.uses_of(binding);
    let last = uses.iter().rfind(|used| used.range.start >= giving.end);
    let (statement, block) = statement_with(file, &giving, last.map_or(&giving, |used| &used.range))?;
    if let Some(last) = last
        && let Some(moved) = moved_by(file, last, &statement)
    {
        return Some(moved);
    }
    if statement.kind == StatementKind::Tail && binding.scope.end > block.range.end {
        return None;
    }
    let ends = block.statements.last().is_some_and(|end| end.range == statement.range)
        && binding.scope.end <= block.range.end;
    // What is declared behind it is dropped before it, and may wait in its destructor.
    let declares = |known: &Statement| {
        matches!(known.kind, StatementKind::Let(_)) && known.range.start > binding.name_range.end
    };
    if ends && !block.statements.iter().any(declares) {
        return Some(First::Gone);
    }
    line_after(file, &statement.range, &format!("drop({});", binding.name)).map(First::Dropped)
}

fn is_repeated(file: &File, expr: &Expr) -> bool {
    let called = || file.call_with_argument(expr.range.clone()).map(|(call, _)| call.name);
    match expr.kind {
        ExprKind::For | ExprKind::While | ExprKind::Loop => true,
        ExprKind::Closure => called().is_some_and(|name| REPEATING.contains(&name.as_str())),
        _ => false,
    }
}

/// The innermost block around a range that also holds the last use, and its statement with that use.
fn statement_with(file: &File, range: &Range<usize>, last: &Range<usize>) -> Option<(Statement, Block)> {
    file.statements_around(range.clone()).into_iter().find_map(|statement| {
        let block = block_with(file, &statement)?;
        let with_last = block.statements.iter().find(|known| holds(&known.range, last)).cloned();
        with_last.map(|statement| (statement, block))
    })
}

/// What a last use that gives the sender away makes of it: nothing where it only borrows it.
fn moved_by(file: &File, last: &Use, statement: &Statement) -> Option<First> {
    let around = file.parents(last.range.clone());
    let around = around.iter().take_while(|expr| holds(&statement.range, &expr.range));
    let mut moved = last.place == last.range && matches!(last.kind, UseKind::CallArgument | UseKind::Read);
    let mut sometimes = last.kind == UseKind::Unread;
    for expr in around {
        let range = || expr.range.clone();
        match expr.kind {
            ExprKind::Closure => moved |= file.closure_at(range()).is_some_and(|of| of.move_token.is_some()),
            ExprKind::AsyncBlock => {
                moved |= file.async_block_at(range()).is_some_and(|of| of.move_token.is_some());
            }
            ExprKind::Binary
            | ExprKind::For
            | ExprKind::If
            | ExprKind::Loop
            | ExprKind::Match
            | ExprKind::While => sometimes = true,
            _ => {}
        }
    }
    match (moved, sometimes) {
        (_, true) if moved || last.kind == UseKind::Unread => Some(First::Unclear),
        (true, _) => Some(First::Gone),
        _ => None,
    }
}

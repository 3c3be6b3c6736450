//! Starts a thread within `std::thread::scope`, which waits for it, so that it may borrow.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::indented;
use crate::syntax::{Binding, Call, CallKind, Destination, File, Statement, UseKind, holds};

/// Wraps the statements from the one that starts the thread (or that declares what keeps its handle)
/// to the end of the block. Only for `thread::spawn`, and where these statements do not leave the
/// block early. `owner` is what the thread borrows: it must be declared before.
pub fn spawn_in_scope(file: &File, spawn: &Call, owner: Option<&Binding>) -> Option<Fix> {
    let callee = file.text(spawn.callee.clone());
    if spawn.kind != CallKind::Function || !matches!(callee, "thread::spawn" | "std::thread::spawn") {
        return None;
    }
    let first = start(file, spawn, owner)?;
    let block = file.block_at(first.range.clone())?;
    let last = block.statements.last()?;
    let range = first.range.start..last.range.end;
    let jumps = file.contains_jump(range.clone())
        || file.contains_question(range.clone())
        || file.contains_await(range.clone());
    // The handle must not leave the scope.
    let leaves = matches!(
        file.destination(spawn.range.clone()),
        Some(Destination::Returned | Destination::Assigned(_))
    );
    let kept = match file.destination(spawn.range.clone()) {
        Some(Destination::Let(of)) => of.name.and_then(|name| file.binding(&name, of.range.end)),
        _ => None,
    };
    let waits = |used: &crate::syntax::Use| matches!(&used.kind, UseKind::MethodReceiver(method) if method == "join" || method == "is_finished");
    let leaves = leaves || kept.is_some_and(|handle| !file.uses_of(&handle).iter().all(waits));
    let before_owner =
        owner.is_some_and(|owner| owner.name_range.start >= range.start || owner.scope.end < range.end);
    if jumps
        || leaves
        || before_owner
        || !file.is_editable(range.clone())
        || file.binding("scope", range.start).is_some()
    {
        return None;
    }
    let end = file.source.line_end();
    let indent = file.indent_at(range.start).to_owned();
    let module = callee.trim_end_matches("::spawn");
    let closing = if last.kind == crate::syntax::StatementKind::Tail { ")" } else { ");" };
    let mut edits = vec![
        Edit::insert(&file.source, range.start, format!("{module}::scope(|scope| {{{end}{indent}    ")),
        Edit::replace(&file.source, spawn.callee.clone(), "scope.spawn"),
        Edit::insert(&file.source, range.end, format!("{end}{indent}}}{closing}")),
    ];
    edits.extend(indented(file, range.clone())?);
    let cost = Cost::local(Deed::Restructure);
    let joined = file.text(range).contains(".join()");
    Some(Fix::new("spawn-in-scope", if joined { cost } else { cost.changed() }, edits))
}

/// Whether a call starts a thread of the standard library.
pub fn starts_thread(file: &File, call: &Call) -> bool {
    let callee = file.text(call.callee.clone());
    let by_builder =
        call.receiver.clone().is_some_and(|receiver| file.text(receiver).contains("Builder::new"));
    call.name.starts_with("spawn") && (callee.contains("thread") || by_builder)
}

/// The line behind a range, in the same function, that waits for a thread: `join()`.
pub fn join_line(file: &File, range: Range<usize>) -> Option<usize> {
    let function = file.function_at(range.clone())?.range;
    let calls = file.calls_named("join").into_iter();
    let mut joins = calls.filter(|call| {
        call.args.is_empty() && call.range.start >= range.start && call.range.end <= function.end
    });
    joins.next().map(|call| file.source.line_of(call.name_range.start))
}

/// The statement with which the scope begins: in the block that declares what is borrowed.
fn start(file: &File, spawn: &Call, owner: Option<&Binding>) -> Option<Statement> {
    let around = file.statements_around(spawn.range.clone());
    // A loop starts many threads: all within one scope.
    let outermost = file.loops_around(spawn.range.clone()).into_iter().last().map(|around| around.range);
    let in_owner_block = |statement: &Statement| {
        let covers = outermost.as_ref().is_none_or(|around| holds(&statement.range, around));
        covers && owner.is_none_or(|owner| owner.scope.start <= statement.range.start)
    };
    let mut first = around.into_iter().find(in_owner_block)?;
    if let Some(keeper) = keeper(file, spawn) {
        // A collection of handles must not leave the scope either.
        let all = file.uses_of(&keeper);
        if all.iter().any(|used| file.destination(used.range.clone()) == Some(Destination::Returned)) {
            return None;
        }
        let declared = file.statement_at(keeper.let_?.range)?;
        if declared.range.start < first.range.start {
            first = declared;
        }
    }
    Some(first)
}

/// The variable of the collection to which the handle goes.
fn keeper(file: &File, spawn: &Call) -> Option<Binding> {
    let Some(Destination::Argument(call, _)) = file.destination(spawn.range.clone()) else { return None };
    let name = file.place_root(call.receiver?)?;
    file.binding(&name, spawn.range.start).filter(|keeper| keeper.let_.is_some())
}

//! Ends a guard, or another value that is made for one thread, before an `.await`.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::indented;
use crate::fixes::statements::{declared, fresh, mentions};
use crate::rule::Case;
use crate::syntax::{Binding, File, Statement, StatementKind};

/// A block around all that uses the value, or `drop` before the wait.
pub fn end_before_await(case: &Case, value: &Span, waits: &Span) -> Option<Fix> {
    let file = case.file(value).filter(|_| value.file == waits.file && !value.in_macro())?;
    let name = file.text(value.range()).trim_start_matches("mut ").to_owned();
    let binding = file.binding(&name, value.byte_end - name.len())?;
    let own = binding.let_.as_ref()?.range.clone();
    let block = file.block_at(own.clone())?;
    let first = block.statements.iter().position(|statement| statement.range == own)?;
    let outer = block
        .statements
        .iter()
        .position(|it| it.range.start <= waits.byte_start && waits.byte_end <= it.range.end)?;
    if outer <= first || !file.is_editable(waits.range()) {
        return None;
    }
    let uses: Vec<Range<usize>> = file.uses_of(&binding).into_iter().map(|used| used.range).collect();
    if uses.iter().any(|used| used.start > waits.byte_end) {
        return None;
    }
    let waiting = file.statement_at(waits.range())?;
    let in_wait = uses.iter().filter(|used| used.start >= block.statements[outer].range.start).count();
    let (before, after) = (&block.statements[first..outer], &block.statements[outer..]);
    if in_wait == 0 {
        return in_block(&file, &binding, before, after).or_else(|| dropped(&file, &name, &waiting));
    }
    // What the wait needs is made in the block.
    let argument = argument(&file, &uses, &waiting, waits)?;
    (waiting.range == block.statements[outer].range).then_some(())?;
    made_in_block(&file, &name, before, after, &argument)
}

/// `{ let guard = ..; ..; }`
fn in_block(file: &File, binding: &Binding, before: &[Statement], after: &[Statement]) -> Option<Fix> {
    let uses = file.uses_of(binding);
    let last = before.iter().rposition(|statement| {
        uses.iter()
            .any(|used| statement.range.start <= used.range.start && used.range.end <= statement.range.end)
    });
    let inner = &before[..=last.unwrap_or(0)];
    let rest = || before[inner.len()..].iter().chain(after);
    let names: Vec<String> = inner.iter().flat_map(|statement| declared(file, statement)).collect();
    // What is declared in the block is gone behind it, but its last value can be handed out.
    let needed = |names: &[String]| rest().any(|statement| mentions(file, statement.range.clone(), names));
    let handed = if needed(&names) {
        let last = inner.last()?;
        let StatementKind::Let(of) = last.kind.clone() else { return None };
        let own = declared(file, last);
        let others: Vec<String> = names.iter().filter(|name| !own.contains(name)).cloned().collect();
        if needed(&others) || of.has_else || inner.len() < 2 {
            return None;
        }
        Some((last.range.clone(), of.init?))
    } else {
        None
    };
    let range = inner.first()?.range.start..inner.last()?.range.end;
    let end = file.source.line_end();
    let indent = file.indent_at(range.start).to_owned();
    let head = handed.as_ref().map(|(last, init)| file.text(last.start..init.start)).unwrap_or_default();
    let mut edits = vec![Edit::insert(&file.source, range.start, format!("{head}{{{end}{indent}    "))];
    edits.extend(indented(file, range.clone())?);
    match handed {
        Some((last, init)) => {
            edits.push(Edit::delete(&file.source, last.start..init.start));
            edits.push(Edit::replace(&file.source, init.end..last.end, format!("{end}{indent}}};")));
        }
        None => edits.push(Edit::insert(&file.source, range.end, format!("{end}{indent}}}"))),
    }
    Some(Fix::new("end-in-block", Cost::local(Deed::Reorder), edits).with("name", &binding.name))
}

/// The one argument of the awaited call that uses the value.
fn argument(file: &File, uses: &[Range<usize>], waiting: &Statement, waits: &Span) -> Option<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for used in uses.iter().filter(|used| waiting.range.start <= used.start) {
        let calls = file.parents(used.clone()).into_iter().filter_map(|outer| {
            let call = file.call_at(outer.range.clone()).filter(|call| call.range == outer.range)?;
            let awaited = file.text(call.range.end..waits.byte_start).trim() == ".";
            awaited.then_some(call)
        });
        let within = |argument: &Range<usize>| argument.start <= used.start && used.end <= argument.end;
        let argument = calls.flat_map(|call| call.args).find(within)?;
        if !found.contains(&argument) {
            found.push(argument);
        }
    }
    let one = found.pop()?;
    found.is_empty().then_some(one)
}

/// `let value = { let guard = ..; ..; *guard };`
fn made_in_block(
    file: &File,
    name: &str,
    before: &[Statement],
    after: &[Statement],
    argument: &Range<usize>,
) -> Option<Fix> {
    let names: Vec<String> = before.iter().flat_map(|statement| declared(file, statement)).collect();
    let outside = |range: Range<usize>| mentions(file, range, &names);
    let waiting = after.first()?;
    let parts = [waiting.range.start..argument.start, argument.end..waiting.range.end];
    if parts.into_iter().any(outside) || after[1..].iter().any(|statement| outside(statement.range.clone())) {
        return None;
    }
    let new = fresh(file, waiting.range.clone(), "value")?;
    let range = before.first()?.range.start..before.last()?.range.end;
    let end = file.source.line_end();
    let indent = file.indent_at(range.start).to_owned();
    let made = file.text(argument.clone());
    let mut edits = vec![Edit::insert(&file.source, range.start, format!("let {new} = {{{end}{indent}    "))];
    edits.extend(indented(file, range.clone())?);
    let close = format!("{end}{indent}    {made}{end}{indent}}};");
    edits.push(Edit::insert(&file.source, range.end, close));
    edits.push(Edit::replace(&file.source, argument.clone(), new));
    Some(Fix::new("end-in-block", Cost::local(Deed::Reorder), edits).with("name", name))
}

/// `drop(guard);` before the statement that waits.
fn dropped(file: &File, name: &str, waiting: &Statement) -> Option<Fix> {
    let end = file.source.line_end();
    let indent = file.indent_at(waiting.range.start).to_owned();
    let line = format!("drop({name});{end}{indent}");
    let edits = vec![Edit::insert(&file.source, waiting.range.start, line)];
    // A value that was lent before counts as held to its block's end all the same.
    Some(
        Fix::new("drop-before-await", Cost::local(Deed::Reorder), edits).with("name", name).doubtful_if(true),
    )
}

//! Ends a guard, or another value that is made for one thread, before an `.await`.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::indented;
use crate::fixes::statements::{declared, fresh, mentions};
use crate::rule::Case;
use crate::syntax::{Binding, File, Statement};

/// A block around all that uses the value, or `drop` before the wait, with what the wait needs read
/// before that.
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
    if in_wait == 0 {
        return in_block(&file, &binding, &block.statements[first..outer], &block.statements[outer..])
            .or_else(|| dropped(&file, &name, &waiting, Vec::new()));
    }
    let read = read_before(&file, &uses, &waiting, waits)?;
    dropped(&file, &name, &waiting, read)
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
    // What is declared in the block is gone behind it.
    if rest().any(|statement| mentions(file, statement.range.clone(), &names)) {
        return None;
    }
    let range = inner.first()?.range.start..inner.last()?.range.end;
    let end = file.source.line_end();
    let indent = file.indent_at(range.start).to_owned();
    let mut edits = vec![Edit::insert(&file.source, range.start, format!("{{{end}{indent}    "))];
    edits.extend(indented(file, range.clone())?);
    edits.push(Edit::insert(&file.source, range.end, format!("{end}{indent}}}")));
    Some(Fix::new("end-in-block", Cost::local(Deed::Reorder), edits).with("name", &binding.name))
}

/// The arguments of the awaited call that use the value, read into variables before.
fn read_before(
    file: &File,
    uses: &[Range<usize>],
    waiting: &Statement,
    waits: &Span,
) -> Option<Vec<(Range<usize>, String)>> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for used in uses.iter().filter(|used| waiting.range.start <= used.start) {
        let call = file.parents(used.clone()).into_iter().filter_map(|outer| {
            let call = file.call_at(outer.range.clone()).filter(|call| call.range == outer.range)?;
            let awaited = file.text(call.range.end..waits.byte_start).trim() == ".";
            awaited.then_some(call)
        });
        let argument = call
            .flat_map(|call| call.args)
            .find(|argument| argument.start <= used.start && used.end <= argument.end)?;
        if found.iter().any(|(known, _)| *known == argument) {
            continue;
        }
        let wish = if found.is_empty() { "value".to_owned() } else { format!("value{}", found.len() + 1) };
        found.push((argument, fresh(file, waiting.range.clone(), &wish)?));
    }
    Some(found)
}

/// `let value = *guard; drop(guard);` before the statement that waits.
fn dropped(file: &File, name: &str, waiting: &Statement, read: Vec<(Range<usize>, String)>) -> Option<Fix> {
    let end = file.source.line_end();
    let indent = file.indent_at(waiting.range.start).to_owned();
    let mut lines = String::new();
    let mut edits = Vec::new();
    for (argument, new) in read {
        lines.push_str(&format!("let {new} = {};{end}{indent}", file.text(argument.clone())));
        edits.push(Edit::replace(&file.source, argument, new));
    }
    lines.push_str(&format!("drop({name});{end}{indent}"));
    edits.push(Edit::insert(&file.source, waiting.range.start, lines));
    Some(Fix::new("drop-before-await", Cost::local(Deed::Reorder), edits).with("name", name))
}

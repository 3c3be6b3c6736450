//! Puts a guard and what needs it into a block of its own, so that the guard is dropped at its end.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Binding, File, Statement, StatementKind};

/// Ends the guard before a later statement of the same block. Nothing where that one, or one after it,
/// uses the guard, or where more than one value would have to leave the block.
pub fn guard_in_block(file: &File, guard: &Binding, later: Range<usize>) -> Option<Fix> {
    let statements = file.block_at(guard.name_range.clone())?.statements;
    let of = |range: &Range<usize>| {
        let holds = |it: &Statement| it.range.start <= range.start && range.end <= it.range.end;
        statements.iter().position(holds)
    };
    let (first, later) = (of(&guard.name_range)?, of(&later)?);
    let uses = file.uses_of(guard);
    let last = uses.iter().map(|used| of(&used.range)).max().flatten().unwrap_or(first);
    let unclear = uses.iter().any(|used| of(&used.range).is_none());
    if unclear || last >= later {
        return None;
    }
    let body = &statements[first..=last];
    let (start, end) = (body.first()?.range.start, body.last()?.range.end);
    if !file.is_editable(start..end) || !one_line_strings(file.text(start..end)) {
        return None;
    }

    let leaves = |binding: &Binding| {
        *binding != *guard && file.uses_of(binding).iter().any(|used| used.range.start >= end)
    };
    let mut leaving = body.iter().filter_map(|it| match &it.kind {
        StatementKind::Let(declared) => Some((it, declared)),
        _ => None,
    });
    let leaving = leaving
        .by_ref()
        .filter(|(_, declared)| file.bindings_in_pattern(declared.pattern.clone()).iter().any(leaves));
    let leaving: Vec<_> = leaving.collect();

    let (line_end, indent) = (file.source.line_end(), file.indent_at(start));
    let insert = |at, text: String| Edit::insert(&file.source, at, text);
    let mut edits = Vec::new();
    let head = match leaving.as_slice() {
        [] => {
            edits.push(insert(end, format!("{line_end}{indent}}}")));
            String::new()
        }
        // Its value is the value of the block.
        [(statement, declared)] if statement.range.end == end && !declared.has_else => {
            let value = declared.init.clone()?;
            let head = statement.range.start..value.start;
            let text = file.text(head.clone()).to_owned();
            edits.push(Edit::delete(&file.source, head));
            edits.push(Edit::replace(&file.source, value.end..end, format!("{line_end}{indent}}};")));
            text
        }
        _ => return None,
    };
    edits.push(insert(start, format!("{head}{{{line_end}{indent}    ")));
    edits.extend(deeper(file, start..end));
    Some(Fix::new("end-guard-in-block", Cost::local(Deed::Reorder), edits))
}

/// A string over several lines would change with its indent.
fn one_line_strings(code: &str) -> bool {
    code.lines().all(|line| line.matches('"').count() % 2 == 0)
}

/// Four spaces before each line but the first.
fn deeper<'f>(file: &'f File, range: Range<usize>) -> impl Iterator<Item = Edit> + 'f {
    let text = &file.source.text;
    let starts = text[range.clone()].match_indices('\n').map(move |(at, _)| range.start + at + 1);
    let blank = |at: &usize| text[*at..].lines().next().is_none_or(|line| line.trim().is_empty());
    starts.filter(move |at| !blank(at)).map(|at| Edit::insert(&file.source, at, "    "))
}

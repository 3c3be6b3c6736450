//! Statements that fill their lines: moving one up or down, writing one before another.
//!
//! Not a deed of its own, but what the deeds that change the order of statements have in common.

use std::ops::Range;

use crate::conflict::words;
use crate::fix::Edit;
use crate::syntax::{Block, ExprKind, File, Statement, StatementKind};

/// Macros that show values and change none.
const SHOWING: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug",
    "eprint",
    "eprintln",
    "info",
    "print",
    "println",
    "trace",
    "warn",
];
/// Methods of the standard library that read and have no effect.
const READING: &[&str] = &[
    "abs",
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "chars",
    "clone",
    "collect",
    "cloned",
    "contains",
    "contains_key",
    "copied",
    "count",
    "ends_with",
    "first",
    "get",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "join",
    "keys",
    "last",
    "len",
    "max",
    "min",
    "starts_with",
    "sum",
    "to_owned",
    "to_string",
    "to_uppercase",
    "to_vec",
    "trim",
    "unwrap_or",
    "unwrap_or_default",
    "values",
];

/// Two statements of one block around two ranges, the first before the second.
pub(super) fn in_one_block(
    file: &File,
    first: Range<usize>,
    second: Range<usize>,
) -> Option<(Block, usize, usize)> {
    for statement in file.statements_around(second) {
        let Some(block) = block_with(file, &statement) else { continue };
        let at = |range: &Range<usize>| {
            block
                .statements
                .iter()
                .position(|known| known.range.start <= range.start && range.end <= known.range.end)
        };
        if let (Some(a), Some(b)) = (at(&first), at(&statement.range)) {
            return (a < b).then_some((block, a, b));
        }
    }
    None
}

/// The block that a statement belongs to.
pub(super) fn block_with(file: &File, statement: &Statement) -> Option<Block> {
    let block = file.block_at(statement.range.clone())?;
    let holds = |block: &Block| block.statements.iter().any(|known| known.range == statement.range);
    if holds(&block) {
        return Some(block);
    }
    let around = file.parents(block.range.clone()).into_iter().find(|e| e.range != block.range);
    let outer = file.block_of(around?.range)?;
    holds(&outer).then_some(outer)
}

/// The whole lines of a statement, with their ends; nothing where it shares a line with other code.
pub(super) fn lines_of(file: &File, statement: &Range<usize>) -> Option<Range<usize>> {
    let source = &file.source;
    let first = source.line_range(source.line_of(statement.start));
    let last_line = source.line_of(statement.end.saturating_sub(1));
    let last = source.line_range(last_line);
    let before = file.text(first.start..statement.start);
    let after = file.text(statement.end..last.end).trim();
    let next = source.line_range(last_line + 1).start;
    let alone = before.trim().is_empty() && (after.is_empty() || after.starts_with("//"));
    (alone && next > last.end && file.is_editable(statement.clone())).then_some(first.start..next)
}

/// Moves a statement to the line before another.
pub(super) fn move_before(file: &File, what: &Range<usize>, before: &Range<usize>) -> Option<Vec<Edit>> {
    let (what, before) = (lines_of(file, what)?, lines_of(file, before)?);
    let text = file.text(what.clone()).to_owned();
    Some(vec![Edit::insert(&file.source, before.start, text), Edit::delete(&file.source, what)])
}

/// Moves a statement to the line after another.
pub(super) fn move_after(file: &File, what: &Range<usize>, after: &Range<usize>) -> Option<Vec<Edit>> {
    let (what, after) = (lines_of(file, what)?, lines_of(file, after)?);
    let text = file.text(what.clone()).to_owned();
    Some(vec![Edit::insert(&file.source, after.end, text), Edit::delete(&file.source, what)])
}

/// Writes a line before the line in which a range begins.
pub(super) fn line_before(file: &File, range: &Range<usize>, code: &str) -> Option<Edit> {
    let source = &file.source;
    let line = source.line_of(range.start);
    let start = source.line_range(line).start;
    let alone = file.text(start..range.start).trim().is_empty();
    let text = format!("{}{code}{}", source.indent_of(line), source.line_end());
    (alone && file.is_editable(range.clone())).then(|| Edit::insert(source, start, text))
}

/// Writes a line after the last line of a statement.
pub(super) fn line_after(file: &File, statement: &Range<usize>, code: &str) -> Option<Edit> {
    let lines = lines_of(file, statement)?;
    let indent = file.source.indent_of(file.source.line_of(statement.start));
    Some(Edit::insert(&file.source, lines.end, format!("{indent}{code}{}", file.source.line_end())))
}

/// Whether code reads and computes only: no call whose effects are unknown, no jump, no `await`.
pub(super) fn only_reads(file: &File, range: Range<usize>) -> bool {
    if file.contains_jump(range.clone())
        || file.contains_question(range.clone())
        || file.contains_await(range.clone())
    {
        return false;
    }
    file.exprs_in(range).into_iter().all(|e| match e.kind {
        ExprKind::MethodCall => {
            file.call_at(e.range).is_some_and(|call| READING.contains(&call.name.as_str()))
        }
        ExprKind::Call => {
            file.call_at(e.range).is_some_and(|call| call.name == "Some" || call.name == "from")
        }
        ExprKind::MacroCall => file.call_at(e.range).is_some_and(|call| call.name == "format"),
        ExprKind::Assign
        | ExprKind::CompoundAssign
        | ExprKind::Closure
        | ExprKind::UnsafeBlock
        | ExprKind::AsyncBlock => false,
        _ => true,
    })
}

/// Whether a statement shows values and does nothing else.
pub(super) fn only_shows(file: &File, statement: &Statement) -> bool {
    let Some(expr) = statement.expr.clone() else { return false };
    let call =
        file.call_at(expr.clone()).filter(|call| call.range == expr && SHOWING.contains(&call.name.as_str()));
    call.is_some_and(|call| call.args.into_iter().all(|arg| only_reads(file, arg)))
}

/// The names that a statement declares.
pub(super) fn declared(file: &File, statement: &Statement) -> Vec<String> {
    match &statement.kind {
        StatementKind::Let(let_) => {
            file.bindings_in_pattern(let_.pattern.clone()).into_iter().map(|binding| binding.name).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether code names one of these.
pub(super) fn mentions(file: &File, range: Range<usize>, names: &[String]) -> bool {
    words(file.text(range)).any(|word| names.iter().any(|name| name == word))
}

/// A name that nothing in the function has yet.
pub(super) fn fresh(file: &File, at: Range<usize>, wish: &str) -> Option<String> {
    let around = file.function_at(at)?.range;
    let taken = |name: &str| words(file.text(around.clone())).any(|word| word == name);
    let wishes = [wish.to_owned(), format!("{wish}_before"), format!("{wish}_now"), format!("{wish}_first")];
    // A method of this name is no variable; but one more reading is clearer.
    let variable = |name: &str| {
        file.uses(name, around.clone()).is_empty() && file.binding(name, at_end(&around)).is_none()
    };
    wishes.into_iter().find(|name| variable(name) && (name == wish || !taken(name)))
}

fn at_end(range: &Range<usize>) -> usize {
    range.end.saturating_sub(1)
}

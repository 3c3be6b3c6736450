//! Ends a borrow before a value moves: moves the move behind the last use, or the guard's end before it.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::reference_uses::binding_of_init;
use crate::syntax::{Block, ExprKind, File, Statement, StatementKind, UseKind};

/// How many statements a move may jump over.
const FARTHEST: usize = 4;

/// Calls that only read, convert or clean up.
const SILENT: &[&str] = &[
    "drop",
    "into_iter",
    "into_bytes",
    "into_boxed_str",
    "into_string",
    "into_boxed_slice",
    "len",
    "is_empty",
    "clone",
    "as_str",
    "as_ref",
    "to_string",
    "to_owned",
    "get",
    "first",
    "last",
    "is_some",
    "is_none",
    "new",
];

/// Puts the statement that moves a value behind the one that uses the borrow last. Nothing where a
/// statement in between needs what the first one makes, or where the last use is the block's value.
pub fn delay_move(file: &File, moved: Range<usize>, used: Range<usize>) -> Option<Fix> {
    let (block, from, to) = common_block(file, &moved, &used)?;
    if to <= from || to - from > FARTHEST {
        return None;
    }
    let statements = block.statements.get(from..=to)?;
    let (first, rest) = statements.split_first()?;
    let last = rest.last()?;
    let movable = matches!(first.kind, StatementKind::Let(_) | StatementKind::Expr)
        && file.text(first.range.clone()).ends_with(';');
    let ends_alone = !matches!(last.kind, StatementKind::Tail | StatementKind::Item);
    if !movable || !ends_alone || !file.is_editable(block.range.clone()) {
        return None;
    }
    let all = first.range.start..last.range.end;
    // Code that may leave the block would skip the move, and one that waits would be reached earlier.
    let plain = |range: Range<usize>| !file.contains_jump(range.clone()) && !file.contains_await(range);
    if !plain(all) || declares_for(file, first, rest) {
        return None;
    }
    // A comment at the end of the line goes with it; of one between the lines nobody knows to which it
    // belongs.
    let next = rest.first()?.range.start;
    let line = file.source.line_range(file.source.line_of(first.range.end));
    let end = if next > line.end { line.end } else { first.range.end };
    let comment = file.text(first.range.end..end).trim();
    let own = comment.is_empty()
        || comment.starts_with("//")
        || comment.starts_with("/*") && comment.ends_with("*/");
    if !own || !file.text(end..next).trim().is_empty() {
        return None;
    }
    let moved_text = file.text(first.range.start..end).trim_end();
    // What follows the last use on its line would come to stand behind the comment.
    let behind = file.source.line_range(file.source.line_of(last.range.end)).end;
    let behind = file.text(last.range.end..behind.max(last.range.end)).trim();
    if !comment.is_empty() && !behind.is_empty() && !behind.starts_with("//") {
        return None;
    }
    let line_end = file.source.line_end();
    let indent = file.indent_at(first.range.start);
    let edits = vec![
        Edit::delete(&file.source, first.range.start..next),
        Edit::insert(&file.source, last.range.end, format!("{line_end}{indent}{moved_text}")),
    ];
    let cost = Cost::local(Deed::Reorder);
    // Where one of the two sides does nothing that anybody sees, their order does not matter.
    let cost = if is_silent(file, first) || rest.iter().all(|next| is_silent(file, next)) {
        cost
    } else {
        cost.changed()
    };
    let mut fix = Fix::new("delay-move", cost, edits);
    fix.facts.number("after_line", file.source.line_of(last.range.start));
    Some(fix)
}

/// `drop(guard);` before the statement that moves what the guard borrows, where nothing uses the
/// guard after it.
pub fn end_guard(file: &File, moved: Range<usize>, guard: &str) -> Option<Fix> {
    let statement = file.statement_at(moved.clone())?;
    let binding = file.binding(guard, moved.start)?;
    // A statement that runs only in some rounds or branches would drop a guard of others.
    let same_block =
        file.block_at(statement.range.clone())?.range == file.block_at(binding.name_range.clone())?.range;
    let used_later = file.uses_of(&binding).iter().any(|used| used.range.start >= statement.range.start);
    if !same_block || used_later || !binding.simple || !file.is_editable(statement.range.clone()) {
        return None;
    }
    if matches!(statement.kind, StatementKind::Item) {
        return None;
    }
    let at = statement.range.start;
    let text = format!("drop({guard});{}{}", file.source.line_end(), file.indent_at(at));
    let fix = Fix::new("end-guard", Cost::local(Deed::Reorder), vec![Edit::insert(&file.source, at, text)]);
    Some(fix.with("reference", guard))
}

/// Copies the borrowed data where it is borrowed: `let r = &v[0];` -> `let r = v[0].clone();`,
/// `let r = s.trim();` -> `let r = s.trim().to_owned();`.
pub fn copy_out_first(file: &File, borrow: Range<usize>) -> Option<Fix> {
    let statement = file.statement_at(borrow.clone())?;
    let StatementKind::Let(declared) = statement.kind else { return None };
    let init = declared.init.filter(|_| declared.ty.is_none())?;
    let binding = binding_of_init(file, &init)?;
    if !file.is_editable(init.clone()) || init.start > borrow.start || borrow.end > init.end {
        return None;
    }
    let expr = file.expr_exactly(init.clone())?;
    // Who uses the name as a reference has to borrow the copy then.
    let mut doubtful = binding.mutable
        || file.uses_of(&binding).iter().any(|used| {
            used.place == used.range
                && matches!(used.kind, UseKind::CallArgument | UseKind::Read | UseKind::Unread)
        });
    let edits = match expr.kind {
        ExprKind::Ref { mutable: false } => {
            let inner = file.text(init.clone()).strip_prefix('&')?.trim_start();
            let place = init.end - inner.len();
            let slice = inner.ends_with("..]") || inner.ends_with(']') && inner.contains("..");
            let copy = if slice { ".to_owned()" } else { ".clone()" };
            let starred = inner.starts_with('*');
            let (open, close) = if starred { ("(", ")") } else { ("", "") };
            vec![
                Edit::replace(&file.source, init.start..place, open),
                Edit::insert(&file.source, init.end, format!("{close}{copy}")),
            ]
        }
        ExprKind::MethodCall => {
            let call = file.call_at(init.clone())?;
            let copy = match call.name.as_str() {
                "trim" | "trim_start" | "trim_end" | "as_str" | "as_slice" | "trim_matches" | "as_bytes"
                | "as_path" => ".to_owned()",
                "first" | "last" | "get" | "max" | "min" | "next" | "find" | "max_by_key" | "min_by_key" => {
                    // The pieces of a text are no values of their own that could be cloned.
                    let of_text = ["split", "lines", "trim", "strip"]
                        .iter()
                        .any(|word| file.text(init.clone()).contains(word));
                    if of_text { ".map(str::to_owned)" } else { ".cloned()" }
                }
                "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" => {
                    doubtful |= call.name.starts_with("unwrap_or");
                    ".to_owned()"
                }
                _ => return None,
            };
            vec![Edit::insert(&file.source, init.end, copy)]
        }
        _ => return None,
    };
    let fix = Fix::new("copy-out-first", Cost::local(Deed::Clone), edits);
    Some(fix.with("reference", &binding.name).with("borrow", file.text(init)).doubtful_if(doubtful))
}

/// The innermost block that holds both, and the positions of their statements in it.
fn common_block(file: &File, first: &Range<usize>, last: &Range<usize>) -> Option<(Block, usize, usize)> {
    let holds =
        |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
    let mut at = file.block_at(first.clone());
    while let Some(block) = at {
        if holds(&block.range, last) {
            let position = |range: &Range<usize>| {
                block.statements.iter().position(|statement| holds(&statement.range, range))
            };
            let (from, to) = (position(first)?, position(last)?);
            // A move within a branch or a loop is not the statement's own.
            let statement = block.statements.get(from)?;
            let own = file.block_at(first.clone()).is_some_and(|inner| inner.range == block.range)
                || !holds(&statement.range, first);
            return own.then_some((block, from, to));
        }
        at = block.range.start.checked_sub(1).and_then(|before| file.block_at(before..before));
    }
    None
}

/// Whether a later statement needs a name that the first one declares.
fn declares_for(file: &File, first: &Statement, rest: &[Statement]) -> bool {
    let StatementKind::Let(declared) = &first.kind else { return false };
    let names = file.bindings_in_pattern(declared.pattern.clone());
    let until = rest.last().map_or(first.range.end, |last| last.range.end);
    names.iter().any(|name| file.uses_of(name).iter().any(|used| used.range.start < until))
}

/// Whether nobody sees when the statement runs: it reads places, builds a value of them, or drops one.
fn is_silent(file: &File, statement: &Statement) -> bool {
    let range = match &statement.kind {
        StatementKind::Let(declared) => declared.init.clone(),
        _ => statement.expr.clone(),
    };
    let Some(range) = range else { return false };
    file.exprs_in(range).iter().all(|expr| match expr.kind {
        ExprKind::MacroCall
        | ExprKind::Block
        | ExprKind::Await
        | ExprKind::Assign
        | ExprKind::CompoundAssign => false,
        ExprKind::Call | ExprKind::MethodCall => file.call_at(expr.range.clone()).is_some_and(|call| {
            let name = call.name.as_str();
            name.starts_with(char::is_uppercase) || SILENT.contains(&name)
        }),
        _ => true,
    })
}

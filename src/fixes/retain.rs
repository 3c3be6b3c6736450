//! Turns a loop that removes from the map or set it walks over into `retain`.

use super::statements::lines_of;
use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, File, StatementKind};
use std::ops::Range;

/// `map.retain(|key, value| { .. })` for `for (key, value) in &map { .. map.remove(key) .. }`.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let around = conflict.walk()?;
    let (header, pattern) = (around.header.clone()?, around.pattern.clone()?);
    let place = crate::conflict::bare(file, conflict.borrow.span.range());
    let name = file.text(place.clone());
    // The loop walks over the whole map, and the clash removes the entry that it stands at.
    let plain = [format!("&{name}"), format!("{name}.iter()")].contains(&file.text(header).to_owned());
    let call = conflict.method_on(conflict.clash).filter(|call| call.name == "remove")?;
    let [key] = call.args.as_slice() else { return None };
    let names = file.bindings_in_pattern(pattern.clone());
    let [first, rest @ ..] = names.as_slice() else { return None };
    let is_key =
        file.text(key.clone()) == first.name && call.receiver.clone().map(|r| file.text(r)) == Some(name);
    // The loop may not be left, and the removal is the last that a round does.
    let leaves = file.exprs_in(around.body.clone()).iter().any(|e| {
        matches!(
            e.kind,
            ExprKind::Return | ExprKind::Try | ExprKind::Await | ExprKind::Break | ExprKind::Continue
        )
    });
    if !plain
        || !is_key
        || leaves
        || around.label.is_some()
        || !last_in_round(file, &call.range, &around.body)
    {
        return None;
    }
    let text = file.text(pattern.clone());
    let params = match rest {
        [] => text.to_owned(),
        _ => text.strip_prefix('(')?.strip_suffix(')')?.to_owned(),
    };
    let removal = file.statement_at(call.range.clone()).filter(|s| s.kind == StatementKind::Expr)?;
    let source = &file.source;
    let close = around.body.end - 1;
    let inner = file.block_of(around.body.clone())?.statements.first()?.range.start;
    let indent = source.indent_of(source.line_of(inner));
    let closing_line = source.line_range(source.line_of(close)).start;
    let alone = file.text(closing_line..close).trim().is_empty();
    lines_of(file, &around.range)?;
    let edits = vec![
        Edit::replace(source, around.range.start..around.body.start, format!("{name}.retain(|{params}| ")),
        Edit::replace(source, removal.range, "return false;"),
        Edit::insert(source, closing_line, format!("{indent}true{}", source.line_end())),
        Edit::insert(source, around.body.end, ");"),
    ];
    alone.then(|| Fix::new("retain", Cost::local(Deed::Restructure), edits))
}

/// Whether nothing comes after a call in a round: each block around it ends with what holds it.
fn last_in_round(file: &File, call: &Range<usize>, body: &Range<usize>) -> bool {
    file.statements_around(call.clone()).into_iter().take_while(|s| body.start <= s.range.start).all(
        |statement| {
            let block = super::statements::block_with(file, &statement);
            let is_last = block.is_some_and(|block| {
                block.statements.last().is_some_and(|last| last.range == statement.range)
            });
            let expr = statement.expr.clone().and_then(|expr| file.expr_exactly(expr));
            let fits = statement.range == *call
                || expr
                    .is_some_and(|e| matches!(e.kind, ExprKind::If | ExprKind::MethodCall | ExprKind::Block));
            is_last && fits
        },
    )
}

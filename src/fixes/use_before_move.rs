//! Puts the statement that uses a value before the one that gives it away.

use std::ops::Range;

use super::copy_out::field_types;
use super::reference_uses::changes;
use super::statements::{only_reads as reads_only, only_shows};
use crate::conflict::words;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, File, Statement, StatementKind, Use, UseKind, holds};

/// Swaps two neighbouring statements. Where the later one may have effects the program changes, and
/// the fix says so; nothing where the later one needs a name that the earlier one declares.
pub fn use_before_move(file: &File, moved: Range<usize>, used: Range<usize>) -> Option<Fix> {
    let (first, second) = neighbours(file, moved, used.clone())?;
    // The later statement must not need what the earlier one makes.
    if let StatementKind::Let(binding) = &first.kind {
        let names = file.bindings_in_pattern(binding.pattern.clone());
        if names.iter().any(|binding| !file.uses(&binding.name, second.range.clone()).is_empty()) {
            return None;
        }
    }
    let (one, two) = (file.text(first.range.clone()), file.text(second.range.clone()));
    if !one.ends_with(';') || !two.ends_with(';') {
        return None;
    }
    let edits = vec![
        Edit::replace(&file.source, first.range.clone(), two),
        Edit::replace(&file.source, second.range.clone(), one),
    ];
    let cost = Cost::local(Deed::Reorder);
    let kept = only_reads(file, &second)
        || stores(file, &first, &second) && only_shows(file, &second)
        || is_change_for_nobody(file, &used) && only_builds(file, &first);
    let cost = if kept { cost } else { cost.changed() };
    Some(Fix::new("use-before-move", cost, edits))
}

/// Whether a variable is changed here by a statement of its own, and nothing reads it from here on. With
/// a copy given away before, nobody would see the change: it is meant for the value itself.
pub fn is_change_for_nobody(file: &File, used: &Range<usize>) -> bool {
    let Some((name, statement)) = file.place_root(used.clone()).zip(file.statement_at(used.clone())) else {
        return false;
    };
    let Some(binding) = file.binding(&name, used.start) else { return false };
    let in_loop = file
        .loop_at(statement.range.clone())
        .is_some_and(|around| !holds(&around.range, &binding.name_range));
    let alone = |it: &Use| match &it.kind {
        UseKind::Write => true,
        // What the call returns is not asked for.
        UseKind::MethodReceiver(method) => {
            let statement = file.statement_at(it.range.clone()).filter(|it| it.kind == StatementKind::Expr);
            let call = statement.and_then(|statement| file.call_at(statement.expr?));
            changes(method) && call.is_some_and(|call| call.receiver == Some(it.place.clone()))
        }
        _ => false,
    };
    let uses = file.uses_of(&binding);
    let mut from_here = uses.iter().filter(|it| it.range.start >= statement.range.start);
    !in_loop && from_here.next().is_some_and(alone) && from_here.all(alone)
}

/// Whether a statement calls nothing but what makes a value of the parts that it is given: `Some(x)`.
fn only_builds(file: &File, statement: &Statement) -> bool {
    let calls = file.exprs_in(statement.range.clone()).into_iter().filter_map(|expr| match expr.kind {
        ExprKind::MethodCall | ExprKind::MacroCall => Some(false),
        ExprKind::Call => {
            let name = file.call_at(expr.range).map(|call| call.name);
            Some(name.is_some_and(|name| name.starts_with(char::is_uppercase)))
        }
        _ => None,
    });
    calls.into_iter().all(|builds| builds)
}

/// The two statements of one block, if nothing stands between them.
fn neighbours(file: &File, moved: Range<usize>, used: Range<usize>) -> Option<(Statement, Statement)> {
    let around = file.statements_around(used.clone()).into_iter();
    let blocks = around.filter_map(|statement| file.block_at(statement.range));
    let block =
        blocks.into_iter().find(|block| block.range.start <= moved.start && moved.end <= block.range.end)?;
    let holds = |statement: &Statement, range: &Range<usize>| {
        statement.range.start <= range.start && range.end <= statement.range.end
    };
    let at = block.statements.iter().position(|statement| holds(statement, &moved))?;
    let (first, second) = (block.statements.get(at)?, block.statements.get(at + 1)?);
    (holds(second, &used) && !matches!(first.kind, StatementKind::Item))
        .then(|| (first.clone(), second.clone()))
}

/// Whether the first statement only puts something at an end of a list, which the second does not look at.
fn stores(file: &File, first: &Statement, second: &Statement) -> bool {
    const LISTS: &[&str] = &["Vec<", "VecDeque<"];
    let call =
        first.expr.clone().and_then(|expr| file.call_at(expr.clone()).filter(|call| call.range == expr));
    let Some((call, list)) = call.and_then(|call| Some((call.clone(), call.receiver?))) else { return false };
    let Some((root, field)) = file.text(list.clone()).split_once('.') else { return false };
    let types = field_types(file, field);
    let is_list = !types.is_empty() && types.iter().all(|ty| LISTS.iter().any(|list| ty.starts_with(list)));
    // What fails between the two would leave the list longer, or not.
    let shown = file.text(second.range.clone());
    is_list
        && matches!(call.name.as_str(), "push" | "push_back" | "push_front")
        && call.args.iter().all(|arg| reads_only(file, arg.clone()))
        && words(shown).all(|word| word != root)
        && !shown.starts_with("assert")
}

/// Whether a statement does nothing but read places and call methods that are known to read.
fn only_reads(file: &File, statement: &Statement) -> bool {
    const READERS: &[&str] =
        &["len", "is_empty", "clone", "to_string", "as_str", "as_ref", "get", "is_some", "is_none"];
    let range = match &statement.kind {
        StatementKind::Let(binding) => binding.init.clone(),
        _ => statement.expr.clone(),
    };
    let Some(range) = range else { return false };
    let calls = file.exprs_in(range.clone()).into_iter().filter_map(|expr| match expr.kind {
        ExprKind::MethodCall | ExprKind::Call | ExprKind::MacroCall => Some(file.call_at(expr.range)),
        _ => None,
    });
    let harmless = calls.into_iter().all(|call| {
        call.is_some_and(|call| call.receiver.is_some() && READERS.contains(&call.name.as_str()))
    });
    let assigns_place = file.expr_exactly(range.clone()).is_some_and(|expr| expr.kind == ExprKind::Assign);
    let plain = !file.contains_await(range.clone()) && !file.contains_question(range);
    harmless && plain && (assigns_place || matches!(statement.kind, StatementKind::Let(_)))
}

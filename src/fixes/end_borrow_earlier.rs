//! Ends the first borrow before the clash, or begins one of the two later: the order of statements.

use std::ops::Range;

use super::statements::{
    declared, fresh, in_one_block, line_before, mentions, move_after, move_before, only_reads, only_shows,
};
use crate::conflict::{Conflict, Still};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Block, ExprKind, File, LoopKind, Statement, StatementKind};

/// Methods that add at the end: what is there already stays as it is.
const GROWING: &[&str] = &["push", "push_back", "push_str", "reserve"];

/// Methods whose result is a guard.
const GUARDS: &[&str] = &["borrow", "borrow_mut", "lock", "read", "write"];

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let mut fixes = Vec::new();
    fixes.extend(borrow_later(conflict));
    fixes.extend(reorder(conflict));
    fixes.extend(drop_early(conflict));
    fixes
}

/// The statements of the clash and of all uses of the holder after it, in one block.
struct Order<'f> {
    file: &'f File,
    block: Block,
    clash: usize,
    uses: Vec<usize>,
}

fn order<'f>(conflict: &'f Conflict) -> Option<Order<'f>> {
    let file = conflict.file.as_deref()?;
    // A guard borrows until it is dropped, whatever its last use is, unless that is `drop(guard)`.
    let dropped = conflict.holder.as_ref().is_some_and(|holder| {
        let block = file.block_at(conflict.clash.span.range()).map(|block| file.text(block.range).to_owned());
        block.is_some_and(|block| block.contains(&format!("drop({holder});")))
    });
    let guard = conflict.borrow_let().and_then(|let_| let_.init).is_some_and(|init| {
        let calls = file.method_chain(conflict.borrow.span.range());
        calls.iter().any(|call| GUARDS.contains(&call.name.as_str()) && call.range.end <= init.end)
    });
    let later = conflict
        .later
        .filter(|_| conflict.still == Still::Used && !conflict.next_round() && (!guard || dropped))?;
    let (block, clash, _) = in_one_block(file, conflict.clash.span.range(), later.span.range())?;
    let holder = conflict.holder_binding()?;
    let end = block.statements.get(clash)?.range.end;
    let mut uses = Vec::new();
    for used in file.uses_of(&holder).into_iter().filter(|used| used.range.start >= end) {
        let inside = |statement: &Statement| holds(&statement.range, &used.range);
        uses.push(block.statements.iter().position(inside)?);
    }
    uses.sort_unstable();
    uses.dedup();
    // In a loop, the next round would meet a holder from outside again.
    let same_loop = loop_of(file, &holder.name_range) == loop_of(file, &conflict.clash.span.range());
    (same_loop && !uses.is_empty()).then_some(Order { file, block, clash, uses })
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn loop_of(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    file.loop_at(range.clone()).map(|around| match around.kind {
        LoopKind::For | LoopKind::While | LoopKind::Loop => around.body,
    })
}

/// Uses the first borrow up before the clash, or lets the clash wait until then.
fn reorder(conflict: &Conflict) -> Option<Fix> {
    let order = order(conflict)?;
    let file = order.file;
    let statements = &order.block.statements;
    let clash = statements.get(order.clash)?;
    let last = statements.get(*order.uses.last()?)?;
    let crossed = statements.get(order.clash + 1..=*order.uses.last()?)?;
    // A clash that needs the holder itself clashes wherever it stands.
    let holder = conflict.holder_binding()?;
    if file.uses_of(&holder).iter().any(|used| holds(&clash.range, &used.range)) {
        return None;
    }
    let jumps = |statement: &Statement| file.contains_jump(statement.range.clone());
    if crossed.iter().any(jumps) && last.kind != StatementKind::Tail || jumps(clash) {
        return None;
    }
    let quiet = keeps_behaviour(conflict, file, clash, crossed);
    let cost = Cost::local(Deed::Reorder);
    let cost = if quiet { cost } else { cost.changed() };
    let names = declared(file, clash);
    let is_let = matches!(clash.kind, StatementKind::Let(_));
    // The value at the end of the block is worked out first and kept.
    if last.kind == StatementKind::Tail {
        let alone = order.uses.len() == 1 && !mentions(file, last.range.clone(), &names);
        let edits =
            alone.then(|| result_first(file, clash, last, &statements[order.clash + 1..order.uses[0]]))??;
        return Some(Fix::new("use-before-change", cost, edits));
    }
    let used_by_crossed = crossed.iter().any(|statement| mentions(file, statement.range.clone(), &names));
    if is_let {
        let edits = (!used_by_crossed).then(|| move_after(file, &clash.range, &last.range))??;
        return Some(Fix::new("borrow-second-later", cost, edits));
    }
    if let [single] = order.uses.as_slice() {
        let between = &statements[order.clash + 1..*single];
        let needed =
            between.iter().any(|statement| mentions(file, last.range.clone(), &declared(file, statement)));
        let plain = matches!(last.kind, StatementKind::Expr);
        if plain && !needed {
            let edits = move_before(file, &last.range, &clash.range)?;
            return Some(Fix::new("use-before-change", cost, edits));
        }
    }
    let edits = move_after(file, &clash.range, &last.range)?;
    Some(Fix::new("change-later", cost, edits))
}

/// `let result = TAIL;` before the clash, and `result` at the end.
fn result_first(
    file: &File,
    clash: &Statement,
    tail: &Statement,
    between: &[Statement],
) -> Option<Vec<Edit>> {
    let expr = tail.expr.clone()?;
    let simple = file.expr_exactly(expr.clone()).is_some_and(|e| {
        !matches!(e.kind, ExprKind::If | ExprKind::Match | ExprKind::For | ExprKind::While | ExprKind::Block)
    });
    let needed = between.iter().any(|statement| mentions(file, expr.clone(), &declared(file, statement)));
    if !simple || needed || file.contains_jump(expr.clone()) {
        return None;
    }
    let name = fresh(file, expr.clone(), "result")?;
    let code = format!("let {name} = {};", file.text(expr.clone()));
    Some(vec![line_before(file, &clash.range, &code)?, Edit::replace(&file.source, expr, name)])
}

/// Whether the program does the same when the clash changes places with these statements.
fn keeps_behaviour(conflict: &Conflict, file: &File, clash: &Statement, crossed: &[Statement]) -> bool {
    // To make a reference to a place does nothing.
    if let StatementKind::Let(let_) = &clash.kind {
        return let_.init.clone().is_some_and(|init| is_plain_reference(file, init));
    }
    let grows = conflict.method_on(conflict.clash).is_some_and(|call| {
        GROWING.contains(&call.name.as_str()) && call.args.iter().all(|arg| only_reads(file, arg.clone()))
    });
    // What is looked at is an item, which stays as it is, and nobody looks at the whole.
    let init = conflict.borrow_let().and_then(|let_| let_.init).unwrap_or_default();
    let item = file.exprs_in(init).iter().any(|e| e.kind == ExprKind::Index);
    let root = [conflict.lent.split('.').next().unwrap_or_default().to_owned()];
    let apart = crossed.iter().all(|statement| !mentions(file, statement.range.clone(), &root));
    grows
        && item
        && apart
        && conflict.method_on(conflict.clash).is_some_and(|call| holds(&clash.range, &call.range))
        && crossed.iter().all(|statement| only_shows(file, statement))
}

/// `&a.b`, `&mut a[0]`, `&mut a[i]`.
fn is_plain_reference(file: &File, init: Range<usize>) -> bool {
    let is_reference =
        file.expr_exactly(init.clone()).is_some_and(|e| matches!(e.kind, ExprKind::Ref { .. }));
    is_reference && only_reads(file, init)
}

/// Makes the first reference after the clash.
fn borrow_later(conflict: &Conflict) -> Option<Fix> {
    let order = order(conflict)?;
    let file = order.file;
    let let_ = conflict.borrow_let().filter(|let_| let_.name.is_some() && let_.name == conflict.holder)?;
    let statements = &order.block.statements;
    let made = statements.iter().position(|statement| statement.range == let_.range)?;
    let crossed = statements.get(made + 1..=order.clash)?;
    let name = [let_.name.clone()?];
    let clash = statements.get(order.clash)?;
    let in_the_way = crossed.iter().any(|statement| mentions(file, statement.range.clone(), &name));
    // A second reference would then be the first, and the two would clash the other way round.
    let swaps = matches!(&clash.kind, StatementKind::Let(_)) && conflict.clash_let().is_some();
    if in_the_way || swaps || let_.has_else {
        return None;
    }
    let init = let_.init.clone()?;
    let getter = conflict.getter().is_some_and(|getter| getter.only_field().is_some());
    let indexed = file.exprs_in(init.clone()).iter().any(|e| e.kind == ExprKind::Index);
    let cost = Cost::local(Deed::Reorder);
    // The same place is looked at, only later; an index may mean another item by then.
    let same = getter || is_plain_reference(file, init) && (!indexed || conflict.part_and_whole());
    let edits = move_after(file, &let_.range, &clash.range)?;
    Some(Fix::new("borrow-later", if same { cost } else { cost.changed() }, edits))
}

/// `drop(guard);` before the clash.
fn drop_early(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.still == Still::Drop)?;
    let holder = conflict.holder.clone()?;
    let binding = file.binding(&holder, conflict.clash.span.byte_start)?;
    let statement = file.statement_at(conflict.clash.span.range())?;
    let used = file.uses_of(&binding).iter().any(|used| used.range.start > statement.range.start);
    if used || loop_of(file, &binding.name_range) != loop_of(file, &statement.range) {
        return None;
    }
    let edit = line_before(file, &statement.range, &format!("drop({holder});"))?;
    Some(Fix::new("drop-early", Cost::local(Deed::Reorder).changed(), vec![edit]))
}

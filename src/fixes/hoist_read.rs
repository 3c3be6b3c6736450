//! Reads a value first, before the other borrow begins, and uses what was read.

use std::ops::Range;

use super::copy_out::runs_first;
use super::statements::{fresh, line_before, mentions, only_reads};
use crate::conflict::{Callee, Conflict, Still};
use crate::diagnostic::Role;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Expr, ExprKind, File};

/// Methods of the standard library whose answer is a value of its own.
const ANSWERS: &[&str] = &[
    "capacity",
    "clone",
    "contains",
    "contains_key",
    "count",
    "ends_with",
    "is_empty",
    "is_none",
    "is_some",
    "len",
    "starts_with",
    "sum",
    "to_owned",
    "to_string",
    "to_vec",
];

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    hoist(conflict).into_iter().collect()
}

fn hoist(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    // An assignment, or a call that changes something, is no reading.
    let assigns = conflict.clash.role == Role::AssignedWhileBorrowed;
    if assigns || conflict.reads_first() && conflict.captured.is_none() {
        return None;
    }
    // A closure with sole access changes what it captures.
    if matches!(conflict.case.diagnostic.code.as_deref(), Some("E0500" | "E0501" | "E0524")) {
        return None;
    }
    // What is read: by the clash, or by the closure that borrowed first.
    let (read, by_closure) = match (conflict.clash_captured, conflict.captured) {
        (Some(label), _) | (None, Some(label)) => (label.span.range(), true),
        (None, None) => (conflict.clash.span.range(), false),
    };
    if by_closure && let Some(fix) = whole_body(conflict, file, read.clone()) {
        return Some(fix);
    }
    let what = whole_read(file, read)?;
    let callee = file.method_call_on(receiver_of(file, &what)?).and_then(|call| {
        let rc = conflict.file.as_ref()?;
        Callee::find(conflict.case, rc, &call)
    });
    // Another look at a value has no effect; what the crate's own methods do with `&self` is seen.
    let known = file.call_at(what.clone()).filter(|call| call.range == what);
    let plain = known.as_ref().is_none_or(|call| ANSWERS.contains(&call.name.as_str()));
    let own = callee.as_ref().filter(|callee| {
        let by_shared = callee.function.self_param.as_ref().is_some_and(|own| own.reference);
        by_shared && !callee.returns_a_borrow()
    });
    let mutating =
        own.is_some_and(|callee| callee.function.self_param.as_ref().is_some_and(|own| own.mutable));
    if known.is_some() && !plain && own.is_none() {
        return None;
    }
    if known.is_none() && !is_copied(file, &what) || mutating && conflict.in_one_call().is_none() {
        return None;
    }
    let before = place_before(conflict, file, &what, by_closure)?;
    let statement = file.statement_at(before.clone())?;
    // Names from inside the loop, the closure or the statements that are crossed mean nothing there.
    if names_from_between(file, &before, &what) || !arguments_read(file, &what) {
        return None;
    }
    let repeated = by_closure
        || file.loop_at(what.clone()).map(|l| l.range) != file.loop_at(before.clone()).map(|l| l.range);
    let independent = own.is_some_and(|callee| callee.leaves_alone(&conflict.lent, &conflict.place))
        || own.is_some_and(|callee| callee.leaves_alone(&conflict.place, &conflict.lent));
    // Each round reads anew: only what the loop does not touch can be read once.
    if repeated && !independent && !by_closure {
        return None;
    }
    let crossed_calls =
        !by_closure && !only_reads(file, statement.range.start..what.start.max(statement.range.start));
    let cost = Cost::local(Deed::Reorder);
    let kept = !mutating && (independent || !repeated && !crossed_calls);
    let name = fresh(file, what.clone(), &wish(file, &what))?;
    let line = line_before(file, &before, &format!("let {name} = {};", file.text(what.clone())))?;
    let edits = vec![line, Edit::replace(&file.source, what.clone(), name.clone())];
    let cost = if kept { cost } else { cost.changed() };
    Some(Fix::new("read-before", cost, edits).with("read", file.text(what)))
}

/// A closure that does nothing but read, as the argument of a call that may run it: its answer is
/// worked out before, also where it would not have been asked.
fn whole_body(conflict: &Conflict, file: &File, read: Range<usize>) -> Option<Fix> {
    let closure = file.closure_at(read.clone())?;
    let chain = file.method_chain(read.clone()).last()?.range.clone();
    let named = conflict.still == Still::Call("or_insert_with".to_owned());
    if closure.body != chain || !closure.params.is_empty() || !only_reads(file, chain.clone()) || !named {
        return None;
    }
    let statement = file.statement_at(closure.range.clone())?.range;
    let name = fresh(file, read, "value")?;
    let line = line_before(file, &statement, &format!("let {name} = {};", file.text(chain.clone())))?;
    let call = file.call_with_argument(closure.range.clone())?.0;
    let edits = vec![
        line,
        Edit::replace(&file.source, call.name_range, "or_insert"),
        Edit::replace(&file.source, closure.range, name),
    ];
    Some(Fix::new("read-before", Cost::local(Deed::Reorder), edits).with("read", file.text(chain)))
}

/// `v.len()` for the `v` in it, `self.limit()` for the `self` in it.
fn whole_read(file: &File, read: Range<usize>) -> Option<Range<usize>> {
    // The longest reading that begins here and has an answer of its own: `v[1].len()` for `v`.
    let same_start = |e: &Expr| e.range.start == read.start;
    let chain: Vec<Expr> = file.parents(read.clone()).into_iter().take_while(same_start).collect();
    let reads = |e: &&Expr| {
        matches!(e.kind, ExprKind::Path | ExprKind::Field | ExprKind::Index | ExprKind::MethodCall)
    };
    let longest = chain.iter().take_while(reads).filter(|e| {
        let call = file.call_at(e.range.clone()).filter(|call| call.range == e.range);
        call.is_some_and(|call| ANSWERS.contains(&call.name.as_str())) && only_reads(file, e.range.clone())
    });
    let call = file.method_call_on(read.clone());
    let whole = longest.last().map(|e| e.range.clone()).or(call.map(|call| call.range)).unwrap_or(read);
    (file.is_editable(whole.clone()) && file.format_capture_at(whole.clone()).is_none()).then_some(whole)
}

fn receiver_of(file: &File, what: &Range<usize>) -> Option<Range<usize>> {
    let call = file.call_at(what.clone()).filter(|call| call.range == *what);
    Some(call.and_then(|call| call.receiver).unwrap_or_else(|| what.clone()))
}

fn is_copied(file: &File, what: &Range<usize>) -> bool {
    super::copy_out::kind_of(file, what.clone()) == super::copy_out::Kind::Copied
}

/// Before what the value can be read: the statement of the first borrow, or the loop or the call.
fn place_before(
    conflict: &Conflict,
    file: &File,
    what: &Range<usize>,
    by_closure: bool,
) -> Option<Range<usize>> {
    let borrow = conflict.borrow.span.range();
    if conflict.still == Still::Walked {
        return Some(conflict.walk()?.range);
    }
    let statement = file.statement_at(borrow.clone())?.range;
    let call = conflict.in_one_call();
    if by_closure {
        // The closure is an argument of the call that works on the value.
        let closure = file.closure_at(what.clone())?;
        let outside = closure.range.start > statement.start;
        return (call.is_some() && outside && runs_first(file, &statement, &closure.range))
            .then_some(statement);
    }
    let same = statement.start <= what.start && what.end <= statement.end;
    (!same || runs_first(file, &statement, what)).then_some(statement)
}

/// Whether the code uses a name that is declared between the new place and the old one.
fn names_from_between(file: &File, before: &Range<usize>, what: &Range<usize>) -> bool {
    file.exprs_in(what.clone()).into_iter().filter(|e| e.kind == ExprKind::Path).any(|e| {
        let name = file.text(e.range.clone()).to_owned();
        let declared = file.binding(&name, e.range.start);
        declared.is_some_and(|binding| binding.name_range.start >= before.start)
            || assigned_between(file, before, what, &name)
    })
}

/// Whether a name gets a new value between the two places.
fn assigned_between(file: &File, before: &Range<usize>, what: &Range<usize>, name: &str) -> bool {
    let between = before.start..what.start;
    let writes = |range: Range<usize>| {
        file.exprs_in(range).into_iter().any(|e| {
            matches!(e.kind, ExprKind::Assign | ExprKind::CompoundAssign)
                && e.range.end <= what.start
                && mentions(file, e.range, &[name.to_owned()])
        })
    };
    name != "self" && writes(between)
}

/// Whether the arguments of the read are read only themselves.
fn arguments_read(file: &File, what: &Range<usize>) -> bool {
    let call = file.call_at(what.clone()).filter(|call| call.range == *what);
    call.is_none_or(|call| call.args.into_iter().all(|arg| only_reads(file, arg)))
        && !file.contains_question(what.clone())
        && !file.contains_await(what.clone())
}

/// A name for what is read: the method's or the field's.
fn wish(file: &File, what: &Range<usize>) -> String {
    let call = file.call_at(what.clone()).filter(|call| call.range == *what);
    let text = file.text(what.clone());
    let name = call.map_or_else(|| text.rsplit('.').next().unwrap_or_default().to_owned(), |call| call.name);
    let name = name.trim_start_matches("get_").to_owned();
    if crate::conflict::is_name(&name) { name } else { "value".to_owned() }
}

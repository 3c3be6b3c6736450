//! Puts a `static mut` into a `Mutex`, where no use of it could wait for another.

use std::ops::Range;

use super::atomic_static::{LOOKING, Statics, named_argument};
use super::open_unsafe::opened;
use crate::conflict::words;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{ExprKind, File, StatementKind, Use, UseKind};

/// How far calls are followed to see whether they come back to the static.
const DEEPEST: usize = 6;

/// `static LIST: Mutex<Vec<u32>>`, with `.lock().unwrap()` where it is used.
pub fn as_mutex(case: &Case, statics: &Statics) -> Option<Fix> {
    let file = &statics.file;
    let uses = statics.uses(case)?;
    let import = statics.import(&["Mutex"], "use std::sync::Mutex;");
    let path = if import.is_some() { "Mutex" } else { "std::sync::Mutex" };
    let ty = format!("{path}<{}>", file.text(statics.ty.clone()));
    let mut edits = statics.redeclared(&ty, path)?;
    edits.extend(import);
    for used in &uses {
        // A lock that waits for a lock of the same thread waits for ever.
        let held = held(file, used)?;
        let meets = uses.iter().any(|other| other.range != used.range && within(&held, &other.range));
        if meets || calls_back(case, file, &held, &statics.name) {
            return None;
        }
        edits.extend(locked(file, used, &statics.name)?);
    }
    let places: Vec<_> = uses.iter().map(|used| used.range.clone()).collect();
    edits.extend(opened(file, &places));
    Some(Fix::new("mutex-static", Cost::signature(Deed::Demand), edits))
}

fn within(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The edits of one use.
fn locked(file: &File, used: &Use, name: &str) -> Option<Vec<Edit>> {
    let source = &file.source;
    let lock = format!("{name}.lock().unwrap()");
    let part = used.place != used.range;
    let text = match &used.kind {
        UseKind::Capture => return Some(vec![named_argument(file, used, &format!("*{lock}"))?]),
        UseKind::MacroArgument(called) if !LOOKING.contains(&called.as_str()) => return None,
        UseKind::MethodReceiver(_) => lock,
        UseKind::BorrowShared | UseKind::BorrowMut => {
            if file.parents(used.place.clone()).iter().any(|e| file.text(e.range.clone()).starts_with("&raw"))
            {
                return None;
            }
            if let Some(edits) = guard_in_let(file, used, &lock) {
                return Some(edits);
            }
            if part { lock } else { format!("*{lock}") }
        }
        _ if part => lock,
        _ => format!("*{lock}"),
    };
    Some(vec![Edit::replace(source, used.range.clone(), text)])
}

/// `let list = &mut LIST;`, perhaps in a block of its own: the whole value, and the statement.
fn let_of(file: &File, used: &Use) -> Option<(Range<usize>, crate::syntax::Let)> {
    let borrow =
        file.parents(used.place.clone()).into_iter().find(|e| matches!(e.kind, ExprKind::Ref { .. }))?;
    let mut around = file.statements_around(borrow.range.clone()).into_iter();
    let of = around.find_map(|statement| match statement.kind {
        StatementKind::Let(of) => Some(of),
        _ => None,
    })?;
    let init = of.init.clone()?;
    let block = file.expr_exactly(init.clone())?;
    let inner = match block.kind {
        ExprKind::UnsafeBlock => {
            let statements = file.block_of(init.clone())?.statements;
            let [only] = statements.as_slice() else { return None };
            only.expr.clone().filter(|_| only.kind == StatementKind::Tail)?
        }
        _ => init,
    };
    (inner == borrow.range && of.name.is_some()).then_some((borrow.range, of))
}

/// `let mut list = LIST.lock().unwrap();` for `let list = &mut LIST;`.
fn guard_in_let(file: &File, used: &Use, lock: &str) -> Option<Vec<Edit>> {
    let (borrow, of) = let_of(file, used)?;
    if used.place != used.range {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, borrow, lock)];
    if used.kind == UseKind::BorrowMut && !of.mutable {
        edits.push(Edit::insert(&file.source, of.name_range?.start, "mut "));
    }
    Some(edits)
}

/// The code that runs while the lock of a use is held: from there to the end of its statement, or of
/// the block where a `let` keeps a reference.
fn held(file: &File, used: &Use) -> Option<Range<usize>> {
    let to_block_end = |of: Range<usize>| Some(used.range.start..file.block_at(of)?.range.end);
    if let Some((_, of)) = let_of(file, used) {
        return to_block_end(of.range);
    }
    let mut inner = used.range.clone();
    let mut lent = false;
    for outer in file.parents(used.range.clone()) {
        if outer.range == inner {
            continue;
        }
        // The condition of an `if` or `while` ends before its body begins.
        let condition = matches!(outer.kind, ExprKind::If | ExprKind::While)
            && !file.text(inner.clone()).starts_with("let ")
            && file.exprs_in(inner.clone()).iter().all(|e| e.kind != ExprKind::Let);
        if condition {
            break;
        }
        let statement = file.statement_at(inner.clone());
        match statement.map(|statement| (statement.kind, statement.expr)) {
            Some((StatementKind::Let(of), _)) if of.init.as_ref() == Some(&inner) => {
                // `let first = &LIST[0];` keeps the lock as long as the reference can be used.
                return if lent { to_block_end(of.range) } else { Some(used.range.start..of.range.end) };
            }
            Some((StatementKind::Expr, Some(expr))) if expr == inner => break,
            _ => {}
        }
        lent |= matches!(outer.kind, ExprKind::Ref { .. });
        inner = outer.range;
    }
    Some(used.range.start..inner.end)
}

/// Whether something that is called in a range may come to the static again: a function of the crate
/// whose body names it, or calls one that does.
fn calls_back(case: &Case, file: &File, range: &Range<usize>, name: &str) -> bool {
    let mut seen: Vec<String> = Vec::new();
    let mut next = called(file, range);
    for _ in 0..DEEPEST {
        let mut later = Vec::new();
        for function in std::mem::take(&mut next) {
            if seen.contains(&function) {
                continue;
            }
            for other in case.files.crate_files_with(&file.source.name, &format!("fn {function}")) {
                for known in other.functions_named(&function) {
                    let Some(body) = known.body else { continue };
                    if words(other.text(body.clone())).any(|word| word == name) {
                        return true;
                    }
                    later.extend(called(&other, &body));
                }
            }
            seen.push(function);
        }
        next = later;
    }
    // Deeper than that nobody has looked.
    !next.is_empty()
}

fn called(file: &File, range: &Range<usize>) -> Vec<String> {
    let calls = file.exprs_in(range.clone()).into_iter();
    let calls = calls.filter(|e| matches!(e.kind, ExprKind::Call | ExprKind::MethodCall));
    calls.filter_map(|e| file.call_at(e.range)).map(|call| call.name).collect()
}

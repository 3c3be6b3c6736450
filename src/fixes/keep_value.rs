//! Ways to keep a value that was given away: lend it, lend it again, read it first, copy it.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::{Behaviour, Cost, Deed, Edit, Fix};
use crate::fixes::another_sender::{is_sender, mind_longer_life};
use crate::fixes::borrow_argument::lend_argument;
use crate::fixes::borrow_before_call::borrow_before_call;
use crate::fixes::borrow_in_pattern::borrow_in_pattern;
use crate::fixes::borrow_value::{borrow_value, lend_in_for, walk_on};
use crate::fixes::clone_value::{clone_before_closure, clone_first};
use crate::fixes::derive_copy::derive_copy;
use crate::fixes::lend_parameter::{borrow_self, by_call, lend_parameter};
use crate::fixes::read_first::read_first;
use crate::fixes::take_value::{empty_buffer, empty_field, empty_option};
use crate::fixes::use_before_move::{is_change_for_nobody, use_before_move};
use crate::rule::Case;
use crate::syntax::{CallKind, ExprKind, File};

/// All candidates for a move and a later use of the same place.
pub fn ways_to_keep(case: &Case, moved: &Label, used: &Label, place: &str) -> Vec<Fix> {
    let mut fixes = lend_parameter(case, &moved.span);
    fixes.extend(borrow_self(case, &moved.span));
    let Some(file) = case.file(&moved.span) else { return fixes };
    let range = moved.span.range();
    if moved.span.in_macro() || !file.is_editable(range.clone()) {
        return fixes;
    }
    let ty = case.diagnostic.moved_type();
    if moved.span.file == used.span.file {
        fixes.extend(read_first(&file, &range, used, place));
        if !moved.in_loop && moved.role != Role::MovedByCall {
            fixes.extend(use_before_move(&file, range.clone(), used.span.range()));
        }
    }
    let mut emptied = Vec::new();
    if let Some(ty) = ty.filter(|_| moved.span.file == used.span.file) {
        let receiver = file.call_at(range.clone()).and_then(|call| call.receiver);
        let taken_apart = file.match_of(range.clone()).and_then(|found| found.scrutinee);
        let place = match moved.role {
            Role::MovedByMethod => receiver,
            _ => taken_apart.or(Some(range.clone())),
        };
        emptied.extend(place.and_then(|place| match ty.starts_with("Option<") {
            true => empty_option(&file, place, used.span.range()),
            false => empty_buffer(case, &file, place, ty).filter(|_| moved.in_loop),
        }));
        fixes.extend(empty_field(&file, range.clone(), ty));
    }
    match moved.role {
        Role::MovedByMethod => fixes.extend(method(case, &file, range, ty)),
        Role::MovedIntoClosure => fixes.extend(closure(case, &file, range, place)),
        Role::MovedByForLoop => {
            let rest = ty.and_then(|ty| walk_on(case, &file, range.clone(), ty));
            // An iterator has no items to lend.
            let walks = rest.is_some();
            fixes.extend(lend_in_for(case, &file, range).map(|fix| fix.doubtful_if(walks)));
            fixes.extend(rest);
        }
        Role::MovedByCall => fixes.extend(call_again(case)),
        Role::MovedByOperator => fixes.extend(operator(&file, range, place)),
        _ if ty.is_some_and(|ty| ty.starts_with("&mut ")) => fixes.push(lend_again(&file, range)),
        _ if file.match_of(range.clone()).is_some() => fixes.extend(borrow_in_pattern(case, &file, range)),
        _ => fixes.extend(value(case, &file, range, ty)),
    }
    fixes.extend(ty.and_then(|ty| derive_copy(case, &file, ty)));
    mind_longer_life(case, ty, &mut fixes);
    // Where the code means an empty value, or only changes what it keeps, a copy is another program.
    let means_empty =
        emptied.iter().any(|fix: &Fix| fix.id == "take-default" || fix.cost.behaviour == Behaviour::Kept);
    fixes.extend(emptied);
    let here = moved.span.file == used.span.file;
    if means_empty || here && is_change_for_nobody(&file, &used.span.range()) {
        for fix in fixes.iter_mut().filter(|fix| fix.cost.deed == Deed::Clone) {
            fix.cost = fix.cost.changed();
        }
    }
    fixes
}

fn lend_again(file: &File, range: Range<usize>) -> Fix {
    Fix::new("lend-again", Cost::local(Deed::Borrow), vec![Edit::insert(&file.source, range.start, "&mut *")])
}

/// A method that takes `self`: call it on a borrow, or on a copy.
fn method(case: &Case, file: &File, range: Range<usize>, ty: Option<&str>) -> Vec<Fix> {
    let Some(call) = file.call_at(range) else { return Vec::new() };
    let mut fixes = borrow_before_call(case, file, &call, ty.unwrap_or_default(), false);
    let place = call.receiver.filter(|receiver| file.is_place(receiver.clone()));
    fixes.extend(place.and_then(|place| clone_first(case, file, place, ty)));
    fixes
}

/// A closure that uses up what it captured can keep it when it hands out a copy; one that a caller
/// passed in can be called again when the bound says so.
fn call_again(case: &Case) -> Option<Fix> {
    let labels = || case.diagnostic.notes.iter().flat_map(|note| &note.labels);
    if let Some(bound) = labels().find(|label| label.text.contains("is made to be an `FnOnce` closure here"))
    {
        let file = case.file(&bound.span).filter(|file| file.is_editable(bound.span.range()))?;
        let name = file.text(bound.span.range()).find("FnOnce")? + bound.span.byte_start;
        let edit = Edit::replace(&file.source, name..name + "FnOnce".len(), "Fn");
        return Some(Fix::new("require-fn", Cost::signature(Deed::Annotate), vec![edit]));
    }
    let note =
        case.diagnostic.note("closure cannot be * because it moves the variable * out of its environment")?;
    let captured = &note.labels.first()?.span;
    let file =
        case.file(captured).filter(|file| file.is_editable(captured.range()) && !captured.in_macro())?;
    let edit = Edit::insert(&file.source, captured.byte_end, ".clone()");
    Some(Fix::new("clone-in-closure", Cost::local(Deed::Clone), vec![edit]))
}

/// `a + b` takes `a`: a copy of it.
fn operator(file: &File, range: Range<usize>, place: &str) -> Option<Fix> {
    let left = file.text(range.clone()).starts_with(place).then(|| range.start + place.len())?;
    let edit = Edit::insert(&file.source, left, ".clone()");
    Some(Fix::new("clone-first", Cost::local(Deed::Clone), vec![edit]))
}

/// A closure that borrows instead: without its `move`, or with a copy of its own.
fn closure(case: &Case, file: &File, range: Range<usize>, place: &str) -> Vec<Fix> {
    let Some(closure) = file.closure_at(range).filter(|closure| !closure.is_async) else { return Vec::new() };
    let mut fixes = Vec::new();
    // A sender that is only lent stays to the end, and the receiver waits for it.
    let sender = case.diagnostic.moved_type().is_some_and(|ty| is_sender(case, ty));
    if let Some(keyword) = &closure.move_token
        && !sender
    {
        let edit = Edit::delete(&file.source, keyword.start..closure.bars.start);
        // A closure that is handed on may have to own what it uses.
        let handed_on = file.call_with_argument(closure.range.clone()).is_some();
        fixes.push(
            Fix::new("drop-move-keyword", Cost::local(Deed::Annotate), vec![edit]).doubtful_if(handed_on),
        );
    }
    fixes.extend(clone_before_closure(case, file, closure.range, place, case.diagnostic.moved_type()));
    fixes
}

/// A plain move into an argument or a name.
fn value(case: &Case, file: &File, range: Range<usize>, ty: Option<&str>) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = lend_argument(case, file, range.clone()).into_iter().collect();
    if fixes.is_empty() {
        fixes.extend(lend_to_unknown(case, file, range.clone()));
    }
    fixes.extend(borrow_value(case, file, range.clone()));
    if file
        .expr_exactly(range.clone())
        .is_some_and(|expr| matches!(expr.kind, ExprKind::Path | ExprKind::Field))
    {
        fixes.extend(clone_first(case, file, range, ty));
    }
    fixes
}

/// A function of another crate may take a reference as well: the compiler knows. One of this crate
/// takes what its parameter says, and a variant such as `Some` takes the value.
fn lend_to_unknown(case: &Case, file: &File, range: Range<usize>) -> Option<Fix> {
    let (call, _) =
        file.call_with_argument(range.clone()).filter(|(call, _)| call.kind != CallKind::Macro)?;
    let takes_value = case.diagnostic.note("consider changing this parameter type in *").is_some();
    let of_crate = by_call(case, &file.source.span(range.clone())).is_some();
    if takes_value || of_crate || call.name.starts_with(char::is_uppercase) {
        return None;
    }
    let edit = Edit::insert(&file.source, range.start, "&");
    let fix = Fix::new("lend-argument", Cost::local(Deed::Borrow), vec![edit]);
    Some(fix.with("callee", call.name).doubtful_if(true))
}

//! Lets a function of the crate borrow what it takes, at its declaration and at all its calls.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Role, Span};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Call, CallKind, ExprKind, File, Function};

/// Changes the parameter that rustc names in its note to a reference, first to the form that asks
/// least of callers (`&str` for `String`). Nothing where the signature is a trait's.
pub fn lend_parameter(case: &Case) -> Vec<Fix> {
    let labels = case.diagnostic.notes.iter().flat_map(|note| &note.labels);
    let named = labels.filter(|label| label.role == Role::ParameterTakesOwnership).map(|label| &label.span);
    named.flat_map(|span| retyped(case, span)).collect()
}

fn retyped(case: &Case, span: &Span) -> Vec<Fix> {
    let Some((file, function)) = free_function(case, span) else { return Vec::new() };
    // rustc points at the parameter's type.
    let of_type = |ty: &Range<usize>| ty.start <= span.byte_start && span.byte_end <= ty.end;
    let Some(index) = function.params.iter().position(|param| param.ty.as_ref().is_some_and(of_type)) else {
        return Vec::new();
    };
    let Some(ty) = function.params[index].ty.clone() else { return Vec::new() };
    // A reference needs no `&`, and `impl Trait` may be a reference already.
    let old = file.text(ty.clone()).to_owned();
    if old.starts_with('&') || old.starts_with("impl ") {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for (file, call) in calls_in_crate(case, &file, &function) {
        let Some(argument) = call.args.get(index) else { return Vec::new() };
        edits.extend(lent(&file, argument.clone()));
    }
    let fix = |new: String| {
        let mut edits = edits.clone();
        edits.push(Edit::replace(&file.source, ty.clone(), new.clone()));
        // A `mut` in front of the name would let only the reference be changed.
        Fix::new("lend-parameter", Cost::signature(Deed::Borrow), edits)
            .with("callee", &function.name)
            .with("new_type", new)
    };
    let slim = slim_reference(&old);
    slim.into_iter().chain([format!("&{old}")]).map(fix).collect()
}

/// `&str` for `String`, `&[T]` for `Vec<T>`, `&Path` for `PathBuf`.
fn slim_reference(ty: &str) -> Option<String> {
    match ty {
        "String" => Some("&str".to_owned()),
        "PathBuf" => Some("&Path".to_owned()),
        _ => Some(format!("&[{}]", ty.strip_prefix("Vec<")?.strip_suffix('>')?)),
    }
}

/// Lets a method of the crate take `&self` instead of `self`. Calls stay as they are: rustc borrows
/// the receiver by itself.
pub fn borrow_self(case: &Case) -> Option<Fix> {
    let note = case.diagnostic.note("* takes ownership of the receiver `self`*")?;
    let span = note.labels.first().map(|label| &label.span)?;
    let (file, function) = free_function(case, span)?;
    let receiver = function.self_param.as_ref().filter(|receiver| !receiver.reference && receiver.ty.is_none())?;
    let lent = if receiver.mutable { "&mut self" } else { "&self" };
    let edit = Edit::replace(&file.source, receiver.range.clone(), lent);
    Some(Fix::new("borrow-self", Cost::signature(Deed::Borrow), vec![edit]).with("callee", &function.name))
}

/// The function around a span, if the crate may change its signature: no trait fixes it.
fn free_function(case: &Case, span: &Span) -> Option<(Rc<File>, Function)> {
    let file = case.file(span)?;
    let function = file.function_at(span.range())?;
    let of_trait = function.in_trait || file.impl_at(span.range()).is_some_and(|owner| owner.trait_range.is_some());
    (!of_trait && file.is_editable(span.range())).then_some((file, function))
}

/// All calls of a function in the crate, by its name and the number of its arguments.
pub fn calls_in_crate(case: &Case, file: &File, function: &Function) -> Vec<(Rc<File>, Call)> {
    let mut calls = Vec::new();
    for file in case.files.crate_files(&file.source.name) {
        for call in file.calls_named(&function.name) {
            let fits = call.kind != CallKind::Macro && call.args.len() == function.params.len();
            if fits && file.is_editable(call.range.clone()) {
                calls.push((file.clone(), call));
            }
        }
    }
    calls
}

/// A `&` in front of an argument, with parentheses where the argument needs them. Nothing where it
/// is a reference already.
fn lent(file: &File, argument: Range<usize>) -> Vec<Edit> {
    let kind = file.expr_exactly(argument.clone()).map(|expr| expr.kind);
    match kind {
        Some(ExprKind::Ref { .. }) => Vec::new(),
        Some(ExprKind::Binary | ExprKind::Cast | ExprKind::Range | ExprKind::Closure | ExprKind::Assign) => {
            vec![Edit::insert(&file.source, argument.start, "&("), Edit::insert(&file.source, argument.end, ")")]
        }
        _ => vec![Edit::insert(&file.source, argument.start, "&")],
    }
}

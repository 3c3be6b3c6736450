//! Lets a function of the crate borrow what it takes, at its declaration and at all its calls.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Role, Span};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::{base_name, type_of_value};
use crate::fixes::reference_uses::{changes_value, suits_reference};
use crate::rule::Case;
use crate::syntax::{Call, CallKind, ExprKind, File, Function};

/// Changes the parameter that takes an argument to a reference, first to the form that asks least
/// of callers (`&str` for `String`). Nothing where the signature is a trait's.
///
/// rustc names the parameter in a note; where it does not, the only function of that name counts.
pub fn lend_parameter(case: &Case, argument: &Span) -> Vec<Fix> {
    let labels = case.diagnostic.notes.iter().flat_map(|note| &note.labels);
    let mut named =
        labels.filter(|label| label.role == Role::ParameterTakesOwnership).map(|label| &label.span);
    let found = match named.next() {
        Some(span) => by_type(case, span),
        None => by_call(case, argument),
    };
    found.map(|(file, function, index)| retyped(case, &file, &function, index)).unwrap_or_default()
}

/// The parameter whose type rustc points at.
fn by_type(case: &Case, span: &Span) -> Option<(Rc<File>, Function, usize)> {
    let (file, function) = free_function(case, span)?;
    let of_type = |ty: &Range<usize>| ty.start <= span.byte_start && span.byte_end <= ty.end;
    let index = function.params.iter().position(|param| param.ty.as_ref().is_some_and(of_type))?;
    Some((file, function, index))
}

/// The parameter that a call gives its argument to, if only one function of the crate has the name.
pub fn by_call(case: &Case, argument: &Span) -> Option<(Rc<File>, Function, usize)> {
    let file = case.file(argument)?;
    let (call, index) = file.call_with_argument(argument.range())?;
    let (file, function) = only_function(case, argument, &call)?;
    Some((file, function, index))
}

/// The function or method of the crate that a call means, if only one has the name and the number of
/// parameters, and the crate may change its signature.
fn only_function(case: &Case, at: &Span, call: &Call) -> Option<(Rc<File>, Function)> {
    let files = case.files.crate_files_with(&at.file, &format!("fn {}", call.name));
    let named: Vec<_> = files
        .iter()
        .flat_map(|file| {
            file.functions_named(&call.name).into_iter().map(|function| (file.clone(), function))
        })
        .collect();
    // Methods of several types may share a name; rustc may say of which type the value is.
    let ty = type_of_value(case).filter(|_| call.kind == CallKind::Method).unwrap_or_default();
    let of_type = |(file, function): &&(Rc<File>, Function)| {
        let owner = file.impl_at(function.range.clone()).and_then(|owner| owner.self_name);
        owner.is_some_and(|owner| owner == base_name(&ty))
    };
    let of_this: Vec<_> = named.iter().filter(of_type).cloned().collect();
    let mut named = if of_this.is_empty() { named } else { of_this }.into_iter();
    let (file, function) = named.next().filter(|_| call.kind != CallKind::Macro)?;
    let alone = named.next().is_none() && function.params.len() == call.args.len();
    let editable = is_free(&file, &function) && file.is_editable(function.range.clone());
    (alone && editable).then_some((file, function))
}

/// The types that a parameter can have instead of an owned one, with the calls changed as well.
pub fn retyped(case: &Case, file: &Rc<File>, function: &Function, index: usize) -> Vec<Fix> {
    let Some(param) = function.params.get(index) else { return Vec::new() };
    let Some(ty) = param.ty.clone() else { return Vec::new() };
    // A reference needs no `&`, and `impl Trait` may be a reference already.
    let old = file.text(ty.clone()).to_owned();
    if old.starts_with('&') || old.starts_with("impl ") || function.type_params.contains(&old) {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for (file, call) in calls_in_crate(case, file, function) {
        let Some(argument) = call.args.get(index) else { return Vec::new() };
        edits.extend(lent(&file, argument.clone()));
    }
    let body = function.body.clone().unwrap_or_default();
    let looks = looks(case, file, param.name.as_deref(), &body);
    let fix = |new: String| {
        let mut edits = edits.clone();
        edits.push(Edit::replace(&file.source, ty.clone(), new.clone()));
        Fix::new("lend-parameter", Cost::signature(Deed::Borrow), edits)
            .with("callee", &function.name)
            .with("new_type", new)
            .doubtful_if(!looks)
    };
    let slim = slim_reference(&old);
    slim.into_iter().chain([format!("&{old}")]).map(fix).collect()
}

/// Whether a function's body would do with a reference in the place of this parameter.
pub fn looks(case: &Case, file: &File, name: Option<&str>, body: &Range<usize>) -> bool {
    let binding = name.and_then(|name| file.binding(name, body.start + 1));
    binding.is_some_and(|binding| suits_reference(case, file, &binding))
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
/// the receiver by itself. rustc names the method in a note, or else its name is the only one.
pub fn borrow_self(case: &Case, moved: &Span) -> Option<Fix> {
    let note = case.diagnostic.note("* takes ownership of the receiver `self`*");
    let (file, function) = match note.and_then(|note| note.labels.first()) {
        Some(label) => free_function(case, &label.span)?,
        None => only_function(case, moved, &case.file(moved)?.call_at(moved.range())?)?,
    };
    let receiver =
        function.self_param.as_ref().filter(|receiver| !receiver.reference && receiver.ty.is_none())?;
    let body = function.body.clone().unwrap_or_default();
    let own = file.binding("self", body.start + 1);
    let changed = !receiver.mutable && own.is_some_and(|own| changes_value(case, &file, &own));
    let lent = if changed { "&mut " } else { "&" };
    let edit = Edit::insert(&file.source, receiver.range.start, lent);
    let looks = receiver.mutable || changed || looks(case, &file, Some("self"), &body);
    let fix = Fix::new(
        // `mut self` becomes `&mut self`.
        if changed || receiver.mutable { "mutable-self" } else { "borrow-self" },
        Cost::signature(Deed::Borrow),
        vec![edit],
    )
    .with("callee", &function.name)
    .with("function", &function.name);
    Some(fix.doubtful_if(!looks))
}

/// The function around a span, if the crate may change its signature.
fn free_function(case: &Case, span: &Span) -> Option<(Rc<File>, Function)> {
    let file = case.file(span)?;
    let function = file.function_at(span.range())?;
    (is_free(&file, &function) && file.is_editable(span.range())).then_some((file, function))
}

/// Whether no trait fixes the signature.
fn is_free(file: &File, function: &Function) -> bool {
    let owner = file.impl_at(function.range.clone());
    !function.in_trait && owner.is_none_or(|owner| owner.trait_range.is_none())
}

/// All calls of a function in the crate, by its name and the number of its arguments.
pub fn calls_in_crate(case: &Case, file: &File, function: &Function) -> Vec<(Rc<File>, Call)> {
    let mut calls = Vec::new();
    for file in case.files.crate_files_with(&file.source.name, &function.name) {
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
            vec![
                Edit::insert(&file.source, argument.start, "&("),
                Edit::insert(&file.source, argument.end, ")"),
            ]
        }
        _ => vec![Edit::insert(&file.source, argument.start, "&")],
    }
}

//! Lets a function take, return or hold a closure that changes what it has captured: `FnMut` for `Fn`.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Role;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{CallKind, Closure, ExprKind, File, Function, TypeKind, Use, UseKind};

/// Methods of the standard library that are content with a closure that changes what it has captured.
const CONTENT: &[&str] = &[
    "all",
    "any",
    "chunk_by",
    "dedup_by",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "inspect",
    "is_some_and",
    "map",
    "map_err",
    "map_while",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "partition",
    "position",
    "reduce",
    "retain",
    "rposition",
    "scan",
    "skip_while",
    "sort_by",
    "sort_by_key",
    "sort_unstable_by",
    "split",
    "take_while",
    "try_fold",
    "try_for_each",
    "unwrap_or_else",
];

/// The closure that must not change anything.
pub fn closure(case: &Case) -> Option<(Rc<File>, Closure)> {
    let primary = &case.diagnostic.primary()?.span;
    let file = case.file(primary)?;
    let closure = file.closure_at(primary.range())?;
    Some((file, closure))
}

/// `FnMut` for `Fn` wherever it has to be said, if that is all in the crate.
pub fn fn_to_fn_mut(case: &Case) -> Option<Fix> {
    let (file, closure) = closure(case)?;
    let bound = case.diagnostic.label(Role::ClosureMustBeFnMut).map(|label| &label.span);
    let edits = match bound {
        Some(span) => in_signature(case, &case.file(span)?, span.range())?,
        None => in_let(&file, &closure).or_else(|| in_callee(case, &file, &closure))?,
    };
    let scope = if bound.is_none() && in_let(&file, &closure).is_some() {
        Cost::local(Deed::Annotate)
    } else {
        Cost::signature(Deed::Annotate)
    };
    Some(Fix::new("fn-to-fn-mut", scope, edits))
}

/// rustc points at the type of the parameter (`F`, `impl Fn()`) or of the result.
fn in_signature(case: &Case, file: &Rc<File>, ty: Range<usize>) -> Option<Vec<Edit>> {
    let function = file.function_at(ty.clone())?;
    if let Some(index) = function.params.iter().position(|it| it.ty.as_ref().is_some_and(|it| holds(it, &ty)))
    {
        return parameter(case, file, &function, index, 0);
    }
    if !function.return_type.as_ref().is_some_and(|it| holds(it, &ty)) {
        return None;
    }
    // Whoever calls what this function returns changes it.
    let mut edits = say_fn_mut(file, ty)?;
    for other in case.files.crate_files_with(&file.source.name, &function.name) {
        for call in other.calls_named(&function.name) {
            let Some(statement) = other.statement_at(call.range.clone()) else { continue };
            let crate::syntax::StatementKind::Let(it) = statement.kind else { continue };
            if let (Some(init), false, Some(name)) = (it.init, it.mutable, it.name_range)
                && init == call.range
            {
                edits.push(Edit::insert(&other.source, name.start, "mut "));
            }
        }
    }
    Some(edits)
}

/// A parameter that is a closure: its bound, `mut` where the body calls it, and the same for a function
/// that the body hands it on to.
fn parameter(
    case: &Case,
    file: &Rc<File>,
    function: &Function,
    index: usize,
    depth: usize,
) -> Option<Vec<Edit>> {
    if function.in_trait || function.in_trait_impl || depth > 3 {
        return None;
    }
    let param = function.params.get(index)?;
    let (name, ty) = (param.name.clone()?, param.ty.clone()?);
    let mut edits = Vec::new();
    let mut called = false;
    for used in file.uses(&name, function.body.clone()?) {
        if calls(file, &name, &used.range) || used.kind == UseKind::BorrowMut {
            called = true;
        } else {
            // A closure that is kept for later would need `FnMut` there too.
            edits.extend(handed_on(case, file, &used, depth)?);
        }
    }
    let written = file.type_at(ty.clone())?;
    match written.kind {
        TypeKind::Path { ref name, .. } if function.type_params.contains(name) => {
            edits.extend(bound_of(file, function, name)?);
        }
        TypeKind::Reference { mutable, inner, .. } => {
            edits.extend(say_fn_mut(file, inner.clone())?);
            if !mutable {
                edits.push(Edit::insert(&file.source, inner.start, "mut "));
                edits.extend(lend_mutably(case, file, function, index)?);
            }
            return Some(edits);
        }
        _ => edits.extend(say_fn_mut(file, ty)?),
    }
    if called && !param.mutable {
        edits.push(Edit::insert(&file.source, param.name_range.clone()?.start, "mut "));
    }
    Some(edits)
}

/// What it takes to hand a closure on: nothing for a method that is content with `FnMut`, as those of
/// iterators are; for a function of the crate, the same as here.
fn handed_on(case: &Case, file: &Rc<File>, used: &Use, depth: usize) -> Option<Vec<Edit>> {
    let (call, index) = file.call_with_argument(used.range.clone())?;
    if call.kind == CallKind::Method && CONTENT.contains(&call.name.as_str()) {
        return Some(Vec::new());
    }
    let files = case.files.crate_files_with(&file.source.name, &format!("fn {}", call.name));
    let mut named = files.iter().flat_map(|file| {
        let found = file.functions_named(&call.name).into_iter();
        found.filter(|it| it.params.len() == call.args.len()).map(move |it| (file.clone(), it))
    });
    let (file, function) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    parameter(case, &file, &function, index, depth + 1)
}

/// Whether a use of a closure is a call of it.
fn calls(file: &File, name: &str, used: &Range<usize>) -> bool {
    file.call_at(used.clone()).is_some_and(|call| call.name == name && call.callee == *used)
}

/// `&|..| ..` becomes `&mut |..| ..` at every call.
fn lend_mutably(case: &Case, file: &Rc<File>, function: &Function, index: usize) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for other in case.files.crate_files_with(&file.source.name, &function.name) {
        for call in other.calls_named(&function.name) {
            let Some(argument) = call.args.get(index).filter(|_| call.args.len() == function.params.len())
            else {
                continue;
            };
            let access = super::mutable_access::mutable_reference(case.files, &other, argument.clone());
            match (other.expr_exactly(argument.clone())?.kind, access.edits) {
                (_, Some(more)) => edits.extend(more),
                (ExprKind::Ref { mutable: false }, None) => {
                    edits.push(Edit::insert(&other.source, argument.start + 1, "mut "));
                }
                _ => return None,
            }
        }
    }
    Some(edits)
}

/// The bound `F: Fn(..)` of a type parameter, among the generics or after `where`.
fn bound_of(file: &File, function: &Function, name: &str) -> Option<Vec<Edit>> {
    let places = [function.generics.clone(), function.where_clause.clone()];
    places.into_iter().flatten().find_map(|place| {
        let text = file.text(place.clone());
        let starts = text.match_indices(name).map(|(at, _)| at);
        let bound = starts.filter_map(|at| {
            let rest = text[at + name.len()..].trim_start().strip_prefix(':')?.trim_start();
            let begin = place.start + text.len() - rest.len();
            (rest.starts_with("Fn(") || rest.starts_with("FnMut(")).then_some(begin)
        });
        let begin = bound.into_iter().next()?;
        if file.text(begin..begin + 5) == "FnMut" {
            return Some(Vec::new());
        }
        file.is_editable(begin..begin).then(|| vec![Edit::insert(&file.source, begin + 2, "Mut")])
    })
}

/// `Fn(` within a type becomes `FnMut(`.
fn say_fn_mut(file: &File, ty: Range<usize>) -> Option<Vec<Edit>> {
    let text = file.text(ty.clone());
    if text.contains("FnMut(") {
        return Some(Vec::new());
    }
    let at = text
        .match_indices("Fn(")
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with(char::is_alphanumeric))?;
    let begin = ty.start + at;
    file.is_editable(ty).then(|| vec![Edit::insert(&file.source, begin + 2, "Mut")])
}

/// `let f: Box<dyn Fn()> = Box::new(closure);`: the type of the variable, and `mut`.
fn in_let(file: &Rc<File>, closure: &Closure) -> Option<Vec<Edit>> {
    let statement = file.statement_at(closure.range.clone())?;
    let crate::syntax::StatementKind::Let(it) = statement.kind else { return None };
    let ty = it.ty?;
    let mut edits = say_fn_mut(file, ty.clone())?;
    match file.type_at(ty)?.kind {
        TypeKind::Reference { mutable: false, inner, .. } => {
            edits.push(Edit::insert(&file.source, inner.start, "mut "));
            edits.push(Edit::insert(&file.source, it.init?.start + 1, "mut "));
        }
        _ if !it.mutable => edits.push(Edit::insert(&file.source, it.name_range?.start, "mut ")),
        _ => {}
    }
    Some(edits)
}

/// The closure is an argument of a function of the crate, behind `&` or in a `Box`.
fn in_callee(case: &Case, file: &Rc<File>, closure: &Closure) -> Option<Vec<Edit>> {
    let boxed = file.call_with_argument(closure.range.clone())?;
    let (call, index) = match boxed {
        (call, _) if file.text(call.callee.clone()) == "Box::new" => file.call_with_argument(call.range)?,
        found => found,
    };
    let files = case.files.crate_files_with(&file.source.name, &call.name);
    let mut named = files.iter().flat_map(|file| {
        let found = file.functions_named(&call.name).into_iter();
        found.filter(|it| it.params.len() == call.args.len()).map(move |it| (file.clone(), it))
    });
    let (file, function) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    parameter(case, &file, &function, index, 0)
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

//! Lets a closure be called as often as its caller wants, or lets the caller be content with less.

use std::rc::Rc;

use crate::diagnostic::{Label, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::clone_value::is_cloneable;
use crate::fixes::retype::called_function;
use crate::rule::Case;
use crate::syntax::{Call, CallKind, File, LoopKind, holds};

/// `for x in &names` in a closure, or `&` before an argument together with the parameter's type.
pub fn borrow_inside(case: &Case, used: &Label) -> Option<Fix> {
    let file = case.file(&used.span).filter(|_| !used.span.in_macro())?;
    let at = used.span.range();
    let name = file.text(at.clone()).to_owned();
    let fix = |id, edits| Some(Fix::new(id, Cost::local(Deed::Borrow), edits).with("place", &name));
    let header =
        file.loop_at(at.clone()).filter(|it| it.kind == LoopKind::For && it.header.as_ref() == Some(&at));
    if header.is_some() {
        return fix("lend-in-for", vec![Edit::insert(&file.source, at.start, "&")]);
    }
    let (call, index) = file.call_with_argument(at.clone())?;
    if call.kind == CallKind::Macro || file.text(call.callee.clone()) == "drop" {
        return None;
    }
    let (home, function) = called_function(case, &file, call.range.clone())?;
    let param = function.params.get(index)?;
    let ty = param.ty.clone()?;
    // A method of a trait, or a function that others call too, is left to its own mistake.
    let others = home.calls_named(&function.name).len();
    if function.in_trait_impl || others != 1 || !home.is_editable(ty.clone()) {
        return None;
    }
    let edits = vec![
        Edit::insert(&file.source, at.start, "&"),
        Edit::replace(&home.source, ty.clone(), format!("&{}", lent(home.text(ty)))),
    ];
    let fix = Fix::new("lend-argument", Cost::signature(Deed::Borrow), edits);
    Some(fix.with("place", &name).with("callee", function.name))
}

/// What a reference to an owned value is written as.
fn lent(ty: &str) -> String {
    match ty {
        "String" => "str".to_owned(),
        "PathBuf" => "std::path::Path".to_owned(),
        _ => match ty.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>')) {
            Some(item) => format!("[{item}]"),
            None => ty.to_owned(),
        },
    }
}

/// A copy for every call.
pub fn clone_inside(case: &Case, used: &Label) -> Option<Fix> {
    let file = case.file(&used.span).filter(|_| !used.span.in_macro())?;
    let at = used.span.range();
    let name = file.text(at.clone()).to_owned();
    let binding = file.binding(&name, at.start)?;
    let init = binding.let_.as_ref().and_then(|of| of.init.clone());
    let known = binding.ty.clone().or(init).map(|range| file.text(range).to_owned()).unwrap_or_default();
    let ty: &str = known.split(['{', '(']).next().unwrap_or_default();
    let given_up = file.call_with_argument(at.clone()).is_some_and(|(call, _)| call.name == "drop");
    if !is_cloneable(case, ty) || given_up || !file.is_editable(at.clone()) {
        return None;
    }
    let edit = Edit::insert(&file.source, at.end, ".clone()");
    Some(Fix::new("clone-inside", Cost::local(Deed::Clone), vec![edit]).with("variable", name))
}

/// `FnOnce` or `FnMut` where the crate's own function asks for more than it needs.
pub fn relax_bound(case: &Case, found: &str, wanted: &str) -> Option<Fix> {
    let note = case.diagnostic.note("required by a bound in `*`")?;
    let label = note.labels.iter().find(|label| fits("required by this bound in `*`", &label.text))?;
    let file = case.file(&label.span).filter(|_| !label.span.in_macro())?;
    let at = label.span.range();
    let bound = file.text(at.clone());
    if !bound.starts_with(wanted) || !file.is_editable(at.clone()) {
        return None;
    }
    let function = file.function_at(at.clone()).filter(|function| !function.in_trait_impl)?;
    let mut edits = vec![Edit::replace(&file.source, at.start..at.start + wanted.len(), found)];
    if found == "FnMut" {
        edits.extend(mutable_parameter(&file, &function, &at));
    } else if called_more_than_once(&file, &function, &at) {
        return None;
    }
    let fix = Fix::new("relax-bound", Cost::signature(Deed::Annotate), edits);
    Some(fix.with("function", function.name).with("found", found).with("wanted", wanted))
}

/// The parameter that a bound is for: `f: impl Fn()`, `f: F` with `F: Fn()`.
fn parameter<'f>(
    file: &File,
    function: &'f crate::syntax::Function,
    bound: &std::ops::Range<usize>,
) -> Option<&'f crate::syntax::Param> {
    let colon = file.token_before(bound.start).filter(|it| file.text(it.clone()) == ":");
    let name = colon.and_then(|colon| file.token_before(colon.start)).map(|name| file.text(name));
    function.params.iter().find(|param| {
        param.ty.as_ref().is_some_and(|ty| holds(ty, bound) || name == Some(file.text(ty.clone())))
    })
}

fn mutable_parameter(
    file: &Rc<File>,
    function: &crate::syntax::Function,
    bound: &std::ops::Range<usize>,
) -> Option<Edit> {
    let param = parameter(file, function, bound).filter(|param| !param.mutable)?;
    Some(Edit::insert(&file.source, param.name_range.clone()?.start, "mut "))
}

fn called_more_than_once(
    file: &File,
    function: &crate::syntax::Function,
    bound: &std::ops::Range<usize>,
) -> bool {
    let name = parameter(file, function, bound).and_then(|param| param.name.clone());
    let body = function.body.clone().unwrap_or_default();
    let calls = file.calls_named(name.as_deref().unwrap_or_default());
    let calls: Vec<_> = calls.into_iter().filter(|call| holds(&body, &call.range)).collect();
    let again = |call: &Call| {
        file.loop_at(call.range.clone()).is_some() || file.closure_at(call.range.clone()).is_some()
    };
    calls.len() > 1 || calls.iter().any(again)
}

//! Changes a declared type where it is the declaration that does not fit: of a parameter, a result,
//! a field, a variable.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::adjust_reference::{behind_reference, variable};
use crate::fixes::convert_value::imports;
use crate::fixes::lend_parameter::calls_in_crate;
use crate::fixes::owned::owned_type;
use crate::fixes::reference_uses::suits_reference;
use crate::fixes::return_owned::free_function;
use crate::rule::Case;
use crate::syntax::{Adt, CallKind, Destination, ExprKind, Field, File, Function, TypeKind};

/// The function of the crate that rustc names in "function defined here".
pub fn noted_callee(case: &Case) -> Option<(Rc<File>, Function)> {
    let notes = case.diagnostic.notes.iter().filter(|note| note.text.ends_with(" defined here"));
    notes.flat_map(|note| &note.labels).filter(|label| label.primary).find_map(|label| {
        let file = case.file(&label.span)?;
        let function = file.function_by_name_span(label.span.range())?;
        Some((file, function))
    })
}

/// The parameter of the crate that an argument is given to, if no trait fixes its type.
fn parameter(case: &Case, file: &File, argument: Range<usize>) -> Option<(Rc<File>, Function, usize)> {
    let (at, function) = noted_callee(case)?;
    let (call, index) = file.call_with_argument(argument)?;
    let free =
        free_function(&at, function.range.clone()).is_some() && call.args.len() == function.params.len();
    (free && at.is_editable(function.range.clone())).then_some((at, function, index))
}

/// Lets a parameter be a reference to what it was: `list: List` -> `list: &List`. Calls that give a
/// reference already stay as they are.
pub fn parameter_to_reference(
    case: &Case,
    file: &File,
    argument: Range<usize>,
    mutable: bool,
) -> Option<Fix> {
    let (at, function, index) = parameter(case, file, argument)?;
    let param = function.params.get(index)?;
    let ty = param.ty.clone()?;
    let old = at.text(ty.clone()).to_owned();
    if old.starts_with('&') || old.starts_with("impl ") || function.type_params.contains(&old) {
        return None;
    }
    let body = function.body.clone().unwrap_or_default();
    let name = param.name.as_deref().and_then(|name| at.binding(name, body.start + 1));
    let suits = mutable || name.is_some_and(|binding| suits_reference(case, &at, &binding));
    let calls = calls_in_crate(case, &at, &function);
    let ready = calls.iter().all(|(file, call)| {
        call.args.get(index).is_some_and(|argument| is_reference(file, argument.clone()))
    });
    let unsized_type = ["str", "[", "dyn "].iter().any(|start| old.starts_with(start));
    let new = if mutable { format!("&mut {old}") } else { format!("&{old}") };
    let edit = Edit::replace(&at.source, ty, new.clone());
    let fix = Fix::new("retype-parameter", Cost::signature(Deed::Borrow), vec![edit]);
    Some(
        fix.with("callee", &function.name)
            .with("new_type", new)
            .doubtful_if(!unsized_type && (!suits || !ready)),
    )
}

/// Whether an expression is a reference, as far as the code around it says.
fn is_reference(file: &File, expr: Range<usize>) -> bool {
    if behind_reference(file, expr.clone()).is_some() {
        return true;
    }
    let text = file.text(expr.clone());
    if text == "self" {
        let receiver = file.function_at(expr).and_then(|function| function.self_param);
        return receiver.is_some_and(|receiver| receiver.reference);
    }
    let Some(binding) = variable(file, expr) else { return false };
    let written = binding.ty.clone().map(|ty| file.text(ty).starts_with('&'));
    let given = binding.let_.and_then(|declared| declared.init).map(|init| file.text(init).starts_with('&'));
    written.or(given).unwrap_or(false)
}

/// Lets the function around an expression return the value instead of a reference: `-> &str` becomes
/// `-> String`.
pub fn result_to_owned(file: &File, function: &Function) -> Option<Fix> {
    let function = free_function(file, function.range.clone())?;
    let declared = function.return_type.clone()?;
    let references: Vec<_> = file
        .type_refs(declared)
        .into_iter()
        .filter(|ty| matches!(ty.kind, TypeKind::Reference { .. }))
        .collect();
    let [reference] = references.as_slice() else { return None };
    let new = owned_type(file, reference.range.clone())?;
    let edit = Edit::replace(&file.source, reference.range.clone(), new.clone());
    let fix = Fix::new("return-the-value", Cost::signature(Deed::Restructure), vec![edit]);
    file.is_editable(reference.range.clone())
        .then(|| fix.with("function", &function.name).with("new_type", new))
}

/// The function that returns the value of an expression.
pub fn returning_function(file: &File, expr: Range<usize>) -> Option<Function> {
    let returned = file.destination(expr.clone()) == Some(Destination::Returned);
    returned.then(|| file.function_at(expr)).flatten()
}

/// The function of the crate that an expression calls, if only one has the name.
pub fn called_function(case: &Case, file: &File, expr: Range<usize>) -> Option<(Rc<File>, Function)> {
    let call =
        file.call_at(expr.clone()).filter(|call| call.kind != CallKind::Macro && call.range == expr)?;
    let files = case.files.crate_files_with(&file.source.name, &call.name);
    let mut named = files.iter().flat_map(|file| {
        file.functions_named(&call.name).into_iter().map(|function| (file.clone(), function))
    });
    let found = named.next()?;
    let arguments = found.1.params.len() == call.args.len();
    (named.next().is_none() && arguments).then_some(found)
}

/// Whether a function that says it returns a reference makes a value at one of its ends.
pub fn makes_a_value(file: &File, function: &Function) -> bool {
    file.returned_exprs(function).into_iter().any(|end| is_made_here(file, end, 0))
}

/// Whether an expression makes a value of its own: `format!(..)`, `String::new()`, `x.to_string()`,
/// or a variable that such a value is given to.
pub fn is_made_here(file: &File, expr: Range<usize>, depth: usize) -> bool {
    const MAKERS: &[&str] = &[
        "to_string",
        "to_owned",
        "to_vec",
        "clone",
        "collect",
        "into_owned",
        "new",
        "from",
        "with_capacity",
        "concat",
        "repeat",
        "to_uppercase",
        "to_lowercase",
        "replace",
    ];
    if let Some(binding) = variable(file, expr.clone()) {
        let init = binding.let_.filter(|_| binding.simple && depth < 3).and_then(|declared| declared.init);
        return init.is_some_and(|init| is_made_here(file, init, depth + 1));
    }
    let Some(call) = file.call_at(expr.clone()).filter(|call| call.range == expr) else { return false };
    match call.kind {
        CallKind::Macro => matches!(call.name.as_str(), "format" | "vec"),
        _ => MAKERS.contains(&call.name.as_str()),
    }
}

/// Lets the function around an expression return a reference: `-> Name` becomes `-> &Name`. Only
/// where Rust works out by itself what the result borrows from.
pub fn result_to_reference(case: &Case, file: &Rc<File>, function: &Function, found: &str) -> Option<Fix> {
    let function = free_function(file, function.range.clone())?;
    let ty = function.return_type.clone()?;
    let of_self = function.self_param.as_ref().is_some_and(|it| it.reference);
    let references = function.params.iter().filter_map(|param| param.ty.clone());
    let borrowed = references.filter(|ty| file.text(ty.clone()).starts_with('&')).count();
    let old = file.text(ty.clone());
    let simple = found.starts_with('&') && !found.contains(['_', '.']) && !found.starts_with("&&");
    if !simple || old.starts_with('&') || !(of_self || borrowed == 1) || !file.is_editable(ty.clone()) {
        return None;
    }
    let view = ["&str", "&Path", "&["].iter().any(|start| found.starts_with(start));
    let new = if view { found.to_owned() } else { format!("&{old}") };
    let called = !calls_in_crate(case, file, &function).is_empty();
    let fix = Fix::new(
        "return-a-reference",
        Cost::signature(Deed::Borrow),
        vec![Edit::replace(&file.source, ty, new.clone())],
    );
    Some(fix.with("function", &function.name).with("new_type", new).doubtful_if(called))
}

/// The field of the crate that an expression becomes: in `S { name: e }` and `S(e)`.
pub fn field_of(case: &Case, file: &File, expr: Range<usize>) -> Option<(Rc<File>, Adt, Field)> {
    let around = file.parents(expr.clone()).into_iter().next()?;
    let (name, wanted) = if around.kind == ExprKind::Struct {
        let values = file.struct_values(around.range.clone());
        let field = values.into_iter().find(|(_, value)| *value == expr)?.0;
        let path = file.text(around.range.clone()).split('{').next()?.trim().to_owned();
        (path, Err(field))
    } else {
        let (call, index) = file.call_with_argument(expr.clone())?;
        (file.text(call.callee.clone()).to_owned(), Ok(index))
    };
    let name = name.split('<').next()?.trim_end_matches("::").rsplit("::").next()?.to_owned();
    let name = match name.as_str() {
        "Self" => file.impl_at(expr)?.self_name?,
        _ => name,
    };
    let files = case.files.crate_files_with(&file.source.name, &name);
    let (at, adt) = files.iter().find_map(|file| Some((file.clone(), file.adt_named(&name)?)))?;
    let field = match wanted {
        Ok(index) => adt.fields.get(index).filter(|field| field.name.is_none()).cloned(),
        Err(name) => adt.fields.iter().find(|field| field.name.as_ref() == Some(&name)).cloned(),
    }?;
    Some((at, adt, field))
}

/// Lets a field hold a `Box` of what it holds.
pub fn field_to_pointer(case: &Case, file: &File, expr: Range<usize>, pointer: &str) -> Option<Fix> {
    let (at, adt, field) = field_of(case, file, expr)?;
    if !at.is_editable(field.ty.clone()) {
        return None;
    }
    let new = format!("{pointer}<{}>", at.text(field.ty.clone()));
    let edit = Edit::replace(&at.source, field.ty, new.clone());
    let fix = Fix::new("retype-field", Cost::signature(Deed::Restructure), vec![edit]);
    Some(fix.with("type_name", adt.name).with("new_type", new))
}

/// Replaces a written type by the one that is found: `let x: String = "a";` -> `let x: &str = "a";`.
pub fn annotation(case: &Case, found: &str) -> Option<Fix> {
    let label =
        case.diagnostic.labels.iter().find(|label| !label.primary && label.text == "expected due to this")?;
    let file = case.file(&label.span)?;
    let range = label.span.range();
    let is_type = file.type_at(range.clone()).is_some_and(|ty| ty.range == range);
    let complete = !found.contains("...") && !found.contains('{') && !found.contains("closure");
    let edit = Edit::replace(&file.source, range.clone(), found);
    let fix = Fix::new("change-annotation", Cost::local(Deed::Annotate), vec![edit]);
    (is_type && complete && file.is_editable(range)).then(|| fix.with("new_type", found))
}

/// Says `Arc` where the code says `Rc`, or the other way round: where the value is made, and where
/// the crate names the other pointer a single time.
pub fn same_pointer(case: &Case, span: &Span, expected: &str, found: &str) -> Vec<Fix> {
    let Some(file) = case.file(span) else { return Vec::new() };
    let mut fixes = Vec::new();
    // The odd one out is the declaration.
    for (wanted, other) in [(found, expected), (expected, found)] {
        let all = mentions(case, &file, other);
        let here: Vec<_> = all.iter().filter(|(at, _)| Rc::ptr_eq(at, &file)).cloned().collect();
        if let [(at, range)] = if here.is_empty() { all } else { here }.as_slice() {
            let edit = Edit::replace(&at.source, range.clone(), path_to(at, wanted));
            let fix = Fix::new("same-pointer", Cost::signature(Deed::Share), vec![edit]);
            fixes.push(fix.with("pointer", wanted).with("other_pointer", other));
        }
    }
    if let Some(call) = file.call_at(span.range()).filter(|call| call.kind == CallKind::Function) {
        let path = file.text(call.callee.clone());
        if let Some(owner) =
            path.strip_suffix(&format!("::{}", call.name)).filter(|path| path.ends_with(found))
            && file.is_editable(call.callee.clone())
        {
            let range = call.callee.start..call.callee.start + owner.len();
            let edit = Edit::replace(&file.source, range, path_to(&file, expected));
            let fix = Fix::new("make-the-other-pointer", Cost::local(Deed::Share), vec![edit]);
            fixes.push(fix.with("pointer", expected).doubtful_if(!fixes.is_empty()));
        }
    }
    fixes
}

/// How a file names `Rc` or `Arc`.
fn path_to(file: &File, pointer: &str) -> String {
    match pointer {
        _ if imports(file, pointer) => pointer.to_owned(),
        "Rc" => "std::rc::Rc".to_owned(),
        "Arc" => "std::sync::Arc".to_owned(),
        other => other.to_owned(),
    }
}

/// The types of the crate that are written with this pointer: the path before `<`.
fn mentions(case: &Case, file: &File, pointer: &str) -> Vec<(Rc<File>, Range<usize>)> {
    let mut found = Vec::new();
    for at in case.files.crate_files_with(&file.source.name, pointer) {
        for ty in at.type_refs(0..at.source.text.len()) {
            let text = at.text(ty.range.clone());
            let path = text.split('<').next().unwrap_or(text).trim_end();
            let named = path.rsplit("::").next() == Some(pointer) && matches!(ty.kind, TypeKind::Path { .. });
            // Tests and macros are not the program.
            if named && text.contains('<') && at.is_editable(ty.range.clone()) {
                found.push((at.clone(), ty.range.start..ty.range.start + path.len()));
            }
        }
    }
    found
}

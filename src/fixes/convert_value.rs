//! Makes the owned form of what a reference refers to, or a reference to what is owned, with the
//! method that the standard library has for it.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::adjust_reference::{around, behind_reference, variable};
use crate::fixes::clone_value::is_shorthand;
use crate::fixes::owned::copy_of;
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{CallKind, File};

/// `e` -> `e.method()`. The facts name the code and the call.
pub fn append(id: &'static str, deed: Deed, file: &File, expr: Range<usize>, call: &str) -> Option<Fix> {
    if !file.is_editable(expr.clone()) {
        return None;
    }
    let edits = around(file, expr.clone(), "", call);
    let fix = Fix::new(id, Cost::local(deed), edits);
    let name = call.trim_start_matches('.');
    Some(fix.with("code", file.text(expr)).with("call", name))
}

/// `text` -> `text.to_string()`, `&list[1..]` -> `list[1..].to_vec()`, by the type that is needed.
pub fn to_owned(file: &File, expr: Range<usize>, expected: &Type) -> Option<Fix> {
    let call = match expected.name()? {
        "String" => ".to_string()",
        "Vec" => ".to_vec()",
        "PathBuf" => ".to_path_buf()",
        _ => ".to_owned()",
    };
    // A `clone` that has cloned the reference alone becomes the call that makes an owner.
    if let Some(cloned) = file.call_at(expr.clone()).filter(|it| it.name == "clone" && it.range == expr)
        && cloned.kind == CallKind::Method
        && file.is_editable(expr.clone())
    {
        let method = call.trim_start_matches('.').trim_end_matches("()");
        let edit = Edit::replace(&file.source, cloned.name_range, method);
        let fix = Fix::new("to-owned", Cost::local(Deed::Clone), vec![edit]);
        return Some(
            fix.with("code", file.text(cloned.receiver?)).with("call", call.trim_start_matches('.')),
        );
    }
    let place = behind_reference(file, expr.clone());
    let Some(place) = place.filter(|_| !is_shorthand(file, &expr)) else {
        return append("to-owned", Deed::Clone, file, expr, call);
    };
    let mut edits = vec![Edit::delete(&file.source, expr.start..place.start)];
    edits.extend(around(file, place.clone(), "", call));
    let fix = Fix::new("to-owned", Cost::local(Deed::Clone), edits).with("code", file.text(expr.clone()));
    file.is_editable(expr).then(|| fix.with("call", call.trim_start_matches('.')))
}

/// `x` -> `x.clone()`; `&x` -> `x.clone()`.
pub fn clone(file: &File, expr: Range<usize>) -> Option<Fix> {
    let id = "clone-behind";
    if behind_reference(file, expr.clone()).is_none() {
        return append(id, Deed::Clone, file, expr, ".clone()");
    }
    let edits = copy_of(file, expr.clone())?;
    let fix = Fix::new(id, Cost::local(Deed::Clone), edits).with("code", file.text(expr.clone()));
    file.is_editable(expr).then_some(fix)
}

/// `Box::new(e)`, `Rc::new(e)`, `Arc::new(e)`; `Arc::from(e)` for text and slices.
pub fn wrap(file: &File, expr: Range<usize>, pointer: &str, unsized_content: bool) -> Option<Fix> {
    if !file.is_editable(expr.clone()) {
        return None;
    }
    let path = match pointer {
        "Rc" if !imports(file, "Rc") => "std::rc::Rc",
        "Arc" if !imports(file, "Arc") => "std::sync::Arc",
        other => other,
    };
    let function = if unsized_content { "from" } else { "new" };
    let edits = around(file, expr.clone(), &format!("{path}::{function}("), ")");
    let fix = Fix::new("wrap-in-pointer", Cost::local(Deed::Restructure), edits);
    Some(fix.with("code", file.text(expr)).with("pointer", pointer))
}

/// Whether the file names something by a `use`, as far as its text tells.
pub fn imports(file: &File, name: &str) -> bool {
    let text = &file.source.text;
    text.lines().map(str::trim_start).any(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.starts_with("use ")
            && line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
    })
}

/// `Box::new(x)` -> `x`.
pub fn unwrap_constructor(file: &File, expr: Range<usize>) -> Option<Fix> {
    let call = file.call_at(expr.clone()).filter(|call| call.kind == CallKind::Function)?;
    let [inner] = call.args.as_slice() else { return None };
    let constructs = call.name == "new" && call.range == expr && file.is_editable(expr.clone());
    let edits = vec![
        Edit::delete(&file.source, expr.start..inner.start),
        Edit::delete(&file.source, inner.end..expr.end),
    ];
    let fix = Fix::new("unwrap-constructor", Cost::local(Deed::Restructure), edits);
    constructs.then(|| fix.with("code", file.text(inner.clone())))
}

/// A method of the crate that gives exactly the reference that is needed: `id.as_str()`.
pub fn lending_method(
    case: &Case,
    file: &Rc<File>,
    expr: Range<usize>,
    expected: &Type,
    found: &Type,
) -> Option<Fix> {
    let owner = found.peeled().name()?;
    let mut names = Vec::new();
    for other in case.files.crate_files_with(&file.source.name, owner) {
        for block in other.impls() {
            if block.trait_range.is_some() || block.self_name.as_deref() != Some(owner) {
                continue;
            }
            for function in other.functions_in(block.body.clone()) {
                let lends = function.self_param.as_ref().is_some_and(|it| it.reference && !it.mutable);
                let Some(ty) = function.return_type.clone().filter(|_| lends && function.params.is_empty())
                else {
                    continue;
                };
                if Type::parse(other.text(ty)) == *expected {
                    names.push(function.name);
                }
            }
        }
    }
    names.sort_by_key(|name| (!name.starts_with("as_"), name.clone()));
    let name = names.first()?.clone();
    append("lend-with-method", Deed::Borrow, file, expr, &format!(".{name}()"))
}

/// Adds `.collect()` to an iterator: to the expression, or to what its variable is declared with.
pub fn collect(file: &File, expr: Range<usize>, into: &str) -> Option<Fix> {
    let place = behind_reference(file, expr.clone()).unwrap_or(expr);
    let declared = variable(file, place.clone()).filter(|it| it.simple).and_then(|it| it.let_);
    let annotated = declared.as_ref().is_some_and(|declared| declared.ty.is_some());
    let place = declared.and_then(|declared| declared.init).unwrap_or(place);
    let call = if annotated { ".collect()".to_owned() } else { format!(".collect::<{into}>()") };
    append("collect-items", Deed::Restructure, file, place, &call)
}

/// Adds `.collect()` within the closure that an `Option` of an iterator comes from.
pub fn collect_within(file: &File, expr: Range<usize>, into: &str) -> Option<Fix> {
    let declared = variable(file, expr.clone()).filter(|it| it.simple).and_then(|it| it.let_);
    let place = declared.and_then(|declared| declared.init).unwrap_or(expr);
    let closure = file.closures_in(place.clone()).into_iter().find(|closure| {
        file.call_with_argument(closure.range.clone()).is_some_and(|(call, _)| call.range == place)
    })?;
    append("collect-items", Deed::Restructure, file, closure.body, &format!(".collect::<{into}>()"))
}

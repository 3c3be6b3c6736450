//! Turns a closure that captures nothing into a function, whose signature elision fills in.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::Promise;
use crate::syntax::{BindingKind, ExprKind, StatementKind};

/// `fn name(x: &str) -> &str { x }` for `let name = |x: &str| -> &str { x };`. Nothing where it
/// captures a variable or leaves a type out.
pub fn closure_to_function(promise: &Promise) -> Option<Fix> {
    let file = &promise.file;
    let closure = promise.closure.as_ref()?;
    let statement = file.statement_at(closure.range.clone())?;
    let StatementKind::Let(declared) = statement.kind else { return None };
    let name =
        declared.name.filter(|_| declared.init == Some(closure.range.clone()) && declared.ty.is_none())?;
    // A signature says all its types.
    let result = file.text(closure.return_type.clone()?);
    if closure.is_async || closure.params.iter().any(|param| param.ty.is_none()) {
        return None;
    }
    // A function sees no local variables.
    let captures = file.exprs_in(closure.body.clone()).into_iter().any(|expr| {
        let is_name = matches!(expr.kind, ExprKind::Path | ExprKind::Capture);
        let binding = file.binding(file.text(expr.range.clone()), expr.range.start).filter(|_| is_name);
        binding.is_some_and(|it| {
            let inside = closure.range.start <= it.name_range.start && it.name_range.end <= closure.range.end;
            !inside && !matches!(it.kind, BindingKind::Static | BindingKind::Const)
        })
    });
    if captures || file.parents(closure.body.clone()).is_empty() {
        return None;
    }
    let bars = file.text(closure.bars.clone());
    let params = bars.strip_prefix('|')?.strip_suffix('|')?;
    let body = file.text(closure.body.clone());
    let body = if body.starts_with('{') { body.to_owned() } else { format!("{{ {body} }}") };
    let function = format!("fn {name}({params}) -> {result} {body}");
    let edit = Edit::replace(&file.source, statement.range, function);
    Some(Fix::new("closure-to-function", Cost::local(Deed::Restructure), vec![edit]))
}

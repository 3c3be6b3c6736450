//! A function returns a reference to its own value.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::bind_temporary::is_guard;
use crate::fixes::give_value_itself::give_value_itself;
use crate::fixes::keep_owner_longer::root_of;
use crate::fixes::move_closure::move_closure;
use crate::fixes::own_before_closure::later_code;
use crate::fixes::return_owned::{
    borrow_parameter, drop_reference_in_closure, own_items, return_owned, use_the_source,
};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{BindingKind, CallKind, ExprKind, File};

/// E0515.
pub static RULE: Rule = Rule {
    name: "return-reference-to-local",
    codes: &["E0515"],
    messages: &[],
    concepts: &["valid-references", "ownership", "refcell"],
    text: include_str!("../../explanations/return_reference_to_local.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at what is returned.
    let returned = diagnostic.primary().filter(|label| label.role == Role::ReturnsLocalReference)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(returned.span.clone());
    finding.facts.number("return_line", returned.span.line_start);
    // The headline names the owner, unless it is a temporary.
    let owner = diagnostic.quoted().first().map(|owner| (*owner).to_owned());
    finding.facts.code_if("owner", owner.clone());
    let lent = diagnostic.label(Role::Borrowed).filter(|lent| lent.span != returned.span);
    if let Some(lent) = lent {
        finding.facts.number("borrow_line", lent.span.line_start);
    }
    let temporary = diagnostic.label(Role::TemporaryCreated);
    finding.facts.code_if("temporary", temporary.and_then(|label| case.text(&label.span)));
    let file = case.file(&returned.span);
    finding.variant = file.as_deref().and_then(|file| variant(&mut finding, file, returned, lent, temporary));
    if finding.variant.is_none() && owner.is_some() {
        finding.variant = Some("variable");
    }
    // A temporary has no name to be called by, but its code.
    if owner.is_none() {
        finding.facts.code_if("owner", finding.facts.text("temporary").map(str::to_owned));
    }

    let name = owner.as_deref().map(root_of);
    let binding =
        file.as_deref().zip(name).and_then(|(file, name)| file.binding(name, returned.span.byte_start));
    if let Some((file, binding)) = file.as_deref().zip(binding.as_ref()) {
        finding.mark_span("owner", file.source.span(binding.name_range.clone()));
    }
    if let Some(lent) = lent {
        finding.mark("lent", lent);
    }
    if let Some(temporary) = temporary {
        finding.mark("temporary", temporary);
    }
    finding.mark("returned", returned);

    if let Some(file) = file.as_deref() {
        if in_closure(file, returned) {
            finding.fix(drop_reference_in_closure(case, &returned.span));
        } else {
            finding.fix(return_owned(case, &returned.span));
            finding.fix(own_items(case, &returned.span, lent.map(|lent| &lent.span)));
        }
        if let Some(binding) = &binding {
            if binding.kind == BindingKind::Param {
                finding.fix(borrow_parameter(case, &returned.span, &binding.name));
            }
            let lent = lent.map_or(returned.span.range(), |lent| lent.span.range());
            finding.fix(use_the_source(file, lent.clone(), binding));
            finding.fix(give_value_itself(file, lent, binding));
        }
        let later = later_code(file, returned.span.range()).filter(|_| finding.variant == Some("closure"));
        finding.fix(later.and_then(|later| move_closure(file, &later)));
    }
    finding.fix([Fix::idea("return-an-owner")]);
    Some(finding)
}

/// Whether what is returned leaves a closure, and not the function around.
fn in_closure(file: &File, returned: &Label) -> bool {
    let range = returned.span.range();
    let closure = file.closure_at(range.clone()).filter(|closure| closure.range != range);
    closure.is_some_and(|closure| closure.body.start <= range.start)
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(
    finding: &mut Finding,
    file: &File,
    returned: &Label,
    lent: Option<&Label>,
    temporary: Option<&Label>,
) -> Option<&'static str> {
    let range = returned.span.range();
    if in_closure(file, returned) {
        return Some(if temporary.is_some() { "temporary from a closure" } else { "from a closure" });
    }
    let function = file.function_at(range.clone())?;
    finding.facts.code("function", &function.name);
    if let Some(temporary) = temporary {
        let guard = is_guard(file, temporary.span.range());
        return Some(if guard { "guard" } else { "temporary" });
    }
    let owner = finding.facts.text("owner").map(|owner| root_of(owner).to_owned())?;
    let param = function.params.iter().find(|param| param.name.as_deref() == Some(owner.as_str()));
    let owned = |ty: &Range<usize>| !file.text(ty.clone()).starts_with('&');
    if let Some(ty) = param.and_then(|param| param.ty.clone()).filter(owned) {
        finding.facts.code("type", file.text(ty));
        return Some("parameter");
    }
    let result = function.return_type.map(|ty| file.text(ty).to_owned()).unwrap_or_default();
    if result.contains("Iterator") {
        return Some("iterator");
    }
    let kind = file.expr_exactly(range.clone())?.kind;
    match kind {
        _ if gives_closure(file, range.clone()) => Some("closure"),
        ExprKind::Ref { .. } => Some("local"),
        ExprKind::MethodCall => {
            let call = file.call_at(range)?;
            finding.facts.code("method", &call.name);
            // The reference comes from a method of the owner itself.
            let direct = call.receiver.is_some_and(|receiver| file.is_path_named(receiver, &owner));
            direct.then_some("method").or(lent.map(|_| "inside a value"))
        }
        ExprKind::Path => Some("local").filter(|_| result.starts_with('&')),
        _ => lent.map(|_| "inside a value"),
    }
}

/// Whether an expression is a closure, perhaps in a box.
fn gives_closure(file: &File, range: Range<usize>) -> bool {
    let boxed =
        file.call_at(range.clone()).filter(|call| call.kind == CallKind::Function && call.name == "new");
    let value = boxed.and_then(|call| call.args.first().cloned()).unwrap_or(range);
    file.expr_exactly(value).is_some_and(|expr| expr.kind == ExprKind::Closure)
}

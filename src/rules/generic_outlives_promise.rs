//! A value of a type parameter must be valid for longer than the signature promises.

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::spawn_in_scope::{spawn_in_scope, starts_thread};
use crate::fixes::tie_type_parameter::Bound;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// E0309 for a lifetime with a name, E0310 for `'static`, E0311 for a lifetime without a name.
pub static RULE: Rule = Rule {
    name: "generic-outlives-promise",
    codes: &["E0309", "E0310", "E0311"],
    messages: &[],
    concepts: &["lifetimes", "static", "trait-objects"],
    text: include_str!("../../explanations/generic_outlives_promise.md"),
    refines: &[],
    recognise,
};

/// Functions that put a value behind a pointer, where it can become a `dyn` type.
const POINTERS: &[&str] = &["Box::new", "Box::pin", "Rc::new", "Arc::new"];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names the type.
    let name = diagnostic.quoted().first().map(|name| (*name).to_owned())?;
    // rustc points at what needs the value for longer.
    let used = diagnostic.primary()?;
    // It says which lifetime that is.
    let required = diagnostic.label(Role::TypeRequired)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.code("type", &name).number("line", used.span.line_start);
    finding.facts.code_if("want", wanted(required));
    let file = case.file(&used.span);
    if let Some(file) = &file {
        finding.variant = variant(case, &mut finding, file, used, required);
    }
    mark(case, &mut finding, used, required);
    let file = file.filter(|file| !used.span.in_macro() && file.is_editable(used.span.range()));
    if let Some(file) = file {
        let bound = Bound::new(case, &file, used.span.range(), &name);
        let call = file.call_at(used.span.range());
        let scoped = call.filter(|_| finding.variant == Some("thread"));
        finding.fix(scoped.and_then(|call| spawn_in_scope(&file, &call, None)));
        finding.fix(bound.ties()).fix(bound.promise());
    }
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("decide-how-long")]);
    Some(finding)
}

/// The lifetime that is asked for, if it has a name.
fn wanted(required: &Label) -> Option<String> {
    if required.text.contains("static lifetime") {
        return Some("'static".to_owned());
    }
    required.quoted().last().filter(|name| name.starts_with('\'')).map(|name| (*name).to_owned())
}

/// Where the lifetime comes from, then the place that needs it.
fn mark(case: &Case, finding: &mut Finding, used: &Label, required: &Label) {
    if let Some(dynamic) = case.diagnostic.label(Role::ImplicitStatic) {
        finding.mark("dyn", dynamic);
    }
    if required.span != used.span {
        finding.mark("want", required).primary = false;
    }
    finding.mark("used", used).primary = true;
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(
    case: &Case,
    finding: &mut Finding,
    file: &File,
    used: &Label,
    required: &Label,
) -> Option<&'static str> {
    let at = used.span.range();
    let facts = &mut finding.facts;
    // A declaration needs it, and no code.
    if let Some(adt) = file.adt_at(at.clone()) {
        facts.code("owner", adt.name);
        return Some("type");
    }
    let function = file.function_at(at.clone());
    if let Some(alias) = file.alias_at(at.clone()).filter(|alias| alias.associated && function.is_none()) {
        facts.code("alias", alias.name);
        return Some("associated type");
    }
    let function = function?;
    facts.code("function", &function.name);
    // The signature itself.
    if !function.body.as_ref().is_some_and(|body| body.start <= at.start && at.end <= body.end) {
        return Some("signature");
    }
    let by_static = facts.text("want") == Some("'static");
    if case.diagnostic.label(Role::ImplicitStatic).is_some() {
        return Some("dyn result");
    }
    // A lifetime without a name is that of a parameter.
    if case.diagnostic.code.as_deref() == Some("E0311") {
        let place = required.span.range();
        let param = function
            .params
            .iter()
            .find(|param| param.range.start <= place.start && place.end <= param.range.end);
        let receiver = function.self_param.as_ref().filter(|it| it.range.start <= place.start);
        let named = param.and_then(|param| param.name.clone());
        facts.code_if(
            "target",
            named.or_else(|| receiver.filter(|_| param.is_none()).map(|_| "self".to_owned())),
        );
        return Some("lifetime without a name");
    }
    let Some(call) = file.call_at(at) else { return by_static.then_some("static in a function") };
    let callee = file.text(call.callee.clone());
    let boxes = POINTERS.iter().any(|pointer| callee.ends_with(pointer));
    facts.code("call", if boxes { callee } else { &call.name });
    Some(match by_static {
        true if starts_thread(file, &call) => "thread",
        true if boxes => "static dyn",
        true => "static in a function",
        false => "function",
    })
}

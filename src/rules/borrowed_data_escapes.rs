//! Borrowed data is kept for longer than it was lent.

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::keep_borrowed::{
    call_inside, collect_inside, copy_out_of_closure, demand_static, drop_annotation, own_argument,
    own_in_static, store_copy,
};
use crate::fixes::own_before_closure::{later_code, own_captures};
use crate::fixes::spawn_in_scope::{join_line, spawn_in_scope, starts_thread};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{BindingKind, Call, File};

/// E0521, and a closure that lets out what it changes.
pub static RULE: Rule = Rule {
    name: "borrowed-data-escapes",
    codes: &["E0521"],
    messages: &["captured variable cannot escape *"],
    concepts: &["lifetimes", "static", "threads"],
    text: include_str!("../../explanations/borrowed_data_escapes.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    if case.diagnostic.code.is_none() { captured_variable(case) } else { lent_data(case) }
}

/// A reference that was lent for a call goes to something that may keep it.
fn lent_data(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the place where it gets out.
    let escapes = diagnostic.label(Role::Escapes).or(diagnostic.primary())?;
    // It names the parameter that lends.
    let lent = diagnostic.label(Role::ValidOnlyInside)?;
    let name = lent.quoted().first().map(|name| (*name).to_owned())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(lent.span.clone());
    finding.facts.code("lent", &name).number("escape_line", escapes.span.line_start);
    let file = case.file(&escapes.span);
    let file = file.as_deref();
    let function = file.and_then(|file| file.function_at(escapes.span.range()));
    finding.facts.code_if("function", function.as_ref().map(|function| function.name.clone()));
    finding.facts.code_if("function_name", function.map(|function| function.name));
    let outside = diagnostic.label(Role::DeclaredOutside);
    finding.facts.code_if("outside", outside.and_then(|label| Some((*label.quoted().first()?).to_owned())));
    let call = file.and_then(|file| file.call_at(escapes.span.range()));
    finding.variant = file.and_then(|file| variant(case, &mut finding, file, lent, call.as_ref()));
    finding.variant = finding.variant.or(Some("lent for a call"));

    if let Some(outside) = outside {
        finding.mark("outside", outside);
    }
    finding.mark("lent", lent);
    finding.mark("escapes", escapes);
    if let Some(file) = file {
        let fixes = ways_out(case, file, &finding, lent, escapes, call.as_ref());
        finding.fix(fixes);
    }
    let shared = finding.variant == Some("thread with self");
    finding.fix([Fix::idea(if shared { "share-self" } else { "own-what-is-kept" })]);
    Some(finding)
}

fn variant(
    case: &Case,
    finding: &mut Finding,
    file: &File,
    lent: &Label,
    call: Option<&Call>,
) -> Option<&'static str> {
    if case.diagnostic.label(Role::DeclaredOutside).is_some() {
        let param = file.binding(finding.facts.text("lent")?, lent.span.byte_start);
        finding.facts.code_if("annotation", param.and_then(|param| Some(file.text(param.ty?).to_owned())));
        let annotated = finding.facts.text("annotation").is_some();
        return Some(if annotated { "stored outside, annotated" } else { "stored outside" });
    }
    let outlives = case.diagnostic.label(Role::Outlives);
    // Of other lifetimes than `'static` nothing more is said.
    if outlives.is_some_and(|label| label.quoted().last() != Some(&"'static")) {
        return None;
    }
    let call = call?;
    let callee = file.text(call.callee.clone()).to_owned();
    let root = call.receiver.clone().and_then(|receiver| file.place_root(receiver));
    let of_static = root.and_then(|name| file.binding(&name, call.range.start));
    if let Some(binding) = of_static.filter(|binding| binding.kind == BindingKind::Static) {
        finding.facts.code("demander", binding.name);
        return Some("stored in a static");
    }
    finding.facts.code("demander", &callee);
    let of_self = finding.facts.text("lent") == Some("self");
    let to_thread = starts_thread(file, call);
    if let Some(line) = join_line(file, call.range.clone()).filter(|_| to_thread) {
        finding.facts.number("join_line", line);
    }
    Some(match call.name.starts_with("spawn") {
        _ if to_thread && of_self => "thread with self",
        _ if to_thread => "thread",
        true => "task",
        false => "parameter without static",
    })
}

fn ways_out(
    case: &Case,
    file: &File,
    finding: &Finding,
    lent: &Label,
    escapes: &Label,
    call: Option<&Call>,
) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let Some(name) = finding.facts.text("lent") else { return fixes };
    if case.diagnostic.label(Role::DeclaredOutside).is_some() {
        fixes.extend(drop_annotation(file, lent.span.range(), name));
        fixes.extend(call.into_iter().flat_map(|call| store_copy(file, call, name)));
        return fixes;
    }
    if let Some(later) = later_code(file, escapes.span.range()) {
        fixes.extend(own_captures(file, &later));
    }
    fixes.extend(call.and_then(|call| spawn_in_scope(file, call, None)));
    fixes.extend(call.and_then(|call| own_argument(file, call, name)));
    fixes.extend(call.and_then(|call| own_in_static(file, call, name)));
    fixes.extend(demand_static(file, lent.span.range(), name));
    fixes
}

/// A closure that may run again lets out a reference to what it changes.
fn captured_variable(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at what leaves the closure ...
    let returned = diagnostic.primary()?;
    // ... and at the variable in it.
    let used = diagnostic.label(Role::CapturedVariable)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(returned.span.clone());
    finding.facts.code_if("captured", case.text(&used.span));
    finding.facts.number("escape_line", returned.span.line_start);
    finding.variant = Some(match returned.text.as_str() {
        text if text.contains("contains a reference") && text.contains("closure that") => {
            "captured by inner closure"
        }
        text if text.contains("async") => "captured by async block",
        _ => "captured variable",
    });
    if let Some(owner) = diagnostic.label(Role::Declared) {
        finding.mark("owner", owner);
    }
    if let Some(closure) = diagnostic.label(Role::InferredClosureKind) {
        finding.mark("closure", closure);
    }
    finding.mark("captured", used);
    finding.mark("returned", returned);
    if let Some(file) = case.file(&returned.span) {
        finding.fix(copy_out_of_closure(&file, returned.span.range()));
        finding.fix(collect_inside(&file, returned.span.range()));
        finding.fix(call_inside(case));
    }
    finding.fix([Fix::idea("call-function-instead")]);
    Some(finding)
}

//! A method is called to get a value, and it gives back a reference alone.

use crate::diagnostic::fits;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::derive_clone;
use crate::mismatch::types::{Type, short};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Call, File};

/// Lints on `clone`, `deref` and `borrow` of references.
pub static RULE: Rule = Rule {
    name: "cloned-reference-only",
    codes: &["noop_method_call", "suspicious_double_ref_op"],
    messages: &[],
    concepts: &["copy-and-clone", "borrowing"],
    text: include_str!("../../explanations/cloned_reference_only.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the method's name and its parentheses, or at the dot before.
    let called = diagnostic.primary()?;
    let double =
        fits("using `.*()` on a double reference, which returns `*` instead of *", &diagnostic.message);
    (double || fits("call to `.*()` on a reference in this situation does nothing", &diagnostic.message))
        .then_some(())?;
    let method = diagnostic.quoted().first()?.trim_start_matches('.').trim_end_matches("()").to_owned();
    (!called.span.in_macro()).then_some(())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(called.span.clone());
    finding.facts.number("line", called.span.line_start).code("method", &method);
    finding.mark("called", called).primary = true;
    // Without the source, it is not seen what it is called on.
    let file = case.file(&called.span);
    let call = match &file {
        Some(file) => {
            let range = called.span.range();
            let dot = usize::from(file.text(range.clone()).starts_with('.'));
            let call = file.call_at(range.start + dot..range.end)?;
            finding.facts.code("receiver", file.text(call.receiver.clone()?));
            Some((file.as_ref(), call))
        }
        None => None,
    };
    if double {
        finding.variant = Some("double reference");
        let given = *diagnostic.quoted().get(1)?;
        finding.facts.code("given", short(given));
        let inner = Type::parse(given).referent().map(|_| short(given.trim_start_matches('&')));
        finding.facts.code_if("type", inner);
        if let Some((file, call)) = &call {
            finding.fix(through_one(file, call, method == "clone"));
            finding.fix(copy_reference(file, call));
        }
        finding.fix([Fix::idea("which-of-the-two")]);
        return Some(finding);
    }
    let note = diagnostic
        .note("the type `*` does not implement `*`, so calling `*` on `*` copies the reference*")?;
    let ty = *crate::diagnostic::quoted(&note.text).first()?;
    finding.facts.code("type", short(ty));
    // rustc offers to derive `Clone` also where nobody asks for a clone.
    finding.rustc_suggests = false;
    if let Some((file, call)) = &call {
        finding.variant = Some(if method == "clone" { "clone" } else { "other method" });
        finding.fix(reference_itself(file, call));
        if method == "clone" {
            let name = Type::parse(ty).name().map(str::to_owned);
            let derived = name.and_then(|name| derive_clone(case, &name));
            finding.fix(derived.map(|mut fix| {
                fix.cost = fix.cost.changed();
                fix
            }));
        }
    }
    finding.fix([Fix::idea("which-of-the-two")]);
    Some(finding)
}

/// `name.clone()` -> `name`: the same reference.
fn reference_itself(file: &File, call: &Call) -> Option<Fix> {
    let receiver = call.receiver.clone()?;
    file.is_editable(call.range.clone()).then_some(())?;
    let edit = Edit::delete(&file.source, receiver.end..call.range.end);
    let fix = Fix::new("use-the-same-reference", Cost::local(Deed::Annotate), vec![edit]);
    Some(fix.with("receiver", file.text(receiver)))
}

/// `name.clone()` -> `(*name).clone()`: what is behind both references.
fn through_one(file: &File, call: &Call, clones: bool) -> Option<Fix> {
    let receiver = call.receiver.clone().filter(|_| clones)?;
    file.is_editable(call.range.clone()).then_some(())?;
    let edits =
        vec![Edit::insert(&file.source, receiver.start, "(*"), Edit::insert(&file.source, receiver.end, ")")];
    let fix = Fix::new("clone-the-value", Cost::local(Deed::Clone).changed(), edits);
    Some(fix.with("receiver", file.text(receiver)))
}

/// `name.clone()` -> `*name`: the inner reference, without a call.
fn copy_reference(file: &File, call: &Call) -> Option<Fix> {
    let receiver = call.receiver.clone()?;
    // A method on the result would bind closer than the `*`.
    let goes_on = file.method_call_on(call.range.clone()).is_some();
    if goes_on || !file.is_place(receiver.clone()) || !file.is_editable(call.range.clone()) {
        return None;
    }
    let edit = Edit::replace(&file.source, call.range.clone(), format!("*{}", file.text(receiver.clone())));
    let fix = Fix::new("copy-the-reference", Cost::local(Deed::Annotate), vec![edit]);
    Some(fix.with("receiver", file.text(receiver)))
}

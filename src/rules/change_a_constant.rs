//! A constant is changed, and only the copy of that one line changes.

use crate::diagnostic::{Span, fits};
use crate::fix::Fix;
use crate::fixes::copy_of_constant::{change_a_copy, uses_in_function};
use crate::rule::{Case, Finding, Rule};

/// The lint `const_item_mutation`.
pub static RULE: Rule = Rule {
    name: "change-a-constant",
    codes: &["const_item_mutation"],
    messages: &[],
    concepts: &["static", "copy-and-clone"],
    text: include_str!("../../explanations/change_a_constant.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // rustc points at the change.
    let change = case.diagnostic.primary()?;
    // A note shows the constant.
    let note = case.diagnostic.note("`const` item defined here")?;
    let declared = &note.labels.first()?.span;
    let name = name_of(case, declared)?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("constant", &name).number("line", change.span.line_start);
    if declared.file == change.span.file {
        finding.facts.number("constant_line", declared.line_start);
    }
    finding.cause = Some(change.span.clone());
    let file = case.file(&change.span);
    let call = file.as_ref().and_then(|file| file.call_at(change.span.range()));
    finding.variant = match call {
        _ if fits("attempting to modify a `const` item", &case.diagnostic.message) => None,
        Some(call) if call.receiver.is_some() => {
            finding.facts.code("method", &call.name).method("does", &call.name);
            Some("method")
        }
        _ => Some("reference"),
    };
    if declared.file == change.span.file {
        finding.mark_span("constant", declared.clone());
    }
    if let Some((file, item)) = case.file(declared).and_then(|file| {
        let item = file.item_at(declared.range())?;
        Some((file, item))
    }) {
        finding.facts.code_if("type", item.ty.map(|ty| file.text(ty).to_owned()));
        finding.facts.code_if("value", item.value.map(|value| file.text(value).to_owned()));
    }
    finding.mark("changed", change).primary = true;
    if let Some(file) = &file {
        // All that one function does with the constant is one mistake.
        if let Some(first) = uses_in_function(file, &name, change.span.range()).first() {
            finding.cause = Some(file.source.span(first.range.clone()));
        }
        finding.fix(change_a_copy(file, &name, change.span.range()));
    }
    finding.fix([Fix::idea("static-for-all")]);
    Some(finding)
}

/// `LIMIT` of `const LIMIT: u32`.
fn name_of(case: &Case, declared: &Span) -> Option<String> {
    let written = case.text(declared).or_else(|| declared.seen())?;
    let rest = written.split("const ").nth(1)?;
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

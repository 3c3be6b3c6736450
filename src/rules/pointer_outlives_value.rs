//! A raw pointer is kept for longer than the value that it points to.

use crate::diagnostic::Role;
use crate::fix::Fix;
use crate::fixes::keep_pointed_to::{keep_temporary, return_the_value};
use crate::rule::{Case, Finding, Rule};

/// The lints about pointers that dangle from the start.
pub static RULE: Rule = Rule {
    name: "pointer-outlives-value",
    codes: &["dangling_pointers_from_temporaries", "dangling_pointers_from_locals"],
    messages: &[],
    concepts: &["valid-references", "drop"],
    text: include_str!("../../explanations/pointer_outlives_value.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the pointer.
    let pointer = diagnostic.primary()?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(pointer.span.clone());
    finding.facts.number("line", pointer.span.line_start);
    if let Some(temporary) = diagnostic.label(Role::PointedToTemporary) {
        // The headline names the type, and the text is the owner.
        finding.facts.code_if("type", diagnostic.quoted().first().copied());
        finding.facts.code_if("value", case.text(&temporary.span).or_else(|| temporary.span.seen()));
        finding.facts.code_if("method", case.text(&pointer.span).or_else(|| pointer.span.seen()));
        finding.mark("temporary", temporary);
        finding.mark("pointer", pointer).primary = true;
        finding.fix(keep_temporary(case, &temporary.span, &pointer.span));
        finding.fix([Fix::idea("hand-on-the-owner")]);
        return Some(finding);
    }
    // Else a function returns a pointer to its own variable.
    let local = diagnostic.label(Role::PointedToLocal)?;
    finding.facts.code_if("value", local.quoted().first().copied());
    let file = case.file(&pointer.span);
    let function = file.as_ref().and_then(|file| {
        let in_closure = file.closure_at(pointer.span.range()).is_some();
        file.function_at(pointer.span.range()).filter(|_| !in_closure)
    });
    finding.facts.code_if("function", function.map(|function| function.name));
    let named = finding.facts.get("function").is_some();
    finding.variant = Some(if named { "local" } else { "local of a closure" });
    finding.mark("local", local);
    if let Some(made) = diagnostic.label(Role::PointerMade).filter(|made| made.span != pointer.span) {
        finding.mark("made", made);
    }
    finding.mark("returned", pointer).primary = true;
    finding.fix(return_the_value(case, &pointer.span, local.quoted().first().copied()?));
    finding.fix([Fix::idea("own-behind-the-pointer"), Fix::idea("caller-lends-a-place")]);
    Some(finding)
}

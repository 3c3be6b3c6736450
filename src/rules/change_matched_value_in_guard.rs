//! The guard of an arm changes the value that is being matched.

use crate::diagnostic::Role;
use crate::fix::Fix;
use crate::fixes::match_on_copy::match_on_copy;
use crate::rule::{Case, Finding, Rule};

/// E0510.
pub static RULE: Rule = Rule {
    name: "change-matched-value-in-guard",
    codes: &["E0510"],
    messages: &[],
    concepts: &["borrowing", "one-writer-or-many-readers"],
    text: include_str!("../../explanations/change_matched_value_in_guard.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names what changes.
    let place = diagnostic.quoted().first().map(|place| (*place).to_owned())?;
    // rustc points at the change.
    let change = diagnostic.primary()?;
    // The value is still being matched.
    let matched = diagnostic.label(Role::MatchedByGuard)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(matched.span.clone());
    finding.facts.code("place", &place);
    finding.facts.number("head_line", matched.span.line_start).number("guard_line", change.span.line_start);
    if diagnostic.message.starts_with("cannot mutably borrow") {
        finding.variant = Some("lent");
        let file = case.file(&change.span);
        let call = file.as_ref().and_then(|file| file.method_call_on(change.span.range()));
        finding.facts.code_if("method", call.map(|call| call.name));
    }
    finding.mark("matched", matched);
    finding.mark("changed", change).primary = true;
    finding.fix(match_on_copy(case, &matched.span));
    finding.fix([Fix::idea("change-in-the-arm")]);
    Some(finding)
}

//! A guard without a name stays to the end of what it was made for.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// A lint of clippy.
pub static RULE: Rule = Rule {
    name: "guard-held-in-match",
    codes: &["clippy::significant_drop_in_scrutinee"],
    messages: &[],
    concepts: &["drop", "mutex", "interior-mutability"],
    text: include_str!("../../explanations/guard_held_in_match.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the expression in the head.
    let head = diagnostic.primary()?;
    (!head.span.in_macro()).then_some(())?;
    // ``temporary with significant `Drop` in `match` scrutinee will live until the end of ..``
    let around = (*diagnostic.quoted().get(1)?).to_owned();

    let mut finding = Finding::new(&RULE);
    finding.facts.code("around", &around).code_if("head", case.code(&head.span));
    finding.facts.number("line", head.span.line_start);
    let labelled = |text: &str| diagnostic.labels.iter().find(|label| label.text == text);
    let again = labelled("another value with significant `Drop` created here");
    if let Some(again) = again {
        finding.facts.number("again_line", again.span.line_start).code_if("again", case.code(&again.span));
    }
    finding.variant = again.map(|_| "taken again");
    finding.mark("made", head).primary = true;
    if let Some(again) = again {
        finding.mark("again", again);
    }
    if let Some(end) = labelled("temporary lives until here") {
        finding.facts.number("end_line", end.span.line_start);
        finding.mark("end", end);
    }
    let texts = ["try moving the temporary above *"];
    finding.fix(retold(case, &texts, "take-value-first", Cost::local(Deed::Reorder)));
    finding.fix([Fix::idea("end-guard-first")]);
    finding.rustc_suggests = finding.fixes.len() == 1;
    Some(finding)
}

//! A type borrows, and the way it is written does not show it.

use crate::diagnostic::{Label, Role};
use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};

/// Two lints: one for a signature that writes one lifetime in two ways, one for any hidden lifetime.
pub static RULE: Rule = Rule {
    name: "hidden-lifetime",
    codes: &["mismatched_lifetime_syntaxes", "elided_lifetimes_in_paths"],
    messages: &[],
    concepts: &["elision", "lifetimes"],
    text: include_str!("../../explanations/hidden_lifetime.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the places where one lifetime is written, the parameter's first.
    let labels: Vec<&Label> = diagnostic
        .labels
        .iter()
        .filter(|label| label.role == Role::LifetimeSyntax || label.role == Role::LifetimeExpected)
        .collect();
    let hides = |label: &&&Label| !label.text.contains("named here");
    let result = labels.iter().find(|label| label.text.starts_with("the same lifetime"));
    // What is hidden: in the result, or else in the parameter; by the other lint, it is one place.
    let in_result = result.filter(|label| label.text.contains("hidden"));
    let in_param = labels.iter().filter(hides).find(|label| label.text.contains("hidden"));
    let shown = in_result.or(in_param).or(result).or_else(|| labels.first())?;
    let code = case.code(&shown.span)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(shown.span.clone());
    finding.facts.code("code", code).number("line", shown.span.line_start);
    let file = case.file(&shown.span);
    let function = file.as_ref().and_then(|file| file.function_at(shown.span.range()));
    finding.facts.code_if("function", function.map(|function| function.name));
    finding.variant = match (in_result, in_param, result) {
        (Some(_), _, _) => Some("in the result"),
        (None, Some(_), Some(_)) => Some("in a parameter"),
        // Only a type that hides it can be told of without its function.
        (None, None, Some(_)) if file.is_none() => return None,
        (None, None, Some(_)) => Some("name left out"),
        _ => None,
    };
    for label in labels.iter().filter(|label| label.span != shown.span) {
        finding.mark("other", label).primary = false;
    }
    finding.mark("hidden", shown).primary = true;

    let cost = Cost::signature(Deed::Annotate);
    let mut theirs = rustc_suggestions(case).into_iter();
    // rustc's first way changes least.
    let first = theirs.next();
    let named =
        |fix: &Fix| fix.rustc_text.as_deref().is_some_and(|text| text.starts_with("consistently use `'"));
    let id = match first.as_ref() {
        Some(fix) if named(fix) && !fix.rustc_text.as_deref().unwrap_or_default().contains("`'_`") => {
            "write-the-name"
        }
        _ => "show-the-lifetime",
    };
    finding.fix(first.map(|fix| Fix::new(id, cost, fix.edits)));
    finding.rustc_suggests = false;
    finding.fix([Fix::idea("show-it-everywhere")]);
    Some(finding)
}

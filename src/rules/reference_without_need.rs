//! A `&` is written that Rust does not need.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// A lint of clippy.
pub static RULE: Rule = Rule {
    name: "reference-without-need",
    codes: &["clippy::needless_borrow"],
    messages: &[],
    concepts: &["borrowing"],
    text: include_str!("../../explanations/reference_without_need.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the reference.
    let written = diagnostic.primary()?;
    (!written.span.in_macro()).then_some(())?;
    let code = case.code(&written.span)?;
    // Its suggestion is what was to be lent.
    let suggestion = diagnostic.suggestions.first().and_then(|it| it.edits.first());
    let place = suggestion.map(|(_, text)| text.clone())?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("code", &code).code("place", place).number("line", written.span.line_start);
    let automatic = diagnostic.message.contains("automatically borrow");
    let (file, range) = (case.file(&written.span), written.span.range());
    let method = file.as_ref().and_then(|file| file.method_call_on(range.clone())).map(|call| call.name);
    let callee = file.as_ref().and_then(|file| file.call_with_argument(range)).map(|(call, _)| call.name);
    finding.variant = if automatic || method.is_some() { Some("before a dot") } else { None };
    finding.facts.code_if("method", method).code_if("callee", callee);
    finding.mark("lent", written).primary = true;
    let fix = retold(case, &["change this to*"], "leave-borrow-out", Cost::local(Deed::Annotate));
    let found = fix.is_some();
    finding.fix(fix).fix((!found).then(|| Fix::idea("do-without-borrow")));
    Some(finding)
}

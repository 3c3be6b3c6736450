//! A lifetime is named that Rust fills in by itself.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// Two lints of clippy.
pub static RULE: Rule = Rule {
    name: "lifetime-spelled-out",
    codes: &["clippy::elidable_lifetime_names", "clippy::needless_lifetimes"],
    messages: &[],
    concepts: &["elision", "lifetimes"],
    text: include_str!("../../explanations/lifetime_spelled_out.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the name, where it is declared and where it is used.
    let declared = diagnostic.primary()?;
    (!declared.span.in_macro()).then_some(())?;
    // `the following explicit lifetimes could be elided: 'a, 'b`
    let (_, lifetimes) = diagnostic.message.split_once("could be elided: ")?;
    let first = lifetimes.split(", ").next()?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("lifetime", first).number("line", declared.span.line_start);
    let file = case.file(&declared.span);
    let function = file.as_ref().and_then(|file| file.function_at(declared.span.range()));
    let around = file.as_ref().and_then(|file| file.impl_at(declared.span.range())?.self_name);
    finding.variant = match (&function, &around) {
        (Some(_), _) => Some("function"),
        (None, Some(_)) => Some("impl"),
        _ => None,
    };
    finding.facts.code_if("function", function.map(|function| function.name)).code_if("type", around);
    // Several names of one signature are declared once.
    let mut labels = diagnostic.labels.iter().collect::<Vec<_>>();
    labels.sort_by_key(|label| label.span.byte_start);
    for (n, label) in labels.into_iter().enumerate() {
        finding.mark(if n == 0 { "declared" } else { "used" }, label).primary = n == 0;
    }
    let fix = retold(case, &["elide the*"], "leave-lifetime-out", Cost::signature(Deed::Annotate));
    let found = fix.is_some();
    finding.fix(fix).fix((!found).then(|| Fix::idea("do-without-lifetime")));
    Some(finding)
}

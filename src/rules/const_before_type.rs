//! A type starts with `const`: the `*` of a raw pointer is missing, or a reference has a word too many.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};

/// E0782, of which the trait is `const T`.
pub static RULE: Rule = Rule {
    name: "const-before-type",
    codes: &["E0782"],
    messages: &[],
    concepts: &["valid-references", "borrowing"],
    text: include_str!("../../explanations/const_before_type.md"),
    refines: &["trait-used-as-type"],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let written = case.code(&primary.span)?;
    let pointee = written.strip_prefix("const ")?.trim_start().to_owned();
    // `const Fn()` and the like are bounds, and no types.
    if pointee.is_empty() || pointee.contains(['(', '+']) {
        return None;
    }
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("type", &written).code("pointee", &pointee).number("line", primary.span.line_start);
    finding.mark("type", primary).primary = true;
    let Some(file) = case.file(&primary.span) else { return Some(finding) };
    let at = primary.span.range();
    let lent = file.token_before(at.start).is_some_and(|before| file.text(before) == "&");
    finding.variant = lent.then_some("reference");
    if primary.span.in_macro() || !file.is_editable(at.clone()) {
        return Some(finding);
    }
    let cost = Cost::signature(Deed::Annotate);
    let point = Edit::insert(&file.source, at.start, "*");
    let word = Edit::delete(&file.source, at.start..at.end - pointee.len());
    let fixes = [
        lent.then(|| Fix::new("lend-it", cost, vec![word])),
        (!lent).then(|| Fix::new("write-the-star", cost, vec![point])),
    ];
    finding.fix(fixes.into_iter().flatten().map(|fix| fix.with("pointee", &pointee)));
    Some(finding)
}

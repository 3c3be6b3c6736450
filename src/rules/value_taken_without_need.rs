//! A function takes a value that it only looks at.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::lend_parameter::retyped;
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// A lint of clippy.
pub static RULE: Rule = Rule {
    name: "value-taken-without-need",
    codes: &["clippy::needless_pass_by_value"],
    messages: &[],
    concepts: &["borrowing", "ownership"],
    text: include_str!("../../explanations/value_taken_without_need.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // clippy points at the type of the parameter.
    let written = case.diagnostic.primary()?;
    (!written.span.in_macro()).then_some(())?;
    let file = case.file(&written.span)?;
    let function = file.function_at(written.span.range())?;
    let of_type =
        |ty: &std::ops::Range<usize>| ty.start <= written.span.byte_start && written.span.byte_end <= ty.end;
    let index = function.params.iter().position(|param| param.ty.as_ref().is_some_and(of_type))?;
    let param = &function.params[index];

    let mut finding = Finding::new(&RULE);
    finding.facts.code("function", &function.name).number("line", written.span.line_start);
    finding.facts.code_if("type", param.ty.clone().map(|ty| file.text(ty).to_owned()));
    finding.facts.code_if("param", param.name.clone());
    let to = file.source.span(function.fn_token.start..function.params_range.end);
    // Half a signature is not a fact.
    const LONGEST: usize = 40;
    let signature = case.text(&to).filter(|text| text.chars().count() <= LONGEST);
    finding.facts.code_if("signature", signature);
    finding.mark("taken", written).primary = true;

    // Ours changes the calls as well.
    let ours = retyped(case, &file, &function, index);
    if ours.is_empty() {
        let texts = ["consider taking a reference instead", "consider changing the type to*"];
        finding.fix(retold(case, &texts, "lend-parameter", Cost::signature(Deed::Borrow)));
    }
    finding.fix(ours);
    finding.rustc_suggests = false;
    if finding.fixes.is_empty() {
        finding.fix([Fix::idea("ask-for-reference")]);
    }
    Some(finding)
}

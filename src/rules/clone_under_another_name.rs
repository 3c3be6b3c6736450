//! A value is cloned by a method with another name.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// A lint of clippy.
pub static RULE: Rule = Rule {
    name: "clone-under-another-name",
    codes: &["clippy::implicit_clone"],
    messages: &[],
    concepts: &["copy-and-clone"],
    text: include_str!("../../explanations/clone_under_another_name.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // clippy points at the call.
    let call = case.diagnostic.primary()?;
    // ``implicitly cloning a `String` by calling `to_string` on its dereferenced type``
    let quoted = case.diagnostic.quoted();
    let (ty, method) = (*quoted.first()?, *quoted.get(1)?);
    // What a macro wrote is not the reader's to change.
    (!call.span.in_macro()).then_some(())?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("type", ty).code("method", method).number("line", call.span.line_start);
    finding.facts.code_if("code", case.code(&call.span));
    let file = case.file(&call.span);
    let receiver = file.as_ref().and_then(|file| {
        let receiver = file.call_at(call.span.range())?.receiver?;
        Some(file.text(receiver).to_owned())
    });
    finding.facts.code_if("place", receiver);
    finding.mark("cloned", call).primary = true;
    let fix = retold(case, &["consider using*"], "say-clone", Cost::local(Deed::Annotate));
    let found = fix.is_some();
    finding.fix(fix).fix((!found).then(|| Fix::idea("call-clone")));
    Some(finding)
}

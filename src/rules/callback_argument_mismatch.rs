//! A function or closure takes a value where it is called with a reference, or the other way round.

use std::rc::Rc;

use crate::diagnostic::{fits, quoted};
use crate::fix::Fix;
use crate::fixes::call_back::{copy_items_first, retype_callback, wrap_callback};
use crate::mismatch::types::{Type, short, split};
use crate::mismatch::{Difference, Mismatch};
use crate::rule::{Case, Finding, Rule};

/// E0631, where the two signatures differ in nothing but who owns the arguments.
pub static RULE: Rule = Rule {
    name: "callback-argument-mismatch",
    codes: &["E0631"],
    messages: &[],
    concepts: &["borrowing", "ownership"],
    text: include_str!("../../explanations/callback_argument_mismatch.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("type mismatch in * arguments", &diagnostic.message).then_some(())?;
    // rustc points at the function, or at the closure.
    let primary = diagnostic.primary()?;
    // A note has both signatures.
    let note = diagnostic.note("expected * signature `fn(*`*")?;
    let signatures = quoted(&note.text);
    let (expected, found) = (arguments(signatures.first()?)?, arguments(signatures.get(1)?)?);
    // They differ in one argument, by a reference, a pointer or an owned form.
    let mut apart = expected.iter().zip(&found).filter(|(a, b)| !Type::parse(a).fits(&Type::parse(b)));
    let (wanted, there) = apart.next().filter(|_| expected.len() == found.len())?;
    if apart.next().is_some() {
        return None;
    }
    let mismatch = Mismatch::between(wanted, there).or_else(|| Mismatch::between(there, wanted))?;
    if [Difference::LengthWanted, Difference::LengthCompared].contains(&mismatch.difference) {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code("given", short(wanted)).code("taken", short(there));
    finding.facts.code_if("callback", case.text(&primary.span).filter(|_| !primary.span.in_macro()));
    for label in diagnostic.labels.iter().filter(|label| !label.primary) {
        if label.text.starts_with("required by a bound introduced by this call") {
            finding.facts.code_if("callee", case.text(&label.span));
            finding.mark("callee", label);
        } else if fits("found signature defined here", &label.text) {
            finding.mark("signature", label);
        }
    }
    finding.mark("found", primary).primary = true;
    if let Some(file) = case.file(&primary.span).filter(|_| !primary.span.in_macro()) {
        let (wanted, there) = (Type::parse(wanted), Type::parse(there));
        let single = expected.len() == 1;
        finding.fix(retype_callback(case, &wanted, &there));
        if single {
            let file: &Rc<_> = &file;
            finding.fix(wrap_callback(file, primary.span.range(), &wanted, &there));
            finding.fix(copy_items_first(case, file, primary.span.range(), &wanted, &there));
        }
    }
    finding.fix([Fix::idea("decide-what-is-given")]);
    Some(finding)
}

/// The types of the arguments of `fn(&A, B) -> _`.
fn arguments(signature: &str) -> Option<Vec<String>> {
    let bare = signature.find("fn(").map(|at| &signature[at + 3..])?;
    let end = bare.rfind(") ->").or_else(|| bare.rfind(')'))?;
    let parts = split(&bare[..end], ',').into_iter().map(|part| part.trim().to_owned());
    Some(parts.filter(|part| !part.is_empty()).collect())
}

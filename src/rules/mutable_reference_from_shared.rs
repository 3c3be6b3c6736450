//! A function takes a shared reference and returns a mutable one.

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};

/// A lint of clippy.
pub static RULE: Rule = Rule {
    name: "mutable-reference-from-shared",
    codes: &["clippy::mut_from_ref"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "interior-mutability"],
    text: include_str!("../../explanations/mutable_reference_from_shared.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the result, and in a note at the references that come in.
    let result = diagnostic.primary()?;
    (!result.span.in_macro()).then_some(())?;
    let inputs = &diagnostic.note("immutable borrow here")?.labels;
    let input = inputs.first()?;
    let file = case.file(&result.span);
    let function = file.and_then(|file| file.function_at(result.span.range()));

    let mut finding = Finding::new(&RULE);
    finding.variant = function.is_some().then_some("function");
    finding.facts.code_if("function", function.map(|function| function.name));
    finding.facts.number("line", result.span.line_start);
    finding.facts.code_if("input", case.code(&input.span)).code_if("output", case.code(&result.span));
    for input in inputs {
        finding.mark("comes in", input);
    }
    finding.mark("goes out", result).primary = true;
    finding.fix(take_mutably(case, inputs)).fix([Fix::idea("lend-a-guard")]);
    Some(finding)
}

/// Asks for mutable references instead.
fn take_mutably(case: &Case, inputs: &[Label]) -> Option<Fix> {
    let mut edits = Vec::new();
    for input in inputs {
        let file = case.file(&input.span).filter(|file| file.is_editable(input.span.range()))?;
        let code = file.text(input.span.range());
        // `&T`, `&'a T`, `&self`
        let after = code.strip_prefix('&')?;
        let lifetime = after.starts_with('\'').then(|| after.find(' ')).flatten().map_or(0, |at| at + 1);
        edits.push(Edit::insert(&file.source, input.span.byte_start + 1 + lifetime, "mut "));
    }
    Some(Fix::new("take-mutably", Cost::signature(Deed::Annotate), edits))
}

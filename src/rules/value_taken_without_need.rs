//! A function takes a value that it only looks at.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Fix};
use crate::fixes::lend_parameter::retyped;
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, Function};

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
    // What a macro wrote is not the reader's to change.
    (!written.span.in_macro()).then_some(())?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code_if("type", case.code(&written.span)).number("line", written.span.line_start);
    finding.mark("taken", written).primary = true;
    finding.rustc_suggests = false;
    if let Some((file, function, index)) = parameter(case, &written.span) {
        finding.variant = Some("function");
        finding.facts.code("function", &function.name);
        finding.facts.code_if("param", function.params[index].name.clone());
        // Half a signature is not a fact.
        const LONGEST: usize = 40;
        let signature = file.text(function.fn_token.start..function.params_range.end);
        let short = signature.chars().count() <= LONGEST;
        finding.facts.code_if("signature", short.then_some(signature));

        // Ours changes the calls as well.
        let ours = retyped(case, &file, &function, index);
        if ours.is_empty() {
            let texts = ["consider taking a reference instead", "consider changing the type to*"];
            let fix = retold(case, &texts, "lend-parameter", Cost::signature(Deed::Borrow));
            let ty = file.text(written.span.range());
            let new_type = fix.as_ref().and_then(|fix| match fix.edits.as_slice() {
                [edit] if edit.replacement.ends_with('&') => Some(format!("{}{ty}", edit.replacement)),
                [edit] => Some(edit.replacement.clone()),
                _ => None,
            });
            let with = |fix: Fix| new_type.map(|ty| fix.with("callee", &function.name).with("new_type", ty));
            finding.fix(fix.and_then(with));
        }
        finding.fix(ours);
    }
    if finding.fixes.is_empty() {
        finding.fix([Fix::idea("ask-for-reference")]);
    }
    Some(finding)
}

/// The parameter that has its type there.
fn parameter(case: &Case, written: &Span) -> Option<(Rc<File>, Function, usize)> {
    let file = case.file(written)?;
    let function = file.function_at(written.range())?;
    let of_type = |ty: &Range<usize>| ty.start <= written.byte_start && written.byte_end <= ty.end;
    let index = function.params.iter().position(|param| param.ty.as_ref().is_some_and(of_type))?;
    Some((file, function, index))
}

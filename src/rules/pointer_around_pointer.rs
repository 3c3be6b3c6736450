//! Data on the heap is put behind one more pointer.

use crate::fix::Fix;
use crate::fixes::fewer_pointers::{Pointers, fewer_pointers};
use crate::rule::{Case, Finding, Rule};

/// Four lints of clippy.
pub static RULE: Rule = Rule {
    name: "pointer-around-pointer",
    codes: &[
        "clippy::box_collection",
        "clippy::rc_buffer",
        "clippy::redundant_allocation",
        "clippy::vec_box",
    ],
    messages: &[],
    concepts: &["stack-and-heap", "box", "rc", "arc"],
    text: include_str!("../../explanations/pointer_around_pointer.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the type.
    let written = diagnostic.primary()?;
    // What a macro wrote is not the reader's to change.
    (!written.span.in_macro()).then_some(())?;
    let code = case.code(&written.span)?;
    // Both pointers stand there by their names.
    let pointers = Pointers::of(&code)?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("code", code.as_str()).number("line", written.span.line_start);
    finding.facts.code("outer", pointers.outer).code("inner", pointers.inner_name());
    let (variant, wanted) = match diagnostic.code.as_deref()? {
        "clippy::box_collection" => (Some("collection"), pointers.inner.to_owned()),
        "clippy::vec_box" => (Some("items"), pointers.without_inner()?),
        "clippy::rc_buffer" => (Some("buffer"), pointers.of_slice()?),
        // `Box<&T>`, `Rc<Rc<T>>`: clippy says which one is to stay.
        _ => {
            let suggestion = diagnostic.suggestions.first().and_then(|it| it.edits.first());
            let wanted = suggestion.map(|(_, text)| text.clone()).or_else(|| pointers.without_inner())?;
            (pointers.inner.starts_with('&').then_some("reference"), wanted)
        }
    };
    finding.variant = variant;
    finding.facts.code("wanted", &wanted);
    finding.mark("written", written).primary = true;
    let file = case.file(&written.span);
    finding.fix(file.and_then(|file| fewer_pointers(&file, written.span.range(), &wanted)));
    finding.fix([Fix::idea("keep-one-pointer")]);
    finding.rustc_suggests = false;
    Some(finding)
}

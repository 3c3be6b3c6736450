//! A method takes or gives something in another form of borrowing than its trait says.

use crate::diagnostic::fits;
use crate::fix::Fix;
use crate::fixes::borrow_as_trait::Unlike;
use crate::mismatch::types::{Type, short};
use crate::mismatch::{Difference, Mismatch, pair};
use crate::rule::{Case, Finding, Rule};

/// E0053, where only a reference or an owned form stands between the two signatures.
pub static RULE: Rule = Rule {
    name: "borrows-unlike-trait",
    codes: &["E0053"],
    messages: &[],
    concepts: &["borrowing", "ownership"],
    text: include_str!("../../explanations/borrows_unlike_trait.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("method `*` has an incompatible type for trait", &diagnostic.message).then_some(())?;
    // rustc points at the receiver, the parameter's type or the result's.
    let primary = diagnostic.primary()?;
    let (expected, found) = compared(case)?;
    // Nothing but a reference, a pointer or an owned form stands between the two.
    let there = Mismatch::between(&expected, &found).or_else(|| Mismatch::between(&found, &expected))?;
    let other = [Difference::LengthWanted, Difference::CollectionWanted { inner: false }];
    if other.contains(&there.difference) {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.facts.code_if("method", diagnostic.quoted().first().copied());
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code("expected", short(&expected)).code("found", short(&found));
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro());
    let block = file.as_ref().and_then(|file| file.impl_at(primary.span.range()));
    finding.facts.code_if("trait", block.and_then(|block| block.trait_name));

    let note = diagnostic.note("type in trait");
    if let Some(label) = note.and_then(|note| note.labels.iter().find(|label| label.primary)) {
        finding.mark_span("in trait", label.span.clone());
    }
    finding.mark("found", primary).primary = true;

    if let Some(unlike) = Unlike::of(case, &primary.span, Type::parse(&expected), Type::parse(&found)) {
        finding.variant = if unlike.is_receiver() {
            finding.facts.code_if("receiver", case.text(&primary.span));
            finding.facts.code_if("promised", receiver_of(&unlike.expected));
            Some("receiver")
        } else if unlike.is_result() {
            Some("result")
        } else {
            None
        };
        finding.fix(unlike.as_in_trait(case)).fix(unlike.as_in_method());
    }
    finding.fix([Fix::idea("decide-what-is-promised")]);
    Some(finding)
}

/// The two types, from the label or, where it only says that they differ in `mut`, from the two
/// signatures.
fn compared(case: &Case) -> Option<(String, String)> {
    let primary = case.diagnostic.primary()?;
    if let Some(types) = pair(&primary.text) {
        return Some(types);
    }
    fits("types differ in mutability", &primary.text).then_some(())?;
    let written = case.code(&primary.span)?;
    let of_self = |text: &str| text.replace("self", "Self");
    let found = of_self(&written);
    let expected = match found.strip_prefix("&mut ") {
        Some(rest) => format!("&{rest}"),
        None => format!("&mut {}", found.strip_prefix('&')?.trim_start()),
    };
    Some((expected, found))
}

fn receiver_of(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Reference { mutable: true, .. } => Some("&mut self"),
        Type::Reference { mutable: false, .. } => Some("&self"),
        Type::Named { .. } => Some("self"),
        _ => None,
    }
}

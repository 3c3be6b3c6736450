//! A field would move out of a value whose type implements `Drop`.

use crate::diagnostic::{Role, fits};
use crate::fix::Fix;
use crate::fixes::destructor::{drop_impl, ways_around_drop};
use crate::fixes::held_place::{base_name, seen_text, type_of_value};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File};

/// E0509.
pub static RULE: Rule = Rule {
    name: "moved-out-of-drop-type",
    codes: &["E0509"],
    messages: &[],
    concepts: &["drop", "move", "ownership"],
    text: include_str!("../../explanations/moved_out_of_drop_type.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names the type that has the destructor.
    fits("cannot move out of type `*`, which implements the `Drop` trait", &diagnostic.message)
        .then_some(())?;
    let owner = *diagnostic.quoted().first()?;
    // rustc points at the place that would lose its value, or at what a pattern takes apart.
    let moved = diagnostic.primary()?;
    // The code around a span that came out of a macro is not the reader's.
    let file = case.file(&moved.span).filter(|_| !moved.span.in_macro());

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(moved.span.clone());
    finding.facts.number("line", moved.span.line_start).code("owner_type", base_name(owner));
    finding.facts.code_if("type", type_of_value(case)).code_if("place", seen_text(&moved.span));
    finding.variant = variant(case, file.as_deref(), &mut finding);
    if let Some((file, of)) = drop_impl(case, owner) {
        finding.mark_span("destructor", file.source.span(of.impl_token.start..of.self_type.end));
    }
    let pattern = diagnostic.label(Role::DataMoved).is_some();
    finding.mark(if pattern { "matched" } else { "moved" }, moved).primary = true;
    for label in diagnostic.labels.iter().filter(|label| label.role == Role::DataMoved) {
        finding.mark("part", label).facts.code_if("part", seen_text(&label.span));
    }
    // rustc says `ref` for one part at a time, which is no way out for two.
    finding.rustc_suggests = finding.marks.iter().filter(|mark| mark.role == "part").count() < 2;
    if let Some(file) = &file {
        finding.fix(ways_around_drop(case, file, moved.span.range(), type_of_value(case)));
    }
    // An `Option` has the way out already.
    let in_option = finding.facts.text("type").is_some_and(|ty| ty.starts_with("Option<"));
    let field = finding.facts.text("place").and_then(|place| place.rsplit_once('.')).map(|(_, field)| field);
    if let Some(field) = field.filter(|_| finding.variant.is_none() && !in_option).map(str::to_owned) {
        finding.fix([Fix::idea("keep-in-option").with("field", field)]);
    }
    finding.fix([Fix::idea("split-the-type")]);
    Some(finding)
}

fn variant(case: &Case, file: Option<&File>, finding: &mut Finding) -> Option<&'static str> {
    let moved = case.diagnostic.primary()?;
    if let Some(part) = case.diagnostic.label(Role::DataMoved) {
        finding.facts.code_if("part", seen_text(&part.span));
        return Some("pattern");
    }
    let whole = file?.expr_exactly(moved.span.range())?;
    if whole.kind != ExprKind::Struct {
        return None;
    }
    // rustc's label names the field that `..base` would take along.
    let label = case.diagnostic.label(Role::NotCopy)?;
    finding.facts.code_if("place", label.quoted().first().copied());
    Some("rest of a struct")
}

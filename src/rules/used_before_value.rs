//! A variable is used on a way on which it has not got a value.

use std::rc::Rc;

use crate::diagnostic::Role;
use crate::fix::Fix;
use crate::fixes::first_value::{build_at_once, use_after_value};
use crate::fixes::ways_to_value::{Gap, condition_of_both, gap, reads_first, values};
use crate::rule::{Case, Finding, Rule};
use crate::source::Source;
use crate::syntax::{Binding, File, UseKind};

/// The rule.
pub static RULE: Rule = Rule {
    name: "used-before-value",
    codes: &["E0381"],
    messages: &[],
    concepts: &["ownership"],
    text: include_str!("../../explanations/used_before_value.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let name = *diagnostic.quoted().first()?;
    let used = diagnostic.primary()?;
    let declared = diagnostic.label(Role::Unassigned);
    let file = case.file(&used.span);
    let binding = file.as_ref().and_then(|file| {
        let at = declared.map_or(used.span.byte_start, |label| label.span.byte_start);
        file.binding(name, at).or_else(|| file.binding(name, used.span.byte_start))
    });

    let mut finding = Finding::new(&RULE);
    finding.facts.code("name", name).number("used_line", used.span.line_start);
    finding.cause = declared.map(|label| label.span.clone());
    if let Some(declared) = declared {
        finding.facts.number("declared_line", declared.span.line_start);
        finding.mark("declared", declared);
    }
    // Without the source, rustc's own words about the ways have to do.
    let known = file.as_ref().zip(binding.as_ref());
    finding.variant = match known {
        Some((file, binding)) => variant(case, file, binding, &mut finding),
        None => None,
    };
    for label in diagnostic.labels.iter().filter(|it| it.role == Role::BranchWithoutValue && known.is_none())
    {
        finding.mark("branch", label);
    }
    for label in [Role::UseInClosure, Role::BorrowInClosure].into_iter().filter_map(|it| diagnostic.label(it))
    {
        finding.mark("inside", label);
    }
    finding.mark("used", used);
    // In the order in which the program runs: a value that comes later stands last.
    let place = |role: &str| match role {
        "used" => 1,
        "given later" => 2,
        _ => 0,
    };
    finding.marks.sort_by_key(|mark| (place(mark.role), mark.span.byte_start));
    if let Some((file, binding)) = known {
        finding.fix(build_at_once(case, file, binding));
        finding.fix(use_after_value(file, binding, used.span.range()));
    }
    finding.fix(ideas(finding.variant).iter().map(|id| Fix::idea(id)));
    Some(finding)
}

fn variant(case: &Case, file: &Rc<File>, binding: &Binding, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let used = diagnostic.primary()?.span.range();
    let source: &Source = &file.source;
    if let Some(statement) = &binding.let_ {
        let end = statement.ty.clone().unwrap_or(statement.pattern.clone()).end;
        finding.facts.code("declaration", file.text(statement.range.start..end));
    }
    // `s.a = 1` before `s` as a whole has a value.
    if diagnostic.message.starts_with("partially assigned") {
        let place = crate::fixes::change::first_part(file, used)?;
        finding.facts.code("place", file.text(place));
        return Some("part");
    }
    let all = values(file, binding);
    for value in all.iter().filter(|it| it.range.end <= used.start) {
        finding.facts.number("given_line", source.line_of(value.range.start));
        finding.mark_span("given", source.span(value.range.clone()));
    }
    // There is a value on some ways only.
    if finding.facts.get("given_line").is_some() && diagnostic.message.ends_with("possibly-uninitialized") {
        if let Some(condition) = condition_of_both(file, binding, &used) {
            finding.facts.code("condition", condition);
            return Some("same condition");
        }
        let Some(gap) = gap(file, binding, &used) else { return Some("some ways") };
        return Some(tell_gap(file, gap, finding));
    }
    if diagnostic.label(Role::UseInClosure).or(diagnostic.label(Role::BorrowInClosure)).is_some() {
        return Some("closure");
    }
    if let Some(later) = all.iter().find(|it| it.range.start >= used.end) {
        finding.facts.number("given_line", source.line_of(later.range.start));
        finding.mark_span("given later", source.span(later.range.clone()));
        return Some("value comes later");
    }
    // Changing a value needs one to begin with.
    let mut uses = file.uses_of(binding).into_iter();
    let here = uses.find(|it| used.start <= it.range.start && it.range.end <= used.end);
    match here.map(|it| (it.kind, it.range)) {
        Some((UseKind::Write, range)) if reads_first(file, &range) => Some("changed first"),
        Some((UseKind::MethodReceiver(method), _)) => {
            finding.facts.code("method", method);
            Some("method")
        }
        _ => Some("no value"),
    }
}

/// The facts and marks of the way without a value, and the variant that tells it.
fn tell_gap(file: &File, gap: Gap, finding: &mut Finding) -> &'static str {
    let (range, variant) = match gap {
        Gap::Loop { kind, range } => {
            finding.facts.code("loop", kind);
            (range.start..range.start + kind.len(), "loop")
        }
        Gap::If(range) if file.text(range.clone()).starts_with("let ") => (range, "if let"),
        Gap::If(range) => (range, "if"),
        Gap::ElseIf(range) => (range, "else if"),
        Gap::Then(range) => (range, "first branch"),
        Gap::Else { condition, block } => {
            finding.facts.code("condition", file.text(condition));
            (block.start..block.start + 1, "else branch")
        }
        Gap::Arm(range) => (range, "match arm"),
    };
    let role = if variant == "match arm" { "arm" } else { "condition" };
    if !matches!(variant, "loop" | "else branch") {
        finding.facts.code(role, file.text(range.clone()));
    }
    finding.facts.number("branch_line", file.source.line_of(range.start));
    finding.mark_span("branch", file.source.span(range));
    variant
}

/// What can be done where only the author knows the value.
fn ideas(variant: Option<&str>) -> &'static [&'static str] {
    match variant {
        Some("if" | "if let" | "else if" | "else branch" | "first branch") => {
            &["add-else", "give-first-value"]
        }
        Some("match arm" | "some ways") => &["value-on-every-way", "give-first-value"],
        Some("loop") => &["start-with-none", "give-first-value"],
        Some("same condition") => &["join-conditions", "give-first-value"],
        Some("part") => &["build-whole"],
        Some("value comes later") => &["give-value-earlier"],
        _ => &["give-first-value"],
    }
}

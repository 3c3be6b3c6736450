//! A variable is used on a way on which it has not got a value.

use std::rc::Rc;

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::first_value::{build_at_once, use_after_value};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Binding, ExprKind, File, UseKind};

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
    let given: Vec<&Label> =
        diagnostic.labels.iter().filter(|it| it.role == Role::ValueInSomeCases).collect();
    if let Some(first) = given.iter().min_by_key(|it| it.span.byte_start) {
        finding.facts.number("given_line", first.span.line_start);
    }
    finding.variant = variant(case, file.as_ref().zip(binding.as_ref()), &mut finding);
    for label in given {
        finding.mark("given", label);
    }
    for label in diagnostic.labels.iter().filter(|it| it.role == Role::BranchWithoutValue) {
        finding.mark("branch", label);
    }
    if let Some(inside) = diagnostic.label(Role::UseInClosure) {
        finding.mark("inside", inside);
    }
    finding.mark("used", used);
    finding.marks.sort_by_key(|mark| (mark.role == "used", mark.span.byte_start));
    if let (Some(file), Some(binding)) = (&file, &binding) {
        finding.fix(build_at_once(case, file, binding));
        finding.fix(use_after_value(file, binding, used.span.range()));
    }
    finding.fix(ideas(finding.variant).iter().map(|id| Fix::idea(id)));
    Some(finding)
}

fn variant(case: &Case, known: Option<(&Rc<File>, &Binding)>, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    // `s.a = 1` before `s` as a whole has a value.
    if diagnostic.message.starts_with("partially assigned") {
        let place = case.text(&diagnostic.primary()?.span);
        let place =
            place.as_deref().and_then(|text| text.split('=').next()).map(|text| text.trim().to_owned());
        finding.facts.code_if("place", place);
        return Some("part");
    }
    if let Some(label) = diagnostic.label(Role::BranchWithoutValue) {
        finding.facts.number("branch_line", label.span.line_start);
        let code = case.text(&label.span);
        // rustc names what was not so, in its words: a loop that ran no round, a condition that did not hold.
        return Some(if label.text.contains("loop runs 0 times") {
            let kind = if label.text.contains("`for`") { "for" } else { "while" };
            finding.facts.code("loop", kind);
            "loop"
        } else if label.text.contains("pattern is matched") {
            finding.facts.code_if("arm", code);
            "match arm"
        } else if label.text.contains("`else` arm is executed") {
            "else branch"
        } else if code.as_deref().is_some_and(|it| it.starts_with("let ")) {
            finding.facts.code_if("condition", code);
            "if let"
        } else {
            finding.facts.code_if("condition", code);
            if same_condition(case, known) { "same condition" } else { "if" }
        });
    }
    if finding.facts.get("given_line").is_some() {
        if let Some(condition) = condition_of_both(case, known) {
            finding.facts.code("condition", condition);
            return Some("same condition");
        }
        return Some("some ways");
    }
    if diagnostic.label(Role::UseInClosure).is_some() {
        return Some("closure");
    }
    if diagnostic.message.ends_with("isn't initialized")
        || diagnostic.message.ends_with("possibly-uninitialized")
    {
        let (file, binding) = known?;
        let uses = file.uses_of(binding);
        let used = diagnostic.primary()?.span.range();
        let whole = |it: &&crate::syntax::Use| it.kind == UseKind::Write && it.place == it.range;
        if let Some(later) =
            uses.iter().filter(whole).find(|it| it.range.start > used.end && !compound(file, &it.range))
        {
            finding.facts.number("given_line", file.source.line_of(later.range.start));
            finding.mark_span("given later", file.source.span(later.range.clone()));
            return Some("value comes later");
        }
        // Changing a value needs one to begin with.
        let here = uses.iter().find(|it| used.start <= it.range.start && it.range.end <= used.end)?;
        return match &here.kind {
            UseKind::Write if compound(file, &here.range) => Some("changed first"),
            UseKind::MethodReceiver(method) => {
                finding.facts.code("method", method.as_str());
                Some("method")
            }
            _ => Some("no value"),
        };
    }
    None
}

/// Whether a variable is on the left of `+=` and the like, which read it first.
fn compound(file: &File, range: &std::ops::Range<usize>) -> bool {
    file.parents(range.clone()).first().is_some_and(|it| it.kind == ExprKind::CompoundAssign)
}

/// Whether the use stands under a condition that reads like the one that decides on the value.
fn same_condition(case: &Case, known: Option<(&Rc<File>, &Binding)>) -> bool {
    condition_of_both(case, known).is_some()
}

/// The condition, word for word, of an `if` around the use and of one around the assignment, if it
/// is nothing but a variable or field.
fn condition_of_both(case: &Case, known: Option<(&Rc<File>, &Binding)>) -> Option<String> {
    let (file, binding) = known?;
    let conditions = |range: std::ops::Range<usize>| -> Vec<String> {
        let ifs = file.parents(range.clone()).into_iter().filter(|it| it.kind == ExprKind::If);
        let within = ifs.filter_map(|it| {
            let parts = file.exprs_in(it.range);
            let condition = parts.get(1)?.range.clone();
            let then = parts.iter().find(|part| part.range.start >= condition.end)?.range.clone();
            let plain =
                file.is_place(condition.clone()) && then.start <= range.start && range.end <= then.end;
            plain.then(|| file.text(condition).to_owned())
        });
        within.collect()
    };
    let around_use = conditions(case.diagnostic.primary()?.span.range());
    let writes = file.uses_of(binding).into_iter().filter(|it| it.kind == UseKind::Write);
    let around_writes: Vec<String> = writes.flat_map(|it| conditions(it.range)).collect();
    around_use.into_iter().find(|condition| around_writes.contains(condition))
}

/// What can be done where only the author knows the value.
fn ideas(variant: Option<&str>) -> &'static [&'static str] {
    match variant {
        Some("if" | "if let") => &["add-else", "give-first-value"],
        Some("else branch" | "match arm" | "some ways") => &["value-on-every-way", "give-first-value"],
        Some("loop") => &["start-with-none", "give-first-value"],
        Some("same condition") => &["join-conditions", "give-first-value"],
        Some("part") => &["build-whole"],
        Some("value comes later") => &["give-value-earlier"],
        _ => &["give-first-value"],
    }
}

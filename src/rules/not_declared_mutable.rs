//! A variable is changed that is not declared with `mut`.

use crate::diagnostic::Role;
use crate::fixes::add_mut::ways_to_mut;
use crate::fixes::change::{self, Change, change, changing_label};
use crate::fixes::mutable_self::trait_asks_for_mut;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Binding, BindingKind, File};

/// The rule.
pub static RULE: Rule = Rule {
    name: "not-declared-mutable",
    codes: &["E0384", "E0594", "E0596"],
    messages: &[],
    concepts: &["ownership", "borrowing"],
    text: include_str!("../../explanations/not_declared_mutable.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let assigned_twice = diagnostic.code.as_deref() == Some("E0384");
    let not_declared = diagnostic.message.ends_with("declared as mutable");
    let in_guard = diagnostic.message.ends_with("immutable for the pattern guard");
    // It is the variable that cannot change; what lies behind a reference is another mistake.
    if !assigned_twice && !not_declared && !in_guard {
        return None;
    }
    // The last name of the headline is the variable, the first one the part of it that changes.
    let quoted = diagnostic.quoted();
    let (place, name) = (*quoted.first()?, *quoted.last()?);
    // In a closure the headline may name the part alone: `total.sum` is a part of `total`.
    let name = name.trim_start_matches('*').split(['.', '[']).next()?;
    let changed = changing_label(case)?;
    let change = change(case);
    let binding = binding(case, change.as_ref(), name);

    let mut finding = Finding::new(&RULE);
    let told = change.as_ref().map(|it| it.file.text(it.place.clone()).to_owned());
    finding.facts.code("name", name).code("place", told.as_deref().unwrap_or(place));
    finding.facts.number("changed_line", changed.span.line_start);
    if let Some((file, binding)) = &binding {
        finding.facts.number("declared_line", file.source.line_of(binding.name_range.start));
        let function = file.function_at(binding.name_range.clone());
        let unlike = function.as_ref().and_then(|it| trait_asks_for_mut(case.files, file, it));
        finding.facts.code_if("trait", unlike).code_if("function", function.map(|function| function.name));
        finding.cause = Some(file.source.span(binding.name_range.clone()));
    } else {
        finding.cause = diagnostic.suggestions.first().and_then(|it| Some(it.edits.first()?.0.clone()));
    }
    if let Some(change::Deed::Method(method)) = change.as_ref().map(|change| &change.deed) {
        finding.facts.code("method", method);
    }
    let captured = diagnostic.label(Role::CallNeedsMut);
    finding
        .facts
        .code_if("captured", captured.and_then(|it| it.quoted().last().map(|it| it.replace('*', ""))));
    let first = diagnostic.label(Role::FirstAssignment);
    if let Some(first) = first {
        finding.facts.number("first_line", first.span.line_start);
    }
    finding.variant = variant(case, change.as_ref(), binding.as_ref().map(|it| &it.1), place != name);
    if finding.variant == Some("self") && finding.facts.get("trait").is_some() {
        finding.variant = Some("self unlike its trait");
    }

    match (&binding, first) {
        (_, Some(first)) => {
            finding.mark("first", first);
        }
        (Some((file, binding)), None) => {
            let span = file.source.span(binding.name_range.clone());
            let primary = diagnostic.primary().is_some_and(|it| it.span.range() == span.range());
            finding.mark_span("declared", span).primary = primary;
        }
        _ => {}
    }
    if let Some(captured) = captured {
        finding.mark("captured", captured);
    }
    let mut uses: Vec<_> =
        diagnostic.labels.iter().filter(|it| it.role == Role::CannotBorrowMutably && !it.primary).collect();
    uses.sort_by_key(|it| it.span.byte_start);
    for label in uses {
        // What else changes it may be another method.
        finding.mark(if label.span == changed.span { "changed" } else { "also" }, label);
    }
    let primary = diagnostic.primary()?;
    if primary.role != Role::NotMutable {
        finding.mark("changed", primary);
    }
    let ways = ways_to_mut(case, finding.variant, change.as_ref(), binding.as_ref());
    finding.facts.code_if("scrutinee", ways.behind);
    finding.rustc_suggests = !ways.mut_is_useless;
    finding.fixes = ways.fixes;
    Some(finding)
}

/// The declaration of the variable, and its file.
fn binding(case: &Case, change: Option<&Change>, name: &str) -> Option<(std::rc::Rc<File>, Binding)> {
    if let Some(change) = change
        && let Some(found) = change.file.binding(name, change.place.start)
    {
        return Some((change.file.clone(), found));
    }
    // A change within a macro: rustc still points at the declaration.
    let labels = [Role::NotMutable, Role::FirstAssignment, Role::Declared];
    let declared = case.diagnostic.any_label(&labels).map(|label| &label.span);
    let inserted = case.diagnostic.suggestions.iter().filter_map(|it| Some(&it.edits.first()?.0)).next();
    declared.into_iter().chain(inserted).find_map(|span| {
        let file = case.file(span)?;
        let found = file.binding(name, span.byte_start)?;
        Some((file, found))
    })
}

fn variant(
    case: &Case,
    change: Option<&Change>,
    binding: Option<&Binding>,
    part: bool,
) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    // rustc says that the variable is a mutable reference already.
    if diagnostic.note("the binding is already a mutable borrow").is_some() {
        return Some("already a mutable reference");
    }
    if diagnostic.message.ends_with("immutable for the pattern guard") {
        return Some("pattern guard");
    }
    if diagnostic.label(Role::CallNeedsMut).is_some() {
        return Some("closure");
    }
    let called = matches!(change.map(|change| &change.deed), Some(change::Deed::Call));
    if called {
        return Some("callable");
    }
    match binding.map(|binding| binding.kind) {
        Some(BindingKind::SelfParam) => return Some("self"),
        Some(BindingKind::Param) => return Some("parameter"),
        _ if diagnostic.label(Role::SecondAssignment).is_some_and(|it| it.text.contains("argument")) => {
            return Some("parameter");
        }
        _ => {}
    }
    if binding.is_some_and(|binding| !binding.simple) {
        return Some("pattern");
    }
    // The change stands in a closure or async block that begins after the declaration.
    if let (Some(change), Some(binding)) = (change, binding) {
        let closure = change.file.closure_at(change.place.clone()).map(|closure| closure.range.start);
        let block = change.file.async_block_at(change.place.clone()).map(|block| block.range.start);
        if closure.into_iter().chain(block).any(|start| start > binding.name_range.start) {
            return Some("captured");
        }
    }
    if part {
        return Some("part");
    }
    if diagnostic.code.as_deref() == Some("E0384") {
        let first = diagnostic.label(Role::FirstAssignment);
        return Some(if first.is_some() { "assigned twice" } else { "assigned in a loop" });
    }
    match change.map(|change| &change.deed) {
        Some(change::Deed::Method(_)) => Some("method"),
        Some(change::Deed::Lend) => Some("lent"),
        _ => None,
    }
}

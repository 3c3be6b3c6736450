//! A value is changed through a reference, or another way, that only allows to read it.

use crate::diagnostic::{Role, fits};
use crate::fixes::change::{Change, Deed, change, changing_label};
use crate::fixes::mutable_access::{Step, Through, mutable_access};
use crate::fixes::mutable_self::{is_given, trait_of};
use crate::fixes::mutable_ways::{access_fixes, idea_for, special_fixes};
use crate::rule::{Case, Finding, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    name: "changed-through-shared-reference",
    codes: &["E0594", "E0596"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "interior-mutability", "borrowing"],
    text: include_str!("../../explanations/changed_through_shared_reference.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let message = case.diagnostic.message.as_str();
    // A variable without `mut`, and a name in the guard of a match arm, are another mistake.
    if message.ends_with("declared as mutable") || message.ends_with("for the pattern guard") {
        return None;
    }
    let changed = changing_label(case)?;
    let change = change(case);

    let mut finding = Finding::new(&RULE);
    let quoted = case.diagnostic.quoted();
    let told = change.as_ref().map(|it| it.file.text(it.place.clone()).to_owned());
    let place = told.or_else(|| Some((*quoted.first().filter(|it| !it.starts_with('&'))?).to_owned()));
    finding.facts.code_if("place", place.or_else(|| case.text(&changed.span)));
    finding.facts.number("changed_line", changed.span.line_start);
    tell_method(case, change.as_ref(), &mut finding);

    let from_headline = by_headline(case, message, &mut finding);
    if let Some(variant) = from_headline {
        finding.variant = Some(variant);
        mark_origin(case, &mut finding);
        finding.fixes = special_fixes(case, change.as_ref(), variant);
    } else if let Some(change) = &change {
        let shared = case.diagnostic.labels.iter().any(|it| it.role == Role::BehindSharedReference);
        let access = mutable_access(case.files, &change.file, change.place.clone(), shared);
        finding.variant = by_steps(change, &access.steps, &mut finding);
        mark_steps(&access.steps, &mut finding);
        finding.fixes = access_fixes(access);
    }
    for label in case.diagnostic.labels.iter().filter(|it| it.role == Role::BorrowInClosure) {
        finding.mark("inside", label);
    }
    finding.mark("changed", case.diagnostic.primary()?);
    finding.fix([idea_for(finding.variant)]);
    Some(finding)
}

/// The method that changes the place, and what it does where it is one of the standard library's.
fn tell_method(case: &Case, change: Option<&Change>, finding: &mut Finding) {
    let Some(Change { file, deed: Deed::Method(method), .. }) = change else { return };
    finding.facts.code("method", method);
    let own = case.files.crate_files(&file.source.name);
    if own.iter().all(|file| file.functions_named(method).is_empty()) {
        finding.facts.method("does", method);
    }
}

/// What the headline itself says about the way to the value.
fn by_headline(case: &Case, message: &str, finding: &mut Finding) -> Option<&'static str> {
    let last = case.diagnostic.quoted().last().copied().unwrap_or_default();
    let short = last.rsplit_once("::").filter(|(path, _)| !path.contains('<')).map_or(last, |(_, name)| name);
    let head = short.split('<').next().unwrap_or_default();
    let head = head.rsplit("::").next().unwrap_or(head);
    finding.facts.code("type_name", head);
    if message.ends_with("captured variable in a `Fn` closure") {
        finding.facts.code("name", case.diagnostic.quoted().first()?.trim_start_matches('*'));
        let expects = case.diagnostic.label(Role::ExpectsFn);
        let callee = expects.and_then(|label| {
            let file = case.file(&label.span)?;
            Some(file.call_at(label.span.range())?.name)
        });
        finding.facts.code_if("callee", callee);
        let returned =
            case.diagnostic.label(Role::ClosureMustBeFnMut).is_some_and(|it| it.text.contains("return"));
        return Some(if returned { "Fn closure that is returned" } else { "Fn closure" });
    }
    if message.contains("immutable static item") {
        finding.facts.code("name", *case.diagnostic.quoted().first()?);
        return Some("static");
    }
    if message.contains("data in an `Rc`") || message.contains("data in an `Arc`") {
        finding.facts.code("pointer", last);
        return Some("counted owner");
    }
    if fits("* data in an index of *", message) {
        return Some(if head.ends_with("Map") { "map entry" } else { "index" });
    }
    if fits("* data in dereference of *", message) {
        return Some(if matches!(head, "Ref" | "RwLockReadGuard" | "MappedRwLockReadGuard") {
            "read guard"
        } else {
            "dereference"
        });
    }
    message.contains("behind a `*const` pointer").then_some("raw pointer")
}

fn mark_origin(case: &Case, finding: &mut Finding) {
    let origins: [(Role, &'static str); 4] = [
        (Role::Declared, "declared"),
        (Role::StaticItem, "declared"),
        (Role::ExpectsFn, "callee"),
        (Role::FnClosure, "closure"),
    ];
    for (role, name) in origins {
        if let Some(label) = case.diagnostic.label(role.clone()) {
            finding.mark(name, label);
            if matches!(role, Role::StaticItem | Role::FnClosure) {
                finding.cause = Some(label.span.clone());
            }
        }
    }
}

/// What the way from the place to its owner says.
fn by_steps(change: &Change, steps: &[Step], finding: &mut Finding) -> Option<&'static str> {
    let first = steps.first()?;
    finding.facts.code("name", &first.name).code_if("function", first.function.clone());
    finding.facts.number("declared_line", first.file.source.line_of(first.range.start));
    finding.cause = Some(first.file.source.span(first.range.clone()));
    let lender = steps.iter().take(2).find(|it| it.through == Through::Method);
    if let Some(lender) = lender {
        finding.facts.code("lender", &lender.name).code_if("instead", lender.instead.clone());
    }
    let owner = steps.iter().take(2).find(|it| it.through == Through::Borrow);
    finding.facts.code_if("owner", owner.map(|it| it.name.clone()));
    match first.through {
        Through::SelfParam => Some(by_self(change, first, finding)),
        Through::Parameter => Some("parameter"),
        Through::LoopItem => Some("loop item"),
        Through::ClosureItem => Some("closure item"),
        Through::Method => Some("method result"),
        Through::Reference | Through::Pattern if lender.is_some() => Some("lookup"),
        Through::Reference if owner.is_some() => Some("reference"),
        Through::Pattern => Some("pattern"),
        _ => None,
    }
}

fn by_self(change: &Change, step: &Step, finding: &mut Finding) -> &'static str {
    let given = step
        .file
        .function_at(step.range.clone())
        .and_then(|function| Some((trait_of(&step.file, &function)?, function.name)));
    if let Some((name, _)) = given.filter(|(name, method)| is_given(name, method)) {
        finding.facts.code("trait", name);
        return "self of a trait";
    }
    let whole = change.file.text(change.place.clone()) == "self";
    if whole && matches!(change.deed, Deed::Method(_)) { "self method" } else { "self" }
}

fn mark_steps(steps: &[Step], finding: &mut Finding) {
    let mut told: Vec<(&Step, &'static str)> = Vec::new();
    for step in steps.iter().take(2) {
        let role = match step.through {
            Through::Method | Through::Guard => "lender",
            Through::Borrow => "lent",
            Through::SelfParam | Through::Parameter => "declared",
            Through::LoopItem | Through::ClosureItem | Through::Pattern | Through::Reference => "name",
            Through::Variable | Through::Item => continue,
        };
        told.push((step, role));
    }
    // From the owner to the change: the order in which the program runs.
    for (step, role) in told.into_iter().rev() {
        let span = step.file.source.span(step.range.clone());
        finding.mark_span(role, span).facts.code("name", &step.name);
    }
}

//! A value is changed through a reference, or another way, that only allows to read it.

use crate::diagnostic::{Role, fits};
use crate::fixes::change::{Change, Deed, change, changing_label};
use crate::fixes::counted_owner::counted_variable;
use crate::fixes::map_entry::map_of;
use crate::fixes::mutable_access::{Step, Through, mutable_access};
use crate::fixes::mutable_field::mutable_field;
use crate::fixes::mutable_parameter::trait_says;
use crate::fixes::mutable_ways::{access_fixes, ideas_for, special_fixes};
use crate::rule::{Case, Finding, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    name: "changed-through-shared-reference",
    codes: &["E0594", "E0596"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "interior-mutability", "cell", "rwlock", "choosing"],
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
    finding.facts.code_if("place", place.or_else(|| changed.span.seen()));
    finding.facts.number("changed_line", changed.span.line_start);
    if let Some(change) = &change {
        change.tell(&mut finding.facts);
        finding.facts.code_if("map", map_of(change));
    }

    let from_headline = by_headline(case, message, &mut finding);
    if let Some(variant) = from_headline {
        finding.variant = Some(variant);
        mark_origin(case, change.as_ref(), &mut finding);
        finding.fixes = special_fixes(case, change.as_ref(), variant);
    } else if let Some(change) = &change {
        let shared = case.diagnostic.labels.iter().any(|it| it.role == Role::BehindSharedReference);
        let access = mutable_access(case.files, &change.file, change.place.clone(), shared);
        finding.variant = by_steps(case, change, &access.steps, &mut finding);
        mark_steps(&access.steps, &mut finding);
        finding.fixes = access_fixes(access, finding.variant);
    }
    // For a change in a closure, rustc points at the head of the closure first.
    let primary = case.diagnostic.primary()?;
    let inside = primary.span != changed.span;
    finding.mark(if inside { "capturing" } else { "changed" }, primary);
    if inside {
        finding.mark("changed", changed);
    }
    let pointer = finding.facts.text("pointer").map(str::to_owned);
    finding.fix(ideas_for(finding.variant, pointer.as_deref(), !finding.fixes.is_empty()));
    Some(finding)
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
        tell_static(case, finding);
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
    // `*self.rows`: rustc names no variable that is the reference, so it is the field.
    let named = case.diagnostic.label(Role::BehindSharedReference).is_some();
    let is_field = finding.facts.get("field").is_some();
    if !named && is_field && message.contains("`*") && message.ends_with("behind a `&` reference") {
        return Some("field");
    }
    message.contains("behind a `*const` pointer").then_some("raw pointer")
}

/// The type and the value of the static.
fn tell_static(case: &Case, finding: &mut Finding) -> Option<()> {
    let span = &case.diagnostic.label(Role::StaticItem)?.span;
    let file = case.file(span)?;
    let item = file.item_at(span.range())?;
    finding.facts.code("type", file.text(item.ty?)).code("value", file.text(item.value?));
    Some(())
}

fn mark_origin(case: &Case, change: Option<&Change>, finding: &mut Finding) {
    if let (Some("counted owner"), Some(change)) = (finding.variant, change)
        && let Some(binding) = counted_variable(change)
    {
        finding.mark_span("owned", change.file.source.span(binding.name_range));
    }
    if let (Some("field"), Some(change)) = (finding.variant, change) {
        mark_steps(&mutable_field(case.files, &change.file, change.place.clone()).steps, finding);
    }
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
fn by_steps(case: &Case, change: &Change, steps: &[Step], finding: &mut Finding) -> Option<&'static str> {
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
        Through::SelfParam | Through::Parameter => Some(by_signature(case, change, first, finding)),
        Through::LoopItem => Some("loop item"),
        Through::ClosureItem => Some("closure item"),
        Through::Method => Some("method result"),
        Through::RefPattern => Some("ref pattern"),
        Through::Reference | Through::Pattern if lender.is_some() => Some("lookup"),
        Through::Reference if owner.is_some() => Some("reference"),
        Through::Pattern => Some("pattern"),
        _ => None,
    }
}

fn by_signature(case: &Case, change: &Change, step: &Step, finding: &mut Finding) -> &'static str {
    let by_self = step.through == Through::SelfParam;
    let method = matches!(change.deed, Deed::Method(_)) && change.file.text(change.place.clone()) == "self";
    let says = trait_says(case.files, step);
    finding.facts.code_if("trait", says.as_ref().map(|says| says.trait_name.clone()));
    match (by_self, says.map(|says| says.mutable)) {
        (true, Some(true)) => "self unlike its trait",
        (true, Some(false)) => "self of a trait",
        (true, None) if method => "self method",
        (true, None) => "self",
        (false, Some(true)) => "parameter unlike its trait",
        (false, _) => "parameter",
    }
}

fn mark_steps(steps: &[Step], finding: &mut Finding) {
    // From the owner to the change: the order in which the program runs.
    let told: Vec<_> = steps.iter().take(2).filter_map(|step| Some((step, step.role()?))).collect();
    for (step, role) in told.into_iter().rev() {
        let span = step.file.source.span(step.range.clone());
        finding.mark_span(role, span).facts.code("name", &step.name);
    }
}

//! A struct would hold a reference into its own fields.

use crate::conflict::{Itself, Way};
use crate::diagnostic::Role;
use crate::facts::Facts;
use crate::fix::Fix;
use crate::fixes::let_go_later::ways_out;
use crate::rule::{Case, Finding, Rule};

/// The shape behind several errors: each of them names a symptom.
pub static RULE: Rule = Rule {
    name: "struct-borrows-from-itself",
    codes: &["E0505", "E0515", "E0499", "E0502", "E0503", "E0506", "E0597"],
    messages: &["lifetime may not live long enough"],
    concepts: &["self-reference", "valid-references", "borrowing"],
    text: include_str!("../../explanations/struct_borrows_from_itself.md"),
    refines: &[
        "move-while-borrowed",
        "return-reference-to-local",
        "two-mutable-borrows",
        "shared-and-mutable-borrow",
        "assign-while-borrowed",
        "value-dropped-while-borrowed",
        "reference-outlives-promise",
    ],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let found = Itself::read(case)?;
    let mut finding = Finding::new(&RULE);
    finding.rustc_suggests = false;
    facts(&mut finding.facts, &found);
    finding.facts.number("line", primary.span.line_start);
    let stored = found.file.source.span(found.stored.clone());
    finding.facts.number("stored_line", stored.line_start);
    finding.cause = Some(stored.clone());
    finding.variant = match found.way {
        Way::Built => None,
        Way::ByMethod if case.diagnostic.label(Role::Dropped).is_some() => Some("method, then drop"),
        Way::ByMethod => Some("method"),
        Way::InMethod => Some("within the method"),
        Way::Assigned => Some("own field"),
    };
    if found.way == Way::Built {
        if let Some(lent) = case.diagnostic.label(Role::Borrowed) {
            finding.mark("lent", lent);
        }
        finding.mark("built", primary).primary = true;
    } else {
        if let Some(method) = &found.method {
            let call = case.file(&primary.span).map(|file| file.source.span(method.call.range.clone()));
            finding.facts.code("method", &method.function.name);
            let this = method.function.self_param.as_ref().map(|this| this.range.clone());
            finding.facts.code_if("self_param", this.map(|this| method.file.text(this).to_owned()));
            if let Some(call) = call.filter(|call| call.line_start != primary.span.line_start) {
                finding.mark_span("called", call);
            }
        }
        if found.way != Way::InMethod {
            finding.mark_span("stored", stored);
        }
        let role = if found.way == Way::InMethod { "stored" } else { "clash" };
        finding.mark(role, primary).primary = true;
        if let Some(dropped) = case.diagnostic.label(Role::Dropped) {
            finding.facts.number("drop_line", dropped.span.line_end);
            finding.mark("dropped", dropped);
        }
    }
    if case.diagnostic.code.as_deref() == Some("E0505") && found.way == Way::Built {
        let lent = case.diagnostic.label(Role::Borrowed)?;
        let later = case.diagnostic.any_label(&[Role::LaterUse, Role::Requires]);
        finding.fix(ways_out(case, &found.file, primary, lent, later));
    }
    let has = |fact| finding.facts.get(fact).is_some();
    let positions = match (has("item"), has("optional")) {
        (true, true) => "store-a-number-if-any",
        (true, false) => "store-the-number",
        (false, _) => "store-the-range",
    };
    finding.fix([Fix::idea(positions)]);
    finding.fix([Fix::idea("own-the-part"), Fix::idea("share-the-part"), Fix::idea("keep-owner-outside")]);
    Some(finding)
}

/// Names and types of the struct, as far as they are known.
fn facts(facts: &mut Facts, found: &Itself) {
    facts.code("owner", &found.owner).code("part", &found.part_field);
    facts.code_if("type", found.type_name.clone()).code_if("owner_field", found.owner_field.clone());
    let owner_type = found.owner_field.as_deref().and_then(|field| found.type_of(field));
    facts.code_if("owner_type", owner_type.clone());
    let Some(part_type) = found.type_of(&found.part_field) else { return };
    facts.code("part_type", &part_type);
    // `&'a str`, `Option<&'a str>`: what is behind the reference.
    let inside = part_type.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>'));
    let optional = |ty: &str| inside.map_or(ty.to_owned(), |_| format!("Option<{ty}>"));
    let Some(behind) = behind(inside.unwrap_or(&part_type)) else { return };
    let slice = behind.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let of_list = owner_type.is_some_and(|ty| ty == format!("Vec<{behind}>"));
    let owned = match slice {
        _ if behind == "str" => "String".to_owned(),
        Some(item) => format!("Vec<{item}>"),
        None => behind.to_owned(),
    };
    facts.code("owned_part", optional(&owned));
    if of_list {
        facts.code("item", behind).code("shared_part", optional(&format!("std::rc::Rc<{behind}>")));
        facts.code_if("optional", inside);
    } else if inside.is_none() && (behind == "str" || slice.is_some()) {
        facts.code("slice", behind);
    }
}

/// `str` for `&'a str`.
fn behind(ty: &str) -> Option<&str> {
    let rest = ty.strip_prefix('&')?;
    let rest = if rest.starts_with('\'') { rest.split_once(' ')?.1 } else { rest };
    Some(rest.trim_start_matches("mut "))
}

//! A value is lent for changes twice at once.

use crate::conflict::{Conflict, Still};
use crate::diagnostic::Role;
use crate::fixes::clashing_borrows;
use crate::rule::{Case, Finding, Rule};

/// E0499; E0524, E0500 and E0501 are the same between closures.
pub static RULE: Rule = Rule {
    name: "two-mutable-borrows",
    codes: &["E0499", "E0524", "E0500", "E0501"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "borrowing"],
    text: include_str!("../../explanations/two_mutable_borrows.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // One borrow, and another that meets it.
    let conflict = Conflict::read(case)?;
    let mut finding = Finding::new(&RULE);
    conflict.facts(&mut finding.facts);
    conflict.marks(&mut finding);
    finding.variant = variant(&conflict, &mut finding);
    finding.fix(clashing_borrows::ways_out(&conflict));
    Some(finding)
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(conflict: &Conflict, finding: &mut Finding) -> Option<&'static str> {
    let next_round = conflict.next_round();
    // A method with the lifetime of the struct in `&'a mut self` never gives the borrow back.
    if let Some(getter) = conflict.getter()
        && let Some(self_param) = getter.function.self_param.clone()
        && self_param.lifetime.is_some()
        && self_param.mutable
    {
        finding.facts.code("self_param", getter.file.text(self_param.range.clone()));
        getter.mark(finding);
        return Some(if next_round { "lent for good, in a loop" } else { "lent for good" });
    }
    // Nobody uses the borrow where it is not returned.
    if conflict.only_returned_elsewhere() {
        return Some(if next_round { "not returned, in a loop" } else { "not returned" });
    }
    if next_round {
        return Some(match (&conflict.still, &conflict.holder) {
            (Still::Returned, Some(_)) => "collected to return",
            _ => "in a loop",
        });
    }
    if conflict.still == Still::Drop {
        finding.facts.code_if("type", conflict.dropped_type());
        return Some("until drop");
    }
    if let Some(variant) = of_closures(conflict) {
        return Some(variant);
    }
    if conflict.still == Still::Walked && conflict.other_field().is_none() {
        return Some(if conflict.part_and_whole() { "while iterating" } else { "nested loops" });
    }
    if let Some((first, second)) = conflict.items() {
        let text = |range| conflict.file.as_deref().map(|file| file.text(range).to_owned());
        finding.facts.code_if("first_item", text(first.whole.clone()));
        finding.facts.code_if("second_item", text(second.whole.clone()));
        return Some(match (conflict.in_one_call(), conflict.known_apart(&first, &second)) {
            (Some(_), _) => "two items in one call",
            (None, true) => "two known items",
            (None, false) => "two items",
        });
    }
    if conflict.in_one_call().is_some() {
        return Some("one call");
    }
    if conflict.still == Still::Returned {
        return Some("returned");
    }
    if let Some(lifetime) = conflict.demanded() {
        finding.facts.code("lifetime", lifetime);
        return Some("demanded");
    }
    // A method lends all of its receiver, whatever it looks at.
    if let Some((getter, field)) = conflict.other_field() {
        finding.facts.code("signature", getter.signature()).code("other_field", field);
        getter.mark(finding);
        return Some("another field");
    }
    // What a method returns keeps the borrow of its receiver.
    if let Some(getter) = conflict.getter().filter(|getter| getter.returns_a_borrow()) {
        finding.facts.code("signature", getter.signature());
        getter.mark(finding);
        return Some("method result");
    }
    (conflict.part_and_whole() && conflict.method_on(conflict.clash).is_some()).then_some("part and whole")
}

/// The variants in which a closure borrows.
fn of_closures(conflict: &Conflict) -> Option<&'static str> {
    let first = conflict.captured.is_some();
    let second = conflict.clash_captured.is_some();
    let threads = conflict
        .later
        .is_some_and(|later| later.role == Role::Requires && later.text.starts_with("argument"));
    match (first, second) {
        (true, true) if threads => Some("two threads"),
        (true, true) => Some("two closures"),
        (true, false) => Some("closure holds it"),
        (false, true) if conflict.in_one_call().is_some() => Some("closure as argument"),
        (false, true) => Some("closure wants it"),
        (false, false) => None,
    }
}

//! A value is replaced, or used by its owner, while a reference to it is still in use.

use crate::conflict::{Conflict, Still};
use crate::diagnostic::Role;
use crate::fixes::clashing_borrows;
use crate::rule::{Case, Finding, Rule};

/// E0506; E0503 is the same for reading.
pub static RULE: Rule = Rule {
    name: "assign-while-borrowed",
    codes: &["E0506", "E0503"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "borrowing"],
    text: include_str!("../../explanations/assign_while_borrowed.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // One borrow, and an assignment or a use that meets it.
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
    let uses = conflict.clash.role == Role::UsedWhileBorrowed;
    // The search for the end of a list borrows nothing when it is over.
    if conflict.walk_to_the_end().is_some() {
        return Some("end of a list");
    }
    if conflict.still == Still::Drop {
        finding.facts.code_if("type", conflict.dropped_type());
        if let Some(guard) = conflict.temporary() {
            finding.facts.code_if("guard", conflict.case.text(&guard.span));
            return Some("held by a head");
        }
        return Some("until drop");
    }
    if conflict.captured.is_some() {
        return Some("closure");
    }
    if conflict.next_round() && !uses {
        return Some("in a loop");
    }
    if let Some((getter, field)) = conflict.other_field() {
        finding.facts.code("signature", getter.signature()).code("other_field", field);
        getter.mark(finding);
        return Some("another field");
    }
    if uses {
        return Some("used while lent");
    }
    if conflict.still == Still::Walked {
        return Some("walked over");
    }
    // What a method returns keeps all of its receiver, whichever field it came from.
    if let Some(getter) = conflict.getter().filter(|getter| getter.returns_a_borrow()) {
        finding.facts.code("signature", getter.signature());
        getter.mark(finding);
        return Some("getter result");
    }
    if let Some((first, second)) = conflict.items().filter(|(a, b)| conflict.known_apart(a, b)) {
        let text = |range| conflict.file.as_deref().map(|file| file.text(range).to_owned());
        finding.facts.code_if("first_item", text(first.whole)).code_if("second_item", text(second.whole));
        return Some("two known items");
    }
    let items = conflict.case.diagnostic.message.contains("[_]");
    items.then_some("item")
}

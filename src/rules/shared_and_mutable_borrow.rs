//! A value is changed while a reference reads it, or read while a reference changes it.

use crate::conflict::{Conflict, Still};
use crate::fixes::clashing_borrows;
use crate::rule::{Case, Finding, Rule};

/// E0502.
pub static RULE: Rule = Rule {
    name: "shared-and-mutable-borrow",
    codes: &["E0502"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "borrowing", "closures"],
    text: include_str!("../../explanations/shared_and_mutable_borrow.md"),
    refines: &[],
    recognise,
};

/// Look-ups that hand out a reference to an entry.
const LOOK_UPS: &[&str] = &["get", "first", "last", "get_key_value", "find", "front", "back", "peek"];
/// What adds an entry.
const ADDS: &[&str] = &["insert", "entry", "push", "push_back", "push_front", "extend"];

fn recognise(case: &Case) -> Option<Finding> {
    // One borrow, and another that meets it.
    let conflict = Conflict::read(case)?;
    let mut finding = Finding::new(&RULE);
    conflict.facts(&mut finding.facts);
    conflict.marks(&mut finding);
    // The borrow that came first looks, or changes.
    finding.variant = variant(&conflict, &mut finding, conflict.reads_first());
    finding.fix(clashing_borrows::ways_out(&conflict));
    Some(finding)
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(conflict: &Conflict, finding: &mut Finding, reads_first: bool) -> Option<&'static str> {
    if conflict.only_returned_elsewhere() && !conflict.next_round() {
        return Some("not returned");
    }
    if conflict.next_round() && reads_first {
        return Some("in a loop");
    }
    if conflict.still == Still::Drop && (conflict.holder.is_some() || conflict.temporary().is_some()) {
        finding.facts.code_if("type", conflict.dropped_type());
        if let Some(guard) = conflict.temporary() {
            finding.facts.code_if("guard", conflict.case.text(&guard.span));
            return Some("held by a head");
        }
        return Some("until drop");
    }
    if let Some(variant) = of_closures(conflict, finding, reads_first) {
        return Some(variant);
    }
    if conflict.still == Still::Returned {
        return Some("returned");
    }
    if let Some(lifetime) = conflict.demanded() {
        finding.facts.code("lifetime", lifetime);
        return Some("demanded");
    }
    let clashing = conflict.clashing();
    if let Some(callee) =
        clashing.as_ref().filter(|callee| callee.leaves_alone(&conflict.lent, &conflict.place))
    {
        finding.facts.code("leaves", &callee.function.name);
    }
    if let Some(variant) = cannot_tell_apart(conflict, finding) {
        return Some(variant);
    }
    if reads_first { reader_first(conflict, finding) } else { writer_first(conflict) }
}

/// The two are apart, or may be, and Rust does not see it: another field, another item.
fn cannot_tell_apart(conflict: &Conflict, finding: &mut Finding) -> Option<&'static str> {
    if conflict.in_one_call().is_some() {
        return None;
    }
    if let Some((getter, field)) = conflict.other_field() {
        finding.facts.code("signature", getter.signature()).code("other_field", field);
        getter.mark(finding);
        return Some("another field");
    }
    let (first, second) = conflict.items().filter(|_| conflict.still == Still::Used)?;
    let text = |range| conflict.file.as_deref().map(|file| file.text(range).to_owned());
    finding
        .facts
        .code_if("first_item", text(first.whole.clone()))
        .code_if("second_item", text(second.whole.clone()));
    Some(if conflict.known_apart(&first, &second) { "two known items" } else { "two items" })
}

/// Something looks at the value, and then it is to be changed.
fn reader_first(conflict: &Conflict, finding: &mut Finding) -> Option<&'static str> {
    let part = conflict.part_and_whole();
    let method = conflict.method_on(conflict.clash).is_some();
    if conflict.still == Still::Walked {
        return Some(if part && method { "method in a loop" } else { "iterate and change" });
    }
    let getter = conflict.getter().filter(|getter| getter.returns_a_borrow());
    if let Some(call) = conflict.in_one_call() {
        let borrow = conflict.borrow.span.range();
        let argument = call.args.iter().find(|arg| arg.start <= borrow.start && borrow.end <= arg.end);
        let text =
            conflict.file.as_deref().zip(argument).map(|(file, arg)| file.text(arg.clone()).to_owned());
        finding.facts.code_if("argument", text);
        return Some(match getter {
            Some(getter) => {
                getter.mark(finding);
                "getter as argument"
            }
            None if part => "own field as argument",
            None => "one call",
        });
    }
    if let Some(getter) = getter {
        finding.facts.code("signature", getter.signature()).code_if("only_field", getter.only_field());
        getter.mark(finding);
        return Some("getter result");
    }
    let look_up =
        conflict.method_on(conflict.borrow).is_some_and(|call| LOOK_UPS.contains(&call.name.as_str()));
    let adds = conflict.method_on(conflict.clash).is_some_and(|call| ADDS.contains(&call.name.as_str()));
    if look_up && adds && conflict.holder.is_some() {
        return Some("look up, then insert");
    }
    match (method, part, &conflict.holder, &conflict.still) {
        (true, false, Some(_), _) => Some("change while looking"),
        (true, true, Some(_), _) => Some("method while looking"),
        (true, true, None, Still::Call(_)) => Some("reference as argument"),
        _ => None,
    }
}

/// Something may change the value, and then it is to be read.
fn writer_first(conflict: &Conflict) -> Option<&'static str> {
    let part = conflict.part_and_whole();
    if part && conflict.method_on(conflict.clash).is_some() {
        return Some("method beside a field");
    }
    let file = conflict.file.as_deref();
    if let Some((call, file)) = conflict.in_one_call().zip(file) {
        let receiver = call.receiver.clone().map(|receiver| receiver.start..receiver.end);
        let borrow = conflict.borrow.span.range();
        let from_receiver = receiver.is_some_and(|r| r.start <= borrow.start && borrow.end <= r.end);
        let in_arguments =
            !file.text(call.parens.clone()).is_empty() && conflict.clash.span.byte_start >= call.parens.start;
        return Some(if from_receiver && in_arguments { "argument reads" } else { "one call" });
    }
    Some("read while lent")
}

/// The variants in which a closure borrows.
fn of_closures(conflict: &Conflict, finding: &mut Finding, reads_first: bool) -> Option<&'static str> {
    let captured = conflict.captured.or(conflict.clash_captured)?;
    let call = conflict.in_one_call();
    // Without the source, the label says what it is, perhaps behind a `*`.
    let named = captured.quoted().first().map(|name| name.trim_start_matches('*').to_owned());
    finding.facts.code_if("captured", conflict.case.text(&captured.span).or(named));
    // What the call works on is the side that no closure borrows.
    finding.facts.code("target", if conflict.captured.is_some() { &conflict.place } else { &conflict.lent });
    Some(match (call, conflict.captured) {
        (Some(_), _) => "closure as argument",
        (None, Some(_)) if reads_first => "closure reads",
        (None, Some(_)) => "closure changes",
        (None, None) => "closure wants it",
    })
}

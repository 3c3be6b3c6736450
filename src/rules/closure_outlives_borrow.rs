//! A closure is kept for longer than what it borrows.

use crate::diagnostic::{Label, Role, quoted};
use crate::fix::Fix;
use crate::fixes::keep_owner_longer::root_of;
use crate::fixes::move_closure::move_closure;
use crate::fixes::own_before_closure::{
    Later, captured as captured_by, clone_before_closure, later_code, needed_again, spawned,
};
use crate::fixes::spawn_in_scope::{join_line, spawn_in_scope, starts_thread};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Destination, File};

/// E0373, and E0597 where a closure makes the borrow.
pub static RULE: Rule = Rule {
    name: "closure-outlives-borrow",
    codes: &["E0373", "E0597"],
    messages: &[],
    concepts: &["valid-references", "closures", "threads", "arc", "static"],
    text: include_str!("../../explanations/closure_outlives_borrow.md"),
    refines: &["value-dropped-while-borrowed"],
    recognise,
};

/// What is known about the closure.
struct Captured<'c> {
    closure: &'c Label,
    /// Where the owner's name stands in the closure.
    name: &'c Label,
    dropped: Option<&'c Label>,
}

fn recognise(case: &Case) -> Option<Finding> {
    let captured = captured(case)?;
    // The headline names the owner: the last name, after the closure's own words.
    let owner = case.diagnostic.quoted().first().map(|owner| (*owner).to_owned())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(captured.closure.span.clone());
    finding.facts.code("owner", &owner);
    finding.facts.number("closure_line", captured.closure.span.line_start);
    if let Some(dropped) = captured.dropped {
        finding.facts.number("drop_line", dropped.span.line_end);
    }
    let file = case.file(&captured.closure.span);
    let file = file.as_deref();
    let later = file.and_then(|file| later_of(file, captured.closure));
    let binding = file.and_then(|file| file.binding(root_of(&owner), captured.name.span.byte_start));
    finding.variant = variant(case, &mut finding, &captured, file, later.as_ref());

    if let Some(named) = case.diagnostic.label(Role::NamedLifetime) {
        finding.mark("lifetime", named);
    }
    if let Some((file, binding)) = file.zip(binding.as_ref()) {
        finding.mark_span("owner", file.source.span(binding.name_range.clone()));
    }
    finding.mark("closure", captured.closure).primary = captured.closure.primary;
    finding.mark("captured", captured.name);
    let returned = case.diagnostic.note("* is returned here").and_then(|note| note.labels.first());
    if let Some(demanded) = case.diagnostic.label(Role::Requires).or(returned) {
        finding.mark("demanded", demanded).primary = false;
    }
    if let Some(dropped) = captured.dropped {
        finding.mark("dropped", dropped);
    }
    if let Some(used) = case.diagnostic.label(Role::LaterUse) {
        finding.mark("used", used);
    }
    if let Some((file, later)) = file.zip(later.as_ref()) {
        finding.fix(ways_out(file, later));
    }
    finding.fix([Fix::idea("let-closure-own")]);
    Some(finding)
}

/// The closure or block, and what it captures.
fn captured<'c>(case: &Case<'c>) -> Option<Captured<'c>> {
    let diagnostic = case.diagnostic;
    // rustc points at a closure that may outlive what it borrows ...
    if let Some(closure) = diagnostic.label(Role::MayOutlive) {
        return Some(Captured { closure, name: diagnostic.label(Role::Borrowed)?, dropped: None });
    }
    // ... or at the name in it, when it sees where the owner is dropped. With `move` the closure
    // borrows nothing by itself.
    let closure = diagnostic.label(Role::UseInClosure)?;
    let dropped = diagnostic.label(Role::Dropped)?;
    Some(Captured { closure, name: diagnostic.primary()?, dropped: Some(dropped) })
}

/// The closure of a label: rustc points at its bars, or at `async`.
fn later_of(file: &File, label: &Label) -> Option<Later> {
    let at = label.span.range();
    let closure = file.closure_at(at.clone()).filter(|closure| closure.bars.start == at.start);
    let block = file.async_block_at(at.clone()).filter(|block| block.range.start == at.start);
    later_code(file, closure.map(|closure| closure.range).or(block.map(|block| block.range))?)
}

fn variant(
    case: &Case,
    finding: &mut Finding,
    captured: &Captured,
    file: Option<&File>,
    later: Option<&Later>,
) -> Option<&'static str> {
    let (file, later) = (file?, later?);
    let is_block = later.move_insert.1.starts_with(' ');
    let function = file.function_at(later.range.clone());
    finding.facts.code_if("function", function.map(|function| function.name));
    if let Some(used) = case.diagnostic.label(Role::LaterUse).filter(|_| captured.dropped.is_some()) {
        finding.facts.number("use_line", used.span.line_start);
        let keeper = match file.destination(later.range.clone()) {
            Some(Destination::Let(of)) => of.name,
            Some(Destination::Assigned(place)) => file.place_root(place),
            Some(Destination::Argument(call, _)) => {
                call.receiver.and_then(|receiver| file.place_root(receiver))
            }
            _ => None,
        };
        // Told only where what is used again is what got the closure.
        let used = file.first_variable(used.span.range());
        finding.facts.code_if("holder", keeper.filter(|keeper| used.as_ref() == Some(keeper)));
        return finding.facts.text("holder").is_some().then_some("kept by a variable");
    }
    if captured.dropped.is_some() {
        return Some("stored");
    }
    let goes_to = file.destination(later.range.clone());
    if let Some(Destination::Argument(call, _)) = &goes_to {
        finding.facts.code("demander", file.text(call.callee.clone()));
    }
    if is_block {
        return Some(if spawned(file, later.range.clone()).is_some() {
            "async block for a task"
        } else {
            "async block"
        });
    }
    if spawned(file, later.range.clone()).is_some_and(|call| starts_thread(file, &call)) {
        if let Some(line) = join_line(file, later.range.clone()) {
            finding.facts.number("join_line", line);
        }
        return Some("thread");
    }
    let around = file
        .parents(later.range.clone())
        .into_iter()
        .find_map(|outer| file.closure_at(outer.range).filter(|closure| closure.range != later.range));
    // A function that is called asks for more, or the closure is returned.
    let asked = case.diagnostic.note("function requires argument type to outlive *");
    match asked.and_then(|note| quoted(&note.text).pop()) {
        // What a method makes of the closure is returned at once: the method itself keeps nothing.
        Some("'static") if is_returned(file, later) => Some("returned"),
        Some("'static") => Some("callback"),
        Some(lifetime) => {
            finding.facts.code("lifetime", lifetime);
            Some("named lifetime")
        }
        None if case.diagnostic.note("* is returned here").is_none() => None,
        None => Some(if around.is_some() { "inner closure" } else { "returned" }),
    }
}

/// Whether the result of the call that takes a closure is what the function returns.
fn is_returned(file: &File, later: &Later) -> bool {
    match file.destination(later.range.clone()) {
        Some(Destination::Argument(call, _)) => file.destination(call.range) == Some(Destination::Returned),
        _ => false,
    }
}

fn ways_out(file: &File, later: &Later) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = move_closure(file, later).into_iter().collect();
    if let Some(call) = spawned(file, later.range.clone()) {
        // The scope begins after all that the thread borrows.
        let latest = captured_by(file, later).into_iter().max_by_key(|binding| binding.name_range.start);
        fixes.extend(spawn_in_scope(file, &call, latest.as_ref()));
    }
    // A copy is worth its price only where something is needed afterwards.
    let again = needed_again(file, later);
    if let Some(owner) = again.first() {
        fixes.extend(clone_before_closure(file, later, &again));
        let thread = spawned(file, later.range.clone()).is_some_and(|call| starts_thread(file, &call));
        let counted = fixes.iter().any(|fix| fix.id == "share-before-closure");
        fixes.extend((thread && !counted).then(|| Fix::idea("share-with-arc").with("root", &owner.name)));
    }
    fixes
}

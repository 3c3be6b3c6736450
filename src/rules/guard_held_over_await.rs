//! A guard is still there while a task waits.

use crate::fix::Fix;
use crate::fixes::guard_in_block::guard_in_block;
use crate::rule::{Case, Finding, Rule};

/// Two lints of clippy.
pub static RULE: Rule = Rule {
    name: "guard-held-over-await",
    codes: &["clippy::await_holding_lock", "clippy::await_holding_refcell_ref"],
    messages: &[],
    concepts: &["mutex", "refcell", "drop", "interior-mutability"],
    text: include_str!("../../explanations/guard_held_over_await.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the name of the guard.
    let made = diagnostic.primary()?;
    (!made.span.in_macro()).then_some(())?;
    // A note lists the places where the task waits.
    let waits = &diagnostic.note("these are all the await points *")?.labels;
    let first = waits.first()?;

    let mut finding = Finding::new(&RULE);
    let file = case.file(&made.span);
    let code = case.code(&made.span)?;
    let guard = code.strip_prefix("mut ").unwrap_or(&code).trim();
    finding.facts.code("guard", guard).number("made_line", made.span.line_start);
    finding.facts.number("await_line", first.span.line_start);
    let borrow = diagnostic.code.as_deref() == Some("clippy::await_holding_refcell_ref");
    finding.variant = if borrow { Some("borrow") } else { None };
    // ``this `MutexGuard` is held across an await point``
    finding.facts.code_if("type", diagnostic.quoted().first().filter(|_| !borrow).copied());
    finding.mark("made", made).primary = true;
    for wait in waits {
        finding.mark("waits", wait);
    }
    finding.fix(file.and_then(|file| {
        let start = file.statement_start(first.span.range())?;
        let binding = file.binding(guard, start)?;
        let is_it = binding.name_range.end == made.span.byte_end;
        is_it.then(|| guard_in_block(&file, &binding, first.span.range()))?
    }));
    finding.fix([Fix::idea(if borrow { "borrow-again" } else { "lock-again" })]);
    Some(finding)
}

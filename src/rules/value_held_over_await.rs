//! A task that may change its thread holds a value that is made for one thread.

use crate::diagnostic::{Label, Note, fits, quoted};
use crate::fix::Fix;
use crate::fixes::end_before_await::end_before_await;
use crate::fixes::send_bound::{as_written, object_in, send_object};
use crate::fixes::thread_safe::share_between_threads;
use crate::mismatch::types::short;
use crate::rule::{Case, Finding, Rule};

/// Messages without a code about futures.
pub static RULE: Rule = Rule {
    name: "value-held-over-await",
    codes: &[],
    messages: &[
        "future cannot be sent between threads safely",
        "future cannot be shared between threads safely",
    ],
    concepts: &["threads", "mutex"],
    text: include_str!("../../explanations/value_held_over_await.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let note = |pattern: &str| diagnostic.note(pattern);
    let held = note("future is not `*` as this value is used across an await");
    let taken = note("captured value is not `*`*");
    let awaited = note("future is not `*` as it awaits another future which is not `*`");
    let found = held.or(taken).or(awaited)?;
    let value = labelled(found, "has type `*` which is not `*`*");
    let waits = labelled(found, "await occurs here*");
    let ty = value
        .or(waits)
        .and_then(|label| quoted(&label.text).into_iter().find(is_type).map(|ty| as_written(&short(ty))));

    let mut finding = Finding::new(&RULE);
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code_if("type", ty.as_deref());
    if let Some(waits) = waits {
        finding.facts.number("await_line", waits.span.line_start);
    }
    let place = value.or(waits)?;
    finding.cause = Some(place.span.clone());
    // A name in a pattern comes with its `mut`.
    let name = value.and_then(|value| case.text(&value.span).or_else(|| value.span.seen()));
    finding.facts.code_if("name", name.map(|name| name.trim_start_matches("mut ").to_owned()));
    let is_guard = ["MutexGuard", "RwLockReadGuard", "RwLockWriteGuard"];
    let head = ty.as_deref().and_then(|ty| ty.split('<').next()).unwrap_or_default().to_owned();
    finding.variant = match (held, taken) {
        (Some(_), _) if is_guard.contains(&head.as_str()) => Some("guard"),
        (Some(_), _) => None,
        (None, Some(_)) => Some("captured"),
        (None, None) => Some("awaited"),
    };
    if let Some(value) = value {
        finding.mark("value", value).primary = false;
    }
    if let Some(waits) = waits {
        finding.mark("await", waits).primary = false;
    }
    finding.mark("task", primary).primary = true;
    if let (Some(_), Some(value), Some(waits)) = (held, value, waits) {
        finding.fix(end_before_await(case, &value.span, &waits.span));
    }
    finding.fix(ty.as_deref().and_then(|ty| share_between_threads(case, ty.trim_start_matches('&'))));
    let object = ty.as_deref().filter(|_| held.is_none() && taken.is_none()).and_then(object_in);
    finding.fix(object.and_then(|object| send_object(case, object, "Send")));
    finding.fix([Fix::idea(match finding.variant {
        Some("guard") => "lock-that-may-wait",
        Some("awaited") => "promise-send-future",
        _ => "end-before-waiting",
    })]);
    Some(finding)
}

fn labelled<'n>(note: &'n Note, pattern: &str) -> Option<&'n Label> {
    note.labels.iter().find(|label| fits(pattern, &label.text))
}

/// Whether a name of a label is a type and no marker.
fn is_type(name: &&str) -> bool {
    *name != "Send" && *name != "Sync" && !name.starts_with("mut ") && !name.chars().all(char::is_lowercase)
}

//! A type shares data in a way that does not fit how it is used.

use crate::diagnostic::quoted;
use crate::fix::Fix;
use crate::fixes::swap_sharing::{arc_to_rc, mutex_to_ref_cell};
use crate::rule::{Case, Finding, Rule};

/// Three lints of clippy.
pub static RULE: Rule = Rule {
    name: "unfit-sharing",
    codes: &[
        "clippy::arc_with_non_send_sync",
        "clippy::mutex_atomic",
        "clippy::mutex_integer",
        "clippy::rc_mutex",
    ],
    messages: &[],
    concepts: &["choosing", "mutex", "arc", "rc", "refcell"],
    text: include_str!("../../explanations/unfit_sharing.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the type, or at the call that makes the value.
    let written = diagnostic.primary()?;
    // What a macro wrote is not the reader's to change.
    (!written.span.in_macro()).then_some(())?;
    let file = case.file(&written.span);

    let mut finding = Finding::new(&RULE);
    finding.facts.code_if("code", case.code(&written.span)).number("line", written.span.line_start);
    finding.rustc_suggests = false;
    match diagnostic.code.as_deref()? {
        "clippy::rc_mutex" => {
            finding.variant = Some("lock in one thread");
            finding
                .fix(file.and_then(|file| mutex_to_ref_cell(&file)))
                .fix([Fix::idea("share-between-threads")]);
        }
        "clippy::arc_with_non_send_sync" => {
            // ``the type `T` is not `Send` and `Sync` as `RefCell<i32>` is not `Sync` ``
            let note = diagnostic.note("* is not `Send` and `Sync` as *")?;
            let named = quoted(&note.text);
            finding.facts.code_if("type", named.first().copied()).code_if("inner", named.get(3).copied());
            finding.variant = Some("value of one thread");
            finding.fix(file.and_then(|file| arc_to_rc(&file))).fix([Fix::idea("guard-with-mutex")]);
        }
        _ => {
            // clippy writes the whole path of the type, and the call that makes it.
            let suggestion = diagnostic.suggestions.first().and_then(|it| it.edits.first())?;
            let named = suggestion.1.split("::").find(|part| part.starts_with("Atomic"));
            let atomic = named.and_then(|part| part.split(['(', '<']).next());
            finding.facts.code_if("atomic", atomic);
            finding.variant = Some("one plain value");
            let number = atomic != Some("AtomicBool");
            finding.fix([Fix::idea(if number { "count-without-lock" } else { "flag-without-lock" })]);
        }
    }
    finding.mark("written", written).primary = true;
    Some(finding)
}

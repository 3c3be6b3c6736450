//! A value is copied where no second one is needed.

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};

/// Four lints of clippy.
pub static RULE: Rule = Rule {
    name: "clone-without-need",
    codes: &[
        "clippy::clone_on_copy",
        "clippy::cloned_ref_to_slice_refs",
        "clippy::redundant_clone",
        "clippy::unnecessary_to_owned",
    ],
    messages: &[],
    concepts: &["copy-and-clone", "stack-and-heap", "move"],
    text: include_str!("../../explanations/clone_without_need.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the copy, or at the name of the method that makes it.
    let primary = diagnostic.primary()?;
    // What a macro wrote is not the reader's to change.
    (!primary.span.in_macro()).then_some(())?;
    let lint = diagnostic.code.as_deref()?;

    let mut finding = Finding::new(&RULE);
    let code = case.code(&primary.span)?;
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code_if("place", copied(case, primary).or_else(|| seen_place(case, primary)));
    let cost = Cost::local(Deed::Annotate);
    let fix = match lint {
        "clippy::clone_on_copy" => {
            // ``using `clone` on type `u32` which implements the `Copy` trait``
            finding.facts.code_if("type", diagnostic.quoted().get(1).copied());
            let behind = diagnostic.suggestions.iter().any(|it| it.text.contains("dereferencing"));
            finding.variant = Some(if behind { "copy behind a reference" } else { "copy" });
            finding.facts.code("code", code);
            retold(case, &["try *"], "copy-without-clone", cost)
        }
        "clippy::redundant_clone" => {
            // clippy points at `.clone()` alone, and in a note at what is cloned.
            let read = diagnostic.note("cloned value is neither consumed nor mutated").is_some();
            let place = finding.facts.text("place").map(str::to_owned);
            finding.facts.code_if("code", place.map(|place| format!("{place}{code}")));
            finding.variant = Some(if read { "only read" } else { "last use" });
            let id = if read { "leave-copy-out" } else { "move-last-use" };
            retold(case, &["remove this"], id, cost)
        }
        "clippy::cloned_ref_to_slice_refs" => {
            finding.variant = Some("list of one");
            finding.facts.code("code", code);
            retold(case, &["try"], "lend-as-list", Cost::local(Deed::Restructure))
        }
        _ => {
            // ``unnecessary use of `to_vec` ``
            finding.facts.code_if("method", diagnostic.quoted().first().copied());
            finding.facts.code("code", code);
            finding.variant = Some("owned for a moment");
            retold(
                case,
                &["use", "replace it with", "remove any *", "try"],
                "lend-without-copy",
                Cost::local(Deed::Borrow),
            )
        }
    };
    let original = diagnostic.note("this value is dropped without further use");
    if let Some(label) = original.and_then(|note| note.labels.first()) {
        finding.mark("original", label);
    }
    finding.mark("copied", primary).primary = true;
    let found = fix.is_some();
    finding.fix(fix).fix((!found).then(|| Fix::idea("do-without-copy")));
    Some(finding)
}

/// What the copy is made of: the receiver of the call.
fn copied(case: &Case, primary: &Label) -> Option<String> {
    let file = case.file(&primary.span)?;
    let mut range = primary.span.range();
    // `&text.to_owned()`, `&[name.clone()]`, `.clone()`
    let inside = file.text(range.clone()).trim_start_matches(['&', '[', '.']);
    range.start = range.end - inside.len();
    range.end -= inside.len() - inside.trim_end_matches(']').len();
    let receiver = file.call_at(range)?.receiver?;
    Some(file.text(receiver).to_owned())
}

/// What the copy is made of, where there is no source: clippy points at it, or at the call on it.
fn seen_place(case: &Case, primary: &Label) -> Option<String> {
    if case.file(&primary.span).is_some() {
        return None;
    }
    let note = |text: &str| case.diagnostic.note(text).and_then(|note| note.labels.first());
    let place = match note("this value is dropped without further use") {
        Some(original) => original.span.seen()?,
        None => {
            let whole = note("cloned value is neither consumed nor mutated").unwrap_or(primary);
            whole.span.seen()?.strip_suffix(".clone()")?.to_owned()
        }
    };
    place.split('.').all(crate::conflict::is_name).then_some(place)
}

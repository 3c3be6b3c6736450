//! A reference to a thread's own value is kept for longer than the thread lends it.

use crate::diagnostic::{Role, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Call, File, UseKind};

/// E0712 for `#[thread_local]`, which only nightly compilers have; for `thread_local!` and `with`, what
/// rustc says of any reference that leaves its closure.
pub static RULE: Rule = Rule {
    name: "keep-reference-to-thread-local",
    codes: &["E0712", "E0521"],
    messages: &["lifetime may not live long enough"],
    concepts: &["valid-references", "threads"],
    text: include_str!("../../explanations/keep_reference_to_thread_local.md"),
    refines: &["borrowed-data-escapes", "reference-outlives-promise"],
    recognise,
};

/// What lends the value of a `thread_local!` to a closure.
const LENDERS: &[&str] = &["with", "with_borrow", "with_borrow_mut", "try_with"];

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    if primary.role == Role::ThreadLocalBorrowed {
        let written = case.code(&primary.span)?;
        finding.facts.code("place", written.trim_start_matches('&').trim_start_matches("mut "));
        finding.mark("kept", primary).primary = true;
        if let Some(end) = case.diagnostic.label(Role::EndOfFunction) {
            finding.facts.number("end_line", end.span.line_start);
            finding.mark("end", end);
        }
    } else {
        let file = case.file(&primary.span)?;
        let (call, body) = lent_by(case, &file)?;
        // A closure that is handed on is a longer story.
        let lender = file.text(call.receiver.clone()?).to_owned();
        finding.facts.code("place", &lender).code("method", &call.name);
        finding.variant = Some("closure");
        finding.mark_span("lent", file.source.span(call.receiver.clone()?));
        finding.mark("kept", primary).primary = true;
        finding.fix(owned(case, &file, body));
    }
    finding.fix([Fix::idea("copy-out-of-thread-local"), Fix::idea("work-where-it-is-lent")]);
    Some(finding)
}

/// The `NAME.with(|value| ..)` around the place, where `NAME` stands in a `thread_local!`; with the
/// body of its closure.
fn lent_by(case: &Case, file: &File) -> Option<(Call, std::ops::Range<usize>)> {
    let primary = case.diagnostic.primary()?;
    let closure = file.closure_at(primary.span.range())?;
    let (call, _) = file.call_with_argument(closure.range.clone())?;
    let name = file.text(call.receiver.clone()?).rsplit("::").next()?.to_owned();
    // The reference that leaves is the one that the closure gets.
    let given = closure.params.iter().any(|param| {
        let label = |label: &crate::diagnostic::Label| {
            param.range.start <= label.span.byte_start && label.span.byte_end <= param.range.end
        };
        case.diagnostic.labels.iter().any(label)
    });
    let declared = case.files.crate_files_with(&file.source.name, &format!("static {name}:"));
    let local = declared.iter().any(|file| file.source.text.contains("thread_local!"));
    (LENDERS.contains(&call.name.as_str()) && given && local).then_some((call, closure.body))
}

/// A copy for the one outside of the closure, where the closure's value is what leaves.
fn owned(case: &Case, file: &File, body: std::ops::Range<usize>) -> Option<Fix> {
    let primary = case.diagnostic.primary()?;
    let whole = fits("returning this value requires *", &primary.text) && primary.span.range() == body;
    let name = file.first_variable(body.clone())?;
    let binding = file.binding(&name, body.start)?;
    // The whole value has a copy of its own kind only in the thread.
    let part = file.uses_of(&binding).iter().any(|used| matches!(used.kind, UseKind::MethodReceiver(_)));
    if !whole || !part || !file.is_editable(body.clone()) {
        return None;
    }
    let edit = Edit::insert(&file.source, body.end, ".to_owned()");
    Some(Fix::new("own-result-of-with", Cost::local(Deed::Clone), vec![edit]))
}

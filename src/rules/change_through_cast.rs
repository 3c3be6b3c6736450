//! What a shared reference shows is changed through a cast to a pointer.

use crate::diagnostic::{Role, fits};
use crate::fix::Fix;
use crate::fixes::ask_for_mutable::ask_for_mutable;
use crate::rule::{Case, Finding, Rule};

/// The lint `invalid_reference_casting`, for casts that change; those to a larger type are no matter of
/// ownership.
pub static RULE: Rule = Rule {
    name: "change-through-cast",
    codes: &["invalid_reference_casting"],
    messages: &[],
    concepts: &["interior-mutability", "cell", "one-writer-or-many-readers"],
    text: include_str!("../../explanations/change_through_cast.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let message = &case.diagnostic.message;
    let change = case.diagnostic.primary()?;
    // Either a value is assigned, or a `&mut` is made.
    let assigns = fits("assigning to `&T` is undefined behavior*", message);
    let lends = fits("casting `&T` to `&mut T` is undefined behavior*", message);
    if !assigns && !lends {
        return None;
    }
    let cast = case.diagnostic.label(Role::CastHere).unwrap_or(change);
    let written = case.code(&cast.span)?;
    let place = cast_place(&written)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(cast.span.clone());
    finding.facts.code_if("cell", Some(place.clone()).filter(|place| place.contains('.')));
    finding.facts.code("place", &place).number("line", change.span.line_start);
    finding.facts.number("cast_line", cast.span.line_start);
    finding.variant = lends.then_some("made mutable");
    if cast.span != change.span {
        finding.mark("cast", cast);
    }
    finding.mark("changed", change).primary = true;
    if cast.span == change.span {
        finding.fix(ask_for_mutable(case, &change.span, &place));
    }
    finding.fix([Fix::idea("keep-in-a-cell"), Fix::idea("ask-for-mut")]);
    Some(finding)
}

/// What is cast: `self.hits` in `*(&self.hits as *const u32 as *mut u32) = 1`.
fn cast_place(written: &str) -> Option<String> {
    let inner = written.split_once(" as *").map_or(written, |(before, _)| before);
    let start = inner.rfind(['(', '*', ' ']).map_or(0, |at| at + 1);
    let place = inner.get(start..)?.trim_start_matches('&').trim_end_matches([')', ',']);
    let plain = place.split('.').all(crate::conflict::is_name);
    plain.then(|| place.to_owned())
}

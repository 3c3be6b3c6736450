//! What a value holds is lent for longer than the value, whose destructor still uses it.

use crate::diagnostic::Role;
use crate::fix::Fix;
use crate::fixes::lend_kept_owner::{lend_kept_owner, take_before_drop};
use crate::rule::{Case, Finding, Rule};

/// E0713.
pub static RULE: Rule = Rule {
    name: "keep-borrow-past-destructor",
    codes: &["E0713"],
    messages: &[],
    concepts: &["drop", "valid-references"],
    text: include_str!("../../explanations/keep_borrow_past_destructor.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the borrow ...
    let borrow = diagnostic.primary()?;
    // ... and at the place where the destructor runs, with the names of both.
    let dropped = diagnostic.label(Role::DropNeedsAll)?;
    let [owner, part, ..] = dropped.quoted()[..] else { return None };
    // Something still has the borrow then.
    let later = diagnostic.any_label(&[Role::Requires, Role::LaterUse]);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(borrow.span.clone());
    let part = part.trim_start_matches('*').to_owned();
    finding.facts.code("owner", owner).code("part", &part);
    finding.facts.number("borrow_line", borrow.span.line_start);
    finding.facts.number("drop_line", dropped.span.line_end);
    // `S<'_>` is known by its name.
    let kind = dropped.quoted().get(2).and_then(|kind| kind.split('<').next().map(str::to_owned));
    finding.facts.code_if("type", kind.clone());
    if let Some(later) = later.filter(|later| later.role == Role::LaterUse) {
        finding.facts.number("later_line", later.span.line_start);
        finding.variant = Some("used later");
    }
    finding.mark("lent", borrow).primary = true;
    if let Some(later) = later {
        finding.mark(if later.role == Role::Requires { "returned" } else { "later" }, later);
    }
    finding.mark("dropped", dropped);
    finding.fix(lend_kept_owner(case, &borrow.span, owner));
    finding.fix(take_before_drop(case, &borrow.span, owner, &part));
    finding.fix([Fix::idea("let-the-caller-keep-it")]);
    Some(finding)
}

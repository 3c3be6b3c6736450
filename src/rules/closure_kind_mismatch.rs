//! A closure does more to what it captured than its caller allows.

use crate::diagnostic::{Label, fits, quoted};
use crate::fix::Fix;
use crate::fixes::closure_kind::{borrow_inside, clone_inside, relax_bound};
use crate::rule::{Case, Finding, Rule};

/// E0525.
pub static RULE: Rule = Rule {
    name: "closure-kind-mismatch",
    codes: &["E0525"],
    messages: &[],
    concepts: &["closures", "move"],
    text: include_str!("../../explanations/closure_kind_mismatch.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the closure and names both kinds.
    let closure = diagnostic.primary()?;
    let kinds = quoted(&closure.text);
    let (found, wanted) = (*kinds.first()?, *kinds.get(1)?);
    // A second label shows what the closure does.
    let find = |pattern: &str| diagnostic.labels.iter().find(|label| fits(pattern, &label.text));
    let moves = find("closure is `FnOnce` because it moves the variable `*` out of its environment");
    let changes = find("closure is `FnMut` because it mutates the variable `*` here");
    let does: &Label = moves.or(changes)?;
    let variable = quoted(&does.text).last().map(|name| (*name).to_owned())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(closure.span.clone());
    finding.variant = changes.filter(|_| moves.is_none()).map(|_| "changes");
    finding.facts.code("variable", &variable).code("found", found).code("wanted", wanted);
    finding.facts.number("line", does.span.line_start);
    let needed = find("the requirement to implement `*` derives from here");
    if let Some(needed) = needed {
        finding.facts.number("needed_line", needed.span.line_start);
    }
    let callee = find("required by a bound introduced by this call");
    finding.facts.code_if("callee", callee.and_then(|callee| case.text(&callee.span)));
    let file = case.file(&closure.span);
    let binding = file.as_ref().and_then(|file| file.binding(&variable, does.span.byte_start));
    if let Some((file, binding)) = file.as_ref().zip(binding) {
        finding.mark_span("owner", file.source.span(binding.name_range));
    }
    finding.mark("closure", closure).primary = true;
    finding.mark("does", does);
    if let Some(needed) = needed {
        finding.mark("needed", needed);
    }
    if moves.is_some() {
        finding.fix(borrow_inside(case, does)).fix(clone_inside(case, does));
    }
    finding.fix(relax_bound(case, found, wanted));
    finding.fix([Fix::idea(if moves.is_some() { "give-it-once" } else { "change-through-cell" })]);
    Some(finding)
}

//! In a list in angle brackets, a lifetime stands behind a type.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::lifetime_list::lifetimes_first;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// E0747 where a lifetime is expected, and the same for a declaration, which has no code.
pub static RULE: Rule = Rule {
    name: "lifetimes-after-types",
    codes: &["E0747"],
    messages: &["lifetime parameters must be declared prior to *"],
    concepts: &["lifetimes"],
    text: include_str!("../../explanations/lifetimes_after_types.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // Types and constants can be in each other's places too.
    if diagnostic.code.is_some() && !diagnostic.message.ends_with("when a lifetime was expected") {
        return None;
    }
    let primary = diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    if let Some(file) = case.editable(&primary.span) {
        look_around(&mut finding, &file, primary.span.range())?;
    }
    if finding.fixes.is_empty() {
        finding.mark("late", primary);
        finding.fix([Fix::idea("mind-the-order")]);
    }
    Some(finding)
}

/// Nothing where no lifetime is behind a type: that is another mistake.
fn look_around(finding: &mut Finding, file: &Rc<File>, range: Range<usize>) -> Option<()> {
    let list = file.generic_list_at(range)?;
    let ahead = list.items.iter().find(|item| item.lifetime.is_none())?;
    let mut behind = list.items.iter().skip_while(|item| item.lifetime.is_some());
    let late = behind.find(|item| item.lifetime.is_some())?;
    finding.cause = Some(file.source.span(list.range.clone()));
    finding
        .facts
        .code("ahead", file.text(ahead.range.clone()))
        .code("lifetime", file.text(late.range.clone()));
    finding.variant = Some(if list.declares { "declared" } else { "given" });
    finding.mark_span("ahead", file.source.span(ahead.range.clone()));
    finding.mark_span("late", file.source.span(late.range.clone())).primary = true;
    // Ours keeps what stands between them, rustc's writes the list anew.
    finding.rustc_suggests = false;
    let edits = lifetimes_first(file, &list);
    finding.fix([Fix::new("put-lifetimes-first", Cost::local(Deed::Annotate), edits)]);
    Some(())
}

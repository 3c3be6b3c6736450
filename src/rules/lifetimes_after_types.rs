//! In a list in angle brackets, a lifetime stands behind a type.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::lifetime_list::lifetimes_first;
use crate::rule::{Case, Finding, Rule};

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
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro())?;
    let list = file.generic_list_at(primary.span.range())?;
    let late = list.items.iter().skip_while(|item| item.lifetime.is_some()).find(|it| it.lifetime.is_some());
    let ahead = list.items.iter().find(|item| item.lifetime.is_none())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(file.source.span(list.range.clone()));
    finding.facts.code("ahead", file.text(ahead.range.clone())).number("line", primary.span.line_start);
    finding.facts.code_if("lifetime", late.map(|item| file.text(item.range.clone())));
    // No lifetime is there: a count that is another mistake.
    let late = late?;
    let name = file.token_before(list.range.start).map(|range| file.text(range).to_owned());
    finding.facts.code_if("owner", name.filter(|name| name.starts_with(char::is_alphabetic)));
    finding.variant = (!list.declares).then_some("given");
    finding.mark_span("ahead", file.source.span(ahead.range.clone()));
    finding.mark_span("late", file.source.span(late.range.clone())).primary = true;
    if file.is_editable(list.range.clone()) {
        // Ours keeps what stands between them, rustc's writes the list anew.
        finding.rustc_suggests = false;
        let edits = lifetimes_first(&file, &list);
        finding.fix([Fix::new("put-lifetimes-first", Cost::local(Deed::Annotate), edits)]);
    } else {
        finding.fix([Fix::idea("mind-the-order")]);
    }
    Some(finding)
}

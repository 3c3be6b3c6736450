//! A call names a lifetime that only the arguments of the call can choose.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::lifetime_list::without_items;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// E0794, and the lint that says it of code from before it was an error.
pub static RULE: Rule = Rule {
    name: "lifetime-given-to-call",
    codes: &["E0794", "late_bound_lifetime_arguments"],
    messages: &[],
    concepts: &["lifetimes", "elision"],
    text: include_str!("../../explanations/lifetime_given_to_call.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("lifetime", primary.span.seen()?).number("line", primary.span.line_start);
    // rustc shows the declaration in a note, or beside it.
    let note = case.diagnostic.note("the late bound lifetime parameter is introduced here");
    let beside = case.diagnostic.labels.iter().find(|label| !label.primary);
    let declared = note.and_then(|note| note.labels.first()).or(beside);
    if let Some(declared) = declared {
        finding.facts.code_if("declared", declared.span.seen());
        finding.mark("declared", declared).primary = false;
    }
    finding.mark("given", primary).primary = true;
    if let Some(file) = case.editable(&primary.span) {
        look_around(&mut finding, &file, primary.span.range());
    }
    finding.fix([Fix::idea("say-it-with-a-type")]);
    Some(finding)
}

fn look_around(finding: &mut Finding, file: &Rc<File>, range: Range<usize>) -> Option<()> {
    let list = file.generic_list_at(range).filter(|list| !list.declares)?;
    let name = file.token_before(list.range.start)?;
    let name = if file.text(name.clone()) == "::" { file.token_before(name.start)? } else { name };
    finding.variant = Some("named");
    finding.cause = Some(file.source.span(list.range.clone()));
    finding.facts.code("function", file.text(name));
    let edits = without_items(file, &list, &|item| item.lifetime.is_some());
    finding.fix([Fix::new("leave-lifetime-out", Cost::local(Deed::Annotate), edits)]);
    Some(())
}

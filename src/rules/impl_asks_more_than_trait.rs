//! A method of an impl asks for a bound that the trait does not ask for.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::callback_bound;
use crate::fixes::trait_side::Pair;
use crate::rule::{Case, Finding, Rule};

/// E0276: `impl has stricter requirements than trait`.
pub static RULE: Rule = Rule {
    name: "impl-asks-more-than-trait",
    codes: &["E0276"],
    messages: &[],
    concepts: &["lifetimes", "static"],
    text: include_str!("../../explanations/impl_asks_more_than_trait.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    // The label says what is asked for: "impl has extra requirement `T: 'static`".
    let requirement = primary.quoted().first().map(|code| (*code).to_owned())?;
    let file = case.editable(&primary.span);
    let block = file.as_ref().and_then(|file| file.impl_at(primary.span.range()));
    let method = file.as_ref().and_then(|file| file.function_at(primary.span.range()));

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("requirement", &requirement).number("line", primary.span.line_start);
    finding.facts.code_if("trait", block.as_ref().and_then(|block| block.trait_name.clone()));
    finding.facts.code_if("function", method.map(|method| method.name));
    // What has to be valid for long is a promise about data, the rest is one about a type.
    finding.variant = Some(if requirement.contains(": '") { "lifetime" } else { "type" });

    for label in case.diagnostic.labels.iter().filter(|label| !label.primary) {
        finding.mark("theirs", label).primary = false;
    }
    finding.mark("ours", primary).primary = true;

    if let Some(file) = file {
        let pair = Pair::new(case, &file, primary.span.range());
        let of_callback = callback_bound::is_callback(&requirement);
        let both = pair.as_ref().filter(|pair| of_callback && callback_bound::both_ask(pair));
        if let Some(pair) = both {
            finding.variant = Some("callback");
            // rustc complains of what a callback takes and of what it returns.
            finding.cause = Some(file.source.span(pair.method.name_range.clone()));
            finding.fix(callback_bound::alike(pair));
            finding.fix([Fix::idea("ask-where-it-is-known")]);
            return Some(finding);
        }
        let bound = file.written_bound(primary.span.range());
        let edits = bound.map(|bound| vec![Edit::delete(&file.source, bound.removal)]);
        finding.fix(edits.map(|edits| Fix::new("ask-for-less", Cost::signature(Deed::Annotate), edits)));
        finding.fix(pair.and_then(|pair| ask_in_trait(&pair, &requirement)));
    }
    finding.fix([Fix::idea("ask-where-it-is-known")]);
    Some(finding)
}

/// The same bound in the trait, for the type or lifetime at the same place of its list.
fn ask_in_trait(pair: &Pair, requirement: &str) -> Option<Fix> {
    let (subject, bound) = requirement.split_once(':')?;
    let (subject, bound) = (subject.trim(), bound.trim());
    // The trait knows nothing of what the impl declares.
    if pair.block.lifetimes.iter().any(|lifetime| lifetime == bound) {
        return None;
    }
    let at = pair.method.type_params.iter().position(|name| name == subject);
    let theirs = at.and_then(|at| pair.declared.type_params.get(at))?;
    let source = &pair.home.source;
    let condition = format!("{theirs}: {bound}");
    let edit = match &pair.declared.where_clause {
        Some(clause) => {
            let text = pair.home.text(clause.clone());
            let comma = if text.trim_end().ends_with(',') { "" } else { "," };
            Edit::insert(source, clause.end, format!("{comma} {condition}"))
        }
        None => {
            let end = pair.declared.return_type.as_ref().map_or(pair.declared.params_range.end, |it| it.end);
            Edit::insert(source, end, format!(" where {condition}"))
        }
    };
    Some(Fix::new("ask-in-trait", Cost::signature(Deed::Demand), vec![edit]))
}

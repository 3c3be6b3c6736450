//! A method or an associated type of an impl declares its lifetimes in another way than the trait.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::trait_side::{Pair, on_one_line};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Alias, File, Function, Impl, holds};

/// E0195.
pub static RULE: Rule = Rule {
    name: "method-lifetimes-differ",
    codes: &["E0195"],
    messages: &[],
    concepts: &["lifetimes"],
    text: include_str!("../../explanations/method_lifetimes_differ.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    if let Some(file) = case.editable(&primary.span) {
        look_around(case, &mut finding, &file);
    }
    if finding.marks.is_empty() {
        finding.mark("ours", primary);
    }
    finding.fix([Fix::idea("write-what-the-trait-says")]);
    Some(finding)
}

fn look_around(case: &Case, finding: &mut Finding, file: &Rc<File>) -> Option<()> {
    let primary = case.diagnostic.primary()?;
    let block = file.impl_at(primary.span.range())?;
    finding.facts.code("owner", block.self_name.clone()?).code("trait", block.trait_name.clone()?);
    match file.function_at(primary.span.range()).filter(|method| method.in_trait_impl) {
        Some(method) => {
            finding.cause = Some(file.source.span(method.name_range.clone()));
            finding.facts.code("function", &method.name);
            if let Some(pair) = Pair::new(case, file, primary.span.range()) {
                both_sides(case, finding, &pair);
            }
            finding.variant = Some(if asks_less(case, &method) { "fewer bounds" } else { "method" });
            finding.mark_span("ours", file.source.span(method.name_range.clone())).primary = true;
        }
        None => associated_type(case, finding, file, &block)?,
    }
    Some(())
}

/// What the trait says, and how to make both sides say the same.
fn both_sides(case: &Case, finding: &mut Finding, pair: &Pair) {
    let theirs = pair.declared.generics.clone().map(|range| pair.home.text(range));
    let ours = pair.method.generics.clone().map(|range| pair.file.text(range));
    // Where the lists are alike, the difference is in what comes behind them.
    if theirs != ours {
        finding.facts.code_if("theirs", theirs).code_if("ours", ours);
    }
    let span = pair.home.source.span(pair.declared.name_range.clone());
    finding.mark_span("theirs", span);
    finding.fix(pair.as_in_trait()).fix(pair.as_in_impl(case));
}

/// Whether rustc says that the trait has a bound which the method has not, and never the reverse.
fn asks_less(case: &Case, method: &Function) -> bool {
    let labels = || case.diagnostic.notes.iter().flat_map(|note| &note.labels);
    let here = |label: &&Label| holds(&method.range, &label.span.range());
    labels().filter(here).any(|label| label.text.ends_with("is late-bound"))
        && !labels().filter(here).any(|label| label.text.ends_with("is early-bound"))
}

/// An associated type with lifetimes of its own: the trait decides what they are.
fn associated_type(case: &Case, finding: &mut Finding, file: &Rc<File>, block: &Impl) -> Option<()> {
    let diagnostic = case.diagnostic;
    // The headline names it, and rustc points at both sides.
    let name = *diagnostic.quoted().first()?;
    let theirs =
        diagnostic.labels.iter().find(|label| !label.primary && label.span.file == file.source.name)?;
    let at = diagnostic.primary()?.span.range();
    let ours = file.alias_at(at.start.saturating_sub(1)..at.end)?;
    let declared = file.alias_at(theirs.span.range())?;
    if ours.name != name || declared.name != name || !file.is_editable(block.range.clone()) {
        return None;
    }
    finding.variant = Some("associated type");
    finding.cause = Some(file.source.span(ours.name_range.clone()));
    finding.facts.code("alias", name);
    let generics = |alias: &Alias| {
        let scopes = file.lifetime_scopes(alias.name_range.clone());
        scopes.into_iter().next().and_then(|scope| scope.generics)
    };
    let (our_generics, their_generics) = (generics(&ours), generics(&declared));
    finding.facts.code_if("theirs", their_generics.clone().map(|range| file.text(range)));
    finding.mark_span("theirs", file.source.span(declared.name_range.clone()));
    finding.mark_span("ours", file.source.span(ours.name_range.clone())).primary = true;

    let end = ours.name_range.end;
    let list = their_generics.map(|range| file.text(range).to_owned()).unwrap_or_default();
    let mut edits = vec![Edit::replace(&file.source, our_generics.unwrap_or(end..end), list)];
    if let (Some(condition), None) = (declared.where_clause, ours.where_clause) {
        let at = file.token_before(ours.range.end - 1)?.end;
        edits.push(Edit::insert(&file.source, at, format!(" {}", on_one_line(file.text(condition)))));
    }
    finding.fix([Fix::new("write-as-in-trait", Cost::signature(Deed::Annotate), edits)]);
    Some(())
}

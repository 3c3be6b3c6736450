//! A trait object is given two lifetimes, and it can have one.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::lifetime_list::promise_longer;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, TypeKind};

/// E0226: `only a single explicit lifetime bound is permitted`.
pub static RULE: Rule = Rule {
    name: "two-lifetimes-on-trait-object",
    codes: &["E0226"],
    messages: &[],
    concepts: &["trait-objects", "lifetimes"],
    text: include_str!("../../explanations/two_lifetimes_on_trait_object.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    // rustc points at the second.
    finding.facts.code("second", primary.span.seen()?).number("line", primary.span.line_start);
    if let Some(file) = case.editable(&primary.span) {
        look_around(&mut finding, &file, primary);
    }
    finding.mark("second", primary).primary = true;
    finding.fix([Fix::idea("decide-which-data-ends-first")]);
    Some(finding)
}

fn look_around(finding: &mut Finding, file: &Rc<File>, primary: &Label) -> Option<()> {
    let ty = file.type_at(primary.span.range())?;
    let TypeKind::Dyn { lifetimes, .. } = ty.kind else { return None };
    // Two names that the reader wrote.
    let [first, second, ..] = lifetimes.as_slice() else { return None };
    let (one, other) = (file.text(first.clone()), file.text(second.clone()));
    finding.variant = Some("both names");
    finding.cause = Some(file.source.span(ty.range.clone()));
    finding.facts.code("type", file.text(ty.range.clone())).code("first", one).code("second", other);
    finding.mark_span("first", file.source.span(first.clone()));
    // A value that a function makes of both its parameters borrows from both; a type with one more
    // lifetime has to be named otherwise everywhere.
    let of_function = file.function_at(ty.range.clone()).is_some();
    finding.fix(common(file, &lifetimes).map(|fix| fix.doubtful_if(!of_function)));
    for kept in &lifetimes {
        let gone = lifetimes.iter().filter(|it| *it != kept).filter_map(|it| {
            // With the `+` before it.
            let plus = file.token_before(it.start).filter(|before| file.text(before.clone()) == "+")?;
            let start = file.token_before(plus.start)?.end;
            Some(Edit::delete(&file.source, start..it.end))
        });
        let fix = Fix::new("keep-one-lifetime", Cost::signature(Deed::Annotate), gone.collect());
        finding.fix([fix.with("kept", file.text(kept.clone())).doubtful_if(of_function)]);
    }
    Some(())
}

/// One new lifetime that ends no later than any of them.
fn common(file: &Rc<File>, lifetimes: &[std::ops::Range<usize>]) -> Option<Fix> {
    let scopes = file.lifetime_scopes(lifetimes.first()?.clone());
    let names: Vec<&str> = lifetimes.iter().map(|range| file.text(range.clone())).collect();
    let scope = scopes.iter().find(|scope| {
        names.iter().all(|name| scope.lifetimes.iter().any(|(_, declared)| declared == name))
    })?;
    let new = fresh(file, lifetimes.first()?.clone());
    let mut edits = vec![declaration(file, scope, &new)];
    for (declared, name) in &scope.lifetimes {
        if names.contains(&name.as_str()) {
            edits.push(promise_longer(file, declared, &new));
        }
    }
    // The declaration comes behind the last name, and so does what it promises.
    edits.sort_by_key(|edit| (edit.byte_start, edit.replacement.starts_with(',')));
    let last = edits.iter().rposition(|edit| edit.replacement.starts_with(','));
    if let Some(at) = last.filter(|at| *at > 0 && edits[at - 1].byte_start == edits[*at].byte_start) {
        let declared = edits.remove(at);
        edits[at - 1].replacement.push_str(&declared.replacement);
    }
    let (first, rest) = lifetimes.split_first()?;
    edits.push(Edit::replace(&file.source, first.clone(), new.as_str()));
    for range in rest {
        let plus = file.token_before(range.start)?;
        edits.push(Edit::delete(&file.source, file.token_before(plus.start)?.end..range.end));
    }
    Some(Fix::new("shorter-of-both", Cost::signature(Deed::Annotate), edits).with("lifetime", new))
}

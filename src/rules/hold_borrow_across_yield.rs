//! A coroutine that may be moved keeps a borrow of its own value across a `yield`.

use crate::diagnostic::Role;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, StatementKind};

/// E0626. Coroutines are a feature of nightly compilers: a stable one says so first, and this as well.
pub static RULE: Rule = Rule {
    name: "hold-borrow-across-yield",
    codes: &["E0626"],
    messages: &[],
    concepts: &["borrowing", "valid-references"],
    text: include_str!("../../explanations/hold_borrow_across_yield.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // rustc points at the borrow ...
    let borrow = case.diagnostic.primary()?;
    // ... and at the `yield` that it is still in use at.
    let stop = case.diagnostic.label(Role::Yield)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(borrow.span.clone());
    let written = case.text(&borrow.span).or_else(|| borrow.span.seen())?;
    finding.facts.code("place", written.trim_start_matches('&').trim_start_matches("mut "));
    finding.facts.number("borrow_line", borrow.span.line_start).number("yield_line", stop.span.line_start);
    finding.mark("lent", borrow).primary = true;
    finding.mark("stops", stop);
    finding.fix(own_the_value(case));
    finding.fix([Fix::idea("lend-after-the-yield")]);
    Some(finding)
}

/// `let a = String::new();` for `let a = &String::new();`.
fn own_the_value(case: &Case) -> Option<Fix> {
    let borrow = case.diagnostic.primary()?;
    let file = case.file(&borrow.span)?;
    let range = borrow.span.range();
    let StatementKind::Let(of) = file.statement_at(range.clone())?.kind else { return None };
    let value = crate::conflict::bare(&file, range.clone());
    let made = !file.is_place(value.clone()) && file.expr_exactly(range.clone())?.kind != ExprKind::Path;
    let edit = Edit::delete(&file.source, range.start..value.start);
    (of.init == Some(range) && made && file.is_editable(value))
        .then(|| Fix::new("own-across-the-yield", Cost::local(Deed::Annotate), vec![edit]))
}

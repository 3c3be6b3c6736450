//! A newer edition drops a value at another moment.

use crate::diagnostic::{Label, Role};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::move_owner_outward::{bound_before, fresh_name};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, StatementKind};

/// The lints that go before a change of edition.
pub static RULE: Rule = Rule {
    name: "drop-moves-with-edition",
    codes: &["tail_expr_drop_order", "if_let_rescope", "rust_2021_incompatible_closure_captures"],
    messages: &[],
    concepts: &["drop", "closures"],
    text: include_str!("../../explanations/drop_moves_with_edition.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    match case.diagnostic.code.as_deref()? {
        "tail_expr_drop_order" => tail(case, &mut finding)?,
        "if_let_rescope" => head(case, &mut finding)?,
        _ => closure(case, &mut finding)?,
    }
    finding.rustc_suggests = false;
    Some(finding)
}

/// The last expression of a block makes a value without a name.
fn tail(case: &Case, finding: &mut Finding) -> Option<()> {
    let temporary = case.diagnostic.label(Role::TailTemporary)?;
    finding.facts.code("value", case.text(&temporary.span).or_else(|| temporary.span.seen())?);
    let local = case.diagnostic.label(Role::DroppedWithBlock);
    finding.facts.code_if("local", local.and_then(|local| local.quoted().first().copied()));
    if let Some(local) = local {
        finding.mark("local", local);
    }
    finding.mark("temporary", temporary).primary = true;
    if let Some(end) = case.diagnostic.label(Role::DroppedInNewEdition) {
        finding.mark("end", end);
    }
    finding.variant = Some("last expression");
    let file = case.file(&temporary.span);
    finding.fix(file.and_then(|file| bind_tail(&file, temporary.span.range())));
    finding.fix([Fix::idea("look-at-the-drop-code")]);
    Some(())
}

/// `let value = tail; value`: in every edition, what `tail` makes is dropped before the locals.
fn bind_tail(file: &File, at: std::ops::Range<usize>) -> Option<Fix> {
    let statement = file.statement_at(at.clone()).filter(|it| it.kind == StatementKind::Tail)?;
    let expr = statement.expr.filter(|expr| file.is_editable(expr.clone()))?;
    let name = fresh_name(file, "value", at.start);
    let (end, indent) = (file.source.line_end(), file.indent_at(expr.start));
    let edits = vec![
        Edit::insert(&file.source, expr.start, format!("let {name} = ")),
        Edit::insert(&file.source, expr.end, format!(";{end}{indent}{name}")),
    ];
    Some(Fix::new("drop-before-the-locals", Cost::local(Deed::Reorder).changed(), edits))
}

/// The head of an `if let` makes a value without a name.
fn head(case: &Case, finding: &mut Finding) -> Option<()> {
    let temporary = case.diagnostic.label(Role::HeadTemporary)?;
    finding.facts.code("value", case.text(&temporary.span).or_else(|| temporary.span.seen())?);
    finding.mark("temporary", temporary).primary = true;
    finding.variant = Some("if let");
    // rustc writes the `match` that keeps the old order.
    let kept = rustc_suggestions(case).into_iter().next();
    finding.fix(kept.map(|fix| Fix::new("match-keeps-the-order", Cost::local(Deed::Restructure), fix.edits)));
    finding.fix(drop_before_the_body(case, temporary));
    finding.fix([Fix::idea("look-at-the-drop-code")]);
    Some(())
}

/// `let found = head;` before the `if let`.
fn drop_before_the_body(case: &Case, temporary: &Label) -> Option<Fix> {
    let file = case.file(&temporary.span)?;
    let scrutinee = file.parents(temporary.span.range()).into_iter().map(|e| e.range);
    let scrutinee = std::iter::once(temporary.span.range()).chain(scrutinee);
    let mut scrutinee = scrutinee;
    let whole = scrutinee.find(|range| file.match_on(range.clone()).is_some());
    let whole = whole.filter(|whole| file.is_editable(whole.clone()))?;
    let name = fresh_name(&file, "found", whole.start);
    let edits = bound_before(&file, whole, &name, "")?;
    Some(Fix::new("drop-before-the-body", Cost::local(Deed::Reorder).changed(), edits))
}

/// A closure takes only the part of a value that it names.
fn closure(case: &Case, finding: &mut Finding) -> Option<()> {
    let primary = case.diagnostic.primary()?;
    let captured = case.diagnostic.label(Role::CapturedWhole)?;
    let names = captured.quoted();
    let lost = case.diagnostic.label(Role::ClosureLosesTrait);
    let whole = names.first()?;
    finding.facts.code("value", *whole);
    let part = names.iter().rev().find(|name| name.contains('.') && name.starts_with(*whole));
    finding.facts.code_if("part", part.copied());
    finding.mark("closure", primary).primary = true;
    if captured.span != primary.span {
        finding.mark("captured", captured);
    }
    if let Some(end) = case.diagnostic.label(Role::DroppedWhole) {
        finding.mark("dropped", end);
    }
    finding.facts.code_if("trait", lost.and_then(|lost| lost.quoted().first().copied()));
    // Where both change, the moment of the drop is the stranger thing.
    let traits = lost.is_some() && !case.diagnostic.message.contains("drop order");
    finding.variant = Some(if traits { "closure and traits" } else { "closure" });
    let kept = rustc_suggestions(case).into_iter().next();
    let cost = Cost::local(Deed::Annotate);
    finding.fix(kept.map(|fix| Fix::new("capture-all-of-it", cost, fix.edits)));
    finding.fix([Fix::idea("look-at-the-drop-code")]);
    Some(())
}

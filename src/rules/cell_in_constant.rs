//! A constant refers to a value that can be changed through the reference.

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File, Item, ItemKind};

/// E0492.
pub static RULE: Rule = Rule {
    name: "cell-in-constant",
    codes: &["E0492"],
    messages: &[],
    concepts: &["interior-mutability", "static", "cell"],
    text: include_str!("../../explanations/cell_in_constant.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // rustc points at the reference.
    let borrow = case.diagnostic.primary()?;
    let written = case.text(&borrow.span).or_else(|| borrow.span.seen())?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(borrow.span.clone());
    finding.facts.code("value", written.trim_start_matches('&').trim_start());
    finding.facts.number("line", borrow.span.line_start);
    let file = case.file(&borrow.span);
    // It stands in the value of a constant or static.
    let item = file.as_ref().and_then(|file| file.item_at(borrow.span.range()));
    let name = item.as_ref().map_or_else(|| name_before(borrow), |item| item.name.clone());
    if item.as_ref().is_some_and(|item| item.kind == ItemKind::Static) {
        finding.variant = Some("static");
    } else if name.is_some() {
        finding.variant = Some("constant");
    }
    finding.facts.code_if("name", name);
    if let Some((file, name)) = file.as_ref().zip(item.as_ref().and_then(|item| item.name_range.clone())) {
        finding.mark_span("constant", file.source.span(name));
    }
    finding.mark("reference", borrow).primary = true;
    if let Some((file, item)) = file.as_ref().zip(item.as_ref()) {
        let value = crate::conflict::bare(file, borrow.span.range());
        finding.fix(both_static(file, item, value.clone()));
        finding.fix(static_of_its_own(file, item, borrow.span.range(), value));
    }
    finding.fix([Fix::idea("static-that-can-change"), Fix::idea("one-for-each-thread")]);
    Some(finding)
}

/// `HITS` of the line `const HITS: &AtomicU32 = ..`, where the file is not there.
fn name_before(borrow: &Label) -> Option<String> {
    let (_, rest) = borrow.span.first_line.as_deref()?.split_once("const ")?;
    rest.split_once(':').map(|(name, _)| name.trim().to_owned())
}

/// The word `const` of an item, and what to write instead.
fn made_static(file: &File, item: &Item) -> Option<Edit> {
    let word = file.keyword_in(item.range.clone(), "const")?;
    file.is_editable(word.clone()).then(|| Edit::replace(&file.source, word, "static"))
}

/// `static A` and `static B: &T = &A;` for two constants.
fn both_static(file: &File, item: &Item, value: std::ops::Range<usize>) -> Option<Fix> {
    let other = file.text(value.clone()).to_owned();
    let plain = file.expr_exactly(value.clone())?.kind == ExprKind::Path;
    let declared = file.binding(&other, value.start).filter(|_| plain)?;
    let other_item = file.item_at(declared.name_range)?;
    let mut edits = vec![made_static(file, &other_item)?];
    if item.kind == ItemKind::Const {
        edits.push(made_static(file, item)?);
    }
    let fix = Fix::new("make-both-static", Cost::signature(Deed::Restructure), edits);
    Some(fix.with("other", other))
}

/// `static C: T = value;` for `const C: &T = &value;`.
fn static_of_its_own(
    file: &File,
    item: &Item,
    borrow: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
) -> Option<Fix> {
    let ty = item.ty.clone()?;
    let behind = file.text(ty.clone()).strip_prefix('&')?.trim_start();
    let behind = behind.strip_prefix("'static ").unwrap_or(behind);
    // A slice has no size, so it cannot stand in a static by itself.
    let sized = !behind.starts_with('[') || behind.contains(';');
    if item.value != Some(borrow.clone()) || !sized || file.is_place(value.clone()) {
        return None;
    }
    let mut edits = vec![
        Edit::delete(&file.source, ty.start..ty.end - behind.len()),
        Edit::delete(&file.source, borrow.start..value.start),
    ];
    if item.kind == ItemKind::Const {
        edits.push(made_static(file, item)?);
    }
    Some(Fix::new("hold-it-in-a-static", Cost::signature(Deed::Annotate), edits))
}

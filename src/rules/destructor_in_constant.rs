//! A value would be dropped while the compiler works out a constant.

use std::ops::Range;

use crate::diagnostic::{Label, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::seen_text;
use crate::fixes::lend_parameter::looks;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, Function, Item, ItemKind};

/// E0493.
pub static RULE: Rule = Rule {
    name: "destructor-in-constant",
    codes: &["E0493"],
    messages: &[],
    concepts: &["drop", "static"],
    text: include_str!("../../explanations/destructor_in_constant.md"),
    refines: &[],
    recognise,
};

/// rustc's label where the value ends.
const ENDS: &str = "value is dropped here";

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names the type of what would be dropped.
    fits("destructor of `*` cannot be evaluated at compile-time", &diagnostic.message).then_some(())?;
    let ty = *diagnostic.quoted().first()?;
    // rustc points at the value, or at the variable that holds it.
    let value = diagnostic.primary()?;
    (!value.span.in_macro()).then_some(())?;
    let in_function = value.text.contains("constant functions");

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(value.span.clone());
    finding.facts.number("line", value.span.line_start).code("type", ty);
    finding.facts.code_if("place", seen_text(&value.span));
    finding.mark("value", value).primary = true;
    let at_end = |label: &&Label| fits(&format!("*{ENDS}"), &label.text) && label.span != value.span;
    if let Some(end) = diagnostic.labels.iter().find(at_end) {
        finding.mark("end", end);
    }

    let Some(file) = case.file(&value.span) else {
        finding.fix([Fix::idea(if in_function { "take-copies-only" } else { "make-it-at-run-time" })]);
        return Some(finding);
    };
    let place = value.span.range();
    let function = file.function_at(place.clone()).filter(|function| function.is_const);
    if let Some(function) = function.filter(|_| in_function) {
        finding.facts.code("function", &function.name);
        // rustc has nothing else to point at where the old value ends.
        let overwritten = diagnostic.labels.iter().all(|label| label.span == value.span);
        finding.variant = Some(if overwritten { "overwritten" } else { "function" });
        finding.fix(borrow_self(case, &file, &function, &place));
        finding.fix(ordinary_function(&file, &function));
        finding.fix([Fix::idea("take-copies-only")]);
        return Some(finding);
    }
    // A `const { .. }` block has no name to change.
    let item = file.item_at(place.clone());
    let item = item.filter(|item| matches!(item.kind, ItemKind::Static | ItemKind::Const));
    finding.facts.code_if("item", item.as_ref().and_then(|item| item.name.clone()));
    finding.variant = Some(if item.is_none() { "block" } else { "item" });
    finding.fix(item.and_then(|item| made_at_first_use(&file, &item)));
    finding.fix([Fix::idea("make-it-at-run-time")]);
    Some(finding)
}

/// `const fn size(self)` -> `const fn size(&self)`.
fn borrow_self(case: &Case, file: &File, function: &Function, value: &Range<usize>) -> Option<Fix> {
    let receiver =
        function.self_param.as_ref().filter(|it| !it.reference && it.ty.is_none() && !it.mutable)?;
    let of_self = receiver.range.start <= value.start && value.end <= receiver.range.end;
    if !of_self || function.in_trait || function.in_trait_impl || !file.is_editable(receiver.range.clone()) {
        return None;
    }
    let looks = looks(case, file, Some("self"), &function.body.clone()?);
    let edit = Edit::insert(&file.source, receiver.range.start, "&");
    let fix = Fix::new("borrow-self", Cost::signature(Deed::Borrow), vec![edit]);
    Some(fix.with("callee", &function.name).doubtful_if(!looks))
}

/// `const fn` -> `fn`.
fn ordinary_function(file: &File, function: &Function) -> Option<Fix> {
    let head = function.range.start..function.fn_token.start;
    let word = file.keyword_in(head, "const")?;
    let end = file.token_after(word.end)?.start;
    file.is_editable(word.clone()).then_some(())?;
    let edit = Edit::delete(&file.source, word.start..end);
    let fix = Fix::new("ordinary-function", Cost::signature(Deed::Restructure), vec![edit]);
    Some(fix.with("function", &function.name))
}

/// `static SIZE: u32 = size();` -> `static SIZE: LazyLock<u32> = LazyLock::new(|| size());`
fn made_at_first_use(file: &File, item: &Item) -> Option<Fix> {
    let (ty, value) = (item.ty.clone()?, item.value.clone()?);
    if item.kind != ItemKind::Static || item.mutable || !file.is_editable(item.range.clone()) {
        return None;
    }
    let edits = vec![
        Edit::insert(&file.source, ty.start, "std::sync::LazyLock<"),
        Edit::insert(&file.source, ty.end, ">"),
        Edit::insert(&file.source, value.start, "std::sync::LazyLock::new(|| "),
        Edit::insert(&file.source, value.end, ")"),
    ];
    let fix = Fix::new("made-at-first-use", Cost::signature(Deed::Restructure), edits);
    Some(fix.with("item", item.name.clone()?))
}

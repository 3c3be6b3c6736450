//! `drop` or `forget` is called with something that it has no effect on.

use std::ops::Range;

use crate::diagnostic::{Label, Suggestion, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::destructor::owned_at;
use crate::mismatch::types::{Type, short};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{BindingKind, Call, ExprKind, File, StatementKind};

/// Lints on the arguments of `drop` and `forget`.
pub static RULE: Rule = Rule {
    name: "drop-without-effect",
    codes: &[
        "dropping_references",
        "dropping_copy_types",
        "forgetting_references",
        "forgetting_copy_types",
        "undropped_manually_drops",
    ],
    messages: &[],
    concepts: &["drop", "copy-and-clone", "borrowing"],
    text: include_str!("../../explanations/drop_without_effect.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the call, and its label says the type of the argument.
    let call = diagnostic.primary()?;
    let argument = diagnostic.labels.iter().find(|label| fits("argument has type `*`", &label.text))?;
    let ty = *argument.quoted().first()?;
    let callee = diagnostic.quoted().first()?.rsplit("::").next()?.to_owned();

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(call.span.clone());
    // What rustc suggests most often only hides that the call does nothing.
    finding.rustc_suggests = false;
    finding.facts.number("line", call.span.line_start).code("type", short(ty)).code("callee", &callee);
    finding.facts.code_if("argument", argument.span.seen());
    finding.variant = Some(match diagnostic.code.as_deref()? {
        "dropping_references" => "reference",
        "forgetting_references" => "forgotten reference",
        "forgetting_copy_types" => "forgotten copy",
        "undropped_manually_drops" => "held back",
        _ => "copy",
    });
    finding.mark("call", call).primary = true;

    let file =
        case.file(&call.span).filter(|file| !call.span.in_macro() && file.is_editable(call.span.range()));
    if let Some(file) = &file {
        finding.fix(ways(case, file, call, argument, ty));
    }
    finding.fix([Fix::idea(match finding.variant {
        Some("reference") => "let-it-end",
        Some("held back") => "hold-nothing-back",
        Some("copy") => "nothing-to-clean-up",
        _ => "without-the-call",
    })]);
    Some(finding)
}

fn ways(case: &Case, file: &File, call: &Label, argument: &Label, ty: &str) -> Vec<Fix> {
    let Some(called) = file.call_at(call.span.range()) else { return Vec::new() };
    match case.diagnostic.code.as_deref() {
        Some("dropping_references") => {
            drop_the_owner(case, file, argument.span.range(), ty).into_iter().collect()
        }
        Some("dropping_copy_types") => ignore_result(file, &called).into_iter().collect(),
        Some("undropped_manually_drops") => drop_inside(case).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// `drop(&x)` -> `drop(x)`; `drop(r)` of `let r = &x;` -> `drop(x)`: if `x` owns its value.
fn drop_the_owner(case: &Case, file: &File, argument: Range<usize>, ty: &str) -> Option<Fix> {
    // What is behind the reference is no reference itself.
    Type::parse(ty).referent().filter(|inner| inner.referent().is_none())?;
    let borrowed = |range: &Range<usize>| {
        let text = file.text(range.clone());
        let rest = text.strip_prefix("&mut ").or_else(|| text.strip_prefix('&'))?.trim_start();
        Some(range.end - rest.len()..range.end)
    };
    let owner = borrowed(&argument).or_else(|| {
        let binding = file.binding(file.text(argument.clone()), argument.start)?;
        let declared = binding.let_.filter(|_| binding.kind == BindingKind::Let && binding.simple)?;
        borrowed(&declared.init.filter(|_| declared.ty.is_none())?)
    })?;
    // A variable with a reference to it that is no reference to a reference owns its value.
    let variable = file.expr_exactly(owner.clone()).is_some_and(|expr| expr.kind == ExprKind::Path)
        && file.binding(file.text(owner.clone()), owner.start).is_some_and(|binding| {
            !matches!(binding.kind, BindingKind::Static | BindingKind::Const | BindingKind::SelfParam)
        });
    (file.is_place(owner.clone()) && (variable || owned_at(case, file, owner.clone()))).then_some(())?;
    let name = file.text(owner);
    let edit = Edit::replace(&file.source, argument, name);
    let fix = Fix::new("drop-the-owner", Cost::local(Deed::Annotate).changed(), vec![edit]);
    Some(fix.with("owner", name))
}

/// `drop(size());` -> `let _ = size();`, where a call is made for what it does.
fn ignore_result(file: &File, call: &Call) -> Option<Fix> {
    let argument = call.args.first()?.clone();
    let called = matches!(
        file.expr_exactly(argument.clone())?.kind,
        ExprKind::Call | ExprKind::MethodCall | ExprKind::MacroCall
    );
    let statement = file.statement_at(call.range.clone())?;
    let alone = statement.kind == StatementKind::Expr && statement.expr.as_ref() == Some(&call.range);
    if !called || !alone || file.semicolon_after(call.range.end).is_none() {
        return None;
    }
    let text = format!("let _ = {}", file.text(argument.clone()));
    let edit = Edit::replace(&file.source, call.range.clone(), text);
    let fix = Fix::new("ignore-the-result", Cost::local(Deed::Annotate), vec![edit]);
    Some(fix.with("argument", file.text(argument)))
}

/// `drop(held)` -> `drop(ManuallyDrop::into_inner(held))`, as rustc writes it.
fn drop_inside(case: &Case) -> Option<Fix> {
    let to_inner = |it: &&Suggestion| it.edits.iter().any(|(_, text)| text.contains("into_inner"));
    let suggestion = case.diagnostic.suggestions.iter().find(to_inner)?;
    let mut edits = Vec::new();
    for (span, text) in &suggestion.edits {
        let file = case.file(span)?;
        edits.push(Edit::replace(&file.source, span.range(), text.as_str()));
    }
    Some(Fix::new("drop-what-is-inside", Cost::local(Deed::Restructure).changed(), edits))
}

//! An async function waits for itself, so that its state would hold itself.

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File};

/// E0733.
pub static RULE: Rule = Rule {
    name: "async-fn-calls-itself",
    codes: &["E0733"],
    messages: &[],
    concepts: &["box"],
    text: include_str!("../../explanations/async_fn_calls_itself.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let call = diagnostic.labels.iter().find(|label| label.text == "recursive call here")?;
    let file = case.file(&call.span);
    let known =
        file.as_ref().and_then(|file| file.function_at(call.span.range())).map(|function| function.name);
    let name = known.or_else(|| name_in(&primary.span.seen()?))?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("function", name).number("line", call.span.line_start);
    finding.mark("function", primary).primary = true;
    finding.mark("call", call);
    if let Some(note) = diagnostic.note("which leads to this async fn") {
        finding.variant = Some("through another");
        let named = note.labels.first().and_then(|it| Some((it, case.file(&it.span)?)));
        let other = named.and_then(|(label, file)| file.function_at(label.span.range()));
        finding.facts.code_if("other", other.map(|other| other.name));
        if let Some(back) = note.labels.iter().find(|label| label.text.contains("recursive call")) {
            finding.mark("back", back);
        }
    }
    finding.fix(file.and_then(|file| pin_calls(&file, call)));
    finding.fix([Fix::idea("walk-with-a-list")]);
    Some(finding)
}

/// The name in the head of a function.
fn name_in(head: &str) -> Option<String> {
    let name: String =
        head.split_once("fn ")?.1.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// `Box::pin(..)` around every such call in the function.
fn pin_calls(file: &File, call: &Label) -> Option<Fix> {
    let awaited = |range: std::ops::Range<usize>| {
        let inner = file.exprs_in(range.clone()).into_iter().nth(1)?.range;
        let callee = file.call_at(inner.clone()).filter(|call| call.range == inner)?;
        file.is_editable(inner.clone()).then_some((inner, callee.name))
    };
    let function = file.function_at(call.span.range())?;
    let whole = file.expr_exactly(call.span.range()).filter(|expr| expr.kind == ExprKind::Await)?;
    let (_, name) = awaited(whole.range)?;
    let mut edits = Vec::new();
    for expr in file.exprs_in(function.body.clone()?).into_iter().filter(|expr| expr.kind == ExprKind::Await)
    {
        let Some((inner, _)) = awaited(expr.range).filter(|(_, callee)| *callee == name) else { continue };
        edits.push(Edit::insert(&file.source, inner.start, "Box::pin("));
        edits.push(Edit::insert(&file.source, inner.end, ")"));
    }
    Some(Fix::new("pin-the-call", Cost::local(Deed::Restructure), edits).with("callee", name))
}

//! A function uses its own `impl Trait` result for another lifetime or type than its own.

use std::ops::Range;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File, StatementKind};

/// E0792.
pub static RULE: Rule = Rule {
    name: "hidden-type-used-differently",
    codes: &["E0792"],
    messages: &[],
    concepts: &["lifetimes", "trait-objects"],
    text: include_str!("../../explanations/hidden_type_used_differently.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let declared = "this generic parameter must be used with a generic ";
    let parameter = diagnostic.labels.iter().find(|label| label.text.starts_with(declared))?;
    let name = parameter.span.seen().filter(|name| !name.is_empty())?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("parameter", name).number("line", primary.span.line_start);
    finding.mark("parameter", parameter);
    finding.mark("used", primary).primary = true;
    let file = case.file(&primary.span);
    let function = file.as_ref().and_then(|file| file.function_at(primary.span.range()));
    let calls_itself = function.filter(|function| {
        // The parameter of a `type` stands in no signature.
        let declared = parameter.span.range();
        let body = function.body.as_ref().map_or(function.range.end, |body| body.start);
        parameter.span.file == primary.span.file
            && function.range.start <= declared.start
            && declared.end <= body
    });
    if let Some(function) = calls_itself {
        finding.variant = Some("calls itself");
        finding.facts.code("function", function.name);
    }
    if let Some(file) = file.filter(|_| !primary.span.in_macro()) {
        finding.fix(without_type(&file, primary));
        finding.fix(in_new_variable(&file, primary));
    }
    finding.fix([Fix::idea("name-the-type"), Fix::idea("use-another-function")]);
    Some(finding)
}

/// `let x: T = f();` -> `let x = f();`: what nobody names, Rust need not know here.
fn without_type(file: &File, used: &Label) -> Option<Fix> {
    let StatementKind::Let(of) = file.statement_at(used.span.range())?.kind else { return None };
    let (name, ty) = (of.name?, of.ty?);
    let is_value = of.init.as_ref().is_some_and(|init| *init == used.span.range());
    if !is_value || !file.is_editable(of.pattern.start..ty.end) {
        return None;
    }
    let edits = vec![Edit::delete(&file.source, of.pattern.end..ty.end)];
    Some(Fix::new("leave-type-out", Cost::local(Deed::Annotate), edits).with("place", name))
}

/// `x = f();` -> `let x = f();`, where the old variable is done with: a new one may be of the hidden type.
fn in_new_variable(file: &File, used: &Label) -> Option<Fix> {
    let statement = file.statement_at(used.span.range())?;
    let whole = file.expr_exactly(used.span.range()).filter(|expr| expr.kind == ExprKind::Assign)?;
    let place = file.exprs_in(whole.range.clone()).into_iter().nth(1)?;
    // Only a statement by itself can become a declaration.
    if place.kind != ExprKind::Path || statement.range.start != whole.range.start {
        return None;
    }
    let old = file.binding(file.text(place.range.clone()), place.range.start)?;
    let block = file.block_at(statement.range.clone())?;
    let after = |range: &Range<usize>| range.start >= statement.range.end;
    let mut later = file.uses_of(&old).into_iter().map(|used| used.range).filter(after);
    // After this block, and in the next round of a loop, the old variable would be there again.
    if later.any(|range| range.end > block.range.end)
        || file
            .loop_at(statement.range.clone())
            .is_some_and(|around| around.range.start > old.name_range.start)
        || !file.is_editable(statement.range.clone())
    {
        return None;
    }
    let edits = vec![Edit::insert(&file.source, statement.range.start, "let ")];
    let fix = Fix::new("start-a-new-variable", Cost::local(Deed::Restructure), edits);
    Some(fix.with("place", &old.name))
}

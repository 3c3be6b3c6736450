//! A value is given to `_`, which keeps nothing.

use std::ops::Range;

use crate::diagnostic::{Label, Span, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File, StatementKind};

/// Lints on `let _ = ..`.
pub static RULE: Rule = Rule {
    name: "dropped-at-once",
    codes: &["let_underscore_lock", "let_underscore_drop"],
    messages: &[],
    concepts: &["drop", "mutex"],
    text: include_str!("../../explanations/dropped_at_once.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("non-binding let on a *", &diagnostic.message).then_some(())?;
    let lock = diagnostic.code.as_deref() == Some("let_underscore_lock");
    // rustc points at the `_`, or at the whole statement.
    let bound = diagnostic.primary()?;
    (!bound.span.in_macro()).then_some(())?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(bound.span.clone());
    finding.rustc_suggests = false;
    finding.facts.number("line", bound.span.line_start);
    let Some(file) = case.file(&bound.span) else {
        let value = value_seen(case)?;
        finding.variant = Some(if is_variable(&value) {
            "variable"
        } else if is_call(&value) {
            if lock { "lock" } else { "value" }
        } else {
            return None;
        });
        finding.facts.code("value", value);
        finding.mark("bound", bound).primary = true;
        finding.fix([Fix::idea("what-is-it-for")]);
        return Some(finding);
    };
    let site = site(&file, bound)?;
    finding.facts.code("value", file.text(site.value.clone()));
    let place = file.is_place(site.value.clone());
    finding.variant = Some(match (lock, place) {
        (_, true) => "variable",
        (true, false) => "lock",
        (false, false) => "value",
    });
    finding.mark("bound", bound).primary = true;
    finding.fix(keep(&file, &site, lock));
    finding.fix(drop_here(&file, &site, place));
    finding.fix([Fix::idea("what-is-it-for")]);
    Some(finding)
}

/// The value as far as rustc's own line tells it: it offers to write `drop(` and `)` around it.
fn value_seen(case: &Case) -> Option<String> {
    let offers = &case.diagnostic.suggestions;
    let around = offers.iter().find(|it| it.text == "consider immediately dropping the value")?;
    let [(before, _), (behind, _)] = around.edits.as_slice() else { return None };
    let between = Span {
        byte_start: before.byte_end,
        byte_end: behind.byte_start,
        column_start: before.column_end,
        column_end: behind.column_start,
        line_end: behind.line_start,
        ..before.clone()
    };
    between.seen().filter(|value| !value.is_empty())
}

/// Whether code can be nothing but a variable or a field of one.
fn is_variable(code: &str) -> bool {
    code.starts_with(|c: char| c.is_lowercase())
        && code.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
        && !code.ends_with(".await")
}

/// Whether code can be nothing but a call, which gives a new value.
fn is_call(code: &str) -> bool {
    code.starts_with(char::is_alphabetic) && code.ends_with(')') && !code.contains('!')
}

/// A `let _ = value;` or `_ = value;`.
struct Site {
    /// The statement.
    statement: Range<usize>,
    /// The `_`.
    underscore: Range<usize>,
    /// What it is given.
    value: Range<usize>,
    /// Whether there is a `let`.
    declares: bool,
    /// Whether the pattern is nothing but `_`.
    whole: bool,
}

fn site(file: &File, bound: &Label) -> Option<Site> {
    let range = bound.span.range();
    let statement = file.statement_at(range.clone())?;
    if let StatementKind::Let(declared) = &statement.kind {
        let whole = file.text(declared.pattern.clone()) == "_";
        // Within a larger pattern rustc points at the `_` itself.
        let underscore = if whole { declared.pattern.clone() } else { range };
        let value = declared.init.clone()?;
        (file.text(underscore.clone()) == "_").then_some(())?;
        return Some(Site { statement: statement.range, underscore, value, declares: true, whole });
    }
    let expr = statement.expr?;
    file.expr_exactly(expr.clone()).filter(|expr| expr.kind == ExprKind::Assign)?;
    let value = file.text(expr.clone()).strip_prefix('_')?.trim_start().strip_prefix('=')?.trim_start();
    let value = expr.end - value.len()..expr.end;
    let underscore = expr.start..expr.start + 1;
    Some(Site { statement: statement.range, underscore, value, declares: false, whole: true })
}

/// `let _ = x.lock();` -> `let _guard = x.lock();`.
fn keep(file: &File, site: &Site, lock: bool) -> Option<Fix> {
    file.is_editable(site.statement.clone()).then_some(())?;
    let text = &file.text(file.block_at(site.statement.clone())?.range);
    let names: &[&str] = if lock { &["_guard", "_lock"] } else { &["_kept", "_value"] };
    let name = names.iter().find(|name| !text.contains(**name))?;
    let declared = if site.declares { (*name).to_owned() } else { format!("let {name}") };
    let edit = Edit::replace(&file.source, site.underscore.clone(), declared);
    let fix = Fix::new("keep-to-the-end", Cost::local(Deed::Annotate), vec![edit]);
    Some(fix.with("name", *name))
}

/// `let _ = x.lock();` -> `drop(x.lock());`, so that it is said.
fn drop_here(file: &File, site: &Site, place: bool) -> Option<Fix> {
    if !site.whole || !file.is_editable(site.statement.clone()) {
        return None;
    }
    let edits = vec![
        Edit::replace(&file.source, site.statement.start..site.value.start, "drop("),
        Edit::insert(&file.source, site.value.end, ")"),
    ];
    let cost = Cost::local(Deed::Restructure);
    let fix = Fix::new("drop-it-here", if place { cost.changed() } else { cost }, edits);
    Some(fix.with("value", file.text(site.value.clone())))
}

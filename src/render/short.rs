//! One line a finding, for editors and for `grep`.

use super::prose::one_line;
use crate::diagnostic::Span;
use crate::report::Report;

/// `file:line:col: code: claim`, one line for each error; an error without a code goes by its rule.
/// The other errors of a cause follow it, in rustc's words.
pub fn short(report: &Report) -> String {
    let mut out = String::new();
    for told in &report.findings {
        let rule = told.finding.rule.name;
        let claim = match told.explanation.claim.trim() {
            "" => &told.message,
            claim => claim,
        };
        line(&mut out, told.primary.as_ref(), told.code.as_deref().unwrap_or(rule), claim);
        for same in &told.same_cause {
            line(&mut out, same.primary.as_ref(), same.code.as_deref().unwrap_or(rule), &same.message);
        }
    }
    out
}

fn line(out: &mut String, place: Option<&Span>, code: &str, text: &str) {
    if let Some(span) = place {
        out.push_str(&at(span));
        out.push_str(": ");
    }
    out.push_str(&one_line(code));
    out.push_str(": ");
    out.push_str(&one_line(text));
    out.push('\n');
}

/// `file:line:col`, as editors and terminals understand it.
pub(super) fn at(span: &Span) -> String {
    format!("{}:{}:{}", one_line(&span.file), span.line_start, span.column_start)
}

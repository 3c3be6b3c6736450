//! One document for programs: the contract of `--report json`, versioned by `schema`.
//!
//! Lines and columns count from 1, columns in characters; byte offsets are those of the file on
//! disk. Texts keep their backticks.

use serde::Serialize;

use super::place::fingerprints;
use crate::diagnostic::{Level, Span};
use crate::fix::{Author, Edit, Fix, Verdict};
use crate::report::{Report, Same, Told};
use crate::rule::Timeline;

/// The version of the contract: it grows when a program that reads it could misunderstand.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'r> {
    schema: u32,
    tool: Tool,
    rustc: Option<&'r str>,
    success: bool,
    findings: Vec<Finding<'r>>,
    others: Others,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'r str,
    code: Option<&'r str>,
    level: Level,
    message: &'r str,
    title: &'r str,
    summary: &'r str,
    package: Option<&'r str>,
    target: Option<&'r str>,
    concepts: &'r [&'r str],
    /// The same in the next run, wherever the lines have moved.
    fingerprint: String,
    /// Whether the baseline has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    known: bool,
    primary: Option<&'r Span>,
    marks: Vec<Mark<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<&'r Timeline>,
    explanation: Words<'r>,
    fixes: Vec<Way<'r>>,
    same_cause: Vec<Other<'r>>,
}

#[derive(Serialize)]
struct Mark<'r> {
    role: &'r str,
    text: &'r str,
    span: &'r Span,
}

#[derive(Serialize)]
struct Words<'r> {
    claim: &'r str,
    because: &'r str,
    stakes: &'r str,
    rule: &'r str,
}

#[derive(Serialize)]
struct Way<'r> {
    id: &'r str,
    title: &'r str,
    cost: &'r str,
    /// When to choose it, for an idea.
    #[serde(skip_serializing_if = "str::is_empty")]
    when: &'r str,
    /// Worked code, for an idea.
    #[serde(skip_serializing_if = "str::is_empty")]
    example: &'r str,
    source: Author,
    verdict: &'r Verdict,
    edits: &'r [Edit],
}

#[derive(Serialize)]
struct Other<'r> {
    code: Option<&'r str>,
    message: &'r str,
    primary: Option<&'r Span>,
}

#[derive(Serialize)]
struct Others {
    errors: usize,
    warnings: usize,
}

/// The document, on one line.
pub fn json(report: &Report) -> String {
    let document = Document {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        rustc: report.rustc.as_deref(),
        success: report.success,
        findings: report
            .findings
            .iter()
            .zip(fingerprints(report))
            .map(|(told, print)| finding(told, print))
            .collect(),
        others: Others { errors: report.other_errors, warnings: report.other_warnings },
    };
    let mut out = serde_json::to_string(&document).expect("plain data always has a JSON form");
    out.push('\n');
    out
}

fn finding(told: &Told, fingerprint: String) -> Finding<'_> {
    let words = &told.explanation;
    Finding {
        rule: told.finding.rule.name,
        code: told.code.as_deref(),
        level: told.level,
        message: &told.message,
        title: &words.title,
        summary: &words.summary,
        package: told.package.as_deref(),
        target: told.target.as_deref(),
        concepts: told.finding.rule.concepts,
        fingerprint,
        known: told.known,
        primary: told.primary.as_ref(),
        marks: marks(told),
        timeline: told.finding.timeline.as_ref(),
        explanation: Words {
            claim: &words.claim,
            because: &words.because,
            stakes: &words.stakes,
            rule: &words.rule,
        },
        fixes: super::ways::in_order(told).map(|(fix, text)| way(fix, text)).collect(),
        same_cause: told.same_cause.iter().map(other).collect(),
    }
}

fn marks(told: &Told) -> Vec<Mark<'_>> {
    let marks = told.finding.marks.iter().enumerate();
    let text = |n| super::picture::mark_text(told, n);
    marks.map(|(n, mark)| Mark { role: mark.role, text: text(n), span: &mark.span }).collect()
}

fn way<'r>(fix: &'r Fix, text: Option<&'r crate::explanation::Way>) -> Way<'r> {
    let idea = text.filter(|_| fix.is_idea());
    Way {
        id: fix.id,
        title: super::ways::title(fix, text),
        cost: text.map_or("", |text| &text.cost),
        when: idea.map_or("", |text| &text.when),
        example: idea.map_or("", |text| &text.code),
        source: fix.author(),
        verdict: &fix.verdict,
        edits: &fix.edits,
    }
}

fn other(same: &Same) -> Other<'_> {
    Other { code: same.code.as_deref(), message: &same.message, primary: same.primary.as_ref() }
}

//! SARIF 2.1.0 for code scanning and editors: one result a finding.
//!
//! Source: the OASIS standard, and GitHub's page "SARIF support for code scanning".

use std::collections::BTreeMap;

use serde::Serialize;

use super::place::{Place, fingerprints};
use super::prose::harmless;
use super::ways;
use crate::diagnostic::{Level, Span};
use crate::explanation::{Text as Page, without_links};
use crate::fix::{Edit, Fix};
use crate::report::{Report, Told};
use crate::rule::Rule;
use crate::topics;

/// GitHub shows no more results than this of one run.
const MOST: usize = 5_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Described>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help_uri: String,
    help: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Plain>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Clone, Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Clone, Serialize)]
struct Plain {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Plain,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Plain,
}

/// The document, on one line.
pub fn sarif(report: &Report, place: &Place) -> String {
    let mut rules: Vec<&'static Rule> = report.findings.iter().map(|told| told.finding.rule).collect();
    rules.sort_by_key(|rule| rule.name);
    rules.dedup_by_key(|rule| rule.name);
    let findings = report.findings.iter().zip(fingerprints(report)).take(MOST);
    let index = |rule: &Rule| rules.iter().position(|known| known.name == rule.name).unwrap_or_default();
    let baseline = report.findings.iter().any(|told| told.known);
    let results =
        findings.map(|(told, print)| result(told, print, index(told.finding.rule), baseline, place));
    let version = env!("CARGO_PKG_VERSION");
    let results = results.collect();
    let rules = rules.iter().map(|rule| described(rule)).collect();
    let driver = Driver { name: env!("CARGO_PKG_NAME"), version, semantic_version: version, rules };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    let mut out = serde_json::to_string(&log).expect("plain data always has a JSON form");
    out.push('\n');
    out
}

fn described(rule: &'static Rule) -> Described {
    let text = Page::parse(rule.text);
    let page = topics::page(rule.name).unwrap_or_default();
    let page = without_links(page.split("\n## Read more").next().unwrap_or(&page));
    Described {
        id: rule.name,
        name: camel_case(rule.name),
        short_description: plain(&text.title),
        full_description: plain(&text.summary),
        help_uri: help_uri(rule),
        help: Text { text: page.clone(), markdown: Some(page) },
    }
}

/// `UseAfterMove`, as SARIF wants names of rules.
fn camel_case(name: &str) -> String {
    let mut out = String::new();
    for part in name.split('-') {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// Where more about the rule's first code is found: the error index, clippy's list, or the book.
fn help_uri(rule: &Rule) -> String {
    match rule.codes.first() {
        Some(code) if code.starts_with("clippy::") => {
            let name = code.trim_start_matches("clippy::");
            format!("https://rust-lang.github.io/rust-clippy/stable/index.html#{name}")
        }
        Some(code) if code.starts_with('E') => format!("https://doc.rust-lang.org/error_codes/{code}.html"),
        Some(_) => "https://doc.rust-lang.org/rustc/lints/index.html".to_owned(),
        None => "https://doc.rust-lang.org/book/ch10-03-lifetime-syntax.html".to_owned(),
    }
}

fn result(told: &Told, print: String, rule_index: usize, baseline: bool, place: &Place) -> Outcome {
    let words = &told.explanation;
    let code = told.code.as_ref().map_or(String::new(), |code| format!("{code}: "));
    let text = format!("{code}{}\n{} {}", told.message, words.claim.trim(), words.because.trim());
    let at = |span: &Span| location(span, None, place);
    let marks: Vec<Location> = told
        .finding
        .marks
        .iter()
        .enumerate()
        .map(|(n, mark)| location(&mark.span, Some(super::picture::mark_text(told, n)), place))
        .collect();
    let related = told.finding.marks.iter().zip(&marks).filter(|(mark, _)| {
        let span = Some(&mark.span);
        span != told.primary.as_ref()
    });
    let related = related.enumerate().map(|(n, (_, at))| Location { id: Some(n + 1), ..at.clone() });
    let related_locations = related.collect();
    let steps: Vec<Step> = marks.into_iter().map(|location| Step { location }).collect();
    let code_flows = if steps.len() < 2 {
        Vec::new()
    } else {
        vec![CodeFlow { thread_flows: [ThreadFlow { locations: steps }] }]
    };
    let fixes = ways::in_order(told).filter(|(fix, _)| fix.verdict.is_confirmed() && !fix.is_idea());
    Outcome {
        rule_id: told.finding.rule.name,
        rule_index,
        level: match told.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        message: plain(&text),
        locations: told.primary.as_ref().map(at).into_iter().collect(),
        related_locations,
        code_flows,
        baseline_state: baseline.then_some(if told.known { "unchanged" } else { "new" }),
        partial_fingerprints: BTreeMap::from([("ownership/v1", print)]),
        fixes: fixes.filter_map(|(fix, text)| change(told, fix, ways::title(fix, text), place)).collect(),
    }
}

fn plain(text: &str) -> Text {
    Text { text: harmless(text).into_owned(), markdown: None }
}

fn location(span: &Span, text: Option<&str>, place: &Place) -> Location {
    let artifact_location = ArtifactLocation { uri: place.uri(&span.file) };
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    Location {
        id: None,
        physical_location: PhysicalLocation { artifact_location, region: region(span) },
        message: text.map(|text| Plain { text: harmless(text).into_owned() }),
    }
}

fn region(span: &Span) -> Region {
    Region {
        start_line: span.line_start,
        start_column: span.column_start,
        end_line: span.line_end,
        end_column: span.column_end,
    }
}

/// A fix as changes of files; nothing where a source is missing.
fn change(told: &Told, fix: &Fix, title: &str, place: &Place) -> Option<Change> {
    let mut changes = Vec::new();
    for (file, edits) in fix.by_file() {
        let source = told.sources.iter().find(|source| source.name == file)?;
        let replacement = |edit: &&Edit| -> Option<Replacement> {
            source.text.get(edit.byte_start..edit.byte_end)?;
            let span = source.span(edit.byte_start..edit.byte_end);
            let inserted_content = Plain { text: edit.replacement.clone() };
            Some(Replacement { deleted_region: region(&span), inserted_content })
        };
        changes.push(ArtifactChange {
            artifact_location: ArtifactLocation { uri: place.uri(file) },
            replacements: edits.iter().map(replacement).collect::<Option<Vec<_>>>()?,
        });
    }
    Some(Change { description: Plain { text: harmless(title).into_owned() }, artifact_changes: changes })
}

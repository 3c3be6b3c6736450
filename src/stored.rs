//! Reports of other runs, read back from their JSON: to join several, and to know what is new.
//!
//! Architecture Invariant: what is read is data of somebody else's. A report that does not fit the
//! contract is refused with a reason; nothing in it is believed about the files of this run.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::diagnostic::{Level, Span};
use crate::explanation::{Explanation, Way, known_role, known_way};
use crate::fix::{Author, Cost, Deed, Edit, Fix, Verdict};
use crate::render::{fingerprints, words};
use crate::report::{Report, Same, Told};
use crate::rule::{Event, Finding, Mark, Reference, Rule, Timeline};
use crate::rules::RULES;
use crate::syntax::Files;

/// The newest contract that is understood.
const SCHEMA: u32 = 1;
/// What stands for a role or an id that the texts of this version do not know.
const UNKNOWN: &str = "other";

#[derive(Deserialize)]
struct Version {
    schema: u32,
}

#[derive(Deserialize)]
struct Document {
    rustc: Option<String>,
    success: bool,
    findings: Vec<StoredFinding>,
    others: Others,
}

#[derive(Deserialize)]
struct Others {
    errors: usize,
    warnings: usize,
}

#[derive(Deserialize)]
struct StoredFinding {
    rule: String,
    code: Option<String>,
    level: Level,
    message: String,
    title: String,
    summary: String,
    package: Option<String>,
    target: Option<String>,
    primary: Option<Span>,
    marks: Vec<StoredMark>,
    #[serde(default)]
    timeline: Option<StoredTimeline>,
    explanation: Words,
    fixes: Vec<StoredFix>,
    same_cause: Vec<StoredSame>,
}

#[derive(Deserialize)]
struct StoredMark {
    role: String,
    text: String,
    span: Span,
}

#[derive(Deserialize)]
struct StoredTimeline {
    file: String,
    owner: String,
    references: Vec<Reference>,
    events: Vec<StoredEvent>,
}

#[derive(Deserialize)]
struct StoredEvent {
    line: usize,
    kind: String,
    code: Option<String>,
    conflict: bool,
}

#[derive(Deserialize)]
struct Words {
    claim: String,
    because: String,
    stakes: String,
    rule: String,
}

#[derive(Deserialize)]
struct StoredFix {
    id: String,
    title: String,
    cost: String,
    #[serde(default)]
    when: String,
    #[serde(default)]
    example: String,
    source: Author,
    verdict: Verdict,
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
struct StoredSame {
    code: Option<String>,
    message: String,
    primary: Option<Span>,
}

/// Reads a report back. The pictures come from `files`, where these still are what they were.
pub fn read(json: &str, files: &Files) -> anyhow::Result<Report> {
    let document = document(json)?;
    let findings = document.findings.into_iter().map(|finding| told(finding, files));
    Ok(Report {
        rustc: document.rustc,
        success: document.success,
        findings: findings.collect::<anyhow::Result<Vec<Told>>>()?,
        moot: Vec::new(),
        other_errors: document.others.errors,
        other_warnings: document.others.warnings,
    })
}

/// What the findings of a report are known by.
pub fn known(json: &str) -> anyhow::Result<HashSet<String>> {
    #[derive(Deserialize)]
    struct Prints {
        findings: Vec<Print>,
    }
    #[derive(Deserialize)]
    struct Print {
        fingerprint: String,
    }
    version(json)?;
    let prints: Prints = serde_json::from_str(json).context("it is no report of `cargo ownership`")?;
    Ok(prints.findings.into_iter().map(|print| print.fingerprint).collect())
}

/// Marks the findings that are known already.
pub fn compare(report: &mut Report, known: &HashSet<String>) {
    let prints = fingerprints(report);
    for (told, print) in report.findings.iter_mut().zip(prints) {
        told.known = known.contains(&print);
    }
}

/// One report out of several. A finding that several have is there once, with the verdicts of
/// whoever knows most about it; the errors that nobody explains are added up.
pub fn joined(reports: impl IntoIterator<Item = Report>) -> Report {
    let mut whole = Report { success: true, ..Report::default() };
    let mut places: HashMap<(&str, String, Option<Span>), usize> = HashMap::new();
    for report in reports {
        whole.success &= report.success;
        whole.other_errors += report.other_errors;
        whole.other_warnings += report.other_warnings;
        whole.rustc = whole.rustc.or(report.rustc);
        for told in report.findings {
            let key = (told.finding.rule.name, told.message.clone(), told.primary.clone());
            match places.get(&key) {
                Some(&at) if best(&told) < best(&whole.findings[at]) => whole.findings[at] = told,
                Some(_) => {}
                None => {
                    places.insert(key, whole.findings.len());
                    whole.findings.push(told);
                }
            }
        }
    }
    whole
}

fn best(told: &Told) -> impl Ord {
    told.finding.fixes.iter().map(Fix::rank).min()
}

fn version(json: &str) -> anyhow::Result<()> {
    let version: Version = serde_json::from_str(json).context("it is no report of `cargo ownership`")?;
    if version.schema > SCHEMA {
        bail!("its schema is {}, and this version understands {SCHEMA}", version.schema);
    }
    Ok(())
}

fn document(json: &str) -> anyhow::Result<Document> {
    version(json)?;
    serde_json::from_str(json).context("it is no report of `cargo ownership`")
}

fn told(stored: StoredFinding, files: &Files) -> anyhow::Result<Told> {
    let rule: &'static Rule = match RULES.iter().find(|rule| rule.name == stored.rule) {
        Some(rule) => rule,
        None => bail!("this version does not know its rule `{}`", stored.rule),
    };
    let mut finding = Finding::new(rule);
    let mut marks = Vec::new();
    for mark in stored.marks {
        let role = known_role(rule, &mark.role).unwrap_or(UNKNOWN);
        let primary = stored.primary.as_ref() == Some(&mark.span);
        marks.push(mark.text);
        let facts = crate::facts::Facts::new();
        finding.marks.push(Mark { role, span: mark.span, facts, primary, rustc_text: String::new() });
    }
    finding.timeline = stored.timeline.map(timeline);
    let mut ways = Vec::new();
    for fix in stored.fixes {
        ways.push(Way { title: fix.title.clone(), cost: fix.cost, when: fix.when, code: fix.example });
        let id = known_way(rule, &fix.id).unwrap_or(UNKNOWN);
        // What it costs is said in words; the order of the report is kept.
        let mut read = Fix::new(id, Cost::local(Deed::Demand).changed(), fix.edits);
        read.rustc_text = (fix.source == Author::Rustc).then_some(fix.title);
        read.verdict = fix.verdict;
        finding.fixes.push(read);
    }
    let spans = finding.marks.iter().map(|mark| &mark.span).chain(&stored.primary);
    let edited = finding.fixes.iter().flat_map(|fix| &fix.edits);
    let mut sources: Vec<_> = spans.filter_map(|span| files.sources.of(span)).collect();
    sources.extend(edited.filter_map(|edit| files.sources.get(&edit.file)));
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources.dedup_by(|a, b| a.name == b.name);
    let same = |same: StoredSame| Same { code: same.code, message: same.message, primary: same.primary };
    Ok(Told {
        message: stored.message,
        code: stored.code,
        level: stored.level,
        package: stored.package,
        target: stored.target,
        primary: stored.primary,
        explanation: Explanation {
            title: stored.title,
            summary: stored.summary,
            claim: stored.explanation.claim,
            because: stored.explanation.because,
            stakes: stored.explanation.stakes,
            rule: stored.explanation.rule,
            read_next: rule.concepts.first().copied().unwrap_or(rule.name).to_owned(),
            glosses: Vec::new(),
            marks,
            ways,
        },
        finding,
        sources,
        same_cause: stored.same_cause.into_iter().map(same).collect(),
        known: false,
    })
}

fn timeline(stored: StoredTimeline) -> Timeline {
    let event = |event: StoredEvent| Event {
        line: event.line,
        kind: words::keys().find(|key| *key == event.kind).unwrap_or(UNKNOWN),
        code: event.code,
        conflict: event.conflict,
    };
    Timeline {
        file: stored.file,
        owner: stored.owner,
        references: stored.references,
        events: stored.events.into_iter().map(event).collect(),
    }
}

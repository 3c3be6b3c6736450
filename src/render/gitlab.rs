//! For GitLab: the Code Quality report, and sections in a job's log.
//!
//! Source: GitLab's pages "Code Quality report format" and "Job logs, custom collapsible sections".

use serde::Serialize;

use super::place::{Place, fingerprints};
use super::prose::one_line;
use super::{Drawn, Style, human};
use crate::diagnostic::Level;
use crate::report::{Report, Told};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// A JSON array with one issue a finding. GitLab shows nothing without a place, so a finding that has
/// none stands at the first line of its repository's root.
pub fn gitlab(report: &Report, place: &Place) -> String {
    let prints = fingerprints(report);
    let issues: Vec<Issue> =
        report.findings.iter().zip(prints).map(|(told, print)| issue(told, print, place)).collect();
    let mut out = serde_json::to_string_pretty(&issues).expect("plain data always has a JSON form");
    out.push('\n');
    out
}

fn issue(told: &Told, fingerprint: String, place: &Place) -> Issue {
    let code = told.code.as_ref().map_or(String::new(), |code| format!("{code}: "));
    let words = &told.explanation;
    let description = format!("{code}{}. {} {}", told.message, words.claim.trim(), words.because.trim());
    let location = match &told.primary {
        Some(span) => Location {
            path: place.path(&span.file),
            lines: Lines { begin: span.line_start, end: span.line_end },
        },
        None => Location { path: ".".to_owned(), lines: Lines { begin: 1, end: 1 } },
    };
    let severity = match told.level {
        Level::Error => "critical",
        Level::Warning => "minor",
        Level::Note => "info",
    };
    Issue {
        description: one_line(&description).into_owned(),
        check_name: told.finding.rule.name,
        fingerprint,
        severity,
        location,
    }
}

/// The report for people as a job's log shows it: a section a finding, open at first.
pub fn gitlab_log(drawn: &Drawn, style: &Style, place: &Place) -> String {
    let mut out = String::new();
    for (n, (told, text)) in drawn.report.findings.iter().zip(drawn.findings(style).iter()).enumerate() {
        let (name, seconds) = (format!("ownership_{}", n + 1), place.seconds);
        let title = format!("{}: {}", told.finding.rule.name, one_line(&told.explanation.title));
        out.push_str(&format!("\x1b[0Ksection_start:{seconds}:{name}\r\x1b[0K{title}\n"));
        out.push_str(text);
        out.push_str(&format!("\x1b[0Ksection_end:{seconds}:{name}\r\x1b[0K\n"));
    }
    out.push_str(&human::summary(drawn.report, style));
    out
}

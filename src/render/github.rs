//! The log of a GitHub Actions step: the text for people in groups, then annotations.
//!
//! A line of a log that begins with `::` is a command for the runner, whoever wrote it. So all that
//! comes from a message or a source stands between two lines that nobody could have foreseen.
//! Source: GitHub's page "Workflow commands for GitHub Actions".

use super::place::Place;
use super::prose::{harmless, one_line};
use super::words::{counted, word};
use super::{Drawn, Style, human, ways};
use crate::diagnostic::Level;
use crate::report::{Report, Told};

/// So many annotations of one level are shown for a step.
const MOST: usize = 10;

/// The log: a group a finding, the summary, then the annotations.
pub fn github(drawn: &Drawn, style: &Style, place: &Place) -> String {
    let (report, mut out) = (drawn.report, String::new());
    for (told, text) in report.findings.iter().zip(drawn.findings(style).iter()) {
        out.push_str(&format!("::group::{}\n", data(&group_title(told))));
        out.push_str(&sealed(text, place));
        out.push_str("::endgroup::\n");
    }
    out.push_str(&sealed(&human::summary(report, style), place));
    annotate(&mut out, report, place);
    out
}

/// A text that the runner does not read.
pub fn sealed(text: &str, place: &Place) -> String {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    if text.is_empty() { String::new() } else { format!("{}{text}{end}{}", seal(place), unseal(place)) }
}

/// From here on the runner reads no commands.
pub fn seal(place: &Place) -> String {
    format!("::stop-commands::{}\n", place.seal)
}

/// From here on it reads them again.
pub fn unseal(place: &Place) -> String {
    format!("::{}::\n", place.seal)
}

fn group_title(told: &Told) -> String {
    let at = told.primary.as_ref().map_or(String::new(), |span| format!("{}: ", super::short::at(span)));
    format!("{at}{}", headline(told))
}

/// `error[E0502]: cannot borrow ..`
fn headline(told: &Told) -> String {
    let code = told.code.as_ref().map_or(String::new(), |code| format!("[{code}]"));
    format!("{}{code}: {}", level(told.level), told.message)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// One annotation a finding, errors first; what the runner would not show is counted.
fn annotate(out: &mut String, report: &Report, place: &Place) {
    let mut hidden = 0;
    for level in [Level::Error, Level::Warning] {
        let new = |told: &&Told| told.level == level && !told.known;
        let findings: Vec<&Told> = report.findings.iter().filter(new).collect();
        findings.iter().take(MOST).for_each(|told| annotation(out, told, place));
        hidden += findings.len().saturating_sub(MOST);
    }
    if hidden > 0 {
        let text = counted(hidden, "annotations-more-one", "annotations-more-many");
        out.push_str(&format!("::notice::{}\n", data(&text)));
    }
}

fn annotation(out: &mut String, told: &Told, place: &Place) {
    let mut properties = Vec::new();
    if let Some(span) = &told.primary {
        properties.push(format!("file={}", property(&place.path(&span.file))));
        properties.push(format!("line={}", span.line_start));
        properties.push(format!("endLine={}", span.line_end));
        properties.push(format!("col={}", span.column_start));
        properties.push(format!("endColumn={}", span.column_end));
    }
    properties.push(format!("title={}", property(&one_line(&told.explanation.title))));
    let text = data(&message(told));
    out.push_str(&format!("::{} {}::{text}\n", level(told.level), properties.join(",")));
}

/// The headline, what happened, and the best way out.
fn message(told: &Told) -> String {
    let words = &told.explanation;
    let mut lines = vec![headline(told), format!("{} {}", words.claim.trim(), words.because.trim())];
    if let Some((fix, text)) = ways::in_order(told).next() {
        let known = ways::known(fix, text, &Style::default());
        lines.push(format!("{}: {} ({known})", word("way-out"), ways::title(fix, text)));
    }
    lines.join("\n")
}

/// Escaped as the text of a command.
fn data(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escaped as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_command() {
        assert_eq!(data("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(property("a,b:c\n"), "a%2Cb%3Ac%0A");
    }

    #[test]
    fn what_is_sealed_stands_between_the_two_words() {
        let place = Place { seal: "s".into(), ..Place::default() };
        assert_eq!(sealed("::error::x", &place), "::stop-commands::s\n::error::x\n::s::\n");
        assert_eq!(sealed("", &place), "");
    }
}

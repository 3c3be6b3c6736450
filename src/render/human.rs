//! A finding for people, in the order of their questions: what happened in my code, why does Rust
//! mind, what can I do.

use std::cell::RefCell;
use std::rc::Rc;

use super::prose::{FAINT, HEADING, LINK, Page, harmless, level_style, width};
use super::short::at;
use super::words::{counted, word};
use super::{Detail, Style, picture, timeline, ways};
use crate::diagnostic::{Level, Span};
use crate::report::{Report, Told};

/// A report whose findings are drawn for people once, in however many reports they stand.
#[derive(Debug)]
pub struct Drawn<'r> {
    /// What is drawn.
    pub report: &'r Report,
    findings: RefCell<Vec<(Style, Rc<[String]>)>>,
}

impl<'r> Drawn<'r> {
    /// Nothing is drawn before it is asked for.
    pub fn new(report: &'r Report) -> Drawn<'r> {
        Drawn { report, findings: RefCell::default() }
    }

    /// Each finding of the report in this style.
    pub fn findings(&self, style: &Style) -> Rc<[String]> {
        if let Some((_, known)) = self.findings.borrow().iter().find(|(of, _)| of == style) {
            return known.clone();
        }
        let drawn: Rc<[String]> = self.report.findings.iter().map(|told| finding(told, style)).collect();
        self.findings.borrow_mut().push((*style, drawn.clone()));
        drawn
    }
}

/// One finding.
pub fn finding(told: &Told, style: &Style) -> String {
    let brief = style.detail == Detail::Brief;
    let mut page = Page::new(style);
    headline(&mut page, told);
    code(&mut page, told);
    if !brief && let Some(drawn) = overlap(told, style) {
        page.gap();
        page.plain(&drawn);
    }
    page.gap();
    let words = &told.explanation;
    page.prose("", 0, &format!("{} {}", words.claim.trim(), words.because.trim()));
    if !brief {
        glosses(&mut page, told);
        page.gap();
        table(&mut page, &[(stakes_key(told), &words.stakes), ("rule", &words.rule)]);
    }
    ways::draw(&mut page, told);
    if !brief {
        same_cause(&mut page, told);
        if !words.read_next.is_empty() {
            page.gap();
            let command = format!("cargo ownership explain {}", harmless(&words.read_next));
            page.plain(word("more")).plain(": ").paint(LINK, &command).end();
        }
    }
    page.text()
}

/// How many other messages have the same cause.
pub(super) fn same_cause_head(told: &Told) -> String {
    let all = told.same_cause.len();
    match told.level {
        Level::Error => counted(all, "same-cause-one", "same-cause-many"),
        _ => counted(all, "same-cause-warning-one", "same-cause-warning-many"),
    }
}

/// The key of the words before what would go wrong: what a lint warns of is allowed.
pub(super) fn stakes_key(told: &Told) -> &'static str {
    let allowed = told.level == Level::Warning || told.is_lint();
    if allowed { "stakes-of-warning" } else { "stakes" }
}

/// What was explained and what was not; empty where one finding is all there is.
pub fn summary(report: &Report, style: &Style) -> String {
    let explained = report.findings.len();
    let mut page = Page::new(style);
    let confirmed = |told: &Told| told.finding.fixes.iter().any(|fix| fix.verdict.is_confirmed());
    let apply = report.findings.iter().any(confirmed);
    let known = report.findings.iter().filter(|told| told.known).count();
    if explained == 0 || explained + report.other_errors + known < 2 {
        if apply {
            page.prose("", 0, word("apply"));
        }
        return page.text();
    }
    let mut text = counted(explained, "summary-explained-one", "summary-explained-many");
    if report.other_errors > 0 {
        text.push_str("; ");
        text.push_str(&counted(report.other_errors, "summary-others-one", "summary-others-many"));
    }
    if known > 0 {
        text.push_str("; ");
        text.push_str(&counted(known, "summary-known-one", "summary-known-many"));
    }
    text.push('.');
    if apply {
        text.push(' ');
        text.push_str(word("apply"));
    }
    page.prose("", 0, &text);
    if let Some((concept, count)) = report.common_concept() {
        let key = if count == explained { "in-common-all" } else { "in-common" };
        page.plain(&word(key).replace("{n}", &count.to_string())).plain(": ");
        page.paint(LINK, &format!("cargo ownership explain {}", concept.name)).end();
    }
    page.text()
}

/// rustc's headline, word for word, on one line: people search for it.
pub(super) fn headline(page: &mut Page, told: &Told) {
    let level = match told.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let code = told.code.as_ref().map_or(String::new(), |code| format!("[{}]", harmless(code)));
    page.paint(level_style(told.level), &format!("{level}{code}"));
    page.paint(HEADING, &format!(": {}", harmless(&told.message))).end();
}

/// The picture, and words for what it cannot show.
fn code(page: &mut Page, told: &Told) {
    let picture = picture::draw(told, page.style);
    match &told.primary {
        Some(span) if picture.drawn.is_empty() => {
            page.paint(FAINT, "  --> ").plain(&at(span)).end();
        }
        _ => {
            page.plain(&picture.drawn);
        }
    }
    for text in &picture.legend {
        page.prose("  ", 5, text);
    }
    for (span, text) in &picture.elsewhere {
        page.prose("  ", 5, &format!("{}: {text}", at(span)));
    }
}

fn overlap(told: &Told, style: &Style) -> Option<String> {
    timeline::draw(told.finding.timeline.as_ref()?, style)
}

fn glosses(page: &mut Page, told: &Told) {
    for (term, gloss) in &told.explanation.glosses {
        page.lead(HEADING, &format!("{}: ", harmless(&capitalised(term))), 2, gloss);
    }
}

/// A term as it begins a line.
pub(super) fn capitalised(term: &str) -> String {
    let mut letters = term.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Two columns, or one above the other where the screen is narrow.
fn table(page: &mut Page, rows: &[(&'static str, &str)]) {
    const NARROW: usize = 60;
    let indent = rows.iter().map(|(key, _)| width(word(key))).max().unwrap_or(0) + 3;
    for (key, text) in rows.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let label = word(key);
        if page.style.prose_width() < NARROW {
            page.paint(HEADING, label).end();
            page.prose("  ", 2, text);
        } else {
            let pad = indent - width(label);
            page.lead(HEADING, &format!("{label}{}", " ".repeat(pad)), indent, text);
        }
    }
}

fn same_cause(page: &mut Page, told: &Told) {
    const MOST: usize = 5;
    let all = told.same_cause.len();
    if all == 0 {
        return;
    }
    let most = if page.style.detail == Detail::Full { all } else { MOST };
    page.gap();
    page.paint(HEADING, &same_cause_head(told)).end();
    for same in told.same_cause.iter().take(most) {
        let place = same.primary.as_ref().map_or(String::new(), |span: &Span| at(span) + ": ");
        page.prose("  ", 4, &format!("{place}{}", same.message));
    }
    if all > most {
        page.prose("  ", 4, &word("and-more").replace("{n}", &(all - most).to_string()));
    }
}

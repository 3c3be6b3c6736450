//! What got better and what got worse between two checks.

use std::collections::HashMap;

use super::place::fingerprints;
use super::prose::{ADDED, FAINT, Page, REMOVED, one_line};
use super::short::at;
use super::words::{counted, word};
use super::{Detail, Style};
use crate::report::{Report, Told};

/// The lines between the report of a check and the wait for the next one.
pub fn changes(before: Option<&Report>, now: &Report, style: &Style) -> String {
    let mut page = Page::new(style);
    if let Some(before) = before {
        let (old, new) = (by_print(before), by_print(now));
        let gone: Vec<&Told> = without(before, &new);
        let came: Vec<&Told> = without(now, &old);
        list(&mut page, &gone, counted(gone.len(), "watch-better-one", "watch-better-many"), '-');
        list(&mut page, &came, counted(came.len(), "watch-worse-one", "watch-worse-many"), '+');
        let others = (before.other_errors, now.other_errors);
        if others.0 != others.1 {
            let text = word("watch-others").replace("{before}", &others.0.to_string());
            page.prose("", 0, &text.replace("{now}", &others.1.to_string()));
        } else if gone.is_empty() && came.is_empty() {
            page.prose("", 0, word("watch-same"));
        }
    }
    page.paint(FAINT, word("watch-waiting")).end();
    page.text()
}

fn by_print(report: &Report) -> HashMap<String, usize> {
    fingerprints(report).into_iter().zip(0..).collect()
}

fn without<'r>(report: &'r Report, known: &HashMap<String, usize>) -> Vec<&'r Told> {
    let prints = fingerprints(report);
    let new = report.findings.iter().zip(prints).filter(|(_, print)| !known.contains_key(print));
    new.map(|(told, _)| told).collect()
}

fn list(page: &mut Page, findings: &[&Told], head: String, sign: char) {
    /// So many are named; more are seen in the report.
    const MOST: usize = 5;
    if findings.is_empty() {
        return;
    }
    page.prose("", 0, &head);
    let most = if page.style.detail == Detail::Full { findings.len() } else { MOST };
    let ansi = if sign == '-' { ADDED } else { REMOVED };
    for told in findings.iter().take(most) {
        let place = told.primary.as_ref().map_or(String::new(), |span| at(span) + ": ");
        page.painted(
            ansi,
            &format!("  {sign} "),
            4,
            &one_line(&format!("{place}{}", told.explanation.title)),
        );
    }
    if findings.len() > most {
        page.prose("  ", 4, &word("and-more").replace("{n}", &(findings.len() - most).to_string()));
    }
}

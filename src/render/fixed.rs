//! What `cargo ownership fix` did, what it left, and what remains.

use std::rc::Rc;

use super::human::headline;
use super::prose::{self, FAINT, HEADING, Page, one_line};
use super::short::at;
use super::words::{counted, word};
use super::{Style, ways};
use crate::fix;
use crate::plan::{Chosen, Left, Plan, Refusal, Why};
use crate::report::{Report, Told};
use crate::source::Source;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How many findings were fixed.
    pub fixed: usize,
    /// In how many files.
    pub files: usize,
    /// How many errors there are now.
    pub remaining: usize,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// What was put back at last.
    pub put_back: Option<PutBack>,
}

/// Fixes that made it worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutBack {
    /// How many errors there were with them; nothing where cargo could not even check.
    pub errors: Option<usize>,
    /// The files that could not be put back, and why.
    pub except: Vec<(String, Refusal)>,
}

/// The fixes that were chosen, each under its error, as patches.
pub fn deeds(report: &Report, plan: &Plan, style: &Style) -> String {
    let sources: Vec<Rc<Source>> = plan.files.iter().map(|file| file.source.clone()).collect();
    let mut page = Page::new(style);
    for (n, Chosen { finding, fix }) in plan.chosen.iter().enumerate() {
        let told = finding.and_then(|finding| report.findings.get(finding));
        if let Some(told) = told {
            place(&mut page, told);
        }
        let way = told.and_then(|told| {
            let nth =
                told.finding.fixes.iter().position(|known| known.id == fix.id && known.edits == fix.edits);
            told.explanation.ways.get(nth?)
        });
        let title = one_line(ways::title(fix, way).trim()).into_owned();
        let known = ways::known(fix, way, style);
        if prose::width(&title) + prose::width(&known) + 5 <= style.prose_width() {
            page.plain("  ").paint(HEADING, &title).plain("   ").paint(FAINT, &known).end();
        } else {
            page.painted(HEADING, "  ", 2, &title);
            page.painted(FAINT, "  ", 2, &known);
        }
        if plan.chosen.iter().take(n).any(|other| other.fix.edits == fix.edits) {
            page.painted(FAINT, "     ", 5, word("fixed-above"));
        } else {
            ways::changes(&mut page, &sources, fix);
        }
        page.end();
    }
    page.text()
}

/// The same for fixes that were written and then put back.
pub fn put_back(report: &Report, plan: &Plan, style: &Style) -> String {
    let mut page = Page::new(style);
    page.paint(HEADING, word("put-back-shown")).end();
    page.end();
    page.text() + &deeds(report, plan, style)
}

/// The findings that stay, each with the reason.
pub fn left(report: &Report, left: &[Left], style: &Style) -> String {
    let mut page = Page::new(style);
    let found = left.iter().filter_map(|left| Some((report.findings.get(left.finding)?, &left.why)));
    for (n, (told, why)) in found.enumerate() {
        if n == 0 {
            page.paint(HEADING, word("left")).end();
        }
        let code = told.code.as_ref().map_or(String::new(), |code| format!("{code}: "));
        let place = told.primary.as_ref().map_or(String::new(), |span| at(span) + ": ");
        page.prose("  ", 4, &format!("{place}{code}{}", told.message));
        page.prose("    ", 4, &reason(why));
    }
    if !page.has_gap() {
        page.end();
    }
    page.text()
}

/// The last lines: what was done in sum, and what remains.
pub fn ending(ending: &Ending, style: &Style) -> String {
    let mut page = Page::new(style);
    if let Some(put_back) = &ending.put_back {
        let text = match put_back.errors {
            Some(errors) => counted(errors, "put-back-one", "put-back-many"),
            None => word("put-back-failed").to_owned(),
        };
        page.prose("", 0, &text);
        for (file, why) in &put_back.except {
            let text = word("put-back-except").replace("{file}", file).replace("{why}", &refusal(why));
            page.prose("", 0, &text);
        }
    }
    let remaining = match ending.remaining {
        0 => word("remain-none").to_owned(),
        n => counted(n, "remain-one", "remain-many"),
    };
    let text = match (ending.fixed, ending.remaining) {
        (0, _) if ending.put_back.is_some() => remaining,
        (0, 0) => word("nothing-to-fix").to_owned(),
        (0, _) => format!("{} {remaining}", word("nothing-fixed")),
        (n, _) => {
            let done = match ending.dry_run {
                true => counted(n, "would-fix-one", "would-fix-many"),
                false => counted(n, "fixed-one", "fixed-many"),
            };
            format!("{done} {}. {remaining}", counted(ending.files, "fixed-files-one", "fixed-files-many"))
        }
    };
    page.prose("", 0, &text);
    page.text()
}

/// A finding and the fixes among which a reader is to choose, numbered in their order.
pub fn choice(told: &Told, fixes: &[usize], style: &Style) -> String {
    let mut page = Page::new(style);
    place(&mut page, told);
    page.gap();
    page.prose("", 0, &format!("{} {}", told.explanation.claim.trim(), told.explanation.because.trim()));
    page.gap();
    for (n, &fix) in fixes.iter().enumerate() {
        if let Some(found) = told.finding.fixes.get(fix) {
            ways::one(&mut page, told, n + 1, found, told.explanation.ways.get(fix));
        }
    }
    page.text()
}

/// What a reader may answer: the titles of the fixes, then to leave it, then to stop.
pub fn answers(told: &Told, fixes: &[usize]) -> Vec<String> {
    let title = |&fix: &usize| {
        let found = told.finding.fixes.get(fix)?;
        Some(one_line(ways::title(found, told.explanation.ways.get(fix)).trim()).into_owned())
    };
    let words = ["pick-leave", "pick-stop"].map(|key| word(key).to_owned());
    fixes.iter().map(|fix| title(fix).unwrap_or_default()).chain(words).collect()
}

/// What a reader is asked.
pub fn question() -> &'static str {
    word("pick-which")
}

fn place(page: &mut Page, told: &Told) {
    headline(page, told);
    if let Some(span) = &told.primary {
        page.paint(FAINT, "  --> ").plain(&at(span)).end();
    }
}

fn reason(why: &Why) -> String {
    word(match why {
        Why::NotAsked => "left-not-asked",
        Why::Declined => "left-declined",
        Why::OnlyIdeas => "left-only-ideas",
        Why::NotConfirmed => "left-not-confirmed",
        Why::NotTried(fix::Why::Budget) => "left-budget",
        Why::NotTried(_) => "left-not-tried",
        Why::ChangesBehaviour => "left-changes-behaviour",
        Why::Clash => "left-clash",
        Why::Refused { file, why } => {
            return word("left-refused").replace("{file}", file).replace("{why}", &refusal(why));
        }
    })
    .to_owned()
}

/// Said of a file: "`a.rs` ..".
fn refusal(why: &Refusal) -> String {
    word(match why {
        Refusal::Outside => "refused-outside",
        Refusal::LinkedOutside => "refused-linked-outside",
        Refusal::Dependency => "refused-dependency",
        Refusal::Generated => "refused-generated",
        Refusal::Changed => "refused-changed",
        Refusal::ReadOnly => "refused-read-only",
        Refusal::Owner => "refused-owner",
        Refusal::NotAFile => "refused-not-a-file",
        Refusal::Twice => "refused-twice",
        Refusal::Failed(error) => return word("refused-failed").replace("{error}", error),
    })
    .to_owned()
}

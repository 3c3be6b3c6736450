//! The ways out of a finding: title, what is known of it, and what it changes.

use std::rc::Rc;

use super::patch::{self, Line};
use super::prose::{self, ADDED, FAINT, HEADING, Page, REMOVED, one_line};
use super::words::{counted, word};
use super::{Detail, Style};
use crate::explanation::Way;
use crate::fix::{Author, Fix, Verdict};
use crate::report::Told;
use crate::source::Source;

/// Columns before the text of a way out.
const INDENT: usize = 5;

/// The fixes with their words, those with edits first.
pub(super) fn in_order(told: &Told) -> impl Iterator<Item = (&Fix, Option<&Way>)> {
    let all = || told.finding.fixes.iter().enumerate();
    let edits = all().filter(|(_, fix)| !fix.is_idea());
    let ideas = all().filter(|(_, fix)| fix.is_idea());
    edits.chain(ideas).map(|(n, fix)| (fix, told.explanation.ways.get(n)))
}

/// What a way out is called. The words for a suggestion of rustc's are rustc's own.
pub(super) fn title<'r>(fix: &'r Fix, text: Option<&'r Way>) -> &'r str {
    let ours = text.map(|way| way.title.as_str()).filter(|title| !title.is_empty());
    ours.or(fix.rustc_text.as_deref()).unwrap_or(fix.id)
}

/// Draws as many ways out as the detail asks for.
pub(super) fn draw(page: &mut Page, told: &Told) {
    let all = in_order(told).count();
    let most = match page.style.detail {
        Detail::Brief => 1,
        Detail::Normal => 3,
        Detail::Full => all,
    };
    if all == 0 {
        return;
    }
    page.gap();
    page.paint(HEADING, word("ways-out")).end();
    for (n, (fix, text)) in in_order(told).take(most).enumerate() {
        one(page, told, n + 1, fix, text);
    }
    if all > most && page.style.detail != Detail::Brief {
        let hidden = counted(all - most, "more-ways-one", "more-ways-many");
        page.prose("  ", 2, &hidden);
    }
}

pub(super) fn one(page: &mut Page, told: &Told, number: usize, fix: &Fix, text: Option<&Way>) {
    let lead = format!("{number:>3}. ");
    let title = one_line(title(fix, text).trim()).into_owned();
    let facts = known(fix, text, page.style);
    let used = prose::width(&lead) + prose::width(&title) + 3 + prose::width(&facts);
    if used <= page.style.prose_width() {
        page.paint(HEADING, &lead).paint(HEADING, &title).plain("   ").paint(FAINT, &facts).end();
    } else {
        page.painted(HEADING, &lead, INDENT, &title);
        page.painted(FAINT, &" ".repeat(INDENT), INDENT, &facts);
    }
    let Some(text) = text.filter(|_| fix.is_idea()) else {
        changes(page, &told.sources, fix);
        return;
    };
    page.prose(&" ".repeat(INDENT), INDENT, &text.when);
    for line in text.code.trim_matches('\n').lines() {
        page.plain(&" ".repeat(INDENT + 4)).plain(&one_line(line)).end();
    }
}

/// `confirmed · copies one i32`: what is known of a way out before it is looked at.
pub(super) fn known(fix: &Fix, text: Option<&Way>, style: &Style) -> String {
    let author = (fix.author() == Author::Rustc).then(|| word("rustc-suggests"));
    let verdict = word(verdict(fix));
    let cost = text.map(|way| way.cost.trim()).filter(|cost| !cost.is_empty());
    let parts: Vec<&str> = author.into_iter().chain([verdict]).chain(cost).collect();
    let dot = if style.ascii { " - " } else { " · " };
    one_line(&parts.join(dot)).into_owned()
}

/// The key of the words for what the compiler has said of a way out.
pub(super) fn verdict(fix: &Fix) -> &'static str {
    match &fix.verdict {
        _ if fix.is_idea() => "idea",
        Verdict::Compiles | Verdict::Resolves { .. } => "confirmed",
        Verdict::Uncovers { .. } => "uncovers",
        Verdict::NotTried { .. } => "not-tried",
        Verdict::Fails { .. } => "idea",
    }
}

/// Draws the lines that change.
pub(super) fn changes(page: &mut Page, sources: &[Rc<Source>], fix: &Fix) {
    /// Enough for an edit by hand; a change of many call sites is read in the editor.
    const LINES: usize = 12;
    let lines = patch::lines(sources, fix);
    let several_files = fix.by_file().len() > 1;
    let most = if page.style.detail == Detail::Full { lines.len() } else { LINES };
    let digits = lines.iter().map(|line| line.number).max().unwrap_or(1).to_string().len();
    let indent = " ".repeat(INDENT);
    let mut file = "";
    for Line { file: its, number, added, text } in lines.iter().take(most) {
        if several_files && file != *its {
            page.plain(&indent).paint(FAINT, &one_line(its)).end();
            file = its;
        }
        let (sign, ansi) = if *added { ('+', ADDED) } else { ('-', REMOVED) };
        let text = format!("{number:>digits$} {sign} {text}");
        page.plain(&indent).paint(ansi, text.trim_end()).end();
    }
    if lines.len() > most {
        let hidden = counted(lines.len() - most, "more-lines-one", "more-lines-many");
        page.painted(FAINT, &indent, INDENT, &hidden);
    }
}

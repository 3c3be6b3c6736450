//! Makes the words at the marks of a picture fit the screen: `annotate-snippets` never breaks them.
//!
//! It draws a picture in rows. In a row that is too long, the last label is what sticks out; it is
//! wrapped where it stands, or put below its mark where there is too little room to the right.

use super::Style;
use super::prose::{self, CONTEXT, GUTTER, Page, level_style};
use crate::diagnostic::Level;

/// The words at one place of the picture.
#[derive(Debug)]
pub(super) struct Label {
    /// The words of each mark that is there; the first is in the drawn picture.
    pub(super) texts: Vec<String>,
    /// Whether it is the place that we point at first.
    pub(super) primary: bool,
}

/// Fewer columns than this make a ladder of single words.
const NARROW: usize = 20;
/// How many columns the words below a mark like to have.
const BELOW: usize = 48;
/// How the last row of a picture begins.
const CLOSING: &str = "╰╴";
/// Ends all paint.
const RESET: &str = "\u{1b}[0m";

/// The picture with all words in it, or nothing where they do not fit.
pub(super) fn fit(drawn: &str, labels: &[Label], level: Level, style: &Style) -> Option<String> {
    let rows: Vec<&str> = drawn.lines().collect();
    let plain: Vec<String> = rows.iter().map(|row| without_paint(row)).collect();
    let mut waiting: Vec<&Label> = labels.iter().collect();
    let mut page = Page::new(style);
    let mut wrapped = false;
    for (n, row) in rows.iter().enumerate() {
        if std::mem::take(&mut wrapped) && leads_on(&plain[n]) {
            // The words above have led on already.
            continue;
        }
        let here = labels_of(&plain[n], &mut waiting);
        let wide = prose::width(&plain[n]) > style.code_width();
        let Some((label, others)) = here.split_last() else {
            page.plain(row).end();
            continue;
        };
        if others.iter().any(|label| label.texts.len() > 1) {
            return None;
        }
        if !wide && label.texts.len() == 1 {
            // Nothing to do: most rows by far.
            page.plain(row).end();
            continue;
        }
        let place = Room::of(&plain, n, label, others.is_empty(), style)?;
        let words = place.wrap(label);
        let ansi = if label.primary { level_style(level) } else { CONTEXT };
        let at = row.rfind(label.texts[0].as_str())?;
        let mut words = words.iter().peekable();
        // The row that closes the picture hands that over to its last continuation.
        let closes = row.contains(CLOSING);
        let before = row[..at].replace(CLOSING, "│ ");
        if place.below {
            let columns = prose::width(without_paint(&before).trim_end());
            page.plain(start_of(&before, columns)).plain(if style.color { RESET } else { "" });
        } else {
            page.plain(&before).plain(words.next()?);
        }
        // The paint that the row ends with.
        page.plain(&row[at + label.texts[0].len()..]).end();
        while let Some(line) = words.next() {
            place.continued(&mut page, closes && words.peek().is_none());
            page.paint(ansi, line).end();
            wrapped = true;
        }
    }
    waiting.is_empty().then_some(page.text())
}

/// Takes the labels that begin in a row, from left to right.
fn labels_of<'l>(row: &str, waiting: &mut Vec<&'l Label>) -> Vec<&'l Label> {
    // Words stand beside a bar; a row of code begins with its number, a header with an arrow.
    if !row.trim_start().starts_with(|c| is_bar(c) || CLOSING.starts_with(c)) {
        return Vec::new();
    }
    let mut here: Vec<(usize, &Label)> = Vec::new();
    waiting.retain(|label| match row.find(label.texts[0].as_str()) {
        Some(at) => {
            here.push((at, label));
            false
        }
        None => true,
    });
    here.sort_by_key(|(at, _)| *at);
    here.into_iter().map(|(_, label)| label).collect()
}

/// Where the words of a label may stand.
struct Room {
    /// What stands left of the words in every row but the first: bars and spaces.
    left: Vec<char>,
    /// The column of the first bar, between line numbers and code.
    gutter: usize,
    /// The columns for them.
    columns: usize,
    /// Whether the words begin in the row below.
    below: bool,
}

impl Room {
    fn of(plain: &[String], n: usize, label: &Label, alone: bool, style: &Style) -> Option<Room> {
        let row = &plain[n];
        let before = &row[..row.rfind(label.texts[0].as_str())?];
        let gutter = row.chars().position(|c| is_bar(c) || CLOSING.starts_with(c))?;
        // Below a row of underlines, bars lead to the labels that are still to come; a row of
        // labels has them itself.
        let underlines = before.trim_end().ends_with(['━', '─', '^', '-', '┛', '┘']);
        let bars = plain.get(n + 1).filter(|next| underlines && leads_on(next));
        let column = prose::width(before);
        let mut left: Vec<char> =
            bars.unwrap_or(row).chars().map(|c| if is_bar(c) { c } else { ' ' }).collect();
        left.truncate(column);
        left.resize(column, ' ');
        let longest = label.texts.iter().map(|text| prose::width(text)).max().unwrap_or(0);
        let columns = style.code_width().saturating_sub(column);
        if columns >= longest.min(NARROW) {
            return Some(Room { left, gutter, columns, below: false });
        }
        // Below the mark, if nothing else is to be said of its line.
        if !alone || !underlines || bars.is_some() {
            return None;
        }
        let start = before.trim_end().rfind(' ').map_or(0, |at| prose::width(&before[..=at]));
        let column = start.min(style.code_width().saturating_sub(longest.min(BELOW))).max(gutter + 2);
        left.truncate(column);
        Some(Room { left, gutter, columns: style.code_width() - column, below: true })
    }

    /// The words of all marks, line by line.
    fn wrap(&self, label: &Label) -> Vec<String> {
        let hang = if label.texts[0].starts_with(|c: char| c.is_ascii_digit()) { "   " } else { "" };
        label.texts.iter().flat_map(|text| prose::wrap(text, self.columns, "", hang)).collect()
    }

    /// Begins another row: the gutter, and the bars that go on below.
    fn continued(&self, page: &mut Page, last: bool) {
        let bar = match (page.style.ascii, last) {
            (true, _) => "|",
            (false, false) => "│",
            (false, true) => "╰",
        };
        let bars: String = self.left[self.gutter + 1..].iter().collect();
        page.plain(&" ".repeat(self.gutter)).paint(GUTTER, bar);
        if last && !page.style.ascii {
            let bars = bars.strip_prefix(' ').unwrap_or(&bars);
            page.paint(GUTTER, "╴").paint(CONTEXT, bars);
        } else {
            page.paint(CONTEXT, &bars);
        }
    }
}

fn is_bar(c: char) -> bool {
    matches!(c, '│' | '┃' | '|')
}

/// Whether a row holds nothing but bars, one of them right of the gutter.
fn leads_on(row: &str) -> bool {
    row.chars().all(|c| is_bar(c) || c == ' ') && row.chars().filter(|&c| is_bar(c)).count() > 1
}

/// Cuts rows of code that are still too long: the dots that `annotate-snippets` puts at the end of
/// a line come on top of the width.
pub(super) fn cut(drawn: String, style: &Style) -> String {
    let most = style.code_width();
    let is_code = |row: &str| without_paint(row).trim_start().starts_with(|c: char| c.is_ascii_digit());
    let too_long = |row: &str| row.len() > most && is_code(row) && prose::width(&without_paint(row)) > most;
    if !drawn.lines().any(too_long) {
        return drawn;
    }
    let dots = if style.ascii { "..." } else { "…" };
    let mut out = String::with_capacity(drawn.len());
    for row in drawn.lines() {
        if too_long(row) {
            let kept = start_of(row, most - prose::width(dots));
            out.push_str(kept.trim_end_matches('.').trim_end_matches('…'));
            out.push_str(dots);
            out.push_str(if style.color { RESET } else { "" });
        } else {
            out.push_str(row);
        }
        out.push('\n');
    }
    out
}

/// As much of a row as takes at most so many columns.
fn start_of(row: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut at = 0;
    while let Some(c) = row[at..].chars().next() {
        let escape = c == '\u{1b}';
        let end =
            if escape { row[at..].find('m').map_or(row.len(), |m| at + m + 1) } else { at + c.len_utf8() };
        used += if escape { 0 } else { prose::width(&row[at..end]) };
        if used > columns {
            break;
        }
        at = end;
    }
    &row[..at]
}

/// A row without escape sequences.
fn without_paint(row: &str) -> String {
    let mut out = String::with_capacity(row.len());
    let mut rest = row;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('m').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

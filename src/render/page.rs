//! A Markdown page on a terminal, for `cargo ownership explain`.
//!
//! It knows the Markdown that our texts use: headings, paragraphs of one sentence a line, lists,
//! quotes, tables, fenced code with our labels, code, emphasis and links in the text.

use super::Style;
use super::prose::{self, FAINT, HEADING, Page, harmless};
use super::words::word;

/// Draws a page.
pub fn page(text: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let bare = line.trim();
        if bare.is_empty() {
            continue;
        }
        let mut more = Vec::new();
        let mut take_while = |goes_on: fn(&str) -> bool| {
            while let Some(next) = lines.next_if(|next| goes_on(next)) {
                more.push(next);
            }
        };
        if let Some(info) = bare.strip_prefix("```") {
            take_while(|next| !next.trim_start().starts_with("```"));
            lines.next();
            fenced(&mut page, info, &more);
        } else if let Some((level, title)) = heading(bare) {
            title_of(&mut page, level, title);
        } else if bare.starts_with('|') {
            take_while(|next| next.trim_start().starts_with('|'));
            more.insert(0, line);
            table(&mut page, &more);
        } else if let Some((mark, item)) = item(line) {
            take_while(|next| next.starts_with("  ") && self::item(next).is_none());
            list_item(&mut page, mark, &joined(item, &more));
        } else if let Some(quote) = bare.strip_prefix('>') {
            take_while(|next| next.trim_start().starts_with('>'));
            page.gap();
            let more: Vec<&str> = more.iter().map(|line| line.trim_start_matches([' ', '>'])).collect();
            page.prose("  ", 2, &joined(quote, &more));
        } else {
            take_while(is_paragraph);
            page.gap();
            page.prose("", 0, &joined(bare, &more));
        }
    }
    page.text()
}

/// Whether a line goes on with the paragraph above.
fn is_paragraph(line: &str) -> bool {
    let bare = line.trim();
    !bare.is_empty()
        && !bare.starts_with("```")
        && !bare.starts_with('|')
        && !bare.starts_with('>')
        && heading(bare).is_none()
        && item(line).is_none()
}

/// Lines as one text, without the marks for emphasis and links.
fn joined(first: &str, more: &[&str]) -> String {
    let mut text = first.trim().to_owned();
    for line in more {
        text.push(' ');
        text.push_str(line.trim());
    }
    unmarked(&text)
}

/// `# Title`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    Some((level, title.strip_prefix(' ')?.trim())).filter(|_| (1..=6).contains(&level))
}

fn title_of(page: &mut Page, level: usize, title: &str) {
    page.gap();
    let title = unmarked(title);
    page.painted(HEADING, "", 0, &title);
    // Without colour, a line below tells a heading from a sentence.
    if !page.style.color && level <= 2 {
        let stroke = match (level, page.style.ascii) {
            (1, true) => "=",
            (1, false) => "═",
            (_, true) => "-",
            (_, false) => "─",
        };
        let columns = prose::width(&harmless(&title)).min(page.style.prose_width());
        page.plain(&stroke.repeat(columns)).end();
    }
}

/// `- text` or `1. text`: the mark with its indent, and the text.
fn item(line: &str) -> Option<(&str, &str)> {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match bare.as_bytes() {
        [b'-' | b'*', b' ', ..] => 1,
        bytes if (1..=3).contains(&digits) && bytes[digits..].starts_with(b". ") => digits + 1,
        _ => return None,
    };
    Some((&line[..indent + mark], &bare[mark + 1..]))
}

fn list_item(page: &mut Page, mark: &str, text: &str) {
    // Items of one list stand together.
    if !page.last_line().starts_with("  ") || page.has_gap() {
        page.gap();
    }
    let bullet = mark.trim_start();
    let bullet = if page.style.ascii || bullet.len() > 1 { bullet } else { "•" };
    let lead = format!("  {}{bullet} ", " ".repeat(mark.len() - mark.trim_start().len()));
    page.prose(&lead, prose::width(&lead), text);
}

/// Code, below a line that says whether it compiles.
fn fenced(page: &mut Page, info: &str, code: &[&str]) {
    page.gap();
    let mut words = info.trim().split(',');
    words.next();
    for label in words {
        let (key, value) = label.trim().split_once('=').unwrap_or((label.trim(), ""));
        let text = match key {
            "fails" => word("page-fails"),
            "fixed" => word("page-fixed"),
            _ => continue,
        };
        let value = if value.is_empty() { String::new() } else { format!(" ({value})") };
        page.painted(FAINT, "    ", 4, &format!("{text}{value}:"));
    }
    for line in code {
        let line = harmless(line.trim_end());
        if !line.is_empty() {
            page.plain("    ").plain(&line);
        }
        page.end();
    }
}

/// Columns as wide as their widest cell; the last one is wrapped.
fn table(page: &mut Page, lines: &[&str]) {
    let rows: Vec<Vec<String>> = lines.iter().map(|line| cells(line)).collect();
    let is_rule = |row: &Vec<String>| row.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c)));
    let rows: Vec<&Vec<String>> = rows.iter().filter(|row| !is_rule(row)).collect();
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let widest = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| prose::width(cell)).max();
    let widths: Vec<usize> = (0..columns).map(|n| widest(n).unwrap_or(0)).collect();
    let room = page.style.prose_width().saturating_sub(24);
    let fits = widths.iter().rev().skip(1).map(|width| width + 3).sum::<usize>() <= room;
    page.gap();
    for (n, row) in rows.iter().enumerate() {
        if !fits {
            // Too wide for columns: one cell below the other.
            for (n, cell) in row.iter().enumerate() {
                page.prose(if n == 0 { "" } else { "  " }, if n == 0 { 0 } else { 2 }, cell);
            }
            continue;
        }
        let mut lead = String::new();
        for (cell, width) in row.iter().zip(&widths).take(columns.saturating_sub(1)) {
            lead.push_str(cell);
            lead.push_str(&" ".repeat(width - prose::width(cell) + 3));
        }
        let last = row.get(columns.saturating_sub(1)).map_or("", String::as_str);
        let indent = prose::width(&lead);
        if last.trim().is_empty() {
            page.plain(lead.trim_end()).end();
        } else if n == 0 {
            page.painted(HEADING, &lead, indent, last);
        } else {
            page.prose(&lead, indent, last);
        }
    }
}

/// The cells of a row; a bar after a backslash or within code does not end a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut in_code = false;
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        let cell = cells.last_mut().expect("there is always a cell");
        match c {
            '\\' if letters.peek() == Some(&'|') => cell.extend(letters.next()),
            '|' if !in_code => cells.push(String::new()),
            _ => {
                in_code ^= c == '`';
                cell.push(c);
            }
        }
    }
    cells.iter().map(|cell| harmless(&unmarked(cell.trim())).into_owned()).collect()
}

/// Links by their text, emphasis without its stars; what stands between backticks stays.
fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '*']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, used) = code(rest).or_else(|| link(rest)).or_else(|| stars(rest)).unwrap_or_else(|| {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            (rest[..first].to_owned(), first)
        });
        out.push_str(&shown);
        rest = &rest[used..];
    }
    out.push_str(rest);
    out
}

/// `` `code` ``, as it is.
fn code(text: &str) -> Option<(String, usize)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = &text[..ticks];
    let end = text[ticks..].find(fence).filter(|_| ticks > 0)? + 2 * ticks;
    Some((text[..end].to_owned(), end))
}

/// `[text](target)` as the text, with the address of a page elsewhere, or with the topic of a page
/// of ours where the text does not name it.
fn link(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('[')?;
    let middle = inner.find("](")?;
    let end = inner[middle..].find(')')? + middle;
    let (shown, target) = (unmarked(&inner[..middle]), &inner[middle + 2..end]);
    let topic = target
        .rsplit('/')
        .next()
        .and_then(|file| file.strip_suffix(".md"))
        .map(|stem| stem.replace('_', "-"));
    let shown = match topic {
        Some(topic) if topic != shown => format!("{shown} ({topic})"),
        None if target.starts_with("http") => format!("{shown} ({target})"),
        _ => shown,
    };
    Some((shown, end + 2))
}

/// `**strong**` and `*emphasis*`.
fn stars(text: &str) -> Option<(String, usize)> {
    let mark = if text.starts_with("**") { "**" } else { "*" };
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark).filter(|&end| end > 0 && !inner.starts_with(' '))?;
    Some((unmarked(&inner[..end]), end + 2 * mark.len()))
}

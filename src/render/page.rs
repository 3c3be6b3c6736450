//! A Markdown page on a terminal, for `cargo ownership explain`.
//!
//! `blocks.rs` says which Markdown our texts use.

use super::Style;
use super::blocks::{Block, Inline, blocks, inlines, labels, topic};
use super::prose::{self, FAINT, HEADING, Page, harmless};

/// Draws a page.
pub fn page(text: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    for block in blocks(text) {
        match block {
            Block::Heading(level, title) => title_of(&mut page, level, title),
            Block::Paragraph(text) => {
                page.gap();
                page.prose("", 0, &unmarked(&text));
            }
            Block::Item(mark, text) => list_item(&mut page, mark, &unmarked(&text)),
            Block::Quote(text) => {
                page.gap();
                page.prose("  ", 2, &unmarked(&text));
            }
            Block::Table(rows) => table(&mut page, &rows),
            Block::Code(info, code) => fenced(&mut page, info, &code),
        }
    }
    page.text()
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
    for label in labels(info) {
        page.painted(FAINT, "    ", 4, &label);
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
fn table(page: &mut Page, rows: &[Vec<String>]) {
    let shown = |row: &Vec<String>| row.iter().map(|cell| harmless(&unmarked(cell)).into_owned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
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

/// Links by their text, emphasis without its stars; what stands between backticks stays.
fn unmarked(text: &str) -> String {
    let shown = |inline: Inline| match inline {
        Inline::Text(text) | Inline::Code(text) => text.to_owned(),
        Inline::Emphasis(text) | Inline::Strong(text) => unmarked(text),
        Inline::Link(text, target) => link(text, target),
    };
    inlines(text).into_iter().map(shown).collect()
}

/// A link as its text, with the address of a page elsewhere, or with the topic of a page of ours where
/// the text does not name it.
fn link(text: &str, target: &str) -> String {
    let shown = unmarked(text);
    match topic(target) {
        Some(topic) if topic != shown => format!("{shown} ({topic})"),
        None if target.starts_with("http") => format!("{shown} ({target})"),
        _ => shown,
    }
}

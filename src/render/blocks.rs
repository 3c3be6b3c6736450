//! The Markdown that our texts use, read once for the terminal and for HTML: headings, paragraphs of
//! one sentence a line, lists, quotes, tables, fenced code with our labels, code, emphasis and links.

use super::words::word;

/// A piece of a page. Texts still hold their marks for emphasis, code and links; see [`inlines`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block<'t> {
    /// Its level, from 1, and its title.
    Heading(usize, &'t str),
    /// The lines as one text.
    Paragraph(String),
    /// An item of a list, with its indent and its bullet or number.
    Item(&'t str, String),
    /// What somebody else says.
    Quote(String),
    /// Rows of cells, the heads first.
    Table(Vec<Vec<String>>),
    /// Lines of code behind an info string.
    Code(&'t str, Vec<&'t str>),
}

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inline<'t> {
    /// Words.
    Text(&'t str),
    /// Code with the backticks around it.
    Code(&'t str),
    /// Words and where they lead.
    Link(&'t str, &'t str),
    /// `*emphasis*`.
    Emphasis(&'t str),
    /// `**strong**`.
    Strong(&'t str),
}

/// Reads a page.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
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
        blocks.push(if let Some(info) = bare.strip_prefix("```") {
            take_while(|next| !next.trim_start().starts_with("```"));
            lines.next();
            Block::Code(info, more)
        } else if let Some((level, title)) = heading(bare) {
            Block::Heading(level, title)
        } else if bare.starts_with('|') {
            take_while(|next| next.trim_start().starts_with('|'));
            more.insert(0, line);
            Block::Table(rows(&more))
        } else if let Some((mark, item)) = item(line) {
            take_while(|next| next.starts_with("  ") && self::item(next).is_none());
            Block::Item(mark, joined(item, &more))
        } else if let Some(quote) = bare.strip_prefix('>') {
            take_while(|next| next.trim_start().starts_with('>'));
            let more: Vec<&str> = more.iter().map(|line| line.trim_start_matches([' ', '>'])).collect();
            Block::Quote(joined(quote, &more))
        } else {
            take_while(is_paragraph);
            Block::Paragraph(joined(bare, &more))
        });
    }
    blocks
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

fn joined(first: &str, more: &[&str]) -> String {
    let mut text = first.trim().to_owned();
    for line in more {
        text.push(' ');
        text.push_str(line.trim());
    }
    text
}

/// `# Title`.
fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    Some((level, title.strip_prefix(' ')?.trim())).filter(|_| (1..=6).contains(&level))
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

/// The rows of a table, without the line below its heads.
fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    let is_rule = |row: &Vec<String>| row.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c)));
    lines.iter().map(|line| cells(line)).filter(|row| !is_rule(row)).collect()
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
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Reads a sentence; what stands between backticks is code and nothing else.
pub(super) fn inlines(text: &str) -> Vec<Inline<'_>> {
    let mut inlines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '*']) {
        if at > 0 {
            inlines.push(Inline::Text(&rest[..at]));
        }
        rest = &rest[at..];
        let found = code(rest).or_else(|| link(rest)).or_else(|| stars(rest));
        let (inline, used) = found.unwrap_or_else(|| (Inline::Text(&rest[..1]), 1));
        inlines.push(inline);
        rest = &rest[used..];
    }
    if !rest.is_empty() {
        inlines.push(Inline::Text(rest));
    }
    inlines
}

/// `` `code` ``, as it is.
fn code(text: &str) -> Option<(Inline<'_>, usize)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let fence = &text[..ticks];
    let end = text[ticks..].find(fence).filter(|_| ticks > 0)? + 2 * ticks;
    Some((Inline::Code(&text[..end]), end))
}

/// `[text](target)`.
fn link(text: &str) -> Option<(Inline<'_>, usize)> {
    let inner = text.strip_prefix('[')?;
    let middle = inner.find("](")?;
    let end = inner[middle..].find(')')? + middle;
    Some((Inline::Link(&inner[..middle], &inner[middle + 2..end]), end + 2))
}

/// `**strong**` and `*emphasis*`.
fn stars(text: &str) -> Option<(Inline<'_>, usize)> {
    let mark = if text.starts_with("**") { "**" } else { "*" };
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark).filter(|&end| end > 0 && !inner.starts_with(' '))?;
    let inside = &inner[..end];
    let inline = if mark == "**" { Inline::Strong(inside) } else { Inline::Emphasis(inside) };
    Some((inline, end + 2 * mark.len()))
}

/// What an info string of ours says about code: whether it compiles, and why.
pub(super) fn labels(info: &str) -> Vec<String> {
    let told = info.split(',').skip(1).filter_map(|label| {
        let (key, value) = label.trim().split_once('=').unwrap_or((label.trim(), ""));
        let text = match key {
            "fails" => word("page-fails"),
            "fixed" => word("page-fixed"),
            _ => return None,
        };
        let value = if value.is_empty() { String::new() } else { format!(" ({value})") };
        Some(format!("{text}{value}:"))
    });
    told.collect()
}

/// The topic of a page of ours that a link leads to: `copy-and-clone`.
pub(super) fn topic(target: &str) -> Option<String> {
    let stem = target.rsplit('/').next()?.strip_suffix(".md")?;
    Some(stem.replace('_', "-"))
}

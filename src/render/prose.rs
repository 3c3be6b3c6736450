//! Sentences on a terminal: made harmless, wrapped, and painted where the style asks for it.
//!
//! Colours come from `anstyle` as `annotate-snippets` passes it on: its styles are values, so that
//! prose and pictures share one palette and no global state decides.

use std::borrow::Cow;

use annotate_snippets::renderer as palette;
use palette::{AnsiColor, Effects, Style as Ansi};
use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::Style;
use crate::diagnostic::Level;

pub(super) const CODE: Ansi = Ansi::new().effects(Effects::BOLD);
pub(super) const HEADING: Ansi = Ansi::new().effects(Effects::BOLD);
pub(super) const FAINT: Ansi = Ansi::new().effects(Effects::DIMMED);
pub(super) const LINK: Ansi = AnsiColor::Cyan.on_default();
pub(super) const GUTTER: Ansi = palette::DEFAULT_LINE_NUM_STYLE;
pub(super) const CONTEXT: Ansi = palette::DEFAULT_CONTEXT_STYLE;
pub(super) const ADDED: Ansi = palette::DEFAULT_ADDITION_STYLE;
pub(super) const REMOVED: Ansi = palette::DEFAULT_REMOVAL_STYLE;

/// The colour of a level, the same in headlines and pictures.
pub(super) fn level_style(level: Level) -> Ansi {
    match level {
        Level::Error => palette::DEFAULT_ERROR_STYLE,
        Level::Warning => palette::DEFAULT_WARNING_STYLE,
        Level::Note => palette::DEFAULT_NOTE_STYLE,
    }
}

/// Whether a character could move the cursor, reorder or hide text.
pub(super) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text that a terminal can only show: what could move the cursor, reorder or hide text is
/// written as `\u{1b}`; a tab becomes four spaces, a carriage return nothing, and line ends stay.
pub fn harmless(text: &str) -> Cow<'_, str> {
    // Nearly all text is such, and bytes are looked at faster than characters.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(text);
    }
    let plain = |c| matches!(c, ' '..='~' | '\n');
    if text.chars().all(|c| plain(c) || !(is_hostile(c) || c == '\u{200d}')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push_str("    "),
            // A joiner makes one picture out of several; terminals differ on how wide it is.
            '\r' | '\u{200d}' => {}
            _ if is_hostile(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The same on one line.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let text = harmless(text);
    if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { text }
}

/// The columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text of at most `most` columns; what is cut off is shown by an ellipsis.
pub(super) fn shortened(text: &str, most: usize, ascii: bool) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let dots = if ascii { ".." } else { "…" };
    let room = most.saturating_sub(width(dots));
    let mut out = String::new();
    for c in text.chars() {
        let mut bytes = [0; 4];
        if width(&out) + width(c.encode_utf8(&mut bytes)) > room {
            break;
        }
        out.push(c);
    }
    out.push_str(dots);
    Cow::Owned(out)
}

/// Wraps a harmless text. Short code between backticks stays on one line.
pub(super) fn wrap(text: &str, columns: usize, first: &str, rest: &str) -> Vec<String> {
    const SPACE_IN_CODE: char = '\u{e000}';
    /// Longer code is broken like prose, or it would leave ragged lines.
    const WHOLE: usize = 32;
    let mut glued = String::with_capacity(text.len());
    for (n, part) in text.split('`').enumerate() {
        if n > 0 {
            glued.push('`');
        }
        if n % 2 == 1 && part.len() <= WHOLE {
            glued.extend(part.chars().map(|c| if c == ' ' { SPACE_IN_CODE } else { c }));
        } else {
            glued.push_str(part);
        }
    }
    let options = Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let lines = textwrap::wrap(&glued, options);
    lines.into_iter().map(|line| line.replace(SPACE_IN_CODE, " ")).collect()
}

/// A text that grows line by line, in a style.
#[derive(Debug)]
pub(super) struct Page<'s> {
    text: String,
    gap: bool,
    pub(super) style: &'s Style,
}

impl<'s> Page<'s> {
    pub(super) fn new(style: &'s Style) -> Page<'s> {
        Page { text: String::new(), gap: false, style }
    }

    /// What was drawn.
    pub(super) fn text(self) -> String {
        self.text
    }

    /// Whether an empty line stands or will stand above.
    pub(super) fn has_gap(&self) -> bool {
        self.gap || self.text.is_empty()
    }

    /// The last line that was drawn.
    pub(super) fn last_line(&self) -> &str {
        self.text.lines().next_back().unwrap_or_default()
    }

    /// Adds a piece, painted where the style asks for colour.
    pub(super) fn paint(&mut self, ansi: Ansi, piece: &str) -> &mut Self {
        if self.style.color && !piece.is_empty() && ansi != Ansi::new() {
            self.plain(&format!("{ansi}{piece}{ansi:#}"))
        } else {
            self.plain(piece)
        }
    }

    /// Adds a piece as it is.
    pub(super) fn plain(&mut self, piece: &str) -> &mut Self {
        if self.gap && !piece.is_empty() {
            self.gap = false;
            self.text.push('\n');
        }
        self.text.push_str(piece);
        self
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        self.text.push('\n');
    }

    /// Leaves one line empty before what comes next, unless nothing stands above.
    pub(super) fn gap(&mut self) {
        self.gap = !self.text.is_empty();
    }

    /// Adds sentences, wrapped, with `first` before the first line and as many spaces as `hang`
    /// before the others. What stands between backticks looks like code.
    pub(super) fn prose(&mut self, first: &str, hang: usize, text: &str) {
        self.lead(Ansi::new(), first, hang, text);
    }

    /// The same with the words before the first line painted.
    pub(super) fn lead(&mut self, ansi: Ansi, first: &str, hang: usize, text: &str) {
        let text = one_line(text.trim());
        if text.is_empty() {
            return;
        }
        let mut in_code = false;
        let lines = wrap(&text, self.style.prose_width(), first, &" ".repeat(hang));
        for (n, line) in lines.iter().enumerate() {
            let rest = match line.strip_prefix(first) {
                Some(rest) if n == 0 && ansi != Ansi::new() => {
                    self.paint(ansi, first);
                    rest
                }
                _ => line,
            };
            self.code(rest, &mut in_code);
            self.end();
        }
    }

    /// Adds wrapped words that look alike from the first to the last.
    pub(super) fn painted(&mut self, ansi: Ansi, first: &str, hang: usize, text: &str) {
        let rest = " ".repeat(hang);
        for line in wrap(&one_line(text.trim()), self.style.prose_width(), first, &rest) {
            let words = line.trim_start_matches(' ');
            let indent = line.len() - words.len();
            self.plain(&line[..indent]).paint(ansi, words).end();
        }
    }

    /// Paints what stands between backticks, which stay; code may go on in the next line.
    fn code(&mut self, line: &str, in_code: &mut bool) {
        if !self.style.color {
            self.plain(line);
            return;
        }
        let mut rest = line;
        while !rest.is_empty() {
            let opens = usize::from(!*in_code);
            let start = if *in_code { 0 } else { rest.find('`').unwrap_or(rest.len()) };
            self.plain(&rest[..start]);
            rest = &rest[start..];
            let end = rest.get(opens..).and_then(|code| code.find('`')).map(|at| at + opens + 1);
            self.paint(CODE, &rest[..end.unwrap_or(rest.len())]);
            *in_code = end.is_none() && (*in_code || !rest.is_empty());
            rest = &rest[end.unwrap_or(rest.len())..];
        }
    }
}

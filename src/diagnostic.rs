//! A compiler message, typed: what rustc said, about which bytes, in which role.
//!
//! Architecture Invariant: nothing here knows a rule or reads a file. A label that no pattern knows
//! becomes [`Role::Other`] and is shown as rustc wrote it.

mod role;

use cargo_metadata::diagnostic as raw;
use serde::{Deserialize, Serialize};

pub use role::Role;

use role::role_of;

/// A stretch of source text as rustc named it. Bytes are those of the file on disk and count from
/// 0; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The file, as rustc named it or relative to the workspace root, with `/`.
    pub file: String,
    /// First byte.
    pub byte_start: usize,
    /// The byte after the last one.
    pub byte_end: usize,
    /// Line of the first byte.
    pub line_start: usize,
    /// Column of the first byte.
    pub column_start: usize,
    /// Line of the last byte.
    pub line_end: usize,
    /// Column after the last byte.
    pub column_end: usize,
    /// The first line as rustc saw it: tells whether the file has changed since.
    #[serde(rename = "text", default, skip_serializing_if = "Option::is_none")]
    pub first_line: Option<String>,
    /// The macros that the code came out of, innermost first (`println!`, ``desugaring of `for` loop``).
    #[serde(skip)]
    pub macros: Vec<String>,
}

impl Span {
    /// The typed span. Where rustc points into a macro of another crate, this is the place in the
    /// reader's own code that called it.
    pub fn new(span: &raw::DiagnosticSpan) -> Span {
        let mut macros = Vec::new();
        let mut here = span;
        let mut chosen = span;
        let mut found = !is_foreign(&span.file_name);
        while let Some(expansion) = &here.expansion {
            macros.push(expansion.macro_decl_name.clone());
            here = &expansion.span;
            if !found && !is_foreign(&here.file_name) {
                chosen = here;
                found = true;
            }
        }
        Span {
            file: chosen.file_name.replace('\\', "/"),
            byte_start: chosen.byte_start as usize,
            byte_end: chosen.byte_end as usize,
            line_start: chosen.line_start,
            column_start: chosen.column_start,
            line_end: chosen.line_end,
            column_end: chosen.column_end,
            first_line: chosen.text.first().map(|line| line.text.clone()),
            macros,
        }
    }

    /// The bytes, for slicing a source.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.byte_start..self.byte_end
    }

    /// The code as rustc saw it, where it is within one line: also known without the source.
    pub fn seen(&self) -> Option<String> {
        let line = self.first_line.as_ref().filter(|_| self.line_start == self.line_end)?;
        let length = self.column_end.checked_sub(self.column_start)?;
        Some(line.chars().skip(self.column_start.checked_sub(1)?).take(length).collect())
    }

    /// Whether the code came out of a macro (and not only out of a desugaring such as `for` or `?`).
    pub fn in_macro(&self) -> bool {
        self.macros.iter().any(|name| !name.starts_with("desugaring of"))
    }
}

/// Whether a file belongs to the compiler, the standard library or a crate from a registry.
fn is_foreign(file: &str) -> bool {
    let file = file.replace('\\', "/");
    file.starts_with('<')
        || file.starts_with("/rustc/")
        || file.contains("/rustlib/src/")
        || file.contains("/registry/src/")
        || file.contains("/git/checkouts/")
}

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The program does not compile.
    Error,
    /// The program compiles; a lint has something to say.
    Warning,
    /// Everything else: notes, help, summaries.
    Note,
}

/// Whether `text` fits `pattern`, in which every `*` stands for any text, also for none.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    true
}

/// What stands between backticks in a compiler's sentence, in order.
///
/// Types may hold backticks of their own only in pairs, so splitting is enough.
pub fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// A span with what rustc wrote on it.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// rustc's words, empty where it only underlined.
    pub text: String,
    /// What the words mean.
    pub role: Role,
    /// Whether rustc points here first (`^^^`).
    pub primary: bool,
    /// Whether it happens in another round of a loop.
    pub in_loop: bool,
}

impl Label {
    fn new(span: &raw::DiagnosticSpan) -> Label {
        let text = span.label.clone().unwrap_or_default();
        Label {
            span: Span::new(span),
            role: role_of(&text),
            primary: span.is_primary,
            in_loop: text.contains("previous iteration of") || text.contains("later iteration of"),
            text,
        }
    }

    /// The names in backticks in the label, in order.
    pub fn quoted(&self) -> Vec<&str> {
        quoted(&self.text)
    }
}

/// A note or help below the message, with labels of its own.
#[derive(Clone, Debug)]
pub struct Note {
    /// rustc's words.
    pub text: String,
    /// The spans that it shows.
    pub labels: Vec<Label>,
}

/// One of rustc's suggestions: all its edits belong together.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// rustc's words.
    pub text: String,
    /// What to replace by what.
    pub edits: Vec<(Span, String)>,
}

/// A typed compiler message.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The headline, word for word.
    pub message: String,
    /// `E0382`, the name of a lint, or nothing.
    pub code: Option<String>,
    /// Error, warning or note.
    pub level: Level,
    /// All labelled spans, in rustc's order.
    pub labels: Vec<Label>,
    /// Notes and helps without an edit.
    pub notes: Vec<Note>,
    /// Helps with edits.
    pub suggestions: Vec<Suggestion>,
    /// The whole message as rustc drew it, perhaps with colours.
    pub rendered: String,
}

impl Diagnostic {
    /// Whether it is rustc's count of its errors, which is no error itself.
    pub fn is_count_of_errors(&self) -> bool {
        self.labels.is_empty() && self.message.starts_with("aborting due to")
    }

    /// Reads the compiler's JSON form.
    pub fn new(message: &raw::Diagnostic) -> Diagnostic {
        let mut diagnostic = Diagnostic {
            message: message.message.clone(),
            code: message.code.as_ref().map(|code| code.code.clone()),
            level: match message.level {
                raw::DiagnosticLevel::Error | raw::DiagnosticLevel::Ice => Level::Error,
                raw::DiagnosticLevel::Warning => Level::Warning,
                _ => Level::Note,
            },
            labels: message.spans.iter().map(Label::new).collect(),
            notes: Vec::new(),
            suggestions: Vec::new(),
            rendered: message.rendered.clone().unwrap_or_default(),
        };
        for child in &message.children {
            diagnostic.add_child(child);
        }
        diagnostic
    }

    fn add_child(&mut self, child: &raw::Diagnostic) {
        let edits: Vec<_> = child.spans.iter().filter(|span| span.suggested_replacement.is_some()).collect();
        if edits.is_empty() {
            let labels = child.spans.iter().map(Label::new).collect();
            self.notes.push(Note { text: child.message.clone(), labels });
        } else {
            self.suggestions.extend(suggestions(&child.message, &edits));
        }
    }

    /// The span that rustc points at first.
    pub fn primary(&self) -> Option<&Label> {
        self.labels.iter().find(|label| label.primary)
    }

    /// The first label with this role.
    pub fn label(&self, role: Role) -> Option<&Label> {
        self.labels.iter().find(|label| label.role == role)
    }

    /// The first label with one of these roles, tried in the order given.
    pub fn any_label(&self, roles: &[Role]) -> Option<&Label> {
        roles.iter().find_map(|role| self.label(role.clone()))
    }

    /// The first note that fits a pattern (`*` stands for any text).
    pub fn note(&self, pattern: &str) -> Option<&Note> {
        self.notes.iter().find(|note| fits(pattern, &note.text))
    }

    /// The names in backticks in the headline, in order.
    pub fn quoted(&self) -> Vec<&str> {
        quoted(&self.message)
    }

    /// The type of the value that moved, from the label or, for a part of a value, from a note.
    pub fn moved_type(&self) -> Option<&str> {
        let label = self.label(Role::NotCopy).map(|label| label.text.as_str());
        let note = || self.note("*move occurs because * has type *").map(|note| note.text.as_str());
        quoted(label.or_else(note)?).into_iter().rev().nth(1)
    }
}

/// Spans at different places are the parts of one edit; spans at one place are alternatives.
fn suggestions(text: &str, spans: &[&raw::DiagnosticSpan]) -> Vec<Suggestion> {
    let edits: Vec<(Span, String)> = spans
        .iter()
        .map(|span| (Span::new(span), span.suggested_replacement.clone().unwrap_or_default()))
        .collect();
    let overlapping = edits.iter().enumerate().any(|(n, (a, _))| {
        edits[n + 1..].iter().any(|(b, _)| {
            a.file == b.file
                && (a.range() == b.range() || (a.byte_start < b.byte_end && b.byte_start < a.byte_end))
        })
    });
    let groups = if overlapping { edits.into_iter().map(|edit| vec![edit]).collect() } else { vec![edits] };
    groups.into_iter().map(|edits| Suggestion { text: text.to_owned(), edits }).collect()
}

//! What a rule is: [`Rule`], [`Case`], [`Finding`].
//!
//! Architecture Invariant: rules are pure. A rule sees a case and answers with a finding; it reads
//! no file itself, starts no program and holds no words.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Span, fits};
use crate::facts::Facts;
use crate::fix::Fix;
use crate::syntax::{File, Files};

/// One mistake that people make.
#[derive(Debug)]
pub struct Rule {
    /// The public id: `use-after-move`; also the stem of its files, with underscores.
    pub name: &'static str,
    /// The codes under which rustc (or clippy) reports it.
    pub codes: &'static [&'static str],
    /// Headlines of messages without a code; `*` stands for any text.
    pub messages: &'static [&'static str],
    /// The ideas that it breaks, the most important first.
    pub concepts: &'static [&'static str],
    /// Its text: `explanations/<rule>.md`.
    pub text: &'static str,
    /// Rules that this one is a special case of: where both answer, this one counts.
    pub refines: &'static [&'static str],
    /// Says what it found, or nothing where the message is another mistake.
    pub recognise: fn(&Case) -> Option<Finding>,
}

impl Rule {
    /// Whether the code or the headline is one of this rule's.
    pub fn concerns(&self, diagnostic: &Diagnostic) -> bool {
        match &diagnostic.code {
            Some(code) => self.codes.contains(&code.as_str()),
            None => self.messages.iter().any(|message| fits(message, &diagnostic.message)),
        }
    }
}

/// A diagnostic with the source around it.
#[derive(Debug)]
pub struct Case<'a> {
    /// What the compiler said.
    pub diagnostic: &'a Diagnostic,
    /// The reader's code.
    pub files: &'a Files,
}

impl Case<'_> {
    /// The parsed file of a span; nothing where it cannot be read or has changed since.
    pub fn file(&self, span: &Span) -> Option<Rc<File>> {
        self.files.of(span)
    }

    /// The file of a span where it may be edited there: what a macro wrote is nobody's to edit here.
    pub fn editable(&self, span: &Span) -> Option<Rc<File>> {
        self.file(span).filter(|file| !span.in_macro() && file.is_editable(span.range()))
    }

    /// The code of a span; what rustc saw of it where the source is not there.
    pub fn code(&self, span: &Span) -> Option<String> {
        self.text(span).or_else(|| span.seen())
    }

    /// The code of a span.
    pub fn text(&self, span: &Span) -> Option<String> {
        Some(self.file(span)?.text(span.range()).to_owned())
    }
}

/// A labelled span of the reader's code. Its words are the bullet of this role under the text's
/// heading `On the code`; where there is none, rustc's words.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The bullet of the text: `moved`, `used`.
    pub role: &'static str,
    /// Where.
    pub span: Span,
    /// Facts of this mark alone.
    pub facts: Facts,
    /// Whether it is the place that we point at first.
    pub primary: bool,
    /// rustc's words at this place.
    pub rustc_text: String,
}

/// Who uses a value over which lines, so that an overlap can be seen. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The file of all its lines.
    pub file: String,
    /// The owner, or the first party: code of the reader's.
    pub owner: String,
    /// The references to it, in the order in which they are made.
    pub references: Vec<Reference>,
    /// What happens to the owner.
    pub events: Vec<Event>,
}

impl Timeline {
    /// A value that is lent, dropped, and still referred to after that. Nothing where the lines are
    /// not in one file, or do not come in that order, as in a loop.
    pub fn of_early_drop(
        owner: &str,
        reference: &str,
        [lent, dropped, used]: [&Span; 3],
    ) -> Option<Timeline> {
        let lines = [lent.line_start, dropped.line_end, used.line_start];
        if lent.file != dropped.file || lent.file != used.file || !lines.is_sorted() {
            return None;
        }
        let [from, end, to] = lines;
        let event = |line, kind, conflict| Event { line, kind, code: None, conflict };
        Some(Timeline {
            file: lent.file.clone(),
            owner: owner.to_owned(),
            references: vec![Reference { name: reference.to_owned(), from, to }],
            events: vec![event(from, "timeline-lent", false), event(end, "timeline-dropped", true)],
        })
    }
}

/// A reference in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its name, or the code that makes it where it has none.
    pub name: String,
    /// The line where it is made.
    pub from: usize,
    /// The line of its last use that matters.
    pub to: usize,
}

/// Something that happens to the owner in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The line.
    pub line: usize,
    /// Which kind, a key of `explanations/words.md`: `timeline-moved`, `timeline-dropped` ...
    pub kind: &'static str,
    /// The code that does it (`push`), where that says more than the kind.
    pub code: Option<String>,
    /// Whether it is what Rust rejects.
    pub conflict: bool,
}

/// A mistake found in the reader's program.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which mistake.
    pub rule: &'static Rule,
    /// Which variant of the rule's text, if not the plain one: the heading after the colon.
    pub variant: Option<&'static str>,
    /// The names that the text may use.
    pub facts: Facts,
    /// What to point at, in the order in which it happens when the program runs.
    pub marks: Vec<Mark>,
    /// Who uses the value over which lines.
    pub timeline: Option<Timeline>,
    /// Candidate ways out; the report ranks them.
    pub fixes: Vec<Fix>,
    /// Whether rustc's own suggestions are candidates: not where the rule has seen that they miss the
    /// mistake, such as a declaration where it would be of no use.
    pub rustc_suggests: bool,
    /// Whether it says little while there are errors: what mends them may change what a lint saw. Then
    /// the message is passed on as the compiler wrote it.
    pub moot_with_errors: bool,
    /// What the mistake started with: findings of one rule that start at one place are one.
    pub cause: Option<Span>,
}

impl Finding {
    /// A finding without marks yet.
    pub fn new(rule: &'static Rule) -> Finding {
        let facts = Facts::new();
        Finding {
            rule,
            variant: None,
            facts,
            marks: Vec::new(),
            timeline: None,
            fixes: Vec::new(),
            rustc_suggests: true,
            moot_with_errors: false,
            cause: None,
        }
    }

    /// Adds the next thing that happens.
    pub fn mark(&mut self, role: &'static str, label: &crate::diagnostic::Label) -> &mut Mark {
        let rustc_text = label.text.clone();
        let mark =
            Mark { role, span: label.span.clone(), facts: Facts::new(), primary: label.primary, rustc_text };
        let at = self.marks.len();
        self.marks.push(mark);
        &mut self.marks[at]
    }

    /// Adds a place that rustc has not labelled.
    pub fn mark_span(&mut self, role: &'static str, span: Span) -> &mut Mark {
        let mark = Mark { role, span, facts: Facts::new(), primary: false, rustc_text: String::new() };
        let at = self.marks.len();
        self.marks.push(mark);
        &mut self.marks[at]
    }

    /// Adds a candidate way out, if there is one.
    pub fn fix(&mut self, fix: impl IntoIterator<Item = Fix>) -> &mut Finding {
        self.fixes.extend(fix);
        self
    }
}

//! All we have to say about one run; renderers see only this.

use std::rc::Rc;

use crate::diagnostic::{Level, Span};
use crate::explanation::Explanation;
use crate::rule::Finding;
use crate::source::Source;

/// A finding with its words, as a renderer needs it.
#[derive(Clone, Debug)]
pub struct Told {
    /// rustc's headline, word for word.
    pub message: String,
    /// rustc's code, if the message has one.
    pub code: Option<String>,
    /// Error or warning.
    pub level: Level,
    /// The package, where cargo said it.
    pub package: Option<String>,
    /// The target of the package, where cargo said it.
    pub target: Option<String>,
    /// The place that rustc points at first.
    pub primary: Option<Span>,
    /// What the rule found, fixes in rank order.
    pub finding: Finding,
    /// The words for it.
    pub explanation: Explanation,
    /// The sources of its marks and edits, by the names in the spans; a file that cannot be read or
    /// has changed is not here.
    pub sources: Vec<Rc<Source>>,
    /// Other errors of the same cause.
    pub same_cause: Vec<Same>,
}

impl Told {
    /// The source of a span, if there is one that still means the span.
    pub fn source(&self, span: &Span) -> Option<&Rc<Source>> {
        self.sources.iter().find(|source| source.name == span.file && source.holds(span))
    }
}

/// An error that has the same cause as a finding.
#[derive(Clone, Debug)]
pub struct Same {
    /// Its code.
    pub code: Option<String>,
    /// Its headline.
    pub message: String,
    /// Its place.
    pub primary: Option<Span>,
}

/// One run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The compiler's version, where it is known.
    pub rustc: Option<String>,
    /// Whether it compiled.
    pub success: bool,
    /// What we explain, in the order of the messages.
    pub findings: Vec<Told>,
    /// Errors that were passed on as rustc wrote them.
    pub other_errors: usize,
    /// Warnings that were passed on as rustc wrote them.
    pub other_warnings: usize,
}

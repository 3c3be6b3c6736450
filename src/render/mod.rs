//! One file per format; renderers see only a [`crate::report::Report`].
//!
//! | file | what it draws |
//! |---|---|
//! | `human.rs` | a finding for people, from headline to pointer |
//! | `picture.rs` | the reader's code with our marks |
//! | `timeline.rs` | who uses a value over which lines |
//! | `ways.rs`, `patch.rs` | the ways out and what they change |
//! | `fixed.rs` | what `cargo ownership fix` did, left and leaves to do |
//! | `short.rs`, `json.rs` | one line a finding; one document for programs |
//! | `cargo_json.rs` | cargo's own messages with our words in them |
//! | `github.rs`, `gitlab.rs` | the log of a CI's job, with annotations; GitLab's Code Quality report |
//! | `markdown.rs` | a page for a summary or a comment |
//! | `html.rs`, `html/` | a page that stands alone, with the ideas behind the findings |
//! | `sarif.rs`, `xml.rs` | SARIF; JUnit and Checkstyle |
//! | `place.rs` | paths and fingerprints for those who read a report elsewhere |
//! | `changes.rs` | what is better and what is worse than a moment ago |
//! | `page.rs` | a Markdown page for `cargo ownership explain` |
//! | `blocks.rs` | the Markdown of our texts, read |
//! | `prose.rs`, `words.rs` | sentences on a terminal; the fixed words |
//!
//! Architecture Invariant: a renderer decides how things look, never what is true: it reads no
//! file, asks no terminal and knows no rule. Everything that comes from a message or a source goes
//! through [`harmless`] before it is shown to a person.

mod blocks;
mod cargo_json;
mod changes;
pub mod fixed;
pub mod github;
mod gitlab;
mod html;
pub mod human;
mod json;
mod labels;
mod markdown;
mod page;
mod patch;
mod picture;
mod place;
mod prose;
mod sarif;
mod short;
mod timeline;
mod ways;
pub mod words;
mod xml;

pub use cargo_json::enriched;
pub use changes::changes;
pub use gitlab::{gitlab, gitlab_log};
pub use html::html;
pub use human::Drawn;
pub use json::json;
pub use markdown::markdown;
pub use page::page;
pub use place::{Place, fingerprints};
pub use prose::harmless;
pub use sarif::sarif;
pub use short::short;
pub use xml::{checkstyle, junit};

/// How much to tell of each finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The picture, what happened, the first way out.
    Brief,
    /// Everything a reader needs at the first sight.
    #[default]
    Normal,
    /// All there is.
    Full,
}

/// How a report looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to paint.
    pub color: bool,
    /// Whether lines and arrows are drawn with ASCII alone.
    pub ascii: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// How much to tell.
    pub detail: Detail,
}

impl Default for Style {
    fn default() -> Style {
        Style { color: false, ascii: false, width: 80, detail: Detail::Normal }
    }
}

impl Style {
    /// Sentences are read best in lines of at most 80 columns.
    fn prose_width(&self) -> usize {
        self.width.clamp(20, 80)
    }

    /// Code may use a wide terminal, up to where the eye loses the line.
    fn code_width(&self) -> usize {
        self.width.clamp(40, 140)
    }
}

/// The whole report for people: every finding, then the summary.
pub fn human(drawn: &Drawn, style: &Style) -> String {
    let mut out = String::new();
    for finding in drawn.findings(style).iter() {
        out.push_str(finding);
        out.push('\n');
    }
    out.push_str(&human::summary(drawn.report, style));
    out
}

/// Where the shadow copies lie that were to stay.
pub fn kept_shadow(folder: &str) -> String {
    words::word("kept-shadow").replace("{folder}", &harmless(folder)) + "\n"
}

/// What to say about a topic that nobody knows, with the names nearest to it.
pub fn unknown_topic(topic: &str, nearest: &[&str]) -> String {
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    let words = match names.as_slice() {
        [] => words::word("topic-unknown").to_owned(),
        names => words::word("topic-nearest").replace("{names}", &names.join(", ")),
    };
    words.replace("{topic}", &harmless(topic))
}

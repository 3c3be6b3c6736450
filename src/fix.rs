//! Edits, fixes, what they cost, what the compiler says of them; applying edits to a text.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Span;
use crate::facts::Facts;
use crate::source::Source;

/// Replaces some bytes of a file. Two edits of one fix never overlap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// The file, as the spans of the diagnostic name it.
    pub file: String,
    /// First byte to replace.
    pub byte_start: usize,
    /// The byte after the last one to replace; equal to `byte_start` for an insertion.
    pub byte_end: usize,
    /// The new text.
    pub replacement: String,
}

impl Edit {
    /// Replaces a range.
    pub fn replace(source: &Source, range: Range<usize>, text: impl Into<String>) -> Edit {
        let file = source.name.clone();
        Edit { file, byte_start: range.start, byte_end: range.end, replacement: text.into() }
    }

    /// Inserts before a byte.
    pub fn insert(source: &Source, at: usize, text: impl Into<String>) -> Edit {
        Edit::replace(source, at..at, text)
    }

    /// Deletes a range.
    pub fn delete(source: &Source, range: Range<usize>) -> Edit {
        Edit::replace(source, range, "")
    }
}

/// Whether the program does what it would have done, had Rust accepted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behaviour {
    /// It does the same.
    Kept,
    /// Something observable differs: order, what is shared, what is left behind.
    Changed,
}

/// What kind of deed a fix is, from the one that asks least of the program to the one that asks
/// most. The order is the rank among fixes that keep behaviour alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Adds or removes `mut`, `&`, `move`, `ref`, a lifetime: nothing happens at run time.
    Annotate,
    /// Borrows where a value was given away.
    Borrow,
    /// Moves code to another place, or ends a borrow earlier.
    Reorder,
    /// Uses another expression or method for the same thing.
    Restructure,
    /// Takes the value out and leaves an empty one.
    Take,
    /// Counts another owner (`Rc`, `Arc`).
    Share,
    /// Copies the data.
    Clone,
    /// Asks callers for data that is kept for the whole program, or checks borrows at run time.
    Demand,
}

/// How far a fix reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Within one body.
    Local,
    /// It changes a signature or a type that others use.
    Signature,
}

/// What a fix costs the program. The words are in the texts, under the fix's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// First what a reader minds most.
    pub behaviour: Behaviour,
    /// Then the kind of deed.
    pub deed: Deed,
    /// Then how far it reaches.
    pub scope: Scope,
}

impl Cost {
    /// A fix within one body that keeps behaviour.
    pub const fn local(deed: Deed) -> Cost {
        Cost { behaviour: Behaviour::Kept, deed, scope: Scope::Local }
    }

    /// A fix that changes a signature or a type and keeps behaviour.
    pub const fn signature(deed: Deed) -> Cost {
        Cost { behaviour: Behaviour::Kept, deed, scope: Scope::Signature }
    }

    /// The same with a change of behaviour.
    pub const fn changed(self) -> Cost {
        Cost { behaviour: Behaviour::Changed, ..self }
    }
}

/// Who thought of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// One of our rules.
    Ownership,
    /// A suggestion of rustc's, in rustc's words.
    Rustc,
}

/// What the compiler said of a fix. Only it may call one confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Verdict {
    /// With this fix (and the ones it needs) nothing is left that does not compile.
    Compiles,
    /// This error is gone and nothing new came; others were there before.
    Resolves {
        /// How many errors are left.
        remaining: usize,
    },
    /// This error is gone, and the compiler, now able to look further, reports errors that the edit
    /// did not touch.
    Uncovers {
        /// Their headlines.
        errors: Vec<String>,
    },
    /// It does not help. Never shown as a way out, unless nothing else is there.
    Fails {
        /// The headline of the first error that is left or came.
        first_error: String,
    },
    /// Nobody asked the compiler.
    NotTried {
        /// The reason.
        why: Why,
    },
}

/// Why a fix was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Nobody wanted it to be.
    NotAsked,
    /// The time was up.
    Budget,
    /// Somebody has stopped it.
    Stopped,
    /// Better ones were tried first.
    TooMany,
    /// The compiler's command could not be had, or its result not be kept.
    NoShadow,
    /// There is nothing to try.
    Idea,
}

impl Verdict {
    /// Whether the compiler has accepted the fix.
    pub fn is_confirmed(&self) -> bool {
        matches!(self, Verdict::Compiles | Verdict::Resolves { .. } | Verdict::Uncovers { .. })
    }

    /// Whether nothing more is to be done for the error.
    pub fn settles(&self) -> bool {
        matches!(self, Verdict::Compiles | Verdict::Resolves { .. })
    }

    /// The order in which ways out are shown: those that the compiler has seen through first.
    fn rank(&self) -> u8 {
        match self {
            Verdict::Compiles => 0,
            Verdict::Resolves { .. } => 1,
            Verdict::Uncovers { .. } => 2,
            Verdict::NotTried { .. } => 3,
            Verdict::Fails { .. } => 4,
        }
    }
}

/// What the compiler has told of a confirmed fix that its reader may mind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aside {
    /// It warns of something in the function, and did not before.
    Warns(String),
    /// A guard of this type is held to the end of the block.
    Holds(String),
    /// It mends the mistakes at these places too.
    Mends(String),
}

/// One of several deeds that together are a fix.
#[derive(Clone, Debug)]
pub struct Step {
    /// The id of its words.
    pub id: &'static str,
    /// The text of the rule that has offered it; the shared words come after it.
    pub text: &'static str,
    /// All facts for its words.
    pub facts: Facts,
    /// rustc's words, for a suggestion of rustc's.
    pub rustc_text: Option<String>,
    /// What it costs.
    pub cost: Cost,
}

impl Step {
    /// Whether the reader minds it: what only borrows or annotates within a body costs nothing.
    pub fn has_a_price(&self) -> bool {
        let Cost { behaviour, deed, scope } = self.cost;
        behaviour == Behaviour::Changed || deed > Deed::Borrow || scope == Scope::Signature
    }
}

/// A way out: edits that belong together, or an idea without edits.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Named after the deed: `borrow-argument`. The texts know it by this id.
    pub id: &'static str,
    /// Facts of its own; the finding's are added when the text is filled.
    pub facts: Facts,
    /// What it costs.
    pub cost: Cost,
    /// The edits, sorted; none for an idea.
    pub edits: Vec<Edit>,
    /// rustc's words, for a suggestion of rustc's.
    pub rustc_text: Option<String>,
    /// What the compiler says.
    pub verdict: Verdict,
    /// What the compiler has told besides its verdict.
    pub asides: Vec<Aside>,
    /// Where other errors are that are gone with it.
    pub also: Vec<Span>,
    /// Where it takes several edits, each answering the errors of those before it: the deed of each, the
    /// first one's too.
    pub steps: Vec<Step>,
    /// Whether it hangs on something that only the compiler knows: then it stands behind the others
    /// until it was tried.
    pub doubtful: bool,
}

impl Fix {
    /// A candidate with edits. Equal edits are one edit.
    pub fn new(id: &'static str, cost: Cost, mut edits: Vec<Edit>) -> Fix {
        edits.sort();
        edits.dedup();
        let why = if edits.is_empty() { Why::Idea } else { Why::NotAsked };
        Fix {
            id,
            facts: Facts::new(),
            cost,
            edits,
            rustc_text: None,
            verdict: Verdict::NotTried { why },
            asides: Vec::new(),
            also: Vec::new(),
            steps: Vec::new(),
            doubtful: false,
        }
    }

    /// A way out that no rule can write as an edit; its text shows a worked example.
    pub fn idea(id: &'static str) -> Fix {
        Fix::new(id, Cost::local(Deed::Demand).changed(), Vec::new())
    }

    /// The same fix with a fact for its text.
    pub fn with(mut self, name: &'static str, code: impl Into<String>) -> Fix {
        self.facts.code(name, code);
        self
    }

    /// The same fix, doubtful if this holds.
    pub fn doubtful_if(mut self, doubtful: bool) -> Fix {
        self.doubtful |= doubtful;
        self
    }

    /// Whether there is nothing to apply.
    pub fn is_idea(&self) -> bool {
        self.edits.is_empty()
    }

    /// Who thought of it: rustc, only where all of it is rustc's.
    pub fn author(&self) -> Author {
        let all_rustcs = self.rustc_text.is_some() && self.steps.iter().all(|step| step.rustc_text.is_some());
        if all_rustcs { Author::Rustc } else { Author::Ownership }
    }

    /// The same deed as a step of a longer way; `text` is that of the rule that has offered it.
    pub fn step(&self, text: &'static str) -> Step {
        let Fix { id, facts, rustc_text, cost, .. } = self;
        Step { id, text, facts: facts.clone(), rustc_text: rustc_text.clone(), cost: *cost }
    }

    /// The deeds that its words must name: the first, the gravest, and the first that reaches farther
    /// than those.
    pub fn told_steps(&self) -> Vec<&Step> {
        let Some(first) = self.steps.first() else { return Vec::new() };
        let mut told = vec![first];
        let gravest = self.steps.iter().rev().max_by_key(|step| step.cost);
        told.extend(gravest.filter(|step| step.cost > first.cost));
        let farther =
            self.steps.iter().find(|step| told.iter().all(|told| step.cost.scope > told.cost.scope));
        told.extend(farther);
        told
    }

    /// The edits by file.
    pub fn by_file(&self) -> BTreeMap<&str, Vec<&Edit>> {
        let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
        for edit in &self.edits {
            files.entry(&edit.file).or_default().push(edit);
        }
        files
    }

    /// The order in which ways out are shown: what the compiler says first, ideas last, doubtful ones
    /// before them, then by cost, those that the compiler has nothing against and fewer edits first.
    pub fn rank(&self) -> (bool, u8, bool, Cost, bool, usize, bool) {
        // What the compiler has answered is no doubt any more.
        let doubtful = self.doubtful && !self.verdict.is_confirmed();
        let rustc = self.author() == Author::Rustc;
        let warned = !self.asides.is_empty();
        (self.is_idea(), self.verdict.rank(), doubtful, self.cost, warned, self.edits.len(), rustc)
    }
}

/// The text after the edits, or nothing where an edit lies outside the text, cuts a character or
/// overlaps another.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        if edit.byte_start < done || edit.byte_end < edit.byte_start {
            return None;
        }
        out.push_str(text.get(done..edit.byte_start)?);
        text.get(edit.byte_start..edit.byte_end)?;
        out.push_str(&edit.replacement);
        done = edit.byte_end;
    }
    out.push_str(text.get(done..)?);
    Some(out)
}

//! A compiler message, typed: what rustc said, about which bytes, in which role.
//!
//! Architecture Invariant: nothing here knows a rule or reads a file. A label that [`ROLES`] does
//! not know becomes [`Role::Other`] and is shown as rustc wrote it.

mod words;

use cargo_metadata::diagnostic as raw;
use serde::Serialize;

pub use words::{fits, quoted};

/// A stretch of source text as rustc named it. Bytes are those of the file on disk and count from
/// 0; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
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
    #[serde(skip)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The program does not compile.
    Error,
    /// The program compiles; a lint has something to say.
    Warning,
    /// Everything else: notes, help, summaries.
    Note,
}

/// What a label says about its span. One variant for one thing that can happen to a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is explained by its patterns in ROLES")]
pub enum Role {
    NotCopy,
    Moved,
    MovedByMethod,
    MovedByForLoop,
    MovedByOperator,
    MovedByCall,
    MovedIntoClosure,
    PartlyMoved,
    MovedOut,
    CannotMoveOut,
    DataMoved,
    UsedAfterMove,
    UseInClosure,
    InsideLoop,
    ReassignedMaybe,
    Declared,
    CollectionDeclared,
    Borrowed,
    SharedBorrow,
    MutableBorrow,
    FirstMutableBorrow,
    SecondMutableBorrow,
    BorrowedInPreviousRound,
    BorrowInClosure,
    ClosureBuilt,
    FirstClosure,
    SecondClosure,
    UsedWhileBorrowed,
    AssignedWhileBorrowed,
    LaterUse,
    LaterUseAtDrop,
    Dropped,
    TooShort,
    TemporaryFreed,
    TemporaryCreated,
    TemporaryHoldsBorrow,
    Requires,
    Outlives,
    SuppliedLifetime,
    NamedLifetime,
    UnnamedLifetime,
    HasType,
    ReturnsLocalReference,
    MayOutlive,
    Escapes,
    ValidOnlyInside,
    DeclaredOutside,
    CapturedVariable,
    CapturedByClosure,
    InferredClosureKind,
    LifetimeRequired,
    LifetimeExpected,
    LifetimeUndeclared,
    FirstAssignment,
    SecondAssignment,
    CannotAssign,
    CannotBorrowMutably,
    NotMutable,
    CallNeedsMut,
    FnClosure,
    ExpectsFn,
    SharedSelf,
    StaticItem,
    BehindSharedReference,
    YieldsSharedReferences,
    ClosureMustBeFnMut,
    Unassigned,
    UsedUnassigned,
    BranchWithoutValue,
    ElseMissing,
    ValueInSomeCases,
    ParameterTakesOwnership,
    InThisFunction,
    ArgumentsTo,
    ResultType,
    ExpectedHere,
    MatchedType,
    OtherBranch,
    CloneMissingOn,
    /// A label that no pattern knows, in rustc's words.
    Other(String),
}

/// The one table from rustc's labels to roles; the first pattern that fits counts. `*` stands for
/// any text. Source: the labels of rustc 1.80 to 1.95.
const ROLES: &[(&str, Role)] = &[
    ("move occurs because * has type *, which does not implement the `Copy` trait*", Role::NotCopy),
    ("value moved into closure here*", Role::MovedIntoClosure),
    ("value moved here*", Role::Moved),
    ("value moved into *", Role::MovedIntoClosure),
    ("value partially moved *", Role::PartlyMoved),
    ("* moved due to this method call*", Role::MovedByMethod),
    ("* partially moved due to this method call*", Role::MovedByMethod),
    ("* moved due to this implicit call to `.into_iter()`*", Role::MovedByForLoop),
    ("* moved due to usage in operator*", Role::MovedByOperator),
    ("* moved due to this call*", Role::MovedByCall),
    ("move out of * occurs here*", Role::MovedOut),
    ("cannot move out of *", Role::CannotMoveOut),
    ("data moved here*", Role::DataMoved),
    ("...and here", Role::DataMoved),
    ("value used here after *", Role::UsedAfterMove),
    ("value borrowed here after *", Role::UsedAfterMove),
    ("value assigned here after *", Role::UsedAfterMove),
    ("value partially assigned here after *", Role::UsedAfterMove),
    ("* occurs due to use of * in closure*", Role::BorrowInClosure),
    ("* occurs due to use of * in coroutine*", Role::BorrowInClosure),
    ("* occurs due to use in closure*", Role::UseInClosure),
    ("* occurs due to use in coroutine*", Role::UseInClosure),
    ("variable moved due to use in *", Role::UseInClosure),
    ("value captured here by *", Role::UseInClosure),
    ("value captured here*", Role::UseInClosure),
    ("inside of this loop", Role::InsideLoop),
    ("this reinitialization might get skipped", Role::ReassignedMaybe),
    ("binding * declared here but left uninitialized", Role::Unassigned),
    ("binding declared here but left uninitialized", Role::Unassigned),
    ("binding * declared here", Role::Declared),
    ("consider changing this binding's type", Role::Declared),
    ("variable defined here", Role::Declared),
    ("* declared here, outside the closure", Role::Declared),
    ("not mutable", Role::NotMutable),
    ("calling * requires mutable binding due to *", Role::CallNeedsMut),
    ("in this closure", Role::FnClosure),
    ("expects `Fn` instead of `FnMut`", Role::ExpectsFn),
    ("this is an immutable reference", Role::SharedSelf),
    ("this `static` cannot be *", Role::StaticItem),
    ("variable * declared here", Role::CollectionDeclared),
    ("* was mutably borrowed here in the previous iteration of the loop*", Role::BorrowedInPreviousRound),
    ("first mutable borrow occurs here*", Role::FirstMutableBorrow),
    ("second mutable borrow occurs here*", Role::SecondMutableBorrow),
    ("first borrow occurs here*", Role::FirstMutableBorrow),
    ("second borrow occurs here*", Role::SecondMutableBorrow),
    ("immutable borrow occurs here*", Role::SharedBorrow),
    ("mutable borrow occurs here*", Role::MutableBorrow),
    ("borrow of * occurs here*", Role::Borrowed),
    ("borrow occurs here*", Role::Borrowed),
    ("first closure is constructed here*", Role::FirstClosure),
    ("second closure is constructed here*", Role::SecondClosure),
    ("closures are constructed here in different iterations of loop", Role::FirstClosure),
    ("closure construction occurs here*", Role::ClosureBuilt),
    ("* construction occurs here*", Role::ClosureBuilt),
    ("use of borrowed *", Role::UsedWhileBorrowed),
    ("* is assigned to here but it was already borrowed*", Role::AssignedWhileBorrowed),
    ("* is borrowed here*", Role::Borrowed),
    ("function parameter borrowed here*", Role::Borrowed),
    ("*borrow might be used here, when * is dropped*", Role::LaterUseAtDrop),
    ("*borrow later *", Role::LaterUse),
    ("*borrow used here, in later iteration of loop", Role::LaterUse),
    ("* dropped here while still borrowed*", Role::Dropped),
    ("borrowed value does not live long enough", Role::TooShort),
    ("temporary value is freed at the end of this statement", Role::TemporaryFreed),
    ("temporary value dropped here while still borrowed*", Role::Dropped),
    ("creates a temporary value which is freed while still in use", Role::TemporaryCreated),
    ("temporary value created here", Role::TemporaryCreated),
    ("a temporary with access to the borrow is created here*", Role::TemporaryHoldsBorrow),
    ("a temporary with access to the * borrow is created here*", Role::TemporaryHoldsBorrow),
    ("* requires that * is borrowed for *", Role::Requires),
    ("* requires that borrow lasts for *", Role::Requires),
    ("* requires that * must outlive *", Role::Outlives),
    ("* was supposed to return data with lifetime *", Role::SuppliedLifetime),
    ("lifetime * defined here", Role::NamedLifetime),
    ("lifetime * represents this closure's body", Role::NamedLifetime),
    ("let's call the lifetime of this reference *", Role::UnnamedLifetime),
    ("let's call this *", Role::UnnamedLifetime),
    ("has type *", Role::HasType),
    ("return type of closure is *", Role::HasType),
    ("return type of * contains a lifetime *", Role::HasType),
    ("lifetime * appears in *", Role::HasType),
    ("returns a * captured variable*", Role::Escapes),
    ("returns a reference to *", Role::ReturnsLocalReference),
    ("returns a value referencing *", Role::ReturnsLocalReference),
    ("returns an async block that contains a reference to a captured variable*", Role::Escapes),
    ("returns a closure that contains a reference to a captured variable*", Role::Escapes),
    ("may outlive borrowed value *", Role::MayOutlive),
    ("returns an `async` block that contains a reference to a captured variable*", Role::Escapes),
    ("* escapes the * body here", Role::Escapes),
    ("* is a reference that is only valid in the * body", Role::ValidOnlyInside),
    ("* declared here, outside of the * body", Role::DeclaredOutside),
    ("variable captured here", Role::CapturedVariable),
    ("captured outer variable", Role::CapturedVariable),
    ("captured by this * closure", Role::CapturedByClosure),
    ("inferred to be a * closure", Role::InferredClosureKind),
    ("lifetime * required", Role::LifetimeRequired),
    ("expected * lifetime parameter*", Role::LifetimeExpected),
    ("expected lifetime parameter*", Role::LifetimeExpected),
    ("undeclared lifetime", Role::LifetimeUndeclared),
    ("first assignment to *", Role::FirstAssignment),
    ("cannot assign twice to immutable variable", Role::SecondAssignment),
    ("cannot assign to immutable argument *", Role::SecondAssignment),
    ("* is a `&` reference, so *", Role::BehindSharedReference),
    ("* is a `*const` pointer, so *", Role::BehindSharedReference),
    ("this iterator yields `&` references", Role::YieldsSharedReferences),
    ("cannot assign*", Role::CannotAssign),
    ("cannot borrow as mutable", Role::CannotBorrowMutably),
    ("cannot borrow * as mutable", Role::CannotBorrowMutably),
    ("change this to accept `FnMut` instead of `Fn`", Role::ClosureMustBeFnMut),
    ("change this to return `FnMut` instead of `Fn`", Role::ClosureMustBeFnMut),
    ("* used here but it isn't *initialized", Role::UsedUnassigned),
    ("* used here but it is possibly-uninitialized", Role::UsedUnassigned),
    ("* borrowed here but it isn't *initialized", Role::UsedUnassigned),
    ("* here but it isn't *initialized", Role::UsedUnassigned),
    ("* here but it is possibly-uninitialized", Role::UsedUnassigned),
    ("if *, * is not *", Role::BranchWithoutValue),
    ("an `else` arm might be missing here, initializing *", Role::ElseMissing),
    ("* initialized here in some conditions", Role::ValueInSomeCases),
    ("this parameter takes ownership of the value", Role::ParameterTakesOwnership),
    ("in this *", Role::InThisFunction),
    ("arguments to this * are incorrect", Role::ArgumentsTo),
    ("expected * because of return type", Role::ResultType),
    ("expected due to *", Role::ExpectedHere),
    ("expected because *", Role::ExpectedHere),
    ("this expression has type *", Role::MatchedType),
    ("this is found to be of type *", Role::OtherBranch),
    ("method `clone* not found for this *", Role::CloneMissingOn),
];

fn role_of(text: &str) -> Role {
    let known = ROLES.iter().find(|(pattern, _)| fits(pattern, text));
    known.map_or_else(|| Role::Other(text.to_owned()), |(_, role)| role.clone())
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

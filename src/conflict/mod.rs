//! What clashes: the borrow that came first, what it meets, and why it still counts.
//!
//! Architecture Invariant: facts about a message and the code around it. Which mistake that is, the
//! rules say; how it may be mended, the fixes say.

mod callee;
mod itself;
mod shapes;
mod timeline;

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Label, Role};
use crate::facts::Facts;
use crate::rule::{Case, Finding};
use crate::syntax::{Binding, Call, CallKind, ExprKind, File, Let, Loop, LoopKind};

pub use callee::Callee;
pub(crate) use callee::is_clone;
pub use itself::{Itself, Way};
pub use shapes::ItemOf;

/// The labels of a borrow that something later meets.
const BORROWS: &[Role] = &[
    Role::FirstMutableBorrow,
    Role::FirstClosure,
    Role::SharedBorrow,
    Role::MutableBorrow,
    Role::Borrowed,
    Role::ClosureBuilt,
    Role::BorrowedInPreviousRound,
];

/// Why the first borrow still counts where the clash happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Still {
    /// Somebody uses it afterwards.
    Used,
    /// The call that is being prepared gets it.
    Call(String),
    /// A `for` loop walks over it.
    Walked,
    /// It is used when its holder is dropped.
    Drop,
    /// It goes to the caller.
    Returned,
    /// A signature demands it for longer.
    Demanded,
    /// rustc does not say.
    Unknown,
}

/// A borrow and what clashes with it.
pub struct Conflict<'a> {
    /// The message.
    pub case: &'a Case<'a>,
    /// Where the first borrow is made.
    pub borrow: &'a Label,
    /// What meets it: rustc points here first.
    pub clash: &'a Label,
    /// Why it still counts.
    pub later: Option<&'a Label>,
    /// Where the closure that borrows first names the value.
    pub captured: Option<&'a Label>,
    /// Where the closure that clashes names the value.
    pub clash_captured: Option<&'a Label>,
    /// Why the borrow still counts.
    pub still: Still,
    /// What is lent, as the reader wrote it.
    pub lent: String,
    /// What the clash needs.
    pub place: String,
    /// Who keeps the borrow: a variable, where there is one.
    pub holder: Option<String>,
    /// The file of both, if it can be read.
    pub file: Option<Rc<File>>,
}

impl<'a> Conflict<'a> {
    /// The conflict of a message; nothing where a part of it is missing.
    pub fn read(case: &'a Case<'a>) -> Option<Conflict<'a>> {
        let diagnostic = case.diagnostic;
        let clash = diagnostic.primary()?;
        let borrow = if clash.role == Role::BorrowedInPreviousRound {
            clash
        } else {
            let others = diagnostic.labels.iter().filter(|label| !label.primary);
            let mut others = others.filter(|label| BORROWS.contains(&label.role));
            // Closures that are built in different rounds have one label.
            others.next().or_else(|| Some(clash).filter(|clash| clash.role == Role::FirstClosure))?
        };
        let later = diagnostic.any_label(&[Role::LaterUse, Role::LaterUseAtDrop, Role::Requires]);
        let captures = || {
            let labels = diagnostic.labels.iter();
            labels.filter(|label| matches!(label.role, Role::BorrowInClosure | Role::UseInClosure))
        };
        let clash_captured = captures().find(|label| label.text.starts_with("second"));
        let captured = captures().find(|label| !label.text.starts_with("second"));
        let file = case.file(&borrow.span).filter(|_| borrow.span.file == clash.span.file);
        let place = diagnostic.quoted().first().map(|place| tidy(place));
        let place = place.or_else(|| place_at(file.as_deref()?, captured.unwrap_or(clash)))?;
        let lent = match borrow.role {
            Role::Borrowed => borrow.quoted().first().map(|place| tidy(place)),
            _ => None,
        };
        let seen = file.as_deref().and_then(|file| place_at(file, captured.unwrap_or(borrow)));
        // The label of an assignment names what is assigned, the code what is lent: the code is nearer.
        let lent = seen.or(lent).unwrap_or_else(|| place.clone());
        let mut conflict = Conflict {
            case,
            borrow,
            clash,
            later,
            captured,
            clash_captured,
            still: Still::Unknown,
            lent,
            place,
            holder: None,
            file,
        };
        conflict.still = conflict.reason();
        conflict.holder = conflict.find_holder();
        Some(conflict)
    }

    fn reason(&self) -> Still {
        let Some(later) = self.later else { return Still::Unknown };
        match later.role {
            Role::LaterUseAtDrop => Still::Drop,
            Role::Requires if later.text.starts_with("returning") => Still::Returned,
            Role::Requires => Still::Demanded,
            _ if self.walk().is_some() => Still::Walked,
            _ if later.text.contains("used by call") => {
                let name = self
                    .file
                    .as_deref()
                    .and_then(|file| file.call_at(later.span.range()))
                    .map(|call| call.name);
                let name = name.or_else(|| self.case.text(&later.span)).unwrap_or_default();
                Still::Call(name.rsplit("::").next().unwrap_or_default().to_owned())
            }
            _ => Still::Used,
        }
    }

    /// The `for` loop that walks over what is lent.
    pub fn walk(&self) -> Option<Loop> {
        // A call within the header is no walk yet.
        let walks = |later: &&Label| later.role == Role::LaterUse && !later.text.contains("used by call");
        let later = self.later.filter(|later| walks(later) && !later.span.in_macro())?;
        let file = self.file.as_deref()?;
        let around = file.loop_at(later.span.range()).filter(|around| around.kind == LoopKind::For)?;
        let header = around.header.clone()?;
        let holds =
            |label: &Label| header.start <= label.span.byte_start && label.span.byte_end <= header.end;
        (holds(later) && holds(self.borrow)).then_some(around)
    }

    fn find_holder(&self) -> Option<String> {
        let later = self.later?;
        let file = self.file.as_deref();
        match self.still {
            // `when `guard` is dropped`; a temporary has no name.
            Still::Drop => {
                let names = later.text.contains("when `");
                later.quoted().first().map(|name| (*name).to_owned()).filter(|name| names && is_name(name))
            }
            Still::Walked => {
                let file = file?;
                let names = file.bindings_in_pattern(self.walk()?.pattern?);
                names.first().map(|binding| binding.name.clone())
            }
            Still::Call(_) => None,
            _ => {
                // In a loop, the borrow itself may be called its later use: then nobody is named.
                let text = self.case.text(&later.span).filter(|_| later.span != self.borrow.span)?;
                let mut bound = self.names_of_borrow().into_iter();
                if is_name(&text) && text != self.lent {
                    return Some(text);
                }
                let in_later = bound.find(|name| words(&text).any(|word| word == name));
                let root = || file?.place_root(file?.place_root_range(later.span.range())?);
                in_later.or_else(root).filter(|name| *name != self.lent && name != "self")
            }
        }
    }

    /// The names that the statement, condition or arm of the borrow binds.
    fn names_of_borrow(&self) -> Vec<String> {
        self.bindings_of_borrow().into_iter().map(|binding| binding.name).collect()
    }

    fn bindings_of_borrow(&self) -> Vec<Binding> {
        let Some(file) = self.file.as_deref() else { return Vec::new() };
        let mut ranges: Vec<Range<usize>> = self.borrow_let().map(|let_| let_.pattern).into_iter().collect();
        let own = self.borrow.span.range();
        let parents = file.parents(own.clone()).into_iter().map(|parent| parent.range);
        for around in std::iter::once(own).chain(parents.take(8)) {
            ranges.extend(file.match_on(around).into_iter().flat_map(|found| found.patterns));
        }
        ranges.into_iter().flat_map(|range| file.bindings_in_pattern(range)).collect()
    }

    /// The `let` whose value makes the first borrow.
    pub fn borrow_let(&self) -> Option<Let> {
        self.let_of(self.borrow)
    }

    /// The `let` whose value makes the clash.
    pub fn clash_let(&self) -> Option<Let> {
        self.let_of(self.clash)
    }

    fn let_of(&self, label: &Label) -> Option<Let> {
        let statement = self.file.as_deref()?.statement_at(label.span.range())?;
        let crate::syntax::StatementKind::Let(let_) = statement.kind else { return None };
        let init = let_.init.clone()?;
        (init.start <= label.span.byte_start && label.span.byte_end <= init.end).then_some(let_)
    }

    /// The declaration of the holder.
    pub fn holder_binding(&self) -> Option<Binding> {
        let name = self.holder.as_deref()?;
        self.file.as_deref()?.binding(name, self.later?.span.byte_start)
    }

    /// The method called on what a label points at: `push` for the clash `v` in `v.push(1)`.
    pub fn method_on(&self, label: &Label) -> Option<Call> {
        let file = self.file.as_deref()?;
        let range = label.span.range();
        let whole =
            file.call_at(range.clone()).filter(|call| call.kind == CallKind::Method && call.range == range);
        whole.or_else(|| file.method_call_on(range))
    }

    /// The place that the clash is about, without a call around it.
    pub fn clash_place(&self) -> Option<Range<usize>> {
        let range = self.clash.span.range();
        let file = self.file.as_deref()?;
        match self.method_on(self.clash) {
            Some(call) => call.receiver,
            None => Some(bare(file, range)),
        }
    }

    /// The call of the crate's own that makes the first borrow, with its definition.
    pub fn getter(&self) -> Option<Callee> {
        let file = self.file.as_ref()?;
        if let Some(call) = self.method_on(self.borrow) {
            return Callee::find(self.case, file, &call);
        }
        // `first(&mut parser)` hands out something too, unless the call is what clashes.
        let (call, argument) = file.call_with_argument(self.borrow.span.range())?;
        let during = self.in_one_call().is_some_and(|around| around.range == call.range);
        if during { None } else { Callee::of_function(self.case, file, &call, argument) }
    }

    /// The call of the crate's own that clashes, with its definition.
    pub fn clashing(&self) -> Option<Callee> {
        Callee::find(self.case, self.file.as_ref()?, &self.method_on(self.clash)?)
    }

    /// The field that the first borrow really looks at, where a method lends all of its receiver and
    /// the clash is about another field: `self.names` for `self.names()` beside `self.hits`.
    pub fn other_field(&self) -> Option<(Callee, String)> {
        let getter = self.getter().filter(Callee::returns_a_borrow)?;
        let path = format!("{}.{}", self.lent, getter.sole_field()?);
        let rest = self.place.strip_prefix(self.lent.as_str())?;
        let beside =
            rest.starts_with('.') && !self.place.starts_with(&path) && !path.starts_with(&self.place);
        beside.then_some((getter, path))
    }

    /// The lifetime for which a signature demands the borrow, where it has a name.
    pub fn demanded(&self) -> Option<String> {
        let later = self.later.filter(|_| self.still == Still::Demanded)?;
        let lifetime = later.quoted().last().map(|lifetime| (*lifetime).to_owned())?;
        (lifetime.starts_with('\'') && !lifetime.contains(|c: char| c.is_ascii_digit())).then_some(lifetime)
    }

    /// Whether the clash belongs to another round of a loop than the borrow.
    pub fn next_round(&self) -> bool {
        self.borrow.role == Role::BorrowedInPreviousRound
            || self.borrow.span == self.clash.span
            || self.borrow.span.byte_start > self.clash.span.byte_end
            || self.later.is_some_and(|later| later.in_loop)
            || self.later.is_some_and(|later| self.still == Still::Used && self.comes_round(later))
    }

    /// Whether a use that stands before the clash in the code comes after it by way of the loop that
    /// both the borrow and the clash are in.
    fn comes_round(&self, later: &Label) -> bool {
        let around = self.file.as_deref().and_then(|file| file.loop_at(self.clash.span.range()));
        let before = later.span.byte_end <= self.clash.span.byte_start;
        before
            && around.is_some_and(|around| {
                around.body.start <= self.borrow.span.byte_start
                    && self.borrow.span.byte_end <= around.body.end
            })
    }

    /// The temporary that holds the borrow, where no variable does: a lock guard in a `match` head.
    pub fn temporary(&self) -> Option<&'a Label> {
        self.case.diagnostic.label(Role::TemporaryHoldsBorrow).filter(|_| self.still == Still::Drop)
    }

    /// The type whose destructor uses the borrow.
    pub fn dropped_type(&self) -> Option<String> {
        let kind = self.later.filter(|_| self.still == Still::Drop)?.quoted().last().copied()?;
        // `std::sync::MutexGuard` is known by its last name.
        let (path, rest) = kind.split_at(kind.find('<').unwrap_or(kind.len()));
        Some(format!("{}{rest}", path.rsplit("::").next().unwrap_or(path)))
    }

    /// Whether the clash needs the whole of which a part is lent: `self` and `self.items`.
    pub fn part_and_whole(&self) -> bool {
        let rest = self.lent.strip_prefix(self.place.as_str());
        rest.is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
    }

    /// Whether the borrow that came first looks, and does not change.
    pub fn reads_first(&self) -> bool {
        let code = self.case.text(&self.borrow.span).unwrap_or_default();
        match self.case.diagnostic.code.as_deref() {
            Some("E0502") => {
                self.borrow.role == Role::SharedBorrow
                    || self.case.diagnostic.message.contains("also borrowed as immutable")
            }
            Some("E0506") => !code.starts_with("&mut"),
            _ => false,
        }
    }

    /// Whether all of it happens in code that may be changed.
    pub fn editable(&self) -> bool {
        let labels = [Some(self.borrow), Some(self.clash), self.later].into_iter().flatten();
        let file = self.file.as_deref();
        file.is_some_and(|file| {
            labels.filter(|label| label.span.file == self.borrow.span.file).all(|label| {
                !label.span.in_macro() && !file.in_macro_definition(label.span.range())
                    || file.format_capture_at(label.span.range()).is_some()
                    || file.is_editable(label.span.range())
                        && file.enclosing_macro_call(label.span.range()).is_some()
            })
        })
    }

    /// The facts that all texts about conflicts may use.
    pub fn facts(&self, facts: &mut Facts) {
        facts.code("place", &self.place).code("lent", &self.lent).code_if("reference", self.holder.clone());
        facts
            .number("first_line", self.borrow.span.line_start)
            .number("second_line", self.clash.span.line_start);
        if let Some(later) = self.later {
            facts.number("later_line", later.span.line_start);
        }
        if let Some(call) = self.method_on(self.clash) {
            facts.code("method", &call.name).method("does", &call.name);
        }
        let getter = self.method_on(self.borrow).map(|call| call.name);
        facts.code_if("getter", getter.or_else(|| self.getter().map(|getter| getter.call.name)));
        if let Still::Call(name) = &self.still {
            facts.code("callee", name);
        }
    }

    /// The marks in the order in which things happen, and the timeline.
    pub fn marks(&self, finding: &mut Finding) {
        if self.borrow.span != self.clash.span {
            finding.mark("lent", self.borrow);
        }
        if let Some(guard) = self.temporary() {
            finding.mark("guard", guard);
        }
        if let Some(label) = self.captured.filter(|label| label.span != self.borrow.span) {
            finding.mark("lent in closure", label);
        }
        finding.mark("clash", self.clash).primary = true;
        if let Some(label) = self.clash_captured.filter(|label| label.span != self.clash.span) {
            finding.mark("clash in closure", label);
        }
        if let Some(later) =
            self.later.filter(|later| later.span != self.clash.span && later.span != self.borrow.span)
        {
            let role = match self.still {
                Still::Drop => "dropped",
                Still::Returned => "returned",
                Still::Call(_) => "called",
                Still::Walked => "walked",
                Still::Demanded => "demanded",
                _ => "later",
            };
            finding.mark(role, later);
        }
        finding.timeline = self.timeline();
        finding.cause = Some(self.borrow.span.clone());
    }

    /// Whether two calls on one value are both part of this one call.
    pub fn in_one_call(&self) -> Option<Call> {
        let Still::Call(_) = self.still else { return None };
        let file = self.file.as_deref()?;
        let call = file.call_at(self.later?.span.range())?;
        let holds = |range: Range<usize>| call.range.start <= range.start && range.end <= call.range.end;
        (holds(self.borrow.span.range()) && holds(self.clash.span.range())).then_some(call)
    }
}

/// `self` for `*self`, `v` for `v[_]`, `x.y` for `(*x).y`.
fn tidy(place: &str) -> String {
    let place = place.split('[').next().unwrap_or(place);
    place.chars().filter(|c| !"*() ".contains(*c)).collect()
}

/// What a label's code borrows, as the reader wrote it and without `&`.
fn place_at(file: &File, label: &Label) -> Option<String> {
    let range = label.span.range();
    let call = file.call_at(range.clone()).filter(|call| call.kind == CallKind::Method);
    let place = match call.and_then(|call| call.receiver) {
        Some(receiver) => receiver,
        None => bare(file, range),
    };
    let written = file.place_text(place.clone())?;
    // The items of a collection are not told apart.
    Some(tidy(&written)).filter(|text| !text.is_empty() && file.is_place(place))
}

/// Without `&` and `&mut`.
pub(crate) fn bare(file: &File, range: Range<usize>) -> Range<usize> {
    let text = file.text(range.clone());
    let is_reference =
        file.expr_exactly(range.clone()).is_some_and(|e| matches!(e.kind, ExprKind::Ref { .. }));
    if !is_reference {
        return range;
    }
    let rest = text.trim_start_matches('&').trim_start();
    let rest = rest.strip_prefix("mut ").unwrap_or(rest).trim_start();
    range.end - rest.len()..range.end
}

pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !text.starts_with(|c: char| c.is_numeric())
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

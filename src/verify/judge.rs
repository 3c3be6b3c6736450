//! Compares what the compiler said before an edit and after it.
//!
//! Architecture Invariant: pure. No error counts as gone only because another one hides it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use crate::diagnostic::{Diagnostic, Span, fits};
use crate::fix::{Edit, Verdict};

/// How far the compiler had come when it reported an error. An error of an earlier phase hides those
/// of later ones: in its body, or in the whole crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The text is no program.
    Parse,
    /// Names and lifetimes are not known.
    Resolve,
    /// Types do not fit.
    Type,
    /// Borrows and moves.
    Borrow,
    /// A lint that is denied.
    Lint,
}

const BORROW: &[&str] = &[
    "E0373", "E0381", "E0382", "E0384", "E0493", "E0499", "E0500", "E0501", "E0502", "E0503", "E0505",
    "E0506", "E0507", "E0508", "E0509", "E0510", "E0515", "E0521", "E0524", "E0594", "E0596", "E0597",
    "E0621", "E0626", "E0700", "E0712", "E0713", "E0716", "E0744", "E0764",
];
const RESOLVE: &[&str] = &[
    "E0106", "E0107", "E0232", "E0261", "E0262", "E0263", "E0401", "E0403", "E0404", "E0405", "E0407",
    "E0408", "E0411", "E0412", "E0415", "E0416", "E0422", "E0423", "E0424", "E0425", "E0426", "E0428",
    "E0429", "E0430", "E0431", "E0432", "E0433", "E0434", "E0435", "E0437", "E0438", "E0531", "E0532",
    "E0573", "E0574", "E0583", "E0637", "E0726",
];
const BORROW_MESSAGES: &[&str] = &[
    "lifetime may not live long enough",
    "captured variable cannot escape *",
    "implementation of * is not general enough",
    "* does not live long enough",
    "higher-ranked lifetime error",
];
/// Of errors without a code these are the ones of types; all others are the parser's.
const TYPE_MESSAGES: &[&str] = &[
    "the size for values *",
    "type annotations needed*",
    "`*` is not *",
    "future cannot be *",
    "* cannot be * between threads safely",
    "concrete type differs *",
    "unconstrained opaque type",
    "*impl* item signature doesn't match *",
];

/// The phase of an error.
pub fn phase(diagnostic: &Diagnostic) -> Phase {
    let message = |known: &[&str]| known.iter().any(|pattern| fits(pattern, &diagnostic.message));
    match diagnostic.code.as_deref() {
        Some(code) if BORROW.contains(&code) => Phase::Borrow,
        Some(code) if RESOLVE.contains(&code) => Phase::Resolve,
        Some(code) if code.starts_with('E') => Phase::Type,
        Some(_) => Phase::Lint,
        None if message(BORROW_MESSAGES) => Phase::Borrow,
        None if message(TYPE_MESSAGES) => Phase::Type,
        None => Phase::Parse,
    }
}

/// An error, or a warning, before an edit.
#[derive(Clone, Debug)]
pub struct Before {
    /// What the compiler said.
    pub error: Diagnostic,
    /// The root file of its crate.
    pub unit: PathBuf,
}

/// An error, or a warning, after an edit.
#[derive(Clone, Debug)]
pub struct After {
    /// What the compiler said.
    pub error: Diagnostic,
    /// Whether its crate had not been looked at before the edit.
    pub new_unit: bool,
}

/// What an edit led to.
#[derive(Clone, Debug)]
pub struct State {
    /// The errors that are left in the crates that were looked at.
    pub errors: Vec<After>,
    /// The warnings of these crates.
    pub warnings: Vec<After>,
    /// Whether all crates were looked at that the edit could matter to, and everybody who uses them.
    pub whole: bool,
    /// The root files of the crates that were looked at.
    pub looked_at: BTreeSet<PathBuf>,
}

/// What an edit did to the errors.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// In the words of the report.
    pub verdict: Verdict,
    /// Which of the errors after the edit were not there before, by place.
    pub new: Vec<usize>,
    /// Whether the errors that it was for are gone, though it has caused others: a further edit may
    /// help.
    pub open: bool,
    /// Which of the errors that it was not for are gone too, where nothing is left to do.
    pub gone: Vec<usize>,
}

/// Bodies of functions, by file: the compiler answers for each of them alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bodies(pub Vec<(String, Range<usize>)>);

impl Bodies {
    /// Whether an error points into one of them.
    pub fn hold(&self, error: &Diagnostic) -> bool {
        error.primary().is_some_and(|label| {
            let span = &label.span;
            let holds = |body: &Range<usize>| body.start <= span.byte_start && span.byte_end <= body.end;
            self.0.iter().any(|(file, body)| *file == span.file && holds(body))
        })
    }

    /// The same bodies after these edits.
    pub fn after(&self, edits: &[Edit]) -> Bodies {
        let place = |file: &str, body: &Range<usize>| {
            moved(edits, file, body.start).start..moved(edits, file, body.end).end
        };
        Bodies(self.0.iter().map(|(file, body)| (file.clone(), place(file, body))).collect())
    }
}

/// Whether every error is one that was there before, or lies in one of these bodies.
pub fn only_within(before: &[Before], bodies: &[&Bodies], edits: &[Edit], state: &State) -> bool {
    let bodies: Vec<Bodies> = bodies.iter().map(|bodies| bodies.after(edits)).collect();
    state.errors.iter().all(|after| {
        bodies.iter().any(|bodies| bodies.hold(&after.error))
            || before.iter().any(|before| is_same(&before.error, &after.error, edits))
    })
}

/// Judges the part of several edits that lies in some bodies, by what the compiler says of these.
pub fn judge_within(
    before: &[Before],
    targets: &[usize],
    bodies: &Bodies,
    edits: &[Edit],
    state: &State,
) -> Judgement {
    let (inside, outside): (Vec<usize>, Vec<usize>) =
        (0..before.len()).partition(|b| bodies.hold(&before[*b].error));
    let after = bodies.after(edits);
    let errors: Vec<After> = state.errors.iter().filter(|error| after.hold(&error.error)).cloned().collect();
    let here: Vec<Before> = inside.iter().map(|b| before[*b].clone()).collect();
    let targets: Vec<usize> =
        targets.iter().filter_map(|target| inside.iter().position(|b| b == target)).collect();
    let part = State { errors, warnings: Vec::new(), whole: state.whole, looked_at: state.looked_at.clone() };
    let mut judgement = judge(&here, &targets, edits, &part);
    // Of what lies elsewhere nothing is known here.
    judgement.gone.clear();
    judgement.verdict = match judgement.verdict {
        Verdict::Compiles if !outside.is_empty() => Verdict::Resolves { remaining: outside.len() },
        Verdict::Resolves { remaining } => Verdict::Resolves { remaining: remaining + outside.len() },
        verdict => verdict,
    };
    judgement
}

/// Judges an edit that was made for the `targets` among the errors of `before`.
pub fn judge(before: &[Before], targets: &[usize], edits: &[Edit], state: &State) -> Judgement {
    let is = |b: usize, after: &After| is_same(&before[b].error, &after.error, edits);
    // Nobody knows of a crate that was not looked at whether its errors are gone.
    let unseen = |b: &usize| !state.looked_at.contains(&before[*b].unit);
    let mut left: Vec<usize> = (0..before.len()).filter(unseen).collect();
    let mut new: Vec<usize> = Vec::new();
    for (n, after) in state.errors.iter().enumerate() {
        match (0..before.len()).find(|b| !left.contains(b) && is(*b, after)) {
            Some(b) => left.push(b),
            // A library and its tests say the same twice.
            None if left.iter().any(|b| is(*b, after)) => {}
            None => new.push(n),
        }
    }
    let first_left = targets.iter().find(|target| left.contains(target)).map(|b| headline(&before[*b].error));
    let first_new = new.first().map(|n| headline(&state.errors[*n].error));
    if let Some(first_error) = first_left {
        // What it broke says more than what it did not mend.
        let first_error = first_new.unwrap_or(first_error);
        return Judgement { verdict: Verdict::Fails { first_error }, new, open: false, gone: Vec::new() };
    }
    let Some(first_error) = first_new else {
        let remaining = left.len();
        let verdict = if remaining == 0 && state.errors.is_empty() && state.whole {
            Verdict::Compiles
        } else {
            Verdict::Resolves { remaining }
        };
        let gone = (0..before.len()).filter(|b| !left.contains(b) && !targets.contains(b)).collect();
        return Judgement { verdict, new, open: false, gone };
    };
    let latest = targets.iter().map(|target| phase(&before[*target].error)).max().unwrap_or(Phase::Parse);
    let uncovered = |n: &usize| {
        let after = &state.errors[*n];
        let later =
            phase(&after.error) > latest || (latest == Phase::Borrow && phase(&after.error) >= latest);
        (later || after.new_unit) && !touches(&after.error, edits)
    };
    if new.iter().all(uncovered) {
        let errors = new.iter().map(|n| headline(&state.errors[*n].error)).collect();
        return Judgement { verdict: Verdict::Uncovers { errors }, new, open: false, gone: Vec::new() };
    }
    Judgement { verdict: Verdict::Fails { first_error }, new, open: true, gone: Vec::new() }
}

/// `E0382: use of moved value: ..`
pub fn headline(error: &Diagnostic) -> String {
    match &error.code {
        Some(code) => format!("{code}: {}", error.message),
        None => error.message.clone(),
    }
}

/// Whether an error after the edits is one from before them.
pub fn is_same(before: &Diagnostic, after: &Diagnostic, edits: &[Edit]) -> bool {
    let words = before.code == after.code && (before.code.is_some() || before.message == after.message);
    let span = |error: &Diagnostic| error.primary().map(|label| label.span.clone());
    words
        && match (span(before), span(after)) {
            (Some(before), Some(after)) => {
                let moved = moved(edits, &before.file, before.byte_start);
                before.file == after.file && moved.start <= after.byte_start && after.byte_start <= moved.end
            }
            (None, None) => before.message == after.message,
            _ => false,
        }
}

/// Where a byte is after the edits: one place, or a stretch where something was put in just there or
/// in its place.
pub fn moved(edits: &[Edit], file: &str, byte: usize) -> Range<usize> {
    let (mut start, mut end) = (byte, byte);
    let mut sorted: Vec<&Edit> = edits.iter().filter(|edit| edit.file == file).collect();
    sorted.sort();
    let shift = |at: usize, edit: &Edit| (at + edit.replacement.len()) - (edit.byte_end - edit.byte_start);
    // From the last edit to the first, so that those before have not moved yet.
    for edit in sorted.into_iter().rev() {
        if edit.byte_end < byte || (edit.byte_end == byte && edit.byte_start < edit.byte_end) {
            start = shift(start, edit);
            end = shift(end, edit);
        } else if edit.byte_start <= byte {
            let here = edit.byte_start;
            end = if edit.byte_end == byte { shift(end, edit) } else { here + edit.replacement.len() };
            start = here;
        }
    }
    start..end.max(start)
}

/// The edited stretches of a file, as they lie after the edits.
pub fn edited(edits: &[Edit], file: &str) -> Vec<Range<usize>> {
    let mut sorted: Vec<&Edit> = edits.iter().filter(|edit| edit.file == file).collect();
    sorted.sort();
    let (mut added, mut removed) = (0, 0);
    let mut ranges = Vec::new();
    for edit in sorted {
        let start = edit.byte_start + added - removed;
        ranges.push(start..start + edit.replacement.len());
        added += edit.replacement.len();
        removed += edit.byte_end - edit.byte_start;
    }
    ranges
}

/// Whether any place that the error names, or would have changed, is at or in an edit.
pub fn touches(error: &Diagnostic, edits: &[Edit]) -> bool {
    let notes = error.notes.iter().flat_map(|note| &note.labels);
    let named = error.labels.iter().chain(notes).map(|label| &label.span);
    let suggested = error.suggestions.iter().flat_map(|suggestion| &suggestion.edits).map(|(span, _)| span);
    named.chain(suggested).any(|span| touches_span(span, edits))
}

fn touches_span(span: &Span, edits: &[Edit]) -> bool {
    let stretches = edited(edits, &span.file);
    stretches.iter().any(|edit| span.byte_start <= edit.end && edit.start <= span.byte_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span {
            file: "a.rs".to_owned(),
            byte_start: start,
            byte_end: end,
            line_start: 1,
            column_start: 1,
            line_end: 1,
            column_end: 1,
            first_line: None,
            macros: Vec::new(),
        }
    }

    fn error(code: &str, start: usize, end: usize) -> Diagnostic {
        let label = crate::diagnostic::Label {
            span: span(start, end),
            text: String::new(),
            role: crate::diagnostic::Role::Moved,
            primary: true,
            in_loop: false,
        };
        Diagnostic {
            message: format!("{code} at {start}"),
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            level: crate::diagnostic::Level::Error,
            labels: vec![label],
            notes: Vec::new(),
            suggestions: Vec::new(),
            rendered: String::new(),
        }
    }

    fn before(code: &str, start: usize, end: usize) -> Before {
        Before { error: error(code, start, end), unit: "lib.rs".into() }
    }

    fn insert(at: usize, text: &str) -> Edit {
        Edit { file: "a.rs".to_owned(), byte_start: at, byte_end: at, replacement: text.to_owned() }
    }

    fn replace(start: usize, end: usize, text: &str) -> Edit {
        Edit { byte_end: end, ..insert(start, text) }
    }

    fn state(errors: Vec<Diagnostic>, whole: bool) -> State {
        let errors = errors.into_iter().map(|error| After { error, new_unit: false }).collect();
        State { errors, warnings: Vec::new(), whole, looked_at: BTreeSet::from(["lib.rs".into()]) }
    }

    fn verdict(before: &[Before], edits: &[Edit], state: &State) -> Verdict {
        judge(before, &[0], edits, state).verdict
    }

    #[test]
    fn only_a_whole_state_without_errors_compiles() {
        let moved = [before("E0382", 50, 51)];
        let edits = [insert(20, "&")];
        assert_eq!(verdict(&moved, &edits, &state(vec![], true)), Verdict::Compiles);
        assert_eq!(verdict(&moved, &edits, &state(vec![], false)), Verdict::Resolves { remaining: 0 });
        let elsewhere =
            [before("E0382", 50, 51), Before { unit: "other.rs".into(), ..before("E0499", 1, 2) }];
        assert_eq!(verdict(&elsewhere, &edits, &state(vec![], true)), Verdict::Resolves { remaining: 1 });
        let unseen = [Before { unit: "other.rs".into(), ..before("E0382", 50, 51) }];
        assert!(matches!(verdict(&unseen, &edits, &state(vec![], true)), Verdict::Fails { .. }));
    }

    #[test]
    fn an_error_that_moved_is_still_there() {
        let two = [before("E0382", 50, 51), before("E0499", 80, 90)];
        let edits = [insert(20, "abc"), replace(60, 65, "")];
        let still = state(vec![error("E0382", 53, 54), error("E0499", 78, 88)], false);
        assert!(matches!(verdict(&two, &edits, &still), Verdict::Fails { .. }));
        let other = state(vec![error("E0499", 78, 88)], false);
        assert_eq!(verdict(&two, &edits, &other), Verdict::Resolves { remaining: 1 });
        // The edit stands just before the place that was pointed at.
        let at_it = state(vec![error("E0382", 52, 53)], false);
        assert!(matches!(verdict(&two[..1], &[insert(50, "&*")], &at_it), Verdict::Fails { .. }));
    }

    #[test]
    fn an_error_that_hides_others_is_no_progress() {
        let moved = [before("E0382", 50, 51)];
        let edits = [insert(20, "&")];
        // A type error in the body keeps rustc from looking at its borrows.
        let hidden = judge(&moved, &[0], &edits, &state(vec![error("E0308", 70, 71)], false));
        assert!(matches!(hidden.verdict, Verdict::Fails { .. }) && hidden.open);
        let parse = judge(&moved, &[0], &edits, &state(vec![error("", 70, 71)], false));
        assert!(matches!(parse.verdict, Verdict::Fails { .. }));
    }

    #[test]
    fn what_the_edit_did_not_touch_is_uncovered() {
        let lifetime = [before("E0106", 50, 51)];
        let edits = [insert(50, "'a ")];
        let later = state(vec![error("E0382", 200, 201)], false);
        assert!(matches!(verdict(&lifetime, &edits, &later), Verdict::Uncovers { .. }));
        let touched = state(vec![error("E0382", 52, 55)], false);
        assert!(matches!(verdict(&lifetime, &edits, &touched), Verdict::Fails { .. }));
        let earlier = state(vec![error("E0425", 200, 201)], false);
        assert!(matches!(verdict(&lifetime, &edits, &earlier), Verdict::Fails { .. }));
    }

    #[test]
    fn a_byte_moves_with_the_edits_before_it() {
        let edits = [insert(10, "ab"), replace(20, 30, "x"), insert(40, "cd")];
        assert_eq!(moved(&edits, "a.rs", 5), 5..5);
        assert_eq!(moved(&edits, "a.rs", 10), 10..12);
        assert_eq!(moved(&edits, "a.rs", 15), 17..17);
        assert_eq!(moved(&edits, "a.rs", 25), 22..23);
        assert_eq!(moved(&edits, "a.rs", 30), 23..23);
        assert_eq!(moved(&edits, "a.rs", 35), 28..28);
        assert_eq!(moved(&edits, "a.rs", 50), 45..45);
        assert_eq!(moved(&edits, "b.rs", 50), 50..50);
        assert_eq!(edited(&edits, "a.rs"), [10..12, 22..23, 33..35]);
    }

    #[test]
    fn each_body_is_judged_by_its_own_errors() {
        let two = [before("E0382", 50, 51), before("E0382", 150, 151)];
        let bodies = [40..100, 140..200].map(|body| Bodies(vec![("a.rs".to_owned(), body)]));
        let edits = [insert(45, "&"), insert(145, "&")];
        let one_left = state(vec![error("E0382", 152, 153)], false);
        assert!(only_within(&two, &[&bodies[0], &bodies[1]], &edits, &one_left));
        let verdict = |n: usize| judge_within(&two, &[n], &bodies[n], &edits, &one_left).verdict;
        assert_eq!(verdict(0), Verdict::Resolves { remaining: 1 });
        assert!(matches!(verdict(1), Verdict::Fails { .. }));
        let foreign = state(vec![error("E0308", 120, 121)], false);
        assert!(!only_within(&two, &[&bodies[0], &bodies[1]], &edits, &foreign));
    }
}

//! What an edit did to the compiler's warnings, and the candidates that are made against them.
//!
//! A warning is gone only if no error and no other warning that we would explain came in its place. And an
//! edit that was confirmed may still be told on by a warning: what it assigns is never read.

use std::time::Instant;

use super::judge::{After, Before, Bodies, Phase, State, headline, is_same, judge, phase, touches};
use super::search::{AT_ONCE, CANDIDATES, Search, Task};
use super::stop::stopped;
use crate::diagnostic::Diagnostic;
use crate::fix::{Aside, Edit, Fix, Verdict, Why};
use crate::rules::RULES;
use crate::syntax::Files;

/// Lints that say of code that it has no effect: after an edit they say that the edit has taken it away.
const NO_EFFECT: &[&str] = &[
    "dropping_copy_types",
    "dropping_references",
    "noop_method_call",
    "path_statements",
    "suspicious_double_ref_op",
    "unreachable_code",
    "unused_assignments",
    "unused_must_use",
    "unused_variables",
];
/// One that says that a word can go.
const NEEDLESS: &str = "unused_mut";

/// Whether a rule of ours is about it.
fn is_explained(warning: &Diagnostic) -> bool {
    RULES.iter().any(|rule| rule.concerns(warning))
}

fn was_there(warnings: &[Before], after: &After, edits: &[Edit]) -> bool {
    warnings.iter().any(|before| is_same(&before.error, &after.error, edits))
}

/// The headline of a target that is still there, or whose crate was not looked at.
pub fn left(warnings: &[Before], targets: &[usize], edits: &[Edit], state: &State) -> Option<String> {
    let is_left = |before: &Before| {
        !state.looked_at.contains(&before.unit)
            || state.warnings.iter().any(|after| is_same(&before.error, &after.error, edits))
    };
    let mut targets = targets.iter().map(|target| &warnings[*target]);
    targets.find(|before| is_left(before)).map(|before| headline(&before.error))
}

/// The warnings that an edit has brought and that we would explain.
fn new_ones<'s>(
    warnings: &'s [Before],
    edits: &'s [Edit],
    state: &'s State,
) -> impl Iterator<Item = &'s After> {
    let new = |after: &&After| is_explained(&after.error) && !was_there(warnings, after, edits);
    state.warnings.iter().filter(new)
}

/// Judges an edit that was made against the `targets` among the warnings.
pub fn judge_warnings(
    errors: &[Before],
    warnings: &[Before],
    targets: &[usize],
    edits: &[Edit],
    state: &State,
) -> Verdict {
    let judgement = judge(errors, &[], edits, state);
    let broken = judgement.new.first().map(|n| headline(&state.errors[*n].error));
    let left = || left(warnings, targets, edits, state);
    let new = || new_ones(warnings, edits, state).next().map(|after| headline(&after.error));
    match broken.or_else(left).or_else(new) {
        Some(first_error) => Verdict::Fails { first_error },
        None => judgement.verdict,
    }
}

/// What the compiler says against a confirmed edit: a warning in the edited function that was not there
/// before. Also whether it says that code has lost its effect. `own` are its edits among all that were made.
pub fn told_on(
    files: &Files,
    warnings: &[Before],
    errors: &[&Diagnostic],
    own: &[Edit],
    edits: &[Edit],
    state: &State,
) -> Option<(String, bool)> {
    let functions = functions(files, own).after(edits);
    // A body with an error of types has no warnings yet: they may be older than the edit.
    let seen = errors.iter().all(|error| phase(error) >= Phase::Borrow);
    let known = |after: &&After| {
        let code = after.error.code.as_deref().unwrap_or_default();
        (NO_EFFECT.contains(&code) || code == NEEDLESS)
            && functions.hold(&after.error)
            && (seen || touches(&after.error, edits))
            && !was_there(warnings, after, edits)
    };
    let after = state.warnings.iter().find(known)?;
    Some((after.error.message.clone(), after.error.code.as_deref() != Some(NEEDLESS)))
}

/// The functions that hold the edits.
fn functions(files: &Files, edits: &[Edit]) -> Bodies {
    let mut functions = Bodies::default();
    for edit in edits {
        let function =
            files.get(&edit.file).and_then(|file| file.function_at(edit.byte_start..edit.byte_end));
        functions.0.extend(function.map(|function| (edit.file.clone(), function.range)));
    }
    functions
}

impl Search<'_> {
    /// Gives the candidates against warnings their verdicts: of each warning as many as it takes until
    /// one helps, while there is time.
    pub fn run_warnings(&self, tasks: &mut [Task], until: Instant) {
        let most = tasks.iter().map(|task| task.candidates.len()).max().unwrap_or(0);
        for round in 0..most {
            let mut picks = Vec::new();
            for (t, task) in tasks.iter_mut().enumerate() {
                let helped = task.candidates.iter().any(|fix| fix.verdict.settles());
                let Some(fix) = task.candidates.get_mut(round).filter(|fix| !fix.is_idea()) else { continue };
                if helped || round >= CANDIDATES {
                    fix.verdict = Verdict::NotTried { why: Why::TooMany };
                } else {
                    picks.push(t);
                }
            }
            for group in self.groups(tasks, round, &picks) {
                let judged = self.judge_warnings_together(tasks, round, &group);
                picks.retain(|t| !judged.contains(t));
            }
            for picks in picks.chunks(AT_ONCE) {
                if Instant::now() < until && !stopped() {
                    self.judge_warnings_alone(tasks, round, picks);
                } else {
                    let why = if stopped() { Why::Stopped } else { Why::Budget };
                    let late = Verdict::NotTried { why };
                    picks.iter().for_each(|t| tasks[*t].candidates[round].verdict = late.clone());
                }
            }
        }
    }

    fn judge_warnings_alone(&self, tasks: &mut [Task], round: usize, picks: &[usize]) {
        let attempts: Vec<&[Edit]> =
            picks.iter().map(|t| tasks[*t].candidates[round].edits.as_slice()).collect();
        let states = self.states(&attempts);
        for (t, state) in picks.iter().zip(states) {
            let task = &mut tasks[*t];
            let fix = &mut task.candidates[round];
            fix.verdict = match state {
                Some(state) => judge_warnings(self.before, self.warnings, &task.warnings, &fix.edits, &state),
                None => Verdict::NotTried { why: self.why_not() },
            };
        }
    }

    /// Compiles one candidate of each at once. Gives back whose verdict is certain: those in whose bodies
    /// something is left, or new, are looked at alone.
    fn judge_warnings_together(
        &self,
        tasks: &mut [Task],
        round: usize,
        group: &[(usize, Bodies)],
    ) -> Vec<usize> {
        let edits: Vec<Edit> =
            group.iter().flat_map(|(t, _)| tasks[*t].candidates[round].edits.iter().cloned()).collect();
        let Some(state) = self.states(&[&edits]).pop().flatten() else { return Vec::new() };
        let judgement = judge(self.before, &[], &edits, &state);
        let new_errors = judgement.new.iter().map(|n| &state.errors[*n]);
        let new: Vec<&After> = new_errors.chain(new_ones(self.warnings, &edits, &state)).collect();
        let bodies: Vec<Bodies> = group.iter().map(|(_, bodies)| bodies.after(&edits)).collect();
        if !new.iter().all(|after| bodies.iter().any(|bodies| bodies.hold(&after.error))) {
            return Vec::new();
        }
        // An error in another body keeps the compiler from some of its warnings.
        if !judgement.new.is_empty() {
            return Vec::new();
        }
        let mut judged = Vec::new();
        for ((t, _), bodies) in group.iter().zip(&bodies) {
            let task = &mut tasks[*t];
            let left = left(self.warnings, &task.warnings, &edits, &state);
            if left.is_none() && !new.iter().any(|after| bodies.hold(&after.error)) {
                task.candidates[round].verdict = judgement.verdict.clone();
                judged.push(*t);
            }
        }
        judged
    }

    /// Marks a confirmed fix that the compiler's warnings tell on. `edits` are all that were made.
    pub fn mark(&self, targets: &[usize], fix: &mut Fix, edits: &[Edit], state: &State) {
        if !fix.verdict.is_confirmed() {
            return;
        }
        let errors: Vec<&Diagnostic> = targets.iter().map(|target| &self.before[*target].error).collect();
        if let Some((warning, loses_effect)) =
            told_on(self.files, self.warnings, &errors, &fix.edits, edits, state)
        {
            fix.asides.push(Aside::Warns(warning));
            if loses_effect {
                fix.cost = fix.cost.changed();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::*;
    use crate::diagnostic::{Label, Level, Role, Span};
    use crate::source::Sources;

    const PROGRAM: &str = "fn f(ps: &[P]) {\n    let p = &ps[0];\n}\nfn g() {\n}\n";

    fn warning(code: &str, start: usize) -> Diagnostic {
        let span = Span {
            file: "a.rs".to_owned(),
            byte_start: start,
            byte_end: start + 1,
            line_start: 1,
            column_start: 1,
            line_end: 1,
            column_end: 2,
            first_line: None,
            macros: Vec::new(),
        };
        let text = String::new();
        Diagnostic {
            message: format!("{code} at {start}"),
            code: Some(code.to_owned()),
            level: Level::Warning,
            labels: vec![Label { span, text, role: Role::Moved, primary: true, in_loop: false }],
            notes: Vec::new(),
            suggestions: Vec::new(),
            rendered: String::new(),
        }
    }

    fn state(warnings: Vec<Diagnostic>) -> State {
        let warnings = warnings.into_iter().map(|error| After { error, new_unit: false }).collect();
        let looked_at = BTreeSet::from([PathBuf::from("lib.rs")]);
        State { errors: Vec::new(), warnings, whole: true, looked_at }
    }

    fn before(code: &str, start: usize) -> Before {
        Before { error: warning(code, start), unit: "lib.rs".into() }
    }

    /// Takes the `&` out of `&ps[0]`.
    fn edits() -> [Edit; 1] {
        [Edit { file: "a.rs".to_owned(), byte_start: 29, byte_end: 30, replacement: String::new() }]
    }

    #[test]
    fn a_warning_is_gone_when_it_is_gone_and_its_crate_was_looked_at() {
        let warnings = [before("unused_mut", 35)];
        let judged = |state: &State| judge_warnings(&[], &warnings, &[0], &edits(), state);
        assert_eq!(judged(&state(Vec::new())), Verdict::Compiles);
        let still = state(vec![warning("unused_mut", 34)]);
        assert!(matches!(judged(&still), Verdict::Fails { .. }));
        let unseen = State { looked_at: BTreeSet::new(), ..state(Vec::new()) };
        assert!(matches!(judged(&unseen), Verdict::Fails { .. }));
        // What no rule knows is not ours to judge.
        assert_eq!(judged(&state(vec![warning("a_lint_of_next_year", 3)])), Verdict::Compiles);
        let broken =
            After { error: Diagnostic { level: Level::Error, ..warning("E0382", 40) }, new_unit: false };
        let broken = State { errors: vec![broken], ..state(Vec::new()) };
        assert!(matches!(judged(&broken), Verdict::Fails { .. }));
    }

    #[test]
    fn a_lost_effect_in_the_edited_function_tells_on_the_edit() {
        let sources = Sources::default();
        sources.insert("a.rs", PROGRAM.to_owned());
        let files = Files::new(sources);
        let old = [before("unused_variables", 3)];
        let moved = Diagnostic { code: Some("E0382".to_owned()), ..warning("", 30) };
        let told_on = |after: Vec<Diagnostic>, error: &Diagnostic| {
            let told = told_on(&files, &old, &[error], &edits(), &edits(), &state(after));
            told.map(|(_, loses_effect)| loses_effect)
        };
        assert_eq!(told_on(vec![warning("unused_assignments", 25)], &moved), Some(true));
        assert_eq!(told_on(vec![warning("unused_mut", 25)], &moved), Some(false));
        assert_eq!(told_on(vec![warning("unused_variables", 3)], &moved), None);
        let other_function = PROGRAM.find("fn g").expect("it is there");
        assert_eq!(told_on(vec![warning("unused_assignments", other_function)], &moved), None);
        // Before, nobody had looked at what is used in this body.
        let mismatch = Diagnostic { code: Some("E0308".to_owned()), ..warning("", 30) };
        assert_eq!(told_on(vec![warning("unused_assignments", 22)], &mismatch), None);
    }
}

//! Which attempts to make for which errors, in which order.
//!
//! Each candidate is tried alone. Where it takes its error away and others come instead, a second
//! edit may answer those: so the search goes on from there, a few edits deep.

use super::engine::Engine;
use super::judge::{Before, Judgement, State, judge, phase};
use super::texts::{self, Texts};
use crate::diagnostic::Diagnostic;
use crate::fix::{Behaviour, Cost, Edit, Fix, Verdict, Why};
use crate::report::candidates;
use crate::rule::Case;
use crate::syntax::Files;

/// So many candidates of one error are tried.
const CANDIDATES: usize = 8;
/// So many edits may follow one another where there was a choice.
const DEPTH: usize = 3;
/// So many where there was none.
const FORCED_DEPTH: usize = 6;
/// So many answers to one new error are tried.
const ANSWERS: usize = 4;
/// More new errors than one edit explains are no way out.
const NEW_ERRORS: usize = 12;
/// So many attempts may follow the candidates of one error.
const FOLLOW_UPS: usize = 24;

/// An error, or several of one cause, and what may help.
#[derive(Debug)]
pub struct Task {
    /// Which of the errors.
    pub targets: Vec<usize>,
    /// What may help, the best first. Afterwards with verdicts.
    pub candidates: Vec<Fix>,
}

/// Tries candidates with an engine.
pub struct Search<'s> {
    /// The compiler.
    pub engine: &'s Engine,
    /// The errors as they are.
    pub before: &'s [Before],
    /// The files as they are.
    pub files: &'s Files,
    /// Told after each attempt, and before several: how many.
    pub progress: &'s (dyn Fn(Step) + Sync),
}

/// What a search tells of itself.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// So many attempts more are planned.
    Planned(usize),
    /// One is done.
    Done,
}

/// Where an edit, or several after one another, have led.
struct Node {
    texts: Texts,
    state: State,
    judgement: Judgement,
    /// Edits after the first: with a choice, and all.
    chosen: usize,
    depth: usize,
    cost: Cost,
}

impl Search<'_> {
    /// Gives every candidate its verdict.
    pub fn run(&self, tasks: &mut [Task]) {
        let mut open: Vec<(usize, usize, Node)> = Vec::new();
        let most = tasks.iter().map(|task| task.candidates.len()).max().unwrap_or(0);
        for round in 0..most {
            let mut picks = Vec::new();
            for (t, task) in tasks.iter_mut().enumerate() {
                let Some(fix) = task.candidates.get_mut(round).filter(|fix| !fix.is_idea()) else { continue };
                if round >= CANDIDATES {
                    fix.verdict = Verdict::NotTried { why: Why::TooMany };
                    continue;
                }
                let texts = texts::edited(self.files, &Texts::new(), &fix.edits);
                picks.extend(texts.map(|texts| (t, texts, fix.cost)));
            }
            let attempts: Vec<&Texts> = picks.iter().map(|(_, texts, _)| texts).collect();
            let states = self.states(&attempts);
            for ((t, texts, cost), state) in picks.into_iter().zip(states) {
                let task = &mut tasks[t];
                let fix = &mut task.candidates[round];
                let Some(state) = state else {
                    let why = if self.engine.has_time() { Why::NoShadow } else { Why::Budget };
                    fix.verdict = Verdict::NotTried { why };
                    continue;
                };
                let judgement = judge(self.before, &task.targets, &fix.edits, &state);
                fix.verdict = judgement.verdict.clone();
                if judgement.open {
                    open.push((t, round, Node { texts, state, judgement, chosen: 0, depth: 0, cost }));
                }
            }
        }
        for (t, task) in tasks.iter_mut().enumerate() {
            let mut left = FOLLOW_UPS;
            let (own, others): (Vec<_>, Vec<_>) = open.into_iter().partition(|(of, _, _)| *of == t);
            open = others;
            for (_, n, node) in own {
                // What has a way out that asks for less needs no longer one.
                let cost = task.candidates[n].cost;
                let better = |fix: &Fix| settled(&fix.verdict) && fix.cost <= cost;
                if left == 0 || task.candidates.iter().any(better) {
                    continue;
                }
                if let Some(found) = self.follow(&task.targets, node, &mut left) {
                    let fix = &mut task.candidates[n];
                    fix.edits = texts::edits(self.files, &found.texts);
                    fix.cost = found.cost;
                    fix.verdict = found.judgement.verdict;
                }
            }
        }
    }

    /// Compiles attempts.
    pub fn states(&self, attempts: &[&Texts]) -> Vec<Option<State>> {
        (self.progress)(Step::Planned(attempts.len()));
        let changes: Vec<_> = attempts.iter().map(|texts| texts::changes(self.files, texts)).collect();
        let known: Vec<_> = changes.iter().flatten().cloned().collect();
        let mut states = self.engine.states(&known, &|| (self.progress)(Step::Done)).into_iter();
        changes.iter().map(|change| change.as_ref().and_then(|_| states.next().flatten())).collect()
    }

    /// Goes on from a state in which the error has gone and others have come.
    fn follow(&self, targets: &[usize], start: Node, left: &mut usize) -> Option<Node> {
        let mut seen: Vec<Texts> = vec![start.texts.clone()];
        let mut level = vec![start];
        while !level.is_empty() && *left > 0 && self.engine.has_time() {
            let mut next: Vec<(Texts, usize, usize, Cost)> = Vec::new();
            for node in &level {
                for child in self.children(node) {
                    if !seen.contains(&child.0) && next.len() < *left {
                        seen.push(child.0.clone());
                        next.push(child);
                    }
                }
            }
            *left -= next.len();
            let attempts: Vec<&Texts> = next.iter().map(|(texts, ..)| texts).collect();
            let states = self.states(&attempts);
            let mut found: Vec<Node> = Vec::new();
            for ((texts, chosen, depth, cost), state) in next.into_iter().zip(states) {
                let Some(state) = state else { continue };
                let judgement = judge(self.before, targets, &texts::edits(self.files, &texts), &state);
                found.push(Node { texts, state, judgement, chosen, depth, cost });
            }
            if let Some(n) = found.iter().position(|node| settled(&node.judgement.verdict)) {
                return Some(found.swap_remove(n));
            }
            found.retain(|node| node.judgement.open);
            level = found;
        }
        None
    }

    /// The texts to try next: one answer to each new error at once, then each answer to the first.
    fn children(&self, node: &Node) -> Vec<(Texts, usize, usize, Cost)> {
        if node.depth >= FORCED_DEPTH || node.judgement.new.len() > NEW_ERRORS {
            return Vec::new();
        }
        let files = Files::new(self.files.sources.with_texts(&node.texts));
        let mut errors: Vec<&Diagnostic> =
            node.judgement.new.iter().map(|n| &node.state.errors[*n].error).collect();
        errors.sort_by_key(|error| phase(error));
        let answers: Vec<Vec<Fix>> = errors.iter().map(|error| answers(error, &files)).collect();
        let forced = answers.iter().all(|answers| answers.len() == 1);
        let mut children = Vec::new();
        let mut add = |edits: &[Edit], cost: Cost, chosen: usize| {
            if chosen > DEPTH {
                return;
            }
            let texts = texts::edited(&files, &Texts::new(), edits);
            if let Some(texts) = texts.and_then(|texts| node.on_top(self.files, texts)) {
                children.push((texts, chosen, node.depth + 1, worse(node.cost, cost)));
            }
        };
        if answers.len() > 1 {
            let mut edits: Vec<Edit> = Vec::new();
            let mut cost = node.cost;
            for fix in answers.iter().filter_map(|answers| answers.first()) {
                let fresh: Vec<Edit> =
                    fix.edits.iter().filter(|edit| !edits.contains(edit)).cloned().collect();
                if !fresh.iter().any(|new| edits.iter().any(|old| overlap(old, new))) {
                    edits.extend(fresh);
                    cost = worse(cost, fix.cost);
                }
            }
            add(&edits, cost, node.chosen + usize::from(!forced));
        }
        for fix in answers.first().into_iter().flatten().take(ANSWERS) {
            add(&fix.edits, fix.cost, node.chosen + usize::from(!forced));
        }
        children
    }
}

impl Node {
    /// The texts of a further edit together with those that it leaves alone.
    fn on_top(&self, files: &Files, texts: Texts) -> Option<Texts> {
        let mut all = self.texts.clone();
        all.extend(texts);
        all.retain(|name, text| files.sources.get(name).is_some_and(|source| source.text != *text));
        if all.is_empty() { None } else { Some(all) }
    }
}

/// Whether nothing more is to be done for the error.
fn settled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Compiles | Verdict::Resolves { .. })
}

/// What may help against an error that came with an edit.
fn answers(error: &Diagnostic, files: &Files) -> Vec<Fix> {
    let fixes = candidates(&Case { diagnostic: error, files });
    fixes.into_iter().filter(|fix| !fix.is_idea()).collect()
}

/// Two insertions at one place overlap as well: nobody knows which comes first.
fn overlap(a: &Edit, b: &Edit) -> bool {
    a.file == b.file
        && (a.byte_start < b.byte_end && b.byte_start < a.byte_end || a.byte_start == b.byte_start)
}

/// The cost of both deeds.
fn worse(a: Cost, b: Cost) -> Cost {
    let behaviour = if a.behaviour == Behaviour::Changed { a.behaviour } else { b.behaviour };
    Cost { behaviour, deed: a.deed.max(b.deed), scope: a.scope.max(b.scope) }
}

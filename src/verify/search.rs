//! Which attempts to make for which errors, in which order.
//!
//! Each candidate is tried alone. Where it takes its error away and others come instead, a second
//! edit may answer those: so the search goes on from there, a few edits deep.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::engine::Engine;
use super::judge::{Before, Bodies, Judgement, State, judge, judge_within, only_within, phase};
use super::prune::Pruned;
use super::shadow::Changes;
use super::stop::stopped;
use super::texts::{self, Texts};
use crate::diagnostic::{Diagnostic, Span};
use crate::facts::Facts;
use crate::fix::{Behaviour, Cost, Edit, Fix, Step as Deed, Verdict, Why};
use crate::fixes::follow_up::follow_ups;
use crate::report::{candidates, recognise};
use crate::rule::Case;
use crate::syntax::Files;

/// So many candidates of one error are tried.
pub const CANDIDATES: usize = 8;
/// So many of those that several errors share are tried before all others.
const MOST_SHARED: usize = 4;
/// So many attempts are collected before they are made, so that all cores have work.
pub const AT_ONCE: usize = 8;
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
    /// Or which of the warnings.
    pub warnings: Vec<usize>,
    /// What may help, the best first. Afterwards with verdicts.
    pub candidates: Vec<Fix>,
}

/// Answers of the compiler, by edits.
pub type Known = HashMap<Vec<Edit>, State>;

/// Tries candidates with an engine.
pub struct Search<'s> {
    /// The compiler.
    pub engine: &'s Engine,
    /// The errors as they are.
    pub before: &'s [Before],
    /// The warnings as they are.
    pub warnings: &'s [Before],
    /// The files as they are.
    pub files: &'s Files,
    /// The crates that failed with emptied bodies, if they are large.
    pub pruned: Option<&'s Pruned>,
    /// What has been compiled already.
    pub known: &'s RefCell<Known>,
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
    /// What was done so far.
    deeds: Vec<Deed>,
}

/// What to try after some edits.
struct Child {
    texts: Texts,
    chosen: usize,
    depth: usize,
    deeds: Vec<Deed>,
}

/// The candidates that most errors share, such as a change of a signature that all of them come from:
/// where time is short, one of these says most.
fn shared(tasks: &[Task]) -> Vec<&[Edit]> {
    let mut counted: Vec<(&[Edit], usize)> = Vec::new();
    for task in tasks {
        for fix in task.candidates.iter().take(CANDIDATES).filter(|fix| !fix.is_idea()) {
            match counted.iter_mut().find(|(edits, _)| *edits == fix.edits) {
                Some((_, count)) => *count += 1,
                None => counted.push((&fix.edits, 1)),
            }
        }
    }
    counted.retain(|(_, count)| *count > 1);
    counted.sort_by_key(|(_, count)| Reverse(*count));
    counted.into_iter().take(MOST_SHARED).map(|(edits, _)| edits).collect()
}

impl Search<'_> {
    /// Gives every candidate its verdict.
    pub fn run(&self, tasks: &mut [Task]) {
        self.states(&shared(tasks));
        let mut open: Vec<(usize, usize, Node)> = Vec::new();
        let most = tasks.iter().map(|task| task.candidates.len()).max().unwrap_or(0);
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        for round in 0..most {
            let mut picks = Vec::new();
            for (t, task) in tasks.iter_mut().enumerate() {
                let Some(fix) = task.candidates.get_mut(round).filter(|fix| !fix.is_idea()) else { continue };
                if round >= CANDIDATES {
                    fix.verdict = Verdict::NotTried { why: Why::TooMany };
                } else {
                    picks.push(t);
                }
            }
            for group in self.groups(tasks, round, &picks) {
                let judged = self.judge_together(tasks, round, &group);
                picks.retain(|t| !judged.contains(t));
            }
            waiting.extend(picks.into_iter().map(|t| (t, round)));
            if waiting.len() >= AT_ONCE || round + 1 == most {
                self.judge_alone(tasks, std::mem::take(&mut waiting), &mut open);
            }
        }
        self.follow_all(tasks, open);
    }

    /// Compiles candidates, each alone.
    fn judge_alone(
        &self,
        tasks: &mut [Task],
        picks: Vec<(usize, usize)>,
        open: &mut Vec<(usize, usize, Node)>,
    ) {
        let attempts: Vec<&[Edit]> =
            picks.iter().map(|(t, n)| tasks[*t].candidates[*n].edits.as_slice()).collect();
        let states = self.states(&attempts);
        for ((t, n), state) in picks.into_iter().zip(states) {
            let task = &mut tasks[t];
            let fix = &mut task.candidates[n];
            let Some(state) = state else {
                fix.verdict = Verdict::NotTried { why: self.why_not() };
                continue;
            };
            let judgement = judge(self.before, &task.targets, &fix.edits, &state);
            fix.verdict = judgement.verdict.clone();
            fix.also = self.places(&judgement);
            let edits = fix.edits.clone();
            self.mark(&task.targets, fix, &edits, &state);
            let texts = texts::edited(self.files, &Texts::new(), &fix.edits);
            if let Some(texts) = texts.filter(|_| judgement.open) {
                let deeds = vec![fix.step("")];
                open.push((t, n, Node { texts, state, judgement, chosen: 0, depth: 0, deeds }));
            }
        }
    }

    /// Where the other errors are that are gone.
    fn places(&self, judgement: &Judgement) -> Vec<Span> {
        let gone = judgement.gone.iter().filter_map(|b| self.before[*b].error.primary());
        gone.map(|label| label.span.clone()).collect()
    }

    /// Why an attempt has no answer.
    pub fn why_not(&self) -> Why {
        match self.engine.has_time() {
            _ if stopped() => Why::Stopped,
            true => Why::NoShadow,
            false => Why::Budget,
        }
    }

    /// Candidates of different errors that have nothing to do with each other, because each stays
    /// within bodies of its own. Only groups of two and more.
    pub fn groups(&self, tasks: &[Task], round: usize, picks: &[usize]) -> Vec<Vec<(usize, Bodies)>> {
        let mut groups: Vec<Vec<(usize, Bodies)>> = Vec::new();
        for &t in picks {
            let Some(bodies) = self.bodies(&tasks[t], &tasks[t].candidates[round]) else { continue };
            let apart = |(_, others): &(usize, Bodies)| {
                !bodies.0.iter().any(|(file, body)| {
                    others.0.iter().any(|(theirs, other)| {
                        file == theirs && body.start < other.end && other.start < body.end
                    })
                })
            };
            match groups.iter_mut().find(|group| group.iter().all(apart)) {
                Some(group) => group.push((t, bodies)),
                None => groups.push(vec![(t, bodies)]),
            }
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    /// The bodies that the errors and the edits lie in; nothing where one lies outside of any, or in one
    /// that others can look into.
    fn bodies(&self, task: &Task, fix: &Fix) -> Option<Bodies> {
        let mut bodies = Bodies::default();
        let errors = task.targets.iter().map(|target| &self.before[*target]);
        let errors = errors.chain(task.warnings.iter().map(|target| &self.warnings[*target]));
        let mut places: Vec<(&str, std::ops::Range<usize>)> = Vec::new();
        for error in errors {
            let span = &error.error.primary()?.span;
            places.push((span.file.as_str(), span.range()));
        }
        places.extend(fix.edits.iter().map(|edit| (edit.file.as_str(), edit.byte_start..edit.byte_end)));
        for (name, place) in places {
            let file = self.files.get(name).filter(|file| !file.has_errors())?;
            let function = file.function_at(place.clone())?;
            let body = function.body.filter(|body| body.start < place.start && place.end < body.end)?;
            let hides_a_type = function.return_type.is_some_and(|ty| file.text(ty).contains("impl"));
            if function.is_async || function.is_const || hides_a_type {
                return None;
            }
            if !bodies.0.iter().any(|(known, other)| known == name && *other == body) {
                bodies.0.push((name.to_owned(), body));
            }
        }
        Some(bodies)
    }

    /// Compiles one candidate of each at once. Gives back whose verdict is certain: those whose edit
    /// has led to further errors are looked at alone.
    fn judge_together(&self, tasks: &mut [Task], round: usize, group: &[(usize, Bodies)]) -> Vec<usize> {
        let edits: Vec<Edit> =
            group.iter().flat_map(|(t, _)| tasks[*t].candidates[round].edits.iter().cloned()).collect();
        let Some(state) = self.states(&[&edits]).pop().flatten() else { return Vec::new() };
        let bodies: Vec<&Bodies> = group.iter().map(|(_, bodies)| bodies).collect();
        if !only_within(self.before, &bodies, &edits, &state) {
            return Vec::new();
        }
        let mut judged = Vec::new();
        for (t, bodies) in group {
            let judgement = judge_within(self.before, &tasks[*t].targets, bodies, &edits, &state);
            if !judgement.open && !matches!(judgement.verdict, Verdict::Compiles) {
                let task = &mut tasks[*t];
                task.candidates[round].verdict = judgement.verdict;
                self.mark(&task.targets, &mut task.candidates[round], &edits, &state);
                judged.push(*t);
            }
        }
        judged
    }

    /// Looks for further edits where one alone was not enough.
    fn follow_all(&self, tasks: &mut [Task], mut open: Vec<(usize, usize, Node)>) {
        for (t, task) in tasks.iter_mut().enumerate() {
            let mut left = FOLLOW_UPS;
            let (own, others): (Vec<_>, Vec<_>) = open.into_iter().partition(|(of, _, _)| *of == t);
            open = others;
            for (_, n, node) in own {
                // What has a way out that asks for less needs no longer one.
                let cost = task.candidates[n].cost;
                let better = |fix: &Fix| fix.verdict.settles() && fix.cost <= cost;
                if left == 0 || task.candidates.iter().any(better) {
                    continue;
                }
                if let Some(found) = self.follow(&task.targets, node, &mut left) {
                    let fix = &mut task.candidates[n];
                    fix.edits = texts::edits(self.files, &found.texts);
                    fix.cost = found.deeds.iter().fold(fix.cost, |cost, deed| worse(cost, deed.cost));
                    fix.steps = found.deeds;
                    fix.also = self.places(&found.judgement);
                    fix.verdict = found.judgement.verdict;
                    let edits = fix.edits.clone();
                    self.mark(&task.targets, fix, &edits, &found.state);
                }
            }
        }
    }

    /// What the compiler says of these edits. Nobody is asked twice.
    pub fn states(&self, attempts: &[&[Edit]]) -> Vec<Option<State>> {
        let mut known = self.known.borrow_mut();
        let mut new: Vec<&[Edit]> = Vec::new();
        for edits in attempts {
            if !known.contains_key(*edits) && !new.contains(edits) {
                new.push(edits);
            }
        }
        for (edits, state) in new.iter().zip(self.compiled(&new)) {
            known.extend(state.map(|state| (edits.to_vec(), state)));
        }
        attempts.iter().map(|edits| known.get(*edits).cloned()).collect()
    }

    /// Compiles attempts. A large crate is first compiled with emptied bodies; what passes there and
    /// could matter to others is compiled again as it is.
    fn compiled(&self, attempts: &[&[Edit]]) -> Vec<Option<State>> {
        (self.progress)(Step::Planned(attempts.len()));
        let done = || (self.progress)(Step::Done);
        let mut states: Vec<Option<State>> = attempts.iter().map(|_| None).collect();
        let mut whole: Vec<usize> = (0..attempts.len()).collect();
        if let Some(pruned) = self.pruned {
            let by_file: Vec<_> = attempts.iter().map(|edits| self.by_path(edits)).collect();
            let small: Vec<_> = by_file.iter().map(|edits| pruned.changes(edits.as_ref()?)).collect();
            self.fill(&mut states, &small, true, &done);
            whole.retain(|&n| {
                let local = by_file[n].as_ref().is_some_and(|edits| pruned.is_local(edits));
                let passes = |state: &State| judge(self.before, &[], attempts[n], state).new.is_empty();
                small[n].is_none() || (!local && states[n].as_ref().is_some_and(passes))
            });
            whole.iter().for_each(|n| states[*n] = None);
        }
        let changes =
            |n: usize| whole.contains(&n).then(|| texts::changes(self.files, attempts[n])).flatten();
        let changes: Vec<_> = (0..attempts.len()).map(changes).collect();
        self.fill(&mut states, &changes, false, &done);
        states
    }

    fn fill(
        &self,
        states: &mut [Option<State>],
        changes: &[Option<Changes>],
        quiet: bool,
        done: &(dyn Fn() + Sync),
    ) {
        let known: Vec<_> = changes.iter().flatten().cloned().collect();
        let mut answers = self.engine.states(&known, quiet, done).into_iter();
        for (state, _) in states.iter_mut().zip(changes).filter(|(_, changes)| changes.is_some()) {
            *state = answers.next().flatten();
        }
    }

    /// Edits by the real paths of their files.
    fn by_path<'e>(&self, edits: &'e [Edit]) -> Option<BTreeMap<PathBuf, Vec<&'e Edit>>> {
        let mut by_path: BTreeMap<PathBuf, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            by_path.entry(texts::path(self.files, &edit.file)?).or_default().push(edit);
        }
        Some(by_path)
    }

    /// Goes on from a state in which the error has gone and others have come.
    fn follow(&self, targets: &[usize], start: Node, left: &mut usize) -> Option<Node> {
        let mut seen: Vec<Texts> = vec![start.texts.clone()];
        let mut level = vec![start];
        while !level.is_empty() && *left > 0 && self.engine.has_time() {
            let mut next: Vec<Child> = Vec::new();
            for node in &level {
                for child in self.children(node) {
                    if !seen.contains(&child.texts) && next.len() < *left {
                        seen.push(child.texts.clone());
                        next.push(child);
                    }
                }
            }
            *left -= next.len();
            let edits: Vec<Vec<Edit>> =
                next.iter().map(|child| texts::edits(self.files, &child.texts)).collect();
            let attempts: Vec<&[Edit]> = edits.iter().map(Vec::as_slice).collect();
            let states = self.states(&attempts);
            let mut found: Vec<Node> = Vec::new();
            for ((child, state), edits) in next.into_iter().zip(states).zip(&edits) {
                let Some(state) = state else { continue };
                let judgement = judge(self.before, targets, edits, &state);
                let Child { texts, chosen, depth, deeds } = child;
                found.push(Node { texts, state, judgement, chosen, depth, deeds });
            }
            if let Some(n) = found.iter().position(|node| node.judgement.verdict.settles()) {
                return Some(found.swap_remove(n));
            }
            found.retain(|node| node.judgement.open);
            level = found;
        }
        None
    }

    /// The texts to try next: one answer to each new error at once, then each answer to the first.
    fn children(&self, node: &Node) -> Vec<Child> {
        if node.depth >= FORCED_DEPTH || node.judgement.new.len() > NEW_ERRORS {
            return Vec::new();
        }
        let files = Files::new(self.files.sources.with_texts(&node.texts));
        let mut errors: Vec<&Diagnostic> =
            node.judgement.new.iter().map(|n| &node.state.errors[*n].error).collect();
        errors.sort_by_key(|error| phase(error));
        let answers: Vec<Vec<(Fix, Deed)>> = errors.iter().map(|error| answers(error, &files)).collect();
        let forced = answers.iter().all(|answers| answers.len() == 1);
        let mut children = Vec::new();
        let mut add = |edits: &[Edit], new: Vec<Deed>, chosen: usize| {
            if chosen > DEPTH {
                return;
            }
            let texts = texts::edited(&files, &Texts::new(), edits);
            if let Some(texts) = texts.and_then(|texts| node.on_top(self.files, texts)) {
                let deeds = node.deeds.iter().cloned().chain(new).collect();
                children.push(Child { texts, chosen, depth: node.depth + 1, deeds });
            }
        };
        if answers.len() > 1 {
            let mut edits: Vec<Edit> = Vec::new();
            let mut deeds: Vec<Deed> = Vec::new();
            for (fix, deed) in answers.iter().filter_map(|answers| answers.first()) {
                let fresh: Vec<Edit> =
                    fix.edits.iter().filter(|edit| !edits.contains(edit)).cloned().collect();
                if !fresh.iter().any(|new| edits.iter().any(|old| overlap(old, new))) {
                    edits.extend(fresh);
                    deeds.push(deed.clone());
                }
            }
            add(&edits, deeds, node.chosen + usize::from(!forced));
        }
        for (fix, deed) in answers.first().into_iter().flatten().take(ANSWERS) {
            add(&fix.edits, vec![deed.clone()], node.chosen + usize::from(!forced));
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

/// What may help against an error that came with an edit.
fn answers(error: &Diagnostic, files: &Files) -> Vec<(Fix, Deed)> {
    let case = Case { diagnostic: error, files };
    let finding = recognise(&case);
    let (text, facts) =
        finding.as_ref().map_or(("", Facts::new()), |finding| (finding.rule.text, finding.facts.clone()));
    let mut fixes = candidates(&case, finding);
    for fix in follow_ups(&case) {
        if !fixes.iter().any(|known| known.edits == fix.edits) {
            fixes.push(fix);
        }
    }
    fixes.retain(|fix| !fix.is_idea());
    fixes.sort_by_key(Fix::rank);
    let deed = |fix: &Fix| Deed { facts: fix.facts.or(&facts), ..fix.step(text) };
    fixes.into_iter().map(|fix| (deed(&fix), fix)).map(|(deed, fix)| (fix, deed)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Deed;

    #[test]
    fn what_most_errors_share_is_tried_first() {
        let edit = |at| Edit { file: "a.rs".into(), byte_start: at, byte_end: at, replacement: "&".into() };
        let task = |places: &[usize]| Task {
            targets: Vec::new(),
            warnings: Vec::new(),
            candidates: places
                .iter()
                .map(|at| Fix::new("lend", Cost::local(Deed::Borrow), vec![edit(*at)]))
                .collect(),
        };
        let tasks = [task(&[1, 9, 8]), task(&[2, 9, 8]), task(&[3, 9])];
        assert_eq!(shared(&tasks), [[edit(9)].as_slice(), &[edit(8)]]);
    }
}

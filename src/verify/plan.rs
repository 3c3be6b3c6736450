//! Which fixes go together, so that one set mends the whole.

use super::Verifier;
use std::cell::RefCell;

use super::judge::{State, headline, judge};
use super::search::{Search, Task};
use super::texts::{self, Texts};
use super::warnings;
use crate::fix::{Behaviour, Edit, Fix, Verdict, Why};
use crate::report::Report;

/// A set of fixes that the compiler has accepted together.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The fixes, with the findings that they are for; nothing for an error that no rule knows.
    pub chosen: Vec<(Option<usize>, Fix)>,
    /// The edits of all of them against the files as they are.
    pub edits: Vec<Edit>,
    /// The changed files by the names in the messages, with their new texts.
    pub texts: Texts,
    /// The findings that nothing is done for.
    pub left: Vec<(usize, Left)>,
    /// Whether nothing is left that does not compile.
    pub compiles: bool,
    /// The headlines of the errors that are left.
    pub remaining: Vec<String>,
}

/// Why nothing is done for a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// No fix was confirmed.
    NothingConfirmed,
    /// All that were confirmed change what the program does.
    ChangesBehaviour,
    /// It does not go together with those that were chosen.
    Conflict,
    /// The compiler was not asked whether it goes together with those that were chosen.
    NotTried(Why),
}

impl Verifier<'_> {
    /// The best confirmed fix of each finding, confirmed together. `report` has its verdicts already.
    ///
    /// `wanted` says which fixes may be chosen at all, for a finding or for an error that no rule
    /// knows; `all` also takes those that change what the
    /// program does.
    pub fn plan(&self, report: &Report, all: bool, wanted: &dyn Fn(Option<usize>, &Fix) -> bool) -> Plan {
        let (places, mut tasks) = self.tasks(report);
        let mut places: Vec<Option<usize>> = places.into_iter().map(Some).collect();
        let mut others = self.others(report);
        self.search(|search| search.run(&mut others));
        for task in &mut others {
            task.candidates.sort_by_key(Fix::rank);
        }
        places.extend(others.iter().map(|_| None));
        tasks.extend(others);
        let (warned, warnings) = self.warning_tasks(report);
        places.extend(warned.into_iter().map(Some));
        tasks.extend(warnings);
        self.search(|search| self.plan_with(search, &places, &tasks, all, wanted))
    }

    fn plan_with(
        &self,
        search: &Search,
        places: &[Option<usize>],
        tasks: &[Task],
        all: bool,
        wanted: &dyn Fn(Option<usize>, &Fix) -> bool,
    ) -> Plan {
        let mut plan = Plan::default();
        let mut picks: Vec<(usize, Vec<&Fix>)> = Vec::new();
        for (t, (task, place)) in tasks.iter().zip(places).enumerate() {
            let confirmed: Vec<&Fix> = task
                .candidates
                .iter()
                .filter(|fix| !fix.is_idea() && fix.verdict.is_confirmed())
                .filter(|fix| wanted(*place, fix))
                .collect();
            let kept: Vec<&Fix> = confirmed
                .iter()
                .copied()
                .filter(|fix| all || fix.cost.behaviour == Behaviour::Kept)
                .collect();
            let left = if confirmed.is_empty() { Left::NothingConfirmed } else { Left::ChangesBehaviour };
            match kept.is_empty() {
                true => plan.left.extend(place.map(|place| (place, left))),
                false => picks.push((t, kept)),
            }
        }
        let firsts: Vec<(usize, &Fix)> = picks.iter().map(|(t, fixes)| (*t, fixes[0])).collect();
        if let Some((texts, state)) = self.together(search, &firsts)
            && self.helps_all(tasks, &firsts, &texts, &state)
        {
            plan.take(self, places, firsts, texts, &state);
            return plan;
        }
        // One after the other: the first fix of each that goes with those before it.
        let mut chosen: Vec<(usize, &Fix)> = Vec::new();
        let mut best: Option<(Texts, State)> = None;
        for (t, fixes) in &picks {
            let fitting = fixes.iter().find_map(|fix| {
                let mut set = chosen.clone();
                set.push((*t, fix));
                let (texts, state) = self.together(search, &set)?;
                self.helps_all(tasks, &set, &texts, &state).then_some((set, texts, state))
            });
            match fitting {
                Some((set, texts, state)) => {
                    chosen = set;
                    best = Some((texts, state));
                }
                None => {
                    let why = match search.why_not() {
                        Why::NoShadow => Left::Conflict,
                        why => Left::NotTried(why),
                    };
                    plan.left.extend(places[*t].map(|place| (place, why)));
                }
            }
        }
        if let Some((texts, state)) = best {
            plan.take(self, places, chosen, texts, &state);
        }
        plan
    }

    /// The texts with all of these fixes, and what the compiler says of them.
    fn together(&self, search: &Search, fixes: &[(usize, &Fix)]) -> Option<(Texts, State)> {
        let mut edits: Vec<Edit> = fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
        edits.sort();
        edits.dedup();
        let texts = texts::edited(self.files, &Texts::new(), &edits)?;
        // The last word about a set is the whole crate's.
        let known = RefCell::default();
        let search = match search.pruned {
            Some(_) => &Search { pruned: None, known: &known, ..*search },
            None => search,
        };
        let state = search.states(&[&edits]).pop().flatten()?;
        Some((texts, state))
    }

    /// Whether the errors of all these fixes are gone, and nothing came that they have caused.
    fn helps_all(&self, tasks: &[Task], fixes: &[(usize, &Fix)], texts: &Texts, state: &State) -> bool {
        let targets: Vec<usize> = fixes.iter().flat_map(|(t, _)| tasks[*t].targets.clone()).collect();
        let edits = texts::edits(self.files, texts);
        let warnings: Vec<usize> = fixes.iter().flat_map(|(t, _)| tasks[*t].warnings.clone()).collect();
        judge(self.before, &targets, &edits, state).verdict.is_confirmed()
            && warnings::left(self.warnings, &warnings, &edits, state).is_none()
    }
}

impl Plan {
    fn take(
        &mut self,
        verifier: &Verifier,
        places: &[Option<usize>],
        chosen: Vec<(usize, &Fix)>,
        texts: Texts,
        state: &State,
    ) {
        self.chosen = chosen.iter().map(|(t, fix)| (places[*t], (*fix).clone())).collect();
        self.edits = texts::edits(verifier.files, &texts);
        let none: [usize; 0] = [];
        let verdict = judge(verifier.before, &none, &self.edits, state).verdict;
        self.compiles = verdict == Verdict::Compiles;
        self.remaining = state.errors.iter().map(|after| headline(&after.error)).collect();
        self.texts = texts;
    }
}

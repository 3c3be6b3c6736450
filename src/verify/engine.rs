//! Compiles attempts: several at a time, each in a shadow of its own, until the time is up.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::judge::{After, State};
use super::place::Place;
use super::replay::{Answer, replay};
use super::shadow::{Changes, Shadow};
use super::stop::stopped;
use super::unit::{Unit, in_order};

/// What the first run has shown of the crates.
#[derive(Debug)]
pub struct FirstRun {
    /// The root files of the crates that had errors.
    pub failed: BTreeSet<PathBuf>,
    /// The root files of the crates that compiled, and whether for tests.
    pub compiled: BTreeSet<(PathBuf, bool)>,
    /// Crates that were built to run while others are compiled (macros, build scripts and what they
    /// use), by the folder of their root file, or by a build script itself. They are not compiled
    /// again here.
    pub built: Vec<PathBuf>,
    /// Folders that the paths of some sources leave with `..`.
    pub left: BTreeSet<PathBuf>,
}

/// What all attempts share.
#[derive(Debug)]
pub struct Engine {
    /// Every unit that cargo, or rustc on single files, checks.
    pub units: Vec<Unit>,
    /// Whether these are all.
    pub complete: bool,
    /// What is known of them.
    pub first: FirstRun,
    /// Where shadows are made.
    pub place: Place,
    /// When the time is up.
    pub until: Instant,
    order: Vec<usize>,
}

impl Engine {
    /// Puts the units in order.
    pub fn new(units: Vec<Unit>, complete: bool, first: FirstRun, place: Place, until: Instant) -> Engine {
        let order = in_order(&units);
        Engine { complete: complete && order.len() == units.len(), units, first, place, until, order }
    }

    /// Whether there is time left, and nobody has stopped the asking.
    pub fn has_time(&self) -> bool {
        Instant::now() < self.until && !stopped()
    }

    /// Compiles all attempts, without warnings of what is unused if `quiet`; nothing for those that the time did not
    /// suffice for.
    pub fn states(&self, attempts: &[Changes], quiet: bool, done: &(dyn Fn() + Sync)) -> Vec<Option<State>> {
        let next = AtomicUsize::new(0);
        let states: Mutex<Vec<Option<State>>> = Mutex::new(attempts.iter().map(|_| None).collect());
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(attempts.len());
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(changes) = attempts.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let n = attempts.iter().position(|other| std::ptr::eq(other, changes));
                        let state = self.state(changes, quiet);
                        if let (Some(n), Ok(mut states)) = (n, states.lock()) {
                            states[n] = state;
                        }
                        done();
                    }
                });
            }
        });
        states.into_inner().unwrap_or_default()
    }

    /// Compiles the units that the changes can matter to, and those that use them.
    fn state(&self, changes: &Changes, quiet: bool) -> Option<State> {
        if !self.has_time() {
            return None;
        }
        let folder = self.place.fresh();
        let state = self.compiled_in(&folder, changes, quiet);
        self.place.done_with(&folder);
        state
    }

    fn compiled_in(&self, folder: &Path, changes: &Changes, quiet: bool) -> Option<State> {
        let (first, rest) = self.affected(changes);
        let out = folder.join("out");
        let mut shadows: Vec<(PathBuf, Shadow)> = Vec::new();
        let mut state = State {
            errors: Vec::new(),
            warnings: Vec::new(),
            whole: self.complete,
            looked_at: BTreeSet::new(),
        };
        let mut failed: Vec<usize> = Vec::new();
        state.whole &= !first.is_empty() || !rest.is_empty();
        state.whole &=
            !changes.keys().any(|file| self.first.built.iter().any(|built| file.starts_with(built)));
        for (n, had_errors) in first.iter().map(|n| (*n, true)).chain(rest.iter().map(|n| (*n, false))) {
            let unit = &self.units[n];
            // Once an edit has failed, nobody asks for more than how.
            let enough = !had_errors && !failed.is_empty();
            if enough || failed.iter().any(|m| unit.uses(&self.units[*m])) {
                failed.push(n);
                state.whole = false;
                continue;
            }
            let shadow = match shadows.iter().position(|(cwd, _)| *cwd == unit.cwd) {
                Some(known) => known,
                None => {
                    let root = folder.join(format!("shadow-{}", shadows.len()));
                    shadows.push((
                        unit.cwd.clone(),
                        Shadow::make(root, &unit.cwd, changes, &self.first.left).ok()?,
                    ));
                    shadows.len() - 1
                }
            };
            let mut answer = replay(unit, &shadows[shadow].1, &out, quiet, self.until)?;
            state.looked_at.insert(unit.source.clone());
            let new_unit = !self.was_attempted(unit);
            let warnings = std::mem::take(&mut answer.warnings).into_iter();
            state.warnings.extend(warnings.map(|error| After { error, new_unit }));
            if !answer.success {
                failed.push(n);
                state.whole = false;
                state.errors.extend(self.errors_of(unit, answer)?);
            }
        }
        Some(state)
    }

    /// The errors of a unit; nothing where it ended without one that we can read, which is no
    /// answer.
    fn errors_of(&self, unit: &Unit, answer: Answer) -> Option<Vec<After>> {
        let new_unit = !self.was_attempted(unit);
        let errors = answer.errors.into_iter().map(|error| After { error, new_unit });
        let errors: Vec<After> = errors.collect();
        if errors.is_empty() { None } else { Some(errors) }
    }

    /// Whether cargo had come to it.
    fn was_attempted(&self, unit: &Unit) -> bool {
        self.first.failed.contains(&unit.source)
            || self.first.compiled.contains(&(unit.source.clone(), unit.test))
    }

    /// The units that read a changed file and those that use them, in the order of compilation:
    /// those that had errors, with what they need of the others; then the rest.
    fn affected(&self, changes: &Changes) -> (Vec<usize>, Vec<usize>) {
        let mut affected: BTreeSet<usize> = BTreeSet::new();
        for &n in &self.order {
            let unit = &self.units[n];
            if changes.keys().any(|file| self.may_read(unit, file))
                || affected.iter().any(|m| unit.uses(&self.units[*m]))
            {
                affected.insert(n);
            }
        }
        let mut first: BTreeSet<usize> =
            affected.iter().copied().filter(|n| self.first.failed.contains(&self.units[*n].source)).collect();
        for &n in self.order.iter().rev() {
            if affected.contains(&n) && first.iter().any(|m| self.units[*m].uses(&self.units[n])) {
                first.insert(n);
            }
        }
        let ordered = self.order.iter().filter(|n| affected.contains(n));
        ordered.partition(|n| first.contains(n))
    }

    /// Goes by what the compiler has read before; a unit that it has not come to may read all that
    /// lies in its package, and what lies in none.
    fn may_read(&self, unit: &Unit, file: &Path) -> bool {
        match &unit.files {
            Some(files) => files.contains(file),
            None => {
                file.starts_with(&unit.folder)
                    || !self.units.iter().any(|other| file.starts_with(&other.folder))
            }
        }
    }
}

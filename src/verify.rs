//! Tries fixes on a shadow copy and lets the reader's own compiler judge.
//!
//! | file | what it knows |
//! |---|---|
//! | `place.rs` | a folder of our own below the target directory, and what a killed run left there |
//! | `capture.rs`, `seed.rs` | how cargo tells us its commands without compiling anything |
//! | `unit.rs` | a command, what it reads and whom it needs |
//! | `shadow.rs`, `links.rs` | the user's folders with some files changed |
//! | `replay.rs` | a command run in a shadow, and the answer |
//! | `engine.rs` | many of them at a time, until the time is up |
//! | `judge.rs` | what an edit did to the errors |
//! | `prune.rs` | a large crate without the bodies that do not matter |
//! | `guards.rs` | which confirmed edits hold a lock longer |
//! | `warnings.rs` | the same for warnings, and what they tell of an edit |
//! | `search.rs`, `texts.rs` | which edits to try, and which after those |
//! | `plan.rs` | which fixes go together |
//! | `stop.rs` | Ctrl-C |
//!
//! Architecture Invariant: nothing outside of our own folder is written, and only an answer of the
//! compiler makes a verdict. What cannot be asked is not tried, and says why.
//!
//! Ctrl-C stops the asking at once: what is known by then is told, and the rest is not tried. A second one
//! ends everything, as does one while cargo runs; the next run clears the folder.

mod capture;
mod engine;
mod guards;
mod judge;
mod links;
mod place;
mod plan;
mod prune;
mod replay;
mod search;
mod seed;
mod shadow;
mod stop;
mod texts;
mod unit;
mod warnings;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cargo;
use crate::diagnostic::Level;
use crate::fix::{Fix, Verdict, Why};
use crate::input::Artifact;
use crate::report::{Report, candidates, recognise};
use crate::rule::Case;
use crate::syntax::Files;

pub use capture::as_wrapper;
pub use judge::Before;
pub use plan::{Left, Plan};
pub use shadow::absolute;
pub use stop::stopped;

use shadow::left_folders;

use engine::{Engine, FirstRun};
use place::Place;
use prune::Pruned;
use search::{Search, Step, Task};
use stop::Asking;
use unit::Unit;

/// What is compiled.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Packages, with the user's options for `cargo check`.
    Packages(&'a [OsString]),
    /// Single files and their edition.
    SingleFiles(&'a [PathBuf], &'a str),
}

/// What the first run has shown.
#[derive(Debug, Default)]
pub struct Evidence {
    /// All errors, each once.
    pub errors: Vec<Before>,
    /// All warnings of lints.
    pub warnings: Vec<Before>,
    /// What cargo has finished.
    pub artifacts: Vec<Artifact>,
    /// How long it took.
    pub took: Duration,
}

/// Whether fixes of warnings are tried as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Warnings {
    /// They are not.
    #[default]
    Leave,
    /// As many as there is time for while somebody waits for something else.
    InPassing,
    /// All of them.
    Try,
}

/// How to go about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The time for the whole; without it ten seconds, or three times what the first run took.
    pub budget: Option<Duration>,
    /// Whether fixes of warnings are tried as well.
    pub warnings: Warnings,
    /// Whether our folder stays, to look at.
    pub keep_shadow: bool,
    /// Whether to show on standard error how far it has come.
    pub progress: bool,
}

/// Asks the compiler about fixes.
pub struct Verifier<'v> {
    engine: Engine,
    before: &'v [Before],
    warnings: &'v [Before],
    about_warnings: Warnings,
    /// How long the first run took.
    took: Duration,
    files: &'v Files,
    pruned: Option<Pruned>,
    known: RefCell<search::Known>,
    known_whole: RefCell<search::Known>,
    bar: ProgressBar,
    _asking: Asking,
}

/// The least time that verification may take.
const BUDGET: Duration = Duration::from_secs(10);
/// The least time for warnings, where somebody waits for errors.
const IN_PASSING: Duration = Duration::from_secs(2);

impl<'v> Verifier<'v> {
    /// Gets ready: finds the commands, makes a folder. The time runs from here on.
    pub fn new(
        subject: Subject,
        evidence: &'v Evidence,
        files: &'v Files,
        settings: Settings,
    ) -> anyhow::Result<Verifier<'v>> {
        let asking = Asking::begin();
        let until = Instant::now() + settings.budget.unwrap_or((evidence.took * 3).max(BUDGET));
        let bar = bar(settings.progress);
        let compiled = evidence.artifacts.iter();
        let compiled = compiled.filter_map(|it| Some((it.source.clone()?, it.test))).collect();
        let built = evidence.artifacts.iter().filter_map(built_to_run).collect();
        let failed: BTreeSet<PathBuf> = evidence.errors.iter().map(|before| before.unit.clone()).collect();
        let (units, complete, place) = match subject {
            Subject::Packages(args) => {
                let folders = cargo::folders(args)?;
                let place = Place::below(&folders.target, settings.keep_shadow)
                    .with_context(|| format!("cannot write to `{}`", folders.target.display()))?;
                let captured = capture::capture(place.path(), args, &folders, &evidence.artifacts, until)
                    .context("cannot ask cargo for its commands")?;
                (captured.units, captured.complete, place)
            }
            Subject::SingleFiles(paths, edition) => {
                let place =
                    Place::temporary(settings.keep_shadow).context("cannot make a temporary folder")?;
                let units: anyhow::Result<Vec<Unit>> =
                    paths.iter().map(|path| single_file(path, edition)).collect();
                (units?, true, place)
            }
        };
        anyhow::ensure!(
            failed.iter().all(|source| units.iter().any(|unit| unit.source == *source)),
            "cargo did not tell how it compiles what failed"
        );
        let spans = evidence.errors.iter().flat_map(|before| &before.error.labels).map(|label| &label.span);
        let sources = spans.filter_map(|span| files.sources.get(&span.file));
        let left = sources.filter_map(|source| std::path::absolute(&source.path).ok());
        let left = left.flat_map(|path| left_folders(&path)).collect();
        let first = FirstRun { failed, compiled, built, left };
        let engine = Engine::new(units, complete, first, place, until);
        let pruned = Pruned::new(&engine, &evidence.errors, files);
        Ok(Verifier {
            engine,
            before: &evidence.errors,
            warnings: &evidence.warnings,
            about_warnings: settings.warnings,
            took: evidence.took,
            files,
            pruned,
            known: RefCell::default(),
            known_whole: RefCell::default(),
            bar,
            _asking: asking,
        })
    }

    /// The folder that stays, if it was to.
    pub fn kept(&self) -> Option<&Path> {
        self.engine.place.kept()
    }

    /// Gives back time that was spent on something else, such as waiting for an answer.
    pub fn paused(&mut self, time: Duration) {
        self.engine.until += time;
    }

    /// Gives the last question its own time: what was confirmed one by one is written only if it is also
    /// confirmed together.
    pub fn reserve(&mut self) {
        self.engine.until = self.engine.until.max(Instant::now() + BUDGET / 2);
    }

    /// Gives the fixes of a report their verdicts and puts them in order.
    pub fn confirm(&self, report: &mut Report) {
        let (places, mut tasks) = self.tasks(report);
        self.search(|search| {
            search.run(&mut tasks);
            search.look_for_guards(&mut tasks);
        });
        let (warned, mut warnings) = self.warning_tasks(report);
        let patience = (self.about_warnings == Warnings::InPassing).then(|| self.took.max(IN_PASSING));
        let until = patience.map_or(self.engine.until, |patience| Instant::now() + patience);
        self.search_whole(|search| search.run_warnings(&mut warnings, until));
        for (n, task) in places.into_iter().zip(tasks).chain(warned.into_iter().zip(warnings)) {
            report.findings[n].judged(task.candidates, self.files);
        }
        report.fold();
        self.bar.finish_and_clear();
    }

    /// What there is to do for the findings, and their places in the report.
    fn tasks(&self, report: &Report) -> (Vec<usize>, Vec<Task>) {
        let findings = report.findings.iter().enumerate();
        let errors = findings.filter(|(_, told)| told.level == Level::Error);
        let tasks = errors.map(|(n, told)| {
            let targets = (0..self.before.len()).filter(|b| told.is(&self.before[*b].error)).collect();
            (n, Task { targets, warnings: Vec::new(), candidates: told.finding.fixes.clone() })
        });
        tasks.filter(|(_, task)| !task.targets.is_empty()).unzip()
    }

    /// The same for warnings, where they are asked about.
    fn warning_tasks(&self, report: &Report) -> (Vec<usize>, Vec<Task>) {
        let findings = report.findings.iter().enumerate();
        let warned = findings
            .filter(|(_, told)| self.about_warnings != Warnings::Leave && told.level == Level::Warning);
        let tasks = warned.map(|(n, told)| {
            let warnings = (0..self.warnings.len()).filter(|w| told.is(&self.warnings[*w].error)).collect();
            (n, Task { targets: Vec::new(), warnings, candidates: told.finding.fixes.clone() })
        });
        tasks.filter(|(_, task)| !task.warnings.is_empty()).unzip()
    }

    /// The errors that no finding is about, with rustc's suggestions for them.
    fn others(&self, report: &Report) -> Vec<Task> {
        let unknown = |b: &usize| !report.findings.iter().any(|told| told.is(&self.before[*b].error));
        let tasks = (0..self.before.len()).filter(unknown).map(|b| {
            let case = Case { diagnostic: &self.before[b].error, files: self.files };
            Task { targets: vec![b], warnings: Vec::new(), candidates: candidates(&case, recognise(&case)) }
        });
        tasks.collect()
    }

    fn search<T>(&self, run: impl FnOnce(&Search) -> T) -> T {
        self.search_in(self.pruned.as_ref(), &self.known, run)
    }

    /// Searches without emptying bodies: whoever asks about warnings needs all of them.
    fn search_whole<T>(&self, run: impl FnOnce(&Search) -> T) -> T {
        let known = if self.pruned.is_some() { &self.known_whole } else { &self.known };
        self.search_in(None, known, run)
    }

    fn search_in<T>(
        &self,
        pruned: Option<&Pruned>,
        known: &RefCell<search::Known>,
        run: impl FnOnce(&Search) -> T,
    ) -> T {
        let bar = &self.bar;
        let progress = |step: Step| match step {
            Step::Planned(more) => bar.inc_length(more as u64),
            Step::Done => bar.inc(1),
        };
        run(&Search {
            engine: &self.engine,
            before: self.before,
            warnings: self.warnings,
            files: self.files,
            pruned,
            known,
            progress: &progress,
        })
    }
}

/// What a unit's files lie below that runs, or is used by what runs, while others are compiled.
fn built_to_run(artifact: &Artifact) -> Option<PathBuf> {
    let checked = artifact.files.iter().all(|file| file.extension().is_some_and(|end| end == "rmeta"));
    if checked || !artifact.unit.is_local() {
        return None;
    }
    let source = artifact.source.as_ref()?;
    if artifact.unit.kind == "custom-build" {
        Some(source.clone())
    } else {
        Some(source.parent()?.to_owned())
    }
}

/// Marks all fixes as not tried.
pub fn not_tried(report: &mut Report, why: Why) {
    for told in &mut report.findings {
        for fix in told.finding.fixes.iter_mut().filter(|fix| !fix.is_idea()) {
            fix.verdict = Verdict::NotTried { why };
        }
    }
}

/// Whether there is anything to ask the compiler, about errors or also about warnings.
pub fn has_candidates(report: &Report, warnings: Warnings) -> bool {
    let fixes = |told: &crate::report::Told| told.finding.fixes.iter().any(|fix: &Fix| !fix.is_idea());
    let level =
        |level: Level| level == Level::Error || warnings != Warnings::Leave && level == Level::Warning;
    report.findings.iter().any(|told| level(told.level) && fixes(told))
}

fn single_file(path: &Path, edition: &str) -> anyhow::Result<Unit> {
    let words = cargo::rustc_words(path, edition)?;
    let cwd = std::env::current_dir().context("there is no current folder")?;
    let source = absolute(&cwd, path);
    let folder = source.parent().unwrap_or(&cwd).to_owned();
    Ok(Unit {
        words,
        env: None,
        folder,
        test: false,
        result: source.clone().into_os_string(),
        needs: Vec::new(),
        files: None,
        source,
        cwd,
    })
}

fn bar(show: bool) -> ProgressBar {
    if !show {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} trying ways out {pos}/{len}") {
        bar.set_style(style);
    }
    bar
}

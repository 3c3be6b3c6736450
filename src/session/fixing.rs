//! `cargo ownership fix`: check, plan, write, check again, and put back what made it worse.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, bail};

use super::reports::{self, Shape};
use super::tally::Tally;
use super::{DOES_NOT_COMPILE, Session, edition, not_tried, pick, settings, tell_kept, words_for_verifier};
use crate::apply::{self, Change, Writer};
use crate::cli::{FixOptions, FixTarget, Format, Options, Verify};
use crate::diagnostic::Level;
use crate::fix::{self, Fix, Scope};
use crate::plan::{self, Candidates, Chosen, Left, NewText, Plan, Why, Wish};
use crate::render::fixed::{Ending, PutBack};
use crate::render::{self, Drawn, Style, github};
use crate::report::{Report, Told};
use crate::rules::RULES;
use crate::syntax::Files;
use crate::terminal::Terminal;
use crate::vcs::{self, Allow};
use crate::verify::{Evidence, Subject, Verifier, Warnings};
use crate::{cargo, topics, verify};

/// The exit code of a run whose fixes made it worse.
pub const PUT_BACK: u8 = 3;
/// A library that compiles lets cargo go on to what uses it; no workspace is as deep.
const ROUNDS: usize = 10;

/// What a check has found.
pub struct Checked {
    report: Rc<Report>,
    files: Files,
    evidence: Evidence,
    tally: Tally,
    code: u8,
    /// Whether cargo's messages could be read.
    readable: bool,
}

/// Checks, writes the fixes that the compiler has confirmed, and says so.
pub fn fix(options: &Options, fix: &FixOptions) -> anyhow::Result<u8> {
    let unknown = |name: &&String| RULES.iter().all(|rule| rule.name != name.as_str());
    if let Some(rule) = fix.rules.iter().find(unknown) {
        bail!(render::unknown_topic(rule, &topics::nearest(rule)));
    }
    if fix.pick && !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        bail!("`--pick` asks on a terminal, and here is none: choose with `--fix` or `--rule` instead");
    }
    let roots = match roots(&fix.target) {
        Ok(roots) => roots,
        Err(error) => match &fix.target {
            // cargo itself says best what is the matter.
            FixTarget::Packages(check) => {
                return Ok(Session::new(options, &check.args)?.check(check)?.code);
            }
            FixTarget::Files(_) => return Err(error),
        },
    };
    if !fix.dry_run {
        apply::clear_leftovers(&roots);
        let (dirty, staged, no_vcs) = (fix.allow_dirty, fix.allow_staged, fix.allow_no_vcs);
        for root in &roots {
            vcs::guard(root, Allow { dirty, staged, no_vcs })?;
        }
    }
    let fixing = Fixing { options, fix, roots, style: super::style_of_stdout(options, args(fix)) };
    let first = check(options, fix, false)?;
    let place = reports::place(&first.files.sources, &reports::seal());
    let (said, code) = fixing.run(first, &mut |checked, decide| fixing.planned(checked, decide))?;
    let nothing = Report::default();
    let drawn = Drawn::new(said.first.as_deref().unwrap_or(&nothing));
    reports::write(&reports::outputs(options), &fixing.style, |shape, style| match shape {
        Shape::Format(Format::Github) => github::sealed(&said.draw(style), &place),
        Shape::GitlabLog | Shape::Format(Format::Auto | Format::Human) => said.draw(style),
        // For programs there is what was found; what was done they see in the files.
        _ => reports::text(&drawn, shape, style, &place),
    })?;
    Ok(code)
}

fn args(fix: &FixOptions) -> &[std::ffi::OsString] {
    match &fix.target {
        FixTarget::Packages(check) => &check.args,
        FixTarget::Files(_) => &[],
    }
}

/// Below which folders may be written: the workspace's, or those of the files.
fn roots(target: &FixTarget) -> anyhow::Result<Vec<PathBuf>> {
    match target {
        FixTarget::Packages(check) => Ok(vec![cargo::workspace_root(check.manifest_path.as_deref())?]),
        FixTarget::Files(files) => {
            let mut roots = Vec::new();
            for file in &files.files {
                let path = std::path::absolute(file).context("cannot find the current folder")?;
                let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                if !roots.contains(&folder) {
                    roots.push(folder);
                }
            }
            Ok(roots)
        }
    }
}

/// Checks as the user would. A check after the first one is silent: what it finds is counted.
fn check(options: &Options, fix: &FixOptions, silent: bool) -> anyhow::Result<Checked> {
    let mut session = Session { silent, ..Session::new(options, args(fix))? };
    let (code, readable) = match &fix.target {
        FixTarget::Packages(check) => session.check_packages(check)?,
        FixTarget::Files(files) => (session.check_files(files, edition(files)?)?, true),
    };
    let rustc = if silent { None } else { cargo::rustc_version().ok() };
    let mut report = std::mem::take(&mut session.reporter).finish(code == 0, rustc);
    session.pass_on_moot(&mut report)?;
    let Session { files, mut evidence, started, .. } = session;
    evidence.took = started.elapsed();
    let tally = Tally::of(&evidence);
    Ok(Checked { report: Rc::new(report), files, evidence, tally, code, readable })
}

/// A run of `fix`.
struct Fixing<'o> {
    options: &'o Options,
    fix: &'o FixOptions,
    roots: Vec<PathBuf>,
    style: Style,
}

/// What a run has to say at its end.
struct Said {
    /// What there was to fix, with verdicts.
    first: Option<Rc<Report>>,
    /// What each round did.
    rounds: Vec<(Rc<Report>, Plan)>,
    /// The fixes that were put back, with what they were for.
    put_back: Option<(Rc<Report>, Plan)>,
    /// What stays, and of which report.
    left: (Rc<Report>, Vec<Left>),
    ending: Ending,
}

impl Said {
    fn draw(&self, style: &Style) -> String {
        use render::fixed::{deeds, ending, left, put_back};
        let mut out: String = self.rounds.iter().map(|(report, plan)| deeds(report, plan, style)).collect();
        if let Some((report, plan)) = &self.put_back {
            out += &put_back(report, plan, style);
        }
        out += &left(&self.left.0, &self.left.1, style);
        out + &ending(&self.ending, style)
    }
}

/// Asks the compiler: gives a report with verdicts, and a plan out of what was decided on them.
type Planner<'p> = &'p mut dyn FnMut(&Checked, Decide) -> anyhow::Result<(Rc<Report>, Plan)>;
/// Says which fixes of a report with verdicts may be taken.
type Decide<'d> = &'d dyn Fn(&Report) -> anyhow::Result<Candidates>;

impl Fixing<'_> {
    /// Plans and writes until nothing is left that could be fixed; the exit code.
    ///
    /// One round is not enough: a library that compiles lets cargo see the errors of what uses it.
    fn run(&self, mut now: Checked, planned: Planner) -> anyhow::Result<(Said, u8)> {
        let ending = Ending { fixed: 0, files: 0, remaining: 0, dry_run: self.fix.dry_run, put_back: None };
        let left = (now.report.clone(), Vec::new());
        let mut said = Said { first: None, rounds: Vec::new(), put_back: None, left, ending };
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        for _ in 0..ROUNDS {
            let (report, mut plan) = planned(&now, &|report| self.decide(report))?;
            now.report = report;
            said.first.get_or_insert_with(|| now.report.clone());
            said.left = (now.report.clone(), std::mem::take(&mut plan.left));
            if plan.chosen.is_empty() {
                break;
            }
            let all = plan.chosen.len();
            let mut writer = Writer::new(&self.roots).context("cannot find the workspace")?;
            self.write(&mut writer, &mut plan, &mut said.left.1);
            if plan.chosen.is_empty() {
                break;
            }
            if self.fix.dry_run {
                let compiles = plan.compiles && plan.chosen.len() == all;
                said.ending.fixed = plan.chosen.len();
                said.ending.files = plan.files.len();
                said.ending.remaining = plan.remaining + all - plan.chosen.len();
                said.rounds.push((now.report, plan));
                return Ok((said, if compiles { 0 } else { DOES_NOT_COMPILE }));
            }
            let after = check(self.options, self.fix, true)?;
            let failed = after.code != 0 && after.tally.errors() == 0;
            if failed || after.tally.is_worse_than(&now.tally, changes_a_signature(&plan)) {
                let except = writer.put_back().into_iter().map(|file| (self.name(&file.path), file.why));
                let errors = if failed { None } else { Some(after.tally.errors()) };
                said.ending.put_back = Some(PutBack { errors, except: except.collect() });
                said.ending.remaining = now.tally.errors();
                said.ending.files = files.len();
                said.put_back = Some((now.report, plan));
                return Ok((said, PUT_BACK));
            }
            files.extend(writer.written().map(Path::to_owned));
            said.ending.fixed += plan.chosen.len();
            let before = std::mem::replace(&mut now, after);
            said.rounds.push((before.report, plan));
            if now.code == 0 && !verify::has_candidates(&now.report, Warnings::Try) {
                said.left.1.clear();
                break;
            }
            // Whoever was asked once has answered.
            if self.fix.pick {
                break;
            }
        }
        said.ending.files = files.len();
        said.ending.remaining = now.tally.errors();
        // rustc has a code of its own for a program with errors.
        let packages = matches!(self.fix.target, FixTarget::Packages(_));
        Ok((said, if now.code == 0 || packages { now.code } else { DOES_NOT_COMPILE }))
    }

    fn wish(&self) -> Wish {
        // Whoever picks sees what each fix costs.
        let any_behaviour = self.fix.all || self.fix.pick;
        Wish { rules: self.fix.rules.clone(), fixes: self.fix.fixes.clone(), any_behaviour }
    }

    /// Asks the compiler about all fixes, and then which of those that may be taken go together.
    fn planned(&self, checked: &Checked, decide: Decide) -> anyhow::Result<(Rc<Report>, Plan)> {
        let mut report = Report::clone(&checked.report);
        let never = self.options.verify.when == Some(Verify::Never)
            || checked.evidence.errors.is_empty() && !verify::has_candidates(&report, Warnings::Try);
        let verifier = if never || !checked.readable { None } else { self.verifier(checked, &mut report)? };
        let Some(mut verifier) = verifier else {
            let left = left(&report, &decide(&report)?, &verify::Plan::default());
            return Ok((Rc::new(report), Plan { left, ..Plan::default() }));
        };
        verifier.confirm(&mut report);
        tell_kept(&verifier)?;
        let asked = Instant::now();
        let candidates = decide(&report)?;
        verifier.paused(asked.elapsed());
        verifier.reserve();
        let by_name = self.fix.pick || !self.fix.rules.is_empty() || !self.fix.fixes.is_empty();
        let wanted = |finding: Option<usize>, fix: &Fix| match finding {
            Some(finding) => {
                let fixes = report.findings.get(finding).map(|told| &told.finding.fixes);
                let nth = fixes.and_then(|fixes| fixes.iter().position(|known| known.edits == fix.edits));
                let allowed = candidates.get(finding).and_then(|candidate| candidate.as_ref().ok());
                nth.is_some_and(|nth| allowed.is_some_and(|allowed| allowed.contains(&nth)))
            }
            None => !by_name && plan::only_borrows_or_moves(fix),
        };
        let found = verifier.plan(&report, true, &wanted);
        let left = left(&report, &candidates, &found);
        let new = |(name, after): (String, String)| {
            Some(NewText { source: checked.files.sources.get(&name)?, after })
        };
        let plan = Plan {
            chosen: found.chosen.into_iter().map(|(finding, fix)| Chosen { finding, fix }).collect(),
            left,
            files: found.texts.into_iter().filter_map(new).collect(),
            compiles: found.compiles,
            remaining: found.remaining.len(),
        };
        Ok((Rc::new(report), plan))
    }

    /// Whoever asks the compiler; nothing where it cannot be asked, and then the reason is told.
    fn verifier<'c>(
        &self,
        checked: &'c Checked,
        report: &mut Report,
    ) -> anyhow::Result<Option<Verifier<'c>>> {
        let terminal = Terminal::stderr(self.options.color, args(self.fix));
        let settings = settings(self.options, &terminal, Warnings::Try);
        let words = match &self.fix.target {
            FixTarget::Packages(check) => words_for_verifier(check),
            FixTarget::Files(_) => Vec::new(),
        };
        let subject = match &self.fix.target {
            FixTarget::Packages(_) => Subject::Packages(&words),
            FixTarget::Files(files) => Subject::SingleFiles(&files.files, edition(files)?),
        };
        Ok(match Verifier::new(subject, &checked.evidence, &checked.files, settings) {
            Ok(verifier) => Some(verifier),
            Err(error) => {
                not_tried(report, &error)?;
                None
            }
        })
    }

    /// Which fixes may be taken: by the options, and by whoever is asked.
    fn decide(&self, report: &Report) -> anyhow::Result<Candidates> {
        let mut candidates = plan::candidates(report, &self.wish());
        if self.fix.pick {
            // The questions stand on standard error.
            let color = Terminal::stderr(self.options.color, args(self.fix)).color;
            let style = Style { color, ..self.style };
            pick::ask(report, &mut candidates, &style, &mut pick::OnTerminal)?;
        }
        Ok(candidates)
    }

    /// Writes what can be written, or for a dry run asks whether it could be; the rest goes from the
    /// plan to what is left.
    fn write(&self, writer: &mut Writer, plan: &mut Plan, left: &mut Vec<Left>) {
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        for batch in plan.batches() {
            let change = |file: &&NewText| Change {
                path: file.source.path.clone(),
                before: file.source.text.clone().into_bytes(),
                after: file.after.clone().into_bytes(),
            };
            let changes: Vec<Change> = batch.files.iter().map(change).collect();
            let done = if self.fix.dry_run { writer.may_write(&changes) } else { writer.write(&changes) };
            if let Err(file) = done {
                let why = Why::Refused { file: self.name(&file.path), why: file.why };
                let findings = batch.chosen.iter().filter_map(|&n| plan.chosen.get(n)?.finding);
                left.extend(findings.map(|finding| Left { finding, why: why.clone() }));
                refused.extend(batch.chosen);
            }
        }
        let mut n = 0;
        plan.chosen.retain(|_| (!refused.contains(&n), n += 1).0);
        let touched = |file: &NewText| {
            let mut edits = plan.chosen.iter().flat_map(|chosen| &chosen.fix.edits);
            refused.is_empty() || edits.any(|edit| edit.file == file.source.name)
        };
        plan.files.retain(touched);
        left.sort_by_key(|left| left.finding);
    }

    /// A file as the user knows it.
    fn name(&self, path: &Path) -> String {
        let below = |root: &PathBuf| {
            let root = root.canonicalize().unwrap_or_else(|_| root.clone());
            path.strip_prefix(root).ok().map(Path::to_owned)
        };
        self.roots.iter().find_map(below).unwrap_or_else(|| path.to_owned()).display().to_string()
    }
}

/// The errors and warnings that nothing is done for, each with the reason.
fn left(report: &Report, candidates: &Candidates, found: &verify::Plan) -> Vec<Left> {
    let chosen: BTreeSet<usize> = found.chosen.iter().filter_map(|(finding, _)| *finding).collect();
    // Of warnings only those that something could have been done for.
    let concerns = |told: &Told| match told.level {
        Level::Error => true,
        _ => told.finding.fixes.iter().any(|fix| !fix.is_idea()),
    };
    let errors = report.findings.iter().enumerate().filter(|(_, told)| concerns(told));
    let why = |finding: usize| match candidates.get(finding) {
        Some(Err(why)) => why.clone(),
        _ => match found.left.iter().find(|(left, _)| *left == finding) {
            Some((_, verify::Left::NotTried(why))) => Why::NotTried(*why),
            Some(_) => Why::Clash,
            None => Why::NotTried(fix::Why::NoShadow),
        },
    };
    let left = errors.map(|(finding, _)| finding).filter(|finding| !chosen.contains(finding));
    left.map(|finding| Left { finding, why: why(finding) }).collect()
}

/// Whether a fix of the plan can be felt outside of its function.
fn changes_a_signature(plan: &Plan) -> bool {
    plan.chosen.iter().any(|chosen| chosen.fix.cost.scope == Scope::Signature)
}

#[cfg(test)]
mod tests;

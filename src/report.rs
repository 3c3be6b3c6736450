//! All we have to say about one run; renderers see only this.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::concept::{CONCEPTS, Concept};
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::explanation::{Explanation, Teller, Way};
use crate::fix::{Aside, Author, Deed, Edit, Fix, Verdict, apply};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding};
use crate::rules::RULES;
use crate::source::Source;
use crate::syntax::Files;

/// A finding with its words, as a renderer needs it.
#[derive(Clone, Debug)]
pub struct Told {
    /// rustc's headline, word for word.
    pub message: String,
    /// rustc's code, if the message has one.
    pub code: Option<String>,
    /// Error or warning.
    pub level: Level,
    /// The package, where cargo said it.
    pub package: Option<String>,
    /// The target of the package, where cargo said it.
    pub target: Option<String>,
    /// The place that rustc points at first.
    pub primary: Option<Span>,
    /// What the rule found, fixes in rank order.
    pub finding: Finding,
    /// The words for it.
    pub explanation: Explanation,
    /// The sources of its marks and edits, by the names in the spans; a file that cannot be read or
    /// has changed is not here.
    pub sources: Vec<Rc<Source>>,
    /// Other errors of the same cause.
    pub same_cause: Vec<Same>,
    /// Whether an earlier report has it, with which this one is compared.
    pub known: bool,
}

impl Told {
    /// Whether it is a lint: the program would run all the same. A lint's name has no capitals, as an
    /// error's code has.
    pub fn is_lint(&self) -> bool {
        let of_lint = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:".contains(c);
        self.code.as_ref().is_some_and(|code| code.chars().all(of_lint))
    }

    /// The ideas that it is about before all others, the most important first.
    pub fn main_concepts(&self) -> &'static [&'static str] {
        const MAIN: usize = 2;
        let concepts = self.finding.rule.concepts;
        &concepts[..concepts.len().min(MAIN)]
    }

    /// Takes the fixes with the verdicts that they have got, and puts them in order again. What fails
    /// is dropped, unless nothing else is left.
    pub fn judged(&mut self, fixes: Vec<Fix>, files: &Files) {
        let ways = std::mem::take(&mut self.explanation.ways);
        let mut ways = ways.into_iter();
        let mut all: Vec<(Fix, Option<Way>)> = fixes.into_iter().map(|fix| (fix, ways.next())).collect();
        all.sort_by_key(|(fix, _)| fix.rank());
        let mut kept: Vec<(Fix, Option<Way>)> = Vec::new();
        let mut failed: Vec<(Fix, Option<Way>)> = Vec::new();
        for (fix, mut way) in all {
            if !fix.steps.is_empty() {
                way = way.map(|way| way.with_steps(&fix));
            }
            for aside in &fix.asides {
                way = way.map(|way| way.with_aside(aside));
            }
            let fails = matches!(fix.verdict, Verdict::Fails { .. });
            let known = kept.iter().any(|(other, _)| !fix.is_idea() && other.edits == fix.edits);
            if !fails && !known {
                kept.push((fix, way));
            } else if fails {
                failed.push((fix, way));
            }
        }
        if kept.is_empty() {
            kept.extend(failed.into_iter().take(1));
        }
        let (fixes, ways): (Vec<Fix>, Vec<Option<Way>>) = kept.into_iter().unzip();
        for edit in fixes.iter().flat_map(|fix| &fix.edits) {
            if !self.sources.iter().any(|known| known.name == edit.file) {
                self.sources.extend(files.sources.get(&edit.file));
            }
        }
        self.finding.fixes = fixes;
        self.explanation.ways = ways.into_iter().map(Option::unwrap_or_default).collect();
    }

    /// The source of a span, if there is one that still means the span.
    pub fn source(&self, span: &Span) -> Option<&Rc<Source>> {
        self.sources.iter().find(|source| source.name == span.file && source.holds(span))
    }

    /// Whether it is about this diagnostic, or about one of the same cause.
    pub fn is(&self, diagnostic: &Diagnostic) -> bool {
        let same = |other: &Same| is_about(&other.message, &other.code, other.primary.as_ref(), diagnostic);
        self.is_first(diagnostic) || self.same_cause.iter().any(same)
    }

    /// Whether it is about this diagnostic itself.
    pub fn is_first(&self, diagnostic: &Diagnostic) -> bool {
        is_about(&self.message, &self.code, self.primary.as_ref(), diagnostic)
    }
}

fn is_about(message: &str, code: &Option<String>, primary: Option<&Span>, diagnostic: &Diagnostic) -> bool {
    message == diagnostic.message
        && *code == diagnostic.code
        && primary == diagnostic.primary().map(|label| &label.span)
}

/// An error that has the same cause as a finding.
#[derive(Clone, Debug)]
pub struct Same {
    /// Its code.
    pub code: Option<String>,
    /// Its headline.
    pub message: String,
    /// Its place.
    pub primary: Option<Span>,
}

/// One run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The compiler's version, where it is known.
    pub rustc: Option<String>,
    /// Whether it compiled.
    pub success: bool,
    /// What we explain, in the order of the messages.
    pub findings: Vec<Told>,
    /// Warnings that were kept back and are moot now, as the compiler wrote them: to be passed on.
    pub moot: Vec<String>,
    /// Errors that were passed on as rustc wrote them.
    pub other_errors: usize,
    /// Warnings that were passed on as rustc wrote them.
    pub other_warnings: usize,
}

impl Report {
    /// The idea that most findings break, and how many do: two or more. Only main ideas count. Of
    /// ideas that as many break it is the one that matters most to them, or else the one to learn
    /// first.
    pub fn common_concept(&self) -> Option<(&'static Concept, usize)> {
        let shared = CONCEPTS.iter().filter_map(|concept| {
            let rank = |told: &Told| told.main_concepts().iter().position(|name| *name == concept.name);
            let ranks: Vec<usize> = self.findings.iter().filter_map(rank).collect();
            (ranks.len() > 1).then(|| (concept, ranks.len(), ranks.iter().sum::<usize>()))
        });
        let most = shared.min_by_key(|(_, count, ranks)| (Reverse(*count), *ranks))?;
        Some((most.0, most.1))
    }

    /// Makes one finding of those whose best way out is the same edit: what one deed mends has one
    /// cause. Only the compiler can say that it does.
    pub fn fold(&mut self) {
        let mut kept: Vec<Told> = Vec::new();
        for told in self.findings.drain(..) {
            let best = told.finding.fixes.first().filter(|fix| fix.verdict.is_confirmed());
            let same = best.and_then(|best| {
                kept.iter_mut().find(|other| {
                    let first = other.finding.fixes.first().filter(|fix| fix.verdict.is_confirmed());
                    other.level == told.level && first.is_some_and(|first| first.edits == best.edits)
                })
            });
            match same {
                Some(other) => {
                    let Told { code, message, primary, same_cause, .. } = told;
                    other.same_cause.push(Same { code, message, primary });
                    other.same_cause.extend(same_cause);
                }
                None => kept.push(told),
            }
        }
        self.findings = kept;
        self.fold_into_whole();
        self.tell_what_else();
    }

    /// Says of each way out which other findings it mends.
    fn tell_what_else(&mut self) {
        let places: Vec<Option<Span>> = self.findings.iter().map(|told| told.primary.clone()).collect();
        for (n, told) in self.findings.iter_mut().enumerate() {
            for (fix, way) in told.finding.fixes.iter().zip(&mut told.explanation.ways) {
                let here = |place: &&Span| {
                    fix.also.iter().any(|it| it.file == place.file && it.byte_start == place.byte_start)
                };
                let others = places.iter().enumerate().filter(|(m, _)| *m != n);
                let others = others.filter_map(|(_, place)| place.as_ref()).filter(here);
                let mended: Vec<String> =
                    others.map(|place| format!("`{}:{}`", place.file, place.line_start)).collect();
                if !mended.is_empty() {
                    *way = std::mem::take(way).with_aside(&Aside::Mends(mended.join(", ")));
                }
            }
        }
    }

    /// Where the best way out of one finding leaves no error at all, the others are of its cause: they
    /// are gone with it.
    fn fold_into_whole(&mut self) {
        let is_error = |told: &Told| told.level == Level::Error;
        let mends_all = |told: &Told| {
            let best = told.finding.fixes.first().filter(|fix| fix.verdict == Verdict::Compiles);
            best.filter(|_| is_error(told)).map(|fix| fix.rank())
        };
        if self.findings.iter().filter(|told| is_error(told)).count() < 2 {
            return;
        }
        let ranks = self.findings.iter().enumerate().filter_map(|(n, told)| Some((mends_all(told)?, n)));
        let Some((_, whole)) = ranks.min() else { return };
        let mut kept: Vec<Told> = Vec::new();
        let mut others: Vec<Same> = Vec::new();
        let mut place = 0;
        for (n, told) in self.findings.drain(..).enumerate() {
            if n == whole || !is_error(&told) {
                if n == whole {
                    place = kept.len();
                }
                kept.push(told);
            } else {
                let Told { code, message, primary, same_cause, .. } = told;
                others.push(Same { code, message, primary });
                others.extend(same_cause);
            }
        }
        if let Some(told) = kept.get_mut(place) {
            told.same_cause.extend(others);
        }
        self.findings = kept;
    }
}

/// Turns diagnostics into a report, one by one.
#[derive(Debug, Default)]
pub struct Reporter {
    report: Report,
    teller: Teller,
    /// What is in the report: headline, code and place.
    known: HashSet<(String, Option<String>, Option<Span>)>,
    /// What the compiler wrote of findings that are moot where there are errors.
    moot: Vec<String>,
    /// Rules whose mistakes are left to rustc.
    left: Vec<String>,
    /// The findings by rule and cause.
    causes: HashMap<(&'static str, Span), usize>,
}

/// What became of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the report.
    Explained,
    /// No rule knows it: it must be passed on as rustc wrote it.
    Unknown,
}

impl Reporter {
    /// Explains all but the mistakes of these rules, which are left to rustc.
    pub fn without(left: &[String]) -> Reporter {
        Reporter { left: left.to_vec(), ..Reporter::default() }
    }

    /// Recognises and explains a diagnostic.
    pub fn add(
        &mut self,
        diagnostic: &Diagnostic,
        files: &Files,
        package: Option<&str>,
        target: Option<&str>,
    ) -> Outcome {
        let place = diagnostic.primary().map(|label| label.span.clone());
        let key = (diagnostic.message.clone(), diagnostic.code.clone(), place);
        if self.known.contains(&key) {
            // A library and its tests report the same message twice.
            return Outcome::Explained;
        }
        let case = Case { diagnostic, files };
        let finding = recognise(&case).filter(|it| !self.left.iter().any(|left| left == it.rule.name));
        match finding.and_then(|finding| self.tell(&case, finding, package, target)) {
            Some(()) => {
                self.known.insert(key);
                Outcome::Explained
            }
            None => {
                match diagnostic.level {
                    Level::Error if diagnostic.is_count_of_errors() => {}
                    Level::Error => self.report.other_errors += 1,
                    Level::Warning => self.report.other_warnings += 1,
                    Level::Note => {}
                }
                Outcome::Unknown
            }
        }
    }

    /// The whole report.
    pub fn finish(self, success: bool, rustc: Option<String>) -> Report {
        let mut report = Report { success, rustc, ..self.report };
        let is_error = |told: &Told| told.level == Level::Error;
        if report.other_errors > 0 || report.findings.iter().any(is_error) {
            report.findings.retain(|told| !told.finding.moot_with_errors);
            report.other_warnings += self.moot.len();
            report.moot = self.moot;
        }
        report
    }

    /// What is explained so far.
    pub fn findings(&self) -> &[Told] {
        &self.report.findings
    }

    fn tell(
        &mut self,
        case: &Case,
        mut finding: Finding,
        package: Option<&str>,
        target: Option<&str>,
    ) -> Option<()> {
        let diagnostic = case.diagnostic;
        let primary = diagnostic.primary().map(|label| label.span.clone());
        let cause = finding.cause.clone().map(|cause| (finding.rule.name, cause));
        let same_cause = cause.as_ref().and_then(|cause| self.causes.get(cause));
        if let Some(told) = same_cause.and_then(|&at| self.report.findings.get_mut(at)) {
            let (code, message) = (diagnostic.code.clone(), diagnostic.message.clone());
            told.same_cause.push(Same { code, message, primary });
            return Some(());
        }
        let with_rustcs = finding.rustc_suggests;
        rank_fixes(case, &mut finding.fixes, with_rustcs);
        let explanation = self.teller.tell(&finding)?;
        if finding.moot_with_errors {
            self.moot.push(diagnostic.rendered.clone());
        }
        let mut sources: Vec<Rc<Source>> = Vec::new();
        let spans = finding.marks.iter().map(|mark| &mark.span).chain(&primary);
        let of_spans = spans.filter_map(|span| case.files.sources.of(span));
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
        for source in of_spans.chain(edits.filter_map(|edit| case.files.sources.get(&edit.file))) {
            if !sources.iter().any(|known| known.name == source.name) {
                sources.push(source);
            }
        }
        if let Some(cause) = cause {
            self.causes.insert(cause, self.report.findings.len());
        }
        self.report.findings.push(Told {
            message: diagnostic.message.clone(),
            code: diagnostic.code.clone(),
            level: diagnostic.level,
            package: package.map(str::to_owned),
            target: target.map(str::to_owned),
            primary,
            finding,
            explanation,
            sources,
            same_cause: Vec::new(),
            known: false,
        });
        Some(())
    }
}

/// The finding of the one rule that knows the case best; where rules disagree, the first by name,
/// so that the same input always gives the same answer.
pub fn recognise(case: &Case) -> Option<Finding> {
    let mut answers = answers(case);
    if answers.is_empty() { None } else { Some(answers.remove(0)) }
}

/// The findings of all rules that recognise the case, without those that another one refines.
pub fn answers(case: &Case) -> Vec<Finding> {
    let concerned = RULES.iter().filter(|rule| rule.concerns(case.diagnostic));
    let found: Vec<Finding> = concerned.filter_map(|rule| (rule.recognise)(case)).collect();
    let refined: Vec<&str> = found.iter().flat_map(|finding| finding.rule.refines).copied().collect();
    found.into_iter().filter(|finding| !refined.contains(&finding.rule.name)).collect()
}

/// All that may help against an error, in rank order: what the rule that knows it offers, and rustc's
/// suggestions.
pub fn candidates(case: &Case, finding: Option<Finding>) -> Vec<Fix> {
    let with_rustcs = finding.as_ref().is_none_or(|finding| finding.rustc_suggests);
    let mut fixes = finding.map(|finding| finding.fixes).unwrap_or_default();
    rank_fixes(case, &mut fixes, with_rustcs);
    fixes
}

/// Adds rustc's suggestions and puts all ways out in the order in which they are shown. Fixes that
/// come to the same edits are one: ours, which knows better what it costs, before rustc's.
fn rank_fixes(case: &Case, fixes: &mut Vec<Fix>, with_rustcs: bool) {
    if with_rustcs {
        fixes.extend(rustc_suggestions(case));
    }
    fixes.retain(|fix| fits_its_files(case, &fix.edits));
    let (ours, theirs): (Vec<_>, Vec<_>) = fixes.drain(..).partition(|fix| fix.author() == Author::Ownership);
    let theirs = theirs.into_iter().filter(|fix| !ours.iter().any(|our| does_as_much(case, our, fix)));
    *fixes = theirs.collect();
    fixes.extend(ours);
    fixes.sort_by_key(|fix| fix.rank());
    let mut kept: Vec<Fix> = Vec::new();
    for fix in fixes.drain(..) {
        let known = kept
            .iter()
            .any(|other| if fix.is_idea() { other.id == fix.id } else { other.edits == fix.edits });
        if !known {
            kept.push(fix);
        }
    }
    *fixes = kept;
}

/// Whether a fix of ours comes to the same text as rustc's, or names the same lifetimes and more, as
/// a planned edit does that also changes what depends on it.
fn does_as_much(case: &Case, ours: &Fix, theirs: &Fix) -> bool {
    let annotates = ours.cost.deed == Deed::Annotate && theirs.cost.deed == Deed::Annotate;
    if annotates && theirs.edits.iter().all(|edit| ours.edits.contains(edit)) {
        return true;
    }
    let (our_files, their_files) = (ours.by_file(), theirs.by_file());
    let growth = |fix: &Fix| -> (usize, usize) {
        let edits = fix.edits.iter().map(|edit| (edit.replacement.len(), edit.byte_end - edit.byte_start));
        edits.fold((0, 0), |sum, edit| (sum.0 + edit.0, sum.1 + edit.1))
    };
    let (our_growth, their_growth) = (growth(ours), growth(theirs));
    // The cheap question first: texts of different lengths differ.
    our_growth.0 + their_growth.1 == their_growth.0 + our_growth.1
        && our_files.keys().eq(their_files.keys())
        && our_files.iter().zip(&their_files).all(|((name, ours), (_, theirs))| {
            let source = case.files.sources.get(name);
            source.is_some_and(|source| {
                let text = &source.text;
                apply(text, ours.iter().copied()) == apply(text, theirs.iter().copied())
            })
        })
}

/// Whether the edits can be applied: within their files and without overlaps.
fn fits_its_files(case: &Case, edits: &[Edit]) -> bool {
    let files: std::collections::BTreeSet<&str> = edits.iter().map(|edit| edit.file.as_str()).collect();
    files.into_iter().all(|name| {
        let source = case.files.sources.get(name);
        source.is_some_and(|source| {
            apply(&source.text, edits.iter().filter(|edit| edit.file == name)).is_some()
        })
    })
}

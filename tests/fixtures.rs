//! One named test for each fixture and pass: *replay* reads the recorded messages and needs no
//! compiler; *compile* asks the installed rustc, or clippy where the fixture says so.
//! `fixtures/README.md` says how a fixture is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_ownership::diagnostic::{Diagnostic, Level};
use cargo_ownership::fix::{Edit, apply};
use cargo_ownership::render::{Detail, Drawn, Style, human};
use cargo_ownership::report::{Outcome, Report, Reporter, answers};
use cargo_ownership::rule::Case;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for fixture in Fixture::all() {
        let name = fixture.name();
        let again = fixture.clone();
        trials.push(Trial::test(format!("{name}::compile"), move || fixture.compile()));
        trials.push(Trial::test(format!("{name}::replay"), move || again.replay()));
    }
    // Recordings are written by one pass and read by the other: in order, when blessing.
    let arguments = if blessing() { Arguments { test_threads: Some(1), ..arguments } } else { arguments };
    libtest_mimic::run(&arguments, trials).exit();
}

fn blessing() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

#[derive(Clone)]
struct Fixture {
    folder: PathBuf,
}

/// What the compiler's messages come to.
struct Outcomes {
    report: Report,
    /// Rule (or `passed-on`) and line of each.
    found: BTreeSet<(String, usize)>,
    doubts: Vec<String>,
}

impl Fixture {
    fn all() -> Vec<Fixture> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let mut fixtures = Vec::new();
        for rule in folders(&root) {
            if rule.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('_')) {
                fixtures.extend(folders(&rule).into_iter().map(|folder| Fixture { folder }));
            }
        }
        fixtures
    }

    fn name(&self) -> String {
        let parts: Vec<_> = self.folder.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
        format!("{}::{}", parts[1], parts[0])
    }

    fn broken(&self) -> String {
        fs::read_to_string(self.folder.join("broken.rs")).expect("every fixture has a broken.rs")
    }

    /// The value of a `//@ key: value` line.
    fn header(&self, key: &str) -> Option<String> {
        let broken = self.broken();
        let mut lines = broken.lines().filter_map(|line| line.strip_prefix("//@ ")?.split_once(": "));
        lines.find(|(name, _)| *name == key).map(|(_, value)| value.trim().to_owned())
    }

    /// Rule and line of each `//~ rule`.
    fn expected(&self) -> BTreeSet<(String, usize)> {
        let broken = self.broken();
        let lines = broken.lines().enumerate();
        lines
            .flat_map(|(n, line)| line.split("//~ ").skip(1).map(move |rule| (rule.trim().to_owned(), n + 1)))
            .collect()
    }

    /// Compiles a program in a folder and returns rustc's JSON lines.
    fn rustc(&self, folder: &Path, file: &str) -> String {
        let text = fs::read_to_string(folder.join(file)).expect("the program was written");
        let kind = if text.contains("fn main(") { "bin" } else { "lib" };
        let out = tempfile::tempdir().expect("a folder for the compiler's output");
        let compiler = match self.header("clippy") {
            // It takes rustc's arguments, and speaks like it.
            Some(_) => "clippy-driver".into(),
            None => std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
        };
        let output = Command::new(compiler)
            .current_dir(folder)
            .args(["--error-format=json", "--emit=metadata", "--crate-name=fixture", "--crate-type", kind])
            .args(["--edition", &self.header("edition").unwrap_or_else(|| "2021".into()), "--out-dir"])
            .arg(out.path())
            .arg(file)
            .output()
            .expect("the compiler runs");
        String::from_utf8(output.stderr).expect("rustc writes UTF-8")
    }

    fn outcomes(&self, recording: &str) -> Outcomes {
        let files = Files::new(Sources::new(vec![self.folder.clone()]));
        let mut reporter = Reporter::default();
        let mut found = BTreeSet::new();
        let mut doubts = Vec::new();
        let expected = self.expected();
        for diagnostic in diagnostics(recording) {
            let line = diagnostic.primary().map_or(0, |label| label.span.line_start);
            let answers = answers(&Case { diagnostic: &diagnostic, files: &files });
            if answers.len() > 1 {
                let names: Vec<_> = answers.iter().map(|finding| finding.rule.name).collect();
                doubts.push(format!("line {line}: more than one rule answers: {names:?}"));
            }
            let known = reporter.findings().len();
            match reporter.add(&diagnostic, &files, None, None) {
                Outcome::Explained if reporter.findings().len() > known => {
                    found.insert((reporter.findings()[known].finding.rule.name.to_owned(), line));
                }
                Outcome::Explained => {
                    found.extend(answers.first().map(|finding| (finding.rule.name.to_owned(), line)));
                }
                Outcome::Unknown => {
                    let passed_on = ("passed-on".to_owned(), line);
                    // A warning beside the point needs no mark.
                    if diagnostic.level == Level::Error || expected.contains(&passed_on) {
                        found.insert(passed_on);
                    }
                }
            }
        }
        let moot = reporter.findings().iter().filter(|told| told.finding.moot_with_errors);
        let moot: BTreeSet<&str> = moot.map(|told| told.finding.rule.name).collect();
        let report = reporter.finish(false, None);
        // Beside an error it is passed on in the end.
        if !report.moot.is_empty() {
            found.retain(|(rule, _)| !moot.contains(rule.as_str()));
        }
        Outcomes { report, found, doubts }
    }

    fn check_found(&self, outcomes: &Outcomes) -> Result<(), Failed> {
        let expected = self.expected();
        if !outcomes.doubts.is_empty() {
            return Err(outcomes.doubts.join("\n").into());
        }
        if expected.is_empty() {
            return Err("no line of broken.rs says `//~ rule`".into());
        }
        if outcomes.found != expected {
            return Err(format!("expected {expected:?}\n   found {:?}", outcomes.found).into());
        }
        Ok(())
    }

    fn replay(&self) -> Result<(), Failed> {
        let recording = fs::read_to_string(self.folder.join("rustc.json"))
            .map_err(|_| "no recording yet: run `cargo bless`")?;
        let outcomes = self.outcomes(&recording);
        self.check_found(&outcomes)?;
        let style = Style { color: false, ascii: false, width: 80, detail: Detail::Full };
        let text = human(&Drawn::new(&outcomes.report), &style);
        let path = self.folder.join("report.txt");
        if blessing() {
            fs::write(&path, &text)?;
        }
        let blessed = fs::read_to_string(&path).unwrap_or_default();
        if blessed != text {
            snapbox::assert_data_eq!(text, snapbox::Data::read_from(&path, None).raw());
        }
        Ok(())
    }

    fn compile(&self) -> Result<(), Failed> {
        let recording = self.rustc(&self.folder, "broken.rs");
        if blessing() {
            fs::write(self.folder.join("rustc.json"), &recording)?;
        }
        let outcomes = self.outcomes(&recording);
        self.check_found(&outcomes)?;
        self.try_first_fixes(&outcomes.report)
    }

    /// The first fix of every finding, applied together, compiles and leaves none of the warnings that
    /// were explained, unless the fixture says in `//@ open: why` that this is not so.
    fn try_first_fixes(&self, report: &Report) -> Result<(), Failed> {
        let broken = self.broken();
        let warned: BTreeSet<&Option<String>> = report
            .findings
            .iter()
            .filter(|told| told.level == Level::Warning)
            .map(|told| &told.code)
            .collect();
        let is_left =
            |diagnostic: &Diagnostic| diagnostic.level == Level::Error || warned.contains(&diagnostic.code);
        let compiles = |edits: &[&Edit]| -> Result<(), String> {
            let mut kept: Vec<&Edit> = Vec::new();
            for edit in edits {
                if !kept.contains(edit) {
                    kept.push(edit);
                }
            }
            let text = apply(&broken, kept).ok_or("the edits overlap")?;
            let folder = tempfile::tempdir().expect("a folder for the mended program");
            fs::write(folder.path().join("broken.rs"), &text).expect("the folder is ours");
            let errors = diagnostics(&self.rustc(folder.path(), "broken.rs"));
            match errors.into_iter().find(is_left) {
                Some(error) => Err(format!("{}\n{text}", error.rendered)),
                None => Ok(()),
            }
        };
        if std::env::var_os("TRY_FIXES").is_some() {
            for told in &report.findings {
                for (fix, way) in told.finding.fixes.iter().zip(&told.explanation.ways) {
                    let verdict = match compiles(&fix.edits.iter().collect::<Vec<_>>()) {
                        _ if fix.is_idea() => "idea".to_owned(),
                        Ok(()) => "compiles".to_owned(),
                        Err(why) => format!("FAILS {}", why.lines().next().unwrap_or_default()),
                    };
                    eprintln!("{} {} ({}): {verdict}", self.name(), fix.id, way.title);
                }
            }
        }
        let firsts: Vec<&Edit> = report
            .findings
            .iter()
            .filter_map(|told| told.finding.fixes.first())
            .flat_map(|fix| &fix.edits)
            .collect();
        let result = if firsts.is_empty() {
            Err("no finding has a fix with edits".to_owned())
        } else {
            compiles(&firsts)
        };
        match (result, self.header("open")) {
            (Ok(()), Some(why)) => Err(format!("the first fixes compile; remove `//@ open: {why}`").into()),
            (Err(error), None) if !report.findings.is_empty() => {
                Err(format!("the first fixes do not compile (say `//@ open: why` if that is so): {error}")
                    .into())
            }
            _ => Ok(()),
        }
    }
}

fn diagnostics(recording: &str) -> Vec<Diagnostic> {
    recording
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|raw: cargo_metadata::diagnostic::Diagnostic| Diagnostic::new(&raw))
        .filter(|diagnostic| !diagnostic.message.starts_with("aborting due to"))
        .filter(|diagnostic| diagnostic.level != Level::Note)
        .collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures are part of the project");
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

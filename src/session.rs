//! One run, from the first message to the last report.
//!
//! What no rule knows is passed on at once, as rustc wrote it, to standard error; what we explain is
//! told at the end, in the reports.

mod fixing;
mod pick;
mod reports;
mod stream;
mod tally;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use anyhow::Context;

use crate::cli::{
    CheckOptions, Command, FileOptions, Format, FromOptions, Log, MergeOptions, Options, Verify,
};
use crate::diagnostic::{Diagnostic, Level};
use crate::fix::Why;
use crate::input::{CompilerMessage, Message, Said, Strange};
use crate::passing::{PassOn, harmless};
use crate::render::{Style, github};
use crate::report::{Outcome, Report, Reporter, Told};
use crate::rules::RULES;
use crate::source::Sources;
use crate::syntax::Files;
use crate::terminal::Terminal;
use crate::verify::{Before, Evidence, Settings, Subject, Verifier, Warnings, absolute};
use crate::watch::Watched;
use crate::{cargo, input, render, stored, verify};

pub use crate::session::fixing::{PUT_BACK, fix};
pub use crate::session::reports::style_of_stdout;

use crate::session::reports::{Output, Shape};
use crate::session::stream::Stream;

/// The exit code of a log that holds an error: cargo's own.
const DOES_NOT_COMPILE: u8 = 101;

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: u8,
    /// What it told.
    pub report: Report,
}

/// One run.
pub struct Session<'o> {
    options: &'o Options,
    args: &'o [OsString],
    terminal: Terminal,
    files: Files,
    reporter: Reporter,
    /// Where cargo's names start from; asked for when the first message needs it.
    manifest_path: Option<Option<PathBuf>>,
    /// Whether cargo checks, or has checked, packages: they have folders of their own.
    packages: bool,
    /// The options for clippy itself, if it is clippy that checks them.
    clippy: Option<String>,
    /// Whether what others say is not to be shown.
    silent: bool,
    compiles: bool,
    evidence: Evidence,
    /// The file that is being compiled, if it is a single one.
    single_file: Option<PathBuf>,
    started: Instant,
    outputs: Vec<Output>,
    /// Whoever reads cargo's messages.
    stream: Option<Stream>,
    /// The word between whose appearances the runner of a CI reads no commands.
    seal: String,
    /// The version of rustc, for the reports that tell it: asked for while the check runs.
    rustc: Option<JoinHandle<Option<String>>>,
}

impl<'o> Session<'o> {
    /// A run with these options; `args` are those for cargo.
    pub fn new(options: &'o Options, args: &'o [OsString]) -> anyhow::Result<Session<'o>> {
        let outputs = reports::outputs(options);
        let tells_version =
            |output: &Output| matches!(output.shape, Shape::Format(Format::Json | Format::Html));
        // Of what was recorded nobody knows which compiler said it.
        let live = !matches!(options.command, Command::From(_) | Command::Merge(_));
        let wants_version = live && outputs.iter().any(tells_version);
        Ok(Session {
            options,
            args,
            terminal: Terminal::stderr(options.color, args),
            files: Files::new(Sources::default()),
            reporter: Reporter::without(&options.leave),
            manifest_path: None,
            packages: false,
            clippy: None,
            silent: false,
            compiles: true,
            evidence: Evidence::default(),
            single_file: None,
            started: Instant::now(),
            outputs,
            stream: None,
            seal: reports::seal(),
            rustc: wants_version.then(|| thread::spawn(|| cargo::rustc_version().ok())),
        })
    }

    /// Runs the user's `cargo check` and explains what it says.
    pub fn check(mut self, check: &CheckOptions) -> anyhow::Result<Ended> {
        self.stream(true)?;
        let (code, readable) = self.check_packages(check)?;
        let args = words_for_verifier(check);
        let subject = readable.then_some(Subject::Packages(&args));
        self.tell(code, subject)
    }

    /// The exit code, and whether cargo's messages could be read: not where paths are no Unicode.
    fn check_packages(&mut self, check: &CheckOptions) -> anyhow::Result<(u8, bool)> {
        self.manifest_path = Some(check.manifest_path.clone());
        self.packages = true;
        self.clippy =
            check.clippy.as_ref().map(|lints| lints.join(OsStr::new(" ")).to_string_lossy().into_owned());
        let mut running = cargo::check(&check.args, check.clippy.as_deref(), &self.terminal)?;
        self.read(input::live_messages(&mut running.output, self.stream.is_some()), "cargo's output")?;
        let readable = running.readable;
        let code = running.wait()?;
        if code != 0 && !readable {
            let warning = "warning: cargo can only be understood where all paths are Unicode\n";
            io::stderr().write_all(warning.as_bytes())?;
        }
        Ok((code, readable))
    }

    /// Checks single files with the user's rustc.
    pub fn files(mut self, files: &FileOptions) -> anyhow::Result<Ended> {
        self.stream(true)?;
        let edition = edition(files)?;
        let code = self.check_files(files, edition)?;
        self.tell(code, Some(Subject::SingleFiles(&files.files, edition)))
    }

    fn check_files(&mut self, files: &FileOptions, edition: &str) -> anyhow::Result<u8> {
        self.files.sources.add_root(Path::new(""));
        let mut worst = 0;
        for file in &files.files {
            let mut running = cargo::rustc(file, edition, self.terminal.color)?;
            self.single_file = Some(absolute(&std::env::current_dir()?, file));
            self.read(input::live_messages(&mut running.output, self.stream.is_some()), "rustc's output")?;
            worst = worst.max(running.wait()?);
        }
        Ok(worst)
    }

    /// Explains messages that were recorded elsewhere.
    pub fn recorded(mut self, from: &FromOptions) -> anyhow::Result<Ended> {
        self.stream(false)?;
        self.files.sources.add_root(from.source_root.as_deref().unwrap_or(Path::new("")));
        let (log, name): (Box<dyn BufRead>, String) = match &from.log {
            Log::Stdin => (Box::new(BufReader::with_capacity(1 << 16, io::stdin())), "the input".into()),
            Log::File(path) => {
                let name = format!("`{}`", path.display());
                let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
                (Box::new(BufReader::with_capacity(1 << 16, file)), name)
            }
        };
        self.read(input::messages(log, self.stream.is_some()), &name)?;
        let code = if self.compiles { 0 } else { DOES_NOT_COMPILE };
        self.tell(code, None)
    }

    /// Joins the reports of other runs.
    pub fn merged(self, merge: &MergeOptions) -> anyhow::Result<Ended> {
        self.files.sources.add_root(merge.source_root.as_deref().unwrap_or(Path::new("")));
        let mut all = Vec::new();
        for path in &merge.reports {
            let name = format!("cannot read `{}`", path.display());
            let json = std::fs::read_to_string(path).with_context(|| name.clone())?;
            all.push(stored::read(&json, &self.files).context(name)?);
        }
        let report = stored::joined(all);
        let code = if report.success { 0 } else { DOES_NOT_COMPILE };
        self.write(report, code)
    }

    /// Opens the stream of cargo's messages, if somebody wants it.
    fn stream(&mut self, live: bool) -> anyhow::Result<()> {
        let waits = live && wants_verdicts(self.options, &self.outputs);
        self.stream = Stream::open(&self.outputs, waits)?;
        // Colours would be in cargo's messages, too.
        self.terminal.color &= self.stream.is_none();
        Ok(())
    }

    fn read(
        &mut self,
        messages: impl Iterator<Item = anyhow::Result<Said>>,
        origin: &str,
    ) -> anyhow::Result<()> {
        let sealed = !self.silent && reports::is_github_log(&self.outputs);
        let mut out: Box<dyn Write> = match (self.silent, sealed) {
            (true, _) => Box::new(io::sink()),
            // In one stream with the report, so that nothing can come between seal and text.
            (_, true) => Box::new(io::stdout()),
            _ => Box::new(io::stderr().lock()),
        };
        let place = render::Place { seal: self.seal.clone(), ..render::Place::default() };
        if sealed {
            out.write_all(github::seal(&place).as_bytes())?;
        }
        let mut pass_on = PassOn::new(out, self.terminal.color, self.terminal.quiet, self.clippy.clone());
        let mut strange = Strange::default();
        for said in messages {
            let Said { message, json } = said?;
            strange.count(&message);
            match message {
                Message::Diagnostic(message) => {
                    self.diagnostic(&message, json, &mut pass_on)?;
                    continue;
                }
                Message::Text(text) => pass_on.text(&text)?,
                Message::Artifact(artifact) => {
                    pass_on.artifact(&artifact)?;
                    self.evidence.artifacts.push(*artifact);
                }
                Message::Finished { success } => {
                    self.compiles &= success;
                    if let Some(stream) = &mut self.stream {
                        stream.finished(json)?;
                    }
                    continue;
                }
                Message::Silent | Message::ForeignJson | Message::Truncated => {}
            }
            if let Some(stream) = &mut self.stream {
                stream.pass(&json)?;
            }
        }
        if let Some(warning) = strange.warning(origin) {
            pass_on.text(format!("warning: {warning}\n").as_bytes())?;
        }
        pass_on.finish()?;
        if sealed {
            io::stdout().write_all(github::unseal(&place).as_bytes())?;
        }
        Ok(())
    }

    fn diagnostic(
        &mut self,
        message: &CompilerMessage,
        json: Vec<u8>,
        pass_on: &mut PassOn<impl Write>,
    ) -> anyhow::Result<()> {
        let first = pass_on.note(message);
        if !first && self.stream.is_none() {
            return Ok(());
        }
        let diagnostic = Diagnostic::new(&message.diagnostic);
        let explained = match first {
            true => self.explain(&diagnostic, message),
            false => self.reporter.findings().iter().any(|told| told.is(&diagnostic)),
        };
        let Some(stream) = &mut self.stream else {
            return if explained { Ok(()) } else { Ok(pass_on.show(&message.diagnostic)?) };
        };
        if first && !explained && !stream.is_stdout {
            pass_on.show(&message.diagnostic)?;
        }
        match explained {
            true => stream.explained(json, diagnostic, self.reporter.findings())?,
            false => stream.pass(&json)?,
        }
        Ok(())
    }

    /// Looks for a rule that knows the message; whether there is one.
    fn explain(&mut self, diagnostic: &Diagnostic, message: &CompilerMessage) -> bool {
        self.compiles &= diagnostic.level != Level::Error;
        if RULES.iter().any(|rule| rule.concerns(diagnostic)) {
            self.find_sources(message);
        }
        if diagnostic.level == Level::Error && !diagnostic.is_count_of_errors() {
            // An error whose crate is not known is in no crate that could be looked at.
            let unit = message.source.clone().or_else(|| self.single_file.clone()).unwrap_or_default();
            self.evidence.errors.push(Before { error: diagnostic.clone(), unit });
        } else if diagnostic.level == Level::Warning && diagnostic.code.is_some() {
            let unit = message.source.clone().or_else(|| self.single_file.clone()).unwrap_or_default();
            self.evidence.warnings.push(Before { error: diagnostic.clone(), unit });
        }
        let (package, target) = (message.package.as_deref(), message.target.as_deref());
        self.reporter.add(diagnostic, &self.files, package, target) == Outcome::Explained
    }

    /// cargo names files from the workspace root, and those of packages outside from their own.
    fn find_sources(&mut self, message: &CompilerMessage) {
        if let Some(manifest_path) = self.manifest_path.take() {
            // Without the root there is no picture, and all else is told.
            if let Ok(root) = cargo::workspace_root(manifest_path.as_deref()) {
                self.files.sources.add_root(&root);
            }
        }
        if let Some(folder) = message.package_dir.as_ref().filter(|_| self.packages) {
            self.files.sources.add_root(folder);
        }
    }

    /// Shows what was kept back for the end, as the compiler wrote it.
    fn pass_on_moot(&self, report: &mut Report) -> io::Result<()> {
        let moot = std::mem::take(&mut report.moot).concat();
        if moot.is_empty() || self.silent || self.stream.as_ref().is_some_and(|stream| stream.is_stdout) {
            return Ok(());
        }
        let text = harmless(&moot, self.terminal.color);
        match reports::is_github_log(&self.outputs) {
            true => {
                let place = render::Place { seal: self.seal.clone(), ..render::Place::default() };
                io::stdout().write_all(github::sealed(&text, &place).as_bytes())
            }
            false => io::stderr().write_all(text.as_bytes()),
        }
    }

    /// Tries the ways out and writes all reports.
    fn tell(mut self, code: u8, subject: Option<Subject>) -> anyhow::Result<Ended> {
        self.evidence.took = self.started.elapsed();
        let reporter = std::mem::take(&mut self.reporter);
        let rustc = self.rustc.take().and_then(|asked| asked.join().ok().flatten());
        let mut report = reporter.finish(code == 0, rustc);
        self.pass_on_moot(&mut report)?;
        let warnings = about_warnings(self.options, code == 0);
        if let Some(subject) = subject
            && verify::has_candidates(&report, warnings)
            && wants_verdicts(self.options, &self.outputs)
        {
            let settings = settings(self.options, &self.terminal, warnings);
            match Verifier::new(subject, &self.evidence, &self.files, settings) {
                Ok(verifier) => {
                    verifier.confirm(&mut report);
                    tell_kept(&verifier)?;
                }
                Err(error) => not_tried(&mut report, &error)?,
            }
        }
        if let Some(stream) = self.stream.take() {
            stream.finish(&report.findings)?;
        }
        self.write(report, code)
    }

    /// Writes all reports. A baseline may turn the exit code to 0.
    fn write(self, mut report: Report, code: u8) -> anyhow::Result<Ended> {
        let code = match &self.options.baseline {
            Some(path) => {
                let name = format!("cannot read `{}`", path.display());
                let json = std::fs::read_to_string(path).with_context(|| name.clone())?;
                stored::compare(&mut report, &stored::known(&json).context(name)?);
                let failed = report.other_errors > 0 || report.findings.is_empty();
                let new = |told: &Told| told.level == Level::Error && !told.known;
                if failed || report.findings.iter().any(new) { code } else { 0 }
            }
            None => code,
        };
        let place = reports::place(&self.files.sources, &self.seal);
        let style = style_of_stdout(self.options, self.args);
        let drawn = render::Drawn::new(&report);
        let text = |shape, style: &Style| reports::text(&drawn, shape, style, &place);
        reports::write(&self.outputs, &style, text)?;
        Ok(Ended { code, report })
    }
}

/// Which folders a check reads that its author writes.
pub fn watched(command: &Command) -> anyhow::Result<Watched> {
    match command {
        Command::Check(check) => {
            let root = cargo::workspace_root(check.manifest_path.as_deref())?;
            Ok(Watched { root, target: Some(cargo::folders(&check.args)?.target) })
        }
        Command::Files(files) => {
            let here = std::env::current_dir().context("there is no current folder")?;
            let file = files.files.first().map(|file| absolute(&here, file));
            let root = file.and_then(|file| file.parent().map(Path::to_owned)).unwrap_or(here);
            Ok(Watched { root, target: None })
        }
        _ => anyhow::bail!("`--watch` is for a check"),
    }
}

/// The options for a `cargo check` that finds what the first run has found.
fn words_for_verifier(check: &CheckOptions) -> Vec<OsString> {
    let mut words = check.args.clone();
    words.extend(check.clippy.iter().flat_map(|lints| cargo::clippy::as_check(lints)));
    words
}

fn edition(files: &FileOptions) -> anyhow::Result<&str> {
    match &files.edition {
        Some(edition) => Ok(edition),
        None => cargo::default_edition(),
    }
}

/// Whether fixes of warnings are tried: whoever's program compiles is not to wait for that unasked.
fn about_warnings(options: &Options, success: bool) -> Warnings {
    let clippy = matches!(&options.command, Command::Check(check) if check.clippy.is_some());
    match options.verify.when {
        Some(Verify::Always) => Warnings::Try,
        _ if clippy => Warnings::Try,
        _ if success => Warnings::Leave,
        _ => Warnings::InPassing,
    }
}

fn settings(options: &Options, terminal: &Terminal, warnings: Warnings) -> Settings {
    Settings {
        budget: options.verify.budget,
        warnings,
        keep_shadow: options.verify.keep_shadow,
        progress: terminal.progress.is_some(),
    }
}

/// Says where the shadow copies are, if they stay.
fn tell_kept(verifier: &Verifier) -> io::Result<()> {
    let Some(folder) = verifier.kept() else { return Ok(()) };
    io::stderr().write_all(render::kept_shadow(&folder.display().to_string()).as_bytes())
}

/// The compiler cannot be asked; the reason is told.
fn not_tried(report: &mut Report, error: &anyhow::Error) -> io::Result<()> {
    verify::not_tried(report, Why::NoShadow);
    let warning = format!("warning: the ways out are not tried: {error:#}\n");
    io::stderr().write_all(warning.as_bytes())
}

fn wants_verdicts(options: &Options, outputs: &[Output]) -> bool {
    match options.verify.when.unwrap_or_default() {
        Verify::Always => true,
        Verify::Never => false,
        Verify::Auto => reports::want_verdicts(outputs),
    }
}

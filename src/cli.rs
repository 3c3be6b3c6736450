//! The command line: what a user may ask for, as types.
//!
//! Architecture Invariant: nothing here runs, reads or writes anything. Whatever belongs to
//! `cargo check` is collected and handed on as it was given; only what is ours is understood.

mod check_args;
mod fix_args;
mod help;
mod own_args;
mod report_args;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::check_args::CheckArgs;
use crate::cli::fix_args::FixArgs;
use crate::cli::help::{AFTER_HELP, EXAMPLES};
use crate::cli::own_args::Own;

pub use crate::cli::fix_args::{FixOptions, FixTarget};
pub use crate::cli::own_args::{ColorChoice, Detail, Verify, VerifyOptions};
pub use crate::cli::report_args::{Format, ReportTarget, report_target};

/// Everything a user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to do.
    pub command: Command,
    /// What to write and where; empty where the user named no format.
    pub reports: Vec<ReportTarget>,
    /// How much to say about a finding, if it was said.
    pub detail: Option<Detail>,
    /// When to use colour.
    pub color: ColorChoice,
    /// Whether to draw with ASCII alone.
    pub ascii: bool,
    /// Whether a program that does not compile still ends with 0.
    pub exit_zero: bool,
    /// Whether and how the compiler is asked about ways out.
    pub verify: VerifyOptions,
    /// An earlier report: only what it does not have is new.
    pub baseline: Option<PathBuf>,
    /// Rules whose mistakes are left to rustc.
    pub leave: Vec<String>,
    /// Whether to check again whenever a file changes.
    pub watch: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Check packages with cargo.
    Check(CheckOptions),
    /// Check single files with rustc.
    Files(FileOptions),
    /// Read messages that were recorded elsewhere.
    From(FromOptions),
    /// Join the reports of other runs.
    Merge(MergeOptions),
    /// Check, and write fixes into the files.
    Fix(FixOptions),
    /// Explain a code, a rule or a concept.
    Explain(ExplainOptions),
    /// Print a text that is made from the command line itself.
    Print(Vec<u8>),
}

/// What `cargo check` or `cargo clippy` is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The user's options for `cargo check`, unchanged.
    pub args: Vec<OsString>,
    /// The `--manifest-path` among them.
    pub manifest_path: Option<PathBuf>,
    /// Whether `-q` or `-v` is among them: cargo shows no progress bar then.
    pub no_progress: bool,
    /// The options for clippy itself (`-W clippy::pedantic`), if it is clippy that is to check.
    pub clippy: Option<Vec<OsString>>,
}

/// Which single files rustc is to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOptions {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The edition, if it was named.
    pub edition: Option<String>,
}

/// Where recorded messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromOptions {
    /// The log.
    pub log: Log,
    /// The folder that the paths in it start from; the current one if it was not named.
    pub source_root: Option<PathBuf>,
}

/// Which reports to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeOptions {
    /// Reports as JSON.
    pub reports: Vec<PathBuf>,
    /// The folder that the paths in them start from; the current one if it was not named.
    pub source_root: Option<PathBuf>,
}

/// A log of compiler messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// What to explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainOptions {
    /// One topic: a code, a rule or a concept.
    Topic(String),
    /// The table of all topics.
    List,
}

/// Reads the command line; `args` starts with the name of the program.
///
/// An error may also be the answer to `--help` or `--version`: it knows its own exit code and stream.
pub fn parse(args: impl Iterator<Item = OsString>) -> Result<Options, clap::Error> {
    let mut args: Vec<OsString> = args.collect();
    // `cargo ownership ..` starts us as `cargo-ownership ownership ..`.
    if args.get(1).is_some_and(|first| first == "ownership") {
        args.remove(1);
    }
    let matches = CommandLine::command().try_get_matches_from(args).map_err(in_a_sentence)?;
    let line = CommandLine::from_arg_matches(&matches)?;
    let command = command(&line, check_args::handed_on(&matches))?;
    let own = line.own;
    let checks = matches!(command, Command::Check(_) | Command::Files(_));
    if own.watch && !checks {
        return refuse("`--watch` is for a check");
    }
    let (when, budget, keep_shadow) = (own.verify, own.verify_budget, own.keep_shadow);
    Ok(Options {
        command,
        reports: own.report,
        detail: own.detail,
        color: own.color,
        ascii: own.ascii,
        exit_zero: own.exit_zero,
        verify: VerifyOptions { when, budget, keep_shadow },
        baseline: own.baseline,
        leave: own.leave,
        watch: own.watch,
    })
}

/// The error without the usage of all commands, which would hide the one sentence that helps.
fn in_a_sentence(error: clap::Error) -> clap::Error {
    if !error.use_stderr() {
        return error;
    }
    let text = error.render().to_string();
    let mut paragraphs = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n");
    let mut sentence = paragraphs.next().unwrap_or_default().trim_end().to_owned();
    if sentence.contains("'--message-format'") {
        sentence =
            "`--message-format` is not for you to choose here: ask for a format with `--report`".to_owned();
    }
    if let Some(tip) = paragraphs
        .find(|part| part.starts_with("  tip: a similar") || part.starts_with("  tip: some similar"))
    {
        sentence += &format!("\n\n{tip}");
    }
    clap::Error::raw(error.kind(), sentence + "\n\nFor more, try `cargo ownership --help`.\n")
}

#[derive(Debug, Parser)]
#[command(
    name = "cargo-ownership",
    bin_name = "cargo ownership",
    display_name = "cargo-ownership",
    version,
    about = "Explains Rust's ownership, borrow and lifetime errors, and shows ways out",
    override_usage = "cargo ownership [check] [OPTIONS]\n       \
                      cargo ownership --clippy [OPTIONS] [-- <LINTS>]\n       \
                      cargo ownership <FILE.rs>... [--edition <EDITION>]\n       \
                      cargo ownership fix [FILE.rs]... [--dry-run] [OPTIONS]\n       \
                      cargo ownership --from <FILE|-> [--source-root <DIR>]\n       \
                      cargo ownership --merge <REPORT.json>... [--source-root <DIR>]\n       \
                      cargo ownership explain <TOPIC|--list>\n       \
                      cargo ownership completions <SHELL>\n       \
                      cargo ownership man",
    before_help = EXAMPLES,
    after_help = AFTER_HELP,
    subcommand_precedence_over_arg = true,
    disable_help_subcommand = true
)]
struct CommandLine {
    /// `check` (the default) or `fix`; single files are checked with rustc.
    #[arg(value_name = "check|fix|FILE.rs", value_hint = clap::ValueHint::FilePath)]
    words: Vec<OsString>,

    /// The edition of single files: 2015, 2018, 2021, 2024.
    #[arg(long, value_name = "EDITION", help_heading = "Single files")]
    edition: Option<String>,

    /// Read recorded messages, cargo's or rustc's JSON lines; `-` is standard input.
    #[arg(long, value_name = "FILE", help_heading = "Recorded messages", value_hint = clap::ValueHint::FilePath)]
    from: Option<OsString>,

    /// Join the JSON reports of several runs into one; a finding that several have is told once.
    #[arg(
        long,
        value_name = "REPORT.json",
        num_args = 1..,
        conflicts_with = "from",
        help_heading = "Recorded messages",
        value_hint = clap::ValueHint::FilePath
    )]
    merge: Vec<PathBuf>,

    /// The folder that the paths in recorded messages or reports start from.
    #[arg(long, value_name = "DIR", help_heading = "Recorded messages")]
    source_root: Option<PathBuf>,

    /// Run cargo clippy instead of cargo check. Options for clippy itself stand after `--`.
    #[arg(long, help_heading = "Packages, as in cargo check")]
    clippy: bool,

    /// With --clippy: its own options, such as `-W clippy::redundant_clone`.
    #[arg(last = true, value_name = "LINTS", allow_hyphen_values = true)]
    lints: Vec<OsString>,

    #[command(flatten)]
    own: Own,

    #[command(flatten)]
    fix: FixArgs,

    #[command(flatten)]
    cargo: CheckArgs,

    #[command(subcommand)]
    topic: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Explain an error code (E0382), a lint (redundant_clone), a rule (use-after-move) or a concept
    /// (borrowing); `learn` shows all concepts in the order in which to learn them.
    Explain {
        /// The code, lint, rule or concept, or `learn`.
        #[arg(required_unless_present = "list", value_name = "TOPIC")]
        topic: Option<String>,
        /// Show all topics as a table.
        #[arg(long, conflicts_with = "topic")]
        list: bool,
    },
    /// Print completions for a shell: bash, zsh, fish, elvish or powershell.
    Completions {
        /// The shell.
        #[arg(value_enum, hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Decides between cargo, single files, a log and an explanation, and refuses mixtures.
fn command(line: &CommandLine, args: Vec<OsString>) -> Result<Command, clap::Error> {
    if let Some(sub) = &line.topic {
        let name = match sub {
            Sub::Explain { .. } => "`explain`",
            Sub::Completions { .. } => "`completions`",
            Sub::Man => "`man`",
        };
        if line.from.is_some() || !line.merge.is_empty() || !line.words.is_empty() {
            return refuse(format!("{name} stands alone"));
        }
        only_own(line, &args, name)?;
        return Ok(match sub {
            Sub::Explain { topic, .. } => {
                let explain = topic.clone().map_or(ExplainOptions::List, ExplainOptions::Topic);
                Command::Explain(explain)
            }
            Sub::Completions { shell } => Command::Print(completions(*shell)),
            Sub::Man => Command::Print(manual()),
        });
    }
    let (verb, words) = match line.words.split_first() {
        Some((first, rest)) if first == "check" || first == "fix" => (first.to_str(), rest),
        _ => (None, line.words.as_slice()),
    };
    if let Some(word) = words.iter().find(|word| !is_rust_file(word)) {
        let word = word.to_string_lossy();
        return refuse(format!(
            "`{word}` is neither a command (check, fix, explain) nor a file that ends in `.rs`"
        ));
    }
    if let Some(from) = &line.from {
        if !line.words.is_empty() {
            return refuse("`--from` reads recorded messages and checks nothing: leave the other words out");
        }
        only_own(line, &args, "`--from`")?;
        let log = if from == "-" { Log::Stdin } else { Log::File(PathBuf::from(from)) };
        return Ok(Command::From(FromOptions { log, source_root: line.source_root.clone() }));
    }
    if !line.merge.is_empty() {
        if !line.words.is_empty() {
            return refuse("`--merge` joins reports and checks nothing: leave the other words out");
        }
        only_own(line, &args, "`--merge`")?;
        let (reports, source_root) = (line.merge.clone(), line.source_root.clone());
        return Ok(Command::Merge(MergeOptions { reports, source_root }));
    }
    if line.source_root.is_some() {
        return refuse("`--source-root` belongs to `--from` and `--merge`");
    }
    if verb != Some("fix")
        && let Some(option) = line.fix.given()
    {
        return refuse(format!("`{option}` belongs to `cargo ownership fix`"));
    }
    let streams = |target: &ReportTarget| target.format == Format::CargoJson;
    if verb == Some("fix") && line.own.report.iter().any(streams) {
        return refuse("`--report cargo-json` is for a check: `fix` reports what it found as `json`");
    }
    let target = match words.first() {
        Some(word) if verb == Some("check") => {
            let word = word.to_string_lossy();
            return refuse(format!(
                "`check` is for packages: use `cargo ownership {word}` for a single file"
            ));
        }
        Some(_) => {
            let args = if verb == Some("fix") { without_all(args) } else { args };
            only_without_packages(line, &args, "single files")?;
            let files = words.iter().map(PathBuf::from).collect();
            FixTarget::Files(FileOptions { files, edition: line.edition.clone() })
        }
        None => {
            if line.edition.is_some() {
                return refuse("`--edition` is for single files; a package names its own in Cargo.toml");
            }
            let args = if verb == Some("fix") { without_all(args) } else { args };
            let manifest_path = line.cargo.manifest_path.clone();
            let no_progress = line.cargo.quiet || line.cargo.verbose > 0;
            if !line.clippy && !line.lints.is_empty() {
                return refuse("what stands after `--` is for clippy: add `--clippy`");
            }
            let clippy = line.clippy.then(|| line.lints.clone());
            FixTarget::Packages(CheckOptions { args, manifest_path, no_progress, clippy })
        }
    };
    Ok(match (verb, target) {
        (Some("fix"), target) => Command::Fix(line.fix.options(target, line.cargo.all)),
        (_, FixTarget::Packages(check)) => Command::Check(check),
        (_, FixTarget::Files(files)) => Command::Files(files),
    })
}

/// For the program as cargo starts it, so that a shell that completes cargo's commands may use it.
fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "cargo-ownership", &mut out);
    out
}

fn manual() -> Vec<u8> {
    let mut out = Vec::new();
    // Memory can always be written.
    let _ = clap_mangen::Man::new(CommandLine::command()).render(&mut out);
    out
}

fn refuse<T>(text: impl Into<String>) -> Result<T, clap::Error> {
    Err(clap::Error::raw(ErrorKind::ArgumentConflict, text.into() + "\n"))
}

/// Refuses the options of a check where nothing is checked.
fn only_own(line: &CommandLine, args: &[OsString], what: &str) -> Result<(), clap::Error> {
    only_without_packages(line, args, what)?;
    if line.edition.is_some() {
        return refuse(format!("`--edition` is for single files and cannot be used with {what}"));
    }
    match line.fix.given() {
        Some(option) => refuse(format!("`{option}` belongs to `cargo ownership fix`")),
        None => Ok(()),
    }
}

/// Refuses the options for packages.
fn only_without_packages(line: &CommandLine, args: &[OsString], what: &str) -> Result<(), clap::Error> {
    let clippy = [("--clippy", line.clippy), ("--", !line.lints.is_empty())];
    let ours = clippy.into_iter().find_map(|(name, given)| given.then(|| name.to_owned()));
    match first_name(args).or(ours) {
        Some(option) => refuse(format!("`{option}` is for packages and cannot be used with {what}")),
        None => Ok(()),
    }
}

/// The name of the first option for cargo.
fn first_name(args: &[OsString]) -> Option<String> {
    Some(args.first()?.to_string_lossy().split('=').next().unwrap_or_default().to_owned())
}

/// `fix --all` is ours; cargo has an old option of that name.
fn without_all(mut args: Vec<OsString>) -> Vec<OsString> {
    args.retain(|arg| arg != "--all");
    args
}

fn is_rust_file(word: &OsStr) -> bool {
    word.as_encoded_bytes().ends_with(b".rs")
}

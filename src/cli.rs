//! The command line: what a user may ask for, as types.
//!
//! Architecture Invariant: nothing here runs, reads or writes anything. Whatever belongs to
//! `cargo check` is collected and handed on as it was given; only what is ours is understood.

mod check_args;
mod fix_args;
mod report_args;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::cli::check_args::CheckArgs;
use crate::cli::fix_args::FixArgs;
use crate::cli::report_args::ReportParser;

pub use crate::cli::fix_args::{FixOptions, FixTarget};
pub use crate::cli::report_args::{Format, ReportTarget};

/// Everything a user asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to do.
    pub command: Command,
    /// What to write and where; empty where the user named no format.
    pub reports: Vec<ReportTarget>,
    /// How much to say about a finding.
    pub detail: Detail,
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
}

/// Whether and how the compiler is asked about ways out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Whether.
    pub when: Verify,
    /// The time for it, if it was named.
    pub budget: Option<Duration>,
    /// Whether the folder of the attempts stays.
    pub keep_shadow: bool,
}

/// When the compiler is asked about ways out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Verify {
    /// Where somebody looks at them: on a terminal, in CI, in a JSON report.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
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
}

/// What `cargo check` is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The user's options for `cargo check`, unchanged.
    pub args: Vec<OsString>,
    /// The `--manifest-path` among them.
    pub manifest_path: Option<PathBuf>,
    /// Whether `-q` or `-v` is among them: cargo shows no progress bar then.
    pub no_progress: bool,
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

/// How much to say about a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Detail {
    /// The picture and the claim.
    Brief,
    /// What a reader needs to understand and to go on.
    #[default]
    Normal,
    /// Everything that we know.
    Full,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless the environment or cargo's configuration says otherwise.
    #[default]
    Auto,
    /// Also in files and pipes.
    Always,
    /// Nowhere.
    Never,
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
    let Own { report, detail, color, ascii, exit_zero, baseline, verify, verify_budget, keep_shadow } =
        line.own;
    let verify = VerifyOptions { when: verify, budget: verify_budget, keep_shadow };
    Ok(Options { command, reports: report, detail, color, ascii, exit_zero, verify, baseline })
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

const EXAMPLES: &str = "\
Examples:
  cargo ownership                            check the package in this folder
  cargo ownership --workspace --all-targets  check all that cargo can check
  cargo ownership example.rs                 check one file, no package needed
  cargo ownership fix --dry-run              show which fixes would be written
  cargo ownership fix                        write them
  cargo ownership --from build.log           explain messages recorded by any build
  cargo ownership explain E0382              what this error means";

const AFTER_HELP: &str = "\
Streams:
  The report goes to standard output. All that cargo and rustc say and that is
  not explained here goes to standard error, as they wrote it.

Exit code:
  0    it compiles, or --exit-zero was given
  101  it does not compile (cargo's code; a single file ends with rustc's, 1)
  2    cargo ownership could not do its work: wrong arguments, no cargo, no such
       file, or for fix: changes that are not committed
  Any other code is the one that cargo ended with.

Exit code of fix:
  0    it compiles now, or with --dry-run: it would
  101  some errors remain
  3    the fixes made it worse, and all files were put back as they were";

#[derive(Debug, Parser)]
#[command(
    name = "cargo-ownership",
    bin_name = "cargo ownership",
    display_name = "cargo-ownership",
    version,
    about = "Explains Rust's ownership, borrow and lifetime errors, and shows ways out",
    override_usage = "cargo ownership [check] [OPTIONS]\n       \
                      cargo ownership <FILE.rs>... [--edition <EDITION>]\n       \
                      cargo ownership fix [FILE.rs]... [--dry-run] [OPTIONS]\n       \
                      cargo ownership --from <FILE|-> [--source-root <DIR>]\n       \
                      cargo ownership --merge <REPORT.json>... [--source-root <DIR>]\n       \
                      cargo ownership explain <TOPIC|--list>",
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
    /// Explain an error code (E0382), a rule (use-after-move) or a concept (borrowing).
    Explain {
        /// The code, rule or concept.
        #[arg(required_unless_present = "list", value_name = "TOPIC")]
        topic: Option<String>,
        /// Show all topics as a table.
        #[arg(long, conflicts_with = "topic")]
        list: bool,
    },
}

/// The options that are ours.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
struct Own {
    /// Write a report: auto, human, short, json, cargo-json, github, markdown, sarif, gitlab, junit
    /// or checkstyle; with =FILE into a file. May be given several times. auto, the default, is human,
    /// and on GitHub Actions github and the step's summary, on GitLab human in sections.
    #[arg(long, global = true, value_name = "FORMAT[=FILE]", value_parser = ReportParser, hide_possible_values = true)]
    report: Vec<ReportTarget>,

    /// How much to say about each finding: brief, normal or full.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "DETAIL",
        default_value_t,
        hide_possible_values = true
    )]
    detail: Detail,

    /// When to use colour, here and in cargo: auto, always or never.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true
    )]
    color: ColorChoice,

    /// Draw with ASCII characters alone.
    #[arg(long, global = true)]
    ascii: bool,

    /// End with 0 also where the program does not compile.
    #[arg(long, global = true)]
    exit_zero: bool,

    /// An earlier JSON report: what it has already is told, but neither annotated nor a failure.
    #[arg(long, global = true, value_name = "REPORT.json", value_hint = clap::ValueHint::FilePath)]
    baseline: Option<PathBuf>,

    /// When to try the ways out with your compiler, on a copy: auto (for a terminal, for JSON and in
    /// CI), always or never.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true
    )]
    verify: Verify,

    /// How long that may take; 10 seconds, or three times what the check took, if not named.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    verify_budget: Option<Duration>,

    /// Keep the folder with the copies, to look at.
    #[arg(long, global = true, hide = true)]
    keep_shadow: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Decides between cargo, single files, a log and an explanation, and refuses mixtures.
fn command(line: &CommandLine, args: Vec<OsString>) -> Result<Command, clap::Error> {
    if let Some(Sub::Explain { topic, .. }) = &line.topic {
        if line.from.is_some() || !line.words.is_empty() {
            return refuse("`explain` stands alone: give it one topic, or `--list`");
        }
        only_own(line, &args, "`explain`")?;
        let explain = topic.clone().map_or(ExplainOptions::List, ExplainOptions::Topic);
        return Ok(Command::Explain(explain));
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
            if let Some(option) = first_name(&args) {
                return refuse(format!("`{option}` is for packages and cannot be used with single files"));
            }
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
            FixTarget::Packages(CheckOptions { args, manifest_path, no_progress })
        }
    };
    Ok(match (verb, target) {
        (Some("fix"), target) => Command::Fix(line.fix.options(target, line.cargo.all)),
        (_, FixTarget::Packages(check)) => Command::Check(check),
        (_, FixTarget::Files(files)) => Command::Files(files),
    })
}

fn refuse<T>(text: impl Into<String>) -> Result<T, clap::Error> {
    Err(clap::Error::raw(ErrorKind::ArgumentConflict, text.into() + "\n"))
}

/// Refuses the options of a check where nothing is checked.
fn only_own(line: &CommandLine, args: &[OsString], what: &str) -> Result<(), clap::Error> {
    if let Some(option) = first_name(args) {
        return refuse(format!("`{option}` is for packages and cannot be used with {what}"));
    }
    if line.edition.is_some() {
        return refuse(format!("`--edition` is for single files and cannot be used with {what}"));
    }
    match line.fix.given() {
        Some(option) => refuse(format!("`{option}` belongs to `cargo ownership fix`")),
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

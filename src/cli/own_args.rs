//! The options that are ours and belong to every command.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::report_args::{ReportParser, ReportTarget};

/// Whether and how the compiler is asked about ways out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Whether, if it was said.
    pub when: Option<Verify>,
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

/// The options that are ours.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub struct Own {
    /// Write a report: auto, human, short, json, cargo-json, github, markdown, html, sarif, gitlab,
    /// junit or checkstyle; with =FILE into a file. May be given several times. auto, the default, is
    /// human, and on GitHub Actions github and the step's summary, on GitLab human in sections.
    #[arg(long, global = true, value_name = "FORMAT[=FILE]", value_parser = ReportParser, hide_possible_values = true)]
    pub report: Vec<ReportTarget>,

    /// How much to say about each finding: brief, normal (the default) or full.
    #[arg(long, global = true, value_enum, value_name = "DETAIL", hide_possible_values = true)]
    pub detail: Option<Detail>,

    /// When to use colour, here and in cargo: auto, always or never.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = true
    )]
    pub color: ColorChoice,

    /// Draw with ASCII characters alone.
    #[arg(long, global = true)]
    pub ascii: bool,

    /// End with 0 also where the program does not compile.
    #[arg(long, global = true)]
    pub exit_zero: bool,

    /// An earlier JSON report: what it has already is told, but neither annotated nor a failure.
    #[arg(long, global = true, value_name = "REPORT.json", value_hint = clap::ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,

    /// When to try the ways out with your compiler, on a copy: auto (for a terminal, for JSON and in
    /// CI), always or never.
    #[arg(long, global = true, value_enum, value_name = "WHEN", hide_possible_values = true)]
    pub verify: Option<Verify>,

    /// How long that may take; 10 seconds, or three times what the check took, if not named.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub verify_budget: Option<Duration>,

    /// Leave the mistakes of a rule to rustc. May be given several times.
    #[arg(long, global = true, value_name = "RULE")]
    pub leave: Vec<String>,

    /// Check again whenever a file changes, and tell what got better and what got worse.
    #[arg(long, global = true)]
    pub watch: bool,

    /// Keep the folder with the copies, to look at.
    #[arg(long, global = true, hide = true)]
    pub keep_shadow: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

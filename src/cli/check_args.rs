//! The options of `cargo check`, which are handed on to the user's cargo as they were given.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{ArgMatches, Args};

/// The options of `cargo check`. They are declared for the help and so that words after them are
/// told from their values; what they mean is cargo's business. See [`handed_on`].
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The package to check.
    #[arg(short, long, value_name = "SPEC", num_args = 0..=1, help_heading = PACKAGES)]
    package: Vec<OsString>,
    /// Check all packages of the workspace.
    #[arg(long, help_heading = PACKAGES)]
    workspace: bool,
    /// Also take fixes that change what the program does.
    // Without `fix` it is cargo's: the old name of --workspace.
    #[arg(long, help_heading = super::fix_args::FIXING)]
    pub all: bool,
    /// Leave a package out.
    #[arg(long, value_name = "SPEC", num_args = 0..=1, help_heading = PACKAGES)]
    exclude: Vec<OsString>,

    /// Check the library alone.
    #[arg(long, help_heading = TARGETS)]
    lib: bool,
    /// Check all programs.
    #[arg(long, help_heading = TARGETS)]
    bins: bool,
    /// Check one program.
    #[arg(long, value_name = "NAME", num_args = 0..=1, help_heading = TARGETS)]
    bin: Vec<OsString>,
    /// Check all examples.
    #[arg(long, help_heading = TARGETS)]
    examples: bool,
    /// Check one example.
    #[arg(long, value_name = "NAME", num_args = 0..=1, help_heading = TARGETS)]
    example: Vec<OsString>,
    /// Check all that has tests.
    #[arg(long, help_heading = TARGETS)]
    tests: bool,
    /// Check one integration test.
    #[arg(long, value_name = "NAME", num_args = 0..=1, help_heading = TARGETS)]
    test: Vec<OsString>,
    /// Check all that has benchmarks.
    #[arg(long, help_heading = TARGETS)]
    benches: bool,
    /// Check one benchmark.
    #[arg(long, value_name = "NAME", num_args = 0..=1, help_heading = TARGETS)]
    bench: Vec<OsString>,
    /// Check everything: library, programs, examples, tests, benchmarks.
    #[arg(long, help_heading = TARGETS)]
    all_targets: bool,

    /// The features to turn on, with spaces or commas between them.
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = FEATURES)]
    features: Vec<OsString>,
    /// Turn all features on.
    #[arg(long, help_heading = FEATURES)]
    all_features: bool,
    /// Leave the default features off.
    #[arg(long, help_heading = FEATURES)]
    no_default_features: bool,

    /// How many jobs run at once.
    #[arg(short, long, value_name = "N", allow_hyphen_values = true, help_heading = COMPILATION)]
    jobs: Option<OsString>,
    /// Check as much as possible although a package has errors.
    #[arg(long, help_heading = COMPILATION)]
    keep_going: bool,
    /// Check with the release profile.
    #[arg(short, long, help_heading = COMPILATION)]
    release: bool,
    /// Check with this profile.
    #[arg(long, value_name = "PROFILE", help_heading = COMPILATION)]
    profile: Option<OsString>,
    /// Check for this platform.
    #[arg(long, value_name = "TRIPLE", num_args = 0..=1, help_heading = COMPILATION)]
    target: Vec<OsString>,
    /// The folder for what cargo makes.
    #[arg(long, value_name = "DIR", help_heading = COMPILATION)]
    target_dir: Option<OsString>,
    /// Write a report of how long each step took.
    #[arg(long, value_name = "FORMATS", num_args = 0..=1, require_equals = true, help_heading = COMPILATION)]
    timings: Option<Option<OsString>>,
    /// Report code that a future compiler will reject.
    #[arg(long, help_heading = COMPILATION)]
    future_incompat_report: bool,

    /// The path of Cargo.toml.
    #[arg(long, value_name = "PATH", help_heading = MANIFEST)]
    pub manifest_path: Option<PathBuf>,
    /// The path of Cargo.lock.
    #[arg(long, value_name = "PATH", hide = true)]
    lockfile_path: Option<PathBuf>,
    /// Do not mind the `rust-version` of packages.
    #[arg(long, help_heading = MANIFEST)]
    ignore_rust_version: bool,
    /// Cargo.lock must stay as it is.
    #[arg(long, help_heading = MANIFEST)]
    locked: bool,
    /// Do not use the network.
    #[arg(long, help_heading = MANIFEST)]
    offline: bool,
    /// --locked and --offline.
    #[arg(long, help_heading = MANIFEST)]
    frozen: bool,

    /// cargo says less.
    #[arg(short, long, help_heading = MESSAGES)]
    pub quiet: bool,
    /// cargo says more; -vv says most.
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = MESSAGES)]
    pub verbose: u8,
    /// Set a value of cargo's configuration, or read a file of them.
    #[arg(long, value_name = "KEY=VALUE|PATH", help_heading = MESSAGES)]
    config: Vec<OsString>,
    /// Unstable options of a nightly cargo.
    #[arg(short = 'Z', value_name = "FLAG", help_heading = MESSAGES)]
    unstable: Vec<OsString>,
}

const PACKAGES: &str = "Packages, as in cargo check";
const TARGETS: &str = "Targets, as in cargo check";
const FEATURES: &str = "Features, as in cargo check";
const COMPILATION: &str = "Compilation, as in cargo check";
const MANIFEST: &str = "Manifest, as in cargo check";
const MESSAGES: &str = "cargo's own messages and settings";

/// The options for `cargo check` as the user gave them, with their values.
///
/// This goes by what clap saw, not by the fields of [`CheckArgs`], so that a new option is one
/// declaration and cannot be forgotten here.
pub fn handed_on(matches: &ArgMatches) -> Vec<OsString> {
    let mut found: Vec<(usize, Vec<OsString>)> = Vec::new();
    let declared = CheckArgs::augment_args(clap::Command::new("cargo"));
    for arg in declared.get_arguments() {
        let id = arg.get_id().as_str();
        if matches.value_source(id) != Some(clap::parser::ValueSource::CommandLine) {
            continue;
        }
        let name = match (arg.get_long(), arg.get_short()) {
            (Some(long), _) => OsString::from(format!("--{long}")),
            (None, short) => OsString::from(format!("-{}", short.unwrap_or_default())),
        };
        let place = matches.index_of(id).unwrap_or_default();
        let mut words = Vec::new();
        match arg.get_action() {
            clap::ArgAction::Count => words.resize(usize::from(matches.get_count(id)), name),
            clap::ArgAction::SetTrue => words.push(name),
            _ => {
                for occurrence in matches.get_raw_occurrences(id).into_iter().flatten() {
                    let mut values = occurrence.peekable();
                    if values.peek().is_none() {
                        words.push(name.clone());
                    }
                    words.extend(values.map(|value| joined(&name, value, arg.get_long().is_some())));
                }
            }
        }
        found.push((place, words));
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().flat_map(|(_, words)| words).collect()
}

/// `--name=value` or `-Nvalue`: one word, so that a value may begin with a hyphen.
fn joined(name: &OsStr, value: &OsStr, long: bool) -> OsString {
    let mut word = name.to_owned();
    word.push(if long { "=" } else { "" });
    word.push(value);
    word
}

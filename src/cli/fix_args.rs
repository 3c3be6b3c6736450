//! The options of `cargo ownership fix`.

use clap::Args;

use super::{CheckOptions, FileOptions};

/// Over the options of `fix`.
pub const FIXING: &str = "Fixing, with cargo ownership fix";

/// What to check, and which fixes to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixOptions {
    /// What to check first.
    pub target: FixTarget,
    /// Show what would be done and write nothing.
    pub dry_run: bool,
    /// Ask finding by finding.
    pub pick: bool,
    /// Take fixes too that change what the program does.
    pub all: bool,
    /// The fixes to choose from; any where it is empty.
    pub fixes: Vec<String>,
    /// The rules whose findings are to be fixed; any where it is empty.
    pub rules: Vec<String>,
    /// Go on although changes are not committed.
    pub allow_dirty: bool,
    /// Go on although changes are staged.
    pub allow_staged: bool,
    /// Go on without version control.
    pub allow_no_vcs: bool,
}

/// What `fix` is to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixTarget {
    /// Packages, with cargo.
    Packages(CheckOptions),
    /// Single files, with rustc.
    Files(FileOptions),
}

/// The options of `fix` as clap reads them.
#[derive(Debug, Args)]
#[command(next_help_heading = FIXING)]
pub struct FixArgs {
    /// Show what would be done and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take only fixes of this name, such as borrow-argument. May be given several times.
    #[arg(long, value_name = "ID")]
    fix: Vec<String>,
    /// Fix only mistakes of this rule, such as use-after-move. May be given several times.
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// Ask on the terminal, mistake by mistake.
    #[arg(long)]
    pick: bool,
    /// Go on although some changes are not committed.
    #[arg(long)]
    allow_dirty: bool,
    /// Go on although some changes are staged.
    #[arg(long)]
    allow_staged: bool,
    /// Go on without version control.
    #[arg(long)]
    allow_no_vcs: bool,
}

impl FixArgs {
    /// The first of these options that was given.
    pub fn given(&self) -> Option<&'static str> {
        [
            ("--dry-run", self.dry_run),
            ("--fix", !self.fix.is_empty()),
            ("--rule", !self.rule.is_empty()),
            ("--pick", self.pick),
            ("--allow-dirty", self.allow_dirty),
            ("--allow-staged", self.allow_staged),
            ("--allow-no-vcs", self.allow_no_vcs),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }

    /// The same for what is to be checked; `all` stands among cargo's options, which have one too.
    pub fn options(&self, target: FixTarget, all: bool) -> FixOptions {
        FixOptions {
            target,
            dry_run: self.dry_run,
            pick: self.pick,
            all,
            fixes: self.fix.clone(),
            rules: self.rule.iter().map(|rule| rule.replace('_', "-")).collect(),
            allow_dirty: self.allow_dirty,
            allow_staged: self.allow_staged,
            allow_no_vcs: self.allow_no_vcs,
        }
    }
}

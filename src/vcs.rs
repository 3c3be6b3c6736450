//! Whether what a run changes could be undone: asks version control. The only module that starts git.
//!
//! Architecture Invariant: nothing is changed here, not even git's own index.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{anyhow, bail};

use crate::render::harmless;

/// What the user allows, as in `cargo fix`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Changes that are not committed, staged or not.
    pub dirty: bool,
    /// Changes that are staged.
    pub staged: bool,
    /// No version control; then nobody is asked at all.
    pub no_vcs: bool,
}

/// Other systems that keep history; cargo knows them too. Whether all is committed is for their users
/// to know.
const OTHERS: &[&str] = &[".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"];

/// Git must look at the folder, not at what a hook that runs us has set.
const GIT_VARIABLES: &[&str] = &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Refuses a folder whose changes could not be told apart from ours.
pub fn guard(folder: &Path, allow: Allow) -> anyhow::Result<()> {
    if allow.no_vcs {
        return Ok(());
    }
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    match system(&folder)? {
        System::None => bail!(
            "`{}` is under no version control, so what `fix` changes could not be undone; \
             `--allow-no-vcs` goes on without",
            harmless(&folder.to_string_lossy())
        ),
        System::Other => Ok(()),
        System::Git if allow.dirty => Ok(()),
        System::Git => {
            let status = git(&folder, &["status", "--porcelain=v1", "-z", "--untracked-files=normal"])?;
            if !status.status.success() {
                return Err(git_says(&status));
            }
            let open: Vec<Open> =
                changes(&status.stdout).into_iter().filter(|open| !(open.staged && allow.staged)).collect();
            if open.is_empty() { Ok(()) } else { Err(not_committed(&open)) }
        }
    }
}

enum System {
    None,
    Git,
    Other,
}

/// The version control of a folder: the nearest, and not one that ignores the folder.
fn system(folder: &Path) -> anyhow::Result<System> {
    for above in folder.ancestors() {
        if OTHERS.iter().any(|name| above.join(name).exists()) && !above.join(".git").exists() {
            return Ok(System::Other);
        }
        if !above.join(".git").exists() {
            continue;
        }
        let top = git(folder, &["rev-parse", "--show-toplevel"])?;
        if !top.status.success() {
            return Err(git_says(&top));
        }
        if above == folder {
            return Ok(System::Git);
        }
        let ignored = git(folder, &[OsStr::new("check-ignore"), "-q".as_ref(), folder.as_os_str()])?;
        return Ok(if ignored.status.success() { System::None } else { System::Git });
    }
    Ok(System::None)
}

fn git<A: AsRef<OsStr>>(folder: &Path, args: &[A]) -> anyhow::Result<Output> {
    let mut command = Command::new("git");
    for variable in GIT_VARIABLES {
        command.env_remove(variable);
    }
    // Neither the index nor a watcher in the background is any business of ours.
    command.env("GIT_OPTIONAL_LOCKS", "0").args(["-c", "core.fsmonitor=false"]);
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "there is no program `git` to ask whether all is committed; `--allow-no-vcs` goes on without"
        ),
        _ => anyhow!("cannot start `git`: {error}"),
    })
}

/// git's own words, which say best what is the matter.
fn git_says(output: &Output) -> anyhow::Error {
    let words = String::from_utf8_lossy(&output.stderr);
    let words = words.lines().next().unwrap_or_default().trim();
    let words = words.strip_prefix("fatal: ").unwrap_or(words);
    anyhow!(
        "git cannot say whether all is committed ({}); `--allow-no-vcs` goes on without",
        harmless(if words.is_empty() { "no reason given" } else { words })
    )
}

/// A change that is not committed.
#[derive(Debug, PartialEq, Eq)]
struct Open {
    path: PathBuf,
    /// Whether all of it is staged.
    staged: bool,
}

/// Reads `git status --porcelain=v1 -z`.
fn changes(status: &[u8]) -> Vec<Open> {
    let mut words = status.split(|&byte| byte == 0);
    let mut changes = Vec::new();
    while let Some([index, tree, b' ', path @ ..]) = words.next() {
        if matches!(index, b'R' | b'C') {
            // The old name follows.
            words.next();
        }
        let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
        changes.push(Open { path, staged: *tree == b' ' });
    }
    changes
}

fn not_committed(open: &[Open]) -> anyhow::Error {
    /// Enough to see what it is about.
    const MOST: usize = 10;
    let option = if open.iter().all(|open| open.staged) { "--allow-staged" } else { "--allow-dirty" };
    let mut text = format!(
        "some changes are not committed, and what `fix` changes would mix with them; \
         commit them, or go on with `{option}`:\n"
    );
    for Open { path, staged } in open.iter().take(MOST) {
        let state = if *staged { " (staged)" } else { "" };
        text += &format!("\n  {}{state}", harmless(&path.to_string_lossy()));
    }
    if open.len() > MOST {
        text += &format!("\n  and {} more", open.len() - MOST);
    }
    anyhow!(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_git_says() {
        let status = b" M a.rs\0M  b.rs\0MM c.rs\0?? d e.rs\0R  new.rs\0old.rs\0A  f\xff.rs\0";
        let found: Vec<(String, bool)> = changes(status)
            .into_iter()
            .map(|open| (open.path.to_string_lossy().into_owned(), open.staged))
            .collect();
        let expected = [
            ("a.rs", false),
            ("b.rs", true),
            ("c.rs", false),
            ("d e.rs", false),
            ("new.rs", true),
            ("f\u{fffd}.rs", true),
        ];
        assert_eq!(found, expected.map(|(path, staged)| (path.to_owned(), staged)));
        assert_eq!(changes(b""), []);
    }
}

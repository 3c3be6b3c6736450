//! Asks cargo for the commands that check the user's crates, without compiling anything.
//!
//! cargo runs once more with ourselves as `RUSTC_WRAPPER` and a target directory of our own (see
//! `seed.rs`). For every unit that it would compile the wrapper writes the command down; of one that
//! is only checked it says that all went well, so that cargo goes on to those who use it. The user's
//! target directory is not touched, and whoever holds its lock is not in the way.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::seed::plant;
use super::unit::Unit;
use crate::cargo::{self, Folders};
use crate::input::Artifact;
use crate::terminal;

/// Names the folder for the commands; set for the wrapper alone.
const CAPTURE: &str = "CARGO_OWNERSHIP_CAPTURE";
/// The user's own wrapper.
const WRAPPER: &str = "CARGO_OWNERSHIP_WRAPPER";

/// What we or this cargo's jobs have put into the environment; the rest is the unit's.
const OURS: [&str; 8] = [
    CAPTURE,
    WRAPPER,
    "RUSTC_WRAPPER",
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_CACHE_RUSTC_INFO",
    "CARGO_MAKEFLAGS",
    "MAKEFLAGS",
    "MFLAGS",
];

/// A command as cargo gave it to the wrapper.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// Where it was started.
    pub cwd: PathBuf,
    /// All its variables.
    pub env: Vec<(OsString, OsString)>,
    /// Whether cargo was told that it went well.
    pub passed: bool,
}

/// Every command that checks something.
#[derive(Debug)]
pub struct Captured {
    /// In an order that does not depend on which came first.
    pub units: Vec<Unit>,
    /// Whether these are all: not if cargo met something that it would have had to build.
    pub complete: bool,
}

/// Does the wrapper's work where cargo started us as one; the exit code.
pub fn as_wrapper(args: &[OsString]) -> Option<u8> {
    let folder = PathBuf::from(std::env::var_os(CAPTURE)?);
    let words = with_wrapper(args.get(1..)?.to_vec());
    let compiles = is_compilation(&words);
    if !compiles {
        let (program, args) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(args).env_remove(CAPTURE).env_remove(WRAPPER);
        return Some(command.status().ok().and_then(|status| status.code()).map_or(1, |code| code as u8));
    }
    // cargo would go on with what nobody has built.
    let passed = is_check(&words) && writes_below(&words, &folder);
    let hidden = |name: &OsString| OURS.iter().any(|ours| name == ours);
    let command = Recorded {
        words: inlined(words),
        cwd: std::env::current_dir().ok()?,
        env: std::env::vars_os().filter(|(name, _)| !hidden(name)).collect(),
        passed,
    };
    let file = folder.join(format!("{}.command", std::process::id()));
    let written = serde_json::to_vec(&command).is_ok_and(|json| fs::write(file, json).is_ok());
    Some(if passed && written { 0 } else { 1 })
}

fn with_wrapper(words: Vec<OsString>) -> Vec<OsString> {
    let wrapper = std::env::var_os(WRAPPER).filter(|wrapper| !wrapper.is_empty());
    wrapper.into_iter().chain(words).collect()
}

fn is_compilation(words: &[OsString]) -> bool {
    let mut crate_name = None;
    for (n, word) in words.iter().enumerate() {
        let Some(word) = word.to_str() else { continue };
        if word == "-vV" || word == "-V" || word.starts_with("--print") || word == "--version" {
            return false;
        }
        if word == "--crate-name" {
            crate_name = words.get(n + 1).map(OsString::as_os_str);
        }
    }
    crate_name.is_some_and(|name| name != "___")
}

/// Whether the compiler makes nothing but metadata.
fn is_check(words: &[OsString]) -> bool {
    let emits = words.iter().filter_map(|word| word.to_str()?.strip_prefix("--emit="));
    let kinds: Vec<&str> = emits.flat_map(|kinds| kinds.split(',')).collect();
    kinds.contains(&"metadata") && kinds.iter().all(|kind| ["metadata", "dep-info"].contains(kind))
}

/// Whether the results go where nobody else's are.
fn writes_below(words: &[OsString], folder: &Path) -> bool {
    let out = words.iter().position(|word| word == "--out-dir").and_then(|n| words.get(n + 1));
    out.is_some_and(|out| folder.parent().is_some_and(|place| Path::new(out).starts_with(place)))
}

/// A long command comes in a file that is gone afterwards.
fn inlined(words: Vec<OsString>) -> Vec<OsString> {
    let mut all = Vec::new();
    for word in words {
        match word.to_str().and_then(|word| fs::read_to_string(word.strip_prefix('@')?).ok()) {
            Some(text) => all.extend(text.lines().map(OsString::from)),
            None => all.push(word),
        }
    }
    all
}

/// Runs cargo for its commands. `place` is our folder for this run.
pub fn capture(
    place: &Path,
    args: &[OsString],
    folders: &Folders,
    artifacts: &[Artifact],
    until: Instant,
) -> io::Result<Captured> {
    let (seed, commands) = (place.join("target"), place.join("commands"));
    fs::create_dir_all(&commands)?;
    plant(&seed, &folders.build, artifacts)?;
    for keep_going in [true, false] {
        let success = ask(&seed, &commands, args, keep_going, until)?;
        let mut units = read(&commands)?;
        for unit in &mut units {
            let inside = unit.results().and_then(|folder| folder.strip_prefix(&seed).ok());
            if let Some(results) = inside.map(|inside| folders.build.join(inside)) {
                unit.read_files(&results);
            }
        }
        if success || !units.is_empty() {
            return Ok(Captured { complete: success, units });
        }
    }
    Ok(Captured { complete: false, units: Vec::new() })
}

fn ask(
    seed: &Path,
    commands: &Path,
    args: &[OsString],
    keep_going: bool,
    until: Instant,
) -> io::Result<bool> {
    let mut command = Command::new(cargo::program());
    command.arg("check").args(args.iter().filter(|arg| !names_a_target(arg)));
    if keep_going && !args.iter().any(|arg| arg == "--keep-going") {
        command.arg("--keep-going");
    }
    command.arg("--target-dir").arg(seed);
    // Wherever the user's configuration puts intermediate results, ours go nowhere else.
    let seed_name = seed.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
    let quoted = serde_json::to_string(seed_name)?;
    command.arg("--config").arg(format!("build.build-dir={quoted}"));
    command.env("CARGO_BUILD_BUILD_DIR", seed).env("CARGO_CACHE_RUSTC_INFO", "0");
    command.env("RUSTC_WRAPPER", std::env::current_exe()?).env(CAPTURE, commands);
    // A compiler cache would only be asked for what it cannot have.
    let caches = ["sccache", "cachepot", "ccache"];
    match terminal::rustc_wrapper(args) {
        Some(wrapper)
            if !caches.iter().any(|cache| wrapper.file_stem().is_some_and(|stem| stem == *cache)) =>
        {
            command.env(WRAPPER, wrapper);
        }
        _ => drop(command.env_remove(WRAPPER)),
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn names_a_target(arg: &OsString) -> bool {
    arg.to_str().is_some_and(|arg| arg.starts_with("--target-dir") || arg.starts_with("--timings"))
}

fn read(folder: &Path) -> io::Result<Vec<Unit>> {
    let mut units = Vec::new();
    for entry in fs::read_dir(folder)? {
        // A command that was cut off when the time was up is one that we do not have.
        let Ok(command) = serde_json::from_slice::<Recorded>(&fs::read(entry?.path())?) else { continue };
        units.extend(Unit::new(command));
    }
    units.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn questions_to_the_compiler_are_no_compilations() {
        assert!(!is_compilation(&words("rustc -vV")));
        assert!(!is_compilation(&words("rustc - --crate-name ___ --print=file-names")));
        assert!(is_compilation(&words("driver rustc --crate-name a src/lib.rs")));
    }

    #[test]
    fn only_a_check_may_be_passed() {
        assert!(is_check(&words("rustc --emit=dep-info,metadata")));
        assert!(!is_check(&words("rustc --emit=dep-info,metadata,link")));
        assert!(!is_check(&words("rustc --crate-name a")));
        assert!(writes_below(&words("rustc --out-dir /t/1/target/debug/deps"), Path::new("/t/1/commands")));
        assert!(!writes_below(&words("rustc --out-dir /t/debug/deps"), Path::new("/t/1/commands")));
    }
}

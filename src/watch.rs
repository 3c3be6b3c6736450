//! Checks again whenever a file of the workspace changes.
//!
//! Architecture Invariant: nothing is decided here about the program; a round is a run like any other.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::Context;
use notify::{Event, EventKind, RecursiveMode, Watcher};

/// Editors write a file in several steps: a change is over when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(60);

/// Which folders to look at.
#[derive(Debug)]
pub struct Watched {
    /// The workspace, or the folder of a single file.
    pub root: PathBuf,
    /// What the compiler writes, if it lies in there.
    pub target: Option<PathBuf>,
}

/// Runs a round, waits for a change, and so on until the process is ended. An error of a round is told,
/// and the next one is waited for.
pub fn repeat(
    watched: &Watched,
    mut round: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<std::convert::Infallible> {
    let (sender, events) = channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // The receiver is gone when the process ends.
        let _ = sender.send(event);
    })
    .context("cannot watch files")?;
    for (folder, mode) in folders(watched) {
        watcher.watch(&folder, mode).with_context(|| format!("cannot watch `{}`", folder.display()))?;
    }
    loop {
        clear()?;
        if let Err(error) = round() {
            writeln!(io::stderr(), "error: {error:#}")?;
        }
        wait(&events, watched)?;
    }
}

/// All folders of the root with what lies below them, but not what the compiler or git writes: these
/// may be many.
fn folders(watched: &Watched) -> Vec<(PathBuf, RecursiveMode)> {
    let mut folders = vec![(watched.root.clone(), RecursiveMode::NonRecursive)];
    for entry in std::fs::read_dir(&watched.root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && matters(&path, watched) {
            folders.push((path, RecursiveMode::Recursive));
        }
    }
    folders
}

fn matters(path: &Path, watched: &Watched) -> bool {
    let inside = path.strip_prefix(&watched.root).unwrap_or(path);
    let hidden = |part: &std::ffi::OsStr| part.as_encoded_bytes().starts_with(b".");
    let of_target = watched.target.as_ref().is_some_and(|target| path.starts_with(target));
    !of_target && inside.iter().next().is_none_or(|first| !hidden(first) || first == ".cargo")
}

/// Returns when something has changed that matters, and the change is over.
fn wait(events: &Receiver<notify::Result<Event>>, watched: &Watched) -> anyhow::Result<()> {
    loop {
        let event = events.recv().context("cannot watch files any more")?;
        if event.is_ok_and(|event| is_change(&event, watched)) {
            break;
        }
    }
    while events.recv_timeout(QUIET).is_ok() {}
    Ok(())
}

fn is_change(event: &Event, watched: &Watched) -> bool {
    !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(|path| matters(path, watched))
}

/// An empty screen, where there is one.
fn clear() -> io::Result<()> {
    let mut out = io::stdout();
    if out.is_terminal() {
        out.write_all(b"\x1b[2J\x1b[3J\x1b[H")?;
        out.flush()?;
    }
    Ok(())
}

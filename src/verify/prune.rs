//! The crate that failed without the bodies that no error and no edit is in: a large crate is checked
//! several times as fast.
//!
//! The answer about what is left is the same, because rustc checks body by body. That is not taken on
//! trust: before anything else the emptied crate must give exactly the errors that the whole one gave.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::engine::Engine;
use super::judge::{Before, is_same};
use super::shadow::Changes;
use super::texts;
use crate::fix::{Edit, apply};
use crate::syntax::{Files, closed_bodies, emptied};

/// So much text is checked in a second and a half; for less it is not worth it.
const LARGE: u64 = 400_000;
/// What one thread that parses may use.
const STACK: usize = 64 << 20;

/// The files of the crates that failed.
#[derive(Debug)]
pub struct Pruned {
    files: BTreeMap<PathBuf, File>,
}

#[derive(Debug)]
struct File {
    text: String,
    /// Bodies that can be emptied.
    closed: Vec<Range<usize>>,
    /// Those of them that no error is in.
    quiet: Vec<Range<usize>>,
}

impl Pruned {
    /// Empties the crates that failed, if they are large, and makes sure that they still give the same
    /// errors.
    pub fn new(engine: &Engine, before: &[Before], files: &Files) -> Option<Pruned> {
        let units = engine.units.iter().filter(|unit| engine.first.failed.contains(&unit.source));
        let mut paths: BTreeSet<&Path> = BTreeSet::new();
        for unit in units {
            // Ours would take this back, and with it what a fix may have to answer for.
            if unit.words.iter().any(|word| word.to_str().is_some_and(denies_warnings)) {
                return None;
            }
            let own = unit.files.as_ref()?.iter().filter(|file| file.starts_with(&unit.folder));
            paths.extend(
                own.map(PathBuf::as_path).filter(|file| file.extension().is_some_and(|end| end == "rs")),
            );
        }
        let size: u64 =
            paths.iter().filter_map(|path| std::fs::metadata(path).ok()).map(|data| data.len()).sum();
        if size < LARGE {
            return None;
        }
        let mut pruned = Pruned { files: read(&paths.into_iter().collect::<Vec<_>>()) };
        for error in before {
            let notes = error.error.notes.iter().flat_map(|note| &note.labels);
            for label in error.error.labels.iter().chain(notes) {
                let Some(path) = texts::path(files, &label.span.file) else { continue };
                if let Some(file) = pruned.files.get_mut(&path) {
                    file.quiet.retain(|body| !meets(body, &label.span.range()));
                }
            }
        }
        pruned.gives(engine, before).then_some(pruned)
    }

    /// Whether the emptied crates give exactly these errors.
    fn gives(&self, engine: &Engine, before: &[Before]) -> bool {
        let Some(changes) = self.changes(&BTreeMap::new()) else { return false };
        let Some(state) = engine.states(&[changes], true, &|| {}).pop().flatten() else { return false };
        let mut left: Vec<&Before> = before.iter().collect();
        let mut twice: Vec<&Before> = Vec::new();
        for after in &state.errors {
            match left.iter().position(|before| is_same(&before.error, &after.error, &[])) {
                Some(n) => twice.push(left.remove(n)),
                None if twice.iter().any(|before| is_same(&before.error, &after.error, &[])) => {}
                None => return false,
            }
        }
        left.is_empty()
    }

    /// The emptied files, with these edits by file; nothing where an edit does not fit.
    pub fn changes(&self, edits: &BTreeMap<PathBuf, Vec<&Edit>>) -> Option<Changes> {
        // A file that is not known would be left as it is, and the edit with it.
        if !edits.keys().all(|path| self.files.contains_key(path)) {
            return None;
        }
        let nothing = Vec::new();
        let changed = self.files.iter().filter_map(|(path, file)| {
            let edits = edits.get(path).unwrap_or(&nothing);
            let touched = |body: &&Range<usize>| {
                edits.iter().any(|edit| meets(body, &(edit.byte_start..edit.byte_end)))
            };
            let quiet: Vec<Range<usize>> = file.quiet.iter().filter(|body| !touched(body)).cloned().collect();
            let text = apply(&emptied(&file.text, &quiet), edits.iter().copied())?;
            (text != file.text).then(|| (path.clone(), text))
        });
        let changes: Changes = changed.collect();
        let all = edits.iter().all(|(path, edits)| edits.is_empty() || changes.contains_key(path));
        all.then_some(changes)
    }

    /// Whether all edits lie within bodies that nobody can look into: then nothing else can have
    /// changed.
    pub fn is_local(&self, edits: &BTreeMap<PathBuf, Vec<&Edit>>) -> bool {
        edits.iter().all(|(path, edits)| {
            let file = self.files.get(path);
            edits.iter().all(|edit| {
                let inside = |body: &Range<usize>| body.start < edit.byte_start && edit.byte_end < body.end;
                file.is_some_and(|file| file.closed.iter().any(inside))
            })
        })
    }
}

/// `warnings` after `-D`, or in one word with it.
fn denies_warnings(word: &str) -> bool {
    ["warnings", "-Dwarnings", "-Fwarnings", "--deny=warnings", "--forbid=warnings"].contains(&word)
}

fn meets(body: &Range<usize>, range: &Range<usize>) -> bool {
    body.start <= range.end && range.start <= body.end
}

/// Reads and parses, on all cores.
fn read(paths: &[&Path]) -> BTreeMap<PathBuf, File> {
    let next = AtomicUsize::new(0);
    let files = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let worker = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Ok(text) = std::fs::read_to_string(path) else { continue };
                    let closed = closed_bodies(&text);
                    if let Ok(mut files) = files.lock() {
                        files.insert(path.to_path_buf(), File { quiet: closed.clone(), closed, text });
                    }
                }
            });
            // With fewer threads it takes longer; with none there is nothing to empty.
            drop(worker);
        }
    });
    files.into_inner().unwrap_or_default()
}

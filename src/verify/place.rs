//! A folder of our own below the target directory, for one run.
//!
//! Each run has a folder with a lock file beside it. The lock dies with the process, so whoever comes
//! next can tell what a killed run left behind, and removes it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where all runs have their folders.
const FOLDER: &str = "ownership";
/// Held while a folder is made or removed.
const GATE: &str = ".lock";
const LOCK: &str = "lock";

/// The folder of this run; removed at the end.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    /// Nothing in a temporary folder, where nobody else comes.
    lock: Option<File>,
    scratch: Option<tempfile::TempDir>,
    keep: bool,
    next: AtomicUsize,
}

impl Place {
    /// Makes a folder below a target directory and clears what killed runs left there.
    pub fn below(target: &Path, keep: bool) -> io::Result<Place> {
        let all = target.join(FOLDER);
        fs::create_dir_all(&all)?;
        let gate = File::create(all.join(GATE))?;
        gate.lock()?;
        clear(&all);
        let number = std::process::id();
        let mut folder = all.join(number.to_string());
        // Another machine may share the folder, or a kept one may have our number.
        for n in 1.. {
            if !folder.exists() {
                break;
            }
            folder = all.join(format!("{number}-{n}"));
        }
        let lock = File::create(folder.with_extension(LOCK))?;
        lock.lock()?;
        fs::create_dir(&folder)?;
        drop(gate);
        Ok(Place { folder, lock: Some(lock), scratch: None, keep, next: AtomicUsize::new(0) })
    }

    /// Makes a temporary folder, for single files.
    pub fn temporary(keep: bool) -> io::Result<Place> {
        let mut scratch = tempfile::Builder::new().prefix("ownership-").tempdir()?;
        scratch.disable_cleanup(keep);
        let folder = scratch.path().to_owned();
        Ok(Place { folder, lock: None, scratch: Some(scratch), keep, next: AtomicUsize::new(0) })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The same, if it stays.
    pub fn kept(&self) -> Option<&Path> {
        self.keep.then_some(self.folder.as_path())
    }

    /// The name of a folder that nobody has used.
    pub fn fresh(&self) -> PathBuf {
        self.folder.join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }

    /// Removes a folder that is of no more use, unless all are kept.
    pub fn done_with(&self, folder: &Path) {
        if !self.keep {
            // What cannot be removed now is removed with the whole or by the next run.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.keep || self.scratch.is_some() {
            return;
        }
        let Some(all) = self.folder.parent() else { return };
        // Whatever fails here is cleared by the next run.
        let gate = File::create(all.join(GATE)).and_then(|gate| gate.lock().map(|()| gate));
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(self.folder.with_extension(LOCK));
        drop(self.lock.take());
        drop(gate);
    }
}

/// Removes the folders whose lock nobody holds. One without a lock file was kept on purpose only
/// as long as its lock file is there, too: so both go.
fn clear(all: &Path) {
    let Ok(entries) = fs::read_dir(all) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|end| end != LOCK) {
            continue;
        }
        let Ok(lock) = File::open(&path) else { continue };
        match lock.try_lock() {
            Ok(()) => {
                let _ = fs::remove_dir_all(path.with_extension(""));
                let _ = fs::remove_file(&path);
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_run_is_cleared_by_the_next_and_a_living_one_is_not() {
        let target = tempfile::tempdir().expect("a folder");
        let living = Place::below(target.path(), false).expect("it can be made");
        let dead = target.path().join("ownership/1");
        fs::create_dir_all(dead.join("0")).expect("a folder");
        fs::write(dead.with_extension("lock"), "").expect("a file");
        let other = Place::below(target.path(), false).expect("it can be made");
        assert!(!dead.exists() && living.path().exists() && other.path() != living.path());
        let (mine, theirs) = (living.path().to_owned(), other.path().to_owned());
        drop(living);
        assert!(!mine.exists() && theirs.exists());
    }
}

//! Temporary files of runs that were killed.

use std::collections::VecDeque;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the name of a temporary file begins. No Rust tool looks at such a file.
pub const PREFIX: &str = ".cargo-ownership-";
/// How it ends.
pub const SUFFIX: &str = ".tmp";

/// Enough for every workspace that we know; a limit, in case a root is somebody's whole disk.
const FOLDERS: usize = 10_000;
/// No run takes as long.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes what killed runs have left below some folders. A file of a run that is still at work stays.
pub fn clear_leftovers(roots: &[PathBuf]) {
    let mut folders: VecDeque<PathBuf> = roots.iter().cloned().collect();
    let mut seen = 0;
    // The nearest first, so that the limit cuts off what lies deep.
    while let Some(folder) = folders.pop_front() {
        seen += 1;
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_file() && name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                if is_nobodys(&entry.path()) {
                    // If it cannot be removed now, perhaps next time.
                    let _ = fs::remove_file(entry.path());
                }
            } else if kind.is_dir() && seen + folders.len() < FOLDERS && is_of_interest(&entry.path(), &name)
            {
                folders.push_back(entry.path());
            }
        }
    }
}

/// Sources are neither in hidden folders nor among generated files.
fn is_of_interest(folder: &Path, name: &str) -> bool {
    !name.starts_with('.') && name != "node_modules" && !folder.join("CACHEDIR.TAG").exists()
}

fn is_nobodys(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => {
            let age = file.metadata().and_then(|data| data.modified()).map(|time| time.elapsed());
            matches!(age, Ok(Ok(age)) if age > OLD)
        }
    }
}

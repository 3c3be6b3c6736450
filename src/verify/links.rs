//! Links to files and folders that must stay as they are, and copies where links are refused.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::Path;

/// Makes `there` mean what `here` is, without changing it.
pub fn link(here: &Path, there: &Path) -> io::Result<()> {
    symlink(here, there).or_else(|_| copy(here, there))
}

#[cfg(unix)]
fn symlink(here: &Path, there: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(here, there)
}

#[cfg(windows)]
fn symlink(here: &Path, there: &Path) -> io::Result<()> {
    if here.is_dir() {
        std::os::windows::fs::symlink_dir(here, there)
    } else {
        std::os::windows::fs::symlink_file(here, there)
    }
}

#[cfg(not(any(unix, windows)))]
fn symlink(_here: &Path, _there: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Copies a file with its time, or a folder with all that is in it, links excepted.
pub fn copy(here: &Path, there: &Path) -> io::Result<()> {
    if !here.is_dir() {
        fs::copy(here, there)?;
        if let Ok(modified) = fs::metadata(here).and_then(|data| data.modified())
            && let Ok(file) = File::options().write(true).open(there)
        {
            // A copy that looks newer is at worst compiled again.
            let _ = file.set_times(FileTimes::new().set_modified(modified));
        }
        return Ok(());
    }
    fs::create_dir_all(there)?;
    for entry in fs::read_dir(here)? {
        let entry = entry?;
        if !entry.file_type()?.is_symlink() {
            copy(&entry.path(), &there.join(entry.file_name()))?;
        }
    }
    Ok(())
}

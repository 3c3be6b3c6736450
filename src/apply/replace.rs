//! Replaces one file by rename.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::leftovers::{PREFIX, SUFFIX};
use super::{failed, holds};
use crate::plan::Refusal;

/// The new bytes of a file, on disk under a temporary name. Dropped, it is removed.
#[derive(Debug)]
pub struct Prepared {
    file: NamedTempFile,
    path: PathBuf,
}

impl Prepared {
    /// Writes the new bytes beside the file, which must hold the old ones.
    pub fn new(path: &Path, before: &[u8], after: &[u8]) -> Result<Prepared, Refusal> {
        if !holds(path, before)? {
            return Err(Refusal::Changed);
        }
        let folder = path.parent().ok_or(Refusal::NotAFile)?;
        let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder);
        let mut file = file.map_err(failed)?;
        // The system frees the lock when we end, however we end: so a later run knows that this file
        // is nobody's. Where there are no locks it goes by the time.
        let _ = file.as_file().lock();
        let old = fs::metadata(path).map_err(failed)?;
        keep_owner(file.as_file(), &old)?;
        file.as_file().set_permissions(old.permissions()).map_err(failed)?;
        file.write_all(after).map_err(failed)?;
        // Else a power failure after the rename could leave an empty file.
        file.as_file().sync_all().map_err(failed)?;
        Ok(Prepared { file, path: path.to_owned() })
    }

    /// Renames it over the file, unless that has changed meanwhile.
    pub fn put_in_place(self, before: &[u8]) -> Result<(), Refusal> {
        if !holds(&self.path, before)? {
            return Err(Refusal::Changed);
        }
        self.file.persist(&self.path).map_err(|error| failed(error.error))?;
        // The file is whole either way; this makes the rename last.
        let _ = self.path.parent().map(sync_folder);
        Ok(())
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A new file belongs to whoever makes it; the old one may belong to another.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata().map_err(failed)?;
    if new.uid() != old.uid() {
        fchown(file, Some(old.uid()), None).map_err(|_| Refusal::Owner)?;
    }
    if new.gid() != old.gid() {
        // A group that we are not in cannot be given; who may write the file has not changed by it.
        let _ = fchown(file, None, Some(old.gid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> Result<(), Refusal> {
    Ok(())
}

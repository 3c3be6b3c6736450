//! Writes accepted changes into the user's files, and puts them back: the only module that does.
//!
//! A file is replaced whole: its new bytes go into a temporary file in the same folder, which is then
//! renamed. So whoever looks at it, at any moment and after any crash, sees the old file or the new one.
//!
//! Architecture Invariant: nothing is written that does not lie below one of the roots once all links
//! are followed, nothing that belongs to a dependency or was generated, and nothing over bytes that
//! nobody has checked. What a compiler message claims about a path counts for nothing here.

mod leftovers;
mod place;
mod replace;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::apply::place::Places;
use crate::apply::replace::Prepared;
use crate::plan::Refusal;

pub use crate::apply::leftovers::clear_leftovers;

/// New bytes for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its bytes as they were read when the change was thought of.
    pub before: Vec<u8>,
    /// Its bytes after the change.
    pub after: Vec<u8>,
}

/// A file that was not touched.
#[derive(Debug)]
pub struct Refused {
    /// Which one.
    pub path: PathBuf,
    /// Why.
    pub why: Refusal,
}

/// Writes changes below some folders, and remembers them so that they can be put back.
#[derive(Debug)]
pub struct Writer {
    places: Places,
    written: Vec<Change>,
}

impl Writer {
    /// Below these folders, and nowhere else.
    pub fn new(roots: &[PathBuf]) -> io::Result<Writer> {
        Ok(Writer { places: Places::new(roots)?, written: Vec::new() })
    }

    /// Whether [`Writer::write`] would do these changes, as far as one can tell without writing.
    pub fn may_write(&self, changes: &[Change]) -> Result<(), Refused> {
        self.resolved(changes).map(drop)
    }

    /// Writes changes that belong together: all of them, or none and the file that is in the way.
    ///
    /// A change that changes nothing asks for nothing and is always done.
    pub fn write(&mut self, changes: &[Change]) -> Result<(), Refused> {
        let mut prepared: Vec<(Change, Prepared)> = Vec::new();
        for change in self.resolved(changes)? {
            match Prepared::new(&change.path, &change.before, &change.after) {
                Ok(new) => prepared.push((change, new)),
                Err(why) => return Err(Refused { path: change.path, why }),
            }
        }
        let before = self.written.len();
        for (change, new) in prepared {
            let path = change.path.clone();
            if let Err(why) = new.put_in_place(&change.before) {
                let earlier = self.written.split_off(before);
                // What cannot be put back either was changed by somebody else meanwhile.
                restore(&earlier);
                return Err(Refused { path, why });
            }
            self.written.push(change);
        }
        Ok(())
    }

    /// The changes to make, with all links followed, each file once.
    fn resolved(&self, changes: &[Change]) -> Result<Vec<Change>, Refused> {
        let mut resolved: Vec<Change> = Vec::new();
        for change in changes.iter().filter(|change| change.before != change.after) {
            let refused = |why| Refused { path: change.path.clone(), why };
            let path = self.places.file(&change.path).map_err(refused)?;
            let change = Change { path, ..change.clone() };
            match resolved.iter().find(|other| other.path == change.path) {
                // One file under two names.
                Some(other) if *other == change => {}
                Some(_) => return Err(refused(Refusal::Twice)),
                None if !holds(&change.path, &change.before).map_err(refused)? => {
                    return Err(refused(Refusal::Changed));
                }
                None => resolved.push(change),
            }
        }
        Ok(resolved)
    }

    /// The files that were written, with all links followed.
    pub fn written(&self) -> impl Iterator<Item = &Path> {
        self.written.iter().map(|change| change.path.as_path())
    }

    /// Puts all files back as they were. A file that somebody has changed since stays as it is and is
    /// among the answers.
    pub fn put_back(self) -> Vec<Refused> {
        restore(&self.written)
    }
}

/// Puts files back, the last one first.
///
/// They keep the time of this moment: with their old time cargo would believe that it has compiled
/// them already.
fn restore(written: &[Change]) -> Vec<Refused> {
    let mut refused = Vec::new();
    for Change { path, before, after } in written.iter().rev() {
        let old = Prepared::new(path, after, before);
        if let Err(why) = old.and_then(|old| old.put_in_place(after)) {
            refused.push(Refused { path: path.clone(), why });
        }
    }
    refused
}

/// Whether a file holds these bytes.
fn holds(path: &Path, bytes: &[u8]) -> Result<bool, Refusal> {
    Ok(fs::read(path).map_err(failed)? == bytes)
}

fn failed(error: io::Error) -> Refusal {
    Refusal::Failed(error.to_string())
}

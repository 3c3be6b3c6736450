//! A shadow of the user's folders: changed files are real, all else is linked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::links::link;

/// Files and their new texts, by absolute path.
pub type Changes = BTreeMap<PathBuf, String>;

/// A folder may have so many entries to be mirrored only because something below it is reached
/// with `..`.
const MANY: usize = 400;

/// A mirror of the folder `base` at `root`.
#[derive(Debug)]
pub struct Shadow {
    /// The real folder.
    pub base: PathBuf,
    /// Its mirror.
    pub root: PathBuf,
}

impl Shadow {
    /// Mirrors what lies around a working directory and the changed files. The folders that a path
    /// leaves with `..` are real too: behind a link, `..` would lead back to the user's own.
    pub fn make(
        root: PathBuf,
        cwd: &Path,
        changes: &Changes,
        left: &BTreeSet<PathBuf>,
    ) -> io::Result<Shadow> {
        let mut base = cwd.to_owned();
        for file in changes.keys() {
            while !file.starts_with(&base) {
                base.pop();
            }
        }
        // `include_str!("../../README.md")` may lead out of the workspace.
        for _ in 0..2 {
            let Some(parent) = base.parent() else { break };
            let few = fs::read_dir(parent).is_ok_and(|entries| entries.take(MANY).count() < MANY);
            if !few {
                break;
            }
            base = parent.to_owned();
        }
        let shadow = Shadow { base, root };
        let real = shadow.real_folders(cwd, changes, left);
        for folder in &real {
            shadow.mirror(folder, &real, changes)?;
        }
        Ok(shadow)
    }

    /// The folders on the way to the working directory, to changed files and to those that are left,
    /// outer to inner.
    fn real_folders(&self, cwd: &Path, changes: &Changes, left: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let left = left.iter().map(PathBuf::as_path).filter(|folder| folder.is_dir());
        let ends = changes.keys().filter_map(|file| file.parent()).chain([cwd]).chain(left);
        ends.flat_map(Path::ancestors)
            .filter(|folder| folder.starts_with(&self.base))
            .map(Path::to_owned)
            .collect()
    }

    fn mirror(&self, folder: &Path, real: &BTreeSet<PathBuf>, changes: &Changes) -> io::Result<()> {
        let there = self.of(folder);
        fs::create_dir_all(&there)?;
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            let here = folder.join(&name);
            if let Some(text) = changes.get(&here) {
                fs::write(there.join(&name), text)?;
            } else if !real.contains(&here) {
                link(&here, &there.join(&name))?;
            }
        }
        Ok(())
    }

    /// Where a real path lies in the shadow; one outside of it is itself.
    pub fn of(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.base).map_or_else(|_| path.to_owned(), |inside| self.root.join(inside))
    }

    /// The real path of one in the shadow.
    pub fn real(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.root).ok().map(|inside| self.base.join(inside))
    }
}

/// The path from the root of the file system, without `.` and `..`.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

/// The folders that a path leaves with `..`, without asking the disk.
pub fn left_folders(path: &Path) -> BTreeSet<PathBuf> {
    let mut left = BTreeSet::new();
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                left.insert(clean.clone());
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_real() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join("w").join(name);
        for file in ["a/src/lib.rs", "a/src/deep/mod.rs", "a/README", "b/x.rs"] {
            fs::create_dir_all(at(file).parent().expect("it has one")).expect("a folder");
            fs::write(at(file), "old").expect("a file");
        }
        let changes = Changes::from([(at("a/src/lib.rs"), "new".to_owned())]);
        let root = folder.path().join("shadow");
        let shadow = Shadow::make(root, &at("a"), &changes, &BTreeSet::new()).expect("it can be made");
        let read = |name: &str| fs::read_to_string(shadow.of(&at(name))).expect("it is there");
        assert_eq!(read("a/src/lib.rs"), "new");
        assert_eq!((read("a/src/deep/mod.rs"), read("b/x.rs")), ("old".to_owned(), "old".to_owned()));
        assert!(shadow.of(&at("a/README")).is_symlink() && !shadow.of(&at("a/src")).is_symlink());
        assert_eq!(shadow.real(&shadow.of(&at("a/README"))), Some(at("a/README")));
        assert_eq!(fs::read_to_string(at("a/src/lib.rs")).expect("still there"), "old");
    }

    #[test]
    fn a_path_is_made_absolute_without_asking_the_disk() {
        assert_eq!(absolute(Path::new("/a/b"), Path::new("../c/./d.rs")), Path::new("/a/c/d.rs"));
        assert_eq!(absolute(Path::new("/a/b"), Path::new("/x")), Path::new("/x"));
        let left: Vec<PathBuf> = left_folders(Path::new("/w/one/src/../odd/x.rs")).into_iter().collect();
        assert_eq!(left, [Path::new("/w/one/src")]);
    }
}

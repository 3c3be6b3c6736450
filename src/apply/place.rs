//! Where may be written.

use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::failed;
use crate::plan::Refusal;

/// The folders below which files may be written, and those below which they may not.
#[derive(Debug)]
pub struct Places {
    /// With all links followed.
    roots: Vec<PathBuf>,
    /// As they were named, to tell a link that leads out from a path that lies outside.
    named: Vec<PathBuf>,
    /// Where cargo and rustup keep sources of others.
    foreign: Vec<PathBuf>,
}

impl Places {
    /// Below these folders; they must exist.
    pub fn new(roots: &[PathBuf]) -> io::Result<Places> {
        let mut places = Places { roots: Vec::new(), named: Vec::new(), foreign: foreign() };
        for root in roots {
            places.roots.push(fs::canonicalize(root)?);
            places.named.push(plain(root));
        }
        Ok(places)
    }

    /// The file itself, with all links followed, if it may be written.
    pub fn file(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let file = fs::canonicalize(path).map_err(failed)?;
        let Some(root) = self.roots.iter().find(|root| file.starts_with(root)) else {
            let path = plain(path);
            let seems_inside = self.named.iter().chain(&self.roots).any(|root| path.starts_with(root));
            return Err(if seems_inside { Refusal::LinkedOutside } else { Refusal::Outside });
        };
        if self.foreign.iter().any(|folder| file.starts_with(folder)) {
            return Err(Refusal::Dependency);
        }
        let folders = || file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        // cargo writes these into every package that it unpacks or vendors. At the root itself they
        // mean a copy that somebody works on: cargo's own are in `foreign`.
        let dependency = |folder: &Path| {
            folder != root
                && [".cargo-ok", ".cargo-checksum.json"].iter().any(|mark| folder.join(mark).exists())
        };
        if folders().any(dependency) {
            return Err(Refusal::Dependency);
        }
        // cargo's target folder has this file, and so have the folders of other tools.
        if folders().any(|folder| folder != root && folder.join("CACHEDIR.TAG").exists()) {
            return Err(Refusal::Generated);
        }
        let data = fs::metadata(&file).map_err(failed)?;
        if !data.is_file() {
            return Err(Refusal::NotAFile);
        }
        if data.permissions().readonly() {
            return Err(Refusal::ReadOnly);
        }
        Ok(file)
    }
}

/// The sources of dependencies and of the standard library.
fn foreign() -> Vec<PathBuf> {
    let home = |variable: &str, folder: &str| {
        let named = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        named.or_else(|| Some(env::home_dir()?.join(folder)))
    };
    let cargo = home("CARGO_HOME", ".cargo").into_iter();
    let rustup = home("RUSTUP_HOME", ".rustup").into_iter();
    let folders = cargo.flat_map(|home| [home.join("registry"), home.join("git")]);
    let folders = folders.chain(rustup.map(|home| home.join("toolchains")));
    // Where a folder is not there, nothing lies below it.
    folders.filter_map(|folder| fs::canonicalize(folder).ok()).collect()
}

/// The absolute path without `.` and `..`, by its words alone.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

//! A target directory of our own in which cargo finds everything that it has just built, except what
//! is checked: so it tells us every command that checks something.
//!
//! The user's target directory is only read. Results of dependencies are linked; cargo's records are
//! copied, because cargo writes into them in place.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::links::{copy, link};
use crate::input::Artifact;

const RECORDS: &str = ".fingerprint";

/// Fills a new target directory from what cargo has said to be finished in the user's.
pub fn plant(seed: &Path, built: &Path, artifacts: &[Artifact]) -> io::Result<()> {
    fs::create_dir_all(seed)?;
    let mut profiles = HashSet::new();
    let mut known = Known::default();
    for artifact in artifacts {
        known.packages.insert(artifact.unit.package());
        let checked = artifact.files.iter().all(|file| file.extension().is_some_and(|end| end == "rmeta"));
        for file in &artifact.files {
            let Ok(inside) = file.strip_prefix(built) else { continue };
            let Some(folder) = inside.parent() else { continue };
            let Some(hash) = hash_of(folder, inside) else { continue };
            if !artifact.unit.is_local() || !checked {
                known.built.insert(hash);
            }
            if let Some(profile) = profile_of(folder) {
                profiles.insert(profile.to_owned());
            }
            plant_results(seed, built, folder, inside)?;
        }
    }
    for profile in &profiles {
        plant_records(&seed.join(profile), &built.join(profile), &known)?;
    }
    Ok(())
}

/// What cargo has told about this run.
#[derive(Default)]
struct Known<'a> {
    /// Names of packages.
    packages: HashSet<&'a str>,
    /// Units, but for those of the user's that were only checked: they are to be asked for again.
    built: HashSet<String>,
}

/// `debug` for `debug/deps` and `debug/build/a-0123`.
fn profile_of(folder: &Path) -> Option<&Path> {
    let parent = folder.parent()?;
    if folder.file_name()? == "deps" { Some(parent) } else { parent.parent() }
}

/// `0123` for `debug/deps/liba-0123.rmeta` and `debug/build/a-0123/build-script-build`.
fn hash_of(folder: &Path, file: &Path) -> Option<String> {
    let build_script = folder.parent()?.file_name().is_some_and(|name| name == "build");
    let name = if build_script { folder.file_name()? } else { file.file_stem()? };
    Some(name.to_str()?.rsplit_once('-')?.1.to_owned())
}

fn plant_results(seed: &Path, built: &Path, folder: &Path, file: &Path) -> io::Result<()> {
    let is_deps = folder.file_name().is_some_and(|name| name == "deps");
    if is_deps {
        fs::create_dir_all(seed.join(folder))?;
        return link_new(&built.join(file), &seed.join(file));
    }
    let is_build_script = folder.parent().and_then(Path::file_name).is_some_and(|name| name == "build");
    if is_build_script { plant_folder(&seed.join(folder), &built.join(folder)) } else { Ok(()) }
}

/// Links the programs and results in a folder of `build`, copies what cargo may write into.
fn plant_folder(seed: &Path, built: &Path) -> io::Result<()> {
    fs::create_dir_all(seed)?;
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        let name = entry.file_name();
        let large = entry.file_type()?.is_dir() || name.to_string_lossy().starts_with("build");
        let there = seed.join(&name);
        if large {
            link_new(&entry.path(), &there)?;
        } else if !there.exists() {
            copy(&entry.path(), &there)?;
        }
    }
    Ok(())
}

fn link_new(here: &Path, there: &Path) -> io::Result<()> {
    if there.is_symlink() || there.exists() { Ok(()) } else { link(here, there) }
}

fn plant_records(seed: &Path, built: &Path, known: &Known) -> io::Result<()> {
    fs::create_dir_all(seed.join(RECORDS))?;
    // A cargo that keeps its records elsewhere finds nothing, and tells us more commands than we want.
    let Ok(entries) = fs::read_dir(built.join(RECORDS)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let Some((package, hash)) = name.rsplit_once('-') else { continue };
        if !known.packages.contains(package) {
            continue;
        }
        let files: Vec<PathBuf> = fs::read_dir(entry.path())?.flatten().map(|file| file.path()).collect();
        let runs_a_script = files.iter().any(|file| starts_with(file, "run-build-script"));
        // What was not finished in this run is not fresh for the user's cargo either.
        if !known.built.contains(hash) && !runs_a_script {
            continue;
        }
        let there = seed.join(RECORDS).join(&name);
        fs::create_dir_all(&there)?;
        // What the unit printed is of no interest here.
        for file in files.iter().filter(|file| !starts_with(file, "output-")) {
            copy(file, &there.join(file.file_name().unwrap_or_default()))?;
        }
        let folder = Path::new("build").join(&name);
        if runs_a_script && built.join(&folder).is_dir() {
            plant_folder(&seed.join(&folder), &built.join(&folder))?;
        }
    }
    Ok(())
}

fn starts_with(file: &Path, start: &str) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
}

//! A command that checks one crate, and who needs whom among them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::capture::Recorded;
use super::shadow::absolute;

/// One crate as cargo, or we for a single file, would check it.
#[derive(Debug)]
pub struct Unit {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// Where it runs.
    pub cwd: PathBuf,
    /// Its variables; nothing where it has ours.
    pub env: Option<Vec<(OsString, OsString)>>,
    /// The crate's root file.
    pub source: PathBuf,
    /// The folder of its package; of a single file, its own.
    pub folder: PathBuf,
    /// Whether it is compiled for tests.
    pub test: bool,
    /// The file that others need: `liba-0123.rmeta`.
    pub result: OsString,
    /// The files that it needs itself, without their folders.
    pub needs: Vec<OsString>,
    /// The source files that the compiler read when it last came to it.
    pub files: Option<BTreeSet<PathBuf>>,
}

impl Unit {
    /// Reads cargo's command; nothing where it compiles no Rust file.
    pub fn new(recorded: Recorded) -> Option<Unit> {
        let Recorded { words, cwd, env, .. } = recorded;
        let after = |name: &str| {
            let at = words.iter().position(|word| word == name)?;
            words.get(at + 1)
        };
        let codegen = words.windows(2).filter(|pair| pair[0] == "-C").filter_map(|pair| pair[1].to_str());
        let extra = codegen.filter_map(|option| option.strip_prefix("extra-filename=")).next_back();
        let result = format!("lib{}{}.rmeta", after("--crate-name")?.to_str()?, extra.unwrap_or_default());
        let source = absolute(&cwd, Path::new(words.iter().find(|word| is_source(word))?));
        let folder = env.iter().find(|(name, _)| name == "CARGO_MANIFEST_DIR");
        let folder = folder.map_or_else(|| cwd.clone(), |(_, folder)| PathBuf::from(folder));
        let externs = words.windows(2).filter(|pair| pair[0] == "--extern");
        let needs = externs.filter_map(|pair| extern_file(&pair[1])).collect();
        Some(Unit {
            source,
            folder,
            test: words.iter().any(|word| word == "--test"),
            result: result.into(),
            needs,
            files: None,
            env: Some(env),
            cwd,
            words,
        })
    }

    /// Learns which files it reads from what the compiler has noted in a folder of results.
    pub fn read_files(&mut self, results: &Path) {
        let name = Path::new(&self.result).with_extension("d");
        let name = name.to_string_lossy();
        let Ok(text) = std::fs::read_to_string(results.join(name.strip_prefix("lib").unwrap_or(&name)))
        else {
            return;
        };
        // Every file has a line of its own at the end: `src/lib.rs:`
        let files = text.lines().filter_map(|line| line.strip_suffix(':'));
        let files: BTreeSet<PathBuf> =
            files.map(|file| absolute(&self.cwd, Path::new(&file.replace("\\ ", " ")))).collect();
        self.files = Some(files).filter(|files| files.contains(&self.source));
    }

    /// The folder that cargo wanted its results in.
    pub fn results(&self) -> Option<&Path> {
        let at = self.words.iter().position(|word| word == "--out-dir")?;
        self.words.get(at + 1).map(Path::new)
    }

    /// What units are sorted by.
    pub fn order(&self) -> (&Path, &Path, bool, &OsStr) {
        (&self.folder, &self.source, self.test, &self.result)
    }

    /// Whether it needs the other's result itself.
    pub fn uses(&self, other: &Unit) -> bool {
        self.needs.contains(&other.result)
    }
}

/// The one word that is a Rust file and no option's value.
fn is_source(word: &OsStr) -> bool {
    word.to_str().is_some_and(|word| word.ends_with(".rs") && !word.starts_with('-') && !word.contains('='))
}

/// `liba-0123.rmeta` out of `a=/target/debug/deps/liba-0123.rmeta`.
pub fn extern_file(value: &OsStr) -> Option<OsString> {
    let (_, path) = value.to_str()?.split_once('=')?;
    Path::new(path).file_name().map(OsStr::to_owned)
}

/// For each unit all that it needs, directly or not, by place in the list. Units come after what
/// they need in the order that is given back.
pub fn in_order(units: &[Unit]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < units.len() {
        let ready = |n: &usize| {
            !order.contains(n)
                && (0..units.len()).all(|m| m == *n || order.contains(&m) || !units[*n].uses(&units[m]))
        };
        match (0..units.len()).find(ready) {
            Some(n) => order.push(n),
            // cargo has no circles; whoever makes one gets no order.
            None => return order,
        }
    }
    order
}

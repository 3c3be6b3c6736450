//! Source text, lines and byte spans; loads each file once.
//!
//! Architecture Invariant: the only module that reads the user's sources, and it never writes.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::diagnostic::Span;

/// One file, byte for byte as it is on disk (with BOM and CRs).
#[derive(Debug)]
pub struct Source {
    /// The name that rustc gave it.
    pub name: String,
    /// Where it was found.
    pub path: PathBuf,
    /// The text.
    pub text: String,
    /// Most files of a crate are only searched for a word.
    line_starts: OnceCell<Vec<usize>>,
}

impl Source {
    /// A source that was read already.
    pub fn new(name: &str, path: PathBuf, text: String) -> Source {
        Source { name: name.to_owned(), path, text, line_starts: OnceCell::new() }
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
        })
    }

    /// The line (from 1) that holds a byte.
    pub fn line_of(&self, byte: usize) -> usize {
        self.line_starts().partition_point(|&start| start <= byte)
    }

    /// The bytes of a line (from 1), without its line end.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let Some(&start) = line.checked_sub(1).and_then(|n| self.line_starts().get(n)) else {
            return self.text.len()..self.text.len();
        };
        let end = self.line_starts().get(line).map_or(self.text.len(), |&next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }

    /// The text of a line (from 1), without its line end.
    pub fn line(&self, line: usize) -> &str {
        &self.text[self.line_range(line)]
    }

    /// The white space that a line begins with.
    pub fn indent_of(&self, line: usize) -> &str {
        let line = self.line(line);
        &line[..line.len() - line.trim_start().len()]
    }

    /// The number of lines.
    pub fn lines(&self) -> usize {
        self.line_starts().len()
    }

    /// The line end that the file uses, by its first one.
    pub fn line_end(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// A span of this file for a byte range; the range must lie on character boundaries.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let column = |byte: usize| {
            let start = self.line_range(self.line_of(byte)).start;
            self.text[start.min(byte)..byte].chars().filter(|&c| c != '\u{feff}').count() + 1
        };
        let line_start = self.line_of(range.start);
        Span {
            file: self.name.clone(),
            byte_start: range.start,
            byte_end: range.end,
            line_start,
            column_start: column(range.start),
            line_end: self.line_of(range.end),
            column_end: column(range.end),
            first_line: None,
            macros: Vec::new(),
        }
    }

    /// Whether the span means this text: within the file, on character boundaries, and with the
    /// first line that rustc saw.
    pub fn holds(&self, span: &Span) -> bool {
        self.text.get(span.range()).is_some()
            && span.first_line.as_ref().is_none_or(|seen| {
                let line = self.line(self.line_of(span.byte_start));
                line.trim_start_matches('\u{feff}') == seen.trim_end_matches('\r')
            })
    }
}

/// The files of a run, found from the names that rustc gave them.
#[derive(Debug, Default)]
pub struct Sources {
    roots: RefCell<Vec<PathBuf>>,
    files: RefCell<HashMap<String, Option<Rc<Source>>>>,
    listed: RefCell<HashMap<Folder, Rc<Vec<String>>>>,
    holding: RefCell<HashMap<Search, Vec<Rc<Source>>>>,
}

/// A folder, and what the names of its files begin with.
type Folder = (PathBuf, String);

/// A word that is looked for in all files of a folder.
type Search = (Folder, String);

impl Sources {
    /// Relative names are looked up below these folders, in this order.
    pub fn new(roots: Vec<PathBuf>) -> Sources {
        Sources { roots: RefCell::new(roots), ..Sources::default() }
    }

    /// The folder that most names start from, if there is one.
    pub fn first_root(&self) -> Option<PathBuf> {
        self.roots.borrow().first().cloned()
    }

    /// Also looks below this folder from now on.
    pub fn add_root(&self, root: &Path) {
        let mut roots = self.roots.borrow_mut();
        if !roots.iter().any(|known| known == root) {
            roots.push(root.to_owned());
            self.files.borrow_mut().retain(|_, file| file.is_some());
            self.holding.borrow_mut().clear();
        }
    }

    /// The file of this name; nothing where it cannot be read or is not UTF-8.
    pub fn get(&self, name: &str) -> Option<Rc<Source>> {
        if let Some(known) = self.files.borrow().get(name) {
            return known.clone();
        }
        let found = self.candidates(name).into_iter().find_map(|path| {
            let text = String::from_utf8(std::fs::read(&path).ok()?).ok()?;
            Some(Rc::new(Source::new(name, path, text)))
        });
        self.files.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    /// Gives a source its text without reading a file: a test's, or an editor's.
    pub fn insert(&self, name: &str, text: String) {
        let source = Source::new(name, PathBuf::from(name), text);
        self.files.borrow_mut().insert(name.to_owned(), Some(Rc::new(source)));
        self.holding.borrow_mut().clear();
    }

    /// The same files, some with other texts, as after an edit.
    pub fn with_texts(&self, texts: &BTreeMap<String, String>) -> Sources {
        let mut files = self.files.borrow().clone();
        for (name, text) in texts {
            let path = self.get(name).map_or_else(|| PathBuf::from(name), |source| source.path.clone());
            files.insert(name.clone(), Some(Rc::new(Source::new(name, path, text.clone()))));
        }
        Sources {
            roots: self.roots.clone(),
            files: RefCell::new(files),
            listed: self.listed.clone(),
            holding: RefCell::default(),
        }
    }

    /// The source of a span, if the span still means its text.
    pub fn of(&self, span: &Span) -> Option<Rc<Source>> {
        self.get(&span.file).filter(|source| source.holds(span))
    }

    /// The sources of the crate of this one that hold a word, this one first, the others by the names
    /// that rustc would give them: all `.rs` files at and below its folder, or below `src`.
    pub fn crate_sources_with(&self, name: &str, word: &str) -> Vec<Rc<Source>> {
        let Some(own) = self.get(name) else { return Vec::new() };
        let folder = folder_of(&own);
        let first = std::iter::once(own.clone()).filter(|own| own.text.contains(word));
        let Some(folder) = folder else { return first.collect() };
        let key = (folder, word.to_owned());
        let known = self.holding.borrow().get(&key).cloned();
        let holding = known.unwrap_or_else(|| {
            let names = self.listed(&key.0);
            let sources = names.iter().filter_map(|name| self.get(name));
            let word = memchr::memmem::Finder::new(word);
            let holding: Vec<_> =
                sources.filter(|source| word.find(source.text.as_bytes()).is_some()).collect();
            self.holding.borrow_mut().insert(key, holding.clone());
            holding
        });
        first.chain(holding.into_iter().filter(|source| source.name != name)).collect()
    }

    /// The names of the Rust files of a folder, sorted.
    fn listed(&self, folder: &Folder) -> Rc<Vec<String>> {
        if let Some(known) = self.listed.borrow().get(folder) {
            return known.clone();
        }
        let mut names = Vec::new();
        collect(&folder.0, &folder.1, &mut names);
        names.sort();
        let names = Rc::new(names);
        self.listed.borrow_mut().insert(folder.clone(), names.clone());
        names
    }

    fn candidates(&self, name: &str) -> Vec<PathBuf> {
        let path = Path::new(name);
        if path.is_absolute() {
            return vec![path.to_owned()];
        }
        self.roots.borrow().iter().map(|root| root.join(path)).collect()
    }
}

/// Where the other files of a source's crate lie: its `src`, or else its own folder.
fn folder_of(source: &Source) -> Option<Folder> {
    let parts: Vec<&str> = source.name.split('/').collect();
    let top = parts.iter().position(|part| *part == "src").map(|at| at + 1);
    let depth = parts.len() - top.unwrap_or(parts.len() - 1);
    let folder = source.path.ancestors().nth(depth)?;
    Some((folder.to_owned(), parts[..parts.len() - depth].join("/")))
}

/// Rust files below a folder, links not followed, at most 5,000 of them.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let Some(file) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let name = if prefix.is_empty() { file.clone() } else { format!("{prefix}/{file}") };
        if kind.is_dir() && file != "target" && !file.starts_with('.') {
            collect(&entry.path(), &name, names);
        } else if kind.is_file() && file.ends_with(".rs") && names.len() < 5_000 {
            names.push(name);
        }
    }
}

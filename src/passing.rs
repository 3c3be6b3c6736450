//! Passes on what cargo and rustc said and we do not explain: each message once, and the sentence
//! with which cargo closes a unit (``warning: `a` (lib) generated 2 warnings``), which it leaves
//! out when its messages are JSON.
//!
//! Architecture Invariant: this module knows how cargo counts and words things, and nothing about
//! ownership. On a green build its output is that of `cargo check`, to the byte.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, Write};
use std::path::Path;

use cargo_metadata::diagnostic::{Applicability, Diagnostic, DiagnosticLevel};

use crate::input::{Artifact, CompilerMessage, Unit};

/// Writes what others said, as cargo would have written it.
pub struct PassOn<W> {
    out: W,
    color: bool,
    quiet: bool,
    /// The options for clippy itself, if it is clippy that checks.
    clippy: Option<String>,
    /// What was shown already, by its text: cargo shows nothing twice.
    shown: HashSet<u64>,
    units: HashMap<Unit, Vec<Said>>,
    /// cargo's repetition of a build script's warnings, which comes after the summary of the unit
    /// that failed.
    held: Vec<u8>,
}

/// A message of a unit that is not closed yet.
struct Said {
    /// What it is, apart from how it is drawn.
    content: u64,
    warning: bool,
    error: bool,
    /// Whether it was the first of its text.
    first: bool,
    fixable: bool,
}

impl<W: Write> PassOn<W> {
    /// `quiet` is cargo's: then it closes no unit with a sentence. `clippy` are the options for clippy
    /// itself: cargo names the command that applies suggestions.
    pub fn new(out: W, color: bool, quiet: bool, clippy: Option<String>) -> PassOn<W> {
        let clippy = clippy.or_else(clippy_by_environment);
        PassOn { out, color, quiet, clippy, shown: HashSet::new(), units: HashMap::new(), held: Vec::new() }
    }

    /// Notes a message, so that it counts in its unit's sentence, and says whether it is to be
    /// shown: not if it was shown before, nor if `cargo check` hides it.
    ///
    /// Every message goes through here, also one that we explain.
    pub fn note(&mut self, message: &CompilerMessage) -> bool {
        let diagnostic = &message.diagnostic;
        let Some(unit) = &message.unit else { return true };
        if is_closing(diagnostic) {
            return false;
        }
        let first = self.shown.insert(hash(diagnostic.rendered.as_deref().unwrap_or(&diagnostic.message)));
        let said = Said {
            content: content(diagnostic),
            warning: diagnostic.level == DiagnosticLevel::Warning,
            error: matches!(diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice),
            first,
            fixable: is_fixable(diagnostic),
        };
        match self.units.get_mut(unit) {
            Some(known) => known.push(said),
            None => drop(self.units.insert(unit.clone(), vec![said])),
        }
        first
    }

    /// Shows a message as rustc drew it.
    pub fn show(&mut self, diagnostic: &Diagnostic) -> io::Result<()> {
        self.release()?;
        let plain;
        let text = match &diagnostic.rendered {
            Some(rendered) => rendered,
            None => {
                plain = format!("{}: {}\n\n", level(diagnostic.level), diagnostic.message);
                &plain
            }
        };
        let text = harmless(text, self.color);
        self.out.write_all(text.as_bytes())?;
        if text.ends_with('\n') { Ok(()) } else { self.out.write_all(b"\n") }
    }

    /// Passes a message on: [`PassOn::note`], then [`PassOn::show`] if it is to be shown.
    pub fn diagnostic(&mut self, message: &CompilerMessage) -> io::Result<bool> {
        let show = self.note(message);
        if show {
            self.show(&message.diagnostic)?;
        }
        Ok(show)
    }

    /// Passes on what is no message, byte for byte and at once.
    pub fn text(&mut self, text: &[u8]) -> io::Result<()> {
        if self.repeats_a_build_script(text) {
            self.held.extend_from_slice(text);
            return Ok(());
        }
        if let Some((unit, test, share)) = self.failed_unit(text) {
            self.close(&unit, test, &share)?;
        }
        self.release()?;
        self.out.write_all(text)?;
        self.out.flush()
    }

    /// Closes a unit that compiled.
    pub fn artifact(&mut self, artifact: &Artifact) -> io::Result<()> {
        self.release()?;
        if !self.units.contains_key(&artifact.unit) {
            return Ok(());
        }
        let share = recorded(artifact).map_or(Share::Unknown, Share::Recorded);
        self.close(&artifact.unit, artifact.test, &share)
    }

    /// Nothing more will come.
    pub fn finish(&mut self) -> io::Result<()> {
        self.release()?;
        self.out.flush()
    }

    fn release(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() { Ok(()) } else { self.out.write_all(&held) }
    }

    /// Writes the sentence about a unit's warnings.
    fn close(&mut self, unit: &Unit, test: bool, share: &Share) -> io::Result<()> {
        let said = self.units.remove(unit).unwrap_or_default();
        let (own, others) = divide(said, share);
        if !others.is_empty() {
            self.units.insert(unit.clone(), others);
        }
        let warnings: Vec<&Said> = own.iter().filter(|said| said.warning).collect();
        if warnings.is_empty() || self.quiet {
            return Ok(());
        }
        let duplicates = warnings.iter().filter(|said| !said.first).count();
        let fixable = warnings.iter().filter(|said| said.first && said.fixable).count();
        let failed = own.iter().any(|said| said.error);
        let mut sentence =
            format!("{} generated {}", described(unit, test), counted(warnings.len(), "warning"));
        if duplicates > 0 {
            sentence += &format!(" ({})", counted(duplicates, "duplicate"));
        }
        if fixable > 0 && !failed && unit.is_local() && unit.kind != "custom-build" {
            let tests = if test && !matches!(unit.kind.as_str(), "test" | "bench") { " --tests" } else { "" };
            let suggestions = counted(fixable, "suggestion");
            let (command, lints) = match &self.clippy {
                Some(lints) => ("cargo clippy --fix", format!(" -- {lints}")),
                None => ("cargo fix", String::new()),
            };
            let (option, package) = (selected(unit), unit.package());
            sentence +=
                &format!(" (run `{command} {option} -p {package}{tests}{lints}` to apply {suggestions})");
        }
        let warning = if self.color { "\x1b[1m\x1b[33mwarning\x1b[0m" } else { "warning" };
        writeln!(self.out, "{warning}: {sentence}")
    }

    /// The unit of ``error: could not compile `a` (lib test) due to 1 previous error; 2 warnings emitted``.
    fn failed_unit(&self, text: &[u8]) -> Option<(Unit, bool, Share)> {
        let (_, rest) = std::str::from_utf8(text).ok()?.split_once("could not compile ")?;
        let found = |test: bool| self.units.keys().find(|unit| rest.starts_with(&described(unit, test)));
        let (unit, test) = match found(false) {
            Some(unit) => (unit, false),
            None => (found(true)?, true),
        };
        let number = rest.split_once("; ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        let share = match number {
            Some(number) => Share::Warnings(number),
            None if rest.contains(" due to ") => Share::Warnings(0),
            None => Share::Unknown,
        };
        Some((unit.clone(), test, share))
    }

    /// cargo repeats `warning: a@0.1.0: ..` when a unit of that package has failed.
    fn repeats_a_build_script(&self, text: &[u8]) -> bool {
        let package = std::str::from_utf8(text).ok().and_then(|text| {
            let (package, _) = text.split_once("warning")?.1.split_once('@')?;
            package.trim_start_matches("\x1b[0m").strip_prefix(": ")
        });
        let failed = |said: &[Said]| said.iter().any(|said| said.error);
        package
            .is_some_and(|name| self.units.iter().any(|(unit, said)| unit.package() == name && failed(said)))
    }
}

/// What is known about which messages of a target are one unit's: a library and its unit tests are
/// one target, are compiled at the same time and often say the same.
enum Share {
    /// The messages that cargo has recorded for it.
    Recorded(Vec<u64>),
    /// How many warnings are its own.
    Warnings(usize),
    Unknown,
}

/// Whose messages they are: the unit's that has finished, or still another's.
fn divide(said: Vec<Said>, share: &Share) -> (Vec<Said>, Vec<Said>) {
    let mut taken: HashMap<u64, usize> = HashMap::new();
    if let Share::Recorded(recorded) = share {
        let mut left = taken;
        recorded.iter().for_each(|content| *left.entry(*content).or_default() += 1);
        return said.into_iter().partition(|said| match left.get_mut(&said.content) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        });
    }
    // Whoever says a thing twice is two.
    let mut warnings = 0;
    said.into_iter().partition(|said| {
        let times = taken.entry(said.content).or_default();
        *times += 1;
        warnings += usize::from(*times == 1 && said.warning);
        let full = matches!(share, Share::Warnings(limit) if said.warning && warnings > *limit);
        *times == 1 && !full
    })
}

/// What cargo has recorded of a unit, to show it again when nothing has changed. Nothing where
/// cargo keeps it elsewhere.
fn recorded(artifact: &Artifact) -> Option<Vec<u64>> {
    artifact.files.iter().find_map(|file| read_record(file, artifact.unit.package()))
}

/// `target/debug/deps/liba-0123.rmeta` has its record in `target/debug/.fingerprint/a-0123/output-*`.
fn read_record(file: &Path, package: &str) -> Option<Vec<u64>> {
    let folder = file.parent()?;
    let build_script = folder.parent()?.file_name()? == "build";
    let (stem, root) = match build_script {
        true => (folder.file_name()?, folder.parent()?.parent()?),
        false => (file.file_stem()?, folder.parent()?),
    };
    let (_, number) = stem.to_str()?.rsplit_once('-')?;
    let records = std::fs::read_dir(root.join(".fingerprint").join(format!("{package}-{number}"))).ok()?;
    let record =
        records.flatten().find(|entry| entry.file_name().to_string_lossy().starts_with("output-"))?;
    let lines = io::BufReader::new(std::fs::File::open(record.path()).ok()?).lines();
    let messages = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok());
    Some(messages.map(|message: Diagnostic| content(&message)).collect())
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn content(diagnostic: &Diagnostic) -> u64 {
    let spans: Vec<_> =
        diagnostic.spans.iter().map(|span| (&span.file_name, span.byte_start, span.byte_end)).collect();
    hash((&diagnostic.message, diagnostic.code.as_ref().map(|code| &code.code), spans))
}

/// rustc's own count at the end, instead of which cargo has its sentences.
fn is_closing(diagnostic: &Diagnostic) -> bool {
    let message = diagnostic.message.as_str();
    match diagnostic.level {
        DiagnosticLevel::Error => message.starts_with("aborting due to"),
        DiagnosticLevel::Warning => {
            diagnostic.spans.is_empty()
                && (message.ends_with("warning emitted") || message.ends_with("warnings emitted"))
        }
        _ => false,
    }
}

fn is_fixable(diagnostic: &Diagnostic) -> bool {
    let spans = diagnostic.children.iter().flat_map(|child| &child.spans);
    spans.into_iter().any(|span| span.suggestion_applicability == Some(Applicability::MachineApplicable))
}

fn level(level: DiagnosticLevel) -> &'static str {
    match level {
        DiagnosticLevel::Ice => "error: internal compiler error",
        DiagnosticLevel::Error => "error",
        DiagnosticLevel::Warning => "warning",
        DiagnosticLevel::Help => "help",
        _ => "note",
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `` `a` (bin "a" test)``
fn described(unit: &Unit, test: bool) -> String {
    let target = match unit.kind.as_str() {
        "custom-build" => "build script".to_owned(),
        kind @ ("bin" | "test" | "bench" | "example") => format!("{kind} \"{}\"", unit.target),
        _ => "lib".to_owned(),
    };
    let test = if test && !matches!(unit.kind.as_str(), "test" | "bench") { " test" } else { "" };
    format!("`{}` ({target}{test})", unit.package())
}

/// The option that names the target for `cargo fix`.
fn selected(unit: &Unit) -> String {
    match unit.kind.as_str() {
        kind @ ("bin" | "test" | "bench" | "example") => format!("--{kind} \"{}\"", unit.target),
        _ => "--lib".to_owned(),
    }
}

/// The same where the user has set clippy's compiler as a wrapper.
fn clippy_by_environment() -> Option<String> {
    let wrapper = std::env::var_os("RUSTC_WORKSPACE_WRAPPER").unwrap_or_default();
    Path::new(&wrapper).file_stem().filter(|stem| *stem == "clippy-driver")?;
    let lints = std::env::var("CLIPPY_ARGS").unwrap_or_default();
    Some(lints.replace(crate::cargo::clippy::SEPARATOR, " ").trim().to_owned())
}

/// The text without what could do harm on a terminal: other control characters than line ends and
/// tabs, and characters that turn the direction of writing. Colours stay if they are wanted.
pub fn harmless(text: &str, color: bool) -> std::borrow::Cow<'_, str> {
    let odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || turns(c);
    if !text.contains(odd) {
        return text.into();
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(odd) {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = color_code(rest);
        let c = rest.chars().next().unwrap_or_default();
        if code > 0 {
            clean.push_str(if color { &rest[..code] } else { "" });
        } else if turns(c) || c != '\r' {
            clean.extend(c.escape_unicode());
        }
        rest = &rest[code.max(c.len_utf8())..];
    }
    clean.push_str(rest);
    clean.into()
}

/// The length of the colour code (`ESC [ 1 ; 31 m`) that a text begins with.
fn color_code(text: &str) -> usize {
    let Some(body) = text.strip_prefix("\x1b[") else { return 0 };
    let end = body.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(body.len());
    if body[end..].starts_with('m') { 2 + end + 1 } else { 0 }
}

fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_harmful_reaches_a_terminal() {
        assert_eq!(harmless("\x1b[1;31mred\x1b[0m\r\n", true), "\x1b[1;31mred\x1b[0m\n");
        assert_eq!(harmless("\x1b[1;31mred\x1b[0m\t", false), "red\t");
        assert_eq!(harmless("\x1b]0;title\x07", true), "\\u{1b}]0;title\\u{7}");
        assert_eq!(harmless("a\u{202e}b\x1b", true), "a\\u{202e}b\\u{1b}");
    }

    #[test]
    fn a_target_is_described_as_cargo_does() {
        let unit = |kind: &str| Unit {
            package_id: "path+file:///x/p#0.1.0".into(),
            kind: kind.into(),
            target: "t".into(),
        };
        assert_eq!(described(&unit("proc-macro"), false), "`p` (lib)");
        assert_eq!(described(&unit("bin"), true), "`p` (bin \"t\" test)");
        assert_eq!(described(&unit("test"), true), "`p` (test \"t\")");
        assert_eq!(described(&unit("custom-build"), false), "`p` (build script)");
    }
}

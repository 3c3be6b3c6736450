//! Where messages come from: the lines that cargo and rustc print, live or recorded.
//!
//! Architecture Invariant: no input is fatal and none is lost silently. A line is a message, text
//! to be passed on, or counted in [`Strange`].

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use anyhow::Context;
use cargo_metadata::diagnostic::Diagnostic;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One thing that the compiler, or whoever shares its output, said.
#[derive(Debug)]
pub enum Message {
    /// A compiler message.
    Diagnostic(Box<CompilerMessage>),
    /// No JSON: cargo's own words, a build script's. With its line end, if it had one.
    Text(Vec<u8>),
    /// cargo has finished a unit.
    Artifact(Box<Artifact>),
    /// cargo has finished.
    Finished {
        /// Whether all compiled.
        success: bool,
    },
    /// JSON that is no compiler message.
    ForeignJson,
    /// A compiler message that is cut off or damaged.
    Truncated,
}

/// A compiler message and what cargo said about its origin.
#[derive(Debug)]
pub struct CompilerMessage {
    /// The message.
    pub diagnostic: Diagnostic,
    /// The package's name.
    pub package: Option<String>,
    /// The folder of the package's Cargo.toml.
    pub package_dir: Option<PathBuf>,
    /// The target's name.
    pub target: Option<String>,
    /// What cargo was compiling; nothing for rustc's bare messages.
    pub unit: Option<Unit>,
}

/// What cargo compiles at once, as far as its messages tell: a library and its unit tests look alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// cargo's id of the package.
    pub package_id: String,
    /// `lib`, `bin`, `test`, `custom-build` ..
    pub kind: String,
    /// The target's name.
    pub target: String,
}

impl Unit {
    /// The package's name.
    pub fn package(&self) -> &str {
        package_name(&self.package_id)
    }

    /// Whether the package lies in a folder of the user's, and not in a registry.
    pub fn is_local(&self) -> bool {
        self.package_id.starts_with("path+") || self.package_id.contains("(path+")
    }
}

/// A finished unit.
#[derive(Debug)]
pub struct Artifact {
    /// Which one.
    pub unit: Unit,
    /// Whether it was compiled for tests.
    pub test: bool,
    /// The files that it made.
    pub files: Vec<PathBuf>,
}

/// How many lines were no messages although they looked like some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strange {
    /// JSON of somebody else's.
    pub foreign: usize,
    /// Compiler messages that are cut off or damaged.
    pub truncated: usize,
}

impl Strange {
    /// Counts what cannot be understood.
    pub fn count(&mut self, message: &Message) {
        match message {
            Message::ForeignJson => self.foreign += 1,
            Message::Truncated => self.truncated += 1,
            _ => {}
        }
    }

    /// The one warning about it; nothing where all was understood.
    pub fn warning(&self, origin: &str) -> Option<String> {
        let lines = |count: usize| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        let are = |count: usize| if count == 1 { "is" } else { "are" };
        let mut parts = Vec::new();
        if self.foreign > 0 {
            let no = if self.foreign == 1 { "no compiler message" } else { "no compiler messages" };
            parts.push(format!("{} of {origin} {} {no}", lines(self.foreign), are(self.foreign)));
        }
        if self.truncated > 0 {
            parts.push(format!("{} of {origin} {} cut off or damaged", lines(self.truncated), are(self.truncated)));
        }
        if parts.is_empty() { None } else { Some(parts.join("; ")) }
    }
}

/// Reads the messages of a log, line by line.
pub fn messages<R: BufRead>(reader: R) -> impl Iterator<Item = anyhow::Result<Message>> {
    Messages { lines: Lines::new(reader, false), later: None }
}

/// Reads the messages of a compiler that is at work. Text is handed on as soon as it comes, also
/// without a line end, so that a progress bar moves.
pub fn live_messages<R: BufRead>(reader: R) -> impl Iterator<Item = anyhow::Result<Message>> {
    Messages { lines: Lines::new(reader, true), later: None }
}

struct Messages<R> {
    lines: Lines<R>,
    later: Option<Message>,
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = anyhow::Result<Message>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(message) = self.later.take() {
            return Some(Ok(message));
        }
        loop {
            match self.lines.read() {
                Ok(false) => return None,
                Ok(true) => {}
                Err(error) => return Some(Err(error).context("cannot read the messages")),
            }
            let line = &self.lines.line;
            let Some(start) = json_start(line) else {
                if line.trim_ascii().is_empty() && !self.lines.live {
                    continue;
                }
                return Some(Ok(Message::Text(std::mem::take(&mut self.lines.line))));
            };
            let message = message(&line[start..], start > 0);
            if start > 0 && matches!(message, Some(Message::Text(_))) {
                return Some(Ok(Message::Text(std::mem::take(&mut self.lines.line))));
            }
            // Before a message of a live cargo stands its progress bar; before one of a log, what
            // some other program wrote in front of each line.
            if start > 0 && self.lines.live {
                self.later = message;
                return Some(Ok(Message::Text(line[..start].to_owned())));
            }
            if let Some(message) = message {
                return Some(Ok(message));
            }
        }
    }
}

/// Lines as they come, each into the same buffer.
struct Lines<R> {
    reader: R,
    live: bool,
    line: Vec<u8>,
    at_start: bool,
}

impl<R: BufRead> Lines<R> {
    fn new(reader: R, live: bool) -> Lines<R> {
        Lines { reader, live, line: Vec::new(), at_start: true }
    }

    /// Reads on; false at the end.
    fn read(&mut self) -> io::Result<bool> {
        self.line.clear();
        loop {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = memchr(bytes);
            let taken = end.map_or(bytes.len(), |at| at + 1);
            self.line.extend_from_slice(&bytes[..taken]);
            self.reader.consume(taken);
            if std::mem::take(&mut self.at_start) && self.line.starts_with(BOM) {
                self.line.drain(..BOM.len());
            }
            if end.is_some() {
                return Ok(true);
            }
            if self.live && !self.line.is_empty() && json_start(&self.line).is_none() {
                return Ok(true);
            }
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n')
}

/// Where a line may hold JSON: at its start, or where one of the compilers' messages begins.
fn json_start(line: &[u8]) -> Option<usize> {
    let indent = line.len() - line.trim_ascii_start().len();
    if line.get(indent) == Some(&b'{') {
        return Some(indent);
    }
    let openings: [&[u8]; 2] = [b"{\"reason\":\"", b"{\"$message_type\":\""];
    let braces = line.iter().enumerate().filter(|(_, byte)| **byte == b'{');
    braces.map(|(at, _)| at).find(|&at| openings.iter().any(|opening| line[at..].starts_with(opening)))
}

/// Understands one line of JSON; nothing where it is a message that does not matter to us.
///
/// The usual lines are told by how they begin and read in one go; others are looked at first.
fn message(line: &[u8], _inside: bool) -> Option<Message> {
    let json = line.trim_ascii_end();
    let text = match std::str::from_utf8(json) {
        Ok(text) => Cow::Borrowed(text),
        // A path that is no Unicode, printed by somebody who does not care.
        Err(_) => String::from_utf8_lossy(json),
    };
    let damaged = || if looks_ours(json) { Some(Message::Truncated) } else { Some(Message::Text(line.to_owned())) };
    if let Some(rest) = text.strip_prefix("{\"reason\":\"") {
        let reason = rest.split('"').next().unwrap_or_default();
        return from_cargo(&text, reason).unwrap_or_else(|_| damaged());
    }
    if text.starts_with("{\"$message_type\":\"diagnostic\"") {
        return serde_json::from_str(&text).map_or_else(|_| damaged(), |diagnostic| Some(bare(diagnostic)));
    }
    let Ok(line) = serde_json::from_str::<Line>(&text) else { return damaged() };
    match line {
        Line { reason: Some(reason), .. } => from_cargo(&text, &reason).unwrap_or(Some(Message::Truncated)),
        Line { message_type: Some(kind), .. } if kind != "diagnostic" => None,
        Line { message: Some(_), spans: Some(_), .. } | Line { message_type: Some(_), .. } => {
            Some(serde_json::from_str(&text).map_or(Message::Truncated, bare))
        }
        // rustc before 1.71 says nothing about the type of its other messages.
        Line { artifact: Some(_), .. } | Line { future_incompat_report: Some(_), .. } => None,
        _ => Some(Message::ForeignJson),
    }
}

/// Whether a damaged line began as a compiler's message.
fn looks_ours(line: &[u8]) -> bool {
    const KEYS: [&str; 5] = ["reason", "$message_type", "message", "rendered", "children"];
    let Some(rest) = line.strip_prefix(b"{\"") else { return false };
    KEYS.iter().any(|key| {
        let key = key.as_bytes();
        rest.starts_with(key) || key.starts_with(rest.split(|&byte| byte == b'"').next().unwrap_or_default())
    })
}

/// The keys that tell what a line is, in any order.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "$message_type")]
    message_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    spans: Option<&'a RawValue>,
    #[serde(borrow, default)]
    artifact: Option<&'a RawValue>,
    #[serde(borrow, default)]
    future_incompat_report: Option<&'a RawValue>,
}

/// cargo's line around a compiler message, and the one about a finished unit.
#[derive(Deserialize)]
struct CargoLine<M> {
    #[serde(default)]
    package_id: Option<String>,
    #[serde(default)]
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    target: Option<Target>,
    #[serde(default = "none")]
    message: Option<M>,
    #[serde(default)]
    profile: Option<Profile>,
    #[serde(default)]
    filenames: Option<Vec<PathBuf>>,
    #[serde(default)]
    success: Option<bool>,
}

fn none<M>() -> Option<M> {
    None
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    kind: Option<Vec<String>>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    test: Option<bool>,
}

impl<M> CargoLine<M> {
    fn unit(&mut self) -> Option<Unit> {
        let target = self.target.take()?;
        Some(Unit {
            package_id: self.package_id.take()?,
            kind: target.kind?.into_iter().next()?,
            target: target.name?,
        })
    }
}

fn from_cargo(text: &str, reason: &str) -> serde_json::Result<Option<Message>> {
    Ok(match reason {
        "compiler-message" => {
            let mut line: CargoLine<Diagnostic> = serde_json::from_str(text)?;
            let package = line.package_id.as_deref().map(|id| package_name(id).to_owned());
            let target = line.target.as_ref().and_then(|target| target.name.clone());
            let unit = line.unit();
            let package_dir = line.manifest_path.as_deref().and_then(Path::parent).map(Path::to_owned);
            let Some(diagnostic) = line.message else { return Ok(Some(Message::Truncated)) };
            Some(Message::Diagnostic(Box::new(CompilerMessage { diagnostic, package, package_dir, target, unit })))
        }
        "compiler-artifact" => {
            let mut line: CargoLine<serde::de::IgnoredAny> = serde_json::from_str(text)?;
            let test = line.profile.as_ref().and_then(|profile| profile.test).unwrap_or(false);
            let files = line.filenames.take().unwrap_or_default();
            line.unit().map(|unit| Message::Artifact(Box::new(Artifact { unit, test, files })))
        }
        "build-finished" => {
            let line: CargoLine<serde::de::IgnoredAny> = serde_json::from_str(text)?;
            Some(Message::Finished { success: line.success.unwrap_or(true) })
        }
        // Build scripts, timings and whatever a later cargo has to say.
        _ => serde_json::from_str::<serde::de::IgnoredAny>(text).map(|_| None)?,
    })
}

fn bare(diagnostic: Diagnostic) -> Message {
    let nothing = CompilerMessage { diagnostic, package: None, package_dir: None, target: None, unit: None };
    Message::Diagnostic(Box::new(nothing))
}

/// `a` out of `path+file:///home/me/a#0.1.0`, `registry+https://..#a@0.1.0` or `a 0.1.0 (path+..)`.
fn package_name(id: &str) -> &str {
    if let Some((name, _)) = id.split_once(' ') {
        return name;
    }
    let (origin, fragment) = id.rsplit_once('#').unwrap_or(("", id));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None if fragment.starts_with(|c: char| c.is_ascii_digit()) => {
            let path = origin.split('?').next().unwrap_or_default();
            path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
        }
        None => fragment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_package_is_in_its_id() {
        for (id, name) in [
            ("path+file:///home/me/a#0.1.0", "a"),
            ("path+file:///home/me/dir#b@0.1.0", "b"),
            ("registry+https://github.com/rust-lang/crates.io-index#serde@1.0.0", "serde"),
            ("git+https://host/repo?branch=x#0.2.0", "repo"),
            ("a 0.1.0 (path+file:///home/me/a)", "a"),
            ("", ""),
        ] {
            assert_eq!(package_name(id), name);
        }
    }

    fn kinds(log: &[u8]) -> Vec<String> {
        let name = |message: anyhow::Result<Message>| match message.expect("memory can be read") {
            Message::Diagnostic(message) => format!("diagnostic {}", message.diagnostic.message),
            Message::Text(text) => format!("text {}", String::from_utf8_lossy(&text).trim_end()),
            Message::Artifact(artifact) => format!("artifact {}", artifact.unit.target),
            Message::Finished { success } => format!("finished {success}"),
            Message::ForeignJson => "foreign".to_owned(),
            Message::Truncated => "truncated".to_owned(),
        };
        messages(log).map(name).collect()
    }

    const OLD: &str = r#"{"message":"m","code":null,"level":"error","spans":[],"children":[],"rendered":"error: m\n"}"#;

    #[test]
    fn every_line_is_something() {
        let wrapped = format!(r#"{{"reason":"compiler-message","message":{OLD}}}"#);
        let sorted = format!(r#"{{"message":{OLD},"package_id":null,"reason":"compiler-message"}}"#);
        let log = [
            "\u{feff}hello",
            OLD,
            &wrapped,
            &sorted,
            &format!("2026-01-01T00:00:00Z {wrapped}"),
            r#"{"reason":"compiler-message","message":null}"#,
            r#"{"reason":"compiler-message"}"#,
            r#"{"reason":"compiler-message","message":{"mess"#,
            r#"{"reason":"build-script-executed"}"#,
            r#"{"reason":"build-finished","success":false}"#,
            r#"{"$message_type":"artifact","artifact":"a","emit":"metadata"}"#,
            r#"{"artifact":"a","emit":"metadata"}"#,
            r#"{"a":1}"#,
            r#"{ not json }"#,
            "[1]",
            "",
            r#"{"$mess"#,
        ]
        .join("\r\n");
        let expected = [
            "text hello",
            "diagnostic m",
            "diagnostic m",
            "diagnostic m",
            "diagnostic m",
            "truncated",
            "truncated",
            "truncated",
            "finished false",
            "foreign",
            "text { not json }",
            "text [1]",
            "truncated",
        ];
        assert_eq!(kinds(log.as_bytes()), expected);
    }

    #[test]
    fn bytes_that_are_no_unicode_stay_readable() {
        let mut log = OLD.replace("\"m\"", "\"m?\"").into_bytes();
        let at = log.iter().position(|&byte| byte == b'?').expect("just put there");
        log[at] = 0xff;
        assert_eq!(kinds(&log), ["diagnostic m\u{fffd}"]);
        assert_eq!(kinds(b"\xff\xfe"), ["text \u{fffd}\u{fffd}"]);
    }

    #[test]
    fn a_progress_bar_does_not_hide_a_message() {
        let live = format!("   Building [=>] 1/2\r\x1b[K{}\n", OLD.replace('{', r#"{"$message_type":"diagnostic","#));
        let mut texts = 0;
        let mut diagnostics = 0;
        for message in live_messages(live.as_bytes()) {
            match message.expect("memory can be read") {
                Message::Text(text) => texts += usize::from(text.ends_with(b"\x1b[K")),
                Message::Diagnostic(_) => diagnostics += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((texts, diagnostics), (1, 1));
    }
}

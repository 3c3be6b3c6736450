//! Where messages come from: the lines that cargo and rustc print, live or recorded.
//!
//! Architecture Invariant: no input is fatal and none is lost silently. A line is a message, text
//! to be passed on, or counted in [`Strange`].

mod line;

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use anyhow::Context;
use cargo_metadata::diagnostic::Diagnostic;

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
    /// A message of cargo's or rustc's that only matters to who reads all of them.
    Silent,
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
    /// The root file of what cargo was compiling.
    pub source: Option<PathBuf>,
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
        line::package_name(&self.package_id)
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
    /// Its root file.
    pub source: Option<PathBuf>,
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
            parts.push(format!(
                "{} of {origin} {} cut off or damaged",
                lines(self.truncated),
                are(self.truncated)
            ));
        }
        if parts.is_empty() { None } else { Some(parts.join("; ")) }
    }
}

/// A message, and the line of JSON that it was read from: without its line end, and empty for what is
/// no JSON and where nobody wants it.
#[derive(Debug)]
pub struct Said {
    /// What was said.
    pub message: Message,
    /// How.
    pub json: Vec<u8>,
}

/// Reads the messages of a log, line by line; with their JSON if `keep_json`.
pub fn messages<R: BufRead>(mut reader: R, keep_json: bool) -> impl Iterator<Item = anyhow::Result<Said>> {
    let decoded = from_utf16(&mut reader);
    let lines = Lines::new(io::Cursor::new(decoded).chain(reader), false);
    Messages { lines, keep_json, later: None }
}

/// A whole log in UTF-16, which is what `>` writes in Windows PowerShell; else nothing.
fn from_utf16(reader: &mut impl BufRead) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Whoever cannot be read now cannot be read later either, and is reported then.
    if reader.fill_buf().is_ok_and(|start| start.starts_with(b"\xff\xfe"))
        && reader.read_to_end(&mut bytes).is_ok()
    {
        let units =
            bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
        let text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        return text.into_bytes();
    }
    bytes
}

/// Reads the messages of a compiler that is at work. A progress bar is handed on without waiting
/// for the end of its line.
pub fn live_messages<R: BufRead>(reader: R, keep_json: bool) -> impl Iterator<Item = anyhow::Result<Said>> {
    Messages { lines: Lines::new(reader, true), keep_json, later: None }
}

struct Messages<R> {
    lines: Lines<R>,
    keep_json: bool,
    later: Option<Said>,
}

impl<R: BufRead> Messages<R> {
    /// The JSON of the line from a byte on.
    fn json(&self, start: usize) -> Vec<u8> {
        if self.keep_json { self.lines.line[start..].trim_ascii_end().to_owned() } else { Vec::new() }
    }

    fn text(text: Vec<u8>) -> Option<anyhow::Result<Said>> {
        Some(Ok(Said { message: Message::Text(text), json: Vec::new() }))
    }
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = anyhow::Result<Said>;

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
            let Some(start) = line::json_start(line) else {
                if line.trim_ascii().is_empty() && !self.lines.live {
                    continue;
                }
                return Self::text(std::mem::take(&mut self.lines.line));
            };
            let message = line::message(&line[start..]);
            if matches!(message, Message::Text(_)) {
                return Self::text(std::mem::take(&mut self.lines.line));
            }
            let said = Said { message, json: self.json(start) };
            // Before a message of a live cargo stands its progress bar; before one of a log, what
            // some other program wrote in front of each line.
            if start > 0 && self.lines.live {
                self.later = Some(said);
                return Self::text(self.lines.line[..start].to_owned());
            }
            return Some(Ok(said));
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
        while self.piece()? {
            if self.line.ends_with(b"\n") {
                break;
            }
            // cargo writes a line in pieces; only a progress bar ends like this, and it must move.
            if self.live && self.line.ends_with(b"\r") {
                break;
            }
        }
        if std::mem::take(&mut self.at_start) && self.line.starts_with(BOM) {
            self.line.drain(..BOM.len());
        }
        Ok(!self.line.is_empty())
    }

    /// Reads a line, or what there is of it; false at the end.
    fn piece(&mut self) -> io::Result<bool> {
        if !self.live {
            return Ok(self.reader.read_until(b'\n', &mut self.line)? > 0);
        }
        let bytes = loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                bytes => break bytes?,
            }
        };
        let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1);
        self.line.extend_from_slice(&bytes[..end]);
        self.reader.consume(end);
        Ok(end > 0)
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(log: &[u8]) -> Vec<String> {
        let name = |said: anyhow::Result<Said>| match said.expect("memory can be read").message {
            Message::Diagnostic(message) => format!("diagnostic {}", message.diagnostic.message),
            Message::Text(text) => format!("text {}", String::from_utf8_lossy(&text).trim_end()),
            Message::Artifact(artifact) => format!("artifact {}", artifact.unit.target),
            Message::Finished { success } => format!("finished {success}"),
            Message::Silent => "silent".to_owned(),
            Message::ForeignJson => "foreign".to_owned(),
            Message::Truncated => "truncated".to_owned(),
        };
        messages(log, false).map(name).collect()
    }

    const OLD: &str =
        r#"{"message":"m","code":null,"level":"error","spans":[],"children":[],"rendered":"error: m\n"}"#;

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
            "silent",
            "finished false",
            "silent",
            "silent",
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
        assert_eq!(kinds(b"\xff\xff"), ["text \u{fffd}\u{fffd}"]);
    }

    #[test]
    fn a_progress_bar_does_not_hide_a_message() {
        let live = format!(
            "   Building [=>] 1/2\r\x1b[K{}\n",
            OLD.replace('{', r#"{"$message_type":"diagnostic","#)
        );
        let mut texts = 0;
        let mut diagnostics = 0;
        for message in live_messages(live.as_bytes(), false) {
            match message.expect("memory can be read").message {
                Message::Text(text) => texts += usize::from(text.ends_with(b"\x1b[K")),
                Message::Diagnostic(_) => diagnostics += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((texts, diagnostics), (1, 1));
    }
}

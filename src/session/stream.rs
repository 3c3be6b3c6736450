//! cargo's JSON messages as they come, with our words in those that we explain.
//!
//! What is explained waits until its ways out are tried, if they are to be; all else goes on at once,
//! byte for byte. `build-finished` stays the last.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::Context;

use super::reports::{Output, Shape};
use crate::cli::Format;
use crate::diagnostic::Diagnostic;
use crate::render::enriched;
use crate::report::Told;

/// The messages on their way to whoever reads cargo's JSON.
pub struct Stream {
    out: Box<dyn Write>,
    /// Whether they go to standard output.
    pub is_stdout: bool,
    /// Whether what is explained waits for its verdicts.
    waits: bool,
    waiting: Vec<(Vec<u8>, Diagnostic)>,
    last: Vec<u8>,
}

impl Stream {
    /// Opens the stream if one was asked for.
    pub fn open(outputs: &[Output], waits: bool) -> anyhow::Result<Option<Stream>> {
        let wanted = |output: &&Output| output.shape == Shape::Format(Format::CargoJson);
        let Some(output) = outputs.iter().find(wanted) else { return Ok(None) };
        let out: Box<dyn Write> = match &output.file {
            Some(path) => {
                let file =
                    File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
                Box::new(BufWriter::new(file))
            }
            None => Box::new(io::stdout()),
        };
        let is_stdout = output.file.is_none();
        Ok(Some(Stream { out, is_stdout, waits, waiting: Vec::new(), last: Vec::new() }))
    }

    /// Passes a line on.
    pub fn pass(&mut self, json: &[u8]) -> io::Result<()> {
        if json.is_empty() {
            return Ok(());
        }
        self.out.write_all(json)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }

    /// Keeps a line to be the last.
    pub fn finished(&mut self, json: Vec<u8>) -> io::Result<()> {
        let before = std::mem::replace(&mut self.last, json);
        self.pass(&before)
    }

    /// A message that is explained, with all that is explained so far.
    pub fn explained(&mut self, json: Vec<u8>, diagnostic: Diagnostic, findings: &[Told]) -> io::Result<()> {
        if self.waits {
            self.waiting.push((json, diagnostic));
            return Ok(());
        }
        self.tell(&json, &diagnostic, findings)
    }

    /// Passes on what has waited.
    pub fn finish(mut self, findings: &[Told]) -> io::Result<()> {
        for (json, diagnostic) in std::mem::take(&mut self.waiting) {
            self.tell(&json, &diagnostic, findings)?;
        }
        let last = std::mem::take(&mut self.last);
        self.pass(&last)
    }

    fn tell(&mut self, json: &[u8], diagnostic: &Diagnostic, findings: &[Told]) -> io::Result<()> {
        match findings.iter().find(|told| told.is(diagnostic)) {
            Some(told) => self.pass(&enriched(json, diagnostic, told)),
            None => self.pass(json),
        }
    }
}

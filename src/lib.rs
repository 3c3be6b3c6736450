//! Explains Rust's ownership, borrow and lifetime errors.

pub mod cargo;
pub mod cli;
pub mod concept;
pub mod diagnostic;
pub mod explanation;
pub mod facts;
pub mod fix;
pub mod fixes;
pub mod input;
pub mod passing;
pub mod render;
pub mod report;
pub mod rule;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod terminal;

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};

use anyhow::Context;
use cargo_metadata::diagnostic::DiagnosticLevel;

use crate::cli::{Command, Log, Options};
use crate::input::{Message, Strange};
use crate::passing::PassOn;
use crate::terminal::Terminal;

/// The exit code of our own failures.
const OWN_FAILURE: u8 = 2;
/// The exit code of a program that does not compile, where neither cargo nor rustc has given one.
const DOES_NOT_COMPILE: u8 = 101;
/// What a shell shows for a program whose reader has gone.
const NO_READER: u8 = 141;

/// Does what the command line says; the exit code.
pub fn run(args: impl Iterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.collect();
    // Code may be nested deeply, and whoever walks through it needs a stack as deep.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(move || told(args));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The panic has printed itself.
        Ok(Err(_)) => OWN_FAILURE,
        Err(error) => failed(&anyhow::Error::new(error).context("cannot start a thread")),
    }
}

fn told(args: Vec<OsString>) -> u8 {
    let options = match cli::parse(args.into_iter()) {
        Ok(options) => options,
        Err(answer) => {
            // Nobody is left to tell if this fails.
            let _ = answer.print();
            return if answer.use_stderr() { OWN_FAILURE } else { 0 };
        }
    };
    match done(&options) {
        Ok(code) if options.exit_zero && code != 0 => 0,
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> u8 {
    let kind = |cause: &(dyn std::error::Error + 'static)| Some(cause.downcast_ref::<io::Error>()?.kind());
    if error.chain().any(|cause| kind(cause) == Some(io::ErrorKind::BrokenPipe)) {
        return NO_READER;
    }
    // Nobody is left to tell if this fails.
    let _ = io::Write::write_all(&mut io::stderr(), format!("error: {error:#}\n").as_bytes());
    OWN_FAILURE
}

fn done(options: &Options) -> anyhow::Result<u8> {
    match &options.command {
        Command::Check(check) => {
            let terminal = Terminal::stderr(options.color, &check.args);
            let mut running = cargo::check(&check.args, &terminal)?;
            passed_on(input::live_messages(&mut running.output), &terminal, "cargo's output")?;
            let readable = running.readable;
            let code = running.wait()?;
            if code != 0 && !readable {
                let warning = "warning: cargo can only be understood where all paths are Unicode\n";
                io::Write::write_all(&mut io::stderr(), warning.as_bytes())?;
            }
            Ok(code)
        }
        Command::Files(files) => {
            let terminal = Terminal::stderr(options.color, &[]);
            let edition = match &files.edition {
                Some(edition) => edition,
                None => cargo::default_edition()?,
            };
            let mut worst = 0;
            for file in &files.files {
                let mut running = cargo::rustc(file, edition, terminal.color)?;
                passed_on(input::live_messages(&mut running.output), &terminal, "rustc's output")?;
                worst = worst.max(running.wait()?);
            }
            Ok(worst)
        }
        Command::From(from) => {
            let terminal = Terminal::stderr(options.color, &[]);
            let (log, name): (Box<dyn BufRead>, String) = match &from.log {
                Log::Stdin => (Box::new(BufReader::with_capacity(1 << 16, io::stdin())), "the input".into()),
                Log::File(path) => {
                    let name = format!("`{}`", path.display());
                    let file = std::fs::File::open(path).with_context(|| format!("cannot read {name}"))?;
                    (Box::new(BufReader::with_capacity(1 << 16, file)), name)
                }
            };
            let compiles = passed_on(input::messages(log), &terminal, &name)?;
            Ok(if compiles { 0 } else { DOES_NOT_COMPILE })
        }
        Command::Explain(_) => Ok(0),
    }
}

/// Passes everything on; whether it compiles, as far as the messages tell.
fn passed_on(
    messages: impl Iterator<Item = anyhow::Result<Message>>,
    terminal: &Terminal,
    origin: &str,
) -> anyhow::Result<bool> {
    let mut pass_on = PassOn::new(io::stderr().lock(), terminal.color, terminal.quiet);
    let mut strange = Strange::default();
    let mut compiles = true;
    for message in messages {
        let message = message?;
        strange.count(&message);
        match message {
            Message::Diagnostic(message) => {
                compiles &=
                    !matches!(message.diagnostic.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
                pass_on.diagnostic(&message)?;
            }
            Message::Text(text) => pass_on.text(&text)?,
            Message::Artifact(artifact) => pass_on.artifact(&artifact)?,
            Message::Finished { success } => compiles &= success,
            Message::ForeignJson | Message::Truncated => {}
        }
    }
    if let Some(warning) = strange.warning(origin) {
        pass_on.text(format!("warning: {warning}\n").as_bytes())?;
    }
    pass_on.finish()?;
    Ok(compiles)
}

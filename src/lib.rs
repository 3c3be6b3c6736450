//! Explains Rust's ownership, borrow and lifetime errors in the reader's own names.
//!
//! The way of the data, and the modules in its order:
//!
//! ```text
//! cargo / rustc / a recorded log / stdin
//!    | bytes                        input     (cargo starts the program, input reads the messages)
//!    v
//!  Diagnostic + Source  ──────▶  Case         diagnostic, source, syntax
//!                                 |  rule.recognise(&case) -> Option<Finding>          rules/*    pure
//!                                 v
//!                               Finding { rule, facts, marks, fixes }
//!                                 |  text filled with the facts                        explanation
//!                                 |  the compiler judges every fix on a shadow copy    verify
//!                                 v
//!                               Report { findings with verdicts, everything else cargo said }
//!                                 |  render/<format>                                   Report -> bytes
//!                                 v
//!           terminal | CI logs | pages | JSON, SARIF and others
//! ```
//!
//! `cargo ownership fix` goes on from the report with verdicts (`session/fixing.rs`): a plan of fixes
//! that the compiler has confirmed together, written by `apply`, guarded by `vcs`.

pub mod cli;
pub mod config;
pub mod terminal;

pub mod cargo;
pub mod input;
pub mod passing;

pub mod diagnostic;
pub mod source;
pub mod syntax;

pub mod conflict;
pub mod facts;
pub mod fix;
pub mod fixes;
pub mod mismatch;
pub mod rule;
pub mod rules;

pub mod concept;
pub mod explanation;
pub mod topics;

pub mod report;
pub mod verify;

pub mod plan;

pub mod pager;
pub mod render;
pub mod stored;

pub mod apply;
pub mod vcs;
pub mod watch;

mod session;

use std::ffi::OsString;
use std::io;

use crate::cli::{Command, ExplainOptions, Options};
use crate::session::{Ended, Session};

/// The exit code of our own failures: bad arguments, no cargo, unreadable input.
const OWN_FAILURE: u8 = 2;
/// What a shell shows for a program whose reader has gone.
const NO_READER: u8 = 141;
/// Code may be nested deeply, and whoever walks through it needs a stack as deep.
const STACK_BYTES: usize = 256 << 20;

/// Does what the command line says; the exit code.
pub fn run(args: impl Iterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.collect();
    if let Some(code) = verify::as_wrapper(&args) {
        return code;
    }
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || answered(args));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The panic has printed itself.
        Ok(Err(_)) => OWN_FAILURE,
        Err(error) => failed(&anyhow::Error::new(error).context("cannot start a thread")),
    }
}

fn answered(args: Vec<OsString>) -> u8 {
    let mut options = match cli::parse(args.into_iter()) {
        Ok(options) => options,
        Err(answer) => {
            // Nobody is left to tell if this fails.
            let _ = answer.print();
            return if answer.use_stderr() { OWN_FAILURE } else { 0 };
        }
    };
    match config::complete(&mut options).and_then(|()| done(&options)) {
        Ok(code) if options.exit_zero && code != session::PUT_BACK => 0,
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

fn done(options: &Options) -> anyhow::Result<u8> {
    match &options.command {
        Command::Check(_) | Command::Files(_) if options.watch => match watched(options)? {},
        Command::Check(_) | Command::Files(_) | Command::From(_) | Command::Merge(_) => {
            Ok(one_run(options)?.code)
        }
        Command::Fix(fix) => session::fix(options, fix),
        Command::Explain(explain) => explained(options, explain),
        Command::Print(text) => {
            let mut out = io::stdout().lock();
            io::Write::write_all(&mut out, text)?;
            Ok(0)
        }
    }
}

fn one_run(options: &Options) -> anyhow::Result<Ended> {
    match &options.command {
        Command::Check(check) => Session::new(options, &check.args)?.check(check),
        Command::Files(files) => Session::new(options, &[])?.files(files),
        Command::From(from) => Session::new(options, &[])?.recorded(from),
        Command::Merge(merge) => Session::new(options, &[])?.merged(merge),
        Command::Fix(_) | Command::Explain(_) | Command::Print(_) => {
            anyhow::bail!("nothing is checked here")
        }
    }
}

/// Runs again and again; what is told of the change stands below each report.
fn watched(options: &Options) -> anyhow::Result<std::convert::Infallible> {
    let place = session::watched(&options.command)?;
    let style = session::style_of_stdout(options, &[]);
    let mut before: Option<report::Report> = None;
    watch::repeat(&place, || {
        let session::Ended { code, report: now } = one_run(options)?;
        let text = render::changes(before.as_ref(), &now, &style);
        before = Some(now);
        let mut out = io::stdout().lock();
        io::Write::write_all(&mut out, text.as_bytes())?;
        io::Write::flush(&mut out)?;
        if verify::stopped() {
            std::process::exit(i32::from(code));
        }
        Ok(())
    })
}

fn explained(options: &Options, what: &ExplainOptions) -> anyhow::Result<u8> {
    let page = match what {
        ExplainOptions::List => topics::list(),
        ExplainOptions::Topic(topic) => match topics::page(topic) {
            Some(page) => page,
            None => anyhow::bail!(render::unknown_topic(topic, &topics::nearest(topic))),
        },
    };
    let style = session::style_of_stdout(options, &[]);
    pager::show(&render::page(&page, &style))?;
    Ok(0)
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

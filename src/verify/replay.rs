//! Runs a recorded command in a shadow and reads what the compiler says.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use cargo_metadata::diagnostic as raw;

use super::shadow::Shadow;
use super::stop::stopped;
use super::unit::{Unit, extern_file};
use crate::diagnostic::{Diagnostic, Level};

/// So often somebody who waits looks whether to go on.
const LOOK_UP: Duration = Duration::from_millis(50);

/// What the compiler answered.
#[derive(Debug)]
pub struct Answer {
    /// Whether it ended with success.
    pub success: bool,
    /// Its errors, in the names of the real files.
    pub errors: Vec<Diagnostic>,
    /// Its warnings.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles a unit; nothing where the time was up or the compiler could not be started.
///
/// `quiet` leaves out the warnings of what is unused: of a crate with emptied bodies that is nearly
/// everything. Lints that the crate denies are still errors. Results go to `out`. A result of another unit that lies there counts before the recorded one.
pub fn replay(unit: &Unit, shadow: &Shadow, out: &Path, quiet: bool, until: Instant) -> Option<Answer> {
    std::fs::create_dir_all(out).ok()?;
    let words = arranged(&unit.words, shadow, out, quiet);
    let (program, args) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(args).current_dir(shadow.of(&unit.cwd));
    if let Some(env) = &unit.env {
        command.env_clear().envs(env.iter().map(|(name, value)| (name, value)));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    if Instant::now() >= until {
        return None;
    }
    let mut child = command.spawn().ok()?;
    let mut stderr = child.stderr.take()?;
    let (sender, receiver) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let read = stderr.read_to_end(&mut text);
        // Nobody waits any more if the time is up.
        let _ = sender.send(read.map(|_| text));
    });
    let text = loop {
        let left = until.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left.min(LOOK_UP)) {
            Err(RecvTimeoutError::Timeout) if left > LOOK_UP && !stopped() => {}
            text => break text,
        }
    };
    if text.is_err() {
        // It may have ended just now.
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    let text = text.ok()?.ok()?;
    drop(reader);
    status.code()?;
    let (errors, warnings) = answered(&String::from_utf8_lossy(&text), shadow);
    Some(Answer { success: status.success(), errors, warnings })
}

/// The recorded command with options of ours in place of those that say where results go and how
/// to answer.
fn arranged(recorded: &[OsString], shadow: &Shadow, out: &Path, quiet: bool) -> Vec<OsString> {
    let mut own: Vec<OsString> =
        ["--error-format=json", "--diagnostic-width=100000", "--emit=metadata", "--out-dir"]
            .map(OsString::from)
            .to_vec();
    own.extend([out.into(), "-L".into(), joined("dependency=", out.as_os_str())]);
    if quiet {
        own.extend(quieting(recorded).iter().map(OsString::from));
    }
    let answers = ["--emit=", "--error-format=", "--json=", "--diagnostic-width="];
    let mut all = Vec::new();
    let mut words = recorded.iter().peekable();
    while let Some(word) = words.next() {
        let text = word.to_str().unwrap_or_default();
        let next = words.peek().and_then(|next| next.to_str()).unwrap_or_default();
        match text {
            "--out-dir" => drop(words.next()),
            "-C" if next.starts_with("incremental=") => drop(words.next()),
            "--extern" => {
                all.push(word.clone());
                all.extend(words.next().map(|value| replaced(value, out)));
            }
            "--" => {
                all.append(&mut own);
                all.push(word.clone());
            }
            _ if answers.iter().any(|start| text.starts_with(start)) => {}
            _ if text.ends_with(".rs") && Path::new(word).is_absolute() => {
                all.push(shadow.of(Path::new(word)).into());
            }
            _ => all.push(word.clone()),
        }
    }
    all.append(&mut own);
    all
}

/// What keeps rustc from warnings that come of emptied bodies alone; the others tell on an edit.
fn quieting(recorded: &[OsString]) -> &'static [&'static str] {
    const UNUSED: &[&str] =
        &["-Aunused", "-Wunused_assignments", "-Wunused_mut", "-Wunused_must_use", "-Wpath_statements"];
    let names = |word: &OsString| {
        word.to_str()
            .is_some_and(|word| ["unused", "dead_code", "clippy"].iter().any(|lint| word.contains(lint)))
    };
    // What the user has decided about these stands; clippy has much to say of emptied bodies.
    if recorded.iter().any(names) { &["-Awarnings"] } else { UNUSED }
}

/// `a=/target/deps/liba-0123.rmeta`, or our own result of that name.
fn replaced(value: &OsStr, out: &Path) -> OsString {
    let ours = extern_file(value).map(|file| out.join(file)).filter(|file| file.is_file());
    match (ours, value.to_str().and_then(|value| value.split_once('='))) {
        (Some(ours), Some((name, _))) => joined(&format!("{name}="), ours.as_os_str()),
        _ => value.to_owned(),
    }
}

fn joined(start: &str, rest: &OsStr) -> OsString {
    let mut word = OsString::from(start);
    word.push(rest);
    word
}

/// The errors among a compiler's lines, without its count of them, and the warnings of lints.
fn answered(text: &str, shadow: &Shadow) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let messages = text.lines().filter_map(|line| serde_json::from_str::<raw::Diagnostic>(line).ok());
    let diagnostics = messages.map(|mut message| {
        rename(&mut message, shadow);
        Diagnostic::new(&message)
    });
    let told = diagnostics.filter(|diagnostic| match diagnostic.level {
        Level::Error => !diagnostic.is_count_of_errors(),
        Level::Warning => diagnostic.code.is_some(),
        Level::Note => false,
    });
    told.partition(|diagnostic| diagnostic.level == Level::Error)
}

/// Gives files the names that they have for the user's cargo.
fn rename(message: &mut raw::Diagnostic, shadow: &Shadow) {
    message.spans.iter_mut().for_each(|span| rename_span(span, shadow));
    message.children.iter_mut().for_each(|child| rename(child, shadow));
}

fn rename_span(span: &mut raw::DiagnosticSpan, shadow: &Shadow) {
    if let Some(real) = shadow.real(Path::new(&span.file_name)) {
        span.file_name = real.to_string_lossy().into_owned();
    }
    if let Some(expansion) = &mut span.expansion {
        rename_span(&mut expansion.span, shadow);
        if let Some(definition) = &mut expansion.def_site_span {
            rename_span(definition, shadow);
        }
    }
}

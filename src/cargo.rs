//! Runs cargo and rustc: the only module that starts a compiler.
//!
//! Architecture Invariant: cargo is the user's own, with the user's options, environment and
//! configuration. What it prints is not understood here; see `input.rs`.

pub mod clippy;

use std::ffi::{OsStr, OsString};
use std::io::{self, BufReader, PipeReader, PipeWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, anyhow, bail};

use crate::terminal::Terminal;

/// A compiler at work.
#[derive(Debug)]
pub struct Running {
    /// Whether its messages are ours to read. cargo's JSON knows no paths that are not Unicode.
    pub readable: bool,
    /// All that it prints, in the order in which it prints it.
    pub output: BufReader<Output>,
    end: JoinHandle<io::Result<ExitStatus>>,
    /// What keeps files alive as long as the compiler runs.
    _scratch: Option<tempfile::TempDir>,
}

impl Running {
    /// Waits for the end; the exit code as a shell would show it.
    pub fn wait(self) -> anyhow::Result<u8> {
        // Whoever still writes must not wait for a reader.
        drop(self.output);
        let status = self.end.join().map_err(|_| anyhow!("lost sight of the compiler"))?;
        Ok(exit_code(status.context("lost sight of the compiler")?))
    }
}

/// What a compiler prints, until it ends.
///
/// The end of the pipe would come too late: a background process that the compiler has started (an
/// `ssh` that fetched a dependency) may hold it open for minutes. So whoever waits for the
/// compiler then writes one last byte of ours.
#[derive(Debug)]
pub struct Output {
    pipe: PipeReader,
    ended: Arc<AtomicBool>,
    read_all: bool,
}

const LAST_BYTE: u8 = 0;

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read_all {
            return Ok(0);
        }
        let count = self.pipe.read(buffer)?;
        if self.ended.load(Ordering::SeqCst) && buffer[..count].last() == Some(&LAST_BYTE) {
            self.read_all = true;
            return Ok(count - 1);
        }
        Ok(count)
    }
}

/// Starts the user's `cargo check` or `cargo clippy`, with its messages as JSON lines; `clippy` are
/// the options for clippy itself.
///
/// Messages and cargo's own words come through one pipe: with two, nobody could tell whether a
/// warning came before or after `Finished`, and a progress bar would run into our text.
pub fn check(args: &[OsString], clippy: Option<&[OsString]>, terminal: &Terminal) -> anyhow::Result<Running> {
    let mut command = Command::new(program());
    let format = if terminal.color { "json-diagnostic-rendered-ansi" } else { "json" };
    command.arg(if clippy.is_some() { "clippy" } else { "check" });
    // Where a path is no Unicode, cargo does not get beyond its first message in JSON.
    let here = std::env::current_dir().unwrap_or_default();
    let readable = here.to_str().is_some() && args.iter().all(|arg| arg.to_str().is_some());
    if readable {
        command.arg(format!("--message-format={format}"));
    }
    command.arg("--color").arg(if terminal.color { "always" } else { "never" });
    command.args(args);
    if let Some(lints) = clippy {
        clippy::must_be_there()?;
        command.arg("--").args(lints);
    }
    if let Some(width) = terminal.progress {
        // cargo sees a pipe where the reader has a terminal.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always");
        command.env("CARGO_TERM_PROGRESS_WIDTH", width.to_string());
    }
    let (output, input) = io::pipe().context("cannot make a pipe")?;
    command.stdout(input.try_clone().context("cannot make a pipe")?);
    Ok(Running { readable, ..start(command, output, input, None)? })
}

/// Checks one file with the user's rustc; its messages come as JSON lines.
///
/// Nothing is left behind: the result goes into a folder that is removed at the end.
pub fn rustc(file: &Path, edition: &str, color: bool) -> anyhow::Result<Running> {
    let words = rustc_words(file, edition)?;
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut command = Command::new(&words[0]);
    command.arg("--error-format=json").arg("--emit=metadata").arg("--out-dir").arg(scratch.path());
    if color {
        command.arg("--json=diagnostic-rendered-ansi");
    }
    command.args(&words[1..]);
    let (output, input) = io::pipe().context("cannot make a pipe")?;
    command.stdin(Stdio::null());
    start(command, output, input, Some(scratch))
}

/// The command that checks a single file, without where its results go and how it answers.
pub fn rustc_words(file: &Path, edition: &str) -> anyhow::Result<Vec<OsString>> {
    let Some(name) = file.to_str() else {
        bail!("rustc reads no file whose name is not Unicode: `{}`", file.display());
    };
    let text = std::fs::read(file).with_context(|| format!("cannot read `{name}`"))?;
    let mut words = vec![rustc_program(), format!("--edition={edition}").into()];
    words.push(format!("--crate-name={}", crate_name(file)).into());
    if let Some(kind) = crate_type(&String::from_utf8_lossy(&text)) {
        words.push(format!("--crate-type={kind}").into());
    }
    // A name that begins with a hyphen would be an option.
    words.extend(["--".into(), name.into()]);
    Ok(words)
}

/// Starts a compiler with its standard error in the pipe.
fn start(
    mut command: Command,
    output: PipeReader,
    mut input: PipeWriter,
    scratch: Option<tempfile::TempDir>,
) -> anyhow::Result<Running> {
    command.stderr(input.try_clone().context("cannot make a pipe")?);
    let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
    let ended = Arc::new(AtomicBool::new(false));
    let output = Output { pipe: output, ended: ended.clone(), read_all: false };
    let end = std::thread::spawn(move || {
        let status = child.wait();
        ended.store(true, Ordering::SeqCst);
        // Where nobody reads any more, nobody waits for the end either.
        let _ = input.write_all(&[LAST_BYTE]);
        status
    });
    Ok(Running { readable: true, output: BufReader::with_capacity(1 << 16, output), end, _scratch: scratch })
}

/// The edition for a single file that names none: the newest that the compiler knows.
pub fn default_edition() -> anyhow::Result<&'static str> {
    let version = rustc_version()?;
    let mut numbers = version.split(['.', '-']).map(|number| number.parse::<u32>().unwrap_or(0));
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    Ok(if version >= (1, 85) { "2024" } else { "2021" })
}

/// The version of the user's rustc: `1.95.0`, `1.97.0-nightly`.
pub fn rustc_version() -> anyhow::Result<String> {
    let output = answer(Command::new(rustc_program()).arg("-vV"))?;
    let text = String::from_utf8_lossy(&output);
    let release = text.lines().find_map(|line| line.strip_prefix("release: "));
    Ok(release.context("`rustc -vV` names no release")?.trim().to_owned())
}

/// The folder that the names in cargo's messages start from.
pub fn workspace_root(manifest_path: Option<&Path>) -> anyhow::Result<PathBuf> {
    let mut command = Command::new(program());
    command.args(["locate-project", "--workspace", "--message-format", "plain"]);
    if let Some(path) = manifest_path {
        command.arg("--manifest-path").arg(path);
    }
    let output = answer(&mut command)?;
    let manifest = path_from(output.trim_ascii_end());
    Ok(manifest.parent().context("cargo names no workspace")?.to_owned())
}

/// Where cargo puts what it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// The target directory.
    pub target: PathBuf,
    /// Where results of compilation lie: the same, unless the user's settings say otherwise.
    pub build: PathBuf,
}

/// Asks cargo for its folders; `args` are the user's for `cargo check`.
pub fn folders(args: &[OsString]) -> anyhow::Result<Folders> {
    let mut command = Command::new(program());
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let understood = ["--manifest-path", "--config", "--lockfile-path", "--locked", "--offline", "--frozen"];
    let name = |arg: &OsString| arg.to_str().map(|arg| arg.split('=').next().unwrap_or(arg).to_owned());
    command.args(args.iter().filter(|arg| {
        name(arg).is_some_and(|name| understood.contains(&name.as_str()) || name.starts_with("-Z"))
    }));
    let output = answer(&mut command)?;
    let data: serde_json::Value = serde_json::from_slice(&output).context("cannot read cargo's metadata")?;
    let folder = |key: &str| data.get(key).and_then(serde_json::Value::as_str).map(PathBuf::from);
    let named = args.iter().find_map(|arg| arg.to_str()?.strip_prefix("--target-dir="));
    let target = match named {
        Some(named) => std::path::absolute(named).context("there is no current folder")?,
        None => folder("target_directory").context("cargo names no target directory")?,
    };
    // Where both are one, the option moves both.
    let build = folder("build_directory").filter(|build| Some(build) != folder("target_directory").as_ref());
    Ok(Folders { build: build.unwrap_or_else(|| target.clone()), target })
}

/// Runs a program that answers on standard output and is not to be heard otherwise.
fn answer(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        bail!("`{}` failed", command.get_program().display());
    }
    Ok(output.stdout)
}

fn cannot_start(command: &Command, error: &io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow!("there is no program `{program}`; https://rustup.rs installs Rust")
        }
        _ => anyhow!("cannot start `{program}`: {error}"),
    }
}

/// The user's cargo.
pub fn program() -> OsString {
    named("CARGO").unwrap_or_else(|| "cargo".into())
}

fn rustc_program() -> OsString {
    named("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn named(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

#[cfg(unix)]
fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn exit_code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128_u8.saturating_add(u8::try_from(signal).unwrap_or(127));
    }
    // Windows knows more codes than a shell does; what is no success must not become one.
    status.code().map_or(101, |code| u8::try_from(code).unwrap_or(101))
}

/// A name for the crate in a file: rustc allows letters, digits and `_`.
fn crate_name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    // A crate that is named like one of the standard library shadows it, and names of no letters
    // are refused.
    let taken = ["alloc", "core", "proc_macro", "std", "test"].contains(&name.as_str());
    let odd = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    if taken || odd { format!("file_{name}") } else { name }
}

/// `bin` for a file with a `fn main` of its own, else `lib`; nothing where the file says it itself.
fn crate_type(text: &str) -> Option<&'static str> {
    let code = outermost(text);
    if code.contains("#![crate_type") {
        return None;
    }
    let words: Vec<&str> = code.split_whitespace().collect();
    let main = words.windows(2).any(|pair| {
        pair[0] == "fn"
            && pair[1]
                .strip_prefix("main")
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['(', '<']))
    });
    Some(if main { "bin" } else { "lib" })
}

/// The code outside of all braces, without comments and strings. Half a file is no problem: what
/// is wrong here is at worst the question whether a file is a program.
fn outermost(text: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            'r' if raw_string(rest).is_some_and(|_| !kept.ends_with(is_word)) => {
                raw_string(rest).unwrap_or(1)
            }
            '"' => string(rest),
            '\'' => character(rest),
            _ => {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ if depth == 0 => kept.push(c),
                    _ => {}
                }
                if depth == 0 && c == '}' {
                    kept.push(' ');
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    kept
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].bytes().take_while(|&byte| byte == b'#').count();
    let body = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(text.len(), |at| 1 + hashes + 1 + at + end.len()))
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A character literal; one byte where it is a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => chars.find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_a_main_of_its_own() {
        assert_eq!(crate_type("use x;\nfn main() {}"), Some("bin"));
        assert_eq!(crate_type("mod a { } pub async fn main ( ) {"), Some("bin"));
        assert_eq!(crate_type("const Q: char = '{'; const S: &str = \"{\"; fn main<'a>() {}"), Some("bin"));
        assert_eq!(crate_type("/// fn main() {}\npub fn mainly() {} mod a { fn main() {} }"), Some("lib"));
        assert_eq!(
            crate_type("/* /* */ fn main() {} */ const S: &str = r#\"\"fn main() {}\"#;"),
            Some("lib")
        );
        assert_eq!(crate_type("fn f<'a>(x: &'a str) -> &'a str { x }\nfn main() {}"), Some("bin"));
        assert_eq!(crate_type("#![crate_type = \"cdylib\"]"), None);
        assert_eq!(crate_type("\u{feff}fn"), Some("lib"));
        assert_eq!(crate_type("r\"é"), Some("lib"));
    }

    #[test]
    fn every_file_name_gives_a_crate_name() {
        for (file, name) in
            [("a-b.rs", "a_b"), ("1.rs", "file_1"), ("über.rs", "file__ber"), ("core.rs", "file_core")]
        {
            assert_eq!(crate_name(Path::new(file)), name);
        }
    }
}

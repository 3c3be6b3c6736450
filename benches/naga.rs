//! What confirming costs on a crate of more than 100,000 lines: naga with one mistake. It takes minutes, so
//! only `NAGA=1 cargo bench --bench naga` runs it.
//!
//! Bounds: the commands are captured within 0.3 s, and one round of confirming takes at most 0.4 times as
//! long as a check without incremental compilation in the same run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_ownership::diagnostic::{Diagnostic, Level};
use cargo_ownership::input::{Message, messages};
use cargo_ownership::report::{Report, Reporter};
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;
use cargo_ownership::verify::{Before, Evidence, Settings, Subject, Verifier, as_wrapper};

const NAME: &str = "naga-30.0.1";
const MANIFEST: &str = "[package]\nname = \"fetches\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                        [lib]\npath = \"lib.rs\"\n[dependencies]\nnaga = \"=30.0.1\"\n[workspace]\n";
const FEATURES: &str = "wgsl-in,wgsl-out,spv-out,glsl-out,msl-out,hlsl-out";
const MISTAKE: &str =
    "\npub fn mistake(names: alloc::vec::Vec<u8>) -> usize { let kept = names; kept.len() + names.len() }\n";
const ROUNDS: usize = 3;

fn main() {
    let args: Vec<OsString> = std::env::args_os().collect();
    // The capture starts us as a wrapper of the compiler.
    if let Some(code) = as_wrapper(&args) {
        std::process::exit(code.into());
    }
    if std::env::var_os("NAGA").is_none() {
        println!("skipped: `NAGA=1` asks for it");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the benchmark");
    let Some(fetched) = fetch(&folder.path().join("fetches")) else {
        println!("skipped: {NAME} cannot be fetched");
        return;
    };
    let crate_folder = folder.path().join("naga");
    copy(&fetched, &crate_folder);
    let manifest = fs::read_to_string(crate_folder.join("Cargo.toml")).expect("it was copied");
    fs::write(crate_folder.join("Cargo.toml"), format!("{manifest}\n[workspace]\n")).expect("it is ours");
    std::env::set_current_dir(&crate_folder).expect("it was made");

    let library = crate_folder.join("src/lib.rs");
    let whole = fs::read_to_string(&library).expect("it was copied");
    check();
    let mut plain = Vec::new();
    let (mut capture, mut prepare, mut confirm) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        fs::write(&library, &whole).expect("it is ours");
        let start = Instant::now();
        check();
        plain.push(start.elapsed());
        fs::write(&library, format!("{whole}{MISTAKE}")).expect("it is ours");
        let log = check();
        let files = Files::new(Sources::new(vec![crate_folder.clone()]));
        let (evidence, mut report) = found(&log, &files);
        let args = arguments();
        let subject = Subject::Packages(&args);
        let settings = Settings { budget: Some(Duration::from_secs(600)), ..Settings::default() };
        // Without errors there is nothing to ask for but the commands.
        let nothing = Evidence { errors: Vec::new(), ..found(&log, &files).0 };
        let start = Instant::now();
        drop(Verifier::new(subject, &nothing, &files, settings).expect("it can be asked"));
        capture.push(start.elapsed());
        let start = Instant::now();
        let verifier = Verifier::new(subject, &evidence, &files, settings).expect("it can be asked");
        prepare.push(start.elapsed());
        // One fix, one round.
        for told in &mut report.findings {
            told.finding.fixes.truncate(1);
        }
        let start = Instant::now();
        verifier.confirm(&mut report);
        confirm.push(start.elapsed());
        let first = report.findings.first().and_then(|told| told.finding.fixes.first());
        assert!(first.is_some_and(|fix| fix.verdict.is_confirmed()), "nothing was confirmed");
    }
    let [plain, capture, prepare, confirm] = [plain, capture, prepare, confirm].map(median);
    println!("{NAME}: plain check without incremental compilation {plain:.2} s");
    println!("  capture {capture:.2} s (at most 0.3)");
    println!("  capture, and a look at the crate with emptied bodies {prepare:.2} s");
    println!("  one round {confirm:.2} s, {:.2} of a check (at most 0.4)", confirm / plain);
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn arguments() -> Vec<OsString> {
    // As an option, so that the capture is asked for the same build script.
    ["--config=profile.dev.incremental=false", "--features", FEATURES].map(OsString::from).to_vec()
}

/// The messages of a check.
fn check() -> Vec<u8> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["check", "--message-format=json"]).args(arguments());
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command.output().expect("cargo can be started").stdout
}

fn found(log: &[u8], files: &Files) -> (Evidence, Report) {
    let mut evidence = Evidence::default();
    let mut reporter = Reporter::default();
    for message in messages(log, false) {
        match message.expect("the log can be read").message {
            Message::Diagnostic(message) => {
                let error = Diagnostic::new(&message.diagnostic);
                reporter.add(&error, files, None, None);
                if error.level == Level::Error && !error.is_count_of_errors() {
                    let unit = message.source.clone().unwrap_or_default();
                    evidence.errors.push(Before { error, unit });
                }
            }
            Message::Artifact(artifact) => evidence.artifacts.push(*artifact),
            _ => {}
        }
    }
    (evidence, reporter.finish(false, None))
}

/// Where cargo keeps the crate; nothing where it cannot be had.
fn fetch(folder: &Path) -> Option<PathBuf> {
    fs::create_dir_all(folder).ok()?;
    fs::write(folder.join("Cargo.toml"), MANIFEST).ok()?;
    fs::write(folder.join("lib.rs"), "").ok()?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["metadata", "--format-version", "1"]).current_dir(folder);
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let data: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let packages = data.get("packages")?.as_array()?;
    let manifests = packages.iter().filter_map(|package| package.get("manifest_path")?.as_str());
    manifests
        .map(Path::new)
        .filter_map(Path::parent)
        .find(|folder| folder.ends_with(NAME))
        .map(Path::to_owned)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is ours");
    for entry in fs::read_dir(from).expect("it was fetched").flatten() {
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), &there).expect("the folder is ours");
        }
    }
}

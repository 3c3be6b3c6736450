//! What `cargo ownership` costs, as ratios against plain `cargo check`, every report against one, and
//! against reading the same log with `serde_json` alone, measured alternately in one run: `cargo bench`.
//!
//! Two ratios are printed: of the medians, and of the fastest rounds, which the rest of the machine
//! disturbs least.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_ownership::cli::Format;
use clap::ValueEnum;

/// How often each command runs.
const ROUNDS: usize = 15;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the benchmark");
    let crate_folder = folder.path().join("crate");
    write_crate(&crate_folder, 400);
    let tool = env!("CARGO_BIN_EXE_cargo-ownership");
    let check = || run(Command::new(cargo()).arg("check").current_dir(&crate_folder));
    let ours = || run(Command::new(tool).args(["ownership", "--verify", "never"]).current_dir(&crate_folder));

    check();
    compare("green, nothing to do", ROUNDS, &|| {}, &check, &ours);

    let lib = crate_folder.join("src/lib.rs");
    let green = fs::read_to_string(&lib).expect("the crate was written");
    let broken =
        format!("{green}\npub fn twice(names: Vec<String>) -> usize {{ drop(names); names.len() }}\n");
    fs::write(&lib, broken).expect("the crate is ours");
    compare("one error", ROUNDS, &|| {}, &check, &ours);

    // Verdicts, which are asked for by people and programs alike, would hide what the formats cost.
    for (name, mistakes) in [("one error", 1), ("forty errors", 40)] {
        fs::write(&lib, with_mistakes(&green, mistakes)).expect("the crate is ours");
        for verify in ["never", "always"] {
            // What the compiler is asked takes seconds.
            let rounds = if verify == "always" { ROUNDS / 3 } else { ROUNDS };
            let none = || run(reporting(tool, &crate_folder, verify, &[Format::Human]));
            let every = || run(reporting(tool, &crate_folder, verify, &every_format()));
            let what = format!("every format against human alone, {name}, --verify {verify}");
            compare(&what, rounds, &|| {}, &none, &every);
        }
    }

    // The same without rustc, whose own time scatters by more than the formats cost.
    for (name, mistakes) in [("one error", 1), ("forty errors", 40)] {
        fs::write(&lib, with_mistakes(&green, mistakes)).expect("the crate is ours");
        let log = folder.path().join("check.json");
        let json = fs::File::create(&log).expect("the folder is ours");
        let mut recording = Command::new(cargo());
        recording.args(["check", "--message-format=json"]).current_dir(&crate_folder);
        let start = Instant::now();
        recording.stdout(json).stderr(Stdio::null()).status().expect("cargo starts");
        let checked = start.elapsed();
        let read = |formats: &[Format]| {
            let mut command = reporting(tool, &crate_folder, "never", formats);
            checked + run(command.arg("--from").arg(&log))
        };
        let none = || read(&[Format::Human]);
        let every = || read(&every_format());
        let what = format!("every format against human alone, {name}, recorded, with {checked:.0?} of rustc");
        compare(&what, ROUNDS * 2, &|| {}, &none, &every);
    }

    let log = folder.path().join("log.json");
    write_log(&log, 20_000);
    let text = fs::read_to_string(&log).expect("the log was written");
    let alone = || {
        let start = Instant::now();
        let read =
            text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count();
        assert!(read > 0);
        start.elapsed()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let from = || run(Command::new(tool).args(["ownership", "--from"]).arg(&log).current_dir(&root));
    compare("20,000 recorded diagnostics (against serde_json alone)", 5, &|| {}, &alone, &from);
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn run(mut command: impl std::borrow::BorrowMut<Command>) -> Duration {
    let start = Instant::now();
    let command = command.borrow_mut();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.expect("the command starts");
    start.elapsed()
}

fn compare(
    what: &str,
    rounds: usize,
    before: &dyn Fn(),
    plain: &dyn Fn() -> Duration,
    ours: &dyn Fn() -> Duration,
) {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        before();
        times.0.push(plain());
        times.1.push(ours());
    }
    times.0.sort();
    times.1.sort();
    let at = |times: &[Duration], n: usize| times[n].as_secs_f64() * 1e3;
    let ratio = |n| at(&times.1, n) / at(&times.0, n);
    let (plain, ours) = (at(&times.0, rounds / 2), at(&times.1, rounds / 2));
    println!(
        "{what}: {plain:.1} ms plain, {ours:.1} ms ours, +{:.1} ms, ratio {:.3}, of the fastest {:.3}",
        ours - plain,
        ratio(rounds / 2),
        ratio(0)
    );
}

fn every_format() -> Vec<Format> {
    Format::value_variants().iter().copied().filter(|format| *format != Format::Auto).collect()
}

fn reporting(tool: &str, crate_folder: &Path, verify: &str, formats: &[Format]) -> Command {
    let mut command = Command::new(tool);
    command.args(["ownership", "--verify", verify]).current_dir(crate_folder);
    for format in formats {
        let value = format.to_possible_value().expect("every format can be asked for");
        let name = value.get_name();
        match format {
            Format::Human => command.arg("--report=human"),
            _ => command.arg(format!("--report={name}=target/{name}.report")),
        };
    }
    command
}

/// As many functions, each with a mistake of its own, behind the others.
fn with_mistakes(green: &str, count: usize) -> String {
    (0..count).fold(green.to_owned(), |mut lib, n| {
        let function =
            "(names: Vec<String>) -> usize {\n    let all = names;\n    all.len() + names.len()\n}";
        writeln!(lib, "\npub fn twice{n}{function}").expect("writing to a string");
        lib
    })
}

/// A library of many small modules, so that a check takes about as long as a real crate's.
fn write_crate(folder: &Path, modules: usize) {
    fs::create_dir_all(folder.join("src")).expect("the folder is ours");
    let manifest = "[package]\nname = \"bench\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("the folder is ours");
    let mut lib = String::new();
    for n in 0..modules {
        writeln!(lib, "pub mod m{n};").expect("writing to a string");
        let mut text = String::from("use std::collections::HashMap;\n");
        for f in 0..20 {
            writeln!(
                text,
                "pub fn f{f}(names: &[String]) -> HashMap<String, usize> {{\n    let mut map = HashMap::new();\n    \
                 for name in names {{\n        *map.entry(name.clone()).or_insert({f}) += name.len();\n    }}\n    map\n}}"
            )
            .expect("writing to a string");
        }
        fs::write(folder.join(format!("src/m{n}.rs")), text).expect("the folder is ours");
    }
    fs::write(folder.join("src/lib.rs"), lib).expect("the folder is ours");
}

/// The recordings of all fixtures, again and again, each with the path of its own source.
fn write_log(path: &Path, count: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut lines = Vec::new();
    for rule in fs::read_dir(&root).expect("the fixtures are part of the project").flatten() {
        for case in fs::read_dir(rule.path()).into_iter().flatten().flatten() {
            let Ok(recording) = fs::read_to_string(case.path().join("rustc.json")) else { continue };
            let file = format!("{}/{}/broken.rs", rule.file_name().display(), case.file_name().display());
            let own = recording.lines().map(|line| line.replace("\"broken.rs\"", &format!("\"{file}\"")));
            lines.extend(own.filter(|line| !line.contains("aborting due to")));
        }
    }
    // A message that came before is shown once, so that each copy gets a headline of its own.
    let mut log = String::new();
    for n in 0..count {
        let line = &lines[n % lines.len()];
        let number = format!("\"message\":\"({n}) ");
        writeln!(log, "{}", line.replacen("\"message\":\"", &number, 1)).expect("writing to a string");
    }
    fs::write(path, log).expect("the folder is ours");
}

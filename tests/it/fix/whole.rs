//! Whole runs, with the real cargo and what the compiler confirms.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::{Said, Sandbox};

/// A use after a move that borrowing mends.
const MISTAKE: &str = "    let draft = String::from(\"Dear Ada,\");\n    let letter = draft;\n    println!(\"{draft} {letter}\");\n";

fn fix(sandbox: &Sandbox, args: &[&str]) -> Said {
    sandbox.ours("ours", &[&["fix", "-q", "--allow-no-vcs"][..], args].concat())
}

fn mended(text: &str) -> String {
    text.replace("letter = draft", "letter = &draft")
}

/// The small crate with one mistake of each kind that the README shows.
fn lending() -> Sandbox {
    let sandbox = Sandbox::new(&[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/_projects/lending");
    for name in ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/shelf.rs"] {
        sandbox.write(name, std::fs::read(folder.join(name)).expect("it is part of the project"));
    }
    sandbox
}

#[test]
fn a_crate_with_several_mistakes_compiles_after_it_and_then_nothing_changes() {
    let sandbox = lending();
    let before = sandbox.files();
    let dry = fix(&sandbox, &["--dry-run"]);
    assert!(sandbox.files() == before, "a dry run wrote something");
    let said = fix(&sandbox, &[]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    assert_eq!(dry.code, said.code);
    assert!(said.stdout.ends_with("4 mistakes fixed in 2 files. No error remains.\n"), "{}", said.stdout);
    let last = |said: &Said| said.stdout.lines().position(|line| line.contains("4 mistakes")).unwrap_or(0);
    let lines = |said: &Said| said.stdout.lines().take(last(said)).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&dry), lines(&said));
    assert_eq!(sandbox.cargo_check("cargos", &["-q"]).code, Some(0));
    let after = sandbox.files();
    assert_eq!(after.len(), before.len());
    let again = fix(&sandbox, &[]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "Nothing to fix.\n"));
    assert!(sandbox.files() == after, "a second run changed something");
}

#[test]
fn line_ends_and_byte_order_marks_are_kept() {
    let main =
        format!("\u{feff}mod other;\nfn main() {{\n{MISTAKE}    other::f();\n}}\n").replace('\n', "\r\n");
    let other = format!("pub fn f() {{\n{MISTAKE}}}\n// the last line has no end");
    let sandbox = Sandbox::package(&[("src/main.rs", &main), ("src/other.rs", &other)]);
    let said = fix(&sandbox, &[]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    let text = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).expect("it is there");
    assert_eq!(text("src/main.rs"), mended(&main));
    assert_eq!(text("src/other.rs"), mended(&other));
}

#[test]
fn rules_and_fixes_can_be_chosen() {
    let sandbox = lending();
    let said = fix(&sandbox, &["--rule", "use-after-move"]);
    assert_eq!(said.code, Some(101), "{}\n{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("you asked for others"), "{}", said.stdout);
    assert!(
        said.stdout
            .ends_with("\n1 mistake fixed in 1 file. 3 errors remain; `cargo ownership` shows them.\n"),
        "{}",
        said.stdout
    );
    let before = sandbox.files();
    let said = fix(&sandbox, &["--fix", "no-such-fix"]);
    assert_eq!(said.code, Some(101), "{}\n{}", said.stdout, said.stderr);
    assert!(said.stdout.ends_with("\nNothing was fixed. 3 errors remain; `cargo ownership` shows them.\n"));
    let said = fix(&sandbox, &["--verify", "never"]);
    assert!(said.stdout.contains("the compiler was not asked about its fixes"), "{}", said.stdout);
    assert!(sandbox.files() == before, "something was written that nobody asked for");
    assert_eq!(fix(&sandbox, &["--exit-zero", "--rule", "use-after-move"]).code, Some(0));
}

#[test]
fn programs_get_the_verdicts() {
    let sandbox = Sandbox::package(&[("src/main.rs", &format!("fn main() {{\n{MISTAKE}}}\n"))]);
    let said = fix(&sandbox, &["--report", "json", "--report", "human=report.txt"]);
    let report: Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert_eq!(report["findings"][0]["fixes"][0]["verdict"]["status"], "compiles", "{report}");
    let text = std::fs::read_to_string(sandbox.path().join("report.txt")).expect("it was written");
    assert!(text.ends_with("1 mistake fixed in 1 file. No error remains.\n"), "{text}");
}

#[cfg(unix)]
#[test]
fn what_lies_outside_is_shown_and_not_written() {
    let sandbox = Sandbox::new(&[
        ("in/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        (
            "in/src/main.rs",
            "mod inside;\nmod linked;\nmod folder;\n#[path = \"../../out/named.rs\"]\nmod named;\nfn main() { inside::f(); linked::f(); folder::f(); named::f(); }\n",
        ),
        ("in/src/inside.rs", &format!("pub fn f() {{\n{MISTAKE}}}\n")),
        ("out/linked.rs", &format!("pub fn f() {{\n{MISTAKE}}}\n")),
        ("out/folder/mod.rs", &format!("pub fn f() {{\n{MISTAKE}}}\n")),
        ("out/named.rs", &format!("pub fn f() {{\n{MISTAKE}}}\n")),
    ]);
    std::os::unix::fs::symlink("../../out/linked.rs", sandbox.path().join("in/src/linked.rs"))
        .expect("a link");
    std::os::unix::fs::symlink("../../out/folder", sandbox.path().join("in/src/folder")).expect("a link");
    let outside = |sandbox: &Sandbox| -> BTreeMap<PathBuf, Vec<u8>> {
        let out = sandbox.path().join("out");
        sandbox.files().into_iter().filter(|(path, _)| path.starts_with(&out)).collect()
    };
    let before = outside(&sandbox);
    let said = fix(&sandbox, &["--manifest-path", "in/Cargo.toml"]);
    assert_eq!(said.code, Some(101), "{}\n{}", said.stdout, said.stderr);
    assert!(outside(&sandbox) == before && before.len() == 3, "a file outside was written");
    assert_eq!(said.stdout.matches("is reached through a link that leads out").count(), 2, "{}", said.stdout);
    let inside = std::fs::read_to_string(sandbox.path().join("in/src/inside.rs")).expect("it is there");
    assert!(inside.contains("letter = &draft"), "{inside}");
    assert!(
        said.stdout.ends_with("1 mistake fixed in 1 file. 3 errors remain; `cargo ownership` shows them.\n")
    );
}

#[test]
fn a_single_file_is_fixed_and_nothing_is_left_beside_it() {
    let sandbox = Sandbox::new(&[("a.rs", &format!("fn main() {{\n{MISTAKE}}}\n"))]);
    let said = sandbox.ours("ours", &["fix", "a.rs", "--edition", "2018", "--allow-no-vcs"]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    let files = sandbox.files();
    assert_eq!(files.len(), 1);
    assert_eq!(
        files.values().next().map(Vec::as_slice),
        Some(mended(&format!("fn main() {{\n{MISTAKE}}}\n")).as_bytes())
    );
}

/// Once the library compiles, cargo sees the program.
#[test]
fn a_library_and_the_program_that_uses_it() {
    let library = format!("pub fn f() {{\n{MISTAKE}}}\n");
    let program = format!("fn main() {{\n{MISTAKE}    a::f();\n}}\n");
    let sandbox = Sandbox::package(&[("src/lib.rs", &library), ("src/main.rs", &program)]);
    let said = fix(&sandbox, &[]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    assert!(said.stdout.ends_with(" fixed in 2 files. No error remains.\n"), "{}", said.stdout);
    let text = std::fs::read_to_string(sandbox.path().join("src/main.rs")).expect("it is there");
    assert_eq!(text, mended(&program));
}

#[test]
fn killed_at_fifty_random_moments_every_source_is_the_old_or_the_new_one() {
    let main = format!("mod b;\nmod c;\nfn main() {{\n{MISTAKE}    b::f();\n    c::f();\n}}\n");
    let module = format!("pub fn f() {{\n{MISTAKE}}}\n");
    let old = [("src/main.rs", &main), ("src/b.rs", &module), ("src/c.rs", &module)];
    let sandbox = Sandbox::package(&old.map(|(name, text)| (name, text.as_str())));
    let start = std::time::Instant::now();
    assert_eq!(fix(&sandbox, &[]).code, Some(0));
    let whole = start.elapsed().as_micros() as u64;
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let mut ended = 0;
    for _ in 0..50 {
        for (name, text) in old {
            sandbox.write(name, text);
        }
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_cargo-ownership"), "ours");
        command
            .args(["ownership", "fix", "-q", "--allow-no-vcs"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("the program can be started");
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((dice >> 33) % whole.max(1)));
        ended += usize::from(child.try_wait().expect("it was started").is_some());
        // One that has ended by itself cannot be killed.
        let _ = child.kill();
        child.wait().expect("it ends");
        for (name, text) in old {
            let now = std::fs::read_to_string(sandbox.path().join(name)).expect("it is there");
            assert!(now == *text || now == mended(text), "{name} is neither old nor new:\n{now}");
        }
    }
    assert!(ended < 50, "it was never killed");
    // What the killed ones left is cleared, and all ends as it would have.
    let said = fix(&sandbox, &[]);
    assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
    let files = sandbox.files();
    assert_eq!(files.len(), 5, "{:?}", files.keys());
}

//! What we do not explain comes out as `cargo check` prints it.

use std::collections::BTreeSet;

use crate::sandbox::{Said, Sandbox};

/// Both on target folders of their own: at first everything is compiled, then told again.
fn assert_same(sandbox: &Sandbox, args: &[&str]) -> Said {
    let mut last = None;
    for round in ["compiled", "told again"] {
        let theirs = sandbox.cargo_check("cargos", args);
        let ours = sandbox.ours("ours", args);
        assert_eq!(ours.stderr, theirs.stderr, "{round}: {args:?}");
        assert_eq!(ours, theirs, "{round}: {args:?}");
        last = Some(ours);
    }
    last.expect("there were two rounds")
}

const WARNS: &str = "use std::fmt;\nfn main() { let x = 1; if (true) {} }\n";

#[test]
fn a_green_build_says_nothing_of_its_own() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() {}\n")]);
    let said = assert_same(&sandbox, &[]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.lines().count()), (Some(0), "", 1));
    assert_same(&sandbox, &["-q"]);
    assert_same(&sandbox, &["-v"]);
    assert_same(&sandbox, &["--color", "always"]);
}

#[test]
fn warnings_are_cargos() {
    let sandbox = Sandbox::package(&[("src/main.rs", WARNS)]);
    let said = assert_same(&sandbox, &[]);
    assert!(
        said.stderr.contains("(run `cargo fix --bin \"a\" -p a` to apply 3 suggestions)"),
        "{}",
        said.stderr
    );
    assert_same(&sandbox, &["--color=always", "--release"]);
    assert_same(&sandbox, &["-q", "--bin", "a"]);
}

#[test]
fn a_build_script_is_a_unit_too() {
    let script = "fn main() { let x = 1; println!(\"cargo::warning=from the script\"); }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", "pub fn f() { let x = 1; }\n"), ("build.rs", script)]);
    let said = assert_same(&sandbox, &[]);
    assert!(said.stderr.contains("`a` (build script) generated 1 warning\n"), "{}", said.stderr);
    assert!(said.stderr.contains("warning: a@0.1.0: from the script\n"), "{}", said.stderr);
}

#[test]
fn a_workspace_is_checked_as_cargo_does() {
    let member = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
    };
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"low-er\", \"upper\"]\nresolver = \"2\"\n"),
        (
            "low-er/Cargo.toml",
            &member("low-er", "[lib]\nname = \"other\"\ncrate-type = [\"rlib\", \"cdylib\"]\n"),
        ),
        ("low-er/src/lib.rs", "pub fn f() { let x = 1; }\n"),
        ("upper/Cargo.toml", &member("upper", "[dependencies]\nlow-er = { path = \"../low-er\" }\n")),
        ("upper/src/lib.rs", "use std::fmt;\npub fn g() { other::f(); }\n"),
    ]);
    sandbox.cargo_check("cargos", &["--quiet"]);
    std::fs::remove_dir_all(sandbox.path().join("target")).expect("cargo has made it");
    assert_same(&sandbox, &["--workspace", "-j1"]);
    assert_same(&sandbox, &["-p", "low-er", "--color=always"]);
    assert_same(&sandbox, &["--workspace", "--exclude", "upper", "-j1"]);
}

#[test]
fn a_failed_unit_is_closed_too() {
    let script = "fn main() { println!(\"cargo::warning=from the script\"); }\n";
    let wrong =
        "pub fn f() -> u8 { let x = 1; let y: u8 = \"no\"; y }\n#[cfg(test)] mod tests { use std::fmt; }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", wrong), ("build.rs", script)]);
    let said = assert_same(&sandbox, &[]);
    assert_eq!(said.code, Some(101));
    assert_same(&sandbox, &["--color", "always"]);
    let warned = "pub fn f() -> u8 { let x = 1; 300 }\n";
    sandbox.write("src/lib.rs", warned);
    let said = assert_same(&sandbox, &[]);
    assert!(said.stderr.contains("`a` (lib) generated 1 warning\n"), "{}", said.stderr);
}

#[test]
fn errors_of_cargo_itself_are_cargos() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() {}\n")]);
    assert_same(&sandbox, &["-p", "nobody"]);
    assert_same(&sandbox, &["--features", "none"]);
    assert_same(&sandbox, &["--manifest-path", "no/Cargo.toml"]);
    let said = assert_same(&sandbox, &["-Zno-such-thing"]);
    assert_eq!(said.code, Some(101));
}

/// With `--all-targets` the order is open: cargo runs units at the same time, and whichever tells a
/// thing first counts it. So both run several times, and ours must be one of cargo's answers.
#[test]
fn what_a_library_and_its_tests_both_say_is_shown_once() {
    let library = "pub fn f() { let x = 1; if (true) {} }\n\
                   #[cfg(test)]\nmod tests { #[test] fn t() { let z = 1; } }\n";
    let sandbox = Sandbox::package(&[
        ("src/lib.rs", library),
        ("src/main.rs", WARNS),
        ("tests/t.rs", "#[test] fn t() { let z = 1; }\n"),
        ("examples/e.rs", "fn main() { let z = 1; }\n"),
        ("benches/b.rs", "fn main() { let z = 1; if (true) {} }\n"),
    ]);
    for args in [["--all-targets", "-j1"], ["--all-targets", "--color=always"]] {
        sandbox.cargo_check("ours", &args);
        let theirs: BTreeSet<String> =
            (0..10).map(|_| sandbox.cargo_check("ours", &args).sorted().stderr).collect();
        for _ in 0..4 {
            let ours = sandbox.ours("ours", &args).sorted().stderr;
            assert!(theirs.contains(&ours), "not one of cargo's answers:\n{ours}");
        }
    }
}

#[test]
fn what_cargo_has_recorded_stays_of_use_to_it() {
    let sandbox = Sandbox::package(&[("src/main.rs", WARNS)]);
    sandbox.ours("cargos", &["-q"]);
    let said = sandbox.cargo_check("cargos", &["-v"]);
    assert!(said.stderr.contains("Fresh a v0.1.0"), "{}", said.stderr);
}

#[test]
fn the_readers_files_stay_as_they_are() {
    let sandbox =
        Sandbox::package(&[("src/main.rs", WARNS), ("src/broken.rs", "fn main() { let s: u8 = \"\"; }\n")]);
    let before = sandbox.files();
    sandbox.ours("ours", &["--all-targets"]);
    sandbox.ours("ours", &["src/broken.rs"]);
    assert_eq!(sandbox.files(), before);
}

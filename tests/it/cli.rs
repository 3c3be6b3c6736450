//! The command line: what is asked wrongly is answered with one sentence and 2.

use crate::sandbox::Sandbox;

#[test]
fn wrong_arguments_are_answered_with_a_sentence() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() {}\n"), ("b.rs", "")]);
    for (args, sentence) in [
        (
            &["fix-it"][..],
            "error: `fix-it` is neither a command (check, fix, explain) nor a file that ends in `.rs`",
        ),
        (&["--frobnicate"], "error: unexpected argument '--frobnicate' found"),
        (&["--report=xml"], "error: invalid value 'xml' for '--report <FORMAT[=FILE]>'"),
        (&["--report=json="], "error: `--report json=` names no file after the `=`"),
        (
            &["--message-format=json"],
            "error: `--message-format` is not for you to choose here: ask for a format with `--report`",
        ),
        (&["b.rs", "--release"], "error: `--release` is for packages and cannot be used with single files"),
        (
            &["fix", "--report=cargo-json"],
            "error: `--report cargo-json` is for a check: `fix` reports what it found as `json`",
        ),
        (&["check", "b.rs"], "error: `check` is for packages: use `cargo ownership b.rs` for a single file"),
        (&["--from", "x", "-p", "a"], "error: `--package` is for packages and cannot be used with `--from`"),
        (
            &["--from", "x", "b.rs"],
            "error: `--from` reads recorded messages and checks nothing: leave the other words out",
        ),
        (&["--clippy", "b.rs"], "error: `--clippy` is for packages and cannot be used with single files"),
        (&["--from", "x", "--clippy"], "error: `--clippy` is for packages and cannot be used with `--from`"),
        (&["--", "-W", "clippy::pedantic"], "error: what stands after `--` is for clippy: add `--clippy`"),
        (
            &["--edition", "2021"],
            "error: `--edition` is for single files; a package names its own in Cargo.toml",
        ),
        (&["--from", "no.log"], "error: cannot read `no.log`: "),
        (&["no.rs"], "error: cannot read `no.rs`: "),
    ] {
        let said = sandbox.ours("ours", args);
        let first = said.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with(sentence), "{args:?}: {}", said.stderr);
        assert!(!said.stderr.contains("Usage:"), "{args:?}: {}", said.stderr);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}");
    }
}

#[test]
fn a_missing_compiler_is_our_failure() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() {}\n")]);
    let said = sandbox.ours_with(&["--exit-zero"], |command| command.env("CARGO", "/no/such/cargo"));
    assert_eq!(said.stderr, "error: there is no program `/no/such/cargo`; https://rustup.rs installs Rust\n");
    assert_eq!(said.code, Some(2));
    let said = sandbox.ours_with(&["src/main.rs"], |command| command.env("RUSTC", "/no/such/rustc"));
    assert_eq!(said.code, Some(2));
}

#[test]
fn exit_zero_is_for_programs_that_do_not_compile() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() { let x: u8 = \"\"; }\n")]);
    assert_eq!(sandbox.ours("ours", &["check"]).code, Some(101));
    assert_eq!(sandbox.ours("ours", &["--exit-zero", "check"]).code, Some(0));
    assert_eq!(sandbox.ours("ours", &["check", "--exit-zero"]).code, Some(0));
    assert_eq!(sandbox.ours("ours", &["src/main.rs"]).code, Some(1));
    assert_eq!(sandbox.ours("ours", &["src/main.rs", "--exit-zero"]).code, Some(0));
}

#[test]
fn help_and_version_go_to_standard_output() {
    let sandbox = Sandbox::new(&[]);
    let version = sandbox.ours("ours", &["--version"]);
    assert_eq!((version.stdout.as_str(), version.code), ("cargo-ownership 0.1.0\n", Some(0)));
    for args in [&["--help"][..], &["-h"], &["check", "--help"], &["explain", "--help"]] {
        let help = sandbox.ours("ours", args);
        assert_eq!((help.stderr.as_str(), help.code), ("", Some(0)), "{args:?}");
    }
    let help = sandbox.ours("ours", &["--help"]).stdout;
    for part in ["Exit code:", "standard output", "--exit-zero", "--all-targets", "--keep-going"] {
        assert!(help.contains(part), "{part} is missing in\n{help}");
    }
}

/// Names the options as cargo names them, so that the help of `cargo check` itself tells which are
/// missing.
#[test]
fn every_option_of_cargo_check_is_known() {
    let sandbox = Sandbox::new(&[]);
    let theirs = sandbox.cargo_check("cargos", &["--help"]).stdout;
    let ours = sandbox.ours("ours", &["--help"]).stdout;
    let options = theirs.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let not_for_users = ["--", "--message-format", "--unit-graph", "--all", "--lockfile-path"];
    for option in options.filter(|word| word.starts_with("--") && !not_for_users.contains(word)) {
        assert!(ours.contains(option), "{option} of `cargo check` is unknown");
    }
}

#[cfg(unix)]
#[test]
fn names_need_not_be_unicode() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new(&[]);
    let odd = OsStr::from_bytes(b"caf\xe9");
    let folder = sandbox.path().join(odd);
    std::fs::create_dir_all(folder.join("src")).expect("a folder can be made");
    std::fs::write(folder.join("src/main.rs"), "fn main() { let x = 1; }\n").expect("a file can be written");
    let manifest = folder.join("Cargo.toml");
    std::fs::write(&manifest, "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .expect("a file can be written");
    let log = folder.join("a.log");
    std::fs::write(&log, "hello\n").expect("a file can be written");

    let args = [OsStr::new("--from"), log.as_os_str()];
    assert_eq!(sandbox.ours("ours", &args).code, Some(0));
    let args = [OsStr::new("--manifest-path"), manifest.as_os_str()];
    let (ours, theirs) = (sandbox.ours("ours", &args), sandbox.cargo_check("cargos", &args));
    assert_eq!(ours.code, theirs.code);
    let source = folder.join("src/main.rs");
    let said = sandbox.ours("ours", &[source.as_os_str()]);
    assert!(matches!(said.code, Some(0 | 2)), "{}", said.stderr);
}

#[test]
fn shells_and_man_know_the_options() {
    let sandbox = Sandbox::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = sandbox.ours("ours", &["completions", shell]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert!(said.stdout.contains("baseline") && said.stdout.contains("cargo-ownership"), "{shell}");
    }
    let page = sandbox.ours("ours", &["man"]).stdout;
    assert!(page.contains(".TH cargo-ownership 1") && page.contains("verify\\-budget"), "{page}");
}

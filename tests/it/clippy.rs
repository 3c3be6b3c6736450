//! `--clippy`: the same run with clippy's messages.

use crate::sandbox::Sandbox;

const COPIES: &str = "fn main() {\n    let a = 3;\n    let b = a.clone();\n    println!(\"{a} {b}\");\n}\n";

#[test]
fn clippys_lints_are_explained_and_its_exit_code_is_kept() {
    let sandbox = Sandbox::package(&[("src/main.rs", COPIES)]);
    for args in [&["--clippy"][..], &["check", "--clippy"], &["--clippy", "--bin", "a"]] {
        let said = sandbox.ours("ours", args);
        assert!(said.stdout.contains("The `clone()` on line 3 adds nothing"), "{args:?}: {}", said.stdout);
        assert!(said.stderr.contains("Finished"), "{args:?}: {}", said.stderr);
        assert_eq!(said.code, Some(0), "{args:?}");
    }
    let said = sandbox.ours("ours", &["--clippy", "--", "-D", "clippy::clone_on_copy"]);
    assert!(said.stdout.starts_with("error[clippy::clone_on_copy]"), "{}", said.stdout);
    assert_eq!(said.code, Some(101));
    let said = sandbox.ours("ours", &["--clippy", "--", "-A", "clippy::clone_on_copy"]);
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(0)));
}

#[test]
fn what_is_not_explained_is_told_as_clippy_tells_it() {
    let text = "fn three() -> u32 {\n    return 3;\n}\nfn main() {\n    println!(\"{}\", three());\n}\n";
    let sandbox = Sandbox::package(&[("src/main.rs", text)]);
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.contains("target(s) in")).map(str::to_owned).collect()
    };
    for lints in [&[][..], &["--", "-W", "clippy::pedantic"]] {
        let theirs = sandbox.command("cargo", "cargos").arg("clippy").args(lints).output();
        let theirs = String::from_utf8_lossy(&theirs.expect("cargo runs").stderr).into_owned();
        let ours = sandbox.ours("ours", &[&["--clippy"][..], lints].concat());
        assert_eq!(lines(&ours.stderr), lines(&theirs), "{lints:?}");
        assert!(ours.stderr.contains("cargo clippy --fix"), "{}", ours.stderr);
    }
}

#[test]
fn the_compiler_is_asked_as_clippy_would_ask_it() {
    // rustc accepts it: only clippy's compiler can say that the edit helps.
    let sandbox = Sandbox::package(&[("src/main.rs", COPIES)]);
    let args = ["--clippy", "--verify", "always", "--", "-D", "clippy::clone_on_copy"];
    let said = sandbox.ours("ours", &args);
    assert!(said.stdout.contains("confirmed"), "{}{}", said.stdout, said.stderr);
    assert_eq!(said.code, Some(101));
}

#[test]
fn clippys_lints_are_fixed() {
    let sandbox = Sandbox::package(&[("src/main.rs", COPIES)]);
    let args = ["fix", "--clippy", "--allow-no-vcs", "--", "-D", "clippy::clone_on_copy"];
    let said = sandbox.ours("ours", &args);
    let after = std::fs::read_to_string(sandbox.path().join("src/main.rs")).expect("it is there");
    assert!(after.contains("let b = a;"), "{}{}", said.stdout, said.stderr);
    assert_eq!(said.code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_missing_clippy_is_told_in_a_sentence() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::package(&[("src/main.rs", COPIES)]);
    let script = "#!/bin/sh\n[ \"$1\" = clippy ] && exit 101\nexec cargo \"$@\"\n";
    let cargo = sandbox.write("target/cargo", script);
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let said = sandbox.ours_with(&["--clippy"], |command| command.env("CARGO", &cargo));
    assert_eq!(said.stderr, "error: clippy is not installed; `rustup component add clippy` installs it\n");
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(2)));
}

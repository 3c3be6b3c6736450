//! What cannot be undone is not begun, and what is asked wrongly is answered in a sentence.

use std::process::Command;

use crate::sandbox::Sandbox;

/// Compiles, so that there is nothing to fix once the guard lets it pass.
const FINE: &str = "fn main() {}\n";
const IGNORED: &str = "target\n/notes\n";

fn package() -> Sandbox {
    Sandbox::package(&[("src/main.rs", FINE), (".gitignore", IGNORED)])
}

fn git(sandbox: &Sandbox, args: &[&str]) {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    // Whatever the person who runs the tests has set up is no business of ours.
    command.env("GIT_CONFIG_GLOBAL", sandbox.path().join("no-such-file")).env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-C"]).arg(sandbox.path());
    let output = command.args(args).output().expect("git is there");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A package in a repository with everything committed.
fn committed() -> Sandbox {
    let sandbox = package();
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "."]);
    git(&sandbox, &["commit", "-qm", "all"]);
    sandbox
}

fn assert_says(sandbox: &Sandbox, args: &[&str], sentence: &str) {
    let before = sandbox.files();
    let said = sandbox.ours("ours", args);
    assert!(said.stderr.starts_with(&format!("error: {sentence}")), "{args:?}: {}", said.stderr);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}");
    assert!(sandbox.files() == before, "{args:?}: a file changed");
}

fn assert_goes_on(sandbox: &Sandbox, args: &[&str]) {
    let said = sandbox.ours("ours", args);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), "Nothing to fix.\n"),
        "{args:?}: {}",
        said.stderr
    );
}

#[test]
fn no_version_control_is_refused() {
    let sandbox = package();
    let folder = sandbox.path().canonicalize().expect("it is there");
    let sentence = format!(
        "`{}` is under no version control, so what `fix` changes could not be undone; `--allow-no-vcs` goes on without\n",
        folder.display()
    );
    assert_says(&sandbox, &["fix"], &sentence);
    assert_says(&sandbox, &["fix", "--allow-dirty"], &sentence);
    assert_says(&sandbox, &["fix", "src/main.rs"], "`");
    assert_goes_on(&sandbox, &["fix", "--allow-no-vcs"]);
    assert_goes_on(&sandbox, &["fix", "--dry-run"]);
    assert_goes_on(&sandbox, &["fix", "src/main.rs", "--allow-no-vcs"]);
}

#[test]
fn what_is_not_committed_is_refused() {
    let sandbox = committed();
    assert_goes_on(&sandbox, &["fix"]);
    assert_goes_on(&sandbox, &["fix", "src/main.rs", "--edition", "2021"]);

    sandbox.write("src/main.rs", "fn main() { }\n");
    sandbox.write("new \u{1b}[2J.rs", "");
    let sentence = "some changes are not committed, and what `fix` changes would mix with them; \
                    commit them, or go on with `--allow-dirty`:\n\n  src/main.rs\n  new \\u{1b}[2J.rs\n";
    assert_says(&sandbox, &["fix"], sentence);
    assert_says(&sandbox, &["fix", "--allow-staged"], sentence);
    assert_goes_on(&sandbox, &["fix", "--allow-dirty"]);
    assert_goes_on(&sandbox, &["fix", "--allow-no-vcs"]);
    assert_goes_on(&sandbox, &["fix", "--dry-run"]);

    git(&sandbox, &["add", "."]);
    let sentence = "some changes are not committed, and what `fix` changes would mix with them; \
                    commit them, or go on with `--allow-staged`:\n\n  ";
    assert_says(&sandbox, &["fix"], sentence);
    assert_goes_on(&sandbox, &["fix", "--allow-staged"]);
    assert_goes_on(&sandbox, &["fix", "--allow-dirty"]);
    sandbox.write("src/main.rs", "fn main() {  }\n");
    assert_says(&sandbox, &["fix", "--allow-staged"], "some changes are not committed");
}

#[test]
fn a_package_in_an_ignored_folder_is_under_no_version_control() {
    let sandbox = committed();
    for name in ["Cargo.toml", "Cargo.lock", "src/main.rs"] {
        let text = std::fs::read(sandbox.path().join(name)).expect("it is there");
        sandbox.write(format!("notes/{name}"), &text);
        sandbox.write(format!("known/{name}"), &text);
    }
    git(&sandbox, &["add", "known"]);
    git(&sandbox, &["commit", "-qm", "known"]);
    assert_says(&sandbox, &["fix", "--manifest-path", "notes/Cargo.toml"], "`");
    assert_goes_on(&sandbox, &["fix", "--manifest-path", "known/Cargo.toml"]);
    assert_goes_on(&sandbox, &["fix", "--manifest-path", "notes/Cargo.toml", "--allow-no-vcs"]);
}

#[test]
fn other_version_control_is_known() {
    for name in [".hg", ".jj", ".pijul", ".fslckout", "_FOSSIL_"] {
        let sandbox = package();
        sandbox.write(format!("{name}/x"), "");
        assert_goes_on(&sandbox, &["fix"]);
    }
}

#[test]
fn a_git_that_cannot_answer_is_told_in_a_sentence() {
    let sandbox = committed();
    let before = sandbox.files();
    let said = sandbox.ours_with(&["fix"], |command| {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        command.env("CARGO", cargo).env("PATH", "/no/such/folder")
    });
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(said.stderr.starts_with("error: there is no program `git`"), "{}", said.stderr);
    sandbox.write(".git/HEAD", "nonsense");
    let said = sandbox.ours("ours", &["fix"]);
    assert!(said.stderr.starts_with("error: git cannot say whether all is committed ("), "{}", said.stderr);
    assert_eq!(said.code, Some(2));
    assert!(sandbox.files().len() == before.len());
}

#[test]
fn wrong_arguments_are_answered_with_a_sentence() {
    let sandbox = package();
    for (args, sentence) in [
        (&["--dry-run"][..], "`--dry-run` belongs to `cargo ownership fix`"),
        (&["b.rs", "--fix", "x"], "`--fix` belongs to `cargo ownership fix`"),
        (&["fix", "--from", "x"], "`--from` reads recorded messages and checks nothing"),
        (&["fix", "src/main.rs", "--release"], "`--release` is for packages and cannot be used with single"),
        (&["fix", "--edition", "2021"], "`--edition` is for single files"),
        (
            &["fix", "--pick"],
            "`--pick` asks on a terminal, and here is none: choose with `--fix` or `--rule`",
        ),
        (&["fix", "--rule", "use-after-mov"], "nothing is known of `use-after-mov`"),
        (&["fix", "--verify-budget", "soon"], "invalid value 'soon' for '--verify-budget <SECONDS>'"),
        (&["fix", "no.rs", "--allow-no-vcs"], "cannot read `no.rs`"),
    ] {
        assert_says(&sandbox, args, sentence);
    }
}

#[test]
fn what_is_cargos_to_say_is_left_to_cargo() {
    let sandbox = Sandbox::new(&[("src/main.rs", FINE)]);
    let args = ["--manifest-path", "none/Cargo.toml"];
    let theirs = sandbox.cargo_check("cargos", &args);
    let ours = sandbox.ours("ours", &["fix", "--manifest-path", "none/Cargo.toml", "--allow-no-vcs"]);
    assert_eq!((ours.code, ours.stderr), (theirs.code, theirs.stderr));
}

/// `--all` is ours here; without `fix` it is cargo's old name of `--workspace`.
#[test]
fn the_options_of_a_check_are_options_of_fix() {
    let sandbox = package();
    let go = |args: &[&str]| {
        let said = sandbox.ours("ours", &[&["fix", "--dry-run"][..], args].concat());
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (Some(0), "Nothing to fix.\n"),
            "{args:?}: {}",
            said.stderr
        );
    };
    go(&["--all", "--offline", "-p", "a", "--all-targets", "--release"]);
    go(&["--verify-budget", "3", "--keep-shadow", "--rule", "use_after_move", "--fix", "borrow-value"]);
    assert_eq!(sandbox.ours("ours", &["--all"]).code, Some(0));
}

//! What a project and an environment want, and who comes first.

use crate::sandbox::Sandbox;

const BROKEN: &str = "pub fn f(v: Vec<u8>) {\n    let a = v;\n    drop(v);\n    drop(a);\n}\n";

fn manifest(more: &str) -> String {
    format!("[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}\n[workspace]\n")
}

fn sandbox(more: &str) -> Sandbox {
    let sandbox = Sandbox::package(&[("src/lib.rs", BROKEN)]);
    sandbox.write("Cargo.toml", manifest(more));
    sandbox
}

#[test]
fn the_nearer_wish_counts() {
    let workspace = "[workspace.metadata.ownership]\nreport = \"short\"\n";
    let both = format!("[package.metadata.ownership]\nreport = [\"json\"]\n{workspace}");
    let starts = |said: &crate::sandbox::Said, start: &str| {
        assert!(said.stdout.starts_with(start), "{} {}", said.stdout, said.stderr);
    };
    starts(&sandbox("").ours("ours", &["--verify=never"]), "error[E0382]");
    let workspace_only = sandbox("");
    workspace_only.write("Cargo.toml", manifest("") + workspace);
    starts(&workspace_only.ours("ours", &["--verify=never"]), "src/lib.rs:3:10: E0382: ");
    let package_too = sandbox("");
    package_too.write("Cargo.toml", manifest("").replace("[workspace]\n", "") + &both);
    starts(&package_too.ours("ours", &["--verify=never"]), "{\"schema\":1,");
    let said = package_too.ours_with(&["--verify=never"], |it| it.env("CARGO_OWNERSHIP_REPORT", "short"));
    starts(&said, "src/lib.rs:3:10: E0382: ");
    let said = package_too
        .ours_with(&["--verify=never", "--report=human"], |it| it.env("CARGO_OWNERSHIP_REPORT", "short"));
    starts(&said, "error[E0382]");
}

#[test]
fn rules_can_be_left_to_rustc() {
    let left = "[package.metadata.ownership]\nleave = [\"use-after-move\"]\n";
    let said = sandbox(left).ours("ours", &["--verify=never"]);
    assert!(
        said.stderr.contains("error[E0382]: use of moved value: `v`\n --> src/lib.rs:3:10"),
        "{}",
        said.stderr
    );
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(101)));
}

#[test]
fn what_is_not_understood_is_an_error_that_helps() {
    for (table, sentence) in [
        ("detial = \"full\"", "has no key `detial`; did you mean `detail`?"),
        ("detail = \"much\"", "is one of `brief`, `normal`, `full`, not `much`"),
        ("report = \"xml\"", "`xml` is no format of reports"),
        (
            "leave = [\"use-after-moves\"]",
            "there is no rule `use-after-moves`; did you mean `use-after-move`?",
        ),
        ("verify = 3", "is a text"),
    ] {
        let said = sandbox(&format!("[package.metadata.ownership]\n{table}\n")).ours::<&str>("ours", &[]);
        assert!(said.stderr.contains(sentence), "{table}: {}", said.stderr);
        assert!(said.stderr.contains("[package.metadata.ownership] in `"), "{}", said.stderr);
        assert_eq!(said.code, Some(2), "{table}");
    }
    let said = sandbox("").ours("ours", &["--leave", "nothing-like-it-at-all"]);
    assert_eq!(said.stderr, "error: `--leave`: there is no rule `nothing-like-it-at-all`\n");
}

//! Whole runs with the real cargo. The plan is the tests' own: each finding's first fix, untried.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;
use crate::cli::{self, Command};
use crate::plan::{Chosen, NewText};

/// A use after a move that borrowing mends.
const MISTAKE: &str = "    let draft = String::from(\"Dear Ada,\");\n    let letter = draft;\n    println!(\"{draft} {letter}\");\n";

/// A package `a` of these files in a folder `in`, with room for others beside it.
fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "in/Cargo.toml",
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    for (name, text) in files {
        write(folder.path(), &format!("in/{name}"), text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("the file is there")
}

/// Runs `fix` for the package; what it says and the exit code.
fn run(folder: &Path, more: &[&str], planned: Planner) -> (String, u8) {
    let manifest = folder.join("in/Cargo.toml").display().to_string();
    let target = folder.join("target").display().to_string();
    let words = ["cargo-ownership", "fix", "-q", "--manifest-path", &manifest, "--target-dir", &target];
    run_words(&[&words[..], more].concat(), planned)
}

fn run_words(words: &[&str], planned: Planner) -> (String, u8) {
    let options = cli::parse(words.iter().map(Into::into)).expect("the words are right");
    let Command::Fix(fix) = &options.command else { panic!("it is `fix`") };
    let style = Style::default();
    let roots = roots(&fix.target).expect("there is a workspace");
    let fixing = Fixing { options: &options, fix, roots, style };
    let first = check(&options, fix, true).expect("cargo runs");
    let (said, code) = fixing.run(first, planned).expect("it runs");
    (said.draw(&style), code)
}

/// The first fix of each finding that has one, with these words put through all new texts.
fn plan(checked: &Checked, change: impl Fn(&str) -> String) -> anyhow::Result<(Rc<Report>, Plan)> {
    let report = checked.report.clone();
    let mut plan = Plan { compiles: true, ..Plan::default() };
    for (n, told) in report.findings.iter().enumerate() {
        match told.finding.fixes.iter().find(|fix| !fix.is_idea()) {
            Some(fix) => plan.chosen.push(Chosen { finding: Some(n), fix: fix.clone() }),
            None => plan.left.push(Left { finding: n, why: Why::OnlyIdeas }),
        }
    }
    let mut edits: BTreeMap<&str, Vec<&crate::fix::Edit>> = BTreeMap::new();
    for edit in plan.chosen.iter().flat_map(|chosen| &chosen.fix.edits) {
        edits.entry(&edit.file).or_default().push(edit);
    }
    for (name, edits) in edits {
        let mut sources = report.findings.iter().flat_map(|told| &told.sources);
        let source = sources.find(|source| source.name == name).expect("edits have a source").clone();
        let after = crate::fix::apply(&source.text, edits).expect("the edits fit");
        plan.files.push(NewText { source, after: change(&after) });
    }
    Ok((report, plan))
}

fn first_fixes(checked: &Checked, _: Decide) -> anyhow::Result<(Rc<Report>, Plan)> {
    plan(checked, str::to_owned)
}

#[test]
fn several_mistakes_in_several_files_are_fixed_and_then_nothing_changes() {
    let main =
        format!("\u{feff}mod other;\nfn main() {{\n{MISTAKE}    other::f();\n}}\n").replace('\n', "\r\n");
    let other = format!("pub fn f() {{\n{MISTAKE}}}\n// no line end at the end");
    let folder = package(&[("src/main.rs", &main), ("src/other.rs", &other)]);
    let (text, code) = run(folder.path(), &[], &mut first_fixes);
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("2 mistakes fixed in 2 files. No error remains.\n"), "{text}");
    assert!(text.contains("  --> src/main.rs:5:"), "{text}");
    assert!(text.contains("4 + let letter = &draft;"), "{text}");
    let fixed = |text: &str| text.replace("letter = draft", "letter = &draft");
    assert_eq!(read(folder.path(), "in/src/main.rs"), fixed(&main));
    assert_eq!(read(folder.path(), "in/src/other.rs"), fixed(&other));
    let (text, code) = run(folder.path(), &[], &mut first_fixes);
    assert_eq!((text.as_str(), code), ("Nothing to fix.\n", 0));
    assert_eq!(read(folder.path(), "in/src/main.rs"), fixed(&main));
}

/// Cargo does not look at a program before its library compiles.
#[test]
fn what_a_fix_lets_cargo_see_is_fixed_too() {
    let library = format!("pub fn f() {{\n{MISTAKE}}}\n");
    let program = format!("fn main() {{\n{MISTAKE}    a::f();\n}}\nfn twice() {{\n{MISTAKE}}}\n");
    let folder = package(&[("src/lib.rs", &library), ("src/main.rs", &program)]);
    let (text, code) = run(folder.path(), &[], &mut first_fixes);
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("3 mistakes fixed in 2 files. No error remains.\n"), "{text}");
}

#[test]
fn what_makes_it_worse_is_put_back() {
    let program = format!("fn main() {{\n{MISTAKE}}}\n");
    let folder = package(&[("src/main.rs", &program)]);
    let mut worse =
        |checked: &Checked, _: Decide| plan(checked, |text| text.replace("{letter}", "{letter} {one} {two}"));
    let (text, code) = run(folder.path(), &[], &mut worse);
    assert_eq!(code, PUT_BACK, "{text}");
    assert!(text.starts_with("Tried and put back\n\nerror[E0382]"), "{text}");
    assert!(
        text.ends_with(
            "With the fixes the compiler found 2 errors, more than before, so they were put\n\
             back.\n1 error remains; `cargo ownership` shows it.\n"
        ),
        "{text}"
    );
    assert_eq!(read(folder.path(), "in/src/main.rs"), program);
}

#[test]
fn a_dry_run_shows_the_same_and_writes_nothing() {
    let program = format!("fn main() {{\n{MISTAKE}}}\n");
    let folder = package(&[("src/main.rs", &program)]);
    let (dry, code) = run(folder.path(), &["--dry-run"], &mut first_fixes);
    assert_eq!((read(folder.path(), "in/src/main.rs"), code), (program, 0));
    let (wet, _) = run(folder.path(), &[], &mut first_fixes);
    let but_the_last = |text: &str| text.lines().rev().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(but_the_last(&dry), but_the_last(&wet));
    assert!(
        dry.ends_with("\nDry run, nothing is written: it would fix 1 mistake in 1 file. No error remains.\n"),
        "{dry}"
    );
}

#[test]
fn a_file_that_changes_meanwhile_keeps_its_bytes_and_the_others_are_fixed() {
    let main = format!("mod other;\nfn main() {{\n{MISTAKE}    other::f();\n}}\n");
    let other = format!("pub fn f() {{\n{MISTAKE}}}\n");
    let folder = package(&[("src/main.rs", &main), ("src/other.rs", &other)]);
    let edited = format!("{other}// meanwhile\n");
    let mut first = true;
    let mut slow = |checked: &Checked, decide: Decide| {
        if std::mem::take(&mut first) {
            write(folder.path(), "in/src/other.rs", &edited);
            return first_fixes(checked, decide);
        }
        Ok((
            checked.report.clone(),
            Plan {
                left: left(&checked.report, &decide(&checked.report)?, &verify::Plan::default()),
                ..Plan::default()
            },
        ))
    };
    let (text, code) = run(folder.path(), &[], &mut slow);
    assert_eq!(code, DOES_NOT_COMPILE, "{text}");
    assert!(
        text.ends_with("1 mistake fixed in 1 file. 1 error remains; `cargo ownership` shows it.\n"),
        "{text}"
    );
    assert_eq!(read(folder.path(), "in/src/other.rs"), edited);
    assert!(read(folder.path(), "in/src/main.rs").contains("&draft"));
}

#[cfg(unix)]
#[test]
fn what_lies_outside_is_left_and_the_reason_is_told() {
    let main = "mod linked;\n#[path = \"../../out/named.rs\"]\nmod named;\nfn main() {\n    linked::f();\n    named::f();\n}\n";
    let folder = package(&[("src/main.rs", main)]);
    let out = format!("pub fn f() {{\n{MISTAKE}}}\n");
    write(folder.path(), "out/linked.rs", &out);
    write(folder.path(), "out/named.rs", &out);
    std::os::unix::fs::symlink("../../out/linked.rs", folder.path().join("in/src/linked.rs"))
        .expect("a link");
    let (dry, code) = run(folder.path(), &["--dry-run"], &mut first_fixes);
    assert_eq!(code, DOES_NOT_COMPILE, "{dry}");
    let (text, code) = run(folder.path(), &[], &mut first_fixes);
    assert_eq!((code, &text), (DOES_NOT_COMPILE, &dry));
    assert!(text.contains("is reached through a link that leads out of the workspace"), "{text}");
    assert!(text.contains("lies outside the workspace"), "{text}");
    assert!(
        text.ends_with("\nNothing was fixed. 2 errors remain; `cargo ownership` shows them.\n"),
        "{text}"
    );
    assert_eq!(read(folder.path(), "out/linked.rs"), out);
    assert_eq!(read(folder.path(), "out/named.rs"), out);
}

#[test]
fn a_single_file() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.rs", &format!("fn main() {{\n{MISTAKE}}}\n"));
    let path = folder.path().join("a.rs").display().to_string();
    let words = ["cargo-ownership", "fix", &path, "--edition", "2021"];
    let (text, code) = run_words(&words, &mut first_fixes);
    assert_eq!(code, 0, "{text}");
    assert!(read(folder.path(), "a.rs").contains("letter = &draft"));
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
}

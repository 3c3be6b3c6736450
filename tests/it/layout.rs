//! Holds the code to the layout of the design: which file stands where, who may use whom, how long.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_ownership::rules::RULES;

/// Modules in the order of use: each may use those before it and itself.
const ORDER: &[&str] = &[
    "diagnostic",
    "source",
    "facts",
    "concept",
    "explanation",
    "syntax",
    "fix",
    "rule",
    "conflict",
    "mismatch",
    "fixes",
    "rules",
    "topics",
    "report",
    "plan",
    "render",
    "stored",
    "cli",
    "config",
    "terminal",
    "cargo",
    "input",
    "passing",
    "verify",
    "pager",
    "vcs",
    "apply",
    "watch",
    "session",
];

/// Which may use a later one all the same: a text is told for a finding, a concept is a text, and a
/// page of `explain` has headings that are words of the screen.
const EXCEPTIONS: &[(&str, &str)] =
    &[("concept", "explanation"), ("explanation", "fix"), ("explanation", "rule"), ("topics", "render")];

/// The modules that touch files, processes or the environment.
const TOUCHES_THE_WORLD: &[&str] = &[
    "source", "config", "cargo", "input", "passing", "verify", "terminal", "pager", "vcs", "apply", "watch",
    "session", "lib", "main",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn assert_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Every source file below `src`, with the name of its module and its text.
fn sources() -> Vec<(String, PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src is part of the project").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let inside = path.strip_prefix(root().join("src")).expect("it is below src");
                let module =
                    inside.components().next().map(|first| first.as_os_str().to_string_lossy().into_owned());
                let module = module.unwrap_or_default().trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                files.push((module, path, text));
            }
        }
    }
    files.sort();
    files
}

/// The part of a file that is not its own tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let place: BTreeMap<&str, usize> = ORDER.iter().enumerate().map(|(n, name)| (*name, n)).collect();
    let mut complaints = Vec::new();
    for (module, path, text) in sources() {
        let Some(here) = place.get(module.as_str()) else {
            if !["lib", "main"].contains(&module.as_str()) {
                complaints.push(format!("{}: say in ORDER where it stands", path.display()));
            }
            continue;
        };
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(there) = place.get(used.as_str()) else { continue };
            if there > here && !EXCEPTIONS.contains(&(module.as_str(), used.as_str())) {
                complaints.push(format!("{}: uses crate::{used}, which comes later", path.display()));
            }
        }
    }
    assert_none(complaints);
}

#[test]
fn only_the_named_modules_touch_the_world() {
    let mut complaints = Vec::new();
    for (module, path, text) in sources() {
        if TOUCHES_THE_WORLD.contains(&module.as_str()) {
            continue;
        }
        for word in ["std::fs", "std::process", "std::env", "std::net", "std::time::Instant"] {
            if code(&text).contains(word) {
                complaints.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert_none(complaints);
}

/// Nobody else can damage what the user has written.
#[test]
fn only_the_named_modules_write_files() {
    const WRITES: &[&str] = &["File::create", "fs::write", "fs::rename", "fs::remove_", ".persist("];
    let mut complaints = Vec::new();
    for (module, path, text) in sources() {
        for word in WRITES.iter().filter(|word| code(&text).contains(**word)) {
            // The session writes the reports that were asked for by name; tries are made on a copy.
            let allowed = ["apply", "verify"].contains(&module.as_str());
            let report = module == "session" && ["fs::write", "File::create"].contains(word);
            if !allowed && !report {
                complaints.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert_none(complaints);
}

/// Who starts which program is known, and few do.
#[test]
fn only_the_named_modules_start_programs() {
    let starters = sources().into_iter().filter(|(module, _, text)| {
        !["cargo", "vcs", "pager", "verify"].contains(&module.as_str())
            && code(text).contains("process::Command")
    });
    assert_none(starters.map(|(_, path, _)| path.display().to_string()).collect());
}

#[test]
fn only_the_syntax_module_knows_the_syntax_library() {
    let strangers =
        sources().into_iter().filter(|(module, _, text)| module != "syntax" && text.contains("ra_ap_syntax"));
    assert_none(strangers.map(|(_, path, _)| path.display().to_string()).collect());
}

#[test]
fn files_are_short() {
    let mut complaints = Vec::new();
    for (module, path, text) in sources() {
        let most = if module == "rules" { 200 } else { 500 };
        let lines = text.lines().count();
        if lines > most {
            complaints.push(format!("{}: {lines} lines, more than {most}", path.display()));
        }
    }
    assert_none(complaints);
}

#[test]
fn every_rule_has_its_text_and_its_fixtures() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let stem = rule.name.replace('-', "_");
        if !root().join(format!("src/rules/{stem}.rs")).is_file() {
            complaints.push(format!("{}: its file is not src/rules/{stem}.rs", rule.name));
        }
        let text = fs::read_to_string(root().join(format!("explanations/{stem}.md"))).unwrap_or_default();
        if text != rule.text {
            complaints.push(format!("{}: its text is not explanations/{stem}.md", rule.name));
        }
        let cases: Vec<String> = fs::read_dir(root().join("fixtures").join(&stem))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        if cases.len() < 3 || !cases.iter().any(|case| case.starts_with("guard_")) {
            complaints
                .push(format!("{}: at least three fixtures, one of them guard_..: {cases:?}", rule.name));
        }
        if rule.codes.is_empty() && rule.messages.is_empty() {
            complaints.push(format!("{}: concerns no message", rule.name));
        }
    }
    assert_none(complaints);
}

/// Writes `src/rules/mod.rs` when blessing; else it must be up to date.
#[test]
fn the_list_of_rules_is_generated() {
    let mut names: Vec<String> = fs::read_dir(root().join("src/rules"))
        .expect("the rules are part of the project")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "mod")
        .collect();
    names.sort();
    let mut list = String::from(
        "//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.\n\n\
         use crate::rule::Rule;\n\n",
    );
    for name in &names {
        list.push_str(&format!("pub mod {name};\n"));
    }
    list.push_str("\n/// All rules, by name.\n#[rustfmt::skip]\npub static RULES: &[&Rule] = &[\n");
    for name in &names {
        list.push_str(&format!("    &{name}::RULE,\n"));
    }
    list.push_str("];\n");
    let path = root().join("src/rules/mod.rs");
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, &list).expect("the list can be written");
    }
    let found = fs::read_to_string(&path).expect("the list exists");
    assert_eq!(found.trim(), list.trim(), "run `cargo bless`, twice after adding a rule");
}

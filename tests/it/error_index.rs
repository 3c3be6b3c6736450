//! Every example of the compiler's own error index, for every code that a rule names, is recognised.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use cargo_ownership::diagnostic::Diagnostic;
use cargo_ownership::report::{Outcome, Reporter};
use cargo_ownership::rules::RULES;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;

/// Codes of which a part is about ownership, and the rest about other mistakes: those are passed on.
const PARTLY_OURS: &[&str] = &[
    "E0053", "E0107", "E0109", "E0117", "E0119", "E0133", "E0271", "E0207", "E0210", "E0277", "E0308",
    "E0368", "E0369", "E0391", "E0392", "E0401", "E0403", "E0599", "E0600", "E0631", "E0608",
];

#[test]
fn every_example_of_the_error_index_is_recognised() {
    let codes = RULES.iter().flat_map(|rule| rule.codes).copied().filter(|code| code.starts_with('E'));
    let codes: BTreeSet<&str> = codes.collect();
    let mut missed = Vec::new();
    let mut recognised = 0;
    for code in &codes {
        for example in examples(code) {
            let folder = tempfile::tempdir().expect("a folder for the example");
            fs::write(folder.path().join("example.rs"), &example).expect("the folder is ours");
            let files = Files::new(Sources::new(vec![folder.path().to_owned()]));
            let mut reporter = Reporter::default();
            for diagnostic in messages(folder.path(), &example) {
                if diagnostic.code.as_deref() != Some(*code) {
                    continue;
                }
                match reporter.add(&diagnostic, &files, None, None) {
                    Outcome::Explained => recognised += 1,
                    Outcome::Unknown if PARTLY_OURS.contains(code) => {}
                    Outcome::Unknown => missed.push(format!("{code}: {}\n{example}", diagnostic.message)),
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} examples are not recognised:\n{}", missed.len(), missed.join("\n"));
    assert!(
        recognised >= codes.len() - PARTLY_OURS.len(),
        "only {recognised} errors in the examples of {} codes",
        codes.len()
    );
}

/// The code blocks of `rustc --explain`, made programs as rustdoc does: what is no program becomes the
/// body of one.
fn examples(code: &str) -> Vec<String> {
    let output = rustc().args(["--explain", code]).output().expect("rustc runs");
    let page = String::from_utf8(output.stdout).expect("rustc writes UTF-8");
    // Every second piece between fences is code; its first line may name the language.
    page.split("```")
        .skip(1)
        .step_by(2)
        .map(|block| program(block.split_once('\n').map_or("", |(_, code)| code)))
        .collect()
}

fn program(code: &str) -> String {
    if code.contains("fn main(") {
        return code.to_owned();
    }
    let (attributes, rest): (Vec<&str>, Vec<&str>) = code.lines().partition(|line| line.starts_with("#!["));
    format!("{}\nfn main() {{\n{}\n}}\n", attributes.join("\n"), rest.join("\n"))
}

fn messages(folder: &std::path::Path, example: &str) -> Vec<Diagnostic> {
    let edition = if example.contains("async") { "2021" } else { "2015" };
    let output = rustc()
        .current_dir(folder)
        .args(["--error-format=json", "--emit=metadata", "--edition", edition, "example.rs"])
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|raw: cargo_metadata::diagnostic::Diagnostic| Diagnostic::new(&raw))
        .collect()
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

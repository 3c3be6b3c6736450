//! What `rules_rust` leaves behind: one file of bare rustc messages for each crate, whose paths start
//! from the root of the Bazel workspace. Each is read, and their reports are joined.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Once;

use serde_json::Value;

use crate::sandbox::Sandbox;

/// The recordings, and what rustc was asked beside what it is always asked: a library, the same
/// sources once more as its test, and a program.
const CRATES: &[(&str, &[&str])] = &[
    ("catalog", &["--crate-name=catalog", "--crate-type=rlib", "catalog/src/lib.rs"]),
    ("catalog_test", &["--crate-name=catalog_test", "--test", "catalog/src/lib.rs"]),
    ("desk", &["--crate-name=desk", "--crate-type=bin", "desk/src/main.rs"]),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/_recordings/rules_rust")
}

/// As the rules start it: in the root of the workspace.
fn record(sandbox: &Sandbox, args: &[&str]) -> Vec<u8> {
    let mut rustc = sandbox.command("rustc", "cargos");
    rustc.args(["--error-format=json", "--edition=2021", "--emit=metadata"]).args(args);
    rustc.arg("--out-dir").arg(sandbox.path()).current_dir(workspace());
    rustc.output().expect("rustc is installed").stderr
}

/// A recording; all are written first when blessing.
fn recording(name: &str) -> PathBuf {
    static WRITTEN: Once = Once::new();
    let path = |name: &str| workspace().join(format!("{name}.rustc.json"));
    WRITTEN.call_once(|| {
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            let sandbox = Sandbox::new(&[]);
            for (name, args) in CRATES {
                std::fs::write(path(name), record(&sandbox, args)).expect("the recordings are ours");
            }
        }
    });
    path(name)
}

/// Rule and place of each finding of a report.
fn findings(path: &Path) -> BTreeSet<(String, String, u64)> {
    let text = std::fs::read_to_string(path).expect("the report was written");
    let report: Value = serde_json::from_str(&text).expect("it is JSON");
    let found = report["findings"].as_array().expect("a list").iter().map(|finding| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let place = &finding["primary"];
        (text(&finding["rule"]), text(&place["file"]), place["line_start"].as_u64().unwrap_or_default())
    });
    let all: Vec<_> = found.collect();
    let different: BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!(all.len(), different.len(), "told once: {all:?}");
    different
}

#[test]
fn shards_of_a_bazel_workspace_become_one_report() {
    let sandbox = Sandbox::new(&[]);
    let root = workspace().display().to_string();
    let mut reports = Vec::new();
    for (name, _) in CRATES {
        let recording = recording(name);
        let report = sandbox.path().join(format!("{name}.json"));
        let from = format!("--from={}", recording.display());
        let to = format!("--report=json={}", report.display());
        let said = sandbox.ours("ours", &[from, to, format!("--source-root={root}")]);
        assert_eq!(said.code, Some(101), "{name}: {}", said.stderr);
        reports.push(report);
    }
    let found: Vec<_> = reports.iter().map(|report| findings(report)).collect();
    let lent = ("shared-and-mutable-borrow".to_owned(), "catalog/src/lib.rs".to_owned(), 21);
    let moved = |file: &str, line| ("use-after-move".to_owned(), file.to_owned(), line);
    let copied = ("move-out-of-borrow".to_owned(), "desk/src/main.rs".to_owned(), 11);
    assert_eq!(found[0], BTreeSet::from([lent.clone()]));
    assert_eq!(found[1], BTreeSet::from([lent, moved("catalog/src/lib.rs", 45)]));
    assert_eq!(found[2], BTreeSet::from([copied, moved("desk/src/main.rs", 19)]));

    let mut args = vec!["--merge".to_owned()];
    args.extend(reports.iter().map(|report| report.display().to_string()));
    let joined = sandbox.path().join("all.json");
    args.extend([format!("--report=json={}", joined.display()), "--report=short".to_owned()]);
    args.push(format!("--source-root={root}"));
    let said = sandbox.ours("ours", &args);
    assert_eq!(said.code, Some(101), "{}", said.stderr);
    assert_eq!(said.stdout.lines().count(), 4, "what two recordings share is told once: {}", said.stdout);
    assert_eq!(findings(&joined), found.into_iter().flatten().collect());
}

/// The recordings are what the installed rustc says, but for its wording.
#[test]
fn the_recordings_are_of_these_sources() {
    let sandbox = Sandbox::new(&[]);
    let codes = |log: &[u8]| -> Vec<(Value, Value)> {
        let lines = String::from_utf8_lossy(log).into_owned();
        let read = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let own = read.map(|line| (line["code"]["code"].clone(), line["spans"][0]["byte_start"].clone()));
        own.filter(|(code, _)| !code.is_null()).collect()
    };
    for (name, args) in CRATES {
        let recorded = std::fs::read(recording(name)).expect("recorded");
        assert_eq!(codes(&recorded), codes(&record(&sandbox, args)), "{name}: run `cargo bless`");
    }
}

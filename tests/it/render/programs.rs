//! Reports for programs, and the words.

use std::path::Path;

use cargo_ownership::render::{json, short, words};
use snapbox::{file, str};

use super::same;
use super::samples::*;

#[test]
fn json_is_the_contract() {
    let document: serde_json::Value =
        serde_json::from_str(&json(&report(vec![scores()]))).expect("valid JSON");
    let pretty = serde_json::to_string_pretty(&document).expect("it was JSON") + "\n";
    same(pretty, file!["snapshots/scores.json"]);
}

#[test]
fn json_of_nothing() {
    let version = env!("CARGO_PKG_VERSION");
    same(
        json(&Default::default()).replace(version, "VERSION"),
        str![[r#"
{"schema":1,"tool":{"name":"cargo-ownership","version":"VERSION"},"rustc":null,"success":false,"findings":[],"others":{"errors":0,"warnings":0}}

"#]],
    );
}

#[test]
fn short_is_one_line_an_error() {
    let mut without_code = a_loop();
    without_code.explanation.claim = "`push` changes `a`\nwhile the loop\u{1b}[2J looks into it.".into();
    let mut without_place = two_files();
    without_place.primary = None;
    same(
        short(&report(vec![scores(), names(), without_code, without_place])),
        str![[r#"
src/main.rs:4:5: E0502: `scores` cannot change on line 4: `best` looks into it until line 5.
src/main.rs:6:20: E0382: `names` is empty-handed on line 6: `into_iter` took it on line 3.
src/main.rs:10:20: E0382: use of moved value: `names`
src/main.rs:11:20: E0382: use of moved value: `names`
src/main.rs:12:20: E0382: use of moved value: `names`
src/main.rs:13:20: E0382: use of moved value: `names`
src/main.rs:14:20: E0382: use of moved value: `names`
src/main.rs:15:20: E0382: use of moved value: `names`
src/lib.rs:4:3: shared-and-mutable-borrow: `push` changes `a` while the loop\u{1b}[2J looks into it.
E0499: cannot borrow `*a` as mutable more than once at a time

"#]],
    );
}

#[test]
fn every_word_is_used_and_every_use_is_a_word() {
    let mut code = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    let keys: Vec<&str> = words::keys().collect();
    for key in &keys {
        // The events of a timeline are chosen by rules; a rule that needs one finds it there.
        let used = key.starts_with("timeline-") || code.contains(&format!("\"{key}\""));
        assert!(used, "`{key}` in explanations/words.md is used nowhere");
        assert!(!words::word(key).trim().is_empty(), "`{key}` has no text");
        assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "`{key}` stands there twice");
    }
    let strings = code.split('"');
    for key in strings.filter(|text| is_key(text)) {
        assert!(keys.contains(&key), "`{key}` is not in explanations/words.md");
    }
    for call in code.split("word(\"").skip(1) {
        let key = call.split('"').next().unwrap_or_default();
        assert!(keys.contains(&key), "`{key}` is not in explanations/words.md");
    }
}

/// Keys that are handed on before they are looked up.
fn is_key(text: &str) -> bool {
    let letters = text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let grouped = text.starts_with("timeline-") || text.ends_with("-one") || text.ends_with("-many");
    letters && grouped && text != "timeline-"
}

fn read(folder: &Path, code: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|end| end == "rs") {
            code.push_str(&std::fs::read_to_string(&path).expect("sources are UTF-8"));
        }
    }
}

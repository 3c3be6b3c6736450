//! Real crates with odd files: every byte offset that we print is one of the file on disk, every
//! first fix can be applied to it, and nothing outside the target folder changes.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// A use after a move that `borrow-value` mends.
const MISTAKE: &str = "    let draft = String::from(\"Dear Ada,\");\n    let letter = draft;\n    println!(\"{draft} {letter}\");\n";

/// Runs ours with `--report json` and reads the document.
fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    if !sandbox.path().join("Cargo.lock").exists() {
        // cargo's own file, which cargo writes at its first run.
        sandbox.cargo_check("first", &["-q"]);
    }
    let before = sandbox.files();
    let mut all = vec!["--report", "json"];
    all.extend(args);
    let said = sandbox.ours("ours", &all);
    assert!(sandbox.files() == before, "files outside the target folder changed");
    serde_json::from_str(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", said.stdout, said.stderr))
}

/// The file after the first fix of the first finding.
fn mended(sandbox: &Sandbox, finding: &Value) -> String {
    let edits = finding["fixes"][0]["edits"].as_array().expect("a fix has edits").clone();
    let file = edits[0]["file"].as_str().expect("an edit names its file");
    let text = std::fs::read(sandbox.path().join(file)).expect("the file is relative to the workspace root");
    let mut edits: Vec<(usize, usize, String)> = edits
        .iter()
        .map(|edit| {
            let byte = |key: &str| edit[key].as_u64().expect("a byte offset") as usize;
            (byte("byte_start"), byte("byte_end"), edit["replacement"].as_str().expect("a text").to_owned())
        })
        .collect();
    edits.sort();
    let mut out = text.clone();
    for (start, end, new) in edits.into_iter().rev() {
        out.splice(start..end, new.into_bytes());
    }
    String::from_utf8(out).expect("the fix keeps UTF-8")
}

/// The finding names the place, and the first fix mends the program without touching another byte.
fn assert_mended(name: &str, source: &str) {
    let sandbox = Sandbox::package(&[]);
    sandbox.write("src/main.rs", source);
    let report = json(&sandbox, &[]);
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "use-after-move", "{name}: {report}");
    let (start, end) = (&finding["primary"]["byte_start"], &finding["primary"]["byte_end"]);
    let range = start.as_u64().unwrap_or(0) as usize..end.as_u64().unwrap_or(0) as usize;
    assert_eq!(&source[range], "draft", "{name}");
    let fixed = mended(&sandbox, finding);
    assert_eq!(fixed, source.replace("letter = draft", "letter = &draft"), "{name}");
    sandbox.write("src/main.rs", &fixed);
    assert_eq!(sandbox.cargo_check("ours", &["-q"]).code, Some(0), "{name}: {fixed}");
}

#[test]
fn line_ends_byte_order_marks_tabs_and_wide_characters() {
    let program =
        format!("fn main() {{\n    let emoji = \"🦀 é 漢字\";\n    println!(\"{{emoji}}\");\n{MISTAKE}}}\n");
    assert_mended("plain", &program);
    assert_mended("CRLF", &program.replace('\n', "\r\n"));
    assert_mended("byte order mark", &format!("\u{feff}{program}"));
    assert_mended("byte order mark and CRLF", &format!("\u{feff}{}", program.replace('\n', "\r\n")));
    assert_mended("tabs", &program.replace("    ", "\t"));
    assert_mended("wide characters on the line", &program.replace("let letter", "/* 漢字🦀 */ let letter"));
    assert_mended("a first line for a shell", &format!("#!/usr/bin/env run\n{program}"));
    assert_mended("no last line end", program.trim_end());
}

#[test]
fn a_file_above_a_megabyte_and_a_hundred_errors() {
    let filler = "// a line that only makes the file long, as generated code often is\n".repeat(20_000);
    assert_mended("long", &format!("{filler}fn main() {{\n{MISTAKE}}}\n{filler}"));

    let functions: String = (0..100).map(|n| format!("pub fn f{n}() {{\n{MISTAKE}}}\n")).collect();
    let sandbox = Sandbox::package(&[("src/lib.rs", &functions)]);
    let report = json(&sandbox, &[]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(100));
}

#[test]
fn modules_at_paths_targets_of_all_kinds_and_workspaces() {
    let mistake = |name: &str| format!("pub fn {name}() {{\n{MISTAKE}}}\n");
    let main = |name: &str| format!("fn main() {{ {name}() }}\n{}", mistake(name));
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n"),
        ("one/Cargo.toml", "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("one/src/lib.rs", "#[path = \"../odd/place.rs\"]\npub mod elsewhere;\n"),
        ("one/odd/place.rs", &mistake("in_module")),
        ("two/Cargo.toml", "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("two/src/main.rs", &main("in_program")),
        ("two/examples/show.rs", &main("in_example")),
        ("two/tests/test.rs", &mistake("in_test")),
    ]);
    let report = json(&sandbox, &["--workspace", "--all-targets", "--keep-going"]);
    let findings = report["findings"].as_array().expect("findings");
    let mut places: Vec<_> = findings
        .iter()
        .map(|finding| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&finding["primary"]["file"]), text(&finding["package"]))
        })
        .collect();
    places.sort();
    let expected = [
        ("one/src/../odd/place.rs", "one"),
        ("two/examples/show.rs", "two"),
        ("two/src/main.rs", "two"),
        ("two/tests/test.rs", "two"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(file, package)| (file.to_string(), package.to_string())).collect();
    assert_eq!(places, expected);
    for finding in findings {
        assert!(mended(&sandbox, finding).contains("letter = &draft"));
    }
}

#[test]
fn build_scripts_generated_code_and_macros() {
    let script = format!("fn main() {{\n{MISTAKE}}}\n");
    let sandbox = Sandbox::package(&[("src/lib.rs", ""), ("build.rs", &script)]);
    let report = json(&sandbox, &[]);
    assert_eq!(report["findings"][0]["primary"]["file"], "build.rs");

    let generated = format!("pub fn generated() {{\n{MISTAKE}}}\n");
    let script = format!(
        "fn main() {{ let out = std::env::var(\"OUT_DIR\").unwrap(); std::fs::write(out + \"/made.rs\", {generated:?}).unwrap(); }}"
    );
    let include = "include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", include), ("build.rs", &script)]);
    let report = json(&sandbox, &[]);
    let file = report["findings"][0]["primary"]["file"].as_str().unwrap_or_default();
    assert!(file.ends_with("made.rs"), "{report}");

    let macros =
        "macro_rules! twice { ($e:expr) => { ($e, $e) } }\nfn main() { let v = vec![1]; twice!(v); }\n";
    let sandbox = Sandbox::package(&[("src/main.rs", macros)]);
    let report = json(&sandbox, &[]);
    assert_eq!(report["findings"][0]["code"], "E0382");
    let told = sandbox.ours("ours", &["--color", "never"]);
    assert!(told.stdout.contains("error[E0382]: use of moved value: `v`"), "{}", told.stdout);
}

/// A file that has changed since it was checked gets its explanation without a picture.
#[test]
fn a_source_that_has_changed_since() {
    let source = format!("fn main() {{\n{MISTAKE}}}\n");
    let sandbox = Sandbox::package(&[("src/main.rs", &source)]);
    let log = sandbox.cargo_check("ours", &["--message-format=json"]).stdout;
    sandbox.write("build.log", &log);
    let told = sandbox.ours("ours", &["--from", "build.log"]);
    assert!(told.stdout.contains("let letter = draft"), "{}", told.stdout);
    sandbox.write("src/main.rs", "fn main() {}\n");
    let told = sandbox.ours("ours", &["--from", "build.log"]);
    assert!(told.stdout.contains("`draft` is used on line 4"), "{}", told.stdout);
    assert!(!told.stdout.contains("let letter"), "{}", told.stdout);
    assert_eq!(told.code, Some(101));
}

#[cfg(unix)]
#[test]
fn a_folder_whose_name_is_no_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new(&[]);
    let folder = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let Ok(()) = std::fs::create_dir(sandbox.path().join(folder)) else {
        return; // This file system has no such names.
    };
    let under = |name: &str| {
        let mut path = folder.to_owned();
        path.push("/");
        path.push(name);
        path
    };
    sandbox.write(under("Cargo.toml"), "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    sandbox.write(under("src/main.rs"), format!("fn main() {{\n{MISTAKE}}}\n"));
    let manifest = under("Cargo.toml");
    let theirs = sandbox.cargo_check("ours", &["--manifest-path".as_ref(), manifest.as_os_str()]);
    let ours = sandbox.ours("ours", &["--manifest-path".as_ref(), manifest.as_os_str()]);
    assert_eq!(ours.code, theirs.code, "{}\n{}", theirs.stderr, ours.stderr);
}

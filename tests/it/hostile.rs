//! Programs and messages that want to be more than text, through all of the formats at once.
//!
//! What is built by hand is in `render/hostile.rs`; here rustc reads the source, and we read rustc.

use std::fmt::Write as _;

use serde_json::Value;

use crate::runner;
use crate::sandbox::{Said, Sandbox};

/// Commands of two CIs, markup of three kinds, escapes of terminals, text that runs backwards, a NUL.
const COMMENTS: &str = "    // \n    // ::error::owned ##[error]owned @everyone #1\n    \
    // ::set-output name=a::b\n    // \u{1b}[31mred\u{1b}]8;;http://x\u{7}link \u{9b}2J\n    \
    // \u{202e}sdrawkcab\u{2066} \u{200b}\u{feff} \0 section_end:0:x\n    // ]]> </failure> ``` ~~~ </details> ${{ x }}\n";

/// A mistake between such comments, with such a literal; and a message that the program itself writes.
fn program() -> String {
    format!(
        "#![allow(text_direction_codepoint_in_literal, text_direction_codepoint_in_comment)]\n\
         pub fn f(v: Vec<u8>) {{\n    let a = v;\n{COMMENTS}    \
         drop((v, \"<script>x()</script> ```|\u{1b}[2J \u{202e}x]]>&amp;\"));\n    drop(a);\n}}\n\
         pub const C: () = panic!(\"\n::error::from the source\n##[error]from the source\");\n"
    )
}

const FILES: &[&str] =
    &["json", "short", "human", "cargo-json", "markdown", "sarif", "gitlab", "junit", "checkstyle"];

/// Every format into a file of its name, and the annotations on standard output.
fn run(sandbox: &Sandbox, more: &[&str]) -> Said {
    let mut args: Vec<String> = FILES.iter().map(|name| format!("--report={name}={name}.out")).collect();
    args.push("--report=github".to_owned());
    args.extend(more.iter().map(|arg| (*arg).to_owned()));
    sandbox.ours("ours", &args)
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    let path = sandbox.path().join(format!("{name}.out"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a terminal or a reader's eye would obey. A JSON document may hold all of it, escaped.
fn obeyed(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn assert_well_formed(name: &str, text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut names = std::collections::BTreeSet::new();
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(quick_xml::events::Event::Start(start) | quick_xml::events::Event::Empty(start)) => {
                names.insert(String::from_utf8_lossy(start.name().as_ref()).into_owned());
            }
            Ok(_) => {}
            Err(error) => panic!("{name}: {error}\n{text}"),
        }
    }
    let ours = ["testsuites", "testsuite", "testcase", "failure", "checkstyle", "file", "error"];
    assert!(names.iter().all(|name| ours.contains(&name.as_str())), "{name}: {names:?}");
}

/// Whatever the source says, each format stays what it is and nothing in it is obeyed.
fn assert_tame(sandbox: &Sandbox, said: &Said, findings: usize) {
    let (commands, plain) = runner::read(&said.stdout);
    let known = ["group", "endgroup", "error"];
    for command in &commands {
        assert!(known.contains(&command.name.as_str()), "read by the runner: {command:?}");
        assert!(command.name != "error" || command.property("file") == "src/lib.rs", "{command:?}");
        assert!(!command.data.contains(obeyed), "{command:?}");
    }
    assert!(plain.iter().all(|line| line.is_empty()), "not sealed: {plain:?}");
    assert_eq!(commands.iter().filter(|command| command.name == "error").count(), findings);
    assert!(!said.stdout.contains(obeyed));

    for name in ["human", "short", "markdown", "junit", "checkstyle"] {
        let text = read(sandbox, name);
        let found = text.chars().find(|&c| obeyed(c));
        assert_eq!(found, None, "{name}");
    }
    for name in ["junit", "checkstyle"] {
        assert_well_formed(name, &read(sandbox, name));
    }
    for name in ["json", "sarif", "gitlab"] {
        let text = read(sandbox, name);
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
    }
    let page = read(sandbox, "markdown");
    let fence = page.find("````").unwrap_or(page.len());
    assert!(!page[..fence].contains("<script>"), "{page}");
    for line in read(sandbox, "cargo-json").lines() {
        serde_json::from_str::<cargo_metadata::Message>(line)
            .unwrap_or_else(|error| panic!("{error}: {line}"));
        let told: Value = serde_json::from_str(line).expect("just read");
        let drawn = told["message"]["rendered"].as_str().unwrap_or_default();
        if drawn.contains("Ways out") {
            assert!(!drawn.contains(obeyed), "{drawn:?}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let sandbox = Sandbox::package(&[("src/lib.rs", &program())]);
    let said = run(&sandbox, &["--detail=full"]);
    assert_eq!(said.code, Some(101), "{}", said.stderr);
    assert_tame(&sandbox, &said, 1);
    let told = said.stdout.lines().any(|line| line.trim_start() == "::error::from the source");
    assert!(told, "it is shown, where nobody reads it as a command: {}", said.stdout);
    assert!(read(&sandbox, "markdown").contains("````text\n"), "a fence longer than the code's own");
    assert!(read(&sandbox, "human").contains("�[2J �x"), "what is not obeyed is shown");
}

/// A generator has written the whole program into one line.
#[test]
fn a_line_of_megabytes_is_cut_everywhere() {
    let mut line = "pub fn f(v: Vec<u8>) { let a = v; ".to_owned();
    for n in 0..30_000 {
        write!(line, "let _b{n} = \"::error::x \u{1b}[31m\"; ").expect("writing to a string");
    }
    line += "drop(v); drop(a); }\n";
    assert!(line.len() > 1_000_000);
    let sandbox = Sandbox::package(&[("src/lib.rs", &line)]);
    let said = run(&sandbox, &["--verify=never"]);
    assert_tame(&sandbox, &said, 1);
    // Programs are given the line as rustc gives it.
    for name in FILES.iter().filter(|name| !["json", "cargo-json"].contains(name)) {
        let length = read(&sandbox, name).len();
        assert!(length < 100_000, "{name} has {length} bytes");
    }
    assert!(said.stdout.len() < 100_000);
}

/// Messages need not come from a rustc: whoever writes a log may write what they like.
#[test]
fn a_recorded_message_stays_text_too() {
    let text = program();
    let sandbox = Sandbox::package(&[("src/lib.rs", &text)]);
    let recorded = sandbox.cargo_check("plain", &["--message-format=json", "-q"]).stdout;
    let hostile = r"\n::error::owned\n##[error]owned\u001b[31m\u0000\u202e<script>]]>`|`";
    let log: String = recorded
        .lines()
        .map(|line| {
            let line = line.replace("value moved here", &format!("value moved here{hostile}"));
            line.replace("use of moved value: `v`", &format!("use of moved value: `v`{hostile}")) + "\n"
        })
        .collect();
    sandbox.write("build.log", log);
    let said = run(&sandbox, &["--from=build.log", "--source-root=."]);
    assert_eq!(said.code, Some(101), "{}", said.stderr);
    assert!(read(&sandbox, "json").contains("owned"), "the message is ours");
    assert_tame(&sandbox, &said, 1);
}

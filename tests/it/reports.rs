//! The same findings in every format, from one run.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::runner;
use crate::sandbox::Sandbox;

/// Seven mistakes in seven functions; the last has no code.
const SEVEN: &str = r#"
pub fn moved(names: Vec<String>) -> usize {
    let others = names;
    others.len() + names.len()
}

pub fn lent_twice(total: &mut u32) {
    let one = &mut *total;
    let two = &mut *total;
    *one += 1;
    *two += 1;
}

pub fn changed(mut scores: Vec<u32>) {
    let best = &scores[0];
    scores.push(40);
    println!("{best}");
}

pub fn given_away(name: String) {
    let first = &name;
    drop(name);
    println!("{first}");
}

pub fn local() -> &'static str {
    let text = String::from("a, b | c");
    text.as_str()
}

pub fn too_short() {
    let kept;
    {
        let word = String::from("a");
        kept = &word;
    }
    println!("{kept}");
}

pub fn longer<'a, 'b>(one: &'a str, two: &'b str) -> &'a str {
    if one.is_empty() { two } else { one }
}
"#;

fn seven() -> Sandbox {
    Sandbox::package(&[("src/lib.rs", SEVEN)])
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn json(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_str(&read(sandbox, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const EVERYWHERE: &[&str] = &[
    "--report=github",
    "--report=json=a.json",
    "--report=markdown=a.md",
    "--report=html=a.html",
    "--report=sarif=a.sarif",
    "--report=gitlab=gitlab.json",
    "--report=junit=junit.xml",
    "--report=checkstyle=checkstyle.xml",
    "--report=short=short.txt",
];

#[test]
fn seven_findings_are_seven_everywhere() {
    let sandbox = seven();
    let said = sandbox.ours("ours", EVERYWHERE);
    assert_eq!(said.code, Some(101), "{}", said.stderr);
    assert_eq!(said.stderr, "", "a log of GitHub's is one stream");
    let (commands, plain) = runner::read(&said.stdout);
    let annotations: Vec<_> = commands.iter().filter(|command| command.name == "error").collect();
    assert_eq!(annotations.len(), 7, "{}", said.stdout);
    for annotation in &annotations {
        assert_eq!(annotation.property("file"), "src/lib.rs");
        for number in ["line", "endLine", "col", "endColumn"] {
            assert!(annotation.property(number).parse::<usize>().is_ok(), "{annotation:?}");
        }
        assert!(!annotation.property("title").is_empty() && annotation.data.starts_with("error"));
    }
    let lines: BTreeSet<&str> = annotations.iter().map(|annotation| annotation.property("line")).collect();
    assert_eq!(lines.len(), 7, "each at its own place");
    assert!(plain.iter().all(|line| line.is_empty()), "nothing stands outside of the seals: {plain:?}");
    assert_eq!(said.stdout.matches("\n::group::").count(), 7);

    let findings = json(&sandbox, "a.json")["findings"].as_array().expect("a list").clone();
    assert_eq!(findings.len(), 7);
    assert!(findings.iter().any(|finding| finding["code"].is_null()), "one has no code");

    let sarif = json(&sandbox, "a.sarif");
    let results = sarif["runs"][0]["results"].as_array().expect("a list").clone();
    assert_eq!(results.len(), 7);
    let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
    for result in &results {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let prints: BTreeSet<String> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), 7);
    let fixes = results.iter().filter(|result| result["fixes"].is_array()).count();
    assert!(fixes >= 6, "confirmed ways out are fixes: {fixes}");

    let issues = json(&sandbox, "gitlab.json").as_array().expect("a list").clone();
    let prints: BTreeSet<String> = issues.iter().map(|issue| issue["fingerprint"].to_string()).collect();
    assert_eq!((issues.len(), prints.len()), (7, 7));

    assert_eq!(read(&sandbox, "junit.xml").matches("<testcase ").count(), 7);
    assert_eq!(read(&sandbox, "checkstyle.xml").matches("<error ").count(), 7);
    assert_eq!(read(&sandbox, "a.md").matches("\n## error").count(), 7);
    assert_eq!(read(&sandbox, "a.html").matches("<article class=\"finding\"").count(), 7);
    assert_eq!(read(&sandbox, "short.txt").lines().count(), 7);
    for xml in ["junit.xml", "checkstyle.xml"] {
        assert_well_formed(&read(&sandbox, xml));
    }
}

fn assert_well_formed(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}

/// Only the place of a mistake in its file has changed, so it is the same mistake.
#[test]
fn fingerprints_survive_moved_lines() {
    let prints = |text: &str| -> Vec<String> {
        let sandbox = Sandbox::package(&[("src/lib.rs", text)]);
        sandbox.ours("ours", &["--report=gitlab=a.json", "--report=sarif=a.sarif", "--verify=never"]);
        let (issues, log) = (json(&sandbox, "a.json"), json(&sandbox, "a.sarif"));
        let issues = issues.as_array().expect("a list").iter().map(|issue| &issue["fingerprint"]);
        let results = log["runs"][0]["results"].as_array().expect("a list").iter();
        let results = results.map(|result| &result["partialFingerprints"]);
        issues.chain(results).map(Value::to_string).collect()
    };
    let before = prints(SEVEN);
    let after = prints(&format!("// One more line.\n\n{}", SEVEN.replace("    ", "\t")));
    assert_eq!(before.len(), 14, "seven issues and seven results");
    assert_eq!(before, after);
    // The same mistake twice in one file is two.
    let twice = prints(&format!("{SEVEN}\npub mod again {{{SEVEN}}}\n"));
    assert_eq!(twice.iter().collect::<BTreeSet<_>>().len(), 28);
}

#[test]
fn a_ci_gets_its_own_format() {
    let sandbox = seven();
    let summary = sandbox.write("target/summary.md", "# Before\n");
    let said = sandbox.ours_with(&[], |command| {
        let root = sandbox.path().parent().expect("it has one").to_owned();
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
        command.env("GITHUB_WORKSPACE", root)
    });
    let folder = sandbox.path().file_name().expect("it has a name").to_string_lossy().into_owned();
    assert!(said.stdout.contains(&format!("::error file={folder}/src/lib.rs,line=4,")), "{}", said.stdout);
    let page = std::fs::read_to_string(&summary).expect("it was there before");
    assert!(page.starts_with("# Before\n# cargo ownership: 7 mistakes"), "{page}");

    let human = |command: &mut std::process::Command| {
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    };
    let said = sandbox.ours_with(&["--report=human"], |command| {
        human(command);
        command
    });
    assert!(!said.stdout.contains("::group::"), "{}", said.stdout);

    let said = sandbox.ours_with(&[], |command| command.env("GITLAB_CI", "true"));
    assert_eq!(said.stdout.matches("section_start:").count(), 7);
    assert_eq!(said.stdout.matches("section_end:").count(), 7);
}

/// The runner shows no more than ten; the others are counted.
#[test]
fn no_more_than_ten_annotations() {
    let functions: String = (0..12)
        .map(|n| format!("pub fn f{n}(v: Vec<u8>) {{\n    let a = v;\n    drop(v);\n    drop(a);\n}}\n"))
        .collect();
    let sandbox = Sandbox::package(&[("src/lib.rs", &functions)]);
    let said = sandbox.ours("ours", &["--report=github", "--verify=never"]);
    assert_eq!(said.stdout.matches("\n::error file=").count(), 10);
    assert_eq!(said.stdout.matches("\n::notice::2 more mistakes").count(), 1, "{}", said.stdout);
}

#[test]
fn a_green_run_is_a_report_too() {
    let sandbox = Sandbox::package(&[("src/lib.rs", "pub fn f() {}\n")]);
    let said = sandbox.ours("ours", EVERYWHERE);
    assert_eq!(said.code, Some(0));
    assert_eq!(json(&sandbox, "gitlab.json"), Value::Array(Vec::new()));
    assert_eq!(json(&sandbox, "a.sarif")["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(read(&sandbox, "junit.xml").contains("failures=\"0\""));
    assert!(Path::new(&sandbox.path().join("a.md")).is_file());
}

/// What reads cargo's JSON gets all of cargo's messages, and those that we explain hold our words.
#[test]
fn a_reader_of_cargos_json_gets_all_of_it() {
    let manifest = "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &manifest.replace("\"b\"", "\"a\"")),
        ("a/src/lib.rs", "pub fn f() { let x = 1; }\n"),
        (
            "a/build.rs",
            "fn main() { println!(\"cargo::rustc-cfg=x\"); println!(\"cargo::rustc-check-cfg=cfg(x)\"); }\n",
        ),
        ("b/Cargo.toml", manifest),
        ("b/src/lib.rs", SEVEN),
    ];
    let sandbox = Sandbox::new(&files);
    for broken in [true, false] {
        if !broken {
            sandbox.write("b/src/lib.rs", "pub fn g() {}\n");
        }
        let plain = sandbox.cargo_check("plain", &["--workspace", "--message-format=json", "-q"]).stdout;
        let ours = sandbox.ours("ours", &["--report=cargo-json", "--workspace", "-q"]);
        assert_eq!(ours.code, Some(if broken { 101 } else { 0 }), "{}", ours.stderr);
        let told = |out: &str| -> Vec<(Value, String)> {
            let out = out.replace("/target/plain/", "/target/cargos/");
            let read =
                |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let mut lines: Vec<(Value, String)> =
                out.lines().map(|line| (read(line), line.to_owned())).collect();
            assert_eq!(lines.last().expect("cargo ends with it").0["reason"], "build-finished");
            // What is compiled at the same time ends in any order.
            lines.sort_by_key(|(line, _)| {
                (line["target"]["name"].to_string(), line["message"]["spans"][0]["byte_start"].as_u64())
            });
            lines
        };
        let (plain, ours_told) = (told(&plain), told(&ours.stdout));
        assert_eq!(plain.len(), ours_told.len());
        let mut enriched = 0;
        for ((plain, plain_line), (ours, ours_line)) in plain.iter().zip(&ours_told) {
            if plain["message"]["level"] != "error" || plain["message"]["spans"][0].is_null() {
                assert_eq!(plain_line, ours_line, "byte for byte");
                continue;
            }
            enriched += 1;
            let mut without = ours.clone();
            let children = plain["message"]["children"].as_array().expect("a list").clone();
            let more = ours["message"]["children"].as_array().expect("a list").clone();
            assert_eq!(&more[..children.len()], children.as_slice(), "rustc's own stay, in their order");
            assert!(more[children.len()..].iter().any(|child| child["level"] == "note"));
            without["message"]["children"] = Value::Array(children);
            without["message"]["rendered"] = plain["message"]["rendered"].clone();
            assert_eq!(&without, plain, "every other field stays");
            assert!(ours["message"]["rendered"].as_str().is_some_and(|it| it.contains("Ways out")));
        }
        assert_eq!(enriched, if broken { 7 } else { 0 });
        let read: Vec<cargo_metadata::Message> =
            cargo_metadata::Message::parse_stream(ours.stdout.as_bytes())
                .map(|message| message.expect("it can be read"))
                .collect();
        assert_eq!(read.len(), plain.len());
        assert!(!read.iter().any(|message| matches!(message, cargo_metadata::Message::TextLine(_))));
        if broken {
            let machine = ours.stdout.matches("\"MachineApplicable\"").count();
            assert!(machine >= 3, "confirmed fixes that keep behaviour are suggestions: {machine}");
        }
    }
}

/// Only what was confirmed is offered to be applied by a machine.
#[test]
fn nothing_unconfirmed_is_for_machines() {
    let sandbox = seven();
    let plain = sandbox.cargo_check("plain", &["--message-format=json", "-q"]).stdout;
    let ours = sandbox.ours("ours", &["--report=cargo-json", "--verify=never", "-q"]).stdout;
    let machine = |out: &str| out.matches("\"MachineApplicable\"").count();
    assert_eq!(machine(&ours), machine(&plain));
}

fn report(sandbox: &Sandbox, name: &str, args: &[&str]) {
    let mut all = vec![format!("--report=json={name}")];
    all.extend(args.iter().map(|arg| (*arg).to_owned()));
    sandbox.ours("ours", &all);
}

#[test]
fn a_baseline_lets_known_mistakes_pass() {
    let sandbox = seven();
    report(&sandbox, "before.json", &[]);
    let args = ["--baseline=before.json", "--report=github", "--report=sarif=a.sarif"];
    let said = sandbox.ours("ours", &args);
    assert_eq!(said.code, Some(0), "{}", said.stdout);
    assert!(!said.stdout.contains("\n::error "), "{}", said.stdout);
    assert!(said.stdout.contains("7 of them are in the baseline"), "{}", said.stdout);
    let states = |name: &str| json(&sandbox, name).to_string().matches("\"unchanged\"").count();
    assert_eq!(states("a.sarif"), 7);

    let more = "\npub fn new(v: Vec<u8>) {\n    let a = v;\n    drop(v);\n    drop(a);\n}\n";
    sandbox.write("src/lib.rs", format!("// A new line moves all others.\n{SEVEN}{more}"));
    let said = sandbox.ours("ours", &args);
    assert_eq!(said.code, Some(101));
    assert_eq!(said.stdout.matches("\n::error ").count(), 1, "{}", said.stdout);
    assert_eq!(states("a.sarif"), 7);

    sandbox.write("other.json", "{}");
    let said = sandbox.ours("ours", &["--baseline=other.json"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("cannot read `other.json`: it is no report"), "{}", said.stderr);
}

/// What the reports of a matrix share is told once, in every format, as one run would tell it.
#[test]
fn reports_of_a_matrix_are_joined() {
    let sandbox = seven();
    report(&sandbox, "one.json", &[]);
    report(&sandbox, "two.json", &["--verify=never", "--all-targets"]);
    let plain = sandbox.ours("ours", &["--verify=always", "--detail=full"]).stdout;
    let said = sandbox.ours("ours", &["--merge", "two.json", "one.json", "--detail=full"]);
    assert_eq!(said.code, Some(101), "{}", said.stderr);
    let without_glosses = |text: &str| -> Vec<String> {
        // A gloss stands where a term was first told; a joined report tells none.
        let gloss = |line: &&str| {
            !line.split_once(": ").is_some_and(|(term, _)| {
                term.starts_with(char::is_uppercase) && !term.contains(' ') && !term.contains('.')
            })
        };
        text.lines().filter(gloss).map(str::to_owned).collect()
    };
    assert_eq!(without_glosses(&said.stdout), without_glosses(&plain));

    // Read back and written again, a report is the same.
    sandbox.ours("ours", &["--merge", "one.json", "--report=json=again.json"]);
    let (mut one, mut again) = (json(&sandbox, "one.json"), json(&sandbox, "again.json"));
    for report in [&mut one, &mut again] {
        report.as_object_mut().expect("an object").remove("tool");
    }
    assert_eq!(one, again);

    sandbox.write("newer.json", r#"{"schema": 99}"#);
    let said = sandbox.ours("ours", &["--merge", "newer.json"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("its schema is 99"), "{}", said.stderr);
}

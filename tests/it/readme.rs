//! The generated parts of the README: a picture and the list of rules, both drawn by the tool.

use std::fs;
use std::path::Path;

use cargo_ownership::diagnostic::Diagnostic;
use cargo_ownership::explanation::Text;
use cargo_ownership::render::{Detail, Drawn, Style, human};
use cargo_ownership::report::Reporter;
use cargo_ownership::rules::RULES;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;

/// Writes the parts when blessing; else they must be up to date.
#[test]
fn the_generated_parts_are_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the project has a README");
    let case =
        between(&readme, "<!-- picture: ", " -->").expect("the README names the fixture of its picture");
    let picture = format!("```text\n{}```\n", picture(case));
    let after =
        replaced(&readme, &format!("<!-- picture: {case} -->\n"), "<!-- end of picture -->", &picture);
    let after = replaced(&after, "<!-- list of rules -->\n", "<!-- end of list of rules -->", &list());
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, &after).expect("the README can be written");
    }
    let readme = fs::read_to_string(&path).expect("the project has a README");
    assert!(readme == after, "the README's picture or list is out of date: run `cargo bless`");
}

/// What the tool prints for a fixture, in 80 columns.
fn picture(case: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(case);
    let recording = fs::read_to_string(folder.join("rustc.json")).expect("the fixture is recorded");
    let files = Files::new(Sources::new(vec![folder]));
    let mut reporter = Reporter::default();
    for line in recording.lines() {
        let Ok(raw) = serde_json::from_str(line) else { continue };
        reporter.add(&Diagnostic::new(&raw), &files, None, None);
    }
    let style = Style { color: false, ascii: false, width: 80, detail: Detail::Normal };
    let text = human(&Drawn::new(&reporter.finish(false, None)), &style);
    assert!(text.contains("Ways out"), "the picture shows a finding:\n{text}");
    text.trim_end().to_owned() + "\n"
}

fn list() -> String {
    let mut list = String::from("\n| mistake | rule | reported as |\n|---|---|---|\n");
    for rule in RULES {
        let codes: Vec<String> = rule.codes.iter().map(|code| code.to_string()).collect();
        let messages = rule.messages.iter().map(|message| format!("`{}`", message.replace('*', "…")));
        let reported = codes.into_iter().chain(messages).collect::<Vec<_>>().join(", ");
        list.push_str(&format!("| {} | `{}` | {reported} |\n", Text::parse(rule.text).title, rule.name));
    }
    list.push('\n');
    list
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

fn replaced(text: &str, start: &str, end: &str, new: &str) -> String {
    let (before, rest) = text.split_once(start).expect("the mark stands in the README");
    let (_, after) = rest.split_once(end).expect("the mark stands in the README");
    format!("{before}{start}{new}{end}{after}")
}

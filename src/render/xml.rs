//! The two old formats that nearly every CI server reads: JUnit and Checkstyle.
//!
//! Source: the schema of the Jenkins xUnit plug-in (`junit-10.xsd`), and Checkstyle's `XMLLogger`.

use std::collections::BTreeMap;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::place::Place;
use super::prose::{harmless, one_line};
use super::words::{counted, word};
use super::{Drawn, Style};
use crate::diagnostic::Level;
use crate::report::{Report, Told};

/// Attributes of an element.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// An XML document that grows.
struct Document(Writer<Vec<u8>>);

impl Document {
    fn new() -> Document {
        let mut document = Document(Writer::new_with_indent(Vec::new(), b' ', 2));
        document.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        document
    }

    fn open(&mut self, name: &str, attributes: Attributes) {
        self.event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())));
    }

    fn empty(&mut self, name: &str, attributes: Attributes) {
        self.event(Event::Empty(BytesStart::new(name).with_attributes(attributes.iter().copied())));
    }

    fn text(&mut self, text: &str) {
        self.event(Event::Text(BytesText::new(&harmless(text))));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn event(&mut self, event: Event) {
        self.0.write_event(event).expect("memory can be written");
    }

    fn finish(self) -> String {
        let mut text = String::from_utf8(self.0.into_inner()).expect("only texts were written");
        text.push('\n');
        text
    }
}

/// One test case a finding, all failed; one that passed where there is nothing to tell, since some
/// servers take an empty report for a broken one.
pub fn junit(drawn: &Drawn, place: &Place) -> String {
    const NAME: &str = "cargo ownership";
    let report = drawn.report;
    let mut document = Document::new();
    let others = usize::from(report.other_errors > 0);
    let failures = (report.findings.len() + others).to_string();
    let tests = (report.findings.len() + others).max(1).to_string();
    let counts = [("name", NAME), ("tests", tests.as_str()), ("failures", failures.as_str())];
    document.open("testsuites", &counts);
    document.open("testsuite", &[counts[0], counts[1], counts[2], ("errors", "0"), ("skipped", "0")]);
    for (told, text) in report.findings.iter().zip(drawn.findings(&Style::default()).iter()) {
        let name = format!("{}: {}", at(told, place), one_line(&told.message));
        let (message, kind) = (one_line(&told.explanation.claim), code_or_rule(told));
        case(&mut document, &name, told.finding.rule.name, Some((&message, kind, text)));
    }
    if others > 0 {
        let text = counted(report.other_errors, "summary-others-one", "summary-others-many");
        case(&mut document, word("other-errors"), "rustc", Some((&text, "rustc", &text)));
    } else if report.findings.is_empty() {
        case(&mut document, word("nothing-found"), "rustc", None);
    }
    document.close("testsuite");
    document.close("testsuites");
    document.finish()
}

fn case(document: &mut Document, name: &str, class: &str, failure: Option<(&str, &str, &str)>) {
    let attributes = [("name", name), ("classname", class), ("time", "0")];
    let Some((message, kind, text)) = failure else {
        document.empty("testcase", &attributes);
        return;
    };
    document.open("testcase", &attributes);
    document.open("failure", &[("message", message), ("type", kind)]);
    document.text(text);
    document.close("failure");
    document.close("testcase");
}

/// One error a finding, by file.
pub fn checkstyle(report: &Report, place: &Place) -> String {
    let mut files: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    for told in &report.findings {
        let file = told.primary.as_ref().map_or(String::new(), |span| place.path(&span.file));
        files.entry(file).or_default().push(told);
    }
    let mut document = Document::new();
    document.open("checkstyle", &[("version", "4.3")]);
    for (file, findings) in files {
        document.open("file", &[("name", &file)]);
        for told in findings {
            let (line, column) =
                told.primary.as_ref().map_or((1, 1), |span| (span.line_start, span.column_start));
            let words = &told.explanation;
            let code = told.code.as_ref().map_or(String::new(), |code| format!("{code}: "));
            let text = format!("{code}{}. {} {}", told.message, words.claim.trim(), words.because.trim());
            document.empty(
                "error",
                &[
                    ("line", &line.to_string()),
                    ("column", &column.to_string()),
                    ("severity", severity(told.level)),
                    ("message", &one_line(&text)),
                    ("source", &format!("ownership.{}", told.finding.rule.name)),
                ],
            );
        }
        document.close("file");
    }
    document.close("checkstyle");
    document.finish()
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    }
}

fn code_or_rule(told: &Told) -> &str {
    told.code.as_deref().unwrap_or(told.finding.rule.name)
}

fn at(told: &Told, place: &Place) -> String {
    told.primary.as_ref().map_or(String::new(), |span| {
        format!("{}:{}:{}", place.path(&span.file), span.line_start, span.column_start)
    })
}

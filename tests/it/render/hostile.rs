//! Text that wants to do something to a terminal, and findings that make no sense.

use cargo_ownership::diagnostic::Span;
use cargo_ownership::render::{Detail, Place, Style, harmless, html, human, json, page, short};
use snapbox::str;

use super::same;
use super::samples::*;

pub const HOSTILE: &str =
    "a\u{1b}[31mb\u{1b}]8;;http://x\u{7}c\u{202e}d\0e\rf\u{9b}2Jg\u{200f}h\u{2066}i\u{7f}\u{feff}";

#[test]
fn harmless_shows_what_it_is() {
    same(
        harmless(HOSTILE).into_owned(),
        str![[
            r#"a\u{1b}[31mb\u{1b}]8;;http://x\u{7}c\u{202e}d\u{0}ef\u{9b}2Jg\u{200f}h\u{2066}i\u{7f}\u{feff}"#
        ]],
    );
    assert_eq!(harmless("a\tb\nc é 名 👩\u{200d}👧"), "a    b\nc é 名 👩👧");
}

#[test]
fn everything_shown_is_harmless() {
    let told = hostile(HOSTILE);
    let drawn = human::finding(&told, &Style { detail: Detail::Full, ..Style::default() });
    assert_harmless(&drawn);
    same(drawn, snapbox::file!["snapshots/hostile.txt"]);
    let ascii = Style { ascii: true, ..Style::default() };
    assert_harmless(&human::finding(&told, &ascii));
    assert_harmless(&page(HOSTILE, &ascii));
    let report = report(vec![told]);
    assert_harmless(&short(&report));
    serde_json::from_str::<serde_json::Value>(&json(&report)).expect("valid JSON");
}

/// A finding in which every text is the same.
pub fn hostile(text: &str) -> cargo_ownership::report::Told {
    let code = format!("fn f() {{\n\tlet x = \"{text}\"; g(x);\r\n}}\n");
    let source = source(&format!("src/{text}.rs"), &code);
    let mut told = told(text, text);
    mark(&mut told, span(&source, &format!("\"{text}\""), 0), &format!("!{text}"));
    mark(&mut told, span(&source, "g(x)", 0), &format!("{text} {text} {text}"));
    let new = format!("h(\"{text}\")");
    let fix = cargo_ownership::fix::Fix::new(
        "x",
        cargo_ownership::fix::Cost::local(cargo_ownership::fix::Deed::Clone),
        vec![edit(&source, "g(x)", 0, &new)],
    );
    way(&mut told, fix, text, text);
    way(&mut told, cargo_ownership::fix::Fix::idea("y"), text, text);
    let idea = &mut told.explanation.ways[1];
    (idea.when, idea.code) = (text.into(), text.into());
    let words = &mut told.explanation;
    (words.claim, words.because, words.stakes) = (text.into(), text.into(), text.into());
    (words.rule, words.read_next) = (text.into(), text.into());
    words.glosses = vec![(text.into(), text.into())];
    told.same_cause = vec![cargo_ownership::report::Same {
        code: None,
        message: text.into(),
        primary: Some(span(&source, "g(x)", 0)),
    }];
    told.sources = vec![source];
    told
}

pub fn assert_harmless(text: &str) {
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!text.contains(bad), "{text:?}");
}

#[test]
fn no_panic_on_any_span() {
    let text = "fn f() {\r\n\tlet é = \"🦀\";\n\n  g(&é, &é);\n}\u{feff}\n名\r\n";
    let mut dice = Dice(7);
    for _ in 0..4_000 {
        let source = source("src/lib.rs", text);
        let mut told = told("E0502", "x");
        for n in 0..1 + dice.roll(5) {
            let (start, end) = (dice.roll(text.len() + 3), dice.roll(text.len() + 3));
            let span = Span {
                byte_start: start,
                byte_end: if dice.roll(3) == 0 { start } else { end },
                line_start: dice.roll(9),
                line_end: dice.roll(9),
                ..source.span(0..0)
            };
            let words = "word ".repeat(dice.roll(30));
            mark(&mut told, span, &format!("{}{n} {words}", if dice.roll(4) == 0 { "!" } else { "" }));
        }
        let end = dice.roll(3);
        told.finding.marks.truncate(told.finding.marks.len() - end.min(told.finding.marks.len()));
        told.sources = vec![source];
        let style = Style {
            color: dice.roll(2) == 0,
            ascii: dice.roll(2) == 0,
            width: dice.roll(130),
            detail: Detail::Full,
        };
        human::finding(&told, &style);
        // Its page has all ideas on it, which takes its time.
        if dice.roll(20) == 0 {
            html(&report(vec![told]), &Place::default());
        }
    }
}

#[test]
fn lines_without_end_cost_nothing() {
    let text = format!("fn f() {{ {} g() }}", "x(); ".repeat(200_000));
    let source = source("src/lib.rs", &text);
    let mut told = told("", "generated");
    mark(&mut told, span(&source, "g()", 0), "!in a line of a megabyte");
    told.sources = vec![source];
    same(
        human::finding(&told, &Style::default()),
        str![[r#"
error: generated
  --> src/lib.rs:1:1000011
  src/lib.rs:1:1000011: in a line of a megabyte

"#]],
    );
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

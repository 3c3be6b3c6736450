//! No input makes us panic: recorded messages with broken spans, unknown labels, cut sources.
//!
//! What changes is drawn from a fixed seed, so that a failure comes again.

use std::fs;
use std::path::Path;

use cargo_ownership::diagnostic::Diagnostic;
use cargo_ownership::render::{Detail, Drawn, Style, human, json, short};
use cargo_ownership::report::Reporter;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;
use serde_json::Value;

/// A small generator of numbers (xorshift), the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

struct Recording {
    name: String,
    source: String,
    messages: Vec<Value>,
}

fn recordings() -> Vec<Recording> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut recordings = Vec::new();
    for rule in fs::read_dir(root).expect("the fixtures are part of the project").flatten() {
        for case in fs::read_dir(rule.path()).into_iter().flatten().flatten() {
            let Ok(text) = fs::read_to_string(case.path().join("rustc.json")) else { continue };
            let source =
                fs::read_to_string(case.path().join("broken.rs")).expect("every fixture has a program");
            let messages = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let name = case.path().display().to_string();
            recordings.push(Recording { name, source, messages });
        }
    }
    recordings.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!recordings.is_empty());
    recordings
}

/// Reads the messages with this source and draws every format.
fn tell(messages: &[Value], source: &str) -> usize {
    let sources = Sources::default();
    sources.insert("broken.rs", source.to_owned());
    let files = Files::new(sources);
    let mut reporter = Reporter::default();
    for message in messages {
        let Ok(raw) = serde_json::from_value(message.clone()) else { continue };
        reporter.add(&Diagnostic::new(&raw), &files, None, None);
    }
    let report = reporter.finish(false, None);
    let style = Style { color: true, ascii: false, width: 60, detail: Detail::Full };
    human(&Drawn::new(&report), &style).len() + short(&report).len() + json(&report).len()
}

/// Calls `change` on every span of a message.
fn each_span(message: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match message {
        Value::Array(values) => values.iter_mut().for_each(|value| each_span(value, change)),
        Value::Object(fields) => {
            if fields.contains_key("byte_start") {
                change(message);
            } else {
                fields.values_mut().for_each(|value| each_span(value, change));
            }
        }
        _ => {}
    }
}

#[test]
fn spans_that_point_anywhere() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for recording in recordings() {
        for _ in 0..6 {
            let mut messages = recording.messages.clone();
            for message in &mut messages {
                each_span(message, &mut |span| {
                    let length = recording.source.len() + 40;
                    if dice.roll(3) > 0 {
                        let (start, end) = (dice.roll(length), dice.roll(length));
                        span["byte_start"] = start.into();
                        span["byte_end"] = if dice.roll(4) > 0 { end.max(start) } else { end }.into();
                    }
                    // Without its text, nothing tells that the span means another program.
                    span["text"] = Value::Array(Vec::new());
                });
            }
            tell(&messages, &recording.source);
        }
    }
}

#[test]
fn sources_that_were_cut_or_changed() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for recording in recordings() {
        tell(&recording.messages, "");
        let mut messages = recording.messages.clone();
        messages
            .iter_mut()
            .for_each(|message| each_span(message, &mut |span| span["text"] = Value::Array(Vec::new())));
        for _ in 0..4 {
            let mut at = dice.roll(recording.source.len());
            while !recording.source.is_char_boundary(at) {
                at -= 1;
            }
            tell(&messages, &recording.source[..at]);
            let changed = format!("{}🦀{{(\"{}", &recording.source[..at], &recording.source[at..]);
            tell(&messages, &changed);
        }
    }
}

#[test]
fn labels_that_nobody_knows_or_that_are_missing() {
    let mut dice = Dice(0x1234_5678_9abc_def1);
    for recording in recordings() {
        for _ in 0..4 {
            let mut messages = recording.messages.clone();
            for message in &mut messages {
                each_span(message, &mut |span| match dice.roll(4) {
                    0 => span["label"] = Value::Null,
                    1 => span["label"] = "a label of `next` year with `".into(),
                    2 => span["is_primary"] = Value::Bool(dice.roll(2) == 0),
                    _ => {}
                });
                if dice.roll(3) == 0 {
                    message["children"] = Value::Array(Vec::new());
                }
                if dice.roll(5) == 0 {
                    message["message"] = "a headline without names".into();
                }
                if dice.roll(5) == 0 {
                    message["spans"] = Value::Array(Vec::new());
                }
            }
            tell(&messages, &recording.source);
        }
    }
}

/// A message whose file is not there still gets its explanation.
#[test]
fn a_missing_source_costs_the_picture_alone() {
    let mut told = 0;
    for recording in recordings() {
        let files = Files::new(Sources::default());
        let mut reporter = Reporter::default();
        for message in &recording.messages {
            let Ok(raw) = serde_json::from_value(message.clone()) else { continue };
            reporter.add(&Diagnostic::new(&raw), &files, None, None);
        }
        let report = reporter.finish(false, None);
        told += usize::from(!report.findings.is_empty());
        for finding in &report.findings {
            assert!(!finding.explanation.claim.is_empty(), "{}", recording.name);
            assert!(
                finding.finding.fixes.iter().all(|fix| fix.edits.is_empty()),
                "{}: edits of unseen code",
                recording.name
            );
        }
    }
    let fixtures = recordings().len();
    assert!(
        told * 10 >= fixtures * 9,
        "only {told} of {fixtures} programs are explained without their source"
    );
}

//! Messages of cargo's with our words in them, for everything that reads cargo's JSON.
//!
//! Every field that was there stays; what is explained gets further children, and our picture for
//! its `rendered`. Source: "JSON messages" in cargo's reference, "JSON Output" in the rustc book.

use serde_json::{Value, json};

use super::prose::one_line;
use super::words::word;
use super::{Style, human, short, ways};
use crate::diagnostic::Diagnostic;
use crate::explanation::Way;
use crate::fix::{Behaviour, Edit, Fix};
use crate::report::Told;
use crate::source::Source;

/// The line with what is told of the message; the line itself where it is no message.
///
/// What has the same cause as a finding only says where that is.
pub fn enriched(line: &[u8], diagnostic: &Diagnostic, told: &Told) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(line) else { return line.to_owned() };
    let message = match document.get("reason") {
        Some(_) => document.get_mut("message"),
        None => Some(&mut document),
    };
    let Some(message) = message.and_then(Value::as_object_mut) else { return line.to_owned() };
    let mut children = Vec::new();
    if told.is_first(diagnostic) {
        let words = &told.explanation;
        children.push(child("note", &format!("{} {}", words.claim.trim(), words.because.trim()), Vec::new()));
        children.push(child("help", &format!("{}: {}", word("rule"), words.rule.trim()), Vec::new()));
        children.extend(ways::in_order(told).filter_map(|(fix, text)| suggestion(told, fix, text)));
        let color = message.get("rendered").and_then(Value::as_str).is_some_and(|it| it.contains('\u{1b}'));
        let drawn = human::finding(told, &Style { color, ..Style::default() });
        message.insert("rendered".to_owned(), Value::String(drawn + "\n"));
    } else if let Some(place) = &told.primary {
        let text = format!("{} {}", word("same-cause-as"), short::at(place));
        children.push(child("note", &text, Vec::new()));
    }
    if let Some(known) = message.get_mut("children").and_then(Value::as_array_mut) {
        known.extend(children);
    }
    serde_json::to_vec(&document).unwrap_or_else(|_| line.to_owned())
}

fn child(level: &str, text: &str, spans: Vec<Value>) -> Value {
    json!({
        "message": one_line(text.trim()),
        "code": null,
        "level": level,
        "spans": spans,
        "children": [],
        "rendered": null,
    })
}

/// A confirmed fix as a suggestion; nothing where it is not, or where a source is missing.
fn suggestion(told: &Told, fix: &Fix, text: Option<&Way>) -> Option<Value> {
    if fix.is_idea() || !fix.verdict.is_confirmed() {
        return None;
    }
    let kept = fix.verdict.settles() && fix.cost.behaviour == Behaviour::Kept;
    let applicability = if kept { "MachineApplicable" } else { "MaybeIncorrect" };
    let span = |edit: &Edit| {
        let source = told.sources.iter().find(|source| source.name == edit.file)?;
        Some(span(source, edit, applicability))
    };
    let spans: Option<Vec<Value>> = fix.edits.iter().map(span).collect();
    let title = format!("{} ({})", ways::title(fix, text), ways::known(fix, text, &Style::default()));
    Some(child("help", &title, spans?))
}

fn span(source: &Source, edit: &Edit, applicability: &str) -> Value {
    let span = source.span(edit.byte_start..edit.byte_end);
    let line = |number: usize| {
        let text = source.line(number);
        let start = if number == span.line_start { span.column_start } else { 1 };
        let end = if number == span.line_end { span.column_end } else { text.chars().count() + 1 };
        json!({ "text": text, "highlight_start": start, "highlight_end": end })
    };
    json!({
        "file_name": edit.file,
        "byte_start": edit.byte_start,
        "byte_end": edit.byte_end,
        "line_start": span.line_start,
        "line_end": span.line_end,
        "column_start": span.column_start,
        "column_end": span.column_end,
        "is_primary": true,
        "text": (span.line_start..=span.line_end).map(line).collect::<Vec<Value>>(),
        "label": null,
        "suggested_replacement": edit.replacement,
        "suggestion_applicability": applicability,
        "expansion": null,
    })
}

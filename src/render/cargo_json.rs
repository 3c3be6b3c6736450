//! Messages of cargo's with our words in them, for everything that reads cargo's JSON.
//!
//! Every byte that was there stays, but for `rendered`, which becomes our picture; the list of children
//! gets further ones at its end. Source: "JSON messages" in cargo's reference, "JSON Output" in the
//! rustc book.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::prose::one_line;
use super::words::word;
use super::{Style, human, short, ways};
use crate::diagnostic::Diagnostic;
use crate::explanation::Way;
use crate::fix::{Behaviour, Edit, Fix};
use crate::report::Told;
use crate::source::Source;

/// A line of cargo's; of rustc's bare messages it has nothing.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(borrow)]
    message: Option<&'l RawValue>,
    reason: Option<&'l RawValue>,
}

/// What changes in a message.
#[derive(Deserialize)]
struct Parts<'l> {
    #[serde(borrow)]
    children: &'l RawValue,
    #[serde(borrow)]
    rendered: &'l RawValue,
}

/// The line with what is told of the message; the line itself where it is no message.
///
/// What has the same cause as a finding only says where that is.
pub fn enriched(line: &[u8], diagnostic: &Diagnostic, told: &Told) -> Vec<u8> {
    spliced(line, diagnostic, told).map_or_else(|| line.to_owned(), String::into_bytes)
}

fn spliced(line: &[u8], diagnostic: &Diagnostic, told: &Told) -> Option<String> {
    let line = str::from_utf8(line).ok()?;
    let outer: Line = serde_json::from_str(line).ok()?;
    let message = if outer.reason.is_some() { outer.message?.get() } else { line };
    let parts: Parts = serde_json::from_str(message).ok()?;
    let mut changes = Vec::new();
    let mut children = Vec::new();
    if told.is_first(diagnostic) {
        let words = &told.explanation;
        children.push(child("note", &format!("{} {}", words.claim.trim(), words.because.trim()), Vec::new()));
        children.push(child("help", &format!("{}: {}", word("rule"), words.rule.trim()), Vec::new()));
        children.extend(ways::in_order(told).filter_map(|(fix, text)| suggestion(told, fix, text)));
        // Where it is painted, it starts so; further on an escape may be the source's own.
        let color = parts.rendered.get().starts_with("\"\\u001b");
        let drawn = human::finding(told, &Style { color, ..Style::default() });
        changes.push((within(line, parts.rendered.get()), json!(drawn + "\n").to_string()));
    } else if let Some(place) = &told.primary {
        let text = format!("{} {}", word("same-cause-as"), short::at(place));
        children.push(child("note", &text, Vec::new()));
    }
    let list = parts.children.get();
    let end = within(line, list).end - 1;
    let alone = list.strip_prefix('[')?.trim_start().starts_with(']');
    for (n, child) in children.iter().enumerate() {
        let comma = if alone && n == 0 { "" } else { "," };
        changes.push((end..end, format!("{comma}{child}")));
    }
    changes.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(line.len() + 4_096);
    let mut done = 0;
    for (range, text) in changes {
        out.push_str(&line[done..range.start]);
        out.push_str(&text);
        done = range.end;
    }
    out.push_str(&line[done..]);
    Some(out)
}

/// Where a part of a text stands in it.
fn within(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
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
    let source = |file: &str| told.sources.iter().find(|source| source.name == file);
    let replaced = |edit: &Edit| {
        let replacement = json!(edit.replacement);
        Some(span(source(&edit.file)?, edit.byte_start..edit.byte_end, replacement, json!(applicability)))
    };
    let mut spans: Vec<Value> = fix.edits.iter().map(replaced).collect::<Option<_>>()?;
    // Editors offer a suggestion where it has spans: so also at the mistake, where nothing changes.
    if let Some(mistake) = &told.primary
        && let Some(source) = source(&mistake.file)
    {
        spans.push(span(source, mistake.range(), Value::Null, Value::Null));
    }
    let title = format!("{} ({})", ways::title(fix, text), ways::known(fix, text, &Style::default()));
    Some(child("help", &title, spans))
}

/// A part of a source, and what it is to become.
fn span(source: &Source, range: Range<usize>, replacement: Value, applicability: Value) -> Value {
    let span = source.span(range);
    let line = |number: usize| {
        let text = source.line(number);
        let start = if number == span.line_start { span.column_start } else { 1 };
        let end = if number == span.line_end { span.column_end } else { text.chars().count() + 1 };
        json!({ "text": text, "highlight_start": start, "highlight_end": end })
    };
    json!({
        "file_name": source.name,
        "byte_start": span.byte_start,
        "byte_end": span.byte_end,
        "line_start": span.line_start,
        "line_end": span.line_end,
        "column_start": span.column_start,
        "column_end": span.column_end,
        "is_primary": true,
        "text": (span.line_start..=span.line_end).map(line).collect::<Vec<Value>>(),
        "label": null,
        "suggested_replacement": replacement,
        "suggestion_applicability": applicability,
        "expansion": null,
    })
}

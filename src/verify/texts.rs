//! The texts of an attempt, and the edits that lead to them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::shadow::{Changes, absolute};
use crate::fix::{Edit, apply};
use crate::syntax::Files;

/// Changed files by the names in the messages, with their new texts.
pub type Texts = BTreeMap<String, String>;

/// The texts after some edits on top of others; nothing where they do not fit.
pub fn edited(files: &Files, before: &Texts, edits: &[Edit]) -> Option<Texts> {
    let mut texts = before.clone();
    let mut names: Vec<&str> = edits.iter().map(|edit| edit.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let source = files.sources.get(name)?;
        let old = before.get(name).unwrap_or(&source.text);
        let new = apply(old, edits.iter().filter(|edit| edit.file == name))?;
        texts.insert(name.to_owned(), new);
    }
    texts.retain(|name, text| files.sources.get(name).is_none_or(|source| source.text != *text));
    Some(texts)
}

/// The changed files by their real paths.
pub fn changes(files: &Files, edits: &[Edit]) -> Option<Changes> {
    let texts = edited(files, &Texts::new(), edits)?;
    texts.into_iter().map(|(name, text)| Some((path(files, &name)?, text))).collect()
}

/// The real path of a file.
pub fn path(files: &Files, name: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    Some(absolute(&here, &files.sources.get(name)?.path))
}

/// The edits that lead from the files as they are to these texts.
pub fn edits(files: &Files, texts: &Texts) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (name, new) in texts {
        if let Some(source) = files.sources.get(name) {
            edits.extend(difference(name, &source.text, new));
        }
    }
    edits
}

/// The edits that lead from one text to another: whole lines first, then what differs within them.
pub fn difference(name: &str, old: &str, new: &str) -> Vec<Edit> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_starts, new_starts) = (starts(&old_lines), starts(&new_lines));
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let range = |starts: &[usize], lines: std::ops::Range<usize>| starts[lines.start]..starts[lines.end];
        let (was, is) = (range(&old_starts, op.old_range()), range(&new_starts, op.new_range()));
        within(name, old, was, &new[is], &mut edits);
    }
    edits
}

/// What differs within changed lines, word by word.
fn within(name: &str, old: &str, range: std::ops::Range<usize>, new: &str, edits: &mut Vec<Edit>) {
    let (old_words, new_words) = (words(&old[range.clone()]), words(new));
    let (old_starts, new_starts) = (starts(&old_words), starts(&new_words));
    for op in capture_diff_slices(Algorithm::Myers, &old_words, &new_words) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (was, is) = (op.old_range(), op.new_range());
        edits.push(Edit {
            file: name.to_owned(),
            byte_start: range.start + old_starts[was.start],
            byte_end: range.start + old_starts[was.end],
            replacement: new[new_starts[is.start]..new_starts[is.end]].to_owned(),
        });
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Names and numbers whole, everything else character by character.
fn words(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end =
            if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

/// Where each piece begins, and where the last one ends.
fn starts(pieces: &[&str]) -> Vec<usize> {
    let ends = pieces.iter().scan(0, |end, piece| {
        *end += piece.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_leads_from_one_text_to_the_other() {
        for (old, new) in [
            ("a\nb\nc\n", "a\nb\nc\n"),
            ("fn f(x: String) {}\nf(s);\n", "fn f(x: &str) {}\nf(&s);\n"),
            ("a", "ä\r\nb"),
            ("", "x"),
            ("one\ntwo\nthree\n", "three\none\n"),
        ] {
            let edits = difference("a.rs", old, new);
            assert_eq!(apply(old, &edits).as_deref(), Some(new), "{edits:?}");
        }
        let edits = difference("a.rs", "let a = text;\n", "let a = text.clone();\n");
        assert_eq!((edits.len(), edits[0].replacement.as_str()), (1, ".clone()"));
    }
}

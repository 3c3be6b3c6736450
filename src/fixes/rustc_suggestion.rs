//! rustc's own suggestions as candidates like ours, with no privilege.

use crate::diagnostic::{Suggestion, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;

/// rustc's suggestions that can be applied as they are. Left out are those with placeholders, with
/// `unsafe`, and those whose text is not the reader's (a macro's, or a file that has changed).
pub fn rustc_suggestions(case: &Case) -> Vec<Fix> {
    case.diagnostic.suggestions.iter().filter_map(|suggestion| candidate(case, suggestion)).collect()
}

fn candidate(case: &Case, suggestion: &Suggestion) -> Option<Fix> {
    // rustc has the same copy in a shorter form, or says itself that there cannot be one.
    if suggestion.text.contains("`clone` the value and consume it") {
        return None;
    }
    let mut edits = Vec::new();
    for (span, replacement) in &suggestion.edits {
        let file = case.file(span)?;
        let placeholder = replacement.contains("/*") || replacement.contains("<_>");
        if placeholder || replacement.contains("unsafe") || span.in_macro() {
            return None;
        }
        // rustc repeats what it keeps around an insertion; the smallest edit shows what changes.
        edits.push(trimmed(
            Edit::replace(&file.source, span.range(), replacement.as_str()),
            &file.source.text,
        ));
    }
    edits.retain(|edit| edit.byte_start != edit.byte_end || !edit.replacement.is_empty());
    if edits.is_empty() {
        return None;
    }
    let inserted: String = edits.iter().map(|edit| edit.replacement.as_str()).collect();
    // Parts of several alternatives come as one list; a part alone leaves a bracket open. And where
    // rustc knows no value, it makes one up.
    let removed: String = edits.iter().filter_map(|edit| removed(case, edit)).collect();
    if bracket_balance(&removed) != bracket_balance(&inserted) || is_made_up(&suggestion.text, &inserted) {
        return None;
    }
    let (id, cost) = classify(&inserted);
    let mut fix = Fix::new(id, cost, edits);
    fix.rustc_text = Some(suggestion.text.clone());
    Some(fix.doubtful_if(is_guess(case, &suggestion.text)))
}

/// Suggestions that rustc makes without a look at what they lead to: what is behind a `*` may be a
/// `Box` or a guard, and a copy of an `Rc` is no copy of what it holds.
fn is_guess(case: &Case, text: &str) -> bool {
    const GUESSES: &[&str] = &[
        "consider removing the dereference here",
        "consider removing the borrow",
        "try removing the method call",
    ];
    let of_counted = fits("cannot move out of an `*`", &case.diagnostic.message) && text.contains("cloning");
    of_counted || GUESSES.iter().any(|guess| fits(guess, text))
}

/// The code that an edit replaces.
fn removed(case: &Case, edit: &Edit) -> Option<String> {
    Some(case.files.get(&edit.file)?.text(edit.byte_start..edit.byte_end).to_owned())
}

/// Opened minus closed brackets, by kind.
fn bracket_balance(code: &str) -> [i32; 3] {
    [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(open, close)| code.chars().map(|c| i32::from(c == open) - i32::from(c == close)).sum())
}

/// `= 42`: a number of rustc's choice, which only stands for the one that the author knows.
fn is_made_up(text: &str, inserted: &str) -> bool {
    let made_up = ["42", "3.14", "'a'", "'x'", "true", "false", "\"\""];
    text == "consider assigning a value" && made_up.iter().any(|value| inserted.contains(value))
}

/// Without the bytes at both ends that the edit would put back.
fn trimmed(mut edit: Edit, text: &str) -> Edit {
    let Some(old) = text.get(edit.byte_start..edit.byte_end) else { return edit };
    let new = edit.replacement.as_str();
    let front: usize =
        old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (old, new) = (&old[front..], &new[front..]);
    let back: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let new = new[..new.len() - back].to_owned();
    edit.byte_start += front;
    edit.byte_end -= back;
    edit.replacement = new;
    edit
}

fn classify(inserted: &str) -> (&'static str, Cost) {
    let has = |words: &[&str]| words.iter().any(|word| inserted.contains(word));
    if has(&["Clone", "Copy"]) {
        ("rustc-derive", Cost::signature(Deed::Clone))
    } else if has(&[".clone()", ".cloned()", ".to_owned()", ".to_string()", ".to_vec()"]) {
        ("rustc-clone", Cost::local(Deed::Clone))
    } else if has(&["'static"]) {
        ("rustc-static", Cost::signature(Deed::Demand))
    } else if has(&["'"]) {
        ("rustc-lifetime", Cost::signature(Deed::Annotate))
    } else if inserted.starts_with(" = ") {
        ("rustc-suggestion", Cost::local(Deed::Restructure).changed())
    } else if has(&[".take()", "mem::take", "mem::replace"]) {
        ("rustc-take", Cost::local(Deed::Take).changed())
    } else if has(&["&", "ref "]) && inserted.len() <= 6 {
        ("rustc-annotation", Cost::local(Deed::Borrow))
    } else if inserted.len() <= 6 {
        ("rustc-annotation", Cost::local(Deed::Annotate))
    } else {
        ("rustc-suggestion", Cost::local(Deed::Restructure))
    }
}

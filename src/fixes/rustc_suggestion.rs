//! rustc's own suggestions as candidates like ours, with no privilege.

use crate::diagnostic::{Span, Suggestion, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::another_sender::is_sender;
use crate::rule::Case;

/// rustc's suggestions that can be applied as they are. Left out are those with placeholders, with
/// `unsafe`, and those whose text is not the reader's (a macro's, or a file that has changed).
pub fn rustc_suggestions(case: &Case) -> Vec<Fix> {
    // Parts of several alternatives come as one list of edits; a part alone leaves a bracket open.
    let torn =
        |text: &str| case.diagnostic.suggestions.iter().any(|it| it.text == text && !is_balanced(case, it));
    let whole = case.diagnostic.suggestions.iter().filter(|it| !torn(&it.text));
    whole.filter_map(|suggestion| candidate(case, suggestion)).collect()
}

/// The first suggestion with one of these texts, told as a way of ours that can say what it costs.
pub fn retold(case: &Case, texts: &[&str], id: &'static str, cost: Cost) -> Option<Fix> {
    let fitting = |it: &&Suggestion| texts.iter().any(|text| fits(text, &it.text));
    let suggestion = case.diagnostic.suggestions.iter().find(fitting)?;
    Some(Fix::new(id, cost, edits(case, suggestion)?))
}

/// Whether the edits close what they open.
fn is_balanced(case: &Case, suggestion: &Suggestion) -> bool {
    let removed: String = suggestion.edits.iter().filter_map(|(span, _)| case.text(span)).collect();
    let inserted: String = suggestion.edits.iter().map(|(_, text)| text.as_str()).collect();
    let balance = |code: &str| {
        let of =
            |open, close| code.chars().map(|c| i32::from(c == open) - i32::from(c == close)).sum::<i32>();
        [of('(', ')'), of('[', ']'), of('{', '}')]
    };
    balance(&removed) == balance(&inserted)
}

fn candidate(case: &Case, suggestion: &Suggestion) -> Option<Fix> {
    // rustc has the same copy in a shorter form, or says itself that there cannot be one.
    if suggestion.text.contains("`clone` the value and consume it") {
        return None;
    }
    // To write a closure's parameter for what it captures makes another program of it.
    if suggestion.text == "try using the closure argument" {
        return None;
    }
    let edits = edits(case, suggestion)?;
    let inserted: String = edits.iter().map(|edit| edit.replacement.as_str()).collect();
    if is_made_up(&suggestion.text, &inserted) {
        return None;
    }
    // The first sender would stay, and the receiver wait for it: ours drops it.
    let sender = case.diagnostic.moved_type().is_some_and(|ty| is_sender(case, ty));
    if sender && inserted.contains(".clone()") {
        return None;
    }
    let longest = edits.iter().map(|edit| edit.replacement.len()).max().unwrap_or_default();
    let (id, cost) = classify(&inserted, longest);
    let mut fix = Fix::new(id, cost, edits);
    fix.rustc_text = Some(suggestion.text.clone());
    Some(fix.doubtful_if(is_guess(case, suggestion)))
}

/// The edits as they can be applied; nothing where they are not whole or not in the reader's text.
fn edits(case: &Case, suggestion: &Suggestion) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for (span, replacement) in &suggestion.edits {
        let file = case.file(span)?;
        let placeholder = ["/*", "<_>", "'lifetime"].iter().any(|words| replacement.contains(words));
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
    (!edits.is_empty()).then_some(edits)
}

/// Whether a suggestion changes the place that rustc points at.
fn at_primary(case: &Case, suggestion: &Suggestion) -> bool {
    case.diagnostic.primary().is_some_and(|primary| {
        let near = |span: &Span| {
            primary.span.byte_start <= span.byte_start && span.byte_end <= primary.span.byte_end
        };
        suggestion.edits.iter().any(|(span, _)| near(span))
    })
}

/// Suggestions that rustc makes without a look at what they lead to: what is behind a `*` may be a
/// `Box` or a guard, and a copy of an `Rc` is no copy of what it holds.
fn is_guess(case: &Case, suggestion: &Suggestion) -> bool {
    let text = suggestion.text.as_str();
    const GUESSES: &[&str] = &[
        "consider removing the dereference here",
        "consider removing the borrow",
        "try removing the method call",
        // The temporary of a `match` or `if let` is kept to the end of its body all the same.
        "consider adding semicolon after the expression so its temporaries are dropped sooner*",
    ];
    let of_counted = fits("cannot move out of an `*`", &case.diagnostic.message) && text.contains("cloning");
    // A copy of the whole owner is made, and dropped at the end of the line.
    let of_owner = case.diagnostic.code.as_deref() == Some("E0505") && !at_primary(case, suggestion);
    of_counted || of_owner || GUESSES.iter().any(|guess| fits(guess, text))
}

/// `= 42`: a number of rustc's choice, which only stands for the one that the author knows. Or `*mut const
/// T`, which is no type.
fn is_made_up(text: &str, inserted: &str) -> bool {
    if text == "consider changing this to be a mutable pointer" {
        return true;
    }
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

/// `longest` is the length of the longest edit.
fn classify(inserted: &str, longest: usize) -> (&'static str, Cost) {
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
    } else if has(&["&", "ref "]) && longest <= 6 {
        ("rustc-annotation", Cost::local(Deed::Borrow))
    } else if longest <= 6 {
        ("rustc-annotation", Cost::local(Deed::Annotate))
    } else {
        ("rustc-suggestion", Cost::local(Deed::Restructure))
    }
}

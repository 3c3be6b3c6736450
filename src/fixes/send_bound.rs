//! Lets a type say that its values may go to other threads: `+ Send`.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{File, TypeKind};

/// A type as the reader would write it: without the parentheses and lifetimes that rustc adds to a `dyn`.
pub fn as_written(ty: &str) -> String {
    let mut text = ty.replace(" + 'static)", ")").replace(" + '_)", ")");
    // `for<'a> Fn(&'a str)` is written `Fn(&str)`.
    while let Some(start) = text.find("for<'") {
        let Some(end) = text[start..].find("> ") else { break };
        let names: Vec<String> = text[start + 4..start + end].split(", ").map(str::to_owned).collect();
        text.replace_range(start..start + end + 2, "");
        for name in names {
            text = text.replace(&format!("{name} "), "");
        }
    }
    // `(dyn Trait)` alone in its brackets.
    while let Some(start) = text.find("(dyn ").filter(|&at| at == 0 || text[..at].ends_with(['<', ' ', '&']))
    {
        let Some(end) = closing(&text, start) else { break };
        text.remove(end);
        text.remove(start);
    }
    text
}

/// The `)` for the `(` at a byte.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0i32;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// The `dyn` in a type such as `Pin<Box<dyn Future<Output = u32>>>`.
pub fn object_in(ty: &str) -> Option<&str> {
    let from = ty.find("dyn ")?;
    let mut depth = 0;
    for (at, c) in ty[from..].char_indices() {
        match c {
            '<' | '(' => depth += 1,
            '>' if ty[from..from + at].ends_with('-') => {}
            '>' | ')' if depth == 0 => return ty.get(from..from + at),
            '>' | ')' => depth -= 1,
            _ => {}
        }
    }
    ty.get(from..)
}

/// A trait's type without `dyn`, lifetimes, paths and white space.
fn bare(ty: &str) -> String {
    let ty = as_written(ty);
    let ty = ty.trim_end_matches(" + 'static").trim_end_matches(" + '_");
    crate::mismatch::types::short(ty.strip_prefix("dyn ").unwrap_or(ty)).replace(' ', "")
}

/// `dyn Trait + Send` wherever the crate writes this `dyn`.
pub fn send_object(case: &Case, ty: &str, bounds: &str) -> Option<Fix> {
    let at = &case.diagnostic.primary()?.span.file;
    let wanted = bare(ty);
    let mut edits = Vec::new();
    for file in case.files.crate_files_with(at, "dyn") {
        for written in file.type_refs(0..file.source.text.len()) {
            let TypeKind::Dyn { bounds: own, .. } = &written.kind else { continue };
            let text = file.text(own.clone());
            if bare(text) != wanted || text.contains("Send") || !file.is_editable(own.clone()) {
                continue;
            }
            // `&dyn Trait + Send` could be read in two ways.
            let before =
                file.token_before(written.range.start).map(|token| file.text(token)).unwrap_or_default();
            let loose = before == "&" || before == "mut" || before == "const" || before.starts_with('\'');
            if loose {
                edits.push(Edit::insert(&file.source, written.range.start, "("));
            }
            let close = if loose { ")" } else { "" };
            edits.push(Edit::insert(&file.source, own.end, format!(" + {bounds}{close}")));
        }
    }
    let fix = Fix::new("send-the-object", Cost::signature(Deed::Annotate), edits);
    (!fix.is_idea()).then(|| fix.with("bounds", bounds))
}

/// `trait Task: Send` for a trait of the crate.
pub fn send_trait(case: &Case, ty: &str, bounds: &str) -> Option<Fix> {
    let at = &case.diagnostic.primary()?.span.file;
    let wanted = bare(ty);
    let name = wanted.split(['<', '+']).next().unwrap_or_default().to_owned();
    let files = case.files.crate_files_with(at, &format!("trait {name}"));
    let (file, declared) = files.iter().find_map(|file| {
        let place = file.source.text.find(&format!("trait {name}"))?;
        let declared = file.trait_at(place..place + "trait".len()).filter(|it| it.name == name)?;
        Some((file, declared))
    })?;
    let end = declared.generics.clone().map_or(declared.name_range.end, |generics| generics.end);
    let next = file.token_after(end)?;
    let edit = match file.text(next.clone()) {
        ":" => Edit::insert(&file.source, next.end, format!(" {bounds} +")),
        _ => Edit::insert(&file.source, end, format!(": {bounds}")),
    };
    file.is_editable(declared.name_range).then_some(())?;
    Some(
        Fix::new("send-the-trait", Cost::signature(Deed::Annotate), vec![edit])
            .with("trait", name)
            .with("bounds", bounds),
    )
}

/// Adds `Send`, or what else is needed, to what is asked of a type parameter, or to the `impl Trait` of
/// a parameter.
pub fn bound_parameter(case: &Case, ty: &str, bounds: &[&str]) -> Option<Fix> {
    let primary = &case.diagnostic.primary()?.span;
    let file = case.file(primary)?;
    let function = file.function_at(primary.range())?;
    if function.in_trait_impl {
        return None;
    }
    let (at, known) = match ty.starts_with("impl ") {
        true => opaque(&file, &function.params_range, ty)?,
        false => {
            let block = file.impl_at(function.range.clone());
            let clause = function.where_clause.clone();
            let lists = [clause, function.generics.clone(), block.and_then(|block| block.generics)];
            lists.into_iter().flatten().find_map(|list| declared(&file, list, ty))?
        }
    };
    let missing: Vec<&str> =
        bounds.iter().copied().filter(|bound| !file.text(known.clone()).contains(bound)).collect();
    let added = missing.join(" + ");
    let text = if known.is_empty() { format!(": {added}") } else { format!(" + {added}") };
    let edit = Edit::insert(&file.source, at, text);
    let fix = Fix::new("bound-the-parameter", Cost::signature(Deed::Annotate), vec![edit]);
    file.is_editable(at - 1..at)
        .then(|| fix.with("parameter", ty).with("added", added).with("function", function.name))
}

/// Where the bounds of an `impl Trait` end, and what they are.
fn opaque(file: &File, params: &Range<usize>, ty: &str) -> Option<(usize, Range<usize>)> {
    file.type_refs(params.clone()).into_iter().find_map(|written| {
        let same = file.text(written.range.clone()) == ty;
        match written.kind {
            TypeKind::ImplTrait { bounds, .. } if same => Some((bounds.end, bounds)),
            _ => None,
        }
    })
}

/// Where the bounds of a type parameter end in `<T: A, U>` or `where T: A`, and what they are.
fn declared(file: &File, list: Range<usize>, name: &str) -> Option<(usize, Range<usize>)> {
    let (mut at, mut depth, mut starts) = (list.start, 0i32, true);
    while let Some(token) = file.token_after(at).filter(|token| token.end <= list.end) {
        let text = file.text(token.clone());
        if starts && depth <= 1 && text == name {
            return Some(bounds_behind(file, &token, &list));
        }
        match text {
            "<" | "(" | "[" => depth += 1,
            ">" if file.text(token.start.saturating_sub(1)..token.start) == "-" => {}
            ">" | ")" | "]" => depth -= 1,
            _ => {}
        }
        starts = (text == "<" || text == ",") && depth <= 1 || text == "where";
        at = token.end;
    }
    None
}

/// The bounds behind a parameter's name, up to the next `,` or the end of the list.
fn bounds_behind(file: &File, name: &Range<usize>, list: &Range<usize>) -> (usize, Range<usize>) {
    let none = (name.end, name.end..name.end);
    let Some(colon) = file.token_after(name.end).filter(|it| file.text(it.clone()) == ":") else {
        return none;
    };
    let (mut at, mut depth) = (colon.end, 0i32);
    while let Some(token) = file.token_after(at).filter(|token| token.end <= list.end) {
        match file.text(token.clone()) {
            "<" | "(" | "[" => depth += 1,
            ">" if file.text(token.start.saturating_sub(1)..token.start) == "-" => {}
            ">" | ")" | "]" if depth == 0 => break,
            ">" | ")" | "]" => depth -= 1,
            "," | "=" if depth == 0 => break,
            _ => {}
        }
        at = token.end;
    }
    (at, colon.end..at)
}

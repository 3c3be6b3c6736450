//! The promise of a type to be `Copy`: takes it back, or lets the types of its fields promise it too.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::{adt, implements};
use crate::fixes::destructor::drop_impl;
use crate::fixes::reference_uses::is_copy_type;
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{Adt, AdtKind, File};

/// At most so many types get the derive in one fix.
const MOST: usize = 8;

/// `#[derive(Clone, Copy)]` -> `#[derive(Clone)]`; a type that is not `Clone` by other means gets that
/// instead.
pub fn take_back(case: &Case, file: &Rc<File>, adt: &Adt) -> Option<Fix> {
    let fix = |edit| {
        let fix = Fix::new("only-clone", Cost::signature(Deed::Restructure), vec![edit]);
        Some(fix.with("type_name", &adt.name))
    };
    let by_hand = file.impls().into_iter().find(|of| {
        of.trait_name.as_deref() == Some("Copy") && of.self_name.as_deref() == Some(adt.name.as_str())
    });
    if let Some(of) = by_hand {
        // The whole line goes, with its end.
        let line_end = file.source.line_end();
        let rest = file.text(of.range.end..file.source.text.len());
        let end = of.range.end + if rest.starts_with(line_end) { line_end.len() } else { 0 };
        return file
            .is_editable(of.range.clone())
            .then(|| fix(Edit::delete(&file.source, of.range.start..end)))?;
    }
    let list = adt.derive_list.clone()?;
    let text = file.text(list.clone());
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let copy = names.iter().position(|name| name.rsplit("::").next() == Some("Copy"))?;
    let at = list.start + text.find(names[copy])?;
    let word = at..at + names[copy].len();
    if file.in_macro_definition(word.clone()) {
        return None;
    }
    if !implements(case, adt, "Clone") {
        return fix(Edit::replace(&file.source, word, "Clone"));
    }
    if names.len() == 1 {
        // Nothing else is derived there: the attribute goes, with the line that it stands on.
        let from = file.source.text.get(..list.start)?.strip_suffix("#[derive(")?.len();
        let rest = file.text(list.end..adt.range.start);
        let next = rest.strip_prefix(")]")?;
        let gap = next.len() - next.trim_start().len();
        return fix(Edit::delete(&file.source, from..list.end + 2 + gap));
    }
    // With the comma before it, or after it where it comes first.
    let start = if copy > 0 {
        at - (text[..at - list.start].len()
            - text[..at - list.start].trim_end_matches([',', ' ', '\n', '\r', '\t']).len())
    } else {
        at
    };
    let after = &text[word.end - list.start..];
    let end =
        if copy > 0 { word.end } else { word.end + after.len() - after.trim_start_matches([',', ' ']).len() };
    fix(Edit::delete(&file.source, start..end))
}

/// Lets the types of some fields promise `Copy` too, and the types of their fields, if all of them are
/// the crate's and have nothing to clean up.
pub fn copy_parts(case: &Case, fields: &[String]) -> Option<Fix> {
    let mut todo: Vec<String> = Vec::new();
    for ty in fields {
        todo.extend(lacking(case, ty)?);
    }
    let mut done: Vec<String> = Vec::new();
    let mut edits = Vec::new();
    while let Some(name) = todo.pop() {
        if done.contains(&name) {
            continue;
        }
        let (file, adt) = adt(case, &name)?;
        let of_enum = file.text(adt.range.clone()).split_once('{').map_or("", |(_, body)| body);
        // The fields of an enum are all known, or there are none.
        let known = adt.kind != AdtKind::Enum || !adt.fields.is_empty() || !of_enum.contains(['(', '{']);
        let place = adt.derive_list.clone().unwrap_or_else(|| adt.name_range.clone());
        let fits = known && adt.generics.is_none() && drop_impl(case, &name).is_none() && done.len() < MOST;
        if !fits || !file.is_editable(adt.name_range.clone()) || file.in_macro_definition(place) {
            return None;
        }
        for field in &adt.fields {
            todo.extend(lacking(case, file.text(field.ty.clone()))?);
        }
        let derived = if implements(case, &adt, "Clone") { "Copy" } else { "Clone, Copy" };
        let (at, text) = file.derive_insert(&adt, derived);
        edits.push(Edit::insert(&file.source, at, text));
        done.push(name);
    }
    let first = done.first()?.clone();
    Some(Fix::new("copy-parts-too", Cost::signature(Deed::Annotate), edits).with("part_type", first))
}

/// The types within a written type that would have to become `Copy`; nothing where that cannot be.
fn lacking(case: &Case, ty: &str) -> Option<Vec<String>> {
    if is_copy_type(ty) {
        return Some(Vec::new());
    }
    let inner = |ty: &str| {
        let ty = ty.strip_prefix("Option<").and_then(|ty| ty.strip_suffix('>'));
        ty.map(str::to_owned)
    };
    if let Some(inner) = inner(ty) {
        return lacking(case, &inner);
    }
    if let Some(item) = ty.strip_prefix('[').and_then(|ty| ty.rsplit_once(';')) {
        return lacking(case, item.0.trim());
    }
    let parsed = Type::parse(ty);
    let name = parsed.name().filter(|_| !ty.contains(['<', '&', '(', '[']))?;
    let (_, adt) = adt(case, name)?;
    Some(if implements(case, &adt, "Copy") { Vec::new() } else { vec![adt.name] })
}

/// The field of a type that a span is, with its written type.
pub fn field_at(file: &File, adt: &Adt, span: Range<usize>) -> Option<(String, String)> {
    let field =
        adt.fields.iter().find(|field| field.range.start <= span.start && span.end <= field.range.end)?;
    let ty = file.text(field.ty.clone()).to_owned();
    Some((field.name.clone().unwrap_or_else(|| ty.clone()), ty))
}

/// The same as far as rustc's own line tells it.
pub fn field_seen(span: &Span) -> Option<(String, String)> {
    let text = span.seen()?;
    let rest = text.trim().strip_prefix("pub").filter(|rest| rest.starts_with([' ', '('])).unwrap_or(&text);
    let rest = match rest.strip_prefix('(') {
        Some(inner) if rest.len() < text.len() => inner.split_once(')')?.1,
        _ => rest,
    };
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '#');
    let named = rest.split_once(':').filter(|(name, ty)| is_name(name.trim()) && !ty.starts_with(':'));
    // A field without a name is called by its type.
    let (name, ty) = named.unwrap_or((rest, rest));
    Some((name.trim().to_owned(), ty.trim().to_owned())).filter(|(_, ty)| !ty.is_empty())
}

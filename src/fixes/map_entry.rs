//! Changes an entry of a map, which an index cannot do: `get_mut` in its place, or `insert`.

use std::ops::Range;

use super::change::{Change, Deed as How, first_part};
use super::mutable_access::mutable_access;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::ExprKind;

/// `*map.get_mut(key).unwrap()` for `map[key]`, and `map.insert(key, value)` for `map[key] = value`.
/// `key_type` is the type of the map's keys, where rustc has told it.
pub fn change_entry(case: &Case, change: &Change, key_type: Option<&str>) -> Vec<Fix> {
    let file = &change.file;
    let Some(index) = index_in(change) else { return Vec::new() };
    let parts: Vec<Range<usize>> = file.exprs_in(index.clone()).into_iter().map(|expr| expr.range).collect();
    let Some(map) = parts.get(1).cloned() else { return Vec::new() };
    let Some(key) = parts.iter().find(|part| part.start >= map.end).cloned() else { return Vec::new() };
    if !file.is_editable(index.clone()) {
        return Vec::new();
    }
    // The map itself may have to become changeable too.
    let access = mutable_access(case.files, file, map.clone(), false);
    let steps_unwritten = access.edits.is_none() && !access.steps.is_empty();
    let reach = if steps_unwritten { Vec::new() } else { access.edits.unwrap_or_default() };
    let (map_text, key_text) = (file.text(map), file.text(key));
    let whole = index == change.place;
    let assigned = file.parents(index.clone()).into_iter().next();
    let assigned = assigned.filter(|it| it.kind == ExprKind::Assign && whole && change.deed == How::Assign);

    let mut fixes = Vec::new();
    if let Some(assignment) = &assigned
        && let Some(owned) = owned_key(key_text, key_type)
        && let Some(value) =
            file.exprs_in(assignment.range.clone()).into_iter().find(|it| it.range.start >= index.end)
    {
        let text = format!("{map_text}.insert({owned}, {})", file.text(value.range));
        let mut edits = reach.clone();
        edits.push(Edit::replace(&file.source, assignment.range.clone(), text));
        fixes.push(Fix::new("insert-entry", Cost::local(Deed::Restructure), edits));
    }
    let star = if whole && change.deed == How::Assign { "*" } else { "" };
    let mut edits = reach;
    edits.push(Edit::replace(&file.source, index, format!("{star}{map_text}.get_mut({key_text}).unwrap()")));
    // An index panics as well where there is no such entry; an assignment was perhaps meant to make it.
    let cost = Cost::local(Deed::Restructure);
    let cost = if assigned.is_some() { cost.changed() } else { cost };
    fixes.push(Fix::new("get-entry-mut", cost, edits));
    fixes
}

/// The map that an entry of is changed, as the reader wrote it.
pub fn map_of(change: &Change) -> Option<String> {
    let map = first_part(&change.file, index_in(change)?)?;
    Some(change.file.text(map).to_owned())
}

/// The innermost index expression that the place goes through.
fn index_in(change: &Change) -> Option<Range<usize>> {
    let mut range = change.place.clone();
    loop {
        let expr = change.file.expr_exactly(range)?;
        if expr.kind == ExprKind::Index {
            return Some(expr.range);
        }
        range = first_part(&change.file, expr.range)?;
    }
}

/// The key that the map would own, for the key that an index only looks at.
fn owned_key(key: &str, key_type: Option<&str>) -> Option<String> {
    let key_type = key_type?.trim();
    let literal = key.starts_with('"');
    let bare = key.strip_prefix('&').map(str::trim);
    match key_type {
        "String" if literal => Some(format!("{key}.to_string()")),
        "String" => Some(format!("{}.to_string()", bare.unwrap_or(key).trim_start_matches('*'))),
        _ if key_type.starts_with('&') => Some(key.strip_prefix('*').unwrap_or(key).to_owned()),
        _ if is_number(key_type) => Some(bare.map_or_else(|| format!("*{key}"), str::to_owned)),
        _ => bare.map(|key| format!("{key}.clone()")),
    }
}

fn is_number(name: &str) -> bool {
    let digits = name.strip_prefix(['u', 'i']).unwrap_or_default();
    matches!(digits, "8" | "16" | "32" | "64" | "128" | "size") || matches!(name, "char" | "bool")
}

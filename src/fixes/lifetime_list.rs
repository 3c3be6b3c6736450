//! Takes lifetimes out of a list in angle brackets, renames one, puts all before the types.

use std::ops::Range;

use crate::fix::Edit;
use crate::syntax::{File, GenericItem, GenericList, Scope};

/// Deletes some items of a list, and the whole list if nothing would be left.
pub fn without_items(file: &File, list: &GenericList, gone: &dyn Fn(&GenericItem) -> bool) -> Vec<Edit> {
    let (out, kept): (Vec<&GenericItem>, Vec<&GenericItem>) = list.items.iter().partition(|item| gone(item));
    if kept.is_empty() {
        return vec![Edit::delete(&file.source, list.range.clone())];
    }
    let deleted = out.into_iter().map(|item| {
        let at = list.items.iter().position(|other| other == item).unwrap_or_default();
        // With the comma behind it, or before it where nothing that stays follows.
        let last = list.items[at..].iter().all(gone);
        let range = match list.items.get(at + 1) {
            Some(next) if !last => item.range.start..next.range.start,
            _ => list.items[at - 1].range.end..item.range.end,
        };
        Edit::delete(&file.source, range)
    });
    deleted.collect()
}

/// Takes the declaration of a lifetime away; for `for<'a>` that declares nothing else, the `for` too.
pub fn without_declaration(file: &File, scope: &Scope, lifetime: &str, binder: bool) -> Vec<Edit> {
    let Some(list) = scope.generics.clone().and_then(|range| file.generic_list_at(range)) else {
        return Vec::new();
    };
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(_, name)| name == lifetime);
    let for_token = file.token_before(list.range.start).filter(|_| binder && list.items.iter().all(is_it));
    let Some(for_token) = for_token else { return without_items(file, &list, &is_it) };
    let end = file.token_after(list.range.end).map_or(list.range.end, |next| next.start);
    vec![Edit::delete(&file.source, for_token.start..end)]
}

/// Where a lifetime is named within a range, its declaration included, but not where another
/// declaration of the name is nearer. `declared` is the declaration, if there is one.
pub fn uses_of(
    file: &File,
    within: &Range<usize>,
    lifetime: &str,
    declared: Option<&Range<usize>>,
) -> Vec<Range<usize>> {
    let all = file.lifetimes_in(within.clone()).into_iter().filter(|(_, name)| name == lifetime);
    let own = |at: &Range<usize>| {
        let scopes = file.lifetime_scopes(at.clone());
        let mut names = scopes.iter().flat_map(|scope| &scope.lifetimes);
        let nearest = names.find(|(_, name)| name == lifetime);
        declared == Some(at) || nearest.is_none_or(|(found, _)| declared == Some(found))
    };
    all.map(|(range, _)| range).filter(own).collect()
}

/// Writes another name wherever a range names a lifetime.
pub fn renamed(
    file: &File,
    within: &Range<usize>,
    lifetime: &str,
    declared: Option<&Range<usize>>,
    to: &str,
) -> Vec<Edit> {
    let uses = uses_of(file, within, lifetime, declared).into_iter();
    uses.map(|range| Edit::replace(&file.source, range, to)).collect()
}

/// The list with its lifetimes first, all else in the order in which it stands.
pub fn lifetimes_first(file: &File, list: &GenericList) -> Vec<Edit> {
    let (first, rest): (Vec<&GenericItem>, Vec<&GenericItem>) =
        list.items.iter().partition(|item| item.lifetime.is_some());
    let ordered = first.into_iter().chain(rest);
    // Each place gets the item that belongs there: white space and comments stay.
    let moved = list.items.iter().zip(ordered).filter(|(place, item)| place != item);
    moved
        .map(|(place, item)| Edit::replace(&file.source, place.range.clone(), file.text(item.range.clone())))
        .collect()
}

/// What to write where so that a declared lifetime is valid for at least as long as another.
pub fn promise_longer(file: &File, declared: &Range<usize>, other: &str) -> Edit {
    match file.token_after(declared.end) {
        Some(next) if file.text(next.clone()) == ":" => {
            Edit::insert(&file.source, next.end, format!(" {other} +"))
        }
        _ => Edit::insert(&file.source, declared.end, format!(": {other}")),
    }
}

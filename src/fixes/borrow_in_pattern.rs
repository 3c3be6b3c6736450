//! Matches a reference, so that the names of a pattern borrow what they match.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Role};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::borrow_value::lent;
use crate::fixes::clone_value::{cloned, is_shorthand};
use crate::fixes::reference_uses::{is_changed, suits_reference, takes_receiver};
use crate::rule::Case;
use crate::syntax::{Binding, File, Match, MatchKind, UseKind};

/// The ways to match without taking: a `&` in front of what is matched; `ref`, or one `&` less, where
/// the pattern itself says `&`; and a copy of the parts that the arms give away.
pub fn borrow_in_pattern(case: &Case, file: &File, part: Range<usize>) -> Vec<Fix> {
    let Some(found) = file.match_of(part.clone()) else { return Vec::new() };
    let patterns = found.patterns.iter().filter(|pattern| file.is_editable((*pattern).clone()));
    let Some(pattern) =
        patterns.clone().find(|pattern| pattern.start <= part.start && part.end <= pattern.end)
    else {
        return Vec::new();
    };
    let inside = file.text(pattern.start..part.start);
    if inside.contains('&') {
        return within_reference_pattern(case, file, pattern.clone(), inside).into_iter().collect();
    }
    by_reference(case, file, &found)
}

/// `for &x in v` -> `for x in v`; `&(a, b)` -> `&(ref a, b)`.
fn within_reference_pattern(case: &Case, file: &File, pattern: Range<usize>, before: &str) -> Option<Fix> {
    let parts = parts_in(case.diagnostic, &pattern);
    let names: Vec<Binding> = file.bindings_in_pattern(pattern.clone());
    let moved: Vec<&Binding> = names.iter().filter(|name| parts.contains(&name.name_range)).collect();
    if moved.is_empty() || moved.iter().any(|name| name.mutable || name.by_ref) {
        return None;
    }
    let suits = moved.iter().all(|name| suits_reference(case, file, name));
    let cost = Cost::local(Deed::Annotate);
    // The pattern is nothing but `&` and the name.
    if before.trim() == "&" && names.len() == 1 && pattern.end == moved[0].name_range.end {
        let edit = Edit::delete(&file.source, pattern.start..moved[0].name_range.start);
        return Some(
            Fix::new("borrow-the-name", cost, vec![edit]).with("part", &moved[0].name).doubtful_if(!suits),
        );
    }
    let edits = moved.iter().map(|name| Edit::insert(&file.source, name.name_range.start, "ref ")).collect();
    Some(Fix::new("borrow-the-name", cost, edits).with("part", &moved[0].name).doubtful_if(!suits))
}

/// `match self.state` -> `match &self.state`, with copies of the parts that the arms need as their own.
fn by_reference(case: &Case, file: &File, found: &Match) -> Vec<Fix> {
    const KINDS: &[MatchKind] =
        &[MatchKind::Match, MatchKind::IfLet, MatchKind::WhileLet, MatchKind::LetElse, MatchKind::Let];
    let Some(place) = found.scrutinee.clone().filter(|_| KINDS.contains(&found.kind)) else {
        return Vec::new();
    };
    if !file.is_editable(place.clone()) || !file.is_place(place.clone()) {
        return Vec::new();
    }
    let names: Vec<Binding> =
        found.patterns.iter().flat_map(|pattern| file.bindings_in_pattern(pattern.clone())).collect();
    let parts: Vec<Range<usize>> =
        found.patterns.iter().flat_map(|pattern| parts_in(case.diagnostic, pattern)).collect();
    let changed = names.iter().any(|name| is_changed(file, name));
    let mark = if changed { "&mut " } else { "&" };
    let mut edits = vec![lent(file, place.clone(), mark)];
    let plain = Fix::new("borrow-in-pattern", Cost::local(Deed::Borrow), edits.clone());
    let plain = plain.with("place", file.text(place.clone()));
    let by_names = by_names(case, file, &names, &parts, place.clone());
    // Where other names of the pattern say `ref`, or others would have to be copied out of a reference
    // by hand, one more `ref` is the smaller change.
    if names.iter().any(|name| name.by_ref)
        && let Some(by_names) = by_names
    {
        return vec![by_names, plain.doubtful_if(true)];
    }
    let mut copies = false;
    let mut used_up = false;
    for name in &names {
        if name.mutable || name.by_ref {
            return vec![plain.doubtful_if(true)];
        }
        let moved = parts.contains(&name.name_range);
        if (changed && moved) || suits_reference(case, file, name) {
            continue;
        }
        for used in file.uses_of(name) {
            let by_value =
                used.place == used.range && matches!(used.kind, UseKind::Read | UseKind::CallArgument);
            if !by_value {
                used_up |= takes_receiver(file, &used);
                continue;
            }
            if !file.is_editable(used.range.clone()) {
                return vec![plain.doubtful_if(true)];
            }
            // A part that moved is copied; one that was copied before is copied from the reference.
            copies |= moved;
            match moved {
                true => edits.extend(cloned(file, used.range)),
                false if is_shorthand(file, &used.range) => {
                    edits.push(Edit::insert(&file.source, used.range.end, format!(": *{}", name.name)));
                }
                false => edits.push(Edit::insert(&file.source, used.range.start, "*")),
            }
        }
    }
    if edits.len() == 1 {
        return vec![plain.doubtful_if(used_up)];
    }
    if !copies && let Some(by_names) = by_names {
        return vec![by_names, plain.doubtful_if(true)];
    }
    let (id, deed) = if copies { ("copy-part", Deed::Clone) } else { ("borrow-in-pattern", Deed::Borrow) };
    vec![Fix::new(id, Cost::local(deed), edits).with("place", file.text(place)), plain.doubtful_if(true)]
}

/// `Named(name)` -> `Named(ref name)`, for the names that would take something.
fn by_names(
    case: &Case,
    file: &File,
    names: &[Binding],
    parts: &[Range<usize>],
    place: Range<usize>,
) -> Option<Fix> {
    let moved: Vec<&Binding> = names.iter().filter(|name| parts.contains(&name.name_range)).collect();
    let first = moved.first()?;
    if moved.iter().any(|name| name.mutable || name.by_ref || !file.is_editable(name.name_range.clone())) {
        return None;
    }
    let mut suits = true;
    let edits = moved.iter().map(|name| {
        let changed = is_changed(file, name);
        suits &= changed || suits_reference(case, file, name);
        Edit::insert(&file.source, name.name_range.start, if changed { "ref mut " } else { "ref " })
    });
    let fix = Fix::new("borrow-the-name", Cost::local(Deed::Annotate), edits.collect());
    Some(fix.with("part", &first.name).with("place", file.text(place)).doubtful_if(!suits))
}

/// The names within a pattern that rustc says take something.
fn parts_in(diagnostic: &Diagnostic, pattern: &Range<usize>) -> Vec<Range<usize>> {
    let labels = diagnostic
        .labels
        .iter()
        .filter(|label| matches!(label.role, Role::DataMoved | Role::PartlyMoved | Role::Moved));
    let ranges = labels.map(|label| label.span.range());
    ranges.filter(|range| pattern.start <= range.start && range.end <= pattern.end).collect()
}

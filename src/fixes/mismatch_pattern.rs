//! Brings a pattern and what it is matched with to one type: what it is matched with changes.

use std::ops::Range;

use super::adjust_reference::{around, behind_reference};
use super::mismatch_ways::Site;
use super::reference_uses::{is_copy_type, suits_reference};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::Difference;
use crate::syntax::File;

/// Whether a range is a pattern, or a part of one.
pub fn is_pattern(file: &File, range: Range<usize>) -> bool {
    let found = file.match_of(range.clone());
    found.is_some_and(|found| {
        found.patterns.iter().any(|pattern| pattern.start <= range.start && range.end <= pattern.end)
    })
}

/// Where the pattern is of another type than what it is matched with: what it is matched with changes.
pub fn pattern_ways(site: &Site) -> Option<Vec<Fix>> {
    let (file, range) = (&site.file, site.expr.clone());
    if !is_pattern(file, range.clone()) {
        return None;
    }
    let place = file.match_of(range.clone())?.scrutinee;
    let matched = |before: &str, after: &str| {
        let place = place.clone().filter(|place| file.is_editable(place.clone()))?;
        // `&x.0` is read through as `*x.0`.
        let inner = behind_reference(file, place.clone()).filter(|_| before == "*");
        let edits = around(file, inner.unwrap_or(place.clone()), before, after);
        let code = format!("{before}{}{after}", file.text(place.clone()));
        Some(Fix::new("match-on-other", Cost::local(Deed::Annotate), edits).with("instead", code))
    };
    Some(match site.mismatch.difference {
        Difference::PointerWanted(_) => matched("*", "").into_iter().collect(),
        Difference::GuardMatched(guard) => guarded(site, place, guard),
        Difference::ReferenceWanted { .. } => matched("*", "").into_iter().collect(),
        Difference::OwnedWanted => {
            let view = match site.mismatch.expected_type.name() {
                Some("String") => ".as_str()",
                Some("Vec") => ".as_slice()",
                _ => ".as_ref()",
            };
            matched("", view).into_iter().collect()
        }
        Difference::InnerOwnedWanted => matched("", ".as_deref()").into_iter().collect(),
        Difference::ValueWanted { .. } if file.text(range.clone()).starts_with('&') => {
            let edit = Edit::delete(&file.source, range.start..range.start + 1);
            let fix = Fix::new("match-the-value", Cost::local(Deed::Annotate), vec![edit]);
            file.is_editable(range).then_some(fix).into_iter().collect()
        }
        _ => Vec::new(),
    })
}

/// What a guard guards is matched in place: `match *guard`, or `&*guard`, `&mut *guard` where the
/// pattern would take something out of it; or an `Option` in it is emptied.
fn guarded(site: &Site, place: Option<Range<usize>>, guard: &str) -> Vec<Fix> {
    let file = &site.file;
    let Some(place) = place.filter(|place| file.is_editable(place.clone())) else { return Vec::new() };
    let types = [&site.mismatch.expected, &site.mismatch.found];
    let of_option = types.iter().find_map(|ty| ty.strip_prefix("Option<")?.strip_suffix('>'));
    let names = file.bindings_in_pattern(site.expr.clone());
    // A name that is given away needs more than a reference, unless it is copied.
    let suits = of_option.is_some_and(is_copy_type)
        || names.iter().all(|name| name.mutable || suits_reference(site.case, file, name));
    let mut stars = vec!["*", "&*"];
    let may_change = !["Ref", "RwLockReadGuard"].contains(&guard);
    if may_change {
        stars.push("&mut *");
    }
    let empty = Edit::insert(&file.source, place.end, ".take()");
    let emptied = Fix::new("take-option", Cost::local(Deed::Take).changed(), vec![empty])
        .with("place", file.text(place.clone()));
    let in_place = stars.into_iter().map(|star| {
        let edits = around(file, place.clone(), star, "");
        let code = format!("{star}{}", file.text(place.clone()));
        let fix = Fix::new("match-on-other", Cost::local(Deed::Annotate), edits);
        fix.with("instead", code).doubtful_if(!suits || star.starts_with("&mut"))
    });
    in_place.chain((of_option.is_some() && may_change).then_some(emptied)).collect()
}

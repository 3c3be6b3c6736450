//! Lets a `match` decide on a copy, so that its guards may change the value itself.

use std::ops::Range;

use super::move_owner_outward::{bound_before, fresh_name};
use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::File;

/// What stands in the type or value of something that is moved, not copied.
const OWNS: &[&str] = &["String", "Vec", "Box", "vec!", "to_owned", "to_string", "format!", "Rc", "Arc"];

/// `let matched = x; match matched` for a value that is copied, `match x.clone()` for others.
pub fn match_on_copy(case: &Case, head: &Span) -> Vec<Fix> {
    let Some(file) = case.file(head) else { return Vec::new() };
    let range = head.range();
    let Some(found) = file.match_on(range.clone()) else { return Vec::new() };
    // An arm that changes the value through its pattern would change the copy.
    let changes = found.patterns.iter().any(|pattern| file.text(pattern.clone()).contains("ref mut"));
    if changes || !file.is_place(range.clone()) || !file.is_editable(found.range) {
        return Vec::new();
    }
    let name = fresh_name(&file, "matched", range.start);
    let copied = bound_before(&file, range.clone(), &name, "")
        .map(|edits| Fix::new("match-on-copy", Cost::local(Deed::Restructure), edits))
        .map(|fix| fix.doubtful_if(may_own_memory(&file, range.clone())));
    let clone = Edit::insert(&file.source, range.end, ".clone()");
    let cloned = Fix::new("match-on-clone", Cost::local(Deed::Clone), vec![clone]);
    copied.into_iter().chain([cloned]).collect()
}

/// Whether what is written of a place speaks of a value that would move.
fn may_own_memory(file: &File, place: Range<usize>) -> bool {
    let written = match file.text(place.clone()).rsplit_once('.') {
        Some((_, field)) => super::copy_out::field_types(file, field),
        None => {
            let binding = file.binding(file.text(place.clone()), place.start);
            let init = binding.as_ref().and_then(|found| found.let_.clone()).and_then(|of| of.init);
            let ty = binding.and_then(|found| found.ty).or(init);
            ty.map(|range| file.text(range).to_owned()).into_iter().collect()
        }
    };
    written.iter().any(|code| OWNS.iter().any(|word| code.contains(word)))
}

//! Swaps a type that shares data for the one that does it within one thread.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::File;

/// `Rc` for every `Arc` of a file that imports it by name.
pub fn arc_to_rc(file: &File) -> Option<Fix> {
    let mut edits = vec![import(file, "use std::sync::Arc;", "use std::rc::Rc;")?];
    edits.extend(renamed(file, "Arc", "Rc"));
    Some(Fix::new("stay-in-one-thread", Cost::signature(Deed::Restructure), edits))
}

/// `RefCell` for every `Mutex` of a file that imports it by name; `borrow_mut` for `lock`.
pub fn mutex_to_ref_cell(file: &File) -> Option<Fix> {
    let mut edits = vec![import(file, "use std::sync::Mutex;", "use std::cell::RefCell;")?];
    edits.extend(renamed(file, "Mutex", "RefCell"));
    for lock in file.calls_named("lock") {
        // `.lock().unwrap()`, `.lock().expect("..")`
        let unwrapped = file.method_call_on(lock.range.clone())?;
        let panics = ["unwrap", "expect"].contains(&unwrapped.name.as_str());
        if !panics || !file.is_editable(unwrapped.range.clone()) {
            return None;
        }
        edits.push(Edit::replace(&file.source, lock.name_range.start..unwrapped.range.end, "borrow_mut()"));
    }
    Some(Fix::new("borrow-without-lock", Cost::signature(Deed::Restructure), edits))
}

fn import(file: &File, old: &str, new: &str) -> Option<Edit> {
    let mut places = file.source.text.match_indices(old);
    let (at, _) = places.next()?;
    let alone = places.next().is_none();
    (alone && file.is_editable(at..at + old.len()))
        .then(|| Edit::replace(&file.source, at..at + old.len(), new))
}

/// Every word of the code that is this name, but not in an import.
fn renamed(file: &File, old: &str, new: &str) -> Vec<Edit> {
    let is_word = |range: &Range<usize>| file.token_after(range.start).as_ref() == Some(range);
    let places = file.source.text.match_indices(old).map(|(at, _)| at..at + old.len());
    let imported = |range: &Range<usize>| file.source.text[..range.start].ends_with("use std::sync::");
    let places = places.filter(|range| is_word(range) && !imported(range));
    let places = places.filter(|range| file.is_editable(range.clone()));
    places.map(|range| Edit::replace(&file.source, range, new)).collect()
}

//! Lends an argument that a call takes by value, where the call is content with a reference.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::reference_uses::takes_reference;
use crate::rule::Case;
use crate::syntax::File;

/// `open(path)` -> `open(&path)`, if the function is generic and known to take references too.
/// Where the function insists on the value, `lend-parameter` is the deed.
pub fn lend_argument(case: &Case, file: &File, moved: Range<usize>) -> Option<Fix> {
    let (call, index) = file.call_with_argument(moved.clone())?;
    // The value itself is the argument, not a part of one.
    let argument = call.args.get(index).filter(|argument| **argument == moved)?;
    if !takes_reference(case, file, &call, index) || !file.is_editable(moved.clone()) {
        return None;
    }
    let fix = Fix::new(
        "lend-argument",
        Cost::local(Deed::Borrow),
        vec![Edit::insert(&file.source, argument.start, "&")],
    );
    Some(fix.with("place", file.text(moved)).with("callee", &call.name))
}

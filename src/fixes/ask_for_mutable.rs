//! Asks for a `&mut` reference where a shared one was cast to change what it shows.

use super::mutable_access::{Through, mutable_access};
use super::open_unsafe::opened;
use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::ExprKind;

/// `self.hits = 1` with `&mut self` for `*(&self.hits as *const u32 as *mut u32) = 1`.
pub fn ask_for_mutable(case: &Case, change: &Span, place: &str) -> Option<Fix> {
    let file = case.file(change)?;
    let cast = file.exprs_in(change.range()).into_iter().find(|e| e.kind == ExprKind::Deref)?;
    let at = file.text(cast.range.clone()).find(place)? + cast.range.start;
    let inner = at..at + place.len();
    let access = mutable_access(case.files, &file, inner, true);
    let mut edits = access.edits?;
    // The parentheses around the cast go with it.
    let parents = file.parents(cast.range.clone());
    let paren = parents.iter().take_while(|e| e.kind == ExprKind::Paren).last();
    let whole = paren.map_or(cast.range.clone(), |e| e.range.clone());
    if !file.is_editable(whole.clone()) {
        return None;
    }
    // A name that is itself the reference is changed through `*`.
    let own = place.contains('.');
    let text = if own { place.to_owned() } else { format!("*{place}") };
    edits.push(Edit::replace(&file.source, whole.clone(), text));
    edits.extend(opened(&file, &[whole]));
    let step =
        access.steps.iter().find(|step| matches!(step.through, Through::SelfParam | Through::Parameter))?;
    let fix = Fix::new("ask-for-a-mutable-reference", Cost::signature(Deed::Annotate), edits);
    Some(fix.with("target", &step.name).with("function", step.function.clone()?))
}

//! Borrows a value where it is bound or looped over, instead of taking it.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::{adt, implements};
use crate::fixes::held_place::base_name;
use crate::fixes::reference_uses::{binding_of_init, is_changed, suits_reference};
use crate::mismatch::is_iterator;
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, ExprKind, File, LoopKind, StatementKind};

/// `let x = self.f;` -> `let x = &self.f;`.
pub fn borrow_value(case: &Case, file: &File, moved: Range<usize>) -> Option<Fix> {
    let binding = binding_of_init(file, &moved)?;
    if !file.is_editable(moved.clone()) {
        return None;
    }
    let suits = suits_reference(case, file, &binding);
    let fix = Fix::new("borrow-value", Cost::local(Deed::Borrow), vec![lent(file, moved.clone(), "&")]);
    Some(fix.with("place", file.text(moved)).with("new_owner", &binding.name).doubtful_if(!suits))
}

/// `for x in items` -> `for x in &items`, or `&mut items` if the loop changes the items.
pub fn lend_in_for(case: &Case, file: &File, header: Range<usize>) -> Option<Fix> {
    let around =
        file.loops_around(header.clone()).into_iter().find(|around| around.header == Some(header.clone()))?;
    let pattern = around.pattern.filter(|_| around.kind == LoopKind::For)?;
    let names = file.bindings_in_pattern(pattern);
    // One change of an item decides for all names that the loop binds.
    let changed = names.iter().any(|name| is_changed(file, name));
    let suits = names.iter().all(|name| !name.mutable && (changed || suits_reference(case, file, name)));
    if !file.is_editable(header.clone()) {
        return None;
    }
    let mark = if changed { "&mut " } else { "&" };
    let fix = Fix::new("lend-in-for", Cost::local(Deed::Borrow), vec![lent(file, header.clone(), mark)]);
    Some(fix.with("place", file.text(header)).doubtful_if(!suits))
}

/// `for x in iter` -> `for x in &mut iter`: what the loop leaves is there afterwards. Only for what is an
/// iterator: of a collection, such a loop takes nothing.
pub fn walk_on(case: &Case, file: &File, header: Range<usize>, ty: &str) -> Option<Fix> {
    let is_name = file.expr_exactly(header.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
    let of_crate = || adt(case, base_name(ty)).is_some_and(|(_, adt)| implements(case, &adt, "Iterator"));
    let by_bound = || {
        let function = file.function_at(header.clone());
        function.is_some_and(|of| file.text(of.range).contains(&format!("{ty}: Iterator")))
    };
    let walks = ty.starts_with("impl Iterator") || is_iterator(&Type::parse(ty)) || of_crate() || by_bound();
    if !is_name || !walks || !file.is_editable(header.clone()) {
        return None;
    }
    let binding = file.binding(file.text(header.clone()), header.start)?;
    let mut edits = vec![Edit::insert(&file.source, header.start, "&mut ")];
    if !binding.mutable {
        let (at, text) = file.mut_insert(&binding)?;
        edits.insert(0, Edit::insert(&file.source, at, text));
    }
    Some(Fix::new("walk-on", Cost::local(Deed::Borrow), edits).with("place", &binding.name))
}

/// A `&` in front of a place. `*x` loses its `*` instead, where `x` is known to be a reference.
pub fn lent(file: &File, place: Range<usize>, mark: &str) -> Edit {
    let starred = file.expr_exactly(place.clone()).is_some_and(|expr| expr.kind == ExprKind::Deref);
    let inner = file.text(place.clone()).strip_prefix('*').map(str::trim_start).unwrap_or_default();
    let known = reference_named(file, inner, place.start).is_some_and(|mutable| !mutable || mark == "&mut ");
    if starred && known {
        let star = place.end - inner.len();
        return Edit::delete(&file.source, place.start..star);
    }
    Edit::insert(&file.source, place.start, mark)
}

/// Whether a name is declared as a reference, and whether as `&mut`.
pub fn reference_named(file: &File, name: &str, at: usize) -> Option<bool> {
    let binding = file.binding(name, at)?;
    let written = match binding.kind {
        BindingKind::SelfParam => {
            let receiver = file.function_at(at..at)?.self_param.filter(|receiver| receiver.reference)?;
            return Some(receiver.mutable);
        }
        _ => declared_reference(file, &binding)?,
    };
    Some(written.starts_with("&mut"))
}

/// The written type, or the value that a `let` gives to the name, if it says `&`.
fn declared_reference(file: &File, binding: &Binding) -> Option<String> {
    let let_init =
        binding.let_.as_ref().filter(|_| binding.simple).and_then(|declared| declared.init.clone());
    let said = binding.ty.clone().or(let_init)?;
    let text = file.text(said);
    // `&'a mut T` is `&mut T`.
    let rest = text.strip_prefix('&')?.trim_start();
    let rest = if rest.starts_with('\'') {
        rest.split_once(' ').map_or("", |(_, rest)| rest.trim_start())
    } else {
        rest
    };
    Some(if rest.starts_with("mut ") { "&mut".to_owned() } else { "&".to_owned() })
}

/// The statement `let name = place;` around a place, as the name and whether it is followed by a
/// statement of the same block.
pub fn next_statement(
    file: &File,
    place: Range<usize>,
) -> Option<(crate::syntax::Statement, crate::syntax::Statement)> {
    let block = file.block_at(place.clone())?;
    let at = block
        .statements
        .iter()
        .position(|statement| statement.range.start <= place.start && place.end <= statement.range.end)?;
    let (this, next) = (block.statements.get(at)?, block.statements.get(at + 1)?);
    (!matches!(next.kind, StatementKind::Item)).then(|| (this.clone(), next.clone()))
}

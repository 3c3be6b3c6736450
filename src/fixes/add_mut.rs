//! Says `mut` where a variable is declared, or does without: the reference as it is, a new variable.

use super::change::{Change, Deed as How};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Binding, BindingKind, ExprKind, File, StatementKind};

/// `&mut x` becomes `x`, where `x` is a mutable reference.
pub fn pass_as_it_is(change: &Change) -> Option<Fix> {
    let borrow = change.file.parents(change.place.clone()).into_iter().next()?;
    let sign = borrow.range.start..change.place.start;
    let fits = change.deed == How::Lend && change.file.is_editable(sign.clone());
    fits.then(|| {
        Fix::new("pass-as-it-is", Cost::local(Deed::Annotate), vec![Edit::delete(&change.file.source, sign)])
    })
}

/// `mut` before the name, wherever it is declared.
pub fn declare_mut(file: &File, binding: &Binding) -> Option<Fix> {
    let (at, text) = file.mut_insert(binding)?;
    if !file.is_editable(binding.name_range.clone()) {
        return None;
    }
    let id = if binding.kind == BindingKind::Param { "add-mut-to-parameter" } else { "add-mut" };
    Some(Fix::new(id, Cost::local(Deed::Annotate), vec![Edit::insert(&file.source, at, text)]))
}

/// `x = a;` becomes `let x = a;`, where it stands in the same block as the declaration, so that all
/// that follows sees the new variable.
pub fn declare_anew(change: &Change, binding: &Binding) -> Option<Fix> {
    let file = &change.file;
    let declaration = binding.let_.as_ref().filter(|it| it.init.is_some())?;
    let statement = file.statement_at(change.place.clone())?;
    let block = file.block_at(statement.range.clone())?;
    let plain = file.expr_exactly(statement.expr.clone()?)?.kind == ExprKind::Assign;
    let whole = file.is_path_named(change.place.clone(), &binding.name);
    let same_block = block
        .statements
        .iter()
        .any(|it| matches!(&it.kind, StatementKind::Let(found) if found.range == declaration.range));
    let fits = plain && whole && same_block && file.is_editable(statement.range.clone());
    fits.then(|| {
        let edit = Edit::insert(&file.source, statement.range.start, "let ");
        Fix::new("declare-anew", Cost::local(Deed::Restructure), vec![edit])
    })
}

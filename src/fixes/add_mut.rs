//! Says `mut` where a variable is declared, or does without: the reference as it is, a new variable.

use std::rc::Rc;

use super::change::{Change, Deed as How};
use super::mutable_self::{is_behind_reference, lend_self, trait_asks_for_mut};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
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

/// `&mut self` for `self`: as the trait has it, or where nothing else can be called. Says also whether
/// `mut self` would be of no use.
pub fn take_self_by_reference(case: &Case, file: &Rc<File>, binding: &Binding) -> Option<(Fix, bool)> {
    let function = file.function_at(binding.name_range.clone())?;
    if trait_asks_for_mut(case.files, file, &function).is_some() {
        let at = function.self_param.filter(|it| it.ty.is_none())?.range.start;
        let edit = Edit::insert(&file.source, at, "&mut ");
        let fix = Fix::new("mutable-self-as-in-trait", Cost::signature(Deed::Annotate), vec![edit]);
        return file.is_editable(at..at).then_some((fix, true));
    }
    let (edits, only) = lend_self(case.files, file, &function)?;
    Some((Fix::new("mutable-self", Cost::signature(Deed::Annotate), edits), only))
}

/// `match &mut place` for `match place`, where the pattern would take a part out of the place.
/// Says also whether the place is behind a reference, so that nothing can be taken out of it.
pub fn match_on_mutable_reference(file: &File, binding: &Binding) -> Option<(Fix, bool, String)> {
    let scrutinee = file.match_of(binding.name_range.clone())?.scrutinee?;
    let fits = binding.kind != BindingKind::For && file.is_place(scrutinee.clone()) && !binding.by_ref;
    if !fits || !file.is_editable(scrutinee.clone()) {
        return None;
    }
    let behind = is_behind_reference(file, scrutinee.clone());
    let text = file.text(scrutinee.clone()).to_owned();
    // A variable that is a reference itself is matched as one already.
    if behind && file.expr_exactly(scrutinee.clone())?.kind == ExprKind::Path {
        return None;
    }
    let edit = Edit::insert(&file.source, scrutinee.start, "&mut ");
    let fix = Fix::new("match-on-mutable-reference", Cost::local(Deed::Annotate), vec![edit]);
    Some((fix.with("scrutinee", text.as_str()), behind, text))
}

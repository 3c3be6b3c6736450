//! Says `mut` where a variable is declared, or does without: the reference as it is, a new variable.

use std::rc::Rc;

use super::change::{Change, Deed as How};
use super::mutable_access::mutable_access;
use super::mutable_self::{is_behind_reference, lend_self, trait_asks_for_mut};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, ExprKind, File, StatementKind};

/// The ways out for a variable without `mut`.
#[derive(Debug, Default)]
pub struct WaysToMut {
    /// The candidates.
    pub fixes: Vec<Fix>,
    /// The place that the pattern takes apart, where it is behind a reference: nothing can be taken out.
    pub behind: Option<String>,
    /// Whether `mut` alone, as rustc suggests it, leads nowhere.
    pub mut_is_useless: bool,
}

/// All ways out for a variable without `mut`, by the variant of the text.
pub fn ways_to_mut(
    case: &Case,
    variant: Option<&str>,
    change: Option<&Change>,
    binding: Option<&(Rc<File>, Binding)>,
) -> WaysToMut {
    let mut ways = WaysToMut::default();
    if variant == Some("pattern guard") {
        ways.fixes.push(Fix::idea("change-in-the-arm"));
        return ways;
    }
    let fixes = &mut ways.fixes;
    if let Some((file, binding)) = binding {
        if variant == Some("already a mutable reference") {
            fixes.extend(change.and_then(pass_as_it_is));
        }
        if binding.kind == BindingKind::SelfParam
            && let Some((fix, only)) = take_self_by_reference(case, file, binding)
        {
            fixes.push(fix);
            ways.mut_is_useless = only;
        }
        // What a pattern would take out of a reference has to change where it is.
        if variant == Some("pattern")
            && case.diagnostic.code.as_deref() != Some("E0384")
            && let Some((fix, behind, scrutinee)) = match_on_mutable_reference(case, file, binding)
        {
            fixes.push(fix);
            ways.mut_is_useless = behind;
            ways.behind = behind.then_some(scrutinee);
        }
        fixes.extend(declare_mut(file, binding).filter(|_| !ways.mut_is_useless));
        fixes.extend(change.and_then(|change| declare_anew(change, binding)));
    }
    // Whoever can write `mut` at the declaration needs no other idea.
    if fixes.is_empty() {
        fixes.push(Fix::idea("declare-with-mut"));
    }
    ways
}

/// `&mut x` becomes `x`, where `x` is a mutable reference.
fn pass_as_it_is(change: &Change) -> Option<Fix> {
    let borrow = change.file.parents(change.place.clone()).into_iter().next()?;
    let sign = borrow.range.start..change.place.start;
    let fits = change.deed == How::Lend && change.file.is_editable(sign.clone());
    fits.then(|| {
        Fix::new("pass-as-it-is", Cost::local(Deed::Annotate), vec![Edit::delete(&change.file.source, sign)])
    })
}

/// `mut` before the name, wherever it is declared.
fn declare_mut(file: &File, binding: &Binding) -> Option<Fix> {
    let (at, text) = file.mut_insert(binding)?;
    if !file.is_editable(binding.name_range.clone()) {
        return None;
    }
    let id = if binding.kind == BindingKind::Param { "add-mut-to-parameter" } else { "add-mut" };
    Some(Fix::new(id, Cost::local(Deed::Annotate), vec![Edit::insert(&file.source, at, text)]))
}

/// `x = a;` becomes `let x = a;`, where it stands in the same block as the declaration, so that all
/// that follows sees the new variable.
fn declare_anew(change: &Change, binding: &Binding) -> Option<Fix> {
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
fn take_self_by_reference(case: &Case, file: &Rc<File>, binding: &Binding) -> Option<(Fix, bool)> {
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
fn match_on_mutable_reference(
    case: &Case,
    file: &Rc<File>,
    binding: &Binding,
) -> Option<(Fix, bool, String)> {
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
    let access = mutable_access(case.files, file, scrutinee.clone(), false);
    let written = access.edits.is_some() || access.steps.is_empty();
    let mut edits = access.edits.unwrap_or_default();
    edits.push(Edit::insert(&file.source, scrutinee.start, "&mut "));
    let cost = if access.signature { Cost::signature(Deed::Annotate) } else { Cost::local(Deed::Annotate) };
    let fix = Fix::new("match-on-mutable-reference", cost, edits).doubtful_if(!written);
    Some((fix.with("scrutinee", text.as_str()), behind, text))
}

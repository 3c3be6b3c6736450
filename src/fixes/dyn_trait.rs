//! Makes a trait fit for `dyn`, or does without `dyn`.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::adjust_reference::around;
use crate::rule::Case;
use crate::syntax::{CallKind, File, Function, TypeKind};

/// The methods of a trait in which the reasons lie.
fn methods(case: &Case, reasons: &[&Label]) -> Option<Vec<(Rc<File>, Function)>> {
    let mut found: Vec<(Rc<File>, Function)> = Vec::new();
    for reason in reasons {
        let file = case.file(&reason.span)?;
        let function = file.function_at(reason.span.range()).filter(|function| function.in_trait)?;
        if !file.is_editable(function.name_range.clone()) {
            return None;
        }
        if !found.iter().any(|(_, known)| known.range == function.range) {
            found.push((file, function));
        }
    }
    (!found.is_empty()).then_some(found)
}

/// `where Self: Sized` for the methods that a `dyn` cannot offer.
pub fn require_sized(case: &Case, reasons: &[&Label]) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut names = BTreeSet::new();
    let mut called = false;
    for (file, function) in methods(case, reasons)? {
        // A call may be one through `dyn`.
        let calls = file.calls_named(&function.name);
        called |= calls.iter().any(|call| call.kind == CallKind::Method);
        let edit = match &function.where_clause {
            Some(clause) => {
                let comma = if file.text(clause.clone()).trim_end().ends_with(',') { "" } else { "," };
                Edit::insert(&file.source, clause.end, format!("{comma} Self: Sized"))
            }
            None => {
                let end = function.return_type.clone().unwrap_or(function.params_range.clone()).end;
                Edit::insert(&file.source, end, " where Self: Sized")
            }
        };
        edits.push(edit);
        names.insert(function.name);
    }
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let fix = Fix::new("require-sized", Cost::signature(Deed::Annotate), edits).doubtful_if(called);
    Some(fix.with("members", names))
}

/// Takes `: Sized` away from the trait.
pub fn drop_sized(case: &Case, reasons: &[&Label]) -> Option<Fix> {
    let [reason] = reasons else { return None };
    let file = case.file(&reason.span)?;
    let range = reason.span.range();
    if file.text(range.clone()) != "Sized" || !file.is_editable(range.clone()) {
        return None;
    }
    // With the colon or plus before it, or else with the plus behind it.
    let before = file.token_before(range.start)?;
    let after = file.token_after(range.end)?;
    let cut = match (file.text(before.clone()), file.text(after.clone())) {
        (":", "+") => range.start..file.token_after(after.end)?.start,
        (":" | "+", _) => before.start..range.end,
        _ => return None,
    };
    Some(Fix::new("drop-sized", Cost::signature(Deed::Annotate), vec![Edit::delete(&file.source, cut)]))
}

/// `Box<dyn Trait>` for `impl Trait` in the result of a method, in the trait and all its impls.
pub fn box_method_result(case: &Case, reasons: &[&Label]) -> Option<Fix> {
    let [(home, method)] = methods(case, reasons)?.try_into().ok()?;
    let owner = home.trait_at(method.range.clone())?.name;
    let mut edits = Vec::new();
    let mut boxed = None;
    for file in case.files.crate_files_with(&home.source.name, &method.name) {
        for function in file.functions_named(&method.name) {
            let block = file.impl_at(function.range.clone());
            let of_impl = block.is_some_and(|block| block.trait_name.as_deref() == Some(owner.as_str()));
            let of_trait =
                function.in_trait && file.trait_at(function.range.clone()).is_some_and(|it| it.name == owner);
            if !of_impl && !of_trait {
                continue;
            }
            let ty = file.type_at(function.return_type.clone()?)?;
            let TypeKind::ImplTrait { bounds, .. } = ty.kind else { return None };
            // The result of a method with a receiver may borrow from it.
            let borrows = function.self_param.as_ref().is_some_and(|receiver| receiver.reference);
            let lifetime = if borrows { " + '_" } else { "" };
            let new = format!("Box<dyn {}{lifetime}>", file.text(bounds));
            edits.push(Edit::replace(&file.source, ty.range, new.clone()));
            boxed.get_or_insert(new);
            for value in file.returned_exprs(&function) {
                edits.extend(around(&file, value, "Box::new(", ")"));
            }
        }
    }
    let fix = Fix::new("box-the-result", Cost::signature(Deed::Restructure), edits);
    Some(fix.with("boxed", boxed?).with("member", method.name))
}

/// `impl Trait` for a `dyn Trait` in a parameter, where one type at a time is enough.
pub fn impl_instead(case: &Case) -> Option<Fix> {
    let primary = case.diagnostic.primary()?;
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro())?;
    let at = primary.span.range();
    let function = file.function_at(at.clone()).filter(|function| !function.in_trait_impl)?;
    let param = function
        .params
        .iter()
        .find(|param| param.ty.as_ref().is_some_and(|ty| ty.start <= at.start && at.end <= ty.end))?;
    let written = file.type_at(at.clone()).filter(|ty| matches!(ty.kind, TypeKind::Dyn { .. }))?;
    // A list of them may hold several types.
    let outer = file.text(param.ty.clone()?);
    let single = outer.starts_with('&') && !outer.contains('[') && !outer.contains('<');
    if !single || !file.is_editable(at) {
        return None;
    }
    let bounds = file.text(written.range.clone()).strip_prefix("dyn ")?.trim().to_owned();
    let edit = Edit::replace(&file.source, written.range, format!("impl {bounds}"));
    Some(Fix::new("say-impl", Cost::signature(Deed::Annotate), vec![edit]).with("trait", bounds))
}

//! Ways to keep what is lent only for a call: as a copy, for longer, or not at all.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::lent_name;
use crate::fixes::owned::{copy_of, value_of};
use crate::fixes::return_owned::free_function;
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::fixes::store_owned::{item_type, owned_argument};
use crate::rule::Case;
use crate::syntax::{Call, ExprKind, File, StatementKind, TypeKind};

/// Leaves out the type of a closure's parameter, so that Rust finds out its lifetime.
pub fn drop_annotation(file: &File, lent: Range<usize>, name: &str) -> Option<Fix> {
    let closure = file.closure_at(lent)?;
    let param = closure.params.iter().find(|param| param.name.as_deref() == Some(name))?;
    let ty = param.ty.clone().filter(|ty| file.is_editable(ty.clone()))?;
    let edit = Edit::delete(&file.source, param.pattern.end..ty.end);
    Some(Fix::new("drop-annotation", Cost::local(Deed::Annotate), vec![edit]))
}

/// Stores a copy of what is lent, in a collection of owned items.
pub fn store_copy(file: &File, call: &Call, name: &str) -> Vec<Fix> {
    let Some(index) =
        call.args.iter().position(|argument| file.place_root(argument.clone()).as_deref() == Some(name))
    else {
        return Vec::new();
    };
    let Some(argument) = call.args.get(index).cloned().filter(|argument| file.is_editable(argument.clone()))
    else {
        return Vec::new();
    };
    let root = call.receiver.clone().and_then(|receiver| file.place_root(receiver));
    let collection = root.and_then(|root| file.binding(&root, call.range.start));
    let annotation = collection.and_then(|binding| item_type(file, binding.ty?, index));
    owned_argument(file, argument, annotation, None)
}

/// The same for a collection in a static of the file.
pub fn own_in_static(file: &File, call: &Call, name: &str) -> Option<Fix> {
    let root = file.place_root(call.receiver.clone()?)?;
    let ty = file.binding(&root, call.range.start)?.ty?;
    let annotation = item_type(file, ty, 0)?;
    // rustc points at the static; what is stored is an argument further on in the chain.
    let stored = file.method_chain(call.range.clone()).into_iter().find_map(|call| {
        let argument = call.args.iter().find(|argument| file.is_path_named((*argument).clone(), name));
        argument.cloned()
    })?;
    let mut edits = copy_of(file, stored).filter(|_| file.is_editable(call.range.clone()))?;
    edits.push(annotation);
    Some(Fix::new("store-copy", Cost::signature(Deed::Clone), edits).with("owner", name))
}

/// `let list = &list;` -> `let list = list.clone();`, for what the rest of a closure gives away.
pub fn own_in_closure(file: &File, result: Range<usize>) -> Option<Fix> {
    let closure = file.closure_at(result.clone())?;
    let block = file.block_of(closure.body.clone())?;
    block.statements.iter().find_map(|statement| {
        let StatementKind::Let(of) = &statement.kind else { return None };
        let (name, init) = (of.name.clone()?, of.init.clone()?);
        let lends = file.expr_exactly(init.clone())?.kind == (ExprKind::Ref { mutable: false });
        let place = file.exprs_in(init.clone()).into_iter().nth(1).filter(|_| lends)?.range;
        let given_away = file.uses(&name, result.clone());
        if given_away.is_empty() || !file.is_place(place.clone()) || !file.is_editable(init.clone()) {
            return None;
        }
        let edits = vec![
            Edit::delete(&file.source, init.start..place.start),
            Edit::insert(&file.source, place.end, ".clone()"),
        ];
        let fix = Fix::new("own-in-closure", Cost::local(Deed::Clone), edits);
        Some(fix.with("place", file.text(place)))
    })
}

/// Gives a function a clone of what is lent instead of the reference itself. Text and slices are left
/// out: a clone of such a reference is the same reference.
pub fn own_argument(file: &File, call: &Call, name: &str) -> Option<Fix> {
    let named = |argument: &&Range<usize>| lent_name(file, (*argument).clone()).as_deref() == Some(name);
    let argument = call.args.iter().find(named)?.clone();
    let lent = file.binding(name, argument.start)?;
    let ty = file.text(lent.ty.clone().unwrap_or(lent.pattern));
    let inner = ty.trim_start_matches("self:").trim().strip_prefix('&').unwrap_or_default();
    let unsized_type = ["str", "[", "dyn ", "Path"].iter().any(|start| inner.starts_with(start));
    let fits =
        ty.contains('&') && !inner.starts_with("mut") && !unsized_type && file.is_editable(argument.clone());
    let deed = if inner.starts_with("Arc<") || inner.starts_with("Rc<") { Deed::Share } else { Deed::Clone };
    let edit = Edit::replace(&file.source, argument, format!("{name}.clone()"));
    fits.then(|| Fix::new("own-argument", Cost::local(deed), vec![edit]))
}

/// Asks the callers of a function for data that is never dropped.
pub fn demand_static(file: &File, lent: Range<usize>, name: &str) -> Option<Fix> {
    let function = free_function(file, lent)?;
    let param = function.params.iter().find(|param| param.name.as_deref() == Some(name))?;
    let ty = param.ty.clone().filter(|ty| file.is_editable(ty.clone()))?;
    let TypeKind::Reference { amp, lifetime: None, mutable: false, .. } = file.type_at(ty)?.kind else {
        return None;
    };
    let edit = Edit::insert(&file.source, amp, "'static ");
    Some(Fix::new("demand-static", Cost::signature(Deed::Demand), vec![edit]))
}

/// Returns a copy of the captured variable instead of a reference to it.
pub fn copy_out_of_closure(file: &File, returned: Range<usize>) -> Option<Fix> {
    let is_shared = file.expr_exactly(returned.clone())?.kind == ExprKind::Ref { mutable: false };
    // What is behind the reference has to be a value of its own.
    value_of(file, returned.clone()).filter(|_| is_shared && file.is_editable(returned.clone()))?;
    Some(Fix::new("return-copy-from-closure", Cost::local(Deed::Clone).changed(), copy_of(file, returned)?))
}

/// Collects what a closure would hand out one by one.
pub fn collect_inside(file: &File, returned: Range<usize>) -> Option<Fix> {
    let outer = file.parents(returned.clone()).into_iter().find(|outer| outer.kind == ExprKind::Closure)?;
    let call = file.call_with_argument(outer.range.clone())?.0;
    let body = file.closure_at(outer.range)?.body;
    let tail = match file.block_of(body.clone()) {
        Some(block) => block.statements.last()?.expr.clone()?,
        None => body,
    };
    let iterates = ["flat_map", "flatten"].contains(&call.name.as_str())
        && file.expr_exactly(tail.clone())?.kind == ExprKind::MethodCall
        && file.is_editable(tail.clone());
    iterates.then(|| {
        let edit = Edit::insert(&file.source, tail.end, ".collect::<Vec<_>>()");
        Fix::new("collect-inside-closure", Cost::local(Deed::Restructure), vec![edit])
    })
}

/// rustc's `move` for an inner closure. What is copied into it changes apart from the original.
pub fn call_inside(case: &Case) -> Option<Fix> {
    let suggested = rustc_suggestions(case).into_iter();
    let moves = suggested.filter(|fix| fix.edits.iter().all(|edit| edit.replacement.trim() == "move"));
    let edits = moves.into_iter().next()?.edits;
    Some(Fix::new("move-inner-closure", Cost::local(Deed::Clone).changed(), edits))
}

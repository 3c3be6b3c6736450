//! Gives a temporary a name, so that it is kept, or keeps what is wanted of it.

use std::ops::Range;

use crate::diagnostic::Role;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::move_owner_outward::{bound_before, fresh_name};
use crate::fixes::owned::{lend_arguments, value_of};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::fixes::store_owned::{item_type, owned_argument, store_owned};
use crate::rule::Case;
use crate::syntax::{Binding, Destination, File, UseKind};

/// Methods that give a guard, or take it out of a result.
const GUARDS: &[&str] = &["lock", "read", "write", "borrow", "borrow_mut", "try_lock", "try_borrow"];

/// Whether an expression makes a lock's or a cell's guard.
pub fn is_guard(file: &File, temporary: Range<usize>) -> bool {
    let calls =
        file.method_chain(temporary.clone()).into_iter().filter(|call| call.range.end <= temporary.end);
    let last = calls.into_iter().rev().find(|call| !["unwrap", "expect"].contains(&call.name.as_str()));
    last.is_some_and(|call| GUARDS.contains(&call.name.as_str()) && call.args.is_empty())
}

/// A `let` for the temporary before its statement. rustc's own, where it suggests one.
pub fn bind_temporary(
    case: &Case,
    file: &File,
    temporary: Range<usize>,
    holder: Option<&Binding>,
) -> Option<Fix> {
    let guard = is_guard(file, temporary.clone());
    let suggested = rustc_suggestions(case).into_iter();
    let suggested = suggested.filter(|fix| fix.edits.iter().any(|edit| edit.replacement.starts_with("let ")));
    // A name in a block or round that ends before the holder is dropped too soon as well, and nothing
    // that is made while the program runs is `'static`.
    let block = file.block_at(file.statement_at(temporary.clone())?.range)?;
    let short = holder.is_some_and(|holder| holder.name_range.start < block.range.start)
        || case.diagnostic.label(Role::Requires).is_some();
    let edits = match suggested.into_iter().next() {
        Some(fix) => fix.edits,
        None if short => return None,
        None => {
            let name = fresh_name(file, "value", temporary.start);
            bound_before(file, temporary.clone(), &name, "")
                .filter(|_| file.is_editable(temporary.clone()))?
        }
    };
    let cost = Cost::local(Deed::Reorder);
    let fix = if guard {
        Fix::new("bind-guard", cost.changed(), edits)
    } else {
        Fix::new("bind-temporary", cost, edits)
    };
    Some(fix.doubtful_if(short))
}

/// Declares a name for the temporary where the variable is declared that refers to it, and fills it
/// where the temporary is made. Not in a loop, where later rounds would change it.
pub fn declare_outward(file: &File, temporary: Range<usize>, holder: &Binding) -> Option<Fix> {
    let outer = holder.let_.as_ref()?;
    let statement = file.statement_at(temporary.clone())?;
    let block = file.block_at(statement.range.clone())?;
    let deeper = holder.name_range.start < block.range.start;
    let in_loop =
        file.loops_around(temporary.clone()).into_iter().any(|around| around.range.start > outer.range.start);
    let in_closure =
        file.closure_at(temporary.clone()).is_some_and(|closure| closure.range.start > outer.range.start);
    if !deeper || in_loop || in_closure || !file.is_editable(temporary.clone()) {
        return None;
    }
    let name = fresh_name(file, "value", temporary.start);
    let end = file.source.line_end();
    let mut edits = bound_before(file, temporary, &name, "")?;
    for edit in &mut edits {
        edit.replacement =
            edit.replacement.replacen("let ", "", usize::from(edit.byte_start == edit.byte_end));
    }
    let at = outer.range.start;
    edits.push(Edit::insert(&file.source, at, format!("let {name};{end}{}", file.indent_at(at))));
    Some(Fix::new("bind-outside", Cost::local(Deed::Reorder), edits).with("new_name", name))
}

/// Keeps the owned value, or a copy of what the reference shows, instead of the reference.
pub fn keep_owned(file: &File, temporary: Range<usize>) -> Vec<Fix> {
    let Some(Destination::Let(of)) = file.destination(temporary.clone()) else { return Vec::new() };
    let Some(init) = of.init.filter(|init| file.is_editable(init.clone())) else { return Vec::new() };
    let guard = is_guard(file, temporary.clone());
    // `temporary.as_str()` and nothing more: the value itself will do.
    let whole = value_of(file, init.clone()).filter(|edits| {
        let gone: usize = edits.iter().map(|edit| edit.byte_end - edit.byte_start).sum();
        init.len() - gone == temporary.len() && !guard
    });
    let owned_type = of.ty.clone().and_then(|ty| {
        let owned = crate::fixes::owned::owned_type(file, ty.clone())?;
        Some(Edit::replace(&file.source, ty, owned))
    });
    let name = of.name_range.clone().and_then(|name| file.binding(file.text(name.clone()), name.start));
    let lent = name.map(|name| lend_arguments(file, &name)).unwrap_or_default();
    if let Some(mut edits) = whole {
        edits.extend(owned_type);
        edits.extend(lent);
        return vec![Fix::new("keep-owned-value", Cost::local(Deed::Restructure), edits)];
    }
    let Some(call) = file.call_at(init.clone()).filter(|call| call.receiver.is_some()) else {
        return Vec::new();
    };
    let name = call.name.as_str();
    let options = [
        "get",
        "first",
        "last",
        "iter",
        "max",
        "min",
        "peek",
        "front",
        "back",
        "max_by_key",
        "min_by_key",
        "find",
    ];
    let texts = [
        "as_str",
        "trim",
        "trim_start",
        "trim_end",
        "trim_matches",
        "trim_end_matches",
        "trim_start_matches",
        "as_path",
        "as_slice",
    ];
    // Somebody may copy it already.
    let binding = of.name_range.clone().and_then(|name| file.binding(file.text(name.clone()), name.start));
    let is_copy = |kind: &UseKind| matches!(kind, UseKind::MethodReceiver(method) if ["copied", "cloned", "to_owned"].contains(&method.as_str()));
    if binding.is_some_and(|holder| file.uses_of(&holder).iter().any(|used| is_copy(&used.kind))) {
        return Vec::new();
    }
    let copy = if options.contains(&name) {
        ".cloned()"
    } else if texts.contains(&name) {
        ".to_owned()"
    } else {
        return Vec::new();
    };
    let mut edits = vec![Edit::insert(&file.source, init.end, copy)];
    if copy == ".to_owned()" {
        edits.extend(lent);
    }
    edits.extend(of.ty.map_or(owned_type.clone(), |ty| owned_type.or_else(|| item_type(file, ty, 0))));
    let id = if guard { "copy-out-of-guard" } else { "keep-copy" };
    vec![Fix::new(id, Cost::local(Deed::Clone), edits)]
}

/// Lets a variable that is assigned a reference to the temporary own its values.
pub fn keep_in_variable(file: &File, temporary: Range<usize>) -> Vec<Fix> {
    match file.destination(temporary.clone()) {
        Some(Destination::Assigned(_)) if file.is_editable(temporary.clone()) => {
            store_owned(file, temporary, None)
        }
        _ => Vec::new(),
    }
}

/// Stores the temporary itself in a collection.
pub fn store_temporary(file: &File, temporary: Range<usize>) -> Vec<Fix> {
    let Some(Destination::Argument(call, index)) = file.destination(temporary) else { return Vec::new() };
    let Some((receiver, argument)) = call.receiver.clone().zip(call.args.get(index).cloned()) else {
        return Vec::new();
    };
    if !file.is_editable(call.range.clone()) || !file.is_place(receiver.clone()) {
        return Vec::new();
    }
    let declared = file.place_root(receiver).and_then(|name| file.binding(&name, call.range.start));
    let annotation = declared.and_then(|binding| item_type(file, binding.ty?, index));
    let Some(edits) = value_of(file, argument.clone()) else {
        return owned_argument(file, argument, annotation, None);
    };
    vec![Fix::new(
        "store-temporary",
        Cost::local(Deed::Restructure),
        edits.into_iter().chain(annotation).collect(),
    )]
}

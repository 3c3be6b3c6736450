//! Borrows before a method that takes `self`: `as_ref()` before `unwrap()`, `iter()` for `into_iter()`.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::base_name;
use crate::fixes::reference_uses::{changes, consumes, is_changed, suits_reference, value_suits_reference};
use crate::rule::Case;
use crate::syntax::{Call, File, LoopKind};

/// Methods that open an `Option` or a `Result` and hand out its content.
const OPENING: &[&str] = &["unwrap", "expect", "ok_or", "ok_or_else", "ok", "unwrap_or_default", "unwrap_or"];

/// Methods whose first closure gets the content.
const HANDING_ON: &[&str] = &[
    "map",
    "and_then",
    "is_some_and",
    "is_none_or",
    "is_ok_and",
    "filter",
    "inspect",
    "map_or",
    "map_or_else",
];

/// The ways to call the method on a borrow of the value. `ty` is the value's type, `mutable` whether
/// it may be borrowed for changes.
pub fn borrow_before_call(case: &Case, file: &File, call: &Call, ty: &str, mutable: bool) -> Vec<Fix> {
    let Some(receiver) = call.receiver.clone() else { return Vec::new() };
    if !file.is_editable(call.range.clone()) {
        return Vec::new();
    }
    if ty.starts_with("Option<") || ty.starts_with("Result<") || ty.starts_with("std::result::Result<") {
        return open_by_reference(case, file, call, receiver, ty, mutable);
    }
    let of_own = as_ref_of_own(case, file, receiver, &call.name, ty);
    by_iterating(case, file, call, ty).into_iter().chain(of_own).collect()
}

/// `x.both()` -> `x.as_ref().both()`, where the type of the crate has an `as_ref` of its own that makes
/// the same type with references in it: `fn as_ref(&self) -> Either<&L, &R>`.
fn as_ref_of_own(case: &Case, file: &File, receiver: Range<usize>, method: &str, ty: &str) -> Option<Fix> {
    let name = base_name(ty);
    let files = case.files.crate_files_declaring(&file.source.name, name);
    let gives_same = |home: &std::rc::Rc<File>| {
        home.functions_named("as_ref").into_iter().any(|function| {
            let of_type = home
                .impl_at(function.range.clone())
                .is_some_and(|block| block.trait_name.is_none() && block.self_name.as_deref() == Some(name));
            let result = function.return_type.map(|result| home.text(result).to_owned());
            of_type && result.is_some_and(|result| base_name(&result) == name && result.contains('&'))
        })
    };
    files.iter().any(gives_same).then_some(())?;
    let edit = Edit::insert(&file.source, receiver.end, ".as_ref()");
    let fix = Fix::new("borrow-content", Cost::local(Deed::Borrow), vec![edit]);
    Some(fix.with("place", file.text(receiver)).with("borrowing", "as_ref").with("method", method))
}

/// `x.unwrap()` -> `x.as_ref().unwrap()`, `as_deref()` or `as_mut()`, if what comes out is only looked at.
fn open_by_reference(
    case: &Case,
    file: &File,
    call: &Call,
    receiver: Range<usize>,
    ty: &str,
    mutable: bool,
) -> Vec<Fix> {
    let inner = ty.split_once('<').map_or("", |(_, inner)| inner.trim_end_matches('>'));
    let has_target =
        ["String", "Box<", "Vec<", "PathBuf", "OsString"].iter().any(|name| inner.starts_with(name));
    // A default is of the type that comes out: a text for `&str`, nothing that a reference could use else.
    let default = call.args.first().map(|argument| file.text(argument.clone()));
    let literal = default.is_some_and(|default| default.starts_with('"') || default.starts_with("&["));
    let needs_target = match call.name.as_str() {
        "unwrap_or_default" => true,
        "unwrap_or" if literal => true,
        "unwrap_or" | "unwrap_or_else" | "or" | "or_else" => return Vec::new(),
        _ => false,
    };
    if needs_target && !has_target {
        return Vec::new();
    }
    let changed = mutable && changes_content(file, call);
    let suits = changed || content_suits(case, file, call);
    let method = match (changed, needs_target) {
        (true, _) if inner.starts_with("&mut ") => "as_deref_mut",
        (true, _) => "as_mut",
        (false, true) => "as_deref",
        (false, false) => "as_ref",
    };
    let edit = Edit::insert(&file.source, receiver.end, format!(".{method}()"));
    let fix = Fix::new("borrow-content", Cost::local(Deed::Borrow), vec![edit]);
    let fix = fix.with("place", file.text(receiver)).with("borrowing", method).with("method", &call.name);
    vec![fix.doubtful_if(!suits)]
}

/// Whether a reference does where the method, and those called after it, hand on the content.
fn content_suits(case: &Case, file: &File, call: &Call) -> bool {
    if HANDING_ON.contains(&call.name.as_str()) {
        // What the closure makes of the content is its own.
        return call.args.iter().all(|argument| closure_suits(case, file, argument.clone()));
    }
    if !OPENING.contains(&call.name.as_str()) {
        return false;
    }
    match file.method_call_on(call.range.clone()) {
        Some(next) if OPENING.contains(&next.name.as_str()) && call.name.starts_with("ok") => {
            content_suits(case, file, &next)
        }
        _ => value_suits_reference(case, file, call.range.clone()),
    }
}

/// Whether a closure only looks at its parameters; what is no closure with parameters suits too.
fn closure_suits(case: &Case, file: &File, argument: Range<usize>) -> bool {
    let Some(closure) =
        file.closures_in(argument.clone()).into_iter().find(|closure| closure.range == argument)
    else {
        return file.is_const_expr_literal(argument);
    };
    let names = closure.params.iter().flat_map(|param| file.bindings_in_pattern(param.range.clone()));
    let typed = closure.params.iter().any(|param| param.ty.is_some());
    !typed && names.collect::<Vec<_>>().iter().all(|name| suits_reference(case, file, name))
}

/// Whether the content is changed by the next method or by the closure.
fn changes_content(file: &File, call: &Call) -> bool {
    let next = file.method_call_on(call.range.clone());
    let by_next = OPENING.contains(&call.name.as_str()) && next.is_some_and(|next| changes(&next.name));
    let bound = crate::fixes::reference_uses::binding_of_init(file, &call.range);
    let by_name = bound.is_some_and(|binding| is_changed(file, &binding));
    let in_closure =
        call.args.iter().flat_map(|argument| file.closures_in(argument.clone())).any(|closure| {
            let names = closure.params.iter().flat_map(|param| file.bindings_in_pattern(param.range.clone()));
            names.collect::<Vec<_>>().iter().any(|name| is_changed(file, name))
        });
    by_next || by_name || in_closure
}

/// `x.into_iter()` -> `x.iter()`, `into_keys` -> `keys`, `into_values` -> `values`, `into_bytes` ->
/// `as_bytes`, if the items or the bytes are only looked at.
fn by_iterating(case: &Case, file: &File, call: &Call, ty: &str) -> Option<Fix> {
    let name = match call.name.as_str() {
        // A borrowed iterator has no `iter`.
        "into_iter" if !ty.contains("Iter<") => "iter",
        "into_keys" => "keys",
        "into_values" => "values",
        "into_bytes" => "as_bytes",
        _ => return None,
    };
    let suits = match name {
        "as_bytes" => value_suits_reference(case, file, call.range.clone()),
        _ => items_suit(case, file, call),
    };
    let edit = Edit::replace(&file.source, call.name_range.clone(), name);
    let id = if name == "iter" { "iterate-by-reference" } else { "borrow-by-method" };
    let fix =
        Fix::new(id, Cost::local(Deed::Borrow), vec![edit]).with("place", file.text(call.receiver.clone()?));
    Some(fix.with("borrowing", name).with("method", &call.name).doubtful_if(!suits))
}

/// Whether the items of an iterator are only looked at: by the names of a `for` loop, or by the
/// closures of the adapters up to one that makes something else of them.
fn items_suit(case: &Case, file: &File, call: &Call) -> bool {
    let header = file
        .loops_around(call.range.clone())
        .into_iter()
        .find(|around| around.header == Some(call.range.clone()));
    if let Some(pattern) =
        header.filter(|around| around.kind == LoopKind::For).and_then(|around| around.pattern)
    {
        return file.bindings_in_pattern(pattern).iter().all(|name| suits_reference(case, file, name));
    }
    let Some(next) = file.method_call_on(call.range.clone()) else { return false };
    match next.name.as_str() {
        "map" | "for_each" | "any" | "all" | "filter_map" | "flat_map" | "position" | "map_while"
        | "try_for_each" => next.args.iter().all(|argument| closure_suits(case, file, argument.clone())),
        "count" => true,
        "filter" | "enumerate" | "rev" | "skip" | "take" | "step_by" if !consumes("filter") => {
            next.name != "filter" && next.name != "enumerate" && items_suit(case, file, &next)
        }
        _ => false,
    }
}

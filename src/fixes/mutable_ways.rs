//! The ways out for a value that is changed through something that only lends it for reading.

use super::change::Change;
use super::counted_owner::make_mut;
use super::fn_to_fn_mut::fn_to_fn_mut;
use super::map_entry::change_entry;
use super::mutable_access::{Access, Through, mutable_access};
use super::mutable_field::mutable_field;
use super::mutable_trait::implement_mutable_twin;
use crate::fix::{Cost, Deed, Fix};
use crate::rule::Case;

/// The fix that says `mut` all the way from the owner to the change.
pub fn access_fixes(access: Access, variant: Option<&str>) -> Vec<Fix> {
    let Access { steps, edits, signature } = access;
    let Some(edits) = edits else { return Vec::new() };
    let find = |through: Through| steps.iter().find(|step| step.through == through);
    let changed = |through: Through| find(through).filter(|_| signature);
    let twin = |through: Through| find(through).filter(|step| step.instead.is_some());
    let found = [
        ("mutable-field", find(Through::Field)),
        ("mutable-self", changed(Through::SelfParam)),
        ("mutable-parameter", changed(Through::Parameter)),
        ("mutable-guard", twin(Through::Guard)),
        ("mutable-method", twin(Through::Method)),
        ("lend-mutably", find(Through::Borrow)),
        ("ref-mut", find(Through::RefPattern)),
        ("add-mut", find(Through::Variable)),
    ];
    let Some((id, step)) = found.into_iter().find_map(|(id, step)| Some((id, step?))) else {
        return Vec::new();
    };
    let cost = if signature { Cost::signature(Deed::Annotate) } else { Cost::local(Deed::Annotate) };
    let id = match variant {
        Some("self unlike its trait") => "mutable-self-as-in-trait",
        Some("parameter unlike its trait") => "mutable-parameter-as-in-trait",
        _ => id,
    };
    // A guard for changes is checked at run time.
    let cost = if id == "mutable-guard" { cost.changed() } else { cost };
    let mut fix = Fix::new(id, cost, edits);
    fix.facts.code("target", &step.name).code_if("function", step.function.clone());
    fix.facts.code_if("instead", step.instead.clone());
    vec![fix]
}

/// The fixes for what rustc's headline says by itself.
pub fn special_fixes(case: &Case, change: Option<&Change>, variant: &str) -> Vec<Fix> {
    if variant.starts_with("Fn closure") {
        return fn_to_fn_mut(case).into_iter().collect();
    }
    let Some(change) = change else { return Vec::new() };
    let last = case.diagnostic.quoted().last().copied().unwrap_or_default();
    match variant {
        "counted owner" => make_mut(case, change, last).into_iter().collect(),
        "field" => access_fixes(mutable_field(case.files, &change.file, change.place.clone()), None),
        "raw pointer" => raw_pointer(case, change).into_iter().collect(),
        "map entry" => change_entry(case, change, first_argument(last)),
        "index" | "dereference" => {
            let name = last.split('<').next().unwrap_or(last);
            let name = name.rsplit("::").next().unwrap_or(name);
            let shared = if variant == "index" { "Index" } else { "Deref" };
            implement_mutable_twin(case, &change.file, name, shared).into_iter().collect()
        }
        "read guard" => {
            access_fixes(mutable_access(case.files, &change.file, change.place.clone(), false), None)
        }
        _ => Vec::new(),
    }
}

/// `*mut T` for `*const T`.
fn raw_pointer(case: &Case, change: &Change) -> Option<Fix> {
    let access = mutable_access(case.files, &change.file, change.place.clone(), true);
    let mut fix = access_fixes(access, None).into_iter().find(|fix| fix.id == "mutable-parameter")?;
    fix.id = "mutable-pointer-type";
    Some(fix)
}

/// `String` of `HashMap<String, u32>`.
fn first_argument(ty: &str) -> Option<&str> {
    let arguments = ty.split_once('<')?.1;
    let mut depth = 0;
    let end = arguments.find(|c: char| {
        depth += i32::from("<([".contains(c)) - i32::from(">)]".contains(c));
        c == ',' && depth == 0
    });
    arguments.get(..end?)
}

/// What can be done where no edit says it, by the variant of the text; `pointer` is `Rc` or `Arc`.
pub fn ideas_for(variant: Option<&str>, pointer: Option<&str>, mended: bool) -> Option<Fix> {
    let id = match variant {
        Some("self" | "self method" | "self of a trait") => "keep-in-cell",
        Some("counted owner") if pointer == Some("Arc") => "share-a-lock",
        Some("counted owner") => "share-a-cell",
        Some("Fn closure" | "Fn closure that is returned") => "capture-a-cell",
        Some("static") => "lock-the-static",
        Some("map entry") => "use-the-entry",
        Some("index" | "dereference") => "offer-a-method",
        Some("raw pointer") => "mutable-pointer",
        _ if mended => return None,
        _ => "mut-all-the-way",
    };
    Some(Fix::idea(id))
}

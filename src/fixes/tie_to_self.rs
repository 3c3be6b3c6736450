//! Ties a result to `self` where it was promised for the data of the type.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::Promise;
use crate::fixes::share_lifetime::declarations;
use crate::rule::Case;
use crate::syntax::{File, Function, TypeKind};

/// Leaves the lifetime of the data out of the result, so that elision ties it to `self`; and, for
/// `&self` alone, lends `self` for that lifetime.
pub fn tie_to_self(case: &Case, promise: &Promise) -> Vec<Fix> {
    let Some(want) = promise.want.written() else { return Vec::new() };
    let mut fixes = Vec::new();
    let same = declarations(case, promise).unwrap_or_default();
    let edits: Option<Vec<Edit>> = same.iter().map(|(file, function)| untied(file, function, want)).collect();
    if let Some(edits) = edits.filter(|edits| !edits.is_empty()) {
        let id = if edits.len() > 1 { "relax-trait" } else { "tie-result-to-self" };
        fixes.push(Fix::new(id, Cost::signature(Deed::Annotate), edits));
    }
    // `&'a mut self` would lend the value for good, and a trait gives its receiver.
    let receiver = promise
        .function
        .self_param
        .as_ref()
        .filter(|it| it.reference && !it.mutable && it.lifetime.is_none());
    if let Some(receiver) = receiver.filter(|_| !promise.function.in_trait_impl && !promise.function.in_trait)
    {
        let edit = Edit::insert(&promise.file.source, receiver.range.start + 1, format!("{want} "));
        fixes.push(Fix::new("lend-self-for-long", Cost::signature(Deed::Demand), vec![edit]));
    }
    fixes
}

/// The result without the first mention of a lifetime: `&T` for `&'a T`, `Part<'_>` for `Part<'a>`.
fn untied(file: &File, function: &Function, lifetime: &str) -> Option<Edit> {
    let result = function.return_type.clone()?;
    let mut all = file.lifetimes_in(result.clone()).into_iter();
    let (range, _) = all.find(|(_, name)| name == lifetime)?;
    let of_reference = file.type_refs(result).into_iter().any(|ty| match ty.kind {
        TypeKind::Reference { lifetime: Some(found), .. } => found == range,
        _ => false,
    });
    if !of_reference {
        return Some(Edit::replace(&file.source, range, "'_"));
    }
    let end = file.token_after(range.end)?.start;
    Some(Edit::delete(&file.source, range.start..end))
}

/// `&'b mut Parser<'a>` for `&'b mut Parser<'b>`: the data keeps its own lifetime.
pub fn name_data_lifetime(promise: &Promise) -> Option<Fix> {
    let (have, want) = (promise.have.written()?, promise.want.written()?);
    let result = promise.function.return_type.clone()?;
    let named = promise.file.lifetimes_in(result).into_iter().filter(|(_, name)| name == have).skip(1);
    let edits: Vec<Edit> = named.map(|(range, _)| Edit::replace(&promise.file.source, range, want)).collect();
    (!edits.is_empty()).then(|| Fix::new("name-data-lifetime", Cost::signature(Deed::Annotate), edits))
}

//! Ties a result to `self` where it was promised for the data of the type.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::Promise;
use crate::fixes::share_lifetime::{declarations, slots};
use crate::rule::Case;
use crate::syntax::{ExprKind, File, Function, TypeKind};

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

/// Names the lifetime of the data in the result of the method that is called here: it left it out, so
/// that its result is tied to `self` and not to the data.
pub fn name_in_callee(case: &Case, promise: &Promise) -> Vec<Fix> {
    let file = &promise.file;
    let calls =
        file.exprs_in(promise.at.clone()).into_iter().filter(|expr| expr.kind == ExprKind::MethodCall);
    let on_self = calls.filter_map(|expr| file.call_at(expr.range)).find(|call| {
        call.receiver.clone().and_then(|receiver| file.place_root(receiver)).as_deref() == Some("self")
    });
    let Some(call) = on_self else { return Vec::new() };
    let mut fixes = Vec::new();
    for file in case.files.crate_files_with(&file.source.name, &call.name) {
        for callee in file.functions_named(&call.name) {
            let block = file.impl_at(callee.range.clone());
            let is_this =
                callee.range == promise.function.range && file.source.name == promise.file.source.name;
            let open = callee.return_type.clone().map(|ty| slots(&file, ty)).unwrap_or_default();
            let lifetimes = block.map(|block| block.lifetimes).unwrap_or_default();
            if is_this || callee.in_trait_impl || callee.params.len() != call.args.len() || open.is_empty() {
                continue;
            }
            for lifetime in lifetimes {
                let edits =
                    open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(&lifetime)));
                let fix = Fix::new("name-in-callee", Cost::signature(Deed::Annotate), edits.collect());
                fixes.push(fix.with("callee", &call.name).with("lifetime", lifetime));
            }
        }
    }
    fixes
}

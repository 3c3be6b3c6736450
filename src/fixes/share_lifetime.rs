//! Lets a signature promise what its body needs: one lifetime for two parameters, or for a parameter
//! and the result.

use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::promise::{Owner, Promise};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::fixes::tie_result::{Input, Signature, inputs};
use crate::fixes::trait_side::same_signature;
use crate::rule::Case;
use crate::syntax::{Elided, ElidedKind, File, Function, ScopeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// Gives the parameter that has the shorter lifetime the longer one, where that has a name.
pub fn share_lifetime(case: &Case, promise: &Promise) -> Option<Fix> {
    let want = promise.want.written().filter(|want| !promise.function.in_trait_impl && *want != "'static")?;
    // rustc knows which of a parameter's lifetimes it is.
    let theirs =
        rustc_suggestions(case).into_iter().find(|_| case.diagnostic.code.as_deref() == Some("E0621"));
    let edits = match (theirs, &promise.have.owner) {
        (Some(fix), _) => fix.edits,
        (None, Owner::Parameter(index)) if promise.have.written().is_none() => {
            let param = promise.function.params.get(*index)?;
            let slot = slots(&promise.file, param.ty.clone()?).into_iter().next()?;
            vec![Edit::replace(&promise.file.source, slot.range.clone(), slot.named(want))]
        }
        _ => return None,
    };
    // `&'a mut T<'a>` would lend the value for good.
    let locks = edits.iter().any(|edit| locks(&promise.file, edit, want));
    // A parameter that is a pattern has no name of its own.
    let first = edits.first()?.byte_start;
    let param = promise.function.params.iter().find(|param| param.range.contains(&first));
    let pattern =
        param.filter(|param| param.name.is_none()).map(|param| promise.file.text(param.pattern.clone()));
    let fix = (!locks).then(|| Fix::new("share-lifetime", COST, edits))?;
    Some(match pattern {
        Some(pattern) => fix.with("place", pattern),
        None => fix,
    })
}

/// Gives two parameters that both leave their lifetimes out a new one.
pub fn share_new_lifetime(case: &Case, promise: &Promise) -> Option<Fix> {
    let file = &promise.file;
    let labels =
        case.diagnostic.labels.iter().filter(|label| !label.primary && label.span.file == file.source.name);
    let mut places: Vec<usize> = labels
        .map(|label| label.span.range())
        .filter(|range| file.text(range.clone()) == "&")
        .map(|it| it.end)
        .collect();
    places.sort_unstable();
    places.dedup();
    if places.len() != 2 || promise.function.in_trait_impl {
        return None;
    }
    let scopes = file.lifetime_scopes(promise.function.name_range.clone());
    let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
    let lifetime = fresh(file, promise.function.name_range.clone());
    let mut edits = vec![declaration(file, scope, &lifetime)];
    edits.extend(places.iter().map(|at| Edit::insert(&file.source, *at, format!("{lifetime} "))));
    Some(Fix::new("share-new-lifetime", COST, edits))
}

/// `'b: 'a` where the names are declared, and the other name in the result.
pub fn promise_longer(promise: &Promise) -> Vec<Fix> {
    let (Some(have), Some(want)) = (promise.have.written(), promise.want.written()) else {
        return Vec::new();
    };
    // To lend `self` for as long as its data is to lend it for good.
    if promise.have.owner == Owner::Receiver || want == "'static" {
        return Vec::new();
    }
    let file = &promise.file;
    let mut fixes = Vec::new();
    let scopes = file.lifetime_scopes(promise.function.name_range.clone());
    let declares = |name: &str| {
        let mut declaring =
            scopes.iter().filter(|scope| scope.lifetimes.iter().any(|(_, found)| found == name));
        declaring.next().map(|scope| scope.kind)
    };
    // A header cannot speak of what a method declares.
    if declares(want) == Some(ScopeKind::Function) && declares(have) != Some(ScopeKind::Function) {
        return where_bound(promise, have, want).into_iter().collect();
    }
    for scope in &scopes {
        let declared = scope.lifetimes.iter().find(|(_, name)| name == have);
        if let Some((range, _)) =
            declared.filter(|_| !(promise.function.in_trait_impl && scope.kind == ScopeKind::Function))
        {
            let bounded = file.token_after(range.end).is_some_and(|next| file.text(next) == ":");
            let text = if bounded { format!(" {want} +") } else { format!(": {want}") };
            let at = if bounded {
                file.token_after(range.end).map_or(range.end, |next| next.end)
            } else {
                range.end
            };
            fixes.push(Fix::new("promise-longer", COST, vec![Edit::insert(&file.source, at, text)]));
            break;
        }
    }
    let result = promise.function.return_type.clone().filter(|_| !promise.function.in_trait_impl);
    if let Some(result) = result {
        let first = file.lifetimes_in(result).into_iter().find(|(_, name)| name == want);
        let edits = first.map(|(range, _)| vec![Edit::replace(&file.source, range, have)]);
        // Right only if nothing else is returned.
        fixes.extend(edits.map(|edits| Fix::new("return-other-lifetime", COST, edits).doubtful_if(true)));
    }
    fixes
}

/// `where 'b: 'a` on the function.
fn where_bound(promise: &Promise, have: &str, want: &str) -> Option<Fix> {
    let function = &promise.function;
    if function.in_trait_impl || function.where_clause.is_some() {
        return None;
    }
    let at = function.return_type.as_ref().map_or(function.params_range.end, |result| result.end);
    let edit = Edit::insert(&promise.file.source, at, format!(" where {have}: {want}"));
    Some(Fix::new("promise-longer", COST, vec![edit]))
}

/// Ties a result that elision ties to `self` to a parameter, or to both.
pub fn tie_away_from_self(case: &Case, promise: &Promise) -> Vec<Fix> {
    let Owner::Parameter(index) = promise.have.owner else { return Vec::new() };
    let Some(param) = promise.function.params.get(index) else { return Vec::new() };
    let both = with_trait(case, promise, &|signature| {
        let chosen: Vec<&Input> =
            signature.inputs.iter().filter(|it| is_chosen(signature.function, it, index, true)).collect();
        (chosen.len() == 2).then(|| signature.tied_to(&chosen))?
    });
    let alone = with_trait(case, promise, &|signature| {
        let chosen: Vec<&Input> =
            signature.inputs.iter().filter(|it| is_chosen(signature.function, it, index, false)).collect();
        (chosen.len() == 1).then(|| signature.tied_to(&chosen))?
    });
    let exprs = promise.file.returned_exprs(&promise.function).into_iter();
    let origins: Vec<_> = exprs.flat_map(|expr| promise.file.origins(&promise.function, expr)).collect();
    let fixed = promise.function.in_trait || promise.function.in_trait_impl;
    let only = origins.iter().all(|origin| *origin == param.range) && !fixed;
    let alone = alone.map(|edits| Fix::new("tie-result-to-parameter", COST, edits).doubtful_if(!only));
    let both = both.map(|edits| Fix::new("tie-result-to-both", COST, edits));
    alone.into_iter().chain(both).collect()
}

fn is_chosen(function: &Function, input: &Input, index: usize, with_self: bool) -> bool {
    let is_self = function.self_param.as_ref().is_some_and(|receiver| receiver.range == input.range);
    let is_param = function.params.get(index).is_some_and(|param| param.range == input.range);
    is_param || (is_self && with_self)
}

/// The same edits for the function and, where a trait of the crate gives its signature, for that
/// trait and all its impls. Nothing where the trait is another crate's.
fn with_trait(
    case: &Case,
    promise: &Promise,
    edits: &dyn Fn(&Signature) -> Option<Vec<Edit>>,
) -> Option<Vec<Edit>> {
    let mut all = Vec::new();
    for (file, function) in declarations(case, promise)? {
        let declared = |name: &str| file.lifetimes_of_type(name);
        let result = slots(&file, function.return_type.clone()?);
        let inputs = inputs(&file, &function, &declared);
        all.extend(edits(&Signature { file: &file, function: &function, inputs, result })?);
    }
    Some(all)
}

/// The function of a promise, and with it all that have to have the same signature.
pub fn declarations(case: &Case, promise: &Promise) -> Option<Vec<(Rc<File>, Function)>> {
    same_signature(case, &promise.file, &promise.function)
}

/// The lifetimes that a type leaves out.
pub fn slots(file: &File, ty: std::ops::Range<usize>) -> Vec<Elided> {
    file.elided_lifetimes(ty, &|name| file.lifetimes_of_type(name))
}

/// Whether an edit makes `&'a mut T<'a>` of a type.
fn locks(file: &File, edit: &Edit, lifetime: &str) -> bool {
    let Some(function) = file.function_at(edit.byte_start..edit.byte_end) else { return false };
    let of_param = function
        .params
        .iter()
        .find(|param| param.range.start <= edit.byte_start && edit.byte_end <= param.range.end);
    let Some(ty) = of_param.and_then(|param| param.ty.clone()) else { return false };
    let text = file.text(ty.clone());
    let at_amp = edit.byte_start == ty.start + 1;
    let mutable = text.trim_start_matches('&').trim_start().starts_with("mut ");
    let inside = file.lifetimes_in(ty).iter().filter(|(_, name)| name == lifetime).count();
    at_amp && mutable && (inside > 0 || edit.replacement.matches(lifetime).count() > 1)
}

/// Whether something in a list of open lifetimes is a reference.
pub fn outermost_reference(slots: &[Elided]) -> Option<&Elided> {
    slots.first().filter(|slot| slot.kind == ElidedKind::Reference)
}

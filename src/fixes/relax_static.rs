//! Promises less than `'static`, or asks for it.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::{Owner, Promise};
use crate::fixes::share_lifetime::slots;
use crate::fixes::tie_result::{Input, Signature, inputs};
use crate::syntax::{Elided, ElidedKind, TypeKind};

/// Ties a result that is `'static` to the parameter that it comes from.
pub fn relax_static(promise: &Promise) -> Option<Fix> {
    let (file, function) = (&promise.file, &promise.function);
    let result = function.return_type.clone().filter(|_| !function.in_trait_impl && !function.in_trait)?;
    let named = file.lifetimes_in(result.clone()).into_iter().filter(|(_, name)| name == "'static");
    let open = |range| Elided { range, kind: ElidedKind::Underscore, count: 1 };
    let spots: Vec<Elided> = named.map(|(range, _)| open(range)).collect();
    if spots.is_empty() {
        return None;
    }
    let all = inputs(file, function, &|name| file.lifetimes_of_type(name));
    let chosen: Vec<&Input> = all
        .iter()
        .filter(|input| match &promise.have.owner {
            Owner::Parameter(index) => {
                function.params.get(*index).is_some_and(|param| param.range == input.range)
            }
            Owner::Receiver => {
                function.self_param.as_ref().is_some_and(|receiver| receiver.range == input.range)
            }
            _ => input.named.contains(&promise.have.name),
        })
        .collect();
    let only = all.iter().map(|input| input.elided.len() + input.named.len()).sum::<usize>() == 1;
    let by_elision =
        chosen.iter().all(|input| input.named.is_empty()) && (only || promise.have.owner == Owner::Receiver);
    let edits = if by_elision {
        spots.iter().map(|it| without(promise, it)).collect::<Option<Vec<Edit>>>()?
    } else {
        let signature = Signature { file, function, inputs: all.clone(), result: spots };
        signature.tied_to(&chosen)?
    };
    Some(Fix::new("relax-static", Cost::signature(Deed::Annotate), edits))
}

/// `&T` for `&'static T`, `'_` elsewhere.
fn without(promise: &Promise, spot: &Elided) -> Option<Edit> {
    let file = &promise.file;
    let result = promise.function.return_type.clone()?;
    let of_reference = file.type_refs(result).into_iter().any(|ty| match ty.kind {
        TypeKind::Reference { lifetime: Some(found), .. } => found == spot.range,
        _ => false,
    });
    if !of_reference {
        return Some(Edit::replace(&file.source, spot.range.clone(), "'_"));
    }
    let end = file.token_after(spot.range.end)?.start;
    Some(Edit::delete(&file.source, spot.range.start..end))
}

/// `&'static T` for the parameter.
pub fn ask_for_static(promise: &Promise) -> Option<Fix> {
    let Owner::Parameter(index) = promise.have.owner else { return None };
    let ty = promise.function.params.get(index).filter(|_| !promise.function.in_trait_impl)?.ty.clone()?;
    let slot = slots(&promise.file, ty).into_iter().next()?;
    let edit = Edit::replace(&promise.file.source, slot.range.clone(), slot.named("'static"));
    Some(Fix::new("ask-for-static", Cost::signature(Deed::Demand), vec![edit]))
}

/// A type annotation in the body without its lifetimes.
pub fn drop_annotation_lifetime(promise: &Promise) -> Option<Fix> {
    let file = &promise.file;
    let named =
        file.lifetimes_in(promise.at.clone()).into_iter().filter(|(_, name)| *name == promise.want.name);
    let edits: Option<Vec<Edit>> = named
        .map(|(range, _)| {
            let end = file.token_after(range.end)?.start;
            let behind_amp = file.text(0..range.start).ends_with('&');
            Some(match behind_amp {
                true => Edit::delete(&file.source, range.start..end),
                false => Edit::replace(&file.source, range, "'_"),
            })
        })
        .collect();
    let edits = edits.filter(|edits| !edits.is_empty())?;
    Some(Fix::new("drop-annotation-lifetime", Cost::local(Deed::Annotate), edits))
}

//! Lets a method borrow for less time, by its signature alone: nothing happens at run time.

use std::ops::Range;

use crate::conflict::{Callee, Conflict};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::TypeKind;

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let Some(getter) =
        conflict.getter().filter(|getter| !getter.function.in_trait && !getter.function.in_trait_impl)
    else {
        return Vec::new();
    };
    let mut fixes: Vec<Fix> = relax_self(&getter).into_iter().collect();
    fixes.extend(return_data_lifetimes(&getter));
    fixes.into_iter().map(|fix| fix.with("getter", &getter.function.name)).collect()
}

/// `&mut self` for `&'a mut self`.
fn relax_self(getter: &Callee) -> Option<Fix> {
    let self_param = getter.function.self_param.as_ref()?;
    let (lifetime, name) = self_param.lifetime.clone()?;
    let file = &getter.file;
    // A lifetime of the function's own says nothing about the struct.
    let of_struct = file.impl_at(self_param.range.clone())?.lifetimes.contains(&name);
    let after = file.text(lifetime.end..self_param.range.end);
    let space = after.len() - after.trim_start().len();
    let editable = file.is_editable(self_param.range.clone());
    let edit = Edit::delete(&file.source, lifetime.start..lifetime.end + space);
    (of_struct && editable)
        .then(|| Fix::new("relax-self-lifetime", Cost::signature(Deed::Annotate), vec![edit]))
}

/// `&'a str` for `&str` in the return type, once for each lifetime that the type has.
fn return_data_lifetimes(getter: &Callee) -> Vec<Fix> {
    let file = &getter.file;
    let Some(ty) = getter.function.return_type.clone().filter(|ty| file.is_editable(ty.clone())) else {
        return Vec::new();
    };
    let mut lifetimes = file.impl_at(ty.clone()).map(|of| of.lifetimes).unwrap_or_default();
    lifetimes.extend(getter.function.lifetimes.clone());
    let unsaid = getter.function.self_param.as_ref().is_some_and(|own| own.lifetime.is_none());
    // What a mutable reference in the struct refers to cannot be handed out for longer.
    if !unsaid || file.text(ty.clone()).contains("&mut") {
        return Vec::new();
    }
    let places = places_for_lifetime(getter, ty);
    let written = |lifetime: &String| -> Option<Fix> {
        let edit = |(range, text): &(Range<usize>, &str)| {
            Edit::replace(&file.source, range.clone(), text.replace("'_", lifetime))
        };
        let edits: Vec<Edit> = places.iter().map(edit).collect();
        (!edits.is_empty()).then(|| {
            Fix::new("return-data-lifetime", Cost::signature(Deed::Annotate), edits)
                .with("lifetime", lifetime)
        })
    };
    lifetimes.iter().filter_map(written).collect()
}

/// Where a lifetime goes, with `'_` standing for it.
fn places_for_lifetime(getter: &Callee, ty: Range<usize>) -> Vec<(Range<usize>, &'static str)> {
    let file = &getter.file;
    let mut places: Vec<(Range<usize>, &str)> =
        file.elided_references(ty.clone()).into_iter().map(|at| (at..at, "'_ ")).collect();
    for (range, name) in file.lifetimes_in(ty.clone()) {
        if name == "'_" {
            places.push((range, "'_"));
        }
    }
    for found in file.type_refs(ty) {
        if let TypeKind::Path { name, name_end, generic_args: None, .. } = &found.kind
            && file.adt_named(name).is_some_and(|adt| adt.lifetimes.len() == 1)
        {
            places.push((*name_end..*name_end, "<'_>"));
        }
    }
    places
}

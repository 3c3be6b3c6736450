//! Makes a small type of the crate one that is copied instead of moved.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::base_name;
use crate::fixes::reference_uses::is_copy_type;
use crate::rule::Case;
use crate::syntax::{Adt, AdtKind, File, Impl};

/// `#[derive(Clone)]` -> `#[derive(Clone, Copy)]`, if the type can be cloned already, all its fields
/// are copied, and nothing speaks against silent copies: no `Drop` code, no method that changes a
/// `self` of its own.
pub fn derive_copy(case: &Case, file: &File, ty: &str) -> Option<Fix> {
    let name = base_name(ty);
    let files = case.files.crate_files_with(&file.source.name, name);
    let (file, adt) = files.iter().find_map(|file| Some((file, file.adt_named(name)?)))?;
    let derives = |wanted: &str| adt.derives.iter().any(|derive| derive == wanted);
    // What a type parameter stands for may not be copied.
    let generics = adt.generics.clone().map_or("", |range| file.text(range));
    let names = generics.trim_start_matches('<').trim_end_matches('>').split(',').map(str::trim);
    let any_type = names.into_iter().any(|name| !name.is_empty() && !name.starts_with('\''));
    if !derives("Clone") || derives("Copy") || any_type || adt.kind == AdtKind::Union {
        return None;
    }
    let copied_by_derive = |ty: &str| {
        let files = case.files.crate_files_declaring(&file.source.name, base_name(ty));
        let named = files.iter().find_map(|file| file.adt_named(ty));
        named.is_some_and(|adt| adt.derives.iter().any(|derive| derive == "Copy"))
    };
    let small = adt.fields.len() <= 4;
    let all_copied = adt.fields.iter().all(|field| {
        let ty = file.text(field.ty.clone());
        is_copy_type(ty) || copied_by_derive(ty)
    });
    let of_type = |owner: &Impl| owner.self_name.as_deref() == Some(name);
    let against = files
        .iter()
        .any(|file| file.impls().iter().filter(|owner| of_type(owner)).any(|owner| is_against(file, owner)));
    if !small
        || !all_copied
        || !knows_all_fields(file, &adt)
        || against
        || !file.is_editable(adt.range.clone())
    {
        return None;
    }
    let (at, text) = file.derive_insert(&adt, "Copy");
    let fix = Fix::new(
        "derive-copy",
        Cost::signature(Deed::Restructure),
        vec![Edit::insert(&file.source, at, text)],
    );
    Some(fix.with("copied_type", name))
}

/// Whether an impl says that copies would be wrong: `Drop` code, or an iterator or the like that
/// changes itself.
fn is_against(file: &File, owner: &Impl) -> bool {
    let drops = matches!(owner.trait_name.as_deref(), Some("Drop" | "Iterator"));
    let text = file.text(owner.body.clone());
    drops || text.contains("(mut self")
}

/// Whether the fields of all variants are known: those of a struct always are.
fn knows_all_fields(file: &File, adt: &Adt) -> bool {
    let body = file.text(adt.range.clone()).split_once('{').map_or("", |(_, body)| body);
    adt.kind == AdtKind::Struct || !adt.fields.is_empty() || !body.contains(['(', '{'])
}

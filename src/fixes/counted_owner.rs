//! Changes what an `Rc` or `Arc` owns: through a copy of its own where others look at it too.

use std::rc::Rc;

use super::change::Change;
use super::mutable_access::mutable_access;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Binding, ExprKind, File};

/// `Rc::make_mut(&mut owner)` in the place of `owner`, and `mut` where that is missing. `pointer` is
/// `Rc` or `Arc`.
pub fn make_mut(case: &Case, change: &Change, pointer: &str) -> Option<Fix> {
    let file = &change.file;
    let owner = owner(file, change)?;
    if !file.is_editable(owner.clone()) || !can_be_copied(case, file) {
        return None;
    }
    let access = mutable_access(case.files, file, owner.clone(), false);
    // A variable that is declared with `mut` already needs no edit of its own.
    let mut edits = access.edits.unwrap_or_default();
    let path = pointer_path(&file.source.text, pointer);
    let text = file.text(owner.clone()).to_owned();
    edits.push(Edit::replace(&file.source, owner, format!("{path}::make_mut(&mut {text})")));
    Some(Fix::new("make-mut", Cost::local(Deed::Clone).changed(), edits).with("pointer", pointer))
}

/// Whether the value may be copied. rustc's help tells its type; a type of the crate must be `Clone`.
fn can_be_copied(case: &Case, file: &File) -> bool {
    let help = case.diagnostic.note("trait `DerefMut` is required *");
    let content = help.and_then(|note| {
        let pointer = crate::diagnostic::quoted(&note.text).last().copied()?;
        Some(pointer.split_once('<')?.1.trim_end_matches('>').split('<').next()?.trim().to_owned())
    });
    let Some(content) = content else { return false };
    let name = content.rsplit("::").next().unwrap_or(&content);
    if content.starts_with("dyn ") {
        return false;
    }
    let files = case.files.crate_files_with(&file.source.name, name);
    let Some(adt) = files.iter().find_map(|file| file.adt_named(name)) else { return true };
    let is_clone = |block: &crate::syntax::Impl| {
        block.trait_name.as_deref() == Some("Clone") && block.self_name.as_deref() == Some(name)
    };
    adt.derives.iter().any(|it| it == "Clone") || files.iter().any(|file| file.impls().iter().any(is_clone))
}

/// The declaration of the variable that holds the counted owner, if that is seen.
pub fn counted_variable(change: &Change) -> Option<Binding> {
    let file = &change.file;
    let root = file.place_root_range(change.place.clone())?;
    let binding = file.binding(file.text(root.clone()), root.start)?;
    let init = binding.let_.as_ref().and_then(|it| it.init.clone()).map(|init| file.text(init));
    let written = binding.ty.clone().map(|ty| file.text(ty)).or(init).unwrap_or_default();
    let mut names = written.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty()).take(3);
    names.any(|name| name == "Rc" || name == "Arc").then_some(binding)
}

/// The name by which a file can use a pointer.
fn pointer_path(text: &str, pointer: &str) -> String {
    let module = if pointer == "Arc" { "sync" } else { "rc" };
    let imports = text.lines().filter(|line| line.trim_start().starts_with("use std::"));
    let known = imports.filter(|line| line.contains(module)).any(|line| {
        line.split(|c: char| !c.is_alphanumeric()).any(|word| word == pointer) || line.contains("::*")
    });
    if known { pointer.to_owned() } else { format!("std::{module}::{pointer}") }
}

/// The expression that gives the counted owner: a variable, or a field of one. For `a.b.c` rustc
/// does not say which one it is; the variable where it is declared with the pointer, else what is
/// changed by a method.
fn owner(file: &Rc<File>, change: &Change) -> Option<std::ops::Range<usize>> {
    let root = file.place_root_range(change.place.clone())?;
    let expr = file.expr_exactly(change.place.clone())?;
    if expr.kind == ExprKind::Path {
        return Some(expr.range);
    }
    counted_variable(change).map(|_| root)
}

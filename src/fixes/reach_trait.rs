//! Brings a value to the type that has a trait or a method: by a reference, by what iterates over it,
//! or by what collects it.

use std::ops::Range;
use std::rc::Rc;

use super::adjust_reference::{
    around, behind_reference, direct_parts, lend, read_through, remove_reference, variable,
};
use super::convert_value::{append, collect};
use super::mutable_access::mutable_reference;
use super::mutable_ways::access_fixes;
use crate::diagnostic::fits;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::reference_uses::is_changed;
use crate::mismatch::types::{Type, short};
use crate::mismatch::{has_length, is_collection, is_iterator};
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, ExprKind, File, LoopKind};

/// What can be iterated over by reference, as far as a type's name and the crate tell.
pub enum Lends {
    /// A collection of the standard library.
    Collection,
    /// A type of the crate that has `IntoIterator` for its reference.
    ByReference,
    /// A type of the crate with a method `iter`.
    ByMethod,
}

/// Whether a type gives its items by reference.
pub fn lends_items(case: &Case, ty: &Type) -> Option<Lends> {
    let ty = ty.peeled();
    let pointer = ["Rc", "Arc", "Box"].iter().find_map(|pointer| ty.argument_of(pointer));
    if is_collection(pointer.unwrap_or(ty)) {
        return Some(Lends::Collection);
    }
    let name = ty.name()?;
    let at = &case.diagnostic.primary()?.span.file;
    let files = case.files.crate_files_with(at, name);
    let blocks = || files.iter().flat_map(|file| file.impls().into_iter().map(move |block| (file, block)));
    let of_type =
        |file: &File, range: Range<usize>| Type::parse(file.text(range)).peeled().name() == Some(name);
    let by_reference = blocks().any(|(file, block)| {
        block.trait_name.as_deref() == Some("IntoIterator")
            && file.text(block.self_type.clone()).starts_with('&')
            && of_type(file, block.self_type)
    });
    if by_reference {
        return Some(Lends::ByReference);
    }
    blocks()
        .filter(|(file, block)| of_type(file, block.self_type.clone()))
        .any(|(file, block)| file.functions_in(block.body).iter().any(|function| function.name == "iter"))
        .then_some(Lends::ByMethod)
}

/// Whether a type has a length: one of the standard library, or one of the crate with a method `len`.
pub fn has_length_in(case: &Case, ty: &Type) -> bool {
    let ty = ty.peeled();
    let (Some(name), Some(at)) = (ty.name(), case.diagnostic.primary()) else { return has_length(ty) };
    has_length(ty)
        || case.files.crate_files_with(&at.span.file, name).iter().any(|file| {
            let blocks = file.impls().into_iter().filter(|of| of.self_name.as_deref() == Some(name));
            blocks.flat_map(|of| file.functions_in(of.body)).any(|function| function.name == "len")
        })
}

/// Whether a type of the crate has an operator, for the value itself.
pub fn has_operator(case: &Case, ty: &Type, operator: &str) -> bool {
    let wanted = match operator {
        "+" => "Add",
        "-" => "Sub",
        "*" => "Mul",
        "/" => "Div",
        "%" => "Rem",
        _ => return false,
    };
    let (Some(name), Some(at)) = (ty.name(), case.diagnostic.primary()) else { return false };
    case.files.crate_files_with(&at.span.file, wanted).iter().any(|file| {
        file.impls().into_iter().any(|of| {
            of.trait_name.as_deref() == Some(wanted)
                && of.self_name.as_deref() == Some(name)
                && !file.text(of.self_type).starts_with('&')
        })
    })
}

/// Iterates over what is no iterator: `for x in &bag`, `bag.iter()`.
pub fn iterate(case: &Case, file: &Rc<File>, expr: Range<usize>, ty: &Type) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let Some(lends) = lends_items(case, ty) else {
        // A reference to an iterator is none itself.
        if is_iterator(ty.peeled()) && ty.depth() > 0 {
            let name = behind_reference(file, expr.clone()).and_then(|inner| variable(file, inner));
            let again = name.is_some_and(|name| file.uses_of(&name).len() > 1);
            fixes.extend(remove_reference(file, expr.clone()).map(|fix| fix.doubtful_if(again)));
            fixes.extend(collect(file, expr, "Vec<_>").map(|fix| fix.doubtful_if(!again)));
        }
        return fixes;
    };
    if matches!(lends, Lends::ByReference | Lends::Collection) && ty.depth() == 0 {
        let around_it =
            file.loops_around(expr.clone()).into_iter().find(|it| it.header.as_ref() == Some(&expr));
        let pattern = around_it.filter(|it| it.kind == LoopKind::For).and_then(|it| it.pattern);
        let names = pattern.map(|pattern| file.bindings_in_pattern(pattern)).unwrap_or_default();
        let changed = names.iter().any(|name| is_changed(file, name));
        fixes.extend(lend(case, file, expr.clone(), changed));
    }
    fixes.extend(append("iterate", Deed::Borrow, file, expr, ".iter()"));
    fixes
}

/// Methods that go on from where an iterator stands.
const STEPPING: &[&str] =
    &["next", "next_back", "nth", "nth_back", "by_ref", "peek", "next_if", "next_if_eq"];

fn begins_anew(mut fix: Fix) -> Fix {
    fix.cost = fix.cost.changed();
    fix.doubtful_if(true)
}

/// `let mut x = list;` -> `let mut x = list.iter();`, where `x` is then stepped through.
fn iterate_from_start(file: &Rc<File>, name: &Binding) -> Option<Fix> {
    let init = name.let_.as_ref().filter(|_| name.simple && name.ty.is_none())?.init.clone()?;
    let list = behind_reference(file, init.clone()).unwrap_or(init.clone());
    let mut edits = around(file, list.clone(), "", ".iter()");
    if list.start > init.start {
        edits.insert(0, Edit::delete(&file.source, init.start..list.start));
    }
    if !name.mutable {
        let (at, text) = file.mut_insert(name)?;
        edits.insert(0, Edit::insert(&file.source, at, text));
    }
    let fix = Fix::new("iterate-from-start", Cost::local(Deed::Borrow), edits);
    file.is_editable(init.clone()).then(|| fix.with("list", file.text(list)))
}

/// Puts `.iter()` before a method of iterators that is called on a collection.
pub fn iterate_before_method(case: &Case, file: &Rc<File>, method: Range<usize>, ty: &Type) -> Vec<Fix> {
    let Some(call) = file.call_at(method) else { return Vec::new() };
    let Some(receiver) = call.receiver.clone() else { return Vec::new() };
    let mut fixes: Vec<Fix> =
        append("iterate", Deed::Borrow, file, receiver.clone(), ".iter()").into_iter().collect();
    if STEPPING.contains(&call.name.as_str())
        && let Some(name) = variable(file, receiver.clone())
    {
        let around = file.loop_at(receiver.clone());
        let again = file.uses_of(&name).len() > 1
            || around.is_some_and(|around| around.range.start > name.name_range.start);
        // An iterator made here begins anew each time.
        fixes = fixes.into_iter().map(|fix| if again { begins_anew(fix) } else { fix }).collect();
        fixes.extend(iterate_from_start(file, &name));
        return fixes;
    }
    if let Some(Lends::Collection) = lends_items(case, ty) {
        // What a slice lends are references, whatever the method is called.
        let owned = !matches!(ty.peeled(), Type::Slice(_));
        let taken = append("iterate-taking", Deed::Restructure, file, receiver.clone(), ".into_iter()");
        let own = file.binding(file.text(receiver.clone()), receiver.start);
        let ours = own.is_none_or(|own| own.kind == BindingKind::Let || own.kind == BindingKind::Param);
        fixes.extend(taken.filter(|_| owned).map(|fix| fix.doubtful_if(ty.depth() > 0 || !ours)));
        let changes = append("iterate-changing", Deed::Restructure, file, receiver, ".iter_mut()");
        fixes.extend(changes.map(|fix| fix.doubtful_if(true)));
    }
    fixes
}

/// Collects an iterator on which a method of collections is called, or which is indexed.
pub fn collect_first(file: &File, used: Range<usize>) -> Option<Fix> {
    let receiver =
        file.call_at(used.clone()).filter(|call| call.name_range == used).and_then(|call| call.receiver);
    collect(file, receiver.unwrap_or(used), "Vec<_>")
}

/// The index with its references taken off: `v[*i]`.
pub fn index_by_value(file: &File, index: Range<usize>, ty: &Type) -> Vec<Fix> {
    let Type::Reference { .. } = ty else { return Vec::new() };
    let fix = match behind_reference(file, index.clone()) {
        Some(_) if ty.depth() == 1 => remove_reference(file, index),
        _ => read_through(file, index, ty.depth()),
    };
    fix.into_iter().collect()
}

/// `..n` -> `..*n`.
pub fn range_by_value(file: &File, range: Range<usize>, ty: &Type) -> Vec<Fix> {
    let parts = direct_parts(file, range.clone());
    // rustc points at the range, or at what is indexed.
    let whole = file.expr_exactly(range.clone()).filter(|it| it.kind == ExprKind::Range);
    let inside = || parts.iter().find(|part| is_range(file, (*part).clone()));
    let range = whole.map(|it| it.range).or_else(|| inside().cloned());
    let Some(range) = range else { return Vec::new() };
    let mut fixes = Vec::new();
    for end in direct_parts(file, range) {
        fixes.extend(read_through(file, end, ty.depth()));
    }
    fixes
}

fn is_range(file: &File, expr: Range<usize>) -> bool {
    file.expr_exactly(expr).is_some_and(|it| it.kind == ExprKind::Range)
}

/// `text.find(&c)` -> `text.find(c)`, `map.get(&name)` -> `map.get(name.as_str())`: the argument without
/// its `&`, or the view that the collection holds.
pub fn without_reference(file: &File, expr: Range<usize>, ty: &str, wanted: &str) -> Option<Fix> {
    let parsed = Type::parse(ty);
    if wanted.starts_with("Pattern") && parsed.depth() > 0 && parsed.peeled().name() == Some("char") {
        return match behind_reference(file, expr.clone()) {
            Some(_) if parsed.depth() == 1 => remove_reference(file, expr),
            _ => read_through(file, expr, parsed.depth()),
        };
    }
    let borrowed = wanted.strip_prefix("Borrow<")?.strip_suffix('>')?;
    if parsed.depth() == 1 && parsed.peeled().name() == Some("str") && short(borrowed) == "String" {
        let place = behind_reference(file, expr.clone())?;
        let mut fix = append("lend-with-method", Deed::Borrow, file, place.clone(), ".as_str()")?;
        fix.edits.insert(0, Edit::delete(&file.source, expr.start..place.start));
        return Some(fix);
    }
    None
}

/// Whether rustc says that only a reference is between the type and the trait.
pub fn suggests_a_reference(case: &Case) -> bool {
    const WORDS: &[&str] = &[
        "consider borrowing here",
        "consider mutably borrowing here",
        "consider removing the leading `&`-reference",
        "consider dereferencing here",
    ];
    let suggestions = &case.diagnostic.suggestions;
    is_for_mutable(case) || suggestions.iter().any(|it| WORDS.iter().any(|words| it.text.starts_with(words)))
}

/// Whether a loop lacks only a reference, as rustc's advice alone says where there is no source.
pub fn is_unseen_loop(case: &Case) -> bool {
    let Some(primary) = case.diagnostic.primary() else { return false };
    let lacks = fits("the trait `IntoIterator` is not implemented for *", &primary.text);
    lacks && case.file(&primary.span).is_none() && suggests_a_reference(case)
}

/// Whether the trait is there for mutable references alone.
fn is_for_mutable(case: &Case) -> bool {
    case.diagnostic.note("`*` is implemented for `&mut *`, but not for `&*`").is_some()
}

/// What rustc says stands between the type and the trait.
pub fn as_suggested(case: &Case, file: &Rc<File>, expr: Range<usize>) -> Vec<Fix> {
    let suggestions = &case.diagnostic.suggestions;
    let says = |words: &str| suggestions.iter().any(|it| it.text.starts_with(words));
    let mut fixes = Vec::new();
    if is_for_mutable(case) {
        fixes.extend(access_fixes(mutable_reference(case.files, file, expr.clone()), None));
    }
    if says("consider borrowing here") {
        fixes.extend(lend(case, file, expr, false));
    } else if says("consider mutably borrowing here") {
        fixes.extend(lend(case, file, expr, true));
    } else if says("consider removing the leading `&`-reference") {
        fixes.extend(remove_reference(file, expr));
    } else if says("consider dereferencing here") {
        fixes.extend(read_through(file, expr, 1));
    }
    fixes
}

/// `.chars()` before a method of iterators that is called on text.
pub fn iterate_text(file: &File, method: Range<usize>) -> Option<Fix> {
    let receiver = file.call_at(method)?.receiver?;
    let edits = around(file, receiver.clone(), "", ".chars()");
    let fix = Fix::new("iterate-text", Cost::local(Deed::Restructure), edits);
    file.is_editable(receiver.clone()).then(|| fix.with("code", file.text(receiver)))
}

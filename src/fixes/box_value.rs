//! Puts a value behind a `Box`: where a type holds it, and where it is made.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::adjust_reference::{around, direct_parts};
use crate::fixes::mutable_field::value_of;
use crate::rule::Case;
use crate::syntax::{Adt, CallKind, ExprKind, Field, File, Function, StatementKind, TypeKind, TypeRef};

/// Types that hold their values elsewhere, or hold none: what is in them needs no `Box`.
const ELSEWHERE: &[&str] = &[
    "Box",
    "Rc",
    "Arc",
    "Weak",
    "Vec",
    "VecDeque",
    "LinkedList",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "BinaryHeap",
    "PhantomData",
    "Pin",
    "NonNull",
];

/// The types of these names that a field holds within itself.
pub fn held_within(file: &File, field: &Field, names: &[&str]) -> Vec<TypeRef> {
    let all = file.type_refs(field.ty.clone());
    let is_far = |ty: &TypeRef| match &ty.kind {
        TypeKind::Path { name, .. } => ELSEWHERE.contains(&name.as_str()),
        TypeKind::Tuple | TypeKind::Array | TypeKind::Paren => false,
        _ => true,
    };
    let around = |inner: &TypeRef| {
        let range = inner.range.clone();
        all.iter().any(|outer| {
            outer.range != range
                && outer.range.start <= range.start
                && range.end <= outer.range.end
                && is_far(outer)
        })
    };
    let named = |ty: &&TypeRef| match &ty.kind {
        TypeKind::Path { name, .. } => names.contains(&name.as_str()),
        _ => false,
    };
    all.iter().filter(named).filter(|ty| !around(ty)).cloned().collect()
}

/// `Box` around what a type holds of itself, in every field, and `Box::new` where such a field is filled.
pub fn box_parts(case: &Case, file: &Rc<File>, adt: &Adt, names: &[&str]) -> Option<Fix> {
    let mut edits = Vec::new();
    for field in &adt.fields {
        for ty in held_within(file, field, names) {
            if !file.is_editable(ty.range.clone()) {
                return None;
            }
            edits.push(Edit::insert(&file.source, ty.range.start, "Box<"));
            edits.push(Edit::insert(&file.source, ty.range.end, ">"));
            edits.extend(filled(case, file, adt, field, &ty.range));
            if let Some(name) = field.name.as_deref().filter(|_| is_option(file, &field.ty)) {
                edits.extend(looked_into(case, file, name));
            }
        }
    }
    let what = names.join(", ");
    (!edits.is_empty())
        .then(|| Fix::new("box-the-part", Cost::signature(Deed::Restructure), edits).with("part", what))
}

/// The same for every `Option` of the type in the crate: what is taken out of one goes into another.
pub fn box_everywhere(case: &Case, file: &Rc<File>, adt: &Adt) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut fields = Vec::new();
    let option = |ty: &str| ty.strip_prefix("Option<").and_then(|ty| ty.strip_suffix('>')).map(str::to_owned);
    let is_own = |ty: &str| ty.split('<').next() == Some(adt.name.as_str());
    let mut elsewhere = false;
    for at in case.files.crate_files_with(&file.source.name, &adt.name) {
        for ty in at.type_refs(0..at.source.text.len()) {
            let text = at.text(ty.range.clone());
            let Some(inner) = option(text).filter(|inner| is_own(inner)) else { continue };
            let start = ty.range.start + "Option<".len();
            if !at.is_editable(ty.range.clone()) {
                return None;
            }
            edits.push(Edit::insert(&at.source, start, "Box<"));
            edits.push(Edit::insert(&at.source, start + inner.len(), ">"));
            let holder = at.adt_at(ty.range.clone());
            elsewhere |= holder.as_ref().is_none_or(|holder| holder.name != adt.name);
            let own = holder.into_iter().flat_map(|holder| holder.fields);
            fields.extend(own.filter(|field| field.ty == ty.range).filter_map(|field| field.name));
        }
        for call in at.calls_named("Some").into_iter().filter(|call| call.args.len() == 1) {
            let value = call.args[0].clone();
            let head =
                at.text(value.clone()).split(['{', '(', ':']).next().unwrap_or_default().trim().to_owned();
            let own = at.impl_at(value.clone()).and_then(|block| block.self_name);
            let made = head == adt.name || head == "Self" && own.as_deref() == Some(&adt.name);
            if made && at.is_editable(value.clone()) {
                edits.extend(around(&at, value, "Box::new(", ")"));
            }
        }
    }
    for name in &fields {
        edits.extend(looked_into(case, file, name));
    }
    let fix = Fix::new("box-everywhere", Cost::signature(Deed::Restructure), edits);
    elsewhere.then(|| fix.with("part", &adt.name))
}

fn is_option(file: &File, ty: &Range<usize>) -> bool {
    file.text(ty.clone()).starts_with("Option<")
}

/// `as_deref` for `as_ref` on a field: what is in the `Box` is looked at as before.
fn looked_into(case: &Case, file: &Rc<File>, field: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for at in case.files.crate_files_with(&file.source.name, field) {
        for (name, new) in [("as_ref", "as_deref"), ("as_mut", "as_deref_mut")] {
            for call in at.calls_named(name) {
                let of_field = call.receiver.is_some_and(|it| at.text(it).ends_with(&format!(".{field}")));
                if of_field && at.is_editable(call.name_range.clone()) {
                    edits.push(Edit::replace(&at.source, call.name_range, new));
                }
            }
        }
    }
    edits
}

/// The edits that put what a field is filled with into a `Box`. `inner` is the type that gets one: the
/// field's own, or the one in its `Option`.
pub fn filled(case: &Case, file: &Rc<File>, adt: &Adt, field: &Field, inner: &Range<usize>) -> Vec<Edit> {
    let whole = *inner == field.ty;
    let values = values(case, file, adt, field).into_iter();
    values.flat_map(|(at, value)| boxed(&at, value, whole)).collect()
}

/// What a field is filled with, in all of the crate.
fn values(case: &Case, file: &Rc<File>, adt: &Adt, field: &Field) -> Vec<(Rc<File>, Range<usize>)> {
    let Some((maker, position)) = maker(file, adt, field) else { return Vec::new() };
    let mut found = Vec::new();
    for at in case.files.crate_files_with(&file.source.name, &maker) {
        let mut values = Vec::new();
        match &field.name {
            Some(name) => {
                let all = at.exprs_in(0..at.source.text.len());
                for literal in all.into_iter().filter(|it| it.kind == ExprKind::Struct) {
                    let head = at.text(literal.range.clone()).split('{').next().unwrap_or_default().trim();
                    let last = head.rsplit("::").next().unwrap_or(head);
                    let own = at.impl_at(literal.range.clone()).and_then(|block| block.self_name);
                    let named = if last == "Self" { own.as_deref() == Some(&maker) } else { last == maker };
                    values.extend(value_of(&at, &literal.range, name).filter(|_| named));
                }
            }
            None => {
                let calls = at.calls_named(&maker).into_iter().filter(|call| call.kind == CallKind::Function);
                values.extend(calls.filter_map(|call| call.args.get(position).cloned()));
            }
        }
        values.retain(|value| at.is_editable(value.clone()));
        found.extend(values.into_iter().map(|value| (at.clone(), value)));
    }
    found
}

/// `Box::new` around a value, or around what is in its `Some`.
fn boxed(file: &File, value: Range<usize>, whole: bool) -> Vec<Edit> {
    let text = file.text(value.clone());
    if whole {
        let has_one = text.starts_with("Box::");
        return if has_one { Vec::new() } else { around(file, value, "Box::new(", ")") };
    }
    let call = file.call_at(value.clone()).filter(|call| call.range == value);
    match call {
        Some(call) if call.name == "Some" && call.args.len() == 1 => boxed(file, call.args[0].clone(), true),
        _ if text == "None" => Vec::new(),
        _ => around(file, value, "", ".map(Box::new)"),
    }
}

/// The name of the variant or struct that is called or written to fill a field, and which one it is.
fn maker(file: &File, adt: &Adt, field: &Field) -> Option<(String, usize)> {
    let (mut depth, mut commas, mut at) = (0, 0, field.range.start);
    while let Some(token) = file.token_before(at).filter(|token| token.start > adt.keyword.start) {
        match file.text(token.clone()) {
            ")" | "]" | "}" | ">" => depth += 1,
            "(" | "{" if depth == 0 => {
                let name = file.token_before(token.start)?;
                // `struct S<T> { .. }`.
                let name = if file.text(name.clone()) == ">" { adt.name_range.clone() } else { name };
                return Some((file.text(name).to_owned(), commas));
            }
            "(" | "[" | "{" | "<" => depth -= 1,
            "," if depth == 0 => commas += 1,
            _ => {}
        }
        at = token.start;
    }
    None
}

/// `Box<dyn Trait>` for what a function returns, and `Box::new` around every value that it returns.
/// `bare` is the trait's type in the signature; `dyn_type` what stands in the `Box`.
pub fn box_result(file: &Rc<File>, function: &Function, bare: Range<usize>, dyn_type: &str) -> Option<Fix> {
    if function.in_trait_impl || function.body.is_none() || !file.is_editable(bare.clone()) {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, bare, format!("Box<{dyn_type}>"))];
    for value in file.returned_exprs(function) {
        let text = file.text(value.clone());
        let never = ["panic!", "unreachable!", "todo!", "unimplemented!", "Box::"];
        if never.iter().any(|start| text.starts_with(start)) {
            continue;
        }
        edits.extend(around(file, value, "Box::new(", ")"));
    }
    let fix = Fix::new("box-the-result", Cost::signature(Deed::Restructure), edits);
    Some(fix.with("boxed", format!("Box<{dyn_type}>")).with("function", &function.name))
}

/// Whether the values that a function returns can be seen to have one type: there is one, or all are
/// made by one name.
pub fn returns_one_type(file: &File, function: &Function) -> bool {
    let head = |value: Range<usize>| {
        let text = file.text(value);
        text.split(['(', '{', ' ', '.']).next().unwrap_or(text).to_owned()
    };
    let mut heads = file.returned_exprs(function).into_iter().map(head);
    let first = heads.next();
    heads.all(|other| Some(other) == first)
}

/// `Box::new` around what is put into a collection of this written type: in the lists that make it, and
/// in what is pushed to it.
pub fn box_made(case: &Case, file: &Rc<File>, ty: &Range<usize>) -> Vec<Edit> {
    let mut lists: Vec<(Rc<File>, Range<usize>)> = Vec::new();
    let mut name = None;
    let function = file.function_at(ty.clone());
    let here = |range: Range<usize>| (file.clone(), range);
    if let Some(function) = function.as_ref().filter(|function| function.return_type.as_ref() == Some(ty)) {
        lists.extend(file.returned_exprs(function).into_iter().map(here));
    } else if let Some(StatementKind::Let(of)) = file.statement_at(ty.clone()).map(|it| it.kind) {
        lists.extend(of.init.map(here));
        name = of.name;
    } else if let Some(adt) = file.adt_at(ty.clone()) {
        let field = adt.fields.iter().find(|field| field.ty == *ty);
        name = field.and_then(|field| field.name.clone());
        lists.extend(field.map(|field| values(case, file, &adt, field)).unwrap_or_default());
    }
    let mut edits = Vec::new();
    for (at, list) in lists {
        let call = at.call_at(list.clone()).filter(|call| call.range == list && call.name == "vec");
        let is_array = at.expr_exactly(list.clone()).is_some_and(|expr| expr.kind == ExprKind::Array);
        let items = match call {
            Some(call) => call.args,
            None if is_array => direct_parts(&at, list),
            None => Vec::new(),
        };
        edits.extend(items.into_iter().flat_map(|item| boxed(&at, item, true)));
    }
    for at in name.iter().flat_map(|name| case.files.crate_files_with(&file.source.name, name)) {
        for call in at.calls_named("push").into_iter().filter(|call| call.kind == CallKind::Method) {
            let receiver = call.receiver.clone().map(|receiver| at.text(receiver)).unwrap_or_default();
            if receiver.rsplit('.').next() == name.as_deref() {
                edits.extend(call.args.into_iter().flat_map(|item| boxed(&at, item, true)));
            }
        }
    }
    edits
}

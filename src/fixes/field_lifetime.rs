//! Gives the references in the fields of a type a lifetime, or lets the type own its data.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{fresh, lifetimes_of};
use crate::fixes::own_result::{makes_owned, owned_form};
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::Case;
use crate::syntax::{Adt, Elided, ElidedKind, ExprKind, File, TypeKind};

/// The ways to make the fields of a type valid, for all of its fields at once. `missing` is where
/// rustc misses a lifetime.
pub fn field_lifetime(case: &Case, file: &Rc<File>, adt: &Adt, missing: &[Elided]) -> Vec<Fix> {
    let mut open: Vec<Elided> = missing.to_vec();
    for field in &adt.fields {
        open.extend(file.elided_lifetimes(field.ty.clone(), &|name| lifetimes_of(case, file, name)));
    }
    open.sort_by_key(|elided| elided.range.start);
    open.dedup_by_key(|elided| elided.range.start);
    let named = |lifetime: &str| -> Vec<Edit> {
        open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(lifetime))).collect()
    };
    let annotate = Cost::signature(Deed::Annotate);
    let values = field_values(case, file, adt, &open);
    // Values that are made on the spot can only be owned.
    let owned = values.contains(&Value::Owned) && !values.contains(&Value::Borrowed);
    let mut fixes = Vec::new();
    for lifetime in &adt.lifetimes {
        let fix = Fix::new("use-own-lifetime", annotate, named(lifetime)).with("lifetime", lifetime);
        fixes.push(fix.doubtful_if(owned));
    }
    if adt.lifetimes.is_empty() {
        let lifetime = fresh(file, adt.range.clone());
        let mut edits = declare_on_type(case, file, adt, &lifetime);
        edits.extend(named(&lifetime));
        fixes.push(Fix::new("declare-on-type", annotate, edits).doubtful_if(owned));
    }
    let borrowed = values.contains(&Value::Borrowed);
    let own = own_fields(file, adt, &open);
    fixes.extend(own.map(|fix| fix.doubtful_if(borrowed)));
    if open.iter().all(|elided| elided.kind == ElidedKind::Reference) {
        let fix = Fix::new("static-field", Cost::signature(Deed::Demand), named("'static"));
        fixes.push(fix.doubtful_if(owned));
    }
    fixes
}

/// `String` for `&str` in the fields. Nothing where one is changed through its reference, or is no
/// reference at all.
fn own_fields(file: &Rc<File>, adt: &Adt, open: &[Elided]) -> Option<Fix> {
    let mut edits = Vec::new();
    for elided in open {
        let ty = adt.fields.iter().flat_map(|field| file.type_refs(field.ty.clone())).find_map(|ty| match ty
            .kind
        {
            TypeKind::Reference { amp, mutable: false, ref inner, .. } if amp == elided.range.start => {
                Some((ty.range.clone(), inner.clone()))
            }
            _ => None,
        });
        let (range, inner) = ty?;
        let inner = file.text(inner);
        // What has no size cannot be owned without a box, and a reference within stays one.
        if inner.contains('&') || inner.starts_with("dyn ") {
            return None;
        }
        edits.push(Edit::replace(&file.source, range, owned_form(inner)));
    }
    Some(Fix::new("own-field", Cost::signature(Deed::Clone), edits))
}

/// What a value for a field looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Owned,
    Borrowed,
    Unknown,
}

/// What the crate writes into the fields with these open lifetimes, and what it does with them.
fn field_values(case: &Case, file: &Rc<File>, adt: &Adt, open: &[Elided]) -> Vec<Value> {
    let names: Vec<&str> = adt
        .fields
        .iter()
        .filter(|field| {
            open.iter().any(|it| field.ty.start <= it.range.start && it.range.end <= field.ty.end)
        })
        .filter_map(|field| field.name.as_deref())
        .collect();
    let mut values = Vec::new();
    for file in case.files.crate_files_with(&file.source.name, &adt.name) {
        for expr in file.exprs_in(0..file.source.text.len()) {
            match expr.kind {
                ExprKind::Struct if is_literal_of(&file, &expr.range, adt) => {
                    let given = file.struct_values(expr.range);
                    let wanted = given.into_iter().filter(|(name, _)| names.contains(&name.as_str()));
                    values.extend(wanted.map(|(_, value)| value_of(case, &file, value, 0)));
                }
                ExprKind::MethodCall => values.extend(change_of_field(&file, expr.range, &names)),
                _ => {}
            }
        }
    }
    values
}

fn is_literal_of(file: &File, range: &Range<usize>, adt: &Adt) -> bool {
    let text = file.text(range.clone());
    let head = text.split(['{', ':', '<']).next().unwrap_or_default().trim();
    let of_self = || file.impl_at(range.clone()).is_some_and(|it| it.self_name.as_ref() == Some(&adt.name));
    head == adt.name || (head == "Self" && of_self())
}

/// A method that only an owned value has, on one of the fields.
fn change_of_field(file: &File, range: Range<usize>, names: &[&str]) -> Option<Value> {
    const OWNERS: &[&str] =
        &["push", "push_str", "insert", "clear", "extend", "truncate", "into_boxed_str", "into_bytes"];
    let call = file.call_at(range)?;
    let field = file.field_path(call.receiver?)?;
    let named = field.len() > 1 && field.last().is_some_and(|name| names.contains(&name.as_str()));
    (named && OWNERS.contains(&call.name.as_str())).then_some(Value::Owned)
}

fn value_of(case: &Case, file: &File, value: Range<usize>, depth: usize) -> Value {
    let text = file.text(value.clone());
    let Some(expr) = file.expr_exactly(value.clone()).filter(|_| depth < 8) else { return Value::Unknown };
    if makes_owned(file, value.clone()) {
        return Value::Owned;
    }
    let by_type = |ty: &str| match ty {
        ty if ty.starts_with('&') => Value::Borrowed,
        ty if ty.starts_with("impl ") || ty.len() == 1 => Value::Unknown,
        _ => Value::Owned,
    };
    match expr.kind {
        ExprKind::Ref { .. } => Value::Borrowed,
        ExprKind::Literal if text.starts_with('"') => Value::Borrowed,
        ExprKind::MacroCall | ExprKind::Struct => Value::Owned,
        ExprKind::MethodCall | ExprKind::Call => {
            let Some(call) = file.call_at(value) else { return Value::Unknown };
            if matches!(call.name.as_str(), "as_str" | "trim" | "as_ref" | "as_slice") {
                return Value::Borrowed;
            }
            // A function of the crate says what it returns, if all of that name say the same.
            let files = case.files.crate_files_with(&file.source.name, &call.name);
            let results = files.iter().flat_map(|file| {
                let named = file.functions_named(&call.name).into_iter();
                named
                    .map(|it| it.return_type.map_or(Value::Owned, |ty| by_type(file.text(ty))))
                    .collect::<Vec<_>>()
            });
            let mut results: Vec<Value> = results.collect();
            results.dedup();
            if let [only] = results.as_slice() { *only } else { Value::Unknown }
        }
        ExprKind::Path => {
            // A variable says of itself whether it is a reference, or is what it was made of.
            let Some(binding) = file.binding(text, value.start) else { return Value::Unknown };
            let init = binding.let_.filter(|_| binding.simple).and_then(|it| it.init);
            match (binding.ty, init) {
                (Some(ty), _) => by_type(file.text(ty)),
                (None, Some(init)) => value_of(case, file, init, depth + 1),
                (None, None) => Value::Unknown,
            }
        }
        _ => Value::Unknown,
    }
}

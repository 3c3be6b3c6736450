//! Gives the references in the fields of a type a lifetime, or lets the type own its data.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::fresh;
use crate::fixes::own_result::owned_form;
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::Case;
use crate::syntax::{Adt, Elided, ElidedKind, ExprKind, File, TypeKind};

/// The ways to make the fields of a type valid, for all of its fields at once. `missing` is where
/// rustc misses a lifetime.
pub fn field_lifetime(case: &Case, file: &Rc<File>, adt: &Adt, missing: &[Elided]) -> Vec<Fix> {
    let mut open: Vec<Elided> = missing.to_vec();
    for field in &adt.fields {
        open.extend(file.elided_lifetimes(field.ty.clone(), &|name| file.lifetimes_of_type(name)));
    }
    open.sort_by_key(|elided| elided.range.start);
    open.dedup_by_key(|elided| elided.range.start);
    let named = |lifetime: &str| -> Vec<Edit> {
        open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(lifetime))).collect()
    };
    let annotate = Cost::signature(Deed::Annotate);
    let values = field_values(case, file, adt, &open);
    // Values that are made on the spot can only be owned.
    let owned = !values.is_empty() && values.iter().all(|value| *value == Value::Owned);
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

/// The values that the crate writes for the fields with these open lifetimes.
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
            if expr.kind != ExprKind::Struct {
                continue;
            }
            let text = file.text(expr.range.clone());
            let head = text.split(['{', ':', '<']).next().unwrap_or_default().trim();
            let of_self = || {
                file.impl_at(expr.range.clone()).is_some_and(|it| it.self_name.as_ref() == Some(&adt.name))
            };
            if head == adt.name || (head == "Self" && of_self()) {
                let given = file.struct_values(expr.range);
                let wanted = given.into_iter().filter(|(name, _)| names.contains(&name.as_str()));
                values.extend(wanted.map(|(_, value)| value_of(&file, value)));
            }
        }
    }
    values
}

fn value_of(file: &File, value: Range<usize>) -> Value {
    let text = file.text(value.clone());
    let Some(expr) = file.expr_exactly(value.clone()) else { return Value::Unknown };
    match expr.kind {
        ExprKind::Ref { .. } => Value::Borrowed,
        ExprKind::Literal if text.starts_with('"') => Value::Borrowed,
        ExprKind::MacroCall | ExprKind::Struct => Value::Owned,
        ExprKind::MethodCall => {
            let name = file.call_at(value).map(|call| call.name).unwrap_or_default();
            match name.as_str() {
                "to_string" | "to_owned" | "to_vec" | "collect" | "into_owned" => Value::Owned,
                "as_str" | "trim" | "as_ref" | "as_slice" => Value::Borrowed,
                _ => Value::Unknown,
            }
        }
        ExprKind::Call => {
            match text.contains("::new(") || text.contains("::from(") || text.contains("::default(") {
                true => Value::Owned,
                false => Value::Unknown,
            }
        }
        ExprKind::Path => {
            // A parameter says of itself whether it is a reference.
            let binding = file.binding(text, value.start);
            match binding.and_then(|binding| binding.ty).map(|ty| file.text(ty)) {
                Some(ty) if ty.starts_with('&') => Value::Borrowed,
                Some(ty) if ty.starts_with("impl ") => Value::Unknown,
                Some(_) => Value::Owned,
                None => Value::Unknown,
            }
        }
        _ => Value::Unknown,
    }
}

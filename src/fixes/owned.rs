//! Owned forms of references: the type, the value without a copy, and a copy of the value.

use std::ops::Range;

use crate::fix::Edit;
use crate::syntax::{Binding, CallKind, ExprKind, File, TypeKind, UseKind};

/// Methods that give a reference to the whole of an owned value.
const VIEWS: &[&str] =
    &["as_str", "as_slice", "as_path", "as_os_str", "as_bytes", "as_ref", "deref", "borrow"];

/// The owned type for a reference: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`. Nothing
/// for what is no reference, or one to something without a size (`&dyn T`).
pub fn owned_type(file: &File, ty: Range<usize>) -> Option<String> {
    let TypeKind::Reference { inner, .. } = file.type_at(ty)?.kind else { return None };
    let text = file.text(inner.clone());
    let owned = match file.type_at(inner)?.kind {
        TypeKind::Slice => format!("Vec<{}>", text.strip_prefix('[')?.strip_suffix(']')?.trim()),
        TypeKind::Dyn { .. } | TypeKind::ImplTrait { .. } => return None,
        _ => match text {
            "str" => "String".to_owned(),
            "Path" | "std::path::Path" => format!("{text}Buf"),
            "OsStr" | "std::ffi::OsStr" => format!("{text}ing"),
            _ => text.to_owned(),
        },
    };
    Some(owned)
}

/// Makes the value of a reference expression: `x` of `&x`, `x.as_str()` and `&x[..]`. Nothing for
/// an expression that is more than that.
pub fn value_of(file: &File, range: Range<usize>) -> Option<Vec<Edit>> {
    let expr = file.expr_exactly(range.clone())?;
    match expr.kind {
        ExprKind::Ref { .. } => {
            let inner = file.exprs_in(range.clone()).into_iter().nth(1)?.range;
            let mut edits = vec![Edit::delete(&file.source, range.start..inner.start)];
            let text = file.text(inner.clone());
            match file.expr_exactly(inner.clone())?.kind {
                // A part of a value is not a value of its own.
                ExprKind::Index => {
                    let whole = text.strip_suffix("[..]")?;
                    edits.push(Edit::delete(&file.source, inner.start + whole.len()..inner.end));
                }
                ExprKind::Deref => return None,
                _ => {}
            }
            Some(edits)
        }
        ExprKind::MethodCall => {
            let call = file.call_at(range.clone())?;
            let receiver =
                call.receiver.filter(|_| call.args.is_empty() && VIEWS.contains(&call.name.as_str()))?;
            Some(vec![Edit::delete(&file.source, receiver.end..range.end)])
        }
        _ => None,
    }
}

/// A `&` before each argument that a variable is, for a variable that becomes an owned value where
/// it was a reference.
pub fn lend_arguments(file: &File, binding: &Binding) -> Vec<Edit> {
    let uses = file.uses_of(binding).into_iter();
    let arguments = uses.filter(|used| used.kind == UseKind::CallArgument && used.place == used.range);
    arguments.map(|used| Edit::insert(&file.source, used.range.start, "&")).collect()
}

/// Methods of `Option` that take it, though a reference to its content would do.
const OPTION_TAKERS: &[&str] = &[
    "is_none_or",
    "is_some_and",
    "map",
    "map_or",
    "map_or_else",
    "unwrap",
    "expect",
    "and_then",
    "unwrap_or",
];

/// An `as_ref()` before each method that takes an `Option`, for an `Option` of a reference that
/// becomes one of an owned value.
pub fn look_into_option(file: &File, binding: &Binding) -> Vec<Edit> {
    let uses = file.uses_of(binding).into_iter();
    let taken = uses.filter(|used| {
        matches!(&used.kind, UseKind::MethodReceiver(method) if OPTION_TAKERS.contains(&method.as_str()))
            && used.place == used.range
    });
    taken.map(|used| Edit::insert(&file.source, used.range.end, ".as_ref()")).collect()
}

/// Makes a copy of what a reference expression refers to: `x.clone()` for `&x` and `x.as_str()`,
/// `e.to_owned()` for others.
pub fn copy_of(file: &File, range: Range<usize>) -> Option<Vec<Edit>> {
    if let Some(mut edits) = value_of(file, range.clone()) {
        let made_here = edits.iter().all(|edit| edit.byte_end < range.end);
        let text = file.text(range.clone());
        // `&"text"` and `&format!(..)` are copied by taking them.
        if text.ends_with('"') || text.contains("!(") && text.ends_with(')') {
            return Some(edits);
        }
        if made_here {
            edits.push(Edit::insert(&file.source, range.end, ".clone()"));
        } else if let Some(last) = edits.last_mut() {
            last.replacement = ".clone()".to_owned();
        }
        return Some(edits);
    }
    let kind = file.expr_exactly(range.clone())?.kind;
    let call = file.call_at(range.clone());
    let name = call.filter(|call| call.kind == CallKind::Method).map(|call| call.name).unwrap_or_default();
    match kind {
        _ if ["to_owned", "clone", "to_string", "to_vec", "into_owned"].contains(&name.as_str()) => None,
        // `(&x[1..]).to_owned()` is `x[1..].to_owned()`.
        ExprKind::Ref { .. } => Some(vec![
            Edit::delete(&file.source, range.start..range.start + 1),
            Edit::insert(&file.source, range.end, ".to_owned()"),
        ]),
        ExprKind::Path
        | ExprKind::Literal
        | ExprKind::Field
        | ExprKind::Index
        | ExprKind::MethodCall
        | ExprKind::Call
        | ExprKind::MacroCall
        | ExprKind::Try
        | ExprKind::Paren => Some(vec![Edit::insert(&file.source, range.end, ".to_owned()")]),
        _ => None,
    }
}

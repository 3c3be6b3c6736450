//! Returns an owned value where a reference was promised that nothing lends.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{CallKind, ExprKind, File, Function, TypeKind};

/// Changes `&str` in the result to `String`, `&[T]` to `Vec<T>`, `&T` to `T`, and what the function
/// returns with it. Nothing where a trait fixes the signature, and doubtful where it
/// returns something whose shape says too little.
pub fn return_owned(file: &Rc<File>, function: &Function, reference: usize) -> Option<Fix> {
    let result = function.return_type.clone()?;
    if function.in_trait_impl || function.body.is_none() {
        return None;
    }
    let ty = file.type_refs(result).into_iter().find(|ty| match ty.kind {
        TypeKind::Reference { amp, .. } => amp == reference,
        _ => false,
    })?;
    let TypeKind::Reference { inner, .. } = ty.kind else { return None };
    let owned = owned_form(file.text(inner));
    let mut edits = vec![Edit::replace(&file.source, ty.range, owned.as_str())];
    let mut doubtful = false;
    for value in file.returned_exprs(function) {
        // What is not known by its shape may own its data already.
        let value = owned_value(file, value, &owned);
        doubtful |= value.is_none();
        edits.extend(value.unwrap_or_default());
    }
    let fix = Fix::new("return-owned", Cost::signature(Deed::Clone), edits).doubtful_if(doubtful);
    Some(fix.with("owned", owned).with("function", &function.name))
}

/// The same for the first reference in the result.
pub fn return_owned_for_reference(file: &Rc<File>, function: &Function) -> Option<Fix> {
    let first = file.type_refs(function.return_type.clone()?).into_iter().find_map(|ty| match ty.kind {
        TypeKind::Reference { amp, .. } => Some(amp),
        _ => None,
    });
    return_owned(file, function, first?)
}

/// The type that owns what a reference to this type refers to.
pub fn owned_form(inner: &str) -> String {
    match inner {
        "str" => "String".to_owned(),
        "Path" => "PathBuf".to_owned(),
        "OsStr" => "OsString".to_owned(),
        "CStr" => "CString".to_owned(),
        _ => match inner.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(item) if !item.contains(';') => format!("Vec<{item}>"),
            _ => inner.to_owned(),
        },
    }
}

/// Whether an expression makes a new value that owns its data.
pub fn makes_owned(file: &File, value: Range<usize>) -> bool {
    let Some(call) = file.call_at(value.clone()).filter(|call| call.range == value) else { return false };
    let path = file.text(call.callee.clone());
    match call.kind {
        CallKind::Macro => matches!(call.name.as_str(), "format" | "vec"),
        CallKind::Function => {
            path.starts_with(char::is_uppercase) && matches!(call.name.as_str(), "new" | "from" | "default")
        }
        CallKind::Method => matches!(
            call.name.as_str(),
            "to_string"
                | "to_owned"
                | "to_vec"
                | "into_owned"
                | "to_uppercase"
                | "to_ascii_lowercase"
                | "to_ascii_uppercase"
                | "replace"
                | "replacen"
                | "to_lowercase"
                | "repeat"
                | "into"
                | "join"
                | "concat"
                | "collect"
                | "clone"
                | "into_string"
                | "to_path_buf"
        ),
    }
}

/// The edits that turn a returned reference into a value.
fn owned_value(file: &Rc<File>, value: Range<usize>, owned: &str) -> Option<Vec<Edit>> {
    let text = file.text(value.clone());
    let expr = file.expr_exactly(value.clone())?;
    let is_text = owned == "String";
    let append = |what: &str| vec![Edit::insert(&file.source, value.end, what)];
    if makes_owned(file, value.clone()) {
        return Some(Vec::new());
    }
    match expr.kind {
        ExprKind::Literal if is_text && text.starts_with('"') => Some(append(".to_string()")),
        ExprKind::Call => {
            let call = file.call_at(value.clone())?;
            match (call.name.as_str(), call.args.as_slice()) {
                ("Some" | "Ok", [inner]) => owned_value(file, inner.clone(), owned),
                ("Err", _) => Some(Vec::new()),
                _ => None,
            }
        }
        ExprKind::Path if text == "None" => Some(Vec::new()),
        // `&name` and `&make()` own already what they lend.
        ExprKind::Ref { mutable: false } => {
            let inner = file.first_token_of(value.start + 1..value.end)?.start..value.end;
            let place = file.expr_exactly(inner.clone())?.kind;
            let bare = Edit::delete(&file.source, value.start..inner.start);
            match place {
                ExprKind::Path | ExprKind::Call | ExprKind::MacroCall | ExprKind::Paren => Some(vec![bare]),
                ExprKind::Index if is_text && file.text(inner.clone()).contains("..") => {
                    Some(vec![bare, Edit::insert(&file.source, value.end, ".to_string()")])
                }
                ExprKind::Index if owned.starts_with("Vec<") => {
                    Some(vec![bare, Edit::insert(&file.source, value.end, ".to_vec()")])
                }
                ExprKind::Index | ExprKind::Field => {
                    Some(vec![bare, Edit::insert(&file.source, value.end, ".clone()")])
                }
                _ => None,
            }
        }
        ExprKind::MethodCall => {
            let call = file.call_at(value.clone())?;
            let receiver = call.receiver.clone()?;
            let lends = matches!(call.name.as_str(), "as_str" | "as_slice" | "as_ref" | "as_path");
            let of_variable = file.expr_exactly(receiver.clone()).is_some_and(|it| it.kind == ExprKind::Path);
            match lends && of_variable && call.args.is_empty() {
                true => Some(vec![Edit::delete(&file.source, receiver.end..value.end)]),
                false if is_text => Some(append(".to_string()")),
                false => None,
            }
        }
        _ => None,
    }
}

//! Where a lifetime is missing, by what rustc points at.

use crate::diagnostic::Label;
use crate::syntax::{Elided, ElidedKind, File, TypeKind};

/// The place where a lifetime is missing, from the label that rustc puts there.
pub fn open_lifetime(file: &File, label: &Label) -> Option<Elided> {
    let range = label.span.range();
    let count = label.text.split(' ').find_map(|word| word.parse().ok()).unwrap_or(1);
    let kind = match file.text(range.clone()) {
        "&" => ElidedKind::Reference,
        "'_" => return Some(Elided { range, kind: ElidedKind::Underscore, count: 1 }),
        "<" => ElidedKind::Arguments,
        name if name.ends_with(|c: char| c.is_alphanumeric() || c == '_') => ElidedKind::Hidden,
        _ => return None,
    };
    Some(Elided { range: range.end..range.end, kind, count })
}

/// The type whose name hides a lifetime.
pub fn hidden_type(file: &File, label: &Label) -> Option<String> {
    let range = label.span.range();
    let ty = file.type_at(range.clone())?;
    match ty.kind {
        TypeKind::Path { name, .. } if file.text(range) != "&" => Some(name),
        _ => None,
    }
}

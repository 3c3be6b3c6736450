//! Takes one of two pointers out of a type, and out of the calls that make its values.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{CallKind, File};

/// A type that is a pointer with one argument: `Rc<Box<T>>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointers<'t> {
    /// `Rc`
    pub outer: &'t str,
    /// `Box<T>`
    pub inner: &'t str,
}

impl<'t> Pointers<'t> {
    /// Reads `Outer<Inner>`.
    pub fn of(ty: &'t str) -> Option<Pointers<'t>> {
        let (outer, rest) = ty.split_once('<')?;
        let inner = rest.trim_end().strip_suffix('>')?.trim();
        let outer = outer.rsplit("::").next()?.trim();
        (!outer.is_empty() && !inner.is_empty()).then_some(Pointers { outer, inner })
    }

    /// `Box`; a reference is shown as it is.
    pub fn inner_name(&self) -> &'t str {
        let name = self.inner.split('<').next().unwrap_or(self.inner).trim();
        name.rsplit("::").next().unwrap_or(name)
    }

    /// `Rc<T>`
    pub fn without_inner(&self) -> Option<String> {
        Some(format!("{}<{}>", self.outer, Pointers::of(self.inner)?.inner))
    }

    /// `Rc<str>` for `Rc<String>`, `Rc<[T]>` for `Rc<Vec<T>>`.
    pub fn of_slice(&self) -> Option<String> {
        let content = match self.inner_name() {
            "String" => "str".to_owned(),
            "PathBuf" => "std::path::Path".to_owned(),
            "OsString" => "std::ffi::OsStr".to_owned(),
            "Vec" => format!("[{}]", Pointers::of(self.inner)?.inner),
            _ => return None,
        };
        Some(format!("{}<{content}>", self.outer))
    }
}

/// Writes another type, and changes the calls that make its values where it is clear which they are:
/// where the file names the pointer in no other type.
pub fn fewer_pointers(file: &File, written: Range<usize>, wanted: &str) -> Option<Fix> {
    if !file.is_editable(written.clone()) {
        return None;
    }
    let code = file.text(written.clone());
    let pointers = Pointers::of(code)?;
    let mut edits = vec![Edit::replace(&file.source, written.clone(), wanted)];
    let to_slice = pointers.of_slice().is_some_and(|slice| slice == wanted);
    // The pointer that goes: the outer one where what was inside is what stays.
    let gone = if to_slice || pointers.inner == wanted { pointers.outer } else { pointers.inner_name() };
    let named = file.source.text.matches(&format!("{gone}<")).count();
    if named == 1 && pointers.outer != pointers.inner_name() {
        for call in file.calls_named("new") {
            let made = file.text(call.callee.clone()).rsplit("::").nth(1) == Some(gone);
            let [argument] = call.args.as_slice() else { continue };
            if !made || call.kind == CallKind::Method || !file.is_editable(call.range.clone()) {
                continue;
            }
            if to_slice {
                edits.push(Edit::replace(&file.source, call.name_range, "from"));
            } else {
                edits.push(Edit::delete(&file.source, call.range.start..argument.start));
                edits.push(Edit::delete(&file.source, argument.end..call.range.end));
            }
        }
    }
    let id = if to_slice { "share-the-content" } else { "take-pointer-out" };
    Some(Fix::new(id, Cost::signature(Deed::Restructure), edits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_read_by_its_names() {
        let read = |ty| Pointers::of(ty).map(|it| (it.outer, it.inner, it.inner_name()));
        assert_eq!(read("Rc<Box<u32>>"), Some(("Rc", "Box<u32>", "Box")));
        assert_eq!(read("std::rc::Rc<Vec<Box<T>>>"), Some(("Rc", "Vec<Box<T>>", "Vec")));
        assert_eq!(read("Box<&u32>"), Some(("Box", "&u32", "&u32")));
        assert_eq!(read("String"), None);
        let pointers = Pointers::of("Arc<Vec<(u8, u8)>>").expect("it has an argument");
        assert_eq!(pointers.of_slice().as_deref(), Some("Arc<[(u8, u8)]>"));
        assert_eq!(pointers.without_inner().as_deref(), Some("Arc<(u8, u8)>"));
    }
}

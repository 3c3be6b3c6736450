//! How the type that is needed and the type that is there differ, where only a reference, a pointer
//! such as `Box`, or an owned form stands between the two.
//!
//! Architecture Invariant: types are read from rustc's words, never guessed from the code.

mod difference;
pub mod items;
mod known;
pub mod types;

pub use self::difference::{Difference, difference, other_view};
pub use self::known::{has_length, is_collection, is_integer, is_iterator, is_method_of_iterators};
use self::types::{Type, short};
use crate::diagnostic::{Diagnostic, quoted};

/// An expected and a found type.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// What is needed, as rustc writes it.
    pub expected: String,
    /// What is there, as rustc writes it.
    pub found: String,
    /// The same, read.
    pub expected_type: Type,
    /// The same, read.
    pub found_type: Type,
    /// How they differ.
    pub difference: Difference,
}

impl Mismatch {
    /// The two types of a diagnostic, if they differ in nothing but ownership.
    pub fn of(diagnostic: &Diagnostic) -> Option<Mismatch> {
        let label = &diagnostic.primary()?.text;
        let note = || {
            let note = diagnostic.notes.iter().find(|note| is_comparison(&note.text))?;
            let [expected, found] = quoted(&note.text)[..] else { return None };
            Some((expected.to_owned(), found.to_owned()))
        };
        let from_label = pair(label);
        let of_label = from_label.as_ref().and_then(|(expected, found)| Mismatch::between(expected, found));
        // A label is cut short where its types are long; the note is not, but leaves out what is equal.
        let of_note = || note().and_then(|(expected, found)| Mismatch::between(&expected, &found));
        match of_label {
            Some(short) if short.expected.contains("...") || short.found.contains("...") => {
                Some(of_note().filter(|full| full.difference == short.difference).unwrap_or(short))
            }
            Some(full) => Some(full),
            None => of_note(),
        }
    }

    /// The difference of two types, if it is one of ownership.
    pub fn between(expected: &str, found: &str) -> Option<Mismatch> {
        let (expected_type, found_type) = (Type::parse(expected), Type::parse(found));
        let difference = difference(&expected_type, &found_type)?;
        let (expected, found) = (short(expected), short(found));
        Some(Mismatch { expected, found, expected_type, found_type, difference })
    }
}

fn is_comparison(note: &str) -> bool {
    note.starts_with("expected ") && note.lines().any(|line| line.trim_start().starts_with("found "))
}

/// "expected `&str`, found type parameter `T`" as the two types.
pub fn pair(label: &str) -> Option<(String, String)> {
    let rest = label.strip_prefix("expected ")?;
    let (expected, found) = rest.split_once(", found ")?;
    let ty = |side: &str| match quoted(side).first() {
        Some(ty) => (*ty).to_owned(),
        None if matches!(side, "integer" | "floating-point number") => "{integer}".to_owned(),
        None => String::new(),
    };
    let (expected, found) = (ty(expected), ty(found));
    (!expected.is_empty() && !found.is_empty()).then_some((expected, found))
}

#[cfg(test)]
mod tests {
    use super::{Difference, Mismatch};

    fn of(expected: &str, found: &str) -> Option<Difference> {
        Mismatch::between(expected, found).map(|mismatch| mismatch.difference)
    }

    #[test]
    fn references_too_few_and_too_many() {
        assert_eq!(of("&str", "String"), Some(Difference::ReferenceWanted { mutable: false, view: true }));
        assert_eq!(of("&_", "Old"), Some(Difference::ReferenceWanted { mutable: false, view: false }));
        assert_eq!(
            of("&dyn Debug", "Vec<u8>"),
            Some(Difference::ReferenceWanted { mutable: false, view: false })
        );
        assert_eq!(of("u32", "&&u32"), Some(Difference::ValueWanted { depth: 2 }));
        assert_eq!(of("String", "&str"), Some(Difference::OwnedWanted));
        assert_eq!(of("Vec<u8>", "[u8]"), Some(Difference::OwnedWanted));
        assert_eq!(of("&mut Vec<T>", "&Vec<_>"), Some(Difference::MutableWanted));
        assert_eq!(of("Vec<T>", "&[T]"), Some(Difference::OwnedWanted));
    }

    #[test]
    fn wrappers_and_pointers() {
        assert_eq!(
            of("Option<&T>", "std::option::Option<T>"),
            Some(Difference::InnerReferenceWanted { mutable: false, view: false })
        );
        assert_eq!(of("Option<&str>", "Option<&&str>"), Some(Difference::InnerValueWanted));
        assert_eq!(of("Option<String>", "Option<&str>"), Some(Difference::InnerOwnedWanted));
        assert_eq!(of("Box<dyn Fn()>", "F"), Some(Difference::PointerWanted("Box")));
        assert_eq!(of("ErrorKind", "Box<error::ErrorKind>"), Some(Difference::ContentWanted("Box")));
        assert_eq!(of("Rc<str>", "std::sync::Arc<_, _>"), Some(Difference::OtherPointer));
        assert_eq!(of("Vec<T>", "Vec<&T>"), Some(Difference::PartsDiffer));
        assert_eq!(of("(char, Align)", "(char, &Align)"), Some(Difference::PartsDiffer));
        assert_eq!(
            of("Vec<_>", "Map<Iter<'_, String>, ...>"),
            Some(Difference::CollectionWanted { inner: false })
        );
    }

    #[test]
    fn guards_cells_and_other_views() {
        let reference = |view| Some(Difference::ReferenceWanted { mutable: false, view });
        assert_eq!(of("&N", "Box<N>"), reference(true));
        assert_eq!(of("&str", "Cow<'_, str>"), reference(true));
        assert_eq!(of("&Vec<u8>", "MutexGuard<'_, Vec<u8>>"), reference(false));
        assert_eq!(of("&&_", "{integer}"), reference(false));
        assert_eq!(of("i32", "MutexGuard<'_, {integer}>"), Some(Difference::GuardedWanted("MutexGuard")));
        assert_eq!(of("Ref<'_, State>", "State"), Some(Difference::GuardMatched("Ref")));
        assert_eq!(of("RefCell<N>", "N"), Some(Difference::CellWanted("RefCell")));
        assert_eq!(of("String", "Cow<'_, str>"), Some(Difference::OwnedOfCowWanted));
        assert_eq!(of("&String", "&'static str"), Some(Difference::OwnerBehindReferenceWanted));
        assert_eq!(of("&[u8]", "&'static str"), Some(Difference::OtherViewWanted));
        assert_eq!(of("&Path", "&String"), Some(Difference::OtherViewWanted));
        let inner = |view| Some(Difference::InnerReferenceWanted { mutable: false, view });
        assert_eq!(of("Option<&String>", "&Option<String>"), inner(false));
        assert_eq!(of("Option<&P>", "&Option<Box<P>>"), inner(true));
        let viewed = |mutable| Some(Difference::InnerViewWanted { mutable });
        assert_eq!(of("Option<&str>", "Option<&String>"), viewed(false));
        assert_eq!(of("Option<&mut P>", "Option<&mut Box<P>>"), viewed(true));
        assert_eq!(of("&[&str]", "&Vec<String>"), Some(Difference::PartsDiffer));
        assert_eq!(of("&&str", "usize"), Some(Difference::LengthCompared));
    }

    #[test]
    fn other_mistakes_are_left_alone() {
        assert_eq!(of("u32", "String"), None);
        assert_eq!(of("usize", "&Person"), None);
        assert_eq!(of("usize", "&Vec<usize>"), Some(Difference::LengthWanted));
        assert_eq!(of("Error", "OptionsError<'_>"), None);
        assert_eq!(of("Value", "Option<_>"), None);
        assert_eq!(of("&str", "u32"), None);
        assert_eq!(of("Option<u8>", "u8"), None);
        assert_eq!(of("i32", "i64"), None);
    }
}

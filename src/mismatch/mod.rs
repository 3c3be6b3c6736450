//! How the type that is needed and the type that is there differ, where only a reference, a pointer
//! such as `Box`, or an owned form stands between the two.
//!
//! Architecture Invariant: types are read from rustc's words, never guessed from the code.

pub mod types;

use self::types::{Type, short};
use crate::diagnostic::{Diagnostic, quoted};

/// Pointers of the standard library that own what they point to.
const POINTERS: &[&str] = &["Box", "Rc", "Arc"];

/// Wrappers that hold one value, or one of each argument.
const WRAPPERS: &[&str] = &["Option", "Result", "Poll"];

/// Iterators that do nothing until somebody asks them.
const ADAPTERS: &[&str] = &[
    "Map",
    "Filter",
    "FilterMap",
    "FlatMap",
    "Flatten",
    "Enumerate",
    "Zip",
    "Chain",
    "Rev",
    "Skip",
    "SkipWhile",
    "Take",
    "TakeWhile",
    "StepBy",
    "Cloned",
    "Copied",
    "Peekable",
    "Inspect",
    "Scan",
    "Cycle",
    "MapWhile",
    "Iter",
    "IterMut",
    "IntoIter",
    "Drain",
    "Keys",
    "Values",
    "Chars",
    "CharIndices",
    "Bytes",
    "Lines",
    "Split",
    "SplitWhitespace",
    "Windows",
    "Chunks",
    "ValuesRef",
];

/// Collections that an iterator can be collected into.
const COLLECTIONS: &[&str] =
    &["Vec", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "BinaryHeap", "LinkedList"];

/// Methods of iterators that collections do not have.
const METHODS: &[&str] = &[
    "map",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "enumerate",
    "zip",
    "rev",
    "take_while",
    "skip",
    "skip_while",
    "step_by",
    "chain",
    "peekable",
    "fold",
    "sum",
    "product",
    "count",
    "max_by_key",
    "min_by_key",
    "max_by",
    "min_by",
    "collect",
    "all",
    "any",
    "find",
    "find_map",
    "position",
    "next",
    "nth",
    "for_each",
    "inspect",
    "cloned",
    "copied",
    "partition",
    "unzip",
    "cycle",
    "scan",
    "try_fold",
    "reduce",
    "try_for_each",
    "map_while",
    "max",
    "min",
    "last",
    "take",
    "windowed",
    "rposition",
];

/// What stands between the two types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A reference is needed, the value is there; or `&str` is needed and a `String` is there.
    ReferenceWanted {
        /// `&mut`.
        mutable: bool,
        /// Whether the reference is to a view of the value: `str` of `String`.
        view: bool,
    },
    /// The value is needed, references to it are there.
    ValueWanted {
        /// How many references too many.
        depth: usize,
    },
    /// An owned value is needed, a view of one is there: `String`, `&str`.
    OwnedWanted,
    /// `&mut T` is needed, `&T` is there.
    MutableWanted,
    /// `Option<&T>` is needed, `Option<T>` is there.
    InnerReferenceWanted {
        /// `&mut`.
        mutable: bool,
        /// `Option<&str>`, `Option<String>`.
        view: bool,
    },
    /// `Option<T>` is needed, `Option<&T>` is there.
    InnerValueWanted,
    /// `Option<String>` is needed, `Option<&str>` is there.
    InnerOwnedWanted,
    /// `Box<T>` is needed, `T` is there.
    PointerWanted(&'static str),
    /// `T` is needed, `Box<T>` is there.
    ContentWanted(&'static str),
    /// `Rc<T>` is needed, `Arc<T>` is there.
    OtherPointer,
    /// `Vec<T>` is needed, an iterator is there.
    CollectionWanted {
        /// Whether an `Option` is around both.
        inner: bool,
    },
    /// A number is needed, a reference to a collection or to text is there.
    LengthWanted,
    /// The two differ so in one of their parts: `Vec<T>`, `Vec<&T>`.
    PartsDiffer,
}

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

/// Whether a reference to the one is taken where the other is expected behind a reference.
fn lends(expected: &Type, found: &Type) -> bool {
    match expected {
        Type::Dyn => found.depth() == 0,
        _ => expected.fits(found),
    }
}

fn difference(expected: &Type, found: &Type) -> Option<Difference> {
    use Difference::{
        CollectionWanted, ContentWanted, MutableWanted, OtherPointer, OwnedWanted, PointerWanted,
        ReferenceWanted, ValueWanted,
    };
    if *expected == Type::Unknown || *found == Type::Unknown {
        return None;
    }
    if let Type::Reference { mutable, inner } = expected {
        let mutable = *mutable;
        if let Type::Reference { mutable: false, inner: other } = found
            && mutable
            && (inner.fits(other) || other.view().is_some_and(|view| inner.fits(&view)))
        {
            return Some(MutableWanted);
        }
        if collects(inner, found.peeled()) {
            return Some(CollectionWanted { inner: false });
        }
        let missing = expected.depth() > found.depth();
        if missing && lends(inner, found) {
            return Some(ReferenceWanted { mutable, view: false });
        }
        if missing && found.view().is_some_and(|view| inner.fits(&view)) {
            return Some(ReferenceWanted { mutable, view: true });
        }
    }
    let surplus = found.depth().saturating_sub(expected.depth());
    if surplus > 0 {
        let mut behind = found;
        for depth in 1..=surplus {
            behind = behind.referent()?;
            if expected.fits(behind) {
                return Some(ValueWanted { depth });
            }
        }
    }
    if let Some(view) = expected.view()
        && (found.depth() > 0 || matches!(found, Type::Slice(_)) || found.name() == Some("str"))
        && (view.fits(found.peeled()) || found.peeled().view().is_some_and(|other| view.fits(&other)))
    {
        return Some(OwnedWanted);
    }
    let pointer = |ty: &Type| POINTERS.iter().copied().find(|name| ty.argument_of(name).is_some());
    if let (Some(a), Some(b)) = (pointer(expected), pointer(found))
        && a != b
        && [a, b].iter().all(|name| *name != "Box")
    {
        return Some(OtherPointer);
    }
    for pointer in POINTERS {
        if let Some(content) = expected.argument_of(pointer)
            && found.argument_of(pointer).is_none()
            && (content.fits(found) || *content == Type::Dyn && found.depth() == 0)
            && !POINTERS.iter().any(|other| found.argument_of(other).is_some())
        {
            return Some(PointerWanted(pointer));
        }
        if let Some(content) = found.argument_of(pointer)
            && *expected != Type::Dyn
            && content.fits(expected)
        {
            return Some(ContentWanted(pointer));
        }
    }
    if collects(expected, found) {
        return Some(CollectionWanted { inner: false });
    }
    if is_integer(expected) && found.depth() > 0 && has_length(found.peeled()) {
        return Some(Difference::LengthWanted);
    }
    in_parts(expected, found)
}

/// Whether a type of the standard library has a length.
pub fn has_length(ty: &Type) -> bool {
    is_collection(ty) || matches!(ty.name(), Some("str" | "String" | "Range" | "RangeInclusive"))
}

fn collects(expected: &Type, found: &Type) -> bool {
    (is_collection(expected) || expected.name() == Some("String")) && is_iterator(found)
}

/// Whether a type keeps items and lends them with `iter`.
pub fn is_collection(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::Array(_) => true,
        _ => ty.name().is_some_and(|name| COLLECTIONS.contains(&name)),
    }
}

/// Whether a type is an iterator of the standard library.
pub fn is_iterator(ty: &Type) -> bool {
    ty.name().is_some_and(|name| ADAPTERS.contains(&name))
}

/// Whether a type is a whole number.
pub fn is_integer(ty: &Type) -> bool {
    Type::parse("{integer}").fits(ty) && *ty != Type::Unknown
}

/// Whether iterators have a method of this name, and collections have none.
pub fn is_method_of_iterators(name: &str) -> bool {
    METHODS.contains(&name)
}

/// `Option<&T>` against `Option<T>`, `Vec<&T>` against `Vec<T>`, `(A, &B)` against `(A, B)`.
fn in_parts(expected: &Type, found: &Type) -> Option<Difference> {
    let (wanted, there) = match (expected, found) {
        (Type::Named { name, args }, Type::Named { name: other, args: others }) if name == other => {
            (args, others)
        }
        (Type::Tuple(args), Type::Tuple(others)) if args.len() == others.len() => (args, others),
        (Type::Reference { mutable, inner }, Type::Reference { mutable: other, inner: others })
            if mutable == other =>
        {
            return in_parts(inner, others).map(|_| Difference::PartsDiffer);
        }
        _ => return None,
    };
    let mut apart = wanted.iter().zip(there).filter(|(a, b)| !a.fits(b));
    let (a, b) = apart.next()?;
    let part = difference(a, b)?;
    if apart.any(|(a, b)| difference(a, b).is_none()) {
        return None;
    }
    let wrapper = expected.name().is_some_and(|name| WRAPPERS.contains(&name));
    Some(match part {
        Difference::ReferenceWanted { mutable, view } if wrapper => {
            Difference::InnerReferenceWanted { mutable, view }
        }
        Difference::ValueWanted { .. } if wrapper => Difference::InnerValueWanted,
        Difference::OwnedWanted if wrapper => Difference::InnerOwnedWanted,
        Difference::CollectionWanted { .. } if wrapper => Difference::CollectionWanted { inner: true },
        _ => Difference::PartsDiffer,
    })
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

//! In what an expected and a found type differ.

use super::known::{collects, has_length, is_integer};
use super::types::Type;

/// Pointers of the standard library that own what they point to.
const POINTERS: &[&str] = &["Box", "Rc", "Arc"];

/// What `lock` and `borrow` give: they lend what they guard and give it back when they are dropped.
const GUARDS: &[&str] = &["MutexGuard", "RwLockReadGuard", "RwLockWriteGuard", "Ref", "RefMut"];

/// Owners whose value may change while they are lent.
const CELLS: &[&str] = &["RefCell", "Cell", "Mutex", "RwLock"];

/// Wrappers that hold one value, or one of each argument.
const WRAPPERS: &[&str] = &["Option", "Result", "Poll"];

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
    /// `T` is needed, `MutexGuard<T>` is there.
    GuardedWanted(&'static str),
    /// `MutexGuard<T>` is matched with a pattern of type `T`.
    GuardMatched(&'static str),
    /// `RefCell<T>` is needed, `T` is there.
    CellWanted(&'static str),
    /// `String` is needed, `Cow<str>` is there.
    OwnedOfCowWanted,
    /// `Rc<T>` is needed, `Arc<T>` is there.
    OtherPointer,
    /// `&String` is needed, `&str` is there.
    OwnerBehindReferenceWanted,
    /// A reference to text or a path is needed, and one to another form of it is there: `&[u8]`, `&str`.
    OtherViewWanted,
    /// `&str` is needed, `&String` is there, where Rust does not turn the one into the other.
    ViewOfReferenceWanted,
    /// `Option<&str>` is needed, `Option<&String>` is there.
    InnerViewWanted {
        /// `&mut`.
        mutable: bool,
    },
    /// `Vec<T>` is needed, an iterator is there.
    CollectionWanted {
        /// Whether an `Option` is around both.
        inner: bool,
    },
    /// A number is needed, a reference to a collection or to text is there.
    LengthWanted,
    /// A reference to a collection or to text is on the other side of a number.
    LengthCompared,
    /// The two differ so in one of their parts: `Vec<T>`, `Vec<&T>`.
    PartsDiffer,
}

/// What an owning pointer, a `Cow` or a guard lends where a reference to it is taken, with its name.
fn content(ty: &Type) -> Option<(&'static str, &Type)> {
    let mut names = POINTERS.iter().chain(GUARDS).chain(&["Cow"]);
    names.find_map(|name| Some((*name, ty.argument_of(name)?)))
}

/// Whether a reference to what an `Option` holds can be one of the other type, and whether that is a
/// view of it.
fn lent_as(wanted: &Type, there: &Type) -> Option<bool> {
    if wanted.fits(there) {
        return Some(false);
    }
    let viewed = there.view().is_some_and(|view| wanted.fits(&view))
        || POINTERS.iter().any(|name| there.argument_of(name).is_some_and(|inner| wanted.fits(inner)));
    viewed.then_some(true)
}

/// The method by which text lends itself as bytes, or as a path.
pub fn other_view(wanted: &Type, there: &Type) -> Option<&'static str> {
    if !matches!(there.name(), Some("str" | "String")) {
        return None;
    }
    match wanted {
        Type::Slice(item) if item.name() == Some("u8") => Some(".as_bytes()"),
        _ => matches!(wanted.name(), Some("Path" | "OsStr")).then_some(".as_ref()"),
    }
}

/// Whether a reference to the one is taken where the other is expected behind a reference.
fn lends(expected: &Type, found: &Type) -> bool {
    match expected {
        Type::Dyn => found.depth() == 0,
        _ => expected.fits(found),
    }
}

/// In what the two types differ, if it is ownership.
pub fn difference(expected: &Type, found: &Type) -> Option<Difference> {
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
        if let Some((name, _)) = content(found).filter(|(_, behind)| missing && inner.fits(behind)) {
            return Some(ReferenceWanted { mutable, view: !GUARDS.contains(&name) });
        }
        // `len()` gives a `usize`; another number is another mistake.
        let counts = ["usize", "{integer}"].iter().any(|number| *found == Type::parse(number));
        if counts && has_length(inner.peeled()) {
            return Some(Difference::LengthCompared);
        }
        // `&&i32`, and the number itself.
        if expected.depth() > found.depth() + 1 && expected.peeled().fits(found.peeled()) {
            return Some(ReferenceWanted { mutable: false, view: false });
        }
        if let Some(view) = inner.view().filter(|_| found.depth() == 1)
            && view.fits(found.peeled())
        {
            return Some(Difference::OwnerBehindReferenceWanted);
        }
        if found.depth() == 1
            && let Type::Reference { mutable: other, inner: behind } = found
            && (!mutable || *other)
            && lent_as(inner, behind) == Some(true)
        {
            return Some(Difference::ViewOfReferenceWanted);
        }
        if !mutable && other_view(inner, found.peeled()).is_some() {
            return Some(Difference::OtherViewWanted);
        }
    }
    if let (Some(wanted), Some(there)) = (
        expected.argument_of("Option").and_then(Type::referent),
        found.referent().and_then(|behind| behind.argument_of("Option")),
    ) && let Some(view) = lent_as(wanted, there)
    {
        let mutable = matches!(expected.argument_of("Option"), Some(Type::Reference { mutable: true, .. }));
        return Some(Difference::InnerReferenceWanted { mutable, view });
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
    if expected.view().is_some_and(|view| found.argument_of("Cow").is_some_and(|it| view.fits(it))) {
        return Some(Difference::OwnedOfCowWanted);
    }
    for guard in GUARDS {
        if let Some(guarded) = found.argument_of(guard)
            && expected.argument_of(guard).is_none()
            && *guarded != Type::Unknown
            && guarded.fits(expected)
        {
            return Some(Difference::GuardedWanted(guard));
        }
        if let Some(guarded) = expected.argument_of(guard)
            && found.argument_of(guard).is_none()
            && guarded.fits(found)
        {
            return Some(Difference::GuardMatched(guard));
        }
    }
    for cell in CELLS {
        if let Some(content) = expected.argument_of(cell)
            && found.name().is_some()
            && !CELLS.iter().any(|other| found.argument_of(other).is_some())
            && content.fits(found)
        {
            return Some(Difference::CellWanted(cell));
        }
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
            && *content != Type::Unknown
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
        (Type::Slice(item), Type::Slice(other) | Type::Array(other)) => {
            return difference(item, other).map(|_| Difference::PartsDiffer);
        }
        (Type::Slice(item), Type::Named { args, .. }) if found.name() == Some("Vec") => {
            return difference(item, args.first()?).map(|_| Difference::PartsDiffer);
        }
        _ => return None,
    };
    let mut apart = wanted.iter().zip(there).filter(|(a, b)| !a.fits(b));
    let (a, b) = apart.next()?;
    let wrapper = expected.name().is_some_and(|name| WRAPPERS.contains(&name));
    if let (Type::Reference { mutable, inner }, Type::Reference { mutable: other, inner: others }) = (a, b)
        && wrapper
        && (!mutable || *other)
        && lent_as(inner, others) == Some(true)
        && apart.clone().next().is_none()
    {
        return Some(Difference::InnerViewWanted { mutable: *mutable });
    }
    let part = difference(a, b)?;
    if apart.any(|(a, b)| difference(a, b).is_none()) {
        return None;
    }
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

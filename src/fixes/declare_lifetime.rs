//! Declares a lifetime where its name can be seen: on a function, an impl, a type, a callable type.

use std::ops::Range;

use crate::fix::Edit;
use crate::rule::Case;
use crate::syntax::{File, Scope, ScopeKind};

/// Types of the standard library whose names hide a lifetime.
const HIDING: &[&str] = &[
    "Ref",
    "RefMut",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Cow",
    "Chars",
    "CharIndices",
    "Bytes",
    "Lines",
    "SplitWhitespace",
    "Formatter",
    "Context",
    "Components",
    "Entry",
    "OccupiedEntry",
    "VacantEntry",
    "Drain",
    "Iter",
    "IterMut",
    "Keys",
    "Values",
    "Chunks",
    "Windows",
    "PeekMut",
    "Arguments",
    "StdinLock",
    "StdoutLock",
];

/// How many lifetimes the type of a name declares: in the file, in the crate, in the standard library.
pub fn lifetimes_of(case: &Case, file: &File, name: &str) -> usize {
    if let Some(adt) = file.adt_named(name) {
        return adt.lifetimes.len();
    }
    let files = case.files.crate_files_with(&file.source.name, name);
    let declared = files.iter().find_map(|file| file.adt_named(name));
    declared.map_or(usize::from(HIDING.contains(&name)), |adt| adt.lifetimes.len())
}

/// The edit that declares a lifetime: `<'a>`, `'a, ` among other generics, `for<'a> `.
pub fn declaration(file: &File, scope: &Scope, lifetime: &str) -> Edit {
    if scope.kind == ScopeKind::Callable && scope.generics.is_none() {
        return Edit::insert(&file.source, scope.insert, format!("for<{lifetime}> "));
    }
    let (at, text) = file.lifetime_insert(scope, lifetime);
    Edit::insert(&file.source, at, text)
}

/// A lifetime that nothing around a range declares or uses: `'a`, `'b` and so on.
pub fn fresh(file: &File, range: Range<usize>) -> String {
    let scopes = file.lifetime_scopes(range);
    let outermost = scopes.last().map(|scope| scope.range.clone());
    let taken: Vec<String> = outermost
        .map(|range| file.lifetimes_in(range).into_iter().map(|(_, name)| name).collect())
        .unwrap_or_default();
    let mut letters = ('a'..='z').map(|letter| format!("'{letter}"));
    letters.find(|name| !taken.contains(name)).unwrap_or_else(|| "'fresh".to_owned())
}

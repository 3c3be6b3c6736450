//! What the names of the standard library's types and methods tell.

use super::types::Type;

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
    "ValuesMut",
    "IntoKeys",
    "IntoValues",
    "ChunksExact",
    "SplitN",
    "RSplit",
    "SplitTerminator",
    "SplitInclusive",
    "Matches",
    "MatchIndices",
    "Successors",
    "FromFn",
    "RepeatN",
    "Args",
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

/// Whether a type of the standard library has a length.
pub fn has_length(ty: &Type) -> bool {
    is_collection(ty) || matches!(ty.name(), Some("str" | "String" | "Range" | "RangeInclusive"))
}

/// Whether an iterator stands where what it could be collected into is needed.
pub fn collects(expected: &Type, found: &Type) -> bool {
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

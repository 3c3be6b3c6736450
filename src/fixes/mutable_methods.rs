//! Which methods of the standard library lend what they find for reading, and which ones lend the
//! same for changes.

/// Methods with a twin that lends for changes.
const TWINS: &[(&str, &str)] = &[
    ("as_deref", "as_deref_mut"),
    ("as_ref", "as_mut"),
    ("as_slice", "as_mut_slice"),
    ("as_str", "as_mut_str"),
    ("back", "back_mut"),
    ("borrow", "borrow_mut"),
    ("chunks", "chunks_mut"),
    ("chunks_exact", "chunks_exact_mut"),
    ("deref", "deref_mut"),
    ("first", "first_mut"),
    ("first_chunk", "first_chunk_mut"),
    ("front", "front_mut"),
    ("get", "get_mut"),
    ("get_ref", "get_mut"),
    ("iter", "iter_mut"),
    ("last", "last_mut"),
    ("peek", "peek_mut"),
    ("range", "range_mut"),
    ("rchunks", "rchunks_mut"),
    ("read", "write"),
    ("split_at", "split_at_mut"),
    ("split_first", "split_first_mut"),
    ("split_last", "split_last_mut"),
    ("values", "values_mut"),
];

/// Methods that hand a reference on as they got it, or the references inside an `Option` or `Result`.
const PASS_ON: &[&str] =
    &["expect", "filter", "into_iter", "ok", "ok_or", "ok_or_else", "or", "unwrap", "unwrap_or_else"];

/// Methods of iterators that hand the items on.
const PASS_ITEMS_ON: &[&str] = &[
    "by_ref",
    "chain",
    "enumerate",
    "filter",
    "find",
    "fuse",
    "inspect",
    "last",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "next",
    "next_back",
    "nth",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "zip",
];

/// The twin of a method that lends for changes.
pub fn mutable_method(name: &str) -> Option<&'static str> {
    TWINS.iter().find(|(shared, _)| *shared == name).map(|(_, mutable)| *mutable)
}

/// Whether a method gives a guard that lends for reading: `borrow` of a `RefCell`, `read` of a lock.
pub fn is_guard_method(name: &str) -> bool {
    matches!(name, "borrow" | "read")
}

/// Whether a method hands on the references that it is called on; `items` says that it is called on
/// an iterator.
pub fn passes_references_on(name: &str, items: bool) -> bool {
    PASS_ON.contains(&name) || items && PASS_ITEMS_ON.contains(&name)
}

/// Whether a method begins to go through items.
pub fn begins_iterating(name: &str) -> bool {
    matches!(
        name,
        "iter" | "iter_mut" | "values" | "values_mut" | "into_iter" | "chunks" | "chunks_exact" | "range"
    )
}

/// Whether the standard library has methods of this name on common types, so that a call of this
/// name says nothing about the type that it is called on.
pub fn is_common(name: &str) -> bool {
    const COMMON: &[&str] = &[
        "add",
        "append",
        "as_mut",
        "as_ref",
        "clear",
        "clone",
        "close",
        "cmp",
        "collect",
        "contains",
        "count",
        "drain",
        "drop",
        "entry",
        "eq",
        "extend",
        "fill",
        "filter",
        "find",
        "finish",
        "flush",
        "fmt",
        "get",
        "get_mut",
        "hash",
        "index",
        "insert",
        "into",
        "is_empty",
        "iter",
        "iter_mut",
        "join",
        "keys",
        "last",
        "len",
        "load",
        "lock",
        "map",
        "max",
        "min",
        "next",
        "parse",
        "peek",
        "pop",
        "pop_front",
        "position",
        "push",
        "push_back",
        "push_str",
        "read",
        "read_line",
        "read_to_end",
        "recv",
        "remove",
        "replace",
        "reserve",
        "resize",
        "retain",
        "reverse",
        "run",
        "seek",
        "send",
        "set",
        "skip",
        "sort",
        "split",
        "start",
        "store",
        "sum",
        "swap",
        "take",
        "truncate",
        "update",
        "value",
        "values",
        "write",
        "write_all",
        "write_str",
    ];
    COMMON.contains(&name)
}

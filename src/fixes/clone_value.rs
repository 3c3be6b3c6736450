//! Gives away a copy, or another counted owner, and keeps the value.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::another_sender::{another_sender, is_sender};
use crate::rule::Case;
use crate::syntax::{ExprKind, File, Impl, holds};

/// Types of which a copy is impossible or would lead its own life: threads, locks, channel ends,
/// open files, mutable references, closures, and iterators that are being advanced.
const NOT_COPIED: &[&str] = &[
    "JoinHandle",
    "Mutex",
    "RwLock",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Ref",
    "RefMut",
    "Receiver",
    "File",
    "TcpStream",
    "TcpListener",
    "Child",
    "mut",
    "dyn",
    "Fn",
    "FnMut",
    "FnOnce",
    "closure",
    "Iter",
    "IterMut",
    "IntoIter",
    "Lines",
    "Chars",
    "Peekable",
    "Drain",
    "AtomicUsize",
    "AtomicBool",
    "AtomicU64",
    "Stdin",
    "Stdout",
];

/// Whether a value of this type may be copied with `.clone()`, as far as message and type tell.
pub fn is_cloneable(case: &Case, ty: &str) -> bool {
    let refused = case.diagnostic.note("if * implemented `Clone`, you could clone the value").is_some();
    let mut words = ty.split(|c: char| !c.is_alphanumeric() && c != '_');
    // What an `Rc` holds is not copied with it, nor what a sender has sent.
    let counted = ["Rc<", "Arc<"].iter().any(|name| ty.contains(name)) || is_sender(case, ty);
    !refused && (counted || !words.any(|word| NOT_COPIED.contains(&word) || lacks_clone(case, word)))
}

/// Whether a name is a type of the crate that says nowhere that it can be copied.
fn lacks_clone(case: &Case, name: &str) -> bool {
    let Some(primary) = case.diagnostic.primary().filter(|_| name.starts_with(char::is_uppercase)) else {
        return false;
    };
    let files = case.files.crate_files_declaring(&primary.span.file, name);
    let Some(adt) = files.iter().find_map(|file| file.adt_named(name)) else { return false };
    let by_hand = |owner: &Impl| {
        owner.trait_name.as_deref() == Some("Clone") && owner.self_name.as_deref() == Some(name)
    };
    !adt.derives.iter().any(|derive| derive == "Clone")
        && !case
            .files
            .crate_files_with(&primary.span.file, &format!("for {name}"))
            .iter()
            .any(|file| file.impls().iter().any(by_hand))
}

/// `Rc` or `Arc`, if the type is one: its copies share the data.
pub fn is_counted(ty: &str) -> Option<&'static str> {
    let name = ty.split('<').next()?.rsplit("::").next()?;
    ["Rc", "Arc"].into_iter().find(|counted| *counted == name && ty.contains('<'))
}

/// `take(x)` -> `take(x.clone())`; for `Rc` and `Arc`, `take(Rc::clone(&x))`. The place is the
/// expression that moves; its type may be unknown.
pub fn clone_first(case: &Case, file: &File, place: Range<usize>, ty: Option<&str>) -> Option<Fix> {
    if !file.is_editable(place.clone()) {
        return None;
    }
    let name = file.text(place.clone()).to_owned();
    if let Some(counted) = ty.and_then(is_counted) {
        let edits = vec![
            Edit::insert(&file.source, place.start, format!("{counted}::clone(&")),
            Edit::insert(&file.source, place.end, ")"),
        ];
        return Some(Fix::new("share-owner", Cost::local(Deed::Share), edits).with("place", name));
    }
    if ty.is_some_and(|ty| !is_cloneable(case, ty)) || ty.is_none() && !is_cloneable(case, "") {
        return None;
    }
    let edits = cloned(file, place.clone());
    if ty.is_some_and(|ty| is_sender(case, ty)) {
        return Some(another_sender(file, &place, &name, edits));
    }
    Some(Fix::new("clone-first", Cost::local(Deed::Clone), edits).with("place", name))
}

/// The edits that copy a place: `x.clone()`, `(*x).clone()`, `S { name: name.clone() }`.
pub fn cloned(file: &File, place: Range<usize>) -> Vec<Edit> {
    if is_shorthand(file, &place) {
        return vec![Edit::insert(
            &file.source,
            place.end,
            format!(": {}.clone()", file.text(place.clone())),
        )];
    }
    let kind = file.expr_exactly(place.clone()).map(|expr| expr.kind);
    let needs_parentheses = matches!(
        kind,
        Some(ExprKind::Deref | ExprKind::Ref { .. } | ExprKind::Prefix | ExprKind::Cast | ExprKind::Binary)
    );
    if needs_parentheses {
        return vec![
            Edit::insert(&file.source, place.start, "("),
            Edit::insert(&file.source, place.end, ").clone()"),
        ];
    }
    vec![Edit::insert(&file.source, place.end, ".clone()")]
}

/// Whether a name is a field and a variable in one, as in `S { name }`.
pub fn is_shorthand(file: &File, name: &Range<usize>) -> bool {
    let before = file.token_before(name.start).map(|token| file.text(token));
    let after = file.token_after(name.end).map(|token| file.text(token));
    matches!(before, Some("{" | ","))
        && matches!(after, Some("}" | ","))
        && file.parents(name.clone()).first().is_some_and(|parent| parent.kind == ExprKind::Struct)
}

/// Gives a closure or async block that takes `name` a copy of its own, made right before:
/// `{ let name = name.clone(); move || .. }`, or a statement of its own where nothing after it needs
/// the name. `taker` is the whole closure or block.
pub fn clone_before_closure(
    case: &Case,
    file: &File,
    taker: Range<usize>,
    name: &str,
    ty: Option<&str>,
) -> Option<Fix> {
    if !file.is_editable(taker.clone())
        || name == "self"
        || !name.chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        return None;
    }
    if ty.is_some_and(|ty| !is_cloneable(case, ty)) {
        return None;
    }
    let counted = ty.and_then(is_counted);
    let copy = match counted {
        Some(counted) => format!("{counted}::clone(&{name})"),
        None => format!("{name}.clone()"),
    };
    let declared = format!("let {name} = {copy};");
    let cost = Cost::local(if counted.is_some() { Deed::Share } else { Deed::Clone });
    let id = if counted.is_some() { "share-for-closure" } else { "clone-for-closure" };
    let edits = match statement_before(file, &taker, name) {
        Some(at) => {
            let line_end = file.source.line_end();
            vec![Edit::insert(&file.source, at, format!("{declared}{line_end}{}", file.indent_at(at)))]
        }
        None => vec![
            Edit::insert(&file.source, taker.start, format!("{{ {declared} ")),
            Edit::insert(&file.source, taker.end, " }"),
        ],
    };
    if ty.is_some_and(|ty| is_sender(case, ty)) {
        return Some(another_sender(file, &taker, name, edits));
    }
    Some(Fix::new(id, cost, edits).with("place", name))
}

/// Where a statement that hides the name may stand: the block is that of a closure or loop around the
/// taker, so that the copy is made anew for each call or round, and nothing in it but the taker uses
/// the name, which comes from outside.
fn statement_before(file: &File, taker: &Range<usize>, name: &str) -> Option<usize> {
    let block = file.block_at(taker.start..taker.start)?;
    let of_closure = file.closure_at(block.range.clone()).is_some_and(|outer| outer.body == block.range);
    let of_loop = file.loop_at(block.range.clone()).is_some_and(|outer| outer.body == block.range);
    let binding = file.binding(name, taker.start);
    let from_outside = binding.is_none_or(|binding| !holds(&block.range, &binding.name_range));
    if !of_closure && !of_loop || !from_outside || block.range.start >= taker.start {
        return None;
    }
    let statement = file.statement_at(taker.clone())?;
    // The first line of the block is the reader's too: a block on one line gets no line of ours.
    let own_line = file.source.line_of(block.range.start) < file.source.line_of(statement.range.start);
    let uses = file.uses(name, block.range.clone());
    let only_taker = uses.iter().all(|used| taker.start <= used.range.start && used.range.end <= taker.end);
    (own_line && only_taker).then_some(statement.range.start)
}

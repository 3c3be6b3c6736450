//! Whether code only looks at a value, so that a reference to it would do.

use std::ops::Range;

use crate::syntax::{Binding, File, UseKind};

/// Methods that take `self`, by the names that they have everywhere in the standard library.
const TAKERS: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "map",
    "and_then",
    "join",
    "take",
];

/// Macros that look at their arguments.
const LOOKING_MACROS: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "format_args",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
];

/// Whether all uses of a variable within a range would also do with a shared reference, as far as
/// the syntax tells.
pub fn only_looked_at(file: &File, name: &str, within: Range<usize>) -> bool {
    file.uses(name, within).iter().all(|used| looks(file, &used.kind, &used.place, &used.range))
}

/// The same for all names that a pattern declares, in the part of the program where they are known.
pub fn bindings_only_looked_at(file: &File, bindings: &[Binding]) -> bool {
    bindings.iter().all(|binding| {
        file.uses_of(binding).iter().all(|used| looks(file, &used.kind, &used.place, &used.range))
    })
}

fn looks(file: &File, kind: &UseKind, place: &Range<usize>, name: &Range<usize>) -> bool {
    match kind {
        UseKind::BorrowShared | UseKind::Capture => true,
        UseKind::MethodReceiver(method) => !method.starts_with("into") && !TAKERS.contains(&method.as_str()),
        UseKind::MacroArgument(name) => LOOKING_MACROS.contains(&name.as_str()),
        // A field or an item that is compared or added up is most often a number.
        UseKind::Read => place != name && in_arithmetic(file, place),
        UseKind::Write | UseKind::BorrowMut | UseKind::CallArgument | UseKind::Unread => false,
    }
}

fn in_arithmetic(file: &File, place: &Range<usize>) -> bool {
    let around = file.parents(place.clone()).into_iter().find(|expr| expr.range != *place);
    around.is_some_and(|expr| expr.kind == crate::syntax::ExprKind::Binary)
}

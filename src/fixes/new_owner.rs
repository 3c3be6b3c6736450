//! Who would own a value that moves: the caller, a new value, a closure.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::syntax::{ExprKind, File, StatementKind};

/// Whether a value is returned: by `return`, or as the value of the function's body, perhaps through
/// branches.
pub fn is_returned(file: &File, value: &Range<usize>) -> bool {
    let parents = file.parents(value.clone());
    let is_branch =
        |kind| matches!(kind, ExprKind::Block | ExprKind::If | ExprKind::Match | ExprKind::UnsafeBlock);
    let through = parents.iter().find(|parent| !is_branch(parent.kind));
    let tail = |range: Range<usize>| {
        file.statement_at(range).is_some_and(|statement| statement.kind == StatementKind::Tail)
    };
    let blocks = parents.iter().filter(|parent| parent.kind == ExprKind::Block);
    match through {
        Some(parent) => parent.kind == ExprKind::Return,
        None => tail(value.clone()) && blocks.rev().skip(1).all(|block| tail(block.range.clone())),
    }
}

/// Whether the reference goes into the same struct, tuple or list as the value.
pub fn within_new_value(file: &File, moved: &Range<usize>, reference: &Range<usize>) -> bool {
    const BUILDERS: &[ExprKind] = &[ExprKind::Struct, ExprKind::Tuple, ExprKind::Array];
    let Some(whole) =
        file.parents(moved.clone()).into_iter().next().filter(|whole| BUILDERS.contains(&whole.kind))
    else {
        return false;
    };
    let beside = file.parents(reference.clone()).into_iter().next().is_some_and(|other| other == whole);
    beside || *reference == whole.range
}

/// The closure or async block whose head rustc points at.
pub fn closure_or_block(file: &File, head: &Range<usize>) -> Option<Range<usize>> {
    let block = file.async_block_at(head.clone()).map(|block| block.range);
    let closure = file.closure_at(head.clone()).map(|closure| closure.range);
    [block, closure].into_iter().flatten().find(|range| range.start == head.start && range.end > head.end)
}

/// Whether a use stands before the move, in a loop that brings the program back to it.
pub fn comes_again(file: &File, moved: &Span, later: &Span) -> bool {
    let before = later.file == moved.file && later.byte_end <= moved.byte_start;
    before && file.loops_around(moved.range()).iter().any(|around| around.range.start <= later.byte_start)
}

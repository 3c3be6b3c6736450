//! Takes code out of `unsafe` blocks that nothing in them needs any more.
//!
//! Not a deed of its own, but what the deeds that make code safe have in common.

use std::ops::Range;

use crate::fix::Edit;
use crate::syntax::{BindingKind, CallKind, ExprKind, File, StatementKind};

/// The edits that open the `unsafe` blocks around these places, if only they were unsafe there. The
/// compiler says so where something else was.
pub fn opened(file: &File, places: &[Range<usize>]) -> Vec<Edit> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for place in places {
        let parents = file.parents(place.clone());
        let block = parents.into_iter().find(|e| e.kind == ExprKind::UnsafeBlock);
        blocks.extend(block.map(|e| e.range).filter(|range| !blocks.contains(range)));
    }
    blocks
        .into_iter()
        .filter(|block| only(file, block, places))
        .flat_map(|block| open(file, &block))
        .collect()
}

/// Whether nothing else in a block is seen to be unsafe.
fn only(file: &File, block: &Range<usize>, places: &[Range<usize>]) -> bool {
    let ours = |range: &Range<usize>| {
        places.iter().any(|place| place.start <= range.start && range.end <= place.end)
    };
    file.exprs_in(block.clone()).iter().filter(|e| !ours(&e.range)).all(|e| match e.kind {
        ExprKind::Deref => false,
        ExprKind::Path => {
            let name = file.text(e.range.clone());
            let meant = file.binding(name, e.range.start);
            !meant.is_some_and(|meant| meant.kind == BindingKind::Static && meant.mutable)
        }
        ExprKind::Call | ExprKind::MethodCall => file.call_at(e.range.clone()).is_none_or(|call| {
            let functions = file.functions_named(&call.name);
            let unsafe_ones = functions
                .iter()
                .any(|known| file.text(known.range.start..known.fn_token.start).contains("unsafe"));
            !unsafe_ones && !call.name.contains("unchecked")
        }),
        ExprKind::MacroCall => file
            .call_at(e.range.clone())
            .is_none_or(|call| call.kind != CallKind::Macro || !file.text(call.callee).contains("addr_of")),
        _ => true,
    })
}

/// `x` for `unsafe { x }` on one line; else the braces stay.
fn open(file: &File, block: &Range<usize>) -> Vec<Edit> {
    let text = file.text(block.clone());
    let statements = file.block_of(block.clone()).map(|block| block.statements).unwrap_or_default();
    let as_statement = file.statement_at(block.clone()).is_some_and(|s| s.expr.as_ref() == Some(block));
    if let [only] = statements.as_slice()
        && !text.contains('\n')
    {
        let kept = file
            .statement_at(block.clone())
            .is_some_and(|s| matches!(s.kind, StatementKind::Let(of) if of.init.as_ref() == Some(block)));
        let value = only.kind == StatementKind::Tail
            && (kept
                || only.expr.clone().and_then(|expr| file.expr_exactly(expr)).is_some_and(|e| {
                    matches!(
                        e.kind,
                        ExprKind::Path
                            | ExprKind::MethodCall
                            | ExprKind::Call
                            | ExprKind::MacroCall
                            | ExprKind::Field
                            | ExprKind::Index
                    )
                }));
        let whole = only.kind == StatementKind::Expr && as_statement;
        if value || whole {
            return vec![
                Edit::delete(&file.source, block.start..only.range.start),
                Edit::delete(&file.source, only.range.end..block.end),
            ];
        }
    }
    let word = file.keyword_in(block.clone(), "unsafe");
    let brace = text.find('{').map(|at| block.start + at);
    word.zip(brace).map(|(word, brace)| Edit::delete(&file.source, word.start..brace)).into_iter().collect()
}

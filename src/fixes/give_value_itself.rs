//! Removes a reference, or what an annotation asks of it, where the variable itself would do.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::lent_name;
use crate::fixes::owned::value_of;
use crate::fixes::store_owned::is_used_after;
use crate::syntax::{Binding, Destination, ExprKind, File, TypeKind, holds};

/// `let view = owner;` instead of `let view = &owner;`, where nothing else uses the owner.
pub fn give_value_itself(file: &File, borrow: Range<usize>, owner: &Binding) -> Option<Fix> {
    let Some(Destination::Let(of)) = file.destination(borrow.clone()) else { return None };
    let init = of.init.filter(|init| holds(init, &borrow) && of.ty.is_none())?;
    // What is a reference itself would only be lent once more.
    let is_root = file.first_variable(init.clone()).as_ref() == Some(&owner.name)
        && lent_name(file, init.clone()).is_none();
    if !is_root || is_used_after(file, owner, init.end) || !file.is_editable(init.clone()) {
        return None;
    }
    let edits = value_of(file, init.clone())?;
    // What is left must be the owner alone, and not a part of it.
    let gone: usize = edits.iter().map(|edit| edit.byte_end - edit.byte_start).sum();
    (init.len() - gone == owner.name.len())
        .then(|| Fix::new("give-value-itself", Cost::local(Deed::Restructure), edits))
}

/// Lets a variable refer to a literal of the program, which is never dropped, instead of holding it.
pub fn refer_to_literal(file: &File, borrow: Range<usize>, owner: &Binding) -> Option<Fix> {
    let of = owner.let_.as_ref().filter(|of| !owner.mutable && of.ty.is_none() && owner.simple)?;
    let init = of.init.clone().filter(|init| is_constant(file, init.clone()))?;
    let whole = file.text(borrow.clone()).strip_prefix('&').is_some_and(|rest| rest.trim() == owner.name);
    if !whole || !file.is_editable(of.range.clone()) {
        return None;
    }
    let edits = vec![
        Edit::insert(&file.source, init.start, "&"),
        Edit::delete(&file.source, borrow.start..borrow.start + 1),
    ];
    Some(Fix::new("refer-to-literal", Cost::local(Deed::Annotate), edits))
}

/// Whether an expression is a literal, or an array or tuple of literals.
fn is_constant(file: &File, range: Range<usize>) -> bool {
    match file.expr_exactly(range.clone()).map(|expr| expr.kind) {
        Some(ExprKind::Array | ExprKind::Tuple | ExprKind::Ref { mutable: false }) => {
            let parts = file.exprs_in(range).into_iter().skip(1);
            parts.into_iter().all(|part| {
                matches!(part.kind, ExprKind::Array | ExprKind::Tuple | ExprKind::Ref { mutable: false })
                    || file.is_const_expr_literal(part.range)
            })
        }
        Some(_) => file.is_const_expr_literal(range),
        None => false,
    }
}

/// Takes `'static` out of the type of a local variable.
pub fn drop_static_annotation(file: &File, annotation: Range<usize>) -> Option<Fix> {
    // What a block hands on has to last longer than the block.
    let statement = file.statement_at(annotation.clone())?;
    let block = file.block_at(statement.range.clone())?.range;
    let of_body = file.function_at(annotation.clone()).is_some_and(|function| function.body == Some(block));
    let of_let = of_body && statement.range.start < annotation.start;
    let outermost = file.type_refs(annotation.clone()).into_iter().find_map(|ty| match ty.kind {
        TypeKind::Reference { lifetime: Some(lifetime), .. } if file.text(lifetime.clone()) == "'static" => {
            Some(lifetime)
        }
        _ => None,
    })?;
    let end = file.token_after(outermost.end).map_or(outermost.end, |next| next.start);
    let edit = Edit::delete(&file.source, outermost.start..end);
    (of_let && file.is_editable(annotation))
        .then(|| Fix::new("drop-static-annotation", Cost::local(Deed::Annotate), vec![edit]))
}

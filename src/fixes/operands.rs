//! Brings the operands of an operator to values, or to references of one depth.

use std::ops::Range;
use std::rc::Rc;

use super::adjust_reference::{
    behind_reference, borrow_where_bound, direct_parts, lend, read_through, remove_reference,
    unwrap_in_pattern, variable,
};
use super::convert_value::{append, clone};
use super::derive_trait::is_copied;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{ExprKind, File};

/// The operands of the operator at a range, which may be the operator alone or the whole expression.
pub fn operands(file: &File, range: Range<usize>) -> Option<Vec<Range<usize>>> {
    let is_operation =
        |kind: &ExprKind| matches!(kind, ExprKind::Binary | ExprKind::CompoundAssign | ExprKind::Prefix);
    let found = file.expr_at(range.clone()).filter(|it| is_operation(&it.kind));
    let found = found.or_else(|| file.parents(range).into_iter().find(|it| is_operation(&it.kind)))?;
    let parts = direct_parts(file, found.range);
    (!parts.is_empty()).then_some(parts)
}

/// `a == *b`, `a == &b`: both sides of one depth. A comparison moves neither of them.
pub fn comparison_ways(case: &Case, file: &Rc<File>, sides: [(Range<usize>, &Type); 2]) -> Vec<Fix> {
    let [a, b] = sides;
    let (deep, flat) = if a.1.depth() >= b.1.depth() { (a, b) } else { (b, a) };
    let depth = deep.1.depth() - flat.1.depth();
    let mut fixes = Vec::new();
    if let Some(pattern) = super::adjust_reference::variable(file, deep.0.clone())
        .filter(|_| depth == 1)
        .and_then(|binding| unwrap_in_pattern(file, &binding))
    {
        fixes.push(pattern);
    }
    if behind_reference(file, deep.0.clone()).is_some() && depth == 1 {
        fixes.extend(remove_reference(file, deep.0.clone()));
    } else {
        let boxed = usize::from(depth == 0);
        fixes.extend(read_through(file, deep.0.clone(), depth + boxed));
    }
    if depth == 1 && deep.1.peeled().name() != Some("str") {
        fixes.extend(lend(case, file, flat.0, false));
    }
    fixes
}

/// `*a + b`: the values themselves, or clones where they are not copied.
pub fn arithmetic_ways(case: &Case, file: &Rc<File>, sides: [(Range<usize>, &Type); 2]) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let text = sides.iter().all(|(_, ty)| ty.peeled().name() == Some("str"));
    let [left, right] = sides;
    if text {
        return append("to-owned", Deed::Clone, file, left.0, ".to_string()").into_iter().collect();
    }
    fixes.extend(both_values(case, file, [&left, &right]));
    if left.1.depth() > 0 && right.1.depth() > 0 {
        return fixes;
    }
    let owners = ["Box", "Rc", "Arc", "MutexGuard", "Ref", "RefMut", "RwLockReadGuard", "RwLockWriteGuard"];
    for (expr, ty) in [left, right] {
        let boxed = usize::from(owners.iter().any(|owner| ty.argument_of(owner).is_some()));
        let depth = ty.depth() + boxed;
        if depth == 0 {
            continue;
        }
        let copied = boxed == 1 || is_copied(case, ty.peeled());
        fixes.extend(read_through(file, expr.clone(), depth).map(|fix| fix.doubtful_if(!copied)));
        if !copied {
            fixes.extend(clone(file, expr));
        }
    }
    fixes
}

/// `*a + *b`, `a.clone() + b.clone()`: both sides at once, where both are references, or both are in a
/// `Box`.
fn both_values(case: &Case, file: &Rc<File>, sides: [&(Range<usize>, &Type); 2]) -> Vec<Fix> {
    let boxes = sides.iter().all(|(_, ty)| ty.argument_of("Box").is_some());
    if !boxes && sides.iter().any(|(_, ty)| ty.depth() == 0) {
        return Vec::new();
    }
    let mut read: Vec<Option<Vec<Edit>>> = Vec::new();
    let mut copies: Vec<Option<Vec<Edit>>> = Vec::new();
    let mut given: Vec<Option<Vec<Edit>>> = Vec::new();
    let mut copied = true;
    for (expr, ty) in sides {
        let plain = behind_reference(file, expr.clone()).is_some() && ty.depth() == 1;
        let through = read_through(file, expr.clone(), ty.depth().max(1));
        let without = remove_reference(file, expr.clone()).filter(|_| plain);
        copied &= boxes || is_copied(case, ty.peeled());
        given.push(without.clone().map(|fix| fix.edits));
        read.push(without.or(through).map(|fix| fix.edits));
        copies.push(clone(file, expr.clone()).map(|fix| fix.edits));
    }
    let all =
        |parts: Vec<Option<Vec<Edit>>>| parts.into_iter().collect::<Option<Vec<_>>>().map(|it| it.concat());
    let operands = sides.map(|(expr, _)| file.text(expr.clone())).join("`, `");
    let new = |id, deed, edits| Fix::new(id, Cost::local(deed), edits).with("code", operands.clone());
    let mut fixes = Vec::new();
    if copied {
        fixes.extend(all(read).map(|edits| new("read-both", Deed::Annotate, edits)));
    } else {
        fixes.extend(all(given).map(|edits| new("give-both", Deed::Annotate, edits)));
        fixes.extend(all(copies).map(|edits| new("clone-both", Deed::Clone, edits)));
    }
    fixes
}

/// `*total += 1`.
pub fn dereference_ways(case: &Case, file: &Rc<File>, operand: Range<usize>, ty: &Type) -> Vec<Fix> {
    let mutable = matches!(ty, Type::Reference { mutable: true, .. });
    let unary = file.parents(operand.clone()).first().is_some_and(|it| it.kind == ExprKind::Prefix);
    if mutable && !unary {
        let edit = Edit::insert(&file.source, operand.start, "*".repeat(ty.depth()));
        let fix = Fix::new("assign-through", Cost::local(Deed::Annotate), vec![edit]);
        let fix = fix.with("reference", file.text(operand.clone()));
        return file.is_editable(operand).then_some(fix).into_iter().collect();
    }
    let copied = is_copied(case, ty.peeled());
    let fix = read_through(file, operand.clone(), ty.depth()).map(|fix| fix.doubtful_if(!copied));
    let copy = clone(file, operand).filter(|_| !copied);
    fix.into_iter().chain(copy).collect()
}

/// `*x` -> `x`; or the place that `x` is a part of is borrowed, so that `x` becomes a reference. The
/// range is that place, if several names of its patterns are used with a `*`.
pub fn no_reference_ways(file: &File, expr: Range<usize>) -> (Vec<Fix>, Option<Range<usize>>) {
    // `(**x).f()`: the parentheses are none of the operand's.
    let in_parens = file.text(expr.clone()).strip_prefix('(').is_some_and(|inner| inner.ends_with(')'));
    let expr = if in_parens { expr.start + 1..expr.end - 1 } else { expr };
    let Some(inner) = direct_parts(file, expr.clone()).into_iter().next() else { return (Vec::new(), None) };
    let mut fixes = Vec::new();
    let mut cause = None;
    if let Some(binding) = variable(file, inner.clone()) {
        let matched = file.match_of(binding.name_range.clone());
        if let Some(place) = matched.as_ref().and_then(|found| found.scrutinee.clone()) {
            let patterns = matched.map(|found| found.patterns).unwrap_or_default();
            let names = patterns.into_iter().flat_map(|pattern| file.bindings_in_pattern(pattern));
            let starred = names.flat_map(|name| file.uses_of(&name)).filter(|used| {
                file.token_before(used.range.start).is_some_and(|star| {
                    file.text(star.clone()) == "*"
                        && file
                            .parents(used.range.clone())
                            .first()
                            .is_some_and(|it| it.kind == ExprKind::Deref)
                })
            });
            let many = starred.count() > 1;
            let borrowed = borrow_where_bound(file, &binding);
            fixes.extend(borrowed.into_iter().map(|fix| fix.doubtful_if(!many)));
            cause = many.then_some(place);
        }
    }
    let edit = Edit::delete(&file.source, expr.start..inner.start);
    let fix =
        Fix::new("remove-star", Cost::local(Deed::Annotate), vec![edit]).with("place", file.text(inner));
    if file.is_editable(expr) {
        fixes.push(fix.doubtful_if(cause.is_some()));
    }
    (fixes, cause)
}

//! Keeps the value that a raw pointer points to, or gives the value instead of the pointer.

use super::move_owner_outward::{bound_before, fresh_name};
use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Destination, File, Let};

/// `let owner = CString::new(..);` before `let pointer = owner.as_ptr();`.
pub fn keep_temporary(case: &Case, temporary: &Span, pointer: &Span) -> Option<Fix> {
    let file = case.file(temporary)?;
    let range = temporary.range();
    let Some(Destination::Let(of)) = file.destination(range.clone()) else { return None };
    // A name ends with its block, and so would the value behind a pointer that leaves the block.
    if leaves(&file, &of) || !file.is_editable(range.clone()) {
        return None;
    }
    let method = file.text(pointer.range());
    let name = fresh_name(&file, "owner", range.start);
    let mut edits = bound_before(&file, range, &name, "")?;
    if method.contains("mut") {
        for edit in &mut edits {
            edit.replacement = edit.replacement.replacen("let ", "let mut ", 1);
        }
    }
    Some(Fix::new("keep-the-owner-of-a-pointer", Cost::local(Deed::Reorder), edits).with("new_name", name))
}

/// Whether a variable is handed out of its block: returned, assigned to another, stored.
fn leaves(file: &File, of: &Let) -> bool {
    let Some(name) = of.name_range.clone() else { return true };
    let Some(binding) = file.binding(file.text(name.clone()), name.start) else { return true };
    let Some(block) = file.block_at(of.range.clone()) else { return true };
    let tail = block.statements.last().and_then(|last| {
        let tail = matches!(last.kind, crate::syntax::StatementKind::Tail);
        last.expr.clone().filter(|_| tail)
    });
    file.uses_of(&binding).iter().any(|used| {
        let whole = tail.as_ref() == Some(&used.range);
        let to = file.destination(used.range.clone());
        let away = match to {
            Some(Destination::Returned | Destination::ReturnedFrom(_) | Destination::Assigned(_)) => true,
            Some(Destination::Let(again)) => leaves(file, &again),
            _ => false,
        };
        // `*pointer` reads what is there, and goes nowhere itself.
        whole
            || away
                && file
                    .parents(used.range.clone())
                    .iter()
                    .take(2)
                    .all(|e| e.kind != crate::syntax::ExprKind::Deref)
    })
}

/// `fn f() -> T { x }` for `fn f() -> *const T { &x }`.
pub fn return_the_value(case: &Case, returned: &Span, local: &str) -> Option<Fix> {
    let file = case.file(returned)?;
    let range = returned.range();
    if file.closure_at(range.clone()).is_some() || !file.is_editable(range.clone()) {
        return None;
    }
    let function = file.function_at(range.clone())?;
    let ty = function.return_type.clone()?;
    let written = file.text(ty.clone());
    let behind = ["*const ", "*mut "].into_iter().find_map(|star| written.strip_prefix(star))?;
    let made = file.text(range.clone());
    let made = made.split(" as ").next()?.trim();
    let made =
        ["&raw const ", "&raw mut ", "&mut ", "&"].into_iter().find_map(|mark| made.strip_prefix(mark))?;
    // An array behind a pointer to its item is another type.
    let only = file.returned_exprs(&function).len() == 1;
    if made.trim() != local || !only || function.in_trait_impl || function.in_trait {
        return None;
    }
    let edits = vec![Edit::replace(&file.source, ty, behind), Edit::replace(&file.source, range, local)];
    Some(
        Fix::new("return-the-value-itself", Cost::signature(Deed::Restructure), edits)
            .with("new_type", behind),
    )
}

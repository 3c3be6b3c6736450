//! Keeps a value with a destructor alive while what it holds is lent, or takes that out of it first.

use std::ops::Range;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{File, Function};

/// `fn f(&mut self) -> &mut T` for `fn f(self) -> &'a mut T`; `x: &'a mut S<'_>` for `x: S<'a>`.
pub fn lend_kept_owner(case: &Case, borrow: &Span, owner: &str) -> Option<Fix> {
    let file = case.file(borrow)?;
    let function = file.function_at(borrow.range())?;
    let returned = function.return_type.clone()?;
    if function.in_trait || function.in_trait_impl || !file.is_editable(function.params_range.clone()) {
        return None;
    }
    let edits = if owner == "self" {
        lent_self(&file, &function, returned)?
    } else {
        let param = function.params.iter().find(|param| param.name.as_deref() == Some(owner))?;
        let ty = param.ty.clone()?;
        let written = file.text(ty.clone());
        let (lifetime, name) = file.lifetimes_in(ty.clone()).into_iter().next()?;
        // Only a lifetime of this function's own may be that of the loan.
        if !function.lifetimes.contains(&name) || written.starts_with('&') {
            return None;
        }
        vec![
            Edit::insert(&file.source, ty.start, format!("&{name} mut ")),
            Edit::replace(&file.source, lifetime, "'_"),
        ]
    };
    let fix = Fix::new("lend-kept-owner", Cost::signature(Deed::Borrow), edits);
    Some(fix.with("function", function.name))
}

fn lent_self(file: &File, function: &Function, returned: Range<usize>) -> Option<Vec<Edit>> {
    let this = function.self_param.as_ref()?;
    if file.text(this.range.clone()).trim_start_matches("mut ") != "self" {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, this.range.clone(), "&mut self")];
    for (lifetime, _) in file.lifetimes_in(returned) {
        // `&'a T` becomes `&T`; a lifetime among the arguments of a type stays as `'_`.
        let behind = file.text(lifetime.start.checked_sub(1)?..lifetime.start) == "&";
        let blank = usize::from(behind && file.text(lifetime.end..lifetime.end + 1) == " ");
        let text = if behind { "" } else { "'_" };
        edits.push(Edit::replace(&file.source, lifetime.start..lifetime.end + blank, text));
    }
    Some(edits)
}

/// `std::mem::take(&mut self.items)` for `self.items`, where a slice or an `Option` is left empty: the
/// destructor then finds nothing to work on.
pub fn take_before_drop(case: &Case, borrow: &Span, owner: &str, part: &str) -> Option<Fix> {
    let file = case.file(borrow)?;
    let range = borrow.range();
    let function = file.function_at(range.clone())?;
    let text = file.text(range.clone());
    let field = part.strip_prefix(owner)?.strip_prefix('.')?;
    let types = super::copy_out::field_types(&file, field);
    let empties = |ty: &String| {
        let (_, held) = ty.split_once(' ').unwrap_or(("", ty));
        ty.starts_with('&') && (held.starts_with("mut [") || held.starts_with("mut str"))
    };
    if types.is_empty() || !types.iter().all(empties) || text != part || !file.is_editable(range.clone()) {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, range, format!("std::mem::take(&mut {part})"))];
    if let Some(this) = function.self_param.filter(|this| file.text(this.range.clone()) == "self") {
        edits.push(Edit::insert(&file.source, this.range.start, "mut "));
    }
    Some(Fix::new("take-before-drop", Cost::local(Deed::Take).changed(), edits).with("part", part))
}

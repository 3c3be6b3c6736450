//! Declares an owner further out or earlier, so that it is dropped after what refers to it.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, ExprKind, File, MatchKind, holds};

/// Declares the owner before the reference, and gives it its value where it got it before. Not out
/// of a loop, where one variable would hold the values of all rounds, and not where the name has
/// another meaning further out.
pub fn move_owner_outward(file: &File, owner: &Binding, holder: &Binding) -> Option<Fix> {
    let of = owner.let_.as_ref().filter(|of| owner.simple && !of.has_else)?;
    let outer = holder.let_.as_ref()?;
    let name = owner.name_range.clone();
    let in_loop =
        file.loops_around(name.clone()).into_iter().any(|around| !holds(&around.range, &outer.range));
    let in_closure =
        file.closure_at(name.clone()).is_some_and(|closure| !holds(&closure.range, &outer.range));
    let taken = file.binding(&owner.name, outer.range.start).is_some();
    // Names between the two places that are declared again would change their meaning.
    let shadowed = file
        .uses(&owner.name, outer.range.end..owner.scope.start)
        .iter()
        .any(|used| used.range.end < of.range.start);
    if in_loop || in_closure || taken || shadowed || !file.is_editable(of.range.clone()) {
        return None;
    }
    let same_block = holder.scope.end == owner.scope.end;
    let id = if same_block { "declare-before" } else { "move-owner-outward" };
    let edits = declared_at(file, owner, outer.range.start)?;
    Some(Fix::new(id, Cost::local(Deed::Reorder), edits))
}

/// The edits that declare a variable at a byte where a statement begins and leave its value where it is.
fn declared_at(file: &File, owner: &Binding, at: usize) -> Option<Vec<Edit>> {
    let of = owner.let_.as_ref()?;
    let init = of.init.clone()?;
    let ty = of.ty.clone().map(|ty| format!(": {}", file.text(ty))).unwrap_or_default();
    let mutable = if of.mutable { "mut " } else { "" };
    let line = format!("let {mutable}{}{ty};{}{}", owner.name, file.source.line_end(), file.indent_at(at));
    let head = of.range.start..init.start;
    Some(vec![
        Edit::insert(&file.source, at, line),
        Edit::replace(&file.source, head, format!("{} = ", owner.name)),
    ])
}

/// Gives what a `match` or `if let` takes apart a name, and matches a reference to it.
pub fn bind_match_head(file: &File, part: &Binding) -> Option<Fix> {
    if !matches!(part.kind, BindingKind::MatchArm | BindingKind::IfLet) {
        return None;
    }
    let of = file.match_of(part.name_range.clone())?;
    let head =
        of.scrutinee.filter(|head| file.is_editable(head.clone()) && of.kind != MatchKind::WhileLet)?;
    let kind = file.expr_exactly(head.clone())?.kind;
    if matches!(kind, ExprKind::Ref { .. }) {
        return None;
    }
    if file.is_place(head.clone()) {
        let edit = Edit::insert(&file.source, head.start, "&");
        return Some(
            Fix::new("match-on-reference", Cost::local(Deed::Borrow), vec![edit])
                .with("head", file.text(head)),
        );
    }
    let name = fresh_name(file, "matched", head.start);
    let edits = bound_before(file, head, &name, "&")?;
    Some(Fix::new("bind-match-head", Cost::local(Deed::Reorder), edits).with("new_name", name))
}

/// The edits that give an expression a name in front of its statement and use that name instead.
/// Nothing where the expression would be evaluated more or less often, or before something else.
pub fn bound_before(file: &File, range: Range<usize>, name: &str, prefix: &str) -> Option<Vec<Edit>> {
    let statement = file.statement_at(range.clone())?;
    // In the condition of an `else if`, behind `&&`, in a closure or an arm it may never be evaluated.
    let mut inner = range.clone();
    for outer in
        file.parents(range.clone()).into_iter().take_while(|outer| holds(&statement.range, &outer.range))
    {
        // The `let` of an `if let` belongs to its `if`.
        if outer.kind == ExprKind::Let {
            continue;
        }
        let first = outer.range.start == inner.start
            || file.match_on(inner.clone()).is_some_and(|of| of.range == outer.range);
        let conditional = match outer.kind {
            ExprKind::While | ExprKind::Loop | ExprKind::Closure | ExprKind::AsyncBlock => true,
            ExprKind::If | ExprKind::Match => {
                !first && !file.text(outer.range.start..inner.start).starts_with("if let")
            }
            ExprKind::Binary => {
                let text = file.text(outer.range.start..inner.start);
                text.contains("&&") || text.contains("||")
            }
            _ => false,
        };
        let else_if = outer.kind == ExprKind::If
            && file.token_before(outer.range.start).is_some_and(|word| file.text(word) == "else");
        if conditional || else_if {
            return None;
        }
        inner = outer.range;
    }
    let at = statement.range.start;
    let indent = file.indent_at(at);
    let line = format!("let {name} = {};{}{indent}", file.text(range.clone()), file.source.line_end());
    Some(vec![
        Edit::insert(&file.source, at, line),
        Edit::replace(&file.source, range, format!("{prefix}{name}")),
    ])
}

/// A name that nothing at a byte has.
pub fn fresh_name(file: &File, wish: &str, at: usize) -> String {
    let names = std::iter::once(wish.to_owned()).chain((2..).map(|n| format!("{wish}{n}")));
    names.into_iter().find(|name| file.binding(name, at).is_none()).unwrap_or_else(|| wish.to_owned())
}

/// rustc's suggestion to name the value of the last expression, in our words.
pub fn bind_tail(case: &Case) -> Option<Fix> {
    let suggestion = crate::fixes::rustc_suggestion::rustc_suggestions(case).into_iter();
    let named = suggestion.filter(|fix| fix.edits.first().is_some_and(|edit| edit.replacement == "let x = "));
    Some(Fix::new("bind-tail", Cost::local(Deed::Reorder), named.into_iter().next()?.edits))
}

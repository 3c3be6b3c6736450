//! Adds or removes the `&` or `*` that stands between a value and a reference to it.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::clone_value::is_shorthand;
use crate::fixes::mutable_access::mutable_access;
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, ExprKind, File, MatchKind};

/// Puts something before and after an expression, in parentheses where it would not hold together.
/// `S { name }` becomes `S { name: &name }`.
pub fn around(file: &File, expr: Range<usize>, before: &str, after: &str) -> Vec<Edit> {
    let text = file.text(expr.clone());
    if is_shorthand(file, &expr) {
        return vec![Edit::insert(&file.source, expr.end, format!(": {before}{text}{after}"))];
    }
    let kind = file.expr_exactly(expr.clone()).map(|expr| expr.kind);
    let prefixed = matches!(kind, Some(ExprKind::Deref | ExprKind::Ref { .. } | ExprKind::Prefix));
    let loose = matches!(
        kind,
        Some(
            ExprKind::Binary
                | ExprKind::Cast
                | ExprKind::Range
                | ExprKind::Closure
                | ExprKind::Assign
                | ExprKind::CompoundAssign
        )
    );
    let closure = kind == Some(ExprKind::Closure) && after.is_empty();
    let (open, close) = if before.ends_with('(') || closure {
        ("", "")
    } else if loose || prefixed && after.starts_with('.') {
        ("(", ")")
    } else {
        ("", "")
    };
    let mut edits = Vec::new();
    if !before.is_empty() || !open.is_empty() {
        edits.push(Edit::insert(&file.source, expr.start, format!("{before}{open}")));
    }
    if !after.is_empty() || !close.is_empty() {
        edits.push(Edit::insert(&file.source, expr.end, format!("{close}{after}")));
    }
    edits
}

/// `x` -> `&x`, `&mut x`; for `&mut` the owner is declared with `mut` as well.
pub fn lend(case: &Case, file: &std::rc::Rc<File>, expr: Range<usize>, mutable: bool) -> Option<Fix> {
    if !file.is_editable(expr.clone()) {
        return None;
    }
    let mut edits = around(file, expr.clone(), if mutable { "&mut " } else { "&" }, "");
    let mut deed = Deed::Borrow;
    if mutable && file.is_place(expr.clone()) {
        edits.extend(mutable_access(case.files, file, expr.clone(), false).edits.unwrap_or_default());
        deed = Deed::Annotate;
    }
    let id = if mutable { "lend-value-mutably" } else { "lend-value" };
    Some(Fix::new(id, Cost::local(deed), edits).with("code", file.text(expr)))
}

/// The expression behind the `&` or `&mut` that an expression begins with.
pub fn behind_reference(file: &File, expr: Range<usize>) -> Option<Range<usize>> {
    let kind = file.expr_exactly(expr.clone())?.kind;
    matches!(kind, ExprKind::Ref { .. })
        .then(|| file.exprs_in(expr).into_iter().nth(1))?
        .map(|inner| inner.range)
}

/// `&x` -> `x`.
pub fn remove_reference(file: &File, expr: Range<usize>) -> Option<Fix> {
    let inner = behind_reference(file, expr.clone())?;
    let edit = Edit::delete(&file.source, expr.start..inner.start);
    let fix = Fix::new("remove-reference", Cost::local(Deed::Annotate), vec![edit]);
    file.is_editable(expr).then(|| fix.with("code", file.text(inner)))
}

/// `x` -> `*x`, through so many references; `&x` loses its `&` for one of them.
pub fn read_through(file: &File, expr: Range<usize>, depth: usize) -> Option<Fix> {
    let (place, stars, start) = match behind_reference(file, expr.clone()) {
        Some(inner) => (inner.clone(), depth.checked_sub(1)?, expr.start..inner.start),
        None => (expr.clone(), depth, expr.start..expr.start),
    };
    if stars == 0 || !file.is_editable(expr.clone()) {
        return None;
    }
    let mut edits = around(file, place.clone(), &"*".repeat(stars), "");
    if start.start < start.end {
        // The `&` goes and the `*` comes at one place.
        for edit in &mut edits {
            if edit.byte_start == start.end && edit.byte_end == start.end {
                edit.byte_start = start.start;
            }
        }
    }
    Some(Fix::new("read-through", Cost::local(Deed::Annotate), edits).with("code", file.text(place)))
}

/// The variable that an expression is the name of.
pub fn variable(file: &File, expr: Range<usize>) -> Option<Binding> {
    let kind = file.expr_exactly(expr.clone())?.kind;
    matches!(kind, ExprKind::Path | ExprKind::Capture)
        .then(|| file.binding(file.text(expr.clone()), expr.start))
        .flatten()
}

/// Lets the pattern that declares a name borrow what it matches: `Some(ref x)`, `match &place`,
/// `for x in &items`.
pub fn borrow_where_bound(file: &File, binding: &Binding) -> Vec<Fix> {
    const KINDS: &[BindingKind] = &[BindingKind::MatchArm, BindingKind::IfLet, BindingKind::WhileLet];
    if binding.mutable || binding.by_ref || !file.is_editable(binding.pattern.clone()) {
        return Vec::new();
    }
    let Some(found) = file.match_of(binding.name_range.clone()) else { return Vec::new() };
    let mut fixes = Vec::new();
    if let Some(place) = found.scrutinee.clone().filter(|place| file.is_editable(place.clone())) {
        let is_ref = behind_reference(file, place.clone()).is_some();
        let edits = around(file, place.clone(), "&", "");
        if found.kind == MatchKind::For && !is_ref {
            fixes.push(
                Fix::new("lend-in-for", Cost::local(Deed::Borrow), edits).with("place", file.text(place)),
            );
        } else if KINDS.contains(&binding.kind) && !is_ref && file.is_place(place.clone()) {
            fixes.push(
                Fix::new("borrow-in-pattern", Cost::local(Deed::Borrow), edits)
                    .with("place", file.text(place)),
            );
        }
    }
    if KINDS.contains(&binding.kind) {
        let edit = Edit::insert(&file.source, binding.name_range.start, "ref ");
        fixes.push(
            Fix::new("borrow-the-name", Cost::local(Deed::Annotate), vec![edit])
                .with("part", &binding.name)
                .doubtful_if(true),
        );
    }
    fixes
}

/// Takes the reference apart where the name is declared: `|&x|`, `for &x in xs`, `Some(&x)`.
pub fn unwrap_in_pattern(file: &File, binding: &Binding) -> Option<Fix> {
    const KINDS: &[BindingKind] = &[
        BindingKind::For,
        BindingKind::ClosureParam,
        BindingKind::MatchArm,
        BindingKind::IfLet,
        BindingKind::WhileLet,
    ];
    // A reference can be taken apart only where every use wants the value.
    let once = file.uses_of(binding).len() == 1;
    if binding.mutable || binding.by_ref || !KINDS.contains(&binding.kind) {
        return None;
    }
    let edit = Edit::insert(&file.source, binding.name_range.start, "&");
    let fix = Fix::new("unwrap-in-pattern", Cost::local(Deed::Annotate), vec![edit]);
    file.is_editable(binding.name_range.clone())
        .then(|| fix.with("name", &binding.name).doubtful_if(true))
        .filter(|_| once)
}

/// The expressions that an expression is made of: the operands, the parts of a tuple.
pub fn direct_parts(file: &File, whole: Range<usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for expr in file.exprs_in(whole.clone()) {
        if expr.range != whole && parts.last().is_none_or(|last| last.end <= expr.range.start) {
            parts.push(expr.range);
        }
    }
    parts
}

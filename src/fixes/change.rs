//! What a piece of code changes, and by which deed: the place, and the assignment, call or `&mut`
//! that needs it to be mutable.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Label, Role};
use crate::facts::Facts;
use crate::rule::Case;
use crate::syntax::{CallKind, ExprKind, File};

/// How a place is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// `place = a`, `place += a`.
    Assign,
    /// `place.method(a)`.
    Method(String),
    /// `&mut place`.
    Lend,
    /// `place()`: a closure that changes what it has captured.
    Call,
    /// Something that the syntax does not tell, such as the expansion of a macro.
    Unknown,
}

/// A change that rustc rejects.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file that it stands in.
    pub file: Rc<File>,
    /// What is changed: `self.names`, `*score`.
    pub place: Range<usize>,
    /// By what.
    pub deed: Deed,
}

impl Change {
    /// What changes: the method, the variable that the place begins with, its field.
    pub fn tell(&self, facts: &mut Facts) {
        if let Deed::Method(method) = &self.deed {
            facts.code("method", method);
        }
        let path = self.file.field_path(self.place.clone());
        facts.code_if("root", self.file.place_root(self.place.clone()));
        facts.code_if("field", path.and_then(|path| path.get(1).cloned()));
    }
}

/// The label of the change: the primary one, unless that is the declaration (where rustc has
/// several changes to tell) or the head of the closure that holds the change.
pub fn changing_label<'a>(case: &Case<'a>) -> Option<&'a Label> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let inside = diagnostic.label(Role::BorrowInClosure);
    let uses = diagnostic.labels.iter().filter(|label| label.role == Role::CannotBorrowMutably);
    match primary.role {
        Role::NotMutable => uses.min_by_key(|label| label.span.byte_start).or(Some(primary)),
        _ => inside.or(Some(primary)),
    }
}

/// The change that a diagnostic is about; nothing where the source cannot be read.
pub fn change(case: &Case) -> Option<Change> {
    let span = &changing_label(case)?.span;
    let file = case.file(span)?;
    let (place, deed) = changed_place(&file, span.range())?;
    Some(Change { file, place, deed })
}

fn changed_place(file: &File, range: Range<usize>) -> Option<(Range<usize>, Deed)> {
    let expr = file.expr_exactly(range.clone())?;
    match expr.kind {
        ExprKind::Assign | ExprKind::CompoundAssign => Some((first_part(file, expr.range)?, Deed::Assign)),
        ExprKind::Ref { mutable: true } => Some((first_part(file, expr.range)?, Deed::Lend)),
        _ => {
            let place = expr.range;
            let deed = deed_at(file, place.clone());
            Some((place, deed))
        }
    }
}

/// What the code around a place does with it.
fn deed_at(file: &File, place: Range<usize>) -> Deed {
    if let Some(call) = file.method_call_on(place.clone()) {
        return Deed::Method(call.name);
    }
    if let Some(call) = file.call_at(place.clone())
        && call.kind == CallKind::Function
        && call.callee == place
    {
        return Deed::Call;
    }
    match file.parents(place.clone()).into_iter().find(|parent| parent.kind != ExprKind::Paren) {
        Some(parent) if matches!(parent.kind, ExprKind::Assign | ExprKind::CompoundAssign) => Deed::Assign,
        Some(parent) if parent.kind == ExprKind::Ref { mutable: true } => Deed::Lend,
        // `(self.callback)()`
        Some(parent) if parent.kind == ExprKind::Call && parent.range.start <= place.start => Deed::Call,
        _ => Deed::Unknown,
    }
}

/// The expression that another one begins with or is a prefix of: `a` of `a.b`, `a[b]`, `a.f()`,
/// `a = b`, `&a`, `*a`, `(a)`.
pub fn first_part(file: &File, range: Range<usize>) -> Option<Range<usize>> {
    file.exprs_in(range).into_iter().nth(1).map(|expr| expr.range)
}

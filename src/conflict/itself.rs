//! A value that would hold a reference into itself: the shape behind many errors that name only its
//! symptoms.

use std::ops::Range;
use std::rc::Rc;

use super::callee::type_name;
use super::{BORROWS, Callee, is_name, words};
use crate::diagnostic::{Label, Role};
use crate::rule::Case;
use crate::syntax::{Adt, CallKind, ExprKind, File, StatementKind, holds};

/// How the reference comes into the value that it points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `Page { text, title }`, where `title` borrows from `text`.
    Built,
    /// A method with the struct's lifetime on its `self` stores it.
    ByMethod,
    /// The error is in the method that stores it.
    InMethod,
    /// `page.title = &page.text[..4];`
    Assigned,
}

/// A value that would hold a reference into itself.
pub struct Itself {
    /// How it comes about.
    pub way: Way,
    /// The file of what follows.
    pub file: Rc<File>,
    /// The type of the value.
    pub type_name: Option<String>,
    /// What is borrowed, as the reader wrote it.
    pub owner: String,
    /// The field that owns what is borrowed.
    pub owner_field: Option<String>,
    /// The field that would hold the reference.
    pub part_field: String,
    /// Where the reference is stored.
    pub stored: Range<usize>,
    /// The method that stores it.
    pub method: Option<Callee>,
}

impl Itself {
    /// The shape behind a message; nothing where it is another one.
    pub fn read(case: &Case) -> Option<Itself> {
        match case.diagnostic.code.as_deref() {
            Some("E0515") => built(case),
            Some("E0505") => built(case).or_else(|| by_method(case)).or_else(|| assigned(case)),
            Some("E0499" | "E0502" | "E0503" | "E0506" | "E0597") => {
                by_method(case).or_else(|| assigned(case))
            }
            None => in_method(case),
            Some(_) => None,
        }
    }

    /// The declaration of the type, where it is in the same file.
    pub fn adt(&self) -> Option<Adt> {
        self.file.adt_named(self.type_name.as_deref()?)
    }

    /// The written type of one of its fields.
    pub fn type_of(&self, field: &str) -> Option<String> {
        let known = self.adt()?.fields.into_iter().find(|known| known.name.as_deref() == Some(field))?;
        Some(self.file.text(known.ty).to_owned())
    }
}

/// The label of the first borrow.
fn borrow<'a>(case: &'a Case) -> Option<&'a Label> {
    let mut labels = case.diagnostic.labels.iter();
    labels.find(|label| !label.primary && BORROWS.contains(&label.role)).or_else(|| {
        let too_short = case.diagnostic.code.as_deref() == Some("E0597");
        case.diagnostic.primary().filter(|_| too_short)
    })
}

fn built(case: &Case) -> Option<Itself> {
    let primary = case.diagnostic.primary()?;
    let file = case.file(&primary.span)?;
    let owner = case.diagnostic.quoted().first().map(|owner| (*owner).to_owned())?;
    let range = primary.span.range();
    let literal = match case.diagnostic.code.as_deref() {
        Some("E0505") => file.parents(range.clone()).into_iter().find(|e| e.kind == ExprKind::Struct)?,
        _ => file.exprs_in(range).into_iter().find(|e| e.kind == ExprKind::Struct)?,
    };
    let lent = case.diagnostic.label(Role::Borrowed)?.span.range();
    // The owner itself goes into the new value ...
    let values = file.struct_values(literal.range.clone());
    let (owner_field, _) = values.iter().find(|(_, value)| file.text(value.clone()) == owner)?;
    // ... and something that was made by the borrow.
    let holder = file.statement_at(lent.clone()).and_then(|statement| match statement.kind {
        StatementKind::Let(of) => of.name,
        _ => None,
    });
    let (part_field, _) = values.iter().find(|(field, value)| {
        let named = || words(file.text(value.clone())).any(|word| Some(word) == holder.as_deref());
        field != owner_field && (holds(value, &lent) || named())
    })?;
    let path = file.text(literal.range.clone()).split(['{', '<']).next()?.trim();
    let name = path.rsplit("::").next()?.to_owned();
    let type_name = if name == "Self" { file.impl_at(literal.range.clone())?.self_name } else { Some(name) };
    Some(Itself {
        way: Way::Built,
        type_name,
        owner,
        owner_field: Some(owner_field.clone()),
        part_field: part_field.clone(),
        stored: literal.range,
        method: None,
        file,
    })
}

fn by_method(case: &Case) -> Option<Itself> {
    let lent = borrow(case)?;
    let file = case.file(&lent.span)?;
    let range = lent.span.range();
    let whole =
        file.call_at(range.clone()).filter(|call| call.kind == CallKind::Method && call.range == range);
    let call = whole.or_else(|| file.method_call_on(range))?;
    let callee = Callee::find(case, &file, &call)?;
    // `&'a mut self`, where `'a` is a lifetime of the type: the value is lent to itself.
    let (_, lifetime) = callee.function.self_param.as_ref()?.lifetime.clone()?;
    let of = callee.file.impl_at(callee.function.range.clone())?;
    if !of.lifetimes.contains(&lifetime) {
        return None;
    }
    let body = callee.function.body.clone()?;
    let assignments = callee.file.exprs_in(body).into_iter().filter(|e| e.kind == ExprKind::Assign);
    let (stored, owner_field, part_field) =
        assignments.filter_map(|e| stores(&callee.file, &of.self_name, e.range)).next()?;
    Some(Itself {
        way: Way::ByMethod,
        file: callee.file.clone(),
        type_name: of.self_name,
        owner: file.text(call.receiver?).to_owned(),
        owner_field: Some(owner_field),
        part_field,
        stored,
        method: Some(callee),
    })
}

/// `self.part = &self.owner[..];`, where `owner` is a field that owns its data: with both names.
fn stores(
    file: &File,
    type_name: &Option<String>,
    assignment: Range<usize>,
) -> Option<(Range<usize>, String, String)> {
    let (left, right) = file.text(assignment.clone()).split_once('=')?;
    let part = words(left.trim().strip_prefix("self.")?).next()?.to_owned();
    let owner = words(right.split_once("self.")?.1).next()?.to_owned();
    let adt = file.adt_named(type_name.as_deref()?)?;
    let ty = adt.fields.iter().find(|field| field.name.as_ref() == Some(&owner))?.ty.clone();
    // What is behind a reference is not the value's own.
    (owner != part && !file.text(ty).starts_with('&')).then_some((assignment, owner, part))
}

fn in_method(case: &Case) -> Option<Itself> {
    let primary = case.diagnostic.primary()?;
    let file = case.file(&primary.span)?;
    let range = primary.span.range();
    let own = std::iter::once(range.clone()).filter_map(|range| file.expr_exactly(range));
    let assignment = own.chain(file.parents(range.clone())).find(|e| e.kind == ExprKind::Assign)?;
    let of = file.impl_at(range)?;
    let (stored, owner_field, part_field) = stores(&file, &of.self_name, assignment.range)?;
    Some(Itself {
        way: Way::InMethod,
        type_name: of.self_name,
        owner: format!("self.{owner_field}"),
        owner_field: Some(owner_field),
        part_field,
        stored,
        method: None,
        file,
    })
}

fn assigned(case: &Case) -> Option<Itself> {
    let lent = borrow(case)?;
    let file = case.file(&lent.span)?;
    let range = lent.span.range();
    let assignment = file.parents(range.clone()).into_iter().find(|e| e.kind == ExprKind::Assign)?;
    let (left, right) = file.text(assignment.range.clone()).split_once('=')?;
    let (root, part_field) = left.trim().split_once('.')?;
    let owner_field = right.split_once(&format!("{root}."))?.1;
    let owner_field = words(owner_field).next()?.to_owned();
    // What clashes is the value of which both are parts.
    let clash = case.diagnostic.quoted().first().map(|place| super::tidy(place))?;
    let own = clash == root || clash.starts_with(&format!("{root}.{owner_field}"));
    let plain = is_name(root) && is_name(part_field) && root != "self" && owner_field != part_field;
    let start = assignment.range.start;
    let binding = file.binding(root, start).filter(|_| own && plain)?;
    let type_name = type_name(&file, start..start + root.len());
    let file_of_type = type_name.as_deref().and_then(|name| file.adt_named(name));
    let ty = file_of_type?.fields.into_iter().find(|field| field.name.as_ref() == Some(&owner_field))?.ty;
    (!file.text(ty).starts_with('&')).then(|| Itself {
        way: Way::Assigned,
        type_name,
        owner: binding.name.clone(),
        owner_field: Some(owner_field),
        part_field: part_field.to_owned(),
        stored: assignment.range,
        method: None,
        file: file.clone(),
    })
}

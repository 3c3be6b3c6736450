//! Lets a field hold `&mut T` instead of `&T`, wherever values with that field are made.

use std::ops::Range;
use std::rc::Rc;

use super::change::first_part;
use super::mutable_access::{Access, Step, Through, Walk, kind};
use crate::syntax::{ExprKind, File, Files, TypeKind};

/// The access to what the field of a place refers to.
pub fn mutable_field(files: &Files, file: &Rc<File>, place: Range<usize>) -> Access {
    let mut walk = Walk::new(files);
    let done = walk.field(file, place);
    let mut access = walk.finish(done);
    access.signature = true;
    access
}

impl Walk<'_> {
    fn field(&mut self, file: &Rc<File>, place: Range<usize>) -> Option<()> {
        let place = match file.expr_exactly(place)? {
            deref if deref.kind == ExprKind::Deref => first_part(file, deref.range)?,
            other => other.range,
        };
        let expr = file.expr_exactly(place.clone()).filter(|it| it.kind == ExprKind::Field)?;
        let name = file.text(expr.range).rsplit('.').next()?.trim().to_owned();
        let (home, adt, ty) =
            self.files.crate_files_with(&file.source.name, &name).into_iter().find_map(|home| {
                let mut adts = home.adts().into_iter();
                // Where two types have such a field, which one is meant is not known here.
                let mut found = adts.by_ref().filter_map(|adt| {
                    let field = adt.fields.iter().find(|it| it.name.as_deref() == Some(name.as_str()))?;
                    let ty = field.ty.clone();
                    matches!(kind(&home, ty.clone()), Some(TypeKind::Reference { .. })).then_some((adt, ty))
                });
                let (adt, ty) = found.next().filter(|_| found.next().is_none())?;
                Some((home, adt, ty))
            })?;
        self.steps.push(Step {
            through: Through::Field,
            name: name.clone(),
            range: ty.clone(),
            file: home.clone(),
            function: None,
            instead: None,
        });
        let TypeKind::Reference { mutable: false, inner, .. } = kind(&home, ty)? else { return None };
        // A `&mut` reference cannot be copied, nor can what holds one.
        if adt.derives.iter().any(|it| it == "Clone" || it == "Copy") {
            return None;
        }
        self.insert(&home, inner.start, "mut ")?;
        self.telling = false;
        for other in self.files.crate_files_with(&file.source.name, &adt.name) {
            let whole = 0..other.source.text.len();
            for literal in other.exprs_in(whole).into_iter().filter(|it| it.kind == ExprKind::Struct) {
                let head =
                    other.text(literal.range.clone()).split('{').next().unwrap_or_default().trim().to_owned();
                let own = || other.impl_at(literal.range.clone()).and_then(|block| block.self_name);
                let last = head.rsplit("::").next().unwrap_or(&head).to_owned();
                let named = if last == "Self" { own() } else { Some(last) };
                if named.as_deref() == Some(adt.name.as_str()) {
                    let value = value_of(&other, &literal.range, &name)?;
                    self.reference(&other, value)?;
                }
            }
        }
        Some(())
    }
}

/// The value that a struct literal gives to a field.
pub fn value_of(file: &File, literal: &Range<usize>, field: &str) -> Option<Range<usize>> {
    let parts = file.exprs_in(literal.clone()).into_iter().skip(1);
    let named = parts.map(|part| part.range).find(|range| {
        let colon = file.token_before(range.start).filter(|it| file.text(it.clone()) == ":");
        let name = colon.and_then(|it| file.token_before(it.start));
        name.is_some_and(|it| file.text(it) == field)
    });
    // `S { rows }` names the variable alone.
    let short = || {
        file.exprs_in(literal.clone())
            .into_iter()
            .map(|it| it.range)
            .find(|it| file.text(it.clone()) == field)
    };
    named.or_else(short)
}

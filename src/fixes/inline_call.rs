//! Writes what a short method does in place of its call: Rust tells the fields of a struct apart
//! within a function, but not across a call.

use std::ops::Range;

use super::statements::mentions;
use crate::conflict::{Callee, Conflict};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, File};

/// The longest body that is written in place of a call.
const LONGEST: usize = 60;

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let mut fixes = Vec::new();
    fixes.extend(the_clashing_call(conflict));
    fixes.extend(field_for_getter(conflict));
    fixes
}

/// `self.turn += 1` for `self.end_turn()`.
fn the_clashing_call(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let callee = conflict.clashing().filter(|callee| callee.leaves_alone(&conflict.lent, &conflict.place))?;
    let call = callee.call.range.clone();
    let receiver = file.text(callee.call.receiver.clone()?);
    let body = inlined(file, &callee, receiver)?;
    let is_statement =
        file.statement_at(call.clone()).is_some_and(|statement| statement.expr == Some(call.clone()));
    let body = if is_statement || is_path(&body) { body } else { format!("({body})") };
    let near = callee.file.source.name == file.source.name && file.is_editable(call.clone());
    let edit = Edit::replace(&file.source, call, body);
    near.then(|| {
        Fix::new("write-out-the-call", Cost::local(Deed::Restructure), vec![edit])
            .with("inlined", &callee.function.name)
    })
}

fn is_path(code: &str) -> bool {
    code.chars().all(|c| c.is_alphanumeric() || "_.".contains(c))
}

/// The body with the receiver and the arguments in it.
fn inlined(file: &File, callee: &Callee, receiver: &str) -> Option<String> {
    let expr = callee.only_expr()?;
    let there = &callee.file;
    let text = there.text(expr.clone());
    let parts = there.exprs_in(expr.clone());
    let complex = parts.iter().any(|e| {
        matches!(
            e.kind,
            ExprKind::Closure
                | ExprKind::MacroCall
                | ExprKind::Return
                | ExprKind::Try
                | ExprKind::Await
                | ExprKind::Block
                | ExprKind::If
                | ExprKind::Match
                | ExprKind::For
                | ExprKind::While
                | ExprKind::Loop
        )
    });
    if text.len() > LONGEST
        || complex
        || callee.returns_a_borrow()
        || callee.function.params.len() != callee.call.args.len()
    {
        return None;
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for used in there.uses("self", expr.clone()) {
        edits.push((used.range, receiver.to_owned()));
    }
    for (param, arg) in callee.function.params.iter().zip(&callee.call.args) {
        let name = param.name.clone()?;
        let simple = file.exprs_in(arg.clone()).iter().all(|e| {
            matches!(e.kind, ExprKind::Path | ExprKind::Literal | ExprKind::Field | ExprKind::Deref)
        });
        let by_value = param.ty.clone().is_some_and(|ty| !there.text(ty).starts_with('&'));
        let uses: Vec<_> = parts
            .iter()
            .filter(|e| e.kind == ExprKind::Path && there.text(e.range.clone()) == name)
            .collect();
        // An argument that is worked out must be worked out once.
        if !simple || !by_value || uses.len() > 1 && !is_path(file.text(arg.clone())) {
            return None;
        }
        edits.extend(uses.into_iter().map(|e| (e.range.clone(), file.text(arg.clone()).to_owned())));
    }
    // A name of the method's own module may mean nothing here.
    let names: Vec<String> = callee.function.params.iter().filter_map(|param| param.name.clone()).collect();
    let foreign = parts.iter().any(|e| {
        e.kind == ExprKind::Path
            && there.text(e.range.clone()) != "self"
            && !mentions(there, e.range.clone(), &names)
    });
    if foreign {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut done = expr.start;
    for (range, new) in edits {
        out.push_str(there.text(done..range.start));
        out.push_str(&new);
        done = range.end;
    }
    out.push_str(there.text(done..expr.end));
    Some(out)
}

/// `&self.name` for `self.name()`, where the clash needs another field.
fn field_for_getter(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let getter = conflict.getter()?;
    let receiver = file.text(getter.call.receiver.clone()?);
    let path = match getter.only_field() {
        Some(field) => format!("{receiver}.{field}"),
        None => item_of_field(&getter, receiver)?,
    };
    let field = format!("{receiver}.{}", getter.sole_field()?);
    let other = conflict.place.starts_with(&format!("{receiver}.")) && !conflict.place.starts_with(&field);
    let call = getter.call.range.clone();
    let walked = file.loop_at(call.clone()).is_some_and(|around| around.header == Some(call.clone()));
    let let_ = walked
        || conflict.borrow_let().is_some_and(|let_| let_.init == Some(call.clone()) && let_.ty.is_none());
    // The return type may be `&str` where the field is a `String`; a plain `let` can take either.
    let own = getter.function.self_param.as_ref()?;
    let and = if own.mutable { "&mut " } else { "&" };
    let ty = getter.file.text(getter.function.return_type.clone()?);
    let near = getter.file.source.name == file.source.name && file.is_editable(call.clone());
    let edit = Edit::replace(&file.source, call, format!("{and}{path}"));
    (other && let_ && near && ty.starts_with('&'))
        .then(|| Fix::new("borrow-the-field", Cost::local(Deed::Restructure), vec![edit]).with("field", path))
}

/// `self.names[0]` for a getter that is nothing but `&self.names[0]`, with another receiver.
fn item_of_field(getter: &Callee, receiver: &str) -> Option<String> {
    let expr = getter.only_expr()?;
    let text = getter.file.text(expr.clone());
    let place = text.strip_prefix('&')?.trim_start();
    let place = place.strip_prefix("mut ").unwrap_or(place).trim_start();
    let simple = getter.file.exprs_in(expr).iter().all(|e| {
        matches!(
            e.kind,
            ExprKind::Ref { .. } | ExprKind::Index | ExprKind::Field | ExprKind::Path | ExprKind::Literal
        )
    });
    let own = getter.function.params.is_empty() && place.matches("self").count() == 1;
    let rest = place.strip_prefix("self.").filter(|_| simple && own)?;
    Some(format!("{receiver}.{rest}"))
}

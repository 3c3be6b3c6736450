//! Gives a variable its value before it is used: all fields at once, or the use after the value.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{AdtKind, Binding, ExprKind, File, Let, Statement, StatementKind, TypeKind};

use super::change::first_part;

/// `let p: P; p.x = 1; p.y = 2;` becomes `let p = P { x: 1, y: 2 };`, where nothing stands between
/// and all fields get a value.
pub fn build_at_once(case: &Case, file: &File, binding: &Binding) -> Option<Fix> {
    let declaration = binding.let_.as_ref().filter(|it| it.init.is_none() && binding.simple)?;
    let TypeKind::Path { name, generic_args: None, .. } = file.type_at(declaration.ty.clone()?)?.kind else {
        return None;
    };
    let adt = case
        .files
        .crate_files_with(&file.source.name, &name)
        .iter()
        .find_map(|file| file.adt_named(&name))?;
    let block = file.block_at(declaration.range.clone())?;
    let at = block.statements.iter().position(|it| it.range == declaration.range)?;
    let mut values: Vec<(String, String)> = Vec::new();
    let mut last: Option<&Statement> = None;
    for statement in &block.statements[at + 1..] {
        let Some((field, value)) = field_assignment(file, statement, &binding.name) else { break };
        if values.iter().any(|(known, _)| *known == field) || value.contains(&binding.name) {
            return None;
        }
        values.push((field, value));
        last = Some(statement);
        if values.len() == adt.fields.len() {
            break;
        }
    }
    let all = adt.fields.iter().all(|field| values.iter().any(|(name, _)| field.name.as_ref() == Some(name)));
    if adt.kind != AdtKind::Struct || adt.fields.is_empty() || !all {
        return None;
    }
    let fields: Vec<String> = values
        .iter()
        .map(|(name, value)| if name == value { name.clone() } else { format!("{name}: {value}") })
        .collect();
    let path = file.text(declaration.ty.clone()?);
    let end = declaration.range.end - 1;
    let last = last?.range.end;
    if !file.is_editable(declaration.range.start..last) {
        return None;
    }
    let whole = format!("{path} = {path} {{ {} }}", fields.join(", "));
    let mut edits = vec![Edit::replace(&file.source, declaration.ty.clone()?.start..end, whole)];
    let assignments = block.statements[at + 1..].iter().take_while(|it| it.range.end <= last);
    edits.extend(assignments.map(|it| Edit::delete(&file.source, with_its_line(file, it.range.clone()))));
    Some(Fix::new("build-at-once", Cost::local(Deed::Restructure), edits))
}

/// A statement, and its line where nothing else stands there.
fn with_its_line(file: &File, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let text = &file.source.text;
    let line = file.source.line_range(file.source.line_of(range.start));
    let alone = text[line.start..range.start].trim().is_empty()
        && text.get(range.end..line.end).is_some_and(|rest| rest.trim().is_empty());
    let end = text.get(line.end..).and_then(|rest| rest.find('\n')).map(|at| line.end + at + 1);
    match end {
        Some(end) if alone => line.start..end,
        _ => range,
    }
}

/// The field and the value of `name.field = value;`.
fn field_assignment(file: &File, statement: &Statement, name: &str) -> Option<(String, String)> {
    let expr = file.expr_exactly(statement.expr.clone()?)?;
    if expr.kind != ExprKind::Assign || statement.kind != StatementKind::Expr {
        return None;
    }
    let place = first_part(file, expr.range.clone())?;
    let path = file.field_path(place.clone())?;
    let [root, field] = path.as_slice() else { return None };
    let value = file.exprs_in(expr.range.clone()).into_iter().find(|it| it.range.start >= place.end)?;
    (root == name && value.range.end == expr.range.end)
        .then(|| (field.clone(), file.text(value.range).to_owned()))
}

/// The statement that uses the variable changes places with the one right after it that gives the value.
pub fn use_after_value(file: &File, binding: &Binding, used: std::ops::Range<usize>) -> Option<Fix> {
    let statement = file.statement_at(used)?;
    let block = file.block_at(statement.range.clone())?;
    let at = block.statements.iter().position(|it| it.range == statement.range)?;
    let next = block.statements.get(at + 1)?;
    let expr = file.expr_exactly(next.expr.clone()?)?;
    let place = first_part(file, expr.range.clone())?;
    let gives = expr.kind == ExprKind::Assign && file.is_path_named(place, &binding.name);
    let declares = matches!(statement.kind, StatementKind::Let(Let { .. }));
    let whole = statement.range.start..next.range.end;
    if !gives || declares || !file.is_editable(whole) {
        return None;
    }
    let (first, second) =
        (file.text(statement.range.clone()).to_owned(), file.text(next.range.clone()).to_owned());
    let edits = vec![
        Edit::replace(&file.source, statement.range, second),
        Edit::replace(&file.source, next.range.clone(), first),
    ];
    Some(Fix::new("use-after-value", Cost::local(Deed::Reorder).changed(), edits))
}

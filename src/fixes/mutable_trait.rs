//! Writes `DerefMut` beside a `Deref`, and `IndexMut` beside an `Index`, of a type in the crate.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{File, Impl, StatementKind};

/// The impl that is missing for a type: a copy of the impl for reading, which must be a single
/// expression `&place`.
pub fn implement_mutable_twin(case: &Case, near: &File, type_name: &str, shared: &str) -> Option<Fix> {
    case.files.crate_files_with(&near.source.name, shared).iter().find_map(|file| {
        let blocks = file.impls().into_iter();
        let mut blocks = blocks.filter(|it| {
            it.trait_name.as_deref() == Some(shared) && it.self_name.as_deref() == Some(type_name)
        });
        twin(file, &blocks.next()?, shared)
    })
}

fn twin(file: &File, block: &Impl, shared: &str) -> Option<Fix> {
    let method = shared.to_lowercase();
    let function =
        file.functions_named(&method).into_iter().find(|it| it.parent == Some(block.range.clone()))?;
    let body = file.block_of(function.body.clone()?)?;
    // Only one expression: what else happens in there should not happen twice by our hand.
    let [statement] = body.statements.as_slice() else { return None };
    let tail = statement.expr.clone().filter(|_| statement.kind == StatementKind::Tail)?;
    let place = file.text(tail.clone()).strip_prefix('&')?.trim_start();
    if place.starts_with("mut ")
        || !file.is_place(tail.end - place.len()..tail.end)
        || !file.is_editable(block.range.clone())
    {
        return None;
    }
    let name = block.trait_range.clone()?;
    let header = file.text(block.range.start..name.start);
    let arguments =
        file.text(name.clone()).split_once('<').map(|(_, rest)| format!("<{rest}")).unwrap_or_default();
    let target = file.text(name.end..block.body.start).trim();
    let parameters = match function.params.as_slice() {
        [] => String::new(),
        [index] => format!(", {}", file.text(index.range.clone())),
        _ => return None,
    };
    let output = if shared == "Deref" { "Target" } else { "Output" };
    let (end, indent) = (file.source.line_end(), file.indent_at(block.range.start).to_owned());
    let text = format!(
        "{end}{end}{indent}{header}std::ops::{shared}Mut{arguments} {target} {{{end}\
         {indent}    fn {method}_mut(&mut self{parameters}) -> &mut Self::{output} {{{end}\
         {indent}        &mut {place}{end}{indent}    }}{end}{indent}}}"
    );
    let edit = Edit::insert(&file.source, block.range.end, text);
    Some(Fix::new("implement-mutable-twin", Cost::signature(Deed::Restructure), vec![edit]))
}

//! Reads a value in a statement of its own before it is given away in the same expression.

use std::ops::Range;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{CallKind, File, StatementKind};

/// Methods of the standard library that read, change nothing and hand out no reference.
const READERS: &[&str] =
    &["len", "is_empty", "count", "chars", "bytes", "clone", "to_string", "to_owned", "is_some", "is_none"];

/// `Row { text, width: text.len() }`: the reading chain gets a `let` of its own before the statement.
/// Only where it has no effect, because it is run earlier than before.
pub fn read_first(file: &File, moved: &Range<usize>, used: &Label, place: &str) -> Option<Fix> {
    let range = used.span.range();
    let statement = file.statement_at(range.clone())?;
    // Both stand in one statement, and the move comes first.
    let inside = statement.range.start <= moved.start && moved.end <= range.start;
    let tail_or_whole = !matches!(statement.kind, StatementKind::Item);
    if !inside || !tail_or_whole || file.closure_at(range.clone()) != file.closure_at(statement.range.clone())
    {
        return None;
    }
    let chain = file.method_chain(range.clone());
    let last = chain.last()?;
    if !chain.iter().all(|call| READERS.contains(&call.name.as_str()) && call.args.is_empty()) {
        return None;
    }
    // A loop's head or an arm runs only sometimes; the read would then run always.
    let block = file.block_at(range.clone())?;
    if !block.statements.iter().any(|other| other.range == statement.range) {
        return None;
    }
    let simple =
        place.rsplit('.').next().filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))?;
    let name = format!("{simple}_{}", last.name);
    if file.binding(&name, range.start).is_some()
        || file.call_around(range).is_some_and(|call| call.kind == CallKind::Macro)
    {
        return None;
    }
    let start = file.statement_start(statement.range.clone())?;
    let (line_end, indent) = (file.source.line_end(), file.indent_at(start));
    let read = last.range.clone();
    let edits = vec![
        Edit::insert(
            &file.source,
            start,
            format!("let {name} = {};{line_end}{indent}", file.text(read.clone())),
        ),
        Edit::replace(&file.source, read, name.clone()),
    ];
    Some(Fix::new("read-first", Cost::local(Deed::Reorder), edits).with("new_name", name))
}

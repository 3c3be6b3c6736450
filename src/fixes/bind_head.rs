//! Works out the head of a `match`, `if let` or `while let` in a statement of its own, so that what it
//! makes on the way (a lock guard) is dropped before the body.

use super::statements::{fresh, line_before};
use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{File, MatchKind};
use std::ops::Range;

/// Methods whose answer is a value of its own.
const OWNED: &[&str] = &[
    "clone",
    "cloned",
    "contains",
    "contains_key",
    "copied",
    "is_empty",
    "len",
    "pop",
    "pop_back",
    "pop_front",
    "recv",
    "remove",
    "take",
    "to_owned",
    "to_string",
    "to_vec",
    "try_recv",
];

/// The candidates of this deed. A lock that ends earlier lets others in earlier: the program changes.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let guard = conflict.temporary()?.span.range();
    let heads = file.parents(guard).into_iter();
    let found = heads.filter_map(|e| Some((file.match_on(e.range.clone())?, e.range))).next();
    let (found, head) = found?;
    let name = last_method(file, &head)?;
    let owned = OWNED.contains(&name.as_str());
    let text = file.text(head.clone());
    let cost = Cost::local(Deed::Reorder).changed();
    let fix = match found.kind {
        MatchKind::WhileLet => {
            let [pattern] = found.patterns.as_slice() else { return None };
            let around = file.loop_at(pattern.clone())?;
            let body = file.block_of(around.body.clone())?;
            let first = body.statements.first()?.range.clone();
            let code = format!("let {} = {text} else {{ break }};", file.text(pattern.clone()));
            let keyword = file.text(around.range.start..pattern.start).find("while")? + around.range.start;
            let edits = vec![
                Edit::replace(&file.source, keyword..head.end, "loop"),
                line_before(file, &first, &code)?,
            ];
            Fix::new("ask-in-the-body", cost, edits)
        }
        MatchKind::Match | MatchKind::IfLet => {
            let statement = file.statement_at(found.range.clone())?;
            // In the middle of an expression, something else may come first.
            if statement.expr != Some(found.range.clone()) {
                return None;
            }
            let new = fresh(file, head.clone(), "found")?;
            let line = line_before(file, &statement.range, &format!("let {new} = {text};"))?;
            Fix::new("bind-the-result", cost, vec![line, Edit::replace(&file.source, head.clone(), new)])
        }
        _ => return None,
    };
    file.is_editable(found.range).then(|| fix.with("head", text).doubtful_if(!owned))
}

/// The last method of a chain: `pop` for `self.queue.lock().unwrap().pop()`.
fn last_method(file: &File, head: &Range<usize>) -> Option<String> {
    file.call_at(head.clone()).filter(|call| call.range == *head).map(|call| call.name)
}

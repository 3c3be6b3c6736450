//! Ways to keep a value that was given away: lend it, lend it again, read it first, copy it.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::lend_parameter::{borrow_self, by_call, lend_parameter};
use crate::fixes::looks::bindings_only_looked_at;
use crate::fixes::read_first::read_first;
use crate::fixes::use_before_move::use_before_move;
use crate::rule::Case;
use crate::syntax::{Call, CallKind, ExprKind, File, MatchKind, StatementKind};

/// All candidates for a move and a later use of the same place.
pub fn ways_to_keep(case: &Case, moved: &Label, used: &Label, place: &str) -> Vec<Fix> {
    let mut fixes = lend_parameter(case, &moved.span);
    fixes.extend(borrow_self(case, &moved.span));
    let Some(file) = case.file(&moved.span) else { return fixes };
    let range = moved.span.range();
    if moved.span.in_macro() || !file.is_editable(range.clone()) {
        return fixes;
    }
    let kind = case.diagnostic.moved_type().unwrap_or_default();
    let mutable_reference = kind.starts_with("&mut ");
    if moved.span.file == used.span.file {
        fixes.extend(read_first(&file, &range, used, place));
        if !moved.in_loop && moved.role != Role::MovedByCall {
            fixes.extend(use_before_move(&file, range.clone(), used.span.range()));
        }
    }
    match moved.role {
        Role::MovedByMethod => fixes.extend(method(&file, range)),
        Role::MovedIntoClosure => fixes.extend(closure(&file, range, place)),
        Role::MovedByForLoop => fixes.extend(for_loop(&file, range)),
        Role::MovedByCall => fixes.extend(call_again(case)),
        Role::MovedByOperator => fixes.extend(operator(&file, range, place)),
        _ if mutable_reference => fixes.push(lend_again(&file, range)),
        _ => fixes.extend(value(case, &file, range, kind)),
    }
    fixes
}

/// A `&` in front of a place.
fn lend(id: &'static str, file: &File, range: Range<usize>) -> Fix {
    Fix::new(id, Cost::local(Deed::Borrow), vec![Edit::insert(&file.source, range.start, "&")])
}

/// `for item in &items`.
fn for_loop(file: &File, range: Range<usize>) -> Option<Fix> {
    let items = file.loop_at(range.clone())?.pattern.map(|pattern| file.bindings_in_pattern(pattern));
    let looks = items.is_some_and(|items| bindings_only_looked_at(file, &items));
    Some(lend("lend-in-for", file, range).doubtful_if(!looks))
}

fn lend_again(file: &File, range: Range<usize>) -> Fix {
    Fix::new("lend-again", Cost::local(Deed::Borrow), vec![Edit::insert(&file.source, range.start, "&mut *")])
}

/// A method that takes `self`: look into an option, loop over references, or copy before the call.
fn method(file: &File, range: Range<usize>) -> Vec<Fix> {
    const LOOKS_INTO: &[&str] = &[
        "unwrap",
        "expect",
        "unwrap_or",
        "map",
        "and_then",
        "map_or",
        "map_or_else",
        "ok_or",
        "ok_or_else",
        "unwrap_err",
        "unwrap_or_else",
        "ok",
        "err",
        "map_err",
        "filter",
    ];
    let Some(call) = file.call_at(range) else { return Vec::new() };
    let mut fixes = Vec::new();
    if LOOKS_INTO.contains(&call.name.as_str()) {
        let edit = Edit::insert(&file.source, before_dot(file, &call), ".as_ref()");
        // What the method hands out is then a reference: enough for another method, not for a field.
        let next = file.method_call_on(call.range.clone()).is_some();
        let fix = Fix::new("as-ref-before", Cost::local(Deed::Borrow), vec![edit]).with("method", &call.name);
        fixes.push(fix.doubtful_if(!next));
    }
    if call.name == "into_iter" {
        let edit = Edit::replace(&file.source, call.name_range.clone(), "iter");
        let in_header = file.match_on(call.range.clone()).is_some_and(|head| head.kind == MatchKind::For);
        fixes.push(
            Fix::new("iterate-by-reference", Cost::local(Deed::Borrow), vec![edit]).doubtful_if(!in_header),
        );
    }
    fixes
}

/// Where the dot of a method call stands; with a line break before it, where the receiver ends.
fn before_dot(file: &File, call: &Call) -> usize {
    call.receiver.as_ref().map_or(call.name_range.start, |receiver| receiver.end.min(file.source.text.len()))
}

/// A closure that uses up what it captured can keep it when it hands out a copy; one that a caller
/// passed in can be called again when the bound says so.
fn call_again(case: &Case) -> Option<Fix> {
    let labels = || case.diagnostic.notes.iter().flat_map(|note| &note.labels);
    if let Some(bound) = labels().find(|label| label.text.contains("is made to be an `FnOnce` closure here"))
    {
        let file = case.file(&bound.span).filter(|file| file.is_editable(bound.span.range()))?;
        let name = file.text(bound.span.range()).find("FnOnce")? + bound.span.byte_start;
        let edit = Edit::replace(&file.source, name..name + "FnOnce".len(), "Fn");
        return Some(Fix::new("require-fn", Cost::signature(Deed::Annotate), vec![edit]));
    }
    let note =
        case.diagnostic.note("closure cannot be * because it moves the variable * out of its environment")?;
    let captured = &note.labels.first()?.span;
    let file =
        case.file(captured).filter(|file| file.is_editable(captured.range()) && !captured.in_macro())?;
    let edit = Edit::insert(&file.source, captured.byte_end, ".clone()");
    Some(Fix::new("clone-in-closure", Cost::local(Deed::Clone), vec![edit]))
}

/// `a + b` takes `a`: a copy of it, or `format!` for texts.
fn operator(file: &File, range: Range<usize>, place: &str) -> Vec<Fix> {
    let starts = file.text(range.clone()).starts_with(place);
    let at = range.start + place.len();
    let clone = Edit::insert(&file.source, at, ".clone()");
    starts.then(|| Fix::new("clone-first", Cost::local(Deed::Clone), vec![clone])).into_iter().collect()
}

/// A closure that borrows instead: without its `move`, or with a copy of its own.
fn closure(file: &File, range: Range<usize>, place: &str) -> Vec<Fix> {
    let Some(closure) = file.closure_at(range).filter(|closure| !closure.is_async) else { return Vec::new() };
    let mut fixes = Vec::new();
    if let Some(keyword) = &closure.move_token {
        let gap = file.text(keyword.end..closure.bars.start).len();
        let edit = Edit::delete(&file.source, keyword.start..keyword.end + gap);
        // A closure that is handed on may have to own what it uses.
        let handed_on = file.call_with_argument(closure.range.clone()).is_some();
        fixes.push(
            Fix::new("drop-move-keyword", Cost::local(Deed::Annotate), vec![edit]).doubtful_if(handed_on),
        );
    }
    let is_name = place.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_name && place != "self" {
        let before = format!("{{ let {place} = {place}.clone(); ");
        let edits = vec![
            Edit::insert(&file.source, closure.range.start, before),
            Edit::insert(&file.source, closure.range.end, " }"),
        ];
        fixes.push(Fix::new("clone-for-closure", Cost::local(Deed::Clone), edits));
    }
    fixes
}

/// A plain move: out of a pattern, into an argument, into a name.
fn value(case: &Case, file: &File, range: Range<usize>, kind: &str) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if let Some(matched) = file.match_of(range.clone()).filter(|matched| matched.kind != MatchKind::Param) {
        let place = matched.scrutinee.filter(|scrutinee| file.is_place(scrutinee.clone()));
        let names = matched.patterns.iter().flat_map(|pattern| file.bindings_in_pattern(pattern.clone()));
        let looks = bindings_only_looked_at(file, &names.collect::<Vec<_>>());
        fixes.extend(place.map(|place| lend("borrow-in-pattern", file, place).doubtful_if(!looks)));
        return fixes;
    }
    let shared = kind.starts_with("Rc<") || kind.starts_with("Arc<");
    if let Some((call, _)) =
        file.call_with_argument(range.clone()).filter(|(call, _)| call.kind != CallKind::Macro)
    {
        // A function of the crate that takes the value by its type would not take a reference, nor
        // would `Some`; for others the compiler knows.
        let taken = case.diagnostic.note("consider changing this parameter type in *").is_some();
        let span = file.source.span(range.clone());
        let known = by_call(case, &span).and_then(|(_, function, index)| function.params.get(index).cloned());
        if !taken && known.is_none() && !call.name.starts_with(char::is_uppercase) {
            fixes
                .push(lend("lend-argument", file, range.clone()).with("callee", call.name).doubtful_if(true));
        }
    } else if let Some(StatementKind::Let(binding)) =
        file.statement_at(range.clone()).map(|statement| statement.kind)
        && binding.init == Some(range.clone())
        && binding.ty.is_none()
    {
        let looks = bindings_only_looked_at(file, &file.bindings_in_pattern(binding.pattern));
        fixes.push(lend("borrow-value", file, range.clone()).doubtful_if(!looks));
    }
    // Who cannot be copied is not offered as a copy.
    let cannot = case.diagnostic.note("if `*` implemented `Clone`, you could clone the value").is_some();
    if !cannot
        && file
            .expr_exactly(range.clone())
            .is_some_and(|expr| matches!(expr.kind, ExprKind::Path | ExprKind::Field))
    {
        let clone = if shared {
            let name = if kind.starts_with("Rc<") { "Rc" } else { "Arc" };
            let edits = vec![
                Edit::insert(&file.source, range.start, format!("{name}::clone(&")),
                Edit::insert(&file.source, range.end, ")"),
            ];
            Fix::new("share-owner", Cost::local(Deed::Share), edits)
        } else {
            // `Row { text }` names field and value at once.
            let next = file.text(range.end..file.source.text.len()).trim_start();
            let in_struct = file
                .parents(range.clone())
                .iter()
                .any(|expr| expr.kind == ExprKind::Struct && expr.range != range);
            let before = file.token_before(range.start).map(|token| file.text(token));
            let shorthand =
                in_struct && before.is_some_and(|token| "{,".contains(token)) && next.starts_with([',', '}']);
            let copy = if shorthand {
                format!(": {}.clone()", file.text(range.clone()))
            } else {
                ".clone()".to_owned()
            };
            Fix::new(
                "clone-first",
                Cost::local(Deed::Clone),
                vec![Edit::insert(&file.source, range.end, copy)],
            )
        };
        fixes.push(clone);
    }
    fixes
}

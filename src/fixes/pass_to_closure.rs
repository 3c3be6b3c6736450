//! Gives a closure what it uses with each call, so that it borrows nothing in between.

use crate::conflict::Conflict;
use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Binding, CallKind, File, LoopKind};

/// Types by how their values are written.
const BY_VALUE: &[(&str, &str)] = &[
    ("vec![", "Vec<_>"),
    ("Vec::", "Vec<_>"),
    ("String::", "String"),
    ("HashMap::", "HashMap<_, _>"),
    ("BTreeMap::", "BTreeMap<_, _>"),
    ("HashSet::", "HashSet<_>"),
];

/// `|events: &mut Vec<_>, text: &str|` for `|text: &str|`, and `&mut events` at each call.
pub fn ways(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let mut edits = Vec::new();
    let mut name = "";
    for (label, captured) in [(conflict.borrow, conflict.captured), (conflict.clash, conflict.clash_captured)]
    {
        // Where both are closures, each would hold what the other gets.
        if let Some(captured) = captured {
            edits.extend(one_closure(conflict, file, label, captured)?);
            name = file.text(captured.span.range()).trim_start_matches('*');
        }
    }
    let any = !edits.is_empty();
    // A second reference that is used between the calls still clashes with them.
    let interleaved = conflict.clash_captured.is_none() && conflict.clash_let().is_some()
        || conflict.captured.is_none() && used_after_calls(conflict, file)
        || walks_while_called(conflict, file)
        || lends_the_reference(conflict, file);
    any.then(|| {
        let fix = Fix::new("pass-to-the-closure", Cost::local(Deed::Restructure), edits);
        fix.with("captured", name).doubtful_if(interleaved)
    })
}

fn one_closure(conflict: &Conflict, file: &File, label: &Label, captured: &Label) -> Option<Vec<Edit>> {
    let changes = changes(conflict, label);
    let closure = file.closure_at(label.span.range())?;
    let name = file.text(captured.span.range()).trim_start_matches('*');
    let binding = file.binding(name, captured.span.byte_start)?;
    let ty = type_of(file, &binding)?;
    // The closure has a name, and is only ever called.
    let let_ = file.statement_at(closure.range.clone())?;
    let crate::syntax::StatementKind::Let(let_) = let_.kind else { return None };
    if let_.init != Some(closure.range.clone())
        || closure.move_token.is_some()
        || !file.is_editable(let_.range.clone())
    {
        return None;
    }
    let holder = file.binding(&let_.name.clone()?, let_.name_range.clone()?.start)?;
    // A reference is passed on as it is.
    let and = match (ty.starts_with('&'), changes) {
        (true, _) => "",
        (false, true) => "&mut ",
        (false, false) => "&",
    };
    let inside = closure.bars.start + 1;
    let separator = if closure.params.is_empty() { "" } else { ", " };
    let mut edits = vec![Edit::insert(&file.source, inside, format!("{name}: {and}{ty}{separator}"))];
    for used in file.uses_of(&holder) {
        let call = file.call_at(used.range.clone()).filter(|call| call.kind == CallKind::Function)?;
        if call.callee != used.range || !file.is_editable(used.range.clone()) {
            return None;
        }
        let separator = if call.args.is_empty() { "" } else { ", " };
        edits.push(Edit::insert(&file.source, call.parens.start + 1, format!("{and}{name}{separator}")));
    }
    if changes && let_.mutable {
        let mutable = file.text(let_.pattern.clone()).find("mut ")? + let_.pattern.start;
        edits.push(Edit::delete(&file.source, mutable..mutable + 4));
    }
    Some(edits)
}

/// Whether the first borrow is one of a reference, so that what the closure gets is lent as well.
fn lends_the_reference(conflict: &Conflict, file: &File) -> bool {
    let code = file.text(conflict.borrow.span.range());
    code.starts_with("&mut ") && !code.contains('*') && conflict.clash.text.contains("closure")
}

/// Whether a loop walks over what the closure then gets in its body.
fn walks_while_called(conflict: &Conflict, file: &File) -> bool {
    let clash = conflict.clash.span.range();
    let around = file.loop_at(clash.clone()).filter(|around| around.kind == LoopKind::For);
    around.is_some_and(|around| {
        around.header.is_some_and(|header| header.start <= clash.start && clash.end <= header.end)
    })
}

/// Whether the first reference is used after the closure was first called.
fn used_after_calls(conflict: &Conflict, file: &File) -> bool {
    let closure = conflict.clash_let().and_then(|let_| Some((let_.name?, let_.name_range?.start)));
    let first_call =
        closure.and_then(|(name, at)| Some(file.uses_of(&file.binding(&name, at)?).first()?.range.start));
    let last_use =
        conflict.holder_binding().and_then(|holder| Some(file.uses_of(&holder).last()?.range.start));
    match (first_call, last_use) {
        (Some(call), Some(last)) => last > call,
        _ => true,
    }
}

/// Whether the closure changes what it captures.
fn changes(conflict: &Conflict, label: &Label) -> bool {
    use crate::diagnostic::Role;
    match label.role {
        Role::SharedBorrow => false,
        Role::Borrowed => conflict.case.diagnostic.code.as_deref() == Some("E0503") || !shares(conflict),
        _ => true,
    }
}

/// Whether an assignment meets a closure that only looks.
fn shares(conflict: &Conflict) -> bool {
    let mutable = conflict.borrow_let().is_some_and(|let_| let_.mutable);
    !mutable
}

/// `Vec<_>` for a variable that begins as `vec![..]`.
fn type_of(file: &File, binding: &Binding) -> Option<String> {
    if let Some(ty) = binding.ty.clone() {
        let text = file.text(ty);
        return (binding.name != "self").then(|| text.to_owned());
    }
    let init = file.text(binding.let_.as_ref()?.init.clone()?);
    BY_VALUE.iter().find(|(start, _)| init.starts_with(start)).map(|(_, ty)| (*ty).to_owned())
}

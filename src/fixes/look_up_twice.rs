//! Asks first and borrows then, where Rust cannot see that the borrow ends with the answer.

use std::ops::Range;

use super::statements::{fresh, only_reads};
use crate::conflict::Conflict;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{ExprKind, File, MatchKind};

/// Look-ups of the standard library: to ask twice gives the same answer.
const LOOK_UPS: &[&str] = &["as_mut", "as_ref", "first", "first_mut", "get", "get_mut", "last", "last_mut"];

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let Some(file) = conflict.file.as_deref() else { return Vec::new() };
    let mut fixes = Vec::new();
    if conflict.only_returned_elsewhere() {
        fixes.extend(borrow_to_return(conflict, file));
    }
    if conflict.only_returned_elsewhere() && !conflict.next_round() {
        fixes.extend(find_the_number(conflict, file));
        fixes.extend(twice(conflict, file));
        fixes.extend(twice_in_match(conflict, file));
    }
    fixes.extend(to_the_end(conflict, file));
    fixes
}

/// The parts of `if let Some(x) = look_up { return x; }` and `match look_up { Some(x) => x, .. }`.
struct Head {
    /// `let Some(x) = look_up`, or the whole `match` up to its arms.
    condition: Range<usize>,
    look_up: Range<usize>,
    name: String,
}

fn if_let(conflict: &Conflict, file: &File) -> Option<(Head, Range<usize>)> {
    let parents = file.parents(conflict.borrow.span.range());
    let condition = parents.iter().find(|e| e.kind == ExprKind::Let)?.range.clone();
    let found =
        parents.iter().find_map(|e| file.match_on(e.range.clone()).map(|found| (found, e.range.clone())))?;
    let (found, look_up) = found;
    let [pattern] = found.patterns.as_slice() else { return None };
    let name = file.text(pattern.clone()).strip_prefix("Some(")?.strip_suffix(')')?.trim().to_owned();
    let later = conflict.later?.span.range();
    let inside = found.range.start <= later.start && later.end <= found.range.end;
    let returned = file.text(later.clone()) == name;
    let plain = crate::conflict::is_name(&name) && file.is_editable(found.range);
    (inside && returned && plain).then_some((Head { condition, look_up, name }, later))
}

/// `return Some(&mut v[i]);` for `return Some(item);`, where `let item = &mut v[i];`.
fn borrow_to_return(conflict: &Conflict, file: &File) -> Option<Fix> {
    let binding = conflict.returned_binding()?;
    let init = binding.let_.clone().filter(|let_| let_.name.is_some())?.init?;
    let again =
        is_known(file, &init) || only_reads(file, init.clone()) && file.text(init.clone()).starts_with('&');
    let later = conflict.later?.span.range();
    let uses = file.uses_of(&binding);
    let mut returned =
        uses.iter().filter(|used| later.start <= used.range.start && used.range.end <= later.end);
    let used = returned.next().filter(|used| again && file.is_editable(used.range.clone()))?;
    // `Lease { page }` is short for `Lease { page: page }`.
    let before = file.text(later.start..used.range.start).trim_end();
    let after = file.text(used.range.end..later.end).trim_start();
    let short = before.ends_with(['{', ',']) && after.starts_with(['}', ',']) && before.contains('{');
    let name = if short { format!("{}: ", binding.name) } else { String::new() };
    let edit = Edit::replace(&file.source, used.range.clone(), format!("{name}{}", file.text(init)));
    Some(Fix::new("borrow-to-return", Cost::local(Deed::Restructure), vec![edit]).with("name", &binding.name))
}

/// Whether a look-up can be asked twice.
fn is_known(file: &File, range: &Range<usize>) -> bool {
    file.call_at(range.clone()).is_some_and(|call| {
        call.range == *range
            && LOOK_UPS.contains(&call.name.as_str())
            && call.args.iter().all(|arg| only_reads(file, arg.clone()))
    })
}

/// What it costs to ask twice: nothing where the standard library looks up; a method of the crate's own
/// may do something each time.
fn cost_of_asking(conflict: &Conflict, file: &File, look_up: &Range<usize>) -> Option<Cost> {
    let cost = Cost::local(Deed::Restructure);
    if is_known(file, look_up) {
        return Some(cost);
    }
    let own = conflict.getter().filter(|getter| getter.call.range == *look_up)?;
    own.call.args.iter().all(|arg| only_reads(file, arg.clone())).then(|| cost.changed())
}

/// `match v.get(k) { Some(_) => v.get(k).unwrap(), None => .. }`.
fn twice_in_match(conflict: &Conflict, file: &File) -> Option<Fix> {
    let parents = file.parents(conflict.borrow.span.range());
    let found = parents.iter().find_map(|e| file.match_on(e.range.clone()))?;
    let look_up = found.scrutinee.clone()?;
    let cost = cost_of_asking(conflict, file, &look_up)?;
    if found.kind != MatchKind::Match || !file.is_editable(found.range.clone()) {
        return None;
    }
    let some = found.patterns.iter().find(|pattern| file.text((*pattern).clone()).starts_with("Some("))?;
    let [binding] = file.bindings_in_pattern(some.clone()).try_into().ok()?;
    let uses = file.uses_of(&binding);
    let [used] = uses.as_slice() else { return None };
    // The arm does nothing but hand the reference out.
    let after = file.text(some.end..used.range.start).trim();
    if after.trim_start_matches("=>").trim() != "" || !binding.name_range.contains(&(some.start + 5)) {
        return None;
    }
    let text = file.text(look_up);
    let edits = vec![
        Edit::replace(&file.source, binding.name_range, "_"),
        Edit::replace(&file.source, used.range.clone(), format!("{text}.unwrap()")),
    ];
    Some(Fix::new("look-up-twice", cost, edits))
}

/// `if v.get(k).is_some() { return v.get(k).unwrap(); }`.
fn twice(conflict: &Conflict, file: &File) -> Option<Fix> {
    let (head, later) = if_let(conflict, file)?;
    // What the body does with the name besides is left as it is only where there is nothing.
    let binding = file.binding(&head.name, later.start)?;
    let cost = cost_of_asking(conflict, file, &head.look_up)?;
    if file.uses_of(&binding).len() != 1 {
        return None;
    }
    let text = file.text(head.look_up.clone());
    let edits = vec![
        Edit::replace(&file.source, head.condition, format!("{text}.is_some()")),
        Edit::replace(&file.source, later, format!("{text}.unwrap()")),
    ];
    Some(Fix::new("look-up-twice", cost, edits))
}

/// `if let Some(at) = v.iter().position(..) { return &mut v[at]; }` for `v.iter_mut().find(..)`.
fn find_the_number(conflict: &Conflict, file: &File) -> Option<Fix> {
    let (head, later) = if_let(conflict, file)?;
    let call = file
        .call_at(head.look_up.clone())
        .filter(|call| call.range == head.look_up && call.name == "find")?;
    let iter = file.call_at(call.receiver.clone()?).filter(|iter| iter.args.is_empty())?;
    let place = iter.receiver.clone()?;
    let mutable = match iter.name.as_str() {
        "iter_mut" => "&mut ",
        "iter" => "&",
        _ => return None,
    };
    let binding = file.binding(&head.name, later.start)?;
    if file.uses_of(&binding).len() != 1 {
        return None;
    }
    let at = fresh(file, later.clone(), "at").or_else(|| fresh(file, later.clone(), "index"))?;
    let pattern = file.text(head.condition.clone()).find(head.name.as_str())? + head.condition.start;
    let edits = vec![
        Edit::replace(&file.source, pattern..pattern + head.name.len(), at.clone()),
        Edit::replace(&file.source, iter.name_range, "iter"),
        Edit::replace(&file.source, call.name_range, "position"),
        Edit::replace(&file.source, later, format!("{mutable}{}[{at}]", file.text(place))),
    ];
    Some(Fix::new("find-the-number", Cost::local(Deed::Restructure), edits))
}

/// `while at.next.is_some() { at = at.next.as_mut().unwrap(); }`.
fn to_the_end(conflict: &Conflict, file: &File) -> Option<Fix> {
    let (condition, body) = conflict.walk_to_the_end()?;
    let (place, root) = (conflict.lent.as_str(), conflict.lent.split('.').next()?);
    let step = file.block_of(body)?.statements.first()?.expr.clone()?;
    let edits = vec![
        Edit::replace(&file.source, condition.clone(), format!("{place}.is_some()")),
        Edit::replace(&file.source, step, format!("{root} = {place}.as_mut().unwrap()")),
    ];
    let fits = file.text(condition).starts_with("let Some(");
    fits.then(|| Fix::new("test-then-borrow", Cost::local(Deed::Restructure), edits))
}

//! The ways to let a value go only when nothing borrows it any more: lend it, wait, or copy.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::borrow_argument::lend_argument;
use crate::fixes::borrow_before_call::borrow_before_call;
use crate::fixes::borrow_value::{borrow_value, lend_in_for};
use crate::fixes::clone_value::{clone_before_closure, clone_first};
use crate::fixes::delay_move::{copy_out_first, delay_move, end_guard};
use crate::fixes::lend_parameter::{borrow_self, lend_parameter};
use crate::fixes::new_owner::closure_or_block;
use crate::rule::{Case, Finding};
use crate::syntax::File;

/// Candidates for a move with a borrow around it; the compiler judges which of them compile.
pub fn ways_out(case: &Case, file: &File, moved: &Label, lent: &Label, later: Option<&Label>) -> Vec<Fix> {
    let range = moved.span.range();
    let mut fixes = lend_parameter(case, &moved.span);
    fixes.extend(lend_argument(case, file, range.clone()));
    fixes.extend(borrow_value(case, file, range.clone()));
    fixes.extend(lend_in_for(case, file, range.clone()));
    if let Some(call) = file.method_call_on(range.clone()) {
        let opens = ["unwrap", "expect"].contains(&call.name.as_str());
        fixes.extend(borrow_before_call(case, file, &call, if opens { "Option<" } else { "" }, false));
        fixes.extend(borrow_self(case, &file.source.span(call.name_range)));
    }
    if later.is_some_and(|later| later.span == moved.span) {
        fixes.extend(relax_self_lifetime(case, file, lent));
    }
    let same_file = |label: &Label| label.span.file == moved.span.file && !label.span.in_macro();
    let at_drop = later.is_some_and(|later| later.role == Role::LaterUseAtDrop);
    if let Some(later) = later.filter(|later| later.span.file == moved.span.file) {
        if at_drop {
            let guard = later.quoted().first().map(|name| (*name).to_owned());
            fixes.extend(guard.and_then(|guard| end_guard(file, range.clone(), &guard)));
        } else if later.role == Role::LaterUse && later.span != moved.span {
            fixes.extend(delay_move(file, range.clone(), last_use(file, later)));
        }
    }
    // A copy of a lock is another lock, and a copy that is dropped at once helps nobody.
    let dropped = file.call_with_argument(range.clone()).is_some_and(|(call, _)| call.name == "drop");
    if !at_drop && !dropped {
        // What has to stay borrowed has to stay: a copy for the new owner does not keep it here.
        let demanded = later.is_some_and(|later| later.role == Role::Requires);
        fixes.extend(copied(case, file, &range).map(|fix| fix.doubtful_if(demanded)));
    }
    if !at_drop && same_file(lent) {
        fixes.extend(copy_out_first(file, lent.span.range()));
    }
    let name = case.diagnostic.quoted().first().map(|name| (*name).to_owned()).unwrap_or_default();
    fixes
        .into_iter()
        .map(|fix| if fix.facts.get("place").is_none() { fix.with("place", &name) } else { fix })
        .collect()
}

/// What no rule can decide.
pub fn ideas(finding: &Finding) -> Vec<Fix> {
    let idea = match finding.variant {
        Some("demanded" | "return, still promised") => "keep-the-owner",
        Some("value with its own reference") => "store-positions",
        Some("same call") => "lend-or-copy",
        Some("borrowed for good") => "shorten-the-borrow",
        Some("guard" | "return") if finding.facts.get("reference").is_some() => "end-guard-first",
        Some("next round") => "new-value-each-round",
        _ => "finish-the-borrow",
    };
    vec![Fix::idea(idea)]
}

/// `&'a mut self` -> `&mut self`, where `'a` is a lifetime of the type: then the borrow lasts as long
/// as the value, and nobody can use it again.
fn relax_self_lifetime(case: &Case, file: &File, lent: &Label) -> Option<Fix> {
    let call = file.method_call_on(lent.span.range())?;
    let files = case.files.crate_files_with(&file.source.name, &format!("fn {}", call.name));
    let mut named = files
        .iter()
        .flat_map(|file| file.functions_named(&call.name).into_iter().map(move |found| (file, found)));
    let (file, function) = named.next().filter(|_| named.next().is_none())?;
    let (lifetime, name) = function.self_param.as_ref()?.lifetime.clone()?;
    let of_type = file.impl_at(function.range.clone())?.lifetimes.contains(&name);
    if !of_type || function.in_trait || function.in_trait_impl || !file.is_editable(lifetime.clone()) {
        return None;
    }
    let gap = file.text(lifetime.end..function.range.end);
    let gap = gap.len() - gap.trim_start().len();
    let edit = Edit::delete(&file.source, lifetime.start..lifetime.end + gap);
    let fix = Fix::new("relax-self-lifetime", Cost::signature(Deed::Annotate), vec![edit]);
    Some(fix.with("getter", function.name))
}

/// Where the reference is used last in the block of rustc's later use: rustc names only the first.
fn last_use(file: &File, later: &Label) -> Range<usize> {
    let range = later.span.range();
    let binding = file.place_root(range.clone()).and_then(|root| file.binding(&root, range.start));
    let uses = binding.map(|binding| file.uses_of(&binding)).unwrap_or_default();
    uses.into_iter().map(|used| used.range).rfind(|used| used.start >= range.start).unwrap_or(range)
}

/// A copy for the one who takes the value: an argument, a name, a closure.
fn copied(case: &Case, file: &File, moved: &Range<usize>) -> Option<Fix> {
    if let Some(taker) = closure_or_block(file, moved) {
        let inside = case.diagnostic.label(Role::UseInClosure)?;
        let name = file.text(inside.span.range()).to_owned();
        let ty = type_hint(file, &name, moved.start);
        return clone_before_closure(case, file, taker, &name, ty.as_deref());
    }
    let root = file.place_root(moved.clone())?;
    let ty = type_hint(file, &root, moved.start).filter(|_| root == file.text(moved.clone()));
    clone_first(case, file, moved.clone(), ty.as_deref())
}

/// What the declaration of a name says about its type: written, or by the function that made it.
fn type_hint(file: &File, name: &str, at: usize) -> Option<String> {
    let binding = file.binding(name, at)?;
    if let Some(ty) = binding.ty {
        return Some(file.text(ty).to_owned());
    }
    let declared = binding.let_.filter(|_| binding.simple)?;
    if let Some(ty) = declared.ty {
        return Some(file.text(ty).to_owned());
    }
    let init = file.text(declared.init?);
    let maker = init.split('(').next()?;
    let maker = maker.split([' ', '{']).next()?;
    let counted = ["Rc", "Arc"]
        .into_iter()
        .find(|name| maker == format!("{name}::new") || maker == format!("{name}::clone"));
    counted.map(|name| format!("{name}<_>")).or_else(|| Some(maker.to_owned()))
}

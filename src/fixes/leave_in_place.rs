//! The ways to leave a value where it is borrowed: which deed suits the place that would lose it.

use std::ops::Range;

use crate::diagnostic::{Label, Role, Span};
use crate::fix::{Behaviour, Cost, Deed, Edit, Fix, Scope};
use crate::fixes::another_sender::mind_longer_life;
use crate::fixes::borrow_argument::lend_argument;
use crate::fixes::borrow_before_call::borrow_before_call;
use crate::fixes::borrow_in_pattern::borrow_in_pattern;
use crate::fixes::borrow_value::{borrow_value, lend_in_for, reference_named};
use crate::fixes::clone_value::{clone_before_closure, clone_first};
use crate::fixes::derive_copy::derive_copy;
use crate::fixes::held_place::Holder;
use crate::fixes::lend_parameter::{borrow_self, lend_parameter};
use crate::fixes::new_owner::closure_or_block;
use crate::fixes::return_reference::return_reference;
use crate::fixes::take_value::{arm_writes_it, take_value};
use crate::rule::{Case, Finding};
use crate::syntax::{ExprKind, File};

/// The place that would lose its value.
#[derive(Clone, Debug)]
pub struct Site {
    /// rustc's span.
    pub place: Range<usize>,
    /// The value's type, where rustc says it.
    pub ty: Option<String>,
    /// Whether the place may be changed.
    pub mutable: bool,
    /// Whether a closure holds it.
    pub closure: bool,
}

/// Candidates for a site; the compiler judges which of them compile.
pub fn ways_out(case: &Case, file: &File, site: &Site) -> Vec<Fix> {
    let diagnostic = case.diagnostic;
    if let Some(part) = diagnostic.label(Role::DataMoved) {
        return in_pattern(case, file, site, part.span.range());
    }
    if let Some(inside) = diagnostic.label(Role::UseInClosure) {
        let name = file.text(inside.span.range()).to_owned();
        let taker = closure_or_block(file, &site.place);
        let fix = taker.and_then(|taker| clone_before_closure(case, file, taker, &name, site.ty.as_deref()));
        return fix.into_iter().collect();
    }
    let mut fixes = Vec::new();
    let ty = site.ty.as_deref().unwrap_or_default();
    if diagnostic.label(Role::MovedByForLoop).is_some() {
        fixes.extend(lend_in_for(case, file, site.place.clone()));
    } else if let Some(method) = diagnostic.label(Role::MovedByMethod) {
        if let Some(call) = file.call_at(method.span.range()) {
            fixes.extend(borrow_before_call(case, file, &call, ty, site.mutable));
        }
        fixes.extend(borrow_self(case, &method.span));
    } else {
        // Of what a closure captured, rustc marks no method.
        if let Some(call) = file.method_call_on(site.place.clone()).filter(|_| site.closure) {
            fixes.extend(borrow_self(case, &file.source.span(call.name_range)));
        }
        fixes.extend(borrow_value(case, file, site.place.clone()));
        fixes.extend(lend_argument(case, file, site.place.clone()));
        fixes.extend(lend_parameter(case, &file.source.span(site.place.clone())));
        fixes.extend(return_reference(case, file, site.place.clone(), ty));
    }
    if site.mutable {
        let taken = take_value(case, file, site.place.clone(), ty);
        // A value that waits to be put there says that this one is to go.
        if taken.iter().any(|fix| fix.id == "put-namesake-there" && fix.cost.behaviour == Behaviour::Kept) {
            fixes = fixes.into_iter().map(|fix| fix.doubtful_if(true)).collect();
        }
        fixes.extend(taken);
    }
    if !site.closure {
        fixes.extend(take_self(file, &site.place));
    } else {
        fixes.extend(allow_one_call(case, file));
    }
    fixes.extend(derive_copy(case, file, ty));
    fixes.extend(copied(case, file, site));
    mind_longer_life(case, site.ty.as_deref(), &mut fixes);
    fixes
}

/// Whether the place may be changed: by what holds it, or, for an item, by how its collection is declared.
pub fn may_change(file: &File, item: &Label, holder: &Holder) -> bool {
    if *holder != Holder::Index {
        return holder.is_mutable();
    }
    let Some(root) = file.place_root_range(item.span.range()) else { return false };
    let name = file.text(root.clone());
    let declared = file.binding(name, root.start).is_some_and(|binding| binding.mutable);
    declared || reference_named(file, name, root.start) == Some(true)
}

/// The declaration that the best way out changes: what would be mended there has one cause.
pub fn cause_in_declaration(case: &Case, fixes: &[Fix]) -> Option<Span> {
    let best = fixes.iter().min_by_key(|fix| fix.rank())?;
    let edit = best.edits.first().filter(|_| best.cost.scope == Scope::Signature && !best.doubtful)?;
    Some(case.files.get(&edit.file)?.source.span(edit.byte_start..edit.byte_end))
}

/// Without a fix that compiles, or beside it: what no rule can decide.
pub fn ideas(finding: &Finding) -> Vec<Fix> {
    let ty = finding.facts.text("type").unwrap_or_default();
    let of_self = finding.facts.get("function").is_some();
    let place = finding.facts.text("place").unwrap_or_default();
    let mut ideas = Vec::new();
    if of_self
        && ["JoinHandle<", "Sender<", "Child", "Box<dyn FnOnce"].iter().any(|name| ty.starts_with(name))
    {
        let field = place.rsplit('.').next().unwrap_or_default().trim_end_matches(')');
        ideas.push(Fix::idea("keep-in-option").with("field", field));
    }
    if finding.variant == Some("shared owner") && place.starts_with('*') {
        ideas.push(Fix::idea("unwrap-or-clone").with("shared", place.trim_start_matches('*')));
    }
    ideas.push(Fix::idea(match finding.variant {
        Some("captured" | "captured by an inner closure") => "value-for-each-call",
        _ => "leave-it-there",
    }));
    ideas
}

/// A pattern that borrows; for an `Option` behind `&mut`, one that empties it.
fn in_pattern(case: &Case, file: &File, site: &Site, part: Range<usize>) -> Vec<Fix> {
    let mut fixes = borrow_in_pattern(case, file, part.clone());
    let before = file.source.text.get(part.start.saturating_sub(5)..part.start) == Some("Some(");
    // `all @ Some(..)`.
    let whole = file.source.text.get(part.end..).and_then(|rest| rest.trim_start().strip_prefix('@'));
    let option = before || whole.is_some_and(|rest| rest.trim_start().starts_with("Some("));
    let matched = file.match_on(site.place.clone()).is_some() && file.is_place(site.place.clone());
    if site.mutable && option && matched {
        // Where the pattern only borrows, the arm cannot write the place.
        if arm_writes_it(file, &site.place) {
            fixes = fixes.into_iter().map(|fix| fix.doubtful_if(true)).collect();
        }
        fixes.extend(take_value(case, file, site.place.clone(), "Option<"));
    }
    fixes
}

/// A copy of the value. A method finds its way through an `Rc` by itself, but a copy of the `Rc` is
/// no copy of what it holds.
fn copied(case: &Case, file: &File, site: &Site) -> Option<Fix> {
    let counted = crate::diagnostic::fits("cannot move out of an `*`", &case.diagnostic.message);
    let text = file.text(site.place.clone());
    let path = file.expr_exactly(site.place.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
    let field = text.rsplit('.').next().unwrap_or_default();
    let fields = file
        .adts()
        .into_iter()
        .flat_map(|adt| adt.fields)
        .filter(|other| other.name.as_deref() == Some(field));
    let holds_counted =
        || fields.map(|field| file.text(field.ty)).any(|ty| ty.starts_with("Rc<") || ty.starts_with("Arc<"));
    let by_method = case.diagnostic.label(Role::MovedByMethod).is_some();
    let fix = clone_first(case, file, site.place.clone(), site.ty.as_deref())?;
    if !(counted && by_method && (path || holds_counted())) {
        return Some(fix);
    }
    let edits = vec![
        Edit::insert(&file.source, site.place.start, "(*"),
        Edit::insert(&file.source, site.place.end, ").clone()"),
    ];
    Some(Fix::new("clone-first", Cost::local(Deed::Clone), edits).with("place", text))
}

/// `fn into_name(&self)` -> `fn into_name(self)`, where the method's name says that it uses up its value.
fn take_self(file: &File, place: &Range<usize>) -> Option<Fix> {
    const ENDING: &[&str] = &["finish", "build", "close", "shutdown", "unwrap", "dissolve"];
    let function = file.function_at(place.clone())?;
    let receiver = function.self_param.filter(|receiver| receiver.reference && receiver.ty.is_none())?;
    let named = function.name.starts_with("into_") || ENDING.contains(&function.name.as_str());
    let of_self = file.place_root(place.clone()).as_deref() == Some("self");
    if !named
        || !of_self
        || function.in_trait
        || function.in_trait_impl
        || !file.is_editable(receiver.range.clone())
    {
        return None;
    }
    let edit = Edit::replace(&file.source, receiver.range, "self");
    let into = function.name.starts_with("into_");
    let fix = Fix::new("take-self", Cost::signature(Deed::Annotate), vec![edit]);
    Some(fix.with("function", function.name).doubtful_if(!into))
}

/// `-> impl Fn()` -> `-> impl FnOnce()`, where the function returns the closure.
fn allow_one_call(case: &Case, file: &File) -> Option<Fix> {
    let closure = case.diagnostic.label(Role::CapturedByClosure)?.span.range();
    let function = file.function_at(closure)?;
    let returned = function.return_type.filter(|ty| file.is_editable(ty.clone()))?;
    let text = file.text(returned.clone());
    let word = ["FnMut(", "Fn("].into_iter().find(|word| text.matches(word).count() == 1)?;
    let at = returned.start + text.find(word)?;
    let edit = Edit::replace(&file.source, at..at + word.len(), "FnOnce(");
    Some(
        Fix::new("allow-one-call", Cost::signature(Deed::Demand), vec![edit]).with("function", function.name),
    )
}

//! The `impl Drop` of a type of the crate, and the ways around it when a value has to come out.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Role;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::borrow_before_call::borrow_before_call;
use crate::fixes::borrow_value::lend_in_for;
use crate::fixes::derive_trait;
use crate::fixes::held_place::base_name;
use crate::fixes::leave_in_place::{Site, ways_out};
use crate::fixes::reference_uses::is_copy_type;
use crate::fixes::take_value::has_default;
use crate::rule::Case;
use crate::syntax::{BindingKind, ExprKind, File, Impl, StatementKind};

/// The `impl Drop` for a type of this name, if it is in the crate.
pub fn drop_impl(case: &Case, ty: &str) -> Option<(Rc<File>, Impl)> {
    let at = &case.diagnostic.primary()?.span.file;
    let is_it = |of: &Impl| {
        of.trait_name.as_deref() == Some("Drop") && of.self_name.as_deref() == Some(base_name(ty))
    };
    case.files
        .crate_files_with(at, "Drop for")
        .into_iter()
        .find_map(|file| file.impls().into_iter().find(is_it).map(|of| (file, of)))
}

/// Candidates for a value that would come out of a type with `Drop`: `place` is rustc's span, `ty` the
/// type of what would come out, where rustc says it.
pub fn ways_around_drop(case: &Case, file: &File, place: Range<usize>, ty: Option<String>) -> Vec<Fix> {
    if file.expr_exactly(place.clone()).is_some_and(|expr| expr.kind == ExprKind::Struct) {
        return change_in_place(file, &place).into_iter().collect();
    }
    let known = ty.clone().unwrap_or_default();
    let unseen = is_unseen(case, file, &place);
    let mut fixes = Vec::new();
    // rustc labels neither the method nor the loop that would take the value.
    if let Some(call) = file.method_call_on(place.clone()) {
        fixes.extend(borrow_before_call(case, file, &call, &known, true));
    }
    fixes.extend(lend_in_for(case, file, place.clone()));
    fixes.extend(take_each_part(case, file, &place));
    let site = Site { place: place.clone(), ty, mutable: true, closure: false };
    fixes.extend(ways_out(case, file, &site));
    for fix in &mut fixes {
        if fix.cost.deed == Deed::Take {
            fix.edits.extend(made_mutable(file, &place));
            fix.edits.sort();
            // Nobody notices what is left behind.
            if unseen {
                fix.cost = Cost::local(Deed::Take);
            }
        }
    }
    fixes
}

/// Whether nobody notices that a place is empty: the code after it does not use the variable, and the `Drop`
/// code does not look at the field, or asks first whether there is something in it.
fn is_unseen(case: &Case, file: &File, place: &Range<usize>) -> bool {
    let Some(root) = file.place_root_range(place.clone()) else { return false };
    let end = file.function_at(root.clone()).map_or(root.end, |function| function.range.end);
    let uses = file.uses(file.text(root.clone()), root.start..end);
    let later = uses.iter().any(|used| {
        let same =
            used.place == used.range || file.text(used.place.clone()).starts_with(file.text(place.clone()));
        same && used.range.start > place.end && !is_in_other_branch(file, place, &used.range)
    });
    let fields = file.field_path(place.clone()).unwrap_or_default();
    let [_, field, ..] = fields.as_slice() else { return false };
    let owner = case.diagnostic.quoted().first().and_then(|owner| drop_impl(case, owner));
    let Some((declaring, of)) = owner.filter(|_| !later) else { return false };
    let body = declaring.text(of.body);
    let asks = ["is_some()", "is_none()", "take()"]
        .iter()
        .any(|call| body.contains(&format!("self.{field}.{call}")));
    if fields.len() == 2 && (asks || body.contains("Some(") && body.contains(&format!("= self.{field}"))) {
        return true;
    }
    // What gets all of the value, as a method of its own does, may look at each field.
    let uses = body.replace("&mut self", "");
    !uses.split("self").skip(1).any(|rest| {
        let Some(rest) = rest.strip_prefix('.') else { return true };
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest[..word] == **field || rest[word..].starts_with('(')
    })
}

/// Whether a later place is in another arm of a `match`, or in the `else` of an `if`.
fn is_in_other_branch(file: &File, place: &Range<usize>, later: &Range<usize>) -> bool {
    let around = file.parents(place.clone()).into_iter().find(|around| around.range.end >= later.end);
    around.is_some_and(|around| {
        let branches = matches!(around.kind, ExprKind::Match | ExprKind::If);
        branches && file.text(around.range.start..place.start).contains('{')
    })
}

/// `mut` for the variable that a place belongs to, where it can be changed by nobody yet.
fn made_mutable(file: &File, place: &Range<usize>) -> Option<Edit> {
    let root = file.place_root_range(place.clone())?;
    let binding = file.binding(file.text(root.clone()), root.start)?;
    let (at, text) = file.mut_insert(&binding)?;
    Some(Edit::insert(&file.source, at, text))
}

/// `let Job { name, id, .. } = job;` -> `let name = std::mem::take(&mut job.name); let id = job.id;`, if
/// each part can be had in one of these ways.
fn take_each_part(case: &Case, file: &File, place: &Range<usize>) -> Option<Fix> {
    case.diagnostic.label(Role::DataMoved)?;
    let statement = file.statement_at(place.clone())?;
    let StatementKind::Let(declared) = &statement.kind else { return None };
    let whole = declared.init.as_ref() == Some(place) && !declared.has_else && declared.ty.is_none();
    if !whole || !file.is_place(place.clone()) || !file.is_editable(statement.range.clone()) {
        return None;
    }
    let pattern = file.text(declared.pattern.clone());
    let (name, rest) = pattern.split_once('{')?;
    let (_, adt) = derive_trait::adt(case, base_name(name.trim()))?;
    let (owner, indent) = (file.text(place.clone()), file.indent_at(statement.range.start));
    let mut lines = Vec::new();
    for part in rest.trim_end_matches('}').split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (field, bound) = part.split_once(':').unwrap_or((part, part));
        let (field, bound) = (field.trim(), bound.trim());
        if part == ".." || bound == "_" {
            continue;
        }
        if !bound.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let of = adt.fields.iter().find(|other| other.name.as_deref() == Some(field))?;
        let (declaring, _) = derive_trait::adt(case, &adt.name)?;
        let ty = declaring.text(of.ty.clone());
        let value = if ty.starts_with("Option<") {
            format!("{owner}.{field}.take()")
        } else if is_copy_type(ty) {
            format!("{owner}.{field}")
        } else if has_default(case, file, ty) {
            format!("std::mem::take(&mut {owner}.{field})")
        } else {
            return None;
        };
        lines.push(format!("let {bound} = {value};"));
    }
    let code = lines.join(&format!("{}{indent}", file.source.line_end()));
    let edit = Edit::replace(&file.source, statement.range.clone(), code);
    let fix = Fix::new("take-each-part", Cost::local(Deed::Take).changed(), vec![edit]);
    (!lines.is_empty()).then(|| fix.with("place", owner))
}

/// `Job { id, ..job }` -> `{ job.id = id; job }`; at the end of a function without the braces.
fn change_in_place(file: &File, whole: &Range<usize>) -> Option<Fix> {
    file.expr_exactly(whole.clone()).filter(|expr| expr.kind == ExprKind::Struct)?;
    let text = file.text(whole.clone());
    let base = text.rsplit_once("..")?.1.trim_end_matches('}').trim();
    let values = file.struct_values(whole.clone());
    let binding = file.binding(base, whole.start)?;
    // One assignment must not see what the one before it has changed.
    let alone =
        values.len() == 1 || values.iter().all(|(_, value)| file.uses(base, value.clone()).is_empty());
    if values.is_empty() || !alone || !file.is_editable(whole.clone()) {
        return None;
    }
    let assigned =
        |(field, value): &(String, Range<usize>)| format!("{base}.{field} = {};", file.text(value.clone()));
    let assignments: Vec<String> = values.iter().map(assigned).collect();
    let tail = file
        .statement_at(whole.clone())
        .is_some_and(|last| last.kind == StatementKind::Tail && last.expr.as_ref() == Some(whole));
    let own_line = tail
        && file.source.line_of(whole.start) != file.source.line_of(file.block_at(whole.clone())?.range.start);
    let code = if own_line {
        let between = format!("{}{}", file.source.line_end(), file.indent_at(whole.start));
        format!("{}{between}{base}", assignments.join(&between))
    } else {
        format!("{{ {} {base} }}", assignments.join(" "))
    };
    let mut edits = vec![Edit::replace(&file.source, whole.clone(), code)];
    edits.extend(file.mut_insert(&binding).map(|(at, text)| Edit::insert(&file.source, at, text)));
    Some(Fix::new("change-in-place", Cost::local(Deed::Restructure), edits).with("base", base))
}

/// Whether a value surely belongs to the code around it, as far as its declaration tells: not what may
/// be a reference, or behind one.
pub fn owned_at(case: &Case, file: &File, value: Range<usize>) -> bool {
    let Some(expr) = file.expr_exactly(value.clone()) else { return false };
    match expr.kind {
        ExprKind::Struct => true,
        ExprKind::Call => makes_value(case, file, &value),
        ExprKind::Path => named_value(case, file, value),
        ExprKind::Field => file.place_root_range(value.clone()).is_some_and(|root| {
            let through_value = file.field_path(value.clone()).is_some() && !file.text(value).contains('*');
            through_value && named_value(case, file, root)
        }),
        _ => false,
    }
}

/// Whether a variable is declared with a value of its own.
fn named_value(case: &Case, file: &File, name: Range<usize>) -> bool {
    let Some(binding) = file.binding(file.text(name.clone()), name.start) else { return false };
    let by_type = |ty: Range<usize>| is_owned_type(file.text(ty));
    match binding.kind {
        BindingKind::SelfParam => file
            .function_at(name)
            .and_then(|function| function.self_param)
            .is_some_and(|receiver| !receiver.reference && receiver.ty.is_none()),
        BindingKind::Param => binding.ty.is_some_and(by_type),
        BindingKind::Let if binding.simple => match (binding.ty, binding.let_.and_then(|it| it.init)) {
            (Some(ty), _) => by_type(ty),
            (None, Some(init)) => init.end < name.start && owned_at(case, file, init),
            (None, None) => false,
        },
        _ => false,
    }
}

/// Whether a written type is no reference, and no name behind which one may hide.
fn is_owned_type(ty: &str) -> bool {
    ty.starts_with(|c: char| c.is_alphabetic())
        && !["impl ", "dyn ", "_"].iter().any(|word| ty.starts_with(word))
}

/// Whether a call makes a new value: a constructor of a type, or the only function of the crate that has
/// this name, and no reference is its result.
fn makes_value(case: &Case, file: &File, call: &Range<usize>) -> bool {
    let Some(call) = file.call_at(call.clone()) else { return false };
    if call.name.starts_with(char::is_uppercase) {
        return true;
    }
    let path = file.text(call.callee.clone());
    let functions: Vec<_> = case
        .files
        .crate_files_with(&file.source.name, &format!("fn {}", call.name))
        .into_iter()
        .flat_map(|file| file.functions_named(&call.name).into_iter().map(move |it| (file.clone(), it)))
        .collect();
    match functions.as_slice() {
        [] => ["::new", "::default", "::from", "::with_capacity"].iter().any(|end| path.ends_with(end)),
        all => all.iter().all(|(file, function)| {
            function.return_type.clone().is_some_and(|ty| is_owned_type(file.text(ty)))
        }),
    }
}

//! Lets a variable or a collection own what it referred to.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::owned::{copy_of, lend_arguments, look_into_option, owned_type, value_of};
use crate::syntax::{Binding, Call, Destination, ExprKind, File, TypeKind, Use, UseKind, holds};

/// Methods that store what they are given, and which of the collection's types that is.
const STORES: &[&str] =
    &["push", "push_back", "push_front", "insert", "entry", "send", "replace", "set", "get_or_insert"];

/// Stores the value, or a copy where it is needed afterwards, for a borrow whose reference goes into
/// a collection or a variable. Nothing for other borrows.
pub fn store_owned(file: &File, borrow: Range<usize>, owner: Option<&Binding>) -> Vec<Fix> {
    match file.destination(borrow.clone()) {
        Some(Destination::Argument(call, index)) => in_collection(file, borrow, &call, index, owner),
        Some(Destination::Assigned(place)) => in_variable(file, borrow, place, owner),
        _ => Vec::new(),
    }
}

fn in_collection(
    file: &File,
    borrow: Range<usize>,
    call: &Call,
    index: usize,
    owner: Option<&Binding>,
) -> Vec<Fix> {
    let Some((receiver, argument)) = call.receiver.clone().zip(call.args.get(index).cloned()) else {
        return Vec::new();
    };
    if !STORES.contains(&call.name.as_str()) || !file.is_editable(call.range.clone()) {
        return Vec::new();
    }
    let declared = file
        .place_root(receiver.clone())
        .filter(|_| file.field_path(receiver).is_some_and(|path| path.len() == 1))
        .and_then(|name| file.binding(&name, call.range.start));
    let annotation = declared.as_ref().and_then(|binding| item_type(file, binding.ty.clone()?, index));
    // Of a tuple or struct, only the part that is borrowed.
    let mut parts = file.exprs_in(argument.clone()).into_iter().filter(|part| holds(&part.range, &borrow));
    let part = parts.rfind(|part| matches!(part.kind, ExprKind::Ref { .. }));
    let whole = value_of(file, argument.clone()).is_some();
    let argument = part.filter(|_| !whole).map_or(argument, |part| part.range);
    let mut fixes = owned_argument(file, argument, annotation, owner);
    // Text in quotes that goes into the same collection has to be owned as well.
    let others = declared.map(|collection| owned_texts(file, &collection, index)).unwrap_or_default();
    for fix in &mut fixes {
        fix.edits.extend(others.iter().cloned());
        fix.edits.sort();
    }
    fixes
}

/// The edits that make the literals owned that a collection is given.
fn owned_texts(file: &File, collection: &Binding, index: usize) -> Vec<Edit> {
    let mut edits = Vec::new();
    for used in file.uses_of(collection) {
        let stores =
            matches!(&used.kind, UseKind::MethodReceiver(method) if STORES.contains(&method.as_str()));
        let call = file.method_call_on(used.place).filter(|_| stores);
        if let Some(argument) = call.and_then(|call| call.args.get(index).cloned())
            && file.text(argument.clone()).starts_with('"')
        {
            edits.push(Edit::insert(&file.source, argument.end, ".to_owned()"));
        }
    }
    edits
}

/// The fixes that make an argument owned, together with the type of the collection's items.
pub fn owned_argument(
    file: &File,
    argument: Range<usize>,
    annotation: Option<Edit>,
    owner: Option<&Binding>,
) -> Vec<Fix> {
    let with_type = |mut edits: Vec<Edit>| {
        edits.extend(annotation.clone());
        edits
    };
    let mut fixes = Vec::new();
    let needed_later = owner.is_none_or(|owner| is_used_after(file, owner, argument.end));
    if !needed_later && let Some(edits) = value_of(file, argument.clone()) {
        fixes.push(Fix::new("store-owned", Cost::local(Deed::Restructure), with_type(edits)));
    }
    if let Some(edits) = copy_of(file, argument) {
        fixes.push(Fix::new("store-copy", Cost::local(Deed::Clone), with_type(edits)));
    }
    fixes
}

/// The change of a collection's type that makes its items owned: `Vec<&str>` to `Vec<String>`. A map
/// has two types of items, which its methods take in the same order.
pub fn item_type(file: &File, ty: Range<usize>, index: usize) -> Option<Edit> {
    let outer = file.type_at(ty.clone())?;
    let TypeKind::Path { generic_args: Some(arguments), .. } = outer.kind else { return None };
    // Types directly between the angle brackets, not those within them.
    let mut items: Vec<Range<usize>> = Vec::new();
    for found in file.type_refs(arguments) {
        if items.last().is_none_or(|last| found.range.start >= last.end) {
            items.push(found.range);
        }
    }
    let item = items.get(index).or(items.last())?.clone();
    match file.type_at(item.clone())?.kind {
        TypeKind::Reference { .. } => {
            Some(Edit::replace(&file.source, item.clone(), owned_type(file, item)?))
        }
        TypeKind::Path { .. } => item_type(file, item, 0),
        TypeKind::Tuple => {
            // Told apart only where one part is a reference.
            let parts = file.type_refs(item).into_iter();
            let mut lent = parts.filter(|part| matches!(part.kind, TypeKind::Reference { .. }));
            let part = lent.next().filter(|_| lent.next().is_none())?.range;
            Some(Edit::replace(&file.source, part.clone(), owned_type(file, part)?))
        }
        _ => None,
    }
}

/// Copies everything that a collection is given, where that is a name, a reference or the result of
/// a method: what goes into it refers to a value that ends before it does.
pub fn copy_what_goes_in(file: &File, collection: &Binding) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for used in file.uses_of(collection) {
        let stores =
            matches!(&used.kind, UseKind::MethodReceiver(method) if STORES.contains(&method.as_str()));
        if let Some(call) = file.method_call_on(used.place).filter(|_| stores) {
            let argument = call.args.first()?.clone();
            edits.extend(copy_of(file, argument).filter(|_| file.is_editable(call.range))?);
        }
    }
    if let Some(ty) = &collection.ty {
        edits.extend(item_type(file, ty.clone(), 0));
    }
    (!edits.is_empty()).then_some(edits)
}

/// The same as a way out, for a value that goes into the collection by way of other names.
pub fn store_copies(file: &File, holder: &Binding) -> Option<Fix> {
    let edits = copy_what_goes_in(file, holder)?;
    Some(Fix::new("store-copies", Cost::local(Deed::Clone), edits))
}

/// Lets a variable own its value at every place where it gets one.
fn in_variable(file: &File, borrow: Range<usize>, place: Range<usize>, owner: Option<&Binding>) -> Vec<Fix> {
    let Some(name) = file.place_root(place.clone()).filter(|name| file.is_path_named(place.clone(), name))
    else {
        return Vec::new();
    };
    let Some(holder) = file.binding(&name, place.start) else { return Vec::new() };
    let mut edits = Vec::new();
    if let Some(init) = holder.let_.as_ref().and_then(|of| of.init.clone()) {
        let Some(edit) = owned_literal(file, init) else { return Vec::new() };
        edits.extend(edit);
    }
    if let Some(ty) = &holder.ty {
        let whole = owned_type(file, ty.clone()).map(|owned| Edit::replace(&file.source, ty.clone(), owned));
        let Some(edit) = whole.or_else(|| item_type(file, ty.clone(), 0)) else { return Vec::new() };
        edits.push(edit);
    }
    for used in file.uses_of(&holder).into_iter().filter(|used| used.kind == UseKind::Write) {
        let assigned =
            file.parents(used.place.clone()).into_iter().find(|outer| outer.kind == ExprKind::Assign);
        let Some(value) = assigned.and_then(|whole| value_assigned(file, whole.range, &used.place)) else {
            return Vec::new();
        };
        let flagged = value.start <= borrow.start && borrow.end <= value.end;
        let core = if flagged { holding(file, value.clone(), &borrow) } else { value.clone() };
        let later = owner.is_none_or(|owner| is_used_after(file, owner, value.end));
        let own = if flagged && !later { value_of(file, core.clone()) } else { copy_of(file, core) };
        let Some(own) = own else { return Vec::new() };
        edits.extend(own);
    }
    let init =
        holder.let_.as_ref().and_then(|of| of.init.clone()).map(|init| file.text(init)).unwrap_or_default();
    let ty = holder.ty.clone().map(|ty| file.text(ty)).unwrap_or_default();
    if init == "None" || ty.starts_with("Option<") {
        edits.extend(look_into_option(file, &holder));
    } else {
        edits.extend(lend_arguments(file, &holder));
    }
    let later = owner.is_none_or(|owner| is_used_after(file, owner, borrow.end));
    let (id, deed) = if later { ("keep-owned-copy", Deed::Clone) } else { ("keep-owned", Deed::Restructure) };
    vec![Fix::new(id, Cost::local(deed), edits).with("holder", name)]
}

/// What is assigned to a place.
fn value_assigned(file: &File, whole: Range<usize>, place: &Range<usize>) -> Option<Range<usize>> {
    let after = file.exprs_in(whole.clone()).into_iter().filter(|expr| expr.range.start >= place.end);
    after.map(|expr| expr.range).find(|range| range.end == whole.end)
}

/// The reference expression within `Some(&x)` and the like that a borrow is part of.
fn holding(file: &File, value: Range<usize>, borrow: &Range<usize>) -> Range<usize> {
    let mut found = value.clone();
    while let Some(call) = file.call_at(found.clone()) {
        let inner =
            call.args.iter().find(|argument| argument.start <= borrow.start && borrow.end <= argument.end);
        match inner {
            Some(inner) if call.name.starts_with(char::is_uppercase) => found = inner.clone(),
            _ => break,
        }
    }
    found
}

/// The owned form of a literal; no edit for what fits both, such as `None`.
fn owned_literal(file: &File, init: Range<usize>) -> Option<Vec<Edit>> {
    match file.text(init.clone()) {
        "None" => Some(Vec::new()),
        "\"\"" => Some(vec![Edit::replace(&file.source, init, "String::new()")]),
        text if text.starts_with('"') => {
            let owned = format!("String::from({text})");
            Some(vec![Edit::replace(&file.source, init, owned)])
        }
        _ => None,
    }
}

/// Whether a variable is used behind a byte, or in the next round of a loop that declares it outside.
pub fn is_used_after(file: &File, binding: &Binding, at: usize) -> bool {
    // The byte behind a closure belongs to the code around it.
    let around = file.loops_around(at..at + 1);
    let again = around.into_iter().any(|around| !holds(&around.range, &binding.name_range));
    again || file.uses_of(binding).iter().any(|used| used.range.start >= at)
}

/// Loops over a reference, so that the items stay where they are. Only where the loop's names are
/// used in ways that also fit references.
pub fn loop_over_reference(file: &File, item: &Binding) -> Option<Fix> {
    let of = file.match_of(item.name_range.clone())?;
    let header =
        of.scrutinee.filter(|header| file.is_place(header.clone()) && file.is_editable(header.clone()))?;
    for name in file.bindings_in_pattern(item.pattern.clone()) {
        // A field that is copied can be read through a reference; the whole value cannot be taken.
        let whole = |used: &Use| {
            let taken =
                matches!(used.kind, UseKind::Read | UseKind::CallArgument) && used.place == used.range;
            taken || used.kind == UseKind::Write
        };
        if file.uses_of(&name).iter().any(whole) {
            return None;
        }
    }
    let place = file.text(header.clone()).to_owned();
    let edit = Edit::insert(&file.source, header.start, "&");
    Some(Fix::new("lend-in-for", Cost::local(Deed::Borrow), vec![edit]).with("place", place))
}

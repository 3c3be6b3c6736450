//! Takes a value out instead of a reference: copies what is small, clones what is not.

use std::ops::Range;

use super::statements::{fresh, line_before, only_reads};
use crate::conflict::{Conflict, Still};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Expr, ExprKind, File, TypeKind, UseKind};

/// Types whose values are copied.
const COPY_TYPES: &[&str] = &[
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32", "u64",
    "u8", "usize", "Duration", "Instant",
];

/// Look-ups that answer with `Some(reference)`.
const LOOK_UPS: &[&str] = &["back", "first", "front", "get", "last"];

/// What is known of the type of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers and the like.
    Copied,
    /// `String` and what else can be cloned.
    Cloned,
    /// Nothing is known.
    Unknown,
}

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let mut fixes = Vec::new();
    fixes.extend(at_the_let(conflict));
    fixes.extend(result_of_getter(conflict));
    fixes.extend(argument(conflict));
    fixes.extend(of_itself(conflict));
    fixes.extend(at_the_look_up(conflict));
    fixes
}

/// `let best = scores[0];` for `let best = &scores[0];`.
fn at_the_let(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    // A shared reference to a place, with a name, that does not leave the function.
    let stays = matches!(conflict.still, Still::Used | Still::Unknown);
    let let_ =
        conflict.borrow_let().filter(|_| stays && conflict.reads_first() && conflict.captured.is_none())?;
    let name = let_.name.clone().filter(|name| Some(name) == conflict.holder.as_ref())?;
    let init = let_.init.clone().filter(|init| file.is_editable(init.clone()))?;
    let place = crate::conflict::bare(file, init.clone());
    if place == init || !file.is_place(place.clone()) || let_.ty.is_some() {
        return None;
    }
    let kind = kind_of(file, place.clone());
    let mut edits = vec![Edit::delete(&file.source, init.start..place.start)];
    let binding = file.binding(&name, let_.name_range.clone()?.start)?;
    for used in file.uses_of(&binding) {
        // `*best` means the value, which `best` is now.
        let deref = file.parents(used.range.clone()).into_iter().find(|e| e.range != used.range);
        if let Some(deref) = deref.filter(|e| e.kind == ExprKind::Deref && e.range.end == used.range.end) {
            edits.push(Edit::delete(&file.source, deref.range.start..used.range.start));
        }
    }
    // What is assigned afterwards would be seen through a reference, but not in a copy.
    let grows = conflict.method_on(conflict.clash).is_some_and(|call| call.name.starts_with("push"));
    let changed = |cost: Cost| if grows || conflict.part_and_whole() { cost } else { cost.changed() };
    if is_slice(file, place.clone()) {
        edits.push(Edit::insert(&file.source, place.end, ".to_owned()"));
        return Some(Fix::new("clone-out", changed(Cost::local(Deed::Clone)), edits));
    }
    match kind {
        Kind::Copied => Some(Fix::new("copy-out", changed(Cost::local(Deed::Restructure)), edits)),
        Kind::Cloned | Kind::Unknown => {
            edits.push(Edit::insert(&file.source, place.end, ".clone()"));
            let unknown = kind == Kind::Unknown && !crate::conflict::is_clone(file, place);
            Some(Fix::new("clone-out", changed(Cost::local(Deed::Clone)), edits).doubtful_if(unknown))
        }
    }
}

/// `account.owner().to_owned()` for `account.owner()`.
fn result_of_getter(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref()?;
    let getter = conflict.getter().filter(|_| conflict.reads_first())?;
    let ty = getter.file.type_at(getter.function.return_type.clone()?)?;
    let TypeKind::Reference { mutable: false, inner, .. } = ty.kind else { return None };
    let call = getter.call.range.clone();
    let inner = getter.file.text(inner);
    let same = conflict.part_and_whole()
        || conflict.clashing().is_some_and(|callee| {
            getter.only_field().is_some_and(|field| {
                let lent = format!("{}.{field}", conflict.lent);
                callee.leaves_alone(&lent, &conflict.lent)
            })
        });
    let changed = |cost: Cost| if same || conflict.place != conflict.lent { cost } else { cost.changed() };
    let plain_let = conflict.borrow_let().is_some_and(|let_| let_.init == Some(call.clone()));
    let passed = matches!(conflict.still, Still::Call(_));
    if !file.is_editable(call.clone()) {
        return None;
    }
    if COPY_TYPES.contains(&inner) {
        // Where a reference is asked for, the copy needs a name of its own.
        let edits = plain_let.then(|| vec![Edit::insert(&file.source, call.start, "*")])?;
        return Some(Fix::new("copy-out", changed(Cost::local(Deed::Restructure)), edits));
    }
    let copy = match inner {
        "str" => ".to_string()",
        _ if inner.starts_with('[') => ".to_vec()",
        _ => ".clone()",
    };
    let mut edits = vec![Edit::insert(&file.source, call.end, copy)];
    if passed {
        // The argument must be worked out before the receiver is lent.
        edits = argument_first(conflict, call, copy)?;
    } else if !plain_let {
        return None;
    }
    Some(Fix::new("clone-out", changed(Cost::local(Deed::Clone)), edits))
}

/// `if let Some(n) = self.items.first().copied()` for `if let Some(n) = self.items.first()`.
fn at_the_look_up(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.reads_first() && conflict.captured.is_none())?;
    let call = conflict.method_on(conflict.borrow).filter(|call| LOOK_UPS.contains(&call.name.as_str()))?;
    let found = file.match_on(call.range.clone())?;
    let some = found.patterns.iter().find(|pattern| file.text((*pattern).clone()).starts_with("Some("))?;
    let [binding] = file.bindings_in_pattern(some.clone()).try_into().ok()?;
    let place = call.receiver.clone()?;
    let whole = file.text(some.clone()) == format!("Some({})", binding.name);
    if !whole || !file.is_editable(found.range.clone()) {
        return None;
    }
    let copied = items_of(file, place) == Kind::Copied;
    let mut edits =
        vec![Edit::insert(&file.source, call.range.end, if copied { ".copied()" } else { ".cloned()" })];
    for used in file.uses_of(&binding) {
        let parent = file.parents(used.range.clone()).into_iter().find(|e| e.range != used.range);
        match (&used.kind, parent) {
            // `*n` means the value, which `n` is now.
            (_, Some(parent)) if parent.kind == ExprKind::Deref && parent.range.end == used.range.end => {
                edits.push(Edit::delete(&file.source, parent.range.start..used.range.start));
            }
            (UseKind::CallArgument, _) => edits.push(Edit::insert(&file.source, used.range.start, "&")),
            (UseKind::MethodReceiver(_) | UseKind::Capture | UseKind::MacroArgument(_), _) => {}
            // A reference is wanted where the value would be.
            _ => return None,
        }
    }
    let cost = Cost::local(if copied { Deed::Restructure } else { Deed::Clone });
    let cost = if conflict.part_and_whole() { cost } else { cost.changed() };
    let fix = Fix::new(if copied { "copy-out" } else { "clone-out" }, cost, edits);
    Some(fix.doubtful_if(!copied))
}

/// The kind of the items of a list that is a field or a variable.
fn items_of(file: &File, place: Range<usize>) -> Kind {
    let text = file.text(place.clone()).to_owned();
    match text.rsplit_once('.') {
        Some((_, field)) => of_field_items(file, field),
        None => {
            let binding = file.binding(&text, place.start);
            let ty = binding.as_ref().and_then(|binding| binding.ty.clone());
            let init = binding.and_then(|binding| binding.let_).and_then(|let_| let_.init);
            match (ty, init) {
                (Some(ty), _) => of_type(file.text(ty), 1),
                (None, Some(init)) => of_value(file.text(init), 1),
                (None, None) => Kind::Unknown,
            }
        }
    }
}

/// `text.push_str(&text.clone())`, `list.extend_from_within(1..)`: a call that gets what it changes.
fn of_itself(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.reads_first() && conflict.captured.is_none())?;
    let call = conflict.in_one_call()?;
    let receiver = call.receiver.clone().filter(|_| conflict.getter().is_none())?;
    let place = crate::conflict::bare(file, conflict.borrow.span.range());
    let argument = call.args.iter().find(|arg| arg.start <= place.start && place.end <= arg.end)?.clone();
    if file.text(receiver.clone()) != file.text(place.clone()) || !file.is_editable(call.range.clone()) {
        return None;
    }
    let slice =
        file.text(argument.clone()).strip_prefix('&').and_then(|arg| arg.strip_prefix(file.text(receiver)));
    let range =
        slice.and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']')).filter(|range| range.contains(".."));
    if let Some(range) = range.filter(|_| call.name == "extend_from_slice") {
        let edits = vec![
            Edit::replace(&file.source, call.name_range, "extend_from_within"),
            Edit::replace(&file.source, argument, range),
        ];
        return Some(Fix::new("extend-from-within", Cost::local(Deed::Restructure), edits));
    }
    let edit = Edit::insert(&file.source, place.end, ".clone()");
    Some(Fix::new("clone-out", Cost::local(Deed::Clone), vec![edit]))
}

/// A copy with a name, before the call that gets a reference to it.
fn argument(conflict: &Conflict) -> Option<Fix> {
    let file = conflict.file.as_deref().filter(|_| conflict.reads_first() && conflict.captured.is_none())?;
    let call = conflict.in_one_call()?;
    let borrow = conflict.borrow.span.range();
    // `&self.name` as an argument.
    let argument = call.args.iter().find(|arg| arg.start <= borrow.start && borrow.end <= arg.end)?.clone();
    let place = crate::conflict::bare(file, argument.clone());
    if !file.is_place(place.clone()) || place == argument {
        return None;
    }
    let leaves =
        conflict.clashing().is_some_and(|callee| callee.leaves_alone(&conflict.lent, &conflict.place));
    let (copy, deed) = match kind_of(file, place.clone()) {
        _ if is_slice(file, place.clone()) => (".to_owned()", Deed::Clone),
        Kind::Copied => ("", Deed::Restructure),
        _ => (".clone()", Deed::Clone),
    };
    let edits = argument_first(conflict, place, copy)?;
    let cost = Cost::local(deed);
    let cost = if leaves || deed == Deed::Restructure { cost } else { cost.changed() };
    Some(Fix::new(if copy.is_empty() { "copy-out" } else { "clone-out" }, cost, edits))
}

/// `let name = self.name.clone();` before the statement, and `name` in the argument.
fn argument_first(conflict: &Conflict, what: Range<usize>, copy: &str) -> Option<Vec<Edit>> {
    let file = conflict.file.as_deref()?;
    let statement = file.statement_at(what.clone())?;
    // What runs only on a condition must not run before it.
    if !runs_first(file, &statement.range, &what) || !only_reads_up_to(file, &statement.range, &what) {
        return None;
    }
    let text = file.text(what.clone());
    let wish = text.trim_end_matches("()").rsplit(['.', ':']).next().unwrap_or("value").to_owned();
    let wish = if crate::conflict::is_name(&wish) { wish } else { "value".to_owned() };
    let name = fresh(file, what.clone(), &wish)?;
    let line = line_before(file, &statement.range, &format!("let {name} = {text}{copy};"))?;
    // The result of a getter was a reference: the name stands for the data.
    let is_call = file.call_at(what.clone()).is_some_and(|call| call.range == what);
    let replacement = if is_call { format!("&{name}") } else { name };
    Some(vec![line, Edit::replace(&file.source, what, replacement)])
}

/// Whether a part of a statement is always evaluated, and only once.
pub(super) fn runs_first(file: &File, statement: &Range<usize>, part: &Range<usize>) -> bool {
    let inside = |e: &Expr| statement.start <= e.range.start && e.range.end <= statement.end;
    file.parents(part.clone()).into_iter().filter(inside).all(|e| match e.kind {
        ExprKind::Closure
        | ExprKind::AsyncBlock
        | ExprKind::If
        | ExprKind::Match
        | ExprKind::While
        | ExprKind::For
        | ExprKind::Loop
        | ExprKind::Block => false,
        // What is right of `&&` may not run at all.
        ExprKind::Binary => !["&&", "||"].iter().any(|sign| file.text(e.range.clone()).contains(sign)),
        _ => true,
    })
}

/// Whether nothing with an effect runs in a statement before a part of it.
fn only_reads_up_to(file: &File, statement: &Range<usize>, part: &Range<usize>) -> bool {
    let earlier = file.exprs_in(statement.clone()).into_iter().filter(|e| e.range.end <= part.start);
    earlier.into_iter().all(|e| only_reads(file, e.range))
}

/// Whether a place is a part of a list or text: `v[1..]`.
pub(super) fn is_slice(file: &File, place: Range<usize>) -> bool {
    let text = file.text(place);
    text.ends_with(']') && text.rsplit_once('[').is_some_and(|(_, index)| index.contains(".."))
}

/// What the code shows of a place's type: a field's type, a literal, a declared type.
pub(super) fn kind_of(file: &File, place: Range<usize>) -> Kind {
    let indexes = file.exprs_in(place.clone()).iter().filter(|e| e.kind == ExprKind::Index).count();
    let path = file.text(place.clone()).split('[').next().unwrap_or_default().to_owned();
    let field_after_index = file.text(place.clone()).rsplit_once("].").map(|(_, field)| field.to_owned());
    if let Some(field) = field_after_index {
        return of_any_field(file, &field);
    }
    let mut parts = path.split('.').map(str::trim);
    let (root, last) =
        (parts.next().unwrap_or_default().trim_start_matches('*').to_owned(), parts.next_back());
    if let Some(field) = last {
        return if indexes == 0 { of_any_field(file, field) } else { of_field_items(file, field) };
    }
    let Some(binding) = file.binding(&root, place.start) else { return Kind::Unknown };
    if let Some(ty) = binding.ty.clone() {
        return of_type(file.text(ty), indexes);
    }
    match binding.let_.and_then(|let_| let_.init) {
        Some(init) => of_value(file.text(init), indexes),
        None => Kind::Unknown,
    }
}

/// The kind of a field of this name, where all fields of this name have it.
fn of_any_field(file: &File, field: &str) -> Kind {
    let types = field_types(file, field);
    match types.first() {
        Some(first) if types.iter().all(|ty| of_type(ty, 0) == of_type(first, 0)) => of_type(first, 0),
        _ => Kind::Unknown,
    }
}

fn of_field_items(file: &File, field: &str) -> Kind {
    let types = field_types(file, field);
    match types.as_slice() {
        [one] => of_type(one, 1),
        _ => Kind::Unknown,
    }
}

/// The types of all fields of this name in the file.
pub(super) fn field_types(file: &File, field: &str) -> Vec<String> {
    let fields = file.adts().into_iter().flat_map(|adt| adt.fields);
    fields
        .filter(|known| known.name.as_deref() == Some(field))
        .map(|known| file.text(known.ty).to_owned())
        .collect()
}

fn of_type(ty: &str, indexes: usize) -> Kind {
    let mut ty = ty.trim().trim_start_matches('&').trim_start();
    ty = ty.strip_prefix("mut ").unwrap_or(ty);
    for _ in 0..indexes {
        let inner = ty.split_once('<').map(|(_, rest)| rest.trim_end_matches('>'));
        let slice = ty.strip_prefix('[').map(|rest| rest.split([';', ']']).next().unwrap_or(rest));
        ty = match slice.or(inner) {
            Some(inner) => inner.trim(),
            None => return Kind::Unknown,
        };
    }
    if COPY_TYPES.contains(&ty) {
        Kind::Copied
    } else if ["String", "Vec<", "HashMap<", "Option<String>", "PathBuf"]
        .iter()
        .any(|known| ty.starts_with(known))
    {
        Kind::Cloned
    } else {
        Kind::Unknown
    }
}

/// The kind of a written value, or of its items.
fn of_value(value: &str, indexes: usize) -> Kind {
    let value = value.trim();
    let inside = value.trim_start_matches("vec!").trim_start_matches('[');
    let nested = value.len() - value.trim_start_matches("vec!").trim_start_matches('[').len() > 0;
    if indexes > 0 && !nested {
        return Kind::Unknown;
    }
    let first = inside.split([',', ';', ']']).next().unwrap_or_default().trim().trim_start_matches('-');
    if indexes == 0 && nested {
        return Kind::Unknown;
    }
    let number =
        first.starts_with(|c: char| c.is_ascii_digit()) && !first.contains(|c: char| " (".contains(c));
    if number || first == "true" || first == "false" || first.starts_with('\'') && first.ends_with('\'') {
        Kind::Copied
    } else if first.contains("String::") || first.contains(".to_string()") || first.contains("format!") {
        Kind::Cloned
    } else {
        Kind::Unknown
    }
}

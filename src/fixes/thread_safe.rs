//! Replaces types that are made for one thread by those that threads may share, all over the crate.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::send_bound::{object_in, send_object};
use crate::rule::Case;
use crate::syntax::{Call, CallKind, File, StatementKind};

/// So many files are changed by one fix at most.
const MOST_FILES: usize = 12;

/// The integers and `bool`, with the names of their atomic forms.
const ATOMICS: &[(&str, &str)] = &[
    ("bool", "AtomicBool"),
    ("u8", "AtomicU8"),
    ("u16", "AtomicU16"),
    ("u32", "AtomicU32"),
    ("u64", "AtomicU64"),
    ("usize", "AtomicUsize"),
    ("i8", "AtomicI8"),
    ("i16", "AtomicI16"),
    ("i32", "AtomicI32"),
    ("i64", "AtomicI64"),
    ("isize", "AtomicIsize"),
];

/// `Arc` for `Rc` in all files that use it, and for a cell in it, what threads may share. `ty` is the
/// type that rustc rejects.
pub fn share_between_threads(case: &Case, ty: &str) -> Option<Fix> {
    let name = &case.diagnostic.primary()?.span.file;
    let counted = has_word(ty, "Rc") || ty.starts_with("Weak<");
    let inside = content(case, ty);
    let locked = has_word(ty, "RefCell") || has_word(&inside, "RefCell");
    let atomic = has_word(ty, "Cell") || has_word(&inside, "Cell");
    let mut edits = Vec::new();
    for file in files(case, name, &["Rc", "RefCell", "Cell"])? {
        if counted {
            edits.extend(arcs(&file)?);
        }
        if locked {
            edits.extend(locks(&file)?);
        }
        if atomic {
            edits.extend(atomics(&file)?);
        }
    }
    // What is behind a `dyn` in it is shared too.
    if let Some(object) = object_in(ty).filter(|_| counted) {
        edits.extend(send_object(case, object, "Send + Sync").into_iter().flat_map(|fix| fix.edits));
    }
    let (id, cost) = match (counted, locked, atomic) {
        (true, false, false) => ("share-with-arc-everywhere", Cost::signature(Deed::Share)),
        (true, true, _) => ("share-with-arc-and-mutex", Cost::signature(Deed::Share).changed()),
        (false, true, _) => ("lock-with-mutex", Cost::signature(Deed::Share).changed()),
        _ => ("count-atomically", Cost::signature(Deed::Share)),
    };
    (!edits.is_empty()).then(|| Fix::new(id, cost, edits))
}

/// The fields of the type of the crate that a type holds, as text: a cell in them is shared with it.
fn content(case: &Case, ty: &str) -> String {
    let words = ty.split(|c: char| !c.is_alphanumeric() && c != '_');
    let at = case.diagnostic.primary().map(|primary| primary.span.file.clone()).unwrap_or_default();
    let mut text = String::new();
    for word in words.filter(|word| word.starts_with(char::is_uppercase)) {
        let files = case.files.crate_files_declaring(&at, word);
        let Some((file, adt)) = files.iter().find_map(|file| Some((file, file.adt_named(word)?))) else {
            continue;
        };
        for field in adt.fields {
            text.push_str(file.text(field.ty));
            text.push(' ');
        }
    }
    text
}

/// The files of the crate that name one of these types.
fn files(case: &Case, name: &str, types: &[&str]) -> Option<Vec<Rc<File>>> {
    let mut found: Vec<Rc<File>> = Vec::new();
    for ty in types {
        for file in case.files.crate_files_with(name, ty) {
            let known = found.iter().any(|known| Rc::ptr_eq(known, &file));
            if !known && !words(&file, ty).is_empty() {
                found.push(file);
            }
        }
    }
    (found.len() <= MOST_FILES).then_some(found)
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|found| found == word)
}

/// Where a word stands in the code of a file, comments and strings left out.
fn words(file: &File, word: &str) -> Vec<Range<usize>> {
    let text = &file.source.text;
    let all = text.match_indices(word).map(|(at, found)| at..at + found.len());
    let is_word = |range: &Range<usize>| file.token_after(range.start).as_ref() == Some(range);
    let free =
        |range: &Range<usize>| !file.in_attribute(range.clone()) && !file.in_macro_definition(range.clone());
    all.filter(is_word).filter(free).collect()
}

/// The import that a range is part of, from `use` to `;`.
fn import(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    let starts = words(file, "use").into_iter().rfind(|word| word.start < range.start)?.start;
    let end = starts + file.source.text.get(starts..)?.find(';')? + 1;
    (range.end <= end).then_some(starts..end)
}

/// Whether the file imports a name.
fn imports(file: &File, name: &str) -> bool {
    words(file, name).iter().any(|word| import(file, word).is_some())
}

/// The module's name before a range: `cell` in `cell::RefCell`.
fn module_before(file: &File, range: &Range<usize>) -> Option<Range<usize>> {
    let colons = file.token_before(range.start).filter(|token| file.text(token.clone()) == "::")?;
    file.token_before(colons.start)
}

/// A whole line with its end.
fn line(file: &File, range: Range<usize>) -> Edit {
    let line = file.source.line_range(file.source.line_of(range.start));
    let end = file.source.line_end();
    let alone = file.text(line.clone()).trim() == file.text(range.clone());
    let whole = line.start..line.end.max(range.end);
    let behind = if file.text(whole.clone()).ends_with('\n') { 0 } else { end.len() };
    Edit::delete(
        &file.source,
        if alone { whole.start..(whole.end + behind).min(file.source.text.len()) } else { range },
    )
}

/// Replaces an imported name: `use std::rc::Rc` becomes `use std::sync::Arc`, or goes where that is
/// there already. Nothing where it is part of a list that holds others of its module.
fn reimport(file: &File, word: &Range<usize>, path: &str, new: &str) -> Option<Vec<Edit>> {
    let whole = import(file, word)?;
    let alone = file.text(whole.clone()) == format!("use std::{path};");
    let last = new.rsplit("::").next().unwrap_or(new);
    if imports(file, last) {
        return alone.then(|| vec![line(file, whole)]);
    }
    if alone {
        return Some(vec![Edit::replace(&file.source, whole, format!("use std::{new};"))]);
    }
    // `use std::{cell::RefCell, rc::Rc}`.
    let of_module = |module: &Range<usize>| path.starts_with(&format!("{}::", file.text(module.clone())));
    if let Some(module) = module_before(file, word).filter(of_module) {
        return Some(vec![Edit::replace(&file.source, module.start..word.end, new)]);
    }
    // `use std::cell::{Cell, RefCell}`: out of the list, and an import of its own.
    let before = file.token_before(word.start)?;
    let after = file.token_after(word.end)?;
    let cut = match (file.text(before.clone()), file.text(after.clone())) {
        (_, ",") => word.start..file.token_after(after.end)?.start,
        (",", _) => before.start..word.end,
        _ => return None,
    };
    let end = file.source.line_end();
    let indent = file.indent_at(whole.start);
    Some(vec![
        Edit::delete(&file.source, cut),
        Edit::insert(&file.source, whole.end, format!("{end}{indent}use std::{new};")),
    ])
}

/// `Arc` for every `Rc`.
fn arcs(file: &File) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for word in words(file, "Rc") {
        if import(file, &word).is_some() && imports(file, "Arc") {
            edits.extend(reimport(file, &word, "rc::Rc", "sync::Arc")?);
            continue;
        }
        edits.push(Edit::replace(&file.source, word, "Arc"));
    }
    let kept = |word: &Range<usize>| {
        edits.iter().any(|edit| edit.byte_start <= word.start && word.end <= edit.byte_end)
    };
    let is_module =
        |word: &Range<usize>| file.token_after(word.end).is_some_and(|next| file.text(next).starts_with(':'));
    let modules: Vec<_> =
        words(file, "rc").into_iter().filter(|word| is_module(word) && !kept(word)).collect();
    edits.extend(modules.into_iter().map(|word| Edit::replace(&file.source, word, "sync")));
    Some(edits)
}

/// `Mutex` for every `RefCell`, and a lock for every borrow of one.
fn locks(file: &File) -> Option<Vec<Edit>> {
    // Guards in signatures, and borrows that may fail, have no counterpart of the same shape.
    let odd = ["Ref", "RefMut", "try_borrow", "try_borrow_mut", "Borrow", "BorrowMut"];
    if odd.iter().any(|name| !words(file, name).is_empty()) {
        return None;
    }
    let mut edits = Vec::new();
    for word in words(file, "RefCell") {
        match import(file, &word) {
            Some(_) => edits.extend(reimport(file, &word, "cell::RefCell", "sync::Mutex")?),
            None => {
                let module = module_before(file, &word).filter(|module| file.text(module.clone()) == "cell");
                let from = module.as_ref().map_or(word.start, |module| module.start);
                let new = if module.is_some() { "sync::Mutex" } else { "Mutex" };
                edits.push(Edit::replace(&file.source, from..word.end, new));
            }
        }
    }
    let methods = |name| {
        file.calls_named(name)
            .into_iter()
            .filter(|call| call.kind == CallKind::Method && call.args.is_empty())
    };
    for call in methods("borrow").chain(methods("borrow_mut")) {
        edits.push(Edit::replace(&file.source, call.name_range.start..call.range.end, "lock().unwrap()"));
    }
    for call in methods("into_inner") {
        edits.push(Edit::insert(&file.source, call.range.end, ".unwrap()"));
    }
    Some(edits)
}

/// The atomic form of the type in a `Cell<u32>` that begins a text, with that type's length.
fn atomic_in(text: &str) -> Option<(&'static str, usize)> {
    let inner = text.strip_prefix('<')?.split('>').next()?;
    let (_, atomic) = ATOMICS.iter().find(|(plain, _)| *plain == inner)?;
    Some((atomic, inner.len() + 2))
}

/// The atomic form of the cell that `Cell::new` makes for a field or a variable, or of a `bool`.
fn atomic_made(file: &File, word: &Range<usize>) -> Option<&'static str> {
    let of_type = |ty: Range<usize>| atomic_in(file.text(ty).split_once("Cell")?.1).map(|(atomic, _)| atomic);
    if let Some(ty) = file.statement_at(word.clone()).and_then(|it| match it.kind {
        StatementKind::Let(of) => of.ty,
        _ => None,
    }) {
        return of_type(ty);
    }
    if let Some(ty) = file.item_at(word.clone()).and_then(|item| item.ty) {
        return of_type(ty);
    }
    let colon = file.token_before(word.start).filter(|it| file.text(it.clone()) == ":");
    let name = colon.and_then(|colon| file.token_before(colon.start)).map(|name| file.text(name));
    let fields = || file.adts().into_iter().flat_map(|adt| adt.fields);
    let same = fields().filter(|field| name.is_some() && field.name.as_deref() == name);
    let mut found: Vec<&str> = same.filter_map(|field| of_type(field.ty)).collect();
    found.dedup();
    if let [one] = found.as_slice() {
        return Some(one);
    }
    // The only kind of cell that the file has.
    let mut all: Vec<&str> = fields().filter_map(|field| of_type(field.ty)).collect();
    all.sort_unstable();
    all.dedup();
    if let [one] = all.as_slice() { Some(one) } else { None }
}

/// An atomic type for every `Cell`, and its methods. Nothing where a change depends on the value in a
/// way that no single atomic step can do.
fn atomics(file: &File) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    let (imported, named): (Vec<_>, Vec<_>) =
        words(file, "Cell").into_iter().partition(|word| import(file, word).is_some());
    for word in named {
        let text = file.source.text.get(word.end..)?;
        let (atomic, length) = match atomic_in(text) {
            Some(found) => found,
            None if text.starts_with("::new(") => (atomic_made(file, &word)?, 0),
            None => return None,
        };
        if module_before(file, &word).is_some() {
            return None;
        }
        used.push(atomic);
        edits.push(Edit::replace(&file.source, word.start..word.end + length, atomic));
    }
    used.sort_unstable();
    used.dedup();
    let names = format!("sync::atomic::{{{}, Ordering}}", used.join(", "));
    for word in imported.into_iter().filter(|_| !used.is_empty()) {
        edits.extend(reimport(file, &word, "cell::Cell", &names)?);
    }
    for call in cell_calls(file) {
        let receiver = file.text(call.receiver.clone()?).to_owned();
        let name = call.name_range.clone();
        let with_order = |edits: &mut Vec<Edit>, method: &str, value: Range<usize>| {
            edits.push(Edit::replace(&file.source, name.clone(), method));
            edits.push(Edit::replace(&file.source, call.parens.start + 1..value.start, ""));
            edits.push(Edit::insert(&file.source, value.end, ", Ordering::SeqCst"));
        };
        match (call.name.as_str(), call.args.as_slice()) {
            ("get", []) => {
                // What is read for a change of the same cell goes with that change.
                let within = cell_calls(file).into_iter().any(|outer| {
                    let same = outer.receiver.clone().map(|it| file.text(it)) == Some(receiver.as_str());
                    outer.name == "set"
                        && same
                        && outer.parens.start < call.range.start
                        && call.range.end < outer.parens.end
                });
                if !within {
                    edits.push(Edit::replace(
                        &file.source,
                        name.start..call.range.end,
                        "load(Ordering::SeqCst)",
                    ));
                }
            }
            ("replace", [value]) => with_order(&mut edits, "swap", value.clone()),
            ("set", [value]) => {
                let text = file.text(value.clone());
                let read = format!("{receiver}.get()");
                let step = [("+", "fetch_add"), ("-", "fetch_sub")].into_iter().find_map(|(sign, method)| {
                    Some((text.strip_prefix(&format!("{read} {sign} "))?, method))
                });
                match step {
                    Some((by, _)) if by.contains(&read) || by.contains(['+', '-', '*', '/', '%']) => {
                        return None;
                    }
                    Some((by, method)) => with_order(&mut edits, method, value.end - by.len()..value.end),
                    None if text.contains(&read) => return None,
                    None => with_order(&mut edits, "store", value.clone()),
                }
            }
            _ => return None,
        }
    }
    Some(edits)
}

/// The calls of methods on fields and variables that are declared as cells.
fn cell_calls(file: &File) -> Vec<Call> {
    let mut names: Vec<String> = Vec::new();
    for adt in file.adts() {
        let cells = adt.fields.into_iter().filter(|field| file.text(field.ty.clone()).contains("Cell<"));
        names.extend(cells.filter_map(|field| field.name));
    }
    let methods = ["get", "set", "replace", "take", "swap", "update"];
    let calls =
        methods.iter().flat_map(|name| file.calls_named(name)).filter(|call| call.kind == CallKind::Method);
    let on_cell = |call: &Call| {
        let Some(receiver) = call.receiver.clone() else { return false };
        let last = file.text(receiver.clone()).rsplit('.').next().unwrap_or_default();
        let declared = file.binding(last, receiver.start).is_some_and(|binding| {
            let init = binding.let_.as_ref().and_then(|of| of.init.clone());
            binding.ty.clone().or(init).is_some_and(|range| has_word(file.text(range), "Cell"))
        });
        names.iter().any(|name| name == last) || declared
    };
    calls.filter(on_cell).collect()
}

//! Lets a function or closure return an owned value instead of a reference to what it owns.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::owned::{copy_of, owned_type, value_of};
use crate::fixes::store_owned::{copy_what_goes_in, item_type};
use crate::rule::Case;
use crate::syntax::{Call, CallKind, Destination, ExprKind, File, Function, TypeKind};

/// Types that hold what they are given.
const HOLDERS: &[&str] =
    &["Option", "Result", "Vec", "VecDeque", "HashSet", "BTreeSet", "HashMap", "BTreeMap"];

/// The owned type in the signature, and the owned value at every return. `returned` is the
/// expression that rustc rejects.
pub fn return_owned(case: &Case, returned: &Span) -> Vec<Fix> {
    let Some(file) = case.file(returned) else { return Vec::new() };
    let Some(function) = free_function(&file, returned.range()) else { return Vec::new() };
    let Some(ty) = function.return_type.clone() else { return Vec::new() };
    let Some(body) = function.body.clone().filter(|body| file.is_editable(body.clone())) else {
        return Vec::new();
    };
    let leaves = returns(&file, body);
    let fix = match file.type_at(ty.clone()).map(|ty| ty.kind) {
        Some(TypeKind::Reference { .. }) => whole_reference(&file, ty, &leaves, &returned.range()),
        Some(TypeKind::Path { name, .. }) if HOLDERS.contains(&name.as_str()) => {
            inner_reference(&file, ty, &leaves, &returned.range(), &name)
        }
        _ => None,
    };
    fix.into_iter().collect()
}

/// The function around a range, if no trait fixes its signature.
pub fn free_function(file: &File, range: Range<usize>) -> Option<Function> {
    let function = file.function_at(range)?;
    (!function.in_trait && !function.in_trait_impl).then_some(function)
}

/// The expressions that a function returns, branches followed to their ends.
fn returns(file: &File, body: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for expr in file.exprs_in(body) {
        let within = found.last().is_some_and(|last| expr.range.end <= last.end);
        let branches = matches!(
            expr.kind,
            ExprKind::Block
                | ExprKind::UnsafeBlock
                | ExprKind::If
                | ExprKind::Match
                | ExprKind::Return
                | ExprKind::Loop
        );
        if !within && !branches && file.destination(expr.range.clone()) == Some(Destination::Returned) {
            found.push(expr.range);
        }
    }
    let never = |range: &Range<usize>| {
        let text = file.text(range.clone());
        ["panic!", "unreachable!", "todo!", "unimplemented!", "None"]
            .iter()
            .any(|start| text.starts_with(start))
    };
    found.retain(|range| !never(range));
    found
}

fn whole_reference(
    file: &File,
    ty: Range<usize>,
    leaves: &[Range<usize>],
    flagged: &Range<usize>,
) -> Option<Fix> {
    let owned = owned_type(file, ty.clone())?;
    let mut edits = vec![Edit::replace(&file.source, ty, owned.as_str())];
    let mut copies = false;
    for leaf in leaves {
        let taken = if leaf == flagged { value_of(file, leaf.clone()) } else { None };
        copies |= taken.is_none();
        edits.extend(taken.or_else(|| copy_of(file, leaf.clone()))?);
    }
    let (id, deed) =
        if copies { ("return-owned-copies", Deed::Clone) } else { ("return-owned", Deed::Restructure) };
    let id = if copies && leaves.len() == 1 { "return-copy" } else { id };
    Some(Fix::new(id, Cost::signature(deed), edits).with("owned_type", owned))
}

/// The same for `Option<&T>`, `Result<&T, E>` and `Vec<&T>`.
fn inner_reference(
    file: &File,
    ty: Range<usize>,
    leaves: &[Range<usize>],
    flagged: &Range<usize>,
    name: &str,
) -> Option<Fix> {
    let changed = item_type(file, ty.clone(), 0)?;
    let of_str = changed.replacement == "String" || changed.replacement.starts_with("Vec<");
    let inner = changed.byte_start..changed.byte_end;
    let shown = format!(
        "{}{}{}",
        file.text(ty.start..inner.start),
        changed.replacement,
        file.text(inner.end..ty.end)
    );
    let mut edits = vec![changed];
    let mut copies = false;
    for leaf in leaves {
        let Some(call) = file.call_at(leaf.clone()) else {
            copies = true;
            // A collection is copied where it is filled.
            if !["Option", "Result"].contains(&name) {
                let collection = file.binding(file.text(leaf.clone()), leaf.start)?;
                edits.extend(copy_what_goes_in(file, &collection)?);
                continue;
            }
            let copy =
                if file.text(inner.clone()).ends_with("str") { ".map(str::to_owned)" } else { ".cloned()" };
            edits.push(Edit::insert(&file.source, leaf.end, copy));
            continue;
        };
        if call.kind == CallKind::Function && ["Some", "Ok"].contains(&call.name.as_str()) {
            let value = call.args.first()?.clone();
            let taken = if leaf == flagged { value_of(file, value.clone()) } else { None };
            copies |= taken.is_none();
            edits.extend(taken.or_else(|| copy_of(file, value))?);
        } else if call.kind == CallKind::Function && call.name == "Err" {
        } else if call.kind == CallKind::Method && call.name == "collect" {
            let dot = call.receiver.clone()?.end;
            copies = true;
            edits.push(Edit::insert(
                &file.source,
                dot,
                if of_str { ".map(str::to_owned)" } else { ".cloned()" },
            ));
        } else {
            let gives_str =
                ["next", "strip_prefix", "strip_suffix", "as_deref", "nth"].contains(&call.name.as_str());
            copies = true;
            edits.push(Edit::insert(
                &file.source,
                leaf.end,
                if of_str && gives_str { ".map(str::to_owned)" } else { ".cloned()" },
            ));
        }
    }
    let (id, deed) = if copies { ("return-copy", Deed::Clone) } else { ("return-owned", Deed::Restructure) };
    Some(Fix::new(id, Cost::signature(deed), edits).with("owned_type", shown))
}

/// Lets the iterator that is returned own its items: by taking them out of the collection, or by
/// collecting what it would give.
pub fn own_items(case: &Case, returned: &Span, lent: Option<&Span>) -> Vec<Fix> {
    let Some(file) = case.file(returned) else { return Vec::new() };
    let Some(function) = free_function(&file, returned.range()) else { return Vec::new() };
    let Some(ty) = function.return_type.clone().filter(|ty| file.text(ty.clone()).contains("Iterator"))
    else {
        return Vec::new();
    };
    if !file.is_editable(returned.range()) {
        return Vec::new();
    }
    let item = file.type_refs(ty.clone()).into_iter().find_map(|found| match found.kind {
        TypeKind::Reference { .. } => Some((found.range.clone(), owned_type(&file, found.range)?)),
        _ => None,
    });
    let of_item = item.clone().map(|(range, owned)| Edit::replace(&file.source, range, owned));
    let mut fixes = Vec::new();
    let iterated = lent.and_then(|lent| file.method_call_on(lent.range())).filter(|call| call.name == "iter");
    if let Some(call) = iterated {
        let mut edits = vec![Edit::replace(&file.source, call.name_range, "into_iter")];
        edits.extend(of_item.clone());
        fixes.push(Fix::new("consume-with-into-iter", Cost::local(Deed::Restructure), edits));
    }
    // What stands in the box, for a boxed iterator.
    let boxed = file.call_at(returned.range()).filter(|call| call.name == "new" && call.args.len() == 1);
    let end = boxed.map_or(returned.byte_end, |call| call.args[0].end);
    let copied = match &item {
        Some((_, owned)) if owned == "String" => ".map(str::to_owned)",
        Some(_) => ".cloned()",
        None => "",
    };
    let text = format!("{copied}.collect::<Vec<_>>().into_iter()");
    let mut edits = vec![Edit::insert(&file.source, end, text)];
    edits.extend(of_item);
    fixes.push(Fix::new("collect-first", Cost::local(Deed::Clone), edits));
    fixes
}

/// Lets a closure return the value without the reference, and the variable that collects the
/// results own them.
pub fn drop_reference_in_closure(case: &Case, returned: &Span) -> Option<Fix> {
    let file = case.file(returned)?;
    let mut edits = value_of(&file, returned.range()).filter(|_| file.is_editable(returned.range()))?;
    edits.extend(type_of_results(&file, returned.range()));
    Some(Fix::new("drop-reference", Cost::local(Deed::Restructure), edits))
}

/// The change of the type of the variable in which a closure's results end.
fn type_of_results(file: &File, returned: Range<usize>) -> Option<Edit> {
    let closure = file.closure_at(returned)?;
    let Destination::Argument(call, _) = file.destination(closure.range)? else { return None };
    let Destination::Let(of) = file.destination(call.range)? else { return None };
    item_type(file, of.ty?, 0)
}

/// Lets a parameter be a reference, so that the caller keeps the value; with its calls.
pub fn borrow_parameter(case: &Case, returned: &Span, name: &str) -> Option<Fix> {
    let file = case.file(returned)?;
    let function = free_function(&file, returned.range())?;
    let index = function.params.iter().position(|param| param.name.as_deref() == Some(name))?;
    let ty = function.params.get(index)?.ty.clone()?;
    let result = function.return_type.clone()?;
    let old = file.text(ty.clone()).to_owned();
    if old.starts_with('&') || old.starts_with("impl ") || function.type_params.contains(&old) {
        return None;
    }
    let named = file.lifetimes_in(result.clone());
    let own = named.iter().map(|(_, name)| name).find(|name| function.lifetimes.contains(name));
    let mut edits = Vec::new();
    if own.is_none() {
        // Without a name, the result belongs to the only reference among the parameters.
        let others = file.elided_references(function.params_range.clone()).len();
        if others + file.lifetimes_in(function.params_range.clone()).len() > 0 {
            return None;
        }
        for (range, name) in &named {
            let after = file.token_after(range.end)?.start;
            match name.as_str() {
                "'static" => edits.push(Edit::delete(&file.source, range.start..after)),
                "'_" => {}
                _ => return None,
            }
        }
    }
    let lifetime = own.map(|own| format!("{own} ")).unwrap_or_default();
    let slim = match old.as_str() {
        "String" => "str".to_owned(),
        "PathBuf" => "Path".to_owned(),
        other => other
            .strip_prefix("Vec<")
            .and_then(|rest| rest.strip_suffix('>'))
            .map_or_else(|| other.to_owned(), |item| format!("[{item}]")),
    };
    let borrowed = format!("&{lifetime}{slim}");
    edits.push(Edit::replace(&file.source, ty, borrowed.as_str()));
    for (file, call) in calls_of(case, &file, &function) {
        let argument = call.args.get(index)?.clone();
        let simple = !matches!(
            file.expr_exactly(argument.clone())?.kind,
            ExprKind::Binary | ExprKind::Cast | ExprKind::Closure | ExprKind::Range | ExprKind::Ref { .. }
        );
        if !simple {
            return None;
        }
        edits.push(Edit::insert(&file.source, argument.start, "&"));
    }
    Some(Fix::new("borrow-parameter", Cost::signature(Deed::Borrow), edits).with("borrowed_type", borrowed))
}

fn calls_of(case: &Case, file: &File, function: &Function) -> Vec<(Rc<File>, Call)> {
    let files = case.files.crate_files_with(&file.source.name, &function.name).into_iter();
    let calls = files.flat_map(|file| {
        let calls = file.calls_named(&function.name).into_iter();
        let fits =
            calls.filter(|call| call.kind != CallKind::Macro && call.args.len() == function.params.len());
        fits.map(|call| (file.clone(), call)).collect::<Vec<_>>()
    });
    calls.collect()
}

/// Uses what a local was copied from instead of the copy.
pub fn use_the_source(file: &File, lent: Range<usize>, owner: &crate::syntax::Binding) -> Option<Fix> {
    let of = owner.let_.as_ref().filter(|_| !owner.mutable && owner.simple)?;
    let call = file.call_at(of.init.clone()?)?;
    let copies = ["clone", "to_owned", "to_string", "to_vec", "to_path_buf"].contains(&call.name.as_str());
    let source = call.receiver.filter(|_| copies && call.args.is_empty())?;
    let name = file.text(source.clone()).to_owned();
    let param = file.binding(&name, source.start)?;
    let is_reference = param.ty.is_some_and(|ty| file.text(ty).starts_with('&'));
    // `&copy` becomes the reference itself, `copy.trim()` the same on it.
    let whole = file
        .parents(lent.clone())
        .into_iter()
        .next()
        .filter(|outer| matches!(outer.kind, ExprKind::Ref { .. }));
    let replaced = whole.map_or(lent, |outer| outer.range);
    is_reference.then(|| {
        let edit = Edit::replace(&file.source, replaced, name.as_str());
        Fix::new("use-the-source", Cost::local(Deed::Borrow), vec![edit]).with("source", name)
    })
}

//! Gives a closure or async block data of its own: copies of what it uses, made before it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::another_sender::{another_sender, holds_sender, let_first_go};
use crate::fixes::move_owner_outward::fresh_name;
use crate::fixes::store_owned::is_used_after;
use crate::syntax::{Binding, BindingKind, CallKind, Destination, ExprKind, File, UseKind};

/// A closure or async block.
#[derive(Clone, Debug)]
pub struct Later {
    /// The whole of it.
    pub range: Range<usize>,
    /// What runs later.
    pub body: Range<usize>,
    /// Whether it says `move`.
    pub moves: bool,
    /// What to write where for `move`.
    pub move_insert: (usize, &'static str),
}

/// The outermost closure or async block that a range is, or that an argument of the call there is.
pub fn later_code(file: &File, range: Range<usize>) -> Option<Later> {
    let mut inner: Vec<Later> =
        file.exprs_in(range).into_iter().filter_map(|expr| later_at(file, expr.range)).collect();
    (!inner.is_empty()).then(|| inner.remove(0))
}

fn later_at(file: &File, range: Range<usize>) -> Option<Later> {
    match file.expr_exactly(range.clone())?.kind {
        ExprKind::Closure => {
            let closure = file.closure_at(range)?;
            let moves = closure.move_token.is_some();
            let move_insert = (closure.bars.start, "move ");
            Some(Later { range: closure.range, body: closure.body, moves, move_insert })
        }
        ExprKind::AsyncBlock => {
            let block = file.async_block_at(range)?;
            let moves = block.move_token.is_some();
            let move_insert = (block.async_token.end, " move");
            Some(Later { range: block.range, body: block.body, moves, move_insert })
        }
        _ => None,
    }
}

/// Copies the fields of `self`, or the references, that a closure uses, before the closure.
pub fn own_captures(file: &File, later: &Later) -> Option<Fix> {
    if !file.is_editable(later.range.clone()) {
        return None;
    }
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    let mut edits = Vec::new();
    let mut what = Vec::new();
    for used in file.uses("self", later.body.clone()) {
        let path = file.field_path(used.place.clone())?;
        let field = path.get(1)?;
        // A change in a copy would be lost, and a method needs all of `self`.
        let method_of_self = path.len() == 1 && matches!(used.kind, UseKind::MethodReceiver(_));
        if matches!(used.kind, UseKind::Write | UseKind::BorrowMut) || method_of_self {
            return None;
        }
        let whole = field_range(file, used.range.clone(), field)?;
        let name = match file.binding(field, later.range.start) {
            Some(_) => fresh_name(file, &format!("this_{field}"), later.range.start),
            None => field.clone(),
        };
        if !lines.contains_key(&name) {
            what.push(format!("self.{field}"));
        }
        lines.insert(name.clone(), format!("self.{field}.clone()"));
        edits.push(Edit::replace(&file.source, whole, name));
    }
    for name in captured_references(file, later) {
        what.push(name.clone());
        if let Some(edit) = cloned_where_lent(file, later, &name) {
            edits.push(edit);
            continue;
        }
        for used in file.uses(&name, later.body.clone()) {
            if matches!(used.kind, UseKind::Write | UseKind::BorrowMut) {
                return None;
            }
            if used.kind == UseKind::CallArgument && used.place == used.range {
                edits.push(Edit::insert(&file.source, used.range.start, "&"));
            }
        }
        lines.insert(name.clone(), format!("{name}.to_owned()"));
    }
    if edits.is_empty() && lines.is_empty() {
        return None;
    }
    let lines: Vec<String> =
        lines.into_iter().map(|(name, value)| format!("let {name} = {value};")).collect();
    if !lines.is_empty() {
        edits.extend(before(file, &later.range, &lines)?);
    }
    add_move(file, later, &mut edits);
    Some(Fix::new("own-before-closure", Cost::local(Deed::Clone), edits).with("copied", what.join(", ")))
}

/// The name in `x` or `&x`, where that is declared as a reference.
pub fn lent_name(file: &File, range: Range<usize>) -> Option<String> {
    let text = file.text(range.clone());
    let name = text.strip_prefix('&').unwrap_or(text).trim();
    let binding = file.binding(name, range.start)?;
    let lent = match binding.kind {
        BindingKind::SelfParam => file.text(binding.pattern).contains('&'),
        _ => file.text(binding.ty?).starts_with('&'),
    };
    lent.then(|| name.to_owned())
}

/// `let x = y.clone();` instead of `let x = &y;`, where `y` is a reference itself: a copy of `x` would
/// only be another reference.
fn cloned_where_lent(file: &File, later: &Later, name: &str) -> Option<Edit> {
    let init = file.binding(name, later.range.start)?.let_?.init?;
    let source = lent_name(file, init.clone())?;
    Some(Edit::replace(&file.source, init, format!("{source}.clone()")))
}

/// The bytes of `self.field` for the `self` at a range.
fn field_range(file: &File, token: Range<usize>, field: &str) -> Option<Range<usize>> {
    let around = file.parents(token.clone());
    let found =
        around.into_iter().find(|expr| expr.kind == ExprKind::Field && expr.range.start == token.start)?;
    file.text(found.range.clone()).ends_with(field).then_some(found.range)
}

/// The variables of the code around that a closure uses and that hold references, as far as can be
/// seen: parameters with such a type, and names of patterns and closures without a type.
fn captured_references(file: &File, later: &Later) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for expr in file.exprs_in(later.body.clone()) {
        let name = file.text(expr.range.clone()).to_owned();
        let is_name = matches!(expr.kind, ExprKind::Path) && name != "self" && !names.contains(&name);
        let Some(binding) = file.binding(&name, expr.range.start).filter(|_| is_name) else { continue };
        let outside = binding.name_range.end <= later.range.start;
        let local = !matches!(binding.kind, BindingKind::Static | BindingKind::Const);
        if outside && local && holds_reference(file, &binding) {
            names.push(name);
        }
    }
    for capture in file.format_captures_in(later.body.clone()) {
        let binding = file.binding(&capture.name, capture.range.start);
        let outside = binding.filter(|binding| binding.name_range.end <= later.range.start);
        if outside.is_some_and(|binding| holds_reference(file, &binding)) && !names.contains(&capture.name) {
            names.push(capture.name);
        }
    }
    names
}

fn holds_reference(file: &File, binding: &Binding) -> bool {
    if let Some(ty) = &binding.ty {
        return file.text(ty.clone()).starts_with('&') && !file.text(ty.clone()).starts_with("&mut");
    }
    match binding.kind {
        BindingKind::Let => {
            let init = binding.let_.as_ref().and_then(|of| of.init.clone());
            init.is_some_and(|init| {
                file.text(init.clone()).starts_with('&') || lent_name(file, init).is_some()
            })
        }
        BindingKind::For | BindingKind::ClosureParam => true,
        _ => false,
    }
}

/// The edits that write lines before a closure: before its statement, or, where the closure stands
/// in another closure without a block, in a block around it.
pub fn before(file: &File, range: &Range<usize>, lines: &[String]) -> Option<Vec<Edit>> {
    let end = file.source.line_end();
    let statement = file.statement_at(range.clone())?;
    let outer = file.parents(range.clone()).into_iter().find(|outer| {
        matches!(outer.kind, ExprKind::Closure)
            && outer.range.start >= statement.range.start
            && outer.range != *range
    });
    if let Some(outer) = outer {
        let body = file.closure_at(outer.range)?.body;
        let text = lines.join(" ");
        return Some(vec![
            Edit::insert(&file.source, body.start, format!("{{ {text} ")),
            Edit::insert(&file.source, body.end, " }"),
        ]);
    }
    let indent = file.indent_at(statement.range.start);
    let text: String = lines.iter().map(|line| format!("{line}{end}{indent}")).collect();
    Some(vec![Edit::insert(&file.source, statement.range.start, text)])
}

/// The variables of the code around that a closure uses.
pub fn captured(file: &File, later: &Later) -> Vec<Binding> {
    let paths = file.exprs_in(later.body.clone()).into_iter().filter(|expr| expr.kind == ExprKind::Path);
    let captures = file.format_captures_in(later.body.clone()).into_iter().map(|capture| capture.range);
    let mut found: Vec<Binding> = Vec::new();
    for range in paths.map(|expr| expr.range).chain(captures) {
        let Some(binding) = file.binding(file.text(range.clone()), range.start) else { continue };
        let outside = binding.name_range.end <= later.range.start;
        let local = !matches!(binding.kind, BindingKind::Static | BindingKind::Const);
        if outside && local && !found.iter().any(|known| known.name_range == binding.name_range) {
            found.push(binding);
        }
    }
    found
}

/// Those of them that are used again after it, and that `move` would take away.
pub fn needed_again(file: &File, later: &Later) -> Vec<Binding> {
    let again =
        captured(file, later).into_iter().filter(|binding| is_used_after(file, binding, later.range.end));
    again.filter(|binding| !is_copied(file, binding)).collect()
}

fn init_of<'f>(file: &'f File, binding: &Binding) -> &'f str {
    binding.let_.as_ref().and_then(|of| of.init.clone()).map(|init| file.text(init)).unwrap_or_default()
}

/// Whether a variable can be seen to be copied rather than moved: a number, a `bool`, a reference.
fn is_copied(file: &File, binding: &Binding) -> bool {
    let numbers = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize",
    ];
    let ty = binding.ty.clone().map(|ty| file.text(ty)).unwrap_or_default();
    let init = init_of(file, binding);
    let is_number = binding
        .let_
        .as_ref()
        .and_then(|of| of.init.clone())
        .is_some_and(|init| file.is_const_expr_literal(init));
    numbers.contains(&ty)
        || ty.starts_with('&') && !ty.starts_with("&mut")
        || is_number
        || init.starts_with('&') && !init.starts_with("&mut")
        || init.ends_with(".len()")
}

/// Whether a variable holds a struct or enum of the file that cannot be cloned.
fn cannot_be_cloned(file: &File, binding: &Binding) -> bool {
    let ty = binding.ty.clone().map_or_else(|| init_of(file, binding), |ty| file.text(ty));
    let name: String = ty.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let by_hand = || {
        file.impls().iter().any(|of| {
            of.self_name.as_deref() == Some(name.as_str()) && of.trait_name.as_deref() == Some("Clone")
        })
    };
    file.adt_named(&name).is_some_and(|adt| !adt.derives.iter().any(|derive| derive == "Clone")) && !by_hand()
}

/// Gives a closure clones of the variables that are used again after it.
pub fn clone_before_closure(file: &File, later: &Later, names: &[Binding]) -> Option<Fix> {
    let outermost = names.iter().min_by_key(|binding| binding.scope.start)?;
    // A change in a copy would be lost.
    let unfit = |binding: &Binding| {
        binding.kind == BindingKind::SelfParam || binding.mutable || cannot_be_cloned(file, binding)
    };
    if !file.is_editable(later.range.clone()) || names.iter().any(unfit) {
        return None;
    }
    let mut all_counted = true;
    let mut lines = Vec::new();
    for binding in names {
        let init = init_of(file, binding);
        let ty = binding.ty.clone().map(|ty| file.text(ty)).unwrap_or_default();
        let counted = ["Arc", "Rc"]
            .into_iter()
            .find(|kind| init.starts_with(&format!("{kind}::")) || ty.starts_with(&format!("{kind}<")));
        all_counted &= counted.is_some();
        let name = &binding.name;
        let value =
            counted.map_or_else(|| format!("{name}.clone()"), |kind| format!("{kind}::clone(&{name})"));
        lines.push(format!("let {name} = {value};"));
    }
    let statement = file.statement_at(later.range.clone())?;
    let block = file.block_at(statement.range.clone())?;
    // A name of the same block would hide the variable from the code that uses it afterwards.
    let used_here = |binding: &Binding| {
        let uses = file.uses_of(binding);
        uses.iter().any(|used| used.range.start > later.range.end && used.range.end < block.range.end)
    };
    let own_block = block.range.end < outermost.scope.end && !names.iter().any(used_here);
    let mut edits =
        if own_block { before(file, &later.range, &lines)? } else { around(file, &later.range, &lines)? };
    add_move(file, later, &mut edits);
    if let [sender] = names
        && holds_sender(file, sender)
    {
        return Some(another_sender(file, &later.range, &sender.name, edits));
    }
    let (id, deed) = if all_counted {
        ("share-before-closure", Deed::Share)
    } else {
        ("clone-before-closure", Deed::Clone)
    };
    let mut cost = Cost::local(deed);
    let senders: Vec<&Binding> = names.iter().filter(|binding| holds_sender(file, binding)).collect();
    if let [first, others @ ..] = senders.as_slice() {
        // One edit for each place: of several senders only one is dropped.
        let sender = others.is_empty().then_some(*first);
        cost = let_first_go(file, &later.range, sender, &mut edits, cost);
    }
    let names: Vec<&str> = names.iter().map(|binding| binding.name.as_str()).collect();
    Some(Fix::new(id, cost, edits).with("name", names.join(", ")))
}

/// Adds `move`, behind what is inserted at the same place.
fn add_move(file: &File, later: &Later, edits: &mut Vec<Edit>) {
    let (at, word) = later.move_insert;
    let same = edits.iter_mut().find(|edit| edit.byte_start == at && edit.byte_end == at);
    match same {
        _ if later.moves => {}
        Some(edit) => edit.replacement.push_str(word),
        None => edits.push(Edit::insert(&file.source, at, word)),
    }
}

/// A block around a closure that begins with these lines.
fn around(file: &File, range: &Range<usize>, lines: &[String]) -> Option<Vec<Edit>> {
    let end = file.source.line_end();
    let indent = file.indent_at(range.start).to_owned();
    let text: String = lines.iter().map(|line| format!("{line}{end}{indent}    ")).collect();
    let mut edits = vec![Edit::insert(&file.source, range.start, format!("{{{end}{indent}    {text}"))];
    edits.extend(indented(file, range.clone())?);
    edits.push(Edit::insert(&file.source, range.end, format!("{end}{indent}}}")));
    Some(edits)
}

/// Four spaces more before each further line of a range. Nothing where a line begins within a
/// string or a comment block, where spaces are text.
pub fn indented(file: &File, range: Range<usize>) -> Option<Vec<Edit>> {
    let (first, last) = (file.source.line_of(range.start), file.source.line_of(range.end));
    let mut edits = Vec::new();
    for line in first + 1..=last {
        let at = file.source.line_range(line);
        if at.is_empty() || at.start > range.end {
            continue;
        }
        let inside = |expr: &crate::syntax::Expr| {
            expr.kind == ExprKind::Literal && expr.range.start < at.start && at.start < expr.range.end
        };
        if file.exprs_in(range.clone()).iter().any(inside) || file.in_unread_macro(at.clone()) {
            return None;
        }
        edits.push(Edit::insert(&file.source, at.start, "    "));
    }
    Some(edits)
}

/// Whether the code of a range is given to something called `spawn`, and the call.
pub fn spawned(file: &File, range: Range<usize>) -> Option<crate::syntax::Call> {
    match file.destination(range)? {
        Destination::Argument(call, _) if call.name.starts_with("spawn") && call.kind != CallKind::Macro => {
            Some(call)
        }
        _ => None,
    }
}

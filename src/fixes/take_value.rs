//! Takes a value out of a place that is only borrowed, and leaves another one there.

use std::ops::Range;

use crate::conflict::words;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::borrow_value::{next_statement, reference_named};
use crate::fixes::held_place::base_name;
use crate::fixes::reference_uses::changes;
use crate::rule::Case;
use crate::syntax::{AdtKind, BindingKind, ExprKind, File, MatchKind, StatementKind, Use, UseKind, holds};

/// The ways to take the value out of a place behind `&mut`: all of them leave something behind.
/// Where the next statement writes the place again, this is what the reader meant.
pub fn take_value(case: &Case, file: &File, place: Range<usize>, ty: &str) -> Vec<Fix> {
    if !file.is_editable(place.clone()) {
        return Vec::new();
    }
    let exchanged = swap_in_place(file, place.clone())
        .or_else(|| replace_in_place(file, place.clone()))
        .or_else(|| replace_by_namesake(file, place.clone()));
    exchanged.into_iter().chain(taken(case, file, place, ty)).collect()
}

/// `self.state` -> `std::mem::replace(&mut self.state, state)`, where a variable or parameter is called
/// like the field, or `new_state` or the like, and nothing in this block uses it. If nothing else does
/// either, it was made for this.
fn replace_by_namesake(file: &File, place: Range<usize>) -> Option<Fix> {
    let field = file.field_path(place.clone())?.pop()?;
    let names = [field.clone(), format!("new_{field}"), format!("next_{field}"), format!("old_{field}")];
    let block = file.block_at(place.clone())?.range;
    let unused = |name: &String| {
        let binding = file.binding(name, place.start)?;
        let uses = file.uses_of(&binding);
        let idle = !uses.iter().any(|it| block.start <= it.range.start && it.range.end <= block.end);
        let local = matches!(binding.kind, BindingKind::Param | BindingKind::Let);
        (idle && local && binding.simple).then_some((binding.name, uses.is_empty()))
    };
    let (new, made_for_this) = names.iter().find_map(unused)?;
    let cost = Cost::local(Deed::Take);
    let cost = if made_for_this { cost } else { cost.changed() };
    let exchange =
        format!("std::mem::replace({}, {new})", as_mutable(file, file.text(place.clone()), place.start));
    let edits = vec![Edit::replace(&file.source, place.clone(), exchange)];
    let fix = Fix::new("put-namesake-there", cost, edits);
    Some(fix.with("place", file.text(place)).with("new_value", new))
}

/// `x.take()` for an `Option`, `std::mem::take(&mut x)` for a type with a default.
fn taken(case: &Case, file: &File, place: Range<usize>, ty: &str) -> Option<Fix> {
    let written_again =
        is_written_again(file, &place) || ty.starts_with("Option<") && arm_writes_it(file, &place);
    let cost = Cost::local(Deed::Take);
    let cost = if written_again { cost } else { cost.changed() };
    let name = file.text(place.clone()).to_owned();
    if ty.starts_with("Option<") {
        let edits = match name.strip_prefix('*') {
            // A method finds its way through the reference by itself.
            Some(inner) => vec![
                Edit::delete(&file.source, place.start..place.end - inner.len()),
                Edit::insert(&file.source, place.end, ".take()"),
            ],
            None => vec![Edit::insert(&file.source, place.end, ".take()")],
        };
        return Some(Fix::new("take-option", cost, edits).with("place", name));
    }
    if has_default(case, file, ty) {
        let edits = around(file, &place, "std::mem::take(", ")");
        return Some(Fix::new("take-default", cost, edits).with("place", name).with("type", ty));
    }
    let variant = unit_variant(case, file, ty)?;
    let edits = around(file, &place, "std::mem::replace(", &format!(", {variant})"));
    Some(Fix::new("take-replace", cost, edits).with("place", name).with("left_behind", variant))
}

/// `x.take()` for a variable whose later use asks whether it is empty: `x.is_some()`, `if let Some(y) = x`.
/// Where something sets it again, and nothing counts on its content without asking, `None` is what the
/// reader meant.
pub fn empty_option(file: &File, place: Range<usize>, used: Range<usize>) -> Option<Fix> {
    let name = file.text(place.clone());
    let is_name = file.expr_exactly(place.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
    let binding = file.binding(name, place.start).filter(|_| is_name && file.is_editable(place.clone()))?;
    let uses = file.uses_of(&binding);
    let of_used = |it: &&Use| it.range.start <= used.start && used.start < it.place.end;
    uses.iter().find(of_used).filter(|it| asks(file, it))?;
    let mut edits = vec![Edit::insert(&file.source, place.end, ".take()")];
    // In a loop, what stands before comes after as well.
    let around = file.loops_around(place.clone()).into_iter().map(|it| it.range);
    let mut around = around.filter(|it| !holds(it, &binding.name_range));
    let again = around.next_back().unwrap_or(place.end..usize::MAX);
    let set_again = uses.iter().any(|it| it.kind == UseKind::Write && it.range.start >= again.start);
    let counted_on = uses.iter().any(|it| it.place != place && !is_safe_when_empty(file, it, name));
    if !binding.mutable {
        let (at, text) = file.mut_insert(&binding)?;
        edits.insert(0, Edit::insert(&file.source, at, text));
    }
    let cost = Cost::local(Deed::Take);
    let cost = if set_again && !counted_on && binding.mutable { cost } else { cost.changed() };
    Some(Fix::new("take-option", cost, edits).with("place", name))
}

/// Whether a use only asks if there is something.
fn asks(file: &File, used: &Use) -> bool {
    match &used.kind {
        UseKind::MethodReceiver(method) => ["is_some", "is_none"].contains(&method.as_str()),
        _ => file.match_on(used.place.clone()).is_some_and(|found| found.kind != MatchKind::For),
    }
}

/// Whether a use of an `Option` is right where it is `None` as well: it asks, sets it, or stands in an `if`
/// that has asked.
fn is_safe_when_empty(file: &File, used: &Use, name: &str) -> bool {
    let has_asked = || {
        let ifs = file.parents(used.range.clone()).into_iter().filter(|expr| expr.kind == ExprKind::If);
        let asked = format!("{name}.is_some()");
        ifs.into_iter().any(|expr| {
            let condition = file.text(expr.range.clone()).split('{').next().unwrap_or_default();
            condition.contains(&asked)
                && !condition.contains(&format!("!{asked}"))
                && !condition.contains("||")
        })
    };
    // `if let Some(y) = &mut x`.
    let looked_into = || {
        let around = file.parents(used.range.clone()).into_iter().take(2);
        around.into_iter().any(|expr| file.match_on(expr.range).is_some_and(|it| it.kind != MatchKind::For))
    };
    asks(file, used) || used.kind == UseKind::Write || has_asked() || looked_into()
}

/// `if let Some(out) = child.stdout.take()`: the content of a field is taken, and the rest stays whole. A
/// child process is made for this; of other types, what is called next may look for the content.
pub fn empty_field(file: &File, part: Range<usize>, ty: &str) -> Option<Fix> {
    let of = file.match_of(part.clone())?;
    let place = of.scrutinee.filter(|place| file.is_editable(place.clone()))?;
    let path = file.field_path(place.clone()).filter(|path| path.len() > 1)?;
    let pattern =
        of.patterns.iter().find(|pattern| pattern.start <= part.start && part.end <= pattern.end)?;
    file.text(pattern.clone()).starts_with("Some(").then_some(())?;
    let binding = file.binding(path.first()?, place.start)?;
    let mut edits = vec![Edit::insert(&file.source, place.end, ".take()")];
    if !binding.mutable && reference_named(file, &binding.name, place.start) != Some(true) {
        let (at, text) = file.mut_insert(&binding)?;
        edits.insert(0, Edit::insert(&file.source, at, text));
    }
    let cost = Cost::local(Deed::Take);
    let cost = if base_name(ty).starts_with("ChildStd") { cost } else { cost.changed() };
    Some(Fix::new("take-option", cost, edits).with("place", file.text(place)))
}

/// `std::mem::take(&mut buffer)` for a variable that is filled again, where the code asks whether it is
/// empty. What is filled again is not set again, so it is for the reader to say.
pub fn empty_buffer(case: &Case, file: &File, place: Range<usize>, ty: &str) -> Option<Fix> {
    let name = file.text(place.clone());
    let is_name = file.expr_exactly(place.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
    let binding = file.binding(name, place.start).filter(|it| is_name && it.mutable)?;
    let uses = file.uses_of(&binding);
    let calls = |wanted: &dyn Fn(&str) -> bool| {
        uses.iter().any(|it| matches!(&it.kind, UseKind::MethodReceiver(method) if wanted(method)))
    };
    let flushed = calls(&changes) && calls(&|method| method == "is_empty");
    if !flushed || !has_default(case, file, ty) || !file.is_editable(place.clone()) {
        return None;
    }
    let edits = around(file, &place, "std::mem::take(", ")");
    let fix = Fix::new("take-default", Cost::local(Deed::Take).changed(), edits);
    Some(fix.with("place", name).with("type", ty))
}

/// `let t = a; a = b; b = t;` -> `std::mem::swap(&mut a, &mut b);`, from the first or the second of
/// the three.
fn swap_in_place(file: &File, place: Range<usize>) -> Option<Fix> {
    let block = file.block_at(place.clone())?;
    let at = block
        .statements
        .iter()
        .position(|statement| statement.range.start <= place.start && place.end <= statement.range.end)?;
    let first =
        if matches!(block.statements.get(at)?.kind, StatementKind::Let(_)) { at } else { at.checked_sub(1)? };
    let [first, second, third] = block.statements.get(first..first + 3)? else { return None };
    let StatementKind::Let(declared) = &first.kind else { return None };
    let (name, a) = (declared.name.as_deref()?, file.text(declared.init.clone()?));
    let (left, b) = assignment(file, second.expr.clone()?)?;
    let (right, t) = assignment(file, third.expr.clone()?)?;
    if left != a || right != b || t != name {
        return None;
    }
    // The temporary name has no other use.
    let binding = file.binding(name, declared.name_range.clone()?.start)?;
    if file.uses_of(&binding).len() != 1 {
        return None;
    }
    let (one, other) = (as_mutable(file, a, first.range.start), as_mutable(file, b, first.range.start));
    let exchange = format!("std::mem::swap({one}, {other});");
    let edits = vec![
        Edit::replace(&file.source, first.range.clone(), exchange),
        without(file, first.range.end, &second.range)?,
        without(file, second.range.end, &third.range)?,
    ];
    Some(Fix::new("swap-in-place", Cost::local(Deed::Annotate), edits).with("place", a).with("other", b))
}

/// `let old = a; a = new;` -> `let old = std::mem::replace(&mut a, new);`.
fn replace_in_place(file: &File, place: Range<usize>) -> Option<Fix> {
    let (first, second) = next_statement(file, place.clone())?;
    let StatementKind::Let(declared) = &first.kind else { return None };
    let name = declared.name.clone().filter(|_| declared.init == Some(place.clone()))?;
    let a = file.text(place.clone()).to_owned();
    let value = second.expr.clone()?;
    let (left, new) = assignment(file, value.clone())?;
    // The new value comes first now, so it must not need the old one.
    let needs_old = !file.uses(&name, value.clone()).is_empty();
    if left != a || needs_old || file.contains_jump(value.clone()) || file.contains_await(value) {
        return None;
    }
    let exchange = format!("std::mem::replace({}, {new})", as_mutable(file, &a, place.start));
    let edits =
        vec![Edit::replace(&file.source, place, exchange), without(file, first.range.end, &second.range)?];
    Some(
        Fix::new("replace-in-place", Cost::local(Deed::Annotate), edits)
            .with("place", a)
            .with("new_value", new),
    )
}

/// Takes a statement away with the space before it. What stands between the one before and it, a
/// comment, stays; nothing where code would come to stand behind a comment.
fn without(file: &File, before: usize, statement: &Range<usize>) -> Option<Edit> {
    let between = file.text(before..statement.start);
    let comment = between.trim_end().len();
    let line = file.source.line_range(file.source.line_of(statement.end));
    let behind = file.text(statement.end..line.end.max(statement.end)).trim();
    let safe = comment == 0 || behind.is_empty() || behind.starts_with("//");
    safe.then(|| Edit::delete(&file.source, before + comment..statement.end))
}

/// The two sides of `a = b`.
fn assignment(file: &File, range: Range<usize>) -> Option<(&str, &str)> {
    file.expr_exactly(range.clone()).filter(|expr| expr.kind == ExprKind::Assign)?;
    let (left, right) = file.text(range).split_once('=')?;
    Some((left.trim(), right.trim()))
}

/// `&mut a`; `x` for `*x` where `x` is a `&mut` reference already.
fn as_mutable(file: &File, place: &str, at: usize) -> String {
    match place.strip_prefix('*') {
        Some(inner) if reference_named(file, inner, at) == Some(true) => inner.to_owned(),
        _ => format!("&mut {place}"),
    }
}

fn around(file: &File, place: &Range<usize>, before: &str, after: &str) -> Vec<Edit> {
    let text = file.text(place.clone());
    let mutable = as_mutable(file, text, place.start);
    match mutable.strip_suffix(text) {
        Some(mark) => vec![
            Edit::insert(&file.source, place.start, format!("{before}{mark}")),
            Edit::insert(&file.source, place.end, after),
        ],
        None => vec![Edit::replace(&file.source, place.clone(), format!("{before}{mutable}{after}"))],
    }
}

/// Whether a later statement of the same block, with nothing that may leave the block before it,
/// assigns the place, or the statement itself is `place = ..`.
fn is_written_again(file: &File, place: &Range<usize>) -> bool {
    let text = file.text(place.clone());
    let Some(statement) = file.statements_around(place.clone()).into_iter().last() else { return false };
    let Some(block) = file.block_at(statement.range.clone()) else { return false };
    let statements = block.statements.iter().skip_while(|other| other.range.end <= place.start);
    for statement in statements {
        let Some(expr) = statement.expr.clone() else { return false };
        let leaves = file.contains_jump(expr.clone()) || file.contains_await(expr.clone());
        if leaves {
            return false;
        }
        let assigned = assignment(file, expr).is_some_and(|(left, _)| left == text);
        if assigned {
            return true;
        }
    }
    false
}

/// Whether the arm for `Some(name)` begins with an assignment that writes the place again, and all
/// other arms are for `None`, which is what is left behind.
pub fn arm_writes_it(file: &File, place: &Range<usize>) -> bool {
    assigned_in_arm(file, place).is_some()
}

fn assigned_in_arm(file: &File, place: &Range<usize>) -> Option<Range<usize>> {
    let of = file.match_on(place.clone())?;
    let is_some = |pattern: &Range<usize>| {
        let inner = file.text(pattern.clone()).strip_prefix("Some(").and_then(|rest| rest.strip_suffix(')'));
        let name = inner.map(|inner| inner.strip_prefix("mut ").unwrap_or(inner));
        name.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    let (some, rest): (Vec<_>, Vec<_>) = of.patterns.into_iter().partition(is_some);
    let [some] = some.as_slice() else { return None };
    let before = match of.kind {
        MatchKind::Match => file.token_after(some.end).filter(|arrow| file.text(arrow.clone()) == "=>")?,
        MatchKind::IfLet | MatchKind::WhileLet => place.clone(),
        _ => return None,
    };
    // A guard or a further condition may refuse what has been taken.
    let brace = file.token_after(before.end).filter(|brace| file.text(brace.clone()) == "{")?;
    let condition = file.parents(place.clone()).into_iter().nth(1).map(|around| around.kind);
    let plain = of.kind == MatchKind::Match || matches!(condition, Some(ExprKind::If | ExprKind::While));
    if !plain || rest.iter().any(|other| !matches!(file.text(other.clone()), "None" | "_")) {
        return None;
    }
    let block = file.block_at(brace.end..brace.end).filter(|block| block.range.start == brace.start)?;
    let written = block.statements.first()?.expr.clone()?;
    let (left, right) = assignment(file, written.clone())?;
    let root = words(left).next()?;
    let leaves = file.contains_jump(written.clone()) || file.contains_await(written.clone());
    (left == file.text(place.clone()) && !leaves && words(right).all(|word| word != root)).then_some(written)
}

/// Whether a type is known to have a default that is cheap and empty.
pub fn has_default(case: &Case, file: &File, ty: &str) -> bool {
    const EMPTY: &[&str] = &[
        "String",
        "Vec",
        "VecDeque",
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "BinaryHeap",
        "PathBuf",
        "OsString",
    ];
    let name = base_name(ty);
    if EMPTY.contains(&name) {
        return true;
    }
    let declared = case.files.crate_files_declaring(&file.source.name, name);
    let implemented = case.files.crate_files_with(&file.source.name, &format!("for {name}"));
    declared.iter().chain(&implemented).any(|file| {
        let derived =
            file.adt_named(name).is_some_and(|adt| adt.derives.iter().any(|derive| derive == "Default"));
        let of_trait = |owner: &crate::syntax::Impl| {
            owner.trait_name.as_deref() == Some("Default") && owner.self_name.as_deref() == Some(name)
        };
        derived || file.impls().iter().any(of_trait)
    })
}

/// A variant without data of an enum of the crate, with the enum's name before it.
fn unit_variant(case: &Case, file: &File, ty: &str) -> Option<String> {
    let name = base_name(ty);
    let files = case.files.crate_files_declaring(&file.source.name, name);
    let (file, adt) = files.iter().find_map(|file| Some((file, file.adt_named(name)?)))?;
    if adt.kind != AdtKind::Enum {
        return None;
    }
    let (_, variants) = file.text(adt.range.clone()).split_once('{')?;
    // Comments and attributes are no part of a variant's name.
    let is_code = |line: &&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#[");
    let variants = variants.lines().filter(is_code).collect::<Vec<_>>().join("\n");
    let mut depth = 0;
    let mut pieces = vec![String::new()];
    for c in variants.trim_end().trim_end_matches('}').chars() {
        depth += i32::from("({[<".contains(c)) - i32::from(")}]>".contains(c));
        match c {
            ',' if depth == 0 => pieces.push(String::new()),
            _ => pieces.last_mut()?.push(c),
        }
    }
    let plain = |piece: &&String| {
        !piece.trim().is_empty() && piece.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    Some(format!("{name}::{}", pieces.iter().find(plain)?.trim()))
}

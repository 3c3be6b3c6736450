//! Two items of one collection at once: ask the collection for both.

use crate::conflict::{Conflict, ItemOf};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{File, StatementKind};

use super::statements::{in_one_block, lines_of};

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let (Some((first, second)), Some(file)) = (conflict.items(), conflict.file.as_deref()) else {
        return Vec::new();
    };
    let mut fixes = Vec::new();
    fixes.extend(swap(conflict, file, &first, &second));
    fixes.extend(both_at_once(conflict, file, &first, &second));
    let index = |item: &ItemOf| item.index.clone().map(|index| file.text(index).to_owned());
    let map = is_map(file, &first);
    if let (Some(one), Some(two)) = (index(&first), index(&second)) {
        let place = file.text(first.place);
        // A key is text or a reference; a number may be of any kind.
        let keyed = map || one.starts_with(['"', '&']);
        let indexed = first.method.is_none() && !keyed;
        let idea = Fix::idea(if indexed { "split-the-list" } else { "ask-for-both" });
        fixes.push(idea.with("list", place).with("first_index", one).with("second_index", two));
    }
    fixes
}

/// `v.swap(i, j)` for `mem::swap(&mut v[i], &mut v[j])`.
fn swap(conflict: &Conflict, file: &File, first: &ItemOf, second: &ItemOf) -> Option<Fix> {
    let call = conflict.in_one_call().filter(|call| call.name == "swap" && call.receiver.is_none())?;
    let (one, two) = (first.index.clone()?, second.index.clone()?);
    let whole = |item: &ItemOf, arg: usize| {
        let arg = call.args.get(arg).cloned();
        arg.is_some_and(|arg| crate::conflict::bare(file, arg) == item.whole)
    };
    let fits = call.args.len() == 2 && whole(first, 0) && whole(second, 1) && first.method.is_none();
    let text = format!("{}.swap({}, {})", file.text(first.place.clone()), file.text(one), file.text(two));
    let edit = Edit::replace(&file.source, call.range.clone(), text);
    (fits && file.is_editable(call.range))
        .then(|| Fix::new("swap-items", Cost::local(Deed::Restructure), vec![edit]))
}

/// `let [a, b] = v.get_disjoint_mut([i, j]).unwrap();` for two `let`s, one after the other.
fn both_at_once(conflict: &Conflict, file: &File, first: &ItemOf, second: &ItemOf) -> Option<Fix> {
    let (block, a, b) = in_one_block(file, conflict.borrow.span.range(), conflict.clash.span.range())?;
    let (StatementKind::Let(one), StatementKind::Let(two)) =
        (&block.statements.get(a)?.kind, &block.statements.get(b)?.kind)
    else {
        return None;
    };
    let names = (one.name.clone()?, two.name.clone()?);
    let (i, j) = (file.text(first.index.clone()?), file.text(second.index.clone()?));
    let place = file.text(first.place.clone());
    if a + 1 != b || one.has_else || two.has_else || one.mutable || two.mutable {
        return None;
    }
    let (from, to) = (lines_of(file, &one.range)?, lines_of(file, &two.range)?);
    let indent = file.source.indent_of(file.source.line_of(one.range.start));
    let end = file.source.line_end();
    let code = match first.method.as_deref() {
        // `&mut v[i]`: both exist, or the program ends as it would have.
        None => {
            let plain = [(one, first), (two, second)].into_iter().all(|(let_, item)| {
                let init = let_.init.clone();
                init.is_some_and(|init| {
                    file.text(init.clone()).starts_with("&mut ")
                        && crate::conflict::bare(file, init) == item.whole
                })
            });
            if !plain {
                return None;
            }
            format!(
                "{indent}let [{}, {}] = {place}.get_disjoint_mut([{i}, {j}]).unwrap();{end}",
                names.0, names.1
            )
        }
        // A map answers for each key; what followed the look-up follows still.
        Some("get_mut") if is_map(file, first) => {
            let tail = |let_: &crate::syntax::Let, item: &ItemOf| {
                let init = let_.init.clone()?;
                (init.start == item.whole.start).then(|| file.text(item.whole.end..init.end).to_owned())
            };
            let (x, y) = (tail(one, first)?, tail(two, second)?);
            let mut code = format!(
                "{indent}let [{}, {}] = {place}.get_disjoint_mut([{i}, {j}]);{end}",
                names.0, names.1
            );
            for (name, tail) in [(&names.0, x), (&names.1, y)] {
                if !tail.is_empty() {
                    code.push_str(&format!("{indent}let {name} = {name}{tail};{end}"));
                }
            }
            code
        }
        Some(_) => return None,
    };
    let comment = file.text(one.range.end..from.end).contains("//");
    let cost = Cost::local(Deed::Restructure);
    // One item twice would end the program.
    let cost = if conflict.known_apart(first, second) { cost } else { cost.changed() };
    let mut edits =
        vec![Edit::replace(&file.source, from.start..one.range.end, code.trim_end_matches(['\r', '\n']))];
    let second_code = file.text(to.clone());
    let keeps_comment = file.text(two.range.end..to.end).contains("//");
    if comment || keeps_comment {
        // Comments stay where they are.
        edits.push(Edit::delete(&file.source, two.range.clone()));
    } else {
        edits.push(Edit::delete(&file.source, to.start..to.start + second_code.len()));
    }
    Some(Fix::new("ask-for-both-at-once", cost, edits))
}

/// Whether a collection is written as a hash map somewhere near.
fn is_map(file: &File, item: &ItemOf) -> bool {
    let path = file.text(item.place.clone());
    let types = match path.rsplit_once('.') {
        Some((_, field)) => super::copy_out::field_types(file, field),
        None => {
            let binding = file.binding(path, item.place.start);
            let ty = binding.as_ref().and_then(|binding| binding.ty.clone());
            let init = binding.and_then(|binding| binding.let_).and_then(|let_| let_.init);
            ty.or(init).map(|range| file.text(range).to_owned()).into_iter().collect()
        }
    };
    !types.is_empty() && types.iter().all(|ty| ty.contains("HashMap"))
}

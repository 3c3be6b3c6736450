//! Lets a trait and an impl ask for the same kind of callback: `FnMut(&mut T)` on both sides, or `FnMut(T)`.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::trait_side::Pair;
use crate::syntax::{File, Function};

/// The bounds of a closure or function.
const CALLBACKS: &[&str] = &["Fn(", "FnMut(", "FnOnce("];

/// Whether a bound is one of a closure or function.
pub fn is_callback(bound: &str) -> bool {
    CALLBACKS.iter().any(|name| bound.contains(name))
}

/// The marks `&` and `&mut` of one side's callback written on the other side too, in both directions.
/// Whatever else is different stays, and is for the compiler to judge.
pub fn alike(pair: &Pair) -> Vec<Fix> {
    let ours = callback(&pair.file, &pair.method);
    let theirs = callback(&pair.home, &pair.declared);
    let Some((ours, theirs)) = ours.zip(theirs).filter(|(ours, theirs)| ours.len() == theirs.len()) else {
        return Vec::new();
    };
    let as_in = |(file, target): (&Rc<File>, &[Range<usize>]),
                 (other, model): (&Rc<File>, &[Range<usize>])| {
        let edits = target.iter().zip(model).filter_map(|(target, model)| {
            let (old, new) = (mark(file.text(target.clone())), mark(other.text(model.clone())));
            let range = target.start..target.start + old.len();
            (old != new && file.is_editable(range.clone())).then(|| Edit::replace(&file.source, range, new))
        });
        edits.collect::<Vec<Edit>>()
    };
    let fix = |id, edits: Vec<Edit>| {
        (!edits.is_empty()).then(|| Fix::new(id, Cost::signature(Deed::Annotate), edits))
    };
    let in_impl = as_in((&pair.file, &ours), (&pair.home, &theirs));
    let in_trait = as_in((&pair.home, &theirs), (&pair.file, &ours));
    // The body of the impl calls what the impl asks for.
    let doubtful = fix("callback-as-in-trait", in_impl).map(|fix| fix.doubtful_if(true));
    fix("callback-as-in-impl", in_trait).into_iter().chain(doubtful).collect()
}

/// Whether both sides ask for one callback.
pub fn both_ask(pair: &Pair) -> bool {
    callback(&pair.file, &pair.method).is_some() && callback(&pair.home, &pair.declared).is_some()
}

/// `&mut `, `&` or nothing.
fn mark(ty: &str) -> &str {
    let len = if ty.starts_with("&mut ") { "&mut ".len() } else { usize::from(ty.starts_with('&')) };
    &ty[..len]
}

/// The parameters of the one callback that a signature asks for.
fn callback(file: &File, function: &Function) -> Option<Vec<Range<usize>>> {
    let end = function.body.as_ref().map_or(function.range.end, |body| body.start);
    let head = file.text(function.name_range.end..end);
    let open = |word: &str| head.match_indices(word).map(|(at, _)| at + word.len()).collect::<Vec<_>>();
    let opened: Vec<usize> = CALLBACKS.iter().flat_map(|word| open(word)).collect();
    let [at] = opened.as_slice() else { return None };
    let (mut depth, mut start, mut all) = (0, *at, Vec::new());
    for (n, c) in head[*at..].char_indices().map(|(n, c)| (n + at, c)) {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' if depth == 0 => {
                all.push(start..n);
                break;
            }
            ')' | ']' | '>' => depth -= 1,
            ',' if depth == 0 => {
                all.push(start..n);
                start = n + 1;
            }
            _ => {}
        }
    }
    let trimmed = |range: Range<usize>| {
        let text = &head[range.clone()];
        let start = range.start + text.len() - text.trim_start().len();
        function.name_range.end + start..function.name_range.end + start + text.trim().len()
    };
    Some(all.into_iter().map(trimmed).filter(|range| !range.is_empty()).collect())
}

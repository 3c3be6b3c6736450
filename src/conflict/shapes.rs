//! Shapes of code in which a clash is typical: two items of one list, a result that is returned on
//! another path, the end of a linked list.

use std::ops::Range;

use super::{Conflict, Still, bare};
use crate::diagnostic::Label;
use crate::rule::Finding;
use crate::syntax::{Binding, ExprKind, File, LoopKind, StatementKind};

use super::Callee;

/// Methods that lend one item.
const ITEM_METHODS: &[&str] = &["get_mut", "get", "first_mut", "last_mut", "first", "last"];

/// One item of a collection, as the code names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemOf {
    /// The collection.
    pub place: Range<usize>,
    /// What is between the brackets, or the argument.
    pub index: Option<Range<usize>>,
    /// `v[0]`, `v.get_mut("a")`.
    pub whole: Range<usize>,
    /// The method, if it is no `v[0]`.
    pub method: Option<String>,
}

impl Conflict<'_> {
    /// Whether the borrow goes to the caller on another path, and nobody uses it on the one that
    /// leads to the clash: what is returned comes from the borrow itself, by a name that means nothing
    /// where the clash is, or is not used after it, and that nothing else keeps.
    pub fn only_returned_elsewhere(&self) -> bool {
        self.returned_binding().is_some()
    }

    /// The name that is returned, for [`Conflict::only_returned_elsewhere`].
    pub fn returned_binding(&self) -> Option<Binding> {
        let (Still::Returned, Some(later), Some(file)) = (&self.still, self.later, self.file.as_deref())
        else {
            return None;
        };
        let range = later.span.range();
        let clash = self.clash.span.byte_start;
        let mut bound = self.bindings_of_borrow();
        bound.extend(taken_apart(file, &bound, clash));
        let found = bound.into_iter().find(|binding| {
            file.uses_of(binding).iter().any(|used| {
                // The name itself, or `Some(name)`; or an arm of what is returned that is the name.
                let whole = hands_out(file, &used.range, &range);
                let escapes = file
                    .uses_of(binding)
                    .iter()
                    .any(|other| other.range != used.range && may_keep(file, &other.range));
                whole && !escapes
            })
        })?;
        let in_scope = found.scope.start <= clash && clash < found.scope.end;
        let used_after = file.uses_of(&found).iter().any(|used| used.range.end > clash);
        (!in_scope || !used_after).then_some(found)
    }

    /// The two items of one collection that are borrowed, if that is so.
    pub fn items(&self) -> Option<(ItemOf, ItemOf)> {
        let file = self.file.as_deref()?;
        let (first, second) = (self.item(self.borrow)?, self.item(self.clash)?);
        let same = file.text(first.place.clone()) == file.text(second.place.clone());
        // The same item twice is no case of two items.
        let index = |item: &ItemOf| item.index.clone().map(|index| file.text(index).to_owned());
        let twice = index(&first) == index(&second) && first.method == second.method;
        (same && !twice && first.whole != second.whole).then_some((first, second))
    }

    /// Whether two items are told apart by their literals.
    pub fn known_apart(&self, first: &ItemOf, second: &ItemOf) -> bool {
        let Some(file) = self.file.as_deref() else { return false };
        match (&first.index, &second.index) {
            (Some(a), Some(b)) => {
                file.is_const_expr_literal(a.clone())
                    && file.is_const_expr_literal(b.clone())
                    && file.text(a.clone()) != file.text(b.clone())
            }
            _ => false,
        }
    }

    fn item(&self, label: &Label) -> Option<ItemOf> {
        let file = self.file.as_deref()?;
        let range = bare(file, label.span.range());
        if let Some(call) = self.method_on(label).filter(|call| ITEM_METHODS.contains(&call.name.as_str())) {
            let place = call.receiver.clone()?;
            let index = call.args.first().cloned();
            return Some(ItemOf { place, index, whole: call.range, method: Some(call.name) });
        }
        let whole = match file.expr_exactly(range.clone())?.kind {
            ExprKind::Index => range.clone(),
            // `v[1] = x` is about what stands left of the `=`.
            ExprKind::Assign | ExprKind::CompoundAssign => {
                let left = file.exprs_in(range.clone()).into_iter().find(|e| e.range != range)?;
                (left.kind == ExprKind::Index).then_some(left.range)?
            }
            _ => {
                let parent = file.parents(range.clone()).into_iter().find(|parent| parent.range != range)?;
                (parent.kind == ExprKind::Index && parent.range.start == range.start)
                    .then_some(parent.range)?
            }
        };
        let place = file
            .exprs_in(whole.clone())
            .into_iter()
            .find(|e| e.range.start == whole.start && e.range != whole)?;
        let open = place.range.end + file.text(place.range.end..whole.end).find('[')? + 1;
        let text = file.text(open..whole.end - 1);
        let start = open + (text.len() - text.trim_start().len());
        let index = Some(start..start + text.trim().len());
        Some(ItemOf { place: place.range, index, whole, method: None })
    }

    /// `while let Some(next) = &mut at.next { at = next; }` before the clash `at.next = ..`: the last
    /// round borrows and finds nothing. The loop's condition and body, and the field's path.
    pub fn walk_to_the_end(&self) -> Option<(Range<usize>, Range<usize>)> {
        let file = self.file.as_deref()?;
        let around =
            file.loop_at(self.borrow.span.range()).filter(|around| around.kind == LoopKind::While)?;
        let outside = self.clash.span.byte_start >= around.range.end;
        let root = self.lent.split('.').next()?;
        let body = file.block_of(around.body.clone())?;
        let [step] = body.statements.as_slice() else { return None };
        let step = file.text(step.range.clone()).trim_end_matches(';');
        let (target, value) = step.split_once('=')?;
        let bound = self.names_of_borrow();
        let steps = target.trim() == root && bound.iter().any(|name| name == value.trim());
        (outside && steps && self.lent.contains('.')).then_some((around.header?, around.body))
    }
}

/// The names of the patterns that a `match` or `if let` takes a variable apart with, where that is the
/// only thing that is done with it, and before the clash.
fn taken_apart(file: &File, bound: &[Binding], clash: usize) -> Vec<Binding> {
    let of = |binding: &Binding| {
        let uses = file.uses_of(binding);
        let [used] = uses.as_slice() else { return Vec::new() };
        let found = file.match_on(used.range.clone()).filter(|_| used.range.end <= clash);
        found.into_iter().flat_map(|found| found.patterns).collect()
    };
    let patterns: Vec<Range<usize>> = bound.iter().flat_map(of).collect();
    patterns.into_iter().flat_map(|pattern| file.bindings_in_pattern(pattern)).collect()
}

/// Whether a name is what is returned: alone, as `Some(name)`, or as the value of an arm.
fn hands_out(file: &File, name: &Range<usize>, returned: &Range<usize>) -> bool {
    let inside = returned.start <= name.start && name.end <= returned.end;
    let parents = file.parents(name.clone()).into_iter().filter(|e| e.range != *name);
    let mut between = parents.take_while(|e| returned.start <= e.range.start && e.range.end <= returned.end);
    inside
        && between.all(|e| match e.kind {
            ExprKind::Call => {
                file.call_at(e.range).is_some_and(|call| ["Some", "Ok"].contains(&call.name.as_str()))
            }
            ExprKind::Block
            | ExprKind::If
            | ExprKind::Match
            | ExprKind::Paren
            | ExprKind::Return
            | ExprKind::Struct
            | ExprKind::Tuple => true,
            _ => false,
        })
}

/// Whether a use may give a reference to somebody who keeps it: as an argument, or to a new name.
fn may_keep(file: &File, used: &Range<usize>) -> bool {
    let parents = file.parents(used.clone()).into_iter();
    let mut inner = parents.filter(|e| e.range != *used);
    let passed = inner.any(|e| match e.kind {
        ExprKind::MethodCall | ExprKind::Call => file
            .call_at(e.range)
            .is_some_and(|call| call.args.iter().any(|arg| arg.start <= used.start && used.end <= arg.end)),
        ExprKind::Struct | ExprKind::Tuple | ExprKind::Array | ExprKind::Closure => true,
        // What stands left of the `=` is changed, what stands right of it may be kept.
        ExprKind::Assign | ExprKind::CompoundAssign => e.range.start != place_start(file, used),
        _ => false,
    });
    let named = file.statement_at(used.clone()).is_some_and(|s| matches!(s.kind, StatementKind::Let(_)));
    passed || named
}

/// Where the place begins that a name is a part of: `*` and brackets before it included.
fn place_start(file: &File, used: &Range<usize>) -> usize {
    let parents = file.parents(used.clone()).into_iter();
    let places = parents.take_while(|e| {
        matches!(
            e.kind,
            ExprKind::Path | ExprKind::Deref | ExprKind::Field | ExprKind::Index | ExprKind::Paren
        )
    });
    places.last().map_or(used.start, |e| e.range.start)
}

impl Callee {
    /// Points at the signature.
    pub fn mark(&self, finding: &mut Finding) {
        let end = self.function.return_type.clone().map_or(self.function.params_range.end, |ty| ty.end);
        let span = self.file.source.span(self.function.fn_token.start..end);
        finding.mark_span("signature", span);
    }
}

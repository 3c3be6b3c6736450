//! Shapes of code in which a clash is typical: two items of one list, a result that is returned on
//! another path, the end of a linked list.

use std::ops::Range;

use super::{Conflict, Still, bare, is_name};
use crate::diagnostic::Label;
use crate::rule::Finding;
use crate::syntax::{ExprKind, LoopKind};

use super::Callee;

/// Methods that lend one item.
const ITEM_METHODS: &[&str] = &["get_mut", "get", "entry", "first_mut", "last_mut", "first", "last"];

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
    /// leads to the clash. rustc names a later use where there is one; so it is enough that what is
    /// returned comes from the borrow itself and not from something that collects borrows.
    pub fn only_returned_elsewhere(&self) -> bool {
        let (Still::Returned, Some(later), Some(file)) = (&self.still, self.later, self.file.as_deref())
        else {
            return false;
        };
        let range = later.span.range();
        if let Some(name) = Some(file.text(range.clone())).filter(|text| is_name(text)) {
            return self.names_of_borrow().iter().any(|bound| bound == name);
        }
        // `match look_up { Some(x) => x, None => clash }` as a value.
        let inner = |label: &Label| range.start <= label.span.byte_start && label.span.byte_end <= range.end;
        let branches = file
            .expr_exactly(range.clone())
            .is_some_and(|e| matches!(e.kind, ExprKind::Match | ExprKind::If));
        let heads = file.parents(self.borrow.span.range());
        let in_head = heads
            .iter()
            .any(|parent| file.match_on(parent.range.clone()).is_some_and(|found| found.range == range));
        branches && inner(self.clash) && in_head
    }

    /// The two items of one collection that are borrowed, if that is so.
    pub fn items(&self) -> Option<(ItemOf, ItemOf)> {
        let file = self.file.as_deref()?;
        let (first, second) = (self.item(self.borrow)?, self.item(self.clash)?);
        let same = file.text(first.place.clone()) == file.text(second.place.clone());
        (same && first.whole != second.whole).then_some((first, second))
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

impl Callee {
    /// Points at the signature.
    pub fn mark(&self, finding: &mut Finding) {
        let end = self.function.return_type.clone().map_or(self.function.params_range.end, |ty| ty.end);
        let span = self.file.source.span(self.function.fn_token.start..end);
        finding.mark_span("signature", span);
    }
}

//! On which ways through branches and loops a variable gets a value before it is used.

use std::ops::Range;
use std::rc::Rc;

use crate::syntax::{Binding, ExprKind, File, MatchKind, Use, UseKind};

/// Which way leads to the use without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The condition of an `if` without `else` does not hold, or its pattern does not match.
    If(Range<usize>),
    /// No branch of an `if` with `else if` is taken. The first condition.
    ElseIf(Range<usize>),
    /// The `else` of an `if` gives no value.
    Else {
        /// The condition before it.
        condition: Range<usize>,
        /// The block.
        block: Range<usize>,
    },
    /// The first branch of an `if` gives no value, the `else` does. The condition.
    Then(Range<usize>),
    /// An arm of a `match` gives no value. Its pattern.
    Arm(Range<usize>),
    /// The loop runs no round. Its header.
    Loop {
        /// The word `for` or `while`.
        kind: &'static str,
        /// The whole loop.
        range: Range<usize>,
    },
}

/// The places where the variable as a whole gets a value, in source order.
pub fn values(file: &File, binding: &Binding) -> Vec<Use> {
    let uses = file.uses_of(binding).into_iter();
    uses.filter(|it| it.kind == UseKind::Write && it.place == it.range && !reads_first(file, &it.range))
        .collect()
}

/// Whether a variable stands on the left of `+=` and the like, which read it first.
pub fn reads_first(file: &File, range: &Range<usize>) -> bool {
    file.parents(range.clone()).first().is_some_and(|it| it.kind == ExprKind::CompoundAssign)
}

/// The gap, where one branch or loop before the use holds all the places that give a value.
pub fn gap(file: &File, binding: &Binding, used: &Range<usize>) -> Option<Gap> {
    let values = values(file, binding);
    let before: Vec<Range<usize>> =
        values.into_iter().map(|it| it.range).filter(|range| range.end <= used.start).collect();
    let first = before.first()?;
    let holds =
        |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
    // Outer to inner: the outermost one that decides about all values and is over before the use.
    let around = file.parents(first.clone()).into_iter().rev();
    let deciding =
        around.filter(|it| before.iter().all(|value| holds(&it.range, value)) && it.range.end <= used.start);
    for expr in deciding {
        let found = match expr.kind {
            ExprKind::For => Some(Gap::Loop { kind: "for", range: expr.range }),
            ExprKind::While => Some(Gap::Loop { kind: "while", range: expr.range }),
            ExprKind::If => if_gap(file, &expr.range, &before),
            ExprKind::Match => arm_gap(file, &expr.range, &before),
            _ => continue,
        };
        return found;
    }
    None
}

/// The parts of an `if`.
struct IfParts {
    condition: Range<usize>,
    then: Range<usize>,
    otherwise: Option<Range<usize>>,
}

fn if_parts(file: &File, range: &Range<usize>) -> Option<IfParts> {
    let parts = file.exprs_in(range.clone());
    let condition = parts.get(1)?.range.clone();
    let after = |end: usize| parts.iter().find(|it| it.range.start >= end).map(|it| it.range.clone());
    let then = after(condition.end)?;
    let otherwise = after(then.end);
    Some(IfParts { condition, then, otherwise })
}

fn if_gap(file: &File, range: &Range<usize>, values: &[Range<usize>]) -> Option<Gap> {
    let IfParts { condition, then, otherwise } = if_parts(file, range)?;
    let gives = |block: &Range<usize>| values.iter().any(|it| block.start <= it.start && it.end <= block.end);
    let Some(otherwise) = otherwise else {
        return gives(&then).then_some(Gap::If(condition));
    };
    if !gives(&then) {
        return (gives(&otherwise) && !leaves(file, &then)).then_some(Gap::Then(condition));
    }
    if file.expr_exactly(otherwise.clone())?.kind == ExprKind::If {
        // Down to the last `else if`, whose `else` may be missing.
        let mut last = otherwise;
        loop {
            let IfParts { then, otherwise: next, .. } = if_parts(file, &last)?;
            if !gives(&then) {
                return None;
            }
            match next {
                None => return Some(Gap::ElseIf(condition)),
                Some(next) if file.expr_exactly(next.clone())?.kind == ExprKind::If => last = next,
                Some(block) => {
                    let found = !gives(&block) && !leaves(file, &block);
                    return found.then_some(Gap::Else { condition, block });
                }
            }
        }
    }
    let found = !gives(&otherwise) && !leaves(file, &otherwise);
    found.then_some(Gap::Else { condition, block: otherwise })
}

fn arm_gap(file: &File, range: &Range<usize>, values: &[Range<usize>]) -> Option<Gap> {
    let scrutinee = file.exprs_in(range.clone()).get(1)?.range.clone();
    let found = file.match_on(scrutinee).filter(|it| it.kind == MatchKind::Match)?;
    let ends = found.patterns.iter().skip(1).map(|it| it.start).chain([found.range.end]);
    let arms = found.patterns.iter().zip(ends);
    let mut without = arms.filter(|(pattern, end)| {
        let arm = pattern.start..*end;
        let gives = values.iter().any(|it| arm.start <= it.start && it.end <= arm.end);
        !gives && !leaves(file, &arm)
    });
    without.next().map(|(pattern, _)| Gap::Arm(pattern.clone()))
}

/// Whether code may leave by a jump or end the program, so that nobody comes to the use from there.
fn leaves(file: &File, range: &Range<usize>) -> bool {
    let text = file.text(range.clone());
    ["return", "break", "continue", "panic!", "unreachable!", "todo!", "unimplemented!", "exit(", "abort("]
        .iter()
        .any(|word| text.contains(word))
}

/// The condition, word for word, of an `if` around the use and of one around a value, if it is nothing
/// but a variable that cannot change in between.
pub fn condition_of_both(file: &Rc<File>, binding: &Binding, used: &Range<usize>) -> Option<String> {
    let conditions = |range: Range<usize>| -> Vec<String> {
        let ifs = file.parents(range.clone()).into_iter().filter(|it| it.kind == ExprKind::If);
        let within = ifs.filter_map(|it| {
            let IfParts { condition, then, .. } = if_parts(file, &it.range)?;
            let name = file.text(condition.clone());
            let variable = file.binding(name, condition.start)?;
            let fixed = !variable.mutable && file.is_path_named(condition, &variable.name);
            let inside = then.start <= range.start && range.end <= then.end;
            (fixed && inside).then(|| name.to_owned())
        });
        within.collect()
    };
    let around_use = conditions(used.clone());
    let around_values: Vec<String> =
        values(file, binding).into_iter().flat_map(|it| conditions(it.range)).collect();
    around_use.into_iter().find(|condition| around_values.contains(condition))
}

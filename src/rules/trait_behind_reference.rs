//! A trait or a method is there for the value, and a reference stands before it; or the other way.

use crate::diagnostic::fits;
use crate::fix::Fix;
use crate::fixes::adjust_reference::direct_parts;
use crate::fixes::mismatch_ways::distant_cause;
use crate::fixes::own_collected::{hold_references, own_given_items, own_items, own_parts};
use crate::fixes::reach_trait::{
    as_suggested, collect_first, index_by_value, is_unseen_loop, iterate, iterate_before_method,
    iterate_text, lends_items, range_by_value, suggests_a_reference, without_reference,
};
use crate::mismatch::items::{Items, ItemsOf};
use crate::mismatch::types::{Type, short};
use crate::mismatch::{Difference, Mismatch, is_integer, is_iterator, is_method_of_iterators};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::ExprKind;

/// E0277 and E0599 where only a reference or an `.iter()` is between a type and a trait.
pub static RULE: Rule = Rule {
    name: "trait-behind-reference",
    codes: &["E0271", "E0277", "E0599", "E0608"],
    messages: &[],
    concepts: &["borrowing", "ownership"],
    text: include_str!("../../explanations/trait_behind_reference.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    let code = case.code(&primary.span).filter(|_| !primary.span.in_macro());
    finding.facts.code_if("code", code);
    // One of these it is, or it is another mistake.
    let variant = iteration(case, &mut finding)
        .or_else(|| uncollected(case, &mut finding))
        .or_else(|| index(case, &mut finding))
        .or_else(|| items(case, &mut finding))
        .or_else(|| bound(case, &mut finding))?;
    finding.variant = Some(variant);
    for label in case.diagnostic.labels.iter().filter(|label| !label.primary) {
        if label.text.starts_with("required by a bound introduced by this call") {
            finding.facts.code_if("callee", case.code(&label.span));
            finding.mark("callee", label);
        }
    }
    finding.mark("found", primary).primary = true;
    let elsewhere = distant_cause(case, &primary.span, &finding.fixes).filter(|_| variant == "iterator");
    finding.cause = elsewhere.or(finding.cause);
    finding.fix([Fix::idea("reach-the-trait")]);
    Some(finding)
}

/// A collection where an iterator is needed.
fn iteration(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let span = &diagnostic.primary()?.span;
    let file = case.file(span).filter(|_| !span.in_macro());
    let message = &diagnostic.message;
    let quoted = diagnostic.quoted();
    if fits("`*` is not an iterator", message) && diagnostic.code.as_deref() == Some("E0277") {
        let ty = Type::parse(quoted.first()?);
        let of_reference = is_iterator(ty.peeled()) && ty.depth() > 0;
        if lends_items(case, &ty).is_none() && !of_reference {
            finding.facts.code("type", short(quoted.first()?)).code("trait", "IntoIterator");
            return is_unseen_loop(case).then_some("bound");
        }
        finding.facts.code("type", short(quoted.first()?));
        // `impl Iterator` is what the function promises; what it returns stands elsewhere.
        let returned = diagnostic.labels.iter().find(|it| fits("return type was inferred to be *", &it.text));
        let place = returned.map_or(span, |label| &label.span);
        finding.facts.code_if("code", case.code(place).filter(|_| !span.in_macro()));
        if let Some(file) = &file {
            finding.fix(
                iterate(case, file, place.range(), &ty)
                    .into_iter()
                    .filter(|fix| returned.is_none() || fix.id == "iterate"),
            );
        }
        return Some(if of_reference { "reference to an iterator" } else { "collection in a loop" });
    }
    let named = ["no method named `*` found for *", "the method `*` exists for *, but its trait bounds *"];
    let name = named.iter().find(|pattern| fits(pattern, message)).and(quoted.first());
    let ty = match name {
        Some(name) => quoted.get(1).filter(|_| is_method_of_iterators(name))?,
        None => quoted.first().filter(|_| fits("`*` is not an iterator", message))?,
    };
    let parsed = Type::parse(ty);
    let text = matches!(parsed.peeled().name(), Some("str" | "String"));
    if lends_items(case, &parsed).is_none() && !text {
        return None;
    }
    let method = name.map(|name| (*name).to_owned()).or_else(|| case.code(span));
    finding.facts.code_if("method", method).code("type", short(ty));
    if let Some(file) = &file {
        if text {
            finding.fix(iterate_text(file, span.range()));
        } else {
            finding.fix(iterate_before_method(case, file, span.range(), &parsed));
        }
    }
    Some("collection")
}

/// An iterator where a collection is needed.
fn uncollected(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let span = &diagnostic.primary()?.span;
    let quoted = diagnostic.quoted();
    let message = &diagnostic.message;
    let (ty, receiver) = if fits("no method named `*` found for *", message)
        || fits("the method `*` exists for *, but its trait bounds *", message)
    {
        let of_collections = ["iter", "len", "is_empty", "get", "first", "push", "sort", "contains", "join"];
        quoted.first().filter(|name| of_collections.contains(name))?;
        finding.facts.code_if("method", quoted.first().copied());
        (quoted.get(1)?, None)
    } else if fits("cannot index into a value of type `*`", message) {
        let file = case.file(span)?;
        let whole = file.expr_at(span.range()).filter(|it| it.kind == ExprKind::Index);
        let indexed = whole.and_then(|whole| direct_parts(&file, whole.range).into_iter().next());
        (quoted.first()?, Some(indexed?))
    } else if fits("the type `*` cannot be indexed by `*`", message) {
        (quoted.first()?, None)
    } else {
        return None;
    };
    let parsed = Type::parse(ty);
    is_iterator(parsed.peeled()).then_some(())?;
    finding.facts.code("type", short(ty));
    if let Some(file) = case.file(span).filter(|_| !span.in_macro()) {
        finding.fix(collect_first(&file, receiver.unwrap_or(span.range())));
    }
    Some("iterator")
}

/// A reference to a number as an index, or a range of such.
fn index(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    fits("the type `*` cannot be indexed by `*`", &diagnostic.message).then_some(())?;
    let index = *diagnostic.quoted().get(1)?;
    let ty = Type::parse(index);
    let range = ty.name().filter(|name| name.starts_with("Range")).is_some();
    let number = ty.arguments().first().filter(|_| range).unwrap_or(&ty);
    (number.depth() > 0 && is_integer(number.peeled())).then_some(())?;
    finding.facts.code("type", short(index));
    let span = &diagnostic.primary()?.span;
    if let Some(file) = case.file(span).filter(|_| !span.in_macro()) {
        let fix = if range { range_by_value } else { index_by_value };
        finding.fix(fix(&file, span.range(), number));
    }
    Some(if range { "range" } else { "index" })
}

/// Items that are references where the collection owns its items.
fn items(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let Items { owner, wanted, item, kind } = Items::of(case.diagnostic)?;
    let mismatch = Mismatch::between(&wanted, &item)?;
    finding.facts.code("type", short(&owner)).code("item", short(&item));
    let span = &case.diagnostic.primary()?.span;
    if let Some(file) = case.file(span).filter(|_| !span.in_macro()) {
        finding.fix(match kind {
            ItemsOf::Given { lent } => own_given_items(&file, span.range(), &mismatch, lent),
            _ => own_items(&file, span.range(), &mismatch),
        });
        if kind == ItemsOf::Collection {
            finding.fix(own_parts(case, &file, span.range(), &mismatch));
            finding.fix(hold_references(&file, span.range(), &mismatch));
        }
    }
    let owned = matches!(mismatch.difference, Difference::ValueWanted { .. } | Difference::OwnedWanted);
    Some(match kind {
        ItemsOf::Collection if owned => "items",
        ItemsOf::Collection => "items of another form",
        ItemsOf::Whole => "items of a sum",
        ItemsOf::Given { .. } => "given items",
    })
}

/// A trait that the type without or with one more reference has, as rustc says.
fn bound(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    fits("the trait bound `*` is not satisfied", &diagnostic.message).then_some(())?;
    let bound = *diagnostic.quoted().first()?;
    let (ty, wanted) = bound.split_once(": ")?;
    let span = &diagnostic.primary()?.span;
    let file = case.file(span).filter(|_| !span.in_macro());
    let without = file.as_ref().and_then(|file| without_reference(file, span.range(), ty, wanted));
    if !suggests_a_reference(case) && without.is_none() {
        return None;
    }
    finding.fix(without);
    finding.facts.code("type", short(ty)).code("trait", short(wanted));
    finding.fix(file.into_iter().flat_map(|file| as_suggested(case, &file, span.range())));
    Some(if wanted.starts_with("Borrow<") { "key" } else { "bound" })
}

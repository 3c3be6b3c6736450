//! `Drop` is implemented for some arguments of a generic type only.

use crate::diagnostic::{Label, fits};
use crate::fix::Fix;
use crate::fixes::derive_trait::adt;
use crate::fixes::held_place::base_name;
use crate::fixes::whole_type::{bound_on_type, for_every_argument, type_name, without_bound};
use crate::rule::{Case, Finding, Rule};

/// E0366 and E0367.
pub static RULE: Rule = Rule {
    name: "drop-for-some-arguments",
    codes: &["E0366", "E0367"],
    messages: &[],
    concepts: &["drop", "ownership"],
    text: include_str!("../../explanations/drop_for_some_arguments.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let asks_more = "`Drop` impl requires `*` but the * it is implemented for does not";
    let bounded = fits(asks_more, &diagnostic.message);
    // Either some arguments are picked, or a bound is asked for.
    (bounded || fits("`Drop` impls cannot be specialized", &diagnostic.message)).then_some(())?;
    // rustc points at the `impl`, or at the bound in it.
    let primary = diagnostic.primary()?;
    (!primary.span.in_macro()).then_some(())?;
    let Some(file) = case.file(&primary.span) else { return without_file(case, primary, bounded) };
    let of = file.impl_at(primary.span.range())?;
    let name = type_name(&file, &of);
    let declared = adt(case, &name);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start).code("type_name", &name);
    finding.facts.code("type", file.text(of.self_type.clone()));
    if let Some((declaring, adt)) = &declared {
        let generics = adt.generics.as_ref().map_or(adt.name_range.end, |generics| generics.end);
        finding.mark_span("declared", declaring.source.span(adt.keyword.start..generics));
    }
    finding.mark(if bounded { "bound" } else { "impl" }, primary).primary = true;
    if !bounded {
        finding.fix(declared.and_then(|(declaring, adt)| for_every_argument(&file, &of, &declaring, &adt)));
        finding.fix([Fix::idea("type-of-its-own")]);
        return Some(finding);
    }
    finding.variant = Some("bound");
    let required = *diagnostic.quoted().get(1)?;
    finding.facts.code("bound", required);
    // A bound that stands at its parameter, as the reader wrote it.
    let parameter = required.split_once(':').map(|(parameter, _)| parameter);
    let whole = primary.span.byte_start > of.impl_token.end;
    if let Some(parameter) = parameter.filter(|_| whole) {
        finding.fix(without_bound(&file, &of, primary.span.range()));
        let bound = file.text(primary.span.range());
        finding.fix(declared.and_then(|(declaring, adt)| {
            bound_on_type(case, &file, &of, (&declaring, &adt), parameter, bound)
        }));
    }
    finding.fix([Fix::idea("do-without-the-bound")]);
    Some(finding)
}

/// What rustc's own lines tell: the head of the `impl`, or the head of the type.
fn without_file(case: &Case, primary: &Label, bounded: bool) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    if !bounded {
        let head = primary.span.seen()?;
        let (_, ty) = head.split_once("Drop for ")?;
        let ty = ty.split(" where").next()?.trim();
        finding.facts.code("type", ty).code("type_name", base_name(ty));
        finding.mark("impl", primary).primary = true;
        finding.fix([Fix::idea("type-of-its-own")]);
        return Some(finding);
    }
    let note = diagnostic.note("the implementor must specify the same requirement")?;
    let declared = note.labels.first()?;
    let head = declared.span.seen()?;
    let name = ["struct ", "enum ", "union "].iter().find_map(|word| head.split_once(word))?.1;
    finding.variant = Some("bound");
    finding.facts.code("bound", *diagnostic.quoted().get(1)?).code("type_name", base_name(name).trim());
    finding.mark("declared", declared);
    finding.mark("bound", primary).primary = true;
    finding.fix([Fix::idea("do-without-the-bound")]);
    Some(finding)
}

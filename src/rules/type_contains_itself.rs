//! A type holds a whole value of itself, so that it has no end.

use crate::diagnostic::{Label, fits};
use crate::fix::Fix;
use crate::fixes::box_value::{box_everywhere, box_parts, held_within};
use crate::rule::{Case, Finding, Rule};

/// E0072, and E0391 for a name of a type that means itself.
pub static RULE: Rule = Rule {
    name: "type-contains-itself",
    codes: &["E0072", "E0391"],
    messages: &[],
    concepts: &["box", "ownership"],
    text: include_str!("../../explanations/type_contains_itself.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    if diagnostic.code.as_deref() == Some("E0391") {
        return alias(case).or_else(|| drop_of_itself(case));
    }
    let primary = diagnostic.primary()?;
    let types = diagnostic.quoted();
    let parts: Vec<&Label> =
        diagnostic.labels.iter().filter(|it| it.text == "recursive without indirection").collect();
    let first = *parts.first()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("type", *types.first()?).number("line", first.span.line_start);
    if types.len() > 1 {
        finding.variant = Some("through another");
        finding.facts.code_if("other", case.code(&first.span));
    }
    finding.mark("type", primary).primary = true;
    for part in &parts {
        finding.mark("part", part);
    }
    // One `Box` in the ring is enough: where a value may be missing, or else where the ring begins.
    let optional = |part: &&Label| {
        case.file(&part.span).is_some_and(|file| {
            let adt = file.adt_at(part.span.range());
            let field = adt.and_then(|adt| {
                adt.fields
                    .into_iter()
                    .find(|it| it.ty.start <= part.span.byte_start && part.span.byte_end <= it.ty.end)
            });
            field.is_some_and(|field| file.text(field.ty).starts_with("Option<"))
        })
    };
    let part = parts.iter().copied().find(|part| optional(part)).unwrap_or(first);
    if let Some(file) = case.file(&part.span).filter(|_| !part.span.in_macro()) {
        let held = file.text(part.span.range()).split('<').next().unwrap_or_default().trim().to_owned();
        let held = held.rsplit("::").next().unwrap_or_default().to_owned();
        let adt = file.adt_at(part.span.range());
        let everywhere = adt.as_ref().filter(|adt| adt.name == held || held == "Self");
        finding.fix(everywhere.and_then(|adt| box_everywhere(case, &file, adt)));
        // Where the parts also lie elsewhere, they may have to move from one place to the other.
        let moved_about = !finding.fixes.is_empty();
        finding.fix(adt.and_then(|adt| {
            let names = if held == "Self" { vec!["Self", adt.name.as_str()] } else { vec![held.as_str()] };
            Some(box_parts(case, &file, &adt, &names)?.doubtful_if(moved_about))
        }));
    }
    // rustc puts a `Box` around the first part alone.
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("keep-parts-in-a-list")]);
    Some(finding)
}

/// `type Tree = Vec<Tree>;`
fn alias(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("cycle detected when expanding type alias `*`", &diagnostic.message).then_some(())?;
    // Only an alias that names itself: a longer ring may have other reasons.
    diagnostic.note("...which immediately requires expanding type alias `*` again")?;
    let primary = diagnostic.primary()?;
    let name = diagnostic.quoted().first()?.rsplit("::").next()?.to_owned();
    let mut finding = Finding::new(&RULE);
    finding.variant = Some("alias");
    finding.cause = Some(primary.span.clone());
    finding.facts.code("type", &name).number("line", primary.span.line_start);
    finding.mark("type", primary).primary = true;
    finding.fix([Fix::idea("make-it-a-struct")]);
    Some(finding)
}

/// Rust asks whether a type that holds itself has to be dropped, and so asks again.
fn drop_of_itself(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("cycle detected when computing when `*` needs drop", &diagnostic.message).then_some(())?;
    let primary = diagnostic.primary()?;
    let file = case.file(&primary.span)?;
    let adt = file.adt_at(primary.span.range())?;
    let held = adt
        .fields
        .iter()
        .find_map(|field| held_within(&file, field, &[&adt.name, "Self"]).into_iter().next());
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("type", &adt.name).number("line", file.source.line_of(held?.range.start));
    finding.mark("type", primary).primary = true;
    finding.fix(box_parts(case, &file, &adt, &[&adt.name, "Self"]));
    finding.fix([Fix::idea("keep-parts-in-a-list")]);
    Some(finding)
}

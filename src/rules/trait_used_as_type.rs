//! The name of a trait stands where a type is needed.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::box_value::{box_made, box_result, filled, returns_one_type};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, TypeKind, TypeRef, holds};

/// E0782.
pub static RULE: Rule = Rule {
    name: "trait-used-as-type",
    codes: &["E0782"],
    messages: &[],
    concepts: &["trait-objects"],
    text: include_str!("../../explanations/trait_used_as_type.md"),
    refines: &[],
    recognise,
};

/// Where the trait's name stands.
enum Place {
    /// Behind `&`, or in a `Box` or the like.
    BehindPointer,
    /// The type of a parameter.
    Parameter,
    /// The result of a function.
    Result,
    /// A field, or an item of a collection.
    Kept,
    /// Somewhere else.
    Other,
}

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let at = primary.span.range();
    let name = case.code(&primary.span)?;
    // `const T` is what is left of a `*const T`.
    if name.is_empty() || name.contains("const ") {
        return None;
    }
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("trait", &name).number("line", primary.span.line_start);
    finding.mark("trait", primary).primary = true;
    if let Some(file) = case.file(&primary.span) {
        let place = place(&file, &at);
        finding.variant = match place {
            Place::BehindPointer => Some("behind a pointer"),
            Place::Result => Some("result"),
            _ => None,
        };
        if !primary.span.in_macro() && file.is_editable(at.clone()) {
            finding.fix(ways_out(case, &file, &at, &place));
        }
    }
    // rustc boxes the result, but not what is returned.
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("choose-dyn-or-impl")]);
    Some(finding)
}

fn place(file: &File, at: &Range<usize>) -> Place {
    let outer = outer(file, at);
    match outer.map(|ty| ty.kind) {
        Some(TypeKind::Reference { .. } | TypeKind::RawPointer) => return Place::BehindPointer,
        Some(TypeKind::Path { name, .. }) => {
            let pointer = ["Box", "Rc", "Arc", "Weak", "Cow", "Pin"].contains(&name.as_str());
            return if pointer { Place::BehindPointer } else { Place::Kept };
        }
        Some(TypeKind::Slice | TypeKind::Array | TypeKind::Tuple) => return Place::Kept,
        Some(_) => return Place::Other,
        None => {}
    }
    let function = file.function_at(at.clone());
    if function.as_ref().is_some_and(|function| function.return_type.as_ref() == Some(at)) {
        return Place::Result;
    }
    let of_parameter =
        |function: &crate::syntax::Function| function.params.iter().any(|it| it.ty.as_ref() == Some(at));
    if function.as_ref().is_some_and(of_parameter) {
        return Place::Parameter;
    }
    let kept = file.adt_at(at.clone()).is_some_and(|adt| adt.fields.iter().any(|field| field.ty == *at));
    if kept { Place::Kept } else { Place::Other }
}

/// The written type that holds the trait's name.
fn outer(file: &File, at: &Range<usize>) -> Option<TypeRef> {
    let all = file.type_refs(0..file.source.text.len()).into_iter();
    all.filter(|ty| holds(&ty.range, at) && ty.range != *at).min_by_key(|ty| ty.range.len())
}

fn ways_out(case: &Case, file: &Rc<File>, at: &Range<usize>, place: &Place) -> Vec<Fix> {
    let name = file.text(at.clone()).to_owned();
    let local = Cost::signature(Deed::Annotate);
    let insert = |id, cost, word: &str| {
        Fix::new(id, cost, vec![Edit::insert(&file.source, at.start, word)]).with("trait", &name)
    };
    match place {
        Place::BehindPointer => vec![insert("say-dyn", local, "dyn ")],
        Place::Parameter => vec![
            insert("say-impl", local, "impl "),
            insert("lend-as-dyn", Cost::signature(Deed::Borrow), "&dyn ").doubtful_if(true),
        ],
        Place::Result => {
            let one = insert("return-impl", local, "impl ");
            let function = file.function_at(at.clone());
            let Some(function) = function else { return vec![one] };
            let one = returns_one_type(file, &function).then_some(one);
            let boxed = box_result(file, &function, at.clone(), &format!("dyn {name}"));
            one.into_iter().chain(boxed).collect()
        }
        Place::Kept => {
            let mut edits = vec![Edit::replace(&file.source, at.clone(), format!("Box<dyn {name}>"))];
            let adt = file.adt_at(at.clone());
            let field = adt.as_ref().and_then(|adt| adt.fields.iter().find(|field| field.ty == *at));
            if let Some((adt, field)) = adt.as_ref().zip(field) {
                edits.extend(filled(case, file, adt, field, &field.ty));
            } else if let Some(outer) = outer(file, at) {
                edits.extend(box_made(case, file, &outer.range));
            }
            let boxed =
                Fix::new("keep-in-box", Cost::signature(Deed::Restructure), edits).with("trait", &name);
            // A function that only looks at a list can be lent what is in it.
            let in_parameter = file.function_at(at.clone()).is_some_and(|it| holds(&it.params_range, at));
            let lent = insert("lend-as-dyn", Cost::signature(Deed::Borrow), "&dyn ").doubtful_if(true);
            std::iter::once(boxed).chain(in_parameter.then_some(lent)).collect()
        }
        Place::Other => Vec::new(),
    }
}

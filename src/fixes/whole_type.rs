//! Lets an `impl Drop` cover all of a generic type: for every argument, or with bounds that the type has too.

use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::base_name;
use crate::rule::Case;
use crate::syntax::{Adt, File, Impl};

/// `impl Drop for Cache<String>` -> `impl<T> Drop for Cache<T>`, with the bounds that the type has.
pub fn for_every_argument(file: &File, of: &Impl, declaring: &File, adt: &Adt) -> Option<Fix> {
    let declared = declaring.text(adt.generics.clone()?);
    let params: Vec<String> = parameters(declared).into_iter().map(without_default).collect();
    let names: Vec<&str> = params.iter().filter_map(|param| name_of(param)).collect();
    let where_clause = where_clause(declaring, adt);
    if !file.is_editable(of.self_type.clone()) || file.text(of.range.start..of.body.start).contains("where") {
        return None;
    }
    let path = file.text(of.self_type.clone()).split('<').next()?;
    let new_type = format!("{path}<{}>", names.join(", "));
    let written = format!("<{}>", params.join(", "));
    let mut edits = vec![Edit::replace(&file.source, of.self_type.clone(), &new_type)];
    edits.push(match of.generics.clone() {
        Some(generics) => Edit::replace(&file.source, generics, written),
        None => Edit::insert(&file.source, of.impl_token.end, written),
    });
    edits.extend(
        where_clause.map(|clause| Edit::insert(&file.source, of.self_type.end, format!(" {clause}"))),
    );
    let fix = Fix::new("drop-for-every-argument", Cost::signature(Deed::Annotate), edits);
    Some(fix.with("new_type", new_type))
}

/// Gives the type the bound that its `Drop` asks for, and so all its impls in the crate. `bound` is the
/// bound as the reader wrote it, for the parameter of this name in the `impl`.
pub fn bound_on_type(
    case: &Case,
    file: &File,
    of: &Impl,
    (declaring, adt): (&Rc<File>, &Adt),
    parameter: &str,
    bound: &str,
) -> Option<Fix> {
    // Which argument of the type it is.
    let place =
        arguments(file.text(of.self_type.clone())).iter().position(|argument| argument == parameter)?;
    let mut edits = vec![bounded(declaring, adt.generics.clone()?, place, bound)?];
    for other in case.files.crate_files_with(&file.source.name, &adt.name) {
        for implemented in other.impls() {
            if implemented.self_name.as_deref() != Some(&adt.name) || implemented.range == of.range {
                continue;
            }
            let arguments = arguments(other.text(implemented.self_type.clone()));
            let Some(argument) = arguments.get(place) else { continue };
            let Some(generics) = implemented.generics.clone() else { continue };
            let declared = parameters(other.text(generics.clone()));
            let Some(at) = declared.iter().position(|param| name_of(param) == Some(argument)) else {
                continue;
            };
            let clause = other.text(implemented.self_type.end..implemented.body.start);
            if !declared[at].contains(bound) && !clause.contains(bound) {
                edits.push(bounded(&other, generics, at, bound)?);
            }
        }
    }
    let fix = Fix::new("bound-on-the-type", Cost::signature(Deed::Restructure), edits);
    Some(fix.with("bound", format!("{parameter}: {bound}")))
}

/// Takes a bound away from the `impl`, with what joins it to the others.
pub fn without_bound(file: &File, of: &Impl, bound: std::ops::Range<usize>) -> Option<Fix> {
    let before = file.text(of.range.start..bound.start);
    let after = file.text(bound.end..of.body.start);
    let trimmed = before.trim_end();
    let range = if let Some(rest) = trimmed.strip_suffix('+') {
        of.range.start + rest.trim_end().len()..bound.end
    } else if let Some(rest) = after.trim_start().strip_prefix('+') {
        bound.start..bound.end + after.len() - rest.trim_start().len()
    } else {
        let rest = trimmed.strip_suffix(':')?;
        // In a `where` clause the parameter would be left alone.
        if rest.contains("where") {
            return None;
        }
        of.range.start + rest.trim_end().len()..bound.end
    };
    if !file.is_editable(range.clone()) {
        return None;
    }
    let fix = Fix::new(
        "drop-without-bound",
        Cost::signature(Deed::Annotate),
        vec![Edit::delete(&file.source, range)],
    );
    // Only the compiler knows whether the code does without.
    Some(fix.doubtful_if(true))
}

/// `T` -> `T: Bound`, `T: A` -> `T: A + Bound` in a list of parameters.
fn bounded(file: &File, generics: std::ops::Range<usize>, place: usize, bound: &str) -> Option<Edit> {
    let text = file.text(generics.clone());
    let params = parameters(text);
    let param = params.get(place)?;
    let at = text.find(param.as_str())?;
    let (head, _) = param.split_once('=').unwrap_or((param, ""));
    let join = if head.contains(':') { " +" } else { ":" };
    let end = generics.start + at + head.trim_end().len();
    file.is_editable(generics).then(|| Edit::insert(&file.source, end, format!("{join} {bound}")))
}

/// The parts of `<'a, T: A, const N: usize>`.
fn parameters(generics: &str) -> Vec<String> {
    let inner = generics.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or_default();
    let mut depth = 0;
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in inner.chars() {
        depth += i32::from("<([".contains(c)) - i32::from(")]".contains(c) || c == '>' && before != '-');
        before = c;
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The arguments of `Cache<'a, T>`.
fn arguments(ty: &str) -> Vec<String> {
    ty.find('<').map(|at| parameters(ty[at..].trim())).unwrap_or_default()
}

fn without_default(param: String) -> String {
    let bounds = param.find('<').unwrap_or(param.len());
    match param[..bounds].split_once('=') {
        Some((head, _)) => head.trim_end().to_owned(),
        None => param,
    }
}

/// `T` of `T: A`, `N` of `const N: usize`.
fn name_of(param: &str) -> Option<&str> {
    let name = param.split([':', '=']).next()?.trim();
    Some(name.strip_prefix("const ").unwrap_or(name).trim())
}

/// `where ..` of a type, up to its fields.
fn where_clause(file: &File, adt: &Adt) -> Option<String> {
    let from = adt.generics.clone()?.end;
    let text = file.text(from..adt.range.end);
    let head = text.trim_start();
    let clause = head.starts_with("where").then(|| head.split(['{', ';']).next())??;
    Some(clause.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned())
}

/// The type's name without its arguments.
pub fn type_name(file: &File, of: &Impl) -> String {
    base_name(file.text(of.self_type.clone())).to_owned()
}

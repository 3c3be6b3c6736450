//! A reference stands where a lifetime has to be written, and none is.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::Fix;
use crate::fixes::alias_lifetime::{declare_on_alias, has_lifetimes, in_header, of_bound, of_impl};
use crate::fixes::field_lifetime::field_lifetime;
use crate::fixes::open_lifetime::{hidden_type, open_lifetime};
use crate::fixes::open_result::{Returned, is_own_data, open_result};
use crate::fixes::share_lifetime::slots;
use crate::fixes::tie_callable::tie_callable;
use crate::fixes::tie_in_trait::ties;
use crate::fixes::tie_result::Signature;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Adt, Alias, Elided, File, Function};

/// E0106, and E0726 for the header of an `impl`.
pub static RULE: Rule = Rule {
    name: "missing-lifetime",
    codes: &["E0106", "E0726"],
    messages: &[
        "missing lifetime in associated type",
        "associated type * is declared without lifetime parameters*",
    ],
    concepts: &["elision", "lifetimes", "valid-references", "struct-lifetimes"],
    text: include_str!("../../explanations/missing_lifetime.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // rustc points at every place where it misses a lifetime.
    let missing: Vec<&Label> = case.diagnostic.labels.iter().filter(|label| label.primary).collect();
    let first = *missing.first()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(first.span.clone());
    finding.facts.number("line", first.span.line_start);
    // What a macro wrote is nobody's to edit here.
    let file =
        case.file(&first.span).filter(|file| !first.span.in_macro() && file.is_editable(first.span.range()));
    if let Some(file) = file {
        let open: Vec<Elided> = missing.iter().filter_map(|label| open_lifetime(&file, label)).collect();
        finding.facts.code_if("type", hidden_type(&file, first));
        look_around(case, &mut finding, &file, first, &open);
    } else if let Some(name) = first.span.macros.first() {
        finding.facts.code("macro", name);
        finding.variant = Some("in a macro");
    }
    for label in missing {
        finding.mark("missing", label).primary = label.span == first.span;
    }
    // The parameters are there first, what is returned comes last.
    finding.marks.sort_by_key(|mark| mark.role == "returned");
    // What a result points into is a question of its own; all else is answered by an edit.
    let of_result = ["function", "callable"].iter().any(|fact| finding.facts.text(fact).is_some());
    if finding.fixes.is_empty() || of_result {
        finding.fix([Fix::idea("decide-what-it-points-into")]);
    }
    Some(finding)
}

/// Finds out where the reference stands, and fills in variant, facts, marks and fixes.
fn look_around(case: &Case, finding: &mut Finding, file: &Rc<File>, label: &Label, open: &[Elided]) {
    let range = label.span.range();
    let holds = |outer: &std::ops::Range<usize>| outer.start <= range.start && range.end <= outer.end;
    let callable = file.callable_at(range.clone()).filter(|it| it.result.as_ref().is_some_and(holds));
    let function = file.function_at(range.clone());
    if case.diagnostic.code.as_deref() == Some("E0726") {
        header(case, finding, file, label, open);
    } else if let Some(callable) = callable {
        let whole = file.text(callable.range.clone());
        finding.facts.code("callable", whole);
        let fixes = tie_callable(file, &callable, open);
        let lent = fixes.iter().all(|fix| fix.id != "return-static");
        finding.variant = Some(if lent { "callable type" } else { "callable type without a reference" });
        // rustc would also declare it far outside, and make it one for all calls.
        finding.rustc_suggests = false;
        for argument in callable.args.iter().filter(|argument| !slots(file, (*argument).clone()).is_empty()) {
            finding.mark_span("candidate", file.source.span(argument.clone()));
        }
        finding.fix(fixes);
    } else if let Some(function) = function.filter(|it| it.return_type.as_ref().is_some_and(holds)) {
        result(case, finding, file, &function, open);
    } else if let Some(fixes) = of_bound(file, &range, open) {
        finding.variant = Some("bound");
        finding.rustc_suggests = false;
        finding.fix(fixes);
    } else if let Some(adt) = file.adt_at(range.clone()) {
        field(case, finding, file, &adt, open);
    } else if let Some(alias) = file.alias_at(range.clone()) {
        of_alias(finding, file, &alias, open);
    }
}

/// A reference in the result of a function.
fn result(case: &Case, finding: &mut Finding, file: &Rc<File>, function: &Function, open: &[Elided]) {
    finding.cause = Some(file.source.span(function.name_range.clone()));
    finding.facts.code("function", &function.name);
    let returned = Returned::new(file, function);
    let signature = Signature::open(case, file, function, open);
    let names: Vec<&str> = signature.inputs.iter().map(|input| input.name.as_str()).collect();
    let hidden = finding.facts.text("type").is_some();
    finding.facts.code("parameters", names.join(", ")).number("count", names.len());
    finding.facts.code("result", file.text(function.return_type.clone().unwrap_or_default()));
    finding.facts.code_if("first", names.first().copied()).code_if("second", names.get(1).copied());
    for input in &signature.inputs {
        let span = file.source.span(input.range.clone());
        finding.mark_span("candidate", span).facts.code("parameter", &input.name);
    }
    finding.variant = Some(match names.len() {
        0 => lent_nothing(case, finding, &signature, &returned),
        1 => "two lifetimes in one parameter",
        2 if hidden => "hidden lifetime and two parameters",
        2 if signature.is_inside_bound() => "inside impl or dyn",
        2 => "two parameters",
        _ => "several parameters",
    });
    // rustc would lend any parameter, or change the result and not what is returned.
    finding.rustc_suggests = !names.is_empty() && !returned.made;
    match names.len() {
        0 => finding.fix(open_result(case, file, function, open, &returned)),
        _ => finding.fix(ties(case, &signature)),
    };
    let mut sources: Vec<_> = signature.inputs.iter().map(|input| input.range.clone()).collect();
    let taken = finding.marks.iter().filter(|mark| mark.role == "taken").map(|mark| mark.span.range());
    sources.extend(taken);
    for value in returned.from(file, function, &sources).into_iter().take(4) {
        finding.mark_span("returned", file.source.span(value));
    }
}

/// No parameter has a lifetime to copy: what is it that the function returns?
fn lent_nothing(case: &Case, finding: &mut Finding, of: &Signature, returned: &Returned) -> &'static str {
    let (file, function) = (of.file, of.function);
    let first = returned.values.first().filter(|_| returned.text);
    if let Some(literal) = first.and_then(|value| file.text_literal(value.clone())) {
        finding.facts.code("literal", file.text(literal));
        return "text in quotes";
    }
    let taken = returned.taken(function);
    let hidden = finding.facts.text("type").is_some();
    // `self` is given for good, but its type borrows: elision does not look there.
    let of_self = function.self_param.is_some() && taken.as_ref().is_none_or(|(_, name)| name == "self");
    if of_self && !is_own_data(case, file, function, &of.result, returned) {
        return if hidden { "hidden lifetime within self" } else { "lifetime within self" };
    }
    // A part of what the function was given for good; but `Options { width, ..defaults }` holds what
    // was taken, and does not point into it.
    if let Some((range, name)) = taken.filter(|_| !(hidden && returned.structs)) {
        finding.facts.code("place", name);
        finding.mark_span("taken", file.source.span(range));
        return "owned parameter";
    }
    if hidden { "hidden lifetime" } else { "nothing to borrow from" }
}

/// A reference in a field.
fn field(case: &Case, finding: &mut Finding, file: &Rc<File>, adt: &Adt, open: &[Elided]) {
    finding.cause = Some(file.source.span(adt.name_range.clone()));
    let at = open.first().map_or(0, |it| it.range.start);
    let field = adt.fields.iter().find(|field| field.range.contains(&at) || field.range.end == at);
    let name = field.and_then(|field| field.name.clone());
    finding.variant = Some(match name {
        _ if finding.facts.text("type").is_some() => "field with a hidden lifetime",
        Some(_) => "field",
        None => "field without a name",
    });
    finding.facts.code("owner", &adt.name).code_if("field", name);
    finding.facts.code_if("field_type", field.map(|field| file.text(field.ty.clone())));
    finding.fix(field_lifetime(case, file, adt, open));
}

/// A reference in the type that a name stands for.
fn of_alias(finding: &mut Finding, file: &Rc<File>, alias: &Alias, open: &[Elided]) {
    finding.facts.code("alias", &alias.name);
    let block = file.impl_at(alias.range.clone()).filter(|_| alias.associated);
    let Some(block) = block else {
        finding.variant = Some("type alias");
        finding.fix(declare_on_alias(file, alias, open));
        return;
    };
    finding.facts.code_if("trait", block.trait_name.clone()).code_if("owner", block.self_name.clone());
    let lends = block.trait_name.as_deref() == Some("Iterator") && !has_lifetimes(file, &block);
    finding.variant = Some(if lends { "iterator over itself" } else { "associated type" });
    finding.fix(of_impl(file, &block, open)).fix(lends.then(|| Fix::idea("iterate-over-a-borrow")));
}

/// A type in the header of an impl, or in an async function, whose name hides a lifetime.
fn header(case: &Case, finding: &mut Finding, file: &Rc<File>, label: &Label, open: &[Elided]) {
    let range = label.span.range();
    let in_function = file.function_at(range.clone());
    finding.facts.code_if("function", in_function.as_ref().map(|function| function.name.clone()));
    finding.variant = Some(if in_function.is_some() { "async function" } else { "impl header" });
    let block = file.impl_at(range).filter(|_| in_function.is_none());
    finding.fix(in_header(case, file, block.as_ref(), open));
}

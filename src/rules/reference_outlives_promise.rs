//! A body needs data to be valid for longer than its signature promises.

use crate::diagnostic::{Role, quoted};
use crate::fix::Fix;
use crate::fixes::dyn_lifetime::dyn_of_result;
use crate::fixes::keep_borrowed::own_in_closure;
use crate::fixes::keep_promise::ways_to_keep;
use crate::fixes::lend_briefly::{is_fixed, lender_for_good};
use crate::fixes::promise::{Need, Owner, Promise};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::Impl;

/// The error without a code, and E0621.
pub static RULE: Rule = Rule {
    name: "reference-outlives-promise",
    codes: &["E0621"],
    messages: &["lifetime may not live long enough"],
    concepts: &["lifetimes", "elision", "static", "trait-objects", "struct-lifetimes"],
    text: include_str!("../../explanations/reference_outlives_promise.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the place that needs the longer lifetime.
    let used = diagnostic.primary()?;
    // It says so by a requirement, a promise about the result, or the name of a lifetime.
    if !matches!(used.role, Role::Outlives | Role::SuppliedLifetime | Role::LifetimeRequired) {
        return None;
    }
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.number("line", used.span.line_start);
    let captured = diagnostic.note("closure implements `*`, so references to captured variables *").is_some();
    let promise = Promise::new(case).filter(|_| !captured);
    if captured {
        finding.variant = Some("captured");
        if let Some(file) = case.file(&used.span) {
            let function = file.function_at(used.span.range());
            finding.facts.code_if("function", function.map(|function| function.name));
            finding.fix(own_in_closure(&file, used.span.range()));
        }
    } else if let Some(name) = used.span.macros.first().filter(|_| promise.is_none()) {
        finding.facts.code("macro", name);
        finding.variant = Some("in a macro");
    }
    if let Some(promise) = &promise {
        tell(case, &mut finding, promise);
    }
    mark(case, &mut finding, promise.as_ref());
    let editable = promise
        .as_ref()
        .filter(|it| !used.span.in_macro() && it.file.is_editable(it.function.name_range.clone()));
    if let Some(promise) = editable {
        let fixes = ways_to_keep(case, promise, finding.variant.unwrap_or_default());
        // rustc writes `+ '_` also where several parameters could be meant.
        finding.rustc_suggests = !fixes.iter().any(|fix| fix.id == "let-result-borrow");
        finding.fix(fixes);
    }
    let idea = match finding.variant {
        Some("closure" | "closure parameters") => "write-a-function",
        Some("captured") => "own-for-each-call",
        Some("iterator" | "lent from a mutable self") => "take-the-part-out",
        Some("static result") => "return-a-copy",
        Some("fixed by a trait") => "own-what-is-kept",
        _ if promise.as_ref().is_some_and(|promise| promise.need == Need::Return) => "return-a-copy",
        _ => "own-what-is-kept",
    };
    finding.fix([Fix::idea(idea)]);
    Some(finding)
}

/// The lifetimes where they come in, then the place that needs more.
fn mark(case: &Case, finding: &mut Finding, promise: Option<&Promise>) {
    let labels = || case.diagnostic.labels.iter().filter(|label| !label.primary);
    let named = |name: &str| labels().find(|label| label.text.contains(name));
    if let Some(promise) = promise {
        let have = named(&promise.have.name).filter(|_| !promise.have.name.is_empty());
        match (have, &promise.have.owner) {
            (Some(label), _) => finding.mark("have", label).primary = false,
            (None, Owner::Parameter(index)) => {
                let name = promise.function.params.get(*index).and_then(|param| param.name_range.clone());
                if let Some(range) = name {
                    finding.mark_span("have", promise.file.source.span(range));
                }
            }
            _ => {}
        }
        match (named(&promise.want.name), promise.declared_want()) {
            (Some(label), _) => finding.mark("want", label).primary = false,
            (None, Some(range)) => drop(finding.mark_span("want", promise.file.source.span(range))),
            (None, None) => {}
        }
    } else {
        // One label says that this is the closure, the other what its result has in it.
        let closure = finding.variant == Some("captured");
        for label in labels().filter(|label| !closure || label.text.ends_with("closure's body")) {
            finding.mark("lifetime", label);
        }
    }
    if let Some(used) = case.diagnostic.primary() {
        finding.mark("used", used).primary = true;
    }
}

/// Facts and variant.
fn tell(case: &Case, finding: &mut Finding, promise: &Promise) {
    let facts = &mut finding.facts;
    let data = promise.block.as_ref().and_then(|block| block.self_name.clone());
    let of_trait = || promise.file.trait_at(promise.function.range.clone()).map(|it| it.name);
    let wanting = promise.name_of(&promise.want.owner);
    facts.code("function", &promise.function.name).code_if("place", promise.name_of(&promise.have.owner));
    facts.code_if("tied", wanting.clone()).code_if("target", wanting);
    facts.code_if("have", promise.have.written()).code_if("want", promise.want.written());
    facts.code_if("owner", data.or_else(of_trait)).code_if("dyn_type", dyn_of_result(promise));
    let borrows =
        |block: &&Impl| promise.file.text(block.self_type.clone()).contains(promise.want.name.as_str());
    let borrower = promise.block.as_ref().filter(borrows).and_then(|block| block.self_name.clone());
    facts.code_if("borrower", borrower);
    facts.code_if("call", promise.file.call_at(promise.at.clone()).map(|call| call.name));
    facts.code_if("trait", promise.block.as_ref().and_then(|block| block.trait_name.clone()));
    let fixed = case.diagnostic.note("requirement occurs because of *");
    facts.code_if("holder", fixed.and_then(|note| quoted(&note.text).first().map(ToString::to_string)));
    finding.variant = variant(case, promise);
}

/// Which of the text's variants tells this case.
fn variant(case: &Case, promise: &Promise) -> Option<&'static str> {
    let (have, want) = (&promise.have.owner, &promise.want.owner);
    let behind_mutable = holder_is(case, "a mutable reference to *");
    let one_parameter = matches!(have, Owner::Parameter(_) | Owner::Parameters(_));
    let into_parameter = matches!(want, Owner::Parameter(_)) && have != want;
    // Several variables have the lifetime: none of them alone is what goes too far.
    if matches!(have, Owner::Parameters(_)) && promise.closure.is_none() {
        return Some("in a function");
    }
    Some(match promise.need {
        // A closure's own signature.
        Need::Return if promise.closure.is_some() => "closure",
        _ if promise.closure.is_some() => "closure parameters",
        // The result promises to borrow nothing.
        Need::Return if *want == Owner::Static && dyn_of_result(promise).is_some() => "dyn result",
        Need::Return if *want == Owner::Static => "static result",
        // Lifetimes behind `&mut` have to be the same.
        Need::Return if behind_mutable && promise.have.written().is_some() => "behind a mutable reference",
        // The trait gives the signature.
        Need::Return if *want == Owner::Data && one_parameter && is_fixed(case, promise) => {
            "fixed by a trait"
        }
        // The data of the type is promised, and `self` lends.
        Need::Return if *want == Owner::Data && *have == Owner::Receiver => lent_from_self(promise),
        Need::Return if *want == Owner::Data && one_parameter => "shorter parameter",
        Need::Return if *want == Owner::Data && *have == Owner::Data => "two lifetimes of one type",
        // Another parameter is promised.
        Need::Return if *want == Owner::Receiver && one_parameter && promise.want.written().is_none() => {
            "other parameter than self"
        }
        Need::Return if one_parameter && have != want => "other parameter",
        Need::Coercion if *want == Owner::Static => "dyn stored",
        Need::Annotation => "annotation",
        Need::Argument if *have == Owner::Receiver && lender_for_good(case, promise).is_some() => {
            "lent for good"
        }
        Need::Argument | Need::Assignment | Need::Coercion
            if *have == Owner::Receiver && *want == Owner::Data =>
        {
            "self in self"
        }
        Need::Argument | Need::Assignment | Need::Coercion if into_parameter && one_parameter => {
            "into another parameter"
        }
        Need::Assignment | Need::Coercion if one_parameter => "stored",
        Need::Argument if one_parameter => "handed on",
        _ if holder_is_fixed(case) && (have == want || [have, want].contains(&&Owner::Unknown)) => {
            "held in a type"
        }
        _ => "in a function",
    })
}

fn lent_from_self(promise: &Promise) -> &'static str {
    let iterator =
        promise.block.as_ref().is_some_and(|block| block.trait_name.as_deref() == Some("Iterator"));
    match promise.is_mutable() {
        true if iterator => "iterator",
        true => "lent from a mutable self",
        false => "lent from self",
    }
}

/// Whether rustc says that a type allows no other lifetime in it, longer or shorter.
fn holder_is_fixed(case: &Case) -> bool {
    let fixed = ["a mutable reference to *", "the type *, which makes *", "a mutable pointer to *"];
    fixed.iter().any(|what| holder_is(case, what))
}

fn holder_is(case: &Case, what: &str) -> bool {
    case.diagnostic.note(&format!("requirement occurs because of {what}")).is_some()
}

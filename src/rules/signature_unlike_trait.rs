//! A method's lifetimes differ from those that its trait declares.

use crate::diagnostic::{Role, fits};
use crate::fix::Fix;
use crate::fixes::match_trait::Pair;
use crate::rule::{Case, Finding, Rule};

/// E0308 for lifetimes that ask for more, E0803 for a result that the trait does not tie to `self`, and the error without a code for other ties.
pub static RULE: Rule = Rule {
    name: "signature-unlike-trait",
    codes: &["E0308", "E0803"],
    messages: &["`impl` item signature doesn't match `trait` item signature"],
    concepts: &["lifetimes", "elision"],
    text: include_str!("../../explanations/signature_unlike_trait.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the method in the impl.
    let used = diagnostic.primary()?;
    // Its types are the trait's, but for the lifetimes.
    let coded = diagnostic.code.is_some();
    let tied = diagnostic.code.as_deref() == Some("E0803");
    if tied {
        diagnostic.note("...so that the method type is compatible with trait")?;
    }
    if coded
        && !tied
        && !(diagnostic.message.ends_with(" not compatible with trait")
            && used.role == Role::LifetimeMismatch)
    {
        return None;
    }
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    let Some(file) = case.file(&used.span) else {
        finding.facts.code("method", name_in(&used.span.seen()?)?);
        if let Some(declared) = diagnostic.labels.iter().find(|label| fits("expected `fn*", &label.text)) {
            finding.mark("declared", declared);
        }
        finding.mark("used", used).primary = true;
        finding.fix([Fix::idea("write-what-the-trait-says")]);
        return Some(finding);
    };
    let function = file.function_at(used.span.range()).filter(|function| function.in_trait_impl)?;
    let block = file.impl_at(function.range.clone())?;
    let of_trait = block.trait_name.clone()?;

    finding.facts.code("method", &function.name).code("trait", of_trait);
    let named = file.lifetimes_in(function.params_range.clone());
    let says_static = named.iter().any(|(_, name)| name == "'static");
    finding.variant = match coded {
        true if tied => Some("tied to self"),
        true if says_static => Some("static"),
        true => Some("other lifetimes"),
        false => Some("other ties"),
    };
    let editable = !used.span.in_macro() && file.is_editable(function.name_range.clone());
    let pair = Pair::new(case, file.clone(), function, block);
    if let Some((theirs, declared)) = &pair.declared {
        finding.mark_span("declared", theirs.source.span(declared.name_range.clone()));
    }
    // The name alone: rustc points at the whole signature.
    finding.mark_span("used", file.source.span(pair.function.name_range.clone())).primary = true;
    if editable {
        finding.fix(pair.named_in_header().into_iter().filter(|_| tied)).fix(pair.ways());
    }
    finding.fix([Fix::idea("write-what-the-trait-says")]);
    Some(finding)
}

/// `get` for `fn get<'k>(&self, key: &'k str)`.
fn name_in(signature: &str) -> Option<&str> {
    let (before, rest) = signature.split_once("fn ")?;
    // Nothing but words such as `async` stands before.
    let words = before.chars().all(|c| c.is_alphabetic() || c == ' ');
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    rest.get(..end).filter(|name| words && !name.is_empty())
}

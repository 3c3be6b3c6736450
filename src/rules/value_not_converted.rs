//! A value is given where only what it can be converted into fits.

use crate::diagnostic::{Role, Suggestion, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::convert_value::imports;
use crate::fixes::mismatch_ways::readable;
use crate::mismatch::pair;
use crate::mismatch::types::{Type, short};
use crate::rule::{Case, Finding, Rule};

/// E0308, where rustc knows a conversion that makes the one type out of the other.
pub static RULE: Rule = Rule {
    name: "value-not-converted",
    codes: &["E0308"],
    messages: &[],
    concepts: &["ownership", "copy-and-clone"],
    text: include_str!("../../explanations/value_not_converted.md"),
    refines: &[],
    recognise,
};

/// The words with which rustc suggests a conversion.
const CONVERSIONS: &[&str] = &[
    "try using a conversion method",
    "call `Into::into` on this expression to convert `*` into `*`",
    "try wrapping the expression in `std::borrow::Cow::*`",
];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let compared = ["mismatched types", "*have incompatible types"];
    compared.iter().find(|message| fits(message, &diagnostic.message))?;
    // rustc points at what is of the other type.
    let primary = diagnostic.primary()?;
    let (expected, found) = pair(&primary.text)?;
    // rustc knows a conversion.
    let suggestion = conversion(case)?;
    if Type::parse(&expected) == Type::Unknown {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code("expected", short(&expected)).code("found", short(&found));
    finding.facts.code_if("code", case.code(&primary.span).filter(|_| !primary.span.in_macro()));
    let text = suggestion.edits.iter().map(|(_, text)| text.as_str()).collect::<String>();
    finding.variant = if text.contains("Cow::") {
        Some("either owned or borrowed")
    } else if text.contains(".into()") {
        Some("into")
    } else {
        None
    };
    for (role, name) in [(Role::ArgumentsTo, "callee"), (Role::ResultType, "result")] {
        if let Some(label) = diagnostic.label(role).filter(|label| label.span != primary.span) {
            finding.mark(name, label);
        }
    }
    finding.mark("found", primary).primary = true;
    finding.fix(convert(case, suggestion)).fix([Fix::idea("ask-for-the-other-type")]);
    Some(finding)
}

fn conversion<'a>(case: &Case<'a>) -> Option<&'a Suggestion> {
    let known = |it: &&Suggestion| CONVERSIONS.iter().any(|pattern| fits(pattern, &it.text));
    case.diagnostic.suggestions.iter().find(known)
}

/// rustc's conversion as a way of ours, which can say what it costs.
fn convert(case: &Case, suggestion: &Suggestion) -> Option<Fix> {
    let mut edits = Vec::new();
    for (span, text) in &suggestion.edits {
        let file = readable(case, span).filter(|file| file.is_editable(span.range()))?;
        edits.push(Edit::replace(&file.source, span.range(), text.as_str()));
    }
    let cow = case.file(&suggestion.edits.first()?.0).is_some_and(|file| imports(&file, "Cow"));
    for edit in edits.iter_mut().filter(|_| cow) {
        edit.replacement = edit.replacement.replace("std::borrow::Cow::", "Cow::");
    }
    let text: String = edits.iter().map(|edit| edit.replacement.as_str()).collect();
    let call = text.trim_start_matches('.').to_owned();
    let copies = text.contains(".to_");
    let (id, deed) = if copies { ("to-owned", Deed::Clone) } else { ("convert-value", Deed::Restructure) };
    Some(Fix::new(id, Cost::local(deed), edits).with("call", call))
}

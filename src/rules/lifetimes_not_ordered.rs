//! A type needs one lifetime to be valid for as long as another, and nothing says that it is.

use crate::diagnostic::{Label, Note, quoted};
use crate::fix::{Cost, Deed, Fix};
use crate::fixes::order_lifetimes::Order;
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// E0478 for a bound, E0491 for a reference, E0477 for a type, E0476 for a pointer that becomes
/// another, E0623 for a type whose bounds order its lifetimes, E0803 for both ends of one lifetime; without a code, a trait's type that is lent from `self`.
pub static RULE: Rule = Rule {
    name: "lifetimes-not-ordered",
    codes: &["E0476", "E0477", "E0478", "E0491", "E0623", "E0803"],
    messages: &["missing required bound on `*`", "missing required bounds on `*`"],
    concepts: &["struct-lifetimes", "lifetimes", "static"],
    text: include_str!("../../explanations/lifetimes_not_ordered.md"),
    refines: &[],
    recognise,
};

/// The notes that name the lifetime that has to be the longer one ...
const LONGER: &[&str] = &[
    "lifetime parameter instantiated with the *",
    "but the referenced data is only valid for the *",
    "source pointer is only valid for the *",
    "first, the lifetime cannot outlive the *",
];

/// ... and the one that it has to last for.
const SHORTER: &[&str] = &[
    "but lifetime parameter must outlive the *",
    "the pointer is valid for the *",
    "object type is valid for the *",
    "type must outlive the *",
    "type must satisfy the *",
    "...but the lifetime must also be valid for the *",
    "but, the lifetime must be valid for the *",
];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the type, or at the declaration that holds it.
    let used = diagnostic.primary()?;
    let file = case.file(&used.span);
    if diagnostic.code.is_none() {
        return lending_type(case, used, file.as_deref());
    }
    if diagnostic.code.as_deref() == Some("E0623") {
        return ordered_by_its_type(case, used);
    }
    // A method that differs from its trait's is another mistake.
    if diagnostic.note("...so that the method type is compatible with trait").is_some() {
        return None;
    }
    let note = |patterns: &[&str]| patterns.iter().find_map(|pattern| diagnostic.note(pattern));
    // The notes name two lifetimes, or the headline names a type that has the first.
    let (longer, shorter) = (note(LONGER), note(SHORTER)?);
    let want = lifetime(shorter)?;
    let have = longer.and_then(lifetime).or_else(|| {
        let ty = diagnostic.quoted().first().map(|ty| (*ty).to_owned())?;
        let name = ty.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')).find(|word| {
            word.len() > 1 && word.starts_with('\'') && !["'_", "'static"].contains(word) && *word != want
        });
        name.map(str::to_owned)
    });

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.code("want", &want).number("line", used.span.line_start);
    finding.facts.code_if("have", have.as_ref());
    finding.facts.code_if("code", case.code(&used.span).map(|code| head(&code)));
    for (role, note) in [("have", longer), ("want", Some(shorter))] {
        let label =
            note.and_then(|note| note.labels.first()).filter(|label| label.span.file == used.span.file);
        if let Some(label) = label {
            finding.mark(role, label).primary = false;
        }
    }
    finding.mark("used", used).primary = true;
    // All that one lifetime is too short for is one mistake.
    let scopes = file.as_ref().map(|file| file.lifetime_scopes(used.span.range())).unwrap_or_default();
    let mut all = scopes.iter().flat_map(|scope| &scope.lifetimes);
    let declared = have.as_ref().and_then(|have| all.find(|(_, name)| name == have));
    if let (Some(file), Some((range, _))) = (&file, declared) {
        finding.cause = Some(file.source.span(range.clone()));
    }
    finding.variant = have.as_ref().map(|_| match diagnostic.code.as_deref() {
        _ if want == "'static" => "static",
        Some("E0491") => "reference",
        _ => "bound",
    });
    let file = file.filter(|file| !used.span.in_macro() && file.is_editable(used.span.range()));
    if let (Some(file), Some(have)) = (file, &have) {
        let order = Order { case, file: &file, at: used.span.range(), have, want: &want };
        finding.fix(order.ways());
    }
    let alone = finding.variant == Some("static");
    finding.fix([Fix::idea(if alone { "own-instead" } else { "use-one-lifetime" })]);
    Some(finding)
}

/// rustc names the type alone. Which of its lifetimes has to be the longer one stands in its bounds, so
/// both orders are tried.
fn ordered_by_its_type(case: &Case, used: &Label) -> Option<Finding> {
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.code("code", case.code(&used.span)?).number("line", used.span.line_start);
    finding.variant = Some("type");
    finding.mark("used", used).primary = true;
    if let Some(file) = case.file(&used.span).filter(|file| file.is_editable(used.span.range())) {
        let mut names: Vec<String> =
            file.lifetimes_in(used.span.range()).into_iter().map(|(_, name)| name).collect();
        names.dedup();
        if let [one, other] = names.as_slice() {
            for (have, want) in [(one, other), (other, one)] {
                let order = Order { case, file: &file, at: used.span.range(), have, want };
                let ways = order.ways().into_iter();
                finding.fix(ways.map(|fix| fix.with("have", have).with("want", want).doubtful_if(true)));
            }
        }
    }
    finding.fix([Fix::idea("use-one-lifetime")]);
    Some(finding)
}

/// The lifetime that a note names.
fn lifetime(note: &Note) -> Option<String> {
    if note.text.contains("static lifetime") {
        return Some("'static".to_owned());
    }
    quoted(&note.text).first().filter(|name| name.starts_with('\'')).map(|name| (*name).to_owned())
}

/// What rustc points at, without a body.
fn head(code: &str) -> String {
    code.split('{').next().unwrap_or_default().trim().to_owned()
}

/// A trait's type that methods lend from `self`, and that does not say so.
fn lending_type(case: &Case, used: &Label, file: Option<&File>) -> Option<Finding> {
    let alias = match file {
        Some(file) => file.alias_at(used.span.range()).filter(|alias| alias.associated)?.name,
        None => (*case.diagnostic.quoted().first()?).to_owned(),
    };
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.variant = Some("lending type");
    // rustc's edit names what has to be said.
    let suggestion = case.diagnostic.suggestions.first()?;
    let bound = suggestion.edits.first()?.1.trim().to_owned();
    finding.facts.code("alias", alias).code("bound", bound).number("line", used.span.line_start);
    finding.mark("used", used).primary = true;
    let theirs = rustc_suggestions(case).into_iter().next();
    let cost = Cost::signature(Deed::Annotate);
    finding.fix(theirs.map(|fix| Fix::new("say-where-self", cost, fix.edits)));
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("own-instead")]);
    Some(finding)
}

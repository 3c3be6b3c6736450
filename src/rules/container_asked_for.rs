//! A reference to a container stands where one to its content would do.

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::rustc_suggestion::retold;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// Two lints of clippy.
pub static RULE: Rule = Rule {
    name: "container-asked-for",
    codes: &["clippy::borrowed_box", "clippy::ptr_arg"],
    messages: &[],
    concepts: &["borrowing", "stack-and-heap", "box"],
    text: include_str!("../../explanations/container_asked_for.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the type.
    let written = diagnostic.primary()?;
    // What a macro wrote is not the reader's to change.
    (!written.span.in_macro()).then_some(())?;
    let code = case.code(&written.span)?;
    // Its suggestion names the type that would do.
    let suggestion = diagnostic.suggestions.first();
    let of_type = |(span, _): &&(_, String)| *span == written.span;
    let wanted = suggestion.and_then(|it| it.edits.iter().find(of_type)).map(|(_, text)| text.clone())?;

    let mut finding = Finding::new(&RULE);
    finding.facts.code("code", &code).code("wanted", &wanted).number("line", written.span.line_start);
    let file = case.file(&written.span);
    let function = file.as_ref().and_then(|file| file.function_at(written.span.range()));
    let function = function.filter(|it| {
        it.params.iter().any(|param| {
            param
                .ty
                .as_ref()
                .is_some_and(|ty| ty.start <= written.span.byte_start && written.span.byte_end <= ty.end)
        })
    });
    finding.facts.code_if("function", function.as_ref().map(|function| function.name.clone()));
    finding.variant = match (diagnostic.code.as_deref(), function) {
        (Some("clippy::borrowed_box"), _) => Some("box"),
        (_, Some(_)) => Some("parameter"),
        _ => None,
    };
    finding.mark("asks", written).primary = true;

    let cost = Cost::signature(Deed::Annotate);
    let retold = || retold(case, &["change this to*", "try"], "ask-for-content", cost);
    let full_name = file.and_then(|file| by_full_name(&file, written, &wanted));
    finding.fix(full_name.or_else(retold));
    if finding.fixes.is_empty() {
        finding.fix([Fix::idea("name-the-content")]);
    }
    finding.rustc_suggests = false;
    Some(finding)
}

/// clippy writes `&Path` also where only `PathBuf` is imported.
fn by_full_name(file: &File, written: &Label, wanted: &str) -> Option<Fix> {
    let imports = file.source.text.lines().filter(|line| line.trim_start().starts_with("use "));
    let known =
        imports.flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).any(|name| name == "Path");
    let (before, after) = wanted.split_once("Path").filter(|_| !known && !wanted.contains("::"))?;
    let edit = Edit::replace(&file.source, written.span.range(), format!("{before}std::path::Path{after}"));
    Some(Fix::new("ask-for-content", Cost::signature(Deed::Annotate), vec![edit]))
}

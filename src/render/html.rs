//! A page that stands alone: it asks for nothing from elsewhere, and without its script it only
//! cannot be filtered.
//!
//! Texts of a message or a source become text in `tree.rs` and nowhere else. Should one ever slip
//! through, the page's own policy lets no script and no style work but the two that are ours.
//! Sources: the HTML standard of WHATWG, CSP Level 3 for the policy, WCAG 2.2 for who reads it.

mod article;
mod ideas;
mod index;
mod overlap;
mod source;
mod tree;

use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};

use super::markdown::title;
use super::place::{Place, fingerprints};
use super::words::{counted, word};
use crate::concept::Concept;
use crate::diagnostic::Span;
use crate::report::{Report, Told};
use ideas::Targets;
use tree::Tree;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// A finding with its name on the page and in the next run's page.
struct Entry<'r> {
    id: String,
    told: &'r Told,
    place: &'r Place,
}

/// The findings of one file.
struct OfFile<'e, 'r> {
    id: String,
    name: String,
    entries: Vec<&'e Entry<'r>>,
}

/// The page.
pub fn html(report: &Report, place: &Place) -> String {
    let prints = fingerprints(report).into_iter().zip(&report.findings);
    let entries: Vec<Entry> =
        prints.map(|(print, told)| Entry { id: format!("finding-{print}"), told, place }).collect();
    let files = by_file(&entries);
    let targets = Targets::of(&entries);
    let mut page = Tree::new();
    page.element("html", &[("lang", "en")], |tree| {
        tree.element("head", &[], |tree| head(tree, report));
        tree.element("body", &[], |tree| {
            if !entries.is_empty() {
                tree.leaf("a", &[("class", "skip"), ("href", "#findings")], word("html-skip"));
            }
            tree.element("header", &[], |tree| summary(tree, report));
            tree.element("div", &[("class", "columns")], |tree| {
                if !entries.is_empty() {
                    index::draw(tree, &files, &targets);
                }
                let attributes = [("id", "findings"), ("tabindex", "-1")];
                tree.element("main", &attributes, |tree| body(tree, &files, &targets));
            });
            if !entries.is_empty() {
                tree.element("script", &[], |tree| tree.ours(SCRIPT));
            }
        });
    });
    page.finish()
}

/// The findings by file, in the order in which the compiler came to the files.
fn by_file<'e, 'r>(entries: &'e [Entry<'r>]) -> Vec<OfFile<'e, 'r>> {
    let mut files: Vec<OfFile> = Vec::new();
    for entry in entries {
        let primary = entry.told.primary.as_ref();
        let name = primary.map_or(word("html-no-file").to_owned(), |span| entry.place.path(&span.file));
        match files.iter_mut().find(|file| file.name == name) {
            Some(file) => file.entries.push(entry),
            None => {
                files.push(OfFile { id: format!("file-{}", files.len() + 1), name, entries: vec![entry] })
            }
        }
    }
    files
}

fn head(tree: &mut Tree, report: &Report) {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    tree.empty("meta", &[("charset", "utf-8")]);
    tree.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    tree.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    tree.empty("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    tree.leaf("title", &[], &title(report));
    tree.element("style", &[], |tree| tree.ours(STYLE));
}

fn summary(tree: &mut Tree, report: &Report) {
    tree.leaf("h1", &[], &title(report));
    let known = report.findings.iter().filter(|told| told.known).count();
    if report.other_errors > 0 {
        // They are in the compiler's own output, which is not on the page.
        tree.prose("p", &[], &counted(report.other_errors, "html-others-one", "html-others-many"));
    }
    if known > 0 {
        tree.prose("p", &[], &format!("{}.", counted(known, "summary-known-one", "summary-known-many")));
    }
    if let Some((concept, count)) = report.common_concept() {
        let key = if count == report.findings.len() { "in-common-all" } else { "in-common" };
        tree.element("p", &[("class", "common")], |tree| {
            tree.text(&word(key).replace("{n}", &count.to_string()));
            tree.text(": ");
            link(tree, concept);
            tree.text(". ");
            tree.sentence(&concept.text.summary);
        });
    }
    if report.findings.iter().flat_map(|told| &told.finding.fixes).any(|fix| fix.verdict.is_confirmed()) {
        tree.prose("p", &[], word("apply"));
    }
    if let Some(rustc) = &report.rustc {
        tree.leaf("p", &[("class", "faint")], &format!("{}: {rustc}", word("html-rustc")));
    }
}

fn body(tree: &mut Tree, files: &[OfFile], targets: &Targets) {
    for file in files {
        let attributes = [("class", "of-file"), ("aria-labelledby", file.id.as_str())];
        tree.element("section", &attributes, |tree| {
            tree.element("h2", &[("id", &file.id)], |tree| tree.text(&file.name));
            for entry in &file.entries {
                article::draw(tree, entry, targets);
            }
        });
    }
    if !targets.ideas.is_empty() {
        tree.element("section", &[("class", "ideas"), ("aria-labelledby", "ideas")], |tree| {
            tree.leaf("h2", &[("id", "ideas")], word("html-ideas"));
            for concept in &targets.ideas {
                ideas::draw(tree, concept, targets);
            }
        });
    }
}

impl Entry<'_> {
    /// Adds a link to the finding.
    fn link(&self, tree: &mut Tree, with_file: bool) {
        tree.element("a", &[("href", &format!("#{}", self.id))], |tree| {
            if let Some(span) = &self.told.primary {
                let from = if with_file { None } else { Some(span) };
                tree.leaf("span", &[("class", "at")], &at(span, from, self.place));
                tree.text(": ");
            }
            tree.sentence(&self.told.explanation.title);
        });
    }
}

/// A place, without its file where that is the file of another place.
fn at(span: &Span, from: Option<&Span>, place: &Place) -> String {
    let key = if from.is_some_and(|from| from.file == span.file) { "html-line" } else { "html-line-of" };
    word(key).replace("{n}", &span.line_start.to_string()).replace("{file}", &place.path(&span.file))
}

/// The name of an idea on the page.
fn idea_id(concept: &Concept) -> String {
    format!("idea-{}", concept.name)
}

/// Adds a link to an idea.
fn link(tree: &mut Tree, concept: &Concept) {
    tree.element("a", &[("href", &format!("#{}", idea_id(concept)))], |tree| {
        tree.sentence(&concept.text.title);
    });
}

/// The SHA-256 of a text in Base64, as a policy wants it.
fn hash(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '' | sha256sum | xxd -r -p | base64` says.
    #[test]
    fn a_hash_as_browsers_compute_it() {
        assert_eq!(hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    /// The parser of a browser ends an element at the first word that looks like its end.
    #[test]
    fn style_and_script_cannot_end_early() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--") && !text.contains('\r'));
        }
    }
}

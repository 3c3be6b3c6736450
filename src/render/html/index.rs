//! The ways through the page: the findings by file and by idea, and a filter that works where scripts do.

use std::collections::BTreeMap;

use super::article::verdict;
use super::ideas::Targets;
use super::tree::Tree;
use super::{OfFile, link};
use crate::render::markdown::level;
use crate::render::words::word;

/// Adds the navigation.
pub(super) fn draw(tree: &mut Tree, files: &[OfFile], targets: &Targets) {
    tree.element("div", &[("class", "index")], |tree| {
        filter(tree, targets);
        tree.element("nav", &[("aria-label", word("html-contents"))], |tree| {
            opening(tree, "html-by-file", true, |tree| {
                for file in files {
                    tree.element("p", &[("class", "file")], |tree| {
                        tree.leaf("a", &[("href", &format!("#{}", file.id))], &file.name);
                    });
                    tree.element("ul", &[], |tree| {
                        for entry in &file.entries {
                            tree.element("li", &[("data-for", &entry.id)], |tree| entry.link(tree, false));
                        }
                    });
                }
            });
            opening(tree, "html-by-idea", false, |tree| {
                for idea in &targets.ideas {
                    tree.element("p", &[], |tree| link(tree, idea));
                    tree.element("ul", &[], |tree| {
                        for entry in targets.about(idea) {
                            tree.element("li", &[("data-for", &entry.id)], |tree| entry.link(tree, true));
                        }
                    });
                }
            });
        });
    });
}

/// Adds a part that opens and closes.
fn opening(tree: &mut Tree, key: &'static str, open: bool, inside: impl FnOnce(&mut Tree)) {
    let attributes: &[_] = if open { &[("open", "")] } else { &[] };
    tree.element("details", attributes, |tree| {
        tree.leaf("summary", &[], word(key));
        inside(tree);
    });
}

/// Adds the filter, which the script brings to light.
fn filter(tree: &mut Tree, targets: &Targets) {
    let attributes =
        [("id", "filter"), ("role", "search"), ("aria-label", word("html-filter")), ("hidden", "")];
    tree.element("form", &attributes, |tree| {
        tree.leaf("label", &[("for", "words")], word("html-search"));
        tree.empty("input", &[("type", "search"), ("id", "words"), ("autocomplete", "off")]);
        let told = || targets.entries.iter().map(|entry| entry.told);
        let groups = [
            ("level", "html-level", counts(told().map(|told| (level(told.level), level(told.level))))),
            ("verdict", "html-verdict", counts(told().map(|told| (verdict(told), word(verdict(told)))))),
            (
                "rule",
                "html-rule",
                counts(told().map(|told| (told.finding.rule.name, told.explanation.title.as_str()))),
            ),
        ];
        // What all findings have in common is no choice.
        let is_choice = |counts: &Counts| counts.values().any(|count| *count < targets.entries.len());
        let mut groups = groups.iter().filter(|(_, _, counts)| is_choice(counts)).peekable();
        if groups.peek().is_some() {
            opening(tree, "html-filter", false, |tree| {
                groups.for_each(|(name, key, counts)| boxes(tree, name, key, counts));
            });
        }
        tree.element("p", &[], |tree| {
            tree.leaf("output", &[("for", "words"), ("data-words", word("html-shown"))], "");
            tree.text(" ");
            tree.leaf("button", &[("type", "reset")], word("html-show-all"));
        });
    });
}

/// How many findings have a value: its words and the value itself.
type Counts<'t> = BTreeMap<(&'t str, &'t str), usize>;

fn counts<'t>(values: impl Iterator<Item = (&'t str, &'t str)>) -> Counts<'t> {
    let mut counts = Counts::new();
    for (value, words) in values.filter(|(value, _)| !value.is_empty()) {
        *counts.entry((words, value)).or_default() += 1;
    }
    counts
}

/// Adds a box for each value, with how many have it.
fn boxes(tree: &mut Tree, name: &str, key: &'static str, counts: &Counts) {
    tree.element("fieldset", &[], |tree| {
        tree.leaf("legend", &[], word(key));
        for ((words, value), count) in counts {
            tree.element("label", &[], |tree| {
                tree.empty("input", &[("type", "checkbox"), ("name", name), ("value", value)]);
                tree.text(" ");
                tree.sentence(words);
                tree.text(&format!(" ({count})"));
            });
        }
    });
}

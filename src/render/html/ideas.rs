//! The pages of the ideas that the findings are about, as a part of the page.

use super::tree::Tree;
use super::{Entry, idea_id};
use crate::concept::Concept;
use crate::render::blocks::{Block, Inline, blocks, inlines, labels, topic};
use crate::render::words::word;
use crate::report::Told;

/// The headings of a page stand below the one that we give to it.
const BELOW: usize = 2;

/// Where the links of our texts may lead within the page.
pub(super) struct Targets<'r> {
    /// The ideas that are on the page.
    pub(super) ideas: Vec<&'static Concept>,
    /// The findings.
    pub(super) entries: &'r [Entry<'r>],
}

impl Targets<'_> {
    /// The ideas of some findings, in the order in which to learn them.
    pub(super) fn of<'r>(entries: &'r [Entry<'r>]) -> Targets<'r> {
        let is_shown = |concept: &&Concept| entries.iter().any(|entry| is_about(entry.told, concept));
        Targets { ideas: crate::concept::CONCEPTS.iter().filter(is_shown).collect(), entries }
    }

    /// The findings about an idea.
    pub(super) fn about(&self, concept: &Concept) -> impl Iterator<Item = &Entry<'_>> {
        self.entries.iter().filter(|entry| is_about(entry.told, concept))
    }

    /// The address of a link in a text of ours; a page that is not here has none.
    fn address(&self, target: &str) -> Option<String> {
        if target.starts_with("https://") {
            return Some(target.to_owned());
        }
        let topic = topic(target)?;
        let idea = self.ideas.iter().find(|concept| concept.name == topic);
        let finding = || self.entries.iter().find(|entry| entry.told.finding.rule.name == topic);
        let id = idea.map(|concept| idea_id(concept)).or_else(|| Some(finding()?.id.clone()))?;
        Some(format!("#{id}"))
    }
}

fn is_about(told: &Told, concept: &Concept) -> bool {
    told.main_concepts().contains(&concept.name)
}

/// Adds the page of an idea, and links to the findings about it.
pub(super) fn draw(tree: &mut Tree, concept: &Concept, targets: &Targets) {
    let id = idea_id(concept);
    let heading = format!("{id}-heading");
    let attributes =
        [("class", "lesson"), ("id", id.as_str()), ("aria-labelledby", &heading), ("tabindex", "-1")];
    tree.element("section", &attributes, |tree| {
        tree.prose("h3", &[("id", &heading)], &concept.text.title);
        page(tree, concept.page, targets);
        tree.leaf("h4", &[], word("html-in-report"));
        tree.element("ul", &[], |tree| {
            for entry in targets.about(concept) {
                tree.element("li", &[("data-for", &entry.id)], |tree| entry.link(tree, true));
            }
        });
    });
}

/// Adds a page of ours but for its title.
fn page(tree: &mut Tree, text: &str, targets: &Targets) {
    let blocks = blocks(text);
    let mut rest = blocks.as_slice();
    while let [block, after @ ..] = rest {
        let mut used = 1;
        match block {
            Block::Heading(1, _) => {}
            Block::Heading(..) if mistakes(after) > 0 => used += mistakes(after),
            Block::Heading(level, title) => {
                let name = ["h4", "h5"][(level - BELOW).min(1)];
                tree.element(name, &[], |tree| sentence(tree, title, targets));
            }
            Block::Paragraph(text) => tree.element("p", &[], |tree| sentence(tree, text, targets)),
            Block::Quote(text) => {
                tree.element("blockquote", &[], |tree| sentence(tree, text, targets));
            }
            Block::Item(mark, _) => {
                let more = after.iter().take_while(|block| matches!(block, Block::Item(..))).count();
                used += more;
                let name = if mark.trim_start().len() > 1 { "ol" } else { "ul" };
                tree.element(name, &[], |tree| items(tree, &rest[..used], targets));
            }
            Block::Table(rows) => table(tree, rows, targets),
            Block::Code(info, lines) => code(tree, info, lines),
        }
        rest = &rest[used..];
    }
}

/// How many items there are that do nothing but lead to the pages of mistakes. Those that the report
/// has found are listed below the page, and the others are not here.
fn mistakes(blocks: &[Block]) -> usize {
    let leads_away =
        |text: &str| matches!(inlines(text)[..], [Inline::Link(_, target)] if target.starts_with("../"));
    blocks.iter().take_while(|block| matches!(block, Block::Item(_, text) if leads_away(text))).count()
}

fn items(tree: &mut Tree, blocks: &[Block], targets: &Targets) {
    for block in blocks {
        if let Block::Item(_, text) = block {
            tree.element("li", &[], |tree| sentence(tree, text, targets));
        }
    }
}

fn table(tree: &mut Tree, rows: &[Vec<String>], targets: &Targets) {
    tree.element("div", &[("class", "wide")], |tree| {
        tree.element("table", &[], |tree| {
            for (n, row) in rows.iter().enumerate() {
                let (name, attributes): (_, &[_]) =
                    if n == 0 { ("th", &[("scope", "col")]) } else { ("td", &[]) };
                tree.element("tr", &[], |tree| {
                    for cell in row {
                        tree.element(name, attributes, |tree| sentence(tree, cell, targets));
                    }
                });
            }
        });
    });
}

/// Adds code below words that say whether it compiles.
fn code(tree: &mut Tree, info: &str, lines: &[&str]) {
    for label in labels(info) {
        tree.leaf("p", &[("class", "label")], &label);
    }
    tree.element("pre", &[("translate", "no")], |tree| tree.leaf("code", &[], &lines.join("\n")));
}

/// Adds a sentence of a page of ours.
fn sentence(tree: &mut Tree, text: &str, targets: &Targets) {
    for inline in inlines(text) {
        match inline {
            Inline::Text(text) => tree.text(text),
            Inline::Code(code) => tree.code(code.trim_matches('`').trim()),
            Inline::Emphasis(text) => tree.element("em", &[], |tree| sentence(tree, text, targets)),
            Inline::Strong(text) => tree.element("strong", &[], |tree| sentence(tree, text, targets)),
            Inline::Link(text, target) => match targets.address(target) {
                Some(address) => {
                    tree.element("a", &[("href", &address)], |tree| sentence(tree, text, targets));
                }
                None => sentence(tree, text, targets),
            },
        }
    }
}

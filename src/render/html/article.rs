//! One finding: what happened in the code, why Rust minds, what to do.

use super::ideas::Targets;
use super::tree::Tree;
use super::{Entry, at, link, overlap, source};
use crate::explanation::Way;
use crate::fix::{Author, Fix};
use crate::render::markdown::level;
use crate::render::words::{counted, word};
use crate::render::{human, patch, ways};
use crate::report::Told;

/// Adds the finding.
pub(super) fn draw(tree: &mut Tree, entry: &Entry, targets: &Targets) {
    let told = entry.told;
    let heading = format!("{}-heading", entry.id);
    let level = level(told.level);
    let attributes = [
        ("class", "finding"),
        ("id", entry.id.as_str()),
        ("aria-labelledby", &heading),
        ("tabindex", "-1"),
        ("data-level", level),
        ("data-rule", told.finding.rule.name),
        ("data-verdict", verdict(told)),
    ];
    tree.element("article", &attributes, |tree| {
        tree.element("h3", &[("id", &heading)], |tree| {
            let code = told.code.as_ref().map_or(String::new(), |code| format!("[{code}]"));
            tree.leaf("span", &[("class", level)], &format!("{level}{code}"));
            tree.text(": ");
            tree.sentence(&told.message);
        });
        facts(tree, entry);
        source::draw(tree, told, entry.place);
        if let Some(timeline) = &told.finding.timeline {
            overlap::draw(tree, timeline, &entry.id);
        }
        words(tree, told);
        ways_out(tree, told);
        same_cause(tree, entry);
        read_more(tree, told, targets);
    });
}

/// What the compiler has said of the first way out; empty where there is none.
pub(super) fn verdict(told: &Told) -> &'static str {
    ways::in_order(told).next().map_or("", |(fix, _)| ways::verdict(fix))
}

/// Adds the mistake and its place on one line.
fn facts(tree: &mut Tree, entry: &Entry) {
    tree.element("p", &[("class", "facts")], |tree| {
        tree.element("strong", &[], |tree| tree.sentence(&entry.told.explanation.title));
        if let Some(span) = &entry.told.primary {
            tree.text(" ");
            let place = format!("{}:{}:{}", entry.place.path(&span.file), span.line_start, span.column_start);
            tree.code(&place);
        }
        if entry.told.known {
            tree.text(" ");
            tree.leaf("span", &[("class", "badge")], word("html-known"));
        }
    });
}

fn words(tree: &mut Tree, told: &Told) {
    let words = &told.explanation;
    tree.prose("p", &[("class", "claim")], &words.claim);
    tree.prose("p", &[], &words.because);
    let entries = [(human::stakes_key(told), &words.stakes), ("rule", &words.rule)];
    let ours = entries.iter().map(|(key, text)| (word(key).to_owned(), *text));
    let glosses = words.glosses.iter().map(|(term, gloss)| (human::capitalised(term), gloss));
    let rows: Vec<_> = glosses.chain(ours).filter(|(_, text)| !text.trim().is_empty()).collect();
    if rows.is_empty() {
        return;
    }
    tree.element("dl", &[], |tree| {
        for (term, text) in rows {
            tree.prose("dt", &[], &term);
            tree.prose("dd", &[], text);
        }
    });
}

fn ways_out(tree: &mut Tree, told: &Told) {
    if told.finding.fixes.is_empty() {
        return;
    }
    tree.leaf("h4", &[], word("ways-out"));
    tree.element("ol", &[("class", "ways"), ("role", "list")], |tree| {
        for (n, (fix, text)) in ways::in_order(told).enumerate() {
            tree.element("li", &[], |tree| way_out(tree, told, n + 1, fix, text));
        }
    });
}

fn way_out(tree: &mut Tree, told: &Told, number: usize, fix: &Fix, text: Option<&Way>) {
    tree.element("h5", &[], |tree| {
        tree.sentence(&format!("{number}. {}", ways::title(fix, text).trim()));
    });
    tree.element("p", &[("class", "known")], |tree| {
        let verdict = ways::verdict(fix);
        tree.leaf("span", &[("class", &format!("badge {verdict}"))], word(verdict));
        if fix.author() == Author::Rustc {
            tree.text(" ");
            tree.leaf("span", &[("class", "badge")], word("rustc-suggests"));
        }
        if let Some(cost) = text.map(|way| way.cost.trim()).filter(|cost| !cost.is_empty()) {
            tree.text(" ");
            tree.sentence(cost);
        }
    });
    match text.filter(|_| fix.is_idea()) {
        Some(idea) => {
            tree.prose("p", &[], &idea.when);
            let code = idea.code.trim_matches('\n');
            if !code.is_empty() {
                tree.element("pre", &[("translate", "no")], |tree| tree.leaf("code", &[], code));
            }
        }
        None => diff(tree, told, fix),
    }
}

/// Adds the lines that change, each file under its name where there are several.
fn diff(tree: &mut Tree, told: &Told, fix: &Fix) {
    let lines = patch::lines(&told.sources, fix);
    let several = fix.by_file().len() > 1;
    let digits = lines.iter().map(|line| line.number).max().unwrap_or(1).to_string().len();
    for lines in lines.chunk_by(|a, b| a.file == b.file) {
        if several {
            tree.element("p", &[("class", "file")], |tree| tree.code(lines[0].file));
        }
        tree.element("pre", &[("class", "diff"), ("translate", "no")], |tree| {
            tree.element("code", &[], |tree| {
                for line in lines {
                    let (name, sign) = if line.added { ("ins", '+') } else { ("del", '-') };
                    tree.leaf(name, &[], &format!("{:>digits$} {sign} {}\n", line.number, line.text));
                }
            });
        });
    }
}

fn same_cause(tree: &mut Tree, entry: &Entry) {
    let same_cause = &entry.told.same_cause;
    if same_cause.is_empty() {
        return;
    }
    tree.leaf("h4", &[], &counted(same_cause.len(), "same-cause-one", "same-cause-many"));
    tree.element("ul", &[], |tree| {
        for same in same_cause {
            tree.element("li", &[], |tree| {
                if let Some(span) = &same.primary {
                    let at = at(span, entry.told.primary.as_ref(), entry.place);
                    tree.leaf("span", &[("class", "at")], &at);
                    tree.text(": ");
                }
                if let Some(code) = &same.code {
                    tree.text(&format!("[{code}] "));
                }
                tree.text(&same.message);
            });
        }
    });
}

fn read_more(tree: &mut Tree, told: &Told, targets: &Targets) {
    let ideas = told.main_concepts().iter();
    let mut ideas = ideas.filter_map(|name| targets.ideas.iter().find(|idea| idea.name == *name)).peekable();
    if ideas.peek().is_none() {
        return;
    }
    tree.element("p", &[("class", "more")], |tree| {
        tree.text(word("html-read-more"));
        tree.text(": ");
        for (n, idea) in ideas.enumerate() {
            tree.text(if n == 0 { "" } else { ", " });
            link(tree, idea);
        }
    });
}

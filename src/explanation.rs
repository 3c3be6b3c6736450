//! The Markdown texts, parsed and filled with facts.
//!
//! The shape of a text is in `explanations/README.md`. Architecture Invariant: no words of ours are
//! in the code, and no branches are in the texts: a sentence whose facts are missing is left out,
//! and where a claim cannot be told in a variant, the plain one is told.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

use crate::concept::{self, CONCEPTS};
use crate::facts::{Facts, Value};
use crate::fix::{Aside, Fix, Step};
use crate::rule::{Finding, Rule};

/// Ways out that several mistakes share; a rule's own text comes first.
static WAYS_OUT: LazyLock<Text> = LazyLock::new(|| Text::parse(SHARED_WAYS));

const SHARED_WAYS: &str = include_str!("../explanations/ways_out.md");

/// What the methods of the standard library do with the value that they take.
static METHODS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| Text::parse(include_str!("../explanations/methods.md")).bullets("Methods", None));

/// Code longer than this many characters is shortened in a sentence.
const LONGEST_CODE: usize = 40;

/// A Markdown text, by its headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The line behind `#`.
    pub title: String,
    /// The first paragraph.
    pub summary: String,
    /// What stands under each `##` and `###`, in order.
    pub sections: Vec<Section>,
}

/// What stands under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// 2 for `##`, 3 for `###`.
    pub level: usize,
    /// The heading, up to a colon.
    pub heading: String,
    /// The heading behind the colon.
    pub variant: Option<String>,
    /// The lines of prose, one sentence each; blank lines left out.
    pub lines: Vec<String>,
    /// The fenced code blocks: info string and code.
    pub code: Vec<(String, String)>,
}

impl Text {
    /// Reads a text. Everything is accepted; the tests say what is missing.
    pub fn parse(markdown: &str) -> Text {
        let mut text = Text::default();
        let mut fence: Option<(String, String)> = None;
        for line in markdown.lines() {
            if let Some((info, code)) = &mut fence {
                if line.trim_end() == "```" {
                    let block = (std::mem::take(info), std::mem::take(code));
                    fence = None;
                    if let Some(section) = text.sections.last_mut() {
                        section.code.push(block);
                    }
                } else {
                    code.push_str(line);
                    code.push('\n');
                }
            } else if let Some(info) = line.strip_prefix("```") {
                fence = Some((info.trim().to_owned(), String::new()));
            } else if let Some(heading) = line.strip_prefix("### ") {
                text.sections.push(Section {
                    level: 3,
                    heading: heading.trim().to_owned(),
                    ..Section::default()
                });
            } else if let Some(heading) = line.strip_prefix("## ") {
                let (heading, variant) = match heading.split_once(": ") {
                    Some((heading, variant)) => (heading, Some(variant.trim().to_owned())),
                    None => (heading, None),
                };
                let heading = heading.trim().to_owned();
                text.sections.push(Section { level: 2, heading, variant, ..Section::default() });
            } else if let Some(title) = line.strip_prefix("# ") {
                text.title = title.trim().to_owned();
            } else if !line.trim().is_empty() {
                match text.sections.last_mut() {
                    Some(section) => section.lines.push(line.trim().to_owned()),
                    None if text.summary.is_empty() => text.summary = line.trim().to_owned(),
                    None => text.summary = format!("{} {}", text.summary, line.trim()),
                }
            }
        }
        text
    }

    /// The section of a heading in a variant.
    pub fn section(&self, heading: &str, variant: Option<&str>) -> Option<&Section> {
        self.sections.iter().find(|section| {
            section.level == 2 && section.heading == heading && section.variant.as_deref() == variant
        })
    }

    /// The bullets `- key: text` of a heading, those of the variant before the plain ones.
    pub fn bullets(&self, heading: &str, variant: Option<&str>) -> BTreeMap<String, String> {
        let plain = self.section(heading, None);
        let special = variant.and_then(|variant| self.section(heading, Some(variant)));
        let lines = plain.into_iter().chain(special).flat_map(|section| &section.lines);
        lines
            .filter_map(|line| line.strip_prefix("- ")?.split_once(": "))
            .map(|(key, text)| (key.trim().to_owned(), text.trim().to_owned()))
            .collect()
    }

    /// The section of a way out, by the fix's id.
    pub fn way(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.level == 3 && section.heading == id)
    }

    /// The sentences of a heading in a variant that these facts can fill; those of the plain heading
    /// where the variant has none or its first sentence lacks a fact.
    fn sentences(&self, heading: &str, variant: Option<&str>, facts: &Facts) -> Vec<String> {
        let told = |variant: Option<&str>| -> Option<Vec<String>> {
            let section = self.section(heading, variant)?;
            fill(section.lines.first()?, facts)?;
            Some(section.lines.iter().filter_map(|line| fill(line, facts)).collect())
        };
        variant.and_then(|variant| told(Some(variant))).or_else(|| told(None)).unwrap_or_default()
    }
}

impl Section {
    fn field(&self, key: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix("- ")?.strip_prefix(key)?.strip_prefix(": "))
    }

    fn prose(&self) -> impl Iterator<Item = &String> {
        self.lines.iter().filter(|line| !line.starts_with("- "))
    }
}

/// Letters before which names are mostly spoken with `an`.
const VOWELS: [char; 8] = ['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o'];

/// A sentence with its `{{facts}}` filled in; nothing where one is missing. Code gets backticks,
/// unless the sentence has put them there.
pub fn fill(sentence: &str, facts: &Facts) -> Option<String> {
    let mut out = String::with_capacity(sentence.len() + 20);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}")?;
        let in_code = out.matches('`').count() % 2 == 1;
        match facts.get(name.trim())? {
            Value::Plain(text) => out.push_str(text),
            Value::Method(method) => out.push_str(METHODS.get(method)?),
            Value::Code(code) if in_code => out.push_str(&short_code(code)),
            Value::Code(code) => {
                let code = short_code(code);
                // `a Vec`, but `an Option`.
                if out.to_lowercase().split(' ').rev().nth(1) == Some("a") && code.starts_with(VOWELS) {
                    out.insert(out.len() - 1, 'n');
                }
                out.push('`');
                out.push_str(&code);
                out.push('`');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Code for a sentence: on one line, not too long, without backticks.
fn short_code(code: &str) -> String {
    // A chain of calls over several lines is told as one: `map.get(key)`.
    let folded = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace('`', "'");
    if folded.chars().count() <= LONGEST_CODE {
        return folded;
    }
    let mut short: String = folded.chars().take(LONGEST_CODE - 1).collect();
    short.push('…');
    short
}

/// Worked code with its facts; nothing where one is missing.
fn fill_code(code: &str, facts: &Facts) -> Option<String> {
    let mut out = String::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}")?;
        out.push_str(facts.text(name.trim())?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// The words for a finding, filled with its facts. Code stands between backticks.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The mistake, as a sentence.
    pub title: String,
    /// One sentence for lists.
    pub summary: String,
    /// What happened, in the reader's own names.
    pub claim: String,
    /// Why Rust minds: the sentences after the claim.
    pub because: String,
    /// What would go wrong at run time.
    pub stakes: String,
    /// The rule of ownership that it breaks.
    pub rule: String,
    /// The topic of `cargo ownership explain` to read next.
    pub read_next: String,
    /// Terms that this text uses and the reader may not know: term and gloss.
    pub glosses: Vec<(String, String)>,
    /// One text for each mark of the finding, in their order.
    pub marks: Vec<String>,
    /// One for each fix of the finding, in their order.
    pub ways: Vec<Way>,
}

/// The words for a way out.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// An imperative: "Lend `names` to `print_all`".
    pub title: String,
    /// What it costs, in at most 12 words.
    pub cost: String,
    /// For an idea: when to choose it.
    pub when: String,
    /// For an idea: worked code in the reader's names.
    pub code: String,
}

/// Tells findings in words; explains each term of art once in a run.
#[derive(Debug, Default)]
pub struct Teller {
    texts: BTreeMap<&'static str, Rc<Text>>,
    glossed: BTreeSet<&'static str>,
}

impl Teller {
    /// The words for a finding; nothing where the text's claim lacks a fact, so that the message
    /// is passed on as rustc wrote it.
    pub fn tell(&mut self, finding: &Finding) -> Option<Explanation> {
        let text = self.text(finding.rule);
        let (variant, facts) = (finding.variant, &finding.facts);
        let mut told = text.sentences("In your code", variant, facts).into_iter();
        let claim = told.next()?;
        let because = told.collect::<Vec<_>>().join(" ");
        let bullets = text.bullets("On the code", variant);
        let marks = finding.marks.iter().map(|mark| {
            let facts = mark.facts.or(facts);
            let own = bullets.get(mark.role).and_then(|bullet| fill(bullet, &facts));
            own.unwrap_or_else(|| mark.rustc_text.clone())
        });
        Some(Explanation {
            title: text.title.clone(),
            summary: text.summary.clone(),
            marks: marks.collect(),
            stakes: text.sentences("If Rust allowed it", variant, facts).join(" "),
            rule: without_links(&text.sentences("The rule", variant, facts).join(" ")),
            read_next: finding.rule.concepts.first().unwrap_or(&finding.rule.name).to_string(),
            glosses: self.glosses(&format!("{claim} {because}")),
            ways: finding.fixes.iter().map(|fix| way(&text, fix, facts)).collect(),
            claim,
            because,
        })
    }

    fn text(&mut self, rule: &'static Rule) -> Rc<Text> {
        self.texts.entry(rule.name).or_insert_with(|| Rc::new(Text::parse(rule.text))).clone()
    }

    /// The glosses of the terms in these words that no finding of the run has explained yet.
    fn glosses(&mut self, words: &str) -> Vec<(String, String)> {
        let mut glosses = Vec::new();
        for (term, gloss) in CONCEPTS.iter().flat_map(concept::Concept::terms) {
            if glosses.len() < 2 && !self.glossed.contains(term.as_str()) && mentions(words, term) {
                self.glossed.insert(term);
                glosses.push((term.clone(), gloss.clone()));
            }
        }
        glosses
    }
}

/// Whether a text has this term as a word of its own, perhaps with an ending (`moves`, `borrowed`).
/// Terms with a capital are code and must fit to the letter; a plain word between backticks is a name.
fn mentions(words: &str, term: &str) -> bool {
    let words = if term.chars().any(char::is_uppercase) {
        words.to_owned()
    } else if term.starts_with(char::is_lowercase) {
        words.split('`').step_by(2).collect::<Vec<_>>().join("`").to_lowercase()
    } else {
        words.to_lowercase()
    };
    words.match_indices(term).any(|(at, found)| {
        let before = words[..at].chars().next_back();
        let rest = &words[at + found.len()..];
        let ends = |ending: &str| rest.strip_prefix(ending).is_some_and(|rest| !rest.starts_with(in_word));
        !before.is_some_and(|c| in_word(c) || "'`.".contains(c) && term.starts_with(char::is_lowercase))
            && ["", "s", "d", "ed", "ing"].into_iter().any(ends)
    })
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A text of ours with the words of its links alone: where it is read there may be no pages beside it.
pub fn without_links(markdown: &str) -> String {
    const LINK: &str = "](concepts/";
    let links = markdown.matches(LINK).count();
    let mut out = String::with_capacity(markdown.len());
    for (n, part) in markdown.split(LINK).enumerate() {
        let part = if n == 0 { part } else { part.split_once(')').map_or(part, |(_, rest)| rest) };
        match part.rfind('[').filter(|_| n < links) {
            // The last bracket before a link opens it.
            Some(at) => {
                out.push_str(&part[..at]);
                out.push_str(&part[at + 1..]);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// The id of a way out that a text has words for, with the lifetime of the texts.
pub fn known_way(rule: &'static Rule, id: &str) -> Option<&'static str> {
    let headings = rule.text.lines().chain(SHARED_WAYS.lines()).filter_map(|line| line.strip_prefix("### "));
    headings.map(str::trim).find(|known| *known == id)
}

/// The role of a mark that a text has words for, with the lifetime of the texts.
pub fn known_role(rule: &'static Rule, role: &str) -> Option<&'static str> {
    let bullets = rule.text.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    bullets.map(|(known, _)| known).find(|known| *known == role)
}

impl Way {
    /// The words for a fix of several steps, of which `self` tells the first: "Lend `a`, then clone `b`".
    pub fn with_steps(self, fix: &Fix) -> Way {
        let mut ways: Vec<(Way, bool)> = Vec::new();
        for (n, step) in fix.told_steps().into_iter().enumerate() {
            let way = if n == 0 { self.clone() } else { of_step(step) };
            if !ways.iter().any(|(known, _)| known.title == way.title) {
                ways.push((way, step.has_a_price()));
            }
        }
        let [_, .., (last, _)] = ways.as_slice() else { return self };
        let costs = ways.iter().filter(|(way, has_a_price)| *has_a_price && !way.cost.is_empty());
        let costs: Vec<&str> = costs.map(|(way, _)| way.cost.as_str()).collect();
        let cost = if costs.is_empty() { last.cost.clone() } else { costs.join("; ") };
        let titles: Vec<String> = ways.into_iter().map(|(way, _)| way.title).collect();
        let title =
            titles.into_iter().reduce(|first, second| shared("then", &[&first, &uncapitalised(&second)]));
        Way { title: title.unwrap_or_default(), cost, ..self }
    }

    /// The same words with what the compiler has told besides.
    pub fn with_aside(mut self, aside: &Aside) -> Way {
        let (key, text) = match aside {
            Aside::Warns(warning) => ("warns", warning.clone()),
            Aside::Holds(guard) => ("holds", format!("`{guard}`")),
            Aside::Mends(places) => ("mends", places.clone()),
        };
        let aside = shared(key, &[&text]);
        self.cost = if self.cost.is_empty() { aside } else { format!("{}; {aside}", self.cost) };
        self
    }
}

/// A sentence of the shared ways out, with pieces of text for `{1}` and `{2}`.
fn shared(key: &str, pieces: &[&str]) -> String {
    static SENTENCES: LazyLock<BTreeMap<String, String>> =
        LazyLock::new(|| WAYS_OUT.bullets("What else a way out says", None));
    let sentence = SENTENCES.get(key).cloned().unwrap_or_default();
    pieces
        .iter()
        .enumerate()
        .fold(sentence, |text, (n, piece)| text.replace(&format!("{{{}}}", n + 1), piece))
}

fn uncapitalised(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// The words for a later step of a fix.
fn of_step(step: &Step) -> Way {
    let facts = step.facts.clone();
    let fix = Fix { facts, rustc_text: step.rustc_text.clone(), ..Fix::new(step.id, step.cost, Vec::new()) };
    way(&Text::parse(step.text), &fix, &Facts::new())
}

/// The words for a fix: the rule's own where it has them, else the shared ones.
fn way(text: &Text, fix: &Fix, facts: &Facts) -> Way {
    let facts = fix.facts.or(facts);
    let sections = [text.way(fix.id), WAYS_OUT.way(fix.id)];
    let field = |key: &str| {
        let lines = sections.iter().flatten().filter_map(|section| section.field(key));
        lines.filter_map(|line| fill(line, &facts)).next()
    };
    let prose = sections.iter().flatten().find(|section| section.prose().next().is_some());
    let when = prose.map(|section| section.prose().filter_map(|line| fill(line, &facts)).collect::<Vec<_>>());
    let code = sections.iter().flatten().find_map(|section| section.code.first());
    Way {
        title: fix.rustc_text.clone().or_else(|| field("title")).unwrap_or_else(|| fix.id.replace('-', " ")),
        cost: field("cost").unwrap_or_default(),
        when: when.unwrap_or_default().join(" "),
        code: code.and_then(|(_, code)| fill_code(code, &facts)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_vowel_has_its_article() {
        let mut facts = Facts::new();
        facts.code("owner", "Account").code("other", "Pair");
        let filled = |sentence| fill(sentence, &facts).unwrap();
        assert_eq!(filled("A {{owner}} is a {{owner}}."), "An `Account` is an `Account`.");
        assert_eq!(filled("a {{other}} in data {{owner}}"), "a `Pair` in data `Account`");
    }
}

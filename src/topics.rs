//! What can be asked for by name: codes, rules and concepts.

use crate::concept::{CONCEPTS, Concept};
use crate::diagnostic::fits;
use crate::explanation::Text;
use crate::render::words::word;
use crate::rule::Rule;
use crate::rules::RULES;

/// The topic that is the path through all concepts.
const PATH: &str = "learn";
/// What is said of a code of the past, and what its mistake is called today.
const PAST: &str = include_str!("../explanations/past_codes.md");

/// The page of a topic, as Markdown; nothing where nobody knows the topic.
///
/// A code or a message that several rules share gets the pages of all of them.
pub fn page(asked: &str) -> Option<String> {
    let topic = normalised(asked);
    if topic == PATH {
        return Some(path());
    }
    if let Some(concept) = Concept::find(&topic) {
        return Some(concept.page.to_owned());
    }
    let past = past_codes().into_iter().find(|(code, _)| *code == topic);
    let mut pages: Vec<String> = Vec::new();
    if let Some((code, _)) = &past {
        let text = Text::parse(PAST);
        pages.push(format!("# {}\n\n{}\n", text.title, text.summary).replace("{{code}}", code));
    }
    let mut topics = past.map_or_else(Vec::new, |(_, today)| today);
    topics.push(&topic);
    let of_topic = |topic: &&str, rule: &Rule| {
        rule.name == *topic || rule.codes.iter().any(|code| normalised(code) == *topic)
    };
    let about = |rule: &&&Rule| {
        topics.iter().any(|topic| of_topic(topic, rule))
            || rule.messages.iter().any(|message| fits(message, asked.trim()))
    };
    let rules = pages.len();
    pages.extend(RULES.iter().filter(about).map(|rule| for_readers(rule)));
    if pages.len() == rules { None } else { Some(pages.join("\n---\n\n")) }
}

/// The codes that no compiler of today emits, each with the codes and rules that tell its mistake.
pub fn past_codes() -> Vec<(&'static str, Vec<&'static str>)> {
    let entries = PAST.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    entries
        .map(|(code, today)| (code, today.split(' ').map(|name| name.trim_matches('`')).collect()))
        .collect()
}

/// The names nearest to one that nobody knows, best first, at most three.
pub fn nearest(topic: &str) -> Vec<&'static str> {
    let topic = normalised(topic);
    let mut names: Vec<(usize, &str)> = all_names()
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &topic.to_lowercase()), name))
        .filter(|(distance, name)| {
            *distance <= 2 + name.len() / 6 || name.split('-').any(|part| part == topic)
        })
        .collect();
    names.sort();
    names.dedup();
    names.into_iter().take(3).map(|(_, name)| name).collect()
}

/// All topics as a Markdown table: name, codes, what it is.
pub fn list() -> String {
    let mut out =
        String::from("# What can be explained\n\n## Mistakes\n\n| rule | codes | |\n|---|---|---|\n");
    for rule in RULES {
        let text = Text::parse(rule.text);
        let codes = if rule.messages.is_empty() {
            rule.codes.join(" ")
        } else {
            format!("{} …", rule.codes.join(" "))
        };
        out.push_str(&format!("| {} | {} | {} |\n", rule.name, codes.trim(), text.title));
    }
    out.push_str("\n## Ideas, in the order in which to learn them\n\n| concept | |\n|---|---|\n");
    for concept in CONCEPTS.iter() {
        out.push_str(&format!("| {} | {} |\n", concept.name, concept.text.summary));
    }
    out
}

/// All concepts in the order in which to learn them, each with the mistakes that show it.
fn path() -> String {
    let words = Text::parse(include_str!("../explanations/learn.md"));
    let told = |heading: &str| {
        let lines = words.section(heading, None).map(|section| section.lines.join("\n"));
        format!("\n{}\n", lines.unwrap_or_default())
    };
    let mut out = format!("# {}\n\n{}\n", words.title, words.summary);
    for (n, concept) in CONCEPTS.iter().enumerate() {
        let rank = |rule: &Rule| rule.concepts.iter().position(|name| *name == concept.name);
        let main: Vec<&Rule> = RULES.iter().copied().filter(|rule| rank(rule) == Some(0)).collect();
        let others = RULES.iter().filter(|rule| rank(rule) > Some(0));
        let others: Vec<String> = others.map(|rule| format!("`{}`", rule.name)).collect();
        let idea = told("Each idea").replace("{{summary}}", &concept.text.summary);
        let idea = idea.replace("{{name}}", concept.name);
        out.push_str(&format!("\n## {}. {}\n{idea}", n + 1, concept.text.title));
        if !main.is_empty() {
            out.push_str(&format!("{}\n", told("Its mistakes")));
            for rule in main {
                out.push_str(&format!("- `{}`: {}\n", rule.name, Text::parse(rule.text).title));
            }
        }
        if !others.is_empty() {
            out.push_str(&told("Other mistakes").replace("{{others}}", &others.join(", ")));
        }
    }
    out
}

fn all_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = CONCEPTS.iter().map(|concept| concept.name).collect();
    names.push(PATH);
    for rule in RULES {
        names.push(rule.name);
        names.extend(rule.codes.iter().map(|code| code.strip_prefix("clippy::").unwrap_or(code)));
    }
    names.extend(past_codes().iter().map(|(code, _)| *code));
    names.sort_unstable();
    names.dedup();
    names
}

/// `use_after_move` and `Use-After-Move` are `use-after-move`; `382` is `E0382`; a lint may be named
/// with or without its tool, and with `-` as well.
fn normalised(topic: &str) -> String {
    let topic = topic.trim();
    let topic = topic.strip_prefix("clippy::").unwrap_or(topic);
    if !topic.is_empty() && topic.len() <= 4 && topic.chars().all(|c| c.is_ascii_digit()) {
        return format!("E{topic:0>4}");
    }
    let code =
        topic.len() == 5 && topic.starts_with(['e', 'E']) && topic[1..].chars().all(|c| c.is_ascii_digit());
    if code { topic.to_uppercase() } else { topic.to_lowercase().replace('_', "-") }
}

/// A rule's text without what only a program's own names can fill; in what stays, a fact is shown by
/// its name: `place`.
fn for_readers(rule: &Rule) -> String {
    let text = Text::parse(rule.text);
    let mut out = format!("# {}\n\n{}\n", text.title, text.summary);
    let codes = rule.codes.join(", ");
    if !codes.is_empty() {
        out.push_str(&format!("\nrule `{}`, {codes}\n", rule.name));
    }
    for section in text.sections.iter().filter(|section| section.level == 2 && section.variant.is_none()) {
        if section.heading.starts_with("In your code") || section.heading.starts_with("On the code") {
            continue;
        }
        let lines: Vec<String> =
            section.lines.iter().map(|line| line.replace("{{", "`").replace("}}", "`")).collect();
        if section.heading == "Ways out" {
            out.push_str("\n## Ways out\n\n");
            for way in text.sections.iter().filter(|section| section.level == 3) {
                let when: Vec<&str> =
                    way.lines.iter().map(String::as_str).filter(|line| readable(line)).collect();
                out.push_str(&format!("- `{}`: {}\n", way.heading, when.join(" ")));
            }
        } else if !lines.is_empty() || !section.code.is_empty() {
            // The program with a lint runs all the same.
            let lints = rule.codes.iter().all(|code| !code.starts_with('E')) && !rule.codes.is_empty();
            let of_lint = lints && section.heading == "If Rust allowed it";
            let heading = if of_lint { word("stakes-of-warning") } else { &section.heading };
            out.push_str(&format!("\n## {heading}\n\n"));
            lines.iter().for_each(|line| out.push_str(&format!("{line}\n")));
            for (info, code) in &section.code {
                out.push_str(&format!("\n```{info}\n{code}```\n"));
            }
        }
    }
    out
}

fn readable(line: &str) -> bool {
    !line.starts_with("- ") && !line.contains("{{")
}

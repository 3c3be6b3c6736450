//! The texts hold to `writing.md`: their shape, their style, and that every example is what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_ownership::concept::{CONCEPTS, Concept};
use cargo_ownership::diagnostic::{Diagnostic, Level};
use cargo_ownership::explanation::{Section, Text};
use cargo_ownership::report::{Reporter, Told};
use cargo_ownership::rule::Rule;
use cargo_ownership::rules::RULES;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;

use crate::prose::{complaints, grade, median_length, sentences, words};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn assert_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_rule_text_has_its_headings() {
    let wanted =
        ["In your code", "On the code", "If Rust allowed it", "The rule", "Ways out", "Example", "Read more"];
    let mut missing = Vec::new();
    for rule in RULES {
        let text = Text::parse(rule.text);
        for heading in wanted {
            if text.section(heading, None).is_none() {
                missing.push(format!("{}: no `## {heading}`", rule.name));
            }
        }
        if text.title.is_empty() || text.summary.is_empty() {
            missing.push(format!("{}: no title or no summary", rule.name));
        }
        if text.section("Read more", None).is_some_and(|section| section.lines.len() != 1) {
            missing.push(format!("{}: `## Read more` is one link", rule.name));
        }
        for concept in rule.concepts {
            if Concept::find(concept).is_none() {
                missing.push(format!("{}: no concept `{concept}`", rule.name));
            }
        }
        let page = |section: &Section| section.lines.iter().any(|line| line.contains("](concepts/"));
        if !text.section("The rule", None).is_some_and(page) {
            missing.push(format!("{}: `## The rule` does not link its concept page", rule.name));
        }
    }
    assert_none(missing);
}

#[test]
fn every_text_is_plain_kind_and_short() {
    let mut found = Vec::new();
    for path in texts() {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = Text::parse(&fs::read_to_string(&path).expect("the text was listed"));
        let rule = name.matches('/').count() == 1;
        for section in &text.sections {
            if section.heading == "Read more" || section.heading == "Mistakes that show it" {
                continue;
            }
            let prose = section.lines.join("\n");
            let place =
                format!("{name}: {} {}", section.heading, section.variant.as_deref().unwrap_or_default());
            for line in &section.lines {
                found.extend(
                    complaints(line).into_iter().map(|complaint| format!("{place}: {complaint}: {line}")),
                );
            }
            if rule && section.heading == "In your code" {
                let claim = section.lines.first().map(String::as_str).unwrap_or_default();
                if words_of(claim) > 20 || !claim.contains("{{") {
                    found.push(format!("{place}: a claim has at most 20 words and a fact: {claim}"));
                }
                if words_of(&prose) > 60 || section.lines.len() > 4 {
                    found.push(format!(
                        "{place}: {} words in {} lines",
                        words_of(&prose),
                        section.lines.len()
                    ));
                }
            }
            for line in section.lines.iter().filter_map(|line| line.strip_prefix("- cost: ")) {
                if words_of(line) > 12 {
                    found.push(format!("{place}: a cost has at most 12 words: {line}"));
                }
            }
        }
        let prose: Vec<String> = text.sections.iter().flat_map(|section| section.lines.clone()).collect();
        let prose =
            prose.iter().filter(|line| !line.starts_with("- ")).cloned().collect::<Vec<_>>().join("\n");
        if median_length(&prose) > 12 {
            found.push(format!("{name}: median sentence of {} words", median_length(&prose)));
        }
        if grade(&prose) > 8.0 {
            found.push(format!("{name}: reading grade {:.1}, more than 8", grade(&prose)));
        }
    }
    assert_none(found);
}

#[test]
fn every_example_is_what_it_says() {
    let mut failures = Vec::new();
    for path in texts() {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = Text::parse(&fs::read_to_string(&path).expect("the text was listed"));
        for section in text.sections.iter().filter(|section| section.level == 2) {
            for (info, code) in &section.code {
                if let Some(failure) = example_failure(info, code) {
                    failures.push(format!("{name}: {info}: {failure}\n{code}"));
                }
            }
        }
    }
    for rule in RULES {
        let text = Text::parse(rule.text);
        let infos: Vec<&str> = text
            .section("Example", None)
            .map(|section| section.code.iter().map(|(info, _)| info.as_str()).collect())
            .unwrap_or_default();
        if !infos.iter().any(|info| info.contains("fails="))
            || !infos.iter().any(|info| info.contains("fixed="))
        {
            failures.push(format!("{}: an example that fails and one that is fixed", rule.name));
        }
    }
    assert_none(failures);
}

#[test]
fn every_concept_page_is_short_linked_and_glossed() {
    let mut found = Vec::new();
    let mut terms = BTreeSet::new();
    for concept in CONCEPTS.iter() {
        let mistakes = concept.text.section("Mistakes that show it", None).map_or(0, |list| list.lines.len());
        let lines = concept.page.lines().count() - mistakes;
        if lines >= 90 {
            found.push(format!("{}: {lines} lines", concept.name));
        }
        if concept.terms().next().is_none() {
            found.push(format!("{}: no term in one line", concept.name));
        }
        found.extend(
            concept
                .terms()
                .filter(|(term, _)| !terms.insert(term.clone()))
                .map(|(term, _)| format!("{term}: twice")),
        );
        if mistakes == 0 {
            found.push(format!("{}: no rule names it", concept.name));
        }
    }
    assert_none(found);
}

/// Each concept page links the rules that name it, those first of which it is the main idea.
#[test]
fn every_concept_page_lists_its_mistakes() {
    let (heading, next) = ("## Mistakes that show it\n\n", "\n## Read more");
    let mut found = Vec::new();
    for concept in CONCEPTS.iter() {
        let rank = |rule: &&Rule| rule.concepts.iter().position(|name| *name == concept.name);
        let mut rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| rank(rule).is_some()).collect();
        rules.sort_by_key(|rule| (rank(rule), rule.name));
        let links = rules.iter().map(|rule| {
            let file = rule.name.replace('-', "_");
            format!("- [{}](../{file}.md)\n", rule.name)
        });
        let list: String = links.collect();
        let path = root().join(format!("explanations/concepts/{}.md", concept.name.replace('-', "_")));
        let page = fs::read_to_string(&path).expect("every concept has a page");
        let (before, rest) = page.split_once(heading).expect("every page has this heading");
        let (_, after) = rest.split_once(next).expect("every page has this heading");
        let wanted = format!("{before}{heading}{list}{next}{after}");
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            fs::write(&path, &wanted).expect("the page can be written");
        } else if page != wanted {
            found.push(format!("{}: its mistakes are others: run `cargo bless`", concept.name));
        }
    }
    assert_none(found);
}

/// The texts as a reader meets them, filled with the facts of every fixture.
#[test]
fn every_finding_reads_well() {
    let mut found = Vec::new();
    for (name, told) in findings_of_all_fixtures() {
        let words_told = format!("{}\n{}", told.explanation.claim, told.explanation.because);
        let claim = &told.explanation.claim;
        let mut complain = |complaint: String| found.push(format!("{name}: {complaint}\n    {claim}"));
        if !claim.contains('`') {
            complain("the claim names nothing of the program".to_owned());
        }
        if words_of(claim) > 20 {
            complain(format!("the claim has {} words", words_of(claim)));
        }
        if words_of(&words_told) > 60
            || sentences(&words_told).len() > 4
            || told.explanation.because.is_empty()
        {
            complain(format!("claim and because: {} words", words_of(&words_told)));
        }
        if told.explanation.stakes.is_empty() || told.explanation.rule.is_empty() {
            complain("no stakes or no rule".to_owned());
        }
        if told.finding.fixes.is_empty() {
            complain("no way out".to_owned());
        }
        for (fix, way) in told.finding.fixes.iter().zip(&told.explanation.ways) {
            if way.title.is_empty() || words_of(&way.cost) > 12 {
                complain(format!("fix {}: title or cost", fix.id));
            }
            let told_by_us = fix.rustc_text.is_none();
            if told_by_us && (way.title == fix.id.replace('-', " ") || !fix.is_idea() && way.cost.is_empty())
            {
                complain(format!("fix {}: no title or no cost in the texts, or a fact is missing", fix.id));
            }
            if fix.is_idea() && way.when.is_empty() && way.code.is_empty() {
                complain(format!("idea {}: says nothing", fix.id));
            }
        }
        if words_told.contains("{{") {
            complain("a fact was not filled".to_owned());
        }
    }
    assert_none(found);
}

/// The shared ways out stand in the texts once, and a fix has each of their ids.
#[test]
fn every_shared_way_out_is_some_fixs() {
    let text =
        Text::parse(&fs::read_to_string(root().join("explanations/ways_out.md")).expect("the text is there"));
    let mut code = String::new();
    for folder in ["src/fixes", "src/rules"] {
        for entry in fs::read_dir(root().join(folder)).expect("the code is there").flatten() {
            code.push_str(&fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    let mut ids = BTreeSet::new();
    let ways = text.sections.iter().filter(|section| section.level == 3).map(|section| &section.heading);
    let odd = ways.filter(|id| !ids.insert(*id) || !code.contains(&format!("\"{id}\"")));
    assert_none(odd.map(|id| format!("`{id}` stands there twice, or no fix has it")).collect());
}

/// Every variant that a text has is told in some fixture, and every one that a rule asks for is there.
#[test]
fn every_variant_of_a_text_is_shown_by_a_fixture() {
    let told: BTreeSet<(String, Option<String>)> = findings_of_all_fixtures()
        .into_iter()
        .map(|(_, told)| (told.finding.rule.name.to_owned(), told.finding.variant.map(str::to_owned)))
        .collect();
    let mut found = Vec::new();
    for rule in RULES {
        let text = Text::parse(rule.text);
        for section in &text.sections {
            if let Some(variant) = &section.variant
                && !told.contains(&(rule.name.to_owned(), Some(variant.clone())))
            {
                found.push(format!("{}: no fixture shows `{}: {variant}`", rule.name, section.heading));
            }
        }
        for (name, variant) in &told {
            if let Some(variant) = variant
                && name == rule.name
                && text.section("In your code", Some(variant)).is_none()
            {
                found.push(format!("{name}: no text `## In your code: {variant}`"));
            }
        }
    }
    assert_none(found);
}

fn words_of(prose: &str) -> usize {
    sentences(prose).iter().map(|sentence| words(sentence).len()).sum()
}

fn texts() -> Vec<std::path::PathBuf> {
    let mut texts = Vec::new();
    for folder in ["explanations", "explanations/concepts"] {
        let entries = fs::read_dir(root().join(folder)).expect("the texts are part of the project");
        texts.extend(entries.flatten().map(|entry| entry.path()).filter(|path| {
            path.extension().is_some_and(|end| end == "md")
                && path.file_name().is_some_and(|name| name != "README.md")
        }));
    }
    texts.sort();
    texts
}

fn findings_of_all_fixtures() -> Vec<(String, Told)> {
    let mut all = Vec::new();
    for rule in fs::read_dir(root().join("fixtures")).expect("the fixtures are part of the project").flatten()
    {
        for case in fs::read_dir(rule.path()).into_iter().flatten().flatten() {
            let Ok(recording) = fs::read_to_string(case.path().join("rustc.json")) else { continue };
            let files = Files::new(Sources::new(vec![case.path()]));
            let mut reporter = Reporter::default();
            for line in recording.lines() {
                let Ok(raw) = serde_json::from_str(line) else { continue };
                reporter.add(&Diagnostic::new(&raw), &files, None, None);
            }
            let name = format!("{}/{}", rule.file_name().display(), case.file_name().display());
            let report = reporter.finish(false, None);
            all.extend(report.findings.into_iter().map(|told| (name.clone(), told)));
        }
    }
    all
}

/// Why an example is not what its info string says: ```` ```rust ```` and `fixed=` compile,
/// `fails=E0382` and `fails=codeless` fail with errors of that code alone, `fails=E0404+E0782` with both.
fn example_failure(info: &str, code: &str) -> Option<String> {
    let mut parts = info.split(',');
    if parts.next() != Some("rust") {
        return None;
    }
    let fails = parts.find_map(|part| part.strip_prefix("fails="));
    let folder = tempfile::tempdir().expect("a folder for the example");
    fs::write(folder.path().join("example.rs"), code).expect("the folder is ours");
    let kind = if code.contains("fn main(") { "bin" } else { "lib" };
    // clippy's compiler takes rustc's arguments, and speaks like it.
    let compiler = match code.contains("clippy::") {
        true => "clippy-driver".into(),
        false => std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()),
    };
    let output = Command::new(compiler)
        .current_dir(folder.path())
        .args([
            "--edition=2021",
            "--error-format=json",
            "--emit=metadata",
            "--crate-type",
            kind,
            "example.rs",
        ])
        .output()
        .expect("rustc runs");
    let text = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<Diagnostic> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|raw: cargo_metadata::diagnostic::Diagnostic| Diagnostic::new(&raw))
        .filter(|diagnostic| {
            diagnostic.level == Level::Error && !diagnostic.message.starts_with("aborting due to")
        })
        .collect();
    let codes = errors.iter().map(|error| error.code.as_deref().unwrap_or("codeless"));
    // What only nightly compilers have is refused besides.
    let codes: BTreeSet<&str> = codes.filter(|code| *code != "E0658").collect();
    match fails {
        None if codes.is_empty() => None,
        Some(code) if codes == code.split('+').collect() => None,
        _ => Some(format!("rustc says {codes:?}")),
    }
}

//! The page: all of a report is on it, texts of a source stay texts, and it needs nothing else.

use std::collections::BTreeSet;

use cargo_ownership::fix::{Cost, Deed, Fix};
use cargo_ownership::render::{Place, harmless, html};
use cargo_ownership::report::{Report, Same, Told};
use cargo_ownership::rule::Timeline;
use snapbox::file;

use super::hostile::{HOSTILE, assert_harmless, hostile};
use super::same;
use super::samples::*;

const STYLE: &str = include_str!("../../../src/render/html/style.css");
const SCRIPT: &str = include_str!("../../../src/render/html/script.js");

/// Every way that we know of to end a text, and what somebody would write behind its end.
const ENDINGS: &[&str] = &[
    "<script>window.__pwned = 1</script>",
    "</script></style></title></textarea></pre></svg><img src=x onerror=alert(1)>",
    "<!-- --> --!> <![CDATA[ ]]> <?x ?>",
    "\" onload=\"alert(1)\" ' onfocus='alert(1)' autofocus \\\" /> >",
    "&lt;script&gt; &#60;script&#62; &quot; &amp;amp; & &#x3c",
    "javascript:alert(1) data:text/html,x https://example.org//evil.js [a](https://example.org)",
    "{{7*7}} ${alert(1)} `<b>` ``` <b>",
    "url(//example.org/x.png) @import \"//example.org/x.css\"; }",
    "a\0b\u{1}\u{85}c\u{2028}d\u{fffe}e\u{e0041}",
    HOSTILE,
];

/// What the page is made of; nothing of it can fetch or run.
const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "button",
    "code",
    "dd",
    "del",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "head",
    "header",
    "html",
    "input",
    "ins",
    "label",
    "legend",
    "li",
    "line",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "output",
    "p",
    "path",
    "pre",
    "rect",
    "script",
    "section",
    "span",
    "strong",
    "style",
    "summary",
    "sup",
    "svg",
    "table",
    "td",
    "text",
    "th",
    "title",
    "tr",
    "ul",
];
const ATTRIBUTES: &[&str] = &[
    "aria-describedby",
    "aria-label",
    "aria-labelledby",
    "autocomplete",
    "charset",
    "class",
    "content",
    "d",
    "data-for",
    "data-level",
    "data-line",
    "data-rule",
    "data-verdict",
    "data-words",
    "for",
    "height",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "role",
    "rx",
    "scope",
    "tabindex",
    "translate",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// A page as a browser would read it.
#[derive(Default)]
struct Read {
    /// Names and values of each element.
    elements: Vec<(String, Vec<(String, String)>)>,
    /// The texts, without ours within `style` and `script`.
    text: String,
}

impl Read {
    /// Reads a page more strictly than any browser: what is not exactly as we write it is a panic.
    fn page(page: &str) -> Read {
        let mut read = Read::default();
        let mut open: Vec<String> = Vec::new();
        let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a page of HTML");
        while let Some(start) = rest.find('<') {
            read.text.push_str(&unescaped(&rest[..start]));
            rest = &rest[start + 1..];
            let end = rest.find('>').expect("a tag ends");
            let (tag, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "what is opened last is closed first");
                continue;
            }
            let alone = tag.strip_suffix('/');
            let (name, attributes) = read_tag(alone.unwrap_or(tag));
            let ours = [("style", STYLE), ("script", SCRIPT)].into_iter().find(|(raw, _)| *raw == name);
            if let Some((_, text)) = ours {
                rest = rest.strip_prefix(text).expect("style and script are ours to the letter");
            }
            if alone.is_none() {
                open.push(name.clone());
            }
            read.elements.push((name, attributes));
        }
        assert!(open.is_empty() && rest == "\n", "{open:?} {rest:?}");
        read
    }

    fn values<'r>(&'r self, attribute: &'r str) -> impl Iterator<Item = &'r str> {
        let all = self.elements.iter().flat_map(|(_, attributes)| attributes);
        all.filter(move |(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }

    /// The text without what only sets words apart.
    fn words(&self) -> String {
        bare(&self.text)
    }
}

fn read_tag(tag: &str) -> (String, Vec<(String, String)>) {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(is_name(name), "{tag}");
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("an attribute has a value between quotes");
        let (value, after) = after.split_once('"').expect("a value ends");
        assert!(is_name(name) && !value.contains('<'), "{tag}");
        attributes.push((name.to_owned(), unescaped(value)));
        rest = after.strip_prefix(' ').unwrap_or_else(|| {
            assert_eq!(after, "", "{tag}");
            after
        });
    }
    (name.to_owned(), attributes)
}

/// The text that is meant; a letter that would have to be escaped is a panic.
fn unescaped(text: &str) -> String {
    const NAMED: &[(&str, char)] =
        &[("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("#39;", '\'')];
    assert!(!text.contains(['<', '>', '"', '\'']), "{text:?}");
    let mut out = String::new();
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let named = NAMED.iter().find_map(|(name, c)| Some((part.strip_prefix(name)?, c)));
        let (rest, c) = named.unwrap_or_else(|| panic!("a bare & before {part:?}"));
        out.push(*c);
        out.push_str(rest);
    }
    out
}

/// A text without what the page draws in other ways: white space and the backticks around code.
fn bare(text: &str) -> String {
    harmless(text).chars().filter(|c| !c.is_whitespace() && *c != '`').collect()
}

fn page(findings: Vec<Told>) -> String {
    html(&report(findings), &Place::default())
}

/// The finding with everything hostile, the timeline too.
fn all_of(text: &str) -> Told {
    let mut told = hostile(text);
    let file = told.sources[0].name.clone();
    told.finding.timeline = Some(Timeline {
        file,
        owner: text.to_owned(),
        references: vec![reference(text, 1, 3)],
        events: vec![event(2, "timeline-changed", Some(text), true)],
    });
    told.known = true;
    told
}

#[test]
fn a_finding() {
    let page = page(vec![scores()]);
    let start = page.find("<article").expect("a finding");
    let end = page.find("</article>\n").expect("it ends") + "</article>\n".len();
    same(page[start..end].to_owned(), file!["snapshots/scores.html"]);
}

#[test]
fn texts_stay_texts() {
    for text in ENDINGS {
        let mut report = report(vec![all_of(text), scores()]);
        report.rustc = Some((*text).to_owned());
        let place = Place { prefix: format!("{text}/"), ..Place::default() };
        let page = html(&report, &place);
        assert_harmless(&page);
        let read = Read::page(&page);
        for (name, attributes) in &read.elements {
            assert!(ELEMENTS.contains(&name.as_str()), "<{name}> with {text:?}");
            for (attribute, value) in attributes {
                assert!(ATTRIBUTES.contains(&attribute.as_str()), "{attribute} with {text:?}");
                assert!(attribute == "content" || !value.contains('\n'), "{value:?}");
            }
        }
        assert_eq!(read.elements.iter().filter(|(name, _)| name == "script").count(), 1);
        // In the headline, the code, the claim, a way out, an idea, the gloss, the same cause, the drawing ..
        let shown = read.words().matches(&bare(text)).count();
        assert!(shown >= 15, "{text:?} is there only {shown} times");
    }
}

/// A text decides only about texts: all that a page can do is the same, whatever stands in the source.
#[test]
fn a_hostile_page_is_built_like_a_harmless_one() {
    let built = |text: &str| {
        let links = |read: &Read| -> Vec<String> { read.values("href").map(str::to_owned).collect() };
        let read = Read::page(&page(vec![all_of(text)]));
        let names: Vec<String> = read.elements.iter().map(|(name, _)| name.clone()).collect();
        // Its fingerprint is of the text, and words between backticks are code.
        let names: Vec<String> = names.into_iter().filter(|name| name != "code").collect();
        (names, links(&read).into_iter().filter(|link| !link.starts_with("#finding-")).collect::<Vec<_>>())
    };
    let harmless = built("harmless");
    for text in ENDINGS {
        assert_eq!(built(text), harmless, "{text:?}");
    }
}

#[test]
fn a_page_is_complete_and_leads_nowhere_by_itself() {
    for findings in [all(), vec![all_of(ENDINGS[0])], Vec::new()] {
        let page = page(findings);
        let read = Read::page(&page);
        let mut ids = BTreeSet::new();
        for id in read.values("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
        for link in read.values("href") {
            let target = link.strip_prefix('#');
            assert!(target.map_or(link.starts_with("https://"), |id| ids.contains(id)), "{link}");
        }
        for name in ["for", "aria-labelledby", "aria-describedby", "data-for"] {
            assert!(read.values(name).all(|id| ids.contains(id)), "{name}");
        }
        assert!(read.values("content").any(|content| content.starts_with("default-src 'none'; ")));
    }
    for word in ["@import", "url(", "@font-face", "http:", "https:", "//"] {
        assert!(!STYLE.contains(word), "{word}");
    }
    for word in ["fetch", "XMLHttp", "import", "eval", "Function", "innerHTML", "outerHTML", "http", "write"]
    {
        assert!(!SCRIPT.contains(word), "{word}");
    }
}

#[test]
fn all_of_a_report_is_on_it() {
    let report = report(all());
    let read = Read::page(&html(&report, &Place::default()));
    let words = read.words();
    let has = |text: &str| assert!(words.contains(&bare(text)), "{text:?} is missing");
    for told in &report.findings {
        let explanation = &told.explanation;
        has(&told.message);
        for text in [&explanation.title, &explanation.claim, &explanation.because, &explanation.stakes] {
            has(text);
        }
        has(&explanation.rule);
        explanation.marks.iter().for_each(|text| has(text));
        for way in &explanation.ways {
            [&way.title, &way.cost, &way.when, &way.code].into_iter().for_each(|text| has(text));
        }
        told.same_cause.iter().for_each(|same| has(&same.message));
        told.finding.fixes.iter().filter_map(|fix| fix.rustc_text.as_deref()).for_each(has);
    }
    let drawn = report.findings.iter().filter(|told| told.finding.timeline.is_some()).count();
    let count = |name: &str| read.elements.iter().filter(|(element, _)| element == name).count();
    assert_eq!((count("article"), count("svg"), count("desc")), (all().len(), drawn, drawn));
    // Each finding can be come to by its file, and by its ideas where it has some.
    let ids: Vec<&str> = read.values("id").filter(|id| id.starts_with("finding-")).collect();
    let leads = |id: &str| read.values("href").filter(|link| link.strip_prefix('#') == Some(id)).count();
    assert!(ids.iter().filter(|id| id.matches('-').count() == 1).all(|id| leads(id) >= 2));
}

#[test]
fn a_report_of_nothing_has_no_filter() {
    let read = Read::page(&html(&Report { success: true, ..Report::default() }, &Place::default()));
    let names: Vec<&str> = read.elements.iter().map(|(name, _)| name.as_str()).collect();
    assert!(["h1", "main"].iter().all(|name| names.contains(name)));
    assert!(["script", "form", "nav"].iter().all(|name| !names.contains(name)));
}

#[test]
fn a_line_of_a_megabyte_is_left_out() {
    let text = format!("fn f() {{ {} g() }} // {}\n", "x(); ".repeat(200_000), "<b>".repeat(1000));
    let source = source("src/lib.rs", &text);
    let mut told = told("E0382", "generated");
    mark(&mut told, span(&source, "g()", 0), "!in a line of a megabyte");
    let edits = vec![edit(&source, "g()", 0, &"h()".repeat(100_000))];
    way(&mut told, Fix::new("x", Cost::local(Deed::Clone), edits), "longer still", "");
    told.same_cause = vec![Same { code: None, message: "<i>".repeat(100), primary: None }];
    told.sources = vec![source];
    let page = page(vec![told]);
    Read::page(&page);
    assert!(page.len() < 100_000, "{} bytes", page.len());
}

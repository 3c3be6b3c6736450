//! Findings built by hand.

use std::path::PathBuf;
use std::rc::Rc;

use cargo_ownership::diagnostic::{Level, Span};
use cargo_ownership::explanation::{Explanation, Way};
use cargo_ownership::facts::Facts;
use cargo_ownership::fix::{Cost, Deed, Edit, Fix};
use cargo_ownership::report::{Report, Same, Told};
use cargo_ownership::rule::{Event, Finding, Mark, Reference, Rule, Timeline};
use cargo_ownership::source::Source;

pub static RULE: Rule = Rule {
    name: "shared-and-mutable-borrow",
    codes: &["E0502"],
    messages: &[],
    concepts: &["one-writer-or-many-readers", "borrowing"],
    text: "",
    refines: &[],
    recognise: |_| None,
};

pub fn source(name: &str, text: &str) -> Rc<Source> {
    Rc::new(Source::new(name, PathBuf::from(name), text.to_owned()))
}

/// The `nth` place (from 0) where `code` stands.
pub fn span(source: &Source, code: &str, nth: usize) -> Span {
    let (start, _) = source.text.match_indices(code).nth(nth).expect("the code is in the sample");
    source.span(start..start + code.len())
}

pub fn edit(source: &Source, code: &str, nth: usize, new: &str) -> Edit {
    Edit::replace(source, span(source, code, nth).range(), new)
}

pub fn event(line: usize, kind: &'static str, code: Option<&str>, conflict: bool) -> Event {
    Event { line, kind, code: code.map(str::to_owned), conflict }
}

pub fn reference(name: &str, from: usize, to: usize) -> Reference {
    Reference { name: name.to_owned(), from, to }
}

/// A finding with nothing but a headline; the last source that a mark needs is added with it.
pub fn told(code: &str, message: &str) -> Told {
    Told {
        message: message.to_owned(),
        code: (!code.is_empty()).then(|| code.to_owned()),
        level: Level::Error,
        package: Some("scores".to_owned()),
        target: Some("scores".to_owned()),
        primary: None,
        finding: Finding::new(&RULE),
        explanation: Explanation::default(),
        sources: Vec::new(),
        same_cause: Vec::new(),
        known: false,
    }
}

/// Adds a mark; one whose text begins with `!` is the primary one.
pub fn mark(told: &mut Told, span: Span, text: &str) {
    let (primary, text) = text.strip_prefix('!').map_or((false, text), |text| (true, text));
    if primary {
        told.primary = Some(span.clone());
    }
    let facts = Facts::new();
    told.finding.marks.push(Mark { role: "used", span, facts, primary, rustc_text: String::new() });
    told.explanation.marks.push(text.to_owned());
}

pub fn way(told: &mut Told, fix: Fix, title: &str, cost: &str) {
    told.finding.fixes.push(fix);
    told.explanation.ways.push(Way { title: title.into(), cost: cost.into(), ..Way::default() });
}

pub const SCORES: &str = "\
fn main() {
    let mut scores = vec![10, 20, 30];
    let best = &scores[0];
    scores.push(40);
    println!(\"{best}\");
}
";

/// The finding of the design.
pub fn scores() -> Told {
    let source = source("src/main.rs", SCORES);
    let mut told =
        told("E0502", "cannot borrow `scores` as mutable because it is also borrowed as immutable");
    mark(&mut told, span(&source, "scores", 1), "`best` starts to look into `scores`");
    mark(&mut told, span(&source, "scores.push(40)", 0), "!`push` needs `scores` for itself");
    mark(&mut told, span(&source, "best", 1), "`best` is used again");
    told.finding.timeline = Some(Timeline {
        file: "src/main.rs".into(),
        owner: "scores".into(),
        references: vec![reference("best", 3, 5)],
        events: vec![event(4, "timeline-changed", Some("push"), true)],
    });
    let words = &mut told.explanation;
    words.title = "A value is changed while something looks into it".into();
    words.summary = "A value cannot change while a reference to it is in use.".into();
    words.claim = "`scores` cannot change on line 4: `best` looks into it until line 5.".into();
    words.because = "`best` borrows from `scores`.".into();
    words.stakes =
        "`push` may move the numbers to a larger place, and `best` would read freed memory.".into();
    words.rule = "One writer or many readers, never both at once.".into();
    words.read_next = "one-writer-or-many-readers".into();
    words.glosses = vec![("borrow".into(), "a reference that uses a value without owning it.".into())];
    let copy = Fix::new(
        "copy-out",
        Cost::local(Deed::Restructure),
        vec![edit(&source, "&scores[0]", 0, "scores[0]")],
    );
    way(&mut told, copy, "Copy the number out", "copies one i32");
    let line = |n| source.line_range(n).start;
    let used = &source.text[line(5)..line(6)];
    let earlier = vec![Edit::insert(&source, line(4), used), Edit::delete(&source, line(5)..line(6))];
    let earlier = Fix::new("use-earlier", Cost::local(Deed::Reorder), earlier);
    way(&mut told, earlier, "Use `best` before the change", "prints before it pushes");
    let mut theirs = Fix::new(
        "rustc",
        Cost::local(Deed::Clone),
        vec![edit(&source, "&scores[0]", 0, "scores[0].clone()")],
    );
    theirs.rustc_text = Some("consider cloning the value if the performance cost is acceptable".into());
    way(&mut told, theirs, "", "");
    way(&mut told, Fix::idea("keep-index"), "Keep the position, not the reference", "reads it again later");
    let idea = told.explanation.ways.last_mut().expect("just added");
    idea.when = "Where the value is large and has no cheap copy.".into();
    idea.code = "let best = 0;\nscores.push(40);\nprintln!(\"{}\", scores[best]);".into();
    told.sources = vec![source];
    told
}

/// A use after a move, with five more of the same cause.
pub fn names() -> Told {
    let text = "\
fn main() {
    let names = vec![String::from(\"Ada\"), String::from(\"Grace\")];
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        println!(\"{name}\");
    }
    println!(\"{}\", names.len());
}
";
    let source = source("src/main.rs", text);
    let mut told = told("E0382", "borrow of moved value: `names`");
    mark(&mut told, span(&source, "names", 0), "`names` owns the list");
    mark(&mut told, span(&source, "into_iter()", 0), "`into_iter` takes `names` and gives away its contents");
    mark(&mut told, span(&source, "names", 2), "!`names` is used after it was given away");
    told.explanation.claim = "`names` is empty-handed on line 6: `into_iter` took it on line 3.".into();
    told.explanation.because = "A value has one owner, and `into_iter` became the owner.".into();
    for n in 0..6 {
        let primary = Some(Span { line_start: 10 + n, ..span(&source, "names", 2) });
        told.same_cause.push(Same {
            code: Some("E0382".into()),
            message: "use of moved value: `names`".into(),
            primary,
        });
    }
    told.sources = vec![source];
    told
}

pub fn report(findings: Vec<Told>) -> Report {
    Report {
        rustc: Some("1.95.0".into()),
        success: false,
        findings,
        moot: Vec::new(),
        other_errors: 1,
        other_warnings: 4,
    }
}

const MIXED: &str = "fn f(a: &mut Vec<u32>) {\r\n\tlet x = take(&mut a[0], &mut a[1]); // 🦀 é\r\n\tfor i in a.iter() {\r\n\t\ta.push(*i);\r\n\t}\r\n\tlet 名前 = \"🦀🦀\"; 名前.push(a);\r\n}\r\n";

/// Three marks in one line, a fourth in another file.
pub fn two_files() -> Told {
    let here = source("src/lib.rs", MIXED);
    let there = source("src/other.rs", "\u{feff}pub fn take(a: &mut u32, b: &mut u32) {}\n");
    let mut told = told("E0499", "cannot borrow `*a` as mutable more than once at a time");
    mark(&mut told, span(&here, "&mut a[0]", 0), "the first reference into `a` begins here");
    let second = "!the second reference begins here, while the first is still needed by `take`";
    mark(&mut told, span(&here, "&mut a[1]", 0), second);
    mark(&mut told, span(&here, "take", 0), "`take` uses both");
    mark(&mut told, span(&there, "b: &mut u32", 0), "`take` asks for a reference of its own here");
    told.sources = vec![here, there];
    told
}

/// A mark over lines, two marks at one place, wide letters, one mark without source.
pub fn a_loop() -> Told {
    let here = source("src/lib.rs", MIXED);
    let mut told = told("", "a loop that changes what it walks through");
    let body = "for i in a.iter() {\r\n\t\ta.push(*i);\r\n\t}";
    mark(&mut told, span(&here, body, 0), "each round of this loop looks into `a`");
    let push = "!`push` changes `a` in the middle of the round, while the iterator still looks into it";
    mark(&mut told, span(&here, "a.push(*i)", 0), push);
    mark(&mut told, span(&here, "a.push(*i)", 0), "and again in the next round");
    mark(&mut told, span(&here, "名前", 1), "wide letters");
    mark(&mut told, span(&here, "\"🦀🦀\"", 0), "two crabs");
    let lost = Span { file: "src/lost.rs".into(), ..span(&here, "a", 0) };
    mark(&mut told, lost, "a file that is not there");
    told.sources = vec![here];
    told
}

pub fn all() -> Vec<Told> {
    vec![scores(), names(), two_files(), a_loop()]
}

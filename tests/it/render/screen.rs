//! Findings on a terminal.

use cargo_ownership::fix::{Cost, Deed, Edit, Fix};
use cargo_ownership::render::{Detail, Style, human};
use snapbox::{file, str};
use unicode_width::UnicodeWidthStr;

use super::same;
use super::samples::*;

fn plain() -> Style {
    Style::default()
}

fn ascii() -> Style {
    Style { ascii: true, ..Style::default() }
}

#[test]
fn the_finding_of_the_design() {
    same(human::finding(&scores(), &plain()), file!["snapshots/scores.txt"]);
    same(human::finding(&scores(), &ascii()), file!["snapshots/scores.ascii.txt"]);
}

#[test]
fn colour_is_the_style_s_decision() {
    let style = Style { color: true, ..Style::default() };
    let drawn = human::finding(&scores(), &style).replace('\u{1b}', "␛");
    same(drawn, file!["snapshots/scores.color.txt"]);
}

#[test]
fn colour_changes_no_letter() {
    for told in all() {
        for (detail, width) in [(Detail::Brief, 80), (Detail::Normal, 40), (Detail::Full, 120)] {
            let style = Style { detail, width, ..Style::default() };
            let painted = human::finding(&told, &Style { color: true, ..style });
            assert_eq!(unpainted(&painted), human::finding(&told, &style));
        }
    }
}

#[test]
fn brief_and_full() {
    let style = |detail| Style { detail, ..Style::default() };
    same(human::finding(&scores(), &style(Detail::Brief)), file!["snapshots/scores.brief.txt"]);
    same(human::finding(&scores(), &style(Detail::Full)), file!["snapshots/scores.full.txt"]);
}

#[test]
fn other_errors_of_the_cause_are_listed() {
    same(human::finding(&names(), &plain()), file!["snapshots/names.txt"]);
}

#[test]
fn a_narrow_screen() {
    let style = Style { width: 50, ..Style::default() };
    same(human::finding(&scores(), &style), file!["snapshots/scores.narrow.txt"]);
}

#[test]
fn several_files_and_three_marks_in_a_line() {
    same(human::finding(&two_files(), &plain()), file!["snapshots/two_files.txt"]);
    same(human::finding(&two_files(), &ascii()), file!["snapshots/two_files.ascii.txt"]);
    let narrow = Style { width: 50, ..Style::default() };
    same(human::finding(&two_files(), &narrow), file!["snapshots/two_files.narrow.txt"]);
}

#[test]
fn marks_over_lines_and_twice_at_one_place() {
    same(human::finding(&a_loop(), &plain()), file!["snapshots/loop.txt"]);
    same(human::finding(&a_loop(), &ascii()), file!["snapshots/loop.ascii.txt"]);
}

#[test]
fn without_any_source() {
    let mut told = two_files();
    told.sources.clear();
    same(
        human::finding(&told, &plain()),
        str![[r#"
error[E0499]: cannot borrow `*a` as mutable more than once at a time
  --> src/lib.rs:2:26
  src/lib.rs:2:15: 1. the first reference into `a` begins here
  src/lib.rs:2:26: 2. the second reference begins here, while the first is still
     needed by `take`
  src/lib.rs:2:10: 3. `take` uses both
  src/other.rs:1:26: 4. `take` asks for a reference of its own here

"#]],
    );
}

#[test]
fn rustc_s_words_stand_where_we_have_none() {
    let mut told = scores();
    told.explanation.marks.clear();
    told.finding.marks[1].rustc_text = "mutable borrow occurs here".into();
    told.finding.timeline = None;
    let brief = Style { detail: Detail::Brief, ..Style::default() };
    same(
        human::finding(&told, &brief),
        str![[r#"
error[E0502]: cannot borrow `scores` as mutable because it is also borrowed as immutable
  ╭▸ src/main.rs:4:5
  │
3 │     let best = &scores[0];
  │                 ──────
4 │     scores.push(40);
  │     ━━━━━━━━━━━━━━━ mutable borrow occurs here
5 │     println!("{best}");
  ╰╴               ────

`scores` cannot change on line 4: `best` looks into it until line 5. `best`
borrows from `scores`.

Ways out
  1. Copy the number out   not tried · copies one i32
     3 - let best = &scores[0];
     3 + let best = scores[0];

"#]],
    );
}

#[test]
fn far_apart_in_one_file() {
    let text = format!("use std::fmt;\n{}fn last() {{}}\n", "//\n".repeat(4_000));
    let source = source("src/lib.rs", &text);
    let mut told = told("", "far apart");
    mark(&mut told, span(&source, "fmt", 0), "first");
    mark(&mut told, span(&source, "last", 0), "!second");
    told.sources = vec![source];
    same(
        human::finding(&told, &plain()),
        str![[r#"
error: far apart
     ╭▸ src/lib.rs:4002:4
     │
4002 │ fn last() {}
     │    ━━━━ 2. second
     │
     ⸬  src/lib.rs:1:10
     │
   1 │ use std::fmt;
     ╰╴         ─── 1. first

"#]],
    );
}

#[test]
fn the_last_line_of_a_picture_is_closed_after_its_words() {
    let source =
        source("src/lib.rs", "fn f() { some_function_with_a_long_name(another_long_name_here, 12345) }\n");
    let mut told = told("", "closed");
    mark(
        &mut told,
        span(&source, "some_function_with_a_long_name(another_long_name_here, 12345)", 0),
        "!these words are put below their mark, because there is no room to the right of it",
    );
    told.sources = vec![source];
    same(
        human::finding(&told, &plain()),
        str![[r#"
error: closed
  ╭▸ src/lib.rs:1:10
  │
1 │ fn f() { some_function_with_a_long_name(another_long_name_here, 12345) }
  │          ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  │          these words are put below their mark, because there is no room to
  ╰╴         the right of it

"#]],
    );
    same(
        human::finding(&told, &ascii()),
        str![[r#"
error: closed
 --> src/lib.rs:1:10
  |
1 | fn f() { some_function_with_a_long_name(another_long_name_here, 12345) }
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |          these words are put below their mark, because there is no room to
  |          the right of it

"#]],
    );
}

#[test]
fn patches() {
    let text = "fn f() {\r\n\tlet a = 1;\r\n\tlet b = 2;\r\n\tlet c = 3;\r\n}\r\nfn g() {}\r\n";
    let one = source("src/one.rs", text);
    let two = source("src/two.rs", "fn h() { g() }");
    let line = |n| one.line_range(n).start;
    let mut told = told("", "patches");
    let mut add = |id, edits| {
        let fix = Fix::new(id, Cost::local(Deed::Annotate), edits);
        way(&mut told, fix, "", "");
    };
    add("two-places-in-a-line", vec![edit(&one, "let", 1, "let mut"), edit(&one, "2", 0, "4")]);
    add("a-line-goes", vec![Edit::delete(&one, line(3)..line(4))]);
    add("a-line-comes", vec![Edit::insert(&one, line(3), "\tprintln!(\"{a}\");\r\n")]);
    add("at-the-end-of-a-line", vec![Edit::insert(&one, one.line_range(3).end, " // two")]);
    add("at-the-end-of-the-file", vec![Edit::insert(&two, two.text.len(), "\nfn i() {}\n")]);
    add("a-block", vec![Edit::insert(&one, line(3), "\t{\r\n"), Edit::insert(&one, line(4), "\t}\r\n")]);
    add("lines-become-one", vec![Edit::replace(&one, line(2)..line(4), "\tlet (a, b) = (1, 2);\r\n")]);
    add("two-files", vec![edit(&one, "g()", 0, "g(1)"), edit(&two, "g()", 0, "g(2)")]);
    add("not-in-the-file", vec![Edit::insert(&one, 9_000, "x")]);
    add("no-such-file", vec![Edit { file: "src/three.rs".into(), ..edit(&one, "1", 0, "2") }]);
    told.sources = vec![one, two];
    let full = Style { detail: Detail::Full, ..Style::default() };
    same(human::finding(&told, &full), file!["snapshots/patches.txt"]);
}

#[test]
fn the_summary_says_what_is_not_explained() {
    let one = report(vec![scores()]);
    same(
        human::summary(&one, &plain()),
        str![[r#"
1 mistake explained; 1 other error shown as rustc wrote it.

"#]],
    );
    let two = report(vec![scores(), names()]);
    same(
        human::summary(&two, &plain()),
        str![[r#"
2 mistakes explained; 1 other error shown as rustc wrote it.
One idea behind all of them: cargo ownership explain one-writer-or-many-readers

"#]],
    );
    let alone = cargo_ownership::report::Report { other_errors: 0, ..one };
    assert_eq!(human::summary(&alone, &plain()), "");
    assert_eq!(human::summary(&Default::default(), &plain()), "");
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for told in all() {
        for width in 40..=120 {
            for ascii in [false, true] {
                let style = Style { width, ascii, detail: Detail::Full, ..Style::default() };
                let drawn = human::finding(&told, &style);
                // Never broken: rustc's headline, the code of a patch, a command to be copied.
                let whole = |line: &&str| is_patch(line) || line.starts_with("More: ");
                for line in drawn.lines().skip(1).filter(|line| !whole(line)) {
                    assert!(line.width() <= width, "{width}: {line}\n{drawn}");
                }
            }
        }
    }
}

fn is_patch(line: &str) -> bool {
    let code = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    code.starts_with(" - ") || code.starts_with(" + ") || line.starts_with("         ")
}

#[test]
fn ascii_is_ascii() {
    for told in [scores(), names()] {
        let style = Style { ascii: true, detail: Detail::Full, ..Style::default() };
        assert!(human::finding(&told, &style).is_ascii());
    }
}

fn unpainted(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').expect("a whole sequence").1)
}

//! Who uses a value over which lines.

use cargo_ownership::render::{Style, human};
use cargo_ownership::rule::{Event, Reference, Timeline};
use snapbox::str;

use super::same;
use super::samples::{event, reference, told};

/// The drawing alone: a finding that has nothing else.
fn drawn(owner: &str, references: Vec<Reference>, events: Vec<Event>, style: Style) -> String {
    let mut told = told("", "x");
    let file = "src/main.rs".to_owned();
    told.finding.timeline = Some(Timeline { file, owner: owner.to_owned(), references, events });
    let text = human::finding(&told, &style);
    text.trim_start_matches("error: x\n").trim_start_matches('\n').to_owned()
}

fn both(owner: &str, references: &[Reference], events: &[Event]) -> String {
    let ascii = Style { ascii: true, ..Style::default() };
    let draw = |style| drawn(owner, references.to_vec(), events.to_vec(), style);
    draw(Style::default()) + &draw(ascii)
}

#[test]
fn given_away_while_lent() {
    let events = [event(12, "timeline-moved", None, true)];
    same(
        both("text", &[reference("words", 9, 14)], &events),
        str![[r#"
     text             words
 9   lent ──────────▶ ┬
12   given away ✗     │  still in use here
14                    ┴  last use
     text             words
 9   lent ----------> +
12   given away X     |  still in use here
14                    +  last use

"#]],
    );
}

#[test]
fn lent_twice() {
    let references = [reference("first", 3, 5), reference("second", 4, 6)];
    let events = [event(4, "timeline-lent-again", None, true)];
    same(
        both("numbers", &references, &events),
        str![[r#"
    numbers          first   second
3   lent ──────────▶ ┬
4   lent again ✗ ────┼─────▶ ┬  both are in use here
5                    ┴       │  last use
6                            ┴  last use
    numbers          first   second
3   lent ----------> +
4   lent again X ----+-----> +  both are in use here
5                    +       |  last use
6                            +  last use

"#]],
    );
}

#[test]
fn three_references_and_a_fourth() {
    let references = [reference("a", 1, 2), reference("b", 2, 9), reference("c", 3, 9), reference("d", 4, 8)];
    let events = [event(5, "timeline-changed", Some("values.sort_unstable_by_key"), true)];
    same(
        both("values", &references, &events),
        str![[r#"
    values                 b   c   d
2   lent ────────────────▶ ┬
3   lent again ────────────┼─▶ ┬
4   lent again ────────────┼───┼─▶ ┬
5   values.sort_uns… ✗     │   │   │  both are in use here
8                          │   │   ┴  last use
9                          ┴   ┴      last use
    values                 b   c   d
2   lent ----------------> +
3   lent again ------------+-> +
4   lent again ------------+---+-> +
5   values.sort_un.. X     |   |   |  both are in use here
8                          |   |   +  last use
9                          +   +      last use

"#]],
    );
}

#[test]
fn dropped_at_the_end_of_a_block() {
    let references = [reference("longest", 4, 8)];
    let events =
        [event(3, "timeline-used", Some("String::from"), false), event(6, "timeline-dropped", None, true)];
    same(
        both("inner", &references, &events),
        str![[r#"
    inner            longest
3   String::from
4   lent ──────────▶ ┬
6   dropped ✗        │  still in use here
8                    ┴  last use
    inner            longest
3   String::from
4   lent ----------> +
6   dropped X        |  still in use here
8                    +  last use

"#]],
    );
}

#[test]
fn ends_where_it_is_dropped() {
    let events = [event(7, "timeline-dropped", None, true)];
    same(
        both("cell", &[reference("guard", 5, 7)], &events),
        str![[r#"
    cell          guard
5   lent ───────▶ ┬
7   dropped ✗     ┴  still in use here
    cell          guard
5   lent -------> +
7   dropped X     +  still in use here

"#]],
    );
}

#[test]
fn two_references_made_in_one_line_and_two_events() {
    let references = [reference("left", 2, 5), reference("right", 2, 4)];
    let events =
        [event(4, "timeline-changed", Some("clear"), true), event(4, "timeline-returned", None, false)];
    same(
        both("halves", &references, &events),
        str![[r#"
    halves       left   right
2   lent ────────┬────▶ ┬
4   clear ✗      │      │  both are in use here
    returned     │      ┴  last use
5                ┴         last use
    halves       left   right
2   lent --------+----> +
4   clear X      |      |  both are in use here
    returned     |      +  last use
5                +         last use

"#]],
    );
}

#[test]
fn long_and_wide_names() {
    let references = [
        reference("self.cache.entries_by_name", 100, 102),
        reference("名前の長い変数名です", 101, 1003),
        reference("\u{202e}evil\u{1b}[31m", 101, 1003),
    ];
    let events = [event(102, "timeline-changed", Some("a_very_long_method_name"), true)];
    same(
        both("self.state.borrow_mut()", &references, &events),
        str![[r#"
       self.state.…       self.cache.…   名前の長い…   \u{202e}evi…
 100   lent ────────────▶ ┬
 101   lent again ────────┼──────────────┬───────────▶ ┬
 102   a_very_long… ✗     ┴              │             │  both are in use here
1003                                     ┴             ┴  last use
       self.state..       self.cache..   名前の長い..   \u{202e}ev..
 100   lent ------------> +
 101   lent again --------+--------------+------------> +
 102   a_very_lon.. X     +              |              |  both are in use here
1003                                     +              +  last use

"#]],
    );
}

#[test]
fn nothing_to_see() {
    let none = |references: &[Reference], events: &[Event]| {
        assert_eq!(both("x", references, events), "");
    };
    // One line only; the picture shows that.
    none(&[reference("y", 3, 3)], &[event(3, "timeline-changed", None, true)]);
    // A reference that ends before it begins: a loop.
    none(&[reference("y", 5, 3)], &[event(4, "timeline-changed", None, true)]);
    none(&[], &[event(4, "timeline-changed", None, true), event(5, "timeline-used", None, false)]);
    none(&[], &[]);
}

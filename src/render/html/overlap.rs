//! A timeline as a drawing: the owner and its references are bars over the lines, and where two are in
//! use that must not be, a band runs across.

use super::tree::Tree;
use crate::render::prose::{one_line, shortened, width};
use crate::render::timeline::{self, Overlap, Row};
use crate::render::words::word;
use crate::rule::{Reference, Timeline};

/// The width of a character, and the height of a row. Pixels, as all that follows.
const CHARACTER: usize = 8;
const ROW: usize = 26;
/// The width of a bar.
const BAR: usize = 6;
/// Between a bar and the words right of it.
const GAP: usize = 12;
/// The shortest arrow.
const ARROW: usize = 28;
/// The longest name, in columns.
const NAME: usize = 24;
/// A drawing that is not wider can still be read when a telephone makes it smaller.
const SHRINKS: usize = 350;

/// Where things stand.
struct Layout {
    owner: usize,
    references: Vec<usize>,
    notes: usize,
    width: usize,
    height: usize,
}

/// Adds the drawing, where it shows something. `id` begins the names of its parts.
pub(super) fn draw(tree: &mut Tree, timeline: &Timeline, id: &str) {
    let Some(overlap) = timeline::overlap(timeline) else { return };
    let labels = labels(&overlap);
    let layout = Layout::new(timeline, &overlap, &labels);
    let (title, text) = (format!("{id}-title"), format!("{id}-text"));
    let (width, height) = (layout.width.to_string(), layout.height.to_string());
    let attributes = [
        ("class", if layout.width <= SHRINKS { "timeline shrinks" } else { "timeline" }),
        ("role", "img"),
        ("aria-labelledby", title.as_str()),
        ("aria-describedby", text.as_str()),
        ("width", width.as_str()),
        ("height", height.as_str()),
        ("viewBox", &format!("0 0 {width} {height}")),
    ];
    tree.element("div", &[("class", "wide")], |tree| {
        tree.element("svg", &attributes, |tree| {
            tree.leaf("title", &[("id", &title)], &word("html-timeline").replace("{owner}", &timeline.owner));
            tree.leaf("desc", &[("id", &text)], &told(&overlap, &labels));
            bars(tree, timeline, &overlap, &layout);
            for (n, row) in overlap.rows.iter().enumerate() {
                words(tree, row, &overlap, n, &labels[n], &layout);
            }
        });
    });
}

/// What happens in each row.
fn labels(overlap: &Overlap) -> Vec<String> {
    let mut lent = false;
    let label = |row: &Row| {
        let label = short(row.happens(&overlap.references, lent));
        lent |= overlap.references.iter().any(|reference| row.makes(reference));
        label
    };
    overlap.rows.iter().map(label).collect()
}

fn short(text: &str) -> String {
    shortened(&one_line(text), NAME, false).into_owned()
}

impl Layout {
    fn new(timeline: &Timeline, overlap: &Overlap, labels: &[String]) -> Layout {
        let digits = overlap.rows.last().map_or(1, |row| row.line.to_string().len());
        let owner = digits * CHARACTER + 2 * GAP;
        let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
        // Behind the words of a conflict comes a cross.
        let events = BAR + GAP + (widest + 2) * CHARACTER + ARROW;
        let names = width(&short(&timeline.owner)) * CHARACTER + 2 * GAP;
        let mut x = owner + events.max(names);
        let (mut references, mut names_end) = (Vec::new(), x);
        for reference in &overlap.references {
            references.push(x);
            names_end = x + width(&short(&reference.name)) * CHARACTER;
            x = names_end.max(x + BAR) + 2 * GAP;
        }
        let notes = references.last().copied().unwrap_or(x) + BAR + GAP;
        let note = |row: &Row| width(timeline::note(row, &overlap.references));
        let widest = overlap.rows.iter().map(note).max().unwrap_or(0);
        let width = names_end.max(notes + widest * CHARACTER) + GAP;
        Layout { owner, references, notes, width, height: (overlap.rows.len() + 1) * ROW }
    }

    /// The middle of a row; the names stand above the first.
    fn middle(&self, row: usize) -> usize {
        (row + 1) * ROW + ROW / 2
    }
}

/// Adds the bands, the bars and their names.
fn bars(tree: &mut Tree, timeline: &Timeline, overlap: &Overlap, layout: &Layout) {
    let rows = &overlap.rows;
    for (n, _) in rows.iter().enumerate().filter(|(_, row)| row.is_conflict()) {
        rectangle(tree, "band", 0, layout.middle(n) - ROW / 2, layout.width, ROW);
    }
    let last = rows.len().saturating_sub(1);
    let gone =
        |row: &Row| row.event.is_some_and(|it| ["timeline-moved", "timeline-dropped"].contains(&it.kind));
    let end = rows.iter().position(gone).unwrap_or(last);
    bar(tree, "owner", layout.owner, 0..=end, layout);
    if end < last {
        // A bar that is not there any more.
        let (from, to) = (layout.middle(end).to_string(), layout.middle(last).to_string());
        let x = (layout.owner + BAR / 2).to_string();
        tree.empty("line", &[("class", "gone"), ("x1", &x), ("x2", &x), ("y1", &from), ("y2", &to)]);
    }
    label(tree, "name", layout.owner, ROW / 2, &short(&timeline.owner));
    for (&x, reference) in layout.references.iter().zip(&overlap.references) {
        let lived = |row: &Row| timeline::alive(reference, row.line);
        let (from, to) = (rows.iter().position(lived), rows.iter().rposition(lived));
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        bar(tree, "reference", x, from..=to, layout);
        label(tree, "name", x, ROW / 2, &short(&reference.name));
    }
}

fn bar(tree: &mut Tree, class: &str, x: usize, rows: std::ops::RangeInclusive<usize>, layout: &Layout) {
    let (from, to) = (layout.middle(*rows.start()) - ROW / 4, layout.middle(*rows.end()) + ROW / 4);
    rectangle(tree, class, x, from, BAR, to - from);
}

fn rectangle(tree: &mut Tree, class: &str, x: usize, y: usize, width: usize, height: usize) {
    let [x, y, width, height] = [x, y, width, height].map(|n| n.to_string());
    let place = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
    tree.empty("rect", &[("class", class), ("rx", "3"), place[0], place[1], place[2], place[3]]);
}

fn label(tree: &mut Tree, class: &str, x: usize, y: usize, text: &str) {
    // The middle of a line is a third of its height above its foot.
    let (x, y) = (x.to_string(), (y + 4).to_string());
    tree.leaf("text", &[("class", class), ("x", &x), ("y", &y)], text);
}

/// Adds what a row says, and its arrows.
fn words(tree: &mut Tree, row: &Row, overlap: &Overlap, n: usize, happens: &str, layout: &Layout) {
    let y = layout.middle(n);
    if row.first {
        label(tree, "row", 0, y, &row.line.to_string());
    }
    let class = if row.is_conflict() { "conflict" } else { "event" };
    let cross = if row.is_conflict() { " ✗" } else { "" };
    let happens = format!("{happens}{cross}");
    let x = layout.owner + BAR + GAP;
    label(tree, class, x, y, &happens);
    let mut from = x + width(&happens) * CHARACTER + GAP / 2;
    for (&to, reference) in layout.references.iter().zip(&overlap.references) {
        if row.makes(reference) {
            arrow(tree, from, to - 2, y);
            from = to + BAR;
        }
    }
    let note = timeline::note(row, &overlap.references);
    if !note.is_empty() {
        label(tree, if row.is_conflict() { "conflict" } else { "note" }, layout.notes, y, note);
    }
}

fn arrow(tree: &mut Tree, from: usize, to: usize, y: usize) {
    let path = format!("M{from} {y}H{to}m-6 -4l6 4l-6 4");
    tree.empty("path", &[("class", "arrow"), ("d", &path)]);
}

/// The drawing in words.
fn told(overlap: &Overlap, labels: &[String]) -> String {
    let named = |key, reference: &Reference| word(key).replace("{name}", &one_line(&reference.name));
    let mut sentences = Vec::new();
    for (row, happens) in overlap.rows.iter().zip(labels) {
        let makes = overlap.references.iter().filter(|it| row.makes(it));
        let ends = overlap.references.iter().filter(|it| row.ends(it));
        let mut parts = vec![happens.clone()];
        parts.extend(makes.map(|reference| named("html-begins", reference)));
        if row.is_conflict() {
            parts.push(timeline::note(row, &overlap.references).to_owned());
        }
        parts.extend(ends.map(|reference| named("html-ends", reference)));
        parts.retain(|part| !part.is_empty());
        let line = word("html-line").replace("{n}", &row.line.to_string());
        sentences.push(format!("{line}: {}.", parts.join(", ")));
    }
    sentences.join(" ")
}

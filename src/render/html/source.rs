//! The reader's code with numbered marks, and below it what happens at each of them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::at;
use super::tree::Tree;
use crate::diagnostic::Span;
use crate::render::picture::{self, Place};
use crate::render::place;
use crate::render::prose::shortened;
use crate::report::Told;
use crate::source::Source;

/// A mark of more lines shows its first and its last one.
const WHOLE: usize = 8;
/// A longer line without a mark is generated code.
const LONGEST: usize = 300;

/// Adds the code and its legend.
pub(super) fn draw(tree: &mut Tree, told: &Told, where_: &place::Place) {
    let (mut places, elsewhere) = picture::places(told);
    places.sort_by_key(|place| place.span.byte_start);
    let mut names: Vec<&str> = places.iter().map(|place| place.span.file.as_str()).collect();
    // The file that the finding is in comes first.
    names.sort_by_key(|name| (Some(*name) != told.primary.as_ref().map(|span| span.file.as_str()), *name));
    names.dedup();
    for name in &names {
        let here: Vec<&Place> = places.iter().filter(|place| place.span.file == *name).collect();
        if names.len() > 1 {
            tree.element("p", &[("class", "file")], |tree| tree.code(&where_.path(name)));
        }
        tree.element("pre", &[("class", "source"), ("translate", "no")], |tree| {
            tree.element("code", &[], |tree| lines(tree, &here));
        });
    }
    let shown = places.iter().flat_map(|place| place.texts.iter().map(|text| (place.span, text.as_str())));
    let told_only = elsewhere.iter().map(|(span, text)| (span, text.as_str()));
    let mut legend: Vec<(&Span, &str)> = shown.chain(told_only).collect();
    legend.sort_by_key(|(_, text)| picture::number_of(text).parse::<usize>().unwrap_or(0));
    if legend.is_empty() {
        return;
    }
    // A list that is drawn without its numbers is a list to a screen reader only with a role.
    tree.element("ol", &[("class", "legend"), ("role", "list")], |tree| {
        for (span, text) in legend {
            let number = picture::number_of(text);
            let text = text.strip_prefix(number).filter(|_| !number.is_empty()).map_or(text, |it| &it[2..]);
            tree.element("li", &[], |tree| {
                if !number.is_empty() {
                    tree.leaf("b", &[("class", "number")], number);
                    tree.text(" ");
                }
                tree.leaf("span", &[("class", "at")], &at(span, told.primary.as_ref(), where_));
                tree.text(": ");
                tree.sentence(text);
            });
        }
    });
}

/// Adds the lines around some places of one file, and a sign where some are left out.
fn lines(tree: &mut Tree, places: &[&Place]) {
    let Some(source) = places.first().map(|place| place.source) else { return };
    let numbers = chosen(source, places);
    let digits = numbers.last().map_or(1, |last| last.to_string().len());
    let indent = shared_indent(source, &numbers);
    let mut before = None;
    for &number in &numbers {
        if before.is_some_and(|before| before + 1 < number) {
            tree.leaf("span", &[("class", "gap"), ("data-line", &" ".repeat(digits))], "⋯\n");
        }
        before = Some(number);
        tree.element("span", &[("class", "line"), ("data-line", &format!("{number:>digits$}"))], |tree| {
            line(tree, source, number, indent, places);
            tree.text("\n");
        });
    }
}

/// The lines with marks, and those next to them.
fn chosen(source: &Source, places: &[&Place]) -> BTreeSet<usize> {
    let mut numbers = BTreeSet::new();
    for place in places {
        let (first, last) = (source.line_of(place.span.byte_start), source.line_of(place.span.byte_end));
        let whole = last - first < WHOLE;
        let of_mark = (first..=last).filter(|line| whole || [first, last].contains(line));
        for line in of_mark.flat_map(|line| [line.saturating_sub(1), line, line + 1]) {
            let marked = (first..=last).contains(&line);
            if (1..=source.lines()).contains(&line) && (marked || !source.line(line).trim().is_empty()) {
                numbers.insert(line);
            }
        }
    }
    // A sign for one line that is left out takes as much room as the line.
    let lone: Vec<usize> = numbers.iter().map(|line| line + 1).collect();
    numbers.extend(lone.into_iter().filter(|line| numbers.contains(&(line + 1))).collect::<Vec<_>>());
    numbers
}

/// How many bytes of white space all these lines begin with alike.
fn shared_indent(source: &Source, numbers: &BTreeSet<usize>) -> usize {
    let filled = numbers.iter().filter(|line| !source.line(**line).trim().is_empty());
    let mut indents = filled.map(|line| source.indent_of(*line));
    let first = indents.next().unwrap_or_default();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // White space may be wider than a byte; its first bytes alone are no text.
    let shared = indents.fold(first.len(), |most, indent| shared(first, indent).min(most));
    if first.is_char_boundary(shared) { shared } else { 0 }
}

/// Adds a line, cut where a mark begins or ends.
fn line(tree: &mut Tree, source: &Source, number: usize, indent: usize, places: &[&Place]) {
    let range = bare(source, number, indent);
    let touches = |place: &&&Place| {
        (source.line_of(place.span.byte_start)..=source.line_of(place.span.byte_end)).contains(&number)
    };
    let here: Vec<(Range<usize>, &Place)> =
        places.iter().filter(touches).map(|place| (within(source, number, place, &range), *place)).collect();
    if here.is_empty() {
        tree.text(&shortened(&source.text[range], LONGEST, false));
        return;
    }
    let mut cuts: BTreeSet<usize> = here.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
    cuts.extend([range.start, range.end]);
    let cuts: Vec<usize> = cuts.into_iter().collect();
    for (n, &cut) in cuts.iter().enumerate() {
        for (range, place) in &here {
            // A mark of several lines has its number in the first.
            if range.end == cut && source.line_of(place.span.byte_start) == number {
                numbers(tree, place);
            }
        }
        let Some(&next) = cuts.get(n + 1) else { continue };
        let over = || here.iter().filter(|(range, _)| range.start <= cut && next <= range.end);
        let code = &source.text[cut..next];
        match (over().next(), over().any(|(_, place)| place.primary)) {
            (None, _) => tree.text(code),
            (Some(_), true) => tree.leaf("mark", &[("class", "primary")], code),
            (Some(_), false) => tree.leaf("mark", &[], code),
        }
    }
}

/// The bytes of a line without a byte order mark and without the indentation that is not shown.
fn bare(source: &Source, number: usize, indent: usize) -> Range<usize> {
    let range = source.line_range(number);
    let line = &source.text[range.clone()];
    let mark = if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let blank = line.trim().is_empty();
    let start = range.start + if blank { line.len() } else { indent.max(mark) };
    start.min(range.end)..range.end
}

/// The part of a mark that is in a line, without the spaces before it.
fn within(source: &Source, number: usize, place: &Place, line: &Range<usize>) -> Range<usize> {
    let text = &source.text[line.clone()];
    let first = line.start + (text.len() - text.trim_start().len());
    let begins_here = source.line_of(place.span.byte_start) == number;
    let start = if begins_here { place.span.byte_start } else { first };
    let start = start.clamp(line.start, line.end);
    start..place.span.byte_end.clamp(start, line.end)
}

fn numbers(tree: &mut Tree, place: &Place) {
    for number in place.texts.iter().map(|text| picture::number_of(text)).filter(|number| !number.is_empty())
    {
        tree.leaf("sup", &[("class", "number")], number);
    }
}

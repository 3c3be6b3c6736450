//! Who uses a value over which lines: one column for each party, one row for each line that
//! matters, so that an overlap is seen.

use super::Style;
use super::prose::{self, FAINT, GUTTER, HEADING, Page, one_line, shortened};
use super::words::word;
use crate::rule::{Event, Reference, Timeline};

/// The owner and three references; more would not be followed by the eye.
const REFERENCES: usize = 3;
/// The longest name, and the shortest that a narrow screen may make of it.
const NAME: std::ops::RangeInclusive<usize> = 6..=16;

/// The lines of the drawing; nothing where it would show less than the picture does.
pub(super) fn draw(timeline: &Timeline, style: &Style) -> Option<String> {
    let Overlap { references, rows } = overlap(timeline)?;
    // Shorter names first, then fewer words at the right.
    let widths = NAME.rev().step_by(2);
    let tries = widths.clone().map(|name| (name, true)).chain(widths.map(|name| (name, false)));
    let drawn = tries.map(|(name, notes)| Drawing::new(timeline, &references, &rows, name, notes, style));
    drawn.into_iter().find_map(|drawing| drawing.text(style))
}

/// What there is to draw.
pub(super) struct Overlap<'t> {
    /// The references, in the order in which they are made.
    pub(super) references: Vec<&'t Reference>,
    /// The lines that matter, from top to bottom.
    pub(super) rows: Vec<Row<'t>>,
}

/// Who is in use on which lines; nothing where that would show less than the picture does.
pub(super) fn overlap(timeline: &Timeline) -> Option<Overlap<'_>> {
    let references = chosen(timeline);
    if references.is_empty() || timeline.references.iter().any(|reference| reference.to < reference.from) {
        return None;
    }
    let rows = rows(timeline, &references);
    if rows.first()?.line == rows.last()?.line {
        return None;
    }
    Some(Overlap { references, rows })
}

/// The references to show: those in a conflict first, in the order in which they are made.
fn chosen(timeline: &Timeline) -> Vec<&Reference> {
    let conflicts = || timeline.events.iter().filter(|event| event.conflict);
    let mut order: Vec<usize> = (0..timeline.references.len()).collect();
    order.sort_by_key(|&n| !conflicts().any(|event| alive(&timeline.references[n], event.line)));
    order.truncate(REFERENCES);
    order.sort_unstable();
    order.into_iter().map(|n| &timeline.references[n]).collect()
}

pub(super) fn alive(reference: &Reference, line: usize) -> bool {
    (reference.from..=reference.to).contains(&line)
}

/// A line that matters, with one event at most.
pub(super) struct Row<'t> {
    pub(super) line: usize,
    pub(super) event: Option<&'t Event>,
    /// Whether the line has no row above or below.
    pub(super) first: bool,
    pub(super) last: bool,
}

impl Row<'_> {
    /// Whether a reference is made here.
    pub(super) fn makes(&self, reference: &Reference) -> bool {
        self.first && reference.from == self.line
    }

    /// Whether a reference is used here for the last time.
    pub(super) fn ends(&self, reference: &Reference) -> bool {
        self.last && reference.to == self.line
    }

    /// Whether it is what Rust rejects.
    pub(super) fn is_conflict(&self) -> bool {
        self.event.is_some_and(|event| event.conflict)
    }

    /// What happens to the owner; `lent` says whether a row above has lent it.
    pub(super) fn happens(&self, references: &[&Reference], lent: bool) -> &str {
        let makes = references.iter().any(|reference| self.makes(reference));
        match self.event {
            Some(event) => event.code.as_deref().unwrap_or(word(event.kind)),
            None if makes && lent => word("timeline-lent-again"),
            None if makes => word("timeline-lent"),
            None => "",
        }
    }
}

fn rows<'t>(timeline: &'t Timeline, references: &[&Reference]) -> Vec<Row<'t>> {
    let ends = references.iter().flat_map(|reference| [reference.from, reference.to]);
    let mut lines: Vec<usize> = ends.chain(timeline.events.iter().map(|event| event.line)).collect();
    lines.sort_unstable();
    lines.dedup();
    let mut rows = Vec::new();
    for line in lines {
        let events: Vec<_> = timeline.events.iter().filter(|event| event.line == line).collect();
        let count = events.len().max(1);
        rows.extend((0..count).map(|n| Row {
            line,
            event: events.get(n).copied(),
            first: n == 0,
            last: n + 1 == count,
        }));
    }
    rows
}

/// The characters of the drawing.
struct Pens {
    line: char,
    arrow: char,
    cross: char,
    made: char,
    alive: char,
    ended: char,
    conflict: char,
}

const BOX: Pens =
    Pens {
        line: '─', arrow: '▶', cross: '┼', made: '┬', alive: '│', ended: '┴', conflict: '✗'
    };
const ASCII: Pens =
    Pens { line: '-', arrow: '>', cross: '+', made: '+', alive: '|', ended: '+', conflict: 'X' };

/// The cells of every row.
struct Drawing {
    /// The columns before the owner.
    indent: usize,
    /// The width of the owner's column.
    owner: usize,
    /// Names of the parties.
    names: Vec<String>,
    rows: Vec<Cells>,
}

struct Cells {
    number: String,
    /// What happens to the owner, and whether an arrow leads from it to which references.
    event: String,
    conflict: bool,
    arrows: Vec<bool>,
    bars: Vec<char>,
    note: &'static str,
}

impl Drawing {
    fn new(
        timeline: &Timeline,
        references: &[&Reference],
        rows: &[Row],
        name: usize,
        notes: bool,
        style: &Style,
    ) -> Drawing {
        let pens = if style.ascii { &ASCII } else { &BOX };
        let short = |text: &str| shortened(&one_line(text), name, style.ascii).into_owned();
        let mut names = vec![short(&timeline.owner)];
        names.extend(references.iter().map(|reference| short(&reference.name)));
        let digits = rows.last().map_or(1, |row| row.line.to_string().len());
        let mut lent = false;
        let mut cells = Vec::new();
        for row in rows {
            let arrows: Vec<bool> = references.iter().map(|reference| row.makes(reference)).collect();
            let mut event = short(row.happens(references, lent));
            lent |= arrows.contains(&true);
            let conflict = row.is_conflict();
            if conflict {
                event.push(' ');
                event.push(pens.conflict);
            }
            let bars = references.iter().map(|reference| bar(reference, row, pens)).collect();
            let number = if row.first { format!("{:>digits$}", row.line) } else { " ".repeat(digits) };
            let note = if notes { note(row, references) } else { "" };
            cells.push(Cells { number, event, conflict, arrows, bars, note });
        }
        // The shortest arrow and a space on both of its sides.
        let events = cells.iter().map(|row| prose::width(&row.event) + 5).max().unwrap_or(0);
        let owner = events.max(prose::width(&names[0]) + 3);
        Drawing { indent: digits + 3, owner, names, rows: cells }
    }

    /// The columns of the references.
    fn columns(&self) -> Vec<usize> {
        let mut at = self.indent + self.owner;
        let mut columns = Vec::new();
        for name in &self.names[1..] {
            columns.push(at);
            at += prose::width(name).max(1) + 3;
        }
        columns
    }

    /// The drawing, if it fits.
    fn text(&self, style: &Style) -> Option<String> {
        let pens = if style.ascii { &ASCII } else { &BOX };
        let columns = self.columns();
        let mut page = Page::new(style);
        let mut widest = columns.last()? + prose::width(self.names.last()?);
        page.plain(&" ".repeat(self.indent)).paint(HEADING, &self.names[0]);
        let mut at = self.indent + prose::width(&self.names[0]);
        for (column, name) in columns.iter().zip(&self.names[1..]) {
            page.plain(&" ".repeat(column - at)).paint(HEADING, name);
            at = column + prose::width(name);
        }
        page.end();
        for row in &self.rows {
            let right = self.right(row, &columns, pens);
            let note_column = columns.last()? + 3;
            if !row.note.is_empty() {
                widest = widest.max(note_column + prose::width(row.note));
            }
            page.paint(GUTTER, &row.number);
            if right.trim().is_empty() && row.event.is_empty() {
                page.end();
                continue;
            }
            page.plain("   ");
            let ansi = if row.conflict {
                prose::level_style(crate::diagnostic::Level::Error)
            } else {
                Default::default()
            };
            page.paint(ansi, &row.event);
            let used = prose::width(&row.event);
            let line: String = right.chars().skip(used).collect();
            page.plain(line.trim_end());
            if !row.note.is_empty() {
                let last = self.indent + used + prose::width(line.trim_end());
                page.plain(&" ".repeat(note_column.saturating_sub(last))).paint(FAINT, row.note);
            }
            page.end();
        }
        (widest <= style.prose_width()).then_some(page.text())
    }

    /// What stands right of the indent, without the event: arrows and bars.
    fn right(&self, row: &Cells, columns: &[usize], pens: &Pens) -> String {
        let column = |n: usize| columns[n] - self.indent;
        let mut out = vec![' '; columns.last().map_or(0, |last| last - self.indent + 1)];
        for (n, &bar) in row.bars.iter().enumerate() {
            out[column(n)] = bar;
        }
        let Some(last) = row.arrows.iter().rposition(|&arrow| arrow) else { return out.iter().collect() };
        let from = prose::width(&row.event) + 1;
        let to = column(last) - 2;
        for (at, cell) in out.iter_mut().enumerate().take(to + 1).skip(from) {
            *cell = if *cell == ' ' { pens.line } else { pens.cross };
            if at == to {
                *cell = pens.arrow;
            }
        }
        // A second reference that is made in this line hangs on the same arrow.
        for n in (0..last).filter(|&n| row.arrows[n]) {
            out[column(n)] = pens.made;
        }
        out.iter().collect()
    }
}

fn bar(reference: &Reference, row: &Row, pens: &Pens) -> char {
    let (made, ended) = (row.makes(reference), row.ends(reference));
    match (made, ended) {
        _ if !alive(reference, row.line) => ' ',
        (true, false) => pens.made,
        (false, true) => pens.ended,
        _ => pens.alive,
    }
}

/// What the reader should see in a row.
pub(super) fn note(row: &Row, references: &[&Reference]) -> &'static str {
    let conflict = row.event.filter(|event| event.conflict);
    let in_use = references.iter().any(|reference| alive(reference, row.line));
    match conflict.map(|event| event.kind) {
        Some("timeline-moved" | "timeline-dropped") if in_use => word("timeline-still-used"),
        Some(_) if in_use => word("timeline-conflict"),
        _ if references.iter().any(|reference| row.ends(reference)) => word("timeline-last-use"),
        _ => "",
    }
}

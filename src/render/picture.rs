//! The reader's code with our marks, numbered in the order in which things happen.
//!
//! `annotate-snippets` draws; it gets only the lines around the marks. What it cannot do, long
//! labels and characters that terminals act on, is done before and after it, in `labels.rs` and here.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Drawn, Renderer, Snippet};

use super::Style;
use super::labels::{self, Label};
use super::prose::{is_hostile, one_line};
use crate::diagnostic::{Level, Span};
use crate::report::Told;
use crate::source::Source;

/// Marks further apart than this are two pieces of a file.
const FAR: usize = 300;
/// A longer line is generated; drawing it would help nobody and cost much.
const LONGEST_LINE: usize = 2_000;

/// A picture, and what it could not show.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// The lines, each with its line end; empty where no source is at hand.
    pub(super) drawn: String,
    /// Words for marks in the order of their numbers where the picture holds the numbers alone.
    pub(super) legend: Vec<String>,
    /// Marks without source: place and words.
    pub(super) elsewhere: Vec<(Span, String)>,
}

/// The words at a mark: ours, or rustc's where we have none.
pub(super) fn mark_text(told: &Told, n: usize) -> &str {
    let ours = told.explanation.marks.get(n).map(|text| text.trim()).filter(|text| !text.is_empty());
    ours.unwrap_or(&told.finding.marks[n].rustc_text)
}

/// One place of the picture, with the words of all marks that are exactly there.
pub(super) struct Place<'t> {
    pub(super) span: &'t Span,
    pub(super) source: &'t Source,
    pub(super) primary: bool,
    pub(super) texts: Vec<String>,
}

/// The places of a finding that can be shown, and the marks that can only be told. Where several have
/// words, these begin with their number.
pub(super) fn places(told: &Told) -> (Vec<Place<'_>>, Vec<(Span, String)>) {
    let mut elsewhere = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    let marks = &told.finding.marks;
    let worded = (0..marks.len()).filter(|&n| !mark_text(told, n).is_empty()).count();
    let mut number = 0;
    for (n, mark) in marks.iter().enumerate() {
        let mut text = one_line(mark_text(told, n)).into_owned();
        if !text.is_empty() && worded > 1 {
            number += 1;
            text = format!("{number}. {text}");
        }
        let texts = if text.is_empty() { Vec::new() } else { vec![text] };
        let same =
            |place: &&mut Place| place.span.file == mark.span.file && place.span.range() == mark.span.range();
        if let Some(place) = places.iter_mut().find(same) {
            place.primary |= mark.primary;
            place.texts.extend(texts);
        } else if let Some(source) = told.source(&mark.span).filter(|source| drawable(source, &mark.span)) {
            places.push(Place { span: &mark.span, source, primary: mark.primary, texts });
        } else if let Some(text) = texts.into_iter().next() {
            elsewhere.push((mark.span.clone(), text));
        }
    }
    choose_primary(&mut places, told.primary.as_ref());
    (places, elsewhere)
}

/// Draws the marks of a finding.
pub(super) fn draw(told: &Told, style: &Style) -> Picture {
    let (places, elsewhere) = places(told);
    let mut picture = Picture { elsewhere, ..Picture::default() };
    if places.is_empty() {
        return picture;
    }
    let pieces = pieces(places);
    let labels: Vec<Label> = pieces.iter().flat_map(|piece| &piece.places).filter_map(label).collect();
    // With two digits, a number could be found within another.
    let crowded = labels.len() > 9 || pieces.iter().any(crowded);
    let whole = || labels::fit(&annotated(&pieces, told.level, style, false), &labels, told.level, style);
    match (!crowded).then(whole).flatten() {
        Some(fitted) => picture.drawn = fitted,
        None => {
            picture.drawn = annotated(&pieces, told.level, style, true);
            if !picture.drawn.ends_with('\n') {
                picture.drawn.push('\n');
            }
            picture.legend = labels.into_iter().flat_map(|label| label.texts).collect();
            picture.legend.sort_by_key(|text| number_of(text).parse::<usize>().unwrap_or(0));
        }
    }
    picture
}

/// The number that a text begins with; empty where it has none.
pub(super) fn number_of(text: &str) -> &str {
    text.split_once(". ").map(|(number, _)| number).filter(|n| n.parse::<usize>().is_ok()).unwrap_or("")
}

fn label(place: &Place) -> Option<Label> {
    (!place.texts.is_empty()).then(|| Label { texts: place.texts.clone(), primary: place.primary })
}

/// Short enough lines to draw.
fn drawable(source: &Source, span: &Span) -> bool {
    let lines = source.line_of(span.byte_start)..=source.line_of(span.byte_end);
    [*lines.start(), *lines.end()].into_iter().all(|line| source.line_range(line).len() <= LONGEST_LINE)
}

/// Where no mark is rustc's own first place, the one nearest to it is.
fn choose_primary(places: &mut [Place], primary: Option<&Span>) {
    let Some(primary) = primary.filter(|_| !places.iter().any(|place| place.primary)) else { return };
    let distance = |place: &Place| {
        let other = place.span.file != primary.file;
        let elsewhere = place.span.range() != primary.range();
        (other, elsewhere, place.span.line_start.abs_diff(primary.line_start))
    };
    if let Some(place) = places.iter_mut().min_by_key(|place| distance(place)) {
        place.primary = true;
    }
}

/// Too many words below one line are hard to follow by the eye.
fn crowded(piece: &Piece) -> bool {
    const MOST: usize = 3;
    piece.places.iter().any(|place| {
        let line = place.span.line_start;
        let here = piece.places.iter().filter(|other| other.span.line_start == line);
        here.map(|other| other.texts.len()).sum::<usize>() > MOST
    })
}

/// Neighbouring lines of one file.
struct Piece<'t> {
    source: &'t Source,
    first: usize,
    last: usize,
    places: Vec<Place<'t>>,
}

/// Splits the places by file and distance; the piece with the primary place comes first.
fn pieces(mut places: Vec<Place>) -> Vec<Piece> {
    places.sort_by(|a, b| (&a.span.file, a.span.byte_start).cmp(&(&b.span.file, b.span.byte_start)));
    let mut pieces: Vec<Piece> = Vec::new();
    for place in places {
        let source = place.source;
        let (first, last) = (source.line_of(place.span.byte_start), source.line_of(place.span.byte_end));
        match pieces.last_mut() {
            Some(piece) if std::ptr::eq(piece.source, source) && first <= piece.last + FAR => {
                piece.last = piece.last.max(last);
                piece.places.push(place);
            }
            _ => pieces.push(Piece { source, first, last, places: vec![place] }),
        }
    }
    pieces.sort_by_key(|piece| !piece.places.iter().any(|place| place.primary));
    pieces
}

/// Lets `annotate-snippets` draw; with `bare`, only the numbers of the marks stand in the picture.
fn annotated(pieces: &[Piece], level: Level, style: &Style, bare: bool) -> String {
    let drawn = match level {
        Level::Error => Drawn::ERROR,
        Level::Warning => Drawn::WARNING,
        Level::Note => Drawn::NOTE,
    };
    let snippets = pieces.iter().map(|piece| snippet(piece, style, bare));
    let group = Group::with_level(drawn).elements(snippets);
    let renderer = if style.color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let decor = if style.ascii { DecorStyle::Ascii } else { DecorStyle::Unicode };
    let drawn = renderer.decor_style(decor).term_width(style.code_width()).render(&[group]);
    labels::cut(drawn, style)
}

fn snippet<'p>(
    piece: &'p Piece,
    style: &Style,
    bare: bool,
) -> Snippet<'p, annotate_snippets::Annotation<'p>> {
    let start = piece.source.line_range(piece.first).start;
    let end = piece.source.line_range(piece.last).end;
    let shown = Shown::new(&piece.source.text, start..end, style.ascii);
    let annotations: Vec<_> = piece
        .places
        .iter()
        .map(|place| {
            let kind = if place.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let label = match place.texts.first() {
                None => None,
                Some(_) if bare => Some(numbers(&place.texts)),
                Some(text) => Some(text.clone()),
            };
            kind.span(shown.range(place.span.range())).label(label.map(Cow::Owned))
        })
        .collect();
    Snippet::source(shown.text)
        .line_start(piece.first)
        .path(one_line(&piece.source.name))
        .annotations(annotations)
}

fn numbers(texts: &[String]) -> String {
    texts.iter().map(|text| number_of(text)).collect::<Vec<_>>().join(", ")
}

/// A stretch of a source as it is drawn, every character one character of the source.
struct Shown<'t> {
    text: Cow<'t, str>,
    original: &'t str,
    start: usize,
}

impl<'t> Shown<'t> {
    fn new(text: &'t str, range: Range<usize>, ascii: bool) -> Shown<'t> {
        // A byte order mark is not part of the first line.
        let skip = if text[range.clone()].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = range.start + skip;
        let original = &text[start..range.end];
        // Ends of lines and tabs are what `annotate-snippets` expects.
        let hostile = |c: char| is_hostile(c) && !matches!(c, '\n' | '\r' | '\t');
        let text = if original.contains(hostile) {
            let stand_in = if ascii { '?' } else { char::REPLACEMENT_CHARACTER };
            let shown = original.chars().map(|c| if hostile(c) { stand_in } else { c });
            Cow::Owned(shown.collect())
        } else {
            Cow::Borrowed(original)
        };
        Shown { text, original, start }
    }

    /// The bytes of a span in the drawn text.
    fn range(&self, span: Range<usize>) -> Range<usize> {
        let place = |byte: usize| {
            let byte = byte.saturating_sub(self.start).min(self.original.len());
            match &self.text {
                Cow::Borrowed(_) => byte,
                Cow::Owned(text) => {
                    let chars = self.original[..byte].chars().count();
                    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
                }
            }
        };
        place(span.start)..place(span.end)
    }
}

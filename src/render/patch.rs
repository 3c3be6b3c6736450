//! What a fix changes, line by line.

use std::rc::Rc;

use super::prose::{harmless, shortened};
use crate::fix::{self, Edit, Fix};
use crate::source::Source;

/// Longer lines are generated code that nobody reads.
const LONGEST: usize = 200;

/// One line that goes or comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'f> {
    /// Its file.
    pub(super) file: &'f str,
    /// Its number, in the old text for a line that goes and in the new one for a line that comes.
    pub(super) number: usize,
    /// Whether it comes.
    pub(super) added: bool,
    /// The code, harmless, without the indentation that it shares with its neighbours.
    pub(super) text: String,
}

/// The lines that a fix changes, file by file; none where a source is missing.
pub(super) fn lines<'f>(sources: &[Rc<Source>], fix: &'f Fix) -> Vec<Line<'f>> {
    let mut lines = Vec::new();
    for (file, edits) in fix.by_file() {
        let Some(source) = sources.iter().find(|source| source.name == file) else { continue };
        lines.extend(in_file(file, source, &edits).unwrap_or_default());
    }
    lines
}

fn in_file<'f>(file: &'f str, source: &Source, edits: &[&Edit]) -> Option<Vec<Line<'f>>> {
    let mut lines = Vec::new();
    // How many lines the new text is ahead of the old one.
    let mut ahead = 0isize;
    for hunk in hunks(source, edits)? {
        let (first, last) = (hunk.first, hunk.last);
        let before = lines.len();
        let range = source.line_range(first).start..source.line_range(last + 1).start;
        let old = source.text.get(range.clone())?;
        let moved: Vec<Edit> = hunk.edits.iter().map(|edit| shifted(edit, range.start)).collect();
        let new = fix::apply(old, &moved)?;
        let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
        let goes = |n: usize| Line { file, number: first + n, added: false, text: old[n].to_owned() };
        let comes = |n: usize| {
            let number = (first + n).saturating_add_signed(ahead);
            Line { file, number, added: true, text: new[n].to_owned() }
        };
        if old.len() == new.len() {
            // Line for line, so that the old and the new stand one above the other.
            let changed = (0..old.len()).filter(|&n| old[n] != new[n]);
            lines.extend(changed.flat_map(|n| [goes(n), comes(n)]));
        } else {
            let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
            let most = old.len().min(new.len()) - head;
            let pairs = old.iter().rev().zip(new.iter().rev()).take(most);
            let tail = pairs.take_while(|(a, b)| a == b).count();
            lines.extend((head..old.len() - tail).map(goes));
            lines.extend((head..new.len() - tail).map(comes));
        }
        dedent(&mut lines[before..]);
        ahead += new.len() as isize - old.len() as isize;
    }
    Some(lines)
}

/// Edits that touch the same or neighbouring lines.
struct Hunk<'e> {
    first: usize,
    last: usize,
    edits: Vec<&'e Edit>,
}

fn hunks<'e>(source: &Source, edits: &[&'e Edit]) -> Option<Vec<Hunk<'e>>> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for &edit in edits {
        source.text.get(edit.byte_start..edit.byte_end)?;
        let (first, last) = (source.line_of(edit.byte_start), source.line_of(edit.byte_end));
        match hunks.last_mut() {
            Some(hunk) if first <= hunk.last => {
                hunk.last = hunk.last.max(last);
                hunk.edits.push(edit);
            }
            _ => hunks.push(Hunk { first, last, edits: vec![edit] }),
        }
    }
    Some(hunks)
}

/// The edit in a text that begins at `start`. An edit that lies before it stays invalid.
fn shifted(edit: &Edit, start: usize) -> Edit {
    let byte_start = edit.byte_start.wrapping_sub(start);
    Edit { byte_start, byte_end: edit.byte_end.wrapping_sub(start), ..edit.clone() }
}

/// Makes the lines harmless and takes away the indentation that they share.
fn dedent(lines: &mut [Line]) {
    for line in &mut *lines {
        line.text = shortened(&harmless(line.text.trim_end()), LONGEST, true).into_owned();
    }
    let blank = |line: &&Line| !line.text.is_empty();
    let indent = |line: &Line| line.text.len() - line.text.trim_start_matches(' ').len();
    let shared = lines.iter().filter(blank).map(indent).min().unwrap_or(0);
    for line in &mut *lines {
        line.text.drain(..shared.min(line.text.len()));
    }
}

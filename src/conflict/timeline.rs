//! The lines of a conflict, for the drawing of who uses what when.

use super::{Conflict, Still};
use crate::diagnostic::Label;
use crate::rule::{Event, Reference, Timeline};
use crate::syntax::Let;

impl Conflict<'_> {
    /// Who uses the value over which lines; nothing where the lines are not in the order in which the
    /// program runs, or lie in several files.
    pub(super) fn timeline(&self) -> Option<Timeline> {
        let file = self.file.as_deref()?;
        let (borrow, clash) = (self.borrow.span.line_start, self.clash.span.line_start);
        let labels = [Some(self.borrow), Some(self.clash), self.later].into_iter().flatten();
        let one_file = labels.clone().all(|label| label.span.file == self.borrow.span.file);
        let in_macros = labels.clone().any(|label| file.in_macro_definition(label.span.range()));
        if !one_file || in_macros || self.next_round() {
            return None;
        }
        let last = self.last_line()?;
        let name = match &self.still {
            Still::Walked => "for".to_owned(),
            Still::Drop if self.temporary().is_some() => first_line_of(&self.code(self.temporary()?)),
            _ => self.holder.clone().unwrap_or_else(|| first_line_of(&self.code(self.borrow))),
        };
        let mut references = vec![Reference { name, from: borrow, to: last }];
        if let Some(second) = self.clash_let().and_then(|let_| self.reference_of(&let_)) {
            references.push(second);
        }
        if borrow > clash || clash > last || references.iter().any(|reference| reference.from > reference.to)
        {
            return None;
        }
        let code = self.method_on(self.clash).map(|call| call.name);
        let kind = match self.case.diagnostic.code.as_deref() {
            Some("E0506") => "timeline-changed",
            Some("E0499" | "E0524" | "E0500") => "timeline-lent-again",
            Some("E0502") if self.reads_first() => "timeline-changed",
            Some("E0502") => "timeline-read",
            _ => "timeline-used",
        };
        let conflict = Event { line: clash, kind, code, conflict: true };
        let owner = if self.part_and_whole() { &self.place } else { &self.lent };
        let events = vec![conflict];
        Some(Timeline { file: self.borrow.span.file.clone(), owner: owner.clone(), references, events })
    }

    /// The line where the first borrow ends.
    fn last_line(&self) -> Option<usize> {
        let file = self.file.as_deref()?;
        let later = self.later?;
        let line = match &self.still {
            Still::Walked => file.source.line_of(self.walk()?.range.end.saturating_sub(1)),
            // What a caller gets is in use to the end of the function.
            Still::Returned | Still::Demanded | Still::Unknown => return None,
            Still::Used => {
                // The last use may come after the one that rustc names.
                let uses = self.holder_binding().map(|binding| file.uses_of(&binding)).unwrap_or_default();
                let lines = uses.iter().map(|used| file.source.line_of(used.range.start));
                lines.max().unwrap_or(0).max(later.span.line_start)
            }
            Still::Call(_) | Still::Drop => later.span.line_end,
        };
        Some(line)
    }

    /// The reference that a `let` makes, up to its last use.
    fn reference_of(&self, let_: &Let) -> Option<Reference> {
        let file = self.file.as_deref()?;
        let name = let_.name.clone()?;
        let binding = file.binding(&name, let_.name_range.clone()?.start)?;
        let uses = file.uses_of(&binding);
        let from = file.source.line_of(let_.range.start);
        let to = uses.iter().map(|used| file.source.line_of(used.range.start)).max()?;
        // A value that is read out of the place does not borrow it any longer.
        let borrows = self.case.diagnostic.code.as_deref() != Some("E0503");
        borrows.then_some(Reference { name, from, to: to.max(from) })
    }

    /// The code of a label.
    pub(super) fn code(&self, label: &Label) -> String {
        self.case.text(&label.span).unwrap_or_default()
    }
}

fn first_line_of(code: &str) -> String {
    code.lines().next().unwrap_or_default().to_owned()
}

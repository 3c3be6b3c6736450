//! Asks the compiler what an edit has given a name to: a lock's guard that was dropped at the end of its
//! line is now held to the end of the block.
//!
//! The question is the edited program with `: ()` behind the new name. rustc answers that it has found
//! another type.

use super::judge;
use super::search::{Search, Task};
use super::texts::{self, Texts};
use crate::diagnostic::{Diagnostic, quoted};
use crate::fix::{Aside, Behaviour, Deed, Edit, Fix};
use crate::syntax::StatementKind;

/// What keeps others out, or makes them panic, as long as it is there.
const GUARDS: &[&str] = &["Ref", "RefMut", "StdinLock", "StdoutLock", "StderrLock"];

fn is_guard(ty: &str) -> bool {
    let path = ty.split('<').next().unwrap_or(ty);
    let name = path.rsplit("::").next().unwrap_or(path);
    GUARDS.contains(&name) || name.ends_with("Guard")
}

/// Where the type of a name would stand that an edited text declares: behind `let name`, if ` =` follows.
fn after_new_name(text: &str) -> Option<usize> {
    let name = text.find("let ")? + "let ".len();
    let name = if text[name..].starts_with("mut ") { name + "mut ".len() } else { name };
    let length = text[name..].find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (length > 0 && text[name + length..].starts_with(" = ")).then_some(name + length)
}

/// The type that rustc has found behind this byte in place of `()`.
fn found<'e>(errors: impl Iterator<Item = &'e Diagnostic>, file: &str, at: usize) -> Option<&'e str> {
    let answers = errors.filter(|error| error.code.as_deref() == Some("E0308"));
    let labels = answers.filter_map(|error| error.primary());
    let labels = labels.filter(|label| label.span.file == file && label.span.byte_start > at);
    let first = labels.min_by_key(|label| label.span.byte_start)?;
    let ty = first.text.strip_prefix("expected `()`, found ")?;
    quoted(ty).first().copied()
}

/// A name that an edit has to do with: its file, and where its type would stand before and after the edit.
struct Named {
    file: String,
    before: Option<usize>,
    after: usize,
}

impl Search<'_> {
    /// Says of confirmed fixes that they hold a guard longer than before.
    pub fn look_for_guards(&self, tasks: &mut [Task]) {
        let mut fixes: Vec<&mut Fix> = tasks.iter_mut().flat_map(|task| &mut task.candidates).collect();
        // A reference or a copy is no guard, and whoever reads of a change needs no second reason.
        fixes.retain(|fix| {
            fix.verdict.is_confirmed()
                && fix.cost.behaviour == Behaviour::Kept
                && [Deed::Reorder, Deed::Restructure].contains(&fix.cost.deed)
        });
        let named: Vec<Option<Named>> = fixes.iter().map(|fix| self.named(fix)).collect();
        let after = |(fix, named): (&&mut Fix, &Option<Named>)| {
            let Named { file, after, .. } = named.as_ref()?;
            self.question(&fix.edits, file, *after)
        };
        let after: Vec<Option<Vec<Edit>>> = fixes.iter().zip(&named).map(after).collect();
        let after = self.types(&after, &named, |named| Some(named.after));
        // What was a guard before is held no longer than it was.
        let before = |(named, ty): (&Option<Named>, &Option<String>)| {
            let named = named.as_ref().filter(|_| ty.as_ref().is_some_and(|ty| is_guard(ty)))?;
            self.question(&[], &named.file, named.before?)
        };
        let before: Vec<Option<Vec<Edit>>> = named.iter().zip(&after).map(before).collect();
        let before = self.types(&before, &named, |named| named.before);
        for ((fix, after), before) in fixes.into_iter().zip(after).zip(before) {
            let was_one = before.is_some_and(|ty| is_guard(&ty));
            if let Some(guard) = after.filter(|ty| is_guard(ty) && !was_one) {
                fix.asides.push(Aside::Holds(guard));
                fix.cost = fix.cost.changed();
            }
        }
    }

    /// The types at the places that were asked about.
    fn types(
        &self,
        questions: &[Option<Vec<Edit>>],
        named: &[Option<Named>],
        place: impl Fn(&Named) -> Option<usize>,
    ) -> Vec<Option<String>> {
        let asked: Vec<&[Edit]> = questions.iter().flatten().map(Vec::as_slice).collect();
        let mut states = self.states(&asked).into_iter();
        let answers = questions.iter().zip(named).map(|(question, named)| {
            let state = question.as_ref().and_then(|_| states.next())??;
            let named = named.as_ref()?;
            let errors = state.errors.iter().map(|after| &after.error);
            found(errors, &named.file, place(named)?).map(str::to_owned)
        });
        answers.collect()
    }

    /// Edits, and `: ()` at a place in the program after them.
    fn question(&self, edits: &[Edit], file: &str, at: usize) -> Option<Vec<Edit>> {
        let mut texts = texts::edited(self.files, &Texts::new(), edits)?;
        let text = match texts.get(file) {
            Some(text) => text.clone(),
            None => self.files.sources.get(file)?.text.clone(),
        };
        let typed =
            Edit { file: file.to_owned(), byte_start: at, byte_end: at, replacement: ": ()".to_owned() };
        texts.insert(file.to_owned(), crate::fix::apply(&text, [&typed])?);
        Some(texts::edits(self.files, &texts))
    }

    /// The name that the edits declare, or that is declared where they are.
    fn named(&self, fix: &Fix) -> Option<Named> {
        let texts = texts::edited(self.files, &Texts::new(), &fix.edits)?;
        for (file, text) in &texts {
            for range in judge::edited(&fix.edits, file) {
                let new = text.get(range.clone()).and_then(after_new_name);
                if let Some(at) = new {
                    return Some(Named { file: file.clone(), before: None, after: range.start + at });
                }
            }
        }
        fix.edits.iter().find_map(|edit| {
            let file = self.files.get(&edit.file)?;
            let statement = file.statement_at(edit.byte_start..edit.byte_end)?;
            let StatementKind::Let(declared) = statement.kind else { return None };
            let end = declared.name_range.filter(|_| declared.ty.is_none())?.end;
            declared.init.filter(|init| init.start <= edit.byte_start)?;
            let after = judge::moved(&fix.edits, &edit.file, end).start;
            Some(Named { file: edit.file.clone(), before: Some(end), after })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_new_name_stands_behind_it() {
        assert_eq!(after_new_name("let value = x.lock();\n    "), Some(9));
        assert_eq!(after_new_name("{ let mut v = "), Some(11));
        assert_eq!(after_new_name("let (a, b) = "), None);
        assert_eq!(after_new_name("let v: u8 = "), None);
        assert_eq!(after_new_name("let v;"), None);
    }

    #[test]
    fn guards_are_known_by_their_type() {
        assert!(is_guard("MutexGuard<'_, Vec<u8>>") && is_guard("std::cell::Ref<'_, u8>"));
        assert!(!is_guard("Vec<MutexGuard<'_, u8>>") && !is_guard("Reference"));
    }
}

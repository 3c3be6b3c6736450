//! Loops that need what they walk over: by numbers, over a copy, or with the list taken out.

use std::ops::Range;

use super::statements::{fresh, line_after, line_before, lines_of, mentions};
use super::take_and_put_back::HAS_EMPTY;
use crate::conflict::{Conflict, words};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{File, Loop, holds};

/// Types whose items have numbers.
const NUMBERED: &[&str] = &["Vec<", "VecDeque<", "[", "&mut [", "&mut Vec<", "&[", "&Vec<"];

/// The candidates of this deed.
pub fn ways(conflict: &Conflict) -> Vec<Fix> {
    let (Some(around), Some(file)) = (conflict.walk(), conflict.file.as_deref()) else { return Vec::new() };
    let Some(walk) = Walk::new(conflict, file, around) else { return Vec::new() };
    let mut fixes = Vec::new();
    fixes.extend(walk.by_number());
    fixes.extend(walk.take_out());
    fixes.extend(walk.over_a_copy());
    fixes
}

struct Walk<'c, 'a> {
    conflict: &'c Conflict<'a>,
    file: &'c File,
    around: Loop,
    header: Range<usize>,
    pattern: Range<usize>,
    /// What is walked over: `self.items`.
    place: Range<usize>,
    mutable: bool,
    /// Whether the header is nothing but `&place`, `place.iter()` or the like.
    plain: bool,
    /// Whether the clash surely does not touch what is walked over.
    untouched: bool,
}

impl<'c, 'a> Walk<'c, 'a> {
    fn new(conflict: &'c Conflict<'a>, file: &'c File, around: Loop) -> Option<Walk<'c, 'a>> {
        let header = around.header.clone()?;
        let pattern = around.pattern.clone()?;
        let place = crate::conflict::bare(file, conflict.borrow.span.range());
        if !file.is_place(place.clone()) || !file.is_editable(around.range.clone()) {
            return None;
        }
        let text = file.text(header.clone());
        let name = file.text(place.clone());
        let shared = [format!("&{name}"), format!("{name}.iter()")];
        let mutable = [format!("&mut {name}"), format!("{name}.iter_mut()")];
        let is_mutable = text.contains("&mut ") || text.contains("iter_mut") || text.contains("_mut()");
        let plain = shared.iter().chain(&mutable).any(|known| known == text);
        let untouched =
            conflict.clashing().is_some_and(|callee| callee.leaves_alone(&conflict.lent, &conflict.place));
        Some(Walk { conflict, file, around, header, pattern, place, mutable: is_mutable, plain, untouched })
    }

    fn place(&self) -> &str {
        self.file.text(self.place.clone())
    }

    /// The type of what is walked over, as far as it is written.
    fn types(&self) -> Vec<String> {
        let path = self.place();
        match path.rsplit_once('.') {
            Some((_, field)) => super::copy_out::field_types(self.file, field),
            None => {
                let binding = self.file.binding(path, self.place.start);
                let ty = binding.as_ref().and_then(|binding| binding.ty.clone());
                let init = binding.and_then(|binding| binding.let_).and_then(|let_| let_.init);
                let init =
                    init.map(|init| self.file.text(init).replace("vec![", "Vec<").replace("Vec::", "Vec<"));
                ty.map(|ty| self.file.text(ty).to_owned()).or(init).into_iter().collect()
            }
        }
    }

    fn is_one_of(&self, known: &[&str]) -> bool {
        let types = self.types();
        !types.is_empty() && types.iter().all(|ty| known.iter().any(|start| ty.starts_with(start)))
    }

    /// `for at in 0..v.len() { let item = &mut v[at]; .. }`.
    fn by_number(&self) -> Option<Fix> {
        let file = self.file;
        let names = file.bindings_in_pattern(self.pattern.clone());
        let clash = file.statement_at(self.conflict.clash.span.range())?;
        // The item must not be needed where or after the clash happens.
        let needed = |from: usize| {
            names
                .iter()
                .flat_map(|name| file.uses_of(name))
                .any(|used| used.range.start >= from && used.range.end <= self.around.body.end)
        };
        if !self.plain || needed(clash.range.start) || !self.is_one_of(NUMBERED) || names.is_empty() {
            return None;
        }
        let at =
            fresh(file, self.pattern.clone(), "at").or_else(|| fresh(file, self.pattern.clone(), "index"))?;
        let first = file.block_of(self.around.body.clone())?.statements.first()?.range.clone();
        let (place, pattern) = (self.place(), file.text(self.pattern.clone()));
        let and = if self.mutable { "&mut " } else { "&" };
        let edits = vec![
            Edit::replace(
                &file.source,
                self.pattern.start..self.header.end,
                format!("{at} in 0..{place}.len()"),
            ),
            line_before(file, &first, &format!("let {pattern} = {and}{place}[{at}];"))?,
        ];
        let cost = Cost::local(Deed::Restructure);
        Some(Fix::new("loop-by-number", if self.untouched { cost } else { cost.changed() }, edits))
    }

    /// `let items = std::mem::take(&mut self.items);` before the loop, and back after it.
    fn take_out(&self) -> Option<Fix> {
        let file = self.file;
        let (lent, whole) = (self.place(), self.conflict.place.as_str());
        // Only a part can be taken out of the whole; and it must come back on every path.
        let part = self.conflict.part_and_whole() && lent.starts_with(whole);
        let leaves = file.exprs_in(self.around.body.clone()).iter().any(|e| {
            matches!(
                e.kind,
                crate::syntax::ExprKind::Return
                    | crate::syntax::ExprKind::Try
                    | crate::syntax::ExprKind::Await
            )
        });
        let elsewhere = mentions_text(file.text(self.around.body.clone()), lent);
        if !part || leaves || elsewhere || !self.is_one_of(HAS_EMPTY) {
            return None;
        }
        let field = lent.rsplit('.').next()?;
        let name = fresh(file, self.around.range.clone(), field)?;
        let statement = file.statement_at(self.around.range.clone())?;
        lines_of(file, &statement.range)?;
        let keyword = if self.mutable { "let mut" } else { "let" };
        let edits = vec![
            line_before(
                file,
                &self.around.range,
                &format!("{keyword} {name} = std::mem::take(&mut {lent});"),
            )?,
            Edit::replace(&file.source, self.place.clone(), name.clone()),
            line_after(file, &statement.range, &format!("{lent} = {name};"))?,
        ];
        let cost = Cost::local(Deed::Take);
        Some(Fix::new("take-and-put-back", if self.untouched { cost } else { cost.changed() }, edits))
    }

    /// Whether all that the body does with the map is to ask for one of its values.
    fn only_changes_values(&self) -> bool {
        const MAPS: &[&str] = &["HashMap<", "BTreeMap<"];
        let (file, place) = (self.file, self.place());
        let asks = self.conflict.method_on(self.conflict.clash).is_some_and(|call| call.name == "get_mut");
        let Some(root) = words(place).next().and_then(|root| file.binding(root, self.place.start)) else {
            return false;
        };
        let body = self.around.body.clone();
        let uses = file.uses_of(&root).into_iter().filter(|used| holds(&body, &used.range));
        // The whole that the map is a part of must not be handed to anyone either.
        let part = place.contains('.');
        let reached = uses.filter(|used| !part || used.place == used.range).count() + usize::from(part);
        let named = file.text(body.clone()).matches(place).count();
        asks && self.is_one_of(MAPS) && named == 1 && reached == 1
    }

    /// `for item in &v.clone()`.
    fn over_a_copy(&self) -> Option<Fix> {
        let file = self.file;
        if self.mutable {
            return None;
        }
        let text = file.text(self.header.clone());
        let keys = text.strip_suffix(".keys()").is_some_and(|rest| rest == self.place());
        let edits = if keys {
            vec![
                Edit::insert(&file.source, self.header.start, "&"),
                Edit::insert(&file.source, self.header.end, ".cloned().collect::<Vec<_>>()"),
            ]
        } else {
            vec![Edit::insert(&file.source, self.place.end, ".clone()")]
        };
        let cost = Cost::local(Deed::Clone);
        let kept = self.untouched || keys && self.only_changes_values();
        let cost = if kept { cost } else { cost.changed() };
        // Nobody knows whether items of another type can be cloned.
        let known = ["String", "i32", "u32", "u64", "i64", "usize", "f64", "u8", "char", "bool"];
        let types = self.types();
        let clear = types.iter().any(|ty| known.iter().any(|item| ty.contains(item)));
        Some(Fix::new("snapshot-before-loop", cost, edits).doubtful_if(!clear))
    }
}

fn mentions_text(body: &str, place: &str) -> bool {
    body.match_indices(place)
        .any(|(at, _)| !body[at + place.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Whether the body of the walk removes the item that it stands at; an idea tells about `retain`.
pub fn removes_in_loop(conflict: &Conflict) -> bool {
    let removes = conflict.method_on(conflict.clash).is_some_and(|call| call.name.contains("remove"));
    let same = conflict.place == conflict.lent;
    removes
        && same
        && conflict.walk().is_some_and(|around| {
            let file = conflict.file.as_deref();
            file.is_some_and(|file| !mentions(file, around.body, &["break".to_owned()]))
        })
}

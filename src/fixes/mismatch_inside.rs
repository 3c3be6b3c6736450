//! Brings what is inside of an `Option` or a collection to the type that is needed there.

use std::ops::Range;

use super::adjust_reference::{around, behind_reference, direct_parts, lend, read_through, variable};
use super::convert_value::{append, clone};
use super::derive_trait::is_copied;
use super::mismatch_ways::Site;
use super::retype::same_pointer;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::Mismatch;
use crate::mismatch::types::Type;
use crate::syntax::{ExprKind, File};

/// `name` -> `name.as_ref()`, `&name` -> `name.as_deref()`.
pub fn lend_within(file: &File, expr: Range<usize>, mutable: bool, view: bool) -> Option<Fix> {
    let call = match (mutable, view) {
        (false, false) => ".as_ref()",
        (true, false) => ".as_mut()",
        (false, true) => ".as_deref()",
        (true, true) => ".as_deref_mut()",
    };
    let place = behind_reference(file, expr.clone()).unwrap_or(expr.clone());
    let mut fix = append("lend-inside", Deed::Borrow, file, place.clone(), call)?;
    if expr.start < place.start {
        fix.edits.insert(0, Edit::delete(&file.source, expr.start..place.start));
    }
    Some(fix)
}

/// `name.as_ref()` -> `name.as_deref()`; of any other `Option` of a reference, the reference inside is
/// followed once more.
pub fn as_deref(file: &File, expr: Range<usize>, mutable: bool) -> Option<Fix> {
    let (lends, follows) = if mutable { ("as_mut", "as_deref_mut") } else { ("as_ref", "as_deref") };
    let call = file.call_at(expr.clone()).filter(|call| call.range == expr && call.name == lends);
    if let Some(call) = call.filter(|call| file.is_editable(call.name_range.clone())) {
        let edit = Edit::replace(&file.source, call.name_range, follows);
        let fix = Fix::new("lend-inside", Cost::local(Deed::Borrow), vec![edit]);
        return Some(fix.with("code", file.text(expr)).with("call", format!("{follows}()")));
    }
    let call = if mutable { ".map(|it| &mut **it)" } else { ".map(|it| &**it)" };
    append("lend-inside", Deed::Borrow, file, expr, call)
}

/// `names.contains("a")` -> `names.iter().any(|it| it == "a")`;
/// `found.unwrap_or("none")` -> `found.map_or("none", |it| it.as_str())`.
pub fn compare_inside(file: &File, expr: Range<usize>) -> Option<Fix> {
    let (call, _) = file.call_with_argument(expr.clone())?;
    if call.name == "Some" {
        let compared = file.parents(call.range.clone()).into_iter().next()?;
        let sides = direct_parts(file, compared.range);
        let other = sides.into_iter().find(|side| *side != call.range)?;
        return append("lend-inside", Deed::Borrow, file, other, ".map(|it| it.as_str())")
            .filter(|_| compared.kind == ExprKind::Binary);
    }
    let receiver = call.receiver.clone()?;
    let (from, to) = (call.name_range.start, call.range.end);
    if call.args.len() != 1 || !file.is_editable(receiver.start..to) {
        return None;
    }
    let value = file.text(expr);
    let (id, code) = match call.name.as_str() {
        "contains" => ("compare-items", format!("iter().any(|it| it == {value})")),
        "unwrap_or" => ("lend-inside", format!("map_or({value}, |it| it.as_str())")),
        _ => return None,
    };
    let edit = Edit::replace(&file.source, from..to, code.clone());
    Some(Fix::new(id, Cost::local(Deed::Restructure), vec![edit]).with("call", code))
}

/// `&names` -> `&names.iter().map(String::as_str).collect::<Vec<_>>()`, or the other way round.
pub fn collect_views(file: &File, expr: Range<usize>, mismatch: &Mismatch) -> Option<Fix> {
    let item = |ty: &Type| match ty.referent()? {
        Type::Slice(item) | Type::Array(item) => Some((**item).clone()),
        ty => ty.argument_of("Vec").cloned(),
    };
    let (wanted, there) = (item(&mismatch.expected_type)?, item(&mismatch.found_type)?);
    let is_text = |ty: &Type, name: &str| ty.peeled().name() == Some(name);
    let (id, deed, map) = if is_text(&wanted, "str") && wanted.depth() == 1 && is_text(&there, "String") {
        ("collect-views", Deed::Restructure, ".map(|it| it.as_str())")
    } else if is_text(&wanted, "String") && wanted.depth() == 0 && is_text(&there, "str") {
        ("copy-items", Deed::Clone, ".map(|it| it.to_string())")
    } else if wanted.depth() == 1 && there.depth() == 0 && wanted.peeled().fits(&there) {
        ("collect-views", Deed::Restructure, "")
    } else {
        return None;
    };
    let place = behind_reference(file, expr.clone());
    let call = format!(".iter(){map}.collect::<Vec<_>>()");
    let start = if place.is_some() { "" } else { "&" };
    let edits = around(file, place.unwrap_or(expr.clone()), start, &call);
    let fix = Fix::new(id, Cost::local(deed), edits).with("code", file.text(expr.clone()));
    file.is_editable(expr).then(|| fix.with("call", call.trim_start_matches('.')))
}

impl Site<'_> {
    /// Copies of what an `Option` refers to.
    pub(super) fn inner_value(&self) -> Vec<Fix> {
        let parts = |ty: &Type| match ty {
            Type::Named { args, .. } => args.clone(),
            _ => Vec::new(),
        };
        let (wanted, there) = (parts(&self.mismatch.expected_type), parts(&self.mismatch.found_type));
        // The second argument is a `Result`'s error.
        let apart = wanted.iter().zip(&there).position(|(a, b)| !a.fits(b)).unwrap_or_default();
        let (Some(wanted), Some(there)) = (wanted.get(apart), there.get(apart)) else { return Vec::new() };
        let shared = matches!(there, Type::Reference { mutable: false, .. });
        let copied = is_copied(self.case, wanted);
        let (name, deed) = match (apart, copied) {
            (0, true) => (".copied()", Deed::Annotate),
            (0, false) => (".cloned()", Deed::Clone),
            _ => (".map_err(|it| it.clone())", Deed::Clone),
        };
        let fix = append("copy-inside", deed, &self.file, self.expr.clone(), name);
        let mut fixes: Vec<Fix> = fix.filter(|_| shared).into_iter().collect();
        let init =
            variable(&self.file, self.expr.clone()).filter(|it| it.simple).and_then(|it| it.let_?.init);
        let ends = init.map(|init| self.file.returned_by(init)).unwrap_or_default();
        let mut ends = ends.into_iter().filter(|end| self.file.text(end.clone()) != "None");
        if let (Some(end), None, true) = (ends.next(), ends.next(), shared) {
            let fix = append("copy-inside", deed, &self.file, end, name);
            fixes.extend(fix.map(|fix| fix.doubtful_if(true)));
        }
        fixes.extend(self.declared());
        fixes
    }

    /// `(a, b)` where one of the parts is a reference; `Vec<&T>` where the iterator gives references.
    pub(super) fn parts(&self) -> Vec<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        let mismatch = self.mismatch;
        if let (Type::Tuple(wanted), Type::Tuple(there)) = (&mismatch.expected_type, &mismatch.found_type) {
            let tuple = file.expr_exactly(expr.clone()).filter(|it| it.kind == ExprKind::Tuple);
            let inside = tuple.map(|it| direct_parts(file, it.range)).unwrap_or_default();
            let apart = inside.into_iter().zip(wanted.iter().zip(there)).filter(|(_, (a, b))| !a.fits(b));
            let mut fixes = Vec::new();
            for (part, (a, b)) in apart {
                if b.depth() > a.depth() {
                    let depth = b.depth() - a.depth();
                    fixes.extend(
                        read_through(file, part.clone(), depth).map(|fix| fix.doubtful_if(!a.is_copied())),
                    );
                    fixes.extend(clone(file, part).filter(|_| !a.is_copied()));
                } else if a.depth() > b.depth() {
                    fixes.extend(lend(self.case, file, part, false));
                }
            }
            return fixes;
        }
        for (wanted, there) in [("Arc", "Rc"), ("Rc", "Arc")] {
            // `Arc` ends as `Rc` does.
            let alike = |text: &str| text.replace("Arc<", "Rc<");
            let (a, b) = (&mismatch.expected, &mismatch.found);
            if a != b
                && alike(a) == alike(b)
                && a.contains(&format!("{wanted}<"))
                && b.contains(&format!("{there}<"))
            {
                return same_pointer(self.case, &self.file.source.span(expr), wanted, there);
            }
        }
        let views = collect_views(file, expr, mismatch).filter(|_| self.before_collect().is_none());
        self.before_collect().into_iter().chain(views).chain(self.declared()).collect()
    }

    /// Copies of the items before they are collected.
    fn before_collect(&self) -> Option<Fix> {
        let file = &self.file;
        let place = behind_reference(file, self.expr.clone()).unwrap_or(self.expr.clone());
        let declared = variable(file, place.clone()).filter(|it| it.simple).and_then(|it| it.let_);
        let written = declared.as_ref().and_then(|declared| declared.ty.clone());
        let place = declared.and_then(|declared| declared.init).unwrap_or(place);
        let call =
            file.call_at(place.clone()).filter(|call| call.range == place && call.name == "collect")?;
        let text = self.mismatch.expected.contains("String") && self.mismatch.found.contains("&str");
        let name = if text { ".map(str::to_string)" } else { ".cloned()" };
        let mut fix = append("copy-items", Deed::Clone, file, call.receiver?, name)?;
        // What the code says of the items changes with them.
        if let Some(ty) = written {
            let new = self.mismatch.expected.trim_start_matches('&');
            let complete = !new.contains(['_', '[', '{']) && !new.contains("...");
            fix.edits.insert(0, Edit::replace(&file.source, ty, complete.then_some(new)?));
        }
        Some(fix)
    }
}

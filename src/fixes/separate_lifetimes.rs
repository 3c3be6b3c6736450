//! Gives a mutable reference in a field and the data behind it lifetimes of their own.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::rule::Case;
use crate::syntax::{Adt, File, Function, Impl, ScopeKind, TypeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// `&'b mut Vec<&'a str>` for `&'a mut Vec<&'a str>` in the fields of a type of this name: with another
/// lifetime of the type for the data, or with a new one for the reference, and one more at all uses.
pub fn separate_field_lifetimes(case: &Case, file: &Rc<File>, name: &str) -> Vec<Fix> {
    let files = case.files.crate_files_declaring(&file.source.name, name);
    let found = files.iter().find_map(|file| Some((file.clone(), file.adt_named(name)?)));
    let Some((home, adt)) = found else { return Vec::new() };
    let (outer, inner) = doubled_lifetimes(&home, &adt);
    if inner.is_empty() || !home.is_editable(adt.range.clone()) {
        return Vec::new();
    }
    let named = |spots: &[Range<usize>], lifetime: &str| -> Vec<Edit> {
        spots.iter().map(|range| Edit::replace(&home.source, range.clone(), lifetime)).collect()
    };
    let doubled = home.text(outer[0].clone());
    let others = adt.lifetimes.iter().filter(|other| *other != doubled);
    let fix = |edits| Fix::new("separate-field-lifetimes", COST, edits).with("owner", name);
    let mut fixes: Vec<Fix> = others.map(|other| fix(named(&inner, other))).collect();
    let scopes = home.lifetime_scopes(adt.name_range.clone());
    let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Type);
    if let (Some(scope), [_]) = (scope, adt.lifetimes.as_slice()) {
        let lifetime = fresh(&home, adt.range.clone());
        let mut edits = vec![declaration(&home, scope, &lifetime)];
        edits.extend(named(&outer, &lifetime));
        for file in case.files.crate_files_with(&home.source.name, name) {
            edits.extend(Uses { file: &file, name, edits: Vec::new(), done: Vec::new() }.all());
        }
        fixes.push(fix(edits));
    }
    fixes
}

/// The lifetimes of the `&'a mut` in the fields with the same `'a` behind them, and these.
fn doubled_lifetimes(file: &File, adt: &Adt) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut outer, mut within) = (Vec::new(), Vec::new());
    for ty in adt.fields.iter().flat_map(|field| file.type_refs(field.ty.clone())) {
        let TypeKind::Reference { lifetime: Some(lifetime), mutable: true, inner, .. } = ty.kind else {
            continue;
        };
        let name = file.text(lifetime.clone()).to_owned();
        let same = file.lifetimes_in(inner).into_iter().filter(|(_, other)| *other == name);
        let same: Vec<_> = same.map(|(range, _)| range).collect();
        if !same.is_empty() {
            outer.push(lifetime);
            within.extend(same);
        }
    }
    (outer, within)
}

/// One more lifetime at each place of a file that gives the type its one lifetime.
struct Uses<'f> {
    file: &'f Rc<File>,
    name: &'f str,
    edits: Vec<Edit>,
    done: Vec<Range<usize>>,
}

impl Uses<'_> {
    fn all(mut self) -> Vec<Edit> {
        let file = self.file;
        for block in file.impls() {
            let data = self.in_header(&block);
            for function in file.functions_in(block.body.clone()) {
                self.in_signature(&function, data.as_deref());
            }
        }
        for function in file.functions_in(0..file.source.text.len()) {
            self.in_signature(&function, None);
        }
        // Elsewhere Rust finds out, but in a type that holds it.
        for lifetime in self.given(0..file.source.text.len()) {
            let outer = file.adt_at(lifetime.clone()).map(|_| file.text(lifetime.clone()).to_owned());
            self.add(&lifetime, &outer.unwrap_or_else(|| "'_".to_owned()));
        }
        self.edits
    }

    /// The lifetimes that a range gives the type, and that have not been looked at.
    fn given(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let types = self.file.type_refs(range).into_iter();
        let ours = types.filter_map(|ty| match ty.kind {
            TypeKind::Path { name, lifetimes, .. } if name == self.name => match lifetimes.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        });
        ours.filter(|at| !self.done.contains(at) && self.file.is_editable(at.clone())).collect()
    }

    /// `Printer<'p, '_>` for `Printer<'p>`.
    fn add(&mut self, at: &Range<usize>, lifetime: &str) {
        self.edits.push(Edit::insert(&self.file.source, at.end, format!(", {lifetime}")));
        self.done.push(at.clone());
    }

    /// The type in the header of an impl; what the data's lifetime is called there.
    fn in_header(&mut self, block: &Impl) -> Option<String> {
        let header = self.given(block.impl_token.start..block.body.start);
        let name = header.first().map(|at| self.file.text(at.clone()).to_owned());
        header.iter().for_each(|at| self.add(at, "'_"));
        name.filter(|name| name != "'_" && block.self_name.as_deref() == Some(self.name))
    }

    /// The type in a signature: in the result, its lifetime was that of the reference.
    fn in_signature(&mut self, function: &Function, data: Option<&str>) {
        let params = self.given(function.params_range.clone());
        let of_param = params.first().map(|at| self.file.text(at.clone()).to_owned());
        let data = of_param.filter(|name| name != "'_").or_else(|| data.map(str::to_owned));
        params.iter().for_each(|at| self.add(at, "'_"));
        let Some(data) = data else { return };
        for at in self.given(function.return_type.clone().unwrap_or_default()) {
            if self.file.text(at.clone()) == data {
                self.add(&at, "'_");
            } else {
                self.edits.push(Edit::insert(&self.file.source, at.start, format!("{data}, ")));
                self.done.push(at);
            }
        }
    }
}

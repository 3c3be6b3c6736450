//! Gives a value of unknown size a pointer, or a type that owns it.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::adjust_reference::around;
use crate::fixes::borrow_value::reference_named;
use crate::fixes::box_value::{box_made, box_result, filled, returns_one_type};
use crate::fixes::own_result::owned_form;
use crate::rule::Case;
use crate::syntax::{ExprKind, File, StatementKind, TypeKind};

/// Types that are content with a value of unknown size.
const POINTERS: &[&str] =
    &["Box", "Rc", "Arc", "Weak", "Pin", "Cow", "Mutex", "RwLock", "RefCell", "Cell", "PhantomData"];

/// The type that owns a value of unknown size.
fn owner_of(ty: &str) -> String {
    if ty.starts_with("dyn ") { format!("Box<{ty}>") } else { owned_form(ty) }
}

/// `-> impl Trait`, or a `Box` around every value that is returned.
pub fn return_object(file: &Rc<File>, object: Range<usize>) -> Vec<Fix> {
    let Some(function) = file.function_at(object.clone()) else { return Vec::new() };
    let text = file.text(object.clone()).to_owned();
    let Some(bounds) = text.strip_prefix("dyn ") else { return Vec::new() };
    let edit = Edit::replace(&file.source, object.start..object.start + "dyn".len(), "impl");
    let one =
        Fix::new("return-impl", Cost::signature(Deed::Annotate), vec![edit]).with("trait", bounds.trim());
    let one = returns_one_type(file, &function).then_some(one);
    one.into_iter().chain(box_result(file, &function, object, &text)).collect()
}

/// `impl Trait` for a parameter of type `dyn Trait`.
pub fn take_impl(file: &File, object: Range<usize>) -> Option<Fix> {
    let bounds = file.text(object.clone()).strip_prefix("dyn ")?.trim().to_owned();
    // A closure's parameter cannot be `impl`.
    file.closure_at(object.clone()).is_none().then_some(())?;
    let edit = Edit::replace(&file.source, object.start..object.start + "dyn".len(), "impl");
    Some(Fix::new("say-impl", Cost::signature(Deed::Annotate), vec![edit]).with("trait", bounds))
}

/// `&` before the type of a parameter, and before what the calls in the file give it; or only before the
/// type, where what they give may be references already.
pub fn borrow_parameter(file: &File, ty: Range<usize>) -> Vec<Fix> {
    let text = file.text(ty.clone()).to_owned();
    let mut edits = vec![Edit::insert(&file.source, ty.start, "&")];
    let mut may_be_references = false;
    let function = file.function_at(ty.clone()).filter(|_| file.closure_at(ty.clone()).is_none());
    let index = function.as_ref().and_then(|it| it.params.iter().position(|it| it.ty.as_ref() == Some(&ty)));
    if let Some((function, index)) = function.zip(index) {
        let shift = usize::from(function.self_param.is_some());
        for call in file.calls_named(&function.name) {
            let index = if call.receiver.is_none() { index + shift } else { index };
            let Some(value) = call.args.get(index) else { continue };
            match file.expr_exactly(value.clone()).map(|expr| expr.kind) {
                Some(ExprKind::Ref { .. } | ExprKind::Literal) => {}
                Some(ExprKind::Path)
                    if reference_named(file, file.text(value.clone()), value.start).is_some() => {}
                kind => {
                    may_be_references |= kind == Some(ExprKind::Path);
                    edits.extend(around(file, value.clone(), "&", ""));
                }
            }
        }
    }
    let fix = |edits| {
        let fix = Fix::new("take-reference", Cost::signature(Deed::Borrow), edits);
        fix.with("new_type", format!("&{text}"))
    };
    let only_type = may_be_references.then(|| fix(edits[..1].to_vec()).doubtful_if(true));
    std::iter::once(fix(edits)).chain(only_type).collect()
}

/// `let part = &list[..2];`, and `&` in the written type.
pub fn borrow_init(file: &File, name: Range<usize>) -> Option<Fix> {
    let statement = file.statement_at(name.clone())?;
    let StatementKind::Let(of) = statement.kind else { return None };
    let init = of.init?;
    let mut edits = Vec::new();
    match file.expr_exactly(init.clone())?.kind {
        ExprKind::Deref => edits.push(Edit::delete(&file.source, init.start..init.start + 1)),
        // A string literal is a reference.
        ExprKind::Literal => {}
        _ => edits.extend(around(file, init, "&", "")),
    }
    if let Some(ty) = of.ty {
        edits.push(Edit::insert(&file.source, ty.start, "&"));
    }
    (!edits.is_empty())
        .then(|| Fix::new("refer-to-it", Cost::local(Deed::Borrow), edits).with("name", file.text(name)))
}

/// `String` for `str` in the result, and a copy of every value that is returned.
pub fn own_result(file: &File, ty: Range<usize>) -> Option<Fix> {
    let function = file.function_at(ty.clone()).filter(|function| !function.in_trait_impl)?;
    let owned = owned_form(file.text(ty.clone()));
    if owned == file.text(ty.clone()) {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, ty, owned.as_str())];
    for value in file.returned_exprs(&function) {
        if matches!(file.expr_exactly(value.clone())?.kind, ExprKind::Deref) {
            edits.push(Edit::delete(&file.source, value.start..value.start + 1));
        }
        let text = file.text(value.clone());
        let owns = ["String::from", "format!", "vec!"].iter().any(|start| text.starts_with(start))
            || [".to_string()", ".to_owned()", ".to_vec()"].iter().any(|end| text.ends_with(end));
        if !owns {
            edits.push(Edit::insert(&file.source, value.end, ".to_owned()"));
        }
    }
    let fix = Fix::new("return-owned", Cost::signature(Deed::Clone), edits);
    Some(fix.with("owned", owned).with("function", function.name))
}

/// `String`, `Vec<T>` or `Box<dyn Trait>` in a field.
pub fn own_field(case: &Case, file: &Rc<File>, ty: Range<usize>) -> Option<Fix> {
    let owned = owner_of(file.text(ty.clone()));
    let adt = file.adt_at(ty.clone())?;
    let field = adt.fields.iter().find(|field| field.ty == ty)?;
    if owned == file.text(ty.clone()) {
        return None;
    }
    let mut edits = vec![Edit::replace(&file.source, ty.clone(), owned.as_str())];
    if owned.starts_with("Box<") {
        edits.extend(filled(case, file, &adt, field, &ty));
    }
    Some(Fix::new("keep-owned", Cost::signature(Deed::Restructure), edits).with("new_type", owned))
}

/// `Vec<Box<dyn Shape>>`, `Option<String>`: the type within another one, wherever the file writes it so.
pub fn box_items(case: &Case, file: &Rc<File>, outer: Range<usize>, ty: &str) -> Vec<Fix> {
    let written = file.text(outer.clone()).to_owned();
    let whole = file.type_refs(0..file.source.text.len());
    let same: Vec<Range<usize>> =
        whole.into_iter().map(|it| it.range).filter(|it| file.text(it.clone()) == written).collect();
    let alias = alias_of(file, ty);
    let Some(inner) = file.type_refs(outer.clone()).into_iter().map(|it| it.range).find(|range| {
        let text = file.text(range.clone());
        text == ty || text.rsplit("::").next() == ty.rsplit("::").next() || Some(text) == alias.as_deref()
    }) else {
        return Vec::new();
    };
    let text = file.text(inner.clone()).to_owned();
    let within = inner.start - outer.start..inner.end - outer.start;
    let fix = |id, deed, new: String| {
        let mut edits: Vec<Edit> = Vec::new();
        for at in same.iter().filter(|at| file.is_editable((*at).clone())) {
            edits.push(Edit::replace(
                &file.source,
                at.start + within.start..at.start + within.end,
                new.clone(),
            ));
            if new.starts_with("Box<") {
                edits.extend(box_made(case, file, at));
            }
        }
        Fix::new(id, Cost::signature(deed), edits).with("new_type", new)
    };
    let object = ty.starts_with("dyn ");
    let owned = if object { format!("Box<{text}>") } else { owner_of(&text) };
    let mut fixes = Vec::new();
    if !object {
        fixes.push(fix("hold-reference", Deed::Borrow, format!("&{text}")));
    }
    if owned != text {
        fixes.push(fix("keep-owned", Deed::Restructure, owned));
    }
    fixes
}

/// `T: ?Sized` for the function that is called, as rustc says where it is written.
pub fn relax_sized(case: &Case) -> Option<Fix> {
    let wanted = "consider relaxing the implicit `Sized` restriction*";
    let suggestion =
        case.diagnostic.suggestions.iter().find(|it| crate::diagnostic::fits(wanted, &it.text))?;
    let [(span, added)] = suggestion.edits.as_slice() else { return None };
    let file = case.file(span)?;
    let function = file.function_at(span.range());
    let edit = Edit::replace(&file.source, span.range(), added.as_str());
    let fix = Fix::new("allow-unsized", Cost::signature(Deed::Annotate), vec![edit]);
    Some(function.into_iter().fold(fix, |fix, function| fix.with("function", function.name)))
}

/// The name that the file gives to a type: `type Check = dyn Fn() -> bool;`.
fn alias_of(file: &File, ty: &str) -> Option<String> {
    let mut all = file.aliases().into_iter();
    all.find(|alias| alias.ty.clone().is_some_and(|of| file.text(of) == ty)).map(|alias| alias.name)
}

/// Where the file declares a value of this type by itself: what a use of it started with.
pub fn declaration(file: &File, ty: &str) -> Option<Range<usize>> {
    let all = file.type_refs(0..file.source.text.len());
    let alias = alias_of(file, ty);
    // To give a type a name declares no value.
    let found = all.iter().filter(|it| {
        let text = file.text(it.range.clone());
        let of_alias = file.alias_at(it.range.clone()).is_some();
        !of_alias && (text == ty || Some(text) == alias.as_deref())
    });
    found
        .filter_map(|inner| {
            let around = all.iter().filter(|outer| {
                outer.range != inner.range
                    && outer.range.start <= inner.range.start
                    && inner.range.end <= outer.range.end
            });
            let outer = around.min_by_key(|outer| outer.range.len());
            match outer.map(|outer| &outer.kind) {
                None => Some(inner.range.clone()),
                Some(TypeKind::Path { name, .. }) if !POINTERS.contains(&name.as_str()) => {
                    outer.map(|outer| outer.range.clone())
                }
                Some(TypeKind::Slice) => outer.map(|outer| outer.range.clone()),
                Some(_) => None,
            }
        })
        .next()
}

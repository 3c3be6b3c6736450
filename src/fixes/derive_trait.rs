//! Derives a trait for a type of the crate, and for those of the crate that its fields are of.

use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::{Adt, File};

/// Types that cannot be cloned, whatever is done to the types around them.
const NEVER: &[&str] = &[
    "dyn",
    "mut",
    "impl",
    "Mutex",
    "RwLock",
    "File",
    "TcpStream",
    "TcpListener",
    "JoinHandle",
    "Receiver",
    "Child",
    "Stdin",
    "Stdout",
    "AtomicUsize",
    "AtomicBool",
    "AtomicU64",
    "AtomicU32",
    "AtomicI64",
    "MutexGuard",
    "Ref",
    "RefMut",
    "UnsafeCell",
];

/// At most so many types get the derive in one fix.
const MOST: usize = 8;

/// The type of the crate that has this name, if it is the only one, or the only one of the file that the
/// message is about.
pub fn adt(case: &Case, name: &str) -> Option<(Rc<File>, Adt)> {
    let at = &case.diagnostic.primary()?.span.file;
    let mut found = Vec::new();
    for file in case.files.crate_files_with(at, name) {
        found.extend(file.adts().into_iter().filter(|adt| adt.name == name).map(|adt| (file.clone(), adt)));
    }
    if found.iter().any(|(file, _)| file.source.name == *at) {
        found.retain(|(file, _)| file.source.name == *at);
    }
    let one = found.pop();
    one.filter(|_| found.is_empty())
}

/// Whether a type of the crate derives a trait or implements it by hand.
pub fn implements(case: &Case, adt: &Adt, name: &str) -> bool {
    let Some(at) = case.diagnostic.primary().map(|label| &label.span.file) else { return false };
    adt.derives.iter().any(|derived| derived == name)
        || case.files.crate_files_with(at, name).iter().any(|file| {
            file.impls().iter().any(|of| {
                of.trait_name.as_deref() == Some(name) && of.self_name.as_deref() == Some(adt.name.as_str())
            })
        })
}

/// Whether a copy of a value of this type costs nothing, as far as the crate and its name tell.
pub fn is_copied(case: &Case, ty: &Type) -> bool {
    let of_crate = |name: &str| adt(case, name).is_some_and(|(_, adt)| implements(case, &adt, "Copy"));
    ty.is_copied() || ty.name().is_some_and(of_crate)
}

/// `#[derive(Clone)]` on a type and on the types of its fields that need it for that.
pub fn derive_clone(case: &Case, name: &str) -> Option<Fix> {
    let mut todo = vec![name.to_owned()];
    let mut done: Vec<String> = Vec::new();
    let mut edits = Vec::new();
    let mut generic = false;
    while let Some(name) = todo.pop() {
        if done.contains(&name) {
            continue;
        }
        let (file, adt) = adt(case, &name)?;
        done.push(name);
        let (at, text) = file.derive_insert(&adt, "Clone");
        let place = adt.derive_list.as_ref().map_or(adt.name_range.clone(), |list| list.clone());
        // Attributes cannot be edited in general; the list of a derive can.
        let editable = file.is_editable(adt.name_range.clone()) && !file.in_macro_definition(place);
        if !editable || done.len() > MOST {
            return None;
        }
        edits.push(Edit::insert(&file.source, at, text));
        generic |= adt.generics.as_ref().is_some_and(|generics| {
            file.text(generics.clone())
                .split(',')
                .any(|param| !param.trim_start_matches('<').trim().starts_with('\''))
        });
        for field in &adt.fields {
            let ty = file.text(field.ty.clone());
            // A counted owner or a shared reference is cloned without what it refers to.
            let counted =
                ["Rc<", "Arc<", "std::rc::Rc<", "std::sync::Arc<"].iter().any(|start| ty.starts_with(start));
            if counted || ty.starts_with('&') && !ty.contains("mut ") || ty.starts_with("PhantomData") {
                continue;
            }
            for word in ty.split(|c: char| !c.is_alphanumeric() && c != '_') {
                if NEVER.contains(&word) {
                    return None;
                }
                let lacks =
                    self::adt(case, word).is_some_and(|(_, other)| !implements(case, &other, "Clone"));
                if word.starts_with(char::is_uppercase) && lacks {
                    todo.push(word.to_owned());
                }
            }
        }
    }
    let fix = Fix::new("derive-clone", Cost::signature(Deed::Annotate), edits).with("type_name", name);
    Some(fix.doubtful_if(generic))
}

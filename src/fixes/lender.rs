//! Who lends a place: the parameter, the loop or the `let` that makes its root a reference.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fixes::held_place::seen_text;
use crate::rule::Case;
use crate::syntax::{Binding, BindingKind, File, LoopKind, StatementKind};

/// The code that makes a name a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lender {
    /// `&self` or `&mut self` of a method.
    SelfParam {
        /// The receiver, as it is written.
        range: Range<usize>,
        /// The method's name.
        function: String,
        /// Whether it is `&mut self`.
        mutable: bool,
    },
    /// The header of a loop over a borrowed collection.
    LoopItem {
        /// What the loop runs over.
        header: Range<usize>,
        /// The collection in it.
        collection: Range<usize>,
    },
    /// A written type or value with a `&`: `item: &Item`, `let item = &items[0]`.
    Written {
        /// The name.
        name: String,
        /// All of it.
        range: Range<usize>,
    },
}

impl Lender {
    /// Where it stands.
    pub fn range(&self) -> Range<usize> {
        match self {
            Lender::SelfParam { range, .. } | Lender::Written { range, .. } => range.clone(),
            Lender::LoopItem { header, .. } => header.clone(),
        }
    }

    /// Its code.
    pub fn code(&self, file: &File) -> String {
        file.text(self.range()).to_owned()
    }
}

/// The lender of the root of a place; nothing where the code does not say it plainly.
pub fn lender(file: &File, place: Range<usize>) -> Option<Lender> {
    let root = file.place_root(place.clone())?;
    let binding = file.binding(&root, place.start)?;
    match binding.kind {
        BindingKind::SelfParam => {
            let function = file.function_at(place)?;
            let receiver = function.self_param.filter(|receiver| receiver.reference)?;
            let (range, mutable) = (receiver.range, receiver.mutable);
            Some(Lender::SelfParam { range, function: function.name, mutable })
        }
        BindingKind::For => loop_item(file, &binding),
        BindingKind::Param | BindingKind::ClosureParam | BindingKind::Let => {
            let written = match &binding.let_ {
                Some(declared) => declared.ty.clone().or(declared.init.clone()),
                None => binding.ty.clone(),
            };
            let end = written.filter(|said| binding.simple && file.text(said.clone()).starts_with('&'))?.end;
            Some(Lender::Written { name: binding.name, range: binding.pattern.start..end })
        }
        _ => None,
    }
}

/// `for item in &items`, `for item in items.iter()`.
fn loop_item(file: &File, binding: &Binding) -> Option<Lender> {
    let around = file
        .loops_around(binding.scope.clone())
        .into_iter()
        .find(|around| around.kind == LoopKind::For && around.pattern.as_ref() == Some(&binding.pattern));
    let header = around.or_else(|| file.loop_at(binding.pattern.clone()))?.header?;
    let text = file.text(header.clone());
    let iterates = file
        .call_at(header.clone())
        .filter(|call| ["iter", "iter_mut", "values", "values_mut", "keys"].contains(&call.name.as_str()));
    if let Some(call) = iterates {
        return Some(Lender::LoopItem { header, collection: call.receiver? });
    }
    // A name that is a reference itself.
    if crate::fixes::borrow_value::reference_named(file, text, header.start).is_some() {
        return Some(Lender::LoopItem { collection: header.clone(), header });
    }
    let rest = text.strip_prefix('&')?;
    let collection = rest.strip_prefix("mut ").unwrap_or(rest).trim_start();
    let start = header.end - collection.len();
    Some(Lender::LoopItem { collection: start..header.end, header })
}

/// The name of what borrows: as rustc says at the drop, as it is used later, or as it is bound.
pub fn reference_name(case: &Case, lent: &Label, later: Option<&Label>) -> Option<String> {
    let dropped = later.filter(|later| later.role == Role::LaterUseAtDrop);
    if let Some(name) = dropped.and_then(|later| later.quoted().first().map(|name| (*name).to_owned())) {
        return (!name.contains(' ')).then_some(name);
    }
    let used = later.filter(|later| later.role == Role::LaterUse).and_then(|later| {
        let file = case.file(&later.span)?;
        file.place_root(later.span.range()).filter(|root| file.binding(root, later.span.byte_start).is_some())
    });
    // Without the source, rustc has shown the line of the use.
    let is_name = |text: &String| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let Some(file) = case.file(&lent.span) else {
        let used = later.filter(|later| later.role == Role::LaterUse)?;
        return seen_text(&used.span).filter(is_name);
    };
    let statement = file.statement_at(lent.span.range())?;
    let at_once =
        case.diagnostic.primary().is_some_and(|moved| statement.range.contains(&moved.span.byte_start));
    let bound = match statement.kind {
        // Where the statement itself moves the value, its name is that of the result.
        _ if at_once => case.text(&lent.span).filter(|text| text.starts_with('&')),
        StatementKind::Let(declared) => declared.name,
        _ => None,
    };
    used.or(bound)
}

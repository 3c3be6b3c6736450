//! What the items of an iterator are and what is needed instead, where something is made of them.

use super::pair;
use crate::diagnostic::{Diagnostic, fits};

/// The items and what takes them.
pub struct Items {
    /// The type that is to be made of the items, or that takes them.
    pub owner: String,
    /// What each item has to be.
    pub wanted: String,
    /// What each item is.
    pub item: String,
    /// What is made.
    pub kind: ItemsOf,
}

/// What is made of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemsOf {
    /// A collection, which has an item's type as its argument.
    Collection,
    /// One value: a text, a sum.
    Whole,
    /// They are given to a collection that is there already.
    Given {
        /// Whether the items are those of a reference to a collection.
        lent: bool,
    },
}

impl Items {
    /// Reads them from rustc's words.
    pub fn of(diagnostic: &Diagnostic) -> Option<Items> {
        const BUILT: &str = "a value of type `*` cannot be built from an iterator over elements of type `*`";
        const SUMMED: &[&str] = &[
            "a value of type `*` cannot be made by summing an iterator over elements of type `*`",
            "a value of type `*` cannot be made by multiplying all elements of type `*` from an iterator",
        ];
        let quoted = diagnostic.quoted();
        let message = &diagnostic.message;
        if fits(BUILT, message) {
            let (owner, item) = (*quoted.first()?, *quoted.get(1)?);
            let Some((path, list)) = owner.split_once('<') else {
                let wanted = owner.ends_with("String").then_some("char")?;
                return Some(Items::new(owner, wanted, item, ItemsOf::Whole));
            };
            let list = list.strip_suffix('>')?;
            let pairs = ["HashMap", "BTreeMap"].iter().any(|map| path.ends_with(map));
            let wanted = if pairs { format!("({list})") } else { list.to_owned() };
            return Some(Items::new(owner, &wanted, item, ItemsOf::Collection));
        }
        if SUMMED.iter().any(|summed| fits(summed, message)) {
            let (owner, item) = (*quoted.first()?, *quoted.get(1)?);
            // With the type in `sum::<i64>()` rustc points at that instead of the call.
            diagnostic.primary()?.span.seen().filter(|seen| seen != owner)?;
            return Some(Items::new(owner, owner, item, ItemsOf::Whole));
        }
        // `extend` and its kind.
        fits("type mismatch resolving `* as IntoIterator>::Item == *`", message).then_some(())?;
        let (wanted, item) = pair(&diagnostic.primary()?.text)?;
        let lent = quoted.first()?.starts_with("<&");
        Some(Items::new(&wanted, &wanted, &item, ItemsOf::Given { lent }))
    }

    fn new(owner: &str, wanted: &str, item: &str, kind: ItemsOf) -> Items {
        Items { owner: owner.to_owned(), wanted: wanted.to_owned(), item: item.to_owned(), kind }
    }
}

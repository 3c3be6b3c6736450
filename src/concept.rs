//! The ideas a mistake teaches, and their pages.

use std::sync::LazyLock;

use crate::explanation::Text;

/// One idea, with a page in `explanations/concepts/`.
#[derive(Debug)]
pub struct Concept {
    /// The public id: `copy-and-clone`.
    pub name: &'static str,
    /// Its page, as Markdown.
    pub page: &'static str,
    /// The page by its headings.
    pub text: Text,
    terms: Vec<(String, String)>,
}

impl Concept {
    /// The terms of art that the page owns, with a gloss of one line each.
    pub fn terms(&self) -> impl Iterator<Item = &(String, String)> {
        self.terms.iter()
    }

    /// The concept of this name.
    pub fn find(name: &str) -> Option<&'static Concept> {
        CONCEPTS.iter().find(|concept| concept.name == name)
    }
}

/// All concepts, in the order in which to learn them.
pub static CONCEPTS: LazyLock<Vec<Concept>> = LazyLock::new(|| {
    PAGES
        .iter()
        .map(|&(name, page)| {
            let text = Text::parse(page);
            let terms = text.bullets("In one line", None).into_iter().collect();
            Concept { name, page, text, terms }
        })
        .collect()
});

static PAGES: &[(&str, &str)] = &[
    ("stack-and-heap", include_str!("../explanations/concepts/stack_and_heap.md")),
    ("ownership", include_str!("../explanations/concepts/ownership.md")),
    ("move", include_str!("../explanations/concepts/move.md")),
    ("copy-and-clone", include_str!("../explanations/concepts/copy_and_clone.md")),
    ("drop", include_str!("../explanations/concepts/drop.md")),
    ("borrowing", include_str!("../explanations/concepts/borrowing.md")),
    ("one-writer-or-many-readers", include_str!("../explanations/concepts/one_writer_or_many_readers.md")),
    ("valid-references", include_str!("../explanations/concepts/valid_references.md")),
    ("box", include_str!("../explanations/concepts/box.md")),
    ("rc", include_str!("../explanations/concepts/rc.md")),
    ("arc", include_str!("../explanations/concepts/arc.md")),
    ("trait-objects", include_str!("../explanations/concepts/trait_objects.md")),
    ("interior-mutability", include_str!("../explanations/concepts/interior_mutability.md")),
    ("cell", include_str!("../explanations/concepts/cell.md")),
    ("refcell", include_str!("../explanations/concepts/refcell.md")),
    ("mutex", include_str!("../explanations/concepts/mutex.md")),
    ("rwlock", include_str!("../explanations/concepts/rwlock.md")),
    ("choosing", include_str!("../explanations/concepts/choosing.md")),
    ("lifetimes", include_str!("../explanations/concepts/lifetimes.md")),
    ("elision", include_str!("../explanations/concepts/elision.md")),
    ("static", include_str!("../explanations/concepts/static.md")),
    ("struct-lifetimes", include_str!("../explanations/concepts/struct_lifetimes.md")),
    ("closures", include_str!("../explanations/concepts/closures.md")),
    ("threads", include_str!("../explanations/concepts/threads.md")),
    ("self-reference", include_str!("../explanations/concepts/self_reference.md")),
];

//! Says where lifetimes are declared that one is valid for as long as another.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{File, Scope, ScopeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// `have` has to be valid for as long as `want`.
#[derive(Debug)]
pub struct Order<'c> {
    /// The case.
    pub case: &'c Case<'c>,
    /// The file.
    pub file: &'c Rc<File>,
    /// The code that needs it.
    pub at: Range<usize>,
    /// The lifetime that has to be the longer one.
    pub have: &'c str,
    /// The lifetime that it has to last for.
    pub want: &'c str,
}

impl Order<'_> {
    /// The bound where it can be written, and `where Self: 'a` for a trait's type that lends.
    pub fn ways(&self) -> Vec<Fix> {
        let scopes = self.file.lifetime_scopes(self.at.clone());
        let declares = |name: &str| {
            scopes.iter().position(|scope| scope.lifetimes.iter().any(|(_, found)| found == name))
        };
        let (Some(home), want) = (declares(self.have), declares(self.want)) else { return Vec::new() };
        if self.want == "'static" {
            return self
                .bound(&scopes[home])
                .map(|edits| Fix::new("ask-lifetime-for-static", Cost::signature(Deed::Demand), edits))
                .into_iter()
                .collect();
        }
        let Some(want) = want else { return Vec::new() };
        let mut fixes = Vec::new();
        // A header cannot speak of what is declared within.
        if want >= home {
            let edits = self.bound(&scopes[home]);
            fixes.extend(edits.map(|edits| Fix::new("order-lifetimes", COST, edits)));
        } else if scopes[want].kind == ScopeKind::Alias {
            fixes.extend(self.where_self().map(|edits| Fix::new("say-where-self", COST, edits)));
        }
        fixes
    }

    /// `'b: 'a` where `'b` is declared.
    fn bound(&self, scope: &Scope) -> Option<Vec<Edit>> {
        let (range, _) = scope.lifetimes.iter().find(|(_, name)| name == self.have)?;
        let next = self.file.token_after(range.end)?;
        let edit = match self.file.text(next.clone()) {
            ":" => Edit::insert(&self.file.source, next.end, format!(" {} +", self.want)),
            _ => Edit::insert(&self.file.source, range.end, format!(": {}", self.want)),
        };
        Some(vec![edit])
    }

    /// `where Self: 'a` on the type in the trait and in all its impls.
    fn where_self(&self) -> Option<Vec<Edit>> {
        let alias = self.file.alias_at(self.at.clone())?;
        let block = self.file.impl_at(alias.range.clone())?;
        let of_trait = block.trait_name?;
        let mut edits = Vec::new();
        let mut declared = false;
        for file in self.case.files.crate_files_with(&self.file.source.name, &of_trait) {
            for other in file.aliases_named(&alias.name) {
                let in_trait = file.trait_at(other.range.clone()).is_some_and(|it| it.name == of_trait);
                let in_impl = file
                    .impl_at(other.range.clone())
                    .is_some_and(|it| it.trait_name.as_ref() == Some(&of_trait));
                let text = file.text(other.range.clone());
                let end = text.strip_suffix(';')?.trim_end().len();
                declared |= in_trait;
                if !(in_trait || in_impl) || text.contains("where") {
                    continue;
                }
                let scopes = file.lifetime_scopes(other.name_range.clone());
                let own = scopes.iter().find(|scope| scope.kind == ScopeKind::Alias);
                let (_, lifetime) = own?.lifetimes.first()?;
                let text = format!(" where Self: {lifetime}");
                edits.push(Edit::insert(&file.source, other.range.start + end, text));
            }
        }
        declared.then_some(edits)
    }
}

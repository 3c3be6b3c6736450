//! Lists in angle brackets, bounds, and the `for<'a>` in front of them.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::exprs::is_item;
use super::tree::{code_of, code_range, token_range};

/// One parameter or argument of a list in angle brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericItem {
    /// Its bytes, with bounds and defaults.
    pub range: Range<usize>,
    /// The lifetime, with its `'`, if it is one.
    pub lifetime: Option<(Range<usize>, String)>,
}

/// `<'a, T>` where it is declared, or where it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenericList {
    /// From `<` to `>`; with the `::` before it.
    pub range: Range<usize>,
    /// The byte after `<`.
    pub open: usize,
    /// What is in it.
    pub items: Vec<GenericItem>,
    /// Whether it declares its names.
    pub declares: bool,
}

/// `for<'a>` with what it declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binder {
    /// From `for` to `>`.
    pub range: Range<usize>,
    /// `<'a>`.
    pub list: GenericList,
    /// All that can see its names.
    pub scope: Range<usize>,
}

/// A bound such as the `'b` of `'a: 'b` or the `Copy` of `T: Clone + Copy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The bound alone.
    pub range: Range<usize>,
    /// What to delete to take it away.
    pub removal: Range<usize>,
}

impl File {
    /// The innermost list in angle brackets around a range.
    pub fn generic_list_at(&self, range: Range<usize>) -> Option<GenericList> {
        self.climb(&range).take_while(|node| !is_item(node)).find_map(|node| self.generic_list(&node))
    }

    /// The list of arguments right behind a name.
    pub fn arguments_after(&self, name: Range<usize>) -> Option<GenericList> {
        let mut next = self.token_after(name.end)?;
        if self.text(next.clone()) == "::" {
            next = self.token_after(next.end)?;
        }
        if self.text(next.clone()) != "<" {
            return None;
        }
        self.generic_list_at(next).filter(|list| !list.declares)
    }

    /// The `for<..>` around a range that declares a lifetime.
    pub fn binder_of(&self, range: Range<usize>, lifetime: &str) -> Option<Binder> {
        self.climb(&range).take_while(|node| !is_item(node)).find_map(|node| {
            let binder = node.children().find_map(ast::ForBinder::cast)?;
            let list = self.generic_list(binder.generic_param_list()?.syntax())?;
            let declares = list.items.iter().filter_map(|item| item.lifetime.as_ref());
            let found = declares.into_iter().any(|(_, name)| name == lifetime);
            found.then(|| Binder { range: code_range(binder.syntax()), list, scope: code_range(&node) })
        })
    }

    /// The condition `T: Trait` of a `where` clause around a range.
    pub fn where_condition_at(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut around = self.climb(&range).take_while(|node| !is_item(node));
        around.find_map(ast::WherePred::cast).map(|condition| code_range(condition.syntax()))
    }

    /// The bound that a range is or is within, in the generics or the `where` clause of an item.
    pub fn written_bound(&self, range: Range<usize>) -> Option<Bound> {
        let bound = self.climb(&range).take_while(|node| !is_item(node)).find_map(ast::TypeBound::cast)?;
        let list = bound.syntax().parent().and_then(ast::TypeBoundList::cast)?;
        let owner = list.syntax().parent()?;
        let bounds: Vec<Range<usize>> = list.bounds().map(|it| code_range(it.syntax())).collect();
        let this = code_range(bound.syntax());
        let removal = match bounds.as_slice() {
            // With the `:` before it, or with the whole condition.
            [_] => self.lone_bound(&owner, &this)?,
            [first, second, ..] if *first == this => this.start..second.start,
            all => {
                let at = all.iter().position(|it| *it == this)?;
                all[at - 1].end..this.end
            }
        };
        Some(Bound { range: this, removal })
    }

    /// What goes with the only bound of a parameter or condition.
    fn lone_bound(&self, owner: &SyntaxNode, bound: &Range<usize>) -> Option<Range<usize>> {
        let Some(condition) = ast::WherePred::cast(owner.clone()) else {
            let name = owner.children().find(|node| {
                matches!(node.kind(), SyntaxKind::NAME | SyntaxKind::LIFETIME | SyntaxKind::NAME_REF)
            })?;
            return Some(code_range(&name).end..bound.end);
        };
        let clause = condition.syntax().parent().and_then(ast::WhereClause::cast)?;
        let all: Vec<Range<usize>> = clause.predicates().map(|it| code_range(it.syntax())).collect();
        let this = code_range(condition.syntax());
        match all.as_slice() {
            // With the white space before `where`.
            [_] => {
                let clause = code_range(clause.syntax());
                Some(self.token_before(clause.start)?.end..clause.end)
            }
            [first, second, ..] if *first == this => Some(this.start..second.start),
            all => {
                let at = all.iter().position(|it| *it == this)?;
                Some(all[at - 1].end..this.end)
            }
        }
    }

    fn generic_list(&self, node: &SyntaxNode) -> Option<GenericList> {
        let lifetime =
            |it: Option<ast::Lifetime>| code_of(it).map(|range| (range.clone(), self.text(range).to_owned()));
        if let Some(list) = ast::GenericParamList::cast(node.clone()) {
            let items = list.generic_params().map(|param| GenericItem {
                range: code_range(param.syntax()),
                lifetime: match &param {
                    ast::GenericParam::LifetimeParam(it) => lifetime(it.lifetime()),
                    _ => None,
                },
            });
            let open = token_range(&list.l_angle_token()?).end;
            return Some(GenericList {
                range: code_range(node),
                open,
                items: items.collect(),
                declares: true,
            });
        }
        let list = ast::GenericArgList::cast(node.clone())?;
        let items = list.generic_args().map(|argument| GenericItem {
            range: code_range(argument.syntax()),
            lifetime: match &argument {
                ast::GenericArg::LifetimeArg(it) => lifetime(it.lifetime()),
                _ => None,
            },
        });
        let open = token_range(&list.l_angle_token()?).end;
        Some(GenericList { range: code_range(node), open, items: items.collect(), declares: false })
    }
}

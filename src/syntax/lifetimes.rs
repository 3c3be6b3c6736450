//! Lifetimes that are left out, who may declare one, and who has.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasGenericArgs, HasGenericParams, HasName};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::edits::Generic;
use super::exprs::is_item;
use super::tree::{bytes, code_of, code_range, holds, token_range};

/// What stands where a lifetime is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElidedKind {
    /// `&T`.
    Reference,
    /// `'_`.
    Underscore,
    /// `Ref<T>` for `Ref<'_, T>`.
    Arguments,
    /// `Parser` for `Parser<'_>`.
    Hidden,
}

/// A place where a lifetime is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elided {
    /// What to replace to name it; empty where the name is inserted.
    pub range: Range<usize>,
    /// What stands there.
    pub kind: ElidedKind,
    /// How many lifetimes are left out there.
    pub count: usize,
}

impl Elided {
    /// What to write there to name it.
    pub fn named(&self, lifetime: &str) -> String {
        let all = vec![lifetime; self.count.max(1)].join(", ");
        match self.kind {
            ElidedKind::Reference => format!("{lifetime} "),
            ElidedKind::Underscore => lifetime.to_owned(),
            ElidedKind::Arguments => format!("{all}, "),
            ElidedKind::Hidden => format!("<{all}>"),
        }
    }
}

/// What can declare a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// `fn name<'a>`.
    Function,
    /// `impl<'a>`.
    Impl,
    /// `trait Name<'a>`.
    Trait,
    /// `struct Name<'a>`, also enums and unions.
    Type,
    /// `type Name<'a>`.
    Alias,
    /// `for<'a> fn(&'a T)`, `for<'a> Fn(&'a T)`.
    Callable,
}

/// Something that declares lifetimes or could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// Its bytes, without comments and attributes.
    pub range: Range<usize>,
    /// Its name, or the type that an impl is for.
    pub name: Option<String>,
    /// `<'a, T>`.
    pub generics: Option<Range<usize>>,
    /// Where `<'a>` is written if there are none; for a callable type, `for<'a> `.
    pub insert: usize,
    /// The lifetimes that it declares, with their `'`, and where.
    pub lifetimes: Vec<(Range<usize>, String)>,
}

impl Generic for Scope {
    fn generics(&self) -> Option<Range<usize>> {
        self.generics.clone()
    }
    fn generics_insert(&self) -> usize {
        self.insert
    }
}

/// The type of something that can be called: `fn(A) -> B`, `Fn(A) -> B`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callable {
    /// Its bytes, without `for<'a>`.
    pub range: Range<usize>,
    /// The types of its arguments.
    pub args: Vec<Range<usize>>,
    /// The type that it returns.
    pub result: Option<Range<usize>>,
}

/// A `type` declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Its bytes.
    pub range: Range<usize>,
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// The type that it stands for.
    pub ty: Option<Range<usize>>,
    /// `where ..`.
    pub where_clause: Option<Range<usize>>,
    /// Whether it belongs to an impl or a trait.
    pub associated: bool,
}

impl File {
    /// The places within a type where a lifetime is left out, in source order. Not those in `fn(&T)`
    /// and `Fn(&T)`, where every call has a lifetime of its own. `declared` says how many lifetimes
    /// the type of a name has.
    pub fn elided_lifetimes(&self, range: Range<usize>, declared: &dyn Fn(&str) -> usize) -> Vec<Elided> {
        let one = |range, kind| Elided { range, kind, count: 1 };
        let references = self.elided_references(range.clone()).into_iter();
        let mut found: Vec<Elided> = references.map(|at| one(at..at, ElidedKind::Reference)).collect();
        for lifetime in self.nodes::<ast::Lifetime>(&range) {
            if lifetime.text() == "'_" && !in_callable(lifetime.syntax(), &range) {
                found.push(one(code_range(lifetime.syntax()), ElidedKind::Underscore));
            }
        }
        for path in self.nodes::<ast::PathType>(&range) {
            let Some(segment) = path.path().and_then(|path| path.segment()) else { continue };
            let Some(name) = code_of(segment.name_ref()) else { continue };
            let arguments = segment.generic_arg_list();
            let has_lifetimes = arguments.iter().any(|list| list.lifetime_args().next().is_some());
            let count = declared(self.text(name.clone()));
            if count == 0 || has_lifetimes || in_callable(path.syntax(), &range) {
                continue;
            }
            let (at, kind) = match arguments.as_ref().and_then(ast::GenericArgList::l_angle_token) {
                Some(open) => (token_range(&open).end, ElidedKind::Arguments),
                None => (name.end, ElidedKind::Hidden),
            };
            found.push(Elided { range: at..at, kind, count });
        }
        found.sort_by_key(|elided| elided.range.start);
        found
    }

    /// How many lifetimes a type of this file declares; none where it declares no such type.
    pub fn lifetimes_of_type(&self, name: &str) -> usize {
        self.adt_named(name).map_or(0, |adt| adt.lifetimes.len())
    }

    /// Everything around a range that could declare a lifetime for it, inner to outer, up to an item
    /// that sees nothing of what is around it.
    pub fn lifetime_scopes(&self, range: Range<usize>) -> Vec<Scope> {
        let mut scopes = Vec::new();
        for node in self.climb(&range) {
            scopes.extend(self.scope(&node));
            let kind = node.kind();
            let in_block = matches!(kind, SyntaxKind::FN | SyntaxKind::TYPE_ALIAS | SyntaxKind::CONST)
                && node.parent().is_some_and(|list| list.kind() == SyntaxKind::ASSOC_ITEM_LIST);
            if is_item(&node) && !in_block {
                break;
            }
        }
        scopes
    }

    /// All functions within a range, in source order.
    pub fn functions_in(&self, range: Range<usize>) -> Vec<super::Function> {
        self.nodes::<ast::Fn>(&range).iter().filter_map(|function| self.function(function)).collect()
    }

    /// The innermost callable type around a range.
    pub fn callable_at(&self, range: Range<usize>) -> Option<Callable> {
        self.climb(&range).take_while(|node| !is_item(node)).find_map(|node| callable(&node))
    }

    /// The bound `Trait<T>` in the generics or the `where` clause of an item, or behind the name of a
    /// trait, whose trait's name or arguments hold a range; not one that begins with `for`.
    pub fn bound_at(&self, range: Range<usize>) -> Option<Range<usize>> {
        let mut around = self.climb(&range).take_while(|node| !is_item(node));
        let bound = around.find_map(ast::TypeBound::cast)?;
        let declares = |kind| matches!(kind, SyntaxKind::GENERIC_PARAM_LIST | SyntaxKind::WHERE_CLAUSE);
        let mut around = bound.syntax().ancestors().take_while(|node| !is_item(node));
        // `trait Name: Trait<T>` and `type Name: Trait<T>` have bounds without a list of parameters.
        let owner = bound.syntax().parent().and_then(|list| list.parent());
        let of_item = owner.is_some_and(|it| matches!(it.kind(), SyntaxKind::TRAIT | SyntaxKind::TYPE_ALIAS));
        let in_generics = of_item || around.any(|node| declares(node.kind()));
        let plain = bound.for_binder().is_none() && bound.lifetime().is_none();
        (in_generics && plain).then(|| code_range(bound.syntax()))
    }

    /// The `type` declaration around a range.
    pub fn alias_at(&self, range: Range<usize>) -> Option<Alias> {
        let alias = self.climb(&range).find_map(ast::TypeAlias::cast)?;
        self.alias(&alias)
    }

    /// All `type` declarations.
    pub fn aliases(&self) -> Vec<Alias> {
        let all = self.tree.root.descendants().filter_map(ast::TypeAlias::cast);
        all.filter_map(|alias| self.alias(&alias)).collect()
    }

    /// All `type` declarations of this name.
    pub fn aliases_named(&self, name: &str) -> Vec<Alias> {
        self.aliases().into_iter().filter(|alias| alias.name == name).collect()
    }

    fn alias(&self, alias: &ast::TypeAlias) -> Option<Alias> {
        let name_range = code_of(alias.name())?;
        let parent = alias.syntax().parent()?;
        Some(Alias {
            range: code_range(alias.syntax()),
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            ty: code_of(alias.ty()),
            where_clause: code_of(alias.where_clause()),
            associated: parent.kind() == SyntaxKind::ASSOC_ITEM_LIST,
        })
    }

    fn scope(&self, node: &SyntaxNode) -> Option<Scope> {
        let (kind, insert, name) = match node.kind() {
            SyntaxKind::FN => {
                let name = code_of(ast::Fn::cast(node.clone())?.name())?;
                (ScopeKind::Function, name.end, Some(name))
            }
            SyntaxKind::IMPL => {
                let block = ast::Impl::cast(node.clone())?;
                (ScopeKind::Impl, token_range(&block.impl_token()?).end, code_of(block.self_ty()))
            }
            SyntaxKind::TRAIT => {
                let name = code_of(ast::Trait::cast(node.clone())?.name())?;
                (ScopeKind::Trait, name.end, Some(name))
            }
            SyntaxKind::STRUCT | SyntaxKind::ENUM | SyntaxKind::UNION => {
                let name = code_of(ast::Adt::cast(node.clone())?.name())?;
                (ScopeKind::Type, name.end, Some(name))
            }
            SyntaxKind::TYPE_ALIAS => {
                let name = code_of(ast::TypeAlias::cast(node.clone())?.name())?;
                (ScopeKind::Alias, name.end, Some(name))
            }
            _ => {
                let callable = callable(node)?;
                (ScopeKind::Callable, callable.range.start, Some(callable.range))
            }
        };
        let list = match kind {
            ScopeKind::Callable => binder(node).and_then(|binder| binder.generic_param_list()),
            _ => node.children().find_map(ast::GenericParamList::cast),
        };
        let declared = list.iter().flat_map(|list| list.lifetime_params().collect::<Vec<_>>());
        let lifetimes = declared.filter_map(|param| code_of(param.lifetime()));
        Some(Scope {
            kind,
            range: code_range(node),
            name: name.map(|range| self.text(range).to_owned()),
            insert,
            lifetimes: lifetimes.map(|range| (range.clone(), self.text(range).to_owned())).collect(),
            generics: code_of(list),
        })
    }
}

/// The callable type that a node is: a function pointer, or a path such as `Fn(A) -> B`.
fn callable(node: &SyntaxNode) -> Option<Callable> {
    if let Some(pointer) = ast::FnPtrType::cast(node.clone()) {
        let params = pointer.param_list()?;
        return Some(Callable {
            range: code_range(node),
            args: params.params().filter_map(|param| code_of(param.ty())).collect(),
            result: code_of(pointer.ret_type().and_then(|it| it.ty())),
        });
    }
    let path = ast::PathType::cast(node.clone())?.path()?;
    let segment = path.segment()?;
    let arguments = segment.parenthesized_arg_list()?;
    Some(Callable {
        range: code_range(node),
        args: arguments.type_args().filter_map(|argument| code_of(argument.ty())).collect(),
        result: code_of(segment.ret_type().and_then(|it| it.ty())),
    })
}

/// The `for<'a>` in front of a callable type.
fn binder(node: &SyntaxNode) -> Option<ast::ForBinder> {
    let parent = node.parent()?;
    if let Some(ty) = ast::ForType::cast(parent.clone()) {
        return ty.for_binder();
    }
    ast::TypeBound::cast(parent)?.for_binder()
}

/// Whether a node stands among the arguments or in the result of a callable type within a range.
fn in_callable(node: &SyntaxNode, within: &Range<usize>) -> bool {
    let whole = bytes(node.text_range());
    let mut around =
        node.ancestors().skip(1).take_while(|outer| holds(within, &code_range(outer)) && !is_item(outer));
    whole != *within && around.any(|outer| callable(&outer).is_some())
}

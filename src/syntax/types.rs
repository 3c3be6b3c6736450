//! Written types, their references and their lifetimes.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasGenericArgs};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::tree::{bytes, code_of, code_range, token_range};

/// What a written type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// `&'a mut T`.
    Reference {
        /// The byte after `&`: where a lifetime is written.
        amp: usize,
        /// The lifetime.
        lifetime: Option<Range<usize>>,
        /// Whether it is `&mut`.
        mutable: bool,
        /// What it refers to.
        inner: Range<usize>,
    },
    /// `Vec<T>`, `T`, `Self`.
    Path {
        /// The last name.
        name: String,
        /// The byte after that name: where `<'a>` is written.
        name_end: usize,
        /// `<'a, T>`.
        generic_args: Option<Range<usize>>,
        /// The lifetimes among these.
        lifetimes: Vec<Range<usize>>,
    },
    /// `dyn Trait + 'a`.
    Dyn {
        /// `Trait + 'a`.
        bounds: Range<usize>,
        /// The lifetimes among these.
        lifetimes: Vec<Range<usize>>,
    },
    /// `impl Trait + 'a`.
    ImplTrait {
        /// `Trait + 'a`.
        bounds: Range<usize>,
        /// The lifetimes among these.
        lifetimes: Vec<Range<usize>>,
    },
    /// `[T]`.
    Slice,
    /// `[T; n]`.
    Array,
    /// `(A, B)`.
    Tuple,
    /// `fn(A) -> B`, also after `for<'a>`.
    FnPointer,
    /// `*const T`, `*mut T`.
    RawPointer,
    /// `(T)`.
    Paren,
    /// `_`.
    Infer,
    /// `!`.
    Never,
    /// A macro call.
    Macro,
}

/// A written type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TypeKind,
}

impl File {
    /// The smallest written type that covers a range.
    pub fn type_at(&self, range: Range<usize>) -> Option<TypeRef> {
        let found = self.climb(&range).find(|node| {
            ast::Type::can_cast(node.kind())
                || ast::Expr::can_cast(node.kind())
                || ast::Item::can_cast(node.kind())
        });
        self.type_ref(&ast::Type::cast(found?)?)
    }

    /// All types written within a range, outer to inner, in source order.
    pub fn type_refs(&self, range: Range<usize>) -> Vec<TypeRef> {
        self.nodes::<ast::Type>(&range).iter().filter_map(|ty| self.type_ref(ty)).collect()
    }

    /// All lifetimes written within a range, with their `'`; labels are none.
    pub fn lifetimes_in(&self, range: Range<usize>) -> Vec<(Range<usize>, String)> {
        let is_label = |node: &SyntaxNode| {
            use SyntaxKind::{BREAK_EXPR, CONTINUE_EXPR, LABEL};
            node.parent().is_some_and(|parent| matches!(parent.kind(), LABEL | BREAK_EXPR | CONTINUE_EXPR))
        };
        let found = self.nodes::<ast::Lifetime>(&range).into_iter().filter(|it| !is_label(it.syntax()));
        found.map(|it| (code_range(it.syntax()), self.code(it.syntax()).to_owned())).collect()
    }

    /// The byte after each `&` without a lifetime within a range, `&self` included. Not those in
    /// `fn(&T)` and `Fn(&T)`, where every call has a lifetime of its own.
    pub fn elided_references(&self, range: Range<usize>) -> Vec<usize> {
        let own_lifetimes = |node: &SyntaxNode| {
            let whole = bytes(node.text_range());
            let mut around = node.ancestors().skip(1).take_while(|outer| {
                super::tree::holds(&range, &code_range(outer)) && !ast::Item::can_cast(outer.kind())
            });
            let found = around.any(|outer| {
                matches!(outer.kind(), SyntaxKind::FN_PTR_TYPE | SyntaxKind::PARENTHESIZED_ARG_LIST)
                    || (outer.kind() == SyntaxKind::RET_TYPE
                        && outer.parent().is_some_and(|parent| parent.kind() == SyntaxKind::PATH_SEGMENT))
            });
            found && whole != range
        };
        let mut found: Vec<usize> = Vec::new();
        for reference in self.nodes::<ast::RefType>(&range) {
            if reference.lifetime().is_none() && !own_lifetimes(reference.syntax()) {
                found.extend(reference.amp_token().map(|amp| token_range(&amp).end));
            }
        }
        for param in self.nodes::<ast::SelfParam>(&range) {
            if param.lifetime().is_none() {
                found.extend(param.amp_token().map(|amp| token_range(&amp).end));
            }
        }
        found.sort_unstable();
        found
    }

    fn type_ref(&self, ty: &ast::Type) -> Option<TypeRef> {
        let kind = match ty {
            ast::Type::RefType(it) => TypeKind::Reference {
                amp: token_range(&it.amp_token()?).end,
                lifetime: code_of(it.lifetime()),
                mutable: it.mut_token().is_some(),
                inner: code_of(it.ty())?,
            },
            ast::Type::PathType(it) => {
                let segment = it.path()?.segment()?;
                let name = code_of(segment.name_ref())?;
                let arguments = segment.generic_arg_list();
                let lifetimes = arguments.iter().flat_map(ast::GenericArgList::lifetime_args);
                TypeKind::Path {
                    name: self.text(name.clone()).to_owned(),
                    name_end: name.end,
                    lifetimes: lifetimes.map(|it| code_range(it.syntax())).collect(),
                    generic_args: code_of(arguments),
                }
            }
            ast::Type::DynTraitType(it) => {
                let (bounds, lifetimes) = bounds(it.type_bound_list()?);
                TypeKind::Dyn { bounds, lifetimes }
            }
            ast::Type::ImplTraitType(it) => {
                let (bounds, lifetimes) = bounds(it.type_bound_list()?);
                TypeKind::ImplTrait { bounds, lifetimes }
            }
            ast::Type::SliceType(_) => TypeKind::Slice,
            ast::Type::ArrayType(_) => TypeKind::Array,
            ast::Type::TupleType(_) => TypeKind::Tuple,
            ast::Type::FnPtrType(_) | ast::Type::ForType(_) => TypeKind::FnPointer,
            ast::Type::PtrType(_) => TypeKind::RawPointer,
            ast::Type::ParenType(_) => TypeKind::Paren,
            ast::Type::InferType(_) => TypeKind::Infer,
            ast::Type::NeverType(_) => TypeKind::Never,
            ast::Type::MacroType(_) => TypeKind::Macro,
        };
        Some(TypeRef { range: code_range(ty.syntax()), kind })
    }
}

fn bounds(list: ast::TypeBoundList) -> (Range<usize>, Vec<Range<usize>>) {
    let lifetimes = list.bounds().filter_map(|bound| code_of(bound.lifetime()));
    (code_range(list.syntax()), lifetimes.collect())
}

//! Declarations of locals: what a name means, and as what it was declared.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasLoopBody, HasName};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::blocks::Let;
use super::tree::{braces, code_of, code_range};

/// How a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BindingKind {
    /// `let x`, also `let .. else`.
    Let,
    /// A parameter of a function.
    Param,
    /// `self`.
    SelfParam,
    /// `for x in ..`.
    For,
    /// A pattern of a `match`.
    MatchArm,
    /// `if let`, also in the guard of an arm.
    IfLet,
    /// `while let`.
    WhileLet,
    /// A parameter of a closure.
    ClosureParam,
    /// `static X`.
    Static,
    /// `const X`.
    Const,
}

/// A declared name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name.
    pub name: String,
    /// Its bytes where it is declared.
    pub name_range: Range<usize>,
    /// How it is declared.
    pub kind: BindingKind,
    /// Whether the binding can be changed: `mut x`, `mut self` (not `&mut self`), `static mut`.
    pub mutable: bool,
    /// `ref x`.
    pub by_ref: bool,
    /// The whole pattern that it is part of; for `self`, the parameter; for a static, its name.
    pub pattern: Range<usize>,
    /// Whether the pattern is nothing but the name, perhaps with `mut`.
    pub simple: bool,
    /// The `let` statement that declares it.
    pub let_: Option<Let>,
    /// Where it can be seen: from after its declaration to the end of the block, arm or body. For a
    /// static or constant, the block or file around it.
    pub scope: Range<usize>,
    /// The written type, where the pattern is nothing but the name.
    pub ty: Option<Range<usize>>,
}

impl File {
    /// All names that the pattern at a range declares, in source order.
    pub fn bindings_in_pattern(&self, range: Range<usize>) -> Vec<Binding> {
        let idents = self.nodes::<ast::IdentPat>(&range);
        idents.iter().filter(|ident| declares(ident)).filter_map(|ident| self.declared(ident)).collect()
    }

    /// The declaration that a name in a pattern is.
    pub(super) fn declared(&self, ident: &ast::IdentPat) -> Option<Binding> {
        let name_range = code_of(ident.name())?;
        let top = top_pattern(&ast::Pat::IdentPat(ident.clone()));
        let owner = top.parent()?;
        let (kind, scope) = scope_of(&owner)?;
        let pattern = code_range(&top);
        let simple = &top == ident.syntax() && ident.ref_token().is_none() && ident.at_token().is_none();
        let (ty, let_) = match owner.kind() {
            SyntaxKind::LET_STMT => {
                let statement = ast::LetStmt::cast(owner)?;
                (code_of(statement.ty()), self.let_of(&statement))
            }
            SyntaxKind::PARAM => (code_of(ast::Param::cast(owner)?.ty()), None),
            _ => (None, None),
        };
        Some(Binding {
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            kind,
            mutable: ident.mut_token().is_some() && ident.ref_token().is_none(),
            by_ref: ident.ref_token().is_some(),
            pattern,
            simple,
            let_,
            scope,
            ty: ty.filter(|_| simple),
        })
    }

    pub(super) fn declared_self(&self, function: &ast::Fn) -> Option<Binding> {
        let param = self.self_param(&function.param_list()?.self_param()?)?;
        Some(Binding {
            name: "self".to_owned(),
            name_range: param.self_token,
            kind: BindingKind::SelfParam,
            mutable: param.mutable && !param.reference,
            by_ref: false,
            pattern: param.range,
            simple: true,
            let_: None,
            scope: braces(&function.body()?),
            ty: param.ty,
        })
    }

    pub(super) fn declared_item(&self, item: &SyntaxNode, name: &str) -> Option<Binding> {
        let (kind, found, ty, mutable) = match item.kind() {
            SyntaxKind::STATIC => {
                let it = ast::Static::cast(item.clone())?;
                (BindingKind::Static, it.name()?, it.ty(), it.mut_token().is_some())
            }
            SyntaxKind::CONST => {
                let it = ast::Const::cast(item.clone())?;
                (BindingKind::Const, it.name()?, it.ty(), false)
            }
            _ => return None,
        };
        let name_range = code_range(found.syntax());
        (self.text(name_range.clone()) == name).then(|| Binding {
            name: name.to_owned(),
            pattern: name_range.clone(),
            name_range,
            kind,
            mutable,
            by_ref: false,
            simple: true,
            let_: None,
            scope: item.parent().map_or(0..0, |parent| code_range(&parent)),
            ty: code_of(ty),
        })
    }
}

/// The name that a pattern is nothing else than: `x` or `mut x`.
pub(super) fn simple_name(pattern: &ast::Pat) -> Option<ast::IdentPat> {
    match pattern {
        ast::Pat::IdentPat(ident) => {
            let plain = ident.ref_token().is_none() && ident.at_token().is_none() && declares(ident);
            plain.then(|| ident.clone())
        }
        _ => None,
    }
}

/// Whether a name in a pattern declares a variable: `None` and `MAX` look the same to a parser,
/// and only their first letter tells that they do not.
pub(super) fn declares(ident: &ast::IdentPat) -> bool {
    ident.ref_token().is_some()
        || ident.mut_token().is_some()
        || ident.at_token().is_some()
        || ident.name().is_some_and(|name| !name.text().starts_with(char::is_uppercase))
}

/// The whole pattern that a pattern is part of.
pub(super) fn top_pattern(pattern: &ast::Pat) -> SyntaxNode {
    let is_part = |node: &SyntaxNode| {
        use SyntaxKind::{RECORD_PAT_FIELD, RECORD_PAT_FIELD_LIST};
        ast::Pat::can_cast(node.kind()) || matches!(node.kind(), RECORD_PAT_FIELD | RECORD_PAT_FIELD_LIST)
    };
    let around = pattern.syntax().ancestors().take_while(is_part);
    around.last().unwrap_or_else(|| pattern.syntax().clone())
}

/// How the parent of a pattern declares names, and where they can be seen.
fn scope_of(owner: &SyntaxNode) -> Option<(BindingKind, Range<usize>)> {
    let end = usize::from(owner.text_range().end());
    match owner.kind() {
        SyntaxKind::LET_STMT => Some((BindingKind::Let, end..code_range(&owner.parent()?).end)),
        SyntaxKind::FOR_EXPR => {
            Some((BindingKind::For, braces(&ast::ForExpr::cast(owner.clone())?.loop_body()?)))
        }
        SyntaxKind::MATCH_ARM => {
            let pattern = ast::MatchArm::cast(owner.clone())?.pat()?;
            Some((BindingKind::MatchArm, code_range(pattern.syntax()).end..end))
        }
        SyntaxKind::PARAM => {
            let taker = owner.parent()?.parent()?;
            match taker.kind() {
                SyntaxKind::FN => {
                    // Without a body there is no use, but still a declaration.
                    let body = ast::Fn::cast(taker)?.body();
                    Some((BindingKind::Param, body.map_or(end..end, |body| braces(&body))))
                }
                SyntaxKind::CLOSURE_EXPR => {
                    Some((BindingKind::ClosureParam, code_of(ast::ClosureExpr::cast(taker)?.body())?))
                }
                _ => None,
            }
        }
        SyntaxKind::LET_EXPR => {
            let taker = owner.ancestors().find(|outer| {
                use SyntaxKind::{IF_EXPR, MATCH_ARM, WHILE_EXPR};
                matches!(outer.kind(), IF_EXPR | MATCH_ARM | WHILE_EXPR)
            })?;
            match ast::Expr::cast(taker.clone()) {
                Some(ast::Expr::IfExpr(it)) => {
                    Some((BindingKind::IfLet, end..braces(&it.then_branch()?).end))
                }
                Some(ast::Expr::WhileExpr(it)) => {
                    Some((BindingKind::WhileLet, end..braces(&it.loop_body()?).end))
                }
                _ => Some((BindingKind::IfLet, end..taker.text_range().end().into())),
            }
        }
        _ => None,
    }
}

//! What is taken apart by which patterns.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::bindings::{simple_name, top_pattern};
use super::tree::{bytes, code_of, code_range, with_parens};

/// Where patterns stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchKind {
    /// `match e { p => .. }`.
    Match,
    /// `if let p = e`, also in the guard of an arm.
    IfLet,
    /// `while let p = e`.
    WhileLet,
    /// `let p = e else { .. };`.
    LetElse,
    /// `for p in e`.
    For,
    /// `let p = e;`.
    Let,
    /// The parameter of a function or closure.
    Param,
}

/// Something that takes a value apart by patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The whole `match`, `if`, `while`, `for`, `let` statement or parameter.
    pub range: Range<usize>,
    /// Which of these it is.
    pub kind: MatchKind,
    /// What is taken apart; parameters and `let p;` have nothing.
    pub scrutinee: Option<Range<usize>>,
    /// The pattern; of a `match`, those of all arms.
    pub patterns: Vec<Range<usize>>,
}

impl File {
    /// What the pattern around a range (or which it is) takes apart.
    pub fn match_of(&self, range: Range<usize>) -> Option<Match> {
        let pattern = self.climb(&range).find_map(ast::Pat::cast)?;
        self.match_node(&top_pattern(&pattern).parent()?)
    }

    /// The `match`, `if let`, `while let`, `for`, or `let` with a pattern that takes exactly this
    /// range apart. `let name = range;` takes nothing apart.
    pub fn match_on(&self, range: Range<usize>) -> Option<Match> {
        let range = bytes(self.tree_range(&range)?);
        let expr = with_parens(self.exact_expr(&range)?);
        let parent = expr.syntax().parent()?;
        let of = match ast::Expr::cast(parent.clone()) {
            Some(ast::Expr::MatchExpr(it)) => it.expr(),
            Some(ast::Expr::ForExpr(it)) => it.iterable(),
            Some(ast::Expr::LetExpr(it)) => it.expr(),
            _ => {
                let statement = ast::LetStmt::cast(parent.clone())?;
                statement
                    .initializer()
                    .filter(|_| statement.pat().is_none_or(|pat| simple_name(&pat).is_none()))
            }
        };
        (of? == expr).then(|| self.match_node(&parent))?
    }

    /// What the parent of a pattern or scrutinee is.
    fn match_node(&self, node: &SyntaxNode) -> Option<Match> {
        let one = |pattern: Option<ast::Pat>| code_of(pattern).into_iter().collect();
        match node.kind() {
            SyntaxKind::MATCH_ARM => {
                self.match_node(&ast::MatchArm::cast(node.clone())?.syntax().parent()?.parent()?)
            }
            SyntaxKind::MATCH_EXPR => {
                let it = ast::MatchExpr::cast(node.clone())?;
                let arms = it.match_arm_list()?.arms();
                Some(Match {
                    range: code_range(node),
                    kind: MatchKind::Match,
                    scrutinee: code_of(it.expr()),
                    patterns: arms.filter_map(|arm| code_of(arm.pat())).collect(),
                })
            }
            SyntaxKind::LET_EXPR => {
                let it = ast::LetExpr::cast(node.clone())?;
                let owner = node.ancestors().find(|outer| {
                    use SyntaxKind::{IF_EXPR, MATCH_ARM, WHILE_EXPR};
                    matches!(outer.kind(), IF_EXPR | WHILE_EXPR | MATCH_ARM)
                })?;
                let kind = if owner.kind() == SyntaxKind::WHILE_EXPR {
                    MatchKind::WhileLet
                } else {
                    MatchKind::IfLet
                };
                Some(Match {
                    range: code_range(&owner),
                    kind,
                    scrutinee: code_of(it.expr()),
                    patterns: one(it.pat()),
                })
            }
            SyntaxKind::LET_STMT => {
                let it = ast::LetStmt::cast(node.clone())?;
                let kind = if it.let_else().is_some() { MatchKind::LetElse } else { MatchKind::Let };
                let scrutinee = code_of(it.initializer());
                Some(Match { range: code_range(node), kind, scrutinee, patterns: one(it.pat()) })
            }
            SyntaxKind::FOR_EXPR => {
                let it = ast::ForExpr::cast(node.clone())?;
                let scrutinee = code_of(it.iterable());
                Some(Match {
                    range: code_range(node),
                    kind: MatchKind::For,
                    scrutinee,
                    patterns: one(it.pat()),
                })
            }
            SyntaxKind::PARAM => {
                let patterns = one(ast::Param::cast(node.clone())?.pat());
                Some(Match { range: code_range(node), kind: MatchKind::Param, scrutinee: None, patterns })
            }
            _ => None,
        }
    }
}

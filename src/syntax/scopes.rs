//! Which declaration a name means at a byte, shadowing included.

use ra_ap_syntax::ast::{self, AstNode, HasLoopBody, HasName};
use ra_ap_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, TextRange, TextSize};

use super::File;
use super::bindings::{Binding, declares};
use super::exprs::is_item;

impl File {
    /// The declaration of a local that a name means at a byte: of a variable, a parameter, `self`,
    /// or a static or constant of the file. At a byte of the declaration, that declaration itself.
    pub fn binding(&self, name: &str, at: usize) -> Option<Binding> {
        let token = self.token_at(at)?;
        let offset = TextSize::try_from(at).ok()?;
        if let Some(binding) = self.declared_here(name, &SyntaxElement::from(token.clone())) {
            return Some(binding);
        }
        let mut locals = true;
        let mut child = token.text_range();
        for node in token.parent_ancestors() {
            if locals {
                let found = declarations(&node, child, offset).into_iter().find_map(|pattern| {
                    let named = names(&pattern).find(|ident| is_named(ident, name))?;
                    self.declared(&named)
                });
                let receiver = || ast::Fn::cast(node.clone()).and_then(|it| self.declared_self(&it));
                let found = found.or_else(|| if name == "self" { receiver() } else { None });
                if found.is_some() {
                    return found;
                }
            }
            let items = matches!(
                node.kind(),
                SyntaxKind::STMT_LIST
                    | SyntaxKind::ITEM_LIST
                    | SyntaxKind::SOURCE_FILE
                    | SyntaxKind::EXTERN_ITEM_LIST
            );
            if items && let Some(found) = node.children().find_map(|item| self.declared_item(&item, name)) {
                return Some(found);
            }
            // What is around an item can see its statics, but not its locals.
            locals = locals && !is_item(&node);
            child = node.text_range();
        }
        None
    }

    /// The declaration whose name stands at an element.
    fn declared_here(&self, name: &str, element: &SyntaxElement) -> Option<Binding> {
        let pattern = element
            .parent()?
            .ancestors()
            .take_while(|node| !ast::Expr::can_cast(node.kind()) && !ast::Stmt::can_cast(node.kind()));
        for node in pattern {
            if let Some(param) = ast::SelfParam::cast(node.clone()).filter(|_| name == "self") {
                return self.declared_self(&param.syntax().ancestors().find_map(ast::Fn::cast)?);
            }
            if let Some(pat) = ast::Pat::cast(node)
                && let Some(ident) = names(&pat).find(|ident| is_named(ident, name))
            {
                return self.declared(&ident);
            }
        }
        None
    }
}

/// The patterns whose names can be seen at a byte because of this node, nearest first; `child` is
/// the part of the node that the byte is in.
fn declarations(node: &SyntaxNode, child: TextRange, at: TextSize) -> Vec<ast::Pat> {
    let mut patterns = Vec::new();
    match node.kind() {
        SyntaxKind::STMT_LIST => {
            let before =
                node.children().take_while(|statement| statement.text_range().end() <= child.start());
            patterns.extend(before.filter_map(ast::LetStmt::cast).filter_map(|it| it.pat()));
            patterns.reverse();
        }
        SyntaxKind::FN | SyntaxKind::CLOSURE_EXPR => {
            let list = node.children().find_map(ast::ParamList::cast);
            let in_body = list.as_ref().is_some_and(|list| list.syntax().text_range().end() <= child.start());
            patterns.extend(
                list.filter(|_| in_body).iter().flat_map(ast::ParamList::params).filter_map(|it| it.pat()),
            );
        }
        SyntaxKind::FOR_EXPR => {
            let body = ast::ForExpr::cast(node.clone()).filter(|it| is_child(it.loop_body(), child));
            patterns.extend(body.and_then(|it| it.pat()));
        }
        SyntaxKind::MATCH_ARM => {
            let arm = ast::MatchArm::cast(node.clone());
            let guard = arm.as_ref().and_then(ast::MatchArm::guard).and_then(|guard| guard.condition());
            patterns.extend(conditions(guard, at));
            let pattern = arm.and_then(|arm| arm.pat());
            patterns.extend(pattern.filter(|pattern| pattern.syntax().text_range().end() <= child.start()));
        }
        SyntaxKind::IF_EXPR => {
            let it = ast::IfExpr::cast(node.clone());
            let not_else = |it: &ast::IfExpr| {
                it.then_branch().is_none_or(|then| child.start() <= then.syntax().text_range().start())
            };
            patterns.extend(conditions(it.filter(not_else).and_then(|it| it.condition()), at));
        }
        SyntaxKind::WHILE_EXPR => {
            let it = ast::WhileExpr::cast(node.clone());
            patterns.extend(conditions(it.and_then(|it| it.condition()), at));
        }
        _ => {}
    }
    patterns
}

fn is_child(body: Option<ast::BlockExpr>, child: TextRange) -> bool {
    body.is_some_and(|body| body.syntax().text_range() == child)
}

/// The patterns of `let p = e` in a condition that end before a byte, last first.
fn conditions(condition: Option<ast::Expr>, at: TextSize) -> Vec<ast::Pat> {
    let mut found = Vec::new();
    let mut open: Vec<ast::Expr> = condition.into_iter().collect();
    while let Some(expr) = open.pop() {
        match expr {
            ast::Expr::LetExpr(it) if it.syntax().text_range().end() <= at => found.extend(it.pat()),
            ast::Expr::BinExpr(it) => open.extend([it.lhs(), it.rhs()].into_iter().flatten()),
            ast::Expr::ParenExpr(it) => open.extend(it.expr()),
            _ => {}
        }
    }
    found
}

/// The names that a pattern declares.
fn names(pattern: &ast::Pat) -> impl Iterator<Item = ast::IdentPat> + use<> {
    pattern.syntax().descendants().filter_map(ast::IdentPat::cast).filter(declares)
}

fn is_named(ident: &ast::IdentPat, name: &str) -> bool {
    ident.name().is_some_and(|found| found.text() == name)
}

//! From byte ranges to nodes and back; all that the queries share.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{NodeOrToken, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

use super::File;

/// The bytes of a stretch of the tree.
pub(super) fn bytes(range: TextRange) -> Range<usize> {
    range.start().into()..range.end().into()
}

/// The bytes of a token.
pub(super) fn token_range(token: &SyntaxToken) -> Range<usize> {
    bytes(token.text_range())
}

/// The bytes of a node without the comments and attributes that it begins with.
pub(super) fn code_range(node: &SyntaxNode) -> Range<usize> {
    let whole = bytes(node.text_range());
    let mut node = node.clone();
    loop {
        let first = node.children_with_tokens().find(|element| {
            let empty = element.text_range().is_empty();
            !empty && !element.kind().is_trivia() && element.kind() != SyntaxKind::ATTR
        });
        match first {
            Some(NodeOrToken::Node(inner)) => node = inner,
            Some(NodeOrToken::Token(token)) => return token_range(&token).start..whole.end,
            None => return whole,
        }
    }
}

/// The same for a typed node that may be missing.
pub(super) fn code_of<N: AstNode>(node: Option<N>) -> Option<Range<usize>> {
    node.map(|node| code_range(node.syntax()))
}

/// The bytes between the braces of a block, with them, without `unsafe`, `async` or a label.
pub(super) fn braces(block: &ast::BlockExpr) -> Range<usize> {
    block.stmt_list().map_or_else(|| code_range(block.syntax()), |list| code_range(list.syntax()))
}

/// Whether the first range holds the second.
pub fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The next token that is neither white space nor a comment.
pub(super) fn next_code(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.next_token(), SyntaxToken::next_token).find(|token| !token.kind().is_trivia())
}

/// The token before this one that is neither white space nor a comment.
pub(super) fn previous_code(token: &SyntaxToken) -> Option<SyntaxToken> {
    std::iter::successors(token.prev_token(), SyntaxToken::prev_token).find(|token| !token.kind().is_trivia())
}

impl File {
    /// The range as the tree's own, white space at both ends taken off; nothing where it is not
    /// within the file or cuts a character.
    pub(super) fn tree_range(&self, range: &Range<usize>) -> Option<TextRange> {
        let text = self.source.text.get(range.clone())?;
        let start = range.start + (text.len() - text.trim_start().len());
        let (start, end) = if text.trim().is_empty() {
            (range.start, range.end)
        } else {
            (start, start + text.trim().len())
        };
        let range = TextRange::new(TextSize::try_from(start).ok()?, TextSize::try_from(end).ok()?);
        self.tree.root.text_range().contains_range(range).then_some(range)
    }

    /// The smallest node or token that covers a range.
    pub(super) fn element(&self, range: &Range<usize>) -> Option<SyntaxElement> {
        Some(self.tree.root.covering_element(self.tree_range(range)?))
    }

    /// The nodes that cover a range, inner to outer.
    pub(super) fn climb(&self, range: &Range<usize>) -> impl Iterator<Item = SyntaxNode> + use<> {
        let node = self.element(range).and_then(|element| match element {
            NodeOrToken::Node(node) => Some(node),
            NodeOrToken::Token(token) => token.parent(),
        });
        std::iter::successors(node, SyntaxNode::parent)
    }

    /// The token at a byte: the one that begins there or goes on there.
    pub(super) fn token_at(&self, at: usize) -> Option<SyntaxToken> {
        let start = self.tree_range(&(at..at))?.start();
        let one = TextRange::at(start, TextSize::from(1));
        if !self.tree.root.text_range().contains_range(one) {
            return self.tree.root.last_token();
        }
        // Unlike `token_at_offset`, this does not walk over every child that ends before.
        self.tree.root.covering_element(one).into_token()
    }

    /// The tokens within a range, in order.
    pub(super) fn tokens(&self, range: &Range<usize>) -> impl Iterator<Item = SyntaxToken> + use<> {
        let tree_range = self.tree_range(range).filter(|range| !range.is_empty());
        let first = tree_range.and_then(|range| self.token_at(range.start().into()));
        std::iter::successors(first, SyntaxToken::next_token)
            .skip_while(move |token| {
                tree_range.is_some_and(|range| token.text_range().start() < range.start())
            })
            .take_while(move |token| tree_range.is_some_and(|range| token.text_range().end() <= range.end()))
    }

    /// The nodes of one kind within a range, outer to inner, in source order.
    pub(super) fn nodes<N: AstNode>(&self, range: &Range<usize>) -> Vec<N> {
        let Some(top) = self.climb(range).next() else { return Vec::new() };
        let within = |node: &N| holds(range, &code_range(node.syntax()));
        // A range that is one word has nodes around it that are no larger.
        let same = self.climb(range).skip(1).filter_map(N::cast).filter(within).filter(|_| !range.is_empty());
        let mut all: Vec<N> = same.collect();
        all.reverse();
        all.extend(top.descendants().filter_map(N::cast).filter(within));
        all
    }

    /// The code of a node, as the reader wrote it.
    pub(super) fn code(&self, node: &SyntaxNode) -> &str {
        self.text(code_range(node))
    }

    /// The smallest expression that covers a range. Does not climb out of a statement, an item or
    /// a type: a pattern is no expression.
    pub(super) fn expr_node(&self, range: &Range<usize>) -> Option<ast::Expr> {
        for node in self.climb(range) {
            if let Some(expr) = ast::Expr::cast(node.clone()) {
                return Some(expr);
            }
            if ast::Pat::can_cast(node.kind()) && !is_closure_param(&node) {
                return None;
            }
            // The parser takes the inside of a macro expression for an item.
            if ast::Stmt::can_cast(node.kind()) && node.kind() != SyntaxKind::MACRO_CALL {
                let statement = ast::ExprStmt::cast(node)?;
                return statement.expr().filter(|_| holds(&code_range(statement.syntax()), range));
            }
        }
        None
    }

    /// The expression that a range is.
    pub(super) fn exact_expr(&self, range: &Range<usize>) -> Option<ast::Expr> {
        let range = bytes(self.tree_range(range)?);
        let exprs = self.climb(&range).filter_map(ast::Expr::cast);
        exprs
            .take_while(|expr| holds(&range, &code_range(expr.syntax())))
            .find(|expr| code_range(expr.syntax()) == range)
    }

    /// Whether a call in the tree was a macro call in the text.
    pub(super) fn is_masked_macro(&self, arguments: &SyntaxNode) -> bool {
        self.tree.macros.contains(&usize::from(arguments.text_range().start()))
    }
}

/// Whether a pattern is one that a closure takes.
fn is_closure_param(pattern: &SyntaxNode) -> bool {
    let param = pattern.ancestors().find(|node| node.kind() == SyntaxKind::PARAM);
    let taker = param.and_then(|param| param.parent()?.parent());
    taker.is_some_and(|taker| taker.kind() == SyntaxKind::CLOSURE_EXPR)
}

/// An expression without the parentheses around it.
pub(super) fn without_parens(expr: ast::Expr) -> ast::Expr {
    let mut expr = expr;
    while let ast::Expr::ParenExpr(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// An expression with all parentheses around it.
pub(super) fn with_parens(expr: ast::Expr) -> ast::Expr {
    let mut expr = expr;
    while let Some(paren) = expr.syntax().parent().and_then(ast::ParenExpr::cast) {
        expr = ast::Expr::ParenExpr(paren);
    }
    expr
}

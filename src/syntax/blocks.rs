//! Blocks, statements, loops, closures and async blocks.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasLoopBody, HasName};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::bindings::simple_name;
use super::exprs::is_item;
use super::items::Param;
use super::tree::{braces, bytes, code_of, code_range, holds, token_range};

/// A closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The whole closure.
    pub range: Range<usize>,
    /// The word `move`.
    pub move_token: Option<Range<usize>>,
    /// `async |a| b`.
    pub is_async: bool,
    /// `|a, b|`, with the bars.
    pub bars: Range<usize>,
    /// What is between the bars.
    pub params: Vec<Param>,
    /// The type after `->`.
    pub return_type: Option<Range<usize>>,
    /// What it does: an expression, perhaps a block.
    pub body: Range<usize>,
}

/// An `async { .. }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsyncBlock {
    /// The whole block.
    pub range: Range<usize>,
    /// The word `move`.
    pub move_token: Option<Range<usize>>,
    /// The word `async`.
    pub async_token: Range<usize>,
    /// What is in braces, with them.
    pub body: Range<usize>,
}

/// How a loop begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopKind {
    /// `for p in e`.
    For,
    /// `while c`, `while let p = e`.
    While,
    /// `loop`.
    Loop,
}

/// A loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The whole loop, with its label.
    pub range: Range<usize>,
    /// How it begins.
    pub kind: LoopKind,
    /// The pattern of a `for`.
    pub pattern: Option<Range<usize>>,
    /// What a `for` goes through, or the condition of a `while`.
    pub header: Option<Range<usize>>,
    /// The body with its braces.
    pub body: Range<usize>,
    /// The label, with its `'`.
    pub label: Option<String>,
}

/// What a statement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `let p = e;`.
    Let(Let),
    /// `e;`, or an `if`, `match`, loop or block in the middle of a block.
    Expr,
    /// A function, struct, import or the like.
    Item,
    /// The expression at the end of a block: its value.
    Tail,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first word, without comments and attributes, to its end with the `;`.
    pub range: Range<usize>,
    /// What it is.
    pub kind: StatementKind,
    /// The expression of an `Expr` or `Tail`.
    pub expr: Option<Range<usize>>,
}

/// A `let` statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Let {
    /// The whole statement with its `;`.
    pub range: Range<usize>,
    /// What is declared.
    pub pattern: Range<usize>,
    /// The name, where the pattern is nothing but a name.
    pub name: Option<String>,
    /// The bytes of that name.
    pub name_range: Option<Range<usize>>,
    /// Whether it is `let mut name`.
    pub mutable: bool,
    /// The type after `:`.
    pub ty: Option<Range<usize>>,
    /// The value.
    pub init: Option<Range<usize>>,
    /// `let p = e else { .. };`.
    pub has_else: bool,
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From brace to brace.
    pub range: Range<usize>,
    /// What it does; a value at the end comes last, as a `Tail`.
    pub statements: Vec<Statement>,
}

impl File {
    /// The innermost closure around a range (or which it is), within the innermost function.
    pub fn closure_at(&self, range: Range<usize>) -> Option<Closure> {
        let within = self.climb(&range).take_while(|node| !is_item(node));
        within.filter_map(ast::ClosureExpr::cast).find_map(|closure| self.closure(&closure))
    }

    /// All closures within a range, outer to inner, in source order.
    pub fn closures_in(&self, range: Range<usize>) -> Vec<Closure> {
        self.nodes::<ast::ClosureExpr>(&range).iter().filter_map(|closure| self.closure(closure)).collect()
    }

    /// The innermost async block around a range (or which it is), within the innermost function.
    pub fn async_block_at(&self, range: Range<usize>) -> Option<AsyncBlock> {
        let within = self.climb(&range).take_while(|node| !is_item(node));
        within.filter_map(ast::BlockExpr::cast).find_map(|block| {
            Some(AsyncBlock {
                range: code_range(block.syntax()),
                move_token: block.move_token().map(|token| token_range(&token)),
                async_token: token_range(&block.async_token()?),
                body: braces(&block),
            })
        })
    }

    /// The innermost loop around a range, header included, that runs the code of the range itself:
    /// the search ends at closures, async blocks and functions.
    pub fn loop_at(&self, range: Range<usize>) -> Option<Loop> {
        self.loops_around(range).into_iter().next()
    }

    /// All loops as for [`File::loop_at`], inner to outer.
    pub fn loops_around(&self, range: Range<usize>) -> Vec<Loop> {
        let runs_here = |node: &SyntaxNode| !is_item(node) && !is_later(node, &range);
        self.climb(&range).take_while(runs_here).filter_map(|node| self.loop_of(&node)).collect()
    }

    /// The innermost statement around a range.
    pub fn statement_at(&self, range: Range<usize>) -> Option<Statement> {
        self.statements_around(range).into_iter().next()
    }

    /// All statements around a range, inner to outer, within the innermost function.
    pub fn statements_around(&self, range: Range<usize>) -> Vec<Statement> {
        let mut statements = Vec::new();
        for node in self.climb(&range) {
            let in_block = node.parent().is_some_and(|list| list.kind() == SyntaxKind::STMT_LIST);
            if in_block {
                statements.extend(self.statement(&node));
            }
            if is_item(&node) {
                break;
            }
        }
        statements
    }

    /// The innermost block around a range.
    pub fn block_at(&self, range: Range<usize>) -> Option<Block> {
        let list = self.climb(&range).find_map(ast::StmtList::cast)?;
        Some(self.block(&list))
    }

    /// The block that a range is, from brace to brace or with `unsafe`, `async` or a label: the body
    /// of a function, a loop or a closure.
    pub fn block_of(&self, range: Range<usize>) -> Option<Block> {
        let range = bytes(self.tree_range(&range)?);
        let exact = self.climb(&range).filter(|node| code_range(node) == range);
        let list = exact.into_iter().find_map(|node| match node.kind() {
            SyntaxKind::STMT_LIST => ast::StmtList::cast(node),
            _ => ast::BlockExpr::cast(node)?.stmt_list(),
        });
        Some(self.block(&list?))
    }

    fn block(&self, list: &ast::StmtList) -> Block {
        let statements = list.syntax().children().filter_map(|node| self.statement(&node));
        Block { range: code_range(list.syntax()), statements: statements.collect() }
    }

    /// The statement that a child of a block is.
    fn statement(&self, node: &SyntaxNode) -> Option<Statement> {
        let range = code_range(node);
        if let Some(expr) = ast::Expr::cast(node.clone()) {
            return Some(Statement {
                range,
                kind: StatementKind::Tail,
                expr: Some(code_range(expr.syntax())),
            });
        }
        match ast::Stmt::cast(node.clone())? {
            ast::Stmt::LetStmt(statement) => {
                let kind = StatementKind::Let(self.let_of(&statement)?);
                Some(Statement { range, kind, expr: None })
            }
            ast::Stmt::ExprStmt(statement) => {
                Some(Statement { range, kind: StatementKind::Expr, expr: code_of(statement.expr()) })
            }
            ast::Stmt::Item(ast::Item::MacroCall(call)) => {
                let expr = Some(code_range(call.syntax()));
                Some(Statement { range, kind: StatementKind::Expr, expr })
            }
            ast::Stmt::Item(_) => Some(Statement { range, kind: StatementKind::Item, expr: None }),
        }
    }

    pub(super) fn let_of(&self, statement: &ast::LetStmt) -> Option<Let> {
        let pattern = statement.pat()?;
        let simple = simple_name(&pattern);
        let name_range = simple.as_ref().and_then(|ident| code_of(ident.name()));
        Some(Let {
            range: code_range(statement.syntax()),
            pattern: code_range(pattern.syntax()),
            name: name_range.clone().map(|range| self.text(range).to_owned()),
            name_range,
            mutable: simple.is_some_and(|ident| ident.mut_token().is_some()),
            ty: code_of(statement.ty()),
            init: code_of(statement.initializer()),
            has_else: statement.let_else().is_some(),
        })
    }

    fn closure(&self, closure: &ast::ClosureExpr) -> Option<Closure> {
        let list = closure.param_list()?;
        Some(Closure {
            range: code_range(closure.syntax()),
            move_token: closure.move_token().map(|token| token_range(&token)),
            is_async: closure.async_token().is_some(),
            bars: code_range(list.syntax()),
            params: list.params().filter_map(|param| self.param(&param)).collect(),
            return_type: code_of(closure.ret_type().and_then(|it| it.ty())),
            body: code_of(closure.body())?,
        })
    }

    fn loop_of(&self, node: &SyntaxNode) -> Option<Loop> {
        let (kind, pattern, header, body, label) = match ast::Expr::cast(node.clone())? {
            ast::Expr::ForExpr(it) => {
                (LoopKind::For, code_of(it.pat()), code_of(it.iterable()), it.loop_body(), it.label())
            }
            ast::Expr::WhileExpr(it) => {
                (LoopKind::While, None, code_of(it.condition()), it.loop_body(), it.label())
            }
            ast::Expr::LoopExpr(it) => (LoopKind::Loop, None, None, it.loop_body(), it.label()),
            _ => return None,
        };
        let label = label.and_then(|label| label.lifetime()).map(|lifetime| lifetime.text().to_string());
        Some(Loop { range: code_range(node), kind, pattern, header, body: braces(&body?), label })
    }
}

/// Whether the code of a range runs when the closure or async block that a node is runs; its head,
/// and the whole of it, belong to the code around it.
fn is_later(node: &SyntaxNode, range: &Range<usize>) -> bool {
    let body = match ast::Expr::cast(node.clone()) {
        Some(ast::Expr::ClosureExpr(closure)) => code_of(closure.body()),
        Some(ast::Expr::BlockExpr(block)) if block.async_token().is_some() => Some(braces(&block)),
        _ => None,
    };
    body.is_some_and(|body| holds(&body, range))
}

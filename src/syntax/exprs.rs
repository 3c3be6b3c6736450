//! Expressions and places: what stands at a range, and what is around it.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasArgList, UnaryOp};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::tree::{code_range, holds, without_parens};

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// `x`, `module::CONSTANT`.
    Path,
    /// `{x}` in a format string: the name alone.
    Capture,
    /// `1`, `"a"`, `true`.
    Literal,
    /// `a.b`, `a.0`.
    Field,
    /// `a[b]`.
    Index,
    /// `a.f(b)`.
    MethodCall,
    /// `f(a)`, also `Some(a)`.
    Call,
    /// `println!(a)`, whether its arguments could be read or not.
    MacroCall,
    /// `&a`, `&mut a`.
    Ref {
        /// Whether it is `&mut`.
        mutable: bool,
    },
    /// `*a`.
    Deref,
    /// `!a`, `-a`.
    Prefix,
    /// `|a| b`.
    Closure,
    /// `{ .. }`, also the body of a function.
    Block,
    /// `async { .. }`.
    AsyncBlock,
    /// `unsafe { .. }`.
    UnsafeBlock,
    /// `if a { b }`.
    If,
    /// `match a { .. }`.
    Match,
    /// `for a in b { .. }`.
    For,
    /// `while a { .. }`.
    While,
    /// `loop { .. }`.
    Loop,
    /// `a + b`, `a && b`, `a == b`.
    Binary,
    /// `a = b`.
    Assign,
    /// `a += b`.
    CompoundAssign,
    /// `return a`.
    Return,
    /// `break a`.
    Break,
    /// `continue`.
    Continue,
    /// `let p = a` in a condition.
    Let,
    /// `a?`.
    Try,
    /// `a.await`.
    Await,
    /// `a as T`.
    Cast,
    /// `(a, b)`, `()`.
    Tuple,
    /// `S { a: b }`.
    Struct,
    /// `a..b`.
    Range,
    /// `(a)`.
    Paren,
    /// `[a, b]`, `[a; n]`.
    Array,
    /// Everything else.
    Other,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// Its bytes, without attributes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: ExprKind,
}

impl File {
    /// The smallest expression that covers a range. A range from a method's name to the end of the
    /// call means that call; the head `|x|` means its closure. A pattern or a type is nothing.
    pub fn expr_at(&self, range: Range<usize>) -> Option<Expr> {
        if let Some(capture) = self.format_capture_at(range.clone()) {
            return Some(Expr { range: capture.range, kind: ExprKind::Capture });
        }
        Some(self.expr(&self.expr_node(&range)?))
    }

    /// The expression that the range is, neither more nor less.
    pub fn expr_exactly(&self, range: Range<usize>) -> Option<Expr> {
        if let Some(capture) = self.format_capture_at(range.clone()) {
            return (capture.range == range).then_some(Expr { range, kind: ExprKind::Capture });
        }
        Some(self.expr(&self.exact_expr(&range)?))
    }

    /// The expressions around the one at a range, inner to outer, through closures, up to the body
    /// of the function. For a capture in a format string this begins with the macro call.
    pub fn parents(&self, range: Range<usize>) -> Vec<Expr> {
        let mut parents = Vec::new();
        let this = self.expr_node(&range);
        let start = this.as_ref().and_then(|expr| expr.syntax().parent());
        let start = start.or_else(|| self.climb(&range).next());
        for node in std::iter::successors(start, SyntaxNode::parent) {
            if is_item(&node) {
                break;
            }
            if let Some(expr) = ast::Expr::cast(node) {
                parents.push(self.expr(&expr));
            }
        }
        parents
    }

    /// All expressions within a range, outer to inner, in source order, those of closures too.
    pub fn exprs_in(&self, range: Range<usize>) -> Vec<Expr> {
        self.nodes::<ast::Expr>(&range).iter().map(|expr| self.expr(expr)).collect()
    }

    /// The variable that a place belongs to: `self` for `self.a[b].c`, `x` for `(*x).y`.
    pub fn place_root(&self, range: Range<usize>) -> Option<String> {
        Some(self.field_path_or_place(&range)?.0)
    }

    /// The bytes of the variable that a place begins with.
    pub fn place_root_range(&self, range: Range<usize>) -> Option<Range<usize>> {
        Some(self.field_path_or_place(&range)?.1)
    }

    /// The text of a place, as the reader wrote it.
    pub fn place_text(&self, range: Range<usize>) -> Option<String> {
        let (_, _, whole) = self.field_path_or_place(&range)?;
        Some(self.text(whole).to_owned())
    }

    /// Whether a range is a place: a variable, or fields, elements and dereferences of one.
    pub fn is_place(&self, range: Range<usize>) -> bool {
        self.field_path_or_place(&range).is_some()
    }

    /// `["self", "a", "b"]` for `self.a.b`, also through `*` and parentheses; nothing where the
    /// place goes through an element or a call.
    pub fn field_path(&self, range: Range<usize>) -> Option<Vec<String>> {
        if let Some(capture) = self.format_capture_at(range.clone()) {
            return Some(vec![capture.name]);
        }
        let mut path = Vec::new();
        let mut expr = self.expr_node(&range)?;
        loop {
            expr = match without_parens(expr) {
                ast::Expr::FieldExpr(field) => {
                    path.push(self.code(field.name_ref()?.syntax()).to_owned());
                    field.expr()?
                }
                ast::Expr::PrefixExpr(prefix) if prefix.op_kind()? == UnaryOp::Deref => prefix.expr()?,
                ast::Expr::PathExpr(root) => {
                    root.path()?.as_single_name_ref()?;
                    path.push(self.code(root.syntax()).to_owned());
                    path.reverse();
                    return Some(path);
                }
                _ => return None,
            };
        }
    }

    /// Whether a range is exactly the path `name`.
    pub fn is_path_named(&self, range: Range<usize>, name: &str) -> bool {
        matches!(
            self.expr_exactly(range.clone()),
            Some(Expr { kind: ExprKind::Path | ExprKind::Capture, .. })
        ) && self.text(range).trim() == name
    }

    /// Whether a range is a literal, perhaps negated.
    pub fn is_const_expr_literal(&self, range: Range<usize>) -> bool {
        let Some(expr) = self.exact_expr(&range) else { return false };
        match without_parens(expr) {
            ast::Expr::Literal(_) => true,
            ast::Expr::PrefixExpr(prefix) => {
                prefix.op_kind() == Some(UnaryOp::Neg) && matches!(prefix.expr(), Some(ast::Expr::Literal(_)))
            }
            _ => false,
        }
    }

    /// Whether the code of a range itself waits: not that of closures, async blocks and functions
    /// within it.
    pub fn contains_await(&self, range: Range<usize>) -> bool {
        self.contains(&range, &[SyntaxKind::AWAIT_EXPR])
    }

    /// Whether the code of a range itself has a `?`, as [`File::contains_await`].
    pub fn contains_question(&self, range: Range<usize>) -> bool {
        self.contains(&range, &[SyntaxKind::TRY_EXPR])
    }

    /// Whether the code of a range itself may leave it by `return`, `break`, `continue` or `?`, as
    /// [`File::contains_await`].
    pub fn contains_jump(&self, range: Range<usize>) -> bool {
        use SyntaxKind::{BREAK_EXPR, CONTINUE_EXPR, RETURN_EXPR, TRY_EXPR};
        self.contains(&range, &[BREAK_EXPR, CONTINUE_EXPR, RETURN_EXPR, TRY_EXPR])
    }

    fn contains(&self, range: &Range<usize>, kinds: &[SyntaxKind]) -> bool {
        let found = self.nodes::<ast::Expr>(range);
        found.iter().map(AstNode::syntax).filter(|node| kinds.contains(&node.kind())).any(|node| {
            let mut around = node.ancestors().skip(1).take_while(|outer| holds(range, &code_range(outer)));
            // A range that is itself a body is asked for its own code.
            !around.any(|outer| is_own_body(&outer) && code_range(&outer) != *range)
        })
    }

    /// The root's name, its bytes, and the bytes of the whole place.
    fn field_path_or_place(&self, range: &Range<usize>) -> Option<(String, Range<usize>, Range<usize>)> {
        if let Some(capture) = self.format_capture_at(range.clone()) {
            return Some((capture.name, capture.range.clone(), capture.range));
        }
        let whole = self.expr_node(range)?;
        let mut expr = whole.clone();
        loop {
            expr = match expr {
                ast::Expr::FieldExpr(field) => field.expr()?,
                ast::Expr::IndexExpr(index) => index.base()?,
                ast::Expr::ParenExpr(paren) => paren.expr()?,
                ast::Expr::PrefixExpr(prefix) if prefix.op_kind()? == UnaryOp::Deref => prefix.expr()?,
                ast::Expr::PathExpr(root) => {
                    let range = code_range(root.syntax());
                    return Some((self.text(range.clone()).to_owned(), range, code_range(whole.syntax())));
                }
                _ => return None,
            };
        }
    }

    pub(super) fn expr(&self, expr: &ast::Expr) -> Expr {
        Expr { range: code_range(expr.syntax()), kind: self.kind(expr) }
    }

    fn kind(&self, expr: &ast::Expr) -> ExprKind {
        match expr {
            ast::Expr::PathExpr(_) => ExprKind::Path,
            ast::Expr::Literal(_) => ExprKind::Literal,
            ast::Expr::FieldExpr(_) => ExprKind::Field,
            ast::Expr::IndexExpr(_) => ExprKind::Index,
            ast::Expr::MethodCallExpr(_) => ExprKind::MethodCall,
            ast::Expr::CallExpr(call) => match call.arg_list() {
                Some(arguments) if self.is_masked_macro(arguments.syntax()) => ExprKind::MacroCall,
                _ => ExprKind::Call,
            },
            ast::Expr::MacroExpr(_) => ExprKind::MacroCall,
            ast::Expr::RefExpr(reference) => ExprKind::Ref { mutable: reference.mut_token().is_some() },
            ast::Expr::PrefixExpr(prefix) => match prefix.op_kind() {
                Some(UnaryOp::Deref) => ExprKind::Deref,
                _ => ExprKind::Prefix,
            },
            ast::Expr::ClosureExpr(_) => ExprKind::Closure,
            ast::Expr::BlockExpr(block) if block.async_token().is_some() => ExprKind::AsyncBlock,
            ast::Expr::BlockExpr(block) if block.unsafe_token().is_some() => ExprKind::UnsafeBlock,
            ast::Expr::BlockExpr(_) => ExprKind::Block,
            ast::Expr::IfExpr(_) => ExprKind::If,
            ast::Expr::MatchExpr(_) => ExprKind::Match,
            ast::Expr::ForExpr(_) => ExprKind::For,
            ast::Expr::WhileExpr(_) => ExprKind::While,
            ast::Expr::LoopExpr(_) => ExprKind::Loop,
            ast::Expr::BinExpr(binary) => match binary.op_kind() {
                Some(ast::BinaryOp::Assignment { op: None }) => ExprKind::Assign,
                Some(ast::BinaryOp::Assignment { op: Some(_) }) => ExprKind::CompoundAssign,
                _ => ExprKind::Binary,
            },
            ast::Expr::ReturnExpr(_) => ExprKind::Return,
            ast::Expr::BreakExpr(_) => ExprKind::Break,
            ast::Expr::ContinueExpr(_) => ExprKind::Continue,
            ast::Expr::LetExpr(_) => ExprKind::Let,
            ast::Expr::TryExpr(_) => ExprKind::Try,
            ast::Expr::AwaitExpr(_) => ExprKind::Await,
            ast::Expr::CastExpr(_) => ExprKind::Cast,
            ast::Expr::TupleExpr(_) => ExprKind::Tuple,
            ast::Expr::RecordExpr(_) => ExprKind::Struct,
            ast::Expr::RangeExpr(_) => ExprKind::Range,
            ast::Expr::ParenExpr(_) => ExprKind::Paren,
            ast::Expr::ArrayExpr(_) => ExprKind::Array,
            _ => ExprKind::Other,
        }
    }
}

/// Whether a node is an item: the border that locals do not cross.
pub(super) fn is_item(node: &SyntaxNode) -> bool {
    // A macro call in a block is an item to the parser, and no border.
    let kind = node.kind();
    ast::Item::can_cast(kind) && !matches!(kind, SyntaxKind::MACRO_CALL | SyntaxKind::ASM_EXPR)
}

/// Whether `return` and `?` within a node leave that node, not what is around it.
pub(super) fn is_own_body(node: &SyntaxNode) -> bool {
    let is_async =
        |node: &SyntaxNode| ast::BlockExpr::cast(node.clone()).is_some_and(|b| b.async_token().is_some());
    node.kind() == SyntaxKind::CLOSURE_EXPR || is_item(node) || is_async(node)
}

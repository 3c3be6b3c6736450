//! Calls of functions, methods and macros.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasArgList};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::tree::{bytes, code_of, code_range, with_parens, without_parens};

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// `f(a)`, `T::f(a)`, `Some(a)`, a closure in a variable.
    Function,
    /// `a.f(b)`.
    Method,
    /// `f!(a)`.
    Macro,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The whole call.
    pub range: Range<usize>,
    /// The last name of what is called: `new` for `Vec::new`, `println` for `println!`; the code of
    /// the called expression where that has no name.
    pub name: String,
    /// The bytes of that name.
    pub name_range: Range<usize>,
    /// The path of the function or macro with all that is before its arguments but `!`; a method's name.
    pub callee: Range<usize>,
    /// What is called.
    pub kind: CallKind,
    /// What a method is called on.
    pub receiver: Option<Range<usize>>,
    /// The arguments, without the receiver; of `name = value` in a macro, the value. Empty for a
    /// macro whose arguments could not be read.
    pub args: Vec<Range<usize>>,
    /// The arguments with their parentheses.
    pub parens: Range<usize>,
}

impl File {
    /// The call that a range is: the whole of it, or from the method's name to its end, or only
    /// what is called (`f`, `Vec::new`, `push`, `println!`).
    pub fn call_at(&self, range: Range<usize>) -> Option<Call> {
        let range = bytes(self.tree_range(&range)?);
        let calls = self.climb(&range).filter_map(|node| self.call_of(&node));
        calls.take(2).find(|call| {
            let from_name = call.name_range.start..call.range.end;
            let with_bang = call.kind == CallKind::Macro
                && range.start == call.callee.start
                && self.text(range.clone()).strip_suffix('!') == Some(self.text(call.callee.clone()));
            range == call.range
                || range == from_name
                || range == call.name_range
                || range == call.callee
                || with_bang
        })
    }

    /// The innermost call around a range, arguments and receiver included.
    pub fn call_around(&self, range: Range<usize>) -> Option<Call> {
        self.climb(&range).find_map(|node| self.call_of(&node))
    }

    /// The call that takes a range, or a reference to it, as an argument, and which one.
    pub fn call_with_argument(&self, range: Range<usize>) -> Option<(Call, usize)> {
        let mut expr = with_parens(self.exact_expr(&range)?);
        loop {
            let parent = expr.syntax().parent()?;
            if let Some(arguments) = ast::ArgList::cast(parent.clone()) {
                let index = arguments.args().position(|argument| argument == expr)?;
                return Some((self.call_of(&parent.parent()?)?, index));
            }
            expr = match ast::Expr::cast(parent)? {
                outer @ ast::Expr::RefExpr(_) => with_parens(outer),
                // `name = value` in the arguments of a macro.
                ast::Expr::BinExpr(named) if self.is_named_argument(&named) && named.rhs()? == expr => {
                    named.into()
                }
                _ => return None,
            };
        }
    }

    /// The method that is called on exactly this range.
    pub fn method_call_on(&self, range: Range<usize>) -> Option<Call> {
        let receiver = with_parens(self.exact_expr(&range)?);
        let call = ast::MethodCallExpr::cast(receiver.syntax().parent()?)?;
        (call.receiver()? == receiver).then(|| self.call_of(call.syntax()))?
    }

    /// All calls of this name, in source order.
    pub fn calls_named(&self, name: &str) -> Vec<Call> {
        let calls = self.tree.root.descendants().filter(|node| is_call(node.kind()));
        // Most names differ; the rest of a call is only read where it does not.
        calls.filter_map(|node| self.call_of(&node)).filter(|call| call.name == name).collect()
    }

    /// The methods called one after the other on what begins where the range begins, first to last:
    /// `iter`, `map`, `collect` for `v.iter().map(f).collect()`.
    pub fn method_chain(&self, range: Range<usize>) -> Vec<Call> {
        let mut chain = Vec::new();
        let Some(token) = self.token_at(range.start) else { return chain };
        let first = token.parent_ancestors().find_map(ast::Expr::cast);
        let mut expr = first.filter(|expr| code_range(expr.syntax()).start == range.start);
        while let Some(inner) = expr {
            let Some(outer) = inner.syntax().parent().and_then(ast::Expr::cast) else { break };
            let continues = match &outer {
                ast::Expr::MethodCallExpr(call) => call.receiver().as_ref() == Some(&inner),
                ast::Expr::FieldExpr(_) | ast::Expr::TryExpr(_) | ast::Expr::AwaitExpr(_) => true,
                ast::Expr::ParenExpr(_) => true,
                ast::Expr::CallExpr(call) => call.expr().as_ref() == Some(&inner),
                ast::Expr::IndexExpr(index) => index.base().as_ref() == Some(&inner),
                _ => false,
            };
            if !continues {
                break;
            }
            if matches!(outer, ast::Expr::MethodCallExpr(_)) {
                chain.extend(self.call_of(outer.syntax()));
            }
            expr = Some(outer);
        }
        chain
    }

    /// The innermost macro call that holds a range, also where its arguments could not be read.
    pub fn enclosing_macro_call(&self, range: Range<usize>) -> Option<Call> {
        let calls = self.climb(&range).filter_map(|node| self.call_of(&node));
        calls.into_iter().find(|call| call.kind == CallKind::Macro)
    }

    /// Whether this is `name = value` among the arguments of a macro, which assigns nothing.
    pub(super) fn is_named_argument(&self, binary: &ast::BinExpr) -> bool {
        binary.op_kind() == Some(ast::BinaryOp::Assignment { op: None })
            && matches!(binary.lhs(), Some(ast::Expr::PathExpr(_)))
            && binary
                .syntax()
                .parent()
                .is_some_and(|list| list.kind() == SyntaxKind::ARG_LIST && self.is_masked_macro(&list))
    }

    /// The call that a node is.
    pub(super) fn call_of(&self, node: &SyntaxNode) -> Option<Call> {
        match node.kind() {
            SyntaxKind::CALL_EXPR => self.function_call(&ast::CallExpr::cast(node.clone())?),
            SyntaxKind::METHOD_CALL_EXPR => self.method_call(&ast::MethodCallExpr::cast(node.clone())?),
            SyntaxKind::MACRO_CALL => self.unread_call(&ast::MacroCall::cast(node.clone())?),
            _ => None,
        }
    }

    fn function_call(&self, call: &ast::CallExpr) -> Option<Call> {
        let (called, arguments) = (call.expr()?, call.arg_list()?);
        let is_macro = self.is_masked_macro(arguments.syntax());
        let callee = code_range(called.syntax());
        let name_range = match without_parens(called) {
            ast::Expr::PathExpr(path) => code_of(path.path()?.segment()?.name_ref())?,
            other => code_range(other.syntax()),
        };
        Some(Call {
            range: code_range(call.syntax()),
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            callee,
            kind: if is_macro { CallKind::Macro } else { CallKind::Function },
            receiver: None,
            args: self.arguments(&arguments),
            parens: code_range(arguments.syntax()),
        })
    }

    fn method_call(&self, call: &ast::MethodCallExpr) -> Option<Call> {
        let name_range = code_of(call.name_ref())?;
        let arguments = call.arg_list()?;
        Some(Call {
            range: code_range(call.syntax()),
            name: self.text(name_range.clone()).to_owned(),
            callee: name_range.clone(),
            name_range,
            kind: CallKind::Method,
            receiver: code_of(call.receiver()),
            args: self.arguments(&arguments),
            parens: code_range(arguments.syntax()),
        })
    }

    fn unread_call(&self, call: &ast::MacroCall) -> Option<Call> {
        let path = call.path()?;
        let name_range = code_of(path.segment()?.name_ref())?;
        let parens = code_of(call.token_tree())?;
        Some(Call {
            range: code_range(path.syntax()).start..parens.end,
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            callee: code_range(path.syntax()),
            kind: CallKind::Macro,
            receiver: None,
            args: Vec::new(),
            parens,
        })
    }

    fn arguments(&self, list: &ast::ArgList) -> Vec<Range<usize>> {
        let value = |argument: ast::Expr| match &argument {
            ast::Expr::BinExpr(named) if self.is_named_argument(named) => named.rhs().unwrap_or(argument),
            _ => argument,
        };
        list.args().map(|argument| code_range(value(argument).syntax())).collect()
    }
}

fn is_call(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::CALL_EXPR | SyntaxKind::METHOD_CALL_EXPR | SyntaxKind::MACRO_CALL)
}

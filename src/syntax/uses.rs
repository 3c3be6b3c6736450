//! Where a variable is used, and how.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, UnaryOp};
use ra_ap_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::File;
use super::bindings::{Binding, BindingKind};
use super::calls::CallKind;
use super::exprs::is_own_body;
use super::tree::{code_range, holds, next_code, previous_code, token_range};

/// What is done with a variable, or with a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// Its value is taken: moved or copied.
    Read,
    /// Assigned, `x = a` or `x += a`.
    Write,
    /// `&x`.
    BorrowShared,
    /// `&mut x`.
    BorrowMut,
    /// `x.f()`; the method's name.
    MethodReceiver(String),
    /// An argument of a function or method.
    CallArgument,
    /// An argument of a macro; the macro's name. `println!` and its like only borrow it.
    MacroArgument(String),
    /// Named within a format string.
    Capture,
    /// Named in the arguments of a macro that could not be read.
    Unread,
}

/// A use of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The name.
    pub range: Range<usize>,
    /// The place that is used: `x.a[0]` for the `x` in `&x.a[0]`; the name where it is used as a whole.
    pub place: Range<usize>,
    /// What is done.
    pub kind: UseKind,
    /// Whether a closure or async block between declaration and use captures it.
    pub in_closure: bool,
    /// The outermost such closure or async block.
    pub closure: Option<Range<usize>>,
}

impl File {
    /// The uses of a variable of this name within a range, in source order: of the variable that
    /// the name means where the range begins, or else of the first one that is declared or used in it.
    pub fn uses(&self, name: &str, within: Range<usize>) -> Vec<Use> {
        let found = self.named(name, &within);
        let outer = self.binding(name, within.start).map(|binding| binding.name_range);
        let mut wanted = outer.filter(|declared| !holds(&within, declared));
        let mut uses = Vec::new();
        for (used, token) in found {
            let binding = self.binding(name, used.start);
            if let Some(binding) = &binding {
                let declared = wanted.get_or_insert_with(|| binding.name_range.clone());
                if *declared != binding.name_range {
                    continue;
                }
            } else if wanted.is_some() {
                continue;
            }
            uses.extend(self.use_of(&used, &token, binding.as_ref()));
        }
        uses
    }

    /// All uses of a declared variable, in source order.
    pub fn uses_of(&self, binding: &Binding) -> Vec<Use> {
        let found = self.named(&binding.name, &binding.scope);
        let uses = found.into_iter().filter_map(|(used, token)| {
            let meant = self.binding(&binding.name, used.start)?;
            if meant.name_range != binding.name_range {
                return None;
            }
            self.use_of(&used, &token, Some(binding))
        });
        uses.collect()
    }

    /// The variables that a closure or async block takes from outside, in the order of their first use.
    pub fn captured(&self, closure: Range<usize>) -> Vec<Binding> {
        let mut found: Vec<Binding> = Vec::new();
        for token in self.tokens(&closure) {
            let names = match token.kind() {
                SyntaxKind::IDENT | SyntaxKind::SELF_KW if may_be_variable(&token) => {
                    vec![(token.text().to_owned(), token_range(&token))]
                }
                SyntaxKind::STRING => self.captures_of(&token),
                _ => continue,
            };
            for (name, range) in names {
                let binding = self.binding(&name, range.start).filter(|binding| {
                    let local = !matches!(binding.kind, BindingKind::Static | BindingKind::Const);
                    local && !holds(&closure, &binding.name_range) && !found.contains(binding)
                });
                if let Some(binding) = binding
                    && self.use_of(&range, &token, Some(&binding)).is_some()
                {
                    found.push(binding);
                }
            }
        }
        found
    }

    /// Where a name stands, with the token that it is or is part of.
    fn named(&self, name: &str, within: &Range<usize>) -> Vec<(Range<usize>, SyntaxToken)> {
        let mut found = Vec::new();
        for token in self.tokens(within) {
            match token.kind() {
                SyntaxKind::IDENT | SyntaxKind::SELF_KW
                    if token.text() == name && may_be_variable(&token) =>
                {
                    found.push((token_range(&token), token));
                }
                SyntaxKind::STRING if token.text().contains(name) => {
                    let captures = self.captures_of(&token).into_iter().filter(|(found, _)| found == name);
                    found.extend(captures.map(|(_, range)| (range, token.clone())));
                }
                _ => {}
            }
        }
        found
    }

    fn use_of(&self, used: &Range<usize>, token: &SyntaxToken, binding: Option<&Binding>) -> Option<Use> {
        let (kind, place) = if token.kind() == SyntaxKind::STRING {
            (UseKind::Capture, used.clone())
        } else if token.parent()?.kind() == SyntaxKind::TOKEN_TREE {
            if !is_unread_use(token) || self.in_macro_definition(used.clone()) {
                return None;
            }
            (UseKind::Unread, used.clone())
        } else {
            let path = token.parent_ancestors().find_map(ast::PathExpr::cast)?;
            path.path()?
                .as_single_name_ref()
                .filter(|name| name.syntax() == &token.parent().unwrap_or(name.syntax().clone()))?;
            self.deed(path)?
        };
        let closure = binding.and_then(|binding| captured_by(token, &binding.scope));
        Some(Use { range: used.clone(), place, kind, in_closure: closure.is_some(), closure })
    }

    /// What is done with the place that a name begins, and that place.
    fn deed(&self, path: ast::PathExpr) -> Option<(UseKind, Range<usize>)> {
        let mut place = ast::Expr::PathExpr(path);
        let parent = loop {
            let Some(parent) = place.syntax().parent() else { break None };
            let Some(outer) = ast::Expr::cast(parent.clone()) else { break Some(parent) };
            let goes_on = match &outer {
                ast::Expr::FieldExpr(_) | ast::Expr::ParenExpr(_) => true,
                ast::Expr::IndexExpr(index) => index.base().as_ref() == Some(&place),
                ast::Expr::PrefixExpr(prefix) => prefix.op_kind() == Some(UnaryOp::Deref),
                _ => false,
            };
            if !goes_on {
                break Some(parent);
            }
            place = outer;
        };
        let range = code_range(place.syntax());
        let kind = match parent {
            Some(list) if list.kind() == SyntaxKind::ARG_LIST => self.argument(&list),
            Some(node) => match ast::Expr::cast(node) {
                Some(ast::Expr::RefExpr(it)) if it.mut_token().is_some() => UseKind::BorrowMut,
                Some(ast::Expr::RefExpr(_)) => UseKind::BorrowShared,
                Some(ast::Expr::MethodCallExpr(call)) => {
                    UseKind::MethodReceiver(self.code(call.name_ref()?.syntax()).to_owned())
                }
                Some(ast::Expr::BinExpr(binary)) if self.is_named_argument(&binary) => {
                    if binary.lhs() == Some(place) {
                        // The name of an argument is no use of a variable.
                        return None;
                    }
                    self.argument(&binary.syntax().parent()?)
                }
                Some(ast::Expr::BinExpr(binary)) => {
                    let assigns = matches!(binary.op_kind(), Some(ast::BinaryOp::Assignment { .. }));
                    if assigns && binary.lhs() == Some(place) { UseKind::Write } else { UseKind::Read }
                }
                _ => UseKind::Read,
            },
            None => UseKind::Read,
        };
        Some((kind, range))
    }

    fn argument(&self, list: &SyntaxNode) -> UseKind {
        match list.parent().and_then(|call| self.call_of(&call)) {
            Some(call) if call.kind == CallKind::Macro => UseKind::MacroArgument(call.name),
            _ => UseKind::CallArgument,
        }
    }
}

/// Whether a word stands where a variable can be declared or used: no field, method, type or item.
fn may_be_variable(token: &SyntaxToken) -> bool {
    let Some(parent) = token.parent() else { return false };
    let around = parent.parent().map(|node| node.kind());
    match parent.kind() {
        SyntaxKind::NAME_REF => around == Some(SyntaxKind::PATH_SEGMENT),
        SyntaxKind::NAME => matches!(around, Some(SyntaxKind::IDENT_PAT | SyntaxKind::SELF_PARAM)),
        kind => kind == SyntaxKind::TOKEN_TREE,
    }
}

/// The outermost closure or async block around a token that begins within a scope.
fn captured_by(token: &SyntaxToken, scope: &Range<usize>) -> Option<Range<usize>> {
    let around = token.parent_ancestors().filter(is_own_body).map(|node| code_range(&node));
    around.filter(|body| holds(scope, body)).last()
}

/// Whether a word among unread tokens may be a variable: no field, path or macro.
fn is_unread_use(token: &SyntaxToken) -> bool {
    let before = previous_code(token).map(|token| token.kind());
    let after = next_code(token);
    let colons = |token: &SyntaxToken| {
        token.kind() == SyntaxKind::COLON2
            || (token.kind() == SyntaxKind::COLON
                && token.next_token().is_some_and(|t| t.kind() == SyntaxKind::COLON))
    };
    !matches!(before, Some(SyntaxKind::DOT | SyntaxKind::COLON2 | SyntaxKind::DOLLAR))
        && !after.is_some_and(|after| after.kind() == SyntaxKind::BANG || colons(&after))
}

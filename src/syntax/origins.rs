//! What a function returns, and which of its parameters a value can come from.
//!
//! The answers are guesses by shape: no types are known. They choose the order of ways out, and only
//! what they say with certainty ("nothing but text in quotes") may be told as a fact.

use std::collections::BTreeSet;
use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasArgList, HasLoopBody};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::bindings::{Binding, BindingKind};
use super::exprs::is_own_body;
use super::items::Function;
use super::patterns::MatchKind;
use super::tree::{bytes, code_range, holds, without_parens};

/// Methods that may return what they are given as an argument.
const RETURN_ARGUMENTS: &[&str] = &[
    "unwrap_or",
    "or",
    "or_else",
    "unwrap_or_else",
    "map_or",
    "map_or_else",
    "max",
    "min",
    "chain",
    "zip",
    "and",
    "and_then",
    "map",
    "filter_map",
    "flat_map",
    "find_map",
    "fold",
    "get_or_insert",
    "get_or_insert_with",
    "or_insert",
    "or_insert_with",
    "then",
    "then_some",
    "clamp",
    "replace",
    "insert",
    "min_by",
    "max_by",
];

/// Those of them that return nothing of their receiver but through a closure's parameter.
const RETURN_CLOSURE: &[&str] = &[
    "map",
    "and_then",
    "filter_map",
    "flat_map",
    "find_map",
    "fold",
    "map_or_else",
    "then",
    "then_some",
    "and",
];

/// Methods that put their arguments into their receiver.
const STORE: &[&str] =
    &["push", "push_back", "push_front", "insert", "extend", "replace", "get_or_insert", "append"];

/// Methods and functions whose result borrows nothing.
const MAKE_OWNED: &[&str] = &[
    "to_string",
    "to_owned",
    "to_vec",
    "into_owned",
    "to_uppercase",
    "to_lowercase",
    "repeat",
    "len",
    "is_empty",
    "into_string",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "count",
    "from_utf8_lossy_owned",
];

/// How deep expressions and variables are followed.
const DEPTH: usize = 40;

impl File {
    /// The expressions whose values a function returns: those of `return` and of its end, looked
    /// for within `if`, `match` and blocks.
    pub fn returned_exprs(&self, function: &Function) -> Vec<Range<usize>> {
        let Some(body) = function.body.clone() else { return Vec::new() };
        self.returned_by(body)
    }

    /// The same for the body of a closure.
    pub fn returned_by(&self, body: Range<usize>) -> Vec<Range<usize>> {
        let Some(expr) = self.exact_expr(&body) else { return Vec::new() };
        let mut found = Vec::new();
        leaves(&expr, 0, &mut found);
        let returns = self.nodes::<ast::ReturnExpr>(&body).into_iter().filter(|it| {
            let mut around =
                it.syntax().ancestors().skip(1).take_while(|outer| holds(&body, &code_range(outer)));
            !around.any(|outer| is_own_body(&outer) && code_range(&outer) != body)
        });
        for value in returns.filter_map(|it| it.expr()) {
            leaves(&value, 0, &mut found);
        }
        let mut ranges: Vec<Range<usize>> = found.iter().map(|expr| code_range(expr.syntax())).collect();
        ranges.sort_by_key(|range| range.start);
        ranges.dedup();
        ranges
    }

    /// The parameters of a function that the value of an expression may borrow from or be made of,
    /// by the bytes of the parameter.
    pub fn origins(&self, function: &Function, expr: Range<usize>) -> Vec<Range<usize>> {
        let Some(expr) = self.exact_expr(&expr) else { return Vec::new() };
        let mut search = Search { file: self, function, seen: BTreeSet::new(), found: BTreeSet::new() };
        search.expr(&expr, 0);
        search.found.into_iter().map(|(start, end)| start..end).collect()
    }

    /// Whether an expression is text in quotes, perhaps within `Some` or `Ok`.
    pub fn is_text_literal(&self, expr: Range<usize>) -> bool {
        self.text_literal(expr).is_some()
    }

    /// The text in quotes that an expression is, perhaps within `Some` or `Ok`.
    pub fn text_literal(&self, expr: Range<usize>) -> Option<Range<usize>> {
        match without_parens(self.exact_expr(&expr)?) {
            ast::Expr::Literal(literal) => {
                let kinds = [SyntaxKind::STRING, SyntaxKind::BYTE_STRING, SyntaxKind::C_STRING];
                kinds.contains(&literal.token().kind()).then(|| code_range(literal.syntax()))
            }
            ast::Expr::CallExpr(call) => {
                let name =
                    call.expr().map(|callee| self.code(callee.syntax()).to_owned()).unwrap_or_default();
                let argument =
                    call.arg_list()?.args().next().filter(|_| matches!(name.as_str(), "Some" | "Ok"))?;
                self.text_literal(code_range(argument.syntax()))
            }
            _ => None,
        }
    }
}

/// The ends of an expression: where its value comes from, looked for in blocks and branches.
fn leaves(expr: &ast::Expr, depth: usize, found: &mut Vec<ast::Expr>) {
    if depth > DEPTH {
        return;
    }
    match expr {
        ast::Expr::ParenExpr(paren) => {
            if let Some(inner) = paren.expr() {
                leaves(&inner, depth + 1, found);
            }
        }
        ast::Expr::BlockExpr(block) if block.async_token().is_none() => {
            if let Some(tail) = block.tail_expr() {
                leaves(&tail, depth + 1, found);
            }
        }
        ast::Expr::IfExpr(branch) => {
            if let Some(then) = branch.then_branch() {
                leaves(&ast::Expr::BlockExpr(then), depth + 1, found);
            }
            match branch.else_branch() {
                Some(ast::ElseBranch::Block(block)) => leaves(&ast::Expr::BlockExpr(block), depth + 1, found),
                Some(ast::ElseBranch::IfExpr(next)) => leaves(&ast::Expr::IfExpr(next), depth + 1, found),
                None => {}
            }
        }
        ast::Expr::MatchExpr(it) => {
            for arm in it.match_arm_list().iter().flat_map(ast::MatchArmList::arms) {
                if let Some(value) = arm.expr() {
                    leaves(&value, depth + 1, found);
                }
            }
        }
        ast::Expr::LoopExpr(it) => {
            let body = it.loop_body();
            let breaks =
                body.iter().flat_map(|body| body.syntax().descendants()).filter_map(ast::BreakExpr::cast);
            for value in breaks.filter_map(|it| it.expr()) {
                leaves(&value, depth + 1, found);
            }
        }
        // These have no value here: they leave, or end with `()`.
        ast::Expr::ReturnExpr(_) | ast::Expr::ForExpr(_) | ast::Expr::WhileExpr(_) => {}
        ast::Expr::ContinueExpr(_) | ast::Expr::BreakExpr(_) => {}
        _ => found.push(expr.clone()),
    }
}

struct Search<'f> {
    file: &'f File,
    function: &'f Function,
    /// Variables that were looked at, by where they are declared.
    seen: BTreeSet<usize>,
    /// Parameters, by their bytes.
    found: BTreeSet<(usize, usize)>,
}

impl Search<'_> {
    fn all(&mut self, exprs: impl IntoIterator<Item = ast::Expr>, depth: usize) {
        for expr in exprs {
            self.expr(&expr, depth);
        }
    }

    fn expr(&mut self, expr: &ast::Expr, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let deeper = depth + 1;
        match expr {
            ast::Expr::PathExpr(path) => {
                let range = code_range(path.syntax());
                let name = self.file.text(range.clone()).to_owned();
                if let Some(binding) = self.file.binding(&name, range.start) {
                    self.binding(&binding, deeper);
                }
            }
            ast::Expr::FieldExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::IndexExpr(it) => self.all(it.base(), deeper),
            ast::Expr::RefExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::PrefixExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::TryExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::AwaitExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::CastExpr(it) => self.all(it.expr(), deeper),
            ast::Expr::TupleExpr(it) => self.all(it.fields(), deeper),
            ast::Expr::ArrayExpr(it) => self.all(it.exprs(), deeper),
            ast::Expr::RecordExpr(it) => {
                let list = it.record_expr_field_list();
                let fields =
                    list.iter().flat_map(ast::RecordExprFieldList::fields).filter_map(|field| field.expr());
                let fields: Vec<_> =
                    fields.chain(list.iter().filter_map(ast::RecordExprFieldList::spread)).collect();
                self.all(fields, deeper);
            }
            ast::Expr::CallExpr(call) => self.call(call, deeper),
            ast::Expr::MethodCallExpr(call) => self.method_call(call, deeper),
            // A closure or a future keeps what its body names.
            ast::Expr::ClosureExpr(it) => self.names_in(it.syntax(), deeper),
            ast::Expr::BlockExpr(it) if it.async_token().is_some() => self.names_in(it.syntax(), deeper),
            _ => {
                let mut inner = Vec::new();
                leaves(expr, 0, &mut inner);
                self.all(inner.into_iter().filter(|leaf| leaf != expr), deeper);
            }
        }
    }

    fn call(&mut self, call: &ast::CallExpr, depth: usize) {
        let callee = call.expr().map(|callee| self.file.code(callee.syntax()).to_owned()).unwrap_or_default();
        let macro_call = call.arg_list().is_some_and(|list| self.file.is_masked_macro(list.syntax()));
        let owned = callee == "String::from" || callee.ends_with("format") || callee.ends_with("::default");
        if owned || (macro_call && !callee.ends_with("vec")) {
            return;
        }
        self.all(call.arg_list().iter().flat_map(arguments), depth);
    }

    fn method_call(&mut self, call: &ast::MethodCallExpr, depth: usize) {
        let name = call.name_ref().map(|name| self.file.code(name.syntax()).to_owned()).unwrap_or_default();
        let name = name.as_str();
        if MAKE_OWNED.contains(&name) {
            return;
        }
        let arguments: Vec<ast::Expr> = call.arg_list().iter().flat_map(arguments).collect();
        let by_closure = RETURN_CLOSURE.contains(&name)
            && arguments.iter().any(|argument| matches!(argument, ast::Expr::ClosureExpr(_)));
        if !by_closure {
            self.all(call.receiver(), depth);
        }
        if RETURN_ARGUMENTS.contains(&name) {
            for argument in arguments {
                match &argument {
                    ast::Expr::ClosureExpr(closure) => self.all(closure.body(), depth),
                    _ => self.expr(&argument, depth),
                }
            }
        }
    }

    fn names_in(&mut self, node: &SyntaxNode, depth: usize) {
        let whole = code_range(node);
        for path in node.descendants().filter_map(ast::PathExpr::cast) {
            let range = code_range(path.syntax());
            let name = self.file.text(range.clone()).to_owned();
            let binding = self.file.binding(&name, range.start);
            if let Some(binding) = binding.filter(|binding| !holds(&whole, &binding.name_range)) {
                self.binding(&binding, depth);
            }
        }
    }

    fn binding(&mut self, binding: &Binding, depth: usize) {
        if depth > DEPTH || !self.seen.insert(binding.name_range.start) {
            return;
        }
        match binding.kind {
            BindingKind::Param | BindingKind::SelfParam => {
                let receiver = self.function.self_param.as_ref().map(|param| &param.range);
                let params = self.function.params.iter().map(|param| &param.range).chain(receiver);
                let found =
                    params.filter(|range| holds(range, &binding.name_range)).map(|it| (it.start, it.end));
                self.found.extend(found);
            }
            BindingKind::ClosureParam => {
                // What a closure is called with comes from what its method is called on.
                let closure = self.file.closure_at(binding.pattern.clone());
                let call = closure.and_then(|closure| self.file.call_with_argument(closure.range));
                if let Some(receiver) = call.and_then(|(call, _)| call.receiver) {
                    self.all(self.file.exact_expr(&receiver), depth);
                }
            }
            BindingKind::Static | BindingKind::Const => {}
            BindingKind::Let if binding.simple => {
                let init = binding.let_.as_ref().and_then(|it| it.init.clone());
                self.all(init.and_then(|init| self.file.exact_expr(&init)), depth);
                self.stored_in(binding, depth);
            }
            BindingKind::Let
            | BindingKind::For
            | BindingKind::MatchArm
            | BindingKind::IfLet
            | BindingKind::WhileLet => {
                let taken_apart = self.file.match_of(binding.pattern.clone());
                let from = taken_apart.filter(|it| it.kind != MatchKind::Param).and_then(|it| it.scrutinee);
                self.all(from.and_then(|from| self.file.exact_expr(&from)), depth);
                self.stored_in(binding, depth);
            }
        }
    }

    /// What is assigned to a variable later, or put into it.
    fn stored_in(&mut self, binding: &Binding, depth: usize) {
        let root = |expr: Option<ast::Expr>| {
            let range = bytes(expr?.syntax().text_range());
            let root = self.file.place_root_range(range)?;
            Some(
                self.file.text(root.clone()) == binding.name
                    && self
                        .file
                        .binding(&binding.name, root.start)
                        .is_some_and(|it| it.name_range == binding.name_range),
            )
        };
        let mut stored = Vec::new();
        for it in self.file.nodes::<ast::BinExpr>(&binding.scope) {
            if it.op_kind() == Some(ast::BinaryOp::Assignment { op: None }) && root(it.lhs()) == Some(true) {
                stored.extend(it.rhs());
            }
        }
        for it in self.file.nodes::<ast::MethodCallExpr>(&binding.scope) {
            let stores = it.name_ref().is_some_and(|name| STORE.contains(&self.file.code(name.syntax())));
            if stores && root(it.receiver()) == Some(true) {
                stored.extend(it.arg_list().iter().flat_map(arguments));
            }
        }
        self.all(stored, depth);
    }
}

/// The arguments of a list.
fn arguments(list: &ast::ArgList) -> Vec<ast::Expr> {
    list.args().collect()
}

impl File {
    /// The fields that a struct expression gives values, by name, with the values; a field that is
    /// written as its name alone has that name as its value.
    pub fn struct_values(&self, expr: Range<usize>) -> Vec<(String, Range<usize>)> {
        let Some(ast::Expr::RecordExpr(record)) = self.exact_expr(&expr) else { return Vec::new() };
        let list = record.record_expr_field_list();
        let fields = list.iter().flat_map(ast::RecordExprFieldList::fields);
        let named = fields.filter_map(|field| Some((field.field_name()?.text().to_string(), field.expr()?)));
        named.map(|(name, value)| (name, code_range(value.syntax()))).collect()
    }
}

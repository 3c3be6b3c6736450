//! Names captured by format strings: `println!("{name:>width$}")` uses `name` and `width`.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

use super::File;
use super::calls::{Call, CallKind};
use super::tree::{bytes, code_range, holds, previous_code, token_range};

/// A name captured by a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatCapture {
    /// The name.
    pub name: String,
    /// Its bytes within the string.
    pub range: Range<usize>,
    /// The string literal, with its quotes.
    pub string: Range<usize>,
    /// The macro call that the string is an argument of.
    pub macro_call: Call,
}

/// Where the format string stands among the arguments; the first string for all other macros.
const FORMAT_ARGUMENT: &[(&str, usize)] = &[
    ("format", 0),
    ("print", 0),
    ("println", 0),
    ("eprint", 0),
    ("eprintln", 0),
    ("panic", 0),
    ("todo", 0),
    ("unimplemented", 0),
    ("unreachable", 0),
    ("format_args", 0),
    ("write", 1),
    ("writeln", 1),
    ("assert", 1),
    ("debug_assert", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
    ("debug_assert_eq", 2),
    ("debug_assert_ne", 2),
];

impl File {
    /// The capture in a format string that a range is, or is part of.
    pub fn format_capture_at(&self, range: Range<usize>) -> Option<FormatCapture> {
        let NodeOrToken::Token(token) = self.element(&range)? else { return None };
        let (name, found) = self.captures_of(&token).into_iter().find(|(_, found)| holds(found, &range))?;
        let macro_call = self.format_call(&token)?;
        Some(FormatCapture { name, range: found, string: token_range(&token), macro_call })
    }

    /// All captures of the format strings within a range, in source order.
    pub fn format_captures_in(&self, range: Range<usize>) -> Vec<FormatCapture> {
        let strings = self.tokens(&range).filter(|token| token.kind() == SyntaxKind::STRING);
        let captures = strings.flat_map(|token| {
            let of_token = self.captures_of(&token).into_iter();
            of_token.map(move |(name, range)| (name, range, token.clone()))
        });
        let found = captures.filter_map(|(name, range, token)| {
            Some(FormatCapture {
                name,
                range,
                string: token_range(&token),
                macro_call: self.format_call(&token)?,
            })
        });
        found.collect()
    }

    /// The names that a token captures, if it is a format string.
    pub(super) fn captures_of(&self, token: &SyntaxToken) -> Vec<(String, Range<usize>)> {
        if token.kind() != SyntaxKind::STRING || !token.text().contains('{') {
            return Vec::new();
        }
        let Some(call) = self.format_call(token) else { return Vec::new() };
        // `println!("{x}", x = f())` gives the name its value itself.
        let named = self.argument_names(&call);
        let mut captures = scan(token.text(), token.text_range().start().into());
        captures.retain(|(name, _)| !named.contains(name));
        captures
    }

    /// The macro call that a string is the format string of.
    fn format_call(&self, token: &SyntaxToken) -> Option<Call> {
        let parent = token.parent()?;
        let (call, index) = if parent.kind() == SyntaxKind::TOKEN_TREE {
            self.unread_format_call(token, &parent)?
        } else {
            let list = parent.parent().filter(|list| list.kind() == SyntaxKind::ARG_LIST)?;
            if !self.is_masked_macro(&list) {
                return None;
            }
            let mut arguments = list.children();
            let index = arguments.position(|argument| argument == parent)?;
            (self.call_of(&list.parent()?)?, index)
        };
        let wanted = FORMAT_ARGUMENT.iter().find(|(name, _)| *name == call.name).map(|&(_, at)| at);
        let first_string = || {
            let strings = self.tokens(&call.parens).filter(|t| t.kind() == SyntaxKind::STRING);
            // `info!(target: "net", "{x}")`: the value of a key is no format string.
            let is_value = |string: &SyntaxToken| {
                let before = self.text(call.parens.start..string.text_range().start().into()).trim_end();
                before.ends_with([':', '='])
            };
            let mut siblings = strings.filter(|string| same_level(string, token) && !is_value(string));
            siblings.next().as_ref() == Some(token)
        };
        let fits = wanted.map_or_else(first_string, |wanted| wanted == index);
        fits.then_some(call)
    }

    /// The same within a macro that could not be read, where only tokens are known.
    fn unread_format_call(&self, token: &SyntaxToken, tree: &SyntaxNode) -> Option<(Call, usize)> {
        let in_definition = |node: &SyntaxNode| {
            matches!(node.kind(), SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF | SyntaxKind::ATTR)
        };
        if tree.ancestors().any(|node| in_definition(&node)) {
            return None;
        }
        let before = tree.children_with_tokens().take_while(|e| e.as_token() != Some(token));
        let index = before.filter(|e| e.kind() == SyntaxKind::COMMA).count();
        let parent = tree.parent()?;
        if parent.kind() == SyntaxKind::MACRO_CALL {
            return Some((self.call_of(&parent)?, index));
        }
        let bang = previous_code(&tree.first_token()?).filter(|bang| bang.kind() == SyntaxKind::BANG)?;
        let name = previous_code(&bang).filter(|name| name.kind() == SyntaxKind::IDENT)?;
        let parens = bytes(tree.text_range());
        let call = Call {
            range: name.text_range().start().into()..parens.end,
            name: name.text().to_owned(),
            name_range: token_range(&name),
            callee: token_range(&name),
            kind: CallKind::Macro,
            receiver: None,
            args: Vec::new(),
            parens,
        };
        Some((call, index))
    }

    /// The names of `name = value` arguments.
    fn argument_names(&self, call: &Call) -> Vec<String> {
        let words: Vec<SyntaxToken> =
            self.tokens(&call.parens).filter(|token| !token.kind().is_trivia()).collect();
        let names = words.windows(3).filter(|three| {
            let [before, name, equals] = three else { return false };
            matches!(before.kind(), SyntaxKind::COMMA)
                && name.kind() == SyntaxKind::IDENT
                && equals.kind() == SyntaxKind::EQ
        });
        names.map(|three| three[1].text().to_owned()).collect()
    }
}

/// Whether two strings are arguments of the same call.
fn same_level(a: &SyntaxToken, b: &SyntaxToken) -> bool {
    let list = |token: &SyntaxToken| match token.parent() {
        Some(literal) if ast::Literal::can_cast(literal.kind()) => {
            literal.parent().map(|list| code_range(&list))
        }
        tree => tree.map(|tree| code_range(&tree)),
    };
    list(a) == list(b)
}

/// The names in the braces of a string literal whose first byte is at `base`, with their bytes.
fn scan(literal: &str, base: usize) -> Vec<(String, Range<usize>)> {
    let raw = literal.starts_with('r');
    let Some(quote) = literal.find('"') else { return Vec::new() };
    let text = literal.trim_end_matches('#');
    let end = text.strip_suffix('"').map_or(text.len(), str::len).max(quote + 1);
    let Some(content) = literal.get(quote + 1..end) else { return Vec::new() };
    let at = base + quote + 1;
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(next) = content[position..].find(['{', '}', '\\']) {
        position += next;
        let rest = &content[position..];
        position += if rest.starts_with('\\') && !raw {
            escape_length(rest)
        } else if rest.starts_with("{{") || rest.starts_with("}}") {
            2
        } else if rest.starts_with('{') {
            let inside = &rest[1..rest.find('}').unwrap_or(rest.len())];
            found.extend(names(inside).into_iter().map(|name| {
                let start = at + position + 1 + name.start;
                (inside[name.clone()].to_owned(), start..start + name.len())
            }));
            1 + inside.len()
        } else {
            1
        };
    }
    found
}

/// How long an escape sequence is: `\u{7b}` holds a brace that opens nothing.
fn escape_length(rest: &str) -> usize {
    if rest.starts_with("\\u{") {
        return rest.find('}').map_or(rest.len(), |end| end + 1);
    }
    1 + rest[1..].chars().next().map_or(0, char::len_utf8)
}

/// The names in one placeholder: the argument, and widths and precisions that end with `$`.
fn names(inside: &str) -> Vec<Range<usize>> {
    let (argument, options) = inside.split_at(inside.find(':').unwrap_or(inside.len()));
    let mut names = Vec::new();
    let name = argument.trim();
    if is_name(name) {
        let start = argument.len() - argument.trim_start().len();
        names.push(start..start + name.len());
    }
    let mut start = 0;
    for (end, _) in options.match_indices('$') {
        let word = options[start..end].rfind(|c: char| c != '_' && !c.is_alphanumeric());
        let word_start = word
            .map_or(start, |at| start + at + options[start + at..].chars().next().map_or(1, char::len_utf8));
        if is_name(&options[word_start..end]) {
            names.push(argument.len() + word_start..argument.len() + end);
        }
        start = end + 1;
    }
    names
}

fn is_name(text: &str) -> bool {
    let text = text.strip_prefix("r#").unwrap_or(text);
    text.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}

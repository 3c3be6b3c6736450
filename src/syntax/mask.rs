//! Parses a file and puts the arguments of macros into the tree.
//!
//! A parser reads `println!("{}", f(s))` as a heap of tokens. Where those tokens read as the
//! arguments of a call, the text that we parse is changed into that call, byte for byte of the same
//! length: `println ("{}", f(s))`. All ranges stay, and every query sees into macros without knowing
//! of them. Code is therefore never taken from the tree but always sliced from the source.

use std::collections::HashSet;
use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode};
use ra_ap_syntax::{Edition, NodeOrToken, Parse, SourceFile, SyntaxKind, SyntaxNode, WalkEvent};

/// Brackets may nest this deep before the parser is not asked at all: a quarter of what its stack
/// is known to bear. Those in strings are counted too, and tests full of `\u{1b}[0m` have hundreds
/// that nothing closes, so the real limit is that of the tree.
const MAX_NESTING: usize = 4_000;
/// So many levels may the tree have: dropping it recurses, in a thread with a small stack.
const MAX_DEPTH: usize = 2_000;
/// So many prefix operators may stand in a row, for the same reason.
const MAX_PREFIXES: usize = 2_000;
/// What one thread may use; only what is touched is really taken.
const STACK: usize = 64 << 20;

/// Macros whose arguments are not evaluated: what they name is not used.
const NOT_CODE: &[&str] = &[
    "asm",
    "cfg",
    "column",
    "concat",
    "concat_idents",
    "env",
    "file",
    "global_asm",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "naked_asm",
    "offset_of",
    "option_env",
    "parse_quote",
    "quote",
    "quote_spanned",
    "stringify",
];
/// Macros whose second argument is a pattern.
const PATTERN_SECOND: &[&str] = &["matches", "assert_matches", "debug_assert_matches"];
/// Names before a colon that loggers take as their first arguments.
const LOG_KEYS: &[&str] = &["target", "parent", "name", "logger"];

/// The tree of a file with macro arguments in it.
pub(super) struct Masked {
    pub root: SyntaxNode,
    /// Where the parentheses of macro calls that became calls begin.
    pub macros: HashSet<usize>,
    /// Stretches of macro arguments that are not code and were blanked.
    pub hidden: Vec<Range<usize>>,
    pub errors: usize,
    pub readable: bool,
}

/// What can leave the thread that parses.
struct Parsed {
    parse: Parse<SourceFile>,
    macros: HashSet<usize>,
    hidden: Vec<Range<usize>>,
    errors: usize,
}

/// Parses in a thread with a large stack; a panic of the parser is an unreadable file.
pub(super) fn parse(text: &str) -> Masked {
    let parsed = if is_reasonable(text) {
        std::thread::scope(|scope| {
            let builder = std::thread::Builder::new().name("parse".to_owned()).stack_size(STACK);
            let thread = builder.spawn_scoped(scope, || parse_here(text)).ok()?;
            thread.join().ok().flatten()
        })
    } else {
        None
    };
    match parsed {
        Some(parsed) => Masked {
            root: parsed.parse.syntax_node(),
            macros: parsed.macros,
            hidden: parsed.hidden,
            errors: parsed.errors,
            readable: true,
        },
        None => Masked {
            root: SourceFile::parse("", Edition::CURRENT).syntax_node(),
            macros: HashSet::new(),
            hidden: Vec::new(),
            errors: 0,
            readable: false,
        },
    }
}

/// The tree of a text without a mistake, macro arguments left as they are.
pub(super) fn parse_plainly(text: &str) -> Option<SyntaxNode> {
    if !is_reasonable(text) {
        return None;
    }
    let (parse, _) = parse_in_best_edition(&blank_start(text))?;
    parse.errors().is_empty().then(|| parse.syntax_node())
}

/// Whether the parser can read this without using up its stack.
fn is_reasonable(text: &str) -> bool {
    let (mut nesting, mut prefixes) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => nesting += 1,
            b')' | b']' | b'}' => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'!' | b'&' | b'*' | b'-' | b'|' => prefixes += 1,
            b' ' | b'\n' | b'\t' | b'\r' => {}
            _ => prefixes = 0,
        }
        if nesting > MAX_NESTING || prefixes > MAX_PREFIXES {
            return false;
        }
    }
    text.len() < u32::MAX as usize
}

fn parse_here(text: &str) -> Option<Parsed> {
    let plain_text = blank_start(text);
    let (plain, edition) = parse_in_best_edition(&plain_text)?;
    let errors = plain.errors().len();
    let mut mask =
        Mask { text: plain_text.into_bytes(), edition, macros: HashSet::new(), hidden: Vec::new() };
    mask.all_within(&plain.syntax_node(), 0);
    if mask.macros.is_empty() {
        return Some(Parsed { parse: plain, macros: mask.macros, hidden: mask.hidden, errors });
    }
    // Only ASCII was put in, and whole characters were taken out.
    let masked = String::from_utf8(mask.text).ok()?;
    let parse = SourceFile::parse(&masked, edition);
    if is_too_deep(&parse.syntax_node()) {
        std::mem::forget(parse);
        return None;
    }
    let masked_errors = parse.errors().len();
    if masked_errors > errors {
        return Some(Parsed { parse: plain, macros: HashSet::new(), hidden: Vec::new(), errors });
    }
    Some(Parsed { parse, macros: mask.macros, hidden: mask.hidden, errors: masked_errors })
}

/// The newest edition reads nearly all code; older ones are for words that have become keywords.
fn parse_in_best_edition(text: &str) -> Option<(Parse<SourceFile>, Edition)> {
    let older = [Edition::Edition2021, Edition::Edition2018, Edition::Edition2015];
    let mut best: Option<(Parse<SourceFile>, Edition, usize)> = None;
    for edition in std::iter::once(Edition::CURRENT).chain(older) {
        let parse = SourceFile::parse(text, edition);
        if is_too_deep(&parse.syntax_node()) {
            std::mem::forget(parse);
            return None;
        }
        let errors = parse.errors().len();
        if best.as_ref().is_none_or(|(_, _, fewest)| errors < *fewest) {
            best = Some((parse, edition, errors));
        }
        if errors == 0 {
            break;
        }
    }
    best.map(|(parse, edition, _)| (parse, edition))
}

/// The parser does not know the BOM, and a shebang only at the very start.
fn blank_start(text: &str) -> String {
    let Some(rest) = text.strip_prefix('\u{feff}') else { return text.to_owned() };
    let is_shebang = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    let blank = if is_shebang { rest.find('\n').unwrap_or(rest.len()) } else { 0 };
    format!("   {}{}", " ".repeat(blank), &rest[blank..])
}

fn is_too_deep(root: &SyntaxNode) -> bool {
    let mut depth = 0usize;
    for event in root.preorder() {
        match event {
            WalkEvent::Enter(_) => depth += 1,
            WalkEvent::Leave(_) => depth -= 1,
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

struct Mask {
    text: Vec<u8>,
    edition: Edition,
    macros: HashSet<usize>,
    hidden: Vec<Range<usize>>,
}

/// What turns one macro call into a call.
#[derive(Default)]
struct Changes {
    bytes: Vec<(usize, u8)>,
    hidden: Option<Range<usize>>,
}

impl Mask {
    /// Masks the macro calls of a tree whose first byte is `base` bytes into the file.
    fn all_within(&mut self, tree: &SyntaxNode, base: usize) {
        let calls = tree.descendants().filter_map(ast::MacroExpr::cast);
        for call in calls.filter_map(|expr| expr.macro_call()) {
            self.call(&call, base);
        }
    }

    fn call(&mut self, call: &ast::MacroCall, base: usize) -> Option<()> {
        let start = base + usize::from(call.path()?.syntax().text_range().start());
        let tokens = call.token_tree()?;
        let end = base + usize::from(tokens.syntax().text_range().end());
        let open = base + usize::from(tokens.syntax().text_range().start());
        let changes = changes(call, base)?;
        let mut candidate = self.text.get(start..end)?.to_vec();
        for &(at, byte) in &changes.bytes {
            *candidate.get_mut(at.checked_sub(start)?)? = byte;
        }
        let expr = ast::Expr::parse(std::str::from_utf8(&candidate).ok()?, self.edition);
        let tree = expr.syntax_node();
        if is_too_deep(&tree) {
            std::mem::forget(expr);
            std::mem::forget(tree);
            return None;
        }
        let whole = usize::from(tree.text_range().len()) == candidate.len();
        if !expr.errors().is_empty() || tree.kind() != SyntaxKind::CALL_EXPR || !whole {
            return None;
        }
        for (at, byte) in changes.bytes {
            self.text[at] = byte;
        }
        self.hidden.extend(changes.hidden);
        self.macros.insert(open);
        self.all_within(&tree, start);
        Some(())
    }
}

/// The bytes to change, or nothing where the tokens are surely no arguments.
fn changes(call: &ast::MacroCall, base: usize) -> Option<Changes> {
    let name = call.path()?.segment()?.name_ref()?.text().to_string();
    if NOT_CODE.contains(&name.as_str()) {
        return None;
    }
    let tree = call.token_tree()?;
    let (open, close) = (tree.left_delimiter_token()?, tree.right_delimiter_token()?);
    if open.kind() == SyntaxKind::L_CURLY {
        return None;
    }
    let at = |token: &ra_ap_syntax::SyntaxToken| base + usize::from(token.text_range().start());
    let mut changes = Changes::default();
    changes.bytes.push((at(&call.excl_token()?), b' '));
    changes.bytes.push((at(&open), b'('));
    changes.bytes.push((at(&close), b')'));
    let inner: Vec<_> = tree.syntax().children_with_tokens().filter(|e| !e.kind().is_trivia()).collect();
    let inner = inner.get(1..inner.len().checked_sub(1)?)?;
    let mut at_start = true;
    for (n, element) in inner.iter().enumerate() {
        let NodeOrToken::Token(token) = element else {
            at_start = false;
            continue;
        };
        let next = |n: usize| inner.get(n).map(|e| e.kind());
        match token.kind() {
            SyntaxKind::SEMICOLON => changes.bytes.push((at(token), b',')),
            // `info!(%x, ?y)`: how a value is shown, not what is done with it.
            SyntaxKind::PERCENT | SyntaxKind::QUESTION if at_start => changes.bytes.push((at(token), b' ')),
            SyntaxKind::IDENT
                if at_start
                    && LOG_KEYS.contains(&token.text())
                    && next(n + 1) == Some(SyntaxKind::COLON)
                    && next(n + 2) != Some(SyntaxKind::COLON) =>
            {
                let colon = inner.get(n + 1)?.as_token()?;
                changes.bytes.extend((at(token)..at(token) + token.text().len()).map(|byte| (byte, b' ')));
                changes.bytes.push((at(colon), b' '));
            }
            SyntaxKind::COMMA if PATTERN_SECOND.contains(&name.as_str()) => {
                let hidden = at(token) + 1..at(&close);
                changes.bytes.extend(hidden.clone().map(|byte| (byte, b' ')));
                changes.hidden = Some(hidden);
                break;
            }
            _ => {}
        }
        at_start = matches!(token.kind(), SyntaxKind::COMMA | SyntaxKind::SEMICOLON | SyntaxKind::EQ);
    }
    Some(changes)
}

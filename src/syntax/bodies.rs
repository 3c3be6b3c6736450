//! Function bodies that say nothing about the rest of the program, for a check that is to be fast.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasAttrs};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::mask;
use super::tree::braces;

/// What stands in for a body. It has every type.
const NOTHING: &[u8] = b"loop{}";

/// The bodies, with their braces, that nobody outside of them can look into; none where the text is
/// not plain Rust. To be called with a large stack.
pub fn closed_bodies(text: &str) -> Vec<Range<usize>> {
    let Some(root) = mask::parse_plainly(text) else { return Vec::new() };
    let mut bodies = Vec::new();
    let mut nodes = root.preorder();
    while let Some(event) = nodes.next() {
        let ra_ap_syntax::WalkEvent::Enter(node) = event else { continue };
        let Some(function) = ast::Fn::cast(node) else { continue };
        if let Some(body) = function.body().filter(|body| is_closed(&function, body)) {
            bodies.push(braces(&body));
            nodes.skip_subtree();
        }
    }
    bodies
}

/// The text with these bodies emptied. No byte moves: spans stay true.
pub fn emptied(text: &str, bodies: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for body in bodies {
        let Some(inside) = bytes.get_mut(body.start + 1..body.end.saturating_sub(1)) else { continue };
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let Some(room) = inside.windows(NOTHING.len()).position(|bytes| !bytes.iter().any(is_end)) else {
            continue;
        };
        inside.iter_mut().filter(|byte| !is_end(byte)).for_each(|byte| *byte = b' ');
        inside[room..room + NOTHING.len()].copy_from_slice(NOTHING);
    }
    // Whole characters gave way to ASCII.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether the body decides nothing but what its function does: no constant that others compute
/// with, no hidden type whose traits leak out, no item that is seen outside.
fn is_closed(function: &ast::Fn, body: &ast::BlockExpr) -> bool {
    let hides_a_type =
        |node: SyntaxNode| node.descendants().any(|node| node.kind() == SyntaxKind::IMPL_TRAIT_TYPE);
    let leaks = function.async_token().is_some()
        || function.const_token().is_some()
        || function.gen_token().is_some()
        || function.ret_type().is_some_and(|ty| hides_a_type(ty.syntax().clone()));
    let in_const_impl = function.syntax().ancestors().any(|node| match node.kind() {
        SyntaxKind::IMPL => ast::Impl::cast(node).is_some_and(|block| block.const_token().is_some()),
        _ => false,
    });
    let naked = function.attrs().any(|attr| attr.syntax().text().to_string().contains("naked"));
    let seen_outside = body.syntax().descendants().any(|node| {
        matches!(
            node.kind(),
            SyntaxKind::IMPL | SyntaxKind::MACRO_RULES | SyntaxKind::MACRO_DEF | SyntaxKind::EXTERN_BLOCK
        )
    });
    let inner_attribute = body.stmt_list().is_some_and(|list| list.attrs().next().is_some());
    !(leaks || in_const_impl || naked || seen_outside || inner_attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(text: &str) -> String {
        emptied(text, &closed_bodies(text))
    }

    #[test]
    fn a_plain_body_becomes_a_loop_of_the_same_length() {
        let text = "fn f() -> u8 {\r\n    let ä = 1;\n    ä\n}\n";
        let new = pruned(text);
        assert_eq!(new, "fn f() -> u8 {\r\nloop{}         \n      \n}\n");
        assert_eq!(new.len(), text.len());
    }

    #[test]
    fn what_others_can_see_stays() {
        for text in [
            "const fn f() -> u8 { 1 + 1 + 1 }",
            "async fn f() -> u8 { 1 + 1 + 1 }",
            "fn f() -> impl Iterator<Item = u8> { [1u8].into_iter() }",
            "fn f() -> Result<Box<impl Fn()>, u8> { Ok(Box::new(|| {})) }",
            "fn f() { impl X for Y {} }",
            "fn f() { #![allow(unused)] let x = 1; }",
            "fn f() { macro_rules! m { () => {} } }",
            "fn f() { 1 }",
            "fn f() { let x = ; }",
            "macro_rules! m { () => { fn f() { some(); thing(); } } }",
            "const X: u8 = { 1 + 1 + 1 + 1 };",
        ] {
            assert_eq!(pruned(text), text);
        }
        assert_eq!(pruned("fn f() { fn g() { 1 + 1 } g() }"), "fn f() {loop{}                }");
        assert_eq!(
            pruned("trait T { fn f(&self) -> u8 { self.g() } }"),
            "trait T { fn f(&self) -> u8 {loop{}    } }"
        );
    }
}

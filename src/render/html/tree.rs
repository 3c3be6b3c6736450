//! A tree of HTML elements that grows: every element is closed, every text escaped.

use crate::render::prose::{harmless, one_line};

/// Names and values.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// Elements after which the source of the page goes on in a new line; white space means nothing there.
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "head", "header", "html", "legend", "li", "link", "main",
    "meta", "nav", "ol", "p", "pre", "script", "section", "style", "summary", "svg", "table", "title", "tr",
    "ul",
];

/// The text of a page.
#[derive(Debug, Default)]
pub(super) struct Tree(String);

impl Tree {
    /// A page that begins with its kind.
    pub(super) fn new() -> Tree {
        Tree("<!DOCTYPE html>\n".to_owned())
    }

    /// Adds an element and what is in it.
    pub(super) fn element(&mut self, name: &str, attributes: Attributes, inside: impl FnOnce(&mut Tree)) {
        self.tag(name, attributes);
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self.line_after(name);
    }

    /// Adds an element that holds a text.
    pub(super) fn leaf(&mut self, name: &str, attributes: Attributes, text: &str) {
        self.element(name, attributes, |tree| tree.text(text));
    }

    /// Adds an element that holds a sentence: what stands between backticks is code.
    pub(super) fn prose(&mut self, name: &str, attributes: Attributes, text: &str) {
        if !text.trim().is_empty() {
            self.element(name, attributes, |tree| tree.sentence(text.trim()));
        }
    }

    /// Adds an element that can hold nothing.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes) {
        self.tag(name, attributes);
        self.0.push_str("/>");
        self.line_after(name);
    }

    /// Adds a text as it is to be read.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.0, &harmless(text));
    }

    /// Adds a sentence. With an odd number of backticks none of them can be trusted.
    pub(super) fn sentence(&mut self, text: &str) {
        let text = one_line(text);
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            self.text(&text);
            return;
        }
        for (n, part) in parts.iter().enumerate() {
            match (n % 2, part.is_empty()) {
                (1, true) => self.text("``"),
                (1, false) => self.code(part),
                _ => self.text(part),
            }
        }
    }

    /// Adds code within a line.
    pub(super) fn code(&mut self, code: &str) {
        self.leaf("code", &[("translate", "no")], code);
    }

    /// Adds a file of ours as it is.
    pub(super) fn ours(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn tag(&mut self, name: &str, attributes: Attributes) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(&mut self.0, &one_line(value));
            self.0.push('"');
        }
    }

    fn line_after(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.0.push('\n');
        }
    }
}

/// Nothing of what is left can begin or end a tag, an attribute, a comment or a reference.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut tree = Tree::default();
        tree.leaf("b", &[("title", "\"><script>'")], "--> </style> & \u{202e}");
        assert_eq!(
            tree.finish(),
            "<b title=\"&quot;&gt;&lt;script&gt;&#39;\">--&gt; &lt;/style&gt; &amp; \\u{202e}</b>"
        );
    }

    #[test]
    fn backticks_make_code() {
        let mut tree = Tree::default();
        tree.sentence("`a<b>` and `` here");
        tree.sentence(" one ` alone");
        assert_eq!(tree.finish(), "<code translate=\"no\">a&lt;b&gt;</code> and `` here one ` alone");
    }
}

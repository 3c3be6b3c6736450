//! What a rule found out: the names that a text may use.
//!
//! Architecture Invariant: facts are names, types, lines and numbers of the reader's program, never
//! words of ours. A text decides how they are told.

use std::collections::BTreeMap;

/// A fact's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Code of the reader's: shown between backticks, white space folded, shortened when long.
    Code(String),
    /// A number or a line, shown as it is.
    Plain(String),
    /// The name of a method of the standard library; the text shows what `explanations/methods.md`
    /// says it does, and leaves the sentence out where that page does not know it.
    Method(String),
}

/// The facts of a finding or of a fix, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<&'static str, Value>);

impl Facts {
    /// No facts yet.
    pub fn new() -> Facts {
        Facts::default()
    }

    /// Adds a piece of the reader's code.
    pub fn code(&mut self, name: &'static str, code: impl Into<String>) -> &mut Facts {
        let code = code.into();
        // rustc shortens long types to `...`; half a type is not a fact.
        let half_a_type = code.contains("...") && code.contains('<');
        if !half_a_type && !code.trim().is_empty() {
            self.0.insert(name, Value::Code(code));
        }
        self
    }

    /// Adds a line number (from 1) or another number.
    pub fn number(&mut self, name: &'static str, number: usize) -> &mut Facts {
        self.0.insert(name, Value::Plain(number.to_string()));
        self
    }

    /// Adds what a method of the standard library does, for a text to tell.
    pub fn method(&mut self, name: &'static str, method: impl Into<String>) -> &mut Facts {
        self.0.insert(name, Value::Method(method.into()));
        self
    }

    /// Adds a piece of code where there is one.
    pub fn code_if(&mut self, name: &'static str, code: Option<impl Into<String>>) -> &mut Facts {
        if let Some(code) = code {
            self.code(name, code);
        }
        self
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The bare code of this name, without backticks.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Code(text) | Value::Plain(text) | Value::Method(text) => Some(text),
        }
    }

    /// These facts, and where a name is missing the other's.
    pub fn or(&self, other: &Facts) -> Facts {
        let mut all = other.0.clone();
        all.extend(self.0.iter().map(|(name, value)| (*name, value.clone())));
        Facts(all)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}

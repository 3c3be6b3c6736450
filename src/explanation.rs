//! The Markdown texts, parsed and filled with facts.

/// The words for a finding, filled with its facts. Code stands between backticks.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The mistake, as a sentence.
    pub title: String,
    /// One sentence for lists.
    pub summary: String,
    /// What happened, in the reader's own names.
    pub claim: String,
    /// Why Rust minds: the sentences after the claim.
    pub because: String,
    /// What would go wrong at run time.
    pub stakes: String,
    /// The rule of ownership that it breaks.
    pub rule: String,
    /// The topic of `cargo ownership explain` to read next.
    pub read_next: String,
    /// Terms that this text uses and the reader may not know: term and gloss.
    pub glosses: Vec<(String, String)>,
    /// One text for each mark of the finding, in their order.
    pub marks: Vec<String>,
    /// One for each fix of the finding, in their order.
    pub ways: Vec<Way>,
}

/// The words for a way out.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// An imperative: "Lend `names` to `print_all`".
    pub title: String,
    /// What it costs, in at most 12 words.
    pub cost: String,
    /// For an idea: when to choose it.
    pub when: String,
    /// For an idea: worked code in the reader's names.
    pub code: String,
}

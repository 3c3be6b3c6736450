//! Measures of style, as `writing.md` asks for them.

/// Words of blame, jokes and false ease.
const UNKIND: &[&str] = &[
    "just",
    "simply",
    "obviously",
    "you forgot",
    "wrong",
    "illegal",
    "easy",
    "easily",
    "of course",
    "clearly",
    "oops",
    "sadly",
    "unfortunately",
];

/// Compiler nouns that no reader knows.
const UNEXPLAINED: &[&str] = &[
    "place expression",
    "nll",
    "region",
    "variance",
    "invariant",
    "covariant",
    "reborrow",
    "drop check",
    "outlives",
    "higher-ranked",
    "hrtb",
    "rvalue",
    "lvalue",
    "binding mode",
    "two-phase borrow",
    "monomorphise",
    "lifetime lives",
];

/// Sentences of Markdown prose, at most one line each; code, facts and links count as one short word.
pub fn sentences(prose: &str) -> Vec<String> {
    let plain = without_code(prose);
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut characters = plain.chars().peekable();
    while let Some(c) = characters.next() {
        current.push(c);
        let full_stop = ".?!".contains(c) && characters.peek().is_none_or(|next| next.is_whitespace());
        if full_stop || c == '\n' {
            let sentence = std::mem::take(&mut current).trim().to_owned();
            if !words(&sentence).is_empty() {
                sentences.push(sentence);
            }
        }
    }
    if !words(&current).is_empty() {
        sentences.push(current.trim().to_owned());
    }
    sentences
}

/// The words of a sentence.
pub fn words(sentence: &str) -> Vec<String> {
    let words = sentence.split(|c: char| c.is_whitespace() || "-—/".contains(c));
    words
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Code between backticks, `{{facts}}` and the targets of links become the short word `x`.
pub fn without_code(prose: &str) -> String {
    let mut out = String::new();
    let mut rest = prose;
    loop {
        let next = [("`", "`"), ("{{", "}}"), ("](", ")")]
            .into_iter()
            .filter_map(|(open, close)| {
                let at = rest.find(open)?;
                let end = rest[at + open.len()..].find(close)? + at + open.len() + close.len();
                Some((at, end, open))
            })
            .min_by_key(|(at, ..)| *at);
        let Some((at, end, open)) = next else { break };
        out.push_str(&rest[..at]);
        out.push_str(if open == "](" { "" } else { "x" });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.replace('[', "")
}

/// The Flesch-Kincaid grade of a text.
pub fn grade(prose: &str) -> f64 {
    let sentences = sentences(prose);
    let words: Vec<String> = sentences.iter().flat_map(|sentence| words(sentence)).collect();
    if words.is_empty() {
        return 0.0;
    }
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    0.39 * words.len() as f64 / sentences.len() as f64 + 11.8 * syllables as f64 / words.len() as f64 - 15.59
}

fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    let is_vowel = |c: char| "aeiouy".contains(c);
    let mut count = 0;
    let mut before = false;
    for c in word.chars() {
        count += usize::from(is_vowel(c) && !before);
        before = is_vowel(c);
    }
    let silent = word.ends_with('e') && !word.ends_with("le") && count > 1
        || word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded") && count > 1;
    (count - usize::from(silent)).max(1)
}

/// What the style forbids in a text: one complaint each.
pub fn complaints(prose: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let lower = without_code(prose).to_lowercase();
    for term in UNKIND.iter().chain(UNEXPLAINED) {
        let hit = lower.match_indices(term).any(|(at, _)| {
            let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
            edge(lower[..at].chars().next_back()) && edge(lower[at + term.len()..].chars().next())
        });
        if hit {
            complaints.push(format!("says `{term}`"));
        }
    }
    if prose.contains('!') && without_code(prose).contains('!') {
        complaints.push("has an exclamation mark".to_owned());
    }
    let lengths: Vec<usize> = sentences(prose).iter().map(|sentence| words(sentence).len()).collect();
    if let Some(longest) = lengths.iter().max().filter(|longest| **longest > 25) {
        complaints.push(format!("has a sentence of {longest} words"));
    }
    complaints
}

/// The median length of the sentences, in words.
pub fn median_length(prose: &str) -> usize {
    let mut lengths: Vec<usize> = sentences(prose).iter().map(|sentence| words(sentence).len()).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

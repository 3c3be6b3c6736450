//! Counts errors by the crate that they were found in.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::verify::Evidence;

/// What a check has seen: crates by their root files, and how many errors each has.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    crates: HashMap<PathBuf, usize>,
}

impl Tally {
    /// Counts.
    pub fn of(evidence: &Evidence) -> Tally {
        let mut crates = HashMap::new();
        for root in evidence.artifacts.iter().filter_map(|artifact| artifact.source.clone()) {
            crates.entry(root).or_default();
        }
        for before in &evidence.errors {
            *crates.entry(before.unit.clone()).or_default() += 1;
        }
        Tally { crates }
    }

    /// All errors.
    pub fn errors(&self) -> usize {
        self.crates.values().sum()
    }

    /// Whether fixes have made it worse, by a check before and one after them.
    ///
    /// Once a library compiles, cargo goes on to the crates that use it, and for the first time sees
    /// the errors in them. These count only if the fixes could have brought them, by changing a
    /// signature: a fix within a body cannot be felt in another crate.
    pub fn is_worse_than(&self, before: &Tally, signature_changed: bool) -> bool {
        let counts = |root: &PathBuf| signature_changed || before.crates.contains_key(root);
        let now: usize = self.crates.iter().filter(|(root, _)| counts(root)).map(|(_, errors)| errors).sum();
        now > before.errors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(crates: &[(&str, usize)]) -> Tally {
        Tally { crates: crates.iter().map(|(root, errors)| (PathBuf::from(root), *errors)).collect() }
    }

    #[test]
    fn what_was_never_reached_before_is_not_our_doing() {
        let before = tally(&[("lib", 1), ("other", 0)]);
        assert!(!tally(&[("lib", 0), ("bin", 3), ("other", 0)]).is_worse_than(&before, false));
        assert!(tally(&[("lib", 0), ("bin", 3)]).is_worse_than(&before, true));
        assert!(tally(&[("lib", 2)]).is_worse_than(&before, false));
        assert!(tally(&[("lib", 0), ("other", 2)]).is_worse_than(&before, false));
        assert!(!tally(&[("lib", 1)]).is_worse_than(&before, true));
    }
}

//! Counts errors by the unit that they were found in.

use std::collections::HashMap;

use crate::input::Unit;

/// What a check has seen: units, and how many errors each has. Messages that name no unit are those
/// of one.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    units: HashMap<Option<Unit>, usize>,
}

impl Tally {
    /// Counts an error.
    pub fn error(&mut self, unit: Option<&Unit>) {
        *self.units.entry(unit.cloned()).or_default() += 1;
    }

    /// Notes that a unit was reached.
    pub fn reached(&mut self, unit: &Unit) {
        self.units.entry(Some(unit.clone())).or_default();
    }

    /// All errors.
    pub fn errors(&self) -> usize {
        self.units.values().sum()
    }

    /// Whether fixes have made it worse, by a check before and one after them.
    ///
    /// Once a library compiles, cargo goes on to the units that use it, and for the first time sees
    /// the errors in them. These count only if the fixes could have brought them, by changing a
    /// signature: a fix within a body cannot be felt in another unit.
    pub fn is_worse_than(&self, before: &Tally, signature_changed: bool) -> bool {
        let known = |unit: &Option<Unit>| signature_changed || before.units.contains_key(unit);
        let now: usize = self.units.iter().filter(|(unit, _)| known(unit)).map(|(_, errors)| errors).sum();
        now > before.errors()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(target: &str) -> Unit {
        Unit { package_id: "a".to_owned(), kind: "lib".to_owned(), target: target.to_owned() }
    }

    fn tally(errors: &[(&str, usize)]) -> Tally {
        let mut tally = Tally::default();
        for (target, errors) in errors {
            tally.reached(&unit(target));
            (0..*errors).for_each(|_| tally.error(Some(&unit(target))));
        }
        tally
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

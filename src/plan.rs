//! What `cargo ownership fix` is to do: which fixes may be taken, which were, what is left and why.
//!
//! Architecture Invariant: nothing is tried or written here. That a plan is good is for the compiler
//! to say, and only fixes that it has confirmed come into one.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::fix::{self, Behaviour, Fix, Verdict};
use crate::report::{Report, Told};
use crate::source::Source;

/// What the user wants to have fixed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Only mistakes of these rules; of any where it is empty.
    pub rules: Vec<String>,
    /// Only with these fixes; with any where it is empty.
    pub fixes: Vec<String>,
    /// Also with fixes that change what the program does.
    pub any_behaviour: bool,
}

/// Fixes that were chosen, confirmed together as one set.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The chosen fixes, at most one a finding.
    pub chosen: Vec<Chosen>,
    /// The findings that stay, and why.
    pub left: Vec<Left>,
    /// The files that the chosen fixes change, each once.
    pub files: Vec<NewText>,
    /// Whether the compiler has found no error in them all together.
    pub compiles: bool,
    /// How many errors it has found in them.
    pub remaining: usize,
}

/// A fix that was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The finding, by its place in the report; nothing for an error that no rule knows.
    pub finding: Option<usize>,
    /// The fix, with the edits that follow from it.
    pub fix: Fix,
}

/// A finding that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The finding, by its place in the report.
    pub finding: usize,
    /// Why.
    pub why: Why,
}

/// A file and what it is to hold.
#[derive(Clone, Debug)]
pub struct NewText {
    /// The file as it was checked.
    pub source: Rc<Source>,
    /// Its text after all chosen fixes.
    pub after: String,
}

/// Why a finding stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user asked for other rules or fixes.
    NotAsked,
    /// The user was asked and said no.
    Declined,
    /// There are only ideas for it.
    OnlyIdeas,
    /// The compiler accepts none of its fixes.
    NotConfirmed,
    /// The compiler was not asked about one of its fixes, and accepts none of the others.
    NotTried(fix::Why),
    /// Each confirmed fix changes what the program does.
    ChangesBehaviour,
    /// Its fix does not go together with the others.
    Clash,
    /// A file was in the way.
    Refused {
        /// The file.
        file: String,
        /// What was the matter with it.
        why: Refusal,
    },
}

/// Why a file was not touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It lies outside of the workspace.
    Outside,
    /// It seems to lie in the workspace, but a link leads out.
    LinkedOutside,
    /// It is the source of a dependency: from a registry, from git, or vendored.
    Dependency,
    /// It lies in a folder that tools may empty at any time, such as cargo's target folder.
    Generated,
    /// Its bytes are not those that the change was made for.
    Changed,
    /// It is marked as read-only.
    ReadOnly,
    /// It belongs to somebody else, and would not any more.
    Owner,
    /// It is a folder, a device, a pipe.
    NotAFile,
    /// Two changes of one file contradict each other.
    Twice,
    /// The system refused, in its words.
    Failed(String),
}

/// For each finding of a report: its fixes by their places, or why there is none.
pub type Candidates = Vec<Result<Vec<usize>, Why>>;

/// For each finding the fixes that may be taken, best first, or why none may.
///
/// Only confirmed fixes may; that they also go together is for the compiler to say.
pub fn candidates(report: &Report, wish: &Wish) -> Candidates {
    report.findings.iter().map(|told| of_finding(told, wish)).collect()
}

fn of_finding(told: &Told, wish: &Wish) -> Result<Vec<usize>, Why> {
    let asked = |names: &[String], name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    if !asked(&wish.rules, told.finding.rule.name) {
        return Err(Why::NotAsked);
    }
    let all = || told.finding.fixes.iter().enumerate();
    if all().all(|(_, fix)| fix.is_idea()) {
        return Err(Why::OnlyIdeas);
    }
    let of_id = || all().filter(|(_, fix)| !fix.is_idea() && asked(&wish.fixes, fix.id));
    if of_id().next().is_none() {
        return Err(Why::NotAsked);
    }
    let confirmed = || of_id().filter(|(_, fix)| fix.verdict.is_confirmed());
    if confirmed().next().is_none() {
        let not_tried = of_id().find_map(|(_, fix)| match fix.verdict {
            Verdict::NotTried { why } => Some(why),
            _ => None,
        });
        return Err(not_tried
            .filter(|why| *why != fix::Why::TooMany)
            .map_or(Why::NotConfirmed, Why::NotTried));
    }
    let kept = |fix: &Fix| wish.any_behaviour || fix.cost.behaviour == Behaviour::Kept;
    let fixes: Vec<usize> = confirmed().filter(|(_, fix)| kept(fix)).map(|(n, _)| n).collect();
    if fixes.is_empty() { Err(Why::ChangesBehaviour) } else { Ok(fixes) }
}

/// Whether a fix writes nothing but the words of borrowing and moving, so that it says nothing else
/// than before: what `fix` does unasked about an error that no rule knows.
pub fn only_borrows_or_moves(fix: &Fix) -> bool {
    const WORDS: &[&str] = &["mut", "ref", "move"];
    let written = |edit: &fix::Edit| {
        let words = edit.replacement.split(|c: char| c.is_whitespace() || "&*".contains(c));
        edit.byte_start == edit.byte_end
            && words.filter(|word| !word.is_empty()).all(|word| WORDS.contains(&word))
    };
    !fix.is_idea() && fix.edits.iter().all(written)
}

impl Plan {
    /// Files that must change together: those of one fix, and those of fixes that share a file.
    pub fn batches(&self) -> Vec<Batch<'_>> {
        let mut groups: Vec<(BTreeSet<&str>, Vec<usize>)> = Vec::new();
        for (n, chosen) in self.chosen.iter().enumerate() {
            let mut names: BTreeSet<&str> = chosen.fix.edits.iter().map(|edit| edit.file.as_str()).collect();
            let mut members = vec![n];
            let shares = |group: &mut (BTreeSet<&str>, Vec<usize>)| !group.0.is_disjoint(&names);
            let sharing: Vec<(BTreeSet<&str>, Vec<usize>)> = groups.extract_if(.., shares).collect();
            for (others, of) in sharing {
                names.extend(others);
                members.extend(of);
            }
            members.sort_unstable();
            groups.push((names, members));
        }
        groups.sort_by(|a, b| a.1.cmp(&b.1));
        let known =
            |file: &NewText| groups.iter().any(|(names, _)| names.contains(file.source.name.as_str()));
        if !self.files.iter().all(known) {
            // A file that no fix accounts for belongs to all of them.
            return vec![Batch {
                chosen: (0..self.chosen.len()).collect(),
                files: self.files.iter().collect(),
            }];
        }
        let of = |names: &BTreeSet<&str>| {
            self.files.iter().filter(|file| names.contains(file.source.name.as_str())).collect()
        };
        groups.into_iter().map(|(names, chosen)| Batch { chosen, files: of(&names) }).collect()
    }
}

/// Files that change together or not at all.
#[derive(Clone, Debug)]
pub struct Batch<'p> {
    /// The fixes that come with it, by their places in the plan.
    pub chosen: Vec<usize>,
    /// The files.
    pub files: Vec<&'p NewText>,
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::fix::{Cost, Deed, Edit};

    fn plan(fixes: &[&[&str]], files: &[&str]) -> Plan {
        let edit = |file: &&str| Edit {
            file: file.to_string(),
            byte_start: 0,
            byte_end: 0,
            replacement: "&".to_owned(),
        };
        let fix = |files: &&[&str]| {
            Fix::new("a-fix", Cost::local(Deed::Borrow), files.iter().map(edit).collect::<Vec<Edit>>())
        };
        let chosen = fixes.iter().enumerate().map(|(n, files)| Chosen { finding: Some(n), fix: fix(files) });
        let text = |name: &&str| NewText {
            source: Rc::new(Source::new(name, PathBuf::from(name), String::new())),
            after: "&".to_owned(),
        };
        Plan { chosen: chosen.collect(), files: files.iter().map(text).collect(), ..Plan::default() }
    }

    fn batches(plan: &Plan) -> Vec<(Vec<usize>, Vec<&str>)> {
        let names =
            |batch: &Batch| batch.files.iter().map(|file| file.source.name.clone()).collect::<Vec<_>>();
        plan.batches()
            .iter()
            .map(|batch| (batch.chosen.clone(), names(batch)))
            .map(|(chosen, names)| {
                let known = |name: String| plan.files.iter().find(|file| file.source.name == name);
                (chosen, names.into_iter().filter_map(known).map(|file| file.source.name.as_str()).collect())
            })
            .collect()
    }

    #[test]
    fn fixes_that_share_a_file_stand_or_fall_together() {
        let apart = plan(&[&["a"], &["b"]], &["a", "b"]);
        assert_eq!(batches(&apart), [(vec![0], vec!["a"]), (vec![1], vec!["b"])]);
        let chain = plan(&[&["a", "b"], &["d"], &["c"], &["c", "b"]], &["a", "b", "c", "d"]);
        assert_eq!(batches(&chain), [(vec![0, 2, 3], vec!["a", "b", "c"]), (vec![1], vec!["d"])]);
        let unknown = plan(&[&["a"], &["b"]], &["a", "b", "c"]);
        assert_eq!(batches(&unknown), [(vec![0, 1], vec!["a", "b", "c"])]);
    }
}

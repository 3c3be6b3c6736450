//! Asks, finding by finding, which way out to take.

use std::io::{self, Write};

use anyhow::bail;
use dialoguer::Select;

use crate::plan::Why;
use crate::render::{Style, fixed};
use crate::report::Report;

/// Somebody who can be asked.
pub trait Asked {
    /// Shows something to decide on.
    fn show(&mut self, text: &str) -> io::Result<()>;
    /// Lets choose one of the answers; nothing where all is to be called off.
    fn choose(&mut self, question: &str, answers: &[String]) -> anyhow::Result<Option<usize>>;
}

/// Whoever sits at the terminal. The questions go to standard error: what was done is for standard
/// output.
pub struct OnTerminal;

impl Asked for OnTerminal {
    fn show(&mut self, text: &str) -> io::Result<()> {
        io::stderr().write_all(text.as_bytes())
    }

    fn choose(&mut self, question: &str, answers: &[String]) -> anyhow::Result<Option<usize>> {
        Ok(Select::new().with_prompt(question).items(answers).default(0).interact_opt()?)
    }
}

/// Asks about every finding that has candidates; the answer is its only candidate then.
pub fn ask(
    report: &Report,
    candidates: &mut [Result<Vec<usize>, Why>],
    style: &Style,
    asked: &mut dyn Asked,
) -> anyhow::Result<()> {
    let mut stopped = false;
    for (told, candidate) in report.findings.iter().zip(candidates) {
        let Ok(fixes) = candidate else { continue };
        if !stopped {
            asked.show(&format!("\n{}\n", fixed::choice(told, fixes, style)))?;
            let answer = asked.choose(fixed::question(), &fixed::answers(told, fixes))?;
            let Some(answer) = answer else { bail!("nothing was written: the question was not answered") };
            if let Some(&fix) = fixes.get(answer) {
                *candidate = Ok(vec![fix]);
                continue;
            }
            stopped = answer > fixes.len();
        }
        *candidate = Err(Why::Declined);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::plan::Candidates;
    use crate::report::Reporter;
    use crate::source::Sources;
    use crate::syntax::Files;

    /// Gives the answers that were agreed on.
    struct Agreed {
        answers: Vec<Option<usize>>,
        seen: String,
    }

    impl Asked for Agreed {
        fn show(&mut self, text: &str) -> io::Result<()> {
            self.seen += text;
            Ok(())
        }

        fn choose(&mut self, question: &str, answers: &[String]) -> anyhow::Result<Option<usize>> {
            self.seen += &format!("{question} {answers:?}\n");
            Ok(self.answers.remove(0))
        }
    }

    /// A use after a move, as often as asked for.
    fn report(times: usize) -> Report {
        let files = Files::new(Sources::default());
        let mut reporter = Reporter::default();
        for n in 0..times {
            let name = format!("{n}.rs");
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/use_after_move/assignment");
            let text = std::fs::read_to_string(folder.join("broken.rs")).expect("the fixture is there");
            files.sources.insert(&name, text);
            let messages = std::fs::read_to_string(folder.join("rustc.json")).expect("it is recorded");
            for line in messages.lines() {
                let Ok(raw) = serde_json::from_str(&line.replace("broken.rs", &name)) else { continue };
                reporter.add(&Diagnostic::new(&raw), &files, None, None);
            }
        }
        reporter.finish(false, None)
    }

    fn asked(answers: Vec<Option<usize>>) -> (anyhow::Result<Candidates>, String) {
        let report = report(4);
        assert_eq!(report.findings.len(), 4);
        let mut candidates: Candidates =
            vec![Err(Why::OnlyIdeas), Ok(vec![0, 1]), Ok(vec![1, 0]), Ok(vec![0])];
        let mut agreed = Agreed { answers, seen: String::new() };
        let done = ask(&report, &mut candidates, &Style::default(), &mut agreed);
        (done.map(|()| candidates), agreed.seen)
    }

    #[test]
    fn every_finding_is_asked_about_once() {
        let (candidates, seen) = asked(vec![Some(1), Some(2), Some(0)]);
        let expected = [Err(Why::OnlyIdeas), Ok(vec![1]), Err(Why::Declined), Ok(vec![0])];
        assert_eq!(candidates.expect("all was answered"), expected);
        assert_eq!(seen.matches("Which way out").count(), 3, "{seen}");
        assert!(seen.contains("  --> 1.rs:") && !seen.contains("  --> 0.rs:"), "{seen}");
    }

    #[test]
    fn one_can_stop_and_one_can_call_it_off() {
        let (candidates, seen) = asked(vec![Some(0), Some(3)]);
        let expected = [Err(Why::OnlyIdeas), Ok(vec![0]), Err(Why::Declined), Err(Why::Declined)];
        assert_eq!(candidates.expect("all was answered"), expected);
        assert_eq!(seen.matches("Which way out").count(), 2, "{seen}");
        assert!(asked(vec![Some(0), None]).0.is_err());
    }
}

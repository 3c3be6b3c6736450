//! Where a report will be read: what its paths are relative to, and how its findings are known again.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::prose::harmless;
use crate::report::{Report, Told};

/// What a renderer cannot know by itself of the place where its report is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// From the root of the repository to the folder that the names of files start from, with `/` at
    /// the end; empty where they are the same.
    pub prefix: String,
    /// A word that nobody could guess who wrote a source file: what stands between its two
    /// appearances is not read as commands of a CI.
    pub seal: String,
    /// Seconds since 1970, for the logs of a CI that shows how long a section took.
    pub seconds: u64,
}

impl Place {
    /// A file from the root of the repository; an absolute name stays.
    pub(super) fn path(&self, file: &str) -> String {
        let file = harmless(file);
        let absolute = file.starts_with('/') || file.as_bytes().get(1) == Some(&b':');
        if absolute { file.into_owned() } else { format!("{}{}", self.prefix, without_dots(&file)) }
    }

    /// The same as a URI.
    pub(super) fn uri(&self, file: &str) -> String {
        /// All that RFC 3986 does not allow in a path, and `:`, which could end a scheme.
        const SPECIAL: &AsciiSet = &CONTROLS
            .add(b' ')
            .add(b'"')
            .add(b'#')
            .add(b'%')
            .add(b'<')
            .add(b'>')
            .add(b'?')
            .add(b'[')
            .add(b'\\')
            .add(b']')
            .add(b'^')
            .add(b'`')
            .add(b'{')
            .add(b'|')
            .add(b'}')
            .add(b':');
        let path = self.path(file);
        let encoded = utf8_percent_encode(&path, SPECIAL);
        if path.starts_with('/') { format!("file://{encoded}") } else { encoded.to_string() }
    }
}

fn without_dots(file: &str) -> &str {
    file.strip_prefix("./").unwrap_or(file)
}

/// What each finding is known by in the next run: its rule, its file and the code that it points at,
/// not its line. Equal ones are counted, so that no two are the same.
pub fn fingerprints(report: &Report) -> Vec<String> {
    let mut times: HashMap<[String; 3], usize> = HashMap::new();
    let mut print = |told: &Told| {
        let parts = [told.finding.rule.name.to_owned(), file(told), code(told)];
        let number = times.entry(parts.clone()).or_default();
        *number += 1;
        let text = format!("{}\0{number}", parts.join("\0"));
        let digest = Sha256::digest(text.as_bytes());
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    };
    report.findings.iter().map(&mut print).collect()
}

fn file(told: &Told) -> String {
    told.primary.as_ref().map_or(String::new(), |span| without_dots(&span.file).to_owned())
}

/// The line that a finding points at, without its spaces; without a source what rustc saw.
fn code(told: &Told) -> String {
    let Some(span) = &told.primary else { return told.message.clone() };
    let line = told.source(span).map(|source| source.line(span.line_start).to_owned());
    let line = line.or_else(|| span.first_line.clone()).unwrap_or_else(|| told.message.clone());
    line.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_root_of_the_repository() {
        let place = Place { prefix: "crates/a b/".into(), ..Place::default() };
        assert_eq!(place.path("./src/main.rs"), "crates/a b/src/main.rs");
        assert_eq!(place.uri("src/ä#1.rs"), "crates/a%20b/src/%C3%A4%231.rs");
        assert_eq!(place.path("/x/y.rs"), "/x/y.rs");
        assert_eq!(place.uri("/x/y z.rs"), "file:///x/y%20z.rs");
    }
}

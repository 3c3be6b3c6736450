//! `--report FORMAT[=FILE]`: the formats, and how they are asked for.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;

/// A report and the place for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTarget {
    /// Its format.
    pub format: Format,
    /// The file to write; standard output if none was named.
    pub file: Option<PathBuf>,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, as the place wants it: a terminal, the log of GitHub Actions or of GitLab.
    Auto,
    /// Pictures and explanations for people.
    Human,
    /// One line for each finding.
    Short,
    /// One JSON document for programs.
    Json,
    /// cargo's own JSON messages with our words in them, as they come.
    CargoJson,
    /// The log of a GitHub Actions step: groups and annotations.
    Github,
    /// A page for a step's summary or a comment.
    Markdown,
    /// A page that stands alone, for a browser, a handout or the artifacts of a CI.
    Html,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// GitLab's Code Quality report.
    Gitlab,
    /// A test case a finding, for Jenkins and others.
    Junit,
    /// An error a finding, for Jenkins and others.
    Checkstyle,
}

/// Reads `FORMAT[=FILE]`; the file may have any name that the system allows.
#[derive(Clone)]
pub struct ReportParser;

impl TypedValueParser for ReportParser {
    type Value = ReportTarget;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<ReportTarget, clap::Error> {
        let (name, file) = split(value);
        let format = clap::builder::EnumValueParser::<Format>::new().parse_ref(command, arg, &name)?;
        target(format, file, value).map_err(|text| clap::Error::raw(ErrorKind::InvalidValue, text + "\n"))
    }
}

/// The report that a text asks for, as `--report` reads it; else what is wrong with it.
pub fn report_target(text: &str) -> Result<ReportTarget, String> {
    let (name, file) = split(OsStr::new(text));
    let name = name.to_string_lossy();
    let format = Format::from_str(&name, false).map_err(|_| format!("`{name}` is no format of reports"))?;
    target(format, file, OsStr::new(text))
}

fn target(format: Format, file: Option<PathBuf>, value: &OsStr) -> Result<ReportTarget, String> {
    if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
        return Err(format!("`--report {}` names no file after the `=`", value.to_string_lossy()));
    }
    Ok(ReportTarget { format, file })
}

fn split(value: &OsStr) -> (OsString, Option<PathBuf>) {
    let bytes = value.as_encoded_bytes();
    let equals = bytes.iter().position(|&byte| byte == b'=');
    let name = String::from_utf8_lossy(&bytes[..equals.unwrap_or(bytes.len())]).into_owned();
    let file = match (equals, value.to_str()) {
        (None, _) => None,
        (Some(at), Some(text)) => Some(PathBuf::from(&text[at + 1..])),
        (Some(at), None) => Some(after(value, at)),
    };
    (name.into(), file)
}

/// What stands after an ASCII character of a word that is no Unicode.
#[cfg(unix)]
fn after(word: &OsStr, at: usize) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(&word.as_bytes()[at + 1..]))
}

/// What stands after an ASCII character of a word that is no Unicode.
#[cfg(not(unix))]
fn after(word: &OsStr, at: usize) -> PathBuf {
    PathBuf::from(&word.to_string_lossy()[at + 1..])
}

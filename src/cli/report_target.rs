//! The value of `--report`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::error::ErrorKind;

use super::{Format, ReportTarget};

/// Reads `FORMAT[=FILE]`; the file may have any name that the system allows.
#[derive(Clone)]
pub struct ReportParser;

impl clap::builder::TypedValueParser for ReportParser {
    type Value = ReportTarget;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<ReportTarget, clap::Error> {
        let bytes = value.as_encoded_bytes();
        let equals = bytes.iter().position(|&byte| byte == b'=');
        let name =
            OsString::from(String::from_utf8_lossy(&bytes[..equals.unwrap_or(bytes.len())]).into_owned());
        let format = clap::builder::EnumValueParser::<Format>::new().parse_ref(command, arg, &name)?;
        let file = match (equals, value.to_str()) {
            (None, _) => None,
            (Some(at), Some(text)) => Some(PathBuf::from(&text[at + 1..])),
            (Some(at), None) => Some(after(value, at)),
        };
        if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
            let text = format!("`--report {}` names no file after the `=`", value.to_string_lossy());
            return Err(clap::Error::raw(ErrorKind::InvalidValue, text + "\n"));
        }
        Ok(ReportTarget { format, file })
    }
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

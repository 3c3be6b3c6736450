//! Understands one line of JSON: what cargo says, what rustc says, and what neither of them does.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use cargo_metadata::diagnostic::Diagnostic;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::input::{Artifact, CompilerMessage, Message, Unit};

/// Where a line may hold JSON: at its start, or where one of the compilers' messages begins.
pub fn json_start(line: &[u8]) -> Option<usize> {
    let indent = line.len() - line.trim_ascii_start().len();
    if line.get(indent) == Some(&b'{') {
        return Some(indent);
    }
    let openings: [&[u8]; 2] = [b"{\"reason\":\"", b"{\"$message_type\":\""];
    let braces = line.iter().enumerate().filter(|(_, byte)| **byte == b'{');
    braces.map(|(at, _)| at).find(|&at| openings.iter().any(|opening| line[at..].starts_with(opening)))
}

/// Understands one line of JSON.
///
/// The usual lines are told by how they begin and read in one go; others are looked at first.
pub fn message(line: &[u8]) -> Message {
    let json = line.trim_ascii_end();
    let text = match std::str::from_utf8(json) {
        Ok(text) => Cow::Borrowed(text),
        // A path that is no Unicode, printed by somebody who does not care.
        Err(_) => String::from_utf8_lossy(json),
    };
    let damaged = || if looks_ours(json) { Message::Truncated } else { Message::Text(line.to_owned()) };
    if let Some(rest) = text.strip_prefix("{\"reason\":\"") {
        let reason = rest.split('"').next().unwrap_or_default();
        return from_cargo(&text, reason).unwrap_or_else(|_| damaged());
    }
    if text.starts_with("{\"$message_type\":\"diagnostic\"") {
        return serde_json::from_str(&text).map_or_else(|_| damaged(), bare);
    }
    let Ok(line) = serde_json::from_str::<Line>(&text) else { return damaged() };
    match line {
        Line { reason: Some(reason), .. } => from_cargo(&text, &reason).unwrap_or(Message::Truncated),
        Line { message_type: Some(kind), .. } if kind != "diagnostic" => Message::Silent,
        Line { message: Some(_), spans: Some(_), .. } | Line { message_type: Some(_), .. } => {
            serde_json::from_str(&text).map_or(Message::Truncated, bare)
        }
        // rustc before 1.71 says nothing about the type of its other messages.
        Line { artifact: Some(_), .. } | Line { future_incompat_report: Some(_), .. } => Message::Silent,
        _ => Message::ForeignJson,
    }
}

/// Whether a damaged line began as a compiler's message.
fn looks_ours(line: &[u8]) -> bool {
    const KEYS: [&str; 5] = ["reason", "$message_type", "message", "rendered", "children"];
    let Some(rest) = line.strip_prefix(b"{\"") else { return false };
    KEYS.iter().any(|key| {
        let key = key.as_bytes();
        rest.starts_with(key) || key.starts_with(rest.split(|&byte| byte == b'"').next().unwrap_or_default())
    })
}

/// The keys that tell what a line is, in any order.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "$message_type")]
    message_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    spans: Option<&'a RawValue>,
    #[serde(borrow, default)]
    artifact: Option<&'a RawValue>,
    #[serde(borrow, default)]
    future_incompat_report: Option<&'a RawValue>,
}

/// cargo's line around a compiler message, and the one about a finished unit.
#[derive(Deserialize)]
struct CargoLine<M> {
    #[serde(default)]
    package_id: Option<String>,
    #[serde(default)]
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    target: Option<Target>,
    #[serde(default = "none")]
    message: Option<M>,
    #[serde(default)]
    profile: Option<Profile>,
    #[serde(default)]
    filenames: Option<Vec<PathBuf>>,
    #[serde(default)]
    success: Option<bool>,
}

fn none<M>() -> Option<M> {
    None
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    kind: Option<Vec<String>>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    src_path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    test: Option<bool>,
}

impl<M> CargoLine<M> {
    fn source(&self) -> Option<PathBuf> {
        self.target.as_ref()?.src_path.clone()
    }

    fn unit(&mut self) -> Option<Unit> {
        let target = self.target.take()?;
        Some(Unit {
            package_id: self.package_id.take()?,
            kind: target.kind?.into_iter().next()?,
            target: target.name?,
        })
    }
}

fn from_cargo(text: &str, reason: &str) -> serde_json::Result<Message> {
    Ok(match reason {
        "compiler-message" => {
            let mut line: CargoLine<Diagnostic> = serde_json::from_str(text)?;
            let package = line.package_id.as_deref().map(|id| package_name(id).to_owned());
            let target = line.target.as_ref().and_then(|target| target.name.clone());
            let source = line.source();
            let unit = line.unit();
            let package_dir = line.manifest_path.as_deref().and_then(Path::parent).map(Path::to_owned);
            let Some(diagnostic) = line.message else { return Ok(Message::Truncated) };
            let message = CompilerMessage { diagnostic, package, package_dir, target, unit, source };
            Message::Diagnostic(Box::new(message))
        }
        "compiler-artifact" => {
            let mut line: CargoLine<serde::de::IgnoredAny> = serde_json::from_str(text)?;
            let test = line.profile.as_ref().and_then(|profile| profile.test).unwrap_or(false);
            let files = line.filenames.take().unwrap_or_default();
            let source = line.source();
            let artifact = |unit| Message::Artifact(Box::new(Artifact { unit, test, files, source }));
            line.unit().map_or(Message::Silent, artifact)
        }
        "build-finished" => {
            let line: CargoLine<serde::de::IgnoredAny> = serde_json::from_str(text)?;
            Message::Finished { success: line.success.unwrap_or(true) }
        }
        // Build scripts, timings and whatever a later cargo has to say.
        _ => serde_json::from_str::<serde::de::IgnoredAny>(text).map(|_| Message::Silent)?,
    })
}

fn bare(diagnostic: Diagnostic) -> Message {
    Message::Diagnostic(Box::new(CompilerMessage {
        diagnostic,
        package: None,
        package_dir: None,
        target: None,
        unit: None,
        source: None,
    }))
}

/// `a` out of `path+file:///home/me/a#0.1.0`, `registry+https://..#a@0.1.0` or `a 0.1.0 (path+..)`.
pub fn package_name(id: &str) -> &str {
    if let Some((name, _)) = id.split_once(' ') {
        return name;
    }
    let (origin, fragment) = id.rsplit_once('#').unwrap_or(("", id));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None if fragment.starts_with(|c: char| c.is_ascii_digit()) => {
            let path = origin.split('?').next().unwrap_or_default();
            path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
        }
        None => fragment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_package_is_in_its_id() {
        for (id, name) in [
            ("path+file:///home/me/a#0.1.0", "a"),
            ("path+file:///home/me/dir#b@0.1.0", "b"),
            ("registry+https://github.com/rust-lang/crates.io-index#serde@1.0.0", "serde"),
            ("git+https://host/repo?branch=x#0.2.0", "repo"),
            ("a 0.1.0 (path+file:///home/me/a)", "a"),
            ("", ""),
        ] {
            assert_eq!(package_name(id), name);
        }
    }
}

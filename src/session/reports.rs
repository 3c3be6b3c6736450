//! Which reports a run writes, in which format, and where.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;

use crate::cli::{Detail as Wanted, Format, Options};
use crate::render::{self, Detail, Drawn, Place, Style, github};
use crate::source::Sources;
use crate::terminal;

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it looks.
    pub shape: Shape,
    /// Its file; standard output if there is none.
    pub file: Option<PathBuf>,
    /// Whether it goes behind what the file holds already.
    append: bool,
}

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A format that can be asked for.
    Format(Format),
    /// The text for people in the sections of GitLab's logs.
    GitlabLog,
}

/// The reports that were asked for, or those that this place wants.
pub fn outputs(options: &Options) -> Vec<Output> {
    let named = options.reports.iter().flat_map(|target| match target.format {
        Format::Auto => automatic(target.file.clone()),
        format => vec![Output { shape: Shape::Format(format), file: target.file.clone(), append: false }],
    });
    let named: Vec<Output> = named.collect();
    if named.is_empty() { automatic(None) } else { named }
}

/// For people, in the way in which the CI at hand shows it to them.
fn automatic(file: Option<PathBuf>) -> Vec<Output> {
    let output = |shape, file| Output { shape, file, append: false };
    if file.is_some() {
        return vec![output(Shape::Format(Format::Human), file)];
    }
    if is_github() {
        let log = output(Shape::Format(Format::Github), None);
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        let page = |path: std::ffi::OsString| Output {
            shape: Shape::Format(Format::Markdown),
            file: Some(path.into()),
            append: true,
        };
        return std::iter::once(log).chain(summary.map(page)).collect();
    }
    let shape = if is_gitlab() { Shape::GitlabLog } else { Shape::Format(Format::Human) };
    vec![output(shape, None)]
}

fn is_github() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn is_gitlab() -> bool {
    std::env::var_os("GITLAB_CI").is_some_and(|value| value == "true")
}

/// Whether somebody looks at these who wants to know which ways out are good: a person at a terminal,
/// whoever reads the log of a CI, and every program. Whoever only pipes the text on may not want to
/// wait.
pub fn want_verdicts(outputs: &[Output]) -> bool {
    let for_programs = |output: &Output| {
        !matches!(output.shape, Shape::Format(Format::Human | Format::Short)) || output.append
    };
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    ci || io::stdout().is_terminal() || outputs.iter().any(for_programs)
}

/// Whether standard output is the log of a GitHub Actions step, which reads commands out of it.
pub fn is_github_log(outputs: &[Output]) -> bool {
    let log = |output: &Output| output.file.is_none() && output.shape == Shape::Format(Format::Github);
    outputs.iter().any(log)
}

/// A word that nobody can foresee.
pub fn seal() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

/// Where the reports will be read.
pub fn place(sources: &Sources, seal: &str) -> Place {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let prefix = prefix(sources.first_root().as_deref()).unwrap_or_default();
    Place { prefix, seal: seal.to_owned(), seconds }
}

/// From the root of the CI's check-out to the folder that names of files start from.
fn prefix(root: Option<&Path>) -> Option<String> {
    let variable = match (is_github(), is_gitlab()) {
        (true, _) => "GITHUB_WORKSPACE",
        (_, true) => "CI_PROJECT_DIR",
        _ => return None,
    };
    let repository = PathBuf::from(std::env::var_os(variable)?).canonicalize().ok()?;
    let root = root.filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let root = root.canonicalize().ok()?;
    let inside = root.strip_prefix(repository).ok()?.to_str()?.replace('\\', "/");
    if inside.is_empty() { None } else { Some(inside + "/") }
}

/// Writes each of the reports.
pub fn write(
    outputs: &[Output],
    style: &Style,
    text: impl Fn(Shape, &Style) -> String,
) -> anyhow::Result<()> {
    // Messages of cargo's were written as they came.
    let at_the_end = |output: &&Output| output.shape != Shape::Format(Format::CargoJson);
    for output in outputs.iter().filter(at_the_end) {
        match &output.file {
            Some(path) => {
                let text = text(output.shape, &Style { color: false, width: 80, ..*style });
                let written = match output.append {
                    true => appended(path, &text),
                    false => std::fs::write(path, text),
                };
                written.with_context(|| format!("cannot write `{}`", path.display()))?;
            }
            None => {
                let mut out = io::stdout().lock();
                out.write_all(text(output.shape, style).as_bytes()).and_then(|()| out.flush())?;
            }
        }
    }
    Ok(())
}

fn appended(path: &Path, text: &str) -> io::Result<()> {
    std::fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

/// What a check has found.
pub fn text(drawn: &Drawn, shape: Shape, style: &Style, place: &Place) -> String {
    let report = drawn.report;
    match shape {
        Shape::GitlabLog => render::gitlab_log(drawn, style, place),
        Shape::Format(format) => match format {
            Format::Auto | Format::Human => render::human(drawn, style),
            Format::Short => render::short(report),
            Format::CargoJson => String::new(),
            Format::Json => render::json(report),
            Format::Github => github::github(drawn, style, place),
            Format::Markdown => render::markdown(report, place),
            Format::Html => render::html(report, place),
            Format::Sarif => render::sarif(report, place),
            Format::Gitlab => render::gitlab(report, place),
            Format::Junit => render::junit(drawn, place),
            Format::Checkstyle => render::checkstyle(report, place),
        },
    }
}

/// How standard output wants its text.
pub fn style_of_stdout(options: &Options, args: &[std::ffi::OsString]) -> Style {
    let stdout = io::stdout();
    Style {
        color: terminal::color(options.color, &stdout, args),
        ascii: options.ascii || !terminal::shows_unicode(),
        width: terminal::width_of_stdout().unwrap_or(80),
        detail: match options.detail.unwrap_or_default() {
            Wanted::Brief => Detail::Brief,
            Wanted::Normal => Detail::Normal,
            Wanted::Full => Detail::Full,
        },
    }
}

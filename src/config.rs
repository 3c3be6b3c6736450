//! What a project or an environment wants where the command line says nothing.
//!
//! ```toml
//! [package.metadata.ownership]       # or [workspace.metadata.ownership]
//! detail = "full"
//! report = ["human", "sarif=ownership.sarif"]
//! verify = "always"
//! leave = ["missing-lifetime"]
//! ```
//!
//! The command line comes before the environment (`CARGO_OWNERSHIP_DETAIL` ..), that before the
//! package, that before the workspace. No cargo is asked: a manifest that does not name us is not even
//! parsed.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;
use toml::{Table, Value};

use crate::cli::{Command, FixTarget, Options, report_target};
use crate::rules::RULES;

/// The name of our tables.
const TOOL: &str = "ownership";
/// The keys that there are.
const KEYS: [&str; 4] = ["detail", "leave", "report", "verify"];

/// Fills in what the command line left open.
pub fn complete(options: &mut Options) -> anyhow::Result<()> {
    check_rules(&options.leave, "`--leave`")?;
    let manifest_path = match &options.command {
        Command::Check(check) => Some(check.manifest_path.as_deref()),
        Command::Fix(fix) => match &fix.target {
            FixTarget::Packages(check) => Some(check.manifest_path.as_deref()),
            FixTarget::Files(_) => None,
        },
        Command::Files(_) | Command::From(_) | Command::Merge(_) => None,
        Command::Explain(_) | Command::Print(_) => return Ok(()),
    };
    let mut wishes = vec![from_environment()];
    if let Some(path) = manifest_path {
        wishes.extend(from_manifests(path)?);
    }
    for wish in &wishes {
        apply(wish, options)?;
    }
    Ok(())
}

/// What one place wants, and its name for complaints.
struct Wish {
    place: String,
    table: Table,
}

/// The variables, as a table: a list has commas.
fn from_environment() -> Wish {
    let value = |key: &&str| {
        let name = format!("CARGO_OWNERSHIP_{}", key.to_uppercase());
        let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
        let list = || text.split(',').map(|part| Value::String(part.trim().to_owned())).collect();
        let value = if is_list(key) { Value::Array(list()) } else { Value::String(text.trim().to_owned()) };
        Some(((*key).to_owned(), value))
    };
    Wish { place: "the environment".to_owned(), table: KEYS.iter().filter_map(value).collect() }
}

fn is_list(key: &str) -> bool {
    key == "report" || key == "leave"
}

/// The tables of the package at hand and of its workspace, in this order.
fn from_manifests(path: Option<&Path>) -> anyhow::Result<Vec<Wish>> {
    let start = match path {
        Some(path) => std::path::absolute(path).ok(),
        None => std::env::current_dir().ok().map(|here| here.join("Cargo.toml")),
    };
    let Some(mut folder) = start.as_deref().and_then(Path::parent) else { return Ok(Vec::new()) };
    let mut wishes = Vec::new();
    let mut package_seen = false;
    loop {
        let manifest = folder.join("Cargo.toml");
        // What cannot be read or parsed is for cargo to complain about.
        if let Ok(text) = std::fs::read_to_string(&manifest) {
            if !package_seen {
                wishes.extend(wish(&manifest, &text, "package")?);
            }
            package_seen = true;
            if text.contains("[workspace") {
                wishes.extend(wish(&manifest, &text, "workspace")?);
                break;
            }
        }
        let Some(parent) = folder.parent() else { break };
        folder = parent;
    }
    Ok(wishes)
}

fn wish(manifest: &Path, text: &str, owner: &str) -> anyhow::Result<Option<Wish>> {
    if !text.contains(TOOL) {
        return Ok(None);
    }
    let Ok(whole) = text.parse::<Table>() else { return Ok(None) };
    let found = whole.get(owner).and_then(|it| it.get("metadata")?.get(TOOL));
    let place = format!("[{owner}.metadata.{TOOL}] in `{}`", manifest.display());
    match found {
        None => Ok(None),
        Some(Value::Table(table)) => Ok(Some(Wish { place, table: table.clone() })),
        Some(_) => bail!("{place} is no table"),
    }
}

/// Takes what is wanted and not decided yet; says what cannot be understood.
fn apply(wish: &Wish, options: &mut Options) -> anyhow::Result<()> {
    for (key, value) in &wish.table {
        let known = KEYS.contains(&key.as_str());
        if !known {
            let nearest =
                nearest(key, KEYS).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            bail!("{} has no key `{key}`{nearest}", wish.place);
        }
        let context = || format!("`{key}` in {}", wish.place);
        match key.as_str() {
            "detail" if options.detail.is_none() => {
                options.detail = Some(choice(value).with_context(context)?);
            }
            "verify" if options.verify.when.is_none() => {
                options.verify.when = Some(choice(value).with_context(context)?);
            }
            "report" if options.reports.is_empty() => {
                let texts = texts(value).with_context(context)?;
                let targets = texts.iter().map(|text| report_target(text).map_err(|error| anyhow!(error)));
                options.reports = targets.collect::<anyhow::Result<_>>().with_context(context)?;
            }
            "leave" if options.leave.is_empty() => {
                let rules = texts(value).with_context(context)?;
                check_rules(&rules, &context())?;
                options.leave = rules;
            }
            _ => {}
        }
    }
    Ok(())
}

fn choice<T: ValueEnum>(value: &Value) -> anyhow::Result<T> {
    let text = value.as_str().context("is a text")?;
    T::from_str(text, false).map_err(|_| {
        let names: Vec<String> = T::value_variants()
            .iter()
            .filter_map(|variant| Some(format!("`{}`", variant.to_possible_value()?.get_name())))
            .collect();
        anyhow!("is one of {}, not `{text}`", names.join(", "))
    })
}

fn texts(value: &Value) -> anyhow::Result<Vec<String>> {
    let all = match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
        Value::String(text) => Some(vec![text.clone()]),
        _ => None,
    };
    all.context("is a text or a list of texts")
}

fn check_rules(rules: &[String], place: &str) -> anyhow::Result<()> {
    let names = || RULES.iter().map(|rule| rule.name);
    match rules.iter().find(|rule| !names().any(|name| name == *rule)) {
        Some(unknown) => {
            let nearest =
                nearest(unknown, names()).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            bail!("{place}: there is no rule `{unknown}`{nearest}")
        }
        None => Ok(()),
    }
}

fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let near = names.into_iter().map(|name| (strsim::damerau_levenshtein(word, name), name));
    near.filter(|(distance, name)| *distance <= 2 + name.len() / 6).min().map(|(_, name)| name)
}

//! What the reader's terminal is to show: colour, quiet, a progress bar. Decided as cargo decides.
//!
//! Architecture Invariant: nothing here prints. It reads the environment and the `[term]` part and the compiler wrapper of
//! cargo's configuration, because cargo writes into a pipe of ours and cannot see the terminal.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use crate::cli::ColorChoice;

/// What the user's settings and standard error say together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Whether standard error gets colours.
    pub color: bool,
    /// Whether cargo is to be quiet: it shows no summaries then.
    pub quiet: bool,
    /// The width for cargo's progress bar; nothing where cargo would show none.
    pub progress: Option<usize>,
}

impl Terminal {
    /// Decides for standard error. `args` are the user's options for cargo.
    pub fn stderr(choice: ColorChoice, args: &[OsString]) -> Terminal {
        let settings = Settings::read(args);
        let stderr = std::io::stderr();
        let quiet = has(args, "--quiet", 'q') || settings.get("term.quiet") == Some("true");
        let plain = quiet || has(args, "--verbose", 'v') || settings.get("term.verbose") == Some("true");
        Terminal {
            color: settings.color(choice, &stderr),
            quiet,
            progress: Some(plain)
                .filter(|plain| !plain && settings.wants_progress(&stderr))
                .and_then(|_| Some(usize::from(terminal_size::terminal_size_of(&stderr)?.0.0))),
        }
    }
}

/// Whether a stream gets colours: `--color` first, then cargo's settings, then `NO_COLOR` and its kin.
pub fn color(choice: ColorChoice, stream: &impl IsTerminal, args: &[OsString]) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => Settings::read(args).color(choice, stream),
    }
}

/// The `RUSTC_WRAPPER` that cargo would start its compiler with, from the environment or a
/// configuration.
pub fn rustc_wrapper(args: &[OsString]) -> Option<PathBuf> {
    let variables = ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"];
    if let Some(wrapper) = variables.iter().find_map(env::var_os) {
        return Some(PathBuf::from(wrapper)).filter(|wrapper| !wrapper.as_os_str().is_empty());
    }
    let wrapper = |toml: &str| {
        let mut settings = Settings(HashMap::new());
        settings.add(toml);
        settings.get(WRAPPER).map(PathBuf::from)
    };
    let here = env::current_dir().unwrap_or_default();
    let given = args.iter().filter_map(|arg| arg.to_str()?.strip_prefix("--config="));
    let given = given.map(|arg| if arg.contains('=') { arg.to_owned() } else { read(Path::new(arg)) });
    if let Some(wrapper) = given.filter_map(|toml| wrapper(&toml)).next_back() {
        return Some(here.join(&wrapper)).filter(|path| path.is_file()).or(Some(wrapper));
    }
    config_files().into_iter().find_map(|file| {
        let wrapper = wrapper(&read(&file))?;
        // With a slash it starts from the folder that holds `.cargo`, else it is looked for in PATH.
        let named = wrapper.parent().is_some_and(|parent| !parent.as_os_str().is_empty());
        Some(if named { file.parent()?.parent()?.join(wrapper) } else { wrapper })
    })
}

const WRAPPER: &str = "build.rustc-wrapper";

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default()
}

/// The columns of standard output, where it is a terminal.
pub fn width_of_stdout() -> Option<usize> {
    Some(usize::from(terminal_size::terminal_size_of(std::io::stdout())?.0.0))
}

/// Whether the locale can show more than ASCII; one that is not set can.
pub fn shows_unicode() -> bool {
    let set = |name: &&str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set);
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

fn has(args: &[OsString], long: &str, short: char) -> bool {
    args.iter().any(|arg| arg == long || arg.to_str() == Some(&format!("-{short}")))
}

/// The `[term]` settings of cargo and `build.rustc-wrapper`, by their full names.
struct Settings(HashMap<String, String>);

impl Settings {
    /// In cargo's order: the command line counts before the environment, the environment before
    /// files, a near file before a far one.
    fn read(args: &[OsString]) -> Settings {
        let mut settings = Settings(HashMap::new());
        let mut files = Vec::new();
        for arg in args.iter().filter_map(|arg| arg.to_str()?.strip_prefix("--config=")) {
            if arg.contains('=') { settings.add(arg) } else { files.push(PathBuf::from(arg)) }
        }
        for key in ["color", "quiet", "verbose", "progress.when"] {
            let variable = format!("CARGO_TERM_{}", key.to_uppercase().replace('.', "_"));
            if let Ok(value) = env::var(variable) {
                settings.set(format!("term.{key}"), &value);
            }
        }
        files.extend(config_files());
        for file in files {
            settings.add(&read(&file));
        }
        settings
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// What was said first counts.
    fn set(&mut self, key: String, value: &str) {
        let value = value.trim().trim_matches(['"', '\'']);
        self.0.entry(key).or_insert_with(|| value.to_owned());
    }

    /// Reads the few keys that matter out of TOML. Whoever writes them in a stranger way gets the
    /// defaults: colour and progress, never a failure.
    fn add(&mut self, toml: &str) {
        let mut section = String::new();
        for line in toml.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.trim().to_owned();
            } else if let Some((key, value)) = line.split_once('=') {
                let key = [section.as_str(), key.trim()].join(".");
                let key = key.trim_start_matches('.');
                if key == "term.progress" {
                    // `progress = { when = "never" }`
                    let never = value.contains("never");
                    self.set("term.progress.when".to_owned(), if never { "never" } else { "auto" });
                } else if key.starts_with("term.") || key == WRAPPER {
                    self.set(key.to_owned(), value);
                }
            }
        }
    }

    fn color(&self, choice: ColorChoice, stream: &impl IsTerminal) -> bool {
        let given = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let on = |name: &str| given(name).map(|value| value != "0");
        match (choice, self.get("term.color")) {
            (ColorChoice::Always, _) => true,
            (ColorChoice::Never, _) => false,
            (ColorChoice::Auto, Some("always")) => true,
            (ColorChoice::Auto, Some("never")) => false,
            (ColorChoice::Auto, _) => {
                if given("NO_COLOR").is_some() {
                    false
                } else if on("CLICOLOR_FORCE") == Some(true) {
                    true
                } else {
                    let capable = match given("TERM") {
                        Some(term) => term != "dumb",
                        None => cfg!(windows),
                    };
                    let asked = on("CLICOLOR") == Some(true) || given("CI").is_some();
                    on("CLICOLOR") != Some(false) && stream.is_terminal() && (capable || asked)
                }
            }
        }
    }

    fn wants_progress(&self, stream: &impl IsTerminal) -> bool {
        stream.is_terminal()
            && self.get("term.progress.when").is_none_or(|when| when == "auto")
            && env::var_os("TERM").is_none_or(|term| term != "dumb")
            && env::var_os("CI").is_none()
    }
}

/// cargo's configuration files, the nearest first.
fn config_files() -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let folders = here.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.filter_map(|folder| first_file(&folder)).collect()
}

fn first_file(folder: &Path) -> Option<PathBuf> {
    // Without the ending is the old name; cargo prefers it where both exist.
    ["config", "config.toml"].iter().map(|name| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Settings {
        let mut settings = Settings(HashMap::new());
        settings.add(toml);
        settings
    }

    #[test]
    fn reads_the_three_ways_to_write_a_setting() {
        assert_eq!(settings("[term]\ncolor = \"never\" # why").get("term.color"), Some("never"));
        assert_eq!(settings("term.quiet = true").get("term.quiet"), Some("true"));
        let inline = settings("[term]\nprogress = { when = 'never', width = 80 }");
        assert_eq!(inline.get("term.progress.when"), Some("never"));
        let section = settings("[build]\njobs = 1\n[term.progress]\nwhen = 'always'\nwidth = 3");
        assert_eq!(section.get("term.progress.when"), Some("always"));
    }

    #[test]
    fn the_nearest_setting_counts() {
        let mut both = settings("term.color = 'always'");
        both.add("[term]\ncolor = 'never'");
        assert!(both.color(ColorChoice::Auto, &std::io::stderr()));
        assert!(!both.color(ColorChoice::Never, &std::io::stderr()));
    }
}

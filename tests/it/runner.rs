//! Reads the log of a step as the runner of GitHub Actions does, to see what it would act on.

/// A command that the runner found in a log.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    /// Such as `error`.
    pub name: String,
    /// Such as `file`, each with its value.
    pub properties: Vec<(String, String)>,
    /// What stands behind the second `::`.
    pub data: String,
}

impl Command {
    /// The value of a property.
    pub fn property(&self, name: &str) -> &str {
        self.properties.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// All commands of a log, and the lines in which the runner looked for one and found none.
///
/// Fails where the commands stay stopped to the end.
pub fn read(log: &str) -> (Vec<Command>, Vec<&str>) {
    let (mut commands, mut plain) = (Vec::new(), Vec::new());
    let mut stopped: Option<String> = None;
    for line in log.split(['\n', '\r']) {
        match (&stopped, command(line)) {
            (Some(word), Some(found)) if found.name == *word => stopped = None,
            (Some(_), _) => {}
            (None, Some(found)) if found.name == "stop-commands" => stopped = Some(found.data),
            (None, Some(found)) => commands.push(found),
            (None, None) => plain.push(line),
        }
    }
    assert_eq!(stopped, None, "the log ends while commands are stopped");
    (commands, plain)
}

/// A line that begins with `::name key=value,..::`, or has `##[name key=value;..]` anywhere.
fn command(line: &str) -> Option<Command> {
    let (head, data, between, bracket) = match line.trim_start().strip_prefix("::") {
        Some(rest) => rest.split_once("::").map(|(head, data)| (head, data, ',', false))?,
        None => {
            let (_, rest) = line.split_once("##[")?;
            rest.split_once(']').map(|(head, data)| (head, data, ';', true))?
        }
    };
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pair =
        |pair: &str| pair.split_once('=').map(|(key, value)| (key.to_owned(), unescaped(value, bracket)));
    Some(Command {
        name: name.to_owned(),
        properties: properties.split(between).filter_map(pair).collect(),
        data: unescaped(data, bracket),
    })
}

fn unescaped(text: &str, bracket: bool) -> String {
    let pairs: &[_] = match bracket {
        true => &[("%3B", ";"), ("%5D", "]")],
        false => &[("%3A", ":"), ("%2C", ",")],
    };
    let both = [("%0D", "\r"), ("%0A", "\n")];
    let text = pairs.iter().chain(&both).fold(text.to_owned(), |text, (code, c)| text.replace(code, c));
    text.replace("%25", "%")
}

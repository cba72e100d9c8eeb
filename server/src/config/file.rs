//! Options in a file, for whoever starts the server without writing a command line: TOML, an option a key, called as on the command line.
//!
//! What is in the file is put behind the words of the command line as if it stood there, unless an option is there already or its variable of
//! the environment is set: so there is one table of options, and one judge of what they say.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{ArgAction, Command};
use toml::{Table, Value};

/// The option that names the file, and its variable.
const OPTION: &str = "--config";
const VARIABLE: &str = "BORSKLOKKA_CONFIG";
/// The task whose options the file may have; the others take of them what they know.
const OF_THE_FILE: &str = "serve";

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not there, or is none that can be read.
    #[error("the configuration {} cannot be read: {source}", .path.display())]
    Unread {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no TOML.
    #[error(
        "the configuration {} is no TOML: {what} (line {line}, column {column}{of_key})", .path.display(),
        of_key = .key.as_ref().map(|key| format!(", at {key}")).unwrap_or_default()
    )]
    NoToml {
        /// Which file.
        path: PathBuf,
        /// In which line it is wrong. What stands there is not said: it may be a password.
        line: usize,
        /// At which of its characters.
        column: usize,
        /// Which option stands there, if one does.
        key: Option<String>,
        /// What is wrong.
        what: String,
    },
    /// There is no such option.
    #[error(
        "the configuration {}: {key} is no option of `borsklokka serve`; there are {}", .path.display(), .known.join(", ")
    )]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// What it is called there.
        key: String,
        /// The options that there are.
        known: Vec<String>,
    },
    /// An option has a value of another shape.
    #[error("the configuration {}: {key} is {wanted}", .path.display())]
    WrongShape {
        /// Which file.
        path: PathBuf,
        /// Which option.
        key: String,
        /// What it must be.
        wanted: &'static str,
    },
}

/// The words of a command line, with those of the configuration that it or the environment names.
///
/// # Errors
/// See [`FileError`].
pub fn with_file(
    command: &Command,
    words: Vec<OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<OsString>, FileError> {
    let path = named(&words)
        .or_else(|| variable(VARIABLE))
        .filter(|path| !path.is_empty());
    let (task, at) = task_of(command, &words);
    // Without a task it is a desktop, which asks nothing.
    let Some(path) = path.map(PathBuf::from).filter(|_| at > 1) else {
        return Ok(words);
    };
    let known = command.find_subcommand(OF_THE_FILE).map(keys).unwrap_or_default();
    let options = read(&path, &known)?;
    if let Some(key) = options.keys().find(|key| !known.contains(key)) {
        let key = key.clone();
        return Err(FileError::UnknownKey { path, key, known });
    }
    let mut more = Vec::new();
    for (key, value) in &options {
        let Some(option) = task.get_arguments().find(|option| option.get_long() == Some(key)) else {
            continue;
        };
        let is_set = option
            .get_env()
            .and_then(OsStr::to_str)
            .and_then(&variable)
            .is_some();
        if is_set || is_said(&words, key) {
            continue;
        }
        let is_switch = matches!(option.get_action(), ArgAction::SetTrue);
        let values = values(value, is_switch).map_err(|wanted| FileError::WrongShape {
            path: path.clone(),
            key: key.clone(),
            wanted,
        })?;
        more.extend(values.into_iter().map(|value| match value {
            Some(value) => OsString::from(format!("--{key}={value}")),
            None => OsString::from(format!("--{key}")),
        }));
    }
    let mut words = words;
    words.splice(at..at, more);
    Ok(words)
}

fn read(path: &Path, known: &[String]) -> Result<Table, FileError> {
    let text = std::fs::read_to_string(path).map_err(|source| FileError::Unread {
        path: path.to_owned(),
        source,
    })?;
    text.parse()
        .map_err(|error: toml::de::Error| no_toml(path, &text, &error, known))
}

/// Where a file is no TOML, and why.
fn no_toml(path: &Path, text: &str, error: &toml::de::Error, known: &[String]) -> FileError {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let in_line = before.rsplit('\n').next().unwrap_or_default();
    let whole = text.lines().nth(line - 1).unwrap_or_default();
    let begins = whole
        .trim_start()
        .split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'))
        .next();
    let key = begins.filter(|begins| known.iter().any(|key| key == begins));
    FileError::NoToml {
        path: path.to_owned(),
        line,
        column: in_line.chars().count() + 1,
        key: key.map(str::to_owned),
        what: error.message().replace('\n', ", "),
    }
}

/// What an option of the file says: each value, or none for a switch. An empty text is none, as it is in the environment.
fn values(value: &Value, is_switch: bool) -> Result<Vec<Option<String>>, &'static str> {
    match (value, is_switch) {
        (Value::Boolean(true), true) => Ok(vec![None]),
        (Value::Boolean(false), true) => Ok(Vec::new()),
        (_, true) => Err("true or false"),
        (Value::String(text), false) if text.is_empty() => Ok(Vec::new()),
        (Value::String(text), false) => Ok(vec![Some(text.clone())]),
        (Value::Integer(number), false) => Ok(vec![Some(number.to_string())]),
        (Value::Array(values), false) => {
            let texts = values
                .iter()
                .map(|value| value.as_str().map(|text| Some(text.to_owned())));
            texts.collect::<Option<_>>().ok_or("a text, or a list of texts")
        }
        (_, false) => Err("a text, a whole number, or a list of texts"),
    }
}

/// The file that a command line names.
fn named(words: &[OsString]) -> Option<OsString> {
    let after = |word: &OsString| {
        let said = word.to_str()?.strip_prefix(OPTION)?.strip_prefix('=')?;
        Some(OsString::from(said))
    };
    let at = words.iter().position(|word| word == OPTION);
    at.and_then(|at| words.get(at + 1).cloned())
        .or_else(|| words.iter().find_map(after))
}

/// The task of a command line, such as `account list`, and where its own words begin.
fn task_of<'a>(command: &'a Command, words: &[OsString]) -> (&'a Command, usize) {
    let (mut task, mut at) = (command, 1);
    while let Some(next) = words.get(at).and_then(|word| task.find_subcommand(word)) {
        (task, at) = (next, at + 1);
    }
    (task, at)
}

/// The options that a file may have.
fn keys(task: &Command) -> Vec<String> {
    let options = task.get_arguments().filter_map(clap::Arg::get_long);
    let own = |long: &&str| !["config", "help", "version"].contains(long);
    options.filter(own).map(str::to_owned).collect()
}

/// Whether a command line says an option.
pub(super) fn is_said(words: &[OsString], key: &str) -> bool {
    let option = format!("--{key}");
    let is_it = |word: &OsString| {
        let word = word.to_string_lossy();
        let rest = word.strip_prefix(&option);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    words.iter().any(is_it)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::config::Arguments;

    /// What the words become with a file, for an environment that has one variable.
    fn with(file: &str, words: &[&str], set: (&str, &str)) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("borsklokka.toml");
        std::fs::write(&path, file).unwrap();
        let words = std::iter::once("borsklokka").chain(words.iter().copied());
        let words = words.map(OsString::from).collect();
        let variable = |name: &str| match name {
            VARIABLE => Some(path.clone().into_os_string()),
            name => (name == set.0).then(|| OsString::from(set.1)),
        };
        let words = with_file(&Arguments::command(), words, variable).map_err(|error| error.to_string())?;
        Ok(words
            .into_iter()
            .map(|word| word.into_string().unwrap())
            .collect())
    }

    #[test]
    fn the_command_line_comes_before_the_environment_and_that_before_the_file() {
        let file = "listen = \"0.0.0.0:80\"\nsmtp = \"\"\npublic-url = \"https://bors.example.no\"\nlan = true\nplain = false\n\
                    trusted-proxy = [\"10.0.0.1\", \"10.0.0.2\"]\nconnections = 20000\ndatabase = \"sqlite:a.db\"\n";
        let serve = with(
            file,
            &["serve", "--listen", "127.0.0.1:8080"],
            ("BORSKLOKKA_PUBLIC_URL", "https://x"),
        );
        let mut said = serve.unwrap();
        said[2..].sort();
        assert_eq!(
            said,
            [
                "borsklokka",
                "serve",
                "--connections=20000",
                "--database=sqlite:a.db",
                "--lan",
                "--listen",
                "--trusted-proxy=10.0.0.1",
                "--trusted-proxy=10.0.0.2",
                "127.0.0.1:8080",
            ]
        );
        // Others take what is theirs.
        for task in [&["check"][..], &["account", "list"]] {
            let said = with(file, task, ("", "")).unwrap();
            assert_eq!(said[1..], [task, &["--database=sqlite:a.db"]].concat());
        }
        // A double click asks nothing.
        assert_eq!(with("nonsense", &[], ("", "")).unwrap(), ["borsklokka"]);
    }

    #[test]
    fn what_is_wrong_in_it_is_said_with_what_helps() {
        for (file, said) in [
            (
                "lsiten = \"x\"",
                "lsiten is no option of `borsklokka serve`; there are config-less",
            ),
            ("lan = \"yes\"", "lan is true or false"),
            ("listen = 1.5", "listen is a text, a whole number"),
            ("listen = \n", "is no TOML"),
        ] {
            let said = said.replace("config-less", "database, listen, demo");
            let wrong = with(file, &["serve"], ("", "")).unwrap_err();
            assert!(wrong.contains(&said), "{wrong}");
        }
        for (file, at) in [
            (
                "lan = true\nsmtp = \"smtps://ola:hemmelig@example.no",
                "(line 2, column ",
            ),
            ("smtp = smtps://ola:hemmelig@example.no", ", at smtp)"),
            ("smtp \"smtps://ola:hemmelig@example.no\"", "(line 1, column "),
            ("smtp = [\n \"smtps://ola:hemmelig@example.no\n]", "(line "),
        ] {
            let wrong = with(file, &["serve"], ("", "")).unwrap_err();
            assert!(wrong.contains(at) && !wrong.contains("hemmelig"), "{wrong}");
        }
        let words = ["borsklokka", "serve", "--config=/nowhere.toml"].map(OsString::from);
        let wrong = with_file(&Arguments::command(), words.to_vec(), |_| None).unwrap_err();
        assert!(
            wrong.to_string().contains("/nowhere.toml cannot be read"),
            "{wrong}"
        );
    }
}

//! Options in variables of the environment. A variable that is empty is none: so Compose leaves `X: ${X:-}` where nobody has said anything.

use std::env;
use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};

use super::file::is_said;

/// What the environment has.
pub fn of_environment(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

/// A command line that reads no variable that is empty.
pub(super) fn without_empty(command: Command) -> Command {
    reading(command, &|variable| {
        env::var_os(variable).is_none_or(|value| !value.is_empty())
    })
}

/// A command line that reads those variables alone.
fn reading(command: Command, is_read: &dyn Fn(&OsStr) -> bool) -> Command {
    let command = command.mut_args(|option| {
        if option.get_env().is_none_or(is_read) {
            option
        } else {
            option.env(None::<&'static str>)
        }
    });
    command.mut_subcommands(|task| reading(task, is_read))
}

/// The variable from which a command line took what was wrong in it, if it was one.
pub fn variable_of(command: &Command, words: &[OsString], error: &clap::Error) -> Option<String> {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(said)) => Some(said.as_str()),
        _ => None,
    };
    let named = said(ContextKind::InvalidArg)?.strip_prefix("--")?;
    let option = named.split([' ', '=']).next()?;
    if is_said(words, option) {
        return None;
    }
    let is_it = |one: &&Arg| one.get_long() == Some(option) && one.get_env().is_some();
    let all = command
        .get_subcommands()
        .flat_map(|task| std::iter::once(task).chain(task.get_subcommands()));
    let found = all.flat_map(Command::get_arguments).find(is_it)?;
    let variable = found.get_env()?.to_str()?;
    of_environment(variable).map(|_| variable.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::config::Arguments;

    /// The options of `serve` that are read from the environment.
    fn read(command: &Command) -> Vec<&str> {
        let serve = command.find_subcommand("serve").unwrap();
        let options = serve.get_arguments().filter(|option| option.get_env().is_some());
        options.filter_map(Arg::get_long).collect()
    }

    #[test]
    fn a_variable_that_is_empty_is_read_for_no_option() {
        let all = Arguments::command();
        let some = reading(Arguments::command(), &|variable| {
            variable != "BORSKLOKKA_PLAIN" && variable != "BORSKLOKKA_LISTEN"
        });
        let left: Vec<&str> = read(&all)
            .into_iter()
            .filter(|option| !["plain", "listen"].contains(option))
            .collect();
        assert_eq!(read(&some), left);
        assert_eq!(read(&all).len(), left.len() + 2);
        let none = reading(Arguments::command(), &|_| false);
        assert_eq!(read(&none), [""; 0]);
        let words = ["borsklokka", "serve", "--database", "sqlite:x.db"];
        none.try_get_matches_from(words).unwrap();
    }
}

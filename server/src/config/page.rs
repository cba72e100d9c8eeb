//! The page of all options, made of the command line itself: a test holds the one in docs/ to it.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, CommandFactory as _};

use super::Arguments;

/// Where it lies, from this crate's folder.
const PAGE: &str = "../docs/configuration.md";
/// What stands above the table.
const HEAD: &str = "# Configuration

`borsklokka serve` takes each option in three ways, of which the first counts that says it: on the command line (`--listen 0.0.0.0:8080`), in a variable
of the environment (`BORSKLOKKA_LISTEN=0.0.0.0:8080`), or in a file of [TOML](https://toml.io) that `--config FILE` or `BORSKLOKKA_CONFIG` names:

```toml
# borsklokka.toml
database = \"postgres://borsklokka@db.example.no/borsklokka\"
listen = \"0.0.0.0:8080\"
public-url = \"https://bors.example.no\"
trusted-proxy = [\"10.0.0.1\", \"10.0.0.2\"]
log-format = \"json\"
plain = false
```

A key of the file is an option without its hyphens; a switch is `true` or `false`; what may be given several times is a list. A key that there is not
ends the start, with the keys that there are. A variable that is empty says nothing, as `${X:-}` of a Compose file, and neither does an empty text of
the file. Other tasks (`borsklokka backup`, `check`, `account` …) take `database` of the same file. A path in
it begins where the program was started. Passwords stand in it as anybody reads them who may read the file: let that be the server alone (`chmod 600`). With
[Debian's package](install.md#on-a-server) they stand best in `/etc/default/borsklokka`.

This table is made from the program, and a test holds it to it. How the options go together is in [operations](operations.md).

| option | environment | unless given | what |
|---|---|---|---|
";

fn page() -> String {
    let command = Arguments::command();
    let serve = command.find_subcommand("serve").expect("a task");
    let mut page = HEAD.to_owned();
    for option in serve.get_arguments() {
        let Some(long) = option.get_long().filter(|long| *long != "help") else {
            continue;
        };
        let name = match option.get_value_names().filter(|_| takes_a_value(option)) {
            Some([name]) => format!("--{long} {name}"),
            _ => format!("--{long}"),
        };
        let variable = option
            .get_env()
            .map(|name| format!("`{}`", name.to_string_lossy()));
        let usual = option
            .get_default_values()
            .iter()
            .filter(|_| takes_a_value(option));
        let usual: Vec<String> = usual
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        let choices: Vec<String> = option
            .get_possible_values()
            .iter()
            .filter(|_| takes_a_value(option))
            .map(|choice| {
                let what = choice.get_help().map(ToString::to_string).unwrap_or_default();
                format!("`{}`: {what}", choice.get_name())
            })
            .collect();
        let help = option
            .get_long_help()
            .or(option.get_help())
            .map(ToString::to_string);
        let what = help.into_iter().chain(choices).collect::<Vec<_>>().join(". ");
        let what = what
            .trim_end_matches('.')
            .replace('|', "\\|")
            .replace('<', "&lt;");
        let (variable, usual) = (variable.unwrap_or_default(), usual.join(" "));
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{name}` | {variable} | {usual} | {what} |");
    }
    page
}

fn takes_a_value(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Set | ArgAction::Append)
}

#[test]
fn the_page_of_options_is_what_the_program_takes() {
    let made = page();
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    if made != kept {
        let folder = tempfile::tempdir().unwrap().keep();
        let beside = folder.join("configuration.md");
        std::fs::write(&beside, &made).unwrap();
        panic!(
            "docs/configuration.md is not what the program takes: copy {} there",
            beside.display()
        );
    }
}

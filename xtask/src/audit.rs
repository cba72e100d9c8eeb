//! What is known of the dependencies elsewhere, and what the programs are made of. Neither is a step of the test: advisories change by the
//! day and are not always to be had, and a list is of what is shipped.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::dependencies::{Compiled, cargo_deny, tool};
use crate::workspace::{committed_at, output, root, target_dir};

/// The version of cargo-sbom.
const SBOM_VERSION: &str = "0.10.0";
/// How the programs are called.
const PROGRAMS: [&str; 2] = ["borsklokka", "borsklokka-frontend"];
/// How the process ends where the database could not be had: neither well nor with a finding.
const NOT_HAD: u8 = 3;

/// Asks for every dependency whether something is known against it.
///
/// # Errors
/// When cargo-deny cannot be installed or run.
pub(crate) fn audit() -> Result<ExitCode> {
    let program = cargo_deny()?;
    let deny = |what: &str| {
        let mut command = Command::new(&program);
        command.args(["--locked", "--log-level", "error"]).arg(what);
        command.current_dir(root());
        command
    };
    let fetched = deny("fetch")
        .arg("db")
        .output()
        .context("cargo-deny could not be started")?;
    if !fetched.status.success() {
        eprint!("{}", String::from_utf8_lossy(&fetched.stderr));
        eprintln!(
            "the advisories could not be had, so NOTHING was checked: try again where github.com can be reached"
        );
        return Ok(ExitCode::from(NOT_HAD));
    }
    let checked = deny("check").args(["--disable-fetch", "advisories"]).status()?;
    Ok(if checked.success() {
        println!("nothing is known against the dependencies in Cargo.lock");
        ExitCode::SUCCESS
    } else {
        eprintln!(
            "what is known against dependencies is above: mend it, or say in deny.toml why it is not reached"
        );
        ExitCode::FAILURE
    })
}

/// Writes what each program is made of; returns the files.
///
/// # Errors
/// When cargo-sbom cannot be installed, or the folder cannot be written.
pub(crate) fn sbom() -> Result<Vec<PathBuf>> {
    let program = tool("cargo-sbom", SBOM_VERSION, &[], Compiled::Soon)?;
    let folder = target_dir().join("sbom");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut files = Vec::new();
    for name in PROGRAMS {
        let path = folder.join(format!("{name}.cdx.json"));
        let listed = output(
            Command::new(&program)
                .args(["--output-format", "cyclone_dx_json_1_6", "--cargo-package", name])
                .current_dir(root()),
        )?;
        let list = of_the_commit(serde_json::from_str(&listed)?, &committed_at("%cI")?)?;
        fs::write(&path, list).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
        files.push(path);
    }
    Ok(files)
}

/// The list without what differs each time that it is made: who made it and when, a number by chance, and the order.
fn of_the_commit(mut list: Value, committed_at: &str) -> Result<String> {
    sort(&mut list);
    let whole = list.as_object_mut().context("the list is an object")?;
    whole.remove("serialNumber");
    let about = whole
        .get_mut("metadata")
        .and_then(Value::as_object_mut)
        .context("the list says what it is of")?;
    about.remove("authors");
    about.insert("timestamp".to_owned(), committed_at.into());
    let digest = hex::encode(Sha256::digest(serde_json::to_vec(&list)?));
    // A UUID of one's own making (RFC 9562, version 8).
    let number = format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[12..15],
        &digest[15..18],
        &digest[18..30]
    );
    list["serialNumber"] = number.into();
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

/// Sorts whatever is in a list, in which the order says nothing.
fn sort(value: &mut Value) {
    match value {
        Value::Array(values) => {
            values.iter_mut().for_each(sort);
            values.sort_by_cached_key(Value::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(sort),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_the_same_commit_is_the_same() {
        let list = |who: &str, number: &str, components: Value| {
            json!({
                "serialNumber": number,
                "metadata": { "authors": [{ "name": who }], "timestamp": number, "tools": [] },
                "components": components,
            })
        };
        let one = list(
            "root",
            "1",
            json!([{ "name": "a", "of": ["x", "y"] }, { "name": "b" }]),
        );
        let two = list(
            "anna",
            "2",
            json!([{ "name": "b" }, { "name": "a", "of": ["y", "x"] }]),
        );
        let other = list("root", "1", json!([{ "name": "a" }]));
        let made = |list| of_the_commit(list, "2026-11-30T01:00:00Z").unwrap();
        assert_eq!(made(one.clone()), made(two));
        let number = |list| serde_json::from_str::<Value>(&made(list)).unwrap()["serialNumber"].clone();
        assert_ne!(number(one), number(other));
    }
}

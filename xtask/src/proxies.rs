//! `cargo xtask proxies`: nginx, HAProxy and Caddy before the server, as they come and with the lines that the documentation gives,
//! which are read from it. Who counts as local, who as come over https, and whether the WebSocket holds.

mod lines;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::proxy::{DOCUMENT, Proxy, Running, install, make_certificate};
use crate::started::{self, Folder, Server, ask, free_port};
use crate::workspace::{cargo, root, run, server_binary};
use lines::{Lines, Ports, configuration};

/// What only whoever comes in private may ask: where no passphrase is set yet, others are refused otherwise.
const LOGIN: &str = "/api/v1/login";
const PASSPHRASE: &str = r#"{"passphrase":"fire helt vanlige ord"}"#;
const PRIVATE: &str = "not_set_up";
/// The code of what is refused because somebody could read it on its way, or comes from elsewhere.
const NOT_PRIVATE: &str = "this_machine_only";
/// The wire's address.
const LIVE: &str = "/api/v1/exchanges/drammen/live";
/// How long an answer may take, and how long a WebSocket is watched, in seconds.
const ANSWER_S: u32 = 5;
const WATCH_S: u32 = 1;

/// Whether the operator has named the proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    No,
    Yes,
}

/// What came of it through one proxy.
struct Found {
    /// Whether a guest in plain http counts as private; one who claims to come over https, from this machine; and one over https.
    plain: bool,
    claimed: bool,
    secure: bool,
    /// What the WebSocket was answered: `holds`, or what is said.
    socket: String,
}

/// Tries the three of them.
///
/// # Errors
/// When one is missing and cannot be installed, or does not hold what the documentation says.
pub(crate) fn proxies() -> Result<()> {
    install()?;
    run(cargo().args(["build", "-p", "borsklokka", "--bin", "borsklokka"]))?;
    let document =
        fs::read_to_string(root().join(DOCUMENT)).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let folder = Folder::new()?;
    make_certificate(&folder.0)?;
    let mut faults = Vec::new();
    println!("| proxy | lines | named | private: plain http | claiming https | https | WebSocket |");
    println!("|---|---|---|---|---|---|---|");
    for proxy in Proxy::ALL {
        for (lines, named) in [
            (Lines::AsItComes, Named::No),
            (Lines::AsItComes, Named::Yes),
            (Lines::Documented, Named::No),
            (Lines::Documented, Named::Yes),
        ] {
            let found = try_one(proxy, lines, named, &document, &folder.0)?;
            let (name, lines_are) = (proxy.name(), lines.as_str());
            let yes_no = |is: bool| if is { "yes" } else { "no" };
            println!(
                "| {name} | {lines_are} | {} | {} | {} | {} | {} |",
                yes_no(named == Named::Yes),
                yes_no(found.plain),
                yes_no(found.claimed),
                yes_no(found.secure),
                found.socket
            );
            let row = |fault: String| format!("{name}, {lines_are}: {fault}");
            faults.extend(faults_of(&found, lines, named).into_iter().map(row));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("; "));
    }
    Ok(())
}

/// What is wrong with what was found.
fn faults_of(found: &Found, lines: Lines, named: Named) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |is_right: bool, fault: &str| {
        if !is_right {
            faults.push(fault.to_owned());
        }
    };
    must(!found.plain, "who comes in plain http counts as private");
    match (lines, named) {
        (Lines::AsItComes | Lines::Documented, Named::No) => {
            must(
                !found.claimed && !found.secure,
                "nobody named it, and it is believed",
            );
        }
        // What a proxy that is named does not set, anybody may claim: the documentation says so.
        (Lines::AsItComes, Named::Yes) => {}
        (Lines::Documented, Named::Yes) => {
            must(!found.claimed, "who claims to come over https is believed");
            must(found.secure, "who comes over https is not believed");
        }
    }
    if lines == Lines::Documented {
        must(
            found.socket == HOLDS,
            &format!("the WebSocket does not hold: {}", found.socket),
        );
    }
    faults
}

/// How a WebSocket that stays is told.
const HOLDS: &str = "holds";

fn try_one(proxy: Proxy, lines: Lines, named: Named, document: &str, folder: &Path) -> Result<Found> {
    let (plain, secure) = (free_port()?, free_port()?);
    let server = start_server(folder, secure, named)?;
    let ports = Ports {
        plain,
        secure,
        server: server.port,
    };
    let told = configuration(proxy, lines, document, folder, &ports)?;
    let _running = Running::start(proxy, &told, folder, &[plain, secure])?;
    let plain = format!("http://localhost:{plain}");
    let secure = format!("https://localhost:{secure}");
    let claims = [
        "X-Forwarded-Proto: https",
        "X-Forwarded-For: 127.0.0.1",
        "Forwarded: proto=https;for=127.0.0.1",
    ];
    Ok(Found {
        plain: is_private(&plain, &[])?,
        claimed: is_private(&plain, &claims)?,
        secure: is_private(&secure, &[])?,
        socket: socket(&secure)?,
    })
}

/// Whether whoever asks so counts as private.
fn is_private(base: &str, headers: &[&str]) -> Result<bool> {
    let headers = [&["Content-Type: application/json"], headers].concat();
    let url = format!("{base}{LOGIN}");
    let (status, body) = ask(&url, &headers, Some(PASSPHRASE), ANSWER_S)?;
    match code(&body).as_str() {
        NOT_PRIVATE => Ok(false),
        PRIVATE => Ok(true),
        code => bail!("{url} answers {status} {code}: {body}"),
    }
}

/// What a browser's WebSocket is answered.
fn socket(base: &str) -> Result<String> {
    let origin = format!("Origin: {base}");
    let headers = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        &origin,
    ];
    let (status, body) = ask(&format!("{base}{LIVE}"), &headers, None, WATCH_S)?;
    Ok(match status {
        101 => HOLDS.to_owned(),
        status => format!("{status} `{}`", code(&body)),
    })
}

/// The stable code of an answer.
fn code(body: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json["code"].as_str().unwrap_or_default().to_owned()
}

/// The server, behind a proxy that people reach over https at a port.
fn start_server(folder: &Path, secure: u16, named: Named) -> Result<Server> {
    let mut command = Command::new(server_binary("debug"));
    let database = format!("sqlite:{}", folder.join(format!("{secure}.db")).display());
    let public_url = format!("https://localhost:{secure}");
    command.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--demo",
        "--database",
        &database,
    ]);
    command.args(["--public-url", &public_url]);
    if named == Named::Yes {
        command.args(["--trusted-proxy", "127.0.0.1"]);
    }
    started::server(&mut command, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(plain: bool, claimed: bool, secure: bool, socket: &str) -> Found {
        Found {
            plain,
            claimed,
            secure,
            socket: socket.to_owned(),
        }
    }

    #[test]
    fn what_does_not_hold_is_a_fault() {
        for (found, lines, named, faults) in [
            (found(false, false, true, HOLDS), Lines::Documented, Named::Yes, 0),
            (found(false, true, true, HOLDS), Lines::Documented, Named::Yes, 1),
            (
                found(false, false, false, "400 ``"),
                Lines::Documented,
                Named::Yes,
                2,
            ),
            (
                found(false, true, false, "400 ``"),
                Lines::AsItComes,
                Named::Yes,
                0,
            ),
            (
                found(false, false, false, "400 ``"),
                Lines::AsItComes,
                Named::No,
                0,
            ),
            (found(true, true, true, HOLDS), Lines::AsItComes, Named::No, 2),
        ] {
            assert_eq!(faults_of(&found, lines, named).len(), faults);
        }
    }
}

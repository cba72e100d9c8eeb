//! Each program is started where it has nothing but itself, and plays an evening.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::started::{Folder, Server, ask, server};
use crate::workspace::{output, run};

/// How long the front page may take to come.
const ANSWER_S: u32 = 30;
/// The short evening.
const EVENING: [&str; 8] = [
    "--brokers",
    "5",
    "--viewers",
    "20",
    "--deals",
    "40",
    "--rate",
    "20",
];

/// What a server is started with, in a folder that has another for its data.
const SERVE: [&str; 6] = [
    "serve",
    "--demo",
    "--database",
    DATABASE,
    "--listen",
    "127.0.0.1:0",
];
const DATABASE: &str = "sqlite:data/borsklokka.db";

/// On Linux, in a root that has no other file: no library, no authority, no list of users.
pub(super) fn alone(program: &Path) -> Result<()> {
    let folder = folder_of(program, "borsklokka")?;
    let start = |folder: &Folder| {
        let is_root = output(Command::new("id").arg("-u"))?.trim() == "0";
        let mut start = Command::new(if is_root { "chroot" } else { "unshare" });
        if !is_root {
            start.args(["--map-root-user", "chroot"]);
        }
        start.arg(&folder.0).arg("/borsklokka");
        start.args(SERVE);
        server(&mut start, &folder.0)
    };
    plays(&folder, start, &mut Command::new(program))
}

/// A folder that has a program, and another for its data.
fn folder_of(program: &Path, name: &str) -> Result<Folder> {
    let folder = Folder::new()?;
    fs::create_dir(folder.0.join("data"))?;
    fs::copy(program, folder.0.join(name)).with_context(|| format!("cannot copy {}", program.display()))?;
    Ok(folder)
}

/// Starts a server in a folder, opens its front page, and has a player let people trade.
fn plays(folder: &Folder, start: impl FnOnce(&Folder) -> Result<Server>, player: &mut Command) -> Result<()> {
    let said = || fs::read_to_string(folder.0.join("server.log")).unwrap_or_default();
    let server = start(folder).with_context(said)?;
    let address = format!("http://127.0.0.1:{}", server.port);
    let (status, page) = ask(&format!("{address}/drammen/wall"), &[], None, ANSWER_S)?;
    ensure!(
        status == 200 && page.contains("<html"),
        "the wall's page: {status}\n{}",
        said()
    );
    run(player
        .current_dir(&folder.0)
        .args(["simulate", "--server", &address, "--database", DATABASE])
        .args(EVENING))
    .with_context(said)
}

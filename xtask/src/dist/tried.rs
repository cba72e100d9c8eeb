//! Each program is started where it has nothing but itself, and plays an evening.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::wine::Wine;
use crate::debian;
use crate::progress::step;
use crate::started::{Ended, Folder, Server, ask, server};
use crate::workspace::{on_path, output, run};

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
/// Plays programs for ARM, from one file that needs no other.
const EMULATOR: &str = "qemu-aarch64-static";

/// On Linux, in a root that has no other file: no library, no authority, no list of users.
pub(super) fn alone(program: &Path) -> Result<()> {
    let folder = folder_of(program, "borsklokka")?;
    plays(&folder, |folder| in_root(folder, &[]), &mut Command::new(program))
}

/// The same on another kind of processor, as an emulator plays it: that is the other file in its root, and plays the evening too.
pub(super) fn emulated(program: &Path) -> Result<()> {
    if on_path(EMULATOR).is_none() {
        let advice = format!("a program for ARM is tried with {EMULATOR}");
        debian::install(&["qemu-user-static"], &advice)?;
    }
    let emulator = on_path(EMULATOR).with_context(|| format!("{EMULATOR} was installed"))?;
    let folder = folder_of(program, "borsklokka")?;
    fs::copy(&emulator, folder.0.join(EMULATOR))
        .with_context(|| format!("cannot copy {}", emulator.display()))?;
    plays(
        &folder,
        |folder| in_root(folder, &[EMULATOR]),
        Command::new(&emulator).arg(program),
    )
}

/// Starts the server of a folder that is all it sees, by another program there if need be.
fn in_root(folder: &Folder, by: &[&str]) -> Result<Server> {
    let is_root = output(Command::new("id").arg("-u"))?.trim() == "0";
    let mut start = Command::new(if is_root { "chroot" } else { "unshare" });
    if !is_root {
        start.args(["--map-root-user", "chroot"]);
    }
    start.arg(&folder.0);
    start.args(by.iter().chain(&["borsklokka"]).map(|name| format!("/{name}")));
    start.args(SERVE);
    server(&mut start, &folder.0)
}

/// On Windows, as Wine plays it: in a folder that has nothing but the program, which plays the evening too, and then by a double click.
pub(super) fn on_windows(program: &Path) -> Result<()> {
    let wine = Wine::new(super::MINGW)?;
    let folder = folder_of(program, "borsklokka.exe")?;
    let program = folder.0.join("borsklokka.exe");
    let start = |folder: &Folder| {
        let mut start = wine.command(&program);
        server(start.args(SERVE).current_dir(&folder.0), &folder.0)
    };
    plays(&folder, start, &mut wine.command(&program))?;
    // What moves files that were open a moment ago, and saves them.
    for words in [
        &["backup", "--database", DATABASE, "backup.db"][..],
        &[
            "restore",
            "--database",
            DATABASE,
            "backup.db",
            "--aside",
            "before.db",
        ],
        &["check", "--database", DATABASE],
    ] {
        let mut start = wine.command(&program);
        run(start.args(words).current_dir(&folder.0))?;
    }
    double_clicked(&wine, &program, &folder)
}

/// Started without a word, it serves from the user's own folder and opens the browser where she begins; a second start opens it there again;
/// and when she stops it, the database is whole in one file.
fn double_clicked(wine: &Wine, program: &Path, folder: &Folder) -> Result<()> {
    let told = folder.0.join("told.txt");
    let told_to = fs::File::create(&told)?;
    let said = || fs::read_to_string(&told).unwrap_or_default();
    let mut start = wine.command(program);
    start.current_dir(&folder.0).stdin(Stdio::null());
    let mut first = Ended(start.stdout(told_to.try_clone()?).stderr(told_to).spawn()?);
    let opened = |times: usize| {
        let is_opened = patiently(ANSWER_S, || wine.opened().len() == times);
        ensure!(is_opened, "the browser opens: {:?}\n{}", wine.opened(), said());
        Ok(wine.opened().swap_remove(times - 1))
    };
    let begins = opened(1)?;
    let (status, page) = ask(&begins, &[], None, ANSWER_S)?;
    ensure!(
        status == 200 && page.contains("<html") && begins.contains("/setup?token="),
        "the page where she begins, {begins}: {status}\n{}",
        said()
    );
    let database = wine.local_data()?.join("Borsklokka/borsklokka.db");
    ensure!(database.exists(), "everything is in her own folder");

    let second = output(wine.command(program).current_dir(&folder.0))?;
    ensure!(second.contains(&begins), "the second start says where: {second}");
    ensure!(opened(2)? == begins, "the second start opens the first");

    run(Command::new("kill").args(["-INT", &first.0.id().to_string()]))?;
    let has_ended = patiently(ANSWER_S, || matches!(first.0.try_wait(), Ok(Some(_))));
    ensure!(has_ended, "Ctrl-C stops it\n{}", said());
    let beside = database.with_file_name("borsklokka.db-wal");
    ensure!(!beside.exists(), "it was stopped and not cut off\n{}", said());
    Ok(())
}

/// Whether it comes to be in so many seconds.
fn patiently(seconds: u32, mut is_so: impl FnMut() -> bool) -> bool {
    (0..seconds * 10).any(|_| {
        let is_so = is_so();
        if !is_so {
            thread::sleep(Duration::from_millis(100));
        }
        is_so
    })
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
    let (_server, address) = step("from its start to the wall's page", || {
        let server = start(folder).with_context(said)?;
        let address = format!("http://127.0.0.1:{}", server.port);
        let (status, page) = ask(&format!("{address}/drammen/wall"), &[], None, ANSWER_S)?;
        ensure!(
            status == 200 && page.contains("<html"),
            "the wall's page: {status}\n{}",
            said()
        );
        Ok((server, address))
    })?;
    run(player
        .current_dir(&folder.0)
        .args(["simulate", "--server", &address, "--database", DATABASE])
        .args(EVENING))
    .with_context(said)
}

//! Started without a word, as an organiser's laptop does it by a double click.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use borsklokka::database::Database;
use borsklokka::log;
use borsklokka::simulate::Client;
use borsklokka_shared::command::{Command as Order, Expected};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::wire::ServerMessage;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{BORSKLOKKA, Disk, Server, patiently, said, url};
use test_support::process::{Process, output};

/// A program of ours in the place of one of the system's, which tells us line by line what it is asked for.
struct Double(TcpListener);

impl Double {
    /// Puts it in a folder under the system's name; `then` is what it does besides.
    async fn of(folder: &Path, program: &str, then: &str) -> Self {
        let told = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = told.local_addr().expect("bound").port();
        let file = folder.join(program);
        let script = format!("#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/{port}\necho \"$*\" >&3\n{then}\n");
        std::fs::write(&file, script).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("its own file");
        Self(told)
    }

    /// The next time that it is run: what it tells.
    async fn run(&self) -> Lines<BufReader<TcpStream>> {
        let (told, _) = patiently(self.0.accept()).await.expect("it is run");
        BufReader::new(told).lines()
    }
}

/// The next line of what a program tells.
async fn line(told: &mut Lines<BufReader<TcpStream>>) -> String {
    let line = patiently(told.next_line()).await.expect("text");
    line.expect("it tells more")
}

/// A user's account, in whose path stand a browser and an inhibitor of sleep of ours.
struct Account {
    home: tempfile::TempDir,
    browser: Double,
    inhibitor: Double,
}

impl Account {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let browser = Double::of(home.path(), "xdg-open", "").await;
        // It runs what stands last, as the system's does, and tells its own id once that has said that it runs.
        let inhibits = "\"${@: -3}\" | { read -r said; echo; echo $$ >&3; exec cat; }\necho let go >&3";
        let inhibitor = Double::of(home.path(), "systemd-inhibit", inhibits).await;
        Self {
            home,
            browser,
            inhibitor,
        }
    }

    /// Where everything of hers is kept.
    fn folder(&self) -> PathBuf {
        self.home.path().join(".local/share/Borsklokka")
    }

    /// What is started there, in a language.
    fn command(&self, locale: &str) -> Command {
        let mut command = BORSKLOKKA.command();
        let path = std::env::var("PATH").expect("a path");
        command.env("PATH", format!("{}:{path}", self.home.path().display()));
        command.env("HOME", self.home.path()).env("LC_ALL", locale);
        for set in [
            "XDG_DATA_HOME",
            "BORSKLOKKA_LISTEN",
            "BORSKLOKKA_PUBLIC_URL",
            "BORSKLOKKA_DATABASE",
        ] {
            command.env_remove(set);
        }
        command
    }

    /// What the browser is to open.
    async fn opened(&self) -> String {
        line(&mut self.browser.run().await).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_it_serves_from_the_users_own_folder_and_opens_the_page_where_she_begins() {
    let account = Account::new().await;
    let mut server = Process::start(&mut account.command("nn_NO.UTF-8"));
    let lines = server.lines();
    let begins = account.opened().await;
    let told: Vec<String> = lines.map_while(Result::ok).take(9).collect();
    let told = told.join("\n");

    assert!(begins.starts_with("http://localhost:80"), "{begins}");
    let mut answer = Command::new("curl");
    answer.args(["--silent", "--fail", "--output", "/dev/null", &begins]);
    assert!(output(&mut answer).status.success(), "{begins}");
    assert!(begins.contains("/setup?token="), "{begins}");
    let folder = account.folder();
    assert!(
        Database::open(&format!("sqlite:{}", folder.join("borsklokka.db").display()))
            .await
            .is_ok()
    );
    for said in [
        "går på denne maskina",
        "ope",
        "Ctrl-C",
        &folder.display().to_string(),
        "/trust",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_could_not_start_for_is_told_in_her_language() {
    let account = Account::new().await;
    // Where the folder would be lies a file.
    std::fs::write(account.home.path().join(".local"), "").expect("written");
    let output = output(&mut account.command("de_DE.UTF-8"));
    assert!(!output.status.success());
    let said = said(&output);
    assert!(said.contains("nicht gestartet"), "{said}");
    assert!(
        said.contains(".local/share/Borsklokka kann nichts gespeichert werden"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_of_hers_stays_and_she_reads_what_to_do() {
    let account = Account::new().await;
    std::fs::create_dir_all(account.folder()).expect("made");
    let file = account.folder().join("borsklokka.db");
    std::fs::write(
        &file,
        "no database, and long enough to be looked at as one\n".repeat(200),
    )
    .expect("written");
    let before = std::fs::read(&file).expect("there");
    let output = output(&mut account.command("nb_NO.UTF-8"));
    assert!(!output.status.success());
    let said = said(&output);
    assert!(
        said.contains("borsklokka.db kan ikke leses. Ingenting i den er endret"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "{said}");
    assert_eq!(std::fs::read(&file).expect("still there"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_laptop_is_kept_awake_while_the_floor_is_open_and_a_second_start_opens_the_first() {
    let account = Account::new().await;
    std::fs::create_dir_all(account.folder()).expect("made");
    let database = url(&account.folder().join("borsklokka.db"));
    let disk = Disk::at(&database).await;
    let log = log::open(&disk.database);
    drop(Server::start_with(disk, log).await);

    let mut first = Process::start(&mut account.command("nb_NO.UTF-8"));
    let _lines = first.lines();
    let begins = account.opened().await;
    let (here, token) = begins.split_once("/setup?token=").expect("nobody has set it up");
    let said = account.folder().join("address.txt");
    let mode = std::fs::metadata(&said).expect("there").permissions().mode();
    assert_eq!(mode & 0o077, 0, "the link is hers alone");

    // Whoever has not set it up yet begins there, however often she starts it; then at the front page.
    let again = async || {
        let mut second = Process::start(&mut account.command("nb_NO.UTF-8"));
        let opened = account.opened().await;
        let told: Vec<String> = second.lines().map_while(Result::ok).collect();
        let says = format!("Børsklokka går allerede på denne maskinen. Nettleseren din åpner {opened}.");
        assert_eq!(told, [says]);
        opened
    };
    assert_eq!(again().await, begins);
    let body = format!(r#"{{"token":"{token}","passphrase":"fire ord om en rev"}}"#);
    let mut set_up = Command::new("curl");
    set_up.args([
        "--silent",
        "--fail-with-body",
        "--json",
        &body,
        &format!("{here}/api/v1/setup"),
    ]);
    let answer = output(set_up.arg("--show-error"));
    assert!(answer.status.success(), "{answer:?}");
    patiently(async {
        while !std::fs::read_to_string(&said).is_ok_and(|at| at == format!("{here}/")) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(again().await, format!("{here}/"));

    let moderator = BORSKLOKKA.token(&database, "moderator");
    let address = here.strip_prefix("http://").expect("on this machine");
    let desk = Client::connect(address, "drammen", Some(&moderator)).await;
    let mut desk = desk.expect("a moderator");
    let mut orders = async |order: Order| {
        let id = desk.command(&order).await.expect("sent");
        let answer = desk.answer(id).await.expect("answered");
        assert!(matches!(answer, ServerMessage::Accepted { .. }), "{answer:?}");
    };
    orders(Order::OpenFloor {
        expected: Expected::exactly(Phase::Preparing, None),
        start_round: None,
    })
    .await;
    let mut inhibitor = account.inhibitor.run().await;
    let asked = line(&mut inhibitor).await;
    assert!(
        asked.contains("idle:sleep") && asked.contains("Børsen er åpen"),
        "{asked}"
    );
    // Somebody ends it: the system is asked anew.
    let mut kill = Command::new("kill");
    assert!(
        output(kill.args(["-9", &line(&mut inhibitor).await]))
            .status
            .success()
    );
    let mut inhibitor = account.inhibitor.run().await;
    assert!(line(&mut inhibitor).await.contains("idle:sleep"));
    line(&mut inhibitor).await;
    orders(Order::CloseFloor {
        expected: Expected::exactly(Phase::Open, None),
    })
    .await;
    assert_eq!(line(&mut inhibitor).await, "let go");
}

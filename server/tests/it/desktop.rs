//! Started without a word, as an organiser's laptop does it by a double click.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use borsklokka::database::Database;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::common::{BORSKLOKKA, said};
use test_support::process::{Process, output};

/// A user's account, in whose path stands a browser of ours: it tells us what it is to open.
struct Account {
    home: tempfile::TempDir,
    browser: TcpListener,
}

impl Account {
    async fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let browser = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = browser.local_addr().expect("bound").port();
        let opener = home.path().join("xdg-open");
        let tells = format!("#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/{port}\necho \"$1\" >&3\n");
        std::fs::write(&opener, tells).expect("written");
        std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).expect("its own file");
        Self { home, browser }
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
        let (mut told, _) = timeout(Duration::from_mins(1), self.browser.accept())
            .await
            .expect("the browser is opened")
            .expect("accepted");
        let mut url = String::new();
        told.read_to_string(&mut url).await.expect("text");
        url.trim().to_owned()
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
    let folder = account.home.path().join(".local/share/Borsklokka");
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
    assert!(
        said.contains("nicht gestartet") && said.contains(".local"),
        "{said}"
    );
}

//! What the operator does with accounts at the console, on a database on which a server runs.

use borsklokka::log;
use test_support::process::output;
use test_support::{http, postgres};

use crate::common::{BORSKLOKKA, Disk, Server, said};

/// A console on a database.
struct Console {
    url: String,
}

impl Console {
    /// What a subcommand says, and whether it did what it was asked.
    fn asks(&self, more: &[&str]) -> (bool, String) {
        let mut command = BORSKLOKKA.command();
        command.arg("account").args(more);
        // What it notes beside would stand among what it says.
        command
            .env("RUST_LOG", "error")
            .env("BORSKLOKKA_DATABASE", &self.url);
        let output = output(command.env_remove("BORSKLOKKA_PUBLIC_URL"));
        (output.status.success(), said(&output))
    }

    fn does(&self, more: &[&str], says: &str) -> String {
        let (is_done, said) = self.asks(more);
        assert!(is_done && said.contains(says), "{more:?}: {said}");
        said
    }

    fn refuses(&self, more: &[&str], why: &str) {
        let (is_done, said) = self.asks(more);
        assert!(!is_done && said.contains(why), "{more:?}: {said}");
        assert!(!said.contains("panicked"), "{more:?}: {said}");
    }
}

const KARI: &str = "kari@example.org";
const BY_HAND: [&str; 2] = ["--public-url", "https://bors.example.org"];

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_changed_and_closed_at_the_console_while_the_server_runs() {
    accounts_at_the_console_of(Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_postgresql() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    let log = log::open(&disk.database);
    accounts_at_the_console_of(Server::start_with(disk, log).await).await;
}

async fn accounts_at_the_console_of(server: Server) {
    let console = Console {
        url: server.disk.url(),
    };
    let log_in = async |passphrase: &str| {
        let body = format!(r#"{{"email":"{KARI}","passphrase":"{passphrase}"}}"#);
        http::post(server.address, "/api/v1/login", "", &body)
            .await
            .status
    };
    let choose = async |said: &str, passphrase: &str| {
        let link = said.split('#').nth(1).expect("a link");
        let token = link.split_whitespace().next().expect("a token");
        let body = format!(r#"{{"token":"{token}","passphrase":"{passphrase}"}}"#);
        http::post(server.address, "/api/v1/account/open", "", &body)
            .await
            .status
    };

    console.does(&["list"], "there are no accounts");
    let kari = ["invite", "Kari@Example.org", "--name", "Kari"];
    console.refuses(&kari, "--public-url");
    let by_hand = [&kari[..], &BY_HAND[..]].concat();
    console.refuses(&[&by_hand[..], &["--by-mail"]].concat(), "--by-mail");
    console.refuses(
        &[&by_hand[..], &["--exchange", "nowhere"]].concat(),
        "there is no exchange at the address nowhere; there are drammen",
    );
    console.refuses(
        &[&kari[..], &["--public-url", "http://bors.example.org"]].concat(),
        "would open nothing",
    );
    console.refuses(&[&by_hand[..], &["--language", "sv"]].concat(), "sv");
    console.refuses(
        &[&["invite", "kari", "--name", "Kari"][..], &BY_HAND[..]].concat(),
        "\"kari\" is not an e-mail address",
    );
    let said = console.does(
        &[&by_hand[..], &["--exchange", "drammen"]].concat(),
        "https://bors.example.org/account#",
    );
    console.refuses(&by_hand, "borsklokka account reset");
    console.does(
        &["list"],
        "kari@example.org  Kari  invited · drammen · a link works until",
    );

    // Closed and opened again before she has chosen anything: the link is gone, and another is to be made.
    console.does(&["close", KARI], "is closed");
    assert_eq!(
        choose(&said, "hennes helt egne ord").await,
        410,
        "its links have ended"
    );
    console.does(&["list"], "kari@example.org  Kari  closed");
    console.does(&["open", KARI], "its owner has not chosen a passphrase yet");
    let said = console.does(&[&["reset", KARI][..], &BY_HAND[..]].concat(), "it works once");
    assert_eq!(choose(&said, "hennes helt egne ord").await, 204);
    assert_eq!(choose(&said, "hennes helt andre ord").await, 410, "it works once");
    console.does(&["list"], "kari@example.org  Kari  active · drammen");

    let said = console.does(
        &["rights", KARI, "--no-exchanges", "--may-make", "true"],
        "no exchanges · makes exchanges",
    );
    assert_eq!(
        said,
        console.does(&["rights", KARI], ""),
        "asked for nothing, it shows"
    );
    console.refuses(
        &["rights", KARI, "--exchange", "nowhere"],
        "no exchange at the address nowhere",
    );
    console.refuses(
        &["rights", KARI, "--exchange", "drammen", "--no-exchanges"],
        "cannot be used with",
    );
    let said = console.does(
        &["rights", KARI, "--exchange", "drammen", "--may-make", "false"],
        "active · drammen",
    );
    assert!(!said.contains("makes exchanges"), "{said}");
    console.does(&["reset", KARI, "--by-mail"], "a mail waits");
    console.does(&["list"], "last mail: waits");

    console.does(&["close", KARI], "is closed");
    console.refuses(&["reset", KARI, "--by-mail"], "borsklokka account open");
    assert_eq!(log_in("hennes helt egne ord").await, 403, "she is out");
    console.does(&["open", KARI], "its owner logs in with the passphrase as before");
    assert_eq!(log_in("hennes helt egne ord").await, 204);

    let nobody = "ola@example.org";
    for more in [
        &["close", nobody][..],
        &["open", nobody],
        &["rights", nobody],
        &["reset", nobody, "--by-mail"],
    ] {
        console.refuses(more, "borsklokka account list");
    }
    for deed in ["close", "open", "rights"] {
        console.refuses(&[deed, "ola"], "\"ola\" is not an e-mail address");
    }
}

#[test]
fn a_database_that_is_not_there_is_said_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nowhere.db");
    let console = Console {
        url: crate::common::url(&file),
    };
    console.refuses(&["list"], "nowhere.db");
    assert!(!file.exists());
}

/// Whoever was given the program alone can read what the libraries in it ask to be told.
#[test]
fn the_licences_are_in_the_program() {
    let output = output(BORSKLOKKA.command().arg("licences"));
    assert!(output.status.success());
    assert!(said(&output).contains("licences"), "{}", said(&output));
}

#[test]
fn what_is_wrong_in_a_file_of_options_is_said_to_stand_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("borsklokka.toml");
    std::fs::write(&file, "traces = \"https://collector.example.org\"\n").expect("written");
    let mut command = BORSKLOKKA.command();
    command.args(["serve", "--config"]).arg(&file);
    let of_file = output(&mut command);
    assert!(!of_file.status.success());
    let told = said(&of_file);
    assert!(
        told.starts_with("In the file of --config:\nerror: invalid value"),
        "{told}"
    );
    let of_line = output(
        BORSKLOKKA
            .command()
            .args(["serve", "--traces", "https://collector.example.org"]),
    );
    let told = said(&of_line);
    assert!(told.starts_with("error: invalid value"), "{told}");
}

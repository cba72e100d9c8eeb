//! A start that comes to nothing says why and what to do, and leaves nothing behind.

use crate::common::{ANYWHERE, BORSKLOKKA, Disk, change, name, names, refused, said, url};
use test_support::process::output;

/// What a start says that comes to nothing, on a database in a folder in which nothing lies then either.
fn comes_to_nothing(file: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let said = refused("serve", &url(&folder.path().join(file)), more);
    assert_eq!(names(folder.path()), [""; 0], "{said}");
    said
}

#[test]
fn an_address_that_another_has_leaves_no_database_behind() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("bound").to_string();
    let said = comes_to_nothing("b.db", &["--listen", &taken]);
    assert!(said.contains("is another server running there?"), "{said}");
}

#[test]
fn an_address_for_what_is_measured_that_another_has_leaves_no_database_behind() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = other.local_addr().expect("bound").to_string();
    let said = comes_to_nothing("b.db", &["--listen", ANYWHERE, "--metrics", &taken]);
    assert!(
        said.contains("--metrics") && said.contains("is another server running there?"),
        "{said}"
    );
    let both = ["--listen", "127.0.0.1:8080", "--metrics", "127.0.0.1:8080"];
    let said = comes_to_nothing("b.db", &both);
    assert!(said.contains("choose another port for --metrics"), "{said}");
}

#[test]
fn a_certificate_that_cannot_be_read_leaves_no_database_behind() {
    let files = [
        "--tls",
        "files",
        "--tls-cert",
        "nowhere.pem",
        "--tls-key",
        "nowhere.pem",
    ];
    let said = comes_to_nothing("b.db", &[&["--listen", ANYWHERE][..], &files].concat());
    assert!(said.contains("nowhere.pem"), "{said}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("no-folder");
    std::fs::write(&file, "").expect("written");
    let local = ["--tls", "local", "--tls-folder", name(&file)];
    let said = comes_to_nothing("b.db", &[&["--listen", ANYWHERE][..], &local].concat());
    assert!(said.contains("no-folder"), "{said}");
}

#[test]
fn a_rehearsal_that_would_not_reach_its_own_server_is_refused_before_a_database_is_made() {
    let rehearsed = [
        "--listen",
        "192.0.2.1:8080",
        "--tls",
        "local",
        "--demo",
        "--rehearse",
    ];
    let said = comes_to_nothing("b.db", &rehearsed);
    assert!(said.contains("includes loopback"), "{said}");
}

#[test]
fn an_address_of_another_machine_is_said_to_be_one() {
    // An address of documentation is nobody's.
    let said = comes_to_nothing("b.db", &["--listen", "192.0.2.1:8080"]);
    assert!(said.contains("none of this machine's addresses"), "{said}");
}

#[test]
fn a_folder_that_is_missing_is_said_to_be() {
    let said = comes_to_nothing("data/b.db", &["--listen", ANYWHERE]);
    assert!(said.contains("its folder is not there"), "{said}");
}

#[test]
fn a_certificate_that_nobody_would_be_shown_is_refused() {
    let files = ["--tls-cert", "full.pem", "--tls-key", "key.pem"];
    let said = comes_to_nothing("b.db", &[&["--listen", ANYWHERE][..], &files].concat());
    assert!(said.contains("--tls files"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_something_was_taken_out_of_is_not_served_and_nothing_is_left_beside_it() {
    for (statement, gone) in [
        ("DROP TABLE events", "lacks the table events"),
        (
            "ALTER TABLE mails DROP COLUMN went",
            "lacks the column mails.went",
        ),
    ] {
        let disk = Disk::fresh().await;
        change(&disk, statement).await;
        disk.database.close().await;
        let before = names(disk.folder.path());
        let said = refused("serve", &disk.url(), &["--listen", ANYWHERE]);
        assert!(
            said.contains(gone) && said.contains("borsklokka restore"),
            "{said}"
        );
        assert_eq!(names(disk.folder.path()), before, "{said}");
    }
}

/// What a start says that is refused, with these variables.
fn refused_with(variables: &[(&str, &str)]) -> String {
    let mut command = BORSKLOKKA.command();
    command.args(["serve", "--database", "sqlite:nowhere/b.db"]);
    let output = output(command.envs(variables.iter().copied()));
    assert!(!output.status.success(), "{}", said(&output));
    said(&output)
}

#[test]
fn a_variable_that_is_empty_is_as_one_that_is_not_set() {
    let empty = [
        "BORSKLOKKA_PLAIN",
        "BORSKLOKKA_LISTEN",
        "BORSKLOKKA_PUBLIC_URL",
        "BORSKLOKKA_SMTP",
        "BORSKLOKKA_TRUSTED_PROXY",
        "BORSKLOKKA_TLS",
        "BORSKLOKKA_LOG_FORMAT",
        "BORSKLOKKA_CONFIG",
    ];
    let mut variables = empty.map(|variable| (variable, "")).to_vec();
    // What is said is heard.
    variables.push(("BORSKLOKKA_MAIL_FROM", "post@example.no"));
    let said = refused_with(&variables);
    assert!(
        said.contains("--smtp") && said.contains("without it none is sent"),
        "{said}"
    );
}

#[test]
fn a_variable_that_says_nonsense_is_named_with_what_is_right() {
    let said = refused_with(&[("BORSKLOKKA_LISTEN", "localhost:8201")]);
    assert!(said.contains("BORSKLOKKA_LISTEN"), "{said}");
    assert!(said.contains("127.0.0.1:8201"), "{said}");
}

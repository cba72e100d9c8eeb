//! The signals that stop a server, and one that does not.

use std::process::Command;
use std::time::Duration;

use crate::common::{ANYWHERE, BORSKLOKKA, end_of, names, signal, started, url};
use test_support::process::Process;

/// Longer than a stop takes, in seconds.
const WAIT_S: u64 = 40;

async fn must_end(server: &mut Process) {
    let ended = tokio::time::timeout(Duration::from_secs(WAIT_S), end_of(server)).await;
    let ended = ended.expect("it ends");
    assert!(ended.success(), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_closed_stops_the_server_in_it_and_all_is_in_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url(&folder.path().join("b.db"));
    // Whatever the tests themselves were told to ignore.
    let mut server = Process::start(
        Command::new("env")
            .args(["--default-signal=HUP", BORSKLOKKA.0, "serve", "--demo"])
            .args(["--listen", ANYWHERE, "--database", &url]),
    );
    let _lines = started(&mut server);
    signal(&server, "-HUP");
    must_end(&mut server).await;
    assert_eq!(names(folder.path()), ["b.db", "b.db.lock"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_told_to_outlive_its_window_ignores_that_it_is_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = url(&folder.path().join("b.db"));
    let mut server = Process::start(Command::new("nohup").arg(BORSKLOKKA.0).args([
        "serve",
        "--listen",
        ANYWHERE,
        "--database",
        &url,
    ]));
    let _lines = started(&mut server);
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("it runs");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.expect("the system says it").trim(), 16).expect("a number");
    assert_eq!(ignored & 1, 1, "SIGHUP, the first of the signals");
    signal(&server, "-TERM");
    must_end(&mut server).await;
}

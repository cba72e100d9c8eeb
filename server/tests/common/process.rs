//! The real binary as a process of its own.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command as Process};

/// The real binary, serving; and where.
pub async fn serve(url: &str) -> (Child, String) {
    serve_at("127.0.0.1:0", url).await
}

/// The same, listening on an address.
pub async fn serve_at(listen: &str, url: &str) -> (Child, String) {
    let mut child = Process::new(env!("CARGO_BIN_EXE_borsklokka"))
        .args([
            "serve",
            "--listen",
            listen,
            "--demo",
            "--commands-per-minute",
            "1000000",
            "--database",
            url,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let first = lines
        .next_line()
        .await
        .expect("readable")
        .expect("the server says where it listens");
    let address = first.rsplit(' ').next().expect("an address").to_owned();
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, address)
}

/// A token of the binary's own making.
pub async fn token(url: &str, role: &str) -> String {
    let output = Process::new(env!("CARGO_BIN_EXE_borsklokka"))
        .args([
            "token",
            "--exchange",
            "drammen",
            "--role",
            role,
            "--database",
            url,
        ])
        .output()
        .await
        .expect("the binary runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .expect("a token is ASCII")
        .trim()
        .to_owned()
}

//! Asks a server on this machine whether people can be sent to it: the health check of a container, which has no other program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use axum::http::Request;
use axum::http::header::HOST;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// How long it may take to answer, in seconds: it answers within two, whatever its database does.
const PATIENCE_S: u64 = 5;
/// What a server says that is.
const READY: &str = "ok";

/// Asks the server that listens on an address, such as `127.0.0.1:8080`, `localhost:8080` or `:8080`; on every address of the machine, by this
/// machine's own. Gives what it says beside, if people can be sent to it and not all is well.
///
/// # Errors
/// If it is no address, none listens there, or it says that it is not ready, and why.
pub async fn ask(listen: &str) -> anyhow::Result<Option<String>> {
    let whole = if listen.starts_with(':') {
        format!("{}{listen}", Ipv4Addr::LOCALHOST)
    } else {
        listen.to_owned()
    };
    let found = lookup_host(&whole).await;
    let mut listen = found.ok().and_then(|mut found| found.next()).with_context(|| {
        format!("{listen:?} is no address that a server listens on: say one such as 127.0.0.1:8080")
    })?;
    match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    let answered = timeout(Duration::from_secs(PATIENCE_S), answer(listen)).await;
    answered.with_context(|| format!("the server on {listen} does not answer"))?
}

async fn answer(address: SocketAddr) -> anyhow::Result<Option<String>> {
    let stream = TcpStream::connect(address)
        .await
        .with_context(|| format!("no server listens on {address}"))?;
    let (mut asking, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let question = Request::get("/readyz")
        .header(HOST, address.to_string())
        .body(Empty::<Bytes>::new())?;
    let answer = asking.send_request(question).await?;
    let status = answer.status();
    let said = answer.into_body().collect().await?.to_bytes();
    let is_ours =
        said == READY || serde_json::from_slice::<Value>(&said).is_ok_and(|said| said["code"].is_string());
    if status.is_success() && is_ours {
        return Ok((said != READY).then(|| String::from_utf8_lossy(&said).into_owned()));
    }
    ensure!(
        is_ours,
        "what listens on {address} is another program: it answered {status}"
    );
    bail!("not ready: {}", String::from_utf8_lossy(&said))
}

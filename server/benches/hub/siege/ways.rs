//! Everything that a guest can do to a server: each way once, to be done again and again.

use std::time::Duration;

use borsklokka_shared::wire::{PING_EVERY_MS, SUBPROTOCOL};
use test_support::raw::frame;

use super::ground::Ground;
use super::guest::{End, GIVEN_UP, Guest, SERVED};

/// Of the demo's exchange.
const EXCHANGE: &str = "/api/v1/exchanges/drammen";
/// What everybody may read.
const FREE: [&str; 10] = [
    "/",
    "/drammen",
    "/drammen/wall",
    "/sw.js",
    "/healthz",
    "/readyz",
    "/no/such/page",
    "/api/v1/exchanges/drammen/session",
    "/api/v1/exchanges/drammen/catalogue",
    "/api/v1/exchanges/drammen/qr.svg?screen=phone",
];
/// What only somebody with a session may read.
const KEPT: [&str; 5] = ["contacts", "audit", "devices", "check", "agreements.pdf"];
const JSON: &str = "Content-Type: application/json\r\n";
/// A receive buffer that is soon full, in bytes.
const SMALL: u32 = 4_096;
/// How long something that is not read is held: longer than the server waits.
const HELD: Duration = Duration::from_secs(35);
/// Bytes of a head that is never finished: nearly as many as are waited for.
const HALF_HEAD_BYTES: usize = 15_000;
/// Bytes of a body that is never finished: one less than the largest that is taken.
const HALF_BODY_BYTES: usize = 8 * 1024 - 1;
const PING: &str = r#"{"type":"ping","sent_ms":1.0}"#;

/// Says nothing at all.
pub(crate) async fn silent(ground: &Ground) -> Result<End, End> {
    Ok(Guest::enter(&ground.target, None).await?.ended().await)
}

/// Begins a request's head, and says no more.
pub(crate) async fn half_head(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let head = guest.head(
        "GET",
        "/drammen",
        &format!("X-Long: {}", "x".repeat(HALF_HEAD_BYTES)),
    );
    guest.write(head.trim_end().as_bytes()).await?;
    Ok(guest.ended().await)
}

/// Sends all of a body but its last byte.
pub(crate) async fn half_body(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let length = format!("{JSON}Content-Length: {}\r\n", HALF_BODY_BYTES + 1);
    let head = guest.head("POST", &format!("{EXCHANGE}/pair"), &length);
    guest.write(head.as_bytes()).await?;
    // What is refused by the head alone need not be read.
    let _ = guest.write(&[b' '; HALF_BODY_BYTES]).await;
    Ok(guest.ended().await)
}

/// Asks for what is large, and does not read it.
pub(crate) async fn unread_answer(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, Some(SMALL)).await?;
    let large = &ground.large[ground.next() as usize % ground.large.len()];
    let head = guest.head("GET", large, "").repeat(8);
    guest.write(head.as_bytes()).await?;
    tokio::time::sleep(HELD).await;
    Ok(GIVEN_UP)
}

/// Watches, says now and then that it is there, and reads nothing.
pub(crate) async fn unread_socket(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, Some(SMALL)).await?;
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < HELD {
        tokio::time::sleep(Duration::from_millis(u64::from(PING_EVERY_MS))).await;
        guest.say(PING).await?;
    }
    Ok(GIVEN_UP)
}

/// Upgrades, and never says hello.
pub(crate) async fn no_hello(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::upgrade(&ground.target, None, SUBPROTOCOL).await?;
    Ok(guest.closed().await)
}

/// Watches as a phone does: one of very many of the same address.
pub(crate) async fn watcher(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    loop {
        let listened = tokio::time::timeout(Duration::from_millis(u64::from(PING_EVERY_MS)), guest.closed());
        if let Ok(end) = listened.await {
            return Ok(end);
        }
        guest.say(PING).await?;
    }
}

/// Says that it is a wall, and something else each time.
pub(crate) async fn screen(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    loop {
        let nth = ground.next();
        let status = format!(
            r#"{{"type":"status","screen":"wall","sound":true,"frames_per_s":60.0,"round_trip_ms":{nth}}}"#
        );
        guest.say(&status).await?;
        let listened = tokio::time::timeout(Duration::from_millis(100), guest.closed());
        if let Ok(end) = listened.await {
            return Ok(end);
        }
    }
}

/// Comes in, takes the board, and goes.
pub(crate) async fn come_and_go(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    guest.frame().await?;
    Ok(SERVED)
}

/// Asks for the catalogue, and does not wait for it.
pub(crate) async fn ask_and_go(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let head = guest.head("GET", &format!("{EXCHANGE}/catalogue"), "");
    guest.write(head.as_bytes()).await?;
    Ok(GIVEN_UP)
}

/// Sends what is no frame, or none of the wire, ten of a kind.
pub(crate) async fn malformed(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    let bad = match ground.next() % 6 {
        0 => vec![0x81, 0x02, b'{', b'}'],
        1 => frame(true, 0x71, b"{}"),
        2 => frame(true, 1, &vec![b' '; 17 * 1024]),
        3 => frame(true, 1, &[0xFF, 0xFE]),
        4 => frame(true, 2, b"{}"),
        _ => frame(true, 1, br#"{"type":"no such thing"}"#),
    };
    // The server may have closed before all of it was sent.
    let _ = guest.write(&bad.repeat(10)).await;
    Ok(guest.closed().await)
}

/// Pings as fast as it can.
pub(crate) async fn pings(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    let many = frame(true, 1, PING.as_bytes()).repeat(500);
    let _ = guest.write(&many).await;
    Ok(guest.closed().await)
}

/// Sends commands, which only somebody with a session may.
pub(crate) async fn commands(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::watch(&ground.target, None).await?;
    let command = format!(
        r#"{{"type":"command","id":"{}","command":{{"type":"ring_bell"}}}}"#,
        uuid::Uuid::now_v7()
    );
    let many = frame(true, 1, command.as_bytes()).repeat(500);
    let _ = guest.write(&many).await;
    Ok(guest.closed().await)
}

/// Speaks another version.
pub(crate) async fn other_version(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::upgrade(&ground.target, None, "borsklokka.v9").await?;
    Ok(guest.closed().await)
}

/// Reads what is free, as fast as it is answered.
pub(crate) async fn reads(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    again(ground, "reads", async || {
        let path = FREE[ground.next() as usize % FREE.len()];
        guest.ask("GET", path, "", b"").await
    })
    .await
}

/// Asks for what is kept, with a token that is none.
pub(crate) async fn wrong_tokens(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    again(ground, "wrong tokens", async || {
        let nth = ground.next();
        let path = format!("{EXCHANGE}/{}", KEPT[nth as usize % KEPT.len()]);
        let token = format!("Authorization: Bearer {nth:0>43}\r\n");
        guest.ask("GET", &path, &token, b"").await
    })
    .await
}

/// Tries pairing codes.
pub(crate) async fn codes(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let body = br#"{"code":"2222-22","name":"x"}"#;
    guest.ask("POST", &format!("{EXCHANGE}/pair"), JSON, body).await
}

/// Tries passphrases.
pub(crate) async fn passphrases(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.behind_proxy, None).await?;
    let from = ground.target.from;
    let more = format!("{JSON}X-Forwarded-For: {from}\r\nX-Forwarded-Proto: https\r\n");
    let body = br#"{"passphrase":"is it this one perhaps"}"#;
    guest.ask("POST", "/api/v1/login", &more, body).await
}

/// Tries links to agreements.
pub(crate) async fn links(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let path = format!("/agreement/{:0>43}", ground.next());
    guest.ask("GET", &path, "", b"").await
}

/// Sends two megabytes of JSON to where nobody knows it.
pub(crate) async fn large_post(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let path = format!("{EXCHANGE}/commands");
    guest.ask("POST", &path, JSON, &ground.large_body).await
}

/// Asks for another host, from another's page, and with heads that are too long.
pub(crate) async fn foreign(ground: &Ground) -> Result<End, End> {
    let mut guest = Guest::enter(&ground.target, None).await?;
    let long = format!("X-Long: {}\r\n", "x".repeat(600_000));
    let more = match ground.next() % 3 {
        0 => "Host: evil.example\r\n",
        1 => "Origin: http://evil.example\r\nUpgrade: websocket\r\n",
        _ => long.as_str(),
    };
    guest.ask("GET", "/drammen", more, b"").await
}

/// Asks again and again on one connection, until it ends.
async fn again(
    ground: &Ground,
    way: &'static str,
    mut ask: impl AsyncFnMut() -> Result<End, End>,
) -> Result<End, End> {
    loop {
        let end = ask().await?;
        ground.note(way, end);
    }
}

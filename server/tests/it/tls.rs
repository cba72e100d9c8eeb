//! A server that speaks TLS itself: who comes in, and what plain http gets on the same port.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::common::trust::{HandClock, connect, local, trusting};
use crate::common::{Server, assert_accepted, post, submission};
use borsklokka::config::{Config, TlsMode};
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::SUBPROTOCOL;
use rcgen::KeyPair;
use test_support::http;
use test_support::raw::{HELLO, RawClient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn tls_config(config: &mut Config) {
    config.tls = TlsMode::Local;
}

#[tokio::test]
async fn whoever_trusts_the_authority_sees_a_deal_over_tls_and_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = HandClock::shared();
    let tls = local(folder.path(), &clock);
    let authority = tls.authority().expect("a local authority");
    let server = Server::start_over(Some(tls), tls_config).await;
    server.open_floor().await;

    let roots = trusting(&authority.certificate);
    let stream = connect(server.address, "localhost", Arc::clone(&roots))
        .await
        .expect("trusted");
    let mut viewer = RawClient::upgrade(stream, server.address, SUBPROTOCOL)
        .await
        .expect("upgraded");
    viewer.send_text(HELLO).await;
    viewer.frame().await.expect("a welcome");
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let event = viewer.frame().await.expect("an event");
    let event = String::from_utf8_lossy(&event.payload).into_owned();
    assert!(event.contains("deal_posted"), "{event}");

    let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("another");
    let refused = connect(server.address, "localhost", trusting(stranger.cert.der())).await;
    assert!(refused.is_err(), "who does not trust it does not come in");
    let elsewhere = connect(server.address, "example.org", roots).await;
    assert!(elsewhere.is_err(), "nor does who asks for another name");
}

/// One plain request as it is written, and the answer.
async fn plain(server: SocketAddr, from: &str, request: &str) -> String {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind(format!("{from}:0").parse().expect("an address"))
        .expect("bound");
    let mut stream = socket.connect(server).await.expect("the server listens");
    let request = format!("{request}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("answered");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn plain_http_works_on_the_servers_own_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start_over(Some(local(folder.path(), &HandClock::shared())), tls_config).await;
    let organiser = server.token(Role::Organiser).await;
    let path = "/api/v1/exchanges/drammen/session";
    let session = http::get(server.address, path, &organiser).await;
    assert_eq!(session.json()["role"], "organiser");
    let page = plain(
        server.address,
        "127.0.0.1",
        "GET /trust HTTP/1.1\r\nHost: localhost",
    )
    .await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

/// An address of this machine that is not loopback; the plain way is tried from there.
fn address_in_the_hall() -> Option<std::net::IpAddr> {
    borsklokka::config::hall_addresses()
        .into_iter()
        .find(std::net::IpAddr::is_ipv4)
}

#[tokio::test]
async fn plain_http_from_the_hall_gets_the_public_board_and_the_way_to_trust() {
    let Some(hall) = address_in_the_hall() else {
        println!("this machine has no address but loopback: nothing to try");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let tls = local(folder.path(), &HandClock::shared());
    let authority = tls.authority().expect("a local authority");
    let server = Server::start_over(Some(tls), |config| {
        tls_config(config);
        config.listen.set_ip([0, 0, 0, 0].into());
    })
    .await;
    let address = SocketAddr::new(hall, server.address.port());
    let from = hall.to_string();
    let ask = async |path: &str, more: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}{more}");
        plain(address, &from, &request).await
    };

    let token = server.token(Role::Moderator).await;
    let bearer = format!("\r\nAuthorization: Bearer {token}");
    for path in [
        "/drammen/broker?x=1",
        "/",
        "/api/v1/exchanges/drammen/check",
        "/setup",
    ] {
        let answer = ask(path, &bearer).await;
        assert!(answer.starts_with("HTTP/1.1 307"), "{path}: {answer}");
        let location = format!("location: https://{address}{path}\r\n");
        assert!(answer.contains(&location), "{path}: {answer}");
    }
    for path in ["/drammen", "/drammen/wall"] {
        let page = ask(path, &bearer).await;
        // 503 where the test's server has no screens in it.
        assert!(!page.starts_with("HTTP/1.1 307"), "{path}: {page}");
    }
    let session = ask("/api/v1/exchanges/drammen/session", &bearer).await;
    assert!(session.contains("\"role\":\"viewer\""), "{session}");
    let stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("the server listens");
    let mut guest = RawClient::upgrade(stream, address, "borsklokka.v1")
        .await
        .expect("upgraded");
    guest.send_text(HELLO).await;
    let welcome = guest.frame().await.expect("a welcome");
    assert!(String::from_utf8_lossy(&welcome.payload).contains("\"type\":\"welcome\""));

    let foreign = plain(address, &from, "GET / HTTP/1.1\r\nHost: evil.org").await;
    assert!(foreign.starts_with("HTTP/1.1 421"), "{foreign}");

    for (language, words) in [("nb", "La enheten stole"), ("en", "Let this device trust")] {
        let page = ask("/trust", &format!("\r\nAccept-Language: {language}")).await;
        assert!(page.contains(words), "{page}");
        for line in authority.fingerprint().chunks(8) {
            assert!(page.contains(&line.join(" ")), "{page}");
        }
        assert!(!page.contains("<script"), "{page}");
    }
    let certificate = ask("/authority.crt", "").await;
    assert!(
        certificate.contains("application/x-x509-ca-cert"),
        "{certificate}"
    );
    let profile = ask("/authority.mobileconfig", "").await;
    assert!(profile.contains("application/x-apple-aspen-config"), "{profile}");
    assert!(profile.contains("com.apple.security.root"), "{profile}");
}

#[tokio::test]
async fn the_key_is_its_owners_alone_and_on_no_route() {
    let folder = tempfile::tempdir().expect("a folder");
    let tls = local(folder.path(), &HandClock::shared());
    let file = folder.path().join("authority.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = || fs::metadata(&file).expect("the file").permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("opened");
        local(folder.path(), &HandClock::shared());
        assert_eq!(mode(), 0o600, "what was opened is closed at the next start");
    }
    let pem = fs::read_to_string(&file).expect("the file");
    let key = KeyPair::from_pem(&pem).expect("its key");
    let secret = &key.serialize_pem();
    let secret = secret.lines().nth(1).expect("a line of the key").to_owned();
    // In no place where the key's own bytes could hide: a PKCS#8 key of P-256 has them after 36 others.
    let bytes = key.serialized_der()[36..68].to_vec();

    let server = Server::start_over(Some(tls), tls_config).await;
    for path in [
        "/trust",
        "/authority.crt",
        "/authority.mobileconfig",
        "/authority.pem",
        "/authority.key",
        "/tls/authority.pem",
        "/trust/authority.pem",
        "/assets/authority.pem",
        "/trust/..%2fauthority.pem",
        "/api/v1/exchanges/drammen/check",
    ] {
        let token = server.token(Role::Organiser).await;
        let answer = http::get(server.address, path, &token).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("PRIVATE KEY") && !text.contains(&secret), "{path}");
        assert!(!answer.body.windows(32).any(|window| window == bytes), "{path}");
    }
    for entry in fs::read_dir(server.disk.folder.path()).expect("the database's folder") {
        let content = fs::read(entry.expect("a file").path()).expect("read");
        assert!(
            !content.windows(32).any(|window| window == bytes),
            "not in the database"
        );
    }
}

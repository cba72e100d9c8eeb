//! A hall full of sockets, some of which behave badly: nothing grows without bound, and nobody else notices.

#[allow(dead_code, reason = "the other binary uses the rest")]
mod common;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use borsklokka::api::Channel;
use borsklokka::doors::{BODIES_PER_ADDRESS_MAX, SOCKETS_PER_SESSION_MAX};
use borsklokka::floor::FloorHandle;
use borsklokka::listen;
use borsklokka::routes;
use borsklokka::simulate::{Client, ClientError};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Bargain;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{CloseCode, SUBPROTOCOL};
use common::{Server, assert_accepted, post, submission};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use test_support::raw::{self, HELLO, RawClient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A deal whose text is as long as a text may be.
fn long_deal(index: usize) -> Command {
    let mut deal = post(index);
    if let Command::PostDeal { terms, .. } = &mut deal {
        let (Bargain::OneWay { service } | Bargain::TwoWay { service, .. } | Bargain::Intention { service }) =
            &mut terms.bargain;
        service.text = "🔔".repeat(200);
    }
    deal
}

/// Posts long deals, many at once, and gives the last position.
async fn post_long_deals(floor: &FloorHandle, count: usize) -> u64 {
    // One test at a time: whoever is closed has five seconds to hear it, and hears it when the last deal is posted.
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _one = ONE.lock().await;
    for start in (0..count).step_by(64) {
        let posting = (start..count.min(start + 64))
            .map(|index| floor.submit(submission(Role::Broker, long_deal(index))));
        let answers = futures_util::future::join_all(posting).await;
        answers.iter().for_each(assert_accepted);
    }
    floor.view.head(Audience::Public).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_quick_viewers_do_not_notice_a_slow_one() {
    rlimit::increase_nofile_limit(8_192).expect("enough open files for the hall");
    let server = Server::start().await;
    server.open_floor().await;
    let mut slow = RawClient::connect(server.address, Some(4_096)).await;
    slow.send_text(HELLO).await;
    let mut quick = Vec::new();
    for _ in 0..1_000 {
        quick.push(RawClient::viewer(server.address).await);
    }
    // Each deal is one event at least.
    let last = server.floor().view.head(Audience::Public).0 + 1_400;
    let watching: Vec<_> = quick
        .into_iter()
        .map(|mut viewer| tokio::spawn(async move { viewer.follow(last).await }))
        .collect();
    post_long_deals(&server.floor(), 1_400).await;
    for viewer in watching {
        viewer.await.expect("complete and in order");
    }
    // The slow one was closed. Why, it hears if it reads soon: a thousand others may have taken longer.
    let code = slow.close_code().await;
    assert!(
        code.is_none_or(|code| code == CloseCode::TooSlow.as_u16()),
        "{code:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_client_reads_whole_frames_and_then_why_it_was_closed() {
    let server = Server::start().await;
    server.open_floor().await;
    let mut slow = RawClient::connect(server.address, Some(4_096)).await;
    slow.send_text(HELLO).await;
    post_long_deals(&server.floor(), 1_400).await;
    assert_eq!(slow.close_code().await, Some(CloseCode::TooSlow.as_u16()));
}

#[tokio::test]
async fn a_silent_client_is_closed_with_4408() {
    let server = Server::start().await;
    let mut viewer = RawClient::viewer(server.address).await;
    let welcome = viewer.frame().await.expect("a welcome");
    assert_eq!(welcome.opcode, 1);
    let asked = viewer.frame().await.expect("a question");
    assert_eq!(
        (asked.opcode, asked.payload.as_slice()),
        (9, b"".as_slice()),
        "a browser would answer it for its page"
    );
    assert_eq!(viewer.close_code().await, Some(CloseCode::TooSlow.as_u16()));
}

#[tokio::test]
async fn a_client_that_never_says_hello_is_closed_with_4408() {
    let server = Server::start().await;
    let mut viewer = RawClient::connect(server.address, None).await;
    assert_eq!(viewer.close_code().await, Some(CloseCode::TooSlow.as_u16()));
}

#[tokio::test]
async fn a_flood_of_pings_is_closed_with_4429() {
    let server = Server::start().await;
    let mut viewer = RawClient::viewer(server.address).await;
    let ping = raw::frame(true, 1, br#"{"type":"ping","sent_ms":1.0}"#);
    viewer.io.write_all(&ping.repeat(500)).await.expect("sent");
    assert_eq!(viewer.close_code().await, Some(CloseCode::TooMany.as_u16()));
}

#[tokio::test]
async fn a_flood_of_the_protocols_own_pings_is_closed_with_4429() {
    let server = Server::start().await;
    let mut viewer = RawClient::viewer(server.address).await;
    viewer
        .io
        .write_all(&raw::frame(true, 9, b"").repeat(500))
        .await
        .expect("sent");
    assert_eq!(viewer.close_code().await, Some(CloseCode::TooMany.as_u16()));
}

#[tokio::test]
async fn another_version_is_closed_with_4409() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address).await.expect("connected");
    let mut viewer = RawClient::upgrade(stream, server.address, "borsklokka.v9")
        .await
        .expect("upgraded, to be told");
    assert_eq!(viewer.close_code().await, Some(CloseCode::Version.as_u16()));
}

#[tokio::test]
async fn one_session_has_so_many_sockets_and_the_next_is_closed_with_4429() {
    let server = Server::start().await;
    let token = server.token(Role::Broker).await;
    let address = server.address.to_string();
    let mut open = Vec::new();
    for _ in 0..SOCKETS_PER_SESSION_MAX {
        open.push(
            Client::connect(&address, "drammen", Some(&token))
                .await
                .expect("a seat"),
        );
    }
    let turned_away = Client::connect(&address, "drammen", Some(&token)).await.err();
    assert!(
        matches!(turned_away, Some(ClientError::Closed(Some(code))) if code == CloseCode::TooMany.as_u16()),
        "{turned_away:?}"
    );
    drop(open.pop());
    while Client::connect(&address, "drammen", Some(&token)).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn frames_that_come_in_pieces_are_understood() {
    let server = Server::start().await;
    let mut viewer = RawClient::connect(server.address, None).await;
    for byte in raw::frame(true, 1, HELLO.as_bytes()) {
        viewer.io.write_all(&[byte]).await.expect("sent");
    }
    assert!(
        viewer
            .frame()
            .await
            .is_some_and(|welcome| welcome.payload.starts_with(br#"{"type":"welcome""#))
    );
    // A message in three fragments, with the protocol's own ping between them.
    viewer.send(false, 1, br#"{"type":"pi"#).await;
    viewer.send(true, 9, b"are you there").await;
    viewer.send(false, 0, br#"ng","sent_"#).await;
    viewer.send(true, 0, br#"ms":7.0}"#).await;
    let pong = viewer.frame().await.expect("the protocol's pong");
    assert_eq!(
        (pong.opcode, pong.payload.as_slice()),
        (10, b"are you there".as_slice())
    );
    let pong = viewer.frame().await.expect("our pong");
    assert!(
        pong.payload.starts_with(br#"{"type":"pong","sent_ms":7.0"#),
        "{pong:?}"
    );
    // A goodbye is answered with the same code.
    viewer.send(true, 8, &1000_u16.to_be_bytes()).await;
    assert_eq!(viewer.close_code().await, Some(1000));
    assert_eq!(viewer.frame().await, None);
}

#[tokio::test]
async fn frames_that_are_not_of_the_protocol_are_closed_with_4400() {
    let server = Server::start().await;
    let unmasked = vec![0x81, 0x02, b'{', b'}'];
    let reserved_bits = raw::frame(true, 0x71, b"{}");
    let endless = {
        let mut header = raw::frame(true, 1, b"");
        header[1] = 0xFF;
        header.splice(2..2, u64::MAX.to_be_bytes());
        header
    };
    let too_long = raw::frame(true, 1, &vec![b' '; 17 * 1024]);
    let not_utf8 = raw::frame(true, 1, &[0xFF, 0xFE]);
    for (name, bytes) in [
        ("unmasked", unmasked),
        ("reserved bits", reserved_bits),
        ("endless", endless),
        ("too long", too_long),
        ("not UTF-8", not_utf8),
    ] {
        let mut viewer = RawClient::viewer(server.address).await;
        // The server may have closed before it was all sent.
        let _ = viewer.io.write_all(&bytes).await;
        assert_eq!(
            viewer.close_code().await,
            Some(CloseCode::Malformed.as_u16()),
            "{name}"
        );
    }
    // Fragments without end count together.
    let mut viewer = RawClient::viewer(server.address).await;
    viewer.send(false, 1, &[b' '; 10_000]).await;
    viewer.send(false, 0, &[b' '; 10_000]).await;
    assert_eq!(viewer.close_code().await, Some(CloseCode::Malformed.as_u16()));
}

#[tokio::test]
async fn a_head_without_end_is_refused_before_it_is_large() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    let head = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nX-Long: {}",
        server.address,
        "x".repeat(64 * 1024)
    );
    // The server may have closed before it was all sent.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[tokio::test]
async fn half_a_frame_and_silence_holds_up_nobody() {
    let server = Server::start().await;
    server.open_floor().await;
    let mut half = RawClient::viewer(server.address).await;
    half.io
        .write_all(&raw::frame(true, 1, HELLO.as_bytes())[..5])
        .await
        .expect("sent");
    let mut other = RawClient::viewer(server.address).await;
    let last = post_long_deals(&server.floor(), 3).await;
    other.follow(last).await;
    half.follow(last).await;
}

#[tokio::test]
async fn an_address_that_opens_sockets_without_end_leaves_room_for_others() {
    rlimit::increase_nofile_limit(8_192).expect("enough open files for the crowd");
    let server = Server::start().await;
    let allowed = server.hub.config.connections_per_address;
    let mut greedy = Vec::new();
    let mut refused = 0;
    for _ in 0..allowed + 200 {
        let socket = TcpSocket::new_v4().expect("a socket");
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9)), 0);
        socket.bind(address).expect("any port of loopback");
        match socket.connect(server.address).await {
            Ok(mut stream) => {
                // The half of a request: whoever says nothing would make room.
                let _ = stream.write_all(b"GET / HT").await;
                greedy.push(stream);
            }
            Err(_) => refused += 1,
        }
    }
    // Others come in as before.
    let mut viewer = RawClient::viewer(server.address).await;
    assert!(viewer.frame().await.is_some());
    // Whoever is turned away is hung up on, not kept waiting.
    let end = |mut stream: TcpStream| async move {
        let read = stream.read(&mut [0; 1]).await;
        assert!(!matches!(read, Ok(1..)));
    };
    let mut ends: FuturesUnordered<_> = greedy.into_iter().map(end).collect();
    while refused < 200 {
        ends.next().await.expect("somebody is turned away");
        refused += 1;
    }
    assert!(server.hub.doors.connections() <= allowed + 1);
}

/// Begins to send a pairing code from an address of the hall, and may leave a byte of it for later.
async fn begin_body(server: &Server, host: u8, is_whole: bool) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, host)), 0);
    socket.bind(address).expect("any port of loopback");
    let mut stream = socket.connect(server.address).await.expect("connected");
    // What came through something else is not this machine's own.
    let head = format!(
        "POST /api/v1/exchanges/drammen/pair HTTP/1.1\r\nHost: {}\r\nVia: 1.1 hall\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nConnection: close\r\n\r\n{}",
        server.address,
        if is_whole { "[]" } else { "[" }
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

#[tokio::test]
async fn whoever_never_ends_their_bodies_holds_a_few_and_stops_nobody_else() {
    /// How many more than may be.
    const MORE: u32 = 10;
    let server = Server::start().await;
    let answer = async |host| {
        let mut stream = begin_body(&server, host, true).await;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer.split(' ').nth(1).map(str::to_owned)
    };
    let malformed = Some("400".to_owned());
    let mut held = Vec::new();
    for _ in 0..BODIES_PER_ADDRESS_MAX + MORE {
        held.push(begin_body(&server, 9, false).await);
        // Whoever sends all of theirs is through, at this address too.
        assert_eq!(answer(9).await, malformed);
    }
    assert_eq!(answer(10).await, malformed);
    // Those that were on their way for the longest have gone for the others, long before their time was up.
    let end = |mut stream: TcpStream| async move {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer
    };
    let mut ends: FuturesUnordered<_> = held.into_iter().map(end).collect();
    for _ in 0..MORE {
        let next = tokio::time::timeout(Duration::from_secs(10), ends.next());
        let gone = next.await.expect("soon").expect("one of them");
        assert!(gone.starts_with("HTTP/1.1 408 "), "{gone}");
    }
}

#[tokio::test]
async fn a_paired_device_comes_in_where_guests_hold_every_place_that_they_may() {
    let server = Server::start_over(None, |config| config.connections = 50).await;
    let token = server.token(Role::Broker).await;
    let mut greedy = Vec::new();
    for host in 2..=4 {
        for _ in 0..25 {
            let socket = TcpSocket::new_v4().expect("a socket");
            let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, host)), 0);
            socket.bind(address).expect("any port of loopback");
            let mut stream = socket.connect(server.address).await.expect("connected");
            // The half of a request: whoever says nothing would make room.
            let _ = stream.write_all(b"GET / HT").await;
            greedy.push(stream);
        }
    }
    let address = server.address.to_string();
    // Connections on trial that say nothing are cut, and each place that is given back is a device's first.
    let broker = loop {
        match Client::connect(&address, "drammen", Some(&token)).await {
            Ok(broker) => break broker,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert!(broker.follower.is_some());
    // Guests come in for as long as one of the others has not been heard yet.
    let mut guests = Vec::new();
    loop {
        let stream = TcpStream::connect(server.address).await.expect("connected");
        if let Some(mut guest) = RawClient::upgrade(stream, server.address, SUBPROTOCOL).await {
            guest.send_text(HELLO).await;
            let first = guest.frame().await.expect("a welcome, or a goodbye");
            if first.opcode == 8 {
                let code = u16::from_be_bytes([first.payload[0], first.payload[1]]);
                assert_eq!(code, CloseCode::TooMany.as_u16());
                break;
            }
            guests.push(guest);
        }
    }
}

#[tokio::test]
async fn a_guest_behind_a_proxy_takes_no_more_than_its_own_share() {
    let server = Server::start_over(None, |config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
        config.connections_per_address = 3;
    })
    .await;
    let mut held = Vec::new();
    // What a guest writes itself stands before what the proxy adds.
    for (said, is_let_in) in [
        ("192.0.2.7", true),
        ("192.0.2.7", true),
        ("192.0.2.9, 192.0.2.7", true),
        ("192.0.2.9, 192.0.2.7", false),
        ("192.0.2.8", true),
    ] {
        let stream = TcpStream::connect(server.address).await.expect("connected");
        let headers = format!("X-Forwarded-For: {said}\r\n");
        let guest = RawClient::upgrade_for(stream, server.address, SUBPROTOCOL, &headers).await;
        let mut guest = guest.expect("a close code is read after the upgrade");
        guest.send_text(HELLO).await;
        let first = guest.frame().await.expect("a welcome, or a goodbye");
        assert_eq!(first.opcode != 8, is_let_in, "{said}");
        held.push(guest);
    }
    drop(held);
    while server.hub.doors.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

/// The same connection over TLS, where the room cannot write to the socket itself.
#[tokio::test]
async fn over_tls_everything_holds() {
    let server = Server::start().await;
    server.open_floor().await;
    let (acceptor, connector) = tls();
    let listener = listen::listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    let address = listener.local_addr().expect("bound");
    let hub = Arc::clone(&server.hub);
    tokio::spawn(async move {
        while let Ok((socket, peer)) = listener.accept().await {
            let (acceptor, hub) = (acceptor.clone(), Arc::clone(&hub));
            tokio::spawn(async move {
                let place = hub.doors.enter(peer.ip()).expect("a place");
                let app = routes::routes(Arc::clone(&hub));
                if let Ok(stream) = acceptor.accept(socket).await {
                    listen::connection(stream, peer, Channel::Tls, place, app, hub.stop.clone()).await;
                }
            });
        }
    });
    let connect = async |receive_buffer: u32| {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(receive_buffer).expect("a size");
        let stream = socket.connect(address).await.expect("connected");
        let name = "localhost".try_into().expect("a name");
        let stream = connector.connect(name, stream).await.expect("a TLS session");
        RawClient::upgrade(stream, address, SUBPROTOCOL)
            .await
            .expect("upgraded")
    };
    let (mut quick, mut slow) = (connect(1 << 20).await, connect(4_096).await);
    quick.send_text(HELLO).await;
    slow.send_text(HELLO).await;
    quick.send(true, 9, b"ping").await;
    let last = {
        let floor = server.floor();
        let posting = tokio::spawn(async move { post_long_deals(&floor, 1_500).await });
        let mut pong = false;
        let mut last = 0;
        while last < 1_500 {
            let frame = quick.frame().await.expect("the quick one lives");
            pong |= frame.opcode == 10;
            last += u64::from(frame.payload.starts_with(br#"{"type":"event""#));
        }
        assert!(pong, "the protocol's ping is answered between the events");
        posting.await.expect("posted")
    };
    assert!(last > 1_500);
    quick.send(true, 8, &1000_u16.to_be_bytes()).await;
    assert_eq!(quick.close_code().await, Some(1000));
    assert_eq!(slow.close_code().await, Some(CloseCode::TooSlow.as_u16()));
    let mut idle = connect(1 << 20).await;
    idle.send_text(HELLO).await;
    assert!(
        idle.frame()
            .await
            .is_some_and(|welcome| welcome.payload.starts_with(br#"{"type":"welcome""#))
    );
    server.stop();
    let told = tokio::time::timeout(Duration::from_secs(5), idle.close_code()).await;
    assert_eq!(told, Ok(Some(CloseCode::Restarting.as_u16())));
}

fn tls() -> (tokio_rustls::TlsAcceptor, tokio_rustls::TlsConnector) {
    use tokio_rustls::rustls;
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = issued.cert.der().clone();
    let key =
        rustls::pki_types::PrivateKeyDer::try_from(issued.signing_key.serialize_der()).expect("its key");
    let server = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("a server's configuration");
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(certificate).expect("trusted");
    let client = rustls::ClientConfig::builder()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    (Arc::new(server).into(), Arc::new(client).into())
}

//! What a request says of itself: Host and Origin at the guard, and whole requests at the real router.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use borsklokka::api::{Channel, HostPolicy};
use borsklokka::demo::Demo;
use borsklokka::hub::Hub;
use borsklokka::stop::Stop;
use borsklokka::{fuzzed, routes};
use borsklokka_shared::role::Role;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use url::{Origin, Url};

/// Who asks.
const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);
/// Where the server is reached, beside loopback.
const NAMES: [&str; 4] = ["localhost", "192.168.1.5", "bors.example.org", "[fd00::5]"];

/// Three lines: Host, Origin, channel. Whatever is let through is of a host that the server has, and of a page of the same host, as
/// another reader of addresses sees it.
pub(crate) fn host(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let (host, origin) = (lines.next().unwrap_or_default(), lines.next());
    let channel = match lines.next() {
        Some(b"tls") => Channel::Tls,
        Some(b"proxied tls") => Channel::ProxiedTls,
        Some(b"proxied") => Channel::ProxiedPlain,
        _ => Channel::Plain,
    };
    let Ok(host) = HeaderValue::from_bytes(host) else {
        return;
    };
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/")
        .header(header::HOST, &host)
        .extension(channel);
    if let Some(origin) = origin {
        let Ok(origin) = HeaderValue::from_bytes(origin) else {
            return;
        };
        request = request.header(header::ORIGIN, origin);
    }
    let request = request.body(Body::empty()).unwrap();
    let policy = HostPolicy::new(
        SocketAddr::from(([192, 168, 1, 5], 8080)),
        Some("https://bors.example.org"),
    )
    .with_addresses_of(|| vec!["fd00::5".parse().unwrap()]);
    match fuzzed::passes(&policy, &request) {
        Ok(()) => {
            let host = host.to_str().expect("what was let through is text");
            let scheme = match channel {
                Channel::Tls | Channel::ProxiedTls => "https",
                Channel::Plain | Channel::ProxiedPlain => "http",
            };
            let meant = Url::parse(&format!("{scheme}://{host}/"))
                .unwrap_or_else(|error| panic!("{host:?} was let through and is no host: {error}"));
            let name = meant.host_str().unwrap().trim_end_matches('.');
            let is_loopback = name.starts_with("127.") || name == "[::1]" || name.starts_with("[::ffff:7f");
            let is_mapped = name == "[::ffff:c0a8:105]";
            assert!(
                NAMES.contains(&name) || is_loopback || is_mapped,
                "{host:?} was let through"
            );
            if let Some(origin) = request.headers().get(header::ORIGIN) {
                let origin = origin.to_str().expect("what was let through is text");
                let page = Url::parse(origin).expect("what was let through is an origin");
                assert!(
                    matches!(page.origin(), Origin::Tuple(..)),
                    "{origin:?} was let through"
                );
                // Behind a proxy or without TLS the page's scheme says which port is meant.
                let meant = Url::parse(&format!("{}://{host}/", page.scheme())).unwrap();
                assert_eq!(
                    (page.host_str(), page.port_or_known_default()),
                    (meant.host_str(), meant.port_or_known_default()),
                    "a page of {origin:?} was let through to {host:?}"
                );
                assert!(
                    channel != Channel::Tls || page.scheme() == "https",
                    "{origin:?} over TLS"
                );
            }
        }
        Err(code) => assert!(
            ["wrong_host", "foreign_origin", "host_hidden"].contains(&code),
            "{code}"
        ),
    }
}

/// The server that whole requests meet: the demo exchange, and its organiser.
struct Edge {
    hub: Arc<Hub>,
    router: Router,
    organiser: HeaderValue,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

/// What stands in a header for the organiser's token.
const ORGANISER: &[u8] = b"Bearer organiser";

impl Edge {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("fuzzed.db").display());
        let (hub, organiser) = runtime.block_on(hub(&url, Stop::new()));
        Self {
            router: routes::routes(Arc::clone(&hub)),
            hub,
            organiser: HeaderValue::try_from(format!("Bearer {organiser}")).unwrap(),
            runtime,
            _folder: folder,
        }
    }
}

/// The demo exchange's server, and its organiser's token.
async fn hub(url: &str, stop: Stop) -> (Arc<Hub>, String) {
    let hub = crate::server::hub(url, stop).await;
    let demo = Demo::drammen();
    let floor = hub.floors.make(&demo.slug).await.unwrap();
    demo.load(&floor).await.unwrap();
    let exchange = floor.exchange.id;
    let token = hub.access.issue_token(exchange, Role::Organiser, "Ingrid").await;
    (hub, token.unwrap())
}

/// A request as it is written: `METHOD /path`, headers, an empty line, the body. The server answers each as something that a client did
/// wrong or right, and says so with a code.
pub(crate) fn request(bytes: &[u8]) {
    static EDGE: LazyLock<Mutex<Edge>> = LazyLock::new(|| Mutex::new(Edge::open()));
    let Some(request) = read(bytes) else { return };
    let (method, path) = (request.method().clone(), request.uri().clone());
    // One that failed has said so; the next begins with the server as it is.
    let edge = EDGE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut request = request;
    for value in request.headers_mut().values_mut() {
        if value.as_bytes() == ORGANISER {
            *value = edge.organiser.clone();
        }
    }
    let Ok(place) = edge.hub.doors.enter(PEER.ip()) else {
        panic!("a place for one request at a time");
    };
    request.extensions_mut().insert(Arc::new(place));
    let (status, headers, body) = edge.runtime.block_on(async {
        let response = edge.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap_or_default();
        (head.status, head.headers, body)
    });
    assert!(
        !status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE,
        "{method} {path}: {status} {}",
        String::from_utf8_lossy(&body)
    );
    for name in [
        "x-content-type-options",
        "content-security-policy",
        "x-borsklokka",
    ] {
        assert!(headers.contains_key(name), "{method} {path}: no {name}");
    }
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json && !status.is_success() {
        let said: serde_json::Value = serde_json::from_slice(&body).expect("JSON is JSON");
        assert!(said["code"].is_string(), "{method} {path}: {said}");
    }
}

fn read(bytes: &[u8]) -> Option<Request<Body>> {
    let at = bytes
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(at);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let method = Method::from_bytes(first.next()?).ok()?;
    let uri = std::str::from_utf8(first.next()?).ok()?;
    let mut request = Request::builder().method(method).uri(uri);
    let mut headers = HeaderMap::new();
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..at]).ok()?;
        headers.append(name, HeaderValue::from_bytes(line[at + 1..].trim_ascii()).ok()?);
    }
    if !headers.contains_key(header::HOST) {
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
    }
    *request.headers_mut()? = headers;
    request
        .extension(ConnectInfo(PEER))
        .extension(Channel::Plain)
        .body(Body::from(body.get(2..).unwrap_or_default().to_vec()))
        .ok()
}

//! What every request passes: the Host that it was meant for, the page that it comes from; and the headers that every
//! answer carries. A page elsewhere that makes its own name point at this machine, or sends forms here, gets nothing.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::wire::{ANSWER_HEADER, ANSWER_HEADER_VALUE};

use super::answer::{Reader, spoken};
use super::caller::{Channel, is_proxied};
use super::denied::Denied;
use super::host::{Host, only};
use crate::policy::ContentPolicy;

/// What a page may ask the browser for: the door's camera, a screen that stays awake, the bell, a wall that fills its screen. What it
/// never does is refused to whatever got into it.
const PERMISSIONS_POLICY: &str = "camera=(self), screen-wake-lock=(self), autoplay=(self), fullscreen=(self), microphone=(), \
    geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()";
/// What every answer carries.
const SECURITY: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    // No page elsewhere holds a handle on one of ours, or shows what is ours as its own.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];
/// For a year, https alone: in seconds.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// By which clients know that an answer is this server's own.
const ANSWER: HeaderName = HeaderName::from_static(ANSWER_HEADER);

/// What is answered under any name: whatever stands in front of several nodes, or watches them, has a name or an address of its own for
/// each. Nothing there concerns anybody's evening.
const WATCHED: [&str; 3] = ["/livez", "/readyz", "/healthz"];

/// The hosts that this server answers for: loopback always, and what it is told.
#[derive(Clone, Debug)]
pub struct HostPolicy {
    names: HashSet<String>,
    addresses: HashSet<IpAddr>,
    /// Asks for more addresses when one is not known: those of a network change while the server runs.
    look: Option<fn() -> Vec<IpAddr>>,
    /// Whether browsers are told to come over https alone.
    https_only: HttpsOnly,
    /// What pages may load and be framed by.
    content: ContentPolicy,
}

/// Whether browsers are told to come to a host over https alone. They remember it for long, so only where a certificate is to stay: not
/// with an authority of our own, which is gone after the evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpsOnly {
    /// They are not told.
    No,
    /// In what comes over this server's own TLS.
    OverOwnTls,
    /// Always: a proxy carries everything over TLS.
    BehindProxy,
}

impl HttpsOnly {
    fn is_said(self, channel: Channel) -> bool {
        match self {
            Self::No => false,
            Self::OverOwnTls => channel == Channel::Tls,
            Self::BehindProxy => true,
        }
    }
}

impl HostPolicy {
    /// Answers for loopback, the address that is listened on, and the host of `public_url`.
    pub fn new(listen: SocketAddr, public_url: Option<&str>) -> Self {
        let mut policy = Self {
            names: HashSet::from(["localhost".to_owned()]),
            addresses: HashSet::from([listen.ip().to_canonical()]),
            look: None,
            https_only: HttpsOnly::No,
            content: ContentPolicy::default(),
        };
        let public_host = public_url
            .and_then(|url| url.parse::<axum::http::Uri>().ok())
            .and_then(|url| url.host().map(str::to_owned));
        match public_host.as_deref().map(Host::named) {
            Some(Host::Address(address)) => _ = policy.addresses.insert(address),
            Some(Host::Name(name)) => _ = policy.names.insert(name),
            None => {}
        }
        policy
    }

    /// Answers for more names, in small letters.
    #[must_use]
    pub fn with_names(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.names.extend(names);
        self
    }

    /// Answers for more addresses: those that `look` gives at the time.
    #[must_use]
    pub fn with_addresses_of(mut self, look: fn() -> Vec<IpAddr>) -> Self {
        self.look = Some(look);
        self
    }

    /// Tells browsers, or not, to come over https alone.
    #[must_use]
    pub fn with_https_only(mut self, https_only: HttpsOnly) -> Self {
        self.https_only = https_only;
        self
    }

    /// Says what pages may load and be framed by.
    #[must_use]
    pub fn with_content(mut self, content: ContentPolicy) -> Self {
        self.content = content;
        self
    }

    /// Whether a host, with or without its port, is one of this server's.
    pub fn allows(&self, host: &str) -> bool {
        let Some(host) = Host::of(host) else {
            return false;
        };
        match host {
            Host::Address(address) => {
                address.is_loopback()
                    || self.addresses.contains(&address)
                    || self
                        .look
                        .is_some_and(|look| look().iter().any(|found| found.to_canonical() == address))
            }
            Host::Name(name) => self.names.contains(&name),
        }
    }

    /// Whether a request is meant for this server, and of a page of its own if it may change something.
    ///
    /// # Errors
    /// With what it is answered.
    pub(crate) fn check(&self, request: &Request) -> Result<(), Denied> {
        if *request.method() == Method::GET && WATCHED.contains(&request.uri().path()) {
            return Ok(());
        }
        let host = only(request.headers(), &header::HOST).filter(|host| self.allows(host));
        let host = host.ok_or(Denied::WrongHost)?;
        if request
            .uri()
            .authority()
            .is_some_and(|authority| !self.allows(authority.as_str()))
        {
            return Err(Denied::WrongHost);
        }
        let is_upgrade = request.headers().contains_key(header::UPGRADE);
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if is_safe && !is_upgrade || !request.headers().contains_key(header::ORIGIN) {
            return Ok(());
        }
        match only(request.headers(), &header::ORIGIN) {
            Some(origin) if is_origin_of(origin, host, Channel::of(request.extensions())) => Ok(()),
            Some(origin) if self.is_of_a_hidden_host(origin, request) => {
                static TOLD: Once = Once::new();
                TOLD.call_once(|| {
                    tracing::warn!(
                        "a page of {origin} is refused, since the proxy before this server says that it asked for {host}: let \
                         the proxy pass on the Host that it got (nginx: proxy_set_header Host $http_host)"
                    );
                });
                Err(Denied::HostHidden)
            }
            Some(_) | None => Err(Denied::ForeignOrigin),
        }
    }

    /// Whether a page is one of this server's, and refused only because a proxy hides the host that it was loaded from.
    fn is_of_a_hidden_host(&self, origin: &str, request: &Request) -> bool {
        let page = origin.split_once("://").map(|(_, host)| host);
        let ends_tls_elsewhere =
            origin.starts_with("https://") && Channel::of(request.extensions()) != Channel::Tls;
        (ends_tls_elsewhere || is_proxied(request.headers())) && page.is_some_and(|host| self.allows(host))
    }
}

/// Whether `origin`, such as `http://192.168.1.5:8080`, is of the host and port that the request names. Over this server's own
/// TLS only a page that came over TLS is: a plain one may be anybody's in the hall. (Behind a proxy it is the other way about:
/// its plain requests come from pages over TLS.)
fn is_origin_of(origin: &str, host: &str, channel: Channel) -> bool {
    let (origin_host, port) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://")) {
        (Some(host), _) => (host, ":443"),
        (None, Some(host)) if matches!(channel, Channel::Plain | Channel::ProxiedPlain) => (host, ":80"),
        (None, Some(_) | None) => return false,
    };
    let bare = |host: &str| {
        let host = host.to_ascii_lowercase();
        host.strip_suffix(port).map(str::to_owned).unwrap_or(host)
    };
    bare(origin_host) == bare(host)
}

/// Refuses what was meant for another host or comes from another origin's page, and gives every answer its security
/// headers. A layer for [`axum::middleware::from_fn_with_state`].
pub async fn guard(State(policy): State<Arc<HostPolicy>>, request: Request, next: Next) -> Response {
    let channel = Channel::of(request.extensions());
    let host = only(request.headers(), &header::HOST).filter(|host| policy.allows(host));
    let content = policy.content.of(request.uri().path(), host);
    let mut response = match policy.check(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => spoken(error.into_response(), &Reader::of(&request)),
    };
    let headers = response.headers_mut();
    // A picture brings a stricter policy of its own, and a page with a form lets the browser say whose the form is.
    for (name, value) in SECURITY {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(content);
    if policy.https_only.is_said(channel) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    headers.insert(ANSWER, HeaderValue::from_static(ANSWER_HEADER_VALUE));
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    fn policy() -> HostPolicy {
        HostPolicy::new("0.0.0.0:8080".parse().unwrap(), Some("https://Bors.Example.org/"))
            .with_names(["vm.local".to_owned()])
            .with_addresses_of(|| vec!["192.168.1.5".parse().unwrap(), "fd00::5".parse().unwrap()])
    }

    #[test]
    fn answers_for_its_own_hosts_only() {
        let policy = policy();
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:8080",
            "192.168.1.5",
            "192.168.1.5:8080",
            "[fd00::5]:8080",
            "bors.example.org",
            "bors.example.org:443",
            "VM.local:8080",
        ] {
            assert!(policy.allows(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "192.168.1.6",
            "evil.org:8080",
            "localhost.evil.org",
            "[fd00::5]evil:8080",
            "[fd00::5]d00:0",
            "[::1]8080",
            "localhost:+80",
            "evil.org@localhost",
            "localhost@evil.org",
            "x localhost",
            "bors.example.org.evil.org",
            "localhost:99999",
            "localhost:",
        ] {
            assert!(!policy.allows(host), "{host}");
        }
    }

    async fn ask(method: &str, headers: &[(&str, &str)]) -> Response {
        ask_for("/", method, headers).await
    }

    async fn ask_for(path: &str, method: &str, headers: &[(&str, &str)]) -> Response {
        let router = Router::new()
            .route(path, get(|| async { "ok" }).post(|| async { "ok" }))
            .layer(axum::middleware::from_fn_with_state(Arc::new(policy()), guard));
        let request = headers
            .iter()
            .fold(
                axum::http::Request::builder().method(method).uri(path),
                |request, (name, value)| request.header(*name, *value),
            )
            .body(Body::empty())
            .unwrap();
        router.oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn whatever_stands_in_front_asks_how_a_node_is_under_a_name_of_its_own() {
        for host in ["node-1:8080", "10.0.0.11:8080", "bors.example.org"] {
            for path in WATCHED {
                let answer = ask_for(path, "GET", &[("host", host)]).await;
                assert_eq!(answer.status(), StatusCode::OK, "{host} {path}");
                let answer = ask_for(path, "POST", &[("host", "node-1:8080")]).await;
                assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
            }
        }
        // As HAProxy does unless it is told a name.
        let answer = ask_for("/readyz", "GET", &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let elsewhere = ask_for("/readyz/", "GET", &[("host", "node-1:8080")]).await;
        assert_eq!(elsewhere.status(), StatusCode::MISDIRECTED_REQUEST);
    }

    #[tokio::test]
    async fn refuses_other_hosts_and_other_origins_pages() {
        const HERE: (&str, &str) = ("host", "192.168.1.5:8080");
        const OK: u16 = 200;
        let ws = ("upgrade", "websocket");
        for (method, headers, status) in [
            ("GET", vec![HERE], OK),
            ("GET", vec![], 421),
            ("GET", vec![("host", "evil.org")], 421),
            ("GET", vec![HERE, HERE], 421),
            ("GET", vec![HERE, ("origin", "http://evil.org")], OK),
            ("POST", vec![HERE], OK),
            ("POST", vec![HERE, ("origin", "http://192.168.1.5:8080")], OK),
            ("POST", vec![HERE, ("origin", "http://192.168.1.5:8081")], 403),
            ("POST", vec![HERE, ("origin", "http://192.168.1.5")], 403),
            ("POST", vec![HERE, ("origin", "http://evil.org")], 403),
            ("POST", vec![HERE, ("origin", "null")], 403),
            (
                "POST",
                vec![
                    ("host", "bors.example.org"),
                    ("origin", "https://bors.example.org:443:443"),
                ],
                403,
            ),
            ("POST", vec![HERE, ("origin", "")], 403),
            (
                "POST",
                vec![
                    ("host", "bors.example.org"),
                    ("origin", "https://bors.example.org"),
                ],
                OK,
            ),
            (
                "POST",
                vec![
                    ("host", "bors.example.org:443"),
                    ("origin", "https://bors.example.org"),
                ],
                OK,
            ),
            ("GET", vec![HERE, ws], OK),
            ("GET", vec![HERE, ws, ("origin", "http://192.168.1.5:8080")], OK),
            ("GET", vec![HERE, ws, ("origin", "http://evil.org")], 403),
            (
                "GET",
                vec![
                    HERE,
                    ws,
                    ("origin", "http://192.168.1.5:8080"),
                    ("origin", "http://evil.org"),
                ],
                403,
            ),
        ] {
            let response = ask(method, &headers).await;
            assert_eq!(response.status().as_u16(), status, "{method} {headers:?}");
            for (name, value) in SECURITY {
                assert_eq!(response.headers()[name], value);
            }
            assert!(!response.headers().contains_key("server"));
            assert_eq!(response.headers()["x-borsklokka"], "v1");
            let policy = response.headers()["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with(
                    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
                )
            );
            // A host that is not this server's is not written into it.
            assert!(!policy.contains("evil"), "{policy}");
        }
    }

    #[tokio::test]
    async fn https_alone_is_asked_for_only_where_a_certificate_is_to_stay() {
        for (https_only, plain, tls) in [
            (HttpsOnly::No, None, None),
            (HttpsOnly::OverOwnTls, None, Some("max-age=31536000")),
            (
                HttpsOnly::BehindProxy,
                Some("max-age=31536000"),
                Some("max-age=31536000"),
            ),
        ] {
            for (channel, said) in [(Channel::Plain, plain), (Channel::Tls, tls)] {
                let policy = Arc::new(policy().with_https_only(https_only));
                let router = Router::new()
                    .route("/", get(|| async { "ok" }))
                    .layer(axum::middleware::from_fn_with_state(policy, guard));
                let request = axum::http::Request::builder()
                    .header("host", "localhost")
                    .extension(channel)
                    .body(Body::empty());
                let response = router.oneshot(request.unwrap()).await.unwrap();
                let found = response.headers().get("strict-transport-security");
                let found = found.map(|value| value.to_str().unwrap());
                assert_eq!(found, said, "{https_only:?} {channel:?}");
            }
        }
    }

    #[tokio::test]
    async fn whose_proxy_hides_the_host_is_told_what_it_must_pass_on() {
        let page = ("origin", "https://bors.example.org");
        let through = ("x-forwarded-for", "203.0.113.7");
        for (headers, is_hidden) in [
            (vec![("host", "127.0.0.1:8080"), page], true),
            (vec![("host", "192.168.1.5:8080"), through, page], true),
            (
                vec![
                    ("host", "192.168.1.5:8080"),
                    through,
                    ("origin", "https://evil.org"),
                ],
                false,
            ),
            (
                vec![("host", "127.0.0.1:8080"), ("origin", "https://evil.org")],
                false,
            ),
            (
                vec![
                    ("host", "192.168.1.5:8080"),
                    ("origin", "http://192.168.1.5:8081"),
                ],
                false,
            ),
        ] {
            let headers = [headers, vec![("accept-language", "en")]].concat();
            let response = ask("POST", &headers).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN);
            let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["code"], "foreign_origin", "{headers:?}");
            let message = body["message"].as_str().unwrap();
            assert_eq!(
                message.contains("pass on the Host"),
                is_hidden,
                "{headers:?} {message}"
            );
        }
    }

    #[test]
    fn over_tls_a_plain_page_is_foreign() {
        let host = "192.168.1.5:8080";
        for (channel, origin, is_ours) in [
            (Channel::Tls, "https://192.168.1.5:8080", true),
            (Channel::Tls, "http://192.168.1.5:8080", false),
            (Channel::Tls, "https://192.168.1.5:8081", false),
            (Channel::Plain, "http://192.168.1.5:8080", true),
            (Channel::Plain, "https://192.168.1.5:8080", true),
        ] {
            assert_eq!(
                is_origin_of(origin, host, channel),
                is_ours,
                "{channel:?} {origin}"
            );
        }
    }

    #[tokio::test]
    async fn says_what_to_do_in_the_users_language() {
        let response = ask("GET", &[("host", "evil.org"), ("accept-language", "en")]).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(
            String::from_utf8_lossy(&body),
            r#"{"code":"wrong_host","message":"The server does not answer at this address. Use one of those that it printed when it started."}"#
        );
    }

    #[tokio::test]
    async fn a_person_who_opens_a_screen_at_another_host_reads_a_page() {
        let browser = [
            ("host", "evil.org"),
            ("accept-language", "en"),
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ];
        for (path, is_page) in [
            ("/", true),
            ("/drammen", true),
            ("/drammen/wall", true),
            ("/api/v1/exchanges/drammen/session", false),
            ("/assets/none.js", false),
        ] {
            let response = ask_for(path, "GET", &browser).await;
            assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].clone();
            let shows_its_sheet = policy.to_str().unwrap().contains("style-src 'sha256-");
            let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
            let text = String::from_utf8_lossy(&body);
            assert_eq!(
                (text.starts_with("<!DOCTYPE html>"), shows_its_sheet),
                (is_page, is_page),
                "{path}: {text}"
            );
            assert!(
                text.contains("The server does not answer at this address."),
                "{path}"
            );
        }
    }
}

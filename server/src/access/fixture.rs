//! What the tests of access share: a hub with two exchanges, a clock that is moved by hand, and browsers.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use super::{Access, Channel, HasAccess, ListedExchange, routes};
use crate::clock::Clock;
use crate::database::{Database, write_on};

#[allow(dead_code, unreachable_pub)] // The integration tests use it too.
#[path = "../../tests/common/postgres.rs"]
mod postgres;

/// The variable that, set to `postgres`, runs these tests on PostgreSQL.
const TEST_DATABASE: &str = "BORSKLOKKA_TEST_DATABASE";

/// The operator's passphrase in every test.
pub(super) const PASSPHRASE: &str = "fire helt vanlige ord";

/// A clock that stands still until it is moved.
pub(super) struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows 16:00 UTC on the exchange's day.
    pub(super) fn shared() -> Arc<Self> {
        let start = Instant::parse("2026-11-26T16:00:00Z").unwrap();
        Arc::new(Self(AtomicI64::new(start.unix_ms)))
    }

    pub(super) fn pass_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::SeqCst))
    }

    fn elapsed_ms(&self) -> i64 {
        self.now().unix_ms
    }

    fn slept_ms(&self) -> i64 {
        0
    }
}

/// The server around access.
pub(super) struct FakeHub {
    access: Access,
    database: Database,
    exchanges: Mutex<Vec<ListedExchange>>,
}

impl FakeHub {
    async fn open_exchange(&self, slug: &str, name: &str) -> ExchangeId {
        let id = ExchangeId(Uuid::new_v4());
        write_on!(&self.database, on => sqlx::query("INSERT INTO exchanges (id, slug, epoch, created_at_ms) VALUES ($1, $2, '', 0)")
            .bind(id.to_string())
            .bind(slug)
            .execute(on)
            .await.map(|done| done.rows_affected()))
            .unwrap();
        let listed = ListedExchange {
            id,
            slug: slug.to_owned(),
            name: name.to_owned(),
        };
        self.exchanges.lock().unwrap().push(listed);
        id
    }
}

impl HasAccess for FakeHub {
    fn access(&self) -> &Access {
        &self.access
    }

    fn public_url(&self) -> String {
        "http://192.168.1.5:8080/".to_owned()
    }

    fn trust_url(&self) -> Option<String> {
        None
    }

    fn is_behind_tls(&self) -> bool {
        false
    }

    async fn exchange(&self, slug: &str) -> Result<Option<ExchangeId>, Refusal> {
        Ok(self
            .exchanges
            .lock()
            .unwrap()
            .iter()
            .find(|listed| listed.slug == slug)
            .map(|listed| listed.id))
    }

    async fn exchanges(&self) -> Result<Vec<ListedExchange>, Refusal> {
        Ok(self.exchanges.lock().unwrap().clone())
    }

    async fn make_exchange(
        &self,
        slug: &str,
        settings: Settings,
        organiser: Actor,
    ) -> Result<ExchangeId, Refusal> {
        assert_eq!(organiser.role, Role::Organiser);
        match self.exchange(slug).await? {
            Some(_) => Err(Refusal::AlreadyExists),
            None => Ok(self.open_exchange(slug, &settings.name).await),
        }
    }
}

/// A hub with the exchanges `drammen` and `svelvik`.
pub(super) struct Fixture {
    pub(super) hub: Arc<FakeHub>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) database: Database,
    router: Router,
    _folder: TempDir,
}

pub(super) async fn open_hub() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = match std::env::var(TEST_DATABASE).as_deref() {
        Ok("postgres") => postgres::fresh_database().await,
        Ok(other) => panic!("{TEST_DATABASE}={other}: use postgres, or leave it out for SQLite"),
        Err(_) => format!("sqlite:{}", folder.path().join("access.db").display()),
    };
    let database = Database::open(&url).await.unwrap();
    let clock = FakeClock::shared();
    let hub = Arc::new(FakeHub {
        access: Access::new(database.clone(), clock.clone()),
        database: database.clone(),
        exchanges: Mutex::default(),
    });
    hub.open_exchange("drammen", "Drammen").await;
    hub.open_exchange("svelvik", "Svelvik").await;
    let router = routes().with_state(hub.clone());
    Fixture {
        hub,
        clock,
        database,
        router,
        _folder: folder,
    }
}

impl Fixture {
    /// A browser on the server's own machine, without cookies.
    pub(super) fn browser(&self) -> Browser<'_> {
        Browser {
            fixture: self,
            cookies: BTreeMap::new(),
            bearer: None,
            peer: [127, 0, 0, 1].into(),
            channel: Channel::Plain,
        }
    }

    /// The operator's browser, logged in.
    pub(super) async fn operator(&self) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = match self.hub.access.set_up_link_token().await.unwrap() {
            Some(token) => {
                browser
                    .post(
                        "/api/v1/setup",
                        json!({ "token": token, "passphrase": PASSPHRASE }),
                    )
                    .await
            }
            None => {
                browser
                    .post("/api/v1/login", json!({ "passphrase": PASSPHRASE }))
                    .await
            }
        };
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        browser.keep(&answer.cookies[0]);
        browser
    }

    /// A bearer token of an exchange.
    pub(super) async fn token(&self, slug: &str, role: Role, name: &str) -> String {
        let exchange = self.hub.exchange(slug).await.unwrap().unwrap();
        self.hub.access.issue_token(exchange, role, name).await.unwrap()
    }
}

/// Something that sends requests and keeps the cookies that it is told to.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    fixture: &'a Fixture,
    cookies: BTreeMap<String, String>,
    bearer: Option<String>,
    peer: IpAddr,
    channel: Channel,
}

impl<'a> Browser<'a> {
    /// A native client with a token.
    pub(super) fn bearing(fixture: &'a Fixture, token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..fixture.browser()
        }
    }

    /// The same, at another address.
    pub(super) fn at(&self, peer: &str) -> Self {
        Self {
            peer: peer.parse().unwrap(),
            ..self.clone()
        }
    }

    /// The same, over the server's own TLS.
    pub(super) fn over_tls(&self) -> Self {
        Self {
            channel: Channel::Tls,
            ..self.clone()
        }
    }

    /// Does what a browser does with a `Set-Cookie`.
    pub(super) fn keep(&mut self, set_cookie: &str) {
        let (name, value) = set_cookie.split(';').next().unwrap().split_once('=').unwrap();
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path, Some(body)).await
    }

    pub(super) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path, Some(body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, None).await
    }

    /// Sends a file.
    pub(super) async fn put_file(&self, path: &str, media_type: &str, content: &[u8]) -> Answer {
        self.send("PUT", path, media_type, Body::from(content.to_vec()))
            .await
    }

    pub(super) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => {
                let body = Body::from(body.to_string());
                self.send(method, path, "application/json", body).await
            }
            None => self.send(method, path, "", Body::empty()).await,
        }
    }

    async fn send(&self, method: &str, path: &str, media_type: &str, body: Body) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(SocketAddr::new(self.peer, 50_000)))
            .extension(self.channel);
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(token) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !media_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        let request = request.body(body);
        let response = self
            .fixture
            .router
            .clone()
            .oneshot(request.unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let cookies = parts.headers.get_all(header::SET_COOKIE).iter();
        Answer {
            status: parts.status,
            cookies: cookies
                .map(|cookie| cookie.to_str().unwrap().to_owned())
                .collect(),
            headers: parts.headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) cookies: Vec<String>,
    pub(super) text: String,
    pub(super) json: Value,
}

impl Answer {
    /// The stable code of an error.
    pub(super) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

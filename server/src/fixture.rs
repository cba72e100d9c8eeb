//! What the tests of requests share: a hub with two exchanges, a clock that is moved by hand, and browsers.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{paired_long_ago, postgres};
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::access::{Access, token_sha256};
use crate::agreement::Press;
use crate::api::{Caller, Channel, Peer};
use crate::clock::{Clock, SharedClock};
use crate::config::Config;
use crate::database::{Database, on_either, write_on};
use crate::doors::Doors;
use crate::floors::Floors;
use crate::gallery::Gallery;
use crate::hub::{Hub, PerMinute, Rates};
use crate::poster::Posters;
use crate::smtp::Post;
use crate::stop::Stop;
use crate::{log, routes};

/// The variable that, set to `postgres`, runs these tests on PostgreSQL.
const TEST_DATABASE: &str = "BORSKLOKKA_TEST_DATABASE";

/// The address that people use.
const PUBLIC_URL: &str = "http://192.168.1.5:8080/";

/// What an address may ask in a minute without a credential.
pub(crate) const GUESTS: NonZeroU32 = NonZeroU32::new(2_000).expect("2,000 is not zero");
/// What an address may be refused in a minute before it waits: more than the tests are, which ask every route in every way.
pub(crate) const REFUSALS: NonZeroU32 = NonZeroU32::new(100_000).expect("100,000 is not zero");

/// The operator's passphrase in every test.
pub(crate) const PASSPHRASE: &str = "fire helt vanlige ord";

/// A clock that stands still until it is moved.
pub(crate) struct FakeClock {
    elapsed_ms: AtomicI64,
    /// By how much the wall clock was set.
    set_ms: AtomicI64,
}

impl FakeClock {
    /// A clock that shows 16:00 UTC on the exchange's day.
    pub(crate) fn shared() -> Arc<Self> {
        let start = Instant::parse("2026-11-26T16:00:00Z").unwrap();
        Arc::new(Self {
            elapsed_ms: AtomicI64::new(start.unix_ms),
            set_ms: AtomicI64::new(0),
        })
    }

    pub(crate) fn pass_ms(&self, ms: i64) {
        self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets the wall clock ahead, or back: no time passes.
    pub(crate) fn set_by_ms(&self, ms: i64) {
        self.set_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.elapsed_ms() + self.set_ms.load(Ordering::SeqCst))
    }

    fn elapsed_ms(&self) -> i64 {
        self.elapsed_ms.load(Ordering::SeqCst)
    }

    fn slept_ms(&self) -> i64 {
        0
    }
}

/// A hub with the exchanges `drammen` and `svelvik`.
pub(crate) struct Fixture {
    pub(crate) hub: Arc<Hub>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) database: Database,
    router: Router,
    _stop: DropGuard,
    folder: TempDir,
}

pub(crate) async fn open_hub() -> Fixture {
    open_hub_with(|_| ()).await
}

/// The same, started with other options.
pub(crate) async fn open_hub_with(change: impl FnOnce(&mut Config)) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = match std::env::var(TEST_DATABASE).as_deref() {
        Ok("postgres") => postgres::fresh_database(),
        Ok(other) => panic!("{TEST_DATABASE}={other}: use postgres, or leave it out for SQLite"),
        Err(_) => format!("sqlite:{}", folder.path().join("access.db").display()),
    };
    with_exchanges(start(&url, FakeClock::shared(), folder, change).await).await
}

/// The same on PostgreSQL, whatever the others run on.
#[cfg(unix)]
pub(crate) async fn open_hub_on_postgres() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::fresh_database();
    with_exchanges(start(&url, FakeClock::shared(), folder, |_| ()).await).await
}

async fn with_exchanges(fixture: Fixture) -> Fixture {
    for (slug, name) in [("drammen", "Drammen"), ("svelvik", "Svelvik")] {
        let settings = serde_json::from_value(json!({
            "name": name, "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Oslo",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never", "icon": "hands" }],
        }));
        let made = fixture
            .hub
            .make_exchange(slug, settings.unwrap(), paired_long_ago(Role::Organiser));
        made.await.unwrap();
    }
    fixture
}

/// A hub on the database at a URL.
async fn start(
    url: &str,
    clock: Arc<FakeClock>,
    folder: TempDir,
    change: impl FnOnce(&mut Config),
) -> Fixture {
    let database = Database::open(url).await.unwrap();
    let stop = Stop::new();
    let floors = Floors::open(log::open(&database), clock.clone(), stop.clone());
    let mut config = config(url);
    change(&mut config);
    let hub = Arc::new(Hub {
        floors: floors.await.unwrap(),
        access: Access::new(database.clone(), clock.clone()),
        press: Arc::new(Press::new().unwrap()),
        clock: clock.clone(),
        gallery: Gallery::default(),
        posters: Posters::default(),
        rates: Rates::of(
            PerMinute {
                guests: GUESTS,
                refusals: REFUSALS,
                ..PerMinute::with_commands(config.commands_per_minute)
            },
            &(clock.clone() as SharedClock),
        ),
        doors: Doors::new(
            config.connections,
            config.connections_per_address,
            config.trusted_proxies.clone(),
            &(clock.clone() as SharedClock),
        ),
        post: Post::of(&config).unwrap(),
        tls: None,
        tasks: TaskTracker::new(),
        config,
        stop: stop.clone(),
    });
    Fixture {
        router: routes::routes(Arc::clone(&hub)),
        hub,
        clock,
        database,
        _stop: stop.drop_guard(),
        folder,
    }
}

/// A server that tablets in the hall reach in plain http.
fn config(url: &str) -> Config {
    let words = [
        "--database",
        url,
        "--public-url",
        PUBLIC_URL,
        "--commands-per-minute",
        "5",
    ];
    Config::of(&words).expect("a command line")
}

impl Fixture {
    /// A browser on the server's own machine, without cookies.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            fixture: self,
            cookies: BTreeMap::new(),
            bearer: None,
            accepted: None,
            only_first: false,
            origin: None,
            peer: [127, 0, 0, 1].into(),
            channel: Channel::Plain,
        }
    }

    /// The operator's browser, logged in.
    pub(crate) async fn operator(&self) -> Browser<'_> {
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

    /// Lets a token's session run out.
    pub(crate) async fn expire(&self, token: &str) {
        self.on_device(
            token,
            "UPDATE devices SET expires_at_ms = 1 WHERE token_sha256 = $1",
        )
        .await;
    }

    /// Revokes a token's device.
    pub(crate) async fn revoke(&self, token: &str) {
        self.on_device(
            token,
            "UPDATE devices SET revoked_at_ms = 1 WHERE token_sha256 = $1",
        )
        .await;
    }

    /// Gives a token's device another token.
    pub(crate) async fn rename_token(&self, token: &str, other: &str) {
        let changed = write_on!(&self.database, on => sqlx::query("UPDATE devices SET token_sha256 = $1 WHERE token_sha256 = $2")
            .bind(token_sha256(other))
            .bind(token_sha256(token))
            .execute(on)
            .await.map(|done| done.rows_affected()));
        assert_eq!(changed.unwrap(), 1);
    }

    async fn on_device(&self, token: &str, statement: &'static str) {
        let changed = write_on!(&self.database, on => sqlx::query(statement)
            .bind(token_sha256(token))
            .execute(on)
            .await.map(|done| done.rows_affected()));
        assert_eq!(changed.unwrap(), 1);
    }

    /// The same after a restart.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_with(|_| ()).await
    }

    /// The same, started with other options.
    pub(crate) async fn restarted_with(self, change: impl FnOnce(&mut Config)) -> Self {
        self.hub.stop.cancel();
        let url = self.hub.config.database.database.clone();
        start(&url, self.clock, self.folder, change).await
    }

    /// The folder in which its database lies, if it is a file.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Writes something else in an exchange's first row.
    pub(crate) async fn overwrite_first_event(&self, slug: &str, event: &str) -> String {
        let exchange = self.exchange(slug).to_string();
        let was: String = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT event FROM events WHERE exchange_id = $1 AND seq = 1",
        )
        .bind(&exchange)
        .fetch_one(on)
        .await)
        .unwrap();
        let written = write_on!(&self.database, on => sqlx::query("UPDATE events SET event = $1 WHERE exchange_id = $2 AND seq = 1")
            .bind(event)
            .bind(&exchange)
            .execute(on)
            .await.map(|done| done.rows_affected()));
        assert_eq!(written.unwrap(), 1);
        was
    }

    /// An exchange's id.
    pub(crate) fn exchange(&self, slug: &str) -> ExchangeId {
        self.hub.floors.find(slug).unwrap().id
    }

    /// A bearer token of an exchange.
    pub(crate) async fn token(&self, slug: &str, role: Role, name: &str) -> String {
        let exchange = self.exchange(slug);
        self.hub.access.issue_token(exchange, role, name).await.unwrap()
    }
}

/// Something that sends requests and keeps the cookies that it is told to.
#[derive(Clone)]
pub(crate) struct Browser<'a> {
    fixture: &'a Fixture,
    cookies: BTreeMap<String, String>,
    bearer: Option<String>,
    accepted: Option<&'static str>,
    only_first: bool,
    origin: Option<&'static str>,
    peer: IpAddr,
    channel: Channel,
}

impl<'a> Browser<'a> {
    /// A native client with a token.
    pub(crate) fn bearing(fixture: &'a Fixture, token: &str) -> Self {
        Self {
            bearer: Some(token.to_owned()),
            ..fixture.browser()
        }
    }

    /// The same, at another address.
    pub(crate) fn at(&self, peer: &str) -> Self {
        Self {
            peer: peer.parse().unwrap(),
            ..self.clone()
        }
    }

    /// The same, asking for languages.
    pub(crate) fn accepting(&self, accepted: &'static str) -> Self {
        Self {
            accepted: Some(accepted),
            ..self.clone()
        }
    }

    /// The same, putting things where nothing is yet.
    pub(crate) fn only_first(&self) -> Self {
        Self {
            only_first: true,
            ..self.clone()
        }
    }

    /// The same, from a page of another origin.
    pub(crate) fn on_page(&self, origin: &'static str) -> Self {
        Self {
            origin: Some(origin),
            ..self.clone()
        }
    }

    /// The same, over the server's own TLS, with its sessions as it would have begun them there.
    pub(crate) fn over_tls(&self) -> Self {
        let of_this_host = |(name, value): (&String, &String)| {
            let name = name.strip_prefix("__Host-").unwrap_or(name);
            (format!("__Host-{name}"), value.clone())
        };
        Self {
            channel: Channel::Tls,
            cookies: self.cookies.iter().map(of_this_host).collect(),
            ..self.clone()
        }
    }

    /// Does what a browser does with a `Set-Cookie`.
    pub(crate) fn keep(&mut self, set_cookie: &str) {
        let (name, value) = set_cookie.split(';').next().unwrap().split_once('=').unwrap();
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask("PUT", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask("PATCH", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, None).await
    }

    /// Sends a file.
    pub(crate) async fn put_file(&self, path: &str, media_type: &str, content: &[u8]) -> Answer {
        self.send("PUT", path, media_type, Body::from(content.to_vec()))
            .await
    }

    /// The same, by POST.
    pub(crate) async fn post_file(&self, path: &str, media_type: &str, content: &[u8]) -> Answer {
        self.send("POST", path, media_type, Body::from(content.to_vec()))
            .await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => {
                let body = Body::from(body.to_string());
                self.send(method, path, "application/json", body).await
            }
            None => self.send(method, path, "", Body::empty()).await,
        }
    }

    async fn send(&self, method: &str, path: &str, media_type: &str, body: Body) -> Answer {
        let place = self
            .fixture
            .hub
            .doors
            .enter(self.peer)
            .unwrap_or_else(|_| panic!("no place"));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8080")
            .extension(ConnectInfo(SocketAddr::new(self.peer, 50_000)))
            .extension(self.channel)
            .extension(Arc::new(place));
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
        if let Some(accepted) = self.accepted {
            request = request.header(header::ACCEPT_LANGUAGE, accepted);
        }
        if self.only_first {
            request = request.header(header::IF_NONE_MATCH, "*");
        }
        if let Some(origin) = self.origin {
            request = request.header(header::ORIGIN, origin);
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
        let bytes = axum::body::to_bytes(body, 1 << 23).await.unwrap();
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
            bytes,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) cookies: Vec<String>,
    pub(crate) text: String,
    pub(crate) bytes: axum::body::Bytes,
    pub(crate) json: Value,
}

impl Answer {
    /// The stable code of an error.
    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

/// Does something to the database as nobody does in an evening.
pub(crate) async fn change_tables(fixture: &Fixture, statement: &'static str) {
    let changed = write_on!(&fixture.database, on => sqlx::query(statement).execute(on).await.map(drop));
    changed.unwrap();
}

/// Somebody at an address, who shows nothing.
pub(crate) fn caller_of(address: &str) -> Caller {
    Caller {
        peer: Peer {
            address: address.parse().unwrap(),
            channel: Channel::Tls,
        },
        headers: HeaderMap::new(),
    }
}

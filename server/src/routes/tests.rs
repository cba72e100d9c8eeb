//! What the table of routes says is so: each row is asked by every caller over every channel.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use borsklokka_shared::ids::AccountId;
use borsklokka_shared::language::Language;
use borsklokka_shared::programs::ProgramTokenWanted;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use serde_json::Value;
use tower::ServiceExt;

use super::openapi::{admitted, document, rate};
use super::route::{Admits, Rate, Route};
use super::{REFUSED_WAIT, before_trust, served, table, trust_table};
use crate::access::Deed;
use crate::access::accounts::{By, Change, Invitee};
use crate::api::{Channel, Denied, Peer};
use crate::config::Config;
use crate::exchanges::check_slug;
use crate::fixture::{Browser, Fixture, GUESTS, REFUSALS, open_hub, open_hub_with};
use crate::hub::PerMinute;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    /// Somebody without a credential.
    Nobody,
    /// A device of the exchange.
    Device(Role),
    /// The operator's browser.
    Operator,
    /// A device of another exchange.
    OfAnother(Role),
    /// A device whose session has run out.
    Expired(Role),
    /// A device that was revoked.
    Revoked(Role),
    /// An organiser with an account, of the exchange.
    Account,
    /// One who made the exchange, and may make others.
    Maker,
    /// One of another exchange, who may make others.
    AccountOfAnother,
    /// One of the exchange whose account is disabled.
    Disabled,
    /// A program with a token of the exchange.
    Program,
    /// One whose token opens the report too.
    Reporter,
    /// One with such a token of another exchange.
    ProgramOfAnother,
    /// One whose token was revoked.
    ProgramRevoked,
}

impl Caller {
    const PROGRAMS: [Self; 4] = [
        Caller::Program,
        Caller::Reporter,
        Caller::ProgramOfAnother,
        Caller::ProgramRevoked,
    ];

    const ACCOUNTS: [Self; 4] = [
        Caller::Account,
        Caller::Maker,
        Caller::AccountOfAnother,
        Caller::Disabled,
    ];

    /// Whether an organiser is logged in to an account.
    fn is_account(self) -> bool {
        matches!(self, Caller::Account | Caller::Maker | Caller::AccountOfAnother)
    }

    /// Whether an account may do something in the exchange.
    fn may(self, deed: Deed) -> bool {
        match deed {
            Deed::List => self.is_account(),
            Deed::Make => matches!(self, Caller::Maker | Caller::AccountOfAnother),
            Deed::Keep | Deed::Delete => self == Caller::Maker,
        }
    }

    fn all() -> Vec<Self> {
        let of_each = |caller: fn(Role) -> Caller| Role::OF_DEVICES.map(caller);
        let devices = [
            Caller::Device,
            Caller::OfAnother,
            Caller::Expired,
            Caller::Revoked,
        ]
        .map(of_each);
        [Caller::Nobody, Caller::Operator]
            .into_iter()
            .chain(Self::ACCOUNTS)
            .chain(Self::PROGRAMS)
            .chain(devices.into_iter().flatten())
            .collect()
    }

    /// The role that a credential gives where it holds.
    fn role(self) -> Option<Role> {
        match self {
            Caller::Device(role) => Some(role),
            Caller::Operator | Caller::Account | Caller::Maker => Some(Role::Organiser),
            Caller::Program => Some(Role::Program),
            Caller::Reporter => Some(Role::Reporter),
            Caller::Nobody
            | Caller::OfAnother(_)
            | Caller::Expired(_)
            | Caller::Revoked(_)
            | Caller::ProgramOfAnother
            | Caller::ProgramRevoked
            | Caller::AccountOfAnother
            | Caller::Disabled => None,
        }
    }
}

/// The way that a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// From a browser on the server's own machine.
    Loopback,
    /// In plain http from the hall's network.
    Hall,
    /// From there, over the server's own TLS.
    Tls,
    /// Through a proxy on the server's own machine that says it is one.
    Proxy,
    /// Through one that does not say so, but passes on the host.
    SilentProxy,
    /// Through a proxy that the operator trusts, over its TLS.
    TrustedTls,
    /// The same, in plain http.
    TrustedPlain,
}

impl Way {
    const ALL: [Way; 7] = [
        Way::Loopback,
        Way::Hall,
        Way::Tls,
        Way::Proxy,
        Way::SilentProxy,
        Way::TrustedTls,
        Way::TrustedPlain,
    ];

    /// Whether nobody in the hall can overhear it.
    fn is_private(self) -> bool {
        match self {
            Way::Loopback | Way::Tls | Way::TrustedTls => true,
            Way::Hall | Way::Proxy | Way::SilentProxy | Way::TrustedPlain => false,
        }
    }

    fn peer(self) -> IpAddr {
        match self {
            Way::Loopback | Way::Proxy | Way::SilentProxy => [127, 0, 0, 1].into(),
            Way::Hall | Way::Tls => [192, 168, 1, 20].into(),
            Way::TrustedTls | Way::TrustedPlain => [203, 0, 113, 7].into(),
        }
    }

    fn host(self) -> &'static str {
        match self {
            Way::Loopback => "localhost:8080",
            _ => "192.168.1.5:8080",
        }
    }

    fn channel(self) -> Channel {
        match self {
            Way::Tls => Channel::Tls,
            Way::TrustedTls => Channel::ProxiedTls,
            Way::TrustedPlain => Channel::ProxiedPlain,
            Way::Loopback | Way::Hall | Way::Proxy | Way::SilentProxy => Channel::Plain,
        }
    }
}

/// Whether the operator lets everybody on the network read what is not for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plain {
    Refused,
    Wanted,
}

/// What is at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Come in.
    Through,
    /// Show a credential.
    NotPaired,
    /// What was shown does not hold here, or opens less.
    NotAllowed,
    /// Log in.
    NotLoggedIn,
    /// Your account is not of this.
    NotYours,
    /// Not over this channel.
    ThisMachineOnly,
    /// Not over plain http.
    PlainHttp,
}

/// What the row says of a caller, judged anew from the rights.
fn expected(admits: Admits, caller: Caller, way: Way, plain: Plain) -> Verdict {
    // An organiser's session counts only where nobody overhears it.
    let role = caller
        .role()
        .filter(|role| *role != Role::Organiser || way.is_private());
    // A program's token opens what its rights name, and is no session where people have one.
    let session = role.filter(|role| Role::OF_DEVICES.contains(role));
    let is_read = |role: Role, right: Option<Right>| {
        let needs_private_channel =
            right.is_some_and(Right::needs_private_channel) || role.needs_private_channel();
        needs_private_channel && plain == Plain::Refused && !way.is_private()
    };
    let having = |right: Right| match (caller, role) {
        (Caller::Nobody, _) => Verdict::NotPaired,
        (Caller::AccountOfAnother, _) => Verdict::NotYours,
        (_, Some(role)) if !right.roles().contains(&role) => Verdict::NotAllowed,
        (_, Some(role)) if is_read(role, Some(right)) => Verdict::PlainHttp,
        (_, Some(_)) => Verdict::Through,
        (_, _) => Verdict::NotAllowed,
    };
    match admits {
        Admits::Everyone => Verdict::Through,
        Admits::Viewers | Admits::Paired if session.is_some_and(|role| is_read(role, None)) => {
            Verdict::PlainHttp
        }
        // To an account of another exchange this one is what it is to everybody.
        Admits::Viewers
            if matches!(caller, Caller::Nobody | Caller::AccountOfAnother) || session.is_some() =>
        {
            Verdict::Through
        }
        Admits::Viewers => Verdict::NotAllowed,
        Admits::Paired => match (caller, session) {
            (Caller::Nobody, _) => Verdict::NotPaired,
            (Caller::AccountOfAnother, _) => Verdict::NotYours,
            (_, Some(_)) => Verdict::Through,
            (_, None) => Verdict::NotAllowed,
        },
        Admits::Partly(right) | Admits::Having(right) => having(right),
        Admits::Operator if caller != Caller::Operator => Verdict::NotLoggedIn,
        Admits::Account if !caller.is_account() => Verdict::NotLoggedIn,
        Admits::Member(_) if caller != Caller::Operator && !caller.is_account() => Verdict::NotLoggedIn,
        _ if !way.is_private() => Verdict::ThisMachineOnly,
        Admits::Member(deed) if caller != Caller::Operator && !caller.may(deed) => Verdict::NotYours,
        Admits::Private | Admits::Operator | Admits::Account | Admits::Member(_) => Verdict::Through,
    }
}

/// Reads an answer. Whatever is no refusal of the door's was said by the handler.
fn verdict(status: StatusCode, body: &Value) -> Verdict {
    match (status, body["code"].as_str()) {
        (StatusCode::UNAUTHORIZED, Some("not_paired")) => Verdict::NotPaired,
        (StatusCode::UNAUTHORIZED, Some("not_logged_in")) => Verdict::NotLoggedIn,
        (StatusCode::FORBIDDEN, Some("not_allowed")) => Verdict::NotAllowed,
        (StatusCode::FORBIDDEN, Some("not_yours")) => Verdict::NotYours,
        (StatusCode::FORBIDDEN, Some("plain_http")) => Verdict::PlainHttp,
        (StatusCode::FORBIDDEN, Some("this_machine_only")) => Verdict::ThisMachineOnly,
        _ => Verdict::Through,
    }
}

/// Every row, those of the way to trust with them.
fn every_route() -> Vec<Route> {
    table().into_iter().chain(trust_table()).collect()
}

/// An address of the route, where nothing is found.
fn address(route: &Route) -> String {
    let address = route
        .path
        .replace("{slug}", "drammen")
        .replace("{number}", "4000000000")
        .replace("{file}", "none.js")
        .replace("{token}", &"0".repeat(64));
    let id = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01";
    ["{id}", "{deal}", "{participant}", "{teller}"]
        .iter()
        .fold(address, |address, name| address.replace(name, id))
}

/// The addresses of a route, each with who is let through to it.
fn doors(route: &Route) -> Vec<(String, Admits)> {
    let address = address(route);
    match route.admits {
        Admits::Partly(_) => vec![
            (format!("{address}?to=phone"), Admits::Everyone),
            (format!("{address}?to=notary"), route.admits),
        ],
        admits => vec![(address, admits)],
    }
}

/// An account of a caller's kind.
async fn account(fixture: &Fixture, caller: Caller, slug: &str) -> AccountId {
    let exchanges = fixture.hub.floors.find(slug).map(|exchange| exchange.id);
    let email = format!("{caller:?}@example.org");
    let invitee = Invitee {
        email: &email,
        name: "Kari",
        may_make: caller.may(Deed::Make),
        language: Language::Nb,
        exchanges: exchanges.as_slice(),
    };
    let invited = fixture.hub.access.invite(invitee, By::Hand);
    let (id, _) = invited.await.unwrap();
    if caller == Caller::Maker {
        let token = begin_session(fixture, id).await;
        let account = fixture.hub.access.account_session(&token).await.unwrap().unwrap();
        let device = account.actor().device;
        let drammen = fixture.exchange("drammen");
        fixture
            .hub
            .access
            .give_made(&account, device, drammen)
            .await
            .unwrap();
    }
    id
}

/// A token of a program of a caller's kind.
async fn program(fixture: &Fixture, caller: Caller, slug: &str) -> String {
    let (exchange, access) = (fixture.exchange(slug), &fixture.hub.access);
    let wanted = ProgramTokenWanted {
        name: "Kommunens nettsted".to_owned(),
        with_report: caller != Caller::Program,
        days: Some(30),
    };
    let made = access.make_program_token(exchange, &wanted).await.unwrap();
    if caller == Caller::ProgramRevoked {
        access.revoke_program_token(exchange, made.id).await.unwrap();
    }
    made.token
}

async fn begin_session(fixture: &Fixture, id: AccountId) -> String {
    let caller = crate::api::Caller {
        peer: Peer {
            address: [127, 0, 0, 1].into(),
            channel: Channel::Plain,
        },
        headers: HeaderMap::new(),
    };
    fixture
        .hub
        .access
        .begin_account_session(id, &caller)
        .await
        .unwrap()
}

/// The server, and what each caller shows.
struct Hall {
    fixture: Fixture,
    app: Router,
    /// What plain http from the hall gets beside local TLS.
    before_trust: Router,
    shown: Vec<(Caller, String)>,
    /// The accounts, each with the session that it shows.
    accounts: Mutex<Vec<(Caller, AccountId, String)>>,
}

impl Hall {
    async fn opens() -> Self {
        Self::opens_with(|_| ()).await
    }

    /// The same, started with other options.
    async fn opens_with(change: impl FnOnce(&mut Config)) -> Self {
        let fixture = open_hub_with(change).await;
        let mut shown = vec![];
        for caller in Caller::all() {
            let (slug, role) = match caller {
                Caller::Nobody
                | Caller::Operator
                | Caller::Account
                | Caller::Maker
                | Caller::AccountOfAnother
                | Caller::Disabled => continue,
                Caller::Program | Caller::Reporter | Caller::ProgramRevoked => {
                    shown.push((caller, program(&fixture, caller, "drammen").await));
                    continue;
                }
                Caller::ProgramOfAnother => {
                    shown.push((caller, program(&fixture, caller, "svelvik").await));
                    continue;
                }
                Caller::OfAnother(role) => ("svelvik", role),
                Caller::Device(role) | Caller::Expired(role) | Caller::Revoked(role) => ("drammen", role),
            };
            let token = fixture.token(slug, role, "").await;
            match caller {
                Caller::Expired(_) => fixture.expire(&token).await,
                Caller::Revoked(_) => fixture.revoke(&token).await,
                _ => {}
            }
            shown.push((caller, token));
        }
        fixture.operator().await;
        let mut accounts = vec![];
        for (caller, slug) in Caller::ACCOUNTS
            .into_iter()
            .zip(["drammen", "", "svelvik", "drammen"])
        {
            let id = account(&fixture, caller, slug).await;
            let token = begin_session(&fixture, id).await;
            if caller == Caller::Disabled {
                let change = Change {
                    is_disabled: Some(true),
                    ..Change::default()
                };
                fixture.hub.access.change_account(id, change).await.unwrap();
            }
            accounts.push((caller, id, token));
        }
        let app = served(Arc::clone(&fixture.hub), every_route(), super::pages::screen);
        let before_trust = before_trust(Arc::clone(&fixture.hub), trust_table());
        Self {
            fixture,
            app,
            before_trust,
            shown,
            accounts: Mutex::new(accounts),
        }
    }

    /// What an account shows: the session that it has, or another if that was ended.
    async fn session(&self, caller: Caller) -> String {
        let (id, token) = {
            let accounts = self.accounts.lock().unwrap();
            let (_, id, token) = accounts.iter().find(|(account, ..)| *account == caller).unwrap();
            (*id, token.clone())
        };
        let access = &self.fixture.hub.access;
        // A disabled account has no session. If it had one, as after a log-in that passed the disabling, it would not count.
        if caller != Caller::Disabled && access.account_session(&token).await.unwrap().is_some() {
            return token;
        }
        let fresh = begin_session(&self.fixture, id).await;
        let mut accounts = self.accounts.lock().unwrap();
        let shown = accounts.iter_mut().find(|(account, ..)| *account == caller);
        shown.unwrap().2.clone_from(&fresh);
        fresh
    }

    /// What a caller shows, as a header.
    async fn credential(&self, caller: Caller, way: Way) -> Option<(header::HeaderName, String)> {
        // So browsers have it over TLS.
        let of = match way {
            Way::Tls | Way::TrustedTls => "__Host-",
            Way::Loopback | Way::Hall | Way::Proxy | Way::SilentProxy | Way::TrustedPlain => "",
        };
        match caller {
            Caller::Nobody => None,
            // Logging out is a route too: another session each time.
            Caller::Operator => {
                let token = self.fixture.hub.access.begin_operator_session().await.unwrap();
                Some((header::COOKIE, format!("{of}borsklokka_operator={token}")))
            }
            Caller::Account | Caller::Maker | Caller::AccountOfAnother | Caller::Disabled => {
                let token = self.session(caller).await;
                Some((header::COOKIE, format!("{of}borsklokka_account={token}")))
            }
            Caller::Device(_)
            | Caller::OfAnother(_)
            | Caller::Expired(_)
            | Caller::Revoked(_)
            | Caller::Program
            | Caller::Reporter
            | Caller::ProgramOfAnother
            | Caller::ProgramRevoked => {
                let (_, token) = self.shown.iter().find(|(shown, _)| *shown == caller).unwrap();
                Some((header::AUTHORIZATION, format!("Bearer {token}")))
            }
        }
    }

    async fn ask(
        &self,
        asked: (&Method, &str),
        caller: Caller,
        way: Way,
        body: impl Into<Body>,
    ) -> (StatusCode, String) {
        self.ask_of(&self.app, asked, caller, way, body).await
    }

    async fn ask_of(
        &self,
        app: &Router,
        asked: (&Method, &str),
        caller: Caller,
        way: Way,
        body: impl Into<Body>,
    ) -> (StatusCode, String) {
        let response = self.response(app, asked, caller, way, body).await;
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    async fn response(
        &self,
        app: &Router,
        (method, address): (&Method, &str),
        caller: Caller,
        way: Way,
        body: impl Into<Body>,
    ) -> axum::response::Response {
        let place = self.fixture.hub.doors.enter(way.peer()).unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::HOST, way.host())
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(std::net::SocketAddr::new(way.peer(), 50_000)))
            .extension(Arc::new(place))
            .extension(way.channel());
        if way == Way::Proxy {
            request = request.header("x-forwarded-for", "203.0.113.7");
        }
        if let Some((name, value)) = self.credential(caller, way).await {
            request = request.header(name, value);
        }
        let request = request.body(body.into()).unwrap();
        app.clone().oneshot(request).await.unwrap()
    }
}

#[tokio::test]
async fn each_route_lets_through_whom_its_row_says() {
    let hall = Hall::opens().await;
    let (table, callers) = (every_route(), Caller::all());
    let mut judged = 0;
    for route in &table {
        for (address, admits) in doors(route) {
            for caller in &callers {
                for way in Way::ALL {
                    let asked = (&route.method, address.as_str());
                    let (status, text) = hall.ask(asked, *caller, way, "{").await;
                    let body = serde_json::from_str(&text).unwrap_or_default();
                    let found = verdict(status, &body);
                    let what = format!(
                        "{} {address} by {caller:?} over {way:?}: {status} {text}",
                        route.method
                    );
                    assert_eq!(found, expected(admits, *caller, way, Plain::Refused), "{what}");
                    assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
                    // So it is answered if a handler waits for somebody whom its row does not ask for.
                    assert_ne!(body["code"], "unavailable", "{what}");
                    let is_limited = status == StatusCode::TOO_MANY_REQUESTS;
                    assert!(!is_limited || route.rate != Rate::Connections, "{what}");
                    judged += 1;
                }
            }
        }
    }
    let said = writeln!(
        std::io::stderr(),
        "judged {judged} requests: {} routes x {} callers x {} channels, and the staff's side of what is public in part",
        table.len(),
        callers.len(),
        Way::ALL.len()
    );
    said.unwrap();
}

#[tokio::test]
async fn what_is_not_for_everybody_to_read_goes_over_plain_http_only_if_the_operator_wants_it() {
    let hall = Hall::opens_with(|config| config.plain = true).await;
    for route in &every_route() {
        for (address, admits) in doors(route) {
            for role in Role::OF_DEVICES {
                let (caller, way) = (Caller::Device(role), Way::Hall);
                let asked = (&route.method, address.as_str());
                let (status, text) = hall.ask(asked, caller, way, "{").await;
                let found = verdict(status, &serde_json::from_str(&text).unwrap_or_default());
                let what = format!("{} {address} by {role:?}: {status} {text}", route.method);
                assert_eq!(found, expected(admits, caller, way, Plain::Wanted), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn where_people_come_to_a_proxy_nothing_that_hides_one_is_this_machine() {
    let hub = open_hub_with(|config| config.public_url = Some("https://bors.example.org".to_owned())).await;
    let organiser = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
    let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
    let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
    let set_up = hub.browser().post("/api/v1/setup", serde_json::json!({})).await;
    assert_eq!(set_up.code(), "this_machine_only");
    for (browser, what, code) in [
        (&organiser, "devices", "not_allowed"),
        (&moderator, "devices", "plain_http"),
        (&broker, "contacts", "plain_http"),
    ] {
        let answer = browser.get(&format!("/api/v1/exchanges/drammen/{what}")).await;
        assert_eq!(answer.code(), code, "{what}: {}", answer.text);
    }
    let session = broker.get("/api/v1/exchanges/drammen/session").await;
    assert_eq!(session.status, StatusCode::OK, "{}", session.text);
}

#[tokio::test]
async fn in_plain_http_guests_have_the_public_board_and_nobody_has_more() {
    let hall = Hall::opens().await;
    let way = Way::Hall;
    let mut guests = 0;
    for route in &table() {
        for (address, admits) in doors(route) {
            for caller in &Caller::all() {
                let asked = (&route.method, address.as_str());
                let (status, text) = hall.ask_of(&hall.before_trust, asked, *caller, way, "{").await;
                let what = format!("{} {address} by {caller:?}: {status} {text}", route.method);
                if route.for_guests {
                    let body = serde_json::from_str(&text).unwrap_or_default();
                    let nobodys = expected(admits, Caller::Nobody, way, Plain::Refused);
                    assert_eq!(verdict(status, &body), nobodys, "{what}");
                    assert_ne!(status, StatusCode::TEMPORARY_REDIRECT, "{what}");
                    guests += 1;
                } else {
                    let elsewhere = [StatusCode::TEMPORARY_REDIRECT, StatusCode::METHOD_NOT_ALLOWED];
                    assert!(elsewhere.contains(&status), "{what}");
                }
            }
        }
    }
    assert!(guests > 0);
    for (address, is_the_guests) in [
        ("/drammen", true),
        ("/Drammen/", true),
        ("/drammen/wall", true),
        ("/drammen/broker", false),
        ("/drammen/pair", false),
        ("/nowhere", false),
        ("/drammen/wall/more", false),
        ("/", false),
        ("/setup", false),
    ] {
        let asked = (&Method::GET, address);
        let (status, _) = hall
            .ask_of(&hall.before_trust, asked, Caller::Nobody, way, "")
            .await;
        assert_eq!(
            status != StatusCode::TEMPORARY_REDIRECT,
            is_the_guests,
            "{address}"
        );
    }
}

/// A row as the protocol's page has it.
fn line(route: &Route) -> String {
    let (who, _) = admitted(route.admits);
    let body = match route.body_bytes_max {
        0 => String::new(),
        bytes => borsklokka_shared::numbers::grouped(bytes as u64, borsklokka_shared::language::Language::En),
    };
    let rate = rate(route.rate).unwrap_or_default();
    let plain = if route.for_guests { "guests" } else { "" };
    let cells = format!(
        "| `{} {}` | {who} | {body} | {rate} | {plain} |",
        route.method, route.path
    );
    cells.replace("  |", " |")
}

#[test]
fn the_protocols_page_has_every_row_and_no_other() {
    let page = include_str!("../../../docs/protocol.md");
    let section = page.split("\n### Routes\n").nth(1).unwrap();
    let section = section.split("\n### ").next().unwrap();
    let written = section.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<String> = every_route().iter().map(line).collect();
    assert_eq!(written.collect::<Vec<_>>(), rows);
}

/// The document that programs read has each row, with what the row asks, and no address more.
#[test]
fn the_interfaces_description_has_every_row_and_no_other() {
    let routes = every_route();
    let document: Value = serde_json::from_str(&document(&routes).to_json().unwrap()).unwrap();
    let mut described = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.insert((method.to_uppercase(), path.clone()));
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{operation}"
            );
        }
    }
    let rows: BTreeSet<(String, String)> = routes
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    assert_eq!(described, rows);
    for route in &routes {
        let what = format!("{} {}", route.method, route.path);
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
        let (who, right) = admitted(route.admits);
        assert_eq!(operation["x-admits"], who, "{what}");
        let roles = right.map_or(Value::Null, |right| {
            right
                .roles()
                .iter()
                .map(|role| role.as_str())
                .collect::<Vec<_>>()
                .into()
        });
        assert_eq!(operation["x-roles"], roles, "{what}");
        assert_eq!(operation["x-body-bytes-max"], route.body_bytes_max, "{what}");
        assert_eq!(
            operation["requestBody"].is_object(),
            route.body_bytes_max > 0,
            "{what}"
        );
        assert_eq!(operation["x-rate"].as_str(), rate(route.rate), "{what}");
        let braces = route.path.matches('{').count();
        let parameters = operation["parameters"].as_array().map_or(0, Vec::len);
        assert_eq!(parameters, braces, "{what}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                route
                    .path
                    .contains(&format!("{{{}}}", parameter["name"].as_str().unwrap())),
                "{what}"
            );
            assert_eq!(
                (&parameter["in"], &parameter["required"]),
                (&"path".into(), &true.into()),
                "{what}"
            );
        }
        let error = &operation["responses"]["default"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(error, "#/components/schemas/Error", "{what}");
        let needs_token = matches!(route.admits, Admits::Paired | Admits::Having(_));
        let by_token = serde_json::json!([{ "token": [] }]);
        assert_eq!(operation["security"] == by_token, needs_token, "{what}");
    }
    // The shape of what is not granted is the shape that is described.
    let denied = Denied::Malformed("no JSON".to_owned()).body(borsklokka_shared::language::Language::En);
    let described = &document["components"]["schemas"]["Error"]["properties"];
    let fields = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(fields(&denied), fields(described));
}

#[tokio::test]
async fn what_is_not_in_the_table_is_not_served() {
    let hall = Hall::opens().await;
    let table = every_route();
    let known: BTreeSet<(String, String)> = table
        .iter()
        .map(|route| (route.method.to_string(), address(route)))
        .collect();
    let addresses: BTreeSet<String> = table.iter().map(address).collect();
    for address in &addresses {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if known.contains(&(method.to_owned(), address.clone())) {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let asked = (&method, address.as_str());
            let (status, text) = hall.ask(asked, Caller::Operator, Way::Loopback, "{}").await;
            let body: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!(
                (status, &body["code"]),
                (StatusCode::METHOD_NOT_ALLOWED, &Value::from("method_not_allowed")),
                "{method} {address}: {text}"
            );
        }
    }
    for address in [
        "/api/v1/exchanges/drammen/participants",
        "/api/v1/operator",
        "/api/",
    ] {
        let (status, text) = hall
            .ask((&Method::GET, address), Caller::Operator, Way::Loopback, "")
            .await;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::NOT_FOUND, &Value::from("unknown_address")),
            "{address}"
        );
    }
}

#[tokio::test]
async fn what_is_not_for_everybody_is_kept_by_no_cache() {
    let hall = Hall::opens().await;
    for route in &every_route() {
        let what = format!("{} {}", route.method, route.path);
        // What a row lets its handler say is said to everybody alike, but for the paper behind a link.
        assert!(!route.cached || route.admits == Admits::Everyone, "{what}");
        if route.cached && route.rate != Rate::Links {
            continue;
        }
        let (address, asked) = (address(route), &route.method);
        for caller in [Caller::Nobody, Caller::Operator, Caller::Maker] {
            let answer = hall
                .response(&hall.app, (asked, &address), caller, Way::Tls, "{")
                .await;
            let kept = answer.headers().get(header::CACHE_CONTROL);
            let kept = kept.map(|value| value.to_str().unwrap()).unwrap_or_default();
            assert!(kept.contains("no-store"), "{what} by {caller:?}: {kept}");
        }
    }
}

#[tokio::test]
async fn over_tls_a_cookie_of_before_is_set_anew_once_and_a_planted_one_opens_nothing() {
    let hub = open_hub().await;
    let session = "/api/v1/exchanges/drammen/session";
    let token = hub.token("drammen", Role::Broker, "Ingrid").await;
    let mut planted = hub.browser().over_tls();
    planted.keep(&format!("borsklokka_drammen={token}"));
    let answer = planted.get(session).await;
    assert_eq!(
        (&answer.json["role"], answer.cookies.len()),
        (&Value::from("viewer"), 0)
    );
    // As a version before this one made and kept it.
    let before = "0123456789abcdef".repeat(4);
    hub.rename_token(&token, &before).await;
    let mut tablet = hub.browser().over_tls();
    tablet.keep(&format!("borsklokka_drammen={before}"));
    let answer = tablet.get(session).await;
    assert_eq!(answer.json["role"], "broker", "{}", answer.text);
    let anew = format!(
        "__Host-borsklokka_drammen={before}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000; Secure"
    );
    assert_eq!(answer.cookies, [anew.as_str()]);
    tablet.keep(&answer.cookies[0]);
    let answer = tablet.get(session).await;
    assert_eq!(
        (&answer.json["role"], answer.cookies.len()),
        (&Value::from("broker"), 0)
    );
}

/// What a subscriber wrote.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn who_is_turned_away_is_told_once_a_minute_without_what_they_showed() {
    let told = Told::default();
    let write = told.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || write.clone())
        .with_ansi(false);
    let hall = Hall::opens().await;
    let _telling = tracing::subscriber::set_default(subscriber.finish());
    let contacts = (&Method::GET, "/api/v1/exchanges/drammen/contacts");
    let link = format!("/registration/{}", "5ec4e7".repeat(11));
    for _ in 0..3 {
        for caller in [Caller::Nobody, Caller::OfAnother(Role::Broker)] {
            hall.ask(contacts, caller, Way::Tls, "").await;
        }
    }
    for _ in 0..31 {
        hall.ask((&Method::GET, &link), Caller::Nobody, Way::Tls, "")
            .await;
    }
    let stranger = Request::builder()
        .uri("/")
        .header(header::HOST, "evil.example.org");
    hall.app
        .clone()
        .oneshot(stranger.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let text = String::from_utf8(told.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("turned away")).collect();
    for (code, route) in [
        ("not_paired", "/api/v1/exchanges/{slug}/contacts"),
        ("not_allowed", "/api/v1/exchanges/{slug}/contacts"),
        ("refused", "/registration/{token}"),
        ("wrong_host", ""),
    ] {
        let of: Vec<_> = lines
            .iter()
            .filter(|line| line.contains(&format!("turned away: {code} ")))
            .collect();
        assert_eq!(of.len(), 1, "{code}: {text}");
        assert!(of[0].contains(route), "{code}: {text}");
    }
    assert!(
        !text.contains("5ec4e7") && !hall.shown.iter().any(|(_, token)| text.contains(token)),
        "{text}"
    );
}

#[tokio::test]
async fn a_body_is_read_as_far_as_its_row_says() {
    let hall = Hall::opens().await;
    let mut tried = 0;
    for route in every_route().iter().filter(|route| route.body_bytes_max > 0) {
        let address = address(route);
        // What is too large is refused whatever it says; what fits is refused for what it says.
        for (bytes, is_too_large) in [(route.body_bytes_max, false), (route.body_bytes_max + 1, true)] {
            let body = vec![b' '; bytes];
            let asked = (&route.method, address.as_str());
            let caller = match route.admits {
                Admits::Account => Caller::Account,
                _ => Caller::Operator,
            };
            let (status, text) = hall.ask(asked, caller, Way::Loopback, body).await;
            assert_eq!(
                status == StatusCode::PAYLOAD_TOO_LARGE,
                is_too_large,
                "{} {address}: {status} {text}",
                route.method
            );
            tried += 1;
        }
    }
    assert!(tried > 0);
}

#[test]
fn what_anybody_may_send_is_small() {
    let anybody = |route: &&Route| match route.admits {
        Admits::Everyone | Admits::Viewers | Admits::Partly(_) | Admits::Private => route.body_bytes_max > 0,
        Admits::Paired | Admits::Having(_) | Admits::Operator | Admits::Account | Admits::Member(_) => false,
    };
    let routes = every_route();
    let bodies: Vec<_> = routes.iter().filter(anybody).collect();
    for route in &bodies {
        let bytes_max = if route.rate == Rate::Registrations {
            65_536
        } else {
            8_192
        };
        assert!(
            route.body_bytes_max <= bytes_max,
            "{} {}",
            route.method,
            route.path
        );
    }
    assert_eq!(
        bodies.len(),
        10,
        "a code, a passphrase, the first one, an organiser's, one that is forgotten, a passkey, her link, a registration, its change, and what became of a deal"
    );
}

/// How often a route may be asked before it says that it was too often, with a body that counts.
fn bound(rate: Rate, hall: &Hall) -> Option<(u32, &'static str)> {
    let per_minute = PerMinute::with_commands(hall.fixture.hub.config.commands_per_minute);
    match rate {
        // Guests have a test of their own below: whoever has a credential is none, and nor is the server's own machine.
        // So have registrations, whose page says it.
        Rate::Connections | Rate::Guests | Rate::Registrations => None,
        Rate::Writes => Some((per_minute.writes.get(), "")),
        Rate::Commands => Some((
            per_minute.commands.get(),
            r#"{"command":{"type":"freeze_totals"}}"#,
        )),
        Rate::Pairings => Some((10, r#"{"code":"0","name":"Kari"}"#)),
        Rate::Logins => Some((5, r#"{"passphrase":"tre ganske gale ord"}"#)),
        Rate::Links => Some((30, "")),
    }
}

#[tokio::test]
async fn a_rate_holds() {
    let hall = Hall::opens().await;
    let mut tried = BTreeSet::new();
    for route in &every_route() {
        let Some((times, body)) = bound(route.rate, &hall) else {
            continue;
        };
        // What has the same bound is counted together.
        if !tried.insert(format!("{:?}", route.rate)) {
            continue;
        }
        let (address, broker) = (address(route), Caller::Device(Role::Broker));
        let mut limited = 0;
        for _ in 0..=times {
            let asked = (&route.method, address.as_str());
            let (status, _) = hall.ask(asked, broker, Way::Loopback, body).await;
            limited += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(
            (1..=2).contains(&limited),
            "{} {address}: {limited}",
            route.method
        );
    }
}

#[tokio::test]
async fn an_address_without_a_credential_asks_so_often_and_no_other_pays_for_it() {
    let hall = Hall::opens().await;
    let asked = (&Method::GET, "/healthz");
    for _ in 0..GUESTS.get() {
        let (status, _) = hall.ask(asked, Caller::Nobody, Way::Hall, "").await;
        assert_eq!(status, StatusCode::OK);
    }
    for (way, address, expected) in [
        (Way::Hall, "/healthz", StatusCode::TOO_MANY_REQUESTS),
        (Way::Hall, "/drammen", StatusCode::TOO_MANY_REQUESTS),
        (
            Way::Hall,
            "/api/v1/exchanges/drammen/catalogue",
            StatusCode::TOO_MANY_REQUESTS,
        ),
        (Way::Loopback, "/healthz", StatusCode::OK),
        (Way::Proxy, "/healthz", StatusCode::OK),
    ] {
        let (status, _) = hall.ask((&Method::GET, address), Caller::Nobody, way, "").await;
        assert_eq!(status, expected, "{address} over {way:?}");
    }
    let (broker, contacts) = (Caller::Device(Role::Broker), "/api/v1/exchanges/drammen/contacts");
    // At the same address.
    let (status, _) = hall.ask((&Method::GET, contacts), broker, Way::Tls, "").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_goes_on_asking_for_what_is_refused_waits_and_nobody_else_does() {
    let hall = Hall::opens().await;
    let contacts = (&Method::GET, "/api/v1/exchanges/drammen/contacts");
    let times_out = async |caller, way| {
        let asked = hall.ask(contacts, caller, way, "");
        tokio::time::timeout(REFUSED_WAIT / 2, asked).await.is_err()
    };
    for _ in 0..REFUSALS.get() {
        hall.fixture.hub.rates.refused(Way::Hall.peer());
    }
    assert!(times_out(Caller::Nobody, Way::Hall).await);
    let (status, _) = hall.ask(contacts, Caller::Nobody, Way::Hall, "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "it is answered all the same");
    let (status, _) = hall
        .ask(contacts, Caller::Device(Role::Broker), Way::Tls, "")
        .await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        !hall.fixture.hub.rates.refused(Way::TrustedPlain.peer()),
        "another address"
    );
}

#[tokio::test]
async fn the_interface_is_described_once_for_everybody() {
    let hub = open_hub().await;
    let described = hub.browser().get("/api/openapi.json").await;
    assert_eq!(described.headers[header::CACHE_CONTROL], "no-cache");
    assert!(
        described.json["paths"]["/livez"].is_object(),
        "{}",
        described.text
    );
    let again = hub.browser().get("/api/openapi.json").await;
    assert_eq!(
        (again.bytes.as_ptr(), again.bytes.len()),
        (described.bytes.as_ptr(), described.bytes.len()),
        "no request has a copy of its own"
    );
    let known = hub.browser().only_first().get("/api/openapi.json").await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    assert_eq!(
        known.headers[header::ETAG],
        described.headers[header::ETAG],
        "by which it is known"
    );
}

#[test]
fn a_path_is_the_one_that_is_meant_however_it_was_typed() {
    for (path, is_meant) in [
        ("/Drammen", Some("/drammen")),
        ("/drammen/", Some("/drammen")),
        ("//drammen", Some("/drammen")),
        ("/DRAMMEN/register/", Some("/drammen/register")),
        ("/drammen/Register", Some("/drammen/register")),
        ("/drammen//register//", Some("/drammen/register")),
        ("/Drammen/Wall//", Some("/drammen/wall")),
        ("/Setup/", Some("/setup")),
        ("/Trust", Some("/trust")),
        // A token has the letters that it has.
        ("/registration/aBC/", Some("/registration/aBC")),
        ("/Registration//aBC", Some("/registration/aBC")),
        ("/Follow-Up/aBC/", Some("/follow-up/aBC")),
        ("/agreement/aBC//", Some("/agreement/aBC")),
        ("/CALENDAR/aBC", Some("/calendar/aBC")),
        ("/registration/aBC", None),
        // What programs ask for, and what pages load.
        ("/api/v1/exchanges/Drammen", Some("/api/v1/exchanges/drammen")),
        (
            "/api/v1/exchanges/Drammen/live",
            Some("/api/v1/exchanges/drammen/live"),
        ),
        ("/api/v1/exchanges/drammen/live/", None),
        ("/API/v1/exchanges", None),
        ("/Assets/none.js", None),
        ("/trust/Serif-aB.woff2", None),
        ("/SW.js", None),
        ("/drammen/wall", None),
        ("/", None),
        ("//", None),
        ("", None),
        ("*", None),
    ] {
        assert_eq!(super::meant(path).as_deref(), is_meant, "{path}");
    }
}

/// A body that breaks off, or is no HTTP, in the middle.
fn torn() -> Body {
    let begun = Ok::<_, std::io::Error>("{\"code\":");
    let rest = Err(std::io::Error::other("invalid chunk size line"));
    Body::from_stream(futures_util::stream::iter([begun, rest]))
}

#[tokio::test]
async fn a_body_that_does_not_come_whole_is_not_called_too_large() {
    let hall = Hall::opens().await;
    let mut tried = 0;
    for route in every_route().iter().filter(|route| route.body_bytes_max > 0) {
        let address = address(route);
        let caller = match route.admits {
            Admits::Account => Caller::Account,
            _ => Caller::Operator,
        };
        let asked = (&route.method, address.as_str());
        let (status, text) = hall.ask(asked, caller, Way::Loopback, torn()).await;
        assert_eq!(
            status,
            StatusCode::BAD_REQUEST,
            "{} {address}: {text}",
            route.method
        );
        assert!(
            text.contains("kom ikke helt fram"),
            "{} {address}: {text}",
            route.method
        );
        tried += 1;
    }
    assert!(tried > 0);
}

#[tokio::test]
async fn an_address_in_capitals_hides_no_other_host() {
    let hall = Hall::opens().await;
    for uri in [
        "http://evil.example.org/Drammen",
        "http://evil.example.org/api/v1/exchanges/Drammen/catalogue",
    ] {
        let request = Request::builder()
            .uri(uri)
            .header(header::HOST, "localhost:8080")
            .body(Body::empty())
            .unwrap();
        let answer = hall.app.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{uri}");
    }
}

#[test]
fn no_exchange_takes_an_address_that_the_server_has() {
    for route in table().into_iter().chain(trust_table()) {
        let first = route.path.split('/').nth(1).unwrap_or_default();
        let taken = check_slug(first);
        // What holds a dot, such as `sw.js`, has not the shape of one.
        assert!(
            matches!(taken, Err(Denied::SlugReserved | Denied::BadSlug)),
            "{}: an exchange may be called {first}",
            route.path
        );
    }
}

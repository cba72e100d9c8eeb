//! Several nodes on one PostgreSQL: one order for all, whatever happens to a node, to the database, or to a signal.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::common::{
    ANYWHERE, BORSKLOKKA, Disk, Server, assert_accepted, end_of, patiently, post, serve, signal, started,
    submission,
};
use borsklokka::check::check;
use borsklokka::database::{Database, Either};
use borsklokka::log::{self, Answer};
use borsklokka::nodes::Nodes;
use borsklokka::simulate::{Client, ClientError};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::event::{self, Event};
use borsklokka_shared::exchange::{Phase, Scene};
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{DealId, DealNumber, Seq};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ClientMessage, CloseCode, ConnectedScreen, ScreenStatus, ServerMessage};
use test_support::http;
use test_support::postgres::{Cluster, fresh_database};
use test_support::process::Process;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

const BROKERS_PER_NODE: usize = 3;
const VIEWERS_PER_NODE: usize = 3;
const DEALS_PER_BROKER: usize = 40;

/// Opens the floor, and returns when the bell has struck.
async fn open_floor(address: &str, url: &str) {
    let moderator = BORSKLOKKA.token(url, "moderator");
    let mut desk = Client::connect(address, "drammen", Some(&moderator))
        .await
        .expect("a moderator");
    let expected = Expected::exactly(Phase::Preparing, None);
    let open = Command::OpenFloor {
        expected,
        start_round: None,
    };
    let id = desk.command(&open).await.expect("sent");
    let answer = desk.answer(id).await;
    assert!(matches!(answer, Ok(ServerMessage::Accepted { .. })), "{answer:?}");
    let strikes_at = loop {
        let board = &desk.follower.as_ref().expect("welcomed").board;
        match board.floor.trading.last() {
            Some(trading) => break trading.opened_at,
            None => drop(desk.next().await.expect("the event comes behind the answer")),
        }
    };
    let ping = ClientMessage::Ping { sent_ms: 0.0 };
    desk.send(&ping).await.expect("sent");
    while !matches!(desk.next().await.expect("a pong"), ServerMessage::Pong { .. }) {}
    let wait_ms = strikes_at.ms_since(desk.server_now).max(0) as u64 + 1;
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
}

/// A client that goes to the other node when its own is gone.
struct Restless {
    addresses: [String; 2],
    turn: usize,
    token: Option<String>,
    client: Option<Client>,
    follower: Option<Follower>,
}

impl Restless {
    fn new(addresses: &[String; 2], turn: usize, token: Option<&str>) -> Self {
        Self {
            addresses: addresses.clone(),
            turn,
            token: token.map(str::to_owned),
            client: None,
            follower: None,
        }
    }

    async fn client(&mut self) -> &mut Client {
        while self.client.is_none() {
            let address = &self.addresses[self.turn % 2];
            let token = self.token.as_deref();
            match Client::resume(address, "drammen", token, self.follower.clone()).await {
                Ok(client) => self.client = Some(client),
                Err(_) => self.turn += 1,
            }
        }
        self.client.as_mut().expect("connected above")
    }

    fn lost(&mut self) {
        self.follower = self.client.take().and_then(|client| client.follower);
        self.turn += 1;
    }

    /// Posts, under one id, until it is answered for good.
    async fn post(&mut self, index: usize) -> DealId {
        let command = post(index);
        let Command::PostDeal { deal, .. } = command else {
            unreachable!("post makes a post_deal")
        };
        let id = borsklokka_shared::ids::CommandId(Uuid::now_v7());
        let frame = serde_json::json!({ "type": "command", "id": id, "command": command }).to_string();
        loop {
            let client = self.client().await;
            let answer = match client.send_text(frame.clone()).await {
                Ok(()) => client.answer(id).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(ServerMessage::Accepted { .. }) => return deal,
                Ok(ServerMessage::Refused { code, .. }) if code == "unavailable" => {}
                Ok(other) => panic!("{other:?}"),
                Err(_) => self.lost(),
            }
        }
    }

    /// Watches until there are so many deals; `seen` counts them on the way.
    async fn watch(mut self, deals: u32, seen: Arc<AtomicU32>) -> Board {
        loop {
            if self.client().await.next().await.is_err() {
                self.lost();
                continue;
            }
            let client = self.client().await;
            let follower = client.follower.as_ref().expect("welcomed");
            seen.fetch_max(follower.board.totals.deals, Ordering::SeqCst);
            if follower.board.totals.deals == deals {
                return follower.board.clone();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_serve_one_exchange_in_order_and_outlive_one() {
    let url = fresh_database();
    let (mut first, first_address) = serve(ANYWHERE, &url);
    let (_second, second_address) = serve(ANYWHERE, &url);
    let addresses = [first_address, second_address];
    open_floor(&addresses[1], &url).await;
    let broker = BORSKLOKKA.token(&url, "broker");

    let deals = (2 * BROKERS_PER_NODE * DEALS_PER_BROKER) as u32;
    let seen = Arc::new(AtomicU32::new(0));
    let viewers: Vec<_> = (0..2 * VIEWERS_PER_NODE)
        .map(|turn| tokio::spawn(Restless::new(&addresses, turn, None).watch(deals, Arc::clone(&seen))))
        .collect();
    let brokers: Vec<_> = (0..2 * BROKERS_PER_NODE)
        .map(|turn| {
            let mut broker = Restless::new(&addresses, turn, Some(&broker));
            tokio::spawn(async move {
                let mut accepted = Vec::new();
                for index in 0..DEALS_PER_BROKER {
                    accepted.push(broker.post(turn * DEALS_PER_BROKER + index).await);
                }
                accepted
            })
        })
        .collect();
    while seen.load(Ordering::SeqCst) < deals / 4 {
        tokio::task::yield_now().await;
    }
    first.kill();

    let mut accepted = BTreeSet::new();
    for broker in brokers {
        for deal in patiently(broker).await.expect("every deal is answered") {
            assert!(accepted.insert(deal), "each deal has its own id");
        }
    }
    let mut boards = Vec::new();
    for viewer in viewers {
        boards.push(patiently(viewer).await.expect("complete, and in order"));
    }
    assert!(boards.windows(2).all(|pair| pair[0].deals == pair[1].deals));
    assert!(boards[0].deals.keys().eq(accepted.iter()));

    let database = Database::open_to_read(&url).await.expect("the same database");
    let log = log::open(&database);
    let exchange = log.exchanges().await.expect("listed").remove(0);
    let recorded = log.read(exchange.id, Seq(0), 100_000).await.expect("readable");
    let posted: Vec<DealId> = recorded
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::DealPosted { deal } => Some(deal.id),
            _ => None,
        })
        .collect();
    assert_eq!(posted.len(), accepted.len(), "once each");
    let found = check(&database).await.expect("readable");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_is_lost_delays_and_loses_nothing() {
    let url = fresh_database();
    let (_node, address) = serve(ANYWHERE, &url);
    open_floor(&address, &url).await;
    let addresses = [address.clone(), address.clone()];
    let mut broker = Restless::new(&addresses, 0, Some(&BORSKLOKKA.token(&url, "broker")));
    broker.post(0).await;
    let wall = Restless::new(&addresses, 0, None);

    // Another node's commit, without its signal.
    let database = Database::open(&url).await.expect("the same database");
    let log = log::open(&database);
    let exchange = log.exchanges().await.expect("listed").remove(0).id;
    let recorded = log.read(exchange, Seq(0), 100_000).await.expect("readable");
    let last = recorded.last().expect("there are events");
    let posted = recorded.iter().rev().find_map(|recorded| match &recorded.event {
        Event::DealPosted { deal } => Some(deal.clone()),
        _ => None,
    });
    let mut deal = posted.expect("one was posted");
    deal.id = DealId(Uuid::now_v7());
    deal.number = Some(DealNumber(2));
    let Either::Postgres(pool) = database.writing() else {
        unreachable!("the URL is of PostgreSQL")
    };
    sqlx::query("INSERT INTO events VALUES ($1, $2, $3, $4, 'public', 'broker', $5, $6, $7)")
        .bind(exchange.to_string())
        .bind(last.seq.0 as i64 + 1)
        .bind(last.seq.0 as i64)
        .bind(last.at.unix_ms)
        .bind(Uuid::nil().to_string())
        .bind(i64::from(event::SCHEMA))
        .bind(event::encode(&Event::DealPosted { deal }))
        .execute(pool)
        .await
        .expect("written");
    Box::pin(patiently(wall.watch(2, Arc::default()))).await;
    // And the node goes on from there.
    broker.post(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_deals_are_unavailable_and_then_they_are_taken() {
    let cluster = Cluster::start();
    let url = cluster.fresh_database();
    let (_node, address) = serve(ANYWHERE, &url);
    let (_other, other_address) = serve(ANYWHERE, &url);
    open_floor(&address, &url).await;
    let token = BORSKLOKKA.token(&url, "broker");
    let mut broker = Client::connect(&address, "drammen", Some(&token))
        .await
        .expect("a broker");
    let elsewhere = [other_address.clone(), other_address];
    let wall = tokio::spawn(Restless::new(&elsewhere, 0, None).watch(2, Arc::default()));

    cluster.stop();
    let id = broker.command(&post(0)).await.expect("sent");
    let answer = patiently(broker.answer(id)).await;
    assert!(
        matches!(&answer, Ok(ServerMessage::Refused { code, .. }) if code == "unavailable"),
        "{answer:?}"
    );
    cluster.start_again();
    let addresses = [address.clone(), address];
    let mut broker = Restless::new(&addresses, 0, Some(&token));
    Box::pin(patiently(broker.post(1))).await;
    Box::pin(patiently(broker.post(2))).await;
    // The other node listens again, and shows what it missed.
    patiently(wall).await.expect("complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_stopped_ends_though_the_database_says_nothing_any_more() {
    /// Twice as long as its deadlines are together, in seconds.
    const WAIT_S: u64 = 40;

    let cluster = Cluster::start();
    let url = cluster.fresh_database();
    let mut node =
        Process::start(
            BORSKLOKKA
                .command()
                .args(["serve", "--listen", ANYWHERE, "--database", &url]),
        );
    let _lines = started(&mut node);
    cluster.signal("-STOP");
    signal(&node, "-TERM");
    let ended = tokio::time::timeout(Duration::from_secs(WAIT_S), end_of(&mut node)).await;
    // Before anything else: what stands still cannot be stopped.
    cluster.signal("-CONT");
    let ended = ended.expect("it ends");
    assert!(ended.success(), "{ended}");
}

/// A node in this process.
async fn node(url: &str) -> Server {
    let disk = Disk::at(url).await;
    let log = log::open(&disk.database);
    let nodes = Nodes::hear(&disk.database).await.expect("the database is there");
    let server = Server::start_with(disk, log).await;
    let nodes = nodes.expect("the URL is of PostgreSQL");
    tokio::spawn(nodes.follow(Arc::clone(&server.hub)));
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_made_on_one_node_opens_on_the_other() {
    let url = fresh_database();
    let (here, there) = (node(&url).await, node(&url).await);
    here.hub.floors.make("svelvik").await.expect("a free address");
    patiently(async {
        while there.hub.floors.find("svelvik").is_none() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(
        there.hub.floors.make("svelvik").await.is_err(),
        "the address is taken for all"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_too_old_for_an_exchange_says_so_and_serves_the_others() {
    let here = node(&fresh_database()).await;
    let other = here.hub.floors.make("svelvik").await.expect("a free address");
    let Either::Postgres(pool) = here.disk.database.writing() else {
        unreachable!("the URL is of PostgreSQL")
    };
    sqlx::query(
        "INSERT INTO events SELECT exchange_id, seq + 1, seq, at_ms, audience, actor_role, actor_device, 1, \
         '{\"type\":\"of_tomorrow\"}' FROM events ORDER BY seq DESC LIMIT 1",
    )
    .execute(pool)
    .await
    .expect("written");
    let scene = || submission(Role::Moderator, Command::SetScene { scene: Scene::Pause });
    let refused = here.floor().submit(scene()).await;
    assert!(
        matches!(
            refused,
            Answer::Refused {
                refusal: Refusal::Unavailable
            }
        ),
        "tablets keep it: {refused:?}"
    );
    let ready = http::get(here.address, "/readyz", "").await;
    assert_eq!(ready.refusal(), (503, "log_newer".to_owned()));
    assert_eq!(ready.json()["exchange"], "drammen");
    assert!(
        ready.json()["message"]
            .as_str()
            .is_some_and(|said| said.contains("too old"))
    );
    assert_eq!(http::get(here.address, "/livez", "").await.status, 200);
    let answer = other.submit(scene()).await;
    assert!(
        !matches!(
            answer,
            Answer::Refused {
                refusal: Refusal::Unavailable
            }
        ),
        "{answer:?}"
    );

    sqlx::query("DELETE FROM events WHERE event LIKE '%of_tomorrow%'")
        .execute(pool)
        .await
        .expect("gone");
    assert_accepted(&here.floor().submit(scene()).await);
    assert_eq!(http::get(here.address, "/readyz", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_revoked_on_one_node_is_closed_on_the_other() {
    let url = fresh_database();
    let (here, there) = (node(&url).await, node(&url).await);
    let token = here.token(Role::Broker).await;
    let address = there.address.to_string();
    let mut broker = Client::connect(&address, "drammen", Some(&token))
        .await
        .expect("paired on the other node");
    here.revoke(broker.device.expect("a welcome names the device"))
        .await;
    assert_eq!(closed(&mut broker).await, Some(CloseCode::NotAllowed.as_u16()));
    assert!(Client::connect(&address, "drammen", Some(&token)).await.is_err());
}

/// The code that a client's socket is closed with, whatever it is told before.
async fn closed(client: &mut Client) -> Option<u16> {
    patiently(async {
        loop {
            match client.next().await {
                Err(ClientError::Closed(code)) => return code,
                Err(error) => panic!("{error}"),
                Ok(_) => {}
            }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_where_nobody_heard_it_is_closed_by_the_next_look() {
    for server in [node(&fresh_database()).await, Server::start().await] {
        let tokens = [
            server.token(Role::Moderator).await,
            server.token(Role::Broker).await,
        ];
        let (address, database) = (server.address.to_string(), &server.disk.database);
        let mut clients = Vec::new();
        for token in &tokens {
            let client = Client::connect(&address, "drammen", Some(token)).await;
            clients.push(client.expect("paired"));
        }
        server
            .hub
            .access
            .close_what_ended(&server.hub.doors.seated())
            .await
            .expect("read");
        for (client, change) in clients.iter_mut().zip(["revoked_at_ms = 1", "expires_at_ms = 1"]) {
            let device = client.device.expect("a welcome names the device");
            let statement = format!("UPDATE devices SET {change} WHERE id = '{device}'");
            let statement = sqlx::AssertSqlSafe(statement);
            match database.writing() {
                Either::Sqlite(on) => sqlx::raw_sql(statement).execute(on).await.map(drop),
                Either::Postgres(on) => sqlx::raw_sql(statement).execute(on).await.map(drop),
            }
            .expect("changed");
            let seated = server.hub.doors.seated();
            server.hub.access.close_what_ended(&seated).await.expect("read");
            assert_eq!(
                closed(client).await,
                Some(CloseCode::NotAllowed.as_u16()),
                "{change}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_else_waits_for_a_lock_deals_go_on() {
    let url = fresh_database();
    let server = node(&url).await;
    server.open_floor().await;
    let (token, address) = (server.token(Role::Broker).await, server.address);
    let other = Database::open_found(&url).await.expect("the same database");
    let held = other
        .begin()
        .await
        .expect("it holds the lock of whoever reads and then writes");
    let participant = server
        .floor()
        .view
        .with_staff_board(|board| *board.participants.keys().next().expect("there are some"));
    let path = format!("/api/v1/exchanges/drammen/contacts/{participant}");
    for _ in 0..20 {
        let (token, path) = (token.clone(), path.clone());
        tokio::spawn(async move {
            http::ask(
                address,
                "PUT",
                &path,
                &token,
                "application/json",
                b"{\"person\":\"Kari\"}",
            )
            .await
        });
    }
    let Either::Postgres(pool) = other.reading() else {
        unreachable!("the URL is of PostgreSQL")
    };
    patiently(async {
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'advisory'";
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(pool)
            .await
            .expect("counted")
            < 6
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    drop(held);
}

/// What stands between a node and its database, and falls silent when it is told.
async fn line_to(database: &str) -> (String, tokio::sync::watch::Sender<bool>) {
    let options: sqlx::postgres::PgConnectOptions = database.parse().expect("a URL");
    let there = (options.get_host().to_owned(), options.get_port());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let here = listener.local_addr().expect("bound");
    let (silence, silent) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = tokio::net::TcpStream::connect(there.clone())
                .await
                .expect("a database");
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(carry(near_in, far_out, silent.clone()));
            tokio::spawn(carry(far_in, near_out, silent.clone()));
        }
    });
    let url = database.replace(
        &format!(":{}/", options.get_port()),
        &format!(":{}/", here.port()),
    );
    (url, silence)
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut silent: tokio::sync::watch::Receiver<bool>,
) {
    let mut bytes = vec![0; 16_384];
    while let Ok(taken @ 1..) = from.read(&mut bytes).await {
        if silent.wait_for(|silent| !*silent).await.is_err() || to.write_all(&bytes[..taken]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_falls_silent_is_unavailable_and_then_it_is_not() {
    let (url, silence) = line_to(&fresh_database()).await;
    let server = node(&url).await;
    server.open_floor().await;
    let floor = server.floor();
    assert_accepted(&floor.submit(submission(Role::Broker, post(0))).await);
    silence.send_replace(true);
    let answer = patiently(floor.submit(submission(Role::Broker, post(1)))).await;
    let unavailable = log::Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    assert_eq!(answer, unavailable);
    let health = http::get(server.address, "/healthz", "").await;
    assert_eq!(health.refusal(), (503, "database_away".to_owned()));
    silence.send_replace(false);
    patiently(async { while floor.submit(submission(Role::Broker, post(2))).await == unavailable {} }).await;
    let database = Database::open_to_read(&url).await.expect("the same database");
    assert_eq!(check(&database).await.expect("read").faults_in_all(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_lost_its_newest_events_gets_no_hole() {
    let url = fresh_database();
    let disk = Disk::at(&url).await;
    let log = log::open(&disk.database);
    // Nobody looks but when this test does.
    let server = Server::start_with(disk, log).await;
    server.open_floor().await;
    let floor = server.floor();
    for index in 0..3 {
        assert_accepted(&floor.submit(submission(Role::Broker, post(index))).await);
    }
    let address = server.address.to_string();
    let wall = Client::connect(&address, "drammen", None).await.expect("let in");
    let database = &server.disk.database;
    let Either::Postgres(pool) = database.writing() else {
        unreachable!("the URL is of PostgreSQL")
    };
    let kept = "(SELECT MAX(seq) FROM events WHERE event LIKE '%deal_posted%') - 1";
    let lost = format!(
        "DELETE FROM outcomes WHERE (answer::json->>'seq')::bigint > {kept}; DELETE FROM events WHERE seq > {kept}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(lost))
        .execute(pool)
        .await
        .expect("lost");

    let unavailable = log::Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    assert_eq!(floor.submit(submission(Role::Broker, post(3))).await, unavailable);
    server.hub.floors.look().await.expect("looked");
    let floor = server.hub.floors.get("drammen").await.expect("opened anew");
    assert_accepted(&floor.submit(submission(Role::Broker, post(3))).await);
    assert_eq!(check(database).await.expect("read").faults_in_all(), 0);
    let wall = Client::resume(&address, "drammen", None, wall.follower)
        .await
        .expect("let in");
    let shown = floor.view.with_staff_board(|board| board.deals.clone());
    assert_eq!(wall.follower.expect("welcomed").board.deals, shown);
}

/// The next list of screens in which they are as asked.
async fn screens(desk: &mut Client, are: impl Fn(&[ConnectedScreen]) -> bool) -> Vec<ConnectedScreen> {
    patiently(async {
        loop {
            match desk.next().await.expect("a message") {
                ServerMessage::Screens { screens } if are(&screens) => return screens,
                _ => {}
            }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_looks_after_screens_of_every_node() {
    let url = fresh_database();
    let (mut first, first_address) = serve(ANYWHERE, &url);
    let (_second, second_address) = serve(ANYWHERE, &url);
    let moderator = BORSKLOKKA.token(&url, "moderator");
    let desk = Client::connect(&second_address, "drammen", Some(&moderator)).await;
    let mut desk = desk.expect("a moderator");
    let mut walls = Vec::new();
    for address in [&first_address, &second_address] {
        let mut wall = Client::connect(address, "drammen", None).await.expect("let in");
        let status = ScreenStatus {
            screen: "wall".to_owned(),
            ..ScreenStatus::default()
        };
        wall.send(&ClientMessage::Status(status)).await.expect("sent");
        walls.push(wall);
    }
    let seen = screens(&mut desk, |screens| screens.len() == 2).await;
    let numbers: BTreeSet<u32> = seen.iter().map(|screen| screen.number).collect();
    assert_eq!(numbers.len(), 2, "each has its own: {seen:?}");

    let second: SocketAddr = second_address.parse().expect("an address");
    let nudge = async |number: u32| {
        let path = format!("/api/v1/exchanges/drammen/screens/{number}");
        let answer = http::post(second, &path, &moderator, r#"{"type":"identify"}"#).await;
        answer.status
    };
    for number in &numbers {
        assert_eq!(nudge(*number).await, 204);
    }
    let mut said = BTreeSet::new();
    for wall in &mut walls {
        said.insert(
            patiently(async {
                loop {
                    if let ServerMessage::Identify { number } = wall.next().await.expect("a message") {
                        return number;
                    }
                }
            })
            .await,
        );
    }
    assert_eq!(said, numbers, "each is nudged wherever it is");

    // Whose node says nothing more goes from the list.
    first.kill();
    let left = screens(&mut desk, |screens| screens.len() == 1).await;
    let gone: Vec<u32> = numbers
        .into_iter()
        .filter(|number| *number != left[0].number)
        .collect();
    assert_eq!(nudge(gone[0]).await, 404);
    assert_eq!(nudge(left[0].number).await, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_read_beside_the_log_waits_alone() {
    let url = fresh_database();
    let server = node(&url).await;
    server.open_floor().await;
    let (token, address) = (server.token(Role::Broker).await, server.address);
    let other = Database::open_found(&url).await.expect("the same database");
    let Either::Postgres(pool) = other.writing() else {
        unreachable!("the URL is of PostgreSQL")
    };
    let mut held = pool.begin().await.expect("begun");
    sqlx::raw_sql("LOCK TABLE registration_forms IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *held)
        .await
        .expect("locked");
    for _ in 0..40 {
        tokio::spawn(async move { http::get(address, "/drammen/register", "").await });
    }
    patiently(async {
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'relation'";
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(pool)
            .await
            .expect("counted")
            < 4
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_accepted(&server.floor().submit(submission(Role::Broker, post(0))).await);
    let session = http::get(address, "/api/v1/exchanges/drammen/session", &token);
    assert_eq!(session.await.status, 200, "a device comes in");
    drop(held);
}

//! Simulated evenings: whole against a server that is well, and against one that is killed in the midst.
#![cfg(unix)]

use std::num::NonZeroU32;
use std::process::Stdio;

use crate::common::{ANYWHERE, BORSKLOKKA, Disk, Server, serve};
use borsklokka::check::check;
use borsklokka::clock::{Clock, MachineClock};
use borsklokka::log;
use borsklokka::simulate::{Client, Pace, Plan, past, play, rehearse, under_way};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits::RING_AHEAD_MS;
use borsklokka_shared::role::Role;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

async fn plan(server: &Server) -> Plan {
    Plan {
        address: server.address.to_string(),
        slug: "drammen".to_owned(),
        brokers: 4,
        viewers: 30,
        deals: 100,
        pace: Pace::AsAnswered,
        seed: 7,
        broker_tokens: vec![server.token(Role::Broker).await],
        moderator_token: Some(server.token(Role::Moderator).await),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_is_whole() {
    let server = Server::start().await;
    let report = play(plan(&server).await, |_| {}).await.expect("played");
    assert!(report.is_whole(), "{report}");
    assert_eq!(
        (report.posted, report.accepted, report.seen_by_every_viewer),
        (100, 100, 100)
    );
    assert_eq!((report.reconnects, report.viewers), (0, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_begins_in_the_middle_of_an_evening() {
    let disk = Disk::fresh().await;
    let now = MachineClock::anchored().now();
    past::register(&disk.database, now).await.expect("registered");
    let evening = under_way();
    let played = past::play(&disk.database, now, &evening).await.expect("played");
    let company = played.expect("nothing has happened here");
    let again = past::play(&disk.database, now, &evening)
        .await
        .expect("looked at");
    assert!(again.is_none(), "an evening that has begun is left as it is");
    let log = log::open(&disk.database);
    let server = Server::start_with(disk, log).await;
    server.floor().view.with_staff_board(|board| {
        assert_eq!(board.floor.settled_phase(), Phase::Open);
        assert_eq!(board.totals.deals as usize, evening.deals);
        assert_eq!(board.current_round().expect("a round runs").id, RoundId(2));
        let struck = board.deals.values().filter_map(|deal| deal.struck_at);
        assert!(struck.max().expect("deals") < now, "all of them lie behind");
        let opened_at = board.floor.trading.first().expect("it was opened").opened_at;
        // The bell strikes a little after it was asked for.
        let late_ms = evening.traded_ms - now.ms_since(opened_at);
        assert!((0..=RING_AHEAD_MS).contains(&late_ms), "{late_ms} ms late");
    });

    // Faster than people: an hour in forty seconds.
    let pace = NonZeroU32::new(90).expect("more than nothing");
    tokio::spawn(rehearse(server.address.to_string(), company, pace));
    let mut wall = Client::connect(&server.address.to_string(), "drammen", None)
        .await
        .expect("let in");
    while wall.follower.as_ref().expect("it follows").board.totals.deals as usize <= evening.deals + 2 {
        wall.next().await.expect("it goes on");
    }
    let found = check(&server.disk.database).await.expect("readable");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
}

#[tokio::test]
async fn a_floor_that_is_closed_is_said_so() {
    let server = Server::start().await;
    let mut plan = plan(&server).await;
    plan.moderator_token = None;
    let error = play(plan, |_| {}).await.expect_err("the floor is closed");
    assert!(error.to_string().contains("the floor is not open"), "{error}");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_said_so() {
    let full = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = full.local_addr().expect("bound").to_string();
    tokio::spawn(async move { while full.accept().await.is_ok() {} });
    let error = Client::connect(&address, "drammen", None)
        .await
        .err()
        .expect("hung up on");
    assert!(error.to_string().contains("--connections-per-address"), "{error}");
}

#[tokio::test]
async fn the_same_seed_posts_the_same_deals() {
    let mut evenings = Vec::new();
    for _ in 0..2 {
        let server = Server::start().await;
        let mut plan = plan(&server).await;
        (plan.brokers, plan.viewers, plan.deals) = (1, 1, 12);
        play(plan, |_| {}).await.expect("played");
        evenings.push(server.floor().view.with_staff_board(|board| {
            let mut deals: Vec<_> = board.deals.values().collect();
            deals.sort_by_key(|deal| deal.number);
            deals.iter().map(|deal| deal.terms.clone()).collect::<Vec<_>>()
        }));
    }
    assert_eq!(evenings[0].len(), 12);
    assert_eq!(evenings[0], evenings[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_comes_back_loses_nothing() {
    let disk = Disk::fresh().await;
    let (mut server, address) = serve(ANYWHERE, &disk.url());
    let (broker, moderator) = (
        BORSKLOKKA.token(&disk.url(), "broker"),
        BORSKLOKKA.token(&disk.url(), "moderator"),
    );
    let mut evening = Command::new(BORSKLOKKA.0)
        .args(["simulate", "--server", &format!("http://{address}"), "--json"])
        .args([
            "--brokers",
            "4",
            "--viewers",
            "20",
            "--deals",
            "120",
            "--rate",
            "40",
        ])
        .args(["--token", &broker, "--moderator-token", &moderator])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    // Its first progress comes a second after the first deal.
    let mut progress = BufReader::new(evening.stderr.take().expect("piped")).lines();
    let line = progress.next_line().await.expect("readable").expect("progress");
    assert!(line.contains("posted"), "{line}");
    server.kill();
    let (_server, _) = serve(&address, &disk.url());
    tokio::spawn(async move { while let Ok(Some(_)) = progress.next_line().await {} });
    let output = evening.wait_with_output().await.expect("it ends");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}");
    let report: serde_json::Value = serde_json::from_str(&report).expect("one JSON object");
    assert_eq!(
        (&report["accepted"], &report["lost"], &report["doubled"]),
        (&120.into(), &0.into(), &0.into())
    );
    assert!(
        report["reconnects"].as_u64() >= Some(24),
        "everybody came back: {report}"
    );
}

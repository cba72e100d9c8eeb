//! Back to nought: every screen and every node follows, what a tablet still holds of the rehearsal is refused and kept, and the
//! archive can be read.

use std::sync::Arc;

use borsklokka::check::check;
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::floors::Floors;
use borsklokka::log::Answer;
use borsklokka::simulate::Client;
use borsklokka::stop::Stop;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, Epoch};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::ServerMessage;
use serde_json::json;
use test_support::{entry, http, postgres};
use tokio_util::sync::DropGuard;
use uuid::Uuid;

use crate::common::{Disk, Server, assert_accepted, post, submission};

const EXCHANGE: &str = "/api/v1/exchanges/drammen";

/// Whatever day the test is run on, the name is right.
fn anew(floor: &FloorHandle) -> Command {
    let name = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    Command::BeginAnew {
        epoch: Epoch(Uuid::now_v7()),
        name,
    }
}

fn board(floor: &FloorHandle) -> Board {
    floor.view.with_staff_board(Board::clone)
}

fn refused(answer: &Answer) -> &Refusal {
    match answer {
        Answer::Refused { refusal } => refusal,
        Answer::Accepted { .. } => panic!("{answer:?}"),
    }
}

async fn on(disk: Disk) -> Server {
    let log = borsklokka::log::open(&disk.database);
    Server::start_with(disk, log).await
}

/// Hears a client out until its board is in an epoch.
async fn follows(client: &mut Client, epoch: Epoch) {
    while {
        let follower = client.follower.as_ref().expect("welcomed");
        follower.epoch != follower.board.audience.epoch(epoch)
    } {
        client.next().await.expect("it comes");
    }
}

async fn the_archive_has_what_was(server: &Server, rehearsed_in: Epoch, deal: DealId, link: &str) {
    let moderator = server.token(Role::Moderator).await;
    let epoch = server.floor().view.epoch();
    let archives = http::get(server.address, &format!("{EXCHANGE}/archives"), &moderator).await;
    let archives = archives.json()["archives"].take();
    assert_eq!(archives[0]["epoch"], json!(rehearsed_in));
    assert_eq!(
        (&archives[0]["deals"], &archives[0]["role"]),
        (&json!(1), &json!("organiser"))
    );
    let path = format!("{EXCHANGE}/archives/{rehearsed_in}");
    let opened = http::get(server.address, &path, &moderator).await.json();
    assert_eq!(opened["board"]["deals"][0]["id"], json!(deal));
    let unknown = http::get(
        server.address,
        &format!("{EXCHANGE}/archives/{epoch}"),
        &moderator,
    )
    .await;
    assert_eq!(unknown.refusal(), (404, "unknown_archive".to_owned()));
    let path = link.split_once("/agreement/").expect("a link").1;
    let gone = http::get(server.address, &format!("/agreement/{path}"), "").await;
    assert_eq!(gone.status, 410, "{}", gone.json());
}

async fn a_rehearsal_is_wiped(disk: Disk) {
    let server = on(disk).await;
    server.open_floor().await;
    let floor = server.floor();
    let rehearsed_in = floor.view.epoch();
    let token = server.token(Role::Broker).await;
    let address = server.address.to_string();
    let mut tablet = Client::connect(&address, "drammen", Some(&token))
        .await
        .expect("a broker");
    let mut wall = Client::connect(&address, "drammen", None).await.expect("a wall");
    let (command, id) = (post(0), CommandId(Uuid::now_v7()));
    let Command::PostDeal { deal, .. } = command else {
        unreachable!("post makes a post_deal")
    };
    tablet.command_as(id, &command).await.expect("sent");
    let answer = tablet.answer(id).await.expect("answered");
    assert!(matches!(answer, ServerMessage::Accepted { .. }), "{answer:?}");
    let path = format!("{EXCHANGE}/deals/{deal}/link");
    let link = http::ask(server.address, "POST", &path, &token, "application/json", b"").await;
    let link = link.json()["url"].as_str().expect("a link").to_owned();
    let before = board(&floor);
    assert_eq!(before.totals.deals, 1);

    // What was written before, as an outbox has it: with the epoch, and as earlier versions wrote it.
    let written_at = Some(floor.view.clock.now());
    let late = |epoch, written_at, index| Submission {
        written_at,
        epoch,
        ..submission(Role::Broker, post(index))
    };
    let first = late(Some(rehearsed_in), written_at, 1);
    let second = late(None, written_at, 2);
    let walk_in = Submission {
        epoch: Some(rehearsed_in),
        ..submission(
            Role::Broker,
            Command::RegisterParticipant {
                participant: entry(77, "Sent Ute AS", Sector::Business),
            },
        )
    };

    assert_accepted(&floor.submit(submission(Role::Organiser, anew(&floor))).await);
    let epoch = floor.view.epoch();
    assert_ne!(epoch, rehearsed_in);
    let now = board(&floor);
    assert!(now.deals.is_empty() && now.floor.trading.is_empty());
    assert_eq!(now.kept(), before.kept());
    for client in [&mut tablet, &mut wall] {
        follows(client, epoch).await;
        let board = &client.follower.as_ref().expect("welcomed").board;
        assert!(board.deals.is_empty());
        assert_eq!(board.participants.len(), before.participants.len());
    }

    assert_accepted(&floor.submit(walk_in).await);
    server.open_floor().await;
    for late in [&first, &second, &first] {
        let answer = floor.submit(late.clone()).await;
        assert_eq!(refused(&answer), &Refusal::OfARehearsal);
    }
    tablet.command_as(id, &command).await.expect("sent");
    let again = tablet.answer(id).await.expect("answered");
    let ServerMessage::Refused { code, .. } = again else {
        panic!("its deal is in the archive, and not here: {again:?}");
    };
    assert_eq!(code, "of_a_rehearsal");
    // Written again it is a deal of the evening, and the first.
    let anew_written = Submission {
        epoch: Some(epoch),
        written_at: Some(floor.view.clock.now()),
        clock: ClockTrust::Estimated,
        ..submission(Role::Broker, post(0))
    };
    assert_accepted(&floor.submit(anew_written).await);
    let evening = board(&floor);
    assert_eq!((evening.totals.deals, evening.last_number.0), (1, 1));

    the_archive_has_what_was(&server, rehearsed_in, deal, &link).await;

    // Read anew from the log, it is the same.
    let found = check(&server.disk.database).await.expect("read");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
    let (opened, _stop) = node(&server.disk).await;
    let read = opened.get("drammen").await.expect("it is in the log");
    assert_eq!((board(&read), read.view.epoch()), (evening, epoch));
}

#[tokio::test]
async fn a_rehearsal_is_wiped_on_sqlite() {
    Box::pin(a_rehearsal_is_wiped(Disk::fresh().await)).await;
}

#[tokio::test]
async fn a_rehearsal_is_wiped_on_postgres() {
    Box::pin(a_rehearsal_is_wiped(Disk::at(&postgres::fresh_database()).await)).await;
}

/// A node's floors, which hear nothing of other nodes by themselves.
async fn node(disk: &Disk) -> (Floors, DropGuard) {
    let stop = Stop::new();
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let floors = Floors::open(borsklokka::log::open(&disk.database), clock, stop.clone()).await;
    (floors.expect("a log that can be read"), stop.drop_guard())
}

#[tokio::test]
async fn a_node_that_has_not_heard_of_it_writes_nothing_into_the_archive() {
    let server = on(Disk::at(&postgres::fresh_database()).await).await;
    let floor = server.floor();
    let (other, _stop) = node(&server.disk).await;
    let elsewhere = other.get("drammen").await.expect("it is in the log");
    server.open_floor().await;
    for index in 0..3 {
        assert_accepted(&floor.submit(submission(Role::Broker, post(index))).await);
    }
    assert_accepted(&floor.submit(submission(Role::Organiser, anew(&floor))).await);
    // The other node's head lies in what is an archive by now.
    let answer = elsewhere.submit(submission(Role::Broker, post(3))).await;
    assert_eq!(refused(&answer), &Refusal::FloorNotOpen);
    assert_eq!(
        (board(&elsewhere), elsewhere.view.epoch()),
        (board(&floor), floor.view.epoch())
    );
    let expected = Expected::exactly(Phase::Preparing, None);
    let open = Command::OpenFloor {
        expected,
        start_round: None,
    };
    assert_accepted(&elsewhere.submit(submission(Role::Moderator, open)).await);
    // What writes hears of it, and only then is there something to take back here.
    let participant = entry(78, "Sent Ute AS", Sector::Business);
    let register = Command::RegisterParticipant { participant };
    assert_accepted(&floor.submit(submission(Role::Broker, register)).await);
    assert_accepted(&floor.submit(submission(Role::Organiser, anew(&floor))).await);
    let archives = other.archives(floor.exchange.id).await.expect("read");
    assert_eq!(archives.len(), 2);
    assert_eq!(
        archives[0].first,
        archives[1].last.next(),
        "no position is lost or given twice"
    );
    let board = other
        .archived_board(floor.exchange.id, &archives[1])
        .await
        .expect("read");
    assert_eq!(board.totals.deals, 3);
}

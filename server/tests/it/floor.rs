//! The floor's promises: durable before visible, at most once, and a failed commit harms nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::common::held_log::HeldLog;
use crate::common::trust::HandClock;
use crate::common::{Disk, assert_accepted, open_floor, patiently, post, submission};
use borsklokka::access::Access;
use borsklokka::check::check;
use borsklokka::clock::Clock as _;
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::database::{Database, Either, Fault};
use borsklokka::demo::Demo;
use borsklokka::floor::{FloorHandle, Newcomer, Submission};
use borsklokka::floors::Floors;
use borsklokka::link::Link;
use borsklokka::log::{self, Answer, Log as _};
use borsklokka::stop::Stop;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::Bargain;
use borsklokka_shared::exchange::{LastRound, Phase, Scene};
use borsklokka_shared::ids::{ParticipantId, RoundId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::sleep::GoOn;
use futures_util::FutureExt;
use test_support::postgres::fresh_database;
use tokio_util::sync::DropGuard;

struct Hall {
    floors: Floors,
    floor: FloorHandle,
    log: Arc<HeldLog>,
    clock: SharedClock,
    disk: Disk,
    _stop: DropGuard,
}

impl Hall {
    async fn with_open_floor() -> Self {
        Self::with_open_floor_on(Disk::fresh().await).await
    }

    async fn with_open_floor_on(disk: Disk) -> Self {
        let log = HeldLog::new(&disk);
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let stop = Stop::new();
        let floors = Floors::open(log.clone(), Arc::clone(&clock), stop.clone())
            .await
            .expect("an empty log");
        let floor = floors.make("drammen").await.expect("a free address");
        Demo::drammen().load(&floor).await.expect("the demo loads");
        open_floor(&floor, &clock).await;
        Self {
            floors,
            floor,
            log,
            clock,
            disk,
            _stop: stop.drop_guard(),
        }
    }

    fn deals(&self) -> u32 {
        self.floor.view.with_staff_board(|board| board.totals.deals)
    }

    /// The same exchange after a restart.
    async fn reopened(&self) -> FloorHandle {
        let log = log::open(&self.disk.database);
        let floors = Floors::open(log, Arc::clone(&self.clock), Stop::new())
            .await
            .expect("a log that can be read");
        floors.get("drammen").await.expect("the exchange is in the log")
    }

    /// The log without its last deals, each an event of its own.
    async fn lose_deals(&self, deals: u32) {
        let Either::Postgres(on) = self.disk.database.writing() else {
            unreachable!("only that database fails over")
        };
        let lost = sqlx::query("DELETE FROM events WHERE seq > (SELECT MAX(seq) - $1 FROM events)")
            .bind(i64::from(deals))
            .execute(on)
            .await
            .expect("gone");
        assert_eq!(lost.rows_affected(), u64::from(deals));
    }
}

/// Somebody who watches without a socket.
struct Wall(Arc<Link>);

impl Wall {
    /// Joins, and returns when the start has been written.
    async fn join(floor: &FloorHandle, audience: Audience) -> Self {
        let wall = Self(Arc::new(Link::kept()));
        let newcomer = Newcomer {
            link: Arc::clone(&wall.0),
            position: None,
            role: Role::Viewer,
            device: None,
        };
        floor.rooms.join(audience, newcomer);
        assert!(wall.heard().await.contains("welcome"));
        assert!(wall.heard().await.starts_with('{'), "the board");
        assert_eq!(wall.heard().await, "}", "the welcome's end");
        wall
    }

    /// The next bytes that are written.
    async fn heard(&self) -> String {
        let bytes = std::future::poll_fn(|cx| self.0.poll_take(cx)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[tokio::test]
async fn durable_before_visible() {
    let hall = Hall::with_open_floor().await;
    let mut walls = Vec::new();
    for audience in Audience::ALL {
        walls.push(Wall::join(&hall.floor, audience).await);
    }
    hall.log.hold();

    let floor = hall.floor.clone();
    let mut answer = tokio::spawn(async move { floor.submit(submission(Role::Broker, post(0))).await });
    hall.log.commit_begun().await;

    // The commit has begun and is held back: for as long as we look, nobody hears of it.
    assert!(
        tokio::time::timeout(Duration::from_millis(300), &mut answer)
            .await
            .is_err(),
        "no accepted"
    );
    for wall in &walls {
        assert_eq!(wall.heard().now_or_never(), None, "no byte of the event");
    }
    assert_eq!(hall.deals(), 0);

    hall.log.release();
    assert_accepted(&answer.await.expect("answered"));
    for wall in &walls {
        let frame = wall.heard().await;
        assert!(frame.contains("deal_posted"), "{frame}");
    }
}

#[tokio::test]
async fn commands_that_wait_together_share_a_transaction() {
    let hall = Hall::with_open_floor().await;
    hall.log.hold();
    let posting = (0..40).map(|index| hall.floor.submit(submission(Role::Broker, post(index))));
    let answers = futures_util::future::join_all(posting);
    let release = async {
        hall.log.commit_begun().await;
        hall.log.release();
    };
    let (answers, ()) = tokio::join!(answers, release);
    answers.iter().for_each(assert_accepted);
    assert_eq!(hall.deals(), 40);
    assert!(
        hall.log.commits_begun() <= 2,
        "40 commands in at most three transactions"
    );
}

/// The same deal, with a character in its text that nobody sees.
fn in_pieces(command: &Command) -> Command {
    let mut command = command.clone();
    if let Command::PostDeal { terms, .. } = &mut command
        && let Bargain::OneWay { service } | Bargain::TwoWay { service, .. } | Bargain::Intention { service } =
            &mut terms.bargain
    {
        service.text.push_str(" \u{200B}");
    }
    command
}

#[tokio::test]
async fn a_command_takes_effect_once_for_ever() {
    let hall = Hall::with_open_floor().await;
    let first = submission(Role::Broker, post(0));
    let answer = hall.floor.submit(first.clone()).await;
    assert_accepted(&answer);
    assert_eq!(
        hall.floor.submit(first.clone()).await,
        answer,
        "the same again gets the first answer"
    );

    let (one, two) = tokio::join!(hall.floor.submit(first.clone()), hall.floor.submit(first.clone()));
    assert_eq!((one, two), (answer.clone(), answer.clone()), "together as well");

    let mut spelt_otherwise = first.clone();
    spelt_otherwise.command = in_pieces(&first.command);
    assert_ne!(spelt_otherwise.command, first.command);
    assert_eq!(
        hall.floor.submit(spelt_otherwise).await,
        answer,
        "however a text is spelt that is kept the same"
    );

    let mut other_content = first.clone();
    other_content.command = post(1);
    let mut paired_anew = first.clone();
    paired_anew.actor = test_support::paired_long_ago(Role::Notary);
    assert_ne!(paired_anew.actor.device, first.actor.device);
    assert_eq!(
        hall.floor.submit(paired_anew).await,
        answer,
        "from another device that may ask it, too"
    );
    let mut no_broker = first.clone();
    no_broker.actor = test_support::paired_long_ago(Role::Viewer);
    for reused in [other_content, no_broker] {
        assert_eq!(
            hall.floor.submit(reused).await,
            Answer::Refused {
                refusal: Refusal::IdReused
            }
        );
    }
    assert_eq!(hall.deals(), 1);

    let reopened = hall.reopened().await;
    assert_eq!(reopened.submit(first).await, answer, "after a restart too");
    assert_eq!(reopened.view.with_staff_board(|board| board.totals.deals), 1);
}

#[tokio::test]
async fn a_refusal_of_decide_is_an_outcome() {
    let hall = Hall::with_open_floor().await;
    let unknown = submission(
        Role::Moderator,
        borsklokka_shared::command::Command::WithdrawDeal {
            deal: borsklokka_shared::ids::DealId(uuid::Uuid::from_u128(404)),
        },
    );
    let refused = Answer::Refused {
        refusal: Refusal::UnknownDeal,
    };
    assert_eq!(hall.floor.submit(unknown.clone()).await, refused);
    assert_eq!(hall.reopened().await.submit(unknown).await, refused);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_answers_unavailable_and_recovers() {
    let hall = Hall::with_open_floor().await;
    let deal = submission(Role::Broker, post(0));
    hall.log.fails.store(true, Ordering::SeqCst);
    let unavailable = Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    assert_eq!(hall.floor.submit(deal.clone()).await, unavailable);
    assert_eq!(hall.deals(), 0, "what was not committed has not happened");
    hall.log.fails.store(false, Ordering::SeqCst);
    assert_accepted(&hall.floor.submit(deal).await);
    assert_eq!(hall.deals(), 1);
}

/// A disk that is full: SQLite may not take one page more. On the connection that writes, for as long as it lives.
async fn fill(disk: &Disk) {
    let Database::Sqlite(sqlite) = &disk.database else {
        panic!("not SQLite");
    };
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(&sqlite.writer)
        .await
        .expect("a count");
    limit_pages(disk, pages).await;
}

async fn make_room(disk: &Disk) {
    limit_pages(disk, 1 << 30).await;
}

async fn limit_pages(disk: &Disk, pages: i64) {
    let Database::Sqlite(sqlite) = &disk.database else {
        panic!("not SQLite");
    };
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
        .execute(&sqlite.writer)
        .await
        .expect("limited");
}

#[tokio::test]
async fn a_disk_that_was_full_for_a_moment_is_written_to_again() {
    let hall = Hall::with_open_floor().await;
    let writes = hall.disk.database.writes();
    fill(&hall.disk).await;
    let unavailable = Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    let (mut accepted, mut index) = (0, 0);
    let refused = loop {
        // The pages that there are have room for some.
        let deal = submission(Role::Broker, post(index));
        index += 1;
        match hall.floor.submit(deal.clone()).await {
            Answer::Accepted { .. } => accepted += 1,
            answer @ Answer::Refused { .. } => break (deal, answer),
        }
    };
    assert_eq!(refused.1, unavailable);
    assert_eq!(writes.fault(), Some(Fault::Full), "and it is known");
    make_room(&hall.disk).await;
    assert_accepted(&hall.floor.submit(refused.0).await);
    assert_eq!(writes.fault(), None);
    assert_eq!(hall.deals(), accepted + 1);
    let reopened = hall.reopened().await;
    assert_eq!(
        reopened.view.with_staff_board(|board| board.totals.deals),
        accepted + 1
    );
}

#[tokio::test]
async fn what_fails_beside_the_log_on_a_full_disk_does_not_stop_the_log() {
    let hall = Hall::with_open_floor().await;
    let exchange = hall.floor.exchange.id;
    let access = Access::new(hall.disk.database.clone(), Arc::clone(&hall.clock));
    let participants: Vec<ParticipantId> = hall
        .floor
        .view
        .with_staff_board(|board| board.participants.keys().copied().collect());
    fill(&hall.disk).await;
    let contact = Contact {
        person: Some("Kari Nordmann ".repeat(5)),
        ..Contact::default()
    };
    let mut failed = false;
    for participant in participants {
        failed |= access
            .write_contact(exchange, participant, contact.clone())
            .await
            .is_err();
    }
    assert!(failed, "the disk is full");
    make_room(&hall.disk).await;
    assert_accepted(&hall.floor.submit(submission(Role::Broker, post(0))).await);
    access
        .issue_token(exchange, Role::Broker, "Ingrid")
        .await
        .expect("and everything else is saved too");
}

/// One of the demo's deals, at which the log that is held panics.
fn fatal(hall: &Hall, index: usize) -> Submission {
    const FATAL: &str = "feilen i programmet";
    *hall.log.panics_at.lock().expect("held by nobody") = Some(FATAL);
    let mut fatal = submission(Role::Broker, post(index));
    if let Command::PostDeal { terms, .. } = &mut fatal.command
        && let Bargain::OneWay { service } | Bargain::TwoWay { service, .. } | Bargain::Intention { service } =
            &mut terms.bargain
    {
        FATAL.clone_into(&mut service.text);
    }
    fatal
}

#[tokio::test]
async fn a_command_that_the_program_fails_at_is_refused_for_good_and_stops_no_other() {
    let hall = Hall::with_open_floor().await;
    let wall = Wall::join(&hall.floor, Audience::Public).await;
    let fatal = fatal(&hall, 0);
    let failed = Answer::Refused {
        refusal: Refusal::Failed,
    };
    // They wait together: one batch.
    hall.log.hold();
    let holding = hall.floor.submit(submission(Role::Broker, post(1)));
    let together = [
        submission(Role::Broker, post(2)),
        fatal.clone(),
        submission(Role::Broker, post(3)),
    ];
    let together = futures_util::future::join_all(together.map(|one| hall.floor.submit(one)));
    let release = async {
        hall.log.commit_begun().await;
        hall.log.release();
    };
    let (first, answers, ()) = tokio::join!(holding, together, release);
    assert_accepted(&first);
    assert_accepted(&answers[0]);
    assert_eq!(answers[1], failed);
    assert_accepted(&answers[2]);
    assert_eq!(hall.deals(), 3);
    assert_eq!(hall.floor.submit(fatal.clone()).await, failed, "the same again");
    // Whoever watches is there still, and has every deal.
    let mut seen = String::new();
    while seen.matches("deal_posted").count() < 3 {
        seen.push_str(&wall.heard().await);
    }
    *hall.log.panics_at.lock().expect("held by nobody") = None;
    assert_eq!(
        hall.reopened().await.submit(fatal).await,
        failed,
        "and after a restart, though the fault is mended: it was answered"
    );
}

#[tokio::test]
async fn a_floor_whose_boards_may_be_harmed_closes_and_is_opened_anew_from_its_log() {
    let hall = Hall::with_open_floor().await;
    assert_accepted(&hall.floor.submit(submission(Role::Broker, post(0))).await);
    let view = Arc::clone(&hall.floor.view);
    let reader = tokio::spawn(async move {
        view.with_staff_board(|_| panic!("a fault of whoever reads"));
    });
    assert!(reader.await.is_err());
    // Who only read harmed nothing.
    assert_accepted(&hall.floor.submit(submission(Role::Broker, post(1))).await);
    assert_eq!(hall.deals(), 2);

    // The writer's own fault may have: it cannot tell.
    let unavailable = Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    let fatal = fatal(&hall, 2);
    assert_eq!(hall.floor.submit(fatal.clone()).await, unavailable);
    hall.floor.closed().await;
    assert_eq!(
        hall.floor.submit(submission(Role::Broker, post(3))).await,
        unavailable
    );
    let anew = hall.floors.get("drammen").await.expect("opened anew");
    assert_eq!(anew.view.with_staff_board(|board| board.totals.deals), 2);
    let failed = Answer::Refused {
        refusal: Refusal::Failed,
    };
    assert_eq!(anew.submit(fatal).await, failed);
    assert_accepted(&anew.submit(submission(Role::Broker, post(3))).await);
}

/// What a failover to a replica that lags behind does to a node that had shown more than the replica has: the log is shorter, and
/// another node may have written in the same places since.
#[tokio::test(flavor = "multi_thread")]
async fn a_floor_that_shows_what_the_database_has_lost_is_opened_anew_from_what_there_is() {
    let hall = Hall::with_open_floor_on(Disk::at(&fresh_database()).await).await;
    let deal = |index| submission(Role::Broker, post(index));
    let unavailable = Answer::Refused {
        refusal: Refusal::Unavailable,
    };
    for written_elsewhere in 0..4 {
        let floor = hall.floors.get("drammen").await.expect("there");
        let deals = || floor.view.with_staff_board(|board| board.totals.deals);
        assert_accepted(&floor.submit(deal(0)).await);
        let kept = deals();
        assert_accepted(&floor.submit(deal(1)).await);
        assert_accepted(&floor.submit(deal(2)).await);
        hall.lose_deals(2).await;
        let elsewhere = hall.reopened().await;
        for index in 0..written_elsewhere {
            assert_accepted(&elsewhere.submit(deal(10 + index as usize)).await);
        }

        // A deal is taken on the history that there is, or not yet.
        let next = deal(3);
        assert_eq!(
            floor.submit(next.clone()).await,
            unavailable,
            "{written_elsewhere}"
        );
        floor.closed().await;
        let anew = hall.floors.get("drammen").await.expect("opened anew");
        assert_accepted(&anew.submit(next).await);
        let shown = anew.view.with_staff_board(|board| board.totals.deals);
        assert_eq!(shown, kept + written_elsewhere + 1);
    }
    let found = check(&hall.disk.database).await.expect("readable");
    assert_eq!(found.faults_in_all(), 0, "{found:?}");
}

#[tokio::test]
async fn after_a_commit_of_unknown_outcome_the_log_decides() {
    let hall = Hall::with_open_floor().await;
    let wall = Wall::join(&hall.floor, Audience::Public).await;
    let deal = submission(Role::Broker, post(0));
    hall.log.loses_the_answer.store(true, Ordering::SeqCst);
    assert_eq!(
        hall.floor.submit(deal.clone()).await,
        Answer::Refused {
            refusal: Refusal::Unavailable
        }
    );
    hall.log.loses_the_answer.store(false, Ordering::SeqCst);
    assert_accepted(&hall.floor.submit(deal).await);
    assert_eq!(
        hall.deals(),
        1,
        "it was committed the first time, and counts once"
    );
    assert!(wall.heard().await.contains("deal_posted"));
    assert_eq!(
        hall.reopened()
            .await
            .view
            .with_staff_board(|board| board.totals.deals),
        1
    );
}

#[tokio::test]
async fn everything_accepted_is_there_after_a_restart() {
    let hall = Hall::with_open_floor().await;
    for index in 0..20 {
        assert_accepted(&hall.floor.submit(submission(Role::Broker, post(index))).await);
    }
    let before = hall.floor.view.with_staff_board(Clone::clone);
    assert_eq!(hall.reopened().await.view.with_staff_board(Clone::clone), before);
}

#[tokio::test]
async fn a_hole_in_the_log_is_passed_at_once() {
    let hall = Hall::with_open_floor().await;
    for index in 0..2 {
        assert_accepted(&hall.floor.submit(submission(Role::Broker, post(index))).await);
    }
    let Either::Sqlite(on) = hall.disk.database.writing() else {
        unreachable!("a file")
    };
    let far = "UPDATE events SET seq = seq + 1000000000 WHERE seq = (SELECT MAX(seq) FROM events)";
    sqlx::query(far).execute(on).await.expect("moved");
    let reopened = patiently(hall.reopened()).await;
    assert_eq!(
        reopened.view.with_staff_board(|board| board.deals.len()),
        2,
        "what lies behind it is there"
    );
    assert!(
        check(&hall.disk.database).await.expect("read").faults_in_all() > 0,
        "and it is told"
    );
}

#[tokio::test]
async fn what_another_writes_while_a_log_is_read_is_no_hole() {
    let hall = Hall::with_open_floor().await;
    let Either::Sqlite(on) = hall.disk.database.writing() else {
        unreachable!("a file")
    };
    // More than is read at a time.
    let many = "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 6000) \
                INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, schema_version, event) \
                SELECT exchange_id, seq + n, prev_public + (audience = 'public') + n - 1, at_ms, 'public', actor_role, actor_device, \
                schema_version, '{\"type\":\"totals_thawed\"}' FROM events, more WHERE seq = (SELECT MAX(seq) FROM events)";
    sqlx::query(many).execute(on).await.expect("written");
    let newest = hall.log.newest().await.expect("read")[0].seq;
    hall.log.comes_after.store(10, Ordering::SeqCst);
    let floors = Floors::open(hall.log.clone(), Arc::clone(&hall.clock), Stop::new())
        .await
        .expect("a log that can be read");
    let floor = floors.get("drammen").await.expect("opened");
    assert_eq!(floor.view.head(Audience::Staff), newest);
    assert_eq!(floors.unreadable(&floor).await, None);
}

#[tokio::test]
async fn an_outbox_that_drains_after_the_bell_counts_whole() {
    let hall = Hall::with_open_floor().await;
    let written_at = hall.clock.now();
    let current = hall
        .floor
        .view
        .with_staff_board(|board| board.current_round().map(|round| round.id));
    let expected = Expected::exactly(Phase::Open, current);
    assert_accepted(
        &hall
            .floor
            .submit(submission(Role::Moderator, Command::CloseFloor { expected }))
            .await,
    );
    let closed_at = hall
        .floor
        .view
        .with_staff_board(|board| board.floor.closed_at())
        .expect("closed");
    while hall.clock.now() <= closed_at {
        let wait_ms = closed_at.ms_since(hall.clock.now()).max(1) as u64;
        tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    }
    // One after the other, as a tablet sends them: each is answered before the next.
    for index in 0..3 {
        let mut late = submission(Role::Broker, post(index));
        late.written_at = Some(written_at.plus_ms(index as i64));
        assert_accepted(&hall.floor.submit(late).await);
    }
    assert_eq!(hall.deals(), 3, "none waits for the moderator");
}

/// Moves the newest event ahead: it was written while the machine's clock was wrong.
async fn put_newest_ahead(disk: &Disk, ms: i64) {
    let Database::Sqlite(sqlite) = &disk.database else {
        panic!("not SQLite");
    };
    sqlx::query("UPDATE events SET at_ms = at_ms + ? WHERE seq = (SELECT MAX(seq) FROM events)")
        .bind(ms)
        .execute(&sqlite.writer)
        .await
        .expect("moved");
}

async fn floors(disk: &Disk, clock: &SharedClock) -> (Floors, DropGuard) {
    let stop = Stop::new();
    let floors = Floors::open(log::open(&disk.database), Arc::clone(clock), stop.clone())
        .await
        .expect("a log that can be read");
    (floors, stop.drop_guard())
}

/// The demo exchange, whose floor has not opened yet.
async fn prepared(disk: &Disk, clock: &SharedClock) -> (FloorHandle, DropGuard) {
    let (floors, stop) = floors(disk, clock).await;
    let floor = floors.make("drammen").await.expect("a free address");
    Demo::drammen().load(&floor).await.expect("the demo loads");
    (floor, stop)
}

/// A command of the desk, written as it is sent, by the clock that the exchange tells its screens.
fn from_the_desk(floor: &FloorHandle, command: Command) -> Submission {
    Submission {
        written_at: Some(floor.view.clock.now()),
        ..submission(Role::Moderator, command)
    }
}

fn expected(floor: &FloorHandle) -> Expected {
    floor.view.with_staff_board(|board| {
        Expected::exactly(
            board.floor.settled_phase(),
            board.current_round().map(|round| round.id),
        )
    })
}

#[tokio::test]
async fn an_evening_goes_on_though_the_newest_event_lies_ahead_of_the_clock() {
    for ahead_ms in [180_000, 3_600_000] {
        let disk = Disk::fresh().await;
        let hand = HandClock::shared();
        let clock: SharedClock = hand.clone();
        drop(prepared(&disk, &clock).await);
        put_newest_ahead(&disk, ahead_ms).await;
        hand.pass_ms(1_000);
        let (floors, _stop) = floors(&disk, &clock).await;
        let floor = floors.get("drammen").await.expect("it is in the log");
        let started_at = floor.view.clock.now();

        let open = Command::OpenFloor {
            expected: expected(&floor),
            start_round: Some(RoundId(1)),
        };
        assert_accepted(&floor.submit(from_the_desk(&floor, open)).await);
        let rings_at = floor
            .view
            .with_staff_board(|board| board.bell.expect("it was rung").ring_at);
        assert_eq!(rings_at.ms_since(started_at), 400, "within its second");
        hand.pass_ms(400);
        let deal = Submission {
            written_at: Some(floor.view.clock.now()),
            ..submission(Role::Broker, post(0))
        };
        assert_accepted(&floor.submit(deal).await);
        hand.pass_ms(60_000);
        let close = Command::CloseFloor {
            expected: expected(&floor),
        };
        assert_accepted(&floor.submit(from_the_desk(&floor, close)).await);
        assert!(
            floor.view.clock.ahead_ms() > ahead_ms - 5_000,
            "and the check tells of it"
        );
    }
}

#[tokio::test]
async fn a_desk_on_the_node_whose_clock_is_slower_is_never_too_late() {
    let disk = Disk::fresh().await;
    let (fast, slow) = (HandClock::shared(), HandClock::shared());
    fast.set_by_ms(10_000);
    let (fast_clock, slow_clock): (SharedClock, SharedClock) = (fast, slow);
    let (on_fast, _stop) = prepared(&disk, &fast_clock).await;
    let (slow_floors, _slow_stop) = floors(&disk, &slow_clock).await;
    let on_slow = slow_floors.get("drammen").await.expect("it is in the log");
    let open = Command::OpenFloor {
        expected: expected(&on_fast),
        start_round: Some(RoundId(1)),
    };
    assert_accepted(&on_fast.submit(from_the_desk(&on_fast, open)).await);
    assert_accepted(
        &on_fast
            .submit(submission(Role::Moderator, Command::RingBell { expected: None }))
            .await,
    );
    // What the slower node hears first is a command of its own: it finds the position taken, and reads what it missed.
    assert_accepted(
        &on_slow
            .submit(submission(
                Role::Moderator,
                Command::SetScene { scene: Scene::Floor },
            ))
            .await,
    );
    let pause = Command::PauseRound {
        expected: expected(&on_slow),
    };
    assert_accepted(&on_slow.submit(from_the_desk(&on_slow, pause)).await);
    let apart_ms = on_fast.view.clock.now().ms_since(on_slow.view.clock.now());
    assert_eq!(apart_ms, 0, "one clock for the exchange");
}

/// Rounds of the demo: the last one.
fn last_round(floor: &FloorHandle) -> RoundId {
    floor
        .view
        .with_staff_board(|board| board.rounds.last().expect("the demo has rounds").id)
}

/// A floor with its last round running, that closes with it; and its clock.
async fn last_round_runs() -> (FloorHandle, Arc<HandClock>, Disk, DropGuard) {
    let disk = Disk::fresh().await;
    let hand = HandClock::shared();
    let clock: SharedClock = hand.clone();
    let (floor, stop) = prepared(&disk, &clock).await;
    let mut settings = floor
        .view
        .with_staff_board(|board| board.settings.clone().expect("the demo's"));
    settings.last_round = LastRound::ClosesFloor;
    settings.staging.suspense_minutes = 0;
    let configure = Command::configure(settings);
    assert_accepted(&floor.submit(submission(Role::Organiser, configure)).await);
    let open = Command::OpenFloor {
        expected: expected(&floor),
        start_round: Some(last_round(&floor)),
    };
    assert_accepted(&floor.submit(from_the_desk(&floor, open)).await);
    hand.pass_ms(60_000);
    (floor, hand, disk, stop)
}

#[tokio::test]
async fn a_time_zone_is_one_that_there_is() {
    let disk = Disk::fresh().await;
    let clock: SharedClock = HandClock::shared();
    let (floor, _stop) = prepared(&disk, &clock).await;
    let settings = floor
        .view
        .with_staff_board(|board| board.settings.clone().expect("the demo's"));
    for (time_zone, is_one) in [
        ("Europe/Berlin", true),
        ("Europe/Drammen", false),
        ("Mars", false),
    ] {
        let mut settings = settings.clone();
        time_zone.clone_into(&mut settings.time_zone);
        let configure = Command::configure(settings);
        let answer = floor.submit(submission(Role::Organiser, configure)).await;
        let refused = Answer::Refused {
            refusal: Refusal::NotATimeZone,
        };
        assert_eq!(answer != refused, is_one, "{time_zone}: {answer:?}");
    }
}

fn rest_ms(floor: &FloorHandle) -> i64 {
    let now = floor.view.clock.now();
    floor.view.with_staff_board(|board| {
        let round = board.current_round().expect("it runs");
        round.ends_at(now).expect("it runs").ms_since(now)
    })
}

#[tokio::test]
async fn after_a_sleep_the_moderator_says_where_the_round_goes_on() {
    const SLEPT_MS: i64 = 7 * 60_000;
    for (go_on, set_by_hand, given_back_ms) in [
        (GoOn::WhereItWas, false, 0),
        (GoOn::WhereItWouldBe, false, SLEPT_MS),
        (GoOn::WhereItWas, true, 0),
        (GoOn::WhereItWouldBe, true, SLEPT_MS),
    ] {
        let (floor, hand, _disk, _stop) = last_round_runs().await;
        let before_ms = rest_ms(&floor);
        if set_by_hand {
            hand.set_by_ms(SLEPT_MS);
        } else {
            hand.sleep_ms(SLEPT_MS);
        }
        // Whatever is asked first, the sleep is noted before.
        let scene = Command::SetScene { scene: Scene::Floor };
        assert_accepted(&floor.submit(submission(Role::Moderator, scene)).await);
        let sleep = floor.view.with_staff_board(|board| board.sleep).expect("asked");
        assert_eq!(sleep.slept_ms, SLEPT_MS);
        assert_eq!(sleep.until, hand.now());
        let answer = || Command::AnswerSleep { go_on };
        assert_accepted(&floor.submit(from_the_desk(&floor, answer())).await);
        assert_eq!(
            rest_ms(&floor),
            before_ms - given_back_ms,
            "{go_on:?} {set_by_hand}"
        );
        assert_eq!(
            floor.submit(from_the_desk(&floor, answer())).await,
            Answer::Refused {
                refusal: Refusal::Stale
            },
            "another desk was first"
        );
    }
}

#[tokio::test]
async fn what_fell_due_in_a_sleep_does_not_ring_before_somebody_has_answered() {
    let (floor, hand, _disk, _stop) = last_round_runs().await;
    hand.sleep_ms(rest_ms(&floor) + 60_000);
    floor.look_at_log();
    let scene = || submission(Role::Moderator, Command::SetScene { scene: Scene::Floor });
    assert_accepted(&floor.submit(scene()).await);
    assert!(rest_ms(&floor) < 0, "overtime");
    for _ in 0..3 {
        floor.look_at_log();
        assert_accepted(&floor.submit(scene()).await);
        let phase = floor.view.with_staff_board(|board| board.floor.settled_phase());
        assert_eq!(phase, Phase::Open, "nothing closes by itself");
    }
    let answer = Command::AnswerSleep {
        go_on: GoOn::WhereItWas,
    };
    assert_accepted(&floor.submit(from_the_desk(&floor, answer)).await);
    assert!(rest_ms(&floor) > 0, "the round has the time it had");
}

#[tokio::test]
async fn a_sleep_while_nothing_runs_asks_nobody() {
    let disk = Disk::fresh().await;
    let hand = HandClock::shared();
    let clock: SharedClock = hand.clone();
    let (floor, _stop) = prepared(&disk, &clock).await;
    hand.sleep_ms(8 * 3_600_000);
    hand.set_by_ms(60_000);
    let scene = Command::SetScene {
        scene: Scene::Welcome,
    };
    assert_accepted(&floor.submit(submission(Role::Moderator, scene)).await);
    assert_eq!(floor.view.with_staff_board(|board| board.sleep), None);
    assert_eq!(
        floor.view.clock.now(),
        hand.now(),
        "and exchange time has followed"
    );
}

//! The floor's promises: durable before visible, at most once, and a failed commit harms nothing.

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::demo::Demo;
use borsklokka::floor::{FloorHandle, Newcomer};
use borsklokka::floors::Floors;
use borsklokka::log;
use borsklokka::log::Answer;
use borsklokka::socket::Link;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::deal::Bargain;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use common::held_log::HeldLog;
use common::{Disk, assert_accepted, open_floor, post, submission};
use futures_util::FutureExt;
use tokio::sync::watch;

struct Hall {
    floor: FloorHandle,
    log: Arc<HeldLog>,
    clock: SharedClock,
    disk: Disk,
    _stop: watch::Sender<bool>,
}

impl Hall {
    async fn with_open_floor() -> Self {
        let disk = Disk::fresh().await;
        let log = HeldLog::new(&disk);
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let (stop_giver, stop) = watch::channel(false);
        let floors = Floors::open(log.clone(), Arc::clone(&clock), stop)
            .await
            .expect("an empty log");
        let floor = floors.make("drammen").await.expect("a free address");
        Demo::drammen().load(&floor).await.expect("the demo loads");
        open_floor(&floor, &clock).await;
        Self {
            floor,
            log,
            clock,
            disk,
            _stop: stop_giver,
        }
    }

    fn deals(&self) -> u32 {
        self.floor.view.with_staff_board(|board| board.totals.deals)
    }

    /// The same exchange after a restart.
    async fn reopened(&self) -> FloorHandle {
        let log = log::open(&self.disk.database);
        let (_give, stop) = watch::channel(false);
        let floors = Floors::open(log, Arc::clone(&self.clock), stop)
            .await
            .expect("a log that can be read");
        floors.get("drammen").expect("the exchange is in the log")
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
        floor.view.join(audience, newcomer);
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
    paired_anew.actor = common::actor(Role::Notary);
    assert_ne!(paired_anew.actor.device, first.actor.device);
    assert_eq!(
        hall.floor.submit(paired_anew).await,
        answer,
        "from another device that may ask it, too"
    );
    let mut no_broker = first.clone();
    no_broker.actor = common::actor(Role::Viewer);
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

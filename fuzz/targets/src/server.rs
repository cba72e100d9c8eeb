//! A server without sockets, for targets that need one.

use std::num::NonZeroU32;
use std::sync::Arc;

use borsklokka::access::Access;
use borsklokka::agreement::Press;
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::config::Config;
use borsklokka::database::Database;
use borsklokka::doors::Doors;
use borsklokka::floor::Submission;
use borsklokka::floors::Floors;
use borsklokka::gallery::Gallery;
use borsklokka::hub::{Hub, PerMinute, Rates};
use borsklokka::log::{self, Answer};
use borsklokka::poster::Posters;
use borsklokka::smtp::Post;
use borsklokka::stop::Stop;
use borsklokka_shared::command::Command;
use borsklokka_shared::role::Role;
use test_support::{entry, new_deal, opening, paired_long_ago, programme, settings};
use tokio_util::task::TaskTracker;

/// How often anything may be asked in a minute: limits are not what is looked at here.
const OFTEN: NonZeroU32 = NonZeroU32::new(1_000_000_000).expect("it is not zero");

/// A hub on the database at a URL.
pub async fn hub(url: &str, stop: Stop) -> Arc<Hub> {
    let config = Config::of(&["--database", url]).expect("a command line");
    let database = Database::open(url).await.unwrap();
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let per_minute = PerMinute {
        commands: OFTEN,
        writes: OFTEN,
        guests: OFTEN,
        registrations: OFTEN,
        refusals: OFTEN,
    };
    let floors = Floors::open(log::open(&database), Arc::clone(&clock), stop.clone());
    Arc::new(Hub {
        floors: floors.await.unwrap(),
        access: Access::new(database, Arc::clone(&clock)),
        press: Arc::new(Press::new().unwrap()),
        clock: Arc::clone(&clock),
        gallery: Gallery::default(),
        posters: Posters::default(),
        rates: Rates::of(per_minute, &clock),
        doors: Doors::new(
            config.connections,
            config.connections_per_address,
            Vec::new(),
            &clock,
        ),
        post: Post::of(&config).unwrap(),
        tls: None,
        tasks: TaskTracker::new(),
        config,
        stop,
    })
}

/// Plays a few minutes of an evening into an exchange, which is made.
pub async fn play(hub: &Hub, slug: &str) {
    let floor = hub.floors.make(slug).await.unwrap();
    let organiser = || paired_long_ago(Role::Organiser);
    let mut commands = vec![
        Command::configure(settings()),
        Command::set_programme(programme()),
    ];
    let sectors = test_support::exchange().staff.participants;
    for (n, one) in (1..).zip(sectors.values()) {
        commands.push(Command::RegisterParticipant {
            participant: entry(n, &one.name, one.sector),
        });
    }
    for command in commands {
        let answer = floor.submit(Submission::now(organiser(), command)).await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    }
    let opened = floor
        .submit(Submission::now(paired_long_ago(Role::Moderator), opening()))
        .await;
    assert!(matches!(opened, Answer::Accepted { .. }), "{opened:?}");
    let strikes_at = floor
        .view
        .with_staff_board(|board| board.floor.trading.last().map(|trading| trading.opened_at));
    test_support::until(strikes_at.unwrap(), || hub.clock.now()).await;
    for terms in [
        test_support::gift(1, 4, "Snømåking"),
        test_support::examples::full_terms(),
    ] {
        let posted = Submission::now(paired_long_ago(Role::Broker), new_deal(terms));
        let _answer = floor.submit(posted).await;
    }
}

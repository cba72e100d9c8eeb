//! A bundle's promise: all of it, or nothing.

use std::sync::Arc;

use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::floor::{Bundle, FloorHandle, Settled};
use borsklokka::floors::Floors;
use borsklokka::log;
use borsklokka::stop::Stop;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{ParticipantId, Seq};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use test_support::paired_long_ago;
use uuid::Uuid;

use crate::common::{Disk, assert_accepted, submission};

struct Hall {
    floor: FloorHandle,
    disk: Disk,
    stop: Stop,
}

impl Hall {
    async fn of_the_demo() -> Self {
        let disk = Disk::fresh().await;
        let clock: SharedClock = Arc::new(MachineClock::anchored());
        let stop = Stop::new();
        let floors = Floors::open(log::open(&disk.database), clock, stop.clone())
            .await
            .expect("an empty log");
        let floor = floors.make("drammen").await.expect("a free address");
        Demo::drammen().load(&floor).await.expect("the demo loads");
        Self { floor, disk, stop }
    }

    fn head(&self) -> (usize, Seq) {
        let count = |board: &borsklokka_shared::board::Board, seq| (board.participants.len(), seq);
        self.floor.view.with_staff_board_at(count)
    }

    async fn contacts(&self) -> i64 {
        let Database::Sqlite(sqlite) = &self.disk.database else {
            panic!("not SQLite");
        };
        sqlx::query_scalar("SELECT COUNT(*) FROM contacts")
            .fetch_one(&sqlite.readers)
            .await
            .expect("a count")
    }
}

fn register(id: u128, name: &str) -> Command {
    Command::RegisterParticipant {
        participant: ParticipantEntry {
            id: ParticipantId(Uuid::from_u128(id)),
            name: name.to_owned(),
            sector: Sector::Voluntary,
            name_shown: NameShown::First,
            symbol: None,
            place: None,
        },
    }
}

fn bundle(commands: Vec<Command>, planned_at: Seq) -> Bundle {
    let kari = Contact {
        person: Some("Kari Nordmann".to_owned()),
        ..Contact::default()
    };
    Bundle {
        actor: paired_long_ago(Role::Organiser),
        commands,
        contacts: vec![(ParticipantId(Uuid::from_u128(1)), kari)],
        planned_at,
    }
}

#[tokio::test]
async fn all_of_it_or_nothing() {
    let hall = Hall::of_the_demo().await;
    let (before, at) = hall.head();

    let refused = bundle(
        vec![register(1, "Kor"), register(2, "Korps"), register(1, "Kor igjen")],
        at,
    );
    let settled = hall.floor.submit_together(refused).await;
    assert_eq!(settled, Settled::Refused(Refusal::AlreadyExists));
    assert_eq!((hall.head(), hall.contacts().await), ((before, at), 0));

    let good = bundle(vec![register(1, "Kor"), register(2, "Korps")], at);
    assert_eq!(hall.floor.submit_together(good.clone()).await, Settled::Done);
    assert_eq!(
        (hall.head(), hall.contacts().await),
        ((before + 2, Seq(at.0 + 2)), 1)
    );

    assert_eq!(
        hall.floor.submit_together(good).await,
        Settled::Moved,
        "it was meant for another board"
    );
    let note = register(3, "Lag");
    assert_accepted(&hall.floor.submit(submission(Role::Organiser, note)).await);
    assert_eq!(
        hall.head(),
        (before + 3, Seq(at.0 + 3)),
        "the board is as if the others had not been"
    );

    // What was written is in the log.
    hall.stop.cancel();
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let floors = Floors::open(log::open(&hall.disk.database), clock, Stop::new())
        .await
        .expect("a log that can be read");
    let floor = floors.get("drammen").await.expect("it is in the log");
    assert_eq!(
        floor.view.with_staff_board(|board| board.participants.len()),
        before + 3
    );
}

//! What every log must keep, run on each implementation against a real database.

use std::collections::HashMap;

use crate::common::Disk;
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::log::{self, Answer, AppendError, Batch, Beside, Entry, ExchangeRow, Log, Newest, Outcome};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, ExchangeId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use test_support::postgres;
use uuid::Uuid;

fn exchange(slug: &str) -> ExchangeRow {
    ExchangeRow {
        id: ExchangeId(Uuid::now_v7()),
        slug: slug.to_owned(),
        epoch: Epoch(Uuid::now_v7()),
        formerly: Vec::new(),
        begins_after: Seq(0),
    }
}

fn entry(seq: u64) -> Entry {
    let recorded = Recorded {
        seq: Seq(seq),
        prev_public: Seq(seq - 1),
        at: Instant::from_unix_ms(1_000 + seq as i64),
        audience: Audience::Public,
        event: Event::SceneSet { scene: Scene::Pause },
    };
    Entry {
        recorded,
        role: Role::Moderator,
        device: DeviceId(Uuid::from_u128(7)),
    }
}

fn outcome(id: u128, answer: Answer) -> Outcome {
    Outcome {
        command: CommandId(Uuid::from_u128(id)),
        device: DeviceId(Uuid::from_u128(7)),
        content: "abc".to_owned(),
        written_at: Instant::from_unix_ms(4_000 + id as i64),
        answered_at: Instant::from_unix_ms(5_000 + id as i64),
        answer,
    }
}

#[expect(clippy::too_many_lines, reason = "the contract, sentence by sentence")]
async fn keeps_the_contract(log: &dyn Log) {
    let (one, other) = (exchange("one"), exchange("other"));
    log.create(&one, Instant::from_unix_ms(1)).await.expect("made");
    log.create(&other, Instant::from_unix_ms(1)).await.expect("made");
    assert!(
        log.create(&exchange("one"), Instant::from_unix_ms(2))
            .await
            .is_err(),
        "an address is unique"
    );
    assert_eq!(
        log.exchanges().await.expect("listed"),
        [one.clone(), other.clone()]
    );

    let refused = outcome(
        2,
        Answer::Refused {
            refusal: Refusal::SymbolTaken {
                symbol: "ELVE".to_owned(),
            },
        },
    );
    let accepted = outcome(1, Answer::Accepted { seq: Seq(3) });
    let batch = Batch {
        entries: (1..=3).map(entry).collect(),
        outcomes: vec![accepted.clone(), refused.clone()],
        ..Batch::default()
    };
    log.append(one.id, &batch).await.expect("appended");

    let read = log.read(one.id, Seq(1), 10).await.expect("read");
    assert_eq!(
        read,
        [entry(2).recorded, entry(3).recorded],
        "after a position, in order"
    );
    assert_eq!(
        log.read(one.id, Seq(0), 2).await.expect("read").len(),
        2,
        "at most the limit"
    );
    assert!(
        log.read(other.id, Seq(0), 10).await.expect("read").is_empty(),
        "nothing of another exchange"
    );

    let newest = log.entries(one.id, None, 2).await.expect("read");
    assert_eq!(
        newest,
        [entry(3), entry(2)],
        "newest first, with the hand behind each"
    );
    let earlier = log.entries(one.id, Some(Seq(2)), 10).await.expect("read");
    assert_eq!(earlier, [entry(1)], "only what lies before");
    assert!(
        log.entries(other.id, None, 10).await.expect("read").is_empty(),
        "nothing of another exchange"
    );

    let ids = [accepted.command, refused.command, CommandId(Uuid::from_u128(99))];
    let known = log.outcomes(one.id, &ids).await.expect("looked up");
    assert_eq!(
        (known.len(), &known[&ids[0]], &known[&ids[1]]),
        (2, &accepted, &refused)
    );
    assert!(
        log.outcomes(other.id, &ids).await.expect("looked up").is_empty(),
        "ids belong to an exchange"
    );
    let last = log
        .last_written(one.id, &[accepted.device, DeviceId(Uuid::nil())])
        .await
        .expect("looked up");
    assert_eq!(
        last,
        HashMap::from([(accepted.device, Instant::from_unix_ms(4_002))])
    );

    // A position that is taken: all or nothing, the outcome neither.
    let late = Batch {
        entries: vec![entry(4), entry(3)],
        outcomes: vec![outcome(3, Answer::Accepted { seq: Seq(4) })],
        ..Batch::default()
    };
    assert!(matches!(
        log.append(one.id, &late).await,
        Err(AppendError::Conflict)
    ));
    assert_eq!(log.read(one.id, Seq(0), 10).await.expect("read").len(), 3);
    assert!(
        log.outcomes(one.id, &[CommandId(Uuid::from_u128(3))])
            .await
            .expect("looked up")
            .is_empty()
    );

    // A command's id that is taken: the same.
    let again = Batch {
        entries: vec![entry(4)],
        outcomes: vec![accepted],
        ..Batch::default()
    };
    assert!(matches!(
        log.append(one.id, &again).await,
        Err(AppendError::Conflict)
    ));
    assert_eq!(log.read(one.id, Seq(3), 10).await.expect("read"), []);

    let mut clocks = entry(4);
    clocks.role = Role::Clock;
    clocks.device = DeviceId(Uuid::nil());
    let by_the_clock = Batch {
        entries: vec![clocks.clone()],
        outcomes: Vec::new(),
        ..Batch::default()
    };
    log.append(one.id, &by_the_clock).await.expect("appended");
    assert_eq!(
        log.entries(one.id, None, 1).await.expect("read"),
        [clocks],
        "the exchange's clock has a hand too"
    );

    let many = Batch {
        entries: (5..=1_503).map(entry).collect(),
        outcomes: Vec::new(),
        ..Batch::default()
    };
    log.append(one.id, &many)
        .await
        .expect("more rows than one statement takes");
    assert_eq!(log.read(one.id, Seq(0), 5_000).await.expect("read").len(), 1_503);

    assert_eq!(log.settings(one.id).await.expect("read"), None);
    let settings = Demo::drammen().settings;
    let mut configured = entry(1_504);
    configured.recorded.event = Event::ExchangeConfigured {
        settings: Box::new(settings.clone()),
    };
    let set_up = Batch {
        entries: vec![configured, entry(1_505)],
        ..Batch::default()
    };
    log.append(one.id, &set_up).await.expect("appended");
    assert_eq!(log.settings(one.id).await.expect("read"), Some(settings));
    assert_eq!(log.settings(other.id).await.expect("read"), None, "not another's");
    let newest = Newest {
        exchange: one.id,
        seq: Seq(1_505),
        at: entry(1_505).recorded.at,
    };
    assert_eq!(
        log.newest().await.expect("read"),
        [newest],
        "the other has no events yet"
    );
    assert_eq!(log.newest_in(one.id).await.expect("read"), Some(newest));
    assert_eq!(log.newest_in(other.id).await.expect("read"), None);
}

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    let disk = Disk::fresh().await;
    keeps_the_contract(log::open(&disk.database).as_ref()).await;
}

#[tokio::test]
async fn postgres_keeps_the_contract() {
    let database = open_postgres().await;
    keeps_the_contract(log::open(&database).as_ref()).await;
}

#[tokio::test]
async fn one_of_two_writers_on_postgres_is_told_of_the_conflict() {
    let database = open_postgres().await;
    let (log, one) = (log::open(&database), exchange("one"));
    log.create(&one, Instant::from_unix_ms(1)).await.expect("made");
    for seq in 1..=20 {
        let batch = |id| Batch {
            entries: vec![entry(seq)],
            outcomes: vec![outcome(id, Answer::Accepted { seq: Seq(seq) })],
            ..Batch::default()
        };
        let (mine, theirs) = (batch(u128::from(seq) * 2), batch(u128::from(seq) * 2 + 1));
        let (first, second) = tokio::join!(log.append(one.id, &mine), log.append(one.id, &theirs));
        assert!(
            matches!(
                (&first, &second),
                (Ok(()), Err(AppendError::Conflict)) | (Err(AppendError::Conflict), Ok(()))
            ),
            "{first:?} {second:?}"
        );
    }
    assert_eq!(log.read(one.id, Seq(0), 100).await.expect("read").len(), 20);
}

#[tokio::test]
async fn every_connection_to_postgres_is_durable() {
    let database = open_postgres().await;
    let Database::Postgres(postgres) = &database else {
        panic!("not PostgreSQL");
    };
    let setting: String = sqlx::query_scalar("SHOW synchronous_commit")
        .fetch_one(&postgres.pool)
        .await
        .expect("a setting");
    assert_eq!(setting, "on");
}

#[tokio::test]
async fn contacts_are_written_with_their_batch_or_not_at_all() {
    let disk = Disk::fresh().await;
    for database in [&disk.database, &open_postgres().await] {
        let (log, one) = (log::open(database), exchange("one"));
        log.create(&one, Instant::from_unix_ms(1)).await.expect("made");
        let batch = |entries: Vec<Entry>, person: &str| Batch {
            entries,
            outcomes: Vec::new(),
            beside: vec![Beside::Reached {
                participant: ParticipantId(Uuid::from_u128(5)),
                contact: Contact {
                    person: Some(person.to_owned()),
                    ..Contact::default()
                },
                at: Instant::from_unix_ms(9),
            }],
            follows: None,
        };
        log.append(one.id, &batch(vec![entry(1)], "Kari"))
            .await
            .expect("appended");
        log.append(one.id, &batch(Vec::new(), "Ola"))
            .await
            .expect("appended");
        let taken = log.append(one.id, &batch(vec![entry(1)], "Nobody")).await;
        assert!(matches!(taken, Err(AppendError::Conflict)), "{taken:?}");
        assert_eq!(
            persons(database).await,
            ["Ola"],
            "one a participant, and none of a batch that failed"
        );
    }
}

#[tokio::test]
async fn in_a_log_of_a_version_before_the_public_is_counted_anew() {
    use Audience::{Public, Staff};
    let disk = Disk::fresh().await;
    for database in [&disk.database, &open_postgres().await] {
        let log = log::open(database);
        for slug in ["one", "other"] {
            let one = exchange(slug);
            log.create(&one, Instant::from_unix_ms(1)).await.expect("made");
            // As it was written: with the log's position of the public event before.
            let written = [
                (Public, 0),
                (Staff, 1),
                (Staff, 1),
                (Public, 1),
                (Staff, 4),
                (Public, 4),
            ];
            let entries = (1..).zip(written).map(|(seq, (audience, prev_public))| {
                let mut entry = entry(seq);
                entry.recorded.audience = audience;
                entry.recorded.prev_public = Seq(prev_public);
                entry
            });
            let batch = Batch {
                entries: entries.collect(),
                ..Batch::default()
            };
            log.append(one.id, &batch).await.expect("appended");
        }
        count_anew(database).await;
        for exchange in log.exchanges().await.expect("listed") {
            let read = log.read(exchange.id, Seq(0), 10).await.expect("read");
            let positions: Vec<u64> = read.iter().map(|recorded| recorded.position(Public).0).collect();
            assert_eq!(positions, [1, 1, 1, 2, 2, 3]);
        }
    }
}

async fn count_anew(database: &Database) {
    match database {
        Database::Sqlite(sqlite) => {
            let sql = include_str!("../../../migrations/sqlite/0011_positions_of_the_public.sql");
            sqlx::raw_sql(sql).execute(&sqlite.writer).await.map(drop)
        }
        Database::Postgres(postgres) => {
            let sql = include_str!("../../../migrations/postgres/0011_positions_of_the_public.sql");
            sqlx::raw_sql(sql).execute(&postgres.pool).await.map(drop)
        }
    }
    .expect("counted");
}

async fn persons(database: &Database) -> Vec<String> {
    let sql = "SELECT person FROM contacts";
    match database {
        Database::Sqlite(sqlite) => sqlx::query_scalar(sql).fetch_all(&sqlite.readers).await,
        Database::Postgres(postgres) => sqlx::query_scalar(sql).fetch_all(&postgres.pool).await,
    }
    .expect("contacts")
}

async fn open_postgres() -> Database {
    Database::open(&postgres::fresh_database())
        .await
        .expect("a fresh database")
}

#[tokio::test]
async fn the_live_writer_is_durable() {
    let disk = Disk::fresh().await;
    let Database::Sqlite(sqlite) = &disk.database else {
        panic!("not SQLite");
    };
    let pragma = async |name: &str| -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&sqlite.writer)
            .await
            .expect("a pragma")
    };
    assert_eq!(pragma("journal_mode").await, "wal");
    assert_eq!(
        pragma("synchronous").await,
        "2",
        "2 is FULL: a commit is on disk before it is answered"
    );
}

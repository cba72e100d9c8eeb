//! The faults, each named once; and how each is done.

use std::collections::BTreeSet;
use std::time::Duration;

use borsklokka::simulate::Client;
use borsklokka_shared::event::{self, Event};
use borsklokka_shared::ids::DealId;
use sqlx::Connection as _;
use test_support::process::wait_for;
use test_support::raw::{HELLO, RawClient};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::Chance;
use super::hall::Hall;
use super::judge::Verdict;
use super::line::State;
use super::machine::Disk;

/// How many walls come at once.
const HERD: usize = 300;
/// An hour, in milliseconds.
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// How far apart the clocks of two nodes are, in milliseconds.
const APART_MS: i64 = 10 * 1_000;

macro_rules! faults {
    ($($fault:ident = $words:literal,)+) => {
        /// A fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fault { $($fault),+ }

        impl Fault {
            pub(crate) const ALL: &[Fault] = &[$(Fault::$fault),+];

            /// What it is, in words.
            pub(crate) fn words(self) -> &'static str {
                match self { $(Fault::$fault => $words),+ }
            }
        }
    };
}

faults! {
    Nothing = "nothing: an evening to compare with",
    Killed = "the server is killed",
    KilledOften = "the server is killed three times",
    Restarted = "the server is stopped and started",
    Sleeps = "the machine sleeps",
    DiskFull = "the disk is full",
    DiskReadOnly = "the disk is read-only",
    DiskFailsToWrite = "a write fails (EIO)",
    DiskFailsToSync = "a sync fails (EIO)",
    DiskSlow = "a sync takes 0.3 s",
    DiskFullAndKilled = "the disk is full, and the server is killed",
    DatabaseLocked = "another program holds the database",
    ClockForward = "the server's clock is set an hour ahead",
    ClockBack = "the server's clock is set an hour back",
    LineCut = "every connection is cut",
    LineGone = "nobody is let through",
    LineSlow = "everything comes 0.4 s late",
    LineSilent = "packets are lost and nobody is told",
    RepliesLost = "answers are lost",
    ClientClocks = "the tablets' clocks are a day wrong",
    NeverReads = "walls that never read",
    Herd = "hundreds of walls come at once",
    TabletClosed = "a tablet is closed in the middle",
    TabletTwice = "a tablet's page is open twice",
    TabletPairedAnew = "the tablets are paired anew",
    PostgresStopped = "PostgreSQL is stopped",
    PostgresFrozen = "PostgreSQL is frozen",
    PostgresFailsOver = "PostgreSQL fails over to a replica that lacks the last deals",
    NodeKilled = "one of two nodes is killed",
    NodesRolled = "two nodes are exchanged one by one",
    NodesApart = "two nodes' clocks are 10 s apart",
}

impl Fault {
    pub(crate) fn is_of_postgres(self) -> bool {
        matches!(self, Self::PostgresStopped | Self::PostgresFrozen) || self.wants_two_nodes()
    }

    pub(crate) fn wants_two_nodes(self) -> bool {
        matches!(
            self,
            Self::PostgresFailsOver | Self::NodeKilled | Self::NodesRolled | Self::NodesApart
        )
    }

    /// Whether a server has no chance to hold the memory that it held.
    pub(crate) fn ends_a_server(self) -> bool {
        matches!(
            self,
            Self::Killed
                | Self::KilledOften
                | Self::Restarted
                | Self::ClockForward
                | Self::ClockBack
                | Self::DiskFullAndKilled
                | Self::NodeKilled
                | Self::NodesRolled
        )
    }

    /// Whether the server's clock goes on from where a machine's clock was set: time that nobody lived through.
    pub(crate) fn leaps(self) -> bool {
        matches!(self, Self::ClockForward)
    }

    /// Whether it was felt. One that nobody felt was not tried.
    pub(crate) fn was_felt(self, verdict: &Verdict) -> bool {
        match self {
            Self::DiskFull
            | Self::DiskReadOnly
            | Self::DiskFailsToWrite
            | Self::DiskFailsToSync
            | Self::DiskFullAndKilled => verdict.put_off > 0,
            Self::ClockForward => verdict.lasted_ms > HOUR_MS,
            Self::PostgresFailsOver => verdict.gone > 0,
            _ => true,
        }
    }

    /// Does it, for as long as the seed says, and takes it away.
    pub(crate) async fn befalls(self, hall: &mut Hall, chance: &mut Chance) {
        let a_while = Duration::from_millis(600 + chance.below(1_400));
        match self {
            Self::Nothing => sleep(a_while * 2).await,
            Self::Killed => hall.kill(0).await,
            Self::KilledOften => {
                for _ in 0..3 {
                    hall.kill(0).await;
                    sleep(Duration::from_millis(400 + chance.below(600))).await;
                }
            }
            Self::Restarted => hall.restart(0).await,
            Self::Sleeps => {
                hall.nodes[0].signal("-STOP");
                sleep(a_while + Duration::from_secs(3)).await;
                hall.nodes[0].signal("-CONT");
            }
            Self::DiskFull => with_disk(hall, Disk::Full, a_while).await,
            Self::DiskReadOnly => with_disk(hall, Disk::ReadOnly, a_while).await,
            Self::DiskFailsToWrite => with_disk(hall, Disk::FailsToWrite, a_while).await,
            Self::DiskFailsToSync => with_disk(hall, Disk::FailsToSync, a_while).await,
            Self::DiskSlow => with_disk(hall, Disk::Slow, a_while * 2).await,
            Self::DiskFullAndKilled => {
                hall.nodes[0].machine.disk(Disk::Full);
                sleep(a_while).await;
                hall.kill(0).await;
            }
            Self::DatabaseLocked => hold_database(hall, a_while * 3).await,
            Self::ClockForward => set_clock(hall, HOUR_MS, a_while).await,
            Self::ClockBack => set_clock(hall, -HOUR_MS, a_while).await,
            Self::LineCut => {
                hall.staff.cut_once();
                hall.public.cut_once();
            }
            Self::LineGone => with_line(hall, State::Cut, a_while).await,
            Self::LineSlow => with_line(hall, State::Slow(400), a_while * 2).await,
            Self::LineSilent => with_line(hall, State::Silent, a_while + Duration::from_secs(4)).await,
            Self::RepliesLost => with_line(hall, State::Mute, a_while).await,
            Self::ClientClocks => {
                let day = 24 * HOUR_MS;
                hall.clocks
                    .send_replace(if chance.below(2) == 0 { day } else { -day });
                sleep(a_while).await;
                hall.clocks.send_replace(0);
            }
            Self::NeverReads => never_read(hall, a_while * 2).await,
            Self::Herd => herd(hall, a_while).await,
            Self::TabletClosed => {
                for number in 0..hall.tablets.len() {
                    hall.close_and_open(number).await;
                }
            }
            Self::TabletTwice => {
                for number in 0..hall.tablets.len() {
                    hall.open_twice(number);
                }
                sleep(a_while).await;
            }
            Self::TabletPairedAnew => hall.pair_anew(),
            Self::PostgresStopped => {
                let cluster = hall.cluster.as_ref().expect("PostgreSQL");
                wait_for(|| cluster.stop());
                sleep(a_while + Duration::from_secs(1)).await;
                wait_for(|| cluster.start_again());
            }
            Self::PostgresFrozen => {
                let cluster = hall.cluster.as_ref().expect("PostgreSQL");
                wait_for(|| cluster.signal("-STOP"));
                sleep(a_while + Duration::from_secs(3)).await;
                wait_for(|| cluster.signal("-CONT"));
            }
            Self::PostgresFailsOver => fail_over(hall, a_while).await,
            Self::NodeKilled => {
                let number = chance.below(2) as usize;
                hall.kill(number).await;
            }
            Self::NodesRolled => {
                for number in 0..2 {
                    hall.restart(number).await;
                    sleep(Duration::from_millis(500)).await;
                }
            }
            Self::NodesApart => {
                hall.nodes[1].machine.clock(APART_MS);
                hall.staff.cut_once();
                sleep(a_while).await;
            }
        }
    }
}

/// A server that runs goes by the time that passes; one that is started by its machine's clock.
async fn set_clock(hall: &mut Hall, wrong_ms: i64, a_while: Duration) {
    hall.nodes[0].machine.clock(wrong_ms);
    sleep(a_while).await;
    hall.restart(0).await;
}

async fn with_disk(hall: &Hall, disk: Disk, a_while: Duration) {
    hall.nodes[0].machine.disk(disk);
    sleep(a_while).await;
    hall.nodes[0].machine.disk(Disk::Sound);
}

async fn with_line(hall: &Hall, state: State, a_while: Duration) {
    hall.staff.is(state);
    hall.public.is(state);
    sleep(a_while).await;
    hall.staff.is(State::Open);
    hall.public.is(State::Open);
}

async fn hold_database(hall: &Hall, a_while: Duration) {
    let url = format!("sqlite:{}", hall.file().display());
    let mut other = sqlx::SqliteConnection::connect(&url)
        .await
        .expect("another program");
    sqlx::query("PRAGMA busy_timeout = 10000")
        .execute(&mut other)
        .await
        .expect("patient");
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut other)
        .await
        .expect("held");
    sleep(a_while).await;
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("let go");
}

/// What the replica lacks is gone with its primary, if no tablet has it any more; everything else must hold.
async fn fail_over(hall: &mut Hall, a_while: Duration) {
    let cluster = hall.cluster.as_ref().expect("PostgreSQL");
    let replica = wait_for(|| cluster.replicate());
    wait_for(|| replica.falls_behind());
    sleep(a_while).await;
    wait_for(|| cluster.die());
    // Answers that are on their way come, or never do.
    sleep(Duration::from_millis(300)).await;
    let has = deals_in(&replica.url(&hall.url)).await;
    hall.gone = hall
        .tablets
        .iter()
        .flat_map(|tablet| tablet.book().answered())
        .filter(|deal| !has.contains(deal))
        .collect();
    wait_for(|| replica.takes_over());
}

/// The deals that are in a database, as far as it may be read only.
async fn deals_in(url: &str) -> BTreeSet<DealId> {
    let mut replica = sqlx::PgConnection::connect(url).await.expect("a replica");
    let events: Vec<String> = sqlx::query_scalar("SELECT event FROM events")
        .fetch_all(&mut replica)
        .await
        .expect("readable");
    let deal = |event: &String| match event::decode(event::SCHEMA, event) {
        Ok(Event::DealWritten { deal }) => Some(deal.id),
        _ => None,
    };
    events.iter().filter_map(deal).collect()
}

/// Walls that ask for everything and take nothing.
async fn never_read(hall: &Hall, a_while: Duration) {
    let mut walls = Vec::new();
    for _ in 0..20 {
        let Ok(mut io) = TcpStream::connect(hall.nodes[0].address).await else {
            continue;
        };
        let request = format!(
            "GET /api/v1/exchanges/drammen/live HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: borsklokka.v1\r\n\r\n",
            hall.nodes[0].address
        );
        if io.write_all(request.as_bytes()).await.is_ok() {
            let mut wall = RawClient {
                io,
                buffer: Vec::new(),
            };
            wall.send_text(HELLO).await;
            walls.push(wall);
        }
    }
    sleep(a_while).await;
}

async fn herd(hall: &Hall, a_while: Duration) {
    let address = hall.public.address.to_string();
    let walls: Vec<_> = (0..HERD)
        .map(|_| {
            let address = address.clone();
            tokio::spawn(async move {
                let mut wall = Client::connect(&address, "drammen", None).await.ok()?;
                while wall.next().await.is_ok() {}
                Some(())
            })
        })
        .collect();
    sleep(a_while).await;
    // All of them come again at one instant.
    hall.public.cut_once();
    for wall in walls {
        wall.abort();
    }
}

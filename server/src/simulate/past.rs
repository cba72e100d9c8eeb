//! What was before the server started: the demo's people registered yesterday, and an evening may have been under way for a
//! while. A server alone lives in the present, so this writes with a clock that stands where it is put, before one starts.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::{HeaderMap, HeaderValue, header};
use borsklokka_shared::command::{Command, Expected, WrittenOn};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, RoundId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use tokio_util::sync::DropGuard;
use uuid::Uuid;

use crate::access::Access;
use crate::api::{Channel, Denied, Peer};
use crate::clock::{Clock, SharedClock};
use crate::database::Database;
use crate::demo::{Demo, LoadError};
use crate::floor::{FloorHandle, Submission};
use crate::floors::{Floors, MakeError, NotOpen};
use crate::log::{self, Answer, LogError};
use crate::stop::Stop;

/// How long ago the demo's people registered, in milliseconds.
const REGISTERED_MS: i64 = 24 * 60 * 60_000;
/// How long before the bell tablets were paired, in milliseconds.
const PAIRED_MS: i64 = 60 * 60_000;
/// When the first round ends and the second begins, after the opening bell, in milliseconds.
const SECOND_ROUND_MS: i64 = 25 * 60_000;
/// The first deal comes so long after the bell, and the last so long before now, in milliseconds.
const MARGIN_MS: i64 = 50_000;
/// Deals come so much before or after an even pace, in milliseconds: nobody trades like a clock.
const SWAY_MS: f64 = 80_000.0;
/// How much the first deals take their time: at 1 they come as quickly as the last.
const HESITATION: f64 = 0.8;

/// An evening that is under way.
pub struct Evening {
    /// How long ago the bell rang, in milliseconds.
    pub traded_ms: i64,
    /// How many deals were struck since.
    pub deals: usize,
    /// Who wrote them, in turns.
    pub brokers: Vec<String>,
}

/// Who played it, and may go on, by their bearer tokens.
pub struct Company {
    /// The moderator's.
    pub moderator_token: String,
    /// The brokers'.
    pub broker_tokens: Vec<String>,
}

/// The past cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The demo's exchange cannot be made.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The demo cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A tablet cannot be paired, or a contact is not taken.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The floor refused what was done.
    #[error("the floor refused what was done: {0}")]
    Refused(Refusal),
}

/// Makes the demo's exchange if there is none, with what its people registered yesterday.
///
/// # Errors
/// If the database or the floor does not take it.
pub async fn register(database: &Database, now: Instant) -> Result<(), PastError> {
    let demo = Demo::drammen();
    if is_there(database, &demo).await? {
        return Ok(());
    }
    let past = Past::open(database, now.plus_ms(-REGISTERED_MS)).await?;
    let floor = past.floors.make(&demo.slug).await?;
    for participant in &demo.participants {
        let contact = participant.contact.clone();
        past.access
            .write_contact(floor.exchange.id, participant.id, contact)
            .await?;
    }
    demo.load(&floor).await?;
    drop(past);
    Ok(())
}

/// Writes an evening of the demo's exchange that is under way; nothing if it has begun already, or if anything happened there
/// since the bell would have rung. Returns who played it.
///
/// # Errors
/// If the database or the floor does not take it.
pub async fn play(
    database: &Database,
    now: Instant,
    evening: &Evening,
) -> Result<Option<Company>, PastError> {
    let demo = Demo::drammen();
    if !is_there(database, &demo).await? {
        return Ok(None);
    }
    let opened_at = now.plus_ms(-evening.traded_ms);
    let past = Past::open(database, opened_at.plus_ms(-PAIRED_MS)).await?;
    let company = match past.floors.get(&demo.slug).await {
        Ok(floor) if is_before(&floor, opened_at) => {
            Some(past.trade(&demo, &floor, opened_at, evening).await?)
        }
        Ok(_) | Err(NotOpen::Unknown | NotOpen::Unreadable(_)) => None,
        Err(NotOpen::Log(error)) => return Err(error.into()),
    };
    drop(past);
    Ok(company)
}

async fn is_there(database: &Database, demo: &Demo) -> Result<bool, LogError> {
    let exchanges = log::open(database).exchanges().await?;
    Ok(exchanges.iter().any(|exchange| exchange.slug == demo.slug))
}

/// Whether an evening can still open at `opened_at`: exchange time does not go back.
fn is_before(floor: &FloorHandle, opened_at: Instant) -> bool {
    let phase = floor.view.with_staff_board(|board| board.floor.settled_phase());
    phase == Phase::Preparing && floor.view.clock.now() <= opened_at
}

/// The floors, and a clock to put where it is wanted.
struct Past {
    clock: Arc<PastClock>,
    floors: Floors,
    access: Access,
    /// Closes them when it is dropped.
    _stop: DropGuard,
}

impl Past {
    async fn open(database: &Database, at: Instant) -> Result<Self, LogError> {
        let past = Arc::new(PastClock(AtomicI64::new(at.unix_ms)));
        let clock: SharedClock = Arc::<PastClock>::clone(&past);
        let stop = Stop::new();
        Ok(Self {
            clock: past,
            floors: Floors::open(log::open(database), Arc::clone(&clock), stop.clone()).await?,
            access: Access::new(database.clone(), clock),
            _stop: stop.drop_guard(),
        })
    }

    /// Opens the floor, and strikes the deals, each in its time.
    async fn trade(
        &self,
        demo: &Demo,
        floor: &FloorHandle,
        opened_at: Instant,
        evening: &Evening,
    ) -> Result<Company, PastError> {
        let (moderator_token, moderator) = self.pair(floor, Role::Moderator, "Berit").await?;
        let (mut broker_tokens, mut brokers) = (Vec::new(), Vec::new());
        for name in &evening.brokers {
            let (token, broker) = self.pair(floor, Role::Broker, name).await?;
            broker_tokens.push(token);
            brokers.push(broker);
        }
        self.clock.put(opened_at);
        let open = Command::OpenFloor {
            expected: Expected::exactly(Phase::Preparing, None),
            start_round: Some(RoundId(1)),
        };
        ask(floor, &moderator, open).await?;
        let mut round = RoundId(1);
        let times = times_ms(evening.traded_ms, evening.deals);
        for ((nth, at_ms), broker) in times.into_iter().enumerate().zip(brokers.iter().cycle()) {
            if round == RoundId(1) && at_ms > SECOND_ROUND_MS {
                self.clock.put(opened_at.plus_ms(SECOND_ROUND_MS));
                let expected = Expected::exactly(Phase::Open, Some(round));
                round = RoundId(2);
                ask(floor, &moderator, Command::StartRound { round, expected }).await?;
            }
            self.clock.put(opened_at.plus_ms(at_ms));
            let post = Command::PostDeal {
                deal: DealId(Uuid::now_v7()),
                terms: demo.terms(nth),
                written_on: WrittenOn::Tablet,
                broker: None,
            };
            ask(floor, broker, post).await?;
        }
        Ok(Company {
            moderator_token,
            broker_tokens,
        })
    }

    /// A paired device: its token, and who acts with it.
    async fn pair(&self, floor: &FloorHandle, role: Role, name: &str) -> Result<(String, Actor), PastError> {
        let (exchange, slug) = (floor.exchange.id, &floor.exchange.slug);
        let token = self.access.issue_token(exchange, role, name).await?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).expect("a token is visible ASCII");
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
        let here = Peer {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            channel: Channel::Plain,
        };
        let session = self.access.session(exchange, slug, &headers, here).await?;
        let actor = session
            .expect("a device that was just paired has a session")
            .actor();
        Ok((token, actor))
    }
}

async fn ask(floor: &FloorHandle, actor: &Actor, command: Command) -> Result<(), PastError> {
    let submission = Submission {
        actor: actor.clone(),
        id: CommandId(Uuid::now_v7()),
        command,
        written_at: None,
        clock: ClockTrust::Estimated,
        epoch: None,
    };
    match floor.submit(submission).await {
        Answer::Accepted { .. } => Ok(()),
        Answer::Refused { refusal } => Err(PastError::Refused(refusal)),
    }
}

/// When each deal comes after the opening bell, in milliseconds and in order.
fn times_ms(traded_ms: i64, deals: usize) -> Vec<i64> {
    let latest_ms = (traded_ms - MARGIN_MS).max(MARGIN_MS);
    let due_ms = |nth: usize| {
        let part = (nth as f64 / deals as f64).powf(HESITATION);
        let sway_ms = (nth as f64 * 1.7).sin() * SWAY_MS;
        (part * traded_ms as f64 + sway_ms) as i64
    };
    let mut times: Vec<i64> = (0..deals)
        .map(|nth| due_ms(nth).clamp(MARGIN_MS, latest_ms))
        .collect();
    times.sort_unstable();
    times
}

/// A clock that stands where it was put.
struct PastClock(AtomicI64);

impl PastClock {
    fn put(&self, at: Instant) {
        self.0.store(at.unix_ms, Ordering::Relaxed);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::Relaxed))
    }

    fn elapsed_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn slept_ms(&self) -> i64 {
        0
    }
}

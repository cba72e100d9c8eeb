//! Writes an evening that is under way into a new database: `evening sqlite:FILE DEALS`. The bell rang some forty minutes
//! ago, the second round runs, and the deals came one by one. The pictures of the documentation are taken of it, since a
//! server alone lives in the present. The tokens of a broker and the moderator are printed, a line each.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, bail};
use axum::http::{HeaderMap, header};
use borsklokka::access::Access;
use borsklokka::api::{Channel, Peer};
use borsklokka::clock::{Clock, MachineClock, SharedClock};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::floors::Floors;
use borsklokka::log::{self, Answer};
use borsklokka_shared::command::{Command, Expected, WrittenOn};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, RoundId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::{Actor, Role};
use tokio::sync::watch;
use uuid::Uuid;

/// How long people have traded, in milliseconds.
const TRADED_MS: i64 = 41 * 60_000;
/// When the first round ends and the second begins, after the opening bell, in milliseconds.
const SECOND_ROUND_MS: i64 = 25 * 60_000;
/// The first deal comes so long after the bell, and the last so long before now, in milliseconds.
const MARGIN_MS: i64 = 50_000;
/// Deals come so much before or after an even pace, in milliseconds: nobody trades like a clock.
const SWAY_MS: f64 = 80_000.0;
/// How much the first deals take their time: at 1 they come as quickly as the last.
const HESITATION: f64 = 0.8;
/// Who writes the deals. The first broker's tablet is the one in the pictures.
const BROKERS: [&str; 3] = ["Ingrid", "Jonas", "Amina"];

/// A clock that stands where it was put.
struct PastClock(AtomicI64);

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

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(deals)) = (arguments.next(), arguments.next()) else {
        bail!("say where and how many: evening sqlite:FILE DEALS");
    };
    write(&url, deals.parse().context("DEALS is a number")?).await
}

#[allow(clippy::print_stdout)] // The tokens are what the pictures' script asks for.
async fn write(url: &str, deals: usize) -> anyhow::Result<()> {
    let opened_at = MachineClock::anchored().now().plus_ms(-TRADED_MS);
    let past = Arc::new(PastClock(AtomicI64::new(opened_at.plus_ms(-3_600_000).unix_ms)));
    let clock: SharedClock = Arc::<PastClock>::clone(&past);
    let database = Database::open(url).await?;
    let access = Access::new(database.clone(), Arc::clone(&clock));
    let (give_stop, stop) = watch::channel(false);
    let floors = Floors::open(log::open(&database), clock, stop).await?;

    let demo = Demo::drammen();
    let floor = floors.make(&demo.slug).await?;
    demo.load(&floor).await?;
    let (moderator_token, moderator) = pair(&access, &floor, Role::Moderator, "Berit").await?;
    let mut brokers = Vec::new();
    for name in BROKERS {
        brokers.push(pair(&access, &floor, Role::Broker, name).await?);
    }

    let at = |ms: i64| past.0.store(opened_at.plus_ms(ms).unix_ms, Ordering::Relaxed);
    at(0);
    let expected = Expected::exactly(Phase::Preparing, None);
    let start_round = Some(RoundId(1));
    ask(
        &floor,
        &moderator,
        Command::OpenFloor {
            expected,
            start_round,
        },
    )
    .await?;
    let mut round = RoundId(1);
    for (nth, deal_ms) in times(deals).into_iter().enumerate() {
        if round == RoundId(1) && deal_ms > SECOND_ROUND_MS {
            at(SECOND_ROUND_MS);
            let expected = Expected::exactly(Phase::Open, Some(round));
            round = RoundId(2);
            ask(&floor, &moderator, Command::StartRound { round, expected }).await?;
        }
        at(deal_ms);
        let post = Command::PostDeal {
            deal: DealId(Uuid::new_v4()),
            terms: demo.terms(nth),
            written_on: WrittenOn::Tablet,
        };
        ask(&floor, &brokers[nth % brokers.len()].1, post).await?;
    }
    println!("{}\n{moderator_token}", brokers[0].0);

    give_stop.send(true).context("the floor has stopped")?;
    database.close().await;
    Ok(())
}

/// When each deal comes after the opening bell, in milliseconds and in order.
fn times(deals: usize) -> Vec<i64> {
    let latest_ms = TRADED_MS - MARGIN_MS;
    let due_ms = |nth: usize| {
        let part = (nth as f64 / deals as f64).powf(HESITATION);
        let sway_ms = (nth as f64 * 1.7).sin() * SWAY_MS;
        (part * TRADED_MS as f64 + sway_ms) as i64
    };
    let mut times: Vec<i64> = (0..deals)
        .map(|nth| due_ms(nth).clamp(MARGIN_MS, latest_ms))
        .collect();
    times.sort_unstable();
    times
}

/// A paired device: its token, and who acts with it.
async fn pair(
    access: &Access,
    floor: &FloorHandle,
    role: Role,
    name: &str,
) -> anyhow::Result<(String, Actor)> {
    let (exchange, slug) = (floor.exchange.id, &floor.exchange.slug);
    let token = access.issue_token(exchange, role, name).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse()?);
    let here = Peer {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        channel: Channel::Plain,
    };
    let session = access.session(exchange, slug, &headers, here).await?;
    let session = session.context("a device that was just paired has a session")?;
    Ok((token, session.actor()))
}

async fn ask(floor: &FloorHandle, actor: &Actor, command: Command) -> anyhow::Result<()> {
    let submission = Submission {
        actor: actor.clone(),
        id: CommandId(Uuid::new_v4()),
        command,
        written_at: None,
        clock: ClockTrust::Estimated,
    };
    match floor.submit(submission).await {
        Answer::Accepted { .. } => Ok(()),
        Answer::Refused { refusal } => bail!("refused: {refusal:?}"),
    }
}

//! How long a server with a long log takes until it answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use borsklokka::clock::{MachineClock, SharedClock};
use borsklokka::database::Database;
use borsklokka::demo::Demo;
use borsklokka::floor::{FloorHandle, Submission};
use borsklokka::floors::Floors;
use borsklokka::log::{self, Answer};
use borsklokka::stop::Stop;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::Command;
use borsklokka_shared::role::Role;
use test_support::{opening, paired_long_ago, until};

use crate::ours;
use crate::report::{Figure, Report, median};

const EVENTS: u64 = 100_000;
const ROUNDS: usize = 5;
/// Commands that are handed over at once.
const BATCH: usize = 250;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    eprintln!("==> start: writing a log of {EVENTS} events");
    let folder = ours::folder()?;
    let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
    tokio::runtime::Runtime::new()?.block_on(write_log(&url))?;
    let mut ready = vec![];
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let (_server, address) = ours::serve(&url, false);
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(
            format!("GET /api/v1/exchanges/drammen/catalogue HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes(),
        )?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        ready.push(begun.elapsed().as_secs_f64() * 1_000.0);
        anyhow::ensure!(&answer == b"HTTP/1.1 200", "the exchange is open");
    }
    report.add(Figure::new("start", "ready_ms", median(ready), "ms").goal("<= 1000"));
    Ok(())
}

/// One exchange whose deals are posted, mended, withdrawn and brought back, until the log is as long as that.
async fn write_log(url: &str) -> Result<()> {
    let database = Database::open(url).await?;
    let clock: SharedClock = Arc::new(MachineClock::anchored());
    let log = log::open(&database);
    let floors = Floors::open(log, Arc::clone(&clock), Stop::new()).await?;
    let demo = Demo::drammen();
    let floor = floors.make(&demo.slug).await?;
    demo.load(&floor).await?;
    submit(&floor, Role::Moderator, vec![opening()]).await?;
    let strikes_at = floor
        .view
        .with_staff_board(|board| board.floor.trading.last().map(|trading| trading.opened_at))
        .context("the floor has been opened")?;
    until(strikes_at, || clock.now()).await;
    let mut index = 0;
    while floor.view.head(Audience::Staff).0 < EVENTS {
        let posts: Vec<Command> = (index..index + BATCH)
            .map(|index| ours::deal(&demo, index))
            .collect();
        let ids = posts.iter().filter_map(|post| match post {
            Command::PostDeal { deal, .. } => Some(*deal),
            _ => None,
        });
        let ids: Vec<_> = ids.collect();
        submit(&floor, Role::Broker, posts).await?;
        let later = |command: fn(borsklokka_shared::ids::DealId) -> Command| {
            ids.iter().copied().map(command).collect()
        };
        let amended = ids.iter().enumerate().map(|(nth, deal)| Command::AmendDeal {
            deal: *deal,
            terms: demo.terms(index + nth + 1),
            expected: None,
        });
        submit(&floor, Role::Broker, amended.collect()).await?;
        submit(&floor, Role::Broker, later(|deal| Command::WithdrawDeal { deal })).await?;
        submit(
            &floor,
            Role::Broker,
            later(|deal| Command::ReinstateDeal { deal }),
        )
        .await?;
        index += BATCH;
    }
    database.close().await;
    Ok(())
}

pub(crate) async fn submit(floor: &FloorHandle, role: Role, commands: Vec<Command>) -> Result<()> {
    let submissions = commands
        .into_iter()
        .map(|command| floor.submit(Submission::now(paired_long_ago(role), command)));
    for answer in futures_util::future::join_all(submissions).await {
        anyhow::ensure!(matches!(answer, Answer::Accepted { .. }), "refused: {answer:?}");
    }
    Ok(())
}

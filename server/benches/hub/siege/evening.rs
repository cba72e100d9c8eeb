//! The evening that is besieged, or not: four brokers who post at a quick pace, a hall that watches, and people who come in.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use borsklokka_shared::wire::SUBPROTOCOL;
use serde::Deserialize;
use test_support::raw::{HELLO, RawClient};
use tokio::net::TcpSocket;

use crate::ours::{BORSKLOKKA, Ours};
use crate::publish::Broker;
use crate::viewers::Watching;

/// Who posts.
pub(crate) const BROKERS: usize = 4;
/// Who watches, behind one address: the hall's.
pub(crate) const VIEWERS: usize = 200;
/// How long it lasts.
pub(crate) const LASTS: Duration = Duration::from_mins(1);
/// How often each broker posts: five deals a second of all.
const POSTS_EVERY: Duration = Duration::from_millis(800);
/// How often somebody comes in.
const COMES_EVERY: Duration = Duration::from_millis(400);
/// How long after the first deal the first one does.
const COMES_AFTER: Duration = Duration::from_millis(70);
/// Where whoever comes in is.
const LATE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// How long anybody waits for what must come.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the hall saw.
#[derive(Debug, Default)]
pub(crate) struct Evening {
    /// From just before a post is sent until the broker has the answer, in microseconds.
    pub(crate) commits_us: Vec<u64>,
    /// From then until each viewer has the event, in microseconds.
    pub(crate) deliveries_us: Vec<u64>,
    /// From before they connect until they have the board, in microseconds.
    pub(crate) arrivals_us: Vec<u64>,
    /// Deals that were refused or not answered, viewers that were lost, and people who did not come in.
    pub(crate) refused: u64,
    /// Deliveries of accepted deals that did not come.
    pub(crate) lost: u64,
    /// CPU time of the server over the evening, in nanoseconds, and over how long.
    pub(crate) cpu_ns: u64,
    pub(crate) lasted_s: f64,
    /// The most memory that the server had at once, in KiB.
    pub(crate) peak_kib: u64,
}

impl Evening {
    /// Counts another evening of the kind together with this one.
    pub(crate) fn add(&mut self, one: Self) {
        self.commits_us.extend(one.commits_us);
        self.deliveries_us.extend(one.deliveries_us);
        self.arrivals_us.extend(one.arrivals_us);
        self.refused += one.refused;
        self.lost += one.lost;
        self.cpu_ns += one.cpu_ns;
        self.lasted_s += one.lasted_s;
        self.peak_kib = self.peak_kib.max(one.peak_kib);
    }

    /// Sorts the times.
    pub(crate) fn settle(&mut self) {
        for times in [
            &mut self.commits_us,
            &mut self.deliveries_us,
            &mut self.arrivals_us,
        ] {
            times.sort_unstable();
        }
    }
}

/// A deal that counts.
struct Posted {
    sent: Instant,
    answered: Instant,
    seq: u64,
}

/// What a broker is answered.
#[derive(Deserialize)]
struct Accepted {
    seq: u64,
}

/// When which viewer's nth deal came.
type Arrivals = Arc<Mutex<Vec<(u64, Instant)>>>;

/// Who is in the hall.
pub(crate) struct Hall<'a> {
    ours: &'a Ours,
    watching: Watching,
    arrivals: Arrivals,
    brokers: Vec<Broker>,
}

impl<'a> Hall<'a> {
    /// Lets everybody in.
    pub(crate) fn fill(ours: &'a Ours, url: &str) -> Result<Self> {
        let arrivals = Arrivals::default();
        let on_deal = {
            let arrivals = Arc::clone(&arrivals);
            Box::new(move |_: usize, nth: u64, at: Instant| {
                arrivals.lock().expect("nobody panics with it").push((nth, at));
            })
        };
        let watching = ours.crowd(VIEWERS).watch(Some(on_deal));
        watching.all_started()?;
        let tokens: Vec<String> = (0..BROKERS).map(|_| BORSKLOKKA.token(url, "broker")).collect();
        let joining = tokens.iter().map(|token| Broker::join(ours.address, token));
        let brokers = ours
            .runtime
            .block_on(futures_util::future::try_join_all(joining))?;
        Ok(Self {
            ours,
            watching,
            arrivals,
            brokers,
        })
    }

    /// Plays the evening.
    pub(crate) fn play(mut self) -> Result<Evening> {
        let server = &self.ours.server;
        let (cpu_ns, begun) = (server.cpu_ns()?, Instant::now());
        let brokers = std::mem::take(&mut self.brokers);
        let trading = brokers.into_iter().enumerate();
        let trading = trading.map(|(nth, broker)| trade(broker, POSTS_EVERY * nth as u32 / BROKERS as u32));
        let (trades, came) = self.ours.runtime.block_on(async {
            let trading = futures_util::future::try_join_all(trading);
            tokio::join!(trading, come_in(self.ours.address))
        });
        let mut evening = Evening {
            cpu_ns: server.cpu_ns()? - cpu_ns,
            lasted_s: begun.elapsed().as_secs_f64(),
            ..Evening::default()
        };
        let mut posted = Vec::new();
        for trade in trades? {
            posted.extend(trade.posted);
            evening.refused += trade.refused;
        }
        for arrival in came {
            match arrival {
                Some(us) => evening.arrivals_us.push(us),
                None => evening.refused += 1,
            }
        }
        self.count(posted, &mut evening);
        evening.peak_kib = server.peak_memory_kib()?;
        Ok(evening)
    }

    /// Waits until everybody has seen what was posted, and counts how long it took.
    fn count(self, mut posted: Vec<Posted>, evening: &mut Evening) {
        let expected = posted.len() * VIEWERS;
        let seen = || self.arrivals.lock().expect("nobody panics with it").len();
        let begun = Instant::now();
        while seen() < expected && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
        }
        evening.lost = expected.saturating_sub(seen()) as u64;
        evening.refused += self.watching.lost();
        // Viewers have them in the order in which they were accepted.
        posted.sort_by_key(|deal| deal.seq);
        let us = |from: Instant, to: Instant| to.saturating_duration_since(from).as_micros() as u64;
        for (nth, at) in self.arrivals.lock().expect("nobody panics with it").iter() {
            if let Some(deal) = posted.get(*nth as usize) {
                evening.deliveries_us.push(us(deal.sent, *at));
            }
        }
        evening.commits_us = posted.iter().map(|deal| us(deal.sent, deal.answered)).collect();
    }
}

/// A broker's evening.
#[derive(Default)]
struct Trade {
    posted: Vec<Posted>,
    refused: u64,
}

/// Posts a deal every now and then, the first after a while, so that the brokers take turns.
async fn trade(mut broker: Broker, after: Duration) -> Result<Trade> {
    let begun = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval_at(begun + after, POSTS_EVERY);
    let mut trade = Trade::default();
    while begun.elapsed() < LASTS {
        ticks.tick().await;
        let sent = Instant::now();
        broker.post().await?;
        let answer = tokio::time::timeout(PATIENCE, broker.answer()).await;
        let answer = answer.context("a deal is not answered")??;
        match serde_json::from_str(&answer) {
            Ok(Accepted { seq }) => trade.posted.push(Posted {
                sent,
                answered: Instant::now(),
                seq,
            }),
            // A refusal has no position.
            Err(_) => trade.refused += 1,
        }
    }
    Ok(trade)
}

/// Every now and then somebody comes in, and stays until the board is there: how long it took, in microseconds, or nothing if they
/// did not come in.
async fn come_in(server: SocketAddr) -> Vec<Option<u64>> {
    let begun = tokio::time::Instant::now();
    // Between two deals.
    let mut ticks = tokio::time::interval_at(begun + COMES_AFTER, COMES_EVERY);
    let mut came = Vec::new();
    while begun.elapsed() < LASTS {
        ticks.tick().await;
        let comes = Instant::now();
        let has_board = tokio::time::timeout(PATIENCE, see_board(server)).await;
        let is_in = matches!(has_board, Ok(Some(())));
        came.push(is_in.then(|| comes.elapsed().as_micros() as u64));
    }
    came
}

async fn see_board(server: SocketAddr) -> Option<()> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind((LATE, 0).into()).ok()?;
    let stream = socket.connect(server).await.ok()?;
    let mut viewer = RawClient::upgrade(stream, server, SUBPROTOCOL).await?;
    viewer.send_text(HELLO).await;
    viewer.frame().await.map(drop)
}

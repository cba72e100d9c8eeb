//! A whole evening over real sockets: brokers who post, viewers who watch, and the count of both.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Ceremony, Phase};
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{CommandId, DealId};
use borsklokka_shared::wire::{ClientMessage, PING_EVERY_MS, ServerMessage};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::draw::{self, Draw};
use super::tally::{Report, Tally};
use super::{Chance, Client, ClientError, open_floor};

/// How long a client waits before it comes back, in milliseconds: any time up to this, doubled with each try.
const BACK_MS: u64 = 500;
/// The longest of these waits, in milliseconds.
const BACK_MS_MAX: u64 = 20_000;
/// How long a broker waits for an answer before it takes the connection for lost, in seconds.
const ANSWER_WAIT_S: u64 = 20;
/// How long viewers have for the last deals after the last was accepted, in seconds.
const SETTLE_S: u64 = 60;
/// How often progress is told, in seconds.
const PROGRESS_S: u64 = 1;

/// What is played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server, as `HOST:PORT`.
    pub address: String,
    /// The exchange's address.
    pub slug: String,
    /// How many post.
    pub brokers: usize,
    /// How many watch.
    pub viewers: usize,
    /// How many deals are posted.
    pub deals: usize,
    /// Deals a second, of all brokers together.
    pub pace: Pace,
    /// Draws the deals.
    pub seed: u64,
    /// The brokers' bearer tokens, which they take in turns.
    pub broker_tokens: Vec<String>,
    /// A moderator's bearer token, to open the floor with.
    pub moderator_token: Option<String>,
}

/// How quickly deals are posted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// So many a second.
    PerSecond(f64),
    /// Each broker's next as soon as the last is answered.
    AsAnswered,
}

/// What everybody shares.
struct Hall {
    plan: Plan,
    tally: Mutex<Tally>,
    begun: Instant,
}

impl Hall {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().expect("nothing panics while it counts")
    }

    fn now_us(&self) -> u64 {
        self.begun.elapsed().as_micros() as u64
    }
}

/// Plays an evening, and tells `progress` every second how it goes.
///
/// # Errors
/// If the exchange cannot be reached, its floor is closed, or its deals are not posted at once.
pub async fn play(
    plan: Plan,
    progress: impl Fn(&str) + Send + Sync + 'static,
) -> Result<Report, ClientError> {
    let mut draw = prepare(&plan).await?;
    let mut deals: Vec<Vec<(usize, DealId, Command)>> = vec![Vec::new(); plan.brokers];
    for index in 0..plan.deals {
        let (deal, command) = draw.deal().ok_or(ClientError::NobodyThere)?;
        deals[index % plan.brokers].push((index, deal, command));
    }
    let tally = Mutex::new(Tally::new(plan.viewers));
    let (settle, settled) = watch::channel(false);
    let mut hall = Arc::new(Hall {
        plan,
        tally,
        begun: Instant::now(),
    });
    let mut viewers = JoinSet::new();
    let mut ready = Vec::new();
    for viewer in 0..hall.plan.viewers {
        let joined = Regular::join(&hall.plan, None).await?;
        let deals = joined.board_deals();
        hall.tally().see_board(viewer, deals.into_iter());
        ready.push(joined);
    }
    // The pace begins when everybody is there.
    if let Some(hall) = Arc::get_mut(&mut hall) {
        hall.begun = Instant::now();
    }
    for (viewer, joined) in ready.into_iter().enumerate() {
        viewers.spawn(watch(Arc::clone(&hall), viewer, joined, settled.clone()));
    }
    let telling = tokio::spawn({
        let hall = Arc::clone(&hall);
        async move {
            loop {
                tokio::time::sleep(Duration::from_secs(PROGRESS_S)).await;
                let line = hall.tally().progress();
                progress(&line);
            }
        }
    });
    let mut brokers = JoinSet::new();
    for (turn, deals) in deals.into_iter().enumerate() {
        brokers.spawn(post_all(Arc::clone(&hall), turn, deals));
    }
    while let Some(broker) = brokers.join_next().await {
        broker.expect("a broker does not panic")?;
    }
    let _ = settle.send(true);
    let settling = async { while viewers.join_next().await.is_some() {} };
    // Whoever is not complete by then has lost something, and the report says so.
    let _ = tokio::time::timeout(Duration::from_secs(SETTLE_S), settling).await;
    telling.abort();
    let report = hall.tally().report();
    Ok(report)
}

/// Opens the floor if it may, and reads what deals can be drawn from.
async fn prepare(plan: &Plan) -> Result<Draw, ClientError> {
    if let Some(token) = &plan.moderator_token {
        open_floor(&plan.address, &plan.slug, token, None).await?;
    }
    let client = Client::connect(&plan.address, &plan.slug, None).await?;
    let board = &client
        .follower
        .as_ref()
        .expect("a client that has connected follows")
        .board;
    if board.floor.settled_phase() != Phase::Open {
        return Err(ClientError::FloorClosed);
    }
    let ceremony = board.settings.as_ref().map(|settings| settings.ceremony);
    if ceremony != Some(Ceremony::PostedAtOnce) {
        return Err(ClientError::RatifiedFirst);
    }
    let participants = board.participants.keys().copied().collect();
    let catalogue = draw::catalogue(&plan.address, &plan.slug).await?;
    Ok(Draw::new(participants, catalogue, plan.seed))
}

/// A client that comes back.
struct Regular {
    plan: Plan,
    token: Option<String>,
    client: Client,
}

impl Regular {
    async fn join(plan: &Plan, token: Option<String>) -> Result<Self, ClientError> {
        let client = Client::connect(&plan.address, &plan.slug, token.as_deref()).await?;
        Ok(Self {
            plan: plan.clone(),
            token,
            client,
        })
    }

    fn board_deals(&self) -> Vec<DealId> {
        let follower = self.client.follower.as_ref();
        follower.map_or_else(Vec::new, |follower| {
            follower.board.deals.keys().copied().collect()
        })
    }

    /// Comes back after the connection was lost, from where it was; tries for ever, with full jitter.
    async fn come_back(&mut self, hall: &Hall) {
        let mut chance = Chance(u64::from_le_bytes(
            Uuid::now_v7().as_bytes()[8..].try_into().expect("eight bytes"),
        ));
        let follower: Option<Follower> = self.client.follower.take();
        hall.tally().come_back(self.client.holes > 0);
        let mut most_ms = BACK_MS;
        loop {
            tokio::time::sleep(Duration::from_millis(chance.below(most_ms))).await;
            most_ms = (most_ms * 2).min(BACK_MS_MAX);
            let token = self.token.as_deref();
            match Client::resume(&self.plan.address, &self.plan.slug, token, follower.clone()).await {
                Ok(client) => {
                    self.client = client;
                    return;
                }
                Err(error) => tracing::debug!(%error, "a client cannot come back yet: {error}"),
            }
        }
    }
}

/// Watches until the evening is settled and every accepted deal was seen.
async fn watch(hall: Arc<Hall>, viewer: usize, mut regular: Regular, mut settled: watch::Receiver<bool>) {
    let mut ping = tokio::time::interval(Duration::from_millis(u64::from(PING_EVERY_MS)));
    loop {
        if *settled.borrow() && hall.tally().has_all(viewer) {
            return;
        }
        let heard = tokio::select! {
            message = regular.client.next() => message.map(Some),
            _ = ping.tick() => regular.client.send(&ClientMessage::Ping { sent_ms: 0.0 }).await.map(|()| None),
            changed = settled.changed() => match changed {
                Ok(()) => Ok(None),
                Err(_) => return,
            },
        };
        match heard {
            Ok(Some(ServerMessage::Event(event))) => {
                if let Event::DealPosted { deal } = &event.event {
                    let now_us = hall.now_us();
                    hall.tally().see(viewer, deal.id, now_us);
                }
            }
            Ok(_) => {}
            Err(_) => {
                regular.come_back(&hall).await;
                // What was missed came as events or, in a snapshot, as deals of the board.
                let deals = regular.board_deals();
                hall.tally().see_board(viewer, deals.into_iter());
                continue;
            }
        }
        if regular.client.holes > 0 {
            regular.come_back(&hall).await;
            let deals = regular.board_deals();
            hall.tally().see_board(viewer, deals.into_iter());
        }
    }
}

/// Posts a broker's deals, each when its time has come.
async fn post_all(
    hall: Arc<Hall>,
    turn: usize,
    deals: Vec<(usize, DealId, Command)>,
) -> Result<(), ClientError> {
    let tokens = &hall.plan.broker_tokens;
    let token = tokens.get(turn % tokens.len().max(1)).cloned();
    let mut broker = Regular::join(&hall.plan, token).await?;
    for (index, deal, command) in deals {
        if let Pace::PerSecond(per_s) = hall.plan.pace {
            let due = hall.begun + Duration::from_secs_f64(index as f64 / per_s);
            while let Some(wait) = due
                .checked_duration_since(Instant::now())
                .filter(|wait| !wait.is_zero())
            {
                if broker.client.listen(wait).await.is_err() {
                    broker.come_back(&hall).await;
                }
            }
        }
        let now_us = hall.now_us();
        hall.tally().post(deal, now_us);
        post(&hall, &mut broker, deal, &command).await;
    }
    Ok(())
}

/// Posts one deal, under one id, until it is answered for good.
async fn post(hall: &Hall, broker: &mut Regular, deal: DealId, command: &Command) {
    let id = CommandId(Uuid::now_v7());
    loop {
        let answered = async {
            broker.client.command_as(id, command).await?;
            broker.client.answer(id).await
        };
        match tokio::time::timeout(Duration::from_secs(ANSWER_WAIT_S), answered).await {
            Ok(Ok(ServerMessage::Refused { code, .. })) if code == "unavailable" || code == "throttled" => {
                tokio::time::sleep(Duration::from_millis(BACK_MS)).await;
            }
            Ok(Ok(ServerMessage::Refused { code, .. })) => return hall.tally().refuse(&code),
            Ok(Ok(_)) => return hall.tally().accept(deal),
            Ok(Err(_)) | Err(_) => broker.come_back(hall).await,
        }
    }
}

//! A whole evening over real sockets: brokers who post, viewers who watch, and the count of both.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Ceremony, Phase, PublicTotals};
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::{CommandId, DealId};
use borsklokka_shared::wire::{ClientMessage, PING_EVERY_MS, ServerMessage};
use tokio::sync::{Semaphore, mpsc, watch};
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
/// How long a client tries to come back before it goes home, in seconds.
const GIVE_UP_S: u64 = 120;
/// Viewers that come in at a time.
const ENTRANCE_MAX: usize = 64;
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
    /// Lets so many come in at a time.
    entrance: Semaphore,
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
/// If the exchange cannot be reached, its floor is closed, or the public would not see its deals.
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
    let (settle, settled) = watch::channel(false);
    let hall = Arc::new(Hall {
        tally: Mutex::new(Tally::new(plan.viewers)),
        begun: Instant::now(),
        entrance: Semaphore::new(ENTRANCE_MAX),
        plan,
    });
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let mut viewers = JoinSet::new();
    for viewer in 0..hall.plan.viewers {
        viewers.spawn(attend(
            Arc::clone(&hall),
            viewer,
            arrived.clone(),
            settled.clone(),
        ));
    }
    for _ in 0..hall.plan.viewers {
        arrivals.recv().await.expect("each says how it went")?;
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
    // The pace begins when everybody is there.
    let first_at = Instant::now();
    let mut brokers = JoinSet::new();
    for (turn, deals) in deals.into_iter().enumerate() {
        brokers.spawn(post_all(Arc::clone(&hall), turn, first_at, deals));
    }
    while let Some(broker) = brokers.join_next().await {
        if let Err(error) = broker.expect("a broker does not panic") {
            tracing::warn!(%error, "a broker has gone home: {error}");
        }
    }
    // Viewers may have gone home, and then listen no more.
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
    if board.public_totals != PublicTotals::Live {
        return Err(ClientError::Frozen);
    }
    let participants = board.participants.keys().copied().collect();
    let catalogue = draw::catalogue(&plan.address, &plan.slug).await?;
    Ok(Draw::new(participants, catalogue, plan.seed))
}

/// A client that comes back.
struct Regular {
    token: Option<String>,
    client: Client,
    heard_at: Instant,
}

impl Regular {
    async fn join(plan: &Plan, token: Option<String>) -> Result<Self, ClientError> {
        let connecting = Client::connect(&plan.address, &plan.slug, token.as_deref());
        let client = within(ANSWER_WAIT_S, connecting).await?;
        Ok(Self {
            token,
            client,
            heard_at: Instant::now(),
        })
    }

    fn board_deals(&self) -> Vec<DealId> {
        let follower = self.client.follower.as_ref();
        follower.map_or_else(Vec::new, |follower| {
            follower.board.deals.keys().copied().collect()
        })
    }

    /// The next message. A server that says nothing, not even to pings, counts as gone.
    async fn next(&mut self) -> Result<ServerMessage, ClientError> {
        let silent_at = self.heard_at + Duration::from_millis(3 * u64::from(PING_EVERY_MS));
        let message = tokio::time::timeout_at(silent_at, self.client.next())
            .await
            .unwrap_or(Err(ClientError::Silent))?;
        self.heard_at = Instant::now();
        Ok(message)
    }

    /// Comes back from where it was, with full jitter.
    ///
    /// # Errors
    /// If the server does not let it in for as long as [`GIVE_UP_S`].
    async fn come_back(&mut self, hall: &Hall) -> Result<(), ClientError> {
        hall.tally().come_back(self.client.step == Step::Hole);
        let random = Uuid::new_v4().as_u64_pair();
        let mut chance = Chance(random.0);
        let follower: Option<Follower> = self.client.follower.clone();
        let give_up_at = Instant::now() + Duration::from_secs(GIVE_UP_S);
        let mut most_ms = BACK_MS;
        loop {
            tokio::time::sleep(Duration::from_millis(chance.below(most_ms))).await;
            most_ms = (most_ms * 2).min(BACK_MS_MAX);
            let (plan, token) = (&hall.plan, self.token.as_deref());
            let resuming = Box::pin(Client::resume(&plan.address, &plan.slug, token, follower.clone()));
            match within(ANSWER_WAIT_S, resuming).await {
                Ok(client) => {
                    self.client = client;
                    self.heard_at = Instant::now();
                    return Ok(());
                }
                Err(error) if Instant::now() >= give_up_at => return Err(error),
                Err(error) => tracing::debug!(%error, "a client cannot come back yet: {error}"),
            }
        }
    }
}

async fn within<T>(
    seconds: u64,
    work: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    tokio::time::timeout(Duration::from_secs(seconds), work)
        .await
        .unwrap_or(Err(ClientError::Silent))
}

/// A viewer: comes in, says so, and watches until the evening is settled and every accepted deal was seen.
async fn attend(
    hall: Arc<Hall>,
    viewer: usize,
    arrived: mpsc::UnboundedSender<Result<(), ClientError>>,
    settled: watch::Receiver<bool>,
) {
    let entering = hall.entrance.acquire().await;
    let joined = Regular::join(&hall.plan, None).await;
    drop(entering);
    let regular = match joined {
        Ok(regular) => regular,
        Err(error) => {
            // The evening may have ended over another viewer's error.
            let _ = arrived.send(Err(error));
            return;
        }
    };
    hall.tally().see_board(viewer, regular.board_deals().into_iter());
    let _ = arrived.send(Ok(()));
    if let Err(error) = Box::pin(watch_deals(&hall, viewer, regular, settled)).await {
        tracing::warn!(%error, "a viewer has gone home: {error}");
    }
}

async fn watch_deals(
    hall: &Hall,
    viewer: usize,
    mut regular: Regular,
    mut settled: watch::Receiver<bool>,
) -> Result<(), ClientError> {
    let mut ping = tokio::time::interval(Duration::from_millis(u64::from(PING_EVERY_MS)));
    loop {
        if *settled.borrow() && hall.tally().has_all(viewer) {
            return Ok(());
        }
        let heard = tokio::select! {
            message = regular.next() => message.map(Some),
            _ = ping.tick() => regular.client.send(&ClientMessage::Ping { sent_ms: 0.0 }).await.map(|()| None),
            changed = settled.changed() => match changed {
                Ok(()) => Ok(None),
                Err(_) => return Ok(()),
            },
        };
        match heard {
            Ok(Some(_)) if regular.client.step == Step::Hole => {}
            Ok(Some(ServerMessage::Event(event))) => {
                // One that it knows already counts too: the server has sent it twice.
                if let Event::DealPosted { deal } = &event.event {
                    let now_us = hall.now_us();
                    hall.tally().see(viewer, deal.id, now_us);
                }
                continue;
            }
            Ok(_) => continue,
            Err(_) => {}
        }
        // What was missed comes as events or, in a snapshot, as deals of the board.
        Box::pin(regular.come_back(hall)).await?;
        hall.tally().see_board(viewer, regular.board_deals().into_iter());
    }
}

/// Posts a broker's deals, each when its time has come.
async fn post_all(
    hall: Arc<Hall>,
    turn: usize,
    first_at: Instant,
    deals: Vec<(usize, DealId, Command)>,
) -> Result<(), ClientError> {
    let tokens = &hall.plan.broker_tokens;
    let token = tokens.get(turn % tokens.len().max(1)).cloned();
    let mut broker = Regular::join(&hall.plan, token).await?;
    for (index, deal, command) in deals {
        if let Pace::PerSecond(per_s) = hall.plan.pace {
            let due = first_at + Duration::from_secs_f64(index as f64 / per_s);
            while let Some(wait) = due
                .checked_duration_since(Instant::now())
                .filter(|wait| !wait.is_zero())
            {
                if broker.client.listen(wait).await.is_err() || broker.client.step == Step::Hole {
                    Box::pin(broker.come_back(&hall)).await?;
                }
            }
        }
        let now_us = hall.now_us();
        hall.tally().post(deal, now_us);
        Box::pin(post(&hall, &mut broker, deal, &command)).await?;
    }
    Ok(())
}

/// Posts one deal, under one id, until it is answered for good.
async fn post(hall: &Hall, broker: &mut Regular, deal: DealId, command: &Command) -> Result<(), ClientError> {
    let id = CommandId(Uuid::now_v7());
    loop {
        let answered = async {
            broker.client.command_as(id, command).await?;
            broker.client.answer(id).await
        };
        match within(ANSWER_WAIT_S, answered).await {
            Ok(ServerMessage::Refused { code, .. }) if code == "unavailable" || code == "throttled" => {
                tokio::time::sleep(Duration::from_millis(BACK_MS)).await;
            }
            Ok(ServerMessage::Refused { code, .. }) => {
                hall.tally().refuse(&code);
                return Ok(());
            }
            Ok(_) => {
                hall.tally().accept(deal);
                return Ok(());
            }
            Err(_) => Box::pin(broker.come_back(hall)).await?,
        }
    }
}

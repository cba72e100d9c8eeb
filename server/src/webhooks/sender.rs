//! The one task that sends. Each address has a lane of its own, so that one that is slow or gone holds up no other. What is being sent when
//! a server ends is sent again: on the wire it comes at least once, always under the same id.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use borsklokka_shared::ids::{DeliveryId, ExchangeId, WebhookId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::programs::{DeliveryState, DisabledWhy};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::address::Reach;
use super::content::{self, Says};
use super::intake::queue_what_happened;
use super::outgoing::{Letter, Outcome, Outgoing};
use super::queue::{self, Kept, Settled};
use super::signature::sign;
use super::unread::Unread;
use crate::again::{OnItsWay, Pauses, Waiting};
use crate::api::Denied;
use crate::database::Database;
use crate::hub::Hub;
use crate::seen_clock::Believed;
use crate::seldom::Seldom;

/// How often it is looked what has happened, and what is due, in seconds.
const LOOK_S: u64 = 2;
/// Addresses that are spoken to at once, counted.
const LANES_MAX: usize = 16;
const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How long after a try the next one is.
pub(super) const PAUSES: Pauses = Pauses::of_ms(&[
    5 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
]);
/// What waits. What was answered waits for itself; where nobody was there, everything else waits with the one that was tried.
pub(super) const QUEUES: [Waiting; 2] = [
    Waiting {
        table: "webhook_deliveries",
        which: "status IS NOT NULL",
        together: None,
    },
    Waiting {
        table: "webhook_deliveries",
        which: "status IS NULL",
        together: Some("webhook_id"),
    },
];
/// What is kept of a delivery whose event cannot be read: nothing of what stands there.
const DAMAGED: &str = "its event is damaged in the log";
/// How long a delivery is tried, by the pauses between its tries, and how long an address may be dead, in milliseconds.
const TRIED_MS: i64 = 5 * DAY_MS;
/// How long one delivery can be on its way, in milliseconds: much longer than everything that is waited for together.
const ON_ITS_WAY_MS: i64 = 5 * MINUTE_MS;
/// How long what was settled is listed, in milliseconds.
const LISTED_MS: i64 = 30 * DAY_MS;
/// How often it is told at most that nothing can be sent, in seconds.
const COMPLAIN_S: u64 = 60;
/// How long it is waited before what became of a delivery is noted again, in seconds.
const NOTE_AGAIN_S: u64 = 5;

/// Forgets what was settled so long ago that it is listed no longer.
///
/// # Errors
/// If the database fails.
pub(crate) async fn forget_for_age(database: &Database, clock: Believed) -> Result<(), Denied> {
    queue::forget(database, clock.less_ms(LISTED_MS)).await
}

/// Queues and sends until the stop.
pub async fn send(hub: Arc<Hub>) {
    let reach = Reach::of(hub.config.webhooks_to_private_networks);
    let mut sender = Sender::begin(&hub, Outgoing::new(reach)).await;
    let mut complaint = Seldom::every(Duration::from_secs(COMPLAIN_S));
    loop {
        match sender.pass().await {
            Ok(()) => complaint.reset(),
            Err(error) => {
                if complaint.tell(false).is_some() {
                    tracing::warn!(%error, "other programs cannot be told what happens now: {error}");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(LOOK_S)) => {}
            () = hub.stop.cancelled() => break,
        }
    }
    sender.ends().await;
}

/// What one try is about.
type Lane = (ExchangeId, WebhookId);

/// What sends for one node.
pub(super) struct Sender {
    hub: Arc<Hub>,
    outgoing: Arc<Outgoing>,
    /// Which one it is, among those of all nodes.
    id: Uuid,
    lanes: JoinSet<Lane>,
    busy: HashSet<Lane>,
    /// The exchanges of which it is not known what happened, and those of which nothing can be made.
    unread: Unread,
    unmade: Arc<Unread>,
    /// When what was cut short was taken back last, in elapsed milliseconds.
    took_back_ms: Option<i64>,
}

impl Sender {
    /// A sender of a node that has just begun. What a file's former server was sending waits again.
    pub(super) async fn begin(hub: &Arc<Hub>, outgoing: Outgoing) -> Self {
        if let Database::Sqlite(_) = hub.access.database()
            && let Err(error) = queue::take_back(hub.access.database(), OnItsWay::NOTHING).await
        {
            tracing::warn!(%error, "what was being sent to other programs cannot be looked for: {error}");
        }
        Self {
            hub: Arc::clone(hub),
            outgoing: Arc::new(outgoing),
            id: Uuid::now_v7(),
            lanes: JoinSet::new(),
            busy: HashSet::new(),
            unread: Unread::default(),
            unmade: Arc::default(),
            took_back_ms: None,
        }
    }

    /// Queues what has happened, and begins to send everything that is due.
    pub(super) async fn pass(&mut self) -> Result<(), Denied> {
        let hub = Arc::clone(&self.hub);
        let database = hub.access.database();
        while let Some(ended) = self.lanes.try_join_next() {
            self.note_end(ended);
        }
        // What cannot be queued keeps nothing else from being sent.
        let queued = queue_what_happened(&hub, &self.unread).await;
        // After that: what was queued just now is due.
        let (now, elapsed_ms) = (hub.clock.now(), hub.clock.elapsed_ms());
        let took_back_ms = self.took_back_ms;
        if took_back_ms.is_none_or(|last_ms| elapsed_ms - last_ms >= MINUTE_MS) {
            queue::take_back(database, OnItsWay::at(now, ON_ITS_WAY_MS)).await?;
            self.took_back_ms = Some(elapsed_ms);
        }
        for waiting in QUEUES {
            PAUSES.bring_back(database, waiting, now).await?;
        }
        for lane in queue::due_webhooks(&hub.access, now).await? {
            if self.busy.len() >= LANES_MAX {
                break;
            }
            if !self.unmade.is_left_alone(lane.0, elapsed_ms) && self.busy.insert(lane) {
                let driver = Driver {
                    hub: Arc::clone(&hub),
                    outgoing: Arc::clone(&self.outgoing),
                    unmade: Arc::clone(&self.unmade),
                    sender: self.id,
                    lane,
                };
                self.lanes.spawn(driver.drive());
            }
        }
        queued
    }

    /// Returns when everything that was begun has ended.
    pub(super) async fn ends(&mut self) {
        while let Some(ended) = self.lanes.join_next().await {
            self.note_end(ended);
        }
    }

    fn note_end(&mut self, ended: Result<Lane, tokio::task::JoinError>) {
        match ended {
            Ok(lane) => drop(self.busy.remove(&lane)),
            Err(error) => {
                tracing::error!(%error, "a task that tells other programs what happens has fallen: {error}");
                // Which one it was is not known: none is busy but those that run.
                if self.lanes.is_empty() {
                    self.busy.clear();
                }
            }
        }
    }
}

/// What sends to one address.
struct Driver {
    hub: Arc<Hub>,
    outgoing: Arc<Outgoing>,
    unmade: Arc<Unread>,
    sender: Uuid,
    lane: Lane,
}

/// Whether the next delivery of an address is tried at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    AtOnce,
    Later,
}

impl Driver {
    /// Sends everything that is due there, in the order of what happened, as long as the address answers.
    async fn drive(self) -> Lane {
        let (exchange, webhook) = self.lane;
        loop {
            if self.hub.stop.is_cancelled() {
                return self.lane;
            }
            match self.one().await {
                Ok(Next::AtOnce) => {}
                Ok(Next::Later) => return self.lane,
                Err(error) => {
                    let elapsed_ms = self.hub.clock.elapsed_ms();
                    if let Err(error) = self.unmade.leave_alone(exchange, error, elapsed_ms) {
                        tracing::warn!(%exchange, %webhook, %error, "a webhook cannot be sent now: {error}");
                    }
                    return self.lane;
                }
            }
        }
    }

    async fn one(&self) -> Result<Next, Denied> {
        let (hub, (exchange, webhook)) = (&self.hub, self.lane);
        let now = hub.clock.now();
        let Some(kept) = queue::next_due(&hub.access, self.lane, now).await? else {
            return Ok(Next::Later);
        };
        let Some(goal) = queue::goal(&hub.access, exchange, webhook).await? else {
            return Ok(Next::Later);
        };
        let content = match content::make(hub, exchange, &kept).await? {
            Says::This(content) => content,
            Says::Nothing => {
                queue::drop_one(hub.access.database(), exchange, kept.id).await?;
                return Ok(Next::AtOnce);
            }
            Says::Never => {
                queue::fail_one(hub.access.database(), exchange, kept.id, DAMAGED).await?;
                return Ok(Next::AtOnce);
            }
        };
        self.unmade.was_read(exchange);
        // Somebody may have been erased since it was tried: what says something else has another id.
        let said_before = kept.content_sha256.as_deref();
        let id = if said_before.is_none_or(|before| before == content.sha256) {
            kept.id
        } else {
            DeliveryId(Uuid::now_v7())
        };
        let claimed = queue::claim(
            &hub.access,
            exchange,
            &kept,
            (id, &content.sha256),
            self.sender,
            now,
        );
        if !claimed.await? {
            return Ok(Next::AtOnce);
        }
        let (text, timestamp_s) = (id.to_string(), now.unix_ms.div_euclid(SECOND_MS));
        let outcome = match sign(&goal.secret, &text, timestamp_s, &content.body) {
            Some(signature) => {
                let letter = Letter {
                    id: &text,
                    timestamp_s,
                    signature: &signature,
                    body: content.body,
                };
                self.outgoing.post(&goal.url, letter).await
            }
            None => Outcome::Away("the stored secret cannot be read".to_owned()),
        };
        self.settle(&kept, id, &outcome).await
    }

    /// Notes what became of a delivery, and of its address.
    async fn settle(&self, kept: &Kept, id: DeliveryId, outcome: &Outcome) -> Result<Next, Denied> {
        let (hub, (exchange, webhook)) = (&self.hub, self.lane);
        let now = hub.clock.now();
        let is_test = kept.seq.is_none();
        let (status, answer) = match outcome {
            Outcome::Answered { status, answer } => (Some(*status), answer.as_str()),
            Outcome::Away(why) => (None, why.as_str()),
        };
        let is_taken = status.is_some_and(|status| status.is_success());
        // Before its time it was tried because something new had happened: that nobody is there still is nothing new.
        let (tries, next_try_at) = if kept.is_early && status.is_none() {
            (kept.tries, kept.next_try_at)
        } else {
            // With this one.
            let tries = kept.tries.saturating_add(1);
            (tries, now.plus_ms(PAUSES.after_ms(tries)))
        };
        let is_given_up = !is_taken && PAUSES.have_lasted(tries, TRIED_MS);
        let stopped = if is_taken || is_test {
            None
        } else if status == Some(StatusCode::GONE) {
            Some(DisabledWhy::Gone)
        } else if is_given_up && self.is_dead(now).await? {
            Some(DisabledWhy::Dead)
        } else {
            None
        };
        // What an address is stopped for waits as everything else there does: once it goes on, nothing is missing of what happened.
        let state = if is_taken {
            DeliveryState::Delivered
        } else if stopped.is_none() && (is_test || is_given_up) {
            DeliveryState::Failed
        } else {
            DeliveryState::Waiting
        };
        self.note(
            (exchange, webhook, id),
            is_test,
            &Settled {
                state,
                tries,
                next_try_at,
                tried_at: now,
                status: status.map(|status| status.as_u16()),
                answer,
            },
        )
        .await;
        if is_taken || is_test {
            return Ok(Next::AtOnce);
        }
        if let Some(why) = stopped {
            self.disable(why).await?;
            return Ok(Next::Later);
        }
        if status.is_some() {
            return Ok(Next::AtOnce);
        }
        // Nobody is there: the others would find that out one by one. One that is given up rests nobody.
        if !is_given_up {
            queue::rest(hub.access.database(), self.lane, next_try_at).await?;
        }
        Ok(Next::Later)
    }

    /// Whether nothing gets through for so long that an address is dead. It is asked only once a delivery has had all its tries there: the
    /// clock may have been set meanwhile.
    async fn is_dead(&self, now: Instant) -> Result<bool, Denied> {
        let failing_since = queue::failing_since(&self.hub.access, self.lane).await?;
        Ok(failing_since.is_some_and(|since| is_long_ago(since, now)))
    }

    async fn disable(&self, why: DisabledWhy) -> Result<(), Denied> {
        let (hub, (exchange, webhook)) = (&self.hub, self.lane);
        let database = hub.access.database();
        if queue::disable(database, exchange, webhook, why, hub.clock.now()).await? {
            tracing::warn!(%exchange, %webhook, "the webhook {webhook} was stopped ({}); the organiser's page says so", why.as_str());
        }
        Ok(())
    }

    /// Notes what became of one, for as long as it takes: whoever sent it knows alone.
    async fn note(
        &self,
        delivery: (ExchangeId, WebhookId, DeliveryId),
        is_test: bool,
        settled: &Settled<'_>,
    ) {
        loop {
            let database = self.hub.access.database();
            match queue::settle(database, delivery, is_test, self.sender, settled).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(
                    %error,
                    "what became of the webhook delivery {} cannot be saved: {error}",
                    delivery.2
                ),
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(NOTE_AGAIN_S)) => {}
                () = self.hub.stop.cancelled() => return,
            }
        }
    }
}

/// Whether nothing has got through to an address for so long that it is dead. What lies ahead was noted by a clock that was put right since.
fn is_long_ago(since: Instant, now: Instant) -> bool {
    since > now || now.ms_since(since) >= TRIED_MS
}

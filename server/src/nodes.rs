//! Several nodes on one PostgreSQL: what the others did is heard here, and followed.
//!
//! A signal comes with the commit that it tells of, but carries no event: it is only a bell, and the log is the truth. A
//! signal that was lost costs time and nothing else, for everything is looked at again after the connection was lost, and
//! every few seconds anyway.

use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::wire::Nudge;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};
use uuid::Uuid;

use crate::database::{Database, in_time};
use crate::floor::{News, Screens, sit_at};
use crate::hub::Hub;
use crate::signal::{APPENDED, EXCHANGES, NUDGES, OfNudge, OfScreens, REVOKED, SCREENS, Signal, read_signal};

/// How often everything is looked at without a signal, in seconds: the longest that a lost one delays anything.
const LOOK_S: u64 = 5;
/// How often the others are told which screens have changed, and how many times later of all of them again.
const TELL_EVERY: Duration = Duration::from_secs(1);
const TELLS_UNTIL_ALL: u32 = 5;
/// Screens that one signal tells of: PostgreSQL takes 8,000 bytes.
const SCREENS_PER_SIGNAL: usize = 8;
/// The advisory locks of the nodes' seats, and how many there are. A node that finds none free sits at the last.
const SEATS: i32 = 0x626f_6c6c;
const SEATS_MAX: i32 = 99;
/// How long to wait before listening again after the database was away, in seconds.
const AGAIN_S: u64 = 1;

/// The other nodes on the same database, heard from before anybody is let in.
pub struct Nodes {
    pool: PgPool,
    listener: PgListener,
    /// What this one calls itself.
    node: Uuid,
}

impl Nodes {
    /// Begins to listen. On SQLite there are no other nodes.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hear(database: &Database) -> Result<Option<Self>, sqlx::Error> {
        match database {
            Database::Sqlite(_) => Ok(None),
            Database::Postgres(postgres) => Ok(Some(Self {
                pool: postgres.pool.clone(),
                listener: listen(&postgres.pool).await?,
                node: Uuid::now_v7(),
            })),
        }
    }

    /// Follows them until the server stops.
    pub async fn follow(self, hub: Arc<Hub>) {
        let node = self.node;
        tokio::select! {
            () = self.listen_for_ever(&hub) => {}
            () = look_for_ever(&hub) => {}
            () = tell_for_ever(&hub, node) => {}
            () = hub.stop.cancelled() => {}
        }
        tell(&hub, node, Screens::farewell).await;
    }

    async fn listen_for_ever(self, hub: &Hub) {
        let mut listener = self.listener;
        loop {
            // What happened before is looked at now; what happens from now on is heard.
            look_everywhere(hub).await;
            let Err(error) = heed_all(hub, &mut listener, self.node).await;
            tracing::warn!(%error, "the other nodes cannot be heard: {error}; listening again in {AGAIN_S} s");
            listener = loop {
                tokio::time::sleep(Duration::from_secs(AGAIN_S)).await;
                match listen(&self.pool).await {
                    Ok(listener) => break listener,
                    Err(error) => tracing::debug!(%error, "the database is still away: {error}"),
                }
            };
            // A session may have ended meanwhile.
            hub.access.doubt_sessions();
        }
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    in_time(async {
        let mut listener = PgListener::connect_with(pool).await?;
        let channels = [APPENDED, EXCHANGES, REVOKED, SCREENS, NUDGES];
        listener.listen_all(channels).await?;
        sit_at(take_seat(&mut listener).await?);
        Ok(listener)
    })
    .await
}

/// Takes the first seat that no other node has, for as long as the connection lasts.
async fn take_seat(listener: &mut PgListener) -> Result<u32, sqlx::Error> {
    for seat in 0..SEATS_MAX {
        let take = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, $2)");
        let is_ours: bool = take.bind(SEATS).bind(seat).fetch_one(&mut *listener).await?;
        if is_ours {
            return Ok(seat.unsigned_abs());
        }
    }
    Ok(SEATS_MAX.unsigned_abs())
}

/// Heeds every signal until the connection fails.
async fn heed_all(
    hub: &Hub,
    listener: &mut PgListener,
    node: Uuid,
) -> Result<std::convert::Infallible, sqlx::Error> {
    loop {
        match listener.try_recv().await? {
            Some(notification) => match signal_of(&notification) {
                Some(signal) => heed(hub, signal, node).await,
                None => tracing::warn!(
                    "a signal on {} says {:?}, which this version does not know",
                    notification.channel(),
                    notification.payload()
                ),
            },
            // The connection was lost, and with it perhaps some signals.
            None => return Err(sqlx::Error::WorkerCrashed),
        }
    }
}

async fn look_for_ever(hub: &Hub) {
    let mut every = tokio::time::interval(Duration::from_secs(LOOK_S));
    loop {
        every.tick().await;
        look_everywhere(hub).await;
    }
}

/// Tells the others how the screens of this one are, and takes out those of nodes that say nothing more.
async fn tell_for_ever(hub: &Hub, node: Uuid) {
    let mut every = tokio::time::interval(TELL_EVERY);
    for turn in 0_u32.. {
        every.tick().await;
        let is_all = turn.is_multiple_of(TELLS_UNTIL_ALL);
        tell(hub, node, |screens| {
            screens.forget_silent();
            screens.news(is_all)
        })
        .await;
    }
}

async fn tell(hub: &Hub, node: Uuid, news: impl Fn(&Screens) -> News) {
    let mut signals = Vec::new();
    for floor in hub.floors.all_open() {
        signals.extend(signals_of(node, floor.exchange.id, news(&floor.view.screens)));
    }
    if signals.is_empty() {
        return;
    }
    if let Err(error) = hub.access.database().signal(SCREENS, &signals).await {
        tracing::debug!(%error, "the other nodes are not told of the screens, until they are told all again: {error}");
    }
}

/// What a node tells of its screens of an exchange, in pieces that a signal can carry.
fn signals_of(node: Uuid, exchange: ExchangeId, mut news: News) -> Vec<String> {
    let mut signals = Vec::new();
    while !news.is_empty() {
        let many = news.screens.len().min(SCREENS_PER_SIGNAL);
        let said = OfScreens {
            node,
            exchange,
            screens: news.screens.drain(..many).collect(),
            gone: std::mem::take(&mut news.gone),
        };
        signals
            .push(serde_json::to_string(&said).expect("a message has string keys and finite numbers only"));
    }
    signals
}

/// Asks something of a screen of another node.
///
/// # Errors
/// If the database fails.
pub(crate) async fn pass_on(
    hub: &Hub,
    exchange: ExchangeId,
    number: u32,
    nudge: Nudge,
) -> Result<(), sqlx::Error> {
    let asked = OfNudge {
        exchange,
        number,
        nudge,
    };
    let said = serde_json::to_string(&asked).expect("a nudge has string keys");
    hub.access.database().signal(NUDGES, &[said]).await
}

async fn look_everywhere(hub: &Hub) {
    if let Err(error) = hub.floors.refresh().await {
        tracing::warn!(%error, "the list of exchanges cannot be read: {error}");
    }
    if let Err(error) = hub.floors.look().await {
        tracing::warn!(%error, "how far the logs have come cannot be read: {error}");
    }
}

async fn heed(hub: &Hub, signal: Signal, node: Uuid) {
    let screens = |exchange| {
        let floor = hub.floors.open_floor(exchange)?;
        Some(Arc::clone(&floor.view.screens))
    };
    match signal {
        // A node hears of its own commits too, and has usually shown them by then.
        Signal::Appended(exchange, seq) => {
            hub.access.database().writes().saved_elsewhere(exchange);
            hub.floors.look_at(exchange, seq);
        }
        Signal::ExchangeMade => {
            if let Err(error) = hub.floors.refresh().await {
                tracing::warn!(%error, "a new exchange cannot be opened yet: {error}");
            }
        }
        Signal::Revoked(device) => hub.access.close_sockets(device),
        Signal::Screens(said) if said.node == node => {}
        Signal::Screens(said) => {
            if let Some(here) = screens(said.exchange) {
                here.hear(News {
                    screens: said.screens,
                    gone: said.gone,
                });
            }
        }
        Signal::Nudged(asked) => {
            if let Some(here) = screens(asked.exchange) {
                here.nudge(asked.number, asked.nudge);
            }
        }
    }
}

fn signal_of(notification: &PgNotification) -> Option<Signal> {
    read_signal(notification.channel(), notification.payload())
}

//! Several nodes on one PostgreSQL: what the others did is heard here, and followed.
//!
//! A signal comes with the commit that it tells of, but carries no event: it is only a bell, and the log is the truth. A
//! signal that was lost costs time and nothing else, for everything is looked at again after the connection was lost, and
//! every few seconds anyway.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};

use crate::database::{Database, in_time};
use crate::hub::Hub;
use crate::signal::{APPENDED, EXCHANGES, REVOKED, Signal, read_signal};

/// How often everything is looked at without a signal, in seconds: the longest that a lost one delays anything.
const LOOK_S: u64 = 5;
/// How long to wait before listening again after the database was away, in seconds.
const AGAIN_S: u64 = 1;

/// The other nodes on the same database, heard from before anybody is let in.
pub struct Nodes {
    pool: PgPool,
    listener: PgListener,
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
            })),
        }
    }

    /// Follows them until the server stops.
    pub async fn follow(self, hub: Arc<Hub>) {
        tokio::select! {
            () = self.listen_for_ever(&hub) => {}
            () = look_for_ever(&hub) => {}
            () = hub.stop.cancelled() => {}
        }
    }

    async fn listen_for_ever(self, hub: &Hub) {
        let mut listener = self.listener;
        loop {
            // What happened before is looked at now; what happens from now on is heard.
            look_everywhere(hub).await;
            let Err(error) = heed_all(hub, &mut listener).await;
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
        listener.listen_all([APPENDED, EXCHANGES, REVOKED]).await?;
        Ok(listener)
    })
    .await
}

/// Heeds every signal until the connection fails.
async fn heed_all(hub: &Hub, listener: &mut PgListener) -> Result<std::convert::Infallible, sqlx::Error> {
    loop {
        match listener.try_recv().await? {
            Some(notification) => match signal_of(&notification) {
                Some(signal) => heed(hub, signal).await,
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

async fn look_everywhere(hub: &Hub) {
    if let Err(error) = hub.floors.refresh().await {
        tracing::warn!(%error, "the list of exchanges cannot be read: {error}");
    }
    if let Err(error) = hub.floors.look().await {
        tracing::warn!(%error, "how far the logs have come cannot be read: {error}");
    }
}

async fn heed(hub: &Hub, signal: Signal) {
    match signal {
        // A node hears of its own commits too, and has usually shown them by then.
        Signal::Appended(exchange, seq) => hub.floors.look_at(exchange, seq),
        Signal::ExchangeMade => {
            if let Err(error) = hub.floors.refresh().await {
                tracing::warn!(%error, "a new exchange cannot be opened yet: {error}");
            }
        }
        Signal::Revoked(device) => hub.access.close_sockets(device),
    }
}

fn signal_of(notification: &PgNotification) -> Option<Signal> {
    read_signal(notification.channel(), notification.payload())
}

//! Every open floor of this server, by the exchange's address.

use std::collections::HashSet;
use std::sync::Arc;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{Epoch, ExchangeId, Seq};
use dashmap::DashMap;
use tokio::sync::watch;

use crate::clock::SharedClock;
use crate::floor::{self, FloorHandle};
use crate::log::{Archive, Entry, ExchangeRow, Log, LogError, Unreadable};
use crate::stop::{self, Stop};

/// Events of an archive that are read at a time.
const READ_EVENTS: u32 = 5_000;

/// The open floors. Each has one writer.
pub struct Floors {
    open: DashMap<String, Open>,
    log: Arc<dyn Log>,
    clock: SharedClock,
    stop: Stop,
    /// Held while a floor is opened, so that an exchange never gets two writers here.
    opening: tokio::sync::Mutex<()>,
}

/// An open floor.
struct Open {
    floor: FloorHandle,
    stop: watch::Sender<bool>,
}

impl Open {
    /// Ends its writer, and tells whoever watches to come back.
    fn close(&self) {
        self.stop.send_replace(true);
    }
}

/// An exchange cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The address belongs to another exchange.
    #[error("the address is taken: choose another")]
    SlugTaken,
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Floors {
    /// Opens the floor of every exchange in the log.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn open(log: Arc<dyn Log>, clock: SharedClock, stop: Stop) -> Result<Self, LogError> {
        let floors = Self {
            open: DashMap::new(),
            log,
            clock,
            stop,
            opening: tokio::sync::Mutex::new(()),
        };
        floors.refresh().await?;
        Ok(floors)
    }

    /// Opens the floors of exchanges that were made elsewhere, and closes those of exchanges that were deleted there.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn refresh(&self) -> Result<(), LogError> {
        let _opening = self.opening.lock().await;
        let exchanges = self.log.exchanges().await?;
        let there: HashSet<ExchangeId> = exchanges.iter().map(|exchange| exchange.id).collect();
        self.open.retain(|_, open| {
            let is_there = there.contains(&open.floor.exchange.id);
            if !is_there {
                open.close();
            }
            is_there
        });
        for exchange in exchanges {
            if !self.open.contains_key(&exchange.slug) {
                self.start(exchange).await?;
            }
        }
        Ok(())
    }

    /// The floor of an exchange.
    pub fn by_id(&self, id: ExchangeId) -> Option<FloorHandle> {
        let found = self.open.iter().find(|open| open.floor.exchange.id == id);
        found.map(|open| open.floor.clone())
    }

    /// The floor at an address.
    pub fn get(&self, slug: &str) -> Option<FloorHandle> {
        self.open.get(slug).map(|open| open.floor.clone())
    }

    /// Every floor, by address.
    pub fn all(&self) -> Vec<FloorHandle> {
        let mut all: Vec<FloorHandle> = self.open.iter().map(|open| open.floor.clone()).collect();
        all.sort_by(|a, b| a.exchange.slug.cmp(&b.exchange.slug));
        all
    }

    /// The latest entries of an exchange's log before a position, newest first: the audit list.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn entries(
        &self,
        exchange: ExchangeId,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Entry>, LogError> {
        self.log.entries(exchange, before, limit).await
    }

    /// What an exchange was before it went back to nought, each time, the newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
        self.log.archives(exchange).await
    }

    /// The board as it stood at an archive's end.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn archived_board(&self, exchange: ExchangeId, archive: &Archive) -> Result<Board, LogError> {
        let mut board = Board::empty(Audience::Staff);
        let mut at = Seq(archive.first.0.saturating_sub(1));
        while at < archive.last {
            let read = self.log.read(exchange, at, READ_EVENTS).await?;
            let of_it = read.iter().take_while(|recorded| recorded.seq <= archive.last);
            let before = at;
            for recorded in of_it {
                apply(&mut board, &recorded.event);
                at = recorded.seq;
            }
            if at == before {
                break;
            }
        }
        Ok(board)
    }

    /// Why the log of an exchange cannot be read beyond what its floor has shown, if it cannot.
    pub async fn unreadable(&self, floor: &FloorHandle) -> Option<Unreadable> {
        let read = self
            .log
            .read(floor.exchange.id, floor.view.head(Audience::Staff), 1)
            .await;
        let fault = read.err().and_then(|error| error.unreadable());
        floor.legible.note(fault);
        fault
    }

    /// Why the log of one of the exchanges cannot be read, as far as that is known.
    pub fn known_unreadable(&self) -> Option<Unreadable> {
        self.open.iter().find_map(|open| open.floor.legible.fault())
    }

    /// Makes an exchange with an empty log, and opens its floor.
    ///
    /// # Errors
    /// If the address is taken, or the log fails.
    pub async fn make(&self, slug: &str) -> Result<FloorHandle, MakeError> {
        let exchange = ExchangeRow {
            id: ExchangeId(uuid::Uuid::now_v7()),
            slug: slug.to_owned(),
            epoch: Epoch(uuid::Uuid::now_v7()),
            begins_after: Seq(0),
        };
        let _opening = self.opening.lock().await;
        match self.log.create(&exchange, self.clock.now()).await {
            Ok(()) => Ok(self.start(exchange).await?),
            Err(LogError::Database(sqlx::Error::Database(cause))) if cause.is_unique_violation() => {
                Err(MakeError::SlugTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an exchange with all that is known of it. Its floor closes before; if the database fails it opens again.
    ///
    /// # Errors
    /// If the database fails: then nothing is deleted.
    pub async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError> {
        let opening = self.opening.lock().await;
        // The address may be another's by now.
        let is_its = |_: &String, open: &Open| open.floor.exchange.id == exchange.id;
        if let Some((_, open)) = self.open.remove_if(&exchange.slug, is_its) {
            open.close();
        }
        let deleted = self.log.delete(exchange).await;
        drop(opening);
        if deleted.is_err()
            && let Err(error) = self.refresh().await
        {
            tracing::error!(%error, "the floor of {} is closed until the server starts again: {error}", exchange.slug);
        }
        deleted
    }

    async fn start(&self, exchange: ExchangeRow) -> Result<FloorHandle, LogError> {
        let slug = exchange.slug.clone();
        let (stop, stopped) = stop::before(self.stop.clone());
        let floor = floor::open(exchange, Arc::clone(&self.log), Arc::clone(&self.clock), stopped).await?;
        let open = Open {
            floor: floor.clone(),
            stop,
        };
        self.open.insert(slug, open);
        Ok(floor)
    }
}

//! A log that a test can hold.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use borsklokka::log::{
    self, AppendError, Archive, Batch, Entry, ExchangeRow, Log, LogError, Newest, Outcome,
};
use borsklokka_shared::event::{self, Recorded};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CommandId, DeviceId, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use tokio::sync::Semaphore;

use super::Disk;

/// A log whose commits can be held back, or fail, or panic.
pub(crate) struct HeldLog {
    inner: Arc<dyn Log>,
    held: Semaphore,
    arrived: Semaphore,
    pub(crate) fails: AtomicBool,
    pub(crate) loses_the_answer: AtomicBool,
    /// Panics at a batch with an event that holds this text.
    pub(crate) panics_at: Mutex<Option<&'static str>>,
    /// How many of the events that it would give whoever next reads from the beginning sees not yet.
    pub(crate) comes_after: AtomicUsize,
}

impl HeldLog {
    pub(crate) fn new(disk: &Disk) -> Arc<Self> {
        Arc::new(Self {
            inner: log::open(&disk.database),
            held: Semaphore::new(Semaphore::MAX_PERMITS),
            arrived: Semaphore::new(0),
            fails: AtomicBool::new(false),
            loses_the_answer: AtomicBool::new(false),
            panics_at: Mutex::new(None),
            comes_after: AtomicUsize::new(0),
        })
    }

    /// Holds every commit from now on.
    pub(crate) fn hold(&self) {
        self.held.forget_permits(Semaphore::MAX_PERMITS);
        self.arrived.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Waits until a held commit has begun.
    pub(crate) async fn commit_begun(&self) {
        self.arrived.acquire().await.expect("never closed").forget();
    }

    /// Commits that have begun since and were not waited for.
    pub(crate) fn commits_begun(&self) -> usize {
        self.arrived.available_permits()
    }

    /// Lets commits go on.
    pub(crate) fn release(&self) {
        self.held.add_permits(1_000);
    }
}

#[async_trait::async_trait]
impl Log for HeldLog {
    async fn create(&self, exchange: &ExchangeRow, at: Instant) -> Result<(), LogError> {
        self.inner.create(exchange, at).await
    }
    async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError> {
        self.inner.delete(exchange).await
    }
    async fn exchanges(&self) -> Result<Vec<ExchangeRow>, LogError> {
        self.inner.exchanges().await
    }
    async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
        self.inner.archives(exchange).await
    }
    async fn newest(&self) -> Result<Vec<Newest>, LogError> {
        self.inner.newest().await
    }
    async fn settings(&self, exchange: ExchangeId) -> Result<Option<Settings>, LogError> {
        self.inner.settings(exchange).await
    }
    async fn append(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        self.arrived.add_permits(1);
        self.held.acquire().await.expect("never closed").forget();
        if self.fails.load(Ordering::SeqCst) {
            return Err(AppendError::NotWritten(sqlx::Error::WorkerCrashed));
        }
        let panics_at = *self.panics_at.lock().expect("nothing panics while it holds it");
        if let Some(text) = panics_at {
            let holds_it = |entry: &Entry| event::encode(&entry.recorded.event).contains(text);
            assert!(!batch.entries.iter().any(holds_it), "a fault of the program");
        }
        self.inner.append(exchange, batch).await?;
        if self.loses_the_answer.load(Ordering::SeqCst) {
            return Err(AppendError::Unknown(sqlx::Error::WorkerCrashed));
        }
        Ok(())
    }
    async fn read(&self, exchange: ExchangeId, after: Seq, limit: u32) -> Result<Vec<Recorded>, LogError> {
        let mut read = self.inner.read(exchange, after, limit).await?;
        if after == Seq(0) {
            let unseen = self.comes_after.swap(0, Ordering::SeqCst);
            read.truncate(read.len().saturating_sub(unseen));
        }
        Ok(read)
    }
    async fn entries(
        &self,
        exchange: ExchangeId,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Entry>, LogError> {
        self.inner.entries(exchange, before, limit).await
    }
    async fn outcomes(
        &self,
        exchange: ExchangeId,
        commands: &[CommandId],
    ) -> Result<HashMap<CommandId, Outcome>, LogError> {
        self.inner.outcomes(exchange, commands).await
    }
    async fn last_written(
        &self,
        exchange: ExchangeId,
        devices: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Instant>, LogError> {
        self.inner.last_written(exchange, devices).await
    }
}

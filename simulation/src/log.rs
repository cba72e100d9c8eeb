//! The log on a simulated disk: what is committed outlives every crash, and nothing else does. It is slow, it fails before and after
//! the commit, and says sometimes that it does not know.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use borsklokka::log::{
    Answer, AppendError, Archive, Batch, Beside, Entry, ExchangeRow, Log, LogError, Newest, Outcome,
};
use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::seen_by;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use uuid::Uuid;

use crate::planted::Planted;
use crate::world::{World, held};

/// The exchange's address.
pub(crate) const SLUG: &str = "drammen";

/// What is committed.
pub(crate) struct Ledger {
    pub(crate) exchange: ExchangeRow,
    pub(crate) entries: Vec<Entry>,
    pub(crate) outcomes: BTreeMap<CommandId, Outcome>,
    archives: Vec<Archive>,
    /// The board of each audience at each of its positions, folded here and nowhere else: what everybody's is compared with.
    boards: BTreeMap<Audience, Vec<Arc<Board>>>,
    /// The history that each position of an audience is of.
    epochs: BTreeMap<Audience, Vec<Epoch>>,
    /// What the public was shown, in the words that deals are told by.
    pub(crate) public_texts: String,
}

impl Ledger {
    /// An exchange with an empty log.
    pub(crate) fn fresh(epoch: Uuid) -> Self {
        let mut ledger = Self {
            exchange: ExchangeRow {
                id: ExchangeId(Uuid::from_u128(1)),
                slug: SLUG.to_owned(),
                epoch: Epoch(epoch),
                formerly: Vec::new(),
                begins_after: Seq(0),
            },
            entries: Vec::new(),
            outcomes: BTreeMap::new(),
            archives: Vec::new(),
            boards: BTreeMap::new(),
            epochs: BTreeMap::new(),
            public_texts: String::new(),
        };
        ledger.fold_anew();
        ledger
    }

    pub(crate) fn last(&self) -> Seq {
        self.entries.last().map_or(Seq(0), |entry| entry.recorded.seq)
    }

    /// An audience's last position.
    pub(crate) fn head(&self, audience: Audience) -> Seq {
        self.entries
            .last()
            .map_or(Seq(0), |entry| entry.recorded.position(audience))
    }

    /// The board of an audience at its position, if there is such a position.
    pub(crate) fn board(&self, audience: Audience, seq: Seq) -> Option<&Arc<Board>> {
        self.boards[&audience].get(seq.0 as usize)
    }

    /// The history that a position is of, as its audience calls it.
    pub(crate) fn epoch(&self, audience: Audience, seq: Seq) -> Option<Epoch> {
        let epoch = self.epochs[&audience].get(seq.0 as usize)?;
        Some(audience.epoch(*epoch))
    }

    /// What is at an audience's position.
    pub(crate) fn recorded(&self, audience: Audience, seq: Seq) -> Option<&Recorded> {
        let all = self.entries.iter().rev().map(|entry| &entry.recorded);
        all.filter(|recorded| audience.sees(recorded.audience))
            .find(|recorded| recorded.position(audience) == seq)
    }

    /// Folds everything that is committed.
    fn fold_anew(&mut self) {
        for audience in Audience::ALL {
            self.boards
                .insert(audience, vec![Arc::new(Board::empty(audience))]);
            self.epochs.insert(audience, vec![self.exchange.epoch]);
        }
        self.public_texts.clear();
        for entry in std::mem::take(&mut self.entries) {
            self.fold(entry);
        }
    }

    fn fold(&mut self, entry: Entry) {
        let recorded = &entry.recorded;
        for audience in Audience::ALL {
            if !audience.sees(recorded.audience) {
                continue;
            }
            let boards = self.boards.entry(audience).or_default();
            let mut board = Board::clone(boards.last().expect("there is an empty one"));
            apply(&mut board, &seen_by(audience, &recorded.event));
            boards.push(Arc::new(board));
            let epochs = self.epochs.entry(audience).or_default();
            let epoch = match recorded.event {
                Event::BegunAnew { epoch, .. } => epoch,
                _ => *epochs.last().expect("there is one"),
            };
            epochs.push(epoch);
        }
        if recorded.audience == Audience::Public {
            self.public_texts
                .push_str(&borsklokka_shared::event::encode(&recorded.event));
        }
        self.entries.push(entry);
    }

    /// Commits a batch, if nothing of it is there already.
    fn commit(&mut self, batch: &Batch) -> Result<(), AppendError> {
        let follows = batch
            .entries
            .first()
            .is_none_or(|first| first.recorded.seq == self.last().next());
        let is_known = |outcome: &Outcome| self.outcomes.contains_key(&outcome.command);
        if !follows || batch.outcomes.iter().any(is_known) {
            return Err(AppendError::Conflict);
        }
        for beside in &batch.beside {
            if let Beside::BegunAnew { epoch, archive } = beside {
                self.exchange.epoch = *epoch;
                self.exchange.formerly.clear();
                self.exchange.begins_after = archive.last;
                self.archives.insert(0, archive.clone());
            }
        }
        for entry in &batch.entries {
            self.fold(entry.clone());
        }
        for outcome in &batch.outcomes {
            self.outcomes.insert(outcome.command, outcome.clone());
        }
        Ok(())
    }

    /// Puts back what was there at an earlier position, as another history. What is no longer there comes back.
    pub(crate) fn restore(&mut self, to: Seq, epoch: Uuid) -> Vec<Entry> {
        let kept = self.entries.iter().take_while(|entry| entry.recorded.seq <= to);
        let gone = self.entries.split_off(kept.count());
        let before = std::mem::replace(&mut self.exchange.epoch, Epoch(epoch));
        self.exchange.formerly.insert(0, before);
        self.outcomes.retain(|_, outcome| match outcome.answer {
            Answer::Accepted { seq } => seq <= to,
            Answer::Refused { .. } => gone
                .first()
                .is_none_or(|gone| outcome.answered_at < gone.recorded.at),
        });
        let begins_after = self.exchange.begins_after.0 as usize;
        self.fold_anew();
        // Today's history has its new name, those in archives have their own.
        for audience in Audience::ALL {
            let from = self.entries[..begins_after]
                .last()
                .map_or(0, |entry| entry.recorded.position(audience).0 as usize + 1);
            let epochs = self.epochs.entry(audience).or_default();
            let from = if begins_after == 0 { 0 } else { from };
            for named in epochs.iter_mut().skip(from) {
                *named = Epoch(epoch);
            }
        }
        gone
    }
}

/// One life of a server: from its start to its end, however that comes.
#[derive(Default)]
pub(crate) struct Life {
    ended: AtomicBool,
}

impl Life {
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

/// The log as one life of one node has it.
pub(crate) struct SimulatedLog {
    world: Arc<World>,
    node: usize,
    life: Arc<Life>,
}

impl SimulatedLog {
    pub(crate) fn of(world: &Arc<World>, node: usize, life: &Arc<Life>) -> Arc<Self> {
        Arc::new(Self {
            world: Arc::clone(world),
            node,
            life: Arc::clone(life),
        })
    }

    /// Waits as for a disk, and perhaps in vain.
    async fn ask(&self) -> Result<(), LogError> {
        self.world.wait(0..4).await;
        if self.life.has_ended() || self.world.happens(self.world.weather().unread) {
            return Err(LogError::Database(sqlx::Error::WorkerCrashed));
        }
        Ok(())
    }

    fn commit(&self, batch: &Batch) -> Result<(), AppendError> {
        let mut ledger = held(&self.world.ledger);
        let before = ledger.last();
        let committed = match ledger.commit(batch) {
            Err(AppendError::Conflict) if self.world.has_planted(Planted::ConflictNotReread) => {
                let moved = moved_up(batch, &ledger);
                ledger.commit(&moved)
            }
            committed => committed,
        };
        let told = match &committed {
            Ok(()) => format!(
                "node {} commits {}..{}, {} outcomes",
                self.node,
                before.0 + 1,
                ledger.last().0,
                batch.outcomes.len()
            ),
            Err(_) => format!("node {} is not the first to write {}", self.node, before.0 + 1),
        };
        self.world.note(&told);
        if committed.is_ok() {
            let mut audit = held(&self.world.audit);
            let wrong = audit.committed(&ledger, batch, before);
            drop(audit);
            if let Some(wrong) = wrong {
                self.world.fault(wrong);
            }
        }
        committed
    }
}

/// The same batch behind what another has written, as if nothing had happened.
fn moved_up(batch: &Batch, ledger: &Ledger) -> Batch {
    let mut moved = batch.clone();
    let (mut seq, mut prev_public) = (ledger.last(), ledger.head(Audience::Public));
    for entry in &mut moved.entries {
        seq = seq.next();
        entry.recorded.seq = seq;
        entry.recorded.prev_public = prev_public;
        prev_public = entry.recorded.position(Audience::Public);
    }
    moved
}

fn crashed() -> sqlx::Error {
    sqlx::Error::WorkerCrashed
}

#[async_trait::async_trait]
impl Log for SimulatedLog {
    async fn create(&self, _: &ExchangeRow, _: Instant) -> Result<(), LogError> {
        Err(LogError::Database(crashed()))
    }

    async fn delete(&self, _: &ExchangeRow) -> Result<(), LogError> {
        Err(LogError::Database(crashed()))
    }

    async fn archives(&self, _: ExchangeId) -> Result<Vec<Archive>, LogError> {
        self.ask().await?;
        Ok(held(&self.world.ledger).archives.clone())
    }

    async fn exchanges(&self) -> Result<Vec<ExchangeRow>, LogError> {
        self.ask().await?;
        Ok(vec![held(&self.world.ledger).exchange.clone()])
    }

    async fn newest(&self) -> Result<Vec<Newest>, LogError> {
        self.ask().await?;
        let ledger = held(&self.world.ledger);
        let newest = ledger.entries.last().map(|entry| Newest {
            exchange: ledger.exchange.id,
            seq: entry.recorded.seq,
            at: entry.recorded.at,
        });
        Ok(newest.into_iter().collect())
    }

    async fn settings(&self, _: ExchangeId) -> Result<Option<Settings>, LogError> {
        self.ask().await?;
        let ledger = held(&self.world.ledger);
        let board = ledger.board(Audience::Staff, ledger.head(Audience::Staff));
        Ok(board.and_then(|board| board.settings.clone()))
    }

    async fn append(&self, _: ExchangeId, batch: &Batch) -> Result<(), AppendError> {
        let (world, weather) = (&self.world, self.world.weather());
        if world.has_planted(Planted::VisibleBeforeCommit) {
            let (later, batch) = (Self::of(world, self.node, &self.life), batch.clone());
            tokio::spawn(async move {
                later.world.wait(5..60).await;
                if !later.life.has_ended() {
                    // What the writer would have been told is not known here any more.
                    let _ = later.commit(&batch);
                }
            });
            return Ok(());
        }
        world.wait(1..60).await;
        if self.life.has_ended() || world.happens(weather.not_written) {
            world.note(&format!("node {} does not write a batch", self.node));
            return Err(AppendError::NotWritten(crashed()));
        }
        if world.happens(weather.unknown) {
            let is_written = world.happens(500);
            world.note(&format!(
                "node {} is not told of a batch, which is written: {is_written}",
                self.node
            ));
            if is_written {
                self.commit(batch)?;
            }
            return Err(AppendError::Unknown(crashed()));
        }
        self.commit(batch)?;
        crate::hall::signal(world, self.node);
        world.wait(0..10).await;
        Ok(())
    }

    async fn read(&self, _: ExchangeId, after: Seq, limit: u32) -> Result<Vec<Recorded>, LogError> {
        self.ask().await?;
        let ledger = held(&self.world.ledger);
        let behind = ledger.entries.iter().map(|entry| &entry.recorded);
        let read = behind
            .filter(|recorded| recorded.seq > after)
            .take(limit as usize);
        let leaks = self.world.has_planted(Planted::SecretInPublicFrame);
        Ok(read
            .cloned()
            .map(|mut recorded| {
                if leaks {
                    recorded.audience = Audience::Public;
                }
                recorded
            })
            .collect())
    }

    async fn entries(&self, _: ExchangeId, before: Option<Seq>, limit: u32) -> Result<Vec<Entry>, LogError> {
        self.ask().await?;
        let ledger = held(&self.world.ledger);
        let before = |entry: &&Entry| before.is_none_or(|before| entry.recorded.seq < before);
        let newest = ledger.entries.iter().rev().filter(before);
        Ok(newest.take(limit as usize).cloned().collect())
    }

    async fn outcomes(
        &self,
        _: ExchangeId,
        commands: &[CommandId],
    ) -> Result<HashMap<CommandId, Outcome>, LogError> {
        self.ask().await?;
        let ledger = held(&self.world.ledger);
        let known = commands.iter().filter_map(|command| {
            let outcome = ledger.outcomes.get(command)?;
            Some((*command, outcome.clone()))
        });
        Ok(known.collect())
    }

    async fn last_written(
        &self,
        _: ExchangeId,
        devices: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Instant>, LogError> {
        self.ask().await?;
        let mut last = HashMap::new();
        for outcome in held(&self.world.ledger).outcomes.values() {
            if devices.contains(&outcome.device) {
                let latest = last.entry(outcome.device).or_insert(outcome.written_at);
                *latest = outcome.written_at.max(*latest);
            }
        }
        Ok(last)
    }
}

//! Every exchange of this server, by its address, and those of their floors that are open.
//!
//! A floor opens when somebody first asks for it, once however many ask, and closes when nobody was there for a day and nothing is
//! due. So a server holds the boards of what is in use, however many exchanges it has; and one whose log cannot be read keeps no other
//! from opening.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{Epoch, ExchangeId, Seq};
use dashmap::DashMap;
use futures_util::FutureExt;
use tokio::sync::OwnedMutexGuard;

use crate::api::Denied;
use crate::clock::SharedClock;
use crate::database::SLUG;
use crate::floor::{self, FloorHandle, View};
use crate::log::{Archive, Entry, ExchangeRow, Log, LogError, Newest, Unreadable};
use crate::stop::Stop;

/// Events of an archive that are read at a time.
const READ_EVENTS: u32 = 5_000;
/// A floor where nobody was and nothing happened for so long closes, in milliseconds: a day. It is longer than a round and a break can
/// last, so that whatever is due is due on a floor that is open.
const UNUSED_MS: i64 = 24 * 60 * 60_000;
/// A log that could not be read is read again when somebody asks after so long, in milliseconds.
const READ_AGAIN_MS: i64 = 30_000;

/// The exchanges. The floor of each is opened when it is wanted, and has one writer.
pub struct Floors {
    known: DashMap<String, Arc<Place>>,
    log: Arc<dyn Log>,
    clock: SharedClock,
    stop: Stop,
    /// Held while the list changes.
    listing: tokio::sync::Mutex<()>,
    /// Held while the floors are opened that are wanted at the start.
    opening: Arc<tokio::sync::Mutex<()>>,
}

/// Where an exchange is: its floor, while that is open.
struct Place {
    exchange: ExchangeRow,
    /// Held while its floor opens or closes, so that an exchange never gets two writers here.
    door: tokio::sync::Mutex<()>,
    standing: Mutex<Standing>,
    /// When somebody was last there, in elapsed time.
    used_at_ms: AtomicI64,
    /// What it was called when that was last looked up, which closed floors are asked for.
    title: Mutex<Option<Title>>,
    /// What of its log could not be read when that was last tried, though its floor may be open.
    unread: Mutex<Option<Unread>>,
}

/// What of a log could not be read by what needs more of it than a floor that is open: that has read today's history before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unread {
    /// What is amiss with today's history, if anything is: whether the floor could be opened now.
    of_today: Option<Unreadable>,
    /// What is amiss for whoever needs all of it.
    of_all: Unreadable,
}

impl Unread {
    /// What is told first of it.
    fn worst(self) -> Unreadable {
        self.of_today
            .map_or(self.of_all, |of_today| of_today.min(self.of_all))
    }
}

/// How it stands with an exchange's floor.
enum Standing {
    Closed,
    Open(FloorHandle),
    /// Its log cannot be read; it is tried again from then on, in elapsed time.
    Unreadable {
        why: Unreadable,
        again_at_ms: i64,
        /// Whether something happened in it within a day.
        is_of_today: bool,
    },
    /// The exchange was deleted.
    Gone,
}

/// What an exchange is called, and when it is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Its name.
    pub name: String,
    /// On which day.
    pub date: Date,
    /// Whether search engines may list it.
    pub is_found: bool,
}

impl Title {
    fn of(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            date: settings.date,
            is_found: settings.is_found,
        }
    }
}

impl Place {
    fn closed(exchange: ExchangeRow) -> Arc<Self> {
        Arc::new(Self {
            exchange,
            door: tokio::sync::Mutex::default(),
            standing: Mutex::new(Standing::Closed),
            used_at_ms: AtomicI64::new(0),
            title: Mutex::default(),
            unread: Mutex::default(),
        })
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn title(&self) -> MutexGuard<'_, Option<Title>> {
        self.title.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unread(&self) -> MutexGuard<'_, Option<Unread>> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is amiss with today's history, as far as that is known. On a floor on which nothing can be decided nothing else matters.
    fn fault_of_today(&self) -> Option<Unreadable> {
        let met = (*self.unread()).and_then(|unread| unread.of_today);
        match &*self.standing() {
            Standing::Open(floor) => match floor.legible.fault() {
                Some(stuck @ (Unreadable::Newer | Unreadable::Damaged)) => Some(stuck),
                fault => fault.into_iter().chain(met).min(),
            },
            Standing::Unreadable { why, .. } => Some(*why),
            // Nothing of it is in memory any more.
            Standing::Closed if met == Some(Unreadable::Unopenable) => Some(Unreadable::Damaged),
            Standing::Closed => met,
            Standing::Gone => None,
        }
    }

    /// What is told first of what is amiss with all of it.
    fn fault(&self) -> Option<Unreadable> {
        let of_all = (*self.unread()).map(|unread| unread.of_all);
        self.fault_of_today().into_iter().chain(of_all).min()
    }

    /// Whether its floor is open, and could not be opened again.
    fn is_in_memory_alone(&self) -> bool {
        (*self.unread()).is_some_and(|unread| unread.of_today == Some(Unreadable::Unopenable))
    }

    /// Its floor, if it is open.
    fn floor(&self) -> Option<FloorHandle> {
        match &*self.standing() {
            Standing::Open(floor) => Some(floor.clone()),
            Standing::Closed | Standing::Unreadable { .. } | Standing::Gone => None,
        }
    }

    /// Closes its floor for ever, and returns when that has no writer any more. Its door is held.
    async fn leave(&self) {
        let floor = self.floor();
        *self.standing() = Standing::Gone;
        if let Some(floor) = floor {
            floor.close().await;
        }
    }
}

fn title_on(board: &Board) -> Option<Title> {
    board.settings.as_ref().map(Title::of)
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
    /// Its floor cannot be opened.
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
}

/// An exchange's floor cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NotOpen {
    /// There is no such exchange.
    #[error("there is no such exchange")]
    Unknown,
    /// Its log cannot be read.
    #[error("its log cannot be read")]
    Unreadable(Unreadable),
    /// The log failed.
    #[error(transparent)]
    Log(LogError),
}

impl From<LogError> for NotOpen {
    fn from(error: LogError) -> Self {
        match error.unreadable() {
            Some(why) => Self::Unreadable(why),
            None => Self::Log(error),
        }
    }
}

impl From<NotOpen> for Denied {
    fn from(error: NotOpen) -> Self {
        match error {
            NotOpen::Unknown => Denied::UnknownExchange,
            NotOpen::Unreadable(Unreadable::Newer) => Denied::LogNewer,
            NotOpen::Unreadable(
                Unreadable::Unopenable | Unreadable::Damaged | Unreadable::Holed | Unreadable::Past,
            ) => Denied::LogDamaged,
            NotOpen::Log(error) => error.into(),
        }
    }
}

impl Floors {
    /// Reads which exchanges there are. No floor is open yet.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub async fn open(log: Arc<dyn Log>, clock: SharedClock, stop: Stop) -> Result<Self, LogError> {
        let floors = Self {
            known: DashMap::new(),
            log,
            clock,
            stop,
            listing: tokio::sync::Mutex::default(),
            opening: Arc::default(),
        };
        floors.refresh().await?;
        Ok(floors)
    }

    /// Learns of exchanges that were made elsewhere, and closes the floors of those that were deleted there.
    ///
    /// # Errors
    /// If the list cannot be read.
    pub async fn refresh(&self) -> Result<(), LogError> {
        let _listing = self.listing.lock().await;
        let exchanges = self.log.exchanges().await?;
        let there: HashSet<ExchangeId> = exchanges.iter().map(|exchange| exchange.id).collect();
        for place in self.places() {
            if !there.contains(&place.exchange.id) {
                self.known.remove(&place.exchange.slug);
                let _door = place.door.lock().await;
                place.leave().await;
            }
        }
        for exchange in exchanges {
            self.known
                .entry(exchange.slug.clone())
                .or_insert_with(|| Place::closed(exchange));
        }
        Ok(())
    }

    /// The exchange at an address, whether its floor is open or not.
    pub fn find(&self, slug: &str) -> Option<ExchangeRow> {
        self.known.get(slug).map(|place| place.exchange.clone())
    }

    /// Every exchange, by address.
    pub fn list(&self) -> Vec<ExchangeRow> {
        let mut list: Vec<ExchangeRow> = self.known.iter().map(|place| place.exchange.clone()).collect();
        list.sort_by(|a, b| a.slug.cmp(&b.slug));
        list
    }

    /// How many exchanges there are.
    pub(crate) fn count(&self) -> usize {
        self.known.len()
    }

    /// The floors that are open.
    pub fn all_open(&self) -> Vec<FloorHandle> {
        self.known.iter().filter_map(|place| place.floor()).collect()
    }

    /// The floor at an address. It is opened if it is not.
    ///
    /// # Errors
    /// If there is no such exchange, or its log cannot be read.
    pub async fn get(&self, slug: &str) -> Result<FloorHandle, NotOpen> {
        let place = self.known.get(slug).map(|place| Arc::clone(&place));
        self.floor_of(&*place.ok_or(NotOpen::Unknown)?).await
    }

    /// The floor of an exchange. It is opened if it is not.
    ///
    /// # Errors
    /// If there is no such exchange, or its log cannot be read.
    pub async fn by_id(&self, id: ExchangeId) -> Result<FloorHandle, NotOpen> {
        self.floor_of(&*self.place(id).ok_or(NotOpen::Unknown)?).await
    }

    /// Reads staff's board of an exchange, for what the server looks at by itself. A floor that is open is not in use because of it, and one
    /// that is closed stays closed: its log is folded for this once.
    ///
    /// # Errors
    /// If there is no such exchange, or its log cannot be read.
    pub(crate) async fn read<T>(&self, id: ExchangeId, read: impl FnOnce(&Board) -> T) -> Result<T, NotOpen> {
        let place = self.place(id).ok_or(NotOpen::Unknown)?;
        if let Some(floor) = place.floor().filter(|floor| !floor.is_closed()) {
            return Ok(floor.view.with_staff_board(read));
        }
        Ok(self.folded(id).await?.with_staff_board(read))
    }

    /// What a floor of an exchange would show, if it were opened now.
    async fn folded(&self, id: ExchangeId) -> Result<View, NotOpen> {
        let exchange = self.log.exchange(id).await?.ok_or(NotOpen::Unknown)?;
        let folding = floor::fold(&exchange, &self.log, &self.clock);
        match AssertUnwindSafe(folding).catch_unwind().await {
            Ok(Ok(view)) => Ok(view),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(NotOpen::Unreadable(Unreadable::Damaged)),
        }
    }

    fn place(&self, id: ExchangeId) -> Option<Arc<Place>> {
        let found = self.known.iter().find(|place| place.exchange.id == id);
        found.map(|place| Arc::clone(&place))
    }

    fn places(&self) -> Vec<Arc<Place>> {
        self.known.iter().map(|place| Arc::clone(&place)).collect()
    }

    async fn floor_of(&self, place: &Place) -> Result<FloorHandle, NotOpen> {
        if let Some(known) = self.known_of(place) {
            return known;
        }
        let _door = place.door.lock().await;
        // Somebody else has opened it meanwhile.
        if let Some(known) = self.known_of(place) {
            return known;
        }
        let fallen = place.floor();
        if let Some(fallen) = fallen {
            fallen.close().await;
        }
        // What cannot be folded is as good as damaged.
        let opened = AssertUnwindSafe(self.open_floor_at(place)).catch_unwind().await;
        let slug = &place.exchange.slug;
        let why = match opened {
            Ok(Ok(floor)) => {
                *place.standing() = Standing::Open(floor.clone());
                return Ok(floor);
            }
            Ok(Err(error)) => {
                tracing::error!(exchange = %slug, %error, "the exchange {slug} cannot be opened: {error}");
                error.unreadable().ok_or(error)?
            }
            Err(_) => {
                tracing::error!(exchange = %slug, "the exchange {slug} cannot be opened: the program failed at its log");
                Unreadable::Damaged
            }
        };
        let is_of_today = self.is_of_today(place.exchange.id).await;
        *place.standing() = Standing::Unreadable {
            why,
            again_at_ms: self.clock.elapsed_ms() + READ_AGAIN_MS,
            is_of_today,
        };
        Err(NotOpen::Unreadable(why))
    }

    /// Opens the floor of an exchange as it is called now: its history may have got another name since the list was read.
    async fn open_floor_at(&self, place: &Place) -> Result<FloorHandle, LogError> {
        let exchange = self.log.exchange(place.exchange.id).await?;
        let (log, clock) = (Arc::clone(&self.log), Arc::clone(&self.clock));
        let exchange = exchange.unwrap_or_else(|| place.exchange.clone());
        floor::open(exchange, log, clock, self.stop.clone()).await
    }

    /// Whether something happened in an exchange within a day, what cannot be read too; or nobody can know.
    async fn is_of_today(&self, exchange: ExchangeId) -> bool {
        let since = self.clock.now().plus_ms(-UNUSED_MS);
        match self.log.newest_in(exchange).await {
            Ok(newest) => newest.is_some_and(|newest| newest.at > since),
            Err(error) => error.unreadable().is_some(),
        }
    }

    /// How far every log has come; and of which nobody can know, and why.
    async fn newest(&self) -> Result<(Vec<Newest>, Vec<(Arc<Place>, LogError)>), LogError> {
        match self.log.newest().await {
            // Of all in one query the damage of one hides the others.
            Err(error) if error.unreadable().is_some() => {}
            newest => return newest.map(|newest| (newest, Vec::new())),
        }
        let (mut newest, mut hidden) = (Vec::new(), Vec::new());
        for place in self.places() {
            match self.log.newest_in(place.exchange.id).await {
                Ok(found) => newest.extend(found),
                Err(error) if error.unreadable().is_some() => hidden.push((place, error)),
                Err(error) => return Err(error),
            }
        }
        Ok((newest, hidden))
    }

    /// Has it known that nobody can know how far the log of an exchange has come: a floor that is open goes on, and one that is not is tried.
    async fn look_into(&self, place: &Place, error: &LogError) {
        let is_open = place.floor().is_some_and(|floor| !floor.is_closed());
        let is_known = place.unread().is_some();
        if !is_open {
            // Why not is in the log.
            let _ = self.floor_of(place).await;
        } else if !is_known {
            self.note_read(place, Some(error)).await;
        }
    }

    /// What is known of a floor without opening it; nothing if that has to be tried.
    fn known_of(&self, place: &Place) -> Option<Result<FloorHandle, NotOpen>> {
        let now_ms = self.clock.elapsed_ms();
        place.used_at_ms.store(now_ms, Ordering::Relaxed);
        match &*place.standing() {
            // When the server stops every floor closes, and none is opened any more.
            Standing::Open(floor) if !floor.is_closed() || self.stop.is_cancelled() => {
                Some(Ok(floor.clone()))
            }
            Standing::Unreadable { why, again_at_ms, .. } if now_ms < *again_at_ms => {
                Some(Err(NotOpen::Unreadable(*why)))
            }
            Standing::Gone => Some(Err(NotOpen::Unknown)),
            Standing::Open(_) | Standing::Closed | Standing::Unreadable { .. } => None,
        }
    }

    /// Looks how far every log has come, in one query unless one is damaged: open floors that are behind read on, one that is ahead is opened anew, since
    /// the database has lost what it shows, and one that is closed opens if something happened in it within a day. So whatever falls due is due on an open floor, after a restart and on each node.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn look(&self) -> Result<(), LogError> {
        let since = self.clock.now().plus_ms(-UNUSED_MS);
        // Before the query: what is appended meanwhile is not lost.
        let shown = self.all_open().into_iter().map(|floor| {
            let head = floor.view.head(Audience::Staff);
            (floor.exchange.id, head)
        });
        let mut shown: HashMap<ExchangeId, Seq> = shown.collect();
        let (newest, hidden) = self.newest().await?;
        for Newest { exchange, seq, .. } in &newest {
            if shown.get(exchange).is_some_and(|head| head <= seq) {
                shown.remove(exchange);
            }
        }
        for (place, error) in &hidden {
            shown.remove(&place.exchange.id);
            self.look_into(place, error).await;
        }
        for (exchange, head) in shown.into_iter().filter(|(_, head)| *head > Seq(0)) {
            self.open_anew(exchange, head).await;
        }
        let places = self.places().into_iter().map(|place| (place.exchange.id, place));
        let places: HashMap<ExchangeId, Arc<Place>> = places.collect();
        for Newest { exchange, seq, at } in newest {
            let Some(place) = places.get(&exchange) else {
                continue;
            };
            let floor = place.floor().filter(|floor| !floor.is_closed());
            match floor {
                Some(floor) if floor.view.head(Audience::Staff) < seq => floor.look_at_log(),
                None if at > since => {
                    // Why not is in the log.
                    let _ = self.floor_of(place).await;
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// Closes the floor of an exchange whose log has less than it shows, as after a failover to a replica: it opens from what there is,
    /// and whoever watches it starts from there.
    async fn open_anew(&self, exchange: ExchangeId, shown: Seq) {
        let Some(place) = self.place(exchange) else { return };
        tracing::error!(
            exchange = %place.exchange.slug,
            "the database has lost events of {}, which was at position {}: its floor is opened anew from what there is",
            place.exchange.slug,
            shown.0
        );
        let _door = place.door.lock().await;
        let floor = place.floor();
        *place.standing() = Standing::Closed;
        if let Some(floor) = floor {
            floor.close().await;
        }
    }

    /// Closes the floor of an exchange, from whose log somebody was erased: whoever watches it starts from what is left.
    pub(crate) async fn forget(&self, exchange: ExchangeId) {
        let Some(place) = self.place(exchange) else { return };
        let _door = place.door.lock().await;
        let floor = place.floor();
        *place.standing() = Standing::Closed;
        *place.title() = None;
        if let Some(floor) = floor {
            floor.close().await;
        }
    }

    /// The floor of an exchange, if it is open.
    pub(crate) fn open_floor(&self, exchange: ExchangeId) -> Option<FloorHandle> {
        self.place(exchange)?.floor()
    }

    /// Lets an open floor read on, if it is behind a position.
    pub(crate) fn look_at(&self, exchange: ExchangeId, seq: Seq) {
        let floor = self.open_floor(exchange);
        if let Some(floor) = floor.filter(|floor| floor.view.head(Audience::Staff) < seq) {
            floor.look_at_log();
        }
    }

    /// Closes every floor where nobody was and nothing happened for a day, and on which nothing is due; and tries again to open those
    /// whose log could not be read, and to read all of a log where that could not be.
    pub(crate) async fn tend(&self) {
        for place in self.places() {
            let is_unread = place.unread().is_some();
            if is_unread {
                let read = self.read_all(place.exchange.id).await;
                self.note_read(&place, read.as_ref().err()).await;
            }
            let is_unreadable = matches!(*place.standing(), Standing::Unreadable { .. });
            if is_unreadable {
                // Why not is in the log.
                let _ = self.floor_of(&place).await;
                continue;
            }
            let _door = place.door.lock().await;
            if let Some(floor) = self.taken_out_of_use(&place) {
                floor.close().await;
            }
        }
    }

    /// The floor at a place, if it is open and nobody wants it any more: nobody is handed it from here on.
    fn taken_out_of_use(&self, place: &Place) -> Option<FloorHandle> {
        let mut standing = place.standing();
        let Standing::Open(floor) = &*standing else {
            return None;
        };
        let now_ms = self.clock.elapsed_ms();
        if floor.is_held() {
            place.used_at_ms.store(now_ms, Ordering::Relaxed);
        }
        let unused_ms = now_ms - place.used_at_ms.load(Ordering::Relaxed);
        let quiet_ms = self.clock.now().ms_since(floor.view.newest_at());
        let is_wanted = floor.has_something_due() || place.is_in_memory_alone();
        if unused_ms < UNUSED_MS || quiet_ms < UNUSED_MS || is_wanted {
            return None;
        }
        let floor = floor.clone();
        *place.title() = floor.view.with_staff_board(title_on);
        *standing = Standing::Closed;
        Some(floor)
    }

    /// What an exchange is called and when it is held; nothing if it was never set up. Its floor is not opened for that.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn title(&self, exchange: &ExchangeRow) -> Result<Option<Title>, LogError> {
        let Some(place) = self.place(exchange.id) else {
            return Ok(None);
        };
        if let Some(floor) = place.floor() {
            return Ok(floor.view.with_staff_board(title_on));
        }
        let known = place.title().clone();
        if known.is_some() {
            return Ok(known);
        }
        let title = self.log.settings(exchange.id).await?.as_ref().map(Title::of);
        place.title().clone_from(&title);
        Ok(title)
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
        let read = self.log.entries(exchange, before, limit).await;
        let is_damaged = read.as_ref().is_err_and(|error| error.unreadable().is_some());
        // Whose hand it was no floor reads, and what lies in archives is not in the list.
        if is_damaged && matches!(self.fault_of_a_start(exchange).await, Ok(Some(_))) {
            return self.note_fault(exchange, read).await;
        }
        read
    }

    /// What an exchange was before it went back to nought, each time, the newest first.
    ///
    /// # Errors
    /// If the database fails, or a row of them is damaged.
    pub async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
        let read = self.log.archives(exchange).await;
        self.note_fault(exchange, read).await
    }

    /// The board as it stood at an archive's end.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn archived_board(&self, exchange: ExchangeId, archive: &Archive) -> Result<Board, LogError> {
        let read = self.read_archived(exchange, archive).await;
        self.note_fault(exchange, read).await
    }

    /// Hands on what was read of all of an exchange's log, what lies in archives too, and notes whether it could be: the log of the server
    /// and `/healthz` tell.
    ///
    /// # Errors
    /// Those of the reading.
    pub(crate) async fn of_whole_log<T>(
        &self,
        exchange: ExchangeId,
        read: Result<T, LogError>,
    ) -> Result<T, LogError> {
        match (self.place(exchange), read) {
            (Some(place), Ok(read)) => {
                self.note_read(&place, None).await;
                Ok(read)
            }
            (Some(place), Err(error)) => {
                self.note_read(&place, Some(&error)).await;
                Err(error)
            }
            (None, read) => read,
        }
    }

    /// The same of what is a part of it: that it can be read says nothing of the others.
    async fn note_fault<T>(&self, exchange: ExchangeId, read: Result<T, LogError>) -> Result<T, LogError> {
        match read {
            Ok(read) => Ok(read),
            Err(error) => self.of_whole_log(exchange, Err(error)).await,
        }
    }

    /// Notes how it went to read all of an exchange's log. A fault is told once, with its position, and so is that it is no more; that the
    /// database is away says nothing of the log. Whether it is one of today's history is asked of that: there may be one in each.
    async fn note_read(&self, place: &Place, error: Option<&LogError>) {
        let found = match error.map(|error| (error, error.unreadable())) {
            None => None,
            Some((_, None)) => return,
            Some((error, Some(met))) => {
                let Ok(of_today) = self.fault_of_a_start(place.exchange.id).await else {
                    return;
                };
                let of_all = match met {
                    Unreadable::Newer => met,
                    Unreadable::Unopenable | Unreadable::Damaged | Unreadable::Holed | Unreadable::Past => {
                        Unreadable::Past
                    }
                };
                Some((Unread { of_today, of_all }, error))
            }
        };
        let was = std::mem::replace(&mut *place.unread(), found.map(|(unread, _)| unread));
        let slug = &place.exchange.slug;
        match found {
            Some((unread, error)) if was != Some(unread) => tracing::error!(
                exchange = %slug,
                %error,
                "not all of the log of the exchange {slug} can be read: {error}. {}",
                unread.worst().sentence()
            ),
            None if was.is_some() => {
                tracing::info!(exchange = %slug, "all of the log of the exchange {slug} can be read again");
            }
            Some(_) | None => {}
        }
    }

    /// What keeps the floor of an exchange from being opened once more, if anything does.
    ///
    /// # Errors
    /// If the database fails.
    async fn fault_of_a_start(&self, exchange: ExchangeId) -> Result<Option<Unreadable>, LogError> {
        match self.folded(exchange).await {
            Ok(_) | Err(NotOpen::Unknown) => Ok(None),
            Err(NotOpen::Unreadable(Unreadable::Newer)) => Ok(Some(Unreadable::Newer)),
            Err(NotOpen::Unreadable(_)) => Ok(Some(Unreadable::Unopenable)),
            Err(NotOpen::Log(error)) => Err(error),
        }
    }

    /// Whether all that there is of an exchange's log can be read.
    async fn read_all(&self, exchange: ExchangeId) -> Result<(), LogError> {
        self.log.archives(exchange).await?;
        let mut at = Seq(0);
        while let Some(last) = self.log.read(exchange, at, READ_EVENTS).await?.last() {
            at = last.seq;
        }
        Ok(())
    }

    async fn read_archived(&self, exchange: ExchangeId, archive: &Archive) -> Result<Board, LogError> {
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

    /// Why the log of an exchange cannot be read beyond what its floor has shown, if it cannot; or what is amiss with what that has read, as
    /// far as somebody has met it.
    pub async fn unreadable(&self, floor: &FloorHandle) -> Option<Unreadable> {
        let read = self
            .log
            .read(floor.exchange.id, floor.view.head(Audience::Staff), 1)
            .await;
        let fault = read.err().and_then(|error| error.unreadable());
        floor.legible.note(fault);
        match self.place(floor.exchange.id) {
            Some(place) => place.fault_of_today(),
            None => floor.legible.fault(),
        }
    }

    /// The exchanges with whose logs something is amiss, as far as that is known, by their addresses: what is told first comes first.
    pub fn known_faults(&self) -> Vec<(Unreadable, String)> {
        self.places_that(Place::fault)
    }

    /// The exchanges of today whose floors could not be opened, and why.
    pub(crate) fn unopened(&self) -> Vec<(Unreadable, String)> {
        self.places_that(|place| match &*place.standing() {
            Standing::Unreadable {
                why,
                is_of_today: true,
                ..
            } => Some(*why),
            Standing::Unreadable { .. } | Standing::Open(_) | Standing::Closed | Standing::Gone => None,
        })
    }

    fn places_that(&self, are: impl Fn(&Place) -> Option<Unreadable>) -> Vec<(Unreadable, String)> {
        let places = self.known.iter();
        let mut found: Vec<_> = places
            .filter_map(|place| Some((are(&place)?, place.exchange.slug.clone())))
            .collect();
        found.sort_unstable();
        found
    }

    /// Has whoever asks whether the floors are open wait until what this gives is dropped.
    pub(crate) fn begin_opening(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.opening).try_lock_owned().ok()
    }

    /// Returns when the floors that were wanted at the start are open, or could not be opened.
    pub(crate) async fn opened(&self) {
        drop(self.opening.lock().await);
    }

    /// An exchange in whose log a newer version wrote, as far as that is known: a newer node serves it.
    pub fn known_too_new(&self) -> Option<ExchangeRow> {
        let is_too_new = |place: &Place| match &*place.standing() {
            Standing::Open(floor) => floor.legible.fault() == Some(Unreadable::Newer),
            Standing::Unreadable { why, .. } => *why == Unreadable::Newer,
            Standing::Closed | Standing::Gone => false,
        };
        let found = self.known.iter().find(|place| is_too_new(place));
        found.map(|place| place.exchange.clone())
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
            formerly: Vec::new(),
            begins_after: Seq(0),
        };
        let listing = self.listing.lock().await;
        match self.log.create(&exchange, self.clock.now()).await {
            Ok(()) => {}
            Err(LogError::Database(error)) if SLUG.is_taken(&error) => return Err(MakeError::SlugTaken),
            Err(error) => return Err(error.into()),
        }
        let place = Place::closed(exchange);
        self.known.insert(slug.to_owned(), Arc::clone(&place));
        drop(listing);
        Ok(self.floor_of(&place).await?)
    }

    /// Deletes an exchange with all that is known of it. Its floor closes before; if the database fails it may open again.
    ///
    /// # Errors
    /// If the database fails: then nothing is deleted.
    pub async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError> {
        let _listing = self.listing.lock().await;
        // The address may be another's by now.
        let is_its = |_: &String, place: &Arc<Place>| place.exchange.id == exchange.id;
        let Some((slug, place)) = self.known.remove_if(&exchange.slug, is_its) else {
            return self.log.delete(exchange).await;
        };
        let door = place.door.lock().await;
        place.leave().await;
        let deleted = self.log.delete(exchange).await;
        drop(door);
        if deleted.is_err() {
            self.known.insert(slug, Place::closed(exchange.clone()));
        }
        deleted
    }
}

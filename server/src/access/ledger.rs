//! What concerns safety, noted: who came in, read contacts, printed, signed. Nobody waits for it to be written. It waits in memory,
//! and one task writes what waits in one transaction, which a deal comes before.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::{Actor, Role};
use borsklokka_shared::security::SecurityEvent;
use governor::Quota;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::clock::SharedClock;
use crate::database::{Database, within};
use crate::networks::network_of;
use crate::per_key::PerKey;
use crate::seldom::Seldom;

/// Entries that wait to be written, counted; what comes while so many do is lost.
pub(super) const WAITING_MAX: usize = 1_024;
/// For how long the same of the same device about the same is not noted again.
const SAME_WITHIN: Duration = Duration::from_mins(1);
/// The same of what pages read again and again by themselves.
const SAME_READ_WITHIN: Duration = Duration::from_hours(1);
/// What wrong codes and passphrases may add to the list a minute, from all addresses together, counted.
const TRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not zero");
/// How often it is told that entries are lost.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// What is to be noted. What it is about is ids alone: no contact and no text of a deal can stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is noted by `Access::note`"]
pub struct Note {
    event: SecurityEvent,
    exchange: Option<ExchangeId>,
    role: Option<Role>,
    device: Option<DeviceId>,
    name: Option<String>,
    about: Vec<Uuid>,
    from: Option<IpAddr>,
}

impl Note {
    /// Something of the server's own, done at its console by nobody who is known.
    pub fn of(event: SecurityEvent) -> Self {
        Self {
            event,
            exchange: None,
            role: None,
            device: None,
            name: None,
            about: vec![],
            from: None,
        }
    }

    /// In an exchange.
    pub fn in_exchange(self, exchange: ExchangeId) -> Self {
        Self {
            exchange: Some(exchange),
            ..self
        }
    }

    /// By whoever has a session.
    pub fn by(self, actor: Actor) -> Self {
        Self {
            role: Some(actor.role),
            device: Some(actor.device),
            name: Some(actor.name).filter(|name| !name.is_empty()),
            ..self
        }
    }

    /// By whoever knows the passphrase.
    pub fn by_the_operator(self) -> Self {
        Self {
            role: Some(Role::Organiser),
            ..self
        }
    }

    /// By, or for, a device of a role and a name.
    pub fn named(self, role: Role, name: &str) -> Self {
        Self {
            role: Some(role),
            name: Some(name.to_owned()),
            ..self
        }
    }

    /// About a deal, a participant, a device.
    pub fn about(self, about: impl IntoIterator<Item = Uuid>) -> Self {
        Self {
            about: about.into_iter().collect(),
            ..self
        }
    }

    /// From an address.
    pub fn from(self, address: IpAddr) -> Self {
        Self {
            from: Some(address.to_canonical()),
            ..self
        }
    }

    /// Whether anybody at all may do it as often as wanted.
    fn is_a_try(&self) -> bool {
        matches!(
            self.event,
            SecurityEvent::LoginFailed | SecurityEvent::PairingFailed
        )
    }

    /// For the server's own log, where no name stands.
    fn tell(&self) {
        let Self {
            event,
            exchange,
            role,
            device,
            about,
            from,
            name: _,
        } = self;
        tracing::info!(
            target: "security",
            exchange = exchange.map(tracing::field::display),
            role = role.map(Role::as_str),
            device = device.map(tracing::field::display),
            about = stored_about(about),
            from = from.map(tracing::field::display),
            "{}",
            event.as_str()
        );
    }
}

/// What makes two entries the same.
type Same = (
    SecurityEvent,
    Option<ExchangeId>,
    Option<DeviceId>,
    Vec<Uuid>,
    Option<IpAddr>,
);

/// What was noted lately, and is not noted again.
struct Lately {
    done: PerKey<Same>,
    read: PerKey<Same>,
    tries: PerKey<()>,
    turned_away: PerKey<(&'static str, IpAddr)>,
    turned_away_everywhere: PerKey<()>,
}

impl Lately {
    fn new(clock: &SharedClock) -> Self {
        let once = |within| Quota::with_period(within).expect("a time longer than none");
        Self {
            done: PerKey::of(once(SAME_WITHIN), clock),
            read: PerKey::of(once(SAME_READ_WITHIN), clock),
            tries: PerKey::per_minute(TRIES_PER_MINUTE, clock),
            turned_away: PerKey::of(once(SAME_WITHIN), clock),
            turned_away_everywhere: PerKey::per_minute(TRIES_PER_MINUTE, clock),
        }
    }

    fn forget_quiet(&self) {
        self.done.forget_quiet();
        self.read.forget_quiet();
        self.tries.forget_quiet();
        self.turned_away.forget_quiet();
        self.turned_away_everywhere.forget_quiet();
    }

    fn is_news(&self, note: &Note) -> bool {
        let lately = match note.event {
            // Each is another way in.
            SecurityEvent::CodeMade => return true,
            SecurityEvent::ContactsRead
            | SecurityEvent::RegistrationsRead
            | SecurityEvent::MailsRead
            | SecurityEvent::FollowUpsRead => &self.read,
            _ => &self.done,
        };
        let from = note.from.map(network_of);
        let same = (note.event, note.exchange, note.device, note.about.clone(), from);
        lately.count(&same).is_ok() && (!note.is_a_try() || self.tries.count(&()).is_ok())
    }
}

/// What waits to be written.
struct Entry {
    at: Instant,
    note: Note,
}

/// What the task that writes is asked.
enum Turn {
    Write(Entry),
    /// To say when everything before it was tried.
    Say(oneshot::Sender<()>),
}

/// Where entries wait.
pub(super) struct Ledger {
    lately: Lately,
    turns: mpsc::Sender<Turn>,
    losses: Mutex<Seldom>,
}

impl Ledger {
    /// One that is written to a database, by a task that ends with it.
    pub(super) fn of(database: Database, clock: &SharedClock) -> Self {
        let (turns, asked) = mpsc::channel(WAITING_MAX);
        tokio::spawn(write_down(database, asked));
        Self {
            lately: Lately::new(clock),
            turns,
            losses: Mutex::new(Seldom::every(TELL_EVERY)),
        }
    }

    /// Forgets what was noted so long ago that it is noted again.
    pub(super) fn forget_quiet(&self) {
        self.lately.forget_quiet();
    }

    /// What was noted lately, counted.
    pub(super) fn keys(&self) -> usize {
        self.lately.done.keys() + self.lately.read.keys() + self.lately.turned_away.keys()
    }

    pub(super) fn note(&self, at: Instant, note: Note) {
        if !self.lately.is_news(&note) {
            return;
        }
        note.tell();
        if self.turns.try_send(Turn::Write(Entry { at, note })).is_err() {
            let mut losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(untold) = losses.tell(false) {
                tracing::warn!(
                    untold,
                    "{WAITING_MAX} security events wait to be written: more are lost"
                );
            }
        }
    }

    /// Tells who was turned away and why in the server's own log: another host or origin, a token of another exchange or of none, too
    /// often. Anybody can be, without end, so it is told once a minute of a network, and stands in no table.
    pub(super) fn tell_turned_away(&self, peer: IpAddr, code: &'static str, route: &str) {
        let Lately {
            turned_away,
            turned_away_everywhere,
            ..
        } = &self.lately;
        if turned_away.count(&(code, network_of(peer))).is_ok() && turned_away_everywhere.count(&()).is_ok() {
            tracing::info!(target: "security", from = %peer.to_canonical(), route, "turned away: {code}");
        }
    }

    /// Waits until what was noted before is written, or cannot be.
    pub(super) async fn flush(&self) {
        let (say, said) = oneshot::channel();
        // An error means that the task has ended, so nothing waits.
        if self.turns.send(Turn::Say(say)).await.is_ok() {
            let _ = said.await;
        }
    }
}

/// Writes what waits. What cannot be written is tried again with what comes next.
async fn write_down(database: Database, mut asked: mpsc::Receiver<Turn>) {
    let (mut turns, mut waiting) = (vec![], vec![]);
    let mut failures = Seldom::every(TELL_EVERY);
    while asked.recv_many(&mut turns, WAITING_MAX).await > 0 {
        let mut listeners = vec![];
        for turn in turns.drain(..) {
            match turn {
                Turn::Write(entry) if waiting.len() < WAITING_MAX => waiting.push(entry),
                // That what waits cannot be written has been told.
                Turn::Write(_) => {}
                Turn::Say(listener) => listeners.push(listener),
            }
        }
        match write(&database, &waiting).await {
            Ok(()) => waiting.clear(),
            Err(error) => {
                if let Some(untold) = failures.tell(false) {
                    let count = waiting.len();
                    tracing::warn!(
                        %error,
                        untold,
                        "{count} security events cannot be written yet: {error}; of more than {WAITING_MAX} the rest is lost"
                    );
                }
            }
        }
        for listener in listeners {
            // Whoever asked may be gone.
            let _ = listener.send(());
        }
    }
}

async fn write(database: &Database, entries: &[Entry]) -> Result<(), sqlx::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut transaction = database.begin().await?;
    for Entry { at, note } in entries {
        // The exchange may have been deleted meanwhile.
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO security_events (exchange_id, at_ms, event, role, device_id, name, about, came_from) \
             SELECT CAST($1 AS TEXT), $2, $3, $4, $5, $6, $7, $8 \
             WHERE CAST($1 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM exchanges WHERE id = $1)",
        )
        .bind(note.exchange.map(|exchange| exchange.to_string()))
        .bind(at.unix_ms)
        .bind(note.event.as_str())
        .bind(note.role.map(Role::as_str))
        .bind(note.device.map(|device| device.to_string()))
        .bind(note.name.as_deref())
        .bind(stored_about(&note.about))
        .bind(note.from.map(|from| from.to_string()))
        .execute(&mut **on)
        .await
        .map(drop))?;
    }
    transaction.commit().await
}

fn stored_about(about: &[Uuid]) -> String {
    let ids: Vec<String> = about.iter().map(Uuid::to_string).collect();
    ids.join(" ")
}

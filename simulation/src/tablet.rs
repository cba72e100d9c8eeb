//! A device: its disk, its small storage, its clock and the pages that are open on it. The disk does one thing after another, late
//! sometimes, and may be full, silent or taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use borsklokka::access::Session;
use borsklokka_frontend::disk::{Fault, Kept, Standing};
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{DealId, DeviceId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::page::Heard;
use crate::world::{World, held};

/// How long a disk that does not answer is waited for.
const ANSWER_MAX: Duration = Duration::from_secs(4);

/// A device.
pub(crate) struct Tablet {
    pub(crate) number: usize,
    pub(crate) role: Role,
    pub(crate) disk: Mutex<Disk>,
    /// What stands where the tab that sends has its name.
    pub(crate) lease: Mutex<Option<String>>,
    pub(crate) pages: Mutex<BTreeMap<u32, Open>>,
    pub(crate) pages_ever: Mutex<u32>,
    /// How far its date is ahead of the time of day, in milliseconds.
    pub(crate) date_ahead_ms: AtomicI64,
}

/// What lies on a device's disk.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) records: BTreeMap<String, String>,
    pub(crate) gone: BTreeMap<String, f64>,
    pub(crate) board: Option<Follower>,
    /// When it is done with what it was asked.
    busy_until: Option<tokio::time::Instant>,
}

/// A page that is open.
pub(crate) struct Open {
    pub(crate) tell: mpsc::UnboundedSender<Heard>,
    /// What its outbox shows.
    pub(crate) shows: Shows,
}

/// What a page's outbox shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shows {
    pub(crate) deals: BTreeSet<DealId>,
    /// Deals that only its memory has.
    pub(crate) in_memory: BTreeSet<DealId>,
    pub(crate) unreadable: BTreeSet<String>,
    /// Errands that still wait for the server, and how it stands with each.
    pub(crate) waiting: Vec<String>,
    /// Whether its board is true.
    pub(crate) is_live: bool,
    /// How far that has come.
    pub(crate) position: Seq,
}

impl Tablet {
    pub(crate) fn new(number: usize, role: Role) -> Arc<Self> {
        Arc::new(Self {
            number,
            role,
            disk: Mutex::default(),
            lease: Mutex::default(),
            pages: Mutex::default(),
            pages_ever: Mutex::default(),
            date_ahead_ms: AtomicI64::new(0),
        })
    }

    /// Its session, if it has one.
    pub(crate) fn session(&self) -> Option<Session> {
        (self.role != Role::Viewer).then(|| Session {
            device: DeviceId(Uuid::from_u128(0xE_0000 + self.number as u128)),
            role: self.role,
            name: format!("{:?} {}", self.role, self.number),
            paired_at: Instant::default(),
            account: None,
        })
    }

    /// What its date says, in milliseconds since 1970.
    pub(crate) fn date_ms(&self, world: &World) -> i64 {
        world.true_time().unix_ms + self.date_ahead_ms.load(Ordering::Relaxed)
    }

    /// Whether any of its pages shows a deal, or its disk has it.
    pub(crate) fn has(&self, deal: DealId) -> bool {
        let shown = held(&self.pages)
            .values()
            .any(|page| page.shows.deals.contains(&deal));
        shown || {
            let name = deal.to_string();
            let disk = held(&self.disk);
            disk.records.values().any(|text| text.contains(&name))
        }
    }

    fn note(&self, world: &World, what: &str) {
        world.note(&format!("{:?} {} disk: {what}", self.role, self.number));
    }

    /// Takes away what lies on its disk, as a browser does that is short of room.
    pub(crate) fn evict(&self) {
        {
            let mut disk = held(&self.disk);
            disk.records.clear();
            disk.gone.clear();
            disk.board = None;
        }
        for page in held(&self.pages).values() {
            // It may be about to close.
            let _ = page.tell.send(Heard::DiskLost(Fault::Lost));
        }
    }

    /// Waits until the disk has done what was asked of it before, and this.
    async fn turn(&self, world: &World) -> Result<bool, Fault> {
        let takes = Duration::from_millis(if world.happens(20) {
            world.dice(500..3_500)
        } else {
            world.dice(1..30)
        });
        let until = {
            let mut disk = held(&self.disk);
            let now = tokio::time::Instant::now();
            let until = disk.busy_until.map_or(now, |until| until.max(now)) + takes;
            disk.busy_until = Some(until);
            until
        };
        tokio::time::sleep_until(until).await;
        let weather = world.weather();
        if world.happens(weather.full) {
            return Err(Fault::Full);
        }
        // Whether it is done, if it does not say so.
        if world.happens(weather.silent) {
            return if world.happens(500) {
                Ok(false)
            } else {
                Err(Fault::Silent)
            };
        }
        Ok(true)
    }

    /// What is said of something that was done.
    async fn done<T>(&self, is_told: bool, what: T) -> Result<T, Fault> {
        if is_told {
            return Ok(what);
        }
        tokio::time::sleep(ANSWER_MAX).await;
        Err(Fault::Silent)
    }

    /// Everything in the outbox's drawer.
    pub(crate) async fn outbox(&self, world: &World) -> Result<Kept, Fault> {
        let is_told = self.turn(world).await?;
        let kept = {
            let disk = held(&self.disk);
            Kept {
                records: disk.records.clone().into_iter().collect(),
                gone: disk.gone.clone().into_iter().collect(),
            }
        };
        self.done(is_told, kept).await
    }

    /// Puts a record there, unless it has left the outbox.
    pub(crate) async fn keep_record(&self, world: &World, key: &str, text: &str) -> Result<Standing, Fault> {
        let is_told = self.turn(world).await?;
        let standing = {
            let mut disk = held(&self.disk);
            if disk.gone.contains_key(key) {
                Standing::Gone
            } else {
                disk.records.insert(key.to_owned(), text.to_owned());
                Standing::Stored
            }
        };
        self.note(world, &format!("{standing:?} {key}, and tells: {is_told}"));
        self.done(is_told, standing).await
    }

    /// Takes a record away, and notes that it has left the outbox.
    pub(crate) async fn bury_record(&self, world: &World, key: &str) -> Result<(), Fault> {
        let is_told = match self.turn(world).await {
            Ok(is_told) => is_told,
            // There is no room for the note.
            Err(Fault::Full) => {
                held(&self.disk).records.remove(key);
                self.note(world, &format!("forgets {key}, and has no room to note it"));
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        {
            let mut disk = held(&self.disk);
            disk.records.remove(key);
            disk.gone.insert(key.to_owned(), self.date_ms(world) as f64);
        }
        self.note(world, &format!("forgets {key}, and tells: {is_told}"));
        self.done(is_told, ()).await
    }
}

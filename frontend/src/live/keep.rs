//! The board as this device last saw it, kept on its disk: a tablet that starts with no network shows it and writes deals
//! on it, and one that comes back asks only for what it missed.
//!
//! Kept with it are who the device is and the server's clock as it was estimated, against the device's own: a deal that is
//! written after a reload without a network still says when.

use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::follow::Follower;
use borsklokka_shared::ids::{DeviceId, Epoch, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use super::connection::LinkState;
use super::{Live, Session};
use crate::browser;
use crate::disk::{Disk, Drawer, Durability, Fault};
use crate::json;
use crate::typed;

/// Where it lies in its drawer.
const KEY: &str = "last";
/// How often it is written if it has changed, in milliseconds: seldom enough for an old tablet.
const KEEP_EVERY_MS: u64 = 5_000;
/// How long a device's own clock is believed after the server was last heard, in milliseconds: an evening and its night.
const CLOCK_MS_MAX: i64 = 16 * 60 * 60 * 1_000;

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    role: Role,
    device: Option<DeviceId>,
    name: Option<String>,
    epoch: Epoch,
    seq: Seq,
    /// Versions before did not keep it.
    #[serde(default)]
    at: Option<Instant>,
    board: Board,
    clock: Option<KeptClock>,
}

/// Who the device is, in the browser's small storage: that is another one than the disk, and may be there when the disk is not.
#[derive(Serialize, Deserialize)]
struct Who {
    role: Role,
    device: Option<DeviceId>,
    name: Option<String>,
}

fn who_name(slug: &str) -> String {
    format!("borsklokka.who.{slug}")
}

/// Two clocks at one moment, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptClock {
    server_ms: i64,
    device_ms: i64,
}

impl KeptClock {
    /// The server's clock when the device's stands at `device_ms`; none if that is too long ago, or before.
    fn server_at(self, device_ms: i64) -> Option<i64> {
        let passed_ms = device_ms - self.device_ms;
        (0..CLOCK_MS_MAX)
            .contains(&passed_ms)
            .then_some(self.server_ms + passed_ms)
    }
}

impl Live {
    /// Shows the board that this device last saw until the server's comes, and keeps it from now on.
    pub fn keep(self) {
        spawn_local(async move {
            let disk = Disk::of(&self.slug());
            match disk.get(Drawer::Board, KEY).await {
                Ok(Some(text)) => self.recall(&text),
                Ok(None) => {}
                Err(fault) => warn(fault),
            }
            self.recall_who();
            self.go_on_keeping(disk);
        });
    }

    /// Forgets the board, who this device is and what was being written, as far as the disk has it: the device is nobody's of the staff
    /// any more. What waits to be sent stays.
    pub fn forget(self) {
        browser::forget(&who_name(&self.slug()));
        typed::forget(&self.slug());
        spawn_local(async move {
            if let Err(fault) = Disk::of(&self.slug()).empty().await {
                warn(fault);
            }
        });
    }

    /// Whether the device may keep what is typed on it: it is somebody's of the staff.
    pub fn may_keep(self) -> Memo<bool> {
        Memo::new(move |_| {
            let is_staff = |session: &Session| Role::OF_DEVICES.contains(&session.role);
            self.link.get() != LinkState::PairedAway
                && self
                    .session
                    .with(|session| session.as_ref().is_some_and(is_staff))
        })
    }

    fn recall(self, text: &str) {
        // What an older app kept may be unreadable: then the server's comes.
        let Ok(kept) = json::read::<Kept>(text) else {
            return;
        };
        if let Some(server_ms) = kept
            .clock
            .and_then(|clock| clock.server_at(browser::device_time().unix_ms))
        {
            self.works
                .update_value(|works| works.clock.recall(browser::monotonic_ms(), server_ms));
        }
        if self.follower.with_untracked(Option::is_some) {
            return;
        }
        self.session.set(Some(Session {
            role: kept.role,
            device: kept.device,
            name: kept.name,
        }));
        self.tick.set(self.now());
        self.follower.set(Some(Follower::welcomed(
            kept.role,
            kept.epoch,
            (kept.seq, kept.at),
            kept.board,
        )));
    }

    /// Who this device is, where its board is not to be had: a desk whose disk was taken away opens all the same, and what is
    /// written there waits for the network.
    fn recall_who(self) {
        let who = browser::kept(&who_name(&self.slug()));
        let who = who.and_then(|text| json::read::<Who>(&text).ok());
        if let (Some(who), true) = (who, self.session.with_untracked(Option::is_none)) {
            self.session.set(Some(Session {
                role: who.role,
                device: who.device,
                name: who.name,
            }));
        }
    }

    fn go_on_keeping(self, disk: Disk) {
        let last = StoredValue::new_local(None);
        let (losing, filling) = (disk.clone(), disk.clone());
        let name = who_name(&self.slug());
        Effect::new(move || {
            let session = self.session.get();
            // What the disk told is not what the server says.
            if self.link.get() == LinkState::Connected
                && let Some(session) = session.filter(|session| Role::OF_DEVICES.contains(&session.role))
            {
                filling.fill();
                let who = Who {
                    role: session.role,
                    device: session.device,
                    name: session.name,
                };
                let text = serde_json::to_string(&who).expect("an identity has string keys");
                browser::keep(&name, &text);
            }
        });
        let keep = move || {
            // Over another connection nothing of it may be there.
            let state = (disk.connections_ever(), self.state_to_keep());
            if last.with_value(|last| last.as_ref() == Some(&state)) {
                return;
            }
            last.set_value(Some(state));
            let Some(text) = self.kept() else { return };
            let disk = disk.clone();
            spawn_local(async move {
                if let Err(fault) = disk.put(Drawer::Board, KEY, &text, Durability::Relaxed).await {
                    warn(fault);
                    // It is tried again next time, though the board is the same.
                    last.try_set_value(None);
                }
            });
        };
        let (on_leaving, anew) = (keep.clone(), keep.clone());
        losing.on_lost(move |fault| {
            if fault == Fault::Lost {
                last.set_value(None);
                anew();
            }
        });
        window_event_listener_untyped("visibilitychange", move |_| on_leaving());
        set_interval(keep, Duration::from_millis(KEEP_EVERY_MS));
    }

    /// What changes when there is something new to keep.
    fn state_to_keep(self) -> Option<(Epoch, Seq, usize, Option<Session>, ClockTrust)> {
        let trust = self.clock_trust();
        let session = self.session.get_untracked();
        self.follower.with_untracked(|follower| {
            let follower = follower.as_ref()?;
            Some((
                follower.epoch,
                follower.seq,
                follower.board.listings.len(),
                session,
                // A clock that is doubted is kept no longer.
                trust,
            ))
        })
    }

    fn kept(self) -> Option<String> {
        let session = self.session.get_untracked()?;
        if !Role::OF_DEVICES.contains(&session.role) {
            return None;
        }
        let trust = self.clock_trust();
        let clock = self.works.with_value(|works| match trust {
            ClockTrust::Estimated => Some(KeptClock {
                server_ms: works.clock.now(browser::monotonic_ms())?.unix_ms,
                device_ms: browser::device_time().unix_ms,
            }),
            ClockTrust::Unknown => None,
        });
        let kept = self.follower.with_untracked(|follower| {
            let follower = follower.as_ref()?;
            Some(Kept {
                role: session.role,
                device: session.device,
                name: session.name,
                epoch: follower.epoch,
                seq: follower.seq,
                at: follower.at,
                board: follower.board.clone(),
                clock,
            })
        })?;
        Some(serde_json::to_string(&kept).expect("a board has string keys"))
    }
}

fn warn(fault: Fault) {
    web_sys::console::warn_1(&format!("the board is not kept: {fault:?}").into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_own_clock_is_believed_for_an_evening() {
        let kept = KeptClock {
            server_ms: 1_000_000,
            device_ms: 91_000,
        };
        assert_eq!(kept.server_at(96_000), Some(1_005_000));
        assert_eq!(kept.server_at(90_000), None);
        assert_eq!(kept.server_at(91_000 + CLOCK_MS_MAX), None);
    }
}

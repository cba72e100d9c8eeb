//! The screens of one exchange that said how they are: their health for staff, and the way to nudge one of them. Held in
//! memory only: nothing here is logged. What those of other nodes say is heard from these.
//!
//! A screen changes its row whenever it likes. The staff's room is woken by the first change and tells everybody the whole
//! list, at most every [`TELL_EVERY_MS`]: there is no queue, since a list takes the place of the one before it.

mod elsewhere;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen;
use borsklokka_shared::wire::{ConnectedScreen, Nudge, ScreenStatus, ServerMessage};
use bytes::Bytes;
use tokio::sync::Notify;

use crate::link::Link;
use crate::link::frame::text_frame;
use elsewhere::Elsewhere;
pub(crate) use elsewhere::News;

/// Screens of one exchange that are kept, counted; those beyond say how they are to nobody.
pub const SCREENS_MAX: usize = 256;
/// Screens without a session among them, counted: whoever opens many walls leaves room for the tablets.
pub const VIEWERS_MAX: usize = 192;
/// Screens without a session of one address among them, counted: a hall has a wall or three, and whoever says of hundreds of sockets
/// that they are walls leaves room for the real ones.
const VIEWERS_PER_ADDRESS_MAX: usize = 8;
/// Staff are told of changes at most this often, in milliseconds.
pub const TELL_EVERY_MS: u64 = 2_000;
/// What a screen calls itself is cut to this, in characters.
const SCREEN_CHARS_MAX: usize = 24;
/// Its version is cut to this, in characters.
const VERSION_CHARS_MAX: usize = 40;

/// Numbers that one seat has: those of a node are in a row that no other node's are in.
const NUMBERS_PER_SEAT: u32 = 1_000;

/// The next screen's number, of the whole server, and the seat that it has among the nodes: so no two screens show the same one.
static NEXT_NUMBER: AtomicU32 = AtomicU32::new(0);
static SEAT: AtomicU32 = AtomicU32::new(0);

/// From now on screens are numbered in the row of a seat.
pub(crate) fn sit_at(seat: u32) {
    SEAT.store(seat, Ordering::Relaxed);
}

/// The screens of one exchange.
#[derive(Default)]
pub struct Screens {
    /// Those of this node.
    kept: Mutex<BTreeMap<u32, Kept>>,
    elsewhere: Mutex<Elsewhere>,
    changed: Notify,
}

struct Kept {
    screen: ConnectedScreen,
    link: Arc<Link>,
    /// Where it is; of IPv6 the network.
    address: IpAddr,
    /// Whether staff asked something of it: they know it by its number.
    is_known: bool,
}

impl Kept {
    /// What speaks for its being a screen of the hall, the most first: staff know it; somebody stood at it and let it sound.
    fn standing(&self) -> (bool, bool) {
        (self.is_known, self.screen.status.sound == Some(true))
    }

    fn is_viewer(&self) -> bool {
        self.screen.role == Role::Viewer
    }
}

/// A screen's place in the list, given back when it is dropped.
pub struct Listed {
    screens: Arc<Screens>,
    number: u32,
}

impl Screens {
    /// Lists a screen that says how it is for the first time; `None` if it is a guest's phone, or there are too many.
    pub fn list(
        self: &Arc<Self>,
        link: &Arc<Link>,
        address: IpAddr,
        role: Role,
        device: Option<(DeviceId, String)>,
        status: ScreenStatus,
    ) -> Option<Listed> {
        // Guests' phones come and go by the hundred, and are nobody's to look after.
        if role == Role::Viewer && status.screen == screen::Screen::Phone.as_str() {
            return None;
        }
        let mut kept = self.lock();
        if role == Role::Viewer {
            make_room_for_viewer(&mut kept, address, status.sound == Some(true))?;
        }
        if kept.len() >= SCREENS_MAX {
            return None;
        }
        let number = free_number(&kept);
        let (device, name) = device.unzip();
        let screen = ConnectedScreen {
            number,
            role,
            device,
            name,
            status: bounded(status),
        };
        let link = Arc::clone(link);
        kept.insert(
            number,
            Kept {
                screen,
                link,
                address,
                is_known: false,
            },
        );
        self.changed.notify_one();
        Some(Listed {
            screens: Arc::clone(self),
            number,
        })
    }

    /// How many there are on this node.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// What waits on this node's tablets, as they say.
    pub(crate) fn outbox(&self) -> usize {
        let waits = |kept: &Kept| kept.screen.status.outbox.unwrap_or_default() as usize;
        self.lock().values().map(waits).sum()
    }

    /// Since when the oldest of that waits, as they say.
    pub(crate) fn outbox_since(&self) -> Option<Instant> {
        let since = |kept: &Kept| kept.screen.status.outbox_since;
        self.lock().values().filter_map(since).min()
    }

    /// Nudges one screen of this node. Says whether there is such a screen.
    pub fn nudge(&self, number: u32, nudge: Nudge) -> bool {
        let message = match nudge {
            Nudge::Identify => ServerMessage::Identify { number },
            Nudge::Reload => ServerMessage::Reload,
            Nudge::ShowScene { scene } => ServerMessage::ShowScene { scene },
            Nudge::TestSound => ServerMessage::TestSound,
        };
        let link = self.lock().get_mut(&number).map(|kept| {
            kept.is_known = true;
            Arc::clone(&kept.link)
        });
        let is_there = link.is_some();
        if let Some(link) = link {
            link.send(&frame_of(&message));
        }
        is_there
    }

    /// Waits until the list has changed since it was last waited for.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The list as a frame; `None` while nobody is in it.
    pub(super) fn frame(&self) -> Option<Bytes> {
        let screens = self.all();
        (!screens.is_empty()).then(|| frame_of(&ServerMessage::Screens { screens }))
    }

    /// The list as a frame, even if nobody is in it any more.
    pub(super) fn whole_frame(&self) -> Bytes {
        frame_of(&ServerMessage::Screens { screens: self.all() })
    }

    /// Whether a screen of another node has a number.
    pub(crate) fn is_elsewhere(&self, number: u32) -> bool {
        self.elsewhere().has(number)
    }

    /// What the other nodes are to be told of the screens of this one: what changed since it was asked last, or all.
    pub(crate) fn news(&self, all: bool) -> News {
        let own = self.own();
        self.elsewhere().tell(own, all)
    }

    /// The same when this node stops.
    pub(crate) fn farewell(&self) -> News {
        self.elsewhere().tell(Vec::new(), false)
    }

    /// Notes what another node tells of its screens.
    pub(crate) fn hear(&self, news: News) {
        if self.elsewhere().hear(news) {
            self.changed.notify_one();
        }
    }

    /// Takes out those of nodes that say nothing more.
    pub(crate) fn forget_silent(&self) {
        if self.elsewhere().forget_silent() {
            self.changed.notify_one();
        }
    }

    fn own(&self) -> Vec<ConnectedScreen> {
        self.lock().values().map(|kept| kept.screen.clone()).collect()
    }

    fn all(&self) -> Vec<ConnectedScreen> {
        let mut all = self.own();
        all.extend(self.elsewhere().screens().cloned());
        all.sort_by_key(|screen| screen.number);
        all
    }

    fn elsewhere(&self) -> MutexGuard<'_, Elsewhere> {
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listed {
    /// Whether it still is: one that more speaks for may have taken its place.
    pub fn is_listed(&self) -> bool {
        self.screens.lock().contains_key(&self.number)
    }

    /// Notes how the screen is now.
    pub fn says(&self, status: ScreenStatus) {
        let status = bounded(status);
        let mut kept = self.screens.lock();
        if let Some(kept) = kept.get_mut(&self.number)
            && kept.screen.status != status
        {
            kept.screen.status = status;
            self.screens.changed.notify_one();
        }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.screens.lock().remove(&self.number);
        self.screens.changed.notify_one();
    }
}

/// The next number that none of them has.
fn free_number(kept: &BTreeMap<u32, Kept>) -> u32 {
    let row = SEAT.load(Ordering::Relaxed) * NUMBERS_PER_SEAT;
    loop {
        let number = row + 1 + NEXT_NUMBER.fetch_add(1, Ordering::Relaxed) % NUMBERS_PER_SEAT;
        if !kept.contains_key(&number) {
            return number;
        }
    }
}

/// Makes room for one more screen without a session, from an address and with sound or not. If there is none, the one goes that
/// least speaks for, the oldest of several, and only if less speaks for it than for the newcomer; else there is none.
fn make_room_for_viewer(kept: &mut BTreeMap<u32, Kept>, address: IpAddr, sounds: bool) -> Option<()> {
    let viewers = || kept.iter().filter(|(_, kept)| kept.is_viewer());
    let neighbours = || viewers().filter(|(_, kept)| kept.address == address);
    let least = |(number, kept): &(&u32, &Kept)| (kept.standing(), **number);
    let least = if neighbours().count() >= VIEWERS_PER_ADDRESS_MAX {
        neighbours().min_by_key(least)
    } else if viewers().count() >= VIEWERS_MAX {
        viewers().min_by_key(least)
    } else {
        return Some(());
    };
    let (number, _) = least.filter(|(_, kept)| kept.standing() < (false, sounds))?;
    let number = *number;
    kept.remove(&number);
    Some(())
}

fn frame_of(message: &ServerMessage) -> Bytes {
    text_frame(&serde_json::to_vec(message).expect("a message has string keys and finite numbers only"))
}

/// The status with its texts cut to their limits, and no number that JSON cannot say.
fn bounded(status: ScreenStatus) -> ScreenStatus {
    let cut = |text: &str, chars_max| -> String {
        text.chars().filter(|c| !c.is_control()).take(chars_max).collect()
    };
    ScreenStatus {
        screen: cut(&status.screen, SCREEN_CHARS_MAX),
        version: status.version.map(|version| cut(&version, VERSION_CHARS_MAX)),
        frames_per_s: status.frames_per_s.filter(|frames| frames.is_finite()),
        ..status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(screen: &str) -> ScreenStatus {
        ScreenStatus {
            screen: screen.to_owned(),
            ..ScreenStatus::default()
        }
    }

    fn list(screens: &Arc<Screens>, role: Role, status: ScreenStatus) -> Option<Listed> {
        list_at(screens, [10, 0, 0, 1], role, status)
    }

    fn list_at(screens: &Arc<Screens>, address: [u8; 4], role: Role, status: ScreenStatus) -> Option<Listed> {
        screens.list(&Arc::new(Link::kept()), address.into(), role, None, status)
    }

    #[test]
    fn a_screen_is_listed_until_it_leaves_and_numbers_do_not_come_back() {
        let screens = Arc::new(Screens::default());
        assert!(screens.frame().is_none(), "nothing to tell");
        let first = list(&screens, Role::Viewer, named("wall")).expect("room");
        let number = first.number;
        assert_eq!(screens.all().len(), 1);
        drop(first);
        assert!(screens.all().is_empty());
        let second = list(&screens, Role::Viewer, named("wall")).expect("room");
        assert!(second.number > number);
        assert!(!screens.nudge(number, Nudge::Reload), "it has left");
        assert!(screens.nudge(second.number, Nudge::Reload));
    }

    #[test]
    fn guests_phones_are_not_listed() {
        let screens = Arc::new(Screens::default());
        assert!(list(&screens, Role::Viewer, named("phone")).is_none());
        assert!(
            list(&screens, Role::Broker, named("phone")).is_some(),
            "staff's are"
        );
    }

    #[test]
    fn walls_leave_room_for_tablets_and_both_have_a_limit() {
        let screens = Arc::new(Screens::default());
        let mut listed: Vec<Listed> = (0..VIEWERS_MAX)
            .map(|n| {
                let hall = (n / VIEWERS_PER_ADDRESS_MAX) as u8;
                list_at(&screens, [10, 1, 0, hall], Role::Viewer, named("wall")).expect("room")
            })
            .collect();
        assert!(list(&screens, Role::Viewer, named("wall")).is_none());
        for _ in VIEWERS_MAX..SCREENS_MAX {
            listed.push(list(&screens, Role::Broker, named("broker")).expect("room"));
        }
        assert!(list(&screens, Role::Broker, named("broker")).is_none());
        listed.pop();
        assert!(list(&screens, Role::Broker, named("broker")).is_some());
    }

    #[test]
    fn one_phone_does_not_crowd_the_wall_out() {
        let screens = Arc::new(Screens::default());
        let many: Vec<_> = (0..195)
            .map(|_| list(&screens, Role::Viewer, named("wall")))
            .collect();
        assert_eq!(many.iter().flatten().count(), VIEWERS_PER_ADDRESS_MAX);
        assert!(list_at(&screens, [10, 0, 0, 2], Role::Viewer, named("wall")).is_some());
        assert!(
            list(&screens, Role::Broker, named("broker")).is_some(),
            "a device has its own room"
        );
    }

    #[test]
    fn of_those_at_one_address_the_ones_that_more_speaks_for_are_listed() {
        let screens = Arc::new(Screens::default());
        let sounding = || ScreenStatus {
            sound: Some(true),
            ..named("wall")
        };
        let many: Vec<_> = (0..195)
            .map(|_| list(&screens, Role::Viewer, named("wall")))
            .collect();
        let known = many[0].as_ref().expect("room");
        screens.nudge(known.number, Nudge::Identify);
        let wall = list(&screens, Role::Viewer, sounding()).expect("the oldest that nobody knows makes room");
        assert_eq!(screens.all().len(), VIEWERS_PER_ADDRESS_MAX);
        let gone = many[1].as_ref().expect("it had a place");
        assert!(!gone.is_listed() && known.is_listed() && wall.is_listed());
        gone.says(named("wall"));
        assert!(!gone.is_listed(), "who was taken out says how it is to nobody");
        // More of them than places: those that came first stay.
        let louder: Vec<_> = (0..195)
            .map(|_| list(&screens, Role::Viewer, sounding()))
            .collect();
        assert_eq!(louder.iter().flatten().count(), VIEWERS_PER_ADDRESS_MAX - 2);
        assert!(known.is_listed() && wall.is_listed());
    }

    #[test]
    fn the_oldest_that_waits_is_told_as_long_as_it_does() {
        let screens = Arc::new(Screens::default());
        let waits = |since| ScreenStatus {
            outbox: Some(1),
            outbox_since: Some(Instant::from_unix_ms(since)),
            ..named("broker")
        };
        let tablets = [7_000, 5_000].map(|since| list(&screens, Role::Broker, waits(since)).expect("room"));
        assert_eq!(
            (screens.outbox(), screens.outbox_since()),
            (2, Some(Instant::from_unix_ms(5_000)))
        );
        tablets[1].says(named("broker"));
        assert_eq!(
            (screens.outbox(), screens.outbox_since()),
            (1, Some(Instant::from_unix_ms(7_000)))
        );
        drop(tablets);
        assert_eq!(screens.outbox_since(), None);
    }

    #[test]
    fn what_a_screen_says_is_cut_to_its_limits() {
        let screens = Arc::new(Screens::default());
        let listed = list(&screens, Role::Viewer, named("wall")).expect("room");
        listed.says(ScreenStatus {
            version: Some("9".repeat(1_000)),
            frames_per_s: Some(f32::INFINITY),
            ..named(&format!("w\u{7}{}", "a".repeat(1_000)))
        });
        let status = screens.all().remove(0).status;
        assert_eq!(status.screen, format!("w{}", "a".repeat(SCREEN_CHARS_MAX - 1)));
        assert_eq!(
            status.version.map(|version| version.len()),
            Some(VERSION_CHARS_MAX)
        );
        assert_eq!(status.frames_per_s, None);
    }
}

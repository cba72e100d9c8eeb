//! What all of the organiser's pages read: which page it is, what the server says beside the board, and what is left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use borsklokka_shared::afterwards::Afterwards;
use borsklokka_shared::ids::{DeviceId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::registration::Registrations;
use borsklokka_shared::role::Role;
use leptos::ev::hashchange;
use leptos::prelude::*;
use serde::Deserialize;

use super::reading::Reading;
use crate::components::focus::leave_field;
use crate::desk::Desk;
use crate::json;
use crate::readiness::pages::Page;
use crate::readiness::papers::Beside;
use crate::readiness::work::{Pair, Work, pair, waiting, work};
use crate::{browser, civil_time};

/// How often what the server says is read again, in case nobody said that it changed.
const READ_EVERY: Duration = Duration::from_secs(10);
/// How often the registrations are, while a page shows something of them.
const READ_REGISTRATIONS_EVERY: Duration = Duration::from_secs(30);

/// Opens `next` once what was asked for on `from` is done. Whoever went elsewhere meanwhile stays there: no answer takes anybody away from
/// what she does by then.
pub fn open_from(from: Page, next: Page) {
    if Page::of_fragment(&browser::fragment()) == from {
        browser::go_instead(&next.address());
    }
}

/// A paired device, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// Which one.
    pub id: DeviceId,
    /// What it is.
    pub role: Role,
    /// Whose it is.
    pub name: String,
    /// When it was there last.
    pub last_seen: Instant,
    /// Whether it was sent out.
    pub revoked: bool,
}

#[derive(Deserialize)]
struct Devices {
    devices: Vec<Device>,
}

/// What the exchange was before it went back to nought once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Archive {
    /// When it went back.
    pub made_at: Instant,
    /// How many deals were on the wall.
    pub deals: u32,
}

#[derive(Deserialize)]
struct Archives {
    archives: Vec<Archive>,
}

/// Who speaks for a participant.
#[derive(Deserialize)]
struct Person {
    participant: ParticipantId,
    person: String,
}

/// The contact persons, by participant.
pub type People = BTreeMap<ParticipantId, String>;

/// What the pages share. Copied freely; made once, by [`Office::start`].
#[derive(Clone, Copy)]
pub struct Office {
    /// The desk.
    pub desk: Desk,
    page: RwSignal<Page>,
    people: Reading<People>,
    devices: Reading<Vec<Device>>,
    apart: RwSignal<BTreeSet<Pair>>,
    archives: Reading<Vec<Archive>>,
    registrations: Reading<Registrations>,
    afterwards: Reading<Afterwards>,
    /// What the board does not say.
    pub beside: Memo<Beside>,
    /// What is left to do.
    pub work: Memo<Work>,
}

impl Office {
    /// Begins to follow the address, and to read what the server says.
    pub fn start() -> Self {
        let desk = Desk::of_page();
        desk.live.want_catalogue();
        let page = RwSignal::new(Page::of_fragment(&browser::fragment()));
        let moved = window_event_listener(hashchange, move |_| {
            desk.alert.set(None);
            let next = Page::of_fragment(&browser::fragment());
            if page.with_untracked(|page| page.whole() != next.whole()) {
                leave_field();
            }
            page.set(next);
        });
        let (people, devices) = (Reading::<People>::new(), Reading::<Vec<Device>>::new());
        let archives = Reading::<Vec<Archive>>::new();
        let registrations = Reading::<Registrations>::new();
        let afterwards = Reading::<Afterwards>::new();
        let kept = browser::kept(&apart_key(desk));
        let kept: Option<BTreeSet<Pair>> = kept.and_then(|kept| json::read(&kept).ok());
        let apart = RwSignal::new(kept.unwrap_or_default());
        let today = desk
            .live
            .board_at(|board, now| civil_time::day(now, &board.settings.as_ref()?.time_zone));
        let has_catalogue = desk.live.has_catalogue();
        let beside = Memo::new(move |_| Beside {
            today: today.get().flatten(),
            has_catalogue: has_catalogue.get(),
            reachable: people
                .known()
                .with(|people| people.as_ref().map(|people| people.keys().copied().collect())),
            apart: apart.get(),
            waiting: registrations
                .known()
                .with(|registrations| registrations.as_ref().and_then(waiting)),
            rehearsed: archives
                .known()
                .with(|archives| archives.as_ref().map(|archives| !archives.is_empty())),
            afterwards: afterwards.known().get(),
        });
        let found = Memo::new(move |_| {
            let paired = devices.known().with(|devices| devices.as_deref().map(roles));
            let found = desk
                .live
                .read(|board| beside.with(|beside| work(board, beside, paired.as_deref())));
            found.unwrap_or_default()
        });
        let office = Self {
            desk,
            page,
            people,
            devices,
            apart,
            archives,
            registrations,
            afterwards,
            beside,
            work: found,
        };
        // Back at nought, what was is kept beside the board, whoever took it there.
        desk.live.on_new_history(move || {
            office.read_people();
            office.read_archives();
            office.read_afterwards();
        });
        let screens = desk.live.screens();
        Effect::new(move || {
            screens.track();
            office.read_devices();
        });
        office.read_people();
        office.read_archives();
        office.keep_reading();
        on_cleanup(move || moved.remove());
        provide_context(office);
        office
    }

    /// Reads again what others change while the pages are looked at.
    fn keep_reading(self) {
        let shows_registrations = |page: Page| matches!(page, Page::Overview | Page::Registrations);
        // The rail counts them on every page, so that they are read once on any.
        Effect::new(move |before: Option<()>| {
            if shows_registrations(self.page.get()) || before.is_none() {
                self.read_registrations();
            }
        });
        // Parties answer by themselves: the rail tells of it on the next page.
        Effect::new(move || {
            self.page.track();
            self.read_afterwards();
        });
        let registrations_again = set_interval_with_handle(
            move || {
                if shows_registrations(self.page.get_untracked()) {
                    self.read_registrations();
                }
            },
            READ_REGISTRATIONS_EVERY,
        );
        let again = set_interval_with_handle(
            move || {
                self.read_devices();
                self.read_people();
            },
            READ_EVERY,
        );
        on_cleanup(move || {
            for again in [again, registrations_again].into_iter().flatten() {
                again.clear();
            }
        });
    }

    /// The office of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The page that the address asks for.
    pub fn page(self) -> Signal<Page> {
        self.page.into()
    }

    /// What the address chooses to be seen of a page, while that page is there.
    pub fn chosen<T>(self, of: fn(Page) -> Option<T>) -> Memo<Option<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| of(self.page.get()))
    }

    /// Who speaks for whom, once the server has said.
    pub fn people(self) -> Signal<Option<People>> {
        self.people.known()
    }

    /// Every device that was paired, those that were sent out among them, once the server has said.
    pub fn devices(self) -> Signal<Option<Vec<Device>>> {
        self.devices.known()
    }

    /// Whether everything beside the board has been read once.
    pub fn is_all_read(self) -> bool {
        self.desk.live.has_catalogue().get()
            && self.people.known().with(Option::is_some)
            && self.devices.known().with(Option::is_some)
            && self.archives.known().with(Option::is_some)
            && self.registrations.known().with(Option::is_some)
    }

    /// The roles of those that may come in, likewise.
    pub fn paired(self) -> Option<Vec<Role>> {
        self.devices.known().with(|devices| devices.as_deref().map(roles))
    }

    /// An address of the exchange's, below the server's.
    pub fn url(self, path: &str) -> String {
        format!("/api/v1/exchanges/{}/{path}", self.desk.live.slug())
    }

    /// What the exchange was before it went back to nought, each time, once the server has said.
    pub fn archives(self) -> Signal<Option<Vec<Archive>>> {
        self.archives.known()
    }

    /// Reads the archives again.
    pub fn read_archives(self) {
        self.archives
            .read(self.url("archives"), |Archives { archives }| archives);
    }

    /// The form for those who register themselves, and what they sent, once the server has said.
    pub fn registrations(self) -> Signal<Option<Registrations>> {
        self.registrations.known()
    }

    /// Reads the registrations again.
    pub fn read_registrations(self) {
        self.registrations
            .read(self.url("registrations"), |registrations| registrations);
    }

    /// How far the morning after and the follow-up have come, once the server has said.
    pub fn afterwards(self) -> Signal<Option<Afterwards>> {
        self.afterwards.known()
    }

    /// Reads that again.
    pub fn read_afterwards(self) {
        self.afterwards
            .read(self.url("afterwards"), |afterwards: Afterwards| afterwards);
    }

    /// Notes that two who look like one are two: on this machine, which is the one that the organiser prepares on.
    pub fn tell_apart(self, one: ParticipantId, other: ParticipantId) {
        self.apart.update(|apart| {
            apart.insert(pair(one, other));
        });
        let kept = self.apart.with_untracked(serde_json::to_string);
        browser::keep(&apart_key(self.desk), &kept.unwrap_or_default());
    }

    /// Reads the devices again.
    pub fn read_devices(self) {
        self.devices
            .read(self.url("devices"), |Devices { devices }| devices);
    }

    /// Knows at once who speaks for a participant, and reads again who speaks for whom.
    pub fn know_person(self, participant: ParticipantId, person: Option<String>) {
        if let Some(person) = person {
            self.people.change(|people| {
                people.insert(participant, person);
            });
        }
        self.read_people();
    }

    /// Reads the contact persons again.
    pub fn read_people(self) {
        self.people.read(self.url("contacts"), |people: Vec<Person>| {
            let named = people.into_iter();
            named.map(|person| (person.participant, person.person)).collect()
        });
    }
}

/// Where is kept who are two.
fn apart_key(desk: Desk) -> String {
    format!("apart-{}", desk.live.slug())
}

fn roles(devices: &[Device]) -> Vec<Role> {
    let here = devices.iter().filter(|device| !device.revoked);
    here.map(|device| device.role).collect()
}

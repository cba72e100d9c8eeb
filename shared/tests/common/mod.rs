//! A small exchange to test with: two boards, a log and a clock that the test turns, and verbs that read like the hall.
//! Every test binary takes what it needs of it.
#![allow(dead_code, clippy::unwrap_used, clippy::needless_pass_by_value)]

pub(crate) mod examples;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected, Reveal, WrittenOn};
use borsklokka_shared::deal::{Bargain, Deal, Service, Standing, Terms};
use borsklokka_shared::decide::{Now, decide};
use borsklokka_shared::disclosure::of_event;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::{
    Benchmark, Category, Ceremony, LastRound, ProgrammeItem, Settings, Slot, Staging,
};
use borsklokka_shared::ids::{
    AnnouncementId, CategoryId, DealId, DeviceId, ListingId, ParticipantId, RoundId, Seq,
};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use uuid::Uuid;

/// 2026-11-26T17:00:00Z, a quarter before the bell.
pub(crate) const EVENING: Instant = Instant::from_unix_ms(1_795_712_400_000);
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// Roles, the one without a login and the one without a person included.
pub(crate) const ROLES: [Role; 6] = [
    Role::Viewer,
    Role::Broker,
    Role::Notary,
    Role::Moderator,
    Role::Organiser,
    Role::Clock,
];

pub(crate) fn deal(n: u32) -> DealId {
    DealId(Uuid::from_u128(0xD_0000 + u128::from(n)))
}

pub(crate) fn party(n: u32) -> ParticipantId {
    ParticipantId(Uuid::from_u128(0xA_0000 + u128::from(n)))
}

pub(crate) fn listing(n: u32) -> ListingId {
    ListingId(Uuid::from_u128(0xB_0000 + u128::from(n)))
}

pub(crate) fn line(n: u32) -> AnnouncementId {
    AnnouncementId(Uuid::from_u128(0xC_0000 + u128::from(n)))
}

pub(crate) fn category(key: &str) -> CategoryId {
    CategoryId(key.to_owned())
}

/// Someone with a role, on the device of that role, paired before the evening.
pub(crate) fn actor(role: Role) -> Actor {
    actor_on(role, 0xE_0000 + role as u32)
}

pub(crate) fn actor_on(role: Role, device: u32) -> Actor {
    Actor {
        role,
        device: DeviceId(Uuid::from_u128(u128::from(device))),
        name: "Ingrid".to_owned(),
        paired_at: EVENING.plus_ms(-60 * MINUTE),
    }
}

pub(crate) fn broker() -> Actor {
    actor(Role::Broker)
}

pub(crate) fn other_broker() -> Actor {
    actor_on(Role::Broker, 0xF_0000)
}

pub(crate) fn notary() -> Actor {
    actor(Role::Notary)
}

pub(crate) fn moderator() -> Actor {
    actor(Role::Moderator)
}

pub(crate) fn organiser() -> Actor {
    actor(Role::Organiser)
}

pub(crate) fn settings() -> Settings {
    let categories = ["expertise", "hands", "premises"];
    Settings {
        name: "Frivilligbørsen i Drammen".to_owned(),
        place: "Drammen bibliotek".to_owned(),
        date: "2026-11-26".parse().unwrap(),
        time_zone: "Europe/Oslo".to_owned(),
        language: Language::Nb,
        ceremony: Ceremony::PostedAtOnce,
        last_round: LastRound::LeavesFloorOpen,
        goal: 4,
        sector_goals: [(Sector::Business, 10)].into(),
        benchmark: Some(Benchmark {
            course: Vec::new(),
            name: "Svelvik 2014".to_owned(),
            total: 2,
        }),
        late_minutes: 10,
        milestone_every: 2,
        currency: "NOK".to_owned(),
        categories: categories
            .into_iter()
            .map(|key| Category {
                id: category(key),
                name: key.to_uppercase(),
            })
            .collect(),
        role_titles: [("moderator".to_owned(), "Børsgeneral".to_owned())].into(),
        staging: Staging::default(),
    }
}

/// Rounds 1 and 2 of 25 minutes, round 3 of 20.
pub(crate) fn programme() -> Vec<ProgrammeItem> {
    let item = |time: &str, title: &str, slot| ProgrammeItem {
        time: time.to_owned(),
        title: title.to_owned(),
        slot,
    };
    let round = |n, minutes| Slot::Round {
        round: RoundId(n),
        minutes,
    };
    vec![
        item("16:30", "Mingling", Slot::Gathering),
        item("17:15", "Runde 1", round(1, 25)),
        item("17:40", "Runde 2", round(2, 25)),
        item("18:05", "Runde 3", round(3, 20)),
        item("18:25", "Avslutning", Slot::Closing),
    ]
}

pub(crate) fn entry(n: u32, name: &str, sector: Sector) -> ParticipantEntry {
    ParticipantEntry {
        id: party(n),
        name: name.to_owned(),
        sector,
        name_shown: NameShown::First,
        symbol: None,
        place: None,
    }
}

pub(crate) fn an_offer(n: u32, of: u32) -> Listing {
    Listing {
        id: listing(n),
        participant: party(of),
        kind: ListingKind::Offer,
        text: "Snømåking".to_owned(),
        category: category("hands"),
        quantity: None,
        effort_minutes: None,
    }
}

pub(crate) fn service(text: &str) -> Service {
    Service {
        text: text.to_owned(),
        category: None,
        quantity: None,
        effort_minutes: None,
        worth: None,
        listings: Vec::new(),
    }
}

/// A gift from one party to another.
pub(crate) fn gift(giver: u32, receiver: u32, text: &str) -> Terms {
    Terms {
        givers: vec![party(giver)],
        receivers: vec![party(receiver)],
        bargain: Bargain::OneWay {
            service: service(text),
        },
        first_step: None,
        deadline: None,
    }
}

pub(crate) fn post_command(n: u32) -> Command {
    Command::PostDeal {
        deal: deal(n),
        terms: gift(1, 4, &format!("Avtale {n}")),
        written_on: WrittenOn::Tablet,
    }
}

/// An exchange in the middle of being tested.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) staff: Board,
    pub(crate) public: Board,
    pub(crate) log: Vec<Recorded>,
    pub(crate) now: Instant,
}

/// An exchange that nobody has set up.
pub(crate) fn bare() -> Exchange {
    Exchange {
        staff: Board::empty(Audience::Staff),
        public: Board::empty(Audience::Public),
        log: Vec::new(),
        now: EVENING,
    }
}

/// An exchange that is set up: two businesses, a public body, two organisations, an individual, one offer.
pub(crate) fn exchange() -> Exchange {
    exchange_with(|_| {})
}

pub(crate) fn exchange_with(change: impl FnOnce(&mut Settings)) -> Exchange {
    let mut exchange = bare();
    let mut settings = settings();
    change(&mut settings);
    exchange.configure(settings);
    exchange.must(&organiser(), Command::SetProgramme { items: programme() });
    for (n, name, sector) in [
        (1, "Bakkerud Bygg AS", Sector::Business),
        (2, "Elvebredden Regnskap", Sector::Business),
        (3, "Åsskogen skole", Sector::Public),
        (4, "Røde Kors", Sector::Voluntary),
        (5, "Speidergruppa", Sector::Voluntary),
        (6, "Kari Nordmann", Sector::Individual),
    ] {
        exchange.register(entry(n, name, sector));
    }
    exchange.must(
        &organiser(),
        Command::AddListing {
            listing: an_offer(1, 1),
        },
    );
    exchange
}

/// An exchange whose floor is open, at the stroke of the bell.
pub(crate) fn open() -> Exchange {
    exchange().opened()
}

/// The same with a notary.
pub(crate) fn open_with_notary() -> Exchange {
    exchange_with(|settings| settings.ceremony = Ceremony::RatifiedFirst).opened()
}

impl Exchange {
    /// Asks, and lets the answer take effect.
    pub(crate) fn ask(&mut self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.ask_at(actor, command, Now::at(self.now))
    }

    pub(crate) fn ask_at(
        &mut self,
        actor: &Actor,
        command: &Command,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.staff, actor, command, now)?;
        for event in &events {
            self.record(event.clone());
        }
        Ok(events)
    }

    /// Asks for what must be granted.
    pub(crate) fn must(&mut self, actor: &Actor, command: Command) -> Vec<Event> {
        let answer = self.ask(actor, &command);
        answer.unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal:?}"))
    }

    /// Asks for what must be refused.
    pub(crate) fn refusal(&mut self, actor: &Actor, command: Command) -> Refusal {
        match self.ask(actor, &command) {
            Ok(events) => panic!("{command:?} was granted: {events:?}"),
            Err(refusal) => refusal,
        }
    }

    pub(crate) fn record(&mut self, event: Event) -> Recorded {
        let audience = of_event(&self.staff, &event);
        let prev_public = self
            .log
            .iter()
            .rev()
            .find(|recorded| recorded.audience == Audience::Public)
            .map_or(Seq(0), |recorded| recorded.seq);
        let seq = self.log.last().map_or(Seq(0), |recorded| recorded.seq).next();
        apply(&mut self.staff, &event);
        if audience == Audience::Public {
            apply(&mut self.public, &event);
        }
        let recorded = Recorded {
            seq,
            prev_public,
            at: self.now,
            audience,
            event,
        };
        self.log.push(recorded.clone());
        recorded
    }

    pub(crate) fn wait(&mut self, ms: i64) -> &mut Self {
        self.now = self.now.plus_ms(ms);
        self
    }

    /// What a desk that has heard everything believes.
    pub(crate) fn expected(&self) -> Expected {
        Expected::of(&self.staff)
    }

    pub(crate) fn configure(&mut self, settings: Settings) {
        let settings = Box::new(settings);
        self.must(&organiser(), Command::Configure { settings });
    }

    pub(crate) fn register(&mut self, participant: ParticipantEntry) {
        self.must(&broker(), Command::RegisterParticipant { participant });
    }

    pub(crate) fn opened(mut self) -> Self {
        self.open();
        self
    }

    /// Rings the opening bell and waits for its stroke.
    pub(crate) fn open(&mut self) {
        let expected = self.expected();
        self.must(
            &moderator(),
            Command::OpenFloor {
                expected,
                start_round: None,
            },
        );
        self.wait(400);
    }

    /// Rings the closing bell and waits for its stroke.
    pub(crate) fn close(&mut self) {
        let expected = self.expected();
        self.must(&moderator(), Command::CloseFloor { expected });
        self.wait(400);
    }

    pub(crate) fn start_round(&mut self, n: u32) {
        let expected = self.expected();
        self.must(
            &moderator(),
            Command::StartRound {
                round: RoundId(n),
                expected,
            },
        );
    }

    pub(crate) fn announce_result(&mut self) {
        self.must(&moderator(), Command::AnnounceResult);
    }

    /// The broker posts a deal now.
    pub(crate) fn post(&mut self, n: u32) -> DealId {
        self.must(&broker(), post_command(n));
        deal(n)
    }

    pub(crate) fn withdraw(&mut self, deal: DealId) {
        self.must(&broker(), Command::WithdrawDeal { deal });
    }

    pub(crate) fn remove(&mut self, deal: DealId) {
        self.must(&moderator(), Command::RemoveDeal { deal });
    }

    pub(crate) fn reinstate(&mut self, deal: DealId) -> Vec<Event> {
        self.must(&moderator(), Command::ReinstateDeal { deal })
    }

    pub(crate) fn ratify(&mut self, deal: DealId) -> Vec<Event> {
        self.must(&notary(), Command::RatifyDeal { deal })
    }

    pub(crate) fn recall(&mut self, deal: DealId) {
        self.must(&notary(), Command::RecallDeal { deal });
    }

    pub(crate) fn freeze(&mut self) {
        self.must(&moderator(), Command::FreezeTotals);
    }

    pub(crate) fn reveal(&mut self, reveal: Reveal) -> Vec<Event> {
        self.must(&moderator(), Command::RevealDeals { reveal })
    }

    pub(crate) fn deal(&self, id: DealId) -> &Deal {
        &self.staff.deals[&id]
    }

    pub(crate) fn standing(&self, id: DealId) -> Standing {
        self.deal(id).standing.clone()
    }

    pub(crate) fn number(&self, id: DealId) -> Option<u32> {
        self.deal(id).number.map(|number| number.0)
    }

    /// The numbers on the wall, the newest first.
    pub(crate) fn wall(&self) -> Vec<u32> {
        let deals = self.public.public_deals();
        deals.iter().filter_map(|deal| deal.number).map(|n| n.0).collect()
    }
}

/// The names that a tagged type knows, read from serde's own complaint: a new variant cannot be forgotten.
pub(crate) fn names_of<T: serde::de::DeserializeOwned>(tag: &str) -> Vec<String> {
    let unknown = serde_json::json!({ tag: "?" });
    let Err(complaint) = serde_json::from_value::<T>(unknown) else {
        panic!("`?` is a variant");
    };
    let complaint = complaint.to_string();
    let (_, names) = complaint
        .split_once("expected")
        .expect("serde lists the variants");
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The tag that a value is written with.
pub(crate) fn tag_of(value: &impl serde::Serialize, tag: &str) -> String {
    let value = serde_json::to_value(value).expect("it has string keys");
    value[tag].as_str().expect("it is tagged").to_owned()
}

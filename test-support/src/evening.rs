//! A small evening by its parts: ids, people, settings, a programme, listings and terms.

use borsklokka_shared::command::{Command, Expected, WrittenOn};
use borsklokka_shared::deal::{Bargain, Broker, Deal, Service, Standing, Terms};
use borsklokka_shared::exchange::{
    Benchmark, Category, Ceremony, Estimates, LastRound, Phase, ProgrammeItem, Settings, Slot, Staging,
};
use borsklokka_shared::ids::{
    AnnouncementId, CategoryId, DealId, DealNumber, DeviceId, ListingId, ParticipantId, RoundId,
};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::role::{Actor, Role};
use uuid::Uuid;

/// 2026-11-26T17:00:00Z, a quarter before the bell.
pub const EVENING: Instant = Instant::from_unix_ms(1_795_712_400_000);
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;

/// Roles, the one without a login and the one without a person included.
pub const ROLES: [Role; 7] = [
    Role::Viewer,
    Role::Broker,
    Role::Notary,
    Role::Moderator,
    Role::Organiser,
    Role::Door,
    Role::Clock,
];

pub fn deal(n: u32) -> DealId {
    DealId(Uuid::from_u128(0xD_0000 + u128::from(n)))
}

pub fn party(n: u32) -> ParticipantId {
    ParticipantId(Uuid::from_u128(0xA_0000 + u128::from(n)))
}

pub fn listing(n: u32) -> ListingId {
    ListingId(Uuid::from_u128(0xB_0000 + u128::from(n)))
}

pub fn line(n: u32) -> AnnouncementId {
    AnnouncementId(Uuid::from_u128(0xC_0000 + u128::from(n)))
}

pub fn category(key: &str) -> CategoryId {
    CategoryId(key.to_owned())
}

/// Someone with a role, on the device of that role, paired before the evening.
pub fn actor(role: Role) -> Actor {
    actor_on(role, 0xE_0000 + role as u32)
}

pub fn actor_on(role: Role, device: u32) -> Actor {
    Actor {
        role,
        device: DeviceId(Uuid::from_u128(u128::from(device))),
        name: "Ingrid".to_owned(),
        paired_at: EVENING.plus_ms(-60 * MINUTE),
    }
}

/// The same, paired before any time that a server's clock may show.
pub fn paired_long_ago(role: Role) -> Actor {
    Actor {
        paired_at: Instant::default(),
        ..actor(role)
    }
}

pub fn broker() -> Actor {
    actor(Role::Broker)
}

pub fn other_broker() -> Actor {
    actor_on(Role::Broker, 0xF_0000)
}

pub fn notary() -> Actor {
    actor(Role::Notary)
}

pub fn moderator() -> Actor {
    actor(Role::Moderator)
}

pub fn organiser() -> Actor {
    actor(Role::Organiser)
}

pub fn settings() -> Settings {
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
        estimates: Estimates::default(),
        categories: categories
            .into_iter()
            .map(|key| Category {
                id: category(key),
                name: key.to_uppercase(),
                icon: None,
            })
            .collect(),
        role_titles: [("moderator".to_owned(), "Børsgeneral".to_owned())].into(),
        staging: Staging::default(),
        privacy: None,
        is_found: false,
    }
}

/// Rounds 1 and 2 of 25 minutes, round 3 of 20.
pub fn programme() -> Vec<ProgrammeItem> {
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

pub fn entry(n: u32, name: &str, sector: Sector) -> ParticipantEntry {
    ParticipantEntry {
        id: party(n),
        name: name.to_owned(),
        sector,
        name_shown: NameShown::First,
        symbol: None,
        place: None,
    }
}

pub fn an_offer(n: u32, of: u32) -> Listing {
    Listing {
        description: None,
        id: listing(n),
        participant: party(of),
        kind: ListingKind::Offer,
        text: "Snømåking".to_owned(),
        category: category("hands"),
        quantity: None,
        effort_minutes: None,
    }
}

pub fn service(text: &str) -> Service {
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
pub fn gift(giver: u32, receiver: u32, text: &str) -> Terms {
    one_way(&[party(giver)], &[party(receiver)], service(text))
}

/// What some do for others, and no more said about it.
pub fn one_way(givers: &[ParticipantId], receivers: &[ParticipantId], service: Service) -> Terms {
    Terms {
        givers: givers.to_vec(),
        receivers: receivers.to_vec(),
        bargain: Bargain::OneWay { service },
        first_step: None,
        deadline: None,
    }
}

/// A deal on the board, by its number, struck as soon as it was written.
pub fn posted(n: u32, terms: Terms) -> Deal {
    Deal {
        id: deal(n),
        terms,
        standing: Standing::Posted,
        number: Some(DealNumber(n)),
        broker: Broker {
            device: broker().device,
            name: broker().name,
        },
        written_at: EVENING,
        struck_at: Some(EVENING),
        late_at: None,
    }
}

pub fn post_command(n: u32) -> Command {
    post(deal(n), gift(1, 4, &format!("Avtale {n}")))
}

/// A deal that a broker writes on the tablet, under an id that nobody has used.
pub fn new_deal(terms: Terms) -> Command {
    post(DealId(Uuid::now_v7()), terms)
}

const fn post(deal: DealId, terms: Terms) -> Command {
    Command::PostDeal {
        deal,
        terms,
        written_on: WrittenOn::Tablet,
        broker: None,
    }
}

/// The moderator opens the floor of an evening that has not begun, with its first round.
pub fn opening() -> Command {
    Command::OpenFloor {
        expected: Expected::exactly(Phase::Preparing, None),
        start_round: Some(RoundId(1)),
    }
}

//! One example of each command and each event, with every field filled in.

use borsklokka_shared::announcement::Announcement;
use borsklokka_shared::command::{Command, Expected, Reveal, WrittenOn};
use borsklokka_shared::deal::{Bargain, Broker, Deal, FirstStep, HeldReason, Service, Standing, Terms};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Phase, Scene};
use borsklokka_shared::ids::{DealNumber, DeviceId, Epoch, RoundId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::milestone::Milestone;
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, Symbol};
use borsklokka_shared::prize::{Prize, PrizeKind};
use borsklokka_shared::round::RoundState;
use borsklokka_shared::sleep::{GoOn, Sleep, SleepSign};
use borsklokka_shared::step::{RoundStand, Stand};
use borsklokka_shared::trading::Trading;
use uuid::Uuid;

use crate::evening::{EVENING, MINUTE, an_offer, category, deal, line, listing, party, programme, settings};

/// A trade with everything that can be said about it.
pub fn full_terms() -> Terms {
    Terms {
        givers: vec![party(1), party(2)],
        receivers: vec![party(4)],
        bargain: Bargain::TwoWay {
            service: Service {
                text: "Maler klubbhuset".to_owned(),
                category: Some(category("hands")),
                quantity: Some(Quantity {
                    amount: 2,
                    unit: "dager".to_owned(),
                }),
                effort_minutes: Some(960),
                worth: Some(8_000),
                listings: vec![listing(1)],
            },
            return_service: Service {
                text: "Låner ut lokalet til sommerfest".to_owned(),
                category: Some(category("premises")),
                quantity: None,
                effort_minutes: None,
                worth: Some(3_000),
                listings: Vec::new(),
            },
        },
        first_step: Some(FirstStep {
            by: party(4),
            what: "Ringer og avtaler befaring".to_owned(),
            due: Some("2026-12-03".parse().unwrap()),
        }),
        deadline: Some("2027-06-01".parse().unwrap()),
    }
}

pub fn a_deal(standing: Standing) -> Deal {
    Deal {
        id: deal(1),
        terms: full_terms(),
        standing,
        number: Some(DealNumber(7)),
        broker: Broker {
            device: DeviceId(Uuid::from_u128(0xE_0001)),
            name: "Ingrid".to_owned(),
        },
        written_at: EVENING.plus_ms(20 * MINUTE),
        struck_at: Some(EVENING.plus_ms(21 * MINUTE)),
        late_at: None,
    }
}

fn unstruck(standing: Standing) -> Deal {
    Deal {
        number: None,
        struck_at: None,
        ..a_deal(standing)
    }
}

fn a_sleep() -> Sleep {
    Sleep {
        from: EVENING.plus_ms(22 * MINUTE),
        until: EVENING.plus_ms(29 * MINUTE),
        slept_ms: 7 * MINUTE,
        sign: SleepSign::Slept,
    }
}

fn a_listing() -> Listing {
    Listing {
        quantity: Some(Quantity {
            amount: 10,
            unit: "timer".to_owned(),
        }),
        effort_minutes: Some(600),
        ..an_offer(1, 1)
    }
}

fn an_entry() -> ParticipantEntry {
    ParticipantEntry {
        id: party(6),
        name: "Kari Nordmann".to_owned(),
        sector: Sector::Individual,
        name_shown: NameShown::First,
        symbol: Some("KARI".to_owned()),
        place: Some("bord 14".to_owned()),
    }
}

fn a_participant() -> Participant {
    Participant {
        id: party(6),
        name: "Kari".to_owned(),
        sector: Sector::Individual,
        symbol: Symbol::parse("KARI").unwrap(),
        place: Some("bord 14".to_owned()),
        was: Vec::new(),
        was_symbols: Vec::new(),
        is_erased: false,
    }
}

/// One of each command.
#[expect(clippy::too_many_lines, reason = "a list: an entry a command")]
pub fn commands() -> Vec<Command> {
    let expected = Expected::exactly(Phase::Open, Some(RoundId(1)));
    let deal = deal(1);
    vec![
        Command::configure(settings()),
        Command::BeginAnew {
            epoch: Epoch(Uuid::from_u128(0xE)),
            name: Some("Frivilligbørsen i Drammen".to_owned()),
        },
        Command::set_programme(programme()),
        Command::RegisterParticipant {
            participant: an_entry(),
        },
        Command::AmendParticipant {
            participant: an_entry(),
            expected: Some(Box::new(a_participant())),
        },
        Command::MergeParticipants {
            kept: party(6),
            gone: party(7),
        },
        Command::MarkArrived {
            participant: party(6),
        },
        Command::TakeBackArrival {
            participant: party(6),
        },
        Command::RemoveParticipant {
            participant: party(7),
        },
        Command::AddListing { listing: a_listing() },
        Command::AmendListing {
            listing: a_listing(),
            expected: Some(Box::new(a_listing())),
        },
        Command::RemoveListing { listing: listing(1) },
        Command::OpenFloor {
            expected: Expected::exactly(Phase::Preparing, None),
            start_round: Some(RoundId(1)),
        },
        Command::CloseFloor { expected },
        Command::RingBell {
            expected: Some(expected),
        },
        Command::StartRound {
            round: RoundId(2),
            expected,
        },
        Command::PauseRound { expected },
        Command::ResumeRound { expected },
        Command::AdjustRound {
            by_seconds: -60,
            expected,
        },
        Command::EndRound { expected },
        Command::PostDeal {
            deal,
            terms: full_terms(),
            written_on: WrittenOn::Tablet,
            broker: None,
        },
        Command::AmendDeal {
            deal,
            terms: full_terms(),
            expected: None,
        },
        Command::WithdrawDeal { deal },
        Command::RemoveDeal { deal },
        Command::ReinstateDeal { deal },
        Command::RatifyDeal { deal, expected: None },
        Command::SendBackDeal {
            deal,
            remark: "Skriv hvem som ringer".to_owned(),
        },
        Command::RecallDeal { deal },
        Command::AdmitDeal { deal },
        Command::DeclineDeal { deal },
        Command::FreezeTotals,
        Command::RevealDeals { reveal: Reveal::Next },
        Command::Announce {
            announcement: line(1),
            text: "Ti minutter igjen".to_owned(),
            seconds: 30,
        },
        Command::EndAnnouncement {
            announcement: line(1),
        },
        Command::SetScene {
            scene: Scene::Welcome,
        },
        Command::SpotlightDeal { deal: Some(deal) },
        Command::ShortlistDeal { deal, on: true },
        Command::AwardPrize {
            prize: Prize::best(deal),
        },
        Command::TakePrizeBack {
            prize: PrizeKind::MostDeals,
        },
        Command::TakeBack { step: 2, expected },
        Command::AddRound {
            time: "18:25".to_owned(),
            title: "Ekstrarunde".to_owned(),
            minutes: 10,
        },
        Command::SetBreak { minutes: 10 },
        Command::AnnounceResult,
        Command::NoteSleep { sleep: a_sleep() },
        Command::AnswerSleep {
            go_on: GoOn::WhereItWas,
        },
    ]
}

/// One of each event.
#[expect(clippy::too_many_lines, reason = "an example of every event")]
pub fn events() -> Vec<Event> {
    let round = RoundId(1);
    let at = |minutes: i64| EVENING.plus_ms(minutes * MINUTE);
    let ring_at: Instant = EVENING.plus_ms(15 * MINUTE + 400);
    vec![
        Event::ExchangeConfigured {
            settings: Box::new(settings()),
        },
        Event::BegunAnew {
            epoch: Epoch(Uuid::from_u128(0xE)),
            kept: None,
        },
        Event::ProgrammeSet { items: programme() },
        Event::ParticipantRegistered {
            participant: a_participant(),
        },
        Event::ParticipantAmended {
            participant: a_participant(),
        },
        Event::ParticipantsMerged {
            kept: party(6),
            gone: party(7),
            name: "Kari N.".to_owned(),
            listings: Some(2),
            deals: Some(1),
        },
        Event::ParticipantArrived {
            participant: party(6),
        },
        Event::ArrivalTakenBack {
            participant: party(6),
        },
        Event::ParticipantRemoved {
            participant: party(7),
            name: "Kari N.".to_owned(),
        },
        Event::ListingAdded { listing: a_listing() },
        Event::ListingAmended { listing: a_listing() },
        Event::ListingRemoved { listing: listing(1) },
        Event::FloorOpened { ring_at },
        Event::FloorClosed { ring_at: at(85) },
        Event::BellRung { ring_at: at(30) },
        Event::RoundStarted {
            round,
            started_at: at(15),
            ends_at: at(40),
        },
        Event::RoundPaused {
            round,
            rest_ms: -4_500,
        },
        Event::RoundResumed {
            round,
            ends_at: at(42),
        },
        Event::RoundAdjusted {
            round,
            ends_at: at(45),
        },
        Event::RoundEnded {
            round,
            ended_at: at(45),
        },
        Event::DealPosted {
            deal: a_deal(Standing::Posted),
        },
        Event::DealWritten {
            deal: unstruck(Standing::Written),
        },
        Event::DealHeld {
            deal: Deal {
                late_at: Some(at(96)),
                ..unstruck(Standing::Held {
                    reason: HeldReason::TooLate,
                })
            },
        },
        Event::DealDeclined { deal: deal(1) },
        Event::DealSentBack {
            deal: deal(1),
            remark: "Skriv hvem som ringer".to_owned(),
        },
        Event::DealAmended {
            deal: deal(1),
            terms: full_terms(),
        },
        Event::DealChangeProposed {
            deal: deal(1),
            terms: full_terms(),
        },
        Event::DealChangeDeclined {
            deal: deal(1),
            remark: "Er de enige om det?".to_owned(),
        },
        Event::DealWithdrawn { deal: deal(1) },
        Event::DealRemoved { deal: deal(1) },
        Event::DealReinstated {
            deal: a_deal(Standing::Withdrawn {
                before: Box::new(Standing::Posted),
            }),
        },
        Event::DealRecalled { deal: deal(1) },
        Event::TotalsFrozen { since: at(70) },
        Event::DealsRevealed {
            deals: vec![a_deal(Standing::Posted)],
        },
        Event::TotalsThawed,
        Event::MilestoneReached {
            milestone: Milestone::Every { count: 10 },
            deal: deal(1),
        },
        Event::AnnouncementMade {
            announcement: Announcement {
                id: line(1),
                text: "Ti minutter igjen".to_owned(),
                until: at(76),
            },
        },
        Event::AnnouncementEnded {
            announcement: line(1),
        },
        Event::SceneSet {
            scene: Scene::Welcome,
        },
        Event::DealSpotlit { deal: Some(deal(1)) },
        Event::DealShortlisted {
            deal: deal(1),
            on: true,
        },
        Event::PrizeAwarded {
            prize: Prize::most_deals(party(1)),
        },
        Event::PrizeTakenBack {
            prize: PrizeKind::Best,
        },
        Event::ResultAnnounced { announced_at: at(90) },
        Event::BreakSet { until: at(50) },
        Event::StepUndone {
            step: 2,
            stand: Stand {
                trading: vec![Trading {
                    opened_at: ring_at,
                    closed_at: None,
                }],
                rounds: vec![RoundStand {
                    round,
                    state: RoundState::Running {
                        started_at: at(15),
                        ends_at: at(40),
                        paused_ms: 0,
                    },
                }],
                scene: Scene::Pause,
                break_until: Some(at(50)),
                was_frozen: true,
                result_at: Some(at(90)),
            },
        },
        Event::ServerSlept { sleep: a_sleep() },
        Event::SleepAnswered {
            go_on: GoOn::WhereItWouldBe,
        },
        Event::DataErased {
            epoch: Epoch(Uuid::from_u128(0xF)),
            participants: vec![party(6)],
            people_of: vec![party(7)],
        },
    ]
}

//! What holds whatever is asked: random commands by random people, step by step, with every invariant checked after each.
//!
//! A failing sequence is shrunk and its seed is kept beside this file; commit it, and it is tried first for ever.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Reveal, WrittenOn};
use borsklokka_shared::deal::{Bargain, Deal, Service, Standing, Terms};
use borsklokka_shared::decide::{ClockTrust, Now, due};
use borsklokka_shared::disclosure::{of_event, seen_by};
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::{
    Benchmark, Ceremony, LastRound, Phase, PublicTotals, Scene, Sequence, Settings,
};
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::{CommandId, DealId, DealNumber, DeviceId, Epoch, ParticipantId, RoundId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::STEPS_MAX;
use borsklokka_shared::listing::Listing;
use borsklokka_shared::milestone::Milestone;
use borsklokka_shared::participant::{Participant, Sector};
use borsklokka_shared::prize::{Prize, PrizeKind};
use borsklokka_shared::redaction::{Names, Placeholders, Redaction, participants_of};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::{Actor, Role};
use borsklokka_shared::round::RoundState;
use borsklokka_shared::sleep::{GoOn, Sleep, SleepSign};
use borsklokka_shared::step::Stand;
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::EventMessage;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};
use test_support::{
    Exchange, ROLES, actor, actor_on, an_offer, bare, category, deal, entry, exchange_with, line, names_of,
    party, programme, service, settings, tag_of,
};
use uuid::Uuid;

/// What someone does next.
#[derive(Clone, Debug)]
enum Action {
    /// Asks for something, as a role that may (most often) or as any.
    Ask { wish: Wish, who: Who, timing: Timing },
    /// Sends an earlier command again, with its id: as it was, from another device, or with another content.
    SendAgain { which: Index, how: Again },
    /// The exchange's own clock does what is due.
    ClockStrikes,
    /// The server sleeps, or its clock jumps, and the desk answers or does not.
    ServerSleeps { sign: SleepSign, answered: Option<GoOn> },
}

#[derive(Clone, Debug)]
enum Again {
    AsItWas,
    FromAnotherDevice,
    WithAnotherContent,
}

#[derive(Clone, Debug)]
enum Who {
    SomeoneWhoMay { which: Index, device: u32 },
    Anyone { which: Index },
}

#[derive(Clone, Debug)]
struct Timing {
    wait_ms: i64,
    written_before_ms: Option<i64>,
    clock: ClockTrust,
    paired_before_ms: i64,
}

/// A deal to ask about: one that stands right for what is asked, or any, or one that does not exist.
#[derive(Clone, Debug)]
enum Which {
    Fitting(Index),
    Any(u32),
}

#[derive(Clone, Copy, Debug)]
enum DealWish {
    Withdraw,
    Remove,
    Reinstate,
    Ratify,
    SendBack,
    Recall,
    Admit,
    Decline,
    Spotlight,
    Shortlist,
    Award,
}

#[derive(Clone, Debug)]
enum Wish {
    Post {
        taken: bool,
        terms: TermsWish,
        written_on: WrittenOn,
    },
    Amend {
        which: Which,
        terms: TermsWish,
    },
    Deal {
        which: Which,
        wish: DealWish,
    },
    Freeze,
    Reveal(Reveal),
    Open {
        start_round: Option<u32>,
    },
    Close,
    Ring,
    StartRound(u32),
    PauseRound,
    ResumeRound,
    AdjustRound(i32),
    EndRound,
    Register {
        party: u32,
        sector: Sector,
    },
    AmendParticipant {
        party: u32,
        sector: Sector,
    },
    Merge {
        kept: u32,
        gone: u32,
    },
    RemoveParticipant(u32),
    MarkArrived(u32),
    TakeBackArrival(u32),
    AddListing {
        listing: u32,
        party: u32,
    },
    AmendListing {
        listing: u32,
        party: u32,
    },
    RemoveListing(u32),
    Configure {
        ceremony: Ceremony,
        goal: u32,
        every: u32,
        record: Option<u32>,
        categories: usize,
    },
    BeginAnew {
        named: bool,
    },
    SetProgramme {
        items: usize,
    },
    Announce(u32),
    EndAnnouncement(u32),
    SetScene(Scene),
    TakeBack(Index),
    AddRound,
    SetBreak,
    TakePrizeBack,
    AnnounceResult,
}

#[derive(Clone, Debug)]
struct TermsWish {
    giver: u32,
    receiver: u32,
    kind: u32,
    category: Option<usize>,
    worth: Option<u32>,
    listing: Option<u32>,
}

const CATEGORIES: [&str; 3] = ["expertise", "hands", "premises"];

fn terms_wish() -> impl Strategy<Value = TermsWish> {
    (
        1..6_u32,
        5..8_u32,
        0..3_u32,
        proptest::option::of(0..3_usize),
        proptest::option::of(0..500_u32),
        proptest::option::weighted(0.1, 1..4_u32),
    )
        .prop_map(|(giver, receiver, kind, category, worth, listing)| TermsWish {
            giver,
            receiver,
            kind,
            category,
            worth,
            listing,
        })
}

fn sector() -> impl Strategy<Value = Sector> {
    proptest::sample::select(&Sector::ALL[..])
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![6 => any::<Index>().prop_map(Which::Fitting), 1 => (1..40_u32).prop_map(Which::Any)]
}

fn deal_wish() -> impl Strategy<Value = DealWish> {
    prop_oneof![
        3 => Just(DealWish::Withdraw),
        3 => Just(DealWish::Remove),
        5 => Just(DealWish::Reinstate),
        2 => Just(DealWish::Spotlight),
        1 => Just(DealWish::Shortlist),
        1 => Just(DealWish::Award),
        6 => Just(DealWish::Ratify),
        2 => Just(DealWish::SendBack),
        3 => Just(DealWish::Recall),
        3 => Just(DealWish::Admit),
        2 => Just(DealWish::Decline),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let taken = prop_oneof![9 => Just(false), 1 => Just(true)];
    let written_on = prop_oneof![9 => Just(WrittenOn::Tablet), 1 => Just(WrittenOn::Paper)];
    let deals = prop_oneof![
        5 => (taken, terms_wish(), written_on)
            .prop_map(|(taken, terms, written_on)| Wish::Post { taken, terms, written_on }),
        2 => (which(), terms_wish()).prop_map(|(which, terms)| Wish::Amend { which, terms }),
        10 => (which(), deal_wish()).prop_map(|(which, wish)| Wish::Deal { which, wish }),
    ];
    let floor = prop_oneof![
        4 => Just(Wish::Freeze),
        4 => Just(Wish::Reveal(Reveal::Next)),
        1 => Just(Wish::Reveal(Reveal::All)),
        6 => proptest::option::of(1..4_u32).prop_map(|start_round| Wish::Open { start_round }),
        2 => Just(Wish::Close),
        1 => Just(Wish::Ring),
        2 => (1..5_u32).prop_map(Wish::StartRound),
        3 => Just(Wish::PauseRound),
        7 => Just(Wish::ResumeRound),
        2 => (-2_000..2_000_i32).prop_map(Wish::AdjustRound),
        1 => Just(Wish::EndRound),
        1 => Just(Wish::AnnounceResult),
        1 => any::<Index>().prop_map(Wish::TakeBack),
        1 => Just(Wish::AddRound),
        1 => Just(Wish::SetBreak),
        1 => Just(Wish::TakePrizeBack),
    ];
    let ceremony = prop_oneof![Just(Ceremony::PostedAtOnce), Just(Ceremony::RatifiedFirst)];
    let rest = prop_oneof![
        3 => (1..9_u32, sector()).prop_map(|(party, sector)| Wish::Register { party, sector }),
        3 => (1..9_u32, sector()).prop_map(|(party, sector)| Wish::AmendParticipant { party, sector }),
        1 => (1..9_u32, 1..9_u32).prop_map(|(kept, gone)| Wish::Merge { kept, gone }),
        1 => (1..9_u32).prop_map(Wish::RemoveParticipant),
        1 => (1..9_u32).prop_map(Wish::MarkArrived),
        1 => (1..9_u32).prop_map(Wish::TakeBackArrival),
        2 => (1..4_u32, 1..8_u32).prop_map(|(listing, party)| Wish::AddListing { listing, party }),
        3 => (1..4_u32, 1..8_u32).prop_map(|(listing, party)| Wish::AmendListing { listing, party }),
        1 => (1..4_u32).prop_map(Wish::RemoveListing),
        1 => (ceremony, 1..12_u32, 1..4_u32, proptest::option::of(1..12_u32), 1..4_usize).prop_map(
            |(ceremony, goal, every, record, categories)| Wish::Configure { ceremony, goal, every, record, categories }
        ),
        1 => (0..6_usize).prop_map(|items| Wish::SetProgramme { items }),
        1 => (1..3_u32).prop_map(Wish::Announce),
        1 => (1..3_u32).prop_map(Wish::EndAnnouncement),
        1 => prop_oneof![Just(Scene::Floor), Just(Scene::Blackout), Just(Scene::Pause)].prop_map(Wish::SetScene),
    ];
    let anew = any::<bool>().prop_map(|named| Wish::BeginAnew { named });
    prop_oneof![400 => deals, 120 => floor, 80 => rest, 1 => anew]
}

fn action() -> impl Strategy<Value = Action> {
    let who = prop_oneof![
        12 => (any::<Index>(), 0..6_u32).prop_map(|(which, device)| Who::SomeoneWhoMay { which, device }),
        1 => any::<Index>().prop_map(|which| Who::Anyone { which }),
    ];
    let wait_ms = prop_oneof![12 => 0..500_i64, 2 => 0..60_000_i64, 1 => 0..1_800_000_i64];
    let written_before_ms = prop_oneof![
        12 => Just(None),
        4 => (-3_000..60_000_i64).prop_map(Some),
        1 => (0..3_600_000_i64).prop_map(Some)
    ];
    let paired_before_ms = prop_oneof![4 => Just(7_200_000_i64), 1 => 0..3_600_000_i64];
    let clock = prop_oneof![9 => Just(ClockTrust::Estimated), 1 => Just(ClockTrust::Unknown)];
    let timing = (wait_ms, written_before_ms, clock, paired_before_ms).prop_map(
        |(wait_ms, written_before_ms, clock, paired_before_ms)| Timing {
            wait_ms,
            written_before_ms,
            clock,
            paired_before_ms,
        },
    );
    let how = prop_oneof![
        Just(Again::AsItWas),
        Just(Again::FromAnotherDevice),
        Just(Again::WithAnotherContent)
    ];
    let sign = prop_oneof![Just(SleepSign::Slept), Just(SleepSign::ClockJumped)];
    let answered = prop_oneof![
        Just(None),
        Just(Some(GoOn::WhereItWas)),
        Just(Some(GoOn::WhereItWouldBe))
    ];
    prop_oneof![
        20 => (wish(), who, timing).prop_map(|(wish, who, timing)| Action::Ask { wish, who, timing }),
        2 => (any::<Index>(), how).prop_map(|(which, how)| Action::SendAgain { which, how }),
        1 => Just(Action::ClockStrikes),
        1 => (sign, answered).prop_map(|(sign, answered)| Action::ServerSleeps { sign, answered }),
    ]
}

/// A command that was answered, as the server remembers it.
struct Answered {
    id: CommandId,
    device: DeviceId,
    command: Command,
    answer: Result<Seq, Refusal>,
}

/// How an evening starts.
#[derive(Clone, Copy, Debug)]
struct Start {
    ceremony: Ceremony,
    is_open: bool,
}

fn start() -> impl Strategy<Value = Start> {
    let ceremony = prop_oneof![Just(Ceremony::PostedAtOnce), Just(Ceremony::RatifiedFirst)];
    let is_open = prop_oneof![4 => Just(true), 1 => Just(false)];
    (ceremony, is_open).prop_map(|(ceremony, is_open)| Start { ceremony, is_open })
}

/// The exchange with everything that is watched about it.
struct Hall {
    exchange: Exchange,
    answered: Vec<Answered>,
    /// How often each id changed something.
    effects: BTreeMap<CommandId, u32>,
    followers: [Follower; 2],
    /// Who got which number, ever.
    numbers: BTreeMap<DealNumber, DealId>,
    /// What should have been cheered for, counted apart.
    cheered: BTreeSet<Milestone>,
    highest: u32,
    last_written: BTreeMap<DeviceId, Instant>,
    steps: u32,
}

impl Hall {
    fn new(start: Start) -> Self {
        let mut set_up = exchange_with(|settings| {
            settings.ceremony = start.ceremony;
            settings.last_round = LastRound::ClosesFloor;
            settings.staging.suspense_minutes = 1;
            settings.staging.sequence = Sequence::ByItself;
        });
        if start.is_open {
            set_up.open();
        }
        let follower = |role| {
            let board = Board::empty(Audience::of_role(role));
            Follower::welcomed(role, Epoch(Uuid::nil()), (Seq(0), None), board)
        };
        let mut hall = Self {
            exchange: bare(),
            answered: Vec::new(),
            effects: BTreeMap::new(),
            followers: [follower(Role::Viewer), follower(Role::Broker)],
            numbers: BTreeMap::new(),
            cheered: BTreeSet::new(),
            highest: 0,
            last_written: BTreeMap::new(),
            steps: 0,
        };
        hall.exchange.now = set_up.now;
        for recorded in set_up.log {
            hall.record(recorded.event);
        }
        hall
    }

    fn act(&mut self, action: Action) {
        self.steps += 1;
        match action {
            Action::Ask { wish, who, timing } => {
                self.exchange.wait(timing.wait_ms);
                let command = self.command(wish);
                let mut actor = match who {
                    Who::SomeoneWhoMay { which, device } => {
                        let role = *which.get(command.right().roles());
                        // Most deals are handled by the device that wrote them.
                        match self.broker_of(&command) {
                            Some(own) if role == Role::Broker && device > 0 => Actor {
                                device: own,
                                ..actor(role)
                            },
                            _ => actor_on(role, 0xE_0000 + device % 3),
                        }
                    }
                    Who::Anyone { which } => actor(*which.get(&ROLES)),
                };
                let at = self.exchange.now;
                actor.paired_at = at.plus_ms(-timing.paired_before_ms);
                let now = Now {
                    at,
                    written_at: timing.written_before_ms.map(|ms| at.plus_ms(-ms)),
                    clock: timing.clock,
                    last_answered_at: self.last_written.get(&actor.device).copied(),
                };
                let id = CommandId(Uuid::from_u128(u128::from(self.steps)));
                self.deliver(id, &actor, command, now).ok();
            }
            Action::SendAgain { which, how } => self.send_again(which, &how),
            Action::ServerSleeps { sign, answered } => {
                let from = self.exchange.now;
                let until = from.plus_ms(60_000);
                if sign == SleepSign::Slept {
                    self.exchange.now = until;
                }
                let sleep = Sleep {
                    from,
                    until,
                    slept_ms: 60_000,
                    sign,
                };
                let now = Now::at(self.exchange.now);
                let id = |part: u128| CommandId(Uuid::from_u128(part << 64 | u128::from(self.steps)));
                let (note, answer) = (id(1), id(2));
                // Refused where no round runs.
                self.deliver(note, &actor(Role::Clock), Command::NoteSleep { sleep }, now)
                    .ok();
                if let Some(go_on) = answered {
                    let command = Command::AnswerSleep { go_on };
                    self.deliver(answer, &actor(Role::Moderator), command, now).ok();
                }
            }
            Action::ClockStrikes => {
                if let Some((at, command)) = due(&self.exchange.staff) {
                    self.exchange.now = self.exchange.now.max(at);
                    let id = CommandId(Uuid::from_u128(u128::from(self.steps)));
                    let now = Now::at(self.exchange.now);
                    let answer = self.deliver(id, &actor(Role::Clock), command.clone(), now);
                    assert!(answer.is_ok(), "what is due was refused: {answer:?}");
                    let next = due(&self.exchange.staff);
                    assert_ne!(
                        next.map(|(_, next)| next),
                        Some(command),
                        "done, so not due again"
                    );
                }
            }
        }
    }

    fn send_again(&mut self, which: Index, how: &Again) {
        if self.answered.is_empty() {
            return;
        }
        let earlier = which.get(&self.answered);
        let (id, device, command) = (earlier.id, earlier.device, earlier.command.clone());
        let first = earlier.answer.clone();
        let mut actor = actor(Role::Organiser);
        actor.device = device;
        let (command, wanted) = match how {
            Again::AsItWas => (command, first),
            Again::FromAnotherDevice => {
                // A tablet that was paired anew.
                actor.device = DeviceId(Uuid::nil());
                (command, first)
            }
            Again::WithAnotherContent => {
                let other = Command::SendBackDeal {
                    deal: deal(1),
                    remark: "Noe helt annet".to_owned(),
                };
                (other, Err(Refusal::IdReused))
            }
        };
        let boards = (self.exchange.staff.clone(), self.exchange.public.clone());
        let now = Now::at(self.exchange.now);
        assert_eq!(self.deliver(id, &actor, command, now), wanted);
        assert_eq!(
            boards,
            (self.exchange.staff.clone(), self.exchange.public.clone())
        );
    }

    /// Answers a command as the server does: an id that was answered gets that answer.
    fn deliver(&mut self, id: CommandId, actor: &Actor, command: Command, now: Now) -> Result<Seq, Refusal> {
        if let Some(earlier) = self.answered.iter().find(|earlier| earlier.id == id) {
            return if earlier.command == command {
                earlier.answer.clone()
            } else {
                Err(Refusal::IdReused)
            };
        }
        let answer = borsklokka_shared::decide::decide(&self.exchange.staff, actor, &command, now);
        let answer = answer.map(|events| {
            assert!(!events.is_empty(), "{command:?} was granted and did nothing");
            *self.effects.entry(id).or_default() += 1;
            let before = self.exchange.staff.clone();
            for event in &events {
                self.record(event.clone());
            }
            let after = &self.exchange.staff;
            invariant_the_hall_sees_what_is_shown_to_it(after, &command, &events);
            invariant_what_is_shown_ends_no_break(&before, after, &command);
            if actor.role.has(Right::ChangeHammeredDeal) {
                invariant_a_wish_is_its_brokers_alone(&before, after, &command);
                invariant_no_desk_takes_what_its_broker_is_to_mend(&before, &events);
            }
            self.exchange.log.last().unwrap().seq
        });
        if let Err(refusal) = &answer {
            assert!(refusal.is_outcome(), "{refusal:?} is not decide's to say");
        }
        let written_at = now.written_at.unwrap_or(now.at);
        self.last_written.insert(actor.device, written_at);
        self.answered.push(Answered {
            id,
            device: actor.device,
            command,
            answer: answer.clone(),
        });
        answer
    }

    /// Records an event, and tells those who watch.
    fn record(&mut self, event: Event) {
        let before = self.exchange.staff.clone();
        let recorded = self.exchange.record(event);
        if let Event::BegunAnew { .. } = recorded.event {
            self.numbers.clear();
            self.cheered.clear();
            self.highest = 0;
            invariant_what_the_organiser_made_stays(&before, &self.exchange.staff);
        }
        for follower in &mut self.followers {
            let audience = follower.board.audience;
            if audience.sees(recorded.audience) {
                let message = EventMessage::of(&recorded, audience);
                assert_eq!(
                    follower.take(&message),
                    Step::Applied,
                    "{audience:?} lost {message:?}"
                );
                assert_eq!(follower.take(&message), Step::Known);
            }
        }
        self.cheer();
        invariant_public_event_holds_nothing_of_staff(&self.exchange, &recorded);
        invariant_an_undo_gives_back(&before, &self.exchange.staff, &recorded.event);
        invariant_no_decline_loses_what_a_broker_wrote(&before, &self.exchange.staff, &recorded.event);
        invariant_frozen_deals_wait_for_the_reveal(&before, &self.exchange.staff, &recorded.event);
    }

    /// Counts the milestones by another road: each count that was reached for the first time, one by one.
    fn cheer(&mut self) {
        let Some(settings) = &self.exchange.staff.settings else {
            return;
        };
        let reached = self.exchange.staff.totals.deals;
        for count in self.highest + 1..=reached {
            let beaten = settings.benchmark.as_ref().map(|benchmark| benchmark.total);
            self.cheered.extend((count == 1).then_some(Milestone::First));
            self.cheered
                .extend((count % settings.milestone_every == 0).then_some(Milestone::Every { count }));
            self.cheered.extend(
                beaten
                    .filter(|beaten| count == beaten + 1)
                    .map(|beaten| Milestone::Record { beaten }),
            );
            self.cheered
                .extend((count == settings.goal).then_some(Milestone::Goal { goal: settings.goal }));
        }
        self.highest = self.highest.max(reached);
    }

    #[expect(clippy::too_many_lines, reason = "a command of every kind, drawn")]
    fn command(&self, wish: Wish) -> Command {
        let expected = self.exchange.expected();
        let terms = |wish: &TermsWish| self.terms(wish);
        match wish {
            Wish::Post {
                taken,
                terms: wish,
                written_on,
            } => Command::PostDeal {
                deal: deal(self.exchange.staff.deals.len() as u32 + u32::from(!taken)),
                terms: terms(&wish),
                written_on,
                broker: None,
            },
            // Every other time one that stands, which the notary may have to be asked about.
            Wish::Amend { which, terms: wish } => {
                let deal = self.pick(&which, |standing| {
                    let stands = matches!(standing, Standing::Posted | Standing::Concealed);
                    !is_away(standing) && (stands || self.steps.is_multiple_of(2))
                });
                Command::AmendDeal {
                    deal,
                    terms: terms(&wish),
                    expected: self.shown(deal).map(Box::new),
                }
            }
            Wish::Deal { which, wish } => self.deal_command(&which, wish),
            Wish::Freeze => Command::FreezeTotals,
            Wish::Reveal(reveal) => Command::RevealDeals { reveal },
            Wish::Open { start_round } => Command::OpenFloor {
                expected,
                start_round: start_round.map(RoundId),
            },
            Wish::Close => Command::CloseFloor { expected },
            Wish::Ring => Command::RingBell {
                expected: Some(expected),
            },
            Wish::StartRound(n) => Command::StartRound {
                round: RoundId(n),
                expected,
            },
            Wish::PauseRound => Command::PauseRound { expected },
            Wish::ResumeRound => Command::ResumeRound { expected },
            Wish::AdjustRound(by_seconds) => Command::AdjustRound { by_seconds, expected },
            Wish::EndRound => Command::EndRound { expected },
            Wish::Register { party, sector } => Command::RegisterParticipant {
                participant: entry(party, &format!("Deltaker Etternavn{party}"), sector),
            },
            Wish::AmendParticipant { party, sector } => Command::AmendParticipant {
                participant: entry(party, &format!("Endret Etternavn{party}"), sector),
                expected: None,
            },
            Wish::Merge { kept, gone } => Command::MergeParticipants {
                kept: test_support::party(kept),
                gone: test_support::party(gone),
            },
            Wish::MarkArrived(n) => Command::MarkArrived {
                participant: test_support::party(n),
            },
            Wish::TakeBackArrival(n) => Command::TakeBackArrival {
                participant: test_support::party(n),
            },
            Wish::RemoveParticipant(n) => Command::RemoveParticipant {
                participant: test_support::party(n),
            },
            Wish::AddListing { listing, party } => Command::AddListing {
                listing: an_offer(listing, party),
            },
            Wish::AmendListing { listing, party } => Command::AmendListing {
                listing: Listing {
                    text: "Endret".to_owned(),
                    ..an_offer(listing, party)
                },
                expected: None,
            },
            Wish::RemoveListing(n) => Command::RemoveListing {
                listing: test_support::listing(n),
            },
            Wish::Configure {
                ceremony,
                goal,
                every,
                record,
                categories,
            } => {
                let mut changed = Settings {
                    ceremony,
                    goal,
                    milestone_every: every,
                    benchmark: record.map(|total| Benchmark {
                        course: Vec::new(),
                        name: "Svelvik".to_owned(),
                        total,
                    }),
                    ..settings()
                };
                changed.categories.truncate(categories);
                Command::configure(changed)
            }
            Wish::BeginAnew { named } => Command::BeginAnew {
                epoch: Epoch(Uuid::from_u128(u128::from(self.steps))),
                name: named.then(|| settings().name),
            },
            Wish::SetProgramme { items } => {
                Command::set_programme(programme().into_iter().take(items).collect())
            }
            Wish::Announce(n) => Command::Announce {
                announcement: line(n),
                text: "Ti minutter igjen".to_owned(),
                seconds: 30,
            },
            Wish::EndAnnouncement(n) => Command::EndAnnouncement {
                announcement: line(n),
            },
            Wish::SetScene(scene) => Command::SetScene { scene },
            Wish::TakeBack(which) => {
                let steps = &self.exchange.staff.steps;
                let step = if steps.is_empty() {
                    1
                } else {
                    which.get(steps).number
                };
                Command::TakeBack { step, expected }
            }
            Wish::AddRound => Command::AddRound {
                time: "18:25".to_owned(),
                title: "Ekstrarunde".to_owned(),
                minutes: 10,
            },
            Wish::SetBreak => Command::SetBreak { minutes: 10 },
            Wish::TakePrizeBack => Command::TakePrizeBack {
                prize: PrizeKind::Best,
            },
            Wish::AnnounceResult => Command::AnnounceResult,
        }
    }

    fn deal_command(&self, which: &Which, wish: DealWish) -> Command {
        let is_written = |standing: &Standing| *standing == Standing::Written;
        let counts = |standing: &Standing| matches!(standing, Standing::Posted | Standing::Concealed);
        let is_held = |standing: &Standing| matches!(standing, Standing::Held { .. });
        match wish {
            DealWish::Withdraw => Command::WithdrawDeal {
                deal: self.pick(which, |standing| !is_away(standing)),
            },
            DealWish::Remove => Command::RemoveDeal {
                deal: self.pick(which, |_| true),
            },
            DealWish::Reinstate => Command::ReinstateDeal {
                deal: self.pick(which, is_away),
            },
            DealWish::Ratify => {
                let deal = self
                    .changed()
                    .filter(|_| self.steps.is_multiple_of(2))
                    .unwrap_or_else(|| self.pick(which, is_written));
                let stands = self.exchange.staff.deals.get(&deal).map(|deal| &deal.terms);
                let note = self.exchange.staff.after_hammer.get(&deal);
                let waits = note.and_then(|note| note.proposed.as_ref());
                let shown = waits.or(stands).filter(|_| !self.steps.is_multiple_of(3));
                Command::RatifyDeal {
                    deal,
                    expected: shown.cloned().map(Box::new),
                }
            }
            DealWish::SendBack => Command::SendBackDeal {
                deal: self.changed().unwrap_or_else(|| self.pick(which, is_written)),
                remark: format!("merknad-{}-slutt", self.steps),
            },
            DealWish::Recall => Command::RecallDeal {
                deal: self.pick(which, counts),
            },
            DealWish::Admit => Command::AdmitDeal {
                deal: self.pick(which, is_held),
            },
            DealWish::Decline => Command::DeclineDeal {
                deal: self.pick(which, is_held),
            },
            DealWish::Shortlist => Command::ShortlistDeal {
                deal: self.pick(which, |standing| *standing == Standing::Posted),
                on: !self.steps.is_multiple_of(3),
            },
            DealWish::Award => Command::AwardPrize {
                prize: Prize::best(self.pick(which, |standing| *standing == Standing::Posted)),
            },
            DealWish::Spotlight => Command::SpotlightDeal {
                deal: Some(self.pick(which, |standing| *standing == Standing::Posted)),
            },
        }
    }

    /// What somebody who amends a deal was shown of it, if they say so: what its broker wants it to say, or what it says.
    fn shown(&self, deal: DealId) -> Option<Terms> {
        let staff = &self.exchange.staff;
        match self.steps % 3 {
            0 => None,
            1 => staff.wanted(deal),
            _ => Some(staff.deals.get(&deal)?.terms.clone()),
        }
    }

    /// A ratified deal whose change waits for the notary.
    fn changed(&self) -> Option<DealId> {
        let notes = &self.exchange.staff.after_hammer;
        notes
            .iter()
            .find(|(_, note)| note.proposed.is_some())
            .map(|(deal, _)| *deal)
    }

    fn pick(&self, which: &Which, fits: impl Fn(&Standing) -> bool) -> DealId {
        match which {
            Which::Any(n) => deal(*n),
            Which::Fitting(index) => {
                let deals = self.exchange.staff.deals.values();
                let fitting: Vec<DealId> = deals
                    .filter(|deal| fits(&deal.standing))
                    .map(|deal| deal.id)
                    .collect();
                if fitting.is_empty() {
                    deal(1)
                } else {
                    *index.get(&fitting)
                }
            }
        }
    }

    fn broker_of(&self, command: &Command) -> Option<DeviceId> {
        match command {
            Command::AmendDeal { deal, .. }
            | Command::WithdrawDeal { deal }
            | Command::ReinstateDeal { deal } => Some(self.exchange.staff.deals.get(deal)?.broker.device),
            _ => None,
        }
    }

    /// Terms whose texts occur nowhere else.
    fn terms(&self, wish: &TermsWish) -> Terms {
        let main = Service {
            category: wish.category.map(|n| category(CATEGORIES[n])),
            worth: wish.worth,
            listings: wish.listing.map(test_support::listing).into_iter().collect(),
            ..service(&format!("tekst-{}-slutt", self.steps))
        };
        let bargain = match wish.kind {
            0 => Bargain::OneWay { service: main },
            1 => Bargain::TwoWay {
                service: main,
                return_service: service(&format!("retur-{}-slutt", self.steps)),
            },
            _ => Bargain::Intention { service: main },
        };
        Terms {
            givers: vec![party(wish.giver)],
            receivers: vec![party(wish.receiver)],
            bargain,
            first_step: None,
            deadline: None,
        }
    }

    fn check(&mut self) {
        invariant_fold_equals_state(&self.exchange);
        invariant_totals_equal_recount(&self.exchange);
        invariant_whoever_is_named_is_there(&self.exchange);
        invariant_what_was_declined_can_be_mended(&self.exchange.staff);
        invariant_public_holds_nothing_of_staff(&self.exchange);
        invariant_prev_unbroken(self);
        invariant_numbers_never_reused(self);
        invariant_milestones_once(self);
        invariant_an_id_takes_effect_once(self);
        invariant_one_round_at_most(&self.exchange);
        invariant_bells_strike_in_order(&self.exchange);
        invariant_steps_are_few_and_in_order(&self.exchange);
    }
}

fn is_away(standing: &Standing) -> bool {
    matches!(standing, Standing::Withdrawn { .. } | Standing::Removed { .. })
}

/// What the public may see: said here once more, apart from the code under test.
fn is_for_the_public(deal: &Deal) -> bool {
    let standing = match &deal.standing {
        Standing::Withdrawn { before } => &**before,
        as_it_is => as_it_is,
    };
    *standing == Standing::Posted
}

fn boards(exchange: &Exchange) -> [&Board; 2] {
    [&exchange.public, &exchange.staff]
}

/// Every text of a deal that only staff may read now.
fn hidden_texts(deal: &Deal) -> Vec<&str> {
    let mut texts: Vec<&str> = deal
        .terms
        .bargain
        .services()
        .map(|service| service.text.as_str())
        .collect();
    if let Standing::SentBack { remark } = &deal.standing {
        texts.push(remark);
    }
    texts
}

fn assert_hides(exchange: &Exchange, shown: &str, what: &str) {
    for deal in exchange
        .staff
        .deals
        .values()
        .filter(|deal| !is_for_the_public(deal))
    {
        for text in hidden_texts(deal) {
            assert!(
                !shown.contains(text),
                "{what} shows `{text}` of {deal:?}: {shown}"
            );
        }
    }
}

fn invariant_fold_equals_state(exchange: &Exchange) {
    for board in boards(exchange) {
        let mut fold = Board::empty(board.audience);
        for recorded in &exchange.log {
            if board.audience.sees(recorded.audience) {
                apply(&mut fold, &recorded.event);
            }
        }
        assert_eq!(fold, *board);
    }
}

fn invariant_totals_equal_recount(exchange: &Exchange) {
    for board in boards(exchange) {
        assert_eq!(
            board.totals,
            Totals::recount(board.deals.values(), &board.participants)
        );
    }
    assert_eq!(exchange.staff.totals, exchange.public.totals);
}

/// Whoever is merged or taken out is named by nothing any more, and what was theirs is somebody's.
fn invariant_whoever_is_named_is_there(exchange: &Exchange) {
    for board in boards(exchange) {
        let is_there = |id: &ParticipantId| board.participants.contains_key(id);
        for deal in board.deals.values() {
            assert!(deal.terms.parties().all(|id| is_there(&id)), "{deal:?}");
            let is_its_own = deal.terms.has_someone_on_both_sides();
            assert!(deal.standing.is_off() || !is_its_own, "{deal:?}");
            for side in [&deal.terms.givers, &deal.terms.receivers] {
                assert_eq!(side.iter().collect::<BTreeSet<_>>().len(), side.len(), "{deal:?}");
            }
        }
        for note in board.after_hammer.values() {
            let noted = [&note.was, &note.proposed, &note.declined, &note.declined_of];
            for terms in noted.into_iter().flatten() {
                assert!(terms.parties().all(|id| is_there(&id)), "{note:?}");
            }
        }
        for listing in board.listings.values() {
            assert!(is_there(&listing.participant), "{listing:?}");
        }
        assert!(board.arrived.iter().all(is_there), "{:?}", board.arrived);
        for one in board.participants.values() {
            assert!(!one.was.iter().any(is_there), "{one:?}");
            let others = board.participants.values().filter(|other| other.id != one.id);
            for other in others {
                assert!(!other.has_symbol(&one.symbol), "{one:?} {other:?}");
            }
        }
    }
}

fn invariant_public_holds_nothing_of_staff(exchange: &Exchange) {
    let Exchange { staff, public, .. } = exchange;
    let visible: BTreeMap<DealId, Deal> = staff
        .deals
        .iter()
        .filter(|(_, deal)| is_for_the_public(deal))
        .map(|(id, deal)| (*id, deal.clone()))
        .collect();
    assert_eq!(public.deals, visible);
    assert_hides(
        exchange,
        &serde_json::to_string(public).unwrap(),
        "the public board",
    );
    // Whatever is not about deals is the same for all, but for what the desks are asked.
    let as_public = Board {
        audience: Audience::Public,
        after_hammer: BTreeMap::new(),
        arrived: Vec::new(),
        shortlist: Vec::new(),
        sleep: None,
        deals: visible,
        ..staff.clone()
    };
    assert_eq!(*public, as_public);
}

fn invariant_public_event_holds_nothing_of_staff(exchange: &Exchange, recorded: &Recorded) {
    if recorded.audience == Audience::Public {
        let message = EventMessage::of(recorded, Audience::Public);
        assert_hides(
            exchange,
            &serde_json::to_string(&message).unwrap(),
            "a public event",
        );
    }
}

/// While totals are frozen, nothing gets on the wall for the first time but by a reveal.
fn invariant_frozen_deals_wait_for_the_reveal(before: &Board, after: &Board, event: &Event) {
    let may_change = matches!(event, Event::DealsRevealed { .. } | Event::BegunAnew { .. });
    if before.public_totals != PublicTotals::Live && !may_change {
        assert_eq!(before.last_number, after.last_number, "{event:?}");
        assert!(
            after.highest_count <= before.highest_count.max(before.last_number.0),
            "{event:?}"
        );
    }
}

/// Whatever scene was chosen: a deal that is made large stands on the floor, and one that is revealed there or in the result.
fn invariant_the_hall_sees_what_is_shown_to_it(after: &Board, command: &Command, events: &[Event]) {
    let bells = match after.floor.settled_phase() {
        Phase::Preparing => Scene::Welcome,
        Phase::Open => Scene::Floor,
        Phase::Closed => Scene::Closing,
    };
    let seen = match after.scene {
        Scene::Automatic => bells,
        chosen => chosen,
    };
    let is_revealed = |event: &Event| matches!(event, Event::DealsRevealed { .. });
    match command {
        Command::SpotlightDeal { deal: Some(_) } => assert_eq!(seen, Scene::Floor),
        Command::RevealDeals { .. } if events.iter().any(is_revealed) => {
            assert!(matches!(seen, Scene::Floor | Scene::Closing), "{seen:?}");
        }
        _ => {}
    }
}

/// A break whose end was said goes on in the dark, and while the hall is shown a deal.
fn invariant_what_is_shown_ends_no_break(before: &Board, after: &Board, command: &Command) {
    let ends_none = match command {
        Command::SetScene { scene } => match scene {
            Scene::Blackout => true,
            scene => *scene == Scene::Pause && before.scene == Scene::Blackout,
        },
        Command::SpotlightDeal { .. } | Command::RevealDeals { .. } => true,
        _ => false,
    };
    assert!(
        !ends_none || before.break_until == after.break_until,
        "{command:?}"
    );
}

/// Whatever the desk changes meanwhile, the notary is asked about nothing that the broker did not want changed.
fn invariant_a_wish_is_its_brokers_alone(before: &Board, after: &Board, command: &Command) {
    let Command::AmendDeal { deal, .. } = command else {
        return;
    };
    let wishes = |board: &Board| {
        let wish = board.after_hammer.get(deal)?.proposed.as_ref()?;
        let stands = &board.deals.get(deal)?.terms;
        Some([
            wish.givers != stands.givers,
            wish.receivers != stands.receivers,
            wish.bargain != stands.bargain,
            wish.first_step != stands.first_step,
            wish.deadline != stands.deadline,
        ])
    };
    let (had, has) = (wishes(before), wishes(after));
    let is_new = |(had, has): (bool, bool)| has && !had;
    if let Some(has) = has {
        let had = had.expect("the desk wishes nothing");
        assert!(!had.into_iter().zip(has).any(is_new), "{command:?}");
    }
}

/// What a broker wrote in a change is there when the change is not let through, be it by the notary or because the desk corrected the
/// same, and stays until its broker asks for something else or lets it be.
fn invariant_no_decline_loses_what_a_broker_wrote(before: &Board, after: &Board, event: &Event) {
    let kept = |board: &Board, deal: &DealId| board.after_hammer.get(deal)?.declined.clone();
    if let Event::DealChangeDeclined { deal, .. } = event {
        let waited = before.after_hammer[deal].proposed.clone();
        assert!(waited.is_some(), "{event:?}");
        assert_eq!(kept(after, deal), waited);
    }
    for (deal, note) in &before.after_hammer {
        let ends = match event {
            Event::DealChangeProposed { deal: other, .. } => other == deal,
            Event::DealAmended { deal: other, terms } => {
                other == deal && note.declined.as_ref() == Some(terms)
            }
            // Names change in it, and nothing may be left of it.
            Event::ParticipantsMerged { .. } | Event::BegunAnew { .. } => true,
            _ => false,
        };
        if note.declined.is_some() && !ends {
            assert_eq!(kept(after, deal), note.declined, "{event:?}");
        }
    }
}

/// The desk may say no to a change, and correct the deal: what its broker wrote is not the desk's to let go.
fn invariant_no_desk_takes_what_its_broker_is_to_mend(before: &Board, events: &[Event]) {
    for event in events {
        if let Event::DealChangeProposed { deal, .. } = event {
            let note = before.after_hammer.get(deal);
            assert!(note.is_none_or(|note| note.declined.is_none()), "{event:?}");
        }
    }
}

/// Whatever became of the deal meanwhile, the form that its broker opens says every text that was not let through, and why it was not.
fn invariant_what_was_declined_can_be_mended(board: &Board) {
    let texts = |terms: &Terms| -> BTreeSet<String> {
        let services = terms.bargain.services();
        services.map(|service| service.text.clone()).collect()
    };
    for (deal, note) in &board.after_hammer {
        assert_eq!(note.declined.is_some(), note.remark.is_some(), "{note:?}");
        assert!(note.declined.is_none() || note.proposed.is_none(), "{note:?}");
        assert!(note.declined.is_some() || note.declined_of.is_none(), "{note:?}");
        if let Some(declined) = &note.declined {
            let form = board.wanted(*deal).unwrap();
            assert!(texts(declined).is_subset(&texts(&form)), "{note:?} {form:?}");
        }
    }
}

/// Back at nought, what was made for the evening is there, and nothing of what the hall did.
fn invariant_what_the_organiser_made_stays(before: &Board, after: &Board) {
    assert_eq!(before.kept(), after.kept());
    assert_eq!(after.totals, Totals::default());
    assert!(after.arrived.is_empty());
    assert!(after.deals.is_empty() && after.floor.trading.is_empty() && after.steps.is_empty());
    assert!(after.rounds.iter().all(|round| round.state == RoundState::Ready));
}

/// What is taken back stands as it stood before it: no bell, no deal lost, and the later steps gone with it.
fn invariant_an_undo_gives_back(before: &Board, after: &Board, event: &Event) {
    let Event::StepUndone { step, .. } = event else {
        return;
    };
    let kept = before.steps.iter().find(|kept| kept.number == *step).unwrap();
    let mut stands = Stand::of(after);
    // A break whose end is past has none any more: the next round would start again at once.
    stands.break_until = stands.break_until.or(kept.before.break_until);
    for (stood, stands) in kept.before.rounds.iter().zip(&mut stands.rounds) {
        // Only a clock that would close the floor again stands still.
        if let RoundState::Paused { rest_ms: 0, .. } = stands.state {
            *stands = *stood;
        }
    }
    assert_eq!(stands, kept.before);
    assert_eq!(after.bell, None);
    assert!(before.deals.keys().eq(after.deals.keys()));
    assert_eq!(before.totals, after.totals);
    assert!(after.steps.iter().all(|left| left.number < *step));
    assert_eq!(before.last_step, after.last_step);
    let has_become_in_time = |at: &Instant| after.floor.was_open(*at) && !before.floor.was_open(*at);
    for deal in after.deals.values().filter(|deal| !deal.standing.is_held()) {
        assert!(!deal.late_at.as_ref().is_some_and(has_become_in_time), "{deal:?}");
    }
}

fn invariant_steps_are_few_and_in_order(exchange: &Exchange) {
    let steps = &exchange.staff.steps;
    assert!(steps.len() <= STEPS_MAX);
    assert!(steps.is_sorted_by(|earlier, later| earlier.number < later.number));
    assert!(
        steps
            .last()
            .is_none_or(|last| last.number <= exchange.staff.last_step)
    );
}

fn invariant_prev_unbroken(hall: &Hall) {
    for follower in &hall.followers {
        let audience = follower.board.audience;
        let [public, staff] = boards(&hall.exchange);
        let board = match audience {
            Audience::Public => public,
            Audience::Staff => staff,
        };
        assert_eq!(follower.board, *board);
        // Each audience counts what it sees, and nothing else.
        let seen = hall
            .exchange
            .log
            .iter()
            .filter(|recorded| audience.sees(recorded.audience));
        assert_eq!(follower.seq, Seq(seen.count() as u64));
    }
}

fn invariant_numbers_never_reused(hall: &mut Hall) {
    for deal in hall.exchange.staff.deals.values() {
        assert!(
            !is_for_the_public(deal) || deal.number.is_some(),
            "no number on the wall: {deal:?}"
        );
        if let Some(number) = deal.number {
            let owner = *hall.numbers.entry(number).or_insert(deal.id);
            assert_eq!(owner, deal.id, "{number:?} was given twice");
        }
    }
    for (number, owner) in &hall.numbers {
        assert_eq!(
            hall.exchange.staff.deals[owner].number,
            Some(*number),
            "a number was lost"
        );
    }
    let given: Vec<u32> = hall.numbers.keys().map(|number| number.0).collect();
    let in_turn: Vec<u32> = (1..=given.len() as u32).collect();
    assert_eq!(given, in_turn, "numbers are given in turn");
}

fn invariant_milestones_once(hall: &Hall) {
    let milestones = &hall.exchange.staff.milestones;
    let distinct: BTreeSet<Milestone> = milestones.iter().copied().collect();
    assert_eq!(distinct.len(), milestones.len(), "twice: {milestones:?}");
    assert_eq!(distinct, hall.cheered);
    assert_eq!(hall.exchange.staff.highest_count, hall.highest);
}

fn invariant_an_id_takes_effect_once(hall: &Hall) {
    for (id, times) in &hall.effects {
        assert_eq!(*times, 1, "{id} took effect {times} times");
    }
    let granted = hall
        .answered
        .iter()
        .filter(|answered| answered.answer.is_ok())
        .count();
    assert_eq!(granted, hall.effects.len());
}

fn invariant_one_round_at_most(exchange: &Exchange) {
    let current = exchange.staff.rounds.iter().filter(|round| round.is_current());
    let most = match exchange.staff.floor.settled_phase() {
        Phase::Preparing | Phase::Open => 1,
        Phase::Closed => 0,
    };
    assert!(current.count() <= most);
}

fn invariant_bells_strike_in_order(exchange: &Exchange) {
    let strokes: Vec<Instant> = exchange
        .staff
        .floor
        .trading
        .iter()
        .flat_map(|stretch| std::iter::once(stretch.opened_at).chain(stretch.closed_at))
        .collect();
    assert!(
        strokes.is_sorted_by(|earlier, later| earlier < later),
        "{strokes:?}"
    );
}

/// A snapshot is the whole board but for the catalogue, which is read over HTTP.
fn snapshot_round_trip(exchange: &Exchange) {
    for board in boards(exchange) {
        let text = serde_json::to_string(board).unwrap();
        let mut read: Board = serde_json::from_str(&text).unwrap();
        assert!(read.listings.is_empty());
        read.adopt_catalogue(board.listings.values().cloned());
        assert_eq!(read, *board);
    }
    for recorded in &exchange.log {
        let text = serde_json::to_string(recorded).unwrap();
        assert_eq!(serde_json::from_str::<Recorded>(&text).unwrap(), *recorded);
    }
}

/// Somebody is taken out of the whole log: what is left is a log like any other, and says as much of everything that is counted.
fn erased_from_a_log_somebody_counts_as_before(exchange: &mut Exchange, who: Index) {
    // No word of anybody's name.
    const PLACEHOLDER: &str = "Slettet";
    const PLACEHOLDER_TEXT: &str = "Slettet tekst";
    let known: Vec<Participant> = exchange
        .log
        .iter()
        .flat_map(|recorded| participants_of(&recorded.event))
        .cloned()
        .collect();
    if known.is_empty() {
        return;
    }
    let who = who.get(&known);
    let events = || exchange.log.iter().map(|recorded| &recorded.event);
    let mut names = Names::default();
    names.add_whole(&who.name);
    let placeholders = Placeholders {
        name: PLACEHOLDER.to_owned(),
        text: PLACEHOLDER_TEXT.to_owned(),
    };
    let redaction = Redaction::plan(events(), &BTreeSet::from([who.id]), placeholders, names);
    let mentions = events().flat_map(|event| redaction.mentioned(event)).collect();
    let redaction = redaction.out_of(mentions);
    let whole: Vec<ParticipantId> = redaction.whole().collect();
    let before = boards(exchange).map(Board::clone);

    let [mut public, mut staff] = before.clone().map(|board| Board::empty(board.audience));
    for recorded in &mut exchange.log {
        if let Some(left) = redaction.redacted(&recorded.event) {
            recorded.event = left;
        }
        assert_eq!(
            redaction.redacted(&recorded.event),
            None,
            "taken out once, it is out"
        );
        assert_eq!(
            redaction.mentioned(&recorded.event),
            Vec::<String>::new(),
            "{who:?}"
        );
        assert_eq!(of_event(&staff, &recorded.event), recorded.audience);
        apply(&mut staff, &recorded.event);
        if recorded.audience == Audience::Public {
            apply(&mut public, &EventMessage::of(recorded, Audience::Public).event);
            if let Event::BegunAnew { .. } = recorded.event {
                apply(&mut public, &seen_by(Audience::Public, &recorded.event));
            }
        }
    }
    let [staff, public] = if before[0].audience == Audience::Staff {
        [staff, public]
    } else {
        [public, staff]
    };
    for (before, after) in before.iter().zip([&staff, &public]) {
        let said = |board: &Board| {
            let deals = board.deals.values();
            let deals = deals.map(|deal| {
                let parties: Vec<ParticipantId> = deal.terms.parties().collect();
                (deal.id, deal.number, deal.struck_at, parties)
            });
            let deals: Vec<_> = deals.collect();
            let arrived = board.arrived.clone();
            let rest = (
                board.floor.clone(),
                board.rounds.clone(),
                board.milestones.clone(),
            );
            (
                board.totals.clone(),
                board.last_number,
                board.highest_count,
                arrived,
                deals,
                rest,
            )
        };
        assert_eq!(said(after), said(before));
        assert_eq!(
            after.totals,
            Totals::recount(after.deals.values(), &after.participants)
        );
        assert!(after.participants.keys().eq(before.participants.keys()));
        assert!(after.listings.keys().eq(before.listings.keys()));
        for (id, one) in &after.participants {
            assert!(one.name == PLACEHOLDER || !whole.contains(id), "{one:?}");
        }
        for note in after.after_hammer.values() {
            let noted = [&note.was, &note.proposed, &note.declined, &note.declined_of];
            for terms in noted.into_iter().flatten() {
                let is_theirs = terms.parties().any(|party| whole.contains(&party));
                let mut services = terms.bargain.services();
                let says_nothing = services.all(|service| service.text == PLACEHOLDER_TEXT);
                assert!(says_nothing || !is_theirs, "{note:?}");
            }
        }
    }
}

/// A follower that loses one event sees the hole at the next one that is meant for it, and its board stays as it was.
fn a_lost_event_is_seen(exchange: &Exchange, lost: Index) {
    for audience in Audience::ALL {
        let messages: Vec<EventMessage> = exchange
            .log
            .iter()
            .filter(|recorded| audience.sees(recorded.audience))
            .map(|recorded| EventMessage::of(recorded, audience))
            .collect();
        let lost = lost.index(messages.len());
        let mut follower = Follower {
            epoch: Epoch(Uuid::nil()),
            seq: Seq(0),
            at: None,
            board: Board::empty(audience),
        };
        for message in &messages[..lost] {
            assert_eq!(follower.take(message), Step::Applied);
        }
        let before = follower.clone();
        for message in &messages[lost + 1..] {
            assert_eq!(follower.take(message), Step::Hole);
        }
        assert_eq!(follower, before);
        // From its position it catches up.
        for message in &messages[lost..] {
            assert_eq!(follower.take(message), Step::Applied);
        }
    }
}

/// The invariants say something only if the sequences get everywhere.
#[test]
fn random_sequences_reach_every_event_and_every_standing() {
    let mut runner = TestRunner::deterministic();
    let sequences = (start(), proptest::collection::vec(action(), 90));
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..200 {
        let (start, actions) = sequences.new_tree(&mut runner).unwrap().current();
        let mut hall = Hall::new(start);
        for action in actions {
            hall.act(action);
        }
        let events = hall
            .exchange
            .log
            .iter()
            .map(|recorded| tag_of(&recorded.event, "type"));
        let deals = hall.exchange.staff.deals.values();
        for name in events.chain(deals.map(|deal| tag_of(&deal.standing, "state"))) {
            *reached.entry(name).or_default() += 1;
        }
    }
    // Nobody asks for it by a command: `erased_from_a_log_somebody_counts_as_before`.
    let wanted = names_of::<Event>("type")
        .into_iter()
        .filter(|name| name != "data_erased")
        .chain(names_of::<Standing>("state"));
    let missed: Vec<String> = wanted.filter(|name| !reached.contains_key(name)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?} of {reached:?}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        max_shrink_iters: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_invariant_holds_after_every_step(
        start in start(),
        actions in proptest::collection::vec(action(), 20..90),
        lost in any::<Index>(),
    ) {
        let mut hall = Hall::new(start);
        hall.check();
        for action in actions {
            hall.act(action);
            hall.check();
        }
        snapshot_round_trip(&hall.exchange);
        a_lost_event_is_seen(&hall.exchange, lost);
        erased_from_a_log_somebody_counts_as_before(&mut hall.exchange, lost);
    }
}

//! A small exchange: two boards, a log and a clock that the test turns, and verbs that read like the hall.

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected, Reveal};
use borsklokka_shared::deal::{Deal, Standing};
use borsklokka_shared::decide::{Now, decide};
use borsklokka_shared::disclosure::of_event;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::{Ceremony, Settings};
use borsklokka_shared::ids::{DealId, RoundId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::{ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;

use crate::evening::{
    EVENING, an_offer, broker, deal, entry, moderator, notary, organiser, post_command, programme, settings,
};

/// An exchange in the middle of being tested.
#[derive(Clone)]
pub struct Exchange {
    pub staff: Board,
    pub public: Board,
    pub log: Vec<Recorded>,
    pub now: Instant,
}

/// An exchange that nobody has set up.
pub fn bare() -> Exchange {
    Exchange {
        staff: Board::empty(Audience::Staff),
        public: Board::empty(Audience::Public),
        log: Vec::new(),
        now: EVENING,
    }
}

/// An exchange that is set up: two businesses, a public body, two organisations, an individual, one offer.
pub fn exchange() -> Exchange {
    exchange_with(|_| {})
}

pub fn exchange_with(change: impl FnOnce(&mut Settings)) -> Exchange {
    let mut exchange = bare();
    let mut settings = settings();
    change(&mut settings);
    exchange.configure(settings);
    exchange.must(&organiser(), Command::set_programme(programme()));
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
pub fn open() -> Exchange {
    exchange().opened()
}

/// The same with a notary.
pub fn open_with_notary() -> Exchange {
    exchange_with(|settings| settings.ceremony = Ceremony::RatifiedFirst).opened()
}

impl Exchange {
    /// Asks, and lets the answer take effect.
    pub fn ask(&mut self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.ask_at(actor, command, Now::at(self.now))
    }

    pub fn ask_at(&mut self, actor: &Actor, command: &Command, now: Now) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.staff, actor, command, now)?;
        for event in &events {
            self.record(event.clone());
        }
        Ok(events)
    }

    /// Asks for what must be granted.
    pub fn must(&mut self, actor: &Actor, command: Command) -> Vec<Event> {
        let answer = self.ask(actor, &command);
        answer.unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal:?}"))
    }

    /// Asks for what must be refused.
    pub fn refusal(&mut self, actor: &Actor, command: Command) -> Refusal {
        match self.ask(actor, &command) {
            Ok(events) => panic!("{command:?} was granted: {events:?}"),
            Err(refusal) => refusal,
        }
    }

    pub fn record(&mut self, event: Event) -> Recorded {
        let audience = of_event(&self.staff, &event);
        let prev_public = self
            .log
            .last()
            .map_or(Seq(0), |recorded| recorded.position(Audience::Public));
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

    pub fn wait(&mut self, ms: i64) -> &mut Self {
        self.now = self.now.plus_ms(ms);
        self
    }

    /// What a desk that has heard everything believes.
    pub fn expected(&self) -> Expected {
        Expected::of(&self.staff)
    }

    pub fn configure(&mut self, settings: Settings) {
        let settings = Box::new(settings);
        self.must(&organiser(), Command::configure(settings));
    }

    pub fn register(&mut self, participant: ParticipantEntry) {
        self.must(&broker(), Command::RegisterParticipant { participant });
    }

    /// The same, once its floor is open.
    #[must_use]
    pub fn opened(mut self) -> Self {
        self.open();
        self
    }

    /// Rings the opening bell and waits for its stroke.
    pub fn open(&mut self) {
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
    pub fn close(&mut self) {
        let expected = self.expected();
        self.must(&moderator(), Command::CloseFloor { expected });
        self.wait(400);
    }

    pub fn start_round(&mut self, n: u32) {
        let expected = self.expected();
        self.must(
            &moderator(),
            Command::StartRound {
                round: RoundId(n),
                expected,
            },
        );
    }

    pub fn announce_result(&mut self) {
        self.must(&moderator(), Command::AnnounceResult);
    }

    /// The broker posts a deal now.
    pub fn post(&mut self, n: u32) -> DealId {
        self.must(&broker(), post_command(n));
        deal(n)
    }

    pub fn withdraw(&mut self, deal: DealId) {
        self.must(&broker(), Command::WithdrawDeal { deal });
    }

    pub fn remove(&mut self, deal: DealId) {
        self.must(&moderator(), Command::RemoveDeal { deal });
    }

    pub fn reinstate(&mut self, deal: DealId) -> Vec<Event> {
        self.must(&moderator(), Command::ReinstateDeal { deal })
    }

    pub fn ratify(&mut self, deal: DealId) -> Vec<Event> {
        self.must(&notary(), Command::RatifyDeal { deal, expected: None })
    }

    pub fn recall(&mut self, deal: DealId) {
        self.must(&notary(), Command::RecallDeal { deal });
    }

    pub fn freeze(&mut self) {
        self.must(&moderator(), Command::FreezeTotals);
    }

    pub fn reveal(&mut self, reveal: Reveal) -> Vec<Event> {
        self.must(&moderator(), Command::RevealDeals { reveal })
    }

    pub fn deal(&self, id: DealId) -> &Deal {
        &self.staff.deals[&id]
    }

    pub fn standing(&self, id: DealId) -> Standing {
        self.deal(id).standing.clone()
    }

    pub fn number(&self, id: DealId) -> Option<u32> {
        self.deal(id).number.map(|number| number.0)
    }

    /// The numbers on the wall, the newest first.
    pub fn wall(&self) -> Vec<u32> {
        let deals = self.public.public_deals();
        deals.iter().filter_map(|deal| deal.number).map(|n| n.0).collect()
    }
}

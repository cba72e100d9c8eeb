//! The board: the state of one exchange as one audience sees it, a fold of the events that this audience saw.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::after_hammer::AfterHammer;
use crate::announcement::Announcement;
use crate::audience::Audience;
use crate::bell::Bell;
use crate::deal::{Deal, Standing, Terms};
use crate::exchange::{Category, Floor, Phase, ProgrammeItem, PublicTotals, Scene, Settings, Slot};
use crate::fields::read_by_hand;
use crate::ids::{CategoryId, DealId, DealNumber, ListingId, ParticipantId, RoundId};
use crate::instant::Instant;
use crate::kept::Kept;
use crate::listing::Listing;
use crate::milestone::Milestone;
use crate::order;
use crate::participant::{Participant, Sector};
use crate::prize::{Prize, Winner};
use crate::rebase::Rebase;
use crate::round::{Round, RoundClock, RoundState};
use crate::sleep::Sleep;
use crate::step::Step;
use crate::totals::Totals;

/// The state of one exchange. [`crate::apply::apply`] is the only thing that changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Board {
    /// Who may see this board.
    pub audience: Audience,
    /// What the organiser decided; absent only before the first event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The evening's programme.
    pub programme: Vec<ProgrammeItem>,
    /// Everyone who trades.
    #[serde(serialize_with = "by_id::serialize")]
    pub participants: BTreeMap<ParticipantId, Participant>,
    /// The catalogue. Not in a snapshot: it is read over HTTP, see [`Board::adopt_catalogue`].
    #[serde(skip)]
    pub listings: BTreeMap<ListingId, Listing>,
    /// Who has come, in the order of arrival: to staff.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arrived: Vec<ParticipantId>,
    /// When the floor was open.
    pub floor: Floor,
    /// The rounds of the programme, by number.
    pub rounds: Vec<Round>,
    /// Every deal that this audience may see.
    #[serde(serialize_with = "by_id::serialize")]
    pub deals: BTreeMap<DealId, Deal>,
    /// Of ratified deals, what their brokers want changed, what of that was not let through, and what was changed since the hammer fell.
    /// Staff's alone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub after_hammer: BTreeMap<DealId, AfterHammer>,
    /// What the public deals add up to: the same on every audience's board.
    pub totals: Totals,
    /// The highest number given to a deal.
    pub last_number: DealNumber,
    /// The highest public count ever reached.
    pub highest_count: u32,
    /// The milestones passed, in order.
    pub milestones: Vec<Milestone>,
    /// Whether the public sees new deals.
    pub public_totals: PublicTotals,
    /// Whether the totals were frozen since the floor last opened: the suspense comes once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub was_frozen: bool,
    /// A deal that is the large one again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spotlight: Option<DealId>,
    /// What the jury has in mind, in the order in which it thought of them: to staff.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shortlist: Vec<DealId>,
    /// The prizes that were awarded, in that order, one of each kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prizes: Vec<Prize>,
    /// The line over the wall. It may have expired: compare `until` with the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
    /// What the wall shows.
    pub scene: Scene,
    /// When the break is to be over, if the moderator said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_until: Option<Instant>,
    /// The last bell; none if it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bell: Option<Bell>,
    /// When the result was announced, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_at: Option<Instant>,
    /// What bells and rounds did last, the newest last: it can be taken back for a while.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The number of the last step ever.
    #[serde(skip_serializing_if = "is_default")]
    pub last_step: u32,
    /// A sleep of the server that nobody has answered for yet: to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleep: Option<Sleep>,
    /// Participants that were erased: placeholders, of whom nothing can be written any more. To staff.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ParticipantId>,
}

read_by_hand! {
    Board {
        must: [audience],
        may: [
            settings, programme, arrived, floor, rounds, after_hammer, totals, last_number, highest_count,
            milestones, public_totals, was_frozen, spotlight, shortlist, prizes, announcement, scene,
            break_until, bell, result_at, steps, last_step, sleep, erased
        ],
        usual: [],
        made: |fields| [
            participants: by_id::of(fields.take_or_default("participants")?),
            deals: by_id::of(fields.take_or_default("deals")?),
            // Of the catalogue.
            listings: BTreeMap::new()
        ],
    }
}

/// Whether a field is what it is read as when it is left out.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Board {
    /// The board before the first event.
    pub fn empty(audience: Audience) -> Self {
        Self {
            audience,
            settings: None,
            programme: Vec::new(),
            participants: BTreeMap::new(),
            listings: BTreeMap::new(),
            arrived: Vec::new(),
            floor: Floor::default(),
            rounds: Vec::new(),
            deals: BTreeMap::new(),
            after_hammer: BTreeMap::new(),
            totals: Totals::default(),
            last_number: DealNumber::default(),
            highest_count: 0,
            milestones: Vec::new(),
            public_totals: PublicTotals::Live,
            was_frozen: false,
            spotlight: None,
            shortlist: Vec::new(),
            prizes: Vec::new(),
            announcement: None,
            scene: Scene::Automatic,
            break_until: None,
            bell: None,
            result_at: None,
            steps: Vec::new(),
            last_step: 0,
            sleep: None,
            erased: Vec::new(),
        }
    }

    /// Takes over a catalogue that was read over HTTP. Events that follow are applied on top; one that the catalogue
    /// already holds changes nothing.
    pub fn adopt_catalogue(&mut self, listings: impl IntoIterator<Item = Listing>) {
        self.listings = listings
            .into_iter()
            .map(|listing| (listing.id, listing))
            .collect();
    }

    /// What stays of it when the exchange goes back to nought.
    pub fn kept(&self) -> Kept {
        Kept {
            settings: self.settings.clone(),
            programme: self.programme.clone(),
            participants: self.participants.values().cloned().collect(),
            listings: self.listings.values().cloned().collect(),
            erased: self.erased.clone(),
        }
    }

    /// The prizes as they stand: those of a deal that counts, and of somebody who has one, as long as nobody was erased who won it. What a
    /// deal lost when it was withdrawn it has again when it counts again.
    pub fn standing_prizes(&self) -> impl DoubleEndedIterator<Item = Prize> + '_ {
        let stands = |prize: &Prize| match prize.winner() {
            Winner::Deal(deal) => {
                let won = self.deals.get(&deal);
                won.is_some_and(|won| won.counts() && !self.is_of_erased(won))
            }
            Winner::Participant(participant) => {
                self.deals_of(participant) > 0 && !self.is_erased(participant)
            }
        };
        self.prizes.iter().copied().filter(move |prize| stands(prize))
    }

    /// In how many deals that count somebody is.
    pub fn deals_of(&self, participant: ParticipantId) -> u32 {
        let own = self
            .standing_deals()
            .filter(|deal| deal.terms.parties().any(|party| party == participant));
        own.count() as u32
    }

    /// The round that runs or is paused.
    pub fn current_round(&self) -> Option<&Round> {
        self.rounds.iter().find(|round| round.is_current())
    }

    /// The line of the programme that the evening has come to at a time of day, `HH:MM`: the break that the hall has; the
    /// round under way or the closing, as the bells say; otherwise the later of the last round that was held and the last
    /// gathering whose time has come.
    pub fn programme_line(&self, time: &str) -> Option<usize> {
        let of_round =
            |item: &ProgrammeItem, id: RoundId| matches!(item.slot, Slot::Round { round, .. } if round == id);
        if let Some(line) = self.break_line(time) {
            return Some(line);
        }
        if let Some(current) = self.current_round() {
            return self.programme.iter().position(|item| of_round(item, current.id));
        }
        let is_held = |item: &ProgrammeItem| {
            let is_over = |round: &&Round| matches!(round.state, RoundState::Ended { .. });
            self.rounds
                .iter()
                .filter(is_over)
                .any(|round| of_round(item, round.id))
        };
        match self.floor.settled_phase() {
            Phase::Closed => self.programme.iter().position(|item| item.slot == Slot::Closing),
            Phase::Open | Phase::Preparing => {
                let passed = passed(&self.programme, time);
                self.programme
                    .iter()
                    .zip(passed)
                    .rposition(|(item, has_come)| is_held(item) || item.slot == Slot::Gathering && has_come)
            }
        }
    }

    /// The gathering that follows the last round that was started, while the wall shows the break or one goes on behind what it
    /// shows: of several on end, the last whose time has come.
    fn break_line(&self, time: &str) -> Option<usize> {
        if self.scene != Scene::Pause && self.break_until.is_none() {
            return None;
        }
        let after = 1 + self.programme.iter().rposition(|item| match item.slot {
            Slot::Round { round, .. } => self
                .round(round)
                .is_some_and(|round| round.state != RoundState::Ready),
            Slot::Gathering | Slot::Closing => false,
        })?;
        let gatherings = self.programme[after..]
            .iter()
            .take_while(|item| item.slot == Slot::Gathering);
        let lines: Vec<&ProgrammeItem> = gatherings.collect();
        let come = lines.iter().rposition(|item| item.time.as_str() <= time);
        (!lines.is_empty()).then(|| after + come.unwrap_or(0))
    }

    /// What comes after the line of the programme that the evening has come to: a round that has not been held, or the
    /// closing. Gatherings are passed over: a break does not announce the next break.
    pub fn next_line(&self, time: &str) -> Option<&ProgrammeItem> {
        let after = self.programme_line(time).map_or(0, |line| line + 1);
        self.programme[after..].iter().find(|item| match item.slot {
            Slot::Round { round, .. } => self
                .round(round)
                .is_some_and(|round| round.state == RoundState::Ready),
            Slot::Closing => true,
            Slot::Gathering => false,
        })
    }

    /// The step that would be taken back now, if there is one.
    pub fn last_open_step(&self, now: Instant) -> Option<&Step> {
        self.steps.last().filter(|step| step.is_open(now))
    }

    /// A round by its number.
    pub fn round(&self, id: RoundId) -> Option<&Round> {
        self.rounds.iter().find(|round| round.id == id)
    }

    /// What is announced, until it ends.
    pub fn announced(&self, now: Instant) -> Option<&Announcement> {
        self.announcement
            .as_ref()
            .filter(|announcement| now < announcement.until)
    }

    /// How long people will still trade, in milliseconds: the current round's rest and the rounds after it. None where nothing
    /// is planned.
    pub fn left_ms(&self, now: Instant) -> Option<i64> {
        if self.floor.closed_at().is_some() {
            return Some(0);
        }
        let started = |round: &Round| round.state != RoundState::Ready;
        let ahead = &self.rounds[self.rounds.iter().rposition(started).unwrap_or(0)..];
        let left = ahead.iter().map(|round| match round.clock(now) {
            RoundClock::Ready { planned_ms } => planned_ms,
            RoundClock::Left { left_ms } | RoundClock::Paused { left_ms } => left_ms.max(0),
            RoundClock::Overtime { .. } | RoundClock::Ended => 0,
        });
        (!ahead.is_empty()).then(|| left.fold(0, i64::saturating_add))
    }

    /// The deals on the wall, struck-through ones included, the newest first.
    pub fn public_deals(&self) -> Vec<&Deal> {
        let mut deals: Vec<&Deal> = self.deals.values().filter(|deal| deal.is_public()).collect();
        order::sort_by_key(&mut deals, |deal| std::cmp::Reverse(deal.number));
        deals
    }

    /// The deals that were struck while the totals are frozen, the oldest first.
    pub fn concealed_deals(&self) -> Vec<&Deal> {
        let mut deals: Vec<&Deal> = self
            .deals
            .values()
            .filter(|deal| deal.standing == Standing::Concealed)
            .collect();
        order::sort_by_key(&mut deals, |deal| (deal.struck_at, deal.id));
        deals
    }

    /// What a deal's broker wants it to say: what waits for the hammer, else what was not let through, on top of what it says now, or
    /// else what it says.
    pub fn wanted(&self, id: DealId) -> Option<Terms> {
        let stands = &self.deals.get(&id)?.terms;
        let note = self.after_hammer.get(&id);
        let waits = note.and_then(|note| note.proposed.clone());
        waits
            .or_else(|| self.declined_over(id, stands))
            .or_else(|| Some(stands.clone()))
    }

    /// What a deal's broker changed in what was not let through, on top of `terms`.
    pub fn declined_over(&self, id: DealId, terms: &Terms) -> Option<Terms> {
        let note = self.after_hammer.get(&id)?;
        let declined = note.declined.as_ref()?;
        let of = match &note.declined_of {
            Some(of) => of,
            None => &self.deals.get(&id)?.terms,
        };
        Some(Terms::rebase(of, declined, terms).value)
    }

    /// How far registration has come: the sectors of which somebody hoped for participants.
    pub fn registered(&self) -> Vec<Registered> {
        let goals = self.settings.iter().flat_map(|settings| &settings.sector_goals);
        goals
            .filter(|(_, goal)| **goal > 0)
            .map(|(&sector, &goal)| {
                let of_it = self.participants.values().filter(|one| one.sector == sector);
                let count = of_it.count() as u32;
                Registered { sector, count, goal }
            })
            .collect()
    }

    /// How many of a sector have come.
    pub fn arrived_of(&self, sector: Sector) -> u32 {
        let of_it = |id: &&ParticipantId| self.participants.get(id).is_some_and(|one| one.sector == sector);
        self.arrived.iter().filter(of_it).count() as u32
    }

    /// The participants of whom more is known than that somebody was erased: whom a task, a badge or a list is about.
    pub fn unerased(&self) -> impl Iterator<Item = &Participant> {
        self.participants
            .values()
            .filter(|participant| !self.is_erased(participant.id))
    }

    /// Whether a party of a deal was erased: there is nothing to read of what was agreed.
    pub fn is_of_erased(&self, deal: &Deal) -> bool {
        deal.terms.parties().any(|party| self.is_erased(party))
    }

    /// The deals that stand: those on the wall that are not struck through. What is said of how many deals there are, and what is printed or
    /// asked of all of them, is of these: neither of those that wait to be let in, nor of what is concealed or was taken back.
    pub fn standing_deals(&self) -> impl Iterator<Item = &Deal> {
        self.deals.values().filter(|deal| deal.counts())
    }

    /// Whether a participant was erased, as far as this audience is told: what was erased long ago staff alone know.
    pub fn is_erased(&self, id: ParticipantId) -> bool {
        self.erased.contains(&id) || self.participants.get(&id).is_some_and(|one| one.is_erased)
    }

    /// The categories, in the order in which they are shown; none before there are settings.
    pub fn categories(&self) -> Vec<Category> {
        let settings = self.settings.as_ref();
        settings
            .map(|settings| settings.categories.clone())
            .unwrap_or_default()
    }

    /// Every deal with each thing that it says, or that its broker wants it to say: what these name of the settings stays there.
    pub(crate) fn terms_by_deal(&self) -> impl Iterator<Item = (DealId, &Terms)> {
        let said = self.deals.iter().map(|(id, deal)| (*id, &deal.terms));
        let wanted = self.after_hammer.iter().flat_map(|(id, note)| {
            let wanted = note.proposed.iter().chain(&note.declined);
            wanted.map(move |terms| (*id, terms))
        });
        said.chain(wanted)
    }

    /// The categories that deals name, and how many deals each: those that are off too, since they could come back.
    pub fn dealt_categories(&self) -> BTreeMap<&CategoryId, usize> {
        let mut deals: BTreeMap<&CategoryId, BTreeSet<DealId>> = BTreeMap::new();
        for (deal, terms) in self.terms_by_deal() {
            let services = terms.bargain.services();
            for category in services.filter_map(|service| service.category.as_ref()) {
                deals.entry(category).or_default().insert(deal);
            }
        }
        let counted = deals.into_iter();
        counted.map(|(category, deals)| (category, deals.len())).collect()
    }

    /// A participant, if it is known, be it by the id of one that it was merged with.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        let merged = || self.participants.values().find(|one| one.is(id));
        self.participants.get(&id).or_else(merged)
    }
}

/// How many participants of a sector are registered, and how many were hoped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Whose they are.
    pub sector: Sector,
    /// How many there are.
    pub count: u32,
    /// How many were hoped for; never 0.
    pub goal: u32,
}

/// Minutes of a day.
pub(crate) const DAY_MINUTES: u32 = 24 * 60;

/// Of each line of a programme whether its time has come at a time of day, `HH:MM`. Lines stand in the order of the evening: a
/// time that is earlier than the one before it is of the next day. A time of day between the last line and the first counts as
/// after the evening for the first half of that gap, and as before it for the second; an evening that does not reach midnight
/// has not begun before its first line.
fn passed(programme: &[ProgrammeItem], time: &str) -> Vec<bool> {
    let mut of_evening = Vec::with_capacity(programme.len());
    for item in programme {
        let mut minutes = minutes_of_day(&item.time);
        if let Some(last) = of_evening.last().copied() {
            while minutes + DAY_MINUTES / 2 < last {
                minutes += DAY_MINUTES;
            }
        }
        of_evening.push(minutes);
    }
    let (first, last) = (
        of_evening.iter().copied().min().unwrap_or_default(),
        of_evening.iter().copied().max().unwrap_or_default(),
    );
    let mut now = minutes_of_day(time);
    let is_over_midnight = last >= DAY_MINUTES;
    if is_over_midnight && now < first && now + DAY_MINUTES < last.midpoint(first + DAY_MINUTES) {
        now += DAY_MINUTES;
    }
    of_evening.into_iter().map(|minutes| minutes <= now).collect()
}

/// Minutes since midnight of `HH:MM`, which commands are checked to be.
pub(crate) fn minutes_of_day(time: &str) -> u32 {
    let (hours, minutes) = time.split_once(':').unwrap_or_default();
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    number(hours) * 60 + number(minutes)
}

/// Maps whose values carry their key, written as plain lists.
mod by_id {
    use std::collections::BTreeMap;

    use serde::{Serialize, Serializer};

    use crate::deal::Deal;
    use crate::ids::{DealId, ParticipantId};
    use crate::participant::Participant;

    pub(super) trait HasId<K> {
        fn id(&self) -> K;
    }

    impl HasId<ParticipantId> for Participant {
        fn id(&self) -> ParticipantId {
            self.id
        }
    }

    impl HasId<DealId> for Deal {
        fn id(&self) -> DealId {
            self.id
        }
    }

    pub(super) fn serialize<K, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.values())
    }

    pub(super) fn of<K: Ord, V: HasId<K>>(values: Vec<V>) -> BTreeMap<K, V> {
        // One by one: to collect a map sorts first, and a sort of each type weighs more than all else here.
        let mut map = BTreeMap::new();
        for value in values {
            map.insert(value.id(), value);
        }
        map
    }
}

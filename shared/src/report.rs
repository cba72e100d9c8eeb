//! What an evening came to, for whoever was not there: the figures that the morning after the organiser hands on. Counted afresh
//! from a board, of deals that count and of what everybody may know; how to reach somebody is nowhere in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::date::Date;
use crate::deal::{Bargain, Deal, Service, Standing};
use crate::exchange::{Floor, Settings};
use crate::follow_up::FollowUpCounts;
use crate::ids::{CategoryId, ListingId, ParticipantId};
use crate::instant::Instant;
use crate::listing::{ListingKind, Quantity};
use crate::matching::left::{Left, Leftovers, unmet};
use crate::order;
use crate::participant::{Participant, Sector};
use crate::round::Round;

/// Most participants that are named as the most active.
pub const MOST_ACTIVE_MAX: usize = 10;
/// Most stretches that the evening is divided into.
const STRETCHES_MAX: i64 = 24;
/// How long a stretch may be, in minutes: the first that keeps them few, or else the last.
const STRETCH_MINUTES: [i64; 5] = [10, 30, 60, 240, 1_440];
/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// What an evening came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The evening in one line.
    pub evening: Evening,
    /// How many deals it aimed at.
    pub goal: u32,
    /// Deals with something in return.
    pub two_way: u32,
    /// Deals without.
    pub one_way: u32,
    /// Agreements to meet.
    pub intentions: u32,
    /// Deals that were on the wall and were taken back: in no other figure.
    pub withdrawn: u32,
    /// Deals of which the hours were estimated.
    pub with_effort: u32,
    /// Deals of which the worth was estimated.
    pub with_worth: u32,
    /// The sectors in their order.
    pub sectors: Vec<OfSector>,
    /// Who gave to whom, each pair of sectors that has deals.
    pub pairs: Vec<OfPair>,
    /// The categories as the exchange orders them; last what is in none, if there is such.
    pub categories: Vec<OfCategory>,
    /// The time of trading, in stretches of one length.
    pub times: Vec<OfTime>,
    /// The rounds that were held, in the order of time; last what was made outside them, if there is such. Empty if none was held.
    #[serde(default)]
    pub rounds: Vec<OfRound>,
    /// Who stands in most deals.
    pub most_active: Vec<Active>,
    /// Wishes of which anything is left, to hand on.
    pub unmet: Vec<Unmet>,
    /// Wishes that were wished, met or not.
    #[serde(default)]
    pub wishes: u32,
    /// Other evenings, the newest first.
    pub earlier: Vec<Evening>,
}

/// An evening in one line, to stand beside others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evening {
    /// What it is called.
    pub name: String,
    /// When it was held, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Deals that count.
    pub deals: u32,
    /// Everything else, if it was held here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sums: Option<Sums>,
    /// What became of its deals, if anybody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpCounts>,
}

/// What else an evening adds up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Participants that were registered.
    pub participants: u32,
    /// Estimated effort, in minutes.
    pub effort_minutes: u64,
    /// Estimated worth, in whole units of the currency.
    pub worth: u64,
    /// ISO 4217 code of the currency.
    pub currency: String,
}

/// What a sector had to do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfSector {
    /// Which.
    pub sector: Sector,
    /// Participants that were registered.
    pub participants: u32,
    /// Of these, those whose coming was noted.
    pub arrived: u32,
    /// Of these, those who stand in a deal.
    pub traded: u32,
    /// Deals in which it takes part.
    pub deals: u32,
}

/// Deals in which one sector gives and another receives: of several on a side each counts once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPair {
    /// Who does the service.
    pub giver: Sector,
    /// Who receives it, and does what is done in return.
    pub receiver: Sector,
    /// How many.
    pub deals: u32,
}

/// What is in a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCategory {
    /// Its name; none for services that are in no category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Deals that touch it, with the service or the return.
    pub deals: u32,
    /// Estimated effort of what is done in it, in minutes.
    pub effort_minutes: u64,
    /// Estimated worth of what is done in it.
    pub worth: u64,
    /// Wishes in it of which anything is left.
    pub unmet: u32,
}

/// A stretch of the time of trading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfTime {
    /// Its beginning, in minutes of trading since the opening bell: the time between bells is left out.
    pub from_minute: u32,
    /// Its end.
    pub to_minute: u32,
    /// Deals that were made in it; what was made after the last bell belongs to the last.
    pub deals: u32,
    /// Deals by its end.
    pub by_then: u32,
}

/// What was written while a round was held, its pauses and its overtime with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfRound {
    /// Its name; none for what was made outside every round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How long it was held, in minutes; none for what is outside, and while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Deals that were made in it.
    pub deals: u32,
    /// Estimated effort of these, in minutes.
    pub effort_minutes: u64,
    /// Estimated worth of these.
    pub worth: u64,
}

/// Somebody who stands in deals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    /// The name as it is shown.
    pub name: String,
    /// Whose shape it wears.
    pub sector: Sector,
    /// In how many.
    pub deals: u32,
}

/// A wish of which something is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmet {
    /// Which.
    pub listing: ListingId,
    /// Whose it is, by the name that is shown.
    pub participant: String,
    /// Whose shape it wears.
    pub sector: Sector,
    /// The name of its category.
    pub category: String,
    /// In the participant's own words.
    pub text: String,
    /// How much is left, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Whether deals met a part of it.
    pub in_part: bool,
}

impl Report {
    /// Counts an evening; nothing, if it was never set up. Whose board it is decides what of the catalogue is left: staff's
    /// knows of hands that were shaken and count only later.
    pub fn of(board: &Board) -> Option<Self> {
        let settings = board.settings.as_ref()?;
        let deals: Vec<&Deal> = board.standing_deals().collect();
        let count = |is: &dyn Fn(&Deal) -> bool| deals.iter().filter(|deal| is(deal)).count() as u32;
        let unmet = unmet_wishes(board, settings);
        Some(Self {
            evening: Evening::of(board, settings),
            goal: settings.goal,
            two_way: count(&|deal| matches!(deal.terms.bargain, Bargain::TwoWay { .. })),
            one_way: count(&|deal| matches!(deal.terms.bargain, Bargain::OneWay { .. })),
            intentions: count(&|deal| matches!(deal.terms.bargain, Bargain::Intention { .. })),
            withdrawn: board.deals.values().filter(|deal| is_taken_back(deal)).count() as u32,
            with_effort: estimated_in(board, |service| service.effort_minutes),
            with_worth: estimated_in(board, |service| service.worth),
            sectors: sectors(board, &deals),
            pairs: pairs(board, &deals),
            categories: categories(settings, &deals, board, &unmet),
            times: times(&board.floor, &deals),
            rounds: rounds(&board.floor, &board.rounds, &deals),
            most_active: most_active(board, &deals),
            unmet,
            wishes: board
                .listings
                .values()
                .filter(|listing| listing.kind == ListingKind::Wish)
                .count() as u32,
            earlier: Vec::new(),
        })
    }
}

impl Evening {
    /// An evening in one line.
    pub fn of(board: &Board, settings: &Settings) -> Self {
        let mut evening = Self {
            name: settings.name.clone(),
            date: Some(settings.date),
            deals: 0,
            sums: None,
            follow_up: None,
        };
        let mut sums = Sums {
            participants: board.participants.len() as u32,
            effort_minutes: 0,
            worth: 0,
            currency: settings.currency.clone(),
        };
        for deal in board.standing_deals() {
            evening.deals += 1;
            for service in deal.terms.bargain.services() {
                sums.effort_minutes += u64::from(service.effort_minutes.unwrap_or(0));
                sums.worth += u64::from(service.worth.unwrap_or(0));
            }
        }
        evening.sums = Some(sums);
        evening
    }

    /// The total that the exchange wants to beat, if it has one: of it nothing else is known.
    pub fn to_beat(settings: &Settings) -> Option<Self> {
        let benchmark = settings.benchmark.as_ref()?;
        Some(Self {
            name: benchmark.name.clone(),
            date: None,
            deals: benchmark.total,
            sums: None,
            follow_up: None,
        })
    }
}

/// Of how many deals that count something was estimated: a sum of theirs says no more than that.
pub fn estimated_in(board: &Board, of: fn(&Service) -> Option<u32>) -> u32 {
    let is_estimated = |deal: &&Deal| deal.terms.bargain.services().any(|service| of(service).is_some());
    board.standing_deals().filter(is_estimated).count() as u32
}

/// Whether the public saw it and sees it struck through.
fn is_taken_back(deal: &Deal) -> bool {
    deal.is_public() && deal.standing != Standing::Posted
}

/// Who takes part in a deal, each once.
fn parties<'a>(board: &'a Board, ids: &[ParticipantId]) -> Vec<&'a Participant> {
    let found = ids.iter().filter_map(|id| board.participant(*id));
    let mut seen = BTreeSet::new();
    found.filter(|party| seen.insert(party.id)).collect()
}

fn sectors_of(board: &Board, ids: &[ParticipantId]) -> BTreeSet<Sector> {
    parties(board, ids)
        .into_iter()
        .map(|party| party.sector)
        .collect()
}

fn everyone(deal: &Deal) -> Vec<ParticipantId> {
    deal.terms.parties().collect()
}

fn sectors(board: &Board, deals: &[&Deal]) -> Vec<OfSector> {
    let traded: BTreeSet<ParticipantId> = deals
        .iter()
        .flat_map(|deal| parties(board, &everyone(deal)))
        .map(|party| party.id)
        .collect();
    let of = |sector: Sector| {
        let own = || {
            board
                .participants
                .values()
                .filter(move |one| one.sector == sector)
        };
        OfSector {
            sector,
            participants: own().count() as u32,
            arrived: board.arrived_of(sector),
            traded: own().filter(|one| traded.contains(&one.id)).count() as u32,
            deals: deals
                .iter()
                .filter(|deal| sectors_of(board, &everyone(deal)).contains(&sector))
                .count() as u32,
        }
    };
    Sector::ALL.map(of).into_iter().collect()
}

fn pairs(board: &Board, deals: &[&Deal]) -> Vec<OfPair> {
    let mut counts: BTreeMap<(Sector, Sector), u32> = BTreeMap::new();
    for deal in deals {
        for giver in sectors_of(board, &deal.terms.givers) {
            for receiver in sectors_of(board, &deal.terms.receivers) {
                *counts.entry((giver, receiver)).or_default() += 1;
            }
        }
    }
    let pair = |((giver, receiver), deals)| OfPair {
        giver,
        receiver,
        deals,
    };
    counts.into_iter().map(pair).collect()
}

fn categories(settings: &Settings, deals: &[&Deal], board: &Board, unmet: &[Unmet]) -> Vec<OfCategory> {
    let wishes = |id: &CategoryId| {
        let is_in = |wish: &&Unmet| {
            board
                .listings
                .get(&wish.listing)
                .is_some_and(|one| one.category == *id)
        };
        unmet.iter().filter(is_in).count() as u32
    };
    let known = |id: &CategoryId| settings.categories.iter().any(|category| category.id == *id);
    let sum = |name: Option<String>, unmet: u32, is_in: &dyn Fn(Option<&CategoryId>) -> bool| {
        let mut sums = OfCategory {
            name,
            deals: 0,
            effort_minutes: 0,
            worth: 0,
            unmet,
        };
        for deal in deals {
            let services = deal.terms.bargain.services();
            let own: Vec<_> = services
                .filter(|service| is_in(service.category.as_ref()))
                .collect();
            sums.deals += u32::from(!own.is_empty());
            for service in own {
                sums.effort_minutes += u64::from(service.effort_minutes.unwrap_or(0));
                sums.worth += u64::from(service.worth.unwrap_or(0));
            }
        }
        sums
    };
    let mut all: Vec<OfCategory> = settings
        .categories
        .iter()
        .map(|category| {
            let (id, name) = (&category.id, Some(category.name.clone()));
            sum(name, wishes(id), &|of| of == Some(id))
        })
        .collect();
    let rest = sum(None, 0, &|of| of.is_none_or(|id| !known(id)));
    if rest.deals > 0 {
        all.push(rest);
    }
    all
}

/// The time of trading until an instant, in milliseconds.
fn traded_ms(floor: &Floor, until: Instant) -> i64 {
    let stretches = floor.trading.iter().map(|trading| {
        let end = trading.closed_at.map_or(until, |closed| closed.min(until));
        end.ms_since(trading.opened_at).max(0)
    });
    stretches.sum()
}

/// When a deal was made: when it was written, if that was between bells, so that one which waited on a tablet for the network, or for the
/// hammer, is where it belongs. What was not, such as what was entered from paper later, counts from when it was struck.
fn made(floor: &Floor, deal: &Deal) -> Instant {
    if floor.was_open(deal.written_at) {
        deal.written_at
    } else {
        deal.struck_at.unwrap_or(deal.written_at)
    }
}

/// In which minute of trading since the opening bell a deal was made.
pub fn made_minute(floor: &Floor, deal: &Deal) -> u32 {
    (traded_ms(floor, made(floor, deal)) / MINUTE_MS)
        .try_into()
        .unwrap_or(u32::MAX)
}

fn times(floor: &Floor, deals: &[&Deal]) -> Vec<OfTime> {
    if floor.trading.is_empty() {
        return Vec::new();
    }
    let minutes = deals.iter().map(|deal| i64::from(made_minute(floor, deal)));
    let minutes: Vec<i64> = minutes.collect();
    let closed = floor.closed_at().map_or(0, |closed| {
        traded_ms(floor, closed).max(1).saturating_add(MINUTE_MS - 1) / MINUTE_MS
    });
    let last = minutes.iter().copied().max().unwrap_or(0);
    let whole = if closed > 0 { closed } else { last + 1 };
    let length = STRETCH_MINUTES
        .into_iter()
        .find(|length| whole <= length * STRETCHES_MAX)
        .unwrap_or_else(|| (whole + STRETCHES_MAX - 1) / STRETCHES_MAX);
    let stretches = ((whole + length - 1) / length).max(1);
    let mut times: Vec<OfTime> = (0..stretches)
        .map(|number| OfTime {
            from_minute: (number * length) as u32,
            to_minute: ((number + 1) * length).min(whole) as u32,
            deals: 0,
            by_then: 0,
        })
        .collect();
    for minute in minutes {
        let number = (minute / length).clamp(0, stretches - 1);
        times[number as usize].deals += 1;
    }
    let mut by_then = 0;
    for time in &mut times {
        by_then += time.deals;
        time.by_then = by_then;
    }
    times
}

fn rounds(floor: &Floor, rounds: &[Round], deals: &[&Deal]) -> Vec<OfRound> {
    let mut held: Vec<&Round> = rounds.iter().filter(|round| !round.held.is_empty()).collect();
    if held.is_empty() {
        return Vec::new();
    }
    order::sort_by_key(&mut held, |round| round.held[0].opened_at);
    let sum = |name: Option<String>, minutes: Option<u32>, is_in: &dyn Fn(Instant) -> bool| {
        let mut sums = OfRound {
            name,
            minutes,
            deals: 0,
            effort_minutes: 0,
            worth: 0,
        };
        for deal in deals.iter().filter(|deal| is_in(made(floor, deal))) {
            sums.deals += 1;
            for service in deal.terms.bargain.services() {
                sums.effort_minutes += u64::from(service.effort_minutes.unwrap_or(0));
                sums.worth += u64::from(service.worth.unwrap_or(0));
            }
        }
        sums
    };
    let mut all: Vec<OfRound> = held
        .iter()
        .map(|round| {
            sum(Some(round.title.clone()), round.held_minutes(), &|at| {
                round.was_held(at)
            })
        })
        .collect();
    let outside = sum(None, None, &|at| !held.iter().any(|round| round.was_held(at)));
    if outside.deals > 0 {
        all.push(outside);
    }
    all
}

fn most_active(board: &Board, deals: &[&Deal]) -> Vec<Active> {
    let mut counts: BTreeMap<ParticipantId, u32> = BTreeMap::new();
    for party in deals.iter().flat_map(|deal| parties(board, &everyone(deal))) {
        *counts.entry(party.id).or_default() += 1;
    }
    let known = counts.into_iter().filter(|(id, _)| !board.is_erased(*id));
    let named = known.filter_map(|(id, deals)| {
        let Participant { name, sector, .. } = board.participants.get(&id)?;
        let (name, sector) = (name.clone(), *sector);
        Some(Active { name, sector, deals })
    });
    let mut most: Vec<Active> = named.collect();
    order::sort_by_key(&mut most, |one| {
        (std::cmp::Reverse(one.deals), one.name.to_lowercase())
    });
    most.truncate(MOST_ACTIVE_MAX);
    most
}

fn unmet_wishes(board: &Board, settings: &Settings) -> Vec<Unmet> {
    let leftovers = Leftovers::of(board);
    let place = |id: &CategoryId| settings.categories.iter().position(|one| one.id == *id);
    let wish = |listing: &crate::listing::Listing| {
        let participant = board.participant(listing.participant)?;
        let named = settings.categories.iter().find(|one| one.id == listing.category);
        let left = leftovers.of_listing(listing.id);
        let quantity = listing.quantity.clone().map(|quantity| match left {
            Left::Part { amount } => Quantity { amount, ..quantity },
            Left::Whole | Left::Nothing => quantity,
        });
        let unmet = Unmet {
            listing: listing.id,
            participant: participant.name.clone(),
            sector: participant.sector,
            category: named.map_or_else(|| listing.category.0.clone(), |one| one.name.clone()),
            text: listing.text.clone(),
            quantity,
            in_part: left != Left::Whole,
        };
        let by = (
            place(&listing.category),
            participant.name.to_lowercase(),
            listing.id,
        );
        Some((by, unmet))
    };
    let mut wishes: Vec<_> = unmet(board).into_iter().filter_map(wish).collect();
    order::sort_by(&mut wishes, |(one, _), (other, _)| one.cmp(other));
    wishes.into_iter().map(|(_, unmet)| unmet).collect()
}

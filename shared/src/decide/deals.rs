//! Decides on deals: from the pen, past the notary and the closing bell, to the wall, and back.

use super::desk::{ends_break, follows_again, shows_large, shows_revealed};
use super::given::{ClockTrust, Now, settings};
use super::registry::known;
use super::shape::{device_name, length, terms_shape};
use crate::after_hammer::needs_hammer;
use crate::board::Board;
use crate::command::{Reveal, WrittenOn};
use crate::date::Date;
use crate::deal::{Bargain, Broker, Deal, HeldReason, Service, Standing, Terms};
use crate::event::Event;
use crate::exchange::{Ceremony, Phase, PublicTotals, Scene, Settings};
use crate::ids::{DealId, DealNumber};
use crate::instant::Instant;
use crate::limits::{CLOCK_AHEAD_MS_MAX, DEALS_MAX};
use crate::milestone::Milestone;
use crate::rebase::{Rebase, Rebased};
use crate::refusal::Refusal;
use crate::right::{Right, may_change};
use crate::role::Actor;

/// How a deal that arrives is taken.
enum Arrival {
    /// It counts; `late_at` is when it came, if that was after the closing bell.
    Counts { late_at: Option<Instant> },
    /// The moderator decides.
    Held { reason: HeldReason },
}

/// What was written, where, and by whom.
pub(super) struct Written<'a> {
    pub(super) terms: &'a Terms,
    pub(super) on: WrittenOn,
    pub(super) by: Broker,
}

/// Who wrote what a device sends: itself, or whom it names, if it may bring what others wrote. A tablet names who wrote a deal in case
/// somebody else has to bring it, and may be paired anew before it sends it itself.
pub(super) fn writer(actor: &Actor, named: Option<&Broker>) -> Result<Broker, Refusal> {
    match named {
        Some(other) if actor.role.has(Right::BringDeals) => {
            device_name(&other.name)?;
            Ok(other.clone())
        }
        Some(_) | None => Ok(Broker {
            device: actor.device,
            name: actor.name.clone(),
        }),
    }
}

pub(super) fn post(
    board: &Board,
    actor: &Actor,
    id: DealId,
    written: Written<'_>,
    now: Now,
) -> Result<Vec<Event>, Refusal> {
    let Written {
        terms,
        on: written_on,
        by: broker,
    } = written;
    let settings = settings(board)?;
    check_terms(board, settings, terms, &[])?;
    if board.deals.contains_key(&id) {
        return Err(Refusal::AlreadyExists);
    }
    length("deals", board.deals.len() + 1, 1, DEALS_MAX)?;
    let mut deal = Deal {
        id,
        terms: trimmed(terms),
        standing: Standing::Written,
        number: None,
        broker,
        written_at: now.written_at.unwrap_or(now.at).min(now.at),
        struck_at: None,
        late_at: None,
    };
    match arrival(board, settings, actor, written_on, now)? {
        Arrival::Held { reason } => {
            deal.standing = Standing::Held { reason };
            deal.late_at = Some(now.at);
            Ok(vec![Event::DealHeld { deal }])
        }
        Arrival::Counts { late_at } => {
            deal.late_at = late_at;
            match settings.ceremony {
                Ceremony::RatifiedFirst => Ok(vec![Event::DealWritten { deal }]),
                Ceremony::PostedAtOnce => Ok(strike(board, settings, deal, now.at)),
            }
        }
    }
}

/// Whether a deal counts, by when it was written and when it arrived.
fn arrival(
    board: &Board,
    settings: &Settings,
    actor: &Actor,
    written_on: WrittenOn,
    now: Now,
) -> Result<Arrival, Refusal> {
    let held = |reason| Ok(Arrival::Held { reason });
    let claim = now.written_at.unwrap_or(now.at);
    let ahead = claim.ms_since(now.at) > CLOCK_AHEAD_MS_MAX;
    let written_at = claim.min(now.at);
    let clock_known = now.clock == ClockTrust::Estimated && !ahead;
    match board.floor.phase(now.at) {
        Phase::Preparing => Err(Refusal::FloorNotOpen),
        // While the floor is open only a known clock can say that a deal was written before the bell.
        Phase::Open if clock_known && !board.floor.was_open(written_at) => held(outside(board, written_at)),
        Phase::Open => Ok(Arrival::Counts { late_at: None }),
        Phase::Closed if written_on == WrittenOn::Paper => held(HeldReason::Paper),
        Phase::Closed if !clock_known => held(HeldReason::ClockUnknown),
        Phase::Closed if !board.floor.was_open(written_at) => held(outside(board, written_at)),
        Phase::Closed if board.result_at.is_some() => held(HeldReason::ResultAnnounced),
        Phase::Closed => {
            let closed_at = board
                .floor
                .trading
                .iter()
                .rev()
                .find_map(|trading| trading.closed_at.filter(|closed_at| *closed_at <= now.at));
            let closed_at = closed_at.unwrap_or(now.at);
            if actor.paired_at >= closed_at {
                held(HeldReason::PairedAfterClosing)
            } else if now
                .last_answered_at
                .is_some_and(|answered_at| written_at < answered_at)
            {
                held(HeldReason::WrittenBeforeLastAnswer)
            } else if now.at.ms_since(closed_at) > i64::from(settings.late_minutes) * 60_000 {
                held(HeldReason::TooLate)
            } else {
                Ok(Arrival::Counts {
                    late_at: Some(now.at),
                })
            }
        }
    }
}

/// Why a deal that was written outside the bells waits: nobody but the moderator knows whether it was struck in time.
fn outside(board: &Board, written_at: Instant) -> HeldReason {
    let first = board.floor.trading.first().map(|trading| trading.opened_at);
    if first.is_some_and(|first| written_at < first) {
        HeldReason::WrittenBeforeOpening
    } else {
        HeldReason::WrittenAfterClosing
    }
}

/// The events that strike a deal: on the wall with a number, or concealed while totals are frozen.
fn strike(board: &Board, settings: &Settings, mut deal: Deal, at: Instant) -> Vec<Event> {
    deal.struck_at = Some(at);
    match board.public_totals {
        PublicTotals::Frozen { .. } => {
            deal.standing = Standing::Concealed;
            vec![Event::DealPosted { deal }]
        }
        PublicTotals::Live => put_on_wall(board, settings, deal),
    }
}

/// The events that show a deal that counts: with the number it has, or the next.
fn put_on_wall(board: &Board, settings: &Settings, mut deal: Deal) -> Vec<Event> {
    deal.standing = Standing::Posted;
    deal.number = Some(deal.number.unwrap_or(DealNumber(board.last_number.0 + 1)));
    let milestones = milestones(board, settings, board.totals.deals + 1, deal.id);
    std::iter::once(Event::DealPosted { deal })
        .chain(milestones)
        .collect()
}

/// The milestones that the public count passes when it reaches `count`: each once, on the highest count ever.
fn milestones(board: &Board, settings: &Settings, count: u32, deal: DealId) -> Vec<Event> {
    if count <= board.highest_count {
        return Vec::new();
    }
    let mut passed = Vec::new();
    if count == 1 {
        passed.push(Milestone::First);
    }
    if count.is_multiple_of(settings.milestone_every) {
        passed.push(Milestone::Every { count });
    }
    if let Some(benchmark) = &settings.benchmark
        && count == benchmark.total + 1
    {
        passed.push(Milestone::Record {
            beaten: benchmark.total,
        });
    }
    if count == settings.goal {
        passed.push(Milestone::Goal { goal: settings.goal });
    }
    passed.retain(|milestone| !board.milestones.contains(milestone));
    passed
        .into_iter()
        .map(|milestone| Event::MilestoneReached { milestone, deal })
        .collect()
}

pub(super) fn amend(
    board: &Board,
    actor: &Actor,
    id: DealId,
    terms: &Terms,
    expected: Option<&Terms>,
) -> Result<Vec<Event>, Refusal> {
    let deal = own_deal(board, actor, id)?;
    let expected = expected.map(trimmed);
    let base = amended_of(board, actor, deal, expected.as_ref());
    let terms = match &expected {
        Some(expected) => on_top(expected, &trimmed(terms), base.terms(deal))?,
        None => trimmed(terms),
    };
    check_terms(board, settings(board)?, &terms, &[&deal.terms, base.terms(deal)])?;
    match deal.standing {
        Standing::Withdrawn { .. } | Standing::Removed { .. } | Standing::Declined => {
            Err(Refusal::WrongStanding)
        }
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Concealed
        | Standing::Posted => Ok(amended(board, settings(board)?, actor, deal, &base, terms)),
    }
}

/// What is amended.
enum Base {
    /// What the deal says.
    Stands,
    /// What its broker wants it to say: it waits for the hammer, or was not let through.
    Wish(Box<Terms>),
}

impl Base {
    fn terms<'a>(&'a self, deal: &'a Deal) -> &'a Terms {
        match self {
            Base::Stands => &deal.terms,
            Base::Wish(terms) => terms,
        }
    }
}

/// What somebody amends: its broker what waits, whatever that tablet was shown of it, and what was not let through, unless it was not
/// shown that; the desk what the deal says, unless it was shown what waits.
fn amended_of(board: &Board, actor: &Actor, deal: &Deal, expected: Option<&Terms>) -> Base {
    let is_desk = actor.role.has(Right::ChangeHammeredDeal);
    let waits = proposed(board, deal.id).filter(|waits| !is_desk || expected == Some(*waits));
    let declined = |terms: &Terms| board.declined_over(deal.id, terms);
    // A form that shows what was not let through has all of it, whatever the deal said when it was opened.
    let has_it = |shown: &Terms| declined(shown).as_ref() == Some(shown);
    let is_shown = !is_desk && expected.is_none_or(has_it);
    let wish = waits
        .cloned()
        .or_else(|| declined(&deal.terms).filter(|_| is_shown));
    wish.map_or(Base::Stands, |wish| Base::Wish(Box::new(wish)))
}

/// What was changed of `expected`, on top of what is amended.
fn on_top(expected: &Terms, terms: &Terms, now: &Terms) -> Result<Terms, Refusal> {
    let Rebased { value, both } = Terms::rebase(expected, terms, now);
    if !both.is_empty() {
        return Err(Refusal::ChangedMeanwhile);
    }
    // Each was right by itself: together a party may stand on both sides.
    terms_shape(&value)?;
    Ok(value)
}

/// The events that give a deal other terms. What the hammer fell on changes by another blow alone, unless the desk or the
/// notary changes it: a broker's change of it waits, and the wall keeps what was hammered through.
fn amended(
    board: &Board,
    settings: &Settings,
    actor: &Actor,
    deal: &Deal,
    base: &Base,
    terms: Terms,
) -> Vec<Event> {
    let id = deal.id;
    let is_struck = matches!(deal.standing, Standing::Posted | Standing::Concealed);
    if settings.ceremony != Ceremony::RatifiedFirst || !is_struck || actor.role.has(Right::ChangeHammeredDeal)
    {
        let wish = match base {
            // It is of what was wanted, and that has its answer.
            Base::Wish(_) => Some(Ok(terms.clone())),
            Base::Stands => proposed(board, id).map(|wish| wish_on(&deal.terms, wish, &terms)),
        };
        return holds(board, settings, id, terms, wish);
    }
    if needs_hammer(&deal.terms, &terms) {
        return vec![Event::DealChangeProposed { deal: id, terms }];
    }
    // What the broker sends last is what the broker wants, if that tablet was shown what was wanted before.
    let taken_back = matches!(base, Base::Wish(_)).then(|| Event::DealChangeProposed {
        deal: id,
        terms: deal.terms.clone(),
    });
    let amended =
        (terms != deal.terms || taken_back.is_none()).then_some(Event::DealAmended { deal: id, terms });
    taken_back.into_iter().chain(amended).collect()
}

/// What its broker wants of a deal that said `before`, now that it says `now`: what the broker changed, and all else as it stands.
/// Where both changed the same it is the broker's wish as it was, and the notary is shown what it would replace.
fn wish_on(before: &Terms, wish: &Terms, now: &Terms) -> Result<Terms, Refusal> {
    let wish = Terms::rebase(before, wish, now).value;
    // Each was right by itself: together a party may stand on both sides.
    terms_shape(&wish)?;
    check_order(&wish, Some(now))?;
    Ok(wish)
}

/// The events after which a deal says `terms`, and what its broker wants waits on top of that: nothing, if it is the same. What
/// cannot be goes back to the broker, with the reason.
fn holds(
    board: &Board,
    settings: &Settings,
    id: DealId,
    terms: Terms,
    wish: Option<Result<Terms, Refusal>>,
) -> Vec<Event> {
    // With the hammer, what waited waits no more once it holds.
    let by_hammer = settings.ceremony == Ceremony::RatifiedFirst;
    let amended = Event::DealAmended { deal: id, terms };
    match wish {
        Some(Ok(wish)) if by_hammer && proposed(board, id) == Some(&wish) => vec![amended],
        Some(Ok(terms)) => vec![amended, Event::DealChangeProposed { deal: id, terms }],
        // First: it was wanted of what the deal says until now.
        Some(Err(refusal)) => {
            let remark = refusal.message(settings.language);
            vec![Event::DealChangeDeclined { deal: id, remark }, amended]
        }
        None => vec![amended],
    }
}

/// What a deal's broker wants it to say, if that waits for the hammer.
fn proposed(board: &Board, id: DealId) -> Option<&Terms> {
    board.after_hammer.get(&id)?.proposed.as_ref()
}

pub(super) fn withdraw(board: &Board, actor: &Actor, id: DealId) -> Result<Vec<Event>, Refusal> {
    match own_deal(board, actor, id)?.standing {
        Standing::Withdrawn { .. } | Standing::Removed { .. } | Standing::Declined => {
            Err(Refusal::WrongStanding)
        }
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Concealed
        | Standing::Posted => Ok(vec![Event::DealWithdrawn { deal: id }]),
    }
}

pub(super) fn remove(board: &Board, id: DealId) -> Result<Vec<Event>, Refusal> {
    match deal(board, id)?.standing {
        Standing::Removed { .. } => Err(Refusal::WrongStanding),
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Declined
        | Standing::Concealed
        | Standing::Posted
        | Standing::Withdrawn { .. } => Ok(vec![Event::DealRemoved { deal: id }]),
    }
}

/// Makes a deal of the wall the large one, where the hall sees it.
pub(super) fn spotlight(board: &Board, deal: Option<DealId>) -> Result<Vec<Event>, Refusal> {
    if let Some(id) = deal {
        let deal = board.deals.get(&id).ok_or(Refusal::UnknownDeal)?;
        if !deal.counts() {
            return Err(Refusal::WrongStanding);
        }
    }
    let shown = deal.map(|_| shows_large(board)).unwrap_or_default();
    Ok(std::iter::once(Event::DealSpotlit { deal })
        .chain(shown)
        .collect())
}

/// Undoes a withdrawal or a removal: the deal stands as it stood before, so that one which waited for somebody's
/// decision waits for it again. One that was concealed and may be shown by now gets on the wall.
pub(super) fn reinstate(board: &Board, actor: &Actor, id: DealId) -> Result<Vec<Event>, Refusal> {
    let mut deal = own_deal(board, actor, id)?.clone();
    deal.standing = match deal.standing {
        // Only the desk takes a deal off the screens, so its broker does not put it back.
        Standing::Removed { .. } if !actor.role.has(Right::ReinstateRemovedDeal) => {
            return Err(Refusal::NotAllowed);
        }
        Standing::Withdrawn { before } | Standing::Removed { before } => *before,
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Declined
        | Standing::Concealed
        | Standing::Posted => return Err(Refusal::WrongStanding),
    };
    both_sides_differ(&deal)?;
    let settings = settings(board)?;
    match (&deal.standing, board.public_totals) {
        (Standing::Concealed, PublicTotals::Live) => Ok(put_on_wall(board, settings, deal)),
        (Standing::Posted, _) => {
            let milestones = milestones(board, settings, board.totals.deals + 1, deal.id);
            Ok(std::iter::once(Event::DealReinstated { deal })
                .chain(milestones)
                .collect())
        }
        (
            Standing::Concealed
            | Standing::Written
            | Standing::SentBack { .. }
            | Standing::Held { .. }
            | Standing::Declined
            | Standing::Withdrawn { .. }
            | Standing::Removed { .. },
            _,
        ) => Ok(vec![Event::DealReinstated { deal }]),
    }
}

/// Lets the hammer fall on what waits for it, if that says what the notary was shown.
pub(super) fn ratify(
    board: &Board,
    id: DealId,
    expected: Option<&Terms>,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let deal = deal(board, id)?;
    let as_shown = |terms: &Terms| match expected {
        Some(expected) if trimmed(expected) != *terms => Err(Refusal::ChangedMeanwhile),
        Some(_) | None => Ok(()),
    };
    // A change of what counts already adds nothing to the result.
    if let (Standing::Posted | Standing::Concealed, Some(wish)) = (&deal.standing, proposed(board, id)) {
        as_shown(wish)?;
        let terms = wish.clone();
        return Ok(holds(board, settings(board)?, id, terms, Some(Ok(wish.clone()))));
    }
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    match deal.standing {
        Standing::Written => {
            as_shown(&deal.terms)?;
            Ok(strike(board, settings(board)?, deal.clone(), at))
        }
        _ => Err(Refusal::WrongStanding),
    }
}

pub(super) fn send_back(board: &Board, id: DealId, remark: &str) -> Result<Vec<Event>, Refusal> {
    let remark = remark.trim().to_owned();
    match deal(board, id)?.standing {
        Standing::Written => Ok(vec![Event::DealSentBack { deal: id, remark }]),
        Standing::Posted | Standing::Concealed if proposed(board, id).is_some() => {
            Ok(vec![Event::DealChangeDeclined { deal: id, remark }])
        }
        _ => Err(Refusal::WrongStanding),
    }
}

pub(super) fn recall(board: &Board, id: DealId) -> Result<Vec<Event>, Refusal> {
    let deal = deal(board, id)?;
    if settings(board)?.ceremony != Ceremony::RatifiedFirst {
        return Err(Refusal::WrongStanding);
    }
    // Nobody could ratify it again: what is wrong now is withdrawn.
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    match deal.standing {
        Standing::Posted | Standing::Concealed => Ok(vec![Event::DealRecalled { deal: id }]),
        _ => Err(Refusal::WrongStanding),
    }
}

pub(super) fn admit(board: &Board, id: DealId, at: Instant) -> Result<Vec<Event>, Refusal> {
    let deal = deal(board, id)?;
    both_sides_differ(deal)?;
    match deal.standing {
        Standing::Held { .. } | Standing::Declined => Ok(strike(board, settings(board)?, deal.clone(), at)),
        _ => Err(Refusal::WrongStanding),
    }
}

/// Takes a deal that was held, as if it had come while the floor was open.
pub(super) fn take_in_time(
    board: &Board,
    settings: &Settings,
    id: DealId,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    let mut deal = deal(board, id)?.clone();
    deal.late_at = None;
    match settings.ceremony {
        Ceremony::PostedAtOnce => Ok(strike(board, settings, deal, at)),
        Ceremony::RatifiedFirst => {
            deal.standing = Standing::Written;
            Ok(vec![Event::DealWritten { deal }])
        }
    }
}

pub(super) fn decline(board: &Board, id: DealId) -> Result<Vec<Event>, Refusal> {
    match deal(board, id)?.standing {
        Standing::Held { .. } => Ok(vec![Event::DealDeclined { deal: id }]),
        _ => Err(Refusal::WrongStanding),
    }
}

/// Shows the public deals that it has not seen, where the hall sees them.
pub(super) fn reveal_to_hall(board: &Board, which: Reveal) -> Result<Vec<Event>, Refusal> {
    let mut events = reveal(board, which)?;
    if events
        .iter()
        .any(|event| matches!(event, Event::DealsRevealed { .. }))
    {
        events.extend(shows_revealed(board));
    }
    Ok(events)
}

pub(super) fn reveal(board: &Board, reveal: Reveal) -> Result<Vec<Event>, Refusal> {
    if board.public_totals == PublicTotals::Live {
        return Err(Refusal::NotFrozen);
    }
    let settings = settings(board)?;
    let concealed = board.concealed_deals();
    let shown = match reveal {
        Reveal::Next => concealed.len().min(1),
        Reveal::All => concealed.len(),
    };
    let (mut last_number, mut count) = (board.last_number.0, board.totals.deals);
    let mut deals = Vec::with_capacity(shown);
    let mut passed = Vec::new();
    for concealed in concealed.iter().take(shown) {
        let mut deal = (*concealed).clone();
        let number = deal.number.unwrap_or(DealNumber(last_number + 1));
        last_number = last_number.max(number.0);
        count += 1;
        deal.standing = Standing::Posted;
        deal.number = Some(number);
        passed.extend(milestones(board, settings, count, deal.id));
        deals.push(deal);
    }
    let revealed = (!deals.is_empty()).then_some(Event::DealsRevealed { deals });
    let thawed = (shown == concealed.len()).then_some(Event::TotalsThawed);
    Ok(revealed.into_iter().chain(passed).chain(thawed).collect())
}

pub(super) fn announce_result(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    // The result overtakes neither a closing bell that has not struck yet, nor a reopening one.
    match (board.floor.settled_phase(), board.floor.phase(at)) {
        (Phase::Closed, Phase::Closed) => {}
        (Phase::Closed, phase) | (phase, _) => return Err(Refusal::WrongPhase { phase }),
    }
    let mut events = match board.public_totals {
        PublicTotals::Live => Vec::new(),
        PublicTotals::Frozen { .. } => reveal(board, Reveal::All)?,
    };
    events.push(Event::ResultAnnounced { announced_at: at });
    events.extend(follows_again(board, Scene::Closing).or_else(|| ends_break(board)));
    Ok(events)
}

/// A deal that was off when the two who made it became one does not come back.
fn both_sides_differ(deal: &Deal) -> Result<(), Refusal> {
    if deal.terms.has_someone_on_both_sides() {
        Err(Refusal::SameSides)
    } else {
        Ok(())
    }
}

fn deal(board: &Board, id: DealId) -> Result<&Deal, Refusal> {
    board.deals.get(&id).ok_or(Refusal::UnknownDeal)
}

/// The deal, if this actor may change it.
fn own_deal<'a>(board: &'a Board, actor: &Actor, id: DealId) -> Result<&'a Deal, Refusal> {
    let deal = deal(board, id)?;
    if may_change(deal, actor.role, actor.device) {
        Ok(deal)
    } else {
        Err(Refusal::NotYourDeal)
    }
}

/// What the board says against the terms. What a deal already holds may stay in it, though the catalogue has changed, and what its
/// broker wanted in it before: of what is `held` the first is what the deal says.
fn check_terms(board: &Board, settings: &Settings, terms: &Terms, held: &[&Terms]) -> Result<(), Refusal> {
    terms.parties().try_for_each(|party| known(board, party))?;
    let had = |has: &dyn Fn(&Service) -> bool| {
        let mut services = held.iter().flat_map(|terms| terms.bargain.services());
        services.any(has)
    };
    for service in terms.bargain.services() {
        if let Some(category) = &service.category
            && !settings.categories.iter().any(|known| known.id == *category)
            && !had(&|service| service.category.as_ref() == Some(category))
        {
            return Err(Refusal::UnknownCategory);
        }
        if service.listings.iter().any(|listing| {
            !board.listings.contains_key(listing) && !had(&|service| service.listings.contains(listing))
        }) {
            return Err(Refusal::UnknownListing);
        }
    }
    check_dates(settings, terms, held.first().copied())
}

/// What the exchange's day says against the dates, and what [`check_order`] says. What a deal already holds may stay in it.
///
/// # Errors
/// With the first date that is wrong.
pub fn check_dates(settings: &Settings, terms: &Terms, earlier: Option<&Terms>) -> Result<(), Refusal> {
    check_date(
        settings,
        "deadline",
        terms.deadline,
        earlier.and_then(|terms| terms.deadline),
    )?;
    check_date(settings, "due", terms.due(), earlier.and_then(Terms::due))?;
    check_order(terms, earlier)
}

/// Whether the first step is done by the day when all is done.
///
/// # Errors
/// If it is due after that, and was not before.
pub fn check_order(terms: &Terms, earlier: Option<&Terms>) -> Result<(), Refusal> {
    let days = |terms: &Terms| (terms.due(), terms.deadline);
    match days(terms) {
        (Some(due), Some(deadline)) if due > deadline && earlier.map(days) != Some(days(terms)) => {
            Err(Refusal::StepAfterDeadline)
        }
        _ => Ok(()),
    }
}

fn check_date(
    settings: &Settings,
    field: &str,
    date: Option<Date>,
    earlier: Option<Date>,
) -> Result<(), Refusal> {
    if date.is_some_and(|date| date < settings.date) && date != earlier {
        Err(Refusal::DateTooEarly {
            field: field.to_owned(),
        })
    } else {
        Ok(())
    }
}

fn trimmed(terms: &Terms) -> Terms {
    let trim = |text: &mut String| {
        if text.trim().len() != text.len() {
            *text = text.trim().to_owned();
        }
    };
    let mut terms = terms.clone();
    match &mut terms.bargain {
        Bargain::OneWay { service } | Bargain::Intention { service } => trim(&mut service.text),
        Bargain::TwoWay {
            service,
            return_service,
        } => {
            trim(&mut service.text);
            trim(&mut return_service.text);
        }
    }
    if let Some(step) = &mut terms.first_step {
        trim(&mut step.what);
    }
    terms
}

//! How far the result has been told. While the totals are frozen each deal that is revealed has the stage; then the count
//! climbs.

use borsklokka_shared::board::Board;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::PublicTotals;
use borsklokka_shared::instant::Instant;
use leptos::prelude::*;

use super::arrivals::Arrivals;
use crate::components::Card;
use crate::live::Live;

/// How long a deal that was revealed alone has the stage before the count may climb, in milliseconds: a milestone that it
/// reaches lies over it for six seconds.
const REVEALED_STAYS_MS: i64 = 10_000;
/// A wall that shows the result so soon after it was announced still lets it climb, in milliseconds.
const FRESH_MS: i64 = 3_000;

/// How far the result has been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The public waits. The deals that were struck `since` are those that it was shown one by one.
    Suspense {
        /// When the totals were frozen.
        since: Instant,
        /// When a deal was last revealed alone.
        revealed_at: Option<Instant>,
        /// When the count climbs: known once the last deal is revealed.
        climbs_at: Option<Instant>,
    },
    /// The count climbs from nothing.
    Climbing,
    /// All is told.
    Told,
}

impl Telling {
    /// Where a wall begins that was just opened.
    pub fn of(board: &Board, now: Instant) -> Self {
        match board.public_totals {
            PublicTotals::Frozen { since, .. } => Self::suspense(since),
            PublicTotals::Live => {
                let is_fresh = |at| now.ms_since(at) < FRESH_MS;
                if board.result_at.is_some_and(is_fresh) {
                    Telling::Climbing
                } else {
                    Telling::Told
                }
            }
        }
    }

    const fn suspense(since: Instant) -> Self {
        Telling::Suspense {
            since,
            revealed_at: None,
            climbs_at: None,
        }
    }

    /// Goes on with an event of `at`.
    #[must_use]
    pub fn hear(self, event: &Event, at: Instant) -> Self {
        match (event, self) {
            (Event::TotalsFrozen { since }, _) => Self::suspense(*since),
            (Event::DealsRevealed { deals }, Telling::Suspense { since, .. }) => Telling::Suspense {
                since,
                revealed_at: (deals.len() == 1).then_some(at),
                climbs_at: None,
            },
            (
                Event::TotalsThawed,
                Telling::Suspense {
                    since, revealed_at, ..
                },
            ) => {
                let stays_until = revealed_at.map(|at| at.plus_ms(REVEALED_STAYS_MS));
                let climbs_at = stays_until.filter(|until| *until > at);
                climbs_at.map_or(Telling::Climbing, |_| Telling::Suspense {
                    since,
                    revealed_at,
                    climbs_at,
                })
            }
            (Event::TotalsThawed | Event::ResultAnnounced { .. }, _) => Telling::Climbing,
            (_, telling) => telling,
        }
    }

    /// The same at `now`, or what the board says where it says otherwise: a snapshot brings no events.
    #[must_use]
    pub fn on(self, board: &Board, now: Instant) -> Self {
        match (self, board.public_totals) {
            (Telling::Suspense { climbs_at: None, .. }, PublicTotals::Live)
            | (Telling::Climbing | Telling::Told, PublicTotals::Frozen { .. }) => Self::of(board, now),
            (Telling::Suspense { climbs_at, .. }, _) if climbs_at.is_some_and(|at| at <= now) => {
                Telling::Climbing
            }
            (telling, _) => telling,
        }
    }

    /// Its name in style sheets and tests.
    pub const fn name(self) -> &'static str {
        match self {
            Telling::Suspense { .. } => "frozen",
            Telling::Climbing => "climbing",
            Telling::Told => "told",
        }
    }

    /// The deal that has the stage: the last revealed one that has had its moment.
    pub fn revealed(self, board: &Board, arrivals: &Arrivals) -> Option<Card> {
        let Telling::Suspense { since, .. } = self else {
            return None;
        };
        let deals = board
            .deals
            .values()
            .filter(|deal| deal.counts() && deal.struck_at >= Some(since) && !arrivals.waits(deal.id));
        let last = deals.max_by_key(|deal| (deal.struck_at, deal.id))?;
        Some(Card::of(board, last))
    }

    /// The count as far as it is told: it climbs with the deals on the stage, not before them.
    pub fn count(self, board: &Board, arrivals: &Arrivals) -> u32 {
        let told = board.totals.deals;
        match self {
            Telling::Suspense { .. } => told.saturating_sub(arrivals.waiting() as u32),
            Telling::Climbing | Telling::Told => told,
        }
    }
}

/// Follows the telling of the result.
pub fn follow(live: Live) -> Memo<Telling> {
    let begun = live.peek(|board| Telling::of(board, live.now()));
    let telling = RwSignal::new(begun.unwrap_or(Telling::Told));
    live.on_event(move |message| {
        let heard = telling.get_untracked().hear(&message.event, message.at);
        if heard != telling.get_untracked() {
            telling.set(heard);
        }
    });
    Memo::new(move |_| {
        let telling = telling.get();
        live.read_at(|board, now| telling.on(board, now))
            .unwrap_or(telling)
    })
}

#[cfg(test)]
mod tests;

//! Wishes that nobody has met, with whose they are and where to find them: in the break, and on a floor that is still empty.

use borsklokka_shared::board::Board;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::matching::left::unmet;
use leptos::prelude::*;

use crate::components::SymbolChip;
use crate::evening::is_called_for;
use crate::live::Live;
use crate::party::Party;
use crate::texts::texts;

/// Most that a list holds: what does not fit is not shown.
const LISTED_MAX: usize = 12;
/// How long one turn stays before the next ones come, in milliseconds.
const TURN_MS: i64 = 15_000;
/// How many come anew with each turn.
const TURN: usize = 3;

/// A wish or an offer on the wall.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Whose it is.
    pub party: Party,
    /// What it says.
    pub text: String,
}

/// What a list calls for now, each in its turn: the wishes that nobody has met, or else, if they may stand in, the offers.
pub fn wanted(board: &Board, now: Instant, with_offers: bool) -> (ListingKind, Vec<Wanted>) {
    if !is_called_for(board, now) {
        return (ListingKind::Wish, Vec::new());
    }
    let wishes = unmet(board);
    let (kind, listings): (_, Vec<&Listing>) = if wishes.is_empty() && with_offers {
        let offers = board.listings.values();
        (
            ListingKind::Offer,
            offers
                .filter(|listing| listing.kind == ListingKind::Offer)
                .collect(),
        )
    } else {
        (ListingKind::Wish, wishes)
    };
    let turn = now.unix_ms.div_euclid(TURN_MS) as usize;
    let shown = listings
        .iter()
        .cycle()
        .skip(turn.wrapping_mul(TURN) % listings.len().max(1))
        .take(listings.len().min(LISTED_MAX))
        .filter_map(|listing| {
            Some(Wanted {
                party: Party::of(board.participant(listing.participant)?),
                text: listing.text.clone(),
            })
        });
    (kind, shown.collect())
}

/// The list with its heading; nothing where there is nothing to call for.
pub fn wanted_list(live: Live, with_offers: bool) -> impl Fn() -> Option<AnyView> + Copy {
    let t = texts();
    let wanted = live.board_at(move |board, now| wanted(board, now, with_offers));
    move || {
        let (kind, wanted) = wanted.get().filter(|(_, wanted)| !wanted.is_empty())?;
        let heading = match kind {
            ListingKind::Wish => t.wall().wanted,
            ListingKind::Offer => t.wall().offered,
        };
        let mut lines = wanted.into_iter().map(line);
        // The heading goes with the first line: where that has no room, neither stands.
        let first = lines.next();
        let rest: Vec<_> = lines.map(|line| view! { <li>{line}</li> }).collect();
        let list = view! {
            <section class="wanted" data-testid="wanted">
                <ol class="rows">
                    <li>
                        <h3>{heading}</h3>
                        {first}
                    </li>
                    {rest}
                </ol>
            </section>
        };
        Some(list.into_any())
    }
}

fn line(wanted: Wanted) -> AnyView {
    let Wanted { party, text } = wanted;
    let place = party.place.map(|place| format!("· {place}"));
    view! {
        <div class="wanted-line">
            <p class="wanted-who">
                <SymbolChip symbol=party.symbol sector=party.sector />
                <span class="wanted-name" dir="auto">{party.name}</span>
                <span class="wanted-place" dir="auto">{place}</span>
            </p>
            <p class="wanted-text">{text}</p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;

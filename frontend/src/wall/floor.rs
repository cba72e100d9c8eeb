//! The floor's scene: the newest deal, those before it, and how the evening stands.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use super::arrivals::{self, Arrivals};
use super::hammer::HammerMoment;
use super::hero::Hero;
use super::rows::Rows;
use super::standing::StandingColumn;
use super::wanted::wanted_list;
use super::welcome::programme_list;
use crate::components::{Card, part};
use crate::live::Live;

/// Most deals that a wall can show at once; what does not fit as a whole is not shown.
const CARDS_MAX: usize = 16;
/// With so many deals the floor fills itself.
const FILLED_FROM: usize = 4;
/// How long a withdrawn deal stays, struck through, in milliseconds.
const WITHDRAWN_STAYS_MS: i64 = 6_000;

/// The floor's scene.
#[component]
pub fn FloorScene() -> impl IntoView {
    let live = Live::of_page();
    let leaving = leaving_deals(live);
    let arrivals = arrivals::follow(live);
    let cards = Memo::new(move |_| {
        live.read(|board| leaving.with(|leaving| arrivals.with(|arrivals| cards(board, leaving, arrivals))))
            .unwrap_or_default()
    });
    let pace = Memo::new(move |_| arrivals.with(Arrivals::pace));
    let newest = Memo::new(move |_| cards.with(|cards| cards.iter().take(1).cloned().collect::<Vec<_>>()));
    let earlier = Memo::new(move |_| cards.with(|cards| cards.iter().skip(1).cloned().collect::<Vec<_>>()));
    // An empty floor is worth looking at too: until there are some deals, what is wished for, offered or planned stands there.
    let is_filled = Memo::new(move |_| cards.with(|cards| cards.len() >= FILLED_FROM));
    let wanted = wanted_list(live, true);
    let programme = programme_list(live);
    view! {
        <div class="scene floor" data-pace=move || pace.get().name()>
            <section class="floor-deals">
                <div class="hero-place">
                    <Hero newest />
                    <HammerMoment />
                </div>
                <Rows cards=earlier />
                {part(move || if is_filled.get() { None } else { wanted().or_else(programme) })}
            </section>
            <StandingColumn />
        </div>
    }
}

/// The deals to show, the large one first: the one that was brought back, else the newest that has had its moment.
fn cards(board: &Board, leaving: &BTreeSet<DealId>, arrivals: &Arrivals) -> Vec<Card> {
    let mut deals = board.public_deals();
    deals.retain(|deal| (deal.counts() || leaving.contains(&deal.id)) && !arrivals.waits(deal.id));
    let large = deals.iter().position(|deal| board.spotlight == Some(deal.id));
    if let Some(large) = large {
        deals[..=large].rotate_right(1);
    }
    deals.truncate(CARDS_MAX);
    let mut cards: Vec<Card> = deals.into_iter().map(|deal| Card::of(board, deal)).collect();
    // The newest one is news whoever brings it back.
    if let (Some(1..), Some(card)) = (large, cards.first_mut()) {
        card.again = true;
    }
    cards
}

/// The deals that were withdrawn a moment ago.
fn leaving_deals(live: Live) -> RwSignal<BTreeSet<DealId>> {
    let leaving = RwSignal::new(BTreeSet::new());
    live.on_event(move |message| {
        if let Event::DealWithdrawn { deal } = message.event {
            leaving.update(|leaving| {
                leaving.insert(deal);
            });
            live.at(live.now().plus_ms(WITHDRAWN_STAYS_MS), move || {
                // The scene may have changed meanwhile, and the signal gone with it.
                leaving.try_update(|leaving| leaving.remove(&deal));
            });
        }
    });
    leaving
}

#[cfg(test)]
mod tests;

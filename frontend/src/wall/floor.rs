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
use crate::components::Card;
use crate::live::Live;

/// Most deals that a wall can show at once; what does not fit as a whole is not shown.
const CARDS_MAX: usize = 16;
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
    view! {
        <div class="scene floor" data-pace=move || pace.get().name()>
            <section class="floor-deals">
                <div class="hero-place">
                    <Hero newest />
                    <HammerMoment />
                </div>
                <Rows cards=earlier />
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
    deals.into_iter().map(|deal| Card::of(board, deal)).collect()
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

//! The floor's scene: the newest deal, those before it, and how the evening stands.

use std::collections::BTreeSet;

use borsklokka_shared::event::Event;
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

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
    let cards = Memo::new(move |_| {
        let cards = leaving.with(|leaving| {
            let leaving = leaving.clone();
            live.read(move |board| {
                board
                    .public_deals()
                    .into_iter()
                    .filter(|deal| deal.counts() || leaving.contains(&deal.id))
                    .take(CARDS_MAX)
                    .map(|deal| Card::of(board, deal))
                    .collect::<Vec<_>>()
            })
        });
        cards.unwrap_or_default()
    });
    let newest = Memo::new(move |_| cards.with(|cards| cards.iter().take(1).cloned().collect::<Vec<_>>()));
    let earlier = Memo::new(move |_| cards.with(|cards| cards.iter().skip(1).cloned().collect::<Vec<_>>()));
    view! {
        <div class="scene floor">
            <section class="floor-deals">
                <Hero newest />
                <Rows cards=earlier />
            </section>
            <StandingColumn />
        </div>
    }
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

//! The deals, one under the other, the newest first: a handful at once, and every one for whoever asks on.

use leptos::prelude::*;

use crate::components::{Card, CardList, SideNames, Sides, words};
use crate::live::Live;
use crate::texts::texts;

/// How many deals the phone lists at first.
const DEALS_MAX: usize = 12;
/// How many more each time that somebody asks for them.
const MORE_DEALS: usize = 50;

/// The newest deals, and the others.
#[component]
pub fn NewestDeals() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let most = RwSignal::new(DEALS_MAX);
    let cards = live.board(move |board| {
        board
            .public_deals()
            .into_iter()
            .filter(|deal| deal.counts())
            .take(most.get())
            .map(|deal| Card::of(board, deal))
            .collect::<Vec<_>>()
    });
    let hidden = live.board(move |board| {
        let counted = board
            .public_deals()
            .into_iter()
            .filter(|deal| deal.counts())
            .count();
        counted.saturating_sub(most.get())
    });
    let hidden = move || hidden.get().unwrap_or_default();
    let is_empty = move || cards.with(|cards| cards.as_ref().is_some_and(Vec::is_empty));
    let cards = Signal::derive(move || cards.get().unwrap_or_default());
    let remark = words(move || is_empty().then(|| t.phone().no_deals.to_owned()));
    view! {
        <section class="phone-deals">
            <h2>{t.phone().newest}</h2>
            <p class="phone-hint">{remark}</p>
            <ol>
                <CardList cards item=deal />
            </ol>
            <button
                type="button"
                class="phone-more"
                data-testid="more-deals"
                hidden=move || hidden() == 0
                on:click=move |_| most.update(|most| *most += MORE_DEALS)
            >
                {words(move || Some(t.phone().more_deals(hidden())))}
            </button>
        </section>
    }
}

/// A deal with its parties' names.
pub fn deal(card: Card) -> AnyView {
    let live = Live::of_page();
    let t = texts();
    let struck_at = card.struck_at;
    let ago = words(move || Some(t.common().ago_s(live.tick().get().ms_since(struck_at) / 1_000)));
    view! {
        <li class="phone-deal" data-testid="row" data-number=card.number>
            <p class="phone-deal-head">
                <span class="row-number">{card.number}</span>
                <Sides givers=card.givers.clone() receivers=card.receivers.clone() kind=card.kind />
                <span class="phone-hint">{ago}</span>
            </p>
            <p class="phone-deal-text" dir="auto">{card.text}</p>
            <SideNames givers=card.givers receivers=card.receivers kind=card.kind />
            {card
                .returns
                .map(|text| {
                    view! {
                        <p class="phone-hint">
                            {t.wall().in_return} " " <b dir="auto">{text}</b>
                        </p>
                    }
                })}
        </li>
    }
    .into_any()
}

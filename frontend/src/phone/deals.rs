//! The newest deals, one under the other.

use leptos::prelude::*;

use crate::components::{Card, CardList, Sides, words};
use crate::live::Live;
use crate::texts::texts;

/// How many deals the phone lists.
const DEALS_MAX: usize = 12;

/// The newest deals.
#[component]
pub fn NewestDeals() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let cards = live.board(|board| {
        board
            .public_deals()
            .into_iter()
            .filter(|deal| deal.counts())
            .take(DEALS_MAX)
            .map(|deal| Card::of(board, deal))
            .collect::<Vec<_>>()
    });
    let is_empty = move || cards.with(|cards| cards.as_ref().is_some_and(Vec::is_empty));
    let cards = Signal::derive(move || cards.get().unwrap_or_default());
    let remark = words(move || is_empty().then(|| t.phone.no_deals.to_owned()));
    view! {
        <section class="phone-deals">
            <h2>{t.phone.newest}</h2>
            <p class="phone-hint">{remark}</p>
            <ol>
                <CardList cards item=deal />
            </ol>
        </section>
    }
}

fn deal(card: Card) -> AnyView {
    let live = Live::of_page();
    let t = texts();
    let struck_at = card.struck_at;
    let ago = words(move || Some((t.common.ago_s)(live.tick().get().ms_since(struck_at) / 1_000)));
    view! {
        <li class="phone-deal" data-testid="row" data-number=card.number>
            <p class="phone-deal-head">
                <span class="row-number">{card.number}</span>
                <Sides givers=card.givers receivers=card.receivers />
            </p>
            <p class="phone-deal-text">{card.text}</p>
            {card
                .returns
                .map(|text| {
                    view! {
                        <p class="phone-hint">
                            {t.wall.in_return} " " <b>{text}</b>
                        </p>
                    }
                })}
            <p class="phone-hint">{ago}</p>
        </li>
    }
    .into_any()
}

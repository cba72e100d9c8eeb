//! The newest deal, large enough for the back row.

use borsklokka_shared::exchange::Phase;
use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::deal::Sign;
use crate::components::{BellGlyph, Card, CardList, SymbolChip, fitted, part, words};
use crate::evening::broker_said;
use crate::kind::Kind;
use crate::live::Live;
use crate::party::Party;
use crate::texts::texts;

/// Most parties of one side that are named; the rest are counted.
const NAMED_MAX: usize = 2;
/// A text up to this long is set large, in characters.
const SHORT_CHARS: usize = 44;
/// A text longer than this is set small, in characters.
const LONG_CHARS: usize = 90;

/// The newest deal, or an invitation to make it.
#[component]
pub fn Hero(
    /// The newest deal; empty, or one.
    #[prop(into)]
    newest: Signal<Vec<Card>>,
) -> impl IntoView {
    let t = texts();
    let is_empty = Memo::new(move |_| newest.with(Vec::is_empty));
    let phase = Live::of_page().board_at(|board, now| board.floor.phase(now));
    let invitation = part(move || {
        let phase = phase.get().filter(|_| is_empty.get())?;
        // Nobody is asked for a deal that would not count.
        let text = match phase {
            Phase::Open => t.wall().who_is_first,
            Phase::Preparing | Phase::Closed => t.common().phase(phase),
        };
        let line = (phase == Phase::Open).then_some(t.wall().waiting_for_first);
        let invitation = view! {
            <article class="hero hero-empty">
                <BellGlyph />
                <p class="hero-text">{text}</p>
                <p class="hero-return">{line}</p>
            </article>
        };
        Some(invitation.into_any())
    });
    view! {
        {invitation}
        <CardList cards=newest item=hero />
    }
}

/// A deal, large.
pub fn hero(card: Card) -> AnyView {
    let live = Live::of_page();
    let t = texts();
    let struck_at = card.struck_at;
    let ago = words(move || Some(t.common().ago_s(live.tick().get().ms_since(struck_at) / 1_000)));
    let heading = words(move || {
        Some(match card.kind {
            _ if card.again => {
                let zone = live.read(|board| Some(board.settings.as_ref()?.time_zone.clone()))??;
                t.wall().earlier_deal(card.number, time_of_day(struck_at, &zone))
            }
            Kind::Gift | Kind::Trade => t.wall().new_deal(card.number),
            Kind::Intention => t.wall().new_intention(card.number),
        })
    });
    let chars = card.text.chars().count();
    let length = if chars <= SHORT_CHARS {
        "short"
    } else if chars <= LONG_CHARS {
        "medium"
    } else {
        "long"
    };
    let broker = (!card.broker.is_empty())
        .then(|| words(move || live.read(|board| format!(" · {}", broker_said(board, &card.broker, t)))));
    view! {
        <article
            class="hero"
            class:withdrawn=card.withdrawn
            data-testid="hero"
            data-number=card.number
            data-length=length
        >
            <header class="hero-head">
                <span data-testid="hero-number">{heading}</span>
                <span class="hero-when">
                    {if card.withdrawn {
                        t.wall().withdrawn.into_any()
                    } else {
                        view! { {ago} {broker} }.into_any()
                    }}
                </span>
            </header>
            <p class="hero-text" dir="auto">{card.text}</p>
            <div class="hero-sides">
                {side(card.givers)}
                <span class="hero-arrow">
                    <Sign kind=card.kind />
                </span>
                {side(card.receivers)}
            </div>
            {card
                .returns
                .map(|text| {
                    let said = || view! { {t.wall().in_return} " " <b dir="auto">{text.clone()}</b> }.into_any();
                    view! { <p class="hero-return fits">{fitted(said)}</p> }
                })}
        </article>
    }
    .into_any()
}

fn side(parties: Vec<Party>) -> AnyView {
    let t = texts();
    let more = parties.len().saturating_sub(NAMED_MAX);
    let several = parties.len() > 1;
    let named: Vec<_> = parties
        .into_iter()
        .take(NAMED_MAX)
        .map(|party| {
            let sector = t.common().sector(party.sector);
            let place = party.place.map(|place| view! { " · " <bdi>{place}</bdi> });
            view! {
                <div class="hero-party">
                    <p class="hero-where">
                        <SymbolChip symbol=party.symbol sector=party.sector />
                        <small>{sector} {place}</small>
                    </p>
                    <b dir="auto">{party.name}</b>
                </div>
            }
        })
        .collect();
    let rest = (more > 0).then(|| view! { <span class="hero-more">{t.common().and_more(more)}</span> });
    view! { <div class="hero-side" class:several=several>{named} {rest}</div> }.into_any()
}

//! A deal as screens show it.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Deal, Standing};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::instant::Instant;
use leptos::prelude::*;

use super::chip::SymbolChip;
use super::glyph::Arrow;
use crate::kind::Kind;
use crate::party::Party;
use crate::texts::texts;

/// The sign between both sides.
#[component]
pub fn Sign(kind: Kind) -> impl IntoView {
    let t = texts().common();
    let heard = match kind {
        Kind::Gift | Kind::Trade => t.to,
        Kind::Intention => t.meets,
    };
    view! {
        <span class="hidden-text">{heard}</span>
        <Arrow kind />
    }
}

/// What a screen shows of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Card {
    /// Which one.
    pub id: DealId,
    /// What the wall calls it.
    pub number: u32,
    /// What kind of agreement it is.
    pub kind: Kind,
    /// What is agreed.
    pub text: String,
    /// What is given back.
    pub returns: Option<String>,
    /// Who gives.
    pub givers: Vec<Party>,
    /// Who receives.
    pub receivers: Vec<Party>,
    /// The effort of both sides, in minutes; 0 if nobody said.
    pub effort_minutes: u64,
    /// When it was struck.
    pub struck_at: Instant,
    /// Who wrote it.
    pub broker: String,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// Whether it is shown large again, long after it was struck.
    pub again: bool,
}

impl Card {
    /// What is shown of a deal.
    pub fn of(board: &Board, deal: &Deal) -> Self {
        let bargain = &deal.terms.bargain;
        Self {
            id: deal.id,
            number: deal.number.unwrap_or_default().0,
            kind: Kind::of(bargain),
            text: bargain.service().text.clone(),
            returns: bargain.return_service().map(|service| service.text.clone()),
            givers: Party::all(board, &deal.terms.givers),
            receivers: Party::all(board, &deal.terms.receivers),
            effort_minutes: bargain
                .services()
                .filter_map(|service| service.effort_minutes)
                .map(u64::from)
                .sum(),
            struck_at: deal.struck_at.unwrap_or(deal.written_at),
            broker: deal.broker.name.clone(),
            withdrawn: matches!(deal.standing, Standing::Withdrawn { .. }),
            again: false,
        }
    }
}

/// Cards one after the other. One that is amended is made anew, so that it arrives like a new one.
#[component]
pub fn CardList(
    /// The cards, in order.
    #[prop(into)]
    cards: Signal<Vec<Card>>,
    /// How each is shown.
    item: fn(Card) -> AnyView,
) -> impl IntoView {
    view! {
        <For each=move || cards.get() key=Clone::clone let(card)>
            {item(card)}
        </For>
    }
}

/// Both sides' symbols on one line, the givers first.
#[component]
pub fn Sides(
    /// Who gives.
    givers: Vec<Party>,
    /// Who receives.
    receivers: Vec<Party>,
    /// How many symbols of each side there is room for; the rest are counted.
    #[prop(default = 2)]
    most: usize,
    /// What kind of agreement it is.
    kind: Kind,
) -> impl IntoView {
    view! {
        <span class="sides">
            {chips(givers, most)} <Sign kind />
            {chips(receivers, most)}
        </span>
    }
}

/// Both sides' names on one line, the givers first. Each is set apart, so that none turns the other around.
#[component]
pub fn SideNames(
    /// Who gives.
    givers: Vec<Party>,
    /// Who receives.
    receivers: Vec<Party>,
    /// What kind of agreement it is.
    kind: Kind,
) -> impl IntoView {
    view! {
        <p class="side-names">
            {names(givers)} <Sign kind /> {names(receivers)}
        </p>
    }
}

fn names(parties: Vec<Party>) -> AnyView {
    let mut comma = None;
    let names: Vec<_> = parties
        .into_iter()
        .map(|party| {
            let before = comma.replace(", ");
            view! { {before} <bdi>{party.name}</bdi> }
        })
        .collect();
    view! { <span>{names}</span> }.into_any()
}

fn chips(parties: Vec<Party>, most: usize) -> impl IntoView {
    let more = parties.len().saturating_sub(most);
    let chips: Vec<_> = parties
        .into_iter()
        .take(most)
        .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> })
        .collect();
    let rest =
        (more > 0).then(|| view! { <span class="sides-more">{texts().common().and_more(more)}</span> });
    view! { {chips} {rest} }
}

//! The prizes: the one that was awarded last, large, and the others below it.

use borsklokka_shared::board::Board;
use borsklokka_shared::prize::{self, PrizeKind};
use leptos::prelude::*;

use super::hero::hero;
use super::sponsors::sponsors;
use crate::components::{BellGlyph, Card, SideNames, SymbolChip, part};
use crate::live::Live;
use crate::party::Party;
use crate::texts::{Texts, texts};

/// A prize as the hall sees it.
#[derive(Clone, Debug, PartialEq)]
struct Shown {
    kind: PrizeKind,
    winner: Winner,
}

#[derive(Clone, Debug, PartialEq)]
enum Winner {
    Deal(Box<Card>),
    Party { party: Party, deals: u32 },
}

/// The prizes of a board, the last one first.
fn shown(board: &Board) -> Vec<Shown> {
    let prizes = board.standing_prizes().rev().filter_map(|prize| {
        let winner = match prize.winner() {
            prize::Winner::Deal(deal) => Winner::Deal(Box::new(Card::of(board, board.deals.get(&deal)?))),
            prize::Winner::Participant(participant) => Winner::Party {
                party: Party::of(board.participant(participant)?),
                deals: board.deals_of(participant),
            },
        };
        Some(Shown {
            kind: prize.kind(),
            winner,
        })
    });
    prizes.collect()
}

/// What a prize is called.
fn name(kind: PrizeKind, t: Texts) -> &'static str {
    let words = &t.wall().prize;
    match kind {
        PrizeKind::Best => words.best,
        PrizeKind::MostOriginal => words.most_original,
        PrizeKind::MostDeals => words.most_deals,
    }
}

/// The scene.
#[component]
pub fn Prizes() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let shown = live.board(shown);
    let all = part(move || {
        let shown = shown.get()?;
        let mut prizes = shown.into_iter();
        let Some(last) = prizes.next() else {
            let soon = view! {
                <article class="hero hero-empty" data-testid="prizes-soon">
                    <BellGlyph />
                    <p class="hero-text">{t.wall().prizes_soon}</p>
                </article>
            };
            return Some(soon.into_any());
        };
        let others: Vec<_> = prizes.map(|prize| row(prize, t)).collect();
        let all = view! {
            {large(last, t)}
            <ol class="prizes-others">{others}</ol>
        };
        Some(all.into_any())
    });
    view! {
        <div class="scene prizes" data-testid="prizes">
            <div class="prizes-stage">{all}</div>
            {sponsors(live)}
        </div>
    }
}

/// The one that was awarded last.
fn large(prize: Shown, t: Texts) -> AnyView {
    let kind = prize.kind;
    let winner = match prize.winner {
        Winner::Deal(card) => hero(*card),
        Winner::Party { party, deals } => view! {
            <article class="hero" data-testid="prize-party">
                <p class="hero-text" dir="auto">
                    {party.name}
                </p>
                <p class="hero-where">
                    <SymbolChip symbol=party.symbol sector=party.sector />
                    <small>{format!("{deals} {}", t.common().deals(deals))}</small>
                </p>
            </article>
        }
        .into_any(),
    };
    view! {
        <section class="prizes-last" data-testid="prize" data-prize=kind.as_str()>
            <h2>{name(kind, t)}</h2>
            {winner}
        </section>
    }
    .into_any()
}

/// One that was awarded before it.
fn row(prize: Shown, t: Texts) -> AnyView {
    let kind = prize.kind;
    let winner = match prize.winner {
        Winner::Deal(card) => view! {
            <p class="prizes-text" dir="auto">
                {card.text}
            </p>
            <SideNames givers=card.givers receivers=card.receivers kind=card.kind />
        }
        .into_any(),
        Winner::Party { party, deals } => view! {
            <p class="prizes-text" dir="auto">
                {party.name}
            </p>
            <p class="side-names">{format!("{deals} {}", t.common().deals(deals))}</p>
        }
        .into_any(),
    };
    view! {
        <li data-testid="prize-other" data-prize=kind.as_str()>
            <h3>{name(kind, t)}</h3>
            {winner}
        </li>
    }
    .into_any()
}

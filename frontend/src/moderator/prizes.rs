//! The prizes, on a sheet: for each kind whoever may have it, those of the jury's shortlist first, and what shows it to the hall.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::order;
use borsklokka_shared::prize::{Prize, PrizeKind};
use leptos::prelude::*;

use crate::components::Button;
use crate::desk::Desk;
use crate::party::Party;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::{Prizes, details};
use crate::texts::texts;

/// How many participants may be chosen from: those with the most deals.
const MOST_ACTIVE: usize = 8;

/// One that may be chosen.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    /// Its id, as the form has it.
    id: String,
    words: String,
    prize: Prize,
    is_shortlisted: bool,
}

/// Who may have a prize: the shortlist before the others.
fn candidates(board: &Board, kind: PrizeKind) -> Vec<Candidate> {
    let with_deal: fn(DealId) -> Prize = match kind {
        PrizeKind::MostDeals => return most_active(board),
        PrizeKind::Best => Prize::best,
        PrizeKind::MostOriginal => Prize::most_original,
    };
    let counting = board.deals.values().filter(|deal| deal.counts());
    let mut deals: Vec<&Deal> = counting.filter(|deal| !board.is_of_erased(deal)).collect();
    let listed = |deal: &Deal| board.shortlist.contains(&deal.id);
    order::sort_by_key(&mut deals, |deal| (!listed(deal), Reverse(deal.number)));
    let candidates = deals.into_iter().map(|deal| Candidate {
        id: deal.id.to_string(),
        words: words_of(board, deal),
        prize: with_deal(deal.id),
        is_shortlisted: listed(deal),
    });
    candidates.collect()
}

fn words_of(board: &Board, deal: &Deal) -> String {
    let parties: Vec<_> = deal.terms.parties().collect();
    let names: Vec<_> = Party::all(board, &parties)
        .into_iter()
        .map(|party| party.name)
        .collect();
    let text = deal
        .terms
        .bargain
        .services()
        .next()
        .map_or("", |service| &*service.text);
    let number = deal.number.unwrap_or_default().0;
    format!("{number} · {text} · {}", names.join(", "))
}

/// The participants with the most deals.
fn most_active(board: &Board) -> Vec<Candidate> {
    let mut counts = BTreeMap::<ParticipantId, u32>::new();
    for deal in board.deals.values().filter(|deal| deal.counts()) {
        for party in deal.terms.parties() {
            *counts.entry(party).or_default() += 1;
        }
    }
    let known = counts.into_iter().filter(|(id, _)| !board.is_erased(*id));
    let mut counts: Vec<_> = known.collect();
    order::sort_by_key(&mut counts, |(_, count)| Reverse(*count));
    let candidates = counts
        .into_iter()
        .take(MOST_ACTIVE)
        .filter_map(|(participant, count)| {
            let name = Party::of(board.participant(participant)?).name;
            Some(Candidate {
                id: participant.to_string(),
                words: format!("{name} · {count} {}", texts().common().deals(count)),
                prize: Prize::most_deals(participant),
                is_shortlisted: false,
            })
        });
    candidates.collect()
}

/// What a kind of prize is called.
fn name(kind: PrizeKind, words: &Prizes) -> &'static str {
    match kind {
        PrizeKind::Best => words.best,
        PrizeKind::MostOriginal => words.most_original,
        PrizeKind::MostDeals => words.most_deals,
    }
}

/// Opens the sheet.
#[component]
pub fn PrizesButton() -> impl IntoView {
    let sheets = Sheets::of_page();
    view! {
        <Button testid="prizes-open" press=move || sheets.lay(|| view! { <PrizesSheet /> })>
            {details().prizes().title}
        </Button>
    }
}

/// The sheet.
#[component]
fn PrizesSheet() -> impl IntoView {
    let words = details().prizes();
    view! {
        <Sheet testid="prizes-sheet" title=words.title>
            <p class="sheet-lead">{words.how}</p>
            {PrizeKind::ALL.map(|kind| view! { <OnePrize kind /> }).collect_view()}
        </Sheet>
    }
}

/// One kind of prize.
#[component]
fn OnePrize(kind: PrizeKind) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().prizes();
    let cut_off = desk.is_cut_off();
    let candidates = desk.live.board(move |board| candidates(board, kind));
    let awarded = desk
        .live
        .board(move |board| board.standing_prizes().find(|prize| prize.kind() == kind));
    let awarded = Memo::new(move |_| awarded.get().flatten());
    let chosen = RwSignal::new(None::<Prize>);
    let prize = Memo::new(move |_| chosen.get().or_else(|| awarded.get()));
    // What the wall shows large, it need not be asked to show.
    let large = desk.live.board(|board| {
        let last = board.standing_prizes().next_back();
        last.filter(|_| board.scene == Scene::Prizes)
    });
    let is_on_wall = Memo::new(move |_| {
        let large = large.get().flatten();
        large.is_some() && large == prize.get()
    });
    let stands = Memo::new(move |_| {
        let prize = awarded.get()?;
        let all = candidates.get()?;
        all.into_iter()
            .find(|one| one.prize == prize)
            .map(|one| one.words)
    });
    let choose = move |id: String| {
        let found = candidates
            .with_untracked(|all| all.as_ref()?.iter().find(|one| one.id == id).map(|one| one.prize));
        chosen.set(found);
    };
    let select = format!("prize-{}", kind.as_str());
    view! {
        <fieldset class="sheet-fields" data-testid="prize" data-prize=kind.as_str()>
            <legend class="sheet-legend">{name(kind, words)}</legend>
            <p class="sheet-lead" data-testid="prize-stands" dir="auto">
                {move || stands.get().unwrap_or_else(|| words.nobody.to_owned())}
            </p>
            <div class="field">
                <label class="field-label" for=select.clone()>
                    {words.choose}
                </label>
                <select
                    class="screen-scene"
                    id=select
                    data-testid="prize-choice"
                    on:change=move |event| choose(event_target_value(&event))
                >
                    <option value="">{words.choose}</option>
                    {move || {
                        candidates
                            .get()
                            .unwrap_or_default()
                            .into_iter()
                            .map(|one| {
                                let is_chosen = prize.get() == Some(one.prize);
                                let mark = if one.is_shortlisted { "★ " } else { "" };
                                view! {
                                    <option value=one.id selected=is_chosen dir="auto">
                                        {format!("{mark}{}", one.words)}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            <div class="count-buttons">
                <button
                    type="button"
                    class=move || if is_on_wall.get() { "button" } else { "button button-primary" }
                    data-testid="prize-award"
                    data-on-wall=move || is_on_wall.get().to_string()
                    disabled=move || cut_off.get() || prize.get().is_none() || is_on_wall.get()
                    on:click=move |_| {
                        if let Some(prize) = prize.get_untracked() {
                            desk.ask(&Command::AwardPrize { prize });
                        }
                    }
                >
                    {move || if is_on_wall.get() { words.on_wall } else { words.award }}
                </button>
                <Button
                    testid="prize-take-back"
                    disabled=Signal::derive(move || cut_off.get() || awarded.get().is_none())
                    press=move || {
                        chosen.set(None);
                        desk.ask(&Command::TakePrizeBack { prize: kind });
                    }
                >
                    {words.take_back}
                </Button>
            </div>
        </fieldset>
    }
}

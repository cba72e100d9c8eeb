//! The result: the count climbs once more, then what the evening came to.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::PublicTotals;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::rows::row;
use crate::components::{Card, CardList, Party, SymbolChip, part, words};
use crate::live::Live;
use crate::texts::texts;

/// How many participants are named.
const ACTIVE_MAX: usize = 3;
/// Most categories that there is room for.
const CATEGORIES_MAX: usize = 6;
/// A wall that shows the result so soon after it was announced still lets it climb, in milliseconds.
const FRESH_MS: i64 = 3_000;

/// A bar of the result.
#[derive(Clone, Debug, PartialEq)]
struct Share {
    /// Whose it is, if it is a participant's.
    party: Option<Party>,
    name: String,
    /// Its class in style sheets.
    class: &'static str,
    count: u32,
    /// Against the largest, in percent.
    filled: u32,
}

/// The result.
#[component]
pub fn Closing() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let count = live.board(|board| board.totals.deals);
    let goal = live.board(|board| board.settings.as_ref().map_or(0, |settings| settings.goal));
    let two_way = move || live.read(|board| board.totals.two_way.to_string());
    let effort = move || live.read(|board| (t.common.effort)(board.totals.effort_minutes));
    let is_frozen = live.board(|board| board.public_totals != PublicTotals::Live);
    let by_sector = live.board(move |board| sectors(board, t.common.sector));
    let by_category = live.board(categories);
    let active = live.board(active);
    let ends = live.board(first_and_last);
    let ends = Signal::derive(move || ends.get().unwrap_or_default());
    let climbs = climbs(live);
    let state = move || match (is_frozen.get(), climbs.get()) {
        (Some(true), _) => "frozen",
        (_, true) => "climbing",
        (_, false) => "told",
    };
    let remark = move || {
        if is_frozen.get() == Some(true) {
            Some(t.wall.frozen.to_owned())
        } else {
            (count.get() >= goal.get() && count.get() > Some(0)).then(|| t.wall.goal_reached.to_owned())
        }
    };
    view! {
        <div class="scene closing" data-testid="closing" data-state=state>
            <section class="closing-sum">
                <h2>{t.wall.closing}</h2>
                <p class="closing-count">
                    <b data-testid="count" style:--count=words(move || Some(count.get()?.to_string()))>
                        {words(move || Some(count.get()?.to_string()))}
                    </b>
                    <span>
                        {words(move || Some((t.wall.closing_deals)(count.get()?).to_owned()))}
                        <span class="closing-goal" data-testid="goal" data-goal=move || goal.get()>
                            {words(move || goal.get().map(t.wall.of_goal))}
                        </span>
                    </span>
                </p>
                <p class="closing-remark">{words(remark)}</p>
                <dl class="closing-figures">
                    <div>
                        <dt>{t.wall.closing_effort}</dt>
                        <dd>{words(effort)}</dd>
                    </div>
                    <div>
                        <dt>{t.wall.closing_two_way}</dt>
                        <dd>{words(two_way)}</dd>
                    </div>
                </dl>
            </section>
            <section class="closing-shares">
                <h3>{t.wall.by_sector}</h3>
                <ul>{part(move || by_sector.get().map(bars))}</ul>
                <h3>{t.wall.by_category}</h3>
                <ul>{part(move || by_category.get().map(bars))}</ul>
            </section>
            <section class="closing-active">
                <h3>{t.wall.most_active}</h3>
                <ul>{part(move || active.get().map(bars))}</ul>
            </section>
            <section class="closing-ends">
                <h3>{t.wall.first_and_last}</h3>
                <ol>
                    <CardList cards=ends item=row />
                </ol>
            </section>
        </div>
    }
}

/// Whether the count climbs from nothing: it does once the result is announced or the totals thaw.
fn climbs(live: Live) -> RwSignal<bool> {
    let is_fresh = live.peek(|board| {
        board
            .result_at
            .is_some_and(|at| live.now().ms_since(at) < FRESH_MS)
    });
    let climbs = RwSignal::new(is_fresh == Some(true));
    live.on_event(move |message| {
        if let Event::ResultAnnounced { .. } | Event::TotalsThawed = message.event {
            climbs.set(true);
        }
    });
    climbs
}

fn bars(shares: Vec<Share>) -> AnyView {
    let bars: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let chip = share
                .party
                .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> });
            view! {
                <li class=format!("share {}", share.class)>
                    {chip}
                    <span class="share-name">{share.name}</span>
                    <span class="bar">
                        <i class="bar-fill" style:--filled=share.filled.to_string()></i>
                    </span>
                    <b>{share.count}</b>
                </li>
            }
        })
        .collect();
    bars.into_any()
}

fn sectors(board: &Board, name: fn(Sector) -> &'static str) -> Vec<Share> {
    let counts = Sector::ALL.into_iter().filter_map(|sector| {
        let count = *board.totals.by_sector.get(&sector)?;
        Some(Share::of(None, name(sector), sector_class(sector), count))
    });
    shares(counts.collect(), Sector::ALL.len())
}

fn categories(board: &Board) -> Vec<Share> {
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    let counts = categories.filter_map(|category| {
        let count = *board.totals.by_category.get(&category.id)?;
        Some(Share::of(None, &category.name, "share-category", count))
    });
    shares(counts.collect(), CATEGORIES_MAX)
}

/// The participants with the most deals.
fn active(board: &Board) -> Vec<Share> {
    let mut counts = BTreeMap::<ParticipantId, u32>::new();
    for deal in board.deals.values().filter(|deal| deal.counts()) {
        for party in deal.terms.parties() {
            *counts.entry(party).or_default() += 1;
        }
    }
    let counts = counts.into_iter().filter_map(|(id, count)| {
        let party = Party::of(board.participant(id)?);
        let name = party.name.clone();
        Some(Share::of(Some(party), &name, "share-party", count))
    });
    shares(counts.collect(), ACTIVE_MAX)
}

/// The first deal that counts, and the last if it is another.
fn first_and_last(board: &Board) -> Vec<Card> {
    let mut deals = board.public_deals();
    deals.retain(|deal| deal.counts());
    let last = deals.first().filter(|_| deals.len() > 1);
    let ends = deals.last().into_iter().chain(last);
    ends.map(|deal| Card::of(board, deal)).collect()
}

impl Share {
    fn of(party: Option<Party>, name: &str, class: &'static str, count: u32) -> Self {
        Self {
            party,
            name: name.to_owned(),
            class,
            count,
            filled: 0,
        }
    }
}

/// The largest first, as many as there is room for.
fn shares(mut shares: Vec<Share>, most: usize) -> Vec<Share> {
    shares.sort_by_key(|share| std::cmp::Reverse(share.count));
    shares.truncate(most);
    let top = shares.first().map_or(1, |share| share.count.max(1));
    for share in &mut shares {
        share.filled = share.count * 100 / top;
    }
    shares
}

const fn sector_class(sector: Sector) -> &'static str {
    match sector {
        Sector::Business => "share-business",
        Sector::Public => "share-public",
        Sector::Voluntary => "share-voluntary",
        Sector::Individual => "share-individual",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_share_fills_the_bar_and_the_smallest_are_left_out() {
        let given = [4, 9, 0, 6].map(|count| Share::of(None, "", "", count)).to_vec();
        let kept: Vec<_> = shares(given, 3)
            .into_iter()
            .map(|share| (share.count, share.filled))
            .collect();
        assert_eq!(kept, [(9, 100), (6, 66), (4, 44)]);
        assert_eq!(shares(Vec::new(), 3), []);
    }
}

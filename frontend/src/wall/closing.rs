//! The result: what the evening came to.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::PublicTotals;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use crate::components::{part, words};
use crate::live::Live;
use crate::texts::texts;

/// A bar of the result.
#[derive(Clone, Debug, PartialEq)]
struct Share {
    name: String,
    /// Its class in style sheets.
    class: &'static str,
    count: u32,
    /// Against the largest, in percent.
    filled: f64,
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
    let remark = move || {
        if is_frozen.get() == Some(true) {
            Some(t.wall.frozen.to_owned())
        } else {
            (count.get() >= goal.get() && count.get() > Some(0)).then(|| t.wall.goal_reached.to_owned())
        }
    };
    view! {
        <div class="scene closing">
            <section class="closing-sum">
                <h2>{t.wall.closing}</h2>
                <p class="closing-count">
                    <b data-testid="count">{words(move || Some(count.get()?.to_string()))}</b>
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
        </div>
    }
}

fn bars(shares: Vec<Share>) -> AnyView {
    let bars: Vec<_> = shares
        .into_iter()
        .map(|share| {
            view! {
                <li class=format!("share {}", share.class)>
                    <span>{share.name}</span>
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
        Some((name(sector).to_owned(), sector_class(sector), count))
    });
    shares(counts)
}

fn categories(board: &Board) -> Vec<Share> {
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    let counts = categories.filter_map(|category| {
        let count = *board.totals.by_category.get(&category.id)?;
        Some((category.name.clone(), "share-category", count))
    });
    shares(counts)
}

fn shares(counts: impl Iterator<Item = (String, &'static str, u32)>) -> Vec<Share> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    let top = counts.first().map_or(1, |(_, _, count)| (*count).max(1));
    counts
        .into_iter()
        .map(|(name, class, count)| Share {
            name,
            class,
            count,
            filled: f64::from(count) / f64::from(top) * 100.0,
        })
        .collect()
}

const fn sector_class(sector: Sector) -> &'static str {
    match sector {
        Sector::Business => "share-business",
        Sector::Public => "share-public",
        Sector::Voluntary => "share-voluntary",
        Sector::Individual => "share-individual",
    }
}

//! The result: while it is frozen, the count so far and the deals as they are revealed; then the count climbs once more,
//! and what the evening came to follows.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::order;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::arrivals::{self, Arrivals};
use super::hero::hero;
use super::rows::row;
use super::sponsors::sponsors;
use super::telling::{self, Telling};
use crate::components::{BellGlyph, Card, CardList, SymbolChip, drawn_or_room, part, words};
use crate::evening::count::{self as evening, goal_words, sums_shown};
use crate::live::Live;
use crate::party::Party;
use crate::texts::{Common, Texts, texts};

/// How many participants are named.
const ACTIVE_MAX: usize = 3;
/// A count from here on leaves no room beside it.
const FOUR_FIGURES: u32 = 1_000;
/// Most categories that there is room for.
const CATEGORIES_MAX: usize = 6;

/// A bar of the result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    /// Whose it is, if it is a participant's.
    party: Option<Party>,
    pub(super) name: String,
    /// Its icon, if it is a category's.
    icon: Option<Icon>,
    /// Its class in style sheets.
    class: &'static str,
    pub(super) count: u32,
    /// Against the largest, in percent.
    filled: u32,
}

/// The result.
#[component]
pub fn Closing() -> impl IntoView {
    let live = Live::of_page();
    let (telling, arrivals) = (telling::follow(live), arrivals::follow(live));
    let has_deals = live.board(has_deals);
    let results = part(move || (has_deals.get()?).then(|| view! { <Results /> }.into_any()));
    let is_suspense = Memo::new(move |_| matches!(telling.get(), Telling::Suspense { .. }));
    let stage = part(move || {
        is_suspense
            .get()
            .then(|| view! { <Stage telling arrivals /> }.into_any())
    });
    view! {
        <div class="scene closing" data-testid="closing" data-state=move || telling.get().name()>
            <Sum telling arrivals />
            {stage}
            {results}
            {sponsors(live)}
        </div>
    }
}

/// Whether the public has seen a deal that counts: of none there is nothing to tell but that.
fn has_deals(board: &Board) -> bool {
    board.totals.deals > 0
}

/// What the evening came to beside the count.
#[component]
fn Results() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let by_sector = live.board(move |board| sectors(board, t.common()));
    let by_category = live.board(move |board| categories(board, t));
    let counts_twice = live.board(counts_twice);
    let in_two = words(move || (counts_twice.get() == Some(true)).then(|| format!(" · {}", t.wall().in_two)));
    let active = live.board(active);
    let most = part(move || active.get().map(|most| bars(first(most))));
    let tied = words(move || active.get().and_then(|most| tied(&most, t)));
    let ends = live.board(first_and_last);
    let ends = Signal::derive(move || ends.get().unwrap_or_default());
    view! {
        <section class="closing-shares">
            <h3>{t.wall().by_sector}</h3>
            <ul>{part(move || by_sector.get().map(bars))}</ul>
            <h3>
                {t.wall().by_category} <small>{in_two}</small>
            </h3>
            <ul>{part(move || by_category.get().map(bars))}</ul>
        </section>
        <section class="closing-active">
            <h3>
                {t.wall().most_active} <small>{tied}</small>
            </h3>
            <ul class="rows">{most}</ul>
        </section>
        <section class="closing-ends">
            <h3>{t.wall().first_and_last}</h3>
            <ol class="rows">
                <CardList cards=ends item=row />
            </ol>
        </section>
    }
}

/// The count, and what it stands for.
#[component]
fn Sum(telling: Memo<Telling>, arrivals: RwSignal<Arrivals>) -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let count = Memo::new(move |_| {
        let telling = telling.get();
        live.read(|board| arrivals.with(|arrivals| telling.count(board, arrivals)))
    });
    let goal = live.board(|board| board.settings.as_ref().map_or(0, |settings| settings.goal));
    let two_way = live.board(|board| has_deals(board).then_some(board.totals.two_way));
    let two_way = part(move || {
        let count = two_way.get().flatten()?;
        let figure = view! {
            <div>
                <dt>{t.wall().closing_two_way}</dt>
                <dd>{count}</dd>
            </div>
        };
        Some(figure.into_any())
    });
    let sums = live.board(sums_shown);
    let sums = part(move || {
        let figures = sums.get()?.into_iter().map(|sum| {
            let name = match sum {
                evening::Sum::Hours(_) => t.wall().closing_effort,
                evening::Sum::Money(..) => t.wall().closing_worth,
            };
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{sum.words(t)}</dd>
                </div>
            }
        });
        Some(figures.collect_view().into_any())
    });
    let is_reached = move || count.get() >= goal.get() && count.get() > Some(0);
    let is_wide = move || count.get() >= Some(FOUR_FIGURES);
    let remark = move || match telling.get() {
        Telling::Suspense { climbs_at: None, .. } => Some(t.wall().frozen.to_owned()),
        Telling::Suspense {
            climbs_at: Some(_), ..
        } => Some(t.wall().last_revealed.to_owned()),
        Telling::Climbing | Telling::Told => {
            let reached = if is_reached() { t.wall().goal_reached } else { "" };
            Some(format!("{reached} {}", t.wall().thanks).trim().to_owned())
        }
    };
    let heading = move || {
        let is_told = !matches!(telling.get(), Telling::Suspense { .. });
        Some(
            if is_told {
                t.wall().closing
            } else {
                t.wall().so_far
            }
            .to_owned(),
        )
    };
    view! {
        <section class="closing-sum">
            <h2>{words(heading)}</h2>
            <p class="closing-count" class:wide=is_wide>
                <For each=move || count.get() key=|count| *count let(count)>
                    <b data-testid="count" style:--count=count.to_string()>
                        {count}
                    </b>
                </For>
                <span>
                    {words(move || Some(t.wall().closing_deals(count.get()?).to_owned()))}
                    <span class="closing-goal" data-testid="goal" data-goal=move || goal.get()>
                        {words(move || Some(goal_words(t, count.get()?, goal.get()?)))}
                    </span>
                </span>
            </p>
            <p class="closing-remark">{words(remark)}</p>
            <dl class="closing-figures">
                {sums} {two_way}
            </dl>
        </section>
    }
}

/// The stage on which concealed deals are revealed: the last one, or that there may be some. The public's board does not
/// know how many there are.
#[component]
fn Stage(telling: Memo<Telling>, arrivals: RwSignal<Arrivals>) -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let revealed = Memo::new(move |_| {
        let telling = telling.get();
        let card = live.read(|board| arrivals.with(|arrivals| telling.revealed(board, arrivals)));
        card.flatten().into_iter().collect::<Vec<_>>()
    });
    let is_sealed = Memo::new(move |_| revealed.with(Vec::is_empty));
    let sealed = part(move || {
        let sealed = view! {
            <article class="hero hero-empty" data-testid="sealed">
                <BellGlyph />
                <p class="hero-text">{t.wall().sealed}</p>
                <p class="hero-return">{t.wall().sealed_line}</p>
            </article>
        };
        is_sealed.get().then(|| sealed.into_any())
    });
    view! {
        <section class="closing-stage">
            {sealed} <CardList cards=revealed item=hero />
        </section>
    }
}

fn bars(shares: Vec<Share>) -> AnyView {
    let has_icons = shares.iter().any(|share| share.icon.is_some());
    let bars: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let chip = share
                .party
                .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> });
            let icon = has_icons.then(|| drawn_or_room(share.icon));
            view! {
                <li class=format!("share {}", share.class)>
                    {chip}
                    <span class="share-name" dir="auto">{icon} {share.name}</span>
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

fn sectors(board: &Board, words: &Common) -> Vec<Share> {
    let counts = Sector::ALL.into_iter().filter_map(|sector| {
        let count = *board.totals.by_sector.get(&sector)?;
        Some(Share::of(None, words.sector(sector), sector_class(sector), count))
    });
    shares(counts.collect(), Sector::ALL.len())
}

/// The categories, and what makes them add up: the deals without one, and those that there is no room for together.
pub(super) fn categories(board: &Board, t: Texts) -> Vec<Share> {
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    let counts = categories.filter_map(|category| {
        let count = *board.totals.by_category.get(&category.id)?;
        Some(Share {
            icon: category.icon,
            ..Share::of(None, &category.name, "share-category", count)
        })
    });
    let without = board.deals.values().filter(|deal| deal.counts());
    let without = without
        .filter(|deal| {
            deal.terms
                .bargain
                .services()
                .all(|service| service.category.is_none())
        })
        .count() as u32;
    let without = (without > 0).then(|| Share::of(None, t.wall().no_category, "share-category", without));
    let mut all = shares(counts.chain(without).collect(), usize::MAX);
    if all.len() > CATEGORIES_MAX {
        let rest = all.split_off(CATEGORIES_MAX - 1);
        let count = rest.iter().map(|share| share.count).sum();
        all.push(Share::of(
            None,
            t.wall().other_categories,
            "share-category",
            count,
        ));
    }
    filled(all)
}

/// Whether a deal is counted in two categories, so that they add up to more than the deals.
pub(super) fn counts_twice(board: &Board) -> bool {
    let categories = |deal: &Deal| {
        let mut named: Vec<_> = deal
            .terms
            .bargain
            .services()
            .filter_map(|service| service.category.clone())
            .collect();
        named.dedup();
        named.len()
    };
    board
        .deals
        .values()
        .any(|deal| deal.counts() && categories(deal) > 1)
}

/// All participants with deals, those with the most first.
fn active(board: &Board) -> Vec<Share> {
    let counted = board.deals.values().filter(|deal| deal.counts());
    let mut parties: Vec<ParticipantId> = counted.flat_map(|deal| deal.terms.parties()).collect();
    // Each beside itself: a map to count them in would be code of its own.
    order::sort_by(&mut parties, Ord::cmp);
    let counts = parties.chunk_by(|one, other| one == other).filter_map(|deals| {
        let id = *deals.first().filter(|id| !board.is_erased(**id))?;
        let party = Party::of(board.participant(id)?);
        let name = party.name.clone();
        Some(Share::of(Some(party), &name, "share-party", deals.len() as u32))
    });
    shares(counts.collect(), usize::MAX)
}

/// Those who are named.
fn first(mut most: Vec<Share>) -> Vec<Share> {
    most.truncate(ACTIVE_MAX);
    most
}

/// How many have as many deals as the last who is named, if others have: who of them is named is no more than chance.
fn tied(most: &[Share], t: Texts) -> Option<String> {
    let deals = most.get(ACTIVE_MAX - 1)?.count;
    let count = most.iter().filter(|share| share.count == deals).count();
    (count > 1).then(|| format!(" · {}", t.wall().as_many(count, deals)))
}

/// The first deal that counts, and the last if it is another.
fn first_and_last(board: &Board) -> Vec<Card> {
    let mut deals = board.public_deals();
    deals.retain(|deal| deal.counts() && !board.is_of_erased(deal));
    let last = deals.first().filter(|_| deals.len() > 1);
    let ends = deals.last().into_iter().chain(last);
    ends.map(|deal| Card::of(board, deal)).collect()
}

impl Share {
    fn of(party: Option<Party>, name: &str, class: &'static str, count: u32) -> Self {
        Self {
            party,
            name: name.to_owned(),
            icon: None,
            class,
            count,
            filled: 0,
        }
    }
}

/// The largest first, as many as there is room for.
fn shares(mut shares: Vec<Share>, most: usize) -> Vec<Share> {
    order::sort_by_key(&mut shares, |share| std::cmp::Reverse(share.count));
    shares.truncate(most);
    filled(shares)
}

/// Each against the largest.
fn filled(mut shares: Vec<Share>) -> Vec<Share> {
    let top = shares.iter().map(|share| share.count).max().unwrap_or(0).max(1);
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
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::language::Language;
    use borsklokka_shared::participant::{Participant, Symbol};
    use test_support::{one_way, party, posted, service};

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

    /// An evening on which each participant had so many deals.
    fn evening(counts: &[u32]) -> Board {
        let mut board = Board::empty(Audience::Public);
        let mut number = 0;
        for (n, count) in (1..).zip(counts) {
            let id = party(n);
            let participant = Participant {
                id,
                name: format!("Deltaker {n}"),
                sector: Sector::Voluntary,
                symbol: Symbol::parse("BAKK").unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            board.participants.insert(id, participant);
            for _ in 0..*count {
                number += 1;
                let deal = posted(number, one_way(&[id], &[], service("")));
                board.deals.insert(deal.id, deal);
            }
        }
        board
    }

    #[test]
    fn beside_the_most_active_stands_how_many_have_as_many_as_the_last_of_them() {
        for (counts, named, said) in [
            (vec![6; 6], vec![6, 6, 6], Some(" · 6 har 6 hver")),
            (vec![6, 8, 6, 7, 6], vec![8, 7, 6], Some(" · 3 har 6 hver")),
            (vec![2, 8, 2], vec![8, 2, 2], Some(" · 2 har 2 hver")),
            (vec![1, 2, 3, 4], vec![4, 3, 2], None),
            (vec![1, 1], vec![1, 1], None),
            (vec![], vec![], None),
        ] {
            let most = active(&evening(&counts));
            assert_eq!(
                tied(&most, Texts::of(Language::Nb)).as_deref(),
                said,
                "{counts:?}"
            );
            let first: Vec<_> = first(most).iter().map(|share| share.count).collect();
            assert_eq!(first, named, "{counts:?}");
        }
        let mut board = evening(&[2, 2, 2, 2]);
        for erased in [2, 3] {
            board.participants.get_mut(&party(erased)).unwrap().is_erased = true;
        }
        assert_eq!(active(&board).len(), 2);
    }
}

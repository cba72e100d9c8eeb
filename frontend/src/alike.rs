//! Two deals that are alike, side by side: one may have been written twice.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Standing;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::likeness;
use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::Card;
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::party::Party;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::details;
use crate::texts::texts;

/// Which deals are like an earlier one, followed. Copied freely; made once, by [`Alike::start`].
#[derive(Clone, Copy)]
pub struct Alike {
    pairs: Memo<BTreeMap<DealId, DealId>>,
}

impl Alike {
    /// Follows the board.
    pub fn start(desk: Desk) -> Self {
        let pairs = desk.live.board(likeness::pairs);
        let alike = Self {
            pairs: Memo::new(move |_| pairs.get().unwrap_or_default()),
        };
        provide_context(alike);
        alike
    }

    /// The earlier deal that this one is like.
    fn of(self, deal: DealId) -> Option<DealId> {
        self.pairs.with(|pairs| pairs.get(&deal).copied())
    }
}

/// That a deal is like an earlier one, with the pair one press away.
#[component]
pub fn LikeMark(
    /// The deal.
    deal: DealId,
) -> impl IntoView {
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let alike = expect_context::<Alike>();
    let earlier = Memo::new(move |_| alike.of(deal));
    move || {
        earlier.get().map(|earlier| {
            let number = desk
                .live
                .read(|board| board.deals.get(&earlier)?.number)
                .flatten()
                .map(|number| number.0);
            view! {
                <button
                    type="button"
                    class="like-mark"
                    data-testid="like"
                    on:click=move |_| sheets.lay(move || view! { <PairSheet earlier later=deal /> })
                >
                    {details().deals().like(number)}
                </button>
            }
        })
    }
}

/// What is shown of one of them.
#[derive(Clone, Debug, PartialEq)]
struct One {
    card: Card,
    at: String,
    can_be_withdrawn: bool,
}

impl One {
    fn of(board: &Board, id: DealId) -> Option<Self> {
        let deal = board.deals.get(&id)?;
        let zone = board
            .settings
            .as_ref()
            .map_or("", |settings| settings.time_zone.as_str());
        Some(Self {
            card: Card::of(board, deal),
            at: time_of_day(deal.written_at, zone),
            can_be_withdrawn: !matches!(
                deal.standing,
                Standing::Withdrawn { .. } | Standing::Removed { .. } | Standing::Declined
            ),
        })
    }
}

/// Both of them.
#[component]
pub fn PairSheet(
    /// The one that was written first.
    earlier: DealId,
    /// The other.
    later: DealId,
) -> impl IntoView {
    let d = details().deals();
    view! {
        <Sheet testid="pair" title=d.pair_title>
            <p class="sheet-lead">{d.pair}</p>
            <div class="sheet-pair">
                <Beside deal=earlier />
                <Beside deal=later />
            </div>
        </Sheet>
    }
}

/// One beside the other.
#[component]
fn Beside(deal: DealId) -> impl IntoView {
    let (desk, undo, sheets) = (Desk::of_page(), Undo::of_page(), Sheets::of_page());
    let (t, d) = (texts().moderator(), details().deals());
    let one = desk.live.board(move |board| One::of(board, deal));
    let names = |parties: &[Party]| {
        let names: Vec<String> = parties.iter().map(|party| party.name.clone()).collect();
        names.join(", ")
    };
    move || {
        one.get().flatten().map(
            |One {
                 card,
                 at,
                 can_be_withdrawn,
             }| {
                let number = card.number;
                let withdraw = move |_| {
                    let back = Command::ReinstateDeal { deal };
                    undo.ask(&Command::WithdrawDeal { deal }, t.did_withdraw(number), back);
                    sheets.close();
                };
                view! {
                    <article class="pair-one" data-testid="pair-one">
                        <h3 dir="auto">{d.written_by(number, &card.broker, &at)}</h3>
                        <p dir="auto">{format!("{} → {}", names(&card.givers), names(&card.receivers))}</p>
                        <p><b dir="auto">{card.text}</b></p>
                        <p dir="auto">{card.returns}</p>
                        <p class="sheet-acts">
                            <button
                                type="button"
                                class="deal-act"
                                data-testid="pair-withdraw"
                                disabled=move || desk.is_cut_off().get() || !can_be_withdrawn
                                on:click=withdraw
                            >
                                {t.withdraw}
                            </button>
                        </p>
                    </article>
                }
            },
        )
    }
}

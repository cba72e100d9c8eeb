//! Corrections: the last deals, with what can be done and undone, and the late ones that wait for the moderator.

use std::cmp::Reverse;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Deal, HeldReason, Standing};
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use super::sheet::{Sheets, Subject};
use crate::components::{Card, Sides};
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::texts::desk_texts;
use crate::texts::moderator::details;

/// How many of the last deals stand on the desk.
const ROWS_MAX: usize = 30;

/// How a deal stands, as far as the desk does different things with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stand {
    Posted,
    Hidden,
    Withdrawn,
    Removed,
    Held(HeldWhy),
    Declined,
}

/// [`HeldReason`], which has no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HeldWhy(HeldReason);

impl std::hash::Hash for HeldWhy {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(&self.0).hash(state);
    }
}

impl Stand {
    /// None for a deal that still is the notary's business.
    fn of(deal: &Deal) -> Option<Self> {
        match &deal.standing {
            Standing::Written | Standing::SentBack { .. } => None,
            Standing::Held { reason } => Some(Stand::Held(HeldWhy(*reason))),
            Standing::Declined => Some(Stand::Declined),
            Standing::Concealed => Some(Stand::Hidden),
            Standing::Posted => Some(Stand::Posted),
            Standing::Withdrawn { .. } => Some(Stand::Withdrawn),
            Standing::Removed { .. } => Some(Stand::Removed),
        }
    }

    /// Its name in style sheets and tests.
    const fn as_str(self) -> &'static str {
        match self {
            Stand::Posted => "posted",
            Stand::Hidden => "concealed",
            Stand::Withdrawn => "withdrawn",
            Stand::Removed => "removed",
            Stand::Held(_) => "held",
            Stand::Declined => "declined",
        }
    }

    fn words(self) -> Option<&'static str> {
        let t = &desk_texts().moderator;
        match self {
            Stand::Posted => None,
            Stand::Hidden => Some(t.hidden),
            Stand::Withdrawn => Some(t.withdrawn),
            Stand::Removed => Some(t.removed),
            Stand::Held(HeldWhy(reason)) => Some((t.held)(reason)),
            Stand::Declined => Some(t.declined),
        }
    }

    /// What can be done with it.
    const fn acts(self) -> &'static [Act] {
        match self {
            Stand::Posted => &[Act::Amend, Act::Spotlight, Act::Withdraw, Act::Remove],
            Stand::Hidden => &[Act::Amend, Act::Withdraw, Act::Remove],
            Stand::Withdrawn => &[Act::Reinstate, Act::Remove],
            Stand::Removed => &[Act::Reinstate],
            Stand::Held(_) => &[Act::Admit, Act::Amend, Act::Decline],
            Stand::Declined => &[Act::Admit],
        }
    }
}

/// What the desk does with a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Amend,
    Spotlight,
    Withdraw,
    Remove,
    Reinstate,
    Admit,
    Decline,
}

impl Act {
    const fn testid(self) -> &'static str {
        match self {
            Act::Amend => "amend-open",
            Act::Spotlight => "spotlight",
            Act::Withdraw => "withdraw",
            Act::Remove => "remove",
            Act::Reinstate => "reinstate",
            Act::Admit => "admit",
            Act::Decline => "decline",
        }
    }

    fn words(self) -> &'static str {
        let t = &desk_texts().moderator;
        match self {
            Act::Amend => details().amend.open,
            Act::Spotlight => t.spotlight,
            Act::Withdraw => t.withdraw,
            Act::Remove => t.remove,
            Act::Reinstate => t.reinstate,
            Act::Admit => t.admit,
            Act::Decline => t.decline,
        }
    }

    /// What it asks; none for what opens a sheet.
    fn command(self, deal: DealId, is_large: bool) -> Option<Command> {
        match self {
            Act::Amend => None,
            Act::Spotlight => Some(Command::SpotlightDeal {
                deal: (!is_large).then_some(deal),
            }),
            Act::Withdraw => Some(Command::WithdrawDeal { deal }),
            Act::Remove => Some(Command::RemoveDeal { deal }),
            Act::Reinstate => Some(Command::ReinstateDeal { deal }),
            Act::Admit => Some(Command::AdmitDeal { deal }),
            Act::Decline => Some(Command::DeclineDeal { deal }),
        }
    }

    /// What is said when it is done and may be taken back for a while.
    fn done(self, number: u32) -> Option<String> {
        let t = &desk_texts().moderator;
        match self {
            Act::Withdraw => Some((t.did_withdraw)(number)),
            Act::Remove => Some((t.did_remove)(number)),
            Act::Amend | Act::Spotlight | Act::Reinstate | Act::Admit | Act::Decline => None,
        }
    }
}

/// A deal on the desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    card: Card,
    stand: Stand,
}

fn rows<'a>(board: &Board, deals: impl Iterator<Item = &'a Deal>, wanted: fn(Stand) -> bool) -> Vec<Row> {
    let mut chosen: Vec<(&Deal, Stand)> = deals
        .filter_map(|deal| Some((deal, Stand::of(deal)?)))
        .filter(|(_, stand)| wanted(*stand))
        .collect();
    chosen.sort_unstable_by_key(|(deal, _)| Reverse((deal.struck_at.unwrap_or(deal.written_at), deal.id)));
    chosen
        .into_iter()
        .take(ROWS_MAX)
        .map(|(deal, stand)| Row {
            card: Card::of(board, deal),
            stand,
        })
        .collect()
}

/// The late deals, shown as long as there are any.
#[component]
pub fn LateDeals() -> impl IntoView {
    let desk = Desk::of_page();
    let late = desk.live.board(|board| {
        rows(board, board.deals.values(), |stand| {
            matches!(stand, Stand::Held(_))
        })
    });
    let late = Memo::new(move |_| late.get().unwrap_or_default());
    let count = Memo::new(move |_| late.with(Vec::len));
    move || {
        (count.get() > 0).then(|| {
            view! {
                <section class="panel panel-late" role="status" data-testid="late-deals">
                    <h2>{move || (desk_texts().moderator.late)(count.get())}</h2>
                    <Rows rows=late />
                </section>
            }
        })
    }
}

/// The last deals, the newest first.
#[component]
pub fn LastDeals() -> impl IntoView {
    let desk = Desk::of_page();
    let t = &desk_texts().moderator;
    let last = desk.live.board(|board| {
        rows(board, board.deals.values(), |stand| {
            !matches!(stand, Stand::Held(_))
        })
    });
    let last = Memo::new(move |_| last.get().unwrap_or_default());
    view! {
        <section class="panel panel-last">
            <h2>{t.last_deals}</h2>
            {move || {
                last.with(Vec::is_empty).then(|| view! { <p class="panel-note">{t.no_deals}</p> })
            }}
            <Rows rows=last />
        </section>
    }
}

#[component]
fn Rows(rows: Memo<Vec<Row>>) -> impl IntoView {
    view! {
        <ul class="deal-rows">
            <For each=move || rows.get() key=Clone::clone let(row)>
                <DealRow row />
            </For>
        </ul>
    }
}

#[component]
fn DealRow(row: Row) -> impl IntoView {
    let (desk, undo, sheets) = (Desk::of_page(), Undo::of_page(), Sheets::of_page());
    let Row { card, stand } = row;
    let (id, number) = (card.id, card.number);
    let cut_off = desk.is_cut_off();
    let large = desk.live.board(move |board| board.spotlight == Some(id));
    let is_large = move || large.get() == Some(true);
    let act = move |act: Act, done: Option<String>| {
        let command = act.command(id, large.get_untracked() == Some(true));
        match (command, done) {
            (Some(command), Some(done)) => undo.ask(&command, done, Command::ReinstateDeal { deal: id }),
            (Some(command), None) => desk.ask(&command),
            (None, _) => sheets.open(Subject::Deal(id)),
        }
    };
    view! {
        <li
            class="deal-row"
            data-testid="deal-row"
            data-number=(number > 0).then_some(number)
            data-stand=stand.as_str()
        >
            <span class="deal-number">{(number > 0).then_some(number)}</span>
            <span class="deal-what">
                <Sides givers=card.givers receivers=card.receivers />
                <span class="deal-text">{card.text}</span>
                {stand.words().map(|words| view! { <em class="deal-stand">{words}</em> })}
            </span>
            <span class="deal-acts">
                {stand
                    .acts()
                    .iter()
                    .map(|one| {
                        let (one, done) = (*one, one.done(number));
                        let pressed = move || (one == Act::Spotlight).then(|| is_large().to_string());
                        view! {
                            <button
                                type="button"
                                class="deal-act"
                                data-testid=one.testid()
                                aria-pressed=pressed
                                disabled=cut_off
                                on:click=move |_| act(one, done.clone())
                            >
                                {one.words()}
                            </button>
                        }
                    })
                    .collect_view()}
            </span>
        </li>
    }
}

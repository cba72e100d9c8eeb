//! Deals as rows on the desk, with what can be done and undone, and the late ones that wait. What can be done with a deal has
//! a place of its own in its row.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Deal, HeldReason, Standing};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use crate::alike::LikeMark;
use crate::amend::AmendSheet;
use crate::components::{Card, Sides};
use crate::desk::Desk;
use crate::desk::finding::find;
use crate::desk::undo::Undo;
use crate::photo::PhotoButton;
use crate::sheet::Sheets;
use crate::texts::moderator::details;
use crate::texts::texts;

/// How a deal stands, as far as the desk does different things with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Posted,
    Hidden,
    Written,
    SentBack,
    Withdrawn,
    Removed,
    Held(HeldReason),
    Declined,
}

impl Stand {
    fn of(deal: &Deal) -> Self {
        match &deal.standing {
            Standing::Written => Stand::Written,
            Standing::SentBack { .. } => Stand::SentBack,
            Standing::Held { reason } => Stand::Held(*reason),
            Standing::Declined => Stand::Declined,
            Standing::Concealed => Stand::Hidden,
            Standing::Posted => Stand::Posted,
            Standing::Withdrawn { .. } => Stand::Withdrawn,
            Standing::Removed { .. } => Stand::Removed,
        }
    }

    /// Its name in style sheets and tests.
    const fn as_str(self) -> &'static str {
        match self {
            Stand::Posted => "posted",
            Stand::Hidden => "concealed",
            Stand::Written => "written",
            Stand::SentBack => "sent_back",
            Stand::Withdrawn => "withdrawn",
            Stand::Removed => "removed",
            Stand::Held(_) => "held",
            Stand::Declined => "declined",
        }
    }

    fn words(self) -> Option<&'static str> {
        let t = texts().moderator();
        let d = details().deals();
        match self {
            Stand::Posted => None,
            Stand::Hidden => Some(t.hidden),
            Stand::Written => Some(d.written),
            Stand::SentBack => Some(d.sent_back),
            Stand::Withdrawn => Some(t.withdrawn),
            Stand::Removed => Some(t.removed),
            Stand::Held(reason) => Some(t.held(reason)),
            Stand::Declined => Some(t.declined),
        }
    }

    /// What can be done with it, each in its place: one that cannot leaves its place empty.
    const fn acts(self) -> [Option<Act>; 4] {
        match self {
            Stand::Posted => [
                Some(Act::Amend),
                Some(Act::Spotlight),
                Some(Act::Withdraw),
                Some(Act::Remove),
            ],
            Stand::Hidden => [Some(Act::Amend), None, Some(Act::Withdraw), Some(Act::Remove)],
            Stand::Written | Stand::SentBack => [Some(Act::Amend), None, Some(Act::Withdraw), None],
            Stand::Withdrawn => [None, None, Some(Act::Reinstate), Some(Act::Remove)],
            Stand::Removed => [None, None, Some(Act::Reinstate), None],
            Stand::Held(_) => [Some(Act::Amend), Some(Act::Admit), None, Some(Act::Decline)],
            Stand::Declined => [None, Some(Act::Admit), None, None],
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
        let t = texts().moderator();
        match self {
            Act::Amend => details().amend().open,
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

    /// What is said when it is done and may be taken back for a while, and what takes it back.
    fn undone(self, deal: DealId, number: u32) -> Option<(String, Command)> {
        let t = texts().moderator();
        match self {
            Act::Withdraw => Some((t.did_withdraw(number), Command::ReinstateDeal { deal })),
            Act::Remove => Some((t.did_remove(number), Command::ReinstateDeal { deal })),
            Act::Admit => Some((t.did_admit.to_owned(), Command::RemoveDeal { deal })),
            Act::Amend | Act::Spotlight | Act::Reinstate | Act::Decline => None,
        }
    }
}

/// A deal on the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    card: Card,
    stand: Stand,
}

impl Row {
    fn of(board: &Board, deal: DealId) -> Option<Self> {
        let deal = board.deals.get(&deal)?;
        Some(Self {
            card: Card::of(board, deal),
            stand: Stand::of(deal),
        })
    }
}

/// The late deals that wait for the moderator, the oldest first: one that comes in moves none that is there.
pub fn late(board: &Board) -> Vec<DealId> {
    let mut late = find(board, "", |deal| matches!(deal.standing, Standing::Held { .. }));
    late.reverse();
    late
}

/// How many deals wait for the hammer on a floor that has closed: with the result they come to nothing.
pub fn unhammered(board: &Board) -> usize {
    if board.floor.settled_phase() != Phase::Closed || board.result_at.is_some() {
        return 0;
    }
    let waits = |deal: &&Deal| deal.standing == Standing::Written;
    board.deals.values().filter(waits).count()
}

/// The late deals, each admitted with one press.
#[component]
pub fn LateDeals() -> impl IntoView {
    let desk = Desk::of_page();
    let waiting = desk.live.board(late);
    let waiting = Memo::new(move |_| waiting.get().unwrap_or_default());
    move || {
        (!waiting.with(Vec::is_empty)).then(|| {
            view! {
                <section class="panel panel-late" data-testid="late-deals">
                    <h3>{move || texts().moderator().late(waiting.with(Vec::len))}</h3>
                    <Rows rows=waiting />
                </section>
            }
        })
    }
}

/// Deals, one below the other.
#[component]
pub fn Rows(
    /// Which.
    rows: Memo<Vec<DealId>>,
) -> impl IntoView {
    view! {
        <ul class="deal-rows">
            <For each=move || rows.get() key=Clone::clone let(deal)>
                <DealRow deal />
            </For>
        </ul>
    }
}

#[component]
fn DealRow(deal: DealId) -> impl IntoView {
    let live = Desk::of_page().live;
    let row = live.board(move |board| Row::of(board, deal));
    // A row that stands otherwise is made anew: a second press of the button that was there does nothing.
    view! {
        <For
            each=move || row.get().flatten()
            key=|row| (row.card.clone(), row.stand.as_str())
            children=|row| view! { <RowOf row /> }
        />
    }
}

#[component]
fn RowOf(row: Row) -> impl IntoView {
    let (desk, undo, sheets) = (Desk::of_page(), Undo::of_page(), Sheets::of_page());
    let Row { card, stand } = row;
    let (id, number, text) = (card.id, card.number, card.text);
    let whole = text.clone();
    let cut_off = desk.is_cut_off();
    let large = desk.live.board(move |board| board.spotlight == Some(id));
    let is_large = move || large.get() == Some(true);
    let act = move |act: Act| {
        let command = act.command(id, large.get_untracked() == Some(true));
        match (command, act.undone(id, number)) {
            (Some(command), Some((words, back))) => undo.ask(&command, words, back),
            (Some(command), None) => desk.ask(&command),
            (None, _) => sheets.lay(move || view! { <AmendSheet deal=id /> }),
        }
    };
    let listed = desk.live.board(move |board| board.shortlist.contains(&id));
    let is_listed = move || listed.get() == Some(true);
    let star = (stand == Stand::Posted).then(|| {
        view! {
            <button
                type="button"
                class="deal-act deal-star"
                data-testid="shortlist"
                aria-label=details().deals().shortlist
                title=details().deals().shortlist
                aria-pressed=move || is_listed().to_string()
                disabled=cut_off
                on:click=move |_| desk.ask(&Command::ShortlistDeal { deal: id, on: !is_listed() })
            >
                {move || if is_listed() { "★" } else { "☆" }}
            </button>
        }
    });
    let photo = matches!(stand, Stand::Posted | Stand::Hidden | Stand::Written)
        .then(|| view! { <PhotoButton deal=id class="deal-act" /> });
    let photo = photo.map_or_else(|| view! { <span></span> }.into_any(), IntoAny::into_any);
    let place = move |one: Option<Act>| match one {
        None => view! { <span></span> }.into_any(),
        Some(one) => {
            let pressed = move || (one == Act::Spotlight).then(|| is_large().to_string());
            view! {
                <button
                    type="button"
                    class="deal-act"
                    data-testid=one.testid()
                    aria-pressed=pressed
                    disabled=cut_off
                    on:click=move |_| act(one)
                >
                    {one.words()}
                </button>
            }
            .into_any()
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
                <span class="deal-who">
                    <Sides givers=card.givers receivers=card.receivers kind=card.kind />
                    {stand.words().map(|words| view! { <em class="deal-stand">{words}</em> })}
                </span>
                <span class="deal-says">
                    <span class="deal-text" dir="auto" title=whole>{text}</span>
                    <LikeMark deal=id />
                </span>
            </span>
            {star}
            <span class="deal-acts">{stand.acts().map(place)} {photo}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::{SCHEMA, decode};

    use super::*;

    #[test]
    fn what_waits_for_the_hammer_is_told_between_the_closing_bell_and_the_result() {
        let mut board = Board::empty(Audience::Staff);
        for (event, waiting) in [
            ("exchange_configured", 0),
            ("floor_opened", 0),
            ("deal_written", 0),
            ("floor_closed", 1),
            ("result_announced", 0),
        ] {
            let path = format!(
                "{}/../shared/tests/golden/v1/{event}.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let golden = std::fs::read_to_string(path).unwrap();
            apply(&mut board, &decode(SCHEMA, golden.trim_end()).unwrap());
            assert_eq!(unhammered(&board), waiting, "{event}");
        }
    }
}

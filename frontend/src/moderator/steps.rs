//! What bells and rounds did last, and taking it back: the bar for ten seconds, a button that always says what it would take
//! back, and a sheet with everything that still can be.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::step::{Did, Step};
use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::Button;
use crate::desk::Desk;
use crate::desk::undo::{Back, STAYS, Undo};
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::details;

/// What is said of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    number: u32,
    did: Did,
    at: Instant,
}

impl Taken {
    fn of(step: &Step) -> Self {
        let Step { number, did, at, .. } = *step;
        Self { number, did, at }
    }
}

/// Offers each step as it is taken, by whatever hand: this desk's, another's, or the exchange's own clock.
pub fn follow(desk: Desk, undo: Undo) {
    let last = desk.live.board(|board| board.steps.last().map(Taken::of));
    let words = details().steps();
    Effect::new(move |before: Option<_>| {
        let before: Option<Taken> = before.flatten();
        let last = last.get().flatten();
        if let Some(gone) = before.filter(|before| last.is_none_or(|last| last.number < before.number)) {
            undo.forget(&Back::Step(gone.number));
        }
        // The events of one command come one by one, and together they may be more: the round's end was the closing bell.
        let is_news = |step: &Taken| {
            before.is_none_or(|before| (before.number, before.did) != (step.number, step.did))
                && before.is_none_or(|before| before.number <= step.number)
        };
        if let Some(step) = last.filter(is_news)
            && desk.live.now().ms_since(step.at) < STAYS.as_millis() as i64
        {
            undo.offer_back(words.done(step.did), Back::Step(step.number));
        }
        last
    });
}

fn open_steps(board: &Board, now: Instant) -> Vec<Taken> {
    let open = board.steps.iter().rev().filter(|step| step.is_open(now));
    open.map(Taken::of).collect()
}

/// Always in its place: what it would take back, or that there is nothing.
#[component]
pub fn StepBack() -> impl IntoView {
    let (desk, undo, sheets) = (Desk::of_page(), Undo::of_page(), Sheets::of_page());
    let words = details().steps();
    let steps = desk.live.board_at(open_steps);
    let says = move || {
        let last = steps.get().unwrap_or_default().first().copied();
        match (undo.offered(), last) {
            (Some(said), _) => format!("{}: {said}", words.undo),
            (None, Some(step)) => words.back(words.named(step.did)),
            (None, None) => words.nothing.to_owned(),
        }
    };
    let cut_off = desk.is_cut_off();
    let disabled = Signal::derive(move || {
        cut_off.get() || undo.offered().is_none() && steps.get().is_none_or(|steps| steps.is_empty())
    });
    view! {
        <button
            type="button"
            class="button step-back"
            data-testid="step-back"
            disabled=disabled
            on:click=move |_| take_back_or_ask(undo, sheets)
        >
            <span>{says}</span>
        </button>
    }
}

/// Takes back what was just done; what is longer ago is asked about, on a sheet that also says when there is nothing.
pub fn take_back_or_ask(undo: Undo, sheets: Sheets) {
    if !undo.take_back() {
        sheets.lay(|| view! { <StepsSheet /> });
    }
}

/// Everything that can still be taken back, the newest first.
#[component]
pub fn StepsSheet() -> impl IntoView {
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let words = details().steps();
    let steps = desk.live.board_at(open_steps);
    let cut_off = desk.is_cut_off();
    let time = move |at| {
        let zone = desk
            .live
            .peek(|board| Some(board.settings.as_ref()?.time_zone.clone()));
        time_of_day(at, &zone.flatten().unwrap_or_default())
    };
    let take_back = move |step| {
        desk.ask_then(&command(desk, step), move || sheets.close());
    };
    view! {
        <Sheet testid="steps" title=words.title>
            <p class="panel-note">
                {move || {
                    if steps.get().is_none_or(|steps| steps.is_empty()) { words.nothing_long } else { words.how }
                }}
            </p>
            <ol class="step-rows">
                {move || {
                    steps
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|Taken { number, did, at }| {
                            view! {
                                <li class="step-row" data-testid="step-row">
                                    <time class="audit-time">{time(at)}</time>
                                    <b>{words.done(did)}</b>
                                    <Button
                                        testid="step-undo"
                                        disabled=cut_off
                                        press=move || take_back(number)
                                    >
                                        {words.undo}
                                    </Button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ol>
        </Sheet>
    }
}

/// What takes a step back, as the desk sees the floor now.
fn command(desk: Desk, step: u32) -> Command {
    let expected = desk.expected().get_untracked();
    Command::TakeBack { step, expected }
}

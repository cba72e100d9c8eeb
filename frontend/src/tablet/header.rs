//! The tablet's first line: who writes, the round and its clock, or the break and what is next, the count, and how the connection is.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::{Phase, Scene};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::name::Name;
use crate::browser;
use crate::components::connection::state;
use crate::components::{Face, Timer};
use crate::evening::pause::said_in_break;
use crate::evening::scene::shown;
use crate::live::connection::LinkState;
use crate::live::{Live, Outbox};
use crate::offline::Offline;
use crate::texts::texts;

/// The tablet's first line.
#[component]
pub fn TabletHeader() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let session = live.session();
    let name =
        Memo::new(move |_| session.with(|session| session.as_ref().and_then(|session| session.name.clone())));
    let event = live.board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let round = live.board_at(|board, now| {
        let round = board.current_round().filter(|_| !is_break(board, now))?;
        Some((round.id.0, board.rounds.len()))
    });
    let clock = live.board_at(|board, now| {
        let round = board.current_round().filter(|_| !is_break(board, now));
        round.map(|round| round.clock(now))
    });
    // In the break a round's clock says nothing: what is next does, as on the wall.
    let board_texts = texts();
    let in_break = live.board_at(move |board, now| {
        said_in_break(board, now, board_texts).map(|said| said.on_one_line(board_texts))
    });
    let count = live.board(|board| {
        let goal = board.settings.as_ref().map(|settings| settings.goal);
        (board.totals.deals, goal)
    });
    let phase = live.board_at(|board, now| board.floor.phase(now));
    view! {
        <header class="tablet-header">
            <Name name event=Signal::derive(move || event.get().flatten()) />
            {move || {
                in_break
                    .get()
                    .flatten()
                    .map(|words| view! { <span class="tablet-pill" dir="auto" data-testid="break">{words}</span> })
            }}
            {move || {
                round
                    .get()
                    .flatten()
                    .map(|(round, rounds)| view! { <span class="tablet-pill">{t.common().round_of(round, rounds)}</span> })
            }}
            {move || {
                clock
                    .with(|clock| matches!(clock, Some(Some(_))))
                    .then(|| {
                        let face = Signal::derive(move || {
                            Face::counting_down(clock.get().flatten().unwrap_or(RoundClock::Ended))
                        });
                        view! { <span class="tablet-clock"><Timer face /></span> }
                    })
            }}
            {move || {
                count
                    .get()
                    .map(|(deals, goal)| {
                        view! {
                            <span class="tablet-pill">
                                <b data-testid="count">{deals}</b>
                                " "
                                {goal.map(|goal| t.broker().of_goal(goal))}
                            </span>
                        }
                    })
            }}
            {move || {
                phase
                    .get()
                    .filter(|phase| *phase != Phase::Open)
                    .map(|phase| {
                        view! {
                            <span class="phase" data-testid="phase" data-phase=phase.as_str()>
                                {t.common().phase(phase)}
                            </span>
                        }
                    })
            }}
            <TabletConnection />
        </header>
    }
}

fn is_break(board: &Board, now: Instant) -> bool {
    shown(board, now, None, None) == Scene::Pause
}

/// The connection in words, good or bad, and what waits.
#[component]
pub fn TabletConnection() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let (link, tick) = (live.link(), live.tick());
    let waiting = use_context::<Outbox>().map(Outbox::waiting);
    let offline = expect_context::<Signal<Offline>>();
    let words = Memo::new(move |_| match link.get() {
        LinkState::Connecting => t.common().connecting.to_owned(),
        LinkState::Connected => t.broker().connected.to_owned(),
        LinkState::Reconnecting { since_ms } => {
            tick.track();
            t.common()
                .offline_s(((browser::monotonic_ms() - since_ms) / 1_000.0) as i64)
        }
        LinkState::PairedAway => t.common().paired_away.to_owned(),
    });
    view! {
        <span
            class="tablet-connection"
            data-testid="connection"
            data-state=move || state(link.get())
            data-offline=move || offline.get().as_str()
        >
            <span role="status">{move || words.get()}</span>
            {move || {
                waiting
                    .map(|waiting| waiting.get())
                    .filter(|waiting| *waiting > 0)
                    .map(|waiting| view! { <b data-testid="outbox">{t.broker().in_outbox(waiting)}</b> })
            }}
        </span>
    }
}

//! The wall's first line: whose evening it is, where it stands, and what time it is.

use borsklokka_shared::bell::BellKind;
use borsklokka_shared::exchange::Phase;
use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::{BellGlyph, ConnectionMark};
use crate::live::Live;
use crate::texts::texts;
use crate::wall::bell::SoundButton;

/// How long the small bell swings for a single stroke, in milliseconds.
const STROKE_MS: i64 = 2_500;

/// The wall's first line.
#[component]
pub fn Header() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let name = live.board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let place = live.board(move |board| {
        board.settings.as_ref().map(|settings| {
            let day = (t.common.day)(settings.date.day(), settings.date.month());
            format!("{} · {day}", settings.place)
        })
    });
    let phase = live.board_at(|board, now| board.floor.phase(now));
    let time = live.board_at(|board, now| {
        let settings = board.settings.as_ref()?;
        Some(time_of_day(now, &settings.time_zone))
    });
    let swings = live.board_at(|board, now| {
        board.bell.is_some_and(|bell| {
            bell.kind == BellKind::Stroke && (0..STROKE_MS).contains(&now.ms_since(bell.ring_at))
        })
    });
    view! {
        <header class="wall-header">
            <span class="wall-bell" class:swings=move || swings.get() == Some(true)>
                <BellGlyph />
            </span>
            <div class="wall-name">
                <h1>{move || name.get().flatten()}</h1>
                <p>{move || place.get().flatten()}</p>
            </div>
            <ConnectionMark />
            <SoundButton />
            {move || {
                phase
                    .get()
                    .map(|phase| {
                        view! {
                            <span class="phase" data-testid="phase" data-phase=phase_name(phase)>
                                {(t.common.phase)(phase)}
                            </span>
                        }
                    })
            }}
            <time class="wall-time">{move || time.get().flatten()}</time>
        </header>
    }
}

/// The phase's name in style sheets and tests.
pub const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Preparing => "preparing",
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

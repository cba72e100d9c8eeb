//! The bell on the wall: it swings over everything, and it is heard where sound is on.

use borsklokka_shared::bell::BellKind;
use borsklokka_shared::wire::ScreenStatus;
use leptos::prelude::*;

use crate::components::{BellGlyph, part};
use crate::live::Live;
use crate::sound::bell::Bell;
use crate::texts::texts;

/// How long the bell swings over the wall, in milliseconds.
const SWINGS_MS: i64 = 4_000;
/// A bell that was missed by more than this is not struck any more, in milliseconds.
const LATE_MS_MAX: i64 = 300;

/// The opening or the closing bell, over everything.
#[component]
pub fn BellOverlay() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let ringing = live.board_at(|board, now| {
        board
            .bell
            .filter(|bell| bell.kind != BellKind::Stroke)
            .filter(|bell| (0..SWINGS_MS).contains(&now.ms_since(bell.ring_at)))
            .map(|bell| bell.kind)
    });
    part(move || {
        let said = match ringing.get().flatten()? {
            BellKind::Opening => t.wall.bell_opens,
            BellKind::Closing => t.wall.bell_closes,
            BellKind::Stroke => return None,
        };
        let overlay = view! {
            <div class="bell-overlay" data-testid="bell" role="alert">
                <BellGlyph />
                <p>{said}</p>
            </div>
        };
        Some(overlay.into_any())
    })
}

/// Turns the sound on; gone once it is. It also strikes the bell, as long as the wall stands.
#[component]
pub fn SoundButton() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let bell = StoredValue::new_local(Bell::new());
    let is_on = Memo::new(move |_| {
        live.tick().track();
        bell.with_value(|bell| bell.as_ref().is_none_or(Bell::is_on))
    });
    Effect::new(move || {
        live.report(ScreenStatus {
            screen: "wall".to_owned(),
            sound: Some(is_on.get()),
            ..ScreenStatus::default()
        });
    });
    let rung = live.board(|board| board.bell);
    Effect::new(move || {
        let Some(rung) = rung.get().flatten() else {
            return;
        };
        let wait_ms = rung.ring_at.ms_since(live.now());
        if wait_ms < -LATE_MS_MAX {
            return;
        }
        // Everything on the wall that hangs on the stroke changes with it.
        live.at(rung.ring_at, || {});
        bell.with_value(|bell| {
            if let Some(bell) = bell.as_ref().filter(|bell| bell.is_on()) {
                bell.ring(strokes(rung.kind), wait_ms as f64);
            }
        });
    });
    part(move || {
        if is_on.get() {
            return None;
        }
        let button = view! {
            <button
                type="button"
                class="sound-button"
                data-testid="sound"
                on:click=move |_| bell.with_value(|bell| bell.iter().for_each(Bell::turn_on))
            >
                {t.wall.start_sound}
            </button>
        };
        Some(button.into_any())
    })
}

const fn strokes(kind: BellKind) -> u32 {
    match kind {
        BellKind::Opening | BellKind::Closing => 3,
        BellKind::Stroke => 1,
    }
}

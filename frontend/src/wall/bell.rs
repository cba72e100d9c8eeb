//! The bell on the wall: it swings over everything, a stroke at the end of each swing, and it is heard where sound is on.

use borsklokka_shared::bell::BellKind;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::DealSound;
use borsklokka_shared::limits::RING_AHEAD_MS;
use borsklokka_shared::milestone::Milestone;
use leptos::prelude::*;

use super::hammer::{self, BLOW_MS};
use super::start::Sound;
use crate::components::{BellGlyph, part};
use crate::live::Live;
use crate::sound::bell::Bell;
use crate::texts::texts;

/// How long the bell swings over the wall, in milliseconds: three strokes, and the last one's echo.
const SWINGS_MS: i64 = 5_000;
/// A bell that was missed by more than this is not struck any more, in milliseconds.
const LATE_MS_MAX: i64 = 300;

/// The opening or the closing bell, over everything. It rises as soon as it is known, and swings from the stroke on.
#[component]
pub fn BellOverlay() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let ringing = live.board_at(|board, now| {
        let bell = board.bell.filter(|bell| bell.kind != BellKind::Stroke)?;
        let since_ms = now.ms_since(bell.ring_at);
        (-RING_AHEAD_MS..SWINGS_MS)
            .contains(&since_ms)
            .then_some((bell.kind, since_ms >= 0))
    });
    let kind = Memo::new(move |_| ringing.get().flatten().map(|(kind, _)| kind));
    let tolls = move || matches!(ringing.get().flatten(), Some((_, true)));
    sound_it(live);
    part(move || {
        let said = match kind.get()? {
            BellKind::Opening => t.wall.bell_opens,
            BellKind::Closing => t.wall.bell_closes,
            BellKind::Stroke => return None,
        };
        let overlay = view! {
            <div class="bell-overlay" class:tolls=tolls data-testid="bell" role="alert">
                <i class="bell-ring"></i>
                <BellGlyph />
                <p>{said}</p>
            </div>
        };
        Some(overlay.into_any())
    })
}

/// Strikes what is to be heard, as long as the wall stands.
fn sound_it(live: Live) {
    let sound = Sound::of_page();
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
        sound.with(|bell| bell.ring(strokes(rung.kind), wait_ms as f64));
    });
    live.on_public_event(move |message| match &message.event {
        Event::DealPosted { .. } => {
            let wanted = live.peek(|board| Some(board.settings.as_ref()?.staging.deal_sound));
            if live.peek(hammer::falls) == Some(true) {
                sound.with(|bell| bell.knock(BLOW_MS));
            } else if wanted.flatten() == Some(DealSound::Ting) {
                sound.with(Bell::ting);
            }
        }
        Event::MilestoneReached {
            milestone: Milestone::Goal { .. },
            ..
        } => sound.with(Bell::peal),
        _ => {}
    });
}

const fn strokes(kind: BellKind) -> u32 {
    match kind {
        BellKind::Opening | BellKind::Closing => 3,
        BellKind::Stroke => 1,
    }
}

//! The hammer's moment: where a notary ratifies, the hammer falls over the newest deal's place, and the deal is seen as it
//! lifts. The knock is the bell's to sound, see [`super::bell`].

use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Ceremony;
use leptos::prelude::*;

use crate::browser;
use crate::components::{GavelGlyph, part};
use crate::live::Live;
use crate::texts::texts;

/// From the event to the blow, in milliseconds: `--blow` in the style sheet.
pub const BLOW_MS: f64 = 500.0;
/// How long the moment lasts: `--hammer` in the style sheet.
const STAYS: Duration = Duration::from_millis(1_600);
/// The least from one moment to the next, in milliseconds: the hammer does not flicker.
const APART_MS_MIN: f64 = 1_000.0;

/// Whether deals come to the wall under the hammer.
pub fn falls(board: &Board) -> bool {
    board
        .settings
        .as_ref()
        .is_some_and(|settings| settings.ceremony == Ceremony::RatifiedFirst)
}

/// Over the newest deal, for as long as the hammer's moment lasts.
#[component]
pub fn HammerMoment() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    // When the moment began, on the device's clock.
    let since_ms = RwSignal::new(None::<f64>);
    live.on_public_event(move |message| match &message.event {
        Event::DealPosted { .. } if live.peek(falls) == Some(true) => begin(since_ms),
        // Nothing is hammered through that was taken back.
        Event::DealRecalled { .. } => since_ms.set(None),
        _ => {}
    });
    live.on_new_history(move || since_ms.set(None));
    part(move || {
        since_ms.get()?;
        let moment = view! {
            <div class="hammer" data-testid="hammer" role="status">
                <span class="hammer-place">
                    <i class="hammer-ring"></i>
                    <GavelGlyph />
                </span>
                <p>{t.wall().hammer_fell}</p>
            </div>
        };
        Some(moment.into_any())
    })
}

fn begin(since_ms: RwSignal<Option<f64>>) {
    let now_ms = browser::monotonic_ms();
    let is_close = since_ms.with_untracked(|since| since.is_some_and(|since| now_ms - since < APART_MS_MIN));
    if is_close {
        return;
    }
    since_ms.set(Some(now_ms));
    set_timeout(
        move || {
            // A later moment has a time of its own; and the scene may have changed, and the signal gone with it.
            let is_this = since_ms.try_get_untracked().flatten() == Some(now_ms);
            if is_this {
                let _gone = since_ms.try_set(None);
            }
        },
        STAYS,
    );
}

//! What stands over the board on the wall and on the phone: the floor's phase, and the host's announcement.

use leptos::prelude::*;

use super::part::part;
use crate::live::Live;
use crate::texts::texts;

/// Whether people may trade.
#[component]
pub fn PhasePill() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let phase = live.board_at(|board, now| board.floor.phase(now));
    part(move || {
        let phase = phase.get()?;
        let pill = view! {
            <span class="phase" data-testid="phase" data-phase=phase.as_str()>
                {t.common().phase(phase)}
            </span>
        };
        Some(pill.into_any())
    })
}

/// The host's announcement, until it expires.
#[component]
pub fn AnnouncementLine() -> impl IntoView {
    let live = Live::of_page();
    let text = live.board_at(|board, now| {
        let announcement = board.announced(now)?;
        Some(announcement.text.clone())
    });
    let line = part(move || {
        let text = text.get().flatten()?;
        let line = view! {
            <p class="announcement" data-testid="announcement" dir="auto">
                {text}
            </p>
        };
        Some(line.into_any())
    });
    view! {
        <div class="announcement-place" aria-live="polite">
            {line}
        </div>
    }
}

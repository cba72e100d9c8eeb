//! The wall's first line: whose evening it is, where it stands, and what time it is.

use borsklokka_shared::bell::BellKind;
use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use super::pause;
use super::start::SoundButton;
use crate::civil_time::time_of_day;
use crate::components::{BellGlyph, ConnectionMark, PhasePill, Picture, part, words};
use crate::live::Live;
use crate::look::picture_url;
use crate::texts::texts;

/// How long the small bell swings for a single stroke, in milliseconds.
const STROKE_MS: i64 = 2_500;
/// A name longer than this is set small, in characters.
const LONG_NAME_CHARS: usize = 36;

/// What the exchange is called, as a headline: no line ends with the hyphen of a name that has room on the next.
pub(super) fn headline(live: Live) -> Option<String> {
    live.read(|board| Some(board.settings.as_ref()?.name.replace('-', "-\u{2060}")))?
}

/// The wall's first line.
#[component]
pub fn Header(
    /// What is below it.
    scene: Memo<Option<Scene>>,
) -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let is_long = live.board(|board| {
        let settings = board.settings.as_ref();
        settings.is_some_and(|settings| settings.name.chars().count() > LONG_NAME_CHARS)
    });
    let logo = live.board(move |board| {
        let logo = board.settings.as_ref()?.staging.logo?;
        Some(picture_url(live, logo))
    });
    let logo = part(move || {
        let src = logo.get().flatten()?;
        Some(view! { <Picture class="wall-logo" src /> }.into_any())
    });
    let place = move || {
        live.read(|board| {
            let settings = board.settings.as_ref()?;
            let day = t.common().day(settings.date.day(), settings.date.month());
            Some(format!("{} · {day}", settings.place))
        })?
    };
    let time =
        move || live.read_at(|board, now| Some(time_of_day(now, &board.settings.as_ref()?.time_zone)))?;
    let swings = live.board_at(|board, now| {
        board.bell.is_some_and(|bell| {
            bell.kind == BellKind::Stroke && (0..STROKE_MS).contains(&now.ms_since(bell.ring_at))
        })
    });
    let phase = part(move || {
        let phase = match scene.get()? {
            Scene::Pause => {
                let so_far =
                    words(move || live.read(|board| t.wall().pause_so_far(pause::standing(board, t))));
                view! { <span class="wall-pause" data-testid="pause-so-far">{so_far}</span> }.into_any()
            }
            _ => view! { <PhasePill /> }.into_any(),
        };
        Some(phase)
    });
    view! {
        <header class="wall-header">
            <span class="wall-bell" class:swings=move || swings.get() == Some(true)>
                <BellGlyph />
            </span>
            {logo}
            <div class="wall-name" class:long=move || is_long.get() == Some(true)>
                <h1 dir="auto">{words(move || headline(live))}</h1>
                <p>{words(place)}</p>
            </div>
            <ConnectionMark />
            <SoundButton />
            {phase}
            <time class="wall-time">{words(time)}</time>
        </header>
    }
}

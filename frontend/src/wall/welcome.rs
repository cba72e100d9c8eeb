//! The scenes without trading: the welcome and the break.

use borsklokka_shared::exchange::ProgrammeItem;
use leptos::prelude::*;

use super::standing::RoundTimer;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::BellGlyph;
use crate::live::Live;
use crate::texts::texts;

/// Before the opening bell: the programme, and the way in for phones.
#[component]
pub fn Welcome() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let programme = live.board(|board| board.programme.clone());
    let current = current_item(live);
    let qr = format!("/api/v1/exchanges/{}/qr.svg", live.slug());
    let address = format!("{}/{}", browser::host(), live.slug());
    let place = live.board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    view! {
        <div class="scene welcome">
            <section class="welcome-programme">
                <h2 class="welcome-title">{t.wall.welcome}</h2>
                <p class="welcome-lead">{move || place.get().flatten()}</p>
                <h3 class="hidden-text">{t.wall.programme}</h3>
                <ol class="programme" data-testid="programme">
                    {move || {
                        programme
                            .get()
                            .unwrap_or_default()
                            .into_iter()
                            .enumerate()
                            .map(|(index, item)| programme_line(item, move || current.get() == Some(index)))
                            .collect::<Vec<_>>()
                    }}
                </ol>
            </section>
            <aside class="welcome-phone">
                <img class="qr" src=qr alt="" />
                <p>{t.wall.follow_on_phone}</p>
                <p class="welcome-address">{address}</p>
            </aside>
        </div>
    }
}

fn programme_line(item: ProgrammeItem, is_current: impl Fn() -> bool + Send + 'static) -> impl IntoView {
    view! {
        <li class:current=is_current>
            <time>{item.time}</time>
            <span>{item.title}</span>
        </li>
    }
}

/// The line of the programme that the clock has come to.
fn current_item(live: Live) -> Memo<Option<usize>> {
    let current = live.board_at(|board, now| {
        let time = time_of_day(now, &board.settings.as_ref()?.time_zone);
        board.programme.iter().rposition(|item| item.time <= time)
    });
    Memo::new(move |_| current.get().flatten())
}

/// A break.
#[component]
pub fn Pause() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let current = current_item(live);
    let next = live.board(|board| board.programme.clone());
    let next = move || {
        let index = current.get().map_or(0, |index| index + 1);
        next.get()?
            .get(index)
            .map(|item| format!("{} {} {}", t.wall.next, item.time, item.title))
    };
    view! {
        <div class="scene pause">
            <BellGlyph />
            <h2>{t.wall.pause}</h2>
            <p>{t.wall.pause_line}</p>
            <p class="pause-next">{next}</p>
            <RoundTimer />
        </div>
    }
}

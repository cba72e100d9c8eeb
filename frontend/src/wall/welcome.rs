//! The scenes without trading: the welcome and the break.

use borsklokka_shared::exchange::{ProgrammeItem, Sponsor};
use leptos::prelude::*;

use super::standing::RoundTimer;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::{BellGlyph, Part, Picture, part, words};
use crate::live::Live;
use crate::look::picture_url;
use crate::texts::texts;

/// Before the opening bell: the programme, and the way in for phones.
#[component]
pub fn Welcome() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let programme = live.board(|board| board.programme.clone());
    let current = current_item(live);
    let lines = part(move || {
        let (programme, current) = (programme.get()?, current.get());
        let lines: Vec<_> = programme
            .into_iter()
            .enumerate()
            .map(|(index, item)| programme_line(item, current == Some(index)))
            .collect();
        Some(lines.into_any())
    });
    let qr = format!("/api/v1/exchanges/{}/qr.svg?to=phone", live.slug());
    let address = format!("{}/{}", browser::host(), live.slug());
    let name = move || live.read(|board| Some(board.settings.as_ref()?.name.clone()))?;
    view! {
        <div class="scene welcome">
            <section class="welcome-programme">
                <h2 class="welcome-title">{t.wall.welcome}</h2>
                <p class="welcome-lead">{words(name)}</p>
                <h3 class="hidden-text">{t.wall.programme}</h3>
                <ol class="programme" data-testid="programme">
                    {lines}
                </ol>
            </section>
            <aside class="welcome-phone">
                <Picture class="qr" src=qr />
                <p>{t.wall.follow_on_phone}</p>
                <p class="welcome-address">{address}</p>
            </aside>
            {sponsors(live)}
        </div>
    }
}

/// Those who pay for the coffee, if there are any.
fn sponsors(live: Live) -> Part {
    let sponsors = live.board(|board| Some(board.settings.as_ref()?.staging.sponsors.clone()));
    part(move || {
        let sponsors = sponsors.get().flatten().filter(|sponsors| !sponsors.is_empty())?;
        let marks: Vec<_> = sponsors
            .into_iter()
            .map(|sponsor| sponsor_mark(live, sponsor))
            .collect();
        let strip = view! {
            <footer class="sponsors" data-testid="sponsors">
                <span>{texts().wall.sponsors}</span>
                {marks}
            </footer>
        };
        Some(strip.into_any())
    })
}

fn sponsor_mark(live: Live, sponsor: Sponsor) -> AnyView {
    match sponsor.picture {
        Some(picture) => {
            let src = picture_url(live, picture);
            view! { <Picture class="sponsor" src alt=sponsor.name /> }.into_any()
        }
        None => view! { <b>{sponsor.name}</b> }.into_any(),
    }
}

fn programme_line(item: ProgrammeItem, is_current: bool) -> impl IntoView {
    view! {
        <li class:current=is_current>
            <time>{item.time}</time>
            <span>{item.title}</span>
        </li>
    }
}

/// The line of the programme that the evening has come to.
fn current_item(live: Live) -> Memo<Option<usize>> {
    let current = live.board_at(|board, now| {
        let zone = &board.settings.as_ref()?.time_zone;
        board.programme_line(&time_of_day(now, zone))
    });
    Memo::new(move |_| current.get().flatten())
}

/// A break.
#[component]
pub fn Pause() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let current = current_item(live);
    let next = words(move || {
        let index = current.get().map_or(0, |index| index + 1);
        live.read(|board| {
            let item = board.programme.get(index)?;
            Some(format!("{} {} {}", t.wall.next, item.time, item.title))
        })?
    });
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

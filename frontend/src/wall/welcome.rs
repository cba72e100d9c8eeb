//! The welcome: the programme, how registration stands, and the way in for phones.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::ProgrammeItem;
use leptos::prelude::*;

use super::header::headline;
use super::sponsors::sponsors;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::{Picture, part, registered, words};
use crate::live::Live;
use crate::reach::{Whom, host_for};
use crate::texts::texts;

/// Before the opening bell.
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
    let host = host_for(Whom::Guests);
    let phone = part(move || {
        let host = host.get()?;
        let slug = live.slug();
        let phone = if browser::is_this_machine(&host) {
            // A code that leads a phone to itself is worse than none.
            view! {
                <aside class="welcome-phone welcome-only-here" data-testid="only-here">
                    <p>{t.wall().only_here(&host)}</p>
                </aside>
            }
            .into_any()
        } else {
            view! {
                <aside class="welcome-phone">
                    <Picture class="qr" src=format!("/api/v1/exchanges/{slug}/qr.svg?to=phone") />
                    <p>{t.wall().follow_on_phone}</p>
                    <p class="welcome-address">{format!("{host}/{slug}")}</p>
                </aside>
            }
            .into_any()
        };
        Some(phone)
    });
    let sectors = live.board(Board::registered);
    let registration = part(move || {
        let rows = sectors.get().filter(|rows| !rows.is_empty())?;
        let band = view! {
            <div class="welcome-registered">
                <h3>{t.wall().registered}</h3>
                {registered(rows, |sector| t.common().sector(sector))}
            </div>
        };
        Some(band.into_any())
    });
    view! {
        <div class="scene welcome">
            <section class="welcome-programme">
                <h2 class="welcome-title">{t.wall().welcome}</h2>
                <p class="welcome-lead">{words(move || headline(live))}</p>
                <h3 class="hidden-text">{t.wall().programme}</h3>
                <ol class="programme" data-testid="programme">
                    {lines}
                </ol>
            </section>
            {phone}
            {registration}
            {sponsors(live)}
        </div>
    }
}

fn programme_line(item: ProgrammeItem, is_current: bool) -> impl IntoView {
    view! {
        <li class:current=is_current>
            <time>{item.time}</time>
            <span dir="auto">{item.title}</span>
        </li>
    }
}

/// The programme as a list with its heading, for a floor that has nothing else to show; nothing where there is none.
pub fn programme_list(live: Live) -> impl Fn() -> Option<AnyView> + Copy {
    let programme = live.board(|board| board.programme.clone());
    let current = current_item(live);
    move || {
        let programme = programme.get().filter(|programme| !programme.is_empty())?;
        let from = current.get().unwrap_or(0);
        let lines: Vec<_> = programme
            .into_iter()
            .enumerate()
            .skip(from)
            .map(|(index, item)| programme_line(item, current.get() == Some(index)))
            .collect();
        let list = view! {
            <section class="wanted" data-testid="wanted">
                <h3>{texts().wall().programme}</h3>
                <ol class="programme rows">{lines}</ol>
            </section>
        };
        Some(list.into_any())
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

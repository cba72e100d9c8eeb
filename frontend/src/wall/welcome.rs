//! The welcome: the programme, how registration stands, and the way in for phones.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::ProgrammeItem;
use leptos::prelude::*;

use super::header::headline;
use super::sponsors::{sponsor_lines, sponsors};
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::{Picture, part, registered, words};
use crate::live::Live;
use crate::reach::{Whom, host_for};
use crate::texts::texts;

/// How many lines of the programme there is room for, however they are set.
const LINES_MAX: usize = 15;
/// How they are set, from the largest to the smallest before three columns, each with how many there is room for: where nothing else
/// wants some, and where one to three lines more are taken, by sponsors or by a name.
const SET: [(&str, [usize; 4]); 4] = [
    ("large", [6, 5, 4, 3]),
    ("medium", [7, 6, 5, 4]),
    ("small", [8, 7, 6, 5]),
    ("two-columns", [16, 14, 12, 10]),
];
/// Names longer than these take a line more: the first on narrow walls, the second on all.
const LONG_NAMES_CHARS: [usize; 2] = [24, 48];

/// Before the opening bell.
#[component]
pub fn Welcome() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let programme = live.board(|board| board.programme.clone());
    let current = current_item(live);
    let lines = part(move || {
        let (programme, current) = (programme.get()?, current.get());
        // What has been goes first, where there is no room for all.
        let over = programme.len().saturating_sub(LINES_MAX);
        let lines: Vec<_> = programme
            .into_iter()
            .enumerate()
            .skip(current.unwrap_or(0).min(over))
            .take(LINES_MAX)
            .map(|(index, item)| programme_line(item, current == Some(index)))
            .collect();
        Some(lines.into_any())
    });
    let set = live.board(set);
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
                <ol class="programme" data-testid="programme" data-set=move || set.get()>
                    {lines}
                </ol>
            </section>
            {phone}
            {registration}
            {sponsors(live)}
        </div>
    }
}

/// How the programme is set, so that all of its lines are seen.
fn set(board: &Board) -> &'static str {
    let taken = board.settings.as_ref().map_or(0, |settings| {
        let chars = settings.name.chars().count();
        let of_name = LONG_NAMES_CHARS.iter().filter(|long| chars > **long).count();
        of_name + sponsor_lines(settings.staging.sponsors.len())
    });
    let lines = board.programme.len();
    let fitting = SET
        .into_iter()
        .find(|(_, room)| lines <= room[taken.min(room.len() - 1)]);
    fitting.map_or("three-columns", |(set, _)| set)
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

#[cfg(test)]
mod tests {
    use borsklokka_shared::exchange::{Slot, Sponsor};
    use test_support::exchange_with;

    use super::*;

    fn set_of(lines: usize, sponsors: usize, name: &str) -> &'static str {
        let sponsor = |n| Sponsor {
            name: format!("Sponsor {n}"),
            picture: None,
        };
        let mut board = exchange_with(|settings| {
            settings.staging.sponsors = (0..sponsors).map(sponsor).collect();
            name.clone_into(&mut settings.name);
        })
        .public;
        let line = ProgrammeItem {
            time: "18:00".to_owned(),
            title: "Mingling".to_owned(),
            slot: Slot::Gathering,
        };
        board.programme = vec![line; lines];
        set(&board)
    }

    #[test]
    fn every_line_of_the_programme_has_room_however_many_there_are_and_whatever_is_beside_it() {
        let long = "Frivilligbørsen for Drammen og omegn";
        let longest = "Frivilligbørsen for Drammen, Svelvik, Lier og omegn i november 2026";
        for (lines, sponsors, name, expected) in [
            (6, 0, "Børs", "large"),
            (6, 0, long, "medium"),
            (6, 4, "Børs", "medium"),
            (6, 5, "Børs", "small"),
            (5, 4, long, "medium"),
            (6, 0, longest, "small"),
            (6, 12, longest, "two-columns"),
            (7, 0, "Børs", "medium"),
            (8, 0, "Børs", "small"),
            (8, 4, "Børs", "two-columns"),
            (9, 0, "Børs", "two-columns"),
            (13, 12, long, "three-columns"),
            (30, 0, "Børs", "three-columns"),
        ] {
            assert_eq!(
                set_of(lines, sponsors, name),
                expected,
                "{lines}, {sponsors}, {name}"
            );
        }
    }
}

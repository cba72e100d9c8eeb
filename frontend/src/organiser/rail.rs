//! The rail: every page in the order of work, with how it stands.

use borsklokka_shared::exchange::Phase;
use borsklokka_shared::role::Role;
use leptos::html::Li;
use leptos::prelude::*;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::office::Office;
use crate::components::ConnectionMark;
use crate::own_language::DeviceLanguage;
use crate::readiness::pages::{Page, RAIL};
use crate::readiness::work::{Standing, standing, tablets_wanted};
use crate::texts::organiser::work_words;
use crate::texts::texts;

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let t = work_words();
    let parts = RAIL.map(|(time, pages)| {
        view! {
            <h2 class="rail-time">{t.time_name(time)}</h2>
            <ul>{pages.iter().map(|page| view! { <Stop page=*page /> }).collect_view()}</ul>
        }
    });
    view! {
        <nav class="rail" aria-label=t.pages>
            {parts}
            <DeviceLanguage />
        </nav>
    }
}

/// A page in the rail.
#[component]
fn Stop(page: Page) -> impl IntoView {
    let t = work_words();
    let office = Office::of_page();
    let live = office.desk.live;
    let here = office.page();
    let is_here = Memo::new(move |_| here.get().in_rail() == page);
    let stands = Memo::new(move |_| {
        let paired = office.paired();
        live.read(|board| {
            office
                .work
                .with(|work| standing(page, board, work, paired.as_deref()))
        })
        .flatten()
    });
    let count = Memo::new(move |_| {
        let paired = office.paired();
        live.read(|board| match page {
            Page::Categories => {
                let settings = board.settings.as_ref()?;
                Some(settings.categories.len().to_string())
            }
            Page::Registrations => {
                let waiting = office.beside.with(|beside| beside.waiting)?;
                (waiting > 0).then(|| waiting.to_string())
            }
            Page::Participants(_) | Page::Participant(_) | Page::Import | Page::Compare(..) => {
                Some(board.participants.len().to_string())
            }
            Page::Listings(_) => {
                let has_catalogue = office.work.with(|work| work.has_catalogue);
                has_catalogue.then(|| board.listings.len().to_string())
            }
            Page::Programme => (!board.rounds.is_empty()).then(|| t.rounds(board.rounds.len())),
            Page::Devices => {
                let brokers = paired.as_ref()?.iter().filter(|role| **role == Role::Broker);
                let have = brokers.count();
                Some(t.tablets_count(have, tablets_wanted(board.participants.len())))
            }
            Page::Agreements => {
                let standing = board.standing_deals().count();
                (standing > 0).then(|| standing.to_string())
            }
            Page::Overview
            | Page::Exchange
            | Page::Look
            | Page::Rehearsal
            | Page::Prints
            | Page::Mail
            | Page::Programs
            | Page::Afterwards
            | Page::FollowUp
            | Page::Report
            | Page::Privacy => None,
        })
        .flatten()
    });
    // On a phone the rail is a line that is longer than the screen.
    let place = NodeRef::<Li>::new();
    Effect::new(move |_| {
        if is_here.get()
            && let Some(place) = place.get()
        {
            let nearest = ScrollIntoViewOptions::new();
            nearest.set_block(ScrollLogicalPosition::Nearest);
            nearest.set_inline(ScrollLogicalPosition::Center);
            place.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    view! {
        <li node_ref=place>
            <a
                class="stop"
                href=page.address()
                data-testid=format!("rail-{}", page.as_str())
                data-standing=move || stands.get().map(Standing::as_str)
                aria-current=move || is_here.get().then_some("page")
            >
                <i class="standing" aria-hidden="true"></i>
                <span class="stop-name">{t.page_name(page)}</span>
                <small>{count}</small>
                <span class="hidden-text">{move || stands.get().map(|stands| t.standing_name(stands))}</span>
            </a>
        </li>
    }
}

/// A page's title.
#[component]
pub fn Title(
    /// Of which.
    page: Page,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(page)}
            </h1>
        </div>
    }
}

/// The way to the next page, at the foot of one.
#[component]
pub fn Onward(
    /// The page that it is the foot of.
    page: Page,
) -> impl IntoView {
    let t = work_words();
    page.next().map(|next| {
        view! {
            <p class="onward">
                <a class="button" data-testid="onward" href=next.address()>
                    {t.next(t.page_name(next))}
                </a>
            </p>
        }
    })
}

/// The head over all pages: whose evening it is, where and when, and how long there is.
#[component]
pub fn Head() -> impl IntoView {
    let t = work_words();
    let office = Office::of_page();
    let common = texts().common();
    let settings = office.desk.live.board(|board| {
        let settings = board.settings.as_ref()?;
        Some((settings.name.clone(), settings.place.clone(), settings.date))
    });
    let phase = office.desk.live.board_at(|board, now| board.floor.phase(now));
    let name = move || settings.get().flatten().map(|(name, ..)| name);
    let place = move || {
        let (_, place, date) = settings.get().flatten()?;
        Some(t.day_and_place(common.day(date.day(), date.month()), place))
    };
    let left = move || {
        let (_, _, date) = settings.get().flatten()?;
        let days = date.days_after(office.beside.with(|beside| beside.today)?);
        Some(match days {
            // An evening past midnight, or one that is tried on another day.
            _ if phase.get() == Some(Phase::Open) => common.phase(Phase::Open).to_owned(),
            0 => t.tonight.to_owned(),
            1.. => t.days_left(days.unsigned_abs()),
            _ => t.over.to_owned(),
        })
    };
    view! {
        <header class="organiser-head">
            <p class="organiser-name" dir="auto">
                {name}
            </p>
            <p class="organiser-place" dir="auto">
                {place}
            </p>
            <ConnectionMark />
            <p class="organiser-left">{left}</p>
            <a href="/">{texts().organiser().all_exchanges}</a>
        </header>
    }
}

//! Other programs: which are told what happens and what became of that, which may read, and the calendar.

pub mod calendar;
pub mod deliveries;
pub mod known;
pub mod once;
pub mod tokens;
pub mod webhooks;

use std::time::Duration;

use leptos::prelude::*;

use self::calendar::CalendarCard;
use self::deliveries::Deliveries;
use self::known::Known;
use self::tokens::Tokens;
use self::webhooks::Webhooks;
use super::office::Office;
use super::rail::{Onward, Title};
use super::reading::read_again;
use crate::readiness::pages::Page;
use crate::texts::organiser::program_words;

/// How often the page is read again: what happens is sent by itself.
const READ_EVERY: Duration = Duration::from_secs(4);

/// The page.
#[component]
pub fn ProgramsPage() -> impl IntoView {
    let t = program_words();
    let known = Known::new();
    provide_context(known);
    let office = Office::of_page();
    known.read(office);
    read_again(READ_EVERY, move || known.read(office));
    let is_known = Memo::new(move |_| known.programs().with(Option::is_some));
    let openapi = move || {
        known
            .programs()
            .with(|programs| programs.as_ref().map(|programs| programs.openapi.clone()))
    };
    view! {
        <Title page=Page::Programs />
        <p class="office-note">{t.why}</p>
        {move || {
            is_known
                .get()
                .then(|| {
                    view! {
                        <Webhooks />
                        <Deliveries />
                        <Tokens />
                        <CalendarCard />
                        <section class="card">
                            <h2 class="form-heading">{t.writing}</h2>
                            <p class="office-note">{t.openapi}</p>
                            <p class="secret" data-testid="openapi" dir="ltr">
                                {openapi}
                            </p>
                        </section>
                    }
                })
        }}
        <Onward page=Page::Programs />
    }
}

//! The links to the organiser's calendar, and where everybody's is.

use borsklokka_shared::programs::CalendarLinkMade;
use borsklokka_shared::screen::leads_nowhere;
use leptos::prelude::*;
use serde_json::json;

use super::known::{Known, said_on};
use super::once::Once;
use crate::components::Button;
use crate::desk::TwicePressed;
use crate::organiser::office::Office;
use crate::texts::organiser::program_words;
use crate::texts::texts;

/// The card.
#[component]
pub fn CalendarCard() -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let programs = known.programs();
    let (made, refused) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let make = move || {
        let asked = ("POST", "calendar".to_owned());
        known.ask(
            office,
            asked,
            json!({}),
            refused,
            move |link: CalendarLinkMade| {
                let _gone = made.try_set(Some(link.url));
            },
        );
    };
    let revoke = move || {
        made.set(None);
        known.ask(
            office,
            ("DELETE", "calendar".to_owned()),
            json!({}),
            refused,
            |()| (),
        );
    };
    let links = Memo::new(move |_| {
        programs.with(|programs| {
            let all = programs.iter().flat_map(|programs| &programs.calendars);
            let said = all.map(|link| {
                t.calendar_holds(said_on(office, link.made_at), said_on(office, link.expires_at))
            });
            said.collect::<Vec<_>>()
        })
    });
    let public =
        move || programs.with(|programs| programs.as_ref().map(|programs| programs.public_calendar.clone()));
    // The organiser's own is at the same address.
    let leads_nobody = move || public().is_some_and(|url| leads_nowhere(&url));
    view! {
        <section class="card" data-testid="calendar">
            <h2 class="form-heading">{t.calendar}</h2>
            <p class="office-note">{t.calendar_why}</p>
            {move || {
                links
                    .get()
                    .into_iter()
                    .map(|words| view! { <p class="office-note" data-testid="calendar-link">{words}</p> })
                    .collect_view()
            }}
            <p class="form-acts">
                <Button testid="calendar-make" disabled=cut_off press=make>
                    {t.make_calendar}
                </Button>
                <span hidden=move || links.with(Vec::is_empty)>
                    <TwicePressed testid="calendar-revoke" disabled=cut_off press=revoke>
                        {t.revoke_calendars}
                    </TwicePressed>
                </span>
            </p>
            <Once testid="calendar-made" says=t.calendar_once shown=made />
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
            <p class="office-note">{t.public_calendar}</p>
            <p class="secret" data-testid="calendar-public" dir="ltr">
                {public}
            </p>
            <p class="lacks" data-testid="calendar-only-here" hidden=move || !leads_nobody()>
                {texts().organiser().leads_nowhere()}
            </p>
        </section>
    }
}

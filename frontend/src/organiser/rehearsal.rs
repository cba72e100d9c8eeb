//! The rehearsal of the real exchange: everything may be tried, and one button takes it back to nought. What it was is kept.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Epoch;
use borsklokka_shared::limits::NAME_CHARS_MAX;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use super::fields::Text;
use super::office::{Archive, Office};
use super::rail::{Onward, Title};
use super::unsaved::Unsaved;
use crate::desk::TwicePressed;
use crate::desk::surety::Surety;
use crate::readiness::pages::Page;
use crate::texts::organiser::rehearsal_words;
use crate::texts::texts;
use crate::{browser, civil_time};

/// The page.
#[component]
pub fn Rehearsal() -> impl IntoView {
    let (t, o) = (rehearsal_words(), texts());
    let office = Office::of_page();
    let live = office.desk.live;
    let known = office.archives();
    let archives = Memo::new(move |_| known.get().unwrap_or_default());
    let stands = live.board(|board| {
        // What was withdrawn stands no more, but has to go too.
        let is_at_nought = board.deals.is_empty() && board.floor.trading.is_empty();
        (board.standing_deals().count(), is_at_nought)
    });
    let is_at_nought = Memo::new(move |_| stands.get().is_none_or(|(_, is_at_nought)| is_at_nought));
    let (name, refused) = (Unsaved::field("nought-name"), RwSignal::new(None::<String>));
    let again = move || {
        let written = name.with_untracked(|name| name.trim().to_owned());
        let epoch = Epoch(browser::fresh_uuid());
        let command = Command::BeginAnew {
            epoch,
            name: (!written.is_empty()).then_some(written),
        };
        office.desk.ask_beside(refused, Surety::Sure, &command, move || {
            let _gone = name.try_set(String::new());
            office.read_archives();
        });
    };
    // Once the real bell has rung the name is asked for, or if the server says so.
    let is_real = live.board(move |board| {
        let date = board.settings.as_ref().map(|settings| settings.date);
        let today = office.beside.with(|beside| beside.today);
        !board.floor.trading.is_empty() && today.zip(date).is_some_and(|(today, date)| today >= date)
    });
    let asks_name = Memo::new(move |_| is_real.get() == Some(true) || refused.with(Option::is_some));
    let link = move |screen: Screen, words: &'static str| {
        view! {
            <a class="button" target="_blank" href=screen.path(&live.slug())>
                {words}
            </a>
        }
    };
    let zone = live.board(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let row = move |archive: Archive| {
        let zone = zone.get_untracked().flatten().unwrap_or_default();
        let day = civil_time::day(archive.made_at, &zone);
        let day = day
            .map(|day| o.common().day(day.day(), day.month()))
            .unwrap_or_default();
        let words = t.archive(day, civil_time::time_of_day(archive.made_at, &zone));
        view! {
            <li class="task" data-testid="archive">
                <i class="standing" aria-hidden="true"></i>
                <b>{words}</b>
                <span>{t.deals(archive.deals)}</span>
            </li>
        }
    };
    view! {
        <Title page=Page::Rehearsal />
        <div class="page-columns page-halves">
            <section class="card">
                <h2 class="form-heading">{t.try_it}</h2>
                <p>{t.try_how}</p>
                <p class="form-acts">
                    {link(Screen::Wall, o.organiser().wall)} {link(Screen::Moderator, o.organiser().moderator)}
                    {link(Screen::Broker, o.organiser().broker)}
                </p>
            </section>
            <section class="card">
                <h2 class="form-heading">{t.nought}</h2>
                <p>{t.nought_why}</p>
                <p class="office-note" role="status">
                    {move || match stands.get() {
                        Some((deals, _)) if !is_at_nought.get() => t.stands(deals),
                        _ => t.at_nought.to_owned(),
                    }}
                </p>
                <Show when=move || asks_name.get()>
                    <Text id="nought-name" label=t.name chars_max=NAME_CHARS_MAX value=name />
                </Show>
                <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                    {move || refused.get()}
                </p>
                <p class="form-acts">
                    <TwicePressed testid="begin-anew" disabled=is_at_nought press=again>
                        {t.begin_anew}
                    </TwicePressed>
                </p>
                <ul class="tasks" hidden=move || archives.with(Vec::is_empty)>
                    {move || archives.get().into_iter().map(row).collect_view()}
                </ul>
            </section>
        </div>
        <Onward page=Page::Rehearsal />
    }
}

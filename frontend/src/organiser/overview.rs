//! The first page: what is left in sentences, each with its button, and what there is.

use std::time::Duration;

use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use super::afterwards::AfterwardsLeft;
use super::office::Office;
use super::programme::ProgrammeCard;
use super::registered::Registered;
use crate::components::SymbolChip;
use crate::readiness::pages::{Guests, Page};
use crate::readiness::work::{Left, Matter, Task, Work, doubles};
use crate::spelling::alphabetical;
use crate::texts::organiser::{import_words, work_words};

/// Participants that are shown.
const SHOWN: usize = 6;

/// The longest that what is left waits for all that it is told by.
const WAIT_FOR_ALL: Duration = Duration::from_secs(5);

/// The overview.
#[component]
pub fn Overview() -> impl IntoView {
    let t = work_words();
    let office = Office::of_page();
    let done = move || office.work.with(|work| t.done_count(work.all(), work.done));
    // What comes a moment later would push what somebody is about to press.
    let waited_enough = RwSignal::new(false);
    set_timeout(
        move || {
            waited_enough.try_set(true);
        },
        WAIT_FOR_ALL,
    );
    let is_settled =
        Memo::new(move |before| before == Some(&true) || waited_enough.get() || office.is_all_read());
    // What was to be done before the evening is of no use after it.
    let is_over = Memo::new(move |_| office.work.with(|work| work.is_over));
    let left = Memo::new(move |_| {
        if is_settled.get() {
            office.work.with(|work| work.left.clone())
        } else {
            Vec::new()
        }
    });
    let is_first = move |task: &Task| left.with(|left| left.first() == Some(task));
    // Where nothing is known, nothing is said.
    let nothing_left = move || {
        let is_known = is_settled.get() && office.work.with(Work::all) > 0;
        (is_known && left.with(Vec::is_empty)).then(|| view! { <p class="office-note">{t.nothing_left}</p> })
    };
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {t.page_name(Page::Overview)}
            </h1>
            <p class="office-note" data-testid="done-count">
                {move || (is_settled.get() && !is_over.get()).then(done)}
            </p>
        </div>
        <div class="page-columns">
            <div class="page-column">
                {move || is_over.get().then(|| view! { <AfterwardsLeft /> })}
                <section
                    class="card"
                    class:card-now=move || !is_over.get()
                    data-testid="left"
                    data-left=move || office.work.with(|work| work.left.len())
                    hidden=move || is_over.get() && office.work.with(|work| work.left.is_empty())
                >
                    <h2 class="form-heading">{t.left}</h2>
                    {nothing_left}
                    <ul class="tasks" hidden=move || left.with(Vec::is_empty)>
                        // A line that stays is the same line, so that it can be pressed while another one comes or goes.
                        <For each=move || left.get() key=Clone::clone let(task)>
                            <Line task=task.clone() is_first=Signal::derive(move || is_first(&task)) />
                        </For>
                    </ul>
                </section>
                <SomeGuests />
            </div>
            <div class="page-column">
                <Registered />
                {move || (!is_over.get()).then(|| view! { <ProgrammeCard /> })}
            </div>
        </div>
    }
}

/// A thing that is left.
#[component]
fn Line(task: Task, is_first: Signal<bool>) -> impl IntoView {
    let t = work_words();
    let office = Office::of_page();
    let Task { matter, left } = task;
    let address = match (matter, &left) {
        // The one who is meant, if it is one.
        (Matter::Doubles, Left::Named(names)) if names.len() == 1 => {
            let apart = office.beside.get_untracked().apart;
            let first = office
                .desk
                .live
                .peek(|board| doubles(board, &apart).first().copied());
            let page = first.flatten().map(|(one, other)| Page::Compare(one, other));
            page.unwrap_or(Page::Participants(Guests::Doubles)).address()
        }
        _ => matter.page().address(),
    };
    view! {
        <li class="task" data-testid="task" data-matter=matter.as_str()>
            <i class="standing" aria-hidden="true"></i>
            <div>
                <b>{t.says_left(matter, &left)}</b>
                <p class="office-note">{t.why_of(matter)}</p>
            </div>
            <a class="button" class:button-primary=is_first href=address>
                {t.act_on(matter)}
            </a>
        </li>
    }
}

/// Some participants: those of whom something is missing first.
#[component]
fn SomeGuests() -> impl IntoView {
    let t = work_words();
    let office = Office::of_page();
    let people = office.people();
    let has_catalogue = office.desk.live.has_catalogue();
    let some = Memo::new(move |_| {
        let known = people.get();
        let listed = office.desk.live.read(|board| {
            let mut all: Vec<(bool, Participant, usize, usize)> = board
                .unerased()
                .map(|participant| {
                    let (offers, wishes) = super::listings::count(board, participant.id);
                    let missing = known
                        .as_ref()
                        .is_some_and(|known| !known.contains_key(&participant.id));
                    (missing, participant.clone(), offers, wishes)
                })
                .collect();
            all.sort_by_cached_key(|(missing, participant, ..)| (!missing, alphabetical(&participant.name)));
            all.truncate(SHOWN);
            all
        });
        listed.unwrap_or_default()
    });
    let row = move |(missing, participant, offers, wishes): (bool, Participant, usize, usize)| {
        let who = move || people.with(|people| people.as_ref()?.get(&participant.id).cloned());
        view! {
            <tr data-testid="participant-row" data-symbol=participant.symbol.to_string()>
                <td>
                    <SymbolChip symbol=participant.symbol.to_string() sector=participant.sector />
                </td>
                <th scope="row" dir="auto">
                    <a dir="auto" href=Page::Participant(Some(participant.id)).address()>{participant.name.clone()}</a>
                </th>
                <td dir="auto">{participant.place.clone()}</td>
                <td class="cell-listings">
                    {move || has_catalogue.get().then(|| t.listings_of(t.offers(offers), t.wishes(wishes)))}
                </td>
                <td dir="auto" class:lacks=missing>
                    {move || if missing { Some(t.no_contact.to_owned()) } else { who() }}
                </td>
            </tr>
        }
    };
    view! {
        <section class="card" hidden=move || some.with(Vec::is_empty)>
            <div class="card-head">
                <h2 class="form-heading">{t.page_name(Page::Participants(Guests::Everyone))}</h2>
                <p class="form-acts">
                    <a class="button" href=Page::Import.address()>
                        {import_words().title}
                    </a>
                    <a class="button" href=Page::Participants(Guests::Everyone).address()>
                        {t.whole_list}
                    </a>
                </p>
            </div>
            <div class="wide">
                <table class="participants participants-short" aria-label=t.page_name(Page::Participants(Guests::Everyone))>
                    <tbody>{move || some.get().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

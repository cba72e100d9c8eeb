//! What is kept of persons, on one page that can be printed; one person's as a file; erasing somebody; who read or changed any of it.

pub mod erasing;

use borsklokka_shared::date::Date;
use borsklokka_shared::privacy::{Holding, Overview, Person};
use leptos::prelude::*;

use self::erasing::Erasing;
use super::office::Office;
use super::rail::Title;
use super::reading::Reading;
use super::security::Security;
use crate::civil_time::{day, of_hall, time_of_day};
use crate::components::{Button, TextField};
use crate::readiness::pages::Page;
use crate::texts::organiser::privacy_words;
use crate::texts::texts;
use crate::typed::lasting;

/// How many people are listed at a time: whoever looks for one narrows the list.
const LISTED_MAX: usize = 50;

/// Who is looked for, in whichever words.
#[derive(Clone, Copy)]
struct Sought(RwSignal<String>);

/// The page.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let t = privacy_words();
    let office = Office::of_page();
    let told = Reading::<Overview>::new();
    let cut_off = office.desk.is_cut_off();
    let again = RwSignal::new(0_u32);
    Effect::new(move || {
        again.track();
        if !cut_off.get() {
            told.read(office.url("privacy"), |overview: Overview| overview);
        }
    });
    // Somebody may have been erased in another window.
    office
        .desk
        .live
        .on_new_history(move || again.update(|times| *times += 1));
    let known = told.known();
    let said = RwSignal::new(false);
    let erased = move || {
        said.set(true);
        again.update(|times| *times += 1);
    };
    let print = move || {
        if let Some(window) = web_sys::window() {
            // Whoever has no printer is told by the browser.
            let _ = window.print();
        }
    };
    view! {
        <Title page=Page::Privacy />
        <p class="office-note">{t.why}</p>
        {move || known.with(|known| known.as_ref().map(promise))}
        <p class="form-acts unprinted">
            <Button testid="privacy-print" press=print>
                {t.print}
            </Button>
        </p>
        {move || known.with(|known| known.as_ref().map(held))}
        <p class="office-note" role="status" data-testid="privacy-done">
            {move || said.get().then_some(t.done)}
        </p>
        // Whoever asks is shown what is kept, and of nobody else.
        <div class="unprinted">
            <People known erased />
        </div>
        {move || known.with(|known| known.as_ref().map(|overview| erasures(&office, overview)))}
        <p class="office-note">{t.before}</p>
        <div class="unprinted">
            <p class="office-note">{t.log_why}</p>
            <Security />
        </div>
    }
}

pub(super) fn civil(date: Date) -> String {
    let t = privacy_words();
    t.until_day(texts().common().day(date.day(), date.month()), date.year())
}

/// When all of it goes.
fn promise(overview: &Overview) -> AnyView {
    let t = privacy_words();
    let Some(on) = overview.delete_on else {
        return view! {
            <p class="office-note">
                <a href=Page::Exchange.address()>{t.not_promised}</a>
            </p>
        }
        .into_any();
    };
    view! { <p class="office-note" data-testid="privacy-promised">{t.promised(civil(on))}</p> }.into_any()
}

/// What is kept, and who can see it.
fn held(overview: &Overview) -> AnyView {
    let t = privacy_words();
    let delete_on = overview.delete_on;
    let until = move |holding: Holding| match (holding, delete_on) {
        (Holding::Access, _) => t.year.to_owned(),
        (Holding::Pictures | Holding::Devices, _) | (_, None) => t.with_exchange.to_owned(),
        (_, Some(on)) => civil(on),
    };
    let rows = overview.holdings.iter().map(|count| {
        let holding = count.holding;
        view! {
            <tr>
                <th scope="row">{t.holding_name(holding)}</th>
                <td class="report-number">{count.entries}</td>
                <td>{t.readers_of(holding)}</td>
                <td>{until(holding)}</td>
            </tr>
        }
    });
    view! {
        <section class="card">
            <h2 class="form-heading" id="privacy-held">
                {t.held}
            </h2>
            <div class="wide" role="region" tabindex="0" aria-labelledby="privacy-held">
                <table class="participants report-table" data-testid="privacy-held" aria-labelledby="privacy-held">
                    <thead>
                        <tr>
                            <th scope="col">{t.what}</th>
                            <th scope="col" class="report-number">
                                {t.entries}
                            </th>
                            <th scope="col">{t.readers}</th>
                            <th scope="col">{t.until}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Those who may be meant.
fn found(people: &[Person], sought: &str) -> Vec<Person> {
    let sought = sought.trim().to_lowercase();
    let is_it = |person: &&Person| {
        let names = [Some(&person.name), person.person.as_ref()];
        names
            .into_iter()
            .flatten()
            .any(|name| name.to_lowercase().contains(&sought))
    };
    people.iter().filter(is_it).take(LISTED_MAX).cloned().collect()
}

/// Everybody of whom something is kept.
#[component]
fn People(
    known: Signal<Option<Overview>>,
    erased: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let t = privacy_words();
    let office = Office::of_page();
    let Sought(sought) = lasting(|| Sought(RwSignal::new(String::new())));
    let shown = Memo::new(move |_| {
        known.with(|known| {
            known
                .as_ref()
                .map(|overview| found(&overview.people, &sought.get()))
        })
    });
    let opened = RwSignal::new(None);
    let row = move |person: Person| {
        let id = person.id;
        let file = move |ending: &str| office.url(&format!("privacy/{id}/data.{ending}"));
        let is_open = Memo::new(move |_| opened.get() == Some(id));
        let toggle = move || opened.set((!is_open.get_untracked()).then_some(id));
        let gone = move || {
            opened.set(None);
            erased();
        };
        view! {
            <li class="registration" data-testid="privacy-person">
                <div class="registration-head">
                    <h3 dir="auto">{person.name.clone()}</h3>
                    {person.person.clone().map(|name| view! { <span dir="auto">{name}</span> })}
                </div>
                <p class="form-acts unprinted">
                    <a class="button" data-testid="privacy-text" href=file("txt")>
                        {t.text_file}
                    </a>
                    <a class="button" data-testid="privacy-data" href=file("json")>
                        {t.data_file}
                    </a>
                    <Button testid="privacy-erase" press=toggle>
                        {move || if is_open.get() { t.close } else { t.erase }}
                    </Button>
                </p>
                {move || is_open.get().then(|| view! { <Erasing person=person.clone() gone /> })}
            </li>
        }
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.people}</h2>
            <p class="office-note">{t.people_why}</p>
            <div class="unprinted">
                <TextField
                    id="privacy-search"
                    testid="privacy-search"
                    label=t.search
                    value=sought
                    write=move |text| sought.set(text)
                />
            </div>
            <p class="office-note" hidden=move || shown.with(|shown| shown.as_ref().is_none_or(|shown| !shown.is_empty()))>
                {t.nobody}
            </p>
            <ul class="registrations">
                <For each=move || shown.get().unwrap_or_default() key=|person| (person.id, person.name.clone()) let(person)>
                    {row(person)}
                </For>
            </ul>
        </section>
    }
}

/// When somebody was erased: of whom, nobody can say any more.
fn erasures(office: &Office, overview: &Overview) -> AnyView {
    let t = privacy_words();
    let zone = office
        .desk
        .live
        .peek(|board| Some(board.settings.as_ref()?.time_zone.clone()))
        .flatten()
        .unwrap_or_default();
    let lines = overview.erasures.iter().map(|erasure| {
        let at = of_hall(erasure.at);
        let on = day(at, &zone).map(civil).unwrap_or_default();
        view! { <li>{t.erased_at(erasure.participants.len(), on, time_of_day(at, &zone))}</li> }
    });
    view! {
        <section class="card" hidden=overview.erasures.is_empty()>
            <h2 class="form-heading">{t.erasures}</h2>
            <ul data-testid="privacy-erasures">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_what_they_are_called_and_who_speaks_for_them() {
        let people: Vec<Person> = serde_json::from_str(
            r#"[{"id":"00000000-0000-0000-0000-000000000001","name":"Turlaget","sector":"voluntary","person":"Kari Sørvåg"},
                {"id":"00000000-0000-0000-0000-000000000002","name":"Ola","sector":"individual"}]"#,
        )
        .unwrap();
        let names =
            |sought| -> Vec<String> { found(&people, sought).into_iter().map(|one| one.name).collect() };
        assert_eq!(names(" SØRVÅG "), ["Turlaget"]);
        assert_eq!(names("o"), ["Ola"]);
        assert_eq!(names("").len(), 2);
        assert!(names("Nils").is_empty());
    }
}

//! What the file would do in sum, what is asked of whom nothing is said of, and the button that does it; and what was done.

use borsklokka_shared::participant::Sector;
use borsklokka_shared::roster::Counts;
use leptos::html;
use leptos::prelude::*;

use super::columns::{categories, category_named};
use super::intake::{Intake, of_seen};
use super::source::PASTED;
use crate::components::{Button, Weight};
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::readiness::pages::{Guests, Page};
use crate::texts::organiser::import_words;
use crate::texts::texts;

/// The server's code for a row of which no sector is said.
const SECTOR_MISSING: &str = "sector_missing";

/// What would happen.
#[component]
pub fn Sums() -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let cut_off = Office::of_page().desk.is_cut_off();
    let work = intake.work();
    let counts = of_seen(|seen| Some(seen.preview.counts));
    let taken = of_seen(|seen| Some(seen.taken()));
    let problems = of_seen(|seen| Some(seen.preview.states.problem));
    let without = of_seen(|seen| Some(seen.preview.mapping.without_problems));
    let has_problems = move || problems.get() > Some(0);
    let cannot = move || {
        let is_held = has_problems() && without.get() != Some(true);
        is_held || cut_off.get() || work.with(Option::is_some)
    };
    let is_something = move || taken.get() > Some(0);
    view! {
        <section class="card card-now import-sums" data-testid="import-sums">
            <h2 class="form-heading">{t.result}</h2>
            <div role="status" data-testid="import-counts">
                <ul class="sums">
                    {move || {
                        let sums = counts.get().map(|counts| t.sums(&counts)).unwrap_or_default();
                        sums.into_iter().map(|sum| view! { <li>{sum}</li> }).collect_view()
                    }}
                    {move || (!is_something() && !has_problems()).then(|| view! { <li>{t.nothing}</li> })}
                </ul>
            </div>
            <div class="import-problems" hidden=move || !has_problems()>
                <p class="lacks">{move || t.problems(problems.get().unwrap_or_default())}</p>
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="import-without"
                        prop:checked=move || without.get() == Some(true)
                        on:change=move |event| {
                            let is_without = event_target_checked(&event);
                            intake.say(|mapping, _| mapping.without_problems = is_without);
                        }
                    />
                    {t.without}
                </label>
            </div>
            <Defaults />
            <div class="form-acts" hidden=move || !is_something()>
                <Button weight=Weight::Primary testid="import-write" disabled=Signal::derive(cannot) press=move || intake.write()>
                    {move || t.take_in(taken.get().unwrap_or_default())}
                </Button>
                <span class="office-note">{t.whole}</span>
            </div>
        </section>
    }
}

/// What is asked once for all rows that do not say it.
#[component]
fn Defaults() -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let lacks_category = of_seen(|seen| {
        let is_asked = seen.preview.counts.without_category > 0;
        Some(is_asked || seen.preview.mapping.category.is_some())
    });
    let lacks_sector = of_seen(|seen| {
        let mut problems = seen.preview.rows.iter().flat_map(|row| &row.problems);
        let is_asked = problems.any(|problem| problem.code == SECTOR_MISSING);
        Some(is_asked || seen.preview.mapping.sector.is_some())
    });
    let category = of_seen(|seen| Some(seen.preview.mapping.category.clone()));
    let sector = of_seen(|seen| Some(seen.preview.mapping.sector));
    let of_category = categories()
        .into_iter()
        .enumerate()
        .map(|(place, one)| {
            let id = one.id.clone();
            let is_chosen = move || match category.get().flatten() {
                Some(chosen) => chosen == id,
                None => place == 0,
            };
            view! {
                <option dir="auto" value=one.id.0.clone() prop:selected=is_chosen>
                    {one.name}
                </option>
            }
        })
        .collect_view();
    let of_sector = Sector::ALL
        .map(|one| {
            view! {
                <option value=one.as_str() prop:selected=move || sector.get().flatten() == Some(one)>
                    {texts().common().sector(one)}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="filters" hidden=move || lacks_category.get() != Some(true) && lacks_sector.get() != Some(true)>
            <label class="tabs" hidden=move || lacks_sector.get() != Some(true)>
                <span class="field-label">{t.sector}</span>
                <select
                    class="field-input"
                    data-testid="import-sector"
                    on:change=move |event| {
                        let sector = Sector::named(&event_target_value(&event));
                        intake.say(|mapping, _| mapping.sector = sector);
                    }
                >
                    <option value="" prop:selected=move || sector.get().flatten().is_none()>
                        {t.sector_of_file}
                    </option>
                    {of_sector}
                </select>
            </label>
            <label class="tabs" hidden=move || lacks_category.get() != Some(true)>
                <span class="field-label">{t.category}</span>
                <select
                    class="field-input"
                    data-testid="import-category"
                    on:change=move |event| {
                        let category = category_named(&event_target_value(&event));
                        intake.say(|mapping, _| mapping.category = category);
                    }
                >
                    {of_category}
                </select>
            </label>
        </div>
    }
}

/// What was done.
#[component]
pub fn Done(
    /// Its heading.
    heading: NodeRef<html::H2>,
) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let written = intake.written();
    // What was pasted is taken in.
    Unsaved::field(PASTED).set(String::new());
    let sums = move || {
        let sums = written.with(|counts| counts.as_ref().map(|counts: &Counts| t.sums(counts)));
        let sums = sums.unwrap_or_default();
        if sums.is_empty() {
            vec![t.nothing_done.to_owned()]
        } else {
            sums
        }
    };
    view! {
        <section class="card" data-testid="import-done">
            <h2 class="form-heading" tabindex="-1" node_ref=heading>
                {t.done}
            </h2>
            <ul class="sums">
                {move || sums().into_iter().map(|sum| view! { <li>{sum}</li> }).collect_view()}
            </ul>
            <p class="form-acts">
                <a class="button button-primary" data-testid="import-to-table" href=Page::Participants(Guests::Everyone).address()>
                    {t.to_table}
                </a>
                <Button testid="import-more" press=move || intake.clear()>
                    {t.another_file}
                </Button>
            </p>
        </section>
    }
}

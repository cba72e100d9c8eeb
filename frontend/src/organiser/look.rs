//! How the exchange looks and sounds in the hall, with the wall beside it as it is.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use super::form::{Faults, Filled, SettingsForm};
use super::office::Office;
use super::rail::{Onward, Title};
use super::staging::{StagingFields, StagingForm};
use crate::readiness::pages::Page;
use crate::texts::organiser::staging;
use crate::texts::texts;

/// The page.
#[component]
pub fn Look() -> impl IntoView {
    let live = Office::of_page().desk.live;
    let is_here = live.board(|board| board.settings.is_some());
    view! {
        <Title page=Page::Look />
        <Show when=move || is_here.get() == Some(true)>
            <Form />
        </Show>
        <Onward page=Page::Look />
    }
}

#[component]
fn Form() -> impl IntoView {
    let wall = Screen::Wall.path(&Office::of_page().desk.live.slug());
    view! {
        <div class="page-columns page-halves">
            <section class="card">
                <h2 class="form-heading">{staging().title}</h2>
                <SettingsForm testid="look-form" fill=fields />
            </section>
            <section class="card look-wall">
                <div class="card-head">
                    <h2 class="form-heading">{texts().organiser().wall}</h2>
                    <a class="button" href=wall.clone() target="_blank">
                        {staging().open_wall}
                    </a>
                </div>
                <div class="look-frame" inert=true aria-hidden="true">
                    <iframe src=format!("{wall}?preview=1") title=texts().organiser().wall tabindex="-1"></iframe>
                </div>
                <p class="office-note">{staging().wall_why}</p>
            </section>
        </div>
    }
}

fn fields(settings: &Settings, faults: Faults) -> Filled<Settings> {
    let form = StagingForm::of(&settings.staging);
    let write = move |settings: &mut Settings| settings.staging = form.written(faults);
    Filled::new(write, view! { <StagingFields form faults /> })
}

//! How the exchange looks and sounds in the hall, with the wall beside it as it is.

use borsklokka_shared::exchange::{Settings, Staging};
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use super::form::{Faults, SettingsForm};
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
        {move || {
            (is_here.get() == Some(true))
                .then(|| live.peek(|board| board.settings.as_ref().map(|settings| settings.staging.clone())).flatten())
                .flatten()
                .map(|known| view! { <Form known /> })
        }}
        <Onward page=Page::Look />
    }
}

#[component]
fn Form(known: Staging) -> impl IntoView {
    let live = Office::of_page().desk.live;
    let faults = Faults::new();
    let form = StagingForm::of(&known);
    let write = move |settings: &mut Settings| settings.staging = form.written(faults);
    let wall = Screen::Wall.path(&live.slug());
    view! {
        <div class="page-columns page-halves">
            <section class="card">
                <h2 class="form-heading">{staging().title}</h2>
                <SettingsForm testid="look-form" faults write>
                    <StagingFields form faults />
                </SettingsForm>
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

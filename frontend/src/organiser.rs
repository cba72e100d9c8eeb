//! The organiser's page: participants, devices, settings, and the way to every screen.

pub mod agreements;
pub mod course;
pub mod devices;
pub mod fields;
pub mod outbox;
pub mod pairing;
pub mod participant_form;
pub mod participants;
pub mod picture;
pub mod programme;
pub mod registered;
pub mod screens;
pub mod settings;
pub mod staging;

use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use self::agreements::Agreements;
use self::devices::Devices;
use self::outbox::ReadOutbox;
use self::pairing::Pairing;
use self::participants::Participants;
use self::programme::Programme;
use self::registered::Registered;
use self::screens::Screens;
use self::settings::SettingsForm;
use crate::components::ConnectionMark;
use crate::desk::{Alert, Desk, LoggedIn};
use crate::texts::office_texts;

/// The organiser's page.
#[component]
pub fn Organiser() -> impl IntoView {
    let desk = Desk::start(Screen::Organiser);
    let t = office_texts();
    let name = desk
        .live
        .board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    let cut_off = desk.is_cut_off();
    view! {
        <LoggedIn>
            <main class="office organiser" data-testid="organiser">
                <header class="organiser-head">
                    <h1 class="organiser-title">
                        {t.organiser.title} " · " {move || name.get().flatten()}
                    </h1>
                    <ConnectionMark />
                    <a href="/">{t.organiser.all_exchanges}</a>
                </header>
                <Alert alert=desk.alert />
                {move || {
                    cut_off.get().then(|| view! { <p class="office-note" role="status">{t.desk.offline}</p> })
                }}
                <div class="organiser-columns">
                    <div class="organiser-column">
                        <Participants />
                    </div>
                    <div class="organiser-column">
                        <Registered />
                        <Pairing />
                        <Devices />
                        <Screens />
                        <SettingsForm />
                        <Programme />
                        <Agreements />
                        <ReadOutbox />
                    </div>
                </div>
            </main>
        </LoggedIn>
    }
}

//! What is known of other programs, and how what is done with them is asked.

use borsklokka_shared::instant::Instant;
use borsklokka_shared::programs::Programs;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::civil_time::{day, of_hall, time_of_day};
use crate::organiser::office::Office;
use crate::organiser::reading::Reading;
use crate::request;
use crate::texts::organiser::program_words;
use crate::texts::texts;

/// What the page's parts share. Copied freely.
#[derive(Clone, Copy)]
pub struct Known(Reading<Programs>);

impl Known {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self(Reading::new())
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What is known, once the server has said.
    pub fn programs(self) -> Signal<Option<Programs>> {
        self.0.known()
    }

    /// Reads it again.
    pub fn read(self, office: Office) {
        self.0.read(office.url("programs"), |programs: Programs| programs);
    }

    /// Asks for something, says why it was not granted, and reads again what is known.
    pub fn ask<T: DeserializeOwned + 'static>(
        self,
        office: Office,
        (method, path): (&'static str, String),
        body: Value,
        refused: RwSignal<Option<String>>,
        done: impl FnOnce(T) + 'static,
    ) {
        let _gone = refused.try_set(None);
        let url = office.url(&path);
        spawn_local(async move {
            match request::ask::<T>(method, &url, &body).await {
                Ok(answer) => done(answer),
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
            self.read(office);
        });
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}

/// A day and a time in the hall, in words.
pub fn said_at(office: Office, instant: Instant) -> String {
    let zone = zone(&office);
    let at = of_hall(instant);
    let time = time_of_day(at, &zone);
    match day(at, &zone) {
        Some(day) => program_words().at(texts().common().day(day.day(), day.month()), time),
        None => time,
    }
}

/// A day with its year, as it is written.
pub fn said_on(office: Office, instant: Instant) -> String {
    let date = day(of_hall(instant), &zone(&office));
    date.map_or_else(String::new, |date| {
        let of_year = texts().common().day(date.day(), date.month());
        format!("{of_year} {}", date.year())
    })
}

fn zone(office: &Office) -> String {
    let zone = office
        .desk
        .live
        .peek(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    zone.flatten().unwrap_or_default()
}

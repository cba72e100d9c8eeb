//! What the cards of the follow-up share: what the server says, and asking it for something.

use borsklokka_shared::date::Date;
use borsklokka_shared::follow_up::FollowUps;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use crate::organiser::office::Office;
use crate::organiser::reading::Reading;
use crate::request;
use crate::texts::texts;

/// What the cards share. Copied freely.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The office.
    pub office: Office,
    known: Reading<FollowUps>,
    /// Why the last that was asked was not granted.
    pub refused: RwSignal<Option<String>>,
}

impl Desk {
    /// Nothing is known yet.
    pub fn of(office: Office) -> Self {
        Self {
            office,
            known: Reading::new(),
            refused: RwSignal::new(None),
        }
    }

    /// Reads it again.
    pub fn read(self) {
        self.known
            .read(self.office.url("follow-ups"), |known: FollowUps| known);
    }

    /// What is known, once the server has said.
    pub fn known(self) -> Signal<Option<FollowUps>> {
        self.known.known()
    }

    /// Asks for something below the follow-ups' address, says so if it is refused, and reads everything again.
    pub fn ask(self, method: &'static str, path: &str, body: Value) {
        self.ask_then(method, path, body, || ());
    }

    /// [`Desk::ask`]; goes on with `granted` if it is not refused.
    pub fn ask_then(self, method: &'static str, path: &str, body: Value, granted: impl FnOnce() + 'static) {
        let url = self.office.url(&format!("follow-ups/{path}"));
        let (desk, office) = (self.office.desk, self);
        self.refused.set(None);
        spawn_local(async move {
            match request::ask::<Option<Value>>(method, &url, &body).await {
                Ok(_) => granted(),
                Err(trouble) => {
                    let _gone = office.refused.try_set(Some(desk.words_of(trouble)));
                }
            }
            office.read();
        });
    }
}

/// A day in words.
pub fn day(day: Date) -> String {
    let common = texts().common();
    format!("{} {}", common.day(day.day(), day.month()), day.year())
}

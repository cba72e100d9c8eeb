//! What is known of the mails, which of them are listed, and which one lies over the page.

use std::time::Duration;

use borsklokka_shared::ids::MailId;
use borsklokka_shared::limits::MAILS_LISTED;
use borsklokka_shared::mail::{MailState, MailText, Mails};
use leptos::prelude::*;

use crate::organiser::office::Office;
use crate::organiser::reading::Reading;

/// How often the mails are read again: they go by themselves.
pub const READ_EVERY: Duration = Duration::from_secs(5);

/// Where the settings are read, below the exchange's address.
pub const SETTINGS_READ_AT: &str = "mails?limit=1";

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// One of the mails.
    Mail(MailId),
    /// A text, as it would read.
    Text(MailText),
}

/// What the page's parts share. Copied freely.
#[derive(Clone, Copy)]
pub struct Post {
    mails: Reading<Mails>,
    /// Which of them are listed; none: all.
    pub state: RwSignal<Option<MailState>>,
    /// How many of them at most.
    pub limit: RwSignal<usize>,
    /// The mail that lies over the page.
    pub over: RwSignal<Option<Over>>,
}

impl Post {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            mails: Reading::new(),
            state: RwSignal::new(None),
            limit: RwSignal::new(MAILS_LISTED),
            over: RwSignal::new(None),
        }
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What is known of the mails, once the server has said.
    pub fn mails(self) -> Signal<Option<Mails>> {
        self.mails.known()
    }

    /// Reads them again.
    pub fn read(self, office: Office) {
        let state = self.state.get_untracked();
        let state = state.map(|state| format!("&state={}", state.as_str()));
        let limit = self.limit.get_untracked();
        let url = office.url(&format!("mails?limit={limit}{}", state.unwrap_or_default()));
        self.mails.read(url, |mails| mails);
    }
}

impl Default for Post {
    fn default() -> Self {
        Self::new()
    }
}

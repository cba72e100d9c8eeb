//! An exchange that somebody registers for: what is known of it, how its form stands on a day, and the pages about it.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::REGISTRATIONS_MAX;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{FormSettings, FormState};

use super::page::{self, Page, Show};
use super::store::{self, Held};
use crate::api::{Caller, Denied, language as asked_language};
use crate::clock::day_at;
use crate::entered::{find_exchange, must_be_unread};
use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::strangers::{Listed, respond, respond_as, to_go_back_to};

/// How often a change is made anew that something else was quicker than.
pub(super) const TRIES_MAX: u32 = 5;

/// An exchange that somebody registers for.
pub(super) struct Place {
    pub(super) hub: Arc<Hub>,
    pub(super) floor: FloorHandle,
    pub(super) settings: Settings,
    pub(super) form: FormSettings,
    pub(super) now: Instant,
}

impl Place {
    pub(super) async fn of(hub: &Arc<Hub>, exchange: ExchangeId) -> Result<Self, Denied> {
        let form = store::form(&hub.access, exchange).await?;
        Self::with(hub, exchange, form).await
    }

    async fn with(hub: &Arc<Hub>, exchange: ExchangeId, form: FormSettings) -> Result<Self, Denied> {
        let floor = hub.floors.by_id(exchange).await?;
        let settings = floor.view.with_staff_board(|board| board.settings.clone());
        Ok(Self {
            hub: Arc::clone(hub),
            settings: settings.ok_or(Refusal::NotConfigured)?,
            form,
            now: hub.clock.now(),
            floor,
        })
    }

    /// The one at an address, for whoever nobody overhears.
    pub(super) async fn at(hub: &Arc<Hub>, slug: &str, caller: &Caller) -> Result<Self, Denied> {
        let exchange = find_exchange(hub, slug)?;
        must_be_unread(hub, caller)?;
        Self::of(hub, exchange).await
    }

    /// The same while the database cannot be read, as far as it is in memory: nobody knows what the organiser said of the form.
    pub(super) async fn from_memory(hub: &Arc<Hub>, slug: &str, caller: &Caller) -> Result<Self, Denied> {
        let exchange = find_exchange(hub, slug)?;
        must_be_unread(hub, caller)?;
        Self::with(hub, exchange, FormSettings::default()).await
    }

    /// How the form stands.
    pub(super) async fn state(&self) -> Result<FormState, Denied> {
        let held = store::count(&self.hub.access, self.floor.exchange.id).await?;
        Ok(form_state(&self.form, self.today(), held))
    }

    /// Which day it is where the exchange is held.
    pub(super) fn today(&self) -> Date {
        day_at(self.now, &self.settings.time_zone)
    }

    /// A page that is answered with. One on which something may be typed, or was, is there again for whoever goes back to it.
    pub(super) fn answer(
        &self,
        language: Language,
        (status, listed): (StatusCode, Listed),
        show: &Show<'_>,
    ) -> Response {
        let page = respond_as(listed, status, self.page(language, show));
        if show.has_form() {
            to_go_back_to(page)
        } else {
            page
        }
    }

    fn page(&self, language: Language, show: &Show<'_>) -> String {
        let missing = self.form.shows_missing.then(|| {
            let board = |board: &Board| page::Missing::of(board, &self.settings);
            self.floor.view.with_staff_board(board)
        });
        let public_url = self.hub.public_url();
        Page {
            settings: &self.settings,
            form: &self.form,
            language,
            slug: &self.floor.exchange.slug,
            public_url: &public_url,
            shown_at: self.now,
            missing,
        }
        .html(show)
    }
}

/// How a form stands on a day, when so many have registered.
fn form_state(form: &FormSettings, today: Date, held: Held) -> FormState {
    let places = form.places.map_or(usize::MAX, |places| places as usize);
    if !form.is_on {
        FormState::Off
    } else if form.opens_on.is_some_and(|day| today < day) {
        FormState::NotYet
    } else if form.closes_on.is_some_and(|day| day < today) {
        FormState::Closed
    } else if held.counting >= places || held.all >= REGISTRATIONS_MAX {
        FormState::Full
    } else {
        FormState::Open
    }
}

/// Where an exchange's form is.
pub(crate) fn url(hub: &Hub, slug: &str) -> String {
    format!("{}/{slug}/register", hub.public_url().trim_end_matches('/'))
}

/// The last day on which one may register; none if the form is off, or stays.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn last_day(hub: &Hub, exchange: ExchangeId) -> Result<Option<Date>, Denied> {
    let form = store::form(&hub.access, exchange).await?;
    Ok(form.closes_on.filter(|_| form.is_on))
}

/// A page that says why there is nothing: whoever opens these addresses is a person.
pub(super) fn denied_page(denied: &Denied, asked: Option<Language>, caller: &Caller) -> Response {
    denied.tell();
    let language = asked.unwrap_or_else(|| asked_language(&caller.headers));
    respond(denied.status(), page::only(denied, language))
}

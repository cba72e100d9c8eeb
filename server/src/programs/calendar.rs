//! The calendar: the evening for everybody, and for the organiser, by a link that nobody can guess, the last day of registration and what
//! was agreed to be done by when. An entry keeps its id, so that a calendar that reads it again changes it and adds none.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::{Settings, Slot};
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use icalendar::{Calendar, Component, Event, EventLike, Parameter, Property};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::api::{Caller, Denied};
use crate::hub::Hub;
use crate::links::{self, Opens, Page};
use crate::registrations;
use crate::spoken::calendar::Calendar as Words;

/// What a calendar is.
const ICALENDAR: &str = "text/calendar; charset=utf-8";
/// What ids of entries end in, so that no other program's are the same.
const UIDS: &str = "borsklokka";
/// How long the programme's last line is taken to last, in minutes, where it does not say.
const LAST_LINE_MINUTES: i64 = 30;
/// Longest line of a deal's service in a calendar, in characters.
const SERVICE_CHARS_MAX: usize = 120;

/// What a link to the organiser's calendar opens.
pub(super) fn opens(exchange: ExchangeId) -> Opens {
    Opens {
        page: Page::Calendar,
        about: exchange.to_string(),
    }
}

/// `GET /api/v1/exchanges/{slug}/calendar.ics`: the evening's day, for everybody.
pub(crate) async fn public(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let settings = floor.view.with_public_board(|board| board.settings.clone());
    let settings = settings.ok_or(Refusal::NotConfigured)?;
    let mut sheet = Sheet::new(&settings, hub.clock.now());
    sheet.evening(floor.exchange.id, &settings, None);
    Ok(sheet.respond(&[(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))]))
}

/// `GET /calendar/{token}`: everything, for whoever has the link.
pub(crate) async fn open(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    caller: Caller,
) -> Result<Response, Denied> {
    let now = hub.clock.now();
    let found = match links::find(&hub.access, Page::Calendar, &token).await {
        // A wrong one counts among the tries of its address.
        Err(Denied::UnknownLink) => {
            hub.access.try_wrong_link(caller.peer.address)?;
            return Err(Denied::UnknownLink);
        }
        found => found?,
    };
    if !found.holds_at(now) {
        return Err(Denied::LinkGone);
    }
    let floor = hub.floors.by_id(found.exchange).await?;
    let last_day = registrations::last_day(&hub, found.exchange).await?;
    let sheet = floor.view.with_staff_board(|board| {
        let settings = board.settings.as_ref()?;
        let mut sheet = Sheet::new(settings, now);
        sheet.evening(found.exchange, settings, hours(board, settings));
        if let Some(day) = last_day {
            sheet.last_day(found.exchange, settings, day);
        }
        sheet.agreements(board);
        Some(sheet)
    });
    let sheet = sheet.ok_or(Refusal::NotConfigured)?;
    Ok(sheet.respond(&[
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (
            HeaderName::from_static("x-robots-tag"),
            HeaderValue::from_static("noindex"),
        ),
    ]))
}

/// From when to when the programme goes; none without one.
fn hours(board: &Board, settings: &Settings) -> Option<(Timestamp, Timestamp)> {
    let zone = TimeZone::get(&settings.time_zone).ok()?;
    let day: civil::Date = settings.date.to_string().parse().ok()?;
    let at = |time: &str| {
        let time: civil::Time = format!("{time}:00").parse().ok()?;
        zone.to_timestamp(day.to_datetime(time)).ok()
    };
    let first = at(&board.programme.first()?.time)?;
    let last = board.programme.last()?;
    let minutes = match &last.slot {
        Slot::Round { minutes, .. } => i64::from(*minutes),
        Slot::Gathering | Slot::Closing => LAST_LINE_MINUTES,
    };
    let end = at(&last.time)? + jiff::SignedDuration::from_mins(minutes);
    // A programme that goes on past midnight ends the next day.
    let end = if end < first {
        end + jiff::SignedDuration::from_hours(24)
    } else {
        end
    };
    Some((first, end))
}

/// A calendar while it is written.
struct Sheet {
    words: &'static Words,
    calendar: Calendar,
    written_at: String,
}

impl Sheet {
    fn new(settings: &Settings, now: Instant) -> Self {
        let mut calendar = Calendar::new();
        calendar.name(&settings.name);
        calendar.append_property(Property::new("METHOD", "PUBLISH"));
        let now = Timestamp::from_millisecond(now.unix_ms).unwrap_or_default();
        Self {
            words: Words::of(settings.language),
            calendar,
            written_at: in_utc(now),
        }
    }

    /// An entry of a day.
    fn of_day(&mut self, uid: &str, day: Date) -> Event {
        let mut event = Event::with_uid(&format!("{uid}@{UIDS}"));
        event.add_property("DTSTAMP", &self.written_at);
        for (name, day) in [("DTSTART", day), ("DTEND", day.plus_days(1))] {
            let written = day.to_string().replace('-', "");
            let mut property = Property::new(name, written);
            event.append_property(property.append_parameter(Parameter::new("VALUE", "DATE")).done());
        }
        // It takes nobody's time.
        event.add_property("TRANSP", "TRANSPARENT");
        event
    }

    fn evening(&mut self, exchange: ExchangeId, settings: &Settings, hours: Option<(Timestamp, Timestamp)>) {
        let mut event = self.of_day(&format!("evening-{exchange}"), settings.date);
        if let Some((first, end)) = hours {
            event.append_property(Property::new("DTSTART", in_utc(first)));
            event.append_property(Property::new("DTEND", in_utc(end)));
            event.add_property("TRANSP", "OPAQUE");
        }
        event.summary(&settings.name);
        event.location(&settings.place);
        self.calendar.push(event);
    }

    fn last_day(&mut self, exchange: ExchangeId, settings: &Settings, day: Date) {
        let mut event = self.of_day(&format!("registration-{exchange}"), day);
        event.summary(&self.words.last_day(&settings.name));
        self.calendar.push(event);
    }

    /// The first step and the deadline of each agreement that stands.
    fn agreements(&mut self, board: &Board) {
        let name = |id| board.participant(id).map(|party| party.name.clone());
        for deal in board.standing_deals() {
            let names = |ids: &[_]| {
                ids.iter()
                    .filter_map(|id| name(*id))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let service: String = deal
                .terms
                .bargain
                .service()
                .text
                .chars()
                .take(SERVICE_CHARS_MAX)
                .collect();
            let said = self
                .words
                .agreement(names(&deal.terms.givers), names(&deal.terms.receivers), service);
            if let Some(step) = &deal.terms.first_step
                && let Some(due) = step.due
            {
                let mut event = self.of_day(&format!("first-step-{}", deal.id), due);
                let by = name(step.by).unwrap_or_default();
                event.summary(&self.words.first_step(by, &step.what));
                event.description(&said);
                self.calendar.push(event);
            }
            if let Some(due) = deal.terms.deadline {
                let mut event = self.of_day(&format!("deadline-{}", deal.id), due);
                event.summary(&self.words.deadline(&said));
                self.calendar.push(event);
            }
        }
    }

    fn respond(self, more: &[(HeaderName, HeaderValue)]) -> Response {
        let mut response = self.calendar.to_string().into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(ICALENDAR));
        headers.extend(more.iter().cloned());
        response
    }
}

/// An instant as calendars write it.
fn in_utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

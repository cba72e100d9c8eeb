//! Shape and limits: what can be judged of a command without a board, connected or not.

use std::collections::BTreeSet;

use crate::command::Command;
use crate::deal::{Service, Terms};
use crate::exchange::{ProgrammeItem, Settings, Slot, Staging};
use crate::limits as max;
use crate::listing::{Listing, Quantity};
use crate::participant::{ParticipantEntry, Symbol, shown_name};
use crate::refusal::Refusal;
use crate::text::{readable, readable_lines, tidy};

/// Checks a command's shape and limits.
///
/// # Errors
/// With the refusal that the client is answered.
pub fn shape(command: &Command) -> Result<(), Refusal> {
    match command {
        Command::Configure { settings, .. } => settings_shape(settings),
        Command::BeginAnew { name, .. } => name
            .as_ref()
            .map_or(Ok(()), |name| text("name", name, max::NAME_CHARS_MAX)),
        Command::SetProgramme { items, .. } => programme_shape(items),
        Command::RegisterParticipant { participant } | Command::AmendParticipant { participant, .. } => {
            participant_shape(participant)
        }
        Command::AddListing { listing } | Command::AmendListing { listing, .. } => listing_shape(listing),
        // Who is said to have written it is judged where it counts: of most it says nothing.
        Command::PostDeal { terms, .. } | Command::AmendDeal { terms, .. } => terms_shape(terms),
        Command::SendBackDeal { remark, .. } => text("remark", remark, max::REMARK_CHARS_MAX),
        Command::Announce {
            text: line, seconds, ..
        } => {
            text("text", line, max::ANNOUNCEMENT_CHARS_MAX)?;
            range("seconds", *seconds, 1, max::ANNOUNCEMENT_SECONDS_MAX)
        }
        Command::AdjustRound { by_seconds, .. } => range(
            "seconds",
            by_seconds.unsigned_abs(),
            1,
            max::ROUND_MINUTES_MAX * 60,
        ),
        Command::AddRound { time, title, minutes } => {
            text("title", title, max::NAME_CHARS_MAX)?;
            range("minutes", *minutes, 1, max::ROUND_MINUTES_MAX)?;
            is_time_of_day(time).then_some(()).ok_or(Refusal::NotATime)
        }
        Command::SetBreak { minutes } => range("minutes", *minutes, 1, max::BREAK_MINUTES_MAX),
        Command::MergeParticipants { .. }
        | Command::MarkArrived { .. }
        | Command::TakeBackArrival { .. }
        | Command::RemoveParticipant { .. }
        | Command::RemoveListing { .. }
        | Command::OpenFloor { .. }
        | Command::CloseFloor { .. }
        | Command::RingBell { .. }
        | Command::StartRound { .. }
        | Command::PauseRound { .. }
        | Command::ResumeRound { .. }
        | Command::EndRound { .. }
        | Command::WithdrawDeal { .. }
        | Command::RemoveDeal { .. }
        | Command::ReinstateDeal { .. }
        | Command::RatifyDeal { .. }
        | Command::RecallDeal { .. }
        | Command::AdmitDeal { .. }
        | Command::DeclineDeal { .. }
        | Command::FreezeTotals
        | Command::RevealDeals { .. }
        | Command::EndAnnouncement { .. }
        | Command::SetScene { .. }
        | Command::SpotlightDeal { .. }
        | Command::ShortlistDeal { .. }
        | Command::AwardPrize { .. }
        | Command::TakePrizeBack { .. }
        | Command::TakeBack { .. }
        | Command::NoteSleep { .. }
        | Command::AnswerSleep { .. }
        | Command::AnnounceResult => Ok(()),
    }
}

/// Whether a device can be called so. One may be without a name.
pub(super) fn device_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        Ok(())
    } else {
        text("name", name, max::DEVICE_NAME_CHARS_MAX)
    }
}

fn settings_shape(settings: &Settings) -> Result<(), Refusal> {
    text("name", &settings.name, max::NAME_CHARS_MAX)?;
    text("place", &settings.place, max::NAME_CHARS_MAX)?;
    key("time_zone", &settings.time_zone, max::NAME_CHARS_MAX)?;
    if !is_zone_name(&settings.time_zone) {
        return Err(Refusal::NotATimeZone);
    }
    let year = u32::try_from(settings.date.year()).unwrap_or(0);
    range("year", year, max::EXCHANGE_YEAR_MIN, max::EXCHANGE_YEAR_MAX)?;
    range("goal", settings.goal, 1, max::GOAL_DEALS_MAX)?;
    for goal in settings.sector_goals.values() {
        range("sector_goals", *goal, 0, max::PARTICIPANTS_MAX as u32)?;
    }
    range("late_minutes", settings.late_minutes, 0, max::LATE_MINUTES_MAX)?;
    range(
        "milestone_every",
        settings.milestone_every,
        1,
        max::GOAL_DEALS_MAX,
    )?;
    if let Some(benchmark) = &settings.benchmark {
        text("benchmark", &benchmark.name, max::NAME_CHARS_MAX)?;
        range("benchmark", benchmark.total, 1, max::GOAL_DEALS_MAX)?;
        length("course", benchmark.course.len(), 0, max::COURSE_POINTS_MAX)?;
        if !benchmark
            .course
            .is_sorted_by_key(|point| (point.minute, point.deals))
        {
            return Err(Refusal::CourseFalls);
        }
        for point in &benchmark.course {
            range("course", point.deals, 0, max::GOAL_DEALS_MAX)?;
            range("course", point.minute, 0, max::ROUND_MINUTES_MAX)?;
        }
    }
    staging_shape(&settings.staging)?;
    if let Some(privacy) = &settings.privacy {
        readable_lines("privacy", &privacy.text, max::PRIVACY_CHARS_MAX).map(drop)?;
        range("keep_months", privacy.keep_months, 1, max::KEEP_MONTHS_MAX)?;
    }
    if settings.currency.len() != 3 || !settings.currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Refusal::NotACurrency);
    }
    length("categories", settings.categories.len(), 1, max::CATEGORIES_MAX)?;
    for category in &settings.categories {
        key("categories", &category.id.0, max::CATEGORY_KEY_CHARS_MAX)?;
        text("categories", &category.name, max::NAME_CHARS_MAX)?;
    }
    distinct(
        "categories",
        settings.categories.iter().map(|category| &category.id),
    )?;
    length("role_titles", settings.role_titles.len(), 0, max::ROLE_TITLES_MAX)?;
    settings.role_titles.iter().try_for_each(|(role, title)| {
        key("role_titles", role, max::CATEGORY_KEY_CHARS_MAX)?;
        text("role_titles", title, max::PLACE_CHARS_MAX)
    })
}

fn staging_shape(staging: &Staging) -> Result<(), Refusal> {
    if staging.accent.as_ref().is_some_and(|accent| !is_colour(accent)) {
        return Err(Refusal::NotAColour);
    }
    length("sponsors", staging.sponsors.len(), 0, max::SPONSORS_MAX)?;
    for sponsor in &staging.sponsors {
        text("sponsors", &sponsor.name, max::NAME_CHARS_MAX)?;
    }
    range("warning_s", staging.warning_s, 0, max::ROUND_MINUTES_MAX * 60)?;
    range("danger_s", staging.danger_s, 0, staging.warning_s)?;
    range(
        "suspense_minutes",
        staging.suspense_minutes,
        0,
        max::SUSPENSE_MINUTES_MAX,
    )
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether the text is written like an IANA zone. Which zones there are is the time zone database's to say, and that is
/// not part of this crate.
fn is_zone_name(text: &str) -> bool {
    text.split('/').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
    })
}

fn programme_shape(items: &[ProgrammeItem]) -> Result<(), Refusal> {
    length("programme", items.len(), 0, max::PROGRAMME_ITEMS_MAX)?;
    for item in items {
        text("programme", &item.title, max::NAME_CHARS_MAX)?;
        if !is_time_of_day(&item.time) {
            return Err(Refusal::NotATime);
        }
        if let Slot::Round { round, minutes } = &item.slot {
            range("minutes", *minutes, 1, max::ROUND_MINUTES_MAX)?;
            range("round", round.0, 1, max::PROGRAMME_ITEMS_MAX as u32)?;
        }
    }
    distinct(
        "programme",
        items.iter().filter_map(|item| match &item.slot {
            Slot::Round { round, .. } => Some(round),
            Slot::Gathering | Slot::Closing => None,
        }),
    )
}

fn is_time_of_day(time: &str) -> bool {
    let Some((hours, minutes)) = time.split_once(':') else {
        return false;
    };
    let part = |text: &str, below: u32| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|n: u32| n < below)
    };
    part(hours, 24) && part(minutes, 60)
}

fn participant_shape(entry: &ParticipantEntry) -> Result<(), Refusal> {
    text("name", &entry.name, max::PARTICIPANT_NAME_CHARS_MAX)?;
    let shown = shown_name(&ParticipantEntry {
        name: tidy(&entry.name),
        ..entry.clone()
    });
    text("name", &shown, max::PARTICIPANT_NAME_CHARS_MAX)?;
    if let Some(place) = &entry.place {
        text("place", place, max::PLACE_CHARS_MAX)?;
    }
    match &entry.symbol {
        Some(symbol) => Symbol::parse(symbol).map(|_| ()).map_err(|_| Refusal::NotASymbol),
        None => Ok(()),
    }
}

fn listing_shape(listing: &Listing) -> Result<(), Refusal> {
    text("text", &listing.text, max::LISTING_CHARS_MAX)?;
    if let Some(description) = &listing.description {
        text("description", description, max::DESCRIPTION_CHARS_MAX)?;
    }
    effort(listing.effort_minutes)?;
    quantity(listing.quantity.as_ref())
}

pub(super) fn terms_shape(terms: &Terms) -> Result<(), Refusal> {
    length("givers", terms.givers.len(), 1, max::PARTIES_PER_SIDE_MAX)?;
    length("receivers", terms.receivers.len(), 1, max::PARTIES_PER_SIDE_MAX)?;
    distinct("givers", &terms.givers)?;
    distinct("receivers", &terms.receivers)?;
    if terms.has_someone_on_both_sides() {
        return Err(Refusal::SameSides);
    }
    service("service", terms.bargain.service())?;
    if let Some(return_service) = terms.bargain.return_service() {
        service("return_service", return_service)?;
    }
    if let Some(step) = &terms.first_step {
        text("first_step", &step.what, max::REMARK_CHARS_MAX)?;
        if !terms.parties().any(|party| party == step.by) {
            return Err(Refusal::FirstStepByStranger);
        }
    }
    Ok(())
}

fn service(field: &str, service: &Service) -> Result<(), Refusal> {
    text(field, &service.text, max::SERVICE_CHARS_MAX)?;
    effort(service.effort_minutes)?;
    if let Some(worth) = service.worth {
        range("worth", worth, 0, max::WORTH_MAX)?;
    }
    quantity(service.quantity.as_ref())?;
    length(
        "listings",
        service.listings.len(),
        0,
        max::LISTINGS_PER_SERVICE_MAX,
    )?;
    distinct("listings", &service.listings)
}

fn effort(minutes: Option<u32>) -> Result<(), Refusal> {
    minutes.map_or(Ok(()), |minutes| {
        range("effort_minutes", minutes, 1, max::EFFORT_MINUTES_MAX)
    })
}

fn quantity(quantity: Option<&Quantity>) -> Result<(), Refusal> {
    let Some(quantity) = quantity else { return Ok(()) };
    range("quantity", quantity.amount, 1, max::QUANTITY_MAX)?;
    text("quantity", &quantity.unit, max::UNIT_CHARS_MAX)
}

/// A text that is shown, as it is when it is tidied.
fn text(field: &str, text: &str, chars_max: usize) -> Result<(), Refusal> {
    readable(field, text, chars_max).map(drop)
}

/// A name for machines: written exactly so everywhere.
fn key(field: &str, key: &str, chars_max: usize) -> Result<(), Refusal> {
    let field = field.to_owned();
    match readable(&field, key, chars_max) {
        Ok(tidy) if tidy == key => Ok(()),
        Ok(_) => Err(Refusal::TextUnprintable { field }),
        Err(refusal) => Err(refusal),
    }
}

fn range(field: &str, value: u32, min: u32, max: u32) -> Result<(), Refusal> {
    length(field, value as usize, min as usize, max as usize)
}

pub(super) fn length(field: &str, value: usize, min: usize, max: usize) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(Refusal::OutOfRange {
            field: field.to_owned(),
            min: min as u64,
            max: max as u64,
        })
    }
}

fn distinct<'a, T: Ord + 'a>(field: &str, items: impl IntoIterator<Item = &'a T>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    if items.into_iter().all(|item| seen.insert(item)) {
        Ok(())
    } else {
        Err(Refusal::Repeated {
            field: field.to_owned(),
        })
    }
}

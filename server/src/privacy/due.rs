//! What was promised to be gone by a day goes on that day by itself: whoever spoke for somebody, signatures, registrations, the names and
//! texts of individuals. That deals were made, by which organisations, and every total, stays.

use std::collections::{BTreeMap, HashSet};

use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DeviceId, ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::privacy::{Extent, Holding};
use borsklokka_shared::role::{Actor, Role};

use super::{Wanted, delete_on, erase_all, holdings, people, unread};
use crate::api::Denied;
use crate::hub::Hub;
use crate::log::{self, Choice, Subject};

/// What is erased as soon as there is any of it, after the day.
const HELD_OF_PERSONS: [Holding; 3] = [Holding::Contacts, Holding::Registrations, Holding::Signatures];

/// The exchanges of which nothing is left to be erased, as far as that was looked up, and the day that was promised for each.
#[derive(Debug, Default)]
pub struct Done(HashSet<(ExchangeId, Date)>);

/// Erases what was promised to be gone by now, in every exchange. One that fails is told in the log, and tried again next time.
pub async fn erase_due(hub: &Hub, done: &mut Done) {
    for exchange in hub.floors.list() {
        if let Err(error) = erase_if_due(hub, exchange.id, done).await {
            tracing::warn!(
                exchange = %exchange.slug,
                %error,
                "the personal data of {} are due to be erased, and cannot be yet: {error}",
                exchange.slug
            );
        }
    }
}

async fn erase_if_due(hub: &Hub, exchange: ExchangeId, done: &mut Done) -> Result<(), Denied> {
    let database = hub.access.database();
    let settings = log::open(database).settings(exchange).await.map_err(unread)?;
    let Some((settings, on)) = settings.and_then(|settings| {
        let on = delete_on(&settings)?;
        Some((settings, on))
    }) else {
        return Ok(());
    };
    if today(hub.clock.now(), &settings) < on || done.0.contains(&(exchange, on)) {
        return Ok(());
    }
    let known = log::known_in(database, exchange).await.map_err(unread)?;
    let mut subjects: BTreeMap<ParticipantId, Extent> = BTreeMap::new();
    let mut is_anybody_left = false;
    for person in people(&hub.access, exchange, &known).await? {
        let extent = match person.sector {
            Sector::Individual => {
                is_anybody_left = true;
                Extent::Whole
            }
            Sector::Business | Sector::Public | Sector::Voluntary => Extent::Person,
        };
        subjects.insert(person.id, extent);
    }
    // What came of somebody who is not on the board.
    for id in hub.access.contacts(exchange).await?.into_keys() {
        subjects.entry(id).or_insert(Extent::Person);
    }
    let held = holdings(&hub.access, exchange).await?;
    is_anybody_left |= held
        .iter()
        .any(|count| count.entries > 0 && HELD_OF_PERSONS.contains(&count.holding));
    if is_anybody_left {
        let subjects: Vec<Subject> = subjects
            .into_iter()
            .map(|(id, extent)| Subject { id, extent })
            .collect();
        let wanted = Wanted {
            subjects: &subjects,
            choice: &Choice::Sure,
            seen: None,
            by: by_the_clock(),
        };
        erase_all(hub, exchange, &wanted).await?;
        tracing::info!(exchange = %exchange, "the personal data of exchange {exchange} were promised to be gone by {on}, and are");
    }
    done.0.insert((exchange, on));
    Ok(())
}

/// Nobody in person.
fn by_the_clock() -> Actor {
    Actor {
        role: Role::Clock,
        device: DeviceId(uuid::Uuid::nil()),
        name: String::new(),
        paired_at: Instant::default(),
    }
}

/// Which day it is where the exchange is held; in UTC, if nobody knows the zone.
fn today(now: Instant, settings: &Settings) -> Date {
    let now = jiff::Timestamp::from_millisecond(now.unix_ms).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(&settings.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = zone.to_datetime(now).date().to_string();
    day.parse().expect("both write days as 2026-11-26")
}

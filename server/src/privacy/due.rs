//! What was promised to be gone by a day goes on that day by itself: whoever spoke for somebody, signatures, registrations, the names and
//! texts of individuals. That deals were made, by which organisations, and every total, stays. It is [announced](super::announced) before.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DeviceId, ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::privacy::{Extent, Holding};
use borsklokka_shared::role::{Actor, Role};

use super::announced::{self, Announced, Look, Step};
use super::{Wanted, erase_all, holdings, known, letters, people};
use crate::api::Denied;
use crate::clock::day_at;
use crate::hub::Hub;
use crate::log::{self, Choice, Subject};

/// What is erased as soon as there is any of it, after the day.
const HELD_OF_PERSONS: [Holding; 4] = [
    Holding::Contacts,
    Holding::Registrations,
    Holding::Signatures,
    Holding::Photos,
];

/// The exchanges of which nothing is left to be erased, as far as that was looked up, and the day that was promised for each.
#[derive(Debug, Default)]
pub struct Done(HashSet<(ExchangeId, Date)>);

/// Announces and erases what was promised to be gone, in every exchange, as the wall clock says. One that fails is told in the log, and
/// tried again next time.
pub async fn erase_due(hub: &Hub, now: Instant, done: &mut Done) {
    let exchanges = hub.floors.list();
    let there: HashSet<ExchangeId> = exchanges.iter().map(|exchange| exchange.id).collect();
    done.0.retain(|(exchange, _)| there.contains(exchange));
    for exchange in exchanges {
        if let Err(error) = look(hub, exchange.id, now, done).await {
            tracing::warn!(
                exchange = %exchange.slug,
                %error,
                "what was promised of the personal data of {} cannot be kept yet: {error}",
                exchange.slug
            );
        }
    }
}

async fn look(hub: &Hub, exchange: ExchangeId, now: Instant, done: &mut Done) -> Result<(), Denied> {
    let database = hub.access.database();
    let was = announced::read(database, exchange).await?;
    let settings = log::open(database).settings(exchange).await?;
    let promised = settings
        .as_ref()
        .and_then(|settings| Some((settings, settings.delete_on()?)));
    let Some((settings, on)) = promised else {
        return void(hub, exchange, was.as_ref()).await;
    };
    let far = Look {
        on,
        now,
        time_zone: &settings.time_zone,
    };
    if far.step(was.as_ref()) == Step::Nothing {
        return void(hub, exchange, was.as_ref()).await;
    }
    if done.0.contains(&(exchange, on)) {
        return Ok(());
    }
    let not_before = hub
        .floors
        .read(exchange, |board| since_last_bell(board, settings))
        .await?;
    let look = Look {
        on: not_before.map_or(on, |day| day.max(on)),
        ..far
    };
    let subjects = left(hub, exchange).await?;
    if subjects.is_empty() {
        if look.days_left() <= 0 {
            done.0.insert((exchange, on));
        }
        return void(hub, exchange, was.as_ref()).await;
    }
    let seen = Announced {
        on: look.on,
        at: now,
        last_seen: now,
    };
    match look.step(was.as_ref()) {
        Step::Nothing => void(hub, exchange, was.as_ref()).await,
        Step::Announce => {
            tracing::info!(exchange = %exchange, "the personal data of exchange {exchange} will be erased on {}", look.on);
            announced::keep(database, exchange, &seen).await
        }
        Step::See => {
            let at = was.map_or(now, |was| was.at);
            announced::keep(database, exchange, &Announced { at, ..seen }).await?;
            if look.is_told(was.as_ref()) {
                letters::announce(hub, exchange, look.on).await?;
            }
            Ok(())
        }
        Step::Erase => {
            let wanted = Wanted {
                subjects: &subjects,
                choice: &Choice::Sure,
                seen: None,
                by: by_the_clock(),
                from: None,
            };
            erase_all(hub, exchange, &wanted).await?;
            tracing::info!(exchange = %exchange, "the personal data of exchange {exchange} were promised to be gone by {on}, and are");
            announced::forget(database, exchange).await?;
            done.0.insert((exchange, on));
            Ok(())
        }
    }
}

/// What was announced holds no longer, if anything was.
async fn void(hub: &Hub, exchange: ExchangeId, was: Option<&Announced>) -> Result<(), Denied> {
    match was {
        None => Ok(()),
        Some(_) => announced::forget(hub.access.database(), exchange).await,
    }
}

/// The day that was promised, counted from the last bell: an evening that was held later than its day says is kept as long. Of a floor that
/// nobody closed it is the bell that opened it: what was promised outranks a bell that was forgotten.
fn since_last_bell(board: &Board, settings: &Settings) -> Option<Date> {
    let months = settings.privacy.as_ref()?.keep_months;
    let last = board.floor.trading.last()?;
    let at = last.closed_at.unwrap_or(last.opened_at);
    let day = day_at(at, &settings.time_zone);
    // An evening that ends after midnight is that of the day before.
    (day.days_after(settings.date) > 1).then(|| day.plus_months(months))
}

/// Whose data are erased; nobody if there is nothing left of anybody.
async fn left(hub: &Hub, exchange: ExchangeId) -> Result<Vec<Subject>, Denied> {
    let known = known(hub, exchange).await?;
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
    if !is_anybody_left {
        return Ok(Vec::new());
    }
    let subjects = subjects.into_iter();
    Ok(subjects.map(|(id, extent)| Subject { id, extent }).collect())
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

//! What is kept of persons, for the organiser: all of it on one page, one person's as a file, and erasing somebody.

mod announced;
mod due;
mod file;
mod letters;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::privacy::{Count, Erase, Erasure, Extent, Holding, Overview, Person, Preview};
use borsklokka_shared::redaction::Placeholders;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use serde::Deserialize;

pub use self::due::{Done, erase_due};
use crate::access::Access;
use crate::api::{Asked, Caller, Denied};
use crate::database::on_either;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::log::{self, Choice, Erasing, HELD, LogError, Plan, Subject, Unerased};
use crate::spoken::privacy::Privacy as Words;

/// How often it is planned anew to erase somebody, when something else was quicker.
const TRIES_MAX: u32 = 10;

impl From<Unerased> for Denied {
    fn from(error: Unerased) -> Self {
        match error {
            Unerased::Moved => Self::PersonChanged,
            Unerased::Database(error) => error.into(),
        }
    }
}

/// What was read of all of an exchange's log. Nobody is erased from a part of it: a row that cannot be read may name them too.
async fn whole<T>(hub: &Hub, exchange: ExchangeId, read: Result<T, LogError>) -> Result<T, Denied> {
    Ok(hub.floors.of_whole_log(exchange, read).await?)
}

/// What takes the place of what is erased.
pub(crate) fn placeholders(language: Language) -> Placeholders {
    let words = Words::of(language);
    Placeholders {
        name: words.erased_name.to_owned(),
        text: words.erased_text.to_owned(),
    }
}

/// Refuses what is written of somebody who was erased.
///
/// # Errors
/// If they were, or the board cannot be had.
pub(crate) async fn must_not_be_erased(
    hub: &Hub,
    exchange: ExchangeId,
    participant: ParticipantId,
) -> Result<(), Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    if floor
        .view
        .with_staff_board(|board| board.erased.contains(&participant))
    {
        return Err(Refusal::ParticipantErased.into());
    }
    Ok(())
}

/// `GET /api/v1/exchanges/{slug}/privacy`: how much of what, of whom, until when.
pub(crate) async fn overview(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Overview>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let settings = floor.view.with_staff_board(|board| board.settings.clone());
    let settings = settings.ok_or(Refusal::NotConfigured)?;
    let known = known(&hub, exchange).await?;
    Ok(Json(Overview {
        holdings: holdings(&hub.access, exchange).await?,
        people: people(&hub.access, exchange, &known).await?,
        date: settings.date,
        delete_on: settings.delete_on(),
        erasures: known
            .erased
            .iter()
            .rev()
            .map(|(at, ids)| Erasure {
                at: *at,
                by: None,
                participants: ids.iter().copied().collect(),
            })
            .collect(),
    }))
}

/// Whom the log names.
async fn known(hub: &Hub, exchange: ExchangeId) -> Result<log::Known, Denied> {
    whole(
        hub,
        exchange,
        log::known_in(hub.access.database(), exchange).await,
    )
    .await
}

/// How many rows there are of each holding.
async fn holdings(access: &Access, exchange: ExchangeId) -> Result<Vec<Count>, Denied> {
    let mut counts: BTreeMap<Holding, u32> = Holding::ALL.map(|holding| (holding, 0)).into();
    for held in &HELD {
        let Some(holding) = held.holding else { continue };
        let statement = format!("SELECT COUNT(*) FROM {} WHERE exchange_id = $1", held.table);
        let rows: i64 = on_either!(access.database().reading(), on => sqlx::query_scalar(sqlx::AssertSqlSafe(statement.as_str()))
            .bind(exchange.to_string())
            .fetch_one(on)
            .await)?;
        *counts.entry(holding).or_default() += u32::try_from(rows).unwrap_or(u32::MAX);
    }
    let counted = counts.into_iter();
    Ok(counted
        .map(|(holding, entries)| Count { holding, entries })
        .collect())
}

/// Everybody: those of the log, and those whose registration is nowhere else.
async fn people(access: &Access, exchange: ExchangeId, known: &log::Known) -> Result<Vec<Person>, Denied> {
    let contacts = access.contacts(exchange).await?;
    let person = |id: ParticipantId| contacts.get(&id)?.person.clone();
    let mut people: BTreeMap<ParticipantId, Person> = known
        .participants
        .iter()
        .map(|one| {
            let known = Person {
                id: one.id,
                name: one.name.clone(),
                sector: one.sector,
                person: person(one.id),
            };
            (one.id, known)
        })
        .collect();
    let rows: Vec<(String, Option<String>, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT id, participant_id, entry FROM registrations WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    for (id, participant, entry) in rows {
        let id = participant.unwrap_or(id);
        let (Ok(id), Ok(entry)) = (
            id.parse(),
            serde_json::from_str::<borsklokka_shared::registration::Entry>(&entry),
        ) else {
            continue;
        };
        people.entry(id).or_insert_with(|| Person {
            id,
            name: entry.name,
            sector: entry.sector,
            person: entry.contact.person,
        });
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by_key(|one| (one.name.to_lowercase(), one.id));
    Ok(people)
}

/// How much of somebody is meant.
#[derive(Deserialize)]
pub(crate) struct Of {
    extent: Option<Extent>,
}

/// Somebody of whom something is kept, and in which language the exchange speaks.
struct Found {
    person: Person,
    language: Language,
}

impl Found {
    async fn of(hub: &Hub, exchange: ExchangeId, participant: &str) -> Result<Self, Denied> {
        let id: ParticipantId = participant.parse().map_err(|_| Denied::NotAParticipant)?;
        let known = known(hub, exchange).await?;
        let people = people(&hub.access, exchange, &known).await?;
        let person = people.into_iter().find(|person| person.id == id);
        let language = hub.floors.by_id(exchange).await?.language();
        Ok(Self {
            person: person.ok_or(Denied::NotAParticipant)?,
            language,
        })
    }

    /// How much of them goes, if nothing is said: of an organisation whoever speaks for it.
    fn extent(&self) -> Extent {
        match self.person.sector {
            Sector::Individual => Extent::Whole,
            Sector::Business | Sector::Public | Sector::Voluntary => Extent::Person,
        }
    }

    fn subject(&self, extent: Extent) -> Subject {
        Subject {
            id: self.person.id,
            extent,
        }
    }

    /// The name that is typed to erase them.
    fn typed(&self, extent: Extent) -> &str {
        match (extent, &self.person.person) {
            (Extent::Person, Some(person)) => person,
            (Extent::Person, None) | (Extent::Whole, _) => &self.person.name,
        }
    }
}

/// `GET /api/v1/exchanges/{slug}/privacy/{participant}`: what erasing them would do.
pub(crate) async fn preview(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Query(of): Query<Of>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Preview>, Denied> {
    let found = Found::of(&hub, exchange, &participant).await?;
    let extent = of.extent.unwrap_or_else(|| found.extent());
    let subjects = [found.subject(extent)];
    let placeholders = placeholders(found.language);
    let planned = log::plan(
        hub.access.database(),
        exchange,
        &subjects,
        placeholders,
        &Choice::Sure,
    );
    let planned = whole(&hub, exchange, planned.await).await?;
    let elsewhere = planned.elsewhere(hub.access.database(), exchange).await?;
    let Plan {
        goes,
        deals,
        mentions,
        seen,
        ..
    } = planned;
    Ok(Json(Preview {
        person: found.person,
        extent,
        goes,
        deals,
        mentions,
        elsewhere,
        seen,
    }))
}

/// `POST /api/v1/exchanges/{slug}/privacy/{participant}/erase`: erases them, as it was looked at.
pub(crate) async fn erase(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
    caller: Caller,
    Asked(asked): Asked<Erase>,
) -> Result<StatusCode, Denied> {
    let found = Found::of(&hub, exchange, &participant).await?;
    let name = found.typed(asked.extent);
    if asked.name.trim().to_lowercase() != name.trim().to_lowercase() {
        return Err(Denied::NameToErase {
            name: name.to_owned(),
        });
    }
    let subjects = [found.subject(asked.extent)];
    let choice = Choice::These(asked.mentions.into_iter().collect::<BTreeSet<_>>());
    let wanted = Wanted {
        subjects: &subjects,
        choice: &choice,
        seen: Some(&asked.seen),
        by: session.actor(),
        from: Some(caller.peer.address),
    };
    erase_all(&hub, exchange, &wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is erased, by whom.
pub(crate) struct Wanted<'a> {
    pub(crate) subjects: &'a [Subject],
    pub(crate) choice: &'a Choice,
    /// What was looked at, if somebody did.
    pub(crate) seen: Option<&'a str>,
    pub(crate) by: Actor,
    /// From which address; none if it is done by itself.
    pub(crate) from: Option<IpAddr>,
}

/// Erases them, and lets everybody who watches begin from what is left.
///
/// # Errors
/// If something else than what was looked at would go, or it cannot be written.
pub(crate) async fn erase_all(hub: &Hub, exchange: ExchangeId, wanted: &Wanted<'_>) -> Result<(), Denied> {
    let database = hub.access.database();
    for _ in 0..TRIES_MAX {
        let floor = hub.floors.by_id(exchange).await?;
        let placeholders = placeholders(floor.language());
        let planned = log::plan(database, exchange, wanted.subjects, placeholders, wanted.choice);
        let planned = whole(hub, exchange, planned.await).await?;
        if wanted.seen.is_some_and(|seen| seen != planned.seen) {
            return Err(Denied::PersonChanged);
        }
        let erasing = Erasing {
            by: wanted.by.clone(),
            at: floor.view.clock.now(),
            noted_at: hub.clock.now(),
            from: wanted.from,
        };
        drop(floor);
        match log::erase(database, exchange, &planned, &erasing).await {
            Ok(()) => {
                hub.floors.forget(exchange).await;
                // A tablet may have been called after them.
                hub.access.doubt_sessions();
                tracing::info!(exchange = %exchange, "somebody was erased from exchange {exchange}, and it has another epoch");
                return Ok(());
            }
            Err(Unerased::Moved) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Denied::Overtaken)
}

/// What a file of a person's own is sent with.
fn headers(media_type: &'static str, name: &str) -> [(HeaderName, String); 3] {
    [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ]
}

/// `GET /api/v1/exchanges/{slug}/privacy/{participant}/data.json`: everything that is kept of them, for programs.
pub(crate) async fn json(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<impl IntoResponse, Denied> {
    let found = Found::of(&hub, exchange, &participant).await?;
    let kept = kept(&hub, exchange, &found).await?;
    let json = file::json(&found.person, &kept);
    let name = file::name(&found.person, "json");
    Ok((headers("application/json", &name), json))
}

/// `GET /api/v1/exchanges/{slug}/privacy/{participant}/data.txt`: the same, to be read.
pub(crate) async fn text(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<impl IntoResponse, Denied> {
    let found = Found::of(&hub, exchange, &participant).await?;
    let kept = kept(&hub, exchange, &found).await?;
    let floor = hub.floors.by_id(exchange).await?;
    let settings = floor
        .view
        .with_staff_board(|board: &Board| board.settings.clone());
    let text = file::text(&found.person, &kept, settings.as_ref(), found.language);
    let name = file::name(&found.person, "txt");
    Ok((headers("text/plain; charset=utf-8", &name), text))
}

async fn kept(hub: &Hub, exchange: ExchangeId, found: &Found) -> Result<log::Kept, Denied> {
    let subject = found.subject(Extent::Whole);
    let placeholders = placeholders(found.language);
    let kept = log::kept_of(hub.access.database(), exchange, subject, placeholders);
    whole(hub, exchange, kept.await).await
}

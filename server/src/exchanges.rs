//! The operator's list of exchanges: making another, anew or after one that was, putting one away, and deleting it.

pub mod copy;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::{Benchmark, Category, Privacy, Settings, Sponsor, Staging};
use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::screen::{ACCOUNT, ACCOUNTS, SETUP, START};
use borsklokka_shared::slug::is_slug;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Account;
use crate::api::{Asked, AskedWhole, Denied, key_at};
use crate::database::{on_either, write_on};
use crate::entered::Member;
use crate::floors::Title;
use crate::hub::Hub;
use crate::log::ExchangeRow;

/// Addresses that mean something else on this server, or would share a cookie of the server's own.
const SLUGS_RESERVED: [&str; 18] = [
    ACCOUNT,
    ACCOUNTS,
    "agreement",
    "api",
    "assets",
    "calendar",
    SETUP,
    START,
    "login",
    "pair",
    "healthz",
    "livez",
    "readyz",
    "metrics",
    "operator",
    "follow-up",
    "registration",
    "trust",
];

/// Checks the shape of an exchange's address: small letters, digits and hyphens between them.
///
/// # Errors
/// If it has another shape, or the server uses it itself.
pub fn check_slug(slug: &str) -> Result<(), Denied> {
    if !is_slug(slug) {
        Err(Denied::BadSlug)
    } else if SLUGS_RESERVED.contains(&slug) {
        Err(Denied::SlugReserved)
    } else {
        Ok(())
    }
}

/// What somebody at the console reads who asks for an exchange that is not there.
pub fn nowhere<'a>(slug: &str, there: impl IntoIterator<Item = &'a str>) -> String {
    let mut there: Vec<&str> = there.into_iter().collect();
    there.sort_unstable();
    let known = match there.as_slice() {
        [] => "there is none at all yet".to_owned(),
        there => format!("there are {}", there.join(", ")),
    };
    format!("there is no exchange at the address {slug}; {known}")
}

#[derive(Serialize)]
pub(crate) struct Exchanges {
    exchanges: Vec<Listed>,
    /// Who asks, if it is not the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Asking>,
}

/// An organiser who asks for her exchanges.
#[derive(Serialize)]
struct Asking {
    name: String,
    /// Whether she may make more of them.
    may_make: bool,
}

/// An exchange in the list.
#[derive(Serialize)]
struct Listed {
    id: ExchangeId,
    slug: String,
    name: String,
    /// On which day it is held; none, if it was never set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    /// Whether it was put away.
    put_away: bool,
    /// Whether who asks may copy it and put it away.
    may_keep: bool,
    /// Whether who asks may delete it.
    may_delete: bool,
}

/// `GET /api/v1/exchanges`: all of them for the operator, her own for an organiser.
pub(crate) async fn list(State(hub): State<Arc<Hub>>, member: Member) -> Result<Json<Exchanges>, Denied> {
    let (asking, own) = match member {
        Member::Operator(_) => (None, None),
        Member::Account(Account {
            id, name, may_make, ..
        }) => {
            let own = hub.access.exchanges_of(id).await?;
            let own: HashMap<ExchangeId, bool> = own.into_iter().collect();
            (Some(Asking { name, may_make }), Some(own))
        }
    };
    let may_make = asking.as_ref().is_none_or(|asking| asking.may_make);
    let put_away: Vec<String> = on_either!(hub.access.database().reading(), on => sqlx::query_scalar(
        "SELECT slug FROM exchanges WHERE put_away_at_ms IS NOT NULL",
    )
    .fetch_all(on)
    .await)?;
    let put_away: HashSet<String> = put_away.into_iter().collect();
    let mut exchanges = Vec::new();
    for exchange in hub.floors.list() {
        let made_it = match &own {
            None => true,
            Some(own) => match own.get(&exchange.id) {
                Some(made_it) => *made_it,
                None => continue,
            },
        };
        let title = title(&hub, &exchange).await;
        let (name, date) = title.map_or_else(
            || (exchange.slug.clone(), None),
            |said| (said.name, Some(said.date)),
        );
        exchanges.push(Listed {
            id: exchange.id,
            name,
            date,
            put_away: put_away.contains(&exchange.slug),
            may_keep: may_make,
            may_delete: may_make && made_it,
            slug: exchange.slug,
        });
    }
    let account = asking;
    Ok(Json(Exchanges { exchanges, account }))
}

/// What an exchange is called; nothing if it was never set up, or its log cannot be read: it is listed and can be deleted all the
/// same.
pub(crate) async fn title(hub: &Hub, exchange: &ExchangeRow) -> Option<Title> {
    let title = hub.floors.title(exchange).await;
    title.unwrap_or_else(|error| {
        tracing::warn!(%error, "the name of {} cannot be read: {error}", exchange.slug);
        None
    })
}

#[derive(Deserialize)]
pub(crate) struct NewExchange {
    slug: String,
    settings: Value,
}

#[derive(Serialize)]
pub(crate) struct Made {
    id: ExchangeId,
    slug: String,
}

/// Settings that somebody wrote by hand: a key that is misspelt would be lost without a word, so one that nobody knows is refused.
///
/// # Errors
/// If a key is not known, or they cannot be read.
pub(crate) fn settings_of(written: Value) -> Result<Settings, Denied> {
    match unknown_key(&written) {
        Some(key) => Err(Denied::Malformed(format!("the key `{key}` is not known"))),
        None => Settings::try_from(written).map_err(|error| Denied::Malformed(error.to_string())),
    }
}

fn unknown_key(settings: &Value) -> Option<String> {
    let beyond = |object: &Value, known: &[&str]| {
        let mut keys = object.as_object()?.keys();
        keys.find(|key| !known.contains(&key.as_str())).cloned()
    };
    let staging = &settings["staging"];
    let under = |name: &str, key: Option<String>| key.map(|key| format!("{name}.{key}"));
    beyond(settings, Settings::KEYS)
        .or_else(|| under("staging", beyond(staging, Staging::KEYS)))
        .or_else(|| under("categories", ignored::<Vec<Category>>(&settings["categories"])))
        .or_else(|| under("benchmark", ignored::<Benchmark>(&settings["benchmark"])))
        .or_else(|| under("privacy", ignored::<Privacy>(&settings["privacy"])))
        .or_else(|| under("staging.sponsors", ignored::<Vec<Sponsor>>(&staging["sponsors"])))
}

/// The last key that its reader passes over.
fn ignored<T: DeserializeOwned>(value: &Value) -> Option<String> {
    let mut unknown = None;
    // What cannot be read is said where it is read.
    let _read = serde_ignored::deserialize::<_, _, T>(value, |path| unknown = Some(key_at(&path)));
    unknown
}

/// `POST /api/v1/exchanges`
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    member: Member,
    asked: Result<AskedWhole<NewExchange>, Denied>,
) -> Result<(StatusCode, Json<Made>), Denied> {
    let AskedWhole(NewExchange { slug, settings }) = asked?;
    let settings = settings_of(settings)?;
    check_slug(&slug)?;
    let actor = member.actor();
    let device = actor.device;
    let id = hub
        .make_exchange(&slug, settings, actor)
        .await
        .map_err(not_made)?;
    make_hers(&hub, &member, device, id).await?;
    Ok((StatusCode::CREATED, Json(Made { id, slug })))
}

/// Why an exchange was not made.
fn not_made(refusal: Refusal) -> Denied {
    match refusal {
        Refusal::AlreadyExists => Denied::SlugTaken,
        refusal => refusal.into(),
    }
}

/// Makes whoever made an exchange its organiser; the operator is that of every one. If it cannot be, the exchange goes again.
async fn make_hers(hub: &Hub, member: &Member, device: DeviceId, id: ExchangeId) -> Result<(), Denied> {
    let Member::Account(account) = member else {
        return Ok(());
    };
    let given = hub.access.give_made(account, device, id).await;
    if given.is_err() {
        let floor = hub.floors.by_id(id).await?;
        hub.take_back(&floor, "without its organiser").await;
    }
    given
}

#[derive(Deserialize)]
pub(crate) struct Changed {
    /// Whether it is put away: listed apart, and otherwise as it was.
    put_away: bool,
}

/// `PATCH /api/v1/exchanges/{slug}`
pub(crate) async fn change(
    State(hub): State<Arc<Hub>>,
    _: Member,
    Path(slug): Path<String>,
    asked: Result<Asked<Changed>, Denied>,
) -> Result<StatusCode, Denied> {
    let Asked(Changed { put_away }) = asked?;
    let at = put_away.then(|| hub.clock.now().unix_ms);
    let changed = write_on!(hub.access.database(), on => sqlx::query("UPDATE exchanges SET put_away_at_ms = $1 WHERE slug = $2")
        .bind(at)
        .bind(slug.as_str())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
    if changed == 0 {
        return Err(Denied::UnknownExchange);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub(crate) struct Confirmed {
    /// The exchange's name, written by whoever deletes it.
    name: String,
}

/// `DELETE /api/v1/exchanges/{slug}`: everything that is known of it goes, for ever.
pub(crate) async fn delete(
    State(hub): State<Arc<Hub>>,
    _: Member,
    Path(slug): Path<String>,
    asked: Result<Asked<Confirmed>, Denied>,
) -> Result<StatusCode, Denied> {
    let exchange = hub.floors.find(&slug).ok_or(Denied::UnknownExchange)?;
    let Asked(Confirmed { name: written }) = asked?;
    let title = title(&hub, &exchange).await;
    let name = title.map_or_else(|| slug.clone(), |title| title.name);
    if written.trim() != name {
        return Err(Denied::NameToDelete { name });
    }
    hub.floors.delete(&exchange).await.map_err(|error| {
        tracing::error!(%error, "the exchange {slug} cannot be deleted: {error}");
        Denied::Refused(Refusal::Unavailable)
    })?;
    tracing::info!("the exchange {slug} was deleted");
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use borsklokka_shared::icon::Icon;
    use borsklokka_shared::role::Role;
    use test_support::paired_long_ago;

    use super::*;
    use crate::fixture::{Browser, Fixture, open_hub};
    use crate::floor::Submission;
    use crate::log::Answer;

    const PARTICIPANT: &str = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01";

    #[test]
    fn an_address_has_the_shape_of_one_and_is_not_the_servers_own() {
        assert!(check_slug("drammen-2026").is_ok());
        assert!(matches!(check_slug("Drammen"), Err(Denied::BadSlug)));
        for slug in SLUGS_RESERVED {
            assert!(matches!(check_slug(slug), Err(Denied::SlugReserved)), "{slug}");
        }
    }

    #[tokio::test]
    async fn the_operator_makes_and_lists_exchanges() {
        let hub = open_hub().await;
        let settings = json!({
            "name": "Børs i Larvik", "place": "Kulturhuset", "date": "2026-11-26", "time_zone": "Europe/Oslo",
            "goal": 40, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        });
        let asked = |slug: &str| json!({ "slug": slug, "settings": settings });
        let anyone = hub.browser();
        assert_eq!(anyone.get("/api/v1/exchanges").await.code(), "not_logged_in");
        assert_eq!(
            anyone.post("/api/v1/exchanges", asked("larvik")).await.code(),
            "not_logged_in"
        );

        let operator = hub.operator().await;
        let answer = operator.post("/api/v1/exchanges", asked("larvik")).await;
        assert_eq!(
            (answer.status, &answer.json["slug"]),
            (StatusCode::CREATED, &json!("larvik"))
        );
        for (slug, status, code) in [
            ("larvik", StatusCode::CONFLICT, "slug_taken"),
            ("api", StatusCode::UNPROCESSABLE_ENTITY, "slug_reserved"),
            ("L", StatusCode::UNPROCESSABLE_ENTITY, "bad_slug"),
        ] {
            let answer = operator.post("/api/v1/exchanges", asked(slug)).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{slug}");
        }
        let answer = operator
            .post("/api/v1/exchanges", json!({ "slug": "moss" }))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_REQUEST, "malformed")
        );
        assert_eq!(
            (answer.json["message"].as_str(), answer.json["detail"].as_str()),
            (
                Some("Tjeneren forsto ikke meldingen. Last siden på nytt."),
                Some("missing field `settings` at line 1 column 15")
            )
        );
        let listed = operator.get("/api/v1/exchanges").await;
        assert_eq!(listed.json["exchanges"][1]["slug"], "larvik");
        assert_eq!(
            operator.at("192.168.1.20").get("/api/v1/exchanges").await.code(),
            "this_machine_only"
        );
    }

    /// A participant of Drammen's with an offer and a contact, on the floor there.
    async fn fill(hub: &Fixture) {
        let participant = json!({ "id": PARTICIPANT, "name": "Konnerud IL", "sector": "voluntary" });
        let listing = json!({
            "id": "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a02", "participant": PARTICIPANT, "kind": "offer",
            "text": "Telt til 40", "category": "hands",
        });
        let programme = json!([{ "time": "18:00", "title": "Velkommen", "slot": { "kind": "gathering" } }]);
        for command in [
            json!({ "type": "register_participant", "participant": participant }),
            json!({ "type": "add_listing", "listing": listing }),
            json!({ "type": "set_programme", "items": programme }),
        ] {
            let command = serde_json::from_value(command).unwrap();
            let floor = hub.hub.floors.get("drammen").await.unwrap();
            let answer = floor
                .submit(Submission::now(paired_long_ago(Role::Organiser), command))
                .await;
            assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        }
        let broker = Browser::bearing(hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
        let contact = json!({ "person": "Kari Berg", "phone": "+47 22 33 44 55" });
        let answer = broker
            .put(
                &format!("/api/v1/exchanges/drammen/contacts/{PARTICIPANT}"),
                contact,
            )
            .await;
        assert!(answer.status.is_success(), "{:?}", answer.json);
    }

    #[tokio::test]
    async fn one_that_is_put_away_is_listed_apart_and_comes_back() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        for put_away in [true, false] {
            let answer = operator
                .patch("/api/v1/exchanges/drammen", json!({ "put_away": put_away }))
                .await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
            let listed = operator.get("/api/v1/exchanges").await;
            assert_eq!(listed.json["exchanges"][0]["put_away"], put_away);
            assert_eq!(listed.json["exchanges"][1]["put_away"], false);
        }
        let unknown = operator
            .patch("/api/v1/exchanges/larvik", json!({ "put_away": true }))
            .await;
        assert_eq!(unknown.code(), "unknown_exchange");
    }

    #[tokio::test]
    async fn one_is_deleted_by_its_name_with_all_that_was_known_of_it_and_no_other() {
        let hub = open_hub().await;
        fill(&hub).await;
        let token = hub.token("drammen", Role::Broker, "Ingrid").await;
        let operator = hub.operator().await;
        let delete = |name: &str| {
            operator.ask(
                "DELETE",
                "/api/v1/exchanges/drammen",
                Some(json!({ "name": name })),
            )
        };
        let answer = delete("Svelvik").await;
        assert_eq!(answer.code(), "name_to_delete");
        assert_eq!(
            answer.json["message"],
            "Skriv børsens navn, Drammen, for å slette den."
        );
        assert_eq!(delete(" Drammen ").await.status, StatusCode::NO_CONTENT);
        assert_eq!(delete("Drammen").await.code(), "unknown_exchange");
        let left: Vec<i64> = rows_left(&hub).await;
        assert_eq!(left.iter().sum::<i64>(), 0, "{left:?}");
        let listed = operator.get("/api/v1/exchanges").await;
        assert_eq!(listed.json["exchanges"].as_array().map(Vec::len), Some(1));

        // Its address is free, and whoever was paired there is not paired with the next.
        let settings = json!({
            "name": "Drammen 2027", "place": "Biblioteket", "date": "2027-11-26", "time_zone": "Europe/Oslo",
            "goal": 60, "categories": [{ "id": "hands", "name": "Nyttige never" }],
        });
        let made = operator
            .post(
                "/api/v1/exchanges",
                json!({ "slug": "drammen", "settings": settings }),
            )
            .await;
        assert_eq!(made.status, StatusCode::CREATED);
        let old = Browser::bearing(&hub, &token)
            .get("/api/v1/exchanges/drammen/session")
            .await;
        assert_eq!(old.code(), "not_allowed");
    }

    #[tokio::test]
    async fn a_node_closes_the_floor_of_what_another_node_deleted() {
        let hub = open_hub().await;
        let stop = crate::stop::Stop::new();
        let other = crate::floors::Floors::open(crate::log::open(&hub.database), hub.clock.clone(), stop)
            .await
            .unwrap();
        let floor = other.get("drammen").await.unwrap();
        let here = hub.hub.floors.get("drammen").await.unwrap();
        hub.hub.floors.delete(&here.exchange).await.unwrap();
        other.refresh().await.unwrap();
        assert!(other.find("drammen").is_none() && other.find("svelvik").is_some());
        let command = serde_json::from_value(json!({ "type": "set_programme", "items": [] })).unwrap();
        let answer = floor
            .submit(Submission::now(paired_long_ago(Role::Organiser), command))
            .await;
        let unavailable = Answer::Refused {
            refusal: Refusal::Unavailable,
        };
        assert_eq!(answer, unavailable);
    }

    /// How many rows of other exchanges than Svelvik there are in some tables.
    async fn rows_left(hub: &Fixture) -> Vec<i64> {
        let svelvik = hub.exchange("svelvik").to_string();
        let mut counts = Vec::new();
        for statement in [
            "SELECT COUNT(*) FROM events WHERE exchange_id <> $1",
            "SELECT COUNT(*) FROM outcomes WHERE exchange_id <> $1",
            "SELECT COUNT(*) FROM contacts WHERE exchange_id <> $1",
            "SELECT COUNT(*) FROM devices WHERE exchange_id <> $1",
            "SELECT COUNT(*) FROM exchanges WHERE id <> $1",
        ] {
            let count = on_either!(hub.database.reading(), on => sqlx::query_scalar(statement)
                .bind(svelvik.as_str())
                .fetch_one(on)
                .await);
            counts.push(count.unwrap());
        }
        counts
    }

    #[tokio::test]
    async fn a_copy_has_what_was_prepared_and_nothing_that_was_done() {
        let hub = open_hub().await;
        fill(&hub).await;
        let operator = hub.operator().await;
        let copy = |slug: &str, with_participants: bool| {
            let asked = json!({ "slug": slug, "name": "Drammen 2027", "date": "2027-11-25", "with_participants": with_participants });
            operator.post("/api/v1/exchanges/drammen/copy", asked)
        };
        assert_eq!(copy("drammen-2027", true).await.status, StatusCode::CREATED);
        assert_eq!(copy("tomt-2027", false).await.status, StatusCode::CREATED);
        for (slug, participants) in [("drammen-2027", 1), ("tomt-2027", 0)] {
            let floor = hub.hub.floors.get(slug).await.unwrap();
            floor.view.with_staff_board(|board| {
                let settings = board.settings.as_ref().unwrap();
                assert_eq!((settings.name.as_str(), settings.goal), ("Drammen 2027", 60));
                assert_eq!(settings.date.to_string(), "2027-11-25");
                assert_eq!(settings.categories[0].icon, Some(Icon::Hands));
                assert_eq!(board.programme.len(), 1);
                assert_eq!(board.participants.len(), participants);
                assert_eq!(board.listings.len(), participants);
            });
            let contacts = hub.hub.access.contacts(floor.exchange.id).await.unwrap();
            assert_eq!(contacts.len(), participants);
        }
        assert_eq!(copy("drammen-2027", true).await.code(), "slug_taken");
        assert_eq!(copy("L", true).await.code(), "bad_slug");
        let listed = operator.get("/api/v1/exchanges").await;
        assert_eq!(listed.json["exchanges"].as_array().map(Vec::len), Some(4));
    }
}

//! When floors open and close, and what becomes of one that cannot.

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};

use axum::http::StatusCode;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::{LastRound, Phase};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use test_support::paired_long_ago;

use super::*;
use crate::database::Database;
#[cfg(unix)]
use crate::fixture::open_hub_on_postgres;
use crate::fixture::{Browser, Fixture, change_tables, open_hub};
use crate::floor::Submission;
use crate::log::Answer;

/// The slugs of the floors that are open.
fn open_in(hub: &Fixture) -> Vec<String> {
    let mut open: Vec<String> = hub
        .hub
        .floors
        .all_open()
        .into_iter()
        .map(|floor| floor.exchange.slug.clone())
        .collect();
    open.sort();
    open
}

#[tokio::test]
async fn a_log_that_cannot_be_read_keeps_no_other_exchange_from_opening() {
    for (event, code) in [
        ("{}", "log_damaged"),
        (r#"{"type":"of_another_year"}"#, "log_newer"),
    ] {
        let hub = open_hub().await;
        let was = hub.overwrite_first_event("drammen", event).await;
        let hub = hub.restarted().await;
        let browser = hub.browser();
        let catalogue = |slug: &str| format!("/api/v1/exchanges/{slug}/catalogue");
        assert_eq!(browser.get(&catalogue("svelvik")).await.status, StatusCode::OK);
        for what in ["catalogue", "live"] {
            let answer = browser.get(&format!("/api/v1/exchanges/drammen/{what}")).await;
            let found = (answer.status, answer.code());
            assert_eq!(found, (StatusCode::SERVICE_UNAVAILABLE, code), "{what}");
        }
        for (language, begins) in [
            ("nb", "Børsen"),
            ("nn", "Børsen"),
            ("en", "This"),
            ("nl", "Deze"),
            ("de", "Dieser"),
        ] {
            let page = browser.accepting(language).get("/drammen/wall").await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            let sentence = format!("<p>{begins}");
            assert!(page.text.contains(&sentence), "{}", page.text);
        }
        let operator = hub.operator().await;
        let listed = operator.get("/api/v1/exchanges").await.json;
        assert_eq!(listed["exchanges"].as_array().map(Vec::len), Some(2));

        // A repaired one comes back by itself.
        hub.overwrite_first_event("drammen", &was).await;
        assert_eq!(
            browser.get(&catalogue("drammen")).await.code(),
            code,
            "not at once"
        );
        hub.clock.pass_ms(READ_AGAIN_MS);
        assert_eq!(browser.get(&catalogue("drammen")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_log_with_a_break_in_it_is_served_and_told_of() {
    for statement in [
        "DELETE FROM events WHERE seq = 2",
        "UPDATE events SET at_ms = at_ms - 86400000 WHERE seq = 3",
        "UPDATE events SET prev_public = prev_public + 1 WHERE seq = 2",
    ] {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        for name in ["En", "To", "Tre"] {
            rename(&floor, name).await;
        }
        assert_eq!(hub.hub.floors.unreadable(&floor).await, None);
        drop(floor);
        let hub = hub.restarted().await;
        let floors = &hub.hub.floors;
        assert!(floors.get("drammen").await.is_ok());
        assert_eq!(floors.known_faults(), [], "one that is whole");

        let hub = hub.restarted().await;
        change_tables(&hub, statement).await;
        let floors = &hub.hub.floors;
        let floor = floors.get("drammen").await.unwrap();
        assert_eq!(
            floors.unreadable(&floor).await,
            Some(Unreadable::Holed),
            "{statement}"
        );
        rename(&floor, "Fire").await;
        assert_eq!(
            floors.known_faults(),
            [(Unreadable::Holed, "drammen".to_owned())],
            "it goes on, and is not mended: {statement}"
        );
        let health = hub.browser().get("/healthz").await;
        assert_eq!(health.code(), "log_holed", "{statement}");
        assert_eq!(hub.browser().get("/readyz").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_position_that_can_be_none_is_a_damaged_row() {
    for statement in [
        "UPDATE events SET prev_public = -1 WHERE seq = 1",
        "UPDATE events SET seq = 9223372036854775807 WHERE seq = 1",
        // No text, as a disk that rots leaves one.
        "UPDATE events SET event = CAST(X'FF' AS TEXT) WHERE seq = 1",
    ] {
        let hub = open_hub().await.restarted().await;
        change_tables(&hub, statement).await;
        let opened = hub.hub.floors.get("drammen").await;
        let is_damaged = matches!(opened, Err(NotOpen::Unreadable(Unreadable::Damaged)));
        assert!(is_damaged, "{statement}");
    }
}

/// The page that the events lie on is overwritten, as a disk that fails leaves one.
async fn damage_the_page_of_the_events(hub: &Fixture) {
    let path = hub.folder().join("access.db");
    let mut on = SqliteConnection::connect(&format!("sqlite:{}", path.display()))
        .await
        .unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut on)
        .await
        .unwrap();
    let page = "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'events'";
    let (page, bytes): (u32, u32) = sqlx::query_as(page).fetch_one(&mut on).await.unwrap();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(u64::from(page - 1) * u64::from(bytes)))
        .unwrap();
    file.write_all(&vec![0xAA; bytes as usize]).unwrap();
}

#[tokio::test]
async fn a_damaged_page_of_the_log_is_told_as_a_damaged_row_is() {
    let hub = open_hub().await;
    damage_the_page_of_the_events(&hub).await;
    let hub = hub.restarted().await;
    let opened = hub.hub.floors.get("drammen").await;
    assert!(matches!(opened, Err(NotOpen::Unreadable(Unreadable::Damaged))));
    let [health, _] = said(&hub).await;
    assert_eq!(health, of_drammen(UNAVAILABLE, "log_damaged"));
    let catalogue = hub.browser().get("/api/v1/exchanges/drammen/catalogue").await;
    assert_eq!((catalogue.status, catalogue.code()), (UNAVAILABLE, "log_damaged"));
}

#[tokio::test]
async fn a_log_whose_first_page_is_damaged_is_told_by_a_start_before_anybody_asks_for_its_exchange() {
    let hub = open_hub().await;
    if matches!(hub.database, Database::Postgres(_)) {
        return;
    }
    damage_the_page_of_the_events(&hub).await;
    let hub = hub.restarted().await;
    hub.hub.floors.look().await.unwrap();
    let told = of_drammen(UNAVAILABLE, "log_damaged");
    assert_eq!(said(&hub).await, [told.clone(), told], "nobody can be served");
}

/// The pages that svelvik's newest events lie on, and nothing else, are overwritten.
async fn damage_the_newest_of_svelvik(hub: &Fixture) {
    /// How a page begins that rows by their own key lie on.
    const LEAF: u8 = 0x0A;
    change_tables(
        hub,
        "INSERT INTO events SELECT exchange_id, 1000 + nth, 999 + nth, at_ms, audience, actor_role, actor_device, schema_version, \
         'filler' || hex(zeroblob(250)) FROM events, (WITH RECURSIVE n (nth) AS (SELECT 1 UNION ALL SELECT nth + 1 FROM n WHERE nth < 60) \
         SELECT nth FROM n) WHERE seq = 1 AND exchange_id = (SELECT id FROM exchanges WHERE slug = 'svelvik')",
    )
    .await;
    let path = hub.folder().join("access.db");
    let mut on = SqliteConnection::connect(&format!("sqlite:{}", path.display()))
        .await
        .unwrap();
    let sized = "SELECT page_size FROM pragma_page_size";
    let bytes: u32 = sqlx::query_scalar(sized).fetch_one(&mut on).await.unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut on)
        .await
        .unwrap();
    let whole = std::fs::read(&path).unwrap();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    let mut damaged = 0;
    for (nth, page) in whole.chunks(bytes as usize).enumerate() {
        let holds = |text: &[u8]| page.windows(text.len()).any(|found| found == text);
        if page[0] == LEAF && holds(b"filler") && !holds(b"exchange_configured") {
            let begins = nth as u64 * u64::from(bytes);
            file.seek(SeekFrom::Start(begins)).unwrap();
            file.write_all(&vec![0xAA; page.len()]).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 1, "{damaged} pages");
}

#[tokio::test]
async fn a_log_of_which_nobody_can_know_how_far_it_has_come_keeps_no_other_from_opening_at_a_start() {
    let hub = open_hub().await;
    if matches!(hub.database, Database::Postgres(_)) {
        return;
    }
    damage_the_newest_of_svelvik(&hub).await;
    let hub = hub.restarted().await;
    hub.hub.floors.look().await.unwrap();
    assert_eq!(open_in(&hub), ["drammen"]);
    let of_svelvik = |status: StatusCode| (status, "log_damaged".to_owned(), json!("svelvik"));
    let told = [of_svelvik(UNAVAILABLE), of_svelvik(StatusCode::OK)];
    assert_eq!(said(&hub).await, told);
}

/// What `/healthz` and `/readyz` say: the status, the code, and of which exchange.
async fn said(hub: &Fixture) -> [(StatusCode, String, Value); 2] {
    let browser = hub.browser();
    let (health, ready) = (browser.get("/healthz").await, browser.get("/readyz").await);
    [health, ready].map(|answer| {
        let code = answer.code().to_owned();
        (answer.status, code, answer.json["exchange"].clone())
    })
}

fn of_drammen(status: StatusCode, code: &str) -> (StatusCode, String, Value) {
    (status, code.to_owned(), json!("drammen"))
}

fn well() -> (StatusCode, String, Value) {
    (StatusCode::OK, String::new(), Value::Null)
}

/// The log's finding at the desk.
async fn finding(organiser: &Browser<'_>) -> Option<Value> {
    let checked = organiser.get("/api/v1/exchanges/drammen/check").await.json;
    let findings = checked["findings"].as_array().unwrap().clone();
    findings.into_iter().find(|finding| finding["id"] == "log")
}

const UNAVAILABLE: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// A row of today is damaged behind a floor that has read it, and met by what needs it.
async fn damage_behind_an_open_floor_is_told(hub: Fixture, met_by: &str) {
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    let organiser = hub.operator().await;
    assert_eq!(said(&hub).await, [well(), well()]);
    let was = hub.overwrite_first_event("drammen", "{").await;
    let met = organiser
        .get(&format!("/api/v1/exchanges/drammen/{met_by}"))
        .await;
    assert_eq!((met.status, met.code()), (UNAVAILABLE, "log_damaged"), "{met_by}");
    let (code, in_memory) = ("log_unopenable", StatusCode::OK);
    let told = [of_drammen(UNAVAILABLE, code), of_drammen(in_memory, code)];
    assert_eq!(said(&hub).await, told, "it goes on: no proxy takes the node away");
    let message = hub.browser().get("/healthz").await.json["message"].clone();
    let message = message.as_str().unwrap();
    assert!(message.starts_with("Do not stop or restart"), "{message}");
    assert_eq!(
        finding(&organiser).await,
        Some(json!({ "id": "log", "fault": "unopenable", "state": "wrong" }))
    );
    rename(&floor, "Drammen II").await;
    hub.hub.floors.tend().await;
    assert_eq!(said(&hub).await, told);
    drop(floor);

    // Whoever starts it anew all the same is told at once which exchange that keeps out.
    let hub = hub.restarted().await;
    hub.hub.floors.look().await.unwrap();
    let code = "log_damaged";
    let told = [of_drammen(UNAVAILABLE, code), of_drammen(StatusCode::OK, code)];
    assert_eq!(said(&hub).await, told, "the other exchange is served");
    let svelvik = hub.hub.floors.find("svelvik").unwrap();
    hub.hub.floors.delete(&svelvik).await.unwrap();
    let told = [of_drammen(UNAVAILABLE, code), of_drammen(UNAVAILABLE, code)];
    assert_eq!(said(&hub).await, told, "nobody is served");
    hub.overwrite_first_event("drammen", &was).await;
    hub.clock.pass_ms(READ_AGAIN_MS);
    hub.hub.floors.tend().await;
    assert_eq!(said(&hub).await, [well(), well()]);
}

#[tokio::test]
async fn a_row_of_today_that_is_damaged_behind_an_open_floor_is_told_as_what_no_start_opens_again() {
    for met_by in ["privacy", "audit"] {
        damage_behind_an_open_floor_is_told(open_hub().await, met_by).await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_row_of_today_is_damaged_tells_the_same() {
    damage_behind_an_open_floor_is_told(open_hub_on_postgres().await, "privacy").await;
}

#[tokio::test]
async fn what_no_floor_reads_of_a_row_keeps_none_from_opening() {
    let hub = open_hub().await;
    change_tables(&hub, "UPDATE events SET actor_role = 'king' WHERE seq = 1").await;
    let organiser = hub.operator().await;
    let met = organiser.get("/api/v1/exchanges/drammen/audit").await;
    assert_eq!(met.code(), "log_damaged");
    assert_eq!(said(&hub).await, [well(), well()]);
    assert_eq!(finding(&organiser).await, None);
}

#[tokio::test]
async fn a_floor_that_no_start_opens_again_does_not_close_by_itself() {
    let hub = open_hub().await;
    let floors = &hub.hub.floors;
    drop(floors.get("drammen").await.unwrap());
    let was = hub.overwrite_first_event("drammen", "{").await;
    let drammen = hub.exchange("drammen");
    floors.entries(drammen, None, 10).await.unwrap_err();
    hub.clock.pass_ms(2 * UNUSED_MS);
    floors.tend().await;
    assert_eq!(open_in(&hub), ["drammen"]);
    hub.overwrite_first_event("drammen", &was).await;
    floors.tend().await;
    assert_eq!(open_in(&hub), [""; 0], "it can be opened again");
}

#[tokio::test]
async fn an_exchange_whose_log_cannot_be_read_can_be_deleted() {
    let hub = open_hub().await;
    hub.overwrite_first_event("drammen", "{}").await;
    let hub = hub.restarted().await;
    let operator = hub.operator().await;
    let delete = |name: &str| {
        let asked = Some(json!({ "name": name }));
        operator.ask("DELETE", "/api/v1/exchanges/drammen", asked)
    };
    assert_eq!(
        delete("drammen").await.status,
        StatusCode::NO_CONTENT,
        "by its address"
    );
    assert_eq!(delete("drammen").await.code(), "unknown_exchange");
}

#[tokio::test]
async fn the_start_opens_no_floor_and_the_list_names_those_that_are_closed() {
    let hub = open_hub().await.restarted().await;
    assert_eq!(open_in(&hub), [""; 0]);
    let listed = hub.operator().await.get("/api/v1/exchanges").await.json;
    let first = &listed["exchanges"][0];
    assert_eq!(
        (&first["name"], &first["date"]),
        (&json!("Drammen"), &json!("2026-11-26"))
    );
    assert_eq!(open_in(&hub), [""; 0]);
    // A closed one is deleted as an open one is.
    let asked = Some(json!({ "name": "Drammen" }));
    let operator = hub.operator().await;
    let answer = operator.ask("DELETE", "/api/v1/exchanges/drammen", asked).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_floor_opens_once_however_many_ask() {
    let hub = open_hub().await.restarted().await;
    let asking = (0..1_000).map(|_| hub.hub.floors.get("drammen"));
    let floors = futures_util::future::join_all(asking).await;
    let first = floors[0].as_ref().unwrap();
    for floor in &floors {
        assert!(Arc::ptr_eq(&floor.as_ref().unwrap().view, &first.view));
    }
    assert_eq!(open_in(&hub), ["drammen"]);
}

#[tokio::test]
async fn a_floor_closes_after_a_day_in_which_nobody_was_there() {
    let hub = open_hub().await;
    let floors = &hub.hub.floors;
    let somebody = floors.get("drammen").await.unwrap();
    hub.clock.pass_ms(UNUSED_MS);
    floors.tend().await;
    assert_eq!(open_in(&hub), ["drammen"], "somebody is there");
    drop(somebody);
    hub.clock.pass_ms(UNUSED_MS - 1);
    floors.tend().await;
    assert_eq!(open_in(&hub), ["drammen"], "somebody was there within a day");
    hub.clock.pass_ms(1);
    floors.tend().await;
    assert_eq!(open_in(&hub), [""; 0]);
    assert_eq!(
        floors
            .title(&floors.find("drammen").unwrap())
            .await
            .unwrap()
            .unwrap()
            .name,
        "Drammen"
    );
    let again = floors.get("drammen").await.unwrap();
    assert!(again.answers().await, "and it is open again");
}

async fn ask(floor: &FloorHandle, role: Role, command: Command) {
    let answer = floor
        .submit(Submission::now(paired_long_ago(role), command))
        .await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
}

async fn rename(floor: &FloorHandle, name: &str) {
    let mut settings = floor
        .view
        .with_staff_board(|board| board.settings.clone().unwrap());
    name.clone_into(&mut settings.name);
    let settings = Box::new(settings);
    ask(floor, Role::Organiser, Command::configure(settings)).await;
}

/// A floor on which the last round runs, which closes it.
async fn play(floor: &FloorHandle) {
    let mut settings = floor
        .view
        .with_staff_board(|board| board.settings.clone().unwrap());
    settings.last_round = LastRound::ClosesFloor;
    let settings = Box::new(settings);
    ask(floor, Role::Organiser, Command::configure(settings)).await;
    let items = json!([{ "time": "18:00", "title": "Runde", "slot": { "kind": "round", "round": 1, "minutes": 30 } }]);
    let items = serde_json::from_value(items).unwrap();
    ask(floor, Role::Organiser, Command::set_programme(items)).await;
    let open = Command::OpenFloor {
        expected: Expected::exactly(Phase::Preparing, None),
        start_round: Some(RoundId(1)),
    };
    ask(floor, Role::Moderator, open).await;
}

#[tokio::test]
async fn a_floor_where_something_is_due_is_open_after_a_restart_and_does_not_close() {
    let hub = open_hub().await;
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    play(&floor).await;
    assert!(floor.has_something_due());
    drop(floor);
    let hub = hub.restarted().await;
    hub.clock.pass_ms(60_000);
    hub.hub.floors.look().await.unwrap();
    assert!(open_in(&hub).contains(&"drammen".to_owned()));
    hub.clock.pass_ms(2 * UNUSED_MS);
    hub.hub.floors.tend().await;
    assert_eq!(open_in(&hub), ["drammen"], "the other is out of use");
}

#[tokio::test]
async fn where_nothing_happened_for_a_day_no_floor_opens_by_itself() {
    let hub = open_hub().await.restarted().await;
    hub.clock.pass_ms(UNUSED_MS);
    hub.hub.floors.look().await.unwrap();
    assert_eq!(open_in(&hub), [""; 0]);
    let hub = hub.restarted().await;
    hub.clock.pass_ms(-1_000);
    hub.hub.floors.look().await.unwrap();
    assert_eq!(open_in(&hub), ["drammen", "svelvik"]);
}

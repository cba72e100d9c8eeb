//! When floors open and close, and what becomes of one that cannot.

use axum::http::StatusCode;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::{LastRound, Phase};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::paired_long_ago;

use super::*;
use crate::fixture::{Fixture, change_tables, open_hub};
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
        assert_eq!(floors.known_unreadable(), None, "one that is whole");

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
            floors.known_unreadable(),
            Some(Unreadable::Holed),
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
    ] {
        let hub = open_hub().await.restarted().await;
        change_tables(&hub, statement).await;
        let opened = hub.hub.floors.get("drammen").await;
        let is_damaged = matches!(opened, Err(NotOpen::Unreadable(Unreadable::Damaged)));
        assert!(is_damaged, "{statement}");
    }
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
    ask(floor, Role::Organiser, Command::Configure { settings }).await;
}

/// A floor on which the last round runs, which closes it.
async fn play(floor: &FloorHandle) {
    let mut settings = floor
        .view
        .with_staff_board(|board| board.settings.clone().unwrap());
    settings.last_round = LastRound::ClosesFloor;
    let settings = Box::new(settings);
    ask(floor, Role::Organiser, Command::Configure { settings }).await;
    let items = json!([{ "time": "18:00", "title": "Runde", "slot": { "kind": "round", "round": 1, "minutes": 30 } }]);
    let items = serde_json::from_value(items).unwrap();
    ask(floor, Role::Organiser, Command::SetProgramme { items }).await;
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

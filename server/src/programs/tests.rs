//! Tokens and calendars from end to end: what they open, for how long, and what a calendar program reads.

use axum::http::StatusCode;
use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::FirstStep;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime};
use serde_json::{Value, json};
use test_support::{deal, entry, gift, opening, paired_long_ago, party, programme, settings};

use crate::fixture::{Answer, Browser, Fixture, open_hub};
use crate::floor::Submission;
use crate::log::Answer as Said;

const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
const EXCHANGE: &str = "/api/v1/exchanges/drammen";

async fn ask(fixture: &Fixture, method: &str, path: &str, body: Option<Value>) -> Answer {
    let token = fixture.token("drammen", Role::Organiser, "").await;
    let organiser = Browser::bearing(fixture, &token);
    organiser.ask(method, &format!("{EXCHANGE}/{path}"), body).await
}

async fn submit(fixture: &Fixture, role: Role, command: Command) {
    // The bell has struck by then.
    fixture.clock.pass_ms(MINUTE_MS);
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let said = floor
        .submit(Submission::now(paired_long_ago(role), command))
        .await;
    assert!(matches!(said, Said::Accepted { .. }), "{said:?}");
}

/// A deal whose first step is due, and which has a deadline.
fn post(deal: DealId, text: &str) -> Command {
    let mut terms = gift(1, 4, text);
    terms.first_step = Some(FirstStep {
        by: party(1),
        what: "ringer".to_owned(),
        due: Some("2026-12-10".parse().unwrap()),
    });
    terms.deadline = Some("2027-11-26".parse().unwrap());
    Command::PostDeal {
        deal,
        terms,
        written_on: WrittenOn::Tablet,
        broker: None,
    }
}

async fn evening(fixture: &Fixture, text: &str) {
    let register = |n, name: &str| Command::RegisterParticipant {
        participant: entry(n, name, Sector::Voluntary),
    };
    let configure = Command::configure(settings());
    for (role, command) in [
        (Role::Organiser, configure),
        (Role::Organiser, Command::set_programme(programme())),
        (Role::Organiser, register(1, "Røde Kors, Drammen; og omegn")),
        (Role::Organiser, register(4, "Turlaget")),
        (Role::Moderator, opening()),
        (Role::Broker, post(deal(1), text)),
    ] {
        submit(fixture, role, command).await;
    }
}

async fn token(fixture: &Fixture, body: Value) -> String {
    let made = ask(fixture, "POST", "tokens", Some(body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_reads_the_public_board_and_the_report_only_if_it_may() {
    let fixture = open_hub().await;
    evening(&fixture, "Snømåking").await;
    submit(&fixture, Role::Moderator, Command::FreezeTotals).await;
    submit(&fixture, Role::Broker, post(deal(2), "Hemmelig bistand")).await;
    let plain = token(&fixture, json!({ "name": "Nettsted", "days": 30 })).await;
    let reporting = token(&fixture, json!({ "name": "Regneark", "with_report": true })).await;
    let plain = Browser::bearing(&fixture, &plain);
    let reporting = Browser::bearing(&fixture, &reporting);
    let board = plain.get(&format!("{EXCHANGE}/board")).await;
    assert_eq!(board.status, StatusCode::OK, "{}", board.text);
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let (epoch, seq, ..) = floor.view.public_snapshot();
    assert_eq!(
        (&board.json["epoch"], &board.json["seq"]),
        (&json!(epoch), &json!(seq))
    );
    assert!(
        board.text.contains("Snømåking") && !board.text.contains("Hemmelig"),
        "{}",
        board.text
    );
    assert_eq!(
        plain.get(&format!("{EXCHANGE}/report")).await.code(),
        "not_allowed"
    );
    let report = reporting.get(&format!("{EXCHANGE}/report")).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text);
    for path in ["afterwards", "contacts", "audit", "programs", "session", "mails"] {
        let answer = reporting.get(&format!("{EXCHANGE}/{path}")).await;
        assert_eq!(answer.code(), "not_allowed", "{path}: {}", answer.text);
    }
    // What it takes out is noted, and the list of that can be read.
    let taken = reporting.get(&format!("{EXCHANGE}/report.xlsx")).await;
    assert_eq!(taken.status, StatusCode::OK);
    let noted = ask(&fixture, "GET", "security", None).await;
    let last = &noted.json["entries"][0];
    assert_eq!(
        (&last["event"], &last["role"], &last["name"]),
        (&json!("report_taken"), &json!("reporter"), &json!("Regneark"))
    );
    let command = json!({ "command": { "type": "freeze_totals" } });
    assert_eq!(
        reporting
            .post(&format!("{EXCHANGE}/commands"), command)
            .await
            .code(),
        "not_allowed"
    );
}

#[tokio::test]
async fn a_token_is_shown_once_runs_out_and_can_be_revoked() {
    let fixture = open_hub().await;
    let shown = token(&fixture, json!({ "name": " Nettsted ", "days": 30 })).await;
    let lasting = token(&fixture, json!({ "name": "Evig" })).await;
    let page = ask(&fixture, "GET", "programs", None).await;
    assert!(
        !page.text.contains(&shown) && !page.text.contains(&crate::access::token_sha256(&shown)),
        "{}",
        page.text
    );
    let listed = &page.json["tokens"];
    assert_eq!(
        (listed[0]["name"].as_str(), listed[1]["expires_at"].as_str()),
        (Some("Nettsted"), None)
    );
    assert_eq!(listed[0]["last_used"], Value::Null);
    let board = format!("{EXCHANGE}/board");
    let opens = async |token: &str| Browser::bearing(&fixture, token).get(&board).await.status;
    assert_eq!(opens(&shown).await, StatusCode::OK);
    fixture.clock.pass_ms(30 * DAY_MS);
    assert_eq!(
        (opens(&shown).await, opens(&lasting).await),
        (StatusCode::FORBIDDEN, StatusCode::OK)
    );
    let page = ask(&fixture, "GET", "programs", None).await;
    let left = page.json["tokens"].as_array().unwrap();
    assert_eq!(left.len(), 1);
    let path = format!("tokens/{}", left[0]["id"].as_str().unwrap());
    assert_eq!(
        ask(&fixture, "DELETE", &path, None).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(opens(&lasting).await, StatusCode::FORBIDDEN);
    assert_eq!(
        ask(&fixture, "DELETE", &path, None).await.code(),
        "unknown_program_token"
    );
    for (body, code) in [
        (json!({ "name": "", "days": 30 }), "malformed"),
        (json!({ "name": "x", "days": 0 }), "token_days"),
        (json!({ "name": "x", "days": 1_001 }), "token_days"),
    ] {
        let refused = ask(&fixture, "POST", "tokens", Some(body.clone())).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            refused.text
        );
        assert!(refused.code() == code || code == "malformed", "{}", refused.text);
    }
    // In a cookie it is nothing.
    let another = token(&fixture, json!({ "name": "Nettsted" })).await;
    let mut browser = fixture.browser();
    browser.keep(&format!(
        "{}={another}; Path=/",
        crate::access::cookie::name("drammen")
    ));
    assert_eq!(browser.get(&board).await.code(), "not_allowed");
}

/// The entries of a calendar, as a calendar program reads them: id, what it is, from when to when.
fn entries(answer: &Answer) -> Vec<(String, String, DatePerhapsTime, DatePerhapsTime)> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
    for line in answer.text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n'), "{line:?}");
    }
    let calendar: Calendar = answer.text.parse().unwrap();
    let read = |event: &icalendar::Event| {
        (
            event.get_uid().unwrap().to_owned(),
            event.get_summary().unwrap().to_owned(),
            event.get_start().unwrap(),
            event.get_end().unwrap(),
        )
    };
    let mut entries: Vec<_> = calendar.events().map(read).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

fn written(at: &DatePerhapsTime) -> String {
    match at {
        DatePerhapsTime::Date(day) => day.to_string(),
        DatePerhapsTime::DateTime(CalendarDateTime::Utc(at)) => at.to_rfc3339(),
        other @ DatePerhapsTime::DateTime(_) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_organisers_calendar_has_what_is_due_and_keeps_its_ids() {
    let fixture = open_hub().await;
    let long = "Snømåking, sand; og \"salt\"\\ ".repeat(6);
    evening(&fixture, &long).await;
    let form = json!({ "is_on": true, "closes_on": "2026-11-20" });
    let set = ask(&fixture, "PUT", "registrations/form", Some(form)).await;
    assert!(set.status.is_success(), "{}", set.text);
    let made = ask(&fixture, "POST", "calendar", None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let url = made.json["url"].as_str().unwrap().to_owned();
    let path = &url[url.find("/calendar/").unwrap()..];
    let guest = fixture.browser();
    let calendar = guest.get(path).await;
    let read = entries(&calendar);
    let (exchange, one) = (fixture.exchange("drammen"), deal(1));
    let told: Vec<(String, String, String)> = read
        .iter()
        .map(|(uid, _, from, to)| (uid.clone(), written(from), written(to)))
        .collect();
    let entry = |uid: String, from: &str, to: &str| (uid, from.to_owned(), to.to_owned());
    assert_eq!(
        told,
        [
            entry(format!("deadline-{one}@borsklokka"), "2027-11-26", "2027-11-27"),
            // The programme's first line and its last, in a zone that is an hour ahead.
            entry(
                format!("evening-{exchange}@borsklokka"),
                "2026-11-26T15:30:00+00:00",
                "2026-11-26T17:55:00+00:00"
            ),
            entry(format!("first-step-{one}@borsklokka"), "2026-12-10", "2026-12-11"),
            entry(
                format!("registration-{exchange}@borsklokka"),
                "2026-11-20",
                "2026-11-21"
            ),
        ]
    );
    assert_eq!(read[2].1, "Første steg, ved Røde Kors, Drammen; og omegn: ringer");
    assert!(
        read[0].1.contains("Snømåking, sand; og \"salt\"\\ "),
        "{}",
        read[0].1
    );
    assert_eq!(calendar.headers["cache-control"], "private, no-store");
    // Read again after a change it has the same entries.
    let mut renamed = settings();
    renamed.name = "Børsen".to_owned();
    let settings = Box::new(renamed);
    submit(&fixture, Role::Organiser, Command::configure(settings)).await;
    let again = entries(&guest.get(path).await);
    let ids = |entries: &[(String, String, DatePerhapsTime, DatePerhapsTime)]| {
        entries.iter().map(|one| one.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&again), ids(&read));
    assert_eq!(again[1].1, "Børsen");
    // Revoked, it is gone; wrong, it never was.
    let page = ask(&fixture, "GET", "programs", None).await;
    assert_eq!(page.json["calendars"].as_array().unwrap().len(), 1);
    ask(&fixture, "DELETE", "calendar", None).await;
    assert_eq!(guest.get(path).await.code(), "link_gone");
    let wrong = guest.get(&format!("/calendar/{}", "0".repeat(64))).await;
    assert_eq!(wrong.code(), "unknown_link");
    assert!(!wrong.text.contains("avtale"), "{}", wrong.text);
}

#[tokio::test]
async fn everybodys_calendar_has_the_evenings_day_alone() {
    let fixture = open_hub().await;
    evening(&fixture, "Snømåking").await;
    let calendar = fixture.browser().get(&format!("{EXCHANGE}/calendar.ics")).await;
    let read = entries(&calendar);
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].1, "Frivilligbørsen i Drammen");
    assert_eq!(
        (written(&read[0].2), written(&read[0].3)),
        ("2026-11-26".to_owned(), "2026-11-27".to_owned())
    );
}

#[tokio::test]
async fn the_interface_is_described_to_everybody() {
    let fixture = open_hub().await;
    let answer = fixture.browser().get("/api/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json["openapi"], "3.1.0");
    let token = &answer.json["paths"]["/api/v1/exchanges/{slug}/board"]["get"]["security"];
    assert_eq!(token, &json!([{ "token": [] }]));
}

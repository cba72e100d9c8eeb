//! Each action is noted once, by whom and about what; nobody but the organiser reads it, and no secret of anybody is in it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use borsklokka_shared::command::Command;
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::MailKind;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use borsklokka_shared::security::{SecurityEvent, SecurityPage};
use serde_json::{Value, json};
use test_support::{deal, entry, opening, paired_long_ago, party, post_command, programme, settings};

use super::super::route::Admits;
use super::super::table;
use crate::database::write_on;
use crate::fixture::{Browser, Fixture, PASSPHRASE, open_hub};
use crate::floor::Submission;
use crate::log::Answer;
use crate::mail::intake::Queued;
use crate::mail::{self, Letter, Matter};

const EXCHANGE: &str = "/api/v1/exchanges/drammen";
/// More than the time in which the same is not noted again, in milliseconds.
const MINUTE_MS: i64 = 60_001;

/// Everything that the list has, the oldest first.
async fn noted(organiser: &Browser<'_>) -> Value {
    let answer = organiser.get(&format!("{EXCHANGE}/security?limit=200")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut entries = answer.json["entries"].as_array().unwrap().clone();
    entries.reverse();
    Value::Array(entries)
}

/// What the list has of each event.
async fn events(organiser: &Browser<'_>) -> Vec<String> {
    let entries = noted(organiser).await;
    let events = entries.as_array().unwrap().iter();
    events
        .map(|entry| entry["event"].as_str().unwrap().to_owned())
        .collect()
}

/// An evening with one deal, between a participant who is reached and another.
async fn evening(hub: &Fixture) {
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    let register = |n, name: &str| Command::RegisterParticipant {
        participant: entry(n, name, Sector::Voluntary),
    };
    for (role, command) in [
        (Role::Organiser, Command::configure(settings())),
        (Role::Organiser, Command::set_programme(programme())),
        (Role::Organiser, register(1, "Røde Kors")),
        (Role::Organiser, register(4, "Trygve")),
        (Role::Moderator, opening()),
        (Role::Broker, post_command(1)),
    ] {
        // The bell has struck by then.
        hub.clock.pass_ms(MINUTE_MS);
        let answer = floor
            .submit(Submission::now(paired_long_ago(role), command))
            .await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    }
}

/// Somebody who has registered by the form, and a yes to it.
async fn registered(organiser: &Browser<'_>) -> (String, Value) {
    let registrations = format!("{EXCHANGE}/registrations");
    organiser
        .put(&format!("{registrations}/form"), json!({ "is_on": true }))
        .await;
    let form =
        "name=Turlaget&sector=voluntary&person=Kari&email=kari%40example.org&people=1&consent=yes&shown=0";
    organiser
        .post_file(
            "/drammen/register",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
        )
        .await;
    let listed = organiser.get(&registrations).await.json;
    let first = &listed["registrations"][0];
    let id = first["id"].as_str().unwrap().to_owned();
    (id, json!({ "seen": first["changed_at"], "verdict": "decline" }))
}

/// A mail that is held.
async fn mailed(hub: &Fixture) -> String {
    let letter = Letter {
        kind: MailKind::Test,
        about: uuid::Uuid::now_v7().to_string(),
        to: "kari@example.org".to_owned(),
        language: Language::Nb,
        matter: Matter::default(),
    };
    match mail::enqueue(&hub.hub, hub.exchange("drammen"), &letter)
        .await
        .unwrap()
    {
        Queued::Made(id) => id.to_string(),
        other => panic!("{other:?}"),
    }
}

/// A webhook or a token that is there, though nobody is noted who made it.
async fn added(hub: &Fixture, what: &str, body: &Value) -> String {
    let exchange = hub.exchange("drammen");
    if what == "tokens" {
        let wanted = serde_json::from_value(body.clone()).unwrap();
        let made = hub
            .hub
            .access
            .make_program_token(exchange, &wanted)
            .await
            .unwrap();
        return made.id.to_string();
    }
    let id = uuid::Uuid::now_v7().to_string();
    write_on!(&hub.database, on => sqlx::query(
        "INSERT INTO webhooks (exchange_id, id, url, kinds, secret, made_at_ms, after_seq) \
         VALUES ($1, $2, 'https://93.184.216.34/hook', 'deals', '', 0, 0)",
    )
    .bind(exchange.to_string())
    .bind(&id)
    .execute(on)
    .await
    .map(drop))
    .unwrap();
    id
}

/// Asks for what a row grants, with what it needs to be granted.
async fn ask(hub: &Fixture, organiser: &Browser<'_>, method: &str, path: &str) -> StatusCode {
    let mut asked = path
        .replace("{slug}", "drammen")
        .replace("{deal}", &deal(1).to_string())
        .replace("{teller}", &party(1).to_string())
        .replace("{participant}", &party(1).to_string());
    if asked.contains("/registrations/{id}") {
        let (id, judgement) = registered(organiser).await;
        let answer = organiser.post(&asked.replace("{id}", &id), judgement).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        return answer.status;
    }
    if asked.contains("/mails") {
        let body = if asked.ends_with("/settings") {
            json!({ "sending": "held" })
        } else if asked.ends_with("{id}") {
            asked = asked.replace("{id}", &mailed(hub).await);
            json!({ "deed": "cancel" })
        } else {
            json!({ "deed": "cancel_held" })
        };
        let answer = organiser
            .ask(method, &asked, (method != "GET").then_some(body))
            .await;
        assert!(answer.status.is_success(), "{method} {asked}: {}", answer.text);
        return answer.status;
    }
    if asked.contains("/webhooks") || asked.contains("/tokens") {
        let webhook = json!({ "url": "https://93.184.216.34/hook", "kinds": ["deals"] });
        let (made, body) = if asked.contains("/webhooks") {
            ("webhooks", webhook)
        } else {
            ("tokens", json!({ "name": "Nettsted" }))
        };
        let body = if asked.ends_with("{id}") {
            let made = added(hub, made, &body).await;
            asked = asked.replace("{id}", &made);
            (method == "PATCH").then(|| json!({ "enabled": false }))
        } else {
            Some(body)
        };
        let answer = organiser.ask(method, &asked, body).await;
        assert!(answer.status.is_success(), "{method} {asked}: {}", answer.text);
        return answer.status;
    }
    if asked.contains("{id}") {
        hub.token("drammen", Role::Notary, "Nils").await;
        let listed = organiser.get(&format!("{EXCHANGE}/devices")).await.json;
        asked = asked.replace("{id}", listed["devices"][0]["id"].as_str().unwrap());
    }
    if asked.ends_with("/roster") {
        let file = "Navn;Sektor\nSpeiderne;frivillig\n".as_bytes();
        let seen = organiser
            .post_file(&format!("{asked}/preview"), "text/csv", file)
            .await;
        let plan = seen.json["plan"].as_str().unwrap();
        let answer = organiser
            .post_file(&format!("{asked}?plan={plan}"), "text/csv", file)
            .await;
        assert!(answer.status.is_success(), "{}", answer.text);
        return answer.status;
    }
    if method == "PUT" && asked.ends_with("/photo") {
        let taken = organiser.put_file(&asked, "image/jpeg", &photo()).await;
        assert!(taken.status.is_success(), "{}", taken.text);
        return taken.status;
    }
    let body = if asked.contains("/answers/") && method == "PUT" {
        Some(json!({ "state": "done" }))
    } else if asked.ends_with("/calls") {
        Some(json!({ "note": "Ingen svarte" }))
    } else if asked.ends_with("/pairing-codes") {
        Some(json!({ "role": "broker" }))
    } else if asked.contains("/contacts/") && method == "PUT" {
        Some(json!({ "person": "Kari Nordmann", "phone": "00000001" }))
    } else if asked.contains("/consents/") && method == "PUT" {
        let kept = organiser.get(&format!("{EXCHANGE}/deal-photos")).await.json;
        Some(json!({ "photo": kept["photos"][0]["photo"] }))
    } else if asked.contains("/signatures/") && method == "PUT" {
        Some(json!({ "name": "Kari Nordmann", "strokes": [[[713, 291], [717, 283]]] }))
    } else {
        None
    };
    let answer = organiser.ask(method, &asked, body).await;
    assert!(answer.status.is_success(), "{method} {asked}: {}", answer.text);
    answer.status
}

/// A small photo.
fn photo() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::new(8, 8);
    picture.write_to(&mut file, image::ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn each_row_of_the_table_that_is_noted_is_noted_once_when_it_is_granted() {
    let hub = open_hub().await;
    let organiser = hub.operator().await;
    evening(&hub).await;
    let mut tried = BTreeSet::new();
    for route in table() {
        let Some(event) = route.noted else { continue };
        assert!(
            matches!(route.admits, Admits::Having(_)),
            "nobody knows who asks {}",
            route.path
        );
        // Of the papers of the hall one is printed: the others are the same row but for their handler.
        if !tried.insert(event.as_str()) && event == SecurityEvent::HandoutPrinted {
            continue;
        }
        hub.clock.pass_ms(MINUTE_MS);
        let before = events(&organiser).await;
        ask(&hub, &organiser, route.method.as_str(), route.path).await;
        let after = events(&organiser).await;
        let what = format!("{} {}", route.method, route.path);
        assert_eq!(after[..before.len()], before, "{what}");
        assert_eq!(after[before.len()..], [event.as_str()], "{what}");
        // What is refused is not noted: to nobody, and of what there is not.
        hub.clock.pass_ms(MINUTE_MS);
        let of_none = route.path.replace("{slug}", "drammen");
        let mut askers = vec![hub.browser()];
        if of_none.contains('{') {
            askers.push(organiser.clone());
        }
        for asker in askers {
            let answer = asker.ask(route.method.as_str(), &of_none, None).await;
            assert!(!answer.status.is_success(), "{what}: {}", answer.text);
        }
        assert_eq!(events(&organiser).await.len(), after.len(), "{what}");
    }
    let of_handlers = [
        SecurityEvent::SetUp,
        SecurityEvent::LoggedIn,
        SecurityEvent::LoginFailed,
        SecurityEvent::LoggedOut,
        SecurityEvent::PassphraseChanged,
        SecurityEvent::PassphraseReset,
        SecurityEvent::AccountInvited,
        SecurityEvent::AccountLinkMade,
        SecurityEvent::AccountOpened,
        SecurityEvent::AccountChanged,
        SecurityEvent::SessionEnded,
        SecurityEvent::PassphraseForgotten,
        SecurityEvent::PasskeyAdded,
        SecurityEvent::PasskeyRemoved,
        SecurityEvent::Paired,
        SecurityEvent::PairingFailed,
        SecurityEvent::TokenMade,
        SecurityEvent::LinkOpened,
        SecurityEvent::FollowUpAnswered,
        SecurityEvent::PersonErased,
    ];
    let noted = tried.into_iter().chain(of_handlers.map(SecurityEvent::as_str));
    let all: BTreeSet<_> = SecurityEvent::ALL.map(SecurityEvent::as_str).into();
    assert_eq!(noted.collect::<BTreeSet<_>>(), all, "a row for each event");
}

#[test]
fn the_protocols_page_says_which_row_is_noted_as_what() {
    let page = include_str!("../../../../docs/protocol.md");
    let section = page.split("\n### What concerns safety\n").nth(1).unwrap();
    let section = section.split("\n### ").next().unwrap();
    let mut written = section.lines().filter(|line| line.starts_with("| `"));
    for event in SecurityEvent::ALL {
        let rows: Vec<String> = table()
            .into_iter()
            .filter(|route| route.noted == Some(event))
            .map(|route| {
                let path = route.path.replace("/api/v1/exchanges/{slug}", "…");
                format!("`{} {path}`", route.method)
            })
            .collect();
        let begins = format!("| `{}` | {}", event.as_str(), rows.join(", "));
        let line = written.next().unwrap_or_default();
        assert!(line.starts_with(&begins), "{line} is not {begins}");
    }
    assert_eq!(written.next(), None);
}

#[tokio::test]
async fn who_comes_in_and_who_tries_is_noted_with_the_address() {
    let hub = open_hub().await;
    let organiser = hub.operator().await;
    evening(&hub).await;
    let elsewhere = hub.browser().at("192.168.1.20").over_tls();
    let log_in = |passphrase: &str| json!({ "passphrase": passphrase });
    elsewhere
        .post("/api/v1/login", log_in("tre ganske gale ord"))
        .await;
    let mut other = elsewhere.clone();
    let answer = other.post("/api/v1/login", log_in(PASSPHRASE)).await;
    other.keep(&answer.cookies[0]);
    other.post("/api/v1/logout", json!({})).await;
    // It has ended: nothing more ends.
    other.post("/api/v1/logout", json!({})).await;

    let code = organiser
        .post(&format!("{EXCHANGE}/pairing-codes"), json!({ "role": "broker" }))
        .await;
    let tablet = hub.browser().at("192.168.1.21");
    let pair = |code: &Value| json!({ "code": code, "name": "Ingrid", "token": true });
    let path = format!("{EXCHANGE}/pair");
    tablet.post(&path, pair(&json!("2222-22"))).await;
    let paired = tablet.post(&path, pair(&code.json["code"])).await;
    let ingrid = Browser::bearing(&hub, paired.json["token"].as_str().unwrap()).at("192.168.1.21");
    let device = &ingrid.get(&format!("{EXCHANGE}/session")).await.json["device"];

    let link = organiser
        .post(&format!("{EXCHANGE}/deals/{}/link", deal(1)), json!({}))
        .await;
    let url = link.json["url"].as_str().unwrap();
    let (_, path) = url.split_at(url.find("/agreement/").unwrap());
    let opened = hub.browser().at("192.168.1.77").get(path).await;
    assert_eq!(opened.status, StatusCode::OK);

    let entries = noted(&organiser).await;
    let operator = &organiser.get(&format!("{EXCHANGE}/session")).await.json["device"];
    let summary: Vec<Value> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            json!([
                entry["event"],
                entry["role"],
                entry["device"],
                entry["name"],
                entry["about"],
                entry["from"]
            ])
        })
        .collect();
    let here = "127.0.0.1";
    let expected = [
        json!(["set_up", "organiser", null, null, [], here]),
        json!(["login_failed", null, null, null, [], "192.168.1.20"]),
        json!(["logged_in", "organiser", null, null, [], "192.168.1.20"]),
        json!(["logged_out", "organiser", operator, null, [], "192.168.1.20"]),
        json!(["code_made", "organiser", operator, null, [], here]),
        json!(["pairing_failed", null, null, null, [], "192.168.1.21"]),
        json!(["paired", "broker", device, "Ingrid", [], "192.168.1.21"]),
        json!(["link_made", "organiser", operator, null, [deal(1)], here]),
        json!(["link_opened", null, null, null, [deal(1)], "192.168.1.77"]),
    ];
    assert_eq!(summary, expected);
    let svelvik = "/api/v1/exchanges/svelvik/security";
    let others = organiser.get(svelvik).await.json;
    let others: SecurityPage = serde_json::from_value(others).unwrap();
    let others = others.entries.iter().map(|entry| entry.event);
    assert_eq!(
        others.collect::<Vec<_>>(),
        [
            SecurityEvent::LoggedOut,
            SecurityEvent::LoggedIn,
            SecurityEvent::LoginFailed,
            SecurityEvent::SetUp
        ],
        "another exchange has the server's own"
    );
}

#[tokio::test]
async fn the_organiser_reads_it_page_by_page_and_no_contact_or_text_is_in_it() {
    let hub = open_hub().await;
    let organiser = hub.operator().await;
    evening(&hub).await;
    let ingrid = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
    let contact = |n| format!("{EXCHANGE}/contacts/{}", party(n));
    let known = json!({ "person": "Kari Nordmann", "email": "kari@example.org", "phone": "00000001" });
    ingrid.put(&contact(1), known).await;
    for n in [1, 4] {
        ingrid.get(&contact(n)).await;
    }
    let list = format!("{EXCHANGE}/security");
    let whole = organiser.get(&list).await;
    assert_eq!(whole.headers["cache-control"], "no-store");
    let page: SecurityPage = serde_json::from_value(whole.json.clone()).unwrap();
    let about: Vec<_> = page.entries.iter().map(|entry| &entry.about[..]).collect();
    assert_eq!(about, [&[party(4).0][..], &[party(1).0], &[party(1).0], &[]]);
    assert_eq!(page.entries[0].name.as_deref(), Some("Ingrid"));
    for secret in ["Nordmann", "kari@", "00000001", "Røde Kors", "Avtale", "Trygve"] {
        assert!(!whole.text.contains(secret), "{secret}: {}", whole.text);
    }
    let mut read = vec![];
    while read.len() <= page.entries.len() {
        let before = read.last().map(|id| format!("&before={id}")).unwrap_or_default();
        let part = organiser.get(&format!("{list}?limit=1{before}")).await.json;
        let Some(entry) = part["entries"].get(0) else {
            break;
        };
        assert_eq!(part["entries"].as_array().unwrap().len(), 1);
        read.push(entry["id"].as_i64().unwrap());
    }
    assert_eq!(
        read,
        page.entries.iter().map(|entry| entry.id).collect::<Vec<_>>()
    );
    assert_eq!(
        organiser.get(&format!("{list}?before=x")).await.code(),
        "malformed"
    );
    let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "Per").await);
    assert_eq!(moderator.get(&list).await.code(), "not_allowed");
    assert_eq!(hub.browser().get(&list).await.code(), "not_paired");
}

#[tokio::test]
async fn the_same_is_noted_once_a_minute_and_what_pages_read_by_themselves_once_an_hour() {
    let hub = open_hub().await;
    let organiser = hub.operator().await;
    let ingrid = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
    let (people, one) = (
        format!("{EXCHANGE}/contacts"),
        format!("{EXCHANGE}/contacts/{}", party(1)),
    );
    for (pass_ms, people_noted, one_noted) in
        [(0, 1, 1), (1, 1, 1), (MINUTE_MS, 1, 2), (60 * MINUTE_MS, 2, 3)]
    {
        hub.clock.pass_ms(pass_ms);
        for path in [&people, &one] {
            assert_eq!(ingrid.get(path).await.status, StatusCode::OK);
        }
        let events = events(&organiser).await;
        let count = |event: SecurityEvent| events.iter().filter(|noted| *noted == event.as_str()).count();
        assert_eq!(
            (
                count(SecurityEvent::ContactsRead),
                count(SecurityEvent::ContactRead)
            ),
            (people_noted, one_noted),
            "after {pass_ms} ms"
        );
    }
    // Another device is another reader.
    let per = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Per").await);
    per.get(&one).await;
    assert_eq!(events(&organiser).await.last().unwrap(), "contact_read");
    let names = noted(&organiser).await;
    assert_eq!(names.as_array().unwrap().last().unwrap()["name"], "Per");
}

#[tokio::test]
async fn wrong_codes_from_everywhere_do_not_fill_the_list() {
    let hub = open_hub().await;
    let organiser = hub.operator().await;
    for host in 1..=100 {
        let guesser = hub.browser().at(&format!("10.0.0.{host}"));
        let asked = json!({ "code": "2222-22", "name": "Kari" });
        let answer = guesser.post(&format!("{EXCHANGE}/pair"), asked).await;
        assert_eq!(answer.code(), "code_wrong");
    }
    let failed = events(&organiser).await;
    let failed = failed.iter().filter(|event| *event == "pairing_failed");
    assert_eq!(failed.count(), 60);
}

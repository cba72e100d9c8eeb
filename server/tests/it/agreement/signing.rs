//! Signatures.

use borsklokka::database::Either;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Bargain, Terms};
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{EXCHANGE, Evening, contact, service, terms};
use crate::common::Disk;
use test_support::{http, postgres};

async fn two(evening: &Evening) -> (DealId, Terms) {
    let nobody = || contact("Kari", "kari@example.org", "12345");
    let giver = evening.party("Bakkerud Bygg", Sector::Business, nobody()).await;
    let receiver = evening.party("Padleklubben", Sector::Voluntary, nobody()).await;
    let bargain = Bargain::OneWay {
        service: service("Snekkerhjelp"),
    };
    let terms = terms(&[giver], &[receiver], bargain);
    (evening.deal(terms.clone()).await, terms)
}

/// Who has signed, and whether it is stale.
async fn signed(evening: &Evening, deal: DealId) -> Vec<(String, bool)> {
    let list = evening
        .get(&format!("deals/{deal}/signatures"), &evening.notary)
        .await;
    let list = list.json()["signatures"].take();
    let entry = |entry: &Value| {
        assert!(
            entry["signed_at"].is_string() && entry.get("strokes").is_none(),
            "{entry}"
        );
        (
            entry["name"].as_str().expect("a name").to_owned(),
            entry["stale"].as_bool().expect("stale"),
        )
    };
    list.as_array().expect("a list").iter().map(entry).collect()
}

async fn a_signature_belongs_to_its_terms(disk: Disk) {
    let evening = Evening::on(disk).await;
    let (deal, terms) = two(&evening).await;
    let giver = terms.givers[0];
    assert_eq!(signed(&evening, deal).await, []);
    for _ in 0..2 {
        assert_eq!(evening.sign(deal, giver, " Arne Bakkerud ").await.status, 204);
    }
    assert_eq!(
        signed(&evening, deal).await,
        [("Arne Bakkerud".to_owned(), false)]
    );
    let paper = evening.paper(deal).await;
    assert!(paper.says("Arne Bakkerud"));
    assert_eq!(paper.alternatives(), ["Underskriften til Arne Bakkerud"]);

    let mut amended = terms.clone();
    amended.deadline = None;
    let amend = Command::AmendDeal {
        deal,
        terms: amended,
        expected: None,
    };
    evening.command(Role::Broker, amend).await;
    assert_eq!(signed(&evening, deal).await, [("Arne Bakkerud".to_owned(), true)]);
    assert!(!evening.paper(deal).await.says("Arne Bakkerud"));
    // An outbox that sends the same once more signs nothing anew.
    assert_eq!(evening.sign(deal, giver, "Arne Bakkerud").await.status, 204);
    assert_eq!(signed(&evening, deal).await, [("Arne Bakkerud".to_owned(), true)]);
    // Drawn anew, but under the terms of before: so says the tablet that showed them.
    let path = format!("deals/{deal}/signatures/{giver}");
    let drawn = json!({ "name": "Arne B", "strokes": [[[1, 2], [3, 4]]], "terms": terms });
    let put = evening
        .ask("PUT", &path, &evening.broker, &drawn.to_string())
        .await;
    assert_eq!(put.status, 204);
    assert_eq!(signed(&evening, deal).await, [("Arne B".to_owned(), true)]);
    assert_eq!(evening.sign(deal, giver, "Arne Bakkerud").await.status, 204);
    assert_eq!(
        signed(&evening, deal).await,
        [("Arne Bakkerud".to_owned(), false)]
    );
    assert!(evening.paper(deal).await.says("Arne Bakkerud"));

    for _ in 0..2 {
        let wiped = evening.ask("DELETE", &path, &evening.broker, "").await;
        assert_eq!(wiped.status, 204);
    }
    assert_eq!(signed(&evening, deal).await, []);
}

#[tokio::test]
async fn a_signature_belongs_to_its_terms_on_sqlite() {
    a_signature_belongs_to_its_terms(Disk::fresh().await).await;
}

#[tokio::test]
async fn a_signature_belongs_to_its_terms_on_postgres() {
    a_signature_belongs_to_its_terms(Disk::at(&postgres::fresh_database()).await).await;
}

#[tokio::test]
async fn what_is_no_signature_is_refused_with_what_to_do() {
    let evening = Evening::begins().await;
    let (deal, terms) = two(&evening).await;
    let party = terms.givers[0];
    let unsent = evening.sign(DealId(Uuid::now_v7()), party, "Kari").await;
    assert_eq!(unsent.refusal(), (404, "unknown_deal".to_owned()));
    let sentence = unsent.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(sentence.contains("Send the deal first"), "{sentence}");
    let stranger = evening.sign(deal, ParticipantId(Uuid::now_v7()), "Kari").await;
    assert_eq!(stranger.refusal(), (404, "not_a_party".to_owned()));
    let path = format!("deals/{deal}/signatures/{party}");
    for (body, status, code) in [
        (json!({ "name": "Kari", "strokes": [] }), 422, "bad_signature"),
        (
            json!({ "name": "Kari", "strokes": [[[0, 1001]]] }),
            422,
            "bad_signature",
        ),
        (
            json!({ "name": "Kari", "strokes": vec![[[1, 1]]; 201] }),
            422,
            "bad_signature",
        ),
        (json!({ "name": " ", "strokes": [[[0, 1]]] }), 422, "text_missing"),
        (
            json!({ "name": "Kari", "strokes": [[[-1, 1]]] }),
            400,
            "malformed",
        ),
        (
            json!({ "name": "Kari", "strokes": "data:image/png;base64," }),
            400,
            "malformed",
        ),
        (
            json!({ "name": "Kari", "strokes": [vec![[1000, 1000]; 7_000]] }),
            413,
            "too_large",
        ),
    ] {
        let put = evening
            .ask("PUT", &path, &evening.broker, &body.to_string())
            .await;
        assert_eq!(put.refusal(), (status, code.to_owned()));
    }
}

/// What was done to a party's place: by which device, and the name, if it was signed.
async fn history(evening: &Evening, deal: DealId, party: ParticipantId) -> Vec<(String, Option<String>)> {
    let wanted = "SELECT device_id, name FROM signature_history \
                  WHERE deal_id = $1 AND participant_id = $2 AND done_at_ms > 0 ORDER BY turn";
    let (deal, party) = (deal.to_string(), party.to_string());
    let rows = match evening.server.disk.database.reading() {
        Either::Sqlite(on) => sqlx::query_as(wanted).bind(deal).bind(party).fetch_all(on).await,
        Either::Postgres(on) => sqlx::query_as(wanted).bind(deal).bind(party).fetch_all(on).await,
    };
    rows.expect("rows")
}

async fn what_is_replaced_or_wiped_is_kept_with_device_and_time(disk: Disk) {
    let evening = Evening::on(disk).await;
    let (deal, terms) = two(&evening).await;
    let giver = terms.givers[0];
    for _ in 0..2 {
        assert_eq!(evening.sign(deal, giver, "Arne").await.status, 204);
    }
    let path = format!("deals/{deal}/signatures/{giver}");
    let drawn = json!({ "name": "Berit", "strokes": [[[1, 2]]] }).to_string();
    let ask = async |method: &str, token: &str| evening.ask(method, &path, token, &drawn).await.status;
    assert_eq!(ask("PUT", &evening.moderator).await, 204);
    for _ in 0..2 {
        assert_eq!(ask("DELETE", &evening.broker).await, 204);
    }
    let tablet = evening.tablet.to_string();
    let desk = evening.server.device(&evening.moderator).await.to_string();
    let named = |device: &str, name: Option<&str>| (device.to_owned(), name.map(str::to_owned));
    let wanted = [
        named(&tablet, Some("Arne")),
        named(&desk, Some("Berit")),
        named(&tablet, None),
    ];
    assert_eq!(history(&evening, deal, giver).await, wanted);

    for turn in 4..=32 {
        assert_eq!(
            evening.sign(deal, giver, &format!("Arne {turn}")).await.status,
            204
        );
    }
    let one_more = evening.sign(deal, giver, "Arne 33").await;
    assert_eq!(one_more.refusal(), (409, "too_many".to_owned()));
    assert_eq!(signed(&evening, deal).await, [("Arne 32".to_owned(), false)]);
    assert_eq!(ask("DELETE", &evening.broker).await, 204);
    assert_eq!(signed(&evening, deal).await, []);
}

#[tokio::test]
async fn what_is_replaced_or_wiped_is_kept_with_device_and_time_on_sqlite() {
    what_is_replaced_or_wiped_is_kept_with_device_and_time(Disk::fresh().await).await;
}

#[tokio::test]
async fn what_is_replaced_or_wiped_is_kept_with_device_and_time_on_postgres() {
    let disk = Disk::at(&postgres::fresh_database()).await;
    what_is_replaced_or_wiped_is_kept_with_device_and_time(disk).await;
}

#[tokio::test]
async fn each_role_gets_what_is_its_own() {
    let evening = Evening::begins().await;
    let (deal, terms) = two(&evening).await;
    let server = &evening.server;
    let other = server.hub.floors.make("svelvik").await.expect("a free address");
    let stranger = server
        .hub
        .access
        .issue_token(other.exchange.id, Role::Moderator, "Fremmed")
        .await
        .expect("a token");
    let paper = format!("deals/{deal}/agreement.pdf");
    let signatures = format!("deals/{deal}/signatures");
    let signature = format!("{signatures}/{}", terms.givers[0]);
    let link = format!("deals/{deal}/link");
    let drawn = json!({ "name": "Kari", "strokes": [[[1, 2]]] }).to_string();
    let (broker, notary) = (&evening.broker, &evening.notary);
    let not_its_own = (403, "not_your_deal".to_owned());
    let organiser = server.token(Role::Organiser).await;
    for (method, path, status, for_all_staff) in [
        ("GET", paper.as_str(), 200, true),
        ("GET", &signatures, 200, true),
        ("PUT", &signature, 204, true),
        ("DELETE", &signature, 204, true),
        ("POST", &link, 201, true),
        ("DELETE", &link, 204, true),
        ("GET", "agreements.pdf", 200, false),
    ] {
        let body = if method == "PUT" { drawn.as_str() } else { "" };
        let ask = async |token: &str| evening.ask(method, path, token, body).await;
        assert_eq!(
            ask("").await.refusal(),
            (401, "not_paired".to_owned()),
            "{method} {path}"
        );
        assert_eq!(
            ask(&stranger).await.refusal(),
            (403, "not_allowed".to_owned()),
            "{path}"
        );
        for token in [broker, notary] {
            let wanted = if for_all_staff { status } else { 403 };
            assert_eq!(ask(token).await.status, wanted, "{method} {path}");
        }
        // Another broker reads what is not its own, and changes nothing of it.
        let others = ask(&evening.other_broker).await;
        if for_all_staff && method != "GET" {
            assert_eq!(others.refusal(), not_its_own, "{method} {path}");
        } else {
            assert_eq!(others.status, if for_all_staff { status } else { 403 }, "{path}");
        }
        for token in [&evening.moderator, &organiser] {
            assert_eq!(ask(token).await.status, status, "{method} {path}");
        }
        // The stranger's own exchange does not reach the deal either.
        if path.starts_with("deals") {
            let path = format!("{}/{path}", EXCHANGE.replace("drammen", "svelvik"));
            let kind = "application/json";
            let there = http::ask(server.address, method, &path, &stranger, kind, body.as_bytes()).await;
            assert_eq!(there.refusal(), (404, "unknown_deal".to_owned()), "{path}");
        }
    }
}

/// How many rows name a participant, by table.
async fn rows_of(evening: &Evening, participant: ParticipantId) -> i64 {
    let mut rows = 0;
    for statement in [
        "SELECT COUNT(*) FROM contacts WHERE participant_id = $1",
        "SELECT COUNT(*) FROM further_contacts WHERE participant_id = $1",
        "SELECT COUNT(*) FROM signatures WHERE participant_id = $1",
        "SELECT COUNT(*) FROM signature_history WHERE participant_id = $1",
    ] {
        let participant = participant.to_string();
        let counted: i64 = match evening.server.disk.database.reading() {
            Either::Sqlite(on) => {
                sqlx::query_scalar(statement)
                    .bind(participant)
                    .fetch_one(on)
                    .await
            }
            Either::Postgres(on) => {
                sqlx::query_scalar(statement)
                    .bind(participant)
                    .fetch_one(on)
                    .await
            }
        }
        .expect("counted");
        rows += counted;
    }
    rows
}

/// A tablet that was offline: its contact and its signatures are of the one that was kept.
async fn what_a_tablet_sends_late_is_the_others(
    evening: &Evening,
    of_gone: DealId,
    terms_of_then: Terms,
    (kept, gone): (ParticipantId, ParticipantId),
) {
    let good = |name: &str| (name.to_owned(), false);
    let known = || async {
        evening
            .get(&format!("contacts/{kept}"), &evening.notary)
            .await
            .json()
    };
    let second = json!({ "person": "Ola Bakkerud", "email": "ola@example.org", "phone": "54321" });
    let path = format!("contacts/{gone}");
    let late = json!({ "person": "Kari B", "phone": "99999" });
    let written = evening
        .ask("PUT", &path, &evening.broker, &late.to_string())
        .await;
    assert_eq!(written.status, 204);
    let now = known().await;
    assert_eq!(
        (&now["person"], &now["further"]),
        (&json!("Kari B"), &json!([second]))
    );
    let drawn = json!({ "name": "Ola B", "strokes": [[[1, 2], [3, 4]]], "terms": terms_of_then });
    let path = format!("deals/{of_gone}/signatures/{gone}");
    let put = evening
        .ask("PUT", &path, &evening.broker, &drawn.to_string())
        .await;
    assert_eq!(put.status, 204);
    let mut of_the_moved = signed(evening, of_gone).await;
    of_the_moved.sort();
    assert_eq!(of_the_moved, [good("Ola B"), good("Padle")]);
    let wiped = evening.ask("DELETE", &path, &evening.broker, "").await;
    assert_eq!(wiped.status, 204);
    assert_eq!(signed(evening, of_gone).await, [good("Padle")]);

    // What stands beside the contact is taken away by hand.
    let path = format!("contacts/{kept}");
    let only = json!({ "person": "Kari B", "phone": "99999", "further": [] });
    assert_eq!(
        evening
            .ask("PUT", &path, &evening.broker, &only.to_string())
            .await
            .status,
        204
    );
    assert_eq!(known().await.get("further"), None);
}

async fn contacts_and_signatures_follow_a_merger(disk: Disk) {
    let evening = Evening::on(disk).await;
    let (deal, agreed) = two(&evening).await;
    let (kept, other) = (agreed.givers[0], agreed.receivers[0]);
    let reach = contact("Ola Bakkerud", "ola@example.org", "54321");
    let gone = evening.party("Bakkerud", Sector::Business, reach).await;
    let bargain = || Bargain::OneWay {
        service: service("Maling"),
    };
    let of_gone = evening.deal(terms(&[gone], &[other], bargain())).await;
    let of_both = evening.deal(terms(&[kept, gone], &[other], bargain())).await;
    for (deal, party, name) in [
        (deal, kept, "Kari"),
        (of_gone, gone, "Ola"),
        (of_gone, other, "Padle"),
        (of_both, kept, "Kari"),
        (of_both, gone, "Ola"),
    ] {
        assert_eq!(evening.sign(deal, party, name).await.status, 204);
    }
    evening
        .command(Role::Moderator, Command::MergeParticipants { kept, gone })
        .await;

    assert_eq!(rows_of(&evening, gone).await, 0, "nothing is left behind");
    let good = |name: &str| (name.to_owned(), false);
    assert_eq!(signed(&evening, deal).await, [good("Kari")]);
    let mut of_the_moved = signed(&evening, of_gone).await;
    of_the_moved.sort();
    assert_eq!(
        of_the_moved,
        [good("Ola"), good("Padle")],
        "the other party's stays good too"
    );
    assert_eq!(
        signed(&evening, of_both).await,
        [good("Kari")],
        "of two, the one that is kept"
    );
    let paper = evening.paper(of_gone).await;
    assert!(paper.says("Bakkerud Bygg") && paper.says("Ola"));

    let known = || async {
        evening
            .get(&format!("contacts/{kept}"), &evening.notary)
            .await
            .json()
    };
    let first = json!({ "person": "Kari", "email": "kari@example.org", "phone": "12345" });
    let second = json!({ "person": "Ola Bakkerud", "email": "ola@example.org", "phone": "54321" });
    let mut both = first.clone();
    both["further"] = json!([second]);
    assert_eq!(known().await, both);
    let people = evening.get("contacts", &evening.notary).await.json();
    let people = people.as_array().expect("a list");
    let of_kept = people
        .iter()
        .filter(|person| person["participant"] == json!(kept));
    assert_eq!(of_kept.count(), 2, "{people:?}");
    what_a_tablet_sends_late_is_the_others(
        &evening,
        of_gone,
        terms(&[gone], &[other], bargain()),
        (kept, gone),
    )
    .await;

    let alone = evening
        .party(
            "Ingen",
            Sector::Individual,
            contact("Ingen", "i@example.org", "11111"),
        )
        .await;
    let removes = Command::RemoveParticipant { participant: alone };
    evening.command(Role::Organiser, removes).await;
    assert_eq!(
        rows_of(&evening, alone).await,
        0,
        "whoever is taken out leaves no contact"
    );
}

#[tokio::test]
async fn contacts_and_signatures_follow_a_merger_on_sqlite() {
    contacts_and_signatures_follow_a_merger(Disk::fresh().await).await;
}

#[tokio::test]
async fn contacts_and_signatures_follow_a_merger_on_postgres() {
    contacts_and_signatures_follow_a_merger(Disk::at(&postgres::fresh_database()).await).await;
}

//! Invariant 7: contact details, signatures and links are not in the log and on no socket, through a whole evening.

use borsklokka::database::Either;
use borsklokka_shared::command::{Command, Expected, ExpectedRound, Reveal};
use borsklokka_shared::deal::Bargain;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::json;

use super::{Evening, Pdf, contact, service, terms};
use crate::common::Server;
use crate::common::ear::Ear;
use test_support::http;

/// Everything that the log's tables hold as text.
async fn logged(server: &Server) -> String {
    let Either::Sqlite(on) = server.disk.database.reading() else {
        panic!("this test runs on SQLite")
    };
    let mut texts: Vec<String> = vec![];
    for statement in [
        "SELECT exchange_id || audience || actor_role || actor_device || event FROM events",
        "SELECT exchange_id || command_id || device_id || content_sha256 || answer FROM outcomes",
        "SELECT id || slug || epoch FROM exchanges",
    ] {
        let rows: Vec<String> = sqlx::query_scalar(statement).fetch_all(on).await.expect("rows");
        texts.extend(rows);
    }
    texts.join("\n")
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one evening, looked at from every side")]
async fn contacts_signatures_and_links_are_on_no_socket_and_not_in_the_log() {
    let evening = Evening::begins().await;
    let server = &evening.server;
    let ears = [
        Ear::open(server, "").await,
        Ear::open(server, &evening.broker).await,
        Ear::open(server, &evening.moderator).await,
    ];
    let giver = contact("Gunvor Hemmelig", "gunvor@skjult.example.org", "+47 911 22 333");
    let giver = evening.party("Bakkerud Bygg", Sector::Business, giver).await;
    let receiver = evening
        .party(
            "Synlig padleklubb",
            Sector::Voluntary,
            contact("X", "x@example.org", "12345"),
        )
        .await;
    // As a tablet writes it.
    let later =
        json!({ "person": "Torbjørn Taus", "email": "taus@skjult.example.org", "phone": "922 33 444" });
    let path = format!("contacts/{receiver}");
    let written = evening
        .ask("PUT", &path, &evening.broker, &later.to_string())
        .await;
    assert_eq!(written.status, 204);

    let bargain = Bargain::TwoWay {
        service: service("Synlig snekkerhjelp"),
        return_service: service("Synlig padlekurs"),
    };
    let terms = terms(&[giver], &[receiver], bargain);
    let deal = evening.deal(terms.clone()).await;
    let drawn = json!({ "name": "Signe Strøk", "strokes": [[[713, 291], [717, 283], [729, 277]]] });
    let path = format!("deals/{deal}/signatures/{giver}");
    assert_eq!(
        evening
            .ask("PUT", &path, &evening.broker, &drawn.to_string())
            .await
            .status,
        204
    );
    assert_eq!(evening.sign(deal, receiver, "Pernille Penn").await.status, 204);
    let link = evening
        .ask("POST", &format!("deals/{deal}/link"), &evening.broker, "")
        .await
        .json();
    let token = link["url"]
        .as_str()
        .and_then(|url| url.rsplit('/').next())
        .expect("a url")
        .to_owned();
    let copy = http::get(server.address, &format!("/agreement/{token}"), "").await;
    Pdf::read(&copy).must_say(&[
        "Gunvor Hemmelig",
        "taus@skjult.example.org",
        "Signe Strøk",
        "Pernille Penn",
    ]);

    let mut amended = terms.clone();
    amended.deadline = None;
    evening
        .command(
            Role::Broker,
            Command::AmendDeal {
                deal,
                terms: amended,
                expected: None,
            },
        )
        .await;
    assert_eq!(evening.sign(deal, giver, "Signe Strøk").await.status, 204);
    evening.command(Role::Moderator, Command::FreezeTotals).await;
    let concealed = evening.deal(terms).await;
    assert_eq!(evening.sign(concealed, giver, "Signe Strøk").await.status, 204);
    let expected = Expected {
        phase: Phase::Open,
        round: ExpectedRound::Exactly(Some(RoundId(1))),
    };
    evening
        .command(Role::Moderator, Command::CloseFloor { expected })
        .await;
    // The bell strikes a moment later than it is asked for.
    let struck_at = server
        .floor()
        .view
        .with_staff_board(|board| board.floor.closed_at());
    let struck_at = struck_at.expect("the floor has been closed");
    while server.hub.clock.now() < struck_at {
        let wait_ms = struck_at.ms_since(server.hub.clock.now()).max(1) as u64;
        tokio::time::sleep(std::time::Duration::from_millis(wait_ms)).await;
    }
    let reveal = Command::RevealDeals { reveal: Reveal::All };
    evening.command(Role::Moderator, reveal).await;
    evening.command(Role::Moderator, Command::AnnounceResult).await;
    evening.get("agreements.pdf", &evening.moderator).await;
    evening
        .ask("DELETE", &format!("deals/{deal}/link"), &evening.broker, "")
        .await;
    evening.get("audit", &evening.moderator).await;

    let log = logged(server).await;
    for ear in &ears {
        // What is public did arrive, up to the last.
        ear.wait_for("result_announced").await;
        assert!(ear.has_heard("Synlig snekkerhjelp") && ear.has_heard("Synlig padleklubb"));
    }
    assert!(log.contains("Synlig snekkerhjelp") && log.contains("result_announced"));
    for secret in [
        "Gunvor",
        "Hemmelig",
        "skjult.example.org",
        "911 22 333",
        "Torbjørn",
        "Taus",
        "922 33 444",
        "Signe",
        "Strøk",
        "[713,291]",
        "717,283",
        "Pernille",
        "[140,180]",
        "M713 291",
        token.as_str(),
    ] {
        for (index, ear) in ears.iter().enumerate() {
            assert!(!ear.has_heard(secret), "socket {index} heard {secret}");
        }
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

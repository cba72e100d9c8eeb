//! The morning after as the organiser sees it.

use axum::http::StatusCode;
use borsklokka_shared::afterwards::{Afterwards, Errand};
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::{deal, entry, gift, party};

use crate::fixture::{Browser, Fixture, open_hub};
use crate::floor::Submission;
use crate::log::Answer;

const AFTERWARDS: &str = "/api/v1/exchanges/drammen/afterwards";

async fn ask(hub: &Fixture, role: Role, command: Command) {
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    let actor = test_support::paired_long_ago(role);
    let answer = floor.submit(Submission::now(actor, command)).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
}

/// Three parties in two deals.
async fn play(hub: &Fixture) {
    for (n, name) in [(11, "Bakkerud Bygg AS"), (12, "Turlaget"), (13, "Koret")] {
        let participant = entry(n, name, Sector::Voluntary);
        ask(hub, Role::Organiser, Command::RegisterParticipant { participant }).await;
    }
    let open = json!({ "type": "open_floor", "expected": { "phase": Phase::Preparing, "round": null } });
    ask(hub, Role::Moderator, serde_json::from_value(open).unwrap()).await;
    hub.clock.pass_ms(60_000);
    for (n, receiver) in [(1, 12), (2, 13)] {
        let post = json!({ "type": "post_deal", "deal": deal(n), "terms": gift(11, receiver, "hjelp") });
        ask(hub, Role::Broker, serde_json::from_value(post).unwrap()).await;
    }
}

#[tokio::test]
async fn what_can_be_seen_is_counted_and_the_rest_is_ticked_off() {
    let hub = open_hub().await;
    play(&hub).await;
    let organiser = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
    let contact = json!({ "person": "Kari", "email": "kari@bakkerud.example", "phone": null });
    let path = format!("/api/v1/exchanges/drammen/contacts/{}", party(11));
    assert_eq!(organiser.put(&path, contact).await.status, StatusCode::NO_CONTENT);
    let seen = async || -> Afterwards {
        let answer = organiser.get(AFTERWARDS).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    };
    // Without a mail server, all of it is for paper.
    let off = seen().await;
    assert_eq!((off.no_mail, off.reachable, off.unreachable), (true, 0, 3));
    let held = json!({ "sending": "held" });
    let set = organiser
        .put("/api/v1/exchanges/drammen/mails/settings", held)
        .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    let before = seen().await;
    assert_eq!((before.deals, before.reachable, before.unreachable), (2, 2, 2));
    assert!(!before.is_done(Errand::Agreements) && !before.is_done(Errand::Newspaper));
    organiser
        .post("/api/v1/exchanges/drammen/mails", json!({ "deed": "agreements" }))
        .await;
    assert_eq!(seen().await.waiting, 2);

    // A mail about a deal that does not count any more is not what is left to do.
    ask(&hub, Role::Moderator, Command::WithdrawDeal { deal: deal(1) }).await;
    let after = seen().await;
    assert_eq!((after.deals, after.reachable, after.waiting), (1, 1, 1));

    let newspaper = format!("{AFTERWARDS}/newspaper");
    for (done, expected) in [(true, true), (true, true), (false, false)] {
        let ticked = organiser.put(&newspaper, json!({ "done": done })).await;
        assert_eq!(ticked.status, StatusCode::NO_CONTENT);
        assert_eq!(seen().await.is_done(Errand::Newspaper), expected);
    }
    let unknown = organiser
        .put(&format!("{AFTERWARDS}/dance"), json!({ "done": true }))
        .await;
    assert_eq!(unknown.code(), "malformed");
    let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
    assert_eq!(moderator.get(AFTERWARDS).await.status, StatusCode::OK);
    let not_hers = moderator.put(&newspaper, json!({ "done": true })).await;
    assert_eq!(not_hers.code(), "not_allowed");
}

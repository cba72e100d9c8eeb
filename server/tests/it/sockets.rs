//! Real sockets against a real server: what a client sees of the wire.

use crate::common::held_log::HeldLog;
use crate::common::{Disk, Server, post};
use borsklokka::simulate::{Client, ClientError};
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::deal::{HeldReason, Standing};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::follow::{Follower, Step, follow};
use borsklokka_shared::ids::{Epoch, RoundId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ClientMessage, CloseCode, ServerMessage};
use serde_json::{Value, json};
use test_support::raw::RawClient;
use test_support::{http, until};

async fn viewer(server: &Server) -> Client {
    Client::connect(&server.address.to_string(), "drammen", None)
        .await
        .expect("a viewer needs nothing")
}

async fn staff(server: &Server, role: Role) -> Client {
    let token = server.token(role).await;
    Client::connect(&server.address.to_string(), "drammen", Some(&token))
        .await
        .expect("a session")
}

async fn answer(client: &mut Client, command: &Command) -> ServerMessage {
    let id = client.command(command).await.expect("sent");
    client.answer(id).await.expect("answered")
}

fn code_of(answer: &ServerMessage) -> &str {
    match answer {
        ServerMessage::Refused { code, .. } => code,
        _ => "accepted",
    }
}

async fn catch_up(client: &mut Client, deals: u32) {
    while client
        .follower
        .as_ref()
        .is_some_and(|follower| follower.board.totals.deals < deals)
    {
        client.next().await.expect("an event");
    }
}

fn board(client: &Client) -> &borsklokka_shared::board::Board {
    &client.follower.as_ref().expect("welcomed").board
}

async fn closed(client: &mut Client) -> Option<u16> {
    loop {
        match client.next().await {
            Ok(_) => {}
            Err(ClientError::Closed(code)) => return code,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_deal_goes_from_the_tablet_to_the_wall() {
    let server = Server::start().await;
    server.open_floor().await;
    let (mut wall, mut broker) = (viewer(&server).await, staff(&server, Role::Broker).await);
    assert_eq!(board(&wall).participants.len(), 89);
    for index in 0..3 {
        assert_eq!(code_of(&answer(&mut broker, &post(index)).await), "accepted");
    }
    catch_up(&mut wall, 3).await;
    catch_up(&mut broker, 3).await;
    let numbers: Vec<u32> = board(&wall)
        .public_deals()
        .iter()
        .filter_map(|deal| deal.number)
        .map(|number| number.0)
        .collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(board(&wall).totals, board(&broker).totals);
}

#[tokio::test]
async fn a_device_was_last_seen_when_its_connection_ended() {
    let server = Server::start().await;
    let organiser = server.token(Role::Organiser).await;
    let broker = staff(&server, Role::Broker).await;
    let (address, organiser) = (server.address, organiser.as_str());
    let seen = async || {
        let listed = http::get(address, "/api/v1/exchanges/drammen/devices", organiser)
            .await
            .json();
        let devices = listed["devices"].as_array().expect("a list").iter();
        let broker = devices.clone().find(|device| device["role"] == "broker");
        let seen: Instant =
            serde_json::from_value(broker.expect("it is paired")["last_seen"].clone()).expect("an instant");
        seen.unix_ms
    };
    let begun = seen().await;
    drop(broker);
    while seen().await <= begun {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn while_a_commit_is_held_back_no_socket_hears_of_it() {
    let disk = Disk::fresh().await;
    let log = HeldLog::new(&disk);
    let server = Server::start_with(disk, log.clone()).await;
    server.open_floor().await;
    let (mut wall, mut broker) = (viewer(&server).await, staff(&server, Role::Broker).await);
    log.hold();
    let id = broker.command(&post(0)).await.expect("sent");
    log.commit_begun().await;
    // Both connections answer pings meanwhile, and the first thing that either hears is the pong.
    for client in [&mut wall, &mut broker] {
        let before = client.follower.as_ref().map(|follower| follower.seq);
        client
            .send(&ClientMessage::Ping { sent_ms: 1.0 })
            .await
            .expect("sent");
        let Ok(ServerMessage::Pong { head, .. }) = client.next().await else {
            panic!("no byte before the pong")
        };
        assert_eq!(Some(head), before);
        let silence = tokio::time::timeout(std::time::Duration::from_millis(300), client.next()).await;
        assert!(silence.is_err(), "no byte after it: {silence:?}");
    }
    log.release();
    assert!(matches!(
        broker.answer(id).await,
        Ok(ServerMessage::Accepted { .. })
    ));
    catch_up(&mut wall, 1).await;
}

#[tokio::test]
async fn a_viewer_may_ask_for_nothing_and_the_connection_lives() {
    let server = Server::start().await;
    let mut wall = viewer(&server).await;
    let command = Command::RingBell {
        expected: Some(Expected::exactly(Phase::Preparing, None)),
    };
    assert_eq!(code_of(&answer(&mut wall, &command).await), "not_allowed");
    wall.send(&ClientMessage::Ping { sent_ms: 12.5 })
        .await
        .expect("sent");
    assert!(matches!(
        wall.next().await,
        Ok(ServerMessage::Pong { sent_ms: 12.5, .. })
    ));
}

#[tokio::test]
async fn bad_input_is_refused_by_its_id_and_the_connection_lives() {
    let server = Server::start().await;
    let mut broker = staff(&server, Role::Broker).await;
    let id = "018f0000-0000-7000-8000-000000000001";
    for (frame, code) in [
        ("nonsense".to_owned(), "malformed"),
        (r#"{"type":"dance"}"#.to_owned(), "malformed"),
        (
            format!(r#"{{"type":"command","id":"{id}","command":{{"type":"dance"}}}}"#),
            "unknown_command",
        ),
        (
            format!(r#"{{"type":"command","id":"{id}","command":{{"type":"post_deal"}}}}"#),
            "malformed",
        ),
    ] {
        broker.send_text(frame.clone()).await.expect("sent");
        let refused = broker.next().await.expect("answered");
        assert_eq!(code_of(&refused), code, "{frame}");
        let ServerMessage::Refused { message, .. } = refused else {
            unreachable!("asserted above")
        };
        assert!(
            message.ends_with('.'),
            "a sentence in the exchange's language: {message}"
        );
    }
    assert_eq!(code_of(&answer(&mut broker, &post(0)).await), "floor_not_open");
    let mut long = post(0);
    if let Command::PostDeal { terms, .. } = &mut long {
        terms.bargain = borsklokka_shared::deal::Bargain::OneWay {
            service: borsklokka_shared::deal::Service {
                text: "x".repeat(201),
                category: None,
                quantity: None,
                effort_minutes: None,
                worth: None,
                listings: Vec::new(),
            },
        };
    }
    assert_eq!(code_of(&answer(&mut broker, &long).await), "text_too_long");
}

#[tokio::test]
async fn a_deal_after_closing_is_kept_for_the_moderator() {
    let server = Server::start().await;
    server.open_floor().await;
    let mut moderator = staff(&server, Role::Moderator).await;
    let expected = Expected::exactly(Phase::Open, Some(RoundId(1)));
    assert_eq!(
        code_of(&answer(&mut moderator, &Command::CloseFloor { expected }).await),
        "accepted"
    );
    let closed_at = server
        .floor()
        .view
        .with_staff_board(|board| board.floor.closed_at())
        .expect("closed");
    until(closed_at.plus_ms(1), || server.hub.clock.now()).await;
    let mut broker = staff(&server, Role::Broker).await;
    assert_eq!(code_of(&answer(&mut broker, &post(0)).await), "accepted");
    let standings: Vec<Standing> = server.floor().view.with_staff_board(|board| {
        let deals = board.deals.values();
        deals.map(|deal| deal.standing.clone()).collect()
    });
    let reason = HeldReason::WrittenAfterClosing;
    assert_eq!(standings, [Standing::Held { reason }]);
}

#[tokio::test]
async fn nonsense_without_end_closes_with_4400() {
    let server = Server::start().await;
    let mut wall = viewer(&server).await;
    for _ in 0..10 {
        wall.send_text("nonsense".to_owned()).await.expect("sent");
    }
    assert_eq!(closed(&mut wall).await, Some(CloseCode::Malformed.as_u16()));
}

#[tokio::test]
async fn a_restart_closes_with_1012_and_a_client_resumes() {
    let server = Server::start().await;
    server.open_floor().await;
    let (mut wall, mut broker) = (viewer(&server).await, staff(&server, Role::Broker).await);
    answer(&mut broker, &post(0)).await;
    catch_up(&mut wall, 1).await;
    let position = wall.follower.as_ref().map(Follower::position);
    for index in 1..4 {
        answer(&mut broker, &post(index)).await;
    }
    let mut again = Client::resume(
        &server.address.to_string(),
        "drammen",
        None,
        wall.follower.clone(),
    )
    .await
    .expect("the position holds");
    assert_eq!(
        again.follower.as_ref().map(Follower::position),
        position,
        "no snapshot"
    );
    catch_up(&mut again, 4).await;
    server.stop();
    assert_eq!(closed(&mut again).await, Some(CloseCode::Restarting.as_u16()));
}

#[tokio::test]
async fn a_position_of_another_history_gets_a_snapshot() {
    let server = Server::start().await;
    let wall = viewer(&server).await;
    let mut other = wall.follower.clone();
    if let Some(follower) = &mut other {
        follower.epoch = Epoch(uuid::Uuid::from_u128(1));
        follower.seq = Seq(3);
    }
    let again = Client::resume(&server.address.to_string(), "drammen", None, other)
        .await
        .expect("welcomed");
    assert_eq!(again.follower, wall.follower);
}

/// What a guest is sent first who says this.
async fn answer_to_hello(server: &Server, hello: &Value) -> Value {
    let mut guest = RawClient::connect(server.address, None).await;
    guest.send_text(&hello.to_string()).await;
    let first = guest.frame().await.expect("an answer");
    let answer: Value = serde_json::from_slice(&first.payload).expect("JSON");
    if answer["type"] == "refused" {
        assert_eq!(guest.close_code().await, Some(CloseCode::Malformed.as_u16()));
    }
    answer
}

#[tokio::test]
async fn a_hello_is_taken_by_its_whole_position_and_one_that_is_wrong_is_told_what_is() {
    let server = Server::start().await;
    server.open_floor().await;
    let wall = viewer(&server).await;
    let position = wall.follower.as_ref().map(Follower::position);
    let hello = |name: &str, value: Value| {
        let mut hello = json!({"type": "hello", "position": position, "language": "en"});
        let into = if name == "language" {
            &mut hello
        } else {
            &mut hello["position"]
        };
        into[name] = value;
        hello
    };
    let whole = json!({"type": "hello", "position": position});
    for (hello, answered) in [
        (whole, "resumed"),
        (hello("added_later", json!(true)), "resumed"),
        // A newer app comes in, in the exchange's language.
        (hello("language", json!("tlh")), "resumed"),
        // Which event it has come to is not known.
        (hello("at", json!(null)), "welcome"),
        (hello("at", json!("2026-11-26T16:59:59.000Z")), "welcome"),
    ] {
        let answer = answer_to_hello(&server, &hello).await;
        assert_eq!(answer["type"], answered, "{hello}");
    }
    for (name, value) in [
        ("seq", json!(-1)),
        ("epoch", json!("x")),
        ("audience", json!("zzz")),
    ] {
        let answer = answer_to_hello(&server, &hello(name, value)).await;
        assert_eq!(answer["code"], "malformed", "{answer}");
        let detail = answer["detail"].as_str().expect("what is wrong");
        assert!(detail.starts_with(&format!("position: {name}: ")), "{detail}");
    }
}

#[tokio::test]
async fn a_client_that_joins_in_a_burst_misses_and_doubles_nothing() {
    let server = Server::start().await;
    server.open_floor().await;
    let floor = server.floor();
    let burst = tokio::spawn(async move {
        for index in 0..200 {
            floor
                .submit(crate::common::submission(Role::Broker, post(index)))
                .await;
        }
    });
    let mut walls = Vec::new();
    while !burst.is_finished() && walls.len() < 30 {
        walls.push(viewer(&server).await);
    }
    burst.await.expect("posted");
    for wall in &mut walls {
        // `follow` would have said `Hole` at a missing event; the end would then never come.
        catch_up(wall, 200).await;
        assert_eq!(board(wall).public_deals().len(), 200);
    }
}

#[tokio::test]
async fn revoking_a_device_closes_its_socket_with_4401() {
    let server = Server::start().await;
    let mut broker = staff(&server, Role::Broker).await;
    let mut other = staff(&server, Role::Broker).await;
    let device = broker.device.expect("a welcome names the device");
    server.revoke(device).await;
    assert_eq!(closed(&mut broker).await, Some(CloseCode::NotAllowed.as_u16()));
    other
        .send(&ClientMessage::Ping { sent_ms: 1.0 })
        .await
        .expect("sent");
    assert!(
        matches!(other.next().await, Ok(ServerMessage::Pong { .. })),
        "another device goes on"
    );
}

#[test]
fn a_hole_is_seen() {
    let mut follower = None;
    let message = ServerMessage::Resumed {
        role: Role::Viewer,
        seq: Seq(1),
        server_ms: 0,
        ahead_ms: None,
        device: None,
        name: None,
    };
    assert_eq!(follow(&mut follower, &message), Step::Hole);
}

#[tokio::test]
async fn a_session_of_one_exchange_reaches_nothing_of_another() {
    let server = Server::start().await;
    let other = server.hub.floors.make("svelvik").await.expect("a free address");
    for role in Role::OF_DEVICES {
        let token = server.token(role).await;
        let address = server.address.to_string();
        assert!(
            Client::connect(&address, "drammen", Some(&token)).await.is_ok(),
            "{role:?} at home"
        );
        assert!(
            Client::connect(&address, "svelvik", Some(&token)).await.is_err(),
            "{role:?} on the other's socket"
        );
        let before = other.view.head(borsklokka_shared::audience::Audience::Staff);
        // Every command that there is.
        for command in every_command() {
            let body = format!(r#"{{"command":{command}}}"#);
            let path = "/api/v1/exchanges/svelvik/commands";
            let status = http::post(server.address, path, &token, &body).await.status;
            assert_eq!(status, 403, "{role:?}: {command}");
        }
        assert_eq!(
            other.view.head(borsklokka_shared::audience::Audience::Staff),
            before,
            "nothing happened there"
        );
    }
}

/// One of each command's type. The session is refused before the fields are read, so they may be missing.
fn every_command() -> impl Iterator<Item = String> {
    [
        "configure",
        "begin_anew",
        "set_programme",
        "register_participant",
        "amend_participant",
        "merge_participants",
        "mark_arrived",
        "take_back_arrival",
        "remove_participant",
        "add_listing",
        "amend_listing",
        "remove_listing",
        "open_floor",
        "close_floor",
        "ring_bell",
        "start_round",
        "pause_round",
        "resume_round",
        "adjust_round",
        "end_round",
        "post_deal",
        "amend_deal",
        "withdraw_deal",
        "remove_deal",
        "reinstate_deal",
        "ratify_deal",
        "send_back_deal",
        "recall_deal",
        "admit_deal",
        "decline_deal",
        "freeze_totals",
        "reveal_deals",
        "announce",
        "end_announcement",
        "set_scene",
        "spotlight_deal",
        "take_back",
        "add_round",
        "set_break",
        "announce_result",
    ]
    .into_iter()
    .map(|name| format!(r#"{{"type":"{name}"}}"#))
}

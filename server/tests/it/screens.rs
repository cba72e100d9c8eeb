//! What staff see of the screens, and the nudge that one of them gets: real sockets, real HTTP.

use std::time::Duration;

use crate::common::{Server, assert_accepted, submission};
use borsklokka::demo::Demo;
use borsklokka::floor::TELL_EVERY_MS;
use borsklokka::simulate::Client;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Scene;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{ClientMessage, ConnectedScreen, ScreenStatus, ServerMessage};
use test_support::http;

async fn connect(server: &Server, role: Role) -> Client {
    let token = match role {
        Role::Viewer => None,
        _ => Some(server.token(role).await),
    };
    Client::connect(&server.address.to_string(), "drammen", token.as_deref())
        .await
        .expect("let in")
}

async fn say(client: &mut Client, status: ScreenStatus) {
    client.send(&ClientMessage::Status(status)).await.expect("sent");
}

fn status(screen: &str, position: u64) -> ScreenStatus {
    ScreenStatus {
        screen: screen.to_owned(),
        sound: Some(true),
        position: Some(Seq(position)),
        ..ScreenStatus::default()
    }
}

/// The next list that a client is told.
async fn screens(client: &mut Client) -> Vec<ConnectedScreen> {
    loop {
        if let ServerMessage::Screens { screens } = client.next().await.expect("a message") {
            return screens;
        }
    }
}

/// The list once it has so many screens.
async fn screens_are(client: &mut Client, count: usize) -> Vec<ConnectedScreen> {
    loop {
        let screens = screens(client).await;
        if screens.len() == count {
            return screens;
        }
    }
}

fn position(client: &Client) -> u64 {
    client.follower.as_ref().expect("welcomed").seq.0
}

/// Says one thing more and waits for its answer: everything before it has been heard.
async fn heard(client: &mut Client) -> Vec<ServerMessage> {
    client
        .send(&ClientMessage::Ping { sent_ms: 1.0 })
        .await
        .expect("sent");
    let mut before = Vec::new();
    loop {
        match client.next().await.expect("a message") {
            ServerMessage::Pong { .. } => return before,
            message => before.push(message),
        }
    }
}

#[tokio::test]
async fn staff_see_who_said_how_they_are_until_they_leave() {
    let server = Server::start().await;
    // Which the public does not see, and does not count.
    let arrived = Command::MarkArrived {
        participant: Demo::drammen().terms(0).givers[0],
    };
    assert_accepted(&server.floor().submit(submission(Role::Door, arrived)).await);
    let (mut moderator, mut wall, mut broker, mut phone) = (
        connect(&server, Role::Moderator).await,
        connect(&server, Role::Viewer).await,
        connect(&server, Role::Broker).await,
        connect(&server, Role::Viewer).await,
    );
    assert_eq!(heard(&mut moderator).await, [], "nobody said anything yet");
    let (public, staff) = (position(&wall), position(&moderator));
    say(&mut wall, status("wall", public)).await;
    let seen = screens_are(&mut moderator, 1).await;
    assert_eq!(
        (seen[0].role, seen[0].device, &seen[0].status),
        (Role::Viewer, None, &status("wall", staff)),
        "as staff count"
    );
    say(&mut phone, status("phone", 57)).await;
    say(&mut broker, status("broker", 56)).await;
    let seen = screens_are(&mut moderator, 2).await;
    assert_eq!((seen[1].role, seen[1].device), (Role::Broker, broker.device));
    assert_eq!(seen[1].name.as_deref(), Some("broker"));
    assert!(seen[0].number < seen[1].number);

    // Whoever comes later is told at once, after the welcome, of all of them.
    let mut late = connect(&server, Role::Organiser).await;
    assert_eq!(screens(&mut late).await, seen);

    drop(wall);
    let left = screens_are(&mut moderator, 1).await;
    assert_eq!(left, seen[1..]);
    assert_eq!(heard(&mut phone).await, [], "the hall is told nothing of it");
}

#[tokio::test]
async fn changes_are_told_at_most_every_two_seconds_and_the_last_one_always() {
    let server = Server::start().await;
    let (mut moderator, mut wall) = (
        connect(&server, Role::Moderator).await,
        connect(&server, Role::Viewer).await,
    );
    say(&mut wall, status("wall", 0)).await;
    screens(&mut moderator).await;
    let begun = server.hub.clock.now();
    for position in 1..=100 {
        say(&mut wall, status("wall", position)).await;
    }
    let told = screens(&mut moderator).await;
    assert_eq!(
        told[0].status.position,
        Some(Seq(100)),
        "all of them, in one list"
    );
    let waited_ms = server.hub.clock.now().ms_since(begun);
    assert!(
        waited_ms >= TELL_EVERY_MS as i64 - 200,
        "the first one was a moment ago: {waited_ms} ms"
    );
    // The same again is no change, and nor is what is as it was when it would be told.
    for position in [100, 7, 100] {
        say(&mut wall, status("wall", position)).await;
    }
    let silence = tokio::time::timeout(Duration::from_millis(TELL_EVERY_MS + 500), moderator.next()).await;
    assert!(silence.is_err(), "{silence:?}");
}

#[tokio::test]
async fn the_desk_nudges_one_screen_and_no_other() {
    let server = Server::start().await;
    let (mut moderator, mut wall, mut other) = (
        connect(&server, Role::Moderator).await,
        connect(&server, Role::Viewer).await,
        connect(&server, Role::Viewer).await,
    );
    say(&mut wall, status("wall", 1)).await;
    let number = screens_are(&mut moderator, 1).await[0].number;
    say(&mut other, status("wall", 1)).await;
    screens_are(&mut moderator, 2).await;
    let token = server.token(Role::Moderator).await;
    let path = format!("/api/v1/exchanges/drammen/screens/{number}");
    for (body, wanted) in [
        (r#"{"type":"identify"}"#, ServerMessage::Identify { number }),
        (r#"{"type":"reload"}"#, ServerMessage::Reload),
        (
            r#"{"type":"show_scene","scene":"pause"}"#,
            ServerMessage::ShowScene {
                scene: Some(Scene::Pause),
            },
        ),
        (
            r#"{"type":"show_scene","scene":null}"#,
            ServerMessage::ShowScene { scene: None },
        ),
        (r#"{"type":"test_sound"}"#, ServerMessage::TestSound),
    ] {
        let answer = http::post(server.address, &path, &token, body).await;
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (204, b"".as_slice()),
            "{body}"
        );
        assert_eq!(wall.next().await.expect("nudged"), wanted);
    }
    assert_eq!(heard(&mut other).await, [], "the other screen is left alone");
}

#[tokio::test]
async fn a_nudge_that_cannot_be_is_refused_with_the_reason() {
    let server = Server::start().await;
    let (mut moderator, mut wall) = (
        connect(&server, Role::Moderator).await,
        connect(&server, Role::Viewer).await,
    );
    say(&mut wall, status("wall", 1)).await;
    let number = screens_are(&mut moderator, 1).await[0].number;
    let (desk, broker) = (
        server.token(Role::Moderator).await,
        server.token(Role::Broker).await,
    );
    let identify = r#"{"type":"identify"}"#;
    let path = |number: &str| format!("/api/v1/exchanges/drammen/screens/{number}");
    let here = path(&number.to_string());
    for (path, token, body, status, code) in [
        (path("4000000000"), &*desk, identify, 404, "unknown_screen"),
        (path("wall"), &*desk, identify, 404, "unknown_screen"),
        (here.clone(), &*desk, r#"{"type":"dance"}"#, 400, "malformed"),
        (here.clone(), &*desk, "nonsense", 400, "malformed"),
        (here.clone(), &*broker, identify, 403, "not_allowed"),
        (here.clone(), "", identify, 401, "not_paired"),
    ] {
        let answer = http::post(server.address, &path, token, body).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{path} {body}");
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.ends_with('.'), "a sentence: {message}");
    }
    assert_eq!(heard(&mut wall).await, [], "none of them reached the screen");
}

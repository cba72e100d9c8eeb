//! What comes over the socket, from either side, and out of the log.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{Now, decide, shape};
use borsklokka_shared::event::{Event, SCHEMA, decode, encode};
use borsklokka_shared::follow::{Follower, follow};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::wire::{
    ClientMessage, EventMessage, ReadError, ServerMessage, read_command, read_hello, read_server_message,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use test_support::{Exchange, ROLES, actor};

use crate::evening::{counts, evenings, holds};

/// A frame as the server reads it.
pub(crate) fn client_frame(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let hello = read_hello(text);
    let Ok(message) = serde_json::from_str::<ClientMessage>(text) else {
        return;
    };
    let is_hello = matches!(message, ClientMessage::Hello { .. });
    assert!(is_hello || hello.is_err(), "a hello that is none: {hello:?}");
    assert_round_trip(&message);
    if let ClientMessage::Command(message) = message {
        on_every_board(&message.command);
    }
}

/// A command as both sides read it, on every board, by everyone.
pub(crate) fn command(bytes: &[u8]) {
    if let Ok(value) = serde_json::from_slice(bytes) {
        on_every_board(&value);
    }
}

fn on_every_board(value: &Value) {
    if !value.is_object() {
        assert!(matches!(read_command(value), Err(Refusal::Malformed { .. })));
        return;
    }
    let by_hand = read_command(value);
    match (&by_hand, Command::deserialize(plain(value))) {
        (Ok(by_hand), Ok(derived)) => assert_eq!(*by_hand, derived, "two readers of a command"),
        (Err(Refusal::UnknownCommand | Refusal::Malformed { .. }), Err(_)) => {}
        (by_hand, derived) => panic!("by hand {by_hand:?}, derived {derived:?}"),
    }
    let Ok(command) = by_hand else { return };
    assert_round_trip(&command);
    let tidied = command.tidied();
    assert_eq!(tidied, tidied.tidied(), "tidied twice");
    let _shape = shape(&command);
    for evening in evenings() {
        for role in ROLES {
            let actor = actor(role);
            let Ok(events) = decide(&evening.staff, &actor, &command, Now::at(evening.now)) else {
                continue;
            };
            let mut evening = evening.clone();
            for event in events {
                record(&mut evening, event);
            }
            holds(&evening);
        }
    }
}

/// Records what was decided; its frames are read as they were written.
fn record(evening: &mut Exchange, event: Event) {
    let recorded = evening.record(event);
    assert_eq!(
        decode(SCHEMA, &encode(&recorded.event)).unwrap(),
        recorded.event,
        "an event of the log"
    );
    for audience in [Audience::Staff, Audience::Public] {
        if audience.sees(recorded.audience) {
            let frame = ServerMessage::Event(EventMessage::of(&recorded, audience));
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(
                read_server_message(&text).unwrap(),
                frame,
                "a frame of {audience:?}"
            );
        }
    }
}

/// A frame as clients read it, by hand, beside what serde derives; and what it does to a board.
pub(crate) fn server_frame(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let by_hand = read_server_message(text);
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        assert!(matches!(by_hand, Err(ReadError::Malformed(_))), "{by_hand:?}");
        return;
    };
    let derived = ServerMessage::deserialize(plain(&value)).map(without_what_stays);
    // Serde takes a list for the fields' values; by hand it is none.
    let is_listed = |value: &Value| value.is_array() || value.get("event").is_some_and(Value::is_array);
    if is_listed(&value) {
        assert!(by_hand.is_err(), "{by_hand:?}");
        return;
    }
    let message = match (by_hand, derived) {
        (Ok(by_hand), Ok(derived)) => {
            assert_eq!(by_hand, derived, "two readers of a frame");
            by_hand
        }
        (Err(_), Err(_)) => return,
        (by_hand, derived) => panic!("by hand {by_hand:?}, derived {derived:?}"),
    };
    assert_round_trip(&message);
    // A server gives each role its own board: what takes it off that rail is no frame of a server.
    if let ServerMessage::Welcome { role, board, .. } = &message
        && Audience::of_role(*role) != board.audience
    {
        return;
    }
    let mut follower: Option<Follower> = None;
    follow(&mut follower, &message);
    for audience in [Audience::Staff, Audience::Public] {
        let mut follower = None;
        follow(&mut follower, &crate::evening::welcome(audience));
        follow(&mut follower, &message);
        let board = &follower.unwrap().board;
        assert_round_trip(board);
    }
}

/// A message without the fields that are null: by hand, null is as good as nothing.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| {
                let is_message = name == "event";
                (
                    name.clone(),
                    if is_message { plain(value) } else { value.clone() },
                )
            })
            .collect(),
        value => value.clone(),
    }
}

/// Who follows has what stays after a rehearsal: its reader passes over it.
fn without_what_stays(message: ServerMessage) -> ServerMessage {
    match message {
        ServerMessage::Event(EventMessage {
            seq,
            prev,
            at,
            event: Event::BegunAnew { epoch, .. },
        }) => ServerMessage::Event(EventMessage {
            seq,
            prev,
            at,
            event: Event::BegunAnew { epoch, kept: None },
        }),
        message => message,
    }
}

/// An event as it lies in a log, or in a file from elsewhere: whatever it says, folding it panics nowhere and miscounts nothing.
pub(crate) fn event(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(event) = decode(SCHEMA, text) else { return };
    assert_eq!(
        decode(SCHEMA, &encode(&event)).unwrap(),
        event,
        "an event written again"
    );
    for evening in evenings() {
        let mut evening = evening.clone();
        evening.record(event.clone());
        // And again, as a log has it that was pieced together.
        evening.record(event.clone());
        for board in [&evening.staff, &evening.public] {
            counts(board);
            assert_round_trip(board);
        }
    }
}

/// What is written is read as it was; fractions to twelve figures, for the reader of JSON is not exact in the last.
fn assert_round_trip<T>(value: &T)
where
    T: Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let written = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&written)
        .unwrap_or_else(|error| panic!("{error} in what was written itself: {written}"));
    if read != *value {
        let again = serde_json::to_value(&read).unwrap();
        let first = serde_json::to_value(value).unwrap();
        assert!(alike(&first, &again), "{first} became {again}");
    }
}

fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() <= one.abs() * 1e-12,
            _ => one == other,
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        // A number that is none is written as null, which says as much as nothing.
        (Value::Object(one), Value::Object(other)) => {
            one.keys()
                .chain(other.keys())
                .all(|key| match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => alike(one, other),
                    (one, other) => one.or(other).is_none_or(Value::is_null),
                })
        }
        _ => one == other,
    }
}

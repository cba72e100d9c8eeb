//! What was once sent is read for ever: a recorded frame of each kind, and a recorded command of each kind, as a tablet keeps it in its
//! outbox through an upgrade of the server, and as a tablet that was not loaded anew gets it from one.
//!
//! `UPDATE_GOLDEN=1 cargo test -p borsklokka-shared --test frames` writes the commands that are missing; a frame of a new kind is copied from
//! its snapshot. A file that is there is never rewritten: some tablet has it.

use std::fs;
use std::path::PathBuf;

use borsklokka_shared::command::Command;
use borsklokka_shared::follow::{Follower, Step, follow};
use borsklokka_shared::wire::{
    ClientMessage, EventMessage, ServerMessage, read_command, read_server_message,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use test_support::examples::{commands, events};
use test_support::{EVENING, names_of, tag_of};

/// Fields that hold things by their names, so that a name there is nobody's field.
const BY_NAME: [&str; 9] = [
    "participants",
    "listings",
    "deals",
    "sector_goals",
    "role_titles",
    "by_sector",
    "by_category",
    "sectors",
    "detail",
];

fn folder(of: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(of)
}

/// What was recorded, by name.
fn recorded(of: &str) -> Vec<(String, Value)> {
    let files = fs::read_dir(folder(of)).expect("the folder is there");
    let mut recorded: Vec<_> = files
        .map(|file| {
            let path = file.expect("it can be listed").path();
            let text = fs::read_to_string(&path).expect("it can be read");
            let name = path
                .file_stem()
                .expect("a name")
                .to_str()
                .expect("letters")
                .to_owned();
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect();
    recorded.sort_by(|(one, _), (other, _)| one.cmp(other));
    recorded
}

/// Fails unless all that was said is said still; more may be.
fn assert_says(now: &Value, once: &Value, place: &str) {
    match (now, once) {
        (Value::Object(now), Value::Object(once)) => {
            for (name, once) in once {
                let now = now.get(name).unwrap_or(&Value::Null);
                assert_says(now, once, &format!("{place}.{name}"));
            }
        }
        (Value::Array(now), Value::Array(once)) => {
            assert_eq!(now.len(), once.len(), "{place}");
            for (nth, (now, once)) in now.iter().zip(once).enumerate() {
                assert_says(now, once, &format!("{place}[{nth}]"));
            }
        }
        (now, once) => assert_eq!(now, once, "{place}"),
    }
}

fn said(read: &impl Serialize) -> Value {
    serde_json::to_value(read).expect("it has string keys")
}

#[test]
fn every_recorded_frame_says_today_what_it_said_then() {
    let of_clients = names_of::<ClientMessage>("type");
    for (name, once) in recorded("frames") {
        let now = if of_clients.contains(&name) {
            said(&serde_json::from_value::<ClientMessage>(once.clone()).expect("a client's"))
        } else {
            said(&read_server_message(&once.to_string()).unwrap_or_else(|error| panic!("{name}: {error}")))
        };
        assert_says(&now, &once, &name);
    }
}

#[test]
fn a_frame_of_each_kind_is_recorded_and_none_of_a_kind_that_is_gone() {
    let mut kinds = [
        names_of::<ClientMessage>("type"),
        names_of::<ServerMessage>("type"),
    ]
    .concat();
    kinds.sort();
    let recorded: Vec<String> = recorded("frames").into_iter().map(|(name, _)| name).collect();
    assert_eq!(recorded, kinds);
}

#[test]
fn every_command_that_a_tablet_once_kept_is_the_same_command_today() {
    for command in commands() {
        let path = folder("commands").join(format!("{}.json", tag_of(&command, "type")));
        if std::env::var_os("UPDATE_GOLDEN").is_some() && !path.exists() {
            let text = serde_json::to_string(&command).expect("it has string keys");
            fs::write(&path, text + "\n").expect("the folder is there");
        }
    }
    let kept = recorded("commands");
    let mut kinds = names_of::<Command>("type");
    kinds.sort();
    assert_eq!(
        kept.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(),
        kinds
    );
    for (name, once) in kept {
        let command = read_command(&once).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        assert_says(&said(&command), &once, &name);
    }
}

/// The same, with a field of tomorrow in each of its objects.
fn of_tomorrow(value: &Value, is_by_name: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let mut later: Map<String, Value> = fields
                .iter()
                .map(|(name, value)| {
                    let is_by_name = BY_NAME.contains(&name.as_str()) && value.is_object();
                    (name.clone(), of_tomorrow(value, is_by_name))
                })
                .collect();
            if !is_by_name {
                later.insert("added_later".to_owned(), json!({ "deep": [1, { "er": true }] }));
            }
            Value::Object(later)
        }
        Value::Array(items) => items.iter().map(|item| of_tomorrow(item, false)).collect(),
        value => value.clone(),
    }
}

#[test]
fn what_a_newer_server_adds_at_any_depth_is_left_out_and_nothing_else() {
    let events = events().into_iter().map(|event| {
        let message = EventMessage {
            seq: borsklokka_shared::ids::Seq(58),
            prev: borsklokka_shared::ids::Seq(57),
            at: EVENING,
            event,
        };
        said(&ServerMessage::Event(message))
    });
    let of_clients = names_of::<ClientMessage>("type");
    let frames = recorded("frames")
        .into_iter()
        .filter(|(name, _)| !of_clients.contains(name));
    for frame in frames.map(|(_, frame)| frame).chain(events) {
        let (now, later) = (frame.to_string(), of_tomorrow(&frame, false).to_string());
        let now = read_server_message(&now).expect("a frame of today");
        let later = read_server_message(&later).unwrap_or_else(|error| panic!("{error}: {later}"));
        assert_eq!(said(&later), said(&now));
    }
}

#[test]
fn what_a_newer_tablet_adds_at_any_depth_is_left_out_and_the_command_is_the_same() {
    for command in commands() {
        let now = said(&command);
        let later = of_tomorrow(&now, false);
        assert_eq!(read_command(&later).as_ref(), Ok(&command), "{later}");
    }
}

#[test]
fn a_client_that_meets_an_event_of_tomorrow_has_the_board_that_it_had() {
    let frames = recorded("frames");
    let frame = |name: &str| {
        frames
            .iter()
            .find(|(found, _)| found == name)
            .expect("recorded")
            .1
            .clone()
    };
    let mut follower: Option<Follower> = None;
    let take = |follower: &mut Option<Follower>, frame: &Value| {
        follow(
            follower,
            &read_server_message(&frame.to_string()).expect("a frame of today"),
        )
    };
    assert_eq!(take(&mut follower, &frame("welcome")), Step::Replaced);
    let before = follower.clone();
    let seq = before.as_ref().expect("it was welcomed").seq;
    let mut event = frame("event");
    event["event"] = json!({ "type": "hall_on_fire" });
    read_server_message(&event.to_string()).expect_err("nobody guesses at it");
    // What comes after it does not fit: nothing is shown that misses something.
    let mut after = frame("event");
    (after["prev"], after["seq"]) = (json!(seq.0 + 1), json!(seq.0 + 2));
    assert_eq!(take(&mut follower, &after), Step::Hole);
    assert_eq!(follower, before);
}

//! The wire, version 1, as its JSON is: snapshots of every message, and how what is not understood is answered.
#![allow(clippy::unwrap_used)]

use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::{Command, Expected, ExpectedRound};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Phase, Scene};
use borsklokka_shared::follow::{Follower, Step, follow};
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, RoundId, Seq};
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::Listing;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{
    CLIENT_FRAME_BYTES_MAX, Catalogue, ClientMessage, CommandMessage, ConnectedScreen, EventMessage,
    Greeting, Position, ReadError, ScreenStatus, ServerMessage, SoundState, Tone, WakeLock, read_command,
    read_hello, read_server_message,
};
use serde_json::{Value, json};
use test_support::{EVENING, an_offer, broker, exchange, names_of, open, programme, settings, tag_of};
use uuid::Uuid;

const SERVER_MS: i64 = EVENING.unix_ms + 250;

fn epoch() -> Epoch {
    Epoch(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001))
}

fn device() -> DeviceId {
    DeviceId(Uuid::from_u128(0xE_0001))
}

fn id() -> CommandId {
    CommandId(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_00C1))
}

/// A public board with one deal, its two parties and one round, as a snapshot carries it.
fn small_board() -> borsklokka_shared::board::Board {
    let mut open = open();
    open.start_round(1);
    open.post(1);
    let mut board = open.public;
    board
        .participants
        .retain(|id, _| *id == test_support::party(1) || *id == test_support::party(4));
    board.rounds.truncate(1);
    board.programme.truncate(2);
    board.listings.clear();
    board
}

fn a_posted_deal() -> Event {
    let mut open = open();
    open.must(
        &broker(),
        Command::PostDeal {
            deal: test_support::deal(1),
            terms: test_support::examples::full_terms(),
            written_on: borsklokka_shared::command::WrittenOn::Tablet,
            broker: None,
        },
    )
    .swap_remove(0)
}

fn client_messages() -> Vec<ClientMessage> {
    vec![
        ClientMessage::Hello {
            position: Some(Position {
                epoch: epoch(),
                audience: Audience::Public,
                seq: Seq(41),
                at: Some(EVENING),
            }),
            language: Some(Language::En),
        },
        ClientMessage::Command(CommandMessage {
            id: id(),
            written_at: Some(EVENING),
            clock: ClockTrust::Estimated,
            epoch: Some(epoch()),
            command: serde_json::to_value(test_support::post_command(1)).unwrap(),
        }),
        ClientMessage::Ping { sent_ms: 1_234.5 },
        ClientMessage::Status(ScreenStatus {
            screen: "wall".to_owned(),
            sound: Some(true),
            frames_per_s: Some(60.0),
            outbox: Some(0),
            outbox_since: None,
            position: Some(Seq(57)),
            round_trip_ms: Some(12),
            clock_ahead_ms: Some(-90_000),
            awake: Some(true),
            size: Some((1920, 1080)),
            version: Some("0.1.0".to_owned()),
            hidden: Some(false),
            sound_state: Some(SoundState::On),
            wake_lock: Some(WakeLock::Held),
            tone: Some(Tone {
                at: EVENING,
                sounded: true,
            }),
            own_scene: Some(Scene::Pause),
            address_scene: Some(Scene::Welcome),
        }),
    ]
}

fn server_messages() -> Vec<ServerMessage> {
    let refusal = Refusal::FloorClosed;
    vec![
        ServerMessage::Welcome {
            role: Role::Viewer,
            epoch: epoch(),
            seq: Seq(57),
            at: Some(EVENING),
            server_ms: SERVER_MS,
            ahead_ms: None,
            device: None,
            name: None,
            board: Box::new(small_board()),
        },
        ServerMessage::Resumed {
            role: Role::Broker,
            seq: Seq(41),
            server_ms: SERVER_MS,
            ahead_ms: None,
            device: Some(DeviceId(Uuid::from_u128(7))),
            name: Some("Ingrid".to_owned()),
        },
        ServerMessage::Event(EventMessage {
            seq: Seq(58),
            prev: Seq(57),
            at: EVENING,
            event: a_posted_deal(),
        }),
        ServerMessage::Accepted {
            id: id(),
            seq: Seq(58),
        },
        ServerMessage::Refused {
            id: Some(id()),
            code: refusal.code().to_owned(),
            message: refusal.message(Language::En),
            detail: None,
        },
        ServerMessage::Pong {
            sent_ms: 1_234.5,
            server_ms: SERVER_MS,
            ahead_ms: None,
            head: Seq(58),
        },
        ServerMessage::Screens {
            screens: vec![ConnectedScreen {
                number: 3,
                role: Role::Broker,
                device: Some(device()),
                name: Some("Ingrid".to_owned()),
                status: ScreenStatus {
                    screen: "broker".to_owned(),
                    ..ScreenStatus::default()
                },
            }],
        },
        ServerMessage::Identify { number: 3 },
        ServerMessage::Reload,
        ServerMessage::ShowScene {
            scene: Some(Scene::Welcome),
        },
        ServerMessage::TestSound,
    ]
}

fn check<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(messages: &[T]) {
    let tags: Vec<String> = messages.iter().map(|message| tag_of(message, "type")).collect();
    assert_eq!(tags, names_of::<T>("type"), "an example of every message");
    for (message, tag) in messages.iter().zip(tags) {
        // Sorted, as another crate of the workspace may ask serde_json to keep the order of maps.
        insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(tag, message) });
        let text = serde_json::to_string(message).unwrap();
        assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *message);
    }
}

#[test]
fn what_a_client_sends() {
    check(&client_messages());
}

#[test]
fn what_the_server_sends() {
    check(&server_messages());
}

#[test]
fn clients_read_every_message_and_event_as_it_is_derived() {
    let of_event = |event| {
        ServerMessage::Event(EventMessage {
            seq: Seq(58),
            prev: Seq(57),
            at: EVENING,
            event,
        })
    };
    let events = test_support::examples::events().into_iter().map(of_event);
    for message in server_messages().into_iter().chain(events) {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(read_server_message(&text).unwrap(), message, "{text}");
        let later = text.replacen('{', r#"{"added_later":{"a":[1]},"#, 1);
        assert_eq!(read_server_message(&later).unwrap(), message, "{later}");
    }
}

#[test]
fn the_catalogue_over_http() {
    insta::assert_json_snapshot!(
        "catalogue",
        Catalogue {
            seq: Seq(12),
            listings: vec![Listing {
                effort_minutes: Some(600),
                ..an_offer(1, 1)
            }],
        }
    );
}

#[test]
fn the_shortest_messages_are_enough() {
    let hello: ClientMessage = serde_json::from_value(json!({"type": "hello", "position": null})).unwrap();
    assert_eq!(
        hello,
        ClientMessage::Hello {
            position: None,
            language: None
        }
    );
    let command = json!({"type": "command", "id": id(), "command": {"type": "freeze_totals"}});
    let ClientMessage::Command(message) = serde_json::from_value(command).unwrap() else {
        panic!("not a command");
    };
    assert_eq!((message.written_at, message.clock), (None, ClockTrust::Estimated));
    assert_eq!(read_command(&message.command), Ok(Command::FreezeTotals));
    serde_json::from_value::<ClientMessage>(json!({"type": "status"})).unwrap();
}

#[test]
fn what_was_added_later_is_ignored() {
    for message in server_messages() {
        let mut value = serde_json::to_value(&message).unwrap();
        value["added_later"] = json!({"deep": [1, 2]});
        let read = read_server_message(&value.to_string()).unwrap();
        assert_eq!(read, message);
    }
    for message in client_messages() {
        let mut value = serde_json::to_value(&message).unwrap();
        value["added_later"] = json!(true);
        assert_eq!(serde_json::from_value::<ClientMessage>(value).unwrap(), message);
    }
    let over_what_was_seen = [
        Command::Configure {
            settings: Box::new(settings()),
            expected: Some(Box::new(settings())),
        },
        Command::SetProgramme {
            items: programme(),
            expected: Some(Vec::new()),
        },
    ];
    for command in test_support::examples::commands()
        .into_iter()
        .chain(over_what_was_seen)
    {
        let mut value = serde_json::to_value(&command).unwrap();
        value["added_later"] = json!(true);
        assert_eq!(read_command(&value), Ok(command));
    }
}

/// A hello at a position, of which some fields are others, and one by one what else it says.
fn a_hello(other: Value, more: Value) -> Value {
    let mut hello = json!({
        "type": "hello",
        "position": {"epoch": epoch(), "audience": "public", "seq": 41, "at": EVENING},
        "language": "en",
    });
    for (into, from) in [("/position", other), ("", more)] {
        let into = hello.pointer_mut(into).and_then(Value::as_object_mut).unwrap();
        for (name, value) in from.as_object().unwrap() {
            into.insert(name.clone(), value.clone());
        }
    }
    hello
}

#[test]
fn a_hello_that_cannot_be_read_says_what_is_wrong_in_it() {
    let detail = |text: &str| match read_hello(text) {
        Err(Refusal::Malformed { detail }) => detail,
        other => panic!("{text}: {other:?}"),
    };
    for (other, says) in [
        (json!({"seq": -1}), "position: seq: invalid value: integer `-1`"),
        (json!({"epoch": "x"}), "position: epoch: "),
        (
            json!({"audience": "zzz"}),
            "position: audience: unknown variant `zzz`",
        ),
        (json!({"at": "yesterday"}), "position: at: "),
        (json!({"seq": null}), "position: seq: "),
    ] {
        let detail = detail(&a_hello(other, json!({})).to_string());
        assert!(detail.starts_with(says), "{detail}");
    }
    for (text, says) in [
        (
            r#"{"type":"hello","position":{}}"#,
            "position: missing field `epoch`",
        ),
        (r#"{"type":"hello","position":41}"#, "position: not an object"),
        (
            r#"{"type":"ping","sent_ms":1}"#,
            "the first message must be a hello",
        ),
        (r#"{"position":null}"#, "the first message must be a hello"),
        ("[]", "not an object"),
        ("hello", "expected value at line 1"),
    ] {
        let detail = detail(text);
        assert!(detail.starts_with(says), "{text}: {detail}");
    }
    let long = format!(
        r#"{{"type":"hello","position":{{"epoch":"{}"}}}}"#,
        "x".repeat(1_000)
    );
    assert!(detail(&long).chars().count() <= 200);
}

#[test]
fn a_hello_of_a_newer_client_is_one_and_by_hand_it_reads_as_it_is_derived() {
    for (other, more) in [
        (json!({}), json!({})),
        (json!({}), json!({"language": "tlh"})),
        (json!({}), json!({"language": 7})),
        (json!({}), json!({"language": null})),
        (json!({}), json!({"position": null})),
        (json!({"at": null}), json!({})),
        (json!({"added_later": [1]}), json!({"added_later": {"deep": 2}})),
    ] {
        let value = a_hello(other, more);
        let Greeting { position, language } = read_hello(&value.to_string()).unwrap();
        let is_known = value["language"] == "en";
        assert_eq!(language, is_known.then_some(Language::En), "{value}");
        let derived: ClientMessage = serde_json::from_value(value).unwrap();
        assert_eq!(derived, ClientMessage::Hello { position, language });
    }
    let shortest = Greeting {
        position: None,
        language: None,
    };
    assert_eq!(read_hello(r#"{"type":"hello"}"#), Ok(shortest));
}

#[test]
fn a_message_of_an_unknown_type_is_told_from_an_unknown_event_and_from_nonsense() {
    let read = |value: Value| read_server_message(&value.to_string()).unwrap_err();
    let unknown = read(json!({"type": "confetti", "colour": "gold"}));
    assert!(matches!(unknown, ReadError::UnknownMessage), "{unknown}");

    let event = |event: Value| json!({"type": "event", "seq": 2, "prev": 1, "at": EVENING, "event": event});
    let unknown = read(event(json!({"type": "hall_on_fire"})));
    assert!(matches!(unknown, ReadError::UnknownEvent(_)), "{unknown}");
    // An event of a known type with a shape that is not known is no less a reason to load the app anew.
    let misshapen = read(event(json!({"type": "bell_rung"})));
    assert!(matches!(misshapen, ReadError::UnknownEvent(_)), "{misshapen}");
    let board = read(json!({"type": "welcome", "board": {"floor": "of another version"}}));
    assert!(matches!(board, ReadError::UnknownEvent(_)), "{board}");

    for (text, name) in [
        (r#"{"type":"pong","sent_ms":1}"#, "a missing field"),
        (
            r#"{"type":"accepted","id":"no uuid","seq":1}"#,
            "a misshapen field",
        ),
        (r#"{"no":"type"}"#, "no type"),
        ("[]", "a list"),
        ("", "nothing"),
        ("{\"type\":\"pong\"", "half a message"),
    ] {
        let malformed = read_server_message(text).unwrap_err();
        assert!(
            matches!(malformed, ReadError::Malformed(_)),
            "{name}: {malformed}"
        );
    }
}

#[test]
fn a_status_of_a_newer_screen_says_what_is_known_of_it() {
    let newer = json!({
        "screen": "wall", "sound_state": "whispering", "wake_lock": { "until": 7 }, "own_scene": "fireworks",
        "address_scene": "pause", "hidden": true, "lumens": 2_000,
    });
    let status: ScreenStatus = serde_json::from_value(newer).unwrap();
    let known = ScreenStatus {
        screen: "wall".to_owned(),
        address_scene: Some(Scene::Pause),
        hidden: Some(true),
        ..ScreenStatus::default()
    };
    assert_eq!(status, known);
}

#[test]
fn an_unknown_command_is_told_from_a_malformed_one() {
    for value in [
        json!({"type": "buy_shares"}),
        json!({"type": ""}),
        json!({"type": "Post_Deal", "deal": 1}),
    ] {
        assert_eq!(read_command(&value), Err(Refusal::UnknownCommand), "{value}");
    }
    for value in [
        json!({}),
        json!(null),
        json!("freeze_totals"),
        json!({"type": 7}),
        json!({"type": "announce", "text": "Hei"}),
        json!({"type": "withdraw_deal", "deal": "no uuid"}),
        json!({"type": "set_scene", "scene": "party"}),
        json!({"type": "set_scene", "scene": "set_scene"}),
        json!({"type": "adjust_round", "by_seconds": 1.5, "expected": {"phase": "open"}}),
    ] {
        let answer = read_command(&value);
        assert!(
            matches!(answer, Err(Refusal::Malformed { .. })),
            "{value}: {answer:?}"
        );
    }
    // Each command, with each of its fields missing in turn.
    for command in test_support::examples::commands() {
        let whole = serde_json::to_value(&command).unwrap();
        for field in whole.as_object().unwrap().keys().filter(|field| *field != "type") {
            let mut value = whole.clone();
            value.as_object_mut().unwrap().remove(field);
            let may_be_absent = ["start_round", "written_on"].contains(&field.as_str())
                || matches!(command, Command::SpotlightDeal { .. } | Command::RingBell { .. })
                || field == "expected"
                    && matches!(
                        command,
                        Command::AmendParticipant { .. } | Command::AmendListing { .. }
                    )
                || field == "name" && matches!(command, Command::BeginAnew { .. });
            match read_command(&value) {
                Ok(_) => assert!(may_be_absent, "{field} of {whole}"),
                Err(Refusal::Malformed { detail }) => assert!(detail.contains(field.as_str()), "{detail}"),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_round_that_is_absent_is_any_and_null_is_none() {
    let round = |expected: Value| match read_command(&json!({"type": "close_floor", "expected": expected})) {
        Ok(Command::CloseFloor { expected }) => expected.round,
        other => panic!("{other:?}"),
    };
    assert_eq!(round(json!({"phase": "open"})), ExpectedRound::Any);
    assert_eq!(
        round(json!({"phase": "open", "round": null})),
        ExpectedRound::Exactly(None)
    );
    assert_eq!(
        round(json!({"phase": "open", "round": 2})),
        ExpectedRound::Exactly(Some(RoundId(2)))
    );
    // Written as it was read.
    for written in [json!({"phase": "open"}), json!({"phase": "open", "round": null})] {
        let expected: Expected = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(expected).unwrap(), written);
    }
    for ring in [
        json!({"type": "ring_bell"}),
        json!({"type": "ring_bell", "expected": null}),
    ] {
        assert_eq!(read_command(&ring), Ok(Command::RingBell { expected: None }));
    }
}

/// Tablets and scripts of before say nothing of what the notary was shown.
#[test]
fn a_hammer_may_say_what_it_falls_on() {
    let deal = test_support::deal(1);
    for expected in [None, Some(Box::new(test_support::examples::full_terms()))] {
        let says = expected.is_some();
        let hammer = Command::RatifyDeal { deal, expected };
        let written = serde_json::to_value(&hammer).unwrap();
        assert_eq!(written.get("expected").is_some(), says);
        assert_eq!(read_command(&written), Ok(hammer));
    }
}

/// One of each refusal.
fn refusals() -> Vec<Refusal> {
    names_of::<Refusal>("code")
        .into_iter()
        .map(|code| {
            let full = json!({
                "code": code, "detail": "missing field `text`", "field": "deadline", "min": 1, "max": 9,
                "phase": "open", "symbol": "BAKK", "category": "hands",
                "name": "Bakkerud", "text": "Snekkerhjelp", "deals": 2,
            });
            serde_json::from_value(full).unwrap_or_else(|error| panic!("{code}: {error}"))
        })
        .collect()
}

#[test]
fn every_refusal_has_its_tag_as_code_and_a_sentence_in_both_languages() {
    let phases = [Phase::Preparing, Phase::Open, Phase::Closed].map(|phase| Refusal::WrongPhase { phase });
    for refusal in refusals().into_iter().chain(phases) {
        assert_eq!(refusal.code(), tag_of(&refusal, "code"));
        let sentences = [Language::Nb, Language::En].map(|language| refusal.message(language));
        for sentence in &sentences {
            assert!(sentence.ends_with(['.', '!', '?']), "{sentence}");
            assert!(
                sentence.starts_with(|first: char| first.is_uppercase() || "«“".contains(first)),
                "{sentence}"
            );
            assert!(!sentence.contains("  ") && !sentence.contains('{'), "{sentence}");
        }
        assert_ne!(sentences[0], sentences[1]);
        // Where the sentence leaves it out, whoever writes a client is told what exactly is wrong.
        let told = refusal.to_string();
        let rest = told.strip_prefix(&sentences[1]).map(str::to_owned);
        let detail = refusal.detail().map(|detail| format!(" ({detail})"));
        assert_eq!(rest, Some(detail.unwrap_or_default()));
    }
}

#[test]
fn every_field_that_a_refusal_names_has_a_norwegian_name() {
    let sources = [
        include_str!("../src/decide/shape.rs"),
        include_str!("../src/decide/deals.rs"),
        include_str!("../src/decide/registry.rs"),
        include_str!("../src/mail.rs"),
        include_str!("../../server/src/routes/phone_numbers.rs"),
        include_str!("../../server/src/registrations/office.rs"),
    ];
    let mut fields = std::collections::BTreeSet::new();
    for source in sources {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        for call in [
            "text(",
            "readable(",
            "field: ",
            "range(",
            "length(",
            "distinct(",
            "service(",
            "check_date(settings, ",
        ] {
            for after in source.split(call).skip(1) {
                let after = after.trim_start();
                if let Some(field) = after.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                    fields.insert(field.to_owned());
                }
            }
        }
    }
    assert!(fields.len() > 20, "{fields:?}");
    for field in fields {
        let sentence = Refusal::TextMissing { field: field.clone() }.message(Language::Nb);
        // What is called the same in both languages would be named here; nothing is.
        assert!(!sentence.contains(&format!("«{field}»")), "{sentence}");
        assert!(!sentence.contains('_'), "{sentence}");
    }
}

#[test]
fn the_largest_commands_fit_in_a_frame() {
    use borsklokka_shared::deal::{Bargain, FirstStep, Service};
    use borsklokka_shared::exchange::Category;
    use borsklokka_shared::icon::Icon;
    use borsklokka_shared::limits as max;
    use borsklokka_shared::listing::Quantity;
    let long = |chars: usize| "𝄞".repeat(chars);
    let service = || Service {
        text: long(max::SERVICE_CHARS_MAX),
        category: Some(test_support::category(&long(max::CATEGORY_KEY_CHARS_MAX))),
        quantity: Some(Quantity {
            amount: max::QUANTITY_MAX,
            unit: long(max::UNIT_CHARS_MAX),
        }),
        effort_minutes: Some(max::EFFORT_MINUTES_MAX),
        worth: Some(max::WORTH_MAX),
        listings: (0..max::LISTINGS_PER_SERVICE_MAX as u32)
            .map(test_support::listing)
            .collect(),
    };
    let terms = borsklokka_shared::deal::Terms {
        givers: (0..max::PARTIES_PER_SIDE_MAX as u32)
            .map(test_support::party)
            .collect(),
        receivers: (20..20 + max::PARTIES_PER_SIDE_MAX as u32)
            .map(test_support::party)
            .collect(),
        bargain: Bargain::TwoWay {
            service: service(),
            return_service: service(),
        },
        first_step: Some(FirstStep {
            by: test_support::party(0),
            what: long(max::REMARK_CHARS_MAX),
            due: Some("2026-12-01".parse().unwrap()),
        }),
        deadline: Some("2026-12-01".parse().unwrap()),
    };
    let mut settings = test_support::settings();
    settings.name = long(max::NAME_CHARS_MAX);
    settings.place = long(max::NAME_CHARS_MAX);
    settings.categories = (0..max::CATEGORIES_MAX)
        .map(|n| Category {
            id: test_support::category(&format!("{n:02}{}", long(max::CATEGORY_KEY_CHARS_MAX - 2))),
            name: long(max::NAME_CHARS_MAX),
            icon: Some(Icon::Equipment),
        })
        .collect();
    settings.role_titles = (0..max::ROLE_TITLES_MAX)
        .map(|n| {
            (
                format!("{n}{}", long(max::CATEGORY_KEY_CHARS_MAX - 1)),
                long(max::PLACE_CHARS_MAX),
            )
        })
        .collect();
    let mut items = test_support::programme();
    items.resize(max::PROGRAMME_ITEMS_MAX, items[1].clone());
    for (n, item) in items.iter_mut().enumerate() {
        item.title = long(max::NAME_CHARS_MAX);
        item.slot = borsklokka_shared::exchange::Slot::Round {
            round: borsklokka_shared::ids::RoundId(n as u32 + 1),
            minutes: max::ROUND_MINUTES_MAX,
        };
    }
    for command in [
        Command::PostDeal {
            deal: test_support::deal(1),
            terms,
            written_on: borsklokka_shared::command::WrittenOn::Tablet,
            broker: None,
        },
        Command::configure(settings),
        Command::set_programme(items),
    ] {
        assert_eq!(borsklokka_shared::decide::shape(&command), Ok(()), "{command:?}");
        let message = ClientMessage::Command(CommandMessage {
            id: id(),
            written_at: Some(EVENING),
            clock: ClockTrust::Estimated,
            epoch: None,
            command: serde_json::to_value(&command).unwrap(),
        });
        let bytes = serde_json::to_string(&message).unwrap().len();
        assert!(bytes <= CLIENT_FRAME_BYTES_MAX, "{bytes} bytes: {command:?}");
    }
}

#[test]
fn a_category_without_an_icon_is_written_as_before_and_one_of_a_newer_version_has_none() {
    use borsklokka_shared::exchange::Category;
    use borsklokka_shared::icon::Icon;
    let read = |written: &str| serde_json::from_str::<Category>(written).map(|category| category.icon);
    let bare = r#"{"id":"hands","name":"Nyttige never"}"#;
    let drawn = r#"{"id":"hands","name":"Nyttige never","icon":"hands"}"#;
    for (written, icon) in [(bare, None), (drawn, Some(Icon::Hands))] {
        assert_eq!(read(written).unwrap(), icon);
        let category: Category = serde_json::from_str(written).unwrap();
        assert_eq!(serde_json::to_string(&category).unwrap(), written);
    }
    for none in ["null", r#""submarine""#, r#""""#] {
        let written = bare.replace('}', &format!(r#","icon":{none}}}"#));
        assert_eq!(read(&written).unwrap(), None, "{written}");
    }
}

#[test]
fn a_follower_starts_with_a_welcome_and_sees_what_it_lost() {
    let exchange = exchange();
    let head = exchange.log.last().unwrap().seq;
    let mut follower: Option<Follower> = None;
    let event = |n: usize| ServerMessage::Event(EventMessage::of(&exchange.log[n], Audience::Staff));
    let pong = |head| ServerMessage::Pong {
        sent_ms: 0.0,
        server_ms: SERVER_MS,
        ahead_ms: None,
        head,
    };
    let resumed = |seq| ServerMessage::Resumed {
        role: Role::Broker,
        seq,
        server_ms: SERVER_MS,
        ahead_ms: None,
        device: None,
        name: None,
    };
    assert_eq!(
        follow(&mut follower, &event(0)),
        Step::Hole,
        "nothing to apply it to"
    );
    assert_eq!(follow(&mut follower, &resumed(Seq(3))), Step::Hole);
    let welcome = ServerMessage::Welcome {
        role: Role::Broker,
        epoch: epoch(),
        seq: head,
        at: None,
        server_ms: SERVER_MS,
        ahead_ms: None,
        device: Some(device()),
        name: Some("Ingrid".to_owned()),
        board: Box::new(exchange.staff.clone()),
    };
    assert_eq!(follow(&mut follower, &welcome), Step::Replaced);
    let position = follower.as_ref().unwrap().position();
    assert_eq!(
        (position.epoch, position.audience, position.seq),
        (epoch(), Audience::Staff, head)
    );
    assert_eq!(follow(&mut follower, &event(0)), Step::Known);
    assert_eq!(follow(&mut follower, &pong(head)), Step::Other);
    assert_eq!(
        follow(&mut follower, &pong(head.next())),
        Step::Hole,
        "an event was lost"
    );
    assert_eq!(follow(&mut follower, &resumed(head)), Step::Other);
    assert_eq!(follow(&mut follower, &resumed(Seq(1))), Step::Hole);
    assert_eq!(
        follow(&mut follower, &ServerMessage::Identify { number: 1 }),
        Step::Other
    );
}

#[test]
fn the_names_of_the_commands_are_those_on_the_wire() {
    assert_eq!(test_support::names_of::<Command>("type"), Command::NAMES);
}

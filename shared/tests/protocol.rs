//! `docs/protocol.md` says what the code does: every name, number and example of it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use borsklokka_shared::deal::{HeldReason, Standing};
use borsklokka_shared::follow_up::FollowUps;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::mail::Mails;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{Judgement, Registrations};
use borsklokka_shared::report::Report;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::{
    Catalogue, ClientMessage, CloseCode, PING_EVERY_MS, PONG_WAIT_MS_MAX, RECONNECT_MS_MAX, RECONNECT_MS_MIN,
    RESUME_EVENTS_MAX, SUBPROTOCOL, ServerMessage,
};
use test_support::examples::{commands, events};
use test_support::{names_of, tag_of};

const PAGE: &str = include_str!("../../docs/protocol.md");

/// What stands under a heading.
fn section(heading: &str) -> &'static str {
    let after = PAGE.split(&format!("\n## {heading}\n")).nth(1);
    after
        .unwrap_or_else(|| panic!("no section {heading}"))
        .split("\n## ")
        .next()
        .unwrap()
}

/// The rows of a section's tables, by what stands in their first cell.
fn rows(heading: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    section(heading)
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .map(|cells| (cells[0].trim_matches('`'), cells))
        .collect()
}

fn examples() -> Vec<&'static str> {
    PAGE.split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn every_message_is_there_as_the_snapshot_has_it() {
    let mut wanted = names_of::<ClientMessage>("type");
    wanted.extend(names_of::<ServerMessage>("type"));
    wanted.push("catalogue".to_owned());
    for name in wanted {
        let path = format!("{}/tests/snapshots/wire__{name}.snap", env!("CARGO_MANIFEST_DIR"));
        let snapshot = std::fs::read_to_string(&path).unwrap();
        let json = snapshot.splitn(3, "---\n").nth(2).unwrap();
        assert!(
            PAGE.contains(&format!("```json\n{}\n```", json.trim_end())),
            "{name}"
        );
    }
    for example in examples() {
        let reads = serde_json::from_str::<ClientMessage>(example).is_ok()
            || serde_json::from_str::<ServerMessage>(example).is_ok()
            || serde_json::from_str::<Catalogue>(example).is_ok()
            || serde_json::from_str::<Registrations>(example).is_ok()
            || serde_json::from_str::<Judgement>(example).is_ok()
            || serde_json::from_str::<Mails>(example).is_ok()
            || serde_json::from_str::<FollowUps>(example).is_ok()
            || serde_json::from_str::<Report>(example).is_ok();
        assert!(reads, "{example}");
    }
}

#[test]
fn every_command_has_a_row_with_its_fields_and_its_roles() {
    let rows = rows("Commands");
    for command in commands() {
        let name = tag_of(&command, "type");
        let row = rows
            .get(name.as_str())
            .unwrap_or_else(|| panic!("no row for the command {name}"));
        let value = serde_json::to_value(&command).unwrap();
        for field in value.as_object().unwrap().keys().filter(|field| *field != "type") {
            assert!(row[1].contains(&format!("`{field}`")), "{field} of {name}");
        }
        let has = |role: Role| role.has(command.right());
        let roles = match (
            has(Role::Broker),
            has(Role::Notary),
            has(Role::Moderator),
            has(Role::Clock),
        ) {
            (true, true, true, false) => "staff",
            (false, true, true, false) => "notary, desk",
            (false, false, true, false) => "desk",
            (false, false, true, true) => "desk, clock",
            (false, false, false, true) => "clock",
            (false, false, false, false) => "organiser",
            other => panic!("the page has no word for {other:?}"),
        };
        let roles = if has(Role::Door) {
            format!("{roles}, door")
        } else {
            roles.to_owned()
        };
        assert_eq!(row[2], roles, "{name}");
        assert_eq!(row[4].contains("`stale`, `expired`"), command.expires(), "{name}");
    }
}

#[test]
fn every_right_has_a_row_with_its_roles_and_no_other_row_is_there() {
    let rows = rows("Rights");
    for right in Right::ALL {
        let roles: Vec<&str> = right.roles().iter().map(|role| role.as_str()).collect();
        let row = rows.get(format!("{right:?}").as_str());
        let row = row.unwrap_or_else(|| panic!("no row for {right:?}"));
        assert_eq!(row[1], roles.join(", "), "{right:?}");
        let over = if right.needs_private_channel() {
            "private"
        } else {
            "any"
        };
        assert_eq!(row[2], over, "{right:?}");
    }
    // One more than the rights: the head.
    assert_eq!(rows.len(), Right::ALL.len() + 1);
}

#[test]
fn every_event_has_a_row_with_its_fields() {
    let rows = rows("Events");
    for event in events() {
        let name = tag_of(&event, "type");
        let row = rows
            .get(name.as_str())
            .unwrap_or_else(|| panic!("no row for the event {name}"));
        let value = serde_json::to_value(&event).unwrap();
        for (field, value) in value
            .as_object()
            .unwrap()
            .iter()
            .filter(|(field, _)| *field != "type")
        {
            assert!(row[1].contains(&format!("`{field}`")), "{field} of {name}");
            let is_id = ["deal", "listing", "announcement", "participant"].contains(&field.as_str())
                && value.is_string();
            assert_eq!(
                row[1].contains(&format!("`{field}` (its id)")),
                is_id,
                "{field} of {name}"
            );
        }
    }
}

#[test]
fn every_refusal_has_a_row_that_says_whether_it_may_be_sent_again() {
    let rows = rows("Refusal codes");
    for code in names_of::<Refusal>("code") {
        let row = rows
            .get(code.as_str())
            .unwrap_or_else(|| panic!("no row for {code}"));
        let full = serde_json::json!({
            "code": code, "detail": "", "field": "", "min": 1, "max": 9, "phase": "open", "symbol": "", "category": "",
            "name": "", "text": "", "deals": 2,
        });
        let refusal: Refusal = serde_json::from_value(full).unwrap();
        assert_eq!(row[2] == "again", !refusal.is_outcome(), "{code}");
    }
}

#[test]
fn commands_are_refused_with_codes_that_exist() {
    let rows = rows("Commands");
    let known = names_of::<Refusal>("code");
    for command in commands() {
        let row = &rows[tag_of(&command, "type").as_str()];
        for code in row[4].split('`').skip(1).step_by(2) {
            assert!(known.iter().any(|known| known == code), "{code}");
        }
    }
}

#[test]
fn every_standing_and_reason_is_named() {
    for state in names_of::<Standing>("state") {
        assert!(PAGE.contains(&format!(r#"{{"state":"{state}""#)), "{state}");
    }
    let complaint = serde_json::from_str::<HeldReason>("\"?\"")
        .unwrap_err()
        .to_string();
    for reason in complaint.split('`').skip(3).step_by(2) {
        assert!(PAGE.contains(&format!("`{reason}`")), "{reason}");
    }
}

#[test]
fn every_icon_is_named() {
    let row = PAGE.split("- **icon** of a category:").nth(1).unwrap();
    let named: Vec<&str> = row
        .split('.')
        .next()
        .unwrap()
        .split('`')
        .skip(1)
        .step_by(2)
        .collect();
    assert_eq!(named, Icon::ALL.map(Icon::as_str));
}

#[test]
fn close_codes_and_the_numbers_in_the_text_are_the_codes() {
    let rows = rows("Close codes");
    for code in [
        CloseCode::Restarting,
        CloseCode::Malformed,
        CloseCode::NotAllowed,
        CloseCode::TooSlow,
        CloseCode::Version,
        CloseCode::TooMany,
    ] {
        assert!(rows.contains_key(code.as_u16().to_string().as_str()), "{code:?}");
    }
    let text: String = PAGE.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = |sentence: String| assert!(text.contains(&sentence), "{sentence}");
    says(format!("subprotocol `{SUBPROTOCOL}`"));
    says(format!("at most {RESUME_EVENTS_MAX} events were missed"));
    says(format!("Ping every {} seconds", PING_EVERY_MS / 1_000));
    says(format!("silent for {};", PING_EVERY_MS * 3 / 1_000));
    says(format!("within {}.", PONG_WAIT_MS_MAX / 1_000));
    says(format!(
        "starts at {} seconds",
        f64::from(RECONNECT_MS_MIN) / 1_000.0
    ));
    says(format!("stays at {},", RECONNECT_MS_MAX / 1_000));
}

/// A product of whole numbers, as the constants are written.
fn value_of(expression: &str) -> u64 {
    expression
        .split('*')
        .map(|factor| factor.trim().replace('_', "").parse::<u64>().unwrap())
        .product()
}

fn with_commas(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}

#[test]
fn every_limit_has_a_row_with_its_value() {
    let mut limits = 0;
    for source in [include_str!("../src/limits.rs"), include_str!("../src/wire.rs")] {
        for line in source.lines().filter(|line| line.starts_with("pub const ")) {
            let (name, rest) = line["pub const ".len()..].split_once(": ").unwrap();
            let (kind, expression) = rest.trim_end_matches(';').split_once(" = ").unwrap();
            if kind == "&str" {
                continue;
            }
            let row = format!("| {} | `{name}` |", with_commas(value_of(expression)));
            assert!(PAGE.contains(&row), "{row}");
            limits += 1;
        }
    }
    assert!(limits > 30, "{limits} limits were read");
}

//! Events that were once written decode for ever: a file of each event and schema, as it lies in the log.
//!
//! `UPDATE_GOLDEN=1 cargo test -p borsklokka-shared --test golden` writes the files of today's schema that are missing. A
//! file that is there is never rewritten: what it says was promised.

use std::fs;
use std::path::PathBuf;

use borsklokka_shared::event::{DecodeError, Event, SCHEMA, decode, encode};
use test_support::examples::events;
use test_support::{names_of, tag_of};

fn golden(schema: u32, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/v{schema}/{name}.json"))
}

#[test]
fn every_event_has_an_example() {
    let examples: Vec<String> = events().iter().map(|event| tag_of(event, "type")).collect();
    assert_eq!(examples, names_of::<Event>("type"));
}

#[test]
fn every_event_has_a_golden_file_that_still_means_the_same() {
    for event in events() {
        let name = tag_of(&event, "type");
        let path = golden(SCHEMA, &name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() && !path.exists() {
            fs::write(&path, encode(&event) + "\n").expect("the folder is there");
        }
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; see the head of this file", path.display()));
        let text = text.trim_end();
        let decoded = decode(SCHEMA, text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(decoded, event, "{name}");
        assert_eq!(encode(&decoded), text, "{name}");
    }
}

#[test]
fn no_golden_file_is_of_an_event_that_is_gone() {
    let known = names_of::<Event>("type");
    for entry in fs::read_dir(golden(SCHEMA, "x").with_file_name("")).expect("the folder is there") {
        let name = entry.expect("it can be listed").file_name();
        let name = name.to_str().expect("names are ASCII").trim_end_matches(".json");
        assert!(known.iter().any(|event| event == name), "{name}");
    }
}

#[test]
fn what_a_newer_version_wrote_is_not_guessed_at() {
    let newer = decode(SCHEMA + 1, r#"{"type":"totals_thawed"}"#);
    assert!(matches!(newer, Err(DecodeError::NewerSchema(2))));
    let unknown = decode(SCHEMA, r#"{"type":"hall_on_fire"}"#);
    assert!(matches!(unknown, Err(DecodeError::Malformed { schema: 1, .. })));
    let field = decode(SCHEMA, r#"{"type":"totals_thawed","added_later":true}"#);
    assert!(
        matches!(field, Ok(Event::TotalsThawed)),
        "a field that was added later is no harm"
    );
}

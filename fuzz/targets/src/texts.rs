//! What people type and addresses say: days, times, slugs, tags, signs, codes, numbers, texts.

use axum::http::{HeaderMap, HeaderValue, header};
use borsklokka::fuzzed;
use borsklokka_frontend::numbers;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::date::Date;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Symbol;
use borsklokka_shared::slug::{is_slug, slug_of};
use borsklokka_shared::symbol::code;
use borsklokka_shared::text::{is_visible, readable, tidy};

/// Each reader of a text: what is read and written again is read the same, and what is made to be kept is kept as it is.
pub(crate) fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(day) = text.parse::<Date>() {
        assert_eq!(day.to_string(), text, "a day is written in one way");
        let _days = (
            day.plus_days(u16::MAX),
            day.plus_months(u32::MAX),
            day.plus_year(),
        );
        assert!(day.days_after(day.plus_days(1)) <= 0);
        let _begins = day.begins_on_earth();
    }
    if let Ok(at) = Instant::parse(text) {
        let written = at.to_string();
        assert_eq!(Instant::parse(&written), Ok(at), "{written}");
    }
    if is_slug(text) {
        assert!(
            text.contains("--") || slug_of(text) == text,
            "an address is its own"
        );
    }
    let slug = slug_of(text);
    assert!(slug.len() < 2 || is_slug(&slug), "{slug:?}");
    if let Some(language) = Language::from_tag(text) {
        assert_eq!(Language::from_tag(language.as_str()), Some(language));
    }
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        let _language = fuzzed::language_of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]));
    }
    if let Ok(symbol) = Symbol::parse(text) {
        assert_eq!(
            Symbol::parse(symbol.as_str()).as_ref(),
            Ok(&symbol),
            "a sign is its own"
        );
        let _code = code::of_symbol(&symbol);
    }
    if let Some(shown) = fuzzed::pairing_code(text) {
        assert_eq!(fuzzed::pairing_code(&shown).as_deref(), Some(&*shown));
    }
    if let Some(phone) = fuzzed::phone(text, "Europe/Oslo") {
        assert_eq!(
            fuzzed::phone(&phone, "Europe/Oslo").as_deref(),
            Some(&*phone),
            "{text:?}"
        );
    }
    kept(text);
    typed(text);
}

/// Texts that are kept.
fn kept(text: &str) {
    let tidied = tidy(text);
    assert_eq!(tidy(&tidied), tidied, "tidied twice");
    if let Ok(readable_text) = readable("text", text, 80) {
        assert_eq!(readable_text, tidied);
        assert!(is_visible(&tidied) && tidied.chars().count() <= 80);
    }
    let legible = fuzzed::legible_text(text);
    assert_eq!(fuzzed::legible_text(&legible), legible, "legible twice");
    let line = Contact::of_line(text);
    if let Ok(contact) = line.checked() {
        assert_eq!(contact.clone().checked().as_ref(), Ok(&contact), "checked twice");
    }
}

/// Numbers as people type them.
fn typed(text: &str) {
    let _whole = numbers::whole(text);
    if let Ok(Some(minutes)) = numbers::minutes(text) {
        let said = numbers::hours_text(minutes);
        assert_eq!(
            numbers::minutes(&said),
            Ok(Some(minutes)),
            "{text:?} is said as {said:?}"
        );
    }
    for up in [true, false] {
        if let Some(next) = numbers::stepped(text, up) {
            assert!(numbers::minutes(&next).is_ok(), "{text:?} steps to {next:?}");
        }
    }
}

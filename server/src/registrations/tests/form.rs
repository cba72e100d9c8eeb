//! The form: what is sent is kept once, or comes back with all that was typed.

use axum::http::{StatusCode, header};
use borsklokka_shared::registration::RegistrationState;
use serde_json::json;

use super::super::FORM_BYTES_MAX;
use super::super::form::HASTE_MS;
use super::super::written::{self, PROOF, SHOWN_AT, SHOWN_CHARS_MAX, TOKEN, TRAP};
use super::fixture::{
    TRANSLATES, approve, body, catalogue, filled, filled_on, in_english, lasting, listed, opened, post,
    register, set_form, token_in,
};
use crate::fixture::{Answer, caller_of, change_tables, open_hub};
use crate::strangers::looked_at::unmarked;

#[tokio::test]
async fn everything_that_is_to_be_mended_is_said_at_once_and_nothing_typed_is_lost() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let long = "x".repeat(163);
    let form = filled(
        &fixture,
        &[
            ("name", &long),
            ("sector", ""),
            ("email", "kari"),
            ("people", "0"),
            ("wish_1_category", ""),
            ("consent", ""),
        ],
    );
    let again = post(&fixture.browser(), "/drammen/register?lang=en", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "3 characters too many",
        "not an e-mail address",
        "a number from 1 to 99",
        "Choose a category.",
        "Fill this in.",
        &long,
        r#"value="kari""#,
        "912 34 567",
        "En nettside",
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    assert!(listed(&organiser).await.registrations.is_empty());
    for (other, said) in [
        (vec![("email", ""), ("phone", "")], "E-post eller telefon"),
        (vec![("name", "\u{3164}")], "Fyll ut dette."),
        (vec![("wish_1", "\u{FFFD}")], "ikke kan vises"),
    ] {
        let again = post(&fixture.browser(), "/drammen/register", &filled(&fixture, &other)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{other:?}");
        assert!(
            again.text.to_lowercase().contains(&said.to_lowercase()),
            "{said}: {}",
            again.text
        );
    }
    // Whatever is typed is text.
    let hostile = [("name", r#""><script>alert(1)</script>"#), ("consent", "")];
    let again = post(
        &fixture.browser(),
        "/drammen/register",
        &filled(&fixture, &hostile),
    )
    .await;
    assert!(!again.text.contains("<script>"), "{}", again.text);
}

#[tokio::test]
async fn a_number_among_words_is_kept_as_it_was_written_and_a_fault_says_what_is_wrong() {
    let only = "Skriv bare telefonnumre her, hvert med 5 til 15 sifre";
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    for (phone, said) in [
        ("tlf. 1234", "Skriv minst fem sifre."),
        ("Kari", "Skriv minst fem sifre."),
        ("1234567890123456", only),
        ("91 23 45 67 / 22", only),
        ("91234567 ola@example.org", only),
    ] {
        let form = filled(&fixture, &[("phone", phone)]);
        let again = post(&fixture.browser(), "/drammen/register", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
        assert!(again.text.contains(said), "{phone}: {}", again.text);
    }
    assert!(listed(&organiser).await.registrations.is_empty());
    let typed = [
        ("phone", "Mob: 91 23 45 67, priv: 22 33 44 55"),
        ("email", "mailto:kari@example.org"),
    ];
    register(&fixture, &typed).await;
    let contact = listed(&organiser).await.registrations.remove(0).entry.contact;
    assert_eq!(contact.phone.as_deref(), Some(typed[0].1));
    assert_eq!(contact.email.as_deref(), Some("kari@example.org"));
}

#[tokio::test]
async fn programs_and_haste_are_asked_once_more() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let now = fixture.hub.clock.now().unix_ms.to_string();
    for other in [
        (SHOWN_AT, now.as_str()),
        (SHOWN_AT, "soon"),
        (TRAP, "https://spam.example"),
    ] {
        let again = post(
            &fixture.browser(),
            "/drammen/register",
            &filled(&fixture, &[other]),
        )
        .await;
        assert!(
            again.text.contains("Det gikk veldig fort") && again.text.contains("Drammen Turlag"),
            "{other:?}"
        );
    }
    assert!(listed(&organiser).await.registrations.is_empty());
}

/// When a form says that it was shown first.
fn shown_in(page: &str) -> &str {
    let (_, begun) = page.split_once(r#"name="shown" value=""#).expect("a form");
    begun.split('"').next().unwrap()
}

#[tokio::test]
async fn whoever_mends_a_form_that_lay_open_is_never_too_quick_and_what_sends_at_once_is_each_time() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser();
    let send = async |page: &str, other: &[(&str, &str)]| {
        let token = token_in(page);
        let of_page = [(SHOWN_AT, shown_in(page)), (TOKEN, token.as_str())];
        let form = filled(&fixture, &[other, &of_page].concat());
        post(&guest, "/drammen/register", &form).await
    };
    let hasty = "Det gikk veldig fort";
    // A program that fills in what it gets, and what it gets for that.
    let mut page = guest.get("/drammen/register").await.text;
    for _ in 0..3 {
        page = send(&page, &[]).await.text;
        assert!(page.contains(hasty), "{page}");
    }
    assert!(listed(&organiser).await.registrations.is_empty());
    // Somebody who mends one thing after the other.
    let mut page = guest.get("/drammen/register").await.text;
    fixture.clock.pass_ms(HASTE_MS);
    for wrong in [("people", "0"), ("email", "kari")] {
        let again = send(&page, &[wrong]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert!(!again.text.contains(hasty), "{}", again.text);
        page = again.text;
    }
    let sent = send(&page, &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

#[tokio::test]
async fn a_field_that_is_sent_twice_is_refused() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let form = format!("{}&email=ola%40example.org", filled(&fixture, &[]));
    let refused = post(&fixture.browser(), "/drammen/register", &form).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(listed(&organiser).await.registrations.is_empty());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_entry_and_the_second_gets_the_firsts_page() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let page = fixture.browser().get("/drammen/register").await.text;
    let (_, rest) = page
        .split_once(r#"name="form" value=""#)
        .expect("each form has a token");
    let (token, _) = rest.split_once('"').unwrap();
    let form = [
        ("form", token),
        ("offer_1", "Ti par hender"),
        ("offer_1_category", "hands"),
    ];
    let first = register(&fixture, &form).await;
    assert_eq!(first, format!("/registration/{token}?lang=nb"));
    // Once more by the browser, when no place is left, and in a second window at the same instant.
    set_form(&organiser, json!({ "is_on": true, "places": 1 })).await;
    assert_eq!(register(&fixture, &form).await, first);
    assert_eq!(listed(&organiser).await.registrations.len(), 1);
    set_form(&organiser, json!({ "is_on": true })).await;
    let fives = "5".repeat(64);
    let same = [("form", fives.as_str())];
    let taps = (0..4).map(|_| register(&fixture, &same));
    let pages = futures_util::future::join_all(taps).await;
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    assert_eq!(listed(&organiser).await.registrations.len(), 2);
    // Who writes something else into a form that lies open is somebody of their own, and sees nobody's entry.
    let else_said = [("name", "Svelvik Korps"), ("person", "Ola Nordmann")];
    let other = register(&fixture, &[form.as_slice(), &else_said].concat()).await;
    assert_ne!(other, first);
    assert!(fixture.browser().get(&other).await.text.contains("Svelvik Korps"));
    // A token that no server made opens nothing.
    let own = register(&fixture, &[("form", "me"), ("name", "Ola")]).await;
    assert!(!own.contains("/me"), "{own}");
    // What was withdrawn is not what is sent again.
    post(&fixture.browser(), &first, "do=withdraw").await;
    assert_ne!(register(&fixture, &form).await, first);
}

#[tokio::test]
async fn whoever_goes_back_and_sends_again_changes_their_own_entry() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let shown = fixture.browser().get("/drammen/register").await;
    assert_eq!(
        shown.headers[header::CACHE_CONTROL],
        "private, no-cache",
        "whoever goes back has the page that they sent"
    );
    let token = token_in(&shown.text);
    let form = [
        ("form", token.as_str()),
        ("offer_1", "Ti par hender"),
        ("offer_1_category", "hands"),
    ];
    let first = register(&fixture, &form).await;
    approve(&organiser).await;
    set_form(&organiser, json!({ "is_on": true, "places": 1 })).await;
    // The page that was kept: another address of the same people, when no place is left.
    let mended = [form.as_slice(), &[("email", "turlag@example.org"), ("phone", "")]].concat();
    assert_eq!(lasting(&register(&fixture, &mended).await), first);
    let one = listed(&organiser).await.registrations.remove(0);
    assert_eq!(one.entry.contact.email.as_deref(), Some("turlag@example.org"));
    assert_eq!(
        one.state,
        RegistrationState::Waiting,
        "others' words are judged anew"
    );
    assert_eq!(
        catalogue(&fixture).1.len(),
        2,
        "what was approved stands meanwhile"
    );
    set_form(&organiser, json!({ "is_on": true })).await;
    // The page loaded anew has another token, and the browser knows what it sent.
    let sent = post(
        &fixture.browser(),
        "/drammen/register",
        &filled(&fixture, &mended),
    )
    .await;
    let cookie = sent.headers[header::SET_COOKIE].to_str().unwrap();
    let kept = cookie.strip_prefix(&format!("borsklokka-sent_drammen={token}."));
    let (marks, rest) = kept.unwrap().split_once(';').unwrap();
    assert_eq!(
        rest,
        " HttpOnly; SameSite=Strict; Path=/drammen/register; Max-Age=3600"
    );
    assert!(marks.bytes().all(|byte| byte.is_ascii_hexdigit()), "{marks}");
    let mut same_browser = fixture.browser();
    same_browser.keep(cookie);
    let anew = "6".repeat(64);
    let again = [mended.as_slice(), &[("form", anew.as_str()), ("people", "4")]].concat();
    let answer = post(&same_browser, "/drammen/register", &filled(&fixture, &again)).await;
    assert_eq!(lasting(answer.headers[header::LOCATION].to_str().unwrap()), first);
    let all = listed(&organiser).await.registrations;
    assert_eq!((all.len(), all[0].entry.people), (1, 4));
    // Who is called alike and reached otherwise is somebody else at the same library, and in another browser it is an entry of its own.
    let sevens = "7".repeat(64);
    let other = [
        again.as_slice(),
        &[("form", sevens.as_str()), ("email", "kari@other.example")],
    ]
    .concat();
    let answer = post(&same_browser, "/drammen/register", &filled(&fixture, &other)).await;
    assert_ne!(lasting(answer.headers[header::LOCATION].to_str().unwrap()), first);
    let eights = "8".repeat(64);
    let elsewhere = [again.as_slice(), &[("form", eights.as_str())]].concat();
    assert_ne!(lasting(&register(&fixture, &elsewhere).await), first);
    assert_eq!(listed(&organiser).await.registrations.len(), 3);
}

#[tokio::test]
async fn whoever_goes_back_and_mends_what_they_are_called_has_one_entry() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let mut guest = fixture.browser();
    let token = "4".repeat(64);
    for (name, person, entries) in [
        ("Drammen Turlg", "Kari Nordmann", 1),
        ("Drammen Turlag", "Kari Nordmann", 1),
        ("Drammen Turlag", "Ola Nordmann", 1),
        // Who is called otherwise and speaks for others is reached alike by chance.
        ("Svelvik Korps", "Kari Nordmann", 2),
    ] {
        let form = filled(&fixture, &[(TOKEN, &token), ("name", name), ("person", person)]);
        let sent = post(&guest, "/drammen/register", &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{name}: {}", sent.text);
        guest.keep(&sent.cookies[0]);
        let all = listed(&organiser).await.registrations;
        let last = all.last().unwrap();
        assert_eq!((all.len(), last.entry.name.as_str()), (entries, name), "{person}");
        assert_eq!(last.entry.contact.person.as_deref(), Some(person));
        fixture.clock.pass_ms(1_000);
    }
}

#[tokio::test]
async fn what_is_much_too_long_is_shown_again_as_far_as_it_can_be_mended_and_the_page_is_never_large() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let guest = fixture.browser();
    let said = |letters: &str, at: &str, count: usize| {
        let pasted = letters.repeat(count);
        let form = filled(&fixture, &[(at, &pasted), ("consent", "")]);
        let guest = &guest;
        async move { post(guest, "/drammen/register?lang=en", &form).await.text }
    };
    let cut = "The text is so long that only its beginning stands here.";
    let (all, rest) = (
        "Everything that you wrote is still here.",
        "Everything else that you wrote",
    );
    // Nothing is lost of what anybody pastes, and the page says so.
    for count in [320, 880, SHOWN_CHARS_MAX] {
        let again = said("å", "wish_1", count).await;
        let over = format!("{} characters too many", count - 160);
        assert!(again.contains(&"å".repeat(count)) && again.contains(&over));
        assert!(again.contains(all) && !again.contains(cut), "{again}");
    }
    // Nothing is said of the whole that is not so of each.
    let again = said("å", "wish_1", 8_000).await;
    let shown = "å".repeat(SHOWN_CHARS_MAX);
    assert!(again.contains(&shown) && !again.contains(&format!("{shown}å")));
    let told = format!("7840 characters too many. Shorten it. {cut}");
    assert!(again.contains(&told), "{again}");
    assert!(again.contains(rest) && !again.contains(all), "{again}");
    // What fits when its letters are put together is whole, however many there were.
    let apart = said("e\u{302}\u{301}", "name", 160).await;
    assert!(!apart.contains(cut) && !apart.contains("too many"), "{apart}");

    // The largest page that a stranger can have made: every field full of what takes most as HTML.
    let quotes = "\"".repeat(1_450);
    let lines: Vec<String> = written::lines()
        .map(|(kind, nth)| written::fields_of(kind, nth).0)
        .collect();
    let fields = ["name", "person", "email", "phone", "people", PROOF];
    let all: Vec<(&str, &str)> = fields
        .into_iter()
        .chain(lines.iter().map(String::as_str))
        .map(|field| (field, quotes.as_str()))
        .collect();
    let form = filled(&fixture, &all);
    assert!(form.len() > FORM_BYTES_MAX * 9 / 10 && form.len() <= FORM_BYTES_MAX);
    let again = post(&guest, "/drammen/register", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
    assert!(again.bytes.len() < 128 * 1_024, "{}", again.bytes.len());
    // Of each field there is as much as can be mended, however long those above it are.
    let wishes = again.text.split_once(r#"name="wish_4""#).unwrap().1;
    assert!(wishes.contains(&"&quot;".repeat(320)), "{wishes}");
}

#[tokio::test]
async fn while_the_database_is_away_the_form_comes_back_with_all_that_was_typed() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser();
    let token = "9".repeat(64);
    let form = filled(&fixture, &[(TOKEN, &token)]);
    for (away, back) in [
        // It cannot be written, as when a disk is full.
        (
            "ALTER TABLE registrations RENAME COLUMN consent TO consent_away",
            "ALTER TABLE registrations RENAME COLUMN consent_away TO consent",
        ),
        // It cannot be read either, not even what the organiser wrote above the form.
        (
            "ALTER TABLE registration_forms RENAME TO registration_forms_away",
            "ALTER TABLE registration_forms_away RENAME TO registration_forms",
        ),
    ] {
        change_tables(&fixture, away).await;
        let again = post(&guest, "/drammen/register?lang=en", &form).await;
        assert_eq!(
            again.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{away}: {}",
            again.text
        );
        for kept in [
            "cannot read or save",
            "Drammen Turlag",
            "912 34 567",
            "En nettside",
            &token,
        ] {
            assert!(again.text.contains(kept), "{away}, {kept}: {}", again.text);
        }
        change_tables(&fixture, back).await;
    }
    let sent = post(&guest, "/drammen/register", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(listed(&organiser).await.registrations.len(), 1);
}

#[tokio::test]
async fn whoever_asks_too_often_has_back_all_that_was_typed() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    while fixture.hub.rates.guest(&caller_of("192.168.1.79")).is_ok() {}
    for path in ["/drammen/register", own.as_str()] {
        let form = filled(&fixture, &[("name", "Svelvik Korps")]);
        let again = post(&hall, path, &form).await;
        assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        for kept in [
            "Det kom svært mange påmeldinger",
            "Svelvik Korps",
            "912 34 567",
            "En nettside",
            r#"<button type="submit">"#,
        ] {
            assert!(again.text.contains(kept), "{path}, {kept}: {}", again.text);
        }
    }
    assert_eq!(listed(&organiser).await.registrations.len(), 1);
}

#[tokio::test]
async fn the_form_is_found_with_a_capital_first_and_with_a_slash_behind() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser();
    for path in [
        "/Drammen/register",
        "/DRAMMEN/register/",
        "/drammen/register/?lang=en",
    ] {
        let shown = guest.get(path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(
            shown.text.contains(r#"action="/drammen/register?lang="#),
            "{path}"
        );
        let sent = post(&guest, path, &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.text);
    }
    assert_eq!(listed(&organiser).await.registrations.len(), 3);
}

#[tokio::test]
async fn whoever_takes_another_language_half_way_keeps_what_is_typed_and_is_not_judged() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser().at("192.168.1.79").over_tls();
    let shown = guest.get("/drammen/register").await;
    let button = r#"<button type="submit" form="entry" formaction="/drammen/register?lang=de" formnovalidate name="do" value="translate" lang="de">Deutsch</button>"#;
    assert!(unmarked(&shown.text).contains(button), "{}", shown.text);
    // The key Enter presses the first button of a form.
    let first = body(&shown).split_once("<button ").unwrap().1;
    assert!(first.starts_with(r#"type="submit">Meld på</button>"#), "{first}");

    // However often, however quickly, and with whatever is to be mended.
    while fixture.hub.rates.registration(&caller_of("192.168.1.79")).is_ok() {}
    let token = token_in(&shown.text);
    let now = fixture.hub.clock.now().unix_ms.to_string();
    let half = [
        TRANSLATES,
        (TOKEN, token.as_str()),
        (SHOWN_AT, now.as_str()),
        (TRAP, "x"),
        ("email", "kari"),
        ("people", "0"),
        ("wish_1_category", ""),
    ];
    for _ in 0..40 {
        let again = post(&guest, "/drammen/register?lang=de", &filled(&fixture, &half)).await;
        assert_eq!(again.status, StatusCode::OK);
        assert_eq!(
            again.headers[header::CACHE_CONTROL],
            "private, no-cache",
            "whoever goes back has it"
        );
        for kept in [
            r#"<html lang="de">"#,
            ">Anmelden</button>",
            "Drammen Turlag",
            r#"value="voluntary" required checked"#,
            r#"value="kari""#,
            "912 34 567",
            r#"name="people" value="0""#,
            "En nettside",
            r#"name="consent" value="yes" checked"#,
            &format!(r#"name="form" value="{token}""#),
            &format!(r#"name="shown" value="{now}""#),
            r#"action="/drammen/register?lang=de""#,
        ] {
            assert!(unmarked(&again.text).contains(kept), "{kept}: {}", again.text);
        }
        for judged in ["wrong", "aria-invalid", "data-challenge"] {
            assert!(!body(&again).contains(judged), "{judged}: {}", again.text);
        }
    }
    assert!(listed(&organiser).await.registrations.is_empty());
    let exchange = fixture.exchange("drammen");
    assert_eq!(fixture.hub.rates.rush.lasts(exchange), None);

    // What it was shown for before counts: nobody is too quick who only took another language.
    fixture.clock.pass_ms(HASTE_MS);
    let form = filled(&fixture, &[(TOKEN, &token), (SHOWN_AT, &now)]);
    let sent = post(&fixture.browser(), "/drammen/register?lang=de", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(
        sent.headers[header::LOCATION].to_str().unwrap(),
        format!("/registration/{token}?lang=de")
    );
}

#[tokio::test]
async fn a_time_to_come_makes_nobody_slow_who_takes_another_language() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let now = fixture.hub.clock.now().unix_ms;
    for shown_at in [(now + 60_000).to_string(), "soon".to_owned(), String::new()] {
        let form = filled(&fixture, &[TRANSLATES, (SHOWN_AT, &shown_at)]);
        let again = post(&fixture.browser(), "/drammen/register", &form).await;
        let shown = format!(r#"name="shown" value="{now}""#);
        assert!(again.text.contains(&shown), "{shown_at}: {}", again.text);
    }
    // As far back as can be written it is no fault of the program's either.
    let oldest = i64::MIN.to_string();
    let form = filled(&fixture, &[(SHOWN_AT, &oldest)]);
    let sent = post(&fixture.browser(), "/drammen/register", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

#[tokio::test]
async fn another_language_comes_though_the_database_is_away_or_too_much_was_asked() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = in_english(&register(&fixture, &[]).await);
    let form = filled(
        &fixture,
        &[TRANSLATES, ("name", "Svelvik Korps"), ("people", "0")],
    );
    let comes = |again: &Answer| {
        for kept in [
            r#"<html lang="en">"#,
            "Svelvik Korps",
            "912 34 567",
            "En nettside",
        ] {
            assert!(again.text.contains(kept), "{kept}: {}", again.text);
        }
        assert!(!body(again).contains("wrong"), "{}", again.text);
    };
    let english = "/drammen/register?lang=en";
    for (away, back, status) in [
        (
            "ALTER TABLE registrations RENAME TO registrations_away",
            "ALTER TABLE registrations_away RENAME TO registrations",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (
            "ALTER TABLE registration_forms RENAME TO registration_forms_away",
            "ALTER TABLE registration_forms_away RENAME TO registration_forms",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        // A full disk is none of its matter.
        (
            "ALTER TABLE registrations RENAME COLUMN consent TO consent_away",
            "ALTER TABLE registrations RENAME COLUMN consent_away TO consent",
            StatusCode::OK,
        ),
    ] {
        change_tables(&fixture, away).await;
        let again = post(&fixture.browser(), english, &form).await;
        assert_eq!(again.status, status, "{away}");
        comes(&again);
        change_tables(&fixture, back).await;
    }
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    while fixture.hub.rates.guest(&caller_of("192.168.1.79")).is_ok() {}
    let again = post(&hall, english, &form).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    comes(&again);
    // Whose entry it is nobody looks up then: by a button it is asked for again, with all that was typed.
    let again = post(&hall, &own, &form).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    comes(&again);
    for asked in [
        r#"name="do" value="translate""#,
        r#"<button type="submit">Open the page again</button>"#,
    ] {
        assert!(again.text.contains(asked), "{asked}: {}", again.text);
    }
}

#[tokio::test]
async fn an_old_form_that_is_sent_again_undoes_nothing_that_was_changed_on_its_own_page() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let nines = "9".repeat(64);
    let form = [
        (TOKEN, nines.as_str()),
        ("offer_2", "Ti par hender"),
        ("offer_2_category", "hands"),
    ];
    let mut guest = fixture.browser();
    let first = post(&guest, "/drammen/register", &filled(&fixture, &form)).await;
    guest.keep(&first.cookies[0]);
    let own = first.headers[header::LOCATION].to_str().unwrap().to_owned();
    fixture.clock.pass_ms(1_000);
    let page = guest.get(&own).await.text;
    let offer = [("offer_1", "Ti par hender"), ("offer_1_category", "hands")];
    let changed = [offer.as_slice(), &[("people", "5"), ("person", "Ola Nordmann")]].concat();
    let changed = post(&guest, &own, &filled_on(&fixture, &page, &changed)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    fixture.clock.pass_ms(1_000);
    let stands = async || listed(&organiser).await.registrations.remove(0).entry;

    // As it was, and with something mended that nobody else changed.
    let mended = [("phone", "22 33 44 55")];
    for (phone, other) in [("912 34 567", &mended[..0]), ("22 33 44 55", &mended[..])] {
        let again = [form.as_slice(), other].concat();
        let sent = post(&guest, "/drammen/register", &filled(&fixture, &again)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let location = sent.headers[header::LOCATION].to_str().unwrap();
        assert_eq!(lasting(location), own);
        assert!(location.ends_with("&joined=true"), "{location}");
        guest.keep(&sent.cookies[0]);
        let entry = stands().await;
        assert_eq!(entry.people, 5, "what was changed there stays");
        assert_eq!(entry.contact.person.as_deref(), Some("Ola Nordmann"));
        assert_eq!(entry.contact.phone.as_deref(), Some(phone));
        assert_eq!(entry.listings.len(), 2);
        fixture.clock.pass_ms(1_000);
    }
    // What was changed in both is looked over, on its own page.
    let both = [form.as_slice(), &[("phone", "22 33 44 55"), ("people", "6")]].concat();
    let told = post(&guest, "/drammen/register", &filled(&fixture, &both)).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for said in [
        "Noen andre har endret påmeldingen",
        "Nå står det: 5",
        r#"name="people" value="6""#,
        r#"value="Ola Nordmann""#,
        &format!(r#"<form id="entry" method="post" action="{own}">"#),
        "Lagre endringene",
    ] {
        assert!(unmarked(&told.text).contains(said), "{said}: {}", told.text);
    }
    assert_eq!(stands().await.people, 5, "nothing was kept");
    let seen = [offer.as_slice(), &[("phone", "22 33 44 55"), ("people", "6")]].concat();
    let sent = post(&guest, &own, &filled_on(&fixture, &told.text, &seen)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(stands().await.people, 6);
    // Of a browser that kept nothing nobody knows what it sent: whatever stands otherwise is looked over.
    let told = post(&fixture.browser(), "/drammen/register", &filled(&fixture, &both)).await;
    assert_eq!(
        told.status,
        StatusCode::SEE_OTHER,
        "it says the same: {}",
        told.text
    );
    fixture.clock.pass_ms(1_000);
    let eight = [form.as_slice(), &[("phone", "22 33 44 55"), ("people", "8")]].concat();
    let told = post(&fixture.browser(), "/drammen/register", &filled(&fixture, &eight)).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("Nå står det: 6"), "{}", told.text);
    assert_eq!(stands().await.people, 6);
}

//! Registering from outside: the form, the link, and the organiser's verdict, by the pages and the API as they are served.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::{Category, Phase, Settings};
use borsklokka_shared::ids::{CategoryId, RegistrationId};
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::registration::{Registration, RegistrationState, Registrations};
use borsklokka_shared::role::Role;
use serde_json::{Value, json};
use test_support::{entry, new_deal, one_way, paired_long_ago, party, service};
use uuid::Uuid;

use super::form::HASTE_MS;
use super::written::{self, PROOF, SHOWN_AT, SHOWN_CHARS_MAX, TOKEN, TRAP};
use super::{FORM_BYTES_MAX, proof};
use crate::clock::day_at;
use crate::fixture::{Answer, Browser, Fixture, caller_of, change_tables, open_hub, open_hub_with};
use crate::floor::Submission;
use crate::log;
use crate::strangers::looked_at::{actions, resolved, unmarked};
use crate::strangers::{DEED, TRANSLATE};

const REGISTRATIONS: &str = "/api/v1/exchanges/drammen/registrations";
/// Everything that a form must have.
const USUAL: [(&str, &str); 9] = [
    ("name", "Drammen Turlag"),
    ("sector", "voluntary"),
    ("person", "Kari Nordmann"),
    ("email", "kari@example.org"),
    ("phone", "912 34 567"),
    ("people", "3"),
    ("wish_1", "En nettside"),
    ("wish_1_category", "hands"),
    ("consent", "yes"),
];

/// An exchange whose form is open, and its organiser.
async fn opened(fixture: &Fixture) -> Browser<'_> {
    let organiser = fixture.operator().await;
    set_form(&organiser, json!({ "is_on": true })).await;
    organiser
}

async fn set_form(organiser: &Browser<'_>, form: Value) {
    let set = organiser.put(&format!("{REGISTRATIONS}/form"), form).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
}

/// A form that was filled in at leisure, with some fields in other words.
fn filled(fixture: &Fixture, other: &[(&str, &str)]) -> String {
    let shown = (fixture.hub.clock.now().unix_ms - HASTE_MS).to_string();
    let mut fields: BTreeMap<&str, &str> = USUAL.into();
    fields.insert(SHOWN_AT, &shown);
    fields.extend(other.iter().copied());
    // What a browser does to a form, as far as these texts need it.
    let escaped = |text: &str| -> String {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        bytes.collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, text)| format!("{name}={}", escaped(text)));
    pairs.collect::<Vec<_>>().join("&")
}

async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser
        .post_file(path, "application/x-www-form-urlencoded", form.as_bytes())
        .await
}

/// Registers, and gives the address of the entry.
async fn register(fixture: &Fixture, other: &[(&str, &str)]) -> String {
    let sent = post(&fixture.browser(), "/drammen/register", &filled(fixture, other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    sent.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// What a form is sent with that only goes to be shown in another language.
const TRANSLATES: (&str, &str) = (DEED, TRANSLATE);

/// What stands on a page, without its style.
fn body(page: &Answer) -> &str {
    page.text.split_once("</style>").map_or("", |(_, body)| body)
}

/// An address in another language, without what was saved just now.
fn in_english(address: &str) -> String {
    format!("{}?lang=en", address.split('?').next().unwrap())
}

/// The address without what was saved just now.
fn lasting(address: &str) -> &str {
    address.split("&saved=").next().unwrap()
}

async fn listed(organiser: &Browser<'_>) -> Registrations {
    let answer = organiser.get(REGISTRATIONS).await;
    serde_json::from_value(answer.json).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

async fn judge(organiser: &Browser<'_>, registration: &Registration, verdict: Value) -> Answer {
    let mut judgement = json!({ "seen": registration.changed_at, "state": registration.state });
    judgement
        .as_object_mut()
        .unwrap()
        .extend(verdict.as_object().unwrap().clone());
    organiser
        .post(&format!("{REGISTRATIONS}/{}", registration.id), judgement)
        .await
}

async fn approve(organiser: &Browser<'_>) -> Answer {
    let first = listed(organiser).await.registrations.remove(0);
    judge(organiser, &first, json!({ "verdict": "approve" })).await
}

fn board<T>(fixture: &Fixture, read: impl FnOnce(&Board) -> T) -> T {
    futures_util::FutureExt::now_or_never(fixture.hub.floors.get("drammen"))
        .expect("it is open")
        .unwrap()
        .view
        .with_staff_board(read)
}

/// Who is on the board, and what they offer and wish.
fn catalogue(fixture: &Fixture) -> (Vec<String>, Vec<String>) {
    board(fixture, |board| {
        let names = board.participants.values().map(|one| one.name.clone());
        (
            names.collect(),
            board.listings.values().map(|one| one.text.clone()).collect(),
        )
    })
}

#[tokio::test]
async fn what_is_registered_waits_for_the_organiser_and_is_on_no_board_before() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    assert_eq!(catalogue(&fixture), (vec![], vec![]));
    let page = fixture.browser().get(&own).await;
    assert!(page.text.contains("Drammen Turlag er meldt på"), "{}", page.text);
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert_eq!(
        page.headers["referrer-policy"], "same-origin",
        "else browsers send the form as nobody's"
    );

    let waiting = listed(&organiser).await.registrations;
    assert_eq!((waiting.len(), waiting[0].state), (1, RegistrationState::Waiting));
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    let (names, texts) = catalogue(&fixture);
    assert_eq!(
        (names, texts),
        (vec!["Drammen Turlag".to_owned()], vec!["En nettside".to_owned()])
    );
    let participant = listed(&organiser).await.registrations[0].participant.unwrap();
    let contact = organiser
        .get(&format!("/api/v1/exchanges/drammen/contacts/{participant}"))
        .await;
    assert_eq!(contact.json["email"], "kari@example.org");
    assert!(
        fixture
            .browser()
            .get(&own)
            .await
            .text
            .contains("er med, og står i børskatalogen")
    );
    // A yes that is said twice does nothing more.
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(catalogue(&fixture).0.len(), 1);
}

#[tokio::test]
async fn what_was_sent_in_a_category_that_is_laid_into_another_follows_it() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let mut settings = board(&fixture, |board| board.settings.clone()).unwrap();
    settings.categories.push(Category {
        id: CategoryId("tools".to_owned()),
        name: "Verktøy".to_owned(),
        icon: None,
    });
    let settings = Box::new(settings);
    let configure = Submission::now(paired_long_ago(Role::Organiser), Command::Configure { settings });
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let configured = floor.submit(configure).await;
    assert!(
        matches!(configured, log::Answer::Accepted { .. }),
        "{configured:?}"
    );
    register(&fixture, &[]).await;
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    fixture.clock.pass_ms(1_000);
    let other = [
        ("name", "Svelvik Kor"),
        ("email", "kor@example.org"),
        ("phone", "922 34 567"),
    ];
    register(&fixture, &other).await;

    let merged = organiser
        .post(
            "/api/v1/exchanges/drammen/categories/merge",
            json!({ "kept": "tools", "gone": "hands" }),
        )
        .await;
    assert_eq!(merged.status, StatusCode::NO_CONTENT, "{}", merged.text);
    let sent = listed(&organiser).await.registrations;
    let stands = sent.iter().map(|one| {
        let category = one.entry.listings[0].category.0.as_str();
        (one.state, category)
    });
    assert_eq!(
        stands.collect::<Vec<_>>(),
        [
            (RegistrationState::Approved, "tools"),
            (RegistrationState::Waiting, "tools")
        ]
    );
    let taken_in = judge(&organiser, &sent[1], json!({ "verdict": "approve" })).await;
    assert_eq!(taken_in.status, StatusCode::NO_CONTENT, "{}", taken_in.text);
    let categories = board(&fixture, |board| {
        let listings = board.listings.values();
        listings.map(|one| one.category.0.clone()).collect::<Vec<_>>()
    });
    assert_eq!(categories, ["tools", "tools"]);
}

#[tokio::test]
async fn whoever_has_the_link_changes_the_entry_and_withdraws_it() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(
        &fixture,
        &[("offer_1", "Ti par hender"), ("offer_1_category", "hands")],
    )
    .await;
    approve(&organiser).await;
    let other = [
        ("name", "Drammen Turlag Ung"),
        ("wish_1", "En app"),
        ("phone", "22 33 44 55"),
    ];
    let changed = post(&fixture.browser(), &own, &filled(&fixture, &other)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    assert_eq!(
        catalogue(&fixture).0,
        ["Drammen Turlag"],
        "nothing changes by itself"
    );
    assert!(
        fixture
            .browser()
            .get(&own)
            .await
            .text
            .contains("Endringene venter på arrangøren")
    );

    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        catalogue(&fixture),
        (vec!["Drammen Turlag Ung".to_owned()], vec!["En app".to_owned()])
    );
    let participant = listed(&organiser).await.registrations[0].participant.unwrap();
    let contact = organiser
        .get(&format!("/api/v1/exchanges/drammen/contacts/{participant}"))
        .await;
    assert_eq!(contact.json["phone"], "22 33 44 55");

    let withdrawn = post(&fixture.browser(), &own, "do=withdraw").await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);
    let page = fixture.browser().get(&own).await.text;
    assert!(
        page.contains("Påmeldingen er trukket") && !page.contains("<form"),
        "{page}"
    );
    assert_eq!(catalogue(&fixture).0.len(), 1, "the organiser takes them out");
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(catalogue(&fixture), (vec![], vec![]));
    let after = listed(&organiser).await.registrations.remove(0);
    assert_eq!(
        (after.state, after.participant),
        (RegistrationState::Withdrawn, None)
    );
}

#[tokio::test]
async fn whoever_withdraws_after_a_deal_is_asked_for_nothing_more_and_the_deal_stands() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    let theirs = listed(&organiser).await.registrations[0].participant.unwrap();
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let other = entry(7, "Turlaget", Sector::Voluntary);
    let open = Command::OpenFloor {
        expected: Expected::exactly(Phase::Preparing, None),
        start_round: None,
    };
    for (role, command) in [
        (
            Role::Organiser,
            Command::RegisterParticipant { participant: other },
        ),
        (Role::Moderator, open),
        (
            Role::Broker,
            new_deal(one_way(&[theirs], &[party(7)], service("En app"))),
        ),
    ] {
        let answer = floor
            .submit(Submission::now(paired_long_ago(role), command))
            .await;
        assert!(matches!(answer, log::Answer::Accepted { .. }), "{answer:?}");
        // Until the bell has struck.
        fixture.clock.pass_ms(60_000);
    }
    assert!(!catalogue(&fixture).1.is_empty());
    post(&fixture.browser(), &own, "do=withdraw").await;
    let out = approve(&organiser).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT, "{}", out.text);
    let (names, listings) = catalogue(&fixture);
    assert_eq!((names.len(), listings), (2, vec![]));
    assert_eq!(board(&fixture, |board| board.totals.deals), 1);
}

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

#[tokio::test]
async fn a_hall_that_registers_at_once_behind_one_address_is_neither_refused_nor_asked_for_proofs() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let hall = fixture.browser().at("192.168.1.77").over_tls();
    let blank = hall.get("/drammen/register").await;
    assert!(!blank.text.contains("altcha"), "{}", blank.text);
    let mut own = String::new();
    for _ in 0..200 {
        let sent = post(&hall, "/drammen/register", &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        sent.headers[header::LOCATION]
            .to_str()
            .unwrap()
            .clone_into(&mut own);
    }
    assert_eq!(listed(&organiser).await.registrations.len(), 200);
    // Who changes their own entry counts with those of the same address.
    for _ in 200..300 {
        let changed = post(&hall, &own, &filled(&fixture, &[])).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER);
    }
    for path in ["/drammen/register", &own] {
        let again = post(&hall, path, &filled(&fixture, &[])).await;
        assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(again.text.contains("Drammen Turlag"), "nothing is lost by it");
    }
    let other = fixture.browser().at("192.168.1.78").over_tls();
    let sent = post(&other, "/drammen/register", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

/// What a page asks of the browser, if it does.
fn asked(page: &str) -> Option<String> {
    let (_, begun) = page.split_once("data-challenge=\"")?;
    let (challenge, _) = begun.split_once('"')?;
    Some(challenge.replace("&quot;", "\"").replace("&amp;", "&"))
}

fn token_in(page: &str) -> String {
    let (_, begun) = page.split_once(r#"name="form" value=""#).expect("a form");
    begun.split('"').next().unwrap().to_owned()
}

/// A hub whose form has been run over.
async fn rushed() -> Fixture {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let exchange = fixture.exchange("drammen");
    while fixture.hub.rates.rush.lasts(exchange).is_none() {
        fixture.hub.rates.rush.entry(exchange);
    }
    fixture
}

#[tokio::test]
async fn in_a_rush_the_form_asks_for_a_proof_that_holds_once_and_nothing_typed_is_lost() {
    let fixture = rushed().await;
    let organiser = fixture.operator().await;
    let browser = fixture.browser();
    let shown = browser.get("/drammen/register?lang=en").await.text;
    assert!(shown.contains(r#"<script src="/proof.js">"#), "{shown}");
    assert!(shown.contains("10 minutes if no more come") && shown.contains("telephone the organiser"));
    assert!(
        !shown.contains("data-sends"),
        "it is not sent before somebody presses"
    );
    let script = browser.get("/proof.js").await;
    assert_eq!(
        script.headers[header::CONTENT_TYPE],
        "text/javascript; charset=utf-8"
    );

    // Whoever sends it without a proof has it back as it was, on a form of its own, and its browser sends it by itself.
    let token = token_in(&shown);
    let bare = filled(&fixture, &[(TOKEN, &token)]);
    let again = post(&browser, "/drammen/register?lang=en", &bare).await;
    assert_eq!(again.status, StatusCode::OK);
    for kept in ["Drammen Turlag", "912 34 567", "En nettside", " data-sends"] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
    assert_ne!(token_in(&again.text), token);
    assert!(listed(&organiser).await.registrations.is_empty());

    let token = token_in(&again.text);
    let proof = proof::solved(&asked(&again.text).unwrap());
    let now = fixture.hub.clock.now().unix_ms.to_string();
    // Of another form or another exchange, and one that nobody asked for.
    set_form_of(&organiser, "svelvik").await;
    let svelvik = fixture.exchange("svelvik");
    while fixture.hub.rates.rush.lasts(svelvik).is_none() {
        fixture.hub.rates.rush.of_robot(svelvik);
    }
    for (path, token, proof) in [
        ("/drammen/register", "c3".repeat(32), proof.as_str()),
        ("/svelvik/register", token.clone(), proof.as_str()),
        ("/drammen/register", token.clone(), "e30="),
    ] {
        let form = filled(&fixture, &[(TOKEN, &token), (PROOF, proof)]);
        let refused = post(&browser, path, &form).await;
        assert_eq!(refused.status, StatusCode::OK, "{path}");
        assert!(refused.text.contains("Drammen Turlag") && asked(&refused.text).is_some());
    }
    // What is to be mended needs no second proof; and with one nobody is too quick.
    let form = filled(
        &fixture,
        &[
            (TOKEN, &token),
            (PROOF, &proof),
            (SHOWN_AT, &now),
            ("people", "0"),
        ],
    );
    let mend = post(&browser, "/drammen/register", &form).await;
    assert_eq!(mend.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        mend.text.contains(&proof) && asked(&mend.text).is_none(),
        "{}",
        mend.text
    );
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof), (SHOWN_AT, &now)]);
    for _ in 0..2 {
        // A second tap is the same entry.
        let sent = post(&browser, "/drammen/register", &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
    let other = filled(
        &fixture,
        &[
            (TOKEN, &token),
            (PROOF, &proof),
            ("name", "Svelvik Sjakk"),
            ("person", "Ola Nordmann"),
        ],
    );
    let used = post(&browser, "/drammen/register", &other).await;
    assert!(
        used.text.contains("Svelvik Sjakk") && asked(&used.text).is_some(),
        "it was used"
    );
    assert_eq!(listed(&organiser).await.registrations.len(), 1);
}

#[tokio::test]
async fn an_old_proof_is_asked_anew_and_when_it_is_calm_none_is() {
    let fixture = rushed().await;
    let browser = fixture.browser();
    let shown = browser.get("/drammen/register").await.text;
    let (token, proof) = (token_in(&shown), proof::solved(&asked(&shown).unwrap()));
    fixture.clock.pass_ms(9 * 60_000);
    while fixture
        .hub
        .rates
        .rush
        .lasts(fixture.exchange("drammen"))
        .is_none_or(|left| left.as_secs() < 600)
    {
        fixture.hub.rates.rush.entry(fixture.exchange("drammen"));
    }
    fixture.clock.pass_ms(7 * 60_000);
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof)]);
    let again = post(&browser, "/drammen/register", &form).await;
    assert!(
        again.text.contains("Drammen Turlag") && asked(&again.text).is_some(),
        "sixteen minutes old"
    );
    assert!(!again.text.contains(&proof), "it is of no more use");
    fixture.clock.pass_ms(10 * 60_000);
    assert!(asked(&browser.get("/drammen/register").await.text).is_none());
    let sent = post(&browser, "/drammen/register", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn robots_that_the_form_turns_away_make_it_ask_for_proofs() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let browser = fixture.browser();
    for _ in 0..31 {
        let form = filled(&fixture, &[(TRAP, "https://spam.example")]);
        assert_eq!(
            post(&browser, "/drammen/register", &form).await.status,
            StatusCode::OK
        );
    }
    assert!(asked(&browser.get("/drammen/register").await.text).is_some());
    let svelvik = fixture.hub.rates.rush.lasts(fixture.exchange("svelvik"));
    assert_eq!(svelvik, None, "another exchange is none the worse");
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
async fn the_form_s_settings_have_no_key_that_nobody_knows_and_keep_their_paragraphs() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let texts = json!({ "is_on": true, "welcome": "Velkommen!\r\n\r\n\r\nTa med  kake.\nOg kaffe.", "consent": "Ja.\n\nOgså til bilder." });
    let set = organiser.put(&format!("{REGISTRATIONS}/form"), texts).await;
    assert_eq!(set.json["welcome"], "Velkommen!\n\nTa med kake.\nOg kaffe.");
    let misspelt = json!({ "is_on": true, "welcom": "Hei" });
    let refused = organiser.put(&format!("{REGISTRATIONS}/form"), misspelt).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::BAD_REQUEST, "malformed")
    );
    assert!(
        refused.text.contains("the key `welcom` is not known"),
        "{}",
        refused.text
    );
    let page = fixture.browser().get("/drammen/register").await.text;
    assert!(
        page.contains(r#"<p class="lead lines">Velkommen!"#) && page.contains("Ja.\n\nOgså til bilder."),
        "{page}"
    );
}

/// Opens the form of another exchange.
async fn set_form_of(organiser: &Browser<'_>, slug: &str) {
    let path = format!("/api/v1/exchanges/{slug}/registrations/form");
    let set = organiser.put(&path, json!({ "is_on": true })).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
}

#[tokio::test]
async fn the_form_says_why_it_takes_nobody() {
    let fixture = open_hub().await;
    let organiser = fixture.operator().await;
    let said = async |form: Value| {
        set_form(&organiser, form).await;
        let page = fixture.browser().get("/drammen/register").await.text;
        let sent = post(&fixture.browser(), "/drammen/register", &filled(&fixture, &[])).await;
        (page, sent.status)
    };
    let today = day_at(fixture.hub.clock.now(), "Europe/Oslo");
    let tomorrow = today.plus_days(1);
    let yesterday: Date = "2026-11-25".parse().unwrap();
    let closed = StatusCode::CONFLICT;
    for (form, text, status) in [
        (json!({ "is_on": false }), "ikke åpen", closed),
        (json!({ "is_on": true, "opens_on": tomorrow }), "åpner", closed),
        (
            json!({ "is_on": true, "closes_on": yesterday }),
            "ble stengt",
            closed,
        ),
        (json!({ "is_on": true, "places": 0 }), "plassene er tatt", closed),
        (
            json!({ "is_on": true, "opens_on": today, "closes_on": today, "places": 1 }),
            "til og med",
            StatusCode::SEE_OTHER,
        ),
        (json!({ "is_on": true, "places": 1 }), "plassene er tatt", closed),
        (
            json!({ "is_on": true, "places": 2, "welcome": "Velkommen til oss" }),
            "Velkommen til oss",
            StatusCode::SEE_OTHER,
        ),
    ] {
        let (page, sent) = said(form.clone()).await;
        assert!(page.contains(text), "{form}: {page}");
        assert_eq!(sent, status, "{form}");
    }
}

#[tokio::test]
async fn what_is_still_missing_is_shown_if_the_organiser_wants_it() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let heading = "Dette trengs fortsatt";
    assert!(
        !fixture
            .browser()
            .get("/drammen/register")
            .await
            .text
            .contains(heading)
    );
    set_form(&organiser, json!({ "is_on": true, "shows_missing": true })).await;
    let page = fixture.browser().get("/drammen/register").await.text;
    assert!(
        page.contains(heading) && page.contains("Ingen har tilbudt noe i: Nyttige never"),
        "{page}"
    );
    register(&fixture, &[]).await;
    approve(&organiser).await;
    let page = fixture.browser().get("/drammen/register").await.text;
    assert!(!page.contains("Ingen har ønsket noe i"), "{page}");
}

#[tokio::test]
async fn possible_doubles_are_named_and_one_of_them_may_be_the_same() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    register(&fixture, &[]).await;
    approve(&organiser).await;
    let known = listed(&organiser).await.registrations[0].participant.unwrap();
    register(
        &fixture,
        &[
            ("name", "Drammen  turlag"),
            ("email", "ola@example.org"),
            ("wish_1", "Et lokale"),
        ],
    )
    .await;
    let all = listed(&organiser).await.registrations;
    assert_eq!(all[1].alike, [known]);
    assert_eq!(all[1].alike_registrations, [all[0].id]);
    let judged = judge(
        &organiser,
        &all[1],
        json!({ "verdict": "approve", "same_as": known }),
    )
    .await;
    assert_eq!(judged.status, StatusCode::NO_CONTENT, "{}", judged.text);
    let (names, mut texts) = catalogue(&fixture);
    texts.sort();
    assert_eq!(names, ["Drammen Turlag"]);
    assert_eq!(texts, ["En nettside", "Et lokale"]);
    let contact = organiser
        .get(&format!("/api/v1/exchanges/drammen/contacts/{known}"))
        .await;
    assert_eq!(
        contact.json["email"], "kari@example.org",
        "what stands there stays"
    );
}

#[tokio::test]
async fn a_verdict_is_on_what_was_seen() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let seen = listed(&organiser).await.registrations.remove(0);
    fixture.clock.pass_ms(1_000);
    post(
        &fixture.browser(),
        &own,
        &filled(&fixture, &[("name", "Noen andre")]),
    )
    .await;
    for verdict in ["approve", "decline"] {
        let judged = judge(&organiser, &seen, json!({ "verdict": verdict })).await;
        assert_eq!(judged.code(), "registration_changed");
    }
    let now = listed(&organiser).await.registrations.remove(0);
    let judged = judge(&organiser, &now, json!({ "verdict": "decline" })).await;
    assert_eq!(judged.status, StatusCode::NO_CONTENT);
    assert_eq!(catalogue(&fixture).0.len(), 0);
    assert!(
        fixture
            .browser()
            .get(&own)
            .await
            .text
            .contains("kunne ikke ta med")
    );
    for (path, code) in [
        (
            format!("{REGISTRATIONS}/{}", RegistrationId(Uuid::from_u128(1))),
            "unknown_registration",
        ),
        (format!("{REGISTRATIONS}/nix"), "unknown_registration"),
    ] {
        let judged = organiser
            .post(&path, json!({ "seen": seen.changed_at, "verdict": "approve" }))
            .await;
        assert_eq!(judged.code(), code, "{path}: {}", judged.text);
    }
}

#[tokio::test]
async fn over_plain_http_nobody_writes_who_they_are() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let hall = fixture.browser().at("192.168.1.20");
    for path in ["/drammen/register", own.as_str()] {
        let page = hall.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            !page.text.contains("<form") && !page.text.contains("Turlag"),
            "{}",
            page.text
        );
        let sent = post(&hall, path, &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
    }
    let fixture = open_hub_with(|config| config.plain = true).await;
    opened(&fixture).await;
    let page = fixture
        .browser()
        .at("192.168.1.20")
        .get("/drammen/register")
        .await;
    assert!(page.text.contains("<form"), "{}", page.text);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_so_and_guessing_is_slowed() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let nowhere = format!("/registration/{}", "x".repeat(43));
    let page = fixture.browser().get(&nowhere).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.text.contains("fører ikke til noen påmelding"),
        "{}",
        page.text
    );
    // What no browser sends is answered in words too.
    for (path, kind, form) in [
        ("/drammen/register?lang=de&lang=en", "application/json", "{}"),
        (
            "/drammen/register",
            "application/x-www-form-urlencoded",
            "%ff=%ff&name",
        ),
        ("/nosuch/register", "application/x-www-form-urlencoded", "name=x"),
    ] {
        let answer = fixture.browser().post_file(path, kind, form.as_bytes()).await;
        assert!(
            answer.status.is_client_error() || answer.status.is_success(),
            "{path}"
        );
        assert!(
            answer.text.starts_with("<!DOCTYPE html>"),
            "{path} {form}: {}",
            answer.text
        );
    }
    let mut last = page.status;
    for _ in 0..40 {
        last = fixture.browser().get(&nowhere).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
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
async fn what_cannot_be_read_is_answered_in_the_exchanges_language() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let settings = board(&fixture, |board| board.settings.clone()).unwrap();
    let nynorsk = Settings {
        language: Language::Nn,
        ..settings
    };
    let set = organiser
        .post(
            "/api/v1/exchanges/drammen/commands",
            json!({ "type": "command", "id": Uuid::now_v7(), "command": { "type": "configure", "settings": nynorsk } }),
        )
        .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    let twice = format!("{}&name=Ola", filled(&fixture, &[]));
    let answer = post(&fixture.browser(), "/drammen/register", &twice).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains(r#"lang="nn""#), "{}", answer.text);
    let asked = post(&fixture.browser(), "/drammen/register?lang=de", &twice).await;
    assert!(asked.text.contains(r#"lang="de""#), "{}", asked.text);
}

#[tokio::test]
async fn of_several_at_once_one_gets_the_last_place() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    set_form(&organiser, json!({ "is_on": true, "places": 2 })).await;
    register(&fixture, &[]).await;
    let names = ["Anna", "Berit", "Cato", "Dag", "Eli"];
    let sent = names.map(|name| {
        let form = filled(&fixture, &[("name", name)]);
        let fixture = &fixture;
        async move { post(&fixture.browser(), "/drammen/register", &form).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let kept = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER);
    assert_eq!(kept.count(), 1);
    let full = answers
        .iter()
        .filter(|answer| answer.text.contains("plassene er tatt"));
    assert_eq!(full.count(), 4);
    assert_eq!(listed(&organiser).await.registrations.len(), 2);
}

#[tokio::test]
async fn a_page_from_before_anothers_verdict_judges_nothing() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    register(&fixture, &[]).await;
    let stale = listed(&organiser).await.registrations.remove(0);
    let declined = judge(&organiser, &stale, json!({ "verdict": "decline" })).await;
    assert_eq!(declined.status, StatusCode::NO_CONTENT, "{}", declined.text);
    for verdict in ["approve", "decline"] {
        let judged = judge(&organiser, &stale, json!({ "verdict": verdict })).await;
        assert_eq!(judged.code(), "registration_changed", "{verdict}");
    }
    assert_eq!(catalogue(&fixture).0.len(), 0);
    // Who sees the other's no may still say yes.
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(catalogue(&fixture).0.len(), 1);
}

#[tokio::test]
async fn a_form_that_would_close_before_it_opens_is_refused() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let days = json!({ "is_on": true, "opens_on": "2026-11-20", "closes_on": "2026-11-19" });
    let set = organiser.put(&format!("{REGISTRATIONS}/form"), days).await;
    assert_eq!(
        (set.status, set.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "form_days")
    );
    assert_eq!(listed(&organiser).await.form.opens_on, None, "nothing was kept");
    let days = json!({ "is_on": true, "opens_on": "2026-11-20", "closes_on": "2026-11-20" });
    set_form(&organiser, days).await;
}

#[tokio::test]
async fn a_form_that_would_be_open_after_the_exchange_is_refused() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let days = json!({ "is_on": true, "closes_on": "2026-11-27" });
    let set = organiser.put(&format!("{REGISTRATIONS}/form"), days).await;
    assert_eq!(
        (set.status, set.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "form_closes_late")
    );
    set_form(&organiser, json!({ "is_on": true, "closes_on": "2026-11-26" })).await;
}

#[tokio::test]
async fn what_goes_wrong_before_a_page_is_reached_is_told_in_words() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let own = own.split('?').next().unwrap();
    let guest = fixture.browser();
    let follow_up = format!("/follow-up/{}", "x".repeat(64));
    let large = format!("wish_1={}", "x".repeat(1 << 18));
    for (path, said) in [
        ("/drammen/register", "mer enn skjemaet kan ta imot"),
        (own, "mer enn skjemaet kan ta imot"),
        (follow_up.as_str(), "mer enn skjemaet kan ta imot"),
    ] {
        let answer = post(&guest, path, &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(
            answer.text.contains(said) && answer.text.contains(&format!(r#"href="{path}""#)),
            "{path}: {}",
            answer.text
        );
    }
    let foreign = guest.on_page("https://other.example");
    for path in [
        "/drammen/register?lang=en",
        &format!("{own}?lang=en"),
        &format!("{follow_up}?lang=en"),
    ] {
        let answer = post(&foreign, path, &filled(&fixture, &[])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            answer.text.contains("This came from another web page") && answer.text.contains(r#"lang="en""#),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.headers["x-robots-tag"], "noindex", "{path}");
    }
    // Programs are told as programs are.
    let api = foreign.post("/api/v1/exchanges/drammen/pair", json!({})).await;
    assert_eq!(api.code(), "foreign_origin");
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
async fn while_nobody_can_say_whose_entry_it_is_what_was_changed_is_sent_again_by_a_button() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let form = filled(&fixture, &[("name", "Drammen <Turlag>")]);
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    let again = post(&fixture.browser(), &own, &form).await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{}", again.text);
    for kept in [
        r#"name="name" value="Drammen &lt;Turlag&gt;""#,
        "912 34 567",
        r#"<button type="submit">"#,
    ] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
}

/// The form of one's own entry as a browser sends it that has its page.
fn filled_on(fixture: &Fixture, page: &str, other: &[(&str, &str)]) -> String {
    let (_, begun) = page.split_once(r#"name="base" value=""#).expect("a base");
    let base = begun.split('"').next().unwrap();
    filled(fixture, &[other, &[("base", base)]].concat())
}

#[tokio::test]
async fn whoever_saves_last_undoes_nothing_that_somebody_else_changed() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let offer = [("offer_1", "Ti par hender"), ("offer_1_category", "hands")];
    let own = register(&fixture, &offer).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    let one = [offer.as_slice(), &[("phone", "22 33 44 55"), ("wish_1", "")]].concat();
    let sent = post(&guest, &own, &filled_on(&fixture, &old, &one)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    // Of the same page, with other things changed.
    let other = [
        offer.as_slice(),
        &[("people", "7"), ("name", "Drammen Turlag Ung")],
    ]
    .concat();
    let sent = post(&guest, &own, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let entry = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!((entry.name.as_str(), entry.people), ("Drammen Turlag Ung", 7));
    assert_eq!(entry.contact.phone.as_deref(), Some("22 33 44 55"));
    let texts: Vec<&str> = entry.listings.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["Ti par hender"], "what was taken out stays out");
}

#[tokio::test]
async fn what_two_changed_at_once_comes_back_with_both() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    let old = guest.get(&address).await.text;
    let one = [
        ("person", "Ola Nordmann"),
        ("wish_1", "En app"),
        ("sector", "public"),
        ("people", "4"),
    ];
    let sent = post(&guest, &address, &filled_on(&fixture, &old, &one)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let other = [
        ("person", "Per Nordmann"),
        ("wish_1", "Et lokale"),
        ("sector", "business"),
    ];
    let again = post(&guest, &address, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    for said in [
        "Somebody else has changed the registration",
        r#"value="Per Nordmann""#,
        "Now it says: Ola Nordmann",
        ">Et lokale<",
        "Now it says: En app (Nyttige never)",
        r#"value="business" required checked"#,
        "Now it says: Public body",
        // Nobody asked for anything else there.
        r#"name="people" value="4""#,
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    let kept = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!(
        kept.contact.person.as_deref(),
        Some("Ola Nordmann"),
        "nothing was kept"
    );
    // Who has seen it and sends it once more means it.
    let other = [other.as_slice(), &[("people", "4")]].concat();
    let sent = post(&guest, &address, &filled_on(&fixture, &again.text, &other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let kept = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!(kept.contact.person.as_deref(), Some("Per Nordmann"));
    assert_eq!((kept.sector, kept.people), (Sector::Business, 4));
    // What both changed alike, they agree on.
    let old = guest.get(&address).await.text;
    let both = [other.as_slice(), &[("phone", "22 33 44 55")]].concat();
    for _ in 0..2 {
        let sent = post(&guest, &address, &filled_on(&fixture, &old, &both)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
}

#[tokio::test]
async fn what_was_emptied_meanwhile_is_said_to_be() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    let old = guest.get(&address).await.text;
    let emptied = filled_on(&fixture, &old, &[("phone", ""), ("wish_1", "")]);
    let sent = post(&guest, &address, &emptied).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let other = filled_on(&fixture, &old, &[("phone", "22 33 44 55"), ("consent", "")]);
    let again = post(&guest, &address, &other).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Now there is nothing here.",
        r#"value="22 33 44 55""#,
        "Fill this in.",
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    assert!(!again.text.contains("En nettside"), "{}", again.text);
}

#[tokio::test]
async fn whoever_withdraws_while_the_database_is_away_has_a_button_that_says_so() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    let again = post(&fixture.browser(), &address, "do=withdraw").await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{}", again.text);
    for said in [
        "The registration is withdrawn.",
        r#"name="do" value="withdraw""#,
        r#"<button type="submit">Yes, withdraw it</button>"#,
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    assert!(!again.text.contains("Save the changes"), "{}", again.text);
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
async fn ones_own_page_is_found_with_slashes_too_many() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let token = own.split('?').next().unwrap().rsplit('/').next().unwrap();
    let guest = fixture.browser();
    for path in [
        format!("/registration/{token}/"),
        format!("//Registration//{token}/?lang=en"),
    ] {
        let shown = guest.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(shown.text.contains("912 34 567"), "{path}: {}", shown.text);
        let sent = post(&guest, &path, &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.text);
    }
}

#[tokio::test]
async fn whoever_cannot_withdraw_just_now_sees_what_stands() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    while fixture.hub.rates.registration(&caller_of("192.168.1.79")).is_ok() {}
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    let again = post(&hall, &own, "do=withdraw").await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    for stands in ["912 34 567", "En nettside"] {
        assert!(again.text.contains(stands), "{stands}: {}", again.text);
    }
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
async fn in_a_rush_another_language_asks_for_no_proof_and_keeps_the_one_that_was_found() {
    let fixture = rushed().await;
    let browser = fixture.browser();
    let token = token_in(&browser.get("/drammen/register").await.text);
    let bare = filled(&fixture, &[TRANSLATES, (TOKEN, &token), (PROOF, "")]);
    let again = post(&browser, "/drammen/register?lang=en", &bare).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(token_in(&again.text), token);
    assert!(
        again.text.contains("Drammen Turlag") && !again.text.contains("data-sends"),
        "it is not sent by itself: {}",
        again.text
    );
    let proof = proof::solved(&asked(&again.text).expect("the form asks for one when it is sent"));
    let found = filled(&fixture, &[TRANSLATES, (TOKEN, &token), (PROOF, &proof)]);
    let again = post(&browser, "/drammen/register?lang=de", &found).await;
    assert!(
        again.text.contains(&proof) && asked(&again.text).is_none(),
        "{}",
        again.text
    );
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof)]);
    let sent = post(&browser, "/drammen/register?lang=de", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

#[tokio::test]
async fn what_was_typed_stands_there_when_the_form_takes_nobody_any_more() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser();
    set_form(&organiser, json!({ "is_on": true, "places": 0 })).await;
    let sent = post(&guest, "/drammen/register?lang=nb", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::CONFLICT);
    let again = post(
        &guest,
        "/drammen/register?lang=de",
        &filled(&fixture, &[TRANSLATES]),
    )
    .await;
    assert_eq!(again.status, StatusCode::OK);
    for (page, why) in [
        (&sent, "Alle plassene er tatt"),
        (&again, "Alle Plätze sind vergeben"),
    ] {
        for said in [
            why,
            "Drammen Turlag",
            "<dd class=\"lines\" dir=\"auto\">En nettside (Nyttige never)</dd>",
            r#"name="wish_1" value="En nettside""#,
            r#"formaction="/drammen/register?lang=en""#,
        ] {
            assert!(unmarked(&page.text).contains(said), "{said}: {}", page.text);
        }
    }
    // Where nothing was typed, the languages are links.
    let page = guest.get("/drammen/register").await;
    assert!(
        page.text.contains(r#"<a href="?lang=de" lang="de">Deutsch</a>"#) && !page.text.contains("<form"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn on_ones_own_page_another_language_keeps_what_is_typed_and_what_was_seen() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let (guest, english) = (fixture.browser(), in_english(&own));
    let old = guest.get(&own).await.text;
    let button = format!(r#"formaction="{english}""#);
    assert!(unmarked(&old).contains(&button), "{old}");
    let other = [("person", "Ola Nordmann"), ("people", "4")];
    let changed = post(&guest, &own, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);

    let typed = [TRANSLATES, ("person", "Per Nordmann"), ("email", "per")];
    let again = post(&guest, &english, &filled_on(&fixture, &old, &typed)).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.headers[header::CACHE_CONTROL], "private, no-cache");
    for kept in [
        r#"<html lang="en">"#,
        "Save the changes",
        r#"value="Per Nordmann""#,
        r#"value="per""#,
    ] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
    for judged in ["wrong", "aria-invalid"] {
        assert!(!body(&again).contains(judged), "{judged}: {}", again.text);
    }
    let kept = listed(&organiser).await.registrations.remove(0);
    assert_eq!(kept.entry.contact.person.as_deref(), Some("Ola Nordmann"));
    assert_eq!(kept.language, Language::Nb);
    // What somebody else had changed before is told when it is saved, and not taken for seen.
    let saved = filled_on(&fixture, &again.text, &[("person", "Per Nordmann")]);
    let told = post(&guest, &english, &saved).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for said in ["Now it says: Ola Nordmann", r#"name="people" value="4""#] {
        assert!(told.text.contains(said), "{said}: {}", told.text);
    }
}

#[tokio::test]
async fn whoever_changes_their_entry_is_told_that_it_is_saved_and_then_that_it_waits() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    let (is_saved, is_joined) = ("<h2>Endringene er lagret</h2>", "endret et annet sted imens");
    assert!(old.contains("<h2>Påmeldingen er mottatt</h2>") && !old.contains(is_saved));
    let save = async |other: &[(&str, &str)]| {
        let changed = post(&guest, &own, &filled_on(&fixture, &old, other)).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
        changed.headers[header::LOCATION].to_str().unwrap().to_owned()
    };
    let next = save(&[("people", "5")]).await;
    let page = guest.get(&next).await.text;
    let (_, told) = page
        .split_once(r#"<section class="told" role="status">"#)
        .expect("it is told");
    assert!(told.starts_with(&format!("<div data-saved>{is_saved}")), "{told}");
    assert!(told.contains("Arrangøren har ikke lest gjennom ennå") && !told.contains(is_joined));
    assert!(!told.contains("Påmeldingen er mottatt"), "{told}");
    // Another tab, which did not see that: both are in it.
    let both = save(&[("phone", "22 33 44 55")]).await;
    let page = guest.get(&both).await.text;
    for said in [is_saved, is_joined, r#"name="people" value="5""#, "22 33 44 55"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Nobody is told so for ever, or of another time.
    let path = own.split('?').next().unwrap();
    for other in [
        "saved=1",
        "saved=soon",
        "saved=9223372036854775807",
        "joined=true",
        "saved=",
    ] {
        let page = guest.get(&format!("{path}?lang=nb&{other}")).await;
        assert_eq!(page.status, StatusCode::OK, "{other}");
        assert!(!page.text.contains(is_saved), "{other}: {}", page.text);
    }
    fixture.clock.pass_ms(60_000);
    assert!(!guest.get(&both).await.text.contains(is_saved));
    let last = save(&[]).await;
    assert!(guest.get(&last).await.text.contains(is_saved));
    post(&guest, &own, "do=withdraw").await;
    let page = guest.get(&last).await.text;
    assert!(
        page.contains("Påmeldingen er trukket") && !page.contains(is_saved),
        "{page}"
    );
}

#[tokio::test]
async fn whoever_saves_after_it_was_withdrawn_has_what_was_typed_and_a_way_to_register_anew() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    post(&guest, &own, "do=withdraw").await;
    let offer = [
        ("offer_1", "Ti par <hender>"),
        ("offer_1_category", "hands"),
        ("people", "7"),
    ];
    let typed = filled_on(&fixture, &old, &offer);
    let told = post(&guest, &own, &typed).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let anew = r#"<button type="submit" formaction="/drammen/register?lang=nb" name="do" value="translate">Ny påmelding</button>"#;
    for said in [
        "Påmeldingen er trukket.",
        "Det dere nettopp skrev, er ikke lagret.",
        "<dd class=\"lines\" dir=\"auto\">Ti par &lt;hender&gt; (Nyttige never)</dd>",
        "<dd class=\"lines\" dir=\"auto\">7</dd>",
        "<dd class=\"lines\" dir=\"auto\">Frivillig</dd>",
        anew,
    ] {
        assert!(unmarked(&told.text).contains(said), "{said}: {}", told.text);
    }
    assert!(!told.text.contains("Lagre endringene"), "{}", told.text);
    let one = listed(&organiser).await.registrations.remove(0);
    assert_eq!((one.state, one.entry.people), (RegistrationState::Withdrawn, 3));
    // Nothing of it is lost in another language either.
    let translated = filled_on(&fixture, &old, &[offer.as_slice(), &[TRANSLATES]].concat());
    let again = post(&guest, &in_english(&own), &translated).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(
        again.text.contains("The registration is withdrawn.") && again.text.contains("Ti par &lt;hender&gt;"),
        "{}",
        again.text
    );
    // What goes along stands on the form, and nobody has agreed to anything yet.
    let hidden = told.text.split_once(r#"<form id="entry""#).unwrap().1;
    for (name, is_there) in [
        ("offer_1", true),
        ("people", true),
        ("consent", false),
        ("base", false),
    ] {
        let field = format!(r#"<input type="hidden" name="{name}""#);
        assert_eq!(hidden.contains(&field), is_there, "{name}: {hidden}");
    }
    let carried = filled(
        &fixture,
        &[offer.as_slice(), &[TRANSLATES, ("consent", "")]].concat(),
    );
    let form = post(&guest, "/drammen/register?lang=nb", &carried).await;
    assert!(
        form.text.contains(">Ti par &lt;hender&gt;</textarea>") && form.text.contains(">Meld på</button>"),
        "{}",
        form.text
    );

    let link = r#"<a href="/drammen/register?lang=nb">Ny påmelding</a>"#;
    assert!(guest.get(&own).await.text.contains(link));
    set_form(&organiser, json!({ "is_on": false })).await;
    assert!(!guest.get(&own).await.text.contains("Ny påmelding"));
    let told = post(&guest, &own, &typed).await;
    assert!(
        told.text.contains("Ti par &lt;hender&gt;") && !told.text.contains("Ny påmelding"),
        "{}",
        told.text
    );
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

/// A page that was answered to something that was sent to an address.
struct Sent {
    address: String,
    page: Answer,
}

/// Sends a form to wherever the first button of a page sends it.
async fn sent_on(guest: &Browser<'_>, before: &Sent, form: &str) -> Sent {
    let all = actions(&before.page.text);
    let address = resolved(&before.address, &all[0]);
    let page = post(guest, &address, form).await;
    Sent { address, page }
}

/// Where there is no network, the browser's word of it takes the place of a page whose form is sent to the page's own address.
#[tokio::test]
async fn no_page_has_a_form_that_is_sent_to_its_own_address_and_each_is_there_for_whoever_goes_back() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let guest = fixture.browser();
    let mut pages = Vec::new();
    // As the language buttons lead to it, with something to mend, mended wrongly again, and in another language.
    let address = "/drammen/register?lang=nb".to_owned();
    let page = guest.get(&address).await;
    pages.push(Sent { address, page });
    let wrong = filled(&fixture, &[("people", "0")]);
    for form in [&wrong, &wrong, &filled(&fixture, &[TRANSLATES])] {
        let next = sent_on(&guest, &pages[pages.len() - 1], form).await;
        pages.push(next);
    }
    // The same on one's own page, which has a button that withdraws beside the form, and which nobody can read for a while.
    let own = register(&fixture, &[]).await;
    let page = guest.get(&own).await;
    pages.push(Sent { address: own, page });
    let next = sent_on(&guest, &pages[pages.len() - 1], &wrong).await;
    pages.push(next);
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    for _ in 0..2 {
        let next = sent_on(&guest, &pages[pages.len() - 1], &wrong).await;
        pages.push(next);
    }
    for Sent { address, page } in &pages {
        let actions = actions(&page.text);
        assert!(!actions.is_empty(), "{address}: {}", page.text);
        for action in actions {
            assert_ne!(resolved(address, &action), *address, "{}", page.text);
        }
        assert_eq!(
            page.headers[header::CACHE_CONTROL],
            "private, no-cache",
            "{address}"
        );
    }
    let statuses: Vec<u16> = pages.iter().map(|one| one.page.status.as_u16()).collect();
    assert_eq!(statuses, [200, 422, 422, 200, 200, 422, 503, 503]);
}

#[tokio::test]
async fn what_is_typed_in_any_script_stands_as_it_is_written_and_outlives_a_reload() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let guest = fixture.browser();
    let own = register(&fixture, &[]).await;
    for address in ["/drammen/register", own.as_str()] {
        let page = guest.get(address).await.text;
        for field in ["name", "person", "email", "phone"] {
            let (_, rest) = page.split_once(&format!(r#"name="{field}" "#)).unwrap();
            let (tag, _) = rest.split_once('>').unwrap();
            assert!(tag.contains(r#" dir="auto""#), "{address}, {field}: {tag}");
        }
        let areas = page.matches("<textarea ").count();
        assert_eq!(page.matches(r#"rows="2" dir="auto""#).count(), areas, "{page}");
        assert!(
            page.contains(r#"</main><script src="/typed.js"></script>"#),
            "{page}"
        );
    }
    let script = guest.get("/typed.js").await;
    assert_eq!(script.status, StatusCode::OK);
    assert_eq!(
        script.headers[header::CONTENT_TYPE],
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test]
async fn whoever_was_taken_out_again_is_not_told_to_be_in_the_catalogue() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let page = register(&fixture, &[]).await;
    approve(&organiser).await;
    let one = listed(&organiser).await.registrations.remove(0);
    let told = fixture.browser().get(&page).await.text;
    assert!(told.contains("og står i børskatalogen"), "{told}");
    let participant = one.participant.expect("it was taken in");
    let removed = Command::RemoveParticipant { participant };
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let answer = floor
        .submit(Submission::now(paired_long_ago(Role::Organiser), removed))
        .await;
    assert!(matches!(answer, log::Answer::Accepted { .. }), "{answer:?}");
    let told = fixture.browser().get(&page).await.text;
    assert!(told.contains("står ikke i børskatalogen lenger"), "{told}");
}

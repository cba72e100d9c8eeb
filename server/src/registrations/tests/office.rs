//! What the organiser sees and says, and what that does to the board.

use axum::http::StatusCode;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::{Category, Phase};
use borsklokka_shared::ids::{CategoryId, RegistrationId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::registration::RegistrationState;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::{entry, new_deal, one_way, paired_long_ago, party, service};
use uuid::Uuid;

use super::fixture::{
    REGISTRATIONS, approve, board, catalogue, filled, filled_on, judge, listed, opened, post, register,
    set_form,
};
use crate::fixture::open_hub;
use crate::floor::Submission;
use crate::log;

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
    let configure = Submission::now(paired_long_ago(Role::Organiser), Command::configure(settings));
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
async fn a_number_that_the_office_writes_in_its_own_way_is_still_theirs_to_change() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    approve(&organiser).await;
    let participant = listed(&organiser).await.registrations[0].participant.unwrap();
    let contact = format!("/api/v1/exchanges/drammen/contacts/{participant}");
    let written =
        json!({ "person": "Kari Nordmann", "email": "kari@example.org", "phone": "+47 91 23 45 67" });
    assert!(organiser.put(&contact, written).await.status.is_success());
    let guest = fixture.browser();
    for (other, phone) in [
        (("people", "5"), "+47 91 23 45 67"),
        (("phone", "22 33 44 55"), "22 33 44 55"),
    ] {
        fixture.clock.pass_ms(1_000);
        let page = guest.get(&own).await.text;
        let changed = post(&guest, &own, &filled_on(&fixture, &page, &[other])).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
        assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
        assert_eq!(organiser.get(&contact).await.json["phone"], phone, "{other:?}");
    }
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

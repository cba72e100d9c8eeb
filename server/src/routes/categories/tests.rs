//! Categories laid together, as the organiser's page asks for it.

use axum::http::StatusCode;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::exchange::{Category, Phase};
use borsklokka_shared::limits::LISTINGS_PER_PARTICIPANT_MAX;
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::{an_offer, category, deal, entry, gift, paired_long_ago};

use super::Merge;
use crate::api::Denied;
use crate::fixture::{Browser, Fixture, open_hub};
use crate::floor::{Bundle, FloorHandle, Settled, Submission};
use crate::log::Answer;
use crate::together;

const MERGE: &str = "/api/v1/exchanges/drammen/categories/merge";
/// The first participant.
const FIRST: u32 = 11;

/// Drammen with three categories, and so many offers in that of transport.
async fn set_up(hub: &Fixture, offers: u32) -> FloorHandle {
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    let settings = floor.view.with_staff_board(|board| board.settings.clone());
    let mut settings = Box::new(settings.unwrap());
    let others = ["tools", "transport"].map(|key| Category {
        id: category(key),
        name: key.to_uppercase(),
        icon: None,
    });
    settings.categories.extend(others);
    let whose = |n: u32| FIRST + n / LISTINGS_PER_PARTICIPANT_MAX as u32;
    let mut commands = vec![Command::configure(settings)];
    commands.extend((FIRST..=whose(offers) + 1).map(|n| Command::RegisterParticipant {
        participant: entry(n, &format!("Lag {n}"), Sector::Voluntary),
    }));
    commands.extend((0..offers).map(|n| offer(n, whose(n))));
    let bundle = Bundle {
        actor: paired_long_ago(Role::Organiser),
        commands,
        contacts: Vec::new(),
        planned_at: floor.view.head(Audience::Staff),
    };
    assert_eq!(floor.submit_together(bundle).await, Settled::Done);
    floor
}

/// An offer in the category of transport.
fn offer(n: u32, of: u32) -> Command {
    Command::AddListing {
        listing: Listing {
            category: category("transport"),
            ..an_offer(n, of)
        },
    }
}

async fn ask(floor: &FloorHandle, role: Role, command: Command) {
    let answer = floor
        .submit(Submission::now(paired_long_ago(role), command))
        .await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
}

async fn open_floor(hub: &Fixture, floor: &FloorHandle) {
    let open = json!({ "type": "open_floor", "expected": { "phase": Phase::Preparing, "round": null } });
    ask(floor, Role::Moderator, serde_json::from_value(open).unwrap()).await;
    hub.clock.pass_ms(60_000);
}

/// A deal of the first two.
fn written(n: u32, key: &str) -> Command {
    let mut terms = gift(FIRST, FIRST + 1, "hjelp");
    for service in terms.bargain.services_mut() {
        service.category = Some(category(key));
    }
    Command::PostDeal {
        deal: deal(n),
        terms,
        written_on: WrittenOn::default(),
        broker: None,
    }
}

/// How many offers are in the categories of tools and of transport, and which categories there are.
fn stand(floor: &FloorHandle) -> (usize, usize, String) {
    floor.view.with_staff_board(|board| {
        let count = |key: &str| {
            let all = board.listings.values();
            all.filter(|listing| listing.category.0 == key).count()
        };
        let settings = board.settings.as_ref().unwrap();
        let keys: Vec<&str> = settings.categories.iter().map(|one| one.id.0.as_str()).collect();
        (count("tools"), count("transport"), keys.join(" "))
    })
}

async fn organiser(hub: &Fixture) -> Browser<'_> {
    Browser::bearing(hub, &hub.token("drammen", Role::Organiser, "Kari").await)
}

#[tokio::test]
async fn all_of_a_category_is_laid_into_another_at_once() {
    let hub = open_hub().await;
    let floor = set_up(&hub, 87).await;
    let organiser = organiser(&hub).await;
    assert_eq!(stand(&floor), (0, 87, "hands tools transport".to_owned()));
    let before = floor.view.head(Audience::Staff);
    let asked = json!({ "kept": "tools", "gone": "transport" });
    let merged = organiser.post(MERGE, asked.clone()).await;
    assert_eq!(merged.status, StatusCode::NO_CONTENT, "{}", merged.text);
    assert_eq!(stand(&floor), (87, 0, "hands tools".to_owned()));
    let after = floor.view.head(Audience::Staff);
    assert_eq!(after.0 - before.0, 88, "each offer, and the settings");

    // Whoever asks once more, since an answer was lost.
    let again = organiser.post(MERGE, asked).await;
    assert_eq!(again.code(), "unknown_category");
}

#[tokio::test]
async fn what_is_no_merge_is_refused_and_changes_nothing() {
    let hub = open_hub().await;
    let floor = set_up(&hub, 2).await;
    let (whole, before) = (stand(&floor), floor.view.head(Audience::Staff));
    let organiser = organiser(&hub).await;
    for (kept, gone, code) in [
        ("tools", "song", "unknown_category"),
        ("song", "transport", "unknown_category"),
        ("song", "song", "unknown_category"),
        ("transport", "transport", "category_into_itself"),
    ] {
        let refused = organiser.post(MERGE, json!({ "kept": kept, "gone": gone })).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, code),
            "{gone} into {kept}"
        );
    }
    let half = organiser.post(MERGE, json!({ "kept": "tools" })).await;
    assert_eq!(half.code(), "malformed");
    let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
    let not_hers = moderator
        .post(MERGE, json!({ "kept": "tools", "gone": "transport" }))
        .await;
    assert_eq!(not_hers.code(), "not_allowed");
    assert_eq!((stand(&floor), floor.view.head(Audience::Staff)), (whole, before));
}

#[tokio::test]
async fn a_category_of_deals_stays_whole_and_the_answer_says_why() {
    let hub = open_hub().await;
    let floor = set_up(&hub, 2).await;
    open_floor(&hub, &floor).await;
    ask(&floor, Role::Broker, written(1, "transport")).await;
    ask(&floor, Role::Broker, Command::WithdrawDeal { deal: deal(1) }).await;
    let whole = stand(&floor);
    let refused = organiser(&hub)
        .await
        .post(MERGE, json!({ "kept": "tools", "gone": "transport" }))
        .await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "category_has_deals")
    );
    let said = refused.json["message"].as_str().unwrap();
    assert!(
        said.contains("«TRANSPORT»") && said.contains("1 avtale"),
        "{said}"
    );
    assert_eq!(stand(&floor), whole);
}

/// Merges, while something else happens between the first plan and its writing.
async fn merge_while(floor: &FloorHandle, merge: &Merge, other: Command) -> Result<(), Denied> {
    let mut other = Some(other);
    let plan = || {
        let (planned, other) = (merge.planned(floor), other.take());
        async move {
            if let Some(other) = other {
                ask(floor, Role::Broker, other).await;
            }
            planned
        }
    };
    together::write(floor, &paired_long_ago(Role::Organiser), plan).await
}

#[tokio::test]
async fn what_happens_meanwhile_is_in_the_next_plan() {
    let hub = open_hub().await;
    let floor = set_up(&hub, 2).await;
    open_floor(&hub, &floor).await;
    let merge = |kept: &str, gone: &str| Merge {
        kept: category(kept),
        gone: category(gone),
    };
    let merged = merge_while(&floor, &merge("tools", "transport"), offer(500, FIRST)).await;
    assert!(merged.is_ok(), "{merged:?}");
    let whole = (3, 0, "hands tools".to_owned());
    assert_eq!(stand(&floor), whole, "an offer more");

    let refused = merge_while(&floor, &merge("hands", "tools"), written(1, "tools")).await;
    let has_deal = matches!(&refused, Err(Denied::CategoryHasDeals { name, deals: 1 }) if name == "TOOLS");
    assert!(has_deal, "{refused:?}");
    assert_eq!(stand(&floor), whole, "a deal");
}

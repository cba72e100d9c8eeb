//! What lies in the hall on paper, as PDF.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::listing::Listing;
use borsklokka_shared::paper::Illegible;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::Screen;
use serde::Deserialize;

use crate::api::Denied;
use crate::copies::{Copy, logo};
use crate::entered::Entered;
use crate::handouts::{self, BLANKS_MAX, By, CARDS_MAX, Handout, Paper, PerSheet, Tablet};
use crate::hub::Hub;

/// Blanks that are printed where nobody says how many.
const BLANKS: u32 = 20;

/// What is printed of a board.
struct Hall {
    settings: Settings,
    participants: Vec<Participant>,
    listings: Vec<Listing>,
}

impl Hall {
    fn of(board: &Board) -> Option<Self> {
        Some(Self {
            settings: board.settings.clone()?,
            participants: board.unerased().cloned().collect(),
            listings: board.listings.values().cloned().collect(),
        })
    }

    /// The hall of an exchange in which somebody is.
    async fn with_people(hub: &Hub, exchange: ExchangeId) -> Result<Self, Denied> {
        let hall = Self::empty_or_not(hub, exchange).await?;
        if hall.participants.is_empty() {
            return Err(Denied::NoParticipants);
        }
        Ok(hall)
    }

    async fn empty_or_not(hub: &Hub, exchange: ExchangeId) -> Result<Self, Denied> {
        let floor = hub.floors.by_id(exchange).await?;
        let hall = floor.view.with_staff_board(Self::of);
        hall.ok_or_else(|| Refusal::NotConfigured.into())
    }

    fn everyone(&self) -> Vec<&Participant> {
        self.participants.iter().collect()
    }

    /// Those whose symbols are named, with a comma between; everyone, if none is.
    fn named(&self, symbols: Option<&str>) -> Result<Vec<&Participant>, Denied> {
        let Some(symbols) = symbols else {
            return Ok(self.everyone());
        };
        let named: BTreeSet<&str> = symbols.split(',').collect();
        let is_named = |one: &&Participant| named.contains(one.symbol.as_str());
        let found: Vec<&Participant> = self.participants.iter().filter(is_named).collect();
        if found.len() < named.len() {
            return Err(Denied::NotAParticipant);
        }
        Ok(found)
    }

    /// A participant, be it by the id of one that was merged into it: who asks may not have heard of that yet.
    fn one(&self, id: ParticipantId) -> Result<&Participant, Denied> {
        let found = self.participants.iter().find(|one| one.is(id));
        found.ok_or(Denied::NotAParticipant)
    }
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Denied> {
    let Query(asked) = query.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    Ok(asked)
}

async fn print(hub: &Arc<Hub>, slug: &str, handout: Handout) -> Result<Copy, Denied> {
    let name = format!("{}-{slug}", handout.file);
    let pdf = hub.press.print(handout).await?;
    Ok(Copy::new(name, pdf))
}

/// How the catalogue is wanted.
#[derive(Deserialize)]
pub(crate) struct CatalogueWanted {
    #[serde(default)]
    by: By,
    #[serde(default)]
    paper: Paper,
}

/// `GET /api/v1/exchanges/{slug}/catalogue.pdf?by=both&paper=a4`
pub(crate) async fn catalogue(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    wanted: Result<Query<CatalogueWanted>, QueryRejection>,
) -> Result<Copy, Denied> {
    let CatalogueWanted { by, paper } = asked(wanted)?;
    let hall = Hall::with_people(&hub, exchange).await?;
    let listings: Vec<&Listing> = hall.listings.iter().collect();
    let handout = handouts::catalogue(&hall.settings, hall.everyone(), &listings, by, paper);
    let logo = logo(&hub, exchange, &hall.settings).await?;
    print(&hub, &slug, handout.with_logo(logo)).await
}

/// Whose badges are wanted.
#[derive(Deserialize)]
pub(crate) struct BadgesWanted {
    #[serde(default)]
    per_sheet: PerSheet,
    /// Of one alone, who has just come.
    participant: Option<ParticipantId>,
    /// Of some, by symbol, with a comma between.
    symbols: Option<String>,
}

/// `GET /api/v1/exchanges/{slug}/badges.pdf?per_sheet=8`
pub(crate) async fn badges(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    wanted: Result<Query<BadgesWanted>, QueryRejection>,
) -> Result<Copy, Denied> {
    let BadgesWanted {
        per_sheet,
        participant,
        symbols,
    } = asked(wanted)?;
    let hall = Hall::with_people(&hub, exchange).await?;
    let people = match participant {
        Some(id) => vec![hall.one(id)?],
        None => hall.named(symbols.as_deref())?,
    };
    let handout = handouts::badges(&hall.settings, people, per_sheet)?;
    print(&hub, &slug, handout).await
}

/// `GET /api/v1/exchanges/{slug}/participants/{participant}/badge.pdf`: of one who stands at the entrance.
pub(crate) async fn badge(
    State(hub): State<Arc<Hub>>,
    Path((slug, participant)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<Copy, Denied> {
    let participant = participant.parse().map_err(|_| Denied::NotAParticipant)?;
    let hall = Hall::with_people(&hub, exchange).await?;
    let handout = handouts::badges(&hall.settings, vec![hall.one(participant)?], PerSheet::default())?;
    print(&hub, &slug, handout).await
}

/// Whose signs are wanted.
#[derive(Deserialize)]
pub(crate) struct SignsWanted {
    /// Of some, by symbol, with a comma between.
    symbols: Option<String>,
}

/// `GET /api/v1/exchanges/{slug}/table-signs.pdf`
pub(crate) async fn signs(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    wanted: Result<Query<SignsWanted>, QueryRejection>,
) -> Result<Copy, Denied> {
    let SignsWanted { symbols } = asked(wanted)?;
    let hall = Hall::with_people(&hub, exchange).await?;
    let handout = handouts::signs(&hall.settings, hall.named(symbols.as_deref())?);
    print(&hub, &slug, handout).await
}

/// How many cards are wanted of each.
#[derive(Deserialize)]
pub(crate) struct CardsWanted {
    #[serde(default)]
    broker: usize,
    #[serde(default)]
    notary: usize,
    #[serde(default)]
    moderator: usize,
}

/// `GET /api/v1/exchanges/{slug}/tablet-cards.pdf?broker=4&notary=1&moderator=1`
pub(crate) async fn cards(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    wanted: Result<Query<CardsWanted>, QueryRejection>,
) -> Result<Copy, Denied> {
    let wanted = asked(wanted)?;
    let tablets = [
        (Role::Broker, wanted.broker),
        (Role::Notary, wanted.notary),
        (Role::Moderator, wanted.moderator),
    ]
    .map(|(role, count)| Tablet { role, count });
    let count = tablets
        .iter()
        .fold(0_usize, |sum, tablet| sum.saturating_add(tablet.count));
    if !(1..=CARDS_MAX).contains(&count) {
        return Err(out_of_range("cards", CARDS_MAX as u64));
    }
    let hall = Hall::empty_or_not(&hub, exchange).await?;
    let public_url = hub.public_url();
    let address = format!("{}{}", public_url.trim_end_matches('/'), Screen::Pair.path(&slug));
    let handout = handouts::cards(&hall.settings, &tablets, address)?;
    print(&hub, &slug, handout).await
}

/// Which blanks are wanted.
#[derive(Deserialize)]
pub(crate) struct BlanksWanted {
    from: Option<u32>,
    count: Option<u32>,
}

/// `GET /api/v1/exchanges/{slug}/blank-agreements.pdf?from=1&count=20`
pub(crate) async fn blanks(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    wanted: Result<Query<BlanksWanted>, QueryRejection>,
) -> Result<Copy, Denied> {
    let BlanksWanted { from, count } = asked(wanted)?;
    let (from, count) = (from.unwrap_or(1), count.unwrap_or(BLANKS));
    if !(1..=BLANKS_MAX).contains(&count) {
        return Err(out_of_range("count", u64::from(BLANKS_MAX)));
    }
    let hall = Hall::empty_or_not(&hub, exchange).await?;
    let logo = logo(&hub, exchange, &hall.settings).await?;
    let handout = handouts::blanks(&hall.settings, from, count).with_logo(logo);
    print(&hub, &slug, handout).await
}

/// `GET /api/v1/exchanges/{slug}/illegible`: whose texts have characters that the papers cannot show.
pub(crate) async fn illegible(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Illegible>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    Ok(Json(floor.view.with_staff_board(handouts::illegible)))
}

fn out_of_range(field: &str, max: u64) -> Denied {
    let field = field.to_owned();
    Refusal::OutOfRange { field, min: 1, max }.into()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use borsklokka_shared::listing::Listing;
    use borsklokka_shared::participant::Sector;
    use borsklokka_shared::role::Role;
    use serde_json::json;
    use test_support::{an_offer, deal, entry, gift, paired_long_ago, programme, settings};

    use crate::fixture::{Browser, Fixture, open_hub};
    use crate::floor::Submission;
    use crate::log::Answer;

    const EXCHANGE: &str = "/api/v1/exchanges/drammen";
    /// A PDF, as far as it can be read without unpacking it.
    const PDF: &str = "%PDF-";

    async fn with_people(hub: &Fixture) -> Browser<'_> {
        let organiser = hub.operator().await;
        let file = include_bytes!("../../../spreadsheets/tests/files/elvestad.xlsx");
        let seen = organiser
            .post_file(&format!("{EXCHANGE}/roster/preview"), "", file)
            .await;
        let plan = seen.json["plan"].as_str().unwrap();
        let written = organiser
            .post_file(&format!("{EXCHANGE}/roster?plan={plan}"), "", file)
            .await;
        assert_eq!(written.status, StatusCode::OK, "{}", written.text);
        organiser
    }

    fn pages(answer: &crate::fixture::Answer) -> usize {
        assert!(
            answer.text.starts_with(PDF),
            "{} {}",
            answer.status,
            &answer.text[..answer.text.len().min(300)]
        );
        lopdf::Document::load_mem(&answer.bytes)
            .unwrap()
            .get_pages()
            .len()
    }

    #[tokio::test]
    async fn everything_for_the_hall_is_printed() {
        let hub = open_hub().await;
        let organiser = with_people(&hub).await;
        let get = async |what: &str| organiser.get(&format!("{EXCHANGE}/{what}")).await;
        // Forty participants.
        assert_eq!(pages(&get("badges.pdf").await), 5);
        assert_eq!(pages(&get("badges.pdf?per_sheet=10").await), 4);
        assert_eq!(pages(&get("table-signs.pdf").await), 40);
        assert_eq!(pages(&get("tablet-cards.pdf?broker=6&notary=1").await), 2);
        assert_eq!(pages(&get("blank-agreements.pdf?from=21&count=3").await), 3);
        let whole = get("catalogue.pdf").await;
        assert_eq!(
            whole.headers["content-disposition"],
            "inline; filename=\"borskatalog-drammen.pdf\""
        );
        assert!(pages(&whole) > pages(&get("catalogue.pdf?by=category").await));
        let folded = pages(&get("catalogue.pdf?paper=a5_fold").await);
        assert_eq!(folded % 2, 0, "{folded} sides are no whole sheets");

        let one = hub
            .hub
            .floors
            .get("drammen")
            .await
            .unwrap()
            .view
            .with_staff_board(|board| {
                board
                    .participants
                    .values()
                    .next()
                    .map(|participant| participant.id)
            });
        let one = one.unwrap();
        let badge = get(&format!("badges.pdf?participant={one}")).await;
        assert_eq!(pages(&badge), 1);
        let symbols: Vec<String> = hub
            .hub
            .floors
            .get("drammen")
            .await
            .unwrap()
            .view
            .with_staff_board(|board| {
                let some = board.participants.values().take(9);
                some.map(|participant| participant.symbol.to_string()).collect()
            });
        let some = symbols.join(",");
        assert_eq!(pages(&get(&format!("badges.pdf?symbols={some}")).await), 2);
        assert_eq!(pages(&get(&format!("table-signs.pdf?symbols={some}")).await), 9);
        for what in ["badges.pdf?symbols=", "table-signs.pdf?symbols=XQXQ"] {
            assert_eq!(get(what).await.code(), "unknown_participant", "{what}");
        }
        let door = Browser::bearing(&hub, &hub.token("drammen", Role::Door, "").await);
        let badge = door
            .get(&format!("{EXCHANGE}/participants/{one}/badge.pdf"))
            .await;
        assert_eq!(pages(&badge), 1);
        let all = door.get(&format!("{EXCHANGE}/badges.pdf")).await;
        assert_eq!(
            all.code(),
            "not_allowed",
            "the door has the paper of one at a time"
        );
        for nobody in ["nobody", "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01"] {
            let badge = door
                .get(&format!("{EXCHANGE}/participants/{nobody}/badge.pdf"))
                .await;
            assert_eq!(badge.code(), "unknown_participant", "{nobody}");
        }
        for what in ["badges.pdf?per_sheet=9", "catalogue.pdf?by=colour"] {
            assert_eq!(get(what).await.code(), "malformed", "{what}");
        }
        for what in [
            "tablet-cards.pdf",
            "tablet-cards.pdf?broker=61",
            "blank-agreements.pdf?count=201",
        ] {
            assert_eq!(get(what).await.code(), "out_of_range", "{what}");
        }
    }

    #[tokio::test]
    async fn whose_letters_no_paper_has_is_told_before_anything_is_printed() {
        let hub = open_hub().await;
        let ask = async |role: Role, command: serde_json::Value| {
            let floor = hub.hub.floors.get("drammen").await.unwrap();
            let command = serde_json::from_value(command).unwrap();
            let answer = floor
                .submit(Submission::now(paired_long_ago(role), command))
                .await;
            assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        };
        let settings = json!({ "type": "configure", "settings": settings() });
        ask(Role::Organiser, settings).await;
        ask(
            Role::Organiser,
            json!({ "type": "set_programme", "items": programme() }),
        )
        .await;
        for (n, name) in [
            (1, "مركز الثقافة العربية"),
            (2, "Ålesund Røde Kors"),
            (3, "Łukasz Żółć og Зоя"),
            (4, "Kor"),
        ] {
            let participant = entry(n, name, Sector::Voluntary);
            ask(
                Role::Organiser,
                json!({ "type": "register_participant", "participant": participant }),
            )
            .await;
        }
        let listing = Listing {
            text: "قاعة اجتماعات".to_owned(),
            ..an_offer(1, 4)
        };
        ask(
            Role::Organiser,
            json!({ "type": "add_listing", "listing": listing }),
        )
        .await;
        let open = json!({ "type": "open_floor", "start_round": 1, "expected": { "phase": "preparing", "round": null } });
        ask(Role::Moderator, open).await;
        hub.clock.pass_ms(60_000);
        for (n, giver, text) in [(1, 2, "Kurs"), (2, 1, "Kurs"), (3, 2, "Kaffe ☕")] {
            ask(
                Role::Broker,
                json!({ "type": "post_deal", "deal": deal(n), "terms": gift(giver, 3, text) }),
            )
            .await;
        }
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        let told = moderator.get(&format!("{EXCHANGE}/illegible")).await;
        assert_eq!(
            told.json,
            json!({
                "participants": ["Kor", "مركز الثقافة العربية"],
                "deals": [
                    { "number": 2, "parties": ["مركز الثقافة العربية", "Łukasz Żółć og Зоя"] },
                    { "number": 3, "parties": ["Ålesund Røde Kors", "Łukasz Żółć og Зоя"] },
                ],
            }),
            "{}",
            told.text
        );
    }

    #[tokio::test]
    async fn where_nobody_is_registered_there_is_nothing_to_print() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        for what in ["catalogue.pdf", "badges.pdf", "table-signs.pdf"] {
            let answer = organiser.get(&format!("{EXCHANGE}/{what}")).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::NOT_FOUND, "no_participants")
            );
        }
    }
}

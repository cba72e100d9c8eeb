//! An evening is played, and what the report says of it is compared with what the rows of the log say.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::deal::{Bargain, Service, Terms};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{DeviceId, RoundId};
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::prize::Prize;
use borsklokka_shared::role::{Actor, Role};
use serde_json::{Value, json};
use test_support::{an_offer, category, deal, entry, gift, listing, party, service, settings};
use uuid::Uuid;

use super::series;
use crate::clock::Clock as _;
use crate::database::on_either;
use crate::fixture::{Browser, Fixture, open_hub};
use crate::floor::Submission;
use crate::log::Answer;

const MINUTE_MS: i64 = 60_000;

/// An evening that is played.
struct Play<'a> {
    hub: &'a Fixture,
    slug: &'static str,
}

impl Play<'_> {
    async fn ask(&self, role: Role, command: Command) {
        let floor = self.hub.hub.floors.get(self.slug).await.unwrap();
        let actor = test_support::paired_long_ago(role);
        let told = format!("{command:?}");
        let answer = floor.submit(Submission::now(actor, command)).await;
        assert!(matches!(answer, Answer::Accepted { .. }), "{told}: {answer:?}");
    }

    async fn post(&self, n: u32, terms: Terms) {
        let command: Value = json!({ "type": "post_deal", "deal": deal(n), "terms": terms });
        self.ask(Role::Broker, serde_json::from_value(command).unwrap())
            .await;
    }

    fn wait(&self, minutes: i64) {
        self.hub.clock.pass_ms(minutes * MINUTE_MS);
    }

    async fn moderate(&self, command: Value, phase: Phase, round: Option<u32>) {
        let mut command = command;
        command["expected"] = json!({ "phase": phase, "round": round.map(RoundId) });
        self.ask(Role::Moderator, serde_json::from_value(command).unwrap())
            .await;
    }
}

fn trade(giver: u32, receiver: u32, [service, return_service]: [Service; 2]) -> Terms {
    Terms {
        bargain: Bargain::TwoWay {
            service,
            return_service,
        },
        ..gift(giver, receiver, "")
    }
}

fn estimated(text: &str, in_category: &str, effort: Option<u32>, worth: Option<u32>) -> Service {
    Service {
        category: Some(category(in_category)),
        effort_minutes: effort,
        worth,
        ..service(text)
    }
}

fn wish(n: u32, of: u32, amount: Option<u32>) -> Listing {
    Listing {
        kind: ListingKind::Wish,
        text: format!("Ønske {n}"),
        quantity: amount.map(|amount| Quantity {
            amount,
            unit: "stoler".to_owned(),
        }),
        ..an_offer(n, of)
    }
}

/// A whole evening, with everything that a figure could be wrong by.
async fn play(hub: &Fixture, slug: &'static str, language: Language) {
    let play = Play { hub, slug };
    prepare(&play, language).await;
    let open = json!({ "type": "open_floor", "start_round": 1 });
    play.moderate(open, Phase::Preparing, None).await;
    trade_first(&play).await;
    take_back(&play).await;
    play.wait(1);
    play.moderate(json!({ "type": "end_round" }), Phase::Open, Some(1))
        .await;
    play.moderate(json!({ "type": "close_floor" }), Phase::Open, None)
        .await;
    play.wait(30);
    let open = json!({ "type": "open_floor", "start_round": 2 });
    play.moderate(open, Phase::Closed, None).await;
    play.wait(10);
    play.ask(Role::Moderator, Command::FreezeTotals).await;
    play.post(8, gift(2, 4, "skjult")).await;
    play.ask(Role::Moderator, Command::RevealDeals { reveal: Reveal::All })
        .await;
    play.wait(1);
    play.moderate(json!({ "type": "end_round" }), Phase::Open, Some(2))
        .await;
    play.moderate(json!({ "type": "close_floor" }), Phase::Open, None)
        .await;
    play.wait(1);
}

/// Settings, programme, participants, wishes, and who has come.
async fn prepare(play: &Play<'_>, language: Language) {
    let settings = borsklokka_shared::exchange::Settings {
        language,
        ..settings()
    };
    play.ask(Role::Organiser, Command::configure(settings)).await;
    play.ask(Role::Organiser, Command::set_programme(test_support::programme()))
        .await;
    for (n, name, sector) in [
        (1, "Bakkerud Bygg AS", Sector::Business),
        (2, "Sparebanken", Sector::Business),
        (3, "Biblioteket", Sector::Public),
        (4, "Strømsø skolekorps", Sector::Voluntary),
        (5, "Røde Kors", Sector::Voluntary),
        (6, "Kari", Sector::Individual),
        (7, "Strømsø korps", Sector::Voluntary),
    ] {
        let participant = entry(n, name, sector);
        play.ask(Role::Organiser, Command::RegisterParticipant { participant })
            .await;
    }
    for listing in [
        wish(1, 4, None),
        wish(2, 5, Some(40)),
        wish(3, 6, None),
        wish(4, 7, None),
    ] {
        play.ask(Role::Organiser, Command::AddListing { listing }).await;
    }
    play.ask(
        Role::Moderator,
        Command::MarkArrived {
            participant: party(4),
        },
    )
    .await;
}

/// Deals of every kind, one of them amended.
async fn trade_first(play: &Play<'_>) {
    play.wait(3);
    let mut meets = estimated("Sal", "premises", Some(90), Some(2_000));
    meets.listings = vec![listing(1)];
    play.post(1, gift(3, 4, "gave")).await;
    play.ask(
        Role::Broker,
        Command::AmendDeal {
            deal: deal(1),
            terms: Terms {
                bargain: Bargain::OneWay { service: meets },
                ..gift(3, 4, "")
            },
            expected: None,
        },
    )
    .await;
    play.wait(9);
    let services = [
        estimated("Regnskap", "expertise", Some(600), Some(9_000)),
        estimated("Konsert", "hands", Some(45), None),
    ];
    play.post(2, trade(2, 7, services)).await;
    let mut chairs = estimated("Stoler", "hands", None, None);
    chairs.listings = vec![listing(2)];
    chairs.quantity = Some(Quantity {
        amount: 15,
        unit: "stoler".to_owned(),
    });
    // Two sectors on one side, and one on both.
    let mut several = Terms {
        bargain: Bargain::OneWay { service: chairs },
        ..gift(1, 5, "")
    };
    several.givers = vec![party(1), party(3), party(5)];
    several.receivers = vec![party(6), party(7)];
    play.post(3, several).await;
    let meeting = Terms {
        bargain: Bargain::Intention {
            service: service("Samarbeid"),
        },
        ..gift(2, 5, "")
    };
    play.post(4, meeting).await;
}

/// Deals that are withdrawn, removed and reinstated, and two participants who are one.
async fn take_back(play: &Play<'_>) {
    play.post(5, gift(1, 6, "trekkes")).await;
    play.ask(Role::Broker, Command::WithdrawDeal { deal: deal(5) })
        .await;
    play.post(6, gift(1, 5, "fjernes")).await;
    play.ask(Role::Moderator, Command::RemoveDeal { deal: deal(6) })
        .await;
    play.post(7, gift(1, 4, "trekkes og gjeninnsettes")).await;
    play.ask(Role::Broker, Command::WithdrawDeal { deal: deal(7) })
        .await;
    play.ask(Role::Moderator, Command::ReinstateDeal { deal: deal(7) })
        .await;
    // The same band twice.
    play.ask(
        Role::Moderator,
        Command::MergeParticipants {
            kept: party(4),
            gone: party(7),
        },
    )
    .await;
}

/// What the rows of the log say, read one after the other as plain JSON: nothing of the server's own counting is used.
struct Log {
    deals: BTreeMap<String, Value>,
    sectors: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    merged: BTreeMap<String, String>,
    wishes: BTreeMap<String, Value>,
    trading: Vec<(i64, i64)>,
    /// Number, start and end of each round, in the order of time.
    rounds: Vec<(u64, i64, i64)>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn ms(value: &Value) -> i64 {
    let instant: borsklokka_shared::instant::Instant = serde_json::from_value(value.clone()).unwrap();
    instant.unix_ms
}

impl Log {
    async fn read(hub: &Fixture, slug: &str) -> Self {
        let exchange = hub.exchange(slug).to_string();
        let rows: Vec<String> = on_either!(hub.database.reading(), on => sqlx::query_scalar(
            "SELECT event FROM events WHERE exchange_id = $1 ORDER BY seq",
        )
        .bind(&exchange)
        .fetch_all(on)
        .await)
        .unwrap();
        let mut log = Self {
            deals: BTreeMap::new(),
            sectors: BTreeMap::new(),
            names: BTreeMap::new(),
            merged: BTreeMap::new(),
            wishes: BTreeMap::new(),
            trading: Vec::new(),
            rounds: Vec::new(),
        };
        for row in rows {
            log.take(&serde_json::from_str(&row).unwrap());
        }
        log
    }

    fn take(&mut self, event: &Value) {
        let id = || text(&event["deal"]);
        match event["type"].as_str().unwrap() {
            "deal_posted" | "deal_reinstated" => {
                let deal = event["deal"].clone();
                self.deals.insert(text(&deal["id"]), deal);
            }
            "deals_revealed" => {
                for deal in event["deals"].as_array().unwrap() {
                    self.deals.insert(text(&deal["id"]), deal.clone());
                }
            }
            "deal_amended" => self.deals.get_mut(&id()).unwrap()["terms"] = event["terms"].clone(),
            "deal_withdrawn" => {
                self.deals.get_mut(&id()).unwrap()["standing"] = json!({ "state": "withdrawn" });
            }
            "deal_removed" => drop(self.deals.remove(&id())),
            "participant_registered" => {
                let one = &event["participant"];
                self.sectors.insert(text(&one["id"]), text(&one["sector"]));
                self.names.insert(text(&one["id"]), text(&one["name"]));
            }
            "participants_merged" => {
                let (kept, gone) = (text(&event["kept"]), text(&event["gone"]));
                self.sectors.remove(&gone);
                self.merged.insert(gone, kept);
            }
            "listing_added" if event["listing"]["kind"] == "wish" => {
                let wish = event["listing"].clone();
                self.wishes.insert(text(&wish["id"]), wish);
            }
            "round_started" => {
                let round = event["round"].as_u64().unwrap();
                self.rounds.push((round, ms(&event["started_at"]), i64::MAX));
            }
            "round_ended" => self.rounds.last_mut().unwrap().2 = ms(&event["ended_at"]),
            "floor_opened" => self.trading.push((ms(&event["ring_at"]), i64::MAX)),
            "floor_closed" => self.trading.last_mut().unwrap().1 = ms(&event["ring_at"]),
            _ => {}
        }
    }

    fn counted(&self) -> Vec<&Value> {
        let counts = |deal: &&Value| deal["standing"]["state"] == "posted";
        self.deals.values().filter(counts).collect()
    }

    fn side(&self, deal: &Value, side: &str) -> BTreeSet<String> {
        let ids = deal["terms"][side].as_array().unwrap().iter().map(text);
        ids.map(|id| self.merged.get(&id).cloned().unwrap_or(id))
            .collect()
    }

    fn parties(&self, deal: &Value) -> BTreeSet<String> {
        let receivers = self.side(deal, "receivers");
        self.side(deal, "givers").union(&receivers).cloned().collect()
    }

    fn services(deal: &Value) -> Vec<&Value> {
        let bargain = &deal["terms"]["bargain"];
        let both = [&bargain["service"], &bargain["return_service"]];
        both.into_iter().filter(|service| service.is_object()).collect()
    }

    fn sum(&self, of: &str, is_in: impl Fn(&Value) -> bool) -> u64 {
        let services = self.counted().into_iter().flat_map(Self::services);
        services
            .filter(|service| is_in(service))
            .filter_map(|service| service[of].as_u64())
            .sum()
    }

    fn count(&self, is: impl Fn(&Value) -> bool) -> usize {
        self.counted().into_iter().filter(|deal| is(deal)).count()
    }

    fn sectors_of(&self, ids: &BTreeSet<String>) -> BTreeSet<String> {
        ids.iter().map(|id| self.sectors[id].clone()).collect()
    }

    /// Milliseconds between bells until an instant.
    fn traded_ms(&self, at: i64) -> i64 {
        let within = |(open, close): &(i64, i64)| (at.min(*close) - open).max(0);
        self.trading.iter().map(within).sum()
    }

    /// When a deal was written, if people traded then; else when it was struck.
    fn made_at(&self, deal: &Value) -> i64 {
        let written_at = ms(&deal["written_at"]);
        let is_between_bells = |(open, close): &(i64, i64)| (*open..*close).contains(&written_at);
        if self.trading.iter().any(is_between_bells) {
            written_at
        } else {
            ms(&deal["struck_at"])
        }
    }

    /// Compares every figure of a report.
    fn check(&self, report: &Value) {
        let kind = |kind: &'static str| self.count(move |deal| deal["terms"]["bargain"]["kind"] == kind);
        let evening = &report["evening"];
        assert_eq!(evening["deals"], self.counted().len());
        assert_eq!(report["two_way"], kind("two_way"));
        assert_eq!(report["one_way"], kind("one_way"));
        assert_eq!(report["intentions"], kind("intention"));
        assert_eq!(report["withdrawn"], self.deals.len() - self.counted().len());
        assert_eq!(evening["sums"]["participants"], self.sectors.len());
        assert_eq!(
            evening["sums"]["effort_minutes"],
            self.sum("effort_minutes", |_| true)
        );
        assert_eq!(evening["sums"]["worth"], self.sum("worth", |_| true));
        for (figure, of) in [("with_effort", "effort_minutes"), ("with_worth", "worth")] {
            let with = self.count(|deal| Self::services(deal).iter().any(|one| one[of].is_u64()));
            assert_eq!(report[figure], with, "{figure}");
        }
        for one in report["sectors"].as_array().unwrap() {
            let sector = text(&one["sector"]);
            let of_it = |id: &&String| self.sectors[*id] == sector;
            let traded: BTreeSet<String> = self
                .counted()
                .iter()
                .flat_map(|deal| self.parties(deal))
                .collect();
            assert_eq!(one["participants"], self.sectors.keys().filter(of_it).count());
            assert_eq!(one["traded"], traded.iter().filter(of_it).count(), "{sector}");
            let deals = self.count(|deal| self.parties(deal).iter().any(|id| self.sectors[id] == sector));
            assert_eq!(one["deals"], deals, "{sector}");
        }
        let mut pairs: BTreeMap<(String, String), u64> = BTreeMap::new();
        for deal in self.counted() {
            for giver in self.sectors_of(&self.side(deal, "givers")) {
                for receiver in self.sectors_of(&self.side(deal, "receivers")) {
                    *pairs.entry((giver.clone(), receiver)).or_default() += 1;
                }
            }
        }
        let told = report["pairs"].as_array().unwrap().iter();
        let told = told.map(|pair| {
            let key = (text(&pair["giver"]), text(&pair["receiver"]));
            (key, pair["deals"].as_u64().unwrap())
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), pairs);
        self.check_categories(report);
        self.check_times(report);
        self.check_rounds(report);
        let mut active: BTreeMap<String, u64> = BTreeMap::new();
        for id in self.counted().iter().flat_map(|deal| self.parties(deal)) {
            *active.entry(self.names[&id].clone()).or_default() += 1;
        }
        let told = report["most_active"].as_array().unwrap().iter();
        let told: Vec<(String, u64)> = told
            .map(|one| (text(&one["name"]), one["deals"].as_u64().unwrap()))
            .collect();
        assert!(told.is_sorted_by_key(|(_, deals)| std::cmp::Reverse(*deals)));
        assert_eq!(told.into_iter().collect::<BTreeMap<_, _>>(), active);
    }

    fn check_categories(&self, report: &Value) {
        let unmet = self.unmet();
        for one in report["categories"].as_array().unwrap() {
            let name = one["name"].as_str().map(str::to_lowercase);
            let is_in = |service: &Value| service["category"].as_str() == name.as_deref();
            let deals = self.count(|deal| Self::services(deal).into_iter().any(is_in));
            assert_eq!(one["deals"], deals, "{name:?}");
            assert_eq!(one["effort_minutes"], self.sum("effort_minutes", is_in));
            assert_eq!(one["worth"], self.sum("worth", is_in), "{name:?}");
            let wishes = unmet
                .keys()
                .filter(|id| self.wishes[*id]["category"].as_str() == name.as_deref());
            assert_eq!(one["unmet"], wishes.count(), "{name:?}");
        }
        let told = report["unmet"].as_array().unwrap().iter();
        let told = told.map(|wish| {
            let amount = wish["quantity"]["amount"].as_i64();
            (text(&wish["listing"]), amount)
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), unmet);
    }

    fn check_times(&self, report: &Value) {
        let minutes: Vec<i64> = self
            .counted()
            .iter()
            .map(|deal| self.traded_ms(self.made_at(deal)) / MINUTE_MS)
            .collect();
        let times = report["times"].as_array().unwrap();
        let whole = self.traded_ms(i64::MAX);
        let (mut end, mut sum) = (0, 0);
        for (number, one) in times.iter().enumerate() {
            let (from, to) = (
                one["from_minute"].as_i64().unwrap(),
                one["to_minute"].as_i64().unwrap(),
            );
            assert_eq!(from, end, "without a gap");
            let is_last = number + 1 == times.len();
            let deals = minutes
                .iter()
                .filter(|minute| **minute >= from && (is_last || **minute < to));
            sum += deals.clone().count();
            assert_eq!(one["deals"], deals.count(), "{from} to {to}");
            assert_eq!(one["by_then"], sum);
            end = to;
        }
        assert_eq!(end, (whole + MINUTE_MS - 1) / MINUTE_MS, "to the last bell");
        assert_eq!(sum, minutes.len());
    }

    fn check_rounds(&self, report: &Value) {
        let told = report["rounds"].as_array().unwrap();
        let named = told.iter().filter(|one| one["name"].is_string());
        assert_eq!(named.count(), self.rounds.len());
        let mut sum = 0;
        for (one, (round, from, until)) in told.iter().zip(&self.rounds) {
            let is_in = |deal: &Value| (*from..*until).contains(&self.made_at(deal));
            let deals = self.count(is_in);
            sum += deals;
            assert_eq!(one["deals"], deals, "round {round}");
            assert_eq!(one["minutes"], (until - from + MINUTE_MS / 2) / MINUTE_MS);
            for of in ["effort_minutes", "worth"] {
                let own = self.counted().into_iter().filter(|deal| is_in(deal));
                let services = own.flat_map(Self::services);
                let own: u64 = services.filter_map(|service| service[of].as_u64()).sum();
                assert_eq!(one[of], own, "{of} of round {round}");
            }
        }
        let outside = told.iter().find(|one| one["name"].is_null());
        let outside = outside.map_or(0, |one| one["deals"].as_u64().unwrap());
        assert_eq!(sum as u64 + outside, self.counted().len() as u64);
    }

    /// Wishes of which anything is left, with how much that is.
    fn unmet(&self) -> BTreeMap<String, Option<i64>> {
        let mut left: BTreeMap<String, Option<i64>> = self
            .wishes
            .iter()
            .map(|(id, wish)| (id.clone(), wish["quantity"]["amount"].as_i64()))
            .collect();
        for service in self.counted().into_iter().flat_map(Self::services) {
            for id in service["listings"].as_array().into_iter().flatten().map(text) {
                let taken = service["quantity"]["amount"].as_i64();
                let rest = left.get(&id).copied().flatten().zip(taken);
                match rest.map(|(whole, taken)| whole - taken) {
                    Some(rest) if rest > 0 => drop(left.insert(id, Some(rest))),
                    Some(_) | None => drop(left.remove(&id)),
                }
            }
        }
        left
    }
}

async fn report(browser: &Browser<'_>, slug: &str) -> Value {
    let answer = browser.get(&format!("/api/v1/exchanges/{slug}/report")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

#[tokio::test]
async fn every_figure_is_what_the_log_says() {
    let hub = open_hub().await;
    play(&hub, "drammen", Language::Nb).await;
    let operator = hub.operator().await;
    let told = report(&operator, "drammen").await;
    let log = Log::read(&hub, "drammen").await;
    log.check(&told);
    // The evening has what it is to have: otherwise little was compared.
    assert_eq!((log.counted().len(), log.deals.len()), (6, 7));
    assert_eq!(log.merged.len(), 1);
    assert_eq!(told["times"].as_array().unwrap().len(), 3);
    let of_rounds = told["rounds"].as_array().unwrap().iter();
    let of_rounds: Vec<&Value> = of_rounds.map(|one| &one["deals"]).collect();
    assert_eq!(of_rounds, [5, 1]);
    assert_eq!(told["unmet"].as_array().unwrap().len(), 3);
    assert_eq!(told["sectors"][2]["arrived"], 1);
    let part = told["unmet"]
        .as_array()
        .unwrap()
        .iter()
        .find(|wish| wish["in_part"] == true);
    assert_eq!(part.unwrap()["quantity"]["amount"], 25);
    // The wall counts the same.
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    floor.view.with_staff_board(|board| {
        assert_eq!(told["evening"]["deals"], board.totals.deals);
        assert_eq!(
            told["evening"]["sums"]["effort_minutes"],
            board.totals.effort_minutes
        );
        assert_eq!(told["evening"]["sums"]["worth"], board.totals.worth);
        assert_eq!(told["two_way"], board.totals.two_way);
        for one in told["sectors"].as_array().unwrap() {
            let sector = Sector::named(one["sector"].as_str().unwrap()).unwrap();
            let count = board.totals.by_sector.get(&sector).copied().unwrap_or(0);
            assert_eq!(one["deals"], count);
        }
    });
}

#[tokio::test]
async fn a_deal_that_is_sent_after_the_bell_counts_in_the_round_in_which_it_was_written() {
    let hub = open_hub().await;
    let play = Play {
        hub: &hub,
        slug: "drammen",
    };
    prepare(&play, Language::Nb).await;
    let open = json!({ "type": "open_floor", "start_round": 1 });
    play.moderate(open, Phase::Preparing, None).await;
    play.wait(4);
    let written_at = hub.clock.now();
    play.wait(21);
    play.post(1, gift(3, 4, "sendt med en gang")).await;
    play.wait(5);
    play.moderate(json!({ "type": "end_round" }), Phase::Open, Some(1))
        .await;
    play.moderate(json!({ "type": "close_floor" }), Phase::Open, None)
        .await;
    play.wait(2);
    let floor = hub.hub.floors.get("drammen").await.unwrap();
    let command = json!({ "type": "post_deal", "deal": deal(2), "terms": gift(1, 5, "uten nett") });
    let command = serde_json::from_value(command).unwrap();
    // Of a tablet that had nothing else to send.
    let actor = Actor {
        device: DeviceId(Uuid::from_u128(7)),
        ..test_support::paired_long_ago(Role::Broker)
    };
    let submission = Submission {
        written_at: Some(written_at),
        ..Submission::now(actor, command)
    };
    let answer = floor.submit(submission).await;
    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");

    let operator = hub.operator().await;
    let told = report(&operator, "drammen").await;
    Log::read(&hub, "drammen").await.check(&told);
    let deals = |figure: &str| -> Vec<u64> {
        let of_figure = told[figure].as_array().unwrap().iter();
        of_figure.map(|one| one["deals"].as_u64().unwrap()).collect()
    };
    assert_eq!(deals("rounds"), [2], "nothing is outside the rounds");
    assert_eq!(deals("times"), [1, 0, 1], "{}", told["times"]);
    let sheet = operator.get("/api/v1/exchanges/drammen/report.xlsx").await;
    let book = borsklokka_spreadsheets::read(&sheet.bytes, &|| false).unwrap();
    let rows = &book.sheets.last().unwrap().rows[1..];
    let minutes: Vec<&str> = rows.iter().map(|row| row.cells[1].as_str()).collect();
    // The bell rings a moment after it was pressed.
    assert_eq!(minutes, ["24", "3"]);
}

#[tokio::test]
async fn who_may_read_it_reads_nothing_but_what_everybody_may_know() {
    let hub = open_hub().await;
    play(&hub, "drammen", Language::Nb).await;
    let operator = hub.operator().await;
    let contact = json!({ "person": "Ola Hemmelig", "phone": "+47 22 33 44 55" });
    let path = format!("/api/v1/exchanges/drammen/contacts/{}", party(4));
    assert!(operator.put(&path, contact).await.status.is_success());
    let all = operator.get("/api/v1/exchanges/drammen/report").await;
    assert!(!all.text.contains("Hemmelig") && !all.text.contains("22 33"));
    let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
    for file in ["report", "report.pdf", "report.xlsx"] {
        let answer = broker.get(&format!("/api/v1/exchanges/drammen/{file}")).await;
        assert_eq!(answer.code(), "not_allowed", "{file}");
    }
}

#[tokio::test]
async fn earlier_evenings_of_the_series_stand_beside_it_for_the_operator_alone() {
    let hub = open_hub().await;
    play(&hub, "drammen", Language::Nb).await;
    let operator = hub.operator().await;
    for (slug, date) in [
        ("drammen-2027", "2027-11-25"),
        ("drammen-2028", "2028-11-25"),
        ("larvik-2027", "2027-11-25"),
    ] {
        let asked = json!({ "slug": slug, "name": slug, "date": date, "with_participants": true });
        let made = operator.post("/api/v1/exchanges/drammen/copy", asked).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    }
    let names = |told: &Value| -> Vec<(String, u64)> {
        let earlier = told["earlier"].as_array().unwrap().iter();
        earlier
            .map(|one| (text(&one["name"]), one["deals"].as_u64().unwrap()))
            .collect()
    };
    let to_beat = ("Svelvik 2014".to_owned(), 2);
    // The one of 2027 has not been held.
    let told = report(&operator, "drammen-2028").await;
    let drammen = ("Frivilligbørsen i Drammen".to_owned(), 6);
    assert_eq!(names(&told), [drammen, to_beat.clone()]);
    let own = report(&operator, "drammen").await;
    assert_eq!(
        told["earlier"][0], own["evening"],
        "it says of itself what others say of it"
    );
    assert_eq!(names(&own), std::slice::from_ref(&to_beat));
    let other = report(&operator, "larvik-2027").await;
    assert_eq!(names(&other), std::slice::from_ref(&to_beat));
    // Whoever has a session of one exchange alone sees no other.
    let moderator = Browser::bearing(&hub, &hub.token("drammen-2028", Role::Moderator, "Kim").await);
    assert_eq!(names(&report(&moderator, "drammen-2028").await), [to_beat]);
}

#[test]
fn a_series_is_told_by_its_addresses() {
    for (one, other) in [
        ("drammen", "drammen-2027"),
        ("drammen-2027", "2028-drammen"),
        ("drammen2027", "drammen"),
        ("2027", "2027"),
    ] {
        assert_eq!(series(one), series(other));
    }
    for (one, other) in [("drammen", "larvik-2027"), ("2027", "2028")] {
        assert_ne!(series(one), series(other));
    }
}

#[tokio::test]
async fn on_paper_and_as_a_spreadsheet_it_says_the_same_in_every_language() {
    for language in Language::ALL {
        let hub = open_hub().await;
        play(&hub, "drammen", language).await;
        let operator = hub.operator().await;
        let told = report(&operator, "drammen").await;
        let get = async |file: &str| operator.get(&format!("/api/v1/exchanges/drammen/{file}")).await;
        let paper = get("report.pdf").await;
        assert_eq!(paper.status, StatusCode::OK, "{}", paper.text);
        let pdf = lopdf::Document::load_mem(&paper.bytes).unwrap();
        assert!((2..=3).contains(&pdf.get_pages().len()), "{language:?}");
        // Set as what a reader of screens is promised, which a missing glyph would forbid.
        assert!(paper.text.contains("pdfuaid:part"), "{language:?}");
        let catalog = pdf.catalog().unwrap();
        assert!(catalog.has(b"StructTreeRoot"), "{language:?}");
        let spoken = catalog.get(b"Lang").and_then(lopdf::Object::as_str).unwrap();
        assert!(spoken.starts_with(language.as_str().as_bytes()), "{language:?}");

        let sheet = get("report.xlsx").await;
        let disposition = sheet.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.contains("-drammen.xlsx"), "{disposition}");
        let book = borsklokka_spreadsheets::read(&sheet.bytes, &|| false).unwrap();
        assert_eq!(book.sheets.len(), 10, "{language:?}");
        let row = |sheet: usize, row: usize| book.sheets[sheet].rows[row].cells.clone();
        assert_eq!(row(0, 1)[1], told["evening"]["deals"].to_string());
        let of_some = crate::spoken::report::Report::of(language).estimated("6", "2");
        let figures = book.sheets[0].rows.iter();
        let said_of_some = figures.filter(|row| row.cells[0].contains(&of_some));
        assert_eq!(said_of_some.count(), 2, "of hours and of worth: {of_some}");
        assert_eq!(row(1, 5)[1], told["evening"]["sums"]["participants"].to_string());
        for pair in told["pairs"].as_array().unwrap() {
            let place = |key: &str| {
                let sector = Sector::named(pair[key].as_str().unwrap()).unwrap();
                1 + Sector::ALL.iter().position(|one| *one == sector).unwrap()
            };
            let cell = &row(2, place("giver"))[place("receiver")];
            assert_eq!(*cell, pair["deals"].to_string());
        }
        for (sheet, figure, column) in [
            (3, "categories", 1),
            (4, "rounds", 2),
            (5, "times", 1),
            (6, "most_active", 2),
        ] {
            for (number, one) in told[figure].as_array().unwrap().iter().enumerate() {
                let cell = &row(sheet, number + 1)[column];
                assert_eq!(*cell, one["deals"].to_string(), "{figure} {number}");
            }
        }
        assert_eq!(row(7, 1)[2], told["evening"]["deals"].to_string());
        let wishes = told["unmet"].as_array().unwrap();
        assert_eq!(book.sheets[8].rows.len(), wishes.len() + 1);
        for (number, wish) in wishes.iter().enumerate() {
            assert_eq!(row(8, number + 1)[1], text(&wish["text"]));
        }
        let deals = &book.sheets[9].rows[1..];
        assert_eq!(deals.len() as u64, told["evening"]["deals"].as_u64().unwrap());
        let hours: f64 = deals
            .iter()
            .filter_map(|row| row.cells.get(8)?.parse::<f64>().ok())
            .sum();
        let minutes = told["evening"]["sums"]["effort_minutes"].as_f64().unwrap();
        assert!((hours * 60.0 - minutes).abs() < 1e-6, "{hours} {minutes}");
    }
}

#[tokio::test]
async fn the_list_for_the_newspaper_says_what_everybody_may_know() {
    let hub = open_hub().await;
    play(&hub, "drammen", Language::Nb).await;
    let play = Play {
        hub: &hub,
        slug: "drammen",
    };
    play.ask(
        Role::Moderator,
        Command::AwardPrize {
            prize: Prize::best(deal(2)),
        },
    )
    .await;
    // It waits for the moderator: the public knows nothing of it.
    play.post(20, gift(1, 5, "kom for sent")).await;
    let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
    let list = moderator.get("/api/v1/exchanges/drammen/newspaper.txt").await;
    assert_eq!(list.status, StatusCode::OK);
    let lines: Vec<&str> = list.text.lines().collect();
    for said in [
        "Kveldens beste avtale: Sparebanken til Strømsø skolekorps: Regnskap. Tilbake: Konsert",
        "1. Biblioteket til Strømsø skolekorps: Sal",
        "4. Sparebanken og Røde Kors møtes om: Samarbeid",
    ] {
        assert!(lines.contains(&said), "{said} is not in\n{}", list.text);
    }
    for unsaid in ["trekkes", "fjernes", "kom for sent", "@", "+47"] {
        let is_said = lines.iter().any(|line| line.ends_with(unsaid));
        assert!(!is_said, "{unsaid} is in\n{}", list.text);
    }
    for said in [
        "Anslått hjelp: 12,5 timer (anslått i 2 av 6 avtaler).",
        "Anslått verdi: 11\u{A0}000 kr (anslått i 2 av 6 avtaler).",
    ] {
        assert!(lines.contains(&said), "{said} is not in\n{}", list.text);
    }
    let report = moderator.get("/api/v1/exchanges/drammen/report").await;
    let deals = report.json["evening"]["deals"].clone();
    assert!(
        list.text.contains(&format!("{deals} avtaler om hjelp")),
        "{}",
        list.text
    );
    assert_eq!(
        hub.browser()
            .get("/api/v1/exchanges/drammen/newspaper.txt")
            .await
            .code(),
        "not_paired"
    );
}

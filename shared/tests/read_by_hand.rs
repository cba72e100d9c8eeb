//! What is read field by field is read as serde's own readers read it, whichever fields are left out.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use borsklokka_shared::after_hammer::AfterHammer;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::Standing;
use borsklokka_shared::exchange::{
    Benchmark, Category, Ceremony, DealSound, Estimates, LastRound, NotaryTicks, Privacy, RoundStart,
    Sequence, Settings, Sponsor, Staging, Theme, TimerKind,
};
use borsklokka_shared::ids::PictureId;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use borsklokka_shared::totals::Totals;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use test_support::examples::{a_deal, full_terms};
use test_support::{an_offer, gift, new_deal, open, posted, settings};

/// The settings as serde reads them.
#[derive(Deserialize, Serialize)]
struct DerivedSettings {
    name: String,
    place: String,
    date: Date,
    time_zone: String,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    ceremony: Ceremony,
    #[serde(default)]
    last_round: LastRound,
    goal: u32,
    #[serde(default)]
    sector_goals: BTreeMap<Sector, u32>,
    #[serde(default)]
    benchmark: Option<Benchmark>,
    #[serde(default = "late_minutes")]
    late_minutes: u32,
    #[serde(default = "milestone_every")]
    milestone_every: u32,
    #[serde(default = "currency")]
    currency: String,
    #[serde(default)]
    estimates: Estimates,
    categories: Vec<Category>,
    #[serde(default)]
    role_titles: BTreeMap<String, String>,
    #[serde(default)]
    staging: DerivedStaging,
    #[serde(default)]
    privacy: Option<Privacy>,
    #[serde(default)]
    is_found: bool,
}

fn late_minutes() -> u32 {
    10
}

fn milestone_every() -> u32 {
    10
}

fn currency() -> String {
    "NOK".to_owned()
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
struct DerivedStaging {
    theme: Theme,
    accent: Option<String>,
    logo: Option<PictureId>,
    sponsors: Vec<Sponsor>,
    deal_sound: DealSound,
    timer: TimerKind,
    warning_s: u32,
    danger_s: u32,
    suspense_minutes: u32,
    notary_ticks: NotaryTicks,
    round_start: RoundStart,
    sequence: Sequence,
}

impl Default for DerivedStaging {
    fn default() -> Self {
        Self {
            theme: Theme::Dark,
            accent: None,
            logo: None,
            sponsors: Vec::new(),
            deal_sound: DealSound::Silent,
            timer: TimerKind::CountDown,
            warning_s: 300,
            danger_s: 60,
            suspense_minutes: 0,
            notary_ticks: NotaryTicks::Asked,
            round_start: RoundStart::ShowsFloor,
            sequence: Sequence::ByHand,
        }
    }
}

/// Settings of which nothing is usual.
fn unusual() -> Value {
    json!({
        "name": "Børs", "place": "Biblioteket", "date": "2026-11-26", "time_zone": "Europe/Berlin", "language": "de",
        "ceremony": "ratified_first", "last_round": "closes_floor", "goal": 61, "sector_goals": { "public": 20 },
        "benchmark": { "name": "Svelvik 2014", "total": 55 }, "late_minutes": 3, "milestone_every": 25, "currency": "EUR",
        "estimates": "hours", "categories": [{ "id": "hands", "name": "Hände" }], "role_titles": { "moderator": "General" },
        "staging": staging(), "privacy": { "text": "Wir", "keep_months": 6 }, "is_found": true,
    })
}

fn staging() -> Value {
    json!({
        "theme": "light", "accent": "#336699", "logo": "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0001", "sponsors": [{ "name": "Banken" }],
        "deal_sound": "ting", "timer": "time_of_day", "warning_s": 120, "danger_s": 30, "suspense_minutes": 10,
        "notary_ticks": "free", "round_start": "quiet", "sequence": "by_itself",
    })
}

/// A value without its fields that say nothing: what is left out is not compared.
fn said(value: &impl Serialize, usual: &Value) -> Value {
    let Value::Object(mut fields) = serde_json::to_value(value).unwrap() else {
        panic!("no object");
    };
    for (name, usual) in usual.as_object().unwrap() {
        fields.entry(name.clone()).or_insert_with(|| usual.clone());
    }
    Value::Object(fields)
}

/// Reads a value by hand and by serde, whole and without each of its fields.
fn agree<Hand: DeserializeOwned + Serialize, Derived: DeserializeOwned + Serialize>(whole: &Value) {
    let names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
    let mut short = vec![whole.clone()];
    for name in &names {
        let mut one = whole.clone();
        one.as_object_mut().unwrap().remove(name);
        short.push(one);
        let mut wrong = whole.clone();
        wrong[name] = json!([[]]);
        short.push(wrong);
    }
    let mut more = whole.clone();
    more["of_a_later_version"] = json!(1);
    short.push(more);
    for value in short {
        let by_hand = Hand::deserialize(value.clone());
        let derived = Derived::deserialize(value.clone());
        match (by_hand, derived) {
            (Ok(by_hand), Ok(derived)) => {
                let usual = serde_json::to_value(&derived).unwrap();
                assert_eq!(said(&by_hand, &usual), usual, "{value}");
            }
            (Err(by_hand), Err(derived)) => {
                let (by_hand, derived) = (by_hand.to_string(), derived.to_string());
                let says_which =
                    by_hand == derived || by_hand.ends_with(&derived) || by_hand == "staging: not an object";
                assert!(says_which, "{by_hand} and {derived}: {value}");
            }
            (by_hand, derived) => panic!("{:?} and {:?}: {value}", by_hand.is_ok(), derived.is_ok()),
        }
        // From a text, as from a value.
        assert_eq!(
            serde_json::from_str::<Hand>(&value.to_string()).is_ok(),
            Hand::deserialize(value).is_ok()
        );
    }
}

#[test]
fn settings_are_read_as_serde_reads_them() {
    agree::<Settings, DerivedSettings>(&unusual());
    agree::<Staging, DerivedStaging>(&staging());
    let read: Settings = serde_json::from_value(unusual()).unwrap();
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        unusual(),
        "nothing is lost on the way"
    );
    let own = settings();
    assert_eq!(
        serde_json::from_value::<Settings>(serde_json::to_value(&own).unwrap()).unwrap(),
        own
    );
}

#[test]
fn a_board_is_read_as_it_was_written() {
    let mut exchange = open();
    exchange.must(&test_support::broker(), new_deal(gift(1, 2, "Et lokale")));
    for role in [Role::Viewer, Role::Moderator] {
        let mut board = match role {
            Role::Viewer => exchange.public.clone(),
            _ => exchange.staff.clone(),
        };
        // A snapshot is without the catalogue.
        board.listings.clear();
        let value = serde_json::to_value(&board).unwrap();
        assert_eq!(serde_json::from_value::<Board>(value.clone()).unwrap(), board);
        assert_eq!(serde_json::from_str::<Board>(&value.to_string()).unwrap(), board);
        // Without any one field it is read all the same, but for whose it is.
        for name in value.as_object().unwrap().keys() {
            let mut short = value.clone();
            short.as_object_mut().unwrap().remove(name);
            assert_eq!(
                serde_json::from_value::<Board>(short).is_ok(),
                name != "audience",
                "{name}"
            );
        }
    }
    for audience in [Audience::Public, Audience::Staff] {
        let read: Board = serde_json::from_value(json!({ "audience": audience })).unwrap();
        assert_eq!(read, Board::empty(audience));
    }
    let totals = serde_json::to_value(Totals::default()).unwrap();
    for name in totals.as_object().unwrap().keys() {
        let mut short = totals.clone();
        short.as_object_mut().unwrap().remove(name);
        let error = serde_json::from_value::<Totals>(short).unwrap_err().to_string();
        assert!(error.contains(name.as_str()), "{error}");
    }
}

/// Reads each value by hand and by serde's reader, whole and without each of its fields. A browser reads these by hand, which is less to
/// load; a server, which reads many more of them, by serde's.
fn same<T>(wholes: impl IntoIterator<Item = T>)
where
    T: DeserializeOwned + Serialize + TryFrom<Value> + PartialEq + std::fmt::Debug,
{
    let mut compared = 0;
    for whole in wholes {
        let whole = serde_json::to_value(whole).unwrap();
        let names = whole.as_object().unwrap().keys();
        let without = names.map(|name| {
            let mut short = whole.clone();
            short.as_object_mut().unwrap().remove(name);
            short
        });
        for value in without.chain([whole.clone()]) {
            let by_hand = T::try_from(value.clone()).ok();
            assert_eq!(by_hand, T::deserialize(value.clone()).ok(), "{value}");
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn what_a_browser_reads_by_hand_is_what_a_server_reads() {
    let mut terms = full_terms();
    same([terms.clone(), gift(1, 2, "Et lokale")]);
    same(terms.bargain.services().cloned().collect::<Vec<_>>());
    same([AfterHammer {
        was: Some(gift(1, 2, "Et lokale")),
        proposed: Some(terms.clone()),
        declined: Some(gift(1, 3, "To lokaler")),
        declined_of: Some(gift(1, 2, "Ett lokale")),
        remark: Some("Hvem?".to_owned()),
    }]);
    terms.deadline = None;
    same([a_deal(Standing::Posted), posted(3, terms)]);
    same([an_offer(1, 1)]);
    let mut exchange = open();
    exchange.must(&test_support::broker(), new_deal(gift(1, 2, "Et lokale")));
    same(exchange.staff.participants.into_values());
    same(exchange.staff.deals.into_values());
    same(exchange.staff.rounds);
}

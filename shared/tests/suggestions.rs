//! How good the suggestions are: on listings that were judged by hand, and on the demo's deals, which the weights were
//! chosen by.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant as Stopwatch;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::matching::{Matching, suggestions};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Deserialize)]
struct Demo {
    settings: Settings,
    participants: Vec<Stand>,
    deals: Vec<DemoDeal>,
}

#[derive(Deserialize)]
struct Stand {
    id: ParticipantId,
    #[serde(default)]
    offers: Vec<Entry>,
    #[serde(default)]
    wishes: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: Option<ListingId>,
    /// In the demo, the list that it is in says it.
    #[serde(default = "wish")]
    kind: ListingKind,
    text: String,
    category: CategoryId,
    quantity: Option<u32>,
    unit: Option<String>,
}

#[derive(Deserialize)]
struct DemoDeal {
    service: DemoService,
    return_service: Option<DemoService>,
}

#[derive(Deserialize)]
struct DemoService {
    #[serde(default)]
    listings: Vec<ListingId>,
}

#[derive(Deserialize)]
struct BothLanguages {
    nb: Judged,
    en: Judged,
}

/// The judged listings of one language.
#[derive(Deserialize)]
struct Judged {
    more: Vec<Entry>,
    judged: Vec<Question>,
}

/// One listing, and the listings of the other kind that were judged beside it.
#[derive(Deserialize)]
struct Question {
    #[serde(flatten)]
    own: Entry,
    good: Vec<String>,
    not: Vec<String>,
}

fn demo() -> Demo {
    serde_json::from_str(include_str!("../../demo/drammen.json")).expect("the demo can be read")
}

fn wish() -> ListingKind {
    ListingKind::Wish
}

fn add(board: &mut Board, entry: &Entry, participant: ParticipantId) -> ListingId {
    let id = entry
        .id
        .unwrap_or_else(|| ListingId(Uuid::from_u128(board.listings.len() as u128 + 1)));
    let quantity = entry.quantity.map(|amount| Quantity {
        amount,
        unit: entry.unit.clone().unwrap_or_default(),
    });
    let listing = Listing {
        description: None,
        id,
        participant,
        kind: entry.kind,
        text: entry.text.clone(),
        category: entry.category.clone(),
        quantity,
        effort_minutes: None,
    };
    assert!(board.listings.insert(id, listing).is_none());
    id
}

/// The demo's catalogue before the first deal.
fn drammen(demo: &Demo) -> Board {
    let mut board = Board::empty(Audience::Staff);
    board.settings = Some(demo.settings.clone());
    for stand in &demo.participants {
        for entry in &stand.wishes {
            add(&mut board, entry, stand.id);
        }
        for entry in &stand.offers {
            let id = add(&mut board, entry, stand.id);
            let offer = board.listings.get_mut(&id).expect("it was added just now");
            offer.kind = ListingKind::Offer;
        }
    }
    board
}

/// Least share of what is shown that must be good. `docs/suggestions.md` has the figure.
const PRECISION_MIN: f32 = 0.66;
/// Least share of the questions that must get a good answer.
const ANSWERED_MIN: f32 = 0.84;

/// What came of some questions.
#[derive(Debug, Default)]
struct Tally {
    questions: u32,
    answered: u32,
    shown: u32,
    good: u32,
    /// Good ones that there are, at most three a question.
    could: u32,
}

impl Tally {
    /// Counts one question's answers, and prints it with the answers that are not good.
    fn count(&mut self, asked: &str, answers: &[(f32, String)], is_good: impl Fn(&str) -> bool, good: usize) {
        let hits = answers.iter().filter(|(_, text)| is_good(text)).count();
        self.questions += 1;
        self.answered += u32::from(hits > 0);
        self.shown += answers.len() as u32;
        self.good += hits as u32;
        self.could += good.min(3) as u32;
        println!("{hits} of {good}: {asked}");
        for (score, text) in answers {
            println!("    {} {score:.2} {text}", if is_good(text) { '+' } else { '-' });
        }
    }

    fn precision(&self) -> f32 {
        self.good as f32 / self.shown as f32
    }

    fn answered(&self) -> f32 {
        self.answered as f32 / self.questions as f32
    }
}

/// The first three that are suggested for one listing whose owner has no other.
fn first_three(board: &Board, own: ListingId) -> Vec<(f32, String)> {
    let mut board = board.clone();
    let participant = ParticipantId(Uuid::from_u128(0));
    let listing = board.listings.get_mut(&own).expect("the caller added it");
    listing.participant = participant;
    suggestions(&board, participant, 3)
        .into_iter()
        .map(|found| (found.score, board.listings[&found.other].text.clone()))
        .collect()
}

#[test]
fn what_is_suggested_first_was_judged_good() {
    let judged: BothLanguages = serde_json::from_str(include_str!("judged.json")).unwrap();
    let someone = ParticipantId(Uuid::from_u128(1));
    let mut tally = Tally::default();
    for (language, judged) in [(Language::Nb, judged.nb), (Language::En, judged.en)] {
        let mut catalogue = match language {
            Language::Nb => drammen(&demo()),
            Language::Nn | Language::En | Language::Nl | Language::De => Board::empty(Audience::Staff),
        };
        catalogue.settings = Some(Settings {
            language,
            ..demo().settings
        });
        for entry in &judged.more {
            add(&mut catalogue, entry, someone);
        }
        for question in &judged.judged {
            let mut board = catalogue.clone();
            let own = add(&mut board, &question.own, someone);
            for text in question.good.iter().chain(&question.not) {
                let known = |listing: &Listing| listing.kind != question.own.kind && listing.text == *text;
                assert!(board.listings.values().any(known), "{text} is in no catalogue");
            }
            let is_good = |text: &str| question.good.iter().any(|good| good == text);
            tally.count(
                &question.own.text,
                &first_three(&board, own),
                is_good,
                question.good.len(),
            );
        }
    }
    println!(
        "precision at 3: {:.2}, answered: {:.2}, {tally:?}",
        tally.precision(),
        tally.answered()
    );
    assert_eq!(tally.questions, 40);
    assert!(
        tally.precision() >= PRECISION_MIN && tally.answered() >= ANSWERED_MIN,
        "{tally:?}"
    );
}

/// The pairs that the demo's deals join. The weights were chosen by these, never by the judged ones.
#[test]
fn most_deals_of_the_demo_would_have_been_suggested() {
    let demo = demo();
    let board = drammen(&demo);
    let mut partners: BTreeMap<ListingId, Vec<&str>> = BTreeMap::new();
    let services = demo
        .deals
        .iter()
        .flat_map(|deal| std::iter::once(&deal.service).chain(&deal.return_service));
    for service in services {
        if let [one, other] = service.listings[..] {
            partners
                .entry(one)
                .or_default()
                .push(&board.listings[&other].text);
            partners
                .entry(other)
                .or_default()
                .push(&board.listings[&one].text);
        }
    }
    let mut tally = Tally::default();
    for (own, partners) in partners {
        let is_good = |text: &str| partners.contains(&text);
        let asked = &board.listings[&own].text;
        tally.count(asked, &first_three(&board, own), is_good, partners.len());
    }
    println!("answered: {:.2}, {tally:?}", tally.answered());
    assert!(tally.answered() >= 0.6, "{tally:?}");
}

#[test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no input of the domain")]
fn how_long_it_takes() {
    let mut board = drammen(&demo());
    let first: Vec<Listing> = board.listings.values().cloned().collect();
    for copy in 1..4_u128 {
        for listing in &first {
            let mut listing = listing.clone();
            listing.id = ListingId(Uuid::from_u128(listing.id.0.as_u128() + (copy << 64)));
            listing.participant =
                ParticipantId(Uuid::from_u128(listing.participant.0.as_u128() + copy * 1000));
            listing.text = format!("{} nummer{copy}", listing.text);
            board.listings.insert(listing.id, listing);
        }
    }
    let watch = Stopwatch::now();
    let matching = Matching::new(&board);
    println!("{} listings read in {:?}", board.listings.len(), watch.elapsed());
    let participants: BTreeSet<ParticipantId> = board.listings.values().map(|l| l.participant).collect();
    let watch = Stopwatch::now();
    for participant in &participants {
        matching.suggestions(&board, *participant, 5);
    }
    println!(
        "one participant of {} in {:?}",
        participants.len(),
        watch.elapsed() / participants.len() as u32
    );
}

//! What an organiser has left to do before the evening, as one list, and how each of her pages stands.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::afterwards::Afterwards;
use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::{Ceremony, Phase, Staging};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::registration::{Registration, RegistrationState, Registrations};
use borsklokka_shared::role::Role;

use super::PARTICIPANTS_PER_BROKER;
use super::pages::{Guests, Kinds, Page};
use super::papers::Beside;
use crate::spelling::{fold, is_common, mistakes, words};

/// What else of a name tells no two apart. They are folded.
const LEFT_OUT: [&str; 9] = [
    "avd",
    "avdeling",
    "foreining",
    "foreininga",
    "gemeente",
    "gemeinde",
    "kommune",
    "lag",
    "lokallag",
];
/// Letters from which a slip in a name is believed to be one: of shorter names `Røde` and `Rode` are two.
const SLIP_CHARS_MIN: usize = 9;

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// The day lies ahead.
    Day,
    /// Who registered by the form has an answer.
    Registrations,
    /// Somebody is registered.
    Participants,
    /// Nobody is twice.
    Doubles,
    /// Everybody can be reached.
    Contacts,
    /// Everybody offers or wishes something.
    Listings,
    /// Somebody wishes something of each category.
    Wishes,
    /// Somebody offers something of each.
    Offers,
    /// There is a programme.
    Programme,
    /// With rounds.
    Rounds,
    /// There are tablets for the brokers.
    Tablets,
    /// Somebody holds the hammer.
    Notary,
    /// The evening was tried.
    Rehearsal,
}

impl Matter {
    /// All of them, in the order of work.
    pub const ALL: [Matter; 13] = [
        Matter::Day,
        Matter::Registrations,
        Matter::Participants,
        Matter::Contacts,
        Matter::Doubles,
        Matter::Listings,
        Matter::Wishes,
        Matter::Offers,
        Matter::Programme,
        Matter::Rounds,
        Matter::Tablets,
        Matter::Notary,
        Matter::Rehearsal,
    ];

    /// The page on which it is done.
    pub const fn page(self) -> Page {
        match self {
            Matter::Day => Page::Exchange,
            Matter::Registrations => Page::Registrations,
            Matter::Participants => Page::Import,
            Matter::Doubles => Page::Participants(Guests::Doubles),
            Matter::Contacts => Page::Participants(Guests::WithoutContact),
            Matter::Listings => Page::Participants(Guests::WithoutListings),
            // Who offers may be asked what they wish for, and the other way round.
            Matter::Wishes => Page::Listings(Kinds::Offers),
            Matter::Offers => Page::Listings(Kinds::Wishes),
            Matter::Programme | Matter::Rounds => Page::Programme,
            Matter::Tablets | Matter::Notary => Page::Devices,
            Matter::Rehearsal => Page::Rehearsal,
        }
    }

    /// Whether it is of no use once the evening is over. Who registered late has an answer, and everybody can be written to, after it too.
    const fn is_for_the_evening(self) -> bool {
        match self {
            Matter::Registrations | Matter::Contacts | Matter::Doubles => false,
            Matter::Day
            | Matter::Participants
            | Matter::Listings
            | Matter::Wishes
            | Matter::Offers
            | Matter::Programme
            | Matter::Rounds
            | Matter::Tablets
            | Matter::Notary
            | Matter::Rehearsal => true,
        }
    }

    /// Its name in tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Matter::Day => "day",
            Matter::Registrations => "registrations",
            Matter::Participants => "participants",
            Matter::Doubles => "doubles",
            Matter::Contacts => "contacts",
            Matter::Listings => "listings",
            Matter::Wishes => "wishes",
            Matter::Offers => "offers",
            Matter::Programme => "programme",
            Matter::Rounds => "rounds",
            Matter::Tablets => "tablets",
            Matter::Notary => "notary",
            Matter::Rehearsal => "rehearsal",
        }
    }
}

/// What is left of a matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Left {
    /// All of it.
    Whole,
    /// So many.
    Some(usize),
    /// These, by name.
    Named(Vec<String>),
    /// So many there are, of so many that are needed.
    Of(usize, usize),
}

/// A thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Task {
    /// What it is about.
    pub matter: Matter,
    /// What is left of it.
    pub left: Left,
}

/// What is left, and how much there was to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// In the order of work.
    pub left: Vec<Task>,
    /// How many things are done.
    pub done: usize,
    /// What nobody knows yet, since it has not been read.
    pub unread: Vec<Matter>,
    /// Whether anybody registers by the form.
    pub has_registrations: bool,
    /// Whether the board's listings are all that there are.
    pub has_catalogue: bool,
    /// Whether the evening was rehearsed and taken back to nought; none until the server has said.
    pub rehearsed: Option<bool>,
    /// Whether the evening itself is over.
    pub is_over: bool,
    /// How the morning after stands; none until the server has said.
    pub afterwards: Option<Standing>,
    /// How the follow-up stands, likewise.
    pub follow_up: Option<Standing>,
}

impl Work {
    /// How many things there are, done or not.
    pub fn all(&self) -> usize {
        self.done + self.left.len()
    }

    fn lacks(&self, page: Page) -> bool {
        self.left.iter().any(|task| task.matter.page().in_rail() == page)
    }

    /// Whether something may be left on a page that nobody knows of yet. The first page tells of all.
    fn may_lack(&self, page: Page) -> bool {
        let is_of = |matter: &Matter| page == Page::Overview || matter.page().in_rail() == page;
        self.unread.iter().any(is_of)
    }
}

/// How a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is done.
    Empty,
    /// Something is left.
    Begun,
    /// All is done.
    Full,
}

impl Standing {
    /// How the morning after stands: begun by what anybody has done of it.
    fn of_afterwards(known: &Afterwards) -> Self {
        let is_begun =
            !known.ticked.is_empty() || known.sent + known.waiting + known.undelivered + known.prizes > 0;
        if known.deals > 0 && known.left() == 0 {
            Self::Full
        } else if is_begun {
            Self::Begun
        } else {
            Self::Empty
        }
    }

    /// How the follow-up stands: begun by the first answer, call or link.
    fn of_follow_up(known: &Afterwards) -> Self {
        if known.followed_up == 0 {
            Self::Empty
        } else if known.settled < known.deals {
            Self::Begun
        } else {
            Self::Full
        }
    }

    /// Its name in style sheets and tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Empty => "empty",
            Standing::Begun => "begun",
            Standing::Full => "full",
        }
    }
}

/// Judges an exchange; `paired` are the roles of the devices, none until the server has said.
pub fn work(board: &Board, beside: &Beside, paired: Option<&[Role]>) -> Work {
    let mut work = Work {
        has_registrations: beside.waiting.is_some(),
        has_catalogue: beside.has_catalogue,
        rehearsed: beside.rehearsed,
        is_over: is_over(board, beside),
        afterwards: beside.afterwards.as_ref().map(Standing::of_afterwards),
        follow_up: beside.afterwards.as_ref().map(Standing::of_follow_up),
        ..Work::default()
    };
    for matter in Matter::ALL {
        match judge(matter, board, beside, paired) {
            Judged::Unknown => {}
            Judged::Unread => work.unread.push(matter),
            Judged::Done => work.done += 1,
            Judged::Left(left) => work.left.push(Task { matter, left }),
        }
    }
    work
}

/// How a page stands; none while that hangs on what has not been read, and where nobody knows it.
pub fn standing(page: Page, board: &Board, work: &Work, paired: Option<&[Role]>) -> Option<Standing> {
    let is_empty = match page.in_rail() {
        Page::Participants(_) | Page::Participant(_) | Page::Import | Page::Compare(..) => {
            board.participants.is_empty()
        }
        Page::Registrations => !work.has_registrations,
        Page::Listings(_) if !work.has_catalogue => return None,
        Page::Listings(_) => board.listings.is_empty(),
        Page::Programme => board.programme.is_empty(),
        Page::Devices => paired?.is_empty(),
        Page::Look => board
            .settings
            .as_ref()
            .is_none_or(|settings| settings.staging == Staging::default()),
        Page::Agreements => board.standing_deals().next().is_none(),
        Page::Rehearsal => !work.rehearsed?,
        Page::Overview | Page::Exchange | Page::Categories => false,
        Page::Afterwards => return work.afterwards,
        Page::FollowUp => return work.follow_up,
        // What was printed, told or handed on nobody knows here.
        Page::Prints | Page::Mail | Page::Programs | Page::Report | Page::Privacy => return None,
    };
    let is_under_way = match page {
        Page::Overview => !work.left.is_empty(),
        Page::Agreements => board.floor.settled_phase() != Phase::Closed,
        _ => work.lacks(page.in_rail()),
    };
    if is_empty {
        Some(Standing::Empty)
    } else if is_under_way {
        Some(Standing::Begun)
    } else if work.may_lack(page.in_rail()) {
        None
    } else {
        Some(Standing::Full)
    }
}

/// How many tablets brokers need.
pub fn tablets_wanted(participants: usize) -> usize {
    participants.div_ceil(PARTICIPANTS_PER_BROKER).max(1)
}

enum Judged {
    /// It is not asked.
    Unknown,
    /// What it is told by has not come.
    Unread,
    Done,
    Left(Left),
}

impl Judged {
    fn unless(is_left: bool, left: Left) -> Self {
        if is_left { Judged::Left(left) } else { Judged::Done }
    }

    fn count(left: usize) -> Self {
        Self::unless(left > 0, Left::Some(left))
    }

    fn named(names: Vec<String>) -> Self {
        Self::unless(!names.is_empty(), Left::Named(names))
    }
}

/// Whether the floor has closed on the evening's day or after it: what closed before that was a rehearsal.
fn is_over(board: &Board, beside: &Beside) -> bool {
    let date = board.settings.as_ref().map(|settings| settings.date);
    let has_come = beside.today.zip(date).is_some_and(|(today, date)| today >= date);
    has_come && board.floor.settled_phase() == Phase::Closed
}

fn judge(matter: Matter, board: &Board, beside: &Beside, paired: Option<&[Role]>) -> Judged {
    let Some(settings) = &board.settings else {
        return Judged::Unknown;
    };
    let nobody = board.participants.is_empty();
    if matter.is_for_the_evening() && is_over(board, beside) {
        return Judged::Unknown;
    }
    match matter {
        Matter::Day => {
            let is_past = beside.today.is_some_and(|today| settings.date < today);
            let is_ahead = board.floor.settled_phase() == Phase::Preparing;
            Judged::unless(is_past && is_ahead, Left::Whole)
        }
        Matter::Registrations => beside.waiting.map_or(Judged::Unknown, Judged::count),
        Matter::Participants => Judged::unless(nobody, Left::Whole),
        // Of what is not there, nothing is asked.
        Matter::Doubles | Matter::Contacts | Matter::Listings | Matter::Wishes | Matter::Offers if nobody => {
            Judged::Unknown
        }
        Matter::Listings | Matter::Wishes | Matter::Offers if !beside.has_catalogue => Judged::Unread,
        Matter::Doubles => {
            let mut names: Vec<String> = doubles(board, &beside.apart)
                .iter()
                .filter_map(|(one, _)| Some(board.participant(*one)?.name.clone()))
                .collect();
            names.dedup();
            Judged::named(names)
        }
        Matter::Contacts => beside.reachable.as_ref().map_or(Judged::Unread, |reachable| {
            let missing = board.unerased().filter(|one| !reachable.contains(&one.id));
            Judged::count(missing.count())
        }),
        Matter::Listings => Judged::count(without_listings(board).len()),
        Matter::Wishes => Judged::named(categories_without(board, ListingKind::Wish)),
        Matter::Offers => Judged::named(categories_without(board, ListingKind::Offer)),
        Matter::Programme => Judged::unless(board.programme.is_empty(), Left::Whole),
        Matter::Rounds if board.programme.is_empty() => Judged::Unknown,
        Matter::Rounds => Judged::unless(board.rounds.is_empty(), Left::Whole),
        Matter::Tablets => paired.map_or(Judged::Unread, |paired| {
            let brokers = paired.iter().filter(|role| **role == Role::Broker).count();
            let wanted = tablets_wanted(board.participants.len());
            Judged::unless(brokers < wanted, Left::Of(brokers, wanted))
        }),
        Matter::Rehearsal => match (board.floor.settled_phase(), beside.rehearsed) {
            (Phase::Preparing, Some(rehearsed)) => Judged::unless(!rehearsed, Left::Whole),
            (Phase::Preparing, None) => Judged::Unread,
            // What is under way is the evening, or the rehearsal itself.
            (Phase::Open | Phase::Closed, _) => Judged::Unknown,
        },
        Matter::Notary if settings.ceremony != Ceremony::RatifiedFirst => Judged::Unknown,
        Matter::Notary => paired.map_or(Judged::Unread, |paired| {
            Judged::unless(!paired.contains(&Role::Notary), Left::Whole)
        }),
    }
}

/// How many wait for an answer; none where nobody registers by the form. Who withdrew waits to be taken out of the catalogue.
pub fn waiting(registrations: &Registrations) -> Option<usize> {
    let Registrations {
        form, registrations, ..
    } = registrations;
    let waiting = registrations.iter().filter(|one| waits(one)).count();
    (form.is_on || !registrations.is_empty()).then_some(waiting)
}

fn waits(registration: &Registration) -> bool {
    match registration.state {
        RegistrationState::Waiting => true,
        RegistrationState::Withdrawn => registration.participant.is_some(),
        RegistrationState::Approved | RegistrationState::Declined => false,
    }
}

/// The participants who neither offer nor wish for anything.
pub fn without_listings(board: &Board) -> BTreeSet<ParticipantId> {
    let listed: BTreeSet<ParticipantId> = board
        .listings
        .values()
        .map(|listing| listing.participant)
        .collect();
    board
        .unerased()
        .map(|participant| participant.id)
        .filter(|id| !listed.contains(id))
        .collect()
}

/// The names of the categories in which nobody lists such a thing; none while there are no listings at all.
fn categories_without(board: &Board, kind: ListingKind) -> Vec<String> {
    let used: BTreeSet<_> = board
        .listings
        .values()
        .filter(|listing| listing.kind == kind)
        .map(|listing| &listing.category)
        .collect();
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    categories
        .filter(|category| !board.listings.is_empty() && !used.contains(&category.id))
        .map(|category| category.name.clone())
        .collect()
}

/// Two participants, the lesser id first.
pub type Pair = (ParticipantId, ParticipantId);

/// Two participants as a pair.
pub fn pair(one: ParticipantId, other: ParticipantId) -> Pair {
    (one.min(other), one.max(other))
}

/// Participants who may be one and the same, in pairs, but for those whom somebody told `apart`: the same words in any order, or a slip of a letter apart.
pub fn doubles(board: &Board, apart: &BTreeSet<Pair>) -> Vec<Pair> {
    let mut by_name: BTreeMap<String, Vec<&Participant>> = BTreeMap::new();
    for participant in board.unerased() {
        by_name
            .entry(plain(&participant.name))
            .or_default()
            .push(participant);
    }
    let mut pairs = Vec::new();
    for same in by_name.values() {
        let mut others = same.iter();
        if let Some(first) = others.next() {
            pairs.extend(others.map(|other| pair(first.id, other.id)));
        }
    }
    // A slip leaves most letters where they were: only neighbours in the alphabet are compared, from either end.
    for reversed in [false, true] {
        let mut names: Vec<(String, &String)> = by_name
            .keys()
            .filter(|name| name.chars().count() >= SLIP_CHARS_MIN)
            .map(|name| {
                let key = if reversed {
                    name.chars().rev().collect()
                } else {
                    name.clone()
                };
                (key, name)
            })
            .collect();
        names.sort();
        for neighbours in names.windows(2) {
            let [(_, one), (_, other)] = neighbours else {
                continue;
            };
            if mistakes(one, other) == 1 {
                let found = pair(by_name[*one][0].id, by_name[*other][0].id);
                if !pairs.contains(&found) {
                    pairs.push(found);
                }
            }
        }
    }
    pairs.retain(|pair| !apart.contains(pair));
    pairs
}

/// A name's own words, in order of the alphabet.
fn plain(name: &str) -> String {
    let folded = fold(name);
    let mut own: Vec<&str> = words(&folded)
        .filter(|word| !is_common(word) && !LEFT_OUT.contains(word))
        .collect();
    if own.is_empty() {
        own = words(&folded).collect();
    }
    own.sort_unstable();
    own.join(" ")
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::afterwards::{Errand, Ticked};
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::deal;
    use borsklokka_shared::event::{Event, SCHEMA, decode};
    use borsklokka_shared::instant::Instant;

    use super::*;

    fn golden(name: &str) -> Event {
        let path = format!(
            "{}/../shared/tests/golden/v1/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        decode(SCHEMA, std::fs::read_to_string(path).unwrap().trim_end()).unwrap()
    }

    fn board(events: &[&str]) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for name in events {
            apply(&mut board, &golden(name));
        }
        board
    }

    fn named(names: &[&str]) -> Board {
        let mut board = board(&["exchange_configured", "participant_registered"]);
        let some = board.participants.values().next().unwrap().clone();
        board.participants.clear();
        for (number, name) in (1..).zip(names) {
            let id = ParticipantId(uuid::Uuid::from_u128(number));
            let name = (*name).to_owned();
            board.participants.insert(
                id,
                Participant {
                    id,
                    name,
                    ..some.clone()
                },
            );
        }
        board
    }

    fn matters(work: &Work) -> Vec<&'static str> {
        work.left.iter().map(|task| task.matter.as_str()).collect()
    }

    fn on(today: &str, reachable: &[ParticipantId]) -> Beside {
        Beside {
            today: Some(today.parse().unwrap()),
            has_catalogue: true,
            reachable: Some(reachable.iter().copied().collect()),
            ..Beside::default()
        }
    }

    #[test]
    fn an_empty_exchange_lacks_guests_a_programme_and_tablets_and_nothing_of_what_is_not_there() {
        let mut board = board(&["exchange_configured"]);
        board.settings.as_mut().unwrap().ceremony = Ceremony::RatifiedFirst;
        let found = work(&board, &on("2026-11-01", &[]), Some(&[]));
        assert_eq!(
            matters(&found),
            ["participants", "programme", "tablets", "notary"]
        );
        assert_eq!((found.done, found.all()), (1, 5));
        let past = work(&board, &on("2027-01-01", &[]), None);
        assert_eq!(matters(&past), ["day", "participants", "programme"]);
    }

    #[test]
    fn what_is_prepared_is_done_and_a_guest_without_a_contact_is_left() {
        let mut board = board(&[
            "exchange_configured",
            "programme_set",
            "participant_registered",
            "listing_added",
        ]);
        let only = *board.participants.keys().next().unwrap();
        let settings = board.settings.as_mut().unwrap();
        settings.ceremony = Ceremony::PostedAtOnce;
        board
            .listings
            .values_mut()
            .for_each(|listing| listing.participant = only);
        let settings = board.settings.as_mut().unwrap();
        let used = board.listings.values().next().unwrap().category.clone();
        settings.categories.retain(|category| category.id == used);
        let left = work(&board, &on("2026-11-01", &[]), Some(&[Role::Broker]));
        assert_eq!(
            left.left[0],
            Task {
                matter: Matter::Contacts,
                left: Left::Some(1)
            }
        );
        let kind = board.listings.values().next().unwrap().kind;
        let lacks = match kind {
            ListingKind::Offer => "wishes",
            ListingKind::Wish => "offers",
        };
        assert_eq!(matters(&left), ["contacts", lacks]);
        let reached = work(&board, &on("2026-11-01", &[only]), Some(&[Role::Broker]));
        assert_eq!(matters(&reached), [lacks]);
        assert_eq!(
            standing(Page::Participants(Guests::Everyone), &board, &left, None),
            Some(Standing::Begun)
        );
        assert_eq!(
            standing(Page::Participants(Guests::Everyone), &board, &reached, None),
            Some(Standing::Full)
        );
        assert_eq!(
            [Page::Agreements, Page::Report].map(|page| standing(page, &board, &reached, None)),
            [Some(Standing::Empty), None],
            "what was handed on nobody knows"
        );
        assert_eq!(
            standing(Page::Overview, &board, &reached, None),
            Some(Standing::Begun)
        );
    }

    #[test]
    fn of_a_catalogue_that_has_not_come_nothing_is_left() {
        let board = board(&["exchange_configured", "participant_registered"]);
        let found = |has_catalogue| {
            let beside = Beside {
                has_catalogue,
                ..on("2026-11-01", &[])
            };
            matters(&work(&board, &beside, None))
        };
        assert_eq!(found(true), ["contacts", "listings", "programme"]);
        assert_eq!(found(false), ["contacts", "programme"]);
    }

    #[test]
    fn a_page_stands_nowhere_while_what_it_is_told_by_has_not_come() {
        let board = board(&["exchange_configured", "participant_registered"]);
        let guests = Page::Participants(Guests::Everyone);
        let pages = [
            Page::Listings(Kinds::Offers),
            Page::Devices,
            Page::Rehearsal,
            guests,
        ];
        let stands = |beside: &Beside, paired: Option<&[Role]>| {
            let found = work(&board, beside, paired);
            pages.map(|page| standing(page, &board, &found, paired))
        };
        assert_eq!(stands(&Beside::default(), None), [None; 4]);
        let only = *board.participants.keys().next().unwrap();
        let read = Beside {
            rehearsed: Some(false),
            ..on("2026-11-01", &[only])
        };
        let empty = Some(Standing::Empty);
        assert_eq!(
            stands(&read, Some(&[])),
            [empty, empty, empty, Some(Standing::Begun)]
        );
    }

    #[test]
    fn a_rehearsal_is_left_until_one_was_taken_back_to_nought() {
        let board = board(&["exchange_configured"]);
        let left = |rehearsed| {
            let beside = Beside {
                rehearsed,
                ..Beside::default()
            };
            let found = work(&board, &beside, None);
            let is_left = matters(&found).contains(&"rehearsal");
            let stands = standing(Page::Rehearsal, &board, &found, None);
            (is_left, stands)
        };
        assert_eq!(left(Some(false)), (true, Some(Standing::Empty)));
        assert_eq!(left(Some(true)), (false, Some(Standing::Full)));
        assert_eq!(left(None), (false, None), "nobody knows yet");
    }

    #[test]
    fn after_the_evening_nothing_is_left_of_what_was_for_it_and_no_page_is_done_by_itself() {
        let board = board(&[
            "exchange_configured",
            "floor_opened",
            "deal_posted",
            "floor_closed",
        ]);
        assert!(!board.deals.is_empty());
        let date = board.settings.as_ref().unwrap().date.to_string();
        let found = work(&board, &on(&date, &[]), Some(&[]));
        assert!(found.is_over);
        assert!(matters(&found).is_empty(), "{:?}", matters(&found));
        let rehearsed = work(&board, &on("2026-11-01", &[]), Some(&[]));
        assert!(!rehearsed.is_over, "what closed before the day was a rehearsal");
        assert!(
            matters(&rehearsed).contains(&"tablets"),
            "{:?}",
            matters(&rehearsed)
        );
        let pages = [Page::Afterwards, Page::FollowUp, Page::Report, Page::Rehearsal];
        let stands = pages.map(|page| standing(page, &board, &found, None));
        assert_eq!(stands, [None; 4], "nobody has said what was done of it");
        let before = Beside {
            rehearsed: Some(true),
            ..Beside::default()
        };
        let found = work(&board, &before, None);
        assert_eq!(
            standing(Page::Rehearsal, &board, &found, None),
            Some(Standing::Full)
        );
    }

    #[test]
    fn what_comes_after_the_evening_is_begun_by_the_first_that_is_done_of_it() {
        let board = board(&["exchange_configured", "floor_opened", "deal_posted"]);
        let stands = |known: Afterwards| {
            let beside = Beside {
                afterwards: Some(known),
                ..Beside::default()
            };
            let found = work(&board, &beside, None);
            let pages = [Page::Afterwards, Page::FollowUp];
            pages.map(|page| standing(page, &board, &found, None))
        };
        let evening = Afterwards {
            deals: 2,
            unreachable: 3,
            ..Afterwards::default()
        };
        let [empty, begun, full] = [Standing::Empty, Standing::Begun, Standing::Full].map(Some);
        assert_eq!(stands(Afterwards::default()), [empty, empty]);
        assert_eq!(stands(evening.clone()), [empty, empty]);
        let awarded = Afterwards {
            prizes: 1,
            followed_up: 1,
            ..evening.clone()
        };
        assert_eq!(stands(awarded), [begun, begun]);
        let ticked = Errand::ALL.iter().map(|&errand| Ticked {
            errand,
            at: Instant::default(),
        });
        let over = Afterwards {
            ticked: ticked.collect(),
            followed_up: 2,
            settled: 2,
            ..evening
        };
        assert_eq!(stands(over), [full, full]);
    }

    #[test]
    fn deals_that_wait_or_were_taken_back_make_no_agreements() {
        let mut board = board(&["exchange_configured", "floor_opened", "deal_posted"]);
        let stands = |board: &Board| {
            let found = work(board, &Beside::default(), None);
            standing(Page::Agreements, board, &found, None)
        };
        assert_eq!(stands(&board), Some(Standing::Begun));
        board
            .deals
            .values_mut()
            .for_each(|deal| deal.standing = deal::Standing::Written);
        assert_eq!(stands(&board), Some(Standing::Empty));
    }

    #[test]
    fn registrations_are_left_until_nobody_waits() {
        let board = board(&["exchange_configured"]);
        let found = |waiting| {
            let beside = Beside {
                waiting,
                ..Beside::default()
            };
            let found = work(&board, &beside, None);
            let left = found
                .left
                .iter()
                .find(|task| task.matter == Matter::Registrations);
            let stands = standing(Page::Registrations, &board, &found, None);
            (left.map(|task| task.left.clone()), stands)
        };
        assert_eq!(
            found(None),
            (None, Some(Standing::Empty)),
            "nobody registers by a form"
        );
        assert_eq!(found(Some(3)), (Some(Left::Some(3)), Some(Standing::Begun)));
        assert_eq!(found(Some(0)), (None, Some(Standing::Full)));
    }

    #[test]
    fn tablets_are_one_to_fifteen() {
        for (participants, wanted) in [(0, 1), (15, 1), (16, 2), (60, 4)] {
            assert_eq!(tablets_wanted(participants), wanted);
        }
    }

    #[test]
    fn one_who_stands_twice_is_found_and_neighbours_are_not() {
        for (one, other, is_double) in [
            ("Elvestad sanitetsforening", "ELVESTAD SANITETSFORENING", true),
            ("Elvestad Taxi AS", "Elvestad taxi", true),
            ("Røde Kors Elvestad", "Elvestad Røde Kors", true),
            ("Elvestad sanitetsforening", "Elvestad sanitetsforenig", true),
            ("Elvestad Rideklubb", "Elvestad Rideklub", true),
            ("Elvestad barnehage", "Elvestad Taxi", false),
            ("Lions Drammen", "Lions Svelvik", false),
            ("Kari", "Karl", false),
            ("AS", "Lokallag", false),
        ] {
            let found = !doubles(&named(&[one, other]), &BTreeSet::new()).is_empty();
            assert_eq!(found, is_double, "{one} / {other}");
        }
        let board = named(&["Taxi AS", "Taxi", "TAXI", "Buss"]);
        let thrice = doubles(&board, &BTreeSet::new());
        assert_eq!(thrice.len(), 2, "{thrice:?}");
        let told = BTreeSet::from([thrice[0]]);
        assert_eq!(doubles(&board, &told), thrice[1..]);
    }
}

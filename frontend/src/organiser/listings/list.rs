//! Which offers and wishes are listed, in which order, and under which heads. Pure.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::{CategoryId, ListingId};
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::Participant;

use crate::readiness::pages::Kinds;
use crate::spelling::{alphabetical, fold};

/// Of more lines than this only those under heads that somebody opened are drawn.
const OPEN_MAX: usize = 40;

/// How the list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As the categories are, and within each by participant.
    Category,
    /// By participant.
    Participant,
}

/// What is asked of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which kinds it shows.
    pub kinds: Kinds,
    /// In which order.
    pub order: Order,
    /// What was typed, folded.
    pub wanted: String,
}

/// Why the list shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// There is nothing of these kinds.
    IsThere,
    /// Some is, and none of it is searched for.
    Fits,
}

impl Nothing {
    /// Of a list that shows these; none if it shows something.
    pub fn of(board: &Board, asked: &Asked, shown: &[Item]) -> Option<Self> {
        let mut all = board.listings.values();
        match (shown.is_empty(), all.any(|listing| is_of(asked.kinds, listing))) {
            (false, _) => None,
            (true, false) => Some(Self::IsThere),
            (true, true) => Some(Self::Fits),
        }
    }
}

/// Whether a listing is of these kinds.
fn is_of(kinds: Kinds, listing: &Listing) -> bool {
    match kinds {
        Kinds::Both => true,
        Kinds::Offers => listing.kind == ListingKind::Offer,
        Kinds::Wishes => listing.kind == ListingKind::Wish,
    }
}

/// A listing, whose it is, and what its category is called.
pub type Found = (Listing, Participant, String);

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// What stands over those that follow, a category's icon, how many they are, and whether they are drawn.
    Head(String, Option<Icon>, usize, bool),
    /// One of those.
    Line(ListingId),
}

impl Item {
    /// A head is drawn anew when anything in it changes. A line is the same one whatever is made of it, so that what somebody writes in
    /// it stays with it.
    pub fn key(&self) -> String {
        format!("{self:?}")
    }

    /// Whether both stand for the same.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Item::Head(words, ..), Item::Head(others, ..)) => words == others,
            (one, other) => one == other,
        }
    }
}

/// What a category is called.
pub fn category_name(board: &Board, category: &CategoryId) -> Option<String> {
    let mut categories = board.settings.iter().flat_map(|settings| &settings.categories);
    let named = categories.find(|one| one.id == *category)?;
    Some(named.name.clone())
}

/// One that is there.
pub fn found(board: &Board, id: ListingId) -> Option<Found> {
    found_of(board, board.listings.get(&id)?)
}

fn found_of(board: &Board, listing: &Listing) -> Option<Found> {
    let party = board.participant(listing.participant)?;
    let category = category_name(board, &listing.category).unwrap_or_default();
    Some((listing.clone(), party.clone(), category))
}

/// What is asked for, in order.
pub fn lines(board: &Board, asked: &Asked) -> Vec<Found> {
    let Some(settings) = &board.settings else {
        return Vec::new();
    };
    let rank = |category: &CategoryId| settings.categories.iter().position(|one| one.id == *category);
    let fits = |(listing, party, category): &Found| {
        [&listing.text, &party.name, category]
            .into_iter()
            .any(|text| fold(text).contains(&asked.wanted))
            || fold(party.symbol.as_str()).contains(&asked.wanted)
    };
    let all = board.listings.values();
    let all = all.filter(|listing| is_of(asked.kinds, listing));
    let all = all.filter_map(|listing| found_of(board, listing));
    let mut lines: Vec<Found> = all.filter(fits).collect();
    lines.sort_by_cached_key(|(listing, party, _)| {
        let rank = rank(&listing.category);
        let name = alphabetical(&party.name);
        match asked.order {
            Order::Category => (rank, listing.kind, name, listing.text.clone()),
            Order::Participant => (None, listing.kind, name, listing.text.clone()),
        }
    });
    if asked.order == Order::Participant {
        lines.sort_by_cached_key(|(_, party, _)| (alphabetical(&party.name), party.id));
    }
    lines
}

/// The same under heads. A long list is closed but for the heads that somebody opened; in a short one, or one that is searched, it
/// is the other way round.
pub fn list(board: &Board, asked: &Asked, toggled: &BTreeSet<String>) -> Vec<Item> {
    let lines = lines(board, asked);
    let head = |line: &Found| match asked.order {
        Order::Category => line.2.clone(),
        Order::Participant => line.1.name.clone(),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in &lines {
        *counts.entry(head(line)).or_default() += 1;
    }
    let icon = |line: &Found| match asked.order {
        Order::Category => board.settings.as_ref()?.icon_of(&line.0.category),
        Order::Participant => None,
    };
    let is_closed = lines.len() > OPEN_MAX && asked.wanted.is_empty();
    let mut items = Vec::new();
    let mut over = None;
    for line in lines {
        let (icon, head) = (icon(&line), head(&line));
        let is_open = toggled.contains(&head) == is_closed;
        if over.as_ref() != Some(&head) {
            let count = counts.get(&head).copied().unwrap_or_default();
            items.push(Item::Head(head.clone(), icon, count, is_open));
            over = Some(head);
        }
        if is_open {
            items.push(Item::Line(line.0.id));
        }
    }
    items
}

/// The list with one that is being changed where it stood `before`, whatever others made of it meanwhile: they may have moved it, or
/// removed it. If it did not stand there, it is where it belongs, or else the first.
pub fn staying(mut items: Vec<Item>, before: &[Item], changed: ListingId) -> Vec<Item> {
    let line = Item::Line(changed);
    let Some(place) = before.iter().position(|item| *item == line) else {
        if !items.contains(&line) {
            items.insert(0, line);
        }
        return items;
    };
    items.retain(|item| *item != line);
    let stands = |one: &Item| items.iter().position(|item| item.is_same(one));
    let above = || before[..place].iter().rev();
    let at = above().find_map(stands).map_or(0, |above| above + 1);
    let head = above()
        .find(|item| matches!(item, Item::Head(..)))
        .filter(|head| stands(head).is_none());
    items.insert(at, line);
    if let Some(head) = head {
        items.insert(at, head.clone());
    }
    items
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::{Event, SCHEMA, decode};

    use super::*;

    /// An exchange with one participant, who has one offer.
    fn board() -> Board {
        let mut board = Board::empty(Audience::Staff);
        for name in ["exchange_configured", "participant_registered", "listing_added"] {
            let path = format!(
                "{}/../shared/tests/golden/v1/{name}.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let event: Event = decode(SCHEMA, std::fs::read_to_string(path).unwrap().trim_end()).unwrap();
            apply(&mut board, &event);
        }
        let only = *board.participants.keys().next().unwrap();
        let listings = board.listings.values_mut();
        listings.for_each(|listing| listing.participant = only);
        board
    }

    fn asked(kinds: Kinds, order: Order, wanted: &str) -> Asked {
        Asked {
            kinds,
            order,
            wanted: wanted.to_owned(),
        }
    }

    #[test]
    fn a_listing_stands_under_its_category_or_under_whose_it_is() {
        let board = board();
        let party = board.participants.values().next().unwrap();
        let listing = board.listings.values().next().unwrap();
        let none = BTreeSet::new();
        let heads = |order| {
            let items = list(&board, &asked(Kinds::Both, order, ""), &none);
            assert_eq!(items.len(), 2);
            assert_eq!(items[1], Item::Line(listing.id));
            match &items[0] {
                Item::Head(head, None, 1, true) => head.clone(),
                Item::Head(..) => panic!("it is one, and few are open"),
                Item::Line(_) => panic!("a line without a head"),
            }
        };
        assert_eq!(heads(Order::Participant), party.name);
        assert_ne!(heads(Order::Category), party.name);
        let other = match listing.kind {
            ListingKind::Offer => Kinds::Wishes,
            ListingKind::Wish => Kinds::Offers,
        };
        let of_others = asked(other, Order::Category, "");
        let nothing = asked(Kinds::Both, Order::Category, "finnes ikke");
        for (asked, why) in [(of_others, Nothing::IsThere), (nothing, Nothing::Fits)] {
            let items = list(&board, &asked, &none);
            assert_eq!(items, []);
            assert_eq!(Nothing::of(&board, &asked, &items), Some(why));
        }
        let by_name = asked(Kinds::Both, Order::Category, &fold(&party.name));
        let items = list(&board, &by_name, &none);
        assert_eq!(items.len(), 2);
        assert_eq!(Nothing::of(&board, &by_name, &items), None);
        let closed = BTreeSet::from([party.name.clone()]);
        let few = list(&board, &asked(Kinds::Both, Order::Participant, ""), &closed);
        assert_eq!(few, [Item::Head(party.name.clone(), None, 1, false)]);
        let (found, whose, category) = found(&board, listing.id).unwrap();
        assert_eq!((&found, &whose), (listing, party));
        assert_eq!(Some(category), category_name(&board, &listing.category));
    }

    fn head(words: &str, count: usize) -> Item {
        Item::Head(words.to_owned(), None, count, true)
    }

    fn line(number: u128) -> Item {
        Item::Line(id(number))
    }

    fn id(number: u128) -> ListingId {
        ListingId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn what_is_being_changed_stays_where_it_was_whatever_others_make_of_it() {
        let before = [head("Hender", 1), line(1), head("Lokaler", 2), line(2), line(3)];
        let stays = |others: &[Item], changed| staying(others.to_vec(), &before, id(changed));
        assert_eq!(stays(&before, 2), before);
        // It was removed, alone under its head or not.
        let without = [head("Hender", 1), line(1), head("Lokaler", 1), line(3)];
        let with = [head("Hender", 1), line(1), head("Lokaler", 1), line(2), line(3)];
        assert_eq!(stays(&without, 2), with);
        let nothing_under_it = [head("Lokaler", 2), line(2), line(3)];
        let with = [head("Hender", 1), line(1), head("Lokaler", 2), line(2), line(3)];
        assert_eq!(stays(&nothing_under_it, 1), with);
        assert_eq!(stays(&[], 3), [head("Lokaler", 2), line(3)]);
        // It belongs elsewhere by now, and others came.
        let elsewhere = [
            head("Hender", 3),
            line(1),
            line(4),
            line(2),
            head("Lokaler", 1),
            line(3),
        ];
        let with = [
            head("Hender", 3),
            line(1),
            line(4),
            head("Lokaler", 1),
            line(2),
            line(3),
        ];
        assert_eq!(stays(&elsewhere, 2), with);
    }

    #[test]
    fn what_is_being_changed_is_found_where_it_belongs_when_something_else_is_asked() {
        let items = vec![head("Elvestad Taxi", 2), line(1), line(2)];
        assert_eq!(staying(items.clone(), &[], id(2)), items);
        let first = [line(3), head("Elvestad Taxi", 2), line(1), line(2)];
        assert_eq!(staying(items, &[], id(3)), first);
    }
}

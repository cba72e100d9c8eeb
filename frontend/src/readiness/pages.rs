//! The organiser's pages in the order of her work, and their addresses: what follows `#`, so that the browser's own button
//! goes back.

use borsklokka_shared::ids::ParticipantId;

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    /// What is left to do.
    Overview,
    /// Name, place, day, goals, ceremony.
    Exchange,
    /// The categories of offers and wishes.
    Categories,
    /// The form for those who register themselves, and what they sent.
    Registrations,
    /// Everyone who trades, or some of them.
    Participants(Guests),
    /// One of them; none is a new one.
    Participant(Option<ParticipantId>),
    /// Those of a spreadsheet.
    Import,
    /// Two of them who may be one.
    Compare(ParticipantId, ParticipantId),
    /// What they offer and wish for.
    Listings(Kinds),
    /// The evening's lines.
    Programme,
    /// How the hall's screens look and sound.
    Look,
    /// What lies in the hall on paper.
    Prints,
    /// Mail to participants.
    Mail,
    /// Other programs: which are told what happens, and which may read.
    Programs,
    /// Pairing, the devices, every screen's address.
    Devices,
    /// The evening tried, and taken back to nought.
    Rehearsal,
    /// What is left to do the morning after.
    Afterwards,
    /// The agreements on paper.
    Agreements,
    /// What became of each deal.
    FollowUp,
    /// What the evening came to.
    Report,
    /// What is kept of persons.
    Privacy,
}

/// Whom the table of participants shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guests {
    /// All of them.
    Everyone,
    /// Those who cannot be reached.
    WithoutContact,
    /// Those who neither offer nor wish.
    WithoutListings,
    /// Those who may stand twice.
    Doubles,
    /// Those who have come.
    Arrived,
    /// Those who are still to come.
    NotArrived,
}

impl Guests {
    /// All of them.
    pub const ALL: [Guests; 6] = [
        Guests::Everyone,
        Guests::WithoutContact,
        Guests::WithoutListings,
        Guests::Doubles,
        Guests::Arrived,
        Guests::NotArrived,
    ];

    /// Its name in addresses and tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Guests::Everyone => "all",
            Guests::WithoutContact => "without-contact",
            Guests::WithoutListings => "without-listings",
            Guests::Doubles => "doubles",
            Guests::Arrived => "arrived",
            Guests::NotArrived => "not-arrived",
        }
    }
}

/// Which kinds of listings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kinds {
    /// Both.
    Both,
    /// What is given.
    Offers,
    /// What is needed.
    Wishes,
}

impl Kinds {
    /// All of them.
    pub const ALL: [Kinds; 3] = [Kinds::Both, Kinds::Offers, Kinds::Wishes];

    /// Its name in addresses and tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kinds::Both => "all",
            Kinds::Offers => "offers",
            Kinds::Wishes => "wishes",
        }
    }
}

/// When a page is worked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Before the evening.
    Before,
    /// On it.
    Evening,
    /// After it.
    After,
}

/// The rail: which pages there are, and when.
pub const RAIL: [(Time, &[Page]); 3] = [
    (
        Time::Before,
        &[
            Page::Overview,
            Page::Exchange,
            Page::Categories,
            Page::Registrations,
            Page::Participants(Guests::Everyone),
            Page::Listings(Kinds::Both),
            Page::Programme,
            Page::Look,
            Page::Prints,
            Page::Mail,
            Page::Programs,
        ],
    ),
    (Time::Evening, &[Page::Devices, Page::Rehearsal]),
    (
        Time::After,
        &[
            Page::Afterwards,
            Page::Agreements,
            Page::FollowUp,
            Page::Report,
            Page::Privacy,
        ],
    ),
];

/// In the address of a participant that is not registered yet.
const NEW: &str = "new";
/// In the address of the page that reads a spreadsheet.
const IMPORT: &str = "import";

impl Page {
    /// Its name in addresses and tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Page::Overview => "overview",
            Page::Exchange => "exchange",
            Page::Categories => "categories",
            Page::Registrations => "registrations",
            Page::Participants(_) | Page::Participant(_) | Page::Import | Page::Compare(..) => "participants",
            Page::Listings(_) => "listings",
            Page::Programme => "programme",
            Page::Look => "look",
            Page::Prints => "prints",
            Page::Mail => "mail",
            Page::Programs => "programs",
            Page::Devices => "devices",
            Page::Rehearsal => "rehearsal",
            Page::Afterwards => "afterwards",
            Page::Agreements => "agreements",
            Page::FollowUp => "follow-up",
            Page::Report => "report",
            Page::Privacy => "privacy",
        }
    }

    /// The page without what is chosen to be seen of it: with another choice it stays, and what is typed on it.
    #[must_use]
    pub const fn whole(self) -> Self {
        match self {
            Page::Participants(_) => Page::Participants(Guests::Everyone),
            Page::Listings(_) => Page::Listings(Kinds::Both),
            page => page,
        }
    }

    /// Its address within the app.
    pub fn address(self) -> String {
        match self {
            Page::Participant(Some(participant)) => format!("#participants/{participant}"),
            Page::Participant(None) => format!("#participants/{NEW}"),
            Page::Import => format!("#participants/{IMPORT}"),
            Page::Compare(one, other) => format!("#participants/{one}/{other}"),
            Page::Participants(guests) if guests != Guests::Everyone => {
                format!("#participants/{}", guests.as_str())
            }
            Page::Listings(kinds) if kinds != Kinds::Both => format!("#listings/{}", kinds.as_str()),
            page => format!("#{}", page.as_str()),
        }
    }

    /// The page of what follows `#`; the overview if there is no such page.
    pub fn of_fragment(fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        match fragment.split_once('/') {
            Some(("participants", NEW)) => Page::Participant(None),
            Some(("participants", IMPORT)) => Page::Import,
            Some(("participants", some)) => {
                let guests = Guests::ALL.into_iter().find(|guests| guests.as_str() == some);
                let pair = some.split_once('/');
                if let Some((Ok(one), Ok(other))) = pair.map(|(one, other)| (one.parse(), other.parse())) {
                    return Page::Compare(one, other);
                }
                match (guests, some.parse()) {
                    (Some(guests), _) => Page::Participants(guests),
                    (None, Ok(participant)) => Page::Participant(Some(participant)),
                    (None, Err(_)) => Page::Participants(Guests::Everyone),
                }
            }
            Some(("listings", some)) => {
                let kinds = Kinds::ALL.into_iter().find(|kinds| kinds.as_str() == some);
                Page::Listings(kinds.unwrap_or(Kinds::Both))
            }
            Some(_) => Page::Overview,
            None => pages()
                .find(|page| page.as_str() == fragment)
                .unwrap_or(Page::Overview),
        }
    }

    /// Where it stands in the rail.
    #[must_use]
    pub const fn in_rail(self) -> Self {
        match self {
            Page::Participant(_) | Page::Import | Page::Compare(..) | Page::Participants(_) => {
                Page::Participants(Guests::Everyone)
            }
            Page::Listings(_) => Page::Listings(Kinds::Both),
            page => page,
        }
    }

    /// The page after it, in the order of work.
    pub fn next(self) -> Option<Self> {
        pages().skip_while(|page| *page != self.in_rail()).nth(1)
    }
}

fn pages() -> impl Iterator<Item = Page> {
    RAIL.into_iter().flat_map(|(_, pages)| pages.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_at_its_address() {
        let some = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01".parse().unwrap();
        let parts = Guests::ALL.map(Page::Participants).into_iter();
        let parts = parts.chain(Kinds::ALL.map(Page::Listings));
        for page in pages().chain(parts).chain([
            Page::Participant(None),
            Page::Participant(Some(some)),
            Page::Import,
            Page::Compare(some, some),
        ]) {
            assert_eq!(Page::of_fragment(&page.address()), page);
        }
        for (fragment, page) in [
            ("", Page::Overview),
            ("#nowhere", Page::Overview),
            ("#programme/7", Page::Overview),
            ("#participants/nobody", Page::Participants(Guests::Everyone)),
            ("#listings/nothing", Page::Listings(Kinds::Both)),
        ] {
            assert_eq!(Page::of_fragment(fragment), page, "{fragment}");
        }
    }

    #[test]
    fn the_work_goes_from_the_first_page_to_the_last() {
        let mut page = Page::Overview;
        let mut walked = vec![page];
        while let Some(next) = page.next() {
            walked.push(next);
            page = next;
        }
        assert_eq!(walked, pages().collect::<Vec<_>>());
        assert_eq!(Page::Participant(None).next(), Some(Page::Listings(Kinds::Both)));
    }
}

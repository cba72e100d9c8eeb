//! What a party field offers before and while somebody types: who fits, who was here last, everyone.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DeviceId, ParticipantId};
use borsklokka_shared::order;
use borsklokka_shared::participant::Participant;

use super::fits::Fit;
use crate::rank::search::{everyone, search};

/// Most parties that just registered and are shown first.
const ARRIVED_MAX: usize = 3;
/// Most parties of before that are shown first: with those who fit, what a list shows without scrolling.
const RECENT_MAX: usize = 5;

/// Why parties stand together in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heading {
    /// They fit who stands on the other side.
    Fits,
    /// They were in this tablet's last deals, or just registered.
    Recent,
    /// They are everyone who is here, where that is noted.
    Here,
    /// They are everyone who is not.
    Away,
    /// They are everyone.
    Everyone,
    /// They are what was typed.
    Found,
}

/// A party to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Who.
    pub party: Participant,
    /// Who speaks for it, if it was found by that.
    pub person: Option<String>,
    /// Why it fits.
    pub fit: Option<Fit>,
    /// Whether it has come, where that is noted.
    pub is_here: bool,
}

/// Parties under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Why they stand together.
    pub heading: Heading,
    /// The parties, in order.
    pub choices: Vec<Choice>,
}

/// What choices are made from.
#[derive(Debug)]
pub struct Hall<'a> {
    /// Everyone that a deal can name.
    pub parties: &'a [Participant],
    /// Who speaks for whom.
    pub people: &'a BTreeMap<ParticipantId, String>,
    /// Who was here last.
    pub recent: &'a [ParticipantId],
    /// Who fits.
    pub fits: &'a [Fit],
    /// Who has come, if that is noted at the door.
    pub here: &'a [ParticipantId],
    /// Who stands in the deal already.
    pub taken: &'a [ParticipantId],
}

impl Hall<'_> {
    /// The sections of a list; none is empty.
    pub fn sections(&self, query: &str) -> Vec<Section> {
        let sections = if query.trim().is_empty() {
            let by_ids = |ids: &mut dyn Iterator<Item = ParticipantId>| {
                ids.filter_map(|id| self.parties.iter().find(|party| party.id == id))
                    .collect::<Vec<_>>()
            };
            let fits = by_ids(&mut self.fits.iter().map(Fit::party));
            let fitting = |id: &ParticipantId| self.fits.iter().any(|fit| fit.party() == *id);
            let mut recent = self.recent.iter().copied().filter(|id| !fitting(id));
            let (here, away): (Vec<_>, Vec<_>) = everyone(self.parties, &[])
                .into_iter()
                .partition(|party| self.here.contains(&party.id));
            let is_noted = !here.is_empty();
            vec![
                (Heading::Fits, fits),
                (Heading::Recent, by_ids(&mut recent)),
                (Heading::Here, here),
                (
                    if is_noted {
                        Heading::Away
                    } else {
                        Heading::Everyone
                    },
                    away,
                ),
            ]
        } else {
            vec![(
                Heading::Found,
                search(self.parties, self.people, self.here, query),
            )]
        };
        sections
            .into_iter()
            .map(|(heading, parties)| Section {
                heading,
                choices: parties
                    .into_iter()
                    .filter(|party| !self.taken.contains(&party.id))
                    .map(|party| self.choice(heading, party))
                    .collect(),
            })
            .filter(|section| !section.choices.is_empty())
            .collect()
    }

    fn choice(&self, heading: Heading, party: &Participant) -> Choice {
        let person = || self.people.get(&party.id).cloned();
        let fit = || self.fits.iter().find(|fit| fit.party() == party.id).cloned();
        Choice {
            party: party.clone(),
            person: match heading {
                Heading::Found => person(),
                Heading::Fits | Heading::Recent | Heading::Here | Heading::Away | Heading::Everyone => None,
            },
            fit: match heading {
                Heading::Fits | Heading::Found => fit(),
                Heading::Recent | Heading::Here | Heading::Away | Heading::Everyone => None,
            },
            is_here: self.here.contains(&party.id),
        }
    }
}

/// Who just registered, the last first, then the parties of this tablet's deals, those of the last deal first.
pub fn recent(board: &Board, device: Option<DeviceId>, arrived: &[ParticipantId]) -> Vec<ParticipantId> {
    let mut own: Vec<&Deal> = board
        .deals
        .values()
        .filter(|deal| Some(deal.broker.device) == device)
        .collect();
    order::sort_by_key(&mut own, |deal| std::cmp::Reverse((deal.written_at, deal.number)));
    let used = own.into_iter().flat_map(|deal| deal.terms.parties());
    let mut recent: Vec<ParticipantId> = Vec::new();
    for id in arrived.iter().copied().take(ARRIVED_MAX).chain(used) {
        if recent.len() < RECENT_MAX && !recent.contains(&id) && !board.is_erased(id) {
            recent.push(id);
        }
    }
    recent
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::{CategoryId, ListingId};
    use borsklokka_shared::listing::{Listing, ListingKind};
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn parties() -> Vec<Participant> {
        ["Åsskogen", "Bakkerud", "Elvelangs", "Labb"]
            .into_iter()
            .zip(1..)
            .map(|(name, n)| Participant {
                id: id(n),
                name: name.to_owned(),
                sector: Sector::Business,
                symbol: Symbol::parse("AAAA").unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            })
            .collect()
    }

    fn fit(n: u128) -> Fit {
        let listing = Listing {
            description: None,
            id: ListingId(Uuid::from_u128(n)),
            participant: id(n),
            kind: ListingKind::Wish,
            text: "Ny brygge".to_owned(),
            category: CategoryId("hands".to_owned()),
            quantity: None,
            effort_minutes: None,
        };
        Fit {
            own: id(2),
            own_listing: ListingId(Uuid::from_u128(9)),
            listing,
            reasons: Vec::new(),
        }
    }

    fn names(sections: &[Section]) -> Vec<(Heading, Vec<&str>)> {
        let names = |section: &Section| {
            section
                .choices
                .iter()
                .map(|choice| choice.party.id)
                .collect::<Vec<_>>()
        };
        sections
            .iter()
            .map(|section| {
                let parties = names(section);
                let known = ["Åsskogen", "Bakkerud", "Elvelangs", "Labb"];
                let name = |n: &ParticipantId| known[(n.0.as_u128() - 1) as usize];
                (section.heading, parties.iter().map(name).collect())
            })
            .collect()
    }

    #[test]
    fn who_fits_comes_first_then_who_was_here_then_everyone() {
        let (parties, people) = (parties(), BTreeMap::from([(id(4), "Jorunn Eidem".to_owned())]));
        let hall = Hall {
            parties: &parties,
            people: &people,
            recent: &[id(3), id(2), id(1)],
            fits: &[fit(3)],
            here: &[],
            taken: &[id(2)],
        };
        assert_eq!(
            names(&hall.sections(" ")),
            [
                (Heading::Fits, vec!["Elvelangs"]),
                (Heading::Recent, vec!["Åsskogen"]),
                (Heading::Everyone, vec!["Elvelangs", "Labb", "Åsskogen"]),
            ]
        );
        let found = hall.sections("eidem");
        assert_eq!(names(&found), [(Heading::Found, vec!["Labb"])]);
        assert_eq!(found[0].choices[0].person.as_deref(), Some("Jorunn Eidem"));
        assert_eq!(hall.sections("bakkerud"), []);
    }

    /// Nobody is left out because the door has not noted them.
    #[test]
    fn where_the_door_notes_who_comes_they_stand_before_the_others() {
        let (parties, people) = (parties(), BTreeMap::new());
        let hall = Hall {
            parties: &parties,
            people: &people,
            recent: &[],
            fits: &[],
            here: &[id(4), id(1)],
            taken: &[],
        };
        let sections = hall.sections("");
        assert_eq!(
            names(&sections),
            [
                (Heading::Here, vec!["Labb", "Åsskogen"]),
                (Heading::Away, vec!["Bakkerud", "Elvelangs"]),
            ]
        );
        let marked = |choice: &Choice| (choice.party.id, choice.is_here);
        assert_eq!(
            hall.sections("labb")[0]
                .choices
                .iter()
                .map(marked)
                .collect::<Vec<_>>(),
            [(id(4), true)]
        );
    }

    #[test]
    fn few_who_just_registered_are_shown_and_nobody_twice() {
        let arrived = [id(4), id(3), id(4), id(2), id(1)];
        assert_eq!(
            recent(
                &Board::empty(borsklokka_shared::audience::Audience::Staff),
                None,
                &arrived
            ),
            [id(4), id(3)]
        );
    }
}

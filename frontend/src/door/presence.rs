//! Who is here, as far as this tablet knows: what the server told, and on top of it what was noted here and has not come there.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{CommandId, ParticipantId};
use borsklokka_shared::order;
use borsklokka_shared::participant::{Participant, ParticipantEntry};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::symbol::code;

use crate::line::command;
use crate::live::outbox::personal::{Matter, Personal};
use crate::live::outbox::queue::{Errand, Item, Stage};
use crate::rank::rank;
use crate::spelling::{alphabetical, fold};

/// Who is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Those who have come.
    pub here: BTreeSet<ParticipantId>,
    /// Of whom something was noted here that the server has not answered yet.
    pub waits: BTreeSet<ParticipantId>,
}

impl Presence {
    /// What the server told, with what waits here on top, in the order of writing. Who was merged meanwhile is who they are now.
    pub fn of(board: Option<&Board>, told: &BTreeSet<ParticipantId>, items: &[Item]) -> Self {
        let today = |id: ParticipantId| {
            board
                .and_then(|board| board.participant(id))
                .map_or(id, |one| one.id)
        };
        let mut presence = Self {
            here: told.iter().copied().map(today).collect(),
            waits: BTreeSet::new(),
        };
        for item in items
            .iter()
            .filter(|item| !matches!(item.stage, Stage::Refused(_)))
        {
            let noted = match command(item) {
                Some(Command::MarkArrived { participant }) => {
                    presence.here.insert(today(participant));
                    participant
                }
                Some(Command::TakeBackArrival { participant }) => {
                    presence.here.remove(&today(participant));
                    participant
                }
                Some(_) | None => continue,
            };
            if item.stage.waits() {
                presence.waits.insert(today(noted));
            }
        }
        presence
    }

    /// How many of these are here.
    pub fn count(&self, parties: &[Participant]) -> usize {
        parties.iter().filter(|one| self.here.contains(&one.id)).count()
    }
}

/// What was refused because it is so already: somebody else has noted it. It asks for nobody.
pub fn settled(items: &[Item]) -> Vec<CommandId> {
    let codes = [Refusal::AlreadyHere.code(), Refusal::NotHere.code()];
    let is_settled = |item: &&Item| matches!(&item.stage, Stage::Refused(refused) if codes.contains(&refused.code.as_str()));
    items
        .iter()
        .filter(is_settled)
        .map(|item| item.record.id())
        .collect()
}

/// What was refused, and asks for whoever stands at the door.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Its name in the outbox.
    pub id: CommandId,
    /// What it was.
    pub what: What,
    /// Why, in words.
    pub why: String,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A registration.
    Registration(Box<ParticipantEntry>),
    /// How to reach somebody.
    Contact(ParticipantId, String),
    /// That somebody has come, or has not.
    Presence(ParticipantId),
    /// Something that is not this page's.
    Other,
}

/// All that was refused. Who was not registered has not come either, and that is said once.
pub fn refused(items: &[Item]) -> Vec<Refused> {
    let settled = settled(items);
    let refused: Vec<Refused> = items
        .iter()
        .filter(|item| !settled.contains(&item.record.id()))
        .filter_map(|item| {
            let Stage::Refused(why) = &item.stage else {
                return None;
            };
            Some(Refused {
                id: item.record.id(),
                what: what(item),
                why: why.message.clone(),
            })
        })
        .collect();
    let unregistered: Vec<ParticipantId> = refused
        .iter()
        .filter_map(|one| match &one.what {
            What::Registration(entry) => Some(entry.id),
            What::Contact(..) | What::Presence(_) | What::Other => None,
        })
        .collect();
    refused
        .into_iter()
        .filter(|one| !matches!(one.what, What::Presence(id) if unregistered.contains(&id)))
        .collect()
}

fn what(item: &Item) -> What {
    if let Errand::Personal(Personal {
        matter: Matter::Contact { participant, contact },
        ..
    }) = &item.record.errand
    {
        return What::Contact(*participant, contact.to_line());
    }
    match command(item) {
        Some(Command::RegisterParticipant { participant }) => What::Registration(Box::new(participant)),
        Some(Command::MarkArrived { participant } | Command::TakeBackArrival { participant }) => {
            What::Presence(participant)
        }
        Some(_) | None => What::Other,
    }
}

/// Everything in the outbox that is about somebody's registration and coming: it goes when it is written anew.
pub fn about(items: &[Item], id: ParticipantId) -> Vec<CommandId> {
    let is_about = |item: &&Item| match what(item) {
        What::Registration(entry) => entry.id == id,
        What::Contact(participant, _) | What::Presence(participant) => participant == id,
        What::Other => false,
    };
    items
        .iter()
        .filter(|item| matches!(item.stage, Stage::Refused(_)))
        .filter(is_about)
        .map(|item| item.record.id())
        .collect()
}

/// Who fits what was typed, the best first; everyone by name, if nothing was.
pub fn found(parties: &[Participant], query: &str) -> Vec<Participant> {
    let query = fold(query);
    let typed: Vec<&str> = query.split_whitespace().collect();
    let mut fitting: Vec<_> = parties
        .iter()
        .filter_map(|one| rank(one, None, &typed).map(|rank| (rank, alphabetical(&one.name), one)))
        .collect();
    order::sort_by(&mut fitting, |a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
    fitting.into_iter().map(|(_, _, one)| one.clone()).collect()
}

/// Who is meant by what a scanner read, or by what was typed before Enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// This one.
    One(ParticipantId),
    /// One of several: somebody chooses.
    Several,
    /// Nobody who is registered.
    Nobody,
}

/// Reads a badge's code, or a name that fits one alone.
pub fn meant(parties: &[Participant], typed: &str) -> Meant {
    match code::read(typed, parties.iter()).as_slice() {
        [one] => return Meant::One(one.id),
        [] => {}
        [_, ..] => return Meant::Several,
    }
    match found(parties, typed).as_slice() {
        [] => Meant::Nobody,
        [one] => Meant::One(one.id),
        [_, ..] => Meant::Several,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::{NameShown, Sector, Symbol};
    use uuid::Uuid;

    use super::*;
    use crate::live::outbox::queue;
    use crate::live::outbox::queue::example::command as item;

    fn id(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn party(n: u128, name: &str, symbol: &str) -> Participant {
        Participant {
            id: id(n),
            name: name.to_owned(),
            sector: Sector::Voluntary,
            symbol: Symbol::parse(symbol).unwrap(),
            place: None,
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        }
    }

    fn hall() -> Vec<Participant> {
        vec![
            party(1, "Åsskogen skole", "ÅSSK"),
            party(2, "Bakkerud Bygg AS", "BAKK"),
            party(3, "Bakkerud skolekorps", "KORP"),
        ]
    }

    fn refused_as(item: Item, code: &str) -> Item {
        item.at(Stage::Refused(queue::Refused {
            code: code.to_owned(),
            message: format!("({code})"),
        }))
    }

    fn came(n: u64, participant: u128) -> Item {
        item(
            n,
            &Command::MarkArrived {
                participant: id(participant),
            },
        )
    }

    fn went(n: u64, participant: u128) -> Item {
        item(
            n,
            &Command::TakeBackArrival {
                participant: id(participant),
            },
        )
    }

    #[test]
    fn what_was_noted_here_stands_until_the_server_has_it() {
        let told = BTreeSet::from([id(1), id(2)]);
        let of = |items: &[Item]| {
            let presence = Presence::of(None, &told, items);
            let numbers =
                |ids: &BTreeSet<ParticipantId>| ids.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
            (numbers(&presence.here), numbers(&presence.waits))
        };
        assert_eq!(of(&[]), (vec![1, 2], vec![]));
        assert_eq!(of(&[came(1, 3)]), (vec![1, 2, 3], vec![3]));
        assert_eq!(of(&[came(1, 3), went(2, 3), went(3, 1)]), (vec![2], vec![1, 3]));
        let accepted = came(1, 3).at(Stage::Accepted {
            seq: borsklokka_shared::ids::Seq(9),
        });
        assert_eq!(of(&[accepted]), (vec![1, 2, 3], vec![]));
        let refused = refused_as(came(1, 3), "unknown_participant");
        assert_eq!(of(&[refused]), (vec![1, 2], vec![]), "it is told in words");
    }

    #[test]
    fn who_was_merged_while_the_tablet_was_away_is_who_they_are_now() {
        let mut board = Board::empty(Audience::Public);
        let mut kept = party(2, "Bakkerud Bygg AS", "BAKK");
        kept.was.push(id(9));
        board.participants.insert(kept.id, kept);
        let presence = Presence::of(Some(&board), &BTreeSet::new(), &[came(1, 9)]);
        assert_eq!(presence.here, BTreeSet::from([id(2)]));
        assert_eq!(presence.waits, BTreeSet::from([id(2)]));
    }

    #[test]
    fn what_somebody_else_noted_already_asks_for_nobody() {
        let items = [
            refused_as(came(1, 1), "already_here"),
            refused_as(went(2, 2), "not_here"),
            refused_as(came(3, 3), "unknown_participant"),
            came(4, 1),
        ];
        assert_eq!(settled(&items).len(), 2);
        let told = refused(&items);
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0].what, told[0].why.as_str()),
            (&What::Presence(id(3)), "(unknown_participant)")
        );
    }

    #[test]
    fn a_registration_that_was_refused_is_told_once_and_goes_as_a_whole() {
        let entry = ParticipantEntry {
            id: id(7),
            name: "Ny".to_owned(),
            sector: Sector::Voluntary,
            name_shown: NameShown::Full,
            symbol: Some("NYYY".to_owned()),
            place: None,
        };
        let register = Command::RegisterParticipant {
            participant: entry.clone(),
        };
        let items = [
            refused_as(item(1, &register), "symbol_taken"),
            refused_as(came(2, 7), "unknown_participant"),
            came(3, 1),
        ];
        let told: Vec<What> = refused(&items).into_iter().map(|one| one.what).collect();
        assert_eq!(told, [What::Registration(Box::new(entry))]);
        assert_eq!(about(&items, id(7)).len(), 2);
    }

    #[test]
    fn a_badge_is_one_and_so_is_a_name_that_nobody_else_has() {
        let hall = hall();
        for (typed, who) in [
            ("BAKK", Meant::One(id(2))),
            // The sign of one, though two names begin so.
            ("bakk", Meant::One(id(2))),
            ("assk", Meant::One(id(1))),
            ("bakkerud", Meant::Several),
            ("bakkerud sk", Meant::One(id(3))),
            ("asskogn", Meant::One(id(1))),
            ("Månen", Meant::Nobody),
        ] {
            assert_eq!(meant(&hall, typed), who, "{typed}");
        }
    }

    #[test]
    fn everyone_stands_by_name() {
        let names: Vec<String> = found(&hall(), "").into_iter().map(|one| one.name).collect();
        assert_eq!(
            names,
            ["Bakkerud Bygg AS", "Bakkerud skolekorps", "Åsskogen skole"]
        );
    }
}

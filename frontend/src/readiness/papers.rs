//! The evening's own papers, for the check before doors: programme, rounds, day, guests, catalogue, and whether the notary is there.

use std::collections::BTreeSet;

use borsklokka_shared::afterwards::Afterwards;
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::{Ceremony, Phase};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::ConnectedScreen;

use super::{Check, Figure, Subject};
use crate::attendance::health::Mark;

/// What the board does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The day that it is, in the exchange's time zone.
    pub today: Option<Date>,
    /// Whether the board's listings are all that there are.
    pub has_catalogue: bool,
    /// The participants whose contact person is known; none until the server has said.
    pub reachable: Option<BTreeSet<ParticipantId>>,
    /// Who look like one and are two, as somebody said: pairs, the lesser id first.
    pub apart: BTreeSet<(ParticipantId, ParticipantId)>,
    /// How many registrations wait for an answer; none until the server has said, and where nobody registers by a form.
    pub waiting: Option<usize>,
    /// Whether the evening was rehearsed and taken back to nought; none until the server has said.
    pub rehearsed: Option<bool>,
    /// How far the morning after and the follow-up have come; none until the server has said.
    pub afterwards: Option<Afterwards>,
}

/// The lines of the list.
pub fn evening(board: &Board, screens: &[ConnectedScreen], beside: &Beside) -> Vec<Check> {
    let Some(settings) = &board.settings else {
        return Vec::new();
    };
    let line = |subject, mark, figure| Check {
        subject,
        mark,
        figure,
        fault: None,
    };
    let some_or = |subject, count: usize, mark| {
        let mark = if count == 0 { mark } else { Mark::Right };
        line(subject, mark, Some(Figure::Count(count)))
    };
    let mut list = Vec::new();
    if let Some(today) = beside
        .today
        .filter(|_| board.floor.settled_phase() == Phase::Preparing)
    {
        let mark = if settings.date == today {
            Mark::Right
        } else {
            Mark::Wrong
        };
        list.push(line(Subject::Date, mark, Some(Figure::Day(settings.date))));
    }
    list.push(some_or(Subject::Programme, board.programme.len(), Mark::Look));
    list.push(some_or(Subject::Rounds, board.rounds.len(), Mark::Look));
    list.push(some_or(
        Subject::Participants,
        board.participants.len(),
        Mark::Wrong,
    ));
    if beside.has_catalogue {
        list.push(some_or(Subject::Listings, board.listings.len(), Mark::Look));
    }
    if let Some(reachable) = &beside.reachable {
        let missing = board
            .unerased()
            .filter(|participant| !reachable.contains(&participant.id))
            .count();
        let mark = if missing == 0 { Mark::Right } else { Mark::Look };
        list.push(line(Subject::Contacts, mark, Some(Figure::Count(missing))));
    }
    if settings.ceremony == Ceremony::RatifiedFirst {
        let notaries = screens
            .iter()
            .filter(|screen| screen.role == Role::Notary)
            .count();
        list.push(some_or(Subject::Notary, notaries, Mark::Wrong));
    }
    list
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::apply::apply;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::event::{Event, SCHEMA, decode};
    use borsklokka_shared::wire::ScreenStatus;

    use super::*;

    fn golden(name: &str) -> Event {
        let path = format!(
            "{}/../shared/tests/golden/v1/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        decode(SCHEMA, std::fs::read_to_string(path).unwrap().trim_end()).unwrap()
    }

    fn configured(ceremony: Ceremony) -> Board {
        let mut board = Board::empty(Audience::Staff);
        apply(&mut board, &golden("exchange_configured"));
        board.settings.as_mut().unwrap().ceremony = ceremony;
        board
    }

    fn notary() -> ConnectedScreen {
        ConnectedScreen {
            number: 1,
            role: Role::Notary,
            device: None,
            name: None,
            status: ScreenStatus::default(),
        }
    }

    fn beside(today: &str) -> Beside {
        Beside {
            today: Some(today.parse().unwrap()),
            has_catalogue: true,
            reachable: Some(BTreeSet::new()),
            ..Beside::default()
        }
    }

    fn marks(list: &[Check]) -> Vec<(&'static str, &'static str)> {
        list.iter()
            .map(|check| (check.subject.as_str(), check.mark.as_str()))
            .collect()
    }

    #[test]
    fn an_evening_that_nobody_prepared_is_told() {
        let board = configured(Ceremony::RatifiedFirst);
        assert_eq!(
            marks(&evening(&board, &[], &beside("2026-11-27"))),
            [
                ("date", "wrong"),
                ("programme", "look"),
                ("rounds", "look"),
                ("participants", "wrong"),
                ("listings", "look"),
                ("contacts", "right"),
                ("notary", "wrong"),
            ]
        );
    }

    #[test]
    fn a_prepared_evening_is_right_but_for_a_guest_who_cannot_be_reached() {
        let mut board = configured(Ceremony::RatifiedFirst);
        for name in ["programme_set", "participant_registered", "listing_added"] {
            apply(&mut board, &golden(name));
        }
        let list = evening(&board, &[notary()], &beside("2026-11-26"));
        let amiss: Vec<_> = list.iter().filter(|check| check.mark != Mark::Right).collect();
        assert_eq!(amiss.len(), 1);
        assert_eq!(
            (amiss[0].subject, &amiss[0].figure),
            (Subject::Contacts, &Some(Figure::Count(1)))
        );
    }

    #[test]
    fn of_a_catalogue_that_has_not_come_nothing_is_said() {
        let board = configured(Ceremony::PostedAtOnce);
        let beside = Beside {
            has_catalogue: false,
            ..beside("2026-11-27")
        };
        let list = evening(&board, &[], &beside);
        assert!(list.iter().all(|check| check.subject != Subject::Listings));
    }

    #[test]
    fn what_does_not_hold_tonight_is_not_asked() {
        let mut board = configured(Ceremony::PostedAtOnce);
        apply(&mut board, &golden("floor_opened"));
        let list = evening(
            &board,
            &[],
            &Beside {
                reachable: None,
                ..beside("2026-11-27")
            },
        );
        let subjects: Vec<&str> = list.iter().map(|check| check.subject.as_str()).collect();
        assert_eq!(subjects, ["programme", "rounds", "participants", "listings"]);
        assert_eq!(
            evening(&Board::empty(Audience::Staff), &[], &Beside::default()),
            []
        );
    }
}

//! A whole deal, as the notary reads it aloud.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, Deal, Standing, Terms};
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::order;

use crate::desk::finding::find;
use crate::kind::Kind;
use crate::party::Party;
use crate::texts::Texts;
use crate::tick::NotaryTick;

/// What the notary sees of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deed {
    /// Which one.
    pub id: DealId,
    /// What the wall calls it, if it is there.
    pub number: Option<u32>,
    /// Who gives.
    pub givers: Vec<Party>,
    /// Who receives.
    pub receivers: Vec<Party>,
    /// What kind of agreement it is.
    pub kind: Kind,
    /// What the hammer falls on.
    pub terms: Terms,
    /// What is agreed.
    pub text: String,
    /// Everything else, as label and words.
    pub rest: Vec<(&'static str, String)>,
    /// Of what the notary looks over, what it does not have.
    pub lacks: Vec<NotaryTick>,
    /// Who wrote it.
    pub broker: String,
    /// When.
    pub written_at: Instant,
    /// What it is to the notary.
    pub matter: Matter,
    /// What was changed of what the hammer fell on, or is to be.
    pub changes: Vec<Change>,
    /// How it stands, if that is not on the wall.
    pub standing: Option<&'static str>,
}

/// What a deal is to the notary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// It has not been hammered through.
    New,
    /// It has, and its broker wants it changed.
    ToChange,
    /// It has, and can be taken back.
    Ratified,
    /// It stands otherwise: it can be read and corrected.
    Other,
    /// It was taken away: it can be put back, and corrected then.
    Away,
    /// It does not count, and can only be read.
    Declined,
}

/// A difference between what was hammered through and what the deal says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// What differs.
    pub label: &'static str,
    /// What the hammer fell on; empty for nothing.
    pub was: String,
    /// What it says; empty for nothing.
    pub is: String,
}

/// What differs between two terms, in the order in which they are read.
pub fn changes(board: &Board, was: &Terms, is: &Terms, t: Texts) -> Vec<Change> {
    let said = |terms: &Terms| {
        let names = |ids: &[ParticipantId]| {
            let names: Vec<String> = Party::all(board, ids)
                .into_iter()
                .map(|party| party.name)
                .collect();
            names.join(", ")
        };
        let mut said = vec![
            (t.notary().givers, names(&terms.givers)),
            (t.notary().receivers, names(&terms.receivers)),
            (t.notary().service, terms.bargain.service().text.clone()),
        ];
        said.extend(rest(terms, t, |id| {
            board.participant(id).map(|party| party.symbol.to_string())
        }));
        said
    };
    let (was, is) = (said(was), said(is));
    let of = |said: &[(&'static str, String)], label: &str| {
        said.iter()
            .find(|(other, _)| *other == label)
            .map(|(_, words)| words.clone())
    };
    let mut labels: Vec<&'static str> = was.iter().chain(&is).map(|(label, _)| *label).collect();
    let mut seen = BTreeSet::new();
    labels.retain(|label| seen.insert(*label));
    labels
        .into_iter()
        .filter_map(|label| {
            let (before, after) = (of(&was, label), of(&is, label));
            // An intention says itself by its label alone.
            let say = |words: Option<String>| match words {
                Some(words) if words.is_empty() => t.notary().yes.to_owned(),
                words => words.unwrap_or_default(),
            };
            (before != after).then(|| Change {
                label,
                was: say(before),
                is: say(after),
            })
        })
        .collect()
}

impl Deed {
    fn of(board: &Board, deal: &Deal, t: Texts) -> Self {
        let terms = &deal.terms;
        let rest = rest(terms, t, |id| {
            board.participant(id).map(|party| party.symbol.to_string())
        });
        let has = |tick: &NotaryTick| match tick {
            NotaryTick::Parties | NotaryTick::Service => true,
            NotaryTick::FirstStep => terms.first_step.is_some(),
            NotaryTick::Deadline => terms.deadline.is_some(),
        };
        Self {
            id: deal.id,
            number: deal.number.map(|number| number.0),
            givers: Party::all(board, &terms.givers),
            receivers: Party::all(board, &terms.receivers),
            kind: Kind::of(&terms.bargain),
            terms: terms.clone(),
            text: terms.bargain.service().text.clone(),
            rest,
            lacks: NotaryTick::ALL.into_iter().filter(|tick| !has(tick)).collect(),
            broker: deal.broker.name.clone(),
            written_at: deal.written_at,
            matter: match deal.standing {
                Standing::Written => Matter::New,
                Standing::Posted | Standing::Concealed => Matter::Ratified,
                Standing::SentBack { .. } | Standing::Held { .. } => Matter::Other,
                Standing::Withdrawn { .. } | Standing::Removed { .. } => Matter::Away,
                Standing::Declined => Matter::Declined,
            },
            changes: board
                .after_hammer
                .get(&deal.id)
                .and_then(|note| note.was.as_ref())
                .map(|was| changes(board, was, terms, t))
                .unwrap_or_default(),
            standing: standing(&deal.standing, t),
        }
    }

    /// A ratified deal as its broker wants it, with what that changes.
    fn to_change(board: &Board, deal: &Deal, proposed: &Terms, t: Texts) -> Self {
        let wanted = Deal {
            terms: proposed.clone(),
            ..deal.clone()
        };
        Self {
            matter: Matter::ToChange,
            changes: changes(board, &deal.terms, proposed, t),
            ..Self::of(board, &wanted, t)
        }
    }
}

fn standing(standing: &Standing, t: Texts) -> Option<&'static str> {
    match standing {
        Standing::Posted | Standing::Written => None,
        Standing::Concealed => Some(t.moderator().hidden),
        Standing::SentBack { .. } => Some(t.notary().was_sent_back),
        Standing::Held { reason } => Some(t.moderator().held(*reason)),
        Standing::Declined => Some(t.moderator().declined),
        Standing::Withdrawn { .. } => Some(t.moderator().withdrawn),
        Standing::Removed { .. } => Some(t.moderator().removed),
    }
}

/// Everything in terms but the parties and the service, as label and words; `symbol` is what the ticker calls a party.
pub fn rest(
    terms: &Terms,
    t: Texts,
    symbol: impl Fn(ParticipantId) -> Option<String>,
) -> Vec<(&'static str, String)> {
    let n = t.notary();
    let day = |date: Date| t.common().day(date.day(), date.month());
    let mut rest = Vec::new();
    match &terms.bargain {
        Bargain::TwoWay { return_service, .. } => rest.push((n.in_return, return_service.text.clone())),
        Bargain::Intention { .. } => rest.push((n.intention, String::new())),
        Bargain::OneWay { .. } => {}
    }
    let minutes: u64 = terms
        .bargain
        .services()
        .filter_map(|service| service.effort_minutes)
        .map(u64::from)
        .sum();
    if minutes > 0 {
        rest.push((n.effort, t.common().effort(minutes)));
    }
    if let Some(step) = &terms.first_step {
        let by = symbol(step.by).unwrap_or_default();
        let due = step
            .due
            .map(|due| format!(", {} {}", n.due, day(due)))
            .unwrap_or_default();
        rest.push((n.first_step, format!("{by} {}{due}", step.what)));
    }
    if let Some(deadline) = terms.deadline {
        // A deadline is often a year away.
        rest.push((n.deadline, format!("{} {}", day(deadline), deadline.year())));
    }
    rest
}

/// What waits for the hammer: new deals, and ratified ones that their brokers want changed. The oldest first.
pub fn queue(board: &Board, t: Texts) -> Vec<Deed> {
    let proposed = |deal: &Deal| {
        board
            .after_hammer
            .get(&deal.id)
            .and_then(|note| note.proposed.clone())
    };
    let is_ratified = |deal: &Deal| matches!(deal.standing, Standing::Posted | Standing::Concealed);
    let mut waiting: Vec<Deed> = board
        .deals
        .values()
        .filter_map(|deal| match proposed(deal) {
            Some(terms) if is_ratified(deal) => Some(Deed::to_change(board, deal, &terms, t)),
            _ if deal.standing == Standing::Written => Some(Deed::of(board, deal, t)),
            _ => None,
        })
        .collect();
    order::sort_by_key(&mut waiting, |deed| (deed.written_at, deed.id));
    waiting
}

/// The deals that wait for the hammer, and those that will again once they are put back.
pub fn may_wait(board: &Board) -> BTreeSet<DealId> {
    let may_wait = |deal: &&Deal| {
        let mut standing = &deal.standing;
        while let Standing::Withdrawn { before } | Standing::Removed { before } = standing {
            standing = before;
        }
        match standing {
            Standing::Written => true,
            Standing::Posted | Standing::Concealed => {
                let note = board.after_hammer.get(&deal.id);
                note.is_some_and(|note| note.proposed.is_some())
            }
            Standing::SentBack { .. }
            | Standing::Held { .. }
            | Standing::Declined
            | Standing::Withdrawn { .. }
            | Standing::Removed { .. } => false,
        }
    };
    let deals = board.deals.values().filter(may_wait);
    deals.map(|deal| deal.id).collect()
}

/// Every deal that does not wait for the hammer and that fits what is sought, the newest first, `most` of them at most, and
/// how many there are; none where there is no hammer.
pub fn others(board: &Board, t: Texts, query: &str, most: usize) -> (Vec<Deed>, usize) {
    let by_hammer = board
        .settings
        .as_ref()
        .is_some_and(|settings| settings.ceremony == Ceremony::RatifiedFirst);
    let found = find(board, query, |deal| {
        by_hammer && deal.standing != Standing::Written
    });
    let deeds = found
        .iter()
        .take(most)
        .filter_map(|deal| board.deals.get(deal))
        .map(|deal| Deed::of(board, deal, t))
        .collect();
    (deeds, found.len())
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::after_hammer::AfterHammer;
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::deal::{FirstStep, Service};
    use borsklokka_shared::language::Language;
    use borsklokka_shared::participant::{Participant, Sector, Symbol};
    use test_support::{one_way, posted, service};
    use uuid::Uuid;

    use super::*;
    use crate::texts::Texts;

    fn party(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn terms(giver: u128, text: &str) -> Terms {
        let service = Service {
            effort_minutes: Some(1_200),
            ..service(text)
        };
        one_way(&[party(giver)], &[party(3)], service)
    }

    fn hall(standing: Standing) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (n, name, symbol) in [(1, "Bakkerud", "BAKK"), (2, "Trå", "TRAA"), (3, "Lions", "LION")] {
            board.participants.insert(
                party(n),
                Participant {
                    id: party(n),
                    name: name.to_owned(),
                    sector: Sector::Voluntary,
                    symbol: Symbol::parse(symbol).unwrap(),
                    place: None,
                    was: Vec::new(),
                    was_symbols: Vec::new(),
                    is_erased: false,
                },
            );
        }
        let deal = Deal {
            id: DealId(Uuid::from_u128(7)),
            standing,
            number: None,
            written_at: Instant::default(),
            struck_at: None,
            ..posted(7, terms(1, "20 timer maling"))
        };
        board.deals.insert(deal.id, deal);
        board
    }

    #[test]
    fn what_its_broker_wants_changed_waits_with_what_was_and_what_is() {
        let mut board = hall(Standing::Posted);
        assert_eq!(queue(&board, Texts::of(Language::Nb)), []);
        let mut wanted = terms(2, "30 timer maling");
        wanted.first_step = Some(FirstStep {
            by: party(2),
            what: "ringer".to_owned(),
            due: None,
        });
        let note = AfterHammer {
            proposed: Some(wanted),
            ..AfterHammer::default()
        };
        board.after_hammer.insert(DealId(Uuid::from_u128(7)), note);
        let [waiting] = &queue(&board, Texts::of(Language::Nb))[..] else {
            panic!("one waits");
        };
        assert_eq!(waiting.matter, Matter::ToChange);
        assert_eq!(waiting.text, "30 timer maling");
        let said: Vec<(&str, &str)> = waiting
            .changes
            .iter()
            .map(|change| (change.was.as_str(), change.is.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                ("Bakkerud", "Trå"),
                ("20 timer maling", "30 timer maling"),
                ("", "TRAA ringer")
            ]
        );
    }

    #[test]
    fn what_is_taken_away_is_put_back_and_not_corrected_and_may_wait_again() {
        let off = |before: Standing| Standing::Withdrawn {
            before: Box::new(before),
        };
        for (standing, matter, waits) in [
            (Standing::Written, Matter::New, true),
            (off(Standing::Written), Matter::Away, true),
            (
                Standing::Removed {
                    before: Box::new(off(Standing::Written)),
                },
                Matter::Away,
                true,
            ),
            (off(Standing::Posted), Matter::Away, false),
            (Standing::Posted, Matter::Ratified, false),
            (Standing::Declined, Matter::Declined, false),
        ] {
            let mut board = hall(standing.clone());
            let id = DealId(Uuid::from_u128(7));
            let deed = Deed::of(&board, &board.deals[&id], Texts::of(Language::Nb));
            assert_eq!(deed.matter, matter, "{standing:?}");
            assert_eq!(may_wait(&board).contains(&id), waits, "{standing:?}");
            // With a change that waits.
            let note = AfterHammer {
                proposed: Some(terms(2, "30 timer maling")),
                ..AfterHammer::default()
            };
            board.after_hammer.insert(id, note);
            let waits = standing != Standing::Declined;
            assert_eq!(may_wait(&board).contains(&id), waits, "{standing:?}");
        }
    }

    #[test]
    fn a_new_deal_waits_without_changes() {
        let waiting = queue(&hall(Standing::Written), Texts::of(Language::Nb));
        assert_eq!((waiting[0].matter, waiting[0].changes.len()), (Matter::New, 0));
    }
}

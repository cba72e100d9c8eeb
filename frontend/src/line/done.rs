//! What was done last, for the words under the button: they follow what was done, and say where it stands now.

use borsklokka_shared::deal::{Deal, Standing, Terms};
use borsklokka_shared::exchange::{Ceremony, Phase};
use borsklokka_shared::ids::{CommandId, DealId};

use super::state::State;
use super::{Line, Subject};

/// What was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A deal was sent.
    Sent(DealId),
    /// A change was sent of one that is on the wall.
    Amended(DealId),
    /// A change was sent of one that is not there yet.
    Mended(DealId),
    /// One is to say what it says: what was wanted of it is wanted no more.
    LetBe(DealId),
    /// One was taken back.
    Withdrawn(DealId),
    /// One was put back.
    Reinstated(DealId),
}

/// Whom a deal goes to that is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesTo {
    /// The wall.
    Wall,
    /// The notary.
    Notary,
    /// The moderator, who lets it count or not: the closing bell has rung.
    Moderator,
}

impl GoesTo {
    /// By the ceremony, and by how the floor is now.
    pub const fn of(ceremony: Ceremony, phase: Option<Phase>) -> Self {
        match (phase, ceremony) {
            (Some(Phase::Closed), _) => GoesTo::Moderator,
            (Some(Phase::Preparing | Phase::Open) | None, Ceremony::PostedAtOnce) => GoesTo::Wall,
            (Some(Phase::Preparing | Phase::Open) | None, Ceremony::RatifiedFirst) => GoesTo::Notary,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The deal stands so.
    Sent(State),
    /// The change stands so; it is not in the deal yet.
    AmendmentStands(State),
    /// The change is in the deal, which stands so.
    Amended(State),
    /// The deal says what it said, and nothing else is wanted of it.
    LetBe,
    /// It is taken back.
    Withdrawn,
    /// It is put back.
    Reinstated,
}

impl Outcome {
    /// Whether nothing more comes of it: then it is news for a while, and no longer.
    pub const fn is_settled(&self) -> bool {
        match self {
            Outcome::Sent(state) | Outcome::Amended(state) => {
                matches!(state, State::Posted | State::Concealed)
            }
            Outcome::AmendmentStands(_) => false,
            Outcome::LetBe | Outcome::Withdrawn | Outcome::Reinstated => true,
        }
    }

    /// What its broker can send once more as it is: of the deal, or of the change.
    pub const fn is_due(&self) -> bool {
        matches!(
            self,
            Outcome::Sent(State::Due) | Outcome::AmendmentStands(State::Due)
        )
    }

    /// The state's name in style sheets and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Sent(state) | Outcome::AmendmentStands(state) | Outcome::Amended(state) => {
                state.as_str()
            }
            Outcome::LetBe => "let_be",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Reinstated => "reinstated",
        }
    }
}

impl Done {
    /// What it is to send these `terms` for a deal that was sent before, by how the board has it, if it is there.
    pub fn of_change(id: DealId, deal: Option<&Deal>, terms: &Terms) -> Self {
        match deal.map(|deal| (&deal.standing, deal.terms == *terms)) {
            Some((Standing::Posted | Standing::Concealed, true)) => Done::LetBe(id),
            Some((Standing::Posted, false)) => Done::Amended(id),
            Some(_) | None => Done::Mended(id),
        }
    }

    /// Which deal.
    pub const fn deal(self) -> DealId {
        match self {
            Done::Sent(deal)
            | Done::Amended(deal)
            | Done::Mended(deal)
            | Done::LetBe(deal)
            | Done::Withdrawn(deal)
            | Done::Reinstated(deal) => deal,
        }
    }

    /// The command of it that is still in the outbox.
    pub fn waiting_command(self, lines: &[Line]) -> Option<CommandId> {
        let subject = match self {
            Done::Amended(deal) | Done::Mended(deal) | Done::LetBe(deal) => Subject::Amendment(deal),
            Done::Sent(deal) | Done::Withdrawn(deal) | Done::Reinstated(deal) => Subject::Deal(deal),
        };
        lines.iter().find(|line| line.subject == subject)?.command
    }

    /// What came of it, and the deal's number. Nothing while it is under way, or was refused where it was asked for.
    pub fn outcome(self, lines: &[Line]) -> Option<(Outcome, Option<u32>)> {
        let find = |subject| lines.iter().find(|line| line.subject == subject);
        let deal = find(Subject::Deal(self.deal()));
        if let Done::Amended(id) | Done::Mended(id) | Done::LetBe(id) = self
            && let Some(line) = find(Subject::Amendment(id))
        {
            return Some((Outcome::AmendmentStands(line.state.clone()), line.number));
        }
        let line = deal?;
        let is_withdrawn = line.state == State::Withdrawn;
        let outcome = match self {
            Done::Sent(_) => Outcome::Sent(line.state.clone()),
            Done::Amended(_) | Done::Mended(_) | Done::LetBe(_) => match &line.state {
                State::ChangeWaits => Outcome::AmendmentStands(State::Written),
                State::ChangeSentBack(remark) => Outcome::AmendmentStands(State::SentBack(remark.clone())),
                // One that was sent back goes to the notary again, be it as it was.
                State::Posted | State::Concealed if matches!(self, Done::LetBe(_)) => Outcome::LetBe,
                // Nobody saw it there before it was changed.
                State::Posted if matches!(self, Done::Mended(_)) => Outcome::Sent(State::Posted),
                state => Outcome::Amended(state.clone()),
            },
            Done::Withdrawn(_) if is_withdrawn => Outcome::Withdrawn,
            Done::Reinstated(_) if !is_withdrawn => Outcome::Reinstated,
            Done::Withdrawn(_) | Done::Reinstated(_) => return None,
        };
        Some((outcome, line.number))
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::ParticipantId;
    use test_support::{one_way, posted, service};
    use uuid::Uuid;

    use super::*;
    use crate::kind::Kind;
    use crate::live::outbox::queue::Condition;

    fn line(subject: Subject, state: State) -> Line {
        Line {
            subject,
            command: None,
            number: Some(2),
            givers: Vec::new(),
            receivers: Vec::new(),
            kind: Kind::Gift,
            text: String::new(),
            state,
            is_turning: false,
        }
    }

    #[test]
    fn the_words_follow_what_was_done() {
        let id = DealId(Uuid::from_u128(1));
        let deal = |state| line(Subject::Deal(id), state);
        let amendment = |state| line(Subject::Amendment(id), state);
        let outcome = |done: Done, lines: &[Line]| done.outcome(lines).map(|(outcome, _)| outcome);
        let posted = || deal(State::Posted);
        for (done, lines, expected) in [
            (Done::Sent(id), vec![posted()], Some(Outcome::Sent(State::Posted))),
            (Done::Sent(id), vec![], None),
            (
                Done::Amended(id),
                vec![amendment(State::Here(Condition::OnDisk)), posted()],
                Some(Outcome::AmendmentStands(State::Here(Condition::OnDisk))),
            ),
            (
                Done::Amended(id),
                vec![posted()],
                Some(Outcome::Amended(State::Posted)),
            ),
            (
                Done::LetBe(id),
                vec![amendment(State::Here(Condition::OnDisk)), posted()],
                Some(Outcome::AmendmentStands(State::Here(Condition::OnDisk))),
            ),
            (Done::LetBe(id), vec![posted()], Some(Outcome::LetBe)),
            (
                Done::LetBe(id),
                vec![deal(State::Written)],
                Some(Outcome::Amended(State::Written)),
            ),
            (
                Done::Mended(id),
                vec![deal(State::Written)],
                Some(Outcome::Amended(State::Written)),
            ),
            (
                Done::Mended(id),
                vec![deal(State::Concealed)],
                Some(Outcome::Amended(State::Concealed)),
            ),
            (
                Done::Mended(id),
                vec![posted()],
                Some(Outcome::Sent(State::Posted)),
            ),
            (Done::Withdrawn(id), vec![posted()], None),
            (
                Done::Withdrawn(id),
                vec![deal(State::Withdrawn)],
                Some(Outcome::Withdrawn),
            ),
            (Done::Reinstated(id), vec![deal(State::Withdrawn)], None),
            (Done::Reinstated(id), vec![posted()], Some(Outcome::Reinstated)),
        ] {
            assert_eq!(outcome(done, &lines), expected, "{done:?} {lines:?}");
        }
        // What the hammer fell on changes by another blow.
        let remark = || "Hvem?".to_owned();
        for (state, stands) in [
            (State::ChangeWaits, State::Written),
            (State::ChangeSentBack(remark()), State::SentBack(remark())),
        ] {
            for done in [Done::Amended(id), Done::Mended(id), Done::LetBe(id)] {
                assert_eq!(
                    outcome(done, &[deal(state.clone())]),
                    Some(Outcome::AmendmentStands(stands.clone()))
                );
            }
        }
    }

    #[test]
    fn a_change_is_news_of_a_new_deal_until_the_wall_has_it() {
        /// What is done by sending the same, or something else.
        type What = fn(DealId) -> Done;
        let giver = ParticipantId(Uuid::from_u128(1));
        let terms = |text: &str| one_way(&[giver], &[], service(text));
        let sent_back = Standing::SentBack {
            remark: "Hvem?".to_owned(),
        };
        let cases: [(Standing, What, What); 4] = [
            (Standing::Written, Done::Mended, Done::Mended),
            (sent_back, Done::Mended, Done::Mended),
            (Standing::Concealed, Done::LetBe, Done::Mended),
            (Standing::Posted, Done::LetBe, Done::Amended),
        ];
        for (standing, same, other) in cases {
            let mut deal = posted(4, terms("Padlekurs"));
            deal.standing = standing;
            let of = |text| Done::of_change(deal.id, Some(&deal), &terms(text));
            assert_eq!(of("Padlekurs"), same(deal.id), "{:?}", deal.standing);
            assert_eq!(of("Padlekurs i mai"), other(deal.id), "{:?}", deal.standing);
        }
        let here = DealId(Uuid::from_u128(9));
        assert_eq!(
            Done::of_change(here, None, &terms("Padlekurs")),
            Done::Mended(here)
        );
    }

    #[test]
    fn after_the_closing_bell_a_deal_goes_to_the_moderator() {
        for (phase, expected) in [
            (None, [GoesTo::Wall, GoesTo::Notary]),
            (Some(Phase::Preparing), [GoesTo::Wall, GoesTo::Notary]),
            (Some(Phase::Open), [GoesTo::Wall, GoesTo::Notary]),
            (Some(Phase::Closed), [GoesTo::Moderator, GoesTo::Moderator]),
        ] {
            let found =
                [Ceremony::PostedAtOnce, Ceremony::RatifiedFirst].map(|ceremony| GoesTo::of(ceremony, phase));
            assert_eq!(found, expected, "{phase:?}");
        }
    }

    #[test]
    fn what_is_done_is_news_for_a_while_and_what_waits_until_it_is_done() {
        for (outcome, is_settled) in [
            (Outcome::Sent(State::Posted), true),
            (Outcome::Sent(State::Concealed), true),
            (Outcome::Amended(State::Posted), true),
            (Outcome::LetBe, true),
            (Outcome::Withdrawn, true),
            (Outcome::Reinstated, true),
            (Outcome::Sent(State::Written), false),
            (Outcome::Sent(State::Held), false),
            (Outcome::Sent(State::Due), false),
            (Outcome::Sent(State::Here(Condition::OnDisk)), false),
            (Outcome::AmendmentStands(State::Written), false),
        ] {
            assert_eq!(outcome.is_settled(), is_settled, "{outcome:?}");
        }
    }
}

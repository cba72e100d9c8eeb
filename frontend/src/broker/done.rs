//! What was done last, for the words under the button: they follow what was done, and say where it stands now.

use borsklokka_shared::after_hammer::AfterHammer;
use borsklokka_shared::ids::DealId;

use super::line::{Line, State, Subject};

/// What was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A deal was sent.
    Sent(DealId),
    /// A change of one was sent.
    Amended(DealId),
    /// One was taken back.
    Withdrawn(DealId),
    /// One was put back.
    Reinstated(DealId),
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
    /// It is taken back.
    Withdrawn,
    /// It is put back.
    Reinstated,
}

impl Outcome {
    /// The state's name in style sheets and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Outcome::Sent(state) | Outcome::AmendmentStands(state) | Outcome::Amended(state) => {
                state.as_str()
            }
            Outcome::Withdrawn => "withdrawn",
            Outcome::Reinstated => "reinstated",
        }
    }
}

impl Done {
    /// Which deal.
    pub const fn deal(self) -> DealId {
        match self {
            Done::Sent(deal) | Done::Amended(deal) | Done::Withdrawn(deal) | Done::Reinstated(deal) => deal,
        }
    }

    /// What came of it, and the deal's number; `after` is what waits for the notary since the hammer fell. Nothing while it is
    /// under way, or was refused where it was asked for.
    pub fn outcome(self, lines: &[Line], after: Option<&AfterHammer>) -> Option<(Outcome, Option<u32>)> {
        let find = |subject| lines.iter().find(|line| line.subject == subject);
        let deal = find(Subject::Deal(self.deal()));
        if let Done::Amended(id) = self
            && let Some(line) = find(Subject::Amendment(id))
        {
            return Some((Outcome::AmendmentStands(line.state.clone()), line.number));
        }
        let line = deal?;
        let is_withdrawn = line.state == State::Withdrawn;
        let outcome = match self {
            Done::Sent(_) => Outcome::Sent(line.state.clone()),
            Done::Amended(_) => match after {
                Some(AfterHammer {
                    proposed: Some(_), ..
                }) => Outcome::AmendmentStands(State::Written),
                Some(AfterHammer {
                    remark: Some(remark), ..
                }) => Outcome::AmendmentStands(State::SentBack(remark.clone())),
                Some(_) | None => Outcome::Amended(line.state.clone()),
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
    use uuid::Uuid;

    use super::*;
    use crate::live::outbox::queue::Condition;

    fn line(subject: Subject, state: State) -> Line {
        Line {
            subject,
            command: None,
            number: Some(2),
            givers: Vec::new(),
            receivers: Vec::new(),
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
        let outcome = |done: Done, lines: &[Line]| done.outcome(lines, None).map(|(outcome, _)| outcome);
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
        let refused = AfterHammer {
            remark: Some("Hvem?".to_owned()),
            ..AfterHammer::default()
        };
        let (outcome, _) = Done::Amended(id).outcome(&[posted()], Some(&refused)).unwrap();
        assert_eq!(
            outcome,
            Outcome::AmendmentStands(State::SentBack("Hvem?".to_owned()))
        );
    }
}

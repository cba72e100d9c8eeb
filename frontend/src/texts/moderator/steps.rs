//! Bells and rounds that can be taken back: which text says what.

use borsklokka_shared::ids::RoundId;
use borsklokka_shared::step::Did;

use crate::texts::spoken::moderator::steps::Steps;

impl Steps {
    /// What happened, as a sentence.
    pub fn done(&self, did: Did) -> String {
        let said = &self.done;
        match did {
            Did::OpenedFloor { round: None } => said.opened_floor.to_owned(),
            Did::OpenedFloor {
                round: Some(RoundId(round)),
            } => said.opened_floor_and_round(round),
            Did::ClosedFloor => said.closed_floor.to_owned(),
            Did::StartedRound {
                round: RoundId(round),
            } => said.started_round(round),
            Did::EndedRound {
                round: RoundId(round),
            } => said.ended_round(round),
            Did::AnnouncedResult => said.announced_result.to_owned(),
        }
    }

    /// What happened, as a name.
    pub fn named(&self, did: Did) -> String {
        let named = &self.named;
        match did {
            Did::OpenedFloor { .. } => named.opened_floor.to_owned(),
            Did::ClosedFloor => named.closed_floor.to_owned(),
            Did::StartedRound {
                round: RoundId(round),
            } => named.started_round(round),
            Did::EndedRound {
                round: RoundId(round),
            } => named.ended_round(round),
            Did::AnnouncedResult => named.announced_result.to_owned(),
        }
    }
}

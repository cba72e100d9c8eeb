//! How sure a desk must be before it acts in front of the hall: one table for every command, asked by whatever sends one.
//!
//! What the hall cannot forget again (a bell, a count, a deal that was kept secret) is held or pressed twice; what can be
//! taken back says so for a while; the rest is put right by pressing something else.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::sleep::GoOn;

/// How a command came about, the surer last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surety {
    /// By one press.
    Pressed,
    /// By one press, and a bar says how it is taken back.
    CanBeTakenBack,
    /// By a hold, or by a second press.
    Sure,
}

/// How sure one must be of a command as the board stands.
pub fn needed(command: &Command, board: &Board) -> Surety {
    match command {
        // The hall hears it, or sees what was to be a surprise.
        Command::OpenFloor { .. }
        | Command::CloseFloor { .. }
        | Command::RingBell { .. }
        | Command::EndRound { .. }
        | Command::RevealDeals { reveal: Reveal::All }
        | Command::AnnounceResult
        | Command::BeginAnew { .. }
        | Command::RatifyDeal { .. }
        | Command::RecallDeal { .. }
        // The closing bell may be overdue: then it rings at once.
        | Command::AnswerSleep {
            go_on: GoOn::WhereItWouldBe,
        } => Surety::Sure,
        Command::StartRound { .. } => match board.current_round() {
            Some(_) => Surety::Sure,
            None => Surety::Pressed,
        },
        // Deal by deal is the evening's own way once the floor has closed; before that it spoils the suspense.
        Command::RevealDeals { reveal: Reveal::Next } => match board.floor.settled_phase() {
            Phase::Closed => Surety::Pressed,
            Phase::Preparing | Phase::Open => Surety::Sure,
        },
        Command::FreezeTotals
        | Command::AmendDeal { .. }
        | Command::WithdrawDeal { .. }
        | Command::RemoveDeal { .. }
        | Command::AdmitDeal { .. }
        | Command::EndAnnouncement { .. } => Surety::CanBeTakenBack,
        // Another press puts it right, the hall sees nothing of it, or it is written in a form and sent by its button.
        Command::PauseRound { .. }
        | Command::ResumeRound { .. }
        | Command::AdjustRound { .. }
        | Command::SetBreak { .. }
        | Command::AddRound { .. }
        | Command::TakeBack { .. }
        | Command::SetScene { .. }
        | Command::SpotlightDeal { .. }
        | Command::ShortlistDeal { .. }
        | Command::AwardPrize { .. }
        | Command::TakePrizeBack { .. }
        | Command::Announce { .. }
        | Command::ReinstateDeal { .. }
        | Command::Configure { .. }
        | Command::SetProgramme { .. }
        | Command::RegisterParticipant { .. }
        | Command::AmendParticipant { .. }
        | Command::MergeParticipants { .. }
        | Command::MarkArrived { .. }
        | Command::TakeBackArrival { .. }
        | Command::RemoveParticipant { .. }
        | Command::AddListing { .. }
        | Command::AmendListing { .. }
        | Command::RemoveListing { .. }
        | Command::PostDeal { .. }
        | Command::SendBackDeal { .. }
        | Command::DeclineDeal { .. }
        | Command::AnswerSleep {
            go_on: GoOn::WhereItWas,
        }
        // Only the server says it.
        | Command::NoteSleep { .. } => Surety::Pressed,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::command::Expected;
    use borsklokka_shared::ids::{AnnouncementId, DealId, RoundId};
    use borsklokka_shared::instant::Instant;
    use borsklokka_shared::round::{Round, RoundState};
    use borsklokka_shared::trading::Trading;
    use uuid::Uuid;

    use super::*;

    fn at(minutes: i64) -> Instant {
        Instant::from_unix_ms(minutes * 60_000)
    }

    fn board(closed_at: Option<Instant>, round: RoundState) -> Board {
        let mut board = Board::empty(Audience::Staff);
        board.floor.trading.push(Trading {
            opened_at: at(0),
            closed_at,
        });
        board.rounds.push(Round {
            held: Vec::new(),
            id: RoundId(1),
            title: "Runde 1".to_owned(),
            planned_minutes: 25,
            state: round,
        });
        board
    }

    #[test]
    fn one_press_spoils_nothing() {
        let running = RoundState::Running {
            started_at: at(0),
            ends_at: at(25),
            paused_ms: 0,
        };
        let open = board(None, running);
        let closed = board(Some(at(60)), RoundState::Ended { ended_at: at(25) });
        let expected = Expected::of(&open);
        let deal = DealId(Uuid::from_u128(1));
        let start = Command::StartRound {
            round: RoundId(2),
            expected,
        };
        let reveal = |reveal| Command::RevealDeals { reveal };
        for (command, board, surety) in [
            (Command::CloseFloor { expected }, &open, Surety::Sure),
            (Command::RingBell { expected: None }, &open, Surety::Sure),
            (Command::EndRound { expected }, &open, Surety::Sure),
            (start.clone(), &open, Surety::Sure),
            (start, &closed, Surety::Pressed),
            (reveal(Reveal::Next), &open, Surety::Sure),
            (reveal(Reveal::Next), &closed, Surety::Pressed),
            (reveal(Reveal::All), &open, Surety::Sure),
            (reveal(Reveal::All), &closed, Surety::Sure),
            (Command::AnnounceResult, &closed, Surety::Sure),
            (Command::RecallDeal { deal }, &open, Surety::Sure),
            (Command::FreezeTotals, &open, Surety::CanBeTakenBack),
            (Command::WithdrawDeal { deal }, &open, Surety::CanBeTakenBack),
            (Command::RemoveDeal { deal }, &open, Surety::CanBeTakenBack),
            (Command::AdmitDeal { deal }, &open, Surety::CanBeTakenBack),
            (
                Command::EndAnnouncement {
                    announcement: AnnouncementId(Uuid::from_u128(2)),
                },
                &open,
                Surety::CanBeTakenBack,
            ),
            (Command::PauseRound { expected }, &open, Surety::Pressed),
        ] {
            assert_eq!(needed(&command, board), surety, "{command:?}");
        }
        assert!(Surety::Sure > Surety::CanBeTakenBack && Surety::CanBeTakenBack > Surety::Pressed);
    }
}

//! Decides on what the moderator's desk asks: bells, floor, rounds, freeze and announcements.

use super::given::settings;
use super::sequence;
use crate::announcement::Announcement;
use crate::board::Board;
use crate::event::Event;
use crate::exchange::{Phase, PublicTotals, RoundStart, Scene};
use crate::ids::{AnnouncementId, RoundId};
use crate::instant::Instant;
use crate::limits::RING_AHEAD_MS;
use crate::refusal::Refusal;
use crate::role::{Actor, Role};
use crate::round::{Round, RoundState};
use crate::sleep::{GoOn, Sleep};

/// A round that has no more left than this when a break is given a length is over, in milliseconds: nobody comes back for it.
const ALL_BUT_UP_MS: i64 = 60_000;

pub(super) fn open_floor(
    board: &Board,
    start_round: Option<RoundId>,
    at: Instant,
) -> Result<Vec<Event>, Refusal> {
    settings(board)?;
    if board.floor.settled_phase() == Phase::Open {
        return Err(Refusal::WrongPhase { phase: Phase::Open });
    }
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    // A bell that was rung less than its lead ago has not struck yet: the next strikes after it.
    let earliest = board.floor.closed_at().map_or(at, |closed_at| closed_at.max(at));
    let ring_at = earliest.plus_ms(RING_AHEAD_MS);
    let mut events = vec![Event::FloorOpened { ring_at }];
    if let Some(round) = start_round {
        events.extend(start_round_at(board, round, ring_at)?);
    }
    events.extend(follows_again(board, Scene::Floor));
    Ok(events)
}

pub(super) fn close_floor(board: &Board, actor: &Actor, at: Instant) -> Result<Vec<Event>, Refusal> {
    let opened_at = match board.floor.trading.last() {
        Some(trading) if trading.closed_at.is_none() => trading.opened_at,
        Some(_) => return Err(Refusal::WrongPhase { phase: Phase::Closed }),
        None => {
            return Err(Refusal::WrongPhase {
                phase: Phase::Preparing,
            });
        }
    };
    let earliest = at.max(opened_at).plus_ms(RING_AHEAD_MS);
    let current = board.current_round();
    let ring_at = match (actor.role, current.map(|round| round.state)) {
        (Role::Clock, Some(RoundState::Running { ends_at, .. })) => earliest.max(ends_at),
        _ => earliest,
    };
    let ended = current.map(|round| Event::RoundEnded {
        round: round.id,
        ended_at: ring_at,
    });
    Ok(ended
        .into_iter()
        .chain([Event::FloorClosed { ring_at }])
        .chain(follows_again(board, Scene::Closing).or_else(|| ends_break(board)))
        .collect())
}

pub(super) fn start_round(board: &Board, id: RoundId, at: Instant) -> Result<Vec<Event>, Refusal> {
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    // Its clock would run on a floor that takes no deals: before the opening bell, which starts it, and after the closing one.
    let phase = board.floor.settled_phase();
    if phase != Phase::Open {
        return Err(Refusal::WrongPhase { phase });
    }
    let mut events = start_round_at(board, id, at)?;
    match settings(board)?.staging.round_start {
        RoundStart::ShowsFloor => {
            events.extend(shows_floor(board));
            events.push(stroke(at));
        }
        RoundStart::Quiet => {}
    }
    Ok(events)
}

/// One stroke, which the whole hall hears.
const fn stroke(at: Instant) -> Event {
    Event::BellRung {
        ring_at: at.plus_ms(RING_AHEAD_MS),
    }
}

/// What brings the floor back to the wall, if it shows something else.
fn shows_floor(board: &Board) -> Option<Event> {
    match board.floor.settled_phase() {
        Phase::Open => follows_again(board, Scene::Floor),
        // Left to the bells the wall would show another scene.
        Phase::Preparing | Phase::Closed => {
            let floor = Event::SceneSet { scene: Scene::Floor };
            (board.scene != Scene::Floor).then_some(floor)
        }
    }
}

/// What leaves the wall to the bells again, so that the hall sees `scene`; nothing, if it does so already.
pub(super) fn follows_again(board: &Board, scene: Scene) -> Option<Event> {
    let automatic = Event::SceneSet {
        scene: Scene::Automatic,
    };
    (board.scene != Scene::Automatic && board.scene != scene).then_some(automatic)
}

/// What ends a break that goes on while the wall shows what it would show anyway.
pub(super) fn ends_break(board: &Board) -> Option<Event> {
    let scene = board.scene;
    board.break_until.map(|_| Event::SceneSet { scene })
}

/// Shows a scene, and leaves the end of the break as it is, if there is one.
fn shows_in_break(board: &Board, scene: Event) -> Vec<Event> {
    let goes_on = board.break_until.map(|until| Event::BreakSet { until });
    std::iter::once(scene).chain(goes_on).collect()
}

/// Shows what was chosen. The dark ends no break, and a break that is shown again after something else goes on; any other scene
/// ends it, and so does the break chosen anew while it is shown.
pub(super) fn set_scene(board: &Board, scene: Scene) -> Vec<Event> {
    let shown = Event::SceneSet { scene };
    match scene {
        Scene::Blackout => shows_in_break(board, shown),
        Scene::Pause if board.scene != Scene::Pause => shows_in_break(board, shown),
        Scene::Automatic
        | Scene::Welcome
        | Scene::Floor
        | Scene::Pause
        | Scene::Closing
        | Scene::Prizes
        | Scene::Photos => vec![shown],
    }
}

/// What lets the hall see a deal that is large, which the floor alone shows; nothing, if it does so already. A break goes on.
pub(super) fn shows_large(board: &Board) -> Vec<Event> {
    let shown = shows_floor(board);
    shown
        .map(|scene| shows_in_break(board, scene))
        .unwrap_or_default()
}

/// What lets the hall see deals that are revealed: the floor and the result show them. A break goes on.
pub(super) fn shows_revealed(board: &Board) -> Vec<Event> {
    let shown = match (board.scene, board.floor.settled_phase()) {
        (Scene::Floor | Scene::Closing, _) => None,
        (_, Phase::Closed) => follows_again(board, Scene::Closing),
        (_, Phase::Open | Phase::Preparing) => shows_floor(board),
    };
    shown
        .map(|scene| shows_in_break(board, scene))
        .unwrap_or_default()
}

/// The break is shown, and its end is known. The clock of a round that is under way stands until then, so that nothing starts or closes
/// meanwhile; a round that is all but up, or past its time, is over.
pub(super) fn set_break(board: &Board, minutes: u32, at: Instant) -> Vec<Event> {
    let under_way = board.current_round().and_then(|round| match round.state {
        RoundState::Running { ends_at, .. } if ends_at.ms_since(at) > ALL_BUT_UP_MS => {
            Some(Event::RoundPaused {
                round: round.id,
                rest_ms: ends_at.ms_since(at),
            })
        }
        RoundState::Running { .. } => Some(Event::RoundEnded {
            round: round.id,
            ended_at: at,
        }),
        RoundState::Ready | RoundState::Paused { .. } | RoundState::Ended { .. } => None,
    });
    under_way
        .into_iter()
        .chain(shows_break(board, minutes, at))
        .collect()
}

fn shows_break(board: &Board, minutes: u32, at: Instant) -> Vec<Event> {
    let shown = (board.scene != Scene::Pause).then_some(Event::SceneSet { scene: Scene::Pause });
    let until = at.plus_ms(i64::from(minutes) * 60_000);
    shown.into_iter().chain([Event::BreakSet { until }]).collect()
}

fn start_round_at(board: &Board, id: RoundId, started_at: Instant) -> Result<Vec<Event>, Refusal> {
    let round = board.round(id).ok_or(Refusal::UnknownRound)?;
    if round.is_current() {
        return Err(Refusal::WrongRoundState);
    }
    let ended = board.current_round().map(|current| Event::RoundEnded {
        round: current.id,
        ended_at: started_at,
    });
    let ends_at = started_at.plus_ms(i64::from(round.planned_minutes) * 60_000);
    Ok(ended
        .into_iter()
        .chain([Event::RoundStarted {
            round: id,
            started_at,
            ends_at,
        }])
        .collect())
}

pub(super) fn pause_round(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    let round = current(board)?;
    match round.state {
        RoundState::Running { ends_at, .. } => Ok(vec![Event::RoundPaused {
            round: round.id,
            rest_ms: ends_at.ms_since(at),
        }]),
        RoundState::Ready | RoundState::Paused { .. } | RoundState::Ended { .. } => {
            Err(Refusal::WrongRoundState)
        }
    }
}

pub(super) fn resume_round(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    let round = current(board)?;
    match round.state {
        RoundState::Paused { rest_ms, .. } => {
            let resumed = Event::RoundResumed {
                round: round.id,
                ends_at: at.plus_ms(rest_ms),
            };
            let back = back_from_break(board, at)?;
            Ok([resumed].into_iter().chain(back).collect())
        }
        RoundState::Ready | RoundState::Running { .. } | RoundState::Ended { .. } => {
            Err(Refusal::WrongRoundState)
        }
    }
}

/// What ends the break that a round goes on after, as the start of a round would.
fn back_from_break(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    if board.scene != Scene::Pause && board.break_until.is_none() {
        return Ok(Vec::new());
    }
    let shown = match settings(board)?.staging.round_start {
        RoundStart::ShowsFloor => {
            let floor = shows_floor(board).or_else(|| ends_break(board));
            [floor, Some(stroke(at))]
        }
        RoundStart::Quiet => [ends_break(board), None],
    };
    Ok(shown.into_iter().flatten().collect())
}

/// Extends or shortens. A round in overtime is extended from now; one that is shortened ends now at the earliest.
pub(super) fn adjust_round(board: &Board, by_seconds: i32, at: Instant) -> Result<Vec<Event>, Refusal> {
    let round = current(board)?;
    let by_ms = i64::from(by_seconds) * 1_000;
    match round.state {
        RoundState::Running { ends_at, .. } => {
            let from = if by_ms > 0 { ends_at.max(at) } else { ends_at };
            let ends_at = if by_ms > 0 {
                from.plus_ms(by_ms)
            } else {
                from.plus_ms(by_ms).max(at.min(ends_at))
            };
            Ok(vec![Event::RoundAdjusted {
                round: round.id,
                ends_at,
            }])
        }
        RoundState::Paused { rest_ms, .. } => {
            let rest_ms = if by_ms > 0 {
                rest_ms.max(0) + by_ms
            } else {
                (rest_ms + by_ms).max(rest_ms.min(0))
            };
            Ok(vec![Event::RoundPaused {
                round: round.id,
                rest_ms,
            }])
        }
        RoundState::Ready | RoundState::Ended { .. } => Err(Refusal::WrongRoundState),
    }
}

/// Ends the round; the break comes with it, if the next line comes by itself and is one.
pub(super) fn end_round(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    let (round, settings) = (current(board)?.id, settings(board)?);
    let follows = sequence::next(board, round).filter(|_| sequence::runs(settings));
    let minutes = follows.and_then(|follower| follower.break_minutes);
    let ended = Event::RoundEnded { round, ended_at: at };
    let breaks = minutes.map(|minutes| shows_break(board, minutes, at));
    Ok([ended].into_iter().chain(breaks.into_iter().flatten()).collect())
}

/// Notes a sleep that a running round went through, or lets the break that was slept through have the time that it had left, if
/// it ends by itself. Elsewhere a sleep is of no matter.
pub(super) fn note_sleep(board: &Board, sleep: Sleep) -> Result<Vec<Event>, Refusal> {
    if let Some(until) = sequence::break_end(board) {
        // Nobody is asked: a break that is longer than planned harms nobody, and a round that starts in an empty hall does.
        let until = until.plus_ms(sleep.shift_ms(GoOn::WhereItWas));
        return Ok(vec![Event::BreakSet { until }]);
    }
    match current(board)?.state {
        RoundState::Running { .. } => Ok(vec![Event::ServerSlept {
            sleep: sleep.after(board.sleep),
        }]),
        RoundState::Ready | RoundState::Paused { .. } | RoundState::Ended { .. } => {
            Err(Refusal::WrongRoundState)
        }
    }
}

/// Moves the end of the round as the moderator says. Whoever is second, at another desk, is told so.
pub(super) fn answer_sleep(board: &Board, go_on: GoOn) -> Result<Vec<Event>, Refusal> {
    let sleep = board.sleep.ok_or(Refusal::Stale)?;
    let round = current(board)?;
    let shift_ms = sleep.shift_ms(go_on);
    let moved = match round.state {
        RoundState::Running { ends_at, .. } => Event::RoundAdjusted {
            round: round.id,
            ends_at: ends_at.plus_ms(shift_ms),
        },
        RoundState::Paused { rest_ms, .. } => Event::RoundPaused {
            round: round.id,
            rest_ms: rest_ms.saturating_add(shift_ms),
        },
        RoundState::Ready | RoundState::Ended { .. } => return Err(Refusal::WrongRoundState),
    };
    let answered = Event::SleepAnswered { go_on };
    Ok((shift_ms != 0)
        .then_some(moved)
        .into_iter()
        .chain([answered])
        .collect())
}

fn current(board: &Board) -> Result<&Round, Refusal> {
    board.current_round().ok_or(Refusal::WrongRoundState)
}

pub(super) fn freeze(board: &Board, at: Instant) -> Result<Vec<Event>, Refusal> {
    if board.result_at.is_some() {
        return Err(Refusal::ResultAnnounced);
    }
    match board.public_totals {
        PublicTotals::Live => Ok(vec![Event::TotalsFrozen { since: at }]),
        PublicTotals::Frozen { .. } => Err(Refusal::AlreadyFrozen),
    }
}

pub(super) fn announce(id: AnnouncementId, text: &str, seconds: u32, at: Instant) -> Vec<Event> {
    let until = at.plus_ms(i64::from(seconds) * 1_000);
    vec![Event::AnnouncementMade {
        announcement: Announcement {
            id,
            text: text.trim().to_owned(),
            until,
        },
    }]
}

pub(super) fn end_announcement(board: &Board, id: AnnouncementId) -> Result<Vec<Event>, Refusal> {
    match &board.announcement {
        Some(standing) if standing.id == id => Ok(vec![Event::AnnouncementEnded { announcement: id }]),
        Some(_) | None => Err(Refusal::UnknownAnnouncement),
    }
}

//! What the desk's buttons and keys do: in one place, so that a key cannot do other than the button it stands for.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected, Reveal};
use borsklokka_shared::exchange::{Phase, PublicTotals, Scene};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::round::{Round, RoundState};
use leptos::prelude::*;

use crate::desk::surety::{Surety, needed};
use crate::desk::undo::Undo;
use crate::desk::{Desk, Twice};
use crate::texts::{self, texts};

/// What one press adds to a round or takes away, in seconds.
const ADJUST_S: i32 = 60;

/// What the round's clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// No round is under way.
    Idle,
    /// The clock runs.
    Running,
    /// It stands.
    Standing,
}

impl Hand {
    /// What it does now.
    pub fn of(board: &Board) -> Self {
        match board.current_round().map(|round| round.state) {
            Some(RoundState::Running { .. }) => Hand::Running,
            Some(RoundState::Paused { .. }) => Hand::Standing,
            Some(RoundState::Ready | RoundState::Ended { .. }) | None => Hand::Idle,
        }
    }
}

/// The next round that has not started.
pub fn next_ready(board: &Board) -> Option<&Round> {
    board.rounds.iter().find(|round| round.state == RoundState::Ready)
}

/// Whether a round may start: the opening bell starts the first, and on a floor that has closed none does.
pub fn may_start(board: &Board) -> bool {
    board.floor.settled_phase() == Phase::Open
}

/// The controls. Copied freely; made once, by [`Controls::start`].
#[derive(Clone, Copy)]
pub struct Controls {
    desk: Desk,
    undo: Undo,
    expected: Memo<Expected>,
    texts: &'static texts::Moderator,
    /// What the wall showed before it was darkened.
    before: StoredValue<Scene>,
    /// The press that ends a round.
    pub ends: Twice,
    /// The press that ends a round and starts the next.
    pub moves_on: Twice,
    /// The press that strikes the bell once.
    pub strikes: Twice,
    /// The press that reveals a deal while the floor is open.
    pub reveals: Twice,
}

impl Controls {
    /// Sets them up and lets the components below find them.
    pub fn start(desk: Desk, undo: Undo) -> Self {
        let controls = Self {
            desk,
            undo,
            expected: desk.expected(),
            texts: texts().moderator(),
            before: StoredValue::new(Scene::Automatic),
            ends: Twice::new(),
            moves_on: Twice::new(),
            strikes: Twice::new(),
            reveals: Twice::new(),
        };
        let scene = desk.live.board(|board| board.scene);
        Effect::new(move || {
            if let Some(scene) = scene.get().filter(|scene| *scene != Scene::Blackout) {
                controls.before.set_value(scene);
            }
        });
        provide_context(controls);
        controls
    }

    /// The desk's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// One stroke, for attention.
    pub fn stroke(self) {
        self.ask_surely(|expected| Command::RingBell {
            expected: Some(expected),
        });
    }

    /// [`Controls::stroke`], asking first: the whole hall hears it.
    pub fn stroke_if_sure(self) {
        self.strikes.press(move || self.stroke());
    }

    /// Starts the next round; one that runs ends.
    pub fn start_next(self) {
        let next = self
            .desk
            .live
            .peek(|board| next_ready(board).map(|round| round.id));
        if let Some(round) = next.flatten() {
            self.start_round(round);
        }
    }

    /// [`Controls::start_next`]; asks first if that ends a round.
    pub fn next(self) {
        match self.desk.live.peek(Hand::of) {
            Some(Hand::Running | Hand::Standing) => self.moves_on.press(move || self.start_next()),
            Some(Hand::Idle) | None => self.start_next(),
        }
    }

    /// Stops the clock, or lets it run on.
    pub fn pause_or_resume(self) {
        match self.desk.live.peek(Hand::of) {
            Some(Hand::Running) => self.ask(|expected| Command::PauseRound { expected }),
            Some(Hand::Standing) => self.ask(|expected| Command::ResumeRound { expected }),
            Some(Hand::Idle) | None => {}
        }
    }

    /// A minute more.
    pub fn longer(self) {
        self.ask(|expected| adjust(ADJUST_S, expected));
    }

    /// A minute less.
    pub fn shorter(self) {
        self.ask(|expected| adjust(-ADJUST_S, expected));
    }

    /// Ends the round.
    pub fn end(self) {
        self.ask_surely(|expected| Command::EndRound { expected });
    }

    /// Chooses what the wall shows.
    pub fn show(self, scene: Scene) {
        self.desk.ask(&Command::SetScene { scene });
    }

    /// Shows the break, and says how long it is.
    pub fn take_break(self, minutes: u32) {
        self.desk.ask(&Command::SetBreak { minutes });
    }

    /// Darkens the wall; a dark one shows again what it showed before, in a break the break.
    pub fn blackout(self) {
        let scene = self
            .desk
            .live
            .peek(|board| match (board.scene, board.break_until) {
                (Scene::Blackout, Some(_)) => Scene::Pause,
                (Scene::Blackout, None) => self.before.get_value(),
                _ => Scene::Blackout,
            });
        self.show(scene.unwrap_or(Scene::Blackout));
    }

    /// Freezes the public's count.
    pub fn freeze(self) {
        let back = Command::RevealDeals { reveal: Reveal::All };
        self.undo
            .ask(&Command::FreezeTotals, self.texts.did_freeze.to_owned(), back);
    }

    /// Shows the public what it has not seen.
    pub fn reveal(self, reveal: Reveal) {
        self.desk.ask_surely(&Command::RevealDeals { reveal });
    }

    /// Shows the public the oldest deal that it has not seen, if the count is frozen. While the floor is open it asks first.
    pub fn reveal_next(self) {
        let next = Command::RevealDeals { reveal: Reveal::Next };
        let stands = self.desk.live.peek(|board| {
            let is_frozen = matches!(board.public_totals, PublicTotals::Frozen { .. });
            is_frozen.then(|| needed(&next, board))
        });
        match stands.flatten() {
            Some(Surety::Sure) => self.reveals.press(move || self.reveal(Reveal::Next)),
            Some(Surety::Pressed | Surety::CanBeTakenBack) => self.reveal(Reveal::Next),
            None => {}
        }
    }

    /// Starts a round, also one that was held; one that runs ends.
    pub fn start_round(self, round: RoundId) {
        let expected = self.expected.get_untracked();
        self.desk.ask_surely(&Command::StartRound { round, expected });
    }

    fn ask_surely(self, command: fn(Expected) -> Command) {
        self.desk.ask_surely(&command(self.expected.get_untracked()));
    }

    fn ask(self, command: fn(Expected) -> Command) {
        self.desk.ask(&command(self.expected.get_untracked()));
    }
}

fn adjust(by_seconds: i32, expected: Expected) -> Command {
    Command::AdjustRound { by_seconds, expected }
}

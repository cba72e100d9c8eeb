//! The bell of the desk: held, not tapped. What it does follows the floor: it opens it, closes it after a second hold,
//! and opens it again after another two.

use std::time::Duration;

use borsklokka_shared::bell::Bell;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::instant::Instant;
use leptos::prelude::*;
use web_sys::Event;

use super::controls::{Controls, next_ready};
use crate::components::{BellGlyph, HoldButton, Holding, Lapse};
use crate::desk::{Desk, TwicePressed};
use crate::texts::{self, texts};

/// How long the second hold is waited for.
const ARMED: Duration = Duration::from_secs(6);
/// How long the bell on the desk swings, in milliseconds.
const SWINGS_MS: i64 = 2_500;

/// What the bell does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rings {
    /// It opens the floor, and starts a round if one waits.
    Open(Option<RoundId>),
    /// It closes the floor.
    Close,
    /// It opens a floor that has closed; the round is the next, and waits.
    Reopen(Option<RoundId>),
    /// Nothing: the result is announced.
    Done,
}

impl Rings {
    fn of(board: &Board) -> Self {
        // One that runs already runs on.
        let is_free = board.current_round().is_none();
        let next = next_ready(board).filter(|_| is_free).map(|round| round.id);
        match board.floor.settled_phase() {
            Phase::Preparing => Rings::Open(next),
            Phase::Open => Rings::Close,
            Phase::Closed if board.result_at.is_some() => Rings::Done,
            Phase::Closed => Rings::Reopen(next),
        }
    }

    /// Whether a hold only asks, and the next one rings. `asked` is what a hold has just asked for: it stands for nothing else.
    fn asks(self, asked: Option<Rings>) -> bool {
        match self {
            Rings::Close | Rings::Reopen(_) => asked != Some(self),
            Rings::Open(_) | Rings::Done => false,
        }
    }

    fn command(self, expected: Expected) -> Option<Command> {
        match self {
            Rings::Open(round) => Some(Command::OpenFloor {
                expected,
                start_round: round,
            }),
            Rings::Reopen(_) => Some(Command::OpenFloor {
                expected,
                start_round: None,
            }),
            Rings::Close => Some(Command::CloseFloor { expected }),
            Rings::Done => None,
        }
    }
}

/// What the bell says: its large words and the small ones under them.
fn words(t: &texts::Moderator, rings: Rings, is_armed: bool) -> (&'static str, String) {
    match rings {
        Rings::Open(Some(RoundId(round))) => (t.hold_to_ring, t.opens_with(round)),
        Rings::Open(None) => (t.hold_to_ring, t.opens.to_owned()),
        Rings::Close if is_armed => (t.hold_again, t.closes_now.to_owned()),
        Rings::Close => (t.hold_to_ring, t.closes.to_owned()),
        Rings::Reopen(Some(RoundId(round))) if is_armed => (t.hold_again, t.reopens_before(round)),
        Rings::Reopen(None) if is_armed => (t.hold_again, t.reopens_now.to_owned()),
        Rings::Reopen(_) => (t.hold_to_ring, t.reopens.to_owned()),
        Rings::Done => (t.bell_done, String::new()),
    }
}

/// The bell's state on this desk. Copied freely; made once, by [`Held::start`].
#[derive(Clone, Copy)]
pub struct Held {
    desk: Desk,
    rings: Memo<Option<Rings>>,
    expected: Memo<Expected>,
    holding: Holding,
    /// What a hold has asked for, and the next one does.
    armed: Lapse<Rings>,
}

impl Held {
    /// A bell that nobody holds.
    pub fn start(desk: Desk) -> Self {
        let held = Self {
            desk,
            rings: desk.live.board(Rings::of),
            expected: desk.expected(),
            holding: Holding::new(),
            armed: Lapse::new(),
        };
        provide_context(held);
        held
    }

    /// The desk's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// A hand or a key is on it.
    pub fn press(self, event: &Event) {
        if let (Some(rings), false) = (self.rings.get_untracked(), self.desk.is_cut_off_now()) {
            // What the desk showed as the hold began.
            let (expected, asked) = (self.expected.get_untracked(), self.asked());
            self.holding
                .press(event, move || self.ring(rings, expected, asked));
        }
    }

    /// It is let go.
    pub fn release(self, event: &Event) {
        self.holding.release(event);
    }

    /// The page has lost the keys.
    pub fn cancel(self) {
        self.holding.cancel();
    }

    /// Rings without a hold, for a button that cannot be held.
    pub fn ring_now(self) {
        if let Some(rings) = self.rings.get_untracked() {
            self.ring(rings, self.expected.get_untracked(), self.asked());
        }
    }

    fn asked(self) -> Option<Rings> {
        self.armed.now().get_untracked()
    }

    fn ring(self, rings: Rings, expected: Expected, asked: Option<Rings>) {
        if rings.asks(asked) {
            self.armed.begin(rings, ARMED);
        } else if let Some(command) = rings.command(expected) {
            self.armed.end();
            self.desk.ask_surely(&command);
        }
    }
}

/// The bell.
#[component]
pub fn HeldBell() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().moderator();
    let held = Held::of_page();
    let cut_off = desk.is_cut_off();
    let rings = held.rings;
    let disabled = Memo::new(move |_| cut_off.get() || matches!(rings.get(), None | Some(Rings::Done)));
    let armed = Memo::new(move |_| {
        let asked = held.armed.now().get();
        asked.is_some() && asked == rings.get()
    });
    let says = Memo::new(move |_| {
        if cut_off.get() {
            return (t.bell_offline, String::new());
        }
        rings
            .get()
            .map_or_else(Default::default, |rings| words(t, rings, armed.get()))
    });
    let swings = desk
        .live
        .board_at(|board, now| board.bell.is_some_and(|bell| swings(bell, now)));
    view! {
        <HoldButton
            class="held-bell"
            testid="bell"
            holding=held.holding
            press=move |event| held.press(event)
            disabled=disabled
            class:armed=armed
            class:swings=move || swings.get() == Some(true)
            attr:data-armed=move || armed.get().to_string()
        >
            <svg class="held-bell-ring" viewBox="0 0 100 100" aria-hidden="true">
                <circle cx="50" cy="50" r="48" pathLength="1" />
            </svg>
            <BellGlyph />
            <span class="held-bell-words">{move || says.get().0}</span>
            <span class="held-bell-small">{move || says.get().1}</span>
        </HoldButton>
    }
}

/// One stroke, for attention.
#[component]
pub fn Stroke() -> impl IntoView {
    let (desk, controls) = (Desk::of_page(), Controls::of_page());
    view! {
        <TwicePressed
            testid="stroke"
            disabled=desk.is_cut_off()
            twice=controls.strikes
            asks=texts().moderator().sure
            press=move || controls.stroke()
        >
            {texts().moderator().stroke}
        </TwicePressed>
    }
}

fn swings(bell: Bell, now: Instant) -> bool {
    (0..SWINGS_MS).contains(&now.ms_since(bell.ring_at))
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::round::{Round, RoundState};
    use borsklokka_shared::trading::Trading;

    use super::*;

    /// What the bell does on a floor that was opened and closed so often; the second round is the next.
    fn rings(trading: &[Trading]) -> Rings {
        let mut board = Board::empty(Audience::Staff);
        board.floor.trading = trading.to_vec();
        let ended_at = Instant::from_unix_ms(1);
        for (id, state) in [(1, RoundState::Ended { ended_at }), (2, RoundState::Ready)] {
            board.rounds.push(Round {
                held: Vec::new(),
                id: RoundId(id),
                title: format!("Runde {id}"),
                planned_minutes: 25,
                state,
            });
        }
        Rings::of(&board)
    }

    #[test]
    fn what_takes_the_floor_from_the_hall_or_gives_it_back_is_asked_first() {
        let opened_at = Instant::from_unix_ms(0);
        let trading = |closed_at| Trading { opened_at, closed_at };
        let open = rings(&[]);
        let close = rings(&[trading(None)]);
        let reopen = rings(&[trading(Some(Instant::from_unix_ms(1)))]);
        let next = Some(RoundId(2));
        assert_eq!(
            [open, close, reopen],
            [Rings::Open(next), Rings::Close, Rings::Reopen(next)]
        );
        for (rings, asked, asks) in [
            // The first bell of the evening.
            (open, None, false),
            (close, None, true),
            (close, Some(close), false),
            // A hold too many after the closing bell.
            (reopen, None, true),
            (reopen, Some(close), true),
            (reopen, Some(reopen), false),
            // Meanwhile another round became the next.
            (reopen, Some(Rings::Reopen(None)), true),
        ] {
            assert_eq!(rings.asks(asked), asks, "{rings:?} after {asked:?}");
        }
    }
}

//! The evening's programme, with the line that the evening has come to.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Slot;
use borsklokka_shared::round::RoundState;
use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::desk::Desk;
use crate::texts::texts;

/// The programme.
#[component]
pub fn Programme() -> impl IntoView {
    let desk = Desk::of_page();
    let items = desk.live.board(|board| board.programme.clone());
    let place = desk.live.board_at(|board, now| {
        let zone = &board.settings.as_ref()?.time_zone;
        Some(Place::of(board, &time_of_day(now, zone)))
    });
    let place = Memo::new(move |_| place.get().flatten().unwrap_or_default());
    view! {
        <section class="panel">
            <h2>{texts().moderator().programme}</h2>
            <ol class="desk-programme">
                {move || {
                    items
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .enumerate()
                        .map(|(line, item)| {
                            view! {
                                <li
                                    data-past=move || (line < place.get().past).to_string()
                                    data-near=move || place.get().is_near(line).to_string()
                                    aria-current=move || (place.get().current == Some(line)).then_some("true")
                                >
                                    <span class="desk-programme-time">{item.time}</span>
                                    <span dir="auto">{item.title}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ol>
        </section>
    }
}

/// How many lines show where there is little room: the one that the evening has come to, and those after it.
const NEAR: usize = 3;

/// Where the evening stands in its programme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    /// How many lines have been.
    past: usize,
    /// The line that it is at; none between two.
    current: Option<usize>,
}

impl Place {
    /// At a time of day, `HH:MM`. A round that was held has been, whatever comes after it.
    fn of(board: &Board, time: &str) -> Self {
        let Some(line) = board.programme_line(time) else {
            return Self::default();
        };
        let is_over = match board.programme[line].slot {
            Slot::Round { round, .. } => board
                .round(round)
                .is_some_and(|round| matches!(round.state, RoundState::Ended { .. })),
            Slot::Gathering | Slot::Closing => false,
        };
        if is_over {
            Self {
                past: line + 1,
                current: None,
            }
        } else {
            Self {
                past: line,
                current: Some(line),
            }
        }
    }

    fn is_near(self, line: usize) -> bool {
        (self.past..).take(NEAR).any(|near| near == line)
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::exchange::{ProgrammeItem, Scene};
    use borsklokka_shared::ids::RoundId;
    use borsklokka_shared::instant::Instant;
    use borsklokka_shared::round::Round;
    use borsklokka_shared::trading::Trading;

    use super::*;

    #[test]
    fn a_round_that_was_held_is_not_where_the_evening_is() {
        let at = Instant::from_unix_ms;
        let mut board = Board::empty(Audience::Staff);
        let slots = [1, 2].map(|n| Slot::Round {
            round: RoundId(n),
            minutes: 8,
        });
        board.programme = [Slot::Gathering, slots[0].clone(), slots[1].clone(), Slot::Closing]
            .into_iter()
            .zip(["18:30", "18:40", "18:50", "19:00"])
            .map(|(slot, time)| ProgrammeItem {
                time: time.to_owned(),
                title: String::new(),
                slot,
            })
            .collect();
        let running = RoundState::Running {
            started_at: at(0),
            ends_at: at(480_000),
            paused_ms: 0,
        };
        board.rounds = [running, RoundState::Ready]
            .into_iter()
            .zip(1..)
            .map(|(state, n)| Round {
                held: Vec::new(),
                id: RoundId(n),
                title: String::new(),
                planned_minutes: 8,
                state,
            })
            .collect();
        board.floor.trading.push(Trading {
            opened_at: at(0),
            closed_at: None,
        });
        let place = |past, current| Place { past, current };
        assert_eq!(Place::of(&board, "18:45"), place(1, Some(1)));
        board.rounds[0].state = RoundState::Ended { ended_at: at(9) };
        for scene in [Scene::Automatic, Scene::Pause] {
            board.scene = scene;
            let between = Place::of(&board, "18:49");
            assert_eq!(between, place(2, None), "{scene:?}");
            assert!(between.is_near(2) && !between.is_near(1));
        }
        board.floor.trading[0].closed_at = Some(at(10));
        assert_eq!(Place::of(&board, "19:01"), place(3, Some(3)));
    }
}

//! A banner over the wall: a moment worth a cheer.

use std::collections::VecDeque;
use std::time::Duration;

use borsklokka_shared::event::Event;
use borsklokka_shared::milestone::Milestone;
use leptos::prelude::*;

use crate::components::{BellGlyph, part};
use crate::live::Live;
use crate::texts::texts;

/// How long a milestone stays, in milliseconds.
const MILESTONE_MS: u64 = 6_000;

/// A moment worth a cheer. Several at once are shown one after the other.
#[component]
pub fn MilestoneBanner() -> impl IntoView {
    let live = Live::of_page();
    let waiting = RwSignal::new(VecDeque::<Milestone>::new());
    live.on_event(move |message| {
        if let Event::MilestoneReached { milestone, .. } = message.event {
            waiting.update(|waiting| queue(waiting, milestone));
            if waiting.with_untracked(VecDeque::len) == 1 {
                show_next_later(waiting);
            }
        }
    });
    // The one that is shown gives way in its own time, to nothing.
    live.on_new_history(move || waiting.set(VecDeque::new()));
    let shown = Memo::new(move |_| waiting.with(|waiting| waiting.front().copied()));
    part(move || {
        let milestone = shown.get()?;
        let banner = view! {
            <div class="milestone" data-testid="milestone" data-kind=kind(milestone) role="status">
                <BellGlyph />
                <p>{said(live, milestone)}</p>
            </div>
        };
        Some(banner.into_any())
    })
}

/// Lets a milestone wait behind the one that is shown. A round number that waits gives way to a higher one and to the goal: in a
/// burst the wall does not lag behind its own count.
fn queue(waiting: &mut VecDeque<Milestone>, milestone: Milestone) {
    if matches!(milestone, Milestone::Every { .. } | Milestone::Goal { .. }) {
        let shown = waiting.pop_front();
        waiting.retain(|waits| !matches!(waits, Milestone::Every { .. }));
        if let Some(shown) = shown {
            waiting.push_front(shown);
        }
    }
    waiting.push_back(milestone);
}

fn show_next_later(waiting: RwSignal<VecDeque<Milestone>>) {
    let next = move || {
        let left = waiting.try_update(|waiting| {
            waiting.pop_front();
            waiting.len()
        });
        if left.is_some_and(|left| left > 0) {
            show_next_later(waiting);
        }
    };
    set_timeout(next, Duration::from_millis(MILESTONE_MS));
}

/// A milestone's name in style sheets and tests.
const fn kind(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::First => "first",
        Milestone::Every { .. } => "every",
        Milestone::Record { .. } => "record",
        Milestone::Goal { .. } => "goal",
    }
}

fn said(live: Live, milestone: Milestone) -> String {
    let t = texts().wall();
    match milestone {
        Milestone::First => t.milestone_first.to_owned(),
        Milestone::Every { count } => t.milestone_count(count),
        Milestone::Goal { goal } => t.milestone_goal(goal),
        Milestone::Record { beaten } => {
            let name = live
                .peek(|board| Some(board.settings.as_ref()?.benchmark.as_ref()?.name.clone()))
                .flatten();
            t.milestone_record(name.unwrap_or_else(|| beaten.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_leaves_the_moment_that_is_shown_the_record_and_the_goal() {
        let every = |count| Milestone::Every { count };
        let mut waiting = VecDeque::new();
        for milestone in [
            every(30),
            every(40),
            Milestone::Record { beaten: 43 },
            every(50),
            Milestone::Goal { goal: 60 },
        ] {
            queue(&mut waiting, milestone);
        }
        assert_eq!(
            waiting,
            [
                every(30),
                Milestone::Record { beaten: 43 },
                Milestone::Goal { goal: 60 }
            ]
        );
        queue(&mut waiting, every(70));
        queue(&mut waiting, every(80));
        assert_eq!(waiting.back(), Some(&every(80)));
        assert_eq!(waiting.len(), 4);
    }
}

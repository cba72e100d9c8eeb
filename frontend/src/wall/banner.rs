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
            waiting.update(|waiting| waiting.push_back(milestone));
            if waiting.with_untracked(VecDeque::len) == 1 {
                show_next_later(waiting);
            }
        }
    });
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
    let t = &texts().wall;
    match milestone {
        Milestone::First => t.milestone_first.to_owned(),
        Milestone::Every { count } => (t.milestone_count)(count),
        Milestone::Goal { goal } => (t.milestone_goal)(goal),
        Milestone::Record { beaten } => {
            let name = live
                .peek(|board| Some(board.settings.as_ref()?.benchmark.as_ref()?.name.clone()))
                .flatten();
            (t.milestone_record)(&name.unwrap_or_else(|| beaten.to_string()))
        }
    }
}

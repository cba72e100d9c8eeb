//! How far a screen is behind: the events that the desk has heard, counted against the position that the screen reported.

use std::collections::VecDeque;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::instant::Instant;

/// How many events are remembered; one that lacks them all lacks "at least" so many.
const EVENTS_MAX: usize = 200;
/// Screens report now and then, so an event must be this old before it is missed, in milliseconds.
const GRACE_MS: i64 = 15_000;

/// The last events.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    events: VecDeque<(Instant, Seq, Audience)>,
}

impl Trail {
    /// Takes an event that happened `at`, for `audience`.
    pub fn note(&mut self, at: Instant, seq: Seq, audience: Audience) {
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back((at, seq, audience));
    }

    /// How many events a screen of `audience` lacks, which has come to `position`.
    pub fn behind(&self, audience: Audience, position: Seq, now: Instant) -> usize {
        self.events
            .iter()
            .filter(|(at, seq, meant_for)| {
                *seq > position && audience.sees(*meant_for) && now.ms_since(*at) >= GRACE_MS
            })
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_screen_should_have_and_lacks() {
        let at = Instant::from_unix_ms;
        let mut trail = Trail::default();
        trail.note(at(0), Seq(11), Audience::Public);
        trail.note(at(1_000), Seq(12), Audience::Staff);
        trail.note(at(2_000), Seq(13), Audience::Public);
        trail.note(at(30_000), Seq(14), Audience::Public);
        for (audience, position, behind) in [
            (Audience::Public, 13, 0),
            (Audience::Public, 11, 1),
            (Audience::Public, 10, 2),
            (Audience::Staff, 10, 3),
        ] {
            assert_eq!(trail.behind(audience, Seq(position), at(31_000)), behind);
        }
        assert_eq!(trail.behind(Audience::Public, Seq(13), at(45_000)), 1);
    }
}

//! The bell on the wall: it swings over everything, a stroke at the end of each swing, and it is heard where sound is on. A
//! page that nobody could see while it rang shows that it did when it is seen again; late it is never heard.

use borsklokka_shared::bell::{Bell as Rung, BellKind};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::DealSound;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::RING_AHEAD_MS;
use borsklokka_shared::milestone::Milestone;
use leptos::prelude::*;

use super::hammer::{self, BLOW_MS};
use super::start::Sound;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::{BellGlyph, part, words};
use crate::live::Live;
use crate::sound::bell::Bell;
use crate::texts::texts;

/// How long the bell swings over the wall, in milliseconds: three strokes, and the last one's echo.
const SWINGS_MS: i64 = 5_000;
/// A bell that was missed by more than this is not struck any more, in milliseconds.
const LATE_MS_MAX: i64 = 300;
/// A bell that rang this long before the page is seen again is no news, in milliseconds.
const MISSED_MS_MAX: i64 = 10 * 60_000;

/// How the bell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// It is known, and has not struck.
    Rises,
    /// It strikes.
    Tolls,
    /// It struck while nobody could see the page.
    Missed(Instant),
}

/// When nobody could see the page, last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Away {
    from: Instant,
    /// None while it lasts.
    until: Option<Instant>,
}

impl Away {
    fn missed(self, ring_at: Instant, now: Instant) -> bool {
        self.until.is_some_and(|until| {
            self.from <= ring_at
                && ring_at < until
                && until.ms_since(ring_at) < MISSED_MS_MAX
                && (0..SWINGS_MS).contains(&now.ms_since(until))
        })
    }
}

/// Which bell is shown at `now`, and how.
fn shown(rung: Option<Rung>, away: Option<Away>, now: Instant) -> Option<(BellKind, Manner)> {
    let rung = rung.filter(|rung| rung.kind != BellKind::Stroke)?;
    let since_ms = now.ms_since(rung.ring_at);
    let manner = if (-RING_AHEAD_MS..0).contains(&since_ms) {
        Manner::Rises
    } else if (0..SWINGS_MS).contains(&since_ms) {
        Manner::Tolls
    } else if away.is_some_and(|away| away.missed(rung.ring_at, now)) {
        Manner::Missed(rung.ring_at)
    } else {
        return None;
    };
    Some((rung.kind, manner))
}

/// Follows when nobody can see the page.
fn follow_away(live: Live) -> RwSignal<Option<Away>> {
    let hidden = |since| Away {
        from: since,
        until: None,
    };
    let away = RwSignal::new(browser::is_hidden().then(|| hidden(live.now())));
    let listener = window_event_listener_untyped("visibilitychange", move |_| {
        let now = live.now();
        away.update(|away| {
            if browser::is_hidden() {
                *away = Some(hidden(now));
            } else if let Some(away) = away {
                away.until.get_or_insert(now);
            }
        });
    });
    on_cleanup(move || listener.remove());
    away
}

/// The opening or the closing bell, over everything. It rises as soon as it is known, and swings from the stroke on.
#[component]
pub fn BellOverlay() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let away = follow_away(live);
    let ringing = live.board_at(move |board, now| shown(board.bell, away.get(), now));
    let kind = Memo::new(move |_| ringing.get().flatten().map(|(kind, _)| kind));
    let tolls = move || matches!(ringing.get().flatten(), Some((_, Manner::Tolls)));
    let is_missed = move || matches!(ringing.get().flatten(), Some((_, Manner::Missed(_))));
    let missed = move || match ringing.get()?? {
        (_, Manner::Missed(ring_at)) => live.read(|board| {
            let zone = &board.settings.as_ref()?.time_zone;
            Some(t.wall().bell_rang_at(time_of_day(ring_at, zone)))
        })?,
        (_, Manner::Rises | Manner::Tolls) => None,
    };
    sound_it(live);
    part(move || {
        let said = match kind.get()? {
            BellKind::Opening => t.wall().bell_opens,
            BellKind::Closing => t.wall().bell_closes,
            BellKind::Stroke => return None,
        };
        let overlay = view! {
            <div class="bell-overlay" class:tolls=tolls class:missed=is_missed data-testid="bell" role="alert">
                <i class="bell-ring"></i>
                <BellGlyph />
                <p>{said}</p>
                <p class="bell-missed">{words(missed)}</p>
            </div>
        };
        Some(overlay.into_any())
    })
}

/// Strikes what is to be heard, as long as the wall stands.
fn sound_it(live: Live) {
    let sound = Sound::of_page();
    let rung = live.board(|board| board.bell);
    Effect::new(move || {
        let Some(rung) = rung.get().flatten() else {
            return;
        };
        let wait_ms = rung.ring_at.ms_since(live.now());
        if wait_ms < -LATE_MS_MAX {
            return;
        }
        // Everything on the wall that hangs on the stroke changes with it.
        live.at(rung.ring_at, || {});
        sound.with(|bell| bell.ring(strokes(rung.kind), wait_ms as f64));
    });
    live.on_public_event(move |message| match &message.event {
        Event::DealPosted { .. } => {
            let wanted = live.peek(|board| Some(board.settings.as_ref()?.staging.deal_sound));
            if live.peek(hammer::falls) == Some(true) {
                sound.with(|bell| bell.knock(BLOW_MS));
            } else if wanted.flatten() == Some(DealSound::Ting) {
                sound.with(Bell::ting);
            }
        }
        Event::MilestoneReached {
            milestone: Milestone::Goal { .. },
            ..
        } => sound.with(Bell::peal),
        _ => {}
    });
}

const fn strokes(kind: BellKind) -> u32 {
    match kind {
        BellKind::Opening | BellKind::Closing => 3,
        BellKind::Stroke => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_is_seen_while_it_rings_and_once_by_who_could_not_see_it() {
        let at = Instant::from_unix_ms;
        let opening = Rung {
            kind: BellKind::Opening,
            ring_at: at(100_000),
        };
        let hidden = |from, until| Away {
            from: at(from),
            until: Some(at(until)),
        };
        let missed = Some(Manner::Missed(at(100_000)));
        for (away, now, manner) in [
            (None, 99_700, Some(Manner::Rises)),
            (None, 100_000, Some(Manner::Tolls)),
            (None, 105_000, None),
            // It is still hidden: nobody looks.
            (
                Some(Away {
                    from: at(90_000),
                    until: None,
                }),
                150_000,
                None,
            ),
            (Some(hidden(90_000, 150_000)), 150_000, missed),
            (Some(hidden(90_000, 150_000)), 154_999, missed),
            (Some(hidden(90_000, 150_000)), 155_000, None),
            // It came back while the bell rang.
            (Some(hidden(90_000, 102_000)), 102_000, Some(Manner::Tolls)),
            (Some(hidden(90_000, 102_000)), 106_000, missed),
            // It was seen while it rang.
            (Some(hidden(101_000, 150_000)), 150_000, None),
            (Some(hidden(90_000, 99_000)), 106_000, None),
            // That is no news any more.
            (Some(hidden(90_000, 800_000)), 800_000, None),
        ] {
            let shown = shown(Some(opening), away, at(now));
            assert_eq!(shown.map(|(_, manner)| manner), manner, "{away:?} {now}");
        }
        let stroke = Rung {
            kind: BellKind::Stroke,
            ..opening
        };
        assert_eq!(shown(Some(stroke), None, at(100_000)), None);
    }
}

//! A hold: a press that counts only when it has lasted. Nobody rings the bell of a hall with a sleeve, nor lets the hammer
//! fall with one.
//!
//! It ends with the frame that shows it full. A busy page may have no frame in time: so letting go asks the device, too,
//! how long the hand was on it, by the two events' own times.

use leptos::prelude::*;
use web_sys::Event;

use crate::browser;

/// How long a hold is, in milliseconds.
const HOLD_MS: f64 = 800.0;

/// A hold under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hold {
    /// When the device felt it: the time of the event.
    felt_ms: f64,
    /// When the page heard of it, on the device's monotonic clock: later, if the page was busy.
    heard_ms: f64,
}

impl Hold {
    /// How far it has come, from 0 to 1, as far as the page knows: it may have been let go and the page not heard of it.
    fn progress(self, now_ms: f64) -> f64 {
        ((now_ms - self.heard_ms) / HOLD_MS).clamp(0.0, 1.0)
    }

    /// Whether it had lasted when the device felt that it was let go.
    fn has_lasted(self, let_go_ms: f64) -> bool {
        let_go_ms - self.felt_ms >= HOLD_MS
    }
}

/// What is done once a hold has lasted.
type Done = Box<dyn FnOnce()>;

/// Something to hold. Copied freely; made once, by [`Holding::new`].
#[derive(Clone, Copy)]
pub struct Holding {
    hold: StoredValue<Option<(Hold, Done)>, LocalStorage>,
    progress: RwSignal<f64>,
}

impl Holding {
    /// Nobody holds it yet.
    pub fn new() -> Self {
        Self {
            hold: StoredValue::new_local(None),
            progress: RwSignal::new(0.0),
        }
    }

    /// A hand or a key is on it; `done` is called if it stays for long enough.
    pub fn press(self, event: &Event, done: impl FnOnce() + 'static) {
        if self.hold.with_value(Option::is_none) {
            let hold = Hold {
                felt_ms: event.time_stamp(),
                heard_ms: browser::monotonic_ms(),
            };
            self.hold.set_value(Some((hold, Box::new(done))));
            self.watch();
        }
    }

    /// It is let go, after long enough or too early.
    pub fn release(self, event: &Event) {
        if let Some((hold, done)) = self.take()
            && hold.has_lasted(event.time_stamp())
        {
            done();
        }
    }

    /// The hand has slipped off, or the page has lost the keys: nothing is done.
    pub fn cancel(self) {
        let _slipped = self.take();
    }

    fn take(self) -> Option<(Hold, Done)> {
        // What is held may be gone from the screen by now.
        let _gone = self.progress.try_set(0.0);
        self.hold.try_update_value(Option::take).flatten()
    }

    /// Follows the hold from frame to frame, until it is let go or long enough.
    fn watch(self) {
        request_animation_frame(move || {
            let hold = self
                .hold
                .try_with_value(|held| held.as_ref().map(|(hold, _)| *hold));
            let Some(hold) = hold.flatten() else {
                return;
            };
            let progress = hold.progress(browser::monotonic_ms());
            self.progress.set(progress);
            if progress < 1.0 {
                self.watch();
            } else if let Some((_, done)) = self.take() {
                done();
            }
        });
    }
}

impl Default for Holding {
    fn default() -> Self {
        Self::new()
    }
}

/// A button that is held, by hand or by key; how far the hold has come is its `--held`, from 0 to 1.
#[component]
pub fn HoldButton(
    /// How it looks.
    class: &'static str,
    /// What tests call it.
    testid: &'static str,
    /// What is held.
    holding: Holding,
    /// Called when a hand or a key comes on it.
    press: impl Fn(&Event) + Copy + 'static,
    /// Whether it cannot be held just now.
    #[prop(into)]
    disabled: Signal<bool>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=class
            data-testid=testid
            disabled=move || disabled.get()
            style:--held=move || format!("{:.3}", holding.progress.get())
            on:pointerdown=move |event| {
                if event.is_primary() && event.button() == 0 {
                    press(&event);
                }
            }
            on:pointerup=move |event| holding.release(&event)
            on:pointerleave=move |_| holding.cancel()
            on:pointercancel=move |_| holding.cancel()
            on:contextmenu=move |event| event.prevent_default()
            on:keydown=move |event| {
                if matches!(event.key().as_str(), " " | "Enter") {
                    event.prevent_default();
                    if !event.repeat() {
                        press(&event);
                    }
                }
            }
            on:keyup=move |event| holding.release(&event)
            on:blur=move |_| holding.cancel()
        >
            {children()}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Hold = Hold {
        felt_ms: 1_000.0,
        heard_ms: 1_500.0,
    };

    #[test]
    fn a_tap_is_no_hold() {
        assert!(HOLD.progress(1_620.0) < 0.2);
        assert!(HOLD.progress(2_299.0) < 1.0);
        assert!(HOLD.progress(2_300.0) >= 1.0);
        assert!(HOLD.progress(9_000.0) >= 1.0);
    }

    #[test]
    fn a_busy_page_makes_no_hold_of_a_tap_and_no_tap_of_a_hold() {
        assert!(!HOLD.has_lasted(1_120.0));
        assert!(!HOLD.has_lasted(1_799.0));
        assert!(HOLD.has_lasted(1_800.0));
    }
}

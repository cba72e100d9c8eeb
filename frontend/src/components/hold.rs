//! A hold: a press that counts only when it has lasted. Nobody rings the bell of a hall with a sleeve, nor lets the hammer
//! fall with one.

use leptos::prelude::*;

use crate::browser;

/// How long a hold is, in milliseconds.
const HOLD_MS: f64 = 800.0;

/// A hold under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hold {
    since_ms: f64,
}

impl Hold {
    /// A hold that begins now, on the device's monotonic clock.
    fn begun(now_ms: f64) -> Self {
        Self { since_ms: now_ms }
    }

    /// How far it has come, from 0 to 1.
    fn progress(self, now_ms: f64) -> f64 {
        ((now_ms - self.since_ms) / HOLD_MS).clamp(0.0, 1.0)
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
    pub fn press(self, done: impl FnOnce() + 'static) {
        if self.hold.with_value(Option::is_none) {
            let hold = Hold::begun(browser::monotonic_ms());
            self.hold.set_value(Some((hold, Box::new(done))));
            self.watch();
        }
    }

    /// It is let go.
    pub fn release(self) {
        // What is held may be gone from the screen by now.
        let _gone = self.hold.try_set_value(None);
        let _gone = self.progress.try_set(0.0);
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
            } else {
                let held = self.hold.try_update_value(Option::take).flatten();
                self.release();
                if let Some((_, done)) = held {
                    done();
                }
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
    press: impl Fn() + Copy + 'static,
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
            style=move || format!("--held: {:.3}", holding.progress.get())
            on:pointerdown=move |event| {
                if event.is_primary() && event.button() == 0 {
                    press();
                }
            }
            on:pointerup=move |_| holding.release()
            on:pointerleave=move |_| holding.release()
            on:pointercancel=move |_| holding.release()
            on:contextmenu=move |event| event.prevent_default()
            on:keydown=move |event| {
                if matches!(event.key().as_str(), " " | "Enter") {
                    event.prevent_default();
                    if !event.repeat() {
                        press();
                    }
                }
            }
            on:keyup=move |_| holding.release()
            on:blur=move |_| holding.release()
        >
            {children()}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_is_no_hold() {
        let hold = Hold::begun(1_000.0);
        assert!(hold.progress(1_120.0) < 0.2);
        assert!(hold.progress(1_799.0) < 1.0);
        assert!(hold.progress(1_800.0) >= 1.0);
        assert!(hold.progress(9_000.0) >= 1.0);
    }
}

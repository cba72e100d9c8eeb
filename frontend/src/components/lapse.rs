//! What is said or asked for a while, and then no more.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

/// What lapses by itself. Begun anew it has its whole while again, however long ago it was begun first. Copied freely; made once, by
/// [`Lapse::new`].
#[derive(Clone, Copy)]
pub struct Lapse<T: Send + Sync + 'static> {
    now: RwSignal<Option<T>>,
    end: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl<T: Copy + Send + Sync + 'static> Lapse<T> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            now: RwSignal::new(None),
            end: StoredValue::new_local(None),
        }
    }

    /// What it is, until it lapses.
    pub fn now(self) -> Signal<Option<T>> {
        self.now.into()
    }

    /// Begins.
    pub fn begin(self, what: T, stays: Duration) {
        self.end();
        self.now.set(Some(what));
        let lapse = move || {
            // The screen may be gone by then.
            let _gone = self.now.try_set(None);
        };
        self.end.set_value(set_timeout_with_handle(lapse, stays).ok());
    }

    /// Ends before its time.
    pub fn end(self) {
        if let Some(end) = self.end.try_update_value(Option::take).flatten() {
            end.clear();
        }
        let _gone = self.now.try_set(None);
    }
}

impl<T: Copy + Send + Sync + 'static> Default for Lapse<T> {
    fn default() -> Self {
        Self::new()
    }
}

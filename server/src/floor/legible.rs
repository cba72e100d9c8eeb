//! Whether the log of a floor can be read, and whether it is whole.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::view::View;
use crate::log::Unreadable;

/// Whether a log can be read, as far as that was tried, and whether it is whole.
#[derive(Debug, Default)]
pub(crate) struct Legible {
    unread: Mutex<Option<Unreadable>>,
    /// Whether there is a break in what was read. No reading mends that.
    is_holed: AtomicBool,
}

impl Legible {
    pub(crate) fn note(&self, fault: Option<Unreadable>) {
        *self.unread.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(crate) fn fault(&self) -> Option<Unreadable> {
        let unread = *self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let is_holed = self.is_holed.load(Ordering::Relaxed);
        unread.or(is_holed.then_some(Unreadable::Holed))
    }

    /// Tells of the breaks in the log of an exchange that were met since it was last told, and keeps in mind that it has some.
    pub(super) fn tell_breaks(&self, exchange: &str, view: &View) {
        let breaks = view.take_breaks();
        if breaks.is_empty() {
            return;
        }
        self.is_holed.store(true, Ordering::Relaxed);
        let breaks = breaks.join("; ");
        tracing::error!(
            %exchange,
            %breaks,
            "the log of the exchange {exchange} is not whole: {breaks}. {}",
            Unreadable::Holed.sentence()
        );
    }
}

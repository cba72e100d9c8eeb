//! How this screen is, for the moderator: what the screen says of itself, and what the connection knows.

use borsklokka_shared::wire::{ClientMessage, ScreenStatus};
use leptos::prelude::*;

use super::Live;
use crate::browser;

impl Live {
    /// Says how this screen is: now, after each reconnect, and every few seconds with what the connection knows. A screen
    /// that never does is not listed.
    pub fn report(self, change: impl FnOnce(&mut ScreenStatus)) {
        self.works
            .update_value(|works| change(works.status.get_or_insert_default()));
        self.send_status();
    }

    /// Sends the status if the connection lives, and if it is one that is listed.
    pub(super) fn send_status(self) {
        let position = self
            .follower
            .with_untracked(|follower| follower.as_ref().map(|follower| follower.seq));
        let clock_ahead_ms = browser::device_time().ms_since(self.now());
        self.works.update_value(|works| {
            works.told_ms = browser::monotonic_ms();
            let Some(status) = works.status.as_mut().filter(|_| works.connection.is_live()) else {
                return;
            };
            status.position = position;
            status.clock_ahead_ms = Some(clock_ahead_ms);
            status.round_trip_ms = works.clock.round_trip_ms().map(|ms| ms as u32);
            status.size = browser::size();
            status.hidden = Some(browser::is_hidden());
            status.version = Some(env!("CARGO_PKG_VERSION").to_owned());
            let message = ClientMessage::Status(status.clone());
            works.send(&message);
        });
    }
}

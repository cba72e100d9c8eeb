//! The catalogue: not in a welcome, but read over HTTP by the screens that show it, and kept by the same events.

use borsklokka_shared::wire::{Catalogue, EventMessage, read_catalogue};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Live;
use crate::http;

/// How often the catalogue is read again because an event overtook it, which adopting it would undo.
const READS_MAX: u32 = 5;

impl Live {
    /// Fills the board's listings, now and after every snapshot.
    pub fn want_catalogue(self) {
        self.works.update_value(|works| works.catalogue.by_page = true);
        self.refresh_catalogue();
    }

    /// Whether the board's listings are all that there are: until then, that it has none says nothing.
    pub fn has_catalogue(self) -> Signal<bool> {
        self.has_catalogue.into()
    }

    pub(super) fn note_listing(self, message: &EventMessage) {
        if message.event.changes_catalogue() {
            self.works
                .update_value(|works| works.catalogue.changed_at = message.seq);
        }
    }

    /// Reads it if no answer came yet: a connection that resumes brings what changed since.
    pub(super) fn complete_catalogue(self) {
        if !self.has_catalogue.get_untracked() {
            self.refresh_catalogue();
        }
    }

    pub(super) fn refresh_catalogue(self) {
        let known = self.follower.with_untracked(Option::is_some);
        if known && self.works.with_value(|works| works.catalogue.by_page) {
            spawn_local(async move {
                for _ in 0..READS_MAX {
                    let Some(catalogue) = read(&self.slug()).await else {
                        break;
                    };
                    let changed_at = self.works.with_value(|works| works.catalogue.changed_at);
                    if catalogue.seq >= changed_at {
                        self.adopt(catalogue);
                        break;
                    }
                }
            });
        }
    }

    fn adopt(self, catalogue: Catalogue) {
        self.follower.update(|follower| {
            if let Some(follower) = follower {
                follower.board.adopt_catalogue(catalogue.listings);
            }
        });
        self.has_catalogue.set(true);
    }
}

async fn read(slug: &str) -> Option<Catalogue> {
    let reply = http::get(&format!("/api/v1/exchanges/{slug}/catalogue"))
        .await
        .ok()?;
    read_catalogue(&reply.content()?).ok()
}

//! The pictures that were shown last: all who look at one have the same bytes, however many they are and however slowly they read.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use borsklokka_shared::ids::{ExchangeId, PictureId};
use bytes::Bytes;

/// Pictures of the whole server that are kept at hand, counted: 16 MiB at most.
const PICTURES_MAX: usize = 32;

/// A picture's media type, and its file.
pub(crate) type Picture = (&'static str, Bytes);

/// The pictures that were shown last.
#[derive(Default)]
pub struct Gallery(Mutex<VecDeque<(ExchangeId, PictureId, Picture)>>);

impl Gallery {
    /// A picture that was shown lately.
    pub(crate) fn shown(&self, exchange: ExchangeId, id: PictureId) -> Option<Picture> {
        let pictures = self.lock();
        let found = pictures
            .iter()
            .find(|(of, known, _)| (*of, *known) == (exchange, id));
        found.map(|(_, _, picture)| picture.clone())
    }

    /// Keeps a picture that is shown now; the one that came before all others goes.
    pub(crate) fn show(
        &self,
        exchange: ExchangeId,
        id: PictureId,
        media_type: &'static str,
        file: Bytes,
    ) -> Picture {
        let picture = (media_type, file);
        let mut pictures = self.lock();
        pictures.push_front((exchange, id, picture.clone()));
        pictures.truncate(PICTURES_MAX);
        picture
    }

    /// Shows a picture no more.
    pub(crate) fn take_down(&self, exchange: ExchangeId, id: PictureId) {
        self.lock()
            .retain(|(of, known, _)| (*of, *known) != (exchange, id));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(ExchangeId, PictureId, Picture)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The pictures that were shown last: all who look at one have the same bytes, however many they are, however slowly they read, and though
//! all of them ask at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use borsklokka_shared::ids::{ExchangeId, PictureId};
use bytes::Bytes;

/// Pictures of the whole server that are kept at hand, counted: 16 MiB at most.
const PICTURES_MAX: usize = 32;

/// A picture's media type, and its file.
pub(crate) type Picture = (&'static str, Bytes);

/// Which picture it is.
type Key = (ExchangeId, PictureId);

/// The pictures that were shown last.
#[derive(Default)]
pub struct Gallery {
    shown: Mutex<Shown>,
    /// Held while one is fetched, so that a crowd that asks for it fetches it once.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Shown {
    /// Those that are kept at hand, the newest first.
    at_hand: VecDeque<(Key, Hung)>,
    /// Those besides that somebody still reads.
    read: HashMap<Key, (&'static str, Weak<Vec<u8>>)>,
}

/// A picture that is there once.
#[derive(Clone)]
struct Hung {
    media_type: &'static str,
    file: Arc<Vec<u8>>,
}

impl Hung {
    fn picture(&self) -> Picture {
        (self.media_type, Bytes::from_owner(File(Arc::clone(&self.file))))
    }
}

struct File(Arc<Vec<u8>>);

impl AsRef<[u8]> for File {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Gallery {
    /// A picture: the one that others look at, or else what `fetch` brings.
    ///
    /// # Errors
    /// Those of `fetch`.
    pub(crate) async fn show<Error>(
        &self,
        exchange: ExchangeId,
        id: PictureId,
        fetch: impl Future<Output = Result<(&'static str, Vec<u8>), Error>>,
    ) -> Result<Picture, Error> {
        let key = (exchange, id);
        if let Some(shown) = self.lock().find(key) {
            return Ok(shown.picture());
        }
        let _fetching = self.fetching.lock().await;
        // Somebody else has fetched it meanwhile.
        if let Some(shown) = self.lock().find(key) {
            return Ok(shown.picture());
        }
        let (media_type, file) = fetch.await?;
        let hung = Hung {
            media_type,
            file: Arc::new(file),
        };
        let picture = hung.picture();
        self.lock().keep(key, hung);
        Ok(picture)
    }

    /// Shows a picture no more.
    pub(crate) async fn take_down(&self, exchange: ExchangeId, id: PictureId) {
        // What was fetched before is kept by then, and goes.
        let _fetching = self.fetching.lock().await;
        let mut shown = self.lock();
        shown.at_hand.retain(|(key, _)| *key != (exchange, id));
        shown.read.remove(&(exchange, id));
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    fn find(&self, key: Key) -> Option<Hung> {
        let at_hand = self.at_hand.iter().find(|(known, _)| *known == key);
        at_hand.map(|(_, hung)| hung.clone()).or_else(|| {
            let (media_type, file) = self.read.get(&key)?;
            Some(Hung {
                media_type,
                file: file.upgrade()?,
            })
        })
    }

    fn keep(&mut self, key: Key, hung: Hung) {
        self.at_hand.push_front((key, hung));
        for (key, hung) in self.at_hand.drain(PICTURES_MAX.min(self.at_hand.len())..) {
            self.read
                .insert(key, (hung.media_type, Arc::downgrade(&hung.file)));
        }
        self.read.retain(|_, (_, file)| file.strong_count() > 0);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;
    use uuid::Uuid;

    use super::*;

    fn picture_id(n: usize) -> PictureId {
        PictureId(Uuid::from_u128(n as u128))
    }

    #[tokio::test]
    async fn a_crowd_that_asks_at_once_has_one_copy_and_so_has_who_comes_while_it_is_read() {
        let (gallery, fetched) = (Gallery::default(), AtomicUsize::new(0));
        let exchange = ExchangeId(Uuid::nil());
        let ask = async |n: usize| {
            let fetch = async {
                fetched.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(("image/png", vec![n as u8; 100]))
            };
            let Ok((_, file)) = gallery.show(exchange, picture_id(n), fetch).await;
            file
        };
        let crowd = join_all((0..50).map(|_| ask(0))).await;
        assert!(crowd.iter().all(|file| file.as_ptr() == crowd[0].as_ptr()));
        assert_eq!(fetched.load(Ordering::Relaxed), 1);
        for n in 1..=PICTURES_MAX {
            ask(n).await;
        }
        // It is not at hand any more, but the crowd still reads it.
        assert_eq!(ask(0).await.as_ptr(), crowd[0].as_ptr());
        assert_eq!(fetched.load(Ordering::Relaxed), 1 + PICTURES_MAX);
        drop(crowd);
        ask(PICTURES_MAX + 1).await;
        assert_eq!(ask(0).await[..], [0; 100]);
        assert_eq!(fetched.load(Ordering::Relaxed), 3 + PICTURES_MAX, "nobody had it");
        gallery.take_down(exchange, picture_id(0)).await;
        ask(0).await;
        assert_eq!(fetched.load(Ordering::Relaxed), 4 + PICTURES_MAX);
    }
}

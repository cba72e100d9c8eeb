//! The picture that a link to an exchange shows where somebody passes it on: its name, where and when it is held, and from the first deal
//! on how many there are. All of it is on the public's board, and nothing else reaches it.
//!
//! Whoever passes a link on makes a machine ask for it, and so may anybody: one is drawn at a time, an exchange's at most once in some
//! seconds, and all who ask have the same bytes.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_typesetter::Template;
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::agreement::legible::legible;
use crate::agreement::press::Press;
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::spoken::preview::Preview as Words;

/// Its width and height, in pixels: what most who show links ask for.
pub(crate) const SIZE: (u32, u32) = (1_200, 630);
/// Posters of the whole server that are kept, counted: some 60 KiB each, 192 at most.
const KEPT_MAX: usize = 64;
/// How long one is shown whatever happens on the floor, in milliseconds.
const FRESH_MS: i64 = 20_000;
/// How long somebody waits while others' are drawn, in seconds.
const WAIT_S: u64 = 5;

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template::new(include_str!("poster/poster.typ")));

/// What stands on a poster.
#[derive(Serialize)]
struct Poster {
    tag: &'static str,
    region: &'static str,
    kind: &'static str,
    name: String,
    place: String,
    day: String,
    count: Option<Count>,
}

/// How many deals there are, and the word after the number.
#[derive(Serialize)]
struct Count {
    number: String,
    of: &'static str,
}

impl Poster {
    /// As the public sees the exchange; nothing if it was never set up.
    fn of(board: &Board) -> Option<Self> {
        let settings = board.settings.as_ref()?;
        let words = Words::of(settings.language);
        let deals = board.totals.deals;
        Some(Self {
            tag: settings.language.as_str(),
            region: settings.language.region(),
            kind: words.kind,
            name: legible(&settings.name),
            place: legible(&settings.place),
            day: Texts::of(settings.language).day(settings.date),
            count: (deals > 0).then(|| Count {
                number: deals.to_string(),
                of: words.deals(u64::from(deals)),
            }),
        })
    }

    fn data(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts only")
    }
}

/// A poster as a file.
#[derive(Clone)]
pub(crate) struct Drawn {
    pub(crate) png: Bytes,
    /// Changes with the file.
    pub(crate) etag: String,
}

/// One that is kept.
struct Kept {
    exchange: ExchangeId,
    /// What it says.
    data: Vec<u8>,
    drawn_at: Instant,
    drawn: Drawn,
}

/// The posters that were asked for last.
#[derive(Default)]
pub struct Posters {
    /// The newest first.
    kept: Mutex<VecDeque<Kept>>,
    /// Held while one is drawn.
    drawing: tokio::sync::Mutex<()>,
}

impl Posters {
    /// An exchange's poster, as its public board stands or stood some seconds ago.
    ///
    /// # Errors
    /// [`Denied::UnknownPicture`] if the exchange was never set up, [`Denied::PressBusy`] if too many others' are drawn.
    pub(crate) async fn of(
        &self,
        press: &Arc<Press>,
        exchange: ExchangeId,
        now: Instant,
        read: impl Fn() -> Option<Vec<u8>>,
    ) -> Result<Drawn, Denied> {
        let shown = || {
            let data = read().ok_or(Denied::UnknownPicture)?;
            Ok::<_, Denied>((self.find(exchange, now, &data), data))
        };
        if let (Some(drawn), _) = shown()? {
            return Ok(drawn);
        }
        let turn = tokio::time::timeout(Duration::from_secs(WAIT_S), self.drawing.lock()).await;
        let _turn = turn.map_err(|_| Denied::PressBusy)?;
        // Somebody else has drawn it meanwhile, or it says something else by now.
        let data = match shown()? {
            (Some(drawn), _) => return Ok(drawn),
            (None, data) => data,
        };
        let png = press.draw(&TEMPLATE, data.clone()).await?;
        let drawn = Drawn {
            etag: format!("\"{}\"", &hex::encode(Sha256::digest(&png))[..16]),
            png: Bytes::from(png),
        };
        let mut kept = self.lock();
        kept.retain(|one| one.exchange != exchange);
        kept.truncate(KEPT_MAX - 1);
        kept.push_front(Kept {
            exchange,
            data,
            drawn_at: now,
            drawn: drawn.clone(),
        });
        Ok(drawn)
    }

    /// One that says this, or is not old.
    fn find(&self, exchange: ExchangeId, now: Instant, data: &[u8]) -> Option<Drawn> {
        let kept = self.lock();
        let one = kept.iter().find(|one| one.exchange == exchange)?;
        let is_fresh = (0..FRESH_MS).contains(&now.ms_since(one.drawn_at));
        (is_fresh || one.data == data).then(|| one.drawn.clone())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the poster of a board says; nothing if the exchange was never set up.
pub(crate) fn data(board: &Board) -> Option<Vec<u8>> {
    Poster::of(board).map(|poster| poster.data())
}

/// Where an exchange's poster is.
pub(crate) fn url(public_url: &str, slug: &str) -> String {
    format!(
        "{}/api/v1/exchanges/{slug}/poster.png",
        public_url.trim_end_matches('/')
    )
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    fn poster(language: Language, name: &str, place: &str, deals: u32) -> Poster {
        let words = Words::of(language);
        Poster {
            tag: language.as_str(),
            region: language.region(),
            kind: words.kind,
            name: legible(name),
            place: legible(place),
            day: Texts::of(language).day("2026-11-26".parse().unwrap()),
            count: (deals > 0).then(|| Count {
                number: deals.to_string(),
                of: words.deals(u64::from(deals)),
            }),
        }
    }

    #[test]
    fn a_poster_is_a_picture_of_its_size_however_long_a_name_is() {
        let folder = std::env::var_os("BORSKLOKKA_POSTERS").map(std::path::PathBuf::from);
        let long =
            "Frivilligbørsen for hele Drammensregionen med Lier, Øvre Eiker, Modum og Sigdal ".repeat(2);
        let unbroken = "Donaudampfschifffahrtsgesellschaft".repeat(4);
        for (name, poster) in [
            (
                "before",
                poster(
                    Language::Nb,
                    "Frivilligbørs Drammen 2026",
                    "Drammensbiblioteket",
                    0,
                ),
            ),
            (
                "usual",
                poster(
                    Language::Nb,
                    "Frivilligbørs Drammen 2026",
                    "Drammensbiblioteket",
                    37,
                ),
            ),
            (
                "many",
                poster(
                    Language::De,
                    "Marktplatz Neunkirchen",
                    "Stummsche Reithalle",
                    100_000,
                ),
            ),
            ("long", poster(Language::Nn, &long, &long, 1)),
            ("unbroken", poster(Language::Nl, &unbroken, &unbroken, 292)),
            (
                "foreign",
                poster(Language::En, "Біржа 😀 волонтерів #let x", "$1 [*Lviv*]", 2),
            ),
        ] {
            let png = TEMPLATE
                .draw(poster.data())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let size = imagesize::blob_size(&png).unwrap();
            assert_eq!(
                (size.width, size.height),
                (SIZE.0 as usize, SIZE.1 as usize),
                "{name}"
            );
            assert!(png.len() < 192 * 1_024, "{name}: {} bytes", png.len());
            if let Some(folder) = &folder {
                std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
            }
        }
    }
}

//! Photos of deals, one after the other, each beside its deal. Which may be shown is asked for every few seconds, and nothing is shown that
//! was not said just now: a wall that is not answered shows no photo.

use borsklokka_shared::board::Board;
use borsklokka_shared::photo::{Photo, Photos as Shown};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::hero::hero;
use super::sponsors::sponsors;
use crate::components::{BellGlyph, Card, part};
use crate::http::{self, Reply};
use crate::json;
use crate::live::Live;
use crate::texts::texts;

/// How often it is asked which photos may be shown, in milliseconds.
const ASK_EVERY_MS: i64 = 3_000;
/// How long a photo stands, in milliseconds.
const STANDS_MS: i64 = 9_000;

async fn ask(url: &str) -> Vec<Photo> {
    match http::get(url).await {
        Ok(Reply::Content(content)) => {
            json::read::<Shown>(&content).map_or_else(|_| Vec::new(), |shown| shown.photos)
        }
        Ok(Reply::Done | Reply::Refused { .. }) | Err(_) => Vec::new(),
    }
}

/// The one that is shown now: all walls go through them in step.
fn turn(photos: &[Photo], now_ms: i64) -> Option<Photo> {
    let turn = (now_ms / STANDS_MS).unsigned_abs() as usize;
    photos.get(turn % photos.len().max(1)).copied()
}

fn card(board: &Board, photo: Photo) -> Option<Card> {
    Some(Card::of(board, board.deals.get(&photo.deal)?))
}

/// The scene.
#[component]
pub fn Photos() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let photos = RwSignal::new(Vec::<Photo>::new());
    let address = format!("/api/v1/exchanges/{}/photos", live.slug());
    let list = address.clone();
    let asks = live.tick_every(ASK_EVERY_MS);
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody reads never hears of anything.
        asks.with(|_| ());
        let list = list.clone();
        spawn_local(async move {
            let shown = ask(&list).await;
            let _gone = photos.try_set(shown);
        });
    });
    let turns = live.tick_every(STANDS_MS);
    let current = Memo::new(move |_| {
        let now_ms = turns.get().unix_ms;
        photos.with(|photos| turn(photos, now_ms))
    });
    let of_deal = live.board(move |board| current.get().and_then(|photo| card(board, photo)));
    let stage = part(move || {
        let shown = current.get().zip(of_deal.get().flatten());
        let Some((Photo { photo, .. }, card)) = shown else {
            let soon = view! {
                <article class="hero hero-empty" data-testid="photos-soon">
                    <BellGlyph />
                    <p class="hero-text">{t.wall().photos_soon}</p>
                </article>
            };
            return Some(soon.into_any());
        };
        let of_it = t.wall().photo_of(card.number);
        let shown = view! {
            <figure class="photo" data-testid="photo" data-photo=photo.to_string()>
                <img src=format!("{address}/{photo}") alt=of_it />
                <figcaption>{hero(card)}</figcaption>
            </figure>
        };
        Some(shown.into_any())
    });
    view! {
        <div class="scene photos" data-testid="photos">
            <div class="photos-stage">{stage}</div>
            {sponsors(live)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::{DealId, PhotoId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn all_have_their_turn_and_none_is_none() {
        let photo = |n: u128| Photo {
            deal: DealId(Uuid::from_u128(n)),
            photo: PhotoId(Uuid::from_u128(n)),
        };
        let all = [photo(1), photo(2), photo(3)];
        let shown: Vec<_> = (0..4).map(|n| turn(&all, n * STANDS_MS + 1)).collect();
        assert_eq!(
            shown,
            [Some(photo(1)), Some(photo(2)), Some(photo(3)), Some(photo(1))]
        );
        assert_eq!(turn(&[], 5), None);
    }
}

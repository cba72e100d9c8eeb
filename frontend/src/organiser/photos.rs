//! Photos of deals, for the organiser: those that everybody may see in the report, and all that are kept the morning after, to hand on or
//! to delete.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::photo::{KeptPhoto, KeptPhotos, Photo, Photos};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::office::Office;
use crate::desk::TwicePressed;
use crate::party::Party;
use crate::request;
use crate::texts::organiser::{afterwards_words, report_words};
use crate::texts::texts;

/// A deal in a few words: its number, and what is done by whom.
#[derive(Clone, Debug, Default, PartialEq)]
struct Named {
    number: u32,
    service: String,
    parties: String,
}

fn named(board: &Board, deal: DealId) -> Option<Named> {
    let deal = board.deals.get(&deal)?;
    let parties: Vec<_> = deal.terms.parties().collect();
    let names: Vec<_> = Party::all(board, &parties)
        .into_iter()
        .map(|party| party.name)
        .collect();
    Some(Named {
        number: deal.number.unwrap_or_default().0,
        service: deal.terms.bargain.service().text.clone(),
        parties: names.join(", "),
    })
}

/// The photos that everybody may see, in the report.
#[component]
pub fn Gallery() -> impl IntoView {
    let office = Office::of_page();
    let live = office.desk.live;
    let photos = RwSignal::new(Vec::<Photo>::new());
    let cut_off = office.desk.is_cut_off();
    // A deal that is withdrawn takes its photo with it.
    let deals = live.board(|board| board.totals.deals);
    Effect::new(move || {
        deals.with(|_| ());
        if cut_off.get() {
            return;
        }
        let url = office.url("photos");
        spawn_local(async move {
            let read = request::read::<Photos>(&url).await;
            let _gone = photos.try_set(read.map_or_else(|_| Vec::new(), |read| read.photos));
        });
    });
    let shown = move |photo: Photo| {
        let of = live
            .peek(|board| named(board, photo.deal))
            .flatten()
            .unwrap_or_default();
        view! {
            <figure data-testid="report-photo">
                <img src=office.url(&format!("photos/{}", photo.photo)) alt=texts().photo().of_deal(of.number) loading="lazy" />
                <figcaption dir="auto">
                    <b>{of.service}</b>
                    {of.parties}
                </figcaption>
            </figure>
        }
    };
    view! {
        <Show when=move || photos.with(|photos| !photos.is_empty())>
            <section class="card">
                <h2 class="form-heading">{report_words().photos}</h2>
                <div class="report-photos">
                    <For each=move || photos.get() key=|photo| photo.photo children=shown />
                </div>
            </section>
        </Show>
    }
}

/// All photos that are kept.
#[component]
pub fn PhotosKept() -> impl IntoView {
    let t = afterwards_words();
    let office = Office::of_page();
    let kept = RwSignal::new(None::<Vec<KeptPhoto>>);
    let wrong = RwSignal::new(None::<String>);
    let read = move || {
        let url = office.url("deal-photos");
        spawn_local(async move {
            match request::read::<KeptPhotos>(&url).await {
                Ok(all) => {
                    let _gone = kept.try_set(Some(all.photos));
                }
                Err(trouble) => {
                    let _gone = wrong.try_set(Some(office.desk.words_of(trouble)));
                }
            }
        });
    };
    read();
    let delete = move |deal: DealId| {
        let url = office.url(&format!("deals/{deal}/photo"));
        wrong.set(None);
        spawn_local(async move {
            if let Err(trouble) = request::ask::<()>("DELETE", &url, &json!(null)).await {
                let _gone = wrong.try_set(Some(office.desk.words_of(trouble)));
            }
            read();
        });
    };
    let is_none = move || kept.with(|kept| kept.as_ref().is_some_and(Vec::is_empty));
    view! {
        <section class="card" data-testid="photos-kept">
            <h2 class="form-heading">{t.photos}</h2>
            <p class="office-note">{move || if is_none() { t.photos_none } else { t.photos_why }}</p>
            <p class="office-note" role="alert">{wrong}</p>
            <div class="report-photos">
                <For
                    each=move || kept.get().unwrap_or_default()
                    key=|photo| (photo.photo, photo.is_shown)
                    children=move |photo| view! { <OneKept photo delete /> }
                />
            </div>
        </section>
    }
}

/// One of them.
#[component]
fn OneKept(photo: KeptPhoto, delete: impl Fn(DealId) + Copy + Send + Sync + 'static) -> impl IntoView {
    let (t, words) = (afterwards_words(), texts().photo());
    let office = Office::of_page();
    let of = office
        .desk
        .live
        .peek(|board| named(board, photo.deal))
        .flatten()
        .unwrap_or_default();
    let deal = photo.deal;
    let address = office.url(&format!("deals/{deal}/photo?{}", photo.photo));
    let file = format!("{}-{}.jpg", office.desk.live.slug(), of.number);
    let download = photo.is_shown.then(|| {
        view! {
            <a class="button" data-testid="photo-download" download=file href=office.url(&format!("photos/{}", photo.photo))>
                {t.download}
            </a>
        }
    });
    view! {
        <figure data-testid="photo-kept" data-shown=photo.is_shown.to_string()>
            <img src=address alt=words.of_deal(of.number) loading="lazy" />
            <figcaption dir="auto">
                <b>{of.service}</b>
                {of.parties}
                <em>{if photo.is_shown { words.shown } else { words.not_shown }}</em>
            </figcaption>
            <div class="form-acts">
                {download}
                <TwicePressed
                    testid="photo-delete"
                    disabled=office.desk.is_cut_off()
                    asks=words.delete_surely
                    press=move || delete(deal)
                >
                    {words.delete}
                </TwicePressed>
            </div>
        </figure>
    }
}

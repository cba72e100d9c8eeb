//! The photo of a deal, on a sheet: taken with the tablet's camera while the parties stand there, and shown to the hall only if each of them
//! says so. It is not kept on the tablet: where it cannot be sent it is not taken.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::photo::{KeptPhoto, KeptPhotos, SIDE_PX_MAX};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Event, File, HtmlInputElement};

use crate::desk::{Desk, TwicePressed};
use crate::party::Party;
use crate::request;
use crate::sheet::{Sheet, Sheets};
use crate::texts::texts;

#[wasm_bindgen(module = "/src/photo/smaller.js")]
extern "C" {
    /// The photo, drawn anew as a smaller one.
    #[wasm_bindgen(catch)]
    async fn smaller(file: &File, side: u32) -> Result<JsValue, JsValue>;
}

/// What the sheet knows and does. Copied freely.
#[derive(Clone, Copy)]
struct Camera {
    desk: Desk,
    deal: DealId,
    /// The photo that is kept, once that is known.
    kept: RwSignal<Option<KeptPhoto>>,
    /// The photo that was taken and is not kept yet.
    taken: RwSignal<Option<Blob>, LocalStorage>,
    is_sent: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
}

impl Camera {
    fn url(self, rest: &str) -> String {
        format!("/api/v1/exchanges/{}/{rest}", self.desk.live.slug())
    }

    fn of_deal(self, rest: &str) -> String {
        self.url(&format!("deals/{}/photo{rest}", self.deal))
    }

    fn read(self) {
        let url = self.url("deal-photos");
        spawn_local(async move {
            match request::read::<KeptPhotos>(&url).await {
                Ok(all) => {
                    let found = all.photos.into_iter().find(|photo| photo.deal == self.deal);
                    let _gone = self.kept.try_set(found);
                }
                Err(trouble) => {
                    let _gone = self.wrong.try_set(Some(self.desk.words_of(trouble)));
                }
            }
        });
    }

    fn take(self, file: File) {
        let t = texts().photo();
        self.wrong.set(None);
        spawn_local(async move {
            let small = smaller(&file, SIDE_PX_MAX).await.ok();
            match small.and_then(|small| small.dyn_into::<Blob>().ok()) {
                Some(small) => {
                    let _gone = self.taken.try_set(Some(small));
                    self.send().await;
                }
                None => {
                    let _gone = self.wrong.try_set(Some(t.unreadable.to_owned()));
                }
            }
        });
    }

    /// Sends what was taken; it stays until the server has it.
    async fn send(self) {
        let Some(Some(photo)) = self.taken.try_get_untracked() else {
            return;
        };
        let _gone = (self.is_sent.try_set(true), self.wrong.try_set(None));
        let sent = request::upload(&self.of_deal(""), &photo).await;
        let _gone = self.is_sent.try_set(false);
        match sent {
            Ok(()) => {
                let _gone = self.taken.try_set(None);
                self.read();
            }
            Err(trouble) => {
                let _gone = self.wrong.try_set(Some(self.desk.words_of(trouble)));
            }
        }
    }

    fn agree(self, participant: ParticipantId, wants: bool) {
        let Some(kept) = self.kept.get_untracked() else {
            return;
        };
        let url = self.of_deal(&format!("/consents/{participant}"));
        self.wrong.set(None);
        spawn_local(async move {
            let done = if wants {
                let body = json!({ "photo": kept.photo });
                request::ask::<serde_json::Value>("PUT", &url, &body)
                    .await
                    .map(drop)
            } else {
                request::ask::<()>("DELETE", &url, &json!(null)).await
            };
            if let Err(trouble) = done {
                let _gone = self.wrong.try_set(Some(self.desk.words_of(trouble)));
            }
            // The tick says what the server has, also if it refused.
            self.read();
        });
    }

    fn delete(self) {
        let url = self.of_deal("");
        self.wrong.set(None);
        spawn_local(async move {
            if let Err(trouble) = request::ask::<()>("DELETE", &url, &json!(null)).await {
                let _gone = self.wrong.try_set(Some(self.desk.words_of(trouble)));
            }
            self.read();
        });
    }
}

/// The parties of a deal, each once, with their names.
fn parties(board: &Board, deal: DealId) -> Vec<(ParticipantId, String)> {
    let Some(deal) = board.deals.get(&deal) else {
        return Vec::new();
    };
    let mut parties: Vec<(ParticipantId, String)> = Vec::new();
    for party in deal.terms.parties() {
        if let Some(participant) = board.participant(party)
            && parties.iter().all(|(known, _)| *known != participant.id)
        {
            parties.push((participant.id, Party::of(participant).name));
        }
    }
    parties
}

/// Opens the sheet.
#[component]
pub fn PhotoButton(
    /// Of which deal.
    deal: DealId,
    /// How it looks.
    class: &'static str,
) -> impl IntoView {
    let sheets = Sheets::of_page();
    view! {
        <button
            type="button"
            class=class
            data-testid="photo-open"
            on:click=move |_| sheets.lay(move || view! { <PhotoSheet deal /> })
        >
            {texts().photo().open}
        </button>
    }
}

/// The sheet.
#[component]
fn PhotoSheet(deal: DealId) -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().photo();
    let camera = Camera {
        desk,
        deal,
        kept: RwSignal::new(None),
        taken: RwSignal::new_local(None),
        is_sent: RwSignal::new(false),
        wrong: RwSignal::new(None),
    };
    camera.read();
    let cut_off = desk.is_cut_off();
    let photo = Memo::new(move |_| camera.kept.with(|kept| kept.as_ref().map(|photo| photo.photo)));
    let has_photo = move || photo.get().is_some();
    let is_unsent = move || camera.taken.with(Option::is_some) && !camera.is_sent.get();
    let wrong = move || {
        camera
            .wrong
            .get()
            .map(|why| if is_unsent() { t.not_kept(why) } else { why })
    };
    let number = desk.live.peek(|board| board.deals.get(&deal)?.number).flatten();
    let alternative = number.map_or_else(|| t.title.to_owned(), |number| t.of_deal(number.0));
    view! {
        <Sheet testid="photo-sheet" title=t.title>
            <div class="photo-place" data-testid="photo-place" data-photo=move || photo.get().map(|photo| photo.to_string())>
                {move || match photo.get() {
                    Some(photo) => {
                        let address = camera.of_deal(&format!("?{photo}"));
                        view! { <img class="photo-shown" data-testid="photo" src=address alt=alternative.clone() /> }.into_any()
                    }
                    None => view! { <p class="photo-none">{t.none_yet}</p> }.into_any(),
                }}
            </div>
            <div class="photo-acts">
                <Take camera disabled=Signal::derive(move || cut_off.get() || camera.is_sent.get()) is_again=Signal::derive(has_photo) />
                <Show when=is_unsent>
                    <button
                        type="button"
                        class="button"
                        data-testid="photo-retry"
                        disabled=cut_off
                        on:click=move |_| spawn_local(camera.send())
                    >
                        {t.retry}
                    </button>
                </Show>
                <Show when=has_photo>
                    <TwicePressed testid="photo-delete" disabled=cut_off asks=t.delete_surely press=move || camera.delete()>
                        {t.delete}
                    </TwicePressed>
                </Show>
            </div>
            <p class="photo-said" role="status" data-testid="photo-said">
                {move || if cut_off.get() {
                    Some(t.needs_network)
                } else if camera.is_sent.get() {
                    Some(t.sending)
                } else {
                    None
                }}
            </p>
            <p class="sheet-wrong" role="alert" data-testid="photo-wrong">{wrong}</p>
            <Show when=has_photo>
                <Consents camera />
            </Show>
        </Sheet>
    }
}

/// What opens the camera, or the device's files where it has none.
#[component]
fn Take(camera: Camera, disabled: Signal<bool>, is_again: Signal<bool>) -> impl IntoView {
    let t = texts().photo();
    let words = move || if is_again.get() { t.again } else { t.take };
    let take = move |event: Event| {
        let control: HtmlInputElement = event_target(&event);
        let file = control.files().and_then(|files| files.get(0));
        // Choosing the same file again is a change then.
        control.set_value("");
        if let Some(file) = file {
            camera.take(file);
        }
    };
    view! {
        <div class="photo-take" class:is-disabled=disabled>
            <span class=move || if is_again.get() { "button" } else { "button button-primary" } aria-hidden="true">
                {words}
            </span>
            <input
                type="file"
                data-testid="photo-take"
                aria-label=words
                accept="image/*"
                capture="environment"
                disabled=disabled
                on:change=take
            />
        </div>
    }
}

/// Who wants it shown.
#[component]
fn Consents(camera: Camera) -> impl IntoView {
    let t = texts().photo();
    let cut_off = camera.desk.is_cut_off();
    let parties = camera.desk.live.board(move |board| parties(board, camera.deal));
    let agreed = move |party: ParticipantId| {
        camera
            .kept
            .with(|kept| matches!(kept, Some(kept) if kept.agreed.contains(&party)))
    };
    let state = Memo::new(move |_| {
        let is_shown = camera
            .kept
            .with(|kept| matches!(kept, Some(kept) if kept.is_shown));
        let all = parties.with(|parties| {
            parties
                .as_ref()
                .is_some_and(|parties| parties.iter().all(|(party, _)| agreed(*party)))
        });
        match (is_shown, all) {
            (true, _) => "shown",
            (false, true) => "waits",
            (false, false) => "hidden",
        }
    });
    let says = move || match state.get() {
        "shown" => t.shown,
        "waits" => t.not_on_board,
        _ => t.not_shown,
    };
    view! {
        <fieldset class="sheet-fields photo-consents">
            <legend class="sheet-lead">{t.why}</legend>
            <For
                each=move || parties.get().unwrap_or_default()
                key=Clone::clone
                children=move |(party, name)| {
                    view! {
                        <label class="sheet-choice">
                            <input
                                type="checkbox"
                                data-testid="photo-consent"
                                data-party=party.to_string()
                                disabled=cut_off
                                prop:checked=move || agreed(party)
                                on:change=move |event| camera.agree(party, event_target_checked(&event))
                            />
                            <span dir="auto">{t.wants(name)}</span>
                        </label>
                    }
                }
            />
            <p class="photo-state" role="status" data-testid="photo-state" data-state=state>
                {says}
            </p>
        </fieldset>
    }
}

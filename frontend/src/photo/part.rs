//! The photo of a deal: taken, sent, and asked about. Whoever shows it says how its buttons look and when nothing can be done. A broker's
//! app has it too, so it keeps to signals and pieces that the app has anyway.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::photo::{KeptPhoto, KeptPhotos, SIDE_PX_MAX};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, Event, File, HtmlInputElement};

use crate::components::part;
use crate::desk::TwicePressed;
use crate::live::Live;
use crate::party::Party;
use crate::request::{self, Trouble};
use crate::texts::{Texts, texts};

#[wasm_bindgen(module = "/src/photo/smaller.js")]
extern "C" {
    /// The photo, drawn anew as a smaller one.
    #[wasm_bindgen(catch)]
    async fn smaller(file: &File, side: u32) -> Result<JsValue, JsValue>;
}

/// What the buttons are where it is shown.
#[derive(Clone, Copy)]
pub struct Look {
    /// A button's class.
    pub button: &'static str,
    /// That of the one to press first.
    pub main: &'static str,
}

/// What is known of the photo, and what is done with it. Copied freely.
#[derive(Clone, Copy)]
struct Camera {
    live: Live,
    t: Texts,
    deal: DealId,
    look: Look,
    /// Why nothing can be done just now, in words.
    lacks: Signal<Option<&'static str>>,
    /// The photo that is kept, once that is known.
    kept: RwSignal<Option<KeptPhoto>>,
    /// The photo that was taken and is not kept yet.
    taken: StoredValue<Option<Blob>, LocalStorage>,
    is_on_its_way: RwSignal<bool>,
    is_unsent: RwSignal<bool>,
    /// Ticks that the server has not answered yet.
    unanswered: StoredValue<u32>,
    wrong: RwSignal<Option<String>>,
}

impl Camera {
    fn cannot(self) -> bool {
        self.lacks.with(Option::is_some)
    }

    fn url(self, rest: &str) -> String {
        format!("/api/v1/exchanges/{}/{rest}", self.live.slug())
    }

    fn of_deal(self, rest: &str) -> String {
        self.url(&format!("deals/{}/photo{rest}", self.deal))
    }

    fn failed(self, trouble: Trouble) {
        let _gone = self.wrong.try_set(Some(trouble.words(self.t.desk())));
    }

    fn read(self) {
        let url = self.url("deal-photos");
        spawn_local(async move {
            match request::read::<KeptPhotos>(&url).await {
                // What was read before the last tick was answered is read again.
                Ok(_) if self.unanswered.try_get_value() != Some(0) => {}
                Ok(all) => {
                    let found = all.photos.into_iter().find(|photo| photo.deal == self.deal);
                    let _gone = self.kept.try_set(found);
                }
                Err(trouble) => self.failed(trouble),
            }
        });
    }

    fn take(self, file: File) {
        self.wrong.set(None);
        spawn_local(async move {
            let small = smaller(&file, SIDE_PX_MAX).await.ok();
            match small.and_then(|small| small.dyn_into::<Blob>().ok()) {
                Some(small) => {
                    self.taken.try_update_value(|taken| *taken = Some(small));
                    self.send();
                }
                None => {
                    let _gone = self.wrong.try_set(Some(self.t.photo().unreadable.to_owned()));
                }
            }
        });
    }

    /// Sends what was taken; it stays until the server has it.
    fn send(self) {
        let Some(Some(photo)) = self.taken.try_get_value() else {
            return;
        };
        spawn_local(async move {
            let _gone = (self.is_on_its_way.try_set(true), self.wrong.try_set(None));
            let sent = request::upload(&self.of_deal(""), &photo).await;
            let _gone = (
                self.is_on_its_way.try_set(false),
                self.is_unsent.try_set(sent.is_err()),
            );
            match sent {
                Ok(()) => self.read(),
                Err(trouble) => self.failed(trouble),
            }
        });
    }

    fn agree(self, participant: ParticipantId, wants: bool) {
        let Some(photo) = self.kept.with_untracked(|kept| Some(kept.as_ref()?.photo)) else {
            return;
        };
        let body = if wants {
            json!({ "photo": photo })
        } else {
            Value::Null
        };
        let method = if wants { "PUT" } else { "DELETE" };
        // Another tick may be on its way: this one stands meanwhile.
        self.kept.update(|kept| {
            if let Some(kept) = kept {
                kept.agreed.retain(|agreed| *agreed != participant);
                kept.agreed.extend(wants.then_some(participant));
            }
        });
        self.ask(method, self.of_deal(&format!("/consents/{participant}")), body);
    }

    fn ask(self, method: &'static str, url: String, body: Value) {
        self.wrong.set(None);
        self.unanswered.update_value(|unanswered| *unanswered += 1);
        spawn_local(async move {
            if let Err(trouble) = request::ask::<Option<Value>>(method, &url, &body).await {
                self.failed(trouble);
            }
            let _gone = self.unanswered.try_update_value(|unanswered| *unanswered -= 1);
            // The ticks say what the server has, also if it refused.
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

/// The photo, and what can be done about it.
#[component]
pub fn Photo(
    /// Of which deal.
    deal: DealId,
    /// How its buttons look.
    look: Look,
    /// Why nothing can be done just now, in words.
    lacks: Signal<Option<&'static str>>,
) -> impl IntoView {
    let live = Live::of_page();
    let t = texts().photo();
    let camera = Camera {
        live,
        t: texts(),
        deal,
        look,
        lacks,
        kept: RwSignal::new(None),
        taken: StoredValue::new_local(None),
        is_on_its_way: RwSignal::new(false),
        is_unsent: RwSignal::new(false),
        unanswered: StoredValue::new(0),
        wrong: RwSignal::new(None),
    };
    Effect::new(move || {
        if !camera.cannot() {
            camera.read();
        }
    });
    let photo = Memo::new(move |_| {
        camera.kept.with(|kept| {
            kept.as_ref()
                .map_or_else(String::new, |kept| kept.photo.to_string())
        })
    });
    let has_photo = Memo::new(move |_| photo.with(|photo| !photo.is_empty()));
    let number = live.peek(|board| board.deals.get(&deal)?.number).flatten();
    let alternative = number.map_or_else(|| t.title.to_owned(), |number| t.of_deal(number.0));
    let shown = move || {
        let photo = photo.get();
        let view = if photo.is_empty() {
            view! { <p class="photo-none">{t.none_yet}</p> }.into_any()
        } else {
            let address = camera.of_deal(&format!("?{photo}"));
            view! { <img class="photo-shown" data-testid="photo" src=address alt=alternative.clone() /> }
                .into_any()
        };
        Some(view)
    };
    let retry = move || {
        let retry = || {
            view! {
                <button
                    type="button"
                    class=look.button
                    data-testid="photo-retry"
                    disabled=move || camera.cannot()
                    on:click=move |_| camera.send()
                >
                    {t.retry}
                </button>
            }
            .into_any()
        };
        camera.is_unsent.get().then(retry)
    };
    let delete = move || {
        let delete = || {
            let disabled = Signal::derive(move || camera.cannot());
            let press = move || camera.ask("DELETE", camera.of_deal(""), Value::Null);
            view! {
                <TwicePressed testid="photo-delete" class=look.button disabled asks=t.delete_surely press>
                    {t.delete}
                </TwicePressed>
            }
            .into_any()
        };
        has_photo.get().then(delete)
    };
    let wrong = move || {
        let wrong = camera.wrong.get()?;
        Some(if camera.is_unsent.get() {
            t.not_kept(wrong)
        } else {
            wrong
        })
    };
    view! {
        <div class="photo-place" data-testid="photo-place" data-photo=move || photo.get()>
            {part(shown)}
        </div>
        <div class="photo-acts"><Take camera has_photo /> {part(retry)} {part(delete)}</div>
        <p class="photo-said" role="status" data-testid="photo-said">
            {move || camera.lacks.get().or_else(|| camera.is_on_its_way.get().then_some(t.sending))}
        </p>
        <p class="sheet-wrong" role="alert" data-testid="photo-wrong">{wrong}</p>
        {part(move || has_photo.get().then(|| view! { <Consents camera /> }.into_any()))}
    }
}

/// What opens the camera, or the device's files where it has none.
#[component]
fn Take(camera: Camera, has_photo: Memo<bool>) -> impl IntoView {
    let t = texts().photo();
    let look = camera.look;
    let disabled = move || camera.cannot() || camera.is_on_its_way.get();
    let words = move || if has_photo.get() { t.again } else { t.take };
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
            <span class=move || if has_photo.get() { look.button } else { look.main } aria-hidden="true">
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

/// Who wants it shown: the parties as they are when the photo is there.
#[component]
fn Consents(camera: Camera) -> impl IntoView {
    let t = texts().photo();
    let parties = camera
        .live
        .peek(|board| parties(board, camera.deal))
        .unwrap_or_default();
    let agreed = move |party: ParticipantId| {
        camera
            .kept
            .with(|kept| matches!(kept, Some(kept) if kept.agreed.contains(&party)))
    };
    let all: Vec<ParticipantId> = parties.iter().map(|(party, _)| *party).collect();
    let state = Memo::new(move |_| {
        let is_shown = camera
            .kept
            .with(|kept| matches!(kept, Some(kept) if kept.is_shown));
        match (is_shown, all.iter().all(|party| agreed(*party))) {
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
    let choices = parties.into_iter().map(|(party, name)| {
        let choice = view! {
            <label class="sheet-choice">
                <input
                    type="checkbox"
                    data-testid="photo-consent"
                    data-party=party.to_string()
                    disabled=move || camera.cannot()
                    prop:checked=move || agreed(party)
                    on:change=move |event| camera.agree(party, event_target_checked(&event))
                />
                <span dir="auto">{t.wants(name)}</span>
            </label>
        };
        choice.into_any()
    });
    view! {
        <fieldset class="sheet-fields photo-consents">
            <legend class="sheet-lead">{t.why}</legend>
            {choices.collect_view()}
            <p class="photo-state" role="status" data-testid="photo-state" data-state=move || state.get()>
                {says}
            </p>
        </fieldset>
    }
}

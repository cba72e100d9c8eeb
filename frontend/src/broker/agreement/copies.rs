//! Copies of the agreement: a link as a QR code for the parties' phones, and the PDF to print.

use borsklokka_shared::instant::Instant;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::paper::Paper;
use crate::civil_time;
use crate::components::{Modal, ModalRef};
use crate::reach::{Short, falls_short};
use crate::request;
use crate::texts::texts;

/// A link as the server gives it, once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Link {
    url: String,
    expires_at: Instant,
    /// Whether the address outlives the evening.
    #[serde(default)]
    lasts: bool,
    /// Drawn by the server, of the address.
    qr: String,
}

/// The way to a copy; or why there is none just now.
#[component]
pub fn Copies() -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts();
    let link = RwSignal::new(None::<Link>);
    let said = RwSignal::new(None::<String>);
    let lacks = Memo::new(move |_| match (paper.connected.get(), paper.is_there.get()) {
        (false, _) => Some(t.agreement().needs_network),
        (true, false) => Some(t.agreement().needs_sent),
        (true, true) => None,
    });
    let cannot = move || lacks.with(Option::is_some);
    let show = move |_| {
        said.set(None);
        let address = paper.address("link");
        spawn_local(async move {
            match request::ask::<Link>("POST", &address, &json!({})).await {
                Ok(made) => {
                    let _gone = link.try_set(Some(made));
                }
                Err(trouble) => {
                    let _gone = said.try_set(Some(trouble.words(t.desk())));
                }
            }
        });
    };
    view! {
        <section class="copies" aria-labelledby="copies-title">
            <h3 class="agreement-heading" id="copies-title">{t.agreement().copies}</h3>
            <div class="copies-acts">
                <button type="button" class="paper-button" data-testid="show-qr" disabled=cannot on:click=show>
                    {t.agreement().show_qr}
                </button>
                {move || {
                    if cannot() {
                        view! { <button type="button" class="paper-button" disabled=true>{t.agreement().print}</button> }
                            .into_any()
                    } else {
                        view! {
                            <a
                                class="paper-button"
                                data-testid="print"
                                target="_blank"
                                rel="noopener"
                                href=paper.address("agreement.pdf")
                            >
                                {t.agreement().print}
                            </a>
                        }
                            .into_any()
                    }
                }}
            </div>
            {move || lacks.get().map(|why| view! { <p class="dialog-note" data-testid="copies-lack">{why}</p> })}
            {move || said.get().map(|said| view! { <p role="status" data-testid="copies-said">{said}</p> })}
            {move || link.get().map(|shown| view! { <Qr shown link said /> })}
        </section>
    }
}

/// The QR code, over the whole sheet, large enough for two phones at once.
#[component]
fn Qr(
    /// The link that it shows.
    shown: Link,
    link: RwSignal<Option<Link>>,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts();
    let (day, month) = civil_time::day_and_month(shown.expires_at);
    let short = falls_short(&shown.url, shown.lasts);
    // A day is promised only where the address is still this server's then.
    let until = match short {
        None => t.agreement().qr_until(t.common().day(day, month)),
        Some(Short::InTheHall) => t.agreement().qr_tonight.to_owned(),
        Some(Short::Nowhere) => t.agreement().qr_only_here.to_owned(),
    };
    // A code that leads a phone to itself is worse than none.
    let code = (short != Some(Short::Nowhere)).then(|| {
        view! {
            <p class="copy-hint" id="copy-hint">
                {t.agreement().qr_hint}
            </p>
            <div class="copy-qr" inner_html=shown.qr></div>
        }
    });
    let titled_by = if code.is_some() { "copy-hint" } else { "copy-until" };
    let file = (!shown.lasts).then(|| {
        view! {
            <a class="paper-button" data-testid="qr-pdf" download="" href=paper.address("agreement.pdf")>
                {t.agreement().save_pdf}
            </a>
        }
    });
    let modal = ModalRef::new();
    let revoke = move |_| {
        let address = paper.address("link");
        spawn_local(async move {
            let answer = request::ask::<()>("DELETE", &address, &json!({})).await;
            let words = match answer {
                Ok(()) => t.agreement().revoked.to_owned(),
                Err(trouble) => trouble.words(t.desk()),
            };
            modal.close();
            let _gone = said.try_set(Some(words));
        });
    };
    view! {
        <Modal
            class="copy"
            testid="qr"
            titled_by=titled_by
            modal
            closed=move || link.set(None)
            attr:data-url=shown.url.clone()
        >
            {code}
            <p class="copy-until" id="copy-until" data-testid="qr-until">
                {until}
            </p>
            <div class="copy-acts">
                {file}
                <button type="button" class="paper-button paper-button-danger" data-testid="revoke" on:click=revoke>
                    {t.agreement().revoke}
                </button>
                <button
                    type="button"
                    class="paper-button paper-button-main"
                    data-testid="qr-back"
                    autofocus=true
                    on:click=move |_| modal.close()
                >
                    {t.agreement().back}
                </button>
            </div>
        </Modal>
    }
}

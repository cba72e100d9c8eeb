//! A mail over the page, exactly as it goes or went: as most see it, and as plain text.

use borsklokka_shared::mail::MailShown;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::post::{Over, Post};
use crate::components::Button;
use crate::components::modal::{Modal, ModalRef};
use crate::organiser::office::Office;
use crate::request;
use crate::texts::organiser::mail_words;

/// Whatever lies over the page.
#[component]
pub fn Reader() -> impl IntoView {
    let over = Post::of_page().over;
    move || over.get().map(|asked| view! { <Shown asked /> })
}

#[component]
fn Shown(asked: Over) -> impl IntoView {
    let t = mail_words();
    let office = Office::of_page();
    let over = Post::of_page().over;
    let modal = ModalRef::new();
    let (mail, refused) = (RwSignal::new(None::<MailShown>), RwSignal::new(None::<String>));
    spawn_local(async move {
        let answered = match asked {
            Over::Mail(id) => request::read::<MailShown>(&office.url(&format!("mails/{id}"))).await,
            Over::Text(text) => request::ask("POST", &office.url("mails/preview"), &json!(text)).await,
        };
        match answered {
            Ok(shown) => drop(mail.try_set(Some(shown))),
            Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
        }
    });
    let subject = move || mail.with(|mail| mail.as_ref().map(|mail| mail.subject.clone()));
    let content = move || {
        let mail = mail.get()?;
        let attached = (!mail.attached.is_empty()).then(|| t.attached(mail.attached.join(", ")));
        Some(view! {
            // Nothing in it runs, loads or leads anywhere.
            <iframe class="mail-paper" sandbox="" title=t.as_seen srcdoc=mail.html data-testid="mail-html"></iframe>
            <details class="more">
                <summary>{t.as_text}</summary>
                <pre class="mail-text" dir="auto" data-testid="mail-text">{mail.text}</pre>
            </details>
            {attached.map(|words| view! { <p class="office-note" dir="auto">{words}</p> })}
        })
    };
    view! {
        <Modal class="sheet mail-sheet" testid="mail-shown" titled_by="mail-subject" modal closed=move || over.set(None)>
            <h2 class="form-heading" id="mail-subject" dir="auto">
                {move || subject().unwrap_or_else(|| t.show.to_owned())}
            </h2>
            {content}
            <p class="office-note">{t.link_later}</p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
            <p class="form-acts">
                <Button testid="mail-close" press=move || modal.close()>
                    {t.close}
                </Button>
            </p>
        </Modal>
    }
}

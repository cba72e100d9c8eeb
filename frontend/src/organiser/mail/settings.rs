//! Whether mail goes, and how.

use borsklokka_shared::limits::EMAIL_CHARS_MAX;
use borsklokka_shared::mail::{MailSettings, Mails, Sending};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::post::Post;
use crate::organiser::fields::{Choice, Text};
use crate::organiser::form::SavedForm;
use crate::organiser::office::Office;
use crate::organiser::unsaved::Remembered;
use crate::reach::hands_out_nothing;
use crate::readiness::pages::Page;
use crate::request;
use crate::texts::organiser::{mail_words, work_words};
use crate::texts::texts;

/// What a server is started with that sends mail.
const OPTION: &str = "--smtp";

/// The card.
#[component]
pub fn SettingsCard() -> impl IntoView {
    let t = mail_words();
    let (post, office) = (Post::of_page(), Office::of_page());
    let mails = post.mails();
    let known = mails.with_untracked(|mails| mails.as_ref().map(|mails| mails.settings.clone()));
    let known = known.unwrap_or_default();
    let sending = RwSignal::new(known.sending);
    let reply_to = RwSignal::new(known.reply_to.unwrap_or_default());
    let attaches = RwSignal::new(known.attaches_agreement);
    let (refused, saved) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let remembered = Remembered::start("mail-form".to_owned(), None, || true);
    let save = move || {
        saved.set(false);
        refused.set(None);
        let now = mails.with_untracked(|mails| mails.as_ref().map(|mails| mails.settings.clone()));
        let to = reply_to.with_untracked(|to| to.trim().to_owned());
        let settings = MailSettings {
            sending: sending.get_untracked(),
            reply_to: (!to.is_empty()).then_some(to),
            attaches_agreement: attaches.get_untracked(),
            ..now.unwrap_or_default()
        };
        let url = office.url("mails/settings");
        let forget = remembered.forget();
        spawn_local(async move {
            match request::ask::<MailSettings>("PUT", &url, &json!(settings)).await {
                Ok(_) => {
                    forget();
                    let _gone = saved.try_set(true);
                    post.read(office);
                }
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
        });
    };
    let server = move || {
        mails.with(|mails| match mails.as_ref()?.from.as_deref() {
            Some(from) => Some(t.from(from)),
            None => Some(t.no_server(OPTION, work_words().page_name(Page::Afterwards))),
        })
    };
    let has_server = move || mails.with(|mails| mails.as_ref().is_some_and(|mails| mails.from.is_some()));
    let leads_nobody = hands_out_nothing();
    let does_not_last = move || {
        mails.with(|mails| {
            let lacks = |mails: &Mails| mails.from.is_some() && !mails.lasts;
            mails.as_ref().is_some_and(lacks)
        })
    };
    view! {
        <section class="card" data-testid="mail-settings" data-server=move || has_server().to_string()>
            <h2 class="form-heading">{t.settings}</h2>
            <p class="office-note" class:lacks=move || !has_server() dir="auto" data-testid="mail-server">
                {server}
            </p>
            <p class="lacks" data-testid="mail-short" hidden=move || !does_not_last()>
                {move || {
                    if leads_nobody.get() { texts().organiser().leads_nowhere() } else { t.does_not_last.to_owned() }
                }}
            </p>
            <SavedForm testid="mail-form" button="mail-save" class="form page-narrow" remembered refused saved save>
                <Choice
                    legend=t.sending_asked
                    name="mail-sending"
                    options=&Sending::ALL
                    key=Sending::as_str
                    words=|sending| mail_words().sending_name(sending)
                    value=sending
                />
                <Text
                    id="mail-reply-to"
                    label=t.reply_to
                    kind="email"
                    keyboard="email"
                    chars_max=EMAIL_CHARS_MAX
                    hint=t.reply_to_hint
                    value=reply_to
                />
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="mail-attaches"
                        prop:checked=attaches
                        on:change=move |event| attaches.set(event_target_checked(&event))
                    />
                    {t.attaches}
                </label>
            </SavedForm>
        </section>
    }
}

//! Whether mail goes, and how.

use borsklokka_shared::limits::EMAIL_CHARS_MAX;
use borsklokka_shared::mail::{MailSettings, Mails, Sending};
use leptos::prelude::*;

use super::post::{Post, SETTINGS_READ_AT};
use crate::organiser::fields::{Choice, Text, Tick};
use crate::organiser::form::{Faults, Filled, InWords, KeptForm};
use crate::organiser::office::Office;
use crate::reach::hands_out_nothing;
use crate::readiness::pages::Page;
use crate::texts::organiser::{Mail as Words, mail_words, work_words};
use crate::texts::{Texts, texts};

/// What a server is started with that sends mail.
const OPTION: &str = "--smtp";

/// The card.
#[component]
pub fn SettingsCard() -> impl IntoView {
    let t = mail_words();
    let (post, office) = (Post::of_page(), Office::of_page());
    let mails = post.mails();
    let stands = Memo::new(move |_| mails.with(|mails| mails.as_ref().map(|mails| mails.settings.clone())));
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
            <KeptForm
                testid="mail-form"
                button="mail-save"
                stands
                read_at=SETTINGS_READ_AT
                of=|mails: Mails| mails.settings
                written_at="mails/settings"
                fill
                then=move || post.read(office)
            />
        </section>
    }
}

impl InWords for MailSettings {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        match field {
            "sending" => (t.sending_asked, t.sending_name(self.sending).to_owned()),
            "reply_to" => (t.reply_to, self.reply_to.clone().unwrap_or_default()),
            "attaches_agreement" => (t.attaches, String::new()),
            _ => (t.wording, String::new()),
        }
    }
}

fn fill(known: &MailSettings, _: Faults) -> Filled<MailSettings> {
    let t = mail_words();
    let sending = RwSignal::new(known.sending);
    let reply_to = RwSignal::new(known.reply_to.clone().unwrap_or_default());
    let attaches = RwSignal::new(known.attaches_agreement);
    let write = move |settings: &mut MailSettings| {
        let to = reply_to.with(|to| to.trim().to_owned());
        settings.sending = sending.get();
        settings.reply_to = (!to.is_empty()).then_some(to);
        settings.attaches_agreement = attaches.get();
    };
    let fields = view! {
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
        <Tick id="mail-attaches" words=t.attaches value=attaches />
    };
    Filled::new(write, fields)
}

//! What is done with many mails at once: the agreements, those that are held, a test.

use borsklokka_shared::limits::EMAIL_CHARS_MAX;
use borsklokka_shared::mail::{MailState, MailsDeed, MailsDone, Sending};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::post::Post;
use crate::components::Button;
use crate::desk::TwicePressed;
use crate::organiser::fields::Text;
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::request;
use crate::texts::organiser::{Mail as Words, mail_words};

/// The card.
#[component]
pub fn Acts() -> impl IntoView {
    let t = mail_words();
    let (post, office) = (Post::of_page(), Office::of_page());
    let mails = post.mails();
    let (said, refused) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    // It stays for the next try, and so is not asked about.
    let to = Unsaved::kept("mail-to", String::new);
    let ask = move |deed: MailsDeed, says: fn(&Words, MailsDone) -> String| {
        said.set(None);
        refused.set(None);
        let url = office.url("mails");
        spawn_local(async move {
            match request::ask::<MailsDone>("POST", &url, &json!(deed)).await {
                Ok(done) => drop(said.try_set(Some(says(t, done)))),
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
            post.read(office);
        });
    };
    let held = Memo::new(move |_| {
        mails.with(|mails| {
            let counts = mails.iter().flat_map(|mails| &mails.counts);
            let held = counts.filter(|one| one.state == MailState::Held);
            held.map(|one| one.count as usize).sum::<usize>()
        })
    });
    let has_server = move || mails.with(|mails| mails.as_ref().is_some_and(|mails| mails.from.is_some()));
    let is_off = move || {
        mails.with(|mails| {
            mails
                .as_ref()
                .is_none_or(|mails| mails.settings.sending == Sending::Off)
        })
    };
    let cut_off = office.desk.is_cut_off();
    view! {
        <section class="card" data-testid="mail-acts">
            <h2 class="form-heading">{t.acts}</h2>
            <p class="office-note">{t.agreements_why}</p>
            <p class="form-acts">
                <Button
                    testid="mail-agreements"
                    disabled=Signal::derive(move || cut_off.get() || is_off())
                    press=move || {
                        ask(
                            MailsDeed::Agreements,
                            |t, done| t.agreements_done(done.known, done.mails, done.unreachable),
                        );
                    }
                >
                    {t.agreements}
                </Button>
                <span class="office-note" hidden=move || !is_off()>
                    {t.off_first}
                </span>
            </p>
            <p class="form-acts" hidden=move || held.get() == 0 || !has_server()>
                <TwicePressed
                    testid="mail-send-held"
                    disabled=cut_off
                    press=move || ask(MailsDeed::SendHeld, |t, done| t.sent_held(done.mails as usize))
                >
                    {move || t.send_held(held.get())}
                </TwicePressed>
                <TwicePressed
                    testid="mail-cancel-held"
                    disabled=cut_off
                    press=move || ask(MailsDeed::CancelHeld, |t, done| t.cancelled_held(done.mails as usize))
                >
                    {t.cancel_held}
                </TwicePressed>
            </p>
            <div class="form page-narrow" hidden=move || !has_server()>
                <Text
                    id="mail-test-to"
                    label=t.test_to
                    kind="email"
                    keyboard="email"
                    chars_max=EMAIL_CHARS_MAX
                    value=to
                />
                <p class="form-acts">
                    <Button
                        testid="mail-test"
                        disabled=Signal::derive(move || cut_off.get() || to.with(|to| to.trim().is_empty()))
                        press=move || {
                            let to = to.with_untracked(|to| to.trim().to_owned());
                            ask(MailsDeed::Test { to }, |t, _| t.test_done.to_owned());
                        }
                    >
                        {t.test}
                    </Button>
                </p>
            </div>
            <p role="status" data-testid="mail-said">
                {said}
            </p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
        </section>
    }
}

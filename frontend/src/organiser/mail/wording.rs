//! What stands in mails: a text of each kind and language, the usual one or the organiser's own.

use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{MAIL_BODY_CHARS_MAX, MAIL_SUBJECT_CHARS_MAX};
use borsklokka_shared::mail::{MailKind, MailSettings, MailText, Mails};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::drafts::{Drafts, find};
use super::post::{Over, Post, READ_EVERY, SETTINGS_READ_AT};
use crate::components::Button;
use crate::organiser::fields::{Lines, Select, Text};
use crate::organiser::form::SavedForm;
use crate::organiser::office::Office;
use crate::organiser::reading::{Reading, read_again};
use crate::request;
use crate::texts::organiser::mail_words;
use crate::texts::texts;

/// Lines of a text that are seen at once.
const ROWS: u32 = 14;

/// The usual texts.
#[derive(Deserialize)]
struct Usual {
    texts: Vec<MailText>,
}

/// The card, once the usual texts are known: what is written before that would be lost to them.
#[component]
pub fn Wording() -> impl IntoView {
    let office = Office::of_page();
    let usual = Reading::<Vec<MailText>>::new();
    let read = move || usual.read(office.url("mails/texts"), |usual: Usual| usual.texts);
    read();
    let is_known = Memo::new(move |_| usual.known().with(Option::is_some));
    // They never change: read again is what failed.
    read_again(READ_EVERY, move || {
        if !is_known.get_untracked() {
            read();
        }
    });
    move || {
        is_known.get().then(|| {
            let usual = usual.known().get_untracked().unwrap_or_default();
            view! { <Written usual /> }
        })
    }
}

/// What the organiser writes.
#[component]
fn Written(
    /// The usual texts.
    usual: Vec<MailText>,
) -> impl IntoView {
    let t = mail_words();
    let (post, office) = (Post::of_page(), Office::of_page());
    let usual = StoredValue::new(usual);
    let drafts = Drafts::of_page();
    let all_drafts = drafts.all();
    // Whoever left a text half written comes back to it.
    let left = all_drafts.with_untracked(|drafts| drafts.last().map(|draft| (draft.kind, draft.language)));
    let (kind, language) = left.unwrap_or((MailKind::RegistrationReceived, texts().language));
    let (kind, language) = (RwSignal::new(kind), RwSignal::new(language));
    let (subject, body) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (refused, saved) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let settings = move || {
        let known = post
            .mails()
            .with_untracked(|mails| mails.as_ref().map(|mails| mails.settings.clone()));
        known.unwrap_or_default()
    };
    let fill = move |text: Option<&MailText>| {
        subject.set(text.map(|text| text.subject.clone()).unwrap_or_default());
        body.set(text.map(|text| text.body.clone()).unwrap_or_default());
        saved.set(false);
        refused.set(None);
    };
    // What is saved, or stands there unless something is.
    let kept = move || {
        let (kind, language) = (kind.get_untracked(), language.get_untracked());
        let own = find(&settings().texts, kind, language).cloned();
        own.or_else(|| usual.with_value(|usual| find(usual, kind, language).cloned()))
    };
    // Another kind or language is another text.
    Effect::new(move || {
        let draft = drafts.find(kind.get(), language.get());
        fill(draft.or_else(kept).as_ref());
    });
    let written = move || MailText {
        kind: kind.get_untracked(),
        language: language.get_untracked(),
        subject: subject.get_untracked(),
        body: body.get_untracked(),
    };
    Effect::new(move || {
        subject.track();
        body.track();
        if let Some(kept) = kept() {
            drafts.keep(written(), &kept);
        }
    });
    let save = move || {
        saved.set(false);
        refused.set(None);
        let text = written();
        let of_it = (text.kind, text.language);
        let (read_at, url) = (office.url(SETTINGS_READ_AT), office.url("mails/settings"));
        spawn_local(async move {
            let written = async {
                // Somebody else may have written another meanwhile.
                let mut settings = request::read::<Mails>(&read_at).await?.settings;
                let is_other = |one: &MailText| (one.kind, one.language) != (text.kind, text.language);
                settings.texts.retain(is_other);
                settings.texts.push(text);
                request::ask::<MailSettings>("PUT", &url, &json!(settings)).await
            };
            match written.await {
                Ok(_) => {
                    drafts.forget(of_it.0, of_it.1);
                    let _gone = saved.try_set(true);
                    post.read(office);
                }
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
        });
    };
    let go_back = move || {
        usual.with_value(|usual| fill(find(usual, kind.get_untracked(), language.get_untracked())));
    };
    let undo = move || fill(kept().as_ref());
    let is_draft = Memo::new(move |_| all_drafts.with(|all| find(all, kind.get(), language.get()).is_some()));
    let unsaved = move || {
        let named = |draft: &MailText| format!("{} ({})", t.kind_name(draft.kind), draft.language.own_name());
        let all = all_drafts.with(|all| all.iter().map(named).collect::<Vec<_>>());
        (!all.is_empty()).then(|| t.unsaved(all.join(", ")))
    };
    view! {
        <section class="card" data-testid="mail-texts">
            <h2 class="form-heading">{t.wording}</h2>
            <p class="office-note">{t.wording_why}</p>
            <SavedForm testid="mail-text-form" button="mail-text-save" class="form page-narrow" refused saved save>
                <div class="form-pair">
                    <Select
                        id="mail-kind"
                        label=t.kind_asked
                        options=&MailKind::ALL
                        name=MailKind::as_str
                        words=|kind| mail_words().kind_name(kind)
                        value=kind
                    />
                    <Select
                        id="mail-language"
                        label=t.language_asked
                        options=&Language::ALL
                        name=Language::as_str
                        words=Language::own_name
                        value=language
                    />
                </div>
                <Text id="mail-subject-text" label=t.subject chars_max=MAIL_SUBJECT_CHARS_MAX value=subject />
                <Lines id="mail-body-text" label=t.body rows=ROWS chars_max=MAIL_BODY_CHARS_MAX value=body />
                <Gaps kind />
                <p class="form-acts">
                    <Button testid="mail-preview" press=move || post.over.set(Some(Over::Text(written())))>
                        {t.preview}
                    </Button>
                    <Button testid="mail-usual" press=go_back>
                        {t.usual}
                    </Button>
                    <Button
                        testid="mail-undo"
                        disabled=Signal::derive(move || !is_draft.get())
                        press=undo
                    >
                        {t.undo}
                    </Button>
                </p>
                <p class="office-note" data-testid="mail-unsaved">
                    {unsaved}
                </p>
            </SavedForm>
        </section>
    }
}

/// What may stand in braces.
#[component]
fn Gaps(kind: RwSignal<MailKind>) -> impl IntoView {
    let t = mail_words();
    let gaps = move || {
        let gaps = kind.get().gaps().iter();
        gaps.map(|gap| {
            view! {
                <li>
                    <code>{format!("{{{}}}", gap.as_str())}</code>
                    " "
                    {t.gap_name(*gap)}
                </li>
            }
        })
        .collect_view()
    };
    view! {
        <p class="office-note">{t.gaps}</p>
        <ul class="mail-gaps office-note">{gaps}</ul>
    }
}

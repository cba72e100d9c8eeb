//! What stands in mails: a text of each kind and language, the usual one or the organiser's own.

use std::cell::RefCell;
use std::rc::Rc;

use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{MAIL_BODY_CHARS_MAX, MAIL_SUBJECT_CHARS_MAX};
use borsklokka_shared::mail::{MailKind, MailSettings, MailText, Mails};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;

use super::drafts::{Draft, Drafts, find};
use super::post::{Over, Post, READ_EVERY, SETTINGS_READ_AT};
use crate::components::Button;
use crate::organiser::fields::{Lines, Select, Text};
use crate::organiser::form::{Faults, Filled, Following, InWords, SavedForm};
use crate::organiser::office::Office;
use crate::organiser::reading::{Reading, read_again};
use crate::organiser::unsaved::Unsaved;
use crate::request;
use crate::texts::organiser::{Mail as Words, mail_words};
use crate::texts::{Texts, texts};

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

/// Which text is written, by its kind and language. Whoever left one half written comes back to it, or else to the one that she chose last;
/// who has chosen none begins in the language of the page.
fn chosen(drafts: Signal<Vec<Draft>>) -> (RwSignal<MailKind>, RwSignal<Language>) {
    let chosen = Unsaved::kept("mail-text", || None::<(MailKind, Language)>);
    let left = drafts.with_untracked(|drafts| {
        let last = drafts.last()?;
        Some((last.text.kind, last.text.language))
    });
    let first = left.or(chosen.get_untracked());
    let (kind, language) = first.unwrap_or((MailKind::RegistrationReceived, texts().language));
    let (kind, language) = (RwSignal::new(kind), RwSignal::new(language));
    Effect::new(move |before: Option<(MailKind, Language)>| {
        let now = (kind.get(), language.get());
        if before.is_some_and(|before| before != now) {
            chosen.set(Some(now));
        }
        now
    });
    (kind, language)
}

/// What the organiser writes.
#[component]
fn Written(
    /// The usual texts.
    usual: Vec<MailText>,
) -> impl IntoView {
    let t = mail_words();
    let usual = StoredValue::new(usual);
    let all_drafts = Drafts::of_page().all();
    let (kind, language) = chosen(all_drafts);
    let unsaved = move || {
        let named = |draft: &Draft| {
            let (kind, language) = (draft.text.kind, draft.text.language);
            format!("{} ({})", t.kind_name(kind), language.own_name())
        };
        let all = all_drafts.with(|all| all.iter().map(named).collect::<Vec<_>>());
        (!all.is_empty()).then(|| t.unsaved(all.join(", ")))
    };
    // Another kind or language is another text.
    let form = move || {
        let (kind, language) = (kind.get(), language.get());
        let usual = usual.with_value(|usual| find(usual, kind, language).cloned())?;
        Some(view! { <TextForm usual /> })
    };
    view! {
        <section class="card" data-testid="mail-texts">
            <h2 class="form-heading">{t.wording}</h2>
            <p class="office-note">{t.wording_why}</p>
            <div class="form page-narrow">
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
                {form}
                <p class="office-note" data-testid="mail-unsaved">
                    {unsaved}
                </p>
            </div>
        </section>
    }
}

impl InWords for MailText {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        match field {
            "subject" => (t.subject, self.subject.clone()),
            _ => (t.body, self.body.clone()),
        }
    }
}

/// What mails say by these settings: the organiser's own text, or else the usual one.
fn said(settings: &MailSettings, usual: &MailText) -> MailText {
    let own = find(&settings.texts, usual.kind, usual.language);
    own.unwrap_or(usual).clone()
}

/// The text of one kind and language.
#[component]
fn TextForm(
    /// The usual one.
    usual: MailText,
) -> impl IntoView {
    let t = mail_words();
    let (office, post, drafts) = (Office::of_page(), Post::of_page(), Drafts::of_page());
    let mails = post.mails();
    let (kind, language) = (usual.kind, usual.language);
    let usual = StoredValue::new(usual);
    let stands = Memo::new(move |_| {
        mails.with(|mails| {
            let settings = &mails.as_ref()?.settings;
            Some(usual.with_value(|usual| said(settings, usual)))
        })
    });
    let left = drafts.find(kind, language).map(|draft| (draft.base, draft.text));
    let form = Following::resume(stands, left);
    Effect::new(move || {
        if let Some((base, unsaved)) = form.left() {
            drafts.keep(kind, language, unsaved.map(|text| Draft { base, text }));
        }
    });
    let preview = move || post.over.set(form.holds().map(Over::Text));
    let go_back = move || form.write_in(usual.get_value());
    let undo = move || {
        if let Some(now) = form.now() {
            form.write_in(now);
        }
    };
    view! {
        <SavedForm
            testid="mail-text-form"
            button="mail-text-save"
            form
            save=move || save(form, &office, post, drafts, usual.get_value())
        >
            {form.fields(fill)}
            <Gaps kind />
            <p class="form-acts">
                <Button testid="mail-preview" press=preview>
                    {t.preview}
                </Button>
                <Button testid="mail-usual" press=go_back>
                    {t.usual}
                </Button>
                <Button testid="mail-undo" disabled=Signal::derive(move || !form.is_unsaved()) press=undo>
                    {t.undo}
                </Button>
            </p>
        </SavedForm>
    }
}

fn fill(known: &MailText, _: Faults) -> Filled<MailText> {
    let t = mail_words();
    let (subject, body) = (
        RwSignal::new(known.subject.clone()),
        RwSignal::new(known.body.clone()),
    );
    let write = move |text: &mut MailText| {
        text.subject = subject.get();
        text.body = body.get();
    };
    let fields = view! {
        <Text id="mail-subject-text" label=t.subject chars_max=MAIL_SUBJECT_CHARS_MAX value=subject />
        <Lines id="mail-body-text" label=t.body rows=ROWS chars_max=MAIL_BODY_CHARS_MAX value=body />
    };
    Filled::new(write, fields)
}

/// Saves a text among the others, which somebody else may have written meanwhile.
fn save(form: Following<MailText>, office: &Office, post: Post, drafts: Drafts, usual: MailText) {
    let Some(sent) = form.holds() else { return };
    let office = *office;
    let (read_at, url) = (office.url(SETTINGS_READ_AT), office.url("mails/settings"));
    let (stood, own) = (Rc::new(RefCell::new(MailSettings::default())), usual.clone());
    let others = Rc::clone(&stood);
    let read = async move {
        let Mails { settings, .. } = request::read(&read_at).await?;
        let text = said(&settings, &own);
        *stood.borrow_mut() = settings;
        Ok(text)
    };
    let put = move |text: MailText| async move {
        let mut settings = others.take();
        let is_other = |one: &MailText| (one.kind, one.language) != (text.kind, text.language);
        settings.texts.retain(is_other);
        settings.texts.push(text.clone());
        let kept: MailSettings = request::ask("PUT", &url, &json!(settings)).await?;
        let answered = said(&kept, &usual);
        drafts.settle(&sent, &text, answered.clone());
        Ok(answered)
    };
    form.save(office, read, put, move || post.read(office));
}

/// What may stand in braces.
#[component]
fn Gaps(kind: MailKind) -> impl IntoView {
    let t = mail_words();
    let gaps = kind
        .gaps()
        .iter()
        .map(|gap| {
            view! {
                <li>
                    <code>{format!("{{{}}}", gap.as_str())}</code>
                    " "
                    {t.gap_name(*gap)}
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="office-note">{t.gaps}</p>
        <ul class="mail-gaps office-note">{gaps}</ul>
    }
}

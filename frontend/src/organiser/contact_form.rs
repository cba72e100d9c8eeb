//! How to reach a participant: the form, and what sends it. Nothing of it is on the board or on a socket.

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX};
use borsklokka_shared::rebase::Rebase;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::fields::Text;
use super::office::Office;
use super::unsaved::Remembered;
use crate::newcomer::numbers::{self, Doubts};
use crate::request;
use crate::texts::organiser::guest_words;
use crate::texts::texts;

/// Writes a contact; who speaks for whom is read again.
///
/// # Errors
/// With what went wrong, in words.
pub async fn put(office: Office, participant: ParticipantId, contact: &Contact) -> Result<(), String> {
    let url = office.url(&format!("contacts/{participant}"));
    request::ask::<()>("PUT", &url, &json!(contact))
        .await
        .map_err(|trouble| office.desk.words_of(trouble))?;
    office.read_people();
    Ok(())
}

/// What is wrong with a contact, in words.
pub fn fault_words(fault: &ContactFault) -> String {
    let t = guest_words();
    match fault {
        ContactFault::Phone => t.bad_phone.to_owned(),
        ContactFault::Email => t.bad_email.to_owned(),
        ContactFault::Text(refusal) => refusal.message(crate::texts::texts().language),
    }
}

/// Puts what was changed of `base` on top of what the server knows by now, and writes that; says what stands there then.
///
/// # Errors
/// With what went wrong, in words.
async fn put_changed(
    office: &Office,
    participant: ParticipantId,
    base: &Contact,
    written: &Contact,
) -> Result<Contact, String> {
    let url = office.url(&format!("contacts/{participant}"));
    let now = request::read::<Contact>(&url).await;
    let now = now.map_err(|trouble| office.desk.words_of(trouble))?;
    let contact = Contact::rebase(base, written, &now).value;
    put(*office, participant, &contact).await?;
    Ok(contact)
}

/// The fields. Copied freely.
#[derive(Clone, Copy)]
struct Fields {
    person: RwSignal<String>,
    phone: RwSignal<String>,
    email: RwSignal<String>,
    /// With what they were filled.
    told: StoredValue<Contact>,
}

impl Fields {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            person: empty(),
            phone: empty(),
            email: empty(),
            told: StoredValue::new(Contact::default()),
        }
    }

    fn fill(self, contact: Contact) {
        let known = contact.clone();
        let fields = [
            (self.person, known.person),
            (self.phone, known.phone),
            (self.email, known.email),
        ];
        for (field, known) in fields {
            let _gone = field.try_set(known.unwrap_or_default());
        }
        let _gone = self.told.try_set_value(contact);
    }

    fn written(self) -> Contact {
        let written =
            |field: RwSignal<String>| Some(field.get_untracked()).filter(|text| !text.trim().is_empty());
        Contact {
            person: written(self.person),
            email: written(self.email),
            phone: written(self.phone),
        }
    }
}

/// Fills person, phone and e-mail with what the server knows, once it can be read; says when they are.
fn fill(
    office: &Office,
    participant: ParticipantId,
    fields: Fields,
    said: RwSignal<Option<String>>,
) -> ReadSignal<bool> {
    let office = *office;
    let (is_known, set_known) = signal(false);
    let read = move || async move {
        let url = office.url(&format!("contacts/{participant}"));
        match request::read::<Contact>(&url).await {
            Ok(contact) => {
                fields.fill(contact);
                let _gone = set_known.try_set(true);
            }
            Err(trouble) => drop(said.try_set(Some(office.desk.words_of(trouble)))),
        }
    };
    let cut_off = office.desk.is_cut_off();
    // What could not be read without a network is read when it is back.
    Effect::new(move || {
        if !cut_off.get() && !is_known.get_untracked() {
            said.set(None);
            spawn_local(read());
        }
    });
    // Somebody may have been erased; what is being written stays.
    office.desk.live.on_new_history(move || {
        if is_known.get_untracked() && fields.told.get_value() == fields.written() {
            spawn_local(read());
        }
    });
    is_known
}

/// A participant's contact: read from the server, and sent to it.
#[component]
pub fn ContactForm(
    /// Whose.
    participant: ParticipantId,
) -> impl IntoView {
    let t = guest_words();
    let office = Office::of_page();
    let fields = Fields::new();
    let Fields {
        person, phone, email, ..
    } = fields;
    let typed = Memo::new(move |_| Some(phone.get()).filter(|phone| !phone.trim().is_empty()));
    let numbers = numbers::follow(office.desk.live, typed);
    let (phone_wrong, email_wrong) = (RwSignal::new(None), RwSignal::new(None));
    let (said, saved) = (RwSignal::new(None::<String>), RwSignal::new(false));
    // What is not known yet would be written over what is typed, or what is not typed over it.
    let is_known = fill(&office, participant, fields, said);
    let remembered = Remembered::start(
        format!("contact-form {participant}"),
        Some(participant),
        move || is_known.get(),
    );
    let save = move || {
        for field in [phone_wrong, email_wrong, said] {
            field.set(None);
        }
        saved.set(false);
        let (base, held) = (fields.told.get_value(), fields.written());
        match held.checked() {
            Err(fault) => match fault {
                ContactFault::Phone => phone_wrong.set(Some(fault_words(&fault))),
                ContactFault::Email => email_wrong.set(Some(fault_words(&fault))),
                ContactFault::Text(_) => said.set(Some(fault_words(&fault))),
            },
            Ok(contact) => {
                let forget = remembered.forget();
                spawn_local(async move {
                    let written = put_changed(&office, participant, &base, &contact).await;
                    let _gone = saved.try_set(written.is_ok());
                    match written {
                        Ok(contact) => {
                            forget();
                            fields.fill(contact);
                        }
                        Err(words) => drop(said.try_set(Some(words))),
                    }
                });
            }
        }
    };
    view! {
        <form
            class="form"
            node_ref=remembered.form
            data-testid="contact-form"
            on:input=move |event| {
                saved.set(false);
                remembered.hear(&event);
            }
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <p class="office-note">{t.reach_why}</p>
            <fieldset class="form form-known" disabled=move || !is_known.get()>
                <Text id="contact-person" label=t.person chars_max=NAME_CHARS_MAX value=person />
                <Text
                    id="contact-phone"
                    label=t.phone
                    kind="tel"
                    keyboard="tel"
                    chars_max=PHONE_CHARS_MAX
                    error=phone_wrong
                    value=phone
                />
                <Doubts numbers words=texts().broker() />
                <Text
                    id="contact-email"
                    label=t.email
                    keyboard="email"
                    chars_max=EMAIL_CHARS_MAX
                    error=email_wrong
                    value=email
                />
            </fieldset>
            <p class="field-error" role="alert" hidden=move || said.with(Option::is_none)>
                {move || said.get()}
            </p>
            <div class="form-acts">
                <button
                    type="submit"
                    class="button"
                    data-testid="contact-save"
                    disabled=move || !is_known.get()
                >
                    {t.save_contact}
                </button>
                <span role="status">{move || saved.get().then_some(texts().organiser().saved)}</span>
            </div>
        </form>
    }
}

//! How to reach a participant: the form, and what sends it. Nothing of it is on the board or on a socket.

use std::time::Duration;

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX};
use borsklokka_shared::refusal::Refusal;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::fields::Text;
use super::form::grasp::{Merged, merged};
use super::form::{Faults, Filled, Following, InWords, SavedForm};
use super::office::Office;
use super::reading::{Reading, read_again};
use crate::newcomer::numbers::{self, Doubts};
use crate::request::{self, Trouble};
use crate::texts::organiser::{Guests, guest_words};
use crate::texts::{Texts, texts};

/// How often a contact that is looked at is read again. Each reading is noted, so that it is not oftener.
const READ_EVERY: Duration = Duration::from_mins(1);

/// What came of a contact that was written on one line.
pub enum Added {
    /// This stands there now.
    Saved(Contact),
    /// Somebody else has written this, and it still stands there.
    Contested(Contact),
}

/// Writes a contact, where none was known or this line was; who speaks for whom is read again. What somebody else wrote meanwhile is not
/// written over.
///
/// # Errors
/// With what went wrong, in words.
pub async fn add(
    office: Office,
    participant: ParticipantId,
    contact: Contact,
    known: &str,
) -> Result<Added, String> {
    let in_words = |trouble| office.desk.words_of(trouble);
    let url = office.url(&format!("contacts/{participant}"));
    let now = request::read::<Contact>(&url).await.map_err(in_words)?;
    let Some(contact) = on_top(contact, &now, known) else {
        office.know_person(participant, now.person.clone());
        return Ok(Added::Contested(now));
    };
    write(&office, participant, &contact).await.map_err(in_words)?;
    Ok(Added::Saved(contact))
}

/// A contact on top of what stands there `now`. None is if somebody else has written the same, unless this is what is `known`: then it is
/// written over, and what it lacks stays where both are of one person.
fn on_top(written: Contact, now: &Contact, known: &str) -> Option<Contact> {
    match merged(&Contact::default(), &written, now) {
        Merged::Free(contact) => Some(contact),
        Merged::Contested(_) if now.to_line() == known => Some(written.joined(now.clone()).0),
        Merged::Contested(_) => None,
    }
}

async fn write(office: &Office, participant: ParticipantId, contact: &Contact) -> Result<(), Trouble> {
    let url = office.url(&format!("contacts/{participant}"));
    request::ask::<()>("PUT", &url, &json!(contact)).await?;
    office.know_person(participant, contact.person.clone());
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

impl InWords for Contact {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Guests::of(texts.language);
        let (name, text) = match field {
            "phone" => (t.phone, &self.phone),
            "email" => (t.email, &self.email),
            _ => (t.person, &self.person),
        };
        (name, text.clone().unwrap_or_default())
    }
}

/// At which field a fault is.
fn place(fault: &ContactFault) -> &'static str {
    let field = match fault {
        ContactFault::Phone => "phone",
        ContactFault::Email => "email",
        ContactFault::Text(
            Refusal::TextTooLong { field, .. }
            | Refusal::TextMissing { field }
            | Refusal::TextUnprintable { field },
        ) => field.as_str(),
        ContactFault::Text(_) => "person",
    };
    match field {
        "phone" => "contact-phone",
        "email" => "contact-email",
        _ => "contact-person",
    }
}

/// What is known of a contact, what reads it again, and why it could not be read.
fn follow(
    office: &Office,
    participant: ParticipantId,
) -> (
    Memo<Option<Contact>>,
    impl Fn() + Copy + 'static + use<>,
    RwSignal<Option<String>>,
) {
    let office = *office;
    let (first, refused) = (RwSignal::new(None::<Contact>), RwSignal::new(None::<String>));
    let later = Reading::<Contact>::new();
    let known = later.known();
    let stands = Memo::new(move |_| known.get().or_else(|| first.get()));
    let url = move || office.url(&format!("contacts/{participant}"));
    let begin = move || {
        let url = url();
        spawn_local(async move {
            match request::read::<Contact>(&url).await {
                Ok(contact) => drop(first.try_set(Some(contact))),
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
        });
    };
    let again = move || {
        // The form may be gone.
        if stands.try_with_untracked(Option::is_some) == Some(true) {
            later.read(url(), |contact: Contact| contact);
        }
    };
    let cut_off = office.desk.is_cut_off();
    // What could not be read without a network is read when it is back.
    Effect::new(move || {
        if cut_off.get() {
            return;
        }
        if stands.with_untracked(Option::is_some) {
            again();
        } else {
            refused.set(None);
            begin();
        }
    });
    // Somebody may have been erased.
    office.desk.live.on_new_history(again);
    // Others may have written it: who speaks for whom is read oftener, and whoever comes back to the page looks at it anew.
    let person = Memo::new(move |_| {
        let people = office.people();
        people.with(|people| people.as_ref()?.get(&participant).cloned())
    });
    Effect::new(move |before: Option<()>| {
        person.track();
        if before.is_some() {
            again();
        }
    });
    let looked_at = window_event_listener(ev::focus, move |_| again());
    on_cleanup(move || looked_at.remove());
    read_again(READ_EVERY, move || {
        if !document().hidden() {
            again();
        }
    });
    (stands, again, refused)
}

/// A participant's contact: read from the server, and sent to it.
#[component]
pub fn ContactForm(
    /// Whose.
    participant: ParticipantId,
) -> impl IntoView {
    let t = guest_words();
    let office = Office::of_page();
    let (stands, again, unread) = follow(&office, participant);
    let form = Following::start(stands, format!("contact-form {participant}"), Some(participant));
    Effect::new(move || {
        let unread = unread.get();
        if untrack(|| !form.is_filled()) {
            form.refused.set(unread);
        }
    });
    let save = move || {
        let url = office.url(&format!("contacts/{participant}"));
        let read = async move { request::read::<Contact>(&url).await };
        let put = move |contact: Contact| async move {
            write(&office, participant, &contact).await?;
            Ok(contact)
        };
        form.save(office, read, put, again);
    };
    view! {
        <SavedForm testid="contact-form" button="contact-save" words=t.save_contact form save>
            <p class="office-note">{t.reach_why}</p>
            // What is not known yet would be written over what is typed, or what is not typed over it.
            <fieldset class="form form-known" disabled=move || !form.is_filled()>
                {form.fields_before(Contact::default(), fill)}
            </fieldset>
        </SavedForm>
    }
}

fn fill(known: &Contact, faults: Faults) -> Filled<Contact> {
    let t = guest_words();
    let field = |known: &Option<String>| RwSignal::new(known.clone().unwrap_or_default());
    let (person, phone, email) = (field(&known.person), field(&known.phone), field(&known.email));
    let write = move |contact: &mut Contact| {
        let written = |field: RwSignal<String>| Some(field.get()).filter(|text| !text.trim().is_empty());
        let typed = Contact {
            person: written(person),
            email: written(email),
            phone: written(phone),
        };
        *contact = match typed.clone().checked() {
            Ok(checked) => checked,
            Err(fault) => {
                faults.say(place(&fault), fault_words(&fault));
                typed
            }
        };
    };
    let typed = Memo::new(move |_| Some(phone.get()).filter(|phone| !phone.trim().is_empty()));
    let numbers = numbers::follow(Office::of_page().desk.live, typed);
    let fields = view! {
        <Text
            id="contact-person"
            label=t.person
            chars_max=NAME_CHARS_MAX
            error=faults.at("contact-person")
            value=person
        />
        <Text
            id="contact-phone"
            label=t.phone
            kind="tel"
            keyboard="tel"
            chars_max=PHONE_CHARS_MAX
            error=faults.at("contact-phone")
            value=phone
        />
        <Doubts numbers words=texts().broker() />
        <Text
            id="contact-email"
            label=t.email
            keyboard="email"
            chars_max=EMAIL_CHARS_MAX
            error=faults.at("contact-email")
            value=email
        />
    };
    Filled::new(write, fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_of_one_line_writes_over_nobody_s_that_was_not_told() {
        let put = |written: &str, now: &str, known: &str| {
            let [written, now] = [written, now].map(Contact::of_line);
            on_top(written, &now, known).map(|contact| contact.to_line())
        };
        let (ola, kari) = ("Ola Nordmann, 987 65 432", "Kari Nordmann, 912 34 567");
        assert_eq!(put(ola, "", "").as_deref(), Some(ola));
        assert_eq!(put(ola, ola, "").as_deref(), Some(ola), "it is no news");
        assert_eq!(put(ola, kari, ""), None);
        assert_eq!(put(ola, kari, "Kari Nordmann"), None, "that has changed since");
        assert_eq!(put(ola, kari, kari).as_deref(), Some(ola));
        // What nobody wrote over stays, unless it is somebody else's.
        let mail = "Ola Nordmann, ola@example.org";
        let both = "Ola Nordmann, 987 65 432, ola@example.org";
        assert_eq!(put(ola, mail, "").as_deref(), Some(both));
        let other_number = "Ola Nordmann, 955 55 555, ola@example.org";
        assert_eq!(put(ola, other_number, other_number).as_deref(), Some(both));
        let her_mail = "Kari Nordmann, kari@example.org";
        assert_eq!(put(ola, her_mail, her_mail).as_deref(), Some(ola));
    }
}

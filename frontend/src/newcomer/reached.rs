//! What a contact line is understood as, while it is typed, and what is wrong with it: by the server's own rules, while the
//! guest is still there.

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::language::Language;
use leptos::prelude::*;

use super::numbers::{self, Doubts};
use crate::live::Live;
use crate::texts::texts;

/// The name, the telephone and the mail address that a line is read as. A number that no country has is asked about.
#[component]
pub fn Reached(
    /// What is typed.
    #[prop(into)]
    line: Signal<String>,
) -> impl IntoView {
    let t = texts().broker();
    let contact = Memo::new(move |_| line.with(|line| Contact::of_line(line)));
    let numbers = numbers::follow(
        Live::of_page(),
        Memo::new(move |_| contact.with(|contact| contact.phone.clone())),
    );
    let part = move |what: &'static str, kind: &'static str, text: Option<String>| {
        text.map(|text| {
            view! {
                <span class="reached-part" data-kind=kind>
                    <span class="reached-kind">{what}</span>
                    " "
                    <b dir="auto">{text}</b>
                </span>
            }
        })
    };
    let phone = move |typed: Option<String>| {
        let read = numbers.with(|numbers| {
            let read = numbers
                .iter()
                .map(|number| number.read.as_ref().unwrap_or(&number.written).as_str());
            read.collect::<Vec<_>>().join(", ")
        });
        if read.is_empty() { typed } else { Some(read) }
    };
    let parts = move || {
        let contact = contact.get();
        (!contact.is_empty()).then(|| {
            view! {
                <p class="reached" data-testid="reached">
                    {part(t.reached_person, "person", contact.person)}
                    {part(t.reached_phone, "phone", phone(contact.phone))}
                    {part(t.reached_email, "email", contact.email)}
                </p>
            }
        })
    };
    view! {
        {parts}
        <Doubts numbers words=t />
    }
}

/// A fault of a contact, in words.
pub fn contact_fault(fault: &ContactFault, language: Language) -> String {
    let t = texts().broker();
    match fault {
        ContactFault::Text(refusal) => refusal.message(language),
        ContactFault::Email => t.bad_email.to_owned(),
        ContactFault::Phone => t.bad_phone.to_owned(),
    }
}

//! What a form knows of what stands there, without a page: what is unsaved, what others changed of the same, and what is known once it was
//! saved. Nothing else puts what is written in the organiser's forms on top of what others wrote, so that none can leave out to tell of it.

use borsklokka_shared::rebase::{Rebase, Rebased};

/// What a form knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grasp<T> {
    /// What stood there when the fields were filled; where more was told since, that.
    base: T,
    /// What stands there, as far as is known.
    now: T,
}

/// What comes of wanting to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged<T> {
    /// This is to be written.
    Free(T),
    /// Somebody else changed the same fields, and whoever wants to save was not told.
    Contested(Vec<String>),
}

/// What was written over `base`, on top of what stands `now`.
pub fn merged<T: Rebase>(base: &T, written: &T, now: &T) -> Merged<T> {
    let Rebased { value, both } = T::rebase(base, written, now);
    if both.is_empty() {
        Merged::Free(value)
    } else {
        Merged::Contested(both)
    }
}

impl<T: Clone + PartialEq + Rebase> Grasp<T> {
    /// The fields are filled over `base`, and this stands there `now`.
    pub fn new(base: T, now: T) -> Self {
        Self { base, now }
    }

    /// Over what the fields are filled.
    pub fn base(&self) -> &T {
        &self.base
    }

    /// What stands there.
    pub fn now(&self) -> &T {
        &self.now
    }

    /// Whether saving what the form holds would change anything.
    pub fn is_unsaved(&self, held: &T) -> bool {
        T::rebase(&self.base, held, &self.now).value != self.now
    }

    /// Something else stands there.
    pub fn hear(&mut self, now: T) {
        self.now = now;
    }

    /// Nothing is unsaved: what is written from here on is written over what stands there.
    pub fn follow(&mut self) {
        self.base = self.now.clone();
    }

    /// Whoever wanted to save `sent` was told of what stands `now` in the same fields: saving again is to have her way with them.
    pub fn tell(&mut self, sent: &T, now: T) {
        self.base = T::told(&self.base, sent, &now);
        self.now = now;
    }

    /// Of `sent`, `value` was written, and `answered` stands there now. What the form holds beyond that is unsaved, over what was saved.
    pub fn settle(&mut self, sent: &T, value: &T, answered: T, held: &T) {
        // What others changed she has not seen, though it went along.
        let own = T::rebase(value, sent, &answered).value;
        self.base = T::told(sent, held, &own);
        self.now = answered;
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::contact::Contact;
    use borsklokka_shared::language::Language;
    use borsklokka_shared::mail::{MailKind, MailText};

    use super::*;

    fn contact(person: &str, phone: &str, email: &str) -> Contact {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Contact {
            person: known(person),
            phone: known(phone),
            email: known(email),
        }
    }

    /// What saving `held` comes to, pressed by whoever sees the form.
    fn press(grasp: &mut Grasp<Contact>, held: &Contact, now: &Contact) -> Merged<Contact> {
        let merged = merged(grasp.base(), held, now);
        if matches!(merged, Merged::Contested(_)) {
            grasp.tell(held, now.clone());
        }
        merged
    }

    #[test]
    fn whoever_saves_the_same_field_second_is_told_and_then_has_her_way() {
        let base = contact("Kari", "91111111", "kari@example.org");
        let mut grasp = Grasp::new(base.clone(), base);
        let held = contact("Kari", "93333333", "kari@example.org");
        let theirs = contact("Kari", "92222222", "ola@example.org");
        let told = Merged::Contested(vec!["phone".to_owned()]);
        assert_eq!(press(&mut grasp, &held, &theirs), told);
        assert!(grasp.is_unsaved(&held));
        assert_eq!(
            press(&mut grasp, &held, &theirs),
            Merged::Free(contact("Kari", "93333333", "ola@example.org"))
        );
        // Somebody who changes it once more is told of once more.
        let again = contact("Kari", "94444444", "ola@example.org");
        assert_eq!(press(&mut grasp, &held, &again), told);
        // What she had not touched when she was told is news to her still.
        let more = contact("Kari", "93333333", "post@example.org");
        assert_eq!(
            press(&mut grasp, &more, &again),
            Merged::Contested(vec!["email".to_owned()])
        );
    }

    #[test]
    fn unsaved_is_what_differs_from_what_stands() {
        let base = contact("Kari", "91111111", "");
        let mut grasp = Grasp::new(base.clone(), base.clone());
        assert!(!grasp.is_unsaved(&base));
        let held = contact("Kari", "92222222", "");
        assert!(grasp.is_unsaved(&held));
        // The answer was lost, and it was written nevertheless.
        grasp.hear(held.clone());
        assert!(!grasp.is_unsaved(&held));
        grasp.follow();
        // Others change what nobody touches here: there is nothing to save.
        grasp.hear(contact("Ola", "92222222", "ola@example.org"));
        assert!(!grasp.is_unsaved(&held));
    }

    #[test]
    fn what_is_typed_while_it_is_saved_is_unsaved_over_what_was_saved() {
        let base = contact("", "91111111", "");
        let mut grasp = Grasp::new(base.clone(), base);
        let sent = contact("", "92222222", "");
        // Others wrote who it is meanwhile, and the server writes the number in its own way.
        let value = contact("Kari", "92222222", "");
        let answered = contact("Kari", "92 22 22 22", "");
        let held = contact("", "92222222", "kari@example.org");
        grasp.settle(&sent, &value, answered.clone(), &held);
        assert!(grasp.is_unsaved(&held));
        assert_eq!(
            press(&mut grasp, &held, &answered),
            Merged::Free(contact("Kari", "92 22 22 22", "kari@example.org"))
        );
        // Typed on in the field that was saved: nobody else has changed it.
        let typed_on = contact("", "92222223", "");
        grasp.settle(&sent, &value, answered.clone(), &typed_on);
        assert_eq!(
            press(&mut grasp, &typed_on, &answered),
            Merged::Free(contact("Kari", "92222223", ""))
        );
        // What others wrote has not been seen here: written over, it is told of.
        let over = contact("Per", "92222222", "");
        grasp.settle(&sent, &value, answered.clone(), &over);
        assert_eq!(
            press(&mut grasp, &over, &answered),
            Merged::Contested(vec!["person".to_owned()])
        );
        // Nothing was typed since.
        grasp.settle(&sent, &value, answered, &sent);
        assert!(!grasp.is_unsaved(&sent));
    }

    #[test]
    fn a_mail_text_is_told_of_by_its_parts() {
        let text = |subject: &str, body: &str| MailText {
            kind: MailKind::Agreement,
            language: Language::Nb,
            subject: subject.to_owned(),
            body: body.to_owned(),
        };
        let (base, mine) = (text("Avtalen", "{link}"), text("Avtalen", "Min {link}"));
        assert_eq!(
            merged(&base, &mine, &text("Avtalen din", "{link}")),
            Merged::Free(text("Avtalen din", "Min {link}"))
        );
        assert_eq!(
            merged(&base, &mine, &text("Avtalen", "Deres {link}")),
            Merged::Contested(vec!["body".to_owned()])
        );
    }
}

//! Texts of mails that were written and not saved yet: they stay while the organiser looks at other pages, and the page asks before it
//! is left with them.

use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{MailKind, MailText};
use leptos::prelude::*;

use crate::organiser::form::grasp::Grasp;
use crate::typed::fields::ask_before_leaving;

/// A text that is not saved, and over what it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What stood there.
    pub base: MailText,
    /// What is written.
    pub text: MailText,
}

/// What is written and not saved. Copied freely; made once for all pages.
#[derive(Clone, Copy)]
pub struct Drafts(RwSignal<Vec<Draft>>);

impl Drafts {
    /// None yet. From now on the page asks before it is left with some.
    pub fn start() -> Self {
        let drafts = RwSignal::new(Vec::<Draft>::new());
        ask_before_leaving(move || drafts.try_with_untracked(Vec::is_empty) == Some(false));
        Self(drafts)
    }

    /// Those of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// All of them, the one that was written at last at the end.
    pub fn all(self) -> Signal<Vec<Draft>> {
        self.0.into()
    }

    /// The one of a kind and language.
    pub fn find(self, kind: MailKind, language: Language) -> Option<Draft> {
        let is_it = |draft: &&Draft| (draft.text.kind, draft.text.language) == (kind, language);
        self.0.with_untracked(|drafts| drafts.iter().find(is_it).cloned())
    }

    /// Keeps what is written of a kind and language, or that nothing is unsaved of it.
    pub fn keep(self, kind: MailKind, language: Language, draft: Option<Draft>) {
        if self.find(kind, language) == draft {
            return;
        }
        self.0.update(|drafts| {
            drafts.retain(|other| (other.text.kind, other.text.language) != (kind, language));
            drafts.extend(draft);
        });
    }

    /// Of what was `sent`, `value` was written, and `answered` stands there now: what is written since is kept. Whoever saved it may look
    /// at another page by now.
    pub fn settle(self, sent: &MailText, value: &MailText, answered: MailText) {
        let (kind, language) = (sent.kind, sent.language);
        let Some(Draft { base, text }) = self.find(kind, language) else {
            return;
        };
        let mut grasp = Grasp::new(base, answered.clone());
        grasp.settle(sent, value, answered, &text);
        let draft = grasp.is_unsaved(&text).then(|| Draft {
            base: grasp.base().clone(),
            text,
        });
        self.keep(kind, language, draft);
    }
}

/// The one of a kind and language.
pub(super) fn find(texts: &[MailText], kind: MailKind, language: Language) -> Option<&MailText> {
    texts
        .iter()
        .find(|text| text.kind == kind && text.language == language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> MailText {
        MailText {
            kind: MailKind::Agreement,
            language: Language::Nb,
            subject: "Avtalen".to_owned(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn what_is_written_while_a_text_is_saved_stays_a_draft() {
        let owner = Owner::new();
        owner.with(|| {
            let drafts = Drafts(RwSignal::new(Vec::new()));
            let written = |body| {
                Some(Draft {
                    base: text("{link}"),
                    text: text(body),
                })
            };
            let (kind, language) = (MailKind::Agreement, Language::Nb);
            let sent = text("Min {link}");
            drafts.keep(kind, language, written("Min {link} og mer"));
            drafts.settle(&sent, &sent, sent.clone());
            let left = drafts.find(kind, language).unwrap();
            assert_eq!((left.base, left.text), (sent.clone(), text("Min {link} og mer")));
            drafts.keep(kind, language, written("Min {link}"));
            drafts.settle(&sent, &sent, sent.clone());
            assert_eq!(drafts.find(kind, language), None);
        });
    }
}

//! Texts of mails that were written and not saved yet: they stay while the organiser looks at other pages, and the page asks before it
//! is left with them.

use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{MailKind, MailText};
use leptos::prelude::*;

use crate::organiser::unsaved::ask_before_leaving;

/// What is written and not saved. Copied freely; made once for all pages.
#[derive(Clone, Copy)]
pub struct Drafts(RwSignal<Vec<MailText>>);

impl Drafts {
    /// None yet. From now on the page asks before it is left with some.
    pub fn start() -> Self {
        let drafts = RwSignal::new(Vec::<MailText>::new());
        ask_before_leaving(move || drafts.try_with_untracked(Vec::is_empty) == Some(false));
        Self(drafts)
    }

    /// Those of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// All of them, the one that was written at last at the end.
    pub fn all(self) -> Signal<Vec<MailText>> {
        self.0.into()
    }

    /// The one of a kind and language.
    pub fn find(self, kind: MailKind, language: Language) -> Option<MailText> {
        self.0
            .with_untracked(|drafts| find(drafts, kind, language).cloned())
    }

    /// Keeps what is written, unless it is what is saved.
    pub fn keep(self, written: MailText, saved: &MailText) {
        let is_draft = written != *saved;
        let known = self.find(written.kind, written.language);
        if known.as_ref() == is_draft.then_some(&written) {
            return;
        }
        self.0.update(|drafts| {
            without(drafts, written.kind, written.language);
            if is_draft {
                drafts.push(written);
            }
        });
    }

    /// It is saved.
    pub fn forget(self, kind: MailKind, language: Language) {
        self.0.update(|drafts| without(drafts, kind, language));
    }
}

/// The one of a kind and language.
pub(super) fn find(texts: &[MailText], kind: MailKind, language: Language) -> Option<&MailText> {
    texts
        .iter()
        .find(|text| text.kind == kind && text.language == language)
}

fn without(drafts: &mut Vec<MailText>, kind: MailKind, language: Language) {
    drafts.retain(|draft| (draft.kind, draft.language) != (kind, language));
}

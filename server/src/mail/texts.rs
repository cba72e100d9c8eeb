//! What mails say: the organiser's own text, or the usual one; and what stands in its gaps.

use std::collections::BTreeMap;

use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind, MailSettings, MailText};

use crate::links::Page;
use crate::spoken::mail::Mail as Words;

/// A gap as it stands in a text.
pub(super) fn braced(gap: Gap) -> String {
    format!("{{{}}}", gap.as_str())
}

/// The usual text of a kind, with its gaps.
pub(super) fn usual(kind: MailKind, language: Language) -> MailText {
    let words = Words::of(language);
    let [name, exchange, place, day, link, deal, others, service, by] = [
        Gap::Name,
        Gap::Exchange,
        Gap::Place,
        Gap::Day,
        Gap::Link,
        Gap::Deal,
        Gap::Others,
        Gap::Service,
        Gap::By,
    ]
    .map(braced);
    let (subject, body) = match kind {
        MailKind::RegistrationReceived => {
            let words = &words.registration_received;
            (
                words.subject(exchange.clone()),
                words.body(day, exchange, link, name, place),
            )
        }
        MailKind::RegistrationApproved => {
            let words = &words.registration_approved;
            (
                words.subject(exchange.clone()),
                words.body(day, exchange, link, name, place),
            )
        }
        MailKind::RegistrationDeclined => {
            let words = &words.registration_declined;
            (
                words.subject(exchange.clone()),
                words.body(day, exchange, name, place),
            )
        }
        MailKind::Agreement => {
            let words = &words.agreement;
            (
                words.subject(exchange.clone(), others.clone()),
                words.body(day, deal, exchange, link, name, others, place, service),
            )
        }
        MailKind::FollowUp => {
            let words = &words.follow_up;
            (
                words.subject(others.clone()),
                words.body(by, day, deal, exchange, link, name, others, service),
            )
        }
        MailKind::FollowUpReminder => {
            let words = &words.follow_up_reminder;
            (
                words.subject(others.clone()),
                words.body(by, day, deal, exchange, link, name, others, service),
            )
        }
        MailKind::DeletionAnnounced => {
            let words = &words.deletion_announced;
            (
                words.subject(exchange.clone()),
                words.body(by, day, exchange, name),
            )
        }
        MailKind::Test => {
            let words = &words.test;
            (
                words.subject(exchange.clone()),
                words.body(day, exchange, name, place),
            )
        }
    };
    MailText {
        kind,
        language,
        subject,
        body,
    }
}

/// The text of a kind as an exchange wants it.
pub(super) fn chosen(settings: &MailSettings, kind: MailKind, language: Language) -> MailText {
    let own = settings
        .texts
        .iter()
        .find(|text| text.kind == kind && text.language == language);
    own.cloned().unwrap_or_else(|| usual(kind, language))
}

/// A text with its gaps filled in, in one go: what is filled in may have braces of its own. A gap that nothing fills is left out.
pub(super) fn filled(text: &str, gaps: &BTreeMap<Gap, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let named = after.split_once('}');
        if let Some((gap, behind)) = named.and_then(|(name, behind)| Some((Gap::named(name)?, behind))) {
            out.push_str(gaps.get(&gap).map_or("", String::as_str));
            rest = behind;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What the link to a page says.
pub(super) fn label(page: Page, language: Language) -> &'static str {
    let words = &Words::of(language).open;
    match page {
        Page::Agreement => words.agreement,
        Page::Registration => words.registration,
        Page::FollowUp => words.follow_up,
        // No mail leads there.
        Page::Calendar => "",
    }
}

/// Why somebody gets it.
pub(super) fn why(kind: MailKind, language: Language, exchange: &str, name: &str) -> String {
    let words = Words::of(language);
    match kind {
        MailKind::RegistrationReceived | MailKind::RegistrationApproved | MailKind::RegistrationDeclined => {
            words.why_registered(exchange, name)
        }
        MailKind::Agreement
        | MailKind::FollowUp
        | MailKind::FollowUpReminder
        | MailKind::DeletionAnnounced => words.why_took_part(exchange, name),
        MailKind::Test => words.why_test(exchange),
    }
}

//! What those are written who registered: that it has come in, and what became of it. Their own page says the same; whether anything is
//! written is the exchange's setting.

use std::collections::BTreeMap;

use borsklokka_shared::ids::{ExchangeId, RegistrationId};
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind};
use borsklokka_shared::registration::{Entry, RegistrationState};

use super::store::Kept;
use crate::hub::Hub;
use crate::links::Opens;
use crate::mail::{Letter, Matter, enqueue};

/// Writes that a registration has come in.
pub(super) async fn received(
    hub: &Hub,
    exchange: ExchangeId,
    id: RegistrationId,
    entry: &Entry,
    language: Language,
) {
    let link = Some(Opens::registration(id));
    let kind = MailKind::RegistrationReceived;
    write(
        hub,
        exchange,
        entry,
        letter(kind, id.to_string(), entry, language, link),
    )
    .await;
}

/// Writes what the organiser said to it. Of one that was withdrawn nobody is told anything.
pub(super) async fn judged(hub: &Hub, exchange: ExchangeId, kept: &Kept, state: RegistrationState) {
    let (kind, link) = match state {
        RegistrationState::Approved => (MailKind::RegistrationApproved, Some(Opens::registration(kept.id))),
        RegistrationState::Declined => (MailKind::RegistrationDeclined, None),
        RegistrationState::Waiting | RegistrationState::Withdrawn => return,
    };
    // What was changed since and is judged again is told again.
    let about = format!("{}:{}", kept.id, kept.changed_at.unix_ms);
    let letter = letter(kind, about, &kept.entry, kept.language, link);
    write(hub, exchange, &kept.entry, letter).await;
}

fn letter(kind: MailKind, about: String, entry: &Entry, language: Language, link: Option<Opens>) -> Letter {
    Letter {
        kind,
        about,
        to: String::new(),
        language,
        matter: Matter {
            gaps: BTreeMap::from([(Gap::Name, entry.name.clone())]),
            link,
            paper: None,
        },
    }
}

/// Queues it, if they said where mail reaches them. What was registered stands without it.
async fn write(hub: &Hub, exchange: ExchangeId, entry: &Entry, letter: Letter) {
    let Some(to) = entry.contact.email.clone() else {
        return;
    };
    if let Err(error) = enqueue(hub, exchange, &Letter { to, ..letter }).await {
        tracing::warn!(%error, "a mail about a registration cannot be queued: {error}");
    }
}

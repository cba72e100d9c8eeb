//! Before what is kept of somebody is erased by itself, they are told by mail: once of each promised day, in their own language.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::mail::{Gap, MailKind};

use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::hub::Hub;
use crate::mail::{Letter, Matter, enqueue, languages};

/// Queues a mail to everybody whose address is known, if mail is on; whoever has it gets no other.
///
/// # Errors
/// If there are too many, or the database fails.
pub(super) async fn announce(hub: &Hub, exchange: ExchangeId, on: Date) -> Result<(), Denied> {
    let contacts = hub.access.contacts(exchange).await?;
    let languages = languages(&hub.access, exchange).await?;
    let letters = |board: &Board| -> Vec<Letter> {
        let usual = board
            .settings
            .as_ref()
            .map(|settings| settings.language)
            .unwrap_or_default();
        let letter = |(party, contact): (_, borsklokka_shared::contact::Contact)| {
            let to = contact.email?;
            let name = board.participant(party)?.name.clone();
            let language = languages.get(&party).copied().unwrap_or(usual);
            let by = Texts::of(language).day(on);
            Some(Letter {
                kind: MailKind::DeletionAnnounced,
                about: format!("{party}:{on}"),
                to,
                language,
                matter: Matter {
                    gaps: BTreeMap::from([(Gap::Name, name), (Gap::By, by)]),
                    link: None,
                    paper: None,
                },
            })
        };
        contacts.into_iter().filter_map(letter).collect()
    };
    for letter in hub.floors.read(exchange, letters).await? {
        enqueue(hub, exchange, &letter).await?;
    }
    Ok(())
}

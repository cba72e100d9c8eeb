//! The agreements of an evening, by mail: to each party of each deal that counts, if it is known how mail reaches them.

use std::collections::{BTreeMap, HashMap};

use borsklokka_shared::board::Board;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind, MailsDone};
use borsklokka_shared::numbers;
use borsklokka_shared::refusal::Refusal;

use super::intake::{Queued, enqueue};
use super::matter::{Letter, Matter};
use crate::access::Access;
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::database::on_either;
use crate::hub::Hub;
use crate::links::Opens;
use crate::spoken::newspaper::Newspaper;

/// What fills the gaps about a deal, in a mail to one of its parties.
pub(crate) fn gaps_of(
    board: &Board,
    deal: &Deal,
    to: ParticipantId,
    language: Language,
) -> BTreeMap<Gap, String> {
    let texts = Texts::of(language);
    let name = |id| {
        board
            .participant(id)
            .map_or_else(|| texts.unknown_party.to_owned(), |one| one.name.clone())
    };
    let others: Vec<String> = deal
        .terms
        .parties()
        .filter(|party| *party != to)
        .map(name)
        .collect();
    let called = |id| board.participant(id).map(|one| one.name.as_str());
    let agreed = Newspaper::of(language).deal(&deal.terms, called);
    let number = deal
        .number
        .map_or_else(|| texts.unnumbered.to_owned(), |number| texts.numbered(number.0));
    BTreeMap::from([
        (Gap::Name, name(to)),
        (Gap::Others, numbers::row(&others, language)),
        (Gap::Service, agreed),
        (Gap::Deal, number),
    ])
}

/// What the mail is about that brings a party the agreement of a deal.
pub(crate) fn about(deal: DealId, party: ParticipantId) -> String {
    format!("{deal}:{party}")
}

/// Queues a mail to each party of each deal that counts; of one that was made before there is no other.
///
/// # Errors
/// If there are too many, or the database fails.
pub(super) async fn queue(hub: &Hub, exchange: ExchangeId) -> Result<MailsDone, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let contacts = hub.access.contacts(exchange).await?;
    let languages = languages(&hub.access, exchange).await?;
    let mut done = MailsDone::default();
    let letters = floor
        .view
        .with_staff_board(|board| letters(board, &contacts, &languages, &mut done))?;
    for letter in letters {
        match enqueue(hub, exchange, &letter).await? {
            Queued::Made(_) => done.mails += 1,
            Queued::Known => done.known += 1,
            Queued::Off => {}
        }
    }
    Ok(done)
}

fn letters(
    board: &Board,
    contacts: &HashMap<ParticipantId, Contact>,
    languages: &HashMap<ParticipantId, Language>,
    done: &mut MailsDone,
) -> Result<Vec<Letter>, Denied> {
    let settings = board.settings.as_ref().ok_or(Refusal::NotConfigured)?;
    let mut letters = Vec::new();
    for deal in board.standing_deals().filter(|deal| !board.is_of_erased(deal)) {
        for party in deal.terms.parties() {
            let Some(to) = contacts.get(&party).and_then(|contact| contact.email.clone()) else {
                done.unreachable += 1;
                continue;
            };
            let language = languages.get(&party).copied().unwrap_or(settings.language);
            letters.push(Letter {
                kind: MailKind::Agreement,
                about: about(deal.id, party),
                to,
                language,
                matter: Matter {
                    gaps: gaps_of(board, deal, party, language),
                    link: Some(Opens::agreement(deal.id)),
                    paper: Some(deal.id),
                },
            });
        }
    }
    Ok(letters)
}

/// The languages in which participants registered themselves; of others nobody knows it.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn languages(
    access: &Access,
    exchange: ExchangeId,
) -> Result<HashMap<ParticipantId, Language>, Denied> {
    let rows: Vec<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT participant_id, language FROM registrations WHERE exchange_id = $1 AND participant_id IS NOT NULL \
         ORDER BY changed_at_ms, id",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let known = rows.into_iter().filter_map(|(participant, language)| {
        Some((participant.parse().ok()?, Language::from_tag(&language)?))
    });
    Ok(known.collect())
}

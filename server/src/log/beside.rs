//! What an event does to the tables beside the log, in its transaction: contacts and signatures go where their participant goes.
//! They are in no event, so the log alone cannot say it.

use borsklokka_shared::board::Board;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{DealId, Epoch, ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use phonenumber::country::Id;
use sha2::{Digest, Sha256};

use super::archive::Archive;
use crate::database::{Transaction, within};
use crate::phones;

/// What follows an event in the tables beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Two participants became one.
    Merged {
        /// The one that stays.
        kept: ParticipantId,
        /// The one that goes.
        gone: ParticipantId,
        /// The exchange's time zone: it says of which country telephone numbers are that are written without a code.
        time_zone: Option<String>,
        /// The deals that named it, with their terms before and after, as `terms_sha256` keeps them: who had signed them has
        /// signed the same.
        terms: Vec<(DealId, String, String)>,
    },
    /// The exchange went back to nought.
    BegunAnew {
        /// The history that begins.
        epoch: Epoch,
        /// What was before.
        archive: Archive,
    },
    /// A participant was taken out.
    Removed {
        /// Which one.
        participant: ParticipantId,
    },
    /// It is said how to reach a participant, with what happened to it.
    Reached {
        /// Which one.
        participant: ParticipantId,
        /// How, from now on.
        contact: Contact,
        /// When that was said, by the wall clock.
        at: Instant,
    },
}

impl Beside {
    /// What follows `event` in the tables of contacts and signatures, judged on staff's board before it is applied.
    pub fn of(board: &Board, event: &Event) -> Option<Self> {
        match event {
            Event::ParticipantsMerged { kept, gone, .. } => {
                let renamed = board.deals.values().filter_map(|deal| {
                    let mut terms = deal.terms.clone();
                    terms.rename(*gone, *kept);
                    let is_other = terms != deal.terms;
                    is_other.then(|| (deal.id, terms_sha256(&deal.terms), terms_sha256(&terms)))
                });
                Some(Self::Merged {
                    kept: *kept,
                    gone: *gone,
                    time_zone: board.settings.as_ref().map(|settings| settings.time_zone.clone()),
                    terms: renamed.collect(),
                })
            }
            Event::ParticipantRemoved { participant, .. } => Some(Self::Removed {
                participant: *participant,
            }),
            _ => None,
        }
    }
}

/// What is kept of terms, to know whether a signature was made under them.
pub(crate) fn terms_sha256(terms: &Terms) -> String {
    let text = serde_json::to_vec(terms).expect("terms have string keys and whole numbers only");
    hex::encode(Sha256::digest(text))
}

/// Does what follows, in the transaction of the events.
pub(super) async fn follow(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    beside: &[Beside],
    at: Instant,
) -> Result<(), sqlx::Error> {
    for following in beside {
        match following {
            Beside::Merged {
                kept,
                gone,
                time_zone,
                terms,
            } => {
                let merger = Merger {
                    exchange: exchange.to_string(),
                    kept: kept.to_string(),
                    gone: gone.to_string(),
                    home: time_zone.as_deref().and_then(phones::home),
                };
                merger.alias(transaction).await?;
                merger.contacts(transaction, at).await?;
                merger.signatures(transaction).await?;
                merger.follow_ups(transaction).await?;
                merger.photo_consents(transaction).await?;
                for (deal, before, after) in terms {
                    within!(&mut *transaction, on => sqlx::query(
                        "UPDATE signatures SET terms_sha256 = $1 WHERE exchange_id = $2 AND deal_id = $3 AND terms_sha256 = $4",
                    )
                    .bind(after)
                    .bind(&merger.exchange)
                    .bind(deal.to_string())
                    .bind(before)
                    .execute(&mut **on)
                    .await
                    .map(drop))?;
                }
            }
            Beside::BegunAnew { epoch, archive } => {
                keep_archive(transaction, exchange, *epoch, archive).await?;
            }
            Beside::Removed { participant } => forget(transaction, exchange, *participant).await?,
            Beside::Reached {
                participant,
                contact,
                at,
            } => reach(transaction, exchange, *participant, contact, *at).await?,
        }
    }
    Ok(())
}

/// Closes the history before, with the signatures of its deals. Links to its agreements hold no longer, and say so.
async fn keep_archive(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    epoch: Epoch,
    archive: &Archive,
) -> Result<(), sqlx::Error> {
    let last = archive.last.0 as i64;
    within!(&mut *transaction, on => sqlx::query(
        "INSERT INTO archives (exchange_id, epoch, first_seq, last_seq, made_at_ms, actor_role, actor_device, deals) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(exchange.to_string())
    .bind(archive.epoch.to_string())
    .bind(archive.first.0 as i64)
    .bind(last)
    .bind(archive.made_at.unix_ms)
    .bind(archive.role.as_str())
    .bind(archive.device.to_string())
    .bind(i64::from(archive.deals))
    .execute(&mut **on)
    .await
    .map(drop))?;
    within!(&mut *transaction, on => sqlx::query("UPDATE exchanges SET epoch = $1, former_epochs = '' WHERE id = $2")
        .bind(epoch.to_string())
        .bind(exchange.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    for statement in [
        "INSERT INTO archived_signatures \
         (exchange_id, last_seq, deal_id, participant_id, terms_sha256, name, strokes, signed_at_ms) \
         SELECT exchange_id, $2, deal_id, participant_id, terms_sha256, name, strokes, signed_at_ms \
         FROM signatures WHERE exchange_id = $1",
        "INSERT INTO archived_signature_history \
         (exchange_id, last_seq, deal_id, participant_id, turn, device_id, done_at_ms, terms_sha256, name, strokes) \
         SELECT exchange_id, $2, deal_id, participant_id, turn, device_id, done_at_ms, terms_sha256, name, strokes \
         FROM signature_history WHERE exchange_id = $1",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(last)
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    for statement in [
        "DELETE FROM signatures WHERE exchange_id = $1",
        "DELETE FROM signature_history WHERE exchange_id = $1",
        "DELETE FROM afterwards WHERE exchange_id = $1",
        "DELETE FROM follow_ups WHERE exchange_id = $1",
        "DELETE FROM follow_up_calls WHERE exchange_id = $1",
        "DELETE FROM deal_photos WHERE exchange_id = $1",
        "DELETE FROM photo_consents WHERE exchange_id = $1",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    // No mail tells anybody of what was before.
    within!(&mut *transaction, on => sqlx::query(
        "UPDATE mails SET state = 'cancelled' WHERE exchange_id = $1 AND state IN ('held', 'waiting') \
         AND kind IN ('agreement', 'follow_up', 'follow_up_reminder')",
    )
    .bind(exchange.to_string())
    .execute(&mut **on)
    .await
    .map(drop))?;
    // Nor is any program told of it.
    within!(&mut *transaction, on => sqlx::query(
        "UPDATE webhook_deliveries SET state = 'dropped' WHERE exchange_id = $1 AND state = 'waiting' AND seq <= $2",
    )
    .bind(exchange.to_string())
    .bind(last)
    .execute(&mut **on)
    .await
    .map(drop))?;
    for statement in [
        "UPDATE agreement_links SET revoked_at_ms = $1 WHERE exchange_id = $2 AND revoked_at_ms IS NULL",
        "UPDATE mail_links SET revoked_at_ms = $1 WHERE exchange_id = $2 AND revoked_at_ms IS NULL AND opens = 'follow_up'",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(archive.made_at.unix_ms)
            .bind(exchange.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Keeps how to reach a participant.
async fn reach(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    participant: ParticipantId,
    contact: &Contact,
    at: Instant,
) -> Result<(), sqlx::Error> {
    within!(transaction, on => sqlx::query(
        "INSERT INTO contacts (exchange_id, participant_id, person, email, phone, changed_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (exchange_id, participant_id) DO UPDATE SET \
         person = excluded.person, email = excluded.email, phone = excluded.phone, changed_at_ms = excluded.changed_at_ms",
    )
    .bind(exchange.to_string())
    .bind(participant.to_string())
    .bind(&contact.person)
    .bind(&contact.email)
    .bind(&contact.phone)
    .bind(at.unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))
}

/// Takes a participant's contacts away.
async fn forget(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    participant: ParticipantId,
) -> Result<(), sqlx::Error> {
    for statement in [
        "DELETE FROM contacts WHERE exchange_id = $1 AND participant_id = $2",
        "DELETE FROM further_contacts WHERE exchange_id = $1 AND participant_id = $2",
        "DELETE FROM participant_aliases WHERE exchange_id = $1 AND kept = $2",
        "DELETE FROM follow_ups WHERE exchange_id = $1 AND teller = $2",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .bind(participant.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// A participant's contact, as it is stored: person, e-mail, telephone.
type Reach = (Option<String>, Option<String>, Option<String>);

struct Merger {
    exchange: String,
    kept: String,
    gone: String,
    /// The country of telephone numbers that are written without a code.
    home: Option<Id>,
}

impl Merger {
    /// Runs a statement about the exchange (`$1`), the one that is kept (`$2`) and the one that goes (`$3`).
    async fn run(&self, transaction: &mut Transaction, statement: &'static str) -> Result<(), sqlx::Error> {
        within!(transaction, on => sqlx::query(statement)
            .bind(&self.exchange)
            .bind(&self.kept)
            .bind(&self.gone)
            .execute(&mut **on)
            .await
            .map(drop))
    }

    async fn alias(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        self.run(
            transaction,
            "UPDATE participant_aliases SET kept = $2 WHERE exchange_id = $1 AND kept = $3",
        )
        .await?;
        self.run(
            transaction,
            "INSERT INTO participant_aliases (exchange_id, gone, kept) VALUES ($1, $3, $2)",
        )
        .await
    }

    /// The contact of the one that is kept stays; what the other's has beside it is kept too.
    async fn contacts(&self, transaction: &mut Transaction, at: Instant) -> Result<(), sqlx::Error> {
        let kept = self.contact(transaction, &self.kept).await?;
        let gone = self.contact(transaction, &self.gone).await?;
        let is_same = |one: &str, other: &str| {
            phones::told_apart(one, self.home) == phones::told_apart(other, self.home)
        };
        let (joined, beside) = kept.joined_by(gone, is_same);
        for participant in [&self.kept, &self.gone] {
            within!(&mut *transaction, on => sqlx::query("DELETE FROM contacts WHERE exchange_id = $1 AND participant_id = $2")
                .bind(&self.exchange)
                .bind(participant)
                .execute(&mut **on)
                .await
                .map(drop))?;
        }
        if !joined.is_empty() {
            within!(&mut *transaction, on => sqlx::query(
                "INSERT INTO contacts (exchange_id, participant_id, person, email, phone, changed_at_ms) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(&self.exchange)
            .bind(&self.kept)
            .bind(joined.person)
            .bind(joined.email)
            .bind(joined.phone)
            .bind(at.unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
        }
        let mut place: i64 = within!(&mut *transaction, on => sqlx::query_scalar(
            "SELECT COALESCE(MAX(place), 0) FROM further_contacts WHERE exchange_id = $1 AND participant_id = $2",
        )
        .bind(&self.exchange)
        .bind(&self.kept)
        .fetch_one(&mut **on)
        .await)?;
        if let Some(beside) = beside {
            place += 1;
            within!(&mut *transaction, on => sqlx::query(
                "INSERT INTO further_contacts (exchange_id, participant_id, place, person, email, phone, changed_at_ms) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&self.exchange)
            .bind(&self.kept)
            .bind(place)
            .bind(beside.person)
            .bind(beside.email)
            .bind(beside.phone)
            .bind(at.unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
        }
        within!(&mut *transaction, on => sqlx::query(
            "UPDATE further_contacts SET participant_id = $1, place = place + $2 WHERE exchange_id = $3 AND participant_id = $4",
        )
        .bind(&self.kept)
        .bind(place)
        .bind(&self.exchange)
        .bind(&self.gone)
        .execute(&mut **on)
        .await
        .map(drop))
    }

    async fn contact(
        &self,
        transaction: &mut Transaction,
        participant: &str,
    ) -> Result<Contact, sqlx::Error> {
        let found: Option<Reach> = within!(transaction, on => sqlx::query_as(
            "SELECT person, email, phone FROM contacts WHERE exchange_id = $1 AND participant_id = $2",
        )
        .bind(&self.exchange)
        .bind(participant)
        .fetch_optional(&mut **on)
        .await)?;
        let (person, email, phone) = found.unwrap_or_default();
        Ok(Contact { person, email, phone })
    }

    /// What was said of deals moves with who said it. Where both have, the one that is kept said it.
    async fn follow_ups(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        self.run(
            transaction,
            "DELETE FROM follow_ups WHERE exchange_id = $1 AND teller = $3 AND deal_id IN \
             (SELECT deal_id FROM follow_ups WHERE exchange_id = $1 AND teller = $2)",
        )
        .await?;
        self.run(
            transaction,
            "UPDATE follow_ups SET teller = $2 WHERE exchange_id = $1 AND teller = $3",
        )
        .await
    }

    /// Of two that are one, one has agreed for both only if it has where it stands alone: where both stand in a deal they are one party,
    /// and the one that is kept says.
    async fn photo_consents(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        self.run(
            transaction,
            "DELETE FROM photo_consents WHERE exchange_id = $1 AND participant_id = $3 AND deal_id IN \
             (SELECT deal_id FROM photo_consents WHERE exchange_id = $1 AND participant_id = $2)",
        )
        .await?;
        self.run(
            transaction,
            "UPDATE photo_consents SET participant_id = $2 WHERE exchange_id = $1 AND participant_id = $3",
        )
        .await
    }

    /// Signatures move with their party. Where both have signed, the signature of the one that is kept stays on the agreement, and
    /// the other in the history.
    async fn signatures(&self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        self.run(
            transaction,
            "DELETE FROM signatures WHERE exchange_id = $1 AND participant_id = $3 AND deal_id IN \
             (SELECT deal_id FROM signatures WHERE exchange_id = $1 AND participant_id = $2)",
        )
        .await?;
        self.run(
            transaction,
            "UPDATE signatures SET participant_id = $2 WHERE exchange_id = $1 AND participant_id = $3",
        )
        .await?;
        let turns: Vec<(String, i64)> = within!(&mut *transaction, on => sqlx::query_as(
            "SELECT of_gone.deal_id, COALESCE(MAX(of_kept.turn), 0) FROM signature_history AS of_gone \
             LEFT JOIN signature_history AS of_kept ON of_kept.exchange_id = of_gone.exchange_id \
             AND of_kept.deal_id = of_gone.deal_id AND of_kept.participant_id = $2 \
             WHERE of_gone.exchange_id = $1 AND of_gone.participant_id = $3 GROUP BY of_gone.deal_id",
        )
        .bind(&self.exchange)
        .bind(&self.kept)
        .bind(&self.gone)
        .fetch_all(&mut **on)
        .await)?;
        for (deal, turns_of_kept) in turns {
            within!(&mut *transaction, on => sqlx::query(
                "UPDATE signature_history SET participant_id = $1, turn = turn + $2 \
                 WHERE exchange_id = $3 AND participant_id = $4 AND deal_id = $5",
            )
            .bind(&self.kept)
            .bind(turns_of_kept)
            .bind(&self.exchange)
            .bind(&self.gone)
            .bind(deal)
            .execute(&mut **on)
            .await
            .map(drop))?;
        }
        Ok(())
    }
}

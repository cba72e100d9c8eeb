//! How to reach a participant: a table of its own, never in the log and never on a socket. A walk-in's contact comes
//! from the same outbox as its registration, perhaps before it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::limits::PARTICIPANTS_MAX;
use borsklokka_shared::right::Right;
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::api::{AskedWhole, Denied, Thing};
use crate::database::{Transaction, on_either, within};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::privacy::must_not_be_erased;

/// Most contacts of a participant beside its first, counted: a merger may leave more.
const FURTHER_CONTACTS_MAX: usize = 8;

/// A contact as it is stored: whose it is, person, e-mail and telephone.
type ContactColumns = (String, Option<String>, Option<String>, Option<String>);

fn contact_of((_, person, email, phone): ContactColumns) -> Contact {
    Contact { person, email, phone }
}

impl From<ContactFault> for Denied {
    fn from(fault: ContactFault) -> Self {
        match fault {
            ContactFault::Text(refusal) => refusal.into(),
            ContactFault::Email => Denied::BadEmail,
            ContactFault::Phone => Denied::BadPhone,
        }
    }
}

impl Access {
    /// A participant's contact; one that nobody wrote is empty.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) async fn contact(
        &self,
        exchange: ExchangeId,
        participant: ParticipantId,
    ) -> Result<Contact, Denied> {
        let found: Option<ContactColumns> = on_either!(self.database().reading(), on => sqlx::query_as(
            "SELECT participant_id, person, email, phone FROM contacts WHERE exchange_id = $1 AND participant_id = \
             COALESCE((SELECT kept FROM participant_aliases WHERE exchange_id = $1 AND gone = $2), $2)",
        )
        .bind(exchange.to_string())
        .bind(participant.to_string())
        .fetch_optional(on)
        .await)?;
        Ok(found.map(contact_of).unwrap_or_default())
    }

    /// How else to reach a participant: what was known of those that were merged into it.
    async fn further_contacts(
        &self,
        exchange: ExchangeId,
        participant: ParticipantId,
    ) -> Result<Vec<Contact>, Denied> {
        let rows: Vec<ContactColumns> = on_either!(self.database().reading(), on => sqlx::query_as(
            "SELECT participant_id, person, email, phone FROM further_contacts WHERE exchange_id = $1 AND participant_id = \
             COALESCE((SELECT kept FROM participant_aliases WHERE exchange_id = $1 AND gone = $2), $2) ORDER BY place",
        )
        .bind(exchange.to_string())
        .bind(participant.to_string())
        .fetch_all(on)
        .await)?;
        Ok(rows.into_iter().map(contact_of).collect())
    }

    /// Every contact of an exchange.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) async fn contacts(
        &self,
        exchange: ExchangeId,
    ) -> Result<HashMap<ParticipantId, Contact>, Denied> {
        self.contacts_of(
            exchange,
            "SELECT participant_id, person, email, phone FROM contacts WHERE exchange_id = $1",
        )
        .await
        .map(|contacts| contacts.into_iter().collect())
    }

    async fn contacts_of(
        &self,
        exchange: ExchangeId,
        statement: &'static str,
    ) -> Result<Vec<(ParticipantId, Contact)>, Denied> {
        let rows: Vec<ContactColumns> = on_either!(self.database().reading(), on => sqlx::query_as(statement)
            .bind(exchange.to_string())
            .fetch_all(on)
            .await)?;
        let contacts = rows.into_iter().map(|row| {
            let id = row
                .0
                .parse()
                .map_err(|_| Denied::Broken(format!("a stored participant id is not a UUID: {}", row.0)))?;
            Ok((id, contact_of(row)))
        });
        contacts.collect()
    }

    /// Everybody who speaks for a participant, those among them who came with one that was merged into it.
    async fn people(&self, exchange: ExchangeId) -> Result<Vec<Person>, Denied> {
        let named = self
            .contacts_of(
                exchange,
                "SELECT participant_id, person, email, phone FROM contacts WHERE exchange_id = $1 \
                 UNION SELECT participant_id, person, email, phone FROM further_contacts WHERE exchange_id = $1",
            )
            .await?;
        let mut people: Vec<_> = named
            .into_iter()
            .filter_map(|(participant, contact)| {
                let person = contact.person?;
                Some(Person { participant, person })
            })
            .collect();
        people.sort_by(|one, other| (&one.person, one.participant).cmp(&(&other.person, other.participant)));
        people.dedup();
        Ok(people)
    }

    /// Writes a contact; an empty one takes its row away. What a merger left beside it stays, unless it is written too. Whoever
    /// writes of one that was merged writes of the one that it was merged into.
    ///
    /// # Errors
    /// If a field has the wrong shape, the exchange has too many contacts, or the database cannot be written.
    pub async fn write_contact(
        &self,
        exchange: ExchangeId,
        participant: ParticipantId,
        contact: Contact,
    ) -> Result<(), Denied> {
        let writing = Writing {
            contact,
            further: None,
        };
        self.write_contacts(exchange, participant, writing, Over::Anything)
            .await
    }

    async fn write_contacts(
        &self,
        exchange: ExchangeId,
        participant: ParticipantId,
        Writing { contact, further }: Writing,
        over: Over,
    ) -> Result<(), Denied> {
        let contact = contact.checked()?;
        let further = further.map(checked_further).transpose()?;
        let mut transaction = self.database().begin().await?;
        let kept: Option<String> = within!(&mut transaction, on => sqlx::query_scalar(
            "SELECT kept FROM participant_aliases WHERE exchange_id = $1 AND gone = $2",
        )
        .bind(exchange.to_string())
        .bind(participant.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        let participant = kept.unwrap_or_else(|| participant.to_string());
        if over == Over::Nothing {
            let known: Option<ContactColumns> = within!(&mut transaction, on => sqlx::query_as(
                "SELECT participant_id, person, email, phone FROM contacts WHERE exchange_id = $1 AND participant_id = $2",
            )
            .bind(exchange.to_string())
            .bind(&participant)
            .fetch_optional(&mut **on)
            .await)?;
            match known.map(contact_of) {
                None if further.is_none() => {}
                // An outbox may say it twice.
                Some(known) if known == contact && further.is_none() => return Ok(()),
                Some(_) | None => return Err(Denied::ContactKnown),
            }
        }
        within!(&mut transaction, on => sqlx::query("DELETE FROM contacts WHERE exchange_id = $1 AND participant_id = $2")
            .bind(exchange.to_string())
            .bind(&participant)
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        if contact != Contact::default() {
            let others: i64 = within!(&mut transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM contacts WHERE exchange_id = $1")
                .bind(exchange.to_string())
                .fetch_one(&mut **on)
                .await)?;
            let max = PARTICIPANTS_MAX as u32;
            if others >= i64::from(max) {
                return Err(Denied::TooMany {
                    thing: Thing::Contacts,
                    max,
                });
            }
            within!(&mut transaction, on => sqlx::query(
                "INSERT INTO contacts (exchange_id, participant_id, person, email, phone, changed_at_ms) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(exchange.to_string())
            .bind(&participant)
            .bind(contact.person)
            .bind(contact.email)
            .bind(contact.phone)
            .bind(self.clock().now().unix_ms)
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        }
        if let Some(further) = further {
            self.replace_further(&mut transaction, exchange, &participant, further)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn replace_further(
        &self,
        transaction: &mut Transaction,
        exchange: ExchangeId,
        participant: &str,
        further: Vec<Contact>,
    ) -> Result<(), Denied> {
        within!(&mut *transaction, on => sqlx::query("DELETE FROM further_contacts WHERE exchange_id = $1 AND participant_id = $2")
            .bind(exchange.to_string())
            .bind(participant)
            .execute(&mut **on)
            .await
            .map(drop))?;
        for (place, contact) in (1_i64..).zip(further) {
            within!(&mut *transaction, on => sqlx::query(
                "INSERT INTO further_contacts (exchange_id, participant_id, place, person, email, phone, changed_at_ms) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(exchange.to_string())
            .bind(participant)
            .bind(place)
            .bind(contact.person)
            .bind(contact.email)
            .bind(contact.phone)
            .bind(self.clock().now().unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
        }
        Ok(())
    }
}

/// Those that say anything, checked.
fn checked_further(further: Vec<Contact>) -> Result<Vec<Contact>, Denied> {
    let checked: Vec<Contact> = further
        .into_iter()
        .map(Contact::checked)
        .collect::<Result<_, _>>()?;
    let said: Vec<Contact> = checked
        .into_iter()
        .filter(|contact| !contact.is_empty())
        .collect();
    if said.len() > FURTHER_CONTACTS_MAX {
        return Err(Denied::TooMany {
            thing: Thing::Contacts,
            max: FURTHER_CONTACTS_MAX as u32,
        });
    }
    Ok(said)
}

/// What is known of how to reach a participant.
#[derive(Debug, Serialize)]
pub(crate) struct Known {
    #[serde(flatten)]
    contact: Contact,
    /// What a merger left beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    further: Vec<Contact>,
}

/// What a contact may be written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// Whatever was known.
    Anything,
    /// Nothing: it is the first that is known of somebody.
    Nothing,
}

/// What is written of it.
#[derive(Debug, Deserialize)]
#[serde(from = "Written")]
pub(crate) struct Writing {
    contact: Contact,
    /// What stands beside it; left out, it stays.
    further: Option<Vec<Contact>>,
}

/// The same as a body says it. Field by field: what is flattened knows every key.
#[derive(Deserialize)]
struct Written {
    person: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    further: Option<Vec<Contact>>,
}

impl From<Written> for Writing {
    fn from(written: Written) -> Self {
        let Written {
            person,
            email,
            phone,
            further,
        } = written;
        Self {
            contact: Contact { person, email, phone },
            further,
        }
    }
}

/// Who speaks for a participant.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Person {
    participant: ParticipantId,
    person: String,
}

/// `GET /api/v1/exchanges/{slug}/contacts`: the contact persons' names, and nothing else of them.
pub(crate) async fn people(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Vec<Person>>, Denied> {
    Ok(Json(hub.access.people(exchange).await?))
}

/// `GET /api/v1/exchanges/{slug}/contacts/{participant}`; a contact that nobody wrote is empty.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Known>, Denied> {
    let participant = participant.parse().map_err(|_| Denied::NotAParticipant)?;
    let contact = hub.access.contact(exchange, participant).await?;
    let further = hub.access.further_contacts(exchange, participant).await?;
    Ok(Json(Known { contact, further }))
}

/// `PUT /api/v1/exchanges/{slug}/contacts/{participant}`. The same again changes nothing, so an outbox may repeat it. Who may not
/// change a contact writes the first that is known of somebody, and learns nothing of another; so does who asks for that with
/// `If-None-Match: *`, as for what was kept in a file since.
pub(crate) async fn write(
    State(hub): State<Arc<Hub>>,
    Path((_, participant)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
    headers: HeaderMap,
    asked: Result<AskedWhole<Writing>, Denied>,
) -> Result<StatusCode, Denied> {
    let participant = participant.parse().map_err(|_| Denied::NotAParticipant)?;
    let is_first_only = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value == "*");
    let over = if session.role.has(Right::WriteContact) && !is_first_only {
        Over::Anything
    } else {
        Over::Nothing
    };
    let AskedWhole(writing) = asked?;
    must_not_be_erased(&hub, exchange, participant).await?;
    hub.access
        .write_contacts(exchange, participant, writing, over)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::command::Command;
    use borsklokka_shared::participant::Sector;
    use borsklokka_shared::role::Role;
    use serde_json::json;
    use test_support::{entry, paired_long_ago, party};

    use super::*;
    use crate::fixture::{Browser, open_hub};
    use crate::floor::Submission;
    use crate::log::Answer;

    const CONTACT: &str = "/api/v1/exchanges/drammen/contacts/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01";
    const NOBODY: &str = "/api/v1/exchanges/drammen/contacts/nobody";

    #[tokio::test]
    async fn a_broker_writes_a_walk_ins_contact_and_staff_read_it() {
        let hub = open_hub().await;
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
        let notary = Browser::bearing(&hub, &hub.token("drammen", Role::Notary, "").await);
        let empty = json!({ "person": null, "email": null, "phone": null });
        assert_eq!(notary.get(CONTACT).await.json, empty);
        let contact =
            json!({ "person": " Kari Nordmann ", "email": "kari@example.org", "phone": "+47 000 00 001" });
        for _ in 0..2 {
            assert_eq!(
                broker.put(CONTACT, contact.clone()).await.status,
                StatusCode::NO_CONTENT
            );
        }
        let answer = notary.get(CONTACT).await;
        assert_eq!(
            answer.json,
            json!({ "person": "Kari Nordmann", "email": "kari@example.org", "phone": "+47 000 00 001" })
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(
            broker.put(CONTACT, json!({ "person": " " })).await.status,
            StatusCode::NO_CONTENT
        );
        let rows: i64 =
            on_either!(hub.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM contacts")
            .fetch_one(on)
            .await)
            .unwrap();
        assert_eq!((notary.get(CONTACT).await.json, rows), (empty, 0));
        let answer = hub.browser().get(CONTACT).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, "not_paired")
        );
        assert_eq!(broker.get(NOBODY).await.code(), "unknown_participant");
    }

    #[tokio::test]
    async fn of_two_who_become_one_a_number_is_kept_once_however_each_wrote_it() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let submit = async |command| {
            let asked = Submission::now(paired_long_ago(Role::Organiser), command);
            let answer = floor.submit(asked).await;
            assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
        };
        let address = |n| format!("/api/v1/exchanges/drammen/contacts/{}", party(n));
        for (n, name, phone) in [(1, "Turlaget", "912 34 567"), (2, "Koret", "+47 91234567")] {
            let participant = entry(n, name, Sector::Voluntary);
            submit(Command::RegisterParticipant { participant }).await;
            let contact = json!({ "person": "Kari Nordmann", "phone": phone });
            let answer = organiser.put(&address(n), contact).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        }
        let (kept, gone) = (party(1), party(2));
        submit(Command::MergeParticipants { kept, gone }).await;
        let known = json!({ "person": "Kari Nordmann", "email": null, "phone": "912 34 567" });
        assert_eq!(organiser.get(&address(1)).await.json, known);
    }

    #[tokio::test]
    async fn the_door_writes_a_walk_ins_contact_and_changes_and_reads_none() {
        let hub = open_hub().await;
        let door = Browser::bearing(&hub, &hub.token("drammen", Role::Door, "").await);
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
        let contact = json!({ "person": "Kari Nordmann", "email": null, "phone": "+47 000 00 001" });
        for _ in 0..2 {
            let answer = door.put(CONTACT, contact.clone()).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
        }
        for other in [
            json!({ "person": "Ola Nordmann" }),
            json!({}),
            json!({ "person": "Kari Nordmann", "phone": "+47 000 00 001", "further": [] }),
        ] {
            let answer = door.put(CONTACT, other.clone()).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::CONFLICT, "contact_known"),
                "{other}"
            );
        }
        assert_eq!(door.get(CONTACT).await.code(), "not_allowed");
        assert_eq!(broker.get(CONTACT).await.json, contact);
    }

    #[tokio::test]
    async fn what_was_kept_in_a_file_changes_no_contact_that_was_written_since() {
        let hub = open_hub().await;
        let organiser = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
        let kept = json!({ "person": "Kari Nordmann", "email": null, "phone": null });
        let since = json!({ "person": "Ola Nordmann", "email": null, "phone": null });
        for _ in 0..2 {
            let answer = organiser.only_first().put(CONTACT, kept.clone()).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
        }
        organiser.put(CONTACT, since.clone()).await;
        let answer = organiser.only_first().put(CONTACT, kept).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::CONFLICT, "contact_known")
        );
        assert_eq!(organiser.get(CONTACT).await.json, since);
    }

    #[tokio::test]
    async fn staff_read_the_names_of_all_contact_persons_and_nothing_else() {
        const CONTACTS: &str = "/api/v1/exchanges/drammen/contacts";
        let hub = open_hub().await;
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
        broker
            .put(CONTACT, json!({ "person": "Kari Nordmann", "phone": "00000001" }))
            .await;
        let other = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a02";
        broker
            .put(&format!("{CONTACTS}/{other}"), json!({ "phone": "00000002" }))
            .await;
        let answer = broker.get(CONTACTS).await;
        assert_eq!(
            answer.json,
            json!([{ "participant": "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01", "person": "Kari Nordmann" }])
        );
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(hub.browser().get(CONTACTS).await.code(), "not_paired");
    }

    #[tokio::test]
    async fn a_slip_of_the_hand_is_told() {
        let hub = open_hub().await;
        let broker = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
        for (contact, code) in [
            (json!({ "email": "kari" }), "bad_email"),
            (
                json!({ "email": format!("{}@example.org", "a".repeat(250)) }),
                "text_too_long",
            ),
            (json!({ "phone": "1234" }), "bad_phone"),
            (json!({ "person": "a".repeat(81) }), "text_too_long"),
            (json!({ "person": "Kari \u{FFFD}" }), "text_unprintable"),
            (json!({ "person": 1 }), "malformed"),
        ] {
            let answer = broker.put(CONTACT, contact.clone()).await;
            assert_eq!(answer.code(), code, "{contact}");
            assert!(answer.status.is_client_error());
        }
    }
}

//! Erasing, as it is written: all of it in one transaction, or none.

use std::net::IpAddr;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::{self, Event};
use borsklokka_shared::ids::{Epoch, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::redaction::Likeness;
use borsklokka_shared::role::Actor;
use borsklokka_shared::security::SecurityEvent;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Plan;
use super::tables::{Deals, each_text, is_hers};
use crate::database::{Database, POSITION, Transaction, within};
use crate::log::overwriting::{Rest, overwrite};
use crate::log::personal::{Column, HELD, Held, Hers};
use crate::log::renewal::renew_as;
use crate::signal::APPENDED;

/// Who erases somebody, and when.
#[derive(Clone, Debug)]
pub(crate) struct Erasing {
    /// Who.
    pub(crate) by: Actor,
    /// When, in exchange time.
    pub(crate) at: Instant,
    /// When, by the wall clock.
    pub(crate) noted_at: Instant,
    /// From which address it was asked; none if it is done by itself.
    pub(crate) from: Option<IpAddr>,
}

/// Nobody was erased.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unerased {
    /// Something happened since it was planned.
    #[error("something happened since it was planned")]
    Moved,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

impl Unerased {
    fn of(error: sqlx::Error) -> Self {
        if POSITION.is_taken(&error) {
            Self::Moved
        } else {
            Self::Database(error)
        }
    }
}

/// Erases whom a plan is about. Afterwards nothing that was deleted is left in the database's files, as far as that is in our hands.
///
/// # Errors
/// If the log has gone on since, or the database fails: then nothing was done.
pub(crate) async fn erase(
    database: &Database,
    exchange: ExchangeId,
    plan: &Plan,
    erasing: &Erasing,
) -> Result<(), Unerased> {
    let mut work = Work {
        transaction: database.begin().await?,
        exchange: exchange.to_string(),
        plan,
    };
    let epoch = Epoch(Uuid::now_v7());
    let at = work.append(epoch, erasing).await?;
    work.rewrite_log().await?;
    for held in &HELD {
        work.rows_of(held, erasing).await?;
    }
    work.signed_the_same().await?;
    work.note(erasing).await?;
    renew_as(&mut work.transaction, exchange, epoch).await?;
    let signal = format!("{exchange} {}", at.0);
    work.transaction.tell_nodes(APPENDED, &signal).await?;
    work.transaction.commit().await?;
    overwrite(database, Rest::Replaced).await;
    Ok(())
}

struct Work<'a> {
    transaction: Transaction,
    exchange: String,
    plan: &'a Plan,
}

impl Work<'_> {
    /// Writes at the next position that somebody was erased, and that nothing of theirs is offered or wished any more: whoever was quicker
    /// has it, and whoever comes later reads it. Gives the last position that it wrote.
    async fn append(&mut self, epoch: Epoch, erasing: &Erasing) -> Result<Seq, Unerased> {
        let head = self.plan.head;
        let erased = Event::DataErased {
            epoch,
            participants: self.plan.redaction.whole().collect(),
            people_of: self.plan.people_of.iter().copied().collect(),
        };
        let last: Option<i64> = within!(&mut self.transaction, on => sqlx::query_scalar(
            "SELECT MAX(seq) FROM events WHERE exchange_id = $1",
        )
        .bind(&self.exchange)
        .fetch_one(&mut **on)
        .await)?;
        if last.unwrap_or(0) != head.seq.0 as i64 {
            return Err(Unerased::Moved);
        }
        let (mut seq, mut public) = (head.seq, head.public);
        let listings = self.plan.listings.iter();
        let unlisted = listings.map(|&listing| (Audience::Public, Event::ListingRemoved { listing }));
        for (audience, event) in std::iter::once((Audience::Staff, erased)).chain(unlisted) {
            seq = seq.next();
            within!(&mut self.transaction, on => sqlx::query(
                "INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, schema_version, event) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(&self.exchange)
            .bind(seq.0 as i64)
            .bind(public.0 as i64)
            .bind(erasing.at.max(head.at).unix_ms)
            .bind(audience.as_str())
            .bind(erasing.by.role.as_str())
            .bind(erasing.by.device.to_string())
            .bind(i64::from(event::SCHEMA))
            .bind(event::encode(&event))
            .execute(&mut **on)
            .await
            .map(drop))
            .map_err(Unerased::of)?;
            if Audience::Public.sees(audience) {
                public = public.next();
            }
        }
        Ok(seq)
    }

    /// Events say it without them, and answers to commands do.
    async fn rewrite_log(&mut self) -> Result<(), sqlx::Error> {
        for (seq, event) in &self.plan.events {
            within!(&mut self.transaction, on => sqlx::query(
                "UPDATE events SET event = $1, schema_version = $2 WHERE exchange_id = $3 AND seq = $4",
            )
            .bind(event::encode(event))
            .bind(i64::from(event::SCHEMA))
            .bind(&self.exchange)
            .bind(seq.0 as i64)
            .execute(&mut **on)
            .await
            .map(drop))?;
        }
        let plan = self.plan;
        self.rewrite("outcomes", "answer", |answer| {
            in_json(answer, |text| {
                if let Some(placeholder) = plan.gone.get(text) {
                    text.clone_from(placeholder);
                } else if plan.redaction.names().found(text) == Some(Likeness::Whole) {
                    *text = plan
                        .redaction
                        .names()
                        .replaced(text, plan.redaction.placeholders());
                }
            })
        })
        .await
    }

    /// Their rows go, and the rows of others say it without them where that was chosen.
    async fn rows_of(&mut self, held: &Held, erasing: &Erasing) -> Result<(), sqlx::Error> {
        let plan = self.plan;
        let table = held.table;
        match (held.hers, is_hers(held, &plan.ids, plan.all_deals())) {
            (Hers::Log, _) => return Ok(()),
            (Hers::Rows(_) | Hers::OfDeals, Some(hers)) => {
                self.run(format!("DELETE FROM {table} WHERE exchange_id = $1 AND {hers}"))
                    .await?;
            }
            (Hers::Said(_), Some(hers)) => {
                self.run(format!(
                    "UPDATE {table} SET text = NULL WHERE exchange_id = $1 AND {hers}"
                ))
                .await?;
            }
            (Hers::Links, Some(hers)) => {
                let now = erasing.noted_at.unix_ms;
                self.run(format!(
                    "UPDATE {table} SET revoked_at_ms = {now} WHERE exchange_id = $1 AND {hers}"
                ))
                .await?;
            }
            (Hers::MailLinks, Some(hers)) => {
                let now = erasing.noted_at.unix_ms;
                self.run(format!(
                    "UPDATE {table} SET revoked_at_ms = {now} WHERE exchange_id = $1 AND revoked_at_ms IS NULL AND {hers}"
                ))
                .await?;
            }
            (Hers::Mails, Some(hers)) => {
                self.run(format!(
                    "UPDATE {table} SET matter = '{{}}', went = NULL, answer = NULL, \
                     state = CASE WHEN state IN ('held', 'waiting') THEN 'cancelled' ELSE state END \
                     WHERE exchange_id = $1 AND {hers}"
                ))
                .await?;
                if let Some(hers) = is_hers(held, &plan.ids, Deals::default()) {
                    self.run(format!(
                        "UPDATE {table} SET recipient = '' WHERE exchange_id = $1 AND {hers}"
                    ))
                    .await?;
                }
            }
            (
                Hers::None
                | Hers::Rows(_)
                | Hers::OfDeals
                | Hers::Said(_)
                | Hers::Links
                | Hers::Mails
                | Hers::MailLinks,
                _,
            ) => {}
        }
        for (column, kind) in held.columns {
            match kind {
                Column::Plain => {}
                Column::Text => {
                    self.rewrite(table, column, |text| {
                        let mut left = text.to_owned();
                        plan.redaction.text(&mut left);
                        Some(left)
                    })
                    .await?;
                }
                Column::Json => {
                    self.rewrite(table, column, |text| {
                        in_json(text, |text| plan.redaction.text(text))
                    })
                    .await?;
                }
                Column::Optional | Column::Owner => {
                    let goes = if *kind == Column::Owner {
                        format!("DELETE FROM {table}")
                    } else {
                        format!("UPDATE {table} SET {column} = NULL")
                    };
                    for text in self.texts(table, column).await? {
                        if plan.redaction.is_chosen(&text) {
                            let statement = format!("{goes} WHERE exchange_id = $1 AND {column} = $2");
                            within!(&mut self.transaction, on => sqlx::query(AssertSqlSafe(statement.as_str()))
                                .bind(&self.exchange)
                                .bind(&text)
                                .execute(&mut **on)
                                .await
                                .map(drop))?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Who else signed an agreement with them has signed what it says now.
    async fn signed_the_same(&mut self) -> Result<(), sqlx::Error> {
        for table in [
            "signatures",
            "signature_history",
            "archived_signatures",
            "archived_signature_history",
        ] {
            for (before, after) in &self.plan.terms {
                let statement = format!(
                    "UPDATE {table} SET terms_sha256 = $1 WHERE exchange_id = $2 AND terms_sha256 = $3"
                );
                within!(&mut self.transaction, on => sqlx::query(AssertSqlSafe(statement.as_str()))
                    .bind(after)
                    .bind(&self.exchange)
                    .bind(before)
                    .execute(&mut **on)
                    .await
                    .map(drop))?;
            }
        }
        Ok(())
    }

    /// Notes who erased whom, by ids alone.
    async fn note(&mut self, erasing: &Erasing) -> Result<(), sqlx::Error> {
        let subjects = self.plan.whole.union(&self.plan.people_of);
        let about: Vec<String> = subjects.map(ToString::to_string).collect();
        let mut by = erasing.by.name.clone();
        self.plan.redaction.text(&mut by);
        within!(&mut self.transaction, on => sqlx::query(
            "INSERT INTO security_events (exchange_id, at_ms, event, role, device_id, name, about, came_from) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&self.exchange)
        .bind(erasing.noted_at.unix_ms)
        .bind(SecurityEvent::PersonErased.as_str())
        .bind(erasing.by.role.as_str())
        .bind(erasing.by.device.to_string())
        .bind(Some(by).filter(|by| !by.is_empty()))
        .bind(about.join(" "))
        .bind(erasing.from.map(|from| from.to_string()))
        .execute(&mut **on)
        .await
        .map(drop))
    }

    /// Runs a statement about the exchange (`$1`).
    async fn run(&mut self, statement: String) -> Result<(), sqlx::Error> {
        within!(&mut self.transaction, on => sqlx::query(AssertSqlSafe(statement.as_str()))
            .bind(&self.exchange)
            .execute(&mut **on)
            .await
            .map(drop))
    }

    /// What stands in a column, each once.
    async fn texts(&mut self, table: &str, column: &str) -> Result<Vec<String>, sqlx::Error> {
        let statement =
            format!("SELECT DISTINCT {column} FROM {table} WHERE exchange_id = $1 AND {column} IS NOT NULL");
        within!(&mut self.transaction, on => sqlx::query_scalar(AssertSqlSafe(statement.as_str()))
            .bind(&self.exchange)
            .fetch_all(&mut **on)
            .await)
    }

    /// Writes anew what stands in a column; what cannot be read stays.
    async fn rewrite(
        &mut self,
        table: &str,
        column: &str,
        anew: impl Fn(&str) -> Option<String>,
    ) -> Result<(), sqlx::Error> {
        for text in self.texts(table, column).await? {
            let Some(left) = anew(&text).filter(|left| *left != text) else {
                continue;
            };
            let statement =
                format!("UPDATE {table} SET {column} = $1 WHERE exchange_id = $2 AND {column} = $3");
            within!(&mut self.transaction, on => sqlx::query(AssertSqlSafe(statement.as_str()))
                .bind(&left)
                .bind(&self.exchange)
                .bind(&text)
                .execute(&mut **on)
                .await
                .map(drop))?;
        }
        Ok(())
    }
}

/// The fields by which somebody is reached.
const REACHED_BY: [&str; 2] = ["email", "phone"];

/// JSON with its texts changed; as it stands if nothing is, so that no byte of it changes.
fn in_json(json: &str, on: impl Fn(&mut String)) -> Option<String> {
    let mut value: Value = serde_json::from_str(json).ok()?;
    let before = value.clone();
    each_text(&mut value, &mut |text| on(text));
    no_placeholder_to_reach(&mut value, &before);
    Some(if value == before {
        json.to_owned()
    } else {
        value.to_string()
    })
}

/// Of an address or a number that was taken out nothing stands in its place: nobody could be reached by that.
fn no_placeholder_to_reach(value: &mut Value, before: &Value) {
    let (Value::Object(fields), Value::Object(before)) = (value, before) else {
        return;
    };
    for (name, field) in fields {
        let was = before.get(name).unwrap_or(&Value::Null);
        if REACHED_BY.contains(&name.as_str()) && field != was {
            *field = Value::Null;
        } else {
            no_placeholder_to_reach(field, was);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_goes_leaves_nothing_by_which_nobody_is_reached() {
        let entry = r#"{"name":"Ring 98765432","contact":{"person":"Ola","phone":"98765432","email":"ola@example.org"}}"#;
        let left = in_json(entry, |text| *text = text.replace("98765432", "Slettet tekst"));
        let left: Value = serde_json::from_str(&left.expect("JSON")).expect("JSON");
        let wanted = serde_json::json!({
            "name": "Ring Slettet tekst",
            "contact": { "person": "Ola", "phone": null, "email": "ola@example.org" },
        });
        assert_eq!(left, wanted);
    }
}

//! An account that somebody is logged in to, and what it may do.

use borsklokka_shared::ids::{AccountId, DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::role::{Actor, Role};
use uuid::Uuid;

use super::rows::stored_exchange;
use crate::access::Access;
use crate::access::ledger::Note;
use crate::api::Denied;
use crate::database::on_either;

/// An organiser who is logged in to her account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Her session.
    pub session: Uuid,
    /// Since when.
    pub since: Instant,
    /// The address that she logs in with.
    pub email: String,
    /// What she is called, in the log too.
    pub name: String,
    /// The language that she is written to in.
    pub language: Language,
    /// Whether she may make exchanges of her own.
    pub may_make: bool,
}

impl Account {
    /// The actor behind the making of an exchange, with the device that [`Access::give_made`] makes there.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            role: Role::Organiser,
            device: DeviceId(Uuid::new_v4()),
            name: self.name.clone(),
            paired_at: self.since,
        }
    }
}

/// What an account does beside being the organiser of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Lists her exchanges.
    List,
    /// Makes another one.
    Make,
    /// Copies one of hers, or puts it away.
    Keep,
    /// Deletes one that she made.
    Delete,
}

impl Access {
    /// Whether an account may do something.
    pub(crate) async fn must_be_able(
        &self,
        account: &Account,
        exchange: Option<ExchangeId>,
        deed: Deed,
    ) -> Result<(), Denied> {
        let needs_own = match (deed, exchange) {
            (Deed::List, _) => return Ok(()),
            (Deed::Make, _) if account.may_make => return Ok(()),
            (Deed::Keep, Some(exchange)) if account.may_make => (exchange, 0),
            (Deed::Delete, Some(exchange)) if account.may_make => (exchange, 1),
            (Deed::Make | Deed::Keep | Deed::Delete, _) => return Err(Denied::NotYours),
        };
        let (exchange, made_it) = needs_own;
        let own: Option<i64> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT made_it FROM account_exchanges WHERE account_id = $1 AND exchange_id = $2 AND made_it >= $3",
        )
        .bind(account.id.to_string())
        .bind(exchange.to_string())
        .bind(made_it)
        .fetch_optional(on)
        .await)?;
        own.map(drop).ok_or(Denied::NotYours)
    }

    /// The exchanges of an account, and whether it made them.
    pub(crate) async fn exchanges_of(&self, account: AccountId) -> Result<Vec<(ExchangeId, bool)>, Denied> {
        let rows: Vec<(String, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT exchange_id, made_it FROM account_exchanges WHERE account_id = $1 ORDER BY exchange_id",
        )
        .bind(account.to_string())
        .fetch_all(on)
        .await)?;
        rows.into_iter()
            .map(|(exchange, made_it)| Ok((stored_exchange(&exchange)?, made_it > 0)))
            .collect()
    }

    /// Notes something of an account in each of its exchanges: whoever is organiser of one reads it, and of another does not. The
    /// operator reads it somewhere in any case.
    pub(crate) async fn note_of_account(&self, account: AccountId, note: Note) {
        let exchanges = self.exchanges_of(account).await.unwrap_or_default();
        self.note_in(exchanges.into_iter().map(|(exchange, _)| exchange), account, note);
    }

    /// Notes something of an account in these exchanges; if there are none, as something of the server.
    pub(crate) fn note_in(
        &self,
        exchanges: impl IntoIterator<Item = ExchangeId>,
        account: AccountId,
        note: Note,
    ) {
        let note = note.about([account.0]);
        let mut exchanges = exchanges.into_iter().peekable();
        if exchanges.peek().is_none() {
            self.note(note.clone());
        }
        for exchange in exchanges {
            self.note(note.clone().in_exchange(exchange));
        }
    }
}

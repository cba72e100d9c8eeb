//! Mails to organisers about their accounts: what waits, and what became of it. They belong to no exchange, so they have a queue of their
//! own, in which each is claimed before it is sent as in the other. A link is made when its mail goes, and its token is nowhere else.

use std::collections::HashMap;

use borsklokka_shared::ids::{AccountId, MailId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{FORGOTTEN_HOURS, INVITATION_DAYS, NEW_PASSPHRASE_HOURS};
use borsklokka_shared::mail::MailState;
use serde::Serialize;
use uuid::Uuid;

use super::rows::{folded, hold, stored_account};
use super::token::{Link, insert};
use crate::access::{Access, secret};
use crate::api::{Caller, Denied};
use crate::database::{Database, Transaction, on_either, within, write_on};

/// An hour, in milliseconds.
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// Mails of one account that are kept and listed, counted: of more the oldest that went go.
const KEPT_MAX: usize = 5;
/// Mails that are looked for at once, counted.
const DUE_MAX: i64 = 50;

/// What a mail about an account is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum AccountMail {
    /// The operator invites her.
    Invitation,
    /// The operator sends her a link to another passphrase.
    NewPassphrase,
    /// Somebody who gave her address has forgotten the passphrase.
    Forgotten,
    /// Her passphrase was changed.
    PassphraseChanged,
    /// A passkey was added.
    PasskeyAdded,
}

impl AccountMail {
    fn as_str(self) -> &'static str {
        self.into()
    }

    /// How long its link can be used, in milliseconds, if it has one.
    pub(crate) const fn link_ms(self) -> Option<i64> {
        match self {
            Self::Invitation => Some(INVITATION_DAYS * 24 * HOUR_MS),
            Self::NewPassphrase => Some(NEW_PASSPHRASE_HOURS * HOUR_MS),
            Self::Forgotten => Some(FORGOTTEN_HOURS * HOUR_MS),
            Self::PassphraseChanged | Self::PasskeyAdded => None,
        }
    }

    /// How long it is tried, by the pauses between its tries, in milliseconds: she waits for some at the screen, and asks again.
    pub(crate) const fn tried_ms(self) -> i64 {
        match self {
            Self::Forgotten => FORGOTTEN_HOURS * HOUR_MS,
            Self::Invitation | Self::NewPassphrase | Self::PassphraseChanged | Self::PasskeyAdded => {
                5 * 24 * HOUR_MS
            }
        }
    }
}

/// Whether the owner of an account hears by mail of what was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// She does.
    Sent,
    /// The server has no mail server.
    Unsent,
}

/// A mail, with what it says of the account.
#[derive(Clone, Debug)]
pub(crate) struct Addressed {
    pub(crate) id: MailId,
    pub(crate) account: AccountId,
    pub(crate) kind: AccountMail,
    /// The address that it goes to.
    pub(crate) to: String,
    pub(crate) tries: u32,
    /// What she is called.
    pub(crate) name: String,
    pub(crate) language: Language,
    /// Whether the account has another address since, or nobody comes in with it.
    pub(crate) is_stale: bool,
}

/// A mail, as the operator lists it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ListedMail {
    kind: AccountMail,
    pub(crate) state: MailState,
    queued_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Instant>,
    /// What the mail server said last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answer: Option<String>,
    /// Why it has not gone, in the reader's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
}

/// What became of a mail that was claimed.
pub(crate) struct Became<'a> {
    pub(crate) state: MailState,
    pub(crate) answer: &'a str,
    pub(crate) next_try_at: Instant,
    pub(crate) sent_at: Option<Instant>,
    /// Whether the mail server heard of it: it may have been away.
    pub(crate) is_heard: bool,
}

type Columns = (
    String,
    String,
    String,
    String,
    i64,
    String,
    String,
    String,
    Option<i64>,
);

impl Access {
    /// Counts somebody who has forgotten a passphrase, by the address that was given: whether there is such an account makes no
    /// difference.
    ///
    /// # Errors
    /// If it is no address, or it was asked too often, from this network or for this address.
    pub(crate) fn try_forgotten(&self, email: &str, caller: &Caller) -> Result<String, Denied> {
        let email = folded(email)?;
        self.guesses
            .forgotten(&secret::token_sha256(&email), caller.peer.address)?;
        Ok(email)
    }

    /// Queues a link for whoever has an account with this address; gives whose it is, if there is one.
    pub(crate) async fn queue_forgotten(&self, email: &str) -> Result<Option<AccountId>, Denied> {
        let found: Option<String> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT id FROM accounts WHERE email = $1 AND disabled_at_ms IS NULL",
        )
        .bind(email)
        .fetch_optional(on)
        .await)?;
        let Some(id) = found else { return Ok(None) };
        let id = stored_account(&id)?;
        self.queue_account_mail(id, Some(AccountMail::Forgotten)).await?;
        Ok(Some(id))
    }

    /// Queues a mail to an account; none is an invitation, or a link to another passphrase for whoever has chosen one.
    ///
    /// # Errors
    /// [`Denied::UnknownAccount`] also if nobody comes in with it.
    pub(crate) async fn queue_account_mail(
        &self,
        id: AccountId,
        kind: Option<AccountMail>,
    ) -> Result<(), Denied> {
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, id).await?;
        let stands: Option<(Option<String>, Option<i64>)> = within!(&mut transaction, on => sqlx::query_as(
            "SELECT passphrase_phc, disabled_at_ms FROM accounts WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        let Some((phc, None)) = stands else {
            return Err(Denied::UnknownAccount);
        };
        let kind = kind.unwrap_or(if phc.is_none() {
            AccountMail::Invitation
        } else {
            AccountMail::NewPassphrase
        });
        queue(&mut transaction, id, kind, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Those that are due, the longest due first.
    pub(crate) async fn account_mails_due(&self, now: Instant) -> Result<Vec<MailId>, Denied> {
        let ids: Vec<String> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT id FROM account_mails WHERE state = 'waiting' AND next_try_ms <= $1 ORDER BY next_try_ms, id LIMIT $2",
        )
        .bind(now.unix_ms)
        .bind(DUE_MAX)
        .fetch_all(on)
        .await)?;
        let broken = |_| Denied::Broken("a stored mail has no id".to_owned());
        ids.iter().map(|id| id.parse().map_err(broken)).collect()
    }

    /// Claims one that waits, for one sender. Gives whether it has it: it is committed then, and nobody else sends it.
    pub(crate) async fn claim_account_mail(
        &self,
        id: MailId,
        sender: Uuid,
        now: Instant,
    ) -> Result<bool, Denied> {
        let claimed = write_on!(&self.database, on => sqlx::query(
            "UPDATE account_mails SET state = 'sending', tries = tries + 1, node = $1, claimed_at_ms = $2 \
             WHERE id = $3 AND state = 'waiting'",
        )
        .bind(sender.to_string())
        .bind(now.unix_ms)
        .bind(id.to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(claimed == 1)
    }

    /// One of them.
    pub(crate) async fn account_mail(&self, id: MailId) -> Result<Option<Addressed>, Denied> {
        let row: Option<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT m.id, m.account_id, m.kind, m.recipient, m.tries, a.email, a.name, a.language, a.disabled_at_ms \
             FROM account_mails m JOIN accounts a ON a.id = m.account_id WHERE m.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(on)
        .await)?;
        let read = |(id, account, kind, to, tries, email, name, language, disabled): Columns| {
            let broken =
                |what: &str| Denied::Broken(format!("the stored mail {id} has no {what} that can be read"));
            Ok(Addressed {
                id: id.parse().map_err(|_| broken("id"))?,
                account: stored_account(&account)?,
                kind: kind.parse().map_err(|_| broken("kind"))?,
                is_stale: to != email || disabled.is_some(),
                to,
                tries: u32::try_from(tries).unwrap_or(u32::MAX),
                name,
                language: Language::from_tag(&language).ok_or_else(|| broken("language"))?,
            })
        };
        row.map(read).transpose()
    }

    /// Makes the link of a mail that goes. Those that were made before hold on: whoever asks in somebody's name takes none away.
    pub(crate) async fn make_mailed_link(&self, mail: &Addressed, lasts_ms: i64) -> Result<Link, Denied> {
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, mail.account).await?;
        let now = self.clock.now();
        let link = insert(&mut transaction, mail.account, now, now.plus_ms(lasts_ms)).await?;
        transaction.commit().await?;
        Ok(link)
    }

    /// Takes a link back whose mail has not gone.
    pub(crate) async fn forget_mailed_link(&self, token: &str) -> Result<(), Denied> {
        write_on!(&self.database, on => sqlx::query("DELETE FROM account_tokens WHERE token_sha256 = $1")
            .bind(secret::token_sha256(token))
            .execute(on)
            .await
            .map(drop))?;
        Ok(())
    }

    /// What was sent to each account lately, the newest first.
    pub(super) async fn mails_of_accounts(&self) -> Result<HashMap<String, Vec<ListedMail>>, Denied> {
        type Row = (String, String, String, i64, Option<i64>, Option<String>);
        let rows: Vec<Row> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT account_id, kind, state, queued_at_ms, sent_at_ms, answer FROM account_mails ORDER BY id DESC",
        )
        .fetch_all(on)
        .await)?;
        let mut of_each: HashMap<String, Vec<ListedMail>> = HashMap::new();
        for (account, kind, state, queued, sent, answer) in rows {
            let broken = || Denied::Broken("a stored mail cannot be read".to_owned());
            let of_one = of_each.entry(account).or_default();
            if of_one.len() < KEPT_MAX {
                of_one.push(ListedMail {
                    kind: kind.parse().map_err(|_| broken())?,
                    state: MailState::named(&state).ok_or_else(broken)?,
                    queued_at: Instant::from_unix_ms(queued),
                    sent_at: sent.map(Instant::from_unix_ms),
                    answer,
                    why: None,
                });
            }
        }
        Ok(of_each)
    }
}

/// Queues a mail, unless one like it waits; what was sent long ago makes room.
pub(super) async fn queue(
    transaction: &mut Transaction,
    id: AccountId,
    kind: AccountMail,
    now: Instant,
) -> Result<(), Denied> {
    let kept: Vec<(String, String, String)> = within!(&mut *transaction, on => sqlx::query_as(
        "SELECT id, kind, state FROM account_mails WHERE account_id = $1 ORDER BY id DESC",
    )
    .bind(id.to_string())
    .fetch_all(&mut **on)
    .await)?;
    let is_open = |state: &str| matches!(state, "waiting" | "sending");
    if kept
        .iter()
        .any(|(_, of, state)| of == kind.as_str() && is_open(state))
    {
        return Ok(());
    }
    for (old, _, _) in kept
        .iter()
        .skip(KEPT_MAX - 1)
        .filter(|(_, _, state)| !is_open(state))
    {
        within!(&mut *transaction, on => sqlx::query("DELETE FROM account_mails WHERE id = $1")
            .bind(old)
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    within!(&mut *transaction, on => sqlx::query(
        "INSERT INTO account_mails (id, account_id, kind, recipient, state, tries, queued_at_ms, next_try_ms) \
         SELECT $1, id, $2, email, 'waiting', 0, $3, $3 FROM accounts WHERE id = $4",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(kind.as_str())
    .bind(now.unix_ms)
    .bind(id.to_string())
    .execute(&mut **on)
    .await
    .map(drop))?;
    Ok(())
}

/// Notes what became of a mail that this sender had claimed. What the mail server never heard of is as if nobody had claimed it.
pub(crate) async fn settle_account_mail(
    database: &Database,
    id: MailId,
    sender: Uuid,
    became: &Became<'_>,
) -> Result<(), Denied> {
    write_on!(database, on => sqlx::query(
        "UPDATE account_mails SET state = $1, answer = $2, next_try_ms = $3, sent_at_ms = $4, node = NULL, \
         claimed_at_ms = CASE WHEN $7 = 1 THEN claimed_at_ms END WHERE id = $5 AND node = $6 AND state IN ('sending', 'unknown')",
    )
    .bind(became.state.as_str())
    .bind(became.answer)
    .bind(became.next_try_at.unix_ms)
    .bind(became.sent_at.map(|at| at.unix_ms))
    .bind(id.to_string())
    .bind(sender.to_string())
    .bind(i64::from(became.is_heard))
    .execute(on)
    .await
    .map(drop))?;
    Ok(())
}

//! The accounts, as the operator lists them.

use std::collections::HashMap;

use borsklokka_shared::ids::AccountId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use serde::Serialize;

use super::mails::ListedMail;
use super::rows::stored_account;
use crate::access::Access;
use crate::api::Denied;
use crate::database::on_either;

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// She has not chosen a passphrase yet.
    Invited,
    /// She can log in.
    Active,
    /// Nobody can log in with it.
    Disabled,
}

/// An account, as the operator lists it.
#[derive(Serialize)]
pub(crate) struct Listed {
    id: AccountId,
    pub(crate) email: String,
    pub(crate) name: String,
    state: State,
    pub(crate) may_make: bool,
    /// The addresses of her exchanges.
    pub(crate) exchanges: Vec<String>,
    /// How many sessions it has now.
    sessions: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_seen: Option<Instant>,
    /// Until when a link can be used by which she chooses a passphrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link_until: Option<Instant>,
    /// The language that she is written to in.
    language: Language,
    /// What was sent to her lately, the newest first.
    pub(crate) mails: Vec<ListedMail>,
}

impl Listed {
    /// Whose it is.
    pub(crate) fn id(&self) -> AccountId {
        self.id
    }

    /// How it stands, in a word.
    pub(crate) fn state_name(&self) -> &'static str {
        match self.state {
            State::Invited => "invited",
            State::Active => "active",
            State::Disabled => "closed",
        }
    }
}

/// An account as it is stored: id, address, name, its passphrase, whether it may make exchanges, when it was disabled, and its language.
type Columns = (String, String, String, Option<String>, i64, Option<i64>, String);

impl Access {
    pub(crate) async fn accounts(&self) -> Result<Vec<Listed>, Denied> {
        let now_ms = self.clock.now().unix_ms;
        let accounts: Vec<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, email, name, passphrase_phc, may_make, disabled_at_ms, language FROM accounts ORDER BY name, email",
        )
        .fetch_all(on)
        .await)?;
        let exchanges: Vec<(String, String)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT account_id, slug FROM account_exchanges JOIN exchanges ON exchanges.id = exchange_id ORDER BY slug",
        )
        .fetch_all(on)
        .await)?;
        let sessions: Vec<(String, i64, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT account_id, COUNT(*), MAX(last_seen_ms) FROM account_sessions WHERE expires_at_ms > $1 GROUP BY account_id",
        )
        .bind(now_ms)
        .fetch_all(on)
        .await)?;
        let links: Vec<(String, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT account_id, MAX(expires_at_ms) FROM account_tokens WHERE expires_at_ms > $1 GROUP BY account_id",
        )
        .bind(now_ms)
        .fetch_all(on)
        .await)?;
        let mut mails = self.mails_of_accounts().await?;
        let mut of_each: HashMap<String, Vec<String>> = HashMap::new();
        for (account, slug) in exchanges {
            of_each.entry(account).or_default().push(slug);
        }
        let sessions: HashMap<String, (i64, i64)> = sessions
            .into_iter()
            .map(|(account, count, seen)| (account, (count, seen)))
            .collect();
        let links: HashMap<String, i64> = links.into_iter().collect();
        let listed = |(id, email, name, phc, may_make, disabled_at_ms, language): Columns| {
            let seen = sessions.get(&id).copied();
            Ok(Listed {
                email,
                name,
                state: match (disabled_at_ms, phc) {
                    (Some(_), _) => State::Disabled,
                    (None, None) => State::Invited,
                    (None, Some(_)) => State::Active,
                },
                may_make: may_make > 0,
                exchanges: of_each.remove(&id).unwrap_or_default(),
                sessions: seen.map_or(0, |(count, _)| count),
                last_seen: seen.map(|(_, seen_ms)| Instant::from_unix_ms(seen_ms)),
                language: Language::from_tag(&language).unwrap_or_default(),
                mails: mails.remove(&id).unwrap_or_default(),
                link_until: links.get(&id).copied().map(Instant::from_unix_ms),
                id: stored_account(&id)?,
            })
        };
        accounts.into_iter().map(listed).collect()
    }
}

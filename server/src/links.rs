//! Links: whoever has one opens one page of one matter, until it expires or is revoked. Nobody can guess one, and of its token only the
//! hash is kept. Those to agreements have a table of their own, which was there first.

use borsklokka_shared::ids::{DealId, ExchangeId, RegistrationId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::mail::MailKind;
use borsklokka_shared::screen::ACCOUNT;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{Access, link_token, token_sha256};
use crate::api::{Denied, Thing};
use crate::database::{Transaction, on_either, within, write_on};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Links of one page and one matter that hold at a time, counted: some for each party of the largest deal.
const LINKS_MAX: u32 = 64;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Page {
    /// The agreement of a deal, as PDF.
    Agreement,
    /// One's own registration.
    Registration,
    /// The question what became of a deal.
    FollowUp,
    /// The organiser's calendar.
    Calendar,
}

impl Page {
    const ALL: [Self; 4] = [
        Self::Agreement,
        Self::Registration,
        Self::FollowUp,
        Self::Calendar,
    ];

    /// Whether one of them is below a word, with nothing but the token behind it.
    pub(crate) fn is_below(word: &str) -> bool {
        Self::ALL.iter().any(|page| page.path() == word)
    }

    /// Its name in the table.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Registration => "registration",
            Self::FollowUp => "follow_up",
            Self::Calendar => "calendar",
        }
    }

    /// Where it is, before the token.
    const fn path(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Registration => "registration",
            Self::FollowUp => "follow-up",
            Self::Calendar => "calendar",
        }
    }

    /// What the link in a kind of mail opens, if it has one.
    pub(crate) const fn of_kind(kind: MailKind) -> Option<Self> {
        match kind {
            MailKind::RegistrationReceived | MailKind::RegistrationApproved => Some(Self::Registration),
            MailKind::Agreement => Some(Self::Agreement),
            MailKind::FollowUp | MailKind::FollowUpReminder => Some(Self::FollowUp),
            MailKind::RegistrationDeclined | MailKind::DeletionAnnounced | MailKind::Test => None,
        }
    }

    /// How long a link to it holds, in days: to agreements until the first steps are taken and the deals are followed up; to one's own
    /// entry for as long as one may register before an evening; to what became of a deal, and to the calendar, for the year that many a deal takes.
    pub(crate) const fn lasts_days(self) -> i64 {
        match self {
            Self::Agreement => 90,
            Self::Registration => 180,
            Self::FollowUp | Self::Calendar => 400,
        }
    }
}

/// A page, and of which matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opens {
    pub(crate) page: Page,
    /// The matter's id, or what else names it.
    pub(crate) about: String,
}

impl Opens {
    /// The agreement of a deal.
    pub(crate) fn agreement(deal: DealId) -> Self {
        Self {
            page: Page::Agreement,
            about: deal.to_string(),
        }
    }

    /// A registration.
    pub(crate) fn registration(id: RegistrationId) -> Self {
        Self {
            page: Page::Registration,
            about: id.to_string(),
        }
    }
}

/// A new link.
pub(crate) struct Link {
    /// What nobody can guess: it is in the address and nowhere else.
    pub(crate) token: String,
    pub(crate) expires_at: Instant,
}

/// What a token leads to.
pub(crate) struct Found {
    pub(crate) exchange: ExchangeId,
    pub(crate) about: String,
    pub(crate) expires_at: Instant,
    pub(crate) is_revoked: bool,
}

impl Found {
    pub(crate) fn holds_at(&self, now: Instant) -> bool {
        !self.is_revoked && now < self.expires_at
    }

    /// The id of what it is about.
    pub(crate) fn id(&self) -> Result<Uuid, Denied> {
        let broken = |_| Denied::Broken("a stored link names nothing".to_owned());
        self.about.parse().map_err(broken)
    }
}

/// The address of a link on a server.
pub(crate) fn url(public_url: &str, page: Page, token: &str) -> String {
    format!("{}/{}/{token}", public_url.trim_end_matches('/'), page.path())
}

/// The address at which the owner of an account chooses a passphrase. Its secret stands after `#`, which a browser sends to no server.
pub(crate) fn account_url(public_url: &str, token: &str) -> String {
    format!("{}/{ACCOUNT}#{token}", public_url.trim_end_matches('/'))
}

/// Makes a link.
///
/// # Errors
/// If as many hold already, the database fails, or the machine gives no randomness.
pub(crate) async fn make(
    access: &Access,
    exchange: ExchangeId,
    opens: &Opens,
    now: Instant,
) -> Result<Link, Denied> {
    let token = link_token()?;
    let expires_at = now.plus_ms(opens.page.lasts_days() * DAY_MS);
    let mut transaction = access.database().begin().await?;
    if held(&mut transaction, exchange, opens, now).await? >= i64::from(LINKS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Links,
            max: LINKS_MAX,
        });
    }
    let statement = match opens.page {
        Page::Agreement => {
            "INSERT INTO agreement_links (token_sha256, exchange_id, deal_id, made_at_ms, expires_at_ms) \
             VALUES ($1, $2, $3, $4, $5)"
        }
        Page::Registration | Page::FollowUp | Page::Calendar => {
            "INSERT INTO mail_links (token_sha256, exchange_id, about, made_at_ms, expires_at_ms, opens) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        }
    };
    within!(&mut transaction, on => {
        let insert = sqlx::query(statement)
            .bind(token_sha256(&token))
            .bind(exchange.to_string())
            .bind(&opens.about)
            .bind(now.unix_ms)
            .bind(expires_at.unix_ms);
        let insert = match opens.page {
            Page::Agreement => insert,
            page => insert.bind(page.as_str()),
        };
        insert.execute(&mut **on).await.map(drop)
    })?;
    transaction.commit().await?;
    Ok(Link { token, expires_at })
}

/// How many of the same hold.
async fn held(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    opens: &Opens,
    now: Instant,
) -> Result<i64, sqlx::Error> {
    let statement = match opens.page {
        Page::Agreement => {
            "SELECT COUNT(*) FROM agreement_links \
             WHERE exchange_id = $1 AND deal_id = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3"
        }
        Page::Registration | Page::FollowUp | Page::Calendar => {
            "SELECT COUNT(*) FROM mail_links \
             WHERE exchange_id = $1 AND about = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3 AND opens = $4"
        }
    };
    within!(transaction, on => {
        let count = sqlx::query_scalar(statement)
            .bind(exchange.to_string())
            .bind(&opens.about)
            .bind(now.unix_ms);
        let count = match opens.page {
            Page::Agreement => count,
            page => count.bind(page.as_str()),
        };
        count.fetch_one(&mut **on).await
    })
}

/// When those that hold were made, and until when they do.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn holding(
    access: &Access,
    exchange: ExchangeId,
    page: Page,
    now: Instant,
) -> Result<Vec<(Instant, Instant)>, Denied> {
    let rows: Vec<(i64, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT made_at_ms, expires_at_ms FROM mail_links WHERE exchange_id = $1 AND opens = $2 \
         AND revoked_at_ms IS NULL AND expires_at_ms > $3 ORDER BY made_at_ms",
    )
    .bind(exchange.to_string())
    .bind(page.as_str())
    .bind(now.unix_ms)
    .fetch_all(on)
    .await)?;
    let instants = |(made, expires)| (Instant::from_unix_ms(made), Instant::from_unix_ms(expires));
    Ok(rows.into_iter().map(instants).collect())
}

/// What a token opens on a page; whether it still holds is another question.
///
/// # Errors
/// [`Denied::UnknownLink`] if nothing; and if the database cannot be read.
pub(crate) async fn find(access: &Access, page: Page, token: &str) -> Result<Found, Denied> {
    let statement = match page {
        Page::Agreement => {
            "SELECT exchange_id, deal_id, expires_at_ms, revoked_at_ms FROM agreement_links WHERE token_sha256 = $1"
        }
        Page::Registration | Page::FollowUp | Page::Calendar => {
            "SELECT exchange_id, about, expires_at_ms, revoked_at_ms FROM mail_links WHERE token_sha256 = $1 AND opens = $2"
        }
    };
    let row: Option<(String, String, i64, Option<i64>)> = on_either!(access.database().reading(), on => {
        let found = sqlx::query_as(statement).bind(token_sha256(token));
        let found = match page {
            Page::Agreement => found,
            page => found.bind(page.as_str()),
        };
        found.fetch_optional(on).await
    })?;
    let (exchange, about, expires_at_ms, revoked_at_ms) = row.ok_or(Denied::UnknownLink)?;
    let broken = |_| Denied::Broken("a stored link has no exchange".to_owned());
    Ok(Found {
        exchange: exchange.parse().map_err(broken)?,
        about,
        expires_at: Instant::from_unix_ms(expires_at_ms),
        is_revoked: revoked_at_ms.is_some(),
    })
}

/// Takes every link to a page of a matter back, be there none.
///
/// # Errors
/// If the database fails.
pub(crate) async fn revoke(
    access: &Access,
    exchange: ExchangeId,
    opens: &Opens,
    now: Instant,
) -> Result<(), Denied> {
    let statement = match opens.page {
        Page::Agreement => {
            "UPDATE agreement_links SET revoked_at_ms = $1 \
             WHERE exchange_id = $2 AND deal_id = $3 AND revoked_at_ms IS NULL"
        }
        Page::Registration | Page::FollowUp | Page::Calendar => {
            "UPDATE mail_links SET revoked_at_ms = $1 \
             WHERE exchange_id = $2 AND about = $3 AND revoked_at_ms IS NULL AND opens = $4"
        }
    };
    write_on!(access.database(), on => {
        let revoke = sqlx::query(statement)
            .bind(now.unix_ms)
            .bind(exchange.to_string())
            .bind(&opens.about);
        let revoke = match opens.page {
            Page::Agreement => revoke,
            page => revoke.bind(page.as_str()),
        };
        revoke.execute(on).await.map(drop)
    })?;
    Ok(())
}

/// Forgets a link that nobody was given.
///
/// # Errors
/// If the database fails.
pub(crate) async fn forget(access: &Access, page: Page, token: &str) -> Result<(), Denied> {
    let statement = match page {
        Page::Agreement => "DELETE FROM agreement_links WHERE token_sha256 = $1",
        Page::Registration | Page::FollowUp | Page::Calendar => {
            "DELETE FROM mail_links WHERE token_sha256 = $1"
        }
    };
    write_on!(access.database(), on => sqlx::query(statement)
        .bind(token_sha256(token))
        .execute(on)
        .await
        .map(drop))?;
    Ok(())
}

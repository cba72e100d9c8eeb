//! What was said of deals, links by which it is said, and calls, as they are kept. Of a link only the hash of its token is.

use std::collections::HashMap;

use borsklokka_shared::follow_up::{Answer, AnsweredBy, Call, FollowUpReason, FollowUpSettings, FollowUpState, Saying};
use borsklokka_shared::ids::{DealId, ExchangeId, FollowUpCallId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{FOLLOW_UP_CALLS_MAX, FOLLOW_UP_LINKS_MAX};

use crate::access::{Access, token_sha256};
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};

/// How the office is written where else a participant's id stands.
pub(crate) const OFFICE: &str = "office";

/// Who says something of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Teller {
    /// One of its parties.
    Party(ParticipantId),
    /// The office itself.
    Office,
}

impl Teller {
    /// The one of a name, as it is kept and as addresses have it.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name == OFFICE {
            Some(Self::Office)
        } else {
            name.parse().ok().map(Self::Party)
        }
    }
}

impl std::fmt::Display for Teller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Party(participant) => participant.fmt(f),
            Self::Office => f.write_str(OFFICE),
        }
    }
}

/// What was said of an exchange's deals.
pub(super) type Answers = HashMap<(DealId, Teller), Answer>;

fn broken(what: &str) -> Denied {
    Denied::Broken(format!("a stored {what} of the follow-up cannot be read"))
}

/// How the organiser wants it; as nobody has said anything if nothing is kept.
pub(super) async fn settings(access: &Access, exchange: ExchangeId) -> Result<FollowUpSettings, Denied> {
    let found: Option<String> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT settings FROM follow_up_settings WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_optional(on)
    .await)?;
    found.map_or_else(
        || Ok(FollowUpSettings::default()),
        |settings| serde_json::from_str(&settings).map_err(|_| broken("setting")),
    )
}

pub(super) async fn set_settings(
    access: &Access,
    exchange: ExchangeId,
    settings: &FollowUpSettings,
) -> Result<(), Denied> {
    let settings = serde_json::to_string(settings).expect("it has string keys only");
    write_on!(access.database(), on => sqlx::query(
        "INSERT INTO follow_up_settings (exchange_id, settings) VALUES ($1, $2) \
         ON CONFLICT (exchange_id) DO UPDATE SET settings = excluded.settings",
    )
    .bind(exchange.to_string())
    .bind(settings)
    .execute(on)
    .await.map(drop))?;
    Ok(())
}

/// An answer's columns.
type AnswerColumns = (String, String, String, Option<String>, Option<String>, String, i64);

/// Everything that was said of an exchange's deals.
pub(super) async fn answers(access: &Access, exchange: ExchangeId) -> Result<Answers, Denied> {
    let rows: Vec<AnswerColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT deal_id, teller, state, reason, text, answered_by, answered_at_ms FROM follow_ups WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    rows.into_iter().map(answer_of).collect()
}

fn answer_of(
    (deal, teller, state, reason, text, by, at_ms): AnswerColumns,
) -> Result<((DealId, Teller), Answer), Denied> {
    let reason = reason.map(|reason| FollowUpReason::named(&reason).ok_or_else(|| broken("reason")));
    let answer = Answer {
        state: FollowUpState::named(&state).ok_or_else(|| broken("state"))?,
        reason: reason.transpose()?,
        text,
        at: Instant::from_unix_ms(at_ms),
        by: AnsweredBy::named(&by).ok_or_else(|| broken("answer"))?,
    };
    let deal = deal.parse().map_err(|_| broken("deal"))?;
    let teller = Teller::named(&teller).ok_or_else(|| broken("teller"))?;
    Ok(((deal, teller), answer))
}

/// Keeps what somebody says of a deal, instead of what they said before.
pub(super) async fn say(
    access: &Access,
    exchange: ExchangeId,
    (deal, teller): (DealId, Teller),
    saying: &Saying,
    by: AnsweredBy,
    at: Instant,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "INSERT INTO follow_ups (exchange_id, deal_id, teller, state, reason, text, answered_by, answered_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (exchange_id, deal_id, teller) DO UPDATE SET \
         state = excluded.state, reason = excluded.reason, text = excluded.text, answered_by = excluded.answered_by, \
         answered_at_ms = excluded.answered_at_ms",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(teller.to_string())
    .bind(saying.state.as_str())
    .bind(saying.reason.map(FollowUpReason::as_str))
    .bind(saying.text.as_deref())
    .bind(by.as_str())
    .bind(at.unix_ms)
    .execute(on)
    .await.map(drop))?;
    Ok(())
}

/// Takes back what somebody said, be there nothing.
pub(super) async fn take_back(
    access: &Access,
    exchange: ExchangeId,
    (deal, teller): (DealId, Teller),
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "DELETE FROM follow_ups WHERE exchange_id = $1 AND deal_id = $2 AND teller = $3",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(teller.to_string())
    .execute(on)
    .await.map(drop))?;
    Ok(())
}

/// A call's columns.
type CallColumns = (String, String, Option<String>, Option<String>, i64);

/// The calls about an exchange's deals, the newest first.
pub(super) async fn calls(
    access: &Access,
    exchange: ExchangeId,
) -> Result<HashMap<DealId, Vec<Call>>, Denied> {
    let rows: Vec<CallColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT id, deal_id, note, again_on, called_at_ms FROM follow_up_calls WHERE exchange_id = $1 \
         ORDER BY called_at_ms DESC, id DESC",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let mut calls: HashMap<DealId, Vec<Call>> = HashMap::new();
    for (id, deal, note, again_on, at_ms) in rows {
        let again_on = again_on.map(|day| day.parse().map_err(|_| broken("day")));
        let call = Call {
            id: id.parse().map_err(|_| broken("call"))?,
            at: Instant::from_unix_ms(at_ms),
            note,
            again_on: again_on.transpose()?,
        };
        let deal = deal.parse().map_err(|_| broken("deal"))?;
        calls.entry(deal).or_default().push(call);
    }
    Ok(calls)
}

/// Notes a call.
pub(super) async fn add_call(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
    call: &Call,
) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    let held: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM follow_up_calls WHERE exchange_id = $1 AND deal_id = $2",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .fetch_one(&mut **on)
    .await)?;
    if held >= i64::from(FOLLOW_UP_CALLS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Calls,
            max: FOLLOW_UP_CALLS_MAX,
        });
    }
    let Call {
        id,
        at,
        note,
        again_on,
    } = call;
    let id: &FollowUpCallId = id;
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO follow_up_calls (exchange_id, id, deal_id, note, again_on, called_at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(exchange.to_string())
    .bind(id.to_string())
    .bind(deal.to_string())
    .bind(note.as_deref())
    .bind(again_on.map(|day| day.to_string()))
    .bind(at.unix_ms)
    .execute(&mut **on)
    .await.map(drop))?;
    transaction.commit().await?;
    Ok(())
}

/// A link that is to be kept.
pub(super) struct NewLink<'a> {
    pub(super) token: &'a str,
    pub(super) deal: DealId,
    pub(super) participant: ParticipantId,
    pub(super) language: Language,
    pub(super) made_at: Instant,
    pub(super) expires_at: Instant,
}

/// Keeps a link.
pub(super) async fn add_link(access: &Access, exchange: ExchangeId, new: &NewLink<'_>) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    let held: i64 = within!(&mut transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM follow_up_links WHERE exchange_id = $1 AND deal_id = $2 AND participant_id = $3 \
         AND revoked_at_ms IS NULL AND expires_at_ms > $4",
    )
    .bind(exchange.to_string())
    .bind(new.deal.to_string())
    .bind(new.participant.to_string())
    .bind(new.made_at.unix_ms)
    .fetch_one(&mut **on)
    .await)?;
    if held >= i64::from(FOLLOW_UP_LINKS_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Links,
            max: FOLLOW_UP_LINKS_MAX,
        });
    }
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO follow_up_links (token_sha256, exchange_id, deal_id, participant_id, language, made_at_ms, expires_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token_sha256(new.token))
    .bind(exchange.to_string())
    .bind(new.deal.to_string())
    .bind(new.participant.to_string())
    .bind(new.language.as_str())
    .bind(new.made_at.unix_ms)
    .bind(new.expires_at.unix_ms)
    .execute(&mut **on)
    .await.map(drop))?;
    transaction.commit().await?;
    Ok(())
}

/// When each party was given the last link that still holds.
pub(super) async fn linked(
    access: &Access,
    exchange: ExchangeId,
    now: Instant,
) -> Result<HashMap<(DealId, ParticipantId), Instant>, Denied> {
    let rows: Vec<(String, String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT deal_id, participant_id, MAX(made_at_ms) FROM follow_up_links \
         WHERE exchange_id = $1 AND revoked_at_ms IS NULL AND expires_at_ms > $2 GROUP BY deal_id, participant_id",
    )
    .bind(exchange.to_string())
    .bind(now.unix_ms)
    .fetch_all(on)
    .await)?;
    let linked = rows.into_iter().map(|(deal, participant, made_at_ms)| {
        let deal = deal.parse().map_err(|_| broken("link"))?;
        let participant = participant.parse().map_err(|_| broken("link"))?;
        Ok(((deal, participant), Instant::from_unix_ms(made_at_ms)))
    });
    linked.collect()
}

/// Takes all links of a deal back, be there none.
pub(super) async fn revoke(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
    now: Instant,
) -> Result<(), Denied> {
    write_on!(access.database(), on => sqlx::query(
        "UPDATE follow_up_links SET revoked_at_ms = $1 WHERE exchange_id = $2 AND deal_id = $3 AND revoked_at_ms IS NULL",
    )
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .execute(on)
    .await.map(drop))?;
    Ok(())
}

/// A link, as it is kept.
pub(super) struct Link {
    pub(super) exchange: ExchangeId,
    pub(super) deal: DealId,
    pub(super) participant: ParticipantId,
    pub(super) language: Language,
    expires_at: Instant,
    is_revoked: bool,
}

impl Link {
    pub(super) fn holds_at(&self, now: Instant) -> bool {
        !self.is_revoked && now < self.expires_at
    }
}

/// A link's columns.
type LinkColumns = (String, String, String, String, i64, Option<i64>);

/// The link of a token.
pub(super) async fn link(access: &Access, token: &str) -> Result<Option<Link>, Denied> {
    let found: Option<LinkColumns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, deal_id, participant_id, language, expires_at_ms, revoked_at_ms FROM follow_up_links \
         WHERE token_sha256 = $1",
    )
    .bind(token_sha256(token))
    .fetch_optional(on)
    .await)?;
    let Some((exchange, deal, participant, language, expires_at_ms, revoked_at_ms)) = found else {
        return Ok(None);
    };
    Ok(Some(Link {
        exchange: exchange.parse().map_err(|_| broken("link"))?,
        deal: deal.parse().map_err(|_| broken("link"))?,
        participant: participant.parse().map_err(|_| broken("link"))?,
        language: Language::from_tag(&language).ok_or_else(|| broken("link"))?,
        expires_at: Instant::from_unix_ms(expires_at_ms),
        is_revoked: revoked_at_ms.is_some(),
    }))
}

/// The language in which a participant registered itself, if it did.
pub(super) async fn language(
    access: &Access,
    exchange: ExchangeId,
    participant: ParticipantId,
) -> Result<Option<Language>, Denied> {
    let found: Option<String> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT language FROM registrations WHERE exchange_id = $1 AND (id = $2 OR participant_id = $2) \
         ORDER BY changed_at_ms DESC LIMIT 1",
    )
    .bind(exchange.to_string())
    .bind(participant.to_string())
    .fetch_optional(on)
    .await)?;
    Ok(found.as_deref().and_then(Language::from_tag))
}

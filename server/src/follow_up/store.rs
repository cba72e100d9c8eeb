//! What was said of deals, and calls, as they are kept; and what links by which it is said are about.

use std::collections::HashMap;

use borsklokka_shared::follow_up::{
    Answer, AnsweredBy, Call, FollowUpReason, FollowUpSettings, FollowUpState, OFFICE, Saying,
};
use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::FOLLOW_UP_CALLS_MAX;

use crate::access::Access;
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};
use crate::links::{Opens, Page};

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
type AnswerColumns = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    i64,
);

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

/// What somebody says something instead of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Whatever they said.
    Anything,
    /// What they said then, as it was seen, or nothing.
    Seen(Option<Instant>),
}

impl Before {
    /// When what may be replaced was said, in milliseconds since 1970; none if it is whatever there is.
    fn said_at_ms(self) -> Option<i64> {
        match self {
            Self::Anything => None,
            Self::Seen(Some(at)) => Some(at.unix_ms),
            // When nothing was said that is kept.
            Self::Seen(None) => Some(i64::MIN),
        }
    }
}

/// Keeps what somebody says of a deal, instead of what they said before. Gives whether it was done: not if they have said something else
/// since that was seen.
pub(super) async fn say(
    access: &Access,
    exchange: ExchangeId,
    (deal, teller, before): (DealId, Teller, Before),
    saying: &Saying,
    by: AnsweredBy,
    at: Instant,
) -> Result<bool, Denied> {
    let done = write_on!(access.database(), on => sqlx::query(
        "INSERT INTO follow_ups (exchange_id, deal_id, teller, state, reason, text, answered_by, answered_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (exchange_id, deal_id, teller) DO UPDATE SET \
         state = excluded.state, reason = excluded.reason, text = excluded.text, answered_by = excluded.answered_by, \
         answered_at_ms = excluded.answered_at_ms WHERE follow_ups.answered_at_ms = COALESCE($9, follow_ups.answered_at_ms)",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .bind(teller.to_string())
    .bind(saying.state.as_str())
    .bind(saying.reason.map(FollowUpReason::as_str))
    .bind(saying.text.as_deref())
    .bind(by.as_str())
    .bind(at.unix_ms)
    .bind(before.said_at_ms())
    .execute(on)
    .await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
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

/// What a link to the question what became of a deal opens, for one of its parties.
pub(crate) fn opens(deal: DealId, party: ParticipantId) -> Opens {
    Opens {
        page: Page::FollowUp,
        about: format!("{deal}:{party}"),
    }
}

/// Of which deal a link asks, and whom.
pub(super) fn asked(about: &str) -> Result<(DealId, ParticipantId), Denied> {
    let read = about
        .split_once(':')
        .and_then(|(deal, party)| Some((deal.parse().ok()?, party.parse().ok()?)));
    read.ok_or_else(|| broken("link"))
}

/// When each party was given the last link that still holds.
pub(super) async fn linked(
    access: &Access,
    exchange: ExchangeId,
    now: Instant,
) -> Result<HashMap<(DealId, ParticipantId), Instant>, Denied> {
    let rows: Vec<(String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT about, MAX(made_at_ms) FROM mail_links WHERE exchange_id = $1 AND opens = 'follow_up' \
         AND revoked_at_ms IS NULL AND expires_at_ms > $2 GROUP BY about",
    )
    .bind(exchange.to_string())
    .bind(now.unix_ms)
    .fetch_all(on)
    .await)?;
    let linked = rows
        .into_iter()
        .map(|(about, made_at_ms)| Ok((asked(&about)?, Instant::from_unix_ms(made_at_ms))));
    linked.collect()
}

/// The exchanges whose parties are reminded. One whose settings cannot be read is told, and the others are reminded all the same.
pub(super) async fn reminded(access: &Access) -> Result<Vec<ExchangeId>, Denied> {
    let rows: Vec<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT exchange_id, settings FROM follow_up_settings",
    )
    .fetch_all(on)
    .await)?;
    let mut reminded = Vec::new();
    for (exchange, settings) in rows {
        let wanted = serde_json::from_str::<FollowUpSettings>(&settings);
        match (wanted, exchange.parse::<ExchangeId>()) {
            (Ok(wanted), Ok(exchange)) if wanted.reminds => reminded.push(exchange),
            (Ok(_), Ok(_)) => {}
            (Err(_), _) | (_, Err(_)) => tracing::warn!(
                %exchange,
                "nobody is reminded of the deals of the exchange {exchange}: its settings of the follow-up cannot be read, \
                 as `borsklokka check` says too"
            ),
        }
    }
    Ok(reminded)
}

//! The organiser's page of mail: what goes, went or waits, how it is wanted, and how each reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealNumber, ExchangeId, MailId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{MAILS_LISTED, MAILS_LISTED_MAX};
use borsklokka_shared::mail::{
    Gap, Mail, MailDeed, MailKind, MailSettings, MailShown, MailState, MailText, MailTextFault, Mails,
    MailsDeed, MailsDone,
};
use borsklokka_shared::refusal::Refusal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::agreements;
use super::intake::added;
use super::letter::{LINK, Shown, Source, Written};
use super::matter::{Letter, Matter};
use super::queue::{self, Kept, Went};
use super::texts::{braced, usual};
use super::why::why;
use crate::api::{Asked, AskedWhole, Caller, Denied, Limit, language as language_of};
use crate::clock::day_at;
use crate::copies;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::links;
use crate::smtp::Try;

/// Largest body of settings, in bytes: every text as long as it may be, in every language.
pub(crate) const SETTINGS_BYTES_MAX: usize = 1_024 * 1_024;
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl From<MailTextFault> for Denied {
    fn from(fault: MailTextFault) -> Self {
        match fault {
            MailTextFault::Text(refusal) => refusal.into(),
            MailTextFault::Gap(gap) => Self::MailGap { gap },
            MailTextFault::NoLink => Self::MailWithoutLink,
        }
    }
}

/// Which mails are asked for.
#[derive(Deserialize)]
pub(crate) struct Asking {
    /// Only those.
    state: Option<MailState>,
    /// Those that were made before this one.
    before: Option<MailId>,
    /// So many at most.
    limit: Option<Limit>,
}

/// `GET /api/v1/exchanges/{slug}/mails`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    caller: Caller,
    asking: Result<Query<Asking>, QueryRejection>,
) -> Result<Json<Mails>, Denied> {
    let Query(asking) = asking.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let language = language_of(&caller.headers);
    let limit = Limit::of(asking.limit, MAILS_LISTED as u32, MAILS_LISTED_MAX as u32);
    let kept = queue::page(&hub.access, exchange, asking.state, asking.before, limit.into()).await?;
    let floor = hub.floors.by_id(exchange).await?;
    let number = |kept: &Kept| {
        let deal = kept.matter.deal()?;
        floor
            .view
            .with_staff_board(|board| board.deals.get(&deal)?.number)
    };
    let rests_ms = hub.post.rest.lasts_ms(hub.clock.elapsed_ms());
    let rests_until = (rests_ms > 0).then(|| hub.clock.now().plus_ms(rests_ms));
    Ok(Json(Mails {
        settings: queue::settings(&hub.access, exchange).await?,
        from: hub.post.office().map(|office| office.from.to_string()),
        lasts: hub.config.address_lasts(),
        counts: queue::counts(&hub.access, exchange).await?,
        mails: kept
            .into_iter()
            .map(|kept| (number(&kept), kept))
            .map(|(deal, kept)| listed(kept, deal, rests_until, language))
            .collect(),
    }))
}

/// One as the page lists it. While the mail server is left alone, none is tried that would be due before, unless somebody asked for it.
fn listed(kept: Kept, deal: Option<DealNumber>, rests_until: Option<Instant>, language: Language) -> Mail {
    let rests_until = rests_until.filter(|_| queue::tried_for(kept.kind, kept.tries) == Try::Due);
    let next_try_at = rests_until.map_or(kept.next_try_at, |until| until.max(kept.next_try_at));
    Mail {
        is_emptied: kept.is_emptied(),
        deal,
        id: kept.id,
        kind: kept.kind,
        state: kept.state,
        to: kept.to,
        name: kept.matter.gaps.get(&Gap::Name).cloned().unwrap_or_default(),
        language: kept.language,
        tries: kept.tries,
        made_at: kept.made_at,
        next_try_at: (kept.state == MailState::Waiting).then_some(next_try_at),
        sent_at: kept.sent_at,
        why: why(kept.state, kept.answer.as_deref(), language),
        answer: kept.answer.filter(|answer| !answer.is_empty()),
    }
}

/// `PUT /api/v1/exchanges/{slug}/mails/settings`
pub(crate) async fn set(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    AskedWhole(settings): AskedWhole<MailSettings>,
) -> Result<Json<MailSettings>, Denied> {
    let reply_to = settings.reply_to.map(address).transpose()?.flatten();
    let mut texts: Vec<MailText> = Vec::new();
    for text in settings.texts {
        let text = text.checked()?;
        texts.retain(|other| (other.kind, other.language) != (text.kind, text.language));
        if text != usual(text.kind, text.language) {
            texts.push(text);
        }
    }
    let settings = MailSettings {
        reply_to,
        texts,
        ..settings
    };
    queue::set_settings(&hub.access, exchange, &settings).await?;
    Ok(Json(settings))
}

/// An address, by the rules of contacts.
fn address(text: String) -> Result<Option<String>, Denied> {
    let contact = Contact {
        email: Some(text),
        ..Contact::default()
    };
    Ok(contact.checked()?.email)
}

/// The usual texts.
#[derive(Serialize)]
pub(crate) struct Usual {
    texts: Vec<MailText>,
}

/// `GET /api/v1/exchanges/{slug}/mails/texts`: what mails say unless the organiser writes something else.
pub(crate) async fn texts() -> Json<Usual> {
    let texts = MailKind::ALL.into_iter().flat_map(|kind| {
        Language::ALL
            .into_iter()
            .map(move |language| usual(kind, language))
    });
    Json(Usual {
        texts: texts.collect(),
    })
}

/// `POST /api/v1/exchanges/{slug}/mails/preview`: how a text would read, with what stands for what is not known before.
pub(crate) async fn preview(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    Asked(text): Asked<MailText>,
) -> Result<Json<MailShown>, Denied> {
    let text = text.checked()?;
    let settings = exchange_settings(&hub, exchange).await?;
    let gaps = text.kind.gaps().iter().map(|gap| (*gap, braced(*gap)));
    let matter = Matter {
        gaps: gaps.collect(),
        ..Matter::default()
    };
    let wanted = MailSettings {
        texts: vec![text.clone()],
        ..MailSettings::default()
    };
    let source = Source {
        exchange: &settings,
        settings: &wanted,
        kind: text.kind,
        language: text.language,
        matter: &matter,
    };
    let page = links::Page::of_kind(text.kind);
    let link = page.map(|page| shown(&hub, page, &settings));
    Ok(Json(as_shown(
        source.written(&source.body(), link.as_ref()),
        Vec::new(),
    )))
}

/// `GET /api/v1/exchanges/{slug}/mails/{id}`: how one reads, or read when it went.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<MailShown>, Denied> {
    let kept = find(&hub, exchange, &id).await?;
    let settings = exchange_settings(&hub, exchange).await?;
    let wanted = queue::settings(&hub.access, exchange).await?;
    let source = Source {
        exchange: &settings,
        settings: &wanted,
        kind: kept.kind,
        language: kept.language,
        matter: &kept.matter,
    };
    let went = match &kept.went {
        Some(went) => Went {
            subject: went.subject.clone(),
            body: went.body.replace(&braced(Gap::Link), LINK),
        },
        None => source.body(),
    };
    let link = kept
        .matter
        .link
        .as_ref()
        .map(|opens| shown(&hub, opens.page, &settings));
    let paper = kept.matter.paper.filter(|_| wanted.attaches_agreement);
    let floor = hub.floors.by_id(exchange).await?;
    let attached = paper.map(|deal| {
        let number = floor
            .view
            .with_staff_board(|board| board.deals.get(&deal).and_then(|deal| deal.number));
        format!("{}.pdf", copies::name_of(settings.language, number))
    });
    let written = source.written(&went, link.as_ref());
    Ok(Json(as_shown(written, attached.into_iter().collect())))
}

/// A link as it will be, with dots where nobody knows it.
fn shown(hub: &Hub, page: links::Page, settings: &Settings) -> Shown {
    let expires_at = hub.clock.now().plus_ms(page.lasts_days() * DAY_MS);
    Shown {
        page,
        url: links::url(&hub.public_url(), page, "…"),
        until: day_at(expires_at, &settings.time_zone),
    }
}

fn as_shown(written: Written, attached: Vec<String>) -> MailShown {
    let Written { subject, text, html } = written;
    MailShown {
        subject,
        text,
        html,
        attached,
    }
}

/// What is done with one mail.
#[derive(Deserialize)]
pub(crate) struct OneDeed {
    deed: MailDeed,
}

/// `POST /api/v1/exchanges/{slug}/mails/{id}`
pub(crate) async fn handle(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
    Asked(OneDeed { deed }): Asked<OneDeed>,
) -> Result<StatusCode, Denied> {
    let kept = find(&hub, exchange, &id).await?;
    let now = hub.clock.now();
    let is_done = match deed {
        MailDeed::Cancel if kept.state.may_be_cancelled() => {
            queue::move_on(&hub.access, exchange, &kept, MailState::Cancelled, now).await?
        }
        MailDeed::Send if kept.state.may_be_sent() && !kept.is_emptied() => {
            must_have_office(&hub)?;
            queue::move_on(&hub.access, exchange, &kept, MailState::Waiting, now).await?
        }
        MailDeed::Cancel | MailDeed::Send => false,
    };
    if !is_done {
        return Err(Denied::MailChanged);
    }
    hub.post.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/mails`
pub(crate) async fn handle_all(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    Asked(deed): Asked<MailsDeed>,
) -> Result<Json<MailsDone>, Denied> {
    let now = hub.clock.now();
    let mails = |mails| MailsDone {
        mails,
        ..MailsDone::default()
    };
    let done = match deed {
        MailsDeed::SendHeld => {
            must_have_office(&hub)?;
            mails(queue::move_held(&hub.access, exchange, MailState::Waiting, now).await?)
        }
        MailsDeed::CancelHeld => {
            mails(queue::move_held(&hub.access, exchange, MailState::Cancelled, now).await?)
        }
        MailsDeed::Agreements => agreements::queue(&hub, exchange).await?,
        MailsDeed::Test { to } => {
            must_have_office(&hub)?;
            let to = address(to)?.ok_or(Denied::BadEmail)?;
            test(&hub, exchange, to).await?;
            mails(1)
        }
    };
    hub.post.bell.notify_one();
    Ok(Json(done))
}

/// Queues a test, which goes whatever the exchange's setting is.
async fn test(hub: &Hub, exchange: ExchangeId, to: String) -> Result<(), Denied> {
    let settings = exchange_settings(hub, exchange).await?;
    let id = MailId(Uuid::now_v7());
    let letter = Letter {
        kind: MailKind::Test,
        about: id.to_string(),
        language: settings.language,
        matter: Matter {
            gaps: BTreeMap::from([(Gap::Name, to.clone())]),
            ..Matter::default()
        },
        to,
    };
    let now = hub.clock.now();
    added(
        queue::add(&hub.access, exchange, id, &letter, MailState::Waiting, now).await?,
        id,
    )
    .map(drop)
}

fn must_have_office(hub: &Hub) -> Result<(), Denied> {
    hub.post.office().map(drop).ok_or(Denied::NoMailServer)
}

async fn find(hub: &Hub, exchange: ExchangeId, id: &str) -> Result<Kept, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownMail)?;
    let kept = queue::one(&hub.access, exchange, id).await?;
    kept.ok_or(Denied::UnknownMail)
}

async fn exchange_settings(hub: &Hub, exchange: ExchangeId) -> Result<Settings, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let settings = floor.view.with_staff_board(|board| board.settings.clone());
    Ok(settings.ok_or(Refusal::NotConfigured)?)
}

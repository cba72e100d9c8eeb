//! Sends what is due, one mail at a time. Each is claimed in the database before the mail server hears of it, and what became of it is
//! noted after; what lies between is never tried again by itself.

use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::ids::{ExchangeId, MailId};
use borsklokka_shared::mail::MailState;
use borsklokka_shared::refusal::Refusal;
use lettre::message::Mailbox;
use uuid::Uuid;

use super::accounts;
use super::letter::{self, Cover, Shown, Source};
use super::queue::{self, Due, Kept, Lost, Settled, Went};
use super::unready::{Unready, address};
use super::why::{DEAL_GONE, ERASED, NOT_AN_ADDRESS};
use crate::access::accounts::{Became, settle_account_mail};
use crate::again::{OnItsWay, Pauses, Waiting};
use crate::api::Denied;
use crate::clock::day_at;
use crate::copies;
use crate::database::Database;
use crate::hub::Hub;
use crate::links::{self, Opens};
use crate::smtp::{Office, Outcome, Try};

/// How often it is looked for mails that are due, in seconds: what another node queued is noticed so late at most.
const LOOK_S: u64 = 10;
/// How long a mail is tried, by the pauses between its tries, in milliseconds: mail servers are away for a weekend.
const TRIED_MS: i64 = 5 * 24 * 60 * MINUTE_MS;
const MINUTE_MS: i64 = 60 * 1_000;
/// How long after a try the next one is.
const PAUSES: Pauses = Pauses::of_ms(&[
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    60 * MINUTE_MS,
    3 * 60 * MINUTE_MS,
    6 * 60 * MINUTE_MS,
    12 * 60 * MINUTE_MS,
]);
/// What waits: each mail by itself.
const QUEUES: [Waiting; 2] = [each_of("mails"), each_of("account_mails")];
/// How long one mail can be on its way, in milliseconds: much longer than everything that is waited for together.
const ON_ITS_WAY_MS: i64 = 30 * MINUTE_MS;
/// How long it is waited before what became of a mail is noted again, in seconds.
const NOTE_AGAIN_S: u64 = 5;

const fn each_of(table: &'static str) -> Waiting {
    Waiting {
        table,
        which: "TRUE",
        together: None,
    }
}

/// Sends until the stop, if there is a mail server.
pub async fn send(hub: Arc<Hub>) {
    let Some(mut sender) = Sender::begin(&hub).await else {
        return;
    };
    loop {
        if let Err(error) = sender.pass().await {
            tracing::warn!(%error, "mails cannot be sent now: {error}");
        }
        tokio::select! {
            () = hub.post.bell.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(LOOK_S)) => {}
            () = hub.stop.cancelled() => return,
        }
    }
}

/// What sends for one node.
pub(super) struct Sender {
    hub: Arc<Hub>,
    /// Which one it is, among those of all nodes.
    id: Uuid,
    /// Whether the mail server could be spoken to when it was last tried, and nothing waits for that any more.
    is_there: bool,
}

/// What is ready to be handed in.
struct Ready {
    message: lettre::Message,
    went: Went,
    /// The link in it, which nobody was given yet.
    link: Option<(Opens, String)>,
}

/// What became of a mail, and of which of the two queues it is.
#[derive(Clone, Copy)]
enum Noted<'a> {
    OfExchange(ExchangeId, &'a Settled<'a>),
    OfAccount(&'a Became<'a>),
}

impl Sender {
    /// A sender of a node that has just begun; none if it has no mail server. What a file's former server was sending may have gone.
    pub(super) async fn begin(hub: &Arc<Hub>) -> Option<Self> {
        if let Database::Sqlite(_) = hub.access.database() {
            note_given_up(queue::give_up(&hub.access, Lost::All).await);
        }
        hub.post.office()?;
        Some(Self {
            hub: Arc::clone(hub),
            id: Uuid::now_v7(),
            is_there: false,
        })
    }

    /// Sends everything that is due.
    pub(super) async fn pass(&mut self) -> Result<(), Denied> {
        let hub = Arc::clone(&self.hub);
        let Some(office) = hub.post.office() else {
            return Ok(());
        };
        let now = hub.clock.now();
        // One at a time: nothing is in hand now.
        note_given_up(queue::give_up(&hub.access, Lost::Own(self.id)).await);
        let of_others = Lost::Besides(OnItsWay::at(now, ON_ITS_WAY_MS));
        note_given_up(queue::give_up(&hub.access, of_others).await);
        for waiting in QUEUES {
            PAUSES.bring_back(hub.access.database(), waiting, now).await?;
        }
        loop {
            let due = queue::due(&hub.access, hub.clock.now()).await?;
            let (asked_for, due): (Vec<_>, Vec<_>) =
                due.into_iter().partition(|due| due.tried == Try::AskedFor);
            let was_asked = !asked_for.is_empty();
            for mail in asked_for {
                if hub.stop.is_cancelled() {
                    return Ok(());
                }
                self.send_due(office, mail).await?;
            }
            if self.rests() {
                return Ok(());
            }
            let to_accounts = hub.access.account_mails_due(hub.clock.now()).await?;
            if due.is_empty() && to_accounts.is_empty() && !was_asked {
                return Ok(());
            }
            // Whoever has forgotten a passphrase waits for it.
            for mail in to_accounts {
                if hub.stop.is_cancelled() || self.rests() {
                    return Ok(());
                }
                if hub
                    .access
                    .claim_account_mail(mail, self.id, hub.clock.now())
                    .await?
                {
                    self.send_to_account(office, mail).await?;
                }
            }
            for mail in due {
                if hub.stop.is_cancelled() || self.rests() {
                    return Ok(());
                }
                self.send_due(office, mail).await?;
            }
        }
    }

    /// Whether the mail server is left alone.
    fn rests(&self) -> bool {
        self.hub.post.rest.lasts_ms(self.hub.clock.elapsed_ms()) > 0
    }

    /// Sends one that is due, unless another node has it.
    async fn send_due(&mut self, office: &Office, due: Due) -> Result<(), Denied> {
        let mail = (due.exchange, due.id);
        if queue::claim(&self.hub.access, mail, self.id, self.hub.clock.now()).await? {
            self.send(office, mail, due.tried).await?;
        }
        Ok(())
    }

    /// Sends one that is claimed, and notes what became of it.
    async fn send(
        &mut self,
        office: &Office,
        (exchange, id): (ExchangeId, MailId),
        tried: Try,
    ) -> Result<(), Denied> {
        let hub = Arc::clone(&self.hub);
        let Some(kept) = queue::one(&hub.access, exchange, id).await? else {
            return Ok(());
        };
        let ready = match ready(&hub, office, exchange, &kept).await {
            Ok(ready) => ready,
            Err(Unready::Never(why)) => {
                self.note(exchange, &kept, MailState::Failed, &why, None).await;
                return Ok(());
            }
            Err(Unready::Later(denied)) => {
                tracing::warn!(%denied, "the mail {id} cannot be made: {denied}; it is tried again");
                self.later(exchange, &kept, &denied.to_string(), true).await;
                return Ok(());
            }
        };
        let outcome = self.hand_in(office, &ready.message, tried).await;
        let went = Some(&ready.went);
        match &outcome {
            Outcome::Taken(answer) => self.note(exchange, &kept, MailState::Sent, answer, went).await,
            Outcome::Unknown(answer) => self.note(exchange, &kept, MailState::Unknown, answer, went).await,
            Outcome::Refused(answer) => self.note(exchange, &kept, MailState::Bounced, answer, None).await,
            Outcome::Later(answer) => self.later(exchange, &kept, answer, true).await,
            Outcome::Away(answer) => self.later(exchange, &kept, answer, false).await,
        }
        match (outcome, ready.link) {
            (Outcome::Later(_) | Outcome::Refused(_) | Outcome::Away(_), Some((opens, token))) => {
                links::forget(&hub.access, opens.page, &token).await
            }
            _ => Ok(()),
        }
    }

    /// Sends one to an account that is claimed, and notes what became of it.
    async fn send_to_account(&mut self, office: &Office, id: MailId) -> Result<(), Denied> {
        let hub = Arc::clone(&self.hub);
        let Some(mail) = hub.access.account_mail(id).await? else {
            return Ok(());
        };
        let mut is_heard = true;
        let (state, answer, token) = match accounts::ready(&hub, office, &mail).await {
            Ok((message, token)) => {
                let outcome = self.hand_in(office, &message, Try::Due).await;
                is_heard = !matches!(outcome, Outcome::Away(_));
                let (state, answer) = match outcome {
                    Outcome::Taken(answer) => (MailState::Sent, answer),
                    Outcome::Unknown(answer) => (MailState::Unknown, answer),
                    Outcome::Refused(answer) => (MailState::Bounced, answer),
                    Outcome::Later(answer) | Outcome::Away(answer) => (MailState::Waiting, answer),
                };
                (state, answer, token)
            }
            Err(Unready::Never(why)) => (MailState::Failed, why, None),
            Err(Unready::Later(denied)) => {
                tracing::warn!(%denied, "the mail {id} cannot be made: {denied}; it is tried again");
                (MailState::Waiting, denied.to_string(), None)
            }
        };
        let now = hub.clock.now();
        let is_over = PAUSES.have_lasted(mail.tries, mail.kind.tried_ms());
        let became = Became {
            state: match state {
                MailState::Waiting if is_over => MailState::Failed,
                state => state,
            },
            answer: &answer,
            next_try_at: now.plus_ms(PAUSES.after_ms(mail.tries)),
            sent_at: (state == MailState::Sent).then_some(now),
            is_heard,
        };
        self.until_noted(id, Noted::OfAccount(&became)).await;
        match (state, token) {
            (MailState::Sent | MailState::Unknown, _) | (_, None) => Ok(()),
            (_, Some(token)) => hub.access.forget_mailed_link(&token).await,
        }
    }

    /// Hands one in. A mail server that cannot be spoken to is left alone for a while; once it can be, all goes that has waited for that.
    async fn hand_in(&mut self, office: &Office, message: &lettre::Message, tried: Try) -> Outcome {
        let outcome = office.hand_in(message.envelope(), &message.formatted()).await;
        if let Outcome::Away(why) = &outcome {
            self.is_there = false;
            let elapsed_ms = self.hub.clock.elapsed_ms();
            if let Some(minutes) = self.hub.post.rest.note_away(tried, elapsed_ms) {
                tracing::warn!("the mail server cannot be spoken to: {why}; mails wait for {minutes} min");
            }
        } else {
            self.hub.post.rest.note_there();
            self.put_off_no_longer().await;
        }
        outcome
    }

    /// Lets go what was put off because the mail server was away, before this sender or by it.
    async fn put_off_no_longer(&mut self) {
        if self.is_there {
            return;
        }
        let (database, now) = (self.hub.access.database(), self.hub.clock.now());
        match queue::put_off_no_longer(database, now).await {
            Ok(()) => self.is_there = true,
            Err(error) => {
                tracing::warn!(%error, "mails that were put off wait on, for it cannot be noted that they may go: {error}");
            }
        }
    }

    /// It is tried again after a while, unless it was often enough.
    async fn later(&self, exchange: ExchangeId, kept: &Kept, answer: &str, is_heard: bool) {
        let state = if PAUSES.have_lasted(kept.tries, TRIED_MS) {
            MailState::Failed
        } else {
            MailState::Waiting
        };
        let settled = Settled {
            is_heard,
            ..self.settled(kept, state, answer, None)
        };
        self.until_noted(kept.id, Noted::OfExchange(exchange, &settled))
            .await;
    }

    /// Notes what became of one.
    async fn note(
        &self,
        exchange: ExchangeId,
        kept: &Kept,
        state: MailState,
        answer: &str,
        went: Option<&Went>,
    ) {
        let settled = self.settled(kept, state, answer, went);
        self.until_noted(kept.id, Noted::OfExchange(exchange, &settled))
            .await;
    }

    fn settled<'a>(
        &self,
        kept: &Kept,
        state: MailState,
        answer: &'a str,
        went: Option<&'a Went>,
    ) -> Settled<'a> {
        let now = self.hub.clock.now();
        Settled {
            state,
            answer,
            next_try_at: now.plus_ms(PAUSES.after_ms(kept.tries)),
            sent_at: (state == MailState::Sent).then_some(now),
            went,
            is_heard: true,
        }
    }

    /// Notes something of a mail, for as long as it takes: whoever sent it knows alone.
    async fn until_noted(&self, mail: MailId, noted: Noted<'_>) {
        let database = self.hub.access.database();
        loop {
            let kept = match noted {
                Noted::OfExchange(exchange, settled) => {
                    queue::settle(database, (exchange, mail), self.id, settled).await
                }
                Noted::OfAccount(became) => settle_account_mail(database, mail, self.id, became).await,
            };
            match kept {
                Ok(()) => return,
                Err(error) => tracing::warn!(
                    %error,
                    "what became of the mail {mail} cannot be saved: {error}"
                ),
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(NOTE_AGAIN_S)) => {}
                () = self.hub.stop.cancelled() => return,
            }
        }
    }
}

fn note_given_up(given_up: Result<u64, Denied>) {
    match given_up {
        Ok(0) => {}
        Ok(mails) => tracing::warn!(
            "{mails} mails were being sent when that was cut short: whether they went is not known, and the organiser's list says which"
        ),
        Err(error) => tracing::warn!(%error, "mails that were being sent cannot be looked for: {error}"),
    }
}

/// Makes one that is claimed ready: its text, its link and its paper.
async fn ready(hub: &Arc<Hub>, office: &Office, exchange: ExchangeId, kept: &Kept) -> Result<Ready, Unready> {
    let to = address(&kept.to).ok_or_else(|| Unready::Never(NOT_AN_ADDRESS.to_owned()))?;
    let floor = hub.floors.by_id(exchange).await.map_err(Denied::from)?;
    let settings = floor.view.with_staff_board(|board| board.settings.clone());
    let settings = settings.ok_or(Denied::from(Refusal::NotConfigured))?;
    let wanted = queue::settings(&hub.access, exchange).await?;
    if kept.is_emptied() {
        return Err(Unready::Never(ERASED.to_owned()));
    }
    if let Some(deal) = kept.matter.deal() {
        let counts = floor
            .view
            .with_staff_board(|board| board.deals.get(&deal).is_some_and(|deal| !deal.standing.is_off()));
        if !counts {
            return Err(Unready::Never(DEAL_GONE.to_owned()));
        }
    }
    let paper = match kept.matter.paper {
        Some(deal) => {
            if wanted.attaches_agreement {
                Some(copies::one(hub, &floor, deal).await?)
            } else {
                None
            }
        }
        None => None,
    };
    let now = hub.clock.now();
    let link = match &kept.matter.link {
        Some(opens) => {
            let made = links::make(&hub.access, exchange, opens, now).await?;
            let shown = Shown {
                page: opens.page,
                url: links::url(&hub.public_url(), opens.page, &made.token),
                until: day_at(made.expires_at, &settings.time_zone),
            };
            Some((opens.clone(), made.token, shown))
        }
        None => None,
    };
    let source = Source {
        exchange: &settings,
        settings: &wanted,
        kind: kept.kind,
        language: kept.language,
        matter: &kept.matter,
    };
    let went = source.body();
    let written = source.written(&went, link.as_ref().map(|(_, _, shown)| shown));
    let cover = Cover {
        id: kept.id,
        domain: &office.domain(),
        from: &office.from,
        to: Mailbox::new(None, to),
        reply_to: wanted
            .reply_to
            .as_deref()
            .and_then(address)
            .map(|to| Mailbox::new(None, to)),
        at: now,
    };
    let message =
        letter::message(cover, written, paper).map_err(|error| Unready::Never(error.to_string()))?;
    Ok(Ready {
        message,
        went: Went {
            body: letter::without_link(&went.body),
            ..went
        },
        link: link.map(|(opens, token, _)| (opens, token)),
    })
}

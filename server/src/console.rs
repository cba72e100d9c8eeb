//! What the operator does with organisers' accounts in a terminal, on the server's database: also while a server runs on it, which
//! notices within seconds what has ended.

use std::sync::Arc;

use anyhow::{Context, bail};
use borsklokka_shared::ids::{AccountId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::mail::MailState;
use borsklokka_shared::security::SecurityEvent;

use crate::access::accounts::{By, Change, Invitee, Link, Listed};
use crate::access::{Access, Note};
use crate::api::Denied;
use crate::clock::MachineClock;
use crate::config::{
    AccountArguments, AccountDeed, ByArguments, InviteArguments, ResetArguments, RightsArguments,
    WhoseArguments, is_for_accounts,
};
use crate::database::Database;
use crate::exchanges::nowhere;
use crate::links::account_url;
use crate::log;
use crate::shown::{hand_over, say};

/// Does it, and prints what came of it.
///
/// # Errors
/// If the database cannot be used, or there is no such account or exchange.
pub async fn accounts(arguments: AccountArguments) -> anyhow::Result<()> {
    let url = match &arguments.deed {
        AccountDeed::List(database) => &database.database,
        AccountDeed::Invite(invite) => &invite.whose.database.database,
        AccountDeed::Reset(reset) => &reset.whose.database.database,
        AccountDeed::Rights(rights) => &rights.whose.database.database,
        AccountDeed::Close(whose) | AccountDeed::Open(whose) => &whose.database.database,
    };
    let database = Database::open_found(url).await?;
    let console = Console {
        access: Access::new(database.clone(), Arc::new(MachineClock::anchored())),
        database: database.clone(),
    };
    let said = console.does(&arguments.deed).await;
    console.access.write_notes().await;
    // So that nothing is left beside a file that no server has.
    database.close().await;
    let said = said?;
    match &arguments.deed {
        AccountDeed::Invite(_) | AccountDeed::Reset(_) => {
            hand_over(format_args!("{said}")).context(
                "it was done, but what came of it was not shown: if it was a link, make another with `borsklokka account reset`",
            )
        }
        AccountDeed::List(_) | AccountDeed::Rights(_) | AccountDeed::Close(_) | AccountDeed::Open(_) => {
            say(format_args!("{said}"))
        }
    }
}

struct Console {
    access: Access,
    database: Database,
}

impl Console {
    async fn does(&self, deed: &AccountDeed) -> anyhow::Result<String> {
        match deed {
            AccountDeed::List(_) => self.list().await,
            AccountDeed::Invite(invite) => self.invite(invite).await,
            AccountDeed::Reset(reset) => self.reset(reset).await,
            AccountDeed::Close(whose) => self.close(whose, true).await,
            AccountDeed::Open(whose) => self.close(whose, false).await,
            AccountDeed::Rights(rights) => self.rights(rights).await,
        }
    }

    async fn list(&self) -> anyhow::Result<String> {
        let accounts = self.access.accounts().await?;
        if accounts.is_empty() {
            return Ok(
                "there are no accounts: whoever runs the server has its passphrase, and needs none"
                    .to_owned(),
            );
        }
        let lines: Vec<String> = accounts.iter().map(line).collect();
        Ok(lines.join("\n"))
    }

    async fn invite(&self, invite: &InviteArguments) -> anyhow::Result<String> {
        let InviteArguments {
            whose,
            name,
            exchanges,
            may_make,
            language,
            by,
        } = invite;
        must_open(by)?;
        let exchanges = self.found(exchanges).await?;
        let invitee = Invitee {
            email: &whose.email,
            name,
            may_make: *may_make,
            language: *language,
            exchanges: &exchanges,
        };
        let invited = self.access.invite(invitee, how(by)).await;
        let (id, link) = invited.map_err(|error| match error {
            Denied::EmailTaken => anyhow::anyhow!(
                "there is an account with the address {}: change it with `borsklokka account rights`, or make it another link with \
                 `borsklokka account reset`",
                whose.email
            ),
            Denied::BadEmail => anyhow::anyhow!("{:?} is not an e-mail address", whose.email),
            error => error.into(),
        })?;
        self.note(SecurityEvent::AccountInvited, id).await;
        Ok(told(by, link.as_ref()))
    }

    async fn reset(&self, reset: &ResetArguments) -> anyhow::Result<String> {
        must_open(&reset.by)?;
        let id = self.account(&reset.whose).await?;
        let made = match how(&reset.by) {
            By::Hand => self.access.make_account_link(id).await.map(Some),
            By::Mail => self.access.queue_account_mail(id, None).await.map(|()| None),
        };
        let link = made.map_err(|error| match error {
            Denied::UnknownAccount => anyhow::anyhow!(
                "the account of {} is closed: open it first, with `borsklokka account open`",
                reset.whose.email
            ),
            error => error.into(),
        })?;
        self.note(SecurityEvent::AccountLinkMade, id).await;
        Ok(told(&reset.by, link.as_ref()))
    }

    async fn close(&self, whose: &WhoseArguments, is_closed: bool) -> anyhow::Result<String> {
        let id = self.account(whose).await?;
        let change = Change {
            is_disabled: Some(is_closed),
            ..Change::default()
        };
        self.access.change_account(id, change).await?;
        self.note(SecurityEvent::AccountChanged, id).await;
        Ok(if is_closed {
            format!(
                "the account of {} is closed: its sessions and links have ended, and a server that runs closes its screens within \
                 seconds. `borsklokka account open` lets its owner in again",
                whose.email
            )
        } else {
            let accounts = self.access.accounts().await?;
            let is_new = |account: &Listed| account.id() == id && account.state_name() == "invited";
            let how = if accounts.iter().any(is_new) {
                "its owner has not chosen a passphrase yet, and the link has ended: `borsklokka account reset` makes another"
            } else {
                "its owner logs in with the passphrase as before"
            };
            format!("the account of {} is open: {how}", whose.email)
        })
    }

    async fn rights(&self, rights: &RightsArguments) -> anyhow::Result<String> {
        let id = self.account(&rights.whose).await?;
        let exchanges = match (rights.exchanges.is_empty(), rights.no_exchanges) {
            (true, false) => None,
            (true, true) | (false, _) => Some(self.found(&rights.exchanges).await?),
        };
        if exchanges.is_some() || rights.may_make.is_some() {
            let change = Change {
                exchanges,
                may_make: rights.may_make,
                ..Change::default()
            };
            let was = self.access.exchanges_of(id).await?;
            self.access.change_account(id, change).await?;
            let now = self.access.exchanges_of(id).await?;
            let both = was.into_iter().chain(now).map(|(exchange, _)| exchange);
            let note = Note::of(SecurityEvent::AccountChanged).by_the_operator();
            self.access.note_in(both, id, note);
        }
        let accounts = self.access.accounts().await?;
        let hers = accounts.iter().find(|account| account.id() == id);
        Ok(hers.map(line).unwrap_or_default())
    }

    /// The account with an address.
    async fn account(&self, whose: &WhoseArguments) -> anyhow::Result<AccountId> {
        let found = self.access.account_of(&whose.email).await;
        match found {
            Ok(Some(id)) => Ok(id),
            Ok(None) => bail!(
                "there is no account with the address {}: `borsklokka account list` shows those that there are",
                whose.email
            ),
            Err(Denied::BadEmail) => bail!("{:?} is not an e-mail address", whose.email),
            Err(error) => Err(error.into()),
        }
    }

    /// The exchanges at some addresses.
    async fn found(&self, slugs: &[String]) -> anyhow::Result<Vec<ExchangeId>> {
        let all = log::open(&self.database).exchanges().await?;
        let found = |slug: &String| {
            let one = all.iter().find(|exchange| exchange.slug == *slug);
            one.map(|exchange| exchange.id)
                .with_context(|| nowhere(slug, all.iter().map(|exchange| &*exchange.slug)))
        };
        slugs.iter().map(found).collect()
    }

    async fn note(&self, event: SecurityEvent, id: AccountId) {
        let note = Note::of(event).by_the_operator();
        self.access.note_of_account(id, note).await;
    }
}

fn how(by: &ByArguments) -> By {
    if by.by_mail { By::Mail } else { By::Hand }
}

/// Looks that a link which is handed on opens something.
fn must_open(by: &ByArguments) -> anyhow::Result<()> {
    match &by.public_url {
        Some(url) if !by.by_mail && !is_for_accounts(url) => bail!(
            "accounts work over https, or on the server's own machine (http://localhost:8080): a link to {url} would open nothing; say the \
             address with https:// in --public-url (BORSKLOKKA_PUBLIC_URL)"
        ),
        Some(_) | None => Ok(()),
    }
}

/// What is to be done with a link, or that a mail goes.
fn told(by: &ByArguments, link: Option<&Link>) -> String {
    match (link, &by.public_url) {
        (Some(link), Some(url)) => format!(
            "hand this link on, to its owner alone; it works once, until {}:\n{}",
            day(link.until),
            account_url(url, &link.token)
        ),
        (_, _) => {
            "a mail waits: a server that runs on this database with --smtp sends it within ten seconds, and \
                   `borsklokka account list` says what became of it"
                .to_owned()
        }
    }
}

/// One account, on a line of its own.
fn line(account: &Listed) -> String {
    let mut said = vec![format!(
        "{}  {}  {}",
        account.email,
        account.name,
        account.state_name()
    )];
    said.push(if account.exchanges.is_empty() {
        "no exchanges".to_owned()
    } else {
        account.exchanges.join(" ")
    });
    if account.may_make {
        said.push("makes exchanges".to_owned());
    }
    if let Some(at) = account.last_seen {
        said.push(format!("last here {}", day(at)));
    }
    if let Some(until) = account.link_until {
        said.push(format!("a link works until {}", day(until)));
    }
    if let Some(mail) = account.mails.first() {
        let state = match mail.state {
            MailState::Sent => "sent",
            MailState::Held | MailState::Waiting | MailState::Sending => "waits",
            MailState::Bounced => "refused",
            MailState::Failed | MailState::Cancelled => "not sent",
            MailState::Unknown => "perhaps sent",
        };
        let answer = mail.answer.as_deref().unwrap_or_default();
        said.push(format!("last mail: {state} {answer}").trim().to_owned());
    }
    said.join(" · ")
}

fn day(at: Instant) -> String {
    crate::clock::day_at(at, "UTC").to_string()
}

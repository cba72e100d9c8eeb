//! One organiser in the operator's list: who she is, what is hers, and what may be done with it.

use borsklokka_shared::mail::MailState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::page::{ACCOUNTS, Account, MailFor, Page, SentMail, State, Wish};
use crate::components::Button;
use crate::home::listed::Listed;
use crate::home::moment::moment;
use crate::request;
use crate::texts::texts;

/// The row.
pub fn row(account: Account, exchanges: &[Listed], page: Page) -> impl IntoView {
    let t = texts();
    let words = t.accounts();
    let state = match account.state {
        State::Invited => words.invited,
        State::Active => words.active,
        State::Disabled => words.disabled,
    };
    let mut stands = vec![state.to_owned()];
    stands.extend(account.last_seen.map(|at| words.seen(moment(at))));
    stands.extend(account.may_make.then(|| words.makes.to_owned()));
    stands.extend(account.link_until.map(|until| words.open_link(moment(until))));
    let named = |slug: &String| {
        let found = exchanges.iter().find(|one| one.slug == *slug);
        found.map_or_else(|| slug.clone(), |one| one.named_among(exchanges))
    };
    let hers = account.exchanges.iter().map(named).collect::<Vec<_>>().join(", ");
    let is_disabled = account.state == State::Disabled;
    let url = format!("{ACCOUNTS}/{}", account.id);
    let (link_url, mail_url) = (format!("{url}/link"), format!("{url}/mail"));
    let disable = move || {
        page.alert.set(None);
        let url = url.clone();
        spawn_local(async move {
            match request::ask::<()>("PATCH", &url, &json!({ "disabled": !is_disabled })).await {
                Ok(()) => page.look(),
                Err(trouble) => page.alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    let mail = (page.sends_mail.get_untracked() && !is_disabled).then(|| {
        view! {
            <Button testid="account-mail" press=move || page.mail_link(mail_url.clone())>
                {words.send_link}
            </Button>
        }
    });
    let mails = account.mails.iter().map(mail_line).collect_view();
    let name = account.name.clone();
    let new_link = move || page.make_link(link_url.clone(), name.clone());
    let (email, name) = (account.email.clone(), account.name.clone());
    let found_by = email.clone();
    let has_none = hers.is_empty();
    let (changed, deleted) = (account.clone(), account);
    let link = (!is_disabled).then(|| {
        view! {
            <Button testid="account-link" press=new_link>
                {words.new_link}
            </Button>
        }
    });
    view! {
        <li data-testid="account-row" data-email=found_by>
            <span class="exchange-name" dir="auto">
                {name}
            </span>
            <span class="office-note" dir="auto">
                {email}
            </span>
            <span class="account-stands" dir="auto" hidden=has_none>
                {hers}
            </span>
            <span class="account-stands office-note">{stands.join(" · ")}</span>
            {mails}
            <span class="exchange-acts">
                <Button testid="account-change" press=move || page.wish.set(Wish::Change(changed.clone()))>
                    {words.change}
                </Button>
                {link}
                {mail}
                <Button testid="account-disable" press=disable>
                    {if is_disabled { words.enable } else { words.disable }}
                </Button>
                <Button testid="account-delete" press=move || page.wish.set(Wish::Delete(deleted.clone()))>
                    {words.delete}
                </Button>
            </span>
        </li>
    }
}

/// What became of a mail to her.
fn mail_line(mail: &SentMail) -> impl IntoView + use<> {
    let words = texts().accounts();
    let what = match mail.kind {
        MailFor::Invitation => words.mail_invitation,
        MailFor::NewPassphrase => words.mail_new_passphrase,
        MailFor::Forgotten => words.mail_forgotten,
        MailFor::PassphraseChanged => words.mail_passphrase_changed,
        MailFor::PasskeyAdded => words.mail_passkey_added,
    };
    let became = match mail.state {
        MailState::Held | MailState::Waiting | MailState::Sending => words.mail_waits,
        MailState::Sent => words.mail_sent,
        MailState::Bounced => words.mail_bounced,
        MailState::Failed | MailState::Cancelled => words.mail_failed,
        MailState::Unknown => words.mail_unknown,
    };
    let when = moment(mail.sent_at.unwrap_or(mail.queued_at));
    let answer = mail.answer.clone().filter(|_| mail.state != MailState::Sent);
    let why = mail.why.clone();
    let is_wrong = matches!(
        mail.state,
        MailState::Bounced | MailState::Failed | MailState::Unknown
    );
    view! {
        <span
            class="account-stands office-note"
            class:lacks=is_wrong
            data-testid="account-mail-line"
            data-state=mail.state.as_str()
        >
            {what} ": " {became} " · " {when}
            {why.map(|why| view! { " · " {why} })} {answer.map(|answer| view! { " · " <bdi lang="en">{answer}</bdi> })}
        </span>
    }
}

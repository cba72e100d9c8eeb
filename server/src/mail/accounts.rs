//! How mails to organisers about their accounts read: whose they are is said by the server's name, for they are of no exchange.

use lettre::Message;
use lettre::message::Mailbox;

use super::letter::{self, Button, Cover, LINK, laid_out, one_line};
use super::unready::{Unready, address};
use super::why::{ACCOUNT_GONE, NOT_AN_ADDRESS};
use crate::access::accounts::{AccountMail, Addressed};
use crate::hub::Hub;
use crate::links::account_url;
use crate::smtp::Office;
use crate::spoken::account_mail::AccountMail as Words;

/// Makes one that is claimed ready, with its link; gives its token, which is nowhere else.
pub(super) async fn ready(
    hub: &Hub,
    office: &Office,
    mail: &Addressed,
) -> Result<(Message, Option<String>), Unready> {
    if mail.is_stale {
        return Err(Unready::Never(ACCOUNT_GONE.to_owned()));
    }
    let to = address(&mail.to).ok_or_else(|| Unready::Never(NOT_AN_ADDRESS.to_owned()))?;
    let token = match mail.kind.link_ms() {
        Some(lasts_ms) => Some(hub.access.make_mailed_link(mail, lasts_ms).await?.token),
        None => None,
    };
    let public_url = hub.public_url();
    let url = token.as_ref().map(|token| account_url(&public_url, token));
    let server = public_url.split("://").last().unwrap_or_default();
    let (subject, body) = text(mail, server);
    let words = Words::of(mail.language);
    let button = url.as_deref().map(|url| Button {
        url,
        label: words.open,
    });
    let small = [words.why(&mail.to, server)];
    let written = laid_out(mail.language, &subject, &body, button, &small);
    let cover = Cover {
        id: mail.id,
        domain: &office.domain(),
        from: &office.from,
        to: Mailbox::new(None, to),
        reply_to: None,
        at: hub.clock.now(),
    };
    let message = letter::message(cover, written, None).map_err(|error| Unready::Never(error.to_string()))?;
    Ok((message, token))
}

/// The subject, and the text with its link left open.
fn text(mail: &Addressed, server: &str) -> (String, String) {
    let words = Words::of(mail.language);
    let name = one_line(&mail.name);
    let (email, server) = (one_line(&mail.to), one_line(server));
    let days = mail.kind.link_ms().unwrap_or_default() / (24 * 60 * 60 * 1_000);
    match mail.kind {
        AccountMail::Invitation => (
            words.invitation.subject(&server),
            words.invitation.body(days, &email, LINK, &name, &server),
        ),
        AccountMail::NewPassphrase => (
            words.new_passphrase.subject(&server),
            words.new_passphrase.body(&email, LINK, &name, &server),
        ),
        AccountMail::Forgotten => (
            words.forgotten.subject(&server),
            words.forgotten.body(&email, LINK, &name, &server),
        ),
        AccountMail::PassphraseChanged => (
            words.changed.subject(&server),
            words.changed.body(&email, &name, &server),
        ),
        AccountMail::PasskeyAdded => (
            words.passkey.subject(&server),
            words.passkey.body(&email, &name, &server),
        ),
    }
}

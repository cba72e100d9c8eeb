//! The way out for mail: an SMTP server that the command line names. What is handed to it comes back as what became of it; nothing here is
//! tried twice. A failure before the letter itself was sent says that it did not go; one after that, that nobody knows.

mod rest;

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use url::{Host, Url};

use self::rest::Rest;
pub(crate) use self::rest::Try;
use crate::config::Config;

/// How long the mail server has to greet, to encrypt and to let in, in seconds.
const GREET_S: u64 = 60;
/// How long it has to say whether it takes a letter to somebody, in seconds.
const ADDRESS_S: u64 = 60;
/// How long it has to take the letter, in seconds: some look for viruses first.
const TAKE_S: u64 = 300;
/// How long it has to say goodbye, in seconds.
const GOODBYE_S: u64 = 5;
/// Longest answer of a mail server that is kept, in characters.
pub(crate) const ANSWER_CHARS_MAX: usize = 300;
/// What is kept of a mail server that says nothing.
pub(crate) const SILENT: &str = "the mail server did not answer";
/// What is kept of one that takes no letters beyond ASCII in addresses.
pub(crate) const NO_SUCH_LETTERS: &str = "the mail server takes no addresses with letters such as ø";
/// Where mail is handed in, encrypted from the first byte.
const SUBMISSIONS_PORT: u16 = 465;
/// Where mail is handed in, encrypted from the second word.
const SUBMISSION_PORT: u16 = 587;
/// Where mail servers speak to each other, and programs to the one on their own machine.
const SMTP_PORT: u16 = 25;
/// What a mail server answers to whoever has not logged in: no word about the letter.
const NOT_LOGGED_IN: u16 = 530;

/// Why mail cannot be sent as the command line says. No part of a password is in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// Not an address of a mail server.
    #[error(
        "--smtp (BORSKLOKKA_SMTP) is not the address of a mail server: {0}; write smtps://USER:PASSWORD@HOST or \
         smtp://USER:PASSWORD@HOST:587, with what is special in a password as %40 (@), %3A (:), %2F (/)"
    )]
    NoServer(&'static str),
    /// Nobody to send as.
    #[error(
        "--smtp needs --mail-from (BORSKLOKKA_MAIL_FROM), such as \"Frivilligbørs Drammen <post@example.no>\""
    )]
    NoSender,
    /// Not an address to send as.
    #[error("--mail-from {0:?} is not an address; write it as \"Frivilligbørs Drammen <post@example.no>\"")]
    BadSender(String),
    /// The certificate of the authority cannot be had.
    #[error(
        "--smtp-authority {0:?} cannot be read ({1}); name the file that begins with -----BEGIN CERTIFICATE-----"
    )]
    NoAuthority(PathBuf, String),
}

/// Whether the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encrypted {
    /// From the first byte.
    AtOnce,
    /// From the second word, or nothing goes.
    Required,
    /// If the mail server offers it.
    IfOffered,
    Never,
}

/// A mail server, and as whom it is spoken to.
pub struct Office {
    host: String,
    port: u16,
    encrypted: Encrypted,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    hello: ClientId,
    /// As whom mail is sent.
    pub(crate) from: Mailbox,
}

/// The way out, and what its sender waits for.
pub struct Post {
    office: Option<Office>,
    /// Rung when there may be something to send.
    pub(crate) bell: Notify,
    /// How long this node leaves the mail server alone.
    pub(crate) rest: Rest,
}

/// What became of a letter that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The mail server has taken it.
    Taken(String),
    /// Not now.
    Later(String),
    /// Never.
    Refused(String),
    /// Nobody knows.
    Unknown(String),
    /// The mail server cannot be spoken to: no letter would go.
    Away(String),
}

impl Post {
    /// The way out that the command line says; none if it says nothing.
    ///
    /// # Errors
    /// If it says nonsense.
    pub fn of(config: &Config) -> Result<Self, SmtpError> {
        let office = match (&config.smtp, &config.mail_from) {
            (None, _) => None,
            (Some(_), None) => return Err(SmtpError::NoSender),
            (Some(url), Some(from)) => Some(Office::of(&url.0, from, config.smtp_authority.as_deref())?),
        };
        Ok(Self {
            office,
            bell: Notify::new(),
            rest: Rest::default(),
        })
    }

    /// The mail server, if there is one.
    pub(crate) fn office(&self) -> Option<&Office> {
        self.office.as_ref()
    }
}

impl Office {
    fn of(url: &str, from: &str, authority: Option<&Path>) -> Result<Self, SmtpError> {
        let url = Url::parse(url).map_err(|_| SmtpError::NoServer("it cannot be read"))?;
        let host = match url.host_str().filter(|host| !host.is_empty()) {
            // Of an unknown scheme a host is read as it stands.
            Some(host) => Host::parse(host).map_err(|_| SmtpError::NoServer("its host is none"))?,
            None => return Err(SmtpError::NoServer("it has no host")),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpError::NoServer("something stands after the host"));
        }
        let is_here = match &host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let encrypted = encrypted(&url, is_here)?;
        let credentials = credentials(&url)?;
        if credentials.is_some() && !is_here && matches!(encrypted, Encrypted::IfOffered | Encrypted::Never) {
            return Err(SmtpError::NoServer(
                "it would send its password where anybody can read it: leave ?tls=… out",
            ));
        }
        let from: Mailbox = from.parse().map_err(|_| SmtpError::BadSender(from.to_owned()))?;
        let host = match host {
            Host::Ipv6(address) => address.to_string(),
            Host::Ipv4(_) | Host::Domain(_) => host.to_string(),
        };
        Ok(Self {
            port: url.port().unwrap_or(match encrypted {
                Encrypted::AtOnce => SUBMISSIONS_PORT,
                Encrypted::Required | Encrypted::IfOffered => SUBMISSION_PORT,
                Encrypted::Never => SMTP_PORT,
            }),
            tls: tls(&host, authority)?,
            hello: ClientId::Domain(ascii(from.email.domain())),
            host,
            encrypted,
            credentials,
            from,
        })
    }

    /// The name that identifiers of what it sends end in.
    pub(crate) fn domain(&self) -> String {
        ascii(self.from.email.domain())
    }

    /// Hands a letter in.
    pub(crate) async fn hand_in(&self, envelope: &Envelope, letter: &[u8]) -> Outcome {
        let mut connection = match timeout(Duration::from_secs(GREET_S), self.greet()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Outcome::Away(said(&error)),
            Err(_) => return Outcome::Away(silent(GREET_S)),
        };
        let addressed = address(&mut connection, envelope, letter);
        let outcome = match timeout(Duration::from_secs(ADDRESS_S), addressed).await {
            Ok(Ok(())) => match timeout(Duration::from_secs(TAKE_S), connection.message(letter)).await {
                Ok(Ok(answer)) => Outcome::Taken(answered(&answer)),
                Ok(Err(error)) if error.is_transient() => Outcome::Later(said(&error)),
                Ok(Err(error)) if error.is_permanent() => Outcome::Refused(said(&error)),
                Ok(Err(error)) => Outcome::Unknown(said(&error)),
                Err(_) => Outcome::Unknown(silent(TAKE_S)),
            },
            Ok(Err(outcome)) => outcome,
            Err(_) => Outcome::Later(silent(ADDRESS_S)),
        };
        // What became of the letter is known: nobody waits for the goodbye.
        tokio::spawn(async move { timeout(Duration::from_secs(GOODBYE_S), connection.abort()).await });
        outcome
    }

    /// A connection that may hand in.
    async fn greet(&self) -> Result<AsyncSmtpConnection, lettre::transport::smtp::Error> {
        let at_once = (self.encrypted == Encrypted::AtOnce).then(|| self.tls.clone());
        let wait = Some(Duration::from_secs(GREET_S));
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, wait, &self.hello, at_once, None).await?;
        let is_wanted = match self.encrypted {
            Encrypted::Required => true,
            Encrypted::IfOffered => connection.can_starttls(),
            Encrypted::AtOnce | Encrypted::Never => false,
        };
        if is_wanted {
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// Whom a mail server must be, and who says that it is.
fn tls(host: &str, authority: Option<&Path>) -> Result<TlsParameters, SmtpError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(file) = authority {
        let unread = |why: String| SmtpError::NoAuthority(file.to_owned(), why);
        let pem = std::fs::read(file).map_err(|error| unread(error.to_string()))?;
        // A file without one would be taken, and nobody trusted by it.
        CertificateDer::from_pem_slice(&pem).map_err(|error| unread(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| unread(error.to_string()))?;
        tls = tls.add_root_certificate(certificate);
    }
    tls.build().map_err(|_| SmtpError::NoServer("its host is none"))
}

/// Says from whom a letter is and to whom.
async fn address(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    letter: &[u8],
) -> Result<(), Outcome> {
    let mut parameters = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    let is_plain = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !addresses.all(is_plain) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Outcome::Refused(NO_SUCH_LETTERS.to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = Mail::new(envelope.from().cloned(), parameters);
    // Who may not send at all may not send this one.
    let sender = connection.command(from).await;
    sender.map_err(|error| Outcome::Away(said(&error)))?;
    for to in envelope.to() {
        let recipient = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
        recipient.map_err(|error| of_the_letter(&error))?;
    }
    let begun = connection.command(Data).await;
    begun.map(drop).map_err(|error| of_the_letter(&error))
}

/// What an answer means that came before the letter was sent.
fn of_the_letter(error: &lettre::transport::smtp::Error) -> Outcome {
    let is_about_us = error
        .status()
        .is_some_and(|code| u16::from(code) == NOT_LOGGED_IN);
    if is_about_us {
        Outcome::Away(said(error))
    } else if error.is_permanent() {
        Outcome::Refused(said(error))
    } else {
        Outcome::Later(said(error))
    }
}

fn answered(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    short(&format!("{} {}", answer.code(), lines.join(" ")))
}

fn said(error: &lettre::transport::smtp::Error) -> String {
    short(&error.to_string())
}

fn silent(seconds: u64) -> String {
    format!("{SILENT} in {seconds} s")
}

/// What is kept of an answer: one line, without what cannot be seen.
fn short(answer: &str) -> String {
    let seen = answer.chars().map(|c| if c.is_control() { ' ' } else { c });
    seen.take(ANSWER_CHARS_MAX).collect()
}

/// A domain as mail servers write it.
pub(crate) fn ascii(domain: &str) -> String {
    Host::parse(domain).map_or_else(|_| domain.to_owned(), |host| host.to_string())
}

fn encrypted(url: &Url, is_here: bool) -> Result<Encrypted, SmtpError> {
    let mut asked = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || asked.is_some() {
            return Err(SmtpError::NoServer("after the ? there may be tls=required, once"));
        }
        asked = Some(value.into_owned());
    }
    match (url.scheme(), asked.as_deref()) {
        ("smtps", None) => Ok(Encrypted::AtOnce),
        ("smtps", Some(_)) => Err(SmtpError::NoServer(
            "smtps:// is encrypted anyway: leave ?tls=… out",
        )),
        ("smtp", Some("opportunistic")) => Ok(Encrypted::IfOffered),
        ("smtp", Some("none")) => Ok(Encrypted::Never),
        // The wire to one's own machine has no other end.
        ("smtp", None) if is_here => Ok(Encrypted::Never),
        ("smtp", None | Some("required")) => Ok(Encrypted::Required),
        ("smtp", Some(_)) => Err(SmtpError::NoServer("tls is required, opportunistic or none")),
        (_, _) => Err(SmtpError::NoServer("it begins with neither smtps:// nor smtp://")),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SmtpError> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| SmtpError::NoServer("its user or password is not written in UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(SmtpError::NoServer("it has a password and no user")),
        (_, None) => Err(SmtpError::NoServer("it has a user and no password")),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Frivilligbørs Drammen <post@example.no>";

    #[test]
    fn the_address_of_a_mail_server_is_read_and_nonsense_is_told_without_its_password() {
        for (url, port, encrypted) in [
            ("smtps://kari:hemmelig@mail.example.no", 465, Encrypted::AtOnce),
            (
                "smtps://kari:hemmelig@mail.example.no:4650",
                4650,
                Encrypted::AtOnce,
            ),
            ("smtp://kari:hemmelig@mail.example.no", 587, Encrypted::Required),
            (
                "smtp://kari%40example.no:hem%3Amelig@mail.example.no:587?tls=required",
                587,
                Encrypted::Required,
            ),
            (
                "smtp://mail.example.no?tls=opportunistic",
                587,
                Encrypted::IfOffered,
            ),
            ("smtp://mail.example.no:25?tls=none", 25, Encrypted::Never),
            ("smtp://localhost", 25, Encrypted::Never),
            ("smtp://kari:hemmelig@127.0.0.1:2525", 2525, Encrypted::Never),
            ("smtp://[::1]:2525", 2525, Encrypted::Never),
        ] {
            let office = Office::of(url, FROM, None).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!((office.port, office.encrypted), (port, encrypted), "{url}");
            assert_eq!(office.credentials.is_some(), url.contains("hem"), "{url}");
        }
        for url in [
            "",
            "mail.example.no",
            "hemmelig",
            "https://kari:hemmelig@mail.example.no",
            "smtps://",
            "smtps://kari:hemmelig@",
            "smtps://kari@mail.example.no",
            "smtps://:hemmelig@mail.example.no",
            "smtps://kari:hemmelig@mail.example.no/inbox",
            "smtps://kari:hemmelig@mail.example.no?tls=none",
            "smtp://kari:hemmelig@mail.example.no?tls=none",
            "smtp://kari:hemmelig@mail.example.no?tls=opportunistic",
            "smtp://kari:hemmelig@mail.example.no?tls=perhaps",
            "smtp://kari:hemmelig@mail.example.no?timeout=5",
            "smtp://kari:hemmelig@mail example.no",
            "smtp://kari:hemmelig@mail.example.no:port",
        ] {
            let error = Office::of(url, FROM, None)
                .err()
                .unwrap_or_else(|| panic!("{url} was taken"));
            assert!(!error.to_string().contains("hemmelig"), "{url}: {error}");
        }
        for from in [
            "",
            "post",
            "post@",
            "Drammen post@example.no",
            "A <a@b.no>, B <b@b.no>",
            "a@b.no\r\nBcc: c@d.no",
        ] {
            let taken = Office::of("smtp://localhost", from, None).is_ok();
            assert!(!taken, "{from}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("authority.pem");
        for (content, why) in [
            (None, "No such file"),
            (Some("hemmelig"), "-----BEGIN CERTIFICATE-----"),
        ] {
            if let Some(content) = content {
                std::fs::write(&file, content).expect("written");
            }
            let taken = Office::of("smtps://mail.example.no", FROM, Some(&file));
            let error = taken.err().expect("no authority").to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}

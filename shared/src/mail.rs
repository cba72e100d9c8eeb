//! Mail, on the wire: which kinds there are, what may be filled into their texts, how an exchange wants them, and what became of each. What
//! goes is a table beside the log; nothing of it is on a board.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::ids::{DealNumber, MailId};
use crate::instant::Instant;
use crate::language::Language;
use crate::limits::{MAIL_BODY_CHARS_MAX, MAIL_SUBJECT_CHARS_MAX};
use crate::rebase::Rebase;
use crate::refusal::Refusal;
use crate::text::{is_visible, readable, tidy_lines};

/// What a mail is about.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// A registration has come in: with the link to one's own entry.
    RegistrationReceived,
    /// The organiser said yes to it.
    RegistrationApproved,
    /// The organiser said no.
    RegistrationDeclined,
    /// A party's copy of its agreement.
    Agreement,
    /// What became of it?
    FollowUp,
    /// The same, to somebody who has not answered.
    FollowUpReminder,
    /// What is kept of somebody will be deleted.
    DeletionAnnounced,
    /// To the organiser herself: whether mail comes through.
    Test,
}

/// What a text of a mail has filled in where its name stands in braces.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Gap {
    /// Whom it is to: the participant's name.
    Name,
    /// The exchange's name.
    Exchange,
    /// Where it is held.
    Place,
    /// On which day.
    Day,
    /// The link.
    Link,
    /// What the deal is called: its number, or nothing.
    Deal,
    /// The deal's other parties.
    Others,
    /// What the deal's service is, in a line.
    Service,
    /// A day by which something happens or has to.
    By,
}

/// What becomes of a mail.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MailState {
    /// It goes when the organiser lets it.
    Held,
    /// It goes as soon as it can.
    Waiting,
    /// It is on its way to the mail server.
    Sending,
    /// The mail server has taken it.
    Sent,
    /// The mail server refused it for good.
    Bounced,
    /// It was tried for too long, or what it is about is no longer there.
    Failed,
    /// Whether it went is not known: something ended before the mail server had answered. It is not tried again by itself.
    Unknown,
    /// The organiser does not want it to go.
    Cancelled,
}

/// Whether an exchange's mails go.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Sending {
    /// None is made.
    #[default]
    Off,
    /// All that would go is shown, and goes when the organiser lets it.
    Held,
    /// They go by themselves.
    On,
}

closed_sets!(MailKind, Gap, MailState, Sending);

impl MailKind {
    /// What may be filled into its texts.
    pub const fn gaps(self) -> &'static [Gap] {
        use Gap::{By, Day, Deal, Exchange, Link, Name, Others, Place, Service};
        match self {
            MailKind::RegistrationReceived | MailKind::RegistrationApproved => {
                &[Name, Exchange, Place, Day, Link]
            }
            MailKind::RegistrationDeclined | MailKind::Test => &[Name, Exchange, Place, Day],
            MailKind::Agreement => &[Name, Exchange, Place, Day, Link, Deal, Others, Service],
            MailKind::FollowUp | MailKind::FollowUpReminder => {
                &[Name, Exchange, Day, Link, Deal, Others, Service, By]
            }
            MailKind::DeletionAnnounced => &[Name, Exchange, Day, By],
        }
    }

    /// Whether it is of no use without its link.
    pub fn needs_link(self) -> bool {
        self.gaps().contains(&Gap::Link)
    }

    /// Whether somebody whom nobody knows can have it sent, to an address that they give.
    pub const fn is_asked_by_guests(self) -> bool {
        match self {
            MailKind::RegistrationReceived => true,
            MailKind::RegistrationApproved
            | MailKind::RegistrationDeclined
            | MailKind::Agreement
            | MailKind::FollowUp
            | MailKind::FollowUpReminder
            | MailKind::DeletionAnnounced
            | MailKind::Test => false,
        }
    }
}

impl MailState {
    /// Whether the organiser may still keep it from going.
    pub const fn may_be_cancelled(self) -> bool {
        matches!(self, MailState::Held | MailState::Waiting)
    }

    /// Whether the organiser may send it, or send it again.
    pub const fn may_be_sent(self) -> bool {
        match self {
            MailState::Held
            | MailState::Bounced
            | MailState::Failed
            | MailState::Unknown
            | MailState::Cancelled => true,
            MailState::Waiting | MailState::Sending | MailState::Sent => false,
        }
    }
}

/// The text of a kind of mail in a language, with gaps: plain; what is shown of it as HTML is made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailText {
    /// Of which mails.
    pub kind: MailKind,
    /// In which language.
    pub language: Language,
    /// Its subject.
    pub subject: String,
    /// What it says: paragraphs with an empty line between.
    pub body: String,
}

/// How an exchange wants its mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// Whether they go.
    pub sending: Sending,
    /// Where answers go, if not to where the mail comes from.
    pub reply_to: Option<String>,
    /// Whether the paper goes along with a mail about an agreement, beside the link.
    pub attaches_agreement: bool,
    /// The organiser's own texts; of the others the usual ones are used.
    pub texts: Vec<MailText>,
}

impl Rebase for MailText {}
impl Rebase for MailSettings {}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            sending: Sending::Off,
            reply_to: None,
            attaches_agreement: true,
            texts: Vec::new(),
        }
    }
}

/// A mail, as the organiser sees it in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Which one.
    pub id: MailId,
    /// What about.
    pub kind: MailKind,
    /// What became of it.
    pub state: MailState,
    /// To which address.
    pub to: String,
    /// Whose that is.
    pub name: String,
    /// The number of the deal that it is about, if it is about one that has been public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deal: Option<DealNumber>,
    /// Whether nothing is left of what it said: somebody was erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_emptied: bool,
    /// In which language.
    pub language: Language,
    /// How often it was tried.
    pub tries: u32,
    /// When it was made.
    pub made_at: Instant,
    /// When it is tried next, if it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Instant>,
    /// When the mail server took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
    /// What the mail server said last, or why it was not asked: in English, as it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why it has not gone, in the reader's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How mails stand, as the organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    /// How the exchange wants them.
    pub settings: MailSettings,
    /// As whom the server sends mail; nobody, if it has no mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whether the links in mails lead to this server when the hall is empty.
    pub lasts: bool,
    /// How many there are in each state.
    pub counts: Vec<MailCount>,
    /// Them, the newest first: a page of those that were asked for.
    pub mails: Vec<Mail>,
}

/// How many mails are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailCount {
    /// Which.
    pub state: MailState,
    /// How many.
    pub count: u32,
}

/// A mail exactly as it goes or went, but for its link, which is made when it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailShown {
    /// Its subject.
    pub subject: String,
    /// What is read where no HTML is.
    pub text: String,
    /// What is read elsewhere.
    pub html: String,
    /// The names of the files that go along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<String>,
}

/// What the organiser does with one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailDeed {
    /// Sends it, or sends it again.
    Send,
    /// Keeps it from going.
    Cancel,
}

/// What the organiser does with the mails of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum MailsDeed {
    /// Lets all go that are held.
    SendHeld,
    /// Keeps all from going that are held.
    CancelHeld,
    /// Writes to each party of each deal that counts.
    Agreements,
    /// Writes to herself.
    Test {
        /// The address.
        to: String,
    },
}

/// What came of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailsDone {
    /// Mails that were made, let go or cancelled.
    pub mails: u32,
    /// Those that there were already.
    pub known: u32,
    /// Parties whose address nobody knows.
    pub unreachable: u32,
}

/// Why a text of a mail is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailTextFault {
    /// It is empty or too long.
    #[error(transparent)]
    Text(#[from] Refusal),
    /// A gap is none, or none of this kind.
    #[error("{{{0}}} is no gap of this kind of mail")]
    Gap(String),
    /// It has no link, and is of no use without one.
    #[error("the link is missing")]
    NoLink,
}

impl MailText {
    /// It, tidied, if it can be sent so: what stands in braces is filled in, and the link is there if the mail is about it.
    ///
    /// # Errors
    /// If it cannot.
    pub fn checked(self) -> Result<Self, MailTextFault> {
        let subject = readable("subject", &self.subject, MAIL_SUBJECT_CHARS_MAX)?;
        let body = tidy_lines(&self.body);
        if !is_visible(&body) {
            return Err(Refusal::TextMissing {
                field: "body".to_owned(),
            }
            .into());
        }
        if body.chars().count() > MAIL_BODY_CHARS_MAX {
            let field = "body".to_owned();
            return Err(Refusal::TextTooLong {
                field,
                max: MAIL_BODY_CHARS_MAX,
            }
            .into());
        }
        for gap in gaps_in(&subject).chain(gaps_in(&body)) {
            let is_its = Gap::named(gap).is_some_and(|gap| self.kind.gaps().contains(&gap));
            if !is_its {
                return Err(MailTextFault::Gap(gap.to_owned()));
            }
        }
        if self.kind.needs_link() && !gaps_in(&body).any(|gap| gap == Gap::Link.as_str()) {
            return Err(MailTextFault::NoLink);
        }
        if gaps_in(&subject).any(|gap| gap == Gap::Link.as_str()) {
            return Err(MailTextFault::Gap(Gap::Link.as_str().to_owned()));
        }
        Ok(Self {
            subject,
            body,
            ..self
        })
    }
}

/// What stands in braces in a text.
fn gaps_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_if_it_can_be_sent_so() {
        let text = |subject: &str, body: &str| MailText {
            kind: MailKind::RegistrationReceived,
            language: Language::Nb,
            subject: subject.to_owned(),
            body: body.to_owned(),
        };
        let taken = text(" Hei\t{name} ", "\n\nEn  linje \r\nen til\n\n\n\n{link}\n")
            .checked()
            .unwrap();
        assert_eq!(
            (taken.subject.as_str(), taken.body.as_str()),
            ("Hei {name}", "En linje\nen til\n\n{link}")
        );
        for (subject, body, fault) in [
            ("Hei", "Uten", MailTextFault::NoLink),
            ("Hei {link}", "{link}", MailTextFault::Gap("link".to_owned())),
            ("Hei {navn}", "{link}", MailTextFault::Gap("navn".to_owned())),
            ("Hei", "{link} {others}", MailTextFault::Gap("others".to_owned())),
            (
                "Hei",
                " \n ",
                MailTextFault::Text(Refusal::TextMissing {
                    field: "body".to_owned(),
                }),
            ),
            (
                "",
                "{link}",
                MailTextFault::Text(Refusal::TextMissing {
                    field: "subject".to_owned(),
                }),
            ),
        ] {
            assert_eq!(text(subject, body).checked(), Err(fault), "{subject} {body}");
        }
        let long = format!("{{link}}{}", "a".repeat(MAIL_BODY_CHARS_MAX));
        assert!(matches!(
            text("Hei", &long).checked(),
            Err(MailTextFault::Text(Refusal::TextTooLong { .. }))
        ));
    }
}

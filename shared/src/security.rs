//! What concerns the safety of an exchange and of whom it knows: who came in, who read how people are reached, who printed and
//! signed. Not in the log of the exchange; the organiser can read it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::closed_set::closed_sets;
use crate::ids::DeviceId;
use crate::instant::Instant;
use crate::role::Role;

/// What somebody did, or tried.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SecurityEvent {
    /// Set the server's passphrase, by the set-up link.
    SetUp,
    /// Logged in with the passphrase.
    LoggedIn,
    /// Tried a wrong passphrase.
    LoginFailed,
    /// Logged out.
    LoggedOut,
    /// Chose another passphrase.
    PassphraseChanged,
    /// Took the passphrase away at the server's console.
    PassphraseReset,
    /// Invited an organiser to an account of her own.
    AccountInvited,
    /// Made a link by which an organiser chooses another passphrase.
    AccountLinkMade,
    /// Chose a passphrase of an account, by such a link.
    AccountOpened,
    /// Changed what an account may, or took it away.
    AccountChanged,
    /// Ended a session of one's own account.
    SessionEnded,
    /// Asked for a link, since the passphrase of an account is forgotten.
    PassphraseForgotten,
    /// Added a passkey to one's own account.
    PasskeyAdded,
    /// Removed one.
    PasskeyRemoved,
    /// Made a pairing code.
    CodeMade,
    /// Paired a device with a code.
    Paired,
    /// Tried a wrong code.
    PairingFailed,
    /// Made a token at the server's console.
    TokenMade,
    /// Took a device's access away.
    DeviceRevoked,
    /// Read who speaks for whom.
    ContactsRead,
    /// Read how a participant is reached.
    ContactRead,
    /// Wrote how a participant is reached.
    ContactWritten,
    /// Brought participants and contacts in from a spreadsheet.
    RosterImported,
    /// Took participants and contacts out as a spreadsheet.
    RosterExported,
    /// Read what participants sent who registered themselves.
    RegistrationsRead,
    /// Said yes or no to a registration.
    RegistrationJudged,
    /// Read what became of deals, with how to reach their parties.
    FollowUpsRead,
    /// Noted what became of a deal, or a call.
    FollowUpWritten,
    /// Made a link by which a party says what became of a deal.
    FollowUpLinkMade,
    /// Took such links of a deal back.
    FollowUpLinksRevoked,
    /// A party said by its link what became of a deal.
    FollowUpAnswered,
    /// Asked the parties of all deals by mail.
    FollowUpsAsked,
    /// Read the list of mails.
    MailsRead,
    /// Read one mail.
    MailRead,
    /// Said how mails are wanted.
    MailsSet,
    /// Let a mail go, or kept it from going.
    MailHandled,
    /// Did so with several, or had them made.
    MailsHandled,
    /// Printed all agreements.
    AgreementsPrinted,
    /// Printed one agreement.
    AgreementPrinted,
    /// Printed what lies in the hall: catalogue, badges, signs, cards, blank agreements.
    HandoutPrinted,
    /// Took the report out, with who made which deals.
    ReportTaken,
    /// Made a link to an agreement.
    LinkMade,
    /// Took the links to an agreement back.
    LinksRevoked,
    /// Opened an agreement by its link.
    LinkOpened,
    /// Took a signature.
    Signed,
    /// Wiped a signature.
    SignatureWiped,
    /// Photographed a deal.
    PhotoTaken,
    /// Noted that a party agreed to have the photo shown.
    PhotoAgreed,
    /// Noted that a party no longer wants the photo shown.
    PhotoNotAgreed,
    /// Deleted the photo of a deal.
    PhotoDeleted,
    /// Said which other programs are told what happens.
    WebhooksSet,
    /// Made a token by which another program reads.
    ProgramTokenMade,
    /// Took such a token away.
    ProgramTokenRevoked,
    /// Made a link to the calendar, or took those that there were back.
    CalendarLinksSet,
    /// Read what is kept of persons, and of whom.
    PrivacyRead,
    /// Took everything that is kept of one person out as a file.
    PersonExported,
    /// Erased somebody.
    PersonErased,
}

closed_sets!(SecurityEvent);

/// One of them, as it was noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEntry {
    /// Its place: a page of the list begins before one.
    pub id: i64,
    /// When, by the time of day.
    pub at: Instant,
    /// What.
    pub event: SecurityEvent,
    /// As what, if it is known who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// On which device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The name that the device had; the operator's has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The ids of the deal, the participant or the device that it was about.
    pub about: Vec<Uuid>,
    /// From which address; none at the server's console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityPage {
    /// The newest first.
    pub entries: Vec<SecurityEntry>,
}

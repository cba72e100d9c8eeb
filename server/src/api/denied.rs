//! Why a request was not granted: a stable code for programs, and the one mapping to HTTP status.

use axum::http::StatusCode;
use borsklokka_shared::refusal::Refusal;
use borsklokka_spreadsheets::{Measure, ReadError};

/// Why a request was not granted.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// No credential, on a route that needs one.
    #[error("no credential")]
    NotPaired,
    /// No operator's session, on a route of the operator's.
    #[error("the operator is not logged in")]
    NotLoggedIn,
    /// The credential is unknown, revoked or expired, or its role may not do this.
    #[error("the credential does not allow this")]
    NotAllowed,
    /// Only a browser on the server's own machine, or over the server's own TLS, may do this.
    #[error("asked from another machine than the server's own, and not over its TLS")]
    ThisMachineOnly,
    /// No exchange has this address.
    #[error("unknown exchange")]
    UnknownExchange,
    /// A newer version wrote in the exchange's log, so that this one cannot read it.
    #[error("a newer version wrote in the exchange's log")]
    LogNewer,
    /// The exchange's log has a damaged row.
    #[error("the exchange's log is damaged")]
    LogDamaged,
    /// A row of the exchange's log is damaged, be it of before it went back to nought, and this needs it. The evening may go on.
    #[error("a row of the exchange's log is damaged")]
    LogRowDamaged,
    /// The exchange has no such device.
    #[error("unknown device")]
    UnknownDevice,
    /// The exchange has no such open pairing code.
    #[error("unknown pairing code")]
    UnknownPairingCode,
    /// A participant's id that is not a UUID.
    #[error("not a participant's id")]
    NotAParticipant,
    /// No screen with this number is connected to this node.
    #[error("unknown screen")]
    UnknownScreen,
    /// The exchange has no such picture.
    #[error("unknown picture")]
    UnknownPicture,
    /// Not a picture of a kind that screens show, or not of the kind that it is said to be.
    #[error("not a picture")]
    NotAPicture,
    /// A picture's file is too large.
    #[error("the picture is larger than {kib_max} KiB")]
    PictureTooLarge {
        /// The most, in KiB.
        kib_max: usize,
    },
    /// Another picture has this id.
    #[error("another picture has this id")]
    PictureTaken,
    /// There is no such photo, or nobody may see it.
    #[error("unknown photo")]
    UnknownPhoto,
    /// Not a photo as cameras and browsers write it.
    #[error("not a photo")]
    NotAPhoto,
    /// The deal has another photo by now, or none.
    #[error("the deal has another photo by now")]
    PhotoChanged,
    /// The exchange has no such deal, or not yet: it may wait in a tablet's outbox.
    #[error("unknown deal")]
    UnknownDeal,
    /// No such archive.
    #[error("no such archive")]
    UnknownArchive,
    /// The participant is not a party to the deal.
    #[error("not a party to the deal")]
    NotAParty,
    /// A signature without strokes, or with too many, or drawn beside the pad.
    #[error(
        "a signature has 1 to {strokes_max} strokes, {points_max} points in all, each within 0 to {coordinate_max}"
    )]
    BadSignature {
        /// Most strokes, counted.
        strokes_max: usize,
        /// Most points of all strokes, counted.
        points_max: usize,
        /// The largest coordinate, in thousandths of the pad's width.
        coordinate_max: u16,
    },
    /// No link has this token.
    #[error("unknown link")]
    UnknownLink,
    /// The link has expired or was revoked.
    #[error("the link has expired or was revoked")]
    LinkGone,
    /// The deal that a link asks about was withdrawn.
    #[error("the deal was withdrawn")]
    DealWithdrawn,
    /// There is nothing to print.
    #[error("no agreements")]
    NoAgreements,
    /// Nobody is registered whom one could print.
    #[error("no participants")]
    NoParticipants,
    /// One file cannot hold them all.
    #[error("more than {max} agreements")]
    TooManyAgreements {
        /// The most, counted.
        max: u32,
    },
    /// Every press is at work, and has been for a while.
    #[error("every press is at work")]
    PressBusy,
    /// A file is no spreadsheet, or cannot be read as one.
    #[error("a spreadsheet cannot be read: {0}")]
    Spreadsheet(#[from] ReadError),
    /// A spreadsheet would not do any more what somebody looked at.
    #[error("the roster has changed since the preview")]
    RosterChanged,
    /// A spreadsheet has rows that cannot be taken, and nobody said that they are left out.
    #[error("rows of the spreadsheet have problems")]
    RosterHasProblems,
    /// A spreadsheet would change more than one import may.
    #[error("more than {max} changes")]
    RosterTooLarge {
        /// The most, counted.
        max: usize,
    },
    /// Other files are read, and have been for a while.
    #[error("every reader of files is at work")]
    ReadersBusy,
    /// Each time that it was planned, others changed the exchange before it could be written.
    #[error("others were quicker each time")]
    Overtaken,
    /// A category that would be laid into itself.
    #[error("a category cannot be laid into itself")]
    CategoryIntoItself,
    /// A category that deals name: it stays what they are in.
    #[error("{deals} deals are in the category")]
    CategoryHasDeals {
        /// What it is called.
        name: String,
        /// How many, counted.
        deals: usize,
    },
    /// Nothing of this server's has the address.
    #[error("unknown address")]
    UnknownAddress,
    /// The address is there, and takes other methods.
    #[error("the address does not take this method")]
    MethodNotAllowed {
        /// Which ones, if the router does not say it.
        allow: Option<&'static str>,
    },
    /// The body, the query or the address is not what the route takes.
    #[error("malformed: {0}")]
    Malformed(String),
    /// No handshake of a WebSocket, on the route of one.
    #[error("not a WebSocket: {0}")]
    NotAWebSocket(String),
    /// The body has more bytes than the route takes.
    #[error("the body is too large")]
    TooLarge,
    /// The body did not come whole, or not as HTTP wants it.
    #[error("the body did not come whole: {0}")]
    Torn(String),
    /// The body did not come in time.
    #[error("the body did not come in time")]
    TooSlow,
    /// Not in plain http from another machine.
    #[error("not over plain http")]
    PlainHttp,
    /// What the domain refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No registration, or none that a link opens.
    #[error("unknown registration")]
    UnknownRegistration,
    /// A registration has changed since it was looked at.
    #[error("the registration has changed")]
    RegistrationChanged,
    /// A registration form would close before it opens.
    #[error("the form's last day is before its first")]
    FormDays,
    /// A registration form would be open after the exchange was held.
    #[error("the form's last day is after the exchange's")]
    FormClosesLate,
    /// The exchange has no such mail.
    #[error("unknown mail")]
    UnknownMail,
    /// A mail is not any more as it was seen.
    #[error("the mail has changed")]
    MailChanged,
    /// The server has no mail server to hand mails to.
    #[error("no mail server")]
    NoMailServer,
    /// A text of a mail has something in braces that nothing fills.
    #[error("{{{gap}}} is no gap of this kind of mail")]
    MailGap {
        /// What stands there.
        gap: String,
    },
    /// A text of a mail lacks its link.
    #[error("the link is missing")]
    MailWithoutLink,
    /// The exchange tells no such address what happens.
    #[error("unknown webhook")]
    UnknownWebhook,
    /// The exchange has no such delivery to another program.
    #[error("unknown delivery")]
    UnknownDelivery,
    /// A delivery is just being sent, or is of a history that the exchange is no longer.
    #[error("the delivery cannot be sent again now")]
    DeliveryChanged,
    /// Nothing is told to an address, as it was written.
    #[error(transparent)]
    Webhook(#[from] WebhookFault),
    /// The exchange has no such token of another program.
    #[error("unknown token")]
    UnknownProgramToken,
    /// A token of another program that would hold for no time, or for too long.
    #[error("a token holds for 1 to {days_max} days")]
    TokenDays {
        /// The most, in days.
        days_max: u32,
    },
    /// The passphrase is too short or too long.
    #[error("the passphrase must have {min} to {max} characters")]
    PassphraseLength {
        /// The least, in characters.
        min: usize,
        /// The most, in characters.
        max: usize,
    },
    /// The passphrase is among those that are guessed first.
    #[error("the passphrase would be guessed")]
    PassphraseCommon,
    /// Not the operator's passphrase.
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// Not an account's e-mail address and passphrase: which of the two is told nobody.
    #[error("wrong e-mail address or passphrase")]
    LogInWrong,
    /// An invitation, or a link to another passphrase, that was used, withdrawn or ran out.
    #[error("the link to an account does not hold")]
    AccountLinkGone,
    /// No such account.
    #[error("unknown account")]
    UnknownAccount,
    /// No such session of the account's.
    #[error("unknown session")]
    UnknownSession,
    /// The server's address can have no passkeys: it is no name, or plain http.
    #[error("no passkeys at this address")]
    NoPasskeys,
    /// No such passkey of the account's.
    #[error("unknown passkey")]
    UnknownPasskey,
    /// No account has this passkey, or its account is closed.
    #[error("no account has this passkey")]
    PasskeyUnknown,
    /// What a passkey signed is not what it was asked, or nobody proved to it who they are.
    #[error("the passkey was refused")]
    PasskeyRefused,
    /// A passkey has signed less often than it had before: there may be two of it.
    #[error("the passkey may have been copied")]
    PasskeyCopied,
    /// What a passkey was asked was answered before, or too late.
    #[error("the passkey was asked too long ago")]
    PasskeyTooLate,
    /// Another account has the e-mail address.
    #[error("another account has the e-mail address")]
    EmailTaken,
    /// The account is not the organiser of that exchange, or may not make any.
    #[error("the account may not do this")]
    NotYours,
    /// No passphrase is set yet.
    #[error("the server is not set up yet")]
    NotSetUp,
    /// A passphrase is set already.
    #[error("the server is set up already")]
    AlreadySetUp,
    /// The set-up link is not the one that this start of the server printed.
    #[error("wrong set-up link")]
    SetUpLinkWrong,
    /// Too many tries.
    #[error("too many tries; the next in {wait_s} s")]
    TooManyTries {
        /// How long to wait, in seconds.
        wait_s: u64,
    },
    /// The pairing code is wrong, used or expired.
    #[error("wrong, used or expired pairing code")]
    CodeWrong,
    /// Codes are made for brokers, notaries and moderators only.
    #[error("no pairing code is made for this role")]
    RoleNotPaired,
    /// The exchange holds as many as it may.
    #[error("the exchange has {max} {thing} already")]
    TooMany {
        /// What there are too many of.
        thing: Thing,
        /// The most, counted.
        max: u32,
    },
    /// The address of an exchange has a wrong shape.
    #[error("not an address for an exchange")]
    BadSlug,
    /// The address is one of the server's own.
    #[error("the address is reserved")]
    SlugReserved,
    /// Another exchange has the address.
    #[error("the address is taken")]
    SlugTaken,
    /// Not the name of the exchange that is to be deleted.
    #[error("not the exchange's name")]
    NameToDelete {
        /// The name.
        name: String,
    },
    /// Not the name of whoever is to be erased.
    #[error("not the name of whoever is to be erased")]
    NameToErase {
        /// The name.
        name: String,
    },
    /// What is kept of somebody is not what was looked at any more.
    #[error("what is kept of them has changed")]
    PersonChanged,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    BadEmail,
    /// Not a telephone number.
    #[error("not a telephone number")]
    BadPhone,
    /// How to reach the participant is known already, and who asks may not change it.
    #[error("a contact is known already")]
    ContactKnown,
    /// The request was meant for another host.
    #[error("the request was meant for another host")]
    WrongHost,
    /// A proxy hides the host that the request's page was loaded from.
    #[error("a proxy does not pass on the host that it was asked for")]
    HostHidden,
    /// The request was started by a page of another origin.
    #[error("the request comes from a page of another origin")]
    ForeignOrigin,
    /// The database cannot be read or written.
    #[error("the database cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// What is stored, or the machine's randomness, cannot be used.
    #[error("{0}")]
    Broken(String),
}

/// Why nothing is told to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookFault {
    /// Not an address of a program: or with a password or a fragment in it.
    #[error("not an address that can be told anything")]
    NotAnAddress,
    /// Not encrypted.
    #[error("the address is not https")]
    NotHttps,
    /// In a private network, or on this machine.
    #[error("the address lies in a private network")]
    Private,
    /// Where no program is ever told anything, whatever the operator allows.
    #[error("the address is reserved, and nothing is ever sent to it")]
    Nowhere,
    /// Nothing is chosen that it would be told.
    #[error("no kind of event is chosen")]
    NoKinds,
}

impl WebhookFault {
    const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "webhook_not_an_address",
            Self::NotHttps => "webhook_not_https",
            Self::Private => "webhook_private",
            Self::Nowhere => "webhook_nowhere",
            Self::NoKinds => "webhook_without_kinds",
        }
    }
}

/// What an exchange has only so many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Open pairing codes.
    PairingCodes,
    /// Devices that may come in.
    Devices,
    /// Participants' contacts.
    Contacts,
    /// Pictures.
    Pictures,
    /// Links to one agreement.
    Links,
    /// Photos of deals.
    Photos,
    /// Signatures of one party under one agreement, those that were replaced or wiped with them.
    Signatures,
    /// Registrations.
    Registrations,
    /// Calls about one deal.
    Calls,
    /// Mails.
    Mails,
    /// Accounts, of the whole server.
    Accounts,
    /// Passkeys of one account.
    Passkeys,
    /// Addresses that are told what happens.
    Webhooks,
    /// Tokens of other programs.
    ProgramTokens,
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Thing::PairingCodes => "open pairing codes",
            Thing::Devices => "devices",
            Thing::Contacts => "contacts",
            Thing::Pictures => "pictures",
            Thing::Links => "links to this agreement",
            Thing::Photos => "photos",
            Thing::Signatures => "signatures of this party",
            Thing::Registrations => "registrations",
            Thing::Calls => "calls about this deal",
            Thing::Mails => "mails",
            Thing::Accounts => "accounts",
            Thing::Passkeys => "passkeys of this account",
            Thing::Webhooks => "webhooks",
            Thing::ProgramTokens => "tokens of other programs",
        })
    }
}

impl Denied {
    /// The HTTP status.
    #[expect(clippy::too_many_lines, reason = "a match over every reason")]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotPaired | Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::NotAllowed
            | Self::ThisMachineOnly
            | Self::PassphraseWrong
            | Self::LogInWrong
            | Self::PasskeyUnknown
            | Self::PasskeyRefused
            | Self::PasskeyCopied
            | Self::NotYours
            | Self::SetUpLinkWrong
            | Self::CodeWrong
            | Self::ForeignOrigin
            | Self::HostHidden
            | Self::PlainHttp
            | Self::Refused(Refusal::NotAllowed | Refusal::NotYourDeal) => StatusCode::FORBIDDEN,
            Self::UnknownExchange
            | Self::UnknownAddress
            | Self::UnknownDevice
            | Self::UnknownPairingCode
            | Self::NotAParticipant
            | Self::UnknownScreen
            | Self::UnknownPicture
            | Self::UnknownPhoto
            | Self::UnknownDeal
            | Self::UnknownArchive
            | Self::NotAParty
            | Self::UnknownLink
            | Self::UnknownRegistration
            | Self::UnknownMail
            | Self::UnknownWebhook
            | Self::UnknownDelivery
            | Self::UnknownProgramToken
            | Self::UnknownAccount
            | Self::UnknownSession
            | Self::UnknownPasskey
            | Self::NoParticipants
            | Self::NoAgreements => StatusCode::NOT_FOUND,
            Self::TooManyTries { .. } | Self::Refused(Refusal::Throttled) => StatusCode::TOO_MANY_REQUESTS,
            Self::LinkGone | Self::DealWithdrawn | Self::AccountLinkGone | Self::PasskeyTooLate => {
                StatusCode::GONE
            }
            Self::PressBusy
            | Self::LogNewer
            | Self::LogDamaged
            | Self::LogRowDamaged
            | Self::ReadersBusy
            | Self::Overtaken
            | Self::Database(_)
            | Self::Broken(_)
            | Self::Refused(Refusal::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Malformed(_) | Self::Torn(_) => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAWebSocket(_) => StatusCode::UPGRADE_REQUIRED,
            Self::TooLarge
            | Self::PictureTooLarge { .. }
            | Self::Spreadsheet(ReadError::TooLarge(Measure::File)) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotAPicture
            | Self::NotAPhoto
            | Self::Spreadsheet(ReadError::NotASpreadsheet(_) | ReadError::OldExcel) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::NotSetUp
            | Self::AlreadySetUp
            | Self::TooMany { .. }
            | Self::SlugTaken
            | Self::EmailTaken
            | Self::ContactKnown
            | Self::RosterChanged
            | Self::RegistrationChanged
            | Self::MailChanged
            | Self::DeliveryChanged
            | Self::NoMailServer
            | Self::NoPasskeys
            | Self::PersonChanged
            | Self::CategoryHasDeals { .. }
            | Self::PictureTaken
            | Self::PhotoChanged => StatusCode::CONFLICT,
            Self::PassphraseLength { .. }
            | Self::PassphraseCommon
            | Self::RoleNotPaired
            | Self::BadSlug
            | Self::SlugReserved
            | Self::NameToDelete { .. }
            | Self::NameToErase { .. }
            | Self::BadEmail
            | Self::FormDays
            | Self::FormClosesLate
            | Self::BadPhone
            | Self::MailGap { .. }
            | Self::MailWithoutLink
            | Self::Webhook(_)
            | Self::TokenDays { .. }
            | Self::BadSignature { .. }
            | Self::TooManyAgreements { .. }
            | Self::Spreadsheet(
                ReadError::Empty
                | ReadError::TooLarge(Measure::Unpacked | Measure::Sheets | Measure::Rows | Measure::Columns)
                | ReadError::Password
                | ReadError::Damaged(_)
                | ReadError::Stopped,
            )
            | Self::RosterHasProblems
            | Self::RosterTooLarge { .. }
            | Self::CategoryIntoItself
            | Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
        }
    }

    /// What exactly is wrong, in English, where the sentence does not say it: that is for whoever writes a client.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Malformed(detail) | Self::NotAWebSocket(detail) | Self::Torn(detail) => Some(detail),
            Self::Refused(refusal) => refusal.detail(),
            _ => None,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPaired => "not_paired",
            Self::NotLoggedIn => "not_logged_in",
            Self::NotAllowed => "not_allowed",
            Self::ThisMachineOnly => "this_machine_only",
            Self::UnknownExchange => "unknown_exchange",
            Self::UnknownAddress => "unknown_address",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::LogNewer => "log_newer",
            Self::LogDamaged | Self::LogRowDamaged => "log_damaged",
            Self::UnknownDevice => "unknown_device",
            Self::UnknownPairingCode => "unknown_pairing_code",
            Self::NotAParticipant => "unknown_participant",
            Self::NameToErase { .. } => "name_to_erase",
            Self::PersonChanged => "person_changed",
            Self::UnknownScreen => "unknown_screen",
            Self::UnknownPicture => "unknown_picture",
            Self::NotAPicture => "not_a_picture",
            Self::UnknownPhoto => "unknown_photo",
            Self::NotAPhoto => "not_a_photo",
            Self::PhotoChanged => "photo_changed",
            Self::PictureTaken => "picture_taken",
            Self::UnknownDeal => "unknown_deal",
            Self::UnknownArchive => "unknown_archive",
            Self::NotAParty => "not_a_party",
            Self::BadSignature { .. } => "bad_signature",
            Self::UnknownLink => "unknown_link",
            Self::UnknownRegistration => "unknown_registration",
            Self::RegistrationChanged => "registration_changed",
            Self::FormDays => "form_days",
            Self::FormClosesLate => "form_closes_late",
            Self::UnknownMail => "unknown_mail",
            Self::MailChanged => "mail_changed",
            Self::NoMailServer => "no_mail_server",
            Self::MailGap { .. } => "mail_gap",
            Self::MailWithoutLink => "mail_without_link",
            Self::UnknownWebhook => "unknown_webhook",
            Self::UnknownDelivery => "unknown_delivery",
            Self::DeliveryChanged => "delivery_changed",
            Self::Webhook(fault) => fault.code(),
            Self::UnknownProgramToken => "unknown_program_token",
            Self::TokenDays { .. } => "token_days",
            Self::LinkGone => "link_gone",
            Self::DealWithdrawn => "deal_withdrawn",
            Self::NoAgreements => "no_agreements",
            Self::NoParticipants => "no_participants",
            Self::TooManyAgreements { .. } => "too_many_agreements",
            Self::PressBusy => "press_busy",
            Self::Spreadsheet(error) => code_of_spreadsheet(error),
            Self::RosterChanged => "roster_changed",
            Self::RosterHasProblems => "roster_has_problems",
            Self::RosterTooLarge { .. } => "roster_too_large",
            Self::ReadersBusy => "readers_busy",
            Self::Overtaken => "overtaken",
            Self::CategoryIntoItself => "category_into_itself",
            Self::CategoryHasDeals { .. } => "category_has_deals",
            Self::Malformed(_) => "malformed",
            Self::NotAWebSocket(_) => "not_a_websocket",
            Self::TooLarge | Self::PictureTooLarge { .. } => "too_large",
            Self::Torn(_) => "torn",
            Self::TooSlow => "too_slow",
            Self::PlainHttp => "plain_http",
            Self::Refused(refusal) => refusal.code(),
            Self::PassphraseLength { .. } => "passphrase_length",
            Self::PassphraseCommon => "passphrase_common",
            Self::PassphraseWrong => "passphrase_wrong",
            Self::LogInWrong => "log_in_wrong",
            Self::AccountLinkGone => "account_link_gone",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownSession => "unknown_session",
            Self::NoPasskeys => "no_passkeys",
            Self::UnknownPasskey => "unknown_passkey",
            Self::PasskeyUnknown => "passkey_unknown",
            Self::PasskeyRefused => "passkey_refused",
            Self::PasskeyCopied => "passkey_copied",
            Self::PasskeyTooLate => "passkey_too_late",
            Self::EmailTaken => "email_taken",
            Self::NotYours => "not_yours",
            Self::NotSetUp => "not_set_up",
            Self::AlreadySetUp => "already_set_up",
            Self::SetUpLinkWrong => "set_up_link_wrong",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::CodeWrong => "code_wrong",
            Self::RoleNotPaired => "role_not_paired",
            Self::TooMany { .. } => "too_many",
            Self::BadSlug => "bad_slug",
            Self::SlugReserved => "slug_reserved",
            Self::SlugTaken => "slug_taken",
            Self::NameToDelete { .. } => "name_to_delete",
            Self::BadEmail => "bad_email",
            Self::BadPhone => "bad_phone",
            Self::ContactKnown => "contact_known",
            Self::WrongHost => "wrong_host",
            Self::ForeignOrigin | Self::HostHidden => "foreign_origin",
            Self::Database(_) | Self::Broken(_) => "unavailable",
        }
    }
}

/// The stable code of a spreadsheet that cannot be read.
fn code_of_spreadsheet(error: &ReadError) -> &'static str {
    match error {
        ReadError::Empty => "spreadsheet_empty",
        ReadError::TooLarge(_) => "spreadsheet_too_large",
        ReadError::Password => "spreadsheet_protected",
        ReadError::OldExcel => "spreadsheet_old",
        ReadError::NotASpreadsheet(_) => "not_a_spreadsheet",
        ReadError::Damaged(_) => "spreadsheet_damaged",
        ReadError::Stopped => "stopped",
    }
}

//! What the user reads when a request was not granted: which text says what.

use borsklokka_shared::refusal::Refusal;
use borsklokka_spreadsheets::{COLUMNS_MAX, FILE_BYTES_MAX, Kind, Measure, ROWS_MAX, ReadError, SHEETS_MAX};

use super::denied::{Denied, Thing, WebhookFault};
use crate::spoken::denied::Denied as Words;

/// Longest wait that is said in seconds.
const SAID_IN_S_MAX: u64 = 120;

impl Words {
    fn spreadsheet(&self, error: &ReadError) -> String {
        let words = &self.spreadsheet;
        match error {
            ReadError::Empty => words.empty.to_owned(),
            ReadError::TooLarge(Measure::File) => words.file_too_large(FILE_BYTES_MAX / (1 << 20)),
            ReadError::TooLarge(Measure::Unpacked) => words.unpacked_too_large.to_owned(),
            ReadError::TooLarge(Measure::Sheets) => words.too_many_sheets(SHEETS_MAX),
            ReadError::TooLarge(Measure::Rows) => words.too_many_rows(ROWS_MAX),
            ReadError::TooLarge(Measure::Columns) => words.too_many_columns(COLUMNS_MAX),
            ReadError::Password => words.protected.to_owned(),
            ReadError::OldExcel => words.old.to_owned(),
            ReadError::NotASpreadsheet(Kind::Picture) => words.picture.to_owned(),
            ReadError::NotASpreadsheet(Kind::Pdf) => words.pdf.to_owned(),
            ReadError::NotASpreadsheet(Kind::WebPage) => words.web_page.to_owned(),
            ReadError::NotASpreadsheet(Kind::Document | Kind::Unknown) => words.document.to_owned(),
            ReadError::Damaged(_) => words.damaged.to_owned(),
            ReadError::Stopped => words.stopped.to_owned(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a sentence a line")]
    pub(super) fn sentence(&self, error: &Denied) -> String {
        match error {
            // The domain, too, knows a database that cannot be written, but speaks of a deal.
            Denied::Refused(Refusal::Unavailable) | Denied::Database(_) | Denied::Broken(_) => {
                self.unavailable.to_owned()
            }
            Denied::NotPaired => self.not_paired.to_owned(),
            Denied::NotLoggedIn => self.not_logged_in.to_owned(),
            Denied::NotAllowed => self.not_allowed.to_owned(),
            Denied::ThisMachineOnly => self.this_machine_only.to_owned(),
            Denied::UnknownExchange => self.unknown_exchange.to_owned(),
            Denied::LogNewer => self.log_newer.to_owned(),
            Denied::LogDamaged => self.log_damaged.to_owned(),
            Denied::LogRowDamaged => self.log_row_damaged.to_owned(),
            Denied::UnknownDevice => self.unknown_device.to_owned(),
            Denied::UnknownPairingCode => self.unknown_pairing_code.to_owned(),
            Denied::NotAParticipant => self.not_a_participant.to_owned(),
            Denied::NameToErase { name } => self.name_to_erase(name),
            Denied::PersonChanged => self.person_changed.to_owned(),
            Denied::UnknownScreen => self.unknown_screen.to_owned(),
            Denied::UnknownPicture => self.unknown_picture.to_owned(),
            Denied::UnknownPhoto => self.unknown_photo.to_owned(),
            Denied::NotAPhoto => self.not_a_photo.to_owned(),
            Denied::PhotoChanged => self.photo_changed.to_owned(),
            Denied::NotAPicture => self.not_a_picture.to_owned(),
            Denied::PictureTooLarge { kib_max } => self.picture_too_large(kib_max),
            Denied::PictureTaken => self.picture_taken.to_owned(),
            Denied::UnknownArchive => self.unknown_archive.to_owned(),
            Denied::UnknownDeal => self.unknown_deal.to_owned(),
            Denied::NotAParty => self.not_a_party.to_owned(),
            Denied::BadSignature {
                strokes_max,
                points_max,
                ..
            } => self.bad_signature(points_max, strokes_max),
            Denied::UnknownLink => self.unknown_link.to_owned(),
            Denied::UnknownRegistration => self.unknown_registration.to_owned(),
            Denied::RegistrationChanged => self.registration_changed.to_owned(),
            Denied::UnknownMail => self.unknown_mail.to_owned(),
            Denied::MailChanged => self.mail_changed.to_owned(),
            Denied::NoMailServer => self.no_mail_server.to_owned(),
            Denied::MailGap { gap } => self.mail_gap(gap),
            Denied::MailWithoutLink => self.mail_without_link.to_owned(),
            Denied::FormDays => self.form_days.to_owned(),
            Denied::FormClosesLate => self.form_closes_late.to_owned(),
            Denied::DealWithdrawn => self.deal_withdrawn.to_owned(),
            Denied::UnknownWebhook => self.unknown_webhook.to_owned(),
            Denied::UnknownDelivery => self.unknown_delivery.to_owned(),
            Denied::DeliveryChanged => self.delivery_changed.to_owned(),
            Denied::Webhook(fault) => self.webhook(*fault).to_owned(),
            Denied::UnknownProgramToken => self.unknown_program_token.to_owned(),
            Denied::TokenDays { days_max } => self.token_days(days_max),
            Denied::LinkGone => self.link_gone.to_owned(),
            Denied::NoAgreements => self.no_agreements.to_owned(),
            Denied::NoParticipants => self.no_participants.to_owned(),
            Denied::TooManyAgreements { max } => self.too_many_agreements(max),
            Denied::PressBusy => self.press_busy.to_owned(),
            Denied::Spreadsheet(error) => self.spreadsheet(error),
            Denied::RosterChanged => self.roster_changed.to_owned(),
            Denied::RosterHasProblems => self.roster_has_problems.to_owned(),
            Denied::RosterTooLarge { max } => self.roster_too_large(max),
            Denied::ReadersBusy => self.readers_busy.to_owned(),
            Denied::Overtaken => self.overtaken.to_owned(),
            Denied::CategoryIntoItself => self.category_into_itself.to_owned(),
            Denied::CategoryHasDeals { name, deals } => self.category_has_deals(*deals, name),
            Denied::UnknownAddress => self.unknown_address.to_owned(),
            Denied::MethodNotAllowed { .. } => self.method_not_allowed.to_owned(),
            Denied::Malformed(_) => self.malformed.to_owned(),
            Denied::NotAWebSocket(_) => self.not_a_web_socket.to_owned(),
            Denied::TooLarge => self.too_large.to_owned(),
            Denied::Torn(_) => self.torn.to_owned(),
            Denied::TooSlow => self.too_slow.to_owned(),
            Denied::PlainHttp => self.plain_http.to_owned(),
            Denied::Refused(refusal) => refusal.message(self.language),
            Denied::PassphraseLength { min, max } => self.passphrase_length(max, min),
            Denied::PassphraseCommon => self.passphrase_common.to_owned(),
            Denied::PassphraseWrong => self.passphrase_wrong.to_owned(),
            Denied::LogInWrong => self.log_in_wrong.to_owned(),
            Denied::AccountLinkGone => self.account_link_gone.to_owned(),
            Denied::UnknownAccount => self.unknown_account.to_owned(),
            Denied::UnknownSession => self.unknown_session.to_owned(),
            Denied::NoPasskeys => self.no_passkeys.to_owned(),
            Denied::UnknownPasskey => self.unknown_passkey.to_owned(),
            Denied::PasskeyUnknown => self.passkey_unknown.to_owned(),
            Denied::PasskeyRefused => self.passkey_refused.to_owned(),
            Denied::PasskeyCopied => self.passkey_copied.to_owned(),
            Denied::PasskeyTooLate => self.passkey_too_late.to_owned(),
            Denied::EmailTaken => self.email_taken.to_owned(),
            Denied::NotYours => self.not_yours.to_owned(),
            Denied::NotSetUp => self.not_set_up.to_owned(),
            Denied::AlreadySetUp => self.already_set_up.to_owned(),
            Denied::SetUpLinkWrong => self.set_up_link_wrong.to_owned(),
            Denied::TooManyTries { wait_s } if *wait_s > SAID_IN_S_MAX => {
                self.too_many_tries_long(wait_s.div_ceil(60))
            }
            Denied::TooManyTries { wait_s } => self.too_many_tries(wait_s),
            Denied::CodeWrong => self.code_wrong.to_owned(),
            Denied::RoleNotPaired => self.role_not_paired.to_owned(),
            Denied::TooMany { thing, max } => self.too_many(*thing, *max),
            Denied::BadSlug => self.bad_slug.to_owned(),
            Denied::SlugReserved => self.slug_reserved.to_owned(),
            Denied::SlugTaken => self.slug_taken.to_owned(),
            Denied::NameToDelete { name } => self.name_to_delete(name),
            Denied::BadEmail => self.bad_email.to_owned(),
            Denied::BadPhone => self.bad_phone.to_owned(),
            Denied::ContactKnown => self.contact_known.to_owned(),
            Denied::WrongHost => self.wrong_host.to_owned(),
            Denied::HostHidden => self.host_hidden.to_owned(),
            Denied::ForeignOrigin => self.foreign_origin.to_owned(),
        }
    }

    /// That there are as many as there may be.
    fn too_many(&self, thing: Thing, max: u32) -> String {
        match thing {
            Thing::PairingCodes => self.too_many_pairing_codes(max),
            Thing::Devices => self.too_many_devices(max),
            Thing::Contacts => self.too_many_contacts(max),
            Thing::Pictures => self.too_many_pictures(max),
            Thing::Links => self.too_many_links(max),
            Thing::Photos => self.too_many_photos(max),
            Thing::Signatures => self.too_many_signatures(max),
            Thing::Registrations => self.too_many_registrations(max),
            Thing::Mails => self.too_many_mails(max),
            Thing::Calls => self.too_many_calls(max),
            Thing::Accounts => self.too_many_accounts(max),
            Thing::Passkeys => self.too_many_passkeys(max),
            Thing::Webhooks => self.too_many_webhooks(max),
            Thing::ProgramTokens => self.too_many_program_tokens(max),
        }
    }

    /// Why nothing is told to an address.
    fn webhook(&self, fault: WebhookFault) -> &'static str {
        match fault {
            WebhookFault::NotAnAddress => self.webhook_not_an_address,
            WebhookFault::NotHttps => self.webhook_not_https,
            WebhookFault::Private => self.webhook_private,
            WebhookFault::Nowhere => self.webhook_nowhere,
            WebhookFault::NoKinds => self.webhook_without_kinds,
        }
    }
}
